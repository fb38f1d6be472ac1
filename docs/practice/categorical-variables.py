# ---
# title: Categorical variables
# lede: >-
#   Half of what a city writes down about a home is words: the neighbourhood, the grade of the kitchen, the kind of roof.
#   A linear model multiplies, and a word cannot be multiplied. There are three ways to make numbers of words. One of them
#   invents an order, one costs columns, one can leak the answer. This chapter builds all three and says when to use which.
# minutes: 60
# needs: [regression/ridge-and-lasso]
# paths: [scikit-learn]
# able:
#   - tell ordered from unordered categories, and give grades their own order rather than the alphabet's
#   - encode categories as indicators, and read each coefficient under each coding
#   - derive how much a useless category seems to explain, and stop that leak
#   - shrink the mean of a small group by the right amount, and say where that amount comes from
#   - plan for categories that training has never seen
# ---

# %% [markdown]
# ## What is a neighbourhood worth?
#
# Between 2006 and 2010, the assessor of Ames, Iowa, wrote down what was known of each home that was sold
# [@decock2011].

# %%
#| live: true
import numpy as np

from mle.datasets import load_ames_housing
from mle.preprocessing.categories import find_categories

homes = load_ames_housing()
kept = np.flatnonzero(homes.columns["area"] <= 4000)
price = homes.y[kept] / 1000  # thousand dollars
words = [name for name in homes.category_names
         if name not in ("Order", "PID")]
table = homes.table(words)
place = table["Neighborhood"][kept]
print(f"{len(price):,} homes, {len(words)} columns of words")
for name in ("Neighborhood", "MS.SubClass", "Kitchen.Qual"):
    levels = find_categories(table[name])
    print(f"{name}: {levels[:5].tolist()} ...")

# %%
#| hide: true
from time import perf_counter

import matplotlib.pyplot as plt

from mle import plot
from mle.linear_model import LinearRegression, solve_ridge
from mle.preprocessing.categories import category_codes


def r2(y, prediction):
    return float(1 - np.sum((y - prediction) ** 2) / np.sum((y - y.mean()) ** 2))


def minus(x, spec="+.1f"):
    return format(float(x), spec).replace("-", "−")


places = find_categories(place)
code = category_codes(place, places)
n, K = len(price), len(places)
count = np.bincount(code, minlength=K)
mean_of = np.bincount(code, weights=price, minlength=K) / count
spread_of = np.sqrt(np.bincount(code, weights=(price - mean_of[code]) ** 2, minlength=K) / count)
line = LinearRegression().fit(code[:, None], price)
r2_line, r2_means = r2(price, line.predict(code[:, None])), r2(price, mean_of[code])
assert len(homes) - n == 5
assert r2_line < 0.1 < 0.5 < r2_means

# %% [markdown]
# We leave out {{ len(homes) - n }} homes of more than 4,000 square feet, as the author of the data advises. What is left
# has one [categorical feature](glossary:categorical-feature) that every buyer asks for first, the neighbourhood. It has
# {{ K }} [levels](glossary:level), as its values are called.
#
# Common sense gives each level a number: Blmngtn is 0, Blueste is 1, and so on to Veenker, {{ K - 1 }}. Now the column can
# be multiplied, so a line can be fitted. @Fig-alphabet shows what comes out. The line explains
# {{ 100 * r2_line:.0f }} % of the variance of the price. The means of the levels explain {{ 100 * r2_means:.0f }} %. The
# column knows a lot; the line asked it about the alphabet.

# %%
#| id: fig-alphabet
#| caption: "{{ K }} neighbourhoods from A to Z: mean price, with one standard deviation to both sides. The line says that
#|   each step of the alphabet is worth {{ 1000 * line.coef_[0]:,.0f }} dollars."
#| alt: Dots with vertical bars in alphabetical order of the neighbourhood, jumping between 96 and 330 thousand dollars
#|   without any pattern. A straight line with a slight slope passes through the middle.
fig, ax = plt.subplots(figsize=(5.2, 3.0))
at = np.arange(K)
ax.vlines(at, mean_of - spread_of, mean_of + spread_of, color=plot.color("data"), lw=1.2, alpha=0.5)
ax.plot(at, mean_of, "o", color=plot.color("data"), ms=4)
ax.plot(at, line.intercept_ + line.coef_[0] * at, color=plot.color("fit"))
for name, up, ha in (("NoRidge", 1, "right"), ("MeadowV", -1, "center"), ("StoneBr", 1, "center")):
    k = int(np.flatnonzero(places == name)[0])
    place_at = (k, mean_of[k] + up * spread_of[k])
    plot.note(ax, name, place_at, "data", offset=(0, 2 if up > 0 else -13), ha=ha)
ax.set(xlim=(-1, K + 0.5), ylim=(0, 460), xlabel="place in the alphabet", ylabel="price, thousand $")

# %% [markdown]
# You need least squares and ridge regression from [Ridge and lasso](../regression/ridge-and-lasso.py). Prices have a
# long right tail; until @sec-comparison we read plain means anyway, because dollars are easy to follow.
#
# ## Six homes by hand
#
# Two homes in Alder cost 100 and 120 thousand dollars, one in Birch 200, three in Cedar 150, 160 and 170. The naive road
# to indicators is a loop: one column for each place, 1 where the home stands there, else 0.

# %%
#| live: true
where = ["Alder", "Alder", "Birch", "Cedar", "Cedar", "Cedar"]
y6 = np.array([100.0, 120.0, 200.0, 150.0, 160.0, 170.0])

levels = sorted(set(where))
Z6 = np.zeros((len(where), len(levels)))
for i, name in enumerate(where):
    for k, level in enumerate(levels):
        if name == level:
            Z6[i, k] = 1.0

codes6 = Z6.argmax(axis=1)  # 0, 0, 1, 2, 2, 2
means6 = Z6.T @ y6 / Z6.sum(axis=0)  # eq: level-mean
print(Z6.astype(int).tolist())
print(means6.tolist())

# %% [markdown]
# This is [one-hot encoding](glossary:one-hot-encoding): in each row one column is "hot". Against it, the codes 0, 1, 2:
#
# ```pycon
# >>> line6 = LinearRegression().fit(codes6[:, None], y6)
# >>> line6.predict([[0], [1], [2]]).round(1).tolist()
# [123.4, 146.2, 169.0]
# >>> round(r2(y6, line6.predict(codes6[:, None])), 2)
# 0.39
# >>> round(r2(y6, Z6 @ means6), 2)
# 0.94
# ```
#
# The line has to place Birch halfway between Alder and Cedar. Nothing in the world says so.
#
# ## Which columns are categories?
#
# Look before you encode. A file says how a value is written, not what it is. Four questions for each column:
#
# - **Is it ordered?** Kitchens are graded Ex, Gd, TA, Fa, Po: excellent, good, typical, fair, poor. Neighbourhoods are not
#   graded.
# - **Is a number a name?** `MS.SubClass` is written 20, 60, 190, and means kinds of dwelling: 20 is one storey, built 1946 or
#   later. The mean of two kinds is no kind.
# - **What does an empty cell mean?** In `Bsmt.Qual` it says that there is no basement. That is a level, not a hole. In
#   `Electrical` it says that nobody knows.
# - **How many levels, and how many rows has the smallest?**

# %%
#| code: false
every = {name: find_categories(table[name][kept]) for name in words}
codes = np.column_stack([category_codes(table[name][kept], every[name]) for name in words])
grades = ["Po", "Fa", "TA", "Gd", "Ex"]
graded = [name for name in words if "Ex" in every[name].tolist()]
smallest = {name: int(np.bincount(codes[:, j], minlength=len(every[name])).min()) for j, name in enumerate(words)}
print("column          levels  smallest  ordered?")
for name, word in (
    ("Street", "two levels: no question"),
    ("Central.Air", "two levels: no question"),
    ("Kitchen.Qual", "yes, Po to Ex"),
    ("Bsmt.Qual", "yes; None: no basement"),
    ("Lot.Shape", "yes, Reg to IR3"),
    ("Roof.Matl", "no"),
    ("Exterior.1st", "no"),
    ("MS.SubClass", "no, though written as numbers"),
    ("Neighborhood", "no"),
):
    print(f"{name:15}{len(every[name]):7}{smallest[name]:10}  {word}")

# %%
#| hide: true
total = sum(map(len, every.values()))
singles = sum(int((np.bincount(codes[:, j], minlength=len(v)) == 1).sum()) for j, v in enumerate(every.values()))
assert len(graded) == 10
assert max(map(len, every.values())) == K
assert all(set(every[g].tolist()) <= {*grades, None} for g in graded)

