"""What a file is and whether it is safe to open, judged before anything is unpacked."""

from __future__ import annotations

import time
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from ....base.errors import Problem
from ....base.formats import LocalNumber

Kind = Literal["xlsx", "ods", "xlsb", "xls", "xml", "html", "text"]

MAX_FILE = 60_000_000
MAX_UNPACKED = 250_000_000
MAX_PARTS = 4_000
MAX_RATIO = 150  # a part that unpacks to more than this many times its size, and is large, is a bomb
LARGE_PART = 20_000_000
MAX_CELLS = 400_000
MAX_READ = 120_000_000  # bytes unpacked of all the parts that are read
MAX_NODES = 4_000_000  # elements of XML that are passed one by one
MAX_TAGS = 1_000_000  # tags of a web page, which stands in memory whole
MAX_CHARACTERS = 40_000_000  # of all texts in cells
MAX_INNER = 50_000  # elements within one cell or string
SECONDS = 20

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HTML = tuple(
    b"<" + tag
    for tag in (
        b"!doctype html",
        b"html",
        b"table",
        b"meta",
        b"head",
        b"body",
        b"div",
        b"h1",
        b"h2",
        b"h3",
        b"p>",
        b"?xml",
    )
)
_OTHERS = {
    b"%PDF": "PDF", b"{\\rtf": "RTF", b"\x89PNG": "PNG", b"\xff\xd8\xff": "JPEG", b"GIF8": "GIF", b"Rar!": "RAR",
    b"7z\xbc\xaf": "7-Zip", b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"PAR1": "Parquet", b"SQLite format 3": "SQLite",
    b"MIME-Version": "MHTML", b"MZ": "exe", b"\x7fELF": "ELF",
}  # fmt: skip


class Refused(Exception):
    """A file that is not opened, with the catalogue key that says why."""

    def __init__(self, key: str, *, sheet: str | None = None, **values: Any) -> None:
        self.key, self.sheet, self.values = f"problem.file.{key}", sheet, values
        super().__init__(key)

    def problem(self, file: str) -> Problem:
        """The refusal as a problem of `file`."""
        return Problem(self.key, self.values, file=file, sheet=self.sheet)


