"""Actions from Excel, TOML and Python, and back; every problem at once with its cell.

A workbook has the sheets ``actions``, ``effects`` and ``links`` (names in either language); row
1 holds the keys below, row 2 their names in words, data begin in row 3. The sheet "actions" of
``write_template`` (one row an effect, cost in million VND) is read too. Vietnamese number and
date habits are understood (1.234,5 and 31/12/2025).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ...base.errors import InputError, UnknownNameError
from ...base.files import readable
from ...data.paths import raw
from .action_checks import check
from .action_set import ActionSet
from .action_toml import from_toml
from .action_workbook import from_workbook

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

    Returns
    -------
    ActionSet

    Raises
    ------
    UnknownNameError, InputError, FileNotFoundError

    Examples
    --------
    >>> import piikit as pk
    >>> actions = pk.load_actions("open-2022", framework=pk.load_framework("open-2022"))
    >>> len(actions), actions.illustrative, "teaching" in actions.ids
    (16, True, True)
    """
    if str(name) in action_sets():
        return read_actions(raw("actions", f"{name}.toml"), framework=framework)
    if Path(name).suffix:
        return read_actions(name, framework=framework)
    raise UnknownNameError("action", str(name), action_sets())


def read_actions(path: str | Path, *, framework: Framework | None = None) -> ActionSet:
    """Read actions from a ``.toml`` file or a workbook.

    Parameters
    ----------
    path : str or Path
        As :func:`piikit.write_actions` writes it, or the sheet of tasks of
        :func:`piikit.write_template`. Costs in billion VND (million in that sheet), amounts in
        the unit that the effect's way says.
    framework : Framework, optional
        Against which indicators are checked.

    Returns
    -------
    ActionSet

    Raises
    ------
    InputError
        With every problem and its cell.
    FileNotFoundError

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import piikit as pk
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pk.write_actions(pk.load_actions("open-2022"), Path(folder) / "mine.toml")
    ...     pk.read_actions(path).ids == pk.load_actions("open-2022").ids
    True
    """
    path = readable(path)
    read = from_toml(path) if path.suffix.lower() == ".toml" else from_workbook(path)
    problems = [*read.problems, *check(read.actions, read.links, framework, read.place)]
    if errors := [p for p in problems if p.severity == "error"]:
        raise InputError(errors)
    return ActionSet(tuple(read.actions), tuple(read.links), **read.about, warnings=tuple(problems))
