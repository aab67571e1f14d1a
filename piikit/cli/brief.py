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
@lang_option
def command(unit: str, out: Path, **source: Any) -> None:
    """Diagnose and write."""
    from ..report.brief import make_brief
    from ..report.brief_html import write_html

    diagnosis = diagnose_source(unit, **source)
    brief = make_brief(diagnosis)
    lang = language()
    stem = f"{stem_of(diagnosis)}-{lang}"
    for path in (
        write_html(brief, out / f"{stem}.html", lang),
        brief.to_excel(out / f"{stem}.xlsx", lang=lang),
    ):
        click.echo(text("brief.write.saved", path=str(path)))
    click.echo(brief.summary())
