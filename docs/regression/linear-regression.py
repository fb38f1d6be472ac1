# ---
# title: Linear regression
# lede: >-
#   A home has a size, a number of bedrooms and a place, and it was sold for a price. Which weighted sum of the first
#   three comes closest to the fourth, how does a computer find it, how many of its digits can you trust, and what may you
#   say aloud about it? This chapter takes least squares apart down to the last line of code.
# minutes: 75
# needs: [start/how-this-book-works]
# paths: [weekend, scikit-learn]
# able:
#   - fit a line by hand, by algebra and by descent, and say why the three agree
#   - derive the gradient and the normal equations, and see them as a right angle
#   - choose between the normal equations, QR and SVD by the digits each one keeps
#   - read a coefficient aloud with its uncertainty, and without claiming a cause
#   - notice a typing error, a repeated column, a fan and a bend before they fool you
# ---

# %% [markdown]
# ## What is a bedroom worth?
#
# In five days of 2008, in the middle of a housing crisis, these homes were sold in and around Sacramento, California.
# A newspaper, the *Sacramento Bee*, reported what they were, where they stood and what they cost.

# %%
#| live: true
import numpy as np

from mle.datasets import load_sacramento_housing

homes = load_sacramento_housing()
beds, baths = homes.columns["beds"], homes.columns["baths"]
area = homes.columns["sqft"] * 0.3048**2  # m²: a foot is 0.3048 m
price = homes.y / 1000  # thousand dollars

print(f"{len(price)} homes of {area.min():.0f} to {area.max():.0f} m²")
print(f"sold for {price.min():.0f} to {price.max():.0f} thousand $")

# %%
#| hide: true
import matplotlib.pyplot as plt
from matplotlib.patheffects import withStroke

from mle import plot


def rms(miss):
    return float(np.sqrt(np.mean(np.square(miss))))


average = float(price.mean())
per_m2 = float(np.mean(price / area))
few = {k: float(price[beds == k].mean()) for k in (1, 2, 3, 4, 5, 6)}

# %% [markdown]
# What is a home worth? And a friend with a large living room wants to know one thing more: if she puts up a plasterboard
# wall, and sells her three-bedroom home as a four-bedroom home, what does she gain? Common sense has three answers.
#
# **The average price.** Every home is worth {{ average:.0f }} thousand dollars. Its typical miss (the root of the mean
# squared miss, RMSE) is {{ rms(price - average):.0f }} thousand.
#
# **The price of a square metre.** The mean of price by area, {{ 1000 * per_m2:,.0f }} dollars, times the area misses by
# only {{ rms(price - per_m2 * area):.0f }} thousand. But of bedrooms it says nothing.
#
# **Compare.** Sort the sales by bedrooms and look at the means, as in @fig-bedrooms. From three bedrooms to four the
# mean price rises by {{ few[4] - few[3]:.0f }} thousand dollars. So should our friend call a builder?

# %%
#| id: fig-bedrooms
#| caption: More bedrooms, higher price. The line joins the mean prices of homes with 1 to 6 bedrooms; from three to
#|   four it rises by {{ few[4] - few[3]:.0f }} thousand dollars. The mean for six rests on {{ np.sum(beds == 6) }} homes;
#|   {{ np.sum(beds > 6) }} home with {{ beds.max():.0f }} bedrooms is not drawn.
#| alt: Dots in six columns, one for each number of bedrooms, against price in thousand dollars. A line through the
#|   column means climbs from {{ few[1]:.0f }} to {{ few[6]:.0f }}.
jitter = np.random.default_rng(0).uniform(-0.22, 0.22, len(beds))
fig, ax = plt.subplots(figsize=(5.2, 3.0))
ax.plot(
    beds + jitter,
    price,
    "o",
    color=plot.color("data"),
    ms=2.6,
    alpha=0.45,
    mew=0,
)
ax.plot(list(few), list(few.values()), "o-", color=plot.color("fit"), ms=5)
halo = [withStroke(linewidth=3, foreground=plot.color("ground"))]
for k in (3, 4):
    plot.note(
        ax,
        f"{few[k]:.0f}",
        (k, few[k]),
        "fit",
        offset=(-7, 7),
        weight="bold",
        path_effects=halo,
    )
ax.set(
    xlim=(0.6, 6.5),
    ylim=(0, 900),
    xticks=range(1, 7),
    xlabel="bedrooms",
    ylabel="price, thousand $",
)

# %% [markdown]
# Not for that reason: of two homes of the same size, the one with more bedrooms sold, on average, for *less*. In
# @sec-sacramento the same {{ len(price) }} sales will say so, how surely, and where it may be the other way round.
# The tool that we need is a [linear model](glossary:linear-model) fitted by [least squares](glossary:least-squares): a
# weighted sum of what we know, with the weights chosen so that the misses are small. Predicting an amount is called
# [regression](glossary:regression).
#
# You need matrix products and derivatives in several variables. Eigenvalues and variances come in with a sentence each;
# @sec-digits may wait for a second reading.
#
# ## Four flats by hand
#
# Four flats of 50, 70, 90 and 110 m² were sold for 110, 148, 190 and 232 thousand dollars. What would 80 m² cost?
#
# Call the area $x$ and the price $y$. A line is $\hat y = w x + b$, said "y hat is w x plus b". The
# [weight](glossary:weight) $w$ is what one more square metre adds; the [intercept](glossary:intercept) $b$ is where
# the line starts; the hat marks a prediction. What it leaves unexplained of one flat, $r = y - \hat y$, is the flat's
# [residual](glossary:residual).
#
# A ruler through the first and the last flat hits both exactly and misses the two between. Here is a recipe that does
# better. Take the mean off each column. Multiply the two centred columns entry by entry and add up; divide by the sum of
# the squared centred areas.

# %%
#| hide: true
x = np.array([50.0, 70.0, 90.0, 110.0])
y = np.array([110.0, 148.0, 190.0, 232.0])
dx, dy = x - x.mean(), y - y.mean()
w = float(dx @ dy / (dx @ dx))
b = float(y.mean() - w * x.mean())
w_ruler = (y[3] - y[0]) / (x[3] - x[0])
ruler = y - (y[0] + w_ruler * (x - x[0]))

# %% [markdown]
# | x | y | dx | dy | dx · dy | dx² |
# |--:|--:|--:|--:|--:|--:|
# | {{ x[0]:.0f }} | {{ y[0]:.0f }} | {{ dx[0]:.0f }} | {{ dy[0]:.0f }} | {{ dx[0] * dy[0]:.0f }} | {{ dx[0] ** 2:.0f }} |
# | {{ x[1]:.0f }} | {{ y[1]:.0f }} | {{ dx[1]:.0f }} | {{ dy[1]:.0f }} | {{ dx[1] * dy[1]:.0f }} | {{ dx[1] ** 2:.0f }} |
# | {{ x[2]:.0f }} | {{ y[2]:.0f }} | {{ dx[2]:.0f }} | {{ dy[2]:.0f }} | {{ dx[2] * dy[2]:.0f }} | {{ dx[2] ** 2:.0f }} |
# | {{ x[3]:.0f }} | {{ y[3]:.0f }} | {{ dx[3]:.0f }} | {{ dy[3]:.0f }} | {{ dx[3] * dy[3]:.0f }} | {{ dx[3] ** 2:.0f }} |
# | **{{ x.mean():.0f }}** | **{{ y.mean():.0f }}** | | | **{{ float(dx @ dy):,.0f }}** | **{{ float(dx @ dx):,.0f }}** |
#
# : Least squares with pencil and paper; dx and dy are centred. The last row holds two means and two sums. {#tbl-flats}
#
# So $w$ is {{ float(dx @ dy):,.0f }} / {{ float(dx @ dx):,.0f }} or {{ w:.2f }}: a square metre costs
# {{ 1000 * w:,.0f }} dollars. And $b = \bar y - w \bar x$, bars for means, is {{ b:.1f }}. The machine agrees; `dx @ dy` multiplies
# entry by entry and adds up:
#
# ```pycon
# >>> x = np.array([50.0, 70.0, 90.0, 110.0])
# >>> y = np.array([110.0, 148.0, 190.0, 232.0])
# >>> dx, dy = x - x.mean(), y - y.mean()
# >>> float(dx @ dy), float(dx @ dx)
# (4080.0, 2000.0)
# >>> w = float(dx @ dy / (dx @ dx))
# >>> b = float(y.mean() - w * x.mean())
# >>> w, round(b, 6)
# (2.04, 6.8)
# >>> r = y - (w * x + b)
# >>> r.round(6).tolist()
# [1.2, -1.6, -0.4, 0.8]
# >>> abs(round(float(r.sum()), 9)), abs(round(float(r @ x), 9))
# (0.0, 0.0)
# >>> round(float(r @ r), 6)
# 4.8
# ```
#
# The residuals, `r`, add up to zero. Multiplied by the areas, they add up to zero again. And their squares add up to
# {{ float(r @ r):.1f }}, the ruler's to {{ float(ruler @ ruler):.1f }}. We shall see why these three facts are one. And
# 80 m²?
# That is the mean area, so the line says the mean price, {{ y.mean():.0f }} thousand.
#
# ## From picture to equation
#
# ### The smallest squares
#
# We need one number that says how bad a line is, a [loss](glossary:loss). Adding the residuals up will not do: +10 and
# −10 cancel, and the worst line of all could score zero. So we square
# first. @Fig-squares takes that word literally.

# %%
#| id: fig-squares
#| caption: Every miss is the side of a square; least squares picks the line with the smallest total area. Its own
#|   squares hide behind the dots. L is the mean square.
#| alt: The four flats twice. On the left a line rises too slowly and leaves four visible squares, two of them large.
#|   On the right the fitted line leaves squares smaller than the dots.
fig, axes = plt.subplots(1, 2, figsize=(5.2, 2.9), sharey=True)
fig.subplots_adjust(wspace=0.1)
for ax, w_, b_, name in (
    (axes[0], 0.9, 98.0, "a guess"),
    (axes[1], w, b, "least squares"),
):
    ax.set(
        xlim=(26, 124),
        ylim=(88, 256),
        xticks=x,
        yticks=[100, 150, 200, 250],
        xlabel="area, m²",
    )
    # So that squares look square.
    scale = (ax.bbox.height / 168) / (ax.bbox.width / 98)
    miss = y - (w_ * x + b_)
    for xi, yi, mi in zip(x, y, miss):
        corner = (xi - abs(mi) * scale, min(yi, yi - mi))
        square = plt.Rectangle(
            corner,
            abs(mi) * scale,
            abs(mi),
            fc=plot.color("error"),
            ec="none",
            alpha=0.2,
        )
        ax.add_patch(square)
    plot.residuals(ax, x, y, w_ * x + b_)
    ax.plot(x, y, "o", color=plot.color("data"))
    plot.line(ax, w_, b_)
    plot.note(
        ax,
        f"{name}: L = {np.mean(miss**2):,.1f}",
        (28, 250),
        "fit",
        offset=(0, 0),
        ha="left",
        va="top",
    )
