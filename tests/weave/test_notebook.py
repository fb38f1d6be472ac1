"""The notebook of a chapter stands alone: quotes and values filled in, nothing left that only the site understands."""

import re

import nbformat
import pytest

BODY = r"""A side note^[on {{ 1 + 1 }} lines], a [residual](glossary:residual), [`double`][mle.sums.double],
`X[i][j]`, @eq-double, [@gauss1809, p. 3].

^^^
In the margin.
^^^

$$
z = x
$$

```python
#| id: fig-a
#| caption: From {{ 2 + 2 }} on.
#| alt: Rising to {{ 3 + 3 }}.
import matplotlib.pyplot as plt
plt.plot([1, 2]);
```

```pycon
>>> 1 + 1  # doctest: +ELLIPSIS
2
>>> 1, 2
(1, 2)
>>> for i in range(2):
...     print(i)
0
1
>>> print("a")
a
>>> {}[0]
Traceback (most recent call last):
KeyError: 0
>>> 'after'
'after'
```

```python
#| raises: ZeroDivisionError
1 / 0
```

### Exercise: One {#ex-one level="easy"}

State.

```python
#| exercise: stub
a = ...
```

```python
#| exercise: check
assert a == 1
```

```python
#| exercise: solution
#| note: It is {{ 0.5 + 0.5 }}.
a = 1
```
"""


@pytest.fixture
def notebooks(project):
    project.case(BODY)
    woven = project.weave()
    return {page: nbformat.reads(woven.notebook(page), 4) for page in woven.book.chapters}


def prose(notebook):
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def test_notebooks_are_valid_and_keep_the_order(notebooks):
    for notebook in notebooks.values():
        nbformat.validate(notebook)
        ids = [cell.id for cell in notebook.cells]
        assert ids == sorted(set(ids))
        assert [cell.execution_count for cell in notebook.cells if cell.cell_type == "code"].count(None) > 1
    assert notebooks["second.py"].metadata.kernelspec.name == "python3"


def test_nothing_is_left_that_only_the_site_understands(notebooks):
    for notebook in notebooks.values():
        text = prose(notebook)
        for mark in (
            "{{",
            "}}",
            "][mle",
            "glossary:",
            "@eq",
            "@fig",
            "[@",
            "^[",
            "^^^",
            "{#",
            "#|",
            "<data",
            "<a ",
            "<span",
            "\x02",
        ):
            assert mark not in text, mark
        assert not any("#|" in cell.source for cell in notebook.cells)


def test_prose_is_filled_in(notebooks):
    text = prose(notebooks["case.md"])
    assert "A side note (on 2 lines), a residual, `double`,\n`X[i][j]`, equation 1.1, [1]." in text
    assert "> In the margin." in text
    assert "### Exercise: One\n\nState." in text
    assert "It is 1.0." in text
    assert re.search(r"## Sources\n\n1\. Gauss, C\. F\. \(1809\)\. Theoria motus\. Perthes\. p\. 3$", text)
    assert "y = x + x \\tag{1.1}" in prose(notebooks["toy.md"])
    assert "*Table 1.1. Twice a number.*" in prose(notebooks["toy.md"])
    assert (
        "*mle/sums.py, mle.sums.Scale.apply*\n\n```python\ndef apply(self, x):\n    return _times(x, self.factor)\n```"
        in prose(notebooks["second.py"])
    )


def test_cells_keep_what_they_printed_and_showed(notebooks):
    cells = {cell.source: cell for cell in notebooks["second.py"].cells if cell.cell_type == "code"}
    table = cells['table = np.arange(6).reshape(2, 3)\nprint("six numbers")\ntable']
    assert [(out.output_type, out.get("text") or out.data["text/plain"]) for out in table.outputs] == [
        ("stream", "six numbers\n"),
        ("display_data", "array([[0, 1, 2],\n       [3, 4, 5]])"),
    ]
    assert cells["1 // 0"].metadata.tags == ["raises-exception"]


def test_doctests_become_cells_that_print_the_same(notebooks):
    cells = [cell for cell in notebooks["case.md"].cells if cell.cell_type == "code"]
    start = next(i for i, cell in enumerate(cells) if "range(2)" in cell.source)
    assert (
        cells[start].source
        == 'print(repr(1 + 1))\nprint(repr((1, 2)))\nfor i in range(2):\n    print(i)\nprint("a")\n{}[0]'
    )
    assert cells[start].metadata.tags == ["raises-exception"]
    assert cells[start].outputs[0].text == "2\n(1, 2)\n0\n1\na\n"
    assert (cells[start + 1].source, cells[start + 1].outputs[0].text) == ("print(repr('after'))", "'after'\n")
    assert "tags" not in cells[start + 1].metadata


def test_a_figure_is_kept_as_a_picture_with_its_texts(notebooks):
    [cell] = [cell for cell in notebooks["case.md"].cells if "plt.plot" in cell.source]
    [output] = cell.outputs
    assert output.data["text/plain"] == "Figure: From 4 on."
    assert output.data["text/html"].startswith('<img alt="Rising to 6." src="data:image/svg+xml;base64,')


def test_an_exercise_may_fail_its_check(notebooks):
    cells = {cell.source: cell for cell in notebooks["case.md"].cells if cell.cell_type == "code"}
    assert cells["assert a == 1"].metadata.tags == ["raises-exception"]
    assert not any("tags" in cells[source].metadata for source in ("a = ...", "a = 1"))
