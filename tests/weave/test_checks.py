"""What ties a chapter to the library and the rest of the book: quotes, equations, references, terms, quiz."""

import re

import pytest

from weave.library import Library


def cell(code):
    return f"```python\n{code}\n```\n\n"


# ---- quotes ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("quote", "message"),
    [
        ("mle.sums.doubel", "mle.sums.doubel is not in the library; did you mean mle.sums.double"),
        ("mle.sum.double", "mle.sum.double is not in the library; did you mean mle.sums.double"),
        ("mle.sums.Scale.aply", "mle.sums.Scale.aply is not in the library; did you mean mle.sums.Scale.apply"),
        ("nothing", "nothing is not in the library"),
        ("", " is not in the library"),
    ],
)
def test_a_quote_of_nothing(project, quote, message):
    project.case(f"Text.\n\n```quote\n{quote}\n```\n")
    assert project.error().startswith(f"docs/case.md:10: {message}")


@pytest.mark.parametrize("option", ["docstring", "docstrings: true", "docstring: [", "mle.sums.Scale"])
def test_an_unknown_option_of_a_quote(project, option):
    project.case(f"Text.\n\n```quote\nmle.sums.double\n{option}\n```\n")
    assert (
        project.error()
        == f"{project.at(option)}: quote: expected nothing below the name, or `docstring: true`, got {option!r}"
    )


def test_a_name_that_goes_away_stops_the_book(project):
    project.case("```quote\nmle.other.triple\n```\n")
    assert project.weave().pages["case.md"].counts["quotes"] == 1
    project.edit("mle/other.py", "def triple", "def threefold")
    assert project.error().startswith(
        f"{project.at('mle.other.triple')}: mle.other.triple is not in the library; did you mean "
    )


def test_a_quote_leads_to_the_page_of_its_module_or_to_the_first_of_the_library(project):
    project.write("mle/_inner.py", '"""Inner."""\n\n\ndef triple(x):\n    return 3 * x\n')
    for name, address in (("sums.double", "api/sums/#mle.sums.double"), ("_inner.triple", "api/")):
        project.case(f"```quote\nmle.{name}\n```\n")
        assert f'href="../{address}"' in project.weave().markdown["case.md"]


def test_a_quote_shows_the_lines_that_stand_in_the_file(project):
    project.case(
        "```quote\nmle.sums.Scale\n```\n\n```quote\nmle.sums.double\ndocstring: true\n```\n\n"
        "```quote\nmle.sums.LIMIT\n```\n"
    )
    page = project.weave().markdown["case.md"]
    lines = project.text("mle/sums.py").split("\n")
    listings = re.findall(r'data-lines="([\d,]+)".*?linenums="(\d+)" ?\}\n(.*?)\n```', page, re.S)
    assert len(listings) == 3
    for numbers, first, text in listings:
        shown = [int(n) for n in numbers.split(",")]
        assert int(first) == shown[0]
        assert text.rstrip("\n").split("\n") == [lines[n - 1] for n in shown]
    assert [text.count('"""') for _, _, text in listings] == [0, 2, 0]
    assert "factor = 3" in listings[0][2]


def test_a_method_is_quoted_without_its_indent(project):
    page = project.weave().markdown["second.py"]
    assert "\ndef apply(self, x):\n    return _times(x, self.factor)\n```" in page


def test_a_quote_begins_with_the_decorators(project):
    project.edit(
        "mle/sums.py", "factor = 3", "factor = 3\n\n    @property\n    def half(self):\n        return self.factor / 2"
    )
    project.case("```quote\nmle.sums.Scale.half\n```\n")
    page = project.weave().markdown["case.md"]
    assert "\n@property\ndef half(self):\n    return self.factor / 2\n```" in page
    assert f'linenums="{project.at("@property", "mle/sums.py").split(":")[1]}"' in page


def test_a_quote_follows_the_library(project):
    project.weave()
    project.edit("mle/sums.py", "return x + x  #", "return 2 * x  #")
    assert "    return 2 * x  # eq: double\n" in project.weave().markdown["toy.md"]


TWIN = """def mine(x, k):
    'Another text.'
    total = 0 * x  # start
    for _ in range(int(k)):
        total = (total + x)
    return total"""


