"""Intervals of scores made as narrow as the tree allows: a parent is the weighted mean of its children."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..base.arrays import Flags, Matrix
from ..data.framework import Framework

NOISE = 1e-9  # intervals that miss each other by less still meet


@dataclass(frozen=True, eq=False)
class Intervals:
    """Least and greatest scores, units x codes.

    Attributes
    ----------
    low, high : ndarray
    conflicts : ndarray of bool
        Nodes whose own interval and their children's cannot both hold; their own is kept.
    """

    low: Matrix
    high: Matrix
    conflicts: Flags


def shares(framework: Framework) -> dict[str, dict[str, float]]:
    """For every aggregate its children with their shares of its mean (the given weights)."""
    out: dict[str, dict[str, float]] = {}
    given = framework.given_weights.to_dict()
    for node in framework.aggregates:
        kids = framework.children(node)
        weights = np.array([given[k] for k in kids], dtype=float)
        out[node] = dict(zip(kids, (weights / (weights.sum() or 1.0)).tolist(), strict=True))
    return out


def tighten(framework: Framework, low: Matrix, high: Matrix) -> Intervals:
    """Narrow the interval of every code by those of its children, parent and siblings.

    Parameters
    ----------
    framework : Framework
    low, high : ndarray, units x codes
        What is known of each code by itself; not changed.

    Returns
    -------
    Intervals
        Without conflicts both ends of each can be reached: some scores of the indicators fit
        everything that was known and give just that score.

    Notes
    -----
    One way up the tree and one way down are enough, because a tree's equations meet only in
    single codes. A missing indicator would pass its weight to its siblings; none is assumed.
    """
    low, high = low.copy(), high.copy()
    position = framework.position
    conflicts = np.zeros(low.shape, dtype=bool)
    parts = []
    for node, kids in shares(framework).items():
        counted = [k for k, share in kids.items() if share > 0]
        if counted:
            parts.append(
                (position[node], [position[k] for k in counted], np.array([kids[k] for k in counted]))
            )
    for at, below, share in parts:
        means = low[:, below] @ share, high[:, below] @ share
        conflicts[:, at] = ~_meet(low, high, [at], means[0][:, None], means[1][:, None])[:, 0]
    for at, below, share in reversed(parts):
        lows, highs = low[:, below] * share, high[:, below] * share
        rest_low = lows.sum(axis=1, keepdims=True) - lows
        rest_high = highs.sum(axis=1, keepdims=True) - highs
        least, most = (low[:, [at]] - rest_high) / share, (high[:, [at]] - rest_low) / share
        least[conflicts[:, at]], most[conflicts[:, at]] = -np.inf, np.inf
        _meet(low, high, below, least, most)
    return Intervals(low, high, conflicts)


def _meet(low: Matrix, high: Matrix, at: list[int], least: Matrix, most: Matrix) -> Flags:
    """Cut the intervals of some codes by others, in place; those that do not meet stay, and are told."""
    bottom, top = np.maximum(low[:, at], least), np.minimum(high[:, at], most)
    met: Flags = bottom - top < NOISE
    low[:, at] = np.where(met, np.minimum(bottom, top), low[:, at])
    high[:, at] = np.where(met, top, high[:, at])
    return met
