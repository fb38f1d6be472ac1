"""Running a chapter: cells, doctests, values, figures and exercises that go wrong are told by file and line."""

import html
import json
import re
import shutil

import numpy as np
import pytest

IMPORTS = "```python\nimport numpy as np\nimport matplotlib.pyplot as plt\nfrom mle import plot\n```\n\n"
FIGURE = "#| id: fig-a\n#| caption: Said.\n#| alt: Seen.\n"


def cell(code, *more):
    return "".join(f"```python\n{part}\n```\n\n" for part in (code, *more))


def result(project, page="case.md"):
    """Outputs of the blocks of a page, without the pictures."""
    return [{k: v for k, v in out.items() if k != "figures"} for out in project.weave().pages[page].result["outputs"]]


def test_the_tiny_project_is_whole(project):
    woven = project.weave()
    assert sorted(woven.pages) == ["glossary.md", "index.md", "second.py", "toy.md"]
    assert woven.pages["toy.md"].result["verified"] == {"double": {"error": 0.0, "tolerance": 1e-8}}
    assert woven.pages["toy.md"].result["versions"]["mle"] == "0.1.0"


# ---- cells -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("code", "where", "message"),
    [
        ("a = 1\nb = a / 0", "a / 0", "ZeroDivisionError: division by zero"),
        ("def f():\n    return undefined\n\n\nf()", "return undefined", "NameError: name 'undefined' is not defined"),
        ("a = 1\nif a\n    b = 2", "if a", "SyntaxError: expected ':'"),
        ("a = (1,", "a = (1,", "SyntaxError: incomplete input"),
        ("import warnings\n\nwarnings.warn('mind')", "warnings.warn", "UserWarning: mind"),
        ("import numpy as np\n\nnp.float64(1) / 0", "/ 0", "RuntimeWarning: divide by zero"),
        ("import sys\nprint('oh', file=sys.stderr)", "import sys", "this cell wrote to stderr: oh"),
        ("print('at')\nobject()", "print('at')", "the output holds a memory address"),
        ("a = input('?')", "a = input", "EOFError"),
        ("#| raises: KeyError\n{}[0]\n1", "#| raises", None),
        ("#| raises: KeyError\n1 / 0", "1 / 0", "ZeroDivisionError: division by zero"),
        ("#| raises: KeyError\n1", "#| raises", "this cell must raise KeyError, and nothing was raised"),
        ("#| raises: ValueError\nraise ValueError(object())", "#| raises", "the output holds a memory address"),
        ("import mle.sums\nmle.sums.double(None)", "mle.sums.double", "TypeError: unsupported operand type(s) for +"),
        ("from mle.nothing import x", "from mle.nothing", "ModuleNotFoundError: No module named 'mle.nothing'"),
        ("raise SystemExit(3)", "raise SystemExit", "UserWarning: To exit: use 'exit'"),
    ],
)
@pytest.mark.parametrize("path", ["docs/case.md", "docs/case.py"])
def test_a_cell_that_goes_wrong(project, path, code, where, message):
    body = f"Text.\n\n{cell('1 + 1')}{cell(code)}" if path.endswith(".md") else f"# %%\n1 + 1\n\n# %%\n{code}\n"
    project.case(body, path)
    if message is None:
        assert result(project, path.removeprefix("docs/"))[-1] == {"error": "KeyError: 0"}
    else:
        assert project.error().startswith(f"{project.at(where, path)}: {message}")


def test_an_error_inside_the_library_names_both_lines(project):
    project.case(cell("from mle.sums import Scale", "Scale().apply(None)"))
    line = project.at("total = 0 * x", "mle/sums.py").split(":")[1]
    assert re.fullmatch(
        rf"{project.at('Scale().apply')}: TypeError: .* \(in sums\.py:{line}, _times\)", project.error()
    )


def test_the_errors_of_all_chapters_are_told_at_once(project):
    project.case(cell("1 / 0"))
    project.case("# %%\n{}[0]\n", "docs/other.py")
    assert [re.sub(" .*", "", error) for error in project.errors()] == ["docs/case.md:8:", "docs/other.py:8:"]


def test_a_chapter_that_fails_does_not_make_the_others_run_again(project):
    shutil.rmtree(project.root / ".cache")
    project.case(cell("1 / 0"))
    assert "ZeroDivisionError" in project.error()
    project.case("Text.")
    woven = project.weave()
    assert (woven.executed, sorted(woven.cached)) == ([], ["docs/second.py", "docs/toy.md"])


