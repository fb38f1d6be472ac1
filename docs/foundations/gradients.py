# ---
# title: Gradients
# lede: >-
#   More water makes concrete weaker, by a law with two numbers in it that no formula gives. To find them we must know
#   which way is downhill. This chapter goes from the slope of a curve to the slopes of a loss in all its parameters at
#   once, gets them by hand, by machine and from the back, and shows how a wrong one is caught.
# minutes: 65
# needs: [foundations/linear-algebra]
# able:
#   - take a slope by hand and by finite differences, and choose the step by its two errors
#   - say why the gradient points straight uphill, and level curves cross it at right angles
#   - push slopes through a graph with numbers, and through a table with matrices
#   - explain why one walk from the back yields all slopes of a loss at once
#   - read curvature off a Hessian, and tell a bowl from a saddle
#   - catch a wrong gradient, and know where a check is blind
# ---

# %% [markdown]
# ## A bucket of water {#bucket}
#
# A lorry brings concrete. It is stiff, and somebody reaches for the hose: one bucket, ten litres to each cubic metre,
# and it would flow. What does the bucket cost in strength?
#
# Yeh collected tests of concrete [@yeh1998]: what went into a cubic metre, and the pressure that crushed it. We keep
# the plain mixes (cement, water, sand and gravel, nothing else), tested at the usual age of 28 days. (The data, with
# their traps, are [described here](../data.md).)

# %%
#| live: true
import numpy as np

from mle.datasets import load_concrete

concrete = load_concrete()
kg = concrete.columns  # all but two are kilograms in a cubic metre
extras = kg["blast_furnace_slag"] + kg["fly_ash"] + kg["superplasticizer"]
plain = (extras == 0) & (kg["age"] == 28)

ratio = kg["water"][plain] / kg["cement"][plain]
x = ratio - 0.5
y = concrete.y[plain] / 10  # strength in tens of megapascals (MPa)
print(f"{len(y)} plain tests of {len(plain):,}")
print(f"water to cement {ratio.min():.2f} to {ratio.max():.2f}")
print(f"strength {10 * y.min():.0f} to {10 * y.max():.0f} MPa")

# %%
#| hide: true
import matplotlib.pyplot as plt
from matplotlib.patheffects import withStroke

from mle import plot

n = len(y)
cement, water = kg["cement"][plain], kg["water"][plain]
alike = (np.abs(np.subtract.outer(cement, cement)) <= 2) & (
    np.abs(np.subtract.outer(water, water)) <= 1
)
group = np.arange(n)
for _ in range(n):  # a mix belongs to whom its neighbours belong to
    group = np.array([group[row].min() for row in alike])
mixes = [np.flatnonzero(group == g) for g in np.unique(group)]


def fit_many(counts):
    """a and k of least squares for each row of counts (m, n)."""
    a, k = np.full(len(counts), 3.7), np.full(len(counts), 2.9)
    for _ in range(12):  # Gauss-Newton
        E = np.exp(-np.outer(k, x))
        Jk, r = -x * a[:, None] * E, y - a[:, None] * E
        aa, ak, kk = (
            (counts * p).sum(1) for p in (E * E, E * Jk, Jk * Jk)
        )
        ra, rk = (counts * r * E).sum(1), (counts * r * Jk).sum(1)
        det = aa * kk - ak**2
        a, k = (
            a + (kk * ra - ak * rk) / det,
            k + (aa * rk - ak * ra) / det,
        )
    return np.column_stack([a, k])


(best,) = fit_many(np.ones((1, n)))
rng = np.random.default_rng(0)
counts = np.zeros((1000, n))
for row in counts:
    for g in rng.integers(0, len(mixes), len(mixes)):
        row[mixes[g]] += 1
drawn = fit_many(counts)
low_k, high_k = np.quantile(drawn[:, 1], [0.025, 0.975])
bucket = 10 / 320  # ten litres, 320 kg of cement
more_water = 10 / 192
cost = [float(1 - np.exp(-k * bucket)) for k in (best[1], low_k, high_k)]
assert cost[1] > more_water, "the text says that proportion is too kind"
a_log, k_log = (
    np.exp(np.polyfit(x, np.log(y), 1)[1]),
    -np.polyfit(x, np.log(y), 1)[0],
)
assert low_k < k_log < high_k, "the text says so"
by_weight = 7 ** (94 / 62.4)
whole = np.corrcoef(kg["water"] / kg["cement"], concrete.y)[0, 1]
grid_years = 100.0**10 * 1e-6 / (3600 * 24 * 365.25)

# %%
#| id: fig-abrams
#| caption: Strength falls with the ratio of water to cement, along a bend. Two guesses at the numbers of Abrams' law;
#|   neither will do, and the picture does not say what to change.
#| alt: "{{ n }} dots fall from about 7 at a ratio of 0.3 to 1.2 at 0.9, steeply first. One guessed curve runs above
#|   them, the other is too flat."
fig, ax = plt.subplots()
line = np.linspace(0.27, 0.91, 200)
ax.plot(ratio, y, "o", color=plot.color("data"), ms=4, alpha=0.6, mew=0)
for a, k, at, side in ((4.5, 2.0, 70, (6, 6)), (3.0, 1.0, 14, (4, -10))):
    curve = a * np.exp(-k * (line - 0.5))
    ax.plot(line, curve, color=plot.color("fit"), lw=1.6)
    name = f"a = {a:g}, k = {k:g}"
    plot.note(ax, name, (line[at], curve[at]), "fit", offset=side)
ax.set(
    xlim=(0.26, 0.94),
    ylim=(0, 8),
    xlabel="kg of water to a kg of cement",
    ylabel="strength, tens of MPa",
)

# %% [markdown]
# Common sense has two answers. **In proportion**: a mix of 320 kg of cement and 192 of water gets
# {{ 100 * more_water:.1f }} % more water, so it loses {{ 100 * more_water:.1f }} % of its strength. We shall see that
# this is too kind. **Try and look**: Abrams found in 1918 [@abrams1918] that strength is one number divided by a
# power of another, $A / B^{w/c}$, with the ratio of water to cement as the exponent. So try values of $A$ and $B$
# until the curve looks right (@fig-abrams). With two numbers that can be done; a hundred values each make ten
# thousand trials. With ten numbers, at a million trials a second, it takes {{ grid_years / 1e6:.0f }} million years.
#
# What we want is to stand anywhere, with any two numbers, and to know which way to turn each. That is a
# [gradient](glossary:gradient).
#
# First we dress the law more comfortably. Measure the ratio from a half, $x = w/c - \frac12$, and write $B = e^k$:
#
# $$
# \hat y = a\, e^{-k x}
# $$
#
# Now $a$ is the strength at a ratio of one half, and $k$ says how fast it falls. Counted in tens of MPa, both are small
# numbers of like size, which will matter.
#
# You need derivatives of one variable from school, and the product of a matrix and a vector.
#
# ## Two mixes by hand {#by-hand}
#
# Two made-up mixes: a ratio of ¼ crushed at 7, that is 70 MPa, and a ratio of ¾ at 2. So $x$ is −¼ and ¼. Guess $a = 3$
# and $k = 4 \log 2$, about {{ 4 * np.log(2):.2f }}, because then $e^{-kx}$ is 2 for the first mix and ½ for the second.

# %%
#| hide: true
x_two, y_two = np.array([-0.25, 0.25]), np.array([7.0, 2.0])
k_two = 4 * float(np.log(2))


def two(a, k):
    return float(np.mean((y_two - a * np.exp(-k * x_two)) ** 2))


def moved(h):
    return f"{(two(3, k_two + h) - two(3, k_two)) / h:.4f}".replace(
        "-", "−"
    )


# %% [markdown]
# | $x$ | $y$ | $\hat y$ | $r = y - \hat y$ | $r^2$ |
# |--:|--:|--:|--:|--:|
# | −¼ | 7 | 3 · 2 = 6 | 1 | 1 |
# | ¼ | 2 | 3 · ½ = 1.5 | ½ | ¼ |
#
# The [loss](glossary:loss) $L$, the mean of the squared [residuals](glossary:residual) $r$, is ⅝. What does turning $k$
# do? Turn it by $h$, and divide the change of $L$ by $h$:
#
# | $h$ | 1 | 0.1 | 0.01 | 0.001 |
# |:--|--:|--:|--:|--:|
# | change of $L$ / $h$ | {{ moved(1.0) }} | {{ moved(0.1) }} | {{ moved(0.01) }} | {{ moved(0.001) }} |
#
# : The smaller the step, the less the answer depends on it. {#tbl-moved}
#
# It settles near −1.31: raise $k$ a little, and the loss falls at that rate. The same with $a$ settles at −2.25.
# By the end of @sec-chain we shall have both with a pencil, as −21/16 and −9/4.
#
# ```pycon
# >>> x_two, y_two = np.array([-0.25, 0.25]), np.array([7.0, 2.0])
# >>> def two(a, k):
# ...     return float(np.mean((y_two - a * np.exp(-k * x_two)) ** 2))
# >>> k_two = 4 * np.log(2)
# >>> round(two(3, k_two), 6)
# 0.625
# >>> round((two(3, k_two + 1e-6) - two(3, k_two)) / 1e-6, 4), -21 / 16
# (-1.3125, -1.3125)
# >>> round((two(3 + 1e-6, k_two) - two(3, k_two)) / 1e-6, 4), -9 / 4
# (-2.25, -2.25)
# ```
#
# ## A slope is a limit {#limit}
#
# The number at which $\frac{f(x + h) - f(x)}{h}$ settles as $h$ shrinks is the [derivative](glossary:derivative) of
# $f$ at $x$, or its slope, written $f'(x)$. For the square it can be seen: $\frac{(r + h)^2 - r^2}{h} = 2r + h$, and
# that settles at $2r$. Two more come from school: the slope of $e^x$ is $e^x$, and of $\log x$ it is $1/x$. Most
# of this book is put together from these.
#
# Read the definition backwards, and it says what slopes are for. Near $x$ the function is nearly a line:
#
# $$
# f(x + h) \approx f(x) + f'(x)\, h
# $$
#
# with an error that shrinks faster than $h$. So zoom in on a smooth curve, and it straightens. @Fig-zoom does that to
# the loss of the {{ n }} mixes, as a function of $k$ alone, with $a = 3.7$. Zoom on, and see what a computer has down
# there.


