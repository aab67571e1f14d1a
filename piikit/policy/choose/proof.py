"""What was proved, and of which question: the word is said of nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...base.watch import Watch
from .question import Question
from .search import Stage


@dataclass(frozen=True)
class Proof:
    """A question and what is known of its answer.

    Attributes
    ----------
    objective : str
        ``cost``, ``score``, ``rank`` or ``passed``; see :func:`piikit.optimise`.
    target_rank : int or None
        Rank that the package had to reach at the planned effects.
    at : str
        At which effects and costs: ``mean``, ``likely``, ``low`` or ``high``.
    candidates : int
        Actions that could be taken or left; every package of them was in question.
    limits : int
        Budgets and links that had to be kept.
    sure : float or None
        Least share of `futures` in which the rank had to be reached too.
    futures : int
    rivals : str
        What rivals do in them.
    proved : bool
        Whether nothing better exists (or, if the target is out of reach, that no package reaches it).
    reason : str
        Why it is not proved: ``time``, ``stopped`` or ``later`` (only a later criterion is open); else empty.
    stopped : bool
        Whether Ctrl-C came before everything was said, be the answer proved or not.
    """

    objective: str
    target_rank: int | None
    at: str
    candidates: int
    limits: int
    proved: bool
    reason: str = ""
    sure: float | None = None
    futures: int = 0
    rivals: str = "frozen"
    stopped: bool = False


def prove(question: Question, stages: Sequence[Stage], watch: Watch) -> Proof:
    """The proof of a plain search."""
    proved = all(s.proved for s in stages)
    later = all(s.proved for s in stages if s.package is None) and _first(stages).proved
    reason = "" if proved else "stopped" if watch.stopped else "later" if later else "time"
    return Proof(
        question.objective,
        question.target_rank,
        question.at,
        int(question.limits.free.size),
        len(question.limits.names),
        proved,
        reason,
    )


def _first(stages: Sequence[Stage]) -> Stage:
    return next((s for s in stages if s.package is not None), stages[0])
