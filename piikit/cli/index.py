"""``piikit index``: an index from a table of units and a framework table."""

from __future__ import annotations

from pathlib import Path

import click

from ..base.language import text
from . import lang_option


@click.command(help=text("cli.help.index"))
@click.option("--units", required=True, type=click.Path(path_type=Path))
@click.option("--framework", required=True, type=click.Path(path_type=Path))
@click.option("--method", default="pii", show_default=True, help="pii | gii | coinr | FILE.toml | FILE.json")
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path))
@lang_option
def command(units: Path, framework: Path, method: str, out: Path) -> None:
    """Read both files, build, and write CSV tables and a workbook."""
    from ..data.framework import Framework
    from ..data.reading.open.open_file import open_grids
    from ..data.units_table import units_table
    from ..index.build import build_index
    from ..index.method import Method
    from ..report.write.index_files import write_index

    tree = Framework.from_csv(framework)
    table = units_table(open_grids(units), tree)
    dataset = table.dataset(tree, units)
    result = build_index(dataset, Method.load(method))
    written = write_index(result, out)
    click.echo(result.summary())
    for problem in table.found.problems:
        click.echo(problem.sentence())
    click.echo(text("cli.written", folder=str(out), n=len(written)))
