"""Every figure of a notebook is shown, not only the first."""

import nbformat
import pytest
from nbclient import NotebookClient


@pytest.mark.slow
def test_each_cell_that_plots_shows_its_figure(monkeypatch):
    monkeypatch.delenv("MPLBACKEND", raising=False)
    monkeypatch.setenv("JUPYTER_PLATFORM_DIRS", "1")
    lines = ["from piikit.report.figures.theme import new_axes", *["new_axes().plot([1, 2]);"] * 3]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(line) for line in lines])
    done = NotebookClient(book, timeout=120, kernel_name="python3").execute()
    shown = [[o for o in c.outputs if "image/png" in o.get("data", {})] for c in done.cells]
    assert [len(s) for s in shown] == [0, 1, 1, 1]
