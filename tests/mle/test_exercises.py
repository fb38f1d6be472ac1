"""Grading says in plain words what is wrong, and never raises; the command line too."""

import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

import mle
from mle.exercises import _book
from mle.exercises.__main__ import main
from mle.exercises._book import exercises, find, parse
from mle.exercises._names import bound, read_globally
from mle.exercises.grade import Verdict, grade
from mle.linear_model import LinearRegression

CHECK = 'assert middle([3, 1, 2]) == 2, "the middle of 1, 2, 3 is 2"'
FILE = """# 2 Straight lines
# Written by a machine.

# %% [step 0]
import math

print("loud")

# %% [step 4]
week = [11, 9, 14]
n = 3

# %% [1 title] The middle
# %% [1 level] warm-up
# %% [1 needs] 0 4
# %% [1 statement]
# Sort first.
#
#     an example
# %% [1 hint]
# Look at `sorted`.

# %% [1 stub]
def middle(x):
    return ...

# %% [1 check]
n = len(week)
assert n == 3
assert middle(week) == 11, "the middle is 11"
middle([1.0])

# %% [1 solution]
def middle(x):
    return sorted(x)[len(x) // 2]

# %% [2 title] Nothing
# %% [2 level] core
# %% [2 needs]
# %% [2 statement]
# Do it.

# %% [2 stub]
a = 1

# %% [2 check]
assert a == 2

# %% [2 solution]
a = 2

# %% [2 note]
# Two.
"""


def told(code, check=CHECK, **names):
    """The message for an answer that does not pass."""
    verdict = grade(code, check, names)
    assert not verdict.passed
    return verdict.message


# ---- grading --------------------------------------------------------------------------------------------------------
def test_a_right_answer_passes():
    assert grade("def middle(x):\n    return sorted(x)[len(x) // 2]", CHECK, {}) == Verdict(True, "Correct.")


def test_answer_and_check_see_the_names_of_the_chapter_and_each_other():
    assert grade("double = 2 * week", "assert double == 2 * week == 22", {"week": 11}).passed


def test_the_names_of_the_chapter_stay_as_they_are():
    names = {"week": np.arange(3.0), "rng": np.random.default_rng(0), "n": 3}
    state = names["rng"].bit_generator.state
    code = "week[0] = 7.0\nrng.normal()\nn = 4"
    for _ in range(2):
        assert grade(code, "assert (week[0], n) == (7.0, 4)", names).passed
    assert list(names) == ["week", "rng", "n"]
    assert names["week"][0] == 0.0
    assert names["rng"].bit_generator.state == state
    assert names["n"] == 3


class Shelf:
    """An object of a class, with a list in it."""

    def __init__(self):
        self.books = ["Emma"]


def test_the_objects_of_the_chapter_stay_as_they_are():
    """Also those inside others, fitted models, and what two names share."""
    shelf = Shelf()
    names = {"shelf": shelf, "books": shelf.books, "table": {"x": np.zeros(2)}, "tuple": ([1],), "keep": print}
    code = "shelf.books.append(1)\nshelf.more = 2\ntable['x'][0] = 9\ntuple[0].clear()"
    assert grade(code, "assert books == ['Emma', 1]\nassert (table['x'][0], tuple) == (9, ([],))", names).passed
    assert vars(shelf) == {"books": ["Emma"]}
    assert names["books"] is shelf.books
    assert names["table"]["x"].tolist() == [0, 0]
    assert names["tuple"] == ([1],)


def test_a_model_of_the_chapter_is_not_fitted_again():
    X, y = np.arange(4.0)[:, None], np.arange(4.0)
    model = LinearRegression().fit(X, y)
    names = {"model": model, "X": X, "y": y}
    assert grade("model.fit(X, 10 * y)", "assert round(model.coef_[0]) == 10", names).passed
    assert model.coef_[0] == pytest.approx(1)


def test_modules_classes_functions_and_what_cannot_be_copied_are_shared():
    names = {"np": np, "Shelf": Shelf, "told": told, "lines": iter([1, 2]), "made": (n for n in [1, 2])}
    check = "assert (np, Shelf, told, made) == tuple(before)\nassert next(made) == 1"
    before = [names[name] for name in ("np", "Shelf", "told", "made")]
    assert grade("next(lines)", check, {**names, "before": Shared(before)}).passed
    assert next(names["lines"]) == 1


