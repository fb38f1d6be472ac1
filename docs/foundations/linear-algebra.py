# ---
# title: Linear algebra
# lede: >-
#   Two handwritten digits, 64 numbers each. How alike are they, and are there really 64 things to say about one? The
#   answers are an angle and a short list of directions. On the way to them this chapter collects the linear algebra
#   that the rest of the book uses, each idea with a computation, and no more.
# minutes: 75
# needs: [start/how-this-book-works]
# able:
#   - compare two lists of numbers by their angle, and say when that is the wrong thing to do
#   - read a matrix product in four ways, with its shapes and its cost
#   - find the nearest point of a span, and know it by its right angle
#   - find eigenvectors and singular vectors with loops of your own, and say what each is good for
#   - foresee from a condition number how many digits of an answer to believe
# ---

# %% [markdown]
# ## Which two are alike?
#
# Thirteen people wrote digits, a scanner turned each into black and white dots, and somebody counted the black dots in
# squares of four by four [@alpaydin1998]. What is left of a digit is eight rows of eight numbers from 0 to 16, its
# *pixels*.

# %%
#| live: true
import numpy as np

from mle.datasets import load_digits

digits = load_digits()
X, y = digits.X, digits.y
n, p = X.shape  # 1797 pictures, 64 numbers each; y is (1797,)
print(X[3].reshape(8, 8).astype(int))
print("the writer meant a", y[3])

# %%
#| hide: true
import re
import time
import tracemalloc

import matplotlib.pyplot as plt
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patheffects import withStroke

from mle import plot

ink = np.linalg.norm(X, axis=1)
shared_ink = X @ X.T
other = ~np.eye(n, dtype=bool)
by_ink = np.where(other, shared_ink, -1).argmax(axis=1)
by_angle = np.where(other, shared_ink / ink / ink[:, None], -1).argmax(axis=1)
hub = int(np.bincount(by_ink).argmax())
chosen = int(np.bincount(by_ink).max())
not_itself = 100 * float(np.mean(shared_ink.argmax(axis=1) != np.arange(n)))
blank = int(np.sum(X.std(axis=0) == 0))
sizes = np.linalg.svd(X - X.mean(axis=0), compute_uv=False) ** 2
nine_tenths = int(np.argmax(np.cumsum(sizes) >= 0.9 * sizes.sum()) + 1)
blacker = int(np.sum(X.sum(axis=1) > X[hub].sum()))
assert blacker == 1, "the text says so"
assert np.mean(y[by_ink] == y) < 0.75
ink_alone_fails = (y[by_ink] != y) & (y[by_angle] == y)
wrong = [
    int(np.flatnonzero((y == k) & ink_alone_fails)[0])
    for k in (2, 3, 4, 5, 7, 8)
]


def picture(ax, values):
    """Draw 64 numbers as 8 by 8 pixels."""
    ends = [plot.color("tray"), plot.color("data")]
    shades = LinearSegmentedColormap.from_list("ink", ends)
    ax.pcolormesh(
        np.clip(values, 0, 16).reshape(8, 8),
        cmap=shades,
        vmin=0,
        vmax=16,
        edgecolors="face",
        linewidth=0.3,
    )
    ax.set(aspect="equal", xticks=[], yticks=[], ylim=(8, 0))
    ax.grid(False)
    ax.spines[:].set_visible(False)


# %% [markdown]
# Which two of the {{ n:, }} pictures are alike? We can mark the answers: take a picture, look for its like among all
# others, and call it a *hit* if both show the same digit. Common sense lays one picture on the other and holds them
# against a lamp: where both are dark, they agree. So multiply pixel by pixel and add up, the *ink they share*.
# @Fig-alike shows what that finds.

# %%
#| id: fig-alike
#| caption: Six pictures (top), the one that shares most ink with each (middle) and the one at the smallest angle
#|   (bottom). Most ink is shared with whatever has most of it. These six were picked because shared ink fails on them and the angle does not;
#|   over all pictures it hits in {{ 100 * np.mean(y[by_ink] == y):.0f }} % of the cases, the angle in {{ 100 * np.mean(y[by_angle] == y):.0f }} %.
#| alt: Three rows of six small pictures. In the top row a 2, 3, 4, 5, 7 and 8; below each, in the middle row, a thick
#|   picture of another digit, several times the same one; in the bottom row the same digit as on top.
fig, axes = plt.subplots(3, 6, figsize=(5.2, 2.7))
fig.subplots_adjust(wspace=0.12, hspace=0.12)
for row, found in enumerate((np.arange(n), by_ink, by_angle)):
    for ax, i in zip(axes[row], wrong):
        picture(ax, X[found[i]])
for ax, told in zip(axes[:, 0], ("asked", "shared ink", "angle")):
    plot.note(ax, told, (0, 4), "ink", offset=(-6, 0))

# %% [markdown]
# One picture, in row {{ hub }}, is the answer to {{ chosen }} different questions; only one has more ink. And
# {{ not_itself:.0f }} % of the pictures share more ink with another one than with themselves.
#
# A second belief of common sense: {{ p }} numbers, so {{ p }} things to know about a picture. We shall find that
# {{ nine_tenths }} numbers do for nine tenths of what makes the pictures differ, and that none of them is a pixel.
#
# Whatever later chapters take from linear algebra is here; on a first reading you may stop where the matrices get too
# many and come back when a chapter sends you.
#
# ## Two pixels by hand {#by-hand}
#
# Pictures of two pixels are enough to see what went wrong. Somebody wrote 6 and 8; somebody wrote the same with half
# the ink, 3 and 4; and somebody pressed hard and wrote something else, 12 and 4.
#
# Such a list of numbers is a [vector](glossary:vector), and it is three things at once. For the computer it is a
# *list*, an array of shape `(2,)`. On paper it is an *arrow* from the origin to the point (6, 8). And in a table it
# is a *case*: one picture, one home, one patient, described by its [features](glossary:feature). Algebra happens to
# the list, we think of the arrow, and what we learn is about the case.
#
# Multiply two vectors $a$ and $t$ entry by entry and add up: that is their [dot product](glossary:dot-product),
# $a^\top t = \sum_j a_j t_j$, said "a transpose t". It is the shared ink. The dot product of a vector with itself is
# its sum of squares. By Pythagoras that is the square of its length, or [norm](glossary:norm), $\lVert a \rVert$.
#
# ```pycon
# >>> asked = np.array([6.0, 8.0])
# >>> faint = np.array([3.0, 4.0])  # the same with half the ink
# >>> thick = np.array([12.0, 4.0])
# >>> float(asked @ asked), float(asked @ faint), float(asked @ thick)
# (100.0, 50.0, 104.0)
# >>> [round(float(np.linalg.norm(v)), 2) for v in (asked, faint, thick)]
# [10.0, 5.0, 12.65]
# >>> [round(float(np.linalg.norm(asked - v)), 2) for v in (faint, thick)]
# [5.0, 7.21]
# >>> round(float(np.linalg.norm(asked - asked / 4)), 2)
# 7.5
# ```
#
# The first line repeats our trouble: `asked` shares more ink with `thick` than with itself. The next idea is the
# *distance* between two points, the length of their difference. It finds `faint`. But with a quarter of the ink
# in place of half, the distance would be 7.5, and it would choose `thick`. Both mix two things:
# how much ink there is, the length of the arrow, and where it lies, its *direction*. We want the direction alone.
#
# ## Angle and shadow {#shadow}
#
# How much of the arrow $t$ points along the arrow $a$? Stretch $a$ by a number $w$ until $w a$ comes as near to $t$ as
# it can. What is left is a [residual](glossary:residual), $r = t - w a$, of squared length
#
# $$
# \begin{aligned}
# \lVert t - w a \rVert^2 &= t^\top t - 2 w\, a^\top t + w^2 a^\top a \\
# &= (w - \hat w)^2\, a^\top a + t^\top t - \hat w^2\, a^\top a
# \end{aligned}
# $$
#
# with $\hat w = a^\top t / a^\top a$: we completed the square. Only the bracket depends on $w$, so the best $w$ is
# $\hat w$. For it, and for no other, $a^\top r = a^\top t - w\, a^\top a = 0$. And a dot product of zero is a right
# angle: the way to $t$ goes along $w a$ and then along $r$, and $\lVert w a + r \rVert^2 = w^2 \lVert a \rVert^2 +
# \lVert r \rVert^2 + 2 w\, a^\top r$ obeys Pythagoras exactly when the last term is zero. So *nearest* and
# [orthogonal](glossary:orthogonal) are one and the same. Turn @fig-shadow and see; $t$ is `asked` there, and $a$ is
# `thick`.

# %%
#| id: fig-shadow
#| live: true
#| play: {w: [0.0, 0.2, 0.4, 0.55, 0.65, 0.75, 0.9, 1.1]}
#| say: "The residual is {{ np.linalg.norm(r):.2f }} long; its dot product with a is {{ round(float(a @ r), 1) + 0.0:+.1f }}."
#| caption: The arrow t = (6, 8), the direction a = (12, 4), and the point w a on it. The residual is shortest when it
#|   stands at a right angle to a, at w = 0.65; the point is then the shadow of t on a.
#| alt: An arrow t up to the right, a flatter grey arrow a, a point on the line of a and a thin segment from the point to
#|   the tip of t. At w = 0.65 the segment is shortest and meets the line at a right angle.
w = 0.4
a, t = np.array([12.0, 4.0]), np.array([6.0, 8.0])
r = t - w * a

fig, ax = plt.subplots(figsize=(5.2, 3.2))
ax.set(
    xlim=(-0.6, 14.6),
    ylim=(-0.6, 8.9),
    aspect="equal",
    xlabel="first pixel",
    ylabel="second pixel",
)
for tip, role, width in (
    (a, "muted", 1.2),
    (t, "data", 2.2),
    (w * a, "fit", 3.0),
):
    ax.plot([0, tip[0]], [0, tip[1]], color=plot.color(role), lw=width)
    ax.plot(*tip, "o", color=plot.color(role), ms=4 + width)
ax.plot([w * a[0], t[0]], [w * a[1], t[1]], color=plot.color("error"), lw=1.4)
plot.note(ax, "t", t, "data", offset=(-6, 4))
plot.note(ax, "a", a, "muted", offset=(7, 0))
plot.note(ax, "w a", w * a, "fit", offset=(5, -6))
plot.note(ax, "r", (w * a + t) / 2, "error", offset=(6, 3))

