"""A tiny project with everything that weave knows, whole at the start of each test, to be broken in one place."""

import re
import shutil
from pathlib import Path

import pytest

from weave.errors import WeaveErrors
from weave.loom import Loom

ROOT = Path(__file__).parents[2]

SUMS = '''"""Sums by hand."""

LIMIT = 100


def double(x):
    """Twice x.

    >>> double(2)
    4
    """
    return x + x  # eq: double


class Scale:
    """Multiplies by a whole number."""

    factor = 3

    def apply(self, x):
        """Return the product."""
        return _times(x, self.factor)


def _times(x, k):
    """Add x up, k times."""
    total = 0 * x
    for _ in range(int(k)):
        total = total + x
    return total
'''

OTHER = '''"""No chapter loads this module."""


def triple(x):
    """Three times x."""
    return 3 * x
'''

PLOT = '''"""Two schemes, one colour each."""

INK = {"light": "#102030", "dark": "#d0e0f0"}
_current = "light"


def use(scheme="light"):
    """Draw in a scheme."""
    import matplotlib

    global _current
    _current = scheme
    matplotlib.rcParams.update({"text.color": INK[scheme], "svg.hashsalt": "mle", "figure.figsize": (3, 2)})


def color(role):
    """Return the colour of a role."""
    return INK[_current]
'''

TOY = r"""---
title: A toy
lede: Two and *two*.
minutes: 5
needs: []
able: [add two numbers]
---

## Adding up

```python
import numpy as np
from mle.sums import double
from mle.testing import verify

x = np.array([1.0, 2.0, 3.5])
verify("double", double(x), 2 * x)
```

Twice {{ x[0]:.0f }} is {{ double(x[0]):.0f }}; below zero it is {{ double(-1.5):.1f }}, see @eq-double and @fig-line.

$$
y = x + x
$$ {#eq-double}
: $x$ and $y$ are $(n,)$.

```quote
mle.sums.double
```

```python
x.sum() + 1.5
```

```pycon
>>> double(4)
8
>>> print(f"{double(0.25):.2f}")
0.50
```

```python
#| id: fig-line
#| caption: The line has the slope {{ double(1) }}.
#| alt: A rising line.
import matplotlib.pyplot as plt
from mle import plot

plt.plot(x, double(x), color=plot.color("fit"))
```

| Number | Twice |
|--:|--:|
| {{ x[1]:.1f }} | {{ double(x[1]):.1f }} |

: Twice a number. {#tbl-twice}

A [residual](glossary:residual)^[A side note.] is old [@gauss1809, art. 186].
More in [`double`][mle.sums.double] and @ex-half.

### Exercise: Half {#ex-half level="warm-up"}

Write half.

```python
#| exercise: stub
def half(x):
    return ...
```

```python
#| exercise: check
assert half(3.0) == 1.5, f"half of 3 is 1.5, not {half(3.0)}"
```

```python
#| exercise: solution
#| note: A half of {{ x[2] }} is {{ x[2] / 2 }}.
def half(x):
    return x / 2
```

```quiz
- question: What is twice 2?
  answers:
    - text: "4"
      right: true
      why: Two and two.
    - text: "5"
      why: Count again.
```
"""

SECOND = r"""# ---
# title: Computation
# lede: Cells in a row.
# minutes: 3
# needs: [toy]
# able: [run a cell]
# ---

# %% [markdown]
# ## Running
#
# As in @fig-line of the toy.

# %%
#| hide: true
import numpy as np

from mle.sums import Scale

# %%
#| live: true
table = np.arange(6).reshape(2, 3)
print("six numbers")
table

# %% [markdown]
# Three times {{ table.max() }} is {{ Scale().apply(table.max()) }}.
#
# ```quote
# mle.sums.Scale.apply
# ```

# %%
#| raises: ZeroDivisionError
1 // 0
"""

GLOSSARY = """---
title: Glossary
---

Residual
:   What a model misses.
"""

SOURCES = """@book{gauss1809,
  author = {Gauss, Carl Friedrich}, title = {Theoria motus}, publisher = {Perthes}, year = 1809,
}
"""

FILES = {
    "mle/__init__.py": '__version__ = "0.1.0"\n',
    "mle/sums.py": SUMS,
    "mle/other.py": OTHER,
    "mle/plot.py": PLOT,
    "mle/testing.py": (ROOT / "mle/testing.py").read_text(encoding="utf-8").replace("  # eq: ", "  # of the book: "),
    "docs/index.md": "# The book\n",
    "docs/toy.md": TOY,
    "docs/second.py": SECOND,
    "docs/glossary.md": GLOSSARY,
    "docs/references.bib": SOURCES,
    "requirements/dev.txt": "numpy==2\n",
    "mkdocs.yml": "nav: [index.md, {Part one: [toy.md, second.py]}, glossary.md]\n",
}
FRONT = "---\ntitle: A case\nlede: One.\nminutes: 1\nable: [see]\n---\n"
CASE = "docs/case.md"


class Project:
    """A project in `root` and the loom that weaves it; the loom's process is kept from one test to the next."""

    def __init__(self, root: Path) -> None:
        self.root, self.loom = root, Loom(root)

    def fresh(self) -> "Project":
        """All files as they were, and no other ones."""
        for folder in ("mle", "docs", "data", "requirements"):
            shutil.rmtree(self.root / folder, ignore_errors=True)
        for path, text in FILES.items():
            self.write(path, text)
        return self

    def write(self, path: str, text: str) -> str:
        """Write a file; returns its path."""
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text, encoding="utf-8")
        return path

    def text(self, path: str) -> str:
        return (self.root / path).read_text(encoding="utf-8")

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace the one place where `old` stands."""
        text = self.text(path)
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path}"
        self.write(path, text.replace(old, new))

    def case(self, body: str, path: str = CASE) -> str:
        """Add a chapter that holds only `body`."""
        front = FRONT if path.endswith(".md") else re.sub("^", "# ", FRONT.rstrip(), flags=re.M) + "\n"
        return self.write(path, front + body)

    def at(self, what: str, path: str = CASE) -> str:
        """`path:line` of the only line that holds `what`."""
        found = [n for n, line in enumerate(self.text(path).split("\n"), 1) if what in line]
        assert len(found) == 1, f"{what!r} stands on the lines {found} of {path}"
        return f"{path}:{found[0]}"

    def weave(self, **how):
        return self.loom.weave(**how)

    def errors(self, **how) -> list[str]:
        """What weave complains of; that it does not is a failure."""
        with pytest.raises(WeaveErrors) as caught:
            self.weave(**how)
        return [str(error) for error in caught.value.errors]

    def error(self, **how) -> str:
        """The only thing that weave complains of."""
        found = self.errors(**how)
        assert len(found) == 1, found
        return found[0]


@pytest.fixture(scope="session")
def shared(tmp_path_factory):
    """One folder and one running process for all tests that only change chapters and modules."""
    project = Project(tmp_path_factory.mktemp("project"))
    yield project
    project.loom.close()


@pytest.fixture
def project(shared):
    return shared.fresh()


@pytest.fixture
def make_project(tmp_path):
    """A project in another folder; its loom is for those who close it."""
    return lambda name: Project(tmp_path / name).fresh()
