"""``piikit template``: the workbook that an office fills."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ..base.language import text
from . import lang_option
from .outputs import FILE, wrote


@click.command(help=text("cli.help.template"))
@click.argument("out", type=FILE, default="piikit-template.xlsx")
@click.option("--framework", help=text("cli.option.template_framework"))
@click.option("--units", type=click.Choice(["63", "34"]), help="63 | 34")
@click.option("--year", type=int)
@click.option("--data", help=text("cli.option.template_data"))
@click.option("--page", metavar="UNIT", help=text("cli.option.template_page"))
@lang_option
def command(out: Path, units: str | None, data: str | None, page: str | None, **asked: Any) -> None:
    """Write the template, or the form of a page."""
    if page is not None:
        from ..data.reading.template.page_form import write_page_form

        write_page_form(out, page, **asked)
        wrote(out, "cli.template_page")
        return
    from ..data.library import load_dataset
    from ..data.reading.template.office_template import write_template

    filled: dict[str, Any] = {
        "units": int(units) if units else None,
        "data": load_dataset(data) if data else None,
    }
    write_template(out, **filled, **asked)
    wrote(out, "cli.template")