# %% [markdown]
# In all {{ len(words) }} columns there are {{ total }} levels; {{ singles }} of them have a single row.
# {{ len(graded) }} columns use the scale from Po to Ex, and several more have an order of their own.
#
# The library finds the levels and their codes with two functions; everything in this chapter stands on them.
#
# ```quote
# mle.preprocessing.categories.find_categories
# ```
#
# ```quote
# mle.preprocessing.categories.category_codes
# ```
#
# Words go through a dictionary, numbers through a binary search in the sorted levels. A value that is no level gets −1.
# What to do with it, the encoder decides (@sec-unseen).
#
# ## Ordered levels: you give the order {#ordered}
#
# An [ordinal encoding](glossary:ordinal-encoding) numbers the levels 0, 1, 2, … For grades that is right, if the order is
# right. The default order is the alphabet's: Ex, Fa, Gd, Po, TA. So excellent is 0 and typical is 4, and no error is
# raised. @Fig-grades fits a line to both orders.

# %%
#| live: true
from mle.preprocessing import OrdinalEncoder

kitchen = table["Kitchen.Qual"][kept][:, None]  # (n, 1)
alphabet = OrdinalEncoder().fit(kitchen)
scale = ["Po", "Fa", "TA", "Gd", "Ex"]
given = OrdinalEncoder(categories=[scale]).fit(kitchen)
for encoder in (alphabet, given):
    x = encoder.transform(kitchen)
    fit = LinearRegression().fit(x, price)
    order = encoder.categories_[0].tolist()
    print(order, f"R² {fit.score(x, price):.2f}")

# %%
#| id: fig-grades
#| caption: The same kitchens, two orders. In the alphabet's order the line runs downhill between the wrong neighbours; in the
#|   order of the grades it follows the means (Po is one home). One step up goes with {{ rise:.0f }} thousand dollars.
#| alt: Two panels of mean prices for five kitchen grades. Left, in the order Ex, Fa, Gd, Po, TA, the means zigzag around a
#|   falling line. Right, in the order Po, Fa, TA, Gd, Ex, the means rise, slowly at first and steeply at the end, near a rising line.
fig, axes = plt.subplots(1, 2, figsize=(5.2, 2.8), sharey=True)
fig.subplots_adjust(wspace=0.08)
for ax, encoder, name in ((axes[0], alphabet, "alphabet"), (axes[1], given, "given order")):
    x = encoder.transform(kitchen)[:, 0]
    fit = LinearRegression().fit(x[:, None], price)
    at = np.arange(5)
    ax.plot(at, [price[x == k].mean() for k in at], "o", color=plot.color("data"))
    ax.plot(at, fit.intercept_ + fit.coef_[0] * at, color=plot.color("fit"))
    ax.set(xlim=(-0.5, 4.5), ylim=(-40, 380), xticks=at, xlabel=name)
    ax.set_xticklabels(encoder.categories_[0].tolist())
    rise = float(fit.coef_[0])
axes[0].set_ylabel("mean price, thousand $")

# %%
#| hide: true
grade_means = np.array([price[kitchen[:, 0] == g].mean() for g in grades])
assert np.all(np.diff(grade_means[1:]) > 0)
assert grade_means[4] - grade_means[3] > 1.5 * (grade_means[3] - grade_means[2])
poor = int((kitchen == "Po").sum())
assert poor == 1
r2_alphabet = LinearRegression().fit(alphabet.transform(kitchen), price).score(alphabet.transform(kitchen), price)

# %% [markdown]
# One column and one weight: cheap, and readable. The price is an assumption, that every step is worth the same. Here it
# is not quite true. From TA to Gd the mean price rises by {{ grade_means[3] - grade_means[2]:.0f }} thousand dollars, from Gd to
# Ex by {{ grade_means[4] - grade_means[3]:.0f }}. (Po has {{ poor }} home.) A tree, which only compares, needs the order and not the steps.
#
# ```quote
# mle.preprocessing.ordinal.OrdinalEncoder._transform
# ```
#
# ```quote
# mle.preprocessing.ordinal.OrdinalEncoder._values
# ```
#
# Each column becomes codes, each code is looked up. The number of unknown levels stands last, so the code −1 finds it.
# There is a `LabelEncoder` too, with no order to give; it is for the classes of a *target*, where numbers are names:
#
# ```quote
# mle.preprocessing.label.LabelEncoder.fit
# ```
#
# ## One column for each level {#onehot}
#
# Without an order, give each level a weight of its own. The double loop above becomes a comparison:
#
# ```quote
# mle.preprocessing.categories.one_hot
# ```
#
# A column of codes against a row of numbers: NumPy compares each with each
# ([broadcasting](glossary:broadcasting)). The encoder does it for many columns at once, and does not compare, but writes its
# ones where they belong:
#
# ```quote
# mle.preprocessing.onehot.OneHotEncoder._transform
# ```
#
# `slot` says for each level in which column its 1 stands. It has one entry more than there are levels: a code of −1 reads
# the last, which is −1, no column.

# %%
#| hide: true
from mle.preprocessing import OneHotEncoder


def by_loop(column, levels):
    Z = np.zeros((len(column), len(levels)))
    for i, value in enumerate(column):
        for k, level in enumerate(levels):
            if value == level:
                Z[i, k] = 1.0
    return Z


def seconds(call, times=3):
    best = np.inf
    for _ in range(times):
        start = perf_counter()
        call()
        best = min(best, perf_counter() - start)
    return best


onehot = OneHotEncoder().fit(place[:, None])
Z = onehot.transform(place[:, None])
assert np.array_equal(Z, by_loop(place, places))
slow, quick = seconds(lambda: by_loop(place, places), 1), seconds(lambda: onehot.transform(place[:, None]))
assert slow > 10 * quick, "the text says so"
many = OneHotEncoder().fit_transform(codes)
street_tb = 1e6 * 1e5 * many.itemsize / 1e12

# %% [markdown]
# On the neighbourhoods of all {{ f"{n:,}" }} homes the loop compares {{ f"{n * len(places):,}" }} times, and the encoder makes
# the same table more than ten times as fast. All {{ len(words) }} columns make
# {{ many.shape[1] }} indicators and {{ many.nbytes / 1e6:.1f }} MB, of which only a share of
# {{ 100 * many.mean():.0f }} % is not zero. A million customers with a hundred thousand street
# names would need {{ street_tb:.1f }} TB. Sparse matrices store the ones alone, and target encoding (@sec-target) needs one column.
#
# ### A weight is a mean
#
# Fit indicators without an [intercept](glossary:intercept). The prediction for a row of level $k$ is $w_k$, so the squared
# loss falls apart into one sum for each level, and each sum has its own $w_k$ and no other:
#
# $$
# \sum_{i=1}^{n} (y_i - \hat y_i)^2 = \sum_{k=1}^{K} \; \sum_{i \text{ in level } k} (y_i - w_k)^2
# $$
#
# The slope of the inner sum is $-2 \sum (y_i - w_k)$. It is zero where $n_k w_k$ is the sum of the $y_i$:
#
# $$
# w_k = \bar y_k = \frac{1}{n_k} \sum_{i \text{ in level } k} y_i
# $$ {#eq-level-mean}
# : $K$ levels; level $k$ has $n_k$ rows and the mean target $\bar y_k$. $Z$ is the $(n, K)$ table of indicators, so the
#   sums are $Z^\top y$ and the $n_k$ are $Z^\top \mathbf 1$.
#
# So the {{ r2_means:.2f }} at the start is the best that any model can do on these rows if it knows only the neighbourhood.
# In the code `Z` holds the indicators of all homes, `count` the $n_k$ and `mean_of` the $\bar y_k$ of the neighbourhoods, which
# stand in `places`; `code` says which of the `K` each home has.

# %%
from mle.testing import verify

verify("level-mean", means6, np.linalg.lstsq(Z6, y6)[0])
by_place = Z.T @ price / Z.sum(axis=0)
verify("level-mean", by_place, np.linalg.lstsq(Z, price)[0])

# %% [markdown]
# ### The dummy trap
#
# Now add the intercept. Every row has exactly one 1, so the indicators add up to a column of ones: $Z \mathbf 1 =
# \mathbf 1$. Raise the intercept by any $c$, lower every $w_k$ by the same $c$, and no prediction moves:
#
# $$
# Z (w - c \mathbf 1) + (b + c) \mathbf 1 = Z w - c\, Z \mathbf 1 + b \mathbf 1 + c \mathbf 1 = Z w + b \mathbf 1
# $$
#
# The columns are [collinear](glossary:collinear). The direction $(-1, \dots, -1, 1)$ costs nothing, the [rank](glossary:rank)
# of $Z$ and the ones together is $K$ rather than $K + 1$, and least squares has a whole line of answers. With $q$ categorical columns there are at
# least $q$ such directions. Three ways out:
#
# 1. **Drop a level** $r$, the *reference*: `OneHotEncoder(drop="first")`.
# 2. **Take the shortest** of all answers, the [minimum norm](glossary:minimum-norm). `LinearRegression` does so by itself.
# 3. **Penalise**: ridge has one answer. If two cost the same, the one halfway between would cost less: the square of a mean is below the mean of the squares.
#
# To get from any answer to the first, choose $c = w_r$:
#
# $$
# b' = b + w_r, \qquad w'_k = w_k - w_r
# $$ {#eq-reference-level}
# : $w$, $(K,)$, and $b$ are any least-squares answer; the primed ones have $w'_r = 0$, which needs no column.
#
# In least squares 1 and 2 give the same predictions and different weights:

