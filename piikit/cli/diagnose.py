"""``piikit diagnose``: what is strong, what is weak, what there is to gain."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ..base.formats import number
from ..base.language import text
from . import lang_option
from .outputs import FILE, wrote
from .source import peers_option, scored, source_options


@click.command(help=text("cli.help.diagnose"))
@click.argument("unit")
@source_options
@peers_option
@click.option("--excel", type=FILE, help=".xlsx")
@lang_option
def command(unit: str, peers: Any, excel: Path | None, **source: Any) -> None:
    """Print findings and what matters."""
    from ..diagnosis.unit.diagnosis import diagnose
    from ..report.words.agency_words import agency_words

    diagnosis = diagnose(scored(unit, **source), unit, peers=peers)
    click.echo(diagnosis.summary())
    framework = diagnosis.result.framework
    agencies = diagnosis.agencies.of_indicator
    for code, row in diagnosis.matters.iterrows():
        who = agency_words(*map(str, agencies.loc[code, ["agency", "status"]])).text()
        said = " / ".join(number(row[f"points_{t}"], 2, sign=True) for t in ("median", "best"))
        click.echo(f"  {code} {framework.title(str(code))}: {said} · {who}")
    if excel is not None:
        wrote(diagnosis.to_excel(excel), "brief.write.saved")
