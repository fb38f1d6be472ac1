"""Run a chapter: every cell, doctest, exercise and value, in order, in one namespace.

This module is executed in a process that is thrown away afterwards (see `worker`). What it returns is plain data that
can be kept as JSON: outputs by block, the measured error of every equation, and the files that the run looked at.
"""

from __future__ import annotations

import dataclasses
import doctest
import functools
import importlib
import io
import platform
import re
import sys
import traceback
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from IPython.core.compilerop import CachingCompiler
from IPython.core.displayhook import CapturingDisplayHook
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from traitlets.config import Config

from weave.errors import WeaveError
from weave.figures import as_svg, close_figures, open_figures, skeleton
from weave.parameter import typeset, with_value
from weave.read import VALUE, Block, Chapter, values
from weave.watch import dependencies, from_source, watch

PLOT = "mle.plot"  # the module whose `use(scheme)` dresses matplotlib for a light and a dark page
SCHEMES = ("light", "dark")
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
ADDRESS = re.compile(r"\bat 0x[0-9a-f]{6,}\b")


class Compiler(CachingCompiler):
    """Names each cell by the chapter's line, so that a traceback can be read back."""

    line = 0

    def get_code_name(self, raw_code: str, transformed_code: str, number: int) -> str:
        return f"<cell at line {self.line}>"


def make_shell() -> InteractiveShell:
    """IPython's shell, without history and without colour."""
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.cache_size = 0
    config.InteractiveShell.compiler_class = Compiler
    shell = InteractiveShell.instance(config=config)
    shell.compile = Compiler()
    return shell


def run(chapter: Chapter, root: Path, shell: InteractiveShell | None = None) -> dict[str, Any]:
    """Execute `chapter`; `root` is the project's folder, put first on `sys.path`."""
    used = watch(root)
    sys.path.insert(0, str(root))
    sys.path_hooks.insert(0, functools.partial(from_source, root))
    sys.path_importer_cache.clear()
    warnings.simplefilter("error")
    session = Session(chapter, shell or make_shell())
    outputs = [session.block(block) for block in chapter.steps]
    session.complete()
    verified = {
        record.label: {"error": float(record.error), "tolerance": float(record.tolerance)}
        for record in sorted(records(), key=lambda record: record.error)
    }  # of several, the largest error stays
    return {
        "program": chapter.program,
        "outputs": outputs,
        "verified": verified,
        "dependencies": dependencies(root, used),
        "versions": versions(),
    }


def records() -> list[Any]:
    """What `verify` has kept so far."""
    return getattr(sys.modules.get("mle.testing"), "VERIFIED", [])


def versions() -> dict[str, str]:
    """What the chapter was run with, for the foot of the page."""
    loaded = {name: getattr(sys.modules.get(name), "__version__", "") for name in ("mle", "numpy")}
    return {"python": platform.python_version(), **{name: version for name, version in loaded.items() if version}}


