"""A built index: what it has to show."""

from __future__ import annotations

from functools import partial
from typing import Any

from ...index.index_result import IndexResult
from ..blocks.blocks import Frame, Joined, Named, Sentence, Table
from ..blocks.content import Content, Numbers, invented
from ..blocks.quantity import share
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


def _leaders(result: IndexResult) -> Sentence:
    best = result.ranks[result.root].sort_values(kind="stable").index[:LEADERS]
    scored = tuple(Joined((str(u), Numbers(result).score(str(u)))) for u in best)
    return Sentence("index.leaders", {"leaders": Joined(scored, "; ")})


def _known(result: IndexResult) -> tuple[Sentence, ...]:
    """Of an illustrative edition, how many of the whole's scores are known, and what the marks mean."""
    if not result.illustrative:
        return ()
    found = result.marks[result.root].value_counts()
    kinds = {k: int(found.get(k, 0)) for k in ("printed", "bounded", "illustrative")}
    return Sentence("editions.marks", kinds), Sentence("editions.legend")


def _league(result: IndexResult) -> Table:
    """Units by rank, with the nodes just below the whole."""
    of, kids = Numbers(result), result.framework.children(result.root)
    order = result.ranks[result.root].sort_values(kind="stable").index
    rows = tuple((of.rank(u), u, of.score(u), *(of.score(u, kid) for kid in kids)) for u in map(str, order))
    heads: tuple[Any, ...] = ("index.rank", "index.unit", "index.score", *(Named(k, k) for k in kids))
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
