"""Markdown with TeX as text for a terminal: wrapped lines, formulas in Unicode."""

from __future__ import annotations

import html
import re
import textwrap
import unicodedata
from collections.abc import Iterator

from weave.read import SPANS

WIDTH = 77  # with `# ` before it, a line of 79
LIST = re.compile(r"^(?P<mark>[-*+]|\d+\.) +")
KEPT = re.compile(r"^(?:    |\||>)")  # code, tables, quotations: their lines stay as they are
SYMBOLS = {
    r"\top": "T", r"\pm": "±", r"\le": "≤", r"\leq": "≤", r"\ge": "≥", r"\geq": "≥", r"\ne": "≠", r"\neq": "≠",
    r"\in": "∈", r"\to": "→", r"\sum": "Σ", r"\prod": "Π", r"\cdot": "·", r"\times": "×", r"\infty": "∞",
    r"\approx": "≈", r"\partial": "∂", r"\nabla": "∇", r"\dots": "…", r"\ldots": "…", r"\cdots": "…", r"\mid": "|",
    r"\mapsto": "↦", r"\subset": "⊂", r"\subseteq": "⊆", r"\cup": "∪", r"\cap": "∩", r"\forall": "∀", r"\exists": "∃",
    r"\perp": "⊥", r"\otimes": "⊗", r"\odot": "⊙", r"\circ": "∘", r"\ell": "ℓ", r"\sim": "~", r"\equiv": "≡",
    r"\ll": "≪", r"\gg": "≫", r"\vdots": "⋮", r"\ddots": "⋱", r"\langle": "⟨", r"\rangle": "⟩", r"\iff": "⇔",
    r"\lVert": "‖", r"\rVert": "‖", r"\Vert": "‖", r"\|": "‖", r"\lvert": "|", r"\rvert": "|", r"\vert": "|",
    r"\,": " ", r"\;": " ", r"\:": " ", r"\!": "", r"\ ": " ", r"\quad": "  ", r"\%": "%", r"\\": "; ",
}  # fmt: skip
WORDS = (
    "log",
    "ln",
    "exp",
    "sin",
    "cos",
    "tan",
    "det",
    "rank",
    "tr",
    "dim",
    "ker",
    "min",
    "max",
    "lim",
    "argmin",
    "argmax",
    "tanh",
)
SIZES = ("left", "right", "big", "bigl", "bigr", "Big", "Bigl", "Bigr", "displaystyle", "limits")
ACCENTS = {"hat": "\N{COMBINING CIRCUMFLEX ACCENT}", "bar": "\N{COMBINING MACRON}", "tilde": "\N{COMBINING TILDE}"}
RAISED = str.maketrans("0123456789+-−=()T", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵀ")
LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
HALVES = {("1", "2"): "½", ("1", "4"): "¼", ("3", "4"): "¾"}
DOUBLE = dict(zip("CHNPQRZE1", "ℂℍℕℙℚℝℤ𝔼𝟙", strict=True))  # `\mathbb{R}`
MATRIX = re.compile(r"\\begin\{(?P<kind>\w*matrix)\}(?P<rows>.*?)\\end\{(?P=kind)\}", re.S)
AWAY = {"^": "\ue000", "_": "\ue001"}  # stand for signs that must not be found again
BACK = str.maketrans({letter: sign for sign, letter in AWAY.items()})
MARK = "\ue002"  # on both sides of the number of a span
ARGUMENT = r"\s*(?:\{([^{}]*)\}|(\\[a-zA-Z]+|[^\s{}\\]))"


def plain_text(markdown: str) -> str:
    r"""Markdown as wrapped lines; code stays in its backquotes, formulas become Unicode.

    >>> print(plain_text("The **level** line: $\\hat y = w^2$.\n\n1. one\n2. two"))
    The *level* line: ŷ = w².
    <BLANKLINE>
    1. one
    2. two
    """
    spans: list[str] = []

    def kept(m: re.Match[str]) -> str:
        """A span that stands aside while `**` is looked for, as its own stars and blanks are no markup."""
        spans.append(plain_span(m))
        return f"{MARK}{len(spans) - 1}{MARK}"

    text = SPANS.sub(kept, markdown).replace("**", "*")
    text = re.sub(rf"{MARK}(\d+){MARK}", lambda m: spans[int(m[1])], text)
    paragraphs = re.split(r"\n[ \t]*\n", text.strip("\n"))
    return "\n\n".join("\n".join(wrapped(p)) for p in paragraphs).replace("\N{NO-BREAK SPACE}", " ")


def plain_span(m: re.Match[str]) -> str:
    """Code as it is, a formula in Unicode; neither is broken over two lines if it need not be."""
    if m["display"]:
        return f"\n\n    {plain_tex(m[0].strip('$'))}\n\n"
    text = plain_tex(m[0][1:-1]) if m["inline"] else m[0]
    return text.replace(" ", "\N{NO-BREAK SPACE}")


def wrapped(paragraph: str) -> Iterator[str]:
    """The lines of a paragraph; each item of a list begins a new one."""
    lines = paragraph.strip("\n").split("\n")
    if KEPT.match(lines[0]):
        yield from (line.rstrip() for line in lines)
        return
    items: list[list[str]] = []
    for line in lines:
        if not items or LIST.match(line):
            items.append([])
        items[-1].append(line.strip())
    for item in items:
        mark = LIST.match(item[0])
        yield from textwrap.wrap(
            " ".join(item),
            WIDTH,
            subsequent_indent=" " * len(mark[0]) if mark else "",
            break_long_words=False,
            break_on_hyphens=False,
        )


def plain_tex(tex: str) -> str:
    r"""A formula in Unicode, as far as that goes; a command that is not known stays as it is.

    >>> plain_tex(r"\frac12 \log \det A^\top Q A")
    '½ log det Aᵀ Q A'
    >>> plain_tex(r"b = \log \frac{k + 1/2}{n - k + 1/2}"), plain_tex(r"\log_2 x_{10}"), plain_tex("e^{-z}")
    ('b = log ((k + 1/2)/(n − k + 1/2))', 'log₂ x₁₀', 'e^(−z)')
    >>> plain_tex(r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix} x \in \mathbb{R}^2"), plain_tex(r"\lVert x \rVert_2")
    ('[1, 2; 3, 4] x ∈ ℝ²', '‖ x ‖₂')
    """
    tex = re.sub(r"\\tag\{([^{}]*)\}", r"    (\1)", tex.strip())
    tex = re.sub(r"\\(?:text|mathrm|mathbf|boldsymbol|mathcal|operatorname)\*?\{([^{}]*)\}", r"\1", tex)
    tex = re.sub(r"\\mathbb\s*(?:\{([^{}]*)\}|(\w))", lambda m: "".join(DOUBLE.get(c, c) for c in m[1] or m[2]), tex)
    tex = MATRIX.sub(matrix, tex)
    tex = re.sub(rf"\\(?:{'|'.join(SIZES)})(?![a-zA-Z])", "", tex)
    tex = re.sub(rf"\\({'|'.join(WORDS)})(?![a-zA-Z])", r"\1", tex)
    tex = re.sub(r"\\(?:[a-zA-Z]+|[^a-zA-Z])", symbol, tex)
    before = None
    while before != tex:  # from the innermost braces outwards
        before = tex
        tex = re.sub(rf"\\(hat|bar|tilde){ARGUMENT}", lambda m: (m[2] or m[3]) + ACCENTS[m[1]], tex)
        tex = re.sub(rf"\\[td]?frac{ARGUMENT}{ARGUMENT}", fraction, tex)
        tex = re.sub(rf"\\sqrt{ARGUMENT}", lambda m: "√" + bracketed(m[1] or m[2]), tex)
        tex = re.sub(rf"\^{ARGUMENT}", lambda m: moved("^", m[1] or m[2], RAISED), tex)
        tex = re.sub(rf"_{ARGUMENT}", lambda m: moved("_", m[1] or m[2], LOWERED), tex)
    tex = re.sub(r"(?<!\\)[{}]", "", tex).replace("\\{", "{").replace("\\}", "}").replace("-", "−")
    return unicodedata.normalize("NFC", " ".join(tex.translate(BACK).split()))


def matrix(m: re.Match[str]) -> str:
    """A matrix as rows in brackets, as NumPy is given it; a determinant between bars."""
    rows = [", ".join(cell.strip() for cell in row.split("&")) for row in m["rows"].split(r"\\") if row.strip()]
    left, right = {"vmatrix": ("|", "|"), "Vmatrix": ("‖", "‖")}.get(m["kind"], ("[", "]"))
    return left + r"\\".join(rows) + right


def symbol(m: re.Match[str]) -> str:
    """A sign or a Greek letter."""
    greek = html.unescape(f"&{m[0][1:]};")
    if len(greek) == 1 and unicodedata.name(greek, "").startswith("GREEK"):
        return greek
    return SYMBOLS.get(m[0], m[0])


def fraction(m: re.Match[str]) -> str:
    over, under = m[1] or m[2], m[3] or m[4]
    if half := HALVES.get((over, under)):
        return half
    told = f"{bracketed(over)}/{bracketed(under)}"
    return f"({told})" if "(" in told else told


def moved(sign: str, text: str, signs: dict[int, int]) -> str:
    """An exponent or an index: in small letters if there are such, else after its sign."""
    if all(ord(letter) in signs for letter in text):
        return text.translate(signs)
    return AWAY[sign] + bracketed(text)


def bracketed(text: str) -> str:
    return text if re.fullmatch(r"[\w.|⁰-ₜᵀ²³¹]+", text) else f"({text})"