@dataclass
class Budget:
    """What a whole file may still take, whatever its kind and however many its parts.

    Attributes
    ----------
    cells, slots, characters : int
        Cells that hold something, places of the grids, characters of texts.
    nodes, read : int
        Elements and bytes of XML.
    until : float
        When reading is stopped, in processor seconds of this thread, so that a busy machine refuses nothing.
    """

    cells: int = field(default_factory=lambda: MAX_CELLS)
    slots: int = field(default_factory=lambda: 3 * MAX_CELLS)
    characters: int = field(default_factory=lambda: MAX_CHARACTERS)
    nodes: int = field(default_factory=lambda: MAX_NODES)
    read: int = field(default_factory=lambda: MAX_READ)
    until: float = field(default_factory=lambda: time.thread_time() + SECONDS)

    def take(self, what: str, n: int, sheet: str | None = None) -> None:
        """Take so many of one of them.

        Raises
        ------
        Refused
            If there are not so many left.
        """
        setattr(self, what, getattr(self, what) - n)
        if getattr(self, what) >= 0:
            return
        if what == "read":
            raise Refused("bomb", sheet=sheet, size=f"> {MAX_READ // 10**6}", limit=MAX_READ // 10**6)
        if what == "nodes":
            raise Refused("nodes", sheet=sheet, limit=LocalNumber(MAX_NODES))
        if what == "characters":
            raise Refused("characters", sheet=sheet, limit=LocalNumber(MAX_CHARACTERS))
        raise Refused("cells", sheet=sheet, limit=LocalNumber(MAX_CELLS))

    def in_time(self, sheet: str | None = None) -> None:
        """Stop after :data:`SECONDS`.

        Raises
        ------
        Refused
        """
        if time.thread_time() > self.until:
            raise Refused("slow", sheet=sheet, seconds=SECONDS)


@dataclass(frozen=True)
class FileType:
    """What a file is, and what is to be said of it."""

    kind: Kind
    notes: tuple[str, ...] = ()


def look(path: Path) -> FileType:
    """Tell what kind of file this is by its first bytes, and refuse what cannot be opened safely.

    Parameters
    ----------
    path : Path
        An existing file; its name decides nothing.

    Raises
    ------
    Refused
        Empty, too large, encrypted, a bomb, or no table at all.
    FileNotFoundError
        If there is no such file.
    """
    size = path.stat().st_size
    if size == 0:
        raise Refused("empty")
    if size > MAX_FILE:
        raise Refused("large", size=f"{size / 1e6:.0f}", limit=f"{MAX_FILE / 1e6:.0f}")
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(b"PK"):
        return _zip(path)
    if head.startswith(_OLE):
        return _ole(path)
    other = next((name for magic, name in _OTHERS.items() if head.startswith(magic)), None)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.replace(b"\0", b"").startswith(b"<?xml") and b"<html" not in start:
        if b"urn:schemas-microsoft-com:office:spreadsheet" in start.replace(b"\0", b""):
            return FileType("xml")
        other = "XML"
    if other is not None:
        raise Refused("kind", kind=other)
    return FileType("html" if start.startswith(_HTML) else "text")


def _zip(path: Path) -> FileType:
    try:
        with zipfile.ZipFile(path) as book:
            parts = book.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise Refused("broken") from error
    check_parts(parts)
    if any(p.flag_bits & 1 for p in parts):
        raise Refused("encrypted")
    names = [p.filename.lower() for p in parts]
    notes = (
        ("macros", any(n.endswith("vbaproject.bin") or n.startswith(("basic/", "scripts/")) for n in names)),
        ("links", any("externallinks/" in n or n.endswith("connections.xml") for n in names)),
    )
    return FileType(_zip_kind(names), tuple(note for note, holds in notes if holds))


def _zip_kind(names: list[str]) -> Kind:
    if any(n.endswith("workbook.bin") for n in names):
        return "xlsb"
    if "content.xml" in names:
        return "ods"
    if "[content_types].xml" in names and any(
        n.endswith("workbook.xml") or n.startswith("xl/") for n in names
    ):
        return "xlsx"
    office = {"word/document.xml": "Word", "ppt/presentation.xml": "PowerPoint"}
    raise Refused("kind", kind=next((v for k, v in office.items() if k in names), "ZIP"))


def check_parts(parts: list[zipfile.ZipInfo]) -> None:
    """Refuse a bomb by the sizes that the directory of the archive declares; readers stop at those sizes.

    Raises
    ------
    Refused
    """
    total = sum(p.file_size for p in parts)
    if len(parts) > MAX_PARTS:
        raise Refused("parts", n=len(parts), limit=MAX_PARTS)
    if total > MAX_UNPACKED:
        raise Refused("bomb", size=f"{total / 1e6:.0f}", limit=f"{MAX_UNPACKED / 1e6:.0f}")
    for part in parts:
        if part.file_size > LARGE_PART and part.file_size > MAX_RATIO * max(part.compress_size, 1):
            raise Refused("ratio", part=part.filename, size=f"{part.file_size / 1e6:.0f}")


def _ole(path: Path) -> FileType:
    whole = path.read_bytes()
    if _utf16("EncryptedPackage") in whole or _utf16("EncryptionInfo") in whole:
        raise Refused("encrypted")
    if _utf16("WordDocument") in whole:
        raise Refused("kind", kind="Word 97-2003")
    if _utf16("Workbook") not in whole and _utf16("Book") not in whole:
        raise Refused("broken")
    return FileType("xls", ("macros",) if _utf16("_VBA_PROJECT") in whole else ())


def _utf16(name: str) -> bytes:
    return name.encode("utf-16-le")
