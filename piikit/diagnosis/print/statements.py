"""Plain statements about a province, made to be counted over draws."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...base.language import text
from ...data.library import load_dataset
from ...data.peers import group_of
from ...index.build import build_index
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
        As people write it.
    top : int
        "Among the first `top`" is asked of the whole, the sub-indices and the pillars.
    lang : {"vi", "en"}, optional
        Language of the statements.

    Returns
    -------
    function
        Of an IndexResult; returns findings (true or false): among the first `top` on each
        upper node, first of its region on it, input above output, below its own total on a
        pillar; and the sets ``weakest`` and ``strongest`` of five indicators each.

    Raises
    ------
    UnknownNameError
        By the function returned, if the unit is not in the index or the dataset has no regions.

    Notes
    -----
    Ranks of the upper nodes, five strengths and five weaknesses are what PII prints of a province.

    Examples
    --------
    >>> import piikit as pk
    >>> said = pk.statements_about("Cần Thơ", lang="en")(pk.build_index(pk.load_dataset("pii-2024")))
    >>> [name for name, holds in said.items() if holds is True][:2]
    ['among the first 10: Provincial Innovation Index', 'first of its region: Provincial Innovation Index']
    """

    def f(result: IndexResult) -> dict[str, Any]:
        name, framework = result.dataset.unit(unit), result.framework
        root, scores, ranks = framework.root, result.scores, result.ranks
        own, region = scores.loc[name], scores.loc[_region(result, name)]
        said: dict[str, Any] = {}
        for code in _upper(result):
            node = framework.title(code, lang)
            said[text("statement.top", lang, node=node, top=top)] = bool(ranks.at[name, code] <= top)
            said[text("statement.region", lang, node=node)] = bool(region[code].max() == own[code])
            if framework.level(code) == framework.level(root) - 2:
                said[text("statement.below", lang, node=node)] = bool(own[code] < own[root])
        kids = framework.children(root)
        if len(kids) == 2:
            first, second = (framework.title(kid, lang) for kid in kids)
            above = bool(own[kids[0]] > own[kids[1]])
            said[text("statement.above", lang, first=first, second=second)] = above
        for key, made in (("weakest", weakest(result, name)), ("strongest", strongest(result, name))):
            said[text(f"statement.{key}", lang)] = {f"{c} {framework.title(c, lang)}" for c in made}
        return said

    return f


def _upper(result: IndexResult) -> list[str]:
    """The whole, the sub-indices and the pillars."""
    framework = result.framework
    return [c for c in framework.codes if framework.level(c) >= framework.level(framework.root) - 2]


def _region(result: IndexResult, unit: str) -> list[str]:
    return list(group_of(result.dataset, unit, "region").members)


def statements_of_change(
    unit: str, before: str, *, lang: str | None = None
) -> Callable[[IndexResult], dict[str, Any]]:
    """Statements about a province's way from one edition to a later one, for :func:`piikit.over_draws`.

    Parameters
    ----------
    unit : str
        As people write it.
    before : str
        The earlier edition; draw k of the later is compared with draw k of the earlier, which
        it continues. Both must have the same units.
    lang : {"vi", "en"}, optional
        Language of the statements.

    Returns
    -------
    function
        Of an IndexResult of the later edition; returns findings: who overtook the province and
        whom it overtook, which of the upper nodes fell; and the figures of total, rank and
        regional mean before and after.

    Raises
    ------
    UnknownNameError
        By the function returned, if the unit or the earlier edition is not known.

    Notes
    -----
    Scores are compared as built; the figures are rounded to two digits, as PII prints them.

    Examples
    --------
    >>> import piikit as pk
    >>> ask = pk.statements_of_change("Cần Thơ", "pii-2023", lang="en")
    >>> said = ask(pk.build_index(pk.load_dataset("pii-2024", draw=0)))
    >>> {name: value for name, value in said.items() if name.startswith("rank")}
    {'rank 2023': 5.0, 'rank 2024': 7.0}
    """

    def f(result: IndexResult) -> dict[str, Any]:
        name, framework = result.dataset.unit(unit), result.framework
        root = framework.root
        earlier = build_index(load_dataset(before, draw=int(result.dataset.meta["draw"])), result.method)
        old, new = earlier.ranks[root], result.ranks[root].reindex(earlier.units)
        was_ahead, was_behind = old < old[name], old > old[name]
        is_ahead, is_behind = new < new[name], new > new[name]
        said: dict[str, Any] = {
            text("statement.overtook", lang): {str(u) for u in old.index[was_behind & is_ahead]},
            text("statement.overtaken", lang): {str(u) for u in old.index[was_ahead & is_behind]},
        }
        for code in _upper(result):
            fell = result.scores.at[name, code] < earlier.scores.at[name, code]
            said[text("statement.fell", lang, node=framework.title(code, lang))] = bool(fell)
        region = _region(result, name)
        for made in (earlier, result):
            own, mean = made.scores.at[name, root], made.scores.loc[region, root].mean()
            said |= {
                text("statement.score", lang, year=made.dataset.year): float(np.round(own, 2)),
                text("statement.rank", lang, year=made.dataset.year): float(made.ranks.at[name, root]),
                text("statement.mean", lang, year=made.dataset.year): float(np.round(mean, 2)),
            }
        return said

    return f
