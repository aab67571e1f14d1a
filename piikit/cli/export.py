"""``piikit export``: data or an index as Excel or CSV."""

from __future__ import annotations

from pathlib import Path

import click

from ..base.language import text
from . import lang_option
from .outputs import FILE, wrote


@click.command(help=text("cli.help.export"))
@click.argument("data")
@click.argument("out", type=FILE)
@click.option("--method", help="pii | gii | FILE")
@click.option("--framework")
@click.option("--layout", type=click.Choice(["tidy", "gii"]), default="tidy", show_default=True)
@click.option("--separator", default=",", show_default=True, help=text("cli.option.separator"))
@click.option("--decimal", default=".", show_default=True, help=text("cli.option.decimal"))
@lang_option
def command(
    data: str, out: Path, method: str | None, framework: str | None, layout: str, separator: str, decimal: str
) -> None:
    """Load or read, build if asked, and export."""
    from ..data.library import dataset_names, load_dataset
    from ..data.reading.table.workbook import read_workbook
    from ..index.build import build_index
    from ..report.write.exports import export

    is_file = Path(data).suffix != "" and data not in dataset_names()
    dataset = read_workbook(data, framework=framework) if is_file else load_dataset(data)
    thing = build_index(dataset, method) if method else dataset
    export(thing, out, layout=layout, separator=separator, decimal=decimal)  # type: ignore[arg-type]
    wrote(out, "cli.wrote")
