"""A brief as one self-contained HTML file: legible on a telephone, two A4 pages for the leadership."""

from __future__ import annotations

from base64 import b64encode
from html import escape
from pathlib import Path
from typing import Any

from ...base.files import write_text
from ...base.formats import number
from ...base.language import in_language, language, text
from ..blocks.blocks import Block, Brief, Bullets, Chapter, Picture, Quantity, Sentence, Table, shown
from ..figures.theme import new_axes, to_png
from ..words.mark_words import mark_sign, stamp_html, warning
from .html_page import page

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
 table.cards thead{position:absolute;left:-9999px}
 table.cards tbody tr{display:block;border-bottom:2px solid var(--line);padding:.3rem 0}
 table.cards tbody td{display:flex;justify-content:space-between;gap:1rem;border:0;padding:.12rem 0;text-align:right;white-space:normal}
 table.cards tbody td::before{content:attr(data-label);color:var(--soft);text-align:left;flex:0 0 42%}
 table.cards tbody td:first-child{display:block;text-align:left;font-weight:600}
 table.cards tbody td:first-child::before{content:none}
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


def fragment(brief: Brief, lang: str | None = None) -> str:
    """Findings as HTML for a notebook."""
    items = "".join(f"<li>{escape(f.text(lang))}</li>" for f in brief.findings)
    return f"{stamp_html(brief, lang)}<p><b>{escape(brief.title.text(lang))}</b></p><ol>{items}</ol>"


def summary(brief: Brief, lang: str | None = None) -> str:
    """The main findings, one a line."""
    return "\n".join([*warning(brief, lang), *(f.text(lang) for f in brief.findings)])


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


def _block(block: Block, lang: str) -> str:
    if isinstance(block, Sentence):
        kind = "" if block.style == "p" else f' class="{block.style}"'
        return f"<p{kind}>{escape(block.text(lang))}</p>"
    if isinstance(block, Bullets):
        tag = "ol" if block.ordered else "ul"
        return f"<{tag}>{''.join(f'<li>{escape(i.text(lang))}</li>' for i in block.items)}</{tag}>"
    if isinstance(block, Table):
        return _table(block, lang)
    return _picture(block, lang)


def is_number(cell: Any) -> bool:
    """Whether a cell is set to the right as a number."""
    return isinstance(cell, Quantity)


def cell_text(cell: Any, lang: str | None) -> str:
    """A cell of a table; a rank stands there as a bare number."""
    if isinstance(cell, Quantity) and cell.kind == "rank":
        return number(cell.value, 0, lang=lang) + mark_sign(cell.mark)
    if isinstance(cell, tuple):
        return "; ".join(cell_text(c, lang) for c in cell)
    return shown(cell, lang)


def _table(table: Table, lang: str) -> str:
    heads = [text(c, lang) for c in table.columns]
    first = table.rows[0] if table.rows else ()
    right = [is_number(c) for c in first]
    row_of_heads = "".join(
        f'<th scope="col"{" class=n" if n else ""}>{escape(h)}</th>'
        for h, n in zip(heads, right, strict=False)
    )
    rows = "".join(
        "<tr>"
        + "".join(
            f'<td data-label="{escape(h)}"{" class=n" if is_number(c) else ""}>{escape(cell_text(c, lang))}</td>'
            for h, c in zip(heads, row, strict=True)
        )
        + "</tr>"
        for row in table.rows
    )
    caption = escape(Sentence(table.key, table.values).text(lang))
    source = table.source.text(lang)
    said = escape(text("brief.write.source", lang, source=source)) if source else ""
    foot = f"<tfoot><tr><td colspan={len(heads)}>{said}</td></tr></tfoot>" if said else ""
    wordy = len(heads) > 4 or sum(not n for n in right) > 1
    cards = ' class="cards"' if wordy else ""
    return (
        f'<div class="wide"><table{cards}><caption>{caption}</caption><thead><tr>{row_of_heads}</tr></thead>'
        f"<tbody>{rows}</tbody>{foot}</table></div>"
    )


def _picture(picture: Picture, lang: str) -> str:
    data = b64encode(draw(picture, lang)).decode("ascii")
    return (
        f'<figure><figcaption class="cap">{escape(picture.caption(lang))}</figcaption>'
        f'<img alt="{escape(picture.alt(lang))}" src="data:image/png;base64,{data}"></figure>'
    )


def draw(picture: Picture, lang: str | None) -> bytes:
    """A picture as PNG bytes, in a figure of its own that is closed again."""
    import matplotlib.pyplot as plt

    ax = new_axes(width=picture.width, height=picture.height)
    try:
        picture.draw(ax, lang)
        ax.figure.set_dpi(WIDTH_DPI)
        return to_png(ax.figure)
    finally:
        plt.close(ax.figure)
