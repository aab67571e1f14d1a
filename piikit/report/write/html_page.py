"""Self-contained HTML pages: no network, legible on a telephone, clean on A4."""

from __future__ import annotations

from html import escape

from ...base.language import language, text

STYLE = """
:root{--ink:#1b1b1b;--soft:#555;--line:#d9d9d9;--accent:#1f4e79;--warn:#b00020}
*{box-sizing:border-box}
body{font:16px/1.5 "Segoe UI","Noto Sans","DejaVu Sans",Arial,sans-serif;color:var(--ink);margin:0 auto;
 max-width:60rem;padding:1.2rem}
h1{font-size:1.6rem;line-height:1.25;color:var(--accent);margin:.2rem 0 .6rem}
h2{font-size:1.2rem;color:var(--accent);margin:1.6rem 0 .5rem;border-bottom:2px solid var(--accent)}
table{border-collapse:collapse;width:100%;font-size:.92rem}
th,td{border-bottom:1px solid var(--line);padding:.35rem .5rem;text-align:left;vertical-align:top}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
details{margin:.15rem 0 .15rem .2rem}details .kids{margin-left:1rem;border-left:2px solid var(--line);padding-left:.6rem}
summary{cursor:pointer}small{color:var(--soft)}
.mark{color:var(--warn);font-style:normal;font-size:.8rem;border:1px solid var(--warn);border-radius:3px;padding:0 .25rem}
.stamp{border:3px solid var(--warn);color:var(--warn);font-weight:700;letter-spacing:.06em;padding:.3rem .6rem;
 display:inline-block;margin:.3rem 0}
img{max-width:100%;height:auto}figure{margin:1rem 0}figcaption{color:var(--soft);font-size:.88rem}
footer{margin-top:2rem;color:var(--soft);font-size:.82rem;border-top:1px solid var(--line);padding-top:.5rem}
.wide{overflow-x:auto}
@page{size:A4;margin:16mm}
@media print{body{max-width:none;padding:0;font-size:11pt}h2{break-after:avoid}figure,tr{break-inside:avoid}
 .wide{overflow:visible}}
"""


def page(title: str, body: str, *, lang: str | None = None, stamp: str = "", footer: str = "") -> str:
    """Wrap a body in a page; `title`, `stamp` and `footer` are escaped, `body` must be already."""
    shown = f'<p class="stamp">{escape(stamp)}</p>' if stamp else ""
    foot = escape(footer) if footer else escape(text("page.made_with", lang))
    return (
        f'<!doctype html>\n<html lang="{language(lang)}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>\n"
        f"<body><h1>{escape(title)}</h1>{shown}{body}<footer>{foot}</footer></body></html>\n"
    )
