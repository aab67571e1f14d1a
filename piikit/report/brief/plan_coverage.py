"""The annex on agencies and the unit's plan: who leads what, which weaknesses no task can move."""

from __future__ import annotations

from functools import partial

from ..blocks.blocks import Block, Chapter, Named, Sentence
from ..blocks.quantity import count
from ..figures.agency_figures import coverage_matrix
from ..words.agency_words import agency_named
from ..words.subject import Subject


def coverage(subject: Subject) -> Chapter | None:
    """The plan against the indicators: matrix, uncovered weaknesses, tasks that move nothing."""
    d = subject.diagnosis
    if not (d.agencies.matrix != "").to_numpy().any():
        return None
    key = "brief.picture.coverage" if d.agencies.plan is not None else "brief.picture.agencies"
    uncovered, tall = count(len(d.agencies.uncovered)), 2.8 + 0.27 * len(subject.result.framework.indicators)
    matrix = subject.picture(key, partial(coverage_matrix, d), tall, n=uncovered)
    return subject.annex(
        "coverage", matrix, *_plan_blocks(subject), Sentence("brief.successor_note", {}, "note")
    )


def _plan_blocks(subject: Subject) -> list[Block]:
    found = subject.diagnosis.agencies
    plan, framework = found.plan, subject.result.framework
    if plan is None:
        return []
    links = plan.links_in(framework)
    title = Named(plan.title_vi, plan.title_en)
    rows = []
    for task, row in plan.tasks.loc[plan.tasks.index.isin(links["task"])].iterrows():
        mine = links[links["task"] == task]
        moves = tuple(
            Sentence(f"brief.link.{basis}", {"name": subject.name(code)})
            for code, basis in zip(mine["code"], mine["basis"], strict=True)
        )
        rows.append(
            {
                "clause": str(row["clause"]),
                "agency": agency_named(row["lead_agency"]),
                "task": Named(str(row["task_vi"]), str(row["task_en"])),
                "moves": moves,
            }
        )
    values = {"plan": title, "idle": count(len(found.idle)), "total": count(len(plan.tasks))}
    idle = Sentence("brief.idle" if framework.name.startswith("pii") else "brief.idle_open", values)
    return [*([subject.table("tasks", rows, title, plan=title)] if rows else []), idle]
