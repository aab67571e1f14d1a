"""What is strong and what is weak, by three declared rules."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd

from ...index.ranks import Ranking

STRENGTH, WEAKNESS = "strength", "weakness"
GII_SHARE = 10 / 80
PLAIN = Ranking()


def percentile_ranks(scores: pd.DataFrame) -> pd.DataFrame:
    """Percentile rank of every score among the units that have one, 0 (lowest) to 1 (highest).

    Ties share the lower percentile, as Excel's PERCENTRANK.INC and COINr's ``n_prank`` give.

    Parameters
    ----------
    scores : DataFrame, units x codes

    Returns
    -------
    DataFrame, units x codes
        NaN where the score is missing or stands alone.
    """
    there = scores.notna().sum()
    return (scores.rank(method="min") - 1) / (there - 1).where(there > 1)


def by_percentile(
    scores: pd.DataFrame,
    unit: str,
    codes: Sequence[str],
    *,
    nth: int | None = None,
    also: Sequence[str] = (),
    barred: Collection[str] = (),
    ranking: Ranking = PLAIN,
) -> pd.DataFrame:
    """Flag strengths and weaknesses as the Global Innovation Index does.

    The unit's scores become percentile ranks; its `nth` highest is the cut-off, and every
    code at or above it is a strength (ties can give more than `nth`); weaknesses likewise
    from below. Exceptions: a rank of 1 to 3 is always a strength and never a weakness; the
    indicators' cut-offs also flag the codes `also` (groups, pillars); nothing `barred` is
    flagged.

    Parameters
    ----------
    scores : DataFrame, units x codes
        Larger is better.
    unit : str
    codes : sequence of str
        Indicators that set the cut-offs.
    nth : int, optional
        10 in the GII, which has some 80 indicators; if not given the same share, one in
        eight of the indicators that the unit has, at least one.
    also, barred
        See above; `barred` are codes that miss the least data coverage.
    ranking : Ranking
        How ranks are made.

    Returns
    -------
    DataFrame
        Index ``code`` (`codes`, then `also`); ``score, rank, percentile, flag``.

    Notes
    -----
    Source: GII 2023, Appendix I, p. 215. Where the two cut-offs overlap because the unit has
    few indicators, the flag goes to the half of the unit's own order in which the code stands.
    """
    wanted = [*codes, *also]
    table = pd.DataFrame(
        {
            "score": scores.loc[unit, wanted],
            "rank": ranking.table(scores[wanted]).loc[unit],
            "percentile": percentile_ranks(scores[wanted]).loc[unit],
        }
    )
    table.index.name = "code"
    own = table.loc[[c for c in codes if c not in barred], "percentile"].dropna().sort_values()
    table["flag"] = ""
    if not len(own):
        return table
    count = nth if nth is not None else max(1, round(GII_SHARE * len(own)))
    count = min(count, max(1, len(own) // 2))
    high, low = own.iloc[-count], own.iloc[count - 1]
    strong = (table["percentile"] >= high) | (table["rank"] <= 3)
    weak = (table["percentile"] <= low) & ~strong
    allowed = table["percentile"].notna() & ~table.index.isin(list(barred))
    table.loc[allowed & weak, "flag"] = WEAKNESS
    table.loc[allowed & strong, "flag"] = STRENGTH
    return table


def by_national_rank(
    scores: pd.DataFrame,
    unit: str,
    codes: Sequence[str],
    *,
    count: int = 5,
    discard_last: bool = False,
    unique_above: float | None = None,
    ranking: Ranking = PLAIN,
) -> pd.DataFrame:
    """List the unit's best and worst national ranks, five and five as PII prints them.

    Parameters
    ----------
    scores : DataFrame, units x codes
        Larger is better.
    count : int
        How many of each; at most half of what the unit has.
    discard_last : bool
        Leave out codes on which the unit holds the worst rank, and
    unique_above : float, optional
        codes with at most this share of distinct values (a gap counts as one): COINr's
        ``min_discard`` and ``unq_discard``. Off, because a last place is a weakness.
    ranking : Ranking
        How ranks are made.

    Returns
    -------
    DataFrame
        Index ``code``, by ascending rank, ties in the order of `codes`; ``rank, score, flag``.
    """
    ranks = ranking.table(scores[list(codes)])
    keep = [c for c in codes if pd.notna(ranks.at[unit, c])]
    if discard_last:
        keep = [c for c in keep if ranks.at[unit, c] != ranks[c].max()]
    if unique_above is not None:
        keep = [c for c in keep if scores[c].nunique(dropna=False) / len(scores) > unique_above]
    order = ranks.loc[unit, keep].sort_values(kind="stable")
    count = min(count, len(order) // 2) or min(1, len(order))
    flags = {c: STRENGTH for c in order.index[:count]}
    flags |= {c: WEAKNESS for c in order.index[len(order) - count :] if c not in flags}
    table = pd.DataFrame(
        {
            "rank": order[list(flags)],
            "score": scores.loc[unit, list(flags)],
            "flag": pd.Series(flags, dtype=str),
        }
    )
    table.index.name = "code"
    return table


def by_peers(
    scores: pd.DataFrame,
    unit: str,
    codes: Sequence[str],
    peers: Sequence[str],
    *,
    whole: str | None = None,
    leaders: int | None = None,
    ranking: Ranking = PLAIN,
) -> pd.DataFrame:
    """Flag what lies beyond one standard deviation of the peers' mean, the unit left out.

    The GII does so within income groups but keeps the unit inside; with five or six peers
    the unit would move both mean and deviation, so it is left out here.

    Parameters
    ----------
    scores : DataFrame, units x codes
    peers : sequence of str
    whole : str, optional
        Code of the whole, needed with
    leaders : int, optional
        the GII's exception: a unit among the first `leaders` on the whole is compared with
        the others among them instead (25 of some 130 in the GII).
    ranking : Ranking
        How those ranks are made.

    Returns
    -------
    DataFrame
        Index ``code``; ``score, peer_mean, peer_sd`` (n - 1), ``peers`` (how many have a
        score) and ``flag``; no flag with fewer than two peers or without spread.
    """
    rows = [p for p in peers if p != unit]
    if leaders and whole:
        first = ranking.table(scores[[whole]])[whole]
        if first[unit] <= leaders:
            rows = [u for u in scores.index if first[u] <= leaders and u != unit]
    theirs = scores.loc[rows, list(codes)]
    table = pd.DataFrame(
        {
            "score": scores.loc[unit, list(codes)],
            "peer_mean": theirs.mean(),
            "peer_sd": theirs.std(ddof=1),
            "peers": theirs.notna().sum(),
        }
    )
    table.index.name = "code"
    usable = (table["peers"] >= 2) & (table["peer_sd"] > 0)
    above = table["score"] > table["peer_mean"] + table["peer_sd"]
    below = table["score"] < table["peer_mean"] - table["peer_sd"]
    table["flag"] = np.where(usable & above, STRENGTH, np.where(usable & below, WEAKNESS, ""))
    return table
