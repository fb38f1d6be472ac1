# ---
# title: Softmax regression
# lede: >-
#   Three species of penguin, ten handwritten digits: most questions have more than two answers. This chapter gives each
#   answer a score and turns the scores into probabilities that add up. It derives the loss, its gradient and its
#   curvature, and finds out why the first test score of the digits was too good.
# minutes: 65
# needs: [regression/logistic-regression]
# paths: [scikit-learn]
# able:
#   - turn scores into probabilities by hand, and say what a constant added to all of them changes
#   - derive the cross-entropy, its gradient and its Hessian, and have a machine check all three
#   - show where three yes/no models contradict each other and hide a class
#   - read weights, a confusion matrix and averages over classes aloud, with their uncertainty
#   - find out whether a test set is as strange to the model as the cases to come
#   - prove how many mistakes a perceptron can make
# ---

# %% [markdown]
# ## Which species? {#which-species}
#
# On islands off Antarctica biologists measured penguins of three species [@gorman2014; @horst2020]. Suppose that you
# know the length of a flipper, and nothing else. Which species is it, and with what *chance*, or probability?

# %%
#| live: true
import numpy as np

from mle.datasets import load_penguins

birds = load_penguins()
X = birds.select(["bill_length_mm", "flipper_length_mm"])
measured = np.isfinite(X).all(axis=1)
X, y = X[measured], birds.y[measured]
bill, flipper = X.T
species, index = np.unique(y, return_inverse=True)
n, K = len(y), len(species)

for k, name in enumerate(species):
    own = X[index == k]
    (b_mm, f_mm), (b_sd, f_sd) = own.mean(axis=0), own.std(axis=0)
    print(f"{name:9} {len(own):3}:", end=" ")
    print(f"flipper {f_mm:.0f} ± {f_sd:.0f},", end=" ")
    print(f"bill {b_mm:.0f} ± {b_sd:.0f}")

# %%
#| hide: true
import matplotlib.pyplot as plt
from matplotlib.colors import LinearSegmentedColormap, to_rgba

from mle import plot
from mle.linear_model import LinearRegression, LogisticRegression

LOOK = [
    ("o", "data"),
    ("D", "error"),
    ("s", "truth"),
]  # one for each species


def dots(ax, across, up, **style):
    for k, (mark, role) in enumerate(LOOK):
        here = index == k
        hollow = {"mfc": "none", "mew": 0.9} if mark == "o" else {"mew": 0}
        ax.plot(
            across[here],
            up[here],
            mark,
            ms=3.4,
            color=plot.color(role),
            **{**hollow, **style},
        )


def plot_ink():
    """From the colour of the page to that of ink."""
    return LinearSegmentedColormap.from_list(
        "ink", [plot.color("ground"), plot.color("data")]
    )


def falls_short(P):
    """How many birds are not given their species."""
    return int(np.sum(P.argmax(axis=1) != index))


# %% [markdown]
# (The numbers are birds, and millimetres with their [standard deviations](glossary:standard-deviation).) We can answer
# yes or no already ([logistic regression](glossary:logistic-regression)). So common sense asks three
# times: Adelie or not? Chinstrap or not? Gentoo or not? Then it takes the surest of the three. That is [one against the
# rest](glossary:one-against-the-rest).

# %%
#| live: true
from mle.linear_model import LogisticRegression


def three_models(T):
    """Probability of each species from a model of its own, (n, K)."""
    chances = []
    for k in range(K):
        model = LogisticRegression(C=np.inf).fit(T, index == k)
        chances.append(model.predict_proba(T)[:, 1])
    return np.column_stack(chances)


alone = three_models(flipper[:, None])
chosen = np.bincount(alone.argmax(axis=1), minlength=K)
total = alone.sum(axis=1)
for name, times in zip(species, chosen):
    print(f"{name:9} chosen {times:3} times")
print(f"sum of three chances: {total.min():.2f} to {total.max():.2f}")

# %%
#| hide: true
assert chosen[1] == 0, "the text says that Chinstrap is never chosen"
both_alone = three_models(X)
both_total = both_alone.sum(axis=1)
indicators = np.column_stack(
    [
        LinearRegression()
        .fit(flipper[:, None], index == k)
        .predict(flipper[:, None])
        for k in range(K)
    ]
)
assert np.allclose(indicators.sum(axis=1), 1), "the text says so"
assert np.bincount(indicators.argmax(axis=1), minlength=K)[1] == 0, (
    "the text says so"
)
assert indicators.min() < 0, "the text says so"

# %%
#| id: fig-three-models
#| caption: Three models that never met. The curve of the middle species cannot rise and fall again, so it is nowhere
#|   the highest; and the three chances, added up (dotted), are not one. The dots are the birds.
#| alt: Chance against flipper length from 170 to 235 millimetres. Adelie falls from nearly one to zero, Gentoo rises from
#|   zero to one, Chinstrap falls slowly and stays below one of the other two everywhere. A dotted line, their sum,
#|   begins above one, sinks to about one half near 205 and climbs back to one.
fig, ax = plt.subplots(figsize=(5.2, 3.4))
axis = np.linspace(171, 232, 180)
curves = []
for k, (_, role) in enumerate(LOOK):
    model = LogisticRegression(C=np.inf).fit(flipper[:, None], index == k)
    curves.append(model.predict_proba(axis[:, None])[:, 1])
    ax.plot(axis, curves[-1], color=plot.color(role))
ax.plot(axis, np.sum(curves, axis=0), ":", color=plot.color("fit"), lw=2)
rng = np.random.default_rng(0)
dots(
    ax,
    flipper + rng.uniform(-0.4, 0.4, n),
    -0.1 - 0.07 * index + rng.uniform(-0.02, 0.02, n),
)
plot.note(
    ax, "Adelie", (180, curves[0][27]), "data", offset=(-4, -12), ha="right"
)
plot.note(
    ax,
    "Chinstrap",
    (178, curves[1][21]),
    "error",
    offset=(0, 5),
    ha="center",
)
plot.note(ax, "Gentoo", (208.5, curves[2][111]), "truth", offset=(9, -6))
plot.note(
    ax, "sum", (197, np.sum(curves, axis=0)[77]), "fit", offset=(6, 6)
)
ax.set(
    xlim=(170, 233),
    ylim=(-0.3, 1.45),
    yticks=[0, 0.5, 1],
    xlabel="flipper length, mm",
    ylabel="chance",
)

# %% [markdown]
# @Fig-three-models shows two defects. **The chances do not add up**: each model was asked its own question, and none
# knows of the others. And **Chinstrap is never chosen**, though {{ int(np.sum(index == 1)) }} of the {{ n }} birds are
# Chinstraps. Their flippers lie between the others', and a yes/no model of one column can only rise or only fall. Least
# squares, fitted to three columns of zeros and ones, makes chances that do add up to one, some of them negative, and it
# hides the Chinstraps too. This is called [masking](glossary:masking) [@hastie2009, section 4.2].
#
# With the bill as a second column nothing is hidden: of {{ n }} birds {{ falls_short(both_alone) }} are misplaced. But for
# one bird the three chances add up to {{ both_total.max():.2f }}, for another to {{ both_total.min():.2f }}. We want one
# model that knows all its answers. It is called softmax regression, or multinomial logistic regression
# [@bishop2006, section 4.3.4; @murphy2022, section 10.3]. You need [logistic regression](logistic-regression.py): its
# loss, its gradient, Newton's method.
#
# ## Three scores by hand {#by-hand}
#
# A birdwatcher sees a shadow and lays coins on three species: 1, 2 and 5. Her chances are the shares of the stakes: one
# eighth, two eighths, five eighths. A model lays its stakes by a weighted sum of measurements, which may be negative,
# and a stake may not. So let the weighted sum be the *logarithm* of the stake. Call it a [score](glossary:score), $z_k$
# for class $k$ of $K$. To get the chances back, exponentiate and share out:
#
# $$
# \hat p_k = \frac{e^{z_k}}{\sum_{l=1}^{K} e^{z_l}}
# $$ {#eq-softmax}
# : $z$ is $(K,)$, any real numbers; $\hat p$ is $(K,)$, all above 0, with the sum 1.
#
# This is the [softmax](glossary:softmax) [@bridle1990], a soft version of "the largest takes all".
#
# ```quote
# mle.linear_model.multinomial.softmax
# ```
#
# ```pycon
# >>> from mle.linear_model.multinomial import softmax
# >>> z = np.log([1.0, 2.0, 5.0])
# >>> softmax(z).round(3).tolist()
# [0.125, 0.25, 0.625]
# >>> softmax(z + 7.0).round(3).tolist()
# [0.125, 0.25, 0.625]
# >>> softmax(2 * z).round(3).tolist()
# [0.033, 0.133, 0.833]
# ```
#
# Three facts can be read off.
#
# 1. *A constant added to all scores changes nothing*: it multiplies every stake by the same factor, which cancels.
# 2. *The scale matters.* Doubled scores are squared stakes, 1 : 4 : 25. The order stays, the confidence grows.
# 3. *Two answers are compared by their own scores alone*: $\hat p_k / \hat p_l = e^{z_k - z_l}$, whatever the third is
#    worth.
#
# With two classes subtract $z_1$ from both scores (fact 1). The stakes are $1$ and $e^{z_2 - z_1}$, and
# $\hat p_2 = \sigma(z_2 - z_1)$, the sigmoid of @eq-sigmoid.
#
# The code takes the largest score off first. That is fact 1 at work: no exponent is above zero, so no power
# [overflows](glossary:overflow), and the largest power is 1, so the sum is never zero. Without that, and with it:

# %%
#| raises: RuntimeWarning
large = np.array([1000.0, 999.0])
np.exp(large) / np.exp(large).sum()

