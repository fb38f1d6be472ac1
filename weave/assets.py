"""The static files that the site is given by its build: KaTeX's style sheet, and the fonts."""

from __future__ import annotations

import re
from pathlib import Path

from weave.fonts import fonts
from weave.node import package

OTHER_FORMATS = re.compile(r",\s*url\([^)]*\.(?:woff|ttf)\)\s*format\([^)]*\)")
URL = re.compile(r"url\(([^)]*)\)")


def site_assets(root: Path) -> dict[str, bytes]:
    """Every generated static file, by its address below the site's root.

    Raises
    ------
    MissingPartError
        A package is not installed.
    """
    sheet = woff2_only((package(root, "katex") / "dist/katex.min.css").read_text(encoding="utf-8"))
    files = {f"assets/fonts/{path.name}": path.read_bytes() for path in sorted(fonts(root).glob("*.woff2"))}
    for url in URL.findall(sheet):
        if f"assets/{url}" not in files:
            raise ValueError(f"KaTeX's style sheet asks for {url}, which is not among the fonts")
    return {"assets/katex.css": sheet.encode(), **files}


def woff2_only(sheet: str) -> str:
    """A style sheet whose fonts come in one format: every browser that the site is for reads woff2.

    >>> woff2_only('src:url(fonts/A.woff2) format("woff2"),url(fonts/A.ttf) format("truetype")')
    'src:url(fonts/A.woff2) format("woff2")'
    """
    return OTHER_FORMATS.sub("", sheet)
