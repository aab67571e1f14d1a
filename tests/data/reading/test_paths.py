"""Pipes, devices, folders, loops, links to nothing and impossible names: one sentence, never a wait or a traceback."""

import os

import pytest

import piikit as pk
from piikit.base.errors import InputError
from piikit.base.language import LANGUAGES, in_language
from piikit.cli import main
from piikit.data.units_table import read_units

TREE = pk.load_framework("open-2022")
READERS = {
    "check_file": lambda path: pk.check_file(path, framework=TREE),
    "read_workbook": lambda path: pk.read_workbook(path, framework=TREE),
    "read_page": pk.read_page,
    "read_actions": pk.read_actions,
    "read_agency_files": lambda path: pk.read_agency_files(path, framework=TREE, year=2022),
    "Dataset.load": lambda path: pk.Dataset.load(path.with_suffix(".xlsx")),
    "Framework.from_csv": pk.Framework.from_csv,
    "Method.load": lambda path: pk.Method.load(path.with_suffix(".toml")),
    "load_scenario": lambda path: pk.load_scenario(path.with_suffix(".toml")),
    "read_units": lambda path: read_units(path, TREE),
}


def odd(kind, folder, suffix):
    """A path that is no plain file."""
    path = folder / f"{kind}{suffix}"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "loop":
        path.symlink_to(path)
    elif kind == "nothing":
        path.symlink_to(folder / "không có")
    elif kind == "device":
        path.symlink_to("/dev/zero")
    elif kind == "long":
        path = folder / ("x" * 300 + suffix)
    elif kind == "null":
        path = folder / f"a\0b{suffix}"
    return path


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes on this system")
@pytest.mark.parametrize("kind", ["pipe", "folder", "loop", "nothing", "device", "long", "null", "absent"])
@pytest.mark.parametrize("reader", READERS)
def test_one_sentence_for_every_reader(reader, kind, tmp_path):
    suffix = {"Dataset.load": ".xlsx", "Method.load": ".toml", "load_scenario": ".toml"}.get(reader, ".csv")
    path = odd(kind, tmp_path, suffix)
    said = []
    for lang in LANGUAGES:
        with in_language(lang):
            try:
                found = READERS[reader](path)
                assert reader == "check_file"
                said.append("\n".join(p.sentence(lang) for p in found.errors))
            except (InputError, FileNotFoundError) as error:
                said.append(str(error))
    assert all(len(s) > 25 for s in said)
    assert said[0] != said[1]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes on this system")
@pytest.mark.parametrize(
    "words", [["check"], ["page"], ["index", "--out", "o", "--framework", "f.csv", "--units"], ["diagnose", "Huế", "--workbook"]]
)  # fmt: skip
def test_verbs_neither_wait_nor_break(words, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as done:
        main([*words, str(odd("pipe", tmp_path, ".csv")), "--lang", "en"])
    assert done.value.code in (1, 2)
    assert len("".join(capsys.readouterr())) > 25


def test_nothing_but_a_file_is_written_over(tmp_path):
    from piikit.base.files import write_text

    for path in (odd("folder", tmp_path, ""), odd("long", tmp_path, ".csv"), odd("device", tmp_path, "")):
        with pytest.raises(InputError):
            write_text(path, "x")
