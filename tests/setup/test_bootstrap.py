"""run.py and scripts/bootstrap.py: real environments in temporary folders, made from wheels that the tests build."""

from __future__ import annotations

import ast
import base64
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import bootstrap
import pytest
from bootstrap import Place, Stop

ROOT = Path(__file__).resolve().parents[2]


# --- small worlds -----------------------------------------------------------------------------------------


def build_wheel(folder: Path, name: str, version: str = "1.0") -> str:
    """Write a pure wheel of one module and return its line for a lock."""
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": f"version = {version!r}\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = ""
    for path, content in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content.encode()).digest()).rstrip(b"=").decode()
        record += f"{path},sha256={digest},{len(content.encode())}\n"
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(target, "w") as wheel:
        for path, content in files.items():
            wheel.writestr(path, content)
        wheel.writestr(f"{info}/RECORD", record + f"{info}/RECORD,,\n")
    return f"{name}=={version} \\\n    --hash=sha256:{hashlib.sha256(target.read_bytes()).hexdigest()}\n"


def small_project(root: Path, *, wheels: Path | None = None) -> Path:
    """Lay out a project that run.py can set up: a package, a lock of two wheels, and a __main__ that tells on itself."""
    (root / "scripts").mkdir(parents=True)
    shutil.copy(ROOT / "run.py", root)
    shutil.copy(ROOT / "scripts" / "bootstrap.py", root / "scripts")
    lines = [build_wheel(wheels or root / "wheels", name) for name in ("tinya", "tinyb")]
    (root / "requirements.lock").write_text("".join(lines), encoding="utf-8")
    (root / "piikit").mkdir()
    (root / "piikit" / "__init__.py").write_text("", encoding="utf-8")
    (root / "piikit" / "__main__.py").write_text(
        "import json, os, sys, tinya, tinyb\n"
        "print(json.dumps({'arguments': sys.argv[1:], 'folder': os.getcwd(), 'utf8': sys.flags.utf8_mode,\n"
        "                  'backend': os.environ.get('MPLBACKEND'), 'versions': [tinya.version, tinyb.version]}))\n"
        "sys.exit(int(os.environ.get('EXIT_WITH', 0)))\n",
        encoding="utf-8",
    )
    return root


def start(
    root: Path, *arguments: str, folder: Path | None = None, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Start run.py of `root` as a user does, with no network to fall back on."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PIP_", "UV_", "MPL"))}
    env |= {"PIP_NO_INDEX": "1", "UV_OFFLINE": "1", **variables}
    return subprocess.run(
        [sys.executable, str(root / "run.py"), *arguments],
        cwd=folder or root,
        env=env,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def told(run: subprocess.CompletedProcess[str]) -> dict:
    assert run.returncode == 0, run.stdout + run.stderr
    return json.loads(run.stdout.splitlines()[-1])


@pytest.fixture
def without_uv() -> dict[str, str]:
    """PATH on which there is no uv, so that pip does the work."""
    folders = os.environ["PATH"].split(os.pathsep)
    return {"PATH": os.pathsep.join(f for f in folders if not shutil.which("uv", path=f))}


@pytest.fixture
def ready(tmp_path: Path) -> Place:
    """A place that looks set up: a stamp and a Python, nothing really installed."""
    (tmp_path / "requirements.lock").write_text("tinya==1.0\n", encoding="utf-8")
    place = Place(tmp_path)
    place.python.parent.mkdir(parents=True)
    place.python.write_text("", encoding="utf-8")
    place.packages.mkdir(parents=True, exist_ok=True)
    bootstrap.link(place)
    place.write_stamp("ready", made_here=True)
    return place


# --- the gate for old Pythons -----------------------------------------------------------------------------


def test_run_py_parses_on_any_python_3():
    tree = ast.parse((ROOT / "run.py").read_text(encoding="utf-8"), feature_version=(3, 4))
    modern = (ast.JoinedStr, ast.NamedExpr, ast.AnnAssign, ast.Match)
    assert not [node for node in ast.walk(tree) if isinstance(node, modern)]
    assert not [
        f
        for f in ast.walk(tree)
        if isinstance(f, ast.FunctionDef) and (f.returns or any(a.annotation for a in f.args.args))
    ]


def test_old_python_gets_one_sentence_in_each_language():
    code = f"import runpy, sys; sys.version_info = (3, 9, 1); runpy.run_path({str(ROOT / 'run.py')!r}, run_name='__main__')"
    said = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", code], capture_output=True, encoding="utf-8", check=False
    )
    assert said.returncode == 2
    assert said.stdout == ""
    vi, en = said.stderr.splitlines()
    assert "Python 3.11 trở lên" in vi
    assert "needs Python 3.11 or newer and this is Python 3.9" in en


