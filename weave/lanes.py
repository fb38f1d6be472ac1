"""Where the lines of a map run: rows and columns of stops, lanes in the channels between them. Knows nothing of chapters.

A line leaves a stop at its foot and enters the next one at its head. All lines out of one stop are one `Net`: they share a
way, and fork. Down a net goes through the channel under its row (an exit lane), a trunk (a lane in the channel left of
some column), and the channel over each row it leads to (an entry lane). Two nets never share a lane where they meet, so
that lines cross and never lie on each other, and nothing runs through a stop or its label. The stop at the right in the
same row is reached straight; any other one in the same row or above it by a trunk that leaves to the right and goes up.

Why not a general layout: a layered one keeps neither the rows nor the order of the
book, so that its picture cannot be read as a table of contents, and is half empty or wider than a screen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

Edge = tuple[int, int]  # stop, stop that needs it


class Spot(NamedTuple):
    """Place of a stop in the grid."""

    row: int
    column: int


def rows(sizes: Iterable[int], columns: int) -> list[Spot]:
    """Spots of the stops of parts of these sizes: each part begins a row, a long one is wrapped into even rows.

    >>> rows([1, 6], 5)[1:]
    [Spot(row=1, column=0), Spot(row=1, column=1), Spot(row=1, column=2), Spot(row=2, column=0), Spot(row=2, column=1), Spot(row=2, column=2)]
    """
    spots, row = [], 0
    for size in sizes:
        wanted = -(-size // columns)
        long = -(-size // max(wanted, 1))
        spots += [Spot(row + i // long, i % long) for i in range(size)]
        row += wanted
    return spots


def before(needs: Mapping[int, Iterable[int]], stop: int) -> set[int]:
    """All that a stop needs, and what that needs, and so on.

    >>> sorted(before({1: [], 2: [1], 3: [2]}, 3))
    [1, 2]
    """
    found: set[int] = set()
    waiting = list(needs[stop])
    while waiting:
        if (one := waiting.pop()) not in found:
            found.add(one)
            waiting += needs[one]
    return found


def reduced(needs: Mapping[int, Sequence[int]]) -> list[Edge]:
    """Only those needs that no other need implies.

    >>> reduced({1: [], 2: [1], 3: [1, 2]})
    [(1, 2), (2, 3)]
    """
    return [
        (need, stop)
        for stop, wanted in needs.items()
        for need in dict.fromkeys(wanted)
        if not any(need in before(needs, other) for other in wanted if other != need)
    ]


@dataclass
class Net:
    """The lines out of one stop, down to rows below it or (`up`) to rows not below it."""

    start: Spot
    ends: list[Spot]
    up: bool
    trunk: int | None = None  # the channel left of this column; None: straight below the stop
    lane: int = 0  # its lane there
    exit: int = 0  # its lane in the channel under its row
    entry: dict[int, int] = field(default_factory=dict)  # row -> its lane in the channel over that row

    @property
    def x(self) -> int:
        """Where the trunk is: a column is an odd number, the channel left of it the even one before."""
        return 2 * self.start.column + 1 if self.trunk is None else 2 * self.trunk

    def span(self, row: int) -> tuple[int, int]:
        """From where to where it runs over a row."""
        xs = [self.x, *(2 * end.column + 1 for end in self.ends if end.row == row)]
        return min(xs), max(xs)

    @property
    def out(self) -> tuple[int, int]:
        """From where to where it runs under its own row."""
        return min(self.x, 2 * self.start.column + 1), max(self.x, 2 * self.start.column + 1)

    @property
    def height(self) -> tuple[int, int]:
        """From where to where the trunk goes: a row is an odd number, the channel over it the even one before."""
        rows_ = [end.row for end in self.ends]
        return (2 * min(rows_), 2 * self.start.row + 1) if self.up else (2 * self.start.row + 2, 2 * max(rows_))

    @property
    def length(self) -> int:
        return self.out[1] - self.out[0] + sum(b - a for a, b in map(self.span, {end.row for end in self.ends}))


class Lanes:
    """The nets of a map and the number of lanes in each of its channels."""

    def __init__(self, spots: Mapping[int, Spot], edges: Iterable[Edge]) -> None:
        self.spots = spots
        self.taken = set(spots.values())
        self.columns = 1 + max(spot.column for spot in spots.values())
        self.nets: dict[tuple[int, bool], Net] = {}
        self.entering: dict[Spot, set[Spot]] = defaultdict(set)
        for start, end in edges:
            a, b = spots[start], spots[end]
            if not straight(a, b):
                net = self.nets.setdefault((start, b.row <= a.row), Net(a, [], b.row <= a.row))
                net.ends.append(b)
                self.entering[b].add(a)
        self.trunks, self.exits, self.entries = self.assign()

    def assign(self) -> tuple[list[int], dict[int, int], dict[int, int]]:
        """Give every net its trunk and its lanes; return how many lanes each channel has."""
        ordered = sorted(self.nets.values(), key=lambda net: (net.start, net.up))
        for net in ordered:
            net.trunk = self.choose(net)
        trunks = [0] * (self.columns + 1)
        for column in range(self.columns + 1):
            here = [net for net in ordered if net.trunk == column]
            for net, lane in zip(here, pack([net.height for net in here])):
                net.lane, trunks[column] = lane, max(trunks[column], lane + 1)
        exits, entries = dict[int, int](), dict[int, int]()
        for row in range(1 + max(spot.row for spot in self.taken)):
            leave = [net for net in ordered if not net.up and net.trunk is not None and net.start.row == row - 1]
            for net, net.exit in zip(leave, pack([net.out for net in leave])):
                exits[row] = max(exits.get(row, 0), net.exit + 1)
            enter = [net for net in ordered if row in {e.row for e in net.ends} and len(set(net.span(row))) > 1]
            for net, lane in zip(enter, pack([net.span(row) for net in enter])):
                net.entry[row], entries[row] = lane, max(entries.get(row, 0), lane + 1)
        return trunks, exits, entries

    def choose(self, net: Net) -> int | None:
        """The trunk that makes the net shortest: straight below the stop where nothing stands in the way."""
        if net.up:
            return net.start.column + 1
        if self.is_free_below(net):
            return None

        def cost(column: int) -> tuple[int, int]:
            net.trunk = column
            return net.length, column

        return min(range(self.columns + 1), key=cost)

    def is_free_below(self, net: Net) -> bool:
        """Whether nothing stands below the stop as far as the net goes, or at the end only what it alone enters."""
        last = max(end.row for end in net.ends)
        below = [Spot(row, net.start.column) for row in range(net.start.row + 1, last + 1)]
        return not any(spot in self.taken for spot in below[:-1]) and self.entering.get(below[-1], set()) <= {net.start}


def straight(a: Spot, b: Spot) -> bool:
    """Whether the line is a piece of the row."""
    return a.row == b.row and b.column == a.column + 1


def pack(spans: list[tuple[int, int]]) -> list[int]:
    """A lane for each span, so that no two in the same lane touch.

    >>> pack([(0, 4), (2, 6), (5, 8)])
    [0, 1, 0]
    """
    lanes: list[list[tuple[int, int]]] = []
    given = []
    for low, high in spans:
        free = (n for n, lane in enumerate(lanes) if all(high < a or b < low for a, b in lane))
        given.append(next(free, len(lanes)))
        if given[-1] == len(lanes):
            lanes.append([])
        lanes[given[-1]].append((low, high))
    return given
