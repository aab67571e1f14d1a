"""Annexes: all indicators, peers, the duel with the next ahead, risks, gaps in data, the plan, the method."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ...data.plans import agency_name
from ...diagnosis.unit.findings import RULES
from ...diagnosis.unit.strengths import STRENGTH, WEAKNESS
from ..blocks.blocks import Bullets, Chapter, Named, Picture, Quantity, Sentence, Table
from ..figures.agency_figures import coverage_matrix
from ..figures.diagnosis_figures import duel_bars, heat_map
from ..figures.tilemap import tile_map
from .front import peers_named
from .front import points as points_to
from .make_brief import Context


def profile(context: Context) -> Chapter:
    """Every indicator: value, score, rank, gap to the median, what a natural unit is worth."""
    d = context.diagnosis
    rows: list[tuple[Any, ...]] = []
    for code in context.result.framework.indicators:
        judged, gaps = d.judged.loc[code], d.gaps.loc[code]
        missing = pd.isna(judged["score"])
        weight = Quantity("weight", float(gaps["weight"]), context.unit, code)
        rows.append(
            (
                context.name(code),
                Sentence("brief.empty") if missing else context.value(code, bare=True),
                context.measure(code),
                Sentence("brief.none") if missing else context.score(code),
                Sentence("brief.none") if missing else context.rank(code),
                weight,
                Sentence("brief.none") if missing else points_to(context, code, "median"),
                Sentence("brief.none") if missing else points_to(context, code, "best"),
                _flags(judged),
            )
        )
    names = (
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
    columns = tuple(f"brief.col.{c}" for c in names)
    units = {"peers": peers_named(context)}
    return Chapter(
        "profile",
        Sentence("brief.chapter.profile"),
        (
            *one_draw(context),
            Sentence("brief.profile_note", units, "note"),
            Table("brief.table.profile", columns, tuple(rows), source=context.source),
            Sentence("brief.natural_note", {}, "note"),
            _natural(context),
        ),
        new_page=True,
    )


def one_draw(context: Context) -> tuple[Sentence, ...]:
    """The warning before anything that comes from a single draw."""
    return (Sentence("brief.one_draw", {}, "warning"),) if context.diagnosis.illustrative else ()


def _flags(judged: pd.Series) -> Any:
    said = []
    for kind, flag in (("weak", WEAKNESS), ("strong", STRENGTH)):
        rules = [r for r in RULES if judged[f"{r}_flag"] == flag]
        if rules:
            named = tuple(Sentence(f"brief.rule.{r}") for r in rules)
            said.append(Sentence(f"brief.flag.{kind}", {"rules": named}))
    return tuple(said) or Sentence("brief.none")


def _natural(context: Context) -> Table:
    rows: list[tuple[Any, ...]] = []
    for code, row in context.diagnosis.per_natural_unit.iterrows():
        name = str(code)
        # found again by explain only where the slope is exact and the unit does not itself set the scale
        found = bool(row["exact"]) and row["place"] == "inside"

        def quantity(kind: Any, column: str, *, found: bool = found, row: Any = row, **more: Any) -> Quantity:
            return Quantity(
                kind if found else "given", float(row[column]), context.unit, str(row.name), **more
            )

        rows.append(
            (
                context.name(name),
                context.measure(name),
                quantity("slope", "points_per_unit", digits=3),
                Quantity("given", float(row["step"])),
                quantity("slope", "points_per_step", factor=float(row["step"]), digits=3),
                quantity("headroom", "headroom", digits=4),
                quantity("bound", "holds_to", digits=4),
                Sentence(f"brief.place.{row['place'] if row['exact'] else 'local'}"),
            )
        )
    names = ("indicator", "measure", "slope", "step", "per_step", "headroom", "stops_at", "place")
    columns = tuple(f"brief.col.{c}" for c in names)
    return Table("brief.table.natural", columns, tuple(rows), source=context.source)


def against_peers(context: Context) -> Chapter:
    """Heat map against peers, and the map of all provinces."""
    d, result = context.diagnosis, context.result
    values = {"unit": context.unit, "peers": peers_named(context), "rank": context.rank()}
    blocks: list[Any] = [
        *one_draw(context),
        Picture(
            "brief.picture.heat",
            lambda ax, lang: heat_map(d, ax, lang, title=False),
            values,
            height=1.5 + 0.27 * len(result.framework.indicators),
        ),
    ]
    size = result.dataset.meta.get("units")
    if size in (63, 34):
        source = context.source
        blocks.append(
            Picture(
                "brief.picture.tiles",
                lambda ax, lang: tile_map(
                    result.scores[result.root],
                    ax,
                    lang,
                    units=int(size),
                    unit=context.unit,
                    source=source.text(lang),
                    illustrative=result.dataset.illustrative,
                ),
                values,
                width=6.4,
                height=10.2 if size == 63 else 8.0,
            )
        )
    return Chapter("peers", Sentence("brief.chapter.peers"), tuple(blocks), new_page=True)


def duel_ahead(context: Context) -> Chapter | None:
    """The gap to the unit just ahead (for the leader: just behind), indicator by indicator."""
    d = context.diagnosis
    near = d.ahead if len(d.ahead) else d.behind
    if not len(near) or not context.result.additive:
        return None
    rival = str(near.index[0])
    duel = d.contributions_to(rival)
    table, framework = duel.table, context.result.framework
    rows: list[tuple[Any, ...]] = []
    for code in sorted(framework.indicators, key=lambda c: -abs(float(table.at[c, "difference"]))):
        part = Quantity("part", float(table.at[code, "difference"]), context.unit, code, (rival,), sign=True)
        rows.append(
            (context.name(code), context.score(code), context.score(code, rival), part)
            if not pd.isna(table.loc[code, ["own_score", "their_score"]]).any()
            else (
                context.name(code),
                context.score(code) if pd.notna(table.at[code, "own_score"]) else Sentence("brief.empty"),
                context.score(code, rival)
                if pd.notna(table.at[code, "their_score"])
                else Sentence("brief.empty"),
                part,
            )
        )
    total = Quantity("part", duel.gap, context.unit, context.root, (rival,), sign=True)
    rows.append((Sentence("brief.total"), context.score(), context.score(unit=rival), total))
    columns = tuple(f"brief.col.{c}" for c in ("indicator", "ours", "theirs", "part"))
    values = {"unit": context.unit, "rival": rival, "gap": context.gap(rival)}
    return Chapter(
        "duel",
        Sentence("brief.chapter.duel", {"rival": rival}),
        (
            *one_draw(context),
            Picture(
                "brief.picture.duel",
                lambda ax, lang: duel_bars(duel, ax, lang, title=False),
                values,
                height=1.5 + 0.3 * min(17, len(framework.indicators) + 1),
            ),
            Table("brief.table.duel", columns, tuple(rows), {"rival": rival}, context.source),
        ),
        new_page=True,
    )


def at_risk(context: Context) -> Chapter | None:
    """Strengths and how near they are to being lost."""
    d = context.diagnosis
    if not len(d.at_risk):
        return None
    rows: list[tuple[Any, ...]] = []
    for code, row in d.at_risk.iterrows():
        if not row["behind"]:
            continue
        margin = Quantity("gap", float(row["margin"]), context.unit, str(code), (str(row["behind"]),))
        rows.append(
            (
                context.name(str(code)),
                context.rank(str(code)),
                str(row["behind"]),
                margin,
                Quantity(
                    "distance",
                    float(row["fall"]),
                    context.unit,
                    str(code),
                    (str(row["behind"]),),
                    digits=3,
                    **context.measures(str(code)),
                ),
                Sentence("brief.yes" if row["at_risk"] else "brief.no"),
            )
        )
    columns = tuple(f"brief.col.{c}" for c in ("indicator", "rank", "behind", "margin", "fall", "risk"))
    small = Quantity("count", d.small)
    return Chapter(
        "risk",
        Sentence("brief.chapter.risk"),
        (
            *one_draw(context),
            Sentence("brief.risk_note", {"small": small}, "note"),
            Table("brief.table.risk", columns, tuple(rows), source=context.source),
        ),
    )


def empty_cells(context: Context) -> Chapter | None:
    """What empty cells cost, where there are any."""
    table = context.diagnosis.missing
    if not len(table):
        return None
    rows: list[tuple[Any, ...]] = []
    for code, row in table.iterrows():
        cells = []
        for case in ("lowest", "median", "best"):
            change = ((str(code), float(row[f"value_{case}"])),)
            rank = Quantity("rank", float(row[f"rank_{case}"]), context.unit, context.root, cells=change)
            points = Quantity(
                "change", float(row[f"points_{case}"]), context.unit, context.root, cells=change, sign=True
            )
            cells.append(Sentence("brief.if_reported", {"points": points, "rank": rank}))
        even = Quantity("given", float(row["break_even"]), digits=4, **context.measures(str(code)))
        rows.append((context.name(str(code)), *cells, even))
    columns = tuple(
        f"brief.col.{c}" for c in ("indicator", "if_lowest", "if_median", "if_best", "break_even")
    )
    return Chapter(
        "missing",
        Sentence("brief.chapter.missing"),
        (
            *one_draw(context),
            Sentence("brief.missing_note", {}, "note"),
            Table("brief.table.missing", columns, tuple(rows), source=context.source),
        ),
    )


def coverage(context: Context) -> Chapter | None:
    """The plan against the indicators: matrix, uncovered weaknesses, tasks that move nothing."""
    d = context.diagnosis
    found = d.agencies
    if not (found.matrix != "").to_numpy().any():
        return None
    values = {"unit": context.unit, "n": Quantity("count", len(found.uncovered))}
    blocks: list[Any] = [
        *one_draw(context),
        Picture(
            "brief.picture.coverage",
            lambda ax, lang: coverage_matrix(d, ax, lang, title=False),
            values,
            height=2.8 + 0.27 * len(context.result.framework.indicators),
        ),
    ]
    if found.plan is not None:
        blocks += _plan_blocks(context)
    blocks.append(Sentence("brief.successor_note", {}, "note"))
    return Chapter("coverage", Sentence("brief.chapter.coverage"), tuple(blocks), new_page=True)


def _plan_blocks(context: Context) -> list[Any]:
    found = context.diagnosis.agencies
    plan = found.plan
    links = plan.links_in(context.result.framework)
    title = Named(plan.title_vi, plan.title_en)
    rows: list[tuple[Any, ...]] = []
    for task, row in plan.tasks.iterrows():
        mine = links[links["task"] == task]
        if not len(mine):
            continue
        moved = tuple(
            Sentence(f"brief.link.{b}", {"name": context.name(c)})
            for c, b in zip(mine["code"], mine["basis"], strict=True)
        )
        lead = Named(agency_name(str(row["lead_agency"]), "vi"), agency_name(str(row["lead_agency"]), "en"))
        rows.append((str(row["clause"]), lead, Named(str(row["task_vi"]), str(row["task_en"])), moved))
    blocks: list[Any] = []
    if rows:
        columns = tuple(f"brief.col.{c}" for c in ("clause", "agency", "task", "moves"))
        blocks.append(Table("brief.table.tasks", columns, tuple(rows), {"plan": title}, title))
    total = Quantity("count", len(plan.tasks))
    values = {"plan": title, "idle": Quantity("count", len(found.idle)), "total": total}
    pii = context.result.framework.name.startswith("pii")
    blocks.append(Sentence("brief.idle" if pii else "brief.idle_open", values))
    return blocks


def method(context: Context) -> Chapter:
    """How it was made: method, rules, sources, marks, fingerprint."""
    d, result = context.diagnosis, context.result
    sources = sorted({s for s in result.framework.table["source"] if s})
    record = result.record
    items = [
        Sentence("brief.method.index", {"method": result.method.name}),
        Sentence("brief.method.rules", {"count": Quantity("count", d.count), "peers": peers_named(context)}),
        Sentence("brief.method.points"),
        Sentence("brief.method.rebuild"),
        Sentence("brief.method.agencies"),
        Sentence("brief.method.sources", {"sources": "; ".join(sources) or "–"}),
        Sentence("brief.method.trace", {"unit": context.unit}),
        Sentence(
            "brief.method.fingerprint",
            {
                "fingerprint": result.fingerprint,
                "data": str(record["data_hash"])[:12],
                "version": record["versions"]["piikit"],
            },
        ),
    ]
    if d.illustrative:
        items.insert(0, Sentence("brief.method.marks"))
    return Chapter("method", Sentence("brief.chapter.method"), (Bullets(tuple(items)),), new_page=True)