# %%
#| live: true
full = LinearRegression().fit(Z, price)  # minimum norm
rank = np.linalg.matrix_rank(np.column_stack([Z, np.ones(n)]))
print(Z.shape[1] + 1, "columns with the ones, rank", int(rank))

r = places.tolist().index("NAmes")
dropped = OneHotEncoder(drop=["NAmes"]).fit(place[:, None])
D = dropped.transform(place[:, None])
reference = LinearRegression().fit(D, price)
gap = np.abs(full.predict(Z) - reference.predict(D)).max()
print("same predictions:", bool(gap < 1e-8))

c = full.coef_[r]
b_new, w_new = full.intercept_ + c, full.coef_ - c  # eq: reference-level
verify("reference-level", np.delete(w_new, r), reference.coef_)
verify("reference-level", b_new, reference.intercept_)

# %%
#| hide: true
assert rank == K
old = places.tolist().index("OldTown")
assert abs(w_new[old] - (mean_of[old] - mean_of[r])) < 1e-8
assert abs(full.coef_.sum()) < 1e-8

# %% [markdown]
# | Coding | Intercept | Weight of OldTown | How to read it |
# |:--|--:|--:|:--|
# | no intercept | | {{ mean_of[old]:.1f }} | mean price in OldTown |
# | NAmes dropped | {{ b_new:.1f }} | {{ minus(w_new[old]) }} | OldTown less NAmes; the intercept is NAmes |
# | minimum norm | {{ full.intercept_:.1f }} | {{ minus(full.coef_[old]) }} | OldTown less the plain mean of the {{ K }} means |
#
# : One fit, three readings, thousand dollars. {#tbl-readings}
#
# The last row holds because `LinearRegression` centres the columns and takes the shortest $w$. Shortest means that it has no part along
# $\mathbf 1$: its entries add up to zero, so $b$ is the mean of the $K$ level means. With more columns in the model, "mean" becomes
# "mean at equal values of the others". A weight without its reference says nothing; "OldTown costs {{ -w_new[old]:.0f }} thousand less" is half a sentence.
#
# ### Under ridge it matters which level you drop
#
# Keep all levels and penalise: minimise $\sum_i (y_i - b - w_{k(i)})^2 + \lambda \sum_k w_k^2$, with $k(i)$ the level of row
# $i$. The slope for $w_k$ is zero where $n_k (\bar y_k - b - w_k) = \lambda w_k$. Solve for $w_k$. The slope for $b$ says that all
# residuals add up to zero; level by level they add up to $\lambda w_k$, so $\sum_k w_k = 0$, and that fixes $b$:
#
# $$
# w_k = s_k (\bar y_k - b), \quad s_k = \frac{n_k}{n_k + \lambda}, \quad b = \frac{\sum_k s_k \bar y_k}{\sum_k s_k}
# $$ {#eq-ridge-levels}
# : $s_k$, between 0 and 1, is the share that level $k$ keeps of its distance to the common value $b$.
#
# A level of many rows keeps its mean, a level of few is drawn to the middle. That is sensible, and we meet it again. Now drop
# level $r$. The penalty then falls on $w'_k = w_k - w_r$: every level is drawn towards the *reference*. Predictions depend on
# which one the alphabet put first.

# %%
#| live: true
from mle.linear_model import Ridge

penalty = 10.0
share = count / (count + penalty)
centre = share @ mean_of / share.sum()
w_hand = share * (mean_of - centre)  # eq: ridge-levels
ridge = Ridge(alpha=penalty).fit(Z, price)
verify("ridge-levels", w_hand, ridge.coef_)
verify("ridge-levels", centre, ridge.intercept_)

# %%
#| id: fig-reference
#| caption: Price predicted for GrnHill, {{ int(count[green]) }} homes, mean {{ mean_of[green]:.0f }}. Without a penalty all codings agree; with
#|   one, dropping the dearest or the cheapest place gives predictions up to {{ apart:.0f }} thousand dollars apart.
#| alt: Three curves of predicted price against the penalty on a logarithmic axis. They begin together at 280 and end near 187. Dropping
#|   the dearest neighbourhood rises a little before it falls and stays highest, dropping the cheapest is lowest, keeping all levels runs between.
green = places.tolist().index("GrnHill")
strengths = np.geomspace(0.01, 100, 25)
fig, ax = plt.subplots(figsize=(5.2, 3.0))
curves = {}
for name, out, role in (("dearest dropped", int(mean_of.argmax()), "data"), ("all levels kept", None, "fit"), ("cheapest dropped", int(mean_of.argmin()), "error")):
    columns = np.arange(K) if out is None else np.delete(np.arange(K), out)
    curve = []
    for value in strengths:
        w, b = solve_ridge(Z[:, columns], price, value)
        curve.append(b + w[columns == green].sum())
    curves[name] = np.array(curve)
    ax.plot(strengths, curve, color=plot.color(role))
apart = float(np.abs(curves["dearest dropped"] - curves["cheapest dropped"]).max())
for name, role, place_at, text_at, ha in (
    ("dearest dropped", "data", 16, (4, 272), "left"),
    ("all levels kept", "fit", 11, (0.012, 256), "left"),
    ("cheapest dropped", "error", 12, (0.012, 232), "left"),
):
    tip = (strengths[place_at], curves[name][place_at])
    arrow = {"arrowstyle": "-", "color": plot.color(role), "lw": 0.8}
    ax.annotate(name, tip, text_at, color=plot.color(role + "_ink"), ha=ha, va="center", arrowprops=arrow)
ax.set(xscale="log", xlim=(0.01, 100), xlabel="penalty λ", ylabel="thousand $")
ax.set_xticks([0.01, 0.1, 1, 10, 100], ["0.01", "0.1", "1", "10", "100"])

# %%
#| hide: true
gap_low = max(abs(c[0] - mean_of[green]) for c in curves.values())
assert gap_low < 2
assert apart > 5

# %% [markdown]
# So: with a penalty keep all levels; without one drop a level, and choose the reference yourself, a common one.
#
# ## One number for each level: target encoding {#target}
#
# Indicators cost a column for each level. Cheaper is to write down what the weights would be anyway: replace the level by its
# mean target. This [target encoding](glossary:target-encoding) is one column, whatever $K$.
#
# ### Why the plain version leaks
#
# A test that every encoder should face: a category that knows nothing. Deal 300 names at random to 600 homes, and replace
# each name by its mean target.

# %%
#| live: true
rng = np.random.default_rng(1)
names = rng.integers(0, 300, 1200).astype(np.intp)  # half to test
luck = rng.normal(size=1200)  # a target of pure noise
old_names, old_luck = names[:600], luck[:600]

used = np.bincount(old_names, minlength=300)
sums = np.bincount(old_names, weights=old_luck, minlength=300)
plain = np.full(300, old_luck.mean())
plain[used > 0] = sums[used > 0] / used[used > 0]
print(f"training R² {r2(old_luck, plain[old_names]):.2f}")
print(f"test R²     {r2(luck[600:], plain[names[600:]]):.2f}")

# %%
#| hide: true
leak_levels = int((used > 0).sum())
leak_train, leak_test = r2(old_luck, plain[old_names]), r2(luck[600:], plain[names[600:]])
assert leak_train > 0.3
assert leak_test < 0

