"""Every link, picture and anchor of the built site leads somewhere; no browser is needed for that."""

from __future__ import annotations

import posixpath
import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.site.server import file_of, pages, prefix

pytestmark = pytest.mark.browser


class Page(HTMLParser):
    """The links of a page, and the ids that others can link to."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.links, self.ids = list[str](), set[str]()
        self.feed(file.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect from one tag."""
        for name, value in attrs:
            if name in ("href", "src") and value:
                self.links.append(value)
            elif name in ("id", "name") and value:
                self.ids.add(value)


@cache
def read(file: Path) -> Page:
    return Page(file)


def broken(site: Path, url: str) -> list[str]:
    """Links of a page that lead nowhere."""
    found = []
    for link in read(file_of(site, url)).links:
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            continue
        path = parts.path
        if path.startswith("/"):
            target = path.removeprefix(prefix(site)) if path.startswith(prefix(site)) else "outside the site"
        else:
            target = posixpath.normpath(posixpath.join(posixpath.dirname(url), unquote(path))) if path else url
            target += "/" if path.endswith("/") and not target.endswith("/") else ""
        file = file_of(site, "" if target in (".", "./") else unquote(target))
        if not file.exists():
            found.append(f"{link} is not there")
        elif (
            parts.fragment
            and file.suffix == ".html"
            and unquote(parts.fragment) not in read(file).ids | {"__toc", "only-light", "only-dark"}
        ):
            found.append(f"{link}: the page has no such anchor")
    return found


def test_links_of_page_lead_somewhere(site: Path, url: str) -> None:
    assert broken(site, url) == []


def test_every_page_of_the_sitemap_is_there(site: Path) -> None:
    urls = re.findall(r"<loc>([^<]*)</loc>", (site / "sitemap.xml").read_text("utf-8"))
    assert urls
    assert {urlsplit(url).path.removeprefix(prefix(site)) for url in urls} <= set(pages(site))
