"""``piikit check``: every problem of a file at once."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Any

import click

from ..base.language import text
from . import lang_option
from .outputs import FILE, wrote

_MOST_ASIDE = 40


@click.command(help=text("cli.help.check"))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--framework", help=text("cli.option.framework"))
@click.option("--units", type=click.Choice(["63", "34"]))
@click.option("--year", type=int)
@click.option("--sheet")
@click.option("--previous", help=text("cli.option.previous"))
@click.option("--excel", type=FILE, help=text("cli.option.excel"))
@lang_option
def command(file: Path, framework: str | None, units: str | None, excel: Path | None, **asked: Any) -> None:
    """Print the report; write it as Excel if asked."""
    from ..data.editions.edition_table import newest
    from ..data.reading.table.file_check import check_file

    size = int(units) if units else None
    check = partial(check_file, file, units=size, **asked)
    report = check(framework=framework)
    if framework is None and any(p.key == "problem.table.framework" for p in report.problems):
        report = check(framework=newest().name)
    click.echo(report.summary())
    for problem in report.problems:
        click.echo(f"[{text(f'check.severity.{problem.severity}')}] {problem.sentence()}")
    for sheet_name, fate, cell, words in report.set_aside.head(_MOST_ASIDE).itertuples(index=False):
        where = "!".join(filter(None, (sheet_name, cell)))
        click.echo(f"  {text(f'check.fate.{fate}')}: {where} {words}")
    if (more := len(report.set_aside) - _MOST_ASIDE) > 0:
        click.echo("  " + text("check.more_aside", n=more))
    if excel is not None:
        wrote(report.to_excel(excel), "cli.wrote")
    if not report.ok:
        sys.exit(1)
