"""Slips: silent on every column that ships, loud where a figure, column or row was put wrong."""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from sizes import LONG, sized

import piikit as pk
from piikit.data.library import dataset_names
from piikit.data.reading.table.collected import Collected, Kept
from piikit.data.reading.table.slips import slips

OPEN, PII = ("open-2022", "open-2023", "open-2024"), ("pii-2023", "pii-2024", "pii-2025")
load = cache(pk.load_dataset)


def found(values, against):
    """What is said of a table held against a dataset: key, unit and code."""
    read = Collected()
    for at, code in enumerate(values.columns):
        for row, unit in enumerate(values.index):
            read.cells[unit, code] = Kept(float(values.iat[row, at]), "S", f"{chr(65 + at)}{row + 2}")
    said = list(slips(read, load(against).framework, file="f.xlsx"))
    assert all(p.severity == "warning" and p.cell and p.sheet == "S" for p in said)
    return [(p.key.rpartition(".")[2], p.unit, p.code) for p in said]


def cases(names, rng, tries):
    """Tables of other years, each with a cell that holds a positive figure."""
    for _ in range(tries):
        name, against = rng.choice(names, 2, replace=False)
        values = load(name).values
        code = rng.choice([c for c in values if c in load(against).values])
        unit = rng.choice(values.index[values[code] > 0])
        yield values.copy(), unit, code, against


def test_no_false_alarm_on_what_ships():
    """Every dataset against itself: none. Against other years 2 figures in 17,000 are flagged (not checked against a source)."""
    names = dataset_names() if LONG else ("open-2022", "pii-2025")
    assert [found(load(n).values, n) for n in names] == [[]] * len(names)
    pairs = [(a, b) for group in (OPEN, PII) for a in group for b in group if a != b]
    said = [s for a, b in (pairs if LONG else [PII[1::-1]]) for s in found(load(a).values, b)]
    flagged = [("before", "Yên Bái", "6.3.1"), ("before", "Cần Thơ", "6.3.1")]
    assert said == (flagged if LONG else flagged[:1])


def share_found(names, factor, seed, tries):
    """Share of figures multiplied by a power of ten that are warned of, each at its own cell."""
    rng, seen = np.random.default_rng(seed), 0
    for values, unit, code, against in cases(names, rng, tries):
        values.loc[unit, code] *= factor
        seen += any(at == (unit, code) for _, *where in found(values, against) for at in [tuple(where)])
    return seen / tries


@pytest.mark.parametrize("factor", [1e-3, 1e-2, 0.1, 10, 100, 1e3, 1e6])
def test_a_power_of_ten_is_found_against_another_year(factor):
    assert share_found(OPEN, factor, 1, sized(2, 100)) >= 0.96


@pytest.mark.parametrize(("factor", "least"), [(10, 0.2), (100, 0.6), (1e3, 0.7), (1e-3, 0.7)])
def test_without_real_figures_the_column_itself_shows_it(factor, least):
    share = share_found(PII, factor, 2, sized(4, 100))
    assert share >= least


def test_swapped_rows_and_columns_are_found():
    rng, tries, rows, columns = np.random.default_rng(3), sized(3, 100), 0, 0
    for values, _, _, against in cases(OPEN, rng, tries):
        at = int(rng.integers(len(values) - 1))
        swapped = values.copy()
        swapped.iloc[[at, at + 1]] = values.iloc[[at + 1, at]].to_numpy()
        rows += ("rows", values.index[at]) in [s[:2] for s in found(swapped, against)]
        at = int(rng.integers(values.shape[1] - 1))
        swapped = values.copy()
        swapped.iloc[:, [at, at + 1]] = values.iloc[:, [at + 1, at]].to_numpy()
        said = found(swapped, against)
        columns += any(
            key in ("columns", "column", "before") and code in values.columns[at : at + 2]
            for key, _, code in said
        )
    assert rows >= 0.97 * tries
    assert columns >= 0.6 * tries


def own_tree(*units):
    rows = [{"code": "X", "parent": "", "name_vi": "Gốc", "name_en": "Root"}]
    rows += [
        {"code": f"X{n}", "parent": "X", "name_vi": f"Chỉ số {n}", "name_en": f"Indicator {n}", "unit": u}
        for n, u in enumerate(units)
    ]
    return pk.Framework.from_frame(pd.DataFrame(rows), name="own")


def checked(tmp_path, tree, columns, places, **more):
    lines = ["Tỉnh;" + ";".join(columns)]
    lines += [";".join([u, *(f"{v[i]:.6g}" for v in columns.values())]) for i, u in enumerate(places)]
    (tmp_path / "x.csv").write_text("\n".join(lines), encoding="utf-8")
    return pk.check_file(tmp_path / "x.csv", framework=tree, **more)


