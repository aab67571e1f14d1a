"""The same question over many illustrative panels: what may be said of a real province."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...index.index_result import IndexResult
from ..actions.action_set import ActionSet
from .optimise import optimise
from .package import Package
from .question import whole_rank


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

    Returns
    -------
    callable
        From an :class:`IndexResult` to the findings of :func:`package_findings`.

    Raises
    ------
    MethodError
        If the target is no whole number from 1.

    Examples
    --------
    >>> import piikit as pk
    >>> asked = pk.planner("Cần Thơ", "open-2022", target_rank=4, among="central-cities")
    >>> said = asked(pk.build_index(pk.load_dataset("open-2022")))
    >>> said["reached"], said["proved"], said["shortfall"]
    (True, True, 0.0)
    """
    if options.get("target_rank") is not None:
        whole_rank(options["target_rank"])

    def ask(result: IndexResult) -> dict[str, Any]:
        return package_findings(optimise(result, unit, actions, **options))

    return ask
