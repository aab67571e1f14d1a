"""Files are written beside their place under a temporary name, then renamed: never half a file."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any


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
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=".", suffix=path.suffix, dir=path.parent)
    os.close(handle)
    try:
        write(Path(temporary))
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return path


def write_bytes(path: str | Path, whole: bytes) -> Path:
    """Write `whole` and return the path."""
    return replace_file(path, lambda temporary: temporary.write_bytes(whole))


def write_text(path: str | Path, whole: str) -> Path:
    """Write UTF-8 with plain line ends, the same bytes on every system, and return the path."""
    return write_bytes(path, whole.encode("utf-8"))