def test_what_cells_print_and_show(project):
    code = "import numpy as np\nprint('said')\nprint('twice')\nnp.array([1.5, 2])"
    project.case(cell("x = 3", code, "x", "x;", "None", "#| raises: ValueError\nraise ValueError('no')"))
    shown = {"text/plain": "array([1.5, 2. ])"}
    assert result(project) == [
        {"stdout": "", "displays": []},
        {"stdout": "said\ntwice\n", "displays": [shown]},
        {"stdout": "", "displays": [{"text/plain": "3"}]},
        {"stdout": "", "displays": []},
        {"stdout": "", "displays": []},
        {"error": "ValueError: no"},
    ]
    page = project.weave().markdown["case.md"]
    assert "said\ntwice\narray([1.5, 2. ])\n```" in page
    assert "ValueError: no\n```" in page


def test_the_notes_of_an_error_are_shown_below_it(project):
    code = "error = ValueError('no')\nerror.add_note('why')\nerror.add_note('and\\nhow')\nraise error"
    project.case(cell(f"#| raises: ValueError\n{code}"))
    assert result(project) == [{"error": "ValueError: no\nwhy\nand\nhow"}]
    assert "ValueError: no\nwhy\nand\nhow\n```" in project.weave().markdown["case.md"]


def test_options_say_what_is_shown(project):
    project.case(
        cell("#| hide: true\nhidden = 1", "#| code: false\nprint('only' + ' output')", "#| live: true\nrun = 'me'")
    )
    page = project.weave().markdown["case.md"]
    assert "hidden = 1" not in page
    assert "'only'" not in page
    assert "only output" in page
    assert re.search(r"``` \{ \.python \.cell-in \.live data-step=0 \}\nrun = 'me'\n```", page)
    assert "#|" not in page


def test_a_python_fence_of_a_markdown_cell_is_run(project):
    path = project.case("# %%\nx = 1\n# %% [markdown]\n# Text.\n#\n# ```python\n# 1 / (x - 1)\n# ```\n", "docs/case.py")
    assert project.error() == f"{project.at('1 / (x - 1)', path)}: ZeroDivisionError: division by zero"


def test_chapters_share_nothing(project):
    project.case(cell("shared_by_nobody = 1\nimport builtins\nbuiltins.leak = 1"))
    project.case("# %%\n'shared_by_nobody' in globals(), hasattr(__import__('builtins'), 'leak')\n", "docs/other.py")
    assert result(project, "other.py") == [{"stdout": "", "displays": [{"text/plain": "(False, False)"}]}]


# ---- doctests ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", ["docs/case.md", "docs/case.py"])
def test_a_doctest_that_fails(project, path):
    lines = "```pycon\n>>> x + 1\n2\n>>> x + 2\n4\n```"
    body = (
        f"{cell('x = 1')}{lines}\n"
        if path.endswith(".md")
        else "# %%\nx = 1\n\n# %% [markdown]\n" + re.sub("^", "# ", lines, flags=re.M)
    )
    project.case(body, path)
    error = project.error()
    assert error.startswith(f"{project.at('>>> x + 2', path)}: doctest failed:")
    assert re.search(r"x \+ 2\nExpected:\n +4\nGot:\n +3$", error)


@pytest.mark.parametrize(
    ("lines", "where", "message"),
    [
        (">>> 1 / 0", ">>>", "doctest failed:"),
        (">>> a = (", ">>>", "doctest failed:"),
        (">>> import warnings\n>>> warnings.warn('mind')", ">>> warnings", "doctest failed:"),
        ("1 + 1\n2", "1 + 1", "this pycon fence holds no example: nothing in it begins with >>>"),
        (">>> 1\n1\n>>>2", ">>>2", "this example lacks blank after >>>"),
        (">>> if True:\n...     1\n1\n...2", "...2", None),
        (">>> [1,\n...2]", "...2]", "this example lacks blank after ..."),
        ("    >>> 'a'\n'a'", "\n'a'", "this example has inconsistent leading whitespace"),
    ],
)
def test_a_pycon_fence_that_goes_wrong(project, lines, where, message):
    project.case(f"Text.\n\n```pycon\n{lines}\n```\n")
    text = project.text("docs/case.md")
    line = 1 + text.count("\n", 0, text.index(where) + where.count("\n"))
    if message is None:
        assert "...2" in project.error()
    else:
        assert project.error().startswith(f"docs/case.md:{line}: {message}")


