"""Read a chapter into blocks, each with the line on which it stands.

Both kinds of chapter become the same thing. In a Markdown file every ```` ```python ```` fence is a cell; in a
`.py` file (jupytext's percent format) so is every `# %%` cell, and its `# %% [markdown]` cells are prose.
"""

from __future__ import annotations

import doctest
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from weave.errors import WeaveError
from weave.options import option_lines, read_options, yaml_line, yaml_message

WOVEN = ("python", "pycon", "quote", "quiz")  # the fences that weave takes care of; any other stays as it is

FENCE = re.compile(r"^(?P<indent>[ \t]*)(?P<ticks>`{3,}|~{3,})[ ]*(?P<info>[^`\n]*)$")
VALUE = re.compile(r"\{\{\s+(?P<expression>[^\n]+?)\s+\}\}")
SPANS = re.compile(
    r"""
    (?P<code> (?<!`) (?P<ticks>`+) (?!`) .*? (?<!`) (?P=ticks) (?!`) )
  | (?P<display> \$\$ .*? \$\$ )
  | (?P<inline> (?<![\\$]) \$ (?![\s$]) (?: \\. | [^$\\] )+? (?<!\s) \$ (?![\d$]) )
  | (?P<value> \{\{\s+ (?P<expression>[^\n]+?) \s+\}\} )
""",
    re.S | re.X,
)  # where in prose a `{{ value }}`, a reference or a note may not be looked for, and where it may


@dataclass(frozen=True)
class Block:
    """A piece of a chapter: `prose`, `verbatim`, `code`, `pycon`, `quote` or `quiz`.

    `line` is the file's line of the first line of `text`; `indent` is what stands before a fence inside an
    admonition, a tab or a list, and is already taken off `text`.
    """

    kind: str
    text: str
    line: int
    indent: str = ""
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def is_figure(self) -> bool:
        return "caption" in self.options or "alt" in self.options

    @property
    def is_step(self) -> bool:
        return self.kind in ("code", "pycon") or any(values(text) for text, _ in self.templates)

    @property
    def shown(self) -> str:
        """The code without its option lines."""
        lines = self.text.split("\n")
        return "\n".join(lines[sum(1 for _ in option_lines(lines)) :]).strip("\n")

    @property
    def templates(self) -> list[tuple[str, int]]:
        """The texts of this block that may hold `{{ values }}`, and the line of each, in the order of the page."""
        if self.kind in ("prose", "quiz"):
            return [(self.text, self.line)]
        return [(self.options[key], self.line) for key in ("caption", "alt", "note") if key in self.options]


@dataclass(frozen=True)
class Chapter:
    """A page of the book: its front matter and its blocks. `path` is relative to the project, with forward slashes."""

    path: str
    meta: dict[str, Any]
    blocks: list[Block]

    @property
    def name(self) -> str:
        """How other chapters call it in `needs`: its path below `docs` without the suffix."""
        return self.path.removeprefix("docs/").rsplit(".", 1)[0]

    @property
    def steps(self) -> list[Block]:
        """The blocks in which something is executed, in order."""
        return [block for block in self.blocks if block.is_step]

    def with_outputs(self, outputs: list[dict[str, Any]]) -> Iterator[tuple[Block, dict[str, Any]]]:
        """Every block with what came of it; `outputs` belong to the steps."""
        made = iter(outputs)
        for block in self.blocks:
            yield block, next(made) if block.is_step else {}

    @property
    def program(self) -> str:
        """Digest of all that a run depends on: code, doctests and the expressions of values, but not the words between them."""
        steps = [
            [b.kind, b.text] if b.kind in ("code", "pycon") else [m["expression"] for m in values(b.text)]
            for b in self.steps
        ]
        return hashlib.sha256(json.dumps(steps).encode()).hexdigest()

    def line_of(self, tex: str) -> int:
        """The line on which a formula begins, as well as its text can tell."""
        words = [re.escape(word) for word in tex.split()]
        for known in range(len(words), 0, -1):  # a value that was filled in ends what is found of it
            pattern = re.compile(r"\$\s*" + r"\s+".join(words[:known]))
            for block in self.blocks:
                if found := pattern.search(block.text):
                    return block.line + block.text.count("\n", 0, found.start())
        return 1


def read(file: Path, root: Path) -> Chapter:
    """Read the chapter in `file`; `root` is the project's folder, from which paths are told."""
    path = file.relative_to(root).as_posix()
    try:
        lines = file.read_text(encoding="utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise WeaveError(
            path, error.object.count(b"\n", 0, error.start) + 1, f"this is not UTF-8: {error.reason}"
        ) from None
    percent = file.suffix == ".py"
    meta, start = front_matter(lines, path, percent)
    if percent:
        blocks = [b for part in percent_cells(lines, start, path) for b in part]
    else:
        blocks = list(prose_blocks(lines[start:], start + 1, path))
    return Chapter(path, meta, blocks)


