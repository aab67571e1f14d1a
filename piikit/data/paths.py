"""Where the facts stand: beside the package in a checkout, inside it in a wheel."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


@cache
def data_root() -> Path:
    """Folder that holds ``raw`` and ``processed``.

    Raises
    ------
    FileNotFoundError
        If neither the wheel's nor the checkout's folder is there.
    """
    for root in (_PACKAGE / "_data", _PACKAGE.parent / "data"):
        if (root / "raw" / "SOURCES.csv").is_file():
            return root
    raise FileNotFoundError(_PACKAGE / "_data" / "raw" / "SOURCES.csv")


def raw(*parts: str) -> Path:
    """Path of an immutable fact file, such as ``raw("open", "provinces63.csv")``."""
    return data_root().joinpath("raw", *parts)


def processed(*parts: str) -> Path:
    """Path of a file that ``python run.py data`` makes."""
    return data_root().joinpath("processed", *parts)


def rows(path: Path) -> list[dict[str, str]]:
    """Read a UTF-8 CSV as text, one dict a row; nothing is turned into a number."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
