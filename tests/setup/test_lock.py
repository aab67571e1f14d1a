"""requirements.lock: it satisfies pyproject.toml, everything is hashed, nothing has an address."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ENTRY = re.compile(
    r"^(?P<name>[\w.-]+)==(?P<version>\S+)(?: ; (?P<marker>.*?))? \\\n(?P<hashes>(?:    --hash=.*\n?)+)", re.M
)


@pytest.fixture(scope="module")
def text() -> str:
    return (Path(__file__).resolve().parents[2] / "requirements.lock").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def entries(text) -> dict[str, list[re.Match[str]]]:
    found: dict[str, list[re.Match[str]]] = {}
    for match in ENTRY.finditer(text):
        found.setdefault(canonicalize_name(match["name"]), []).append(match)
    return found


@pytest.fixture(scope="module")
def wanted() -> list[Requirement]:
    config = tomllib.loads(
        (Path(__file__).resolve().parents[2] / "pyproject.toml").read_text(encoding="utf-8")
    )
    lines = [
        *config["project"]["dependencies"],
        *config["project"]["optional-dependencies"]["fast"],
        *config["dependency-groups"]["dev"],
    ]
    return [Requirement(line) for line in lines]


def test_every_line_belongs_to_an_entry(text, entries):
    assert len(entries) > 100
    assert ENTRY.sub("", text).strip() == "", (
        "a line of another kind: an address, an option or a missing hash"
    )


def test_every_dependency_is_locked_within_its_bounds(wanted, entries):
    for requirement in wanted:
        locked = entries.get(canonicalize_name(requirement.name), [])
        assert locked, f"{requirement.name} is in pyproject.toml and not in the lock"
        for entry in locked:
            assert requirement.specifier.contains(entry["version"], prereleases=True), entry[0].split("\n")[0]


@pytest.mark.parametrize(
    "system", [("linux", "posix", "Linux"), ("win32", "nt", "Windows"), ("darwin", "posix", "Darwin")]
)
@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13", "3.14"])
def test_each_system_and_python_gets_one_version_of_each_dependency(wanted, entries, system, python):
    here = {
        "sys_platform": system[0],
        "os_name": system[1],
        "platform_system": system[2],
        "python_version": python,
        "python_full_version": f"{python}.9",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }
    for requirement in wanted:
        locked = entries[canonicalize_name(requirement.name)]
        chosen = [e for e in locked if not e["marker"] or Marker(e["marker"]).evaluate(here)]
        assert len(chosen) == 1, (
            f"{requirement.name} on {system[2]} with Python {python}: {len(chosen)} versions"
        )


def test_hashes_are_sha256(entries):
    for locked in entries.values():
        for entry in locked:
            hashes = re.findall(r"--hash=(\S+)", entry["hashes"])
            assert hashes
            assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", one) for one in hashes)


def test_no_address_in_the_lock(text):
    assert "://" not in text
    assert "index" not in re.sub(r"^[\w.-]+==.*$", "", text, flags=re.M)


def test_no_other_lock_is_committed_by_accident(root):
    assert not (root / "uv.lock").exists(), "uv.lock names the registry's addresses: use `uv pip compile`"
    assert not (root / ".python-version").exists(), "it would make uv download a Python"