def test_old_python_is_refused_on_a_console_without_vietnamese():
    code = f"import runpy, sys; sys.version_info = (3, 9, 1); runpy.run_path({str(ROOT / 'run.py')!r}, run_name='__main__')"
    env = {**os.environ, "PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"}
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, env=env, check=False)
    assert said.returncode == 2
    assert b"Traceback" not in said.stderr
    assert b"piikit needs Python 3.11" in said.stderr


def test_the_old_pythons_of_this_machine():
    names = ["python2.7", *(f"python3.{minor}" for minor in range(4, 11))]
    found = [path for name in names if (path := shutil.which(name))]
    old = [
        p for p in found if subprocess.run([p, "-c", "0"], capture_output=True, check=False).returncode == 0
    ]
    if not old:
        pytest.skip("no Python older than 3.11 on the PATH; the tests above stand in for one")
    for python in old:
        said = subprocess.run([python, str(ROOT / "run.py")], capture_output=True, check=False)
        assert said.returncode == 2
        assert b"piikit needs Python 3.11 or newer" in said.stderr
        assert b"Traceback" not in said.stderr


# --- what has to be done ----------------------------------------------------------------------------------


def test_nothing_to_do_when_the_stamp_fits(ready):
    assert bootstrap.plan(ready) == "ready"


def test_windows_line_ends_do_not_change_the_fingerprint(ready):
    ready.lock.write_bytes(ready.lock.read_bytes().replace(b"\n", b"\r\n"))
    assert bootstrap.plan(ready) == "ready"


def test_no_folder_or_an_empty_one_is_a_fresh_start(tmp_path):
    assert bootstrap.plan(Place(tmp_path)) == "create"
    (tmp_path / ".venv").mkdir()
    assert bootstrap.plan(Place(tmp_path)) == "create"


def test_another_lock_is_an_update(ready):
    ready.lock.write_text("tinya==2.0\n", encoding="utf-8")
    assert bootstrap.plan(ready) == "update"


def test_an_unfinished_installation_is_begun_anew(ready):
    ready.write_stamp("building", made_here=True)
    assert bootstrap.plan(ready) == "rebuild"


def test_another_python_is_a_rebuild(ready, monkeypatch):
    monkeypatch.setattr(bootstrap, "RUNNING", "3.99")
    assert bootstrap.plan(ready) == "rebuild"


def test_a_python_that_is_gone_is_a_rebuild(ready):
    ready.python.unlink()
    assert bootstrap.plan(ready) == "rebuild"


@pytest.mark.parametrize("stamp", ["", "{", "[]", '{"state": 3}', "\x00"])
def test_a_spoilt_stamp_is_as_good_as_none(ready, stamp):
    ready.stamp.write_text(stamp, encoding="utf-8")
    with pytest.raises(Stop, match="not made by piikit"):
        bootstrap.plan(ready)


def test_an_environment_of_somebody_else_is_used_and_never_deleted(ready, monkeypatch):
    ready.stamp.unlink()
    monkeypatch.setattr(bootstrap, "_version_of", lambda python: bootstrap.RUNNING)
    assert bootstrap.plan(ready) == "update"
    ready.write_stamp("building", made_here=False)
    assert bootstrap.plan(ready) == "update"
    monkeypatch.setattr(bootstrap, "_version_of", lambda python: "3.8")
    with pytest.raises(Stop, match="rename or delete"):
        bootstrap.plan(ready)
    assert ready.python.exists()


def test_a_missing_lock_is_said_plainly(tmp_path):
    with pytest.raises(Stop, match=r"requirements\.lock is missing"):
        Place(tmp_path).fingerprint()