class Shared(list):
    """A list that nobody can copy."""

    def __deepcopy__(self, memo):
        raise TypeError


def test_what_an_answer_prints_is_printed(capsys):
    assert grade("print('hello')", "", {}).passed
    assert capsys.readouterr().out == "hello\n"


def test_an_assertion_tells_its_message():
    assert told("def middle(x):\n    return x[0]") == "the middle of 1, 2, 3 is 2"


def test_an_assertion_without_a_message_is_told_as_it_stands():
    check = "assert middle\nfor _ in range(2):\n    assert (middle([3])\n            == 3)"
    assert told("def middle(x):\n    return x", check) == (
        "This does not hold yet (line 3 of the check):\n\n    middle([3])\n    == 3"
    )


def test_an_assertion_of_a_library_that_the_check_calls_tells_its_message():
    text = told("got = 1.0", "from mle.testing import verify\nverify('half', got, 0.5)")
    assert text.startswith("half")
    assert "Traceback" not in text


@pytest.mark.parametrize("near", ["middles", "_middle", "MIDDLE"])
def test_a_missing_name_is_told_with_one_like_it(near):
    text = told(f"def {near}(x):\n    return 2")
    assert text.startswith("The check needs the name `middle`, which your code does not define.")
    assert text.endswith(f"It defines `{near}`: did you mean that?")


def test_capital_letters_of_a_missing_name_may_differ():
    assert (
        told("x = 1", "X")
        == "The check needs the name `X`, which your code does not define. It defines `x`: did you mean that?"
    )


@pytest.mark.parametrize("code", ["", "\n", "# nothing", "other = 3"])
def test_a_missing_name_with_nothing_like_it(code):
    assert told(code) == "The check needs the name `middle`, which your code does not define."


def test_an_error_in_the_answer_is_told_by_its_own_lines():
    text = told("import json\n\ndef middle(x):\n    return json.loads(len(x))")
    assert text.startswith("Your code stopped with an error when the check called it:")
    assert 'File "<your code>", line 4, in middle\n    return json.loads(len(x))\n' in text
    assert text.count("File") == 1
    assert text.splitlines()[-1].startswith("TypeError: ")


def test_carets_stand_under_the_place():
    assert "\n    return 2 + xx\n               ^^\nNameError" in told("def middle(x):\n    return 2 + xx")


def test_an_error_at_the_top_of_the_answer():
    text = grade("x = 1\nx / 0", CHECK, {}, name="answer.py").message
    assert text.startswith("Your code stopped with an error:\n\nTraceback")
    assert 'File "answer.py", line 2, in <module>' in text
    assert text.endswith("ZeroDivisionError: division by zero")


def test_an_error_raised_from_another_is_told_alone():
    text = told("try:\n    {}['a']\nexcept KeyError as error:\n    raise ValueError('no such key') from error")
    assert "KeyError:" not in text
    assert text.endswith("ValueError: no such key")


@pytest.mark.parametrize(
    "code",
    [
        "def middle(x):\n    return middle(x)",
        "def a(x):\n    return b(x)\n\ndef b(x):\n    return a(x)\n\nmiddle = a",
    ],
)
def test_a_recursion_without_end_is_told_in_few_lines(code):
    text = told(code)
    assert text.splitlines()[-1].startswith("RecursionError")
    assert len(text.splitlines()) < 20


def test_a_syntax_error_is_told_with_its_line_and_a_caret():
    text = told("x = 1\ndef middle(x:\n    return x")
    assert text.startswith("Python cannot read this:\n\n")
    assert 'File "<your code>", line 2\n    def middle(x:\n              ^' in text
    assert "SyntaxError" in text.splitlines()[-1]


@pytest.mark.parametrize("code", ["a\0b", "(" * 300, "  x = 1", "'\ud800'"])
def test_text_that_is_no_python_at_all(code):
    assert told(code).startswith("Python cannot read this:")


@pytest.mark.parametrize("line", ["exit()", "raise SystemExit(3)", "import sys; sys.exit('bye')"])
def test_an_answer_that_ends_python(line):
    assert told(line) == "Your code ends Python (by exit or quit), so it is not checked."


