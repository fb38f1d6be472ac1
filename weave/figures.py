"""The figures that matplotlib has open, and what makes two SVG files of one figure comparable."""

from __future__ import annotations

import io
import re
import sys


def open_figures() -> list[int]:
    plt = sys.modules.get("matplotlib.pyplot")
    return plt.get_fignums() if plt else []


def close_figures() -> None:
    for number in open_figures():
        sys.modules["matplotlib.pyplot"].close(number)


def as_svg() -> str:
    """The open figure, which is closed, without what differs from one run to the next."""
    import matplotlib.pyplot as plt

    buffer = io.StringIO()
    plt.gcf().savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    plt.close("all")
    svg = buffer.getvalue()
    return re.sub(r"\s*<metadata>.*?</metadata>", "", svg[svg.index("<svg") :], flags=re.S)


def skeleton(svg: str) -> str:
    """A figure without its colours: what must be equal in both schemes."""
    svg = re.sub(r"<style.*?</style>", "", svg, flags=re.S)
    svg = re.sub(r'\s(?:id|xlink:href|clip-path)="[^"]*"', "", svg)  # named after what they hold, colours included
    return re.sub(r"#[0-9a-f]{6}\b|[a-z-]*opacity: [\d.]+", "", svg)
