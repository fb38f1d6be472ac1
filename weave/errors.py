"""The one error of weave: a chapter that cannot be proved, with the file and line where to look."""

from __future__ import annotations

from pathlib import Path


class WeaveError(Exception):
    """Something in a chapter (or in the library it quotes) is wrong.

    >>> print(WeaveError("docs/a.md", 7, "no such name: mle.x"))
    docs/a.md:7: no such name: mle.x
    """

    def __init__(self, path: str | Path, line: int, message: str) -> None:
        super().__init__(f"{path}:{line}: {message}")
        self.path, self.line, self.message = str(path), line, message


class WeaveErrors(Exception):
    """Several of them, told together, so that one build shows all there is to mend."""

    def __init__(self, errors: list[WeaveError]) -> None:
        super().__init__("\n".join(str(error) for error in errors))
        self.errors = errors
