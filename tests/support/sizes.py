"""How much a test tries: a fixed few per cent in the plain run, everything with ``--long``, the same seeds."""

from __future__ import annotations

import os

LONG = bool(os.environ.get("PIIKIT_TEST_LONG"))


def sized(plain: int, full: int) -> int:
    """Return `plain`, or `full` under ``python run.py test --long``."""
    return full if LONG else plain