# %%
def loss_of(k):
    return np.mean((y - 3.7 * np.exp(-k * x)) ** 2)


def slope_of(k):
    y_hat = 3.7 * np.exp(-k * x)
    return float(np.mean(2 * (y - y_hat) * x * y_hat))


# %%
#| id: fig-zoom
#| live: true
#| play: {width: [4.0, 1.0, 0.1, 0.001, 1.0e-6, 1.0e-10, 1.0e-13, 1.0e-14, 3.0e-15]}
#| say: "In a window {{ f'{width:g}' }} wide the rise from edge to edge, divided by the width, is {{ told }}. The slope in the middle is {{ slope_of(2.0):.6f }}."
#| caption: The loss in an ever smaller window around $k = 2$. The bend goes first; then nothing changes for ten
#|   powers of ten; and in the end the line falls apart into the steps of floating point. The grey line has the true
#|   slope.
#| alt: A falling curve in a window. For wide windows it bends, for narrow ones it is straight, and for the narrowest it
#|   is a ragged staircase.
width = 1.0
inside = 2.0 + width * np.linspace(-0.5, 0.5, 81)
height = np.array([loss_of(k) for k in inside])
across = (height[-1] - height[0]) / (inside[-1] - inside[0])
left = min(6, int(np.log10(width / 4e-16)))  # decimals above rounding
told = f"{across:.{left}f}".replace("-", "−")
told = told if left > 0 else "lost in rounding"

fig, ax = plt.subplots(figsize=(5.2, 2.8))
ruler = np.linspace(-0.5, 0.5, 81)
muted, purple = plot.color("muted"), plot.color("error")
ax.plot(ruler, slope_of(2.0) * ruler, color=muted, lw=1)
rise = (height - loss_of(2.0)) / width
ax.plot((inside - 2) / width, rise, ".-", color=purple, lw=1.2, ms=4)
ax.set(
    xlim=(-0.52, 0.52),
    xticks=[-0.5, 0, 0.5],
    ylim=(-0.3, 0.5),
    yticks=[-0.2, 0, 0.2, 0.4],
    ylabel="L(k) − L(2), in widths",
)
ax.set_xticklabels(["2 − width/2", "k = 2", "2 + width/2"])

# %% [markdown]
# ## How small is small? {#how-small}
#
# "As small as possible" was a bad guess at $h$. Two errors pull in opposite directions. Write the curve as its line
# plus what bends away from it ([Taylor's series](glossary:taylor-series); $f''$ is the slope of the slope, and so on,
# all at $x$; with these fractions both sides have the same slopes in $h$ at zero):
#
# $$
# f(x \pm h) = f \pm f' h + \tfrac12 f'' h^2 \pm \tfrac16 f''' h^3 + \dots
# $$
#
# *Cutting off.* The one-sided difference is wrong by about $\frac12 f'' h$. Step to both sides and subtract, and the
# even terms cancel:
#
# $$
# f'(x) \approx \frac{f(x + h) - f(x - h)}{2h}
# $$ {#eq-central-difference}
# : All are numbers. It is wrong by about $\frac16 f''' h^2$, which shrinks with the square of $h$.
#
# *Rounding.* A computer rounds each value of $f$, by about $\varepsilon |f|$, where $\varepsilon$ is the [machine
# epsilon](glossary:machine-epsilon), 2.2e−16. The difference inherits that error, and dividing by $h$ blows it up to
# $\varepsilon |f| / h$. So the two-sided difference is off by about $\frac16 |f'''| h^2 + \varepsilon |f| / h$. The
# slope of this in $h$ is zero where $\frac13 |f'''| h^3 = \varepsilon |f|$: if $f$ and $f'''$ are of like size, at
# about $h = \varepsilon^{1/3}$, six millionths, with some ten digits right. For the one-sided difference the same sum
# gives $h = \varepsilon^{1/2}$ and eight digits [@nocedal2006, section 8.1].

# %%
#| hide: true
steps = 10.0 ** np.arange(-15.5, 0.01, 0.25)


def worst_of_five(estimate):
    """Largest error at five values of k, for each step."""
    return np.array(
        [
            max(
                abs(estimate(k, h) - slope_of(k))
                for k in (1.8, 1.9, 2, 2.1, 2.2)
            )
            for h in steps
        ]
    )


errors = {
    "one": worst_of_five(lambda k, h: (loss_of(k + h) - loss_of(k)) / h),
    "two": worst_of_five(
        lambda k, h: (loss_of(k + h) - loss_of(k - h)) / (2 * h)
    ),
    "complex": worst_of_five(lambda k, h: loss_of(k + 1j * h).imag / h),
}


def power(step):
    return f"{step:.0e}".replace("e-0", "e−")


best_step = {name: float(steps[e.argmin()]) for name, e in errors.items()}
assert 1e-9 < best_step["one"] < 2e-7
assert 1e-6 < best_step["two"] < 1e-4
assert errors["two"].min() < 1e-2 * errors["one"].min()
assert errors["complex"][steps < 1e-8].max() < 1e-14

# %%
#| id: fig-u-curve
#| caption: The error of a numerical slope, the largest at five values of k, against its step. Large steps cut off the
#|   bend, small ones are lost in rounding. Two sides are best near {{ power(best_step["two"]) }}, one side near
#|   {{ power(best_step["one"]) }}. The complex step has no left arm. The vertical line is the step of
#|   `check_gradient`.
#| alt: Three curves on logarithmic axes. The one-sided difference falls to an error near 1e-8 and rises again; the
#|   two-sided one falls twice as steeply, to 1e-11, and rises along the same left arm; the complex step falls to 1e-16
#|   and stays there.
fig, ax = plt.subplots(figsize=(5.2, 3.3))
shown = np.maximum(errors["complex"], 1e-17)
ax.loglog(steps, errors["one"], color=plot.color("muted"), lw=1.6)
ax.loglog(steps, errors["two"], color=plot.color("fit"), lw=2)
ax.loglog(steps, shown, ":", color=plot.color("ink"), lw=1.6)
ax.axvline(6e-6, color=plot.color("rule"), lw=1)
plot.note(ax, "one side", (3e-4, 3e-4), "muted", offset=(-6, 6))
plot.note(ax, "two sides", (1e-3, 3e-7), "fit", offset=(8, -6))
plot.note(ax, "complex step", (1e-12, 1e-16), "ink", offset=(0, 10))
ax.set(
    xlim=(1e-16, 1),
    ylim=(3e-18, 10),
    xlabel="step h",
    ylabel="error of the slope",
    yticks=[1e-16, 1e-12, 1e-8, 1e-4, 1],
)

# %% [markdown]
# The library's checker uses just that step, scaled with the size of each entry, and compares every slope of a formula
# with a central difference:
#
# ```quote
# mle.testing.check_gradient
# ```
#
# `_error` takes the largest difference, relative to the largest slope if that is above one. The default tolerance, a
# millionth, leaves room for functions more crooked than ours, and is still far below what a slip in a formula makes
# in most places. The library's tests put the gradients of its models through these lines.

# %%
#| live: true
from mle.testing import check_gradient, verify

error = check_gradient(
    lambda k: float(loss_of(k[0])),
    lambda k: np.array([slope_of(k[0])]),
    [2.0],
)
verify("central-difference", error, 0.0)

h = 1e-100  # not a typing error
print(f"complex step  {loss_of(2.0 + 1j * h).imag / h:.14f}")
print(f"by formula    {slope_of(2.0):.14f}")

# %% [markdown]
# The last two lines are a curiosity. Put $ih$ in place of $h$ in Taylor's series, with $i^2 = -1$: the imaginary part
# is $f' h - \frac16 f''' h^3 + \dots$, and nothing is subtracted. So $h$ may be absurdly small [@squire1998]. It
# needs a function that lets the imaginary part through; an absolute value does not.
#
# ## A product of local slopes {#chain}
#
# Differences need two evaluations for each parameter, and leave the last digits wrong. A pencil does better. Take the
# first of our two mixes apart into single operations (@fig-graph): $k$ is multiplied by $-x$, giving $z$; then
# $E = e^z$; then $\hat y = aE$, then $r = y - \hat y$, then $r^2$. Each operation has a slope of its own, easy to
# see. What is the slope of $r^2$ in $k$?
#
# Move $k$ by a small $h$. Then $z$ moves by about $-x$ times $h$, $E$ by $e^z$ times that, and so on: each operation
# multiplies the movement by its local slope, and what "about" leaves out shrinks faster than $h$. That is the [chain
# rule](glossary:chain-rule): *along a chain, slopes multiply*. And where a number reaches the loss by several roads,
# here $a$ and $k$ through both mixes, the movements add up:
#
# $$
# \frac{\partial L}{\partial s} = \sum_{m} \frac{\partial L}{\partial m} \cdot \frac{\partial m}{\partial s}
# $$ {#eq-chain-rule}
# : The sum is over all $m$ that are made directly from $s$; all are numbers.
#
# The round $\partial$, said "partial d", is the slope in one variable while the other parameters stay: a
# [partial derivative](glossary:partial-derivative).

