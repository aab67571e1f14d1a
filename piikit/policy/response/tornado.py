"""One indicator at a time, down and up: which own values matter for the whole."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...base.errors import UnknownNameError
from ...base.results import Drawn
from ...index.index_result import IndexResult
from .unit_response import respond


@dataclass(frozen=True, eq=False)
class Tornado(Drawn):
    """Change of the whole when one indicator moves.

    Attributes
    ----------
    result : IndexResult
    unit : str
    step : str or float
        ``"sd"`` or the share by which values move.
    rank : float
        Own rank in the baseline.
    table : DataFrame
        One row an indicator with an own value, widest first: ``code, value_down, value_up``
        (raw, down is worse), ``down, up`` (change of the whole score), ``rank_down, rank_up``.
    """

    result: IndexResult
    unit: str
    step: str | float
    rank: float
    table: pd.DataFrame


def tornado(result: IndexResult, unit: str, *, step: str | float = "sd", engine: str = "auto") -> Tornado:
    """Move every indicator alone, down and up, with all rivals recomputed.

    Parameters
    ----------
    result : IndexResult
    unit : str
    step : "sd" or float
        A standard deviation over the units, or a share of the own value (0.1 is 10%).
    engine : str
        As for :meth:`Response.evaluate`.

    Returns
    -------
    Tornado
        ``table`` has one row an indicator with an own value.

    Raises
    ------
    UnknownNameError
        If there is no such unit.

    Notes
    -----
    Each bar is a what-if of its own, equal to building the index again: where a value passes
    the best one, the rivals' scores fall too.

    Examples
    --------
    >>> import piikit as pk
    >>> made = pk.tornado(pk.build_index(pk.load_dataset("open-2022")), "Cần Thơ", step=0.1)
    >>> bool((made.table["up"] >= made.table["down"]).all())
    True
    """
    if isinstance(step, str) and step != "sd":
        raise UnknownNameError("option", step, ("sd",))
    response = respond(result, unit)
    own = response.raw[response.own]
    spread = np.nanstd(response.raw, axis=0, ddof=1) if step == "sd" else np.abs(own) * float(step)
    known = np.flatnonzero(~np.isnan(own) & ~np.isnan(spread))
    turns = np.array([response.table(int(j)).direction for j in known])
    values = np.full((2 * known.size, own.size), np.nan)
    for k, j in enumerate(known):
        values[2 * k, j] = own[j] - turns[k] * spread[j]
        values[2 * k + 1, j] = own[j] + turns[k] * spread[j]
    made = response.evaluate(values, engine=engine)
    base = float(response.base_scores[response.own])
    table = pd.DataFrame(
        {
            "code": np.array(response.codes)[known],
            "value_down": values[0::2][np.arange(known.size), known],
            "value_up": values[1::2][np.arange(known.size), known],
            "down": made.scores[0::2] - base,
            "up": made.scores[1::2] - base,
            "rank_down": made.ranks[0::2],
            "rank_up": made.ranks[1::2],
        }
    )
    order = (table["up"] - table["down"]).abs().sort_values(ascending=False, kind="stable").index
    rank = float(result.ranks.at[response.unit, result.root])
    return Tornado(result, response.unit, step, rank, table.loc[order].reset_index(drop=True))
