"""A score taken apart down to raw cells."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

from ..base.language import pick
from ..base.results import Drawn, writer
from .engine import shares_within
from .index_tables import IndexTables
from .scored import Scored

_COLUMNS = (
    "code", "depth", "name_vi", "name_en", "score", "rank", "weight", "effective_weight", "contribution", "mark", "raw",
    "measure", "treated", "minimum", "maximum", "minimum_units", "maximum_units", "provenance", "source", "note",
)  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """The raw cell under an indicator's score, and the way from one to the other.

    Attributes
    ----------
    raw : float
        As it stands in the dataset (NaN for a gap).
    value : float
        After imputation; equal to `raw` where nothing was filled.
    treated : float
        After outlier treatment, not turned by direction.
    treatment : str
        What was done to this cell: "", "winhi", "winlo", a transform's name.
    direction : int
    method : str
        Name of the normalisation.
    fitted : dict
        What the normalisation learned, turned by direction (``minimum``, ``maximum``, ...).
    minimum_units, maximum_units : str
        Who holds the bounds.
    measure_vi, measure_en : str
        Unit of measurement.
    provenance, source, note : str
    """

    raw: float = np.nan
    value: float = np.nan
    treated: float = np.nan
    treatment: str = ""
    direction: int = 1
    method: str = ""
    fitted: dict[str, Any] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    minimum_units: str = ""
    maximum_units: str = ""
    measure_vi: str = ""
    measure_en: str = ""
    provenance: str = ""
    source: str = ""
    note: str = ""

    def measure(self, lang: str | None = None) -> str:
        """Unit of measurement in `lang`, falling back to the other language."""
        return str(pick(self.measure_vi, self.measure_en, lang) or self.measure_en or self.measure_vi)


@dataclass(frozen=True)
class Part:
    """One node of the tree below an explained score.

    Attributes
    ----------
    weight : float
        Share within its parent for this unit, gaps' weights given to their siblings.
    effective_weight : float
        Share of the explained score.
    contribution : float
        Effective weight times score: points of the explained score, exact for arithmetic means.
    rule : str
        How its children make it; empty for an indicator.
    mark : str
        ``printed``, ``bounded``, ``illustrative`` or empty.
    """

    code: str
    name_vi: str
    name_en: str
    level: int
    score: float
    rank: float
    weight: float
    effective_weight: float
    contribution: float
    rule: str
    mark: str
    children: tuple[Part, ...] = ()
    cell: Cell | None = None

    def title(self, lang: str | None = None) -> str:
        """Name in `lang`."""
        return str(pick(self.name_vi, self.name_en, lang) or self.name_vi or self.name_en or self.code)

    def walk(self, depth: int = 0) -> Iterator[tuple[int, Part]]:
        """Yield the part and all below it, parents first, with their depth."""
        yield depth, self
        for child in self.children:
            yield from child.walk(depth + 1)


@dataclass(frozen=True)
class Neighbour:
    """The unit next above or below, its score, and the gap in points (own less theirs)."""

    unit: str
    score: float
    rank: float
    gap: float


@dataclass(frozen=True, eq=False)
class Explanation(Drawn):
    """A score of a unit, its rank, its neighbours and all its parts.

    Attributes
    ----------
    unit, code : str
    part : Part
        The tree.
    ahead, behind : Neighbour or None
        Next better and next worse unit on this code.
    units : int
        How many units have a score on it.
    additive : bool
        Whether parts sum to the score.
    residual : float
        Score less the sum of the indicators' contributions (additive methods; below 1e-9).
    illustrative : float
        Share of the weight behind the score that rests on illustrative cells.
    fingerprint : str
        Of the built index.
    """

    unit: str
    code: str
    part: Part
    ahead: Neighbour | None
    behind: Neighbour | None
    units: int
    additive: bool
    residual: float
    illustrative: float
    fingerprint: str
    title_vi: str = ""
    title_en: str = ""
    meta: dict[str, Any] = field(default_factory=dict)

    @property
    def score(self) -> float:
        """The explained score."""
        return self.part.score

    @property
    def rank(self) -> float:
        """Its rank among the units (1 = highest)."""
        return self.part.rank

    @property
    def table(self) -> pd.DataFrame:
        """Tidy form, one row a code: scores, weights, contributions, and for indicators the raw cell."""
        rows = []
        for depth, part in self.part.walk():
            cell = part.cell or Cell()
            ends = {end: cell.fitted.get(end, np.nan) * cell.direction for end in ("minimum", "maximum")}
            rows.append(vars(part) | vars(cell) | ends | {"depth": depth, "measure": cell.measure_en})
        return pd.DataFrame(rows, columns=list(_COLUMNS))

    def to_text(self, lang: str | None = None, *, digits: int = 2) -> str:
        """Write it as plain text with every formula and its figures."""
        return str(writer(self, "text")(self, lang=lang, digits=digits))

    def to_html(self, lang: str | None = None, *, digits: int = 2) -> str:
        """Write it as a fragment of HTML: a tree that opens, every figure escaped."""
        return str(writer(self, "html")(self, lang=lang, digits=digits))

    def to_latex(self, lang: str | None = None, *, digits: int = 2) -> str:
        """Write it as LaTeX: one displayed equation a node."""
        return str(writer(self, "latex")(self, lang=lang, digits=digits))

    def __str__(self) -> str:
        return self.to_text()


def explain(result: IndexTables, marks: pd.DataFrame, unit: str, code: str) -> Explanation:
    """Take the score of `unit` on `code` apart down to raw cells.

    Parameters
    ----------
    result : IndexResult
    marks : DataFrame, units x codes
        What is known of each score.
    unit : str
        As people write it.
    code : str
        An indicator, group, pillar or the whole; a name in either language is read too.

    Returns
    -------
    Explanation

    Raises
    ------
    UnknownNameError
        If unit or code is not known, with the nearest names.
    """
    name = result.dataset.unit(unit)
    code = result.framework.check(code)
    row = result.units.index(name)
    codes, within = result.framework.codes, shares_within(result.plan, result.computed)
    shares = {
        n.code: {codes[at]: float(w) for at, w in zip(n.children, part[row], strict=True)}
        for n, part in zip(result.plan.nodes, within, strict=True)
    }
    rules = {n.code: n.rule for n in result.plan.nodes}
    part = Tree(result, marks, name, shares, rules, partial(_cell, result, row)).part(code)
    leaves = [p for _, p in part.walk() if p.cell is not None and not np.isnan(p.score)]
    total = sum(p.contribution for p in leaves)
    additive = all(p.rule == "arithmetic" for _, p in part.walk() if p.children)
    ahead, behind = _neighbours(result, name, code)
    return Explanation(
        unit=name,
        code=code,
        part=part,
        ahead=ahead,
        behind=behind,
        units=int(result.scores[code].notna().sum()),
        additive=additive,
        residual=float(part.score - total) if additive and not np.isnan(part.score) else float("nan"),
        illustrative=result.share_of("illustrative").loc[name].to_dict()[code],
        fingerprint=result.fingerprint,
        title_vi=result.dataset.title_vi,
        title_en=result.dataset.title_en,
        meta=dict(result.dataset.meta),
    )


@dataclass(frozen=True, eq=False)
class Tree:
    """The parts of one unit's score, made from its row of the tables.

    Attributes
    ----------
    shares : mapping
        By aggregate, its children with their shares of it.
    rules : mapping
        How each aggregate is made.
    cell : callable
        The raw cell under an indicator.
    """

    result: Scored
    marks: pd.DataFrame
    unit: str
    shares: Mapping[str, Mapping[str, float]]
    rules: Mapping[str, str]
    cell: Callable[[str], Cell]

    @cached_property
    def own(self) -> dict[str, dict[Any, Any]]:
        """The unit's scores, ranks and marks by code."""
        tables = {"score": self.result.scores, "rank": self.result.ranks, "mark": self.marks}
        return {name: table.loc[self.unit].to_dict() for name, table in tables.items()}

    def part(self, code: str, weight: float = 1.0, effective: float = 1.0) -> Part:
        """The part `code` with all below it."""
        names, own = self.result.framework.table.loc[code].to_dict(), self.own
        score = float(own["score"][code])
        kids = tuple(self.part(k, w, effective * w) for k, w in self.shares.get(code, {}).items())
        return self.make(
            code=code,
            name_vi=str(names["name_vi"]),
            name_en=str(names["name_en"]),
            level=int(names["level"]),
            score=score,
            rank=float(own["rank"][code]),
            weight=weight,
            effective_weight=effective,
            contribution=0.0 if np.isnan(score) else effective * score,
            rule=self.rules.get(code, ""),
            mark=str(own["mark"][code]),
            children=kids,
            cell=None if kids else self.cell(code),
        )

    def make(self, **common: Any) -> Part:
        """A part from what all parts have."""
        return Part(**common)


