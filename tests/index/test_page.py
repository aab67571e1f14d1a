"""A province's own page: Khánh Hòa 2025 is met inside rounding; ranks; what-ifs; gaps are gaps."""

from itertools import zip_longest

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import piikit as pk
from piikit.base.errors import InputError, UnknownNameError
from piikit.data.paths import raw
from piikit.index.page.page_bounds import minmax_score, score_interval
from piikit.index.page.page_ranks import rank_interval
from piikit.index.page.page_result import score_page


@pytest.fixture(scope="module")
def page():
    return pk.read_page("khanh-hoa-2025")


@pytest.mark.parametrize(
    ("group", "made", "printed"), [("1.1", 58.90, 58.90), ("1.2", 58.52, 58.62), ("2.1", 31.41, 31.36)]
)
def test_groups_of_khanh_hoa(page, group, made, printed):
    row = page.table.loc[group]
    assert row["status"] == "exact"
    assert row["score"] == pytest.approx(made, abs=0.005)
    assert row["printed"] == printed
    assert row["score_low"] <= printed <= row["score_high"]


@pytest.mark.parametrize(("code", "printed"), [("1", 58.76), ("2", 38.15), ("PII", 46.54)])
def test_pillars_and_whole_are_exact(page, code, printed):
    assert page.table.at[code, "score"] == pytest.approx(printed, abs=0.0051)
    assert page.table.at[code, "printed"] == printed
    assert page.known[code] == printed


def test_all_printed_nodes_agree(page):
    assert page.differences["agrees"].all()
    assert set(page.differences.index) == {"PII", "1", "2", "1.1", "1.2", "2.1"}
    assert not [p for p in page.problems if p.key == "problem.page.difference"]


def test_the_cut_figure_is_a_gap(page):
    (cut,) = [p for p in page.problems if p.key == "problem.page.gap"]
    assert (cut.code, cut.cell, cut.value) == ("2.2.1", "F21", "(page cut: 64.0?)")
    assert np.isnan(page.table.at["2.2.1", "maximum"])
    assert page.table.at["2.2.1", "value"] == 14.48
    assert "2.2.1" not in page.covered
    assert len(page.covered) == 10


def test_rank_is_the_printed_one(page):
    assert page.rank().exact
    assert page.rank().best == 9
    assert page.rank("1").best == 1
    assert page.rank("1").worst == 34


@pytest.mark.parametrize(
    ("score", "best", "worst"),
    [(50.0, 5, 5), (58.2, 4, 4), (66.0, 1, 1), (47.0, 6, 9), (45.5, 9, 11), (30.0, 21, 34)],
)
def test_ranks_of_other_scores(page, score, best, worst):
    """Huế 49.37 is 5th and falls behind 50; Đồng Nai 44.92 is 12th, so 10 others are above 45.5 at most."""
    rank = page.rank(score=score)
    assert (rank.best, rank.worst) == (best, worst)


def test_changed_value_moves_every_score_above_it(page):
    after = page.with_values({"1.1.1": 50.0})
    points = 100 * (50.0 - 47.59) / (55.64 - 28.20)
    for code, share in {"1.1.1": 1, "1.1": 1 / 3, "1": 1 / 6, "IN": 1 / 30, "PII": 1 / 60}.items():
        assert after.known[code] - page.known[code] == pytest.approx(points * share, abs=1e-9)
    assert after.known["2"] == page.known["2"]
    beyond = page.with_values({"1.1.1": 60.0})
    assert beyond.table.at["1.1.1", "score"] == 100
    assert beyond.table.at["1.1.1", "maximum"] == 60.0
    with pytest.raises(UnknownNameError):
        page.with_values({"2.2.1": 20.0})


def test_explanation_goes_down_to_printed_figures(page):
    whole = page.explain()
    assert whole.score == 46.54
    assert whole.interval.best == 9
    cell = next(p.cell for _, p in whole.part.walk() if p.code == "1.1.1")
    assert (cell.raw, cell.fitted["minimum"], cell.fitted["maximum"]) == (47.59, 28.20, 55.64)
    for lang in ("vi", "en"):
        said = page.explain("1.2").to_text(lang)
        assert ("58,52" if lang == "vi" else "58.52") in said
        assert page.explain("2.2").to_html(lang)
    assert "100 × (47,59 − 28,2) / (55,64 − 28,2)" in page.explain("1.1").to_text("vi")


def test_pasted_text_gives_the_same_scores(page):
    rows = page.page.figures
    lines = []
    for code, row in rows.iterrows():
        own = row["value"] if code in page.framework.indicators else row["printed"]
        figures = [
            f"{x:.2f}".replace(".", ",") for x in (own, row["minimum"], row["maximum"]) if not np.isnan(x)
        ]
        lines.append(row["name"] + "\t" + "\t".join(figures))
    pasted = pk.read_page("\n".join(lines), unit="khanh hoa", year=2025)
    shared = ["PII", "1", "2", "1.1", "1.2", "2.1", "1.1.1", "2.1.2"]
    pd.testing.assert_series_equal(pasted.table.loc[shared, "score"], page.table.loc[shared, "score"])
    stacked = pk.read_page("\n".join(line.replace("\t", "\n") for line in lines), unit="Khánh Hòa", year=2025)
    pd.testing.assert_series_equal(stacked.table.loc[shared, "score"], page.table.loc[shared, "score"])


