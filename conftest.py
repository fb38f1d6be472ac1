"""The chapters are tests: their doctests, through Sybil, in the namespace of their cells, told by file and line."""

import doctest
import itertools
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sybil import Document, Example, Region, Sybil
from sybil.evaluators.doctest import DocTestEvaluator
from sybil.integration.pytest import SybilFile

from weave.read import Block, read
from weave.run import FLAGS

# Set before NumPy is imported: as many tests run at once as there are cores, and a chapter computes as it was woven.
os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", MKL_NUM_THREADS="1")

ROOT = Path(__file__).parent
DOCS = ROOT / "docs"
EXAMPLE = DocTestEvaluator(FLAGS)
# Longest first; and what else needs the woven book, when it lies in the cache. What is not named comes last.
ORDER = ("tests/chapters/", "docs/", "mle/", "tests/mle/", "tests/live/")
LATE = "tests/chapters/test_notebooks.py"


@contextmanager
def chapter_filters(document: "ChapterDocument") -> Iterator[None]:
    """Warnings that a chapter has silenced stay silent in its next cells, though each is a test of its own."""
    if document.filters is not None:
        warnings.resetwarnings()
        warnings.filters.extend(document.filters)
    try:
        yield
    finally:
        document.filters = list(warnings.filters)


def run_example(example: Example) -> str | None:
    """Evaluate one example of a doctest."""
    with chapter_filters(example.document):
        return EXAMPLE(example)


def run_cell(example: Example) -> None:
    """Execute a cell of a chapter; its figures are drawn and thrown away."""
    block: Block = example.parsed
    code = compile("\n" * (block.line - 1) + block.text, example.path, "exec")
    raises = block.options.get("raises")
    try:
        with chapter_filters(example.document):
            exec(code, example.namespace)
    except Exception as error:
        if type(error).__name__ != raises:
            raise
    else:
        if raises:
            raise AssertionError(f"{example.path}:{block.line}: this cell must raise {raises}")
    import matplotlib.pyplot as plt

    plt.close("all")


class ChapterDocument(Document):
    """A chapter as Sybil sees it: one region for each cell and one for each example of a `pycon` fence."""

    filters: list | None = None

    @classmethod
    def parse(cls, path: str, *parsers: object, encoding: str = "utf-8") -> "ChapterDocument":
        """Read a chapter with weave's own reader; Sybil's parsers are not asked."""
        text = Path(path).read_text(encoding=encoding)
        document = cls(text, path)
        starts = [0, *itertools.accumulate(len(line) + 1 for line in text.split("\n"))]
        for first, last, parsed, evaluator in regions(Path(path)):
            document.add(Region(starts[first - 1], min(starts[last] - 1, len(text)), parsed, evaluator))
        return document


def regions(path: Path) -> Iterator[tuple[int, int, object, object]]:
    """First line, last line, what to evaluate and how, for every cell and example that is not part of an exercise."""
    for block in read(path, ROOT).blocks:
        if block.kind == "code" and "exercise" not in block.options:
            yield block.line, block.line + block.text.count("\n"), block, run_cell
        elif block.kind == "pycon":
            for example in doctest.DocTestParser().get_examples(block.text, str(path)):
                first = block.line + example.lineno
                yield first, first + (example.source + example.want).count("\n") - 1, example, run_example


chapters = Sybil(
    parsers=[], patterns=["*.md", "*.py"], path="docs", document_types={".md": ChapterDocument, ".py": ChapterDocument}
)
collect_chapters = chapters.pytest()


def pytest_configure() -> None:
    """No chapter opens a window."""
    import matplotlib as mpl

    mpl.use("agg")


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> Iterator[None]:
    """Chapters belong to Sybil alone: nobody else may import a `.py` chapter as a module."""
    collected = yield
    if not file_path.is_relative_to(DOCS):
        return collected
    chapter = collect_chapters(file_path, parent)
    return [chapter] if isinstance(chapter, SybilFile) else []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Bring the tests into the order of `ORDER`."""

    def place(item: pytest.Item) -> int:
        found = [number for number, start in enumerate(ORDER) if item.nodeid.startswith(start)]
        return found[0] if found and not item.nodeid.startswith(LATE) else len(ORDER)

    items.sort(key=place)


@pytest.hookimpl(optionalhook=True)  # of xdist, which `make matrix` does without
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Files go to the next free process, in our order; one weaves the book, and each browser test goes by itself."""
    from xdist.scheduler import LoadFileScheduling

    class Files(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            if nodeid.startswith("tests/site/"):
                return nodeid
            if nodeid.startswith("tests/chapters/") and not nodeid.startswith(LATE):
                return "woven"
            return super()._split_scope(nodeid)

    config.option.loadscopereorder = False
    return Files(config, log)
