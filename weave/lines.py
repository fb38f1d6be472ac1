"""Warnings of the site generator about links name a page; this adds the line on which the link stands."""

from __future__ import annotations

import logging
import re
from pathlib import Path

TOLD = re.compile(
    r"(?:Doc file '|mkdocs_autorefs: )(?P<page>[^':]+?)(?:' contains [^']*link|:[^']*target) '(?P<what>[^']+)'"
)


class Lines(logging.Filter):
    """Puts `docs/page.md:12: ` before a warning about a link of a page below `docs`."""

    def __init__(self) -> None:
        super().__init__()
        self.docs = Path("docs")

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        found = TOLD.search(text)
        if found and not hasattr(record, "told_line"):
            line = line_of(self.docs / found["page"], found["what"])
            record.msg, record.args, record.told_line = f"docs/{found['page']}:{line}: {text}", None, line
        return True


LINES = Lines()


def tell_lines(docs: Path) -> None:
    """From now on, warnings about links in `docs` tell their line."""
    LINES.docs = docs
    for handler in logging.getLogger("mkdocs").handlers:
        handler.addFilter(LINES)  # adding it again does nothing


def line_of(file: Path, what: str) -> int:
    """The first line of a page that holds a link to `what`; 1 if it was made by the build."""
    lines = file.read_text(encoding="utf-8").split("\n") if file.is_file() else []
    return next((n for n, line in enumerate(lines, 1) if f"({what}" in line or f"[{what}]" in line), 1)
