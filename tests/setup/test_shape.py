"""The shape of the code: how much of it, how tangled, which circles; limits that CONTRIBUTING.md names."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import piikit

PACKAGE = Path(piikit.__file__).parent
MOST_LINES = 24_300
BRANCHES = (ast.If, ast.IfExp, ast.For, ast.While, ast.ExceptHandler, ast.comprehension, ast.match_case)
Function = ast.FunctionDef | ast.AsyncFunctionDef
# the compiled loop, whose arrays numba takes one by one
EXEMPT = {"compiled_kernel.py"}


@cache
def trees() -> dict[Path, ast.Module]:
    return {f: ast.parse(f.read_text(encoding="utf-8")) for f in sorted(PACKAGE.rglob("*.py"))}


def functions() -> Iterator[tuple[Path, Function]]:
    for file, tree in trees().items():
        yield from ((file, node) for node in ast.walk(tree) if isinstance(node, Function))


def code_lines(file: Path, tree: ast.Module) -> int:
    """Lines without blanks, comments, docstrings and imports."""
    passed = set()
    for node in ast.walk(tree):
        text = (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
        )
        if text or isinstance(node, ast.Import | ast.ImportFrom):
            passed.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    lines = enumerate(file.read_text(encoding="utf-8").splitlines(), start=1)
    return sum(
        bool(line.strip()) and not line.strip().startswith("#") and at not in passed for at, line in lines
    )


def complexity(function: Function) -> int:
    """Paths through a function and those inside it: decisions + 1."""
    nodes = list(ast.walk(function))
    short = sum(len(n.values) - 1 for n in nodes if isinstance(n, ast.BoolOp))
    return 1 + short + sum(isinstance(n, BRANCHES) for n in nodes)


def parameters(function: Function) -> int:
    a = function.args
    every = (*a.posonlyargs, *a.args, *a.kwonlyargs)
    return len(every) + (a.vararg is not None) + (a.kwarg is not None)


def test_code_stays_within_its_budget():
    assert sum(code_lines(file, tree) for file, tree in trees().items()) <= MOST_LINES


def test_few_functions_are_tangled_and_none_hopelessly():
    counted = {
        f"{f.relative_to(PACKAGE)}:{n.name}": complexity(n) for f, n in functions() if f.name not in EXEMPT
    }
    above = {name: paths for name, paths in counted.items() if paths > 12}
    assert {name: paths for name, paths in above.items() if paths > 20} == {}
    assert len(above) <= 0.04 * len(counted), above


def test_many_parameters_only_on_the_public_face():
    public = {module: set() for group in piikit.GROUPS.values() for module in group.values()}
    for group in piikit.GROUPS.values():
        for name, module in group.items():
            public[module].add(name)
    long = []
    for file, node in functions():
        module = ".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts)
        open_to_all = node.name in public.get(module, set()) or (
            node.name == "command" and "cli" in file.parts
        )
        method = node.name == "from_frame" and module in public
        if parameters(node) > 8 and not open_to_all and not method and file.name not in EXEMPT:
            long.append(f"{file.relative_to(PACKAGE)}:{node.name} {parameters(node)}")
    assert not long


def imports() -> dict[str, set[str]]:
    """Which module of piikit imports which, at any depth of a function."""
    names = {
        ".".join(f.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")
        for f in trees()
    }
    found: dict[str, set[str]] = {}
    for file, tree in trees().items():
        parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
        package, own = list(parts[:-1]), ".".join(parts).removesuffix(".__init__")
        taken = found.setdefault(own, set())
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                base = package[: len(package) - node.level + 1] if node.level else []
                source = ".".join([*base, *(node.module.split(".") if node.module else [])])
                for name in node.names:
                    whole = f"{source}.{name.name}"
                    taken.add(whole if whole in names else source)
        found[own] = {t for t in taken if t in names and t != own}
    return found


def circles() -> list[list[str]]:
    """Groups of modules that import each other, by reachability."""
    graph = imports()
    reach: dict[str, set[str]] = {}
    for start in graph:
        seen: set[str] = set()
        stack = list(graph[start])
        while stack:
            at = stack.pop()
            if at not in seen:
                seen.add(at)
                stack += graph[at]
        reach[start] = seen
    groups = {frozenset(b for b in reach[a] if a in reach.get(b, ())) for a in graph if a in reach[a]}
    return sorted(sorted(g) for g in groups if len(g) > 1)


def test_circles_are_named_in_contributing(root):
    said = (root / "CONTRIBUTING.md").read_text(encoding="utf-8")
    unnamed = [
        g for g in circles() if not all(m.removeprefix("piikit.").replace(".", "/") in said for m in g)
    ]
    assert not unnamed


def test_names_of_files_are_unique():
    names = [f.name for f in trees() if not f.name.startswith("__")]
    assert sorted(names) == sorted(set(names))
