"""Performance against development level: who does better than its means."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from ...base.errors import MethodError, UnknownNameError
from ...base.results import Drawn, writer
from ...data.peers import neighbours
from ...index.ranks import Ranking
from .ingredients import ingredients_of
from .spline import Band, band

VERDICTS = ("above", "within", "below")
INCOME = frozenset({"grdp"})


@dataclass(frozen=True, eq=False)
class DevelopmentResult(Drawn):
    """Scores against GRDP per head; made by :func:`piikit.development`.

    Attributes
    ----------
    table : DataFrame
        Index ``unit``; ``level`` (GRDP per head), ``score``, ``expected`` (from the other
        units), ``gap`` (score - expected), ``low, high`` (jackknife+ interval), ``p_value``
        (share of units at least as far from expectation) and ``verdict`` (above, within, below).
    band : Band
    code : str
        What was scored.
    title_vi, title_en, data_vi, data_en : str
    level_unit : str
    confidence : float
        Share of units that the bands should hold.
    left_out : dict
        Units without a score or a level.
    shared : float
        Share of the score's effective weight whose indicators are made of GRDP themselves.
    illustrative : bool
    """

    table: pd.DataFrame
    band: Band
    code: str
    title_vi: str
    title_en: str
    data_vi: str
    data_en: str
    level_unit: str
    confidence: float
    left_out: dict[str, str]
    shared: float
    illustrative: bool

    @property
    def above(self) -> tuple[str, ...]:
        """Units above the band, furthest first."""
        return self._of("above", False)

    @property
    def below(self) -> tuple[str, ...]:
        """Units below the band, furthest first."""
        return self._of("below", True)

    def _of(self, verdict: str, ascending: bool) -> tuple[str, ...]:
        own = self.table[self.table["verdict"] == verdict]
        return tuple(own.sort_values("gap", ascending=ascending).index)

    @property
    def by_chance(self) -> float:
        """How many units chance alone would put outside the bands."""
        return len(self.table) * (1 - self.confidence)

    def unit(self, name: str) -> pd.Series:
        """Row of a unit, named as people write it.

        Raises
        ------
        UnknownNameError
        """
        from ...data.provinces import match_province

        if name not in self.table.index:
            try:
                found = match_province(name, units=None)
            except UnknownNameError:
                found = name
            if found not in self.table.index:
                raise UnknownNameError("unit", name, list(self.table.index))
            name = found
        return self.table.loc[name]

    def peers(self, name: str, k: int = 8) -> pd.DataFrame:
        """The `k` units nearest in (log) GRDP per head, with `name` first.

        Returns
        -------
        DataFrame
            Index ``unit``; ``level, score, gap, verdict`` and ``rank`` among them (1 = best score).
        """
        own = self.unit(name)
        near = neighbours(str(own.name), np.log(self.table[["level"]]), k=k).table.index
        made = self.table.loc[[str(own.name), *near], ["level", "score", "gap", "verdict"]].copy()
        made["rank"] = Ranking().of(made["score"].to_numpy(float)).astype(int)
        return made

    @cached_property
    def outside(self) -> int:
        """How many units are outside the bands."""
        return int((self.table["verdict"] != "within").sum())

    def sentence(self, unit: str | None = None, lang: str | None = None) -> str:
        """What may safely be quoted, of one unit or of the whole."""
        said: str = writer(self, "sentence")(self, unit=unit, lang=lang)
        return said


def development(
    result: Any,
    *,
    context: pd.Series | pd.DataFrame | None = None,
    code: str | None = None,
    independent: bool = False,
    confidence: float = 0.9,
    knots: int | None = None,
) -> DevelopmentResult:
    """Score against log GRDP per head, with bands that each unit is judged by without itself.

    Parameters
    ----------
    result : IndexResult, or Series of scores by unit
    context : Series or DataFrame, optional
        GRDP per head (any currency, positive) by unit, or a table with a column
        ``grdp_per_head``. By default GRDP over population of the result's dataset.
    code : str, optional
        What to look at; the whole by default.
    independent : bool
        First build the index again without the indicators made of GRDP, so that the score
        does not contain what it is set against.
    confidence : float
        Share of units that the bands should hold.
    knots : {3, 4, 5}, optional
        Three below 40 units and five from 40 on by default.

    Returns
    -------
    DevelopmentResult

    Raises
    ------
    MethodError
        Without GRDP per head, with values that have no logarithm, or fewer than 15 units.

    Notes
    -----
    The idea is the Global Innovation Index's; its band rule was not found. Here each unit is
    judged against a spline fitted to the others, with jackknife+ intervals. Being above is not
    the effect of policy: it is what GRDP per head alone does not explain.
    """
    if not 0.5 <= confidence < 1:
        raise MethodError("error.development.confidence", value=confidence)
    shared, removed = 0.0, frozenset[str]()
    if isinstance(result, pd.Series):
        scores, titles, data = result.astype(float), (str(result.name or ""),) * 2, ("", "")
        chosen, illustrative, level = str(result.name or ""), False, _level(None, context)
    else:
        level = _level(result, context)
        framework = result.framework
        chosen = framework.check(code) if code else result.root
        removed = frozenset(c for c in framework.leaves(chosen) if INCOME & ingredients_of(framework, c)[0])
        if independent and removed:
            result = _without(result, chosen, removed)
            removed = frozenset()
        weights = result.framework.effective_weights
        own = weights[list(framework.leaves(chosen))]
        shared = float(own[[c for c in own.index if c in removed]].sum() / own.sum())
        scores = result.scores[chosen]
        row = framework.table.loc[chosen]
        titles = (str(row["name_vi"]), str(row["name_en"]))
        data = (result.dataset.title_vi, result.dataset.title_en)
        illustrative = bool(np.nan_to_num(result.share_of("illustrative")[chosen].to_numpy(float)).max() > 0)
    both = pd.DataFrame({"level": level.reindex(scores.index), "score": scores})
    gone = both.isna().any(axis=1)
    left_out = {str(u): ", ".join(both.columns[both.loc[u].isna()]) for u in both.index[gone]}
    both = both[~gone]
    if len(both) < 15:
        raise MethodError("error.development.few", n=len(both))
    if (both["level"] <= 0).any():
        raise MethodError("error.development.positive", units=", ".join(both.index[both["level"] <= 0][:5]))
    made = band(
        np.log(both["level"].to_numpy(float)), both["score"].to_numpy(float), level=confidence, knots=knots
    )
    table = both.assign(
        expected=made.expected,
        gap=both["score"] - made.expected,
        low=made.low,
        high=made.high,
        p_value=made.p_value,
    )
    above, below = table["score"] > table["high"], table["score"] < table["low"]
    table["verdict"] = np.select([above, below], ["above", "below"], "within")
    table.index.name = "unit"
    return DevelopmentResult(
        table,
        made,
        chosen,
        *titles,
        *data,
        "million VND" if context is None else "",
        confidence,
        left_out,
        shared,
        illustrative,
    )


def _level(result: Any, context: pd.Series | pd.DataFrame | None) -> pd.Series:
    if isinstance(context, pd.DataFrame):
        if "grdp_per_head" not in context:
            raise UnknownNameError("variable", "grdp_per_head", [str(c) for c in context.columns])
        context = context["grdp_per_head"]
    if context is not None:
        return context.astype(float)
    below = None if result is None else result.dataset.denominators
    if below is None or not {"grdp", "population"} <= set(below.columns):
        raise MethodError("error.development.context")
    made: pd.Series = below["grdp"].astype(float) / below["population"].astype(float)
    return made


def _without(result: Any, code: str, removed: frozenset[str]) -> Any:
    """The same index with no weight on some indicators (or on a group that has nothing else)."""
    from ...index.build import build_index

    framework = result.framework
    zero = set(removed)
    for node in framework.aggregates:
        kids = framework.children(node)
        if node != code and kids and all(k in zero for k in kids):
            zero -= set(kids)
            zero.add(node)
    if code in zero or all(k in zero for k in framework.children(code)):
        raise MethodError("error.development.nothing_left", code=code)
    changed = framework.replace(weight=dict.fromkeys(zero, 0.0))
    return build_index(result.dataset.replace(framework=changed), result.method)
