# ---
# title: Training, validation and test data
# lede: >-
#   A model that is judged on the rows it was fitted to marks its own homework. This chapter says by how much that mark
#   is too good, how to hold rows out so that the mark is honest, what the two curves of errors tell you to do next, and
#   when the honest mark has become too good itself.
# minutes: 70
# needs: [regression/linear-regression]
# paths: [weekend, scikit-learn]
# able:
#   - say why a score on training rows is too good, and by how much
#   - split rows honestly, with or without classes, and say how uncertain the score is
#   - take an expected error apart into noise, bias and variance
#   - read a validation curve and a learning curve, and decide what to do next
#   - know when a validation score has become too good, and when shuffling rows deceives
# ---

# %% [markdown]
# ## How good is the curve? {#question}
#
# To test helmets for motorcycles, crashes were staged in the laboratory, and the acceleration of a head was read at some
# millisecond after the impact. There are 133 readings, in g, multiples of free fall [@silverman1985]. We want a curve
# for the next reading.
#
# The plainest curve is a staircase: cut the time into $k$ stretches with equally many readings and answer, in each, with the mean of
# its readings. (Readings of one moment stay together, so a large $k$ gives a few stretches less.) That is [least squares](glossary:least-squares) on $k$ columns of zeros and ones. How many stretches? And
# how far will the next reading be from the curve?
#
# Common sense says: as many as bring the curve near the readings, and the typical miss, as root mean square, is
# what to expect. To try that, we deal the readings into two halves, fit on one, and keep the other for later.

# %%
#| live: true
import warnings

import numpy as np

from mle.datasets import load_mcycle
from mle.linear_model import LinearRegression
from mle.model_selection import train_test_split
from mle.pipeline import make_pipeline
from mle.preprocessing import KBinsDiscretizer

warnings.filterwarnings("ignore", ".*too equal")  # a few stretches less
crash = load_mcycle()
ms, g = crash.X, crash.y  # (133, 1), (133,)
ms_fit, ms_new, g_fit, g_new = train_test_split(
    ms, g, test_size=0.5, random_state=0)


def steps(k):
    """A staircase of k steps with equally many readings."""
    return make_pipeline(KBinsDiscretizer(k, strategy="quantile"),
                         LinearRegression(solver="svd"))


def rms(miss):
    return float(np.sqrt(np.mean(np.square(miss))))


print("steps   fitted half   other half")
for k in (2, 4, 8, 16, 32, 64):
    curve = steps(k).fit(ms_fit, g_fit)
    print(f"{k:5} {rms(g_fit - curve.predict(ms_fit)):11.1f}"
          f" {rms(g_new - curve.predict(ms_new)):12.1f}")

# %%
#| hide: true
import matplotlib.pyplot as plt
from matplotlib.patheffects import withStroke

from mle import plot

widths = [2, 4, 8, 16, 32, 64]
fine = np.linspace(ms_fit.min(), ms_fit.max(), 600)[:, None]
curves = {k: steps(k).fit(ms_fit, g_fit) for k in widths}
drawn = {k: curves[k].predict(fine) for k in widths}
on_fit = np.array([rms(g_fit - curves[k].predict(ms_fit)) for k in widths])
on_new = np.array([rms(g_new - curves[k].predict(ms_new)) for k in widths])
assert (np.diff(on_fit) < 0).all(), "the text says that the training error falls"
low = int(on_new.argmin())
assert 0 < low < len(widths) - 1, "the text says that the other error turns"
for curve in curves.values():
    assert (curve[0].transform(ms_fit).sum(axis=0) > 0).all(), "no step without a reading"


def halo(width=3):
    return [withStroke(linewidth=width, foreground=plot.color("ground"))]


# %% [markdown]
# Common sense takes {{ widths[-1] }} steps and promises {{ on_fit[-1]:.0f }} g. On the other half the same curve misses by
# {{ on_new[-1]:.0f }} g. {{ widths[low] }} steps would have missed by {{ on_new[low]:.0f }}. The rows that a model is fitted
# to are its [training set](glossary:training-set), and its error there is the *training error*. Move the slider of
# @fig-capacity to see the two errors part.

# %%
#| id: fig-capacity
#| play: {k: [2, 4, 8, 16, 32, 64]}
#| say: "{{ k }} steps: the typical miss is {{ seen:.0f }} g on the fitted readings and {{ unseen:.0f }} g on the others."
#| caption: The training error falls with every cut, the error on held-out readings turns. Left, the staircase with the
#|   readings it was fitted to (dots) and the others (rings); right, both errors.
#| alt: Left, a staircase through dots that dip to minus 120 g at 20 milliseconds and rise to 50 at 33. Right, two lines over
#|   2 to 64 steps. The lower falls all the way to 9, the upper falls to 26 at 8 steps and then climbs to 30.
k = 8
seen, unseen = on_fit[widths.index(k)], on_new[widths.index(k)]
fig, (a, b) = plt.subplots(1, 2, figsize=(5.2, 2.9), gridspec_kw={"width_ratios": [1.15, 1]})
fig.subplots_adjust(wspace=0.42)
a.plot(ms_new, g_new, "o", mfc="none", mec=plot.color("error"), ms=3.4, mew=0.8)
a.plot(ms_fit, g_fit, "o", color=plot.color("data"), ms=3)
a.plot(fine, drawn[k], color=plot.color("fit"), lw=1.6)
a.set(xlabel="time, ms", ylabel="acceleration, g", ylim=(-145, 85))
place = np.arange(len(widths))
b.plot(place, on_fit, color=plot.color("data"))
b.plot(place, on_new, color=plot.color("error"))
b.plot(widths.index(k), seen, "o", color=plot.color("data"), ms=6)
b.plot(widths.index(k), unseen, "o", mfc="none", mec=plot.color("error"), ms=6, mew=1.6)
plot.note(b, "fitted", (4, on_fit[4]), "data", offset=(-6, -9), ha="right", va="top")
plot.note(b, "held out", (4, on_new[4]), "error", offset=(-2, 10), ha="right")
b.set(xticks=place, xticklabels=widths, xlabel="steps", ylabel="root mean square miss, g", ylim=(0, 50))

# %% [markdown]
# The fall is no accident. We double the steps, so each finer staircase can draw every coarser one, and least squares picks the
# best that it can draw. On the fitted rows more [capacity](glossary:capacity), the room to bend, does not hurt. On new rows it
# can: that is [overfitting](glossary:overfitting), and too few steps are [underfitting](glossary:underfitting).
#
# (The data set's own notes warn that several readings may be of one crash, and that the file does not say which. We take the
# readings as [independent](glossary:independent); what happens when rows are not is in @sec-where-it-breaks.)
#
# ## Three readings by hand {#by-hand}
#
# Zoom into one stretch. It has three readings, 2, 4 and 9, and the step is their mean, 5. The misses are −3, −1 and
# 4; their squares add up to 26, with a mean of 8.67. Now keep each reading out in turn, and predict it by the
# mean of the other two: 6.5, 5.5, 3. The misses are −4.5, −1.5 and 6; the squares add up to 58.5, with a mean of 19.5.

# %% [markdown]
# ```pycon
# >>> y = np.array([2.0, 4.0, 9.0])
# >>> others = (y.sum() - y) / (len(y) - 1)
# >>> others.tolist()
# [6.5, 5.5, 3.0]
# >>> round(float(np.mean((y - y.mean()) ** 2)), 2)
# 8.67
# >>> float(np.mean((y - others) ** 2))
# 19.5
# ```
#
# Each miss grew by the factor {{ 4.5 / 3 }}, from −3 to −4.5 and so on. For the mean of $n$ numbers the factor is
# $n / (n - 1)$: the others' mean is $(n \bar y - y_i) / (n - 1)$, so the miss is
# $y_i - (n \bar y - y_i) / (n - 1) = \frac{n}{n - 1} (y_i - \bar y)$. Nobody chose anything here, and one number was fitted. Still
# the mean has run after its own readings. With {{ widths[-1] }} steps for {{ len(g_fit) }} readings, most steps have a single
# reading, and there the training error is zero.
#
# ## Holding rows out {#split}
#
# The remedy is as old as examinations: ask what was not practised. Here is the newcomer's version, for one list.


# %%
import random


def naive_split(rows, n_test, seed):
    rows = list(rows)
    random.Random(seed).shuffle(rows)
    return rows[:-n_test], rows[-n_test:]


first, second = naive_split(range(10), 3, seed=0)
print(sorted(first), sorted(second))

# %% [markdown]
# Its trouble begins with a second list: shuffle $X$ and $y$ one after the other, and each row gets somebody else's
# target. So the library draws one order, of row *numbers*, and takes the same rows from everything it was given.
#
# ```quote
# mle.model_selection.holdout.train_test_split
# ```
#
# Without `shuffle` the test rows are the last ones; we shall need that for time. A `random_state` makes the split
# repeatable: judge two models on the same rows, or the split's luck is added to the difference. `take` cuts arrays
# and tables alike, and the size of the test set is checked before anything is cut:
#
# ```quote
# mle.model_selection.holdout.held_out
# ```
#
# ### Rare classes
#
# Of 4,521 customers whom a Portuguese bank called, 11.5 % took its offer. A test set of 200 should hold 23 of them; drawn at random
# it may well hold 15 or 31. [Stratified](glossary:stratified) splitting fixes the number:
#
# ```quote
# mle.model_selection.holdout.stratified_split
# ```
#
# Each class is shuffled by itself and gives its share. Shares are seldom whole, and rounding each could miss the total.
# So they are rounded down, and the rows still missing go to the largest remainders:
#
# ```quote
# mle.model_selection.holdout.proportional
# ```
#
# Does it help? We fit one model to 1,000 customers and draw 1,000 test sets of 200 from all the others, in both ways.

