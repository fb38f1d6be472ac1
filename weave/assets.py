"""The static files that the site is given by its build: KaTeX's style sheet, the fonts, our script, the page's Python."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from fontTools.ttLib import TTFont

from weave.bundle import build
from weave.fonts import SPLIT, fonts, renamed
from weave.node import package
from weave.runtime import live_files

HERE = Path(__file__).parent
OTHER_FORMATS = re.compile(r",\s*url\([^)]*\.(?:woff|ttf)\)\s*format\([^)]*\)")
URL = re.compile(r"url\(([^)]*)\)")


def site_assets(root: Path, told: Callable[[str], None]) -> tuple[dict[str, bytes | Path], str]:
    """Every generated static file, by its address below the site's root, and the folder of the page's Python, if any.

    Raises
    ------
    MissingPartError
        A package is not installed.
    """
    scripts = build(root)
    ours = {name: scripts[name] for name in ("run.js", "worker.js", "editor.js")}
    ours |= {file.name: file.read_bytes() for file in (HERE / "front" / "shell.py", HERE / "parameter.py")}
    live = live_files(root, ours, told)
    files = {**style(root), "assets/book.js": scripts["book.js"], **(live.files if live else {})}
    return files, live.folder if live else ""


def style(root: Path) -> dict[str, bytes]:
    """KaTeX's style sheet and all fonts."""
    folder = fonts(root)
    sheet = renamed(woff2_only((package(root, "katex") / "dist/katex.min.css").read_text(encoding="utf-8")))
    for name in map(renamed, SPLIT):
        sheet = split(sheet, name, letters(folder / f"{name}-Letters.woff2"), letters(folder / f"{name}.woff2"))
    files = {f"assets/fonts/{path.name}": path.read_bytes() for path in sorted(folder.glob("*.woff2"))}
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


def split(sheet: str, name: str, common: set[int], all_: set[int]) -> str:
    """A style sheet in which the rule of a face is two: one for its common letters, one for the others.

    >>> split("@font-face{src:url(A.woff2)}b{}", "A", {97, 98}, {97, 98, 99})
    '@font-face{src:url(A.woff2);unicode-range:U+63}@font-face{src:url(A-Letters.woff2);unicode-range:U+61-62}b{}'
    """

    def two(face: re.Match[str]) -> str:
        rest = f"{face[1]};unicode-range:{unicode_range(all_ - common)}}}"
        return rest + f"{face[1]};unicode-range:{unicode_range(common)}}}".replace(f"{name}.", f"{name}-Letters.")

    return re.sub(rf"(@font-face\{{[^}}]*{name}\.woff2[^}}]*)\}}", two, sheet)


def letters(path: Path) -> set[int]:
    """Code points of a font."""
    with TTFont(path) as font:
        return set(font.getBestCmap())


def unicode_range(codes: Iterable[int]) -> str:
    """Code points as CSS writes them, in the fewest pieces.

    >>> unicode_range([99, 97, 98, 120])
    'U+61-63,U+78'
    """
    codes = set(codes)
    starts = sorted(code for code in codes if code - 1 not in codes)
    ends = sorted(code for code in codes if code + 1 not in codes)
    return ",".join(f"U+{a:X}" + (f"-{b:X}" if b > a else "") for a, b in zip(starts, ends))