# %%
#| id: fig-graph
#| caption: "The first mix as a graph. Above, values, computed from left to right. On the arrows, local slopes. Below,
#|   the slope of r² in each number, from right to left: the one to the right times the slope on the arrow."
#| alt: "A chain k, z, E, y hat, r, r squared, and a second arrow from a to y hat. Values 2.77, 0.69, 2, 6, 1, 1; local
#|   slopes one quarter, 2, 3, minus 1, 2; slopes of r squared minus 3, minus 12, minus 6, minus 2, 2, 1, and minus 4
#|   for a."
fig, ax = plt.subplots(figsize=(5.2, 2.5))
ax.axis("off")
ax.set(xlim=(-0.45, 5.45), ylim=(-0.9, 1.75))
nodes = {
    "k": (0, 0, "2.77", "−3"),
    "z": (1, 0, "0.69", "−12"),
    "E": (2, 0, "2", "−6"),
    "ŷ": (3, 0, "6", "−2"),
    "r": (4, 0, "1", "2"),
    "r²": (5, 0, "1", "1"),
    "a": (2.2, 1.15, "3", "−4"),
}
edges = [
    ("k", "z", "¼"),
    ("z", "E", "2"),
    ("E", "ŷ", "3"),
    ("ŷ", "r", "−1"),
    ("r", "r²", "2"),
    ("a", "ŷ", "2"),
]
for tail, head, local in edges:
    start, end = np.array(nodes[tail][:2]), np.array(nodes[head][:2])
    way = (end - start) / np.linalg.norm(end - start)
    arrow = {
        "arrowstyle": "-|>",
        "color": plot.color("muted"),
        "lw": 1,
        "shrinkA": 0,
        "shrinkB": 0,
    }
    ax.annotate(
        "", end - 0.25 * way, start + 0.25 * way, arrowprops=arrow
    )
    side = (7, 4) if tail == "a" else (0, 4)
    plot.note(ax, local, tuple((start + end) / 2), "muted", offset=side)
for name, (left, up, value, back) in nodes.items():
    ax.plot(
        left, up, "o", ms=21, mfc="none", mec=plot.color("ink"), mew=1
    )
    ax.text(
        left, up, name, ha="center", va="center", color=plot.color("ink")
    )
    plot.note(ax, value, (left, up), "data", offset=(0, 13))
    low = (-14, 0) if name == "a" else (0, -14)
    plot.note(ax, back, (left, up), "error", offset=low, weight="bold")
plot.note(ax, "values", (-0.4, 0.75), "data", offset=(0, 0), ha="left")
plot.note(
    ax, "slopes of r²", (-0.4, -0.75), "error", offset=(0, 0), ha="left"
)

# %% [markdown]
# For the first mix the product is ¼ · 2 · 3 · (−1) · 2 = −3. For the second, where $-x = -\frac14$, $E = \frac12$ and
# $r = \frac12$, it is (−¼) · ½ · 3 · (−1) · 1 = ⅜. The mean of −3 and ⅜ is −21/16, the number of @tbl-moved. For
# $a$: the mean of 2 · (−1) · 2 = −4 and ½ · (−1) · 1 = −½, which is −9/4.
#
# We multiplied from the right: first 1, then 2, then −2, −6, −12, −3. In that order every number in the graph gets
# *its* slope on the way, and $a$, which joins at $\hat y$, comes at the price of one more product. Remember it for
# @sec-backwards.
#
# ## All slopes at once {#gradient}
#
# Collect the parameters in one vector, $v = (a, k)$, and their partial derivatives in another: the
# [gradient](glossary:gradient) $g = \nabla L$ ("nabla L"). It knows the slope in *every* direction. Walk from $v$
# along an arrow $u$ of length one: after a way $t$ you are at $v + t u$, and parameter $j$ has moved at the rate
# $u_j$. By the chain rule the loss changes at the rate
#
# $$
# \frac{d}{dt} L(v + t u) = \sum_j \frac{\partial L}{\partial v_j}\, u_j = g^\top u
# $$ {#eq-directional-slope}
# : $v$, $g$ and $u$ are $(p,)$, here $p = 2$; the slope is a number.
#
# A dot product is the product of both lengths and the cosine of the angle $\varphi$ ("phi") between them,^[Write
# $\lVert g - u \rVert^2$ in two ways: the law of cosines ends in $- 2 \lVert g \rVert \lVert u \rVert \cos \varphi$,
# multiplying out in $- 2 g^\top u$. All else is the same.] and $u$ has length one, so the slope is
# $\lVert g \rVert \cos \varphi$. Three facts follow:
#
# - It is largest where $\cos \varphi = 1$. So the gradient points where the loss rises fastest, and its length is
#   that slope.
# - Straight downhill is $-g$: there $\cos \varphi = -1$, and the slope is most negative.
# - It is zero where $\cos \varphi = 0$. Along a [level curve](glossary:level-curve), a line of equal loss, the loss
#   does not change. So level curves cross the gradient at right angles (@fig-map).
#
# Where the gradient is zero, no direction is better than another: the ground is level. Every smooth minimum is such a
# place.


# %%
#| live: true
def predict(v):
    return v[0] * np.exp(-v[1] * x)  # a, k -> (61,)


def loss(v):
    return float(np.mean((y - predict(v)) ** 2))


here, h = np.array([2.0, 1.0]), 6e-6
turn = np.radians(np.arange(360))
directions = np.column_stack([np.cos(turn), np.sin(turn)])  # (360, 2)
ahead = np.array([loss(here + h * u) for u in directions])
behind = np.array([loss(here - h * u) for u in directions])
measured = (ahead - behind) / (2 * h)  # slope in each direction

g = measured[[0, 90]]  # along a and along k: the gradient
claimed = directions @ g  # eq: directional-slope
verify("directional-slope", claimed, measured)

at, steepest = measured.argmax(), measured.max()
angle, length = np.degrees(np.arctan2(g[1], g[0])), np.linalg.norm(g)
print(f"steepest: at {at} degrees, slope {steepest:.4f}")
print(f"gradient: at {angle % 360:.0f} degrees, length {length:.4f}")

# %% [markdown]
# Two slopes tell the other 358.


# %%
#| id: fig-map
#| caption: The loss of the {{ n }} mixes as a map with five level curves. Each arrow is a gradient, drawn with the same
#|   length, and stands at a right angle to the curve at its foot. Turned round, the arrows lead down, but not straight
#|   to the bottom.
#| alt: Closed level curves like nested eggs around a point at a 3.7, k 2.9, steep at the left, and nine arrows from
#|   points on them, each at a right angle, pointing outwards.
def slope_at(v):
    E = np.exp(-v[1] * x)
    r = y - v[0] * E
    return np.array([-2 * np.mean(r * E), 2 * np.mean(r * x * v[0] * E)])


def foot_on(level, degrees):
    """Where a ray from the bottom meets a level curve."""
    ray = np.array(
        [np.cos(np.radians(degrees)), np.sin(np.radians(degrees))]
    )
    reach = np.linspace(0.05, 4, 500)
    heights = np.array([loss(best + t * ray) for t in reach])
    return best + reach[np.argmax(heights > level)] * ray


fig, ax = plt.subplots(figsize=(5.2, 4.2))
a_axis, k_axis = np.linspace(0.2, 7.2, 90), np.linspace(-0.4, 5.9, 90)
heights = np.array([[loss((a, k)) for a in a_axis] for k in k_axis])
levels = [0.3, 0.8, 2, 4, 7]
ax.contour(
    a_axis,
    k_axis,
    heights,
    levels,
    colors=plot.color("muted"),
    linewidths=0.8,
)
feet = (
    (0, 250),
    (0, 80),
    (1, 130),
    (1, 310),
    (2, 20),
    (2, 215),
    (3, 335),
    (3, 160),
    (4, 45),
)
for which, degrees in feet:
    foot = foot_on(levels[which], degrees)
    way = slope_at(foot) / np.linalg.norm(slope_at(foot))
    arrow = {
        "arrowstyle": "-|>",
        "color": plot.color("error"),
        "lw": 1.8,
        "shrinkA": 0,
        "shrinkB": 0,
        "mutation_scale": 12,
    }
    ax.annotate("", foot + 0.7 * way, foot, arrowprops=arrow)
    side = np.array([-way[1], way[0]])
    corner = [0.15 * side, 0.15 * (side + way), 0.15 * way]
    ax.plot(*(foot + corner).T, color=plot.color("ink"), lw=0.8)
    ax.plot(*foot, "o", color=plot.color("error"), ms=3.5)
ax.plot(*best, "x", color=plot.color("truth"), ms=8, mew=2)
plot.note(ax, "bottom", tuple(best), "truth", offset=(0, -7))
ax.set(
    aspect="equal",
    xlim=(0.2, 7.2),
    ylim=(-0.4, 5.9),
    xlabel="a, strength at a ratio of ½",
    ylabel="k, how fast it falls",
)
ax.grid(False)

# %% [markdown]
# ## A whole table at once {#table}
#
# No one takes {{ n }} mixes apart one by one. Most losses in this book are made in two stages: parameters make $n$
# predictions, and these make one loss. So ask two questions.
#
# *How does the loss answer to each prediction?* Call these $n$ slopes $\delta$ ("delta"). For the mean square,
# prediction $i$ enters in $\frac1n (y_i - \hat y_i)^2$ alone, so $\delta_i = -\frac2n (y_i - \hat y_i)$, or
# $\delta = -\frac2n r$.
#
# *How does each prediction answer to each parameter?* That is a table with a row for each prediction and a column for
# each parameter, the [Jacobian](glossary:jacobian) $J$, with $J_{ij} = \partial \hat y_i / \partial v_j$. For Abrams'
# law the columns are $e^{-kx}$ and $-x\, a\, e^{-kx}$.
#
# Parameter $j$ reaches the loss through all $n$ predictions, so @eq-chain-rule says
# $g_j = \sum_i \delta_i J_{ij}$. For all $j$ at once:
#
# $$
# \nabla L = J^\top \delta
# $$ {#eq-jacobian-gradient}
# : $J$ is $(n, p)$ and $\delta$ is $(n,)$, so $J^\top \delta$ is $(p, n)$ times $(n,)$, that is $(p,)$.
#
# The shapes would have told you. A gradient has the shape of the parameters. Of $J$ and $\delta$ only one product has
# it.


# %%
def jacobian(v):
    E = np.exp(-v[1] * x)
    return np.column_stack([E, -x * v[0] * E])  # (n, 2)


