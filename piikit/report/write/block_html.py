"""The content model as HTML: a result for a notebook, a page, and a brief as one self-contained file."""

from __future__ import annotations

from base64 import b64encode
from html import escape
from pathlib import Path
from typing import Any

from ...base.files import write_text
from ...base.language import in_language, language, text
from ..blocks.blocks import (
    Block,
    Branch,
    Brief,
    Bullets,
    Chapter,
    Frame,
    Picture,
    Sentence,
    Table,
    shown,
)
from ..blocks.content import Content, content_of
from ..figures.theme import new_axes, themed, to_png
from .cells import worded
from .html_page import page
from .text import said_lines

STYLE = """
.sub{color:var(--soft);margin:-.3rem 0 .6rem}
.lead{font-size:1.12rem;font-weight:600;margin:.4rem 0}
.note{color:var(--soft);font-size:.9rem;margin:.35rem 0}
.warning{border-left:4px solid var(--warn);padding:.3rem .6rem;margin:.5rem 0;background:#fff4f5}
.findings{background:#eef4f9;border-left:4px solid var(--accent);padding:.5rem .8rem .5rem 1.9rem;margin:.6rem 0}
.findings li{margin:.2rem 0}
caption{caption-side:top;text-align:left;font-weight:600;padding:.4rem 0 .2rem}
tfoot td{color:var(--soft);font-size:.8rem;border:0}
figcaption.cap{color:var(--ink);font-weight:600;font-size:.95rem}
figure img{display:block;width:100%;max-width:44rem}
td.n,th.n{white-space:normal}tbody td:first-child{min-width:8.5rem}
.toc{display:flex;flex-wrap:wrap;gap:.2rem .9rem;font-size:.85rem}
@media (max-width:640px){
 body{padding:.8rem}h1{font-size:1.3rem}
 .cards thead{position:absolute;left:-9999px}
 .cards tbody tr{display:block;border-bottom:2px solid var(--line);padding:.3rem 0}
 .cards tbody td{display:flex;justify-content:space-between;gap:1rem;border:0;padding:.12rem 0;text-align:right;white-space:normal}
 .cards tbody td::before{content:attr(data-label);color:var(--soft);text-align:left;flex:0 0 42%}
 .cards tbody td:first-child{display:block;text-align:left;font-weight:600}
 .cards tbody td:first-child::before{content:none}
}
@page{margin:12mm 14mm}
@media print{
 .toc{display:none}
 body{font-size:8.9pt;line-height:1.28}h1{font-size:15pt;margin:0 0 2mm}h2{font-size:11.5pt;margin:3mm 0 1.5mm}
 .lead{font-size:10.4pt}.note{font-size:8.2pt;margin:1mm 0}.findings{margin:1.5mm 0;padding:1.5mm 2mm 1.5mm 6mm}
 p{margin:1.2mm 0}ol,ul{margin:1mm 0}figure{margin:2mm 0}
 table{font-size:8.2pt}tbody td:first-child{min-width:36mm}th,td{padding:.6mm 1.2mm}caption{padding:1mm 0 .5mm}
 section.page{break-before:page}
 tfoot td{font-size:7.2pt}section.front figure img{max-width:100mm;max-height:62mm}.note{break-after:avoid}caption{break-after:avoid}
 h2+.note{break-before:avoid}
 figure img{max-width:150mm;max-height:225mm;width:auto}
 footer{margin-top:3mm;font-size:7.5pt}
}
"""
WIDTH_DPI = 150


def to_html(brief: Brief, lang: str | None = None) -> str:
    """The whole brief as one HTML page in `lang`: figures inside, no network."""
    with in_language(lang):
        lang = language()
        body = [f'<p class="sub">{escape(brief.subtitle.text(lang))}</p>']
        if brief.findings:
            items = "".join(f"<li>{escape(f.text(lang))}</li>" for f in brief.findings)
            body.append(f'<ol class="findings">{items}</ol>')
        body.append(_contents(brief, lang))
        body += [_chapter(c, lang) for c in brief.chapters]
        footer = text("brief.write.footer", lang, **_footer(brief, lang))
        stamp = text("mark.stamp", lang) if brief.illustrative else ""
        whole = page(brief.title.text(lang), "".join(body), lang=lang, stamp=stamp, footer=footer)
    return whole.replace("</style>", STYLE + "</style>", 1)


def write_html(brief: Brief, path: Path | str, lang: str | None = None) -> Path:
    """Write :func:`to_html` to a file, under a temporary name first."""
    return write_text(path, to_html(brief, lang))


def result_html(result: Any, lang: str | None = None, **options: Any) -> str:
    """A result as a fragment for a notebook: the stamp where it must be, summary, tables, lists and trees."""
    with in_language(lang):
        return _fragment(content_of(result, **options))


def result_page(*results: Any, lang: str | None = None) -> str:
    """One or more results as one self-contained page, each with its first picture; the first gives the title."""
    with in_language(lang):
        contents = [content_of(result) for result in results]
        body = "".join(_fragment(one) + _drawn(one) for one in contents)
        source = shown(contents[0].source)
        return page(shown(contents[0].title), (f"<p>{escape(source)}</p>" if source else "") + body)


def _fragment(content: Content) -> str:
    stamp = f'<p class="stamp">{escape(text("mark.stamp"))}</p>' if content.mark is not None else ""
    said = "<br>".join(escape(line) for line in said_lines(content.lines))
    below = "".join(_block(b, language()) for b in content.blocks)
    return f'<div class="piikit" lang="{language()}">{stamp}<p>{said}</p>{below}</div>'


