"""The wheel: built without a network, installed in a folder, used from somewhere else, with its data inside."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]


def run(*line: str, folder: Path, **variables: str) -> str:
    env = {**os.environ, "PIP_NO_INDEX": "1", "PYTHONUTF8": "1", **variables}
    said = subprocess.run(
        [sys.executable, *line], cwd=folder, env=env, capture_output=True, encoding="utf-8", check=False
    )
    assert said.returncode == 0, said.stdout + said.stderr
    return said.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    run("-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder), folder=ROOT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("Sở KH&CN") / "site"
    run(
        "-m",
        "pip",
        "install",
        "--no-deps",
        "--quiet",
        "--target",
        str(folder),
        str(wheel),
        folder=folder.parent,
    )
    return folder


def tracked(folder: str) -> set[str]:
    said = subprocess.run(
        ["git", "ls-files", "-z", folder], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    if said.returncode:
        pytest.skip("not a git checkout")
    return {name for name in said.stdout.split("\0") if name}


def test_every_fact_and_every_module_is_inside(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {name.replace("data/", "piikit/_data/", 1) for name in tracked("data/raw")} <= names
    assert {name.replace("data/", "piikit/_data/", 1) for name in tracked("data/processed")} <= names
    assert tracked("piikit") <= names, "modules, catalogues and py.typed"


def test_nothing_else_is_inside(wheel):
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"piikit"}


def test_it_is_imported_from_elsewhere_and_finds_its_data(installed, tmp_path):
    code = """
import json, piikit
from piikit.data import paths
print(json.dumps({
    "package": piikit.__file__,
    "raw": str(paths.raw("SOURCES.csv")), "raw there": paths.raw("SOURCES.csv").is_file(),
    "processed": str(paths.processed()), "processed there": any(paths.processed().iterdir()),
}))
"""
    told = json.loads(run("-c", code, folder=tmp_path, PYTHONPATH=str(installed)))
    assert told["raw there"]
    assert told["processed there"]
    for key in ("package", "raw", "processed"):
        assert Path(told[key]).is_relative_to(installed), f"{key} was taken from the checkout: {told[key]}"


def test_an_index_is_built_from_the_wheel_alone(installed, tmp_path):
    code = """
import piikit as pk
for data in (pk.load_dataset('open-2022'), pk.load_dataset('pii-2025', draw=19)):
    print(pk.build_index(data, pk.Method.pii()).ranks.shape[0])
"""
    assert run("-c", code, folder=tmp_path, PYTHONPATH=str(installed)).split() == ["63", "34"]


def test_the_command_of_the_wheel_has_a_target(installed, tmp_path):
    code = """
from importlib.metadata import distribution
(command,) = [e for e in distribution("piikit").entry_points if e.group == "console_scripts"]
print(command.name, callable(command.load()), distribution("piikit").version)
"""
    name, loads, version = run("-c", code, folder=tmp_path, PYTHONPATH=str(installed)).split()
    assert (name, loads) == ("piikit", "True")
    assert f"piikit-{version}.dist-info" in {path.name for path in installed.iterdir()}