# %% [markdown]
# ```pycon
# >>> softmax([1000.0, 999.0]).round(6).tolist() == softmax([1.0, 0.0]).round(6).tolist()
# True
# ```
#
# ## From odds to scores {#scores}
#
# Logistic regression let a line predict the log-odds of yes against no. With $K$ classes choose a reference, say the
# last, and let $K - 1$ lines predict the log-odds of each other class against it:
#
# $$
# \log (\hat p_k / \hat p_K) = u_k^\top x + c_k, \quad k < K
# $$
#
# Then $\hat p_k = \hat p_K\, e^{u_k^\top x + c_k}$, and as all chances add up to one, $\hat p_K$ is one over
# $1 + \sum_l e^{u_l^\top x + c_l}$. That is @eq-softmax with the score 0 for the reference. It would be fairer to give
# every class a row of its own. For $n$ cases at once:
#
# $$
# Z = X W^\top + \mathbf{1} b^\top
# $$
#
# Row $k$ of $W$, which is $(K, p)$, holds the weights $w_k$ of class $k$; $b$ is $(K,)$; $Z$ is $(n, K)$. The softmax of
# each of its rows gives $P$, the chances. Now there is one row too many. Add any vector $h$ to all rows of $W$, and the scores of a case all grow by $h^\top x$: fact 1
# says that no chance changes. The model is *overparametrised*, and no single weight means anything. A difference does:
# one unit more of column $j$ multiplies the odds of $k$ against $l$ by $e^{w_{kj} - w_{lj}}$.
#
# A penalty on the squared weights picks one of these equal solutions. The sum $\sum_k \lVert w_k - h \rVert^2$ is
# smallest when $h$ is the mean of the rows, so at the minimum *the rows add up to zero*. The intercepts are free of the
# penalty; the library subtracts their mean. scikit-learn uses the same symmetric form.
#
# For two classes both libraries keep one row, $w$. In the symmetric form it would be split into $-w/2$ and $w/2$, at
# the price $2 \lVert w/2 \rVert^2$, half of what the one row pays. So the symmetric form with a penalty of $2\lambda$ is
# logistic regression with $\lambda$. We check that below.
#
# ## The price of a surprise {#price}
#
# [Maximum likelihood](glossary:maximum-likelihood), as before: the model gave the chance $\hat p_{i y_i}$ to the class
# $y_i$ that case $i$ turned out to have. The product over all cases should be large. Minus its logarithm, divided by
# $n$, is the mean price of a surprise, the [cross-entropy](glossary:cross-entropy). With the penalty it is what we
# minimise:
#
# $$
# J = -\tfrac1n {\textstyle\sum_i} \log \hat p_{i y_i} + \tfrac{\lambda}{2n} {\textstyle\sum_{kj}} w_{kj}^2
# $$ {#eq-cross-entropy}
# : $\hat p_{i y_i}$ is the entry of $P$ in row $i$ and the column of the true class; $J$, a number, depends on $W$ and
#   $b$. Its first term is in nats.
#
# Whoever gives all $K$ classes the same chance pays $\log K$: {{ np.log(3):.2f }} for three species,
# {{ np.log(10):.2f }} for ten digits. Take the logarithm of @eq-softmax, and one case pays
#
# $$
# -\log \hat p_y = \log {\textstyle\sum_l} e^{z_l} - z_y,
# $$
#
# the [log-sum-exp](glossary:log-sum-exp) of all scores minus the score of the truth. Log-sum-exp is a smooth maximum:
# the sum is at least its largest term and at most $K$ times that, so it lies between $\max_l z_l$ and
# $\max_l z_l + \log K$. The library computes it safely, price and chances in one pass. (Scores stand in columns here, one
# row for each class, because that is faster.)
#
# ```quote
# mle.linear_model.multinomial._pass
# ```
# ```quote
# mle.linear_model.multinomial.softmax_loss
# ```
#
# `V` is $W$ with $b$ as its last column, if there is one. Rows come in blocks that fit into the processor's cache.
#
# ## Slope and curvature {#slope}
#
# How do the chances move with the scores? Write $E = \sum_l e^{z_l}$. The slope of $\hat p_k = e^{z_k} / E$ in its own
# score is, by the quotient rule, $e^{z_k}/E - e^{z_k} e^{z_k} / E^2 = \hat p_k - \hat p_k^2$. In another score $z_l$ only
# $E$ moves: $-e^{z_k} e^{z_l} / E^2 = -\hat p_k \hat p_l$. All $K^2$ slopes together are the [Jacobian](glossary:jacobian):
#
# $$
# \frac{\partial \hat p}{\partial z} = \operatorname{diag}(\hat p) - \hat p\, \hat p^\top
# $$ {#eq-softmax-jacobian}
# : $(K, K)$, symmetric. Every row adds up to zero, as fact 1 demands.
#
# The price of a case is $-\log \hat p_y$. Its slope in $z_l$ is $-1/\hat p_y$ times the slope of $\hat p_y$. For the true
# class that is $-(1 - \hat p_y)$, for any other $\hat p_l$. Both are *prediction minus truth*, if we write the truth
# [one-hot](glossary:one-hot-encoding): a row of the table $Y$ with a 1 in the column of the true class and zeros
# elsewhere. The score $z_{il}$ contains $w_l^\top x_i$, so the chain rule multiplies by $x_i$, and the mean over cases is
#
# $$
# \begin{aligned}
# \nabla_W J &= \tfrac1n \bigl( (P - Y)^\top X + \lambda W \bigr) \\
# \nabla_b J &= \tfrac1n (P - Y)^\top \mathbf{1}
# \end{aligned}
# $$ {#eq-softmax-gradient}
# : $P - Y$ is $(n, K)$, so $(P - Y)^\top X$ is $(K, p)$, a slope for every weight.
#
# With $K = 2$ and no penalty its second row is @eq-log-loss-gradient. In code, the one-hot table is never made; a 1 is subtracted where
# the truth stands.
#
# ```quote
# mle.linear_model.multinomial.softmax_slope
# ```
#
# Once more. The slope of $\hat p_{ik} - Y_{ik}$ in $z_{il}$ is the Jacobian's entry, and the chain rule multiplies by
# $x_i$ again. So the [Hessian](glossary:hessian) consists of $K \times K$ blocks, one for each pair of classes:
#
# $$
# H_{kl} = \tfrac1n {\textstyle\sum_i} \hat p_{ik} (\delta_{kl} - \hat p_{il})\, a_i a_i^\top
# $$ {#eq-softmax-hessian}
# : $a_i$ is $x_i$ with a 1 appended, $(p + 1,)$; $\delta_{kl}$ is 1 if $k = l$, else 0. A penalty adds $\lambda / n$ to
#   the diagonal, except for intercepts. $H$ has $K(p + 1)$ rows and columns.
#
# **Is there one minimum?** Move all parameters a little in some direction. The scores of case $i$ change by
# $d_1, \dots, d_K$, and its curvature in that direction is
#
# $$
# d^\top \frac{\partial \hat p}{\partial z}\, d = \sum_k \hat p_k d_k^2 - \Bigl(\sum_k \hat p_k d_k\Bigr)^2 .
# $$
#
# That is the mean of the squares minus the square of the mean: the [variance](glossary:variance) of the numbers $d_k$,
# drawn with the chances $\hat p_k$. A variance is never negative. So $J$ is [convex](glossary:convex), and every point
# where the gradient vanishes is a global minimum. The variance is zero only if all $d_k$ are equal: the constant of
# fact 1 again. A penalty charges for weights that only add such a constant, and then $W$ is unique.
#
# The code computes each pair of classes once and uses that the blocks of a row add up to zero.
#
# ```quote
# mle.linear_model.multinomial.softmax_derivatives
# ```
#
# Here are the five equations against other roads: odds pair by pair, the bare product, and central differences.

# %%
import math

from mle.linear_model.multinomial import (
    softmax,
    softmax_derivatives,
    softmax_loss,
    softmax_slope,
)
from mle.testing import verify

T = X[::7] - X.mean(axis=0)  # every seventh bird, (49, 2)
truth, ones = index[::7], np.ones(len(X[::7]))
V = np.array([[-0.3, 0.1, 0.2], [0.2, -0.2, 0.1], [0.1, 0.1, 0.5]])
problem = (2.0, ones)  # penalty, weights of the rows

Z = T @ V[:, :2].T + V[:, 2]  # (49, 3)
odds = np.exp(Z[:, None, :] - Z[:, :, None])  # of l against k
P = 1 / odds.sum(axis=2)
verify("softmax", softmax(Z), P)

likelihood = math.prod(P[np.arange(len(T)), truth].tolist())
by_hand = (-math.log(likelihood) + np.sum(V[:, :2] ** 2)) / len(T)
verify("cross-entropy", softmax_loss(T, truth, V, *problem), by_hand)

p = P[0]
jacobian = np.diag(p) - np.outer(p, p)  # eq: softmax-jacobian
moves = 1e-5 * np.eye(3)
slopes = [(softmax(Z[0] + m) - softmax(Z[0] - m)) / 2e-5 for m in moves]
verify("softmax-jacobian", jacobian, slopes)


def loss_at(v):
    return softmax_loss(T, truth, v.reshape(3, 3), *problem)


def slope_at(v):
    return softmax_slope(T, truth, v.reshape(3, 3), *problem)[1].ravel()


def differences(f, v):
    steps = 1e-5 * np.eye(len(v))
    return np.array([(f(v + s) - f(v - s)) / 2e-5 for s in steps])


H = softmax_derivatives(T, truth, V, *problem)[2]  # (3, 3, 3, 3)
at = V.ravel()
verify("softmax-gradient", slope_at(at), differences(loss_at, at))
verify("softmax-hessian", H.reshape(9, 9), differences(slope_at, at))

# %%
#| hide: true
import re
import timeit

from mle import metrics
from mle.datasets import load_digits
from mle.model_selection import (
    GroupKFold,
    KFold,
    StratifiedKFold,
    cross_val_predict,
)

digits = load_digits()
some = digits.X[:300] / 16, digits.y[:300]
start = np.random.default_rng(0).normal(0, 0.1, (10, 65))
whole = digits.X / 16, digits.y


