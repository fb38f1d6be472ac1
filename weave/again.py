"""What a build need not do twice: references of unchanged modules, search entries of unchanged pages, compiled templates.

Each wraps one method of a plugin and keeps what it returned below .cache, under a key of all that it was made from.
Without them a rebuild while serving takes about twice as long; the pages are the same.
"""

from __future__ import annotations

import copy
import hashlib
import json
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemBytecodeCache
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

from weave.cache import environment
from weave.files import sha256, write_whole


@dataclass
class Rendered:
    """What rendering a page sets on it. Links to anchors of other pages are kept by the names of those pages."""

    made_from: str
    content: str
    toc: Any
    title: str | None
    anchors: set[str]
    links: dict[str, dict[str, str]]


# While a site is served, pages whose Markdown did not change. Never on disk: a warning must come again with each build.
RENDERED: dict[str, Rendered] = {}


def render(page: Page, config: MkDocsConfig, files: Files) -> None:
    """Render a page as MkDocs does, or take what it made of the same Markdown before."""
    if page.markdown is None or "::: " in page.markdown:
        return Page.render(page, config, files)
    extensions = [e if isinstance(e, str) else type(e).__name__ for e in config.markdown_extensions]
    settings = repr((extensions, config.mdx_configs, sorted(files.src_uris)))
    made_from = hashlib.sha256(f"{settings}\0{page.markdown}".encode()).hexdigest()
    kept = RENDERED.get(page.file.src_uri)
    if kept is None or kept.made_from != made_from:
        Page.render(page, config, files)
        links = {file.src_uri: anchors for file, anchors in (page.links_to_anchors or {}).items()}
        kept = Rendered(
            made_from, page.content or "", page.toc, page._title_from_render, page.present_anchor_ids or set(), links
        )
        RENDERED[page.file.src_uri] = kept
    page.content, page.toc = kept.content, copy.deepcopy(kept.toc)  # others write into the contents
    page._title_from_render, page.present_anchor_ids = kept.title, kept.anchors
    page.links_to_anchors = {files.src_uris[uri]: anchors for uri, anchors in kept.links.items()}
    return None


class Again:
    """The kept results of one project; those that a build did not ask for are dropped at its end."""

    def __init__(self, root: Path) -> None:
        self.folder, self.root = root / ".cache" / "again", root
        self.common = environment(root) + "".join(sha256(file) for file in sorted(Path(__file__).parent.glob("*.py")))
        self.used: set[Path] = set()

    def keep(self, parts: Iterable[str], make: Callable[[], Any]) -> Any:
        """What `make` returned when it was last called with the same `parts`; it must be fit for JSON."""
        key = hashlib.sha256("\0".join([self.common, *parts]).encode()).hexdigest()[:32]
        file = self.folder / f"{key}.json"
        self.used.add(file)
        try:
            return json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            made = make()
            write_whole(file, json.dumps(made).encode())
            return made

    def evict(self) -> None:
        for file in set(self.folder.glob("*.json")) - self.used:
            file.unlink(missing_ok=True)
        self.used.clear()

    def templates(self, env: Environment) -> Environment:
        """Keep the compiled templates of a jinja environment."""
        folder = self.root / ".cache" / "templates"
        folder.mkdir(parents=True, exist_ok=True)
        env.bytecode_cache = FileSystemBytecodeCache(str(folder))
        return env

    def references(self, handler: Any, sources: str) -> None:
        """Keep what mkdocstrings renders, and the headings that it hands to the table of contents meanwhile."""
        render = handler.render

        def again(data: Any, options: Any, locale: str | None = None) -> str:
            def make() -> dict[str, Any]:
                before = len(handler._headings)
                html = str(render(data, options, locale))
                headings = [ET.tostring(h, encoding="unicode") for h in handler._headings[before:]]
                del handler._headings[before:]
                return {"html": html, "headings": headings}

            kept = self.keep([sources, data.path, repr(options)], make)
            handler._headings.extend(ET.fromstring(h) for h in kept["headings"])
            return kept["html"]

        handler.render = again

    def search(self, index: Any) -> None:
        """Keep the search entries of a page."""
        add = index.add_entry_from_context

        def again(page: Any) -> None:
            def make() -> list[dict[str, Any]]:
                before = len(index.entries)
                add(page)
                entries = index.entries[before:]
                del index.entries[before:]
                return entries

            index.entries.extend(
                self.keep([page.url, str(page.title), json.dumps(page.meta, default=str), page.content], make)
            )

        index.add_entry_from_context = again
