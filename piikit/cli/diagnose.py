"""``piikit diagnose``: what is strong, what is weak, what there is to gain."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ..base.formats import number
from ..base.language import pick, text
from . import lang_option
from .source import diagnose_source, source_options

HELP = pick(
    "Chẩn đoán UNIT: mạnh, yếu, dư địa tăng điểm, cơ quan; --excel ghi mọi bảng.",
    "Diagnose UNIT: strong, weak, points to gain, agencies; --excel writes all tables.",
)


@click.command(help=HELP)
@click.argument("unit")
@source_options
@click.option("--excel", type=click.Path(dir_okay=False, path_type=Path), help=".xlsx")
@lang_option
def command(unit: str, excel: Path | None, **source: Any) -> None:
    """Print findings and what matters."""
    from ..report.brief.agency_words import agency_words

    diagnosis = diagnose_source(unit, **source)
    click.echo(diagnosis.summary())
    framework = diagnosis.result.framework
    agencies = diagnosis.agencies.of_indicator
    for code, row in diagnosis.matters.iterrows():
        who = agency_words(*map(str, agencies.loc[code, ["agency", "status"]])).text()
        said = " / ".join(number(row[f"points_{t}"], 2, sign=True) for t in ("median", "best"))
        click.echo(f"  {code} {framework.title(str(code))}: {said} · {who}")
    if excel is not None:
        click.echo(text("brief.write.saved", path=str(diagnosis.to_excel(excel))))
