"""Figures with a control, and the shortcuts of the keyboard."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.site.conftest import SITE, chapters_with
from tests.site.live import START, Cell, first
from tests.site.server import file_of

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


class Control:
    """The control of one figure."""

    def __init__(self, page: Page, figure: Locator) -> None:
        self.page, self.figure = page, figure
        self.box = figure.locator(".play")
        self.values = json.loads(self.box.get_attribute("data-values") or "")
        self.texts: list[str] = json.loads(self.box.get_attribute("data-told") or "")
        self.said = json.loads(self.box.get_attribute("data-said") or "[]")
        self.input = self.box.locator("input, select")
        self.button = self.box.locator(".play-run")

    def told(self, at: int) -> str:
        """A value as the page says it."""
        return self.texts[at]

    def move(self, at: int) -> None:
        if self.input.evaluate("e => e.tagName") == "SELECT":
            self.input.select_option(index=at)
        else:
            self.input.fill(str(at))

    def shows(self, at: int) -> None:
        """Value, picture and sentence are those of one frame."""
        expect(self.box.locator("output")).to_have_text(self.told(at))
        image = self.figure.locator("img:visible")
        expect(image).to_have_attribute("src", f"{self.box.get_attribute('data-frames')}.{at}.light.svg#only-light")
        assert image.evaluate("i => i.decode().then(() => i.naturalWidth)") > 0
        if self.said:
            expect(self.figure.locator(".play-said")).to_have_text(self.said[at])


def control(page: Page, address: str) -> Control:
    page.goto(address)
    return Control(page, page.locator("figure.fig:has(.play)").first)


def chapter() -> str:
    """The first chapter that has a control."""
    found = [url for url in chapters_with('class="play') if url in chapters_with('class="card"')]
    return found[0] if found else pytest.fail("no chapter has a figure with a control")


@pytest.mark.parametrize("where", ["served", "file"])
def test_frames_need_no_python(home: str, page: Page, where: str) -> None:
    """Also from a folder on disk: the control shows the book's frames, and nothing else is fetched."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    turn = control(page, home + chapter() if where == "served" else file_of(SITE, chapter()).as_uri())
    for at in (0, len(turn.values) - 1):
        turn.move(at)
        turn.shows(at)
    assert not [url for url in asked if "/live/" in url]


def test_play_steps_through_and_pauses(home: str, page: Page) -> None:
    turn = control(page, home + chapter())
    last = len(turn.values) - 1
    turn.move(0)
    turn.button.focus()
    page.keyboard.press("Enter")
    expect(turn.button).to_have_text("Pause")
    expect(turn.box.locator("output")).not_to_have_text(turn.told(0))
    page.keyboard.press("Enter")
    expect(turn.button).to_have_text("Play")
    at = int(turn.input.input_value())
    page.wait_for_timeout(1000)
    assert int(turn.input.input_value()) == at, "it went on after Pause"
    turn.button.click()
    expect(turn.button).to_have_text("Play", timeout=7_000)
    turn.shows(last)


def test_nothing_moves_by_itself(home: str, page: Page) -> None:
    """But for the one figure of the home page that may."""
    turn = control(page, home + chapter())
    turn.box.scroll_into_view_if_needed()
    before = turn.input.input_value()
    page.wait_for_timeout(1200)
    assert turn.input.input_value() == before


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_motion_that_may_start_by_itself(browser: Browser, home: str, motion: str) -> None:
    """Once, in view, for less than five seconds; never for those who asked for less of it."""
    found = chapters_with("play auto")
    if not found:
        pytest.skip("no figure of the site moves by itself")
    page = browser.new_page(reduced_motion=motion)
    page.goto(home + found[0])
    turn = Control(page, page.locator("figure.fig:has(.play.auto)").first)
    turn.box.scroll_into_view_if_needed()
    before = turn.input.input_value()
    if motion == "reduce":
        page.wait_for_timeout(1500)
        assert turn.input.input_value() == before
        expect(turn.button).to_have_text("Play")
    else:
        expect(turn.button).to_have_text("Pause")
        expect(turn.button).to_have_text("Play", timeout=5_500)
        turn.shows(len(turn.values) - 1)
    page.close()


def test_python_takes_over(home: str, page: Page) -> None:
    """Once the cell was run, the control draws with the reader's own code, and says what came of it."""
    url, number = first(lambda step, _: "play" in step)
    page.goto(home + url)
    turn = Control(page, page.locator(f"figure.fig[data-step='{number}']"))
    cell = Cell(page, number)
    assert cell.run().startswith("Done")
    drawing = turn.figure.locator("svg[role=img]")
    paths = drawing.inner_html()
    sentence = turn.figure.locator(".play-said")
    said = sentence.inner_text() if turn.said else ""
    at = 0 if int(turn.input.input_value()) else len(turn.values) - 1
    turn.move(at)
    expect(turn.box.locator("output")).to_have_text(turn.told(at))
    cell.wait("Run")
    assert drawing.inner_html() != paths
    if turn.said:
        expect(sentence).to_have_text(turn.said[at])
        assert turn.said[at] != said
    cell.box.locator(".live-btn", has_text="Edit").click()
    cell.box.locator("textarea").press("Control+End")
    cell.box.locator("textarea").type("\nprint('drawn by me')")
    turn.move(1)
    cell.wait("Run")
    assert cell.text == "drawn by me"
    cell.button("Undo changes").click()
    expect(drawing).to_have_count(0)
    expect(turn.figure.locator("img:visible")).to_have_count(1)


