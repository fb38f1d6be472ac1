"""What a live cell needs of the code above it: enough, and not much more."""

import json
import re

import pytest

from weave.errors import WeaveError
from weave.program import program
from weave.read import read


def steps_of(tmp_path, *cells):
    """The steps of a chapter made of cells, `live` in the first line of those that are."""
    text = "".join(f"```python\n{code}\n```\n\n" for code in cells)
    (tmp_path / "docs").mkdir(exist_ok=True)
    file = tmp_path / "docs" / "a.md"
    file.write_text(text, encoding="utf-8")
    return program(read(file, tmp_path))["steps"]


def run(steps, at):
    """Names after a step has been run on its needs alone."""
    space: dict[str, object] = {}
    for n in [*steps[at]["needs"], at]:
        exec(steps[n]["code"], space)
    return space


LIVE = "#| live: true\n"


def test_a_cell_takes_along_what_it_reads(tmp_path):
    steps = steps_of(tmp_path, "a = 1\nb = 2\nc = 3", "d = a + 1", f"{LIVE}e = d + 1")
    assert [step["code"] for step in steps] == ["a = 1\nd = a + 1", "e = d + 1"]
    assert steps[1] == {"code": "e = d + 1", "needs": [0], "live": True}
    assert run(steps, 1)["e"] == 3


def test_nothing_is_needed_by_nobody(tmp_path):
    assert steps_of(tmp_path, "import numpy as np\nprint(np.pi)", f"{LIVE}1 + 1") == [
        {"code": "1 + 1", "needs": [], "live": True}
    ]


