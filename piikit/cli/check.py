"""``piikit check``: every problem of a file at once."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

import click

from ..base.language import pick, text
from . import lang_option

HELP = pick(
    "Kiểm tra FILE (Excel, ODS, CSV): mọi lỗi cùng lúc, từng ô. Kết thúc bằng mã 1 nếu có lỗi.",
    "Check FILE (Excel, ODS, CSV): every problem at once, cell by cell. Exits with 1 if there are errors.",
)

_MOST_ASIDE = 40


@click.command(help=HELP)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--framework",
    help=pick(
        "Mặc định: theo biểu, hoặc kỳ PII mới nhất.", "By default the template's, or PII's newest edition."
    ),
)
@click.option("--units", type=click.Choice(["63", "34"]))
@click.option("--year", type=int)
@click.option("--sheet")
@click.option(
    "--previous",
    help=pick(
        "Bộ số liệu để đối chiếu khi tìm nhầm lẫn (tên bộ có sẵn, hoặc tệp đã lưu), như của năm trước.",
        "Dataset that slips are looked for against (one that ships, or a saved file), such as last year's.",
    ),
)
@click.option(
    "--excel",
    type=click.Path(dir_okay=False, path_type=Path),
    help=pick("Ghi báo cáo và bản sao tô màu ô.", "Write the report and a copy with coloured cells."),
)
@lang_option
def command(
    file: Path,
    framework: str | None,
    units: str | None,
    year: int | None,
    sheet: str | None,
    previous: str | None,
    excel: Path | None,
) -> None:
    """Print the report; write it as Excel if asked."""
    from ..data.editions.edition_table import newest
    from ..data.reading.table.file_check import check_file

    size = int(units) if units else None
    check = partial(check_file, file, units=size, year=year, sheet=sheet, previous=previous)
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
        report.to_excel(excel)
        click.echo(text("cli.wrote", path=str(excel)))
    if not report.ok:
        sys.exit(1)
