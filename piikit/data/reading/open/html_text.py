"""Pasted text as rows of cells."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import NamedTuple

from ..office_numbers import read_number

_SPLIT = re.compile(r"\t+|\s{2,}|\s*[|;]\s*")
_FIGURE = re.compile(r"^[-+]?\d[\d.,]*%?$")


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
        if "\t\t" in line.strip():  # a table was pasted: an empty cell between two is one
            cells = [c.strip() for c in line.strip().split("\t")]
        if not cells:
            continue
        if len(cells) == 1:
            words = cells[0].split()
            figures = list(takewhile(_FIGURE.match, reversed(words)))[::-1]
            name = " ".join(words[: len(words) - len(figures)])
            cells = [name, *figures] if figures and _named(name) else cells
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
