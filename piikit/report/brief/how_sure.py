"""How sure we are: what the figures rest on, other methods, notes on the data."""

from __future__ import annotations

from ...data.reading.table.collected import Told
from ..blocks.blocks import Chapter, Named, Sentence
from ..blocks.quantity import Quantity, count, share
from ..words.subject import Subject, front
from .brief_over_draws import rank_over_draws

METHOD_NAMES = {"pii": "PII", "gii": "GII", "coinr": "COINr"}


def how_sure(subject: Subject) -> Chapter:
    """What the figures rest on, and whether other methods say the same."""
    result = subject.result
    parts = tuple(
        Sentence("brief.basis_part", {"kind": Sentence(f"provenance.{kind}"), "share": share(part, 0)})
        for kind, part in result.basis.loc[subject.unit].items()
        if part > 0
    )
    empty = int(result.dataset.values.loc[subject.unit].isna().sum())
    cells = {"n": count(empty), "total": count(len(result.framework.indicators))}
    return front(
        "sure",
        Sentence("brief.basis", {"parts": parts}),
        rank_over_draws(subject) if result.illustrative else _other_methods(subject),
        *_cautions(subject),
        *_readings(subject),
        Sentence("brief.cells_empty" if empty else "brief.cells_all", cells),
        Sentence("brief.frozen_rule", {}, "note"),
    )


def _cautions(subject: Subject) -> list[Sentence]:
    """Notes on the unit's real cells, each said once with the indicators it concerns."""
    dataset = subject.result.dataset
    concerned: dict[str, list[str]] = {}
    for code, note in dataset.notes.loc[subject.unit].items():
        if note and dataset.provenance.at[subject.unit, code] not in ("", "illustrative"):
            concerned.setdefault(str(note), []).append(str(code))
    said = []
    for note, codes in list(concerned.items())[:6]:
        values = {"name": subject.names(codes), "note": Named.split(note)}
        said.append(Sentence("brief.caution", values, "note"))
    return said


def _readings(subject: Subject) -> list[Sentence]:
    """How figures of the unit, or of all, were read where a person should know it."""
    told = Told.of(subject.result.dataset.meta, subject.unit)[:6]
    return [Sentence("brief.read", {"said": Named(said.vi, said.en)}, "note") for said in told]


def _other_methods(subject: Subject) -> Sentence:
    """Rank of the whole under the other presets that ship."""
    ranks = tuple(
        Sentence(
            "brief.method_rank",
            {
                "method": METHOD_NAMES[name],
                "rank": Quantity("rank", rank, subject.unit, subject.root, method=name),
            },
        )
        for name, rank in subject.facts.ranks_by_method.items()
    )
    return Sentence("brief.other_methods", {"rank": subject.rank(), "ranks": ranks})