# %%
from mle.datasets import load_bank_marketing
from mle.linear_model import LogisticRegression
from mle.metrics import log_loss, roc_auc_score
from mle.preprocessing import StandardScaler

calls = load_bank_marketing()
c = calls.columns
took = (calls.y == "yes").astype(int)
rich = np.column_stack(
    [np.arcsinh(c["balance"]), c["age"], c["campaign"], c["previous"]]
    + [c[name] == "yes" for name in ("housing", "loan", "default")]
    + [c["poutcome"] == "success", c["contact"] == "unknown",
       c["marital"] == "married", c["education"] == "tertiary"]
).astype(float)  # (4521, 11); the length of the call would leak
learn, spare = train_test_split(
    np.arange(len(took)), test_size=len(took) - 1000, stratify=took,
    random_state=0)
scale = StandardScaler().fit(rich[learn])
taker = LogisticRegression().fit(scale.transform(rich[learn]), took[learn])
chance = taker.predict_proba(scale.transform(rich))[:, 1]


def scores(rows):
    y, p = took[rows], chance[rows]
    return (y.sum(), np.mean((p >= 0.5) == y), log_loss(y, p),
            roc_auc_score(y, p), np.mean(p[y == 1] >= 0.2))


spread = {}
for kind, classes in (("random", None), ("stratified", took[spare])):
    found = [scores(train_test_split(spare, test_size=200,
                                     stratify=classes, random_state=i)[1])
             for i in range(1000)]
    spread[kind] = np.std(found, axis=0)

# %%
#| hide: true
plain, even = spread["random"], spread["stratified"]
assert even[0] == 0
assert even[1] < 0.7 * plain[1]
assert even[2] < 0.95 * plain[2]
assert (np.abs(even[3:] / plain[3:] - 1) < 0.12).all(), (plain, even, "the text says hardly")

# %% [markdown]
# | Spread over test sets of 200 | random | stratified |
# |:--|--:|--:|
# | customers who took the offer | {{ plain[0]:.1f }} | {{ even[0]:.1f }} |
# | [accuracy](glossary:accuracy) | {{ plain[1]:.4f }} | {{ even[1]:.4f }} |
# | [log-loss](glossary:log-loss) | {{ plain[2]:.4f }} | {{ even[2]:.4f }} |
# | [AUC](glossary:auc) | {{ plain[3]:.4f }} | {{ even[3]:.4f }} |
# | [recall](glossary:recall) from 0.2 up | {{ plain[4]:.4f }} | {{ even[4]:.4f }} |
#
# : Standard deviations of scores of one model over 1,000 test sets of each kind. {#tbl-strata}
#
# It depends on the score. Accuracy hangs on how many takers happen to be in the test set, and stratifying takes
# {{ 100 * (1 - even[1] / plain[1]):.0f }} % off its spread; from the log-loss, {{ 100 * (1 - even[2] / plain[2]):.0f }} %. AUC
# and recall look at each class by itself, and hardly change. It costs nothing, so do it. But it does not make few
# positives many, and the narrower spread takes for granted that the share of takers will stay as it is.
#
# ### Three parts
#
# A model has settings that fitting does not choose, such as the number of steps:
# [hyperparameters](glossary:hyperparameter). To choose them by their error on held-out rows is a kind of fitting, as @sec-winner will
# show. So we cut twice. The [training set](glossary:training-set) fits. The [validation set](glossary:validation-set) chooses. The
# [test set](glossary:test-set) is touched once, after all choices, and its number is the one we report. With `train_test_split` that
# is two calls, as in [Classification metrics](classification-metrics.py).
#
# ## By how much is a training error too good? {#optimism}
#
# For least squares the answer is a formula. The step that opens it: a fit is a [projection](glossary:projection).
# With an intercept and $p$ columns, the predictions are $\hat y = H y$ for a matrix $H$ of shape $(n, n)$ that depends on
# $X$ alone. It is called the [hat matrix](glossary:hat-matrix), as it puts the hat on $y$. If $Q$ has orthonormal columns that
# span $X$ and the column of ones, then $H = QQ^\top$ (@eq-projection). We need three properties. $H$ is symmetric. $HH = H$, for
# a projected point stays where it is. And its *trace*, the sum of its diagonal, is the sum of the squares of $Q$, which is
# $p + 1$, one for each column of $Q$.
#
# Suppose that $y = f + e$. The vector $f$ holds the true values at the $n$ rows. The errors $e$ are independent, with
# mean zero and [variance](glossary:variance) $\sigma^2$. The residuals are $y - Hy = (I - H) f + (I - H) e$. Here $I$ is the identity, ones
# on the diagonal. Take the sum of squares, $\lVert \cdot \rVert^2$, and its [expectation](glossary:expectation). The mixed term is
# linear in $e$, so it vanishes. In the last term $(I - H)(I - H) = I - 2H + HH = I - H$, so it is
# $\mathrm E[e^\top (I - H) e]$. Products of two different errors have expectation zero, and each $e_i^2$ has the expectation
# $\sigma^2$, so only the diagonal counts, $\sigma^2$ times the trace $n - (p + 1)$:
#
# $$
# \mathrm E \lVert y - \hat y \rVert^2 = \lVert (I - H) f \rVert^2 + \sigma^2 (n - p - 1).
# $$
#
# Now measure again at the same places, $y' = f + e'$, with errors that the fit has never met. The new misses are
# $y' - Hy = (I - H) f + e' - H e$. The errors $e'$ and $e$ are independent, so again no mixed term survives. $e'$ adds
# $n \sigma^2$, and $e^\top H H e = e^\top H e$ adds $\sigma^2$ times the trace of $H$:
#
# $$
# \mathrm E \lVert y' - \hat y \rVert^2 = \lVert (I - H) f \rVert^2 + \sigma^2 (n + p + 1).
# $$
#
# What the model cannot bend to, $(I - H) f$, is in both. Subtract, divide by $n$:
#
# $$
# \mathrm E[\text{new}] - \mathrm E[\text{training}] = \frac{2\, \sigma^2\, (p + 1)}{n}
# $$ {#eq-optimism}
# : Both are mean squared misses; $p + 1$ counts all fitted numbers, the intercept too.
#
# This gap is the [optimism](glossary:optimism) of a training error [@hastie2009, section 7.4]. It does not ask whether the
# model is right. For a mean, with $p = 0$, it is $2 \sigma^2 / n$. The three readings by hand
# have $\hat\sigma^2 = 26 / 2$, which makes it {{ 2 * 13 / 3:.2f }}; leaving out showed {{ 19.5 - 26 / 3:.2f }}, more, because each of those means rests on two readings. Our check leaves nothing to chance: eight rows whose errors are coins, $+\sigma$ or $-\sigma$, have
# 256 equally likely training sets, and as many sets of new readings.

# %%
#| live: true
import itertools

from mle.testing import verify

rng = np.random.default_rng(0)
ones = np.ones((8, 1))
Q = np.linalg.qr(np.hstack([ones, rng.normal(size=(8, 2))]))[0]
H = Q @ Q.T  # (8, 8), the hat matrix of 2 columns and an intercept
truth, sigma = rng.normal(size=8), 0.7
coins = np.array(list(itertools.product([-1.0, 1.0], repeat=8)))
every = truth + sigma * coins  # (256, 8): all training sets
fits = every @ H  # all fits at once

training = np.mean((every - fits) ** 2)
new = np.mean((every[:, None, :] - fits) ** 2)  # 256 times 256 pairs
gap = 2 * sigma**2 * np.trace(H) / 8  # eq: optimism
verify("optimism", gap, new - training)
print(f"training {training:.4f}, new {new:.4f}, gap {gap:.4f}")

# %% [markdown]
# ### On patients
#
# Does it hold on real rows? Ten columns predict how diabetes progressed in 442 patients. We fit a plane to $n$ of them,
# score it on all others, and average over 200 draws. The variance $\sigma^2$ we estimate from the residuals, with
# the divisor $n - p - 1$.

# %%
from mle.datasets import load_diabetes

patients = load_diabetes()
X, y = patients.X, patients.y  # (442, 10), (442,)
gaps = {}
for n in (30, 60, 120, 240):
    draws = []
    for i in range(200):
        few, rest = train_test_split(
            np.arange(442), test_size=442 - n, random_state=i)
        plane = LinearRegression().fit(X[few], y[few])
        draws.append([np.mean((y[r] - plane.predict(X[r])) ** 2)
                      for r in (few, rest)])
    fitted, fresh = np.mean(draws, axis=0)
    formula = 2 * fitted * n / (n - 11) * 11 / n
    spread_of_gap = np.std(np.diff(draws), ddof=1)
    gaps[n] = fitted, fresh, formula, spread_of_gap / np.sqrt(200)

# %%
#| hide: true
excess = {n: (row[1] - row[0]) / row[2] for n, row in gaps.items()}
assert excess[30] > 1.3 > excess[60] > 1, excess
assert 0.9 < excess[120] < 1.15
assert 0.9 < excess[240] < 1.2
off = {n: (row[1] - row[0] - row[2]) / row[3] for n, row in gaps.items()}
assert off[30] > 5, off
assert all(abs(off[n]) < 2 for n in (60, 120, 240)), off

