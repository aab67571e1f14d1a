"""Every regular expression of the package takes time in proportion to the text, whatever the text is.

Patterns are found in the source, module constants and literals alike, so that a new one is tried too. Each meets
long repeats of what it names; its time is compared with that of a plain search measured in the same run, so that
no clock matters. The plain run tries 4,000 characters, ``--long`` a million.
"""

import ast
import re
import time
from functools import cache
from itertools import product
from pathlib import Path

import pytest
from sizes import sized

import piikit
from piikit.base.errors import suggest
from piikit.base.folding import compose, fold, nfc
from piikit.data.reading.office_numbers import read_number
from piikit.data.reading.open.html_tables import html_grids
from piikit.data.reading.open.html_text import text_rows
from piikit.data.reading.open.row_widths import Row, uneven_rows
from piikit.data.reading.open.safety import Budget

PACKAGE = Path(piikit.__file__).parent
CALLS = {"compile", "sub", "subn", "match", "fullmatch", "search", "split", "findall", "finditer"}
UNITS = (
    " ", "0", "a", "đ", "A", ",", ".", "(", "[", "*", "\t", "\n", "-", "¹", "\"", "\\", "_", "{", "1 ", "1,", "1.",
    "1.000", "1,1 ", "a ", " a", "a1", "( ", "(0", "[0", "(a) ", "a:", "; ", " ;", " | ", "1%", "1% ", "20", "2021 ",
    "tỷ ", "triệu đồng ", "năm ", "x=", "0e", "<a", "a-", "“",
)  # fmt: skip
LONGEST, TIMES = sized(4_000, 1_000_000), 150


@cache
def patterns():
    """(file:line, pattern, methods by which it is used) of every call of ``re``."""
    found = []
    for file in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        used: dict[str, set[str]] = {}
        named = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                used.setdefault(node.value.id, set()).add(node.attr)
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                named[id(node.value)] = node.targets[0].id
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            if not (
                isinstance(node.func.value, ast.Name)
                and node.func.value.id == "re"
                and node.func.attr in CALLS
            ):
                continue
            module = ".".join(("piikit", *file.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(
                ".__init__"
            )
            space = vars(__import__(module, fromlist=["re"])) | {"re": re}
            flags = [k.value for k in node.keywords if k.arg == "flags"] + node.args[1:2] * (
                node.func.attr == "compile"
            )
            try:
                made = [eval(ast.unparse(a), dict(space)) for a in (node.args[0], *flags)]
            except NameError:
                continue
            methods = (
                {node.func.attr}
                if node.func.attr != "compile"
                else used.get(named.get(id(node), ""), {"sub"})
            )
            found.append(
                (
                    f"{file.relative_to(PACKAGE)}:{node.lineno}",
                    re.compile(*made),
                    frozenset(methods & CALLS) or {"sub"},
                )
            )
    return found


def seconds(run, most=3):
    best = float("inf")
    for _ in range(most):
        start = time.process_time()
        run()
        best = min(best, time.process_time() - start)
    return best


@cache
def plain_seconds(size):
    text = "a" * size
    return seconds(lambda: re.sub("[ab]\ue001|[^\ue000]\ue001", "", text), 5)


def linear(run, unit, floor=0.0, before=""):
    """Whether time stays within a multiple of a plain search as the text grows; stops growing where it does not."""
    for size in (60, 500, 4_000, 32_000, 250_000, 1_000_000):
        if size > LONGEST:
            break
        text = before + unit * (size // len(unit)) + "\ue000"
        budget = TIMES * plain_seconds(len(text)) + floor + 0.002
        if seconds(lambda text=text: run(text), 1) > budget and seconds(lambda text=text: run(text)) > budget:
            return False
    return True


def runs(pattern, methods):
    if methods <= {"match", "fullmatch"}:
        return [getattr(pattern, m) for m in sorted(methods)]
    return [lambda text: pattern.sub("", text)]


def test_the_patterns_are_found():
    assert len(patterns()) > 50


def test_every_pattern_is_linear():
    slow = []
    for place, pattern, methods in patterns():
        binary = isinstance(pattern.pattern, bytes)
        own = {c for c in (pattern.pattern.decode() if binary else pattern.pattern) if not c.isalnum()}
        for unit in (*UNITS, *sorted(own - {*UNITS})):
            for run, before in product(runs(pattern, methods), ("", "(", "1", "năm ")[: sized(1, 4)]):
                meet = (lambda text, run=run: run(text.encode())) if binary else run
                if not linear(meet, unit, before=before):
                    slow.append((place, pattern.pattern, before, unit))
    assert not slow


def test_a_quadratic_pattern_is_noticed():
    assert not linear(lambda text: re.sub(r"\s+$", "", text), " ")


@pytest.mark.parametrize(
    "read",
    [
        text_rows,
        nfc,
        fold,
        compose,
        read_number,
        lambda text: html_grids(f"<table><tr><td>{text}<td>1</table><p>{text}", Budget()),
        lambda text: html_grids(text, Budget()),
        lambda text: uneven_rows([Row(1, 1, ["Tỉnh", "2.1"]), Row(2, 2, ["Huế", *text.split(",")])], ","),
        lambda text: suggest(text[:4_000], ["Cần Thơ", "Huế"]),
    ],
    ids=["text_rows", "nfc", "fold", "compose", "read_number", "cell", "page", "widths", "suggest"],
)
def test_functions_that_meet_text_are_linear(read):
    slow = [
        u
        for u in (*UNITS, "\u0301\u0327", "<b>", "<script></script>a", "<sup>1</sup>", "&lt;")
        if not linear(read, u, 0.05)
    ]
    assert not slow
