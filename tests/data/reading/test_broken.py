"""Forty broken files: each gives a report that names file, sheet and cell, never a traceback or half a result."""

import importlib.util
import time
from pathlib import Path

import pytest
from sizes import sized

import piikit as pk
from piikit.base.errors import InputError
from piikit.base.language import LANGUAGES

_spec = importlib.util.spec_from_file_location("broken_files", Path(__file__).with_name("broken.py"))
broken = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(broken)
WARN_ONLY: set[str] = set()


@pytest.fixture(scope="module")
def tree():
    return pk.load_framework("open-2022")


def read(path, tree, name):
    sheet = "Số liệu" if name == "missing sheet" else None
    return pk.check_file(path, framework=tree, sheet=sheet), sheet


def test_there_are_at_least_forty():
    assert len(broken.CASES) >= 40


@pytest.mark.parametrize("name", list(broken.CASES))
def test_report(name, tree, tmp_path):
    path = broken.write(name, tmp_path)
    before = sorted(p.name for p in tmp_path.iterdir())
    report, sheet = read(path, tree, name)
    _, _, keys, at_sheet, at_cell = broken.CASES[name]
    found = [p for p in report.problems if p.key in keys]
    assert found, report.table.to_string()
    assert all(p.file == path.name for p in report.problems)
    assert at_sheet is None or any(p.sheet == at_sheet for p in found), found
    assert at_cell is None or any(p.cell == at_cell for p in found), [p.cell for p in found]
    assert not report.ok
    with pytest.raises(InputError) as caught:
        pk.read_workbook(path, framework=tree, sheet=sheet)
    assert path.name in str(caught.value)
    for lang in LANGUAGES:
        table = report.in_words(lang)
        assert (table["file"] == path.name).all()
        assert (table["expected"].str.len() > 10).all()
    assert sorted(p.name for p in tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    "name",
    ["wrong province", "swapped columns", "formula error #REF!", "encrypted", "cp1258 CSV, wrong province"],
)
def test_report_as_excel_colours_the_cell(name, tree, tmp_path):
    from openpyxl import load_workbook

    path = broken.write(name, tmp_path)
    report, _ = read(path, tree, name)
    out = report.to_excel(tmp_path / "báo cáo.xlsx")
    book = load_workbook(out)
    assert book.worksheets[0]["A2"].value == path.name
    for problem in report.errors:
        if problem.cell:
            sheet = book[problem.sheet] if problem.sheet else book.worksheets[1]
            cell = sheet[problem.cell]
            assert cell.fill.fgColor.rgb.endswith("F8B4B4")
            assert problem.message() in cell.comment.text


def measured(path):
    """Processor seconds and peak resident bytes of checking a file in a process of its own.

    The peak is the kernel's VmHWM, which starts anew with the program; ``ru_maxrss`` would still hold the
    peak of the test process that started it.
    """
    import json
    import subprocess
    import sys

    code = (
        "import json,sys,time;import piikit as pk;t=time.process_time();"
        "r=pk.check_file(sys.argv[1],framework='open-2022');"
        "peak=next(s for s in open('/proc/self/status') if s.startswith('VmHWM'));"
        "print(json.dumps([time.process_time()-t,int(peak.split()[1])*1024,"
        "len(r.errors),r.values,[p.key for p in r.errors][:3]]))"
    )
    if not Path("/proc/self/status").exists():
        pytest.skip("peak memory is read from /proc")
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True, timeout=120
    )
    return json.loads(done.stdout)


@pytest.mark.slow
@pytest.mark.parametrize("make", ["big_text", "big_book"])
def test_fifty_megabytes(make, tmp_path):
    """As many cells as are refused, in the plain run; within the same bounds."""
    path = tmp_path / (make + (".csv" if make == "big_text" else ".xlsx"))
    path.write_bytes(getattr(broken, make)())
    assert path.stat().st_size > sized(200_000, 25_000_000)
    seconds, peak, errors, _, keys = measured(path)
    assert seconds < 30
    assert peak < 1_000_000_000
    assert errors, keys


def test_a_bomb_is_refused_at_once(tree, tmp_path):
    path = broken.write("zip bomb", tmp_path)
    start = time.process_time()
    report = pk.check_file(path, framework=tree)
    assert time.process_time() - start < 1
    assert report.table.shape[0] == 1


def test_missing_file_is_said(tree, tmp_path):
    with pytest.raises(FileNotFoundError):
        pk.check_file(tmp_path / "không có.xlsx", framework=tree)
