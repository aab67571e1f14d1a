"""Files that verbs write: never over an input, never over what is there without a word, never half; no traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import piikit as pk
from piikit.base.errors import InputError, PiikitError
from piikit.base.files import inputs_kept, replace_file, write_text
from piikit.cli import group

ROOT = str(Path(pk.__file__).parents[1])
POSIX = pytest.mark.skipif(os.name == "nt", reason="modes, links and pipes of POSIX")


def piikit(*words, cwd, **more):
    environment = os.environ | {"PYTHONPATH": ROOT, "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-m", "piikit", *map(str, words)], cwd=cwd, env=environment, capture_output=True,
        encoding="utf-8", timeout=120, check=False, **more,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    return done


def test_what_is_there_is_kept_unless_forced(tmp_path):
    out = tmp_path / "x.csv"
    out.write_text("mine", encoding="utf-8")
    done = CliRunner().invoke(group, ["export", "classroom", str(out), "--lang", "en"])
    assert done.exit_code == 2
    assert "--force" in done.output
    assert out.read_text(encoding="utf-8") == "mine"
    assert CliRunner().invoke(group, ["export", "classroom", str(out), "--force"]).exit_code == 0
    assert out.read_text(encoding="utf-8") != "mine"


def test_every_verb_that_writes_a_named_file_can_be_forced():
    context = group.make_context("piikit", ["--lang", "vi", "run"], resilient_parsing=True)
    from piikit.cli.outputs import OutFile

    for name in group.list_commands(context):
        command = group.get_command(context, name)
        writes = any(isinstance(p.type, OutFile) for p in command.params)
        assert [p.name for p in command.params].count("force") == int(writes), name


@pytest.mark.parametrize("by_link", [False, pytest.param(True, marks=POSIX)])
def test_an_input_is_never_written_over(tmp_path, by_link):
    given = tmp_path / "in.xlsx"
    pk.load_dataset("classroom").save(given)
    before, out = given.read_bytes(), given
    if by_link:
        out = tmp_path / "out.xlsx"
        out.symlink_to(given)
    for words in (["check", given, "--excel", out], ["export", given, out]):
        done = piikit(*words, "--force", "--lang", "en", cwd=tmp_path)
        assert done.returncode == 2
        assert "just been read" in done.stderr
        assert given.read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted({"in.xlsx", out.name})


def test_python_may_save_what_it_read(tmp_path):
    path = tmp_path / "d.parquet"
    pk.load_dataset("classroom").save(path)
    assert pk.Dataset.load(path).save(path) == path
    with inputs_kept():
        pk.Dataset.load(path)
        with pytest.raises(InputError):
            pk.load_dataset("classroom").save(path)


@POSIX
def test_modes_and_links_stay(tmp_path):
    new, old, link, twin = (tmp_path / n for n in ("new.txt", "old.txt", "link.txt", "twin.txt"))
    before = os.umask(0o027)
    try:
        write_text(new, "a")
    finally:
        os.umask(before)
    assert new.stat().st_mode & 0o777 == 0o640
    old.write_text("b", encoding="utf-8")
    old.chmod(0o604)
    link.symlink_to(old)
    write_text(link, "c")
    assert link.is_symlink()
    assert old.read_text(encoding="utf-8") == "c"
    assert old.stat().st_mode & 0o777 == 0o604
    os.link(old, twin)
    write_text(old, "d")
    assert twin.read_text(encoding="utf-8") == "d"


@POSIX
def test_what_is_no_file_is_not_replaced(tmp_path):
    pipe, nowhere, folder = tmp_path / "pipe.xlsx", tmp_path / "nowhere.xlsx", tmp_path / "folder.xlsx"
    os.mkfifo(pipe)
    nowhere.symlink_to(tmp_path / "gone" / "x.xlsx")
    folder.mkdir()
    for path in (pipe, nowhere, folder, Path("/dev/full")):
        with pytest.raises((InputError, FileNotFoundError)):
            write_text(path, "x")
    assert pipe.is_fifo()
    assert nowhere.is_symlink()


@POSIX
def test_a_killed_run_leaves_nothing_at_the_next(tmp_path):
    out = tmp_path / "o.csv"
    script = (
        f"import os; from piikit.base.files import replace_file\n"
        f"replace_file({str(out)!r}, lambda t: (t.write_text('half'), os.kill(os.getpid(), 9)))"
    )
    subprocess.run([sys.executable, "-c", script], env=os.environ | {"PYTHONPATH": ROOT}, check=False)
    assert len(list(tmp_path.iterdir())) == 1
    write_text(out, "whole")
    assert [p.name for p in tmp_path.iterdir()] == ["o.csv"]


def test_a_failing_writer_leaves_what_was_there(tmp_path):
    out = tmp_path / "o.csv"
    write_text(out, "before")

    def fail(temporary):
        temporary.write_text("half", encoding="utf-8")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        replace_file(out, fail)
    assert out.read_text(encoding="utf-8") == "before"
    assert len(list(tmp_path.iterdir())) == 1


def test_files_in_the_working_folder_are_not_run(tmp_path):
    for name in ("click", "random", "pandas"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('EXECUTED')", encoding="utf-8")
    done = piikit("--help", cwd=tmp_path)
    assert done.returncode == 0
    assert "EXECUTED" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("m.toml", b"[a"), ("m.toml", b"a = " + b"[" * 9000), ("m.toml", b"\xff\xfe"), ("m.json", b"{"), ("m.json", b"3"),
        ("m.json", b"[" * 100_000), ("m.json", b'{"treatment": 3}'), ("m.toml", b"treatment = 3"), ("m.toml", b"weights = 3"),
        ("m.toml", b"rank_ties = []"), ("m.toml", b"[normalisation]\nby_indicator = 3"), ("m.toml", b"name = 3"),
        ("m.toml", b"[normalisation]\nmethod = []"), ("m.toml", b"[aggregation]\nrule = {}"), ("m.toml", b"[coverage]\nby_parent = []"),
        ("m.toml", b"[imputation]\nrule = 1979-05-27"), ("m.toml", b"[treatment]\nkinds = 3"), ("m.toml", b"[treatment]\nskip = [3]"),
        ("m.toml", b"[normalisation.by_indicator]\na = 3"), ("m.toml", b"[coverage.by_parent]\na = 3"), ("none.toml", None),
        ("m.toml", b"[imputation]\nlevel = 'a'"), ("m.toml", b"[aggregation.by_parent]\na = 3"), ("m.toml", b""),
    ],
)  # fmt: skip
def test_a_method_in_a_file_is_read_or_refused(name, content, tmp_path):
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)
    done = CliRunner().invoke(
        group, ["brief", "Cần Thơ", "--method", str(file), "--out", str(tmp_path / "o"), "--lang", "en"]
    )
    known = done.exception is None or isinstance(done.exception, SystemExit | PiikitError | FileNotFoundError)
    assert known, repr(done.exception)


def test_a_byte_order_mark_is_no_error(tmp_path):
    file = tmp_path / "m.toml"
    file.write_bytes(b"\xef\xbb\xbf" + pk.Method.gii().to_toml().encode())
    assert pk.Method.load(file) == pk.Method.gii()


@POSIX
def test_a_closed_or_full_output_ends_quietly(tmp_path):
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        environment = os.environ | {"PYTHONPATH": ROOT}
        done = subprocess.run(
            [sys.executable, "-m", "piikit", "drivers"], stdout=full, stderr=subprocess.PIPE, env=environment,
            cwd=tmp_path, check=False,
        )  # fmt: skip
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr
    closed = subprocess.run(
        f"{sys.executable} -m piikit drivers | head -c 1", shell=True, env=environment, cwd=tmp_path,
        capture_output=True, check=False,
    )  # fmt: skip
    assert b"Traceback" not in closed.stderr
    assert b"Exception" not in closed.stderr
