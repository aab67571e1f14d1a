"""Actions from TOML and back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import tomli_w

from ...base.errors import InputError, suggest
from ...base.files import read_toml
from ...data.plans import Plan, load_plan
from ...data.reading.template.action_form import LINKS
from .action_reading import Cells, Read, read_action, read_effect
from .action_set import ActionSet
from .distributions import Estimate

_ABOUT = ("title_vi", "title_en", "note_vi", "note_en", "dataset", "unit")
_ACTION = (
    "id", "text_vi", "text_en", "agency", "source", "start", "end", "legal_basis", "note", "illustrative",
)  # fmt: skip
_EFFECT = ("code", "way", "kind", "lead_months", "cap", "p_deliver", "grade", "note", "illustrative")


def from_toml(path: Path) -> Read:
    """Read a file; what is wrong with single entries is remembered.

    Raises
    ------
    InputError
        If it is no TOML.
    """
    read = Read(path.name)
    given = read_toml(path)
    _Table(read, given, "").refuse_unknown({*_ABOUT, "plan", "illustrative", "action", "link"})
    read.about = {k: str(given[k]) for k in _ABOUT if k in given} | {"name": path.stem}
    plan = load_plan(str(given["plan"])) if given.get("plan") else None
    marked = bool(given.get("illustrative", False))
    for at, item in enumerate(given.get("action", [])):
        _add_action(read, _Table(read, item, f"action[{at}]"), plan, marked)
    for at, item in enumerate(given.get("link", [])):
        table = _Table(read, item, f"link[{at}]")
        table.refuse_unknown(LINKS)
        read.add_link(table)
    return read


class _Table(Cells):
    """A table of a TOML file."""

    def __init__(self, read: Read, item: Mapping[str, Any], where: str) -> None:
        super().__init__(read)
        self.item, self.where = item, where

    def raw(self, name: str) -> Any:
        value = self.item.get(name)
        return None if value == "" else value

    def place(self, name: str) -> dict[str, Any]:
        return {"file": self.read.file, "cell": f"{self.where}.{name}".lstrip(".")}

    def estimate(self, name: str) -> Estimate:
        given = self.item.get(name, 0.0)
        try:
            return Estimate.of(given, lambda x: self.point(name, x))
        except InputError:  # what is wrong with the figure is remembered
            return Estimate(0.0, 0.0, 0.0)
        except (TypeError, ValueError, KeyError):
            self.wrong("text_number", name, value=given)
            return Estimate(0.0, 0.0, 0.0)

    def refuse_unknown(self, known: Collection[str]) -> None:
        """Remember a problem for each name that means nothing here."""
        for name in (n for n in self.item if n not in known):
            self.wrong("key", name, values={"name": name}, suggestion=suggest(name, sorted(known)))


def _add_action(read: Read, table: _Table, plan: Plan | None, marked: bool) -> None:
    table.refuse_unknown({*_ACTION, "task", "co_agencies", "cost", "effect"})
    effects = [
        _Table(read, item, f"{table.where}.effect[{k}]")
        for k, item in enumerate(table.item.get("effect", []))
    ]
    for one in effects:
        one.refuse_unknown({*_EFFECT, "amount"})
    known = _task(table, plan) if "task" in table.item else {}
    made = [read_effect(one, marked=marked) for one in effects]
    read.add(table, read_action(table, made, marked=marked, **known), effects)


def _task(table: _Table, plan: Plan | None) -> dict[str, Any]:
    """Words and agencies of a digitised plan's task."""
    task, known = table.text("task"), list(plan.tasks.index) if plan is not None else []
    if plan is None or task not in known:
        table.wrong("unknown_task", "task", value=task, suggestion=suggest(task, known))
        return {}
    row = plan.tasks.loc[task]
    others = (x.strip() for x in str(row["co_agencies"]).split(";"))
    return {
        "id": table.text("id", task),
        "text_vi": str(row["task_vi"]),
        "text_en": str(row["task_en"]),
        "agency": str(row["lead_agency"]),
        "co_agencies": tuple(x for x in others if x and x != "nan"),
        "legal_basis": table.text("legal_basis", f"{plan.title_vi}, {row['clause']}"),
    }


def to_toml(actions: ActionSet) -> str:
    """A set as TOML."""
    made: dict[str, Any] = _filled({k: getattr(actions, k) for k in _ABOUT})
    made["action"] = []
    for action in actions.actions:
        fields: dict[str, Any] = {k: getattr(action, k) for k in _ACTION}
        effects = [
            _filled({k: getattr(e, k) for k in _EFFECT} | {"amount": _plain(e.amount)})
            for e in action.effects
        ]
        lists = {"co_agencies": list(action.co_agencies), "effect": effects}
        made["action"].append(_filled(fields | {"cost": _plain(action.cost)} | lists))
    links = [_filled({k: getattr(link, k) for k in LINKS}) for link in actions.links]
    return tomli_w.dumps(_filled(made | {"link": links}))


def _filled(fields: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in fields.items() if v not in ("", None, [])}


def _plain(e: Estimate) -> Any:
    if (e.shape, e.meaning) == ("pert", "limits"):
        return [e.low, e.likely, e.high]
    return {k: getattr(e, k) for k in ("low", "likely", "high", "shape", "meaning")}
