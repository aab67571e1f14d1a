"""Who answers for what: points at stake by agency, and how far a plan covers the indicators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from ...data.plans import agencies as known_agencies

if TYPE_CHECKING:
    from ...data.framework import Framework
    from ...data.plans import Plan

NAMED, INFERRED, UNKNOWN = "named", "inferred", "unknown"


@dataclass(frozen=True, eq=False)
class Agencies:
    """Agencies of a unit against its indicators.

    Attributes
    ----------
    of_indicator : DataFrame
        Index ``code``; ``agency`` ("" if not known) and ``status``: ``named`` (in this
        unit's plan), ``inferred`` (expected) or ``unknown``.
    table : DataFrame
        Index ``agency`` ("" for indicators without one), most points first; ``indicators``
        (how many it leads), ``weak`` (of them), ``points_median, points_best`` (points of
        the whole at stake, each indicator counted once), ``tasks`` (of the plan, led),
        ``status`` (``named`` if any of its indicators is), ``successor`` (2025, general
        knowledge) and ``codes``.
    matrix : DataFrame, indicators x agencies
        ``lead`` (leads the indicator), ``named`` or ``inferred`` (a task of the plan that
        the agency leads can move it, most certain link), ``co`` (it is asked by name to work
        with the lead of such a task), or ``lead+named`` and so on, or empty.
    uncovered : tuple of str
        Weak indicators that no task of the plan can move.
    idle : tuple of str
        Tasks that can move no indicator of this framework.
    plan : Plan or None
    """

    of_indicator: pd.DataFrame
    table: pd.DataFrame
    matrix: pd.DataFrame
    uncovered: tuple[str, ...]
    idle: tuple[str, ...]
    plan: Plan | None

    @property
    def target(self) -> str:
        """Which points are at stake: to the ``median``, or to the ``best`` where nothing lies below it."""
        return "median" if self.table["points_median"].sum() > 0 else "best"

    @property
    def at_stake(self) -> pd.DataFrame:
        """Rows of :attr:`table` that lead an indicator with points to gain, most first, and their ``share``."""
        points = f"points_{self.target}"
        led = self.table[(self.table["indicators"] > 0) & (self.table[points] > 0)]
        led = led.assign(share=led[points] / led[points].sum())
        return led.sort_values(points, ascending=False, kind="stable")


def agencies(framework: Framework, gaps: pd.DataFrame, weak: Sequence[str], plan: Plan | None) -> Agencies:
    """Set agencies against indicators.

    Parameters
    ----------
    framework : Framework
        With ``agency`` and, where known, ``agency_status`` by indicator.
    gaps : DataFrame
        Of :func:`piikit.diagnosis.unit.gaps.gaps`.
    weak : sequence of str
        Codes of the weak indicators.
    plan : Plan or None
        The unit's own plan; another province's plan names nobody here.
    """
    if plan is None:
        tasks, links = None, pd.DataFrame(columns=["task", "code", "basis"])
    else:
        tasks, links = _in_names_of(framework, plan.tasks), plan.links_in(framework)
    of_indicator = _of_indicator(framework, links, tasks)
    linked = {which: set(links[which]) for which in ("code", "task")}
    return Agencies(
        of_indicator=of_indicator,
        table=_table(of_indicator, gaps, weak, tasks),
        matrix=_matrix(of_indicator, links, tasks),
        uncovered=() if plan is None else tuple(c for c in weak if c not in linked["code"]),
        idle=() if plan is None else tuple(t for t in plan.tasks.index if t not in linked["task"]),
        plan=plan,
    )


def _of_indicator(framework: Framework, links: pd.DataFrame, tasks: pd.DataFrame | None) -> pd.DataFrame:
    """Each indicator's agency, and whether a task that names the indicator says so."""
    named = links[links["basis"] == NAMED]
    leads = named["task"].map({} if tasks is None else tasks["lead_agency"])
    by_plan = set(zip(named["code"], leads, strict=True))
    agency = framework.table.loc[list(framework.indicators), "agency"].astype(str)
    status = [
        UNKNOWN if not name else NAMED if (code, name) in by_plan else INFERRED
        for code, name in agency.items()
    ]
    return pd.DataFrame({"agency": agency, "status": status}).rename_axis("code")


def _in_names_of(framework: Framework, tasks: pd.DataFrame) -> pd.DataFrame:
    """Tasks with agencies under the names that `framework` uses: those of 2025 where it has moved on."""
    used = set(framework.table["agency"])

    def now(name: str) -> str:
        known = known_agencies().get(name)
        return known.successor if known and name not in used and known.successor in used else name

    return tasks.assign(lead_agency=tasks["lead_agency"].map(now), co_agencies=tasks["co_agencies"].map(now))


def _table(
    of_indicator: pd.DataFrame, gaps: pd.DataFrame, weak: Sequence[str], tasks: pd.DataFrame | None
) -> pd.DataFrame:
    led = {} if tasks is None else tasks["lead_agency"].value_counts().to_dict()
    owner, known = of_indicator["agency"].to_dict(), known_agencies()
    named = {*of_indicator.loc[of_indicator["status"] == NAMED, "agency"], *led}
    median, best = (gaps[f"points_{target}"].fillna(0.0).to_dict() for target in ("median", "best"))
    rows = []
    for name in dict.fromkeys([*owner.values(), *led]):
        mine = [code for code, agency in owner.items() if agency == name]
        rows.append(
            {
                "agency": name,
                "indicators": len(mine),
                "weak": sum(code in weak for code in mine),
                "points_median": float(sum(median.get(code, 0.0) for code in mine)),
                "points_best": float(sum(best.get(code, 0.0) for code in mine)),
                "tasks": led.get(name, 0),
                "status": NAMED if name in named else INFERRED if name else UNKNOWN,
                "successor": known[name].successor if name in known else "",
                "codes": ", ".join(mine),
            }
        )
    table = pd.DataFrame(rows).set_index("agency")
    return table.sort_values(["points_median", "points_best"], ascending=False, kind="stable")


def _matrix(of_indicator: pd.DataFrame, links: pd.DataFrame, tasks: pd.DataFrame | None) -> pd.DataFrame:
    owner = of_indicator["agency"].to_dict()
    leading = [] if tasks is None else tasks["lead_agency"].tolist()
    names = [name for name in dict.fromkeys([*owner.values(), *leading]) if name]
    ties = {(code, agency): "lead" for code, agency in owner.items()}
    for tie, how in _strongest_links(links, tasks).items():
        ties[tie] = f"{ties[tie]}+{how}" if tie in ties else how
    cells = [[ties.get((code, name), "") for name in names] for code in owner]
    return pd.DataFrame(cells, index=of_indicator.index, columns=names).astype(str)


def _strongest_links(links: pd.DataFrame, tasks: pd.DataFrame | None) -> dict[tuple[str, str], str]:
    """How surely tasks of the plan tie an agency to an indicator, by code and agency."""
    strength = ("co", "inferred", "named")
    found: dict[tuple[str, str], str] = {}
    for code, task, basis in zip(links["code"], links["task"], links["basis"], strict=True):
        assert tasks is not None
        lead, co = tasks.loc[task, ["lead_agency", "co_agencies"]]
        for key, how in (((code, lead), basis), ((code, co), "co")):
            if key not in found or strength.index(how) > strength.index(found[key]):
                found[key] = how
    return found
