"""What holds for every test: no warning passes, no number goes wrong silently, nothing is drawn on a screen."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import matplotlib
import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[1]

# Chosen here and not by MPLBACKEND: kernels inherit the variable, and notebooks would come out without figures.
os.environ.pop("MPLBACKEND", None)
matplotlib.use("Agg")

# "ci" draws the same examples every time; HYPOTHESIS_PROFILE=dev looks for new ones.
hypothesis.settings.register_profile(
    "ci", derandomize=True, max_examples=50, deadline=None, database=None, print_blob=True
)
hypothesis.settings.register_profile("dev", max_examples=200, deadline=None, print_blob=True)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

TOOLS = {
    "browser": ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
    "office": ("soffice", "libreoffice"),
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--long",
        action="store_true",
        help="full sizes of generators, fuzzes and random settings (within an hour)",
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--long"):
        os.environ["PIIKIT_TEST_LONG"] = "1"  # before test modules are imported: see support/sizes.py


def find_tool(kind: str) -> str | None:
    """Return the program that tests marked `kind` need, or None where there is none."""
    return next((found for name in TOOLS[kind] if (found := shutil.which(name))), None)


def pytest_report_header() -> list[str]:
    return [f"{kind}: {find_tool(kind) or 'none, its tests are skipped'}" for kind in TOOLS]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--long"):
        only_long = pytest.mark.skip(reason="full sizes only: python run.py test --long")
        for item in items:
            if item.get_closest_marker("long"):
                item.add_marker(only_long)
    for kind in TOOLS:
        if find_tool(kind) is None:
            absent = pytest.mark.skip(reason=f"no program for {kind}: {', '.join(TOOLS[kind])}")
            for item in items:
                if item.get_closest_marker(kind):
                    item.add_marker(absent)


@pytest.fixture(autouse=True)
def _numbers_must_be_sound() -> Iterator[None]:
    """Turn overflow, division by zero and invalid operations into errors; underflow to zero is harmless."""
    with np.errstate(all="raise", under="ignore"):
        yield


@pytest.fixture(autouse=True)
def _one_language_per_test() -> Iterator[None]:
    """Start every test in the default language, whatever an earlier test or the machine chose."""
    from piikit.base import language

    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PIIKIT_LANG", raising=False)
        token = language._current.set(None)
        yield
        language._current.reset(token)


@pytest.fixture(autouse=True)
def _close_figures() -> Iterator[None]:
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


@pytest.fixture
def root() -> Path:
    """Return the folder of the checkout."""
    return ROOT


@pytest.fixture
def awkward_folder(tmp_path: Path) -> Path:
    """Return a folder named as Vietnamese offices name theirs: letters with marks, spaces and an ampersand."""
    folder = tmp_path / "Nguyễn Văn A" / "Sở KH&CN"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def chromium() -> str:
    """Return the path of Chromium, for tests marked ``browser``."""
    found = find_tool("browser")
    assert found is not None, "mark the test with pytest.mark.browser"
    return found


@pytest.fixture
def soffice() -> str:
    """Return the path of LibreOffice, for tests marked ``office``."""
    found = find_tool("office")
    assert found is not None, "mark the test with pytest.mark.office"
    return found
