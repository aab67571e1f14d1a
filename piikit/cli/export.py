"""``piikit export``: data or an index as Excel or CSV."""

from __future__ import annotations

from pathlib import Path

import click

from ..base.language import pick, text
from . import lang_option

HELP = pick(
    "Xuất DATA (tên bộ dữ liệu hoặc tệp đã điền) ra OUT (.xlsx hoặc .csv); thêm --method để xuất cả điểm và hạng.",
    "Export DATA (a dataset's name or a filled file) to OUT (.xlsx or .csv); with --method also scores and ranks.",
)


@click.command(help=HELP)
@click.argument("data")
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--method", help="pii | gii | FILE")
@click.option("--framework")
@click.option("--layout", type=click.Choice(["tidy", "gii"]), default="tidy", show_default=True)
@click.option(
    "--separator", default=",", show_default=True, help=pick("Dấu ngăn của CSV.", "Separator of the CSV.")
)
@click.option(
    "--decimal",
    default=".",
    show_default=True,
    help=pick("Dấu thập phân của CSV.", "Decimal mark of the CSV."),
)
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
    click.echo(text("cli.wrote", path=str(out)))