class Session:
    """The namespace of one chapter, and what is done in it block by block."""

    def __init__(self, chapter: Chapter, shell: InteractiveShell) -> None:
        self.path, self.shell, self.space = chapter.path, shell, shell.user_ns
        self.stub: Block | None = None
        self.check: Block | None = None

    def block(self, block: Block) -> dict[str, Any]:
        result: dict[str, Any] = {}
        if block.kind == "code":
            result = self.exercise(block) if "exercise" in block.options else self.cell(block)
        elif block.kind == "pycon":
            result = {"examples": self.doctests(block)}
        found = [
            self.value(m["expression"], line + text.count("\n", 0, m.start()))
            for text, line in block.templates
            for m in values(text)
        ]
        return {**result, "values": found} if found else result

    # ---- cells --------------------------------------------------------------------------------------------------
    def cell(self, block: Block) -> dict[str, Any]:
        result = self.figure(block) if block.is_figure else self.execute(block)
        if open_figures():
            raise WeaveError(
                self.path, block.line, "this cell draws a figure: give it `#| id:`, `#| caption:` and `#| alt:`"
            )
        if any("<script" in data.get("text/html", "").lower() for data in result.get("displays", [])):
            raise WeaveError(self.path, block.line, "the output holds a script, which no page of the book runs")
        for text in [
            result.get("stdout", ""),
            result.get("error", ""),
            *(d.get("text/plain", "") for d in result.get("displays", [])),
        ]:
            if ADDRESS.search(text):
                raise WeaveError(
                    self.path,
                    block.line,
                    f"the output holds a memory address, which differs at every run: {text.strip()}",
                )
        return result

    def execute(self, block: Block) -> dict[str, Any]:
        """Run the code of a block and return what it printed and displayed."""
        assert isinstance(self.shell.compile, Compiler)
        self.shell.compile.line = block.line
        shown: list[dict[str, Any]] = []
        self.shell.display_trap.hook = CapturingDisplayHook(self.shell, shown)
        with capture_output() as captured:
            outcome = self.shell.run_cell(block.text, store_history=False)
        error = outcome.error_before_exec or outcome.error_in_exec
        expected = block.options.get("raises")
        if error is not None and type(error).__name__ != expected:
            raise WeaveError(self.path, self.line_of(error, block), self.story(error, block)) from error
        if expected and error is None:
            raise WeaveError(self.path, block.line, f"this cell must raise {expected}, and nothing was raised")
        result: dict[str, Any] = {}
        if error is not None:
            notes = getattr(error, "__notes__", [])
            result["error"] = "\n".join([f"{type(error).__name__}: {error}", *notes])
        elif captured.stderr.strip():
            raise WeaveError(self.path, block.line, f"this cell wrote to stderr: {captured.stderr.strip()}")
        else:
            result["stdout"] = captured.stdout
            if self.shell.displayhook.semicolon_at_end_of_expression(block.text):
                shown.clear()
            result["displays"] = (
                []
                if block.is_figure
                else [dict(d) for d in [*(o.data for o in captured.outputs), *(s["data"] for s in shown)]]
            )
        return result

    def figure(self, block: Block) -> dict[str, Any]:
        """Draw the frames of its control, if it has one, then the figure itself for good."""
        frames = []
        for name, stops in block.options.get("play", {}).items():
            saved, states = dict(self.space), random_states(self.space)
            for value in stops:
                turned = dataclasses.replace(block, text=with_value(block.text, name, value))
                _, figures = self.draw(turned)
                said = [self.filled(block.options["say"], block.line)] if "say" in block.options else []
                frames.append({**figures, "said": "".join(said)})
                self.restore(saved, states)
        result, figures = self.draw(block)
        return {**result, "figures": figures, **({"frames": frames} if frames else {})}

    def draw(self, block: Block) -> tuple[dict[str, Any], dict[str, str]]:
        """Draw for the dark page in a copy of the namespace, then for the light one for good; both must show the same."""
        plot = importlib.import_module(PLOT)
        saved, states = dict(self.space), random_states(self.space)

        def once(scheme: str) -> tuple[dict[str, Any], str]:
            self.restore(saved, states)
            plot.use(scheme)
            return self.execute(block), self.take_figure(block)

        _, dark = once("dark")
        same = "<image" not in dark or once("dark")[1] == dark  # the dots of an image cannot be compared colours aside
        result, light = once("light")
        if not same or skeleton(light) != skeleton(dark):
            raise WeaveError(
                self.path,
                block.line,
                "the light and the dark figure differ in more than colour: "
                "the cell changes something that it also reads, or draws from unseeded randomness",
            )
        return result, {"light": light, "dark": dark}

    def restore(self, saved: dict[str, Any], states: list[tuple[Any, Any]]) -> None:
        """Put the names and the random generators back to what they were."""
        self.space.clear()
        self.space.update(saved)
        for generator, state in states:
            generator.bit_generator.state = state

    def take_figure(self, block: Block) -> str:
        if len(open_figures()) != 1:
            raise WeaveError(
                self.path, block.line, f"a figure cell draws one figure, this one drew {len(open_figures())}"
            )
        return as_svg()

    # ---- exercises ----------------------------------------------------------------------------------------------
    def exercise(self, block: Block) -> dict[str, Any]:
        """A stub is kept; with its check it must fail; the solution must pass. None of them touches the namespace."""
        part = block.options["exercise"]
        if part == "stub":
            self.complete()
            self.stub = block
            self.compiled(block)
        elif part == "check":
            if self.stub is None:
                raise WeaveError(self.path, block.line, "the check of an exercise stands right after its stub")
            self.check = block
            if self.attempt(self.stub, block) is None:
                raise WeaveError(self.path, self.stub.line, "the stub of this exercise passes its own check")
        else:
            if self.check is None:
                raise WeaveError(self.path, block.line, "the solution of an exercise stands right after its check")
            error = self.attempt(block, self.check)
            if error is not None:
                raise WeaveError(
                    self.path, block.line, f"the solution fails its check: {type(error).__name__}: {error}"
                ) from error
            self.stub = self.check = None
        return {"checked": part}

    def compiled(self, block: Block) -> None:
        try:
            compile(block.text, self.path, "exec")
        except SyntaxError as error:
            raise WeaveError(self.path, self.line_of(error, block), f"this stub is no Python: {error.msg}") from None

    def attempt(self, *blocks: Block) -> BaseException | None:
        """The error of running these blocks in a copy of the namespace, if any; what they verify proves nothing."""
        saved, states, proved = dict(self.space), random_states(self.space), len(records())
        try:
            with capture_output():
                for block in blocks:
                    exec(compile(block.text, f"<cell at line {block.line}>", "exec"), self.space)
        except Exception as error:
            return error
        finally:
            self.restore(saved, states)
            del records()[proved:]
            close_figures()
        return None

    def complete(self) -> None:
        if self.stub is not None:
            raise WeaveError(self.path, self.stub.line, "this exercise needs a check and a solution after its stub")

    # ---- doctests and values ------------------------------------------------------------------------------------
    def doctests(self, block: Block) -> int:
        examples = doctest.DocTestParser().get_examples(block.text, self.path)
        if not examples:
            raise WeaveError(self.path, block.line, "this pycon fence holds no example: nothing in it begins with >>>")
        for example in examples:
            line, told = block.line + example.lineno, io.StringIO()
            test = doctest.DocTest([example], {}, self.path, None, line, None)
            test.globs = self.space
            failed, _ = doctest.DocTestRunner(verbose=False, optionflags=FLAGS).run(
                test, out=told.write, clear_globs=False
            )
            if failed:
                story = told.getvalue().split("Failed example:", 1)[-1]
                raise WeaveError(self.path, line, f"doctest failed:{story.rstrip()}")
        return len(examples)

    def filled(self, text: str, line: int) -> str:
        """A sentence with its values."""
        return VALUE.sub(lambda m: typeset(self.value(m["expression"], line)), text)

    def value(self, expression: str, line: int) -> str:
        """A `{{ value }}`: Python's own f-string, so that its format rules are the ones authors know."""
        try:
            text = str(eval(compile(f'f"""{{ {expression}}}"""', "<value>", "eval"), self.space))
        except Exception as error:
            raise WeaveError(self.path, line, f"{{{{ {expression} }}}}: {type(error).__name__}: {error}") from error
        if ADDRESS.search(text) or "np." in text:
            raise WeaveError(
                self.path, line, f"{{{{ {expression} }}}} prints as {text!r}: format it as a plain number or text"
            )
        return text.strip()

    # ---- telling what went wrong --------------------------------------------------------------------------------
    def line_of(self, error: BaseException, block: Block) -> int:
        """The chapter's line that raised."""
        if isinstance(error, SyntaxError) and error.lineno:
            return block.line + error.lineno - 1
        frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.startswith("<cell at line ")]
        if not frames:
            return block.line
        return int(frames[-1].filename.split()[-1].rstrip(">")) + (frames[-1].lineno or 1) - 1

    def story(self, error: BaseException, block: Block) -> str:
        where = [
            f
            for f in traceback.extract_tb(error.__traceback__)
            if f.filename.endswith(".py") and "IPython" not in f.filename
        ]
        inner = f" (in {Path(where[-1].filename).name}:{where[-1].lineno}, {where[-1].name})" if where else ""
        return f"{type(error).__name__}: {error.msg if isinstance(error, SyntaxError) else error}{inner}"


def random_states(space: dict[str, Any]) -> list[tuple[Any, Any]]:
    """The state of every NumPy generator in the namespace, so that a cell can be run twice from the same one."""
    return [(v, v.bit_generator.state) for v in space.values() if isinstance(v, np.random.Generator)]
