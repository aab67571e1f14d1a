"""Forty broken files, each made by a function, with what its report must name.

``CASES`` maps a name to (suffix, maker, expected keys, sheet, cell): at least one problem of the
report bears one of the keys; if a sheet or cell is given, one such problem stands there.
"""

from __future__ import annotations

import io
import random
import unicodedata
import zipfile
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

from openpyxl import Workbook
from sizes import sized

HEAD = ["Tỉnh", "2.1", "2.2", "3.1"]
ROWS = [["Cần Thơ", 6.4, 70.5, 0.61], ["Hà Nội", 6.9, 49.1, 0.72], ["Đà Nẵng", 6.5, 87.4, 0.80]]
SHEET = "Số liệu"


def book(
    rows: list[list[object]], *, title: str = SHEET, edit: Callable[[Workbook], None] | None = None
) -> bytes:
    made = Workbook()
    sheet = made.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    if edit:
        edit(made)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def table(*changes: tuple[int, int, object]) -> list[list[object]]:
    rows: list[list[object]] = [list(HEAD), *[list(r) for r in ROWS]]
    for row, column, value in changes:
        rows[row][column] = value
    return rows


def csv(rows: list[list[object]], sep: str = ",", encoding: str = "utf-8") -> bytes:
    return "\n".join(sep.join("" if c is None else str(c) for c in r) for r in rows).encode(encoding)


def rezip(
    data: bytes, *, add: dict[str, bytes] | None = None, change: Callable[[str, bytes], bytes] | None = None
) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, change(name, part) if change else part)
        for name, part in (add or {}).items():
            new.writestr(name, part)
    return out.getvalue()


def sheet_xml(edit: Callable[[bytes], bytes]) -> bytes:
    return rezip(book(table()), change=lambda n, p: edit(p) if n == "xl/worksheets/sheet1.xml" else p)


def ole(*streams: str) -> bytes:
    """Enough of a compound file to show its streams' names."""
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + b"\0" * 504
        + b"".join(s.encode("utf-16-le") + b"\0" * 64 for s in streams)
    )


@cache
def bomb() -> bytes:
    big = b"<worksheet>" + b"<row/>" * 50_000_000
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book(table()))) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for name in old.namelist():
            new.writestr(name, big if name == "xl/worksheets/sheet1.xml" else old.read(name))
    return out.getvalue()


def hundred_laughs() -> bytes:
    dtd = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    )
    return sheet_xml(lambda p: dtd + p.split(b"?>", 1)[-1])


def merged(made: Workbook) -> None:
    sheet = made[SHEET]
    sheet.insert_rows(1)
    sheet["B1"] = "Tỷ lệ dân số đô thị"
    sheet.merge_cells("B1:C1")


def far_cells(made: Workbook) -> None:
    """Cells in every thousandth row and many columns: dense, they would be billions."""
    sheet = made[SHEET]
    for k in range(1, 2_200):
        sheet.cell(row=470 * k, column=1 + (k * 7) % 16_000, value=k)


def html_rows(cells: str) -> bytes:
    return f"<html><body><table><tr><th>Tỉnh</th><th>2.1</th></tr>{cells}</table></body></html>".encode()


