"""The glossary: terms read from definition lists, linked from the chapters, anchored on their own page.

A term of `docs/glossary.md` is a definition list of one name and one definition. Its first paragraph is also the tip
that a reader sees on pointing at the word, so it holds no formula; further paragraphs, indented by four spaces, may.

    Area under the ROC curve {#auc}
    :   The chance that a random positive is ranked above a random negative.

The slug is made from the name (`Newton's method` becomes `newtons-method`) unless `{#slug}` gives it. Chapters write
`[residuals](glossary:residual)`; an unknown slug is an error that names near ones.
"""

from __future__ import annotations

import difflib
import html
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import markdown

from weave.errors import WeaveError

TIP = 240  # characters of a tip, at most
LINK = re.compile(r"(?<!!)\[(?P<text>[^\[\]]+)\]\(glossary:(?P<slug>[^\s()]+)\)")
HEAD = re.compile(r"(?P<name>[^\s:#<>].*?)(?:[ ]+\{#(?P<slug>[^\s{}]+)\})?[ ]*")  # a whole line
ACTIVE = frozenset("&<>\"'`*_[]{}$\\|~^:@")  # what HTML, or an extension of Markdown, would read as its own


class GlossaryError(WeaveError, ValueError):
    """The glossary's page is malformed; the message begins with file and line."""


class UnknownTermError(ValueError):
    """A chapter links to a term that the glossary does not define."""


@dataclass(frozen=True)
class Term:
    """One term: `plain` is the first paragraph as text, `source` the whole definition as Markdown."""

    slug: str
    name: str
    plain: str
    source: str
    line: int

    @property
    def tip(self) -> str:
        """The plain text, cut at a word if it is longer than `TIP` characters.

        >>> Term("a", "A", "A short one.", "A short one.", 1).tip
        'A short one.'
        """
        if len(self.plain) <= TIP:
            return self.plain
        return self.plain[: TIP - 1].rsplit(" ", 1)[0].rstrip(",;:. ") + "…"


class Glossary(dict[str, Term]):
    """Slug -> term, in the order of the page."""

    def link(self, slug: str, text: str, href: str) -> str:
        r"""HTML of a link to a term, with its definition as the tip.

        Parameters
        ----------
        slug : str
            What stands after `glossary:`.
        text : str
            The words of the sentence, Markdown as written.
        href : str
            Address of the term as the browser needs it: MkDocs does not rewrite addresses in HTML.

        Raises
        ------
        UnknownTermError
            The message names terms with a similar slug.

        >>> parse("Odds\n:   Chances *for* to chances against.").link("odds", "the odds", "../glossary/#odds")
        '<a class="term" href="../glossary/#odds" title="Chances for to chances against.">the odds</a>'
        """
        if slug not in self:
            raise UnknownTermError(f"the glossary has no term '{slug}'{suggest(slug, self)}")
        return f'<a class="term" href="{html.escape(href)}" title="{escape(self[slug].tip)}">{text}</a>'

    def expand(self, text: str, page: str = "") -> str:
        r"""Replace every `[text](glossary:slug)`; `page` is the glossary's address as seen from there.

        The caller keeps code away: a link inside backticks is replaced like any other.

        >>> parse("Odds\n:   Chances for to chances against.").expand("[Odds](glossary:odds) of 3.")
        '<a class="term" href="#odds" title="Chances for to chances against.">Odds</a> of 3.'
        """
        return LINK.sub(lambda found: self.link(found["slug"], found["text"], f"{page}#{found['slug']}"), text)

    def page(self, text: str) -> str:
        r"""Markdown of the glossary's own page, with an anchor on each term and its links resolved.

        `attr_list` cannot reach the `<dt>` of a definition list, hence the `<span>`.

        >>> parse("Odds {#odds}\n:   Chances.").page("Odds {#odds}\n:   Chances.")
        '<span id="odds">Odds</span>\n:   Chances.'
        """
        lines = text.split("\n")
        for i, following in enumerate(lines[1:]):
            if following.startswith(":") and (head := HEAD.fullmatch(lines[i])):
                lines[i] = f'<span id="{head["slug"] or slugify(head["name"])}">{head["name"]}</span>'
        return self.expand("\n".join(lines))


def read(path: str | Path) -> Glossary:
    """Read the glossary's page.

    Raises
    ------
    GlossaryError
        A definition is missing, empty or doubled, terms are not in alphabetical order, a tip holds a formula, or a
        definition links to an unknown term.
    """
    return parse(Path(path).read_text(encoding="utf-8"), Path(path).as_posix())