def slopes(v):
    delta = -2 / len(y) * (y - predict(v))  # (n,)
    return jacobian(v).T @ delta  # eq: jacobian-gradient


error = check_gradient(loss, slopes, [2.0, 1.0])
central = [
    (loss(here + step) - loss(here - step)) / 1.2e-5
    for step in 6e-6 * np.eye(2)
]
verify("jacobian-gradient", slopes(here), central)
print(
    f"{slopes(here).round(4).tolist()}, error below 1e-9: {error < 1e-9}"
)

# %% [markdown]
# ### The two gradients that this book lives on
#
# In a [linear model](glossary:linear-model) the predictions are $Xw + b$, so the Jacobian for $w$ is $X$ itself, and
# for $b$ it is a column of ones. Only $\delta$ depends on the loss.
#
# **Squares.** $\delta = -\frac2n r$. So $\nabla_w L = -\frac2n X^\top r$, and for $b$ it is the sum of the $\delta_i$:
# @eq-squared-loss-gradient, which the chapter on linear regression derives column by column.
#
# ```quote
# mle.linear_model.ordinary.squared_loss_gradient
# ```
#
# `share` is $\frac1n$ for each row, unless rows have weights.
#
# **Log-loss.** The answer is now yes or no, $y_i$ is 1 or 0, and $z_i = w^\top x_i + b$ predicts the logarithm of the
# odds $\hat p_i/(1 - \hat p_i)$, so the chance of a yes is the [sigmoid](glossary:sigmoid)
# $\hat p_i = 1/(1 + e^{-z_i})$. Row $i$ costs minus the
# logarithm of the chance given to what came. A yes costs $-\log \hat p_i = \log(1 + e^{-z_i})$. Take $e^{-z_i}$ out
# of the bracket, and that is $\log(1 + e^{z_i}) - z_i$. A no has the chance $1 - \hat p_i = 1/(1 + e^{z_i})$ and
# costs $\log(1 + e^{z_i})$. So in both cases
#
# $$
# \ell_i = \log(1 + e^{z_i}) - y_i z_i
# $$
#
# The chain rule through the logarithm: $\frac{1}{1 + e^{z_i}} \cdot e^{z_i} = \hat p_i$. Hence the slope of $\ell_i$
# in $z_i$ is $\hat p_i - y_i$, prediction minus truth, half of what squares have. The mean over rows gives
# $\delta = \frac1n (\hat p - y)$, and $X^\top \delta$ is the gradient, @eq-log-loss-gradient:
#
# ```quote
# mle.linear_model.logistic.gradient
# ```
#
# (A [penalty](glossary:penalty) $\frac{\lambda}{2n} \lVert w \rVert^2$ adds its own slope, $\frac{\lambda}{n} w$.)
# Models that learn row by row need no more than the loss and its slope for one row, in plain numbers; `p` is the
# prediction:
#
# ```quote
# mle.linear_model.row_losses.squared_error
# ```
#
# The same for the log-loss. Here `p` is the log-odds $z$, and labels are −1 and 1, so that
# $\log(1 + e^{-yz})$ is the cost of either:
#
# ```quote
# mle.linear_model.row_losses.logistic_loss
# ```
#
# Put to the test with all eight columns, in standard deviations, for the strength and for the question whether it
# reached 35 MPa:

# %%
#| live: true
from mle.linear_model.logistic import gradient, log_loss
from mle.linear_model.ordinary import squared_loss, squared_loss_gradient

X = (concrete.X - concrete.X.mean(axis=0)) / concrete.X.std(axis=0)
amount = concrete.y / 10
strong = (concrete.y >= 35).astype(float)


def of_one_vector(f, target):
    """f of w and b as a function of one vector."""
    return lambda v: f(X, target, v[:-1], v[-1])


def flat_slopes(f, target):
    return lambda v: np.append(*f(X, target, v[:-1], v[-1]))


point = np.sin(np.arange(1.0, 10.0))  # nine numbers, no pattern
for name, f, f_slopes, target in (
    ("squares", squared_loss, squared_loss_gradient, amount),
    ("log-loss", log_loss, gradient, strong),
):
    error = check_gradient(
        of_one_vector(f, target), flat_slopes(f_slopes, target), point
    )
    print(f"{name:8} 9 slopes, error below 1e-8: {error < 1e-8}")

# %% [markdown]
# And now we break one on purpose. Somebody wrote $Xw$ and forgot $b$ when computing the residual for the gradient.
# Shapes agree and nothing complains. The check names the entry:


# %%
#| live: true
#| raises: VerifyError
def forgot_b(v):
    r = amount - X @ v[:-1]  # and b?
    return np.append(-2 / len(r) * X.T @ r, -2 * r.mean())


caught = check_gradient(
    of_one_vector(squared_loss, amount), forgot_b, point
)

# %%
#| hide: true
for b in (-50.0, 0.0, 50.0):  # no b brings this slope to zero
    fixed = np.append(np.linalg.lstsq(X, amount, rcond=None)[0], b)
    assert np.allclose(forgot_b(fixed)[:8], 0)
    assert np.isclose(forgot_b(fixed)[8], -2 * amount.mean())

# %% [markdown]
# Only that of $b$ is wrong. The columns of `X` add up to zero, so $X^\top$ does not see a constant in the residual:
# eight of nine slopes are right. A fit would find the weights, and $b$, whose slope never changes, would run away.
#
# ## From the back {#backwards}
#
# A neural network may have a million parameters and a dozen stages. Each stage has its Jacobian, and the chain rule
# says: multiply them. But in which order? In $J_3 J_2 J_1$, with one row in $J_3$ because the loss is one number, we
# may start at either end:
#
# - *Forward*, $J_3 (J_2 J_1)$: how everything answers to the parameters. That carries a column for each parameter, or
#   one walk through the stages for each.
# - *Reverse*, $(J_3 J_2) J_1$: how the loss answers to everything. That is always one row, a **vector–Jacobian
#   product** like $\delta^\top J$, and one walk for all parameters.
#
# That is the pencil's order of @fig-graph, from right to left. A machine can do it: let each number remember what it
# was made from, with the local slopes, then run through this list, the *tape*, from the back
# [@linnainmaa1976; @griewank2008]. This is the [reverse mode](glossary:reverse-mode) of [automatic
# differentiation](glossary:automatic-differentiation); in neural networks it is called backpropagation. The whole
# idea takes some thirty lines:


# %%
#| live: true
import math


class Node:
    """A number that remembers what it was made from."""

    def __init__(self, value, *parents):
        self.value, self.slope = value, 0.0
        self.parents = parents  # pairs (node, local slope)

    def __add__(self, other):
        return Node(self.value + other.value, (self, 1.0), (other, 1.0))

    def __mul__(self, other):
        product = self.value * other.value
        return Node(product, (self, other.value), (other, self.value))

    def exp(self):
        return Node(math.exp(self.value), (self, math.exp(self.value)))


def tape(end):
    """All numbers behind `end`, each after those it was made from."""
    done, waiting = {}, [end]
    while waiting:
        node = waiting.pop()
        missing = [p for p, _ in node.parents if p not in done]
        if missing:
            waiting += [node, *missing]
        else:
            done[node] = True
    return list(done)


def reverse(end):
    """Slope of `end` in every node, by one walk from the back."""
    end.slope = 1.0
    for node in reversed(tape(end)):
        for parent, local in node.parents:
            parent.slope += local * node.slope  # eq: chain-rule


a, k = Node(3.0), Node(4 * math.log(2))
total = Node(0.0)
for x_i, y_i in ((-0.25, 7.0), (0.25, 2.0)):
    r = a * (k * Node(-x_i)).exp() * Node(-1.0) + Node(y_i)
    total = total + r * r * Node(1 / 2)
reverse(total)
verify("chain-rule", [a.slope, k.slope], [-9 / 4, -21 / 16])
print(f"loss {total.value:.4f}, slopes {a.slope:.4f} and {k.slope:.4f}")

# %% [markdown]
# The pencil's numbers. Note the `+=`: it is the sum in @eq-chain-rule, and forgetting it is the classical error of a
# first attempt; in `r * r` both parents are the same node.
#
# What does it save? Count: one step for each operation of the loss, and one for each local slope used on a walk. As a
# loss take the mean square of a linear model with $p$ weights on five rows.


# %%
#| hide: true
def linear_loss(table, target, w):
    """Squared loss of weights w, and the weights, as nodes."""
    weights = [Node(float(value)) for value in w]
    squares = []
    for row, t in zip(table.tolist(), target.tolist()):
        r = Node(-t)
        for weight, value in zip(weights, row):
            r = r + weight * Node(value)
        squares.append(r * r)
    total = squares[0]
    for square in squares[1:]:
        total = total + square
    return total * Node(1 / len(target)), weights


def forward(end, start):
    """Slope of `end` in `start`, by one walk from the front."""
    slopes = {}
    for node in tape(end):
        parts = (local * slopes[parent] for parent, local in node.parents)
        slopes[node] = float(node is start) + sum(parts)
    return slopes[end]


def count(p, rows=5):
    """Operations of the loss, and local slopes on one walk."""
    rng = np.random.default_rng(p)
    table, target = rng.normal(size=(rows, p)), rng.normal(size=rows)
    nodes = tape(linear_loss(table, target, rng.normal(size=p))[0])
    return (
        sum(bool(node.parents) for node in nodes),
        sum(len(node.parents) for node in nodes),
    )


counted = {p: count(p) for p in (2, 10, 100, 1000)}
rng = np.random.default_rng(4)
small, answers, spot = (
    rng.normal(size=(6, 4)),
    rng.normal(size=6),
    rng.normal(size=4),
)
summed, knobs = linear_loss(small, answers, spot)
one_by_one = [forward(summed, knob) for knob in knobs]
reverse(summed)
assert np.allclose([knob.slope for knob in knobs], one_by_one)
assert np.allclose(
    one_by_one, squared_loss_gradient(small, answers, spot, 0.0)[0]
)


