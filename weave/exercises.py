"""Write the exercises of the book for those who work in an editor: `python -m weave.exercises`.

Each chapter with exercises becomes a file below `mle/exercises/book`, which `python -m mle.exercises` reads. They are
kept under version control, because an installed library has no chapters; a test says when they are out of date.
"""

from __future__ import annotations

import re
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from weave.book import EXERCISE
from weave.errors import WeaveErrors
from weave.loom import Loom, Woven
from weave.notebook import BOX, PlainProse, plain_markdown
from weave.page import Page
from weave.parameter import typeset
from weave.plaintext import plain_text
from weave.program import program

FOLDER = Path("mle/exercises/book")
HEAD = (
    "# {number} {title}\n# The exercises of {name}, written by `python -m weave.exercises`: edit the chapter instead.\n"
)


class TerminalProse(PlainProse):
    """Prose of which each exercise is read alone: there is no list of sources that a number could point to."""

    def value(self, expression: str, value: str) -> str:
        return typeset(value)

    def cite(self, m: re.Match[str], line: int) -> str:
        super().cite(m, line)  # stops at a source that is not there
        cited = (item.strip().removeprefix("@").partition(",") for item in m["keys"].split(";"))
        named = ((self.citations.bibliography.cite(key.strip()), where.strip()) for key, _, where in cited)
        return f"[{re.sub(r'[()]', '', '; '.join(', '.join(filter(None, pair)) for pair in named))}]"


def files(woven: Woven) -> dict[Path, str]:
    """Path below `FOLDER` and text of every file."""
    found = {Path(page.chapter.name + ".txt"): text(page) for page in woven.pages.values()}
    return {path: told for path, told in sorted(found.items()) if told}


def text(page: Page) -> str:
    """The exercises of a page, with the steps that they need; empty if it has none."""
    steps = program(page.chapter)["steps"]
    exercises = [step for step in steps if "exercise" in step]
    if not exercises:
        return ""
    needed = sorted({need for step in exercises for need in step["needs"]})
    head = HEAD.format(number=page.number, title=page.chapter.meta["title"], name=page.chapter.name)
    parts = [head, *(section(f"step {n}", steps[n]["code"]) for n in needed)]
    for number, (step, words) in enumerate(zip(exercises, all_words(page), strict=True), 1):
        parts += exercise(number, step, words)
    return "\n".join(parts)


def exercise(number: int, step: dict[str, Any], words: dict[str, str]) -> Iterator[str]:
    """The sections of one exercise."""
    yield f"# %% [{number} title] {words['title']}"
    yield f"# %% [{number} level] {words['level']}"
    yield f"# %% [{number} needs] {' '.join(map(str, step['needs']))}".rstrip()
    yield section(f"{number} statement", commented(words["statement"]))
    if words["hint"]:
        yield section(f"{number} hint", commented(words["hint"]))
    yield section(f"{number} stub", step["code"])
    yield section(f"{number} check", step["check"])
    yield section(f"{number} solution", step["solution"])
    if words["note"]:
        yield section(f"{number} note", commented(words["note"]))


def section(key: str, body: str) -> str:
    return f"# %% [{key}]\n{body.strip()}\n"


def commented(body: str) -> str:
    return "\n".join(f"# {line}".rstrip() for line in body.split("\n"))


def all_words(page: Page) -> Iterator[dict[str, str]]:
    """Title, level, statement, hint and note of every exercise of a page, as text for a terminal."""
    prose = TerminalProse(
        page.book, page.page, page.prose.terms, type(page.citations)(page.citations.bibliography), page.proof
    )
    found = ""  # what stands between the heading and the stub
    for block, output in page.chapter.with_outputs(page.result.get("outputs", [])):
        values = iter(output.get("values", []))
        if block.kind == "prose":
            found += prose.weave(block.text, block.line, values) + "\n\n"
        elif block.kind == "verbatim":
            found += block.text + "\n\n"
        elif block.options.get("exercise") == "solution":
            note = prose.weave(block.options["note"], block.line, values) if "note" in block.options else ""
            yield {**stated(found), "note": plain_text(plain_markdown(note))}


def stated(found: str) -> dict[str, str]:
    """The last exercise of a text, in its parts."""
    *_, heading = EXERCISE.finditer(found)
    body = found[heading.end() :]
    hints = [m["body"] for m in BOX.finditer(body) if m["kind"] == "hint"]
    statement = BOX.sub(lambda m: "" if m["kind"] == "hint" else m[0], body)
    return {
        "title": plain_text(heading["title"]),
        "level": heading["level"] or "",
        "statement": plain_text(plain_markdown(statement)),
        "hint": plain_text(plain_markdown("\n\n".join(map(textwrap.dedent, hints)))),
    }


def write(root: Path, texts: dict[Path, str]) -> list[Path]:
    """Bring the files of the project `root` up to date with what `files` found; the paths of those that were not."""
    wanted = {root / FOLDER / path: told for path, told in texts.items()}
    there = {file: file.read_text(encoding="utf-8") for file in (root / FOLDER).rglob("*.txt")}
    for file in there.keys() - wanted:
        file.unlink()
    changed = [file for file, told in wanted.items() if there.get(file) != told]
    for file in changed:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(wanted[file], encoding="utf-8", newline="\n")
    return sorted([*changed, *(there.keys() - wanted)])


def main() -> None:
    from weave.fonts import fonts

    root = Path.cwd()
    loom = Loom(root, fonts if (root / "node_modules").exists() else None)
    try:
        changed = write(root, files(loom.weave(told=print)))
    except WeaveErrors as error:
        sys.exit(str(error))
    finally:
        loom.close()
    print("\n".join(f"written: {file.relative_to(root)}" for file in changed) or "nothing has changed")


if __name__ == "__main__":
    main()