# %% [markdown]
# Noise explains {{ 100 * leak_train:.0f }} % of noise, as long as we look at the rows that made the means. Each row's own target is
# in its feature: of a name with one row, the mean *is* the target. That is [leakage](glossary:leakage), and the sum of it can be
# derived exactly.
#
# Take any targets and shuffle them among the rows, so that level and target have nothing to do with each other. A level of
# $n_k$ rows gets $n_k$ of the $n$ targets, drawn without replacement. Write $s^2$ for their variance with divisor $n - 1$.
# One draw has the variance $v = \frac{n-1}{n} s^2$. Two draws have a covariance $c$: the sum of all $n$ draws never changes, so its variance
# $n v + n (n - 1) c$ is 0, and $c = -s^2 / n$. So the mean of $n_k$ draws has the variance
#
# $$
# \operatorname{Var}(\bar y_k) = \frac{v + (n_k - 1)\, c}{n_k} = \frac{s^2}{n_k} \Bigl( \frac{n - 1}{n} - \frac{n_k - 1}{n} \Bigr) = \frac{s^2}{n_k} \Bigl( 1 - \frac{n_k}{n} \Bigr)
# $$
#
# The level means explain the sum of squares $\sum_k n_k (\bar y_k - \bar y)^2$. Its expectation is
# $s^2 \sum_k (1 - n_k / n) = s^2 (K - 1)$, since the $n_k$ add up to $n$. The whole sum of squares is $s^2 (n - 1)$ in every
# shuffle. Divide:
#
# $$
# \mathrm E[R^2] = \frac{K - 1}{n - 1}
# $$ {#eq-leak}
# : $K$ levels with at least one row each, $n$ rows; the mean over all shuffles of any targets that are not all equal.
#
# No bell curve was needed. For our six homes it says 2/5: place names without any meaning would
# "explain" 40 %, as much as the line through the codes did. The check below goes through all 720 shuffles.

# %%
from itertools import permutations


def expected_leak(n, K):
    return (K - 1) / (n - 1)  # eq: leak


shuffled = np.array(list(permutations(y6)))  # (720, 6)
fitted = (shuffled @ Z6 / Z6.sum(axis=0)) @ Z6.T
around = shuffled - y6.mean()
explained = ((fitted - y6.mean()) ** 2).sum(axis=1)
share_of = explained / (around**2).sum(axis=1)
verify("leak", expected_leak(6, 3), share_of.mean())

# %% [markdown]
# Of our 300 random names {{ leak_levels }} were dealt, so we expect {{ expected_leak(600, leak_levels):.2f }}; that draw gave {{ leak_train:.2f }}.
#
# On *new* rows the means do worse than the plain average. Each carries an error of variance $\sigma^2 / n_k$. If new rows meet the levels as often as old ones did, that is on average
# $\sigma^2 \sum_k \frac{n_k}{n} \frac{1}{n_k} = \sigma^2 K / n$. So the test $R^2$ is near $-K/n$, below zero.

# %%
#| id: fig-leak
#| caption: A category that knows nothing. On its own rows it explains the more, the more levels it has, as @eq-leak says
#|   (line); on new rows, less than nothing (dashed, −K/n). Dots are means of 30 draws, {{ rows }} rows each.
#| alt: Dots on a straight line that rises from 0 to nearly 1 as levels go from 2 to 380, labelled training. Below, dots that
#|   fall from 0 towards −1, near a dashed line, labelled new rows.
rows, draws = 400, 30
rng = np.random.default_rng(5)
sizes = [2, 20, 50, 100, 150, 200, 250, 300, 350, 380]
inside, outside = [], []
for k in sizes:
    fits = []
    for _ in range(draws):
        level = rng.permutation(np.append(np.arange(k), rng.integers(0, k, rows - k)))
        noise_y, new_y = rng.normal(size=(2, rows))
        m_k = np.bincount(level, weights=noise_y) / np.bincount(level)
        fits.append((r2(noise_y, m_k[level]), r2(new_y, m_k[level])))
    a, b = np.mean(fits, axis=0)
    inside.append(a)
    outside.append(b)
fig, ax = plt.subplots(figsize=(5.2, 3.2))
ax.axhline(0, color=plot.color("rule"))
ax.plot(sizes, [expected_leak(rows, k) for k in sizes], color=plot.color("truth"))
ax.plot(sizes, [-k / rows for k in sizes], "--", color=plot.color("truth"))
ax.plot(sizes, inside, "o", color=plot.color("fit"))
ax.plot(sizes, outside, "o", color=plot.color("error"))
ax.text(145, 0.55, "training", color=plot.color("fit_ink"), ha="right")
ax.text(145, -0.5, "new rows", color=plot.color("error_ink"), ha="right", va="top")
ax.set(xlim=(0, 400), ylim=(-1.1, 1.1), xlabel=f"levels, of {rows} rows", ylabel="R²")

# %%
#| hide: true
assert np.abs(np.array(inside) - [expected_leak(400, k) for k in sizes]).max() < 0.03
assert max(outside) < 0.02

# %% [markdown]
# A model that gets the leaking column trusts it, takes weight from honest columns, and disappoints on the day it is used. There are two
# remedies, for two faults: the mean of few rows is noisy, and a row must not see its own target.
#
# ### Remedy one: shrink the noisy means
#
# Landmrk has one home. What is its level worth: that home's price, or the mean of all? Both are evidence. Suppose a level has a true mean
# $\theta$ ("theta"), and levels scatter around a common $\mu$ with variance $\tau^2$; that is a [prior](glossary:prior). Rows
# scatter around their level's $\theta$ with variance $\sigma^2$. If both are bell curves, the density of $\theta$ given the
# $n_k$ rows is proportional to
#
# $$
# \exp\Bigl(-\frac{n_k (\bar y_k - \theta)^2}{2 \sigma^2}\Bigr) \exp\Bigl(-\frac{(\theta - \mu)^2}{2 \tau^2}\Bigr)
# $$
#
# The exponent is a quadratic in $\theta$, so this is a bell curve again, and its mean is its top. There the slope of the exponent is
# zero: $n_k (\bar y_k - \theta) / \sigma^2 = (\theta - \mu) / \tau^2$. Multiply by $\sigma^2$, write $m = \sigma^2 / \tau^2$, and solve:
#
# $$
# \hat\theta_k = \frac{n_k}{n_k + m}\, \bar y_k + \frac{m}{n_k + m}\, \mu, \qquad m = \frac{\sigma^2}{\tau^2}
# $$ {#eq-shrunken-mean}
# : $n_k$ rows of mean $\bar y_k$; $m$ is a number of rows, $\mu$ is estimated by $\bar y$.
#
# So $m$ is a number of imaginary rows, each with the average target. Many where rows scatter more than levels do; none where levels are
# all that matters. It is ridge (@eq-ridge-levels) with $\lambda = m$ around another centre. Estimating the prior from the same data is called
# [empirical Bayes](glossary:empirical-bayes). Micci-Barreca brought it to categories [@miccibarreca2001].
#
# ```quote
# mle.preprocessing.target.smoothed_means
# ```
#
# ```pycon
# >>> from mle.preprocessing.target import smoothed_means
# >>> smoothed_means(codes6, y6, 3, smooth=1.0).round(1).tolist()
# [123.3, 175.0, 157.5]
# ```
#
# Birch, with one home of 200, meets the average of 150 halfway.

# %%
from mle.preprocessing.target import smoothed_means

theta = np.linspace(0, 400, 4001)  # a grid, no algebra
sigma, tau = 20.0, 25.0
expected = []
for k in range(3):
    log_density = -((theta - y6.mean()) ** 2) / (2 * tau**2)
    for y_i in y6[codes6 == k]:
        log_density -= (y_i - theta) ** 2 / (2 * sigma**2)
    density = np.exp(log_density - log_density.max())
    expected.append(density @ theta / density.sum())
got = smoothed_means(codes6, y6, 3, smooth=sigma**2 / tau**2)
verify("shrunken-mean", got, expected)

# %% [markdown]
# @Fig-shrink lets you turn $m$ for the neighbourhoods.

# %%
#| id: fig-shrink
#| live: true
#| play: {m: [0.0, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0]}
#| say: "m = {{ m:g }}: Landmrk (1 home) goes from {{ mean_of[mark]:.0f }} to {{ now[mark]:.0f }}, GrnHill ({{ count[hill] }}) from {{ mean_of[hill]:.0f }} to {{ now[hill]:.0f }}, NAmes ({{ count[most] }}) from {{ mean_of[most]:.0f }} to {{ now[most]:.0f }}."
#| caption: Shrinking takes from each neighbourhood according to its size. Hollow, the plain means; filled, drawn to the mean of
#|   all (line). Small groups on the left move first, large ones on the right hardly at all.
#| alt: Mean price against number of homes on a logarithmic axis, one hollow and one filled dot for each of 28 neighbourhoods,
#|   joined by a stroke. On the left, with few homes, filled dots lie much nearer the horizontal line of the overall mean.
m = 10.0
now = smoothed_means(code, price, K, smooth=m)
mark, hill, most = (places.tolist().index(v) for v in ("Landmrk", "GrnHill", "NAmes"))
fig, ax = plt.subplots(figsize=(5.2, 3.2))
ax.axhline(price.mean(), color=plot.color("truth"), lw=1)
ax.vlines(count, mean_of, now, color=plot.color("error"), lw=1.5)
ax.plot(count, mean_of, "o", mfc="none", mec=plot.color("muted"), ms=5)
ax.plot(count, now, "o", color=plot.color("fit"), ms=4.5)
ax.text(1.25, mean_of[mark] - 4, "Landmrk", va="top", color=plot.color("muted"))
ax.text(2.4, mean_of[hill] - 4, "GrnHill", va="center", color=plot.color("muted"))
ax.set(xscale="log", xlim=(0.8, 600), ylim=(80, 345), xlabel="homes in the neighbourhood", ylabel="thousand $")
ax.set_xticks([1, 10, 100], ["1", "10", "100"])