@pytest.mark.parametrize(
    ("code", "where", "name"),
    [
        ("a = 1\n\n\ndef double(x):\n    return 2 * x", "def double", "mle.sums.double"),
        ("class Scale:\n    pass", "class Scale", "mle.sums.Scale"),
        ("if True:\n    async def triple(x):\n        pass", "async def triple", "mle.other.triple"),
        (TWIN, "def mine", "mle.sums._times"),
    ],
)
@pytest.mark.parametrize("kind", ["md", "py", "pycon"])
def test_a_pasted_definition(project, kind, code, where, name):
    if kind == "pycon":
        code = ">>> " + code.replace("a = 1\n\n\n", "").replace("\n", "\n... ")
        path = project.case(f"Text.\n\n```pycon\n>>> 0\n0\n{code}\n```\n")
    else:
        path = f"docs/case.{kind}"
        project.case(f"Text.\n\n{cell(code)}" if kind == "md" else f"# %%\n{code}\n", path)
    assert (
        project.error()
        == f"{project.at(where, path)}: this pastes a definition that the library has: quote {name} instead"
    )


def test_what_is_no_paste(project):
    body = "def __init__(self):\n    pass\n\n\nclass Mine:\n    def apply(self, x):\n        return x"
    exercise = "### Exercise: Double {#ex-double}\n\n" + "".join(
        cell(f"#| exercise: {part}\n{code}")
        for part, code in (
            ("stub", "def double(x):\n    ..."),
            ("check", "assert double(2) == 4"),
            ("solution", "def double(x):\n    return x * 2"),
        )
    )
    project.case(cell(body) + exercise)
    assert project.weave().pages["case.md"].counts["exercises"] == 1


def test_the_library_knows_its_names_and_lines(project):
    library = Library(project.root)
    assert library.public == ["mle.other.triple", "mle.plot.color", "mle.plot.use", "mle.sums.Scale", "mle.sums.double",
                              "mle.testing.Verified", "mle.testing.VerifyError", "mle.testing.check_gradient",
                              "mle.testing.verify"]  # fmt: skip
    mine = [(path, n) for path, n in library.code_lines if path == "mle/sums.py"]
    lines = project.text("mle/sums.py").split("\n")
    assert [lines[n - 1].split()[0] for _, n in sorted(mine)] == [
        "LIMIT", "def", "return", "class", "factor", "def", "return",
        "def", "total", "for", "total", "return"]  # fmt: skip


# ---- equations ---------------------------------------------------------------------------------------------------
EQUATION = "Text.\n\n$$\ny = 3 x\n$$ {#eq-triple}\n\n"
MARK = "three = lambda x: 3 * x  # eq: triple"
VERIFY = "from mle.testing import verify\nverify('triple', three(2), 6)"


def test_an_equation_of_a_cell(project):
    project.case(f"{EQUATION}{cell(MARK)}{cell(VERIFY)}See @eq-triple.")
    woven = project.weave()
    assert woven.pages["case.md"].result["verified"]["triple"]["error"] == 0.0
    line = project.at("eq: triple")
    assert f"<code>{line.replace('/', '/<wbr>')}</code>" in woven.markdown["case.md"]


def test_an_equation_without_a_line(project):
    project.case(f"{EQUATION}{cell(MARK.split('  #')[0])}{cell(VERIFY)}")
    message = "equation 'triple' has no line: nothing in mle or in this book ends with `# eq: triple`"
    assert project.error() == f"docs/case.md:9: {message}"


def test_an_equation_that_is_never_checked(project):
    project.case(f"{EQUATION}{cell(MARK)}")
    message = "equation 'triple' is never checked: call verify(\"triple\", got, expected) in a cell"
    assert project.error() == f"docs/case.md:9: {message}"


def test_an_equation_must_be_checked_in_its_own_chapter(project):
    project.case(f"{EQUATION}{cell(MARK)}")
    project.case(f"# %%\n{MARK.split('  #')[0]}\n{VERIFY}\n", "docs/other.py")
    assert project.error().startswith("docs/case.md:9: equation 'triple' is never checked")


def test_a_check_that_fails_tells_both_numbers(project):
    project.case(f"{EQUATION}{cell(MARK)}{cell(VERIFY.replace('6', '6.25'))}")
    assert project.error().startswith(
        f"{project.at('verify(')}: VerifyError: triple: error 0.04 exceeds the tolerance 1e-08 at (): "
        "got 6, expected 6.25"
    )


def test_the_page_shows_the_largest_of_several_errors(project):
    more = "verify('triple', three(2), 6 + 3e-9)\nverify('triple', three(2), 6)"
    project.case(f"{EQUATION}{cell(MARK)}{cell(VERIFY)}{cell(more)}")
    assert "<b>checked</b> <span>max error 5e-10</span>" in project.weave().markdown["case.md"]


