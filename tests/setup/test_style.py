"""ruff and mypy have nothing to say."""

from __future__ import annotations

import subprocess
import sys

import pytest


def run(root, *line: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *line],
        cwd=root,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )


@pytest.mark.parametrize("line", [("check",), ("format", "--check")], ids=["lint", "format"])
def test_ruff(root, line):
    said = (
        run(root, "ruff", *line, "--output-format", "concise")
        if line == ("check",)
        else run(root, "ruff", *line)
    )
    assert said.returncode == 0, said.stdout + said.stderr


@pytest.mark.slow
def test_mypy(root):
    said = run(root, "mypy", "--no-error-summary", "--hide-error-context")
    assert said.returncode == 0, said.stdout + said.stderr
