"""A built index: what it has to show."""

from __future__ import annotations

from functools import partial
from typing import Any

from ...index.index_result import IndexResult
from ..blocks.blocks import Frame, Joined, Named, Sentence, Table
from ..blocks.content import Content, invented
from ..blocks.quantity import Quantity, share
from ..figures.index_figures import ranked_bars

LEADERS = 3


def content(result: IndexResult) -> Content:
    """What was built, who leads, on what data; the league; every step as a sheet."""
    values = {
        "title": Named.by(result.title),
        "units": len(result.units),
        "indicators": len(result.framework.indicators),
        "method": result.method.name,
    }
    basis = tuple(
        Joined((Sentence(f"provenance.{kind}"), share(part)))
        for kind, part in result.basis.mean().items()
        if part > 0
    )
    return Content(
        (
            Sentence("index.built", values),
            _leaders(result),
            Sentence("index.basis", {"basis": Joined(basis, "; ")}),
            *_known(result),
            *result.warnings,
        ),
        (_league(result),),
        _sheets(result),
        {"league": partial(ranked_bars, result)},
        mark=invented(result.illustrative),
        title=values["title"],
        index=result,
    )


def _score(result: IndexResult, unit: str, code: str) -> Quantity:
    return Quantity("score", float(result.scores.at[unit, code]), unit, code)


def _leaders(result: IndexResult) -> Sentence:
    best = map(str, result.ranks[result.root].sort_values(kind="stable").index[:LEADERS])
    scored = (Joined((unit, _score(result, unit, result.root))) for unit in best)
    return Sentence("index.leaders", {"leaders": Joined(tuple(scored), "; ")})


def _known(result: IndexResult) -> tuple[Sentence, ...]:
    """Of an illustrative edition, how many of the whole's scores are known, and what the marks mean."""
    if not result.illustrative:
        return ()
    found = result.marks[result.root].value_counts()
    kinds = {k: int(found.get(k, 0)) for k in ("printed", "bounded", "illustrative")}
    return Sentence("editions.marks", kinds), Sentence("editions.legend")


def _league(result: IndexResult) -> Table:
    """Units by rank, with the nodes just below the whole."""
    root, ranks = result.root, result.ranks[result.root].sort_values(kind="stable")
    below = result.framework.children(root)
    rows = tuple(
        (Quantity("rank", rank, u, root), u, *(_score(result, u, code) for code in (root, *below)))
        for u, rank in ((str(u), float(rank)) for u, rank in ranks.items())
    )
    heads: tuple[Any, ...] = ("index.rank", "index.unit", "index.score", *(Named(c, c) for c in below))
    return Table("index.sheet.league", heads, rows)


def _sheets(result: IndexResult) -> tuple[Frame, ...]:
    frames = {
        "scores": result.scores,
        "ranks": result.ranks,
        "cells": result.dataset.cells(),
        "weights": result.effective_weights,
        "bounds": result.bounds,
        "treatment": result.treatment_log,
        "framework": result.framework.table,
    }
    known = (Frame("editions.sheet_marks", result.marks, words="mark"),) if result.illustrative else ()
    return (*Frame.several("index.sheet", frames), *known)
