"""Find what an answer leaves open: a `...`, a function without a result, a variable that is still None."""

import ast
from collections.abc import Iterable, Iterator
from typing import Any

Function = ast.FunctionDef | ast.AsyncFunctionDef


def unfinished(code: str, check: str, space: dict[str, Any]) -> str:
    r"""Say what is still open in `code` of what `check` asks for; empty if nothing is.

    `space` holds the names as they were when it stopped.

    >>> unfinished("def f(x):\n    return ...", "assert f(1) == 2", {})
    'There is still a ... to fill in, line 2.'
    """
    tree = ast.parse(code)
    asked = set(names_read(check))
    return (
        dots_left(tree)
        or without_result(tree, asked)
        or still_none(tree, asked, space)
    )


def dots_left(tree: ast.Module) -> str:
    """Lines with a `...` that is a value; that of `x[..., 0]` is an index."""
    index = {
        id(node)
        for outer in ast.walk(tree)
        if isinstance(outer, ast.Subscript)
        for node in ast.walk(outer.slice)
    }
    found = {
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and node.value is ...
        if id(node) not in index
    }
    lines = " and ".join(map(str, sorted(found)))
    if len(found) > 1:
        return f"There are still ... to fill in, lines {lines}."
    return f"There is still a ... to fill in, line {lines}." if found else ""


def without_result(tree: ast.Module, asked: set[str]) -> str:
    """A function that the check calls and that gives back None."""
    functions = (node for node in tree.body if isinstance(node, Function))
    for function in functions:
        if function.name in asked and not gives_value(function):
            return (
                f"`{function.name}` gives back None, because it does not end "
                "in `return` with a value."
            )
    return ""


def still_none(
    tree: ast.Module, asked: set[str], space: dict[str, Any]
) -> str:
    """A variable that the check reads, set to None by the answer."""
    for node in tree.body:
        for target in node.targets if isinstance(node, ast.Assign) else ():
            name = target.id if isinstance(target, ast.Name) else ""
            if name in asked and space.get(name, 0) is None:
                return f"`{name}` is still None."
    return ""


def names_read(code: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield node.id


def gives_value(function: Function) -> bool:
    """Whether a function can give back anything but None."""
    for node in own_nodes(function.body):
        if isinstance(node, ast.Yield | ast.YieldFrom | ast.Raise):
            return True
        if isinstance(node, ast.Return) and not is_none(node.value):
            return True
    return False


def is_none(value: ast.expr | None) -> bool:
    return value is None or (
        isinstance(value, ast.Constant) and value.value is None
    )


def own_nodes(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Everything in a function but the functions and classes in it."""
    for node in body:
        yield node
        if not isinstance(node, Function | ast.ClassDef | ast.Lambda):
            yield from own_nodes(ast.iter_child_nodes(node))
