"""Files are judged before they are opened, and written beside their place, then renamed: never half a file."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from hashlib import sha256
from pathlib import Path
from typing import Any

from .errors import InputError, MethodError, Problem
from .language import text

_NOT_FOUND = (errno.ENOENT, errno.ENOTDIR)
_PART = ".piikit-"
_inputs: ContextVar[set[str] | None] = ContextVar("inputs", default=None)
_WHY = {errno.ELOOP: "loop", errno.ENAMETOOLONG: "name"}


def readable(path: str | Path) -> Path:
    """The path, if it names a plain file that may be read.

    A pipe or a device is never opened, as that may wait for ever.

    Raises
    ------
    FileNotFoundError
        With a sentence that names it.
    InputError
        For a folder, pipe, device, loop of links, name that cannot be, or a file that may not be read.
    """
    path = Path(path)
    try:
        mode = os.stat(path).st_mode
        why = "folder" if stat.S_ISDIR(mode) else "" if stat.S_ISREG(mode) else "special"
        if not why and not os.access(path, os.R_OK):
            why = "permission"
    except ValueError:
        why = "name"
    except OSError as error:
        if error.errno in _NOT_FOUND:
            key = "error.dangling" if os.path.islink(path) else "error.no_file"
            raise FileNotFoundError(text(key, path=str(path))) from None
        why = _WHY.get(error.errno or 0, "permission")
    if why:
        raise InputError([Problem(f"problem.file.{why}", file=str(path)[:120].replace("\0", "?"))])
    if (read := _inputs.get()) is not None:
        read.add(os.path.realpath(path))
    return path


@contextmanager
def inputs_kept() -> Iterator[None]:
    """Meanwhile no file that was read is written: for a verb of the command line."""
    before = _inputs.set(set())
    try:
        yield
    finally:
        _inputs.reset(before)


def read_toml(path: str | Path) -> dict[str, Any]:
    """What a TOML file says.

    Raises
    ------
    FileNotFoundError, InputError
        As :func:`read_text`, and if it is no TOML, with the line.
    """
    return parse_toml(read_text(path), Path(path).name)


def parse_toml(written: str, file: str | None = None) -> dict[str, Any]:
    """What a text in TOML says; `file` is named in the error.

    Raises
    ------
    InputError
        If it is no TOML, with the line.
    """
    try:
        return tomllib.loads(written)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError([Problem("problem.file.toml", {"why": str(error)}, file=file)]) from None


def read_text(path: str | Path) -> str:
    """The text of a small UTF-8 file.

    Raises
    ------
    FileNotFoundError, InputError
        As :func:`readable`, and if it is no UTF-8.
    """
    path = readable(path)
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputError([Problem("problem.file.utf8", file=path.name)]) from None


def must_end(path: str | Path, *known: str) -> Path:
    """The path, if its name ends as its content will be.

    Raises
    ------
    MethodError
        If it ends otherwise: no program would open the file as what it is.
    """
    path = Path(path)
    if path.suffix.lower() not in known:
        raise MethodError("error.file_suffix", path=path.name, known=", ".join(known))
    return path


def replace_file(path: str | Path, write: Callable[[Path], Any]) -> Path:
    """Let `write` write a temporary file beside `path`, then give it its name.

    A file that is there keeps its mode; where `path` is a link, its target is replaced, and where the file
    has several names it is written over, so that all of them stay one file.

    Parameters
    ----------
    path : str or Path
        Folders on the way are made.
    write : callable
        Takes the temporary path, which has the suffix of `path`; what it returns is passed over.

    Returns
    -------
    Path
        `path`. If `write` fails, nothing stays behind and a file that was there is as it was.

    Raises
    ------
    InputError
        If no file can be written there.
    """
    path = Path(path)
    target = _target(path)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = _beside(target)
    except (OSError, ValueError) as error:
        raise _unwritable(path, error) from error
    try:
        write(temporary)
        _give(temporary, target)
    except OSError as error:
        raise _unwritable(path, error) from error
    finally:
        temporary.unlink(missing_ok=True)
    return path


def _target(path: Path) -> Path:
    """The file that a path stands for, if it may be written."""
    if os.path.lexists(path):
        if not os.path.isfile(path):
            readable(path)  # a folder, pipe or device, or a link to nothing, is never replaced
        real = Path(os.path.realpath(path))
        if str(real) in (_inputs.get() or ()):
            raise InputError([Problem("problem.file.input", file=str(path)[:120])])
        return real
    return path


def _beside(target: Path) -> Path:
    """A new file beside `target` with the mode that new files get here; what a killed run left there goes."""
    name = sha256(target.name.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    for left in target.parent.glob(f"{_PART}{name}-*"):
        if not _running(left.name.split("-")[2].split(".")[0]):
            left.unlink(missing_ok=True)
    temporary = target.parent / f"{_PART}{name}-{os.getpid()}{target.suffix}"
    os.close(os.open(temporary, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o666))
    return temporary


def _running(process: str) -> bool:
    """Whether a process is alive; on Windows, where asking may end it, it counts as alive."""
    if os.name == "nt" or not process.isdigit():
        return os.name == "nt"
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _give(temporary: Path, target: Path) -> None:
    """Give a written file its name."""
    if not target.exists():
        os.replace(temporary, target)
        return
    before = target.stat()
    if before.st_nlink > 1:
        shutil.copyfile(temporary, target)
        return
    os.chmod(temporary, stat.S_IMODE(before.st_mode))
    os.replace(temporary, target)


def _unwritable(path: Path, error: Exception) -> InputError:
    said = {"why": getattr(error, "strerror", None) or str(error)}
    return InputError([Problem("problem.file.write", said, file=str(path)[:120])])


def write_bytes(path: str | Path, whole: bytes) -> Path:
    """Write `whole` and return the path."""
    return replace_file(path, lambda temporary: temporary.write_bytes(whole))


def write_text(path: str | Path, whole: str) -> Path:
    """Write UTF-8 with plain line ends, the same bytes on every system, and return the path."""
    return write_bytes(path, whole.encode("utf-8"))
