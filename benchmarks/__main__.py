"""Measure what-ifs: ``python run.py bench [--quick] [--figure docs/speed.png]``."""

from __future__ import annotations

import argparse
import sys

from .timing import one_thread

one_thread()  # before NumPy is imported


def main(arguments: list[str]) -> int:
    """Run every measurement and say whether each floor is met; exits with 1 if one is not."""
    parser = argparse.ArgumentParser(prog="python run.py bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the time, for a first look")
    parser.add_argument(
        "--figure", default=None, help="draw how time grows with scenarios and units to this PNG"
    )
    chosen = parser.parse_args(arguments)
    from . import checking, optimiser, response

    if not chosen.quick:
        optimiser.main()
        checking.main()
    return response.run(seconds=0.3 if chosen.quick else 2.0, figure=chosen.figure)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
