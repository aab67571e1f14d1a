"""``piikit what-if``: change own values and see score, rank and who moves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ..base.errors import InputError, Problem
from ..base.language import pick, text
from . import lang_option
from .source import SHOWCASE

HELP = pick(
    'Nếu số liệu của UNIT thay đổi thì sao? Mỗi CHANGE viết MÃ=GIÁ_TRỊ, ví dụ 2.1=+5% hay 1.1="to best of region"; '
    "cả chỉ số được tính lại, kể cả điểm của các địa phương khác.",
    'What if values of UNIT were others? Each CHANGE is CODE=VALUE, such as 2.1=+5% or 1.1="to best of region"; '
    "the whole index is built again, the rivals' scores included.",
)


@click.command("what-if", help=HELP)
@click.argument("unit", required=False)
@click.argument("changes", nargs=-1, metavar="[CHANGE]...")
@click.option("--data", default=SHOWCASE, show_default=True)
@click.option("--method", default="pii", show_default=True)
@click.option(
    "--page",
    default=None,
    help=pick("Trang riêng của tỉnh (tên hoặc tệp).", "A province's own page (name or file)."),
)
@click.option(
    "--scenario",
    default=None,
    help=pick("Kịch bản có sẵn hoặc tệp .toml.", "A scenario that ships, or a .toml file."),
)
@click.option("--peers", default=None, help=pick("Nhóm so sánh.", "Peer group."))
@click.option(
    "--draws",
    default=None,
    type=click.IntRange(1),
    help=pick("Số bộ số liệu minh họa.", "Illustrative draws."),
)
@click.option("--effort", "hard", is_flag=True, help=pick("Đo nỗ lực.", "Measure the effort."))
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help=".html")
@click.option("--excel", type=click.Path(dir_okay=False, path_type=Path), help=".xlsx")
@lang_option
def command(
    unit: str | None,
    changes: tuple[str, ...],
    data: str,
    method: str,
    page: str | None,
    scenario: str | None,
    peers: str | None,
    draws: int | None,
    hard: bool,
    html: Path | None,
    excel: Path | None,
) -> None:
    """Print the answer, or write it as a page or a workbook."""
    from ..policy.what_if.scenarios import load_scenario
    from ..policy.what_if.what_ifs import run_scenario, what_if

    todo = _read(changes if page is None or unit is None or "=" not in unit else (unit, *changes))
    if scenario is not None:
        answer = run_scenario(load_scenario(scenario), draws=draws)
    elif page is not None:
        from ..index.page.page_result import read_page

        answer = what_if(read_page(page), todo)
    else:
        from ..data.library import load_dataset
        from ..index.build import build_index
        from ..index.method import Method

        if unit is None:
            raise click.UsageError(pick("Cần tên địa phương (UNIT).", "UNIT is needed."))
        result = build_index(load_dataset(data), Method.load(method))
        answer = what_if(result, unit, todo, peers=peers, draws=draws)
    click.echo(answer.summary())
    if hard and hasattr(answer, "changes"):
        from ..policy.effort.year_effort import effort

        click.echo(effort(answer.before.dataset, answer).summary())
    _write(answer, html, excel)


def _read(changes: tuple[str, ...]) -> dict[str, str]:
    bad = [c for c in changes if "=" not in c]
    if bad:
        raise InputError([Problem("problem.change.unknown", value=c) for c in bad])
    return dict(c.split("=", 1) for c in changes)


def _write(answer: Any, html: Path | None, excel: Path | None) -> None:
    from ..base.files import write_text
    from ..report.write.block_html import result_page

    if html is not None:
        write_text(html, result_page(answer))
        click.echo(text("cli.page", path=str(html)))
    if excel is not None:
        answer.to_excel(excel)
        click.echo(text("cli.page", path=str(excel)))
