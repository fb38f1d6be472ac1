"""Learning paths: a chapter names its paths in its front matter, the home page gives each a title and a sentence."""

from __future__ import annotations

import html
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from weave.book import Book
from weave.chapter_map import stops
from weave.drawing import Stop
from weave.errors import WeaveError

HOME = "index.md"


def paths(book: Book, page: str) -> str:
    """Every path with its time and its chapters; one that is `whole` holds all chapters and lists the parts."""
    chapters = stops(book, page)
    chosen = {stop.name: book.pages[name].meta.get("paths") or [] for stop, name in zip(chapters, book.chapters)}
    made = []
    for name, about in declared(book).items():
        whole = about.get("whole", False)
        members = [stop for stop in chapters if whole or name in chosen[stop.name]]
        made.append(
            f"<section><h3 data-search-exclude>{html.escape(about['title'])}</h3><p>{html.escape(about['text'])}</p>"
            f'<p class="minutes">{told(members)}</p>{parts(members) if whole else items(members)}</section>'
        )
    return f'<div class="paths" data-search-exclude>{"".join(made)}</div>'


def declared(book: Book) -> dict[str, dict[str, Any]]:
    """Name -> `title`, `text` and perhaps `whole` of every path."""
    return book.pages[HOME].meta.get("paths") or {}


def unknown(book: Book) -> Iterator[WeaveError]:
    """Paths that a chapter names and the home page does not."""
    open_ = [name for name, about in declared(book).items() if not about.get("whole")]
    for page in book.chapters:
        named = book.pages[page].meta.get("paths") or []
        for path in named if isinstance(named, list) else [named]:
            if path not in open_ or named is path:
                told_ = f"paths: expected a list of {', '.join(open_) or 'none'} (docs/{HOME}), got {path!r}"
                yield WeaveError(book.pages[page].path, line_of(book, page), told_)


def line_of(book: Book, page: str) -> int:
    """The line on which a chapter names its paths."""
    lines = (book.docs / page).read_text(encoding="utf-8").split("\n")
    return next((n for n, line in enumerate(lines, 1) if line.removeprefix("# ").startswith("paths:")), 1)


def told(members: list[Stop]) -> str:
    """How much a path is.

    >>> told([Stop(1, "a", "A", "I", 25, "a/"), Stop(2, "b", "B", "I", 50, "b/")])
    '2 chapters, 1 h 15 min'
    """
    hours, minutes = divmod(sum(stop.minutes for stop in members), 60)
    time = " ".join(text for text, amount in ((f"{hours} h", hours), (f"{minutes} min", minutes)) if amount)
    return f"{len(members)} chapter{'s' * (len(members) != 1)}" + (f", {time}" if time else "")


def items(members: list[Stop]) -> str:
    """A line for each chapter."""
    lines = [f'<li value="{s.number}" {s.facts}><a href="{s.url}">{html.escape(s.title)}</a></li>' for s in members]
    return f"<ol>{''.join(lines)}</ol>"


def parts(members: list[Stop]) -> str:
    """A line for each part; it leads to the part's first chapter."""
    lines = []
    for part, group in groupby(members, lambda stop: stop.part):
        first, *rest = group
        reach = f"chapters {first.number} to {rest[-1].number}" if rest else f"chapter {first.number}"
        name = html.escape(part.rpartition(" · ")[2])
        lines.append(f'<li><a href="{first.url}">{name}</a> <span class="minutes">{reach}</span></li>')
    return f'<ol type="I">{"".join(lines)}</ol>'
