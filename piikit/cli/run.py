"""``piikit run``: the main job, from data to the brief of one province."""

from __future__ import annotations

import time
from pathlib import Path

import click

from ..base.language import pick, text
from . import lang_option

HELP = pick(
    "Việc chính: dựng bộ dữ liệu, viết trang giải thích và các bảng vào thư mục OUT.",
    "The main job: build the dataset, write the explanation and the tables to OUT.",
)


@click.command(help=HELP)
@click.option("--unit", default="Cần Thơ", show_default=True)
@click.option("--data", default="open-2022", show_default=True)
@click.option("--method", default="pii", show_default=True, help="pii | gii | coinr | FILE")
@click.option(
    "--out", default=Path("reports"), show_default=True, type=click.Path(file_okay=False, path_type=Path)
)
@lang_option
def command(unit: str, data: str, method: str, out: Path) -> None:
    """Build, write, and say where it is."""
    from ..base.folding import fold
    from ..data.library import load_dataset
    from ..data.storage import replace_file
    from ..index.build import build_index
    from ..index.method import Method
    from ..report.explanation import to_page
    from ..report.exports_index import write_index

    started = time.monotonic()
    steps = 3
    click.echo(text("run.step", at=1, of=steps, what=text("run.build", name=data)))
    result = build_index(load_dataset(data), Method.load(method))
    unit = result.dataset.unit(unit)
    written: list[Path] = []
    click.echo(text("run.step", at=2, of=steps, what=text("run.page", unit=unit)))
    explanation = result.explain(unit)
    stem = fold(unit).replace(" ", "-")
    for lang in ("vi", "en"):
        whole = to_page(explanation, lang)
        path = out / f"{stem}-{data}-explained-{lang}.html"
        written.append(replace_file(path, lambda p, w=whole: p.write_text(w, encoding="utf-8", newline="\n")))
    click.echo(text("run.step", at=3, of=steps, what=text("run.tables")))
    written += write_index(result, out / data)
    click.echo(text("run.done", seconds=f"{time.monotonic() - started:.0f}"))
    for path in written:
        click.echo(f"  {path}")
    click.echo(explanation.summary())
