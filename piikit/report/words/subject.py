"""What a brief is about, and its numbers as quantities that can be found again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...diagnosis.unit.brief_facts import BriefFacts
from ..blocks.blocks import Block, Chapter, Named, Picture, Sentence, Table
from ..blocks.quantity import Quantity, count

NONE = Sentence("brief.none")
EMPTY = Sentence("brief.empty")


@dataclass(frozen=True, eq=False)
class Subject:
    """What a chapter is made from: nothing here computes, chapters choose and word.

    Attributes
    ----------
    diagnosis : Diagnosis or PageDiagnosis
    facts : BriefFacts or None
        None for a page.
    package, odds : Package, Odds or None
        For the chapters on interventions.
    """

    diagnosis: Any
    facts: BriefFacts | Any = None
    package: Any = None
    odds: Any = None

    @property
    def result(self) -> Any:
        """The built index or scored page."""
        return self.diagnosis.result

    @property
    def unit(self) -> str:
        """The unit."""
        return str(self.diagnosis.unit)

    @property
    def root(self) -> str:
        """Code of the whole."""
        return str(self.result.root)

    @property
    def source(self) -> Named:
        """Name of the data in both languages."""
        return Named(self.result.title_vi, self.result.title_en)

    def name(self, code: Any, *, coded: bool = True) -> Named:
        """Name of an indicator or node, with its code before it."""
        return Named.of_code(self.result.framework, code, coded=coded)

    def row(self, code: Any, *columns: str) -> dict[str, Any]:
        """What the unit has on a code, by column: ``indicator``, ``value``, ``score``, ``rank``, ``weight`` ..."""
        named = {"indicator": "name", "pillar": "name"}
        return {c: getattr(self, named.get(c, c))(code) for c in columns}

    def picture(self, key: str, draw: Callable[..., Any], *size: float, **values: Any) -> Picture:
        """A picture about the unit; `size` is its height, then its width."""
        made: dict[str, Any] = dict(zip(("height", "width"), size, strict=False))
        return Picture(key, draw, {"unit": self.unit, **values}, **made)

    def names(self, codes: Sequence[Any], *, coded: bool = True) -> tuple[Named, ...]:
        """Names of several."""
        return tuple(self.name(c, coded=coded) for c in codes)

    def measure(self, code: Any) -> Named:
        """Unit of measurement of an indicator."""
        row = self.result.framework.table.loc[code]
        return Named(str(row.get("unit_vi", "")) or str(row["unit"]), str(row["unit"]))

    def measured(
        self, kind: Any, value: Any, code: Any, against: tuple[str, ...] = (), **given: Any
    ) -> Quantity:
        """A raw amount of an indicator with its unit of measurement."""
        words = self.measure(code)
        more: dict[str, Any] = {"digits": 4, "measure_vi": words.vi, "measure_en": words.en, **given}
        return Quantity(kind, float(value), self.unit, str(code), against, **more)

    def score(self, code: str = "", unit: str = "") -> Quantity:
        """Score of a unit on a code (own, whole)."""
        code, unit = code or self.root, unit or self.unit
        return Quantity("score", float(self.result.scores.at[unit, code]), unit, str(code))

    def rank(self, code: str = "") -> Quantity:
        """Own rank on a code (the whole)."""
        code = code or self.root
        return Quantity("rank", float(self.result.ranks.at[self.unit, code]), self.unit, str(code))

    def weight(self, code: Any) -> Quantity:
        """Effective weight of an indicator in the whole."""
        return Quantity("weight", float(self.diagnosis.gaps.at[code, "weight"]), self.unit, str(code))

    def value(self, code: str) -> Quantity:
        """Own raw value with its unit of measurement."""
        return self.measured("value", self.result.imputed.at[self.unit, code], code)

    def gap(self, rival: str) -> Quantity:
        """Points of the whole between the unit and a rival, without sign (sentences say which way)."""
        d = self.diagnosis
        gap = float((d.ahead if rival in d.ahead.index else d.behind).at[rival, "gap"])
        high, low = (self.unit, rival) if gap >= 0 else (rival, self.unit)
        return Quantity("gap", abs(gap), high, self.root, (low,))

    def peers(self) -> Sentence:
        """What the peer group is, in words."""
        group = self.diagnosis.peers
        detail = Named(group.detail_vi, group.detail_en)
        return Sentence(f"brief.peers.{group.way}", {"detail": detail, "n": count(len(group.units))})

    def points(self, code: Any, target: str, digits: int = 2) -> Quantity:
        """Points of the whole to gain on an indicator up to a target."""
        points = float(self.diagnosis.gaps.at[code, f"points_{target}"])
        return Quantity("points", points, self.unit, str(code), self._holders(code, target), digits=digits)

    def goal(self, code: Any, target: str) -> Quantity:
        """Raw value of the target: of the unit that holds it, or the median over the peers."""
        goal = self.diagnosis.gaps.at[code, f"goal_{target}"]
        return self.measured("value", goal, code, self._holders(code, target))

    def _holders(self, code: Any, target: str) -> tuple[str, ...]:
        if self.result.kind == "page":  # who holds the national maximum is not printed
            return ()
        if target == "best":
            return (str(self.diagnosis.gaps.at[code, "best_unit"]),)
        return tuple(self.diagnosis.peers.units)

    def table(
        self, key: str, rows: Iterable[Mapping[str, Any]], source: Named | None = None, /, **values: Any
    ) -> Table:
        """A table of the brief, whose rows name their columns."""
        return Table.of(f"brief.table.{key}", "brief.col", rows, values=values, source=source or self.source)

    def annex(self, name: str, *blocks: Block, new_page: bool = True, **values: Any) -> Chapter:
        """An annex; before anything that comes from a single draw stands a warning."""
        one_draw = (Sentence("brief.one_draw", {}, "warning"),) if self.result.illustrative else ()
        title = Sentence(f"brief.chapter.{name}", values)
        return Chapter(name, title, (*one_draw, *blocks), new_page=new_page)


def front(name: str, *blocks: Block, **values: Any) -> Chapter:
    """A chapter of the two pages for the leadership."""
    return Chapter(name, Sentence(f"brief.chapter.{name}", values), blocks, "front")