# --- failures, in words -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "vi", "en"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "đầy", "disk is full"),
        ("THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "mã kiểm", "does not match its hash"),
        ("SSLError(SSLCertVerificationError(1, 'CERTIFICATE_VERIFY_FAILED'))", "Chứng chỉ", "certificate"),
        ("ProxyError('Cannot connect to proxy.')\nNo matching distribution found", "proxy", "HTTPS_PROXY"),
        ("NewConnectionError: [Errno -3] Temporary failure in name resolution\nNo matching distribution found", "mạng", "no network"),
        ("ERROR: No matching distribution found for numba==0.68.1", "thiếu gói", "wheels/ lacks it"),
        ("PermissionError: [Errno 13] Permission denied: '/opt'", "quyền", "may not be written"),
        ("something nobody has seen", "không cài được", "could not make"),
    ],
)  # fmt: skip
def test_failures_are_explained_in_both_languages(said, vi, en):
    first, *rest = str(bootstrap.explain(said, "pip")).splitlines()
    assert vi in first
    assert en in rest[0]
    assert said.splitlines()[-1] in rest, "and the tool's own last words follow"


def test_a_python_without_venv_is_told_what_to_install(tmp_path, monkeypatch):
    debian = "The virtual environment was not created successfully because ensurepip is not available."
    monkeypatch.setattr(
        bootstrap.subprocess, "run", lambda *a, **k: subprocess.CompletedProcess(a, 1, debian, "")
    )
    with pytest.raises(Stop, match="sudo apt install python3-venv"):
        bootstrap.create(Place(tmp_path))


def test_a_full_disk_is_explained_wherever_it_shows(tmp_path, monkeypatch):
    (tmp_path / "requirements.lock").write_text("tinya==1.0\n", encoding="utf-8")

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(bootstrap, "make", full)
    with pytest.raises(Stop, match="disk is full"):
        bootstrap.prepare(tmp_path)


# --- variables and options --------------------------------------------------------------------------------


def test_children_speak_utf8_and_keep_their_own_figures():
    env = bootstrap.environment({"PATH": "x", "PYTHONHOME": "elsewhere", "PIP_USER": "1", "HTTPS_PROXY": "p"})
    assert env["PYTHONUTF8"] == "1"
    assert env["UV_SYSTEM_CERTS"] == "true"
    assert env["PIP_USER"] == "0"
    assert env["HTTPS_PROXY"] == "p"
    assert "PYTHONHOME" not in env
    assert "MPLBACKEND" not in env, "kernels would inherit it and draw nothing"
    assert bootstrap.environment({"UV_SYSTEM_CERTS": "false"})["UV_SYSTEM_CERTS"] == "false"


def test_uv_hears_what_pip_was_told():
    env = bootstrap.environment({"PIP_INDEX_URL": "a", "PIP_EXTRA_INDEX_URL": "b c"})
    assert env["UV_DEFAULT_INDEX"] == "a"
    assert env["UV_INDEX"] == "b c"
    kept = bootstrap.environment({"PIP_INDEX_URL": "a", "UV_DEFAULT_INDEX": "z"})
    assert kept["UV_DEFAULT_INDEX"] == "z"


def test_where_wheels_come_from(tmp_path):
    place = Place(tmp_path)
    told_pip = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "one two"}
    assert bootstrap.offline(place, {}, tool="uv") == []
    assert bootstrap.offline(place, told_pip, tool="pip") == [], "pip reads its variables itself"
    expected = ["--no-index", "--find-links", "one", "--find-links", "two"]
    assert bootstrap.offline(place, told_pip, tool="uv") == expected
    (tmp_path / "wheels").mkdir()
    assert bootstrap.offline(place, {}, tool="uv") == [], "an empty folder is no source"
    (tmp_path / "wheels" / "a-1-py3-none-any.whl").write_bytes(b"")
    for tool in ("uv", "pip"):
        assert bootstrap.offline(place, told_pip, tool=tool)[:2] == ["--no-index", "--find-links"]
        assert bootstrap.offline(place, told_pip, tool=tool)[2:] == [str(tmp_path / "wheels")]


@pytest.mark.parametrize(
    ("verb", "rest", "expected"),
    [
        ("run", [], ["-m", "piikit", "run"]),
        ("check", ["ours.xlsx"], ["-m", "piikit", "check", "ours.xlsx"]),
        ("cli", ["--help"], ["-m", "piikit", "--help"]),
        ("bench", ["--quick"], ["-m", "benchmarks", "--quick"]),
        ("dev", ["mypy"], ["-m", "mypy"]),
        ("data", ["--check"], ["scripts/rebuild_processed.py", "--check"]),
    ],
)
def test_verbs(tmp_path, verb, rest, expected):
    line, folder = bootstrap.command(verb, rest, tmp_path)
    assert line == [str(Place(tmp_path).python), *expected]
    assert folder == (tmp_path if verb in ("bench", "data", "dev") else None)


