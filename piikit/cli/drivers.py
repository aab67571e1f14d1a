"""``piikit drivers``: association of an outcome with predictors, with every check."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ..base.language import text
from . import lang_option
from .outputs import FILE, wrote
from .source import SHOWCASE

MODELS = ("ols", "elastic-net", "quantile", "panel-fe", "first-differences", "panel-re")


@click.command(help=text("cli.help.drivers"))
@click.argument("formula", required=False)
@click.option(
    "--data", "names", multiple=True, default=(SHOWCASE,), show_default=True, help=text("cli.option.data")
)
@click.option("--scores", is_flag=True, help=text("cli.option.scores"))
@click.option("--model", type=click.Choice(MODELS), default="ols", show_default=True)
@click.option("--word", type=FILE, help=".docx")
@click.option("--excel", type=FILE, help=".xlsx")
@click.option("--figure", type=FILE, help=".png")
@click.option("--latex", is_flag=True, help=text("cli.option.latex"))
@click.option("--allow-illustrative", is_flag=True, help=text("cli.option.allow_illustrative"))
@lang_option
def command(
    formula: str | None,
    names: tuple[str, ...],
    scores: bool,
    word: Path | None,
    excel: Path | None,
    figure: Path | None,
    latex: bool,
    **asked: Any,
) -> None:
    """Print the fit and its checks, or write it as Word, Excel, LaTeX and a figure."""
    from ..diagnosis.drivers import drivers, variables_of

    data = [_load(name, scores) for name in names]
    given: Any = data[0] if len(data) == 1 else data
    if formula is None:
        click.echo(text("drivers.cli.names"))
        for v in variables_of(given).known.values():
            click.echo(f"  {v.name:<20} {v.code:<8} {v.title()}")
        return
    result = drivers(given, formula=formula, **asked)
    click.echo(result.to_latex() if latex else result.summary())
    for path, write in ((word, result.to_word), (excel, result.to_excel)):
        if path is not None:
            write(path)
            wrote(path)
    if figure is not None:
        _draw(result, figure)
        wrote(figure)


def _load(name: str, scores: bool) -> Any:
    from ..data.library import load_dataset
    from ..index.build import build_index
    from ..index.method import Method

    dataset = load_dataset(name)
    return build_index(dataset, Method.pii()) if scores else dataset


def _draw(result: Any, path: Path) -> None:
    import matplotlib as mpl

    from ..base.files import must_end, write_bytes
    from ..report.figures.theme import to_png

    mpl.use("Agg")
    write_bytes(must_end(path, ".png"), to_png(result.plot().figure))