def test_a_keyboard_interrupt_passes_through():
    with pytest.raises(KeyboardInterrupt):
        grade("raise KeyboardInterrupt", CHECK, {})


def test_an_exception_that_cannot_be_printed():
    text = told("class Odd(BaseException):\n    def __str__(self):\n        raise ValueError\n\nraise Odd")
    assert text.endswith("Odd: <exception str() failed>")


# ---- what was left open ---------------------------------------------------------------------------------------------
def test_a_stub_is_told_where_it_is_unfinished():
    assert told("def middle(x):\n    return ...") == (
        "There is still a ... to fill in, line 2.\n\nthe middle of 1, 2, 3 is 2"
    )
    assert told("a = ...\n\nmiddle = lambda x: ...").startswith("There are still ... to fill in, lines 1 and 3.")


def test_pythons_words_for_an_unfinished_stub_are_left_out():
    check = "assert abs(middle([1]) - 1) < 1e-9"
    assert told("def middle(x):\n    return ...", check) == "There is still a ... to fill in, line 2."
    assert told("def middle(x):\n    x.sort()", check) == (
        "`middle` gives back None, because it does not end in `return` with a value."
    )
    assert told("middle = None", check) == "`middle` is still None."


def test_an_error_of_the_answer_comes_before_what_is_open():
    assert told("def middle(x):\n    return 1 / 0\n\nlater = ...").startswith("Your code stopped with an error")
    text = told("def middle(x):\n    half = ...\n    return half + 1")
    assert text.startswith("There is still a ... to fill in, line 2.\n\nYour code stopped with an error")


def test_dots_that_index_are_no_stub():
    code = "def middle(x: tuple[int, ...]):\n    return np.array(x)[..., 0]"
    assert told(code, np=np) == "the middle of 1, 2, 3 is 2"


@pytest.mark.parametrize(
    "code",
    [
        "def middle(x):\n    yield 1",
        "best = None\n\ndef middle(x):\n    return 1",
        "def middle(x):\n    if x:\n        return 1",
        "def middle(x):\n    return 0\n\ndef helper(x):\n    pass",
    ],
)
def test_functions_that_may_give_back_nothing(code):
    assert told(code) == "the middle of 1, 2, 3 is 2"


@pytest.mark.parametrize("code", ["def middle(x):\n    return None", "def middle(x):\n    def f():\n        return 1"])
def test_functions_that_give_back_nothing(code):
    assert told(code).startswith("`middle` gives back None")


# ---- errors in the check --------------------------------------------------------------------------------------------
def test_a_check_that_cannot_go_on_tells_where():
    text = told("def middle(x):\n    return 'two'", "if True:\n    assert abs(middle([1]) - 1) < 1")
    assert text.startswith("The check could not go on at its line 2:\n\n    assert abs(middle([1]) - 1) < 1\n\n")
    assert text.endswith("TypeError: unsupported operand type(s) for -: 'str' and 'int'")


def test_an_error_in_the_library_tells_what_was_called():
    check = "from mle.linear_model import LinearRegression\nLinearRegression().fit(table, [1.0, 2.0])"
    text = told("table = [[1.0], [float('nan')]]", check)
    assert (
        "    LinearRegression().fit(table, [1.0, 2.0])\n\nIt called `Regressor.fit`, which said:\nValueError: " in text
    )


def test_a_name_that_the_chapter_misses_is_not_asked_of_the_reader():
    names = {}
    exec("def helper():\n    return lost", names)
    text = told("", "helper()", **names)
    assert text.endswith("It called `helper`, which said:\nNameError: name 'lost' is not defined")


def test_functions_without_a_name_are_not_told():
    text = told("", "helper()", helper=lambda: 1 / 0)
    assert text.endswith("    helper()\n\nZeroDivisionError: division by zero")


def test_a_callback_of_the_check_is_part_of_the_check():
    check = "def loss(v):\n    return v + 1\n\nsmallest(loss)"
    text = told("def smallest(f):\n    return f('a')", check)
    assert text.startswith("The check could not go on at its line 2:")


def test_warnings_of_numpy_are_no_errors():
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("error")
        assert grade("big = np.exp(np.float64(1000))", "assert big == np.inf", {"np": np}).passed
    assert [w.category for w in seen] == [RuntimeWarning]
    strict = "import warnings\nwith warnings.catch_warnings():\n    warnings.simplefilter('error')\n    f(1000.0)"
    assert "overflow" in told("def f(x):\n    return np.exp(np.float64(x))", strict, np=np)


