"""What runs again and what does not; no edit is ever missed, and two builds may share one folder."""

import json
import os
import py_compile
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from weave.cache import RUNNER, Cache
from weave.errors import WeaveErrors
from weave.loom import Loom

ROOT = Path(__file__).parents[2]
ALL = ["docs/second.py", "docs/toy.md"]
DIGEST = """
import hashlib, json, sys
from pathlib import Path
from weave.loom import Loom
woven = Loom(Path.cwd()).weave()
figures = {name: page.figures() for name, page in woven.pages.items()}
made = [woven.markdown, figures, {name: woven.notebook(name) for name in woven.book.chapters}]
print(json.dumps([hashlib.sha256(json.dumps(part).encode()).hexdigest() for part in made]))
"""


@pytest.fixture
def project(shared):
    """The tiny project, nothing of it kept from before."""
    shutil.rmtree(shared.root / ".cache", ignore_errors=True)
    return shared.fresh()


@pytest.fixture
def another_loom(project):
    """Looms on the same folder, as other builds have them."""
    made = []

    def make(fonts=None):
        made.append(Loom(project.root, fonts))
        return made[-1]

    yield make
    for loom in made:
        loom.close()


def executed(project):
    """What the next build runs; the rest must come from the cache."""
    woven = project.weave()
    steps = [c.path for c in woven.book.pages.values() if c.steps]
    assert sorted(woven.executed + woven.cached) == sorted(steps)
    return sorted(woven.executed)


def cell(code):
    return f"```python\n{code}\n```\n"


# ---- what runs ---------------------------------------------------------------------------------------------------
def test_nothing_runs_twice(project, another_loom):
    assert executed(project) == ALL
    assert executed(project) == []
    assert another_loom().weave().executed == []


def test_a_word_in_a_chapter_runs_nothing(project):
    executed(project)
    project.edit("docs/toy.md", "Write half.", "Write one half.\nAnd a line more.")
    assert executed(project) == []
    assert "Write one half." in project.weave().markdown["toy.md"]


@pytest.mark.parametrize(
    ("path", "old", "new", "runs"),
    [
        ("docs/toy.md", "x.sum() + 1.5", "x.sum() + 2.5", ["docs/toy.md"]),
        ("docs/toy.md", ">>> double(4)\n8", ">>> double(5)\n10", ["docs/toy.md"]),
        ("docs/toy.md", "{{ double(-1.5):.1f }}", "{{ double(-1.5):.2f }}", ["docs/toy.md"]),
        ("docs/toy.md", "slope {{ double(1) }}", "slope {{ double(2) }}", ["docs/toy.md"]),
        ("docs/second.py", "#| live: true", "#| live: false", ["docs/second.py"]),
        ("mle/sums.py", "return x + x", "return 2 * x", ALL),
        ("mle/sums.py", "by hand", "by heart", ALL),
        ("mle/testing.py", "Checks that print", "Tests that print", ["docs/toy.md"]),
        ("mle/plot.py", "#102030", "#102031", ["docs/toy.md"]),
        ("mle/__init__.py", "0.1.0", "0.2.0", ALL),
        ("mle/other.py", "3 * x", "x * 3", []),
        ("docs/references.bib", "1809,\n}", "1810,\n}", []),
        ("docs/glossary.md", "misses.", "missed.", []),
    ],
)
def test_an_edit_runs_what_it_concerns_and_nothing_else(project, path, old, new, runs):
    executed(project)
    project.edit(path, old, new)
    assert executed(project) == runs
    assert executed(project) == []


@pytest.mark.parametrize(
    "reading",
    [
        "from pathlib import Path\nPath('data/points.txt').read_text()",
        "import numpy as np\nnp.loadtxt('data/points.txt').tolist()",
        "import mle\nfrom pathlib import Path\n(Path(mle.__file__).parents[1] / 'data' / 'points.txt').read_bytes()",
        "import os\nos.chdir('data')\nwith open(b'points.txt') as file:\n    print(file.read())",
        "import os\nos.read(os.open('data/../data/points.txt', os.O_RDONLY), 9)",
    ],
)
def test_an_edit_of_data_runs_the_chapter_that_read_it(project, reading):
    project.write("data/points.txt", "1 2\n3 4\n")
    project.write("data/others.txt", "1 2\n3 4\n")
    project.case(cell(reading))
    assert "docs/case.md" in executed(project)
    project.write("data/others.txt", "5\n")
    assert executed(project) == []
    project.write("data/points.txt", "1 2\n3 5\n")
    assert executed(project) == ["docs/case.md"]


