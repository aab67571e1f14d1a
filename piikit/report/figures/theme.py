"""One look for all figures: legible in grey, safe for the colour-blind, Vietnamese letters."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ...base.language import text

# Okabe and Ito's palette: distinct for all common kinds of colour-blindness, and in order of use.
BLUE, ORANGE, GREEN, SKY = "#0072B2", "#E69F00", "#009E73", "#56B4E9"
RED, GREY = "#D55E00", "#767676"

_LOOK = Path(__file__).with_name("piikit.mplstyle")


@contextmanager
def themed() -> Iterator[None]:
    """Draw in piikit's look inside the block, leaving the user's settings as they were."""
    import matplotlib as mpl

    with mpl.rc_context(fname=_LOOK):
        yield
        # a notebook's backend, loaded by the first figure, turns this on to show figures; it must stay on
        interactive = mpl.rcParams["interactive"]
    mpl.rcParams["interactive"] = interactive


def new_axes(ax: Any = None, *, width: float = 8.0, height: float = 4.5) -> Any:
    """Return `ax`, or the Axes of a new figure in piikit's look."""
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    with themed():
        _, ax = plt.subplots(figsize=(width, height), layout="constrained")
    return ax


def shortened(label: str, width: int = 46) -> str:
    """A label cut with an ellipsis where it is longer than `width`."""
    return label if len(label) <= width else label[: width - 1].rstrip() + "…"


def note_source(ax: Any, source: str, *, lang: str | None = None, illustrative: bool = False) -> None:
    """Write the source under a figure, and MINH HOẠ / ILLUSTRATIVE across it where it must be."""
    if source:
        figure = ax.get_figure()
        shown = text("figure.source", lang, source=source)
        # below everything else: constrained layout keeps room for it, so it never meets the axis label
        if shown not in figure.get_supxlabel():
            before = figure.get_supxlabel()
            figure.supxlabel(f"{before}\n{shown}".strip(), x=0.01, ha="left", fontsize=7.5, color=GREY)
    if illustrative:
        stamp(ax)


def stamp(ax: Any) -> None:
    """Write MINH HOẠ / ILLUSTRATIVE across the picture, in both languages whatever the reader's."""
    words = f"{text('mark.stamp', 'vi')} / {text('mark.stamp', 'en')}"
    place = {"ha": "center", "va": "center", "rotation": 18, "transform": ax.transAxes, "zorder": 10}
    look = {"fontsize": 22, "color": "#B00020", "alpha": 0.28, "gid": "piikit-illustrative"}
    ax.text(0.5, 0.5, words, **place, **look)


def to_png(figure: Any) -> bytes:
    """A figure as PNG bytes, drawn without a window."""
    from io import BytesIO

    from matplotlib.backends.backend_agg import FigureCanvasAgg

    buffer = BytesIO()
    FigureCanvasAgg(figure)
    figure.savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()
