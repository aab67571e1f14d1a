"""``piikit plan``: the best package of actions, its odds and its price."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ..base.language import pick, text
from . import lang_option
from .source import SHOWCASE

HELP = pick(
    "Chọn gói hoạt động tốt nhất cho UNIT: rẻ nhất để đạt thứ hạng (--target-rank), hoặc nhiều điểm nhất trong ngân sách (--budget).",
    "Choose the best package of actions for UNIT: cheapest to a rank (--target-rank) or most points within --budget.",
)
SETS = {"pii": "plan-116", "open": "open-2022"}


@click.command(help=HELP)
@click.argument("unit", default="Cần Thơ")
@click.option("--data", default=SHOWCASE, show_default=True)
@click.option("--method", default="pii", show_default=True)
@click.option("--actions", default=None, help="open-2022 | plan-116 | FILE.xlsx | FILE.toml")
@click.option("--budget", type=float, default=None, help=pick("tỷ đồng", "billion VND"))
@click.option("--target-rank", type=int, default=None)
@click.option("--among", default="all", show_default=True, help="all | central-cities | region | ...")
@click.option("--objective", type=click.Choice(["cost", "score", "rank", "passed"]), default=None)
@click.option(
    "--sure", type=float, default=None, help=pick("độ chắc chắn, ví dụ 0.8", "how sure, such as 0.8")
)
@click.option("--edition", type=int, default=None)
@click.option("--frontier", is_flag=True)
@click.option("--seconds", type=float, default=60.0, show_default=True)
@click.option("--runs", type=int, default=1000, show_default=True)
@click.option("--xlsx", type=click.Path(dir_okay=False, path_type=Path), default=None)
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), default=None)
@click.option("--template", type=click.Path(dir_okay=False, path_type=Path), default=None)
@lang_option
def command(
    unit: str,
    data: str,
    method: str,
    actions: str | None,
    budget: float | None,
    target_rank: int | None,
    among: str,
    objective: str | None,
    sure: float | None,
    edition: int | None,
    frontier: bool,
    seconds: float,
    runs: int,
    xlsx: Path | None,
    html: Path | None,
    template: Path | None,
) -> None:
    """Load, choose, judge and write."""
    from ..base.errors import MethodError
    from ..base.files import write_text
    from ..data.library import load_dataset
    from ..index.build import build_index
    from ..index.method import Method
    from ..policy.actions.action_files import action_sets, load_actions
    from ..policy.actions.action_writing import write_actions
    from ..policy.chance.odds import odds
    from ..policy.chance.optimise_sure import optimise_sure
    from ..policy.choose.frontier import frontier as solve_frontier
    from ..policy.choose.optimise import optimise
    from ..policy.effort.year_effort import effort
    from ..report.words.plan_words import actions_table
    from ..report.write.block_excel import result_excel
    from ..report.write.block_html import result_page
    from ..report.write.cells import aligned, worded

    name = actions or SETS.get(data.partition("-")[0])
    if name is None:
        raise MethodError("error.plan.no_options", data=data, known=", ".join(action_sets()))
    result = build_index(load_dataset(data), Method.load(method))
    chosen = load_actions(name, framework=result.framework)
    if template is not None:
        click.echo(text("plan.template", path=str(write_actions(chosen, template))))
        return
    if (objective == "cost" and target_rank is None) or (sure is not None and target_rank is None):
        raise MethodError("error.plan.no_target")
    more: list[Any] = []
    if sure is not None:
        found = optimise_sure(
            result, unit, chosen, target_rank=target_rank or 1, among=among, sure=sure, budget=budget,
            edition=edition, seconds=seconds, fresh=runs,
        )  # fmt: skip
        click.echo(found.summary() + "\n")
        package = found.package
    else:
        package = optimise(
            result, unit, chosen, budget=budget, target_rank=target_rank, among=among, objective=objective,
            edition=edition, seconds=seconds,
        )  # fmt: skip
    click.echo(package.summary() + "\n")
    if package.chosen:
        click.echo("\n".join(aligned(worded(actions_table(package)))) + "\n")
        new = {str(c): float(v) for c, v in package.indicators["raw_after"].items()}
        click.echo(effort(result.dataset, new, unit=package.unit).summary() + "\n")
        more.append(odds(package, runs=runs))
    if frontier:
        more.append(
            solve_frontier(result, unit, chosen, among=among, edition=edition, points=12, seconds=seconds)
        )
    for part in more:
        click.echo(part.summary() + "\n")
    if xlsx is not None:
        result_excel(package, xlsx, more=more)
        click.echo(text("cli.page", path=str(xlsx)))
    if html is not None:
        write_text(html, result_page(package, *more))
        click.echo(text("cli.page", path=str(html)))
