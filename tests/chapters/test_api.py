"""The reference is complete: each public module has one page, in the contents, and each name one place."""

import re
from pathlib import Path

import pytest

from weave.book import flatten, load_settings
from weave.library import Library

ROOT = Path(__file__).parents[2]
DIRECTIVE = re.compile(r"^::: (\S+)$", re.M)


@pytest.fixture(scope="module")
def library():
    return Library(ROOT)


@pytest.fixture(scope="module")
def modules(library):
    """Modules that define something public."""
    return sorted({library.module_of(name) for name in library.public})


def page_of(module):
    return f"api/{module.removeprefix('mle.').replace('.', '/')}.md"


def directives():
    """Page -> names it documents, for all pages of the book."""
    files = (ROOT / "docs").rglob("*.md")
    return {
        file.relative_to(ROOT / "docs").as_posix(): DIRECTIVE.findall(file.read_text(encoding="utf-8"))
        for file in files
    }


def test_every_public_module_has_a_page_that_documents_it_and_no_other(modules):
    assert len(modules) >= 10
    assert {page_of(module): [module] for module in modules} == {
        page: names for page, names in directives().items() if names
    }


def test_every_page_of_the_reference_is_in_the_contents(modules):
    pages = {page for page in directives() if page.startswith("api/")}
    assert pages == {"api/index.md", *map(page_of, modules)}
    assert pages <= {page for page, _ in flatten(load_settings(ROOT)["nav"])}


def test_every_public_name_is_explained(library):
    """A name without a docstring has no entry on its page."""
    assert [name for name in library.public if not library.symbols[name].summary] == []
