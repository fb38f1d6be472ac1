"""What the page runs: the live cells and exercises of a chapter, each with the earlier statements that it needs.

A reader who presses Run in the middle of a chapter should get that cell's result, not a NameError, and should not wait
for what the cell does not use. So the code before it is cut to the statements whose names it reads, directly or through
others (a backward slice). What a statement may change without naming it is guessed from its form; the tests run every
live cell on its slice alone and compare it with the book.
"""

from __future__ import annotations

import ast
import doctest
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from weave.book import EXERCISE
from weave.errors import WeaveError
from weave.names import Names
from weave.read import VALUE, Block, Chapter


@dataclass(eq=False)
class Unit:
    """A piece that is run or left out as a whole: a live cell, an exercise, or one statement of any other cell."""

    code: str
    block: Block

    @cached_property
    def names(self) -> Names:
        """The names of its code, and of what its figure says."""
        said = [f'f"""{{ {m["expression"]}}}"""' for m in VALUE.finditer(self.block.options.get("say", ""))]
        return Names("\n".join([self.code, *said]) if self.is_goal else self.code)

    @property
    def is_exercise(self) -> bool:
        return "exercise" in self.block.options

    @property
    def is_goal(self) -> bool:
        """Whether a reader may run it."""
        return self.is_exercise or bool(self.block.options.get("live"))


def program(chapter: Chapter) -> dict[str, Any]:
    """The steps of a chapter, ready for JSON; a step's id is its place in the list, its needs are ids."""
    return {"chapter": chapter.name, "steps": [step for _, step in steps(chapter)]}


def step_numbers(chapter: Chapter) -> dict[int, int]:
    """Line of a live cell or of an exercise's stub -> id of its step."""
    return {block.line: n for n, (block, step) in enumerate(steps(chapter)) if "live" in step or "exercise" in step}


def steps(chapter: Chapter) -> list[tuple[Block, dict[str, Any]]]:
    """Every step, with the block that its first line comes from."""
    units = list(read_units(chapter))
    needed = [needs(units, n) if unit.is_goal else set() for n, unit in enumerate(units)]
    users = [frozenset(goal for goal, need in enumerate(needed) if n in need) for n in range(len(units))]
    made: list[tuple[Block, dict[str, Any]]] = []
    place: dict[int, int] = {}  # number of a unit -> id of its step
    last: frozenset[int] = frozenset()
    for n, unit in enumerate(units):
        if unit.is_goal:
            made.append((unit.block, goal(chapter, unit, sorted({place[need] for need in needed[n]}))))
        elif not users[n]:
            continue
        elif users[n] == last:  # the same cells need both
            made[-1][1]["code"] += f"\n{unit.code}"
        else:
            made.append((unit.block, {"code": unit.code, "needs": []}))
        place[n] = len(made) - 1
        last = frozenset() if unit.is_goal else users[n]
    return made


def goal(chapter: Chapter, unit: Unit, needed: list[int]) -> dict[str, Any]:
    """The step of a live cell, or of an exercise."""
    options = unit.block.options
    step = {"code": unit.block.shown, "needs": needed}
    if unit.is_exercise:
        _, check, solution = exercise_cells(chapter, unit.block)
        return {**step, "exercise": label_of(chapter, unit.block), "check": check.shown, "solution": solution.shown}
    more = {"figure": options.get("id"), "say": options.get("say"), "raises": options.get("raises")}
    for name, values in options.get("play", {}).items():
        more["play"] = {"name": name, "values": values}
    return {**step, "live": True, **{key: value for key, value in more.items() if value}}


def read_units(chapter: Chapter) -> Iterator[Unit]:
    """All code of a chapter in pieces, in order. A cell that must fail is nobody's need."""
    for block in chapter.blocks:
        part = block.options.get("exercise")
        if block.kind == "pycon":
            examples = doctest.DocTestParser().get_examples(block.text)
            yield from (Unit(e.source.strip(), block) for e in examples if not e.want)  # the others only show
        elif block.kind == "code" and part == "stub":  # what its check or its solution reads, the exercise needs
            yield Unit("\n".join(cell.shown for cell in exercise_cells(chapter, block)), block)
        elif block.kind == "code" and block.options.get("live"):
            yield Unit(block.shown, block)
        elif block.kind == "code" and part is None and "raises" not in block.options:
            yield from (Unit(code, block) for code in statements(block.shown))


def exercise_cells(chapter: Chapter, stub: Block) -> list[Block]:
    """Stub, check and solution."""
    return [b for b in chapter.blocks[chapter.blocks.index(stub) :] if b.kind == "code"][:3]


def label_of(chapter: Chapter, stub: Block) -> str:
    """The label of the exercise's heading, the last one above the stub."""
    above = [b.text for b in chapter.blocks[: chapter.blocks.index(stub)] if b.kind == "prose"]
    found = [m["label"] for text in above for m in EXERCISE.finditer(text)]
    if not found:
        raise WeaveError(chapter.path, stub.line, "an exercise begins with a heading `### Exercise: Title {#ex-label}`")
    return found[-1]


def statements(code: str) -> Iterator[str]:
    r"""The statements of a cell as they are written, with their decorators.

    >>> list(statements("x = 1  # one\ny = 2; z = 3"))
    ['x = 1  # one', 'y = 2', 'z = 3']
    """
    lines = code.split("\n")
    for node in ast.parse(code).body:
        start = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
        text = lines[start - 1 : node.end_lineno]
        yield ast.unparse(node) if ";" in text[-1] else "\n".join(text)


def needs(units: list[Unit], goal: int) -> set[int]:
    """Numbers of the earlier units without which this one would not give what the book shows.

    A function reads its global names when it is called: those of every function that is needed are wanted here, too.
    """
    wanted = set(units[goal].names.reads)
    while True:
        found = walk_back(units, goal, wanted)
        late = {name for n in found for name in units[n].names.late} - wanted
        if not late:
            return found
        wanted |= late


def walk_back(units: list[Unit], goal: int, wanted: set[str]) -> set[int]:
    """From a unit back to the first, collect those that bind or change a name that is still wanted."""
    found, wanted = set[int](), set(wanted)
    earlier = [unit.names for unit in units[:goal] if not unit.is_exercise]  # exercises leave nothing behind
    random = {name for names in earlier if names.makes_random for name in names.binds}
    imported = {name for names in earlier if names.is_import for name in names.binds}
    for n in range(goal - 1, -1, -1):
        names = units[n].names
        if units[n].is_exercise:
            continue
        if wanted & (names.binds | names.touches - imported | names.reads & random):
            found.add(n)
            wanted = wanted - names.replaces | names.reads
    return found
