"""The line of a cell that a reader may turn: `learning_rate = 0.1`, read and replaced; and values as sentences show them.

Standard library only: the page runs this file too.
"""

from __future__ import annotations

import ast
import re


def value_of(code: str, name: str) -> object:
    r"""Value that a cell gives to its parameter.

    Raises
    ------
    ValueError
        Not exactly one line of the cell says `name = literal`.

    >>> value_of("rate = 0.1  # small\nprint(rate)", "rate")
    0.1
    >>> value_of("print(rate)", "rate")
    Traceback (most recent call last):
    ...
    ValueError: expected one line `rate = ...` with a plain value at the cell's top level, found 0
    """
    return ast.literal_eval(assignment(code, name).value)


def with_value(code: str, name: str, value: object) -> str:
    r"""Return the cell with another value for its parameter.

    >>> with_value("rate = 0.1  # small\nprint(rate)", "rate", 0.5)
    'rate = 0.5  # small\nprint(rate)'
    """
    found = assignment(code, name).value
    lines = code.encode().split(b"\n")  # ast counts bytes
    first, last = found.lineno - 1, (found.end_lineno or found.lineno) - 1
    head, tail = lines[first][: found.col_offset], lines[last][found.end_col_offset :]
    lines[first : last + 1] = [head + repr(value).encode() + tail]
    return b"\n".join(lines).decode()


def typeset(value: str) -> str:
    """Return a value as a sentence shows it: a minus is longer than a hyphen.

    >>> typeset("-0.5"), typeset("ISO-8859"), typeset("-x")
    ('−0.5', 'ISO-8859', '-x')
    """
    return re.sub(r"^-(?=[\d.])", "−", value)


def assignment(code: str, name: str) -> ast.Assign:
    """Return the one statement `name = literal` at the top level of a cell."""
    found = [
        node
        for node in ast.parse(code).body
        if isinstance(node, ast.Assign)
        and [target.id for target in node.targets if isinstance(target, ast.Name)] == [name]
        and is_literal(node.value)
    ]
    if len(found) != 1:
        told = f"expected one line `{name} = ...` with a plain value at the cell's top level, found {len(found)}"
        raise ValueError(told)
    return found[0]


def is_literal(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError):  # `{[]: 1}` is written like a value and is none
        return False
    return True
