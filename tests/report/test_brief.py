"""The brief: every number traced, both languages, marks, pages."""

import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser

import openpyxl
import pytest
import shared
from sizes import sized
from tracing import Tracer

from piikit.report.blocks.blocks import Picture, Quantity, Sentence, Table, shown, within
from piikit.report.write import block_html
from piikit.report.write.block_html import to_html, write_html

CASES = [
    ("open-2022", "Cần Thơ"),
    ("open-2022", "Hà Giang"),
    ("open-2022", "Quảng Ninh"),
    ("tai-23", "Finland"),
    ("classroom", "Tỉnh A"),
    ("page", ""),
]


@pytest.fixture
def can_tho():
    return shared.brief()


@pytest.fixture
def illustrative():
    return shared.brief("pii-2024")


def sample(brief, every):
    """The first number of each kind and every so many more of it, with its chapter."""
    seen = Counter()
    for chapter, quantity in brief.quantities():
        if quantity.bare:
            continue
        if seen[quantity.kind] % every == 0:
            yield chapter, quantity
        seen[quantity.kind] += 1


def assert_found_again(brief, every):
    trace = Tracer(brief.result)
    wrong = [
        (chapter, q)
        for chapter, q in sample(brief, every)
        if trace.find(q) != pytest.approx(q.value, abs=1e-9, nan_ok=True)
    ]
    assert not wrong


@pytest.mark.parametrize(("name", "unit"), CASES)
def test_every_number_is_found_again_by_explain(name, unit):
    """Scores, ranks and gaps of the content model, from ``explain`` alone."""
    brief = shared.brief(name, unit)
    assert sum(1 for _ in sample(brief, 1)) > 30
    assert_found_again(brief, sized(4, 1))
    kinds = {q.kind for _, q in brief.quantities()}
    assert kinds >= ({"score", "points"} if name == "page" else {"score", "rank", "gap", "part", "slope"})


def test_no_score_rank_or_gap_hides_in_the_words(can_tho):
    """Digits of a finished text come from quantities, names or fixed wording, never from elsewhere."""
    for lang in ("vi", "en"):
        for chapter in can_tho.chapters:
            for block in chapter.blocks:
                if not isinstance(block, Sentence):
                    continue
                said = block.text(lang)
                for quantity in within(block):
                    said = said.replace(quantity.text(lang), "", 1)
                assert not re.search(r"\d[.,]\d\d", said.replace("1.2", "").replace("5.1", "")), said


class Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.images, self.outside, self.words = [], [], []

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag == "img":
            self.images.append(found)
        for name in ("src", "href"):
            if not found.get(name, "data:").startswith(("data:", "#")):
                self.outside.append(found[name])
        if tag in ("script", "link", "iframe"):
            self.outside.append(tag)

    def handle_data(self, data):
        self.words.append(data)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_html_is_self_contained_with_alternative_texts(can_tho, lang, awkward_folder):
    with shared.without_pixels():
        path = write_html(can_tho, awkward_folder / "brief.html", lang)
    html = path.read_text(encoding="utf-8")
    page = Page()
    page.feed(html)
    assert not page.outside
    assert "url(" not in html
    pictures = [b for c in can_tho.chapters for b in c.blocks if isinstance(b, Picture)]
    assert len(page.images) == len(pictures) >= 5
    assert all(len(i["alt"]) > 40 for i in page.images)
    words = " ".join(page.words)
    assert ("48,16" if lang == "vi" else "48.16") in words
    assert can_tho.fingerprint in words
    assert ("dự kiến" if lang == "vi" else "expected") in words
    assert "MINH HOẠ" not in words
    assert "ILLUSTRATIVE" not in words


def test_both_languages_carry_the_same_numbers(can_tho):
    """The model is one: what the languages write differs, the numbers do not."""
    for _, quantity in can_tho.quantities():
        digits = [
            re.sub(r"[.,]", "", re.sub(r"[^\d.,]", "", quantity.text(lang).split(" ")[0]))
            for lang in ("vi", "en")
        ]
        if quantity.kind != "rank":
            assert digits[0] == digits[1], quantity


def test_tables_say_their_source(can_tho):
    tables = [b for c in can_tho.chapters for b in c.blocks if isinstance(b, Table)]
    assert len(tables) >= 6
    assert all(t.source.text("vi") and t.source.text("en") for t in tables)
    assert all(len(row) == len(t.columns) for t in tables for row in t.rows)