axes[0].set_ylabel("price, thousand $")

# %% [markdown]
# In symbols, for any number of columns: home $i$ of $n$ has $p$ [features](glossary:feature) $x_i$ (area, bedrooms,
# …) and the price $y_i$. A line, or with several features a plane, is a vector $w$ of $p$ weights and an intercept
# $b$. Its loss is the mean squared residual:
#
# $$
# L(w, b) = \frac1n \sum_i \bigl(y_i - w^\top x_i - b\bigr)^2
# $$ {#eq-squared-loss}
# : $x_i$ and $w$ are $(p,)$, and $w^\top x_i$ is their products, added up; the $x_i$ are the rows of $X$, $(n, p)$; $y$ is
#   $(n,)$. $L$ is one number, in the squared unit of $y$.
#
# In the library:
#
# ```quote
# mle.linear_model.ordinary.squared_loss
# ```
#
# `X @ w + b` makes all $n$ predictions at once. With `sample_weight`, a row can count for two, or for half.
#
# ### Why square?
#
# Absolute misses would not cancel either. There are three reasons for squares; the last two take something for granted.
#
# 1. The square is smooth. Its derivative, $2r$, is linear in the weights, so the best weights solve *linear*
#    equations. The absolute value has a kink exactly where we want to be.
# 2. It asks for a mean. If one number must answer for all, the mean has the smallest sum of squares, the median the
#    smallest sum of absolute misses. We take it that a mean is what you want to know.
# 3. If each price is a line plus an independent error, and all errors follow one bell curve of width $\sigma$
#    ("sigma"), then the [likelihood](glossary:likelihood) of the data is a product of terms
#    $\exp(-r_i^2 / 2\sigma^2)$: the likeliest line has the least squares. So argued Gauss
#    [@gauss1809, articles 175–179].
#
# So every row is trusted alike, and one miss of 20 is as bad as four of 10. When one row is a typing error, that is a bad
# assumption; @sec-where-it-breaks shows how bad.^[Legendre published the method and named it [@legendre1805, p. 72]. Gauss
# said that he had used it since 1795 [@gauss1809, article 186].]
#
# ### The gradient, one step at a time
#
# Which way is downhill? Turn one weight $w_j$ a little. Only one term of $r_i$ moves, $-w_j x_{ij}$, with the
# slope $-x_{ij}$. By the chain rule the slope of $r_i^2$ is $-2 r_i x_{ij}$, and the slope of the mean
# is the mean of the slopes: $-2/n$ times the sum of column $j$ times the residuals. For all columns at once that sum is
# $X^\top r$, "X transpose r"; for $b$, the column is all ones. Together the slopes form the
# [gradient](glossary:gradient), $\nabla$ ("nabla"):
#
# $$
# \nabla_w L = -\tfrac2n X^\top r, \quad \nabla_b L = -\tfrac2n {\textstyle\sum_i} r_i
# $$ {#eq-squared-loss-gradient}
# : $X^\top$ is $(p, n)$ and $r$ is $(n,)$, so $\nabla_w L$ is $(p,)$, one slope for each weight.
#
# ```quote
# mle.linear_model.ordinary.squared_loss_gradient
# ```
#
# The share of a row in the mean is $1/n$, unless the rows have weights:
#
# ```quote
# mle.linear_model.ordinary._shares
# ```
#
# A derivation can be wrong, and so can its code. [Finite differences](glossary:finite-difference) know nothing of
# either: step a little to both sides, and divide the change of the loss by the distance. For a squared loss the two-sided
# difference has no error except rounding.

# %%
from mle.linear_model.ordinary import (
    squared_loss,
    squared_loss_gradient,
)
from mle.testing import verify

X = np.column_stack([area, beds])  # (932, 2)
at = np.array([1.0, -20.0, 30.0])  # any two weights and intercept


def loss(v):
    return squared_loss(X, price, v[:2], v[2])


steps = 0.001 * np.eye(3)
difference = [(loss(at + h) - loss(at - h)) / 0.002 for h in steps]
slopes = np.append(*squared_loss_gradient(X, price, at[:2], at[2]))
verify("squared-loss-gradient", slopes, difference)

by_hand = (1.2**2 + 1.6**2 + 0.4**2 + 0.8**2) / 4
flats = x[:, None]  # a table of one column, (4, 1)
got = squared_loss(flats, y, np.array([w]), b)
verify("squared-loss", got, by_hand)

# %% [markdown]
# ### Where all slopes are zero
#
# As a function of $w$ and $b$ the loss is a bowl, [convex](glossary:convex): a sum of squares never curves downwards.
# At its bottom every slope is zero. Begin with $b$: the mean residual, $\bar y - w^\top \bar x - b$, is zero, and
#
# $$
# b = \bar y - w^\top \bar x
# $$ {#eq-intercept}
# : $\bar x$ holds the $p$ means of the columns; $\bar y$ is the mean of $y$.
#
# The best plane passes through the point of averages. Put this $b$ into the residual, and the intercept is gone:
# [centring](glossary:centring) leaves a problem with $w$ alone. Call the centred table $A$ and the centred prices $t$, so
# that $r = t - Aw$. Now set the other slopes to zero, $X^\top r = 0$. That is the same as $A^\top r = 0$, because the
# residuals add up to zero and so a mean taken off a column changes nothing. Multiplied out:
#
# $$
# A^\top A \, w = A^\top t
# $$ {#eq-normal-equations}
# : $A$ is $(n, p)$ and $t$ is $(n,)$, so $A^\top A$, the *Gram matrix*, is $(p, p)$.
#
# These are the [normal equations](glossary:normal-equations): $p$ equations for $p$ weights. With one column they
# read {{ float(dx @ dx):,.0f }} $w$ = {{ float(dx @ dy):,.0f }}, the recipe for the four flats. And their three facts are
# one. The residuals add up to zero: that is the slope for $b$. So do residuals times areas: the slope for $w$. And where
# both slopes are zero, the squares are smallest.
#
# **Is it the bottom, and the only one?** Try any other weights, $w + d$, and let $b$ move along so that the residuals
# still add up to zero; any other $b$ is worse, because the mean of numbers has the smallest squares. The residual becomes $r - A d$. With $\lVert v \rVert$ for the length of a
# vector, so that $\lVert v \rVert^2 = v^\top v$ is its sum of squares,
# $\lVert r - A d \rVert^2 = \lVert r \rVert^2 - 2 d^\top A^\top r + \lVert A d \rVert^2$. The middle term is zero, so the
# sum is never less than $\lVert r \rVert^2$. The bottom is the only one unless $Ad = 0$ for some $d$ that is not zero: unless
# some centred column is a combination of the others. Then $A$ has less than full [rank](glossary:rank), the bowl is a
# valley, and its whole floor predicts the same prices with different weights.
#
# ### The same thing as a right angle
#
# $A^\top r = 0$ says that the residual stands at right angles, *normal*, to every column:
# [orthogonal](glossary:orthogonal). Think of the {{ len(price) }} centred prices as one arrow in a space of
# {{ len(price) }} dimensions, and of the centred areas as another. Two arrows span a plane, and a plane can be drawn;
# @fig-right-angle is to scale.

# %%
#| hide: true
cosine = float(np.corrcoef(area, price)[0, 1])
spread = float(price.std())
angle = float(np.degrees(np.arccos(cosine)))

# %%
#| id: fig-right-angle
#| caption: "{{ len(price) }} homes as arrows. The prediction is the shadow of the prices on the grey line, the
#|   direction of the area; what is left, the residual, stands at a right angle to it. Each arrow is divided by
#|   √{{ len(price) }}, so that its length is a standard deviation in thousand dollars."
#| alt: A right triangle with sides {{ spread:.0f }} for the prices, {{ spread * cosine:.0f }} for the prediction
#|   along the area, and {{ spread * (1 - cosine**2) ** 0.5:.0f }} for the residual. The angle between prices and area
#|   is {{ angle:.0f }} degrees.
s, c_ = spread * np.sqrt(1 - cosine**2), spread * cosine
fig, ax = plt.subplots(figsize=(5.2, 3.4))
ax.axis("off")
ax.set(xlim=(-6, 148), ylim=(-14, 92), aspect="equal")
arrow = {
    "arrowstyle": "-|>",
    "shrinkA": 0,
    "shrinkB": 0,
    "mutation_scale": 12,
}
ax.annotate(
    "",
    (146, 0),
    (0, 0),
    arrowprops={**arrow, "color": plot.color("muted"), "lw": 0.8},
)
ax.annotate(
    "",
    (c_, 0),
    (0, 0),
    arrowprops={**arrow, "color": plot.color("fit"), "lw": 2.4},
)
ax.annotate(
    "",
    (c_, s),
    (0, 0),
    arrowprops={**arrow, "color": plot.color("data"), "lw": 2.0},
)
ax.annotate(
    "",
    (c_, s),
    (c_, 0),
    arrowprops={**arrow, "color": plot.color("error"), "lw": 1.4},
)
ax.plot([c_ - 5, c_ - 5, c_], [0, 5, 5], color=plot.color("muted"), lw=0.8)
bend = np.radians(np.linspace(0, angle, 40))
ax.plot(
    24 * np.cos(bend), 24 * np.sin(bend), color=plot.color("muted"), lw=0.8
)
plot.note(ax, f"{angle:.0f}°", (25, 9), "muted", offset=(4, 0))
plot.note(
    ax,
    f"centred prices, {spread:.0f}",
    (c_ / 2, s / 2),
    "data",
    offset=(-6, 6),
)
plot.note(ax, f"prediction, {c_:.0f}", (c_ / 2, 0), "fit", offset=(0, -6))
plot.note(ax, f"residual, {s:.0f}", (c_, s / 2), "error", offset=(6, 0))
plot.note(
    ax, "direction of area", (146, 0), "muted", offset=(0, 6), ha="right"
)

# %% [markdown]
# The nearest point on that line is the foot of the perpendicular, a [projection](glossary:projection). With more
# columns the line becomes a space of $p$ dimensions, and the prediction is still the foot of a perpendicular.
#
# ## The code, piece by piece
#
# ### From equation to weights
#
# ```quote
# mle.linear_model.ordinary.normal_equations
# ```
#
# Three moves: the two sides of @eq-normal-equations, with the means; `solve`; and @eq-intercept. `np.linalg.solve`
# eliminates, as you would by hand; to form the inverse of $A^\top A$ would cost more and keep fewer digits [@higham2002,
# chapter 14]. The `if` is a way out for the case that $A^\top A$ cannot be trusted, of which more below.
#
# Is it right? NumPy's `lstsq` [@harris2020] takes another road, without centring, on a table with a column of ones.
# And the right angle can be measured:

