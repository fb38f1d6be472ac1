"""What a reader sees who presses Run is what the book shows: all live cells and exercises, in the Python of the page.

One Node process runs them without a browser. Each gets a namespace of its own and the steps that it needs, nothing
else, so that this proves the needs, too. Where a cell differs, the usual reason is that the page's NumPy counts with
32 bits unless told otherwise (`dtype=np.int64`), or that its packages are older. Its matplotlib is older, too, so what
a figure shows is compared elsewhere: the book's own Python draws each figure and each frame on its slice once more.
"""

import json
import os
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml

from weave.figures import skeleton
from weave.fonts import fonts
from weave.loom import Loom
from weave.node import node_binary
from weave.program import steps
from weave.runtime import lock, runtime, wheel
from weave.worker import Workers

ROOT = Path(__file__).parents[2]
LIVE = re.compile(r"^#\| (live: true|exercise: stub)", re.M)
FILES = [file for file in sorted((ROOT / "docs").rglob("*")) if file.suffix in (".md", ".py")]
CHAPTERS = [file.relative_to(ROOT / "docs").as_posix() for file in FILES if LIVE.search(file.read_text("utf-8"))]
SHELL = {"shell.py": "weave/front/shell.py", "weave/parameter.py": "weave/parameter.py"}
WAY = re.compile(r"\A.*?^(\w+\.)*(?=\w+: )", re.M | re.S)  # of a traceback, all but `ValueError: message`
PATIENCE = 5  # seconds for a piece: most take less than one
CLOSED = "from weave.figures import close_figures\nclose_figures()"
FIGURE = """#| id: fig-path
#| live: true
#| caption: A path.
#| alt: A path.
#| play: {k: [1, 2]}
#| say: "{{ k }}"
k = 1
plt.plot(path if k == 1 else more, linewidth=k);"""


@dataclass
class Piece:
    """Something to run: what it is, where it stands, what the book shows for it, and what the page shows."""

    what: str
    chapter: str
    before: list[str]
    op: str
    args: list
    expected: list = field(default_factory=list)
    passes: bool = True
    ok: bool | None = None
    shown: list = field(default_factory=list)

    @property
    def job(self):
        return {"chapter": self.what, "before": self.before, "op": self.op, "args": self.args}

    def difference(self):
        """What is wrong, with both outputs; nothing if all is as it should be."""
        shown = joined(self.shown)
        if self.ok == self.passes and (not self.expected or shown == self.expected):
            return ""
        wanted = "to pass" if self.passes else "not to pass"
        return f"{self.what}, expected {wanted} and to show\n{told(self.expected)}\nThe page shows\n{told(shown)}"


# ---- what the book says ---------------------------------------------------------------------------------------------
def pieces(page):
    """All that a reader can run on a page."""
    outputs = {block.line: output for block, output in page.chapter.with_outputs(page.result["outputs"])}
    program = [step for _, step in steps(page.chapter)]
    for block, step in steps(page.chapter):
        before = [program[need]["code"] for need in step["needs"]]
        where = f"{page.chapter.path}:{block.line}"
        if "exercise" in step:
            for what, code in (("stub", step["code"]), ("solution", step["solution"])):
                args = [where, code, step["check"]]
                yield Piece(f"{where}: the {what}", page.page, before, "check", args, passes=what == "solution")
        elif "live" in step:
            passes = "error" not in outputs[block.line]
            yield Piece(where, page.page, before, "run", [where, step["code"]], book_shows(outputs[block.line]), passes)
            for value, frame in zip(step.get("play", {}).get("values", []), outputs[block.line].get("frames", [])):
                args = [where, step["code"], step["play"]["name"], value, step.get("say")]
                said = [["said", frame["said"]]] if frame["said"] else []
                expected = [*book_shows(outputs[block.line]), *said]
                yield Piece(f"{where} with {value!r}", page.page, before, "play", args, expected)


def book_shows(output):
    """Kind and text of each output that stands in the book; of a figure that there is one."""
    if "error" in output:  # a cell that must fail
        return [["error", output["error"]]]
    shown = [["out", output["stdout"]]] if output["stdout"] else []
    for data in output["displays"]:
        kind = "html" if "text/html" in data else "text"
        shown.append([kind, data[f"text/{'html' if kind == 'html' else 'plain'}"]])
    return [*shown, ["svg", ""]] if "figures" in output else shown


