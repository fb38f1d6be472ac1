"""What the page runs: the live cells and exercises of a chapter, each with the earlier statements that it needs.

A reader who presses Run in the middle of a chapter should get that cell's result, not a NameError, and should not wait
for what the cell does not use. So the code before it is cut to the statements whose names it reads, directly or through
others (a backward slice). What a statement may change without naming it is guessed from its form; the tests run every
live cell on its slice alone and compare what it shows, figures too, with the book.
"""

from __future__ import annotations

import ast
import doctest
from collections.abc import Iterator
from dataclasses import dataclass, field
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
    reads: set[str] = field(default_factory=set)  # of functions, too, that it may call
    changes: set[str] = field(default_factory=set)  # binds, or may change in place

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
    units = follow(list(read_units(chapter)))
    for unit in units:
        if "*" in unit.names.imports:
            raise WeaveError(chapter.path, unit.block.line, "name what is imported: `*` hides which cells need it")
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
    wanted = set(units[goal].reads)
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
    for n in range(goal - 1, -1, -1):
        unit = units[n]
        if not unit.is_exercise and wanted & (unit.changes | unit.reads & random):
            found.add(n)
            wanted = wanted - unit.names.replaces | unit.reads
    return found


def follow(units: list[Unit]) -> list[Unit]:
    """Find what each unit reads and changes, by way of the functions and of the second names that stand above it."""
    late: dict[str, set[str]] = {}  # name -> names that are read when what it stands for is called
    later: dict[str, set[str]] = {}  # name -> names of what is changed then
    one: dict[str, set[str]] = {}  # name -> all names of the same object, of its parts and of what it is a part of
    imported: set[str] = set()
    rough: dict[str, bool] = {}  # function -> whether it may change what it is given
    for unit in units:
        names = unit.names
        unit.reads = reached(names.reads, late)
        called = reached(names.runs, late)
        if not unit.is_exercise:
            replace(late, names, names.late | gathered(late, names.reads))
            replace(later, names, names.later | gathered(later, names.reads))
            join(one, names, imported)
            imported = imported - names.replaces | names.imports
            rough = {name: rude for name, rude in rough.items() if name not in names.binds} | names.uses.rough
        touched = names.touched(rough) | gathered(later, called)
        unit.changes = names.binds | touched - imported | gathered(one, touched) - imported
    return units


def gathered(held: dict[str, set[str]], names: set[str]) -> set[str]:
    return {other for name in names for other in held.get(name, ())}


def reached(names: set[str], held: dict[str, set[str]]) -> set[str]:
    """The names, those that they hold, those that these hold, and so on."""
    found = set(names)
    while more := gathered(held, found) - found:
        found |= more
    return found


def replace(held: dict[str, set[str]], names: Names, value: set[str]) -> None:
    """All names that a unit binds hold a value; those that it may leave alone also what they held."""
    for name in names.binds:
        held[name] = value if name in names.replaces else held.get(name, set()) | value


def join(one: dict[str, set[str]], names: Names, imported: set[str]) -> None:
    """Make one what a unit gives a second name, and free the names that it uses anew."""
    for name in names.replaces:
        for other in one.pop(name, ()):
            one[other] = one.get(other, set()) - {name}
    for name, other in names.pairs:
        if other not in imported:
            group = one.get(name, {name}) | one.get(other, {other})
            one.update(dict.fromkeys(group, group))