@pytest.mark.parametrize(
    "body",
    [
        "A sentence.\n\n>>> 1 + 1\n2\n",
        "text begins here, in a small letter.\n\n>>> 1 + 1\n",
        "```\n>>> 1 + 1\n2\n```\n",
        "```python\n>>> 1 + 1\n2\n```\n",
        "```py\n>>> 1 + 1\n2\n```\n",
        "```text-like\n>>> 1 + 1\n2\n```\n",
        "    >>> 1 + 1\n    2\n",
        '```python\ndef f():\n    """Text.\n\n    >>> 1 + 1\n    3\n    """\n```\n',
        "!!! note\n\n    ```\n    >>> 1 + 1\n    ```\n",
    ],
)
@pytest.mark.parametrize("path", ["docs/case.md", "docs/case.py"])
def test_an_example_that_nobody_runs(project, path, body):
    body = body if path.endswith(".md") else "# %% [markdown]\n" + re.sub("^(?=.)", "# ", body, flags=re.M)
    project.case(body, path)
    assert project.error() == f"{project.at('>>> 1 + 1', path)}: nobody runs this example: put it into a ```pycon fence"


def test_an_example_that_only_shows_how_to_write_one(project):
    project.case("```text\n>>> 1 + 1\n3\n```\n\n````markdown\n```pycon\n>>> 1\n```\n````\n")
    assert project.weave().markdown["case.md"].count(">>> 1") == 2


def test_an_indented_doctest_runs_and_keeps_its_place(project):
    project.case("!!! note\n\n    ```pycon\n    >>> for i in range(2):\n    ...     print(i)\n    0\n    1\n    ```\n")
    page = project.weave()
    assert page.pages["case.md"].counts["doctests"] == 1
    assert "\n    >>> for i in range(2):\n    ...     print(i)\n    0\n" in page.markdown["case.md"]


# ---- values ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("y", "{{ y }}: NameError: name 'y' is not defined"),
        ("x +", "{{ x + }}: SyntaxError: "),
        ("x:.2q", "{{ x:.2q }}: ValueError: Unknown format code 'q'"),
        ("[x]", "{{ [x] }} prints as '[np.float64(-1.5)]': format it as a plain number or text"),
        ("object()", "{{ object() }} prints as '<object object at 0x"),
    ],
)
def test_a_value_that_is_none(project, value, message):
    project.case(
        "```python\nimport numpy as np\nx = np.float64(-1.5)\n```\n\nTwo\nlines, {{ x }}, and\n"
        f"{{{{ {value} }}}}.\n"
    )
    assert project.error().startswith(f"{project.at('{{ ' + value + ' }}')}: {message}")


@pytest.mark.parametrize("value", ["{{x}}", "{{ x}}", "{{x }}", "{{ x", "{{}}"])
def test_a_value_that_is_not_written_as_one(project, value):
    project.case(f"{cell('x = 1')}A note^[on\ntwo lines] `{{{{x}}}}`\nand {value} here.\n")
    assert project.error().startswith(f"{project.at(' here')}: a value is written {{{{ expression }}}}")


def test_a_value_that_is_none_in_a_caption(project):
    figure = "#| id: fig-a\n#| caption: It is {{ gone }}.\n#| alt: Seen.\nplt.plot([1])"
    project.case(f"{IMPORTS}Text.\n\n{cell(figure)}")
    assert project.error() == f"{project.at('#| id')}: {{{{ gone }}}}: NameError: name 'gone' is not defined"


def test_values_where_they_stand(project):
    body = "In text {{ x }}, in code `{{ x }}`, in $a = {{ x:.2f }}$, plus {{ -x:+.1f }};"
    more = "{{ 'a' }} {{ f'{x:.0f}!' }} {{ {'k': 7}['k'] }}.\n\n$$\nb = {{ x - 1 }}\n$$\n"
    project.case(f"{cell('x = -1.5')}{body} {more}")
    page = project.weave().markdown["case.md"]
    assert re.findall(r'<data class="val" value="([^"]*)"[^>]*>([^<]*)</data>', html.unescape(page)) == [
        ("-1.5", "−1.5"), ("+1.5", "+1.5"), ("a", "a"), ("-2!", "−2!"), ("7", "7")]  # fmt: skip
    assert "in code `{{ x }}`, in $a = -1.50$" in page
    assert "$$\nb = -2.5\n$$" in page


