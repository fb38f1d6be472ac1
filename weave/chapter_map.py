"""The map of the book: every chapter with its part, its minutes and what it needs, drawn by the build.

Wide screens get one inline SVG, narrow ones and paper a list of the same facts. Both are plain links; a script may mark
what was read (class `done`) and fill in the exercises that were solved (`.solved`). Which lines light up for the chapter
under the pointer or the focus is written as a style sheet, so that it needs no script.
"""

from __future__ import annotations

import html
from itertools import groupby

from weave.book import Book, page_url
from weave.drawing import Drawing, Stop

SAID = (
    "Each row is a part, each stop a chapter. Lines lead from a chapter to those that need it; "
    "point at one to see all that comes before it, and what it opens."
)


def stops(book: Book, page: str) -> list[Stop]:
    """The chapters of a book, seen from one of its pages."""
    made = []
    for name in book.chapters:
        chapter = book.pages[name]
        needs = {book.chapter_at(need) for need in chapter.meta.get("needs") or []}
        made.append(
            Stop(
                number=int(book.numbers[name]),
                name=name.rsplit(".", 1)[0],
                title=chapter.meta["title"],
                part=book.parts.get(name, ""),
                minutes=chapter.meta["minutes"],
                url=book.href(page, page_url(name)),
                needs=tuple(sorted(int(book.numbers[n]) for n in needs if n in book.numbers)),
                exercises=sum(block.options.get("exercise") == "stub" for block in chapter.blocks),
            )
        )
    return made


def page(chapters: list[Stop]) -> str:
    """The map in both forms; the search already knows the chapters themselves."""
    return (
        f'<div class="map-wrap" data-search-exclude><p class="map-say">{SAID}</p>{Drawing(chapters).svg()}{listing(chapters)}'
        f'<p class="map-key" data-read-count="{len(chapters)}"></p></div>'
    )


def listing(chapters: list[Stop]) -> str:
    """The map as a list: for narrow screens and for print."""
    made = []
    for part, members in groupby(chapters, lambda stop: stop.part):
        items = "".join(
            f'<li value="{c.number}" {c.facts}><a href="{c.url}">{html.escape(c.title)}</a> '
            f'<span class="minutes">{c.minutes} min{c.told_needs}</span> <span class="solved"></span></li>'
            for c in members
        )
        made.append(f"<h3>{html.escape(part)}</h3><ol>{items}</ol>")
    return f'<div class="map-list">{"".join(made)}</div>'
