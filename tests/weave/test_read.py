"""Reading a chapter: what is refused, with file and line, and that jupytext sees the same cells."""

import re
from pathlib import Path

import jupytext
import pytest

from weave.read import prose_blocks, read, values

ROOT = Path(__file__).parents[2]
PERCENT = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.py"))


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("---\ntitle: A\nneeds: [a\nable: b\n---\n", 4, "front matter: expected ',' or ']', but got ':'"),
        ("---\ntitle: A\nminutes: 3: 4\n---\n", 3, "front matter: mapping values are not allowed here"),
        ("---\ntitle: A\n", 1, "the front matter is opened with --- and never closed"),
        ("---\n- a\n- b\n---\n", 1, "front matter: expected `key: value` lines, got list"),
    ],
)
@pytest.mark.parametrize("suffix", [".md", ".py"])
def test_front_matter_that_is_no_front_matter(project, text, line, message, suffix):
    text = re.sub("^(?=.)", "# ", text, flags=re.M) if suffix == ".py" else text
    path = project.write(f"docs/case{suffix}", text)
    assert project.error().startswith(f"{path}:{line}: {message}")


@pytest.mark.parametrize("key", ["title", "lede", "able"])
def test_front_matter_that_lacks_something(project, key):
    project.case("Text.")
    project.write("docs/case.md", re.sub(f"^{key}: .*\n", "", project.text("docs/case.md"), flags=re.M))
    assert project.error() == f"docs/case.md:1: the front matter of a chapter needs {key!r}"


@pytest.mark.parametrize("able", ["see", "[say: it]", "[3]"])
def test_front_matter_of_the_wrong_kind(project, able):
    project.case("Text.")
    project.edit("docs/case.md", "able: [see]", f"able: {able}")
    assert project.error().startswith("docs/case.md:1: the front matter: 'able' is a list of texts")


def test_needs_to_nowhere(project):
    project.case("Text.")
    project.edit("docs/case.md", "able: [see]", "able: [see]\nneeds: [toy, nowhere/at-all]")
    assert project.error() == "docs/case.md:1: needs: there is no chapter 'nowhere/at-all'"


@pytest.mark.parametrize("ticks", ["```", "````", "~~~"])
def test_a_fence_that_is_never_closed(project, ticks):
    project.case(f"Text.\n\n{ticks}text\nno end\n")
    assert project.error() == f"{project.at('text')}: the fence {ticks}text is never closed".replace("Text", "text")


def test_a_fence_closes_with_its_own_kind_only(project):
    blocks = list(prose_blocks(["````text", "```", "````", "after"], 1, "a.md"))
    assert [(b.kind, b.line) for b in blocks] == [("verbatim", 1), ("prose", 4)]


@pytest.mark.parametrize(
    ("option", "line", "message"),
    [
        ("#| hiden: true", "a = 1", "unknown cell option 'hiden'; there are hide, code, live"),
        ("#| hide: yes please", "a = 1", "cell option 'hide' must be bool, got 'yes please'"),
        ("#| exercise: answer", "a = 1", "exercise must be one of stub, check, solution, got 'answer'"),
        ("#| caption: a: b", "#| caption", "cell options: mapping values are not allowed here"),
        ("#| hide", "a = 1", "cell options: expected `#| key: value` lines"),
        (
            "#| id: fig-a\n#| alt: Seen.",
            "#| id",
            "a figure needs an id, a caption and an alt text; `#| caption:` is missing",
        ),
        (
            "#| id: fig-a\n#| caption: Said.",
            "#| id",
            "a figure needs an id, a caption and an alt text; `#| alt:` is missing",
        ),
        (
            "#| id: fig-a\n#| caption: Said.\n#| alt: ' '",
            "#| id",
            "a figure needs an id, a caption and an alt text; `#| alt:`",
        ),
        (
            "#| caption: Said.\n#| alt: Seen.",
            "#| caption",
            "a figure needs an id, a caption and an alt text; `#| id:` is missing",
        ),
        (
            "#| id: picture\n#| caption: Said.\n#| alt: Seen.",
            "#| id",
            "the id of a figure begins with fig-, got 'picture'",
        ),
    ],
)
@pytest.mark.parametrize("path", ["docs/case.md", "docs/case.py"])
def test_cell_options(project, path, option, line, message):
    fence = ("```python\n", "\n```\n") if path.endswith(".md") else ("\n# %%\n", "\n")
    project.case(f"{fence[0]}{option}\na = 1{fence[1]}", path)
    where = project.at(line if line != "a = 1" else option, path)
    assert project.error().startswith(f"{where}: {message}")


