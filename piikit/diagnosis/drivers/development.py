"""Performance against development level: who does better than its means."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ...base.errors import MethodError, UnknownNameError
from ...base.results import Drawn, writer
from ...data.editions import names
from ...data.peers import neighbours
from ...index.ranks import Ranking
from ..print.over_draws import each_draw
from .ingredients import ingredients_of
from .spline import Band, band

if TYPE_CHECKING:
    from ...index.index_result import IndexResult

VERDICTS = ("above", "within", "unclear", "below")
FALSE_ALARM = 0.005  # 0.05 or less of samples in simulations, whatever the errors: docs/drivers.md
LEAST_UNITS = 15
DRAWS = 20
INCOME = frozenset({"grdp"})


@dataclass(frozen=True, eq=False)
class DevelopmentResult(Drawn):
    """Scores against GRDP per head; made by :func:`piikit.development`.

    Attributes
    ----------
    table : DataFrame
        Index ``unit``; ``level`` (GRDP per head), ``score``, ``expected`` (from the other
        units), ``gap`` (score - expected), ``low, high`` (where it should lie), ``p_value``
        (chance that noise alone gives any unit such a gap) and ``verdict``: ``above`` and ``below``
        if that is below 0.005, ``within`` its band, or ``unclear``: outside, but no more than
        chance would have it. Of an illustrative edition also ``holds``: in how many draws so.
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
    draws : int
        Of the edition, in which ``holds`` counts; 0 elsewhere.
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
    draws: int

    @property
    def above(self) -> tuple[str, ...]:
        """Units above expectation beyond chance, furthest first."""
        return self._of("above", False)

    @property
    def below(self) -> tuple[str, ...]:
        """Units below expectation beyond chance, furthest first."""
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
            with suppress(UnknownNameError):
                name = match_province(name, units=None)
        if name not in self.table.index:
            raise UnknownNameError("unit", name, list(self.table.index))
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

    @property
    def outside(self) -> int:
        """How many units are outside the bands."""
        return int((self.table["verdict"] != "within").sum())

    def sentence(self, unit: str | None = None, lang: str | None = None) -> str:
        """What may safely be quoted, of one unit or of the whole."""
        said: str = writer(self, "sentence")(self, unit=unit, lang=lang)
        return said


