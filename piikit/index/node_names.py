"""What a method calls the nodes of a tree by: their code, their level, what they are."""

from __future__ import annotations

from collections.abc import Iterator

from ..base.errors import Problem, UnknownNameError
from ..data.framework import Framework
from .method import Method
from .method_parts import Names

ROLES = ("sub_index", "pillar")
"""What stands one and two steps below the whole, in trees that have groups and indicators below."""


def node_names(framework: Framework, code: str) -> Names:
    """Code, level and, if it is one, role of a node, the most particular first."""
    depth, height = len(framework.ancestors(code)), framework.level(framework.root)
    # a sub-index has pillars below, a pillar groups of indicators
    role = ROLES[depth - 1 : depth] if 0 < depth <= height - 3 else ()
    return (code, f"level:{framework.level(code)}", *role)


def check_names(framework: Framework, method: Method) -> None:
    """Refuse codes and levels of a method that the framework does not have.

    Raises
    ------
    UnknownNameError
        With the nearest.
    """
    indicators, inner = framework.indicators, framework.aggregates
    skipped = () if method.treatment is None else method.treatment.skip
    for code in (*method.normalisation.by_indicator, *skipped):
        if code not in indicators:
            raise UnknownNameError("indicator", code, indicators)
    levels = [f"level:{framework.level(c)}" for c in inner]
    for name in (*method.aggregation.by_parent, *method.coverage.by_parent):
        if name not in (*inner, *levels, *ROLES):
            meant = [n for n in levels if n == f"level:{name}"]
            raise UnknownNameError("code", name, meant or [*inner, *dict.fromkeys(levels), *ROLES])


def roles_missing(framework: Framework, method: Method) -> Iterator[Problem]:
    """A rule for sub-indices or pillars where the tree has none cannot be followed, which is said."""
    found = {n for c in framework.aggregates for n in node_names(framework, c)}
    for role in ROLES:
        if role in {*method.aggregation.by_parent, *method.coverage.by_parent} and role not in found:
            yield Problem(
                "problem.index.no_role",
                {"role": role, "levels": framework.level(framework.root), "method": method.name},
                severity="warning",
            )
