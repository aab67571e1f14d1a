"""The command line: thin verbs, each in its own file, loaded when called."""

from __future__ import annotations

import importlib
import sys
from typing import Any

import click

from .. import __version__
from ..base.errors import PiikitError
from ..base.language import LANGUAGES, pick, set_language

# verb: (module under piikit.cli, help in Vietnamese, help in English)
VERBS: dict[str, tuple[str, str, str]] = {
    "run": (
        "run",
        "Việc chính: dựng open-2022 và viết báo cáo của Cần Thơ.",
        "The main job: build open-2022 and write the brief of Cần Thơ.",
    ),
    "index": ("index", "Tính chỉ số từ tệp dữ liệu.", "Build an index from files."),
    "template": ("template", "Ghi biểu nhập số liệu (Excel).", "Write the data workbook (Excel)."),
    "check": ("check", "Kiểm tra tệp số liệu, báo từng ô.", "Check a data file, cell by cell."),
    "export": (
        "export",
        "Xuất dữ liệu, điểm, hạng ra Excel hoặc CSV.",
        "Export data, scores, ranks to Excel or CSV.",
    ),
    "page": (
        "page",
        "Đọc và đối chiếu trang PII của một địa phương.",
        "Read and check a province's own PII page.",
    ),
    "brief": ("brief", "Viết báo cáo của một địa phương.", "Write the brief of one unit."),
    "diagnose": (
        "diagnose",
        "Mạnh, yếu và dư địa của một địa phương.",
        "Strong, weak, and what there is to gain.",
    ),
    "explain": ("explain", "Tách một điểm số đến tận ô số liệu.", "Take a score apart down to raw cells."),
    "what-if": (
        "what_if",
        "Nếu số liệu thay đổi: điểm, hạng, ai bị vượt.",
        "If values change: score, rank, who is passed.",
    ),
    "plan": ("plan", "Chọn gói hoạt động: giá, hạng, khả năng.", "Choose actions: cost, rank, odds."),
    "drivers": (
        "drivers",
        "Điều gì đi cùng đổi mới sáng tạo (hồi quy).",
        "What goes with innovation (regression).",
    ),
}


class Verbs(click.Group):
    """A group that imports a verb's file only when the verb is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of all verbs, in the order of use."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one verb."""
        if cmd_name not in VERBS:
            return None
        found: click.Command = importlib.import_module(f"{__name__}.{VERBS[cmd_name][0]}").command
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List verbs from the table, without importing them."""
        with formatter.section(pick("Lệnh", "Commands")):
            formatter.write_dl([(name, pick(vi, en)) for name, (_, vi, en) in VERBS.items()])


def _language(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value:
        set_language(value)
    return value


def lang_option(function: Any) -> Any:
    """``--lang vi|en``, for the group and for every verb."""
    return click.option(
        "--lang",
        type=click.Choice(LANGUAGES),
        callback=_language,
        expose_value=False,
        is_eager=True,
        help=pick("Ngôn ngữ / language: vi, en.", "Language: vi, en."),
    )(function)


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]}, no_args_is_help=True)
@lang_option
@click.version_option(__version__, prog_name="piikit")
def group() -> None:
    """piikit: chỉ số đổi mới sáng tạo cấp địa phương (PII) · Provincial Innovation Index."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; a known error prints its report, never a traceback, and exits with 2."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        group.main(args=arguments, prog_name="piikit", standalone_mode=False)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except click.Abort:
        sys.exit(130)
    except (PiikitError, FileNotFoundError) as error:
        click.echo(str(error), err=True)
        sys.exit(2)
