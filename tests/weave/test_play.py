"""A control turns one line of a figure through frames that were drawn when the page was made."""

import json
import re
from html import unescape

import pytest

FIGURE = "#| id: fig-a\n#| caption: Slope {{ slope }}.\n#| alt: A line.\n"
DRAW = "import matplotlib.pyplot as plt\nplt.plot([0, slope])\n"


def cell(*codes):
    return "".join(f"```python\n{code}\n```\n\n" for code in codes)


def figure(play, code, more=""):
    return cell("seen = []", f"{FIGURE}#| play: {play}\n{more}{code}\n{DRAW}")


def test_frames_in_both_schemes(project):
    project.case(figure("{slope: [1, 2, 4]}", "slope = 2") + "Then {{ slope }}. See @fig-a.\n")
    page = project.weave().pages["case.md"]
    drawn = page.figures()
    assert sorted(drawn) == sorted(
        f"fig-a{frame}.{scheme}.svg" for frame in ("", ".0", ".1", ".2") for scheme in ("light", "dark")
    )
    assert drawn["fig-a.light.svg"] == drawn["fig-a.1.light.svg"]
    assert len({drawn[f"fig-a.{n}.light.svg"] for n in range(3)}) == 3
    assert "Then" in page.markdown()
    assert "Slope" in page.markdown()


def test_the_control(project):
    project.case(figure("{slope: [1, 2, 4]}", "slope = 2", '#| say: "Ends at {{ slope * 10 }}."\n') + "See @fig-a.\n")
    page = project.weave().markdown["case.md"]
    assert 'min="0" max="2" step="1" value="1"' in page
    assert '<label for="fig-a-play">slope</label>' in page
    assert '<output for="fig-a-play">2</output>' in page
    said = json.loads(unescape(re.search(r'data-said="([^"]*)"', page)[1]))
    assert said == ["Ends at 10.", "Ends at 20.", "Ends at 40."]
    assert json.loads(unescape(re.search(r'data-values="([^"]*)"', page)[1])) == [1, 2, 4]
    assert '<p class="play-said" role="status">Ends at 20.</p>' in unescape(page)


def test_words_are_chosen_from_a_list(project):
    project.case(figure("{kind: [low, high]}", "kind = 'high'\nslope = {'low': 1, 'high': 3}[kind]") + "See @fig-a.\n")
    page = project.weave().markdown["case.md"]
    assert '<option value="1" selected>high</option>' in page


def test_frames_leave_nothing_behind(project):
    code = "rng = np.random.default_rng(0)"
    body = figure("{slope: [1, 2]}", "slope = 1\nseen = [*seen, float(rng.normal())]")
    after = cell("len(seen), slope, bool(rng.normal() == np.random.default_rng(0).normal(size=2)[1])")
    project.case(f"{cell('import numpy as np', code)}{body}See @fig-a.\n\n{after}")
    last = project.weave().pages["case.md"].result["outputs"][-1]["displays"]
    assert last == [{"text/plain": "(1, 1, True)"}]


@pytest.mark.parametrize(
    ("play", "code", "message"),
    [
        ("{slope: [1, 2]}", "slope = 3", "#| play: the cell says slope = 3, which is not among [1, 2]"),
        ("{slope: [1, 2]}", "slope = 1 + 1", "#| play: expected one line `slope = ...` with a plain value"),
        ("{slope: [1]}", "slope = 1", "#| play: expected one name with a list of values"),
        ("{slope: 1}", "slope = 1", "#| play: expected one name with a list of values"),
        ("{slope: [1, 2], b: [1, 2]}", "slope = 1", "#| play: expected one name with a list of values"),
        ("{slope: [1, 1]}", "slope = 1", "#| play: expected different numbers, or different words, got [1, 1]"),
        ("{slope: [1, .inf]}", "slope = 1", "#| play: expected different numbers, or different words"),
        ("{slope: [1, two]}", "slope = 1", "#| play: expected different numbers, or different words"),
        ("{slope: [1, true]}", "slope = 1", "#| play: expected different numbers, or different words"),
        ("[1, 2]", "slope = 1", "cell option 'play' must be dict"),
    ],
)
def test_a_control_that_cannot_work(project, play, code, message):
    project.case(f"{figure(play, code)}See @fig-a.\n")
    assert f": {message}" in project.error()


def test_what_a_control_needs(project):
    project.case(cell("#| play: {n: [1, 2]}\nn = 1"))
    assert "#| play: turns a figure" in project.error()
    project.case(cell('#| say: "words"\nn = 1'))
    assert "#| say: is for a figure with `#| play:`" in project.error()
