"""Rebuild ``data/processed`` from ``data/raw``: ``python -m piikit.data.rebuild_processed [--check]``.

The same raw files give the same bytes on every machine: plain text, shortest exact decimals
of numbers, sums with :func:`math.fsum`, rows in a fixed order.
"""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path

from . import open_index
from .shipped_frameworks import OPEN_YEARS, columns_of, makers
from .paths import data_root, raw, rows

Files = dict[str, str]


def as_csv(columns: list[str], table: list[dict[str, str]]) -> str:
    """Rows as UTF-8 CSV text with quoting and LF line ends."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(table)
    return text.getvalue()


def files() -> Files:
    """Every file of ``data/processed`` as ``{relative path: text}``."""
    made: Files = {}
    tables = {name: make() for name, make in makers().items()}
    for name, table in tables.items():
        made[f"frameworks/{name}.csv"] = as_csv(columns_of(table), table)
    for year in OPEN_YEARS:
        name = f"open-{year}"
        indicators = [r for r in tables[name] if r["open_series"]]
        under = open_index.denominators(year)
        units = [u for u in open_index.unit_names(63) if u in under["population"]]
        made |= _dataset(
            name,
            year=year,
            title_vi=open_index.TITLE_VI.format(year=year),
            title_en=open_index.TITLE_EN.format(year=year),
            cells=open_index.cells(indicators, year),
            denominators=[
                {"unit": u} | {d: repr(under[d][u]) for d in open_index.DENOMINATORS if u in under[d]}
                for u in units
            ],
            meta={"units": 63, "research_index": True, "not_pii": True},
        )
    made |= _dataset(
        "tai-23",
        year=2001,
        title_vi="Chỉ số thành tựu công nghệ, 23 nước (sổ tay OECD/JRC 2008)",
        title_en="Technology Achievement Index, 23 countries (OECD/JRC Handbook 2008)",
        cells=_wide("oecd/tai23_raw.csv", "country", "published", "OECD/JRC Handbook 2008, Table A.2"),
    )
    made |= _dataset(
        "classroom",
        year=None,
        title_vi="Lớp học: 3 tỉnh giả định, 4 chỉ số (số liệu giả định)",
        title_en="Classroom: 3 invented provinces, 4 indicators (invented figures)",
        cells=_wide("illustrative/classroom.csv", "unit", "illustrative", "invented for teaching"),
    )
    return made


def build(root: Path | None = None) -> list[Path]:
    """Write every file under `root` (``data/processed`` if None) and return their paths."""
    root = data_root() / "processed" if root is None else Path(root)
    written = []
    for name, text in files().items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8"))
        written.append(path)
    return written


def stale(root: Path | None = None) -> list[str]:
    """Files of ``data/processed`` that differ from what the raw facts give."""
    root = data_root() / "processed" if root is None else Path(root)
    return [
        name
        for name, text in files().items()
        if not (root / name).is_file() or (root / name).read_bytes() != text.encode("utf-8")
    ]


def _dataset(
    name: str,
    *,
    year: int | None,
    title_vi: str,
    title_en: str,
    cells: list[dict[str, str]],
    denominators: list[dict[str, str]] | None = None,
    meta: dict[str, object] | None = None,
) -> Files:
    head = {
        "name": name,
        "framework": name,
        "year": year,
        "title_vi": title_vi,
        "title_en": title_en,
        "meta": meta or {},
    }
    made = {
        f"{name}/dataset.json": json.dumps(head, ensure_ascii=False, indent=2) + "\n",
        f"{name}/cells.csv": as_csv(["unit", "code", "value", "provenance", "source", "note"], cells),
    }
    if denominators:
        made[f"{name}/denominators.csv"] = as_csv(list(denominators[0]), denominators)
    return made


def _wide(file: str, unit: str, provenance: str, source: str) -> list[dict[str, str]]:
    return [
        {
            "unit": r[unit],
            "code": c,
            "value": repr(float(x)),
            "provenance": provenance,
            "source": source,
            "note": "",
        }
        for r in rows(raw(*file.split("/")))
        for c, x in r.items()
        if c != unit and x
    ]


def main(arguments: list[str] | None = None) -> int:
    """Rebuild, or with ``--check`` only compare; returns 1 if a file is stale."""
    if "--check" in (sys.argv[1:] if arguments is None else arguments):
        behind = stale()
        print("\n".join(behind) or "data/processed: OK")
        return 1 if behind else 0
    for path in build():
        print(path.relative_to(data_root().parent).as_posix())
    return 0


if __name__ == "__main__":
    sys.exit(main())
