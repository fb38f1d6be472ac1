"""The checks can fail: each finds its fault in a page that is good but for that one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests.site import checks
from tests.site.checks import Watch
from tests.site.server import serve
from tests.site.test_links import broken
from tests.site.test_pages import AXE

pytestmark = pytest.mark.browser

DOT = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
GOOD = """<!doctype html><html lang="en"><head><title>Good</title>
<link rel="icon" href="a.svg"><style>
  :root{--paper:#fff} .fig img[src$="-dark"]{display:none} @media print{button{display:none}}</style></head>
<body data-md-color-scheme="default"><main><article><h1 id="top">Good</h1>
<button>Run</button><p><a href="#top">Up</a></p>
<figure class="fig" id="f"><img src="a.svg#only-light" alt="A dot"><img src="a.svg#only-dark" alt="A dot"></figure>
</article></main></body></html>"""
FAULTS = {  # what is replaced, by what, and a word of the complaint
    "stranger": (
        "</article>",
        '<img src="http://stranger.example/x.png" alt="x"></article>',
        "request to another host",
    ),
    "lost picture": ("a.svg#only-light", "b.svg#only-light", "status 404"),
    "console": ("</article>", "<script>console.error('oh')</script></article>", "console error: oh"),
    "script": ("</article>", "<script>nothing.there</script></article>", "script error: nothing is not defined"),
    "wide": ("</article>", '<div style="width:2000px">x</div></article>', "scrolls sideways"),
    "no alt": ('alt="A dot"', 'alt=""', "no alt"),
    "one scheme": ('<img src="a.svg#only-dark" alt="A dot">', "", "not one picture for each scheme"),
    "both shown": (".fig img", ".nothing img", "wanted light"),
    "wrong scheme": ('"default"', '"slate"', "the scheme is slate, not light"),
    "button on paper": ("@media print", "@media speech", "in print: <button>"),
    "dark paper": ("--paper:#fff", "--paper:#131819", "in print: the paper is"),
    "grey on grey": ("<h1", '<h1 style="color:#aaa"', "axe color-contrast"),
    "nameless button": (">Run<", "><", "axe button-name"),
    "no language": ('<html lang="en">', "<html>", "axe html-has-lang"),
    "empty head": ("<p>", "<table><tr><th></th></tr><tr><td>1</td></tr></table><p>", "axe empty-table-header"),
    "no landmark": ("main>", "div>", "axe region"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A site of one page."""
    (tmp_path / "a.svg").write_text(DOT)
    (tmp_path / "index.html").write_text(GOOD)
    return tmp_path


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 390, "height": 700})
    yield context.new_page()
    context.close()


def visit(page: Page, folder: Path) -> list[str]:
    """What the checks say of a site of one page."""
    with serve(folder) as home:
        watch = Watch(page, urlsplit(home).netloc)
        page.goto(home)
        checks.settle(page)
        return [
            *checks.scheme(page, "light"),
            *checks.sideways(page),
            *checks.images(page),
            *checks.figures(page, "light"),
            *checks.axe(page, AXE),
            *checks.printed(page),
            *watch.take(),
        ]


def test_good_page_passes(page: Page, folder: Path) -> None:
    assert visit(page, folder) == []
    assert broken(folder, "") == []


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_is_found(page: Page, folder: Path, fault: str) -> None:
    before, after, complaint = FAULTS[fault]
    assert before in GOOD
    (folder / "index.html").write_text(GOOD.replace(before, after))
    assert any(complaint in problem for problem in visit(page, folder))


@pytest.mark.parametrize(
    ("link", "complaint"), [("b/", "is not there"), ("#up", "no such anchor"), ("/x/", "not there")]
)
def test_broken_link_is_found(folder: Path, link: str, complaint: str) -> None:
    (folder / "index.html").write_text(GOOD.replace('href="#top"', f'href="{link}"'))
    assert [complaint in problem for problem in broken(folder, "")] == [True]
