"""Runs the steps of a chapter in the page's Python, and sends what they show through `emit(kind, text)`.

One namespace for each chapter. Kinds: `out` and `err` as printed, `text`, `html` and `svg` as shown, `said` and `value` of a
figure's control, `note` of the shell itself, `error`, `raised` after one that the book has announced, and `pass` or
`fail` of an exercise.
"""

from __future__ import annotations

import ast
import contextlib
import io
import linecache
import logging
import re
import sys
import time
import tokenize
import traceback
import warnings
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from typing import Any

from weave.parameter import typeset, value_of, with_value

Emit = Callable[[str, str], object]

MOST_TEXT, MOST_MARKUP = 100_000, 4_000_000  # characters of one cell that a page can show
BATCH, PAUSE = 8_000, 0.05  # characters, seconds: printed text is sent when either is reached
VALUE = re.compile(r"\{\{\s+(?P<expression>[^\n]+?)\s+\}\}")
META = re.compile(r"<(?=meta\b)", re.IGNORECASE)
COLOR = re.compile(r"(?<=: )#[0-9a-f]{6}\b")

SPACES: dict[str, dict[str, Any]] = {}
NAMES: set[str] = set()  # the file names of the reader's cells

logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)  # it tells of its cache
warnings.filterwarnings("ignore", "FigureCanvas.* is non-interactive")  # plt.show() is what many write


class Screen:
    """What one cell shows: printed text in batches, and no more of it than a page can bear."""

    def __init__(self, emit: Emit) -> None:
        self.emit, self.left, self.cut = emit, MOST_TEXT, 0
        self.kind, self.waiting, self.size, self.sent = "out", list[str](), 0, time.monotonic()

    def write(self, kind: str, text: str) -> None:
        """Keep text for the next batch; count it where there is no room."""
        if not self.left:
            self.cut += len(text)
            return
        if kind != self.kind:
            self.flush()
            self.kind = kind
        self.waiting.append(text[: self.left])
        self.cut += max(0, len(text) - self.left)
        self.left -= len(self.waiting[-1])
        self.size += len(self.waiting[-1])
        if self.size >= BATCH or time.monotonic() - self.sent > PAUSE:
            self.flush()

    def flush(self) -> None:
        """Send what waits."""
        if self.waiting:
            self.emit(self.kind, "".join(self.waiting))
        self.waiting, self.size, self.sent = [], 0, time.monotonic()

    def show(self, kind: str, content: str) -> None:
        """Send a value or a figure, after what was printed before it."""
        if kind == "text":
            self.write("text", content)
            return
        self.flush()
        if len(content) > MOST_MARKUP:
            kind, content = "note", f"This takes {len(content):,} characters, too many for a page: show less of it."
        self.emit(kind, content)

    def close(self) -> None:
        """Send the rest, and say how much was left out."""
        self.flush()
        if self.cut:
            self.emit("note", f"… {self.cut:,} more characters are not shown.")


class Stream(io.TextIOBase):
    """Standard output or standard error of a cell."""

    def __init__(self, screen: Screen, kind: str) -> None:
        self.screen, self.kind = screen, kind

    def write(self, text: str) -> int:
        self.screen.write(self.kind, text)
        return len(text)

    def flush(self) -> None:
        self.screen.flush()


# ---- what the page calls --------------------------------------------------------------------------------------------
def run(emit: Emit, chapter: str, name: str, code: str, quiet: bool = False, raises: str | None = None) -> bool:
    """Run a step; a quiet one shows nothing unless it fails. `raises` names the error that the book has it end with."""
    screen = Screen(silent if quiet else emit)

    def work() -> bool:
        value = evaluate(code, space(chapter), name)
        drawn = [] if quiet else list(figures())
        if not (value is None or quiet or drawn):  # the last line of a drawing returns its axes or its labels
            screen.show(*rich(value))
        for svg in drawn:
            screen.show("svg", svg)
        return True

    return attempt(work, screen, emit, raises)


def play(
    emit: Emit, chapter: str, name: str, code: str, parameter: str, value: object = None, say: str | None = None
) -> bool:
    """Run a figure's cell with another value for its parameter (None: its own), and say what there is to see."""
    if value is not None:
        try:
            code = with_value(code, parameter, like(value, value_of(code, parameter)))
        except (SyntaxError, ValueError) as error:
            emit("note", f"The control has nothing to turn: {error}")
    if not run(emit, chapter, name, code):
        return False
    names = space(chapter)
    if value is None and parameter in names:
        emit("value", str(names[parameter]))
    if say:
        with contextlib.suppress(Exception):  # edited code need not have the names of the sentence
            emit("said", filled(say, names))
    return True


def check(emit: Emit, chapter: str, name: str, code: str, check: str) -> bool:
    """Grade an answer in a copy of the chapter's namespace."""
    from mle.exercises.grade import grade  # noqa: TID251  # the page's Python has it

    screen = Screen(emit)

    def work() -> bool:
        verdict = grade(code, check, space(chapter), name=name)
        for svg in figures():
            screen.show("svg", svg)
        screen.show("pass" if verdict.passed else "fail", verdict.message)
        return verdict.passed

    return attempt(work, screen, emit)