def test_grading_needs_the_standard_library_alone():
    code = "import sys, mle.exercises.grade as g; print(g.grade('a = 1', 'a', {}).passed, 'numpy' in sys.modules)"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(mle.__file__).parents[1])
    assert done.stdout.split() == ["True", "False"]


# ---- the files of the book ------------------------------------------------------------------------------------------
def test_a_file_is_read_in_its_parts():
    one, two = parse(FILE, "lines/straight-lines")
    assert (one.name, one.heading) == ("straight-lines/1", "straight-lines/1: The middle (warm-up)")
    assert (one.chapter_number, one.chapter_title) == (2, "Straight lines")
    assert one.statement == "Sort first.\n\n    an example"
    assert one.setup == ('import math\n\nprint("loud")', "week = [11, 9, 14]\nn = 3")
    assert one.stub == "def middle(x):\n    return ..."
    assert (one.hint, one.note, two.hint, two.note) == ("Look at `sorted`.", "", "", "Two.")
    assert (two.setup, two.given) == ((), [])


def test_names_that_the_chapter_gives():
    (one, _) = parse(FILE, "straight-lines")
    assert one.given == ["week"]  # nobody reads `math`, `x` is an argument, and the check has an `n` of its own


@pytest.mark.parametrize(
    ("code", "made", "read"),
    [
        ("x = y", "x", "y"),
        ("x += 1\ndel z", "x", "x z"),
        ("import os.path\nfrom a import b as c", "c os", ""),
        ("l = [a for a in g]\nm = {k: a for k, a in a}", "l m", "a g"),
        ("[last := i for i in r]", "last", "r"),
        ("def f(x, y=k):\n    z = x\n    return z + w", "f", "k w"),
        ("def f():\n    global m\n    m += 1", "f", "m"),
        ("f = lambda x, y=k: x + z", "f", "k z"),
        ("@d\nclass A(B):\n    def f(self): return h()", "A", "B d h"),
        ("try: x\nexcept E as e: pass", "e", "E x"),
        ("match p:\n    case [a, *b, {'k': 1, **c}] if g: pass", "a b c", "g p"),
    ],
)
def test_names_are_found_as_every_python_finds_them(code, made, read):
    assert sorted(bound(code)) == made.split()
    assert sorted(read_globally(code)) == read.split()


def test_the_book_has_exercises_in_order():
    chapters = list(dict.fromkeys(e.chapter for e in exercises()))
    assert len(chapters) >= 4
    assert len({e.name for e in exercises()}) == len(exercises()) >= 20
    assert exercises()[0].chapter == "start/how-this-book-works"


# ---- the command line -----------------------------------------------------------------------------------------------
@pytest.fixture
def book(tmp_path, monkeypatch):
    """A book of three chapters, two of the same name, and an empty folder to work in."""
    for place in ("lines/straight-lines", "more/twins", "again/twins"):
        file = tmp_path / "book" / f"{place}.txt"
        file.parent.mkdir(parents=True)
        file.write_text(FILE, encoding="utf-8")
    monkeypatch.setattr(_book, "BOOK", tmp_path / "book")
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    exercises.cache_clear()
    yield tmp_path / "work"
    exercises.cache_clear()


def test_list(book, capsys):
    assert main(["list"]) == 0
    assert capsys.readouterr().out.count("The middle") == 3
    assert main(["list", "lines/straight-lines"]) == 0
    assert capsys.readouterr().out == (
        "2 Straight lines (lines/straight-lines)\n"
        "  straight-lines/1  The middle (warm-up)\n"
        "  straight-lines/2  Nothing (core)\n"
    )


def test_show_hint_and_solution(book, capsys):
    assert main(["show", "straight-lines/1"]) == 0
    assert capsys.readouterr().out == (
        "straight-lines/1: The middle (warm-up)\nChapter 2, Straight lines\n\n"
        "Sort first.\n\n    an example\n\nDefined by the chapter: week.\n"
    )
    assert main(["hint", "lines/straight-lines/1"]) == 0
    assert main(["hint", "straight-lines/2"]) == 0
    assert capsys.readouterr().out == "Look at `sorted`.\nThis exercise has no hint.\n"
    assert main(["solution", "straight-lines/2"]) == 0
    assert capsys.readouterr().out == "a = 2\n\n# Two.\n"


