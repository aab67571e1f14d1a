"""Rebuild ``data/processed`` from ``data/raw``: ``python run.py data [--check] [--draws N]``.

The same raw files give the same bytes on every machine: plain text, shortest exact decimals
of numbers, sums with :func:`math.fsum`, rows in a fixed order. The illustrative draws of the
editions lie in Parquet files, whose bytes depend on the version of pyarrow: of them the values
are compared, to the last bit, and a file whose values are right is left as it is.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import sys
from pathlib import Path
from typing import Any

import framework_rows
import open_index
import open_statistics
from editions import edition_files

from piikit.base.files import write_text
from piikit.data.editions.draws import FILE
from piikit.data.editions.edition_table import Edition, editions
from piikit.data.library import framework_names
from piikit.data.paths import data_root, processed, raw, rows
from piikit.data.provinces import unit_names

SHIPPED_DRAWS = 20

Files = dict[str, str]
Table = list[dict[str, str]]


def as_csv(columns: list[str], table: Table) -> str:
    """Rows as UTF-8 CSV text with quoting and LF line ends."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(table)
    return text.getvalue()


def framework_files() -> Files:
    """Tables of all frameworks as ``{relative path: text}``."""
    return {
        f"frameworks/{name}.csv": as_csv(framework_rows.columns_of(table), table)
        for name, table in framework_rows.tables().items()
    }


def dataset_files() -> Files:
    """Texts of all datasets as ``{relative path: text}``; needs the frameworks."""
    made: Files = {}
    for year in open_index.YEARS:
        made |= _open(year)
    made |= _dataset(
        {
            "name": "tai-23",
            "year": 2001,
            "title_vi": "Chỉ số thành tựu công nghệ, 23 nước (sổ tay OECD/JRC 2008)",
            "title_en": "Technology Achievement Index, 23 countries (OECD/JRC Handbook 2008)",
        },
        _wide("oecd/tai23_raw.csv", "country", "published", "OECD/JRC Handbook 2008, Table A.2"),
    )
    made |= _dataset(
        {
            "name": "classroom",
            "year": None,
            "title_vi": "Lớp học: 3 tỉnh giả định, 4 chỉ số (số liệu giả định)",
            "title_en": "Classroom: 3 invented provinces, 4 indicators (invented figures)",
        },
        _wide("illustrative/classroom.csv", "unit", "illustrative", "invented for teaching"),
    )
    for edition in editions():
        if edition.name in framework_names():
            made |= _dataset(
                edition_files.head(edition), edition_files.cells(edition), edition_files.denominators(edition)
            )
    return made


def files() -> Files:
    """Every text file of ``data/processed`` as ``{relative path: text}``."""
    return framework_files() | dataset_files()


def build(root: Path | None = None, draws: int = SHIPPED_DRAWS) -> list[Path]:
    """Write every file that is not up to date under `root` (``data/processed`` if None).

    Parameters
    ----------
    draws : int
        How many draws of every edition; those beyond :data:`SHIPPED_DRAWS` go to ``draws`` beside `root`.

    Returns
    -------
    list of Path
        The files written.
    """
    root = processed() if root is None else Path(root)
    written = [*_write(framework_files(), root), *_write(dataset_files(), root)]
    for edition in editions():
        for path, part in _draw_files(edition, root, draws).items():
            table = edition_files.draws_table(edition, part)
            if not edition_files.holds(path, table):
                written.append(edition_files.write_draws(table, path))
    return written


def stale(root: Path | None = None, draws: int = SHIPPED_DRAWS) -> list[str]:
    """Files under `root` that differ from what the raw facts give; of the draws the first `draws` are made."""
    root = processed() if root is None else Path(root)
    behind = [name for name, text in files().items() if not _is(root / name, text)]
    for edition in editions():
        if edition.name not in framework_names():
            behind.append(edition.name)
            continue
        for path, part in _draw_files(edition, root, draws).items():
            if not edition_files.holds(path, edition_files.draws_table(edition, part)):
                behind.append(path.relative_to(root.parent).as_posix())
    return behind


def _draw_files(edition: Edition, root: Path, draws: int) -> dict[Path, range]:
    """Which draws stand in which file."""
    parts = {
        root / edition.name / FILE: range(min(draws, SHIPPED_DRAWS)),
        root.parent / "draws" / f"{edition.name}.parquet": range(SHIPPED_DRAWS, draws),
    }
    return {path: part for path, part in parts.items() if part}


def _write(texts: Files, root: Path) -> list[Path]:
    behind = {root / name: text for name, text in texts.items() if not _is(root / name, text)}
    for path, text in behind.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, text)
    return list(behind)


def _is(path: Path, text: str) -> bool:
    return path.is_file() and path.read_bytes() == text.encode("utf-8")


def _open(year: int) -> Files:
    under = open_statistics.denominators(year)
    head = {
        "name": f"open-{year}",
        "year": year,
        "title_vi": open_index.TITLE_VI.format(year=year),
        "title_en": open_index.TITLE_EN.format(year=year),
        "meta": {"units": 63, "research_index": True, "not_pii": True},
    }
    people = [
        {"unit": u} | {name: repr(column[u]) for name, column in under.items() if u in column}
        for u in unit_names(63)
        if u in under["population"]
    ]
    return _dataset(head, open_index.cells(year), people)


def _dataset(head: dict[str, Any], cells: Table, denominators: Table | None = None) -> Files:
    name = head["name"]
    head = {"name": name, "framework": name} | head | {"meta": head.get("meta", {})}
    made = {
        f"{name}/dataset.json": json.dumps(head, ensure_ascii=False, indent=2) + "\n",
        f"{name}/cells.csv": as_csv(["unit", "code", "value", "provenance", "source", "note"], cells),
    }
    if denominators:
        made[f"{name}/denominators.csv"] = as_csv(list(denominators[0]), denominators)
    return made


def _wide(file: str, unit: str, provenance: str, source: str) -> Table:
    labels = {"provenance": provenance, "source": source, "note": ""}
    return [
        {"unit": r[unit], "code": c, "value": repr(float(x))} | labels
        for r in rows(raw(*file.split("/")))
        for c, x in r.items()
        if c != unit and x
    ]


def main(arguments: list[str] | None = None) -> int:
    """Rebuild, or with ``--check`` only compare; returns 1 if a file is stale."""
    parser = argparse.ArgumentParser(prog="python run.py data", description=__doc__)
    parser.add_argument("--check", action="store_true", help="chỉ so sánh | only compare")
    parser.add_argument(
        "--draws", type=int, default=SHIPPED_DRAWS, help="số bản minh hoạ mỗi kỳ PII | draws of every edition"
    )
    chosen = parser.parse_args(arguments)
    if chosen.check:
        behind = stale(draws=chosen.draws)
        print("\n".join(behind) or "data/processed: OK")
        return 1 if behind else 0
    for path in build(draws=chosen.draws):
        print(path.relative_to(data_root().parent).as_posix())
    return 0


if __name__ == "__main__":
    sys.exit(main())