# %% [markdown]
# The shadow closes a right triangle. Its side along $a$ has the length $\hat w \lVert a \rVert = a^\top t / \lVert
# a \rVert$, for positive $\hat w$, and its longest side is $\lVert t \rVert$. The one divided by the other is the
# [cosine](glossary:cosine) of the angle $\theta$ ("theta") between them:
#
# $$
# \cos \theta = \frac{a^\top t}{\lVert a \rVert\, \lVert t \rVert}
# $$ {#eq-cosine}
# : $a$ and $t$ are $(p,)$, neither is zero; $\cos\theta$ is one number from −1 to 1, because $\lVert r \rVert^2$ above is never negative.
#
# In {{ p }} dimensions, too, two arrows span a plane, in which all of this is school geometry. To check it we need angles found without dot products; in the plane, `arctan2` measures them.


# %%
#| live: true
def cosine(a, t):
    lengths = np.linalg.norm(a) * np.linalg.norm(t)
    return float(a @ t / lengths)  # eq: cosine


for name, v in (("faint", [3.0, 4.0]), ("thick", [12.0, 4.0])):
    theta = np.degrees(np.arccos(min(cosine(t, np.array(v)), 1)))
    print(f"asked and {name}: {theta:.1f} degrees")

# %%
from mle.testing import verify

turns = [np.arctan2(8, 6) - np.arctan2(4, 12), np.arctan2(1, -2)]
pairs = [(a, t), (np.array([1.0, 0.0]), np.array([-2.0, 1.0]))]
verify("cosine", [cosine(*pair) for pair in pairs], np.cos(turns))

# %% [markdown]
# ## Tables that act {#matrices}
#
# ### Two readings of one product
#
# A [matrix](glossary:matrix) $A$ of shape $(n, p)$ is a table of $n$ rows and $p$ columns. It is also a machine: put a
# vector $w$ of $p$ numbers in, and $Aw$, of $n$ numbers, comes out.
#
# - **Rows measure.** Entry $i$ of $Aw$ is the dot product of row $i$ with $w$. So a model weighs the features of each
#   case.
# - **Columns combine.** $Aw = w_1 a_1 + \dots + w_p a_p$, where $a_j$ is column $j$: a
#   [linear combination](glossary:linear-combination). So we see what can be reached at all.
#
# ```pycon
# >>> table = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])  # (3, 2)
# >>> (table @ np.array([10.0, 1.0])).tolist()  # 1 * 10 + 2 * 1, and so on
# [12.0, 34.0, 56.0]
# >>> (10 * table[:, 0] + 1 * table[:, 1]).tolist()
# [12.0, 34.0, 56.0]
# ```
#
# Every prediction of a linear model is such a product, read by rows, plus one number:
#
# ```quote
# mle.linear_model.ordinary.LinearRegression._predict
# ```
#
# Two machines in a row, first $B$ and then $A$, are one machine: the [matrix product](glossary:matrix-product) $AB$,
# whose column $j$ is what $A$ makes of column $j$ of $B$. With $A$ of shape $(n, p)$ and $B$ of shape $(p, m)$ there
# are four ways to read it:
#
# | Reading | What is computed | Shapes |
# |:--|:--|:--|
# | entry by entry | row $i$ of $A$ dot column $j$ of $B$ | $(1, p)(p, 1)$ |
# | column by column | $A$ times column $j$ of $B$ | $(n, p)(p, 1)$ |
# | row by row | row $i$ of $A$ times $B$ | $(1, p)(p, m)$ |
# | layer by layer | column $j$ of $A$ times row $j$ of $B$, added up | $(n, 1)(1, m)$ |
#
# : Four ways to read $AB$. The inner numbers must agree and vanish, the outer ones stay: $(n, p)(p, m)$ gives
#   $(n, m)$. {#tbl-readings}
#
# The last is the least familiar:
#
# $$
# A B = \sum_{j=1}^{p} a_j\, b_j^\top
# $$ {#eq-outer-products}
# : $a_j$ is column $j$ of $A$, $(n, 1)$, and $b_j^\top$ row $j$ of $B$, $(1, m)$; each layer is $(n, m)$.
#
# It is true entry by entry: $(AB)_{ik}$ is $\sum_j A_{ij} B_{jk}$, and layer $j$ holds $A_{ij} B_{jk}$ at that place.


# %%
#| live: true
def product(A, B):
    """AB, one layer after the other."""
    C = np.zeros((len(A), B.shape[1]))
    for j in range(len(B)):
        C += np.outer(A[:, j], B[j])  # eq: outer-products
    return C


def naive_product(A, B):
    """AB, one multiplication after the other."""
    C = np.zeros((len(A), B.shape[1]))
    for i in range(len(A)):
        for k in range(B.shape[1]):
            for j in range(len(B)):
                C[i, k] += A[i, j] * B[j, k]
    return C


few = X[:30]  # (30, 64)
print(product(few, few.T).shape, product(few.T, few).shape)

# %%
verify("outer-products", product(few, few.T), naive_product(few, few.T))

# %% [markdown]
# The [transpose](glossary:transpose) $A^\top$ has the columns of $A$ for rows. A product turned over changes its
# order, $(AB)^\top = B^\top A^\top$, since entry $(i, k)$ of the left side is row $k$ of $A$ dot column $i$ of $B$. A
# matrix with $G^\top = G$ is [symmetric](glossary:symmetric). Two symmetric matrices come with every table: $X
# X^\top$, $(n, n)$, holds the dot products of all pairs of rows, and $X^\top X$, $(p, p)$, those of all pairs of
# columns: the *Gram matrix*. By layers, $X^\top X = \sum_i x_i x_i^\top$ is a sum over cases. So the library takes a
# table with millions of rows in blocks, and adds up. The line to look for is `add_square(G, A)`: `G += A.T @ A`, but
# only from the diagonal up, since $G$ is symmetric; the last line fills in the rest. The others take means
# off, give rows their weights, and do the same with a target $y$, `c += A.T @ t`.
#
# ```quote
# mle.linalg.gram
# ```
#
# ### What it costs
#
# All four readings make the same $nmp$ multiplications and as many additions: about $2nmp$ operations. What differs
# is who makes them, the Python interpreter or compiled code that works on whole arrays
# ([vectorisation](glossary:vectorisation)). And some products are avoided by a better formula. (The stopwatch
# `seconds`, its like for memory and other cells not shown are in the notebook.)


# %%
#| hide: true
def seconds(f, *args, repeats):
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        f(*args)
        times.append(time.perf_counter() - start)
    return min(times)


def peak_memory(f, *args):
    tracemalloc.start()
    f(*args)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


# %%
def broadcast_squares(X):
    return np.sum((X[:, None] - X) ** 2, axis=2)


def product_squares(X):
    lengths = np.sum(X**2, axis=1)
    return lengths[:, None] - 2 * X @ X.T + lengths


slow = seconds(naive_product, few, few.T, repeats=2)  # the better of two
fast = seconds(np.matmul, few, few.T, repeats=50)
assert slow > 200 * fast
print(f"{2 * 30 * 30 * 64:,} operations:")
print("arrays are at least 200 times faster")

some = X[:300]
assert np.allclose(broadcast_squares(some), product_squares(some))
large = peak_memory(broadcast_squares, some)  # peak_memory: in bytes
assert large > 20 * peak_memory(product_squares, some)
print("all distances, by products:")
print("less than a twentieth of the memory")

# %% [markdown]
# The second pair of lines is about the distances between all pairs of rows. [Broadcasting](glossary:broadcasting)
# finds them without a loop: `X[:, None]` has the shape $(n, 1, p)$, `X` has $(n, p)$, and `X[:, None] - X` stretches
# both to $(n, n, p)$. For all our pictures that is one array of {{ n * n * p * 8 / 1e9:.1f }} gigabytes. Multiply out
# instead, $\lVert a - t \rVert^2 = \lVert a \rVert^2 - 2 a^\top t + \lVert t \rVert^2$: the middle terms are one
# matrix product, and nothing is larger than $(n, n)$, {{ n * n * 8 / 1e6:.0f }} megabytes. The library does so where
# it looks for similar rows in tables with gaps:
#
# ```quote
# mle.impute.neighbours.nan_euclidean
# ```
#
# (`has_a` and `has_b` say where there is a number; without gaps `s` and `t` are ones, `A.shape[1] / q` is
# one, and `square` is ours.) The
# `maximum` is there for a reason: of two nearly equal rows the difference of large numbers may come out a little below
# zero.
#
# ## Every picture against every other {#pictures}
#
# One matrix product holds all {{ n * n / 1e6:.1f }} million dot products of the pictures. Divide its rows and its
# columns by the lengths, and we have all cosines; the distances come by the formula above.

# %%
#| live: true
length = np.linalg.norm(X, axis=1)  # (1797,)
shared = X @ X.T  # (1797, 1797)
cosines = shared / length / length[:, None]
squares = length**2 - 2 * shared + length[:, None] ** 2


def hits(alike, forbidden):
    """Whether the best match of each row is the same digit."""
    best = np.where(forbidden, -np.inf, alike).argmax(axis=1)
    return y[best] == y


itself = np.eye(len(X), dtype=bool)
rules = {"shared ink": shared, "distance": -squares, "cosine": cosines}
for name, alike in rules.items():
    print(f"{name:>10}: {hits(alike, itself).mean():.1%} hits")

# %%
#| hide: true
group = np.arange(n) * 13 // n
same_group = group[:, None] == group
labels = "".join(map(str, y.tolist()))
sheet_ends = [found.end() for found in re.finditer("4908(9[83])?", labels)]
sheet = np.searchsorted(sheet_ends, np.arange(n), side="right")
same_sheet = sheet[:, None] == sheet
own_sheet = float(np.sum(same_sheet & same_group) / same_sheet.sum())


def distance_hits(share):
    """Hits by distance when the asked picture keeps a share of its ink."""
    far = length**2 - 2 * share * shared  # its own length is the same for all
    return float(hits(-far, itself).mean())


