"""What the browser tests share: one server, one browser.

MLE_CHROMIUM names a Chromium; else one on PATH is taken, or Playwright's own. MLE_SITE names another folder to test.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Playwright, sync_playwright

from tests.site.server import file_of, pages, serve

ROOT = Path(__file__).parents[2]
SITE = Path(os.environ.get("MLE_SITE", ROOT / "site"))
NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"),
]
NO_SITE = f"there is no site in {SITE.name}/: run `make site` first"
NO_BROWSER = "no Chromium: install one, or name it in MLE_CHROMIUM"
SCHEMES = ("light", "dark")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """`url` runs over every page, `chapter` over those that are chapters."""
    if "url" in metafunc.fixturenames:
        names = pages(SITE) if SITE.exists() else []
        metafunc.parametrize("url", names or [None], ids=[name or "home" for name in names] or ["no-site"])
    if "chapter" in metafunc.fixturenames:
        found = chapters_with('class="card"')
        metafunc.parametrize("chapter", found or [None], ids=found or ["no-chapter"])


def chapters_with(part: str) -> list[str]:
    """Addresses of the pages whose HTML holds something."""
    names = pages(SITE) if SITE.exists() else []
    return [name for name in names if part in file_of(SITE, name).read_text(encoding="utf-8")]


@pytest.fixture(scope="session")
def site() -> Path:
    """The folder of the built site."""
    if not (SITE / "index.html").exists():
        pytest.fail(NO_SITE, pytrace=False)
    return SITE


@pytest.fixture(scope="session")
def home(site: Path) -> Iterator[str]:
    """Address of the site."""
    with serve(site) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


def launch(playwright: Playwright) -> Browser:
    """The first Chromium that starts; without one the tests are left out, but not in CI."""
    named = os.environ.get("MLE_CHROMIUM")
    path = named or next(filter(None, map(shutil.which, NAMES)), None)
    try:
        return playwright.chromium.launch(executable_path=path, args=FLAGS)
    except Error as error:
        if named or os.environ.get("CI"):
            pytest.fail(f"{NO_BROWSER} ({path}: {error.message.splitlines()[0]})", pytrace=False)
        pytest.skip(NO_BROWSER)