def test_the_order_of_values_is_kept_everywhere(project):
    caption = "#| caption: Captions {{ n() }} and `{{ no }}` $c_{{ n() }}$."
    figure = f"#| id: fig-a\n{caption}\n#| alt: Alts {{{{ n() }}}}.\nplt.plot([1])"
    count = "i = iter(range(100))\nn = lambda: next(i)"
    project.case(
        f"{IMPORTS}{cell(count)}"
        "First {{ n() }}^[note {{ n() }}] $b_{{ n() }}$ `{{ no }}` last {{ n() }}.\n\n"
        "| a |\n|:--|\n| {{ n() }} |\n\n: Table {{ n() }}. {#tbl-a}\n\n"
        f"{cell(figure)}"
        "Then {{ n() }}.\n\n"
        "### Exercise: One {#ex-a}\n\nState {{ n() }}.\n\n"
        + cell(
            "#| exercise: stub\na = 0",
            "#| exercise: check\nassert a == 1",
            "#| exercise: solution\n#| note: Note {{ n() }}.\na = 1",
        )
        + "```quiz\n- question: Ask {{ n() }}?\n  answers:\n"
        "    - {text: 'Say {{ n() }}', right: true, why: 'as {{ n() }}'}\n"
        "    - text: more {{ n() }}\n      why: $d_{{ n() }}$\n```\n"
    )
    page = re.sub(r"<[^>]*>", " ", re.sub(r"</?data[^>]*>", "", project.weave().markdown["case.md"]))
    for text in ("First 0", "note 1", "b_2", "last 3", "| 4 |", "Table 5", "Captions 6", "c_7", "Then 9", "State 10",
                 "Note 11", "Ask 12", "Say 13", "as 14", "more 15", "$d_16$"):  # fmt: skip
        assert text in page, text
    assert 'alt="Alts 8."' in project.weave().markdown["case.md"]


# ---- figures -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("plt.plot([1, 2])", "this cell draws a figure: give it `#| id:`, `#| caption:` and `#| alt:`"),
        ("#| hide: true\nplt.figure()", "this cell draws a figure: give it `#| id:`, `#| caption:` and `#| alt:`"),
        (f"{FIGURE}plt.figure()\nplt.figure()", "a figure cell draws one figure, this one drew 2"),
        (f"{FIGURE}a = 1", "a figure cell draws one figure, this one drew 0"),
        (
            f"{FIGURE}plt.plot(np.random.default_rng().normal(size=3))",
            "the light and the dark figure differ in more than colour",
        ),
        (f"{FIGURE}plt.plot(xs)\nxs += 1", "the light and the dark figure differ in more than colour"),
        (
            f"{FIGURE}plt.title(np.random.default_rng().random())",
            "the light and the dark figure differ in more than colour",
        ),
        (
            f"{FIGURE}plt.imshow(np.random.default_rng().random((2, 2)))",
            "the light and the dark figure differ in more than colour",
        ),
        (f"{FIGURE}plt.plot(1, 1, marker=next(marks))", "the light and the dark figure differ in more than colour"),
        (
            f"{FIGURE}plt.plot([0, 1], linestyle=next(lines))",
            "the light and the dark figure differ in more than colour",
        ),
    ],
)
def test_a_figure_that_goes_wrong(project, code, message):
    state = "xs, marks, lines = np.array([1.0, 3.0]), iter('ov'), iter(['-', ':'])"
    project.case(f"{IMPORTS}{cell(state)}Text.\n\n{cell(code)}")
    where = "#| id" if "#| id" in code else code.split("\n")[0]
    assert project.error().startswith(f"{project.at(where)}: {message}")


def test_a_generator_draws_the_same_twice_and_goes_on_as_if_once(project):
    figure = f"{FIGURE}drawn = rng.normal(size=5)\nplt.plot(drawn)\nprint(float(drawn.sum()))"
    first = "from numpy.random import Generator\nrng = np.random.default_rng(7)"
    project.case(f"{IMPORTS}{cell(first, figure, 'print(float(rng.normal()))')}")
    outputs = project.weave().pages["case.md"].result["outputs"]
    rng = np.random.default_rng(7)
    assert float(outputs[2]["stdout"]) == float(rng.normal(size=5).sum())
    assert float(outputs[3]["stdout"]) == float(rng.normal())


def test_a_figure_in_two_schemes(project):
    project.case(f"{IMPORTS}{cell(FIGURE + 'plt.plot([1, 3], color=plot.color(chr(102)))')}See @fig-a.\n")
    page = project.weave().pages["case.md"]
    light, dark = (page.figures()[f"fig-a.{scheme}.svg"] for scheme in ("light", "dark"))
    assert "#102030" in light
    assert "#d0e0f0" not in light
    assert dark.replace("#d0e0f0", "#102030") == light
    assert "<dc:date>" not in light
    assert page.markdown().count("fig-a.light.svg#only-light") == 1


