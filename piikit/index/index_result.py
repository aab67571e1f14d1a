"""A built index."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from .explanation import Explanation, explain
from .index_tables import IndexTables
from .known_marks import marks


@dataclass(frozen=True, eq=False, repr=False)
class IndexResult(IndexTables):
    """Everything between raw values and ranks; made by :func:`piikit.build_index`.

    All tables are units x codes DataFrames, made from what was built when first asked for.

    Attributes
    ----------
    dataset : Dataset
    method : Method
    plan : Plan
        Framework and method compiled.
    computed : Computed
        What was built, as arrays.
    """

    @cached_property
    def marks(self) -> pd.DataFrame:
        """What is known of each score: printed, bounded, illustrative, open or real, units x codes.

        Empty without illustrative cells; see :func:`piikit.index.known_marks.marks`.
        """
        return marks(self)

    @cached_property
    def table(self) -> pd.DataFrame:
        """Tidy form: ``unit, code, level, score, rank, effective_weight, mark``."""
        parts = {"score": self.scores, "rank": self.ranks}
        parts |= {"effective_weight": self.effective_weights, "mark": self.marks}
        long = pd.DataFrame({name: table.stack() for name, table in parts.items()}).reset_index()
        long.insert(2, "level", long["code"].map(self.framework.table["level"]))
        return long

    def explain(self, unit: str, code: str | None = None) -> Explanation:
        """Take a score apart down to raw cells; see :func:`piikit.index.explanation.explain`."""
        return explain(self, self.marks, unit, code or self.root)

    def __repr__(self) -> str:
        return f"<IndexResult {self.root}: {self.dataset!r}, method {self.method.name}, {self.fingerprint}>"
