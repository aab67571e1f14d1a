"""What a verb works on: a dataset that ships, a workbook, or a province's own page."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..base.errors import MethodError
from ..base.language import text

if TYPE_CHECKING:
    from ..index.index_result import IndexResult
    from ..index.page.page_result import PageResult

SHOWCASE = "open-2022"  # the default of verbs: real figures only, and the year with most indicators
Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def together(*options: Decorator) -> Decorator:
    """One decorator out of several, listed by ``--help`` in this order."""

    def apply(function: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            function = option(function)
        return function

    return apply


method_option = click.option("--method", default="pii", show_default=True, help="pii | gii | coinr | FILE")
index_options = together(click.option("--data", default=SHOWCASE, show_default=True), method_option)
source_options = together(
    click.option("--data", help=text("cli.option.source_data")),
    click.option("--workbook", type=click.Path(path_type=Path), help=".xlsx"),
    click.option("--framework", help="pii-2024 | open-2022 | ... (--workbook)"),
    click.option("--page", help=text("cli.option.page")),
    method_option,
)
peers_option = click.option(
    "--peers", callback=lambda ctx, param, value: _peers(value), help=text("cli.option.peers")
)


def _peers(given: str | None) -> str | list[str] | None:
    return [p.strip() for p in given.split(",")] if given and "," in given else given


def build(data: str, method: str) -> IndexResult:
    """Build the index of a dataset that ships."""
    from ..data.library import load_dataset
    from ..index.build import build_index
    from ..index.method import Method

    return build_index(load_dataset(data), Method.load(method))


def scored(
    unit: str | None,
    *,
    data: str | None,
    workbook: Path | None,
    framework: str | None,
    page: str | None,
    method: str,
) -> IndexResult | PageResult:
    """Build the index, or score the page of `unit`, that the options of :data:`source_options` name.

    Raises
    ------
    MethodError
        If more than one source is given.
    """
    from ..data.reading.table.collected import Told
    from ..data.reading.table.workbook import read_workbook
    from ..index.build import build_index
    from ..index.method import Method
    from ..index.page.page_result import read_page

    if sum(x is not None for x in (data, workbook, page)) > 1:
        raise MethodError("error.one_source")
    if page is not None:
        return read_page(Path(page) if os.path.lexists(page) else page, unit=unit)
    if workbook is not None:
        dataset = read_workbook(workbook, framework=framework)
        for said in Told.of(dataset.meta)[:40]:
            click.echo(f"{said}", err=True)
        return build_index(dataset, Method.load(method))
    return build(data or SHOWCASE, method)


def stem_of(diagnosis: Any) -> str:
    """A file name without accents: ``can-tho-open-2022``."""
    from ..base.folding import fold

    return "-".join(
        fold(part).replace(" ", "-") for part in (diagnosis.unit, diagnosis.result.name or "data")
    )