def development(
    result: IndexResult | pd.Series,
    *,
    context: pd.Series | pd.DataFrame | None = None,
    code: str | None = None,
    independent: bool = False,
    confidence: float = 0.9,
    knots: int | None = None,
    draws: int = DRAWS,
) -> DevelopmentResult:
    """Score against log GRDP per head, with bands that each unit is judged by without itself.

    Parameters
    ----------
    result : IndexResult, or Series of scores by unit
        At least 15 units, on any scale of points.
    context : Series or DataFrame, optional
        GRDP per head (any currency, positive) by unit, or a table with a column
        ``grdp_per_head``. By default GRDP over population of the result's dataset, million VND.
    code : str, optional
        What to look at; the whole by default.
    independent : bool
        First build the index again without the indicators made of GRDP, so that the score
        does not contain what it is set against.
    confidence : float
        Share of units that the bands should hold, 0.5 or more and below 1.
    knots : {3, 4, 5}, optional
        Three below 40 units and five from 40 on by default.
    draws : int
        Of a PII edition, in how many of its draws each verdict is looked for (``holds``).

    Returns
    -------
    DevelopmentResult
        ``table`` has one row a unit: ``level, score, expected, gap, low, high, p_value,
        verdict``, in points of the score; ``above`` and ``below`` name the units that
        stand outside beyond chance; often there is none.

    Raises
    ------
    MethodError
        Without GRDP per head, with values that have no logarithm, with fewer than 15 units, a
        confidence out of range, or nothing left without GRDP.
    UnknownNameError
        If `code`, or the column of `context`, is not there.

    Notes
    -----
    The idea is the Global Innovation Index's; its band rule was not found. Here each unit is
    judged against a spline fitted to the others (knots: Harrell 2015, Regression Modeling
    Strategies, table 2.3), with intervals as wide as its place demands, and named only if noise
    alone gives the largest of n gaps such a size once in 20 times. Being above is not the effect of policy: it is what GRDP per
    head alone does not explain.

    Examples
    --------
    >>> import piikit as pk
    >>> index = pk.build_index(pk.load_dataset("open-2022"))
    >>> result = pk.development(index, independent=True)
    >>> result.above, result.outside, round(result.by_chance, 1)
    ((), 10, 6.3)
    >>> result.table.loc["Cần Thơ", ["score", "expected", "low", "high"]].astype(float).round(1).tolist()
    [55.2, 43.9, 26.5, 61.2]
    """
    if not 0.5 <= confidence < 1:
        raise MethodError("error.development.confidence", value=confidence)
    level = _level(None if isinstance(result, pd.Series) else result, context)
    looked_at = _given(result) if isinstance(result, pd.Series) else _of_index(result, code, independent)
    described = vars(looked_at).copy()
    scores = described.pop("scores")
    both = pd.DataFrame({"level": level.reindex(scores.index), "score": scores})
    gone = both.isna().any(axis=1)
    left_out = {str(u): ", ".join(both.columns[both.loc[u].isna()]) for u in both.index[gone]}
    both = both[~gone].rename_axis("unit")
    if len(both) < LEAST_UNITS:
        raise MethodError("error.development.few", n=len(both))
    if (both["level"] <= 0).any():
        raise MethodError("error.development.positive", units=", ".join(both.index[both["level"] <= 0][:5]))
    x, y = np.log(both["level"].to_numpy(float)), both["score"].to_numpy(float)
    made = band(x, y, level=confidence, knots=knots)
    table = _judged(both, made)
    if looked_at.illustrative and draws and result.dataset.name in names():
        same: dict[str, Any] = {
            "code": code,
            "independent": independent,
            "confidence": confidence,
            "knots": knots,
        }
        drawn = each_draw(result.dataset.name, draws, result.method)
        verdicts = [development(r, context=context, draws=0, **same).table["verdict"] for r in drawn]
        table["holds"] = sum((v.reindex(table.index) == table["verdict"]).astype(int) for v in verdicts)
    return DevelopmentResult(
        table=table,
        draws=draws if "holds" in table else 0,
        band=made,
        level_unit="million VND" if context is None else "",
        confidence=confidence,
        left_out=left_out,
        **described,
    )


@dataclass(frozen=True, eq=False)
class _LookedAt:
    """The scores that are set against the level; attributes as in :class:`DevelopmentResult`."""

    scores: pd.Series
    code: str
    title_vi: str
    title_en: str
    data_vi: str = ""
    data_en: str = ""
    shared: float = 0.0
    illustrative: bool = False


def _given(scores: pd.Series) -> _LookedAt:
    name = str(scores.name or "")
    return _LookedAt(scores.astype(float), name, name, name)


def _of_index(result: Any, code: str | None, independent: bool) -> _LookedAt:
    framework = result.framework
    chosen = framework.check(code) if code else result.root
    leaves = list(framework.leaves(chosen))
    income = [c for c in leaves if INCOME & ingredients_of(framework, c)[0]]
    if independent and income:
        result, income = _without(result, chosen, frozenset(income)), []
    own = result.framework.effective_weights[leaves]
    row = framework.table.loc[chosen]
    marked = result.share_of("illustrative")[chosen].to_numpy(float)
    return _LookedAt(
        scores=result.scores[chosen],
        code=chosen,
        title_vi=str(row["name_vi"]),
        title_en=str(row["name_en"]),
        data_vi=result.dataset.title_vi,
        data_en=result.dataset.title_en,
        shared=float(own[income].sum() / own.sum()),
        illustrative=bool(np.nan_to_num(marked).max() > 0),
    )


def _judged(both: pd.DataFrame, made: Band) -> pd.DataFrame:
    """Level and score of each unit with what the others let expect, and on which side it is."""
    score = both["score"]
    inside, side = score.between(made.low, made.high), np.where(score > made.expected, "above", "below")
    return both.assign(
        expected=made.expected,
        gap=score - made.expected,
        low=made.low,
        high=made.high,
        p_value=made.p_value,
        verdict=np.where(inside, "within", np.where(made.p_value >= FALSE_ALARM, "unclear", side)),
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
