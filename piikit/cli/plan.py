"""``piikit plan``: the best package of actions, its odds and its price."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..base.language import text
from . import lang_option
from .amounts import BILLIONS
from .outputs import FILE, html_option, write_results, wrote
from .source import build, index_options

if TYPE_CHECKING:
    from ..base.watch import Watch
    from ..policy.choose.package import Package

SETS = {"pii": "plan-116", "open": "open-2022"}


@click.command(help=text("cli.help.plan"))
@click.argument("unit", default="Cần Thơ")
@index_options
@click.option("--actions", help="open-2022 | plan-116 | FILE.xlsx | FILE.toml")
@click.option("--budget", type=BILLIONS, help=text("cli.option.plan_budget"))
@click.option("--target-rank", type=int)
@click.option("--among", default="all", show_default=True, help="all | central-cities | region | ...")
@click.option("--objective", type=click.Choice(["cost", "score", "rank", "passed"]))
@click.option("--sure", type=float, help=text("cli.option.sure"))
@click.option("--edition", type=int)
@click.option("--frontier", "prices", is_flag=True)
@click.option("--seconds", type=click.FloatRange(0), default=60.0, show_default=True)
@click.option("--runs", type=click.IntRange(min=20), default=1000, show_default=True)
@click.option(
    "--rivals",
    type=click.Choice(["frozen", "trend", "repeat", "drift"]),
    default="frozen",
    show_default=True,
    help=text("cli.option.rivals"),
)
@click.option("--xlsx", type=FILE)
@html_option
@click.option("--template", type=FILE)
@lang_option
def command(
    unit: str,
    data: str,
    method: str,
    actions: str | None,
    template: Path | None,
    xlsx: Path | None,
    html: Path | None,
    **asked: Any,
) -> None:
    """Load, choose, judge and write."""
    from ..base.errors import MethodError
    from ..base.watch import Watch
    from ..policy.actions.action_files import action_sets, load_actions
    from ..policy.actions.action_writing import write_actions

    name = actions or SETS.get(data.partition("-")[0])
    if name is None:
        raise MethodError("error.plan.no_options", data=data, known=", ".join(action_sets()))
    result = build(data, method)
    chosen = load_actions(name, framework=result.framework)
    for said in chosen.warnings:
        click.echo(said.sentence(), err=True)
    if template is not None:
        wrote(write_actions(chosen, template, framework=result.framework), "plan.template")
        return
    with Watch() as watch:
        write_results(*_judged(result, unit, chosen, watch, **asked), excel=xlsx, html=html)


def _judged(
    result: Any, unit: str, actions: Any, watch: Watch, *, runs: int, rivals: str, prices: bool, **asked: Any
) -> list[Any]:
    """Choose; say what comes of it, how hard it is, its odds and the price of each rank."""
    from ..policy.chance.odds import odds
    from ..policy.chance.optimise_sure import optimise_sure
    from ..policy.choose.frontier import frontier
    from ..policy.choose.optimise import optimise
    from ..policy.effort.year_effort import effort
    from ..report.words.plan_words import actions_table
    from ..report.write.cells import aligned

    sure = asked.pop("sure")
    futures: dict[str, Any] = {} if sure is None else {"sure": sure, "fresh": runs, "rivals": rivals}
    answer: Any = (optimise_sure if futures else optimise)(result, unit, actions, **futures, **asked)
    package: Package = getattr(answer, "package", answer)
    click.echo(answer.summary() + "\n")
    found: list[Any] = [answer]
    if package.chosen:
        click.echo("\n".join(aligned(actions_table(package))) + "\n")
    if package.chosen and not watch.stopped:
        new = {str(c): float(v) for c, v in package.indicators["raw_after"].items()}
        click.echo(effort(result.dataset, new, unit=package.unit).summary() + "\n")
        found.append(odds(package, runs=runs, rivals=rivals))
    if prices and not watch.stopped:
        limits = {k: asked[k] for k in ("among", "edition", "seconds")}
        found.append(frontier(result, unit, actions, points=12, **limits))
    for part in found[1:]:
        click.echo(part.summary() + "\n")
    if watch.stopped and len(found) == 1 and not package.proof.stopped:
        click.echo(text("plan.stopped"))
    return found