def test_data_that_is_gone_runs_the_chapter(project):
    project.write("data/points.txt", "1\n")
    project.case(cell("from pathlib import Path\nPath('data/points.txt').read_text()"))
    executed(project)
    (project.root / "data/points.txt").unlink()
    assert project.error().startswith(f"{project.at('Path(')}: FileNotFoundError")


def test_a_file_that_a_chapter_writes_is_no_reason_to_run_it_again(project):
    project.write("data.txt", "0")
    path = "from pathlib import Path\npath = Path('data.txt')\n"
    project.case(cell(f"{path}_ = path.write_text('1')\npath.read_text()"))
    assert "docs/case.md" in executed(project)
    assert executed(project) == []


def test_another_lock_runs_everything(project):
    executed(project)
    project.edit("requirements/dev.txt", "numpy==2", "numpy==3")
    assert executed(project) == ALL


@pytest.mark.parametrize(
    "change", ["requirements/dev.txt", "requirements/new.txt", "package-lock.json", "fonts", "version", "runner"]
)
def test_what_every_result_depends_on(project, monkeypatch, tmp_path, change):
    before = Cache(project.root, tmp_path / "fonts-1").common
    assert Cache(project.root, tmp_path / "fonts-1").common == before
    fonts = tmp_path / ("fonts-2" if change == "fonts" else "fonts-1")
    if change == "version":
        monkeypatch.setattr("platform.python_version", lambda: "3.99.0")
    elif change == "runner":
        monkeypatch.setattr("weave.cache.RUNNER", (*RUNNER, "loom.py"))
    elif change != "fonts":
        project.write(change, "numpy==3\n")
    assert Cache(project.root, fonts).common != before


def test_the_runner_is_all_that_runs_a_chapter():
    """A part of it that moves to a module of its own must not be forgotten: its edits would serve old results."""
    code = "import sys, weave.worker, weave.run, weave.read; print(*(n for n in sys.modules if n.startswith('weave.')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    loaded = {f"{name.removeprefix('weave.')}.py" for name in done.stdout.split()}
    assert set(RUNNER) == loaded | {"cache.py"}


def test_other_fonts_draw_the_figures_again(project, another_loom, tmp_path):
    executed(project)
    assert sorted(another_loom(lambda root: tmp_path / "fonts-1").weave().executed) == ALL
    assert executed(project) == []
    assert another_loom(lambda root: tmp_path / "fonts-1").weave().executed == []


# ---- what is kept ------------------------------------------------------------------------------------------------
def kept(project, path="docs/toy.md"):
    return sorted((project.root / ".cache/weave" / path.replace("/", "--")).glob("*.json"))


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"null", b"[]", b"{}", b'{"dependencies": 3}', b'{"dependencies": {"a": "b"}}', b"\xff\xfe", None],
)
def test_a_corrupt_file_is_ignored_and_replaced(project, content):
    before = project.weave().markdown
    [file] = kept(project)
    file.write_bytes(file.read_bytes()[:-9] if content is None else content)
    woven = project.weave()
    assert (woven.executed, woven.markdown) == (["docs/toy.md"], before)
    assert executed(project) == []


def test_the_last_three_results_are_kept_and_vanished_chapters_are_dropped(project):
    def state(n):
        project.case(cell(f"print({n})"))
        return "docs/case.md" in executed(project)

    assert [state(n) for n in (1, 2, 3, 4)] == [True, True, True, True]
    assert len(kept(project, "docs/case.md")) == 3
    assert [state(n) for n in (4, 3, 2, 4)] == [False, False, False, False]
    assert state(1)
    assert [state(n) for n in (2, 4)] == [False, False]
    assert state(3)
    (project.root / "docs/case.md").unlink()
    executed(project)
    assert sorted(folder.name for folder in (project.root / ".cache/weave").iterdir()) == [
        "docs--second.py",
        "docs--toy.md",
    ]


# ---- edits between and during builds of one loom -----------------------------------------------------------------
def shown(project):
    woven = project.weave()
    return woven.pages["second.py"].result["outputs"][2]["values"], sorted(woven.executed)


