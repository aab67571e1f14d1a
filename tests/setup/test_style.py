"""ruff, mypy, sp-repo-review and the hygiene of files have nothing to say."""

from __future__ import annotations

import subprocess
import sys

import check_files
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


@pytest.mark.long
def test_strict_rooms_with_the_types_of_pandas_read(root):
    said = run(root, "mypy", "--config-file", ".ci/mypy-tables.ini", "--no-error-summary")
    assert said.returncode == 0, said.stdout + said.stderr


def test_hygiene_of_every_tracked_file(root):
    assert [
        f"{p}: {said}" for p in check_files.tracked(root) for said in check_files.problems_of(p, root)
    ] == []


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.py", b"x = 1\r\n", "carriage"),
        ("a.md", b"no end", "newline"),
        ("a.csv", "Ca\u0302\u0300n".encode() + b"\n", "NFC"),
        ("a.toml", b"\xff\n", "UTF-8"),
        ("a.py", b"<<<<<<< ours\n", "conflict"),
        ("b.lock", b"x==1 https://somewhere\n", "address"),
        ("n.ipynb", b'{"cells": [{"cell_type": "code", "outputs": [1], "execution_count": 1}]}\n', "outputs"),
        ("large.png", b"0" * 2_000_001, "bytes"),
    ],
)
def test_hygiene_finds(tmp_path, name, content, said):
    (tmp_path / name).write_bytes(content)
    assert said in " ".join(check_files.problems_of(tmp_path / name, tmp_path))


def test_the_scientific_python_review_passes(root):
    """Every check that applies; what is left out stands in pyproject.toml with its reason."""
    from repo_review.processor import process

    _, checks = process(root)
    failed = [f"{c.name}: {c.description}" for c in checks if c.result is False]
    assert not failed
    assert sum(c.result is True for c in checks) >= 40