# %% [markdown]
# **Which $m$?** Estimate both variances. The spread within levels gives $\sigma^2$ directly. The spread of the level means
# is $\tau^2$ plus noise. Take the expected noise off: by the argument for @eq-leak, the explained sum of squares would be
# $(K - 1) \sigma^2$ if levels meant nothing. True means, measured from $\mu$, add $\sum_k n_k \theta_k^2 - (\sum_k n_k \theta_k)^2 / n$;
# they are independent, so on average this is $(n - \sum_k n_k^2 / n)\, \tau^2$.

# %%
#| live: true
def estimate_m(codes, y, K):
    """Rows within a level against levels: sigma² / tau²."""
    n_k = np.bincount(codes, minlength=K)
    y_k = smoothed_means(codes, y, K, smooth=0.0)  # plain means
    n, filled = len(y), np.sum(n_k > 0)
    within = np.sum((y - y_k[codes]) ** 2) / (n - filled)
    between = np.sum(n_k * (y_k - y.mean()) ** 2)
    between = between - (filled - 1) * within  # less the noise
    tau2 = between / (n - np.sum(n_k.astype(float) ** 2) / n)
    return within / tau2 if tau2 > 0 else np.inf


m_place = estimate_m(code, price, K)
m_luck = estimate_m(old_names, old_luck, 300)
print(f"neighbourhoods: m = {m_place:.2f}, random names: {m_luck:.0f}")

# %%
#| hide: true
def auto_m(codes, y, K):
    """The number of imaginary rows that smooth="auto" gives to each level."""
    n_k = np.bincount(codes, minlength=K)
    y_k = np.bincount(codes, weights=y, minlength=K) / np.maximum(n_k, 1)
    return np.bincount(codes, weights=(y - y_k[codes]) ** 2, minlength=K) / np.maximum(n_k, 1) / y.var()


auto_place = auto_m(code, price, K)[count > 1]
auto_luck = auto_m(old_names, old_luck, 300)[used > 1]
scores = {}
for label, value in (("plain", 0.0), ("auto", "auto"), ("m", m_luck)):
    known = smoothed_means(old_names, old_luck, 300, 1e12 if value == np.inf else value)
    scores[label] = r2(luck[600:], known[names[600:]])
assert scores["plain"] < scores["auto"] < scores["m"]
assert np.median(auto_luck) < 1 < 10 < m_luck

# %% [markdown]
# Neighbourhoods differ so much that {{ f"{m_place:.1f}" }} imaginary rows are enough. For the names dealt at random the estimate of
# $m$ is {{ "infinite: believe nothing" if m_luck == np.inf else f"{m_luck:.0f}, far more than the two rows that a name has on average" }}.
#
# **The library's `smooth="auto"`**, like scikit-learn's, does something else. It takes each level's own variance $\hat\sigma_k^2$ for $\sigma^2$,
# and for $\tau^2$ the variance of *all* targets:
#
# $$
# \hat\theta_k = a_k\, \bar y_k + (1 - a_k)\, \bar y, \qquad a_k = \frac{n_k \operatorname{Var}(y)}{n_k \operatorname{Var}(y) + \hat\sigma_k^2}
# $$ {#eq-auto-share}
# : $a_k$ is the share of level $k$'s own mean; both variances have the divisors $n$ and $n_k$.
#
# That is @eq-shrunken-mean with $m_k = \hat\sigma_k^2 / \operatorname{Var}(y)$. But the variance of all targets is that of the levels *and* of the rows
# within them, so $m_k$ is rarely far above 1, and a level of one row, whose $\hat\sigma_k^2$ is 0, is not shrunk at all. For random names of two rows or more the median $m_k$ is
# {{ np.median(auto_luck):.1f }}, and the test $R^2$ is {{ minus(scores["auto"], ".2f") }}, after {{ minus(scores["plain"], ".2f") }} for the plain means and
# {{ minus(scores["m"], ".2f") }} for the estimated $m$. "Auto" is a light touch. For many small levels estimate $m$, or choose it by cross-validation.

# %%
expected = []
for k in range(3):
    own = y6[codes6 == k]
    m_k = own.var() / y6.var()  # imaginary rows
    pulled = own.sum() + m_k * y6.mean()
    expected.append(pulled / (len(own) + m_k))
verify("auto-share", smoothed_means(codes6, y6, 3), expected)

# %% [markdown]
# ### Remedy two: do not show a row its own target
#
# Shrinking makes the leak smaller, not zero. [Cross-fitting](glossary:cross-fitting) takes the own target out: deal the rows into
# folds, and encode each fold by the means of the *others*. So `fit_transform` is not `fit` followed by `transform`:
#
# ```quote
# mle.preprocessing.target.TargetEncoder.fit_transform
# ```
#
# `fit_transform` is for the rows that the model will learn from. `transform` is for all later rows, and uses the means of all training
# rows, as there is no own target to hide. A level that the other folds do not have gets their overall mean, by
# `smoothed_means`, for which it has no rows. A level that no training row has is coded −1, and finds the mean that stands last:
#
# ```quote
# mle.preprocessing.target._look_up
# ```

# %%
#| live: true
from mle.preprocessing import TargetEncoder

encoder = TargetEncoder(smooth=0.0, random_state=0)
column = old_names[:, None]
leaking = encoder.fit(column, old_luck).transform(column)[:, 0]
honest = encoder.fit_transform(column, old_luck)[:, 0]
for z in (leaking, honest):
    print(f"correlation {np.corrcoef(z, old_luck)[0, 1]:+.2f}")

# %%
#| id: fig-crossfit
#| caption: Random names again. Encoded by means with its own target in them, noise looks like a strong feature; encoded by
#|   the other folds it looks like what it is. The diagonal on the left is names of one row, the upright stripe on the right names that no other fold has.
#| alt: Two scatter plots of a target against its encoding. Left, the points stretch along a rising diagonal, many exactly on it. Right, they form a
#|   round cloud without direction, with an upright stripe in the middle.
fig, axes = plt.subplots(1, 2, figsize=(5.2, 2.7), sharey=True)
fig.subplots_adjust(wspace=0.08)
for ax, z, label, role in ((axes[0], leaking, "fit, then transform", "error"), (axes[1], honest, "fit_transform", "fit")):
    ax.plot(z, old_luck, "o", ms=2.2, alpha=0.5, mew=0, color=plot.color(role))
    ax.set(xlim=(-3.5, 3.5), ylim=(-3.6, 3.6), xlabel=label)
axes[0].set_ylabel("target")

# %%
#| hide: true
c_leaking, c_honest = (float(np.corrcoef(z, old_luck)[0, 1]) for z in (leaking, honest))
by_chance = 2 / np.sqrt(len(old_luck))
assert c_leaking > 0.5 > by_chance > abs(c_honest)

# %% [markdown]
# With {{ len(old_luck) }} rows, unrelated columns have correlations up to ±{{ by_chance:.2f }} (two standard errors, $2/\sqrt n$) by chance alone.
#
# ## Levels that training has never seen {#unseen}
#
# A home from a neighbourhood without a single sale in the training rows will come. The default is to refuse it, by name:
#
# ```quote
# mle.preprocessing.categories.Categorical._codes
# ```

# %%
#| live: true
#| raises: ValueError
few = OneHotEncoder().fit([["OldTown"], ["NAmes"]])
few.transform([["NAmes"], ["Landmrk"]])

# %% [markdown]
# An error in training is a question you can answer; a wrong number in service is one that nobody asks. Where service must go on,
# choose what a new level means:

# %%
#| live: true
import warnings

import mle.preprocessing as prep

seen, target = [["NAmes"], ["OldTown"], ["OldTown"]], [150, 100, 120]
encoders = {
    "one-hot": prep.OneHotEncoder(handle_unknown="ignore"),
    "dropped": prep.OneHotEncoder(
        handle_unknown="ignore", drop="first"),
    "ordinal": prep.OrdinalEncoder(
        handle_unknown="use_encoded_value", unknown_value=-1),
    "target": prep.TargetEncoder(),
}
for name, encoder in encoders.items():
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        z = encoder.fit(seen, target).transform([["Landmrk"]])
    print(f"{name}:", z[0].round(1).tolist())
    for warning in said:
        print("   ", str(warning.message)[:46], "...")

