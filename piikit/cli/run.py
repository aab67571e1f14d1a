"""``piikit run``: the main job, from data to the brief of one province."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from ..base.language import LANGUAGES, language, text
from . import lang_option
from .outputs import folder_option
from .source import build, index_options, stem_of


@click.command(help=text("cli.help.run"))
@click.option("--unit", default="Cần Thơ", show_default=True)
@index_options
@folder_option
@lang_option
def command(unit: str, data: str, method: str, out: Path) -> None:
    """Build, write, and say where it is."""
    from ..base.files import write_text
    from ..diagnosis.unit.diagnosis import diagnose
    from ..report.brief.make_brief import make_brief
    from ..report.write.block_html import result_page, write_html
    from ..report.write.index_files import write_index

    started = time.monotonic()
    written: list[Path] = []
    with _step(1, text("run.build", name=data)):
        result = build(data, method)
        diagnosis = diagnose(result, unit)
        brief = make_brief(diagnosis)
    stem = stem_of(diagnosis)
    with _step(2, text("run.brief", unit=diagnosis.unit)):
        for lang in LANGUAGES:
            written.append(write_html(brief, out / f"{stem}-{lang}.html", lang))
            written.append(brief.to_excel(out / f"{stem}-{lang}.xlsx", lang=lang))
    with _step(3, text("run.page", unit=diagnosis.unit)):
        explanation = result.explain(diagnosis.unit)
        for lang in LANGUAGES:
            page = result_page(explanation, lang=lang)
            written.append(write_text(out / f"{stem}-explained-{lang}.html", page))
    with _step(4, text("run.tables")):
        tables = write_index(result, out / data)
    click.echo(text("run.done", seconds=f"{time.monotonic() - started:.0f}"))
    first = out / f"{stem}-{language()}.html"
    for path in written:
        mark = f"  ← {text('run.main')}" if path == first else ""
        click.echo(f"  {path}{mark}")
    click.echo(f"  {out / data} ({len(tables)})")
    click.echo(text("run.findings"))
    for number, finding in enumerate(brief.findings, start=1):
        click.echo(f"  {number}. {finding.text()}")


@contextmanager
def _step(at: int, what: str) -> Iterator[None]:
    click.echo(text("run.step", at=at, of=4, what=what), nl=False)
    begun = time.monotonic()
    yield
    click.echo(f" {time.monotonic() - begun:.1f} s")