# %%
#| live: true
from mle.linear_model.ordinary import normal_equations

w_two, b_two = normal_equations(X, price)
X1 = np.column_stack([X, np.ones(len(X))])  # (932, 3)
*w_numpy, b_numpy = np.linalg.lstsq(X1, price, rcond=None)[0]
verify("normal-equations", w_two, w_numpy)
verify("intercept", b_two, b_numpy)

residual = price - (X @ w_two + b_two)
lengths = np.linalg.norm(X1, axis=0) * np.linalg.norm(residual)
angles = np.degrees(np.arccos(X1.T @ residual / lengths))
for name, degrees in zip(("area", "beds", "ones"), angles):
    print(f"residual and {name}: {degrees:.6f} degrees")

# %% [markdown]
# ### The class around it
#
# A model is a function with a memory. `fit`, the same for all models of this library, checks parameters and data. Then
# [`LinearRegression`][mle.linear_model.ordinary.LinearRegression] calls the solver that you named, `"normal"` if you named
# none, and remembers what it learned.
#
# ```quote
# mle.linear_model.ordinary.SOLVERS
# ```
#
# ```quote
# mle.linear_model.ordinary.LinearRegression._fit
# ```
#
# (In `_fit`, `w` is the weights of the rows, not of the columns.) The last lines refuse an answer that has left the range
# of [floating point](glossary:floating-point). Prediction is @eq-squared-loss without the loss:
#
# ```quote
# mle.linear_model.ordinary.LinearRegression._predict
# ```
#
# ### How good is it?
#
# A loss in squared dollars tells nobody anything. Two numbers do: its root, the RMSE, in dollars; and the share of
# the spread that the model explains, [R squared](glossary:r2):
#
# $$
# \textstyle R^2 = 1 - \sum_i r_i^2 / \sum_i (y_i - \bar y)^2
# $$ {#eq-r2}
# : One number, at most 1. The second sum is $n$ times the loss of always answering $\bar y$.
#
# One is perfect, zero is no better than the mean, and on new data it can be negative.
#
# ```quote
# mle.metrics.regression.r2_score
# ```
#
# On the rows that were fitted, with an intercept, Pythagoras says of the triangle of @fig-right-angle that
# $1 - \lVert r \rVert^2 / \lVert t \rVert^2 = \lVert Aw \rVert^2 / \lVert t \rVert^2$. That is the squared cosine of
# the angle between prices and predictions, and the cosine between two centred arrows is their
# [correlation](glossary:correlation).

# %%
from mle.linear_model import LinearRegression
from mle.metrics import r2_score

line = LinearRegression().fit(area[:, None], price)
guess = line.predict(area[:, None])
correlation = np.corrcoef(guess, price)[0, 1]
verify("r2", r2_score(price, guess), correlation**2)

print(f"price = {line.intercept_:.1f} + {line.coef_[0]:.3f} * area")
print(f"R² = {r2_score(price, guess):.3f}")

# %% [markdown]
# ## The naive version and the fast one
#
# ### Loops, arrays, blocks
#
# Here are the normal equations as a newcomer would write them, straight from the sums.


# %%
def naive_gram(A, t):
    n, p = A.shape
    G, c = np.zeros((p, p)), np.zeros(p)
    for i in range(n):
        for j in range(p):
            for k in range(p):
                G[j, k] += A[i, j] * A[i, k]
            c[j] += A[i, j] * t[i]
    return G, c

# %% [markdown]
# It is right, and good to test against. But each of its $n p^2$ products passes through the Python interpreter.
# `A.T @ A` asks for the same from compiled code: [vectorisation](glossary:vectorisation). The library also cuts the rows
# into blocks, and `add_square` takes of each `A.T @ A` only the half that symmetry does not give away.
#
# ```quote
# mle.linalg.gram
# ```
#
# ```quote
# mle.linalg.blocks
# ```
#
# A Gram matrix is a sum over rows, so it can be added up block by block, and no centred copy of $X$ exists as a whole.
# How the means are found in the same pass, the chapter on
# [linear algebra](../foundations/linear-algebra.py#centring-in-one-pass) derives.
# (The stopwatch, `seconds`, is in the notebook, as are all cells that are not shown here.)

# %%
#| hide: true
import time
import tracemalloc


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
from mle.linalg import gram

five = homes.X  # beds, baths, square feet and the two degrees
A, t = five - five.mean(axis=0), price - price.mean()
for naive, fast in zip(naive_gram(A, t), gram(A, t)):
    assert np.allclose(naive, fast)
slow = seconds(naive_gram, A, t, repeats=2)  # the better of two
assert slow > 20 * seconds(gram, A, t, repeats=20)
print("arrays against loops: at least 20 times faster")

# %%
#| hide: true
from mle.linear_model.rows import centred_gram


def copied(M, t):
    A = M - M.mean(axis=0)
    return A.T @ A, A.T @ (t - t.mean())


def in_blocks(M, t):
    return centred_gram(M, t, None, True)


tall = np.random.default_rng(0).normal(size=(50_000, 40))
column = tall[:, 0]
assert np.allclose(in_blocks(tall, column)[0], copied(tall, column)[0])
large = peak_memory(copied, tall, column)
assert large > 10 * peak_memory(in_blocks, tall, column)

# %% [markdown]
# For {{ len(tall):, }} rows of {{ tall.shape[1] }} columns, blocks need less than a tenth of the memory that a centred
# copy does. (What that costs in time, the page on [speed](../speed.md) measures.)
#
# ### How many digits survive? {#digits}
#
# A computer carries about 16 digits. How many are left in $w$ depends on how nearly the columns repeat each other.
# Picture all $w$ of length one: with two columns they form a circle, and $Aw$ an ellipse. Its half axes are the
# [singular values](glossary:singular-value) of $A$; the longest by the shortest is the [condition
# number](glossary:condition-number) $\kappa(A)$ ("kappa"), for area and bedrooms
# {{ float(np.linalg.cond(X - X.mean(axis=0))):.0f }}. As a rule of thumb, solving with a matrix loses
# $\log_{10} \kappa$ digits, here two. But $A^\top A$ stretches by the squares of the singular values, as we shall see:
# $\kappa(A^\top A) = \kappa(A)^2$. Twice the digits are gone before `solve` has begun. Two factorisations avoid that.
#
# **QR** [@golub1965]**.** Write $A = QR$, the columns of $Q$ at right angles and of length one, $R$ zero below its
# diagonal. Then $A^\top A = R^\top R$, the normal equations become $R^\top R\, w = R^\top Q^\top t$, and with full rank
# $R^\top$ cancels:
#
# $$
# R\, w = Q^\top t
# $$ {#eq-qr-solution}
# : $Q$ is $(n, p)$ with $Q^\top Q = I$; $R$ is $(p, p)$.
#
# The last equation has one unknown; from there we climb. (Our code leaves that to `np.linalg.solve`, which does not know
# of the triangle; $R$ is small.) $Q$ does not stretch, so $\kappa(R) = \kappa(A)$.
#
# **SVD.** Write $A = U \Sigma V^\top$ ("U sigma V transposed"; $\Sigma$ holds the singular values on its diagonal and
# is no sum), the [singular value decomposition](glossary:svd): turn, stretch, turn. The columns of $U$ and of $V$ stand at
# right angles and have length one, so $A^\top A = V \Sigma^2 V^\top$, and the normal equations become
# $V \Sigma^2 V^\top w = V \Sigma U^\top t$. Undo $V$, then $\Sigma$ twice, then $V^\top$:
#
# $$
# w = V \Sigma^{-1} U^\top t
# $$ {#eq-svd-solution}
# : With $k = \min(n, p)$, $U$ is $(n, k)$, $\Sigma$ is $(k, k)$ and $V$ is $(p, k)$.
#
# Singular values that do not exceed a cutoff, `rcond` times the largest, pass for rounding error and are left out. A part
# of $w$ in their directions would change no prediction and only add length. This $w$ has none: on the floor of the valley
# it is the [shortest](glossary:minimum-norm).

# %%
#| hide: true
import inspect

from mle.linalg import well_conditioned
from mle.linear_model.ordinary import solve_qr, solve_svd

rows_each = 100


def plain_normal(A, t, fit_intercept):
    return np.linalg.solve(A.T @ A, A.T @ t), 0.0


rng = np.random.default_rng(1)
roads = {
    "plain": plain_normal,
    "library": normal_equations,
    "qr": solve_qr,
    "svd": solve_svd,
}
disturbance = 10.0 ** -np.arange(0.0, 7.3, 0.25)
kappa, kept = [], {name: [] for name in roads}
true_w = np.array([1.0, 1.0])
for d in disturbance:
    tables = [
        np.column_stack([u, u + d * v])
        for u, v in rng.normal(size=(15, 2, rows_each))
    ]
    kappa.append(float(np.median([np.linalg.cond(T) for T in tables])))
    for name, solve in roads.items():
        miss = [
            np.abs(
                solve(T, T @ true_w, fit_intercept=False)[0] - true_w
            ).max()
            for T in tables
        ]
        kept[name].append(float(-np.log10(max(np.median(miss), 1e-16))))
kept = {name: np.array(digits) for name, digits in kept.items()}
at_million = int(np.argmin(np.abs(np.log10(kappa) - 6)))
guard = inspect.signature(well_conditioned).parameters["limit"].default
assert guard == 1e8, "the text says so"
assert kept["plain"][at_million] + 4 < kept["qr"][at_million]

# %% [markdown]
# Take two columns of {{ rows_each }} numbers, the second the first plus a shrinking disturbance, and prices made with
# known weights and no noise. @Fig-digits counts what comes back.

# %%
#| id: fig-digits
#| caption: "Digits that survive as two columns become alike. The plain normal equations lose two for each factor of
#|   ten in κ, QR and SVD, one line on the other, one. The library's version is the plain one until κ is about
#|   {{ guard**0.5:,.0f }}, and SVD from there on."
#| alt: Correct digits of the weights against condition number from 3 to 40 million. The curve of the normal
#|   equations falls twice as steeply as that of QR and SVD, to less than two digits. Dots of the library's version
#|   jump from the lower curve to the upper one.
fig, ax = plt.subplots(figsize=(5.2, 3.3))
logk = np.log10(kappa)
ax.plot(logk, kept["plain"], color=plot.color("muted"), lw=1.4)
ax.plot(logk, kept["qr"], color=plot.color("muted"), lw=3.4, alpha=0.5)
ax.plot(logk, kept["svd"], color=plot.color("ink"), lw=1)
ax.plot(
    logk[::2], kept["library"][::2], "o", color=plot.color("fit"), ms=3.6
)
plot.note(
    ax, "QR and SVD", (logk[9], kept["svd"][9]), "ink", offset=(6, 10)
)
plot.note(
    ax,
    "plain normal equations",
    (logk[20], kept["plain"][20]),
    "muted",
    offset=(-14, -4),
    ha="right",
)
plot.note(
    ax,
    "dots: the library",
    (logk[24], kept["library"][24]),
    "fit",
    offset=(14, 18),
    ha="center",
)
ax.set(
    xlabel="condition number κ(A)",
    ylabel="correct digits of w",
    ylim=(0, 16.5),
    xticks=range(0, 9, 2),
)
ax.set_xticklabels(["1", "100", "10⁴", "10⁶", "10⁸"])