def joined(shown):
    """Printed text in one piece, as it is read; figures without what is drawn in them, errors without their way."""
    parts = []
    for kind, text in shown:
        if kind in ("out", "err") and parts and parts[-1][0] == kind:
            parts[-1][1] += text
        elif kind == "svg":
            parts.append([kind, "" if text.startswith("<svg") else text])
        else:
            parts.append([kind, WAY.sub("", text) if kind == "error" else text])
    return parts


def told(shown):
    return "\n".join(f"[{kind}] {text}" for kind, text in shown) or "nothing"


# ---- what the page shows --------------------------------------------------------------------------------------------
@pytest.fixture(scope="session")
def all_pieces(pages, tmp_path_factory):
    """All pieces of the book and those for the control, run in the Python of the page."""
    found = [*(piece for page in pages for piece in pieces(page)), *SAME, *OTHER]
    folder = tmp_path_factory.mktemp("truth")
    for piece, answer in zip(found, answers([piece.job for piece in found], folder), strict=True):
        piece.ok, piece.shown = answer["ok"], answer["shown"]
    return found


@pytest.fixture(scope="session")
def pages():
    """The live pages, with the results of the last build where nothing has changed since."""
    loom = Loom(ROOT, fonts)
    try:
        return list(loom.weave(only=[f"docs/{chapter}" for chapter in CHAPTERS]).pages.values())
    finally:
        loom.close()