def test_tests_run_side_by_side_unless_told_otherwise(tmp_path):
    line, folder = bootstrap.command("test", ["-k", "x"], tmp_path)
    assert line[1:4] == ["-m", "pytest", "-n"]
    assert line[-2:] == ["-k", "x"]
    assert folder == tmp_path
    assert bootstrap.command("test", ["-n0"], tmp_path)[0][3:] == ["-n0"]


def test_lab_starts_in_the_checkout(tmp_path):
    line, folder = bootstrap.command("lab", ["--no-browser"], tmp_path)
    assert line[1:3] == ["-m", "jupyterlab"]
    assert line[-1] == "--no-browser"
    assert folder == tmp_path


def test_help_makes_no_environment(capsys, monkeypatch):
    monkeypatch.setattr(bootstrap, "prepare", lambda: pytest.fail("help must not install anything"))
    assert bootstrap.main(["--help"]) == 0
    said = capsys.readouterr().out
    for verb in ("test", "lab", "data", "bench", "dev", "setup", "cli"):
        assert f"python run.py {verb}" in said


# --- the real thing ---------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("tool", ["uv", "pip"])
def test_from_nothing_without_a_network_in_an_awkward_folder(awkward_folder, tool, without_uv):
    root = small_project(awkward_folder / "piikit")
    uv = Path(sys.executable).with_name("uv")
    path = {"PATH": str(uv.parent) + os.pathsep + os.environ["PATH"]} if tool == "uv" else without_uv
    first = start(root, MPLBACKEND="svg", **path)
    said = told(first)
    assert said["arguments"] == ["run"]
    assert said["versions"] == ["1.0", "1.0"]
    assert said["utf8"] == 1
    assert said["backend"] == "svg", "what the user chose is passed on"
    assert "[1/3]" in first.stdout
    assert "tinya" in first.stdout + first.stderr, "progress is shown"
    assert (root / ".venv" / "piikit-setup.log").exists() == (tool == "pip")

    began = time.perf_counter()
    second = start(root, "check", "của tôi.xlsx", folder=awkward_folder, **path)
    took = time.perf_counter() - began
    print(f"second start, with the work itself: {took:.2f} s")
    said = told(second)
    assert said["arguments"] == ["check", "của tôi.xlsx"]
    assert Path(said["folder"]) == awkward_folder, "file names mean what they mean to the user"
    assert "[1/3]" not in second.stdout

    failing = start(root, **path, EXIT_WITH="7")
    assert failing.returncode == 7, "the exit code of the work is that of run.py"


@pytest.mark.slow
def test_what_was_taken_away_is_found_and_mended(tmp_path):
    """A package, half a package, the path file, the command: each is put back, and said."""
    root = small_project(tmp_path / "piikit")
    (root / ".venv").write_text(
        "piikit-3.11\n", encoding="utf-8"
    )  # as some tools name an environment elsewhere
    first = start(root)
    told(first)
    assert ".venv.old1" in first.stdout
    assert (root / ".venv.old1").read_text(encoding="utf-8") == "piikit-3.11\n"
    place = Place(root)
    harms = {
        "tinya": [place.packages / "tinya.py", *place.packages.glob("tinya-*")],
        "tinyb": [place.packages / "tinyb.py"],
        "Linking": [place.path_file],
        "again": [place.command],
    }
    for said, files in harms.items():
        for file in files:
            shutil.rmtree(file) if file.is_dir() else file.unlink()
        mended = start(root, "check")
        assert told(mended)["versions"] == ["1.0", "1.0"]
        assert said in mended.stdout
        assert all(file.exists() for file in files)
        again = start(root, "check")
        assert told(again)
        assert len(again.stdout.splitlines()) == 1


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="a shell script")
def test_the_environment_has_the_command(tmp_path):
    root = small_project(tmp_path / "với dấu cách" / "piikit")
    told(start(root))
    work = tmp_path / "work"
    work.mkdir()
    (work / "json.py").write_text("raise SystemExit('mine')", encoding="utf-8")
    env = os.environ | {"PATH": f"{Place(root).python.parent}{os.pathsep}{os.environ['PATH']}"}
    env.pop("PYTHONPATH", None)
    run = subprocess.run(["piikit", "check", "x y"], cwd=work, env=env, capture_output=True, encoding="utf-8")
    assert told(run)["arguments"] == ["check", "x y"]