@pytest.mark.parametrize(
    ("before", "live", "wanted"),
    [
        ("x = [1]\nx.append(2)", "y = x", [1, 2]),
        ("x = [1]\nx[0] = 5", "y = x", [5]),
        ("x = [1]\nx += [2]", "y = x", [1, 2]),
        ("class A: pass\nx = A()\nx.a = 4", "y = x.a", 4),
        ("k = 1\ndef f(): return k\nk = 2", "y = f()", 2),
        ("def f(): return k\ndef g(): return f()\nk = 7", "y = g()", 7),
        ("def deco(f): return lambda: f() + 1\n@deco\ndef f():\n    return 1", "y = f()", 2),
        ("total = 0\nfor i in range(4):\n    total += i", "y = total", 6),
        ("a = 1\nif a:\n    b = 5\nelse:\n    b = 6", "y = b", 5),
        ("with open(__import__('os').devnull) as f:\n    b = 5", "y = b", 5),
        ("a, *b = 1, 2, 3", "y = b", [2, 3]),
        ("def fill(x): x.append(1)\nx = []\nfill(x)", "y = x", [1]),
        ("import numpy as np\nx = np.zeros(2)\nnp.fill_diagonal(x[:, None], 3)", "y = float(x[0])", 3.0),
        ("import numpy as np\nrng = np.random.default_rng(1)\nfirst = rng.normal()", "y = rng.normal() != first", True),
        ("x = 1\nx = x + 1\nx = x * 3", "y = x", 6),
        ("xs = [1, 2]\ny = 5", "y = [y for y in xs]", [1, 2]),
        ("a = 1; b = a + 1", "y = b", 2),
        ("try:\n    import nowhere\nexcept ImportError as e:\n    b = 3", "y = b", 3),
        ("x = 3\nassert x", "y = (z := x) + z", 6),
        ("k = 5\nzs = [0 for k in range(3)]", "y = k", 5),
        ("[(last := i) for i in range(3)]", "y = last", 2),
        ("x = [1]\ndef f(z): z.append(2)\nf(z=x)", "y = x", [1, 2]),
        ("x = [1, 2]\nlast = x.pop()", "y = x", [1]),
        ("x = [1, 2]\nprint(x.pop())", "y = x", [1]),
        ("class A:\n    def set(self): self.a = 1\nx = A()\nx.set()", "y = x.a", 1),
        ("class A: pass\nx = A()\nsetattr(x, 'a', 1)", "y = x.a", 1),
        ("x = iter([1, 2])\nfirst = next(x)", "y = next(x)", 2),
        ("import numpy as np\nx = np.zeros(2)\n_ = np.add(x, 1, out=x)", "y = float(x[0])", 1.0),
        ("x = 1\nx: int", "y = x", 1),
        ("class E(Exception): pass", "try: raise E\nexcept E: y = 1", 1),
        ("x = 1", "x += 1\ny = x", 2),
        ("x = 1", "del x\ny = 1", 1),
        ("x = 1", "class A: x = x\ny = A.x", 1),
        ("sum = 3\nid = 4", "y = sum + id", 7),
        # what functions do
        ("log = []\ndef add(x): log.append(x)\nadd(1)", "y = log", [1]),
        ("log = []\ndef add(x): log.append(x); return x\nz = add(1)", "y = log", [1]),
        ("log = []\ndef add(x): log.append(x)\ndef more(): add(2)\nmore()", "y = log", [2]),
        ("def init():\n    global m\n    m = 1\ninit()", "y = m", 1),
        ("path = []\ndef descend(f): f(1)\nw = descend(path.append)", "y = path", [1]),
        ("path = []\ndef descend(f): f(1)\nw = descend(f=lambda v: path.append(v))", "y = path", [1]),
        ("class A:\n    def f(self): log.append(1)\nlog = []\na = A()\nz = a.f()", "y = log", [1]),
        ("def g(): return k\nk = 1\nr = g()\nk = 2", "y = r", 1),
        ("class A:\n    def f(self): return k\na = A()\nk = 1\nr = a.f()\nk = 2", "y = r", 1),
        ("import random\nr = random.Random(0)\ndef f(): return r.random()\nz = f()", "y = r.random() != z", True),
        ("def f(z): z.append(2); return z\nx = [1]\nq = f(x)", "y = x", [1, 2]),
        ("def f(z): z.append(2)\ndef g(z): f(z)\nx = [1]\nq = g(x)", "y = x", [1, 2]),
        # second names
        ("a = [1]\nb = a\nb.append(3)", "y = a", [1, 3]),
        ("a = [1]\nb = a\na.append(3)", "y = b", [1, 3]),
        ("a = b = [1]\nb.append(3)", "y = a", [1, 3]),
        ("a = [1]\nb = a\nb += [3]", "y = a", [1, 3]),
        ("a = [[1], [2]]\nrow = a[0]\nrow[:] = [7]", "y = a", [[7], [2]]),
        ("a = [[1], [2]]\nfor i, row in enumerate(a): row.append(i)", "y = a", [[1, 0], [2, 1]]),
        ("a = {'k': [1]}\nfor k, v in a.items(): v.append(2)", "y = a", {"k": [1, 2]}),
        ("a = [[1], [2]]\n[row.append(3) for row in a]", "y = a", [[1, 3], [2, 3]]),
    ],
)
def test_what_is_needed_is_enough(tmp_path, before, live, wanted):
    steps = steps_of(tmp_path, before, LIVE + live)
    assert run(steps, len(steps) - 1)["y"] == wanted


def test_a_generator_stands_where_the_book_has_it(tmp_path):
    before = "import numpy as np\nrng = np.random.default_rng(1)\nunused = rng.normal()"
    steps = steps_of(tmp_path, before, f"{LIVE}y = rng.normal()")
    whole: dict[str, object] = {}
    exec(f"{before}\ny = rng.normal()", whole)
    assert run(steps, len(steps) - 1)["y"] == whole["y"]


@pytest.mark.parametrize(
    "unneeded",
    [
        "print(x)",
        "for x in range(3):\n    y = x",
        "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax.plot(x)",
        "z = sorted(x for x in range(3))",
        "def f(x): return x",
        "x.mean()",
        "y = x[0]",
        "b = x\nb = [3]\nb.append(4)",
        "def f(): x.append(1)",
        "def f(z): print(len(z))\nf(x)",
    ],
)
def test_what_only_looks_is_left_out(tmp_path, unneeded):
    """A name that a later statement gives anew does not drag in what its older self went through."""
    steps = steps_of(tmp_path, f"x = [1]\n{unneeded}\nx = [2]", f"{LIVE}z = x")
    assert [step["code"] for step in steps[:-1]] == ["x = [2]"]


