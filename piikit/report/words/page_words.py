"""A province's own page: what it has to show."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import pandas as pd

from ...index.page.page_ranks import RankInterval
from ...index.page.page_result import PageResult
from ..blocks.blocks import Bullets, Frame, Joined, Named, Sentence, Table
from ..blocks.content import Content
from ..blocks.quantity import Quantity, fixed, place
from ..figures.index_figures import national_ranges


def rank_words(rank: RankInterval) -> Any:
    """A rank, "thứ 9", or an interval, "trong khoảng từ thứ 6 đến thứ 9"."""
    best, worst = place(rank.best), place(rank.worst)
    return best if rank.exact else Sentence("page.rank_range", {"best": best, "worst": worst})


def content(result: PageResult) -> Content:
    """Score and rank, what the page covers, whether printed nodes are met, and every warning."""
    root, rank = result.root, result.rank()
    said = []
    if not math.isnan(result.known[root]):
        name = Named.of_code(result.framework, root, coded=False)
        score = Quantity("score", float(result.known[root]), result.unit, root)
        values = {"unit": result.unit, "name": name, "score": score, "units": rank.units}
        said.append(Sentence("page.score", values | {"rank": rank_words(rank)}))
    own = result.table["status"][list(result.framework.indicators)]
    gaps = int(own.isin(["gap", "bounded"]).sum())
    said.append(Sentence("page.covered", {"exact": len(result.covered), "of": len(own), "gaps": gaps}))
    agree = result.differences
    if len(agree):
        said.append(Sentence("page.met", {"met": int(agree["agrees"].sum()), "of": len(agree)}))
    return Content(
        (*said, *result.problems),
        (_figures(result),),
        (
            Frame("page.sheet.differences", agree, "page.column"),
            Bullets(result.problems or (Sentence("page.no_warning"),), key="page.sheet.warnings"),
        ),
        {"ranges": partial(national_ranges, result)},
        title=Joined((result.unit, result.year or "")),
        source=Named(result.page.source, result.page.source),
    )


def _figures(result: PageResult) -> Table:
    """The rows that the page says something of."""
    rows = result.table[(result.table["status"] != "gap") | result.table["value"].notna()]
    columns = [c for c in rows.columns if c not in ("name", "level", "parent")]
    name = partial(Named.of_code, result.framework)

    def cell(code: str, column: str, value: Any) -> Any:
        if column == "status":
            return Sentence(f"page.status.{value}")
        if column == "score" and pd.isna(rows.at[code, "printed"]):
            return Quantity("score", value, result.unit, code)
        return fixed(value) if isinstance(value, float) else str(value)

    cells = tuple(
        (str(code), name(str(code), coded=False), *(cell(str(code), c, row[c]) for c in columns))
        for code, row in rows.iterrows()
    )
    return Table("page.sheet.table", tuple(f"page.column.{c}" for c in ("code", "name", *columns)), cells)