# %% [markdown]
# | Encoding | An unseen level becomes | So the model predicts |
# |:--|:--|:--|
# | one-hot, all levels kept | zeros | the intercept, a middle value |
# | one-hot, one level dropped | zeros | the *reference*, hence the warning |
# | ordinal, `unknown_value=-1` | −1 | one step below the first level |
# | target | the mean target | as for an average level |
#
# : What "ignore" means. The second and third rows are seldom what you want. {#tbl-unseen}
#
# Rare levels are the same trouble, one row earlier: a weight that rests on one home. The usual cure is to pool all levels with fewer than some
# number of rows into one, *infrequent*, counted on training rows only, and to send unseen ones there as well. `mle` has no option for it; you write
# it in @ex-pool-rare, scikit-learn has `min_frequency`. Ridge and shrinkage pool too, more gently. How often does it happen in Ames?

# %%
from mle.model_selection import KFold

five = KFold(5, shuffle=True, random_state=0)
missed = [
    sum(len(set(column[test]) - set(column[train]))
        for column in codes.T)
    for train, test in five.split(codes)
]
print("levels in the test fold only:", missed)

# %% [markdown]
# ## Ames, six ways {#comparison}
#
# Now the whole comparison: {{ homes.X.shape[1] }} numbers and {{ len(words) }} categories, log price as the target, error in dollars. Holes in the
# numbers get the training median, numbers are standardised, and so are encoded columns that are not indicators. The model is a ridge. We
# number the words once, over all rows, because integers encode faster (`codes`; the words stand in `every`); the numbers are names, and each
# encoder still learns its levels from its training rows alone. `graded` names the columns on the scale `grades`, Po to Ex.

# %%
from mle.compose import ColumnTransformer
from mle.preprocessing.categories import category_codes

lenient = {"handle_unknown": "use_encoded_value",
           "unknown_value": -1}
grade_at = [words.index(name) for name in graded]
rest_at = [j for j in range(len(words)) if j not in grade_at]
scale = np.array([None, *grades], dtype=object)  # None: none
order = [category_codes(scale, every[g]) for g in graded]
order = [numbers[numbers >= 0] for numbers in order]
ways = {
    "drop them": None,
    "codes A to Z": OrdinalEncoder(**lenient),
    "one-hot": OneHotEncoder(handle_unknown="ignore"),
    "grades ordered, rest one-hot": ColumnTransformer([
        ("grades", OrdinalEncoder(categories=order, **lenient),
         grade_at),
        ("rest", OneHotEncoder(handle_unknown="ignore"), rest_at)]),
    # training rows by fit_transform
    "target, cross-fitted": TargetEncoder(random_state=0),
    # training rows by fit, then transform: each sees its own price
    "target, plain": TargetEncoder(random_state=0),
}

# %%
#| hide: true
from mle.impute import SimpleImputer
from mle.model_selection import corrected_paired_test
from mle.model_selection.compare import student_two_sided
from mle.preprocessing import StandardScaler

amounts, log_price = homes.X[kept], np.log(homes.y[kept])
penalties = (10.0, 30.0, 100.0)
names_600 = np.random.default_rng(0).integers(0, 600, n)
with_names = np.column_stack([codes, names_600])


def ridge_errors(A, t, B, u):
    """Mean absolute error in dollars for each penalty: one Gram matrix, three solutions."""
    mu, t_mean = A.mean(axis=0), t.mean()
    C = A - mu
    G, c = C.T @ C, C.T @ (t - t_mean)
    errors = []
    for value in penalties:
        w = np.linalg.solve(G + value * np.eye(len(c)), c)
        errors.append(np.mean(np.abs(np.exp((B - mu) @ w + t_mean) - np.exp(u))))
    return errors


def both_parts(way, encoder, C, train, test):
    if encoder is None:
        return np.zeros((len(train), 0)), np.zeros((len(test), 0))
    if way.startswith("target, plain"):
        P = encoder.fit(C[train], log_price[train]).transform(C[train])
    else:
        P = encoder.fit_transform(C[train], log_price[train])
    Q = encoder.transform(C[test])
    flat = {"o": 0, "g": len(graded)}.get(way[0], P.shape[1])  # columns that are not indicators
    if flat:
        s = StandardScaler().fit(P[:, :flat])
        P, Q = (np.hstack([s.transform(T[:, :flat]), T[:, flat:]]) for T in (P, Q))
    return P, Q


runs = [(way, encoder, codes) for way, encoder in ways.items()]
runs += [(way + " + names", ways[way], with_names) for way in ("target, cross-fitted", "target, plain")]
errors = {way: [] for way, _, _ in runs}
width = {}
for repeat in range(2):
    for train, test in KFold(5, shuffle=True, random_state=repeat).split(codes):
        impute = SimpleImputer(strategy="median").fit(amounts[train])
        A, B = impute.transform(amounts[train]), impute.transform(amounts[test])
        s = StandardScaler().fit(A)
        A, B = s.transform(A), s.transform(B)
        for way, encoder, C in runs:
            P, Q = both_parts(way, encoder, C, train, test)
            both = np.hstack([A, P]), np.hstack([B, Q])
            errors[way].append(ridge_errors(both[0], log_price[train], both[1], log_price[test]))
            width[way] = both[0].shape[1]
J, n_test = 10, n // 5
errors = {way: np.array(found) for way, found in errors.items()}  # (10, 3)
t95 = 2.0
while student_two_sided(t95, J - 1) > 0.05:
    t95 += 1e-4
model = Ridge(alpha=30.0).fit(both[0], log_price[train])
check = np.mean(np.abs(np.exp(model.predict(both[1])) - np.exp(log_price[test])))
assert abs(check - errors[way][-1][1]) < 1e-4


def versus(a, b, at=1):
    """Mean difference a - b in dollars, and half its 95 % interval."""
    test = corrected_paired_test(errors[a][:, at], errors[b][:, at], n_train=n - n_test, n_test=n_test)
    return test.difference, t95 * test.difference / test.statistic


def told(a, b):
    d, half = versus(a, b)
    return f"{minus(d, ',.0f')} ± {half:,.0f}"


# %%
#| hide: true
def mae(way, at):
    return f"{errors[way].mean(axis=0)[at]:,.0f}"


def megabytes(way):
    return f"{n * width[way] * 8 / 1e6:.1f}"


# %% [markdown]
# | The categories | Columns | MB | MAE, $\lambda = 10$ | $\lambda = 30$ | $\lambda = 100$ |
# |:--|--:|--:|--:|--:|--:|
# | drop them | {{ width["drop them"] }} | {{ megabytes("drop them") }} | {{ mae("drop them", 0) }} | {{ mae("drop them", 1) }} | {{ mae("drop them", 2) }} |
# | codes A to Z | {{ width["codes A to Z"] }} | {{ megabytes("codes A to Z") }} | {{ mae("codes A to Z", 0) }} | {{ mae("codes A to Z", 1) }} | {{ mae("codes A to Z", 2) }} |
# | one-hot | {{ width["one-hot"] }} | {{ megabytes("one-hot") }} | {{ mae("one-hot", 0) }} | {{ mae("one-hot", 1) }} | {{ mae("one-hot", 2) }} |
# | grades ordered, rest one-hot | {{ width["grades ordered, rest one-hot"] }} | {{ megabytes("grades ordered, rest one-hot") }} | {{ mae("grades ordered, rest one-hot", 0) }} | {{ mae("grades ordered, rest one-hot", 1) }} | {{ mae("grades ordered, rest one-hot", 2) }} |
# | target, cross-fitted | {{ width["target, cross-fitted"] }} | {{ megabytes("target, cross-fitted") }} | {{ mae("target, cross-fitted", 0) }} | {{ mae("target, cross-fitted", 1) }} | {{ mae("target, cross-fitted", 2) }} |
# | target, plain | {{ width["target, plain"] }} | {{ megabytes("target, plain") }} | {{ mae("target, plain", 0) }} | {{ mae("target, plain", 1) }} | {{ mae("target, plain", 2) }} |
#
# : Six tables for one ridge: width and memory (in the last fold), and mean absolute error in dollars for three penalties. {#tbl-ways}
#
# The order of the six is the same at each penalty. Five
# folds, twice: {{ J }} differences for each pair, on the same rows. Their training sets overlap, so they are not {{ J }} independent witnesses; we use the
# [corrected variance of Nadeau and Bengio](../judging/comparing-models.py#correction) [@nadeau2003], which adds the ratio of test to training rows, ¼, to 1/{{ J }}. More repeats
# would hardly narrow the intervals of @fig-compare: the ¼ stays.

