"""How far a finding may be trusted, in one word that the sentence is written from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from .coefficient_table import LEVEL
from .estimate import Estimate
from .power import NullR2
from .specifications import Specifications

VERDICTS = ("identity", "supported", "fragile", "none", "undefined", "predicts", "does_not_predict")
FEW_YEARS = 4
SAME_SIGN = 0.9


@dataclass(frozen=True, eq=False)
class Finding:
    """One coefficient with all that may weigh against it.

    Attributes
    ----------
    row : Series
        Of the table of coefficients.
    null : NullR2 or None
    curve : Specifications or None
    mixed : Series or None
        Random effects: coefficients ``within`` and ``between`` units.
    years : int or None
        Of a panel.
    """

    row: pd.Series
    null: NullR2 | None
    curve: Specifications | None
    mixed: pd.Series | None
    years: int | None


# what makes a finding fragile, in the order in which it is said
AGAINST: dict[str, Callable[[Finding], bool]] = {
    "holm": lambda f: not f.row["p_holm"] < LEVEL,
    "province": lambda f: not f.row.get("sign_holds", True),
    "null_r2": lambda f: f.null is not None and f.null.observed < f.null.high,
    "specifications": lambda f: f.curve is not None and f.curve.same_sign < SAME_SIGN,
    "curve_p": lambda f: f.curve is not None and f.curve.p_value >= LEVEL,
    "mixes": lambda f: f.mixed is not None and f.mixed["within"] * f.mixed["between"] < 0,
    "place": lambda f: f.row.get("p_place", 0.0) >= LEVEL,
    "few_years": lambda f: f.years is not None and f.years < FEW_YEARS,
}


def verdicts(
    model: str,
    found: Estimate,
    shared: pd.DataFrame,
    curves: Mapping[str, Specifications],
    within_between: pd.DataFrame,
) -> pd.DataFrame:
    """Judge each coefficient by the same rules, from all checks together.

    Parameters
    ----------
    model : str
    found : Estimate
    shared : DataFrame
        What outcome and predictors share by construction (:func:`.identities.identities`).
    curves : mapping of Specifications
        By term, where it has one.
    within_between : DataFrame
        Of a panel; empty elsewhere.

    Returns
    -------
    DataFrame
        Index ``term``; ``verdict`` and ``why`` (keys of the reasons that weigh against it).

    Notes
    -----
    ``identity``: outcome and predictor contain each other. ``supported``: the largest
    of the p-values (HC3, likeness by place) is below 0.05 after Holm, the sign holds
    without any one province, nine specifications in ten agree in sign, R² is above what noise
    reaches, and nothing is shared by construction. ``fragile``: p < 0.05 but
    one of these fails. ``none``: p >= 0.05. ``undefined``: the estimate hangs on one row. For a net, the whole model is judged.
    """
    if found.net is not None:
        word = "predicts" if found.net.p_value < LEVEL and found.net.r2 > 0 else "does_not_predict"
        return pd.DataFrame({"verdict": word, "why": ""}, index=found.coefficients.index)
    years = len(found.design.years) if found.design.variables.panel else None
    table = nearest_median(found.coefficients)
    rows = []
    for term, row in table.iterrows():
        mixed = within_between.loc[term] if model == "panel-re" else None
        finding = Finding(row, found.null, curves.get(str(term)), mixed, years)
        rows.append(_judge(finding, shared.loc[shared["term"] == term, "kind"].unique().tolist()))
    return pd.DataFrame(rows, columns=["verdict", "why"], index=table.index)


def nearest_median(table: pd.DataFrame) -> pd.DataFrame:
    """Of coefficients at several quantiles, those nearest the median."""
    if "quantile" not in table:
        return table
    chosen = min(table["quantile"].unique(), key=lambda q: abs(q - 0.5))
    return table[table["quantile"] == chosen]


def _judge(finding: Finding, shared: list[str]) -> list[str]:
    if "part" in shared:
        return ["identity", "part"]
    if pd.isna(finding.row["p_value"]):
        return ["undefined", ""]
    if not finding.row["p_value"] < LEVEL:
        return ["none", ""]
    why = [*shared, *(reason for reason, weighs in AGAINST.items() if weighs(finding))]
    return ["fragile" if why else "supported", ", ".join(why)]
