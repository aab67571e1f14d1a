"""Every key of the catalogue that the code can ask for, read from the source: constants, and f-strings filled.

What fills an f-string is found where it stands in the code: constants at the call sites of the function whose
parameter it is, the literal that a loop runs over, constants assigned to a local name. What comes from data or from
another module is declared in the test, from the code's own constants.
"""

from __future__ import annotations

import ast
import importlib
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

KEY = re.compile(r"[a-z_]+(\.[A-Za-z0-9_\- ]+)+")
PATTERN = re.compile(r"[A-Za-z0-9_.\-{} ]+")
FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


@dataclass(frozen=True)
class Asked:
    """A key that code asks for: `pattern` with ``{}`` for what is filled in, and what may fill it (None: not found)."""

    pattern: str
    place: str
    written: str
    fills: tuple[frozenset[str] | None, ...]

    def keys(self, declared: dict[str, frozenset[str]]) -> frozenset[str] | None:
        """All keys it can become, or None if something that fills it is neither found nor declared."""
        if any(fill is None for fill in self.fills):
            fills = declared.get(self.pattern)
            return None if fills is None else frozenset(self.pattern.replace("{}", fill, 1) for fill in fills)
        parts = self.pattern.split("{}")
        made = set()
        for chosen in itertools.product(*(sorted(f) for f in self.fills if f is not None)):
            made.add("".join(a + b for a, b in itertools.zip_longest(parts, chosen, fillvalue="")))
        return frozenset(made)


