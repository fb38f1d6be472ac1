"""The map: every chapter once, every need drawn, nothing on top of anything else; and the paths through it."""

import gzip
import re
from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weave.book import Book
from weave.chapter_map import page, stops
from weave.drawing import RADIUS, Drawing, Stop, measure
from weave.lanes import before, reduced
from weave.paths import paths, told

FIFTY = """
I · Foundations
How this book works: 25
Vectors and shapes: 30, 1
Derivatives and gradients: 35, 2
Chance and expectation: 40, 1
Looking at data: 30, 1
Fit, predict, score: 25, 2 5
II · Regression
Nearest neighbours: 30, 6
Linear regression: 45, 3 6
Gradient descent, step by step: 40, 3 8
Ridge and lasso: 45, 8 9
Logistic regression: 55, 4 8 9
Generalised linear models: 50, 11
Quantiles and robust losses: 40, 8 9
III · Judging and practice
Train, test, leak: 35, 8
Cross-validation: 35, 14
Metrics and costs: 40, 11 14
Uncertainty and intervals: 45, 4 15
Calibration of probabilities: 30, 16 17
Classes of uneven size: 30, 16 18
Missing values and categories: 40, 6 14
Pipelines without leaks: 35, 15 20
Search over settings: 40, 10 21
Heart failure, a small project: 50, 11 16 21
IV · Trees
One decision tree: 40, 6 16
Bagging and random forests: 40, 15 24
AdaBoost: 35, 11 24
Gradient boosting: 55, 9 24
XGBoost, line by line: 60, 10 27
Reading a forest honestly: 35, 17 25 27
V · Kernels
Margins and support vectors: 45, 10 11
The kernel trick: 40, 2 30
Gaussian processes: 60, 17 31
VI · Unsupervised learning
k-means: 30, 7
Hierarchies of clusters: 30, 33
Mixtures and expectation maximisation: 50, 4 33
Principal components: 45, 2 8
Neighbour embeddings: 45, 7 36
VII · Neural networks
A neuron, by hand: 40, 11
Backpropagation from first principles: 60, 3 38
Optimisers that adapt: 45, 9 39
Regularising deep networks: 40, 10 40
Convolution: 55, 40
Sequences and recurrence: 50, 40
Attention and transformers: 60, 41 43
Learning representations without labels: 50, 36 44
A digit reader, whole project: 90, 42 41
VIII · Time and production
Time series: 50, 8 15
Serving a model: 45, 21
Drift and monitoring over time: 40, 18 47 48
A forecast in production: 90, 28 47 49
"""


def sample(text):
    """Stops from lines `title: minutes, needs` below the names of their parts."""
    made, part = [], ""
    for line in text.strip().splitlines():
        title, colon, facts = line.partition(": ")
        if not colon:
            part = line
            continue
        minutes, _, needs = facts.partition(", ")
        n = len(made) + 1
        made.append(Stop(n, f"c{n}", title, part, int(minutes), f"c{n}/", tuple(map(int, needs.split())), 3))
    return made


def plain(sizes, needs):
    """Stops without titles worth reading: parts of these sizes, and for each stop what it needs."""
    parts = [part for part, size in enumerate(sizes) for _ in range(size)]
    return [
        Stop(n, f"c{n}", f"Title of chapter {n}", f"{part} · Part", 30, f"c{n}/", tuple(sorted(needs.get(n, ()))))
        for n, part in enumerate(parts, 1)
    ]


@st.composite
def books(draw):
    """Any book, also one whose chapters need later ones or each other."""
    sizes = draw(st.lists(st.integers(1, 14), min_size=1, max_size=6))
    n = sum(sizes)
    pairs = draw(st.sets(st.tuples(st.integers(1, n), st.integers(1, n)), max_size=2 * n))
    return plain(sizes, {b: {a for a, c in pairs if c == b and a != b} for b in range(1, n + 1)})


FOUR = plain([1, 2, 1], {2: [1], 3: [2], 4: [3]})
MAPS = {"one": plain([1], {}), "four": FOUR, "fifty": sample(FIFTY)}


@pytest.fixture(params=MAPS)
def chapters(request):
    return MAPS[request.param]


def boxes(drawing):
    """What no line may cross: the circle of every stop, and its labels."""
    for number, spot in drawing.spots.items():
        x, y = drawing.at(spot)
        yield number, (x - RADIUS, y - RADIUS, x + RADIUS, y + RADIUS)
        yield from ((number, box) for box in drawing.labels(number))


def overlap(a, b):
    """Whether two boxes (left, top, right, bottom) have more than an edge in common."""
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def segments(points):
    """Box of every straight piece of a way."""
    for (x0, y0), (x1, y1) in pairwise(points):
        yield min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def crossings(drawing):
    """Edges that run through a stop or a label."""
    ways = {edge: list(segments(drawing.line(*edge))) for edge in drawing.edges}
    return [
        (edge, number)
        for (edge, way), (number, box) in product(ways.items(), boxes(drawing))
        if any(overlap(piece, box) for piece in way)
    ]


def shared(drawing):
    """Pairs of lines from two stops that lie on each other, other than where both enter the same one."""
    pieces = []
    for edge in drawing.edges:
        *way, last = segments(drawing.line(*edge))
        pieces += [(edge, piece, None) for piece in way] + [(edge, last, edge[1])]
    return [
        (a, b)
        for (a, p, entered), (b, q, other) in product(pieces, pieces)
        if a[0] < b[0] and lie_on(p, q) and not (entered and entered == other)
    ]


