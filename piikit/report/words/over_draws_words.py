"""What holds over illustrative draws: what it has to show."""

from __future__ import annotations

from functools import partial
from typing import Any

from ...diagnosis.print.over_draws import DrawsResult
from ..blocks.blocks import Joined, Named, Sentence, Table
from ..blocks.content import Content
from ..blocks.quantity import given
from ..figures.labels import often
from ..figures.print_figures import draws_bars

MOST = 8
DECIDES = 200


def content(result: DrawsResult) -> Content:
    """How often findings hold and how far figures range; always with the mark."""
    findings, figures = result.findings, result.figures
    said: list[Any] = [
        Joined(("- ", r.name, ": ", often(r.holds, r.draws)), "") for r in findings.head(MOST).itertuples()
    ]
    if len(findings) > MOST:
        said.append(Sentence("draws.rest", {"rest": len(findings) - MOST}))
    if len(findings):
        said.append(Sentence("draws.interval"))
    if len(findings) and result.draws < DECIDES:
        said.append(Sentence("draws.decide"))
    said += [
        Joined(("-", Sentence("draws.figure", {"name": r.name, "low": given(r.min), "median": given(r.median), "high": given(r.max)})))
        for r in figures.head(MOST).itertuples()
    ]  # fmt: skip
    if len(figures) > MOST:
        said.append(Sentence("draws.more", {"rest": len(figures) - MOST}))
    said += [Sentence("plan.stopped")] if result.stopped else []
    title = Named(result.title_vi, result.title_en)
    head = Sentence("draws.head", {"title": title, "draws": result.draws, "method": result.method})
    return Content(
        tuple(said),
        (_table(result),),
        pictures={"draws": partial(draws_bars, result)},
        mark=Joined((Sentence("mark.stamp"), head), ": "),
        title=Sentence("draws.title", {"draws": result.draws}),
    )


def _often(row: dict[str, Any]) -> Any:
    """How often a finding holds; of a figure only in how many draws it has a value."""
    if row["kind"] == "figure":
        return Sentence("draws.values", {"holds": int(row["holds"]), "draws": int(row["draws"])})
    return often(row["holds"], row["draws"])


def _table(result: DrawsResult) -> Table:
    rows = tuple(
        (r["name"], _often(r), *(given(r[c]) for c in ("min", "median", "max")))
        for r in result.table.to_dict("records")
    )
    return Table("draws.sheet", tuple(f"draws.{c}" for c in ("name", "holds", "min", "median", "max")), rows)
