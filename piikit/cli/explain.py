"""``piikit explain``: one score down to its raw cells."""

from __future__ import annotations

from pathlib import Path

import click

from ..base.language import pick, text
from . import lang_option
from .source import SHOWCASE

HELP = pick(
    "Tách điểm của UNIT (mã CODE, mặc định là chỉ số chung) đến tận ô số liệu và nguồn.",
    "Take the score of UNIT on CODE (by default the whole) apart down to raw cells and sources.",
)


@click.command(help=HELP)
@click.argument("unit")
@click.argument("code", required=False)
@click.option("--data", default=SHOWCASE, show_default=True)
@click.option("--method", default="pii", show_default=True)
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help=".html")
@click.option("--latex", is_flag=True)
@lang_option
def command(unit: str, code: str | None, data: str, method: str, html: Path | None, latex: bool) -> None:
    """Print the explanation, or write it as a page."""
    from ..base.files import write_text
    from ..data.library import load_dataset
    from ..index.build import build_index
    from ..index.method import Method
    from ..report.write.block_html import result_page

    explanation = build_index(load_dataset(data), Method.load(method)).explain(unit, code)
    if html is not None:
        write_text(html, result_page(explanation))
        click.echo(text("cli.page", path=str(html)))
    else:
        click.echo(explanation.to_latex() if latex else explanation.to_text())