# %%
#| id: fig-compare
#| caption: Mean absolute error compared with one-hot, at λ = 30, with 95 % intervals. An interval that crosses the line is a
#|   difference smaller than its error.
#| alt: Five rows with a dot and a horizontal interval, in dollars worse than one-hot. Grades ordered lies close to zero, the two target
#|   encodings about a thousand dollars to the right, codes about fourteen hundred, dropping the categories about 2,400.
fig, ax = plt.subplots(figsize=(5.2, 2.8))
rows_of = [way for way in ways if way != "one-hot"]
ax.axvline(0, color=plot.color("rule"))
for i, way in enumerate(rows_of):
    d, half = versus(way, "one-hot")
    ax.hlines(-i, d - half, d + half, color=plot.color("error"), lw=2)
    ax.plot(d, -i, "o", color=plot.color("fit"))
    ax.text(d + half + 70, -i, way, ha="left", va="center", color=plot.color("ink"))
ax.set(ylim=(-len(rows_of) + 0.5, 0.5), xlim=(-300, 3900), yticks=[], xlabel="dollars worse than one-hot")

# %%
#| hide: true
def clear(a, b):
    d, half = versus(a, b)
    return abs(d) > half


for a, b, expected_clear in (
    ("drop them", "codes A to Z", True),
    ("target, cross-fitted", "one-hot", True),
    ("codes A to Z", "target, cross-fitted", False),
    ("target, cross-fitted", "target, plain", False),
    ("target, plain + names", "target, plain", True),
    ("target, cross-fitted + names", "target, cross-fitted", False),
):
    assert clear(a, b) == expected_clear, (a, b, told(a, b))
for at in range(3):
    by_error = sorted(ways, key=lambda way: errors[way].mean(axis=0)[at])
    assert by_error == ["one-hot", "grades ordered, rest one-hot", "target, plain", "target, cross-fitted", "codes A to Z", "drop them"]
mixed_clear = clear("grades ordered, rest one-hot", "one-hot")

# %% [markdown]
# - **Categories are worth having.** Even senseless codes beat dropping them, by {{ told("drop them", "codes A to Z") }} dollars per home. The alphabet is not all wrong:
#   it puts Ex first and TA last, and its order of kitchens explained {{ 100 * r2_alphabet:.0f }} % (@sec-ordered).
# - **One-hot wins here**, by {{ told("target, cross-fitted", "one-hot") }} dollars over target encoding, where one weight for each column has to serve all its levels.
# - **Codes against target encoding:** {{ told("codes A to Z", "target, cross-fitted") }}. We cannot tell.
# - **Cross-fitted against plain:** {{ told("target, cross-fitted", "target, plain") }}. No difference that we can see. By @eq-leak even the widest column, {{ K }} neighbourhoods, would explain
#   {{ 100 * expected_leak(n, K):.1f }} % of {{ f"{n:,}" }} prices if it meant nothing: each column has little to leak. Then why bother? Add a column of 600 random names. The plain encoder now pays {{ told("target, plain + names", "target, plain") }} dollars for it, the cross-fitted one
#   {{ told("target, cross-fitted + names", "target, cross-fitted") }}. Cross-fitting is insurance.
# - **Ordered grades:** {{ told("grades ordered, rest one-hot", "one-hot") }} against one-hot. {{ "The equal steps cost a little accuracy" if mixed_clear else "Too close to call" }}, and save {{ width["one-hot"] - width["grades ordered, rest one-hot"] }} columns.
#
# These are results about *ridge on Ames*. With trees or with ten thousand levels, expect another order, and measure.
#
# ## Where it breaks
#
# - **Levels learnt from the whole table.** An encoder fitted before the split has seen the test rows. With one-hot it hides the unseen levels that service
#   will meet; with target means it shows the model test prices. Fit it inside each fold.
# - **Stray blanks.** In Ames the commonest deed is `"WD "`, with a blank behind it. A hand-typed `"WD"` is an unseen level, and with "ignore" nobody hears of it.
# - **Words for nothing.** `Mas.Vnr.Type` has the level `"None"` *and* empty cells. Readers of files that take "None" or "NA" for a hole erase one or invent the other.
# - **Hashing**, codes from a checksum, needs no list of levels, and lets two levels collide (@ex-collisions).
# - **Names of rows.** `PID` has a level for each home: by @eq-leak it "explains" everything.

# %%
#| live: true
#| raises: ValueError
sale = table["Sale.Type"][kept][:, None]
deed = OneHotEncoder().fit(sale)
deed.transform([["WD"]])

# %% [markdown]
# ## Another road to the same numbers
#
# scikit-learn's encoders [@pedregosa2011], on the same columns:

# %%
from importlib.util import find_spec

apart_by = {}
if find_spec("sklearn"):  # the notebook runs without it
    from sklearn import preprocessing as theirs

    two = np.column_stack([place, kitchen[:, 0]]).astype(object)
    dense = {"sparse_output": False}
    for name, settings in (
        ("OrdinalEncoder", {}),
        ("OneHotEncoder", dense),
        ("OneHotEncoder", {"drop": "first", **dense}),
        ("TargetEncoder", {"target_type": "continuous", "smooth": 10.0}),
        ("TargetEncoder", {"target_type": "continuous"}),
    ):
        results = []
        for library in (prep, theirs):
            encoder = getattr(library, name)(**settings)
            results.append(encoder.fit(two, price).transform(two))
        distance = float(np.abs(results[0] - results[1]).max())
        assert distance < 1e-9, f"{name}: {distance}"
        apart_by[name] = max(distance, apart_by.get(name, 0.0))

# %% [markdown]
# Codes and indicators are equal, and the target means differ by at most {{ apart_by.get("TargetEncoder", 0.0):.0e }} thousand dollars. Two differences of habit: scikit-learn's one-hot is sparse by default, and its ordinal encoder numbers a missing `None` as a level of its own, where ours
# writes nan unless told otherwise.
#
# ## What production libraries add
#
# - **scikit-learn**: `_encoders.py` in `sklearn/preprocessing` has `min_frequency` and `max_categories` for rare levels, and
#   sparse output. `_target_encoder.py` encodes targets of several classes, with loops compiled in `_target_encoder_fast.pyx`.
# - **category_encoders** offers a dozen more codings, among them leave-one-out, which leaks in its own way (@ex-leave-one-out-code).
# - **LightGBM** and **CatBoost** take categories as they are. CatBoost encodes each row by the targets of rows *before* it in a random
#   order [@prokhorenkova2018]: cross-fitting, one row at a time.
#
# ## Summary
#
# - Decide for each column: ordered or not, number or name, and what an empty cell means.
# - Give grades their order yourself. In a linear model, codes for unordered levels ask about the alphabet.
# - A level's least-squares weight is a mean, or a difference of means; say from which reference. Under a penalty keep all levels.
# - Target means explain $(K - 1)/(n - 1)$ of pure noise. Shrink them by $n_k/(n_k + m)$, and never show a row its own target.
# - Decide before service what an unseen level means, and fit encoders on training rows only.
#
# ## Quiz
#
# ```quiz
# - question: "A column of sizes S, M, L, XL is passed to `OrdinalEncoder()` with its defaults. What happens?"
#   answers:
#     - text: It recognises sizes and numbers them from S to XL.
#       why: "No encoder knows what a word means."
#     - text: It raises an error, because no order was given.
#       why: "The default order is the alphabet's, and it is used without a word."
#     - text: "L is 0, M is 1, S is 2, XL is 3."
#       right: true
#       why: "Sorted by characters. Pass `categories=[[\"S\", \"M\", \"L\", \"XL\"]]`."
# - question: "Least squares with an intercept and indicators of one column, level A dropped. The weight of level C is 12. This says that"
#   answers:
#     - text: the mean target of C is 12 above that of A
#       right: true
#       why: "The intercept is the mean of A, and each weight a difference from it."
#     - text: the mean target of C is 12
#       why: "That would hold without an intercept and with all levels kept."
#     - text: C is 12 above the mean of all rows
#       why: "That is the coding of @ex-zero-sum. Here the intercept is the mean of A."
# - question: "A category of 201 levels, random, on 1,001 rows. What training R² do its level means have, on average?"
#   answers:
#     - text: "0, since it knows nothing"
#       why: "It does know nothing, but its means have seen these rows. On new rows R² would be near −0.2."
#     - text: "0.2"
#       right: true
#       why: "200 / 1,000 by @eq-leak."
#     - text: "1, since a mean fits its own rows"
#       why: "Only if every row has a level of its own."
# - question: "Why does `TargetEncoder().fit_transform(X, y)` differ from `.fit(X, y).transform(X)`?"
#   answers:
#     - text: "It encodes each row by the targets of other rows, so that the row's own target is not in its feature"
#       right: true
#       why: "Training rows need that. Later rows have no target that could leak."
#     - text: It is a defect; the two should agree
#       why: "For most transformers they agree. Here the difference is the point."
#     - text: It shrinks more
#       why: "Shrinkage is the same in both; folds are what differs."
# ```
#
# ## Exercises
#
# The minutes above do not count these.
#
# ### Exercise: Collisions {#ex-collisions level="warm-up"}
#
# A hash sends each level to one of $B$ buckets, all equally likely. How many of $K$ levels share their bucket with another, on average?
#
# ??? hint "A hint"
#
#     A level is alone if each of the $K - 1$ others goes elsewhere.


