"""The script of the site: its bundles, and the shell that runs cells in the page's Python."""

from __future__ import annotations

import gzip
import importlib.util
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from weave import bundle
from weave.node import MissingPartError

ROOT = Path(__file__).parents[2]
PAGE_COST = 6_000  # bytes of book.js after gzip


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with the script's sources, and with the packages of this one."""
    shutil.copytree(ROOT / bundle.SOURCES, tmp_path / bundle.SOURCES)
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    return tmp_path


# ---- bundles -------------------------------------------------------------------------------------------------------
def test_every_page_pays_little() -> None:
    assert len(gzip.compress(bundle.build(ROOT)["book.js"], 9)) <= PAGE_COST


def test_bundles_are_what_they_are_loaded_as() -> None:
    """A classic script that runs from disk; modules for the rest; nobody names another host or this machine."""
    made = {name: content.decode() for name, content in bundle.build(ROOT).items()}
    assert made.keys() == {"book.js", "run.js", "worker.js", "editor.js"}
    assert made["book.js"].startswith("(()=>{")
    assert "export{" in made["editor.js"]
    assert f"pyodide-{bundle.VERSION}/" in made["worker.js"]
    for text in made.values():
        assert str(ROOT) not in text
        assert set(re.findall(r"https?://[\w.]+", text)) <= {"http://www.w3.org"}