def lie_on(p, q):
    """Whether two pieces are both upright or both level and have more than a point in common."""
    wide, high = min(p[2], q[2]) - max(p[0], q[0]), min(p[3], q[3]) - max(p[1], q[1])
    return (p[0] == p[2] == q[0] == q[2] and high > 0) or (p[1] == p[3] == q[1] == q[3] and wide > 0)


def wrong(chapters):
    """All that can be wrong with where things stand."""
    drawing = Drawing(chapters)
    all_boxes = list(boxes(drawing))
    labels = [(n, box) for n in drawing.spots for box in drawing.labels(n)]
    on_top = [(a, b) for (a, p), (b, q) in product(labels, all_boxes) if a < b and overlap(p, q)]
    outside = [n for n, b in all_boxes if b[0] < 0 or b[1] < 0 or b[2] > drawing.width or b[3] > drawing.height]
    slanted = [e for e in drawing.edges for a, b in pairwise(drawing.line(*e)) if a[0] != b[0] and a[1] != b[1]]
    return [*on_top, *outside, *slanted, *crossings(drawing), *shared(drawing)]


def test_every_chapter_once_in_each_form(chapters):
    made = page(chapters)
    drawn, listed = made.split('<div class="map-list">')
    for form in (drawn, listed):
        assert re.findall(r'data-chapter="(\w+)"', form) == [c.name for c in chapters]
        assert re.findall(r'href="(\w+/)"', form) == [c.url for c in chapters]
        assert [int(m) for m in re.findall(r"(\d+) min", form)] == [c.minutes for c in chapters]
        assert form.count('class="solved"') == len(chapters)


def test_every_need_is_a_way_of_lines(chapters):
    drawing = Drawing(chapters)
    svg = drawing.svg()
    assert svg.count("<path class=") - svg.count('class="tick"') == len(drawing.edges)
    ways = {c.number: {a for a, b in drawing.edges if b == c.number} for c in chapters}
    for c in chapters:
        assert set(c.needs) <= before(ways, c.number)


def test_no_line_says_what_others_say(chapters):
    for start, end in reduced({c.number: c.needs for c in chapters}):
        ways = {c.number: [n for n in c.needs if (n, c.number) != (start, end)] for c in chapters}
        assert start not in before(ways, end)


def test_lines_begin_and_end_at_their_stops(chapters):
    drawing = Drawing(chapters)
    for start, end in drawing.edges:
        way = drawing.line(start, end)
        for point, number in ((way[0], start), (way[-1], end)):
            x, y = drawing.at(drawing.spots[number])
            assert abs(point[0] - x) + abs(point[1] - y) == RADIUS


def test_nothing_lies_on_anything(chapters):
    assert wrong(chapters) == []


@settings(max_examples=60, deadline=None)
@given(books())
def test_nothing_lies_on_anything_in_any_book(chapters):
    assert wrong(chapters) == []


def test_titles_fit_their_labels():
    drawing = Drawing(MAPS["fifty"])
    lines = [line for title in drawing.titles.values() for line in title]
    assert max(map(measure, lines)) <= drawing.text
    assert [" ".join(title) for title in drawing.titles.values()] == [c.title for c in MAPS["fifty"]]


def test_a_chapter_lights_up_all_that_comes_before_it():
    """Chapter 6 of fifty needs 2 and 5, which need 1; 7, 8, 20 and 24 build on it."""
    style = Drawing(MAPS["fifty"]).style()
    here = ".map:has(#m6>a:is(:hover,:focus-visible))"
    assert f"{here} :is(#m1,#m2,#m5,#m6)" in style.split("}")[0].split("{")[0]
    assert f"{here} .s6" in style.split("}")[1]


def test_large_map_is_light_and_the_same_each_time():
    made = page(MAPS["fifty"])
    assert made == page(sample(FIFTY))
    assert len(gzip.compress(made.encode(), 9)) < 12_000
    assert "\n" not in made


def test_map_of_a_book(project):
    """Numbers, parts, needs and exercises come from the chapters."""
    first, second = stops(Book(project.root), "index.md")
    assert (first.number, first.name, first.part, first.exercises, first.needs) == (1, "toy", "Part one", 1, ())
    assert (second.number, second.url, second.minutes, second.needs) == (2, "second/", 3, (1,))


HOME = """---
paths:
  short: {title: A day, text: Two.}
  all: {title: A year, text: All., whole: true}
---
# The book
"""


def test_paths_of_a_book(project):
    project.write("docs/index.md", HOME)
    project.edit("docs/second.py", "# needs: [toy]\n", "# needs: [toy]\n# paths: [short]\n")
    short, whole = paths(Book(project.root), "index.md").split("<section>")[1:]
    assert re.findall('data-chapter="(.*?)"', short) == ["second"]
    assert "1 chapter, 3 min" in short
    assert "2 chapters" in whole
    assert "chapters 1 to 2" in whole


@pytest.mark.parametrize("named", ["[day]", "short", "[short, all]"])
def test_unknown_path_names_file_and_line(project, named):
    project.write("docs/index.md", HOME)
    project.edit("docs/second.py", "# needs: [toy]\n", f"# needs: [toy]\n# paths: {named}\n")
    assert project.error().startswith(f"{project.at('# paths:', 'docs/second.py')}: paths: expected a list of short")


def test_time_of_a_path():
    assert told(MAPS["fifty"]) == f"50 chapters, {sum(c.minutes for c in MAPS['fifty']) // 60} h 35 min"
