"""The last touches to the HTML of a page: true line numbers, numbered headings, and nothing that no one uses."""

from __future__ import annotations

import itertools
import re

STYLE = re.compile(r' style="[^"]*"')
LENGTH = re.compile(r"\d*\.\d{3,}(?=em)")
EMPTY = re.compile(r"\n\s*\n\s*")
HEADING = re.compile(r"(<h[23] id=.*?</h[23]>)", re.S)


def true_line_numbers(content: str) -> str:
    """Give each listing of a quote the file's own numbers: a docstring left out shows as a jump."""

    def figure(m: re.Match[str]) -> str:
        numbers = itertools.chain(m["lines"].split(","), itertools.repeat(""))
        return re.sub(
            r'data-linenos="[^"]*"',
            lambda _: f'data-linenos="{next(numbers)} "',
            m[0].replace(f' data-lines="{m["lines"]}"', ""),
        )

    return re.sub(r'<figure class="quote" data-lines="(?P<lines>[^"]*)".*?</figure>', figure, content, flags=re.S)


def lean(content: str) -> str:
    """Drop what every listing carries and few would miss: marks on names, signs and numbers, numbers of lines as ids.

    The number of a line stands on the line itself: on long pages every element counts.
    """
    content = re.sub(r'<span class="(?:n|w|p|o|nb|mi|mf)">([^<]*)</span>', r"\1", content)
    content = re.sub(r'<span id="__span-\d+-\d+">', '<span class="row">', content)
    return re.sub(
        r'<span class="row"><span class="linenos" (data-linenos="[^"]*")></span>', r'<span class="row" \1>', content
    )


def section_numbers(content: str, number: str) -> tuple[str, dict[str, str]]:
    """Number the headings of a chapter; the numbers are real text, so that they can be copied and read aloud."""
    second = third = 0
    numbers: dict[str, str] = {}

    def heading(m: re.Match[str]) -> str:
        nonlocal second, third
        if m["level"] == "2":
            second, third = second + 1, 0
        else:
            third += 1
        numbers[m["id"]] = f"{second}" + (f".{third}" if third else "")
        return f'<h{m["level"]} id="{m["id"]}"><span class="no">{number}.{numbers[m["id"]]}</span> '

    return re.sub(r'<h(?P<level>[23]) id="(?P<id>[^"]+)">', heading, content), numbers


def runs(content: str) -> str:
    """Bind what stands between two headings into a run, which the script of the page measures in one turn.

    >>> runs('<p>a</p><h2 id="b">b</h2><p>c</p><p>d</p>')
    '<p>a</p><h2 id="b">b</h2><div class="run"><p>c</p><p>d</p></div>'
    """
    first, *others = HEADING.split(content)
    return first + "".join(
        part if HEADING.match(part) or not part.strip() else f'<div class="run">{part}</div>' for part in others
    )


def without_palette(html: str) -> str:
    """Drop Material's palette: the style sheet of the book has all its colours, and one rule of it restyles a page twice.

    >>> without_palette('<link rel="stylesheet" href="main.1.css"><link rel="stylesheet" href="a/palette.2.min.css">')
    '<link rel="stylesheet" href="main.1.css">'
    """
    return re.sub(r'<link rel="stylesheet" href="[^"]*/palette\.[^"]*">', "", html)


def tight(html: str) -> str:
    r"""Drop the empty lines that the theme's templates leave around the article of a page.

    >>> tight("<head>\n\n  <title>\n<article>\n\n</article>\n \n</body>")
    '<head>\n<title>\n<article>\n\n</article>\n</body>'
    """
    head, opening, rest = html.partition("<article")
    article, closing, foot = rest.rpartition("</article>")
    return EMPTY.sub("\n", head) + opening + article + closing + EMPTY.sub("\n", foot)


def rounded(html: str) -> str:
    """Give the lengths of set formulas two decimals: a hundredth of a letter's size is a fifth of a pixel.

    >>> rounded('<span style="height:0.6944em;margin-right:-0.0359em">')
    '<span style="height:0.69em;margin-right:-0.04em">'
    """
    return STYLE.sub(lambda style: LENGTH.sub(lambda m: f"{float(m[0]):.2f}", style[0]), html)
