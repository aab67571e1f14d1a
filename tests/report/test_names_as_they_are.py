"""Names that a program could read as its own language: mathematics, LaTeX, a terminal, XML."""

import numpy as np
import pandas as pd
import pytest

import piikit as pk
from piikit.base.folding import visible
from piikit.report.write.latex import latex_text

NAMES = [
    "$\\frac{$",
    "\\input{/etc/passwd}",
    "$x^{$ a_b",
    "[z]",
    "100% & #",
    "x\x1b[31m\x07y",
    "w\x00",
    "<b>&amp;",
]


@pytest.fixture(scope="module")
def index():
    titles = {
        "name_vi": ["chi $x^{$", "\\input{a}", "$\\frac$"],
        "name_en": ["cost $x^{$", "\\input{a}", "$\\frac$"],
    }
    tree = pd.DataFrame({"code": ["a", "b", "R"], "parent": ["R", "R", ""]} | titles)
    units = [*NAMES, *(f"u{i}" for i in range(8))]
    values = pd.DataFrame(np.random.default_rng(0).normal(50, 10, (16, 2)), columns=["a", "b"], index=units)
    return pk.build_index(pk.Dataset.from_frame(values, framework=pk.Framework.from_frame(tree)))


def test_a_dollar_is_drawn_as_a_dollar(index):
    for result in (index.explain(NAMES[0]), index):
        figure = result.plot().get_figure()
        figure.set_size_inches(4, 3)
        said = [t.get_text() for t in figure.axes[0].get_yticklabels()] + [
            figure.axes[0].get_title(loc="left")
        ]
        assert any("$" in t for t in said)
        if result is not index:  # the other names hold letters that no font has
            figure.canvas.draw()


@pytest.mark.filterwarnings("ignore:Glyph")
def test_a_brief_of_any_name_is_written(index, tmp_path):
    for name in NAMES[:6:5]:
        brief = pk.make_brief(pk.diagnose(index, name))
        assert brief.to_excel(tmp_path / "b.xlsx", lang="en").stat().st_size > 0
        page = brief.to_html("en") if hasattr(brief, "to_html") else brief._repr_html_()
        assert "\x1b" not in page
        assert "\x07" not in page


def test_latex_reads_no_command_of_a_name():
    said = latex_text("\\input{/etc/passwd} [x]\n\n$a$ %")
    assert said == r"\textbackslash{}input\{/etc/passwd\} {[}x]  \$a\$ \%"


def test_controls_are_no_words(index):
    assert visible("a\x1b[2Jb\x9b\ttab\nline\ud800") == "a [2Jb \ttab\nline "
    assert "\x1b" not in index.explain(NAMES[5]).to_text("en")
