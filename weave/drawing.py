"""The map of the book as a picture: every chapter a stop, every need a line, in pixels of its natural size."""

from __future__ import annotations

import html
from dataclasses import dataclass
from itertools import groupby, pairwise

from weave.lanes import Lanes, Net, Spot, before, reduced, rows

COLUMNS, SIDE, MARGIN = 6, 168, 12  # most stops in a row; room for a part's name; between a stop and its label
TEXTS = {
    4: 170,
    5: 152,
    6: 130,
}  # room for a label, by the number of columns; with fewer of them the paths stand beside
LANE, RADIUS, CORNER = 7, 6.5, 6
LINE, SIZE, PART = 17, 14, 16  # a title: height of its lines, size of its letters; size of a part's name
WIDTHS = {**dict.fromkeys("fijlrtI.,:;'()|- ", 0.34), **dict.fromkeys("mwMW", 0.86)}

Point = tuple[float, float]


@dataclass(frozen=True)
class Stop:
    """A chapter on the map; `needs` are the numbers of others."""

    number: int
    name: str
    title: str
    part: str
    minutes: int
    url: str
    needs: tuple[int, ...] = ()
    exercises: int = 0

    @property
    def facts(self) -> str:
        """The attributes by which a script finds it."""
        return f'data-chapter="{self.name}" data-exercises="{self.exercises}"'

    @property
    def told_needs(self) -> str:
        """What it needs, in words.

        >>> Stop(9, "a", "A", "I", 10, "a/", needs=(2, 3, 8)).told_needs
        ', needs 2, 3 and 8'
        """
        *others, last = map(str, self.needs or [0])
        return f", needs {', '.join(others)}{' and ' * bool(others)}{last}" if self.needs else ""


class Drawing:
    """Where everything on the map stands, and its SVG."""

    def __init__(self, chapters: list[Stop]) -> None:
        self.chapters = chapters
        self.needs = {c.number: c.needs for c in chapters}
        self.edges = reduced(self.needs)
        parts = [list(members) for _, members in groupby(chapters, lambda stop: stop.part)]
        self.first = {members[0].number for members in parts}
        self.spots = dict(zip(self.needs, rows(map(len, parts), COLUMNS)))
        self.lanes = Lanes(self.spots, self.edges)
        self.text = TEXTS.get(self.lanes.columns, 150)
        self.titles = {c.number: wrap(c.title, self.text) for c in chapters}
        self.place_columns()
        self.place_rows()

    def place_columns(self) -> None:
        """From left to right: the names of the parts, then lanes, stops and their labels, in turns."""
        self.columns, self.trunks, x = list[float](), list[float](), float(SIDE)
        for count in self.lanes.trunks:
            self.trunks.append(x + 0.5)
            x += LANE * count + 10
            self.columns.append(x + 0.5)
            x += MARGIN + self.text + 8
        self.width = self.columns.pop() - 10.5

    def place_rows(self) -> None:
        """From top to bottom: exit lanes, entry lanes, stops and their labels, in turns."""
        self.rows, self.exits, self.entries, y = list[float](), list[float](), list[float](), 0.5
        starts = {self.spots[number].row for number in self.first}
        for row in range(1 + max(spot.row for spot in self.spots.values())):
            y += 14 if row in starts and row else 4
            self.exits.append(y)
            y += LANE * self.lanes.exits.get(row, 0)
            self.entries.append(y)
            y += LANE * self.lanes.entries.get(row, 0) + 28
            self.rows.append(y)
            y += 10 + LINE * max(len(self.titles[n]) for n, spot in self.spots.items() if spot.row == row)
        self.height = y + 6

    # ---- places -------------------------------------------------------------------------------------------------
    def at(self, spot: Spot) -> Point:
        return self.columns[spot.column], self.rows[spot.row]

    def labels(self, number: int) -> list[tuple[float, float, float, float]]:
        """Left, top, right and bottom of the two texts of a stop: its number and minutes, and its title."""
        x, y = self.at(self.spots[number])
        left, right, lines = x + MARGIN, x + MARGIN + self.text, len(self.titles[number])
        return [(left, y - 18, right, y - 5), (left, y + 5, right, y + 7 + LINE * lines)]

    def line(self, start: int, end: int) -> list[Point]:
        """The corners of the way from a stop to one that needs it."""
        a, b = self.spots[start], self.spots[end]
        (x0, y0), (x1, y1) = self.at(a), self.at(b)
        net = self.lanes.nets.get((start, b.row <= a.row))
        if net is None or b not in net.ends:
            return [(x0 + RADIUS, y0), (x1 - RADIUS, y1)]
        trunk = x0 if net.trunk is None else self.trunks[net.trunk] + LANE * net.lane
        over = self.entries[b.row] + LANE * net.entry[b.row] if b.row in net.entry else y1 - RADIUS
        way = [(trunk, over), (x1, over), (x1, y1 - RADIUS)]
        return tidy([*self.leave(net, x0, y0, trunk), *way])

    def leave(self, net: Net, x: float, y: float, trunk: float) -> list[Point]:
        """From a stop to its trunk: to the right, straight down, or down to an exit lane and along it."""
        if net.up:
            return [(x + RADIUS, y), (trunk, y)]
        if net.trunk is None:
            return [(x, y + RADIUS)]
        along = self.exits[net.start.row + 1] + LANE * net.exit
        return [(x, y + RADIUS), (x, along), (trunk, along)]

    # ---- SVG ----------------------------------------------------------------------------------------------------
    def svg(self) -> str:
        groups = "".join(self.group(c) for c in self.chapters)
        names = "".join(self.part(c) for c in self.chapters if c.number in self.first)
        return (
            f'<svg class="map" viewBox="0 0 {self.width:g} {self.height:g}" width="{self.width:g}" height="{self.height:g}" '
            f'role="group" aria-label="Map of the chapters: lines lead from each to those that need it">'
            f"<style>{self.style()}</style>{names}{groups}</svg>"
        )

    def part(self, first: Stop) -> str:
        """The name of a part, at the left of its first row."""
        y = self.rows[self.spots[first.number].row] + 5
        numeral, _, name = first.part.rpartition(" · ")
        lines = [
            f'<tspan x="32" y="{y + 18 * n:g}">{html.escape(text)} </tspan>'
            for n, text in enumerate(wrap(name, SIDE - 34, PART))
        ]
        return f'<text class="part"><tspan class="no" x="0" y="{y:g}">{numeral} </tspan>{"".join(lines)}</text>'

    def group(self, c: Stop) -> str:
        """A stop with the lines that lead to it: one group, so that one rule of style lights it up.

        The link is an `xlink:href`: the theme sets the `href` of all that have one, which SVG does not allow.
        """
        x, y = self.at(self.spots[c.number])
        title = "".join(
            f'<tspan class="t" x="{x + MARGIN:g}" y="{y + 20 + LINE * n:g}">{html.escape(text)} </tspan>'
            for n, text in enumerate(self.titles[c.number])
        )
        needed = [start for start, end in self.edges if end == c.number]
        lines = "".join(f'<path class="s{start}" d="{rounded(self.line(start, c.number))}"/>' for start in needed)
        height = 32 + LINE * len(self.titles[c.number])
        return (
            f'<g id="m{c.number}">{lines}'
            f'<a xlink:href="{c.url}" class="{" ".join(f"s{start}" for start in needed)}" {c.facts}>'
            f'<rect x="{x - 10:g}" y="{y - 22:g}" width="{self.text + 22}" height="{height}" rx="3"/>'
            f'<circle cx="{x:g}" cy="{y:g}" r="{RADIUS}"/><path class="tick" d="M{x - 3:g} {y:g}l2.2 2.6 4-5"/>'
            f'<text><tspan class="n" x="{x + MARGIN:g}" y="{y - 8:g}">{c.number} </tspan><tspan class="min" dx="3">{c.minutes} min'
            f'</tspan><tspan class="needs">{c.told_needs} </tspan><tspan class="solved" dx="5"></tspan>{title}</text></a></g>'
        )

    def style(self) -> str:
        """For the chapter under the pointer or the focus: all that comes before it, and what builds on it."""
        needed, built = [], []
        for c in self.chapters:
            here = f".map:has(#m{c.number}>a:is(:hover,:focus-visible))"
            before_ = sorted(before(self.needs, c.number) | {c.number})
            needed.append(f"{here} :is({','.join(f'#m{n}' for n in before_)})")
            built.append(f"{here} .s{c.number}")
        return (
            ",".join(needed) + "{--line:var(--accent);--thick:2px;--show:1}"
            + ",".join(built) + "{--line:var(--fit);--thick:2px;--show:1}"
        )  # fmt: skip


