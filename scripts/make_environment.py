"""Write ``environment.yml`` from ``pyproject.toml``: ``python scripts/make_environment.py``.

conda supplies Python and pip only; pip then installs the very versions that were tested. The project itself is not
listed, since pip refuses ``-e .`` beside a file with hashes: it is found in the folder, or linked by the second command.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

TEMPLATE = """\
# Made from pyproject.toml by scripts/make_environment.py: change that, not this.
# A test holds the two together. It was never solved with conda: conda only brings Python, pip brings the rest.
#
#     conda env create -f environment.yml
#     conda activate {name}
#     python -m pip install --no-deps --no-build-isolation -e .
name: {name}
channels:
  - conda-forge
  - nodefaults
dependencies:
  - python{python}
  - pip
  - pip:
      - -r requirements.lock
"""


def environment_yml(root: Path = ROOT) -> str:
    """Return the text of ``environment.yml`` for the ``pyproject.toml`` in `root`."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return TEMPLATE.format(name=project["name"], python=project["requires-python"].replace(" ", ""))


if __name__ == "__main__":
    (ROOT / "environment.yml").write_text(environment_yml(), encoding="utf-8", newline="\n")