lean = LogisticRegression(0.1, l1_ratio=1.0, tol=1e-6).fit(*whole)
zeros = int(np.sum(lean.coef_ == 0))
quick = LogisticRegression(solver="lbfgs", tol=1e-8, max_iter=1000)
steps = quick.fit(*whole).n_iter_
per_gradient = 2 * whole[0].shape[0] * start.size
per_newton = 45 * whole[0].shape[0] * 65**2 + start.size**3 / 3
assert per_newton > 2 * steps * per_gradient, "the text says so"

# %% [markdown]
# And two classes: the symmetric form with $-w/2$, $w/2$ and $2\lambda$ gives the number of logistic regression.
#
# ```pycon
# >>> from mle.linear_model.logistic import log_loss
# >>> gentoo, w, b = (truth == 2).astype(int), np.array([-0.2, 0.4]), -0.3
# >>> half = np.array([[*w, b], [*w, b]]) * [[-0.5], [0.5]]
# >>> symmetric = softmax_loss(T, gentoo, half, 2 * 3.0, ones)
# >>> abs(symmetric - log_loss(T, gentoo, w, b, 3.0)) < 1e-14
# True
# ```
#
# ## The code, piece by piece {#code}
#
# [`LogisticRegression`][mle.linear_model.logistic.LogisticRegression] serves two classes and more. Its `fit` checks the
# data and numbers the labels. Then it puts the objective together, chooses a solver and minimises:
#
# ```quote
# mle.linear_model.logistic.LogisticRegression._fit
# ```
#
# (Here `w` is the weights of the rows. `watch` looks for separation, which does harm only without a penalty.)
#
# **Newton's method** solves $H d = g$ (@eq-newton-step). But our $H$ has no inverse: it is flat where all classes move
# together. The gradient has no part in those directions, and so the step has none, whatever curvature we give them:
#
# ```quote
# mle.linear_model.multinomial.hold_sums
# ```
#
# **L-BFGS** guesses the curvature from its last ten steps. With $K(p + 1)$ parameters Newton fills a square table and
# pays the cube of their number to solve, so above a thousand the library turns to L-BFGS. We shall see that it wins
# earlier. **Proximal Newton** is for absolute weights in the penalty (`l1_ratio`): with $C = 0.1$ and no squared weights it
# makes {{ zeros }} of the {{ lean.coef_.size }} weights of our digits exactly zero.
#
# What the fitted model says of new cases is @eq-softmax, and nothing else:
#
# ```quote
# mle.linear_model.logistic.LogisticRegression._proba
# ```
#
# ### Loops against arrays
#
# Here is @eq-softmax-gradient as it is read, case by case, class by class.


# %%
def loop_gradient(rows, classes, V):
    G = [[0.0] * len(V[0]) for _ in V]
    for x, c in zip(rows, classes):
        a = [*x, 1.0]
        z = [sum(v * a_j for v, a_j in zip(row, a)) for row in V]
        top = max(z)
        stakes = [math.exp(z_k - top) for z_k in z]
        total = sum(stakes)
        for k, stake in enumerate(stakes):
            miss = (stake / total - (k == c)) / len(rows)
            for j, a_j in enumerate(a):
                G[k][j] += miss * a_j
    return G


# %%
#| hide: true
lists = some[0].tolist(), some[1].tolist(), start.tolist()


def arrays():
    return softmax_slope(*some, start, 0.0, np.ones(300))[1]


assert np.allclose(loop_gradient(*lists), arrays())
slow = timeit.timeit(lambda: loop_gradient(*lists), number=1)
fast = min(timeit.repeat(arrays, number=5, repeat=5)) / 5
assert slow > 30 * fast, "the text says so"

# %% [markdown]
# For {{ len(some[0]) }} pictures of 64 pixels and ten classes, the library's version gives the same numbers more than 30
# times as fast: two matrix products in place of {{ 2 * 300 * 10 * 65:, }} multiplications through the interpreter.
# On all {{ len(whole[0]):, }} pictures, with {{ start.size }} parameters, one step of Newton's multiplies as much as {{ per_newton / per_gradient:.0f }}
# gradients (45 products of tables, one system solved). L-BFGS takes {{ steps }} steps in all.
#
# ## Penguins, read aloud {#penguins}
#
# Back to the birds, without a penalty. The standard errors follow the recipe of the last chapter: the inverse of $nH$
# estimates the [covariance](glossary:covariance) of all parameters. Only differences of rows mean something, and for
# those it does not matter what curvature `hold_sums` has added.

# %%
#| live: true
from mle.linear_model import LogisticRegression
from mle.linear_model.multinomial import hold_sums, softmax_derivatives

centred = X - X.mean(axis=0)
model = LogisticRegression(C=np.inf).fit(centred, y)
V = np.column_stack([model.coef_, model.intercept_])  # (K, p + 1)
H = softmax_derivatives(centred, index, V, 0.0, np.ones(n))[2]
spread = np.linalg.inv(n * hold_sums(H)).reshape(H.shape)


def compare(k, m):
    """Log-odds of k against m for one unit more, standard errors."""
    both = spread[k, :, k] + spread[m, :, m]
    cross = spread[k, :, m] + spread[m, :, k]
    return V[k] - V[m], np.sqrt(np.diag(both - cross))


for k, m in ((1, 0), (2, 0), (2, 1)):
    change, error = compare(k, m)
    print(f"{species[k]} against {species[m]}, odds for 1 mm more")
    for name, w_j, e_j in zip(("bill", "flipper"), change, error):
        low, high = np.exp(w_j - 1.96 * e_j), np.exp(w_j + 1.96 * e_j)
        ends = f"({low:.2f} to {high:.2f})"
        print(f"  {name:7} times {np.exp(w_j):.2f} {ends}")

# %%
#| hide: true
from mle.preprocessing import StandardScaler

ratio = {
    (k, m): np.exp(compare(k, m)[0]) for k in range(3) for m in range(3)
}
middle_bill, error_bill = (row[0] for row in compare(1, 0))
ends_bill = np.exp(middle_bill + 1.96 * error_bill * np.array([-1, 1]))
own_flipper = LogisticRegression(C=np.inf).fit(flipper[:, None], y)
scan = np.linspace(170, 235, 6501)
turn = scan[own_flipper.predict_proba(scan[:, None]).argmax(axis=1) == 1]
short_by = falls_short(own_flipper.predict_proba(flipper[:, None]))
assert np.ptp(turn) < 20
assert len(turn) > 0
meeting = np.linalg.solve(
    V[1:, :2] - V[0, :2], V[0, 2] - V[1:, 2]
) + X.mean(axis=0)
assert np.allclose(
    model.predict_proba((meeting - X.mean(axis=0))[None]), 1 / 3
)

# %% [markdown]
# Read the first line aloud. *Of two birds with equal flippers, one with a bill longer by a millimetre has
# {{ ratio[1, 0][0]:.2f }} times the odds of being a Chinstrap rather than an Adelie; {{ ends_bill[0]:.2f }} to {{ ends_bill[1]:.2f }} fit the data.* The single weights are not printed:
# each depends on the convention that the rows add up to zero.
#
# The scores are planes, so two classes are equally likely on a straight line (@fig-regions). With the flipper alone, the
# middle species now has its turn, from {{ turn[0]:.0f }} to {{ turn[-1]:.0f }} mm: with a longer flipper its odds rise
# against Adelie and fall against Gentoo. Of the {{ n }} birds {{ short_by }} are misplaced, where the three models misplaced
# {{ falls_short(alone) }}. The flipper is not enough; the bill is needed.

# %%
#| id: fig-regions
#| caption: Scores that are planes make borders that are straight. The three meet in the dot,
#|   where each chance is one third. Fitted
#|   to all {{ n }} birds, {{ falls_short(model.predict_proba(centred)) }} of which lie on the wrong side.
#| alt: Flipper length against bill length. Hollow dots, Adelie, at the lower left; diamonds, Chinstrap, at the lower
#|   right; squares, Gentoo, at the top. Three straight lines that meet in one point part the plane among them.
fig, ax = plt.subplots(figsize=(5.2, 3.8))
dots(ax, bill, flipper)
for (k, m), end in (
    ((1, 0), (None, 170)),
    ((2, 0), (32, None)),
    ((2, 1), (60, None)),
):
    (w_bill, w_flip, c), (m_bill, m_flip) = V[k] - V[m], X.mean(axis=0)
    if end[0] is None:
        far = (m_bill - (c + w_flip * (end[1] - m_flip)) / w_bill, end[1])
    else:
        far = (end[0], m_flip - (c + w_bill * (end[0] - m_bill)) / w_flip)
    ax.plot(*zip(meeting, far), color=plot.color("fit"))
ax.plot(*meeting, "o", color=plot.color("fit"), ms=7)
plot.note(ax, "Adelie", (33, 173), "data", offset=(0, 0), ha="left")
plot.note(ax, "Chinstrap", (60, 177), "error", offset=(0, 0), ha="right")
plot.note(ax, "Gentoo", (42, 229), "truth", offset=(0, 0), ha="right")
ax.set(
    xlim=(31, 60.5),
    ylim=(169, 233),
    xlabel="bill length, mm",
    ylabel="flipper length, mm",
)

# %% [markdown]
# ## The same scores from the other side {#other-side}
#
# Instead of asking which species a measurement suggests, ask what measurements a species produces. Say that class $k$
# has the share $\pi_k$ of all birds, and that its measurements follow a bell curve around the mean $m_k$, *with the same
# covariance matrix $S$ for all classes*: the variances of the columns stand on its diagonal, their covariances beside it.
# In the density, $(x - m_k)^\top S^{-1} (x - m_k)$ takes the place of $(x - m)^2 / \sigma^2$, and the factor in front of
# the exponential depends on $S$ alone. Bayes' rule makes the chance of class $k$ proportional to share times density,
#
# $$
# \hat p_k \propto \pi_k \exp\bigl(-\tfrac12 (x - m_k)^\top S^{-1} (x - m_k)\bigr).
# $$
#
# The factor in front, which all classes share, cancels, as in fact 1. Multiply out the square: $x^\top S^{-1} x$ is the
# same for all classes, and goes. What remains is a softmax of scores that are linear in $x$:
#
# $$
# z_k = w_k^\top x - \tfrac12 w_k^\top m_k + \log \pi_k
# $$ {#eq-linear-discriminant}
# : $w_k = S^{-1} m_k$ and $m_k$ are $(p,)$, $S$ is $(p, p)$. No iteration is needed.
#
# This is linear discriminant analysis, LDA [@fisher1936; @hastie2009, section 4.3].


