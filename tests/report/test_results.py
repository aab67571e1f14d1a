"""What results show: said once, traced back, and shown by generic writers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
import shared
from openpyxl import Workbook
from shared import UNIT, index
from sizes import sized
from tracing import Tracer

import piikit as pk
from piikit.base.errors import UnknownNameError
from piikit.base.results import Result
from piikit.report import CONTENT
from piikit.report.blocks.block_marks import marked
from piikit.report.blocks.blocks import Bullets, Joined, Named, Sentence, Table, within
from piikit.report.blocks.content import Content, content_of
from piikit.report.blocks.formula import Formula
from piikit.report.blocks.quantity import Quantity, count, fixed, given, place, share
from piikit.report.write.block_excel import fill_table, number_format
from piikit.report.write.cells import aligned
from piikit.report.write.latex import formula

CHANGE = {"2.1": "+5%", "1.1": "to best of region"}
EDITION = {"7.1.2": "to best of region", "6.1.1": "+10%"}


def gained() -> Any:
    return pk.what_if(index(), UNIT, {UNIT: CHANGE, "Hải Phòng": {"2.1": "+3%"}})


# The results whose numbers are of a unit and a code, with the index they are traced in.
TRACED: dict[str, tuple[Callable[[], Any], Callable[[], Any]]] = {
    "index": (index, index),
    "index of an edition": (lambda: index("pii-2024"), lambda: index("pii-2024")),
    "explanation": (lambda: index().explain(UNIT), index),
    "explanation of a page": (lambda: shared.page().explain(), shared.page),
    "page": (shared.page, shared.page),
    "diagnosis": (shared.diagnosis, index),
    "diagnosis of a page": (lambda: shared.diagnosis("page"), shared.page),
    "duel": (lambda: pk.duel(index(), UNIT, "Bình Dương"), index),
    "what if": (gained, index),
    "what ifs": (lambda: pk.what_if(index(), UNIT, scenarios={"a": CHANGE, "b": {"2.1": "+1%"}}), index),
    "what if of an edition": (
        lambda: pk.what_if(index("pii-2024"), UNIT, EDITION),
        lambda: index("pii-2024"),
    ),
    "tornado": (lambda: pk.tornado(index(), UNIT), index),
    "least effort": (lambda: pk.least_effort(index(), UNIT, 7), index),
    "rivals": (lambda: pk.against_rivals(index(), UNIT, CHANGE, runs=5), index),
    "package": (shared.package, index),
}


def sample(content: Content, every: int) -> Iterator[Quantity]:
    """The first traceable number of each kind and every so many more of it."""
    seen: Counter[str] = Counter()
    for quantity in within(content):
        if not quantity.bare:
            if seen[quantity.kind] % every == 0:
                yield quantity
            seen[quantity.kind] += 1


@pytest.mark.parametrize("name", TRACED)
def test_every_score_rank_and_gap_is_found_again_by_explain(name: str) -> None:
    make, base = TRACED[name]
    trace = Tracer(base())
    quantities = list(sample(content_of(make()), sized(9, 1)))
    assert quantities
    wrong = [q for q in quantities if trace.find(q) != pytest.approx(q.value, abs=1e-9, nan_ok=True)]
    assert not wrong


def test_every_name_of_the_registry_is_a_result() -> None:
    def below(cls: type) -> Iterator[type]:
        for kid in cls.__subclasses__():
            yield kid
            yield from below(kid)

    for name in pk.__all__:
        getattr(pk, name)
    assert set(CONTENT) <= {cls.__name__ for cls in below(Result)}


def test_a_result_of_nobody_says_what_to_register() -> None:
    class Own(Result):
        pass

    with pytest.raises(LookupError, match="register"):
        Own().summary()


def test_an_unknown_figure_names_those_that_there_are() -> None:
    with pytest.raises(UnknownNameError, match="gaps, heat, strip, duel, coverage"):
        shared.diagnosis().plot(kind="pie")


def test_marks_are_set_in_a_summary_and_nowhere_else() -> None:
    said = pk.what_if(index("pii-2024"), UNIT, EDITION).summary("en").split("\n")
    assert said[0].startswith("ILLUSTRATIVE")
    assert "*" in said[1]
    assert "*" not in gained().summary("en")


def test_printed_totals_are_not_marked() -> None:
    own = next(q for q in within(content_of(index("pii-2024"))) if q.kind == "score" and q.unit == UNIT)
    assert own.text("en") == "46.01"


@pytest.mark.parametrize(
    ("quantity", "vi", "en"),
    [
        (fixed(1234.5), "1.234,50", "1,234.50"),
        (fixed(-0.4, 1, sign=True), "−0,4", "-0.4".replace("-", "−")),
        (given(0.123456), "0,1235", "0.1235"),
        (given(float("nan")), "–", "–"),
        (count(1200), "1.200", "1,200"),
        (place(2), "thứ 2", "2nd"),
        (share(0.256), "25,6%", "25.6%"),
        (Quantity("rank", 3.0, spoken=False), "3", "3"),
        (Quantity("value", 2.5, measure_vi="tỷ", measure_en="billion", mark="illustrative"), "2,5 tỷ*", "2.5 billion*"),
    ],
)  # fmt: skip
def test_numbers_in_both_languages(quantity: Quantity, vi: str, en: str) -> None:
    assert (quantity.text("vi"), quantity.text("en")) == (vi, en)


@pytest.mark.parametrize(
    ("quantity", "wanted"),
    [
        (Quantity("rank", 3.0), "0"),
        (fixed(1.0), "#,##0.00"),
        (fixed(1.0, 1, sign=True), "+#,##0.0;−#,##0.0;#,##0.0"),
        (share(0.5, 0), "0%"),
        (Quantity("score", 1.0, mark="illustrative"), '#,##0.00"*"'),
        (Quantity("value", 1.0, measure_vi="%", measure_en="%"), '#,##0.00##"%"'),
        (Quantity("value", 1.0, measure_vi='"kg"', measure_en='"kg"'), "#,##0.00##\" 'kg'\""),
    ],
)
def test_excel_shows_digits_unit_and_mark_of_a_number(quantity: Quantity, wanted: str) -> None:
    assert number_format(quantity) == wanted


def test_a_table_in_excel_keeps_full_precision() -> None:
    table = Table(
        "known.sheet",
        ("known.name", "known.low"),
        (("a", fixed(1 / 3)), ("b", fixed(2))),
        tints=("FF0000", ""),
    )
    table = replace(table, tints=("FF0000", "00FF00"))
    sheet = Workbook().create_sheet()
    fill_table(sheet, table)
    assert sheet["B2"].value == 1 / 3
    assert sheet["B2"].number_format == "#,##0.00"
    assert sheet["A2"].fill.fgColor.rgb.endswith("FF0000")


def test_tables_as_text_stand_below_each_other() -> None:
    rows = (("Cần Thơ", fixed(1.5)), ("Huế", fixed(20)))
    lines = aligned(Table("", (Named("Tỉnh", "Unit"), Named("Điểm", "Score")), rows))
    assert lines == ["Tỉnh      Điểm", "Cần Thơ   1,50", "Huế      20,00"]


def test_formulae_in_text_and_latex() -> None:
    over = Formula("over", (Formula("minus", (given(5), given(1))), given(8)))
    whole = Formula("plus", (Formula("times", (given(100), over)), given(2)))
    assert whole.text("en") == "100 × (5 − 1) / 8 + 2"
    assert formula(whole) == r"100 \times \frac{5 - 1}{8} + 2"
    assert formula(given(1.5)) == "1{,}5"
    assert Formula("f", (given(1), given(2))).text("en") == "f(1; 2)"


def test_a_pass_over_the_model_reaches_every_number() -> None:
    score = Quantity("score", 1.0, "Cao Bằng", "1.1.1")
    parts = (
        Sentence("index.leaders", {"leaders": Joined((score, "x"))}),
        Table("", ("index.rank",), ((score,),)),
        Bullets((Sentence("index.leaders", {"leaders": (score,)}),)),
        Content((score,), title=score),
    )
    done = marked(parts, index("pii-2024"))
    assert [q.mark for q in within(done)] == ["illustrative"] * 5
    assert [q.mark for q in within(parts)] == [""] * 5
