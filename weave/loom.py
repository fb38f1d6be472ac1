"""One build: read all pages, run those that need it, check, write. Knows nothing of MkDocs."""

from __future__ import annotations

import functools
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat

from weave import checks
from weave.book import Book
from weave.cache import Cache
from weave.citations import Bibliography
from weave.errors import WeaveError, WeaveErrors
from weave.glossary import Glossary
from weave.glossary import read as read_glossary
from weave.library import Library
from weave.notebook import notebook
from weave.page import Page
from weave.worker import Workers


@dataclass
class Woven:
    """What a build knows when all chapters have been written."""

    book: Book
    library: Library
    bibliography: Bibliography
    terms: Glossary
    pages: dict[str, Page] = field(default_factory=dict)
    markdown: dict[str, str] = field(default_factory=dict)
    executed: list[str] = field(default_factory=list)
    cached: list[str] = field(default_factory=list)
    started: float = field(default_factory=time.perf_counter)

    def notebook(self, page: str) -> str:
        """The notebook of a page as text."""
        return written(self.pages[page], self.markdown[page])


# Page -> its Markdown and the notebook made with it: both come from the same chapter and the same results.
WRITTEN: dict[str, tuple[str, str]] = {}


def written(page: Page, markdown: str) -> str:
    """The notebook of a page, written anew only if the page is new."""
    if WRITTEN.get(page.page, ("", ""))[0] != markdown:
        WRITTEN[page.page] = (markdown, nbformat.v4.writes(notebook(page)) + "\n")
    return WRITTEN[page.page][1]


class Loom:
    """What lives from one build to the next while a site is served: the worker process and the cache's place."""

    def __init__(self, root: Path, fonts: Callable[[Path], Path] | None = None) -> None:
        self.root, self.fonts = root, fonts
        self.workers: Workers | None = None

    def weave(
        self,
        nav: list[Any] | None = None,
        settings: dict[str, Any] | None = None,
        told: Callable[[str], None] = lambda message: None,
        only: list[str] | None = None,
    ) -> Woven:
        """Weave the whole book, or the chapters at the paths `only`; raise `WeaveErrors` with all that is wrong."""
        try:
            book, library = Book(self.root, nav, settings), Library(self.root)
            woven = Woven(
                book, library, Bibliography(book.docs / "references.bib"), read_glossary(book.docs / "glossary.md")
            )
        except WeaveError as error:
            raise WeaveErrors([error]) from error
        names = [name for name, chapter in book.pages.items() if only is None or chapter.path in only]
        stop_if([e for e in checks.static(book, library) if only is None or e.path in only])
        results = self.results(woven, names, told)
        stop_if([e for e in checks.proved(book, results) if only is None or e.path in only])
        errors = []
        for name in names:
            page = Page(book, name, library, results.get(name, {}), woven.terms, woven.bibliography)
            try:
                woven.markdown[name] = page.markdown()
            except WeaveError as error:
                errors.append(error)
            woven.pages[name] = page
        stop_if(errors)
        return woven

    def results(self, woven: Woven, names: list[str], told: Callable[[str], None]) -> dict[str, dict[str, Any]]:
        """The result of every page that has something to run, from the cache where nothing has changed."""
        cache = Cache(self.root, self.fonts(self.root) if self.fonts else None)
        pages = {woven.book.pages[name].path: name for name in names if woven.book.pages[name].steps}
        found = {path: cache.get(woven.book.pages[name]) for path, name in pages.items()}
        missing = [path for path, result in found.items() if result is None]
        if missing:
            told(f"running {len(missing)} of {len(pages)} chapters")

            def ended(path: str, result: dict[str, Any]) -> None:
                chapter = woven.book.pages[pages[path]]
                if result["program"] != chapter.program:
                    raise WeaveError(path, 1, "this chapter was edited while it was being woven: build again")
                cache.put(chapter, result)
                found[path] = result
                woven.executed.append(path)
                told(f"ran {path} in {result['seconds']:.1f} s ({len(woven.executed)} of {len(missing)})")

            self.start(cache).run(missing, ended)
        woven.cached = [path for path in pages if path not in missing]
        cache.evict([chapter.path for chapter in woven.book.pages.values()])
        return {pages[path]: result for path, result in found.items() if result is not None}

    def start(self, cache: Cache) -> Workers:
        """The worker process, a new one if what it has loaded has changed since."""
        if self.workers is not None and self.workers.version != cache.common:
            self.close()
        if self.workers is None:
            self.workers = Workers(self.root, cache.fonts, cache.common)
        return self.workers

    def close(self) -> None:
        if self.workers is not None:
            self.workers.close()
            self.workers = None


def stop_if(errors: list[WeaveError]) -> None:
    if errors:
        raise WeaveErrors(errors)


@functools.cache
def loom(root: Path, fonts: Callable[[Path], Path] | None = None) -> Loom:
    """The loom of a project, the same one for every build of this process."""
    return Loom(root, fonts)


def main() -> None:
    """`python -m weave.loom [chapter ...]`: run and check chapters without building the site."""
    from weave.fonts import fonts

    root = Path.cwd()
    try:
        woven = Loom(root, fonts if (root / "node_modules").exists() else None).weave(
            told=print, only=sys.argv[1:] or None
        )
    except WeaveErrors as error:
        sys.exit(str(error))
    for name, page in woven.pages.items():
        if page.counts:
            print(f"{name}: {', '.join(f'{n} {what}' for what, n in sorted(page.counts.items()) if n)}")


if __name__ == "__main__":
    main()
