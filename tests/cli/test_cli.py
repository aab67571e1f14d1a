"""The command line as a stranger meets it."""

import json
import subprocess
import sys

import pandas as pd
import pytest
from click.testing import CliRunner

from piikit.base.language import text
from piikit.cli import VERBS, group, main


def run(*arguments, **options):
    return subprocess.run(
        [sys.executable, "-m", "piikit", *arguments],
        capture_output=True, text=True, encoding="utf-8", check=False, **options,
    )  # fmt: skip


def test_importing_is_light():
    code = "import sys, piikit, piikit.cli; print([m for m in ('numpy', 'pandas', 'matplotlib', 'sklearn') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_help_lists_every_verb(lang):
    done = run("--lang", lang, "--help")
    assert done.returncode == 0
    for verb in VERBS:
        assert verb in done.stdout
        assert text(f"cli.verb.{verb}", lang).split()[0] in done.stdout


def test_a_verb_explains_itself_in_the_language_asked_for():
    done = run("--lang", "en", "explain", "--help")
    assert done.returncode == 0, done.stderr
    assert "Take the score of UNIT" in done.stdout


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help(verb):
    done = CliRunner().invoke(group, [verb, "--help"])
    assert done.exit_code == 0, done.output
    assert "Usage" in done.output


def test_index_from_files_equals_coinr(root, tmp_path):
    reference = root / "tests" / "reference" / "coinr"
    folder = tmp_path / "Sở KH&CN"
    main([
        "index", "--units", str(reference / "units.csv"), "--framework", str(reference / "framework.csv"),
        "--method", "coinr", "--out", str(folder),
    ])  # fmt: skip
    made = pd.read_csv(folder / "normalised.csv").set_index("unit")
    want = pd.read_csv(reference / "expected" / "treated__normalised_minmax.csv").set_index("uCode")
    pd.testing.assert_frame_equal(made[list(want.columns)], want, check_names=False, rtol=1e-9)
    record = json.loads((folder / "record.json").read_text(encoding="utf-8"))
    assert record["method"]["treatment"]["transform"] == "log_ct"
    assert (folder / "index.xlsx").exists()


def test_a_known_error_is_a_report_not_a_traceback():
    done = run("explain", "Can Thoo", "--lang", "en")
    assert done.returncode == 2
    assert "Cần Thơ" in done.stderr
    assert "Traceback" not in done.stderr


def test_every_problem_of_the_files_is_reported_at_once(tmp_path, capsys):
    units, tree = tmp_path / "u.csv", tmp_path / "f.csv"
    tree.write_text("code,parent\nT,\na,T\nb,T\n", encoding="utf-8")
    units.write_text("unit,a,bb\nx,1,2\nx,ba,3\n", encoding="utf-8")
    with pytest.raises(SystemExit) as done:
        main(
            [
                "index",
                "--units",
                str(units),
                "--framework",
                str(tree),
                "--out",
                str(tmp_path / "o"),
                "--lang",
                "en",
            ]
        )
    assert done.value.code == 2
    said = capsys.readouterr().err
    for word in ("u.csv", "bb", "“ba”", "this name stands at A2 already"):
        assert word in said
    assert not (tmp_path / "o").exists()


@pytest.mark.parametrize("source", [["can tho"], ["Khánh Hòa", "--page", "khanh-hoa-2025"]])
def test_explain_page_is_self_contained(tmp_path, source):
    page = tmp_path / "e.html"
    main(["explain", *source, "--html", str(page)])
    text = page.read_text(encoding="utf-8")
    assert "http" not in text
    assert ("46,54" if "--page" in source else "48,16") in text


def test_a_workbook_is_a_source_like_any_other(tmp_path, capsys):
    from shared import index

    import piikit as pk

    path = pk.export(index().dataset, tmp_path / "số liệu.xlsx")
    main(["explain", "Cần Thơ", "2", "--workbook", str(path)])
    from_workbook = capsys.readouterr().out
    main(["explain", "Cần Thơ", "2"])
    assert from_workbook == capsys.readouterr().out
    main(["what-if", "Cần Thơ", "2.1=+5%", "--workbook", str(path), "--lang", "en"])
    assert "rank 9 → 9 of 63" in capsys.readouterr().out


def test_a_change_is_given_once_and_its_reading_is_said(capsys):
    main(["what-if", "Cần Thơ", "7.1=95000 nghìn đồng", "2.1=7", "--lang", "en"])
    said = capsys.readouterr().out
    assert said.startswith("Read 7.1: 95000 nghìn đồng (95 million VND)\n")
    assert "Read 2.1" not in said
    with pytest.raises(SystemExit):
        main(["what-if", "Cần Thơ", "2.1=7", "2.1=8", "--lang", "en"])
    assert "changed twice" in capsys.readouterr().err


def test_main_in_process(capsys):
    with pytest.raises(SystemExit) as done:
        main(["explain", "Huế ở đâu"])
    assert done.value.code == 2
    assert capsys.readouterr().err