full = {name: hits(alike, itself) for name, alike in rules.items()}
strict = {name: hits(alike, same_group) for name, alike in rules.items()}
fading = {share: 100 * distance_hits(share) for share in (1, 0.5, 0.25)}
assert abs(fading[1] - 100 * full["distance"].mean()) < 1e-9


def told(right):
    """Hits in per cent, and the standard error over thirteen groups."""
    rates = np.array([right[group == k].mean() for k in range(13)])
    error = 100 * rates.std(ddof=1) / 13**0.5
    return f"{100 * right.mean():.1f} ± {error:.1f}"


draw = full["cosine"].astype(int) - full["distance"]
strict_gap = strict["cosine"].mean() - strict["distance"].mean()
assert abs(strict_gap) < 0.01
assert fading[0.25] < 50
assert all(strict[name].mean() < full[name].mean() for name in rules)
alike_at = np.unravel_index(
    np.where(itself, -1, cosines).argmax(), cosines.shape
)
assert y[alike_at[0]] == y[alike_at[1]]
differ = y[:, None] != y
A = X - X.mean(axis=0)
centred_length = np.linalg.norm(A, axis=1)
centred_cosines = A @ A.T / centred_length / centred_length[:, None]
mean_differ, mean_centred = (
    float(cosines[differ].mean()),
    float(centred_cosines[differ].mean()),
)

# %% [markdown]
# | Hits in % | all the ink | half | a quarter | other stretches |
# |:--|--:|--:|--:|--:|
# | shared ink | {{ 100 * full["shared ink"].mean():.1f }} | same | same | {{ told(strict["shared ink"]) }} |
# | distance | {{ fading[1]:.1f }} | {{ fading[0.5]:.1f }} | {{ fading[0.25]:.1f }} | {{ told(strict["distance"]) }} |
# | cosine | {{ 100 * full["cosine"].mean():.1f }} | same | same | {{ told(strict["cosine"]) }} |
#
# : Hits when the asked picture keeps a share of its ink; and with all of it, when matches from its own thirteenth of the
#   file are forbidden, ± one [standard error](glossary:standard-error) over the thirteenths. {#tbl-hits}
#
# Read the table from the left. With all the ink, distance and cosine are equally good: for {{ int(np.sum(draw == 1)) }}
# pictures only the cosine hits, for {{ int(np.sum(draw == -1)) }} only the distance. When the asked picture
# fades, the distance goes astray and the cosine does not move. The scanner knew only black and white, so faded pictures
# are of our making. But lamps, cameras and long texts do fade and swell for reasons of their own, and then the
# angle is what you want. Where size itself tells, as with the weight of a penguin, it is what you do not want.
#
# The last column, with matches from other stretches of the file only, is nearer to what an unknown hand would get. A
# picture's best match may come from the same hand, and the file does not say who wrote what. But its labels repeat:
# it is {{ len(sheet_ends) }} sheets, one after the other (we cut it there [later](../regression/softmax-regression.py)).
# Forbidding a picture's own thirteenth forbids {{ 100 * own_sheet:.0f }} % of its own sheet, not all. All rules lose a little.
# Which of the two good ones is better, these data cannot tell.
#
# And the first question? The two most alike of all, in rows {{ min(alike_at) }} and {{ max(alike_at) }}, both show a
# {{ int(y[alike_at[0]]) }}; they are {{ np.degrees(np.arccos(cosines[alike_at])):.1f }} degrees apart.
#
# ### A cosine needs a zero
#
# Two pictures of *different* digits have the mean cosine {{ mean_differ:.2f }}. That sounds alike, and says only that
# no ink is negative and most of it lies in the middle. An angle is measured at the origin, and the origin here is a
# blank page. Move it to the mean picture: take $\bar x$, the mean of all rows, off each row, and the mean cosine
# between different digits is {{ f"{mean_centred:.2f}".replace("-", "−") }}. The table so made, $A = X - \bar x$, is
# [centred](glossary:centring). Its columns have mean zero, and the cosine between two of them is called their
# [correlation](glossary:correlation). The library's mean, weighted if need be, measures the rows from one of them,
# so that a constant column comes out exact and a large common offset costs no digits:
#
# ```quote
# mle.linalg.weighted_mean
# ```
#
# Divide the centred columns by their [standard deviations](glossary:standard-deviation) as well, and units no longer
# matter ([standardisation](glossary:standardisation)):
#
# ```quote
# mle.preprocessing.scale.StandardScaler._transform
# ```
#
# `mu` and `s` have the shape $(p,)$ and `X` has $(n, p)$: broadcasting puts the same row beside each of the $n$.
#
# ### Centring in one pass
#
# To centre before `gram` takes two passes over the rows: one for the means, one for the products. One will do. Measure
# all rows from any point $s$, $b_i = x_i - s$, and let $d = \bar x - s$ be by how much it missed. A centred row is
# $b_i - d$, and layer by layer
#
# $$
# \textstyle \sum_i (b_i - d)(b_i - d)^\top = \sum_i b_i b_i^\top - \bigl(\sum_i b_i\bigr) d^\top - d \bigl(\sum_i b_i\bigr)^\top + n\, d\, d^\top .
# $$
#
# The $b_i$ add up to $n d$. Two of the last three terms cancel:
#
# $$
# A^\top A = B^\top B - n\, d\, d^\top
# $$ {#eq-shifted-gram}
# : $B$ is $(n, p)$, its rows are the $b_i$; $d$ is $(p,)$. The nearer $s$ is to $\bar x$, the fewer digits the difference costs.
#
# From far away it can cost all of them [@chan1983]. So the library starts from the mean of a thousand of the rows, or
# from zero if that is not far from it:
#
# ```quote
# mle.linear_model.rows.centred_gram
# ```
#
# A column of ones beside the target gives the sums along with $A^\top t$. The last lines turn a column that holds
# rounding error alone into exact zeros. Is it right for rows that run away from the first thousand? NumPy's covariance
# takes two passes:

# %%
from mle.linear_model.rows import centred_gram

far = np.arange(5000.0)[:, None] ** [1, 2]  # far from its first rows
both_ways = np.cov(far.T, bias=True) * len(far)
verify("shifted-gram", centred_gram(far, far[:, 0], None, True)[0], both_ways)

# %% [markdown]
# ## How many directions? {#rank}
#
# All combinations of some columns together are their [span](glossary:span): one arrow spans a line, two a plane,
# unless they lie on one line. Columns are [linearly independent](glossary:linearly-independent) if none is a
# combination of the others, or in one formula: $Aw = 0$ only for $w = 0$. The largest number of columns that
# are independent together is the [rank](glossary:rank).
#
# ```pycon
# >>> table = np.array([[1.0, 2.0, 3.0], [0.0, 1.0, 1.0], [4.0, 0.0, 4.0]])
# >>> int(np.linalg.matrix_rank(table))  # the third column is the sum of two
# 2
# >>> (table @ np.array([1.0, 1.0, -1.0])).tolist()
# [0.0, 0.0, 0.0]
# ```
#
# If $Ad = 0$ for some $d \ne 0$, then $w$ and $w + d$ give the same combination, and nobody who sees only $Aw$ can
# tell which it was. In regression such columns are called [collinear](glossary:collinear).
#
# A square matrix with independent columns can be undone: for each $t$ there is exactly one $w$ with $Aw = t$. The
# matrix that finds it is the *inverse*, $A^{-1}$, so that $A^{-1} A = I$, the *identity*, which leaves every vector
# as it is. On paper we write $w = A^{-1} t$; in code `np.linalg.solve(A, t)`, which eliminates one unknown after the
# other, as you would by hand, and never forms the inverse.
#
# Of the pictures, `np.linalg.matrix_rank` says {{ int(np.linalg.matrix_rank(A)) }}: of the {{ p }} pixels
# {{ blank }} are blank in every picture, and the others are independent. So the rank takes common sense's side. But
# it asks a yes-or-no question: a column that is *nearly* a combination of others counts in full. We want to know how
# much each direction holds, and for that we need right angles.
#
# ## The nearest point of a span {#projection}
#
# Let the $k$ columns of $Q$ have length one and stand at right angles to each other:
# [orthonormal](glossary:orthonormal), in one formula $Q^\top Q = I$, since entry $(i, j)$ of $Q^\top Q$ is the dot
# product of columns $i$ and $j$. Such a $Q$ keeps lengths, $\lVert Qw \rVert^2 = w^\top Q^\top Q w = \lVert w
# \rVert^2$. Which point $Qw$ of the span is nearest to $t$?
#
# As with one arrow, ask that the residual stand at right angles to every column: $Q^\top (t - Qw) = 0$. Multiplied
# out, $Q^\top t - w = 0$. So $w = Q^\top t$, and the nearest point, the [projection](glossary:projection) of $t$, is
#
# $$
# \hat t = Q Q^\top t
# $$ {#eq-projection}
# : $Q$ is $(n, k)$, $t$ and $\hat t$ are $(n,)$; $Q^\top t$ holds the $k$ shadows, one for each column.
#
# Is it the nearest? To any other point $Qv$ the way is $t - Qv = (t - \hat t) + Q(w - v)$. The first part is
# orthogonal to the second, which lies in the span. By Pythagoras, $\lVert t - Qv \rVert^2 = \lVert t - \hat t
# \rVert^2 + \lVert Q (w - v) \rVert^2$, and that is never less than with $v = w$. This is the heart of regression:
# **the best fit is the one whose residual is orthogonal to everything you fitted with**.
#
# ### Right angles by hand
#
# Columns are seldom orthonormal, but we can make them so: take each in turn, subtract its shadows on those that are
# done, and divide what is left by its length.
#
# $$
# \begin{aligned}
# r_j &= a_j - \sum_{i<j} q_i\, q_i^\top a_j \\
# q_j &= r_j / \lVert r_j \rVert
# \end{aligned}
# $$ {#eq-gram-schmidt}
# : $a_j$ is column $j$ of $A$, $(n,)$; $r_j$ is its residual after projection on $q_1, \dots, q_{j-1}$,
#   and not zero if the columns are independent.
#
# That is *Gram–Schmidt*. Keep the shadows $q_i^\top a_j$ and the lengths $\lVert r_j \rVert$ in a triangular matrix
# $R$, and $a_j = \sum_{i<j} R_{ij}\, q_i + R_{jj}\, q_j$ says that $A = QR$: the [QR decomposition](glossary:qr).


