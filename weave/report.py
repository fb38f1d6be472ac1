"""site/report.json: what the book holds and what was proved, counted by the build itself, and the page that shows it."""

from __future__ import annotations

import gzip
import html
import json
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from weave.book import page_url

if TYPE_CHECKING:
    from weave.loom import Woven

PLACE = "<!-- report -->"
COUNTED = ("quotes", "doctests", "equations", "verified", "figures", "exercises", "quiz", "live")


def publish(woven: Woven, site: Path) -> None:
    """Write report.json into the built site, and the table of it into the page that asks for one."""
    report = build_report(woven, site)
    (site / "report.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    for page in woven.book.pages:
        file = site / page_url(page) / "index.html"
        if PLACE in woven.markdown.get(page, "") and file.exists():
            file.write_text(
                file.read_text(encoding="utf-8").replace(PLACE, table(report, woven, page)), encoding="utf-8"
            )


def build_report(woven: Woven, site: Path) -> dict[str, Any]:
    chapters = []
    for page in woven.book.chapters:
        made, chapter = woven.pages[page], woven.book.pages[page]
        built = site / page_url(page) / "index.html"
        chapters.append(
            {
                "path": chapter.path,
                "title": chapter.meta["title"],
                "words": words(chapter),
                **{key: made.counts[key] for key in COUNTED},
                "html_gzip": len(gzip.compress(built.read_bytes(), 9, mtime=0)) if built.exists() else 0,
                "seconds": made.result.get("seconds", 0.0),
            }
        )
    return {
        "chapters": chapters,
        "mle": library(woven),
        "build": {
            "seconds": round(time.perf_counter() - woven.started, 2),
            "executed": len(woven.executed),
            "cached": len(woven.cached),
        },
    }


def words(chapter: Any) -> int:
    """Words of prose, without code, formulas and marks."""
    prose = " ".join(block.text for block in chapter.blocks if block.kind == "prose")
    prose = re.sub(r"\$\$.*?\$\$|\$[^$]*\$|`[^`]*`|\{\{.*?\}\}|\{#.*?\}|\]\([^)]*\)|<[^>]*>", " ", prose, flags=re.S)
    return len(re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", prose))


def library(woven: Woven) -> dict[str, Any]:
    """How much of the library the book quotes: names, and lines of code."""
    symbols = [symbol for page in woven.pages.values() for symbol in page.quoted]
    quoted = {woven.library.public_ancestor(s.parent or s.name) for s in symbols} & set(woven.library.public)
    lines = {(s.path, n) for s in symbols for n in s.lines()} & woven.library.code_lines
    return {
        "public": len(woven.library.public),
        "quoted": len(quoted),
        "unquoted": sorted(set(woven.library.public) - quoted),
        "lines": len(woven.library.code_lines),
        "lines_quoted": len(lines),
    }


def table(report: dict[str, Any], woven: Woven, page: str) -> str:
    """The report as HTML; no times, so that two builds of the same book are equal."""
    heads = [
        "Chapter",
        "Words",
        "Quotes",
        "Doctests",
        "Equations",
        "Verified",
        "Figures",
        "Exercises",
        "Questions",
        "kB",
    ]
    rows = []
    for name, chapter in zip(woven.book.chapters, report["chapters"], strict=True):
        link = f'<a href="{woven.book.href(page, page_url(name))}">{html.escape(chapter["title"])}</a>'
        numbers = [chapter[key] for key in ("words", *COUNTED[:-1])] + [round(chapter["html_gzip"] / 1000, 1)]
        rows.append(f'<tr><th scope="row">{link}</th>{"".join(f"<td>{n:,}</td>" for n in numbers)}</tr>')
    mle = report["mle"]
    missing = ", ".join(f"<code>{name}</code>" for name in mle["unquoted"]) or "none"
    return (
        f'<table class="report"><thead><tr>{"".join(f"<th scope={chr(34)}col{chr(34)}>{h}</th>" for h in heads)}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
        f"<p>Of the library's {mle['public']} public names {mle['quoted']} are quoted in a chapter, and {mle['lines_quoted']:,} of its {mle['lines']:,} "
        f"lines of code.</p><details><summary>Not quoted yet</summary><p>{missing}</p></details>"
    )
