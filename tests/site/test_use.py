"""What a reader does: searches and moves by keyboard, opens a note, answers a question, copies code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.site.checks import settle
from tests.site.conftest import chapters_with

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


def open_chapter(page: Page, home: str, part: str) -> None:
    """Go to the first chapter that has something."""
    found = [url for url in chapters_with('class="card"') if url in chapters_with(part)]
    if not found:
        pytest.skip(f"no chapter has {part}")
    page.goto(home + found[0])


def test_first_tab_can_skip_to_the_text(home: str, page: Page) -> None:
    open_chapter(page, home, "md-skip")
    assert tab_to(page, ".md-skip", most=3)
    expect(page.locator(".md-skip")).to_be_in_viewport()


def test_drawer_by_keyboard(home: str, page: Page) -> None:
    """In a narrow window: closed, its links are out of the way; open, they can be reached."""
    open_chapter(page, home, "md-nav--primary")
    if page.viewport_size["width"] > 1220:
        assert page.locator(".md-nav--primary").is_visible()
        return
    link = page.locator(".md-nav--primary .md-nav__link--active:visible")
    assert link.count() == 0
    assert tab_to(page, "button[for=__drawer]")
    page.keyboard.press("Enter")
    expect(link.last).to_be_visible()


def test_side_note_opens_behind_its_number(home: str, page: Page) -> None:
    open_chapter(page, home, 'class="sn"')
    note = page.locator(".sn").first
    if page.viewport_size["width"] > 1000:
        expect(note).to_be_visible()
        return
    expect(note).to_be_hidden()
    page.locator(".sn-box").first.focus()
    page.keyboard.press("Space")
    expect(note).to_be_visible()


def test_answer_shows_its_reason(home: str, page: Page) -> None:
    open_chapter(page, home, 'class="quiz"')
    reason = page.locator(".quiz .why").first
    expect(reason).to_be_hidden()
    page.locator(".quiz label").first.click()
    expect(reason).to_be_visible()


def test_copied_code_is_the_code(home: str, page: Page) -> None:
    """Wrapped lines on a phone do not become lines of their own."""
    open_chapter(page, home, "cell-in")
    assert copied(page, ".cell-in") == page.locator(".cell-in pre > code").first.text_content().rstrip()


def test_copied_session_is_what_one_would_type(home: str, page: Page) -> None:
    """Neither prompts nor answers."""
    open_chapter(page, home, "language-pycon")
    source = page.locator(".language-pycon pre > code").first.text_content()
    typed = [line[4:] for line in source.splitlines() if line.startswith((">>> ", "... "))]
    assert copied(page, ".language-pycon").splitlines() == typed


def copied(page: Page, listing: str) -> str:
    """What the copy button of the first such listing puts on the clipboard."""
    pre = page.locator(f"{listing} pre").first
    pre.scroll_into_view_if_needed()  # the button comes with it
    expect(pre).to_have_attribute("id", re.compile("."))
    name = pre.get_attribute("id")
    page.locator(f"[data-clipboard-target='#{name} > code']").dispatch_event("click")
    return page.evaluate("navigator.clipboard.readText()").rstrip()


def test_hints_and_solutions_are_folded(home: str, page: Page) -> None:
    open_chapter(page, home, 'class="exercise"')
    assert page.locator(".exercise details").count() > 0
    assert page.locator(".exercise details[open]").count() == 0


def test_a_section_is_where_its_link_leads(home: str, page: Page) -> None:
    """Also while the chapter is still being fitted to the window."""
    page.goto(home + chapters_with('id="summary"')[-1] + "#summary")
    page.wait_for_function("() => !document.querySelector('.run:not(.seen)') && document.fonts.ready.then(() => true)")
    page.evaluate("location.hash = 'quiz'")
    page.evaluate("location.hash = 'summary'")
    assert 0 <= page.evaluate("document.getElementById('summary').getBoundingClientRect().top") < 300


def test_wherever_it_is_opened_a_chapter_is_laid_out_alike(home: str, page: Page) -> None:
    """Opened at its top it is laid out in turns, opened at a section at once."""
    chapter = home + chapters_with('id="summary"')[-1]
    tops = []
    for address in (chapter, chapter + "#summary"):
        page.goto("about:blank")
        page.goto(address)
        settle(page)
        page.wait_for_function("() => !document.querySelector('.fresh')")
        tops.append(page.locator("h2, h3").evaluate_all("all => all.map(e => Math.round(e.offsetTop))"))
    assert tops[0] == tops[1]
    assert len(set(tops[0])) == len(tops[0]) > 5


def test_who_leaves_the_top_at_once_stays_where_he_went(home: str, page: Page) -> None:
    page.goto("about:blank")
    page.goto(home + chapters_with('id="summary"')[-1], wait_until="domcontentloaded")
    page.evaluate("location.hash = 'summary'")
    settle(page)
    assert 0 <= page.evaluate("document.getElementById('summary').getBoundingClientRect().top") < 300


def test_every_piece_of_a_chapter_is_shown(home: str, page: Page) -> None:
    """What is measured in turns stands whole between the headings, and no turn is left out."""
    page.goto(home + chapters_with('id="summary"')[-1])
    page.wait_for_function("() => !document.querySelector('.run:not(.seen)')")
    assert page.locator("article > .run").count() == page.locator(".run").count() > 10
