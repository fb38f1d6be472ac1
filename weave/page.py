"""Write a page: its blocks and what came of running them -> the Markdown that the site generator takes."""

from __future__ import annotations

import functools
import hashlib
import json
import re
import textwrap
from collections import Counter
from collections.abc import Iterator
from typing import Any

import yaml

from weave.book import EXERCISE, Book, page_url
from weave.checks import equation_lines
from weave.citations import Bibliography, Citations
from weave.errors import WeaveError
from weave.glossary import Glossary
from weave.library import Library, Symbol
from weave.play import play
from weave.program import program, step_numbers
from weave.prose import MARK, Prose, attribute
from weave.quiz import question, read_quiz
from weave.read import VALUE, Block, Chapter


class Page:
    """One page on its way to Markdown. After `markdown()`, `counts` tells what it holds and `quoted` which symbols."""

    def __init__(
        self,
        book: Book,
        page: str,
        library: Library,
        result: dict[str, Any],
        terms: Glossary,
        bibliography: Bibliography,
    ) -> None:
        self.book, self.page, self.library, self.result = book, page, library, result
        self.chapter: Chapter = book.pages[page]
        self.citations = Citations(bibliography)
        self.prose = Prose(book, page, terms, self.citations, self.proof)
        self.lines = equation_lines(book, library)
        self.counts: Counter[str] = Counter()
        self.quoted: list[Symbol] = []
        self.exercise: tuple[str, int] | None = None

    @functools.cached_property
    def steps(self) -> dict[int, int]:
        """Line of a live cell or of an exercise's stub -> its number in the program of the page."""
        return step_numbers(self.chapter)

    @functools.cached_property
    def program(self) -> tuple[str, str]:
        """Name and content of the file with what the page runs; a page that is older than it must not find it."""
        content = json.dumps(program(self.chapter), ensure_ascii=False, separators=(",", ":"))
        return f"program.{hashlib.sha256(content.encode()).hexdigest()[:12]}.json", content

    @property
    def number(self) -> str | None:
        return self.book.numbers.get(self.page)

    def markdown(self) -> str:
        """The whole page, front matter included."""
        body = [self.block(block, out) for block, out in self.chapter.with_outputs(self.result.get("outputs", []))]
        if self.exercise:
            raise self.error(self.exercise[1], f"exercise {self.exercise[0]} has no stub, check and solution")
        parts = (
            [self.opener(), *body, self.sources(), self.foot()]
            if self.number
            else [*body, self.sources(), self.plain_foot()]
        )
        return self.head() + "\n\n".join(part for part in parts if part) + "\n"

    def error(self, line: int, message: str) -> WeaveError:
        return WeaveError(self.chapter.path, line, message)

    # ---- blocks -------------------------------------------------------------------------------------------------
    def block(self, block: Block, output: dict[str, Any]) -> str:
        values = iter(output.get("values", []))
        self.counts["values"] += len(output.get("values", []))
        if block.kind == "prose":
            return self.exercise_headings(block, self.prose.weave(block.text, block.line, values))
        if block.kind == "verbatim":
            return block.text
        made = {"code": self.code, "pycon": self.pycon, "quote": self.quote, "quiz": self.quiz}[block.kind](
            block, output, values
        )
        return textwrap.indent(made, block.indent)

    def pycon(self, block: Block, output: dict[str, Any], values: Iterator[str]) -> str:
        self.counts["doctests"] += output.get("examples", 0)
        return fence(block.text, ".pycon")

    def code(self, block: Block, output: dict[str, Any], values: Iterator[str]) -> str:
        if "exercise" in block.options:
            return self.exercise_part(block, values)
        self.counts["cells"] += 1
        if block.is_figure:
            return self.figure(block, output, values)
        if block.options.get("hide"):
            return ""
        shown = self.listing(block) if block.options.get("code", True) else ""
        return "\n\n".join(part for part in [shown, *outputs(output)] if part)

    def listing(self, block: Block) -> str:
        """The code of a cell; of a live one, with the number under which the page runs it."""
        if not block.options.get("live"):
            return fence(block.shown, ".python .cell-in")
        self.counts["live"] += 1
        return fence(block.shown, f".python .cell-in .live data-step={self.steps[block.line]}")

    def figure(self, block: Block, output: dict[str, Any], values: Iterator[str]) -> str:
        """Two pictures, of which the style sheet shows the one that suits the page."""
        self.counts["figures"] += 1
        label, number = block.options["id"], self.book.targets[self.page][block.options["id"]].number
        caption = " ".join(self.prose.weave(block.options["caption"], block.line, values).split())
        alt = attribute(VALUE.sub(lambda _: next(values), block.options["alt"]))
        width, height = size(output["figures"]["light"])
        base = self.figure_url(label)
        images = "".join(
            f'<img src="{base}.{scheme}.svg#only-{scheme}" alt="{alt}" width="{width}" height="{height}" loading="lazy">'
            for scheme in ("light", "dark")
        )
        live, shown = block.options.get("live"), block.options.get("code")
        folded = (
            '<details class="fig-code" markdown="1"><summary>The code of this figure</summary>\n\n{}\n\n</details>\n'
        )
        before = f"{self.listing(block)}\n\n" if shown else ""
        below = folded.format(self.listing(block)) if live and not shown else ""
        step = f' data-step="{self.steps[block.line]}"' if live else ""
        self.counts["play"] += "play" in block.options
        control = play(label, base, block, output["frames"]) if "play" in block.options else ""
        said = "\n\n".join(outputs(output))
        return (
            f'{before}<figure class="fig" id="{label}"{step} markdown="1">\n{images}\n{control}'
            f'<figcaption markdown="span"><b>Figure {number}</b> {caption}</figcaption>\n{below}</figure>\n'
            + (f"\n{said}" if said else "")
        )

    def figure_url(self, label: str) -> str:
        return label if not self.page.split("/")[-1].startswith("index.") else f"figures/{label}"

    def figures(self) -> dict[str, str]:
        """Path below the page's own folder -> SVG."""
        found: dict[str, str] = {}
        for block, out in self.chapter.with_outputs(self.result.get("outputs", [])):
            base = self.figure_url(block.options["id"]) if block.is_figure else ""
            frames = [("", out.get("figures", {})), *((f".{n}", f) for n, f in enumerate(out.get("frames", [])))]
            found |= {
                f"{base}{frame}.{scheme}.svg": drawn[scheme]
                for frame, drawn in frames
                for scheme in drawn
                if scheme != "said"
            }
        return found

    def quote(self, block: Block, output: dict[str, Any], values: Iterator[str]) -> str:
        """The library's own lines under their true numbers."""
        name, _, rest = block.text.strip().partition("\n")
        if rest.strip() not in ("", "docstring: true"):
            raise self.error(
                block.line + 1, f"quote: expected nothing below the name, or `docstring: true`, got {rest.strip()!r}"
            )
        try:
            symbol = self.library.resolve(name.strip())
        except KeyError as error:
            raise self.error(block.line, str(error.args[0])) from None
        docstring = bool(rest.strip())
        self.counts["quotes"] += 1
        self.quoted.append(symbol)
        lines = symbol.lines(docstring)
        api = self.book.href(self.page, self.api_url(symbol.name))
        source = f"{symbol.path}#L{symbol.start}-L{symbol.end}"
        short = symbol.name.removeprefix(self.library.module_of(symbol.name) + ".")
        return (
            f'<figure class="quote" data-lines="{",".join(map(str, lines))}" markdown="1">\n'
            f"<figcaption><code>{breakable(symbol.path)}</code> <span>{self.source_link(source, lines_told(symbol))} · "
            f'<a href="{api}">{short}</a></span></figcaption>\n\n'
            f"{fence(textwrap.dedent(self.library.code(symbol, docstring)), '.python', f'linenums={chr(34)}{lines[0]}{chr(34)}')}\n\n</figure>\n"
        )

    def api_url(self, name: str) -> str:
        """Address of the API page that documents a name, with its anchor."""
        shown = self.library.public_ancestor(name)
        module = self.library.module_of(shown)
        inside = module.removeprefix(self.library.package).replace(".", "/")
        page = f"api{inside}/"  # of a name without a page of its own, the library's first
        symbol = self.library.symbols.get(shown)
        return f"{page}#{shown}" if symbol and symbol.is_definition else page  # constants have no entry there

    def quiz(self, block: Block, output: dict[str, Any], values: Iterator[str]) -> str:
        """Questions that work without script: the reason shows when an answer is chosen, and all of them in a fold."""
        asked = read_quiz(block.text, block.line, self.chapter.path)
        made = []
        for q in self.woven(asked, block.line, values):
            self.counts["quiz"] += 1
            made.append(question(q, self.counts["quiz"], self.number))
        return '<form class="quiz" markdown="1">\n' + "\n".join(made) + "\n</form>"

    def woven(self, entry: Any, line: int, values: Iterator[str]) -> Any:
        """A piece of YAML with all its texts woven, in the order in which they stand."""
        if isinstance(entry, dict):
            return {key: self.woven(value, line, values) for key, value in entry.items()}
        if isinstance(entry, list):
            return [self.woven(value, line, values) for value in entry]
        return self.prose.weave(entry, line, values)

    def source_link(self, place: str, text: str) -> str:
        base = self.book.settings.get("source")
        return f'<a href="{base}/{place}">{text}</a>' if base else text

    # ---- exercises ----------------------------------------------------------------------------------------------
    def exercise_headings(self, block: Block, text: str) -> str:
        def opening(m: re.Match[str]) -> str:
            if self.exercise:
                raise self.error(self.exercise[1], f"exercise {self.exercise[0]} has no stub, check and solution")
            self.exercise = (m["label"], block.line + block.text.count("\n", 0, block.text.index(f"{{#{m['label']}")))
            self.counts["exercises"] += 1
            number = self.book.targets[self.page][m["label"]].number
            level = f" · {m['level']}" if m["level"] else ""
            step = self.step_below(block)
            return (
                f'<section class="exercise" id="{m["label"]}"{step} markdown="1" aria-labelledby="{m["label"]}-title">\n'
                f'<h3 class="ex-title" id="{m["label"]}-title" data-toc-label="Exercise {number}" markdown="span"><span class="label">Exercise {number}{level}</span> {m["title"]}</h3>\n'
            )

        return EXERCISE.sub(opening, text)

    def step_below(self, heading: Block) -> str:
        """The number of the step of the next stub, as an attribute."""
        lines = [line for line in self.steps if line > heading.line and self.is_stub(line)]
        return f' data-step="{self.steps[min(lines)]}"' if lines else ""

    def is_stub(self, line: int) -> bool:
        return any(b.line == line and b.options.get("exercise") == "stub" for b in self.chapter.blocks)

    def exercise_part(self, block: Block, values: Iterator[str]) -> str:
        part = block.options["exercise"]
        if not self.exercise:
            raise self.error(block.line, "an exercise begins with a heading `### Exercise: Title {#ex-label}`")
        if part == "stub":
            return fence(block.shown, ".python .cell-in .stub")
        if part == "check":
            return f'<details class="check" markdown="1"><summary>The check</summary>\n\n{fence(block.shown, ".python .cell-in")}\n\n</details>'
        note = self.prose.weave(block.options["note"], block.line, values) if "note" in block.options else ""
        self.exercise = None
        return f'<details class="solution" markdown="1"><summary>A solution</summary>\n\n{fence(block.shown, ".python .cell-in")}\n\n{note}\n\n</details>\n</section>'

    # ---- proofs -------------------------------------------------------------------------------------------------
    def proof(self, label: str, line: int) -> str:
        """What stands in the margin of an equation."""
        record = self.result.get("verified", {}).get(label)
        if record is None or label not in self.lines:
            raise self.error(line, f"equation {label!r} is not proved")
        self.counts["equations"] += 1
        self.counts["verified"] += 1
        path, number = self.lines[label][0]
        code = f"<code>{breakable(path)}:{number}</code>"
        return (
            f'<p class="proof">{MARK}<b>checked</b> <span>{error_told(record["error"])}</span> '
            f"{self.source_link(f'{path}#L{number}', code)}</p>"
        )

    # ---- furniture ----------------------------------------------------------------------------------------------
    def head(self) -> str:
        meta = {k: v for k, v in self.chapter.meta.items() if k not in ("able", "needs", "lede", "minutes", "title")}
        title = self.chapter.meta.get("title")
        if title:
            meta["title"] = f"{self.number} {title}" if self.number else title
        if "lede" in self.chapter.meta:
            meta.setdefault("description", re.sub(r"[*`$]", "", " ".join(self.chapter.meta["lede"].split())))
        return f"---\n{yaml.safe_dump(meta, allow_unicode=True, sort_keys=True, width=10_000)}---\n\n" if meta else ""

    def opener(self) -> str:
        meta, part = self.chapter.meta, self.book.parts.get(self.page, "")
        for key in ("title", "lede", "able"):
            if not meta.get(key):
                raise self.error(1, f"the front matter of a chapter needs {key!r}")
        if not isinstance(meta["able"], list) or not all(isinstance(x, str) for x in meta["able"]):
            raise self.error(1, f"the front matter: 'able' is a list of texts, got {meta['able']!r}")
        able = "".join(f'<li markdown="span">{x}</li>\n' for x in meta["able"])
        needs = ", ".join(self.needed(name) for name in meta.get("needs") or []) or "Nothing"
        parts = [many(meta["minutes"], "minute")]
        exercises = sum(b.options.get("exercise") == "stub" for b in self.chapter.blocks)
        parts += [many(exercises, "exercise")] if exercises else []
        notebook = self.page.split("/")[-1].rsplit(".", 1)[0] + ".ipynb"
        return (
            f'<p class="opener">{"Part " + part if part else ""}</p>\n\n# <span class="ch-no">{self.number}</span> {meta["title"]}\n\n'
            f'<p class="lede" markdown="span">{" ".join(meta["lede"].split())}</p>\n'
            f'<section class="card" aria-label="About this chapter" data-chapter="{self.chapter.name}" data-exercises="{exercises}" data-program="{self.program[0]}" markdown="1">\n<div markdown="1">\n<p class="label">You will be able to</p>\n<ul markdown="1">\n{able}</ul>\n</div>\n'
            f"<dl>\n<div><dt>Needs</dt><dd>{needs}</dd></div>\n<div><dt>Time</dt><dd>{', '.join(parts)}</dd></div>\n"
            '<div class="so-far"><dt>Solved</dt><dd class="solved"></dd></div>\n'
            f'<div><dt>Download</dt><dd><a href="{notebook}" download>Notebook</a></dd></div>\n</dl>\n</section>'
        )

    def needed(self, name: str) -> str:
        page = self.book.chapter_at(name)
        if page is None:
            raise self.error(1, f"needs: there is no chapter {name!r}")
        return f'<a href="{self.book.href(self.page, page_url(page))}">{self.book.numbers.get(page, "")} {self.book.pages[page].meta["title"]}</a>'

    def sources(self) -> str:
        return self.citations.list_html()

    def foot(self) -> str:
        c = self.counts
        worst = max((r["error"] for r in self.result.get("verified", {}).values()), default=0.0)
        told = [
            many(c["cells"], "cell"),
            many(c["doctests"], "doctest"),
            many(c["figures"], "figure"),
            many(c["quotes"], "quote"),
            many(c["values"], "value") + " in sentences and tables",
        ]
        if c["equations"]:
            told.append(f"{many(c['equations'], 'equation')} checked, {error_told(worst)}")
        versions = self.result.get("versions", {})
        names = {"mle": "mle", "python": "Python", "numpy": "NumPy"}
        made = (
            f" Made with {', '.join(f'{names[k]} {versions[k]}' for k in names if k in versions)}." if versions else ""
        )
        return f'<footer class="provenance"><p>{MARK}<b>Run before it was printed.</b> {"; ".join([", ".join(told[:5]), *told[5:]])}.{made}</p><button type="button" class="mark-read" value="{self.chapter.name}" hidden>Mark as read</button></footer>'

    def plain_foot(self) -> str:
        """The foot of a page that is not a chapter; the home page has its own ending."""
        if "template" in self.chapter.meta:
            return ""
        counted = [("cells", "cell"), ("doctests", "doctest"), ("figures", "figure"), ("values", "value")]
        ran = ", ".join(many(self.counts[key], thing) for key, thing in counted if self.counts[key])
        told = f" Run before it was printed: {ran}." if ran else ""
        return f'<footer class="provenance"><p>{MARK}<b>mle {self.library.version}.</b>{told}</p></footer>'


