"""One key for the many spellings of a Vietnamese name."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_NOT_WORD = re.compile(r"[^0-9a-z]+")
_D = str.maketrans({"đ": "d", "Đ": "d", "ð": "d", "Ð": "d"})


def nfc(text: str) -> str:
    """Compose accents (NFC), turn odd spaces into plain ones and strip the ends."""
    return " ".join(unicodedata.normalize("NFC", str(text)).split())


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Fold a name to lower-case ASCII words: "Đắk Lắk" and "ĐẮK-LẮK" both give "dak lak".

    NFD alone leaves Đ, which has no decomposition, so it is replaced first.
    """
    plain = unicodedata.normalize("NFKD", str(text).translate(_D))
    plain = "".join(c for c in plain if not unicodedata.combining(c)).casefold()
    return _NOT_WORD.sub(" ", plain).strip()