# %%
def discriminant(X, index):
    """Weights (K, p) and intercepts (K,) from means and covariance."""
    sizes = np.bincount(index)
    own = [X[index == k] for k in range(len(sizes))]
    means = np.array([rows.mean(axis=0) for rows in own])  # (K, p)
    R = X - means[index]  # around each class's own mean
    W = np.linalg.solve(R.T @ R / len(X), means.T).T
    offsets = -0.5 * np.sum(W * means, axis=1)
    return W, offsets + np.log(sizes / len(X))  # eq: linear-discriminant


W_lda, b_lda = discriminant(X, index)

shares = np.bincount(index) / n
means = np.array([X[index == k].mean(axis=0) for k in range(K)])
inverse = np.linalg.inv(np.cov((X - means[index]).T, bias=True))
away = X[:, None, :] - means  # (n, K, 2)
squares = np.einsum("nkp,pq,nkq->nk", away, inverse, away)
bayes = shares * np.exp(-squares / 2)
bayes /= bayes.sum(axis=1, keepdims=True)
verify("linear-discriminant", softmax(X @ W_lda.T + b_lda), bayes)

for name, W in (("softmax", model.coef_), ("LDA", W_lda)):
    difference = (W[1] - W[0]).round(2).tolist()
    print(f"{name:7} Chinstrap minus Adelie {difference}")

# %%
#| hide: true
judged = {"three models": [], "softmax": [], "LDA": []}
missed = {name: [] for name in judged}
for seed in range(5):
    P = {name: np.empty((n, K)) for name in judged}
    for train, test in StratifiedKFold(
        10, shuffle=True, random_state=seed
    ).split(X, index):
        shift, kept = X[train].mean(axis=0), index[train]
        apart = [
            LogisticRegression(C=np.inf)
            .fit(X[train] - shift, kept == k)
            .predict_proba(X[test] - shift)[:, 1]
            for k in range(K)
        ]
        P["three models"][test] = (
            np.transpose(apart) / np.sum(apart, axis=0)[:, None]
        )
        joint = LogisticRegression(C=np.inf).fit(X[train] - shift, kept)
        P["softmax"][test] = joint.predict_proba(X[test] - shift)
        W, b = discriminant(X[train], kept)
        P["LDA"][test] = softmax(X[test] @ W.T + b)
    for name in judged:
        judged[name].append(-np.log(P[name][np.arange(n), index]))
        missed[name].append(falls_short(P[name]))


def cost(name):
    return f"{np.mean(judged[name]):.4f}"


def lost(name):
    return f"{np.mean(missed[name]):.1f}"


def gap(better, worse):
    """Mean difference of the prices per bird, and its standard error."""
    each = np.mean(judged[worse], axis=0) - np.mean(judged[better], axis=0)
    return float(each.mean()), float(each.std(ddof=1) / np.sqrt(n))


assert 1.5 < np.divide(*gap("softmax", "three models")) < 2, (
    "the text says so"
)
assert np.divide(*gap("LDA", "softmax")) < 1.5, "the text says so"
assert (
    np.mean(judged["LDA"])
    < np.mean(judged["softmax"])
    < np.mean(judged["three models"])
), "the text says so"

# %% [markdown]
# | Model | Misplaced of {{ n }} | Mean price, nats |
# |:--|--:|--:|
# | three models, divided by their sum | {{ lost("three models") }} | {{ cost("three models") }} |
# | softmax | {{ lost("softmax") }} | {{ cost("softmax") }} |
# | LDA | {{ lost("LDA") }} | {{ cost("LDA") }} |
#
# : Bill and flipper, five dealings of ten folds, each bird predicted by models that have not seen it. {#tbl-birds}
#
# As deciders the three are equal. As givers of chances they differ: softmax saves {{ gap("softmax", "three models")[0]:.3f }}
# nats a bird against the three models (standard error {{ gap("softmax", "three models")[1]:.3f }}, so nearly two of those).
# LDA saves another {{ gap("LDA", "softmax")[0]:.3f }} ({{ gap("LDA", "softmax")[1]:.3f }}), which may be luck. Where its bell
# curves are right it uses more of what the rows say [@efron1975]; softmax assumes less, only that log-odds are linear.
#
# ## Ten digits {#digits}
#
# Now {{ len(digits.X):, }} handwritten digits [@alpaydin1998], 8 by 8 pixels each, and nobody has told us what to measure.
# Each pixel is a column, with numbers from 0 for paper to 16 for ink.

# %%
#| live: true
from mle.datasets import load_digits

digits = load_digits()
pixels, digit = digits.X / 16, digits.y  # (1797, 64), (1797,)
print(f"a {digit[0]}:")
print(digits.X[0].reshape(8, 8).astype(int))

# %% [markdown]
# We ask for the chances of pictures not seen, in ten folds dealt at random.

# %%
from mle.model_selection import GroupKFold, KFold, cross_val_predict

reader = LogisticRegression(solver="lbfgs", tol=1e-8, max_iter=1000)


def unseen(cv, groups=None):
    """Chances (n, 10), each row from a model that has not seen it."""
    how = {"groups": groups, "cv": cv, "method": "predict_proba"}
    return cross_val_predict(reader, pixels, digit, **how)


P_random = unseen(KFold(10, shuffle=True, random_state=0))
right_random = P_random.argmax(axis=1) == digit
print(f"right: {right_random.mean():.1%}")

# %% [markdown]
# A fine score. But look at the labels, which one seldom prints.

# %%
#| live: true
import re

for row in (0, 130, 516):
    print(f"row {row:3}:", *digit[row : row + 16])

line = "".join(map(str, digit.tolist()))
ends = [found.end() for found in re.finditer("4908(9[83])?", line)]
sheet = np.searchsorted(ends, np.arange(len(digit)), side="right")
sheets = np.bincount(sheet)
print(f"{len(sheets)} sheets of {sheets.min()} to {sheets.max()} digits")

# %% [markdown]
# From row 130 on they repeat. Everybody copied the same sheet of 130 digits, and the file holds sheet after sheet. Each
# ends in 4 9 0 8 9 8. (One writer put a 3 for the last 8, one sheet lacks its last two digits, others lack some in
# between.) So the labels show where a new sheet begins, though the file does not say who wrote what. Now keep each
# sheet whole: all of it among the rows fitted, or none.

# %%
P = unseen(GroupKFold(len(sheets)), groups=sheet)
right = P.argmax(axis=1) == digit
print(f"right, on sheets not seen: {right.mean():.1%}")

# %%
#| hide: true
assert len(sheets) == 14, "the text says so"
by_sheet = np.bincount(sheet, right) / sheets
by_chance = np.bincount(sheet, right_random) / sheets
shuffled = float(right_random.mean())
se_sheets = float(by_sheet.std(ddof=1) / np.sqrt(len(sheets)))
se_naive = float(np.sqrt(right.mean() * (1 - right.mean()) / len(digit)))
assert se_sheets > 1.5 * se_naive, "the text says so"
first_rows = np.append(0, ends[:-1])
copies = [
    line[a : a + 130] for a, size in zip(first_rows, sheets) if size == 130
]
alike = max(copies.count(copy) for copy in copies)
assert alike >= 8, "the text calls that a proof"
far = (
    np.sum(pixels**2, axis=1)[:, None]
    - 2 * pixels @ pixels.T
    + np.sum(pixels**2, axis=1)
)
np.fill_diagonal(far, np.inf)
own_hand = float(np.mean(sheet[far.argmin(axis=1)] == sheet))
by_luck = float(
    np.sum(sheets * (sheets - 1)) / (len(digit) * (len(digit) - 1))
)

# %%
#| id: fig-sheets
#| caption: The same model, the same digits. Dealt at random (hollow), a model has seen other digits of the same sheet, and
#|   scores {{ 100 * shuffled:.1f }} %. With each sheet kept apart (filled) it scores {{ 100 * right.mean():.1f }} %, and
#|   some hands are much harder than others.
#| alt: Share of right answers, from 86 to 100 per cent, for fourteen sheets in order of difficulty. Hollow dots for random
#|   folds lie between 91 and 99; filled dots for unseen sheets lie below, from 88 to 98.
order = np.argsort(by_sheet)
fig, ax = plt.subplots(figsize=(5.2, 3.0))
place = np.arange(len(sheets))
ax.vlines(
    place,
    100 * by_sheet[order],
    100 * by_chance[order],
    color=plot.color("error"),
    lw=1.2,
)
ax.plot(
    place,
    100 * by_chance[order],
    "o",
    mfc=plot.color("ground"),
    mec=plot.color("data"),
)
ax.plot(place, 100 * by_sheet[order], "o", color=plot.color("data"))
plot.note(
    ax,
    "folds at random",
    (2, 100 * by_chance[order][2]),
    "data",
    offset=(0, 10),
    ha="center",
)
plot.note(
    ax,
    "sheet not seen",
    (6, 100 * by_sheet[order][6]),
    "data",
    offset=(8, -4),
)
ax.set(
    xlabel="sheets, the hardest first",
    ylabel="right, %",
    xticks=[],
    ylim=(86, 101),
)

