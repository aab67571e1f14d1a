"""Plans of a province as tables: who is to do what, in whose words, and which indicators it can move."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from ..base.errors import UnknownNameError
from ..base.language import pick
from .paths import raw, rows

if TYPE_CHECKING:
    import pandas as pd

    from .framework import Framework

_PLANS = {"116": ("Cần Thơ", "Kế hoạch 116/KH-UBND ngày 07/6/2024", "Plan 116/KH-UBND of 7 June 2024")}


@dataclass(frozen=True, eq=False)
class Plan:
    """A digitised plan.

    Attributes
    ----------
    name : str
    unit : str
        The province whose plan it is.
    title_vi, title_en : str
    tasks : DataFrame
        Index ``task``; ``clause, lead_agency`` (as in ``agencies.csv``), ``lead_as_written``,
        ``co_agencies, task_vi`` (the plan's own words), ``task_en`` and ``sentence_vi``, the
        sentence they stand in.
    links : DataFrame
        ``task, code, basis``: indicators of PII that the task can move; ``named`` if the
        plan's words name what the indicator measures, ``inferred`` if we judge so.
    """

    name: str
    unit: str
    title_vi: str
    title_en: str
    tasks: pd.DataFrame
    links: pd.DataFrame

    def title(self, lang: str | None = None) -> str:
        """Name of the plan in `lang`."""
        return str(pick(self.title_vi, self.title_en, lang))

    def links_in(self, framework: Framework) -> pd.DataFrame:
        """Links in the codes of `framework`; empty if its indicators are not PII's.

        Indicators of the open index count where they are the same statistic as one of PII's.
        """
        table = self.links
        if framework.name.startswith("pii"):
            return table[table["code"].isin(framework.indicators)].reset_index(drop=True)
        own = {pii: code for code, pii in to_pii(framework).items()}
        kept = table[table["code"].isin(list(own))]
        return kept.assign(code=kept["code"].map(own)).reset_index(drop=True)


@cache
def load_plan(name: str = "116") -> Plan:
    """Load a digitised plan.

    Parameters
    ----------
    name : str
        ``"116"`` is Cần Thơ's plan 116/KH-UBND of 7 June 2024 to raise its PII.

    Returns
    -------
    Plan
        ``tasks`` (one row a task, who does what in the plan's own words) and ``links`` (which
        indicators of PII each task can move).

    Raises
    ------
    UnknownNameError
        For any other name.

    Notes
    -----
    Source: the plan as published, ``data/raw/plans``; the column ``basis`` of ``links`` parts what
    the plan names from what we infer.

    Examples
    --------
    >>> import piikit as pk
    >>> plan = pk.load_plan()
    >>> plan.unit, plan.title("en"), len(plan.tasks)
    ('Cần Thơ', 'Plan 116/KH-UBND of 7 June 2024', 40)
    >>> plan.links["basis"].value_counts().to_dict()
    {'inferred': 42, 'named': 35}
    """
    import pandas as pd

    if name not in _PLANS:
        raise UnknownNameError("plan", name, list(_PLANS))
    unit, title_vi, title_en = _PLANS[name]
    tasks = pd.DataFrame(rows(raw("plans", f"plan_{name}_tasks.csv"))).set_index("task")
    links = pd.DataFrame(rows(raw("plans", f"plan_{name}_links.csv")))
    return Plan(name, unit, title_vi, title_en, tasks.drop(columns="plan"), links[["task", "code", "basis"]])


def to_pii(framework: Framework) -> dict[str, str]:
    """Codes of PII by codes of `framework`, where both are the same statistic."""
    if framework.name.startswith("pii"):
        return {c: c for c in framework.indicators}
    family = framework.name.partition("-")[0]
    return {
        r["code"]: r["pii_code"]
        for r in rows(raw("plans", "open_to_pii.csv"))
        if r["framework"] == family and r["code"] in framework
    }


@dataclass(frozen=True)
class Agency:
    """An agency of 2024, its English name and the body that took over in 2025.

    ``successor_checked`` is False while the successor is general knowledge only.
    """

    name: str
    name_en: str
    successor: str
    successor_checked: bool


@cache
def agencies() -> dict[str, Agency]:
    """Agencies of a province by their name of 2024, with their successors of 2025."""
    return {
        r["agency_2024"]: Agency(
            r["agency_2024"], r["english"], r["successor_2025"], "not checked" not in r["status_of_successor"]
        )
        for r in rows(raw("published", "agencies.csv"))
    }


def agency_name(name: str, lang: str | None = None, *, successor: bool = False) -> str:
    """Name of an agency in `lang`; its successor's of 2025 if asked for."""
    known = agencies()
    if name in known and successor:
        name = known[name].successor
    if name in known:
        return str(pick(name, known[name].name_en, lang))
    return str(pick(name, _ENGLISH.get(name, name), lang))


_ENGLISH = {
    "Ngân hàng Nhà nước chi nhánh Khu vực": "State Bank of Vietnam, regional branch",
    "Sở Nông nghiệp và Môi trường": "Department of Agriculture and Environment",
    "Các sở, ban ngành thành phố": "All departments of the city",
    "cơ quan, đơn vị liên quan": "bodies concerned",
}
