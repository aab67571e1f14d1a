"""``piikit brief``: the brief of one unit as HTML and Excel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ..base.language import language, pick, text
from . import lang_option
from .source import diagnose_source, source_options, stem_of

HELP = pick(
    "Viết báo cáo của UNIT: hai trang cho lãnh đạo, rồi phụ lục (HTML và Excel).",
    "Write the brief of UNIT: two pages for the leadership, then annexes (HTML and Excel).",
)


@click.command(help=HELP)
@click.argument("unit")
@source_options
@click.option(
    "--out", default=Path("reports"), show_default=True, type=click.Path(file_okay=False, path_type=Path)
)
@click.option("--actions", default=None, help="open-2022 | plan-116 | FILE.xlsx | FILE.toml")
@click.option(
    "--budget", type=float, default=None, help=pick("tỷ đồng, cùng --actions", "billion VND, with --actions")
)
@click.option("--runs", type=click.IntRange(min=100), default=1000, show_default=True)
@lang_option
def command(
    unit: str, out: Path, actions: str | None, budget: float | None, runs: int, **source: Any
) -> None:
    """Diagnose, choose a package where actions are given, and write."""
    from ..report.brief.make_brief import make_brief
    from ..report.write.block_html import write_html

    if (actions is None) != (budget is None):
        raise click.UsageError(text("brief.write.package_needs"))
    diagnosis = diagnose_source(unit, **source)
    extras: dict[str, Any] = {}
    if actions is not None:
        from ..policy.actions.action_files import load_actions
        from ..policy.chance.odds import odds
        from ..policy.choose.optimise import optimise

        if not hasattr(diagnosis.result, "dataset"):
            raise click.UsageError(text("brief.write.package_page"))
        known = load_actions(actions, framework=diagnosis.result.framework)
        extras["package"] = optimise(diagnosis.result, diagnosis.unit, known, budget=budget)
        extras["odds"] = odds(extras["package"], runs=runs)
    brief = make_brief(diagnosis, **extras)
    lang = language()
    stem = f"{stem_of(diagnosis)}-{lang}"
    for path in (
        write_html(brief, out / f"{stem}.html", lang),
        brief.to_excel(out / f"{stem}.xlsx", lang=lang),
    ):
        click.echo(text("brief.write.saved", path=str(path)))
    click.echo(brief.summary())
