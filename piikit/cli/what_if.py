"""``piikit what-if``: change own values and see score, rank and who moves."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import click

from ..base.errors import InputError, Problem
from ..base.language import text
from . import lang_option
from .outputs import FILE, html_option, write_results
from .source import peers_option, scored, source_options


@click.command("what-if", help=text("cli.help.what_if"))
@click.argument("unit", required=False)
@click.argument("changes", nargs=-1, metavar="[CHANGE]...")
@source_options
@click.option("--scenario", help=text("cli.option.scenario"))
@peers_option
@click.option("--draws", type=click.IntRange(1), help=text("cli.option.draws"))
@click.option("--effort", "hard", is_flag=True, help=text("cli.option.effort"))
@html_option
@click.option("--excel", type=FILE, help=".xlsx")
@lang_option
def command(
    unit: str | None,
    changes: tuple[str, ...],
    hard: bool,
    html: Path | None,
    excel: Path | None,
    **asked: Any,
) -> None:
    """Print the answer, or write it as a page or a workbook."""
    from ..policy.effort.year_effort import effort
    from ..policy.what_if.what_ifs import WhatIf

    answer = _answer(unit, changes, **asked)
    if asked["scenario"] is None and isinstance(answer, WhatIf):
        _echo(answer.changes, _read(tuple(c for c in (unit or "", *changes) if "=" in c)))
    click.echo(answer.summary())
    if hard and isinstance(answer, WhatIf):
        click.echo(effort(answer.before.dataset, answer).summary())
    write_results(answer, html=html, excel=excel)


def _answer(
    unit: str | None,
    changes: tuple[str, ...],
    *,
    scenario: str | None,
    draws: int | None,
    peers: Any,
    **source: Any,
) -> Any:
    from ..base.folding import fold
    from ..data.provinces import known_province
    from ..policy.what_if.scenarios import load_scenario
    from ..policy.what_if.what_ifs import run_scenario, what_if

    if scenario is not None:
        told = load_scenario(scenario)
        same = unit is None or len({known_province(u) or fold(u) for u in (unit, told.unit)}) == 1
        if not same or changes or peers or any(source[k] for k in ("data", "workbook", "page")):
            raise click.UsageError(text("cli.scenario_alone", unit=told.unit))
        return run_scenario(told, draws=draws)
    on_page = source["page"] is not None
    if on_page and unit is not None and "=" in unit:  # a page says whose it is
        changes, unit = (unit, *changes), None
    todo = _read(changes)
    if on_page:
        return what_if(scored(unit, **source), todo)
    if unit is None:
        raise click.UsageError(text("cli.needs_unit"))
    return what_if(scored(unit, **source), unit, todo, peers=peers, draws=draws)


def _read(changes: tuple[str, ...]) -> dict[str, str]:
    bad = [c for c in changes if "=" not in c]
    if bad:
        raise InputError([Problem("problem.change.unknown", value=c) for c in bad])
    pairs = [(code.strip(), said) for code, _, said in (c.partition("=") for c in changes)]
    if twice := [c for c, n in Counter(code for code, _ in pairs).items() if n > 1]:
        raise InputError([Problem("problem.change.twice", code=c) for c in twice])
    return dict(pairs)


def _echo(made: Any, given: dict[str, str]) -> None:
    """Say how changes were read whose figures were converted, or decided between two readings."""
    for code, said in zip(made["code"], made["change"], strict=True):
        if said != given.get(code, said) and said.startswith(given[code]):
            click.echo(text("cli.read") + f" {code}: {said}")