# %% [markdown]
# At $\kappa(A) = 10^6$ the plain normal equations keep {{ kept["plain"][at_million]:.0f }} digits, QR
# {{ kept["qr"][at_million]:.0f }} and SVD {{ kept["svd"][at_million]:.0f }}. The rule of thumb says 16 − 12 and 16 − 6, and
# so does theory for small residuals; large ones bring $\kappa^2$ into the problem itself, whatever the road
# [@higham2002, chapter 20]. Here is the guard that makes the jump:
#
# ```quote
# mle.linalg.well_conditioned
# ```
#
# With columns scaled to length one, so that units play no part, the eigenvalues of the Gram matrix, the factors by which
# it stretches, must lie within a factor of $10^8$: at most half of the digits are at risk. And `noise` is the length that
# rounding alone can give a centred column. A column no longer than that is constant, and has no business being scaled up.
# The other two solvers:
#
# ```quote
# mle.linear_model.ordinary.solve_qr
# ```
#
# ```quote
# mle.linear_model.ordinary._centre
# ```
#
# A diagonal entry of $R$ is the part of a column that those before it cannot say. Where `full_rank` finds only rounding
# error there, the SVD takes over:
#
# ```quote
# mle.linear_model.ordinary.solve_svd
# ```

# %%
from mle.linear_model.ordinary import solve_qr, solve_svd

w_qr, b_qr = solve_qr(X, price)
verify("qr-solution", [*w_qr, b_qr], [*w_numpy, b_numpy])

doubled = np.column_stack([area, beds, area])  # the area twice
w_short, b_short = solve_svd(doubled, price)
half = w_two[0] / 2
verify("svd-solution", w_short, [half, w_two[1], half])

print("area once:  weights", w_two.round(3).tolist())
print("area twice: weights", w_short.round(3).tolist())

# %% [markdown]
# No method can say which copy earns the weight. Of all pairs with the same sum the even one is the shortest, so we know
# what the SVD must answer, and `verify` asks for that.

# %%
#| hide: true
n_, p_ = 100_000, 10
operations = {
    "normal": n_ * p_**2 + p_**3 / 3,
    "qr": 4 * n_ * p_**2 - 4 * p_**3 / 3,
    "svd": 6 * n_ * p_**2 + 20 * p_**3,
}

# %% [markdown]
# | Road | Operations | Digits lost | Repeated column |
# |:--|--:|:--|:--|
# | normal | {{ operations["normal"] / 1e6:.0f }} million | $2 \log_{10} \kappa$ | calls SVD |
# | QR | {{ operations["qr"] / 1e6:.0f }} million | $\log_{10} \kappa$ | calls SVD |
# | SVD | {{ operations["svd"] / 1e6:.0f }} million | $\log_{10} \kappa$ | shortest $w$ |
#
# : Costs with $Q$ and $U$ written out, as in our code, about $np^2$, $4np^2$ and $6np^2$
#   [@golub-vanloan2013, sections 5.3 and 8.6], for {{ n_:, }} rows and {{ p_ }} columns, and digits lost when residuals are
#   small. {#tbl-roads}
#
# ## Sacramento, read aloud {#sacramento}
#
# ### The sign flips
#
# Back to the bedrooms. `X` holds the area and the number of bedrooms.

# %%
#| live: true
both = LinearRegression().fit(X, price)
alone = LinearRegression().fit(beds[:, None], price)
print("thousand dollars for one more")
print(f"  bedroom, alone      {alone.coef_[0]:+6.2f}")
print(f"  bedroom, same area  {both.coef_[1]:+6.2f}")
print(f"  m², same bedrooms   {both.coef_[0]:+6.2f}")

# %% [markdown]
# Read aloud: among homes with the same number of bedrooms, each square metre goes with
# {{ round(1000 * both.coef_[0], -1):,.0f }} dollars more. Among homes of the same area, each bedroom goes with
# {{ -both.coef_[1]:.0f }} thousand dollars *less*. @Fig-same-size shows it without any algebra, and shows where it ends.

# %%
#| hide: true
import itertools

edges = [0, 85, 100, 120, 140, 160, 200, 250, 1000]
bands = {}
for low, high in itertools.pairwise(edges):
    inside = (area >= low) & (area < high)
    counts = {k: int(np.sum(inside & (beds == k))) for k in range(1, 7)}
    bands[low, high] = {
        k: float(price[inside & (beds == k)].mean())
        for k in counts
        if counts[k] >= 10
    }
bare, small, *others = (list(band.values()) for band in bands.values())
assert len(bare) == 1, "the caption says so"
del bands[0, 85]
assert small == sorted(small), "the caption says that this line rises"
assert all(band == sorted(band, reverse=True) for band in others), (
    "the caption says that these lines fall"
)
assert [len(band) > 1 for band in others] == [True] * 6, (
    "the caption counts them"
)
assert both.coef_[1] < 0 < alone.coef_[0], (
    "the text says that the sign flips"
)


def bedroom_within(low, high):
    """Weight of the bedroom, and number of homes."""
    rows = (area >= low) & (area < high)
    fit = LinearRegression().fit(X[rows], price[rows])
    return float(fit.coef_[1]), int(rows.sum())


in_small, in_middle, in_large = (
    bedroom_within(*edge) for edge in ((0, 100), (100, 250), (250, 1000))
)
assert in_small[0] > 0 > max(in_middle[0], in_large[0]), "the text says so"

# %%
#| id: fig-same-size
#| caption: Mean prices again, but each solid line joins homes of about the same area. Six fall; the lowest, of homes
#|   from 85 to 100 m², rises. So does the line of all homes, because homes with more bedrooms are larger. Means of fewer
#|   than ten homes are left out, which leaves a single one below 85 m², not drawn.
#| alt: Mean price against number of bedrooms. A dotted line for all homes climbs. Six solid lines, for bands of area
#|   from 100 square metres up, lie one above the other, and each falls from left to right. A seventh at the bottom,
#|   for homes of 85 to 100 square metres, climbs from two bedrooms to three.
fig, ax = plt.subplots(figsize=(5.2, 3.6))
ax.plot(
    range(1, 6),
    [few[k] for k in range(1, 6)],
    ":",
    color=plot.color("muted"),
    lw=1.6,
)
plot.note(ax, "all homes", (5, few[5]), "muted", offset=(-6, 2))
for (low, high), band in bands.items():
    k, mean = list(band), list(band.values())
    name = f"over {low} m²" if high == 1000 else f"{low}–{high} m²"
    ax.plot(k, mean, "o-", color=plot.color("fit"), ms=5)
    if low == 85:  # the dotted line is at its left
        plot.note(ax, name, (k[-1], mean[-1]), "fit", offset=(8, -5))
    else:
        plot.note(ax, name, (k[0], mean[0]), "fit", offset=(-8, 0))
ax.set(
    xlim=(0.7, 5.2),
    ylim=(90, 495),
    xticks=range(1, 6),
    xlabel="bedrooms",
    ylabel="mean price, thousand $",
)

# %% [markdown]
# There is no contradiction. @Fig-bedrooms compares small homes with large ones and credits the bedrooms with the
# area. A weight in a fit of several columns answers another question: what goes with one more, *the other columns
# held fixed* [@frisch-waugh1933]? (@Ex-held-fixed shows how.) And one weight answers for all homes, even where the sign
# may differ. Fitted to parts of the table, the bedroom's weight is {{ in_small[0]:+.0f }} thousand in the
# {{ in_small[1] }} homes below 100 m², {{ in_middle[0]:+.0f }} in the {{ in_middle[1] }} from there to 250, and
# {{ in_large[0]:+.0f }} in the {{ in_large[1] }} above. How sure the first of these is, we shall see.
#
# And the wall? None of these numbers is its price. The fit compares different homes; it has never watched a wall go up. A
# home with few bedrooms for its size may be newer, or in a dearer street, and no column says so: a
# [confounder](glossary:confounder). What we may tell our friend is that nothing in these sales promises her {{ few[4] - few[3]:.0f }}
# thousand dollars.
#
# ### Seven columns
#
# Now all that the table knows. Degrees become kilometres, and the type of home, a
# [categorical](glossary:categorical-feature) column, becomes zeros and ones: [one-hot
# encoding](glossary:one-hot-encoding).

# %%
degree = 40_000 / 360  # km of latitude: the Earth is 40,000 km round
latitude = homes.columns["latitude"]
longitude = homes.columns["longitude"]
shrink = np.cos(np.radians(latitude.mean()))  # meridians converge
north = degree * (latitude - latitude.mean())
east = degree * (longitude - longitude.mean()) * shrink
condo = (homes.columns["type"] == "Condo").astype(float)
multi = (homes.columns["type"] == "Multi_Family").astype(float)

X7 = np.column_stack([area, beds, baths, east, north, condo, multi])
model = LinearRegression().fit(X7, price)

# %% [markdown]
# A third column, for houses, would be one minus the other two: it would say nothing new, and cost $A$ its full rank.
# Without it, "house" is what the two are compared with.
#
# How sure are the weights? Suppose that $y = Xw^\ast + b^\ast + e$, with true weights $w^\ast$ that nobody sees, and
# errors $e$ that are independent and all have the [variance](glossary:variance) $\sigma^2$. Centred, that is
# $t = A w^\ast + (e - \bar e)$. Put it into @eq-normal-equations; the columns of $A$ add up to zero, so $\bar e$ drops
# out, and $w = w^\ast + M e$ with $M = (A^\top A)^{-1} A^\top$. Each weight is the true one plus a sum
# $\sum_i M_{ji} e_i$. Variances of independent terms add up, and a factor comes out squared, so the variance of that sum
# is $\sigma^2 \sum_i M_{ji}^2$. The sums of squares are the diagonal of $M M^\top = (A^\top A)^{-1}$, and
# $\sigma^2 (A^\top A)^{-1}$ is the [covariance](glossary:covariance) of all weights [@hastie2009, equation 3.8].
#
# The residuals estimate $\sigma^2$. The plane has $p + 1$ numbers with which to run after the errors, so the residuals are
# smaller than the errors: on average $r^\top r$ is $\sigma^2$ times $n - p - 1$, the [degrees of
# freedom](glossary:degrees-of-freedom) left. So $\hat\sigma^2 = r^\top r / (n - p - 1)$ takes the place of $\sigma^2$, and
# the roots of the diagonal are [standard errors](glossary:standard-error). A sum of many small errors nearly follows a
# bell curve, with 95 % of its area within 1.96 standard deviations of the middle. So the weight plus and minus 1.96
# standard errors is a [confidence interval](glossary:confidence-interval).


