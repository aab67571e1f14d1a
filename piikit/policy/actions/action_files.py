"""Actions from Excel, TOML and Python, and back; every problem at once with its cell.

A workbook has the sheets ``actions``, ``effects`` and ``links`` (names in either language); row
1 holds the keys below, row 2 their names in words, data begin in row 3. The sheet "actions" of
``write_template`` (one row an effect, cost in million VND) is read too. Vietnamese number and
date habits are understood (1.234,5 and 31/12/2025).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...base.errors import InputError, Problem, UnknownNameError, nearest
from ...data.paths import raw
from .action import Action, ActionSet, Effect, Link, check
from .action_reading import KIND_WORDS, LINKS, Read, as_date
from .action_workbook import from_workbook
from .distributions import Estimate

if TYPE_CHECKING:
    from ...data.framework import Framework


def action_sets() -> tuple[str, ...]:
    """Names of the sets that ship."""
    return tuple(sorted(p.stem for p in raw("actions").glob("*.toml")))


def load_actions(name: str | Path, *, framework: Framework | None = None) -> ActionSet:
    """Load a set that ships, by name, or read a file.

    Parameters
    ----------
    name : str or Path
        ``"plan-116"`` (the tasks of Cần Thơ's plan 116; costs and effects illustrative),
        ``"open-2022"`` (illustrative costs and effects on real indicators), or a ``.toml`` or
        ``.xlsx`` file.
    framework : Framework, optional
        Against which indicators are checked.

    Raises
    ------
    UnknownNameError, InputError, FileNotFoundError
    """
    if str(name) in action_sets():
        return read_actions(raw("actions", f"{name}.toml"), framework=framework)
    if Path(name).suffix:
        return read_actions(name, framework=framework)
    raise UnknownNameError("action", str(name), action_sets())


def read_actions(path: str | Path, *, framework: Framework | None = None) -> ActionSet:
    """Read actions from a ``.toml`` file or a workbook.

    Raises
    ------
    InputError
        With every problem and its cell.
    FileNotFoundError
    """
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(path)
    read = _from_toml(path) if path.suffix.lower() == ".toml" else from_workbook(path)
    problems = [*read.problems, *check(read.actions, read.links, framework, read.place)]
    if errors := [p for p in problems if p.severity == "error"]:
        raise InputError(errors)
    return ActionSet(tuple(read.actions), tuple(read.links), **read.about)


def _from_toml(path: Path) -> Read:
    read = Read(path.name)
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise InputError([Problem("problem.action.key", {"name": str(error)}, file=path.name)]) from None
    known = {
        "title_vi",
        "title_en",
        "note_vi",
        "note_en",
        "dataset",
        "unit",
        "plan",
        "illustrative",
        "action",
        "link",
    }
    read.problems += [_unknown(read, k, k, known) for k in given if k not in known]
    read.about = {
        k: str(given[k])
        for k in ("title_vi", "title_en", "note_vi", "note_en", "dataset", "unit")
        if k in given
    }
    read.about["name"] = path.stem
    plan = None
    if given.get("plan"):
        from ...data.plans import load_plan

        plan = load_plan(str(given["plan"]))
    marked, count = bool(given.get("illustrative", False)), 0
    for at, item in enumerate(given.get("action", [])):
        count = _toml_action(read, at, item, plan, marked, count)
    for at, item in enumerate(given.get("link", [])):
        read.problems += [_unknown(read, f"link[{at}].{k}", k, LINKS) for k in item if k not in LINKS]
        read.links.append(Link(**{k: v for k, v in item.items() if k in LINKS}))
    return read


def _unknown(read: Read, where: str, name: str, known: Any) -> Problem:
    hint = next(iter(nearest(name, sorted(known))), None)
    return Problem("problem.action.key", {"name": name}, file=read.file, cell=where, suggestion=hint)


def _toml_action(read: Read, at: int, item: Mapping[str, Any], plan: Any, marked: bool, count: int) -> int:
    where = f"action[{at}]"
    known = {"id", "task", "text_vi", "text_en", "agency", "co_agencies", "cost", "source", "start", "end"}
    known |= {"legal_basis", "note", "illustrative", "effect"}
    read.problems += [_unknown(read, f"{where}.{k}", k, known) for k in item if k not in known]
    made: dict[str, Any] = {
        k: str(item.get(k, ""))
        for k in ("id", "text_vi", "text_en", "agency", "source", "legal_basis", "note")
    }
    made["co_agencies"] = tuple(item.get("co_agencies", ()))
    if "task" in item:
        made |= _task(read, f"{where}.task", plan, str(item["task"]), made)
    made["cost"] = _toml_estimate(read, f"{where}.cost", item.get("cost", 0.0))
    for end in ("start", "end"):
        made[end] = item.get(end) if isinstance(item.get(end), date) else as_date(item.get(end))
        if item.get(end) and made[end] is None:
            read.problems.append(
                Problem("problem.action.date", file=read.file, cell=f"{where}.{end}", value=item[end])
            )
    effects = []
    fields = {
        "code",
        "amount",
        "way",
        "kind",
        "lead_months",
        "cap",
        "p_deliver",
        "grade",
        "note",
        "illustrative",
    }
    for k, given in enumerate(item.get("effect", [])):
        inner = f"{where}.effect[{k}]"
        read.problems += [_unknown(read, f"{inner}.{n}", n, fields) for n in given if n not in fields]
        amount = _toml_estimate(read, f"{inner}.amount", given.get("amount", 0.0))
        rest = {n: v for n, v in given.items() if n in fields - {"amount", "illustrative"}}
        rest["kind"] = KIND_WORDS.get(str(rest.get("kind", "real")), str(rest.get("kind", "real")))
        effects.append(
            Effect(
                amount=amount, illustrative=bool(given.get("illustrative", marked)), **{"code": "", **rest}
            )
        )
        read.places["effect", count + k] = _toml_place(read.file, inner)
    read.places["action", at] = _toml_place(read.file, where)
    read.actions.append(
        Action(effects=tuple(effects), illustrative=bool(item.get("illustrative", marked)), **made)
    )
    return count + len(effects)


def _toml_place(file: str, where: str) -> Any:
    return lambda name: {"file": file, "cell": f"{where}.{name}"}


def _task(read: Read, where: str, plan: Any, task: str, made: Mapping[str, Any]) -> dict[str, Any]:
    """Words and agencies of a digitised plan's task."""
    if plan is None or task not in plan.tasks.index:
        known = list(plan.tasks.index) if plan is not None else []
        hint = next(iter(nearest(task, known)), None)
        read.problems.append(
            Problem("problem.action.unknown_task", file=read.file, cell=where, value=task, suggestion=hint)
        )
        return {}
    row = plan.tasks.loc[task]
    others = tuple(x.strip() for x in str(row["co_agencies"]).split(";") if x.strip() and x != "nan")
    return {
        "id": made["id"] or task,
        "text_vi": str(row["task_vi"]),
        "text_en": str(row["task_en"]),
        "agency": str(row["lead_agency"]),
        "co_agencies": others,
        "legal_basis": made["legal_basis"] or f"{plan.title_vi}, {row['clause']}",
    }


def _toml_estimate(read: Read, where: str, given: Any) -> Estimate:
    try:
        return Estimate.of(given)
    except (TypeError, ValueError, KeyError):
        read.problems.append(Problem("problem.action.text_number", file=read.file, cell=where, value=given))
        return Estimate(0.0, 0.0, 0.0)