def big_text(size: int = sized(8_000_000, 50_000_000)) -> bytes:
    line = "Cần Thơ;6,4;70,5;0,61;" + "x" * 40 + "\n"
    return ("Tỉnh;2.1;2.2;3.1;ghi chú\n" + line * (size // len(line.encode()) + 1)).encode()[:size]


def big_book(rows: int = sized(4_200, 900_000), columns: int = sized(100, 1)) -> bytes:
    """About 50 MB of a workbook that cannot be packed well; in the plain run just too many cells."""
    rng = random.Random(1)
    long = b'<c t="inlineStr"><is><t>%s</t></is></c>'
    made = b"".join(
        b'<row r="%d">%s</row>'
        % (k, long % rng.randbytes(40).hex().encode() + b"<c><v>1.5</v></c>" * (columns - 1))
        for k in range(2, rows)
    )
    return sheet_xml(lambda p: p.replace(b"</sheetData>", made + b"</sheetData>"))


Case = tuple[str, Callable[[], bytes], set[str], str | None, str | None]

CASES: dict[str, Case] = {
    "wrong province": (".xlsx", lambda: book(table((1, 0, "Cần Thư"))), {"problem.table.unit"}, SHEET, "A2"),
    "abolished province": (".csv", lambda: csv([*table(), ["Hậu Giang", 6, 30, 0.5], ["Huế", 6, 50, 0.6], ["Bắc Bình", 1, 1, 1]]), {"problem.table.unit"}, None, "A7"),
    "no province in a row": (".xlsx", lambda: book(table((2, 0, None))), {"problem.table.no_unit"}, SHEET, None),
    "two headers that disagree": (".xlsx", lambda: book([["Tỉnh", "3.1", "2.2", "3.1"], ["", "Điểm trung bình thi tốt nghiệp THPT", "", ""], *ROWS]), {"problem.table.two_names", "problem.table.two_columns"}, SHEET, None),
    "header again in the middle": (".xlsx", lambda: book([*table(), list(HEAD), ["Cần Thư", 6, 70, 0.5]]), {"problem.table.unit"}, SHEET, "A6"),
    "merged heading over two columns": (".xlsx", lambda: book([["Tỉnh", None, None, "3.1"], *ROWS], edit=merged), {"problem.table.two_columns"}, SHEET, None),
    "text for a number": (".xlsx", lambda: book(table((2, 2, "khoảng 49"))), {"problem.value.text"}, SHEET, "C3"),
    "number spelt in words": (".csv", lambda: csv(table((1, 1, "sáu phẩy bốn"))), {"problem.value.text"}, None, "B2"),
    "duplicated rows that differ": (".xlsx", lambda: book([*table(), ["Cần Thơ", 6.1, 70.5, 0.61]]), {"problem.table.conflict"}, SHEET, "B5"),
    "duplicated column": (".xlsx", lambda: book([[*r, r[1]] for r in table()]), {"problem.table.two_columns"}, SHEET, None),
    "unknown code": (".xlsx", lambda: book(table((0, 2, "9.9"))), {"problem.table.code"}, SHEET, "C1"),
    "misspelt indicator": (".xlsx", lambda: book(table((0, 2, "Tỷ lệ dân số đô thi hoá"))), {"problem.table.code"}, SHEET, "C1"),
    "score of a pillar entered": (".xlsx", lambda: book([[*r, s] for r, s in zip(table(), ["IN", 50.1, 60.2, 55.3], strict=True)]), {"problem.dataset.inner"}, SHEET, "E1"),
    "missing sheet": (".xlsx", lambda: book(table(), title="Trang lạ"), {"problem.table.sheet"}, None, None),
    "formula error #REF!": (".xlsx", lambda: book(table((1, 1, "#REF!"))), {"problem.value.error"}, SHEET, "B2"),
    "formula error #DIV/0!": (".csv", lambda: csv(table((3, 3, "#DIV/0!"))), {"problem.value.error"}, None, "D4"),
    "formula without a value": (".xlsx", lambda: book(table((2, 1, "=B2+1"))), {"problem.value.uncached"}, SHEET, "B3"),
    "infinite value": (".csv", lambda: csv(table((2, 2, "inf"))), {"problem.value.text"}, None, "C3"),
    "overflowing value": (".xlsx", lambda: sheet_xml(lambda p: p.replace(b"<v>49.1</v>", b"<v>1e999</v>")), {"problem.value.huge"}, SHEET, "C3"),
    "date for a number": (".xlsx", lambda: book(table((1, 3, date(2024, 3, 4)))), {"problem.value.date"}, SHEET, "D2"),
    "truth value": (".xlsx", lambda: book(table((1, 3, True))), {"problem.value.text"}, SHEET, "D2"),
    "percent against fraction": (".xlsx", lambda: book(table((1, 3, 61), (2, 3, 72))), {"problem.value.range"}, SHEET, "D2"),
    "percent sign on points": (".csv", lambda: csv(table((1, 1, "6.4%"))), {"problem.value.percent_unit"}, None, "B2"),
    "swapped columns": (".xlsx", lambda: book([["Tỉnh", "2.2", "2.1", "3.1"], *ROWS]), {"problem.value.range"}, SHEET, "C2"),
    "negative share": (".csv", lambda: csv(table((1, 2, "-70"))), {"problem.value.range"}, None, "C2"),
    "a year too many": (".xlsx", lambda: book([["Tỉnh", "2.1 năm 2021", "2.1 năm 2022"], ["Cần Thơ", 6.4, 6.5], ["Hà Nội", 6.8, 6.9]]), {"problem.table.years"}, SHEET, "C1"),
    "years in rows": (".csv", lambda: csv([["Tỉnh", "Năm", "Mã", "Giá trị"], ["Cần Thơ", 2021, "2.1", 6.4], ["Cần Thơ", 2022, "2.1", 6.5]]), {"problem.table.years"}, None, "B3"),
    "encrypted": (".xlsx", lambda: ole("EncryptionInfo", "EncryptedPackage"), {"problem.file.encrypted"}, None, None),
    "empty": (".xlsx", lambda: b"", {"problem.file.empty"}, None, None),
    "blank sheet": (".xlsx", lambda: book([]), {"problem.file.empty"}, None, None),
    "only spaces": (".csv", lambda: b"  \n \n", {"problem.file.empty"}, None, None),
    "headings without provinces": (".xlsx", lambda: book([HEAD]), {"problem.table.no_units", "problem.table.no_values"}, SHEET, None),
    "provinces without headings": (".xlsx", lambda: book([["Cần Thơ", 1], ["Hà Nội", 2]]), {"problem.table.no_codes"}, SHEET, "A1"),
    "no values at all": (".csv", lambda: csv([HEAD, ["Cần Thơ", "…", "n/a", "không có"]]), {"problem.table.no_values"}, None, None),
    "macro-enabled, wrong province": (".xlsm", lambda: rezip(book(table((1, 0, "Cần Thư"))), add={"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"}), {"problem.file.macros"}, None, None),
    "external links, formula error": (".xlsx", lambda: rezip(book(table((1, 1, "#REF!"))), add={"xl/externalLinks/externalLink1.xml": b"<externalLink/>"}), {"problem.file.links"}, None, None),
    "zip bomb": (".xlsx", bomb, {"problem.file.ratio", "problem.file.bomb"}, None, None),
    "entity bomb": (".xlsx", hundred_laughs, {"problem.file.entities"}, None, None),
    "far-flung cells": (".xlsx", lambda: book(table(), edit=far_cells), {"problem.file.cells"}, SHEET, None),
    "truncated download": (".xlsx", lambda: book(table())[:2_000], {"problem.file.broken"}, None, None),
    "broken sheet xml": (".xlsx", lambda: sheet_xml(lambda p: p[: len(p) // 2]), {"problem.file.broken"}, None, None),
    "old Excel, broken": (".xls", lambda: ole("Workbook"), {"problem.file.broken"}, None, None),
    "Word document": (".xlsx", lambda: rezip(b"PK\x05\x06" + b"\0" * 18, add={"[Content_Types].xml": b"<a/>", "word/document.xml": b"<a/>"}), {"problem.file.kind"}, None, None),
    "PDF called xlsx": (".xlsx", lambda: b"%PDF-1.7\n%\xe2\xe3", {"problem.file.kind"}, None, None),
    "binary called csv": (".csv", lambda: bytes(range(256)) * 40, {"problem.file.binary"}, None, None),
    "cp1258 CSV, wrong province": (".csv", lambda: csv1258([HEAD, ["Cần Thư", 6.4, 70.5, 0.61], *ROWS[1:]]), {"problem.table.unit"}, None, "A2"),
    "UTF-16 CSV, wrong province": (".csv", lambda: csv(table((1, 0, "Cần Thư")), "\t", "utf-16"), {"problem.table.unit"}, None, "A2"),
    "NFD names, one wrong": (".csv", lambda: unicodedata.normalize("NFD", csv(table((1, 0, "Cần Thư"))).decode()).encode(), {"problem.table.unit"}, None, "A2"),
    "saved page with markup": (".html", lambda: html_rows("<tr><td>&lt;script&gt;</td><td>6,4</td></tr><tr><td>Cần Thơ</td><td>6,5</td></tr><tr><td>&lt;b&gt;x</td><td>6,4</td></tr>"), {"problem.table.unit"}, None, "A4"),
    "unclosed quotation mark": (".csv", lambda: b'T\xe1\xbb\x89nh,2.1\n"C\xe1\xba\xa7n Th\xc6\xa1,6.4\n' + b"x" * 200_000, {"problem.file.quote"}, None, None),
}  # fmt: skip


def csv1258(rows: list[list[object]]) -> bytes:
    """cp1258 keeps the tones as combining marks after the vowel that carries its hat."""
    text = "\n".join(",".join(str(c) for c in r) for r in rows)
    out = []
    for char in text:
        try:
            out.append(char.encode("cp1258"))
        except UnicodeEncodeError:
            parts = unicodedata.normalize("NFD", char)
            hat = "".join(p for p in parts[1:] if p in "\u0302\u0306\u031b")
            tone = "".join(p for p in parts[1:] if p not in hat)
            out.append((unicodedata.normalize("NFC", parts[0] + hat) + tone).encode("cp1258"))
    return b"".join(out)


def write(name: str, folder: Path) -> Path:
    """Make one broken file in `folder`."""
    suffix, make, *_ = CASES[name]
    path = folder / (
        name.replace(" ", "_").replace("/", "_").replace("#", "").replace("!", "").replace(",", "") + suffix
    )
    path.write_bytes(make())
    return path
