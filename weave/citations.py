"""Citations: numbered marks in a chapter, the list of sources at its foot, the page of all sources.

A chapter cites with `[@legendre1805, p. 72]`. `Bibliography` knows the entries, `Citations` counts the marks of one
chapter, `references_markdown` writes what stands at `MARKER` in the page of all sources.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from weave.bibliography import Bibliography, BibliographyError, UnknownKeyError
from weave.glossary import escape

__all__ = ["MARKER", "Bibliography", "BibliographyError", "Citations", "UnknownKeyError", "references_markdown"]

MARKER = "<!-- references -->"
RETURN = '<span aria-hidden="true">↩\N{VARIATION SELECTOR-15}</span>'  # the selector asks for the sign, not an emoji


class Citations:
    """The marks of one chapter, numbered in the order of their first mention.

    >>> book = Bibliography.from_text("@book{a, author={Gauss, C. F.}, title={T}, publisher={P}, year=1809}")
    >>> sources = Citations(book)
    >>> sources.mark("a", "art. 186").rpartition(">[")[2]
    '1]</a>'
    """

    def __init__(self, bibliography: Bibliography) -> None:
        self.bibliography = bibliography
        self._mentions: dict[str, list[str]] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(self._mentions)

    def keys(self) -> list[str]:
        """The keys cited so far, in the order of their numbers."""
        return list(self._mentions)

    def mark(self, key: str, locator: str | None = None) -> str:
        """HTML of one mention, `[n]`.

        Parameters
        ----------
        key : str
            Key of the entry; a repeated one keeps its number.
        locator : str, optional
            Where in the work, such as `p. 72`: told in the tip and in the list.

        Raises
        ------
        UnknownKeyError
            The message names keys like it.
        """
        tip = self.bibliography.plain(key) + (f" Here: {locator}" if locator else "")
        mentions = self._mentions.setdefault(key, [])
        mentions.append(locator or "")
        number, anchor = self.keys().index(key) + 1, f"cite-{key}-{len(mentions)}"
        return (
            f'<a class="cite" role="doc-biblioref" id="{anchor}" href="#source-{key}" title="{escape(tip)}">'
            f"[{number}]</a>"
        )

    def list_html(self, heading: bool = True) -> str:
        """The chapter's section "Sources", a block of HTML without blank lines; empty if nothing was cited.

        With `heading=False` the caller writes the heading, with the id `sources`, before it.
        """
        if not self._mentions:
            return ""
        return "\n".join(
            [
                '<section class="sources" aria-labelledby="sources">',
                *(['<h2 id="sources">Sources</h2>'] if heading else []),
                "<ol>",
                *(self._item(key, mentions) for key, mentions in self._mentions.items()),
                "</ol>",
                "</section>",
            ]
        )

    def _item(self, key: str, mentions: list[str]) -> str:
        back = " ".join(back_link(key, number, locator) for number, locator in enumerate(mentions, 1))
        return f'<li id="source-{key}">{self.bibliography.html(key)} <span class="mentions">{back}</span></li>'


def back_link(key: str, mention: int, locator: str = "") -> str:
    """HTML of the way back from a source to one of its mentions, counted from 1; its name says where it leads."""
    label = f"{locator}, back to the text" if locator else f"Back to the text, mention {mention}"
    shown = f"{escape(locator)} {RETURN}" if locator else RETURN
    return f'<a role="doc-backlink" href="#cite-{key}-{mention}" aria-label="{escape(label)}">{shown}</a>'


def references_markdown(bibliography: Bibliography, used_by: Mapping[str, Iterable[tuple[str, str]]]) -> str:
    """All entries as a Markdown list, by author, each with an anchor and the chapters that cite it.

    Parameters
    ----------
    bibliography : Bibliography
        The entries.
    used_by : mapping
        Key -> (title, link) of each chapter that cites it. The link is Markdown's (`linear/least-squares.md`), so
        MkDocs checks it.

    Raises
    ------
    UnknownKeyError
        `used_by` holds a key that the bibliography does not.

    >>> book = Bibliography.from_text("@book{a, author={Gauss, C. F.}, title={T}, publisher={P}, year=1809}")
    >>> print(references_markdown(book, {"a": [("Least squares", "linear/least-squares.md")]}))
    - <span id="a">Gauss, C. F. (1809). <em>T</em>. P.</span> Cited in [Least squares](linear/least-squares.md).
    """
    lines = {key: f'- <span id="{key}">{bibliography.html(key)}</span>' for key in [*bibliography.keys(), *used_by]}
    for key, chapters in used_by.items():
        if links := ", ".join(f"[{escape(title)}]({target})" for title, target in chapters):
            lines[key] += f" Cited in {links}."
    return "\n".join(lines[key] for key in sorted(lines, key=bibliography.sort_key))
