"""An Axes that writes in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...base.formats import number, percent, rank_digits, significant
from ...base.language import text
from .theme import BLUE, GREY, new_axes, note_source

DARK, PALE = "#333333", "#DDDDDD"


@dataclass(frozen=True)
class Canvas:
    """An Axes, and the language in which numbers and words are set on it."""

    ax: Any
    lang: str | None

    @classmethod
    def new(cls, ax: Any, lang: str | None, width: float = 8.0, height: float = 4.5) -> Canvas:
        """On `ax`, or on the Axes of a new figure of that size in inches."""
        return cls(new_axes(ax, width=width, height=height), lang)

    def text(self, key: str, /, **values: Any) -> str:
        """A text of the catalogue."""
        return text(key, self.lang, **values)

    def number(self, value: Any, digits: int = 2, *, sign: bool = False) -> str:
        """A number with fixed digits."""
        return number(value, digits, lang=self.lang, sign=sign)

    def rank(self, rank: Any) -> str:
        """A rank."""
        return self.number(rank, rank_digits(rank))

    def percent(self, share: Any) -> str:
        """A share (0-1) in whole per cent."""
        return percent(share, 0, lang=self.lang)

    def say(self, x: Any, y: Any, said: str, size: float = 8, **look: Any) -> None:
        """Write beside a point."""
        self.ax.text(x, y, f" {said}", va="center", fontsize=size, **look)

    def name(self, x: Any, y: Any, said: str, *, left: bool = False, up: float = 2, **look: Any) -> None:
        """Write the name of a point to its right or left."""
        look = {"fontsize": 8, "ha": "right" if left else "left", **look}
        self.ax.annotate(said, (x, y), xytext=(-5 if left else 5, up), textcoords="offset points", **look)

    def rows(self, names: Sequence[str], size: float = 9) -> None:
        """Name the rows, the first on top."""
        self.ax.set_yticks(range(len(names)), names, fontsize=size)
        self.ax.tick_params(axis="y", length=0)
        self.ax.set_ylim(len(names) - 0.4, -0.6)

    def columns(self, names: Sequence[str], size: float = 7.5, **look: Any) -> None:
        """Name the columns, above."""
        self.ax.set_xticks(range(len(names)), names, fontsize=size, **look)
        self.ax.tick_params(axis="x", top=True, bottom=False, labeltop=True, labelbottom=False, length=0)

    def numbers(self, axis: str = "x") -> None:
        """Write the numbers along an axis."""
        from matplotlib.ticker import FuncFormatter

        written = FuncFormatter(lambda value, _: significant(round(value, 10), 5, lang=self.lang))
        getattr(self.ax, f"{axis}axis").set_major_formatter(written)

    def room(self, right: float, left: float = 0.0) -> None:
        """Widen the x axis by shares of its length, for what is written there."""
        low, high = self.ax.get_xlim()
        self.ax.set_xlim(low - left * (high - low), high + right * (high - low))

    def moved(self, at: float, before: float, after: float, colour: str, *, thick: float = 2.0) -> None:
        """A hollow point before and a full one after on row `at`."""
        self.ax.plot([before, after], [at, at], color=colour, lw=thick, zorder=1)
        self.ax.scatter(before, at, s=55, facecolor="white", edgecolor=GREY, zorder=2)
        self.ax.scatter(after, at, s=62, color=colour, zorder=3)

    def bars(
        self, values: Any, said: Iterable[str], names: Sequence[str], *, size: float = 8, **look: Any
    ) -> None:
        """One horizontal bar a row, something written at its end."""
        self.ax.barh(range(len(names)), values, **{"height": 0.66, "color": BLUE, **look})
        for at, (value, words) in enumerate(zip(values, said, strict=True)):
            self.say(value, at, words, size, color=DARK)
        self.rows(names, size)

    def steps(
        self, parts: Sequence[float], looks: Sequence[dict[str, Any]], start: float = 0.0, at: int = 0
    ) -> Any:
        """Bars that begin where the one above ended, from row `at` down; returns where each ended."""
        ends = start + np.cumsum([0.0, *parts])
        for row, (part, look) in enumerate(zip(parts, looks, strict=True)):
            self.ax.barh(row + at, part, left=ends[row], height=0.64, **look)
            self.say(max(ends[row : row + 2]), row + at, self.number(part, sign=True))
            self.ax.plot([ends[row + 1]] * 2, [row + at - 0.32, row + at + 1.32], color=GREY, lw=0.6)
        return ends

    def done(
        self,
        title: str = "",
        x: str = "",
        y: str = "",
        *,
        of: Any = None,
        source: str = "",
        illustrative: bool = False,
    ) -> Any:
        """Set title and axis labels, the source below and the stamp across; `of` is the index or page behind it."""
        if of is not None:
            source, illustrative = source or of.title(self.lang), illustrative or of.illustrative
        self.ax.set_title(title, loc="left")
        self.ax.set_xlabel(x, fontsize=9)
        self.ax.set_ylabel(y, fontsize=9)
        note_source(self.ax, source, lang=self.lang, illustrative=illustrative)
        return self.ax
