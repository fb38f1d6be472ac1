r"""Mathematics, set when the site is built: KaTeX in one Node process, asked only for formulas not seen before.

The page keeps KaTeX's HTML for the eye and its MathML for screen readers; the search index, made earlier, keeps plain
TeX. Formulas are kept in `.cache/tex`, by what they say, how they are set and who set them, so that a second build
starts no Node at all.
"""

from __future__ import annotations

import hashlib
import html
import json
import os
import re
import subprocess
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO, Protocol, cast

from weave.node import node_binary, package, version

CACHE = ".cache/tex"
SCRIPT = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()  # what this file makes of KaTeX's answer may change
REFUSED = "#bad000"  # the colour in which KaTeX shows what it does not trust, without raising
OPTIONS = {"throwOnError": True, "strict": "error", "output": "htmlAndMathml", "trust": False, "errorColor": REFUSED}
FORMULA = re.compile(
    r'<(?P<tag>span|div) class="arithmatex">\s*(?:\\\((?P<inline>.*?)\\\)|\\\[(?P<display>.*?)\\\])'
    r"\s*</(?P=tag)>",
    re.S,
)
ANNOTATION = re.compile(
    r"<annotation .*?</annotation>|</?semantics>", re.S
)  # TeX for machines; nobody sees or hears it
SERVER = r"""
const katex = require(process.argv[1]);
const answer = ({tex, options}) => {
  try { return {html: katex.renderToString(tex, options)}; }
  catch (e) { return {error: e.rawMessage || e.message, position: e.position === undefined ? null : e.position}; }
};
require("readline").createInterface({input: process.stdin})
  .on("line", line => process.stdout.write(JSON.stringify(answer(JSON.parse(line))) + "\n"));
"""


class TexError(ValueError):
    r"""KaTeX does not understand a formula.

    Attributes: `tex`, the formula; `reason`, KaTeX's message; `position`, where in `tex` it stopped (None: unknown).

    >>> print(TexError(r"1 + \frec", "Undefined control sequence: \\frec", 4))
    Undefined control sequence: \frec, at "\frec"
    """

    def __init__(self, tex: str, reason: str, position: int | None) -> None:
        self.tex, self.reason, self.position = tex, reason, position
        if position is None:
            where = ""
        else:
            where = f', at "{tex[position : position + 24]}"' if position < len(tex) else ", at the end"
        super().__init__(reason + where)


class Katex:
    r"""Sets TeX as HTML and MathML.

    Parameters
    ----------
    root : Path
        The folder with `node_modules`; the cache is `root/.cache/tex`.
    macros : dict, optional
        Macros of the whole book, `{r"\R": r"\mathbb{R}"}`.

    Node is started by the first formula that is not in the cache, and stays until `close`. Threads may share one
    object, and builds may share one cache.

    >>> Katex(Path("nowhere"))
    Traceback (most recent call last):
    ...
    weave.node.MissingPartError: katex is missing (no nowhere/node_modules/katex): run `make site`, which installs it
    """

    def __init__(self, root: Path, macros: dict[str, str] | None = None) -> None:
        self.home = package(root, "katex")
        self.cache = root / CACHE
        self.options = {**OPTIONS, "macros": macros or {}}
        self.version = version(root, "katex")
        self.known: dict[tuple[str, bool], str] = {}
        self.lock = threading.Lock()
        self.process: subprocess.Popen[str] | None = None

    def render(self, tex: str, display: bool) -> str:
        """HTML of one formula, as a line of its own if `display`.

        Raises
        ------
        TexError
            KaTeX cannot set it, or would only with a warning.
        MissingPartError
            There is no Node.
        """
        key = tex, display
        if key not in self.known:
            path = self.path(tex, display)
            if not path.exists():
                keep(path, self.ask(tex, display))
            self.known[key] = path.read_text(encoding="utf-8")
        return self.known[key]

    def path(self, tex: str, display: bool) -> Path:
        """Where a set formula is kept."""
        what = json.dumps([tex, display, self.version, self.options, SCRIPT], sort_keys=True)
        digest = hashlib.sha256(what.encode()).hexdigest()
        return self.cache / digest[:2] / f"{digest[2:]}.html"

    def ask(self, tex: str, display: bool) -> str:
        """Have Node set one formula; starts Node when it is not running. A shape `(n,)` gets no gap in it."""
        question = json.dumps({"tex": tex.replace(",)", "{,})"), "options": {**self.options, "displayMode": display}})
        with self.lock:
            self.process = self.process or start(self.home)
            line = exchange(self.process, question)
            if not line:
                raise RuntimeError(f"Node stopped while setting {tex!r}; it ended with code {self.close()}")
        answer = json.loads(line)
        if "error" in answer:
            raise TexError(tex, answer["error"], answer["position"])
        if REFUSED in answer["html"]:
            raise TexError(tex, "A command that is not allowed in a book (a link, an image, a style)", None)
        return ANNOTATION.sub("", answer["html"])

    def close(self) -> int:
        """End Node, if it was started; returns its exit code, else 0."""
        process, self.process = self.process, None
        if process is None:
            return 0
        with process:
            process.communicate()
        return process.returncode

    def __enter__(self) -> Katex:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def start(home: Path) -> subprocess.Popen[str]:
    """A Node that answers JSON lines with JSON lines; `home` is KaTeX's folder."""
    script = str((home / "dist" / "katex.js").resolve())
    return subprocess.Popen(
        [node_binary(), "-e", SERVER, script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def exchange(process: subprocess.Popen[str], line: str) -> str:
    """Send a line, get a line; empty when the process has ended."""
    stdin, stdout = cast("IO[str]", process.stdin), cast("IO[str]", process.stdout)
    try:
        stdin.write(line + "\n")
        stdin.flush()
    except BrokenPipeError:
        return ""
    return stdout.readline()


def keep(path: Path, text: str) -> None:
    """Write a file at once or not at all, so that another build never reads half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    with open(handle, "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(name, path)


class Setter(Protocol):
    """What `render_page` needs of a `Katex`."""

    def render(self, tex: str, display: bool) -> str:
        """HTML of one formula."""
        ...


def render_page(page: str, katex: Setter, fail: Callable[[str, str], None]) -> str:
    r"""Set every formula of a built page.

    Parameters
    ----------
    page : str
        HTML in which arithmatex has marked formulas: `<span class="arithmatex">\(..\)</span>` and `div` with `\[..\]`.
    katex : Katex
    fail : callable
        Called as `fail(tex, message)` for a formula that cannot be set; if it returns, the TeX stays in the page.

    >>> class Loud:
    ...     def render(self, tex, display):
    ...         return tex.upper()
    >>> render_page(r'<p>Let <span class="arithmatex">\(a &lt; b\)</span>.</p>', Loud(), print)
    '<p>Let <span class="arithmatex">A < B</span>.</p>'
    """

    def one(found: re.Match[str]) -> str:
        display = found["display"] is not None
        tex = html.unescape(found["display"] if display else found["inline"]).strip()
        try:
            shown = katex.render(tex, display)
        except TexError as error:
            fail(tex, str(error))
            return found[0]
        return f'<{found["tag"]} class="arithmatex">{shown}</{found["tag"]}>'

    return FORMULA.sub(one, page)