def cost_row(p):
    """One loss, differences, forward, reverse: each with the loss itself."""
    ops, local = counted[p]
    return ops, 2 * p * ops, ops + p * local, ops + local


ratio_back = cost_row(1000)[3] / cost_row(1000)[0]
assert all(
    abs(cost_row(p)[3] / cost_row(p)[0] - ratio_back) < 0.01
    for p in counted
)

# %% [markdown]
# | $p$ | loss | central | forward | reverse |
# |--:|--:|--:|--:|--:|
# | 2 | {{ cost_row(2)[0]:, }} | {{ cost_row(2)[1]:, }} | {{ cost_row(2)[2]:, }} | {{ cost_row(2)[3]:, }} |
# | 10 | {{ cost_row(10)[0]:, }} | {{ cost_row(10)[1]:, }} | {{ cost_row(10)[2]:, }} | {{ cost_row(10)[3]:, }} |
# | 100 | {{ cost_row(100)[0]:, }} | {{ cost_row(100)[1]:, }} | {{ cost_row(100)[2]:, }} | {{ cost_row(100)[3]:, }} |
# | 1,000 | {{ cost_row(1000)[0]:, }} | {{ cost_row(1000)[1]:, }} | {{ cost_row(1000)[2]:, }} | {{ cost_row(1000)[3]:, }} |
#
# : Steps counted on the tape: for the loss alone, and for all its slopes by central differences, by forward walks and by one
#   reverse walk. {#tbl-cost}
#
# Differences and forward walks pay for every weight once more. An operation has two inputs at most, so two local
# slopes: one step there, two steps back. All in all that is {{ ratio_back:.0f }} times the loss, for two weights or a
# thousand. In general it is a small constant, whatever the function [@baur1983; @griewank2008]. The price is memory:
# every value of the way there must be kept for the way back. And where outputs are many and inputs few, forward wins.
#
# ### The naive version and the fast one
#
# The tape knows no tables: each multiplication is an object. $J^\top \delta$ is the same way back, with whole columns
# in the place of numbers.

# %%
#| hide: true
import timeit


def by_tape(table, target, w):
    total, weights = linear_loss(table, target, w)
    reverse(total)
    return np.array([weight.slope for weight in weights])


def by_table(table, target, w):
    return squared_loss_gradient(table, target, w, 0.0)[0]


def seconds(f, *args):
    return min(timeit.repeat(lambda: f(*args), number=1, repeat=5))


# %%
w = point[:-1]  # 8 weights, for 1,030 rows
assert np.allclose(by_tape(X, amount, w), by_table(X, amount, w))
slow, fast = (seconds(f, X, amount, w) for f in (by_tape, by_table))
assert slow > 100 * fast
print("the table is at least 100 times faster")

# %% [markdown]
# (`by_tape` builds the loss from nodes and walks back, `by_table` multiplies; both are in the notebook, with `seconds`
# and all cells not shown.) For long tables the library goes through the rows in blocks that fit into the processor's cache:
#
# ```quote
# mle.linear_model.binomial.binomial_slope
# ```
#
# Here `A` is a block of $X$, `t` its labels, and `miss` is $\hat p - y$ times the weight of each row. The chance is
# made from $e^{-|z|}$, which never overflows and serves the loss as well:
#
# ```quote
# mle.linear_model.binomial._surprise
# ```
#
# ## Curvature {#curvature}
#
# A slope says which way is down, not how long it goes on. For that we need the slopes of the slopes:
# $H_{ij} = \partial^2 L / \partial v_i \partial v_j$, a square table, the [Hessian](glossary:hessian). It is
# symmetric: for smooth functions the order of two derivatives does not matter. Along a line $v + t d$, the loss is a
# function of $t$ alone. Its slope is $g^\top d$; the slope of that is $d^\top H d$, by the chain rule once more,
# since each $g_i$ moves at the rate $\sum_j H_{ij} d_j$. Taylor's series in $t$, at $t = 1$:
#
# $$
# L(v + d) \approx L(v) + g^\top d + \tfrac12\, d^\top H d
# $$ {#eq-second-order}
# : $d$ is $(p,)$ and $H$ is $(p, p)$. Without the last term it is the tangent plane.


# %%
#| live: true
def second_slopes(v, h=6e-6):
    """Central differences of the gradient."""
    moves = h * np.eye(len(v))
    change = [slopes(v + move) - slopes(v - move) for move in moves]
    return np.array(change) / (2 * h)


g, H = slopes(here), second_slopes(here)
d = np.array([0.6, 0.8])
for t in (0.1, 0.01, 0.001):
    true = loss(here + t * d)
    plane = loss(here) + g @ (t * d)
    bowl = plane + t**2 * d @ H @ d / 2  # eq: second-order
    off, off_bowl = true - plane, true - bowl
    print(f"step {t:<5}  plane {off:.1e}  with H {off_bowl:.1e}")
verify("second-order", bowl, true)

# %% [markdown]
# A tenth of the step, and the plane's error falls to a hundredth, the other's to a thousandth.
#
# **Bowl or saddle?** The curvature along an arrow $u$ of length one is $u^\top H u$. As $H$ is symmetric, it has $p$
# directions at right angles to each other, its eigenvectors, that it stretches without turning. The factors are its
# [eigenvalues](glossary:eigenvalue), the curvatures along them; every other curvature is a weighted mean of these.
# So at level ground, eigenvalues above zero make a bowl, and one above with one below a *saddle*: up one way, down
# another. Look at the smallest. If it is never negative, anywhere, no line through the landscape ever
# curves downwards: the function is [convex](glossary:convex) [@boyd2004, section 3.1.4], and each place without a
# slope is a lowest one.
#
# The squared loss of a linear model passes: its gradient is $-\frac2n X^\top (y - Xw)$, so $H = \frac2n X^\top X$
# everywhere, and $u^\top X^\top X u = \lVert X u \rVert^2$ is a sum of squares. The library asks `eigvalsh` for the
# largest curvature, with a last row and column for $b$:
#
# ```quote
# mle.linear_model.ordinary._largest_curvature
# ```
#
# Abrams' law does not pass (@fig-convex). Squares of predictions that are curved in the parameters need not be convex.


# %%
#| hide: true
def exact_hessian(a, k):
    """From the formulas, for many a and k at once: three arrays."""
    E = np.exp(-np.multiply.outer(k, x))
    y_hat = a[..., None] * E
    r = y - y_hat
    aa = 2 * (E * E).mean(-1)
    ak = 2 * (x * E * (r - y_hat)).mean(-1)
    kk = 2 * ((x * y_hat) ** 2 - r * x**2 * y_hat).mean(-1)
    return aa, ak, kk


aa, ak, kk = exact_hessian(*here[:, None])
assert np.allclose([[aa[0], ak[0]], [ak[0], kk[0]]], H, atol=1e-6)
at_bottom = np.linalg.eigvalsh(second_slopes(best))
start = np.array([1.0, 0.0])
at_start = np.linalg.eigvalsh(second_slopes(start))
assert at_start[0] < 0 < at_bottom[0]

# %%
#| id: fig-convex
#| caption: Unshaded, the loss of Abrams' law bends upwards in every direction; shaded, it bends downwards in one.
#|   Around the bottom it is a bowl, with curvatures from {{ at_bottom[0]:.2f }} to {{ at_bottom[1]:.2f }}. A walk
#|   downhill may begin in the shade.
#| alt: The map of the loss again. Two shaded regions, one at the left for small a, one at the top right. A path
#|   starts at a 1, k 0, in the shade, runs right, bends up and ends at the bottom.
a_axis, k_axis = np.meshgrid(
    np.linspace(0.2, 7, 90), np.linspace(-0.6, 8.2, 90)
)
aa, ak, kk = exact_hessian(a_axis, k_axis)
smallest = (aa + kk) / 2 - np.sqrt((aa - kk) ** 2 / 4 + ak**2)
guesses = a_axis[..., None] * np.exp(-k_axis[..., None] * x)
heights = np.mean((y - guesses) ** 2, axis=-1)
fig, ax = plt.subplots(figsize=(5.2, 4.2))
shade = {"colors": plot.color("error")}
ax.contourf(a_axis, k_axis, smallest, [-1e9, 0], alpha=0.16, **shade)
ax.contour(a_axis, k_axis, smallest, [0], linewidths=1, **shade)
ax.contour(
    a_axis,
    k_axis,
    heights,
    [0.2, 0.5, 1, 2, 4, 8, 16],
    colors=plot.color("muted"),
    linewidths=0.5,
    alpha=0.8,
)
walker, path = start.copy(), [start]
for _ in range(80):
    walker = walker - 0.3 * slope_at(walker)
    path.append(walker)
ax.plot(*np.transpose(path), ".-", color=plot.color("fit"), lw=1.2, ms=4)
ax.plot(*best, "x", color=plot.color("truth"), ms=8, mew=2)
halo = [withStroke(linewidth=4, foreground=plot.color("ground"))]
style = {"offset": (0, 0), "ha": "center", "path_effects": halo}
plot.note(ax, "bends down", (1.0, 3.2), "error", rotation=90, **style)
plot.note(ax, "bends down", (5.6, 7.4), "error", **style)
plot.note(ax, "a bowl", (4.9, 4.3), "muted", **style)
plot.note(
    ax, "start", tuple(start), "fit", offset=(0, 7), path_effects=halo
)
plot.note(
    ax, "bottom", tuple(best), "truth", offset=(8, 5), path_effects=halo
)
ax.set(
    xlim=(0.2, 7),
    ylim=(-0.6, 8.2),
    xlabel="a, strength at a ratio of ½",
    ylabel="k, how fast it falls",
)
ax.grid(False)

