"""Figures of what print tells: two rankings against each other, intervals of scores, what holds over draws."""

from __future__ import annotations

from typing import Any

from ...base.formats import number
from ...base.language import text
from ...diagnosis.print.rank_agreement import RankAgreement
from .theme import BLUE, GREY, new_axes


def ranks_against_ranks(a: RankAgreement, ax: Any = None, lang: str | None = None, **options: Any) -> Any:
    """Printed rank against ours, the diagonal as a guide, units that differ most named."""
    ax = new_axes(ax, width=6.5, height=6.0)
    ax.plot([1, a.total], [1, a.total], color=GREY, lw=1, ls=":")
    ax.scatter(a.table["printed"], a.table["ours"], s=26, color=BLUE, **options)
    named = a.table.reindex(a.table["difference"].abs().sort_values(ascending=False).index[:8])
    for row in named.itertuples():
        left = row.printed > a.total * 0.8
        ax.annotate(
            str(row.unit),
            (row.printed, row.ours),
            xytext=(-5 if left else 5, 2),
            textcoords="offset points",
            ha="right" if left else "left",
            fontsize=8,
        )
    ax.set_xlim(0, a.total + 1)
    ax.set_ylim(a.total + 1, 0)
    ax.set_xlabel(text("agreement.printed", lang))
    ax.set_ylabel(text("agreement.ours", lang))
    ax.set_title(
        text("agreement.title", lang, seen=number(a.spearman, 2, lang=lang), n=a.n), loc="left", fontsize=10
    )
    return ax
