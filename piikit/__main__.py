"""``python -m piikit``."""

import os
import sys

# a click.py or random.py in the folder where a person works is a file of theirs, not one of ours
_OURS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:] = [p for p in sys.path if os.path.abspath(p) in {_OURS} or os.path.abspath(p) != os.getcwd()]

from piikit.cli import main  # noqa: E402

if __name__ == "__main__":
    main()
