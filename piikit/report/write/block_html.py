"""The content model as HTML: a result for a notebook, a page, and a brief as one self-contained file."""

from __future__ import annotations

from base64 import b64encode
from html import escape
from pathlib import Path
from typing import Any

from ...base.files import write_text
from ...base.language import in_language, language, text
from ..blocks.blocks import Block, Branch, Brief, Bullets, Chapter, Frame, Picture, Sentence, Table, shown
from ..blocks.content import Content, content_of
from ..figures.theme import new_axes, themed, to_png
from .cells import Cell, worded
from .html_page import page
from .text import said_lines

WIDTH_DPI = 150


def to_html(brief: Brief, lang: str | None = None) -> str:
    """The whole brief as one HTML page in `lang`: figures inside, no network."""
    from ... import __version__

    with in_language(lang):
        links = "".join(f'<a href="#{c.id}">{_said(c.title)}</a>' for c in brief.chapters)
        findings = f'<ol class="findings">{_items(brief.findings)}</ol>' if brief.findings else ""
        top = f'<p class="sub">{_said(brief.subtitle)}</p>{findings}<nav class="toc">{links}</nav>'
        origin = {"version": __version__, "fingerprint": brief.fingerprint, "source": brief.source.text()}
        return page(
            brief.title.text(),
            top + "".join(map(_chapter, brief.chapters)),
            stamp=text("mark.stamp") if brief.illustrative else "",
            footer=text("brief.write.footer", **origin),
            looks=("page", "brief"),
        )


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
        source = _said(contents[0].source)
        body = "".join(_fragment(one) + _drawn(one) for one in contents)
        return page(shown(contents[0].title), (f"<p>{source}</p>" if source else "") + body)


def _said(part: Any) -> str:
    return escape(shown(part))


def _items(parts: tuple[Any, ...]) -> str:
    return "".join(f"<li>{_said(part)}</li>" for part in parts)


def _fragment(content: Content) -> str:
    stamp = f'<p class="stamp">{escape(text("mark.stamp"))}</p>' if content.mark is not None else ""
    lines = "<br>".join(map(escape, said_lines(content.lines)))
    blocks = "".join(map(_block, content.blocks))
    return f'<div class="piikit" lang="{language()}">{stamp}<p>{lines}</p>{blocks}</div>'


def _drawn(content: Content) -> str:
    """The first picture, with the summary as its words."""
    if not content.pictures:
        return ""
    first = next(iter(content.pictures.values()))
    with themed():
        png = _png(first(None, language()))
    return f"<figure>{_image(png, ' '.join(said_lines(content.lines)))}</figure>"


def _chapter(chapter: Chapter) -> str:
    classes = f"{chapter.part}{' page' if chapter.new_page else ''}"
    blocks = "".join(map(_block, chapter.blocks))
    return f'<section id="{escape(chapter.id)}" class="{classes}"><h2>{_said(chapter.title)}</h2>{blocks}</section>'


def _block(block: Block) -> str:
    if isinstance(block, Sentence):
        kind = "" if block.style == "p" else f' class="{block.style}"'
        return f"<p{kind}>{_said(block)}</p>"
    if isinstance(block, Bullets):
        heading = f"<p>{escape(text(block.key))}</p>" if block.key else ""
        tag = "ol" if block.ordered else "ul"
        return f"{heading}<{tag}>{_items(block.items)}</{tag}>"
    if isinstance(block, Branch):
        return _branch(block, open_to=1)
    return _picture(block) if isinstance(block, Picture) else _table(block)


def _branch(branch: Branch, open_to: int) -> str:
    mark = f' <em class="mark">{escape(text(f"mark.{branch.mark}"))}</em>' if branch.mark else ""
    head = (
        f"<b>{escape(branch.symbol)}</b> {_said(branch.name)}{mark}: <b>{_said(branch.value)}</b> "
        f"<small>({_said(branch.aside)}) = {_said(branch.formula)}</small>"
    )
    notes = f"<ul>{_items(branch.notes)}</ul>" if branch.notes else ""
    below = "".join(_branch(one, open_to - 1) for one in branch.branches)
    kids = f'<div class="kids">{below}</div>' if below else ""
    state = " open" if open_to > 0 and below else ""
    return f"<details{state}><summary>{head}</summary>{notes}{kids}</details>"


def _table(block: Table | Frame) -> str:
    table = worded(block)
    heads = "".join(_cell("th", head, ' scope="col"') for head in table.heads)
    tints = [f' style="background:#{tint}55"' for tint in table.tints] or [""] * len(table.rows)
    body = "".join(
        f"<tr{tint}>{_row(table.heads, row)}</tr>" for tint, row in zip(tints, table.rows, strict=True)
    )
    caption = f"<caption>{escape(table.caption)}</caption>" if table.caption else ""
    span = f"<td colspan={len(table.heads)}>{escape(table.foot)}</td>"
    foot = f"<tfoot><tr class=foot>{span}</tr></tfoot>" if table.foot else ""
    wordy = len(table.heads) > 4 or sum(not head.numeric for head in table.heads) > 1
    whole = f"{caption}<thead><tr>{heads}</tr></thead><tbody>{body}</tbody>{foot}"
    return f'<div class="wide{" cards" if wordy else ""}"><table>{whole}</table></div>'


def _row(heads: list[Cell], row: list[Cell]) -> str:
    labels = (f' data-label="{escape(head.said)}"' for head in heads)
    return "".join(_cell("td", cell, label) for cell, label in zip(row, labels, strict=True))


def _cell(tag: str, cell: Cell, more: str) -> str:
    return f"<{tag}{more}{' class=n' if cell.numeric else ''}>{escape(cell.said)}</{tag}>"


def _picture(picture: Picture) -> str:
    image = _image(draw(picture, language()), picture.alt())
    return f'<figure><figcaption class="cap">{escape(picture.caption())}</figcaption>{image}</figure>'


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
