"""Where a verb writes: its options for files, and the line that says where they are."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Any

import click

from ..base.folding import visible
from ..base.language import text

_FORCE = "piikit.force"


class OutFile(click.Path):
    """A file to write; what is there already is replaced only if the person says so."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path, if it is free or may be replaced."""
        path = Path(os.fsdecode(super().convert(value, param, ctx)))
        asked = ctx is not None and not ctx.meta.get(_FORCE) and path.exists()
        if asked and not (sys.stdin.isatty() and click.confirm(text("cli.replace", path=str(path)))):
            self.fail(text("cli.exists", path=str(path)), param, ctx)
        return path


class Said:
    """A stream to a person: no control characters, and the command named as it was started."""

    def __init__(self, stream: Any, started: str, verbs: tuple[str, ...]) -> None:
        self._stream, self._started = stream, started
        self._named = re.compile(rf"(?<![\w./-])piikit (?=(?:{'|'.join(verbs)})\b)")

    def write(self, words: str) -> Any:
        """Write what may be shown."""
        return self._stream.write(self._named.sub(f"{self._started} ", visible(words)))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


FILE = OutFile(dir_okay=False, path_type=Path)


def with_force(command: click.Command) -> click.Command:
    """Give a verb that writes files ``--force``."""
    names = {p.name for p in command.params}
    if "force" not in names and any(isinstance(p.type, OutFile) for p in command.params):
        forced = click.Option(
            ["--force"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_forced,
            help=text("cli.option.force"),
        )
        command.params.append(forced)
    return command


def _forced(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    ctx.meta[_FORCE] = value


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
