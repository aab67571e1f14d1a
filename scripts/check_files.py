"""Hygiene of the tracked files: ``python scripts/check_files.py [FILE ...]``; standard library only.

Text is UTF-8 in NFC with plain line ends, notebooks carry no outputs, the lock has hashes and no addresses,
nothing is large, nothing holds a merge conflict. Facts in ``data/raw`` stay as they were received.
"""

from __future__ import annotations

import json
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TEXT = {".cff", ".csv", ".editorconfig", ".gitattributes", ".gitignore", ".ipynb", ".lock", ".md", ".py", ".toml",
        ".txt", ".yml"}  # fmt: skip
LARGEST = 2_000_000  # bytes
CONFLICT = ("<<<<<<< ", ">>>>>>> ")


def tracked(root: Path = ROOT) -> list[Path]:
    """Every file that git knows in `root`."""
    said = subprocess.run(
        ["git", "ls-files", "-z"], cwd=root, capture_output=True, encoding="utf-8", check=True
    )
    return [root / name for name in said.stdout.split("\0") if name]


def problems_of_text(text: str) -> Iterator[str]:
    """What is wrong with a text file of ours."""
    if "\r" in text:
        yield "carriage returns: line ends are a plain newline"
    if text and not text.endswith("\n"):
        yield "no newline at the end"
    if not unicodedata.is_normalized("NFC", text):
        yield "letters and marks apart: write NFC"
    if any(line.startswith(CONFLICT) for line in text.split("\n")):
        yield "a merge conflict stands in it"


def problems_of_notebook(text: str) -> Iterator[str]:
    """Outputs and counters do not belong into git."""
    code = [c for c in json.loads(text)["cells"] if c["cell_type"] == "code"]
    if any(c["outputs"] or c["execution_count"] is not None for c in code):
        yield "outputs: clear them (they are made whenever the notebook runs)"


def problems_of(path: Path, root: Path = ROOT) -> Iterator[str]:
    """Every problem of one file, as sentences."""
    if path.stat().st_size > LARGEST:
        yield f"{path.stat().st_size:,} bytes: at most {LARGEST:,}"
    if (path.suffix or path.name) not in TEXT or path.is_relative_to(root / "data" / "raw"):
        return
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        yield f"not UTF-8: {error.reason} at byte {error.start}"
        return
    yield from problems_of_text(path.read_bytes().decode("utf-8"))
    if path.suffix == ".ipynb":
        yield from problems_of_notebook(text)
    if path.suffix == ".lock" and "://" in text:
        yield "an address: the lock names packages and hashes only"


def main(arguments: list[str]) -> int:
    """Say every problem of the files named, or of all that git knows; 1 if there is one."""
    files = [Path(a).resolve() for a in arguments] or tracked()
    found = [f"{p.relative_to(ROOT)}: {said}" for p in files if p.is_file() for said in problems_of(p)]
    print("\n".join(found), end="\n" if found else "")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
