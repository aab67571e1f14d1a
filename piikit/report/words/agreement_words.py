"""Agreement of two rankings in words and as a figure."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

from ...base.excel import write_tables
from ...base.formats import number
from ...base.language import text
from ...diagnosis.print.rank_agreement import RankAgreement
from ..figures.theme import BLUE, GREY, new_axes


def summary(a: RankAgreement, lang: str | None = None) -> str:
    """Both correlations with their intervals, and why they differ."""
    return text(
        "agreement.summary",
        lang,
        n=a.n,
        total=a.total,
        seen=number(a.spearman, 2, lang=lang),
        low=number(a.low, 2, lang=lang),
        high=number(a.high, 2, lang=lang),
        corrected=number(a.corrected, 2, lang=lang),
        corrected_low=number(a.corrected_low, 2, lang=lang),
        corrected_high=number(a.corrected_high, 2, lang=lang),
    )


def to_html(a: RankAgreement) -> str:
    """The sentence and the table of units."""
    return f"<p>{escape(summary(a))}</p>" + a.table.to_html(index=False, border=0, escape=True)


def to_excel(a: RankAgreement, path: Any, lang: str | None = None) -> Path:
    """The table of units as a sheet."""
    return write_tables(Path(path), {"agreement": a.table})


def plot(a: RankAgreement, ax: Any = None, lang: str | None = None, **options: Any) -> Any:
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
