"""Exercises are graded in the page and remembered; quizzes tell how it went; the map shows both."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.site.conftest import chapters_with
from tests.site.live import Cell, first, programs

pytestmark = pytest.mark.browser


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A reader who has solved nothing."""
    context = browser.new_context(reduced_motion="reduce", viewport={"width": 1280, "height": 900})
    yield context
    context.close()


def chapter_with_exercise() -> tuple[str, int]:
    return first(lambda step, _: "exercise" in step)


def test_exercise_fails_then_passes_and_is_remembered(home: str, context: BrowserContext) -> None:
    """By keyboard: the stub fails with a message, the solution passes; another tab and another visit know it."""
    url, number = chapter_with_exercise()
    step = programs()[url][number]
    page, other = context.new_page(), context.new_page()
    page.goto(home + url)
    other.goto(home + url)
    exercise = f"#{step['exercise']} .ex-solved"
    cell = Cell(page, number)
    assert cell.run() == "Not yet"
    expect(cell.out.locator(".live-o-fail")).not_to_be_empty()
    assert page.locator(exercise).count() == 0
    cell.button("Edit").focus()
    page.keyboard.press("Enter")
    expect(cell.box.locator("textarea")).to_be_focused()
    cell.box.locator("textarea").fill(step["solution"])
    page.keyboard.press("Shift+Enter")
    assert cell.wait("Check").startswith("Done")
    expect(cell.out.locator(".live-o-pass")).to_have_text("Correct.")
    expect(page.locator(exercise)).to_have_text(" · solved")
    expect(other.locator(exercise)).to_have_text(" · solved")
    other.reload()
    expect(other.locator(exercise)).to_have_text(" · solved")
    assert Cell(other, number).box.locator("pre code").text_content() == step["solution"], "the answer is not kept"


def test_answer_leaves_the_chapter_alone(home: str, context: BrowserContext) -> None:
    """What an answer defines or overwrites is not seen by other cells; what it prints is shown."""
    url, number = chapter_with_exercise()
    live = next(n for n, step in enumerate(programs()[url]) if step.get("live") and "figure" not in step)
    page = context.new_page()
    page.goto(home + url)
    answer, cell = Cell(page, number), Cell(page, live)
    assert answer.run("stray = 1\nprint('from the answer')") == "Not yet"
    assert "from the answer" in answer.text
    cell.run("'stray' in globals()")
    assert cell.text == "False"


def test_clicking_the_stub_opens_the_editor(home: str, context: BrowserContext) -> None:
    url, number = chapter_with_exercise()
    page = context.new_page()
    page.goto(home + url)
    cell = Cell(page, number)
    cell.box.locator("pre").click()
    expect(cell.box.locator("textarea")).to_be_focused()


def test_map_counts_and_forgets(home: str, context: BrowserContext) -> None:
    """What was read and solved stands on the map; it is forgotten only after a question."""
    url, number = chapter_with_exercise()
    chapter, label = url.rstrip("/"), programs()[url][number]["exercise"]
    page = context.new_page()
    page.goto(home + url)
    page.evaluate("solved => localStorage.setItem('mle.solved', JSON.stringify([solved]))", f"{chapter}#{label}")
    page.locator(".mark-read").click()
    page.goto(home)
    place = page.locator(f"[data-chapter='{chapter}']")
    count = place.first.get_attribute("data-exercises")
    assert f"1 of {count} exercises" in place.locator(".solved").all_text_contents()
    assert place.evaluate_all("all => all.every(e => e.classList.contains('done'))")
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.locator(".forget").click()
    assert page.evaluate("localStorage.getItem('mle.read')") is not None
    page.once("dialog", lambda dialog: dialog.accept())
    page.locator(".forget").click()
    expect(page.locator(".forget")).to_have_count(0)
    assert "".join(place.locator(".solved").all_text_contents()) == ""
    assert page.evaluate("[localStorage.getItem('mle.read'), localStorage.getItem('mle.solved')]") == [None, "[]"]