# %% [markdown]
# Of the {{ len(sheets) }} sheets {{ alike }} agree in all 130 digits, so the cut is no accident. And with whole sheets kept
# apart {{ 100 * (1 - right.mean()):.1f }} % are wrong, not {{ 100 * (1 - shuffled):.1f }} %. Random folds answer the
# question "how well on more digits by these people?". A bank that buys the model has customers with hands of their own.
# How much a hand matters can be seen without any model: the picture most like a given one is from the same sheet in
# {{ 100 * own_hand:.0f }} % of all cases, where luck would give {{ 100 * by_luck:.0f }} %.
#
# **How sure is {{ 100 * right.mean():.1f }} %?** If digits were right or wrong independently, the standard error would be
# $\sqrt{q(1-q)/n}$, {{ 100 * se_naive:.1f }} points. But one hand's digits succeed and fail together. From sheet to sheet
# the scores have a standard deviation of {{ 100 * by_sheet.std(ddof=1):.1f }} points, so their mean has a standard error of
# that over $\sqrt{14}$, {{ 100 * se_sheets:.1f }} points. Over many new hands expect {{ 100 * (right.mean() - 1.96 * se_sheets):.0f }} to
# {{ 100 * (right.mean() + 1.96 * se_sheets):.0f }} % on average; one hand alone may give {{ 100 * by_sheet.min():.0f }} or {{ 100 * by_sheet.max():.0f }}, as here. And even that is a little kind: thirteen people are said to have
# filled these fourteen sheets.
#
# ### What it has learned
#
# A row of $W$ has a weight for each pixel, so it is a picture itself (@fig-weights). As the rows add up to
# zero, it sets its digit against the mean of the ten.

# %%
#| id: fig-weights
#| caption: The weights of ten classes as pictures. Ink in an orange pixel speaks for the digit, ink in a purple pixel
#|   against it, compared with the ten digits' mean. The hole of the zero is its surest sign.
#| alt: Ten pictures of 8 by 8 pixels in two rows. The one for zero has a purple centre in an orange ring; the one for one
#|   is orange in the middle; the others show rough patches of both colours along the strokes of their digit.
drawn = LogisticRegression(solver="lbfgs", tol=1e-8, max_iter=1000).fit(
    pixels, digit
)
assert np.isin(np.abs(drawn.coef_[0]).argmax(), [27, 28, 35, 36]), (
    "the caption says so"
)
tint = LinearSegmentedColormap.from_list(
    "w", [plot.color("error"), plot.color("ground"), plot.color("fit")]
)
fig, axes = plt.subplots(2, 5, figsize=(5.2, 2.1))
fig.subplots_adjust(wspace=0.45, hspace=0.12)
for k, ax in enumerate(axes.flat):
    ax.imshow(drawn.coef_[k].reshape(8, 8), cmap=tint, vmin=-2.5, vmax=2.5)
    ax.set(xticks=[], yticks=[])
    ax.grid(False)
    ax.text(
        -0.12,
        0.5,
        str(k),
        transform=ax.transAxes,
        ha="right",
        va="center",
        color=plot.color("ink"),
    )
    for side in ax.spines.values():
        side.set(visible=True, color=plot.color("rule"))

# %% [markdown]
# ### Which digits are taken for which?
#
# The [confusion matrix](glossary:confusion-matrix) counts every pair of truth and answer. Its heart is one product of
# two tables of zeros and ones:
#
# ```quote
# mle.metrics.classification.confusion_matrix
# ```

# %%
#| hide: true
answer = P.argmax(axis=1)
table = metrics.confusion_matrix(digit, answer)
wrong = table - np.diag(np.diag(table))
most = np.unravel_index(wrong.argmax(), wrong.shape)
recall = metrics.recall_score(digit, answer, average=None)
precision = metrics.precision_score(digit, answer, average=None)
macro = metrics.f1_score(digit, answer, average="macro")
micro = metrics.f1_score(digit, answer, average="micro")
auc = metrics.roc_auc_score(digit, P, multi_class="ovr")
price = metrics.log_loss(digit, P)
assert abs(micro - right.mean()) < 1e-12, "the text says so"

# %%
#| id: fig-confusion
#| caption: "Rows are true digits, columns are answers, for hands not seen. The mistakes gather in few places: the
#|   commonest, {{ wrong.max() }} times, is a true {{ most[0] }} called {{ most[1] }}."
#| alt: A table of ten rows and ten columns of counts. The diagonal holds 150 to 175 in each row. Off the diagonal most
#|   cells are empty; the darkest stand in the rows of eight, three, one and nine.
fig, ax = plt.subplots(figsize=(4.4, 4.2))
for (k, m), count in np.ndenumerate(table):
    if count and k != m:
        shade = to_rgba(
            plot.color("error"), 0.08 + 0.5 * count / wrong.max()
        )
        ax.add_patch(
            plt.Rectangle((m - 0.5, k - 0.5), 1, 1, fc=shade, ec="none")
        )
    if count:
        ax.text(
            m,
            k,
            count,
            ha="center",
            va="center",
            size=9,
            color=plot.color("muted" if k == m else "ink"),
        )
ax.set(
    xlim=(-0.5, 9.5),
    ylim=(9.5, -0.5),
    xticks=range(10),
    yticks=range(10),
    aspect="equal",
)
ax.set(xlabel="answer", ylabel="true digit")
ax.grid(False)

# %% [markdown]
# Along a row we read [recall](glossary:recall): of the true eights, {{ 100 * recall[8]:.0f }} % were found. Down a column,
# [precision](glossary:precision): of all answers "8", {{ 100 * precision[8]:.0f }} % were right. Counted for one class: its
# cases that were found are the true positives, $TP$; others that were called so, the false positives, $FP$; its cases
# that were missed, the false negatives, $FN$. Recall is $TP / (TP + FN)$, precision $TP / (TP + FP)$, and their harmonic
# mean is $F_1 = 2\,TP / (2\,TP + FP + FN)$. For all classes together we must average, and there are two ways
# ([macro and micro](glossary:macro-average)):
#
# ```quote
# mle.metrics.counts.over_classes
# ```
#
# *Macro* scores each class and takes the mean, so a rare class weighs as much as a common one. *Micro* adds up the counts
# first. Here a wrong answer is one false positive, for the class named, and one false negative, for the true
# class: both sums are the number of mistakes. So micro precision, micro recall and micro $F_1$ are all the accuracy, {{ micro:.3f }}. Macro $F_1$ is
# {{ macro:.3f }}; the ten classes are equally common, so it can hardly differ.
#
# The [AUC](glossary:auc) of each digit against the rest, on average {{ auc:.3f }}, flatters: most negatives are no rivals
# of an eight. The mean price, {{ price:.3f }} nats where a guess costs {{ np.log(10):.2f }}, says how good the chances are.
#
# ### Temperature {#temperature}
#
# Divide all scores by one number, the [temperature](glossary:temperature), before the softmax. No answer changes (fact 2),
# only the confidence. A model with hardly any penalty tends to be too sure of itself, and this repairs it [@guo2017]. We
# fit four sheets with $C = 1000$ and turn the temperature on the ten others (@fig-temperature). In earnest one would
# choose it on sheets of their own, and judge on yet others.

# %%
#| live: true
old, new = sheet < 4, sheet >= 4
bold = LogisticRegression(1000.0, solver="lbfgs", tol=1e-14, max_iter=5000)
scores = bold.fit(pixels[old], digit[old]).decision_function(pixels[new])


def price_at(temperature):
    """Mean price, in nats, of the digits on the ten new sheets."""
    Z = (scores - scores.max(axis=1, keepdims=True)) / temperature
    own = Z[np.arange(len(Z)), digit[new]]
    return np.mean(np.log(np.exp(Z).sum(axis=1)) - own)


for T in (0.5, 1.0, 2.0, 4.0):
    print(f"temperature {T}: {price_at(T):.2f} nats")

