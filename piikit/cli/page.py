"""``piikit page``: a province's own page, scored and checked."""

from __future__ import annotations

from pathlib import Path

import click

from ..base.language import text
from . import lang_option
from .outputs import FILE, wrote


@click.command(help=text("cli.help.page"))
@click.argument("source")
@click.option("--unit", help=text("cli.option.unit"))
@click.option("--year", type=int)
@click.option("--explain", "code", help=text("cli.option.code"))
@click.option("--excel", type=FILE)
@lang_option
def command(source: str, unit: str | None, year: int | None, code: str | None, excel: Path | None) -> None:
    """Print the page's summary, or the explanation of one code."""
    from ..index.page.page_result import read_page

    result = read_page(source, unit=unit, year=year)
    click.echo(result.explain(code).to_text() if code else result.summary())
    if excel is not None:
        wrote(result.to_excel(excel), "cli.wrote")