# %%
#| exercise: stub
def expected_shared(K, B):
    """Expected number of levels not alone in their bucket."""
    return K / B

# %%
#| exercise: check
got = expected_shared(2, 2)
assert abs(got - 1.0) < 1e-12, f"two levels, two buckets: 1, got {got:.2f}"
rng = np.random.default_rng(0)
drawn = rng.integers(0, 64, (4000, 28)).astype(np.intp)
shared = np.mean([np.sum(np.bincount(d, minlength=64)[d] > 1) for d in drawn])
got = expected_shared(28, 64)
assert abs(got - shared) < 0.3, f"28 levels, 64 buckets: simulation {shared:.2f}, got {got:.2f}"


# %%
#| exercise: solution
#| note: "With 64 buckets, more than twice the {{ K }} neighbourhoods, {{ K * (1 - (1 - 1 / 64) ** (K - 1)):.0f }} of them share one. With 1,024 it is still
#|   {{ K * (1 - (1 - 1 / 1024) ** (K - 1)):.1f }} on average."
def expected_shared(K, B):
    return K * (1 - (1 - 1 / B) ** (K - 1))

# %% [markdown]
# ### Exercise: Pool the rare {#ex-pool-rare level="core"}
#
# Write the two halves of an encoder's first step: learn which levels of the *training* column have at least `least` rows; then
# replace every other value, rare or unseen, by "infrequent".


# %%
#| exercise: stub
def frequent_levels(column, least):
    """Levels with at least so many rows, sorted."""
    return sorted(set(column))


def pool(column, frequent):
    """List of values, "infrequent" for those not in `frequent`."""
    return list(column)

# %%
#| exercise: check
got = frequent_levels(["b", "a", "b", "c", "a", "b"], 2)
assert list(got) == ["a", "b"], f"a has 2 rows, b 3, c 1; got {list(got)}"
got = list(pool(["a", "c", "z"], ["a", "b"]))
assert got == ["a", "infrequent", "infrequent"], f"c is rare, z unseen; got {got}"
big = frequent_levels(place.tolist(), 30)
assert len(big) == int(np.sum(count >= 30)), f"Ames has {np.sum(count >= 30)} places with 30 homes, got {len(big)}"


# %%
#| exercise: solution
#| note: "{{ int(np.sum(count < 30)) }} of {{ K }} neighbourhoods are pooled. Counting on training rows matters: `pool` must not ask how often a value
#|   occurs in the rows it is given."
from collections import Counter


def frequent_levels(column, least):
    return sorted(v for v, rows in Counter(column).items() if rows >= least)


def pool(column, frequent):
    return [v if v in set(frequent) else "infrequent" for v in column]

# %% [markdown]
# ### Exercise: Weights that add up to zero {#ex-zero-sum level="core"}
#
# You are given weights and intercept of some coding with all $K$ levels. Return those with the same predictions where the weights
# of the levels, *counted with their rows*, add up to zero. What does the intercept mean now?
#
# ??? hint "A hint"
#
#     Moving by $c$ changes no prediction. Which $c$ makes $\sum_k n_k (w_k - c)$ zero?


# %%
#| exercise: stub
def row_centred(w, b, n_k):
    """Weights (K,) and intercept with sum(n_k * w) = 0."""
    return w - w.mean(), b + w.mean()

# %%
#| exercise: check
w_got, b_got = row_centred(means6, 0.0, Z6.sum(axis=0))
assert abs(Z6.sum(axis=0) @ w_got) < 1e-9, f"sum of rows times weights is {Z6.sum(axis=0) @ w_got:.3f}"
assert np.abs(Z6 @ w_got + b_got - Z6 @ means6).max() < 1e-9, "predictions moved"
w_got, b_got = row_centred(full.coef_, full.intercept_, count)
assert abs(b_got - price.mean()) < 1e-8, f"Ames: intercept {b_got:.3f}"


# %%
#| exercise: solution
#| note: "It is the mean of all rows, and each weight is a level's distance from it. Minimum norm compares with the plain mean of the
#|   level means, {{ full.intercept_:.1f }}, this one with the mean price, {{ float(price.mean()):.1f }}."
def row_centred(w, b, n_k):
    c = n_k @ w / n_k.sum()
    return w - c, b + c

# %% [markdown]
# ### Exercise: The leak of leave-one-out {#ex-leave-one-out-code level="core"}
#
# A popular encoding gives each training row the mean target of the *other* rows of its level. Its own target is not in it. Show that it
# leaks all the same: recover every target from the encoded column, given each level's mean.


# %%
#| exercise: stub
def recover(encoded, codes, level_means):
    """Targets (n,) from the leave-one-out encoding."""
    return level_means[codes]

# %%
#| exercise: check
rng = np.random.default_rng(3)
c_try = np.repeat(np.arange(5), [2, 3, 4, 5, 6]).astype(np.intp)
y_try = rng.normal(size=20)
n_try = np.bincount(c_try)
s_try = np.bincount(c_try, weights=y_try)
loo = (s_try[c_try] - y_try) / (n_try[c_try] - 1)
got = recover(loo, c_try, s_try / n_try)
assert np.shape(got) == (20,), f"one target for each of 20 rows, got shape {np.shape(got)}"
gap = np.abs(got - y_try).max()
assert gap < 1e-9, f"off by up to {gap:.3f}"


# %%
#| exercise: solution
#| note: "Within a level the encoding falls as the target rises, on a straight line. A tree that splits a level there reads the
#|   targets off, backwards. Folds leak less: rows of a level in one fold share a code, which gives away their sum alone. A level's only row
#|   in its fold is encoded as here."
def recover(encoded, codes, level_means):
    n_k = np.bincount(codes)[codes]
    return n_k * level_means[codes] - (n_k - 1) * encoded

# %%
#| hide: true
def _left_out(m):
    guess = ((count * mean_of)[code] - price + m * price.mean()) / (count[code] - 1 + m)
    return float(np.sqrt(np.mean((price - guess) ** 2)))


curve_m = {value: _left_out(value) for value in (0.1, 0.3, 1.0, 3.0, 10.0, 30.0)}
best_place = min(curve_m, key=curve_m.get)
rise_place = curve_m[10.0] - curve_m[best_place]

# %% [markdown]
# ### Exercise: Choose m by prediction {#ex-choose-m level="small research"}
#
# `estimate_m` trusts a model of two variances. Do without: for a given $m$, predict each row by the shrunken mean of its level *without
# that row* (keep $\bar y$ of all rows), and take the mean squared error, for $m > 0$. Which $m$ is best for the neighbourhoods, and for our random names? How flat is the curve?
#
# ??? hint "A hint"
#
#     The sum of a level without row $i$ is the level's sum less $y_i$; its count is one less. No loop over rows is needed.


# %%
#| exercise: stub
def left_out_error(codes, y, m):
    """Mean squared error of shrunken means, without the row."""
    means = smoothed_means(codes, y, codes.max() + 1, m)
    return float(np.mean((y - means[codes]) ** 2))

# %%
#| exercise: check
rng = np.random.default_rng(3)
c_try = np.repeat(np.arange(5), [2, 3, 4, 5, 6]).astype(np.intp)
y_try = rng.normal(size=20)
total_try = 0.0
for i in range(20):
    others = (c_try == c_try[i]) & (np.arange(20) != i)
    guess = (y_try[others].sum() + 2.0 * y_try.mean()) / (others.sum() + 2.0)
    total_try += (y_try[i] - guess) ** 2 / 20
got = left_out_error(c_try, y_try, 2.0)
assert abs(got - total_try) < 1e-9, f"20 rows, m = 2: a loop gives {total_try:.4f}, got {got:.4f}"
weak, strong = (left_out_error(old_names, old_luck, m) for m in (0.1, 100.0))
assert strong < weak, "random names: more shrinkage should predict better"


# %%
#| exercise: solution
#| note: "Among 0.1, 0.3, 1, 3, 10 and 30 the neighbourhoods take {{ best_place:g }}, where `estimate_m` says {{ f'{m_place:.2f}' }}; from the best to $m = 10$ the root of the error rises by only
#|   {{ 1000 * rise_place:,.0f }} dollars. Random names take the largest you offer. Where the curve is flat, the choice does not matter much."
def left_out_error(codes, y, m):
    n_k = np.bincount(codes)
    sums = np.bincount(codes, weights=y)
    guess = (sums[codes] - y + m * y.mean()) / (n_k[codes] - 1 + m)
    return float(np.mean((y - guess) ** 2))
