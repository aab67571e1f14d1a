"""All steps of a built index as CSV files and one workbook."""

from __future__ import annotations

import json
from pathlib import Path

from ...base.files import write_text
from ...index.index_result import IndexResult
from .exports import write_csv

_TABLES = (
    "imputed", "treated", "treated_points", "treatment_log", "normalised", "scores", "ranks", "effective_weights", "bounds",
)  # fmt: skip


def write_index(result: IndexResult, folder: Path, *, lang: str | None = None) -> list[Path]:
    """Write every step to `folder`, one CSV a step (full precision), a workbook and the run record.

    Returns
    -------
    list of Path
        What was written. Each file is written under a temporary name, then renamed.
    """
    written = [write_csv(getattr(result, name).reset_index(), folder / f"{name}.csv") for name in _TABLES]
    written.append(result.to_excel(folder / "index.xlsx", lang=lang))
    record = json.dumps(result.record, ensure_ascii=False, indent=2, default=str)
    written.append(write_text(folder / "record.json", record + "\n"))
    return written
