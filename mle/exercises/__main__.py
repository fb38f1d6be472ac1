"""Work on the exercises of the book in your own editor.

An answer is checked as on the pages of the book, and after the same code.

Typical use:

  python -m mle.exercises list
  python -m mle.exercises start linear-regression/2 answer.py
  (write your answer into answer.py)
  python -m mle.exercises run linear-regression/2 answer.py
"""

import argparse
import contextlib
import io
import os
import sys
import textwrap
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, TextIO

from mle.exercises._book import Exercise, exercises, find, of_chapter
from mle.exercises.grade import grade

PROGRAM = "python -m mle.exercises"
CHAPTER = "such as linear-regression, or regression/linear-regression"
EXERCISE = "such as linear-regression/2"
PASSED, FAILED, MISUSED = 0, 1, 2


class MisuseError(Exception):
    """What was asked for cannot be done; the message says why."""


# ---- what it can do -------------------------------------------------------
def listing(chapter: str | None) -> str:
    """All exercises, or those of a chapter."""
    found = of_chapter(chapter) if chapter else exercises()
    width = max(len(e.name) for e in found)
    blocks = []
    for name, group in groupby(found, key=lambda e: e.chapter):
        rows = list(group)
        head = f"{rows[0].chapter_number} {rows[0].chapter_title} ({name})"
        lines = [f"  {e.name:{width}}  {e.title} ({e.level})" for e in rows]
        blocks.append("\n".join([head, *lines]))
    return "\n\n".join(blocks)


def statement(exercise: Exercise) -> str:
    """The exercise as text, with the names that its chapter provides."""
    chapter = f"Chapter {exercise.chapter_number}, {exercise.chapter_title}"
    parts = [f"{exercise.heading}\n{chapter}", exercise.statement]
    if exercise.given:
        names = f"Defined by the chapter: {', '.join(exercise.given)}."
        parts.append(textwrap.fill(names, 77))
    return "\n\n".join(parts)


def hint(exercise: Exercise) -> str:
    """What may help."""
    return exercise.hint or "This exercise has no hint."


def solution(exercise: Exercise) -> str:
    """One answer, and remarks on it as a comment: Python as a whole."""
    return f"{exercise.solution}\n\n{comment(exercise.note)}".rstrip()


def comment(text: str) -> str:
    """Each line of a text behind the sign of a comment."""
    lines = text.split("\n") if text else []
    return "\n".join(f"# {line}".rstrip() for line in lines)


def start(exercise: Exercise, file: Path) -> str:
    """Write statement and stub into a new file."""
    ways = [("Check", f"run {exercise.name} {file}")]
    if exercise.hint:
        ways.append(("Hint", f"hint {exercise.name}"))
    told = [f"{word + ':':6} {PROGRAM} {way}" for word, way in ways]
    text = "\n".join([statement(exercise), "", *told])
    try:
        with file.open("x", encoding="utf-8") as out:
            out.write(f"{comment(text)}\n\n{exercise.stub}\n")
    except FileExistsError:
        raise MisuseError(
            f"{file} exists already, and nothing was written; "
            "choose another name"
        ) from None
    except OSError as error:
        raise MisuseError(
            f"{file} cannot be written: {error.strerror}"
        ) from None
    return f"{file} is yours. When you have an answer:\n\n  {told[0][7:]}"


def run(exercise: Exercise, file: Path) -> int:
    """Grade the answer in a file."""
    code = read(file)
    verdict = grade(code, exercise.check, set_up(exercise), name=str(file))
    say(verdict.message)
    if verdict.passed:
        say(f"Compare: {PROGRAM} solution {exercise.name}")
    return PASSED if verdict.passed else FAILED


def read(file: Path) -> str:
    """The text of a file, or a plain word on why there is none."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise MisuseError(f"there is no file {file}") from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise MisuseError(
            f"{file} is not UTF-8 text (line {line}); "
            "save it as UTF-8 in your editor"
        ) from None
    except OSError as error:
        why = "it is a folder" if file.is_dir() else error.strerror
        raise MisuseError(f"{file} cannot be read: {why}") from None


def set_up(exercise: Exercise) -> dict[str, Any]:
    """The names that the chapter has defined; what it printed is dropped."""
    os.environ.setdefault("MPLBACKEND", "agg")  # no figure opens a window
    space: dict[str, Any] = {"__name__": "__main__"}
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            for code in exercise.setup:
                exec(compile(code, exercise.chapter, "exec"), space)
    except ModuleNotFoundError as error:
        raise MisuseError(
            f"{exercise.name} needs {error.name}, which is not installed"
        ) from None
    return space


# ---- the command line -----------------------------------------------------
def parser() -> argparse.ArgumentParser:
    """All commands with their arguments."""
    made = argparse.ArgumentParser(
        prog=PROGRAM,
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="exit codes: 0 passed or shown, 1 not passed, 2 wrong usage",
    )
    commands = made.add_subparsers(dest="command", required=True)
    for name, does in {
        "list": "list all exercises, or those of a chapter",
        "show": "show what is asked",
        "start": "write what is asked, and code to begin with, to a new file",
        "run": "check your answer",
        "hint": "show a hint",
        "solution": "show a solution",
    }.items():
        command = commands.add_parser(name, help=does, description=does)
        if name == "list":
            command.add_argument("chapter", nargs="?", help=CHAPTER)
            continue
        command.add_argument("exercise", help=EXERCISE)
        if name == "start":
            command.add_argument(
                "file",
                nargs="?",
                type=Path,
                help="it must not exist yet; default linear-regression-2.py",
            )
        if name == "run":
            command.add_argument("file", type=Path, help="your answer")
    return made


def obey(asked: argparse.Namespace) -> int:
    """Do what was asked for; return the exit code."""
    if asked.command == "list":
        say(listing(asked.chapter))
        return PASSED
    exercise = find(asked.exercise)
    if asked.command == "run":
        return run(exercise, asked.file)
    if asked.command == "start":
        default = Path(exercise.name.replace("/", "-") + ".py")
        say(start(exercise, asked.file or default))
    else:
        shown = {"show": statement, "hint": hint, "solution": solution}
        say(shown[asked.command](exercise))
    return PASSED


def say(text: str, to: TextIO | None = None) -> None:
    """Print; a terminal that lacks a letter gets a question mark."""
    out = to or sys.stdout
    known = out.encoding or "utf-8"
    out.write(text.encode(known, "replace").decode(known) + "\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit code."""
    asked = parser().parse_args(arguments)
    try:
        return obey(asked)
    except (LookupError, MisuseError) as error:
        say(str(error), sys.stderr)
        return MISUSED
    except KeyboardInterrupt:
        say("Stopped.", sys.stderr)
        return FAILED


if __name__ == "__main__":
    sys.exit(main())