# %% [markdown]
# ## A first walk downhill {#walk}
#
# Now to the concrete. No formula gives the best $a$ and $k$, but at every place we know straight downhill. So take a
# step of some fraction of $-g$, look again, and go on: [gradient descent](glossary:gradient-descent),
# @eq-gradient-step.
#
# ```quote
# mle.optimize.descent.gradient_descent
# ```
#
# One line walks; the others look for the end, or for trouble. `_evaluate` asks for both at one place, and lets a loss
# too large for a float come back as infinity without a warning, because the loop itself is on the watch:
#
# ```quote
# mle.optimize.descent._evaluate
# ```
#
# How long a step may be, and how to walk faster, [optimisation](optimisation.py) tells; 0.3 does here.

# %%
#| live: true
from mle.optimize import gradient_descent

walk = gradient_descent(
    loss, slopes, [1.0, 0.0], learning_rate=0.3, keep_path=True
)
a, k = walk.x
print(f"a = {a:.3f}, k = {k:.3f} after {walk.n_iter} steps")
print(f"loss {walk.losses[0]:.3f} -> {walk.losses[-1]:.3f}")
print(f"typical miss {10 * walk.losses[-1] ** 0.5:.1f} MPa")

# %%
#| hide: true
come = (walk.path - walk.path[0]) / (walk.x - walk.path[0])
lifted, bent = come[3]
nearly = int(np.argmax(come[:, 1] > 0.99))
assert lifted > 5 * bent

# %%
#| id: fig-walk
#| caption: The same walk seen from the data. In three steps $a$ comes {{ 100 * lifted:.0f }} % of its way and lifts
#|   the curve; $k$ comes {{ 100 * bent:.0f }} % of its own, and 99 % in {{ nearly }}. The other steps settle
#|   digits.
#| alt: The dots of strength against ratio with six curves. The start is level at 1; after 1 and 3 steps the curve is
#|   higher and nearly level; after 10 and 20 it bends; the last one runs through the dots.
fig, ax = plt.subplots(figsize=(5.2, 3.4))
line = np.linspace(0.27, 0.91, 200)
ax.plot(ratio, y, "o", color=plot.color("data"), ms=4, alpha=0.4, mew=0)
for m, strength in (
    (0, 0.45),
    (1, 0.55),
    (3, 0.65),
    (10, 0.75),
    (20, 0.85),
    (walk.n_iter, 1),
):
    curve = walk.path[m][0] * np.exp(-walk.path[m][1] * (line - 0.5))
    thick = 2.2 if m == walk.n_iter else 1.3
    ax.plot(
        line, curve, color=plot.color("fit"), lw=thick, alpha=strength
    )
    name = {0: "start", 1: "1 step"}.get(m, f"{m} steps")
    plot.note(ax, name, (line[0], curve[0]), "fit", offset=(-6, 0))
ax.set(
    xlim=(0.15, 0.92),
    ylim=(0, 8.2),
    xticks=[0.3, 0.5, 0.7, 0.9],
    xlabel="kg of water to a kg of cement",
    ylabel="strength, tens of MPa",
)

# %% [markdown]
# **Another road to the same number.** For a given $k$ the best $a$ has a formula: $\hat y$ is $a$ times a known
# column, so the slope in $a$ is zero at $a = \sum_i y_i E_i / \sum_i E_i^2$ with $E_i = e^{-k x_i}$. Go along those
# $a$, and one number is left to find. The slope in $k$ changes its sign at the bottom, and halving an interval finds
# the place.


# %%
def best_a(k):
    E = np.exp(-k * x)
    return (y @ E) / (E @ E)


low, high = 0.0, 6.0
for _ in range(50):
    middle = (low + high) / 2
    uphill = slopes([best_a(middle), middle])[1] > 0
    low, high = (low, middle) if uphill else (middle, high)
assert np.allclose([best_a(low), low], walk.x, rtol=1e-7)
print(f"by halving: a = {best_a(low):.3f}, k = {low:.3f}")

# %% [markdown]
# And is there really no formula? Take logarithms, and $\log \hat y = \log a - kx$ is a line, which has one. But it
# minimises something else, the misses of the *logarithm*, and answers $k = {{ k_log:.2f }}$. That is the better
# choice if misses grow in proportion to strength; it is of no use once the law gets a second term, such as a level
# that no water can undercut.
#
# **The bucket.** The slope of $\hat y$ in $x$ is $-k \hat y$: each hundredth of the ratio costs {{ best[1]:.1f }} %
# of the strength. Ten litres on 320 kg of cement raise the ratio by {{ bucket:.3f }}, and the strength falls by
# {{ 100 * cost[0]:.1f }} %, where proportion said {{ 100 * more_water:.1f }} %. How sure is that? Some of the {{ n }}
# rows are nearly copies of others, so we put those within 2 kg of cement and 1 of water together, {{ len(mixes) }}
# groups, and drew groups at random with replacement, a thousand times: a [bootstrap](glossary:bootstrap). In 95 of
# 100 draws $k$ lies between {{ low_k:.1f }} and {{ high_k:.1f }}, and the bucket's price between
# {{ 100 * cost[1]:.1f }} and {{ 100 * cost[2]:.1f }} %. Proportion is outside; the $k$ of the logarithms is
# inside.^[In Abrams' form our $B = e^k$ is {{ np.exp(best[1]):.0f }} ({{ np.exp(low_k):.0f }} to
# {{ np.exp(high_k):.0f }}). He gave 7, for a ratio by volume. A cubic foot of cement was taken as 94 pounds, one of
# water weighs 62.4, so by weight that is $7^{94/62.4}$, or {{ by_weight:.0f }}.]
#
# What this does not say: the data compare mixes, nobody poured water into one of them and watched. And the law holds
# for plain mixes at one age. Over all {{ len(concrete):, }} tests, with slag, ash and ages from one day to a year,
# the correlation of ratio and strength is {{ f"{whole:.2f}".replace("-", "−") }}, on our {{ n }} it is
# {{ f"{np.corrcoef(ratio, y)[0, 1]:.2f}".replace("-", "−") }}.
#
# ## Where it breaks {#where-it-breaks}
#
# ### A kink
#
# The absolute value $|w|$ has the slope −1 on the left of zero and 1 on the right. At zero it has none, and later
# chapters will want to be exactly there. What takes the place of a slope? On a convex curve, that of any line through
# the kink that stays below, here any number from −1 to 1: a [subgradient](glossary:subgradient) (@fig-kink). And in
# the place of "the slope is zero": *zero is among the subgradients*.

# %%
#| id: fig-kink
#| caption: A kink has many slopes. Left, $|w|$ and lines that touch it from below. Right, ½(w − z)² + |w|, with its
#|   slopes at zero going from −z − 1 to 1 − z. For z = 0.6 zero is among them and the kink is the minimum; for z =
#|   1.8 it is not.
#| alt: Two panels. Left, a V with a fan of straight lines under it, through its tip. Right, two curves with a kink at
#|   zero; one has its minimum at the kink, the other at 0.8.
fig, axes = plt.subplots(1, 2, figsize=(5.2, 2.7))
w_axis = np.linspace(-1.5, 2.2, 200)
for s in (-0.75, -0.25, 0.25, 0.75):
    axes[0].plot(w_axis, s * w_axis, color=plot.color("muted"), lw=0.8)
axes[0].plot(w_axis, np.abs(w_axis), color=plot.color("error"))
plot.note(axes[0], "|w|", (1.3, 1.3), "error", offset=(-6, 4))
axes[0].set(
    xlim=(-1.5, 1.6),
    ylim=(-0.9, 1.6),
    xticks=[-1, 0, 1],
    yticks=[0, 1],
    xlabel="w",
)
for z, at, side in ((0.6, 1.95, (-7, 3)), (1.8, -0.55, (7, 3))):
    curve = (w_axis - z) ** 2 / 2 + np.abs(w_axis)
    lowest = max(z - 1, 0)
    axes[1].plot(w_axis, curve, color=plot.color("error"), lw=1.6)
    axes[1].plot(
        lowest,
        (lowest - z) ** 2 / 2 + lowest,
        "o",
        color=plot.color("fit"),
    )
    plot.note(
        axes[1],
        f"z = {z}",
        (at, (at - z) ** 2 / 2 + abs(at)),
        "error",
        offset=side,
    )
axes[1].set(
    xlim=(-1.5, 2.2), ylim=(0, 4.2), xticks=[-1, 0, 1, 2], xlabel="w"
)
fig.tight_layout(w_pad=1.5)

# %% [markdown]
# For $\frac12 (w - z)^2 + \lambda |w|$ the slopes at zero run from $-z - \lambda$ to $-z + \lambda$, and zero is
# among them if $|z| \le \lambda$. Otherwise the minimum lies beside the kink, where $w - z \pm \lambda = 0$: at $z$
# moved towards zero by $\lambda$. That is one line of the library, and the reason why the [lasso](../regression/ridge-and-lasso.py) makes weights exactly
# zero:
#
# ```quote
# mle.optimize.coordinate.soft_threshold
# ```
#
# Other code settles for one subgradient; the hinge of a support vector machine picks, at its kink $yp = 1$, the
# one on the left:
#
# ```quote
# mle.linear_model.row_losses.hinge
# ```
#
# ### A check that lies, a check that is blind
#
# Near a kink a difference that straddles it accuses a right gradient. At zero it clears a wrong one: there the slope
# of a penalty $\frac12 \lambda w^\top w$ is zero anyway.

# %%
#| live: true
from mle.testing import VerifyError


def absolute(w):
    return float(np.abs(w).sum())


def penalised(w):
    return float((w - 1) @ (w - 1) + w @ w)


def forgotten(w):
    return 2 * (w - 1)  # and the penalty?


for name, f, f_slopes, place in (
    ("kink, near it", absolute, np.sign, [1e-6]),
    ("kink, far off", absolute, np.sign, [1.0]),
    ("wrong, at zero", penalised, forgotten, [0.0, 0.0]),
    ("wrong, elsewhere", penalised, forgotten, [0.3, -1.2]),
):
    try:
        check_gradient(f, f_slopes, place)
        print(f"{name:16}  passes")
    except VerifyError as told:
        print(f"{name:16}  {str(told).partition(' (')[0]}")