# %%
#| hide: true
ranked = np.argsort(-scores, axis=1)
almost = np.flatnonzero(
    (ranked[:, 0] != digit[new]) & (ranked[:, 1] == digit[new])
)
lead = scores[almost].max(axis=1) - scores[almost, digit[new][almost]]
shown_row = int(almost[np.argsort(lead)[len(lead) // 2]])
tried = np.arange(0.5, 20, 0.1)
best_temperature = float(tried[np.argmin([price_at(t) for t in tried])])
assert best_temperature > 1.5, "the text says that the model is too sure"

# %%
#| id: fig-temperature
#| live: true
#| play: {temperature: [0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0]}
#| say: "Temperature {{ temperature:g }}: the {{ digit[new][row] }} is called {{ chances.argmax() }} with {{ 100 * chances.max():.0f }} %, {{ digit[new][row] }} gets {{ 100 * chances[digit[new][row]]:.0f }} %. All new digits cost {{ price_at(temperature):.2f }} nats on average."
#| caption: Warmth makes modest. Left, the ten chances of one picture from a new sheet; right, the mean price of all new
#|   digits, cheapest near temperature {{ best_temperature:.1f }}.
#| alt: Ten bars for the digits 0 to 9 beside a small picture of a {{ digit[new][shown_row] }}. At low temperature the bar
#|   of a wrong digit fills the axis; as the temperature rises it shrinks and others grow. On the right a curve of price
#|   against temperature with a minimum near two, and a dot at the present temperature.
temperature = 1.0
row = shown_row
stakes = np.exp((scores[row] - scores[row].max()) / temperature)
chances = stakes / stakes.sum()

fig, (ax, right_ax) = plt.subplots(1, 2, figsize=(5.2, 2.9))
fig.subplots_adjust(wspace=0.3)
ax.bar(range(10), chances, color=plot.color("fit"), width=0.7)
ax.set(
    ylim=(0, 1.65),
    xticks=range(10),
    yticks=[0, 0.5, 1],
    xlabel="answer",
    ylabel="chance",
)
picture = ax.inset_axes([0.34, 0.67, 0.32, 0.33])
picture.imshow(pixels[new][row].reshape(8, 8), cmap=plot_ink())
picture.axis("off")
across = np.geomspace(0.3, 10, 40)
right_ax.plot(
    across, [price_at(t) for t in across], color=plot.color("muted"), lw=1.4
)
right_ax.plot(
    temperature, price_at(temperature), "o", color=plot.color("fit"), ms=8
)
right_ax.set(
    xscale="log",
    ylim=(0, 2),
    xlabel="temperature",
    ylabel="mean price, nats",
)
right_ax.set_xticks([0.3, 1, 3, 10], ["0.3", "1", "3", "10"])
right_ax.set_yticks([0, 0.5, 1, 1.5, 2])
right_ax.minorticks_off()

# %% [markdown]
# Halving the temperature is the same as doubling all weights. As it sinks to zero, the chances become a 1 for the largest
# score and zeros for the others, and in the gradient $(P - Y)^\top X$ only misplaced cases are left. A step downhill
# takes each of them off the row of $W$ that won, and adds it to the row of its true class. That rule is older than all
# of the above.
#
# ## The perceptron and its relatives {#perceptron}
#
# Rosenblatt's [perceptron](glossary:perceptron) [@rosenblatt1958] sees one case at a time and learns from mistakes only.
# For two classes write the label as $y_i = \pm 1$, append a 1 to $x_i$ to get $a_i$, and keep one vector $v$. Whenever
# $y_i v^\top a_i \le 0$,
#
# $$
# v \leftarrow v + y_i a_i
# $$ {#eq-perceptron-step}
# : $v$ and $a_i$ are $(p + 1,)$, and $v$ begins at zero.
#
# There is no learning rate (another rate would only scale $v$). Does it ever stop? Novikoff's answer takes three lines
# [@novikoff1962]. Suppose that some $u$ of length one separates the classes with the [margin](glossary:margin) $\gamma$
# ("gamma"): $y_i u^\top a_i \ge \gamma > 0$ for all $i$. Let $R$ be the length of the longest $a_i$, and $v^{(m)}$ the
# vector after $m$ mistakes.
#
# - *It gains on $u$.* Each mistake adds $y_i u^\top a_i \ge \gamma$ to $u^\top v$. So $m \gamma \le u^\top v^{(m)}$.
# - *It grows slowly.* $\lVert v + y_i a_i \rVert^2 = \lVert v \rVert^2 + 2 y_i v^\top a_i + \lVert a_i \rVert^2$. It was
#   a mistake, so the middle term is not positive, and $\lVert v^{(m)} \rVert^2 \le m R^2$.
# - *Both at once.* As $u$ has length one, $u^\top v$ is at most $\lVert v \rVert$. So
#   $m \gamma \le \lVert v^{(m)} \rVert \le \sqrt{m}\, R$. Divide by $\sqrt{m}\,\gamma$ and square:
#   $m \le (R / \gamma)^2$.
#
# After at most $(R/\gamma)^2$ mistakes it makes no more, however many cases pass by. By four measures every pair of
# penguin species can be separated, one barely. Here are the mistakes made, those allowed, and the margin:


# %%
#| live: true
from mle.linear_model import Perceptron
from mle.preprocessing import StandardScaler
from mle.testing import verify


def perceptron(A, labels, passes=200):
    """Weights (p + 1,) and the number of mistakes on the way."""
    v, mistakes = np.zeros(A.shape[1]), 0
    for _ in range(passes):
        before = mistakes
        for a, label in zip(A, labels):
            if label * (v @ a) <= 0:
                v = v + label * a  # eq: perceptron-step
                mistakes += 1
        if mistakes == before:
            break
    return v, mistakes


sizes = ["bill_length_mm", "bill_depth_mm"]
sizes += ["flipper_length_mm", "body_mass_g"]
four = birds.select(sizes)[measured]
for pair in ((0, 2), (1, 2), (0, 1)):
    two = np.isin(index, pair)
    Z = StandardScaler().fit_transform(four[two])
    A = np.column_stack([Z, np.ones(len(Z))])
    labels = np.where(index[two] == pair[1], 1.0, -1.0)
    v, mistakes = perceptron(A, labels)

    free = LogisticRegression(1e6).fit(Z, labels)
    u = np.append(free.coef_, free.intercept_)
    margin = np.min(labels * (A @ u)) / np.linalg.norm(u)
    bound = np.max(np.sum(A**2, axis=1)) / margin**2
    print(*species[list(pair)], end=": ")
    print(f"{mistakes} of {bound:,.0f}, margin {margin:.3f}")

same = Perceptron(shuffle=False, tol=None, max_iter=60).fit(Z, labels)
verify("perceptron-step", np.append(same.coef_, same.intercept_), v)

# %%
#| hide: true
from mle.linear_model import SGDClassifier

assert mistakes > 100, "the text says that a thin margin is dear"
online = {
    "perceptron": Perceptron(max_iter=5, tol=None),
    "hinge": SGDClassifier("hinge", max_iter=5, tol=None, random_state=0),
    "log-loss": SGDClassifier(
        "log_loss", max_iter=5, tol=None, random_state=0
    ),
}
early = sheet < 10
online["softmax"] = LogisticRegression(
    solver="lbfgs", tol=1e-8, max_iter=1000
)
online = {
    name: m.fit(pixels[early], digit[early]).score(
        pixels[~early], digit[~early]
    )
    for name, m in online.items()
}
assert max(online.values()) - min(online.values()) < 0.05, (
    "the text says so"
)

# %% [markdown]
# (For $u$ we take the direction of a logistic regression with hardly any penalty; any direction that separates proves a
# bound.) The thin margin costs most mistakes. The bound holds, and it is far from tight: it is made for the worst cases
# in the worst order.
#
# In the library the perceptron is one of three losses for [stochastic gradient
# descent](glossary:stochastic-gradient-descent), a step after each case. Each loss returns its value and its slope in the
# score:
#
# ```quote
# mle.linear_model.row_losses.perceptron_loss
# ```
# ```quote
# mle.linear_model.row_losses.hinge
# ```
# ```quote
# mle.linear_model.row_losses.logistic_loss
# ```
#
# @Fig-losses compares them. The [hinge](glossary:hinge-loss) is the loss of support vector machines.

# %%
#| id: fig-losses
#| caption: Three prices of one case by its margin. The perceptron is content with the right side, the hinge wants a
#|   margin of one, the log-loss is never quite content. For a bad mistake all three pull with nearly
#|   the same force.
#| alt: Loss against margin from minus 2.5 to 3. The perceptron's falls along a straight line to zero at margin 0; the
#|   hinge runs parallel above it and reaches zero at 1; the log-loss is a smooth curve between them on the left that
#|   approaches zero on the right.
from mle.linear_model.row_losses import (
    hinge,
    logistic_loss,
    perceptron_loss,
)

fig, ax = plt.subplots(figsize=(5.2, 2.9))
axis = np.linspace(-2.5, 3, 221)
for loss, role, width in (
    (perceptron_loss, "muted", 1.6),
    (hinge, "ink", 1.6),
    (logistic_loss, "fit", 2),
):
    ax.plot(
        axis,
        [loss(1.0, float(z))[0] for z in axis],
        color=plot.color(role),
        lw=width,
    )
plot.note(ax, "hinge", (-1.4, 2.4), "ink", offset=(6, 4))
plot.note(ax, "perceptron", (-1.05, 1.05), "muted", offset=(-6, -9))
plot.note(ax, "log-loss", (1.6, 0.18), "fit", offset=(6, 8))
ax.axvline(0, color=plot.color("rule"), lw=1)
ax.set(
    xlim=(-2.5, 3),
    ylim=(0, 3.4),
    xlabel="margin: label times score",
    ylabel="loss",
)

# %% [markdown]
# `SGDClassifier` and `Perceptron` meet $K$ classes with one model against the rest each, with the defects of the first
# section. On the last four sheets, after five passes over the first ten, perceptron, hinge and log-loss get
# {{ 100 * online["perceptron"]:.0f }}, {{ 100 * online["hinge"]:.0f }} and {{ 100 * online["log-loss"]:.0f }} % right; the softmax, at its minimum,
# {{ 100 * online["softmax"]:.0f }} %. Four hands cannot tell these apart.
#
# ## Where it breaks {#where-it-breaks}
#
# ^^^
# **What gives it away.** `SeparationError`; in a program without it, weights that grow with every step.
# ^^^
#
# **Classes that can be separated.** By all four measures no bird is misplaced, so doubling all weights always pays, and
# without a penalty there is no minimum. One class cut off from the rest is enough: without the body mass that is Gentoo.

# %%
#| raises: SeparationError
LogisticRegression(C=np.inf).fit(four, y)

# %%
#| hide: true
def fit_early(table, classes, C):
    """A model of the first ten sheets."""
    m = LogisticRegression(C, solver="lbfgs", tol=1e-6, max_iter=1000)
    return m.fit(table[early], classes[early])


def score_late(classes, C):
    """Per cent right on the last four sheets, by the true labels."""
    return 100 * fit_early(pixels, classes, C).score(
        pixels[~early], digit[~early]
    )


def muddle(rng):
    """Labels, each wrong with a chance of one tenth."""
    changed = rng.random(len(digit)) < 0.1
    other = (digit + rng.integers(1, 10, len(digit))) % 10
    return np.where(changed, other, digit)


rng = np.random.default_rng(0)
muddled = [muddle(rng) for _ in range(5)]
falls = {}
for C in (0.1, 10.0):
    clean = score_late(digit, C)
    falls[C] = np.array([clean - score_late(m, C) for m in muddled])
assert falls[10.0].min() > falls[0.1].max(), "the text says so"

raw, unit = fit_early(digits.X, digit, 1.0), fit_early(pixels, digit, 1.0)
disagree = int(
    np.sum(raw.predict(digits.X[~early]) != unit.predict(pixels[~early]))
)
assert raw.n_iter_ > 1.5 * unit.n_iter_, "the text says so"
assert disagree > 0, "the text says so"
spread_out = StandardScaler().fit_transform(pixels)
assert np.sum((pixels > 0).sum(axis=0) == 1) == 1, "the text says so"

changed = rng.permutation(len(digit))[:90]
labels_wrong = digit.copy()
labels_wrong[changed] = (digit[changed] + rng.integers(1, 10, 90)) % 10
stiff = LogisticRegression(0.1, solver="lbfgs", tol=1e-6, max_iter=500)


def found_by(chances):
    given = chances[np.arange(len(digit)), labels_wrong]
    return int(np.isin(np.argsort(given)[:90], changed).sum())


same_hand, other_hand = (
    found_by(
        cross_val_predict(
            stiff,
            pixels,
            labels_wrong,
            groups=groups,
            cv=cv,
            method="predict_proba",
        )
    )
    for cv, groups in (
        (KFold(10, shuffle=True, random_state=0), None),
        (GroupKFold(4), sheet),
    )
)
at_once = found_by(stiff.fit(pixels, labels_wrong).predict_proba(pixels))
assert min(same_hand, at_once) > other_hand, "the solution says so"
assert abs(same_hand - at_once) <= 3, "the solution says so"

Z = StandardScaler().fit_transform(four)
for columns, parted in ((4, [True] * 3), (3, [False, False, True])):
    said = LogisticRegression(1e4).fit(Z[:, :columns], y)
    astray = said.predict(Z[:, :columns]) != y
    assert (np.bincount(index[astray], minlength=3) == 0).tolist() == parted

# %% [markdown]
# ^^^
# **What gives it away.** Cases not seen in fitting that cost far more than the rest; a larger penalty that helps.
# ^^^
#
# **Wrong labels.** Let a tenth of the labels of the first ten sheets be wrong, drawn five times. Judged by true labels on
# the last four, a model with $C = 0.1$ loses {{ falls[0.1].mean():.1f }} points on average (from {{ falls[0.1].min():.1f }} to {{ falls[0.1].max():.1f }});
# with $C = 10$, which has room to learn the errors by heart, {{ falls[10.0].mean():.1f }} (from {{ falls[10.0].min():.1f }} to {{ falls[10.0].max():.1f }}).
#
# ^^^
# **What gives it away.** Many steps; another answer in other units.
# ^^^
#
# **Pixels in another unit.** From 0 to 16 instead of 0 to 1, the same $C = 1$ is a penalty weaker by 16² = {{ 16**2 }}:
# {{ raw.n_iter_ }} steps instead of {{ unit.n_iter_ }}, and another answer to {{ disagree }} of the {{ int(np.sum(~early)) }} new digits. Nor is
# standardising always the cure: one pixel has ink in a single picture, where it would then lie
# {{ np.abs(spread_out).max():.0f }} standard deviations out.
#
# ^^^
# **What gives it away.** Nothing in the model's own output.
# ^^^
#
# **Far from the data.** A softmax must answer, and the shares add up to one whatever it is shown (@fig-strangers). Along
# a straight line away from the data one score, as a rule, outruns the others, and its chance tends to one.

# %%
#| id: fig-strangers
#| caption: None of these is a digit the right way up, and the model has an answer to each. A blank page has the score of
#|   the intercepts alone.
#| alt: Five pictures of 8 by 8 pixels with the model's answer below each. A blank page, a page full of ink, noise, a four upside
#|   down and a zero in white on black.
strange = np.random.default_rng(3).random(64)
zero, four_ = pixels[digit == 0][0], pixels[digit == 4][0]
guests = {
    "blank": np.zeros(64),
    "ink": np.ones(64),
    "noise": strange,
    "head down": four_.reshape(8, 8)[::-1].ravel(),
    "negative": 1 - zero,
}
fig, axes = plt.subplots(1, 5, figsize=(5.2, 1.7))
for ax, (name, guest) in zip(axes, guests.items()):
    said = drawn.predict_proba(guest[None])[0]
    ax.imshow(guest.reshape(8, 8), cmap=plot_ink(), vmin=0, vmax=1)
    ax.set(xticks=[], yticks=[])
    ax.set_title(name, color=plot.color("muted"))
    ax.set_xlabel(
        f"“{said.argmax()}”, {100 * said.max():.0f} %",
        color=plot.color("fit_ink"),
    )
    ax.grid(False)
    for side in ax.spines.values():
        side.set(visible=True, color=plot.color("rule"))

# %% [markdown]
# ## Another road to the same number {#another-road}
#
# scikit-learn [@pedregosa2011] minimises the same function with code of its own, here for all four measures. statsmodels
# [@seabold2010] fits $K - 1$ rows against a reference, here for bill and flipper.

# %%
from importlib.util import find_spec

apart = {}
if find_spec("sklearn"):  # the notebook runs without it
    from sklearn.linear_model import LogisticRegression as Theirs

    Z = StandardScaler().fit_transform(four)
    one = LogisticRegression(C=1.0).fit(Z, y)
    other = Theirs(C=1.0, solver="newton-cholesky", tol=1e-10).fit(Z, y)
    apart["weights"] = np.abs(one.coef_ - other.coef_).max()
    apart["intercepts"] = np.abs(one.intercept_ - other.intercept_).max()
if find_spec("statsmodels"):
    from statsmodels.discrete.discrete_model import MNLogit

    with_one = np.column_stack([np.ones(n), centred])
    reference = MNLogit(index, with_one).fit(disp=0)
    one, errors = np.transpose([compare(k, 0) for k in (1, 2)], (1, 2, 0))
    apart["against Adelie"] = np.abs(one[:2] - reference.params[1:]).max()
    apart["errors"] = np.abs(errors[:2] - reference.bse[1:]).max()
assert not apart or max(apart.values()) < 1e-8

# %% [markdown]
# scikit-learn's weights differ from ours by {{ apart["weights"]:.0e }} at most, its intercepts by
# {{ apart["intercepts"]:.0e }}, so the symmetric convention is the same. The differences of rows that statsmodels finds
# lie within {{ apart["against Adelie"]:.0e }} of ours, its standard errors within {{ apart["errors"]:.0e }}.
#
# ## What production libraries do that we do not {#production}
#
# - **scikit-learn**'s `LogisticRegression` (`linear_model/_logistic.py`) takes sparse tables and stops L-BFGS, its default, at a
#   gradient of $10^{-4}$. `OneVsRestClassifier` (`multiclass.py`) is our first section for any model; it divides by the sum.
#   Its `SGDClassifier` runs its rows in compiled code.
# - **PyTorch**'s `cross_entropy` takes scores, not chances: a chance that rounds to zero has no logarithm, so the two are
#   safe only together (@sec-price). It is the last layer of nearly every neural network that classifies.
# - **R**'s `nnet::multinom` fits a reference form, and **glmnet** the symmetric one with absolute weights [@friedman2010,
#   section 4].
#
# ## Summary
#
# - Scores are logarithms of stakes; the softmax shares out. Constants cancel, the scale is confidence.
# - Minus the mean log chance of the truth is convex; its slope is $(P - Y)^\top X / n$.
# - Only differences of rows mean something; the penalty makes the rows add up to zero.
# - Models of one class against the rest contradict each other, and can hide a class between two others.
# - A score is worth what its test set is: keep hands, people and places together, and count them, not rows.
#
# ## Quiz
#
# ```quiz
# - question: "To all ten scores of a picture we add 5. The chances"
#   answers:
#     - text: all grow
#       why: "They add up to one before and after, so they cannot all grow."
#     - text: stay as they are
#       right: true
#       why: "Every stake is multiplied by $e^5$, and the factor cancels in the share."
#     - text: move towards one tenth each
#       why: "That happens when scores are divided by a temperature, not when they are shifted."
# - question: "The weight of the bill in the row of Chinstraps is positive. It follows that"
#   answers:
#     - text: a longer bill raises the chance of a Chinstrap, whatever the bird
#       why: "If another row's weight is larger still, that class gains on it. Even the sign depends on the convention for the rows."
#     - text: nothing, until it is compared with another row
#       right: true
#       why: "Odds between two classes depend on the difference of their rows; a vector added to all rows changes no chance."
#     - text: Chinstraps have longer bills than the average bird
#       why: "They have, but the weight says what the bill adds at equal flippers, relative to the other rows."
# - question: "Digits by one hand are in the training set and in the test set. The test score is"
#   answers:
#     - text: too good for customers whose hands are new
#       right: true
#       why: "Here by {{ 100 * (shuffled - right.mean()):.0f }} points. It answers a question about more digits by the same people."
#     - text: fair, because no picture occurs twice
#       why: "No picture does, but its near twins do: the hand is what they share."
#     - text: too bad, because the test set is less varied
#       why: "Variety is not the point; what the model has seen of the test set is."
# - question: "Micro-averaged $F_1$ of a classifier with one answer for each case is the accuracy because"
#   answers:
#     - text: all classes are equally common
#       why: "It holds for any shares of the classes."
#     - text: every wrong answer is a false positive of one class and a false negative of another
#       right: true
#       why: "So the summed counts of both are the number of mistakes, and precision and recall are both right answers over all."
#     - text: the mean of ten scores is the score of the mean
#       why: "That would be macro, and it is not so there either."
# - question: "A perceptron meets classes that no plane separates. It"
#   answers:
#     - text: stops after $(R/\gamma)^2$ mistakes
#       why: "There is no margin, so there is no bound."
#     - text: makes mistakes for ever
#       right: true
#       why: "It stops only after a pass without mistakes, and every pass has one. The library then stops by its tolerance or after `max_iter` passes."
#     - text: finds the plane with the fewest mistakes
#       why: "It does not minimise their number; its last move may have been a bad one."
# ```
#
# ## Exercises
#
# The minutes above do not count these.
#
# ### Exercise: Against a reference {#ex-reference level="warm-up"}
#
# Statisticians print $K - 1$ rows against a reference. Write the function that turns the symmetric form into theirs: all
# $K$ rows, that of class `k` being zero, with the same chances.


# %%
#| exercise: stub
def against(W, b, k):
    """Weights (K, p) and intercepts (K,) with zeros in row k."""
    return W, b  # take something off each row


# %%
#| exercise: check
import numpy as np

from mle.linear_model.multinomial import softmax

rng = np.random.default_rng(1)
W_some, b_some, X_some = (
    rng.normal(size=(4, 2)),
    rng.normal(size=4),
    rng.normal(size=(5, 2)),
)
for k in (0, 3):
    W_new, b_new = against(W_some.copy(), b_some.copy(), k)
    told = f"row {k} should be zero, got {np.round(W_new[k], 3).tolist()}"
    told += f" and intercept {b_new[k]:.3f}"
    assert np.abs(W_new[k]).max() + abs(b_new[k]) < 1e-12, told
    gap = np.abs(
        softmax(X_some @ W_new.T + b_new)
        - softmax(X_some @ W_some.T + b_some)
    ).max()
    assert gap < 1e-12, f"reference {k}: a chance has changed by {gap:.2g}"


# %%
#| exercise: solution
#| note: Fact 1, used backwards. Taking the mean row off leads back to the symmetric form.
def against(W, b, k):
    return W - W[k], b - b[k]


# %% [markdown]
# ### Exercise: The logarithm of a small chance {#ex-log-softmax level="core"}
#
# Write $\log \hat p_k$ for scores of any size. The logarithm of `softmax` will not do: where a chance rounds to zero, it
# is minus infinity, and the true answer may be −1000.
#
# ??? hint "A hint"
#
#     $\log \hat p_k = z_k - \log \sum_l e^{z_l}$, and a constant may be taken off first.


# %%
#| exercise: stub
import numpy as np


def log_softmax(Z):
    """Logarithms of the chances along the last axis, shape of Z."""
    E = np.exp(Z)
    return np.log(E / E.sum(axis=-1, keepdims=True))


# %%
#| exercise: check
import warnings

rows = np.array(
    [
        [0.0, np.log(2.0), np.log(5.0)],
        [1000.0, 0.0, -1000.0],
        [-2000.0, -2001.0, -5000.0],
    ]
)
low = np.log1p(np.exp(-1.0))
wanted = np.array(
    [
        np.log([1 / 8, 2 / 8, 5 / 8]),
        [0.0, -1000.0, -2000.0],
        [-low, -1 - low, -3000 - low],
    ]
)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    found = np.array([log_softmax(row) for row in rows])
    at_once = np.array(log_softmax(rows))
for row, got, right_one in zip(rows, found, wanted):
    gap = np.abs(got - right_one).max()
    assert gap < 1e-9, (
        f"scores {row.round(2).tolist()}: "
        f"expected {right_one.round(4).tolist()}, got {got.tolist()}"
    )
assert np.abs(at_once - wanted).max() < 1e-9, (
    "a table of three rows should give the same as row by row"
)
assert not caught, "the values are right, but NumPy warned"


# %%
#| exercise: solution
#| note: "The largest power is 1, so the sum lies between 1 and K and its logarithm is safe. This is what `_pass` does for
#|   the class that came true."
import numpy as np


def log_softmax(Z):
    Z = Z - Z.max(axis=-1, keepdims=True)
    return Z - np.log(np.exp(Z).sum(axis=-1, keepdims=True))


# %% [markdown]
# ### Exercise: The best temperature {#ex-temperature level="core"}
#
# With $\beta = 1 / T$ the price of a case is $\log \sum_l e^{\beta z_l} - \beta z_y$. Derive its slope in $\beta$ and find the $T$ at
# which the mean slope is zero. It grows with $\beta$ (why?), so halving an interval finds it: the best $\beta$ lies
# between 0.01 and 100 in the checks.
#
# ??? hint "A hint"
#
#     The slope of the log-sum-exp in $\beta$ is the mean of the scores, weighted by the chances.


# %%
#| exercise: stub
import numpy as np

from mle.linear_model.multinomial import softmax


def best_temperature_of(Z, y):
    """Temperature at which scores Z (n, K) cost least for classes y (n,)."""
    own = Z[np.arange(len(y)), y]
    low, high = 0.01, 100.0
    for _ in range(60):
        beta = np.sqrt(low * high)
        slope = 0.0  # the mean over all cases; your turn
        low, high = (low, beta) if slope > 0 else (beta, high)
    return float(1 / beta)


# %%
#| exercise: check
rng = np.random.default_rng(2)
for scale in (0.25, 3.0):
    fair = rng.normal(0, 2, (4000, 5))
    drawn_y = (fair + rng.gumbel(size=fair.shape)).argmax(axis=1)
    Z_check = scale * fair + 100.0
    got = best_temperature_of(Z_check, drawn_y)

    def cost_of(T):
        Z = Z_check / T
        top = Z.max(axis=1)
        own = Z[np.arange(len(Z)), drawn_y]
        return np.mean(
            np.log(np.exp(Z - top[:, None]).sum(axis=1)) + top - own
        )

    told = f"fair scores times {scale}: at {got:.4f} it costs more "
    told += "than a little beside it"
    assert cost_of(got) < min(cost_of(0.99 * got), cost_of(1.01 * got)), (
        told
    )


# %%
#| exercise: solution
#| note: "The slope is the chances' mean score minus the score of the truth. Its own slope is the variance of the scores,
#|   never negative: that is why it grows. In the check the scores were those of the model that drew the classes, times a
#|   number, and the best temperature is close to that number."
import numpy as np

from mle.linear_model.multinomial import softmax


def best_temperature_of(Z, y):
    own = Z[np.arange(len(y)), y]
    low, high = 0.01, 100.0
    for _ in range(60):
        beta = np.sqrt(low * high)
        slope = np.mean((softmax(beta * Z) * Z).sum(axis=1) - own)
        low, high = (low, beta) if slope > 0 else (beta, high)
    return float(1 / beta)


# %% [markdown]
# ### Exercise: A perceptron of many classes {#ex-many-classes level="core"}
#
# At temperature zero the softmax gradient became a rule: on a mistake, add the case to the row of the true class and take
# it off the row of its strongest rival. Write it. Begin with zeros, go through the cases in order, count it as a mistake if
# a rival's score is as large as that of the true class, and stop after a pass without mistakes.


# %%
#| exercise: stub
import numpy as np


def many_class_perceptron(A, y, K, passes=500):
    """Rows V (K, d) for cases A (n, d) of classes y, and the mistakes made."""
    V, mistakes = np.zeros((K, A.shape[1])), 0
    return V, mistakes


# %%
#| exercise: check
from mle.datasets import load_penguins
from mle.preprocessing import StandardScaler

three = load_penguins()
measures = three.select(
    ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]
)
whole_rows = np.isfinite(measures).all(axis=1)
A_three = StandardScaler().fit_transform(measures[whole_rows])
A_three = np.column_stack([A_three, np.ones(len(A_three))])
y_three = np.unique(three.y[whole_rows], return_inverse=True)[1]
V_two, count = many_class_perceptron(
    np.array([[1.0], [1.0]]), np.array([1, 1]), 3
)
told = "one case twice, class 1 of 3: all tie, which is a mistake; "
told += f"from then on row 1 should win. Mistakes: {count}"
assert count == 1, told
assert (V_two[1] > np.delete(V_two, 1, axis=0)).all(), told
V_three, count = many_class_perceptron(A_three, y_three, 3)
wrong_left = int(np.sum((A_three @ V_three.T).argmax(axis=1) != y_three))
assert wrong_left == 0, (
    "the species can be separated, "
    f"but {wrong_left} birds are misplaced after {count} mistakes"
)
assert np.abs(V_three.sum(axis=0)).max() < 1e-9, (
    "what one row gains another loses: the rows should add up to zero"
)


# %%
#| exercise: solution
#| note: "Novikoff's proof holds for it too, with a factor of 2 in the bound: a mistake moves two rows."
import numpy as np


def many_class_perceptron(A, y, K, passes=500):
    V, mistakes = np.zeros((K, A.shape[1])), 0
    for _ in range(passes):
        before = mistakes
        for a, truth in zip(A, y):
            z = V @ a
            own, z[truth] = z[truth], -np.inf
            rival = int(z.argmax())
            if own <= z[rival]:
                V[truth] += a
                V[rival] -= a
                mistakes += 1
        if mistakes == before:
            break
    return V, mistakes


# %% [markdown]
# ### Exercise: Find the wrong labels {#ex-wrong-labels level="small research"}
#
# Some labels have been changed behind your back. Return the `m` rows that you would have a human look at again. Which
# of a model's numbers is the best sign of an error? And should it, this time, have seen other digits by the same hand?
#
# ??? hint "A hint"
#
#     `cross_val_predict`. Look at the chance that was given to the label, and try `KFold` against `GroupKFold`.


# %%
#| exercise: stub
import numpy as np

from mle.linear_model import LogisticRegression
from mle.model_selection import cross_val_predict


def suspects(X, labels, groups, m):
    """Indices of the m rows whose labels look most wrong."""
    model = LogisticRegression(0.1, solver="lbfgs", tol=1e-6, max_iter=500)
    chances = model.fit(X, labels).predict_proba(X)
    unsure = chances.max(axis=1)  # is this the right question?
    return np.argsort(unsure)[:m]


# %%
#| exercise: check
for seed in (0, 1):
    rng = np.random.default_rng(seed)
    changed = rng.permutation(len(digit))[:90]
    labels_check = digit.copy()
    labels_check[changed] = (digit[changed] + rng.integers(1, 10, 90)) % 10
    asked = np.asarray(suspects(pixels, labels_check, sheet, 90))
    assert len(set(asked.tolist())) == 90, (
        f"expected 90 different rows, got {len(set(asked.tolist()))}"
    )
    hits = int(np.isin(asked, changed).sum())
    assert hits >= 68, f"of 90 suspects {hits} are wrong; 68 are asked for"


# %%
#| exercise: solution
#| note: "The question is about these very sheets, so a model that knows the hand is the better judge: GroupKFold(4) finds
#|   fewer. A row's own label pulls the model its way, so leave the row out; but with C = 0.1 one row in 1,797 pulls so
#|   little that a fit to all finds as many."
import numpy as np

from mle.linear_model import LogisticRegression
from mle.model_selection import KFold, cross_val_predict


def suspects(X, labels, groups, m):
    model = LogisticRegression(0.1, solver="lbfgs", tol=1e-6, max_iter=500)
    folds = KFold(10, shuffle=True, random_state=0)
    chances = cross_val_predict(
        model, X, labels, cv=folds, method="predict_proba"
    )
    given = chances[np.arange(len(labels)), labels]
    return np.argsort(given)[:m]
