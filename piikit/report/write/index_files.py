"""All steps of a built index as CSV files and one workbook."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from ...base.files import write_text
from ...index.index_result import IndexResult
from .exports import write_csv


def write_index(result: IndexResult, folder: Path, *, lang: str | None = None) -> list[Path]:
    """Write every step to `folder`, one CSV a step (full precision), a workbook and the run record.

    Returns
    -------
    list of Path
        What was written. Each file is written under a temporary name, then renamed.
    """
    tables: dict[str, pd.DataFrame] = {
        "imputed": result.imputed,
        "treated": result.treated,
        "treated_points": result.treated_points,
        "treatment_log": result.treatment_log,
        "normalised": result.normalised,
        "scores": result.scores,
        "ranks": result.ranks,
        "effective_weights": result.effective_weights,
        "bounds": result.bounds,
    }
    written = [write_csv(table.reset_index(), folder / f"{name}.csv") for name, table in tables.items()]
    written.append(result.to_excel(folder / "index.xlsx", lang=lang))
    record = json.dumps(result.record, ensure_ascii=False, indent=2, default=str)
    written.append(write_text(folder / "record.json", record + "\n"))
    return written
