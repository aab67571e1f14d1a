"""Twenty thousand tables with a known answer, laid out as offices do: read back equal, or asked about, never different.

With ``--long`` 20,000 layouts, in the plain run the first of each chunk. What is found of a failure is its seed and
the few ways that suffice (`shrink`); ``python -c "import layouts; ..."`` from ``tests/support`` makes the file again.
"""

from __future__ import annotations

import csv
import math
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from answers import framework
from laid_out import Made, make
from layout_files import write
from layouts import Layout, draw, shrink
from page_layouts import PageLayout, draw_page
from sizes import sized

import piikit as pk
from piikit.base.errors import InputError, Problem
from piikit.data.reading.table.workbook import Contents, read_contents

CHUNKS = 20


@dataclass(frozen=True)
class Outcome:
    """What came of a layout: ``read``, ``asked`` or ``silent``, and why."""

    kind: str
    why: str = ""
    warned: tuple[str, ...] = ()


def outcome(layout: Layout, folder: Path) -> Outcome:
    """Lay out, write, read back, compare."""
    made = make(layout)
    encoding = layout.way("encoding") if layout.way("encoding") not in ("tcvn3", "vni") else "utf-8"
    sep, odd = layout.way("separator"), layout.way("trouble")
    path = write(made.sheets, folder, layout.way("kind"), sep=sep, encoding=encoding, odd=odd)
    if layout.way("door") == "mapping":
        values, problems = _by_mapping(path, made)
    else:
        contents = _as_workbook(path, made)
        values, problems = _values(contents), contents.problems
        if unbalanced := _unbalanced(made, contents):
            return Outcome("silent", unbalanced)
    if errors := [p for p in problems if p.severity == "error"]:
        nowhere = [p for p in errors if not p.file]
        assert not nowhere, nowhere
        return Outcome("asked", errors[0].key)
    wrong = _difference(made, values, problems)
    return Outcome("silent", wrong) if wrong else Outcome("read", "", tuple(p.key for p in problems))


Values = dict[tuple[str, str], float]


def _as_workbook(path: Path, made: Made) -> Contents:
    return read_contents(path, framework=framework(made.answer.framework), year=made.answer.year)


def _values(contents: Contents) -> Values:
    return {at: kept.value for at, kept in contents.collected.cells.items()}


def _unbalanced(made: Made, contents: Contents) -> str:
    """Where the account of a sheet does not hold as many cells as were written."""
    if made.layout.way("trouble") in ("bare commas", "open quote") or contents.grids is None:
        return ""
    for sheet, account in zip(made.sheets, contents.collected.accounts, strict=False):
        written = sum(c is not None and c != "" for row in sheet.plain() for c in row)
        if not written == account.cells == sum(account.counts.values()):
            return f"account of {sheet.name}: {written} cells were written, {account.cells}: {dict(account.counts)}"
    return ""


def _by_mapping(path: Path, made: Made) -> tuple[Values, list[Problem]]:
    """The same figures by way of a mapping of columns."""
    rows = [["mã", "tệp", "cột"], *([c, path.name, " ".join(h.split())] for c, h in made.headings.items())]
    mapping = path.with_name("ghep.csv")
    with mapping.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, delimiter=";").writerows(rows)
    tree, year = framework(made.answer.framework), made.answer.year
    try:
        data = pk.read_agency_files(mapping, framework=tree, year=year)
    except InputError as error:
        return {}, list(error.problems)
    said = [Problem("problem.unknown", file=path.name, severity="warning")] * len(
        data.meta["read"]["warnings"]
    )
    return {(u, c): float(data.values.at[u, c]) for u in data.units for c in made.answer.codes}, said


