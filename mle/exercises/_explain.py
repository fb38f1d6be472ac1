"""Say in plain words why an answer did not pass its check."""

import ast
import difflib
import textwrap
import traceback
from types import FrameType
from typing import Any

from mle.exercises._names import bound
from mle.exercises._unfinished import unfinished

CHECK = "<the check>"  # the file name that a check is compiled under
DEEP = 20  # calls, beyond which a traceback is shortened


def explain(
    error: BaseException,
    code: str,
    check: str,
    name: str,
    space: dict[str, Any],
) -> str:
    """Return the message for an error that `code` or its `check` raised.

    `name` is the file name that `code` was compiled under, `space` holds the names as they were when it stopped.
    """
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    files = [frame.f_code.co_filename for frame in frames]
    culprit = next((f for f in reversed(files) if f in (name, CHECK)), None)
    if culprit is None:  # it was not even compiled
        return f"Python cannot read this:\n\n{last_words(error)}"
    if isinstance(error, SystemExit):
        return "Your code ends Python (by exit or quit), so it is not checked."
    note = unfinished(code, check, space)
    if culprit == name:
        text = own_traceback(error, name, called=CHECK in files)
        note = note if speaks_of_nothing(text) else ""
    elif type(error) is NameError and files[-1] == CHECK:
        return missing(str(error.name), code)
    elif isinstance(error, AssertionError):
        text = not_held(error, check)
    else:
        text = broken_off(error, frames, check)
        if note and speaks_of_nothing(text):
            return note  # the error says the same, in Python's words
    return f"{note}\n\n{text}" if note else text


def speaks_of_nothing(text: str) -> bool:
    """Whether an error is about a `...` or a None."""
    return "ellipsis" in text or "NoneType" in text


# ---- the answer itself raised ---------------------------------------------
def own_traceback(error: BaseException, name: str, called: bool) -> str:
    """The traceback, cut to the lines of the answer."""
    story = traceback.TracebackException.from_exception(error)
    story.__cause__ = story.__context__ = None
    lines = [frame for frame in story.stack if frame.filename == name]
    if len(lines) > DEEP:  # a recursion: its end tells enough
        lines = lines[-3:]
    story.stack = traceback.StackSummary.from_list(lines)
    by = " when the check called it" if called else ""
    told = "".join(story.format()).rstrip()
    return f"Your code stopped with an error{by}:\n\n{told}"


def last_words(error: BaseException) -> str:
    """The last line of a traceback; of a SyntaxError also its place."""
    told = traceback.TracebackException(type(error), error, None)
    return "".join(told.format_exception_only()).rstrip()


# ---- the check raised -----------------------------------------------------
def missing(wanted: str, code: str) -> str:
    """The check uses a name that nobody has defined."""
    lower = {one.lower(): one for one in sorted(bound(code))}
    near = difflib.get_close_matches(wanted.lower(), lower, 1)
    text = f"The check needs the name `{wanted}`, "
    text += "which your code does not define."
    if near:
        text += f" It defines `{lower[near[0]]}`: did you mean that?"
    return text


def not_held(error: AssertionError, check: str) -> str:
    """The message of an assertion, or else the assertion in words."""
    told = str(traceback.TracebackException(type(error), error, None)).strip()
    if told:
        return told
    line = check_line(error)
    for node in ast.walk(ast.parse(check)):
        if isinstance(node, ast.Assert) and covers(node, line):
            test = ast.get_source_segment(check, node.test) or ""
            return (
                f"This does not hold yet (line {line} of the check):"
                f"\n\n{indented(test)}"
            )
    return f"Line {line} of the check did not pass."


def broken_off(
    error: BaseException, frames: list[FrameType], check: str
) -> str:
    """The check could not go on: where, what it had called, and why."""
    line = check_line(error)
    nodes = [
        node
        for node in ast.walk(ast.parse(check))
        if isinstance(node, ast.stmt) and covers(node, line)
    ]
    inner = nodes[-1]  # walked from the outside in
    source = (ast.get_source_segment(check, inner) or "").split("\n")
    shown = source[0] if hasattr(inner, "body") else "\n".join(source)
    called = called_by_check(frames)
    where = f"The check could not go on at its line {line}:"
    said = f"It called `{called}`, which said:\n" if called else ""
    return f"{where}\n\n{indented(shown)}\n\n{said}{last_words(error)}"


def check_line(error: BaseException) -> int:
    """The last line of the check that was being run."""
    return [
        number
        for frame, number in traceback.walk_tb(error.__traceback__)
        if frame.f_code.co_filename == CHECK
    ][-1]


def called_by_check(frames: list[FrameType]) -> str:
    """The function outside the check in which the error came up."""
    last = max(
        n for n, f in enumerate(frames) if f.f_code.co_filename == CHECK
    )
    names = (frame.f_code.co_qualname for frame in frames[last + 1 :])
    return next((name for name in names if "<" not in name), "")


def covers(node: ast.stmt, line: int) -> bool:
    return node.lineno <= line <= (node.end_lineno or node.lineno)


def indented(text: str) -> str:
    """Four spaces before every line; those of Python's own do not count."""
    first, _, rest = text.partition("\n")
    return textwrap.indent(f"{first}\n{textwrap.dedent(rest)}".strip(), "    ")
