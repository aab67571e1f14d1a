"""Vietnamese text of before Unicode, whose letters only a font of its own shows: TCVN3 (ABC) and VNI."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache, lru_cache

from ....base.errors import Problem
from ...paths import raw, rows
from ...provinces import known_province
from .grid import Grid

_WORD = re.compile("[A-Za-z\u00a1-\u00ff]+")
_UNICODE = re.compile("[\u0100-\u01b0\u0300-\u0323\u1ea0-\u1ef9]")
_TONE, _STOP = re.compile("[\u0300\u0301\u0303\u0309\u0323]"), re.compile("(?:ch?|[pt])$")
_CAPITALS = re.compile("[^a-z]*[A-Z][^a-z]*[A-Z][^a-z]*")
_SYLLABLE = re.compile(
    "(?:b|ch?|d|đ|gh?|gi|h|kh?|l|m|ngh?|nh?|ph?|qu?|r|s|th?|tr|v|x)?(?:[ou]?(?:a(?:ch|ng|nh|[cikmnoptuy])?"
    "|ă(?:ng|[ckmnpt])|â(?:ng|[cmnptuy])|e(?:ng|[cmnopt])?|ê(?:ch|nh|[mnptu])?)|i(?:ch|nh|[mnptu])?|ia|iê(?:ng|[cmnptu])"
    "|o(?:o?ng|[cimnpt])?|ô(?:ng|[cimnpt])?|ơ[imnpt]?|u(?:ng|[cimnpt])?|ua|uô(?:ng|[cimnt])|uơ|u?y(?:ch|nh|[ptu])?|uya"
    "|u?yê(?:ng|[mntu])|ư(?:ng|[cimntu])?|ưa|ươ(?:ng|[cimnptu]))"
)
_SAMPLE, _SHARE = 3_000, 0.7


@cache
def fonts() -> dict[str, dict[str, str]]:
    """Letters by what a font has in their place."""
    table = rows(raw("provinces", "legacy_fonts.csv"))
    return {f: {r["written"]: r["letter"] for r in table if r["font"] == f} for f in ("TCVN3 (ABC)", "VNI")}


@cache
def _signs(font: str) -> re.Pattern[str]:
    return re.compile("|".join(sorted(fonts()[font], key=len, reverse=True)))


def _read(text: str, font: str) -> str:
    """TCVN3 has fonts of its own for capitals, with the same signs: what is else in capitals is so in all letters."""
    found = _signs(font).sub(lambda sign: fonts()[font][sign[0]], text)
    return found.upper() if _CAPITALS.fullmatch(text) else found


@lru_cache(maxsize=16_384)
def _vietnamese(word: str) -> bool:
    """Whether letters make one Vietnamese syllable, with one tone at most, as its end allows it."""
    parts = unicodedata.normalize("NFD", word.lower())
    tones, plain = _TONE.findall(parts), unicodedata.normalize("NFC", _TONE.sub("", parts))
    right = len(tones) < 2 and (tones in ([], ["\u0301"], ["\u0323"]) or not _STOP.search(plain))
    return right and _SYLLABLE.fullmatch(plain) is not None


def _words(text: str) -> list[str]:
    """Words that hold a sign above ASCII, not that sign alone."""
    return [w for w in _WORD.findall(text) if not w.isascii() and len(w) > 1]


def font_of(texts: Iterable[str]) -> str | None:
    """The font that texts were written for, if most of their accented words are Vietnamese in it and not as they stand.

    Two such words are asked for, or one and a name of a province. Unicode Vietnamese, French or German
    give words that no font makes Vietnamese.
    """
    held = [t for t in dict.fromkeys(texts) if not t.isascii() and not _UNICODE.search(t)][:_SAMPLE]
    words = {w for t in held for w in _words(t)}
    best, found = 1, None
    for font in fonts() if words else ():
        right = {w for w in words if _signs(font).sub("", w).isascii() and _vietnamese(_read(w, font))}
        own, other = sum(not _vietnamese(w) for w in right), sum(map(_vietnamese, words - right))
        named = any(known_province(t) is None and known_province(_read(t, font)) for t in held[:200])
        if own + named > best and other * 5 < own and len(right) >= _SHARE * len(words):
            best, found = own + named, font
    return found


def to_unicode(text: str, font: str) -> str:
    """A text of this font in Unicode; as it stands where that makes its words no better."""
    words = [] if _UNICODE.search(text) else _words(text)
    better = sum(_vietnamese(_read(w, font)) for w in words)
    return (
        _read(text, font)
        if better >= max(1, sum(map(_vietnamese, words))) or (words and "§" in text)
        else text
    )


def in_unicode(sheets: Sequence[Grid]) -> tuple[list[Grid], list[Problem]]:
    """Sheets with text of older fonts turned into Unicode, and what is to be said of it."""
    held = ([g.name, *itertools.chain.from_iterable(g.rows)] for g in sheets)
    texts = [c for cells in held for c in cells if isinstance(c, str) and not c.isascii()]
    font = font_of(texts)
    made = {t: new for t in dict.fromkeys(texts) if font and (new := to_unicode(t, font)) != t}
    if not made:
        return list(sheets), []
    found = [
        replace(
            g, name=made.get(g.name or "", g.name), rows=[[made.get(c, c) for c in row] for row in g.rows]
        )
        for g in sheets
    ]
    example = min(made, key=lambda t: (known_province(made[t]) is None, len(t)))
    said = {"font": font, "n": sum(map(made.__contains__, texts)), "written": example[:40], "read": made[example][:40]}  # fmt: skip
    return found, [Problem("problem.file.font", said, severity="warning")]


def spellings(name: str) -> list[str]:
    """A name as it stands and as older fonts would have it read."""
    return [name, *(to_unicode(name, font) for font in fonts())]
