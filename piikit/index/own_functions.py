"""Functions of one's own that methods call by name, beside piikit's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..base.errors import MethodError, UnknownNameError
from .steps.registered import KINDS, names_of, register

BUILT_IN = {kind: names_of(kind) for kind in KINDS}


def register_function(
    kind: str,
    name: str,
    function: Any = None,
    *,
    options: Mapping[str, Any] | None = None,
    title: Mapping[str, str] | None = None,
    formula: str = "",
) -> Any:
    """Let methods use a function of your own by `name`; also as a decorator, without `function`.

    Parameters
    ----------
    kind : {"normalisation", "transform", "aggregation", "weights"}
    name : str
        Not one of piikit's own; an earlier function of yours by this name is replaced.
    function : callable or object, optional
        By kind, ``x`` holding NaN for gaps:

        - normalisation: ``f(x, direction, **options) -> column``, where ``x`` (shape (units,)) is
          the treated column in raw units and ``direction`` 1 or -1; fitted and applied on the
          same column. Or an object with ``fit(x, options) -> fitted`` (a dict) and
          ``apply(x, fitted, options) -> column``, where ``x`` comes turned by direction, so that
          larger is better, and with it the options ``minimum, maximum, lower, upper, target`` and
          ``reference``; only such an object can be pooled over editions.
        - transform: ``f(x, direction) -> column``, for outlier treatment.
        - aggregation: ``f(x, weights, power=...) -> column``, ``x`` units x children.
        - weights: ``f(x) -> weights`` that sum to one, ``x`` units x children; NaN throughout
          where the data cannot tell (they then weigh alike, with a word).
    options : mapping, optional
        Of a normalisation: name to its default, or to a dict of ``default``, ``vi`` and ``en``
        (meaning), ``least`` and ``most`` (of a number), ``among`` (possible words), ``required``.
        If not given, the keywords of a plain function. Other options are refused.
    title : mapping, optional
        ``{"vi": ..., "en": ...}``, which explanations show; the name if not given.
    formula : str, optional
        Shown in explanations beside the figures.

    Returns
    -------
    callable or object
        The function itself, or a decorator that returns it.

    Raises
    ------
    UnknownNameError
        If the kind is not known.
    MethodError
        If the name is one of piikit's own.

    Examples
    --------
    >>> import numpy as np
    >>> import piikit as pk
    >>> title = {"vi": "so với trung vị", "en": "against the median"}
    >>> @pk.register_function("normalisation", "to_median", title=title, formula="top × x / median")
    ... def to_median(x, direction, top=50.0):
    ...     return top * (x / np.nanmedian(x)) ** direction
    >>> method = pk.Method.pii().replace(normalisation={"method": "to_median", "top": 60})
    >>> result = pk.build_index(pk.load_dataset("open-2022"), method)
    >>> round(float(result.normalised["1.1"].median()), 6)
    60.0
    """
    if kind not in KINDS:
        raise UnknownNameError("option", kind, KINDS)
    if name in BUILT_IN[kind]:
        raise MethodError("error.own_name", name=name, kind=kind)
    decorate = register(kind, name, options=options, title=title, formula=formula)
    return decorate if function is None else decorate(function)
