"""The tables of a saved web page, each a grid of its own, laid out as a browser lays them out."""

from __future__ import annotations

import re
from itertools import groupby, islice, takewhile
from typing import Any

from ....base.formats import LocalNumber
from .grid import Filled, Grid, from_rows, raised_mark
from .html_text import text_rows
from .safety import MAX_TAGS, Budget, Refused

_UNSEEN = {"script", "style", "noscript", "template", "head"}
_TITLES = {"h1", "h2", "h3", "h4", "h5", "h6"}
_BREAKS = {"br", "p", "div", "li", "tr", "dt", "dd", *_TITLES}
_NO_TEXT = {"hidden", "checkbox", "radio", "submit", "button", "image", "reset", "password", "file"}
_WIDEST_SPAN, _HIGHEST_SPAN = 1_000, 65_534  # as the standard of HTML bounds them
_UNIT_LINE = re.compile(r"đơn vị|đvt|\bunits?\b", re.IGNORECASE)
_PROLOG = re.compile(r"^\s*<\?xml[^>]{0,500}>")
_LONGEST_LINE = 200
_TWO_FIGURES = re.compile(r"(?<=[\d%)])\n(?=[-+(]?\d)")


def html_grids(html: str, budget: Budget) -> list[Grid]:
    """Tables that hold something, or without any the lines of the page; nothing is run or fetched.

    Spans are followed by the table algorithm of the standard and kept as merged ranges; a table within a
    cell is a table of its own; captions and the unit line before a table are rows above it.

    Raises
    ------
    Refused
        If the page holds more elements or cells than may be read.
    """
    import lxml.html

    if html.count("<") > MAX_TAGS:
        raise Refused("nodes", limit=LocalNumber(MAX_TAGS))
    html = _PROLOG.sub("", html, count=1)
    if not html.strip():
        return []
    parser = lxml.html.HTMLParser(huge_tree=False, no_network=True, remove_comments=True, remove_pis=True)
    tree = lxml.html.document_fromstring(html, parser=parser)
    tables = [_Table(table, budget) for table in tree.iter("table")]
    full = [(n, table) for n, table in enumerate(tables, 1) if table.cells]
    wide = [(n, table) for n, table in full if len({column for _, column in table.cells}) > 1]
    if not wide:
        lines = (line.strip() for line in _said(tree, nested=True).split("\n"))
        return [from_rows(None, text_rows("\n".join(line for line in lines if line)).rows, budget)]
    for n, table in wide if len(wide) > 1 else ():
        table.name = f"table {n}"
    return [table.grid() for _, table in wide]


class _Table(Filled):
    """The cells of one table, without those of the tables within it."""

    def __init__(self, element: Any, budget: Budget) -> None:
        super().__init__(None, budget)
        row = 0
        for row, line in enumerate(_lines_above(element), start=1):
            self.cells[row, 1] = line
        for group in _groups(element):
            hanging: dict[int, int] = {}
            for at, line in enumerate(group):
                row += 1
                self._row(line, row, hanging, len(group) - at)

    def _row(self, line: Any, row: int, hanging: dict[int, int], left: int) -> None:
        """Put the cells of a row where cells of rows above do not hang down; `left` rows are in its group."""
        column = 1
        if _hidden(line):
            self.hidden_rows.add(row)
        fresh: dict[int, int] = {}
        for cell in line.iterchildren("td", "th"):
            while hanging.get(column):
                column += 1
            wide = _span(cell.get("colspan"), _WIDEST_SPAN) or 1
            high = min(_span(cell.get("rowspan"), _HIGHEST_SPAN) or left, left)
            said = _in_line(_said(cell))
            if said:
                self.cells[row, column] = said
                if _hidden(cell):
                    self.hidden_columns.add(column)
            if wide * high > 1:
                self.merged.append((row, column, row + high - 1, column + wide - 1))
            fresh |= dict.fromkeys(range(column, column + wide), high) if high > 1 else {}
            column += wide
        self.take(column + len(hanging))
        for at in [at for at, rows in hanging.items() if rows <= 1]:
            del hanging[at]
        for at in hanging:
            hanging[at] -= 1
        hanging |= {at: high - 1 for at, high in fresh.items()}


def _span(raw: str | None, most: int) -> int:
    """A span as the standard reads it: 1 if it is none, at most `most`; 0 may mean "to the end"."""
    raw = (raw or "1").strip()[:9]
    return min(int(raw), most) if raw.isascii() and raw.isdigit() else 1


def _groups(table: Any) -> list[list[Any]]:
    """Groups of rows in the order in which they are shown: feet last."""
    parts = table.iterchildren("tr", "thead", "tbody", "tfoot")
    groups = [(key, list(group)) for key, group in groupby(parts, key=lambda p: None if p.tag == "tr" else p)]
    shown = sorted(groups, key=lambda g: g[0] is not None and g[0].tag == "tfoot")
    return [rows if part is None else list(part.iterchildren("tr")) for part, rows in shown]


def _lines_above(table: Any) -> list[str]:
    """The headings and the unit line right before a table, and its caption."""
    before = takewhile(
        lambda e: e.tag not in ("table", *_UNSEEN), islice(table.itersiblings(preceding=True), 3)
    )
    near = [(e.tag in _TITLES, _said(e, most=_LONGEST_LINE)) for e in before if isinstance(e.tag, str)][::-1]
    lines = [
        line for titled, line in near if len(line) <= _LONGEST_LINE and (titled or _UNIT_LINE.search(line))
    ]
    return [_in_line(line) for line in (*lines, *map(_said, table.iterchildren("caption"))) if line]


def _hidden(element: Any) -> bool:
    style = (element.get("style") or "").lower()
    return element.get("hidden") is not None or (
        "display" in style and "display:none" in "".join(style.split())
    )


def _said(element: Any, *, nested: bool = False, most: int | None = None) -> str:
    """What an element shows: hidden parts left out, lines parted, footnote marks kept from the figure."""
    out: list[str] = []
    pending: list[Any] = [element]
    while pending and (most is None or len(out) < most):
        at = pending.pop()
        if isinstance(at, str):
            out.append(at)
            continue
        inner = at is not element
        if inner and at.tail:
            pending.append(at.tail)
        if not isinstance(at.tag, str) or (inner and _left_out(at, nested)):
            continue
        if at.tag in ("input", "select"):
            out.append(_filled(at))
            continue
        if at.tag in ("sup", "sub"):
            out.append(raised_mark(at.text_content(), next((p for p in reversed(out) if p.strip()), "")))
            continue
        if inner and (at.tag in _BREAKS or (nested and at.tag in ("td", "th"))):
            out.append("\n")
            pending.append("\n")
        pending += reversed(at)
        if at.text:
            pending.append(at.text)
    lines = (" ".join(line.split()) for line in "".join(out).split("\n"))
    return "\n".join(line for line in lines if line)


def _filled(field: Any) -> str:
    """What a field of a form shows: its text, or the option that is chosen."""
    if field.tag == "input":
        return "" if (field.get("type") or "").lower() in _NO_TEXT else field.get("value") or ""
    options = list(field.iter("option"))
    chosen = [o for o in options if o.get("selected") is not None] or options[:1]
    return " ".join(o.text_content() for o in chosen)


def _left_out(element: Any, nested: bool) -> bool:
    return element.tag in _UNSEEN or _hidden(element) or (element.tag == "table" and not nested)


def _in_line(said: str) -> str:
    """The lines of a cell; two figures are no one figure, so a stroke stands between them."""
    return _TWO_FIGURES.sub(" / ", said)
