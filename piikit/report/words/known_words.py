"""What print tells of a province: what it has to show."""

from __future__ import annotations

from functools import partial
from typing import Any

from ...diagnosis.print.what_is_known import Known
from ..blocks.blocks import Bullets, Named, Sentence, Table
from ..blocks.content import Content
from ..blocks.quantity import fixed
from ..figures.labels import known_interval, known_mark
from ..figures.print_figures import known_bars

_COLUMNS = ("code", "name", "printed", "low", "high", "rank_best", "rank_worst", "mark")


def content(known: Known) -> Content:
    """Total and rank, how many nodes print determines, what stays open; every interval."""
    table = known.table
    root = str(table.index[table["level"].argmax()])
    marks = table["mark"].value_counts()
    kinds = {"printed": "printed", "bounded": "bounded", "open": "open", "unknown": "illustrative"}
    total = {
        "unit": known.unit,
        "title": Named(known.title_vi, known.title_en),
        "score": known_interval(known, root),
        "rank": _rank(known, root),
        "units": known.units,
    }
    found = {"nodes": len(table)} | {name: int(marks.get(mark, 0)) for name, mark in kinds.items()}
    said = [Sentence("known.total", total), Sentence("known.count", found)]
    free = {
        "free": int(((table["level"] == 1) & (table["width"] > 99.9)).sum()),
        "indicators": int((table["level"] == 1).sum()),
    }
    said += [Sentence("known.free", free)] if free["free"] else []
    said.append(Sentence("known.with_open" if known.open_data else "known.print_only"))
    return Content(
        tuple(said),
        (_intervals(known),),
        (Bullets(tuple(said), key="content.summary"),),
        {"intervals": partial(known_bars, known)},
        title=Sentence("known.title", {"unit": known.unit, "edition": total["title"]}),
    )


def _rank(known: Known, code: str) -> Any:
    """The rank, or the ranks it may have."""
    first, last = (fixed(known.table.at[code, end], 0) for end in ("rank_best", "rank_worst"))
    return first if first == last else Sentence("known.ranks", {"first": first, "last": last})


def _intervals(known: Known) -> Table:
    rows = tuple(
        (
            str(code),
            Named(row["name_vi"], row["name_en"]),
            fixed(row["printed"]) if row["printed"] else "",
            fixed(round(row["low"], 4)),
            fixed(round(row["high"], 4)),
            fixed(row["rank_best"], 0),
            fixed(row["rank_worst"], 0),
            known_mark(row["mark"]),
        )
        for code, row in known.table.iterrows()
    )
    return Table("known.sheet", tuple(f"known.{c}" for c in _COLUMNS), rows)