def front_matter(lines: list[str], path: str, percent: bool) -> tuple[dict[str, Any], int]:
    """The YAML between two `---` at the top, and the index of the first line after it."""
    plain = [uncomment(line) for line in lines] if percent else lines
    if plain[0].strip() != "---":
        return {}, 0
    try:
        end = next(i for i, line in enumerate(plain[1:], 1) if line.strip() == "---")
    except StopIteration:
        raise WeaveError(path, 1, "the front matter is opened with --- and never closed") from None
    try:
        meta = yaml.safe_load("\n".join(plain[1:end])) or {}
    except yaml.YAMLError as error:
        raise WeaveError(path, yaml_line(error, 2), f"front matter: {yaml_message(error)}") from None
    if not isinstance(meta, dict):
        raise WeaveError(path, 1, f"front matter: expected `key: value` lines, got {type(meta).__name__}")
    return meta, end + 1


def percent_cells(lines: list[str], start: int, path: str) -> Iterator[Iterator[Block]]:
    """The cells of a jupytext percent file, from the line after its header."""
    starts = [i for i in range(start, len(lines)) if lines[i].startswith("# %%")]
    for i in range(start, starts[0] if starts else len(lines)):
        if lines[i].strip():
            raise WeaveError(path, i + 1, "expected a cell marker (`# %%` or `# %% [markdown]`) before any text")
    for a, b in zip(starts, [*starts[1:], len(lines)], strict=True):
        if "[raw]" in lines[a]:
            raise WeaveError(path, a + 1, "a chapter has cells of Markdown and of code, none that are [raw]")
        if "[markdown]" in lines[a] or "[md]" in lines[a]:
            for i in range(a + 1, b):
                if lines[i].strip() and not lines[i].startswith("#"):
                    raise WeaveError(path, i + 1, "a line of a Markdown cell must begin with `# `")
            yield prose_blocks([uncomment(line) for line in lines[a + 1 : b]], a + 2, path)
        elif any(line.strip() for line in lines[a + 1 : b]):
            yield iter([cell("\n".join(lines[a + 1 : b]).rstrip(), a + 2, "", path)])


def uncomment(line: str) -> str:
    """Take the mark of a comment off a line.

    >>> uncomment("# text"), uncomment("#"), uncomment("#   indented")
    ('text', '', '  indented')
    """
    return re.sub(r"^# ?", "", line)


def prose_blocks(lines: list[str], first: int, path: str) -> Iterator[Block]:
    """Split Markdown into prose and fences; `first` is the file's line of `lines[0]`."""
    prose_from, i = 0, 0
    while i < len(lines):
        opening = FENCE.match(lines[i])
        if not opening:
            i += 1
            continue
        end = closing_fence(lines, i, opening["ticks"])
        if end is None:
            raise WeaveError(path, first + i, f"the fence {opening['ticks']}{opening['info']} is never closed")
        if any(line.strip() for line in lines[prose_from:i]):
            yield Block("prose", "\n".join(lines[prose_from:i]), first + prose_from)
        language = re.split(r"[\s{]", opening["info"].strip() + " ")[0]
        indent = opening["indent"]
        if language in WOVEN:
            text = "\n".join(line.removeprefix(indent) for line in lines[i + 1 : end])
            if language == "pycon":
                check_examples(text, first + i + 1, path)
            yield (
                cell(text, first + i + 1, indent, path)
                if language == "python"
                else Block(language, text, first + i + 1, indent)
            )
        else:
            yield Block("verbatim", "\n".join(lines[i : end + 1]), first + i)
        i = prose_from = end + 1
    if any(line.strip() for line in lines[prose_from:]):
        yield Block("prose", "\n".join(lines[prose_from:]), first + prose_from)


def check_examples(text: str, line: int, path: str) -> None:
    """Stop at a doctest that cannot be read, such as `>>>x`."""
    try:
        doctest.DocTestParser().get_examples(text)
    except ValueError as error:
        found = re.fullmatch(r"line (?P<number>\d+) of the docstring for \S+ (?P<what>.*)", str(error), re.S)
        number, what = (int(found["number"]), found["what"]) if found else (1, str(error))
        raise WeaveError(path, line + number - 1, f"this example {what}") from None


def closing_fence(lines: list[str], start: int, ticks: str) -> int | None:
    pattern = re.compile(rf"^[ \t]*{re.escape(ticks[0])}{{{len(ticks)},}}[ \t]*$")
    return next((i for i in range(start + 1, len(lines)) if pattern.match(lines[i])), None)


def cell(text: str, line: int, indent: str, path: str) -> Block:
    return Block("code", text, line, indent, read_options(text, line, path))


def values(text: str) -> list[re.Match[str]]:
    """The `{{ expressions }}` of a text, also inside mathematics, but not in code spans.

    >>> [m["expression"] for m in values("a {{ x:.2f }}, `{{ not this }}` and $w = {{ w }}$")]
    ['x:.2f', 'w']
    """
    found = []
    for span in SPANS.finditer(text):
        if span["value"]:
            found.append(span)
        elif not span["code"]:
            found += VALUE.finditer(text, span.start(), span.end())
    return found