def test_what_is_no_more_does_not_count(home: str, context: BrowserContext) -> None:
    """Chapters and exercises whose names are kept, but which a new edition has not."""
    url, number = chapter_with_exercise()
    chapter, label = url.rstrip("/"), programs()[url][number]["exercise"]
    page = context.new_page()
    page.goto(home + url)
    total = page.locator(".card").get_attribute("data-exercises")
    page.evaluate(
        """([chapter, label]) => {
            const gone = [...Array(99).keys()].map(n => `${chapter}#ex-gone-${n}`);
            localStorage.setItem("mle.solved", JSON.stringify([...gone, `${chapter}#${label}`]));
            localStorage.setItem("mle.read", '["gone/chapter"]');
        }""",
        [chapter, label],
    )
    page.reload()
    expect(page.locator(".card .solved")).to_have_text(f"1 of {total} exercises")
    page.goto(home)
    expect(page.locator(f"svg [data-chapter='{chapter}'] .solved")).to_have_text(f"{total} of {total} exercises")
    expect(page.locator(".map-key .forget")).to_be_visible()
    assert "read" not in (page.locator(".map-key").text_content() or "").replace("Forget my progress", "")


# ---- quizzes -------------------------------------------------------------------------------------------------------
@pytest.fixture
def quiz(home: str, context: BrowserContext) -> Page:
    """The first chapter with questions."""
    page = context.new_page()
    page.goto(home + chapters_with('class="quiz"')[0])
    return page


def test_reason_is_announced(quiz: Page) -> None:
    question = quiz.locator(".quiz fieldset").first
    question.locator("label").first.click()
    shown = question.locator(".why:visible")
    expect(quiz.locator(".quiz p.sn-hint[role=status]")).to_have_text(shown.inner_text().replace("\n", " "))


def test_score_tells_first_tries(quiz: Page) -> None:
    """One question wrong at first, all others right at once."""
    questions = quiz.locator(".quiz fieldset")
    score = quiz.locator(".quiz-score")
    total = questions.count()
    questions.first.locator("label:not(.right)").first.click()
    quiz.wait_for_timeout(900)
    for n in range(total):
        expect(score).to_be_empty()
        questions.nth(n).locator("label.right").first.click()
        quiz.wait_for_timeout(900)
    expect(score).to_have_text(f"All right, {total - 1} of {total} at the first try.")


def test_arrow_keys_only_pass_answers(quiz: Page) -> None:
    """On the way to an answer by keyboard, those in between are no tries."""
    question = quiz.locator(".quiz fieldset").first
    right = question.locator("label").evaluate_all("all => all.findIndex(e => e.matches('.right'))")
    last = question.locator("input").count() - 1
    question.locator("input").first.focus()
    quiz.keyboard.press("Space")
    for key in ["ArrowDown"] * last + ["ArrowUp"] * (last - right):
        quiz.keyboard.press(key)
    expect(question.locator("label.right input")).to_be_checked()
    quiz.wait_for_timeout(900)
    for other in quiz.locator(".quiz fieldset").all()[1:]:
        other.locator("label.right").click()
        quiz.wait_for_timeout(900)
    expect(quiz.locator(".quiz-score")).to_have_text(all_right(quiz))


def all_right(quiz: Page) -> str:
    total = quiz.locator(".quiz fieldset").count()
    return f"All right, {total} of {total} at the first try."


def test_quick_answers_all_count(quiz: Page) -> None:
    for question in quiz.locator(".quiz fieldset").all():
        question.locator("label.right").click()
    expect(quiz.locator(".quiz-score")).to_have_text(all_right(quiz))


def test_answers_that_the_browser_kept_are_tries(home: str, quiz: Page) -> None:
    """The back button brings a page with its form as it was: a wrong answer stays the first one."""
    questions = quiz.locator(".quiz fieldset")
    total = questions.count()
    questions.first.locator("label:not(.right)").first.click()
    quiz.goto(f"{home}404.html")
    quiz.go_back()
    expect(questions.first.locator("label:not(.right) input").first).to_be_checked()
    for question in questions.all():
        question.locator("label.right").click()
    expect(quiz.locator(".quiz-score")).to_have_text(f"All right, {total - 1} of {total} at the first try.")
