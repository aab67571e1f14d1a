"""Every notebook is thin, clean and runs: in this process with small settings, in a kernel of its own with --long."""

import io
import json
import os
import warnings
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
from sizes import LONG

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("*.ipynb"))
EVERY = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)


def cells(path, kind):
    return [c for c in json.loads(path.read_text(encoding="utf-8"))["cells"] if c["cell_type"] == kind]


@EVERY
def test_no_outputs_one_parameters_cell_thin(path):
    code = cells(path, "code")
    assert all(not c["outputs"] and c["execution_count"] is None for c in code)
    assert sum("parameters" in c["metadata"].get("tags", []) for c in code) == 1
    for cell in code:
        assert len("".join(cell["source"]).splitlines()) <= 25
        assert "def " not in "".join(cell["source"]), "functions belong in the library"


def draw_figures():
    """Draw what a cell left open, as the inline backend does, and say how many there were."""
    numbers = plt.get_fignums()
    for number in numbers:
        plt.figure(number).savefig(io.BytesIO(), format="png", dpi=60)
    plt.close("all")
    return len(numbers)


@pytest.mark.slow
@EVERY
def test_every_cell_runs(path, monkeypatch):
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    monkeypatch.chdir(path.parent)
    shell = InteractiveShell()
    shown = 0
    with warnings.catch_warnings(), np.errstate(all="warn", under="ignore"):
        warnings.simplefilter("default")
        for at, cell in enumerate(cells(path, "code"), start=1):
            source = "".join(cell["source"])
            if "parameters" in cell["metadata"].get("tags", []):
                source += "\nRUNS, DRAWS = 200, 4"
            with capture_output() as said:
                done = shell.run_cell(source)
            assert done.success, f"code cell {at}: {done.error_in_exec or done.error_before_exec!r}"
            shown += draw_figures() + bool(said.stdout.strip()) + len(said.outputs)
            assert "Traceback" not in said.stderr
    assert shown >= len(cells(path, "code")) // 3


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS if LONG else NOTEBOOKS[:1], ids=lambda p: p.stem)
def test_runs_in_a_kernel(path, monkeypatch):
    import nbformat
    from nbclient import NotebookClient

    monkeypatch.delenv("MPLBACKEND", raising=False)
    monkeypatch.setenv("JUPYTER_PLATFORM_DIRS", "1")
    monkeypatch.setenv("PYTHONWARNINGS", os.environ.get("PYTHONWARNINGS", "default"))
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook, timeout=900, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}}
    )
    done = client.execute()
    outputs = [o for c in done.cells if c.cell_type == "code" for o in c.outputs]
    assert outputs
    assert not [o for o in outputs if o.output_type == "error"]
