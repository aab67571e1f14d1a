"""Imports run only backwards along base, data, index, diagnosis, policy, report, cli."""

import ast
from pathlib import Path

import pytest

import piikit

PACKAGE = Path(piikit.__file__).parent
ROOMS = ["base", "data", "index", "diagnosis", "policy", "report", "cli"]


def room_of(file):
    first = file.relative_to(PACKAGE).parts[0]
    return first if first in ROOMS else "cli"


def imported_rooms(file):
    package = file.relative_to(PACKAGE.parent).with_suffix("").parts[:-1]
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            base = list(package[: len(package) - node.level + 1]) if node.level else []
            dotted = [*base, *(node.module.split(".") if node.module else [])]
        elif isinstance(node, ast.Import):
            dotted = node.names[0].name.split(".")
        else:
            continue
        if len(dotted) > 1 and dotted[0] == "piikit" and dotted[1] in ROOMS:
            yield dotted[1], node.lineno


@pytest.mark.parametrize("file", sorted(PACKAGE.rglob("*.py")), ids=lambda f: str(f.relative_to(PACKAGE)))
def test_imports_run_backwards(file):
    own = ROOMS.index(room_of(file))
    ahead = [(room, line) for room, line in imported_rooms(file) if ROOMS.index(room) > own]
    assert not ahead


def test_files_are_one_idea():
    """A file of more than 450 lines holds more than one idea: split it."""
    long = {
        f.name: n
        for f in PACKAGE.rglob("*.py")
        if (n := len(f.read_text(encoding="utf-8").splitlines())) > 450
    }
    assert not long
