"""Files that unpack to much: refused within 20 seconds and 1 GB, whichever part of whichever kind is swollen.

The plain run lowers the limits and swells parts a little; with ``--long`` parts unpack to 60 and 200 MB.
"""

import io
import json
import random
import subprocess
import sys
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from openpyxl import Workbook

from piikit.base.errors import InputError
from piikit.data.reading.open import safety
from piikit.data.reading.open.open_file import open_grids

SMALL, SHEET = 300_000, "xl/worksheets/sheet1.xml"
LIMITS = {
    "MAX_READ": 200_000,
    "MAX_NODES": 20_000,
    "MAX_TAGS": 10_000,
    "MAX_CELLS": 4_000,
    "MAX_CHARACTERS": 100_000,
}


def filled(unit, size):
    return unit * (size // len(unit) + 1)


def numbered(pattern, size):
    """The pattern with running numbers in it, to about so many bytes."""
    return b"".join(pattern.replace(b"#", b"%d" % n) for n in range(1, size // (len(pattern) + 4) + 2))


def book():
    made = Workbook()
    for row in (["Tỉnh", "2.1"], ["Cần Thơ", 6.4]):
        made.active.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def with_part(data, name, part):
    """The archive with one part in place of its own; packed little, so that it is no bomb by its ratio."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for other in {*old.namelist(), name} - {name}:
            new.writestr(other, old.read(other))
        new.writestr(name, unlike_a_bomb(part))
    return out.getvalue()


def unlike_a_bomb(part):
    """The part with so much in it that cannot be packed that its ratio is no reason to refuse it."""
    prolog, _, rest = part.rpartition(b"?>") if part.startswith(b"<?xml") else (b"", b"", part)
    noise = random.Random(1).randbytes(len(part) // 100).hex().encode()
    return (prolog + b"?>" if prolog else b"") + b"<!--" + noise + b"-->" + rest


def sheet(before=b"", rows=b"", after=b""):
    return b"<worksheet>%s<sheetData>%s</sheetData>%s</worksheet>" % (before, rows, after)


def xlsx(part, name=SHEET):
    return lambda size: with_part(book(), name, part(size))


def ods(table, styles=lambda size: b""):
    content = (
        b'<?xml version="1.0"?><office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x">%s'
        b'<office:body><office:spreadsheet><table:table table:name="A">%s</table:table></office:spreadsheet>'
        b"</office:body></office:document-content>"
    )

    def make(size):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
            new.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
            new.writestr("content.xml", unlike_a_bomb(content % (styles(size), table(size))))
        return out.getvalue()

    return make


def xml(body):
    head = b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">'
    return lambda size: head + b'<Worksheet Name="A"><Table>%s</Table></Worksheet></Workbook>' % body(size)


CELL = b'<table:table-cell office:value-type="float" office:value="1"/>'
BOMBS = {
    "elements": (".xlsx", xlsx(lambda n: sheet(rows=filled(b"<x/>", n)))),
    "nested elements": (".xlsx", xlsx(lambda n: sheet(rows=filled(b"<x>", n // 2) + filled(b"</x>", n)))),
    "attributes": (".xlsx", xlsx(lambda n: sheet(rows=filled(b'<x a="" b="" c="" d=""/>', n)))),
    "one long attribute": (".xlsx", xlsx(lambda n: sheet(rows=b'<x a="%s"/>' % filled(b"y", n)))),
    "one long text": (".xlsx", xlsx(lambda n: sheet(rows=b'<row r="1"><c r="A1" t="str"><v>%s</v></c></row>' % filled(b"y", n)))),
    "elements in a cell": (".xlsx", xlsx(lambda n: sheet(rows=b'<row r="1"><c r="A1">%s</c></row>' % filled(b"<x/>", n)))),
    "cells": (".xlsx", xlsx(lambda n: sheet(rows=b"<row>" + numbered(b'<c r="A#"><v>1</v></c>', n) + b"</row>"))),
    "blank cells": (".xlsx", xlsx(lambda n: sheet(rows=numbered(b'<row r="#"><c s="1"/><c s="1"/></row>', n)))),
    "rows": (".xlsx", xlsx(lambda n: sheet(rows=filled(b"<row/>", n)))),
    "columns": (".xlsx", xlsx(lambda n: sheet(before=filled(b'<col min="1" max="16384" hidden="1"/>', n)))),
    "merges": (".xlsx", xlsx(lambda n: sheet(after=filled(b'<mergeCell ref="A1:Z70"/>', n)))),
    "formulae": (".xlsx", xlsx(lambda n: sheet(rows=numbered(b'<row r="#"><c><f>A1</f></c></row>', n)))),
    "sparse cells": (".xlsx", xlsx(lambda n: sheet(rows=b"".join(b'<row r="%d"><c r="%s%d"><v>1</v></c></row>' % (k, col(k), k) for k in range(1, min(n // 40, 16_000)))))),
    "shared strings": (".xlsx", xlsx(lambda n: b"<sst>" + filled(b"<si><t>y</t></si>", n) + b"</sst>", "xl/sharedStrings.xml")),
    "long strings": (".xlsx", xlsx(lambda n: b"<sst>" + filled(b"<si><t>" + b"y" * 30_000 + b"</t></si>", n) + b"</sst>", "xl/sharedStrings.xml")),
    "runs": (".xlsx", xlsx(lambda n: b"<sst><si>" + filled(b"<r><t>y</t></r>", n) + b"</si></sst>", "xl/sharedStrings.xml")),
    "styles": (".xlsx", xlsx(lambda n: b"<styleSheet><cellXfs>" + filled(b'<xf numFmtId="9"/>', n) + b"</cellXfs></styleSheet>", "xl/styles.xml")),
    "formats": (".xlsx", xlsx(lambda n: b"<styleSheet>" + numbered(b'<numFmt numFmtId="#" formatCode="0%"/>', n) + b"</styleSheet>", "xl/styles.xml")),
    "one long format": (".xlsx", xlsx(lambda n: b'<styleSheet><numFmt numFmtId="200" formatCode="%s"/></styleSheet>' % filled(b"[", n), "xl/styles.xml")),
    "sheets": (".xlsx", xlsx(lambda n: b'<workbook xmlns:r="r"><sheets>' + filled(b'<sheet name="x" sheetId="1" r:id="rId1"/>', n) + b"</sheets></workbook>", "xl/workbook.xml")),
    "relations": (".xlsx", xlsx(lambda n: b"<Relationships>" + numbered(b'<Relationship Id="r#" Target="x"/>', n) + b"</Relationships>", "xl/_rels/workbook.xml.rels")),
    "ods elements": (".ods", ods(lambda n: filled(b"<x/>", n))),
    "ods cells": (".ods", ods(lambda n: filled(b"<table:table-row>" + CELL * 50 + b"</table:table-row>", n))),
    "ods repeated columns": (".ods", ods(lambda n: filled(b'<table:table-row><table:table-cell table:number-columns-repeated="16384" office:value-type="float" office:value="1"/></table:table-row>', n))),
    "ods repeated rows": (".ods", ods(lambda n: filled(b'<table:table-row table:number-rows-repeated="1048576">' + CELL + b"</table:table-row>", n))),
    "ods hidden rows": (".ods", ods(lambda n: filled(b'<table:table-row table:number-rows-repeated="9999" table:visibility="collapse"/>', n))),
    "ods spans": (".ods", ods(lambda n: filled(b'<table:table-row><table:table-cell table:number-rows-spanned="40" table:number-columns-spanned="40" office:value-type="float" office:value="1"/></table:table-row>', n))),
    "ods styles": (".ods", ods(lambda n: b"", lambda n: filled(b'<style name="y"><x/></style>', n))),
    "ods paragraphs": (".ods", ods(lambda n: b"<table:table-row><table:table-cell>" + filled(b"<text:p>y</text:p>", n) + b"</table:table-cell></table:table-row>")),
    "2003 elements": (".xml", xml(lambda n: filled(b"<x/>", min(n, 58_000_000)))),
    "2003 cells": (".xml", xml(lambda n: filled(b'<Row><Cell><Data Type="Number">1</Data></Cell></Row>', min(n, 58_000_000)))),
    "2003 merges": (".xml", xml(lambda n: filled(b'<Row><Cell MergeAcross="16000" MergeDown="1000000"><Data>1</Data></Cell></Row>', min(n, 58_000_000)))),
    "html tags": (".html", lambda n: b"<table><tr><td>1</td><td>2</td></tr>" + filled(b"<b>", min(n, 14_000_000)) + b"</table>"),
    "html rows": (".html", lambda n: b"<table>" + filled(b"<tr><td>1<td>2", min(n, 14_000_000)) + b"</table>"),
    "html spans": (".html", lambda n: b"<table>" + filled(b"<tr><td rowspan=65534 colspan=1000>1", min(n, 14_000_000)) + b"</table>"),
    "html scripts": (".html", lambda n: b"<table><tr><td>1<td>2</table>" + filled(b"<script></script>a", min(n, 14_000_000))),
    "html marks": (".html", lambda n: b"<table><tr><td>1" + filled(b"<sup>1</sup>", min(n, 14_000_000)) + b"<td>2</table>"),
    "csv cells": (".csv", lambda n: filled(b"1;", min(n, 50_000_000))),
    "csv rows": (".csv", lambda n: filled(b"a;b\n", min(n, 50_000_000))),
    "csv quotes": (".csv", lambda n: b'a;b\n"' + filled(b'""', min(n, 50_000_000))),
    "csv text": (".csv", lambda n: filled(b"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n", min(n, 50_000_000))),
    "csv marks": (".csv", lambda n: b"a;b\n1;a" + filled("\u0301\u0327".encode(), min(n, 50_000_000))),
}  # fmt: skip
HARMLESS = {
    "csv marks",
    "rows",
    "columns",
    "nested elements",
    "one long format",
}  # may well be read: nothing of them is kept


def col(k):
    from openpyxl.utils import get_column_letter

    return get_column_letter(k).encode()


@pytest.fixture
def low(monkeypatch):
    for name, value in LIMITS.items():
        monkeypatch.setattr(safety, name, value)
    for module in ("html_tables", "xml_stream"):
        loaded = sys.modules[f"piikit.data.reading.open.{module}"]
        for name, value in {**LIMITS, "MAX_INNER": 5_000}.items():
            if hasattr(loaded, name):
                monkeypatch.setattr(loaded, name, value)


@pytest.mark.parametrize("name", BOMBS)
def test_a_swollen_part_is_refused(name, low, tmp_path):
    suffix, make = BOMBS[name]
    path = tmp_path / f"bom{suffix}"
    path.write_bytes(make(SMALL))
    if name in HARMLESS:
        with suppress(InputError):
            open_grids(path)
        return
    with pytest.raises(InputError) as caught:
        open_grids(path)
    assert caught.value.problems[0].key.startswith("problem.file.")


def test_a_stray_last_cell_costs_nothing(tmp_path):
    made = Workbook()
    made.active["A1"], made.active["XFD1048576"] = "Tỉnh", 1
    path = tmp_path / "xa.xlsx"
    made.save(path)
    grid = open_grids(path).sheets[0]
    assert (grid.rows, grid.place(1, 1)) == ([["Tỉnh", None], [None, 1]], "XFD1048576")


def measured(path):
    """Processor seconds and peak bytes of opening a file in a process of its own, and what it said."""
    code = (
        "import json,sys,time;from piikit.data.reading.open.open_file import open_grids;"
        "from piikit.base.errors import InputError;t=time.process_time();said=['read']\n"
        "try: open_grids(sys.argv[1])\n"
        "except InputError as e: said=[p.key for p in e.problems][:3]\n"
        "peak=next(s for s in open('/proc/self/status') if s.startswith('VmHWM'))\n"
        "print(json.dumps([time.process_time()-t,int(peak.split()[1])*1024,said]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr[-500:]
    return json.loads(done.stdout)


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.parametrize("megabytes", [60, 200])
@pytest.mark.parametrize("name", BOMBS)
def test_full_size_within_twenty_seconds_and_a_gigabyte(name, megabytes, tmp_path):
    if not Path("/proc/self/status").exists():
        pytest.skip("peak memory is read from /proc")
    suffix, make = BOMBS[name]
    path = tmp_path / f"bom{suffix}"
    path.write_bytes(make(megabytes * 1_000_000))
    seconds, peak, _ = measured(path)
    assert seconds < 20
    assert peak < 1_000_000_000