# %% [markdown]
# ^^^
# **What gives it away.** Check at a random point, never at zero, and at two. What fails at one and passes at the
# other may have met a kink within the step: move a thousand steps and check again; if it still fails, one branch of the formula is wrong. An entry that fails at both is wrong; if all fail by one factor, look for a
# forgotten 2 or $n$.
# ^^^
#
# ### Steepest in which units?

# %%
#| hide: true
there = np.array([6.0, 0.5])
in_tens = slopes(there)
in_mpa = in_tens * np.array([1.0, 100.0])
angle = float(
    np.degrees(
        np.arccos(
            in_tens
            @ in_mpa
            / np.linalg.norm(in_tens)
            / np.linalg.norm(in_mpa)
        )
    )
)
kappa_tens = at_bottom[1] / at_bottom[0]
kappa_mpa = float(
    np.linalg.cond(
        np.diag([1.0, 10.0]) @ second_slopes(best) @ np.diag([1.0, 10.0])
    )
)
assert kappa_mpa > 3 * kappa_tens

# %% [markdown]
# "Steepest" supposes that we can measure length in the plane of $a$ and $k$: that one unit of each is equally far.
# Count strength in MPa instead. Then $a$ is ten times as large and the loss a hundred times, so the slope in $a$ is
# ten times what it was, and the slope in $k$ a hundred times. Drawn on the old map, where ten MPa are one unit, a
# step against this gradient goes in the direction of $(g_1, 100\, g_2)$ in place of $(g_1, g_2)$, turned round. At
# $a = 6$, $k = 0.5$ the two are {{ angle:.0f }} degrees apart. No check can find fault, both are gradients. Yet
# around the bottom the largest curvature is now {{ kappa_mpa:.0f }} times the smallest, where it was
# {{ kappa_tens:.0f }} times, and that slows a descent down.
#
# ^^^
# **What gives it away.** One parameter hurries while another crawls. Then [standardise](glossary:standardisation)
# columns, or count in other units, before you blame the descent.
# ^^^
#
# ## What production libraries add {#production}
#
# - **PyTorch** and **JAX** are our tape grown up: nodes are whole arrays, each operation knows its vector–Jacobian
#   product, and graphs run on graphics cards. JAX has both directions, `jax.jvp` and `jax.vjp`, and makes Hessians of
#   one through the other: `jax/_src/interpreters/ad.py`. PyTorch keeps its rules in
#   `tools/autograd/derivatives.yaml`.
# - **SciPy** steps like `check_gradient`, or by complex steps, with steps scaled for each entry:
#   `approx_derivative` in `scipy/optimize/_numdiff.py`. `least_squares`, which fits laws like ours, takes its Jacobian
#   so, by default to one side. `check_grad` is the checker.
# - **scikit-learn** derives by hand, as we do, and compiles: losses, gradients and Hessian weights of each row in
#   `sklearn/_loss/_loss.pyx.tp`.
#
# ## Summary
#
# - A slope is where the change per step settles as the step shrinks. In a computer the best step is no tiny one: about
#   $\varepsilon^{1/3}$ to both sides.
# - The gradient collects the slopes; its dot product with a direction is the slope in it. It points straight uphill,
#   at right angles to level curves.
# - Along a chain slopes multiply, over roads they add. For tables: $J^\top \delta$, and for linear models
#   $X^\top \delta$.
# - From the back, all slopes of one loss cost a few times the loss, whatever the number of parameters.
# - The Hessian tells bowl from saddle by its smallest eigenvalue. Check each gradient at a random point.
#
# ## Quiz
#
# ```quiz
# - question: "A colleague takes one-sided differences with $h = 10^{-14}$ \"to be exact\". About how many digits of the slope are right, for values near 1?"
#   answers:
#     - text: "Fourteen"
#       why: "That would hold if nothing were rounded. The two values differ only in their last two digits."
#     - text: "Two"
#       right: true
#       why: "Rounding, about 2e−16, divided by 1e−14 is 0.02. With $h$ near 1.5e−8 it would be eight."
#     - text: "Eight"
#       why: "That is the best a one-sided difference can do, at $h$ near the root of the machine epsilon."
# - question: "At some point the gradient is (3, 4). How fast does the loss change per unit of way in the direction (0.8, −0.6)?"
#   answers:
#     - text: "Not at all"
#       right: true
#       why: "3 · 0.8 − 4 · 0.6 = 0: the direction is at a right angle to the gradient, along the level curve."
#     - text: "At the rate 5"
#       why: "That is the length of the gradient, the rate straight uphill, in the direction (0.6, 0.8)."
#     - text: "At the rate −1"
#       why: "Each slope is multiplied by its share of the direction before they are added."
# - question: "X is (500, 12) and δ is (500,). Which of these can be the gradient in the weights?"
#   answers:
#     - text: "`X @ δ`"
#       why: "(500, 12) times (500,) does not even multiply."
#     - text: "`X.T @ δ`"
#       right: true
#       why: "(12, 500) times (500,) is (12,), one slope for each weight."
#     - text: "`δ.sum() * X.mean(axis=0)`"
#       why: "The shape is right and the value wrong: it averages before it multiplies. That is what the check is for."
# - question: "A loss has a thousand parameters. What does the reverse walk need that the forward one does not?"
#   answers:
#     - text: "A thousand walks"
#       why: "That is the forward way: one walk for each parameter."
#     - text: "Memory for the values of all steps"
#       right: true
#       why: "Local slopes are used in the opposite order, so all must be kept until the way back passes them."
#     - text: "A smaller step $h$"
#       why: "Neither has a step. Both are exact up to rounding."
# - question: "At a point the gradient is zero and the Hessian has the eigenvalues 2 and −0.1. What is it?"
#   answers:
#     - text: "A minimum, because the positive one is larger"
#       why: "Along the other eigenvector the loss falls, on both sides."
#     - text: "A saddle"
#       right: true
#       why: "Up along one eigenvector, down along the other, whatever their sizes."
#     - text: "A minimum of a convex function"
#       why: "A convex function has no negative curvature anywhere."
# ```
#
# ## Exercises
#
# The minutes above do not count these.
#
# ### Exercise: Water or cement {#ex-water-cement level="warm-up"}
#
# Strength as a function of kilograms: $\hat y = a\, e^{-k (\text{water}/\text{cement} - 1/2)}$. Write its partial
# derivatives in water and in cement. Then ask: how many kilograms of cement make up for one of water?
#
# ??? hint "A hint"
#
#     Chain rule: the slope of $\hat y$ in the ratio is $-k \hat y$; the ratio's own slopes are $1/\text{cement}$ and
#     $-\text{water}/\text{cement}^2$.


# %%
#| exercise: stub
def strength_slopes(water, cement, a, k):
    """Slopes of the strength in water and in cement: two numbers."""
    y_hat = a * np.exp(-k * (water / cement - 0.5))
    return -k * y_hat, k * y_hat  # in the ratio, so far


# %%
#| exercise: check
for a_, k_, water_, cement_ in (
    (3.7, 2.9, 192.0, 320.0),
    (4.0, 2.0, 150.0, 400.0),
):
    got = np.array(strength_slopes(water_, cement_, a_, k_), dtype=float)

    def strength_at(m):
        return float(a_ * np.exp(-k_ * (m[0] / m[1] - 0.5)))

    wanted = [
        (
            strength_at(np.array([water_, cement_]) + s)
            - strength_at(np.array([water_, cement_]) - s)
        )
        / 2e-3
        for s in 1e-3 * np.eye(2)
    ]
    assert np.allclose(got, wanted, rtol=1e-5), (
        f"{water_:.0f} kg of water, {cement_:.0f} of cement: got "
        f"{got.round(6).tolist()}, differences {np.round(wanted, 6).tolist()}"
    )


# %%
#| exercise: solution
#| note: "One kilogram of water is made up for by cement/water of cement: the ratio must stay. For 192 and 320 that is
#|   {{ 320 / 192:.2f }} kg."
def strength_slopes(water, cement, a, k):
    y_hat = a * np.exp(-k * (water / cement - 0.5))
    return -k * y_hat / cement, k * y_hat * water / cement**2


# %% [markdown]
# ### Exercise: A step for every scale {#ex-step level="core"}
#
# A step of six millionths is right near 1. What if $x$ is a million, or a millionth, and the function bends on that
# scale? Write a central difference that is told the scale, and keeps six digits at each.
#
# ??? hint "A hint"
#
#     If $f$ bends over a way of `scale`, then $f'''$ is about $f$ divided by the third power of `scale`. Put that
#     into the sum of both errors.


# %%
#| exercise: stub
def scaled_difference(f, x, scale):
    """Slope of f at x by a central difference."""
    h = 6e-6
    return (f(x + h) - f(x - h)) / (2 * h)


# %%
#| exercise: check
for scale in (1e-6, 1e-3, 1.0, 1e3, 1e6):

    def wave(x, scale=scale):
        return math.sin(x / scale)

    for place in (0.7, 700.0):
        got = scaled_difference(wave, place * scale, scale)
        wanted = math.cos(place) / scale
        assert abs(got / wanted - 1) < 1e-6, (
            f"scale {scale:g}, x = {place * scale:g}: got {got:.8g}, the slope is {wanted:.8g}"
        )


# %%
#| exercise: solution
#| note: "Minimise $\\frac16 |f| h^2 / s^3 + \\varepsilon |f| / h$: $h = s\\,(3\\varepsilon)^{1/3}$. `check_gradient`
#|   cannot know $s$; it takes the size of the entry or 1, and for functions that bend within a millionth it would be
#|   fooled."
def scaled_difference(f, x, scale):
    h = 6e-6 * scale
    return (f(x + h) - f(x - h)) / (2 * h)


# %% [markdown]
# ### Exercise: A third parameter {#ex-age level="core"}
#
# Concrete hardens for months. Take all ages $t$ of the plain mixes and the law $\hat y = a\, e^{-kx}\, (t/28)^m$.
# Derive the gradient of the mean square in $(a, k, m)$; how strong is concrete after a year, compared with 28 days?
# The data:

