"""What a verb works on: a dataset that ships, a workbook, or a province's own page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from ..base.errors import MethodError
from ..base.language import pick

SHOWCASE = "open-2022"  # the default of verbs: real figures only, and the year with most indicators


def source_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """``--data NAME | --workbook FILE | --page FILE``, ``--method`` and ``--peers``."""
    file = click.Path(exists=True, dir_okay=False, path_type=Path)
    peers = pick(
        "Nhóm so sánh: region, central-cities, nearest, all, hoặc tên các địa phương cách nhau bằng dấu phẩy.",
        "Peers: region, central-cities, nearest, all, or units separated by commas.",
    )
    options = (
        click.option("--data", help="open-2022 | pii-2024 | ..."),
        click.option("--workbook", type=file, help=".xlsx"),
        click.option("--framework", help="pii-2024 | open-2022 | ... (--workbook)"),
        click.option("--page", help=pick("Trang của địa phương (tệp).", "The province's own page (a file).")),
        click.option("--method", default="pii", show_default=True, help="pii | gii | coinr | FILE"),
        click.option("--peers", help=peers),
    )
    for option in reversed(options):
        function = option(function)
    return function


def diagnose_source(
    unit: str,
    data: str | None,
    workbook: Path | None,
    framework: str | None,
    page: str | None,
    method: str,
    peers: str | None,
) -> Any:
    """Build what was asked for and diagnose `unit`.

    Raises
    ------
    MethodError
        If more than one source is given.
    """
    from ..data.library import load_dataset
    from ..diagnosis.unit.diagnosis import diagnose
    from ..index.build import build_index
    from ..index.method import Method

    if sum(x is not None for x in (data, workbook, page)) > 1:
        raise MethodError("error.one_source")
    if page is not None:
        from ..index.page.page_result import read_page

        return diagnose(read_page(Path(page) if Path(page).exists() else page, unit=unit), unit)
    if workbook is not None:
        from ..data.reading.table.workbook import read_workbook

        dataset = read_workbook(workbook, framework=framework)
    else:
        dataset = load_dataset(data or SHOWCASE)
    group: Any = peers
    if peers and "," in peers:
        group = [p.strip() for p in peers.split(",")]
    return diagnose(build_index(dataset, Method.load(method)), unit, peers=group)


def stem_of(diagnosis: Any) -> str:
    """A file name without accents: ``can-tho-open-2022``."""
    from ..base.folding import fold

    dataset = getattr(diagnosis.result, "dataset", None)
    if dataset is not None:
        tail = dataset.name or "data"
    else:
        tail = f"page-{diagnosis.result.year or ''}".rstrip("-")
    return f"{fold(diagnosis.unit).replace(' ', '-')}-{fold(tail).replace(' ', '-')}"
