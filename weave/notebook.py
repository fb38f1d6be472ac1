"""Write a chapter as a notebook that stands alone: quotes and values filled in, nothing needed but `mle` and matplotlib."""
from __future__ import annotations

import base64
import doctest
import html
import re
from collections.abc import Callable, Iterator
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from weave.book import EXERCISE
from weave.page import Page
from weave.prose import Prose
from weave.read import Block

STYLE = "from mle import plot\n\nplot.use()  # the colours of the book; mle comes with it: `pip install .[plot]` in a copy of the project"
API_LINK = re.compile(r"\[(?P<text>[^\]]+)\]\[(?P<name>[\w.]+)\]")


class PlainProse(Prose):
    """The same prose for a reader without the site: plain Markdown and TeX."""

    def value(self, expression: str, value: str) -> str:
        return value

    def margin(self, m: re.Match[str]) -> str:
        return "\n".join(f"> {line}" for line in m["text"].split("\n"))

    def equation(self, m: re.Match[str], line: int, keep: Callable[[str], str]) -> str:
        number = self.book.targets[self.page][m["label"]].number
        shapes = " ".join((m["shapes"] or "").split()).removeprefix(": ")
        return keep(f"$$\n{m['tex']} \\tag{{{number}}}\n$$") + (f"\n\n{shapes}" if shapes else "")

    def table_caption(self, m: re.Match[str]) -> str:
        return f"\n*Table {self.book.targets[self.page][m['label']].number}. {' '.join(m['text'].split())}*"

    def side_note(self, m: re.Match[str]) -> str:
        return f" ({' '.join(m['text'].split())})"

    def term(self, m: re.Match[str], line: int) -> str:
        return m["text"]

    def cite(self, m: re.Match[str], line: int) -> str:
        return re.sub(r"<[^>]*>", "", super().cite(m, line))

    def reference(self, m: re.Match[str], line: int) -> str:
        return re.sub(r"<[^>]*>", "", super().reference(m, line))


def notebook(page: Page) -> nbformat.NotebookNode:
    """The notebook of a page that has been run."""
    prose = PlainProse(page.book, page.page, page.prose.terms, type(page.citations)(page.citations.bibliography), page.proof)
    cells = [new_markdown_cell(f"# {page.number} {page.chapter.meta['title']}\n\n{page.chapter.meta['lede'].strip()}"), new_code_cell(STYLE)]
    for block, output in page.chapter.with_outputs(page.result.get("outputs", [])):
        cells += written(page, prose, block, output)
    if sources := prose.citations.list_html():
        cells.append(new_markdown_cell(plain_sources(sources)))
    for i, cell in enumerate(cells):
        cell["id"] = f"c{i:03d}"
    book = new_notebook(cells=list(merged(cells)))
    book.metadata["kernelspec"] = {"display_name": "Python 3", "language": "python", "name": "python3"}
    book.metadata["language_info"] = {"name": "python"}
    return book


def written(page: Page, prose: Prose, block: Block, output: dict[str, Any]) -> list[nbformat.NotebookNode]:
    values = iter(output.get("values", []))
    if block.kind == "prose":
        text = prose.weave(block.text, block.line, values)
        text = EXERCISE.sub(lambda m: f"### Exercise: {m['title']}", text)
        return [new_markdown_cell(API_LINK.sub(r"\g<text>", text).strip())]
    if block.kind == "verbatim":
        return [new_markdown_cell(block.text)]
    if block.kind == "quote":
        symbol = page.library.resolve(block.text.strip().partition("\n")[0].strip())
        return [new_markdown_cell(f"*{symbol.path}, {symbol.name}*\n\n```python\n{page.library.code(symbol)}\n```")]
    if block.kind == "quiz":
        return [new_markdown_cell("*The quiz of this chapter is on its page.*")]
    if block.kind == "pycon":
        return [doctest_cell(block)]
    return [code_cell(prose, block, output, values)]


def code_cell(prose: Prose, block: Block, output: dict[str, Any], values: Iterator[str]) -> nbformat.NotebookNode:
    cell = new_code_cell(block.shown)
    if "raises" in block.options or block.options.get("exercise") == "check":
        cell.metadata["tags"] = ["raises-exception"]
    if output.get("stdout"):
        cell.outputs.append(new_output("stream", name="stdout", text=output["stdout"]))
    cell.outputs += [new_output("display_data", data=data) for data in output.get("displays", [])]
    if "figures" in output:
        caption = prose.weave(block.options["caption"], block.line, values)
        svg = base64.b64encode(output["figures"]["light"].encode()).decode()
        picture = f'<img alt="{html.escape(block.options["alt"])}" src="data:image/svg+xml;base64,{svg}">'
        cell.outputs.append(new_output("display_data", data={"text/html": picture, "text/plain": f"Figure: {caption}"}))
    return cell


def doctest_cell(block: Block) -> nbformat.NotebookNode:
    """A doctest as a cell: each example that shows something is printed."""
    examples = doctest.DocTestParser().get_examples(block.text)
    cell = new_code_cell("".join(f"print(repr(({e.source.strip()})))\n" if shows(e) else e.source for e in examples).strip())
    if any(e.exc_msg for e in examples):
        cell.metadata["tags"] = ["raises-exception"]
    told = "".join(e.want for e in examples if not e.exc_msg)
    if told:
        cell.outputs.append(new_output("stream", name="stdout", text=told))
    return cell


def shows(example: doctest.Example) -> bool:
    """Whether the example is an expression whose value was printed (and not a call of print)."""
    if not example.want or example.exc_msg or example.source.startswith("print("):
        return False
    try:
        compile(example.source.strip(), "<example>", "eval")
    except SyntaxError:
        return False
    return True


def merged(cells: list[nbformat.NotebookNode]) -> Iterator[nbformat.NotebookNode]:
    """Neighbouring pieces of prose as one cell."""
    last = None
    for cell in cells:
        if last is not None and last.cell_type == cell.cell_type == "markdown":
            last.source += "\n\n" + cell.source
            continue
        if last is not None:
            yield last
        last = cell
    if last is not None:
        yield last


def plain_sources(section: str) -> str:
    items = re.findall(r"<li[^>]*>(.*?)</li>", section, re.S)
    return "## Sources\n\n" + "\n".join(f"{n}. {html.unescape(re.sub(r'<[^>]*>', '', item)).strip()}" for n, item in enumerate(items, 1))