def test_an_imported_name_is_not_changed_by_its_use(tmp_path):
    """Also where the import stands in a live cell, among other lines."""
    cells = f"{LIVE}import numpy as np\nx = np.array([1.0])", "z = np.zeros(3)\nnp.sort(z)", f"{LIVE}y = np.sum(x)"
    assert [step["code"] for step in steps_of(tmp_path, *cells)] == [cell.removeprefix(LIVE) for cell in cells[::2]]


def test_everything_by_a_star_is_refused(tmp_path):
    with pytest.raises(WeaveError, match=r"docs/a\.md:2: name what is imported"):
        steps_of(tmp_path, "from math import *", f"{LIVE}y = pi")


def test_an_edited_live_cell_is_needed_whole(tmp_path):
    """A later cell must see what the reader makes of the one before, so that one is not cut."""
    steps = steps_of(tmp_path, f"{LIVE}a = 1\nprint('shown')", f"{LIVE}b = a")
    assert steps[1]["needs"] == [0]
    assert steps[0]["code"] == "a = 1\nprint('shown')"


def test_cells_that_must_fail_are_nobodys_need(tmp_path):
    assert len(steps_of(tmp_path, "a = 1", "#| raises: ValueError\na = int('x')", f"{LIVE}b = a")) == 2


def test_a_definition_in_an_example_counts(tmp_path):
    steps = steps_of(tmp_path, "a = 1", f"{LIVE}c = b")
    assert steps[-1]["needs"] == []
    file = tmp_path / "docs" / "a.md"
    file.write_text(f"```pycon\n>>> b = 2\n>>> b\n2\n```\n\n```python\n{LIVE}c = b\n```\n", encoding="utf-8")
    assert [step["code"] for step in program(read(file, tmp_path))["steps"]] == ["b = 2", "c = b"]


def test_what_a_figure_says_is_read_too(tmp_path):
    figure = "#| live: true\n#| id: fig-a\n#| caption: A.\n#| alt: A.\n#| play: {n: [1, 2]}\n"
    steps = steps_of(tmp_path, "far = 5\nnear = 1", f'{figure}#| say: "{{{{ far * n }}}}"\nn = 1')
    assert steps[0]["code"] == "far = 5"
    assert steps[1]["needs"] == [0]
    assert steps[1]["play"] == {"name": "n", "values": [1, 2]}
    assert steps[1]["say"] == "{{ far * n }}"


def test_an_exercise_needs_what_its_check_and_solution_read(tmp_path):
    file = tmp_path / "docs" / "a.md"
    file.parent.mkdir()
    cells = {
        "stub": "def f(x):\n    return ...",
        "check": "assert f(a) == b",
        "solution": "def f(x):\n    return x + c",
    }
    text = "```python\na, b, c, d = 1, 3, 2, 9\n```\n\n### Exercise: Add {#ex-add}\n\nAdd.\n\n"
    text += "".join(f"```python\n#| exercise: {part}\n{code}\n```\n\n" for part, code in cells.items())
    file.write_text(text, encoding="utf-8")
    made = program(read(file, tmp_path))
    assert made["chapter"] == "a"
    assert made["steps"][1] == {"code": cells["stub"], "needs": [0], "exercise": "ex-add"} | {
        part: cells[part] for part in ("check", "solution")
    }
    space = run(made["steps"], 1)
    exec(cells["solution"], space)
    exec(cells["check"], space)


def test_the_book_has_a_program_for_every_step_that_a_page_names(project):
    woven = project.weave()
    for page in woven.book.chapters:
        named = [int(n) for n in re.findall(r'data-step="?(\d+)', woven.markdown[page]) if n]
        steps = program(woven.book.pages[page])["steps"]
        assert sorted(set(named)) == [n for n, step in enumerate(steps) if "live" in step or "exercise" in step]
        json.dumps(steps)


def test_a_function_that_only_looks_is_not_needed(tmp_path):
    """A function of the chapter is known to leave what it is given as it is."""
    before = "def told(z): seen = len(z); print(seen)\nx = [1]\ntold(x)\nfor part in [x]:\n    told(part)"
    assert [step["code"] for step in steps_of(tmp_path, before, f"{LIVE}y = x")] == ["x = [1]", "y = x"]