def wrap(text: str, room: float, size: float = SIZE) -> list[str]:
    """Break a text into lines of at most `room` pixels; a longer word has a line of its own.

    >>> wrap("Backpropagation from first principles", 150)
    ['Backpropagation from', 'first principles']
    """
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and measure(longer, size) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def measure(text: str, size: float = SIZE) -> float:
    """Width of a text in the site's sans, rather too wide than too narrow."""
    return size * sum(WIDTHS.get(letter, 0.66 if letter.isupper() else 0.53) for letter in text)


def tidy(points: list[Point]) -> list[Point]:
    """Without points that are no corners."""
    points = [p for p, q in pairwise([*points, (-1.0, -1.0)]) if p != q]
    kept = [b for a, b, c in zip(points, points[1:], points[2:]) if not (a[0] == b[0] == c[0] or a[1] == b[1] == c[1])]
    return [points[0], *kept, points[-1]]


def rounded(points: list[Point]) -> str:
    """The way as an SVG path with round corners."""
    made = [f"M{points[0][0]:g} {points[0][1]:g}"]
    for a, b, c in zip(points, points[1:], points[2:]):
        near, far = min(CORNER, reach(a, b) / 2), min(CORNER, reach(b, c) / 2)
        r = min(near, far)
        (x0, y0), (x1, y1) = toward(b, a, r), toward(b, c, r)
        made.append(f"L{x0:g} {y0:g}Q{b[0]:g} {b[1]:g} {x1:g} {y1:g}")
    return "".join(made) + f"L{points[-1][0]:g} {points[-1][1]:g}"


def reach(a: Point, b: Point) -> float:
    return abs(a[0] - b[0]) + abs(a[1] - b[1])


def toward(a: Point, b: Point, way: float) -> Point:
    """The point `way` from a on the (upright or level) line to b."""
    return a[0] + way * ((b[0] > a[0]) - (b[0] < a[0])), a[1] + way * ((b[1] > a[1]) - (b[1] < a[1]))