def test_an_edit_of_the_library_is_never_missed(project):
    """Not even if size and time of the file stay as they were, by which Python knows its compiled copy."""
    file = project.root / "mle/sums.py"
    assert shown(project) == (["5", "15"], ALL)
    before = file.stat()
    project.edit("mle/sums.py", "factor = 3", "factor = 4")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert shown(project) == (["5", "20"], ALL)
    project.edit("mle/sums.py", "factor = 4", "factor = 3")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert shown(project) == (["5", "15"], [])
    project.edit("mle/sums.py", "factor = 3", "factor = 4")
    assert shown(project) == (["5", "20"], [])


@pytest.mark.parametrize(
    ("path", "old", "new", "expected"),
    [
        ("mle/sums.py", "factor = 3", "factor = 4", ("20", "0.1.0")),
        ("mle/__init__.py", "0.1.0", "0.2.0", ("15", "0.2.0")),
    ],
)
def test_a_compiled_copy_that_is_wrong_is_not_used(project, path, old, new, expected):
    """Whoever imports `mle` by other means leaves a compiled copy, which may be of a text that is gone."""
    file = project.root / path
    py_compile.compile(str(file), doraise=True)
    before = file.stat()
    project.edit(path, old, new)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    result = project.weave().pages["second.py"].result
    assert (result["outputs"][2]["values"][1], result["versions"]["mle"]) == expected


def test_an_edit_of_the_library_while_a_chapter_runs_does_not_poison_the_cache(project):
    path = "from pathlib import Path\nfrom mle.other import triple\npath = Path('mle/other.py')\n"
    project.case(cell(f"{path}_ = path.write_text(path.read_text().replace('3 * x', '5 * x'))\ntriple(1)"))
    runs = [project.weave() for _ in range(3)]
    assert [woven.pages["case.md"].result["outputs"][0]["displays"][0]["text/plain"] for woven in runs] == [
        "3",
        "5",
        "5",
    ]
    assert ["docs/case.md" in woven.executed for woven in runs] == [True, True, False]


def test_an_edit_of_a_chapter_while_it_is_woven(project):
    project.case(cell("print('one')"))
    with pytest.raises(
        WeaveErrors, match=r"docs/case.md:1: this chapter was edited while it was being woven: build again"
    ):
        project.weave(
            told=lambda message: project.edit("docs/case.md", "one", "two") if message.startswith("running") else None
        )
    outputs = project.weave().pages["case.md"].result["outputs"]
    assert outputs[0]["stdout"] == "two\n"
    project.edit("docs/case.md", "two", "one")
    assert project.weave().pages["case.md"].result["outputs"][0]["stdout"] == "one\n"


def test_the_shell_command(project):
    def weave(*chapters):
        command = [sys.executable, "-m", "weave.loom", *chapters]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        return subprocess.run(command, cwd=project.root, capture_output=True, text=True, env=environment)

    project.weave()
    done = weave("docs/toy.md")
    assert (done.returncode, done.stderr) == (0, "")
    assert (
        done.stdout
        == "toy.md: 3 cells, 2 doctests, 1 equations, 1 exercises, 1 figures, 1 quiz, 1 quotes, 8 values, 1 verified\n"
    )
    project.case(cell("#| shown: true"))
    failed = weave()
    assert (failed.returncode, failed.stdout) == (1, "")
    assert failed.stderr.startswith("docs/case.md:8: unknown cell option 'shown'")
    assert "Traceback" not in failed.stderr


# ---- equal every time --------------------------------------------------------------------------------------------
def start(root, seed):
    """A build in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": str(seed)}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen([sys.executable, "-c", DIGEST], cwd=root, env=environment, **pipes)


def finish(*builds):
    answers = []
    for build in builds:
        out, err = build.communicate(timeout=120)
        assert (build.returncode, err) == (0, "")
        answers.append(json.loads(out))
    return answers


def test_builds_share_a_folder_and_give_the_same_bytes_everywhere(project, make_project):
    """Two at once in one folder, both from nothing, a third in another folder; each with another hash seed."""
    other = make_project("a folder with another name")
    one, two, three = finish(start(project.root, 1), start(project.root, 2), start(other.root, 3))
    assert one == two == three
    assert len(set(one)) == 3
    assert executed(project) == []
