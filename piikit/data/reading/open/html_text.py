"""Pasted text and saved HTML as rows of cells."""

from __future__ import annotations

import re
from typing import NamedTuple

from ..office_numbers import read_number

_SPLIT = re.compile(r"\t+|\s{2,}|\s*[|;]\s*")
_TRAILING = re.compile(r"^(?P<name>.*?\S)\s+(?P<figures>(?:[-+]?\d[\d.,]*%?\s+)*[-+]?\d[\d.,]*%?)$")


class Rows(NamedTuple):
    """Rows of cells, and where each begins: "#line" of a text, "<tr n>" of a page."""

    rows: list[list[str]]
    places: list[str]


def text_rows(text: str) -> Rows:
    """Rows of pasted text.

    Cells are parted by tabs, two spaces, "|" or ";", or the figures simply follow the name.
    A line without a name continues the row above, as when a web page is copied.
    """
    rows: list[list[str]] = []
    places: list[str] = []
    for at, line in enumerate(text.replace("\u00a0", " ").splitlines(), start=1):
        cells = [c.strip() for c in _SPLIT.split(line.strip()) if c.strip()]
        if not cells:
            continue
        if len(cells) == 1 and (found := _TRAILING.match(cells[0])) and _named(found["name"]):
            cells = [found["name"], *found["figures"].split()]
        if rows and not any(_named(c) for c in cells):
            rows[-1] += cells
            continue
        rows.append(cells)
        places.append(f"#{at}")
    return Rows(rows, places)


def _named(cell: str) -> bool:
    return (
        read_number(cell).kind == "text" and sum(c.isalpha() for c in cell) >= 2 and not cell.startswith("(")
    )


def html_rows(html: str) -> Rows:
    """Rows of a saved web page: every table row, and outside tables every block of text.

    Scripts, styles and comments are left out; nothing is fetched.
    """
    import lxml.html

    if not html.strip():
        return Rows([], [])
    parser = lxml.html.HTMLParser(huge_tree=False, no_network=True, remove_comments=True, remove_pis=True)
    tree = lxml.html.document_fromstring(html, parser=parser)
    for gone in tree.xpath("//script|//style|//noscript|//template"):
        gone.drop_tree()
    rows: list[list[str]] = []
    places: list[str] = []
    for at, row in enumerate(tree.iter("tr"), start=1):
        cells = [" ".join(c.text_content().split()) for c in row.iterchildren("td", "th")]
        if any(cells):
            rows.append(cells)
            places.append(f"<tr {at}>")
    if any(len(r) > 1 for r in rows):
        return Rows(rows, places)
    lines = [" ".join(t.split()) for t in tree.itertext()]
    return text_rows("\n".join(line for line in lines if line))
