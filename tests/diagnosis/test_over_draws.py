"""Analyses over draws: counts and ranges by hand, and how little the draws agree below the totals."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest
from sizes import sized

import piikit as pk
from piikit.base.errors import MethodError, UnknownNameError
from piikit.diagnosis.print.over_draws import DrawsResult
from piikit.index.index_result import IndexResult


def five_weakest(result: IndexResult) -> list[str]:
    """The five worst national ranks of Cần Thơ, as PII prints weaknesses."""
    ranks = result.ranks.loc["Cần Thơ", list(result.framework.indicators)].dropna()
    return list(ranks.sort_values(ascending=False, kind="stable").index[:5])


def test_findings_are_counted_and_figures_ranged() -> None:
    draws = iter(range(4))

    def f(result: IndexResult) -> dict[str, object]:
        k = next(draws)
        return {
            "even": k % 2 == 0,
            "size": float(k) if k else math.nan,
            "who": {"always", f"only {k}"},
            "word": "same",
            "series": pd.Series({"a": k * 10}),
        }

    made = pk.over_draws(f, "pii-2025", draws=4)
    table = made.table.set_index("name")
    assert table.at["even", "holds"] == 2
    assert table.at["who / always", "holds"] == 4
    assert table.at["who / only 3", "share"] == 0.25
    assert table.at["word = same", "holds"] == 4
    assert table.loc["size", ["holds", "min", "median", "max"]].tolist() == [3, 1, 2, 3]
    assert table.loc["series / a", ["min", "median", "max"]].tolist() == [0, 15, 30]
    assert made.overlap("who") == 1
    assert set(made.always) == {"who / always", "word = same"}


def test_how_often_comes_with_its_interval() -> None:
    draws = iter(range(20))
    made = pk.over_draws(lambda r: {"most": next(draws) < 16, "size": 1.0}, "pii-2025", draws=20)
    row = made.table.set_index("name").loc["most"]
    assert row[["low", "high"]].tolist() == pytest.approx(
        [0.563, 0.943], abs=5e-4
    )  # published tables: .563, .943
    assert made.figures[["low", "high"]].isna().all(axis=None)
    assert "16 of 20 (56%–94%)" in made.summary("en")
    assert "200 draws" in made.summary("en")
    assert "200 bản" in made.summary("vi")


def test_what_never_holds_is_said() -> None:
    made = pk.over_draws(lambda r: {"first": bool(r.ranks.at["Cần Thơ", "PII"] == 1)}, "pii-2024", draws=2)
    assert made.never == ("first",)


def test_the_method_counts() -> None:
    made = pk.over_draws(lambda r: r.method.name, "pii-2025", draws=2, method="gii")
    assert made.method == "gii"
    assert made.values == ("gii", "gii")


def test_nonsense_is_refused() -> None:
    with pytest.raises(MethodError):
        pk.over_draws(five_weakest, "pii-2024", draws=0)
    with pytest.raises(MethodError):
        pk.over_draws(five_weakest, "open-2022", draws=2)
    with pytest.raises(UnknownNameError):
        pk.over_draws(five_weakest, "pii-2030", draws=2)
    with pytest.raises(MethodError):
        pk.over_draws(five_weakest, "pii-2025", draws=1).overlap()


def test_every_face_carries_the_mark(tmp_path: Path) -> None:
    made = pk.over_draws(five_weakest, "pii-2025", draws=3)
    assert "MINH HOẠ" in made.summary("vi")
    assert "ILLUSTRATIVE" in made.summary("en")
    assert "MINH HOẠ" in made._repr_html_()
    ax = made.plot()
    assert any(t.get_gid() == "piikit-illustrative" for t in ax.texts)
    path = made.to_excel(tmp_path / "draws.xlsx", lang="en")
    assert "ILLUSTRATIVE" in pd.read_excel(path, sheet_name=None, engine="openpyxl")


@pytest.mark.slow
def test_totals_are_the_same_in_all_draws_and_weaknesses_are_not() -> None:
    """Print determines Cần Thơ's total and rank; of its five weakest two draws share about one."""

    def f(result: IndexResult) -> dict[str, object]:
        return {
            "score": round(float(result.scores.at["Cần Thơ", "PII"]), 2),
            "rank": float(result.ranks.at["Cần Thơ", "PII"]),
            "weakest": five_weakest(result),
        }

    made: DrawsResult = pk.over_draws(f, "pii-2024", draws=sized(4, 20))
    table = made.table.set_index("name")
    assert table.loc["score", ["min", "max"]].tolist() == [46.01, 46.01]
    assert table.loc["rank", ["min", "max"]].tolist() == [7, 7]
    assert made.overlap("weakest") < 2
    assert not [name for name in made.always if name.startswith("weakest")]


def test_sets_of_findings_stand_in_one_order():
    made = pk.over_draws(lambda r: {"of": {"tám", "ba", "một", "năm", "hai"}}, "pii-2024", draws=1)
    assert list(made.table["name"]) == sorted(made.table["name"])
