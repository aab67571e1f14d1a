"""What office files store in odd ways: formulae that show nothing, values that are none, raised runs, hidden parts."""

import io
import zipfile

import pytest
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

import piikit as pk
from piikit.data.reading.open.open_file import open_grids

HEAD = '<row r="1"><c r="A1" t="inlineStr"><is><t>Tỉnh</t></is></c><c r="B1" t="inlineStr"><is><t>2.1</t></is></c></row>'
NAMES = ("Cần Thơ", "Hà Nội")


def xlsx(cell, strings="", before="", row="", state="visible"):
    """A workbook whose first province has this cell in B2."""
    name = '<c r="A{}" t="inlineStr"><is><t>{}</t></is></c>'
    rows = f'<row r="2"{row}>{name.format(2, NAMES[0])}{cell}</row><row r="3">{name.format(3, NAMES[1])}<c r="B3"><v>6.9</v></c></row>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as new:
        new.writestr("[Content_Types].xml", "<Types/>")
        new.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns:r="r"><sheets><sheet name="A" state="{state}" sheetId="1" r:id="r1"/></sheets></workbook>',
        )
        new.writestr(
            "xl/_rels/workbook.xml.rels",
            '<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        )
        new.writestr("xl/sharedStrings.xml", f"<sst>{strings}</sst>")
        new.writestr(
            "xl/worksheets/sheet1.xml", f"<worksheet>{before}<sheetData>{HEAD}{rows}</sheetData></worksheet>"
        )
    return out.getvalue()  # fmt: skip


def ods(cell, row="", style=""):
    names = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    body = (
        f"<table:table-row>{names.format('Tỉnh')}{names.format('2.1')}</table:table-row>"
        f"<table:table-row{row}>{names.format(NAMES[0])}{cell}</table:table-row>"
        f"<table:table-row>{names.format(NAMES[1])}{names.format('6,9')}</table:table-row>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as new:
        new.writestr(
            "content.xml",
            '<d xmlns:office="o" xmlns:table="t" xmlns:text="x" xmlns:calcext="c" xmlns:style="s">'
            f'{style}<table:table table:name="A">{body}</table:table></d>',
        )
    return out.getvalue()


def xml(cell, row="", options=""):
    names = '<Cell><Data ss:Type="String">{}</Data></Cell>'
    return (
        '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"'
        ' xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Styles><Style ss:ID="p"><NumberFormat ss:Format="0.0%"/></Style></Styles>'
        f'<Worksheet ss:Name="A"><Table><Row>{names.format("Tỉnh")}{names.format("2.1")}</Row>'
        f'<Row ss:Index="2"{row}>{names.format(NAMES[0])}{cell}</Row><Row>{names.format(NAMES[1])}<Cell><Data ss:Type="Number">6.9</Data></Cell></Row>'
        f"</Table>{options}</Worksheet></Workbook>"
    ).encode()


def report(data, suffix, folder):
    path = folder / f"b{suffix}"
    path.write_bytes(data)
    return pk.check_file(path, framework="open-2022")


GAP, ERROR, TEXT, UNCACHED = None, "problem.value.error", "problem.value.text", "problem.value.uncached"


@pytest.mark.parametrize(
    ("made", "suffix", "key"),
    [
        (lambda: xlsx('<c r="B2" t="str"><f>IF(1,"")</f><v></v></c>'), ".xlsx", GAP),
        (lambda: xlsx('<c r="B2"><f>A1+1</f></c>'), ".xlsx", UNCACHED),
        (lambda: xlsx('<c r="B2"><f>A1+1</f><v/></c>'), ".xlsx", UNCACHED),
        (lambda: xlsx('<c r="B2"><v>NaN</v></c>'), ".xlsx", TEXT),
        (lambda: xlsx('<c r="B2"><v>INF</v></c>'), ".xlsx", TEXT),
        (lambda: xlsx('<c r="B2"><v>1_0</v></c>'), ".xlsx", TEXT),
        (lambda: xlsx('<c r="B2" t="s"><v>7</v></c>', "<si><t>x</t></si>"), ".xlsx", TEXT),
        (lambda: xlsx('<c r="B2" t="s"><v>-1</v></c>', "<si><t>6.4</t></si>"), ".xlsx", TEXT),
        (lambda: xlsx('<c r="B2" t="q"><v>6.4</v></c>'), ".xlsx", TEXT),
        (lambda: xlsx('<c r="B2" t="b"><v>6.4</v></c>'), ".xlsx", TEXT),
        (lambda: xlsx('<c r="B2" t="e"><v>#N/A</v></c>'), ".xlsx", ERROR),
        (lambda: ods('<table:table-cell office:value-type="string" calcext:value-type="error" table:formula="x"><text:p>#DIV/0!</text:p></table:table-cell>'), ".ods", ERROR),
        (lambda: ods('<table:table-cell office:value-type="string" table:formula="x" office:string-value=""/>'), ".ods", GAP),
        (lambda: ods('<table:table-cell table:formula="of:=1+1"/>'), ".ods", UNCACHED),
        (lambda: ods('<table:table-cell office:value-type="float" office:value="NaN"/>'), ".ods", TEXT),
        (lambda: xml('<Cell ss:Formula="=1"><Data ss:Type="Error">#REF!</Data></Cell>'), ".xml", ERROR),
        (lambda: xml('<Cell ss:Formula="=1"/>'), ".xml", UNCACHED),
        (lambda: xml('<Cell ss:Formula="=1"><Data ss:Type="String"></Data></Cell>'), ".xml", GAP),
        (lambda: xml('<Cell><Data ss:Type="Number">nan</Data></Cell>'), ".xml", TEXT),
    ],
)  # fmt: skip
def test_a_value_that_is_none_is_said_and_nothing_is_a_gap(made, suffix, key, tmp_path):
    found = report(made(), suffix, tmp_path)
    assert {p.key for p in found.errors if p.cell == "B2"} == ({key} if key else set())
    if key is GAP:
        assert (found.ok, found.values) == (True, 1)


RAISED = "<si><r><t>6,</t></r><r><t>4</t></r><r><rPr><vertAlign val='superscript'/></rPr><t>1</t></r></si>"
SUPER = '<style:style style:name="up"><style:text-properties style:text-position="super 58%"/></style:style>'


@pytest.mark.parametrize(
    ("made", "suffix", "held"),
    [
        (lambda: xlsx('<c r="B2" t="s"><v>0</v></c>', RAISED), ".xlsx", "6,4(1)"),
        (lambda: xlsx('<c r="B2" t="inlineStr"><is><r><t>6,</t></r><r><t>4</t></r></is></c>'), ".xlsx", "6,4"),
        (lambda: xlsx('<c r="B2" t="inlineStr"><is><t>6_x002C_4</t></is></c>'), ".xlsx", "6,4"),
        (lambda: xlsx('<c r="B2"><v>0</v></c>'), ".xlsx", 0),
        (lambda: ods('<table:table-cell office:value-type="float" office:value="0"/>'), ".ods", 0),
        (lambda: ods('<table:table-cell office:value-type="string"><text:p>6,4<text:span text:style-name="up">1</text:span></text:p></table:table-cell>', style=SUPER), ".ods", "6,4(1)"),
        (lambda: ods('<table:table-cell office:value-type="string"><text:p>6<text:line-break/>4</text:p></table:table-cell>'), ".ods", "6\n4"),
        (lambda: xml('<Cell><Data ss:Type="String">6,4<Sup>1</Sup></Data></Cell>'), ".xml", "6,4(1)"),
        (lambda: xml('<Cell><Data ss:Type="Boolean">1</Data></Cell>'), ".xml", True),
    ],
)  # fmt: skip
def test_what_a_cell_holds(made, suffix, held, tmp_path):
    path = tmp_path / f"b{suffix}"
    path.write_bytes(made())
    found = open_grids(path).sheets[0].rows[1][1]
    assert (found, type(found)) == (held, type(held))


@pytest.mark.parametrize(
    ("made", "suffix", "key"),
    [
        (lambda: xlsx('<c r="B2"><v>6</v></c>', row=' hidden="1"'), ".xlsx", "hidden_rows"),
        (lambda: xlsx('<c r="B2"><v>6</v></c>', before='<cols><col min="2" max="16384" hidden="1"/></cols>'), ".xlsx", "hidden_columns"),
        (lambda: xlsx('<c r="B2"><v>6</v></c>', state="veryHidden"), ".xlsx", "hidden"),
        (lambda: ods('<table:table-cell office:value-type="float" office:value="6"/>', ' table:visibility="filter"'), ".ods", "hidden_rows"),
        (lambda: xml('<Cell><Data ss:Type="Number">6</Data></Cell>', ' ss:Hidden="1"'), ".xml", "hidden_rows"),
        (lambda: xml("<Cell/>", options="<WorksheetOptions><Visible>SheetHidden</Visible></WorksheetOptions>"), ".xml", "hidden"),
    ],
)  # fmt: skip
def test_what_is_hidden_is_said(made, suffix, key, tmp_path):
    path = tmp_path / f"b{suffix}"
    path.write_bytes(made())
    (said,) = [p for p in open_grids(path).warnings if "hidden" in p.key]
    assert said.key == f"problem.file.{key}"
    assert said.values.get("at") in (None, "2", "B")


def test_raised_marks_written_by_a_library(tmp_path):
    """A raised sign behind a figure or a name is a footnote's mark, said at its cell, and never a digit."""
    up, plain = (InlineFont(vertAlign=a) for a in ("superscript", None))
    book = Workbook()
    for row in (
        ("Tỉnh", "2.1"),
        ("Cần Thơ", CellRichText("6,4", TextBlock(up, "1"))),
        (
            CellRichText("Sơn La", TextBlock(up, "2")),
            CellRichText(TextBlock(plain, "6"), ",5", TextBlock(up, "(a)")),
        ),
        ("Hà Nội", 6.9),
    ):
        book.active.append(row)
    book.save(tmp_path / "x.xlsx")
    report = pk.check_file(tmp_path / "x.xlsx", framework="open-2022", year=2022)
    assert report.ok
    assert {p.cell for p in report.warnings if p.key == "problem.value.note"} == {"B2", "B3"}
    data = pk.read_workbook(tmp_path / "x.xlsx", framework="open-2022", year=2022)
    assert data.values["2.1"].to_dict() == {"Cần Thơ": 6.4, "Sơn La": 6.5, "Hà Nội": 6.9}