def test_agencies_that_the_plan_does_not_name_are_expected(can_tho):
    who = next(c for c in can_tho.chapters if c.id == "who")
    table = next(b for b in who.blocks if isinstance(b, Table))
    said = {shown(row[0], "vi") for row in table.rows}
    assert "Sở Nội vụ (dự kiến)" in said
    assert any("từ 2025: Sở Tài chính" in s for s in said)


def test_development_level_beside_the_nearest_in_income(can_tho, monkeypatch):
    chapter = next(c for c in can_tho.chapters if c.id == "development")
    table = next(b for b in chapter.blocks if isinstance(b, Table))
    assert len(table.rows) == 9
    assert table.rows[0][0] == "Cần Thơ"
    picture = next(b for b in chapter.blocks if isinstance(b, Picture))
    drawn = picture.draw(None, "en")
    assert any(t.get_text() == "Cần Thơ" for t in drawn.texts)
    titles = []
    monkeypatch.setattr(block_html, "to_png", lambda f: titles.append(f.axes[0].get_title(loc="left")))
    block_html.draw(picture, "en")
    assert titles == [""], "the caption says it"


def test_excel_keeps_numbers_as_numbers(can_tho, tmp_path):
    from openpyxl import load_workbook

    path = can_tho.to_excel(tmp_path / "brief.xlsx", lang="vi")
    book = load_workbook(path)
    assert book.sheetnames[0] == "Báo cáo"
    cells = {c.value for row in book["Mọi con số"].iter_rows() for c in row}
    assert any(isinstance(v, float) and abs(v - 48.16) < 0.01 for v in cells)
    pillars = book["Điểm và hạng theo trụ cột"]
    assert isinstance(pillars["B2"].value, float)
    assert "Nguồn" in str(pillars.cell(pillars.max_row, 1).value)


def test_illustrative_numbers_carry_their_mark(illustrative):
    """Every number that rests on an illustrative cell is starred; printed totals are not."""
    result = illustrative.result
    marks = result.marks
    checked = 0
    for _, quantity in illustrative.quantities():
        if quantity.kind == "score" and not quantity.cells:
            mark = marks.at[quantity.unit, quantity.code]
            assert quantity.text("vi").endswith("*") == (mark == "illustrative")
            checked += 1
        if (
            quantity.kind in ("points", "gap", "part")
            and marks.at[quantity.unit, quantity.code] == "illustrative"
        ):
            assert quantity.text("vi").endswith("*")
            checked += 1
    assert checked > 100
    for lang, stamp in (("vi", "MINH HOẠ"), ("en", "ILLUSTRATIVE")):
        whole = to_html(replace(illustrative, chapters=()), lang)
        assert f'<p class="stamp">{stamp}</p>' in whole
    whole_score = next(q for _, q in illustrative.quantities() if q.kind == "score" and q.code == "PII")
    assert whole_score.text("vi") == "46,01"


def test_illustrative_findings_are_only_those_over_draws(illustrative):
    over = shared.diagnosis("pii-2024").draws
    said = " ".join(f.text("vi") for f in illustrative.findings[1:])
    assert "lần sinh số" in said
    codes = [c for c in illustrative.result.framework.indicators if f"{c} " in said]
    assert set(codes) <= set(over.holds("matters")) | set(over.holds("strong"))
    assert "who" not in {c.id for c in illustrative.chapters}


def test_numbers_as_prose():
    value = Quantity("value", 2.5, measure_vi="điểm 0-10", measure_en="points 0-10")
    assert (value.text("vi"), value.text("en")) == ("2,5 điểm", "2.5 points")
    assert Quantity("value", 70.5, measure_vi="%", measure_en="%").text("vi") == "70,5%"
    assert Quantity("value", 0.72, measure_vi="chỉ số 0-1", measure_en="index 0-1").text("en") == "0.72"
    assert Quantity("rank", 2.0).text("vi") == "thứ 2"


