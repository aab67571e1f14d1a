"""Files of every format with cells of every odd kind, and how many cells hold something by another count.

A cell of nothing but spaces holds nothing, whatever the format.
"""

import csv
import random
import zipfile
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

import lxml.html
from openpyxl import Workbook, load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

import piikit as pk

TREE = pk.load_framework("open-2022")
NAMES = [
    "Cần Thơ",
    "Hà Nội",
    "An Giang",
    "Cà Mau",
    "Vĩnh Long",
    "Cần Thư",
    "Cả nước",
    "Tây Nguyên",
    "Ghi chú: x",
]
ODD = [
    6.5,
    70,
    "6,4",
    "1.234",
    "…",
    "-",
    "abc",
    "#REF!",
    True,
    date(2022, 3, 1),
    "0",
    0,
    " ",
    "12%",
    "",
    None,
    None,
]


def table(rng: random.Random) -> list[list[object]]:
    """A table, or nothing like one, of cells of every kind."""
    width = rng.randint(1, 5)
    codes = rng.sample(list(TREE.indicators), width)
    head = [["Tỉnh", *(rng.choice([c, TREE.title(c, "vi"), "Cột khác", None]) for c in codes)]]
    body = [[rng.choice(NAMES), *(rng.choice(ODD) for _ in codes)] for _ in range(rng.randint(1, 7))]
    above = [["Biểu 1"], [], ["Đơn vị: %"]][: rng.randint(0, 3)]
    below = [[], ["Người lập", None, "Hà Nam"], ["Nguồn: Sở"], [None, 5]][: rng.randint(0, 4)]
    rows = [*above, *head, *body, *below]
    return rng.sample(rows, len(rows)) if rng.random() < 0.15 else rows


def _held(value: object) -> bool:
    return value is not None and bool(str(value).strip())


def to_xlsx(sheets: list[list[list[object]]], path: Path, rng: random.Random) -> int:
    book = Workbook()
    book.remove(book.active)
    for n, rows in enumerate(sheets):
        sheet = book.create_sheet(f"S{n}")
        for row in rows:
            sheet.append([None if c == "" else c for c in row] or [None])
        for cell in (c for row in sheet.iter_rows() for c in row if c.column > 1 and rng.random() < 0.1):
            marked = CellRichText("6,", TextBlock(InlineFont(vertAlign="superscript"), "1"))
            cell.value = rng.choice(["=1+1", "=A1", marked, "#DIV/0!"])
        if rng.random() < 0.3 and len(rows) > 2:
            sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=3)
        if n and rng.random() < 0.3:
            sheet.sheet_state = "hidden"
    book.save(path)
    again = load_workbook(path)  # formulae as their text: what stands in a cell, not its value
    return sum(_held(c.value) for s in again for row in s.iter_rows() for c in row)


def to_csv(sheets: list[list[list[object]]], path: Path, rng: random.Random) -> int:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows(
            [["" if c is None else c for c in row] + [""] * (6 - len(row)) for row in sheets[0]]
        )
    with path.open(encoding="utf-8", newline="") as file:
        return sum(bool(c.strip()) for row in csv.reader(file, delimiter=";") for c in row)


def to_html(sheets: list[list[list[object]]], path: Path, rng: random.Random) -> int:
    def cell(c: object) -> str:
        said = "" if c is None else escape(str(c))
        ways = (f"<td>{said}</td>", f"<td><input value='{said}'></td>", f"<th><b>{said}</b></th>")
        return rng.choice(ways)

    pages = ["".join(f"<tr>{''.join(map(cell, row))}</tr>" for row in rows) for rows in sheets]
    path.write_text("".join(f"<table>{rows}</table>" for rows in pages), encoding="utf-8")
    cells = lxml.html.document_fromstring(path.read_text(encoding="utf-8")).iter("td", "th")
    return sum(bool((c.text_content() + "".join(c.xpath(".//input/@value"))).strip()) for c in cells)


def to_xml(sheets: list[list[list[object]]], path: Path, rng: random.Random) -> int:
    """XML of Excel 2003, counted as it is written."""
    held, parts = 0, []
    for n, rows in enumerate(sheets):
        lines = []
        for row in rows:
            cells = []
            for c in row:
                kind = "Number" if type(c) in (int, float) else "Error" if c == "#REF!" else "String"
                kind = "DateTime" if isinstance(c, date) else "Boolean" if isinstance(c, bool) else kind
                said = c.isoformat() if isinstance(c, date) else int(c) if isinstance(c, bool) else c
                formula = ' ss:Formula="=1+1"' if c is None and rng.random() < 0.3 else ""
                data = f'<Data ss:Type="{kind}">{escape(str(said))}</Data>' if c not in (None, "") else ""
                held += bool(formula) or _held(c)
                cells.append(f"<Cell{formula}>{data}</Cell>")
            lines.append(f"<Row>{''.join(cells)}</Row>")
        parts.append(f'<Worksheet ss:Name="S{n}"><Table>{"".join(lines)}</Table></Worksheet>')
    name = "urn:schemas-microsoft-com:office:spreadsheet"
    whole = f'<?xml version="1.0"?><Workbook xmlns="{name}" xmlns:ss="{name}">{"".join(parts)}</Workbook>'
    path.write_text(whole, encoding="utf-8")
    return held


def to_ods(sheets: list[list[list[object]]], path: Path, rng: random.Random) -> int:
    held, parts = 0, []
    for n, rows in enumerate(sheets):
        lines = []
        for row in rows:
            cells = []
            for c in row:
                shown = "" if c in (None, "") else f"<text:p>{escape(str(c))}</text:p>"
                value = ""
                if isinstance(c, bool):
                    value = f' office:value-type="boolean" office:boolean-value="{str(c).lower()}"'
                elif isinstance(c, int | float):
                    value = f' office:value-type="float" office:value="{c}"'
                elif isinstance(c, date):
                    value = f' office:value-type="date" office:date-value="{c.isoformat()}"'
                elif shown:
                    value = ' office:value-type="string"'
                formula = ' table:formula="of:=1+1"' if c is None and rng.random() < 0.3 else ""
                held += bool(formula) or _held(c)
                cells.append(f"<table:table-cell{value}{formula}>{shown}</table:table-cell>")
            lines.append(f"<table:table-row>{''.join(cells)}</table:table-row>")
        parts.append(f'<table:table table:name="S{n}">{"".join(lines)}</table:table>')
    spaces = " ".join(
        f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "table", "text")
    )
    body = f"<office:body><office:spreadsheet>{''.join(parts)}</office:spreadsheet></office:body>"
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        book.writestr("content.xml", f"<office:document-content {spaces}>{body}</office:document-content>")
    return held


WAYS = {"xlsx": to_xlsx, "csv": to_csv, "html": to_html, "xml": to_xml, "ods": to_ods}
