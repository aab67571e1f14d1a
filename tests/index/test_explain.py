"""Every number can be taken apart, and found again."""

import html.parser
import re

import numpy as np
import pandas as pd
import pytest
from sizes import sized

import piikit as pk
from piikit.base.errors import UnknownNameError


@pytest.fixture(scope="module")
def result():
    return pk.build_index(pk.load_dataset("open-2022"))


def test_every_score_and_rank_is_found_again(result):
    for unit in result.units[:: sized(21, 7)]:
        for code in result.framework.codes:
            e = result.explain(unit, code)
            assert e.score == pytest.approx(result.scores.loc[unit, code], abs=1e-12, nan_ok=True)
            assert e.rank == pytest.approx(result.ranks.loc[unit, code], nan_ok=True)
            if not np.isnan(e.score):
                assert abs(e.residual) < 1e-9
                assert e.table.loc[e.table["depth"] == 0, "contribution"].iloc[0] == pytest.approx(e.score)


def test_the_leaf_formula_gives_the_score(result):
    table = result.explain("Cần Thơ").table
    leaves = table[table["raw"].notna()]
    assert len(leaves) == result.dataset.values.loc["Cần Thơ"].notna().sum()
    by_hand = 100 * (leaves["raw"] - leaves["minimum"]) / (leaves["maximum"] - leaves["minimum"])
    np.testing.assert_allclose(by_hand, leaves["score"], rtol=1e-12)
    assert (leaves["source"] != "").all()
    assert set(leaves["provenance"]) == {"open", "derived"}


def test_neighbours_and_gaps(result):
    e = result.explain("Cần Thơ")
    order = result.scores["OPEN"].sort_values(ascending=False)
    at = list(order.index).index("Cần Thơ")
    assert e.ahead.unit == order.index[at - 1]
    assert e.behind.unit == order.index[at + 1]
    assert e.ahead.gap == pytest.approx(e.score - order.iloc[at - 1])
    best = result.explain(order.index[0])
    assert best.ahead is None
    assert best.rank == 1


def test_texts_in_both_languages(result):
    e = result.explain("Cần Thơ")
    vi, en = e.to_text("vi"), e.to_text("en")
    assert "48,16" in vi
    assert "48.16" in en
    assert "thứ 9" in vi
    assert "9th" in en
    assert "{" not in vi + en
    assert e.summary("vi") in vi


def test_figures_in_the_text_give_the_score(result):
    """The printed formula of an indicator, computed by hand from its printed figures, gives the printed score."""
    line = next(
        s for s in result.explain("Cần Thơ").to_text("en").splitlines() if s.strip().startswith("1.1 ")
    )
    score, formula = re.search(r": ([\d.]+) = (.*)", line).groups()
    numbers = [float(n.replace(",", "")) for n in re.findall(r"[\d.,]+", formula)]
    hundred, x, low, high, low_again = numbers
    assert low == low_again
    assert hundred * (x - low) / (high - low) == pytest.approx(float(score), abs=0.01)


class Balanced(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.seen = [], set()

    def handle_starttag(self, tag, attrs):
        self.seen.add(tag)
        if tag not in {"meta", "br", "img"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_html_is_balanced_and_escaped(result):
    notes = result.dataset.notes.copy()
    notes.loc["Cần Thơ", "1.1"] = "<script>alert(1)</script>"
    e = pk.build_index(result.dataset.replace(notes=notes)).explain("Cần Thơ")
    parser = Balanced()
    parser.feed(e.to_html("vi"))
    assert parser.open == []
    assert "script" not in parser.seen
    assert "&lt;script&gt;" in e.to_html("en")


def test_latex(result):
    latex = result.explain("Cần Thơ", "1").to_latex("en")
    assert latex.startswith("\\begin{align*}")
    assert latex.count("{") == latex.count("}")
    assert r"\frac{66.94 - 59.58}{72.95 - 59.58}" in latex


def test_gap_is_explained_as_a_gap():
    result = pk.build_index(pk.load_dataset("open-2022"))
    gaps = result.dataset.values.isna()
    unit, code = next((u, c) for c in gaps for u in gaps.index[gaps[c]])
    e = result.explain(unit, code)
    assert np.isnan(e.score)
    assert e.ahead is None
    assert "thiếu" in e.summary("vi")
    parent = result.explain(unit, result.framework.parent(code))
    assert parent.table.loc[parent.table["code"] == code, "weight"].iloc[0] == 0


@pytest.mark.parametrize(
    "method",
    [
        pk.Method.coinr(),
        pk.Method.pii().replace(normalisation="zscore"),
        pk.Method.pii().replace(normalisation="rank"),
        pk.Method.pii().replace(aggregation="geometric", normalisation={"low": 1}),
        pk.Method.pii().replace(imputation="median"),
        pk.Method.pii().replace(aggregation="copeland"),
    ],
    ids=["coinr", "z", "rank", "geometric", "median", "copeland"],
)
def test_other_methods_explain_themselves(method):
    result = pk.build_index(pk.load_dataset("open-2022"), method)
    e = result.explain("Hà Nội")
    assert e.score == pytest.approx(result.scores.loc["Hà Nội", "OPEN"])
    for lang in ("vi", "en"):
        assert e.to_text(lang)
        assert e.to_html(lang)
        assert e.to_latex(lang)


def test_bads_are_explained_in_raw_units(reference):
    result = pk.build_index(reference)
    bad = next(c for c in reference.codes if reference.framework.table.loc[c, "direction"] == -1)
    table = result.explain("U03", bad).table.iloc[0]
    by_hand = 100 * (table["raw"] - table["minimum"]) / (table["maximum"] - table["minimum"])
    assert by_hand == pytest.approx(table["score"])
    assert table["minimum"] > table["maximum"]


def test_illustrative_values_are_said():
    data = pk.load_dataset("classroom")
    e = pk.build_index(data).explain(data.units[0])
    assert e.illustrative == 1
    assert "MINH HOẠ" in e.summary("vi")
    assert "ILLUSTRATIVE" in e.summary("en")


def test_unknown_unit_and_code(result):
    with pytest.raises(UnknownNameError, match="Cần Thơ"):
        result.explain("Cần Thơơ")
    with pytest.raises(UnknownNameError):
        result.explain("Cần Thơ", "9.9")


def test_faces(result, tmp_path):
    book = result.explain("Hà Nội").to_excel(tmp_path / "e.xlsx")
    assert len(pd.read_excel(book, engine="openpyxl")) > 20
    assert result.plot(unit="Cần Thơ").get_title(loc="left")
    assert result.explain("Cần Thơ").plot(lang="en").patches
    book = result.to_excel(tmp_path / "i.xlsx", lang="en")
    sheets = pd.read_excel(book, sheet_name=None, engine="openpyxl")
    assert {"League", "Scores", "Cells", "Treatment log"} <= set(sheets)
    assert "63" in result.summary("vi")
    assert "<table>" in result._repr_html_()
