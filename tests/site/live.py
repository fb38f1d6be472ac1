"""Work the live cells of a page as a reader does."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.site.conftest import SITE

START = 60_000  # ms: Python's start on a busy machine
NO_PYTHON = "the site was built without its own Python"
ENDED = re.compile("^(Done|Raised|Failed|Stopped|Not yet|An earlier|Ran|Another)")
Step = dict[str, Any]


def programs() -> dict[str, list[Step]]:
    """Address of each chapter that has live cells -> its steps. Without Python in the site there is nothing to test."""
    if not list(SITE.glob("live/*/worker.js")):
        (pytest.fail if os.environ.get("CI") else pytest.skip)(NO_PYTHON)
    found = {}
    for path in sorted(SITE.rglob("program.*.json")):
        steps = json.loads(path.read_text(encoding="utf-8"))["steps"]
        if any(step.get("live") or "exercise" in step for step in steps):
            found[f"{path.parent.relative_to(SITE).as_posix()}/"] = steps
    return found


def first(wanted: Callable[[Step, list[Step]], Any]) -> tuple[str, int]:
    """Address and number of the first step that is as wanted."""
    for url, steps in programs().items():
        for number, step in enumerate(steps):
            if wanted(step, steps):
                return url, number
    pytest.fail("no chapter has such a cell")


def is_cell(step: Step, steps: list[Step] | None = None) -> bool:
    """A live cell that draws no figure of the book and ends well."""
    return bool(step.get("live")) and not step.keys() & {"figure", "raises"}


class Cell:
    """One live listing."""

    def __init__(self, page: Page, step: int) -> None:
        self.page = page
        self.box = page.locator(f".live[data-step='{step}'], .exercise[data-step='{step}'] .live").first
        self.box.evaluate("e => e.closest('details')?.setAttribute('open', '')")
        self.go = self.box.locator(".live-btn").first
        self.status = self.box.locator(".live-status")
        self.out = self.box.locator(".live-out")

    def button(self, name: str) -> Locator:
        return self.box.get_by_role("button", name=name, exact=True)

    def write(self, code: str) -> None:
        """Replace the code."""
        if self.button("Edit").is_visible():
            self.button("Edit").click()
        self.box.locator("textarea").fill(code)

    def run(self, code: str | None = None, by: str | None = None) -> str:
        """Press Run (or Check, or another button), wait for the end, and return what the status says."""
        if code is not None:
            self.write(code)
        verb = self.go.text_content() or ""
        self.button(by or verb).click()
        return self.wait(verb)

    def wait(self, verb: str) -> str:
        """What the status says at the end of the run that the last press began: that press has turned the button."""
        expect(self.go).to_have_text(verb, timeout=START)
        expect(self.status).to_have_text(ENDED, timeout=START)
        return self.status.text_content() or ""

    def start(self, code: str) -> None:
        """Run code that does not end, until it is under way."""
        self.write(f"print('under way', flush=True)\n{code}")
        self.go.click()
        expect(self.out).to_contain_text("under way", timeout=START)

    @property
    def text(self) -> str:
        return self.out.inner_text().strip()


def wheel(name: str) -> str:
    """File name of a package in the site."""
    return next(path.name for path in Path(SITE).glob(f"live/*/{name}-*.whl"))
