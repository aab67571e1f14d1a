"""The same question over many illustrative panels: what may be said of a real province."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .optimise import optimise

if TYPE_CHECKING:
    from ...index.index_result import IndexResult
    from ..actions.action import ActionSet
    from .package import Package


def package_findings(package: Package) -> dict[str, Any]:
    """What a package says, for :func:`piikit.over_draws`: findings by name and figures.

    ``reached``, ``action`` (one finding each), ``cost`` (of packages that reach the target),
    ``gain``, ``rank``, ``shortfall``, ``real only reaches`` (with reporting and definition
    effects closed) and ``proved``.
    """
    target = package.question.target_rank
    out: dict[str, Any] = {
        "proved": package.status in ("proved", "out of reach"),
        "gain": package.score_after - package.score_before,
        "rank": package.rank_after,
        "action": package.chosen,
    }
    if target is not None:
        out |= {
            "reached": bool(package.reached),
            "cost": package.cost if package.reached else float("nan"),
            "shortfall": package.shortfall,
            "real only reaches": bool(package.closed[1] <= target),
        }
    return out


def planner(unit: str, actions: ActionSet | str, **options: Any) -> Callable[[IndexResult], dict[str, Any]]:
    """A function for :func:`piikit.over_draws` that optimises each draw.

    Parameters
    ----------
    unit, actions, **options
        As for :func:`piikit.optimise`.

    Examples
    --------
    >>> ask = planner("Cần Thơ", "plan-116", target_rank=3, among="central-cities")  # doctest: +SKIP
    >>> pk.over_draws(ask, "pii-2024", draws=20)  # doctest: +SKIP
    """

    def ask(result: IndexResult) -> dict[str, Any]:
        return package_findings(optimise(result, unit, actions, **options))

    return ask