@pytest.mark.browser
@pytest.mark.slow
def test_two_pages_for_the_leadership(can_tho, chromium, tmp_path):
    """Printed on A4 the annexes begin on page three, in both languages."""
    import subprocess

    def pages(html: str) -> int:
        (tmp_path / "brief.html").write_text(html, encoding="utf-8")
        subprocess.run(
            [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
             f"--print-to-pdf={tmp_path / 'brief.pdf'}", (tmp_path / "brief.html").as_uri()],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip
        return len(re.findall(rb"/Type\s*/Page\b(?!s)", (tmp_path / "brief.pdf").read_bytes()))

    front = replace(can_tho, chapters=tuple(c for c in can_tho.chapters if c.part == "front"))
    assert [pages(to_html(front, lang)) for lang in ("vi", "en")] == [2, 2]
    assert pages(to_html(can_tho, "vi")) > 5


def test_illustrative_numbers_are_found_again_too(illustrative):
    assert_found_again(illustrative, sized(12, 1))


@pytest.mark.parametrize(("units", "word"), [(63, "gồm Hoàng Sa"), (34, "gồm Trường Sa")])
def test_tile_map_names_every_unit_and_the_archipelagos(units, word):
    from piikit.data.provinces import unit_names
    from piikit.report.figures.tilemap import tile_map, tiles

    values = {u: float(k) for k, u in enumerate(unit_names(units)) if k}
    ax = tile_map(values, units=units, unit="Cần Thơ", illustrative=True)
    words = [t.get_text() for t in ax.texts]
    assert set(tiles(units)["label"]) <= set(words)
    assert word in words
    assert "–" in words
    assert any("MINH HOẠ" in w for w in words)
    assert "không thể hiện ranh giới" in ax.figure.get_supxlabel()


def test_every_invented_figure_of_the_tables_bears_its_mark(illustrative):
    """Also where no slope is exact, and where the scores were built anew for the curve."""
    chapters = {c.id: c for c in illustrative.chapters}
    natural = next(b for b in chapters["profile"].blocks if getattr(b, "key", "") == "brief.table.natural")
    invented = (illustrative.result.marks == "illustrative").any()
    for q in within(natural.rows):
        if q.code:
            assert q.mark == ("illustrative" if invented[q.code] else ""), q
    near = chapters["development"].blocks[-1]
    assert all({q.mark for q in within(row[2:])} == {"illustrative"} for row in near.rows)
    sentence = next(b for b in chapters["development"].blocks if b.key.startswith("development.unit"))
    assert {q.mark for q in within(sentence)} == {"illustrative"}


def test_the_sheet_of_all_numbers_is_in_one_language_with_marks(illustrative, tmp_path):
    rows = list(
        openpyxl.load_workbook(illustrative.to_excel(tmp_path / "b.xlsx", lang="vi"))["Mọi con số"].values
    )
    assert rows[0] == ("Chương", "Loại số", "Địa phương", "Mã", "So với", "Giá trị", "Dấu")
    assert not {row[1] for row in rows} & {q.kind for _, q in illustrative.quantities()}
    assert not {row[0] for row in rows} & {"findings", *(c.id for c in illustrative.chapters)}
    assert (
        sum(row[6] == "minh hoạ (*)" for row in rows)
        == (illustrative.table["mark"] == "illustrative").sum()
        > 50
    )


def test_a_printed_score_is_not_called_made():
    """1.2 of Khánh Hòa is printed as 58.62 and its parts give 58.52: both are said, each as what it is."""
    brief = shared.brief("page")
    table = next(b for c in brief.chapters for b in c.blocks if getattr(b, "key", "") == "brief.table.nodes")
    said = {
        shown(row[0], "en").split()[0]: " ".join(shown(cell, "en") for cell in row[1:]) for row in table.rows
    }
    assert "58.62" in said["1.2"]
    assert "printed; made again from its parts: 58.52" in said["1.2"]
    assert "31.36" in said["2.1"]
    assert "31.41" in said["2.1"]


def test_without_a_plan_no_indicator_lacks_a_task():
    brief = shared.brief("open-2022", "Hà Giang")
    (chapter,) = [c for c in brief.chapters if c.id == "coverage"]
    assert "without a task" not in chapter.blocks[0].caption("en")
    assert "no plan" in chapter.blocks[0].caption("en")


def test_notes_and_residuals_speak_one_language():
    notes = shared.index().dataset.notes
    unit, code = next((u, c) for c in notes for u in notes.index if " | " in notes.at[u, c])
    vi, en = notes.at[unit, code].split(" | ")
    said = shared.index().explain(unit, code).to_text("vi")
    assert vi in said
    assert en not in said
    assert "e+00" not in shared.index().explain(unit).to_text("vi")
