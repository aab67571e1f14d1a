"""The table of a paper."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ...diagnosis.drivers.drivers_result import DriversResult
from ..blocks.blocks import Joined, Sentence, Table
from ..blocks.quantity import fixed, given, share
from ..figures.labels import data_name, term_name
from .drivers_checks import chance


def model_name(result: DriversResult) -> Sentence:
    """Name of the model with its kind of standard errors."""
    return Sentence(f"drivers.model.{result.model}", {"covariance": result.options.get("covariance", "")})


def paper_table(result: DriversResult) -> Table:
    """One row a coefficient.

    Columns where they apply: variable, quantile, coefficient, standard error, interval, p, p by
    place, p Holm, p BH, shrunken coefficient, standardised coefficient, VIF, range leaving one province out,
    frequency of choice (nets), verdict.
    """
    rows = [_row(result, str(term), row) for term, row in result.coefficients.iterrows()]
    names = list(dict.fromkeys(name for row in rows for name in row))
    caption = {
        "y": term_name(result, result.design.outcome),
        "model": model_name(result),
        "n": result.design.n,
        "data": data_name(result),
    }
    r2 = fixed(result.measures.get("r2", float("nan")))
    foot = {"n": result.design.n, "r2": r2, "k": len(result.coefficients)}
    return Table(
        "",
        tuple(f"drivers.table.{name}" for name in names),
        tuple(tuple(row.get(name, "") for name in names) for row in rows),
        caption,
        note=Sentence("drivers.table.footer", foot),
    )


def _row(result: DriversResult, term: str, row: Any) -> dict[str, Any]:
    made: dict[str, Any] = {"term": term_name(result, term)}
    if "quantile" in row:
        made["quantile"] = given(row["quantile"], 3)
    made["estimate"] = given(row["estimate"], 3)
    if result.model == "elastic-net":
        return made | {"beta": fixed(row["beta"], sign=True), "chosen": share(row["chosen"], 0)}
    made["std_error"] = given(row["std_error"], 3)
    made["interval"] = _range(row["low"], row["high"])
    made |= {p: chance(row[p], "") for p in ("p_value", "p_place", "p_holm", "p_bh") if p in row}
    made["shrunk"] = given(row["shrunk"], 3)
    made["beta"] = fixed(row["beta"], sign=True)
    if "vif" in row:
        made["vif"] = fixed(row["vif"], 1)
    if "loo_low" in row:
        without = (f"({row['loo_unit']})",) if pd.notna(row["loo_low"]) else ()
        made["loo"] = Joined((_range(row["loo_low"], row["loo_high"]), *without))
    if term in result.verdicts.index:
        made["verdict"] = Sentence(f"drivers.verdict.{result.verdicts.at[term, 'verdict']}")
    return made


def _range(low: float, high: float) -> Joined:
    return Joined(("[", given(low, 3), "; ", given(high, 3), "]"), "")
