"""report.json holds what the tiny project holds; the pages made from data hold what is in the data."""

import ast
import gzip
import io
import json
import tokenize

import pytest

from weave.report import PLACE, build_report, publish
from weave.tables import fill, listed, marked, told_unit

CASE = """One two three `code no` $x + no$, {{ 1 + 1 }} and
the four's.^[A note-book of ten.]

## Eleven {#no}

[twelve](no.md) <b>thirteen</b> @sec-no

$$
no + no
$$

```python
#| live: true
"no"
```

```quote
mle.other.triple
```
"""
KEYS = [
    "path",
    "title",
    "words",
    "quotes",
    "doctests",
    "equations",
    "verified",
    "figures",
    "exercises",
    "quiz",
    "live",
    "html_gzip",
    "seconds",
]


@pytest.fixture
def woven(project):
    project.case(CASE)
    project.edit("docs/case.md", "mle.other.triple", "mle.sums.Scale")
    return project.weave()


def code_lines(source):
    """Lines that hold code, counted by Python's own tokens: all but blanks, comments and docstrings."""
    blank = {getattr(tokenize, name) for name in ("COMMENT", "NL", "NEWLINE", "INDENT", "DEDENT", "ENDMARKER")}
    tokens = [token for token in tokenize.generate_tokens(io.StringIO(source).readline) if token.type not in blank]
    docs = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Expr)]
    docs = [node for node in docs if isinstance(node.value, ast.Constant)]
    return {n for token in tokens for n in range(token.start[0], token.end[0] + 1)} - {
        n for node in docs for n in range(node.lineno, node.end_lineno + 1)
    }


def test_the_report_has_these_keys_and_no_others(woven, tmp_path):
    report = build_report(woven, tmp_path)
    assert list(report) == ["chapters", "mle", "build"]
    assert [list(chapter) for chapter in report["chapters"]] == [KEYS] * 3
    assert list(report["mle"]) == ["public", "quoted", "unquoted", "lines", "lines_quoted"]
    assert list(report["build"]) == ["seconds", "executed", "cached"]
    assert json.loads(json.dumps(report)) == report


def test_the_report_counts_right(woven, tmp_path):
    page = b"<html>" + bytes(range(256))
    (tmp_path / "toy").mkdir()
    (tmp_path / "toy/index.html").write_bytes(page)
    toy, second, case = build_report(woven, tmp_path)["chapters"]
    assert {**toy, "words": 0, "seconds": 0} == {
        "path": "docs/toy.md", "title": "A toy", "words": 0, "quotes": 1, "doctests": 2, "equations": 1, "verified": 1,
        "figures": 1, "exercises": 1, "quiz": 1, "live": 0, "html_gzip": len(gzip.compress(page, 9, mtime=0)),
        "seconds": 0}  # fmt: skip
    assert {**second, "words": 0, "seconds": 0} == {
        "path": "docs/second.py", "title": "Computation", "words": 0, "quotes": 1, "doctests": 0, "equations": 0,
        "verified": 0, "figures": 0, "exercises": 0, "quiz": 0, "live": 1, "html_gzip": 0, "seconds": 0}  # fmt: skip
    assert (case["words"], case["live"], case["quotes"]) == (14, 1, 1)  # a reference counts as a word
    assert 0 < toy["seconds"] < 600


def test_how_much_of_the_library_is_quoted(woven, project, tmp_path):
    report = build_report(woven, tmp_path)["mle"]
    sources = [file.read_text(encoding="utf-8") for file in (project.root / "mle").rglob("*.py")]
    assert report["lines"] == sum(len(code_lines(source)) for source in sources)
    assert report["lines_quoted"] == 6  # two of `double`; four of `Scale`, with `apply`, which is quoted again
    assert (report["public"], report["quoted"]) == (9, 2)
    assert report["unquoted"] == ["mle.other.triple", "mle.plot.color", "mle.plot.use", "mle.testing.Verified",
                                  "mle.testing.VerifyError", "mle.testing.check_gradient",
                                  "mle.testing.verify"]  # fmt: skip


