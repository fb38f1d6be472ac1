"""What the search should find beside the sections of pages: every numbered equation, and every term of the glossary."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from weave.book import EQUATION, Book, page_url
from weave.glossary import Glossary

Entry = dict[str, str]


def entries(book: Book, terms: Glossary) -> list[Entry]:
    """Entries in the form of the site's search index: `location`, `title`, `text` (HTML)."""
    return [*equations(book), *words(terms)]


def equations(book: Book) -> Iterator[Entry]:
    """Equations by number, label and TeX."""
    for page, chapter in book.pages.items():
        for block in chapter.blocks:
            for m in EQUATION.finditer(block.text) if block.kind == "prose" else ():
                target = book.targets[page][m["label"]]
                name = m["label"].removeprefix("eq-").replace("-", " ")
                yield {
                    "location": f"{page_url(page)}#{m['label']}",
                    "title": f"Equation {target.number}: {escape(name)}",
                    "text": f"<p>{escape(chapter.meta['title'])}: {escape(' '.join(m['tex'].split()))}</p>",
                }


def words(terms: Glossary) -> Iterator[Entry]:
    """Terms with their definitions."""
    for term in terms.values():
        yield {
            "location": f"glossary/#{term.slug}",
            "title": escape(term.name),
            "text": f"<p>{escape(term.plain)}</p>",
        }
