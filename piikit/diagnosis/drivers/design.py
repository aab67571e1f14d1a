"""From a formula, or lists of names, to the outcome and the predictors of a regression."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from ...base.errors import MethodError, Problem, UnknownNameError, raise_if
from .variables import Variables

INTERCEPT = "Intercept"
LEAST_ROWS = 8
_QUOTED = re.compile(r"`([^`]+)`")


def _ranks(x: Any) -> np.ndarray:
    return np.asarray(pd.Series(np.asarray(x, float)).rank())


def _standard(x: Any) -> np.ndarray:
    values = np.asarray(x, float)
    return (values - np.nanmean(values)) / np.nanstd(values, ddof=1)


FUNCTIONS: dict[str, Any] = {
    "log": np.log,
    "log10": np.log10,
    "log1p": np.log1p,
    "sqrt": np.sqrt,
    "exp": np.exp,
    "abs": np.abs,
    "rank": _ranks,
    "std": _standard,
}
NUMPY = tuple(f"np.{name}" for name in FUNCTIONS)
"""The same as formulae for statsmodels are written; of numpy itself nothing is in reach."""
_PATSY = ("I", "Q", "C", "Treatment", "Sum", "bs", "cr", "poly")
_ALLOWED = (
    ast.Expression, ast.Name, ast.Load, ast.Call, ast.keyword, ast.Constant, ast.List, ast.Tuple,
    ast.BinOp, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.UnaryOp, ast.unaryop, ast.Compare, ast.cmpop,
)  # fmt: skip
_SPLINES = ("bs", "cr", "poly")


@dataclass(frozen=True, eq=False)
class Design:
    """Outcome and predictors, complete rows only.

    Attributes
    ----------
    formula : str
        As statsmodels reads it, with safe names.
    y : Series
        The outcome; index ``unit`` or (``unit``, ``year``).
    X : DataFrame
        Predictors without the intercept, one column a coefficient.
    outcome : str
        The left side as written.
    terms : dict of str to tuple of str
        Columns of each term of the formula.
    uses : dict of str to tuple of str
        Variables behind each column, and behind the outcome under its own name.
    dropped : DataFrame
        Rows left out: ``unit``, ``missing`` (variables they lack).
    variables : Variables
    """

    formula: str
    y: pd.Series
    X: pd.DataFrame
    outcome: str
    terms: dict[str, tuple[str, ...]]
    uses: dict[str, tuple[str, ...]]
    dropped: pd.DataFrame
    variables: Variables

    @property
    def n(self) -> int:
        """Rows used."""
        return len(self.y)

    @property
    def p(self) -> int:
        """Coefficients besides the intercept."""
        return self.X.shape[1]

    @property
    def units(self) -> tuple[str, ...]:
        """Units used, each once."""
        return tuple(dict.fromkeys(self.y.index.get_level_values("unit")))

    @property
    def years(self) -> tuple[int, ...]:
        """Years used; those of the data where rows are units."""
        if not isinstance(self.y.index, pd.MultiIndex):
            return self.variables.years
        return tuple(sorted({int(y) for y in self.y.index.get_level_values("year")}))

    @cached_property
    def with_constant(self) -> pd.DataFrame:
        """Predictors with the intercept in front, as statsmodels takes them."""
        made = self.X.copy()
        made.insert(0, INTERCEPT, 1.0)
        return made

    @cached_property
    def even(self) -> Design:
        """The same with columns centred and scaled, where as they stand rounding would confuse them."""
        if np.linalg.cond(self.with_constant.to_numpy(float)) < 1e10:
            return self
        return replace(self, X=(self.X - self.X.mean()) / self.X.std())

    @cached_property
    def standardised(self) -> tuple[np.ndarray, np.ndarray]:
        """Outcome and predictors with mean 0 and standard deviation 1 (n - 1)."""
        y, x = self.y.to_numpy(float), self.X.to_numpy(float)
        return (y - y.mean()) / y.std(ddof=1), (x - x.mean(axis=0)) / x.std(axis=0, ddof=1)

    def replace_rows(self, keep: np.ndarray) -> Design:
        """The same design on some of the rows."""
        return replace(self, y=self.y[keep], X=self.X[keep])


def design(
    variables: Variables,
    *,
    formula: str | None = None,
    outcome: str | None = None,
    predictors: Sequence[str] | str | None = None,
) -> Design:
    """Build the design from a formula or from names.

    Parameters
    ----------
    variables : Variables
    formula : str, optional
        ``"exam ~ log(grdp_per_head) + urban_share"``, as statsmodels (patsy) reads it. A code
        or title goes in backquotes: ```"`2.1.1` ~ log(grdp_per_head)"```. Functions: log,
        log10, log1p, sqrt, exp, abs, rank, std, C (categories), I.
    outcome, predictors
        Instead of a formula; each a name, a code or an expression.

    Raises
    ------
    MethodError
        If neither or both are given, or too little is left.
    UnknownNameError
        If a variable is not known, with the nearest.
    InputError
        With every problem: logarithms of numbers that have none, columns without variation,
        columns that repeat others.
    """
    written = _written(variables, formula, outcome, predictors)
    parsed = _parsed(written)
    left = parsed.lhs_termlist[0].factors[0]
    everything = [*(f for t in parsed.rhs_termlist for f in t.factors), left]
    factors = {f.code: _names_in(f.code, variables) for f in everything}
    whole = variables.frame[list(dict.fromkeys(n for names in factors.values() for n in names))]
    gaps = whole.isna() | whole.eq("")
    complete, lacking = whole[~gaps.any(axis=1)], gaps[gaps.any(axis=1)]
    if len(complete) < LEAST_ROWS:
        raise MethodError("error.drivers.few", n=len(complete), of=len(whole))
    y, right = _matrices(parsed, written, complete)
    x = right.drop(columns=INTERCEPT, errors="ignore").astype(float)
    raise_if(_problems(y, x))
    terms: dict[str, tuple[str, ...]] = {}
    uses: dict[str, tuple[str, ...]] = {}
    for term, where in right.design_info.term_slices.items():
        if term.name() != INTERCEPT:
            terms[term.name()] = tuple(right.columns[where])
            behind = tuple(dict.fromkeys(n for f in term.factors for n in factors[f.code]))
            uses |= dict.fromkeys(terms[term.name()], behind)
    uses[left.code] = factors[left.code]
    return Design(written, y, x, left.code, terms, uses, _dropped(lacking), variables)


def _parsed(written: str) -> Any:
    """The formula as patsy reads it; one outcome, which may be an expression."""
    with _patsy_explains(written):
        parsed = importlib.import_module("patsy").ModelDesc.from_formula(written)
    if len(parsed.lhs_termlist) != 1 or len(parsed.lhs_termlist[0].factors) != 1:
        raise MethodError("error.drivers.formula", formula=written, reason="~")
    return parsed


@contextmanager
def _patsy_explains(written: str) -> Iterator[None]:
    patsy = importlib.import_module("patsy")
    try:
        yield
    except (patsy.PatsyError, AssertionError) as error:  # patsy asserts that no line is broken within
        reason = str(error).split("\n")[0]
        raise MethodError("error.drivers.formula", formula=written, reason=reason) from error


def _dropped(lacking: pd.DataFrame) -> pd.DataFrame:
    units = [u if isinstance(u, str) else " ".join(map(str, u)) for u in lacking.index]
    missing = [", ".join(lacking.columns[row]) for row in lacking.to_numpy(bool)]
    return pd.DataFrame({"unit": units, "missing": missing})


def _written(
    variables: Variables, formula: str | None, outcome: str | None, predictors: Sequence[str] | str | None
) -> str:
    if (formula is None) == (outcome is None):
        raise MethodError("error.drivers.outcome")
    if outcome is not None:
        given = [predictors] if isinstance(predictors, str) else list(predictors or ())
        if not given:
            raise MethodError("error.drivers.predictors")
        left, *right = (_expression(variables, name) for name in (outcome, *given))
        formula = f"{left} ~ {' + '.join(right)}"
    return _QUOTED.sub(lambda m: variables.resolve(m.group(1)), formula or "").strip()


def _expression(variables: Variables, given: str) -> str:
    if "`" in given:
        return given
    try:
        return variables.resolve(given)
    except UnknownNameError:
        if "(" in given or ":" in given or "*" in given:
            return given
        raise


def _names_in(code: str, variables: Variables) -> tuple[str, ...]:
    """Variables that an expression uses; all else must be numbers, operators and functions of the closed list.

    What a person writes is looked at before anything is made of it: no attribute, no item, no other call.
    """
    nodes = list(ast.walk(ast.parse(code, mode="eval")))
    functions = [
        n.func for n in nodes if isinstance(n, ast.Call) and isinstance(n.func, ast.Name | ast.Attribute)
    ]
    for name in map(ast.unparse, functions):
        if name not in (*FUNCTIONS, *NUMPY, *_PATSY):
            raise UnknownNameError("function", name, [*FUNCTIONS, *_PATSY])
    heads = {id(n) for f in functions for n in ast.walk(f)}
    found: list[str] = []
    for node in (n for n in nodes if id(n) not in heads):
        if isinstance(node, ast.Name) and node.id in variables.known:
            found.append(node.id)
        elif isinstance(node, ast.Name) and node.id not in _PATSY:
            raise UnknownNameError("variable", node.id, [*variables.known, *FUNCTIONS])
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and "Q(" in code:
            found.append(variables.resolve(node.value))
        elif not isinstance(node, _ALLOWED) or _endless(node):
            allowed = ", ".join((*FUNCTIONS, *_PATSY))
            raise MethodError("error.drivers.not_allowed", part=ast.unparse(node), functions=allowed)
    return tuple(dict.fromkeys(found))


def _endless(node: ast.AST) -> bool:
    """Whether a call is none of a plain name, or an expression could take memory or time without end."""
    if isinstance(node, ast.Call):
        if not isinstance(node.func, ast.Name | ast.Attribute):
            return True
        splines = ast.unparse(node.func) in _SPLINES
        settings = [*node.args[1:], *(k.value for k in node.keywords)] if splines else []
        return any(not isinstance(s, ast.List | ast.Tuple) and not _small(s, 50) for s in settings)
    if isinstance(node, ast.BinOp):
        sequences = any(not _small(n, np.inf) for n in (node.left, node.right))
        return sequences or (isinstance(node.op, ast.Pow) and not _small(node.right, 20))
    return False


def _small(node: ast.AST, most: float) -> bool:
    """Whether a part of an expression is no text and no list, and a number, if it is one, at most so large."""
    if isinstance(node, ast.UnaryOp):
        return _small(node.operand, most)
    if isinstance(node, ast.Constant):
        return isinstance(node.value, int | float) and abs(node.value) <= most
    return most == np.inf and not isinstance(node, ast.List | ast.Tuple)


def _matrices(parsed: Any, written: str, complete: pd.DataFrame) -> tuple[pd.Series, pd.DataFrame]:
    """The outcome, and the predictors with the intercept, as patsy makes them."""
    patsy = importlib.import_module("patsy")
    environment = patsy.EvalEnvironment([FUNCTIONS | {"np": SimpleNamespace(**FUNCTIONS)}])
    keep = patsy.NAAction(NA_types=[])
    with _patsy_explains(written), np.errstate(all="ignore"):
        left, right = patsy.dmatrices(
            parsed, complete, eval_env=environment, NA_action=keep, return_type="dataframe"
        )
    return left.iloc[:, 0].astype(float), right


def _problems(y: pd.Series, x: pd.DataFrame) -> list[Problem]:
    found = []
    for name, column in [(str(y.name), y), *((str(c), x[c]) for c in x)]:
        bad = ~np.isfinite(column.to_numpy(float))
        if bad.any():
            units = ", ".join(str(u) for u in column.index[bad][:5])
            found.append(Problem("problem.drivers.undefined", {"term": name, "units": units}))
        elif np.ptp(column.to_numpy(float)) == 0:
            found.append(Problem("problem.drivers.constant", {"term": name}))
    if found or not x.shape[1]:
        return found or [Problem("problem.drivers.nothing")]
    centred = (x - x.mean()).to_numpy(float)
    repeated = _dependent(centred / np.linalg.norm(centred, axis=0))
    return [Problem("problem.drivers.repeats", {"term": str(x.columns[j])}) for j in repeated]


def _dependent(x: np.ndarray) -> list[int]:
    """Columns that are linear combinations of those before them (unless there are more columns than rows)."""
    if x.shape[1] >= x.shape[0]:
        return []
    left_over = np.abs(np.diag(np.linalg.qr(x, mode="r")))
    return [int(j) for j in np.flatnonzero(left_over < 1e-8)]