@pytest.mark.slow
def test_find_links_of_pip_are_enough(tmp_path, without_uv):
    wheels = tmp_path / "elsewhere"
    root = small_project(tmp_path / "piikit", wheels=wheels)
    assert told(start(root, PIP_FIND_LINKS=str(wheels), **without_uv))["versions"] == ["1.0", "1.0"]


@pytest.mark.slow
def test_the_folder_can_be_moved(tmp_path, without_uv):
    root = small_project(tmp_path / "before")
    told(start(root, **without_uv))
    moved = root.rename(tmp_path / "after, ở chỗ khác")
    assert told(start(moved, **without_uv))["versions"] == ["1.0", "1.0"]


@pytest.mark.slow
def test_an_interrupted_installation_is_repaired(tmp_path, without_uv):
    root = small_project(tmp_path / "piikit")
    place = Place(root)
    env = {**os.environ, "PIP_NO_INDEX": "1", **without_uv}
    process = subprocess.Popen(
        [sys.executable, str(root / "run.py")],
        cwd=root,
        env=env,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdout is not None
    while b"[1/3]" not in process.stdout.readline():
        pass
    os.killpg(process.pid, signal.SIGKILL)  # the power fails in the middle of making .venv
    process.stdout.close()
    process.wait()
    assert place.read_stamp()["state"] == "building"
    (place.venv / "half-written").write_text("", encoding="utf-8")

    repaired = start(root, **without_uv)
    assert told(repaired)["versions"] == ["1.0", "1.0"]
    assert "starting anew" in repaired.stdout
    assert not (place.venv / "half-written").exists()
    assert place.read_stamp()["state"] == "ready"


@pytest.mark.slow
def test_a_new_lock_updates_in_place_and_a_wrong_hash_is_refused(tmp_path, without_uv):
    root = small_project(tmp_path / "piikit")
    told(start(root, **without_uv))
    kept = root / ".venv" / "of-the-user"
    kept.write_text("", encoding="utf-8")
    lock = root / "requirements.lock"

    lock.write_text(
        build_wheel(root / "wheels", "tinya", "2.0") + build_wheel(root / "wheels", "tinyb"), encoding="utf-8"
    )
    assert told(start(root, **without_uv))["versions"] == ["2.0", "1.0"]
    assert kept.exists()

    right = lock.read_text(encoding="utf-8")
    third = build_wheel(root / "wheels", "tinya", "3.0")
    lock.write_text(third[:-5] + "0000\n", encoding="utf-8")
    refused = start(root, **without_uv)
    assert refused.returncode == 1
    assert "does not match its hash" in refused.stderr
    assert "Traceback" not in refused.stderr

    lock.write_text(right, encoding="utf-8")
    assert told(start(root, **without_uv))["versions"] == ["2.0", "1.0"]


@pytest.mark.slow
def test_two_starts_at_once_do_not_disturb_each_other(tmp_path, without_uv):
    root = small_project(tmp_path / "piikit")
    env = {**os.environ, "PIP_NO_INDEX": "1", **without_uv}
    both = [
        subprocess.Popen(
            [sys.executable, str(root / "run.py")],
            cwd=root,
            env=env,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        for _ in range(2)
    ]
    said = [process.communicate()[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert sum("[1/3]" in text for text in said) == 1, "one sets up, the other waits"


def test_a_missing_wheel_is_said_plainly(tmp_path, without_uv, ready, monkeypatch):
    monkeypatch.setattr(bootstrap, "_find_uv", lambda place, env: None)
    monkeypatch.setattr(Place, "python", Path(sys.executable))
    build_wheel(tmp_path / "wheels", "tinya")
    ready.lock.write_text("tiny-absent==1.0 --hash=sha256:" + "0" * 64 + "\n", encoding="utf-8")
    with pytest.raises(Stop, match="wheels/ lacks it"):
        bootstrap.install(ready)