def test_what_ran_and_what_came_from_the_cache(project, tmp_path):
    project.weave()
    project.case(CASE.replace('"no"', '"yes"'))
    assert {**build_report(project.weave(), tmp_path)["build"], "seconds": 0} == {
        "seconds": 0,
        "executed": 1,
        "cached": 2,
    }
    assert {**build_report(project.weave(), tmp_path)["build"], "seconds": 0} == {
        "seconds": 0,
        "executed": 0,
        "cached": 3,
    }


def test_the_report_is_published_as_a_file_and_on_its_page(project, tmp_path):
    project.write("docs/report.md", f"# Report\n\n{PLACE}\n")
    woven = project.weave()
    for folder in ("report", "toy"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "index.html").write_text(f"<main>{PLACE}</main>", encoding="utf-8")
    publish(woven, tmp_path)
    assert json.loads((tmp_path / "report.json").read_text()) == json.loads(
        json.dumps(build_report(woven, tmp_path))
    ) | {"build": json.loads((tmp_path / "report.json").read_text())["build"]}
    page = (tmp_path / "report/index.html").read_text(encoding="utf-8")
    assert '<th scope="row"><a href="../toy/">A toy</a></th>' in page
    assert "Of the library's 9 public names 2 are quoted in a chapter, and 4 of its" in page
    assert "<code>mle.other.triple</code>" in page
    assert (tmp_path / "toy/index.html").read_text() == f"<main>{PLACE}</main>"


# ---- pages made from data ----------------------------------------------------------------------------------------
def test_the_library_lists_its_names_and_who_explains_them(project):
    page = fill("<!-- library -->", "api/index.md", project.weave())
    assert "## [`mle.sums`](sums.md)\n\n| Name | What it is | Explained in |\n|:--|:--|:--|\n" in page
    assert "| [`Scale`][mle.sums.Scale] | Multiplies by a whole number. | [2](../second.py) |" in page
    assert "| [`double`][mle.sums.double] | Twice x. | [1](../toy.md) |" in page
    assert "| [`triple`][mle.other.triple] | Three times x. | – |" in page
    assert "_times" not in page


def test_the_sources_name_the_chapters_that_cite_them(project):
    page = fill("<!-- references -->", "references.md", project.weave())
    assert page.startswith('- <span id="gauss1809">Gauss, C. F. (1809).')
    assert page.endswith("Cited in [A toy](toy.md).")


def test_the_data_sets_are_described(project):
    entry = {"name": "points", "description": "Two points.", "rows": 1234, "target": "y", "pitfalls": ["Few."],
             "columns": [{"name": "x", "kind": "real", "description": "Place."}], "licence": "CC0", "citation": "Me.",
             "licence_basis": "As the author says.", "source": {"file": "here"}, "file": "p.txt",
             "sha256": "abc"}  # fmt: skip
    project.write("data/index.json", json.dumps({"datasets": [entry]}))
    page = fill("<!-- data -->", "data.md", project.weave())
    for text in (
        "## points",
        "1,234 rows, target `y`",
        "| `x` |",
        "Place.",
        "- Few.",
        "CC0. As the author says.",
        "file here",
        "`data/p.txt`",
        "`abc`",
    ):
        assert text in page


def test_many_columns_alike_are_one_line_and_names_in_sentences_are_code():
    columns = [{"name": f"p_{i}", "unit": "count", "description": "Ink."} for i in range(9)]
    columns += [{"name": name, "unit": "code", "description": "Kind."} for name in ("a.b", "c_d")]
    assert [name for name, _ in listed(columns)] == ["`p_0` to `p_8`", "`a.b`", "`c_d`"]
    assert len(list(listed(columns[1:]))) == 10
    assert told_unit(columns[0]) == " (count)"
    assert told_unit(columns[-1]) == ""
    assert (
        marked("Not p, but p_0, a.b and c_d. A.b?", {"columns": columns}) == "Not p, but `p_0`, `a.b` and `c_d`. A.b?"
    )


def test_a_page_without_a_mark_stays_as_it_is(project):
    assert fill("# A page\n", "a.md", project.weave()) == "# A page\n"