# ---- small things -------------------------------------------------------------------------------------------------------
def fence(text: str, classes: str, more: str = "") -> str:
    ticks = "`" * max(3, 1 + max((len(m) for m in re.findall(r"`{3,}", text)), default=2))
    return f"{ticks} {{ {classes} {more}}}\n{text.rstrip()}\n{ticks}"


def outputs(output: dict[str, Any]) -> list[str]:
    """What a cell printed and showed, as it stands under it."""
    plain = output.get("stdout", "")
    made: list[str] = []
    for data in output.get("displays", []):
        if "text/html" in data:
            made.append(f'<div class="cell-out">{data["text/html"]}</div>')
        elif "image/svg+xml" in data:
            made.append(f'<div class="cell-out">{data["image/svg+xml"]}</div>')
        else:
            plain += data.get("text/plain", "") + "\n"
    if "error" in output:
        return [fence(plain + output["error"], ".text .cell-out .cell-error .no-copy")]
    return ([fence(plain, ".text .cell-out .no-copy")] if plain.strip() else []) + made


def size(svg: str) -> tuple[int, int]:
    """Width and height of a figure in the pixels of a 620 pixel column."""
    m = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    if not m:
        raise ValueError("an SVG without a viewBox")
    return 620, round(620 * float(m[2]) / float(m[1]))


def error_told(error: float) -> str:
    """Say an error as the margin says it.

    >>> error_told(0.0), error_told(3.1e-15), error_told(2e-10)
    ('no error at all', 'max error 3e-15', 'max error 2e-10')
    """
    return f"max error {error:.0e}".replace("e-0", "e-") if error else "no error at all"


def breakable(path: str) -> str:
    return path.replace("/", "/<wbr>")


def lines_told(symbol: Symbol) -> str:
    return f"line {symbol.start}" if symbol.start == symbol.end else f"lines {symbol.start}–{symbol.end}"


def many(n: int, thing: str) -> str:
    return f"{n:,} {thing}" + ("" if n == 1 else "s")