def answers(jobs, folder):
    """What the page's Python says to each job."""
    notices = []
    official = runtime(ROOT, notices.append)
    if official is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("\n".join(notices))
    built = wheel(ROOT)
    (folder / "lock.json").write_bytes(lock(built, f"{built.parent}/"))
    files = {name: (ROOT / path).read_text("utf-8") for name, path in SHELL.items()}
    data = {path.name: str(path) for path in (ROOT / "data").iterdir() if path.suffix in (".csv", ".gz", ".txt")}
    job = {"runtime": str(official["pyodide.mjs"].parent), "lock": str(folder / "lock.json"), "files": files}
    job["data"] = data  # the wheel of the page has none
    (folder / "job.json").write_text(json.dumps({**job, "pieces": jobs}), "utf-8")
    command = [node_binary(), Path(__file__).with_name("truth.mjs"), folder / "job.json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE * len(jobs), check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


# ---- figures --------------------------------------------------------------------------------------------------------
def slices(page):
    """Every live figure of a page: its label, a chapter of nothing but its slice, and what came of it in the book."""
    outputs = {block.line: output for block, output in page.chapter.with_outputs(page.result["outputs"])}
    program = steps(page.chapter)
    for block, step in program:
        if "figure" in step:
            needs = (f"{program[need][1]['code']}\n{CLOSED}" for need in step["needs"])
            # The caption is not drawn: its values may be of names that the figure does not need.
            options = yaml.safe_dump({**block.options, "caption": "Some.", "alt": "Some."}, width=10_000)
            header = "".join(f"#| {line}\n" for line in options.splitlines())
            code = "".join(line for line in block.text.splitlines(keepends=True) if not line.startswith("#|"))
            yield step["figure"], fenced(*needs, header + code), outputs[block.line]


def fenced(*cells):
    return "\n".join(f"```python\n{cell}\n```\n" for cell in cells)


def drawn(chapters, root):
    """What comes of the last cell of each chapter, given as name -> text."""
    (root / "docs").mkdir()
    for name, text in chapters.items():
        (root / "docs" / f"{name}.md").write_text(text, "utf-8")
    found = {}
    workers = Workers(root, fonts(ROOT))
    try:
        workers.run([f"docs/{name}.md" for name in chapters], found.__setitem__)
    finally:
        workers.close()
    return {Path(path).stem: result["outputs"][-1] for path, result in found.items()}


def pictures(output):
    """The figure and its frames, each without its colours, and what the frames say."""
    frames = output.get("frames", [])
    return [skeleton(each["light"]) for each in [output["figures"], *frames]] + [each["said"] for each in frames]


def test_a_figure_on_its_slice_is_the_figure_of_the_book(pages, tmp_path):
    wanted = {label: (text, output) for page in pages for label, text, output in slices(page)}
    assert wanted
    found = drawn({label: text for label, (text, _) in wanted.items()}, tmp_path)
    assert [label for label in wanted if pictures(found[label]) != pictures(wanted[label][1])] == []


def test_a_figure_on_a_wrong_slice_is_told_apart(tmp_path):
    """A line that is missed, a frame that is missed, and a colour, which may differ."""
    path = "import matplotlib.pyplot as plt\npath = [1, 2]\nmore = [0]"
    chapters = {
        "right": fenced(path, "path.append(3)", FIGURE),
        "again": fenced(path, "path.append(3)", FIGURE.replace("k);", "k, color='C3');")),
        "wrong": fenced(path, FIGURE),
        "frame": fenced(path, "path.append(3)\nmore = [7]", FIGURE),
    }
    found = {name: pictures(output) for name, output in drawn(chapters, tmp_path).items()}
    assert len(found["right"]) == 5
    assert found["right"] == found["again"]
    assert found["wrong"][0] != found["right"][0] == found["frame"][0]
    assert found["frame"] != found["right"]


# ---- the comparison -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_page_shows_what_the_book_shows(chapter, all_pieces):
    mine = [piece for piece in all_pieces if piece.chapter == chapter]
    assert mine
    differences = [piece.difference() for piece in mine if piece.difference()]
    assert not differences, "\n\n".join(differences)


def test_live_chapters_are_found():
    assert len(CHAPTERS) >= 4


# ---- control: what must be found the same, and what must not --------------------------------------------------------
PLOT = "import matplotlib.pyplot as plt"
TURNED = "k = 1.0\nplt.plot([1, k]);"
EVERY = "from mle.datasets import *\nfor name in list_datasets(): load(name).table()\nprint('all read', end='')"
NOTED = "error = ValueError('no')\nerror.add_note('why')\nerror.add_note('and\\nhow')\nraise error"
SAME = [
    Piece("a figure", "", [PLOT], "run", ["a", "plt.plot([1, 2]);"], [["svg", ""]]),
    Piece("a turned figure", "", [PLOT], "play", ["a", TURNED, "k", 2, "k {{ k }}"], [["svg", ""], ["said", "k 2.0"]]),
    Piece("printed", "", [], "run", ["a", "for i in range(2): print(i)"], [["out", "0\n1\n"]]),
    Piece("an error", "", [], "run", ["a", "raise ValueError('no: why')"], [["error", "ValueError: no: why"]], False),
    Piece("an error's notes", "", [], "run", ["a", NOTED], [["error", "ValueError: no\nwhy\nand\nhow"]], False),
    Piece("every data set", "", [], "run", ["a", EVERY], [["out", "all read"]]),
    Piece("a clean namespace", "", ["x = 1"], "run", ["a", "'k' in globals()"], [["text", "False"]]),
]
OTHER = [
    Piece("overflow", "", ["import numpy as np"], "run", ["a", "int((np.arange(100000) ** 2).sum())"], [["text", "3"]]),
    Piece("no figure", "", [PLOT], "run", ["a", "None"], [["svg", ""]]),
    Piece("two figures", "", [PLOT], "run", ["a", "plt.figure(), plt.figure();"], [["svg", ""]]),
    Piece("a missing need", "", [], "run", ["a", "np.pi"], [["text", "3.141592653589793"]]),
    Piece("a need that fails", "", ["1 / 0"], "run", ["a", "1"], [["text", "1"]]),
    Piece("no error", "", [], "run", ["a", "1"], [["error", "ValueError: no"]], False),
    Piece("a warning", "", ["import sys"], "run", ["a", "print(1, file=sys.stderr)"], [["out", "1\n"]]),
    Piece("a wrong answer", "", [], "check", ["a", "x = 1", "assert x == 2, 'two'"]),
    Piece("a stub that passes", "", [], "check", ["a", "x = 2", "assert x == 2"], passes=False),
]


@pytest.mark.parametrize("piece", SAME, ids=lambda piece: piece.what)
def test_no_difference_is_found_where_there_is_none(piece, all_pieces):
    assert piece.difference() == ""


@pytest.mark.parametrize("piece", OTHER, ids=lambda piece: piece.what)
def test_a_difference_is_found(piece, all_pieces):
    assert piece.what in piece.difference()


def test_a_difference_tells_both_outputs(all_pieces):
    """Whole numbers have 32 bits in the page: this sum is 333328333350000 elsewhere."""
    overflow = OTHER[0]
    assert overflow.difference().endswith("pass and to show\n[text] 3\nThe page shows\n[text] 216474736")
