"""Self-contained HTML pages: no network, legible on a telephone, clean on A4."""

from __future__ import annotations

from functools import cache
from html import escape
from pathlib import Path

from ...base.language import language, text


@cache
def look(name: str) -> str:
    """The rules of ``<name>.css`` beside this file."""
    return (Path(__file__).parent / f"{name}.css").read_text(encoding="utf-8")


def page(
    title: str,
    body: str,
    *,
    lang: str | None = None,
    stamp: str = "",
    footer: str = "",
    looks: tuple[str, ...] = ("page",),
) -> str:
    """Wrap a body in a page; `title`, `stamp` and `footer` are escaped, `body` must be already."""
    shown = f'<p class="stamp">{escape(stamp)}</p>' if stamp else ""
    foot = escape(footer or text("page.made_with", lang))
    return (
        f'<!doctype html>\n<html lang="{language(lang)}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{''.join(map(look, looks))}</style></head>\n"
        f"<body><h1>{escape(title)}</h1>{shown}{body}<footer>{foot}</footer></body></html>\n"
    )
