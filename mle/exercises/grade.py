"""Grade an answer: run it, run its check, and say in plain words what is missing.

The page (in the reader's browser) and `python -m mle.exercises` (in a terminal) both grade with this module, so that
an answer passes in both or in neither. It needs the standard library alone.
"""

import contextlib
import copy
import linecache
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from mle.exercises._explain import CHECK, explain


@dataclass(frozen=True)
class Verdict:
    """What came of an answer: whether it passed, and what to tell its author.

    >>> Verdict(True, "Correct.")
    Verdict(passed=True, message='Correct.')
    """

    passed: bool
    message: str


def grade(
    code: str,
    check: str,
    namespace: Mapping[str, Any],
    *,
    name: str = "<your code>",
) -> Verdict:
    """Run an answer and then its check, in a copy of the names that the chapter has defined.

    Parameters
    ----------
    code : str
        The reader's answer, as Python. What it prints is printed.
    check : str
        Python that raises if the answer is wrong; in the book, `assert` statements with messages.
    namespace : mapping of str to object
        The names that answer and check may use. It and its objects stay as they are: all but modules, classes and
        functions are copied, so that an answer may change its own in place. What cannot be copied, such as an open
        file, is shared.
    name : str
        The file name that tracebacks show for the answer.

    Returns
    -------
    Verdict
        Its message is plain text, of one line or several. For an error in the answer it is the traceback, cut to the
        answer's own lines.

    Notes
    -----
    Nothing that the answer does is raised, not even a `SystemExit`; only a `KeyboardInterrupt` passes through, so that
    an endless loop can be stopped. NumPy's warnings are shown and do not count as errors.

    Examples
    --------
    >>> check = "assert double(3) == 6, 'twice 3 is 6'"
    >>> grade("def double(x): return 2 * x", check, {}).passed
    True
    >>> print(grade("def double(x): return x * x", check, {}).message)
    twice 3 is 6
    >>> print(grade("def doubled(x): return 2 * x", check, {}).message)
    The check needs the name `double`, which your code does not define. It defines `doubled`: did you mean that?
    """
    space = {"__name__": "__main__", **_copied(namespace)}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("default", RuntimeWarning)
            for file, source in ((name, code), (CHECK, check)):
                lines = [line + "\n" for line in source.split("\n")]
                linecache.cache[file] = (len(source), None, lines, file)
                exec(compile(source, file, "exec", dont_inherit=True), space)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        return Verdict(False, explain(error, code, check, name, space))
    return Verdict(True, "Correct.")


def _copied(namespace: Mapping[str, Any]) -> dict[str, Any]:
    """The names with copies of their objects; two names of one object are two of its copy."""
    memo: dict[int, Any] = {}
    found = {}
    for name, value in namespace.items():
        found[name] = value
        if not isinstance(value, ModuleType):
            tried = dict(memo)  # a copy that fails leaves halves in it
            with contextlib.suppress(Exception):
                found[name] = copy.deepcopy(value, tried)
                memo = tried
    return found
