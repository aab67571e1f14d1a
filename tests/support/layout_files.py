"""Sheets written as files: CSV, Excel, OpenDocument, a web page, XML of Excel 2003; Vietnamese in its old letters."""

from __future__ import annotations

import csv
import io
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

_TCVN3 = dict(
    zip(
        "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂĐÊÔƠƯ",
        "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\xadõøö÷ùúýûüþ¡¢§£¤¥¦",
        strict=True,
    )
)
_VNI_PLAIN = {"ì": "ì", "í": "í", "ỉ": "æ", "ĩ": "ó", "ị": "ò", "ỵ": "î", "đ": "ñ", "ơ": "ô", "ư": "ö"}
_VNI_MARKS = {
    "a": dict(zip("àáảãạăằắẳẵặâầấẩẫậ", "øùûõïêèéúüëâàáåãä", strict=True)),
    "e": dict(zip("èéẻẽẹêềếểễệ", "øùûõïâàáåãä", strict=True)),
    "o": dict(zip("òóỏõọôồốổỗộ", "øùûõïâàáåãä", strict=True)),
    "ô": dict(zip("ờớởỡợ", "øùûõï", strict=True)),
    "u": dict(zip("ùúủũụ", "øùûõï", strict=True)),
    "ö": dict(zip("ừứửữự", "øùûõï", strict=True)),
    "y": dict(zip("ỳýỷỹ", "øùûõ", strict=True)),
}
_VNI = _VNI_PLAIN | {letter: base + m for base, marks in _VNI_MARKS.items() for letter, m in marks.items()}


def tcvn3(text: str) -> str:
    """Vietnamese as it looks when its font of the nineties is gone."""
    known = _TCVN3 | {c.upper(): m for c, m in _TCVN3.items() if c.upper() not in _TCVN3}
    return "".join(known.get(c, c) for c in unicodedata.normalize("NFC", text))


def vni(text: str) -> str:
    """The same in VNI: a letter, then its marks."""
    known = _VNI | {c.upper(): m.upper() for c, m in _VNI.items()}
    return "".join(known.get(c, c) for c in unicodedata.normalize("NFC", text))


class Percent(float):
    """A number shown as a percentage."""


@dataclass(frozen=True)
class Figure:
    """A cell of the answer: whose it is, and what is shown."""

    unit: str
    code: str
    shown: Any


@dataclass
class Sheet:
    """One sheet: rows of None, str, numbers and figures; ranges count from 0 and hold both ends."""

    name: str
    rows: list[list[Any]]
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    hidden: bool = False

    def figures(self) -> Iterator[tuple[Figure, str]]:
        """Every figure and its place."""
        for i, row in enumerate(self.rows):
            for j, cell in enumerate(row):
                if isinstance(cell, Figure):
                    yield cell, f"{get_column_letter(j + 1)}{i + 1}"

    def plain(self) -> list[list[Any]]:
        """Rows as they are shown, all of one length."""
        wide = max(map(len, self.rows), default=0)
        shown = [[c.shown if isinstance(c, Figure) else c for c in row] for row in self.rows]
        return [row + [None] * (wide - len(row)) for row in shown]

    def spans(self) -> tuple[dict[tuple[int, int], tuple[int, int]], set[tuple[int, int]]]:
        """Height and width by the first cell of a merged range, and the cells that it covers."""
        heads = {(t, m): (b - t + 1, r - m + 1) for t, m, b, r in self.merged}
        inside = {
            (i, j) for t, m, b, r in self.merged for i in range(t, b + 1) for j in range(m, r + 1)
        } - heads.keys()
        return heads, inside


def write(
    sheets: list[Sheet],
    folder: Path,
    kind: str,
    *,
    sep: str = ";",
    encoding: str = "utf-8",
    odd: str = "",
) -> Path:
    """Write sheets as a file of this kind; `odd` leaves out the quotes that a CSV needs, or opens one too many."""
    path = folder / f"bieu.{kind}"
    if kind == "csv":
        text = io.StringIO()
        rows = sheets[0].plain()
        if odd == "bare commas":
            text.writelines(sep.join("" if c is None else str(c) for c in row) + "\r\n" for row in rows)
        else:
            csv.writer(text, delimiter=sep, lineterminator="\r\n").writerows(rows)
        whole = text.getvalue()
        if odd == "open quote":
            lines = whole.split("\r\n")
            at = len(lines) // 2
            whole = "\r\n".join([*lines[:at], '"' + lines[at].lstrip('"'), *lines[at + 1 :]])
        path.write_bytes(_cp1258(whole) if encoding == "cp1258" else whole.encode(encoding))
    elif kind == "xlsx":
        _xlsx(sheets).save(path)
    elif kind == "ods":
        _ods(sheets, path)
    else:
        path.write_text((_html if kind == "html" else _xml)(sheets), encoding="utf-8")
    return path


def _cp1258(text: str) -> bytes:
    """Windows-1258 keeps the letter whole and its tone apart."""
    out = []
    for char in text:
        try:
            out.append(char.encode("cp1258"))
        except UnicodeEncodeError:
            base, *marks = unicodedata.normalize("NFD", char)
            tone = next(m for m in marks if m in "\u0300\u0301\u0303\u0309\u0323")
            rest = unicodedata.normalize("NFC", base + "".join(m for m in marks if m != tone))
            out.append((rest + tone).encode("cp1258"))
    return b"".join(out)


