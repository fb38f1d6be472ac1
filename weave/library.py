"""The library as text: where each name of `mle` stands, which lines are its own, which of them implement an equation.

Names are resolved with `ast`, so that the source needs no marker comments and a name that is gone is an error.
"""

from __future__ import annotations

import ast
import difflib
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

EQUATION = re.compile(r"#\s*eq:\s*(?P<label>[\w-]+)\s*$", re.M)
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True)
class Symbol:
    """A named object of the library: its file (relative to the project), its lines, and those of its docstrings."""

    name: str
    path: str
    start: int
    end: int
    docs: frozenset[int]
    parent: str | None
    is_definition: bool
    summary: str = ""

    def lines(self, docstring: bool = False) -> list[int]:
        """Numbers of the lines to show."""
        return [n for n in range(self.start, self.end + 1) if docstring or n not in self.docs]


class Library:
    """All modules of the package `package` in the project's folder `root`."""

    def __init__(self, root: Path, package: str = "mle") -> None:
        self.root, self.package = root, package
        self.sources: dict[str, list[str]] = {}
        self.symbols: dict[str, Symbol] = {}
        self.modules: dict[str, str] = {}
        self.shapes: dict[str, str] = {}
        for file in sorted((root / package).rglob("*.py")):
            self.add(file)

    def add(self, file: Path) -> None:
        path = file.relative_to(self.root).as_posix()
        source = file.read_text(encoding="utf-8")
        module = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        self.sources[path], self.modules[module] = source.split("\n"), path
        self.walk(ast.parse(source, path).body, module, path, None)

    def walk(self, body: list[ast.stmt], prefix: str, path: str, parent: str | None) -> None:
        for node in body:
            for name in names(node):
                start = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
                symbol = Symbol(
                    f"{prefix}.{name}",
                    path,
                    start,
                    node.end_lineno or node.lineno,
                    frozenset(doc_lines(node)),
                    parent,
                    isinstance(node, Definition),
                    summary(node),
                )
                self.symbols[symbol.name] = symbol
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and len(shape := body_shape(node)) > 120:
                    self.shapes[shape] = symbol.name
                if isinstance(node, ast.ClassDef):
                    self.walk(node.body, symbol.name, path, symbol.name)

    def resolve(self, name: str) -> Symbol:
        """The symbol of that dotted name; a KeyError says what it may have been."""
        if name not in self.symbols:
            near = difflib.get_close_matches(name, self.symbols, 3, 0.6)
            raise KeyError(f"{name} is not in the library" + (f"; did you mean {' or '.join(near)}?" if near else ""))
        return self.symbols[name]

    def code(self, symbol: Symbol, docstring: bool = False) -> str:
        return "\n".join(self.sources[symbol.path][n - 1] for n in symbol.lines(docstring))

    @cached_property
    def equations(self) -> dict[str, list[tuple[str, int]]]:
        """Label -> where its `# eq:` lines stand."""
        found: dict[str, list[tuple[str, int]]] = {}
        for path, lines in self.sources.items():
            for number, line in enumerate(lines, 1):
                if match := EQUATION.search(line):
                    found.setdefault(match["label"], []).append((path, number))
        return found

    @property
    def version(self) -> str:
        """What `__version__` says."""
        found = re.search(r'^__version__ = "([^"]+)"', "\n".join(self.sources[f"{self.package}/__init__.py"]), re.M)
        return found[1] if found else ""

    @cached_property
    def public(self) -> list[str]:
        """Functions and classes that users may import: no part of their name begins with an underscore."""
        return sorted(
            s.name
            for s in self.symbols.values()
            if s.parent is None and s.is_definition and not any(part.startswith("_") for part in s.name.split("."))
        )

    def public_ancestor(self, name: str) -> str:
        """The nearest name with a place of its own on an API page: `Model._fit` -> `Model`."""
        parts = name.split(".")
        hidden = next((i for i, part in enumerate(parts) if part.startswith("_")), len(parts))
        return ".".join(parts[:hidden])

    def module_of(self, name: str) -> str:
        return max((m for m in self.modules if name == m or name.startswith(m + ".")), key=len)

    @cached_property
    def code_lines(self) -> set[tuple[str, int]]:
        """Every line of the package that is neither empty, nor a comment, nor part of a docstring."""
        return {
            (path, n)
            for path, lines in self.sources.items()
            for docs in [module_docs("\n".join(lines))]
            for n, line in enumerate(lines, 1)
            if line.strip() and not line.lstrip().startswith("#") and n not in docs
        }

    def pasted(self, code: str) -> list[tuple[int, str]]:
        """Definitions in `code` that the library has already: line in `code`, name in the library."""
        try:
            tree = ast.parse(code)
        except SyntaxError:
            return []  # the run will tell
        own = {name.rsplit(".", 1)[1]: name for name in self.public}
        found = []
        for node in ast.walk(tree):
            if isinstance(node, Definition):
                twin = own.get(node.name) or (
                    self.shapes.get(body_shape(node)) if not isinstance(node, ast.ClassDef) else None
                )
                if twin:
                    found.append((node.lineno, twin))
        return found


def names(node: ast.stmt) -> list[str]:
    """The names that a statement defines."""
    if isinstance(node, Definition):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [t.id for t in targets if isinstance(t, ast.Name)]


def summary(node: ast.stmt) -> str:
    """First line of a docstring, fit for a cell of a table."""
    text = ast.get_docstring(node) if isinstance(node, Definition) else None
    return (text or "").split("\n")[0].replace("|", "\\|")


def doc_lines(node: ast.stmt) -> list[int]:
    """Lines of the docstrings of a definition and of all definitions in it."""
    found: list[int] = []
    for inner in ast.walk(node):
        if isinstance(inner, Definition):
            found += docstring_range(inner.body)
    return found


def module_docs(source: str) -> set[int]:
    tree = ast.parse(source)
    return {*docstring_range(tree.body), *(n for node in tree.body for n in doc_lines(node))}


def docstring_range(body: list[ast.stmt]) -> range:
    first = body[0] if body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        return range(first.lineno, (first.end_lineno or first.lineno) + 1)
    return range(0)


def body_shape(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """A function's body as a string that does not see comments, spacing, docstring or its name."""
    body = node.body[1:] if docstring_range(node.body) else node.body
    return ast.dump(node.args) + "".join(ast.dump(statement) for statement in body)
