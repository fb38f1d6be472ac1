"""Pages made from data: the bibliography, the glossary, the data sets, the map. A comment in the page marks the place."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from weave import chapter_map, paths
from weave.citations import MARKER, references_markdown
from weave.speed import speed
from weave.verified import verified

if TYPE_CHECKING:
    from weave.book import Book
    from weave.loom import Woven

DATA = "<!-- data -->"
CHAPTERS = "<!-- chapters -->"
PATHS = "<!-- paths -->"
LIBRARY = "<!-- library -->"
LICENCES = "<!-- licences -->"
VERIFIED = "<!-- verified -->"
SPEED = "<!-- speed -->"
MANY = 8  # columns alike, above which only the first and the last are named


def fill(markdown: str, page: str, woven: Woven) -> str:
    """Replace the mark of a page, if it has one."""
    if page == "glossary.md":
        markdown = woven.terms.page(markdown)
    if MARKER in markdown:
        markdown = markdown.replace(MARKER, references_markdown(woven.bibliography, cited(page, woven)))
    if DATA in markdown:
        markdown = markdown.replace(DATA, data_sets(woven.book.root / "data" / "index.json"))
    if CHAPTERS in markdown:
        markdown = markdown.replace(CHAPTERS, chapter_map.page(chapter_map.stops(woven.book, page)))
    if PATHS in markdown:
        markdown = markdown.replace(PATHS, paths.paths(woven.book, page))
    if LIBRARY in markdown:
        markdown = markdown.replace(LIBRARY, names(page, woven))
    if LICENCES in markdown:
        markdown = markdown.replace(LICENCES, licences(woven.book))
    if VERIFIED in markdown:
        markdown = markdown.replace(VERIFIED, verified(woven.book.root, woven.library))
    if SPEED in markdown:
        markdown = markdown.replace(SPEED, speed(woven.book.root))
    return markdown


def licences(book: Book) -> str:
    """THIRD-PARTY.md, its links to files of the project made to lead there."""
    text = (book.root / "THIRD-PARTY.md").read_text(encoding="utf-8")
    source = book.settings.get("source", "")
    return re.sub(r"\]\((?=[A-Z-]+\))", f"]({source}/", text)


def names(page: str, woven: Woven) -> str:
    """Every public name of the library by module, with the first line of its docstring and the chapters that quote it."""
    library, made = woven.library, []
    quoted: dict[str, set[str]] = {}
    for name, written in woven.pages.items():
        for symbol in written.quoted:
            quoted.setdefault(library.public_ancestor(symbol.parent or symbol.name), set()).add(name)
    for module in sorted({library.module_of(name) for name in library.public}):
        made.append(
            f"## [`{module}`]({module.removeprefix(library.package + '.').replace('.', '/')}.md)\n\n| Name | What it is | Explained in |\n|:--|:--|:--|"
        )
        for name in (n for n in library.public if library.module_of(n) == module):
            chapters = sorted(quoted.get(name, ()), key=lambda n: int(woven.book.numbers.get(n, 0)))
            links = ", ".join(
                f"[{woven.book.numbers[n]}]({posixpath.relpath(n, posixpath.dirname(page) or '.')})"
                for n in chapters
                if n in woven.book.numbers
            )
            made[-1] += f"\n| [`{name.rsplit('.', 1)[1]}`][{name}] | {library.symbols[name].summary} | {links or '–'} |"
    return "\n\n".join(made)


def cited(page: str, woven: Woven) -> dict[str, list[tuple[str, str]]]:
    """Key -> title and link of every chapter that cites it."""
    found: dict[str, list[tuple[str, str]]] = {}
    for name in woven.book.chapters:
        for key in woven.pages[name].citations.keys():  # noqa: SIM118 - not a dict
            link = posixpath.relpath(name, posixpath.dirname(page) or ".")
            found.setdefault(key, []).append((woven.book.pages[name].meta["title"], link))
    return found


def data_sets(index: Path) -> str:
    """One section for each data set of data/index.json."""
    return "\n\n".join(section(entry) for entry in json.loads(index.read_text(encoding="utf-8"))["datasets"])


def section(entry: dict[str, Any]) -> str:
    columns = "\n".join(f"| {name} | {c['description']}{told_unit(c)} |" for name, c in listed(entry["columns"]))
    pitfalls = "\n".join(f"- {marked(text, entry)}" for text in entry["pitfalls"]) or "- None known."
    source = entry["source"]
    taken = ", ".join(f"{key} {value}" for key, value in source.items()) if isinstance(source, dict) else source
    return (
        f"## {entry['name']}\n\n{entry['description']}\n\n"
        f'`mle.datasets.load("{entry["name"]}")`: {entry["rows"]:,} rows, target `{entry["target"]}`.\n\n'
        f"| Column | Meaning |\n|:--|:--|\n{columns}\n\n"
        f"**Pitfalls**\n\n{pitfalls}\n\n"
        f"**Licence.** {entry['licence']}. {entry['licence_basis'].rstrip('.')}.\n\n**Source.** {entry['citation'].rstrip('.')}. Taken from: {taken}.\n\n"
        f"**File.** `data/{entry['file']}`, sha256 `{entry['sha256']}`\n"
    )


def listed(columns: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Columns with what stands in the table for their names: first and last where many in a row are alike."""
    for _, group in groupby(columns, key=lambda c: {key: c[key] for key in c if key != "name"}):
        run = list(group)
        if len(run) > MANY:
            yield f"`{run[0]['name']}` to `{run[-1]['name']}`", run[0]
        else:
            yield from ((f"`{c['name']}`", c) for c in run)


def told_unit(column: dict[str, Any]) -> str:
    """The unit of a column, unless its meaning says it."""
    unit = column.get("unit")
    return f" ({unit})" if unit and unit not in ("0 or 1", "code") and unit not in column["description"] else ""


def marked(text: str, entry: dict[str, Any]) -> str:
    """A sentence with the names of columns set as code."""
    names = {column["name"] for column in entry["columns"]}
    return re.sub(r"\w+(?:\.\w+)*", lambda m: f"`{m[0]}`" if m[0] in names and re.search("[_.]", m[0]) else m[0], text)