# %%
#| live: true
def gram_schmidt(A):
    """A = QR: orthonormal columns times an upper triangle."""
    n, p = A.shape
    Q, R = np.zeros((n, p)), np.zeros((p, p))
    for j in range(p):
        R[:j, j] = Q[:, :j].T @ A[:, j]  # shadows on those before
        rest = A[:, j] - Q[:, :j] @ R[:j, j]
        R[j, j] = np.linalg.norm(rest)
        Q[:, j] = rest / R[j, j]  # eq: gram-schmidt
    return Q, R


def project(Q, t):
    return Q @ (Q.T @ t)  # eq: projection


means = np.array([X[y == k].mean(axis=0) for k in range(10)]).T  # (64, 10)
Q, R = gram_schmidt(means)
t = X[3]  # somebody's three
shadow = project(Q, t)
kept = (shadow @ shadow) / (t @ t)
print(f"ten mean digits: {kept:.0%} of its squared length")
right_angles = np.abs(means.T @ (t - shadow)).max() < 1e-9
print("the rest orthogonal to each:", bool(right_angles))

# %% [markdown]
# By hand, two columns: $a_1 = (3, 4)$ has the length 5, so $q_1 = (0.6, 0.8)$. The shadow of $a_2 = (1, 3)$ on it is
# $0.6 + 2.4 = 3$ long, and $(1, 3) - 3\, q_1 = (-0.8, 0.6)$ has the length 1 already.
#
# ```pycon
# >>> Q_two, R_two = gram_schmidt(np.array([[3.0, 1.0], [4.0, 3.0]]))
# >>> R_two.round(6).tolist()
# [[5.0, 3.0], [0.0, 1.0]]
# >>> Q_two.round(6).tolist()
# [[0.6, -0.8], [0.8, 0.6]]
# ```

# %%
from mle.linear_model.ordinary import solve_qr

Q_numpy, R_numpy = np.linalg.qr(means)
signs = np.sign(np.diag(R_numpy))  # a column of Q may point either way
verify("gram-schmidt", Q, Q_numpy * signs)
verify("projection", shadow, means @ np.linalg.lstsq(means, t)[0])
verify(
    "projection", shadow, means @ solve_qr(means, t, fit_intercept=False)[0]
)

# %% [markdown]
# `lstsq`, NumPy's [least squares](glossary:least-squares), looks for the nearest combination without any $Q$ of ours,
# and agrees. So does the library's `solve_qr`. And the weights of the columns themselves? We want $Aw = QRw$ to be $Q
# Q^\top t$. Multiplied by $Q^\top$ from the left, that is $R w = Q^\top t$: the last row has one unknown, the row
# above one more. The library does this on centred columns, and has a whole regression:
#
# ```quote
# mle.linear_model.ordinary.solve_qr
# ```
#
# And $R$ knows the rank. $R_{jj}$ is what column $j$ adds to those before it; where it is rounding error, the column is
# a combination of them:
#
# ```quote
# mle.linalg.full_rank
# ```
#
# ## Directions that are only stretched {#eigenvectors}
#
# A matrix turns most arrows. This one does not turn all:
#
# ```pycon
# >>> G_two = np.array([[2.0, 1.0], [1.0, 2.0]])
# >>> arrows = np.array([[0.0, 1.0], [1.0, 1.0], [1.0, -1.0]])
# >>> [(G_two @ v).tolist() for v in arrows]
# [[1.0, 2.0], [3.0, 3.0], [1.0, -1.0]]
# ```
#
# It turns (0, 1). The arrow (1, 1) it makes three times as long, and (1, −1) it leaves alone. If $Gv = c\,v$ with $v
# \ne 0$, then $v$ is an [eigenvector](glossary:eigenvector) and the factor $c$ its
# [eigenvalue](glossary:eigenvalue).^[Most books write $\lambda$ for $c$. In this one $\lambda$ is the strength of a
# penalty.]
#
# The two in our example are orthogonal, which is no accident: $c_1\, v_1^\top v_2 = (G v_1)^\top v_2 = v_1^\top G v_2
# = c_2\, v_1^\top v_2$, with symmetry in the middle, so if $c_1 \ne c_2$ the dot product is zero. More is true: every
# symmetric $(p, p)$ matrix has $p$ orthonormal eigenvectors with real eigenvalues [@golub-vanloan2013, section 8.1];
# we take that on trust. They span everything, so every $w$ is its own projection on them: with the
# $v_j$ as columns of $V$, @eq-projection says $w = V V^\top w = \sum_j (v_j^\top w)\, v_j$. Then $G w = \sum_j c_j
# v_j\, v_j^\top w$ for all $w$, and by layers $G = \sum_j c_j\, v_j v_j^\top = V \operatorname{diag}(c)\, V^\top$.
#
# ### Found by repetition
#
# How do we find one? Start anywhere, say at $\sum_j \alpha_j v_j$ with some numbers $\alpha_j$ ("alpha"), and apply
# $G$ again and again. After $m$ times we are at $\sum_j \alpha_j c_j^m v_j$. The term with the largest $|c_j|$
# outgrows all others; the next one falls behind by the factor $|c_2 / c_1|$ at each step. So bring the length back to
# one each time, and go on:
#
# $$
# v^{(m+1)} = \frac{G\, v^{(m)}}{\lVert G\, v^{(m)} \rVert}
# $$ {#eq-power-iteration}
# : $G$ is $(p, p)$, $v^{(m)}$ is $(p,)$ of length one. It must not start orthogonal to $v_1$, and
#   $|c_1| > |c_2|$.


# %%
#| live: true
def power_iteration(G, steps):
    """Eigenvector of the largest eigenvalue, and that eigenvalue."""
    v = np.ones(len(G))
    for _ in range(steps):
        v = G @ v
        v = v / np.linalg.norm(v)  # eq: power-iteration
    return v, float(v @ G @ v)


A = X - X.mean(axis=0)  # centred
G = A.T @ A / len(A)  # (64, 64), a Gram matrix, divided by n
for steps in (10, 50, 250):
    v, c = power_iteration(G, steps)
    turned = np.linalg.norm(G @ v - c * v)
    print(f"{steps:3} steps: c = {c:.4f}, |Gv - cv| = {turned:.0e}")

# %%
c_all, V = np.linalg.eigh(G)  # in ascending order
verify("power-iteration", np.abs(v), np.abs(V[:, -1]))
ratio = float(c_all[-2] / c_all[-1])

# %% [markdown]
# It is slow here, because the second eigenvalue is {{ ratio:.2f }} of the first, and {{ ratio:.2f }}⁵⁰ is still
# {{ ratio**50:.2f }}. Nothing is cheaper to write, though, and a matrix too large to store can still be multiplied
# with.
#
# ### Bowls {#bowls}
#
# Eigenvalues tell shapes. As a function of $w$, the number $w^\top G w$ is a landscape over the weights. Write $G$
# by layers, and each layer gives a square:
#
# $$
# w^\top G w = \sum_j c_j\, (v_j^\top w)^2
# $$ {#eq-quadratic-form}
# : $G$ is symmetric, $(p, p)$; $w$ and $v_j$ are $(p,)$; the sum is one number.
#
# Walk from the origin along one eigenvector, and the height is a parabola: the eigenvalue times the squared distance
# (@fig-bowls). If all eigenvalues are positive, the matrix is [positive definite](glossary:positive-definite) and the
# landscape a bowl with one lowest point. A Gram matrix never has a negative one, since $w^\top A^\top A\, w = \lVert
# A w \rVert^2$. Zeros it has exactly when columns are dependent.

# %%
#| id: fig-bowls
#| caption: "Bowl, valley, saddle: the signs of the eigenvalues. The lines are levels of wᵀGw; the arrows are the
#|   eigenvectors, each with its eigenvalue. Only the bowl has one lowest point."
#| alt: Three maps of level lines. On the left ellipses around the centre, long along the eigenvector with the smaller
#|   eigenvalue; in the middle parallel straight lines along the eigenvector with eigenvalue zero; on the right
#|   hyperbolas.
fig, axes = plt.subplots(1, 3, figsize=(5.2, 2.05), sharey=True)
fig.subplots_adjust(wspace=0.1)
w1, w2 = np.meshgrid(np.linspace(-2, 2, 61), np.linspace(-2, 2, 61))
halo = [withStroke(linewidth=4, foreground=plot.color("ground"))]
for ax, corner, name in zip(
    axes, (0.5, 1.0, 2.0), ("bowl", "valley", "saddle")
):
    stretch, turned = np.linalg.eigh(np.array([[1, corner], [corner, 1]]))
    turned = turned * np.sign(turned[0])  # to the right
    height = w1**2 + 2 * corner * w1 * w2 + w2**2
    levels = [-4, -2, -0.8, 0.15, 0.8, 2, 4, 7, 11]
    ax.contour(
        w1,
        w2,
        height,
        levels,
        colors=plot.color("muted"),
        linewidths=0.8,
        linestyles="solid",
    )
    for j, role in ((1, "data"), (0, "fit")):
        ax.annotate(
            "",
            1.25 * turned[:, j],
            (0, 0),
            arrowprops={
                "arrowstyle": "-|>",
                "color": plot.color(role),
                "lw": 1.8,
                "shrinkA": 0,
                "shrinkB": 0,
            },
        )
        label = f"{round(float(stretch[j]), 6) + 0.0:g}".replace("-", "−")
        plot.note(
            ax,
            label,
            1.25 * turned[:, j],
            role,
            offset=(1, 2 if j else -2),
            weight="bold",
            path_effects=halo,
        )
    ax.set(aspect="equal", xticks=[-1, 0, 1], yticks=[-1, 0, 1])
    ax.grid(False)
    ax.set_title(name, loc="left")

# %%
some_w = np.random.default_rng(0).normal(size=64)
along = c_all * (V.T @ some_w) ** 2  # eq: quadratic-form
verify("quadratic-form", along.sum(), np.linalg.norm(A @ some_w) ** 2 / n)

