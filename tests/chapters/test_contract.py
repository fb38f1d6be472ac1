"""Every line of `mle.base` and `mle.validation` stands in a quote of the chapter that explains them."""

import ast
import shutil
from pathlib import Path

import pytest

from weave.library import Library
from weave.read import read

ROOT = Path(__file__).parents[2]
CHAPTER = ROOT / "docs/practice/an-estimators-contract.py"


def idle_lines(source):
    """Lines that import, also those of a package that imports its names when they are asked for."""
    return {
        number
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import | ast.ImportFrom) or ast.unparse(node).endswith("= attach(__name__, __file__)")
        for number in range(getattr(node, "lineno", 0), (getattr(node, "end_lineno", 0) or 0) + 1)
        if not isinstance(node, ast.Module)
    }


def unexplained(library):
    """Lines of code of the two modules that no quote of the chapter shows, as "path:number line"."""
    names = [block.text.split()[0] for block in read(CHAPTER, ROOT).blocks if block.kind == "quote"]
    shown = {(symbol.path, n) for symbol in map(library.resolve, names) for n in symbol.lines()}
    files = [path for path in library.sources if path == "mle/base.py" or path.startswith("mle/validation/")]
    idle = {path: idle_lines("\n".join(library.sources[path])) for path in files}
    return [
        f"{path}:{n} {library.sources[path][n - 1].strip()}"
        for path, n in sorted(library.code_lines - shown)
        if path in files and n not in idle[path]
    ]


def test_every_line_of_base_and_validation_is_quoted():
    assert unexplained(Library(ROOT)) == []


@pytest.mark.parametrize("file", ["base.py", "validation/numbers.py", "validation/new.py"])
def test_a_line_that_nobody_explains_is_found(tmp_path, file):
    shutil.copytree(ROOT / "mle", tmp_path / "mle", ignore=shutil.ignore_patterns("__pycache__", "_data"))
    with (tmp_path / "mle" / file).open("a", encoding="utf-8") as module:
        module.write("\n\ndef newcomer():\n    return 1\n")
    found = unexplained(Library(tmp_path))
    assert [line.partition(" ")[2] for line in found] == ["def newcomer():", "return 1"]