@pytest.mark.parametrize("seed", range(sized(6, 100)))
def test_a_slip_within_a_column_is_seen_without_any_reference(seed, tmp_path):
    """A column of figures within one power of ten, one of them off by 100 or 1000; without it, no word."""
    rng = np.random.default_rng(seed)
    units = list(rng.permutation(load("open-2022").units)[: rng.integers(6, 40)])
    values = 10 ** (rng.uniform(-1, 4) + rng.uniform(0, 0.9, len(units)))
    report = checked(tmp_path, own_tree(""), {"X0": values}, units, units=63)
    assert not [p for p in report.problems if "slip" in p.key]
    assert report.uncompared == ("X0",)
    at = int(rng.integers(len(units)))
    values[at] *= rng.choice([1e-3, 1e-2, 100, 1e3])
    said = [
        p
        for p in checked(tmp_path, own_tree(""), {"X0": values}, units, units=63).problems
        if "slip" in p.key
    ]
    assert [(p.key, p.cell) for p in said] == [("problem.slip.apart", f"B{at + 2}")]


def test_figures_are_held_against_the_same_indicator_of_another_framework(tmp_path):
    """By name and unit; and what could be held against nothing is told once, in both languages."""
    rows = [{"code": "X", "parent": "", "name_vi": "Gốc", "name_en": "Root"}]
    named = {"a": ("GRDP bình quân đầu người", "million VND"), "b": ("Chuyện khác", "million VND")}
    rows += [{"code": c, "parent": "X", "name_vi": v, "name_en": c, "unit": u} for c, (v, u) in named.items()]
    tree, units = pk.Framework.from_frame(pd.DataFrame(rows), name="own"), load("open-2022").units
    right = load("open-2022").values["7.1"].to_numpy()
    report = checked(tmp_path, tree, {"a": right, "b": right}, units)
    assert (report.uncompared, [p.key for p in report.problems if "slip" in p.key]) == (("b",), [])
    assert "(b)" in report.summary("vi")
    assert "b" in report.summary("en")
    report = checked(tmp_path, tree, {"a": right / 1000, "b": right / 1000}, units)
    assert [(p.key, p.code) for p in report.problems if "slip" in p.key] == [("problem.slip.column", "a")]


def test_a_column_outside_what_was_printed_is_told(tmp_path):
    """No figures of provinces ship for 3.1.1 of 2025, but its lowest and highest figure were printed for a page."""
    printed = load("pii-2025").printed
    ends = printed[printed["code"].str.count(r"\.") == 2].pivot_table(
        index="code", columns="kind", values=["low", "high"]
    )
    ends = ends[[("low", "minimum"), ("high", "maximum")]].dropna()
    code, low, high = next((c, lo, hi) for c, lo, hi in ends.itertuples() if lo > 1)
    units = load("pii-2025").units[:12]
    values = np.linspace(low + (high - low) / 4, high, 12)
    for factor, told in ((1, []), (0.001, ["problem.slip.print"])):
        report = checked(tmp_path, "pii-2025", {code: values * factor}, units, units=34)
        assert [p.key for p in report.problems if "slip" in p.key] == told
        assert report.uncompared == ()


def test_the_figures_of_the_issue(tmp_path):
    values = load("open-2022").values["7.1"]
    lines = ["Tỉnh;7.1", *(f"{u};{v}".replace(".", ",") for u, v in values.items())]
    text = (
        "\n".join(lines).replace("An Giang;52,4", "An Giang;1.234,5").replace("Cần Thơ;87,0", "Cần Thơ;87000")
    )
    file = tmp_path / "gdp.csv"
    file.write_text(text, encoding="utf-8")
    report = pk.check_file(file, framework="open-2022")
    said = [p for p in report.warnings if p.key.startswith("problem.slip")]
    lines = [line.partition(";")[0] for line in lines]
    assert {(p.unit, p.cell) for p in said} == {
        (u, f"B{lines.index(u) + 1}") for u in ("Cần Thơ", "An Giang")
    }
    assert "1.000 lần" in next(p for p in said if p.unit == "Cần Thơ").message("vi")


def test_a_whole_column_in_another_unit_is_said_once():
    values = load("open-2022").values[["7.1"]] * 1000
    assert found(values, "open-2022") == [("column", values.index[0], "7.1")]


def test_one_province_alone_is_held_against_its_own_figures():
    values = load("open-2022").values.loc[["Cần Thơ"]].copy()
    assert found(values, "open-2022") == []
    values.loc["Cần Thơ", "7.1"] *= 10
    assert found(values, "open-2022") == [("before", "Cần Thơ", "7.1")]


def test_what_to_hold_figures_against_can_be_told(tmp_path):
    """A dataset, its name or its file; templates and saved datasets are held against it, or what ships, too."""
    last, now = load("open-2023"), load("open-2022")
    odd = now.with_values({"An Giang": {"7.1": float(last.values.at["An Giang", "7.1"]) * 1000}})
    own = odd.save(tmp_path / "saved.xlsx")
    form = pk.write_template(tmp_path / "form.xlsx", data=odd)
    kept = last.save(tmp_path / "last.xlsx")
    every = [(file, before) for file in (own, form) for before in (None, "open-2023", last, kept)]
    for file, previous in every if LONG else [(own, kept), (form, "open-2023")]:
        report = pk.check_file(file, previous=previous)
        said = [p for p in report.warnings if p.key == "problem.slip.before"]
        assert ("An Giang", "7.1") in {(p.unit, p.code) for p in said}
        assert {p.values["name"] for p in said} == {"open-2022" if previous is None else "open-2023"}
    assert pk.read_workbook(own, previous="open-2023").values.equals(odd.values)
