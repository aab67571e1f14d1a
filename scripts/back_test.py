"""The back-test of the odds on every pair of years that the open data allow: `python scripts/back_test.py`.

Prints the table of docs/interventions.md. Years before 2022 have fewer series and are no datasets of
piikit: they are made here from the same statistics by the same rules as the open index.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
from open_index import cells, tree

import piikit as pk
from piikit.policy.chance.back_test import back_test

YEARS = range(2018, 2025)
MODELS = ("frozen", "drift", "trend", "repeat")


def open_year(year: int) -> pk.Dataset:
    """Every indicator of the open index that has statistics of a year, for 63 provinces."""
    framework = pk.Framework.from_frame(pd.DataFrame(tree(year)), name=f"open-{year}")
    found = pd.DataFrame(cells(year)).astype({"value": float})
    values = found.pivot(index="unit", columns="code", values="value").reindex(
        columns=list(framework.indicators)
    )
    return pk.Dataset.from_frame(values, framework=framework, year=year)


def table(draws: int = 500) -> Iterator[str]:
    """Lines of the table: one a model and pair of years, then one a model over all of them."""
    chain = [open_year(year) for year in YEARS]
    yield "| all provinces | from | to | indicators | made from | ranks moved | width | within |"
    yield "|---|---|---|---|---|---|---|---|"
    for model in MODELS:
        found = back_test(chain, model, draws=draws)
        assert found is not None
        for r in found.table.itertuples():
            made = f"{r.years} {r.basis}" if model in ("trend", "repeat") else "–"
            yield (
                f"| {model} | {r.before} | {r.after} | {r.indicators} | {made} | {r.moved:.1f} | {r.width:.1f} | "
                f"{r.held / r.provinces:.2f} |"
            )
        yield f"| **{model}** | | | | | | | **{found.share:.2f}** |"
        if model in ("trend", "repeat"):
            early = found.table[found.table["basis"] == "earlier"]
            yield f"| {model}, earlier years only | | | | | | | {early['held'].sum() / early['provinces'].sum():.2f} |"


if __name__ == "__main__":
    print("\n".join(table()))
