"""What ``run.py`` does: make the environment if it is not there yet, then start the work in it.

Only the standard library, because nothing else is installed yet. The order of things:

1. ``plan`` reads the stamp in ``.venv``. If it names this lock and this Python, nothing else is done.
2. Otherwise ``make`` writes the stamp "building", creates ``.venv``, installs ``requirements.lock`` with
   uv (with pip if uv cannot work) and turns the stamp to "ready". Whatever stops it on the way leaves
   "building" behind, and the next start begins anew.
3. ``command`` translates the verb into a command line for the Python of ``.venv``.

Every failure that a user can do something about is a ``Stop``: one plain sentence in Vietnamese and English.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NoReturn

ROOT = Path(__file__).resolve().parents[1]
RUNNING = f"{sys.version_info[0]}.{sys.version_info[1]}"
RECIPE = 1  # raise it when the way of installing changes, so that environments are brought up to date

HELP = """\
python run.py              làm việc chính: dựng open-2022, viết trang Cần Thơ và các bảng
                           the main job: builds open-2022, writes Cần Thơ's page and the tables
python run.py test ...     chạy kiểm thử (tham số của pytest)       the tests (arguments of pytest)
python run.py lab ...      mở JupyterLab                            JupyterLab
python run.py data ...     dựng lại data/processed                  rebuilds data/processed
python run.py bench ...    đo tốc độ                                measures speed
python run.py dev TOOL ... công cụ phát triển: ruff, mypy           a tool of development: ruff, mypy
python run.py setup        chỉ tạo môi trường                       makes the environment only
python run.py cli ...      lệnh piikit bất kỳ; `python run.py VERB ...` cũng vậy
                           any piikit command; so does `python run.py VERB ...`

Máy không có mạng: trên một máy cùng loại có mạng, chạy lệnh dưới đây rồi chép cả thư mục sang.
Without a network: run this on a machine of the same kind that has one, then copy the whole folder.
                           python -m pip download -r requirements.lock -d wheels
"""

Step = Literal["ready", "create", "rebuild", "update", "link"]


class Stop(Exception):
    """The set-up cannot go on; the reason in one sentence each of Vietnamese and English."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(f"{vi}\n{en}")


