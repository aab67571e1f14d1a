"""``piikit explain``: one score down to its raw cells."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ..base.language import text
from . import lang_option
from .outputs import html_option, wrote
from .source import scored, source_options


@click.command(help=text("cli.help.explain"))
@click.argument("unit")
@click.argument("code", required=False)
@source_options
@html_option
@click.option("--latex", is_flag=True)
@lang_option
def command(unit: str, code: str | None, html: Path | None, latex: bool, **source: Any) -> None:
    """Print the explanation, or write it as a page."""
    from ..base.files import write_text
    from ..report.write.block_html import result_page

    result: Any = scored(unit, **source)
    explanation = result.explain(code) if result.kind == "page" else result.explain(unit, code)
    if html is not None:
        wrote(write_text(html, result_page(explanation)))
    else:
        click.echo(explanation.to_latex() if latex else explanation.to_text())
