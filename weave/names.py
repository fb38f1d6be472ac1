"""What a piece of Python does with names: which it reads, binds, replaces for certain, and changes in place."""

from __future__ import annotations

import ast
import builtins
import symtable
from collections.abc import Iterable, Iterator
from functools import cached_property

BUILTINS = set(dir(builtins))
COMPREHENSIONS = {"listcomp", "setcomp", "dictcomp", "genexpr"}  # scopes that run at once, unlike functions
# Methods that are called for what they return, and functions that change nothing that they are given.
PURE = {"round", "tolist", "mean", "sum", "std", "min", "max", "copy", "astype", "predict", "predict_proba", "score"}
PURE |= {"transform", "reshape", "items", "keys", "values", "get", "format", "join"} | {"verify", "display"} | BUILTINS
SURE = (ast.Assign, ast.AnnAssign, ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)


class Names:
    r"""The names of a piece of code at its top level.

    >>> piece = Names("for x in data:\n    total = total + x\n    seen[x] = True")
    >>> sorted(piece.reads), sorted(piece.binds), sorted(piece.touches)
    (['data', 'seen', 'total'], ['total', 'x'], ['seen'])
    """

    def __init__(self, code: str) -> None:
        self.code = code
        self.tree = ast.parse(code)

    @cached_property
    def late(self) -> set[str]:
        """Names that its functions read when they are called."""
        inner = [table for table in scopes(self.code)[1:] if table.get_name() not in COMPREHENSIONS]
        return {s.get_name() for table in inner for s in table.get_symbols() if s.is_global()} - BUILTINS

    @cached_property
    def reads(self) -> set[str]:
        """Names of elsewhere that it reads, functions of its own included."""
        return free(self.tree.body) - BUILTINS

    @cached_property
    def binds(self) -> set[str]:
        return bound(self.code)

    @cached_property
    def replaces(self) -> set[str]:
        """Names that are certain to be new after it, so that their earlier values do not matter."""
        return {name for node in self.tree.body if isinstance(node, SURE) for name in bound(ast.unparse(node))}

    @cached_property
    def touches(self) -> set[str]:
        """Names of objects that it may change: by `x[0] = 1`, by `x.a = 1`, or by a call for its own sake."""
        found: set[str] = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Subscript | ast.Attribute) and isinstance(node.ctx, ast.Store | ast.Del):
                found.add(first(node))
            elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and last(node.value.func) not in PURE:
                call = node.value
                found |= {first(call.func)} if isinstance(call.func, ast.Attribute) else set(map(first, call.args))
                if last(call.func) in ("shuffle", "fill_diagonal", "copyto", "put", "place"):
                    found |= set(map(first, call.args[:1]))
        return found - {""} - BUILTINS

    @property
    def is_import(self) -> bool:
        return all(isinstance(node, ast.Import | ast.ImportFrom) for node in self.tree.body)

    @property
    def makes_random(self) -> bool:
        """Whether it makes a random generator, which every use changes."""
        return any(isinstance(n, ast.Call) and last(n.func) == "default_rng" for n in ast.walk(self.tree))


def scopes(code: str) -> list[symtable.SymbolTable]:
    """The scope of the module, then all inside it."""
    found = [symtable.symtable(code, "<names>", "exec")]
    for table in found:
        found += table.get_children()
    return found


def bound(code: str) -> set[str]:
    symbols = symtable.symtable(code, "<names>", "exec").get_symbols()
    return {s.get_name() for s in symbols if s.is_assigned() or s.is_imported()}


def loaded(nodes: Iterable[ast.AST | None]) -> set[str]:
    """Names that expressions read; those of a comprehension's own are not among them."""
    found: set[str] = set()
    for node in nodes:
        if node is not None:
            top, *inner = scopes(ast.unparse(node))
            found |= {s.get_name() for s in top.get_symbols() if s.is_referenced()}
            found |= {s.get_name() for table in inner for s in table.get_symbols() if s.is_global()}
    return found


def free(body: list[ast.stmt], known: Iterable[str] = ()) -> set[str]:
    """Names that statements read before they have bound them; what a branch binds is not counted on."""
    mine, found = set(known), set[str]()
    for node in body:
        blocks = list(inside(node))
        if isinstance(node, ast.For):
            found |= loaded([node.iter]) - mine
            found |= free(node.body, mine | bound(f"{ast.unparse(node.target)} = 0")) | free(node.orelse, mine)
        elif blocks:
            heads = [getattr(node, "test", None), *(item.context_expr for item in getattr(node, "items", []))]
            inner = {name for i in getattr(node, "items", []) if i.optional_vars for name in loaded_targets(i)}
            found |= loaded(heads) - mine
            for block in blocks:
                found |= free(block, mine | inner)
            if isinstance(node, ast.With):  # its block always runs
                mine |= inner | {
                    name for part in node.body if isinstance(part, SURE) for name in bound(ast.unparse(part))
                }
        else:
            found |= loaded([node]) - mine - ({node.name} if isinstance(node, ast.FunctionDef) else set())
            if isinstance(node, SURE):
                mine |= bound(ast.unparse(node))
    return found


def inside(node: ast.stmt) -> Iterator[list[ast.stmt]]:
    """The blocks of a compound statement, but not the bodies of functions and classes."""
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        for name in ("body", "orelse", "finalbody"):
            if block := getattr(node, name, None):
                yield block
        for handler in getattr(node, "handlers", []):
            yield handler.body


def loaded_targets(item: ast.withitem) -> set[str]:
    return bound(f"{ast.unparse(item.optional_vars)} = 0") if item.optional_vars else set()


def first(node: ast.AST) -> str:
    """`x` of `x.a[0].b`; nothing where it does not begin with a name.

    >>> first(ast.parse("x.a[0].b").body[0].value)
    'x'
    """
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Starred | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def last(node: ast.AST) -> str:
    """`b` of `x.a.b`.

    >>> last(ast.parse("x.a.b").body[0].value)
    'b'
    """
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