def test_a_check_of_an_equation_that_nobody_has(project):
    project.case(f"Text.\n\n{cell('x = 1')}{cell(MARK.split('  #')[0])}{cell(VERIFY)}")
    assert project.error() == f"{project.at('verify(')}: verify('triple', ...) names an equation that no chapter has"


def test_a_mark_of_an_equation_that_nobody_has(project):
    project.edit("mle/other.py", "return 3 * x", "return 3 * x  # eq: triple")
    assert (
        project.error()
        == f"{project.at('3 * x', 'mle/other.py')}: `# eq: triple` names an equation that no chapter has"
    )


def test_two_lines_for_one_equation(project):
    project.edit("mle/sums.py", "total = total + x", "total = total + x  # eq: double")
    first = project.at("return x + x", "mle/sums.py")
    assert (
        project.error()
        == f"{project.at('total + x', 'mle/sums.py')}: `# eq: double` stands at {first} already: one equation, one line"
    )


@pytest.mark.parametrize("path", ["docs/case.md", "docs/case.py"])
def test_one_label_in_two_chapters(project, path):
    text = EQUATION.replace("eq-triple", "eq-double")
    project.case(
        text if path.endswith(".md") else "# %% [markdown]\n" + re.sub("^", "# ", text.strip(), flags=re.M), path
    )
    line = int(project.at("y = x + x", "docs/toy.md").split(":")[1]) - 1
    assert project.error() == f"docs/toy.md:{line}: equation 'double' is labelled in {path} already"


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("$$\na\n$$ {#eq-a}", "$$\nb\n$$ {#eq-a}"),
        ("| a |\n|--|\n\n: One. {#tbl-a}", "| b |\n|--|\n\n: Two. {#tbl-a}"),
        ("### Exercise: One {#ex-a}", "### Exercise: Two {#ex-a}"),
        (cell("#| id: fig-a\n#| caption: One.\n#| alt: One."), cell("#| id: fig-a\n#| caption: Two.\n#| alt: Two.")),
    ],
)
def test_one_label_twice_in_a_chapter(project, one, two):
    project.case(f"Text.\n\n{one}\n\nText.\n\n{two}\n")
    label = re.search(r"(eq|tbl|ex|fig)-a", one)[0]
    second = project.text("docs/case.md").rindex(two.removeprefix("```python\n").split("\n\n: ")[-1].strip())
    line = 1 + project.text("docs/case.md").count("\n", 0, second)
    assert project.error() == f"docs/case.md:{line}: the label {label} is used twice in this chapter"


# ---- references, terms, sources ----------------------------------------------------------------------------------
BEFORE = (
    "A side\nnote^[on\nthree\nlines] and\n\n$$\na\n= b\n$$\n\n`code\nspan` $x\n+ y$\n\n^^^\nmargin\n^^^\n\n"
    "| a |\n|:--|\n| b |\n\n: Two\nlines. {#tbl-two}\n\n"
)


@pytest.mark.parametrize("before", ["", BEFORE])
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("@eq-nothing", "@eq-nothing refers to nothing in the book"),
        ("(@fig-nothing).", "@fig-nothing refers to nothing in the book"),
        ("@Tbl-nothing", "@tbl-nothing refers to nothing in the book"),
        ("@sec-nothing", "@sec-nothing refers to nothing in the book"),
        ("@ex-nothing", "@ex-nothing refers to nothing in the book"),
        ("a [word](glossary:residul)", "the glossary has no term 'residul'; did you mean 'residual'?"),
        ("as in [@gaus1809, p. 2]", "the bibliography has no entry 'gaus1809'; did you mean 'gauss1809'?"),
        ("as in [@gauss1809; @nobody]", "the bibliography has no entry 'nobody'"),
        ("a note^[see @eq-nothing]", "@eq-nothing refers to nothing in the book"),
        ("[words](@ex-a)", "@ex-a is a label and no address: write @ex-a, or [words](#ex-a) on its own page"),
    ],
)
@pytest.mark.parametrize("path", ["docs/case.md", "docs/case.py"])
def test_a_reference_to_nothing(project, before, text, message, path):
    body = f"{before}The first line,\nand {text}, and more,\n\nand the end.\n"
    project.case(body if path.endswith(".md") else "# %% [markdown]\n" + re.sub("^", "# ", body, flags=re.M), path)
    assert project.error() == f"{project.at('and more', path)}: {message}"


