"""Any analysis over many illustrative panels: how often a finding holds, how far a figure ranges."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import combinations
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

from ...base.binomial import clopper_pearson
from ...base.errors import MethodError
from ...base.results import Drawn
from ...base.watch import Watch
from ...data.library import load_dataset
from ...index.build import build_index
from ...index.index_result import IndexResult
from ...index.method import Method


@dataclass(frozen=True, eq=False)
class DrawsResult(Drawn):
    """What an analysis says over draws of an edition; made by :func:`over_draws`.

    Attributes
    ----------
    edition : str
    draws : int
    method : str
    table : DataFrame
        One row a finding or figure: ``name``, ``kind`` (``finding`` or ``figure``), ``holds``
        (in how many draws a finding holds, or a figure has a value), ``draws``, ``share``, for findings
        ``low, high`` (95% Clopper-Pearson interval of the share over all draws that there could be:
        16 of 20 is .56 to .94), and for figures ``min, median, max``.
    values : tuple
        What the analysis returned, draw by draw.
    stopped : bool
        Whether Ctrl-C ended it: `draws` are then those that were finished.
    """

    edition: str
    draws: int
    method: str
    table: pd.DataFrame
    values: tuple[Any, ...]
    title_vi: str = ""
    title_en: str = ""
    stopped: bool = False

    @property
    def findings(self) -> pd.DataFrame:
        """Findings only, most frequent first."""
        rows = self.table[self.table["kind"] == "finding"]
        return rows.sort_values("holds", ascending=False, kind="stable").reset_index(drop=True)

    @property
    def figures(self) -> pd.DataFrame:
        """Figures only."""
        return self.table[self.table["kind"] == "figure"].reset_index(drop=True)

    @property
    def always(self) -> tuple[str, ...]:
        """Findings that hold in every draw."""
        return tuple(self.findings.loc[self.findings["holds"] == self.draws, "name"])

    @property
    def never(self) -> tuple[str, ...]:
        """Findings asked for by name (true or false) that hold in no draw."""
        return tuple(self.findings.loc[self.findings["holds"] == 0, "name"])

    def overlap(self, key: str | None = None) -> float:
        """Mean size of what two draws have in common, over all pairs.

        Parameters
        ----------
        key : str, optional
            Which entry, where the analysis returns a dict; it must hold sets or lists.

        Raises
        ------
        MethodError
            With fewer than two draws.
        """
        sets = [set(v if key is None else v[key]) for v in self.values]
        if len(sets) < 2:
            raise MethodError("editions.few_draws", draws=len(sets))
        return float(np.mean([len(a & b) for a, b in combinations(sets, 2)]))


def each_draw(
    edition: str, draws: int, method: Method | str | None = None, *, first: int = 0
) -> Iterator[IndexResult]:
    """Build the index on one draw of an edition after the other.

    Raises
    ------
    UnknownNameError
        If there is no such edition.
    MethodError
        If `draws` is below 1, or the dataset has no draws.
    """
    if draws < 1:
        raise MethodError("editions.few_draws", draws=draws)
    for k in range(first, first + draws):
        yield build_index(load_dataset(edition, draw=k), method)


def how_often(found: Iterable[Iterable[str]]) -> pd.Series:
    """In how many draws each of what was found in them is, most frequent first."""
    return pd.Series([name for one in found for name in one], dtype="str").value_counts()


def over_draws(
    f: Callable[[IndexResult], Any],
    edition: str = "pii-2024",
    *,
    draws: int = 20,
    method: Method | str | None = None,
    first: int = 0,
) -> DrawsResult:
    """Run an analysis on many draws of an edition and report what they agree on.

    All draws meet the same printed figures; what differs between them is known to nobody. A
    statement about a real province counts only if it holds over the draws.

    Parameters
    ----------
    f : function of an IndexResult
        Returns any of: a bool or text (a finding), a number (a figure), a set, list or tuple
        of texts (one finding each), a Series or DataFrame of numbers, or a mapping of names to
        those.
    edition : str
        ``"pii-2023"``, ``"pii-2024"`` or ``"pii-2025"``.
    draws : int
        How many panels, from draw `first` on. 20 ship and leave a share of .8 open between .56 and .94;
        ``python run.py data --draws 200`` in a checkout makes more, and 200 leave it between .74 and .85.
    method : Method or str, optional
        ``Method.pii()`` if not given.

    Returns
    -------
    DrawsResult
        ``.table`` (one row a finding or figure: ``name, kind, holds, draws, share, low, high, min,
        median, max``), ``.findings``, ``.figures``, ``.always``, ``.never``, ``.overlap()``.

    Raises
    ------
    UnknownNameError
        If there is no such edition.
    MethodError
        If `draws` is below 1, or the dataset has no draws.

    Notes
    -----
    How the draws are made: :mod:`piikit.data.editions`.

    Examples
    --------
    >>> import piikit as pk
    >>> def first(result):
    ...     return {"first": bool(result.ranks.at["Hà Nội", "PII"] == 1)}
    >>> pk.over_draws(first, "pii-2024", draws=2).table[["name", "holds", "draws"]]
        name  holds  draws
    0  first      2      2
    """
    values, title, name = [], f"{edition},", ""
    with Watch(breaks=True) as watch:
        try:
            for result in each_draw(edition, draws, method, first=first):
                title, name = f"PII {result.dataset.year},", result.method.name
                found = f(result)
                if watch.stopped:  # a search inside has ended with what it had
                    break
                values.append(found)
        except KeyboardInterrupt:
            watch.stop()
    title = f"{title} {len(values)}"
    return DrawsResult(
        edition=edition,
        draws=len(values),
        method=name,
        table=_tabulate([_flat(v) for v in values]),
        values=tuple(values),
        title_vi=f"{title} bản minh hoạ khớp mọi số đã công bố",
        title_en=f"{title} illustrative draws that meet every printed figure",
        stopped=watch.stopped,
    )


def _flat(value: Any, name: str = "") -> dict[str, bool | float]:
    """Names to true or false (findings) or to numbers (figures)."""
    if value is None:
        return {}
    if isinstance(value, bool | np.bool_):
        return {name: bool(value)}
    if isinstance(value, Real):
        return {name: float(value)}
    parts = _parts(value)
    if parts is None:  # a word says what is the case
        return {_join(name, str(value), " = "): True}
    out: dict[str, bool | float] = {}
    for key, part in parts.items():
        out |= _flat(part, _join(name, key))
    return out


def _parts(value: Any) -> dict[str, Any] | None:
    """What a table, a mapping or a set of names is made of; None for a single value."""
    if isinstance(value, pd.DataFrame):
        return {_join(str(i), str(c)): value.at[i, c] for i in value.index for c in value.columns}
    if isinstance(value, pd.Series | Mapping):
        return {str(k): part for k, part in value.items()}
    if isinstance(value, AbstractSet | list | tuple | np.ndarray | pd.Index):
        names = map(str, value)  # a set has another order in every process
        return dict.fromkeys(sorted(names) if isinstance(value, AbstractSet) else names, True)
    return None


def _join(first: str, second: str, mark: str = " / ") -> str:
    return f"{first}{mark}{second}" if first else second


def _tabulate(flats: list[dict[str, bool | float]]) -> pd.DataFrame:
    rows = []
    for name in dict.fromkeys(n for flat in flats for n in flat):
        found = [flat[name] for flat in flats if name in flat]
        row: dict[str, Any] = {"name": name, "kind": "finding", "holds": sum(v is True for v in found)}
        if not any(isinstance(v, bool) for v in found):
            x = pd.Series(found, dtype=float).dropna()
            row |= {"kind": "figure", "holds": len(x), "min": x.min(), "median": x.median(), "max": x.max()}
        else:
            row |= clopper_pearson(row["holds"], len(flats))._asdict()
        rows.append(row | {"draws": len(flats), "share": row["holds"] / len(flats)})
    columns = ["name", "kind", "holds", "draws", "share", "low", "high", "min", "median", "max"]
    return pd.DataFrame(rows, columns=columns)
