"""The book as a whole: which pages there are, in which order, and the number of everything that has one."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from markdown.extensions.toc import slugify

from weave.errors import WeaveError
from weave.read import Block, Chapter, read

EQUATION = re.compile(
    r"^(?P<indent>[ \t]*)\$\$\s*(?P<tex>(?:(?!\$\$).)+?)\s*\$\$[ ]*\{#(?P<label>eq-[\w-]+)\}[ ]*"
    r"(?P<shapes>\n[ \t]*: [^\n]*(?:\n[ \t]*[^\s][^\n]*)*)?$",
    re.M | re.S,
)
TABLE = re.compile(
    r"^(?P<indent>[ \t]*): (?P<text>[^\n]+(?:\n[ \t]*[^\s:][^\n]*?)*?)\s*\{#(?P<label>tbl-[\w-]+)\}[ ]*$", re.M
)
EXERCISE = re.compile(
    r'^### Exercise: (?P<title>[^\n{]+?)\s*\{#(?P<label>ex-[\w-]+)(?:\s+level="(?P<level>[^"]*)")?\}[ ]*$', re.M
)
HEADING = re.compile(
    r"^(?P<marks>##|###) (?!Exercise: )(?P<title>[^\n]+?)(?:\s*\{[^}\n]*?#(?P<id>[\w-]+)[^}\n]*\})?[ ]*$", re.M
)
KINDS = {"eq": "equation", "fig": "figure", "tbl": "table", "ex": "exercise", "sec": "section"}


@dataclass(frozen=True)
class Target:
    """Something that can be referred to: `@fig-misses`."""

    page: str
    number: str
    anchor: str

    @property
    def kind(self) -> str:
        return KINDS[self.anchor.split("-")[0]] if self.anchor.split("-")[0] in KINDS else "section"


class Book:
    """All pages below `docs` of the project `root`; `nav` is the list from mkdocs.yml, `settings` its `extra` part."""

    def __init__(self, root: Path, nav: list[Any] | None = None, settings: dict[str, Any] | None = None) -> None:
        self.root, self.docs = root, root / "docs"
        config: dict[str, Any] = load_settings(root) if nav is None else {"nav": nav, "extra": settings or {}}
        self.settings: dict[str, Any] = config.get("extra") or {}
        self.parts = dict(flatten(config.get("nav") or []))
        files = sorted(f for f in self.docs.rglob("*") if f.suffix in (".md", ".py") and f.is_file())
        self.pages: dict[str, Chapter] = {f.relative_to(self.docs).as_posix(): read(f, root) for f in files}
        ordered = [p for p in self.parts if p in self.pages] + [p for p in self.pages if p not in self.parts]
        self.chapters = [p for p in ordered if "minutes" in self.pages[p].meta]
        self.numbers = {page: str(n) for n, page in enumerate(self.chapters, 1)}
        self.targets: dict[str, dict[str, Target]] = {page: self.scan(page) for page in self.pages}

    # ---- numbers ------------------------------------------------------------------------------------------------
    def scan(self, page: str) -> dict[str, Target]:
        """Label -> target for all that a page defines."""
        found: dict[str, Target] = {}
        counts = dict.fromkeys(KINDS, 0)
        chapter, second = self.pages[page], 0
        for kind, label, line in labels(chapter):
            if kind == "sub":
                second += 1
                number = f"{counts['sec']}.{second}"
            else:
                counts[kind] += 1
                number = str(counts[kind])
                second = 0 if kind == "sec" else second
            label = f"sec-{label}" if kind in ("sec", "sub") else label
            if label in found and kind not in ("sec", "sub"):
                raise WeaveError(chapter.path, line, f"the label {label} is used twice in this chapter")
            full = f"{self.numbers[page]}.{number}" if page in self.numbers else number
            found.setdefault(label, Target(page, full, label.removeprefix("sec-")))
        return found

    def find(self, page: str, label: str) -> Target | None:
        """The target of a reference on `page`: its own first, then the one other page that has it."""
        if label in self.targets[page]:
            return self.targets[page][label]
        others = [t[label] for t in self.targets.values() if label in t]
        return others[0] if len(others) == 1 else None

    def equations(self) -> Iterator[tuple[str, str, int]]:
        """Page, label (without `eq-`) and line of every labelled equation of the book."""
        for page, chapter in self.pages.items():
            for kind, label, line in labels(chapter):
                if kind == "eq":
                    yield page, label.removeprefix("eq-"), line

    # ---- addresses ----------------------------------------------------------------------------------------------
    def href(self, page: str, url: str) -> str:
        """Relative address of the site's `url` seen from `page`."""
        path, hash_, fragment = url.partition("#")
        here = page_url(page)
        relative = posixpath.relpath("/" + path, "/" + here) if path != here else ""
        slash = "/" if relative and (path.endswith("/") or not path) else ""
        return (relative + slash or ("" if hash_ else "./")) + hash_ + fragment

    def chapter_at(self, name: str) -> str | None:
        """The page of a chapter named without its suffix: `regression/linear-regression`."""
        return next((p for p in self.pages if p.rsplit(".", 1)[0] == name), None)


def page_url(page: str) -> str:
    """Address of a page below the site.

    >>> page_url("regression/linear-regression.py"), page_url("index.md"), page_url("api/index.md")
    ('regression/linear-regression/', '', 'api/')
    """
    stem = page.rsplit(".", 1)[0]
    if stem.split("/")[-1] == "index":
        return stem.removesuffix("index")
    return stem + "/"


def labels(chapter: Chapter) -> Iterator[tuple[str, str, int]]:
    """Kind, label and line of all that is numbered, in the order of the page."""
    for block in chapter.blocks:
        if block.kind == "prose":
            yield from sorted(prose_labels(block), key=lambda found: found[2])
        elif block.is_figure:
            yield "fig", block.options["id"], block.line


def prose_labels(block: Block) -> Iterator[tuple[str, str, int]]:
    for kind, pattern in (("eq", EQUATION), ("tbl", TABLE), ("ex", EXERCISE)):
        for m in pattern.finditer(block.text):
            yield kind, m["label"], block.line + block.text.count("\n", 0, m.start())
    for m in HEADING.finditer(block.text):
        kind = "sec" if m["marks"] == "##" else "sub"
        yield kind, m["id"] or slugify(plain(m["title"]), "-"), block.line + block.text.count("\n", 0, m.start())


def plain(title: str) -> str:
    """A heading as its anchor sees it: without Markdown's marks."""
    return re.sub(r"[`*]|\$", "", title)


def flatten(nav: list[Any], part: str = "") -> Iterator[tuple[str, str]]:
    """Page and part (the title of its outermost section) in reading order."""
    for item in nav:
        if isinstance(item, str):
            yield item, part
        elif isinstance(item, dict):
            for title, value in item.items():
                if isinstance(value, str):
                    yield value, part
                else:
                    yield from flatten(value, part or title)


def load_settings(root: Path) -> dict[str, Any]:
    """mkdocs.yml without MkDocs: its own tags (`!ENV`, `!!python/name`) are of no interest here."""

    class Loader(yaml.SafeLoader):
        pass

    Loader.add_multi_constructor("!", lambda loader, suffix, node: None)
    Loader.add_multi_constructor("tag:yaml.org,2002:python/", lambda loader, suffix, node: None)
    file = root / "mkdocs.yml"
    return yaml.load(file.read_text(encoding="utf-8"), Loader) if file.exists() else {}