def test_page_from_excel_html_and_frame(page, tmp_path):
    table = pd.read_csv(raw("pages", "khanh_hoa_2025.csv"), dtype=str, keep_default_na=False)
    numeric = table.copy()
    for column in ("value", "score", "minimum", "maximum"):
        numeric[column] = pd.to_numeric(
            numeric[column].where(~numeric[column].str.startswith("(")), errors="coerce"
        )
    numeric.to_excel(tmp_path / "Khánh Hòa 2025.xlsx", index=False)
    (tmp_path / "Khánh Hòa 2025.html").write_text(table.to_html(index=False), encoding="utf-8")
    for source in (tmp_path / "Khánh Hòa 2025.xlsx", tmp_path / "Khánh Hòa 2025.html", table):
        read = pk.read_page(source, unit="Khánh Hòa", year=2025)
        pd.testing.assert_series_equal(read.table["score"], page.table["score"])
        pd.testing.assert_series_equal(read.table["score_low"], page.table["score_low"])


def test_a_wrong_copy_is_reported(page):
    """A slip of one digit in a value takes its group out of the rounding interval."""
    figures = page.page.figures.copy()
    figures.loc["1.1.2", "value"] = 4.75
    from dataclasses import replace

    result = score_page(replace(page.page, figures=figures), page.published)
    (told,) = [p for p in result.problems if p.key == "problem.page.difference"]
    assert told.code == "1.1"
    assert not result.differences.at["1.1", "agrees"]


def test_a_page_without_known_names_or_province():
    with pytest.raises(InputError, match=r"name|tên"):
        pk.read_page("a\t1\t2\nb\t3\t4\n", unit="Khánh Hòa")
    with pytest.raises(InputError):
        pk.read_page("Thể chế\t58,76\nGiáo dục\t31,36\n")
    with pytest.raises(UnknownNameError):
        pk.read_page("khanh-hoa-2035")


figures = st.tuples(st.floats(0, 1e3), st.floats(0, 1e3), st.floats(0.5, 1e3)).map(
    lambda t: (t[1] + t[0] * t[2] / 1e3, t[1], t[1] + t[2])
)
parts = st.tuples(*[st.floats(-1, 1)] * 3)


@given(figures, parts, st.sampled_from([1, -1]))
def test_interval_holds_every_true_score(true, slips, direction):
    """Whatever the figures behind the printed ones, their score lies inside."""
    half = 0.005
    printed = tuple(f + s * half for f, s in zip(true, slips, strict=True))
    low, high = score_interval(printed, (half, half, half), direction)
    score = minmax_score(true, direction)
    assert low - 1e-9 <= score <= high + 1e-9


@given(st.data())
def test_rank_interval_holds_the_true_rank(data):
    n = data.draw(st.integers(3, 12))
    scores = data.draw(st.lists(st.integers(0, 10_000), min_size=n, max_size=n, unique=True))
    names = [f"u{i}" for i in range(n)]
    board = pd.Series(np.array(scores) / 100, index=names)
    ranks = board.rank(ascending=False)
    shown = data.draw(st.lists(st.sampled_from(names), unique=True))
    printed_ranks = {
        u: float(ranks[u]) for u in data.draw(st.lists(st.sampled_from([*shown, "u0"]), unique=True))
    }
    score = data.draw(st.integers(0, 10_000)) / 100
    if any(score == s for u, s in board.items() if u != "u0"):
        return
    others = board.drop("u0")
    true_rank = 1 + int((others > score).sum())
    found = rank_interval(
        (score, score),
        board[shown],
        units=n,
        printed_ranks=printed_ranks,
        unit="u0",
        printed_own=float(board["u0"]),
    )
    assert found.best <= true_rank <= found.worst


TEXT = "Tỉnh {owner}\nThể chế\t58,76\t20\t60\n1.1.1\t0,5\t0,1\t0,9\n"


@pytest.mark.parametrize("unit", ["Cần Thơ", "an giang"])
@pytest.mark.parametrize("way", ["shipped", "pasted", "frame", "file", "file name"])
def test_a_page_is_never_read_as_another_provinces(way, unit, tmp_path):
    """A page that says whose it is, by its list, its first lines or its file, refuses every other province."""
    text = TEXT.format(owner="Khánh Hòa" if way != "file name" else "nào")
    rows = [line.split("\t") for line in text.splitlines()]
    path = tmp_path / ("Khánh Hòa 2025.csv" if way == "file name" else "trang.csv")
    path.write_text(text.replace("\t", ";"), encoding="utf-8")
    source = {
        "shipped": "khanh-hoa-2025",
        "pasted": text,
        "frame": pd.DataFrame(dict(enumerate(zip_longest(*rows)))),
    }
    asked = source.get(way, path)
    with pytest.raises(InputError) as refused:
        pk.read_page(asked, unit=unit, year=2025)
    (problem,) = refused.value.problems
    assert problem.key == "problem.page.owner"
    assert "Khánh Hòa" in problem.sentence("vi")
    assert pk.read_page(asked, unit="khanh hoa", year=2025).unit == "Khánh Hòa"


def test_a_page_under_a_merged_name_is_the_successors():
    read = pk.read_page(TEXT.format(owner="Ninh Thuận"), unit="Khánh Hòa", year=2025)
    assert read.unit == "Khánh Hòa"