# %% [markdown]
# | $n$ | training | held out | gap | formula |
# |--:|--:|--:|--:|--:|
# | 30 | {{ gaps[30][0]:,.0f }} | {{ gaps[30][1]:,.0f }} | {{ gaps[30][1] - gaps[30][0]:,.0f }} ± {{ gaps[30][3]:.0f }} | {{ gaps[30][2]:,.0f }} |
# | 60 | {{ gaps[60][0]:,.0f }} | {{ gaps[60][1]:,.0f }} | {{ gaps[60][1] - gaps[60][0]:,.0f }} ± {{ gaps[60][3]:.0f }} | {{ gaps[60][2]:,.0f }} |
# | 120 | {{ gaps[120][0]:,.0f }} | {{ gaps[120][1]:,.0f }} | {{ gaps[120][1] - gaps[120][0]:,.0f }} ± {{ gaps[120][3]:.0f }} | {{ gaps[120][2]:,.0f }} |
# | 240 | {{ gaps[240][0]:,.0f }} | {{ gaps[240][1]:,.0f }} | {{ gaps[240][1] - gaps[240][0]:,.0f }} ± {{ gaps[240][3]:.0f }} | {{ gaps[240][2]:,.0f }} |
#
# : Mean squared misses of a plane, and @eq-optimism. Means of 200 draws; plus and minus one standard error over the draws. {#tbl-gaps}
#
# From 60 patients on, the gap is within two standard errors of the formula. With 30 the formula is too small by a factor of
# {{ excess[30]:.1f }}, because new patients do not sit at the same places as the old ones; some lie outside, where a
# plane held by few rows swings. So the formula is a floor rather than the answer.
#
# Turned round, it judges without holding rows out. Training error plus $2 \hat\sigma^2 (p + 1) / n$, with $\hat\sigma^2$ from
# the largest model, is an estimate of the error on new readings. It is [Mallows's](glossary:mallows) criterion
# [@mallows1973], and @ex-mallows chooses columns with it.

# %%
#| hide: true
n_play, sigma_play = 30, 0.5
x_play = np.linspace(-1, 1, n_play)


def f_true(x):
    return np.sin(2.5 * x) + np.exp(-20 * (x - 0.3) ** 2)


def hat(degree, x_new=x_play):
    """Matrix that turns targets at x_play into predictions at x_new."""
    legendre = np.polynomial.legendre.legvander
    Q, R = np.linalg.qr(legendre(x_play, degree))
    return legendre(x_new, degree) @ np.linalg.solve(R, Q.T)


play_x = np.linspace(-1, 1, 201)
noise_play = sigma_play * np.random.default_rng(1).normal(size=(25, n_play))

# %% [markdown]
# ## Noise, bias and variance {#parts}
#
# The gap says how much a training error flatters. It does not say why the error on *new* rows is what it is. For that we play
# nature: choose a true curve $f$, draw training sets from it, fit each, and watch. Ours is
# $f(x) = \sin(2.5\, x) + e^{-20 (x - 0.3)^2}$, read at {{ n_play }} places from $-1$ to $1$ with a noise of {{ sigma_play:g }}
# (in the code `f_true`, `n_play`, `x_play` and `sigma_play`). @Fig-many-fits has 25 training sets.

# %%
#| id: fig-many-fits
#| caption: Fits of three degrees to the same 25 training sets of 30 readings. A line misses in the same way every time, which is bias; a polynomial of
#|   degree 16 runs after each set's noise, which is variance; degree 5 has little of both. Dashed, the truth.
#| alt: Three panels with the same dashed curve. Left, a bundle of straight lines that agree with each other and miss the
#|   bump. Middle, a bundle of curves close around the truth. Right, a bundle of wiggling curves that spread widely,
#|   most of all at the ends.
fig, axes = plt.subplots(1, 3, figsize=(5.2, 2.5), sharey=True)
fig.subplots_adjust(wspace=0.08)
for ax, degree in zip(axes, (1, 5, 16)):
    bundle = (f_true(x_play) + noise_play) @ hat(degree, play_x).T
    ax.plot(play_x, bundle.T, color=plot.color("fit"), lw=0.7, alpha=0.45)
    ax.plot(play_x, f_true(play_x), "--", color=plot.color("truth"), lw=2)
    ax.set(ylim=(-2.2, 3), xticks=[-1, 0, 1], xlabel="x")
    ax.text(-0.95, 2.6, f"degree {degree}", color=plot.color("ink"))
axes[0].set_ylabel("y")

# %% [markdown]
# Take one place $x$. A new reading there is $y = f(x) + e$, with $\mathrm E[e] = 0$ and variance $\sigma^2$. The prediction
# $\hat f(x)$ is random too, for the training set is; call its mean over all training sets $m(x) = \mathrm E[\hat f(x)]$. Write the
# miss as three steps, from the reading to the truth, from the truth to the mean fit, and from there to our fit:
#
# $$
# y - \hat f = e + (f - m) + (m - \hat f).
# $$
#
# Square it: three squares and three mixed terms. The middle step is no random number. So $2 (f - m)\, \mathrm E[e]$ is
# zero, and $2 (f - m)\, \mathrm E[m - \hat f]$ is zero, because $m$ is the mean of $\hat f$. The third mixed term is
# $2\, \mathrm E[e\, (m - \hat f)]$. The new error has nothing to do with the training set, so the expectation of the product is the
# product of the expectations: zero. What is left:
#
# $$
# \mathrm E\bigl[(y - \hat f)^2\bigr] = \sigma^2 + (f - m)^2 + \mathrm E\bigl[(\hat f - m)^2\bigr]
# $$ {#eq-bias-variance}
# : At one place $x$; the expectation runs over training sets and over the new reading.
#
# The first term is the [noise](glossary:noise), which no model can learn. The second is the square of the
# [bias](glossary:bias), what the method misses on average. The third is its [variance](glossary:variance), how
# much it depends on the training set that it got. All three are at least zero, so none can pay for another. The eight rows and
# their 256 training sets check it, at the place of row 3.

# %%
#| live: true
at = 3
readings = truth[at] + sigma * np.array([-1.0, 1.0])
guesses = fits[:, at]  # of 256 training sets

noise = np.mean((readings - truth[at]) ** 2)
bias = truth[at] - guesses.mean()
variance = np.mean((guesses - guesses.mean()) ** 2)
parts = noise + bias**2 + variance  # eq: bias-variance
error = np.mean((readings[:, None] - guesses) ** 2)  # all pairs
verify("bias-variance", parts, error)
print(f"{noise:.3f} + {bias**2:.3f} + {variance:.3f} = {error:.3f}")

# %% [markdown]
# ### The naive version and the fast one
#
# For models that are not linear in the targets there is mostly no formula, but anybody can simulate: draw, fit, predict,
# repeat. For least squares the hat matrix does all draws in one product.


# %%
def naive_fits(Y, x, degree):
    fitted = []
    for y in Y:  # one training set at a time
        weights = np.polynomial.legendre.legfit(x, y, degree)
        fitted.append(np.polynomial.legendre.legval(x, weights))
    return np.array(fitted)


def fast_fits(Y, x, degree):
    Q = np.linalg.qr(np.polynomial.legendre.legvander(x, degree))[0]
    return (Y @ Q) @ Q.T  # and never an n by n table


draws = f_true(x_play) + sigma_play * rng.normal(size=(2000, n_play))
assert np.allclose(naive_fits(draws, x_play, 5),
                   fast_fits(draws, x_play, 5))

# %%
#| hide: true
import time


def seconds(function, *arguments, repeats=3):
    best = np.inf
    for _ in range(repeats):
        start = time.perf_counter()
        function(*arguments)
        best = min(best, time.perf_counter() - start)
    return best


gain = seconds(naive_fits, draws, x_play, 5, repeats=1) / seconds(fast_fits, draws, x_play, 5)
assert gain > 100, "the text says so"
degrees = np.arange(19)
smooth = [hat(d) for d in degrees]
target = f_true(x_play)
bias2 = np.array([np.mean((M @ target - target) ** 2) for M in smooth])
vary = np.array([sigma_play**2 * np.sum(M**2) / n_play for M in smooth])
fresh_play = target + sigma_play * np.random.default_rng(3).normal(size=draws.shape)
seen_play = np.array([np.mean((draws - draws @ M.T) ** 2) for M in smooth])
held_play = np.array([np.mean((fresh_play - draws @ M.T) ** 2) for M in smooth])
whole = sigma_play**2 + bias2 + vary
assert np.abs(held_play / whole - 1).max() < 0.02
assert np.allclose(vary, sigma_play**2 * (degrees + 1) / n_play)
best_degree = int(whole.argmin())
assert best_degree == 5, "the text says so"

# %% [markdown]
# The first takes $2{,}000$ fits from scratch, about $n p^2$ operations each; the second factorises once and then
# spends $2 n p$ on each. Measured, it is more than a hundred times faster; most of that is the
# interpreter's work for each set, which the count leaves out. With it, @fig-parts takes the error apart for every degree
# up to 18. Averaged over the rows, the variance is $\sigma^2 (p + 1) / n$, a straight line: every column costs the same,
# useful or not. The bias falls in jumps, as columns come that the truth needs. The best degree is where the next column costs more
# variance than it takes off bias.

# %%
#| id: fig-parts
#| caption: The error on new readings is noise plus squared bias plus variance. Bias falls with the degree, variance rises in a straight
#|   line, and their sum is least at degree {{ best_degree }}. Dots, {{ len(draws):, }} simulated training sets.
#| alt: Mean square against degree from 0 to 18. A dotted level line for noise; a curve of squared bias that falls to zero by
#|   degree 8; a straight line of variance that rises; and their sum, which falls, has its minimum at 5 and rises
#|   slowly. Dots lie on the sum.
fig, ax = plt.subplots(figsize=(5.2, 3.1))
ax.axhline(sigma_play**2, color=plot.color("muted"), ls=":", lw=1.4)
ax.plot(degrees, bias2, color=plot.color("truth"))
ax.plot(degrees, vary, color=plot.color("fit"))
ax.plot(degrees, whole, color=plot.color("error"), lw=2)
ax.plot(degrees, held_play, "o", color=plot.color("error"), ms=4)
ax.set(ylim=(0, 0.8), xlim=(0, 18.2), xlabel="degree of the polynomial", ylabel="mean square", xticks=range(0, 19, 3))
plot.note(ax, "error on new readings", (6, whole[6]), "error", offset=(8, 16))
plot.note(ax, "noise", (15, sigma_play**2), "muted", offset=(0, 5), ha="right")
plot.note(ax, "variance", (15, vary[15]), "fit", offset=(-4, 7), ha="right")
plot.note(ax, "bias²", (4, bias2[4]), "truth", offset=(8, 6))

