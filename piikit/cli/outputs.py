"""Where a verb writes: its options for files, and the line that says where they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ..base.language import text

FILE = click.Path(dir_okay=False, path_type=Path)
folder_option = click.option(
    "--out", default=Path("reports"), show_default=True, type=click.Path(file_okay=False, path_type=Path)
)
html_option = click.option("--html", type=FILE, help=".html")


def wrote(path: Path, key: str = "cli.page") -> None:
    """Say where a file is."""
    click.echo(text(key, path=str(path)))


def write_results(*results: Any, html: Path | None, excel: Path | None) -> None:
    """Write results as one workbook and one page, where these are asked for, and say so."""
    from ..base.files import write_text
    from ..report.write.block_excel import result_excel
    from ..report.write.block_html import result_page

    if excel is not None:
        wrote(result_excel(results[0], excel, more=results[1:]))
    if html is not None:
        wrote(write_text(html, result_page(*results)))
