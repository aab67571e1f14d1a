"""environment.yml, the versions in three places, and what lies at the root."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import make_environment
import pytest
import yaml

import piikit


@pytest.fixture
def project(root: Path) -> dict:
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture
def conda(root: Path) -> dict:
    return yaml.safe_load((root / "environment.yml").read_text(encoding="utf-8"))


def test_environment_yml_is_what_the_script_writes(root):
    assert (root / "environment.yml").read_text(encoding="utf-8") == make_environment.environment_yml(root)


def test_environment_yml_agrees_with_pyproject(conda, project, root):
    python, pip, by_pip = conda["dependencies"]
    assert conda["name"] == project["name"]
    assert python == "python" + project["requires-python"]
    assert pip == "pip"
    assert by_pip == {"pip": ["-r requirements.lock"]}
    assert (root / "requirements.lock").is_file()
    assert conda["channels"] == ["conda-forge", "nodefaults"], "no other channel may slip in"


def test_environment_yml_says_that_nobody_solved_it(root):
    head = (root / "environment.yml").read_text(encoding="utf-8").split("name:")[0]
    assert "never solved with conda" in head


def test_the_pip_section_is_one_that_pip_accepts(conda, root, tmp_path):
    """Everything locked is installed already, so a dry run needs no network and finds nothing to do."""
    lines = conda["dependencies"][2]["pip"]
    asked = tmp_path / "asked.txt"
    asked.write_text("\n".join(lines).replace("-r ", f"-r {root.as_posix()}/"), encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-m", "pip", "install", "--dry-run", "--no-index", "--no-deps", "-r", str(asked)],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "Would install" not in run.stdout, "this environment is not the locked one: python run.py setup"


def test_one_version_everywhere(project, root):
    citation = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    assert project["version"] == piikit.__version__ == citation["version"]
    assert project["license"] == citation["license"] == "MIT"
    assert "MIT License" in (root / "LICENSE").read_text(encoding="utf-8")


def test_citation_file_has_what_the_format_requires(root):
    citation = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    assert {"cff-version", "message", "title", "authors"} <= set(citation)
    assert all("name" in author or "family-names" in author for author in citation["authors"])


def test_changelog_begins_with_what_comes_next(root):
    headings = [
        line
        for line in (root / "CHANGELOG.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("## ")
    ]
    assert headings[0] == "## Unreleased" or piikit.__version__ in headings[0]


def test_ci_does_what_the_readme_tells_a_user_to_do(root):
    script = (root / ".ci" / "run").read_text(encoding="utf-8")
    assert '"python3 run.py" "python3 run.py test"' in script
    assert "\r" not in script


def test_raw_data_are_kept_byte_for_byte(root):
    said = subprocess.run(
        ["git", "check-attr", "text", "eol", "--", "data/raw/open/x.csv", "piikit/__init__.py", ".ci/run"],
        cwd=root,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if said.returncode:
        pytest.skip("not a git checkout")
    assert "data/raw/open/x.csv: text: unset" in said.stdout
    assert "piikit/__init__.py: eol: lf" in said.stdout
    assert ".ci/run: eol: lf" in said.stdout
