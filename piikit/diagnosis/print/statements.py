"""Plain statements about a province, made to be counted over draws."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...base.language import text
from ...index.index_result import IndexResult


def weakest(result: IndexResult, unit: str, n: int = 5) -> list[str]:
    """Codes of the `n` indicators with the worst national ranks, as PII prints weaknesses."""
    own = result.ranks.loc[result.dataset.unit(unit), list(result.framework.indicators)].dropna()
    return [str(c) for c in own.sort_values(ascending=False, kind="stable").index[:n]]


def strongest(result: IndexResult, unit: str, n: int = 5) -> list[str]:
    """Codes of the `n` indicators with the best national ranks, as PII prints strengths."""
    own = result.ranks.loc[result.dataset.unit(unit), list(result.framework.indicators)].dropna()
    return [str(c) for c in own.sort_values(kind="stable").index[:n]]


def statements_about(
    unit: str, *, top: int = 10, lang: str | None = None
) -> Callable[[IndexResult], dict[str, Any]]:
    """Statements about a province in one edition, for :func:`piikit.over_draws`.

    Parameters
    ----------
    unit : str
    top : int
        "Among the first `top`" is asked of the whole, the sub-indices and the pillars.
    lang : str, optional

    Returns
    -------
    function
        Of an IndexResult; returns findings (true or false): among the first `top` on each
        upper node, first of its region on it, input above output, below its own total on a
        pillar; and the sets ``weakest`` and ``strongest`` of five indicators each.
    """

    def f(result: IndexResult) -> dict[str, Any]:
        name, framework = result.dataset.unit(unit), result.framework
        root, scores, ranks = framework.root, result.scores, result.ranks
        upper = framework.level(root) - 2
        codes = [c for c in framework.codes if framework.level(c) >= upper]
        inside = result.dataset.members(f"region={result.dataset.groups.at[name, 'region']}")
        said: dict[str, Any] = {}
        for code in codes:
            node = framework.title(code, lang)
            said[text("statement.top", lang, node=node, top=top)] = bool(ranks.at[name, code] <= top)
            first = scores.loc[list(inside), code].max() == scores.at[name, code]
            said[text("statement.region", lang, node=node)] = bool(first)
            if framework.level(code) == upper:
                low = scores.at[name, code] < scores.at[name, root]
                said[text("statement.below", lang, node=node)] = bool(low)
        kids = framework.children(root)
        if len(kids) == 2:
            first_kid, second_kid = kids
            said[
                text(
                    "statement.above",
                    lang,
                    first=framework.title(first_kid, lang),
                    second=framework.title(second_kid, lang),
                )
            ] = bool(scores.at[name, first_kid] > scores.at[name, second_kid])
        for key, made in (("weakest", weakest(result, name)), ("strongest", strongest(result, name))):
            said[text(f"statement.{key}", lang)] = {f"{c} {framework.title(c, lang)}" for c in made}
        return said

    return f


def statements_of_change(
    unit: str, before: str, *, lang: str | None = None
) -> Callable[[IndexResult], dict[str, Any]]:
    """Statements about a province's way from one edition to a later one, for :func:`piikit.over_draws`.

    Parameters
    ----------
    unit : str
    before : str
        The earlier edition; draw k of the later is compared with draw k of the earlier, which
        it continues. Both must have the same units.

    Returns
    -------
    function
        Of an IndexResult of the later edition; returns findings: who overtook the province and
        whom it overtook, which of the upper nodes fell; and the figures of total, rank and
        regional mean before and after.
    """

    def f(result: IndexResult) -> dict[str, Any]:
        from ...data.library import load_dataset
        from ...index.build import build_index

        name, framework = result.dataset.unit(unit), result.framework
        root = framework.root
        earlier = build_index(load_dataset(before, draw=int(result.dataset.meta["draw"])), result.method)
        old, new = earlier.ranks[root], result.ranks[root].reindex(earlier.units)
        was_behind, is_ahead = old > old[name], new < new[name]
        said: dict[str, Any] = {
            text("statement.overtook", lang): {str(u) for u in old.index[was_behind & is_ahead]},
            text("statement.overtaken", lang): {
                str(u) for u in old.index[(old < old[name]) & (new > new[name])]
            },
        }
        for code in [c for c in framework.codes if framework.level(c) >= framework.level(root) - 2]:
            fell = result.scores.at[name, code] < earlier.scores.at[name, code]
            said[text("statement.fell", lang, node=framework.title(code, lang))] = bool(fell)
        inside = list(result.dataset.members(f"region={result.dataset.groups.at[name, 'region']}"))
        for year, made in ((earlier.dataset.year, earlier), (result.dataset.year, result)):
            said |= {
                text("statement.score", lang, year=year): float(np.round(made.scores.at[name, root], 2)),
                text("statement.rank", lang, year=year): float(made.ranks.at[name, root]),
                text("statement.mean", lang, year=year): float(
                    np.round(made.scores.loc[inside, root].mean(), 2)
                ),
            }
        return said

    return f
