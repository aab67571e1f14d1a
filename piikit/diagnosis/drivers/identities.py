"""Identities that look like findings: an index regressed on its own parts, and shared denominators."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .design import Design
from .ingredients import WHOLE_INDICES
from .least_squares import fit, with_constant
from .variables import Variable

PLAIN = {"value", "column", "covariate"}
COLUMNS = ["kind", "term", "outcome", "predictor", "shared", "share"]


def identities(design: Design) -> pd.DataFrame:
    """What outcome and predictors share by construction.

    Returns
    -------
    DataFrame
        ``kind``: ``part`` (the predictor stands wholly inside the outcome, or the other way
        round, or one is an index such as PAPI of which the other holds some dimensions),
        ``ingredient`` (they share some statistic), ``denominator`` (both were divided
        by the same thing), ``scale`` (one is the other's denominator); ``term`` (column of the
        model), ``outcome``, ``predictor`` (variables), ``shared`` (what they share) and
        ``share`` (of the outcome's ingredients; NaN for denominators).

    Notes
    -----
    Ratios with a common denominator correlate although their numerators are independent
    (Pearson 1897; Kronmal 1993, doi:10.2307/2983064).
    """
    known = design.variables.known
    rows = []
    for left in design.uses[design.outcome]:
        for term in design.X.columns:
            for right in design.uses[term]:
                rows += [[kind, term, left, right, *rest] for kind, *rest in _pair(known[left], known[right])]
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.drop_duplicates().reset_index(drop=True)


def _pair(outcome: Variable, predictor: Variable) -> list[tuple[str, str, float]]:
    if predictor.kind == "group":
        return []
    found = []
    shared = outcome.parts & predictor.parts
    if shared:
        whole = shared in {outcome.parts, predictor.parts} or {outcome.parts, predictor.parts} & WHOLE_INDICES
        kind = "part" if whole else "ingredient"
        found.append((kind, _list(shared), len(shared) / len(outcome.parts)))
    below = outcome.denominators & predictor.denominators
    if below:
        found.append(("denominator", _list(below), float("nan")))
    scale = (outcome.denominators & predictor.parts) | (predictor.denominators & outcome.parts)
    if scale and not shared:
        found.append(("scale", _list(scale), float("nan")))
    return found


def _list(names: frozenset[str]) -> str:
    return ", ".join(sorted(n.split(":", 1)[-1] for n in names))


def own_denominators(design: Design, shared: pd.DataFrame) -> pd.DataFrame:
    """Correlation of two ratios against that of their numerators, the denominator held still.

    Only where outcome and predictor are plain columns whose common denominator is a column
    too: ``predictor, denominator, r_ratios, r_numerators`` (partial correlation of the
    numerators given the denominator, all in logarithms when positive). `shared` is what
    :func:`identities` found.
    """
    known, frame = design.variables.known, design.variables.frame
    rows = []
    for row in shared[shared["kind"] == "denominator"].itertuples():
        for below in str(row.shared).split(", "):
            plain = {known[row.outcome].kind, known[row.predictor].kind} <= PLAIN
            if not plain or below not in frame or row.outcome == row.predictor:
                continue
            three = frame.loc[design.y.index, [row.outcome, row.predictor, below]].astype(float).dropna()
            if len(three) < 8 or (three <= 0).any(axis=None):
                continue
            logs = np.log(three.to_numpy(float))
            rest = fit(with_constant(logs[:, [2]]), logs[:, :2] + logs[:, [2]]).residuals
            ratios, numerators = (float(np.corrcoef(v[:, 0], v[:, 1])[0, 1]) for v in (logs, rest))
            rows.append([row.predictor, below, ratios, numerators])
    columns = ["predictor", "denominator", "r_ratios", "r_numerators"]
    return pd.DataFrame(rows, columns=columns).drop_duplicates()
