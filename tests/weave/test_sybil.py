"""`pytest` on the chapters: what fails is told by file and line, in both kinds of chapter; nobody else runs them."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BROKEN = {
    "md": "```python\nx = 1\n```\n\nText.\n\n```pycon\n>>> x\n1\n>>> x + 1\n3\n```\n\n"
    "```python\n#| hide: true\ny = x\ny / 0\n```\n",
    "py": "# %%\nx = 1\n\n# %% [markdown]\n# ```pycon\n# >>> x\n# 1\n# >>> x + 1\n# 3\n# ```\n\n"
    "# %%\n#| hide: true\ny = x\ny / 0\n",
}
MORE = "```python\n#| raises: KeyError\n1\n```\n\n```python\nimport warnings\nwarnings.warn('mind')\n```\n"
QUIET = (
    "```python\nimport warnings\nwarnings.filterwarnings('ignore', 'hush')\n```\n\n"
    "```python\nwarnings.warn('hush')\n```\n\n```pycon\n>>> warnings.warn('hush')\n```\n"
)


@pytest.fixture(scope="module")
def run(shared):
    """What pytest says about the tiny project, with the book's own conftest.py and settings."""
    project = shared.fresh()
    for kind, body in BROKEN.items():
        project.case(body, f"docs/broken.{kind}")
    project.case(MORE, "docs/more.md")
    project.case(QUIET, "docs/quiet.md")
    project.write("docs/api/sums.md", "# Sums\n\n::: mle.sums\n")
    for name in ("conftest.py", "pyproject.toml"):
        shutil.copy(ROOT / name, project.root / name)
    command = [sys.executable, "-m", "pytest", "docs", "-p", "no:cacheprovider", "-rA"]
    done = subprocess.run(
        command,
        cwd=project.root,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=300,
    )
    for name in ("conftest.py", "pyproject.toml"):
        (project.root / name).unlink()
    assert done.stderr == ""
    return project, done.stdout


def outcomes(told, word):
    """Names of the tests with this outcome."""
    return sorted(re.findall(rf"^{word} (\S+)", told, re.M))


def test_what_fails_is_told_by_file_and_line(run):
    project, told = run
    places = [project.at(what, f"docs/broken.{kind}") for kind in BROKEN for what in (">>> x + 1", "#| hide")]
    places += [project.at(what, "docs/more.md") for what in ("#| raises", "import warnings")]
    assert outcomes(told, "FAILED") == sorted(re.sub(r":(\d+)$", r"::line:\1,column:1", place) for place in places)


def test_the_failures_name_the_line_that_raised(run):
    project, told = run
    for kind in BROKEN:
        assert re.search(rf"{project.at('y / 0', f'docs/broken.{kind}')}: ZeroDivisionError", told)
        assert re.search(r"Expected:\n\s+3\nGot:\n\s+2", told)
    assert f"{project.at('raises', 'docs/more.md')}: this cell must raise KeyError" in told
    assert re.search(rf"{project.at('warnings.warn', 'docs/more.md')}: UserWarning", told)


def test_what_holds_passes_and_is_run_once(run):
    _, told = run
    passed = outcomes(told, "PASSED")
    assert [name for name in passed if "broken.md" in name] == [
        "docs/broken.md::line:14,column:1",
        "docs/broken.md::line:8,column:1",
    ]
    toy = [name for name in passed if "toy.md" in name]
    assert len(toy) == 3 + 2  # cells, examples; the three parts of the exercise are the build's
    assert not any("api" in name or "glossary" in name for name in passed)
    assert re.search(r"6 failed, \d+ passed in", told)


def test_what_a_chapter_silences_is_silent_in_its_later_cells_and_examples(run):
    _, told = run
    assert len([name for name in outcomes(told, "PASSED") if "quiet.md" in name]) == 3
