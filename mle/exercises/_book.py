"""Read the exercises of the book from the files in `book`, one for each chapter.

A file is Python in sections, each headed by a line such as `# %% [2 stub]`. A `[step 3]` is code of the chapter that
exercises build on; each says in `[2 needs]` which of them. Statement, hint and note are comments.
"""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mle.exercises._names import bound, read_globally

BOOK = Path(__file__).parent / "book"
MARK = re.compile(r"^# %% \[(\w+) (\w+)\] ?(.*)$", re.M)
COMMENTS = ("statement", "hint", "note")


@dataclass(frozen=True)
class Exercise:
    """An exercise of the book; a hint or a note may be empty."""

    chapter: str
    chapter_title: str
    chapter_number: int
    number: int
    title: str
    level: str
    statement: str
    stub: str
    check: str
    solution: str
    setup: tuple[str, ...] = ()
    hint: str = ""
    note: str = ""

    @property
    def name(self) -> str:
        """How it is called: `linear-regression/2`."""
        return f"{last(self.chapter)}/{self.number}"

    @property
    def heading(self) -> str:
        """Name, title and level."""
        return f"{self.name}: {self.title} ({self.level})"

    @property
    def given(self) -> list[str]:
        """The names that its code takes from the chapter."""
        made = {name for code in self.setup for name in bound(code)}
        code = f"{self.stub}\n{self.check}\n{self.solution}"
        return sorted((read_globally(code) & made) - bound(code))


def last(chapter: str) -> str:
    return chapter.rpartition("/")[2]


# ---- files ----------------------------------------------------------------
@cache
def exercises() -> tuple[Exercise, ...]:
    """All exercises, in the order of the book."""
    found = [
        exercise
        for file in BOOK.rglob("*.txt")
        for exercise in parse(
            file.read_text(encoding="utf-8"),
            file.relative_to(BOOK).with_suffix("").as_posix(),
        )
    ]
    return tuple(sorted(found, key=lambda e: (e.chapter_number, e.number)))


def parse(text: str, chapter: str) -> Iterator[Exercise]:
    """The exercises of one file."""
    head, *rest = MARK.split(text)
    number, title = head.split("\n")[0].removeprefix("# ").split(" ", 1)
    parts: dict[str, dict[str, str]] = {}
    for key, part, line, body in zip(*(rest[i::4] for i in range(4))):
        text = uncommented(body) if part in COMMENTS else body.strip("\n")
        parts.setdefault(key, {})[part] = line or text
    steps = parts.pop("step", {})
    for key, own in parts.items():
        needs = own.pop("needs").split()
        yield Exercise(
            chapter=chapter,
            chapter_title=title,
            chapter_number=int(number),
            number=int(key),
            setup=tuple(steps[step] for step in needs),
            **own,
        )


def uncommented(text: str) -> str:
    return re.sub(r"^# ?", "", text.strip("\n"), flags=re.M)


# ---- names ----------------------------------------------------------------
def of_chapter(name: str) -> list[Exercise]:
    """The exercises of a chapter, named by its last part or in full."""
    chapters = {e.chapter for e in exercises()}
    known = {*chapters, *map(last, chapters)}
    if name not in known:
        near = difflib.get_close_matches(name, sorted(known), 1)
        told = (
            f"did you mean {near[0]}?"
            if near
            else f"there are {', '.join(sorted(map(last, chapters)))}"
        )
        raise LookupError(f"there is no chapter {name!r}; {told}")
    same = sorted(c for c in chapters if name in (c, last(c)))
    if len(same) > 1:
        raise LookupError(f"{name!r} may be {' or '.join(same)}")
    return [e for e in exercises() if e.chapter == same[0]]


def find(name: str) -> Exercise:
    """The exercise called `linear-regression/2`; a LookupError says what it may have been."""
    chapter, _, number = name.rpartition("/")
    if not number.isdecimal():
        first, *_, end = of_chapter(name.rstrip("/"))
        raise LookupError(
            f"{name} is a chapter; its exercises are {first.name} "
            f"to {end.name}"
        )
    for exercise in (these := of_chapter(chapter)):
        if exercise.number == int(number):
            return exercise
    raise LookupError(f"{chapter} has the exercises 1 to {len(these)}")
