"""One key for the many spellings of a Vietnamese name."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_NOT_WORD = re.compile(r"[^0-9a-z]+")
_PILE = re.compile(r"[^\w\s\x00-\x7f]{30,}")
_D = str.maketrans({"đ": "d", "Đ": "d", "ð": "d", "Ð": "d"})


def compose(text: str) -> str:
    """Compose accents (NFC); of a pile of marks on one letter only the first twenty count.

    No letter of any language bears more, and Unicode's own order of marks takes quadratic time for a pile.
    """
    return text if text.isascii() else unicodedata.normalize("NFC", _PILE.sub(_first_marks, text))


def _first_marks(found: re.Match[str]) -> str:
    kept, marks = [], 0
    for char in found[0]:
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks <= 20:
            kept.append(char)
    return "".join(kept)


def nfc(text: str) -> str:
    """Compose accents (NFC), turn odd spaces into plain ones and strip the ends."""
    return " ".join(compose(str(text)).split())


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Fold a name to lower-case ASCII words: "Đắk Lắk" and "ĐẮK-LẮK" both give "dak lak".

    NFD alone leaves Đ, which has no decomposition, so it is replaced first.
    """
    plain = unicodedata.normalize("NFKD", _PILE.sub(_first_marks, str(text)).translate(_D))
    plain = "".join(c for c in plain if not unicodedata.combining(c)).casefold()
    return _NOT_WORD.sub(" ", plain).strip()
