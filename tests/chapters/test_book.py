"""The book weaves, and each chapter has the size and the parts that readers were promised."""

import builtins
import re
from pathlib import Path

import pytest

from weave.book import labels
from weave.names import Names
from weave.report import words

ROOT = Path(__file__).parents[2]


@pytest.fixture
def chapter(page, book):
    """A chapter, written."""
    assert page in book.book.chapters
    return book.pages[page]


def test_every_page_is_woven(book):
    files = {
        file.relative_to(ROOT / "docs").as_posix()
        for file in (ROOT / "docs").rglob("*")
        if file.suffix in (".md", ".py")
    }
    assert set(book.markdown) == files
    assert len(book.book.chapters) >= 4
    assert sorted(book.executed + book.cached) == sorted(page.path for page in book.book.pages.values() if page.steps)


def test_chapters_stand_in_the_contents_in_the_order_of_their_numbers(book):
    in_nav = [page for page in book.book.parts if page in book.book.numbers]
    assert in_nav == book.book.chapters
    assert list(book.book.numbers.values()) == [str(n) for n in range(1, len(in_nav) + 1)]
    for page, chapter in book.book.pages.items():
        needs = [book.book.chapter_at(name) for name in chapter.meta.get("needs") or []]
        assert all(in_nav.index(need) < in_nav.index(page) for need in needs), f"{page} needs a later chapter"


def test_the_length_of_a_chapter(chapter):
    assert 2_000 <= words(chapter.chapter) <= 4_800


def test_the_parts_of_a_chapter(chapter):
    sections = {label for kind, label, _ in labels(chapter.chapter) if kind == "sec"}
    assert "summary" in sections
    assert 3 <= chapter.counts["quiz"] <= 5
    assert 4 <= chapter.counts["exercises"] <= 8
    assert chapter.counts["live"] >= 2
    assert chapter.counts["play"] >= 1
    assert chapter.counts["quotes"] >= 3
    assert chapter.counts["verified"] == chapter.counts["equations"] >= 1


def test_the_figures_of_a_chapter(chapter):
    drawn = [name for name in chapter.figures() if not re.search(r"\.\d+\.(light|dark)\.svg$", name)]
    assert len(drawn) == 2 * chapter.counts["figures"]
    if chapter.page.startswith(("regression/", "projects/")):
        assert chapter.counts["figures"] >= 4


def test_a_chapter_prints_plain_numbers(chapter):
    for block, output in chapter.chapter.with_outputs(chapter.result["outputs"]):
        for text in [output.get("stdout", ""), *(data.get("text/plain", "") for data in output.get("displays", []))]:
            assert not re.search(r"\bnp\.(float|int|bool|str)", text), (
                f"{chapter.chapter.path}:{block.line} prints {text!r}"
            )


def test_a_reader_sees_where_a_name_comes_from(chapter):
    """Listings use what they import or make, and what the text or a comment names; a check may hold its answer back."""
    blocks = chapter.chapter.blocks
    listings = [block for block in blocks if block.kind == "code" and not block.is_figure]
    listings = [block for block in listings if not block.options.get("hide") and block.options.get("code", True)]
    told = [line for block in listings for line in re.findall(r"# .*", block.text)]
    told += [span for block in blocks if block.kind != "code" for span in re.findall(r"`[^`]+`|>>> .*", block.text)]
    known = set(dir(builtins)) | set(re.findall(r"\w+", " ".join(told)))
    for block in listings:
        names = Names(block.text)
        known |= names.binds
        if block.options.get("exercise") != "check":
            assert names.reads - known == set(), f"{chapter.chapter.path}:{block.line}"


def test_every_mark_in_the_library_is_an_equation_of_the_book(book):
    marks = {label for label, places in book.library.equations.items() if places[0][0].startswith("mle/")}
    assert marks <= {label for _, label, _ in book.book.equations()}
    assert len(marks) >= 10
