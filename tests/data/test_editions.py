"""Editions of PII: made again equal, honest about every cell, believable, and refusing nonsense."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from editions import panel, start
from editions.edition_files import draws_table, holds, write_draws
from editions.nearest_scores import Asked, coefficients, project
from editions.open_columns import open_columns
from editions.panel import generate
from scipy.optimize import minimize
from sizes import LONG, sized

import piikit as pk
from piikit.base.errors import MethodError, UnknownNameError
from piikit.data.editions import choices, illustrative_draws, names, printed_figures
from piikit.data.editions.edition_table import edition_of
from piikit.data.framework import Framework
from piikit.data.paths import processed

EDITIONS = ("pii-2023", "pii-2024", "pii-2025")
SHIPPED = range(20) if LONG else (0, 13)


@pytest.mark.parametrize(("edition", "totals", "units"), [(2023, 17, 63), (2024, 15, 63), (2025, 9, 34)])
def test_printed_totals_are_all_there(edition: int, totals: int, units: int) -> None:
    table = printed_figures(edition)
    whole = table[(table["kind"] == "score") & (table["code"] == "PII")]
    assert len(whole) == totals
    assert np.allclose(whole["high"] - whole["low"], 0.01)
    assert len(pk.load_dataset(f"pii-{edition}").units) == units


def test_contradictions_are_listed_and_only_the_chosen_reading_is_a_figure() -> None:
    table = printed_figures("pii-2024").set_index(["unit", "code", "kind"])["value"]
    assert table["Cao Bằng", "PII", "score"] == "23.95"
    assert table["Lai Châu", "PII", "rank"] == "62"
    assert ("Lai Châu", "PII", "score") not in table.index
    assert table["Gia Lai", "PII", "score"] == "25.83"
    assert table["TP. Hồ Chí Minh", "PII", "score"] == "55.81"
    assert ("Bình Định", "PII", "rank") not in table.index
    chosen = choices()
    assert {("Lai Châu", 2024), ("Gia Lai", 2024), ("Vĩnh Long", 2025)} <= set(
        zip(chosen["unit"], chosen["edition"], strict=True)
    )
    assert chosen[["chosen_vi", "chosen_en", "why_vi", "why_en"]].ne("").all(axis=None)


@pytest.mark.parametrize("name", EDITIONS)
def test_a_draw_that_ships_is_what_the_generator_makes_to_the_last_bit(name: str) -> None:
    for k in SHIPPED:
        shipped, made = pk.load_dataset(name, draw=k), generate(edition_of(name), k)
        assert shipped.units == made.units
        assert np.array_equal(shipped.values.to_numpy(), made.values, equal_nan=True), k
        invented = shipped.provenance.isin(["illustrative", "published"]).to_numpy()
        assert (invented == made.illustrative).all()
        assert shipped.meta["draw"] == k
        assert f" {k} " in shipped.title_en
        assert shipped.printed is not None
        pd.testing.assert_frame_equal(shipped.printed, printed_figures(name))


@pytest.mark.long
@pytest.mark.parametrize("name", EDITIONS)
def test_sixty_draws_meet_print(name: str, tmp_path: Path) -> None:
    real = pk.load_dataset(name)
    for k in range(20, 60):
        made = generate(edition_of(name), k)
        values = pd.DataFrame(made.values, real.values.index, real.values.columns)
        assert pk.check_printed(pk.build_index(real.replace(values=values)))["met"].all(), k


def test_a_draw_does_not_depend_on_what_ran_before() -> None:
    first = generate(edition_of(2024), 3).values
    panel.draw_totals.cache_clear()
    start.latent.cache_clear()
    generate(edition_of(2023), 5)
    assert np.array_equal(first, generate(edition_of(2024), 3).values, equal_nan=True)
    assert not np.array_equal(first, pk.load_dataset("pii-2024", draw=4).values, equal_nan=True)


def test_a_file_of_draws_loses_nothing_and_a_changed_cell_is_found(tmp_path: Path) -> None:
    made = draws_table(edition_of(2024), range(3, 4))
    assert holds(processed("pii-2024", "draws.parquet"), made)
    path = write_draws(made, tmp_path / "draws.parquet")
    assert holds(path, made)
    assert not holds(path, made.rename(columns={"3": "4"}))
    made.loc[7, "3"] += 1
    assert not holds(path, made)
    assert not holds(tmp_path / "none.parquet", made)


def test_a_draw_that_was_not_made_says_how_to_make_it() -> None:
    with pytest.raises(MethodError, match=r"0 đến 19.*run.py data --draws 21"):
        pk.load_dataset("pii-2024", draw=20)
    assert [d.meta["draw"] for d in illustrative_draws("pii-2025", 3)] == [0, 1, 2]


@pytest.mark.parametrize("name", EDITIONS)
def test_real_columns_are_real_and_the_rest_is_marked(name: str) -> None:
    year = int(name[-4:])
    data, opened = pk.load_dataset(name), open_columns(edition_of(name))
    wanted = {"2.1.1", "3.1.1", "3.1.2", "3.2.3", "4.3.3"} | ({"6.3.1"} if year == 2023 else set())
    assert set(opened) == wanted
    for code, column in opened.items():
        raw = pd.Series(column.filled(data.units), index=list(data.units))
        own = data.provenance[code].isin(["open", "derived"])
        pd.testing.assert_series_equal(data.values.loc[own, code], raw[own], check_names=False)
        assert not (data.provenance[code] == "illustrative").any()
    rest = data.provenance.drop(columns=list(opened))
    assert set(np.unique(rest.to_numpy())) <= {"illustrative", "published", ""}
    assert (data.provenance["5.4.1"].isin(["illustrative", ""])).all()  # open FDI contradicts print
    stand_in = data.notes[["3.1.1", "3.1.2", "3.2.3", "4.3.3"]].where(data.values.notna())
    assert stand_in.map(lambda n: "stand-in" in n if isinstance(n, str) else True).all(axis=None)
    assert (data.values.isna() == (data.provenance == "")).all(axis=None)


def test_khanh_hoa_and_the_exam_of_2025_stand_as_printed() -> None:
    data = pk.load_dataset("pii-2025")
    cells = data.provenance.loc["Khánh Hòa"]
    table = printed_figures(2025)
    values = table[table["kind"] == "value"].set_index("code")["value"].astype(float)
    assert len(values) == 11
    assert (cells[values.index] == "published").all()
    assert (data.values.loc["Khánh Hòa", values.index].round(2) == values).all()
    assert data.notes.loc["Khánh Hòa", values.index].str.contains("beyond print").all()
    exam, kind = data.values["2.1.1"], data.provenance["2.1.1"]
    assert exam.min() == 5.48
    assert exam.max() == 6.59
    assert set(kind[kind == "derived"].index) == {exam.idxmin(), exam.idxmax()}
    assert (kind == "open").sum() == 31
    assert data.values["1.1.1"].agg(["min", "max"]).tolist() == [28.20, 55.64]
    holder = data.values["1.1.1"].idxmax()
    assert data.provenance.at[holder, "1.1.1"] == "illustrative"  # who holds a printed bound is not printed


def test_illustrative_cells_are_believable() -> None:
    """Means over draws of what the issue asks: 0.35 in pillars, 0.8 over years, 2% gaps, skewed counts."""
    within, years, gaps, skew, one_decimal = [], [], [], [], []
    for k in range(1, sized(5, 20)):
        panels = {y: pk.load_dataset(f"pii-{y}", draw=k) for y in (2023, 2024, 2025)}
        for data in panels.values():
            own = [c for c in data.codes if (data.provenance[c] == "illustrative").any()]
            table = data.values[own]
            together = table.corr().to_numpy()
            pairs = [(i, j) for i in range(len(own)) for j in range(i) if own[i][0] == own[j][0]]
            within.append(np.mean([together[i, j] for i, j in pairs]))
            gaps.append(table.isna().to_numpy().mean())
            skew.append(table[["6.1.1", "6.2.2", "7.1.3"]].skew().mean())
            flat = table.to_numpy()[~np.isnan(table.to_numpy())]
            one_decimal.append(np.mean(np.abs(flat - flat.round(1)) < 1e-9))
        first, second = panels[2023], panels[2024]
        both = [
            c
            for c in first.codes
            if (first.provenance[c] == "illustrative").any()
            and (second.provenance[c] == "illustrative").any()
        ]
        years.append(np.mean([first.values[c].corr(second.values[c]) for c in both]))
    assert 0.28 < np.mean(within) < 0.45
    assert 0.75 < np.mean(years) < 0.88
    assert 0.015 < np.mean(gaps) < 0.03
    assert np.mean(skew) > 1
    assert np.mean(one_decimal) < 0.12


@pytest.mark.parametrize("draw", [-1, 1.5, True])
def test_a_draw_that_is_none_is_refused(draw: object) -> None:
    with pytest.raises(MethodError):
        pk.load_dataset("pii-2024", draw=draw)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["pii-2022", "pii-24", "pii-"])
def test_an_unknown_edition_names_the_known_ones(name: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        pk.load_dataset(name)
    assert set(caught.value.known) >= set(EDITIONS)
    assert names() == list(EDITIONS)


def test_the_fit_is_the_nearest_point() -> None:
    """Against SciPy's SLSQP on small trees with bounds, targets and intervals."""
    tree = Framework.from_frame(
        pd.DataFrame(
            {
                "code": ["R", "A", "B", "a1", "a2", "a3", "b1", "b2"],
                "parent": ["", "R", "R", "A", "A", "A", "B", "B"],
            }
        )
    )
    rng = np.random.default_rng(5)
    start = rng.uniform(20, 80, (6, 5))
    present = np.ones((6, 5), dtype=bool)
    present[2, 1] = present[4, 4] = False
    start[~present] = 0
    low, high = np.where(present, start * 0.4, 0), np.where(present, start + 35, 0)
    node = coefficients(tree, present)
    assert np.allclose(node["R"].sum(axis=1), 1)
    assert np.allclose(node["A"][2], [0.5, 0, 0.5, 0, 0])
    asked = [
        Asked({"R": 45.0}, {"A": (0, 40.0)}),
        Asked({"R": 50.0, "B": 52.0}, {}),
        Asked({"R": 48.0}, {"B": (50.0, 100.0)}),
        Asked({}, {"A": (30.0, 35.0), "R": (40.0, 46.0)}),
        Asked({"R": 44.0}, {}),
        Asked({"A": 41.0, "R": 44.0}, {}),
    ]
    made, failed = project(start, low, high, node, tree, asked)
    assert not failed.any()
    for u, ask in enumerate(asked):
        share = {c: node[c][u] for c in ("R", "A", "B")}
        best = nearest_by_scipy(start[u], low[u], high[u], share, ask)
        assert np.allclose(made[u], best, atol=2e-3), (u, made[u], best)


