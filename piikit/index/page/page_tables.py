"""The tables of a scored page, and the ranks that published scores allow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from ...base.errors import MethodError, Problem
from ...base.language import text
from ...base.record import fingerprint
from ...base.results import Drawn
from ...data.framework import Framework
from ...data.provinces import match_province, units_in
from ...data.reading.page.own_page import Page
from ..scored import Scored
from .page_bounds import Interval
from .page_ranks import RankInterval, rank_interval
from .page_scores import differences

_NAN = float("nan")


@dataclass(frozen=True, eq=False)
class PageTables(Scored, Drawn):
    """A page with its scores as tables; see :class:`piikit.index.page.page_result.PageResult`."""

    page: Page
    published: pd.DataFrame | None
    table: pd.DataFrame
    problems: tuple[Problem, ...]
    own_ranks: Mapping[str, RankInterval]

    kind = "page"

    @property
    def unit(self) -> str:
        """Official name of the province."""
        return self.page.unit

    @property
    def year(self) -> int | None:
        """Edition."""
        return self.page.year

    @property
    def framework(self) -> Framework:
        """The tree."""
        return self.page.framework

    @property
    def units(self) -> tuple[str, ...]:
        """The province alone."""
        return (self.unit,)

    @property
    def name(self) -> str:
        """``page-2025``."""
        return f"page-{self.year or ''}".rstrip("-")

    def title(self, lang: str | None = None) -> str:
        """Whose page, of which edition."""
        return text("diagnosis.page_source", lang, unit=self.unit, year=self.year or "")

    @property
    def illustrative(self) -> bool:
        """Never: what stands on a page was printed."""
        return False

    @property
    def record(self) -> dict[str, Any]:
        """The fingerprint; nothing else went in."""
        return {"fingerprint": self.fingerprint}

    def check_unit(self, unit: str | None) -> str:
        """The province of the page, which `unit` must be if it is given."""
        if unit is not None and match_province(unit) != self.unit:
            raise MethodError("error.other_page", unit=unit, page=self.unit)
        return self.unit

    def _row(self, values: pd.Series) -> pd.DataFrame:
        row = values.to_frame(self.unit).T
        return row.rename_axis(index="unit", columns="code")

    @cached_property
    def scores(self) -> pd.DataFrame:
        """:attr:`known` as a table of one row."""
        return self._row(self.known)

    @cached_property
    def ranks(self) -> pd.DataFrame:
        """Ranks that the published scores leave no doubt about, a table of one row."""
        exact = {c: float(r.best) for c, r in self.own_ranks.items() if r.exact and self.is_published(c)}
        return self._row(pd.Series(exact, index=self.table.index, dtype=float))

    @cached_property
    def marks(self) -> pd.DataFrame:
        """``printed``, ``bounded`` (also of what the rest fixes) or empty (made from below, or a gap)."""
        loose = ~self.table["status"].isin(["exact", "gap"])
        marks = np.where(self.table["printed"].notna(), "printed", np.where(loose, "bounded", ""))
        return self._row(pd.Series(marks, index=self.table.index, dtype="str"))

    def is_published(self, code: str) -> bool:
        """Whether other provinces' scores of `code` were published."""
        return not self.rivals(code).empty

    @cached_property
    def known(self) -> pd.Series:
        """The figure to work with, by code: the printed score where there is one, else the made one."""
        return self.table["printed"].where(self.table["printed"].notna(), self.table["score"])

    @cached_property
    def covered(self) -> tuple[str, ...]:
        """Indicators with value, minimum and maximum: those that a what-if can move exactly."""
        rows = self.table.loc[list(self.framework.indicators)]
        full = rows[["value", "minimum", "maximum"]].notna().all(axis=1) & (rows["maximum"] > rows["minimum"])
        return tuple(rows.index[full])

    @cached_property
    def differences(self) -> pd.DataFrame:
        """Nodes that are both printed and made from below: ``score, score_low, score_high, printed, difference, agrees``."""
        return differences(self.page, self.table)

    @property
    def ranked_units(self) -> int:
        """How many provinces the edition ranks: those of its year, 63 before the merger and 34 after."""
        return units_in(self.year)

    def rivals(self, code: str) -> pd.Series:
        """Published scores on `code` by province; empty where there are none."""
        if self.published is None or code not in self.published:
            return pd.Series(dtype=float)
        return self.published[code]

    def printed_score(self, code: str) -> float:
        """The own score as published for `code`, else as the page prints it; NaN if neither."""
        published = self.rivals(code).get(self.unit, _NAN)
        return float(self.page.figures["printed"].get(code, _NAN) if np.isnan(published) else published)

    def printed_ranks(self, code: str) -> dict[str, float]:
        """Printed ranks by province, the own one as the page has it; of the whole alone."""
        if code != self.root or self.published is None or "rank" not in self.published:
            return {}
        on_page = self.page.figures["rank"].get(code, _NAN)
        own = {} if np.isnan(on_page) else {self.unit: float(on_page)}
        return {str(u): float(r) for u, r in self.published["rank"].items()} | own

    def interval(self, code: str) -> Interval:
        """Least and most that the own score can be."""
        row = self.table.loc[code].to_dict()
        if np.isnan(row["printed"]):
            return float(row["low"]), float(row["high"])
        half = self.page.figures["printed_half"].to_dict()[code]
        return row["printed"] - half, row["printed"] + half

    def rank(self, code: str | None = None, score: float | Interval | None = None) -> RankInterval:
        """Best and worst rank that the published scores of the others allow.

        Parameters
        ----------
        code : str, optional
            The whole by default; input, output and pillars where they were published.
        score : float or (low, high), optional
            A score to try, as from a what-if; the own known one by default.

        Raises
        ------
        UnknownNameError
            If the code is not known.
        """
        code = self.framework.check(code or self.root)
        if score is None:
            return self.own_ranks[code] if code in self.own_ranks else self.rank(code, self.interval(code))
        printed = self.printed_score(code)
        return rank_interval(
            score if isinstance(score, tuple) else (score, score),
            self.rivals(code),
            units=self.ranked_units,
            printed_ranks=self.printed_ranks(code),
            unit=self.unit,
            printed_own=None if np.isnan(printed) else printed,
        )

    @cached_property
    def fingerprint(self) -> str:
        """Twelve digits of figures and framework."""
        return fingerprint(figures=self.page.figures, framework=self.framework.fingerprint, unit=self.unit)
