"""Results that several tests look at, made once a run: they are frozen, so no test can spoil them for another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import Any
from unittest import mock

import piikit as pk

UNIT = "Cần Thơ"


@cache
def index(name: str = "open-2022", method: str = "pii") -> Any:
    """Build the index of a dataset that ships."""
    return pk.build_index(pk.load_dataset(name), method)


@cache
def page() -> Any:
    """Read the page that ships."""
    return pk.read_page("khanh-hoa-2025")


@cache
def diagnosis(name: str = "open-2022", unit: str = UNIT) -> Any:
    """Diagnose one unit; ``"page"`` is the page that ships, an edition is counted over three draws."""
    return pk.diagnose(page()) if name == "page" else pk.diagnose(index(name), unit, draws=3)


@cache
def package() -> Any:
    """Choose the cheapest package to the third place among the cities run by the centre."""
    return pk.optimise(index(), UNIT, "open-2022", target_rank=3, among="central-cities")


@cache
def odds() -> Any:
    """Odds of :func:`package`."""
    return pk.odds(package(), runs=100)


@cache
def brief(name: str = "open-2022", unit: str = UNIT) -> Any:
    """Make the brief of :func:`diagnosis`; ``"package"`` is that of Cần Thơ with package and odds."""
    if name == "package":
        return pk.make_brief(diagnosis(), package=package(), odds=odds())
    return pk.make_brief(diagnosis(name, unit))


@contextmanager
def without_pixels() -> Iterator[None]:
    """What a figure shows is set when it is drawn; pixels are matplotlib's and take most of the time."""
    from importlib import import_module
    from sys import modules

    import_module("piikit.report.write.block_html")
    original = import_module("piikit.report.figures.theme").to_png
    ours = [m for name, m in modules.items() if name.partition(".")[0] == "piikit"]
    with ExitStack() as stack:
        for module in ours:
            for name in [k for k, v in vars(module).items() if v is original]:
                stack.enter_context(mock.patch.object(module, name, return_value=b"\x89PNG"))
        yield
