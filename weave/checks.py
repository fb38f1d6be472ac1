"""What must hold of a chapter beyond that it runs: nothing pasted, every equation tied to its line and its check."""

from __future__ import annotations

import doctest
import re
from typing import Any

from weave import paths
from weave.book import Book
from weave.errors import WeaveError
from weave.library import EQUATION, Library
from weave.read import Block, Chapter

SHOWN = re.compile(r"[ \t]*[`~]+[ {.]*(?:text|markdown)\b(?!-)")  # the opening of a fence that only shows


def static(book: Book, library: Library) -> list[WeaveError]:
    """What can be said before anything runs."""
    blocks = [(chapter, block) for chapter in book.pages.values() for block in chapter.blocks]
    errors = [
        e for chapter, block in blocks for e in [*pasted(chapter, block, library), *lost_doctests(chapter, block)]
    ]
    errors += paths.unknown(book)
    lines = equation_lines(book, library)
    known: dict[str, str] = {}
    for page, label, line in book.equations():
        path = book.pages[page].path
        if label in known:
            errors.append(WeaveError(path, line, f"equation {label!r} is labelled in {known[label]} already"))
        known[label] = path
        if label not in lines:
            errors.append(
                WeaveError(
                    path,
                    line,
                    f"equation {label!r} has no line: nothing in {library.package} or in this book ends with `# eq: {label}`",
                )
            )
    for label, places in lines.items():
        for path, line in places[1:]:
            errors.append(
                WeaveError(
                    path,
                    line,
                    f"`# eq: {label}` stands at {places[0][0]}:{places[0][1]} already: one equation, one line",
                )
            )
        if label not in known:
            errors.append(WeaveError(*places[0], f"`# eq: {label}` names an equation that no chapter has"))
    return errors


def proved(book: Book, results: dict[str, dict[str, Any]]) -> list[WeaveError]:
    """Every labelled equation was verified by a cell of its own chapter, and nothing else was."""
    errors, known = [], {label for _, label, _ in book.equations()}
    for page, label, line in book.equations():
        if label not in results.get(page, {}).get("verified", {}):
            errors.append(
                WeaveError(
                    book.pages[page].path,
                    line,
                    f'equation {label!r} is never checked: call verify("{label}", got, expected) in a cell',
                )
            )
    for page, result in results.items():
        chapter = book.pages[page]
        errors += [
            WeaveError(
                chapter.path,
                line_of_verify(chapter, label),
                f"verify({label!r}, ...) names an equation that no chapter has",
            )
            for label in result.get("verified", {})
            if label not in known
        ]
    return errors


def line_of_verify(chapter: Chapter, label: str) -> int:
    """The first line of the chapter's code that has the label in quotes."""
    return next(
        (
            block.line + n
            for block in chapter.steps
            for n, line in enumerate(block.text.split("\n"))
            if f'"{label}"' in line or f"'{label}'" in line
        ),
        1,
    )


def equation_lines(book: Book, library: Library) -> dict[str, list[tuple[str, int]]]:
    """Label -> places of `# eq: label`, in the library and in the cells of the book."""
    found = {label: list(places) for label, places in library.equations.items()}
    for chapter in book.pages.values():
        for block in chapter.blocks:
            if block.kind == "code":
                for m in EQUATION.finditer(block.text):
                    found.setdefault(m["label"], []).append(
                        (chapter.path, block.line + block.text.count("\n", 0, m.start()))
                    )
    return found


def pasted(chapter: Chapter, block: Block, library: Library) -> list[WeaveError]:
    """Copies of the library's definitions; an exercise may ask the reader to write one."""
    if block.kind == "code" and "exercise" not in block.options:
        found = library.pasted(block.text)
    elif block.kind == "pycon":
        examples = doctest.DocTestParser().get_examples(block.text)
        found = [(line + e.lineno, name) for e in examples for line, name in library.pasted(e.source)]
    else:
        found = []
    return [
        WeaveError(
            chapter.path, block.line + line - 1, f"this pastes a definition that the library has: quote {name} instead"
        )
        for line, name in found
    ]


def lost_doctests(chapter: Chapter, block: Block) -> list[WeaveError]:
    """Examples that nobody would run; a listing that only shows how to write them is ```` ```text ````."""
    if block.kind == "pycon" or (block.kind == "verbatim" and SHOWN.match(block.text)):
        return []
    return [
        WeaveError(chapter.path, block.line + n, "nobody runs this example: put it into a ```pycon fence")
        for n, line in enumerate(block.text.split("\n"))
        if line.lstrip().startswith(">>> ")
    ]
