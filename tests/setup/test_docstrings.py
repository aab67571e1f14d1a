"""Every public name says what goes in, what comes out, what can go wrong, and shows an example that runs."""

from __future__ import annotations

import doctest
import inspect

import pytest
from sizes import LONG

import piikit

EVERY = [n for n in piikit.__all__ if callable(getattr(piikit, n))]  # constants stand in what takes them


def documented(name: str) -> str:
    return inspect.getdoc(getattr(piikit, name)) or ""


@pytest.mark.parametrize("name", EVERY)
def test_sections(name):
    found, said = getattr(piikit, name), documented(name)
    assert said.split("\n")[0].endswith("."), "one sentence first"
    if inspect.isfunction(found):
        signature = inspect.signature(found)
        assert not signature.parameters or "Parameters\n---" in said
        assert signature.return_annotation in (None, "None") or "Returns\n---" in said
        assert "raise " not in inspect.getsource(found) or "Raises\n---" in said
    elif inspect.isclass(found):
        assert "Attributes\n---" in said or "Parameters\n---" in said
    assert ">>> " in said or ">>> " in inspect.getsource(found)


# a fixed part in the plain run: examples build indices and choose packages
@pytest.mark.parametrize("name", EVERY if LONG else EVERY[::4])
def test_examples_run(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = getattr(piikit, name)
    examples = [t for t in doctest.DocTestFinder().find(found, name) if t.examples]
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    for example in examples:
        runner.run(example)
    assert runner.summarize(verbose=False).failed == 0