# %% [markdown]
# Near its lowest point almost every loss of this book is such a landscape, and to fit means to walk down. Bowls are
# kind: one lowest point, found by solving one linear system. In a valley that system has many solutions or none. So
# before the library solves one, it scales the columns, so that units play no part, and looks at the *spectrum*, all
# eigenvalues. The largest must not exceed the smallest by more than the factor `limit`; why, @sec-where-it-breaks
# will say.
#
# ```quote
# mle.linalg.well_conditioned
# ```
#
# And where it does, directions that are hardly stretched (`rcond`) get no part of the answer:
#
# ```quote
# mle.linalg.solve_symmetric
# ```
#
# ## Turn, stretch, turn {#svd}
#
# Only square matrices have eigenvectors, and a table of pictures is not square. But its Gram matrix is, and it is
# symmetric: $A^\top A = \sum_j c_j\, v_j v_j^\top$ with all $c_j \ge 0$, the largest first. What does $A$ make of the
# $v_j$? Their images are orthogonal again: $(A v_i)^\top (A v_j) = v_i^\top A^\top A\, v_j = c_j\, v_i^\top v_j$,
# which is zero for $i \ne j$. For $i = j$ it is $c_j$, so the image of $v_j$ has the length $\sigma_j = \sqrt{c_j}$
# ("sigma"). Call its direction $u_j$, so that $A v_j = \sigma_j u_j$. Since $w = \sum_j (v_j^\top w)\, v_j$, we have
# $Aw = \sum_j \sigma_j u_j\, v_j^\top w$ for every $w$, and that is
#
# $$
# A = \sum_j \sigma_j\, u_j v_j^\top = U \Sigma V^\top
# $$ {#eq-svd}
# : $A$ is $(n, p)$; with $k = \min(n, p)$, $U$ is $(n, k)$ and $V$ is $(p, k)$, with orthonormal columns $u_j$ and $v_j$;
#   $\Sigma$ has the $\sigma_j$ on its diagonal. Where $\sigma_j = 0$, any $u_j$ at right angles to the others will do.
#
# This is the [singular value decomposition](glossary:svd), and every matrix has one. Read it from the right: *turn*
# (or mirror) so that the $v_j$ lie along the axes, *stretch* each axis by its [singular
# value](glossary:singular-value) $\sigma_j$, and *turn* the axes onto the $u_j$ (@fig-steps).

# %%
#| id: fig-steps
#| caption: What a matrix does to all arrows of length one, in three steps. The circle becomes an ellipse whose half axes
#|   are the singular values, here {{ s_two[0]:.1f }} and {{ s_two[1]:.1f }}.
#| alt: Four panels. A circle with two orthogonal radii; the circle turned so that the radii lie on the axes; an ellipse
#|   stretched along the axes; the ellipse turned.
two = np.array([[1.6, 0.9], [0.2, 1.1]])
U_two, s_two, Vt_two = np.linalg.svd(two)
flip = np.where(Vt_two[:, 1] < 0, -1.0, 1.0)  # let the v point upwards
U_two, Vt_two = U_two * flip, Vt_two * flip[:, None]
circle = np.array(
    [
        np.cos(np.linspace(0, 2 * np.pi, 120)),
        np.sin(np.linspace(0, 2 * np.pi, 120)),
    ]
)
steps = [np.eye(2), Vt_two, np.diag(s_two) @ Vt_two, two]
fig, axes = plt.subplots(1, 4, figsize=(5.2, 1.6), sharey=True)
fig.subplots_adjust(wspace=0.04)
for ax, step, name in zip(
    axes, steps, ("w", "turn: Vᵀw", "stretch: ΣVᵀw", "turn: UΣVᵀw")
):
    ax.plot(*(step @ circle), color=plot.color("muted"), lw=1.2)
    for j, role in ((0, "data"), (1, "fit")):
        tip = step @ Vt_two[j]
        ax.plot([0, tip[0]], [0, tip[1]], color=plot.color(role), lw=2)
        ax.plot(*tip, "o", color=plot.color(role), ms=4.5)
    ax.set(
        xlim=(-2.15, 2.15),
        ylim=(-1.6, 1.6),
        aspect="equal",
        xticks=[],
        yticks=[],
    )
    ax.grid(False)
    ax.spines[:].set_visible(False)
    ax.set_title(name, fontsize=9)

# %%
rank = 61
s = np.sqrt(n * c_all[::-1][:rank])  # G was divided by n
V = V[:, ::-1][:, :rank]  # (64, 61), the largest first
U = A @ V / s  # eq: svd
verify("svd", U * s @ V.T, A)
verify("svd", s, np.linalg.svd(A, compute_uv=False)[:rank])
verify("svd", U.T @ U, np.eye(rank))

# %% [markdown]
# ### How few numbers describe a picture? {#few}
#
# Keep the $k$ largest layers and drop the rest:
#
# $$
# \begin{aligned}
# A_k &= \sum_{j \le k} \sigma_j\, u_j v_j^\top \\
# \lVert A - A_k \rVert^2 &= \sum_{j > k} \sigma_j^2
# \end{aligned}
# $$ {#eq-low-rank}
# : $A_k$ is $(n, p)$ of rank $k$; $\lVert \cdot \rVert^2$ of a matrix is the sum of its squared entries.
#
# Why is that the error? Row $i$ of the rest is $\sum_{j>k} \sigma_j U_{ij}\, v_j^\top$, with orthonormal $v_j$, so
# its squared length is $\sum_{j>k} \sigma_j^2 U_{ij}^2$. Over all rows, the squares in a column of $U$ add up to one.
# And Eckart and Young showed that no other matrix of rank $k$ comes nearer [@eckart1936]. We do not prove that, but
# we can try to beat it.


# %%
def low_rank(A, k):
    U, s, Vt = np.linalg.svd(A, full_matrices=False)
    return U[:, :k] * s[:k] @ Vt[:k]  # eq: low-rank


rest = np.sum((A - low_rank(A, 10)) ** 2)
verify("low-rank", rest, np.sum(s[10:] ** 2))

rng = np.random.default_rng(0)
for nudge in (1.0, 0.1, 0.01):
    for _ in range(50):  # another ten directions, and what they keep
        nearby = V[:, :10] + nudge * rng.normal(size=(64, 10))
        rival = np.linalg.qr(nearby)[0]
        assert np.sum(A**2) - np.sum((A @ rival) ** 2) > rest
print("150 rivals, far and near: all worse")

# %% [markdown]
# A centred picture $x_i - \bar x$ is a row of $A$. Its $k$ numbers are its shadows on $v_1, \dots, v_k$, and the
# picture that they describe is $\bar x$ plus its projection on their span. @Fig-rank lets you choose $k$.

# %%
#| id: fig-rank
#| live: true
#| play: {k: [0, 1, 2, 5, 10, 21, 40, 61]}
#| say: "{{ k }} of 64 numbers keep {{ 100 * kept:.0f }} % of the squared length."
#| caption: Five pictures (top) and what k numbers each make of them (bottom). With none there is only the mean; with 10 you
#|   can read most of them; with 61 nothing is missing.
#| alt: Two rows of five digits. The lower row is a blur at k = 0 and sharpens as k grows.
k = 10
five = [10, 13, 4, 7, 18]
numbers = A[five] @ V[:, :k]  # (5, k)
again = X.mean(axis=0) + numbers @ V[:, :k].T  # (5, 64)
kept = np.sum(s[:k] ** 2) / np.sum(s**2)

fig, axes = plt.subplots(2, 5, figsize=(5.2, 2.2))
fig.subplots_adjust(wspace=0.1, hspace=0.1)
for column, before, after in zip(axes.T, X[five], again):
    picture(column[0], before)
    picture(column[1], after)

# %%
#| hide: true
share = np.cumsum(s**2) / np.sum(s**2)
variances = np.sort(A.var(axis=0))[::-1]
pixel_share = np.cumsum(variances) / variances.sum()
need = {
    level: int(np.argmax(share >= level) + 1)
    for level in (0.5, 0.8, 0.9, 0.95)
}
pixels_need = int(np.argmax(pixel_share >= 0.9) + 1)
assert need[0.9] == nine_tenths == 21, "the figure marks 21"


def hits_with(k):
    T = A @ V[:, :k]
    size = np.sum(T**2, axis=1)
    return hits(2 * T @ T.T - size - size[:, None], itself)


rates = {k: hits_with(k) for k in (2, 5, 10, 64)}
knn = {k: told(right) for k, right in rates.items()}
assert rates[10].mean() > rates[64].mean() - 0.015, "the text says nearly"
first, rest = X[:1000], X[1000:]
old = np.linalg.svd(first - first.mean(axis=0), full_matrices=False)[2][:21]
unseen = rest - first.mean(axis=0)
unseen_share = 1 - np.sum((unseen - unseen @ old.T @ old) ** 2) / np.sum(
    unseen**2
)
assert unseen_share < share[20]

# %% [markdown]
# The first {{ need[0.5] }} directions keep half of the squared length, {{ need[0.8] }} keep 80 %, {{ need[0.9] }}
# keep 90 %. With pixels it would take {{ pixels_need }} (@fig-spectrum). These directions were found from the same
# pictures; found from the first thousand, {{ need[0.9] }} of them keep {{ 100 * unseen_share:.0f }} % of the others.
#
# But 90 % of what? Of the squared length, which need not be what makes a 3 a 3. So ask for the nearest picture again,
# by distance and from $k$ numbers only. Then {{ knn[2] }} % are hits with 2 numbers, {{ knn[5] }} % with 5,
# {{ knn[10] }} % with 10 and {{ knn[64] }} % with all (± standard errors over thirteenths of the file, own hand
# allowed). Ten good directions find nearly what 64 pixels find.

# %%
#| id: fig-spectrum
#| caption: Directions against pixels. The share of the squared length that k numbers keep, for the k first singular
#|   vectors, for the k most variable pixels, and on average for k directions drawn at random.
#| alt: Three curves from 0 to 1 over k from 0 to 64. The one of the singular vectors rises steeply and is above 0.9 from
#|   21 on; that of the pixels bends slightly above a straight dotted line, which belongs to random directions.
fig, ax = plt.subplots(figsize=(5.2, 3.0))
ax.plot(range(65), [0, *share, 1, 1, 1], color=plot.color("fit"))
ax.plot(range(65), [0, *pixel_share], color=plot.color("data"))
ax.plot([0, 64], [0, 1], ":", color=plot.color("muted"), lw=1.4)
ax.plot([21, 21], [0, share[20]], color=plot.color("muted"), lw=0.8)
ax.plot(21, share[20], "o", color=plot.color("fit"), ms=6)
plot.note(
    ax,
    f"{100 * share[20]:.0f} %",
    (21, share[20]),
    "fit",
    offset=(5, -7),
    weight="bold",
)
plot.note(ax, "singular vectors", (1, 0.93), "fit", offset=(1, 0))
plot.note(ax, "pixels", (30, pixel_share[29]), "data", offset=(5, -6))
plot.note(ax, "random directions", (40, 40 / 64), "muted", offset=(6, -8))
ax.set(
    xlim=(0, 64),
    ylim=(0, 1.02),
    xticks=[0, 10, 21, 30, 40, 50, 64],
    xlabel="numbers kept, k",
    ylabel="share of the squared length",
)