def _cell(result: IndexTables, row: int, code: str) -> Cell:
    dataset = result.dataset
    j = result.framework.indicators.index(code)
    spec, column = result.plan.columns[j], result.computed.columns[j]
    bounds = result.bounds.loc[code]
    names = result.framework.table.loc[code]
    fitted: dict[str, Any] = {k: v for k, v in column.fitted.items() if isinstance(v, Real)}
    if "reference" in column.fitted and np.ndim(column.fitted["reference"]):
        fitted["count"] = len(column.fitted["reference"])
    return Cell(
        raw=float(dataset.values.to_numpy()[row, j]),
        value=float(result.computed.imputed[row, j]),
        treated=float(column.treatment.values[row]),
        treatment=str(column.treatment.points[row]),
        direction=spec.direction,
        method=spec.normaliser.name,
        fitted=fitted,
        options={k: v for k, v in spec.options.items() if v is not None},
        minimum_units=str(bounds["minimum_units"]),
        maximum_units=str(bounds["maximum_units"]),
        measure_vi=str(names.get("unit_vi", "")),
        measure_en=str(names["unit"]),
        provenance=str(dataset.provenance.iat[row, j]),
        source=str(dataset.sources.iat[row, j]),
        note=str(dataset.notes.iat[row, j]),
    )


def _neighbours(result: IndexTables, unit: str, code: str) -> tuple[Neighbour | None, Neighbour | None]:
    ranks, scores = result.ranks[code].dropna(), result.scores[code]
    if unit not in ranks.index:
        return None, None
    own = ranks[unit]

    def make(name: str) -> Neighbour:
        return Neighbour(name, float(scores[name]), float(ranks[name]), float(scores[unit] - scores[name]))

    above, below = ranks[ranks < own], ranks[ranks > own]
    ahead = make(str(scores[above.index].idxmin())) if len(above) else None
    behind = make(str(scores[below.index].idxmax())) if len(below) else None
    return ahead, behind
