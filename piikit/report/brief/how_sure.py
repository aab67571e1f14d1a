"""How sure we are: what the figures rest on, other methods, notes on the data."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ...base.errors import MethodError
from ...index.build import build_index
from ..blocks.blocks import Chapter, Named, Quantity, Sentence
from .brief_over_draws import rank_over_draws
from .make_brief import Context

METHOD_NAMES = {"pii": "PII", "gii": "GII", "coinr": "COINr"}


def how_sure(context: Context) -> Chapter:
    """What the figures rest on, and whether other methods say the same."""
    d, result = context.diagnosis, context.result
    shares = result.basis.loc[context.unit]
    parts = tuple(
        Sentence(
            "brief.basis_part",
            {"kind": Sentence(f"provenance.{k}"), "share": Quantity("share", float(v), digits=0)},
        )
        for k, v in shares.items()
        if v > 0
    )
    blocks: list[Any] = [Sentence("brief.basis", {"parts": parts})]
    if d.illustrative:
        blocks.append(rank_over_draws(context))
    else:
        blocks.append(_other_methods(context))
    blocks += _cautions(context)
    empty = int(result.dataset.values.loc[context.unit].isna().sum())
    total = len(result.framework.indicators)
    key = "brief.cells_all" if empty == 0 else "brief.cells_empty"
    values = {"n": Quantity("count", empty), "total": Quantity("count", total)}
    blocks.append(Sentence(key, values))
    blocks.append(Sentence("brief.frozen_rule", {}, "note"))
    return Chapter("sure", Sentence("brief.chapter.sure"), tuple(blocks), "front")


def _cautions(context: Context) -> list[Sentence]:
    """Notes on the unit's real cells, each said once with the indicators it concerns."""
    dataset = context.result.dataset
    concerned: dict[str, list[str]] = {}
    for code, note in dataset.notes.loc[context.unit].items():
        if note and dataset.provenance.at[context.unit, code] not in ("", "illustrative"):
            concerned.setdefault(str(note), []).append(str(code))
    said = []
    for note, codes in list(concerned.items())[:6]:
        vi, _, en = note.partition(" | ")
        names = tuple(context.name(c) for c in codes)
        said.append(Sentence("brief.caution", {"name": names, "note": Named(vi, en or vi)}, "note"))
    return said


def _other_methods(context: Context) -> Sentence:
    """Rank of the whole under the presets that ship, each built from raw data."""
    result = context.result
    ranks = []
    for name in METHOD_NAMES:
        if name == result.method.name:
            continue
        try:
            made = build_index(result.dataset, name)
        except MethodError:
            continue
        rank = float(made.ranks.at[context.unit, context.root])
        if pd.isna(rank):
            continue
        shown = Quantity("rank", rank, context.unit, context.root, method=name)
        ranks.append(Sentence("brief.method_rank", {"method": METHOD_NAMES[name], "rank": shown}))
    return Sentence("brief.other_methods", {"rank": context.rank(), "ranks": tuple(ranks)})
