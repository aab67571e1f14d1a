"""Drivers as words, figures, LaTeX, Word and Excel, in both languages."""

import numpy as np
import pandas as pd
import pytest

import piikit as pk
from piikit.base.errors import UnknownNameError
from piikit.base.language import in_language
from piikit.report.words import drivers_table
from piikit.report.write.cells import worded
from piikit.report.write.latex import latex_text


@pytest.fixture(scope="module")
def result():
    return pk.drivers(
        pk.load_dataset("open-2022"), formula="exam ~ log(grdp_per_head) + urban_share + pci", bootstrap=100
    )


@pytest.fixture(scope="module")
def net():
    rng = np.random.default_rng(1)
    table = pd.DataFrame(
        rng.standard_normal((40, 6)), columns=list("abcdef"), index=[f"u{i}" for i in range(40)]
    )
    return pk.drivers(table, "a", list("bcdef"), model="elastic-net", permutations=19, bootstrap=20)


def paper_table(result, lang):
    with in_language(lang):
        heads, *rows = worded(drivers_table.paper_table(result)).lines()
    return pd.DataFrame(rows, columns=heads)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_paper_table_says_each_number_in_the_language(result, lang):
    table = paper_table(result, lang)
    assert len(table) == 3
    estimate = table.iloc[0, 1]
    assert ("," in estimate) == (lang == "vi")
    value = float(estimate.replace(",", ".").replace("−", "-"))
    assert value == pytest.approx(result.coefficients["estimate"].iloc[0], rel=5e-3)
    assert result.coefficients["loo_unit"].iloc[0] in table.iloc[0, -2]


def test_every_check_of_the_issue_is_printed(result):
    said = result.summary("en")
    for words in (
        "n against p",
        "noise reaches",
        "Power",
        "VIF",
        "leverage",
        "Leaving out one province",
        "Shapiro-Wilk",
        "Breusch-Pagan",
        "share no ingredient",
        "Holm and BH",
        "Specification curve",
        "LMG",
        "Allowing for likeness",
    ):
        assert words in said, words
    assert len(said.split("\n")) == len(result.summary("vi").split("\n"))
    assert "{" not in said


def test_sentences_by_term_and_unknown_terms(result):
    assert result.sentence("urban_share", "en") in result.summary("en")
    assert result.sentence("grdp_per_head", "en") == result.sentence("log(grdp_per_head)", "en")
    with pytest.raises(UnknownNameError):
        result.sentence("nothing")


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("kind", ["coefficients", "partial", "importance", "specifications"])
def test_figures(result, kind, lang):
    import matplotlib.pyplot as plt

    _, ax = plt.subplots()
    drawn = result.plot(ax, kind=kind, lang=lang)
    assert drawn is ax
    assert ax.get_title(loc="left")
    ax.figure.canvas.draw()
    if kind == "partial":
        assert len(ax.collections[0].get_offsets()) == 63
    if kind == "coefficients":
        ticks = [t.get_text() for t in ax.get_xticklabels()]
        assert any("," in t for t in ticks) == (lang == "vi")
        names = " ".join(" ".join(t.get_text().split()) for t in ax.get_yticklabels())
        assert ("GRDP bình quân đầu người" in names) == (lang == "vi")


def test_figures_of_a_net_and_bad_kinds(net, result):
    ax = net.plot(lang="en")
    assert len(ax.get_yticklabels()) == 5
    with pytest.raises(UnknownNameError):
        result.plot(kind="pie")
    with pytest.raises(UnknownNameError):
        result.plot(kind="partial", term="population")


def test_latex_is_balanced_and_escaped(result):
    made = result.to_latex("en")
    assert made.count("\\begin{") == made.count("\\end{") == 2
    rows = [line for line in made.split("\n") if line.endswith("\\\\") and "&" in line]
    assert len(rows) == 4
    assert len({line.count(" & ") for line in rows}) == 1
    assert latex_text("a_b & 5% #1 {x} < \\") == r"a\_b \& 5\% \#1 \{x\} $<$ \textbackslash{}"


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_word_file_holds_table_and_sentence(result, net, awkward_folder, lang):
    from docx import Document

    for made in (result, net):
        document = Document(str(made.to_word(awkward_folder / f"bảng {made.model}.docx", lang)))
        table = document.tables[0]
        shown = paper_table(made, lang)
        assert len(table.rows) == 1 + len(shown)
        assert [c.text for c in table.rows[0].cells] == list(shown.columns)
        assert table.cell(1, 1).text == shown.iloc[0, 1]
        written = "\n".join(p.text for p in document.paragraphs)
        terms = [None] if made is net else made.verdicts.index
        assert all(made.sentence(term, lang) in written for term in terms)


def test_workbook_round_trips(result, tmp_path):
    path = result.to_excel(tmp_path / "g.xlsx", lang="en")
    read = pd.read_excel(path, sheet_name=None, engine="openpyxl")
    np.testing.assert_allclose(read["Coefficients"]["estimate"], result.coefficients["estimate"], rtol=1e-12)
    assert len(read["Data"]) == 63
    assert len(read["Specifications"]) == 3 * 24
    assert {"name", "code"} <= set(read["Names"].columns)


def test_page(result, net):
    for made in (result, net):
        html = made._repr_html_()
        assert html.count("<tr>") == 1 + len(made.coefficients)
        assert "<li>" in html