def nearest_by_scipy(
    start: np.ndarray, low: np.ndarray, high: np.ndarray, share: dict[str, np.ndarray], ask: Asked
) -> np.ndarray:
    weight = np.maximum(share["R"], 1e-4)
    limits = [{"type": "eq", "fun": lambda s, c=c, v=v: share[c] @ s - v} for c, v in ask.targets.items()]
    for c, (a, b) in ask.intervals.items():
        limits.append({"type": "ineq", "fun": lambda s, c=c, a=a: share[c] @ s - a})
        limits.append({"type": "ineq", "fun": lambda s, c=c, b=b: b - share[c] @ s})
    best = minimize(
        lambda s: float((weight * (s - start) ** 2).sum()),
        np.clip(start, low, high),
        jac=lambda s: 2 * weight * (s - start),
        bounds=list(zip(low, high, strict=True)),
        constraints=limits,
        options={"ftol": 1e-13, "maxiter": 1000},
    )
    assert best.success, best.message
    return np.asarray(best.x)


def test_the_fit_says_when_nothing_fits() -> None:
    tree = Framework.from_frame(pd.DataFrame({"code": ["R", "a", "b"], "parent": ["", "R", "R"]}))
    node = coefficients(tree, np.ones((2, 2), dtype=bool))
    start = np.full((2, 2), 50.0)
    asked = [Asked({"R": 90.0}, {}), Asked({"R": 60.0}, {})]
    _, failed = project(start, start - 10, start + 10, node, tree, asked)
    assert failed.tolist() == [True, False]


