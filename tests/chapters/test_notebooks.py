"""The notebook of each chapter runs in an interpreter that has `mle`, NumPy and matplotlib, and prints what it says."""

import doctest
import json
import re
import shutil
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

import nbformat
import pytest
from packaging.requirements import Requirement

from weave.run import FLAGS

ROOT = Path(__file__).parents[2]
RUN = r"""
import ast, contextlib, io, json, sys
sys.path.insert(0, sys.argv[1])
import matplotlib
matplotlib.use("agg")
import matplotlib.pyplot as plt
space, told = {"__name__": "__main__"}, []
for source in json.load(sys.stdin):
    tree, printed, shown, error = ast.parse(source), io.StringIO(), None, None
    last = tree.body.pop().value if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    try:
        with contextlib.redirect_stdout(printed):
            exec(compile(tree, "<cell>", "exec"), space)
            value = eval(compile(ast.Expression(last), "<cell>", "eval"), space) if last else None
        shown = None if value is None or source.rstrip().endswith(";") else repr(value)
    except Exception as failed:
        error = f"{type(failed).__name__}: {failed}"
    plt.close("all")
    told.append([printed.getvalue(), shown, error])
print(json.dumps(told))
"""


def needed(name, found=None):
    """A distribution and all that it requires."""
    found = {} if found is None else found
    if name not in found:
        found[name] = distribution(name)
        for line in found[name].requires or []:
            requirement = Requirement(line)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                needed(requirement.name, found)
    return found


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    """A folder with `mle` as it is installed, NumPy, matplotlib and what these need; nothing else."""
    folder = tmp_path_factory.mktemp("packages")
    for made in needed("matplotlib").values():
        for top in {
            file.parts[0] for file in made.files or [] if ".." not in file.parts and "bin" not in file.parts
        } - {"__pycache__"}:
            if not (folder / top).exists():
                (folder / top).symlink_to(made.locate_file(top))
    shutil.copytree(ROOT / "mle", folder / "mle", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "mle/_data").symlink_to(ROOT / "data")
    return folder


def same(stored, got):
    """Whether a text is what the notebook shows; doctests may leave parts of theirs out."""
    one, two = (re.sub(r"\s+", "", text or "") for text in (stored, got))
    return one == two or doctest.OutputChecker().check_output(stored, got or "", FLAGS)


def test_a_notebook_runs_alone_and_gives_what_it_shows(book, packages, page):
    cells = [cell for cell in nbformat.reads(book.notebook(page), 4).cells if cell.cell_type == "code"]
    command = [sys.executable, "-I", "-S", "-c", RUN, str(packages)]
    done = subprocess.run(
        command,
        input=json.dumps([cell.source for cell in cells]),
        capture_output=True,
        text=True,
        timeout=580,
        cwd=packages,
    )
    assert done.returncode == 0, done.stderr
    assert len(cells) > 5
    for cell, (printed, shown, error) in zip(cells, json.loads(done.stdout), strict=True):
        if "raises-exception" not in cell.metadata.get("tags", []):
            assert error is None, f"{cell.source}\n{error}"
        streams = "".join(out.text for out in cell.outputs if out.output_type == "stream")
        assert same(streams, printed), f"{cell.source}\nsays it prints\n{streams}\nand prints\n{printed}"
        for out in cell.outputs:
            if out.output_type == "error" and not out.ename.endswith(
                "Warning"
            ):  # what stops the book only warns a reader
                assert same(f"{out.ename}: {out.evalue}", error), (
                    f"{cell.source}\nsays it fails with\n{out.evalue}\nand gives\n{error}"
                )
            elif "text/plain" in out.get("data", {}) and not out.data["text/plain"].startswith("Figure: "):
                assert same(out.data["text/plain"], shown), (
                    f"{cell.source}\nsays it shows\n{out.data['text/plain']}\nand shows\n{shown}"
                )