# %% [markdown]
# With the three factors in hand, least squares is solved by undoing them one by one, $w = V \Sigma^{-1} U^\top t$:
# then $Aw = U U^\top t$ is the projection. Directions in which the matrix stretches by nothing but rounding error are left out, `keep`, since no data speak of
# them:
#
# ```quote
# mle.linear_model.ordinary.solve_svd
# ```
#
# ## Where it breaks {#where-it-breaks}
#
# ### A small wobble, a large answer
#
# Two equations in two unknowns are two lines, and the solution is where they cross. If the right-hand side wobbles,
# each line becomes a strip (@fig-strips).


# %%
#| hide: true
def two_lines(degrees):
    """Two equations, as rows of length one that differ by an angle."""
    low, high = np.radians(90 - degrees / 2), np.radians(90 + degrees / 2)
    return np.array([[np.cos(low), np.sin(low)], [np.cos(high), np.sin(high)]])


# %%
#| id: fig-strips
#| caption: The same wobble of the right-hand side, and what it leaves open of the solution. Where the lines are nearly
#|   parallel, κ is large, and the answer may lie anywhere in a long sliver.
#| alt: Two panels with two crossing strips each. On the left they cross at 70 degrees and share a small diamond; on the
#|   right at 12 degrees and share a long thin one.
fig, axes = plt.subplots(1, 2, figsize=(5.2, 2.2), sharey=True)
fig.subplots_adjust(wspace=0.08)
across = np.array([-3.0, 3.0])
for ax, degrees in zip(axes, (70, 12)):
    M = two_lines(degrees)
    for row in M:
        middle = -row[0] * across / row[1]
        reach = 0.12 / row[1]
        ax.fill_between(
            across,
            middle - reach,
            middle + reach,
            color=plot.color("data"),
            alpha=0.16,
            lw=0,
        )
        ax.plot(across, middle, color=plot.color("data"), lw=1.2)
    corners = np.array([[1, 1], [1, -1], [-1, -1], [-1, 1]]) * 0.12
    ax.fill(
        *np.linalg.solve(M, corners.T),
        color=plot.color("error"),
        alpha=0.75,
        lw=0,
    )
    ax.set(
        xlim=(-1.35, 1.35),
        ylim=(-1.05, 1.05),
        aspect="equal",
        xticks=[],
        yticks=[],
    )
    ax.grid(False)
    ax.set_title(f"κ = {np.linalg.cond(M):.1f}", loc="left")

# %% [markdown]
# How bad can it get? Let $A$ be square, of full rank, with $Aw = t$, and let a wobble $e$ of $t$ move $w$ by $d$, so
# that $Ad = e$. Nothing is stretched by more than the largest singular value, so $\lVert t \rVert \le \sigma_{\max}
# \lVert w \rVert$; nothing by less than the smallest, so $\lVert e \rVert \ge \sigma_{\min} \lVert d \rVert$. Divide
# the two:
#
# $$
# \frac{\lVert d \rVert}{\lVert w \rVert} \le \kappa(A)\, \frac{\lVert e \rVert}{\lVert t \rVert}, \quad
# \kappa(A) = \frac{\sigma_{\max}}{\sigma_{\min}}
# $$ {#eq-error-bound}
# : $A$ is $(p, p)$; $w$, $d$, $t$ and $e$ are $(p,)$. The [condition number](glossary:condition-number) $\kappa$
#   ("kappa") has no unit.
#
# The bound is reached when $t$ lies along $u_1$ and $e$ along the last $u$. And there is always a wobble:
# [floating point](glossary:floating-point) keeps about 16 digits, so $t$ is off by $10^{-16}$ before we begin.


# %%
def condition(A):
    s = np.linalg.svd(A, compute_uv=False)
    return float(s[0] / s[-1])  # eq: error-bound


M = two_lines(12)  # two_lines: unit rows that cross at 12 degrees
U_m, s_m, Vt_m = np.linalg.svd(M)
t_m, e_m = 5 * U_m[:, 0], 0.01 * U_m[:, 1]
d_m, w_m = np.linalg.solve(M, e_m), np.linalg.solve(M, t_m)
share_t = np.linalg.norm(e_m) / np.linalg.norm(t_m)
share_w = np.linalg.norm(d_m) / np.linalg.norm(w_m)
verify("error-bound", share_w, condition(M) * share_t)


# %%
#| hide: true


def system(kappa, rng):
    """A (10, 10) matrix with a given condition number."""
    left, right = (np.linalg.qr(rng.normal(size=(10, 10)))[0] for _ in "UV")
    return left * np.geomspace(1, 1 / kappa, 10) @ right.T


def digits_left(kappa):
    rng, kept_ = np.random.default_rng(0), []
    for _ in range(30):
        M, true = system(kappa, rng), rng.normal(size=10)
        miss = np.linalg.solve(M, M @ true) - true
        kept_.append(-np.log10(np.linalg.norm(miss) / np.linalg.norm(true)))
    return float(np.median(kept_))


left = {exponent: digits_left(10.0**exponent) for exponent in (2, 6, 10)}
assert all(0.5 < left[e] - (16 - e) < 1.5 for e in left), "one to spare"
assert np.isclose(np.linalg.cond(M.T @ M), condition(M) ** 2)

# %% [markdown]
# Of 30 random systems of ten equations, `np.linalg.solve` keeps in the middle one {{ left[2]:.0f }} digits at $\kappa =
# 10^2$, {{ left[6]:.0f }} at $10^6$ and {{ left[10]:.0f }} at $10^{10}$: the $16 - \log_{10} \kappa$ that the bound
# promises, and one to spare.
#
# The eigenvalues of $A^\top A$ are the $\sigma_j^2$, so $\kappa(A^\top A) = \kappa(A)^2$: whoever solves with a Gram
# matrix loses twice the digits. Hence the `limit` in @sec-bowls.
#
# ^^^
# **What gives it away.** A large `np.linalg.cond(A)`; an answer that changes when the last digit of the data does. A
# small residual proves nothing: $Ad = e$ may be small where $d$ is not.
# ^^^
#
# ### Right angles that are none
#
# Gram–Schmidt has the same disease. If a column is nearly in the span of those before it, then `rest` is a small
# difference of large numbers, most of its digits are rounding error, and dividing by its length makes that error
# large. On paper $Q^\top Q = I$; @fig-lost measures what is left of it.


# %%
#| hide: true
def crooked(Q):
    """Largest entry of QᵀQ − I."""
    return float(np.abs(Q.T @ Q - np.eye(Q.shape[1])).max())


exponents = np.arange(0.0, 15.1, 1.0)
lost = {"by hand": [], "numpy": []}
for exponent in exponents:
    rng = np.random.default_rng(1)
    tables = [system(10.0**exponent, rng) for _ in range(15)]
    lost["by hand"].append(
        float(np.median([crooked(gram_schmidt(M)[0]) for M in tables]))
    )
    lost["numpy"].append(
        float(np.median([crooked(np.linalg.qr(M)[0]) for M in tables]))
    )
fall = float(np.polyfit(exponents[2:7], np.log10(lost["by hand"][2:7]), 1)[0])
assert max(lost["numpy"]) < 1e-14
assert lost["by hand"][-1] > 0.5
assert crooked(gram_schmidt(means)[0]) < 1e-12

# %%
#| id: fig-lost
#| caption: "The largest dot product between two columns of Q that should be orthogonal. By hand it grows with the condition
#|   number until nothing is left of the right angle; NumPy, with the same 16 digits, keeps it."
#| alt: Two lines on logarithmic axes. The one of our Gram-Schmidt climbs from 1e-16 to 1 as the condition number goes
#|   from 1 to about 1e10; that of NumPy stays near 1e-15 throughout.
fig, ax = plt.subplots(figsize=(5.2, 2.8))
ax.semilogy(
    exponents, lost["by hand"], "o-", color=plot.color("error"), ms=3.6, lw=1.4
)
ax.semilogy(
    exponents, lost["numpy"], "o-", color=plot.color("fit"), ms=3.6, lw=1.4
)
plot.note(
    ax,
    "Gram–Schmidt",
    (exponents[5], lost["by hand"][5]),
    "error",
    offset=(-8, 6),
)
plot.note(
    ax,
    "np.linalg.qr",
    (exponents[10], lost["numpy"][10]),
    "fit",
    offset=(0, 8),
)
ax.set(
    ylim=(1e-17, 30),
    xticks=[0, 5, 10, 15],
    xlabel="condition number κ(A)",
    ylabel="largest wrong dot product",
)
ax.set_xticklabels(["1", "10⁵", "10¹⁰", "10¹⁵"])
ax.set_yticks([1e-16, 1e-12, 1e-8, 1e-4, 1])

# %% [markdown]
# Between $\kappa = 100$ and $10^6$ the error grows about like $\kappa$ to the power {{ fall:.1f }}; for the mean
# digits, with $\kappa$ = {{ float(np.linalg.cond(means)):.0f }}, there was nothing to see. NumPy does not subtract
# shadows. It mirrors the whole table, once for each column, until the lower triangle is zero (*Householder*'s way),
# and mirrors keep right angles [@golub-vanloan2013, section 5.2]. @Ex-twice mends ours.
#
# ^^^
# **What gives it away.** `np.abs(Q.T @ Q - np.eye(k)).max()`.
# ^^^
#
# ## Another road to the same numbers
#
# The square of the largest singular value by four roads: our loop, NumPy's eigenvalues of the Gram matrix, its SVD of
# the table, and SciPy's `svds` [@virtanen2020], which multiplies as our loop does but remembers vectors on the way.

# %%
from importlib.util import find_spec

