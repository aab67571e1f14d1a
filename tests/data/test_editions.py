"""Editions of PII: made again equal, honest about every cell, believable, and refusing nonsense."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize

import piikit as pk
from piikit.base.errors import MethodError, UnknownNameError
from piikit.data.editions import choices, names, printed_figures
from piikit.data.editions.edition import make
from piikit.data.editions.fit import Asked, coefficients, project
from piikit.data.editions.open_columns import open_columns
from piikit.data.framework import Framework
from piikit.data.paths import processed

EDITIONS = ("pii-2023", "pii-2024", "pii-2025")


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
def test_draw_0_is_what_the_generator_makes(name: str) -> None:
    committed, made = pk.Dataset.load(processed(name, "draw-0.parquet")), make(name, 0)
    pd.testing.assert_frame_equal(committed.values, made.values, rtol=0, atol=1e-6)
    for table in ("provenance", "sources", "notes", "groups"):
        pd.testing.assert_frame_equal(getattr(committed, table), getattr(made, table))
    assert committed.printed is not None
    pd.testing.assert_frame_equal(committed.printed, made.printed)


def test_a_draw_does_not_depend_on_what_ran_before() -> None:
    from piikit.data.editions import generate, start

    first = make("pii-2025", 3).values
    generate.draw_totals.cache_clear()
    start.latent.cache_clear()
    make("pii-2024", 5)
    pd.testing.assert_frame_equal(first, make("pii-2025", 3).values, check_exact=True)
    assert not first.equals(make("pii-2025", 4).values)


@pytest.mark.parametrize("name", EDITIONS)
def test_real_columns_are_real_and_the_rest_is_marked(name: str) -> None:
    year = int(name[-4:])
    data, opened = pk.load_dataset(name), open_columns(year)
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


@pytest.mark.slow
def test_illustrative_cells_are_believable() -> None:
    """Means over draws of what the issue asks: 0.35 in pillars, 0.8 over years, 2% gaps, skewed counts."""
    within, years, gaps, skew, one_decimal = [], [], [], [], []
    for k in range(1, 5):
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
