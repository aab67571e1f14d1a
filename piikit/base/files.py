"""Files are judged before they are opened, and written beside their place, then renamed: never half a file."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .errors import InputError, MethodError, Problem
from .language import text

_NOT_FOUND = (errno.ENOENT, errno.ENOTDIR)
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
    return path


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
    if os.path.exists(path) and not os.path.isfile(path):
        readable(path)  # a folder, pipe or device is never replaced
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=".", suffix=path.suffix, dir=path.parent)
    except (OSError, ValueError) as error:
        raise _unwritable(path, error) from error
    os.close(handle)
    try:
        write(Path(temporary))
        os.replace(temporary, path)
    except BaseException as error:
        Path(temporary).unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise _unwritable(path, error) from error
        raise
    return path


def _unwritable(path: Path, error: Exception) -> InputError:
    said = {"why": getattr(error, "strerror", None) or str(error)}
    return InputError([Problem("problem.file.write", said, file=str(path)[:120])])


def write_bytes(path: str | Path, whole: bytes) -> Path:
    """Write `whole` and return the path."""
    return replace_file(path, lambda temporary: temporary.write_bytes(whole))


def write_text(path: str | Path, whole: str) -> Path:
    """Write UTF-8 with plain line ends, the same bytes on every system, and return the path."""
    return write_bytes(path, whole.encode("utf-8"))
