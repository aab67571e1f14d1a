"""``piikit template``: the workbook that an office fills."""

from __future__ import annotations

from pathlib import Path

import click

from ..base.language import pick, text
from . import lang_option

HELP = pick(
    "Ghi biểu nhập số liệu (Excel: hướng dẫn, số liệu, mẫu số, nguồn, nhiệm vụ, khung chỉ số) vào OUT.",
    "Write the data workbook (Excel: instructions, values, denominators, sources, actions, framework) to OUT.",
)


@click.command(help=HELP)
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path), default="piikit-template.xlsx")
@click.option("--framework", help=pick("Mặc định: kỳ PII mới nhất.", "By default PII's newest edition."))
@click.option("--units", type=click.Choice(["63", "34"]), help="63 | 34")
@click.option("--year", type=int)
@click.option("--data", help=pick("Điền sẵn từ bộ dữ liệu này.", "Fill it from this dataset."))
@click.option(
    "--page",
    metavar="UNIT",
    help=pick(
        "Ghi biểu trống của trang PII một địa phương.", "Write the blank form of a province's own page."
    ),
)
@lang_option
def command(
    out: Path, framework: str | None, units: str | None, year: int | None, data: str | None, page: str | None
) -> None:
    """Write the template, or the form of a page."""
    if page is not None:
        from ..data.reading.template.page_form import write_page_form

        write_page_form(out, page, framework=framework, year=year)
        click.echo(text("cli.template_page", path=str(out)))
        return
    from ..data.library import load_dataset
    from ..data.reading.template.office_template import write_template

    write_template(
        out,
        framework=framework,
        units=int(units) if units else None,
        year=year,
        data=load_dataset(data) if data else None,
    )
    click.echo(text("cli.template", path=str(out)))