# %% [markdown]
# On real data nobody sees $f$, and noise and bias cannot be told apart. What we can see are the two errors. Training error
# high, and the held-out one near it: bias (or noise). A wide gap between them: variance. In machine learning it was
# Geman and colleagues who made the decomposition known [@geman1992].
#
# ## Two curves that say what to do {#curves}
#
# ### The validation curve: which setting?
#
# @Fig-capacity is a [validation curve](glossary:validation-curve) that rests on one split, and one split is luck. `validation_curve` repeats it: for each setting and each
# pair of training and held-out rows, a fresh copy is fitted and scored on both.
#
# ```quote
# mle.model_selection.curves.validation_curve
# ```
#
# `folds` turns `cv` into pairs of row numbers. They can come from [cross-validation](glossary:cross-validation), or be a list
# of our own, as here. All settings see the same pairs, so that luck does not favour one. A scorer named `neg_` is an
# error with its sign turned, so that more is better. The work is
#
# ```quote
# mle.model_selection.scores.fit_and_score
# ```
#
# which clones the model, for a model that was fitted before must not remember. Everything that is learnt from rows, such as the
# edges of our steps, is learnt inside, because the whole [pipeline](../practice/pipelines.py) is the model. The cost is $mk$ fits for $m$ settings
# and $k$ pairs.

# %%
from mle.model_selection import validation_curve

halves = [train_test_split(np.arange(len(g)), test_size=0.5,
                           random_state=i) for i in range(20)]
seen20, held20 = validation_curve(
    steps(2), ms, g, cv=halves, param_name="kbinsdiscretizer__n_bins",
    param_range=[2, 4, 8, 16, 32, 64],
    scoring="neg_root_mean_squared_error")
print("held out ", (-held20.mean(axis=1)).round(1).tolist())
print("deviation", held20.std(axis=1).round(1).tolist())

# %%
#| hide: true
naive_seen, naive_held = np.zeros((6, 20)), np.zeros((6, 20))
for i, k in enumerate(widths):
    for j, (a, b) in enumerate(halves[:3]):
        once = steps(k).fit(ms[a], g[a])
        naive_seen[i, j] = -rms(g[a] - once.predict(ms[a]))
        naive_held[i, j] = -rms(g[b] - once.predict(ms[b]))
assert np.allclose(naive_held[:, :3], held20[:, :3])
assert np.allclose(naive_seen[:, :3], seen20[:, :3])
mean_seen, mean_held = -seen20.mean(axis=1), -held20.mean(axis=1)
dev_held = held20.std(axis=1)
low20 = int(mean_held.argmin())
assert 0 < low20 < 5
choices = [widths[i] for i in held20.argmax(axis=0)]
beaten = {side: int(np.sum(held20[low20] > held20[low20 + side])) for side in (-1, 1)}
assert all(10 < wins < 20 for wins in beaten.values()), beaten
assert len(set(choices)) > 1, "the text says that splits disagree"

# %%
#| id: fig-validation
#| caption: "Validation curve: left of the minimum both errors are high, which is bias; right of it they part, which is variance. Means of
#|   20 splits; the bands are one standard deviation over the splits."
#| alt: Root mean square miss against steps from 2 to 64. Two banded lines fall together from about 44 to 26; the lower goes on
#|   falling to 10, the upper turns near 16 steps and rises to 33.
fig, ax = plt.subplots(figsize=(5.2, 3.0))
for table, role, name, i, offset in ((seen20, "data", "fitted", 4, (0, -14)), (held20, "error", "held out", 4, (0, 16))):
    mid, dev = -table.mean(axis=1), table.std(axis=1)
    ax.fill_between(np.arange(6), mid - dev, mid + dev, color=plot.color(role), alpha=0.16, lw=0)
    ax.plot(np.arange(6), mid, "o-", color=plot.color(role), ms=4)
    plot.note(ax, name, (i, mid[i]), role, offset=offset, ha="center", path_effects=halo())
ax.set(xticks=range(6), xticklabels=widths, xlabel="steps", ylabel="root mean square miss, g", ylim=(0, 50))

# %% [markdown]
# On the mean, {{ widths[low20] }} steps are best, with {{ mean_held[low20]:.1f }} g. But single splits choose between
# {{ min(choices) }} and {{ max(choices) }}: {{ widths[low20] }} steps beat {{ widths[low20 - 1] }} in {{ beaten[-1] }} of 20
# splits and {{ widths[low20 + 1] }} in {{ beaten[1] }}. One split would have been a thin reed. How to share out the rows so that every
# one is used for both, fitting and judging, is the subject of cross-validation.
#
# ### The learning curve: would more rows help?
#
# Data cost money. Before you order more, take some away: a [learning curve](glossary:learning-curve). `learning_curve` fits on ever more rows of the training part and
# scores on the same held-out rows:
#
# ```quote
# mle.model_selection.curves.learning_curve
# ```
#
# `rows_of` turns shares or counts into sizes, at most what the smallest training part holds:
#
# ```quote
# mle.model_selection.curves.rows_of
# ```
#
# Our rows are samples of concrete: seven ingredients and the logarithm of the age, and the pressure at which the sample broke. Two
# models: a plane, and a plane with all squares and products, each with a small ridge penalty.

# %%
from mle.datasets import load_concrete
from mle.linear_model import Ridge
from mle.model_selection import GroupKFold, learning_curve
from mle.preprocessing import PolynomialFeatures

concrete = load_concrete()
M, strength = concrete.X.copy(), concrete.y  # (1030, 8), in MPa
M[:, 7] = np.log(M[:, 7])  # the age in days
mix = np.unique(M[:, :7], axis=0, return_inverse=True)[1].ravel()


def surface(degree):
    return make_pipeline(
        StandardScaler(),
        PolynomialFeatures(degree, include_bias=False), Ridge(1.0))


pairs = [pair for i in range(2)
         for pair in GroupKFold(5, shuffle=True, random_state=i)
         .split(M, groups=mix)]
learnt = {degree: learning_curve(
    surface(degree), M, strength, cv=pairs, shuffle=True, random_state=0,
    train_sizes=[30, 50, 80, 130, 200, 320, 500, 800],
    scoring="neg_mean_absolute_error") for degree in (1, 2)}

# %%
#| hide: true
sizes = learnt[1][0]
ends = {d: (-learnt[d][1].mean(axis=1), -learnt[d][2].mean(axis=1)) for d in learnt}
columns2 = surface(2).fit(M, strength)[-1].coef_.size
cross = int(sizes[np.argmax(ends[2][1] < ends[1][1])])
assert ends[2][1][0] > ends[1][1][0]
assert ends[2][1][-1] < ends[1][1][-1]
saved1, saved2 = (float(ends[d][1][-3] - ends[d][1][-1]) for d in (1, 2))
assert saved2 > 2 * saved1
gap1, gap2 = (float(ends[d][1][-1] - ends[d][0][-1]) for d in (1, 2))
assert mix.max() + 1 == 427
from mle.model_selection import KFold

near = np.mean([np.mean(np.isin(mix[test], mix[train])) for train, test in KFold(5, shuffle=True, random_state=0).split(M)])
exact = 1030 - len(np.unique(np.column_stack([M, strength]), axis=0))
assert exact == 25, "the data set's notes say so"
better = -(learnt[2][2][-1] - learnt[1][2][-1])  # (10,) held-out MAE, quadratic minus plane
assert (better < 0).sum() >= 8, better

# %%
#| id: fig-learning
#| caption: "Learning curve on concrete: held-out errors solid, errors on fitted rows dashed. The plane's have met: more rows would hardly help it.
#|   The quadratic's still draw together, and it overtakes between {{ sizes[np.searchsorted(sizes, cross) - 1] }} and {{ cross }} rows. Bands: one standard deviation of
#|   ten folds."
#| alt: Mean absolute error in MPa against training rows from 30 to 800, logarithmic. For the plane a falling and a rising
#|   line meet near 5.6. For the quadratic the held-out line falls from 10 to 5 and the fitted one rises from 1 to 4.
fig, ax = plt.subplots(figsize=(5.2, 3.4))
for degree, role in ((1, "data"), (2, "fit")):
    for which, style in ((1, "--"), (2, "-")):
        mid, dev = -learnt[degree][which].mean(axis=1), learnt[degree][which].std(axis=1)
        ax.fill_between(sizes, mid - dev, mid + dev, color=plot.color(role), alpha=0.14, lw=0)
        ax.plot(sizes, mid, style, color=plot.color(role), lw=1.8)
plot.note(ax, "quadratic, held out", (50, ends[2][1][1]), "fit", offset=(10, 6), path_effects=halo())
plot.note(ax, "quadratic, fitted", (80, ends[2][0][2]), "fit", offset=(8, -10), path_effects=halo())
plot.note(ax, "plane", (500, ends[1][1][6]), "data", offset=(10, 6), path_effects=halo())
ax.set(xscale="log", ylim=(0, 12), xlabel="training rows", ylabel="mean absolute error, MPa")
ax.set_xticks([30, 80, 200, 800], ["30", "80", "200", "800"])
ax.minorticks_off()