def reset(emit: Emit, chapter: str) -> bool:
    """Forget what a chapter has defined."""
    SPACES.pop(chapter, None)
    return True


# ---- running --------------------------------------------------------------------------------------------------------
def space(chapter: str) -> dict[str, Any]:
    return SPACES.setdefault(chapter, {"__name__": "__main__"})


def silent(kind: str, text: str) -> None:
    """Show nothing."""


def attempt(work: Callable[[], bool], screen: Screen, emit: Emit, raises: str | None = None) -> bool:
    """Do the work of a cell and send what it prints; an error ends it, is told, and gets no further."""
    try:
        dress()
        with (
            contextlib.redirect_stdout(Stream(screen, "out")),
            contextlib.redirect_stderr(Stream(screen, "err")),
        ):
            return work()
    except BaseException as error:  # KeyboardInterrupt and SystemExit end a cell, not Python
        screen.flush()
        if type(error).__name__ != raises:
            emit("error", story(error))
            return False
        screen.emit("error", story(error))
        screen.emit("raised", f"Raised {raises}, as in the book")
        return True
    finally:
        screen.close()
        if plt := sys.modules.get("matplotlib.pyplot"):
            plt.close("all")


def evaluate(code: str, names: dict[str, Any], name: str) -> Any:
    """Run code; return the value of its last line if that is an expression without a semicolon."""
    NAMES.add(name)
    linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)
    tree = ast.parse(code, name)
    last = tree.body[-1] if tree.body else None
    if not isinstance(last, ast.Expr) or is_quiet(code):
        return exec(compile(tree, name, "exec", dont_inherit=True), names)
    exec(compile(ast.Module(tree.body[:-1], []), name, "exec", dont_inherit=True), names)
    return eval(compile(ast.Expression(last.value), name, "eval", dont_inherit=True), names)


def is_quiet(code: str) -> bool:
    """Whether it ends with a semicolon.

    >>> is_quiet("3;  # a note"), is_quiet("3  # a;")
    (True, False)
    """
    tokens = tokenize.generate_tokens(io.StringIO(code).readline)
    return [t.string for t in tokens if t.type != tokenize.COMMENT and t.string.strip()][-1] == ";"


def story(error: BaseException) -> str:
    """The traceback, cut to the reader's own lines."""
    told = traceback.TracebackException.from_exception(error)
    part: traceback.TracebackException | None = told
    while part:
        part.stack = traceback.StackSummary.from_list([frame for frame in part.stack if frame.filename in NAMES])
        part = part.__cause__ or part.__context__
    text = "".join(told.format()).rstrip()
    return text if len(text) < MOST_TEXT else f"{text[:2000]}\n…\n{text[-2000:]}"


def like(value: object, model: object) -> object:
    """A number of the page as the number that the code has: JSON writes 1.0 as 1.

    >>> like(1, 0.5), like(1, 3)
    (1.0, 1)
    """
    return float(value) if isinstance(model, float) and isinstance(value, int) else value


def filled(template: str, names: dict[str, Any]) -> str:
    """A sentence with its `{{ values }}`, by the rules of Python's f-strings.

    >>> filled("The loss is {{ loss:.2f }}.", {"loss": 1 / 3})
    'The loss is 0.33.'
    """
    return VALUE.sub(lambda m: typeset(str(eval(f'f"""{{ {m["expression"]}}}"""', names)).strip()), template)


# ---- showing --------------------------------------------------------------------------------------------------------
def rich(value: object) -> tuple[str, str]:
    """Kind and text of a cell's last value: HTML or SVG where it has one, else as Python writes it.

    Markup is shown without its `<meta>`: one of them could lead the page to another host, which no policy prevents.
    """
    for method in ("_repr_html_", "_repr_svg_"):
        draw = None if isinstance(value, type) else getattr(value, method, None)
        if draw and (text := draw()) is not None:
            return "html", META.sub("<x-", text)
    return "text", repr(value)


def dress() -> None:
    """Give matplotlib the book's style, once it is there."""
    if find_spec("matplotlib"):
        from matplotlib import rcParams

        from mle.plot import use  # noqa: TID251

        use("light")
        rcParams.update({"svg.fonttype": "none", "mathtext.fontset": "dejavusans"})  # text that the page sets


def figures() -> Iterator[str]:
    """Every open figure as SVG."""
    plt = sys.modules.get("matplotlib.pyplot")
    for figure in [plt.figure(number) for number in plt.get_fignums()] if plt else ():
        file = io.StringIO()
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
        yield themed(file.getvalue())


def themed(svg: str) -> str:
    """A figure in the colours of the page's scheme, without names and rules that would reach beyond it."""
    from mle.plot import SCHEMES  # noqa: TID251

    roles = {color: role.replace("_", "-") for role, color in reversed(SCHEMES["light"].items())}
    head, body = svg[svg.index("<svg") :].split(">", 1)
    head = re.sub(r' (?:width|height)="[^"]*"', "", head)
    body = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>", "", body, flags=re.S)
    svg = f'{head} stroke-linejoin="round">' + re.sub(r'(<g) id="[\w.]+"', r"\1", body)
    return COLOR.sub(lambda m: f"var(--fig-{roles[m[0]]}, {m[0]})" if m[0] in roles else m[0], svg)
