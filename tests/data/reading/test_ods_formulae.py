"""A formula without a value in an ods file: one that shows nothing, where the program computes what it saves."""

import zipfile

import pytest

import piikit as pk

CELL = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
FIGURE = '<table:table-cell office:value-type="float" office:value="25"/>'
NOTHING = '<table:table-cell table:formula="of:=IF(1=1;&quot;&quot;;1)"/>'
SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "table", "text", "meta")
)


@pytest.mark.parametrize(
    ("generator", "gap"), [("LibreOffice/25.2", True), ("a library", False), (None, False)]
)
def test_a_formula_that_shows_nothing_is_a_gap(generator, gap, tmp_path):
    rows = [[CELL.format("Tỉnh"), CELL.format("5.1.2")], [CELL.format("Cần Thơ"), FIGURE]]
    rows.append([CELL.format("Huế"), NOTHING])
    body = "".join(f"<table:table-row>{''.join(row)}</table:table-row>" for row in rows)
    content = f'<office:document-content {SPACES}><office:body><office:spreadsheet><table:table table:name="A">{body}</table:table></office:spreadsheet></office:body></office:document-content>'
    with zipfile.ZipFile(tmp_path / "x.ods", "w") as book:
        book.writestr("content.xml", content)
        if generator is not None:
            book.writestr(
                "meta.xml",
                f"<office:document-meta {SPACES}><meta:generator>{generator}</meta:generator></office:document-meta>",
            )
    report = pk.check_file(tmp_path / "x.ods", framework="pii-2025", year=2025)
    asked = [p.cell for p in report.problems if p.key == "problem.value.uncached"]
    assert asked == ([] if gap else ["B3"])
    if gap:
        assert (
            pk.read_workbook(tmp_path / "x.ods", framework="pii-2025", year=2025).values["5.1.2"].isna().any()
        )