@dataclass(frozen=True)
class Place:
    """The folder of the project and what the set-up keeps in it."""

    root: Path

    @property
    def venv(self) -> Path:
        return self.root / ".venv"

    @property
    def lock(self) -> Path:
        return self.root / "requirements.lock"

    @property
    def stamp(self) -> Path:
        return self.venv / "piikit-setup.json"

    @property
    def log(self) -> Path:
        return self.venv / "piikit-setup.log"

    @property
    def python(self) -> Path:
        return self.venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    @property
    def packages(self) -> Path:
        base = {"base": str(self.venv), "platbase": str(self.venv)}
        return Path(sysconfig.get_path("purelib", "venv", base))

    @property
    def path_file(self) -> Path:
        return self.packages / "piikit-checkout.pth"

    @property
    def command(self) -> Path:
        return self.python.with_name("piikit.cmd" if os.name == "nt" else "piikit")

    def holds(self) -> list[str]:
        """What lies beside the installed packages, none of which goes by itself."""
        with suppress(OSError):
            return sorted(
                n for n in os.listdir(self.packages) if n not in ("__pycache__", self.path_file.name)
            )
        return []

    def fingerprint(self) -> str:
        """Checksum of the lock, the same whichever line ends it was checked out with."""
        try:
            lock = self.lock.read_bytes().replace(b"\r\n", b"\n")
        except FileNotFoundError:
            raise Stop(
                f"Thiếu tệp {self.lock.name} bên cạnh run.py: hãy tải lại toàn bộ thư mục piikit.",
                f"The file {self.lock.name} is missing beside run.py: get the whole piikit folder again.",
            ) from None
        return f"{RECIPE}:{hashlib.sha256(lock).hexdigest()}"

    def read_stamp(self) -> dict[str, object]:
        """The stamp, or an empty one if there is none that can be read."""
        try:
            stamp = json.loads(self.stamp.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return stamp if isinstance(stamp, dict) else {}

    def write_stamp(self, state: str, *, made_here: bool) -> None:
        """Replace the stamp in one step, so that it is never half written."""
        stamp = {"state": state, "lock": self.fingerprint(), "python": RUNNING, "made_here": made_here}
        stamp |= {"holds": self.holds()} if state == "ready" else {}
        self.venv.mkdir(exist_ok=True)
        fresh = self.stamp.with_suffix(".new")
        fresh.write_text(json.dumps(stamp) + "\n", encoding="utf-8")
        fresh.replace(self.stamp)


def plan(place: Place) -> Step:
    """What has to be done to `place` before work can begin.

    An environment that somebody else made there is used if its Python fits, and never deleted.
    """
    if not place.venv.is_dir() or not any(place.venv.iterdir()):
        return "create"
    stamp = place.read_stamp()
    whole = place.python.exists() and stamp.get("python") == RUNNING
    if stamp.get("state") == "ready" and whole and stamp.get("lock") == place.fingerprint():
        held = stamp.get("holds")
        if isinstance(held, list) and not set(held) <= set(place.holds()):
            return "update"
        return "ready" if place.path_file.exists() and place.command.exists() else "link"
    if stamp.get("made_here"):
        return "update" if whole and stamp.get("state") == "ready" else "rebuild"
    if place.python.exists() and _version_of(place.python) == RUNNING:
        return "update"
    raise Stop(
        f"Thư mục {place.venv} không do piikit tạo và không chạy Python {RUNNING}: hãy đổi tên hoặc xóa nó rồi chạy lại.",
        f"The folder {place.venv} was not made by piikit and does not run Python {RUNNING}: "
        "rename or delete it and start again.",
    )


def prepare(root: Path = ROOT) -> bool:
    """Bring the environment in `root` up to date; return whether anything had to be done."""
    place = Place(root)
    if plan(place) == "ready":
        return False
    try:
        with _alone(root):
            step = plan(place)  # another start may have done it while this one waited
            if step != "ready":
                make(place, step)
    except OSError as error:
        _explain_os_error(error, place)
    return True


def make(place: Place, step: Step) -> None:
    """Carry out `step`; the stamp says "building" from the first moment to the last."""
    if step == "link":
        say("Nối lại piikit với môi trường · Linking piikit to its environment again")
        return link(place)
    _out_of_the_way(place)
    say(
        "Đang chuẩn bị môi trường, chỉ một lần này (tải khoảng 300 MB) · Setting up, this once (about 300 MB)"
    )
    made_here = step in ("create", "rebuild") or bool(place.read_stamp().get("made_here"))
    if step == "rebuild":
        say("  lần trước bị dở hoặc Python đã đổi: làm lại · unfinished or another Python: starting anew")
        _remove(place)
    if step == "update":
        _forget_damaged(place)
    place.write_stamp("building", made_here=made_here)
    if step in ("create", "rebuild"):
        say(f"[1/3] .venv (Python {RUNNING})")
        create(place)
    say(f"[2/3] {place.lock.name}")
    install(place)
    say("[3/3] piikit")
    link(place)
    place.write_stamp("ready", made_here=made_here)


def create(place: Place) -> None:
    """Make ``.venv`` with the Python that runs now (with the one behind it, if that is itself in a .venv)."""
    base = getattr(sys, "_base_executable", None) or sys.executable
    line = [base, "-m", "venv", str(place.venv)]
    made = subprocess.run(line, env=environment(), capture_output=True, encoding="utf-8", errors="replace")
    if made.returncode:
        said = made.stdout + made.stderr
        if "ensurepip" in said or "No module named venv" in said:
            raise Stop(
                "Python này thiếu venv: trên Debian hoặc Ubuntu hãy chạy `sudo apt install python3-venv` rồi chạy lại.",
                "This Python lacks venv: on Debian or Ubuntu run `sudo apt install python3-venv` and start again.",
            )
        raise explain(said, "venv")


def install(place: Place, env: Mapping[str, str] | None = None) -> None:
    """Install the lock, every file checked against its hash: with uv, and with pip if uv cannot."""
    env = environment(env)
    uv = _find_uv(place, env)
    wanted = ["--require-hashes", "-r", str(place.lock)]
    if uv:
        sources = offline(place, env, tool="uv")
        line = [*uv, "pip", "install", "--python", str(place.python), *wanted, *sources]
        if not subprocess.run(line, env=env).returncode:
            return
        say("  uv không làm được, chuyển sang pip · uv could not do it, going on with pip")
    said = _pip(place, [*wanted, *offline(place, env, tool="pip")], env)
    if said is not None:
        raise explain(said, "pip")


def offline(place: Place, env: Mapping[str, str], *, tool: Literal["uv", "pip"]) -> list[str]:
    """Options that name a folder of wheels: ``wheels/`` beside run.py, else what pip was told by its variables.

    pip reads PIP_NO_INDEX and PIP_FIND_LINKS by itself, uv has to be told.
    """
    wheels = place.root / "wheels"
    if any(wheels.glob("*.whl")):
        return ["--no-index", "--find-links", str(wheels)]
    if tool == "pip":
        return []
    options = ["--no-index"] if env.get("PIP_NO_INDEX", "").lower() in ("1", "true", "yes", "on") else []
    for folder in env.get("PIP_FIND_LINKS", "").split():
        options += ["--find-links", folder]
    return options


def link(place: Place) -> None:
    """Make ``import piikit`` find this checkout, whatever folder Python is started in.

    A .pth file, because an editable installation would write an absolute path: Python 3.11 and 3.12 on Windows
    read .pth files in the local code page, in which a home folder such as "Nguyễn Văn A" cannot be written.
    A relative path is plain ASCII, needs no build and no network, and moves along with the folder.
    """
    path = os.path.relpath(place.root, place.packages)
    place.path_file.write_text(path + "\n", encoding="ascii")
    # -P: nothing of the folder in which the person works is imported
    line = (
        '@"%~dp0python.exe" -P -X utf8 -m piikit %*\r\n'
        if os.name == "nt"
        else '#!/bin/sh\nexec "$(dirname "$0")/python" -P -X utf8 -m piikit "$@"\n'
    )
    place.command.write_bytes(line.encode("ascii"))
    place.command.chmod(0o755)


def _out_of_the_way(place: Place) -> None:
    """Something named ``.venv`` that is no folder keeps its content under another name."""
    if os.path.lexists(place.venv) and not place.venv.is_dir():
        kept = next(p for n in range(1, 1000) if not os.path.lexists(p := place.root / f".venv.old{n}"))
        place.venv.rename(kept)
        say(
            f".venv không phải thư mục: đổi tên thành {kept.name} · .venv was no folder: renamed to {kept.name}"
        )


def _forget_damaged(place: Place) -> None:
    """Take away the record of packages of which a part is gone, so that they are installed again."""
    there = set(place.holds())
    gone = set()
    for info in place.packages.glob("*.dist-info"):
        with suppress(OSError):
            record = (info / "RECORD").read_text(encoding="utf-8", errors="replace").splitlines()
            parts = {line.split(",")[0].split("/")[0].strip('"') for line in record}
            if parts - there - {"..", "__pycache__", ""}:
                gone.add(info.name.partition("-")[0])
                shutil.rmtree(info)
    held = place.read_stamp().get("holds")
    if isinstance(held, list):
        infos = (name for name in held if name.endswith(".dist-info") and name not in there)
        gone |= {name.partition("-")[0] for name in infos}
    if gone:
        said = ", ".join(sorted(gone))
        say(f"Môi trường thiếu {said}: cài lại · the environment lacks {said}: installing again")


def environment(given: Mapping[str, str] | None = None) -> dict[str, str]:
    """Variables for every child: UTF-8 everywhere, the system's certificates, nothing that points pip elsewhere.

    MPLBACKEND is left alone on purpose: notebook kernels inherit it, and with Agg they show no figures.
    """
    env = dict(os.environ if given is None else given)
    for name in ("PYTHONHOME", "PIP_TARGET", "PIP_PREFIX", "__PYVENV_LAUNCHER__"):
        env.pop(name, None)
    env.update(PYTHONUTF8="1", PIP_USER="0", PIP_DISABLE_PIP_VERSION_CHECK="1")
    env.setdefault("UV_SYSTEM_CERTS", "true")
    env.setdefault(
        "UV_COMPILE_BYTECODE", "1"
    )  # else pandas is compiled anew at each start where none may be written
    for pip_name, uv_name in (("PIP_INDEX_URL", "UV_DEFAULT_INDEX"), ("PIP_EXTRA_INDEX_URL", "UV_INDEX")):
        if env.get(pip_name):
            env.setdefault(uv_name, env[pip_name])
    return env


def command(verb: str, rest: Sequence[str], root: Path = ROOT) -> tuple[list[str], Path | None]:
    """The command line of `verb` for the environment's Python, and the folder to start it in.

    Commands of piikit start where the user is, so that file names given to them mean what they say.
    """
    python = str(Place(root).python)
    if verb == "test":
        parallel = any(argument.startswith(("-n", "--numprocesses", "--dist", "--pdb")) for argument in rest)
        workers = [] if parallel else ["-n", str(min(4, os.cpu_count() or 1)), "--dist", "worksteal"]
        return [python, "-m", "pytest", *workers, *rest], root
    if verb == "lab":
        as_root = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        return [python, "-m", "jupyterlab", *as_root, *rest], root
    if verb == "bench":
        return [python, "-m", "benchmarks", *rest], root
    if verb == "dev":
        return [python, "-m", *(rest or ["ruff", "check"])], root
    if verb == "data":
        return [python, "scripts/rebuild_processed.py", *rest], root
    return [python, "-m", "piikit", *([] if verb == "cli" else [verb]), *rest], None


def main(arguments: Sequence[str]) -> int:
    """Set up, start the verb, and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, ValueError):  # a console that cannot say "Đ" must not stop the set-up
            stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    verb, *rest = arguments or ["run"]
    if verb in ("help", "-h", "--help"):
        print(HELP, end="")
        return 0
    try:
        prepare()
        if verb == "setup":
            say(f"Xong · Ready: {Place(ROOT).python}")
            return 0
        line, folder = command(verb, rest)
        return _start(line, folder, verb)
    except Stop as stop:
        print(stop, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(
            "Đã dừng; lần sau sẽ làm tiếp đúng cách. · Stopped; the next start puts it right.",
            file=sys.stderr,
        )
        return 130


def say(text: str) -> None:
    """Show progress at once, also where the output is a file."""
    print(text, flush=True)


# What pip says, and what it means. The first pattern that is found decides.
_REASONS: tuple[tuple[str, str, str], ...] = (
    (
        r"No space left|Errno 28|not enough space|WinError 112",
        "Ổ đĩa đã đầy: cần khoảng 1,5 GB trống.",
        "The disk is full: some 1.5 GB must be free.",
    ),
    (
        r"DO NOT MATCH THE HASHES|[Hh]ash mismatch",
        "Một gói tải về không khớp mã kiểm trong requirements.lock nên không được cài: hãy thử mạng khác.",
        "A downloaded package does not match its hash in requirements.lock and was not installed: try another network.",
    ),
    (
        r"CERTIFICATE_VERIFY_FAILED|SSLError|UnknownIssuer|certificate verify failed",
        "Chứng chỉ của mạng cơ quan không được chấp nhận: hãy đặt PIP_CERT và SSL_CERT_FILE là tệp chứng chỉ của cơ quan.",
        "The network's certificate is not accepted: set PIP_CERT and SSL_CERT_FILE to your office's certificate file.",
    ),
    (
        r"ProxyError|Tunnel connection failed|407 Proxy",
        "Không qua được máy chủ proxy: hãy kiểm tra biến HTTPS_PROXY.",
        "The proxy cannot be passed: check the variable HTTPS_PROXY.",
    ),
    (
        r"NewConnectionError|NameResolutionError|ConnectTimeout|ReadTimeout|Read timed out|Connection (refused|reset)"
        r"|Network is unreachable|Temporary failure in name resolution|getaddrinfo failed",
        "Không nối được mạng: hãy kiểm tra mạng rồi chạy lại, hoặc đặt thư mục wheels/ cạnh run.py để cài không cần mạng.",
        "There is no network: check it and start again, or put a wheels/ folder beside run.py to install without one.",
    ),
    (
        r"No matching distribution found|Could not find a version",
        "Không tìm thấy một gói cho Python và máy này: thư mục wheels/ thiếu gói, hoặc Python quá mới hay 32 bit.",
        "A package was not found for this Python and machine: wheels/ lacks it, or this Python is too new or 32-bit.",
    ),
    (
        r"Permission denied|Errno 13|Access is denied|WinError 5",
        "Không có quyền ghi vào thư mục này: hãy chuyển piikit vào thư mục của bạn.",
        "This folder may not be written: move piikit into a folder of your own.",
    ),
)


def explain(said: str, tool: str) -> Stop:
    """Turn the last words of a failed `tool` into a sentence; the words themselves follow for who can help."""
    tail = "\n".join(line[:200] for line in said.strip().splitlines()[-5:])
    for pattern, vi, en in _REASONS:
        if re.search(pattern, said):
            return Stop(vi, f"{en}\n--- {tool}:\n{tail}")
    return Stop(
        f"{tool} không cài được môi trường; lời cuối của nó ở dưới.",
        f"{tool} could not make the environment; its last words are below.\n--- {tool}:\n{tail}",
    )


def _explain_os_error(error: OSError, place: Place) -> NoReturn:
    known = {
        errno.ENOSPC: "No space left",
        errno.EACCES: "Permission denied",
        errno.EROFS: "Permission denied",
    }
    raise explain(f"{known.get(error.errno or 0, '')} {error}", str(place.root)) from error


def _find_uv(place: Place, env: Mapping[str, str]) -> list[str] | None:
    """Return uv as a command: the one on the PATH, else the one in the lock, installed with pip; None without."""
    found = shutil.which("uv", path=env.get("PATH"))
    if found:
        return [found]
    pinned = re.search(r"^uv==(?:.*\\\n)*.*\n", place.lock.read_text(encoding="utf-8"), flags=re.MULTILINE)
    if not pinned:
        return None
    with tempfile.TemporaryDirectory() as folder:
        only_uv = Path(folder) / "uv.lock"
        only_uv.write_text(pinned[0], encoding="utf-8")
        options = ["--require-hashes", "--only-binary", ":all:", "--retries", "1", "-r", str(only_uv)]
        said = _pip(place, [*options, *offline(place, env, tool="pip")], env)
    return [str(place.python), "-m", "uv"] if said is None else None


def _pip(place: Place, options: list[str], env: Mapping[str, str]) -> str | None:
    """Run ``pip install``, showing each package as it comes; return None, or what pip said if it failed."""
    line = [
        str(place.python),
        "-m",
        "pip",
        "install",
        "--no-input",
        "--progress-bar",
        "off",
        "--no-compile",
        *options,
    ]
    said: list[str] = []
    with (
        place.log.open("a", encoding="utf-8") as log,
        subprocess.Popen(
            line,
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        ) as pip,
    ):
        assert pip.stdout is not None
        for heard in pip.stdout:
            said.append(heard)
            log.write(heard)
            new = re.match(r"(?:Collecting|Processing) (?:\S*/)?(\S+)", heard)
            if new:
                _tick(new[1])
            elif heard.startswith("Installing collected packages"):
                _tick("đang cài vào .venv, xin đợi · installing into .venv, please wait")
    if sys.stdout.isatty():
        print("\r\033[K", end="", flush=True)
    return "".join(said) if pip.returncode else None


def _tick(name: str) -> None:
    """One package more: on a console on the same line, in a file on its own."""
    if sys.stdout.isatty():
        print(f"\r\033[K  {name}", end="", flush=True)
    else:
        say(f"  {name}")


def _version_of(python: Path) -> str:
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        return subprocess.run([str(python), "-c", code], capture_output=True, encoding="utf-8").stdout.strip()
    except OSError:
        return ""


def _remove(place: Place) -> None:
    try:
        shutil.rmtree(place.venv)
    except OSError as error:
        raise Stop(
            f"Không xóa được {place.venv}: hãy đóng JupyterLab và các cửa sổ Python khác rồi chạy lại.",
            f"{place.venv} cannot be deleted ({error}): close JupyterLab and other Python windows and start again.",
        ) from error


def _start(line: list[str], folder: Path | None, verb: str) -> int:
    env = environment()
    if "piikit" in line:  # so that its messages name the command as the person started it
        env["PIIKIT_STARTED"] = "python run.py"
    if verb == "test":  # the tests run side by side, so each of them computes on one core
        for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
            env.setdefault(name, "1")
    child = subprocess.Popen(line, cwd=folder, env=env)
    while True:
        try:
            code = child.wait()
        except KeyboardInterrupt:
            continue  # the child heard it too and decides
        return code if code >= 0 else 128 - code


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Hold the set-up of `root` for this process; the system lets go of it when the process ends, however it ends."""
    with (root / ".setup.lock").open("a", encoding="utf-8") as handle:
        if not _hold(handle.fileno(), wait=False):
            say("Một cửa sổ khác đang cài đặt, xin đợi · another start is setting up: waiting")
            _hold(handle.fileno(), wait=True)
        yield


def _hold(number: int, *, wait: bool) -> bool:
    if sys.platform == "win32":
        import msvcrt

        while True:
            try:
                msvcrt.locking(number, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
                return True
            except OSError:
                if not wait:
                    return False
    else:
        import fcntl

        try:
            fcntl.flock(number, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            pass  # a network disk without locks: go on without
        return True