def _xlsx(sheets: list[Sheet]) -> Workbook:
    book = Workbook()
    book.remove(book.active)
    for sheet in sheets:
        made = book.create_sheet(sheet.name)
        for i, row in enumerate(sheet.plain(), 1):
            for j, value in enumerate(row, 1):
                if value is not None:
                    made.cell(i, j).value = float(value) if isinstance(value, Percent) else value
                if isinstance(value, Percent):
                    made.cell(i, j).number_format = "0.00%"
        for t, m, b, r in sheet.merged:
            made.merge_cells(start_row=t + 1, start_column=m + 1, end_row=b + 1, end_column=r + 1)
        for i in sheet.hidden_rows:
            made.row_dimensions[i + 1].hidden = True
        for j in sheet.hidden_columns:
            made.column_dimensions[get_column_letter(j + 1)].hidden = True
        made.sheet_state = "hidden" if sheet.hidden else "visible"
    return book


_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:"


def _ods(sheets: list[Sheet], path: Path) -> None:
    spaces = " ".join(f'xmlns:{n}="{_OFFICE}{n}:1.0"' for n in ("office", "table", "text", "style"))
    style = '<style:style style:name="h" style:family="table"><style:table-properties table:display="false"/></style:style>'
    body = "".join(_ods_table(s) for s in sheets)
    content = (
        f"<?xml version='1.0' encoding='UTF-8'?><office:document-content {spaces} office:version='1.2'>"
        f"<office:automatic-styles>{style}</office:automatic-styles><office:body><office:spreadsheet>{body}"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        book.writestr("content.xml", content)


def _ods_table(sheet: Sheet) -> str:
    heads, inside = sheet.spans()
    out = [
        f'<table:table table:name="{escape(sheet.name)}"'
        + (' table:style-name="h">' if sheet.hidden else ">")
    ]
    for j in range(max(map(len, sheet.rows), default=1)):
        seen = ' table:visibility="collapse"' if j in sheet.hidden_columns else ""
        out.append(f"<table:table-column{seen}/>")
    for i, row in enumerate(sheet.plain()):
        out.append("<table:table-row" + (' table:visibility="collapse">' if i in sheet.hidden_rows else ">"))
        for j, value in enumerate(row):
            if (i, j) in inside:
                out.append("<table:covered-table-cell/>")
                continue
            high, wide = heads.get((i, j), (1, 1))
            span = (
                f' table:number-rows-spanned="{high}" table:number-columns-spanned="{wide}"'
                if (i, j) in heads
                else ""
            )
            if value is None:
                out.append(f"<table:table-cell{span}/>")
            elif isinstance(value, Percent):
                out.append(
                    f'<table:table-cell{span} office:value-type="percentage" office:value="{float(value)!r}">'
                    f"<text:p>{float(value):.2%}</text:p></table:table-cell>"
                )
            elif isinstance(value, str):
                out.append(
                    f'<table:table-cell{span} office:value-type="string"><text:p>{escape(value)}</text:p></table:table-cell>'
                )
            else:
                out.append(
                    f'<table:table-cell{span} office:value-type="float" office:value="{value!r}">'
                    f"<text:p>{value}</text:p></table:table-cell>"
                )
        out.append("</table:table-row>")
    return "".join([*out, "</table:table>"])


def _html(sheets: list[Sheet]) -> str:
    """One table a sheet; merged cells as they are in a page: spanned, and the others not there."""
    out = ['<html><head><meta charset="utf-8"><title>Biểu</title></head><body>']
    for sheet in sheets:
        heads, inside = sheet.spans()
        out.append("<table>")
        for i, row in enumerate(sheet.plain()):
            cells = []
            for j, value in enumerate(row):
                if (i, j) not in inside:
                    high, wide = heads.get((i, j), (1, 1))
                    span = (f' rowspan="{high}"' if high > 1 else "") + (
                        f' colspan="{wide}"' if wide > 1 else ""
                    )
                    cells.append(
                        f"<td{span}>{'' if value is None else escape(str(value)).replace(chr(10), '<br/>')}</td>"
                    )
            out.append(f"<tr>{''.join(cells)}</tr>")
        out.append("</table><p>&nbsp;</p>")
    return "\n".join([*out, "</body></html>"])


def _xml(sheets: list[Sheet]) -> str:
    """A workbook as Excel 2003 writes it in XML."""
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    out = [
        '<?xml version="1.0" encoding="UTF-8"?><?mso-application progid="Excel.Sheet"?>'
        f'<Workbook xmlns="{space}" xmlns:ss="{space}">'
    ]
    for sheet in sheets:
        heads, inside = sheet.spans()
        out.append(f'<Worksheet ss:Name="{escape(sheet.name)}"><Table>')
        for i, row in enumerate(sheet.plain()):
            out.append("<Row>")
            for j, value in enumerate(row):
                if value is None or (i, j) in inside:
                    continue
                high, wide = heads.get((i, j), (1, 1))
                span = (f' ss:MergeDown="{high - 1}"' if high > 1 else "") + (
                    f' ss:MergeAcross="{wide - 1}"' if wide > 1 else ""
                )
                kind = "String" if isinstance(value, str) else "Number"
                out.append(
                    f'<Cell ss:Index="{j + 1}"{span}><Data ss:Type="{kind}">{escape(str(value))}</Data></Cell>'
                )
            out.append("</Row>")
        out.append("</Table></Worksheet>")
    return "".join([*out, "</Workbook>"])
