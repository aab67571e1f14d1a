"""The Vietnamese and English catalogue, and the current language.

Texts live beside this file in ``catalogue/<room>.toml``, one table per key::

    [error.unknown_name]
    vi = "Không có {kind} {name!r}."
    en = "There is no {kind} {name!r}."

Placeholders are those of :meth:`str.format`. Both languages must use the same
placeholders; ``tests/base/test_language.py`` checks every entry.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

Lang = Literal["vi", "en"]

LANGUAGES: tuple[Lang, ...] = get_args(Lang)
_DEFAULT: Lang = "vi"
_current: ContextVar[Lang | None] = ContextVar("piikit_language", default=None)


class PiikitError(Exception):
    """Base of all errors that piikit raises on purpose."""


class LanguageError(PiikitError, ValueError):
    """A language that piikit does not speak, said in both that it does."""

    def __str__(self) -> str:
        return "ngôn ngữ là vi hoặc en, không phải {0!r} · language must be vi or en, not {0!r}".format(
            *self.args
        )


def language(lang: str | None = None) -> Lang:
    """Return `lang` checked, or the current language (``PIIKIT_LANG``, else Vietnamese).

    Raises
    ------
    LanguageError
        If the language is neither ``"vi"`` nor ``"en"``.
    """
    chosen = lang or _current.get() or os.environ.get("PIIKIT_LANG") or _DEFAULT
    if chosen not in LANGUAGES:
        raise LanguageError(chosen)
    return chosen


def set_language(lang: str) -> None:
    """Choose the language of messages, tables and figures for this process.

    Parameters
    ----------
    lang : {"vi", "en"}
        Vietnamese or English. Without a choice the environment's ``PIIKIT_LANG`` counts, else
        Vietnamese; a `lang` given to a single call goes before either.

    Raises
    ------
    LanguageError
        If the language is another.

    Examples
    --------
    >>> import piikit as pk
    >>> pk.set_language("en")
    >>> pk.load_framework("open-2022").title("1.1")
    'Provincial competitiveness (PCI)'
    >>> pk.set_language("vi")
    """
    _current.set(language(lang))


@contextmanager
def in_language(lang: str | None) -> Iterator[None]:
    """Use `lang` inside a ``with`` block; ``None`` leaves the language as it is."""
    token = _current.set(language(lang))
    try:
        yield
    finally:
        _current.reset(token)


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Every text by its dotted key, as ``{key: {"vi": ..., "en": ...}}``."""
    texts: dict[str, dict[str, str]] = {}

    def walk(prefix: str, table: dict[str, Any]) -> None:
        if set(table) == set(LANGUAGES):
            if prefix in texts:
                raise KeyError(f"catalogue key {prefix} is defined twice")
            texts[prefix] = table
            return
        for name, child in table.items():
            walk(f"{prefix}.{name}" if prefix else name, child)

    for file in sorted((Path(__file__).parent / "catalogue").glob("*.toml")):
        walk("", tomllib.loads(file.read_text(encoding="utf-8")))
    return texts


def text(key: str, /, lang: str | None = None, **values: Any) -> str:
    """Return the text of `key` in `lang`, its placeholders filled from `values`."""
    return catalogue()[key][language(lang)].format(**values)


def pick(vi: Any, en: Any, lang: str | None = None) -> Any:
    """Return `vi` or `en` by language: for facts that carry both, such as names."""
    return vi if language(lang) == "vi" else en
