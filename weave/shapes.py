r"""For the API pages: the types of a docstring stay words.

griffe reads a type as Python, and would print `ndarray, shape (n,)` as `(ndarray, shape(n))`. A four-per-em space,
which is no Python, keeps the words; the site's fonts draw it as any other space. Named in mkdocs.yml under
mkdocstrings' `extensions`.
"""

from __future__ import annotations

import re
from typing import Any

from griffe import Extension, Object

NAMED, BARE = ("Parameters", "Other Parameters", "Attributes"), ("Returns", "Yields")  # a lone word: a name, a type
SPACE = "\N{FOUR-PER-EM SPACE}"


class TypesInWords(Extension):
    """Rewrites the types of every docstring before it is parsed."""

    def on_object(self, *, obj: Object, **_: Any) -> None:
        """Called by griffe for each module, class, function and attribute."""
        if obj.docstring:
            obj.docstring.value = in_words(obj.docstring.value)


def in_words(text: str) -> str:
    r"""Docstring in which no description of a type can be taken for an expression.

    >>> in_words("Parameters\n----------\nX : ndarray, shape (n, p)\n    Rows, shape (n,).").split("\n")[2:]
    ['X : ndarray,\u2005shape\u2005(n,\u2005p)', '    Rows, shape (n,).']
    """
    lines, section = text.split("\n"), ""
    for i, line in enumerate(lines):
        if line and re.fullmatch("-{3,}", "".join(lines[i + 1 : i + 2])):
            section = line
        if section in BARE or (section in NAMED and " : " in line):
            lines[i] = kind_in_words(line)
    return "\n".join(lines)


def kind_in_words(line: str) -> str:
    r"""A line `name : type`, or `type`; a continuation or an example stays as it is.

    >>> kind_in_words("w : list of float, optional") == "w : list of float,\u2005optional"
    True
    """
    if line.startswith((" ", ">>>", "...")):
        return line
    name, colon, kind = line.rpartition(" : ")
    return name + colon + kind.replace("`", "").replace(", ", f",{SPACE}").replace("shape (", f"shape{SPACE}(")
