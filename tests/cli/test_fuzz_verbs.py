"""Arguments of any kind to any verb: a sentence and an exit code, nothing overwritten; nothing of a user is evaluated."""

import ast
import inspect
import random
from pathlib import Path

import click
import pandas as pd
import pytest
from sizes import sized

import piikit
import piikit as pk
from piikit.base.errors import PiikitError
from piikit.cli import VERBS, group, main
from piikit.diagnosis.drivers.design import FUNCTIONS

WORDS = (
    "", " ", "Cần Thơ", "can tho", "Can Thoo", "x", "0", "-1", "1e309", "nan", "99", "1990", "3.5", "50 tỷ", "2.1=+10%", "2.1=", "=",
    "2.1=to best", "1.1=200", "open-2022", "classroom", "pii-2024", "nowhere", "in.csv", "in.xlsx", "in.toml", "in.json", "folder", "no/such/out.xlsx",
    "out.xlsx", "out.csv", "out.html", "..", "/dev/null", "\x1b[31m", "$x^{$", "\\input{a}", "'", "--", "-", "--help",
    "exam ~ log(urban_share)", "exam ~ np.f2py.os.system('id > pwned')", "__import__('os')", "y ~ x", "~", "a" * 3000, "\udcff",
)  # fmt: skip
LIGHT = {"--seconds": "0.05", "--runs": "20", "--draws": "1"}
FILES = {
    "in.csv": "Tỉnh,1.1\nCần Thơ,5\nHuế,abc\n", "in.xlsx": "no workbook", "in.toml": "a = [", "in.json": "{", "own.csv": "keep me",
}  # fmt: skip


def line(chance, verb):
    """A verb with some of its options, and words that may be anything."""
    command = group.get_command(click.Context(group), verb)
    options = [o for p in command.params if isinstance(p, click.Option) for o in p.opts if o.startswith("--")]
    words = [verb, *(chance.choice(WORDS) for _ in range(chance.randint(0, 3)))]
    for option in chance.sample(options, min(len(options), chance.randint(0, 3))):
        words += [option] if option in ("--help", "--force") else [option, chance.choice(WORDS)]
    light = [w for o, v in LIGHT.items() if o in options and verb != "brief" for w in (o, v)]
    return [w for w in words if w != "--force"] + light


@pytest.mark.filterwarnings("ignore")
def test_any_arguments_end_in_a_sentence(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for name, body in FILES.items():
        Path(name).write_text(body, encoding="utf-8")
    Path("folder").mkdir()
    chance = random.Random(0)
    for _ in range(sized(25, 10_000)):
        words = line(chance, chance.choice([v for v in VERBS if v != "run"]))
        try:
            code = main(words) or 0
        except SystemExit as ended:
            code = ended.code
        said = capsys.readouterr()
        assert code in (0, 1, 2), (words, said.err[-400:])
        assert "Traceback" not in said.err, words
        assert {n: Path(n).read_text(encoding="utf-8") for n in FILES} == FILES, words
        assert not Path("pwned").exists(), words


EVALUATING = {"eval", "exec", "compile", "__import__", "read_pickle", "EvalEnvironment"}
# patsy evaluates a formula, in the one place where every name of it was looked at before
KNOWN = {("design.py", "EvalEnvironment")}


def test_nothing_evaluates_what_a_person_wrote():
    """No eval, exec or pickle in the package, and no module in reach of a formula."""
    found = set()
    for file in Path(piikit.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            parts = {part for n in names for part in n.split(".")}
            found |= {
                (file.name, p) for p in parts & {"pickle", "patsy", "marshal", "shelve", "dill", "joblib"}
            }
            if isinstance(node, ast.Call):
                called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                owner = getattr(getattr(node.func, "value", None), "id", "")
                if called in EVALUATING and (owner, called) != ("re", "compile"):
                    found.add((file.name, called))
                if called in ("load", "from_formula") and owner in ("np", "numpy", "smf", "yaml", "joblib"):
                    found.add((file.name, f"{owner}.{called}"))
                if called == "query" and not isinstance(node.args[0], ast.Constant):
                    found.add((file.name, "query"))
    assert found == KNOWN
    assert not [f for f in FUNCTIONS.values() if inspect.ismodule(f) or not callable(f)]


@pytest.mark.parametrize(
    "term",
    [
        "__import__('os').system('id')", "np.f2py.os.system('id')", "np.load('x')", "().__class__.__bases__", "open('x')",
        "eval('1')", "log.__globals__", "[x for x in (1,)]", "(lambda: 1)()", "x if x else x", "f'{x}'", "globals()", "np",
        "x.tofile('y')", "C(x).__class__", "Q('x').__class__", "getattr(x, 'tofile')",
    ],
)  # fmt: skip
def test_a_formula_is_refused_before_anything_of_it_is_evaluated(term, monkeypatch):
    import patsy

    monkeypatch.setattr(patsy, "dmatrices", lambda *a, **k: pytest.fail("evaluated"))
    frame = pd.DataFrame(
        {"y": range(30), "x": [k % 7 for k in range(30)]}, index=[f"u{k}" for k in range(30)]
    )
    for formula in (f"y ~ {term}", f"{term} ~ x", f"y ~ log({term})", f"y ~ I({term} + x)"):
        with pytest.raises(PiikitError):
            pk.drivers(frame, formula=formula)