def test_a_reference_to_nothing_in_a_caption(project):
    options = "#| id: fig-a\n#| caption: See @fig-b.\n#| alt: Seen.\n"
    project.case(f"Text.\n\n{cell(options + 'import matplotlib.pyplot as plt' + chr(10) + 'plt.plot([1])')}")
    assert project.error() == f"{project.at('#| id')}: @fig-b refers to nothing in the book"


def test_what_is_no_reference(project):
    text = "Mail a@fig-ure.org, `@fig-nothing`, $x_@fig-no$, \\@fig-no, @figure, @fig."
    project.case(text)
    assert "@fig-nothing" in project.weave().markdown["case.md"]


def test_references_are_numbered_links(project):
    project.case(
        "See @eq-double, @fig-line, @tbl-twice, @ex-half, @sec-adding-up; @Sec-here.\n\n"
        "## Here\n\n### Below {#low}\n\nAnd @sec-low.\n"
    )
    page = project.weave().markdown["case.md"]
    assert re.findall(r'<a href="([^"]*)">(\w+ [\d.]+)</a>', page) == [
        ("../toy/#eq-double", "equation 1.1"),
        ("../toy/#fig-line", "figure 1.1"),
        ("../toy/#tbl-twice", "table 1.1"),
        ("../toy/#ex-half", "exercise 1.1"),
        ("../toy/#adding-up", "section 1.1"),
        ("#here", "Section 3.1"),
        ("#low", "section 3.1.1"),
    ]


@pytest.mark.parametrize(
    ("path", "text", "line", "message"),
    [
        ("docs/glossary.md", "\nOdds\n", 8, "'Odds' has no definition"),
        ("docs/references.bib", "@book{gauss1809, author={A, B}, title={C}, publisher={D}}", 4, ""),
    ],
)
def test_a_glossary_or_bibliography_that_is_broken(project, path, text, line, message):
    project.write(path, project.text(path) + text)
    error = project.error()
    assert path in error
    assert re.search(rf"{re.escape(path)}:\d+: .*{re.escape(message)}", error)


# ---- quiz --------------------------------------------------------------------------------------------------------
ONE = "- question: One?\n  answers:\n    - {text: a, why: b, right: true}\n    - {text: c, why: d}\n"


@pytest.mark.parametrize(
    ("quiz", "where", "message"),
    [
        (
            ONE.replace(", why: d", "").replace("One", "Two"),
            "Two?",
            "quiz: 'Two?' needs exactly one right answer, at least one wrong, and a why for every answer",
        ),
        (ONE.replace("why: d", "why: ''").replace("One", "Two"), "Two?", "quiz: 'Two?' needs exactly one right answer"),
        (
            ONE.replace("why: d", "why: d, right: true").replace("One", "Two"),
            "Two?",
            "quiz: 'Two?' needs exactly one right answer",
        ),
        (ONE.replace(", right: true", "").replace("One", "Two"), "Two?", "quiz: 'Two?' needs exactly one right answer"),
        (
            ONE.replace("right: true", "right: false").replace("One", "Two"),
            "Two?",
            "quiz: 'Two?' needs exactly one right answer",
        ),
        ("- question: Two?\n  answers: none\n", "One?", "quiz: expected a list of question, answers"),
        ("- question: Two?: no\n", "Two?", "quiz: mapping values are not allowed here"),
        ("- {answers: [{text: a, right: true, why: b}]}\n", "One?", "quiz: expected a list of question, answers"),
        ("- Two?\n", "One?", "quiz: expected a list of question, answers"),
    ],
)
def test_a_quiz_that_is_none(project, quiz, where, message):
    project.case(f"Text.\n\n```quiz\n{ONE}{quiz}```\n")
    assert project.error().startswith(f"{project.at(where)}: {message}")


def test_the_right_answer_of_a_quiz(project):
    project.case(
        "```quiz\n- question: One?\n  answers:\n"
        "    - {text: no, why: b, right: false}\n    - {text: yes, why: 'd', right: True}\n```\n"
    )
    page = project.weave().markdown["case.md"]
    labels = re.findall(r"<label([^>]*)>(.*?)</label>", page)
    assert [("right" in marks, re.sub(r"<[^>]*>", "", text).strip()) for marks, text in labels] == [
        (False, "no"),
        (True, "yes"),
    ]
    assert (page.count("Yes."), page.count("Not quite.")) == (1, 1)
    assert len(re.findall(r"\bright\b[.:]", page, re.I)) == len(re.findall(r"\bwrong\b[.:]", page, re.I)) == 1
