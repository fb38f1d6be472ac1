"""What a piece of Python does with names: which it reads, binds, replaces for certain, and changes in place."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cached_property

from weave.uses import DEFINITIONS, Uses, first, free, last, sure

GENERATORS = {"default_rng", "Random", "RandomState"}


class Names:
    r"""The names of a piece of code at its top level.

    >>> piece = Names("for x in data:\n    total = total + x\n    seen[x] = True")
    >>> sorted(piece.reads), sorted(piece.binds), sorted(piece.touches)
    (['data', 'seen', 'total'], ['total', 'x'], ['seen'])
    """

    def __init__(self, code: str) -> None:
        self.tree = ast.parse(code)
        self.uses = Uses(self.tree)
        self.binds = self.uses.binds
        self.late = self.uses.late
        self.later = self.uses.later

    @cached_property
    def reads(self) -> set[str]:
        """Names of elsewhere that it reads, functions of its own included."""
        return free(self.tree.body)

    @cached_property
    def runs(self) -> set[str]:
        """Names of elsewhere that it reads at once; a definition leaves those of its body for the call."""
        return free(self.tree.body, functions=not self.is_definition)

    @cached_property
    def replaces(self) -> set[str]:
        """Names that are certain to be new after it, so that their earlier values do not matter."""
        return {name for node in self.tree.body for name in sure(node)}

    @property
    def touches(self) -> set[str]:
        """Names of objects that it may change: by `x[0] = 1`, by `x.a = 1`, or by a call."""
        return self.touched({})

    def touched(self, rough: Mapping[str, bool]) -> set[str]:
        """The same, if of some functions it is known whether they change what they are given."""
        known = {**rough, **self.uses.rough}
        given = {name for function, name, own_sake in self.uses.given if known.get(function, own_sake)}
        return self.uses.touches | given | (set() if self.is_definition else self.later)

    @cached_property
    def pairs(self) -> set[tuple[str, str]]:
        """Names that may stand for the same object, or for a part of it, as both do after `b = a[0]`."""
        return {pair for node in ast.walk(self.tree) for pair in twins(node)}

    @property
    def is_definition(self) -> bool:
        return all(isinstance(node, DEFINITIONS) for node in self.tree.body)

    @cached_property
    def imports(self) -> set[str]:
        return Uses(*(node for node in ast.walk(self.tree) if isinstance(node, ast.alias))).binds & self.binds

    @cached_property
    def makes_random(self) -> bool:
        """Whether it makes a random generator, which every use changes."""
        return any(isinstance(n, ast.Call) and last(n.func) in GENERATORS for n in ast.walk(self.tree))


def twins(node: ast.AST) -> Iterator[tuple[str, str]]:
    """Pairs of names that an assignment or a loop makes one.

    >>> list(twins(ast.parse("for n, row in enumerate(table): pass").body[0]))
    [('row', 'table')]
    """
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield from same(target, node.value)
        yield from ((name, other) for a in node.targets for b in node.targets for name, other in same(a, b))
    elif isinstance(node, ast.For | ast.AsyncFor):
        yield from same(node.target, items_of(node.iter))


def items_of(node: ast.expr) -> ast.expr:
    """What a loop takes its values from, in the shape of its target."""
    name = last(node.func) if isinstance(node, ast.Call) else ""
    if isinstance(node, ast.Call) and name in ("zip", "enumerate"):
        number = [ast.Constant(0)] if name == "enumerate" else []
        return ast.Tuple([*number, *map(items_of, node.args)])
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and name in ("items", "values"):
        return node.func.value
    return node.args[0] if isinstance(node, ast.Call) and name == "reversed" and node.args else node


def same(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, str]]:
    lists = ast.Tuple | ast.List
    if isinstance(target, lists) and isinstance(value, lists) and len(target.elts) == len(value.elts):
        for pair in zip(target.elts, value.elts, strict=True):
            yield from same(*pair)
    elif not isinstance(value, ast.Call) and (source := first(value)):
        yield from ((name, source) for name in Uses(target).binds - {source})