def test_the_namespace_after_a_figure(project):
    figure = f"{FIGURE}fig, ax = plt.subplots()\nax.plot([1, n])\nm = n + 1"
    project.case(f"{IMPORTS}{cell('n = 1', figure, 'n, m')}")
    assert result(project)[-1]["displays"] == [{"text/plain": "(1, 2)"}]


# ---- exercises ---------------------------------------------------------------------------------------------------
HEAD = "### Exercise: One {#ex-one}\n\nState.\n\n"
STUB, CHECK, SOLUTION = (
    "#| exercise: stub\na = ...",
    "#| exercise: check\nassert a == n, f'not {a}'",
    "#| exercise: solution\na = 1",
)


@pytest.mark.parametrize(
    ("cells", "where", "message"),
    [
        (
            [STUB.replace("...", "n"), CHECK, SOLUTION],
            "exercise: stub",
            "the stub of this exercise passes its own check",
        ),
        ([STUB.replace("...", "("), CHECK, SOLUTION], "exercise: stub", None),
        (
            [STUB, CHECK, SOLUTION.replace("1", "2")],
            "exercise: solution",
            "the solution fails its check: AssertionError: not 2",
        ),
        (
            [STUB, CHECK, SOLUTION.replace("1", "1 / 0")],
            "exercise: solution",
            "the solution fails its check: ZeroDivisionError",
        ),
        ([STUB], "exercise: stub", "this exercise needs a check and a solution after its stub"),
        ([STUB, CHECK], "exercise: stub", "this exercise needs a check and a solution after its stub"),
        ([STUB, SOLUTION], "exercise: solution", "the solution of an exercise stands right after its check"),
        ([CHECK, SOLUTION], "exercise: check", "the check of an exercise stands right after its stub"),
        ([SOLUTION], "exercise: solution", "the solution of an exercise stands right after its check"),
        ([], "### Exercise", "exercise ex-one has no stub, check and solution"),
    ],
)
def test_an_exercise_that_goes_wrong(project, cells, where, message):
    project.case(
        f"{cell('n = 1')}A side note^[on\ntwo lines], and\n\n$$\ny\n$$\n\n{HEAD}{cell(*cells) if cells else ''}"
    )
    if message is None:
        assert project.error() == f"{project.at('a = (')}: this stub is no Python: '(' was never closed"
    else:
        assert project.error().startswith(f"{project.at(where)}: {message}")


def test_an_exercise_without_a_heading(project):
    project.case(cell("n = 1", STUB, CHECK, SOLUTION))
    assert (
        project.error()
        == f"{project.at('exercise: stub')}: an exercise begins with a heading `### Exercise: Title {{#ex-label}}`"
    )


def test_two_exercises_of_which_the_first_has_no_cells(project):
    project.case(f"{cell('n = 1')}### Exercise: Zero {{#ex-zero}}\n\nState.\n\n{HEAD}{cell(STUB, CHECK, SOLUTION)}")
    assert project.error() == f"{project.at('#ex-zero')}: exercise ex-zero has no stub, check and solution"


def test_attempts_leave_nothing_behind(project):
    solution = "#| exercise: solution\na = 1\nn_left = rng.random()\nimport matplotlib.pyplot as plt\nplt.plot([1])"
    check = "#| exercise: check\nfrom mle.testing import verify\nverify('left', a, n)"
    project.case(
        f"{cell('import numpy as np', 'n = 1', 'rng = np.random.default_rng(3)')}{HEAD}{cell(STUB, check, solution)}"
        + cell("again = np.random.default_rng(3).random()")
        + cell("sorted({'a', 'n_left', 'verify', 'plt'} & set(globals())), rng.random() == again")
    )
    woven = project.weave()
    assert woven.pages["case.md"].result["outputs"][-1]["displays"] == [{"text/plain": "([], True)"}]
    assert woven.pages["case.md"].result["verified"] == {}


def test_an_exercise_on_the_page(project):
    project.case(f"{cell('n = 1')}{HEAD}{cell(STUB, CHECK, SOLUTION + '''  # because''')}")
    page = project.weave().markdown["case.md"]
    order = ['<section class="exercise" id="ex-one"', "a = ...", "<summary>The check</summary>", "assert a ==",
             "<summary>A solution</summary>", "a = 1  # because", "</section>"]  # fmt: skip
    page = page[page.index(order[0]) :]
    places = [page.index(part) for part in order]
    assert places == sorted(places)
    assert "#| exercise" not in page


# ---- equal every time --------------------------------------------------------------------------------------------
def test_results_are_plain_data(project):
    woven = project.weave()
    for page in ("toy.md", "second.py"):
        assert json.loads(json.dumps(woven.pages[page].result)) == woven.pages[page].result