def test_same_sources_same_bytes_and_no_second_run(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = bundle.build(project)
    assert made == bundle.build(ROOT)
    monkeypatch.setattr(bundle, "bundle", lambda *_: pytest.fail("it was built again"))
    assert bundle.build(project) == made


def test_changed_source_is_built_again(project: Path) -> None:
    made = bundle.build(project)
    source = project / bundle.SOURCES / "quiz.js"
    source.write_text(source.read_text(encoding="utf-8").replace("PAUSE = 700", "PAUSE = 701"), encoding="utf-8")
    changed = bundle.build(project)
    assert changed["book.js"] != made["book.js"]
    assert changed["editor.js"] == made["editor.js"]


def test_broken_source_names_file_and_line(project: Path) -> None:
    (project / bundle.SOURCES / "quiz.js").write_text("const =", encoding="utf-8")
    with pytest.raises(ValueError, match=r"(?s)book\.js: esbuild says.*quiz\.js:1:6"):
        bundle.build(project)
    assert list((project / bundle.CACHE).iterdir()) == []


def test_missing_packages_are_named(project: Path) -> None:
    (project / "node_modules").unlink()
    (project / "node_modules").mkdir()
    (project / "node_modules/esbuild").symlink_to(ROOT / "node_modules/esbuild")
    with pytest.raises(MissingPartError, match="prism-code-editor is missing"):
        bundle.build(project)
    (project / "node_modules/prism-code-editor").symlink_to(ROOT / "node_modules/prism-code-editor")
    with pytest.raises(MissingPartError, match="program for this machine"):
        bundle.build(project)


# ---- the shell -----------------------------------------------------------------------------------------------------
class Page:
    """Hears what the shell sends."""

    def __init__(self, shell: ModuleType) -> None:
        self.shell, self.heard = shell, list[tuple[str, str]]()

    def emit(self, kind: str, text: str) -> None:
        self.heard.append((kind, text))

    def run(self, code: str, quiet: bool = False, chapter: str = "part/one") -> bool:
        self.heard.clear()
        return self.shell.run(self.emit, chapter, "cell 1", code, quiet)

    def told(self, kind: str) -> str:
        return "".join(text for k, text in self.heard if k == kind)


@pytest.fixture
def page() -> Iterator[Page]:
    """A page with a shell of its own, loaded as the worker loads it: by its file."""
    import matplotlib as mpl

    spec = importlib.util.spec_from_file_location("shell", ROOT / bundle.SOURCES / "shell.py")
    assert spec is not None
    assert spec.loader is not None
    shell = importlib.util.module_from_spec(spec)
    with mpl.rc_context():
        spec.loader.exec_module(shell)
        shell.PAUSE = 3600  # on a slow machine, too, printed text is sent when its batch is full
        yield Page(shell)
    sys.modules["matplotlib.pyplot"].close("all") if "matplotlib.pyplot" in sys.modules else None


def test_output_and_last_value(page: Page) -> None:
    assert page.run("import sys\nprint('a')\nprint('b', file=sys.stderr)\nx = 3\nx + 1")
    assert page.heard == [("out", "a\n"), ("err", "b\n"), ("text", "4")]
    assert page.run("x;  # a note")
    assert page.heard == []
    assert page.run("x  # a;")
    assert page.heard == [("text", "3")]


def test_chapters_do_not_share_names_and_reset_forgets(page: Page) -> None:
    page.run("x = 1")
    assert not page.run("x", chapter="part/two")
    assert "NameError" in page.told("error")
    assert page.run("x")
    page.shell.reset(page.emit, "part/one")
    assert not page.run("x")


def test_quiet_step_shows_its_error_alone(page: Page) -> None:
    assert page.run("print('setting up')\n42", quiet=True)
    assert page.heard == []
    assert not page.run("print('setting up')\n1 / 0", quiet=True)
    assert [kind for kind, _ in page.heard] == ["error"]


def test_traceback_has_the_readers_lines_alone(page: Page) -> None:
    page.run("def f(x):\n    import json\n    return json.loads(x)")
    assert not page.run("f('{')")
    story = page.told("error")
    assert story.count("File ") == story.count('File "cell 1"') == 2
    assert story.endswith("(char 1)")
    assert not page.run("x = (1,\n")
    assert "SyntaxError" in page.told("error")


@pytest.mark.parametrize("code", ["raise KeyboardInterrupt", "raise SystemExit(1)", "raise ValueError('x' * 10**6)"])
def test_nothing_ends_the_shell(page: Page, code: str) -> None:
    assert not page.run(code)
    assert 0 < len(page.told("error")) < 10_000


def test_announced_error_is_shown_and_is_no_failure(page: Page) -> None:
    def run(quiet: bool) -> bool:
        page.heard.clear()
        return page.shell.run(page.emit, "c", "cell 1", "1 / 0", quiet, "ZeroDivisionError")

    assert run(quiet=False)
    assert page.told("error").endswith("ZeroDivisionError: division by zero")
    assert page.heard[-1] == ("raised", "Raised ZeroDivisionError, as in the book")
    assert run(quiet=True)
    assert page.heard == []
    assert not page.shell.run(page.emit, "c", "cell 1", "1 / 0", False, "ValueError")


@pytest.mark.parametrize("method", ["_repr_html_", "_repr_svg_"])
def test_markup_leads_to_no_other_page(page: Page, method: str) -> None:
    markup = '<b>4</b><META/http-equiv=refresh content="0;url=x"><me<meta y>'
    assert page.run(f"class A:\n    def {method}(self):\n        return {markup!r}\nA()")
    assert page.heard == [("html", '<b>4</b><x-META/http-equiv=refresh content="0;url=x"><me<x-meta y>')]


def test_long_output_is_cut_and_counted(page: Page) -> None:
    assert page.run("for i in range(60_000):\n    print(i)\n'y' * 10")
    total = sum(len(str(i)) + 1 for i in range(60_000)) + 12
    assert len(page.told("out")) == page.shell.MOST_TEXT
    assert page.told("note") == f"… {total - page.shell.MOST_TEXT:,} more characters are not shown."
    assert len(page.heard) < 40, "not sent in batches"


def test_markup_too_large_for_a_page_is_not_sent(page: Page) -> None:
    assert page.run("class A:\n    def _repr_html_(self):\n        return 'x' * 5_000_000\nA()")
    assert [kind for kind, _ in page.heard] == ["note"]


def test_figure_takes_the_colors_of_the_page(page: Page) -> None:
    assert page.run(
        "import matplotlib.pyplot as plt\nfrom mle import plot\n"
        "plt.plot([1, 2], color=plot.color('fit'))\nplt.plot([2, 1], color='#123456')\nplt.ylabel('$x^2$')"
    )
    [(kind, svg)] = page.heard
    assert kind == "svg"
    assert "stroke: var(--fig-fit, #c85902)" in svg
    assert "stroke: #123456" in svg
    assert not re.search(r'<style|<metadata|id="(figure|axes|line2d)|<svg[^>]* (width|height)=', svg)
    assert "<text" in svg


def test_play_turns_the_parameter_and_says_so(page: Page) -> None:
    code, say = "rate = 0.5  # a line\nprint(rate)\nloss = 2 * rate", "Loss {{ loss:.1f }}."
    play = page.shell.play
    assert play(page.emit, "c", "cell 1", code, "rate", 1, say)
    assert page.heard == [("out", "1.0\n"), ("said", "Loss 2.0.")], "JSON's 1 is the code's 1.0"
    page.heard.clear()
    assert play(page.emit, "c", "cell 1", code, "rate", None, say)
    assert page.heard == [("out", "0.5\n"), ("value", "0.5"), ("said", "Loss 1.0.")]
    page.heard.clear()
    assert play(page.emit, "d", "cell 1", "print('no rate')", "rate", 1, say)
    assert [kind for kind, _ in page.heard] == ["note", "out"]


def test_check_grades_in_a_copy(page: Page) -> None:
    page.run("given = [1]")
    check = page.shell.check
    page.heard.clear()
    assert not check(page.emit, "part/one", "your code", "def f(): ...", "assert f() == given, 'not yet'")
    assert page.heard[-1][0] == "fail"
    assert "not yet" in page.told("fail")
    page.heard.clear()
    assert check(page.emit, "part/one", "your code", "print('hi')\ndef f(): return [1]", "assert f() == given")
    assert page.heard == [("out", "hi\n"), ("pass", "Correct.")]
    assert not page.run("f")


def test_interrupted_check_is_no_failure_of_the_page(page: Page) -> None:
    assert not page.shell.check(page.emit, "c", "your code", "raise KeyboardInterrupt", "pass")
    assert "KeyboardInterrupt" in page.told("error")