# %% [markdown]
# From 320 rows to 800 the plane gains {{ saved1:.2f }} MPa, the quadratic {{ saved2:.2f }}. The plane's gap has shrunk to
# {{ gap1:.2f }} MPa: what is left is bias and noise, and the remedy is a richer model. The quadratic's
# {{ columns2 }} columns leave a gap of {{ gap2:.2f }}; more rows would still narrow it. With {{ sizes[0] }} rows the plane is
# better by {{ ends[2][1][0] - ends[1][1][0]:.1f }} MPa, with {{ sizes[-1] }} the quadratic by
# {{ ends[1][1][-1] - ends[2][1][-1]:.1f }}, in {{ int((better < 0).sum()) }} of ten folds. The right capacity depends on how many rows you have.
#
# (The folds keep all samples of one mix together. Why, @sec-where-it-breaks will say.)
#
# ## When a validation score is too good {#winner}
#
# A held-out score of one model is honest: right on average. Now try a hundred models and keep the best. It was kept *because* its
# score is high, for being good or for being lucky on these rows. To see luck alone, let all candidates be equally bad:
# each of $m$ guesses $n$ answers by coin. A candidate's number of hits is at most $k$ with probability $F(k)$, the
# binomial distribution function. All $m$ are independent, so the best count $B$ is at most $k$ with probability
# $F(k)^m$. A count is the number of values below it, $B = \sum_{k=0}^{n-1} [B > k]$, with 1 for true in the bracket and 0 for
# false. The expectation of such a bracket is a probability:
#
# $$
# \mathrm E\Bigl[\frac{B}{n}\Bigr] = \frac1n \sum_{k=0}^{n-1} \bigl(1 - F(k)^m\bigr)
# $$ {#eq-best-of-many}
# : The expected accuracy of the best of $m$, each of which is right half of the time.


# %%
#| live: true
from math import comb


def best_of(m, n):
    """Expected accuracy of the best of m coins on n rows."""
    chances = [comb(n, k) / 2**n for k in range(n)]
    F = np.cumsum(chances)
    return float(np.sum(1 - F**m) / n)  # eq: best-of-many


# All ways in which four candidates can guess three answers.
sheets = list(itertools.product([0, 1], repeat=12))
hits = np.array(sheets).reshape(-1, 4, 3).sum(axis=2)  # (4096, 4)
verify("best-of-many", best_of(4, 3), hits.max(axis=1).mean() / 3)

for m in (1, 10, 100, 1000):
    print(f"best of {m:5}: {best_of(m, 50):.3f} on 50 rows,"
          f" {best_of(m, 1000):.3f} on 1,000")

# %% [markdown]
# The best of a thousand coins is right in {{ 100 * best_of(1000, 50):.0f }} of a hundred cases on a validation set of 50, and in half of
# them ever after. Statisticians and bidders at auctions call it the [winner's curse](glossary:winners-curse). How does it grow?
# A hit $h$ minus one half is $\pm\frac12$, so the expectation of $e^{s(h - 1/2)}$ is $\frac12 e^{s/2} + \frac12 e^{-s/2} = \cosh(s/2)$. That is
# at most $e^{s^2/8}$, as their power series show, term by term. For the mean of $n$ hits, take $s/n$ for $s$ and the $n$-th
# power: $e^{s^2/8n}$. The largest of $m$ positive numbers is at most their sum, so the best has at most $m\, e^{s^2/8n}$. The exponential is
# [convex](glossary:convex), so $e^{s\, (\mathrm E[B/n] - 1/2)}$ is no larger. Take the logarithm, divide by $s$, and choose
# $s = \sqrt{8 n \log m}$, where the bound is lowest:
#
# $$
# \mathrm E\Bigl[\frac{B}{n}\Bigr] - \frac12 \;\le\; \frac{\log m}{s} + \frac{s}{8n} = \sqrt{\frac{\log m}{2n}}.
# $$
#
# For a thousand coins and 50 rows the bound is {{ (np.log(1000) / 100) ** 0.5:.2f }}, the exact flattery
# {{ best_of(1000, 50) - 0.5:.2f }}. More rows shrink it like a [standard error](glossary:standard-error); more candidates feed it, but
# slowly: from a hundred to a million the bound grows by a factor of {{ (np.log(1e6) / np.log(1e2)) ** 0.5:.1f }}.
#
# ### On real candidates
#
# Real candidates are neither equally good nor independent. Again the patients: 64 columns, the ten, their products
# and squares (without that of sex, which has two values and so a square that says nothing new). A candidate is a plane on eight columns picked at random. Fit on 200 patients, choose the candidate
# with the smallest mean absolute error on 60, and look at it on the other 182. A hundred times, to have an average.

# %%
squares = PolynomialFeatures(2, include_bias=False)
Z = squares.fit_transform(StandardScaler().fit_transform(X))  # (442, 65)
Z = np.delete(Z, 20, axis=1)  # without the square of column 1, sex
Z1 = np.column_stack([np.ones(442), Z])
tries = (1, 3, 10, 30, 100, 300, 1000)
rng = np.random.default_rng(0)
sixty_four = np.tile(np.arange(1, 65), (1000, 1))
chosen = np.zeros((100, len(tries), 2))  # error on validation, on test
for i in range(100):
    train, validate, test = np.split(rng.permutation(442), [200, 260])
    G, v = Z1[train].T @ Z1[train], Z1[train].T @ y[train]
    few = rng.permuted(sixty_four, axis=1)[:, :8]
    few = np.insert(few, 0, 0, axis=1)  # (1000, 9), the intercept first
    w = np.linalg.solve(G[few[:, :, None], few[:, None, :]],
                        v[few][:, :, None])  # a thousand planes at once
    W = np.zeros((1000, 65))
    np.put_along_axis(W, few, w[:, :, 0], axis=1)
    miss = np.abs(y - W @ Z1.T)  # (1000, 442)
    seen, kept = (miss[:, rows].mean(axis=1) for rows in (validate, test))
    for j, m in enumerate(tries):
        best = seen[:m].argmin()
        chosen[i, j] = seen[best], kept[best]

# %%
#| hide: true
assert np.linalg.matrix_rank(Z1) == Z1.shape[1] == 65
believed, true_one = chosen.mean(axis=0).T  # each (7,)
short = chosen[:, :, 1] - chosen[:, :, 0]
short_mean, short_se = short.mean(axis=0), short.std(axis=0, ddof=1) / np.sqrt(100)
assert (short_mean[2:] > 2 * short_se[2:]).all()
assert abs(short_mean[0]) < 2 * short_se[0]
assert (np.diff(short_mean) > 0).all(), "the caption says so"
assert all(best_of(m, n) - 0.5 <= (np.log(m) / 2 / n) ** 0.5 for m in tries for n in (5, 50, 1000))
assert true_one[-1] < true_one[0] - 3, "the text says that choosing helped"

# %%
#| id: fig-winner
#| caption: "The more candidates, the more the winner's validation score promises, and the less of it is kept. Left, coins: all the rest is luck.
#|   Right, planes for patients: choosing does help, by less than it seems."
#| alt: Left, expected accuracy of the best of 1 to 1,000 coins; three curves for 50, 200 and 1,000 rows rise from one half, the
#|   one for 50 rows to above 0.7. Right, mean absolute error of the best of 1 to 1,000 planes; both lines fall, the one
#|   seen on validation rows from 59 to 43, the one on test rows to 49 only.
fig, (a, b) = plt.subplots(1, 2, figsize=(5.2, 2.9))
fig.subplots_adjust(wspace=0.42)
for n, i, offset in ((50, 3, (-2, 5)), (200, 6, (0, 5)), (1000, 6, (0, 3))):
    best_line = [best_of(m, n) for m in tries]
    a.plot(tries, best_line, color=plot.color("fit"))
    plot.note(a, f"{n:,} rows", (tries[i], best_line[i]), "fit", offset=offset, ha="right")
a.axhline(0.5, color=plot.color("truth"), ls="--")
a.set(ylabel="accuracy", ylim=(0.48, 0.78))
for line, role, word, offset in ((believed, "fit", "validation", (-4, -12)), (true_one, "error", "test", (0, 6))):
    b.plot(tries, line, "o-", color=plot.color(role), ms=4)
    plot.note(b, word, (100, line[4]), role, offset=offset, ha="right" if role == "fit" else "left")
b.set(ylabel="mean absolute error", ylim=(41, 62))
for ax in (a, b):
    ax.set(xscale="log", xlabel="candidates")
    ax.set_xticks([1, 10, 100, 1000], ["1", "10", "100", "1,000"])
    ax.minorticks_off()

# %% [markdown]
# With one candidate the two errors differ by {{ short_mean[0]:.1f }} ± {{ short_se[0]:.1f }}: no flattery, as it should be. The
# best of a thousand promises {{ believed[-1]:.1f }} and keeps {{ true_one[-1]:.1f }}. The promise is too good by
# {{ short_mean[-1]:.1f }} ± {{ short_se[-1]:.1f }} points, or {{ 100 * short_mean[-1] / true_one[-1]:.0f }} % (plus and minus one
# standard error over the hundred runs; they share patients, so it is a rough one). Choosing was worth it: the test error fell from {{ true_one[0]:.0f }}
# to {{ true_one[-1]:.0f }}. But the number that chose cannot be the number that we report. That is what the test set is for. Use
# it twice, to prefer the better of two finished models, and it has become a validation set. (@Ex-vote shows how far a
# reused one can be driven.)
#
# ## How sure is a held-out score? {#how-sure}
#
# A test set is a sample, and its score has a standard error. For an accuracy $a$ each row adds a hit, 1 or 0. A number that is
# 0 or 1 is its own square, so its variance is $\mathrm E[h^2] - \mathrm E[h]^2 = a - a^2$, and with @eq-standard-error
#
# $$
# \operatorname{SE}(a) = \sqrt{\frac{a (1 - a)}{n}}
# $$ {#eq-accuracy-error}
# : $n$ is the number of test rows; the rows must be independent.
#
# For a mean absolute error
#
# ```quote
# mle.metrics.regression.mean_absolute_error
# ```
#
# it is the standard deviation of the $n$ sizes $\lvert r_i \rvert$, divided by $\sqrt n$.

