"""``piikit page``: a province's own page, scored and checked."""

from __future__ import annotations

from pathlib import Path

import click

from ..base.language import pick, text
from . import lang_option

HELP = pick(
    "Đọc trang PII của một địa phương (tệp CSV, Excel, HTML, văn bản; hoặc khanh-hoa-2025), tính lại và đối chiếu điểm.",
    "Read a province's own PII page (CSV, Excel, HTML or text file; or khanh-hoa-2025), recompute and check its scores.",
)


@click.command(help=HELP)
@click.argument("source")
@click.option("--unit", help=pick("Tỉnh, thành phố của trang.", "Whose page it is."))
@click.option("--year", type=int)
@click.option("--explain", "code", help=pick("Tách điểm của mã này.", "Take the score of this code apart."))
@click.option("--excel", type=click.Path(dir_okay=False, path_type=Path))
@lang_option
def command(source: str, unit: str | None, year: int | None, code: str | None, excel: Path | None) -> None:
    """Print the page's summary, or the explanation of one code."""
    from ..index.page.page_result import read_page

    result = read_page(source, unit=unit, year=year)
    click.echo(result.explain(code).to_text() if code else result.summary())
    if excel is not None:
        result.to_excel(excel)
        click.echo(text("cli.wrote", path=str(excel)))
