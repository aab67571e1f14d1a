"""Agreement of two rankings: what it has to show."""

from __future__ import annotations

from functools import partial

from ...diagnosis.print.rank_agreement import RankAgreement
from ..blocks.blocks import Frame, Sentence
from ..blocks.content import Content
from ..blocks.quantity import fixed
from ..figures.print_figures import ranks_against_ranks

_FIGURES = ("low", "high", "corrected", "corrected_low", "corrected_high")


def content(a: RankAgreement) -> Content:
    """Both correlations with their intervals and why they differ, the units, and the two rankings."""
    values = {"n": a.n, "total": a.total, "seen": fixed(a.spearman)}
    values |= {name: fixed(getattr(a, name)) for name in _FIGURES}
    return Content(
        (Sentence("agreement.summary", values),),
        (Frame("agreement.sheet", a.table, "agreement.column", digits=0),),
        pictures={"ranks": partial(ranks_against_ranks, a)},
    )