def test_start_writes_the_stub_once(book, capsys):
    assert main(["start", "straight-lines/1"]) == 0
    text = (book / "straight-lines-1.py").read_text(encoding="utf-8")
    assert text.startswith("# straight-lines/1: The middle (warm-up)\n# Chapter 2")
    assert "\n# Check: python -m mle.exercises run straight-lines/1 straight-lines-1.py\n" in text
    assert text.endswith("\n\ndef middle(x):\n    return ...\n")
    assert "run straight-lines/1 straight-lines-1.py" in capsys.readouterr().out
    (book / "straight-lines-1.py").write_text("mine", encoding="utf-8")
    assert main(["start", "straight-lines/1"]) == 2
    assert (book / "straight-lines-1.py").read_text(encoding="utf-8") == "mine"
    assert "exists already" in capsys.readouterr().err
    assert main(["start", "straight-lines/1", "nowhere/a.py"]) == 2
    assert "nowhere" in capsys.readouterr().err


def test_run_tells_whether_it_passed(book, capsys):
    answer = book / "answer.py"
    answer.write_text("def middle(x):\n    return ...\n", encoding="utf-8")
    assert main(["run", "straight-lines/1", "answer.py"]) == 1
    assert capsys.readouterr().out == "There is still a ... to fill in, line 2.\n\nthe middle is 11\n"
    answer.write_text("\ufeffprint('mine')\ndef middle(x):\n    return sorted(x)[len(x) // 2]\n", encoding="utf-8")
    assert main(["run", "straight-lines/1", "answer.py"]) == 0
    assert capsys.readouterr().out == ("mine\nCorrect.\nCompare: python -m mle.exercises solution straight-lines/1\n")


def test_tracebacks_point_into_the_file(book, capsys):
    (book / "answer.py").write_text("week.nothing", encoding="utf-8")
    assert main(["run", "straight-lines/1", "answer.py"]) == 1
    assert '  File "answer.py", line 1, in <module>\n    week.nothing\n' in capsys.readouterr().out


def test_an_endless_answer_can_be_stopped(book, capsys):
    (book / "answer.py").write_text("raise KeyboardInterrupt", encoding="utf-8")
    assert main(["run", "straight-lines/1", "answer.py"]) == 1
    assert capsys.readouterr() == ("", "Stopped.\n")


def test_files_that_cannot_be_read(book, capsys):
    (book / "latin.py").write_bytes(b"a = 1\n# \xe9\n")
    for name, why in [
        ("nothing.py", "there is no file nothing.py"),
        (".", "it is a folder"),
        ("latin.py", "latin.py is not UTF-8 text (line 2)"),
    ]:
        assert main(["run", "straight-lines/1", name]) == 2
        assert why in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("strait-lines/1", "there is no chapter 'strait-lines'; did you mean straight-lines?"),
        ("zzz/1", "there is no chapter 'zzz'; there are straight-lines, twins"),
        ("straight-lines", "is a chapter; its exercises are straight-lines/1 to straight-lines/2"),
        ("straight-lines/3", "straight-lines has the exercises 1 to 2"),
        ("straight-lines/two", "there is no chapter 'straight-lines/two'; did you mean"),
        ("twins/1", "'twins' may be again/twins or more/twins"),
    ],
)
def test_names_that_are_unknown(book, capsys, name, why):
    assert main(["show", name]) == 2
    assert why in capsys.readouterr().err


def test_chapters_of_one_name_are_told_in_full(book):
    assert find("more/twins/2").chapter == "more/twins"


def test_a_package_that_is_missing_is_named(book, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "math", None)
    (book / "answer.py").write_text("", encoding="utf-8")
    assert main(["run", "straight-lines/1", "answer.py"]) == 2
    assert capsys.readouterr().err == "straight-lines/1 needs math, which is not installed\n"


@pytest.mark.parametrize("words", [[], ["rum", "straight-lines/1"], ["run", "straight-lines/1"]])
def test_other_wrong_usage(book, capsys, words):
    with pytest.raises(SystemExit, match="2"):
        main(words)
    assert "usage: python -m mle.exercises" in capsys.readouterr().err
