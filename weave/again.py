"""What a build need not do twice: references of unchanged modules, search entries of unchanged pages, compiled templates.

Each wraps one method of a plugin and keeps what it returned below .cache, under a key of all that it was made from.
Without them a rebuild while serving takes about twice as long; the pages are the same.
"""

from __future__ import annotations

import hashlib
import json
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemBytecodeCache

from weave.cache import environment, write_whole
from weave.run import sha256


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
