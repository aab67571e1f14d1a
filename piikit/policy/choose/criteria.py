"""What can be made as large as possible, and what must be reached."""

from __future__ import annotations

from dataclasses import dataclass

TOLERANCE = 1e-6


@dataclass(frozen=True)
class Aim:
    """A criterion to be made as large as possible.

    Attributes
    ----------
    kind : str
        ``score``, ``margin`` (over the rival at place `place`), ``cost`` (its negative),
        ``count`` (of actions, its negative), ``beaten`` (places gained on the last one among
        `rivals`, so that the rank is their number + 1 less this) or ``passed`` (those of
        `rivals` that are not ahead).
    rivals : tuple of int
    place : int
        For ``margin``: the rank aimed at, so that `place` - 1 rivals may be ahead.
    """

    kind: str
    rivals: tuple[int, ...] = ()
    place: int = 0

    @property
    def counts(self) -> bool:
        """Whether the criterion goes in whole steps (or half ones, where ties share a rank)."""
        return self.kind in ("count", "beaten", "passed")

    @property
    def tolerance(self) -> float:
        """A bound no farther than this above what was found is a proof."""
        return 0.25 if self.counts else TOLERANCE

    @property
    def scale(self) -> float:
        """Points are made larger for the solver, whose absolute gap is fixed."""
        return 100.0 if self.kind in ("score", "margin") else 1.0


@dataclass(frozen=True)
class Lock:
    """A criterion that must reach `least`."""

    aim: Aim
    least: float


def lock(aim: Aim, value: float) -> Lock:
    """Hold a criterion at what was found, for the solver: loosely enough for its tolerances."""
    return Lock(aim, value - (0.25 if aim.counts else 0.0 if aim.kind == "cost" else 1e-7))


def holds(aim: Aim, value: float, found: float) -> bool:
    """Whether `value` really keeps what was found."""
    return value >= found - (0.25 if aim.counts else 1e-9 * max(1.0, abs(found)))
