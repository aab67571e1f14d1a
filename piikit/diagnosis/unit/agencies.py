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


def agencies(
    framework: Framework,
    gaps: pd.DataFrame,
    weak: Sequence[str],
    plan: Plan | None,
) -> Agencies:
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
    links = plan.links_in(framework) if plan is not None else pd.DataFrame(columns=["task", "code", "basis"])
    named = links[links["basis"] == NAMED]
    tasks = None if plan is None else _in_names_of(framework, plan.tasks)
    leads = {} if tasks is None else tasks["lead_agency"].to_dict()
    rows = []
    for code in framework.indicators:
        agency = str(framework.table.at[code, "agency"])
        by_plan = {leads[t] for t in named.loc[named["code"] == code, "task"]}
        status = UNKNOWN if not agency else NAMED if agency in by_plan else INFERRED
        rows.append({"code": code, "agency": agency, "status": status})
    of_indicator = pd.DataFrame(rows).set_index("code")
    matrix = _matrix(of_indicator, links, tasks)
    covered = set(links["code"])
    return Agencies(
        of_indicator=of_indicator,
        table=_table(of_indicator, gaps, weak, tasks),
        matrix=matrix,
        uncovered=tuple(c for c in weak if c not in covered) if plan is not None else (),
        idle=tuple(t for t in plan.tasks.index if t not in set(links["task"])) if plan is not None else (),
        plan=plan,
    )


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
    rows = []
    names = list(dict.fromkeys([*of_indicator["agency"], *led]))
    for name in names:
        mine = of_indicator[of_indicator["agency"] == name]
        points = gaps.reindex(mine.index)
        successor = known_agencies()[name].successor if name in known_agencies() else ""
        rows.append(
            {
                "agency": name,
                "indicators": len(mine),
                "weak": int(mine.index.isin(list(weak)).sum()),
                "points_median": float(points["points_median"].sum()),
                "points_best": float(points["points_best"].sum()),
                "tasks": int(led.get(name, 0)),
                "status": NAMED
                if (mine["status"] == NAMED).any() or name in led
                else UNKNOWN
                if not name
                else INFERRED,
                "successor": successor,
                "codes": ", ".join(mine.index),
            }
        )
    table = pd.DataFrame(rows).set_index("agency")
    return table.sort_values(["points_median", "points_best"], ascending=False, kind="stable")


def _matrix(of_indicator: pd.DataFrame, links: pd.DataFrame, tasks: pd.DataFrame | None) -> pd.DataFrame:
    names = [a for a in dict.fromkeys(of_indicator["agency"]) if a]
    extra = [] if tasks is None else [a for a in dict.fromkeys(tasks["lead_agency"]) if a not in names]
    cells = pd.DataFrame("", index=of_indicator.index, columns=[*names, *extra], dtype=object)
    for code, row in of_indicator.iterrows():
        if row["agency"]:
            cells.at[code, row["agency"]] = "lead"
    if tasks is None:
        return cells.astype(str)
    strength = {"named": 3, "inferred": 2, "co": 1, "": 0}
    found: dict[tuple[str, str], str] = {}
    for link in links.itertuples(index=False):
        task = tasks.loc[link.task]
        candidates = [(str(task["lead_agency"]), str(link.basis))]
        if str(task["co_agencies"]) in cells.columns:
            candidates.append((str(task["co_agencies"]), "co"))
        for agency, how in candidates:
            key = (str(link.code), agency)
            if strength[how] > strength[found.get(key, "")]:
                found[key] = how
    for (code, agency), how in found.items():
        cells.at[code, agency] = f"{cells.at[code, agency]}+{how}" if cells.at[code, agency] else how
    return cells.astype(str)
