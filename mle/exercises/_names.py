"""Find which names some code defines, and which it takes from outside.

It looks at the syntax alone, so that every version of Python finds the same.
"""

import ast
from collections.abc import Iterable

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


def bound(code: str) -> set[str]:
    r"""Return the global names that some code defines.

    >>> sorted(bound("import os.path\nx = [a for a in range(3)]"))
    ['os', 'x']
    """
    return Scope([ast.parse(code)]).made


def read_globally(code: str) -> set[str]:
    r"""Return the global names that some code reads, also in its functions.

    >>> sorted(read_globally("def f(x):\n    return [x + k for k in week]"))
    ['week']
    """
    return Scope([ast.parse(code)]).read


class Scope:
    """The names that code reads and makes, less those of inner scopes."""

    def __init__(self, nodes: Iterable[ast.AST]) -> None:
        self.read: set[str] = set()
        self.made: set[str] = set()
        self.declared: set[str] = set()  # by `global` and `nonlocal`
        for node in nodes:
            self.visit(node)

    def visit(self, node: ast.AST) -> None:
        if isinstance(node, Comprehension):
            self.comprehension(node)
        elif isinstance(node, Function):
            self.function(node)
        elif isinstance(node, ast.ClassDef):
            self.made.add(node.name)
            self.read |= Scope(ast.iter_child_nodes(node)).read
        else:
            self.own(node)
            for child in ast.iter_child_nodes(node):
                self.visit(child)

    def own(self, node: ast.AST) -> None:
        """The names of a node itself."""
        match node:
            case ast.Name(id=name):
                stores = isinstance(node.ctx, ast.Store)
                (self.made if stores else self.read).add(name)
            case ast.AugAssign(target=ast.Name(id=name)):
                self.read.add(name)
            case ast.alias(name=name, asname=other):
                self.made.add(other or name.partition(".")[0])
            case (
                ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name))
            ):
                self.made.add(name)
            case (
                ast.MatchStar(name=str(name))
                | ast.MatchMapping(rest=str(name))
            ):
                self.made.add(name)
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                self.declared.update(names)

    def comprehension(self, node: Comprehension) -> None:
        """Its variables are its own, but `:=` makes a name outside."""
        own = Scope(part.target for part in node.generators).made
        inner = Scope(ast.iter_child_nodes(node))
        self.read |= inner.read - own
        self.made |= inner.made - own
        self.visit(node.generators[0].iter)

    def function(self, node: Function) -> None:
        """Its defaults, annotations and decorators are read outside."""
        args = [a.arg for a in ast.walk(node.args) if isinstance(a, ast.arg)]
        body = node.body if isinstance(node.body, list) else [node.body]
        inner = Scope(body)
        self.read |= inner.read - (inner.made - inner.declared) - {*args}
        self.visit(node.args)
        if not isinstance(node, ast.Lambda):
            self.made.add(node.name)
            for part in (*node.decorator_list, node.returns):
                if part:
                    self.visit(part)