# %%
def spread_of_weights(X, r):
    A = X - X.mean(axis=0)
    n, p = A.shape
    return np.linalg.inv(A.T @ A) * (r @ r) / (n - p - 1)  # (p, p)


r7 = price - model.predict(X7)
error7 = np.sqrt(np.diag(spread_of_weights(X7, r7)))
low7 = model.coef_ - 1.96 * error7
high7 = model.coef_ + 1.96 * error7

# %%
#| hide: true
in_first = area < 100
r_first = price[in_first] - LinearRegression().fit(
    X[in_first], price[in_first]
).predict(X[in_first])
error_first = float(spread_of_weights(X[in_first], r_first)[1, 1] ** 0.5)
first = [in_small[0] + side * 1.96 * error_first for side in (-1, 1)]
assert 0 < first[0] < 2, "the text says that it hardly leaves zero out"
assert high7[1] < 0, "the text says that the minus sign is sure"
assert low7[2] < 0 < high7[2], "the text says that the sign is open"


def interval(j, digits):
    return f"{low7[j]:.{digits}f} to {high7[j]:.{digits}f}".replace(
        "-", "−"
    ).replace(" ", "\u00a0")

# %% [markdown]
# | One more | weight | 95 % interval |
# |:--|--:|:--|
# | square metre | {{ model.coef_[0]:.2f }} | {{ interval(0, 2) }} |
# | bedroom | {{ model.coef_[1]:.1f }} | {{ interval(1, 1) }} |
# | bathroom | {{ model.coef_[2]:.1f }} | {{ interval(2, 1) }} |
# | km east | {{ model.coef_[3]:.2f }} | {{ interval(3, 2) }} |
# | km north | {{ model.coef_[4]:.2f }} | {{ interval(4, 2) }} |
# | condo | {{ model.coef_[5]:.0f }} | {{ interval(5, 0) }} |
# | multi-family | {{ model.coef_[6]:.0f }} | {{ interval(6, 0) }} |
#
# : Seven weights of {{ len(price) }} sales in thousand dollars, each with the other six columns held fixed. {#tbl-weights}
#
# Over all homes, the bedroom's minus sign is no accident of the sample; zero is
# {{ abs(float(model.coef_[1] / error7[1])):.0f }} standard errors away. But it is an average: for homes below 100 m²
# alone, area and bedrooms give {{ in_small[0]:+.0f }}, with an interval from {{ first[0]:.1f }} to {{ first[1]:.0f }} that
# hardly leaves zero out. Ten kilometres east, towards the
# mountains, go with {{ 10 * model.coef_[3]:.0f }} thousand dollars more. The interval of a bathroom holds zero, so these
# data cannot tell. That is not the same as "bathrooms do not matter".
#
# ### Homes it has not seen
#
# A model is judged on rows that took no part in fitting, the [test set](glossary:test-set). One split can flatter, so
# we draw a hundred and hold out a quarter each time.^[Of the rows, {{ len(price) - len(np.unique(np.column_stack([homes.X, price]), axis=0)) }}
# are exact copies of others, so one home may sit on both sides. So few change nothing; in other data they may.]

# %%
from mle.model_selection import train_test_split

rmse, r2 = {}, {}


def judge(rule, guess, truth):
    miss = np.sqrt(np.mean((truth - guess) ** 2))
    rmse.setdefault(rule, []).append(float(miss))
    r2.setdefault(rule, []).append(r2_score(truth, guess))


rows = np.arange(len(price))
for seed in range(100):
    train, test = train_test_split(rows, random_state=seed)
    truth = price[test]
    judge("mean", np.full(len(test), price[train].mean()), truth)
    ratio = np.mean(price[train] / area[train])
    judge("ratio", ratio * area[test], truth)
    for rule, T in (("area", area[:, None]), ("two", X), ("seven", X7)):
        fit = LinearRegression().fit(T[train], price[train])
        judge(rule, fit.predict(T[test]), truth)


# %%
#| hide: true
def thousands(values):
    return f"{np.mean(values):.0f} ± {np.std(values):.0f}"


def wins(better, worse):
    return int(np.sum(np.less(rmse[better], rmse[worse])))


def share(values):
    return f"{np.mean(values):.2f} ± {np.std(values):.2f}".replace("-", "−")


assert abs(np.mean(rmse["ratio"]) - np.mean(rmse["area"])) < 0.5, (
    "the text calls them equally good"
)

# %% [markdown]
# | Rule | RMSE, thousands | $R^2$ on unseen homes |
# |:--|--:|--:|
# | mean price | {{ thousands(rmse["mean"]) }} | {{ share(r2["mean"]) }} |
# | mean price of a m² | {{ thousands(rmse["ratio"]) }} | {{ share(r2["ratio"]) }} |
# | least squares, area | {{ thousands(rmse["area"]) }} | {{ share(r2["area"]) }} |
# | area, bedrooms | {{ thousands(rmse["two"]) }} | {{ share(r2["two"]) }} |
# | all seven | {{ thousands(rmse["seven"]) }} | {{ share(r2["seven"]) }} |
#
# : A hundred random splits; ± is the standard deviation from split to split. {#tbl-scores}
#
# For size alone, the price of a square metre is as good as least squares: the best line passes close to the origin. Split
# by split, two columns beat one in {{ wins("two", "area") }} of the hundred, and seven beat two in
# {{ wins("seven", "two") }}. Even so a typical miss is {{ float(np.mean(rmse["seven"])):.0f }} thousand dollars.
#
# ## Where it breaks {#where-it-breaks}

# %%
#| hide: true
x5, y5 = np.append(x, 120.0), np.append(y, 25.0)
(w5,), b5 = normal_equations(x5[:, None], y5)
r5 = y5 - (w5 * x5 + b5)
assert w5 < 0
assert abs(r5[4]) < 1.5 * r5[3]

# %% [markdown]
# ### One typing error
#
# A fifth flat of 120 m² is sold for 250 thousand and entered as 25. The slope falls from {{ w:.2f }} to
# {{ float(w5):.2f }}: larger flats, says the line, are cheaper. And the wrong price hardly stands out: it is missed by
# {{ abs(float(r5[4])):.0f }}, its innocent neighbour by {{ float(r5[3]):.0f }}, because the line has run after the
# error. What stands out is [Cook's distance](glossary:cooks-distance) [@cook1977], how far all predictions move when one
# row is left out:
#
# $$
# D_i = \frac{r_i^2\, h_i}{(p + 1)\, \hat\sigma^2 (1 - h_i)^2}
# $$
#
# It has no unit, and above 1 it is worth a look. The [leverage](glossary:leverage) $h_i$ asks only where a row stands: if
# $y_i$ rises by 1, its own prediction rises by $h_i$. For one column
# $h_i = 1/n + (x_i - \bar x)^2 / \sum_k (x_k - \bar x)^2$.


# %%
def cooks_distance(x, y):
    """Influence of each row (n,) on the line through one column."""
    (w,), b = normal_equations(x[:, None], y)
    A, r, n = x - x.mean(), y - (w * x + b), len(x)
    h = 1 / n + A**2 / (A @ A)  # leverages
    return r**2 * h / (2 * (r @ r / (n - 2)) * (1 - h) ** 2)


x5, y5 = np.append(x, 120.0), np.append(y, 25.0)
print("typed 25: ", cooks_distance(x5, y5).round(2).tolist())
print("typed 250:", cooks_distance(x5, np.append(y, 250.0)).round(2).tolist())