def parse(text: str, name: str = "glossary.md") -> Glossary:
    r"""Read terms from Markdown; `name` is the file that errors speak of.

    >>> parse("Odds\n:   Chances *for* to chances against.")["odds"].plain
    'Chances for to chances against.'
    """
    terms, lines = Glossary(), text.split("\n")
    at = front_matter(lines)
    while at < len(lines):
        if not is_term(lines, at, strict=bool(terms)):
            at += 1
            continue
        if at and lines[at - 1].strip() and terms:
            raise GlossaryError(name, at + 1, "a blank line is missing between the definition above and this term")
        term, at = read_term(lines, at, name)
        if term.slug in terms:
            first = terms[term.slug].line
            raise GlossaryError(name, term.line, f"'{term.slug}' is defined twice, first in line {first}")
        terms[term.slug] = term
    check_order(terms, name)
    check_links(terms, name)
    return terms


def front_matter(lines: list[str]) -> int:
    """Index of the first line after the front matter."""
    if lines[0].strip() != "---" or "---" not in lines[1:]:
        return 0
    return lines.index("---", 1) + 1


def is_term(lines: list[str], at: int, strict: bool) -> bool:
    """Whether a line names a term. After the first term (`strict`) every line of text does, else only if defined."""
    if not lines[at].strip() or lines[at].startswith(("#", "<")):
        return False
    return strict or (at + 1 < len(lines) and lines[at + 1].startswith(":"))


def read_term(lines: list[str], at: int, name: str) -> tuple[Term, int]:
    """The term on line `at` (counted from 0), and the index of the line after its definition."""
    head, line = HEAD.fullmatch(lines[at]), at + 1
    if not head:
        raise GlossaryError(name, line, f"'{lines[at].strip()}' is no name of a term; is the text above indented?")
    if at + 1 == len(lines) or not lines[at + 1].startswith(":"):
        raise GlossaryError(name, line, f"'{head['name']}' has no definition: the next line must begin with ':   '")
    body, at = [lines[at + 1][1:].strip()], at + 2
    while at < len(lines) and (lines[at].startswith("    ") or not lines[at].strip()):
        body.append(lines[at][4:].rstrip())
        at += 1
    source = "\n".join(body).strip()
    if not source:
        raise GlossaryError(name, line, f"the definition of '{head['name']}' is empty")
    if at < len(lines) and lines[at].startswith(":"):
        raise GlossaryError(name, at + 1, f"'{head['name']}' has two definitions; make the second one a paragraph")
    first = source.split("\n\n")[0]
    if re.search(r"(?<!\\)\$", first):
        raise GlossaryError(name, line, f"'{head['name']}': the first paragraph is a tip and cannot hold a formula")
    return Term(head["slug"] or slugify(head["name"]), head["name"], plain(first), source, line), at


def check_order(terms: Glossary, name: str) -> None:
    """Terms stand in alphabetical order: words first, case and accents apart."""
    listed = list(terms.values())
    for before, term in pairwise(listed):
        if slugify(term.name) < slugify(before.name):
            raise GlossaryError(name, term.line, f"'{term.name}' comes before '{before.name}' in the alphabet")


def check_links(terms: Glossary, name: str) -> None:
    """Definitions link only to terms that exist."""
    for term in terms.values():
        try:
            terms.expand(term.source)
        except UnknownTermError as error:
            raise GlossaryError(name, term.line, f"in '{term.name}': {error}") from None


def slugify(name: str) -> str:
    """The anchor of a name: small Latin letters, digits and hyphens.

    >>> slugify("Newton's method"), slugify("Cramér–Rao bound")
    ('newtons-method', 'cramer-rao-bound')
    """
    letters = re.sub(r"['’]", "", unicodedata.normalize("NFKD", name).casefold())
    return re.sub(r"[^a-z0-9]+", "-", re.sub(r"[\u0300-\u036f]", "", letters)).strip("-")


def plain(text: str) -> str:
    """Markdown as plain text in one line.

    >>> plain("The *size* of [`w`](glossary:weight), in &mdash; say &mdash; `kg`")
    'The size of w, in — say — kg'
    """
    text = re.sub(r"\[([^\[\]]*)\]\[[^\[\]]*\]", r"\1", text)  # API links, which another extension resolves
    text = re.sub(r"<[^>]*>", "", markdown.markdown(text.replace(r"\$", "&#36;")))
    return " ".join(html.unescape(text).split())


def escape(text: str) -> str:
    """Text for HTML inside Markdown, as content or as an attribute: nothing in it is read as HTML or as Markdown.

    >>> escape("a_b < 1")
    'a&#95;b &#60; 1'
    """
    return "".join(f"&#{ord(c)};" if c in ACTIVE else c for c in text)


def suggest(word: str, known: Iterable[str]) -> str:
    """End of a sentence that names up to three words like `word`.

    >>> suggest("residuals", ["residual", "odds"])
    "; did you mean 'residual'?"
    """
    names = sorted(known)
    near = difflib.get_close_matches(word, names, 3, 0.6) or [n for n in names if word and n.startswith(word[:4])][:3]
    return "; did you mean " + " or ".join(f"'{n}'" for n in near) + "?" if near else ""
