"""For the API pages: what numpydoc says in words is shown in words, a bare example as an example, and the source linked."""

from __future__ import annotations

import re
from typing import Any

from griffe import Extension, Object

TYPED = re.compile(r"^(?P<name>\w[\w, *]*) : (?P<type>[^\n]* [^\n]*)$", re.M)
RETURNED = re.compile(r"(^Returns\n-+\n)([^:\n]* [^:\n]*)$", re.M)


class Docstrings(Extension):
    """Prepares docstrings before they are parsed; `source` is the address below which the project's files are found."""

    def __init__(self, source: str = "") -> None:
        self.source = source

    def on_object(self, *, obj: Object, **kwargs: Any) -> None:
        if not obj.docstring:
            return
        obj.docstring.value = worded(headed(obj.docstring.value))
        if self.source and (obj.is_function or obj.is_class):
            path = obj.relative_package_filepath.as_posix()
            lines = f"#L{obj.lineno}-L{obj.endlineno}"
            obj.docstring.value += (
                f"\n\n[Source: {path}, lines {obj.lineno} to {obj.endlineno}]({self.source}/{path}{lines})"
            )


def headed(text: str) -> str:
    r"""Give a numpydoc heading to `>>>` lines without one, which docstrings of a few lines do well without.

    >>> headed("Half.\n\n>>> 1 / 2\n0.5").split("\n")[2]
    'Examples'
    """
    if re.search(r"^Examples\n-+$", text, re.M):
        return text
    return re.sub(r"\n\n(?=>>> )", "\n\nExamples\n--------\n", text, count=1)


def worded(text: str) -> str:
    r"""Keep `ndarray, shape (n, p)` as it is written: a no-break space stops it from being read as Python.

    >>> worded("X : ndarray, shape (n, p)")
    'X : ndarray,\xa0shape (n, p)'
    >>> worded("Returns\n-------\nndarray, shape (p,)").split("\n")[2]
    'ndarray,\xa0shape (p,)'
    """
    text = TYPED.sub(lambda m: f"{m['name']} : {m['type'].replace(' ', chr(0xA0), 1)}", text)
    return RETURNED.sub(lambda m: m[1] + m[2].replace(" ", chr(0xA0), 1), text)
