"""``piikit brief``: the brief of one unit as HTML and Excel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ..base.language import language, text
from . import lang_option
from .amounts import BILLIONS
from .outputs import folder_option, wrote
from .source import peers_option, scored, source_options, stem_of


@click.command(help=text("cli.help.brief"))
@click.argument("unit")
@source_options
@peers_option
@folder_option
@click.option("--actions", help="open-2022 | plan-116 | FILE.xlsx | FILE.toml")
@click.option("--budget", type=BILLIONS, help=text("cli.option.budget"))
@click.option("--runs", type=click.IntRange(min=100), default=1000, show_default=True)
@lang_option
def command(
    unit: str, peers: Any, out: Path, actions: str | None, budget: float | None, runs: int, **source: Any
) -> None:
    """Diagnose, choose a package where actions are given, and write."""
    from ..diagnosis.unit.diagnosis import diagnose
    from ..report.brief.make_brief import make_brief
    from ..report.write.block_html import write_html

    if (actions is None) != (budget is None):
        raise click.UsageError(text("brief.write.package_needs"))
    diagnosis = diagnose(scored(unit, **source), unit, peers=peers)
    extras = {} if actions is None else _package(diagnosis, actions, budget, runs)
    brief = make_brief(diagnosis, **extras)
    lang = language()
    stem = out / f"{stem_of(diagnosis)}-{lang}"
    for path in (
        write_html(brief, stem.with_name(f"{stem.name}.html"), lang),
        brief.to_excel(stem.with_name(f"{stem.name}.xlsx"), lang=lang),
    ):
        wrote(path, "brief.write.saved")
    click.echo(brief.summary())


def _package(diagnosis: Any, actions: str, budget: float | None, runs: int) -> dict[str, Any]:
    from ..policy.actions.action_files import load_actions
    from ..policy.chance.odds import odds
    from ..policy.choose.optimise import optimise

    if diagnosis.result.kind == "page":
        raise click.UsageError(text("brief.write.package_page"))
    known = load_actions(actions, framework=diagnosis.result.framework)
    package = optimise(diagnosis.result, diagnosis.unit, known, budget=budget)
    return {"package": package, "odds": odds(package, runs=runs)}