def _difference(made: Made, values: Values, problems: list[Problem]) -> str:
    """The first thing that differs without a word; empty if nothing does."""
    answer = made.answer
    places = {
        (f.unit, f.code): place for sheet in made.sheets if not sheet.hidden for f, place in sheet.figures()
    }
    read = {unit for unit, _ in values}
    if strangers := sorted(read - set(answer.units)):
        return f"invented {strangers[0]}"
    for at, value in answer.values.items():
        got = values.get(at, math.nan)
        said = _said(made, at, places, problems)
        if at in made.must_say and not said:
            return f"nothing said of {at} at {places.get(at)}: {_shown(made, at)!r} read as {got}"
        if value is None and not math.isnan(got):
            return f"invented {at} = {got} at {places.get(at)}: {_shown(made, at)!r}"
        lost = value is not None and math.isnan(got)
        if lost and not said:
            return f"lost {at} at {places.get(at)}: {_shown(made, at)!r}"
        if value is None or lost or at in made.loose:
            continue
        if not math.isclose(got, float(value), rel_tol=1e-9):
            return f"different {at} at {places.get(at)}: {_shown(made, at)!r} = {value} read as {got}"
    for unit, code in made.must_say - answer.values.keys():
        if not _said(made, (unit, code), places, problems):
            return f"nothing said of {unit}{code} at {places.get((unit, code))}"
    return ""


def _shown(made: Made, at: tuple[str, str]) -> object:
    cells = (f for sheet in made.sheets for f, _ in sheet.figures())
    return next((f.shown for f in cells if (f.unit, f.code) == at), None)


def _said(
    made: Made, at: tuple[str, str], places: dict[tuple[str, str], str], problems: list[Problem]
) -> bool:
    """Whether a problem speaks of this figure, its province, its column, or of what is hidden."""
    unit, code = at
    if made.layout.way("door") == "mapping":
        return bool(problems)
    here = {places.get(at), places.get((unit, ""))} - {None}
    return any(
        p.cell in here
        or "hidden" in p.key
        or (p.unit == unit and p.code in (code, None))
        or (not unit and p.code == code)
        or (code == "surplus" and p.key == "problem.table.unused" and p.value is None)
        for p in problems
    )


def failure(layout: Layout, folder: Path) -> str:
    """A failing layout, made small: its ways and what went wrong, the file kept."""
    small = shrink(layout, lambda less: outcome(less, folder).kind == "silent")
    return f"{small}\n    {outcome(small, folder).why}"


@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_layouts_are_read_back_or_asked_about(chunk: int, tmp_path: Path) -> None:
    wrong, seen = [], Counter()
    for n in range(sized(6, 1_000)):
        layout = draw(chunk * 1_000 + n)
        found = outcome(layout, tmp_path)
        seen[found.kind] += 1
        if found.kind == "silent":
            wrong.append(failure(layout, tmp_path))
        if found.kind == "asked" and layout.clean:
            wrong.append(f"{shrink(layout, lambda less: _refused(less, tmp_path))}\n    asked: {found.why}")
    assert not wrong, "\n".join([f"{len(wrong)} of {sum(seen.values())}: {dict(seen)}", *wrong[:12]])


def _refused(layout: Layout, folder: Path) -> bool:
    return layout.clean and outcome(layout, folder).kind == "asked"


def page_wrong(page: PageLayout, folder: Path) -> str:
    """What differs without a word on a page read back; empty if nothing does, or if it is asked about."""
    try:
        result = pk.read_page(page.source(folder), unit="Cần Thơ", year=2025)
    except InputError as error:
        return "" if all(p.key for p in error.problems) else "no reason"
    read, said = result.page.figures, {p.code for p in result.page.problems}
    for code, expected in page.figures.items():
        if code not in read.index:
            return f"lost {code}"
        got = read.loc[code, ["value", "minimum", "maximum"]].astype(float)
        for field, value in zip(got.index, expected, strict=True):
            lost = math.isnan(got[field])
            if lost != (value is None) and not (lost and code in said):
                return f"{code} {field}: {value} read as {got[field]}"
            if not lost and value is not None and not math.isclose(got[field], float(value), rel_tol=1e-9):
                return f"{code} {field}: {value} read as {got[field]}"
    return "" if set(read.index) <= page.figures.keys() else "invented a row"


@pytest.mark.slow
def test_pages_are_read_back_or_asked_about(tmp_path: Path) -> None:
    pages = [draw_page(seed) for seed in range(sized(15, 1_000))]
    wrong = [f"{page}\n    {found}" for page in pages if (found := page_wrong(page, tmp_path))]
    assert not wrong, "\n".join([f"{len(wrong)} of {len(pages)}", *wrong[:12]])
