"""One key for the many spellings of a Vietnamese name."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import product

_NOT_WORD = re.compile(r"[^0-9a-z]+")
_PILE = re.compile(r"([^\w\s\x00-\x7f]{30})[^\w\s\x00-\x7f]+")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_D = str.maketrans({"đ": "d", "Đ": "d", "ð": "d", "Ð": "d"})


def compose(text: str) -> str:
    """Compose accents (NFC); of a pile of marks on one letter only the first thirty count.

    No letter of any language bears more, and Unicode's own order of marks takes quadratic time for a pile.
    """
    return text if text.isascii() else unicodedata.normalize("NFC", _PILE.sub(r"\1", text))


def visible(text: str) -> str:
    """What may be shown: controls (a terminal's escapes, say) become spaces; tabs and line ends stay."""
    return _CONTROL.sub(" ", text)


def nfc(text: str) -> str:
    """Compose accents (NFC), turn odd spaces into plain ones and strip the ends."""
    return " ".join(compose(str(text)).split())


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Fold a name to lower-case ASCII words: "Đắk Lắk" and "ĐẮK-LẮK" both give "dak lak".

    NFD alone leaves Đ, which has no decomposition, so it is replaced first.
    """
    plain = unicodedata.normalize("NFKD", _PILE.sub(r"\1", str(text)).translate(_D))
    plain = "".join(c for c in plain if not unicodedata.combining(c)).casefold()
    return _NOT_WORD.sub(" ", plain).strip()


_STROKE = "\u0335"  # stands for the stroke of đ, which NFD does not part from it
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_COMPOSED = {
    unicodedata.normalize("NFC", "".join(parts)): frozenset(parts) - {""}
    for parts in product("aeiouy", ("", "\u0302", "\u0306", "\u031b"), ("", *_TONES))
}
_PARTS = {c: parts for c, parts in _COMPOSED.items() if len(c) == 1} | {"đ": frozenset(("d", _STROKE))}
_BARE = {ord(c): next(p for p in parts if p.isascii()) for c, parts in _PARTS.items()}
_ONE_D = str.maketrans({"ð": "đ", "ɖ": "đ"})
_APART = re.compile(r"(?:[^\w\u0300-\u036f]|_)+")
_OLD_TONES = re.compile("[òóỏõọ][ae]|[ùúủũụ]y")


@lru_cache(maxsize=65536)
def spell(text: str) -> str:
    """Small letters with their accents, words apart by one space: "ĐẮK-LẮK" gives "đắk lắk", "Hòa" gives "hoà"."""
    plain = text.casefold()
    if not text.isascii():
        plain = unicodedata.normalize("NFKC", plain).translate(_ONE_D)
        plain = _OLD_TONES.sub(_new_place, plain)
    return _APART.sub(" ", plain).strip()


def _new_place(found: re.Match[str]) -> str:
    first = unicodedata.normalize("NFD", found[0][0])
    return first[0] + unicodedata.normalize("NFC", found[0][1] + first[1:])


def bare(spelling: str) -> str:
    """A spelling without accents, letter for letter; letters that are not Vietnamese stay as they are."""
    return spelling if spelling.isascii() else spelling.translate(_BARE)


def lacks_only(written: str, meant: str) -> bool:
    """Whether every letter written is the one meant, or the same without some of its accents; never with others."""
    if written == meant:
        return True
    pairs = zip(written, meant, strict=False)
    same = (w == m or _PARTS.get(w, {w}) <= _PARTS.get(m, frozenset()) for w, m in pairs)
    return len(written) == len(meant) and all(same)
