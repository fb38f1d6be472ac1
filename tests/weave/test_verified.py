"""The page of comparisons has one row for each algorithm and the largest of its gaps."""

import json

import pytest

from weave.library import Library
from weave.verified import verified

ROW = {"name": "fit, exact", "module": "mle.a.b", "against": "SciPy", "version": "1.2", "what": "|x|", "data": "few"}


@pytest.fixture
def root(tmp_path):
    (tmp_path / "build").mkdir()
    return tmp_path


def table(root, rows):
    (root / "build/parity.json").write_text(json.dumps(rows))
    return verified(root, Library(root, "mle"))


def test_one_row_for_each_algorithm(root):
    made = table(
        root, [ROW | {"gap": 1e-9, "tolerance": 1e-8}, ROW | {"gap": 2e-16, "tolerance": 1e-9, "data": "many"}]
    )
    assert made.count("\n| `fit`, exact | SciPy 1.2 |") == 1
    assert made.endswith("| \\|x\\|: few, many | 1.0e-09 | 1e-08 |")


def test_packages_have_tables_of_their_own(root):
    other = ROW | {"module": "mle.c.d", "gap": 0.0, "tolerance": 0.0}
    made = table(root, [other, ROW | {"gap": 1e-9, "tolerance": 1e-8}])
    assert made.index("## `mle.a`") < made.index("## `mle.c`")
    assert made.endswith("| 0 | 0 |")


def test_tests_that_were_not_run(tmp_path):
    assert "without comparisons" in verified(tmp_path, Library(tmp_path, "mle"))