roads = {
    "np.linalg.eigvalsh": np.linalg.eigvalsh(A.T @ A)[-1],
    "np.linalg.svd": np.linalg.svd(A, compute_uv=False)[0] ** 2,
}
if find_spec("scipy"):  # the notebook runs without it
    from scipy.sparse.linalg import svds

    roads["svds"] = svds(A, k=1, v0=np.ones(64), tol=1e-12)[1][0] ** 2

by_loop = n * power_iteration(G, 400)[1]
for name, value in roads.items():
    assert abs(value / by_loop - 1) < 1e-8, name

# %% [markdown]
# All agree to eight digits.
#
# ## What production libraries add {#production}
#
# - **NumPy** [@harris2020] hands products to BLAS (`gemm`), which cuts both tables into tiles that stay in the
#   processor's cache, and factorisations to LAPACK: `geqrf` for QR, `syevd` for symmetric eigenvalues, `gesdd` for
#   the SVD. None of them forms $A^\top A$.
# - **SciPy**'s `eigsh` and `svds` keep vectors that power iteration throws away (Lanczos' way), and need far fewer
#   products. Both take any object that can multiply, in place of a table.
# - **scikit-learn** [@pedregosa2011] has the randomised SVD in `sklearn/utils/extmath.py`, for tables too large for a
#   full one, and distances by products in `sklearn/metrics/pairwise.py`, where `_euclidean_distances_upcast` computes
#   32-bit tables in 64 bits, because the subtraction costs digits. Its `PCA`, in `sklearn/decomposition/_pca.py`, may
#   take the road by way of $A^\top A$ for tables with many more rows than columns: faster, for half of the digits.
#
# ## Summary
#
# - A dot product measures how much one arrow points along another; divided by both lengths it is the cosine, blind to
#   size.
# - A matrix product can be read by entries, columns, rows or layers; its cost is $2nmp$ operations in any of them.
# - The nearest point of a span is the one whose residual is orthogonal to the span.
# - A symmetric matrix stretches along orthogonal eigenvectors; any matrix turns, stretches, turns. The largest layers
#   of that are its best short description.
# - The condition number says how much a wobble may grow: of 16 digits, subtract its logarithm.
#
# ## Quiz
#
# ```quiz
# - question: "A picture is written again with half the ink: all its pixels are halved. What happens to its cosine with another picture?"
#   answers:
#     - text: "It is halved"
#       why: "The dot product is halved, but so is the length below the fraction bar."
#     - text: "It stays"
#       right: true
#       why: "Numerator and denominator shrink by the same factor. The arrow has kept its direction."
#     - text: "It stays only if the pictures were centred"
#       why: "Without centring it stays. After taking off a fixed mean picture it would change, because the arrow is then measured from another origin."
# - question: "$A$ is (1797, 64) and $w$ is (64,). Which of these is $Aw$?"
#   answers:
#     - text: "A combination of the 1797 rows with weights $w$"
#       why: "There are 64 weights, one for each column. Rows are combined by $A^\\top$."
#     - text: "A combination of the 64 columns with weights $w$"
#       right: true
#       why: "And at the same time each of its entries is the dot product of a row with $w$."
#     - text: "The projection of $w$ on the rows"
#       why: "A projection of $w$ would be (64,). The entries are shadows only for rows of length one."
# - question: "The residual of a projection is not zero. So"
#   answers:
#     - text: "the projection was not the nearest point"
#       why: "The nearest point of a span may still be far away. What counts is the right angle."
#     - text: "$t$ is not in the span of the columns"
#       right: true
#       why: "If it were, it would be its own nearest point, and the residual zero."
#     - text: "the columns are dependent"
#       why: "Dependent columns span less, but the nearest point of what they span exists all the same, and so does its residual."
# - question: "A table has 61 singular values above zero, and ten of them hold {{ 100 * share[9]:.0f }} % of the squared length. Its rank is"
#   answers:
#     - text: "10, as the others are small"
#       why: "Rank asks whether a direction is there at all, not how much it holds. Ten is the rank of an approximation."
#     - text: "61"
#       right: true
#       why: "Rank is the number of singular values that are not zero (in floating point: above rounding error)."
#     - text: "64, the number of columns"
#       why: "64 columns have at most rank 64. Three of our pixels are constant, and vanish when the mean is taken off."
# ```
#
# ## Exercises
#
# The minutes above do not count these.
#
# ### Exercise: A shadow by hand {#ex-shadow-by-hand level="warm-up"}
#
# Project (4, 1, 3) on the direction (1, 2, 2) with a pencil: find $w$ and the residual, and see that the right angle is
# there. Then write it for any two vectors.
#
# ??? hint "A hint"
#
#     Both dot products are whole numbers.


# %%
#| exercise: stub
def shadow_of(t, a):
    """The number w, and the residual t - w a."""
    w = 1.0  # your turn
    return w, t - w * a


# %%
#| exercise: check
for t_, a_ in (
    ([4.0, 1.0, 3.0], [1.0, 2.0, 2.0]),
    ([1.0, -1.0], [2.0, 2.0]),
    (X[7].tolist(), X[3].tolist()),
):
    t_, a_ = np.array(t_), np.array(a_)
    w_, r_ = shadow_of(t_, a_)
    assert abs(r_ @ a_) < 1e-9 * (a_ @ a_), (
        f"{len(t_)} entries: residual dot a is {r_ @ a_:.4g}, not 0"
    )
    assert np.allclose(w_ * a_ + r_, t_), "w a plus the residual should be t"


# %%
#| exercise: solution
#| note: "By hand: 4 + 2 + 6 = 12 and 1 + 4 + 4 = 9, so w is 4/3 and the residual (8, −5, 1) / 3. Its dot product with
#|   (1, 2, 2) is (8 − 10 + 2) / 3 = 0."
def shadow_of(t, a):
    w = (a @ t) / (a @ a)
    return float(w), t - w * a


# %%
#| hide: true
mistaken = sorted(
    int(i)
    for i in np.unravel_index(np.where(differ, cosines, -1).argmax(), (n, n))
)
mistaken_angle = float(np.degrees(np.arccos(cosines[tuple(mistaken)])))
same_angle = float(
    np.median(np.degrees(np.arccos(cosines[~differ & ~itself])))
)
assert mistaken_angle < same_angle

# %% [markdown]
# ### Exercise: Easily mistaken {#ex-easily-mistaken level="core"}
#
# Which two pictures of *different* digits are at the smallest angle? Write a function that finds the rows, for any
# table and its labels, without a loop over pairs.
#
# ??? hint "A hint"
#
#     `y[:, None] != y` is a table of all pairs. `np.unravel_index` turns the place of the largest entry into a row and a
#     column.


# %%
#| exercise: stub
def easily_mistaken(X, y):
    """Rows (i, j), i < j, of different labels at the smallest angle."""
    C = X @ X.T  # shared ink
    i, j = np.unravel_index(C.argmax(), C.shape)
    return int(i), int(j)


# %%
#| exercise: check
rows_ = np.array([[9.0, 0.0], [8.0, 0.0], [4.0, 3.0], [1.0, 1.0]])
labels_ = np.array([0, 0, 1, 2])
got = tuple(int(i) for i in easily_mistaken(rows_, labels_))
assert got == (2, 3), (
    f"rows {rows_.tolist()} with labels {labels_.tolist()}: "
    f"expected (2, 3), 8.1 degrees apart, got {got}"
)
i_, j_ = easily_mistaken(X, y)
assert i_ < j_, f"the smaller row first, got {i_} and {j_}"
assert y[i_] != y[j_], f"rows {i_} and {j_} both show a {y[i_]}"
i_, j_ = easily_mistaken(X[:90], y[:90])
best_ = max(
    cosine(X[i], X[j]) for i in range(90) for j in range(i) if y[i] != y[j]
)
assert abs(cosine(X[i_], X[j_]) - best_) < 1e-12, (
    f"of the first 90 rows, {i_} and {j_} have the cosine "
    f"{cosine(X[i_], X[j_]):.4f}; there is a pair with {best_:.4f}"
)


# %%
#| exercise: solution
#| note: "In all {{ n:, }} pictures, a {{ int(y[mistaken[0]]) }} and a {{ int(y[mistaken[1]]) }}: rows {{ mistaken[0] }} and
#|   {{ mistaken[1] }}, at {{ mistaken_angle:.1f }} degrees. Two pictures of the same digit are at {{ same_angle:.0f }} degrees in
#|   the middle of all such pairs."
def easily_mistaken(X, y):
    Z = X / np.linalg.norm(X, axis=1, keepdims=True)
    C = np.where(y[:, None] != y, Z @ Z.T, -np.inf)
    i, j = np.unravel_index(C.argmax(), C.shape)
    return int(min(i, j)), int(max(i, j))


# %% [markdown]
# ### Exercise: The second vector {#ex-second-vector level="core"}
#
# Power iteration finds the first eigenvector. Find the largest $k$ of a matrix without negative eigenvalues, one
# after the other: take the layer $c\, v v^\top$ off and start again.
#
# ??? hint "A hint"
#
#     What does $G - c_1 v_1 v_1^\top$ make of $v_1$, and what of $v_2$?


# %%
#| exercise: stub
def first_eigenvectors(G, k, steps=2000):
    """Eigenvalues (k,), the largest first, and eigenvectors (p, k)."""
    pairs = [power_iteration(G, steps) for _ in range(k)]  # the same k times
    return np.array([c for _, c in pairs]), np.array([v for v, _ in pairs]).T


# %%
#| exercise: check
before = G.copy()
found_c, found_v = first_eigenvectors(G, 4)
assert np.array_equal(G, before), "the matrix you were given has changed"
assert np.shape(found_v) == (64, 4), (
    f"expected (64, 4), got {np.shape(found_v)}"
)
right = np.linalg.eigvalsh(G)[::-1][:4]
assert np.allclose(found_c, right, rtol=1e-6), (
    f"eigenvalues {np.round(found_c, 3)}, expected {right.round(3)}"
)
assert np.abs(found_v.T @ found_v - np.eye(4)).max() < 1e-5, (
    "the eigenvectors should be orthonormal"
)
gap_ = np.abs(G @ found_v - found_v * found_c).max()
assert gap_ < 1e-3, f"G v and c v should agree, they differ by {gap_:.2g}"


