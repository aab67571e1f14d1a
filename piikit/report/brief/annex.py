"""Annexes: all indicators, peers, the duel with the next ahead, risks, gaps in data, the method."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd

from ...diagnosis.unit.findings import RULES
from ...diagnosis.unit.strengths import STRENGTH, WEAKNESS
from ..blocks.blocks import Bullets, Chapter, Sentence, Table
from ..blocks.quantity import Quantity, count, given
from ..figures.diagnosis_figures import duel_bars, heat_map
from ..figures.tilemap import tile_map
from ..words.diagnosis_words import one_sided
from ..words.subject import EMPTY, NONE, Subject


def profile(subject: Subject) -> Chapter:
    """Every indicator: value, score, rank, gap to the median, what a natural unit is worth."""
    rows = [_indicator(subject, code) for code in subject.result.framework.indicators]
    return subject.annex(
        "profile",
        Sentence("brief.profile_note", {"peers": subject.peers()}, "note"),
        subject.table("profile", rows),
        Sentence("brief.natural_note", {}, "note"),
        _natural(subject),
    )


def _indicator(subject: Subject, code: str) -> dict[str, Any]:
    judged = subject.diagnosis.judged.loc[code]
    columns = (
        "indicator",
        "value",
        "measure",
        "score",
        "rank",
        "weight",
        "points_median",
        "points_best",
        "flags",
    )
    row: dict[str, Any] = dict.fromkeys(columns, NONE) | {"value": EMPTY}
    row |= subject.row(code, "indicator", "measure", "weight")
    if pd.notna(judged["score"]):
        value = float(subject.result.imputed.at[subject.unit, code])
        row |= {
            "value": Quantity("value", value, subject.unit, code, digits=4),
            **subject.row(code, "score", "rank"),
            **{f"points_{t}": subject.points(code, t) for t in ("median", "best")},
        }
    return row | {"flags": _flags(judged) or NONE}


def _flags(judged: pd.Series) -> tuple[Sentence, ...]:
    said = []
    for kind, flag in (("weak", WEAKNESS), ("strong", STRENGTH)):
        rules = tuple(Sentence(f"brief.rule.{r}") for r in RULES if judged[f"{r}_flag"] == flag)
        if rules:
            said.append(Sentence(f"brief.flag.{kind}", {"rules": rules}))
    return tuple(said)


def _natural(subject: Subject) -> Table:
    rows = []
    for code, row in subject.diagnosis.per_natural_unit.iterrows():
        # found again by explain only where the slope is exact and the unit does not itself set the scale
        found = bool(row["exact"]) and row["place"] == "inside"
        step = float(row["step"])

        def quantity(kind: Any, column: str, *, found: bool = found, row: Any = row, **more: Any) -> Quantity:
            return Quantity(
                kind if found else "given", float(row[column]), subject.unit, str(row.name), **more
            )

        rows.append(
            {
                **subject.row(code, "indicator", "measure"),
                "slope": quantity("slope", "points_per_unit", digits=3),
                "step": given(step),
                "per_step": quantity("slope", "points_per_step", factor=step, digits=3),
                "headroom": quantity("headroom", "headroom", digits=4),
                "stops_at": quantity("bound", "holds_to", digits=4),
                "place": Sentence(f"brief.place.{row['place'] if row['exact'] else 'local'}"),
            }
        )
    return subject.table("natural", rows)


def against_peers(subject: Subject) -> Chapter:
    """Heat map against peers, and the map of all provinces."""
    d, result, source = subject.diagnosis, subject.result, subject.source
    values = {"peers": subject.peers(), "rank": subject.rank()}
    tall = 1.5 + 0.27 * len(result.framework.indicators)
    heat = subject.picture("brief.picture.heat", partial(heat_map, d), tall, **values)
    size = result.dataset.meta.get("units")
    if size not in (63, 34):
        return subject.annex("peers", heat)

    def tiles(ax: Any, lang: str | None) -> Any:
        look = {"unit": subject.unit, "source": source.text(lang), "illustrative": result.illustrative}
        return tile_map(result.scores[result.root], ax, lang, units=int(size), **look)

    tall = 10.2 if size == 63 else 8.0
    return subject.annex("peers", heat, subject.picture("brief.picture.tiles", tiles, tall, 6.4, **values))


def duel_ahead(subject: Subject) -> Chapter | None:
    """The gap to the unit just ahead (for the leader: just behind), indicator by indicator."""
    duel = subject.diagnosis.nearest
    if duel is None or not subject.result.additive:
        return None
    rival = duel.rival
    indicators = duel.indicators
    order = indicators["difference"].abs().sort_values(ascending=False, kind="stable").index
    rows = [_part(subject, rival, code, indicators.loc[code]) for code in order]
    total = Quantity("part", duel.gap, subject.unit, subject.root, (rival,), sign=True)
    sides = {"ours": subject.score(), "theirs": subject.score(unit=rival)}
    rows.append({"indicator": Sentence("brief.total"), **sides, "part": total})
    draw, tall = partial(duel_bars, duel), 1.5 + 0.3 * min(17, len(rows))
    bars = subject.picture("brief.picture.duel", draw, tall, rival=rival, gap=subject.gap(rival))
    table = subject.table("duel", rows, rival=rival)
    return subject.annex("duel", bars, table, *one_sided(duel), rival=rival)


def _part(subject: Subject, rival: str, code: str, row: pd.Series) -> dict[str, Any]:
    return {
        "indicator": subject.name(code),
        "ours": subject.score(code) if pd.notna(row["own_score"]) else EMPTY,
        "theirs": subject.score(code, rival) if pd.notna(row["their_score"]) else EMPTY,
        "part": Quantity("part", float(row["difference"]), subject.unit, code, (rival,), sign=True),
    }


def at_risk(subject: Subject) -> Chapter | None:
    """Strengths and how near they are to being lost."""
    d = subject.diagnosis
    if not len(d.at_risk):
        return None
    rows = []
    for code, row in d.at_risk[d.at_risk["behind"] != ""].iterrows():
        behind = (str(row["behind"]),)
        rows.append(
            {
                **subject.row(code, "indicator", "rank"),
                "behind": behind[0],
                "margin": Quantity("gap", float(row["margin"]), subject.unit, str(code), behind),
                "fall": subject.measured("distance", row["fall"], code, behind, digits=3),
                "risk": Sentence("brief.yes" if row["at_risk"] else "brief.no"),
            }
        )
    note = Sentence("brief.risk_note", {"small": count(d.small)}, "note")
    return subject.annex("risk", note, subject.table("risk", rows), new_page=False)


def empty_cells(subject: Subject) -> Chapter | None:
    """What empty cells cost, where there are any."""
    missing = subject.diagnosis.missing
    if not len(missing):
        return None
    rows = [
        {
            "indicator": subject.name(code),
            **{
                f"if_{case}": _if_reported(subject, str(code), row, case)
                for case in ("lowest", "median", "best")
            },
            "break_even": subject.measured("given", row["break_even"], code),
        }
        for code, row in missing.iterrows()
    ]
    note = Sentence("brief.missing_note", {}, "note")
    return subject.annex("missing", note, subject.table("missing", rows), new_page=False)


def _if_reported(subject: Subject, code: str, row: pd.Series, case: str) -> Sentence:
    cells = ((code, float(row[f"value_{case}"])),)
    unit, root = subject.unit, subject.root
    values = {
        "points": Quantity("change", float(row[f"points_{case}"]), unit, root, cells=cells, sign=True),
        "rank": Quantity("rank", float(row[f"rank_{case}"]), unit, root, cells=cells),
    }
    return Sentence("brief.if_reported", values)


def method(subject: Subject) -> Chapter:
    """How it was made: method, rules, sources, marks, fingerprint."""
    result = subject.result
    record = result.record
    sources = sorted({s for s in result.framework.table["source"] if s})
    rules = {"count": count(subject.diagnosis.count), "peers": subject.peers()}
    prints = {
        "fingerprint": result.fingerprint,
        "data": str(record["data_hash"])[:12],
        "version": record["versions"]["piikit"],
    }
    items = (
        *([Sentence("brief.method.marks")] if result.illustrative else []),
        Sentence("brief.method.index", {"method": result.method.name}),
        Sentence("brief.method.rules", rules),
        Sentence("brief.method.points"),
        Sentence("brief.method.rebuild"),
        Sentence("brief.method.agencies"),
        Sentence("brief.method.sources", {"sources": "; ".join(sources) or "–"}),
        Sentence("brief.method.trace", {"unit": subject.unit}),
        Sentence("brief.method.fingerprint", prints),
    )
    title = Sentence("brief.chapter.method")
    return Chapter("method", title, (Bullets(items),), new_page=True)