# %%
#| live: true
def accuracy_error(a, n):
    return np.sqrt(a * (1 - a) / n)  # eq: accuracy-error


hit = np.repeat([1.0, 0.0], [170, 30])  # 170 of 200 right
verify("accuracy-error", accuracy_error(0.85, 200),
       hit.std() / np.sqrt(200))
for n in (50, 200, 1000, 10_000):
    print(f"85 % of {n:6,}: ± {196 * accuracy_error(0.85, n):.1f} points")

# %% [markdown]
# The last column is 1.96 standard errors, half of a 95 % [confidence interval](glossary:confidence-interval). A model with
# 85 % on 200 rows has not been shown to beat one with 82 %. ([Both on the same rows](comparing-models.py#pairing) can be compared more sharply, by their
# differences.)
#
# Repeat the split, and the score's own distribution appears. A thousand times we deal the patients, three quarters to fit
# and one to judge:

# %%
from mle.metrics import mean_absolute_error

each, own_error = [], []
for i in range(1000):
    X_fit, X_new, y_fit, y_new = train_test_split(X, y, random_state=i)
    guess = LinearRegression().fit(X_fit, y_fit).predict(X_new)
    each.append(mean_absolute_error(y_new, guess))
    size = np.abs(y_new - guess)
    own_error.append(size.std(ddof=1) / np.sqrt(len(size)))

# %%
#| hide: true
each = np.array(each)
mid, dev, typical = float(each.mean()), float(each.std()), float(np.mean(own_error))
n_test = len(y_new)
pool = typical * np.sqrt(1 - n_test / 442)
assert dev < typical
assert abs(dev / pool - 1) < 0.06, (dev, pool)
low_split, high_split = float(each.min()), float(each.max())

# %%
#| id: fig-splits
#| caption: "The same model and the same 442 patients, dealt 1,000 times: depending on the seed, the mean absolute error is anything
#|   from {{ low_split:.0f }} to {{ high_split:.0f }}. A single split should be reported as, say, {{ mid:.1f }} ± {{ typical:.1f }}."
#| alt: A histogram with one peak near {{ mid:.0f }}, from {{ low_split:.0f }} to {{ high_split:.0f }}. A bar above it is as wide as
#|   the mean plus and minus one standard error of a single split.
fig, ax = plt.subplots(figsize=(5.2, 2.6))
counts, _, _ = ax.hist(each, np.arange(36, 54, 0.5), color=plot.color("error"), alpha=0.75)
top = counts.max() * 1.12
ax.plot([mid - typical, mid + typical], [top, top], "|-", color=plot.color("ink"), lw=1.4, ms=9)
plot.note(ax, "one split's standard error", (mid + typical, top), "ink", offset=(6, 0), va="center")
ax.set(xlabel="mean absolute error on held-out patients", ylabel="splits", ylim=(0, top * 1.12), xlim=(36, 56), xticks=range(36, 57, 4))

# %% [markdown]
# ^^^
# **Trying seeds.** Choosing the split with the best score is the winner's curse once more. Fix the seed before you look.
# ^^^
#
# The spread over splits is {{ dev:.2f }}, and the standard error of one split is {{ typical:.2f }} on average. Why is the
# first smaller? The splits draw from the same 442 patients without putting back, so test sets overlap, and the mean of a
# share $s$ of a fixed pool has $1 - s$ times the variance: {{ typical:.2f }} times
# the root of 1 − {{ n_test }} / 442 is {{ pool:.2f }}. So the spread over repeated splits is *too small* a standard error. It says how
# these patients can be dealt, not what other patients would do.
#
# How many rows to hold out, then? Four times the test rows halve the standard error, and each is lost to fitting. A
# quarter is a habit, not a law. With a million rows, one in a hundred is plenty; with a few hundred, one split wastes too much, and
# cross-validation is the better deal.
#
# ## Where it breaks {#where-it-breaks}
#
# ### Rows that know each other
#
# Held-out rows stand for the rows of the future. They do so only if they are as strange to the training rows as those will
# be. The 1,030 samples of concrete are of only {{ mix.max() + 1 }} mixes, {{ int((np.bincount(mix) > 1).sum()) }} of them tested at several ages. Deal them into five folds at random, and
# {{ 100 * near:.0f }} % of the held-out samples have a brother of the same mix in training; {{ exact }} samples are even copies of another. Who wants to know about a *new* mix must hold out whole mixes:
#
# ```quote
# mle.model_selection.groups.GroupKFold.split
# ```
#
# Each group is dealt to one of $k$ parts, its rows follow, and each part is held out once. Time is the other common case. The
# electricity demand of the state of Victoria, every two hours of 2014, is to be predicted from hour, working day and
# temperature (that of the same hour; in use we would have a forecast). Give the model a column for each week, or each day, and shuffled rows will praise it: the other hours of the test row's
# own day are in training. Tomorrow's are not. This splitter holds out stretches that follow what was learnt from:
#
# ```quote
# mle.model_selection.times.TimeSeriesSplit.split
# ```

# %%
from mle.datasets import load_elecdemand
from mle.model_selection import KFold, TimeSeriesSplit, cross_val_score


def errors_of(model, X, y, cv, groups=None):
    return -cross_val_score(model, X, y, cv=cv, groups=groups,
                            scoring="neg_mean_absolute_error")


by_rows = [[errors_of(surface(d), M, strength,
                      KFold(5, shuffle=True, random_state=i)).mean()
            for i in range(4)] for d in (1, 2, 3)]
by_mix = [[errors_of(surface(d), M, strength,
                     GroupKFold(5, shuffle=True, random_state=i), mix).mean()
           for i in range(4)] for d in (1, 2, 3)]

year = load_elecdemand().columns
demand, heat, working = (year[name][::4] for name in
                         ("Demand", "Temperature", "WorkDay"))
now = np.arange(len(demand))  # 12 rows a day


def switch(code):
    """A column of zeros and ones for each code."""
    return (code[:, None] == np.unique(code)).astype(float)