@pytest.mark.parametrize(
    ("body", "line", "message"),
    [
        ("a = 1\n# %%\n", "a = 1", "expected a cell marker"),
        ("# %% [markdown]\n# text\ntext\n", "text", "a line of a Markdown cell must begin with `# `"),
        ("# %% [markdown]\n# ```python\n# a = 1\n", "```python", "the fence ```python is never closed"),
        ("# %% [raw]\n# text\n", "[raw]", "a chapter has cells of Markdown and of code, none that are [raw]"),
    ],
)
def test_percent_files_that_are_none(project, body, line, message):
    path = project.case(body, "docs/case.py")
    found = [
        n for n, text in enumerate(project.text(path).split("\n"), 1) if text.removeprefix("# ") == line or line in text
    ]
    assert project.error().startswith(f"{path}:{found[-1]}: {message}")


def test_lines_are_those_of_the_file(project):
    """Each block stands on the line it says, in both kinds of chapter."""
    for path in ("docs/toy.md", "docs/second.py"):
        lines = project.text(path).split("\n")
        for block in read(project.root / path, project.root).blocks:
            for n, text in enumerate(block.text.split("\n"), block.line):
                assert text in lines[n - 1], (path, n)


def test_a_fence_in_an_admonition_loses_its_indent():
    [_, block] = prose_blocks(["!!! note", "", "    ```pycon", "    >>> 1", "    1", "    ```"], 1, "a.md")
    assert (block.kind, block.text, block.line, block.indent) == ("pycon", ">>> 1\n1", 4, "    ")


def test_values_are_found_in_sentences_and_mathematics_but_not_in_code():
    text = "{{ a }} `{{ b }}` ``{{ c }} ` `` $x_{{ d:.1f }}$ $${{ e }}$$ {{f}} {{ {1: 2}[1] }}"
    assert [found["expression"] for found in values(text)] == ["a", "d:.1f", "e", "{1: 2}[1]"]


def from_jupytext(text):
    """Kind and text of the blocks, as jupytext cuts the file into cells; the front matter is its only raw cell."""
    for cell in jupytext.reads(text, fmt="py:percent").cells:
        if cell.cell_type == "code":
            yield "code", cell.source.rstrip()
        elif cell.cell_type == "markdown":
            yield from ((b.kind, b.text.strip("\n")) for b in prose_blocks(cell.source.split("\n"), 1, "oracle"))


def ours(path):
    """The same by weave."""
    return [(block.kind, block.text.strip("\n")) for block in read(path, path.parent).blocks]


@pytest.mark.parametrize("path", PERCENT)
def test_jupytext_sees_the_same_cells(path):
    file = ROOT / path
    blocks = ours(file)
    assert blocks == [(kind, text.strip("\n")) for kind, text in from_jupytext(file.read_text(encoding="utf-8"))]
    assert {"code", "prose"} <= {kind for kind, _ in blocks}


@pytest.mark.parametrize(
    "text",
    [
        "# %%\na = 1\n\n\nb = 2\n\n# %% [markdown]\n# Text\n#\n# more\n\n# %%\nc = 3\n",
        "# ---\n# title: A\n# ---\n\n# %% [markdown]\n# Text with `%%` in it\n# %% \nx = '''\n# not a cell\n'''\n",
        "# %% a title\nx = 1  # %% no cell\n# %% [md]\n# Short name.\n# %% tags=['a']\ny = 2\n",
        "# %%\n# only a comment\n# %% [markdown]\n#\n# after a blank line\n#\n# ```text\n# {{ x }}\n# ```\n",
        "# %%\n#| hide: true\nx = 1\n\n# %% [markdown]\n#     indented\n#\n# - list\n#     - deeper\n",
    ],
)
def test_jupytext_sees_the_same_cells_in_hard_cases(tmp_path, text):
    (tmp_path / "a.py").write_text(text, encoding="utf-8")
    blocks = ours(tmp_path / "a.py")
    assert blocks == [(kind, text.strip("\n")) for kind, text in from_jupytext(text)]
    assert len(blocks) >= 2


def test_a_formula_is_found_by_its_text(tmp_path):
    lines = ["x is first", "", "a $x$ and", "$y +", "z$", "", "$$", "x + {{ v }} + w", "$$", "", "| $\\bad{1}$ |"]
    (tmp_path / "a.md").write_text("\n".join(lines), encoding="utf-8")
    chapter = read(tmp_path / "a.md", tmp_path)
    formulas = {"x": 3, "y + z": 4, "x + 3 + w": 7, "\n\\bad{1}": 11, "nowhere": 1}
    assert {tex: chapter.line_of(tex) for tex in formulas} == formulas
