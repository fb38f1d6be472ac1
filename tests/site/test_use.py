"""What a reader does: searches and moves by keyboard, opens a note, answers a question, copies code."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser


@pytest.fixture(params=[1280, 390])
def page(home: str, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of the given width; `home` is where it begins."""
    size = {"width": request.param, "height": 900}
    context = browser.new_context(
        viewport=size, reduced_motion="reduce", permissions=["clipboard-read", "clipboard-write"]
    )
    page = context.new_page()
    page.goto(home)
    yield page
    context.close()


def tab_to(page: Page, selector: str, most: int = 12) -> bool:
    """Press Tab until something is focused; whether that came to pass."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return True
    return False


def test_search_by_keyboard(page: Page) -> None:
    page.keyboard.press("/")
    expect(page.locator(".md-search__input")).to_be_focused()
    page.keyboard.type("regression")
    first = page.locator(".md-search-result__link").first
    expect(first).to_be_visible(timeout=20_000)
    page.keyboard.press("ArrowDown")
    expect(first).to_be_focused()
    target = first.evaluate("a => a.pathname")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: urlsplit(url).path == target)


def test_tab_reaches_the_search(page: Page) -> None:
    narrow = page.viewport_size["width"] < 960
    assert tab_to(page, "button[for=__search]" if narrow else ".md-search__input")
    if narrow:
        page.keyboard.press("Enter")
        expect(page.locator(".md-search__input")).to_be_focused()


def test_first_tab_can_skip_to_the_text(home: str, page: Page, chapter: str) -> None:
    page.goto(home + chapter)
    assert tab_to(page, ".md-skip", most=3)
    expect(page.locator(".md-skip")).to_be_in_viewport()


def test_drawer_by_keyboard(home: str, page: Page, chapter: str) -> None:
    """In a narrow window: closed, its links are out of the way; open, they can be reached."""
    page.goto(home + chapter)
    if page.viewport_size["width"] > 1220:
        assert page.locator(".md-nav--primary").is_visible()
        return
    link = page.locator(".md-nav--primary .md-nav__link--active:visible")
    assert link.count() == 0
    assert tab_to(page, "button[for=__drawer]")
    page.keyboard.press("Enter")
    expect(link.last).to_be_visible()


def test_side_note_opens_behind_its_number(home: str, page: Page, chapter: str) -> None:
    page.goto(home + chapter)
    notes = page.locator(".sn")
    if not notes.count():
        pytest.skip("this chapter has no side note")
    if page.viewport_size["width"] > 1000:
        expect(notes.first).to_be_visible()
        return
    expect(notes.first).to_be_hidden()
    page.locator(".sn-box").first.focus()
    page.keyboard.press("Space")
    expect(notes.first).to_be_visible()


def test_answer_shows_its_reason(home: str, page: Page, chapter: str) -> None:
    page.goto(home + chapter)
    answers = page.locator(".quiz label")
    if not answers.count():
        pytest.skip("this chapter has no quiz")
    reasons = page.locator(".quiz .why")
    expect(reasons.first).to_be_hidden()
    answers.first.click()
    expect(reasons.first).to_be_visible()


def test_copied_code_is_the_code(home: str, page: Page, chapter: str) -> None:
    """Wrapped lines on a phone do not become lines of their own."""
    page.goto(home + chapter)
    code = page.locator("figure.quote pre > code, .cell-in pre > code").first
    button = page.locator(f"[data-clipboard-target='#{code.locator('..').get_attribute('id')} > code']")
    button.dispatch_event("click")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.rstrip() == code.evaluate("e => e.textContent").rstrip()


def test_hints_and_solutions_are_folded(home: str, page: Page, chapter: str) -> None:
    page.goto(home + chapter)
    folds = page.locator(".exercise details")
    assert not any(folds.nth(i).evaluate("e => e.open") for i in range(folds.count()))
