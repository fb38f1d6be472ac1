"""Every page, in light and dark, wide and narrow, on paper and without script."""

from __future__ import annotations

import gzip
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from tests.site import checks
from tests.site.checks import Watch
from tests.site.conftest import ROOT, SCHEMES
from tests.site.server import file_of

pytestmark = pytest.mark.browser

AXE = ROOT / "node_modules/axe-core/axe.min.js"
SHOWN = ".katex-html, figure.fig, figcaption, .sn, .proof, article > p, article pre"
WIDTHS = (1280, 390)
FONTS, PAGE, STYLE, SCRIPT = 140_000, 60_000, 10_500, 6_000  # budgets in bytes; all but the fonts after gzip


def test_page(site: Path, home: str, browser: Browser, url: str) -> None:
    """Silent, whole, in its window, open to everybody, in both schemes; every other page begins with the dark one.

    axe takes most of the time: it reads each page twice, wide in the first scheme and narrow in the second.
    """
    first, second = SCHEMES if len(url or "") % 2 else reversed(SCHEMES)
    context = browser.new_context(color_scheme=first, reduced_motion="reduce", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    watch = Watch(page, urlsplit(home).netloc)
    page.goto(home + url)
    found = []
    for scheme in (first, second):
        if scheme == second:
            page.locator("[data-md-component=palette] label:visible").click()
        found += [f"{scheme}, {problem}" for problem in [*checks.scheme(page, scheme), *checks.printed(page)]]
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            checks.settle(page)
            problems = [*checks.sideways(page), *checks.images(page), *checks.figures(page, scheme)]
            if (scheme == first) == (width == WIDTHS[0]):
                problems += checks.axe(page, AXE)
            problems += watch.take()
            found += [f"{scheme}, {width} px, {problem}" for problem in problems]
    weight = sum((site / path.removeprefix(urlsplit(home).path)).stat().st_size for path in watch.fonts)
    context.close()
    assert not found, "\n".join(found)
    assert weight <= FONTS


def test_page_is_light_to_fetch(site: Path, url: str) -> None:
    assert len(gzip.compress(file_of(site, url).read_bytes(), 9)) <= PAGE


def test_style_and_script_are_light_to_fetch(site: Path) -> None:
    assert len(gzip.compress((site / "assets/look.css").read_bytes(), 9)) <= STYLE
    assert len(gzip.compress((site / "assets/book.js").read_bytes(), 9)) <= SCRIPT


def test_chapter_without_script(site: Path, home: str, browser: Browser, chapter: str) -> None:
    """Text, equations, figures and side notes need none."""
    assert chapter is not None, "the site has no chapter: nothing has a card"
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(home + chapter)
    lost = page.evaluate(
        """s => [...document.querySelectorAll(s)]
        .filter(e => !e.closest("details, .why, .tabbed-block") && !e.matches(":empty"))
        .filter(e => !e.checkVisibility() || !e.getClientRects().length)
        .map(e => e.outerHTML.slice(0, 100))""",
        SHOWN,
    )
    words = len(page.locator("article").inner_text().split())
    pictures = checks.figures(page, "light")
    context.close()
    assert lost == [] == pictures
    assert words > 300


def test_unknown_address_gets_a_page_of_the_book(site: Path, home: str, browser: Browser) -> None:
    """The page for lost readers finds its style sheet from any depth."""
    page = browser.new_page()
    watch = Watch(page, urlsplit(home).netloc)
    page.goto(home + "404.html")
    assert watch.take() == []
    assert page.locator("article h1").count() == 1
    links = page.evaluate("[...document.querySelectorAll('article a')].map(a => a.href)")
    assert home in [link.removesuffix(".") for link in links]
    page.close()