# %%
aged = extras == 0
x_age = kg["water"][aged] / kg["cement"][aged] - 0.5
log_t, y_age = np.log(kg["age"][aged] / 28), concrete.y[aged] / 10

# %%
#| hide: true
age_v = np.array([3.7, 2.9, 0.2])
for _ in range(20):  # Gauss-Newton
    guess = age_v[0] * np.exp(-age_v[1] * x_age + age_v[2] * log_t)
    columns = [guess / age_v[0], -x_age * guess, log_t * guess]
    change = np.linalg.lstsq(
        np.transpose(columns), y_age - guess, rcond=None
    )
    age_v = age_v + change[0]
age_m = float(age_v[2])


def age_guess(v):
    return v[0] * np.exp(v[2] * log_t - v[1] * x_age)


aged_walk = gradient_descent(
    lambda v: float(np.mean((y_age - age_guess(v)) ** 2)),
    lambda v: (
        np.array([1 / v[0] + 0 * x_age, -x_age, log_t])
        @ (-2 / len(x_age) * (y_age - age_guess(v)) * age_guess(v))
    ),
    [1.0, 0.0, 0.0],
    learning_rate=0.02,
)
assert abs(aged_walk.x[2] - age_m) < 1e-4  # as the hint says

# %% [markdown]
#
# ??? hint "A hint"
#
#     $(t/28)^m = e^{m \log(t/28)}$. The Jacobian gets a third column; the rest stays. The check
#     has the loss; a learning rate of 0.02 will do.


# %%
#| exercise: stub
def age_slopes(v):
    """Gradient of the mean square in a, k and m, shape (3,)."""
    a, k, m = v
    y_hat = a * np.exp(-k * x_age + m * log_t)
    J = np.column_stack([y_hat / a, -x_age * y_hat])  # and m?
    return J.T @ (-2 / len(y_hat) * (y_age - y_hat))


# %%
#| exercise: check
def age_loss(v):
    y_hat = v[0] * np.exp(-v[1] * x_age + v[2] * log_t)
    return float(np.mean((y_age - y_hat) ** 2))


assert np.shape(age_slopes(np.array([3.0, 2.0, 0.2]))) == (3,), (
    f"expected 3 slopes, got shape {np.shape(age_slopes(np.array([3.0, 2.0, 0.2])))}"
)
for v in ([3.0, 2.0, 0.2], [4.0, 1.0, -0.1]):
    check_gradient(age_loss, age_slopes, v)


# %%
#| exercise: solution
#| note: "The best is $m = {{ age_m:.2f }}$, so a year multiplies the strength by {{ (365 / 28) ** age_m:.2f }}. The
#|   rows are not independent (the same mixes at several ages), and growth that never ends is more than a law of
#|   powers should promise."
def age_slopes(v):
    a, k, m = v
    y_hat = a * np.exp(-k * x_age + m * log_t)
    J = np.column_stack([y_hat / a, -x_age * y_hat, log_t * y_hat])
    return J.T @ (-2 / len(y_hat) * (y_age - y_hat))


# %% [markdown]
# ### Exercise: Teach the tape a logarithm {#ex-tape level="core"}
#
# Our nodes can add, multiply and take exponentials. Write `log` and `reciprocal` for them, and with these the
# log-loss of one row, so that its slope in the log-odds comes out as $\hat p - y$.
#
# ??? hint "A hint"
#
#     Like `exp`, outside the class: `Node(value, (node, local slope))`. The slope of $1/u$ is $-1/u^2$.


# %%
#| exercise: stub
def log(node):
    return Node(math.log(node.value), (node, 1.0))  # the local slope?


def reciprocal(node):
    return Node(1 / node.value, (node, 1.0))


def row_loss(z, y):
    """Log-loss of one row, from its log-odds z (a Node) and y, 0 or 1."""
    p = reciprocal(Node(1.0) + (z * Node(-1.0)).exp())
    return log(p)


# %%
#| exercise: check
for z_value, outcome in ((0.3, 1), (-1.2, 0), (2.0, 0), (0.0, 1)):
    z = Node(z_value)
    end = row_loss(z, outcome)
    reverse(end)
    p = 1 / (1 + math.exp(-z_value))
    wanted = -math.log(p if outcome else 1 - p)
    assert abs(end.value - wanted) < 1e-12, (
        f"z = {z_value}, y = {outcome}: loss {end.value:.6f}, expected {wanted:.6f}"
    )
    assert abs(z.slope - (p - outcome)) < 1e-12, (
        f"z = {z_value}, y = {outcome}: slope {z.slope:.6f}, expected {p - outcome:.6f}"
    )


# %%
#| exercise: solution
#| note: "Ten nodes with the constants, and out of the cancelling comes a subtraction. The tape gets there by multiplying huge and tiny
#|   numbers where $z$ is large; a formula found by hand, $\\hat p - y$, does not."
def log(node):
    return Node(math.log(node.value), (node, 1 / node.value))


def reciprocal(node):
    return Node(1 / node.value, (node, -1 / node.value**2))


def row_loss(z, y):
    sign = Node(-1.0) if y == 1 else Node(1.0)
    p = reciprocal(Node(1.0) + (z * sign).exp())  # of what came
    return log(p) * Node(-1.0)


# %% [markdown]
# ### Exercise: Curvature without a Hessian {#ex-hessian-vector level="core"}
#
# With a million parameters $H$ has $10^{12}$ entries and cannot be stored. The product $H d$ with one vector can be
# had from two gradients. Write it, for $d$ of any length, and with it the curvature along $d$.
#
# ??? hint "A hint"
#
#     Move along $d$ by a little to both sides: by how much does the gradient change? Scale the step by the length of
#     $d$.


# %%
#| exercise: stub
def hessian_times(gradient, v, d):
    """H d at v, shape (p,), without H."""
    return gradient(v + d) - gradient(v)


def curvature_along(gradient, v, d):
    """Second derivative along d, per unit of way: a number."""
    return float(d @ hessian_times(gradient, v, d))


# %%
#| exercise: check
calls = []


def counting(v):
    calls.append(1)
    return flat_slopes(gradient, strong)(v)


rng = np.random.default_rng(3)
from mle.linear_model.logistic import hessian as log_loss_hessian

exact_h = log_loss_hessian(X, point[:-1], point[-1])
for length in (1.0, 1e-3, 1e4):
    d = rng.normal(size=9) * length
    calls.clear()
    got = hessian_times(counting, point, d)
    assert len(calls) <= 2, (
        f"two gradients are enough, you took {len(calls)}"
    )
    assert np.allclose(got, exact_h @ d, rtol=0, atol=1e-6 * length), (
        f"|d| about {length:g}: off by {np.abs(got - exact_h @ d).max():.2g}"
    )
    bend = curvature_along(counting, point, d)
    wanted = d @ exact_h @ d / (d @ d)
    assert abs(bend - wanted) < 1e-6, (
        f"curvature {bend:.6f}, expected {wanted:.6f}"
    )


# %%
#| exercise: solution
#| note: "Two gradients, whatever $p$. Methods that solve $H d = g$ by such products alone can take Newton's steps for
#|   a million parameters."
def hessian_times(gradient, v, d):
    h = 6e-6 / np.linalg.norm(d)
    return (gradient(v + h * d) - gradient(v - h * d)) / (2 * h)


def curvature_along(gradient, v, d):
    return float(d @ hessian_times(gradient, v, d) / (d @ d))


# %% [markdown]
# ### Exercise: One check for a million slopes {#ex-random-check level="small research"}
#
# `check_gradient` evaluates $f$ twice for each entry. By @eq-directional-slope one random direction would do: compare
# $g^\top u$ with a central difference along $u$, two evaluations for any $p$. What does that miss? Return the
# difference of the two, for $u$ of length one, and find out by experiment how the error it shows shrinks with $p$
# when a single entry is wrong by 1.
#
# ??? hint "A hint"
#
#     Normal random numbers divided by their length point in all directions alike. If entry $j$ is off by 1, then
#     $g^\top u$ is off by $u_j$, and the squares of all $u_j$ add up to 1.


# %%
#| exercise: stub
def directional_error(f, gradient, v, rng):
    """Difference of g @ u and the measured slope along a random u."""
    u = np.ones(len(v))  # not random, not of length one
    return 0.0


# %%
#| exercise: check
evaluations = []


def quartic(v):
    evaluations.append(1)
    return float(np.sum(v**4) / 4)


for p in (4, 100, 2500):
    rng = np.random.default_rng(p)
    at = rng.normal(size=p)
    evaluations.clear()
    right = [
        directional_error(quartic, lambda v: v**3, at, rng)
        for _ in range(20)
    ]
    assert len(evaluations) <= 40, "two evaluations of f for each check"
    assert max(map(abs, right)) < 1e-6, (
        f"p = {p}: a right gradient shows an error of {max(map(abs, right)):.1g}"
    )
    bump = np.eye(p)[p // 2]
    wrong = [
        directional_error(quartic, lambda v: v**3 + bump, at, rng)
        for _ in range(400)
    ]
    typical = float(np.sqrt(np.mean(np.square(wrong))))
    assert 0.8 < typical * p**0.5 < 1.25, (
        f"p = {p}: typical error {typical:.3g}, expected about {p**-0.5:.3g}"
    )


# %%
#| exercise: solution
#| note: "The error shown is about $1/\\sqrt p$ of the true one, and now and then much smaller: a random arrow may lie
#|   almost across the wrong entry. So take a few directions, and a tolerance well below $1/\\sqrt p$. It tells *that*
#|   something is wrong, `check_gradient` also where."
def directional_error(f, gradient, v, rng):
    u = rng.normal(size=len(v))
    u /= np.linalg.norm(u)
    h = 6e-6
    return float(
        gradient(v) @ u - (f(v + h * u) - f(v - h * u)) / (2 * h)
    )
