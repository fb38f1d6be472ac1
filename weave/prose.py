"""Prose of a chapter -> Markdown that the site generator understands: values, references, notes, terms, citations."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from weave.book import EQUATION, TABLE, Book, page_url
from weave.citations import Citations
from weave.errors import WeaveError
from weave.glossary import Glossary
from weave.parameter import typeset
from weave.read import SPANS, VALUE

MARK = (
    '<svg class="mark" viewBox="0 0 24 24" aria-hidden="true"><circle cx="4.6" cy="9.4" r="2.6"/>'
    '<path d="M5.6 12.2 10 19.4 21 4.6"/></svg>'
)
REFERENCE = re.compile(
    r"(?<![\w@/\\])@(?P<capital>[EFTS])?(?P<label>(?(capital)(?:q|ig|bl|x|ec)|(?:eq|fig|tbl|ex|sec))-[a-z0-9]+(?:-[a-z0-9]+)*)"
)
CITATION = re.compile(r"\[(?P<keys>@[\w:.-]+(?:,[^\];@]*)?(?:;\s*@[\w:.-]+(?:,[^\];@]*)?)*)\]")
TERM = re.compile(r"\[(?P<text>[^\]\[]+)\]\(glossary:(?P<slug>[\w-]+)\)")
LABEL_AS_ADDRESS = re.compile(r"\]\(@(?P<label>[\w-]+)\)")
SIDE_NOTE = re.compile(r"[ \n]?\^\[(?P<text>(?:[^\[\]]|\[(?:[^\[\]]|\[[^\]]*\])*\](?:\([^)]*\))?)*)\]")
MARGIN = re.compile(r"^\^\^\^\n(?P<text>.*?)\n\^\^\^$", re.M | re.S)
STASH = re.compile("\x02(\\d+)\x03")


@dataclass
class Prose:
    """What the texts of one page share: the book, its glossary and sources, and the page's own running numbers."""

    book: Book
    page: str
    terms: Glossary
    citations: Citations
    proof: Callable[[str, int], str]
    side_notes: int = 0

    @property
    def path(self) -> str:
        return self.book.pages[self.page].path

    def weave(self, text: str, line: int, values: Iterator[str]) -> str:
        """Everything a paragraph may hold. `values` yields the computed values in the order of the text."""
        stash: list[str] = []

        def keep(content: str) -> str:
            stash.append(content)
            return f"\x02{len(stash) - 1}\x03"

        def lines(text: str) -> int:
            return text.count("\n") + sum(dropped.get(int(n), 0) for n in STASH.findall(text))

        def sub(pattern: re.Pattern[str], replace: Callable[[re.Match[str], int], str], text: str) -> str:
            """Replace; an empty mark stands for the lines that this drops, so that what comes later knows its own."""

            def one(m: re.Match[str]) -> str:
                made = replace(m, line + lines(text[: m.start()]))
                if missing := lines(m[0]) - lines(made):
                    dropped[len(stash)] = missing
                    made += keep("")
                return made

            return pattern.sub(one, text)

        def fill(m: re.Match[str], line: int) -> str:
            if m["value"]:
                return keep(self.value(m["expression"], next(values)))
            return m[0] if m["code"] else VALUE.sub(lambda _: next(values), m[0])

        dropped: dict[int, int] = {}
        text = sub(SPANS, fill, text)
        text = sub(EQUATION, lambda m, line: self.equation(m, line, keep), text)
        text = sub(SPANS, lambda m, line: keep(m[0]), text)  # from here on neither code nor mathematics is in sight
        if "{{" in text:
            raise WeaveError(
                self.path,
                line + lines(text[: text.index("{{")]),
                "a value is written {{ expression }}, with a space inside each pair of braces",
            )
        text = sub(TABLE, lambda m, line: self.table_caption(m), text)
        text = sub(MARGIN, lambda m, line: self.margin(m), text)
        text = sub(SIDE_NOTE, lambda m, line: self.side_note(m), text)
        text = sub(TERM, self.term, text)
        text = sub(LABEL_AS_ADDRESS, self.no_address, text)
        text = sub(CITATION, self.cite, text)
        text = sub(REFERENCE, self.reference, text)
        while STASH.search(text):
            text = STASH.sub(lambda m: stash[int(m[1])], text)
        return text

    # ---- the parts ----------------------------------------------------------------------------------------------
    def value(self, expression: str, value: str) -> str:
        return value_tag(expression, value)

    def margin(self, m: re.Match[str]) -> str:
        return f'<aside class="margin" markdown="1">\n{m["text"]}\n</aside>'

    def equation(self, m: re.Match[str], line: int, keep: Callable[[str], str]) -> str:
        """A labelled equation with its number, its shapes, and in the margin what proves it."""
        number = self.book.targets[self.page][m["label"]].number
        tex = "\n".join(row.strip() for row in m["tex"].split("\n"))
        head = (
            f'<div class="eq" id="{m["label"]}" markdown="1">\n{self.proof(m["label"].removeprefix("eq-"), line)}\n'
            f'<div class="eq-row" markdown="1">\n\n$$\n{tex}\n$$\n\n'
            f'<a class="eq-no" href="#{m["label"]}" aria-label="Equation {number}">({number})</a>\n</div>'
        )
        shapes = " ".join((m["shapes"] or "").split()).removeprefix(": ")
        below = f'\n{m["indent"]}<p class="shapes" markdown="span">{shapes}</p>' if shapes else ""
        indented = "\n".join(m["indent"] + row if row else row for row in head.split("\n"))
        return f"{keep(indented)}{below}\n{m['indent']}</div>"

    def table_caption(self, m: re.Match[str]) -> str:
        number = self.book.targets[self.page][m["label"]].number
        return f'{m["indent"]}<p class="caption" id="{m["label"]}" markdown="span"><b>Table {number}</b> {" ".join(m["text"].split())}</p>'

    def side_note(self, m: re.Match[str]) -> str:
        self.side_notes += 1
        n = self.side_notes
        return (
            f'<label class="sn-ref" for="sn-{n}" data-search-exclude><span class="sn-hint">Side note </span>{n}</label>'
            f'<input class="sn-box" type="checkbox" id="sn-{n}"><span class="sn" data-n="{n}"> {" ".join(m["text"].split())}</span>'
        )

    def term(self, m: re.Match[str], line: int) -> str:
        try:
            return self.terms.link(m["slug"], m["text"], self.book.href(self.page, f"glossary/#{m['slug']}"))
        except ValueError as error:
            raise WeaveError(self.path, line, str(error)) from None

    def no_address(self, m: re.Match[str], line: int) -> str:
        form = f"write @{m['label']}, or [words](#{m['label']}) on its own page"
        raise WeaveError(self.path, line, f"@{m['label']} is a label and no address: {form}")

    def cite(self, m: re.Match[str], line: int) -> str:
        marks = []
        for item in m["keys"].split(";"):
            key, _, locator = item.strip().removeprefix("@").partition(",")
            try:
                marks.append(self.citations.mark(key.strip(), locator.strip() or None))
            except ValueError as error:
                raise WeaveError(self.path, line, str(error)) from None
        return "".join(marks)

    def reference(self, m: re.Match[str], line: int) -> str:
        label = (m["capital"] or "").lower() + m["label"]
        target = self.book.find(self.page, label)
        if target is None:
            raise WeaveError(self.path, line, f"@{label} refers to nothing in the book")
        word = target.kind.capitalize() if m["capital"] else target.kind
        url = (
            f"#{target.anchor}"
            if target.page == self.page
            else self.book.href(self.page, f"{page_url(target.page)}#{target.anchor}")
        )
        return f'<a href="{url}">{word} {target.number}</a>'


def value_tag(expression: str, value: str) -> str:
    """A computed value: what it was computed from is told on hover."""
    return f'<data class="val" value="{attribute(value)}" title="Computed when this page was built: {attribute(expression)}">{html.escape(typeset(value))}</data>'


def attribute(text: str) -> str:
    """Text for an HTML attribute in which Markdown will find nothing to do."""
    return re.sub(r"[\[\]*_`|\\$@^{}()!~:]", lambda m: f"&#{ord(m[0])};", html.escape(text))
