"""The book itself, woven once for all tests; what has not changed since the last build comes from the cache."""

import re
from pathlib import Path

import pytest

from weave.fonts import fonts
from weave.loom import Loom

ROOT = Path(__file__).parents[2]


FRONT = re.compile(r"(# )?---\n((?!---).)*^(# )?minutes:", re.M | re.S)
FILES = [file for file in sorted((ROOT / "docs").rglob("*")) if file.suffix in (".md", ".py")]
CHAPTERS = [file.relative_to(ROOT / "docs").as_posix() for file in FILES if FRONT.match(file.read_text("utf-8"))]


def pytest_generate_tests(metafunc):
    """Run a test that asks for `page` once for each chapter; found without weave, whose errors belong to the tests."""
    if "page" in metafunc.fixturenames:
        metafunc.parametrize("page", CHAPTERS)


@pytest.fixture(scope="session")
def book():
    """The woven book."""
    if not (ROOT / "node_modules").exists():
        pytest.fail(
            "node_modules is missing, from which the fonts of the figures are cut: run `make test`, which installs it"
        )
    loom = Loom(ROOT, fonts)
    yield loom.weave()
    loom.close()
