"""What may be said of an illustrative edition: only what holds over its draws."""

from __future__ import annotations

from typing import Any

from ..blocks.blocks import Chapter, Quantity, Sentence, Table
from .make_brief import Context


def held_over_draws(context: Context) -> tuple[Sentence, ...]:
    """What may be said of the components of an illustrative edition."""
    over = context.diagnosis.draws
    if over is None:
        return (Sentence("brief.no_draws", {}, "warning"),)
    draws = Quantity("count", over.draws)
    said = []
    for finding in ("matters", "strong"):
        names = tuple(
            Sentence(
                "brief.name_of_draws",
                {
                    "name": context.name(c),
                    "n": Quantity("count", int(over.table.at[c, finding])),
                    "draws": draws,
                },
            )
            for c in over.holds(finding)[:5]
        )
        key = f"brief.held.{finding}" if names else f"brief.held.no_{finding}"
        said.append(Sentence(key, {"names": names, "draws": draws}, "warning"))
    return tuple(said)


def matters_over_draws(context: Context) -> tuple[Any, ...]:
    """The indicators that matter most often, with how often."""
    over = context.diagnosis.draws
    said = held_over_draws(context)[:1]
    if over is None:
        return said
    draws = Quantity("count", over.draws)
    table = over.table.sort_values(["matters", "weak"], ascending=False, kind="stable").head(8)
    rows: list[tuple[Any, ...]] = []
    for code, row in table.iterrows():
        counts = [
            Sentence("brief.of_draws", {"n": Quantity("count", int(row[f])), "draws": draws})
            for f in ("matters", "weak")
        ]
        ends = {e: Quantity("count", float(row[f"rank_{e}"])) for e in ("best", "worst")}
        rows.append((context.name(str(code)), *counts, Sentence("brief.range", ends)))
    columns = tuple(f"brief.col.{c}" for c in ("indicator", "in_five", "weak_in", "rank_range"))
    return (*said, Table("brief.table.draws", columns, tuple(rows), source=context.source))


def rank_over_draws(context: Context) -> Sentence:
    """The range of the whole's rank over the draws."""
    over = context.diagnosis.draws
    if over is None:
        return Sentence("brief.no_draws", {}, "warning")
    whole = over.whole
    same = whole["rank"].min() == whole["rank"].max()
    return Sentence(
        "brief.draws_same" if same else "brief.draws",
        {
            "draws": Quantity("count", over.draws),
            "best": Quantity("count", float(whole["rank"].min())),
            "worst": Quantity("count", float(whole["rank"].max())),
        },
        "warning",
    )


def over_draws(context: Context) -> Chapter | None:
    """How often each finding holds over the draws of an illustrative edition."""
    over = context.diagnosis.draws
    if over is None:
        return None
    draws = Quantity("count", over.draws)
    table = over.table[(over.table[["weak", "strong", "matters"]] > 0).any(axis=1)]
    table = table.sort_values("matters", ascending=False, kind="stable")
    rows: list[tuple[Any, ...]] = []
    for code, row in table.iterrows():
        counts = [
            Sentence("brief.of_draws", {"n": Quantity("count", int(row[f])), "draws": draws})
            for f in ("matters", "weak", "strong")
        ]
        ends = {e: Quantity("count", float(row[f"rank_{e}"])) for e in ("best", "worst")}
        spread = Sentence("brief.range", ends)
        rows.append((context.name(str(code)), *counts, spread))
    columns = tuple(f"brief.col.{c}" for c in ("indicator", "in_five", "weak_in", "strong_in", "rank_range"))
    return Chapter(
        "draws",
        Sentence("brief.chapter.draws"),
        (
            Sentence("brief.draws_note", {"draws": draws}, "warning"),
            Table("brief.table.draws", columns, tuple(rows), source=context.source),
        ),
        new_page=True,
    )