def test_value_chosen_while_python_draws(home: str, page: Page) -> None:
    """What was begun by Run is drawn once more, so that value, picture and sentence are those of one frame."""
    url, number = first(lambda step, _: "play" in step and "say" in step)
    page.goto(home + url)
    turn, cell = Control(page, page.locator(f"figure.fig[data-step='{number}']")), Cell(page, number)
    assert cell.run().startswith("Done")
    before = turn.figure.locator("svg[role=img]").inner_html()
    at = 0 if int(turn.input.input_value()) else len(turn.values) - 1
    cell.status.evaluate(
        """(status, at) => new MutationObserver((_, watch) => {
            if (status.textContent != "Running") return;
            watch.disconnect();
            const control = document.querySelector("figure.fig:has(.live-o-svg) .play :is(input, select)");
            control.value = at;
            control.dispatchEvent(new Event("input"));
        }).observe(status, { childList: true })""",
        at,
    )
    cell.go.click()
    expect(turn.figure.locator(".play-said")).to_have_text(turn.said[at], timeout=START)
    cell.wait("Run")
    expect(turn.box.locator("output")).to_have_text(turn.told(at))
    assert turn.figure.locator("svg[role=img]").inner_html() != before


# ---- keyboard ------------------------------------------------------------------------------------------------------
def test_shortcuts_are_listed(home: str, page: Page) -> None:
    page.goto(home + chapter())
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard")
    expect(dialog).to_be_visible()
    assert {"/", "n", "p", "m", "?"} <= set(dialog.locator("kbd").all_text_contents())
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_m_leads_to_the_map(home: str, page: Page) -> None:
    """Without loading the page anew, and the script works there, too: what was just read is marked."""
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(home + chapter())
    page.locator(".mark-read").click()
    page.evaluate("window.same = true")
    page.keyboard.press("m")
    page.wait_for_url(lambda url: url.endswith("#map"))
    expect(page.locator("#map")).to_be_in_viewport()
    expect(page.locator(f"[data-chapter='{chapter().rstrip('/')}']").first).to_contain_class("done")
    assert page.evaluate("window.same") is True
    assert errors == []


def scroll_and(page: Page, to: int, then: str) -> None:
    """Scroll, and at once go back or press a key: Material notes the height a tenth of a second later."""
    go = "history.back()" if then == "back" else f"document.body.dispatchEvent({key(then)})"
    page.evaluate(f"addEventListener('scroll', () => setTimeout(() => {go}), {{ once: true }}); scrollTo(0, {to})")


def key(name: str) -> str:
    return f"new KeyboardEvent('keydown', {{ key: '{name}', bubbles: true }})"


def slow(page: Page, address: str) -> None:
    """A page that comes late."""
    page.route(address, lambda route: (page.wait_for_timeout(500), route.continue_()))


def test_a_link_leads_to_its_place_right_after_scrolling(home: str, page: Page) -> None:
    page.goto(home + chapter())
    slow(page, home)
    scroll_and(page, 3000, "m")
    page.wait_for_url(lambda url: url.endswith("#map"))
    expect(page.locator("#map")).to_be_in_viewport()


def test_a_page_opens_at_its_top_right_after_scrolling(home: str, page: Page) -> None:
    page.goto(home + chapter())
    title = page.title()
    following = page.locator("link[rel=next]").evaluate("link => link.href")
    slow(page, following)
    scroll_and(page, 3000, "n")
    page.wait_for_url(following)
    expect(page).not_to_have_title(title)
    expect(page.locator("h1")).to_be_in_viewport()
    page.wait_for_timeout(200)
    assert page.evaluate("scrollY") == 0


def test_back_leads_to_where_one_was_right_after_scrolling(home: str, page: Page) -> None:
    page.goto(home + chapter())
    title = page.title()
    place = page.locator("article h2").nth(3)
    scroll_and(page, place.evaluate("heading => Math.round(heading.getBoundingClientRect().top) - 100"), "m")
    page.wait_for_url(lambda url: url.endswith("#map"))
    expect(page.locator("#map")).to_be_in_viewport()
    slow(page, home + chapter())
    scroll_and(page, 0, "back")
    page.wait_for_url(home + chapter())
    expect(page).to_have_title(title)
    expect(place).to_be_in_viewport()


def test_keys_are_letters_while_one_types(home: str, page: Page) -> None:
    page.goto(home + chapter())
    page.keyboard.press("/")
    page.keyboard.type("m?")
    assert page.locator("dialog[open]").count() == 0
    assert page.locator(".md-search__input").input_value() == "m?"
    assert Path(page.url).name != "#map"


def test_keys_of_one_letter_can_be_switched_off(home: str, page: Page) -> None:
    """For all pages, Material's own keys too; and on again where the list cannot be asked for."""
    off, on = (f"Switch keys of one letter {way}" for way in ("off", "on"))
    page.goto(home + chapter())
    page.keyboard.press("?")
    page.get_by_role("dialog").get_by_role("button", name=off).click()
    expect(page.get_by_role("dialog").get_by_role("button", name=on)).to_be_visible()
    page.keyboard.press("Escape")
    page.goto(home + "accessibility/")
    here = page.url
    for key in "?mnp/":
        page.keyboard.press(key)
    page.wait_for_timeout(300)
    assert page.url == here
    assert page.locator("dialog[open], .md-search__input:focus").count() == 0
    page.get_by_role("button", name=on).click()
    expect(page.get_by_role("button", name=off)).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
