"""Draw the figure of the README: Cần Thơ on the open index of 2022, in both languages.

Run ``python scripts/readme_figure.py``; it writes ``docs/images/can-tho-open-2022.png`` (English) and
``can-tho-open-2022-vi.png``.
"""

from __future__ import annotations

from pathlib import Path

import piikit as pk
from piikit.report.figures.diagnosis_figures import gap_bars, rank_strip
from piikit.report.figures.theme import themed, to_png

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "images"


def main() -> None:
    """Draw and write."""
    from matplotlib.figure import Figure

    result = pk.build_index(pk.load_dataset("open-2022"))
    found = pk.diagnose(result, "Cần Thơ")
    FOLDER.mkdir(parents=True, exist_ok=True)
    for lang, tail in (("en", ""), ("vi", "-vi")):
        with themed():
            figure = Figure(figsize=(7.6, 6.4), layout="constrained", dpi=110)
            above, below = figure.subplots(2, 1, height_ratios=(1, 2.3))
            rank_strip(result, found.unit, found.peers.units, above, lang)
            gap_bars(found, below, lang, most=8)
            (FOLDER / f"can-tho-open-2022{tail}.png").write_bytes(to_png(figure))


if __name__ == "__main__":
    main()
