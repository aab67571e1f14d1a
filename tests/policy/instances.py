"""Random small choices of interventions and an oracle that knows nothing of piikit's optimiser.

The oracle applies effects by its own few lines, builds the whole index for every one of the 2^K
packages with the engine, ranks by counting, and picks the best by sorting.
"""

from __future__ import annotations

from copy import copy
from itertools import product

import numpy as np
import pandas as pd

import piikit as pk
from piikit.index.engine import compute
from piikit.policy.actions.action import Action, Effect, Link
from piikit.policy.actions.action_set import ActionSet
from piikit.policy.actions.distributions import Estimate


def tree(codes, groups):
    rows = [("W", "", 1)]
    rows += [(f"P{g}", "W", 1) for g in range(groups)]
    rows += [(c, f"P{i % groups}", -1 if i % 5 == 4 else 1) for i, c in enumerate(codes)]
    return pk.Framework.from_frame(pd.DataFrame(rows, columns=["code", "parent", "direction"]), name="small")


def instance(seed):
    """One index and one set of actions: treatments on and off, gaps, ties, links, few or many actions."""
    rng = np.random.default_rng(seed)
    n, m, k = int(rng.integers(6, 13)), int(rng.integers(4, 9)), int(rng.integers(3, 9))
    if seed % 40 == 0:
        n, m, k = 6, 4, 10 + seed // 40
    codes = [f"I{j}" for j in range(m)]
    grid = seed % 3 == 0  # coarse values: many exact ties
    x = rng.integers(0, 6, (n, m)).astype(float) if grid else rng.normal(50, 10, (n, m))
    if seed % 4 == 1:
        x[:, ::2] = np.exp(rng.normal(0, 1.6, x[:, ::2].shape))
    if seed % 5 == 2:
        holes = rng.random(x.shape) < 0.08
        holes[:, 0] = False
        x[holes] = np.nan
    method = pk.Method.pii()
    if seed % 4 == 1:
        method = pk.Method.preset(["gii", "coinr"][seed % 2])
        method = method.replace(coverage={"by_parent": {}}, treatment={"max_points": 2, "kinds": ()})
    if seed % 7 == 3:
        method = method.replace(rank_decimals=2)
    frame = pd.DataFrame(x, index=[f"U{i}" for i in range(n)], columns=codes)
    groups = pd.DataFrame({"half": [str(i % 2) for i in range(n)]}, index=frame.index)
    data = pk.Dataset.from_frame(frame, framework=tree(codes, 2 + seed % 2), groups=groups)
    result = pk.build_index(data, method)
    unit = f"U{int(rng.integers(n))}"
    return result, unit, make_actions(rng, result, unit, k, grid), rng


def make_actions(rng, result, unit, k, grid):
    codes, actions = list(result.framework.indicators), []
    for a in range(k):
        effects = []
        for code in rng.choice(codes, int(rng.integers(1, 4)), replace=False):
            base = result.dataset.values.at[unit, code]
            way = str(rng.choice(["add", "add", "percent"]))
            sign = int(result.framework.table.at[code, "direction"])
            size = 1.0 if grid else float(rng.uniform(0.5, 7))
            if way == "percent":
                size = float(rng.integers(3, 25))
            if np.isnan(base):
                way, size, sign = "set", float(result.dataset.values[code].median() + rng.normal()), 1
            cap = None if way == "set" or rng.random() < 0.7 else float(base + sign * size * 1.5)
            effects.append(Effect(str(code), Estimate.of(sign * size), way=way, cap=cap))
        cost = float(rng.integers(1, 9)) if grid else float(np.round(rng.uniform(1, 10), 2))
        agency = ["A", "B"][int(rng.integers(2))]
        actions.append(
            Action(f"a{a:02d}", f"việc {a}", f"task {a}", agency, cost=cost, effects=tuple(effects))
        )
    links = []
    if k >= 4:
        links = [Link("requires", "a00", "a01"), Link("excludes", "a02", "a03")]
    return ActionSet.of(actions, links, framework=result.framework)