def again(path: Path, column: str, old: str, **changes: str) -> None:
    """Append a copy of the rows of an edition under the next year."""
    with path.open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    next_year = str(int(old[-4:]) + 1)
    more = [r | {column: old[:-4] + next_year} | changes for r in table if r[column] == old]
    assert more, path
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(table[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows([*table, *more])


USE_2026 = """
import json, sys
sys.path.insert(0, "scripts")
import rebuild_processed
long = sys.argv[1] == "long"
rebuild_processed.SHIPPED_DRAWS = 1
assert rebuild_processed.main(["--draws", "2" if long else "1"]) == 0

import piikit as pk
from piikit.base.errors import MethodError
from piikit.report.write.block_html import to_html
data = pk.load_dataset("pii-2026")
result = pk.build_index(data, pk.Method.pii())
diagnosis = pk.diagnose(result, "Cần Thơ", draws=2 if long else 0)
page = pk.read_page("khanh-hoa-2026")
try:
    pk.load_dataset("pii-2026", draw=2 if long else 1)
except MethodError as error:
    refused = str(error)
print("told", json.dumps({
    "package": pk.__file__, "units": len(data.units), "year": data.year, "title": data.title_en,
    "framework": data.framework.name, "printed": [len(pk.printed_figures(y)) for y in (2025, 2026)],
    "met": [bool(pk.check_printed(pk.build_index(pk.load_dataset("pii-2026", draw=k)))["met"].all()) for k in range(1 + long)],
    "scores": len(pk.published_scores(2026)),
    "page": [page.rank().units, page.rank().best, page.rank().worst], "refused": refused,
    "brief": not long or "2026" in to_html(pk.make_brief(diagnosis), "en"),
    "of page": "2026" in repr(pk.make_brief(pk.diagnose(page)).subtitle),
}))
"""


def test_a_new_edition_is_raw_data_and_one_row(root: Path, tmp_path: Path) -> None:
    """A made-up 2026 out of the figures of 2025, in a copy where nothing but data was added."""
    for folder in ("piikit", "scripts", "data"):
        shutil.copytree(root / folder, tmp_path / folder, ignore=shutil.ignore_patterns("draws"))
    raw = tmp_path / "data" / "raw"
    again(
        raw / "editions.csv",
        "edition",
        "pii-2025",
        year="2026",
        scores="published/scores_2026.csv",
        range_growth="0.04",
        total_shift="1.0",
        total_spread="1.4",
        title_en="PII 2026, draw {draw}",
    )
    shutil.copy(raw / "published" / "scores_2025.csv", raw / "published" / "scores_2026.csv")
    again(raw / "published" / "indicator_values.csv", "year", "2025")
    again(raw / "published" / "printed_notes.csv", "edition", "2025")
    again(raw / "published" / "strengths_weaknesses.csv", "year", "2025")
    again(raw / "illustrative" / "bound_holders.csv", "edition", "2025")
    again(raw / "pages" / "pages.csv", "name", "khanh-hoa-2025", year="2026")
    done = subprocess.run(
        [sys.executable, "-c", USE_2026, "long" if LONG else "plain"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONUTF8": "1", "PIIKIT_LANG": "en"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    *written, last = done.stdout.splitlines()
    told = json.loads(last.removeprefix("told "))
    assert Path(told["package"]).is_relative_to(tmp_path)
    assert "data/processed/frameworks/pii-2026.csv" in written
    assert "data/processed/pii-2026/draws.parquet" in written
    assert ("data/draws/pii-2026.parquet" in written) == LONG
    assert not [w for w in written if "processed" in w and "2026" not in w], "what is there stays as it is"
    assert (told["units"], told["year"], told["framework"]) == (34, 2026, "pii-2026")
    assert told["title"] == "PII 2026, draw 0"
    assert told["printed"] == [84, 84]
    assert all(told["met"])
    assert told["scores"] == len(pk.published_scores(2025))
    assert told["page"] == [34, 9, 9]
    assert ("--draws 3" if LONG else "--draws 2") in told["refused"]
    assert told["brief"]
    assert told["of page"]