class Source:
    """The modules of a package as syntax trees that know their parents."""

    def __init__(self, package: Path) -> None:
        self.root = package.parent
        self.trees = {
            file: ast.parse(file.read_text(encoding="utf-8")) for file in sorted(package.rglob("*.py"))
        }
        self.parent = {
            id(child): node
            for tree in self.trees.values()
            for node in ast.walk(tree)
            for child in ast.iter_child_nodes(node)
        }

    @cached_property
    def calls(self) -> dict[str, list[tuple[Path, ast.Call]]]:
        """Calls by the last part of the name called."""
        found: dict[str, list[tuple[Path, ast.Call]]] = {}
        for file, tree in self.trees.items():
            for node in ast.walk(tree):
                if isinstance(node, ast.Call):
                    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                    found.setdefault(name, []).append((file, node))
        return found

    def above(self, node: ast.AST) -> Iterator[ast.AST]:
        """Nodes around `node`, nearest first."""
        while id(node) in self.parent:
            node = self.parent[id(node)]
            yield node

    def asked(self, tops: set[str]) -> Iterator[Asked]:
        """Every constant and f-string of the code that reads as a key of one of the catalogue's `tops`."""
        for file, tree in self.trees.items():
            for node in ast.walk(tree):
                if isinstance(node, ast.JoinedStr):
                    yield from self._pattern(file, node, tops)
                elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                    if isinstance(self.parent.get(id(node)), ast.JoinedStr) or not KEY.fullmatch(node.value):
                        continue
                    if node.value.split(".")[0] in tops:
                        yield Asked(node.value, self._place(file, node), node.value, ())

    def _place(self, file: Path, node: ast.expr) -> str:
        return f"{file.relative_to(self.root)}:{node.lineno}"

    def _pattern(self, file: Path, node: ast.JoinedStr, tops: set[str]) -> Iterator[Asked]:
        pattern = "".join(v.value if isinstance(v, ast.Constant) else "{}" for v in node.values)
        if PATTERN.fullmatch(pattern) and pattern.split(".")[0] in tops and "." in pattern:
            fills = tuple(
                self.values(file, v.value) for v in node.values if isinstance(v, ast.FormattedValue)
            )
            yield Asked(pattern, self._place(file, node), ast.unparse(node), fills)

    def values(self, file: Path, node: ast.expr, depth: int = 0) -> frozenset[str] | None:
        """Texts that an expression can take, or None where the source does not say."""
        if depth > 4:
            return None
        match node:
            case ast.Constant(value=str(value)):
                return frozenset({value})
            case ast.IfExp(body=body, orelse=orelse):
                return self._all(file, [body, orelse], depth)
            case ast.BoolOp(values=values):
                return self._all(file, values, depth)
            case ast.Subscript(value=ast.Dict(values=values)):
                return self._all(file, values, depth)
            case ast.Name(id=name):
                return self._named(file, node, name, depth)
        return None

    def _all(self, file: Path, nodes: list[ast.expr], depth: int) -> frozenset[str] | None:
        found = [self.values(file, n, depth + 1) for n in nodes]
        return None if None in found or not found else frozenset().union(*(f for f in found if f is not None))

    def _named(self, file: Path, node: ast.expr, name: str, depth: int) -> frozenset[str] | None:
        for outer in self.above(node):
            if isinstance(outer, ast.GeneratorExp | ast.ListComp | ast.SetComp | ast.DictComp):
                for loop in outer.generators:
                    if name in _names(loop.target):
                        return self._over(file, loop.iter, loop.target, name, depth)
            if isinstance(outer, ast.For) and name in _names(outer.target):
                return self._over(file, outer.iter, outer.target, name, depth)
            if isinstance(outer, FUNCTION):
                if not isinstance(outer, ast.Lambda):
                    assigned = [
                        n.value
                        for n in ast.walk(outer)
                        if isinstance(n, ast.Assign)
                        and any(isinstance(t, ast.Name) and t.id == name for t in n.targets)
                    ]
                    if assigned:
                        return self._all(file, assigned, depth)
                every = [*outer.args.posonlyargs, *outer.args.args, *outer.args.kwonlyargs]
                if name in {a.arg for a in every} and not isinstance(outer, ast.Lambda):
                    return self._called(outer, name, depth)
                if outer.args.vararg is not None and outer.args.vararg.arg == name:
                    return None
        return None

    def _called(
        self, function: ast.FunctionDef | ast.AsyncFunctionDef, name: str, depth: int
    ) -> frozenset[str] | None:
        """Constants that stand for parameter `name` at every call of a function."""
        positional = [a.arg for a in [*function.args.posonlyargs, *function.args.args]]
        method = bool(positional) and positional[0] in ("self", "cls")
        called = function.name
        if called == "__init__":
            called = next(n.name for n in self.above(function) if isinstance(n, ast.ClassDef))
        found: list[frozenset[str] | None] = []
        for file, call in self.calls.get(called, []):
            given = next((k.value for k in call.keywords if k.arg == name), None)
            if given is None and name in positional:
                at = positional.index(name) - method
                if at < len(call.args) and not any(isinstance(a, ast.Starred) for a in call.args[: at + 1]):
                    given = call.args[at]
            if given is None:
                given = _default(function, name)
            found.append(None if given is None else self.values(file, given, depth + 1))
        return None if not found or None in found else frozenset().union(*(f for f in found if f is not None))

    def _over(
        self, file: Path, iterated: ast.expr, target: ast.expr, name: str, depth: int
    ) -> frozenset[str] | None:
        """What a loop variable takes from the literal (or module constant, or starred parameter) it runs over."""
        place = None
        if isinstance(target, ast.Tuple):
            place = next(
                (i for i, t in enumerate(target.elts) if isinstance(t, ast.Name) and t.id == name), None
            )
            if place is None:
                return None
        match iterated:
            case ast.Call(func=ast.Attribute(value=inside, attr="items")) if place == 0:
                return self._over(file, inside, ast.Name(name), name, depth)
            case ast.Call(func=ast.Name(id="enumerate" | "zip"), args=[first, *_]):
                return (
                    None
                    if place is None
                    else self._over(file, first, ast.Name(name), name, depth)
                    if (_is(iterated, "zip") and place == 0) or (_is(iterated, "enumerate") and place == 1)
                    else None
                )
            case ast.Tuple(elts=elts) | ast.List(elts=elts) | ast.Set(elts=elts):
                chosen = [
                    e if place is None else e.elts[place]
                    for e in elts
                    if place is None or isinstance(e, ast.Tuple)
                ]
                return self._all(file, chosen, depth)
            case ast.Dict(keys=keys) if place is None:
                return self._all(file, [k for k in keys if k is not None], depth)
            case ast.Name(id=constant):
                return self._constant(file, constant, place) or self._starred(iterated, constant, depth)
        return None

    def _constant(self, file: Path, name: str, place: int | None) -> frozenset[str] | None:
        module = ".".join(file.relative_to(self.root).with_suffix("").parts).removesuffix(".__init__")
        value = getattr(importlib.import_module(module), name, None)
        if isinstance(value, dict | tuple | list | set | frozenset) and place is None:
            items = list(value)
        elif isinstance(value, tuple | list) and place is not None:
            items = [v[place] for v in value if isinstance(v, tuple)]
        else:
            return None
        return frozenset(items) if items and all(isinstance(i, str) for i in items) else None

    def _starred(self, node: ast.expr, name: str, depth: int) -> frozenset[str] | None:
        """Constants at every call of a function that takes them as ``*names``."""
        for outer in self.above(node):
            if (
                isinstance(outer, ast.FunctionDef)
                and outer.args.vararg is not None
                and outer.args.vararg.arg == name
            ):
                first = len([a for a in outer.args.args if a.arg not in ("self", "cls")])
                given: list[ast.expr] = []
                files = []
                for file, call in self.calls.get(outer.name, []):
                    given += call.args[first:]
                    files.append(file)
                return self._all(files[0], given, depth) if given else None
        return None


def _is(call: ast.expr, name: str) -> bool:
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == name


def _names(target: ast.expr) -> set[str]:
    return {n.id for n in ast.walk(target) if isinstance(n, ast.Name)}


def _default(function: ast.FunctionDef | ast.AsyncFunctionDef, name: str) -> ast.expr | None:
    args = function.args
    positional = [*args.posonlyargs, *args.args]
    for arg, default in zip(reversed(positional), reversed(args.defaults), strict=False):
        if arg.arg == name:
            return default
    return next((d for a, d in zip(args.kwonlyargs, args.kw_defaults, strict=True) if a.arg == name), None)