def raw_after(row, directions, actions, flags):
    """Own raw values of one package, by the words of the manual and nothing else."""
    row = dict(row)
    order = {"set": 0, "add": 1, "percent": 2}
    for code, direction in directions.items():
        found = [
            (order[e.way], np.inf if e.cap is None else (e.cap if e.amount.likely >= 0 else -e.cap), a.id, e)
            for a, f in zip(actions.actions, flags, strict=True)
            if f
            for e in a.effects
            if e.code == code
        ]
        sets = [e.amount.likely for _, _, _, e in found if e.way == "set"]
        if sets:
            row[code] = max(sets) if direction > 0 else min(sets)
        for _, _, _, e in sorted(found, key=lambda t: t[:3]):
            if e.way == "set" or np.isnan(row[code]):
                continue
            size = e.amount.likely
            new = row[code] + size if e.way == "add" else row[code] * (1 + size / 100)
            if e.cap is not None and new > row[code]:
                new = min(new, max(row[code], e.cap))
            elif e.cap is not None:
                new = max(new, min(row[code], e.cap))
            row[code] = new
    return row


class Oracle:
    """All packages of an instance, each built whole."""

    def __init__(self, result, unit, actions):
        self.result, self.unit, self.actions = result, unit, actions
        self.own = result.units.index(unit)
        self.costs = np.array([a.cost.likely for a in actions.actions])
        self.flags = np.array(list(product([False, True], repeat=len(actions))))
        x = result.dataset.values.to_numpy(float).copy()
        at = result.framework.codes.index(result.framework.root)
        self.scores = np.empty((len(self.flags), len(result.units)))
        seen = {}
        base = result.dataset.values.loc[unit].to_dict()
        signs = {c: int(result.framework.table.at[c, "direction"]) for c in base}
        for row, flags in enumerate(self.flags):
            made = raw_after(base, signs, actions, flags)
            key = tuple(made.values())
            if repr(key) not in seen:
                x[self.own] = key
                seen[repr(key)] = compute(result.plan, x).scores[:, at]
            self.scores[row] = seen[repr(key)]
        self.cost = self.flags @ self.costs

    def by(self, result):
        """The same packages, their scores ranked by another rule."""
        other = copy(self)
        other.result = result
        return other

    def allowed(self, budget=None, agency=None):
        keep = np.ones(len(self.flags), dtype=bool)
        if budget is not None:
            keep &= self.cost <= budget + 1e-9
        for name, high in (agency or {}).items():
            share = np.array(
                [c if a.agency == name else 0 for a, c in zip(self.actions.actions, self.costs, strict=True)]
            )
            keep &= self.flags @ share <= high + 1e-9
        for link in self.actions.links:
            a, b = self.flags[:, self.actions.place(link.a)], self.flags[:, self.actions.place(link.b)]
            keep &= ~(a & ~b) if link.kind == "requires" else ~(a & b)
        return keep & ~np.isnan(self.scores[:, self.own])

    def ranks(self, rivals):
        rounded = np.round(self.scores, self.result.method.rank_decimals)
        places = [self.result.units.index(u) for u in rivals]
        with np.errstate(invalid="ignore"):
            return 1 + (rounded[:, places] > rounded[:, [self.own]]).sum(axis=1)

    def margins(self, rivals, place):
        """Lead over the rival at the place aimed at."""
        places = [self.result.units.index(u) for u in rivals]
        theirs = np.sort(np.nan_to_num(self.scores[:, places], nan=-np.inf), axis=1)[:, ::-1]
        if place > len(places):
            return np.zeros(len(self.flags))
        lead = self.scores[:, self.own] - theirs[:, place - 1]
        return np.where(np.isinf(lead), 0.0, lead)

    def passed(self, rivals):
        """Rivals ahead at first and not ahead after, by package."""
        rounded = np.round(self.scores, self.result.method.rank_decimals)
        places = [self.result.units.index(u) for u in rivals]
        with np.errstate(invalid="ignore"):
            ahead = rounded[:, places] > rounded[:, [self.own]]
        return (ahead[0] & ~ahead).sum(axis=1)
