"""How far a finding may be trusted, in one word that the sentence is written from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from .drivers_result import DriversResult

VERDICTS = ("identity", "supported", "fragile", "none", "predicts", "does_not_predict")
LEVEL = 0.05
FEW_YEARS = 4


def verdicts(result: DriversResult) -> pd.DataFrame:
    """Judge each coefficient by the same rules, from all checks together.

    Returns
    -------
    DataFrame
        Index ``term``; ``verdict`` and ``why`` (keys of the reasons that weigh against it).

    Notes
    -----
    ``identity``: outcome and predictor contain each other. ``supported``: p < 0.05 after Holm,
    the sign holds without any one province, nine specifications in ten agree in sign, R²
    above what noise reaches, and nothing is shared by construction. ``fragile``: p < 0.05 but
    one of these fails. ``none``: p >= 0.05. For a net, the whole model is judged.
    """
    if result.model == "elastic-net":
        good = result.net is not None and result.net.p_value < LEVEL and result.net.r2 > 0
        word = "predicts" if good else "does_not_predict"
        return pd.DataFrame({"verdict": word, "why": ""}, index=result.coefficients.index)
    table = _middle(result.coefficients)
    rows = [_judge(result, str(term), row) for term, row in table.iterrows()]
    return pd.DataFrame(rows, columns=["verdict", "why"], index=table.index)


def _middle(table: pd.DataFrame) -> pd.DataFrame:
    """Of several quantiles, the one nearest the median."""
    if "quantile" not in table:
        return table
    chosen = min(table["quantile"].unique(), key=lambda q: abs(q - 0.5))
    return table[table["quantile"] == chosen]


def _judge(result: DriversResult, term: str, row: Any) -> tuple[str, str]:
    shared = result.identities[result.identities["term"] == term]
    if (shared["kind"] == "part").any():
        return "identity", "part"
    if not row["p_value"] < LEVEL:
        return "none", ""
    why = [str(k) for k in dict.fromkeys(shared["kind"])]
    if not row["p_holm"] < LEVEL:
        why.append("holm")
    if not row.get("sign_holds", True):
        why.append("province")
    null = result.null
    if null is not None and null.observed < null.high:
        why.append("null_r2")
    curve = result.curve(term)
    if curve is not None and curve.same_sign < 0.9:
        why.append("specifications")
    if curve is not None and curve.p_value >= LEVEL:
        why.append("curve_p")
    if result.model == "panel-re":
        both = result.within_between.loc[term]
        if both["within"] * both["between"] < 0:
            why.append("mixes")
    region = row.get("p_region")
    if region is not None and region >= LEVEL:
        why.append("region")
    if result.design.variables.panel and len(result.design.years) < FEW_YEARS:
        why.append("few_years")
    return ("fragile" if why else "supported"), ", ".join(why)