hour = switch(now % 12)
clock = np.column_stack([hour, working[:, None] * hour, heat, heat**2])
tables = [clock, np.hstack([clock, switch(now // 84)]),
          np.hstack([clock, switch(now // 12)])]
ahead = TimeSeriesSplit(4, test_size=len(now) // 8)
shuffled = KFold(4, shuffle=True, random_state=0)
by_row = [errors_of(Ridge(1.0), T, demand, shuffled) for T in tables]
by_time = [errors_of(Ridge(1.0), T, demand, ahead) for T in tables]

# %%
#| hide: true
rows3, mix3 = np.mean(by_rows, axis=1), np.mean(by_mix, axis=1)
row3, time3 = np.mean(by_row, axis=1), np.mean(by_time, axis=1)
assert rows3[2] < rows3[1] < rows3[0]
assert min(by_mix[2]) < max(by_mix[1]), "the text says that it is no longer clear"
assert max(by_mix[2]) > min(by_mix[1])
assert row3[2] < row3[1] < row3[0]
assert all(by_time[2] > by_time[0]), "the text says in each"
assert abs(rows3[0] - mix3[0]) < 0.2

# %%
#| id: fig-strangers
#| caption: "Shuffled rows praise the model that remembers. Left, concrete, with whole mixes held out instead (dots: four seeds of five folds);
#|   right, electricity, with later stretches held out (dots: four of them). Lines join the means."
#| alt: Two panels of mean absolute error for three models of growing size. In both, a line for shuffled rows falls clearly
#|   from left to right. Left, the line for held-out mixes falls to the second model and then stays. Right, the line for
#|   later stretches lies far higher, does not fall, and its dots are widely spread.
fig, axes = plt.subplots(1, 2, figsize=(5.2, 3.0))
fig.subplots_adjust(wspace=0.36)
for ax, easy, strict, names, unit, words in (
    (axes[0], by_rows, by_mix, ["plane", "quadratic", "cubic"], "MPa", ("shuffled", "new mixes")),
    (axes[1], by_row, by_time, ["clock", "+ weeks", "+ days"], "GW", ("shuffled", "later")),
):
    for found, role, word, place, offset in ((easy, "data", words[0], 1, (-4, -14)), (strict, "error", words[1], 1, (0, 20))):
        for j, dots in enumerate(found):
            ax.plot([j] * len(dots), dots, "o", color=plot.color(role), ms=3, alpha=0.7)
        means = np.mean(found, axis=1)
        ax.plot(range(3), means, color=plot.color(role), lw=1.6)
        plot.note(ax, word, (place, means[place]), role, offset=offset, ha="right" if role == "data" else "center", path_effects=halo())
    ax.set(xticks=range(3), xticklabels=names, ylabel=f"mean absolute error, {unit}", xlim=(-0.3, 2.4))
axes[0].set_ylim(3, 6.2)
axes[1].set_ylim(0.15, 0.5)

# %% [markdown]
# Shuffled, the cubic surface is the best of three with {{ rows3[2]:.2f }} MPa. On new mixes it misses by {{ mix3[2]:.2f }}, with seeds from {{ min(by_mix[2]):.2f }} to
# {{ max(by_mix[2]):.2f }}, and can no longer be told from the quadratic's {{ mix3[1]:.2f }}. The plane cannot
# remember a mix, and loses {{ mix3[0] - rows3[0]:.2f }}. With electricity the columns for days take shuffled rows from
# {{ row3[0]:.2f }} to {{ row3[2]:.2f }} GW, and later stretches from {{ time3[0]:.2f }} to {{ time3[2]:.2f }}. (Four stretches of one
# year are few, and they differ a lot. But in each of the four the columns for days made the error larger. The column
# of a day to come is zero in all training rows, so nothing is learnt for it.)
#
# ^^^
# **What gives it away.** A score that falls when you hold out whole groups or the latest rows. Ask of each row: what would I know of it, in use?
# ^^^
#
# ### A scaler that has seen the test rows
#
# To scale before splitting is the textbook sin, for the means of the test rows leak into training. How bad is it? On 40
# patients, with ridge regression, in 200 splits:

# %%
sin = []
for i in range(200):
    few, rest = train_test_split(
        np.arange(442), test_size=402, random_state=i)
    pair = []
    for seen in (few, np.arange(442)):  # what the scaler sees
        scaled = StandardScaler().fit(X[seen]).transform(X)
        ridge = Ridge(10.0).fit(scaled[few], y[few])
        pair.append(mean_absolute_error(y[rest], ridge.predict(scaled[rest])))
    sin.append(pair)
honest_error, sinful_error = np.mean(sin, axis=0)

# %%
#| hide: true
leak = np.array(sin)[:, 0] - np.array(sin)[:, 1]
leak_se = float(leak.std(ddof=1) / np.sqrt(200))
assert 0 < leak.mean() < 0.002 * honest_error, "the text says hardly to be seen"

# %% [markdown]
# {{ honest_error:.2f }} scaled honestly, {{ sinful_error:.2f }} with the sin. The sin flatters by {{ leak.mean():.2f }} ± {{ leak_se:.2f }},
# or {{ 100 * leak.mean() / honest_error:.1f }} %: hardly to be seen. Means and deviations hold no targets, so little can leak. It is another matter with a step that looks
# at $y$. A thousand columns of pure noise, of which we keep the ten that correlate best with a target that is noise as well:

# %%
from mle.metrics import r2_score


def held_out_r2(rng, look):
    """R² on rows 50 to 99, the ten columns picked on the rows `look`."""
    T, noise_y = rng.normal(size=(100, 1000)), rng.normal(size=100)
    away = noise_y[look] - noise_y[look].mean()
    top = np.argsort(-np.abs(away @ T[look] / T[look].std(axis=0)))[:10]
    fit = LinearRegression().fit(T[:50, top], noise_y[:50])
    return r2_score(noise_y[50:], fit.predict(T[50:, top]))


rng = np.random.default_rng(0)
noise_r2 = []
for name, look in (("all rows", slice(100)), ("training rows", slice(50))):
    noise_r2.append(np.mean([held_out_r2(rng, look) for _ in range(50)]))
    print(f"columns picked on {name}: R² {noise_r2[-1]:+.2f}")

# %%
#| hide: true
picked_all, picked_train = noise_r2
assert picked_all > 0.1 > 0 > picked_train

# %% [markdown]
# Picked with the test rows in sight, noise explains {{ 100 * picked_all:.0f }} % of noise on rows that the fit has never met. Put
# every step that learns into the pipeline, the harmless ones too, and there is nothing to remember.
#
# ### A curve with two valleys
#
# All our curves had one valley. With more columns than rows, least squares has many solutions without any training error, and
# `np.linalg.pinv`, like our `solve_svd`, takes [the shortest](glossary:minimum-norm). What then?

# %%
rng = np.random.default_rng(0)
valley = {p: [] for p in (5, 10, 40, 60, 400)}
for _ in range(30):
    wide = rng.normal(size=(140, 400))  # column j counts for 1 / j
    answer = wide @ (1 / np.arange(1, 401)) + 0.5 * rng.normal(size=140)
    for p in valley:
        w = np.linalg.pinv(wide[:40, :p]) @ answer[:40]
        valley[p].append(np.mean((answer[40:] - wide[40:, :p] @ w) ** 2))
print("columns, error on new rows; 40 training rows")
for p, found in valley.items():
    print(f"{p:4} {np.median(found):6.2f}")

# %%
#| hide: true
two = {p: float(np.median(found)) for p, found in valley.items()}
assert two[40] > 5 * two[60] > 5 * two[10]

# %% [markdown]
# With as many columns as rows there is one solution, and it goes through every noisy point at any price: the median error is
# {{ two[40]:.0f }}. Beyond, there is a choice again; the shortest solution is tamer, and the error comes down to {{ two[60]:.1f }}. This
# [double descent](glossary:double-descent) is found in neural networks too [@belkin2019], whose second valley
# can be the deeper one. Here it is not: ten columns have {{ two[10]:.2f }}. It takes nothing back: @eq-bias-variance holds at every
# point of the curve. What it corrects is the belief that the number of columns is the capacity.
#
# ## Another road to the same number {#another-road}
#
# Two estimates of the plane's error on new patients that hold nobody out: Mallows's, and leave-one-out by
# @eq-ridge-leave-one-out, where $h_i$ is the diagonal of $H$. And scikit-learn [@pedregosa2011] has both our curves.

# %%
from importlib.util import find_spec

Q = np.linalg.qr(np.column_stack([np.ones(442), X]))[0]
h = np.sum(Q**2, axis=1)  # the diagonal of the hat matrix
r = y - Q @ (Q.T @ y)
sigma2 = r @ r / (442 - 11)
mallows_plane = np.mean(r**2) + 2 * sigma2 * 11 / 442
left_out_plane = np.mean((r / (1 - h)) ** 2)

differences = []
if find_spec("sklearn"):  # the notebook runs without it
    from sklearn import linear_model as theirs
    from sklearn import model_selection, pipeline, preprocessing

    other = pipeline.make_pipeline(
        preprocessing.StandardScaler(),
        preprocessing.PolynomialFeatures(2, include_bias=False),
        theirs.Ridge(1.0))
    question = {"param_name": "ridge__alpha", "param_range": [0.1, 10.0],
                "cv": pairs, "scoring": "neg_mean_absolute_error"}
    amount = {"train_sizes": [100, 400], "cv": pairs}
    for ours, others in (
        (validation_curve(surface(2), M, strength, **question),
         model_selection.validation_curve(other, M, strength, **question)),
        (learning_curve(surface(2), M, strength, **amount),
         model_selection.learning_curve(other, M, strength, **amount))):
        differences += [np.abs(a - b).max() for a, b in zip(ours, others)]
    assert max(differences) < 1e-8

# %%
#| hide: true
assert abs(mallows_plane / left_out_plane - 1) < 0.02

# %% [markdown]
# Mallows says {{ mallows_plane:,.0f }}, leave-one-out {{ left_out_plane:,.0f }}; the training error is
# {{ float(np.mean(r**2)):,.0f }}. scikit-learn's curves differ from ours by at most {{ max(differences):.0e }}, given the same pairs of
# rows. Its `train_test_split` gives sets of the same sizes and other rows, because it draws with another generator.
#
# ## What production libraries do that we do not {#production}
#
# - **scikit-learn**: `_validation.py` in `sklearn/model_selection` spreads the fits over processors (`n_jobs`). Its
#   `learning_curve` can go on from the last fit instead of starting anew (`exploit_incremental_learning`), and returns the times.
#   `ShuffleSplit` and `GroupShuffleSplit` repeat random splits; `LearningCurveDisplay` and `ValidationCurveDisplay` draw.
# - **R**: `rsample` keeps a split as one object with its role, so that a test set is hard to touch by mistake; `initial_validation_split` cuts
#   three parts at once.
# - Public contests hide the test set on a server and limit the questions to it. Ours lies in the same memory as all
#   else. Nothing but discipline guards it.
#
# ## Summary
#
# - A training error flatters: for least squares by $2\sigma^2 (p + 1) / n$ at the same places, and by more at new ones.
# - An expected error is noise plus squared bias plus variance; capacity trades the last two.
# - A validation curve says which setting, a learning curve whether more rows would help; both have a width.
# - The best of many candidates is partly the luckiest: choose on validation rows, report from test rows, once.
# - Rows held out must be strangers, as in use: whole groups, or the latest stretch.
#
# ## Quiz
#
# ```quiz
# - question: "A plane with 9 columns and an intercept is fitted to 100 rows, and $\\sigma = 3$. New readings at the same places will on average have a mean squared miss that exceeds the training error by"
#   answers:
#     - text: "0.9"
#       why: "That is $\\sigma^2 (p + 1) / n$, half of it: the training error is too low by this much against the noise, and the error on new readings too high by as much again."
#     - text: "1.8"
#       right: true
#       why: "$2 \\cdot 9 \\cdot 10 / 100$; the intercept counts as a fitted number."
#     - text: "it depends on whether the true curve is a plane"
#       why: "What a plane cannot bend to is in both errors, and drops out of the difference."
# - question: On a learning curve, training and held-out error have met, and both are too high. What helps?
#   answers:
#     - text: more rows
#       why: "The gap is what more rows close, and it is closed."
#     - text: a stronger penalty
#       why: "That takes variance away, of which there is hardly any left, and adds bias."
#     - text: better columns or a richer model
#       right: true
#       why: "What is left is bias and noise. A richer model may lower the bias, a new column also what was noise without it."
# - question: You try 200 settings, and the best has an accuracy of 0.91 on the validation set. The test set gives 0.88. What do you report?
#   answers:
#     - text: "0.88"
#       right: true
#       why: "The 0.91 was chosen for being high. The test set took no part in any choice; give its standard error too."
#     - text: "0.91, because the settings were never fitted to the validation set"
#       why: "Choosing among 200 by these rows is a kind of fitting to them."
#     - text: "neither: try other settings until the two agree"
#       why: "Then the test set chooses as well, and nothing is left to tell you the truth."
# - question: Stratified splitting narrows the spread of the accuracy over test sets, but hardly that of AUC. Why?
#   answers:
#     - text: because AUC has the narrower range, from one half to one
#       why: "It lies between 0 and 1, below one half if the order is worse than a coin's. And the range says nothing about the spread."
#     - text: because AUC does not depend on the test rows
#       why: "It does; with few positives it even varies a lot."
#     - text: because accuracy moves with the share of positives, and AUC does not
#       right: true
#       why: "Stratifying fixes that share and nothing else. AUC compares each positive with each negative, whatever their numbers."
# ```
#
# ## Exercises
#
# The minutes above do not count these.
#
# ### Exercise: How many test rows? {#ex-test-rows level="warm-up"}
#
# You expect an accuracy of about $a$ and want half of the 95 % interval, 1.96 standard errors, to be at most $d$. How many
# test rows does that take? Write it, rounded up.
#
# ??? hint "A hint"
#
#     Solve @eq-accuracy-error for $n$; `math.ceil`.


# %%
#| exercise: stub
def test_rows(a, d):
    """Rows for a half interval of at most d, a whole number."""
    return int(1 / d)  # too simple

# %%
#| exercise: check
for a, d, wanted in ((0.85, 0.05, 196), (0.5, 0.01, 9604), (0.99, 0.01, 381)):
    got = test_rows(a, d)
    assert got == wanted, (
        f"accuracy {a}, within {d}: got {got}, expected {wanted}"
    )


# %%
#| exercise: solution
#| note: "Half the width costs four times the rows. To tell 99 % from 98 % takes far fewer rows than 50 % from 51 %, because a
#|   hit that nearly always happens has little variance."
import math


def test_rows(a, d):
    return math.ceil(a * (1 - a) * (1.96 / d) ** 2)

# %% [markdown]
# ### Exercise: Whole groups on one side {#ex-groups level="core"}
#
# `train_test_split` knows no groups. Write a split that draws *groups* at random, puts a share of them into the test set
# (rounded up), and returns the row numbers of both sides.
#
# ??? hint "A hint"
#
#     `np.unique(groups)`, a permutation of it, and `np.isin`.


# %%
#| exercise: stub
def group_split(groups, share, seed):
    """train, test: row numbers, no group on both sides."""
    rows = np.random.default_rng(seed).permutation(len(groups))
    n_test = int(np.ceil(share * len(groups)))
    return rows[:-n_test], rows[-n_test:]  # deals rows, not groups

# %%
#| exercise: check
for seed in range(3):
    one, two_ = group_split(mix, 0.2, seed)
    assert sorted([*one, *two_]) == list(range(1030)), "each row once"
    both = len(np.intersect1d(mix[one], mix[two_]))
    assert both == 0, f"{both} mixes stand on both sides"
    held = len(np.unique(mix[two_]))
    assert held == 86, f"a fifth of 427 mixes, rounded up, is 86, got {held}"
drawn_groups = {
    tuple(np.unique(mix[group_split(mix, 0.2, seed)[1]])) for seed in range(3)
}
assert len(drawn_groups) == 3, "other seeds should hold out other mixes"


# %%
#| exercise: solution
#| note: "The share of *rows* is now left to chance, because mixes have from one to many samples. Libraries live with it too."
def group_split(groups, share, seed):
    names = np.random.default_rng(seed).permutation(np.unique(groups))
    held = np.isin(groups, names[: int(np.ceil(share * len(names)))])
    return np.flatnonzero(~held), np.flatnonzero(held)

# %% [markdown]
# ### Exercise: Mallows chooses columns {#ex-mallows level="core"}
#
# Training error plus $2 \hat\sigma^2 (p + 1) / n$. Write it for the fit of $y$ on a table, with $\hat\sigma^2$ given. The check lets
# it choose how many of the 64 columns of the patients to take, in the order in which they stand.
#
# ??? hint "A hint"
#
#     `LinearRegression().fit(T, y)`; count the intercept.


# %%
#| exercise: stub
def mallows(T, y, sigma2):
    """Estimated mean squared miss on new readings."""
    fit = LinearRegression().fit(T, y)
    return float(np.mean((y - fit.predict(T)) ** 2))  # flatters

# %%
#| exercise: check
got = mallows(X, y, sigma2)
assert abs(got - mallows_plane) < 1e-6, (
    f"the plane: got {got:.1f}, expected {mallows_plane:.1f}"
)
r64 = y - LinearRegression().fit(Z, y).predict(Z)
from_all = float(r64 @ r64) / (442 - 65)
by_count = [mallows(Z[:, :p], y, from_all) for p in range(1, 65)]
taken = 1 + int(np.argmin(by_count))
assert taken < 64, f"it takes {taken} columns: is there a price on a column?"


# %%
#| exercise: solution
#| note: "It stops early: most squares and products do not pay their price of $2 \\hat\\sigma^2 / n$ each. The minimum of 64 estimates
#|   is itself a winner, though, and its value a little too good."
def mallows(T, y, sigma2):
    fit = LinearRegression().fit(T, y)
    n, p = T.shape
    return float(np.mean((y - fit.predict(T)) ** 2) + 2 * sigma2 * (p + 1) / n)

# %% [markdown]
# ### Exercise: Bias and variance without drawing {#ex-smoother level="core"}
#
# Any prediction that is linear in the targets, $\hat y = S y$, has its parts in closed form: steps, ridge, polynomials. Given $S$,
# the true values $f$ and $\sigma$, return squared bias and variance, both averaged over the rows.
#
# ??? hint "A hint"
#
#     The mean fit is $S f$. The deviation is $S e$: row $i$ is a sum of independent terms $S_{ij} e_j$.


# %%
#| exercise: stub
def parts_of(S, f, sigma):
    """Mean squared bias and mean variance of the fit S @ y."""
    return 0.0, sigma**2  # as if S copied y

# %%
#| exercise: check
A8 = np.random.default_rng(4).normal(size=(8, 3))
shrunk = A8 @ np.linalg.solve(A8.T @ A8 + 2 * np.eye(3), A8.T)  # ridge
for S in (H, shrunk, np.full((8, 8), 1 / 8)):
    drawn8 = every @ S.T  # fits of all 256 training sets
    wanted = (np.mean((drawn8.mean(axis=0) - truth) ** 2),
              np.mean(drawn8.var(axis=0)))
    got = parts_of(S, truth, sigma)
    assert np.allclose(got, wanted), (
        f"got {np.round(got, 4)}, all 256 sets say {np.round(wanted, 4)}"
    )


# %%
#| exercise: solution
#| note: "For a projection the sum of squares of $S$ is its trace, and the variance becomes $\\sigma^2 (p + 1) / n$. Ridge has less: that
#|   is what it buys with its bias."
def parts_of(S, f, sigma):
    bias2 = float(np.mean((S @ f - f) ** 2))
    return bias2, float(sigma**2 * np.sum(S**2) / len(f))

# %%
#| hide: true
coin_rng = np.random.default_rng(5)
no_labels = coin_rng.integers(0, 2, 200)
no_guesses = coin_rng.integers(0, 2, (500, 200))
shares = (no_guesses == no_labels).mean(axis=1)
best_single = float(100 * shares.max())
voted = float(100 * np.mean((no_guesses[shares > 0.5].mean(axis=0) >= 0.5) == no_labels))
assert voted > best_single + 15

# %% [markdown]
# ### Exercise: Driving a validation set {#ex-vote level="small research"}
#
# The labels of $n$ rows are coins; nothing can be known about them. Someone asks a validation set for the accuracy of $m$ random
# guesses, drops each that is right in no more than half of the rows, and lets the others vote, row by row. How good does
# the vote look? Write the vote; a tie goes to 1. Blum and Hardt used this attack to show how a contest's leaderboard can be climbed
# without learning anything [@blum2015].
#
# ??? hint "A hint"
#
#     `guesses` is $(m, n)$. Which rows of it survive? Then compare the mean of each column with one half.


# %%
#| exercise: stub
def vote(guesses, labels):
    """Votes (n,) of 0 and 1, by the guesses that did well on labels."""
    return guesses[0]

# %%
#| exercise: check
coin = np.random.default_rng(5)
labels = coin.integers(0, 2, 200)
sheets5 = coin.integers(0, 2, (500, 200))
won = vote(sheets5, labels)
assert set(np.unique(won).tolist()) <= {0, 1}, "votes are 0 or 1"
kept5 = sheets5[(sheets5 == labels).mean(axis=1) > 0.5]
majority = (kept5.mean(axis=0) >= 0.5).astype(int)
assert np.array_equal(won, majority), (
    "keep those above one half, then take the majority; a tie is 1"
)
assert np.mean(won == labels) > 0.8, "it should look very good"


# %%
#| exercise: solution
#| note: "The best single guess of 500 is right in {{ best_single:.0f }} % of 200 rows; the vote in
#|   {{ voted:.0f }} %. Each survivor knows a hair more than nothing about
#|   *these* labels, and votes add up. The height of the climb grows as $\\sqrt{m / n}$, while $m$ is well below $n$. Against it: answer fewer questions, or with
#|   fewer digits, or use fresh rows."
def vote(guesses, labels):
    good = (guesses == labels).mean(axis=1) > 0.5
    return (guesses[good].mean(axis=0) >= 0.5).astype(int)