# %%
#| hide: true
cook = cooks_distance(x5, y5)
cook_clean = cooks_distance(x5, np.append(y, 250.0))
assert cook.argmax() == 4
assert cook_clean[0] > 1 > cook_clean[1:].max(), "the text says so"
middle, largest = (
    int(np.argsort(area)[len(area) // 2]),
    int(np.argmax(area)),
)


def slope_with_extra_zero(i):
    typed = price.copy()
    typed[i] *= 10
    return float(normal_equations(area[:, None], typed)[0][0])

# %% [markdown]
# The first line of numbers has the largest at the end, where the error is. With the right price the first flat is above
# 1 as well: of five rows, those at the ends always weigh a lot. So the number asks you to look; it does not convict.
#
# ^^^
# **What gives it away.** A single large Cook's distance; a story that changes when one row is left out.
# ^^^
#
# An extra zero in the price of Sacramento's home of median size moves the slope from {{ line.coef_[0]:.3f }} to
# {{ slope_with_extra_zero(middle):.3f }}, in the largest home to {{ slope_with_extra_zero(largest):.3f }}.
#
# ### Columns that repeat each other
#
# A careless merge of two files gives us the area twice, once rounded to whole square metres.

# %%
#| live: true
rounded = np.round(area)
twice = np.column_stack([area, rounded])
merged = LinearRegression().fit(twice, price)
fits = {"once": (line, twice[:, :1]), "twice": (merged, twice)}
for name, (fit, T) in fits.items():
    spread = spread_of_weights(T, price - fit.predict(T))
    print(f"area {name}: R² {fit.score(T, price):.3f}")
    for weight, error in zip(fit.coef_, np.sqrt(np.diag(spread))):
        print(f"  weight {weight:+.2f}, standard error {error:.2f}")


def scaled_condition(T):
    """Condition number of the columns and the ones, of length one."""
    T1 = np.column_stack([T, np.ones(len(T))])
    return np.linalg.cond(T1 / np.linalg.norm(T1, axis=0))


print(f"condition number: area twice {scaled_condition(twice):,.0f}")
print(f"                  area and bedrooms {scaled_condition(X):,.0f}")

# %% [markdown]
# ^^^
# **What gives it away.** Large weights of opposite sign, huge standard errors, a condition number above 30 or so, of the
# columns and the ones, each scaled to length one but not centred [@belsley1980, chapter 3].
# ^^^
#
# The sum of the two is {{ float(merged.coef_.sum()):.2f }}, close to the old weight, and the predictions have hardly moved. But
# columns that are nearly [collinear](glossary:collinear) can trade weight at no cost. No solver cures this; the data do
# not know the answer.
#
# ### A fan, and the edge of the data
#
# Plot each residual of the fit of seven columns against its prediction and hope for a cloud of even height. @Fig-fan is not
# that.

# %%
#| hide: true
fitted7 = model.predict(X7)
cuts = np.quantile(fitted7, [0.0, 0.25, 0.5, 0.75, 1.0])
quarters = [
    (low, high, rms(r7[(fitted7 >= low) & (fitted7 <= high)]))
    for low, high in itertools.pairwise(cuts)
]
worst = int(np.argmax(np.abs(r7)))
assert cuts[2] <= fitted7[worst] < cuts[3], "the caption says so"
third = (fitted7 >= cuts[2]) & (fitted7 <= cuts[3])
third[worst] = False

# %%
#| id: fig-fan
#| caption: The dearer a home, the wider it is missed. The bands are one RMSE up and down in each quarter of the
#|   predictions; it grows from {{ quarters[0][2]:.0f }} to {{ quarters[3][2]:.0f }} thousand dollars. A single home, sold
#|   for {{ r7[worst]:.0f }} thousand more than predicted, lifts the third from {{ rms(r7[third]):.0f }} to
#|   {{ quarters[2][2]:.0f }}.
#| alt: Residuals against predicted price, spreading like a fan from left to right, with a band in each quarter of the
#|   predictions that is much wider in the last than in the first. The largest misses are far above zero.
fig, ax = plt.subplots(figsize=(5.2, 3.8))
ax.axhline(0, color=plot.color("fit"))
halo = [withStroke(linewidth=4, foreground=plot.color("ground"))]
ax.plot(
    fitted7, r7, "o", color=plot.color("data"), ms=2.6, alpha=0.5, mew=0
)
for (low, high, size), place in zip(quarters, (0.35, 0.5, 0.55, 0.5)):
    ax.fill_between(
        [low, high],
        -size,
        size,
        color=plot.color("error"),
        alpha=0.22,
        lw=0,
    )
    ax.plot(
        [low, high, np.nan, low, high],
        [size, size, np.nan, -size, -size],
        color=plot.color("error"),
        lw=1.6,
    )
    plot.note(
        ax,
        f"{size:.0f}",
        (low + place * (high - low), size),
        "error",
        offset=(0, 3),
        ha="center",
        weight="bold",
        path_effects=halo,
    )
ax.set(
    xlabel="predicted price, thousand $",
    ylabel="residual, thousand $",
    ylim=(-330, 600),
)

# %% [markdown]
# ^^^
# **What gives it away.** Residuals against predictions: a funnel says unequal spread, a bend says that a line is the wrong shape.
# ^^^
#
# Errors with unequal spread are [heteroscedastic](glossary:heteroscedastic). The weights are still right on average,
# but @tbl-weights assumed one $\sigma$ for all. White puts each row's own squared residual in its place:
# $(A^\top A)^{-1} A^\top \operatorname{diag}(r_1^2, \dots, r_n^2)\, A (A^\top A)^{-1}$ [@white1980, theorem 1].


# %%
def white_errors(X, r):
    A = X - X.mean(axis=0)
    inverse = np.linalg.inv(A.T @ A)
    middle = (A * r[:, None] ** 2).T @ A  # the diagonal matrix stays away
    return np.sqrt(np.diag(inverse @ middle @ inverse))  # (p,)


white7 = white_errors(X7, r7)

# %%
#| hide: true
assert model.coef_[1] + 1.96 * white7[1] < 0, (
    "the text says that the minus sign survives"
)
white_first = float(white_errors(X[in_first], r_first)[1])
open_first = [in_small[0] + side * 1.96 * white_first for side in (-1, 1)]
assert open_first[0] < 0 < open_first[1], "the text says so"

# %% [markdown]
# The standard error of the area becomes {{ float(white7[0]):.2f }} in place of {{ float(error7[0]):.2f }}, that of the
# bedrooms {{ float(white7[1]):.1f }} in place of {{ float(error7[1]):.1f }}. The minus sign survives. Not so the plus below
# 100 m²: its interval now goes from {{ f"{open_first[0]:.1f}".replace("-", "−") }} to {{ open_first[1]:.0f }} and holds
# zero. Small homes may differ from the others; these sales cannot tell. Both formulas take the rows as independent;
# @ex-bootstrap doubts it.
#
# And no formula knows where the data end: the line of area alone will sell you a home of 1,000 m² for
# {{ float(line.predict([[1000.0]])[0]) / 1000:.1f }} million dollars, though no home here is above
# {{ area.max():.0f }} m².
#
# ### Four sets, one line
#
# @Fig-anscombe shows what summaries hide.

# %%
#| hide: true
from mle.datasets import load_anscombe

quartet = load_anscombe().columns
quartet_fits = []
for k in "1234":
    (w_k,), b_k = normal_equations(
        quartet["x" + k][:, None], quartet["y" + k]
    )
    quartet_fits.append(
        (
            float(w_k),
            b_k,
            r2_score(quartet["y" + k], w_k * quartet["x" + k] + b_k),
        )
    )
same = max(np.ptp(numbers) for numbers in zip(*quartet_fits))
assert same < 0.005

# %%
#| id: fig-anscombe
#| caption: Anscombe's quartet. Weight, intercept and R² agree to two decimals ({{ quartet_fits[0][0]:.2f }},
#|   {{ quartet_fits[0][1]:.2f }} and {{ quartet_fits[0][2]:.2f }}); only the first line describes its points.
#| alt: Four scatter plots with the same line. First, points scattered evenly about it; second, a smooth curve; third,
#|   ten points exactly on a flatter line and one outlier above; fourth, ten points at one x and a single point far to the right
#|   that fixes the slope.
fig, axes = plt.subplots(2, 2, figsize=(5.2, 3.6), sharex=True, sharey=True)
fig.subplots_adjust(wspace=0.08, hspace=0.14)
for ax, k, (w_k, b_k, _), told in zip(
    axes.flat,
    "1234",
    quartet_fits,
    ["a line", "a bend", "an outlier", "one lever"],
):
    ax.set(
        xlim=(3, 20), ylim=(2, 14), xticks=[5, 10, 15], yticks=[4, 8, 12]
    )
    plot.residuals(
        ax, quartet["x" + k], quartet["y" + k], w_k * quartet["x" + k] + b_k
    )
    ax.plot(
        quartet["x" + k],
        quartet["y" + k],
        "o",
        color=plot.color("data"),
        ms=4,
    )
    plot.line(ax, w_k, b_k)
    plot.note(
        ax, told, (3.5, 13.6), "ink", offset=(0, 0), ha="left", va="top"
    )
for ax in axes.flat:
    ax.label_outer()
    if ax in axes[1]:
        ax.set_xlabel("x")
    if ax in axes[:, 0]:
        ax.set_ylabel("y")

# %% [markdown]
# Anscombe made them to show that looking is part of computing [@anscombe1973]. What tells them apart is row by row:
# residuals, leverages, pictures.
#
# ## Another road: downhill {#downhill}
#
# The normal equations jump to the bottom. [Gradient descent](glossary:gradient-descent) [@cauchy1847, p. 536] walks
# there, step by step against the gradient:
#
# $$
# w^{(m+1)} = w^{(m)} - \eta\, \nabla L\bigl(w^{(m)}\bigr)
# $$ {#eq-gradient-step}
# : $w^{(m)}$, the weights after $m$ steps, is $(p,)$; $\eta$ ("eta") is the learning rate, one positive number.
#
# It is the plainest of the roads that need no formula for the bottom (more of them: [optimisation](../foundations/optimisation.py)),
# so it pays to watch it where we know the answer.
#
# ```quote
# mle.optimize.descent.gradient_descent
# ```
#
# One line is the equation; the others decide when the walk has [converged](glossary:convergence), and when it has failed.
#
# How large may the [learning rate](glossary:learning-rate) $\eta$ be? On centred columns the gradient is
# $-\frac2n A^\top (t - A w)$. As $w$ moves it changes at the same rate everywhere, $H = \frac2n A^\top A$, the
# curvature of the bowl; at the bottom $\hat w$ it is zero. So it equals $H (w - \hat w)$, and each step multiplies the
# rest of the way, $w - \hat w$, by $I - \eta H$.
#
# The axes of the bowl are the directions that $H$ only stretches, its eigenvectors, and the factor, the eigenvalue $c$,
# is the curvature along the axis. Each step multiplies the distance there by $1 - \eta c$. It shrinks if that lies
# between −1 and 1, on every axis: $\eta < 2 / c_{\max}$. With $\eta = 1 / c_{\max}$ the flattest axis is the slowest,
# and the number of steps grows with $c_{\max} / c_{\min} = \kappa(A)^2$.

# %%
from mle.optimize import gradient_descent
from mle.preprocessing import StandardScaler

Z = StandardScaler().fit_transform(X)  # in standard deviations
t = price - price.mean()


def bowl(v):
    return squared_loss(Z, t, v, 0.0)


def slope(v):
    return squared_loss_gradient(Z, t, v, 0.0)[0]


start = [0.0, 0.0]
walk = gradient_descent(bowl, slope, start, learning_rate=0.3, max_iter=12)

H = 2 * Z.T @ Z / len(Z)
bottom = np.linalg.lstsq(Z, t, rcond=None)[0]
shrunk = np.linalg.matrix_power(np.eye(2) - 0.3 * H, 12)
verify("gradient-step", walk.x, bottom + shrunk @ (0 - bottom))

steepest = float(np.linalg.eigvalsh(H)[-1])
print(f"learning rates below {2 / steepest:.3f} arrive")

# %% [markdown]
# Turn the rate yourself in @fig-rate. Twenty steps crawl, hurry or run away, and the best rate lies not far below
# the first bad one.

# %%
#| id: fig-rate
#| live: true
#| play: {learning_rate: [0.01, 0.03, 0.1, 0.2, 0.3, 0.4, 0.5, 0.55, 0.6, 0.62, 0.63, 0.64]}
#| say: "After 20 steps the loss is {{ f'{left[-1]:,.0f}' if left[-1] > 100 else f'{left[-1]:.2g}' }} above the bottom; it began {{ left[0]:,.0f }} above."
#| caption: How far the loss is above the bottom, step by step, on a scale where each line up is a factor of 100. A
#|   straight line down means that every step removes the same share. Dotted, the best rate there is,
#|   {{ best_rate:.2f }}, which is two divided by the sum of the largest and the smallest curvature.
#| alt: A curve of dots over 20 steps on a logarithmic scale. For small rates it falls slowly, at 0.5 fastest, along the
#|   dotted line, and from 0.6 on it rises.
learning_rate = 0.3


def loss_left(rate, steps=20):
    """Loss minus the smallest loss, after 0, 1, ... steps."""
    v, losses = np.zeros(2), []
    for _ in range(steps + 1):
        losses.append(bowl(v) - bowl(bottom))
        v = v - rate * slope(v)
    return np.array(losses)


curvatures = np.linalg.eigvalsh(H)
best_rate = float(2 / (curvatures[0] + curvatures[-1]))
left = loss_left(learning_rate)

fig, ax = plt.subplots()
ax.semilogy(left, "o-", color=plot.color("fit"), ms=3.4, lw=1.2)
ax.semilogy(loss_left(best_rate), ":", color=plot.color("muted"), lw=1)
ax.set(xlim=(0, 20), ylim=(1e-4, 1e8), xticks=range(0, 21, 5), xlabel="steps", ylabel="loss above the bottom")
ax.set_yticks([1e-4, 1e-2, 1, 1e2, 1e4, 1e6, 1e8])

# %% [markdown]
# The library sees the loss grow and stops:

# %%
#| live: true
#| raises: DivergenceError
gradient_descent(bowl, slope, start, learning_rate=0.63)

# %% [markdown]
# For least squares the solver `"gd"` can pick a safe rate: one divided by the largest eigenvalue of $H$. As $b$ walks too,
# $H$ now has a last row and column for it, as if $X$ had a column of ones.
#
# Safe, but not fast. In raw units the area counts in hundreds and the intercept multiplies ones; the bowl is a canyon:

# %%
#| raises: ConvergenceWarning
LinearRegression(solver="gd", max_iter=2000).fit(X, price)

# %%
#| hide: true
from mle.linear_model.ordinary import solve_descent


def with_ones(M):
    return np.column_stack([M, np.ones(len(M))])


kappa_raw, kappa_centred, kappa_scaled = (
    np.linalg.cond(with_ones(M).T @ with_ones(M))
    for M in (X, X - X.mean(axis=0), Z)
)
steps_scaled = solve_descent(Z, price, tol=1e-7).n_iter

# %% [markdown]
# The condition number of $H$ is {{ kappa_raw:,.0f }}. Centring the columns brings it down to {{ kappa_centred:,.0f }}.
# Dividing them by their [standard deviations](glossary:standard-deviation) too, which is
# [standardisation](glossary:standardisation), brings it to {{ kappa_scaled:.1f }}. Now {{ steps_scaled }} steps bring every
# slope below $10^{-7}$. All roads, side by side:

# %%
Z1 = np.column_stack([Z, np.ones(len(Z))])
by_numpy = np.linalg.lstsq(Z1, price, rcond=None)[0]
for solver in ("normal", "qr", "svd", "gd"):
    fit = LinearRegression(solver, tol=1e-7).fit(Z, price)
    assert np.allclose([*fit.coef_, fit.intercept_], by_numpy, rtol=1e-8)
    print(f"{solver:>6} and np.linalg.lstsq agree to 8 digits")

by_polyfit = np.polyfit(area, price, 1)
assert np.allclose(by_polyfit, [*line.coef_, line.intercept_], rtol=1e-8)
print("  line and np.polyfit agree to 8 digits")

# %% [markdown]
# ## What production libraries add {#production}
#
# - **scikit-learn** [@pedregosa2011] takes our third road: `LinearRegression.fit` in `sklearn/linear_model/_base.py`
#   centres, scales rows by the roots of their weights and calls `scipy.linalg.lstsq`, which is an SVD, `gelsd` of LAPACK,
#   the Fortran library under NumPy and SciPy. Sparse tables go to the iterative `lsqr`, `positive=True` to `nnls`.
# - **statsmodels** [@seabold2010] takes the [pseudo-inverse](glossary:pseudo-inverse) by SVD, or QR if asked: `fit` in
#   `statsmodels/regression/linear_model.py`. Around it stands what we did by hand and more: tests, White's and other
#   covariances (`cov_type="HC0"` is the one above), leverage and Cook's distance.
# - **R**'s `lm` and LAPACK's `gelsy` stand between our second and third road: QR that moves nearly dependent columns to
#   the end (pivoting). `lm` reports `NA` for their weights rather than guess; `gelsy` goes on to the shortest answer.
#
# ## Summary
#
# - Least squares picks the weights with the smallest mean squared residual; it trusts all rows alike.
# - At its minimum the residuals are orthogonal to every column and to the ones.
# - Full rank makes the answer unique; otherwise the SVD gives the shortest.
# - The normal equations square the condition number; QR and SVD do not; descent needs scaled columns and a rate below
#   two over the largest curvature.
# - A weight says what goes with one more unit, the other columns held fixed, on average over the rows you have: read it
#   with its interval, look at the residuals, and do not call it a cause.
#
# ## Quiz
#
# ```quiz
# - question: "The residuals of a least-squares line with an intercept have the mean"
#   answers:
#     - text: zero, whatever the data
#       right: true
#       why: "The slope of the loss in $b$ is minus twice the mean residual, and at the bottom it is zero."
#     - text: zero only if the true relation is a line
#       why: "A line can be wrong everywhere and still miss evenly on both sides, as in Anscombe's second set."
#     - text: as small as the noise allows
#       why: "The noise sets their spread. Their mean is zero by construction, even for pure noise."
# - question: "We measure the area in square feet instead of square metres (1 m² is about 10.76 square feet) and fit again. What changes?"
#   answers:
#     - text: "The weight of the area is divided by 10.76; the predictions stay"
#       right: true
#       why: "The plane is the same, described in other units. The column grows by a factor, its weight shrinks by it."
#     - text: "All weights change, because the columns have other lengths now"
#       why: "Stretching one column does not change which predictions can be reached, so the other weights stay as they are."
#     - text: "R squared rises, because the area has a larger spread"
#       why: "$R^2$ is about the spread of $y$, and neither $y$ nor the predictions have changed."
# - question: "A column of random numbers is added to the table. On the rows that were fitted, $R^2$"
#   answers:
#     - text: "falls, because noise disturbs the fit"
#       why: "The old weights with a zero for the new column are still available, so the smallest loss cannot be larger than before."
#     - text: "cannot fall, and nearly always rises a little"
#       right: true
#       why: "More columns, more reachable predictions: the projection can only come closer. That is why we judge on rows held out."
#     - text: "stays the same, because the column has nothing to do with the price"
#       why: "By chance it will be correlated a little with the residuals, and least squares uses whatever it finds."
# - question: "Two columns are nearly the same, $\\kappa(A) = 10^7$, and the residuals are small. The normal equations without a guard keep about"
#   answers:
#     - text: 9 of 16 digits
#       why: "That is what QR or SVD would keep. The Gram matrix has the condition number squared, $10^{14}$."
#     - text: 2 of 16 digits
#       right: true
#       why: "Solving loses $\\log_{10} \\kappa(A)^2 = 14$ digits, and 16 − 14 = 2."
#     - text: all of them, if the columns are standardised first
#       why: "Scaling repairs columns of different lengths. It does not turn columns that point the same way apart."
# - question: "In the fit of area and bedrooms, the bedroom's weight is negative. It follows that"
#   answers:
#     - text: taking out a wall raises the price of a home
#       why: "The fit compares different homes as they were sold. Nothing in the data shows one home before and after."
#     - text: the fit is wrong, because bedrooms are worth something
#       why: "The fit answers its own question correctly: what goes with one more bedroom at the same area."
#     - text: "among these homes, on average and in a straight-line summary, more bedrooms at the same area went with a lower price"
#       right: true
#       why: "That is all a weight says. It may differ from part to part, perhaps even in sign. Why, the columns cannot tell."
# ```
#
# ## Exercises
#
# The minutes above do not count these.
#
# ### Exercise: The level line {#ex-level-line level="warm-up"}
#
# At which price of a fifth flat of 120 m² does the line through all five become level? Work it out with a pencil first.
# Then write a function that finds it for any flats and any new one that is not of their mean size. (Among hundreds of
# homes the answer may be absurd: one row then has to outweigh all others.)
#
# ??? hint "A hint"
#
#     The slope is zero when the centred areas times the prices add up to zero. Compute this sum for the four known
#     flats, with the mean of all *five* areas, and ask what the fifth term must be.


# %%
#| exercise: stub
def level_price(x, y, x_new):
    """Price of a home of size x_new that levels the line."""
    centred = np.append(x, x_new) - np.append(x, x_new).mean()
    return float(centred[-1])  # your turn

# %%
#| exercise: check
for sizes, prices, new in ((x, y, 120.0), (area, price, 20.0)):
    found = level_price(sizes, prices, new)
    five_x, five_y = np.append(sizes, new), np.append(prices, found)
    tilt = np.polyfit(five_x, five_y, 1)[0]
    assert abs(tilt) < 1e-9, (
        f"{len(sizes)} homes and one of {new:.0f} m² for {found:.2f}: "
        f"the slope is {tilt:.4f}, not 0"
    )


# %%
#| exercise: solution
#| note: "For the four flats: the mean of the areas is 88, the four terms add up to −1,360, and the fifth deviation is
#|   32. So the price is 42.5."
def level_price(x, y, x_new):
    centred = np.append(x, x_new) - np.append(x, x_new).mean()
    return float(-(centred[:-1] @ y) / centred[-1])

# %% [markdown]
# ### Exercise: Held fixed {#ex-held-fixed level="core"}
#
# What does "with the area held fixed" mean, if nobody holds anything? Fit the price on the area and keep the
# residuals. Do the same for the bedrooms. Then fit the first residuals on the second. Write this as a function of the
# other columns, the column in question and $y$.
#
# ??? hint "A hint"
#
#     `LinearRegression` twice on `others`, once with target `column` and once with target `y`; then a ratio of two
#     dot products.


# %%
#| exercise: stub
def weight_held_fixed(others, column, y):
    """Weight of column (n,) in the fit of y on others (n, k) and it."""
    column_left = column - column.mean()  # the part others cannot say?
    y_left = y - y.mean()
    return float(column_left @ y_left / (column_left @ column_left))

# %%
#| exercise: check
got = weight_held_fixed(area[:, None], beds, price)
assert abs(got - both.coef_[1]) < 1e-6, (
    f"bedrooms: got {got:.3f}, the full fit says {both.coef_[1]:.3f}"
)
got = weight_held_fixed(X7[:, 1:], area, price)
assert abs(got - model.coef_[0]) < 1e-6, (
    f"area: got {got:.3f}, the full fit says {model.coef_[0]:.3f}"
)


# %%
#| exercise: solution
#| note: "The theorem is named after Frisch, Waugh and Lovell. The proof is the right angle: the residuals of the
#|   column are orthogonal to the others, so the others have no say any more. For the same reason `y_left = y` gives
#|   the same weight: what the others say of y is orthogonal to `column_left`, too."
def weight_held_fixed(others, column, y):
    model = LinearRegression()
    column_left = column - model.fit(others, column).predict(others)
    y_left = y - model.fit(others, y).predict(others)
    return float(column_left @ y_left / (column_left @ column_left))

# %% [markdown]
# ### Exercise: Leave one out, without refitting {#ex-leave-one-out level="core"}
#
# How well is each home predicted by all *others*? One could fit {{ len(price) }} times. There is a shortcut: leaving row
# $i$ out turns its residual $r_i$ into $r_i / (1 - h_i)$. With several columns the leverages $h_i$ are $1/n$ plus the
# diagonal of `A @ inv(A.T @ A) @ A.T`. Write it, with all leverages at once.
#
# ??? hint "A hint"
#
#     No need for an $n$ by $n$ table: the diagonal is the sum over columns of `A @ inverse * A`. Or use $A = QR$: then it
#     is the sum of squares of each row of $Q$.


# %%
#| exercise: stub
def left_out_residuals(X, y):
    """Residual of each row in the fit of all others, shape (n,)."""
    w, b = normal_equations(X, y)
    return y - (X @ w + b)  # divide by something

# %%
#| exercise: check
got = left_out_residuals(X7, price)
assert np.shape(got) == price.shape, (
    f"expected {len(price)} residuals, got shape {np.shape(got)}"
)
rows = [0, 100, int(np.argmax(area))]
rows += np.random.default_rng(5).integers(0, len(price), 3).tolist()
for i in rows:
    rest = np.arange(len(price)) != i
    w_i, b_i = normal_equations(X7[rest], price[rest])
    refit = price[i] - (X7[i] @ w_i + b_i)
    assert abs(got[i] - refit) < 1e-6, (
        f"home {i}: got {got[i]:.4f}, a fit without it {refit:.4f}"
    )


# %%
#| exercise: solution
#| note: "{{ len(price) }} fits for the price of one. Why it works: lower $y_i$ by $u$, to what the others predict of it;
#|   $u$ is the residual that we want. The row now costs nothing, so the fit of all is the fit of the others, and its own
#|   residual is zero. But its prediction has sunk by $h_i u$, so that residual is $r_i - u + h_i u = 0$. Solve for $u$."
def left_out_residuals(X, y):
    w, b = normal_equations(X, y)
    Q = np.linalg.qr(X - X.mean(axis=0))[0]
    leverage = 1 / len(X) + np.sum(Q**2, axis=1)
    return (y - (X @ w + b)) / (1 - leverage)

# %% [markdown]
# ### Exercise: Too large to load {#ex-too-large level="core"}
#
# A table with a billion rows arrives in pieces. All come in the same array, which is filled anew each time, so add up
# what you need before you ask for the next. Fit the table in one pass. You may keep $n$, the sums of the columns, and sums
# of products; the means are known only at the end.
#
# ??? hint "A hint"
#
#     Multiply out $\sum_i (x_{ij} - \bar x_j)(x_{ik} - \bar x_k)$: which sums remain? (The difference loses digits if the
#     means are large against the spread; that is why the library centres first.)


# %%
#| exercise: stub
def fit_in_pieces(pieces):
    """w and b from an iterable of pairs (X, y), each seen once."""
    for X_piece, y_piece in pieces:
        w, b = normal_equations(X_piece, y_piece)
    return w, b  # of the last piece only


# %%
#| exercise: check
def overwritten(size):
    X_buffer, y_buffer = np.empty((size, 7)), np.empty(size)
    for start in range(0, len(price), size):
        k = len(price[start : start + size])
        X_buffer[:k] = X7[start : start + size]
        y_buffer[:k] = price[start : start + size]
        yield X_buffer[:k], y_buffer[:k]


got_w, got_b = fit_in_pieces(overwritten(100))
wanted = np.append(model.coef_, model.intercept_)
gap = np.abs(np.append(got_w, got_b) - wanted).max()
assert gap < 1e-6, (
    f"off by {gap:.3g}; all pieces share one buffer, overwritten each time"
)


# %%
#| exercise: solution
def fit_in_pieces(pieces):
    n, sum_x, sum_y, G, c = 0, 0.0, 0.0, 0.0, 0.0
    for X_piece, y_piece in pieces:
        n += len(y_piece)
        sum_x, sum_y = sum_x + X_piece.sum(axis=0), sum_y + y_piece.sum()
        G, c = G + X_piece.T @ X_piece, c + X_piece.T @ y_piece
    mean_x, mean_y = sum_x / n, sum_y / n
    G, c = G - n * np.outer(mean_x, mean_x), c - n * mean_x * mean_y
    w = np.linalg.solve(G, c)
    return w, mean_y - w @ mean_x


# %%
#| hide: true
def clipped_slopes(v):
    pull = np.clip(y5 - v[0] * (x5 - 80) / 30 - v[1], -10, 10)
    return np.array(
        [-2 * np.mean(pull * (x5 - 80) / 30), -2 * np.mean(pull)]
    )


v_huber = np.array([0.0, 150.0])
while np.abs(clipped_slopes(v_huber)).max() > 1e-6:
    v_huber = v_huber - 0.5 * clipped_slopes(v_huber)
huber_rise = float(v_huber[0] / 30)

_, street = np.unique(homes.columns["zip"], return_inverse=True)
members = [
    np.flatnonzero(street == code) for code in range(street.max() + 1)
]
rng = np.random.default_rng(0)
drawn = [
    np.concatenate(
        [
            members[code]
            for code in rng.integers(0, len(members), len(members))
        ]
    )
    for _ in range(400)
]
zip7 = np.std(
    [normal_equations(X7[rows], price[rows])[0] for rows in drawn], axis=0
)
assert zip7[0] > 1.2 * white7[0]
assert model.coef_[4] < 1.96 * zip7[4]
assert low7[4] > 0
assert model.coef_[1] < -3 * zip7[1]

# %% [markdown]
# ### Exercise: A loss that forgives {#ex-huber level="core"}
#
# Huber's loss is $r^2$ for misses up to $\delta$ and $2\delta|r| - \delta^2$ beyond: a bowl with straight walls
# [@huber1964]; many libraries have half of it. Derive the gradient of its mean, and watch the typing error lose its pull.
#
# ??? hint "A hint"
#
#     Sketch the slope of one row's loss against its residual: where does it stop growing?


# %%
#| exercise: stub
def huber_gradient(X, y, w, b, delta):
    """Gradient of the mean Huber loss: shape (p,), and a number."""
    return squared_loss_gradient(X, y, w, b)  # forgives nothing yet


# %%
#| exercise: check
def huber_loss(X, y, v, delta):
    size = np.abs(y - X @ v[:-1] - v[-1])
    wall = 2 * delta * size - delta**2
    return float(np.mean(np.where(size <= delta, size**2, wall)))


def huber_slopes(X, y, v, delta):
    return np.append(*huber_gradient(X, y, v[:-1], v[-1], delta))


X5 = np.array([[-1.0], [-1 / 3], [1 / 3], [1.0], [4 / 3]])  # (m² - 80) / 30
y5 = np.append(y, 25.0)  # with the typing error
for T, target, delta in ((X5, y5, 10.0), (Z[:40], price[:40], 30.0)):
    for v in 40 * np.random.default_rng(2).normal(size=(3, T.shape[1] + 1)):
        got = huber_slopes(T, target, v, delta)
        central = [
            huber_loss(T, target, v + h, delta)
            - huber_loss(T, target, v - h, delta)
            for h in 1e-5 * np.eye(len(v))
        ]
        assert np.abs(got - np.array(central) / 2e-5).max() < 1e-4, (
            f"{len(target)} rows, delta {delta:.0f}: finite differences disagree"
        )
found = gradient_descent(
    lambda v: huber_loss(X5, y5, v, 10.0),
    lambda v: huber_slopes(X5, y5, v, 10.0),
    [0.0, 150.0],
    learning_rate=0.5,
    tol=1e-6,
)
rise = found.x[0] / 30
assert abs(rise - 2) < 0.25, (
    f"the line should rise by about 2 for each m², got {rise:.2f}"
)


# %%
#| exercise: solution
#| note: "The slope of one row's loss is twice its residual, clipped at $\\pm 2\\delta$; all else stays. With
#|   $\\delta = 10$ the five flats, typing error and all, give {{ huber_rise:.2f }} for a square metre, where the squared
#|   loss gave {{ float(w5):.2f }}."
def huber_gradient(X, y, w, b, delta):
    pull = np.clip(y - (X @ w + b), -delta, delta)
    return -2 * X.T @ pull / len(y), -2 * float(pull.mean())

# %% [markdown]
# ### Exercise: Which error bars are right? {#ex-bootstrap level="small research"}
#
# The [bootstrap](glossary:bootstrap) needs neither of our two formulas: draw {{ len(price) }} rows with replacement,
# fit, repeat, and take the standard deviation of the weights. With which formula does it side, and for which columns does
# it matter? And what would make both formulas wrong? (Think of homes in the same street.)


# %%
#| exercise: stub
def bootstrap_errors(X, y, repeats, seed):
    """Deviation of each weight over resampled tables, shape (p,)."""
    rng = np.random.default_rng(seed)
    weights = []
    for _ in range(repeats):
        rows = rng.permutation(len(y))  # the same rows in another order
        weights.append(normal_equations(X[rows], y[rows])[0])
    return np.std(weights, axis=0)

# %%
#| exercise: check
from itertools import product

tiny_x = np.array([[0.0], [1.0], [3.0], [4.0], [6.0]])
tiny_y = np.arange(5.0) ** 2
every = [list(rows) for rows in product(range(5), repeat=5)]  # 3,125 draws
fits = [normal_equations(tiny_x[rows], tiny_y[rows])[0] for rows in every]
exact = float(np.std(fits))
got = bootstrap_errors(tiny_x, tiny_y, 3000, seed=0)
assert abs(got[0] / exact - 1) < 0.08, (
    f"over all {len(every):,} draws of 5 rows it is {exact:.3f}, got {got[0]:.3f}"
)
got = bootstrap_errors(X7, price, 300, seed=0)
assert got.shape == (7,), f"expected 7 standard errors, got {got.shape}"
ratio = got / white7  # White's standard errors, of the fan above
assert np.abs(ratio - 1).max() < 0.4, f"far from White: {ratio.round(2)}"


# %%
#| exercise: solution
#| note: "It sides with White. Against the formula with one $\\sigma$, White's errors are {{ 100 * (white7[0] / error7[0] - 1):+.0f }} %
#|   for the area, {{ 100 * (white7[2] / error7[2] - 1):+.0f }} % for baths and {{ 100 * (white7[5] / error7[5] - 1):+.0f }} % for
#|   condos; the other columns change less. All three take the rows as independent. Homes in one street share what the
#|   table leaves out, so their errors go together. Resample whole postal codes, `homes.columns[\"zip\"]`, instead of
#|   rows (the notebook does): the error of the area becomes {{ zip7[0]:.2f }} after White's {{ white7[0]:.2f }}, of bedrooms {{ zip7[1]:.1f }} after
#|   {{ white7[1]:.1f }}, of a kilometre north {{ zip7[4]:.2f }} after {{ white7[4]:.2f }}: north is now only
#|   {{ model.coef_[4] / zip7[4]:.1f }} errors from zero, and the bedroom still {{ -model.coef_[1] / zip7[1]:.1f }}."
def bootstrap_errors(X, y, repeats, seed):
    rng = np.random.default_rng(seed)
    weights = []
    for _ in range(repeats):
        rows = rng.integers(0, len(y), len(y))
        weights.append(normal_equations(X[rows], y[rows])[0])
    return np.std(weights, axis=0)