# %%
#| exercise: solution
#| note: "It makes zero of the first and leaves all others as they are, because they are orthogonal to it. So the second is
#|   now the largest. Errors add up from one to the next; for many eigenvectors, use `np.linalg.eigh`."
def first_eigenvectors(G, k, steps=2000):
    values, vectors = [], []
    for _ in range(k):
        v, c = power_iteration(G, steps)
        values.append(c)
        vectors.append(v)
        G = G - c * np.outer(v, v)  # a new matrix
    return np.array(values), np.array(vectors).T


# %%
#| hide: true
def one_by_one_q(A):
    Q = np.array(A)
    for j in range(Q.shape[1]):
        for i in range(j):
            Q[:, j] -= Q[:, i] * (Q[:, i] @ Q[:, j])
        Q[:, j] /= np.linalg.norm(Q[:, j])
    return Q


steep = system(1e10, np.random.default_rng(3))
one_by_one, at_once = (
    crooked(one_by_one_q(steep)),
    crooked(gram_schmidt(steep)[0]),
)
assert 1e-12 < one_by_one < 1e-3 * at_once

# %% [markdown]
# ### Exercise: Twice is enough {#ex-twice level="core"}
#
# Mend `gram_schmidt`: its $Q$ should be orthonormal to twelve digits even at $\kappa = 10^{10}$, and $QR$ still be $A$.
#
# ??? hint "A hint"
#
#     What is left after subtracting the shadows is not quite orthogonal to the columns before. What would you do with
#     any vector that is not?


# %%
#| exercise: stub
def straight(A):
    """Q (n, p) with orthonormal columns, R (p, p) a triangle; A = QR."""
    return gram_schmidt(A)


# %%
#| exercise: check
rng_ = np.random.default_rng(3)
first_, second_ = (np.linalg.qr(rng_.normal(size=(10, 10)))[0] for _ in "UV")
steep = first_ * np.geomspace(1, 1e-10, 10) @ second_.T
given_ = steep.copy()
Q_, R_ = straight(given_)
assert np.array_equal(given_, steep), "the matrix you were given has changed"
assert np.allclose(Q_ @ R_, steep, atol=1e-12), "Q times R should be A"
assert np.abs(np.tril(R_, -1)).max() == 0, (
    "R should be zero below its diagonal"
)
gap_ = np.abs(Q_.T @ Q_ - np.eye(10)).max()
assert gap_ < 1e-12, f"a dot product that should be 0 is {gap_:.1e}"


# %%
#| exercise: solution
#| note: "Subtract the shadows of the residual as well, and add them to R. The first pass leaves a part of about
#|   10⁻¹⁶ κ. In the second the shadows are small, nothing cancels, and about 10⁻¹⁶ is left, unless κ comes near 10¹⁶.
#|   (Taking the shadows off one by one, each from what the last has left, is better than ours too: the
#|   notebook finds {{ one_by_one:.0e }} in place of {{ at_once:.0e }}, not enough here.)"
def straight(A):
    n, p = A.shape
    Q, R = np.zeros((n, p)), np.zeros((p, p))
    for j in range(p):
        rest = A[:, j]
        for _ in range(2):
            shadows = Q[:, :j].T @ rest
            rest = rest - Q[:, :j] @ shadows
            R[:j, j] += shadows
        R[j, j] = np.linalg.norm(rest)
        Q[:, j] = rest / R[j, j]
    return Q, R


# %% [markdown]
# ### Exercise: Enough layers {#ex-enough-layers level="core"}
#
# A table shall be stored as $k$ layers, with $\lVert A - A_k \rVert$ at most a given share of $\lVert A \rVert$. Find
# the smallest $k$ from the singular values alone. Mind the squares.
#
# ??? hint "A hint"
#
#     The squared errors for all $k$ at once are a sum from the other end: `np.cumsum(s[::-1] ** 2)[::-1]`.


# %%
#| exercise: stub
def layers_needed(s, share):
    """Smallest k with |A - A_k| <= share * |A|; s falls."""
    return int(np.sum(s > share * s[0]))


# %%
#| exercise: check
assert layers_needed(np.array([4.0, 3.0]), 0.65) == 1, (
    "of 4 and 3, dropping the 3 leaves an error of 3/5 of the length"
)
assert layers_needed(np.array([4.0, 3.0]), 0.5) == 2, "3/5 is too much here"
assert layers_needed(np.array([4.0, 3.0]), 1.0) == 0, "nothing is enough here"
s_ = np.linalg.svd(A, compute_uv=False)
for share_ in (0.5, 0.3, 0.1):
    k_ = layers_needed(s_, share_)
    errors = [
        np.linalg.norm(A - low_rank(A, k)) / np.linalg.norm(A)
        for k in (k_ - 1, k_)
    ]
    assert errors[1] <= share_ < errors[0], (
        f"share {share_}: k = {k_} leaves {errors[1]:.3f}, "
        f"one less {errors[0]:.3f}"
    )


# %%
#| exercise: solution
#| note: "For 30 % it takes {{ int(np.argmax(share >= 0.91) + 1) }} layers of our pictures: 30 % of the length is 9 % of the
#|   squared length, so 91 % must be kept."
def layers_needed(s, share):
    tail = np.append(
        np.cumsum(s[::-1] ** 2)[::-1], 0.0
    )  # errors for k = 0, 1, ...
    return int(np.argmax(tail <= share**2 * tail[0]))


# %% [markdown]
# ### Exercise: The worst wobble {#ex-worst-wobble level="core"}
#
# You may add to the right-hand side $t$ of $Aw = t$ any $e$ with $\lVert e \rVert = 1$. Which one moves the solution
# most?
#
# ??? hint "A hint"
#
#     $d = A^{-1} e$, and $A^{-1} = V \Sigma^{-1} U^\top$: where does it stretch most?


# %%
#| exercise: stub
def worst_wobble(A):
    """A vector e of length one that makes A⁻¹e as long as possible."""
    e = np.ones(len(A))
    return e / np.linalg.norm(e)


# %%
#| exercise: check
for seed_ in range(3):
    rng_ = np.random.default_rng(seed_)
    M_ = rng_.normal(size=(6, 6))
    e_ = worst_wobble(M_)
    assert abs(np.linalg.norm(e_) - 1) < 1e-12, "e should have length one"
    moved = np.linalg.norm(np.linalg.solve(M_, e_))
    limit = 1 / np.linalg.svd(M_)[1][-1]
    assert moved > limit * (1 - 1e-9), (
        f"matrix {seed_}: w moves by {moved:.3f}, it could be {limit:.3f}"
    )


# %%
#| exercise: solution
#| note: "The last left singular vector: the inverse stretches it by one over the smallest singular value, which is the
#|   most that it stretches anything. A random wobble has only a part in that direction; but with a large κ even a small
#|   part of it is most of the move."
def worst_wobble(A):
    return np.linalg.svd(A)[0][:, -1]


# %%
#| hide: true
bases = [
    np.linalg.svd(X[:1000][y[:1000] == c], full_matrices=False)[2]
    for c in range(10)
]
squares_in = np.array(
    [np.cumsum((X[1000:] @ basis.T) ** 2, axis=1) for basis in bases]
)
spans = {
    k: float(np.mean(squares_in[:, :, k - 1].argmax(axis=0) == y[1000:]))
    for k in (1, 5, 12, 30, 64)
}
angle_right = float(
    np.mean(y[:1000][cosines[1000:, :1000].argmax(axis=1)] == y[1000:])
)
assert spans[12] > max(spans[1], spans[30], spans[64])
ranks = [
    int(np.linalg.matrix_rank(X[:1000][y[:1000] == c])) for c in range(10)
]
left_over = length[1000:, None] ** 2 - squares_in[:, :, 63].T
assert np.abs(left_over / length[1000:, None] ** 2).max() < 1e-12

# %% [markdown]
# ### Exercise: Ten spans {#ex-ten-spans level="small research"}
#
# A reader of digits without any fitting but the SVD: for each digit, the first $k$ right singular vectors of its
# pictures (not centred) span what that digit can look like. A new picture gets the digit whose span is nearest. Which
# $k$ is best? What happens as $k$ grows to 64, and why? Does it beat the smallest angle?
#
# ??? hint "A hint"
#
#     The squared distance to a span is $\lVert t \rVert^2 - \lVert Q^\top t \rVert^2$; $\lVert t \rVert^2$ is the same for all ten.


# %%
#| exercise: stub
def nearest_span(X_known, y_known, X_new, k):
    """The digit (m,) of each new picture."""
    centres = np.array([X_known[y_known == c].mean(axis=0) for c in range(10)])
    return (X_new @ centres.T).argmax(axis=1)  # shares most ink with a mean


# %%
#| exercise: check
known, new = slice(0, 1000), slice(1000, None)
for k_, at_least in ((1, 0.88), (10, 0.965)):
    got = nearest_span(X[known], y[known], X[new], k_)
    assert np.shape(got) == (797,), f"expected 797 digits, got {np.shape(got)}"
    rate = float(np.mean(got == y[new]))
    assert rate > at_least, (
        f"k = {k_}: {rate:.1%} right, it can be {at_least:.0%}"
    )


# %%
#| exercise: solution
#| note: "With 1, 5, 12 and 30 vectors it reads {{ 100 * spans[1]:.1f }}, {{ 100 * spans[5]:.1f }}, {{ 100 * spans[12]:.1f }} and {{ 100 * spans[30]:.1f }} % of
#|   the 797 right; the smallest angle to any of the thousand reads {{ 100 * angle_right:.1f }} %. Near 97 % the standard error of each is
#|   about {{ 100 * (0.97 * 0.03 / 797) ** 0.5:.1f }} points, so among the good ones the order is open. The pictures of one digit have rank
#|   {{ min(ranks) }} to {{ max(ranks) }}; vectors beyond that are arbitrary. With all 64 each span holds every picture, the
#|   distances are rounding error, and the answer ({{ 100 * spans[64]:.0f }} % right) says nothing."
def nearest_span(X_known, y_known, X_new, k):
    inside = []
    for c in range(10):
        Vt = np.linalg.svd(X_known[y_known == c], full_matrices=False)[2][:k]
        inside.append(np.sum((X_new @ Vt.T) ** 2, axis=1))
    return np.argmax(inside, axis=0)
