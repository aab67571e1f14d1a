"""What-ifs as files: title, author, source and changes, in TOML.

::

    title_vi = "..."
    title_en = "..."
    author = "..."
    source = "..."
    dataset = "open-2022"
    method = "pii"
    unit = "Cần Thơ"
    peers = "central_city"

    [changes]
    "2.1" = "to best of region"

    [changes."Hậu Giang"]
    "2.1" = "+5%"
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...base.errors import InputError, Problem, UnknownNameError
from ...base.files import read_toml
from ...base.language import pick
from ...data.paths import raw

_TEXT = ("title_vi", "title_en", "author", "source", "dataset", "method", "unit", "peers")
_NEEDED = ("title_vi", "title_en", "author", "source", "dataset", "unit")


@dataclass(frozen=True)
class Scenario:
    """A named what-if with who wrote it and on what grounds.

    Attributes
    ----------
    name : str
        File name without ending.
    title_vi, title_en, author, source : str
    dataset, method, unit, peers : str
        What it was written for.
    changes : dict
        As for :func:`piikit.what_if`.
    """

    name: str
    title_vi: str
    title_en: str
    author: str
    source: str
    dataset: str
    unit: str
    method: str = "pii"
    peers: str = ""
    changes: Mapping[str, Any] = field(default_factory=dict)

    def title(self, lang: str | None = None) -> str:
        """Title in the language asked for."""
        return str(pick(self.title_vi, self.title_en, lang))


def scenario_names() -> tuple[str, ...]:
    """Names of the scenarios that ship."""
    return tuple(sorted(p.stem for p in raw("scenarios").glob("*.toml")))


def load_scenario(source: str | Path) -> Scenario:
    """Read a scenario that ships, by name, or a file.

    Parameters
    ----------
    source : str or Path
        A name, or a ``.toml`` file with title, author, source and a table ``changes`` of code to
        change, as :func:`piikit.what_if` takes them.

    Returns
    -------
    Scenario

    Raises
    ------
    UnknownNameError
        For a name that does not ship.
    InputError
        If a field is missing, unknown or of the wrong kind.

    Notes
    -----
    Scenarios as files with their author and source: as Tax-Calculator keeps reforms.

    Examples
    --------
    >>> import piikit as pk
    >>> len(pk.load_scenario("can-tho-2025").changes) > 0
    True
    """
    path = Path(source)
    if path.suffix != ".toml":
        if str(source) not in scenario_names():
            raise UnknownNameError("option", str(source), scenario_names())
        path = raw("scenarios", f"{source}.toml")
    given = read_toml(path)
    problems = [
        Problem("problem.scenario.missing", {"field": k}, file=path.name) for k in _NEEDED if not given.get(k)
    ]
    for key, value in given.items():
        if key not in (*_TEXT, "changes"):
            problems.append(Problem("problem.scenario.field", {"field": key}, file=path.name))
        elif isinstance(value, str) != (key in _TEXT):
            problems.append(Problem("problem.scenario.kind", {"field": key}, file=path.name))
    if not isinstance(given.get("changes"), dict) or not given["changes"]:
        problems.append(Problem("problem.scenario.changes", file=path.name))
    if problems:
        raise InputError(problems)
    return Scenario(name=path.stem, **given)
