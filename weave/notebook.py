"""Write a chapter as a notebook that stands alone: quotes and values filled in, nothing needed but `mle` and matplotlib."""

from __future__ import annotations

import ast
import base64
import doctest
import html
import re
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from weave.book import EXERCISE
from weave.page import Page
from weave.prose import Prose
from weave.read import VALUE, Block

STYLE = "from mle import plot\n\nplot.use()  # the colours of the book; mle comes with it: `pip install .[plot]` in a copy of the project"
# A link inside the book, or a code span, in which nothing is a link.
LINK = re.compile(r"(?P<ticks>`+).*?(?P=ticks)|!?\[(?P<text>[^\]]+)\]\((?!https?:|#)[^)\s]+\)", re.S)
BOX = re.compile(
    r'^(?:!!!|\?\?\?\+?) (?P<kind>\w+)(?: "(?P<title>[^"\n]*)")?[ ]*\n(?P<body>(?:[ ]*\n|    .*(?:\n|$))+)', re.M
)
API_LINK = re.compile(r"\[(?P<text>[^\]]+)\]\[(?P<name>mle\.[\w.]+)\]")


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
    prose = PlainProse(
        page.book, page.page, page.prose.terms, type(page.citations)(page.citations.bibliography), page.proof
    )
    cells = [
        new_markdown_cell(f"# {page.number} {page.chapter.meta['title']}\n\n{page.chapter.meta['lede'].strip()}"),
        new_code_cell(STYLE),
    ]
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
        return [new_markdown_cell(plain_markdown(text).strip())]
    if block.kind == "verbatim":
        return [new_markdown_cell(textwrap.dedent(block.text))]
    if block.kind == "quote":
        symbol = page.library.resolve(block.text.strip().partition("\n")[0].strip())
        code = textwrap.dedent(page.library.code(symbol))
        return [new_markdown_cell(f"*{symbol.path}, {symbol.name}*\n\n```python\n{code}\n```")]
    if block.kind == "quiz":
        return [new_markdown_cell("*The quiz of this chapter is on its page.*")]
    if block.kind == "pycon":
        return [doctest_cell(examples) for examples in up_to_errors(block)]
    cells = [code_cell(prose, block, output, values)]
    if block.options.get("exercise") == "solution":
        cells[0].metadata["jupyter"] = {"source_hidden": True}
        cells.insert(0, new_markdown_cell("*A solution: unfold the cell below when you have tried.*"))
    if "note" in block.options:
        cells.append(new_markdown_cell(prose.weave(block.options["note"], block.line, values)))
    return cells


def plain_markdown(text: str) -> str:
    r"""Without what only the site understands: boxes become quotations, tabs bold words, links inside the book plain text.

    >>> print(plain_markdown('??? hint "A hint"\n\n    Try [it](../a.md).'))
    > **A hint**
    >
    > Try it.
    >>> plain_markdown("[b](c.md) and `f[0](x)`")
    'b and `f[0](x)`'
    """
    text = LINK.sub(lambda m: m["text"] or m[0], API_LINK.sub(r"\g<text>", text))
    text = re.sub(r"^(#+ .*?)\s*\{[^}\n]*\}$", r"\1", text, flags=re.M)
    text = re.sub(r'^=== "(.*)"$', r"**\1**", text, flags=re.M)
    return BOX.sub(boxed, text)


def boxed(m: re.Match[str]) -> str:
    """An admonition, or a fold, as a quotation."""
    body = textwrap.dedent(m["body"]).strip("\n").split("\n")
    lines = [f"**{m['title'] or m['kind'].capitalize()}**", "", *body]
    return "\n".join(f"> {line}".rstrip() for line in lines) + "\n"


def code_cell(prose: Prose, block: Block, output: dict[str, Any], values: Iterator[str]) -> nbformat.NotebookNode:
    cell = new_code_cell(block.shown)
    if "raises" in block.options or block.options.get("exercise") == "check":
        cell.metadata["tags"] = ["raises-exception"]
    if output.get("stdout"):
        cell.outputs.append(new_output("stream", name="stdout", text=output["stdout"]))
    cell.outputs += [new_output("display_data", data=data) for data in output.get("displays", [])]
    if "error" in output:
        name, _, message = output["error"].partition(": ")
        cell.outputs.append(new_output("error", ename=name, evalue=message, traceback=[output["error"]]))
    if "figures" in output:
        caption = prose.weave(block.options["caption"], block.line, values)
        svg = base64.b64encode(output["figures"]["light"].encode()).decode()
        alt = VALUE.sub(lambda _: next(values), block.options["alt"])
        picture = f'<img alt="{html.escape(alt)}" src="data:image/svg+xml;base64,{svg}">'
        cell.outputs.append(new_output("display_data", data={"text/html": picture, "text/plain": f"Figure: {caption}"}))
    return cell


def up_to_errors(block: Block) -> Iterator[list[doctest.Example]]:
    """The examples of a fence, cut after each that raises: what follows in the same cell would not run."""
    examples: list[doctest.Example] = []
    for example in doctest.DocTestParser().get_examples(block.text):
        examples.append(example)
        if example.exc_msg:
            yield examples
            examples = []
    if examples:
        yield examples


def doctest_cell(examples: list[doctest.Example]) -> nbformat.NotebookNode:
    """Doctests as a cell: each example that shows something is printed."""
    cell = new_code_cell("".join(f"print(repr({expression(e)}))\n" if shows(e) else e.source for e in examples).strip())
    if examples[-1].exc_msg:
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


def expression(example: doctest.Example) -> str:
    """The expression of an example, without a comment behind it; a bare tuple gets its parentheses."""
    node = ast.parse(example.source).body[0]
    text = ast.get_source_segment(example.source, node) or ""
    return f"({text})" if isinstance(getattr(node, "value", None), ast.Tuple) else text


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
    section = re.sub(r'<span aria-hidden="true">.*?</span>', "", section)  # the arrows back to the text
    items = re.findall(r"<li[^>]*>(.*?)</li>", section, re.S)
    return "## Sources\n\n" + "\n".join(
        f"{n}. {html.unescape(re.sub(r'<[^>]*>', '', item)).strip()}" for n, item in enumerate(items, 1)
    )