def _drawn(content: Content) -> str:
    """The first picture, with the summary as its words."""
    if not content.pictures:
        return ""
    first = next(iter(content.pictures.values()))
    with themed():
        png = _png(first(None, language()))
    return f"<figure>{_image(png, ' '.join(said_lines(content.lines)))}</figure>"


def _footer(brief: Brief, lang: str) -> dict[str, str]:
    from ... import __version__

    return {"version": __version__, "fingerprint": brief.fingerprint, "source": brief.source.text(lang)}


def _contents(brief: Brief, lang: str) -> str:
    links = "".join(f'<a href="#{c.id}">{escape(c.title.text(lang))}</a>' for c in brief.chapters)
    return f'<nav class="toc">{links}</nav>'


def _chapter(chapter: Chapter, lang: str) -> str:
    blocks = "".join(_block(b, lang) for b in chapter.blocks)
    classes = f"{chapter.part}{' page' if chapter.new_page else ''}"
    heading = escape(chapter.title.text(lang))
    return f'<section id="{escape(chapter.id)}" class="{classes}"><h2>{heading}</h2>{blocks}</section>'


def _block(block: Block, lang: str | None) -> str:
    if isinstance(block, Sentence):
        kind = "" if block.style == "p" else f' class="{block.style}"'
        return f"<p{kind}>{escape(block.text(lang))}</p>"
    if isinstance(block, Bullets):
        return _bullets(block, lang)
    if isinstance(block, Branch):
        return _branch(block, lang)
    if isinstance(block, Picture):
        return _picture(block, lang)
    return _table(block, lang)


def _bullets(block: Bullets, lang: str | None) -> str:
    tag = "ol" if block.ordered else "ul"
    heading = f"<p>{escape(text(block.key, lang))}</p>" if block.key else ""
    items = "".join(f"<li>{escape(shown(i, lang))}</li>" for i in block.items)
    return f"{heading}<{tag}>{items}</{tag}>"


def _branch(branch: Branch, lang: str | None, open_to: int = 1) -> str:
    mark = f' <em class="mark">{escape(text(f"mark.{branch.mark}", lang))}</em>' if branch.mark else ""
    head = (
        f"<b>{escape(branch.symbol)}</b> {escape(shown(branch.name, lang))}{mark}: <b>{escape(shown(branch.value, lang))}</b> "
        f"<small>({escape(shown(branch.aside, lang))}) = {escape(shown(branch.formula, lang))}</small>"
    )
    notes = "".join(f"<li>{escape(shown(n, lang))}</li>" for n in branch.notes)
    kids = "".join(_branch(b, lang, open_to - 1) for b in branch.branches)
    below = (f"<ul>{notes}</ul>" if notes else "") + (f'<div class="kids">{kids}</div>' if kids else "")
    return f"<details{' open' if open_to > 0 and kids else ''}><summary>{head}</summary>{below}</details>"


def _table(block: Table | Frame, lang: str | None) -> str:
    table = worded(block, lang)
    right = table.numeric[0] if table.numeric else [False] * len(table.heads)
    heads = "".join(
        _cell("th", escape(h), n, ' scope="col"') for h, n in zip(table.heads, right, strict=True)
    )
    tints = [f' style="background:#{t}55"' for t in getattr(block, "tints", ())] or [""] * len(table.rows)
    rows = "".join(
        f"<tr{tint}>"
        + "".join(
            _cell("td", escape(cell), n, f' data-label="{escape(head)}"')
            for head, cell, n in zip(table.heads, row, numeric, strict=True)
        )
        + "</tr>"
        for row, numeric, tint in zip(table.rows, table.numeric, tints, strict=True)
    )
    caption = f"<caption>{escape(table.caption)}</caption>" if table.caption else ""
    span = f"<td colspan={len(table.heads)}>{escape(table.foot)}</td>"
    foot = f"<tfoot><tr class=foot>{span}</tr></tfoot>" if table.foot else ""
    wordy = len(table.heads) > 4 or sum(not n for n in right) > 1
    return (
        f'<div class="wide{" cards" if wordy else ""}"><table>{caption}<thead><tr>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody>{foot}</table></div>"
    )


def _cell(tag: str, inside: str, numeric: bool, more: str) -> str:
    return f"<{tag}{more}{' class=n' if numeric else ''}>{inside}</{tag}>"


def _picture(picture: Picture, lang: str | None) -> str:
    image = _image(draw(picture, lang), picture.alt(lang))
    return f'<figure><figcaption class="cap">{escape(picture.caption(lang))}</figcaption>{image}</figure>'


def _image(png: bytes, alt: str) -> str:
    return f'<img alt="{escape(alt)}" src="data:image/png;base64,{b64encode(png).decode("ascii")}">'


def draw(picture: Picture, lang: str | None) -> bytes:
    """A picture as PNG bytes, in a figure of its own that is closed again."""
    with themed():
        ax = new_axes(width=picture.width, height=picture.height)
        picture.draw(ax, lang)
        ax.set_title("", loc="left")  # the caption says it
    ax.figure.set_dpi(WIDTH_DPI)
    return _png(ax)


def _png(ax: Any) -> bytes:
    import matplotlib.pyplot as plt

    try:
        return to_png(ax.figure)
    finally:
        plt.close(ax.figure)
