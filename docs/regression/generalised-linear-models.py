# ---
# title: Generalised linear models
# lede: >-
#   How many serious reports does a credit file hold? None, mostly; one, three, once fourteen. Counts are never negative,
#   and the larger they are expected to be, the wider they scatter, so a straight line suits them badly. This chapter
#   builds the regression that suits them, finds that linear and logistic regression are its siblings, and then asks real
#   counts whether they behave as it supposes. They do not.
# minutes: 65
# needs: [regression/logistic-regression]
# paths: [scikit-learn]
# able:
#   - derive the Poisson distribution, its loss, gradient and Hessian, and fit four counts by hand
#   - write one loop that fits linear, logistic and Poisson regression, and say why it can
#   - turn unequal exposure into weights or an offset, and test whether it belongs there
#   - read a weight as a factor, with an interval that survives overdispersion
#   - notice overdispersion, an empty group, a runaway exponential and the log of a target
# ---

# %% [markdown]
# ## How many reports? {#how-many}
#
# Who applies for a credit card has a file, and in the file stand *major derogatory reports*: debts on which the
# applicant fell far behind. These are applications from a textbook of econometrics [@greene2003, table F21.4]. How many
# reports should a bank expect, from what the form says?

# %%
#| live: true
import numpy as np

from mle.datasets import load_credit_card

cards = load_credit_card().columns
adult = cards["age"] >= 18  # seven "ages" are below one year: errors
form = {name: column[adult] for name, column in cards.items()}
reports, accounts = form["reports"], form["active"]

how_often = np.bincount(reports.astype(np.intp))
for k in range(5):
    print(f"{k} reports: {how_often[k]:5} applicants")
print(f"5 to {reports.max():.0f}:   {how_often[5:].sum():5} applicants")

# %%
#| hide: true
import math

import matplotlib.pyplot as plt

from mle import plot
from mle.linear_model import LinearRegression

owner = (form["owner"] == "yes").astype(float)
line = LinearRegression().fit(accounts[:, None], reports)
spread = float(np.std(reports - line.predict(accounts[:, None])))
at_one = float(line.predict([[1.0]])[0])
eight = np.column_stack(
    [
        owner,
        *(form[k] for k in ("active", "age", "income", "dependents", "months", "majorcards")),
        form["selfemp"] == "yes",
    ]
)
below_eight = int((LinearRegression().fit(eight, reports).predict(eight) < 0).sum())
bands = {
    band: reports[(band[0] <= accounts) & (accounts <= band[1])]
    for band in ((0, 0), (1, 3), (4, 7), (8, 12))
}
no_account = int((accounts == 0).sum())
assert (~adult).sum() == 7, "the cell says so"
assert bands[0, 0].max() == 0, "the text says so"
assert (
    bands[1, 3].var() < bands[4, 7].var() < bands[8, 12].var()
), "the text says so"


def minus(number, digits):
    return f"{number:.{digits}f}".replace("-", "−")

# %% [markdown]
# ^^^
# **Not to be used.** `card`, `expenditure` and `share` come after the bank's decision, and the bank knew the reports.
# They [leak](glossary:leakage).
# ^^^
#
# Common sense draws a line: reports against the number of active credit accounts. It has two faults. Given all eight
# columns of the form, the weighted sum promises {{ below_eight }} applicants fewer than no reports. And [least
# squares](glossary:least-squares) takes all misses to have one [variance](glossary:variance), the band of @fig-line.
# Not so the reports: their variance is {{ bands[1, 3].var():.2f }} for 1 to 3 accounts, {{ bands[4, 7].var():.2f }} for
# 4 to 7, and {{ bands[8, 12].var():.2f }} for 8 to 12.

# %%
#| id: fig-line
#| caption: A line with one spread for all. At one account {{ 100 * (spread - at_one) / (2 * spread):.0f }} % of its band
#|   lies where no count can be. (Dots are moved a little apart; {{ int((accounts > 32).sum()) }} applicants with more than 32 accounts are not drawn.)
#| alt: Reports from 0 to 14 against active accounts from 0 to 32. Most dots lie at 0, a few high up, mostly between 5 and
#|   20 accounts. A slowly rising line with a wide even band, whose lower edge lies below zero up to 26 accounts.
rng = np.random.default_rng(0)
fig, ax = plt.subplots(figsize=(5.2, 3.5))
ends = np.array([0.0, 32.0])
height = line.predict(ends[:, None])
ax.fill_between(ends, height - spread, height + spread, color=plot.color("fit"), alpha=0.18, lw=0)
ax.plot(ends, height, color=plot.color("fit"))
ax.plot(
    accounts + rng.uniform(-0.3, 0.3, len(accounts)),
    reports + rng.uniform(-0.25, 0.25, len(accounts)),
    "o",
    color=plot.color("data"),
    ms=2.4,
    alpha=0.45,
    mew=0,
)
ax.axhline(-0.4, color=plot.color("muted"), lw=0.8)
plot.note(ax, "least squares,\n± its standard deviation", (31.5, 6.2), "fit", offset=(0, 0), ha="right", va="bottom")
plot.note(ax, "no such counts", (31.5, -1), "muted", offset=(0, 0), ha="right")
ax.set(
    xlim=(-0.6, 32.4),
    ylim=(-1.6, 14.6),
    yticks=[0, 5, 10],
    xlabel="active credit accounts",
    ylabel="reports",
)

# %% [markdown]
# We need a curve that stays positive, and a loss that expects large counts to scatter more.
#
# ## Four applicants by hand {#by-hand}
#
# Four made-up applicants: two own their home and have 1 and 3 reports; two rent and have 5 and 7. A line says that
# renting *adds* four reports. Counts are better compared by *factors*: renting *triples* them. So let the logarithm of
# the expected count $\mu$ ("mu") be a line, with $x = 1$ for a tenant:
#
# $$
# \log \mu = b + w x, \qquad \mu = e^b \, (e^w)^x
# $$
#
# With two groups and two numbers the fit should meet both means, 2 and 6, so $e^b = 2$ and $e^w = 3$. Here is a
# recipe that finds them, and that we shall meet again where there are no groups. Begin with everybody at the overall
# mean, 4. Divide each miss by what was expected, $(y - \mu) / \mu$: if the miss is small, that is nearly what
# $\log \mu$ lacks. Average in each group, add the result to $\log \mu$, and repeat.

# %%
#| hide: true
x_toy = np.array([0.0, 0.0, 1.0, 1.0])
y_toy = np.array([1.0, 3.0, 5.0, 7.0])
toy_part = (y_toy - 4) / 4
toy_next = 4 * np.exp([toy_part[:2].mean(), toy_part[2:].mean()])

# %% [markdown]
# | $x$ | $y$ | $\mu$ | $(y - \mu)/\mu$ | group mean | next $\mu$ |
# |--:|--:|--:|--:|--:|--:|
# | 0 | 1 | 4 | {{ minus(toy_part[0], 2) }} | | |
# | 0 | 3 | 4 | {{ minus(toy_part[1], 2) }} | {{ minus(toy_part[:2].mean(), 1) }} | $4\,e^{-0.5}$ = {{ toy_next[0]:.2f }} |
# | 1 | 5 | 4 | {{ toy_part[2]:.2f }} | | |
# | 1 | 7 | 4 | {{ toy_part[3]:.2f }} | {{ toy_part[2:].mean():.1f }} | $4\,e^{0.5}$ = {{ toy_next[1]:.2f }} |
#
# : One round of the recipe. {#tbl-toy}

# %%
#| live: true
x_toy = np.array([0.0, 0.0, 1.0, 1.0])  # 1: rents
y_toy = np.array([1.0, 3.0, 5.0, 7.0])

mu = np.full(4, y_toy.mean())
for step in range(1, 6):
    part = (y_toy - mu) / mu
    owners, tenants = part[x_toy == 0].mean(), part[x_toy == 1].mean()
    mu = mu * np.exp(np.where(x_toy == 0, owners, tenants))
    print(f"round {step}: owners {mu[0]:.6f}, tenants {mu[2]:.6f}")

# %% [markdown]
# The number of right digits about doubles from round to round, as with Newton's method. The library's model agrees with
# the pencil, and so does its first step ($b = \log 4 - \frac12$, $w = 1$):
#
# ```pycon
# >>> from mle.linear_model import PoissonRegressor
# >>> from mle.linear_model.poisson import solve_poisson
# >>> toy = PoissonRegressor(alpha=0).fit(x_toy[:, None], y_toy)
# >>> np.exp([toy.intercept_, toy.coef_[0]]).round(9).tolist()
# [2.0, 3.0]
# >>> first = solve_poisson(x_toy[:, None], y_toy, 0.0, np.ones(4), max_iter=1).x
# >>> first.round(9).tolist(), round(float(np.log(4) - 0.5), 9)
# ([1.0, 0.886294361], 0.886294361)
# ```
#
# Why these two means, and why this recipe? We need the law of counts first.
#
# ## Rare events {#rare-events}
#
# Cut a year into $M$ short slots. In each, an event comes with the small chance $\mu / M$, whatever came before. So
# $\mu$ events are expected in the year. The probability of $k$ of them is that of $k$ slots with and $M - k$ without,
# times the number of ways to place the $k$:
#
# $$
# \frac{M (M - 1) \cdots (M - k + 1)}{k!} \Bigl(\frac{\mu}{M}\Bigr)^{k} \Bigl(1 - \frac{\mu}{M}\Bigr)^{M - k}
# $$
#
# Now let the slots shrink, $M \to \infty$. The $k$ factors $M, M - 1, \dots$, each divided by one of the $M$ of
# $(\mu / M)^k$, tend to 1. The last power is $(1 - \mu/M)^M$, which tends to $e^{-\mu}$ (one of the
# definitions of $e$), divided by
# $(1 - \mu/M)^k$, which tends to 1. What is left is the [Poisson distribution](glossary:poisson-distribution):
#
# $$
# P(k) = \frac{\mu^k e^{-\mu}}{k!}
# $$ {#eq-poisson}
# : $k = 0, 1, 2, \dots$; $\mu > 0$ is one number. With $k = 0$: no event with probability $e^{-\mu}$.
#
# Its mean is $\sum_k k P(k)$. Cancel $k$ against $k!$, and it is $\mu \sum_{k \ge 1} \mu^{k-1} e^{-\mu} / (k-1)!$,
# that is $\mu$ times a sum of all probabilities: $\mu$. In the same way the mean of $k (k - 1)$ is $\mu^2$. So the
# mean of $k^2$ is $\mu^2 + \mu$, and the variance, that mean minus $\mu^2$, is $\mu$ as well. *Mean and variance are
# one number*: here is the unequal spread that we wanted.

# %%
#| live: true
from mle.testing import verify

log_factorial = np.append(0.0, np.cumsum(np.log(np.arange(1.0, 121.0))))


def chance(k, mu):
    """Probability of k events where mu are expected."""
    return np.exp(k * np.log(mu) - mu - log_factorial[k])  # eq: poisson


k = np.arange(121)
for mu in (0.3, 2.0, 30.0):
    P = chance(k, mu)
    mean, variance = k @ P, k**2 @ P - (k @ P) ** 2
    verify("poisson", [P.sum(), mean, variance], [1.0, mu, mu])
print(f"mu = 2: none {chance(0, 2.0):.3f}, two {chance(2, 2.0):.3f}")

# %% [markdown]
# Turn the rate in @fig-poisson. The dotted bell curve with the same mean and variance is what least squares has in
# mind.

# %%
#| id: fig-poisson
#| live: true
#| play: {mu: [0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0]}
#| say: "μ = {{ mu:g }}: no event in {{ 100 * P[0]:.1f }} % of the years, spread √μ = {{ mu**0.5:.2f }}. The bell curve puts {{ 100 * lost:.1f }} % below zero."
#| caption: Where few events are expected, most years have none and a bell curve is no description. Where many are
#|   expected, it is a good one.
#| alt: Bars of the Poisson distribution from 0 to 28 and a dotted bell curve with the same mean and variance. For small rates the
#|   bars fall from a peak at 0 and the curve reaches below zero; for a rate of 16 the bars follow the curve.
mu = 2.0
P = chance(np.arange(29), mu)
at = np.linspace(-3, 28.5, 400)
bell = np.exp(-((at - mu) ** 2) / (2 * mu)) / np.sqrt(2 * np.pi * mu)
lost = math.erfc(np.sqrt(mu / 2)) / 2  # the part below zero

fig, ax = plt.subplots()
ax.bar(np.arange(29), P, 0.7, color=plot.color("fit"), alpha=0.75, lw=0)
ax.plot(at, bell, ":", color=plot.color("ink"), lw=1.4)
ax.fill_between(at, 0, bell, where=at <= 0, color=plot.color("error"), alpha=0.4, lw=0, zorder=0)
ax.set(xlim=(-3, 28.5), ylim=(0, max(P.max(), bell.max()) * 1.1), xlabel="events", ylabel="probability")

# %%
#| hide: true
corps = np.array([109.0, 65.0, 22.0, 3.0, 1.0])
corps_mean = float(np.arange(5) @ corps / corps.sum())
corps_variance = float(np.arange(5) ** 2 @ corps / corps.sum() - corps_mean**2)
assert corps.sum() == 200
assert corps_mean == 0.61
assert abs(corps_variance / corps_mean - 1) < 0.01, "the text says so"

# %% [markdown]
# Do such counts exist? In {{ corps.sum():.0f }} corps-years of the Prussian army (twenty years of ten corps; four others,
# of another make-up, are left out) Bortkiewicz counted the soldiers killed by the kick of a horse: none in {{ corps[0]:.0f }} of them, one in {{ corps[1]:.0f }}, two
# in {{ corps[2]:.0f }}, three in {{ corps[3]:.0f }}, four in {{ corps[4]:.0f }} [@bortkiewicz1898]. The mean is
# {{ corps_mean:.2f }} and the variance {{ corps_variance:.2f }}. Keep these two numbers in mind.
#
# ## A rate for everyone {#model}
#
# ### Link and loss
#
# Each applicant gets an expected count of their own: the exponential of a weighted sum, which is never negative.
#
# $$
# \mu_i = e^{z_i}, \qquad z_i = w^\top x_i + b
# $$ {#eq-log-link}
# : $x_i$ and $w$ are $(p,)$; $\mu$ and $z$ are $(n,)$. One unit more of feature $j$ multiplies $\mu_i$ by $e^{w_j}$.
#
# The function that makes a sum of the mean, here the logarithm, is the [link](glossary:link-function). Prediction
# undoes it:
#
# ```quote
# mle.linear_model.poisson.PoissonRegressor._predict
# ```
#
# [Maximum likelihood](glossary:maximum-likelihood) picks the weights. For independent applicants the probability of
# all counts is the product of @eq-poisson. Its logarithm, with a minus sign, divided by $n$, is the loss; the term
# $\log y_i!$ holds no weight, and is left out. With $\log \mu_i = z_i$ that leaves
#
# $$
# L(w, b) = \frac1n \sum_{i=1}^{n} \bigl(\mu_i - y_i z_i\bigr)
# $$ {#eq-poisson-loss}
# : $y$ is $(n,)$, counts. $L$ is one number, in nats.
#
# Half a [penalty](glossary:penalty), $\frac{\alpha}{2} w^\top w$, may be added; in this chapter $\alpha$ ("alpha") is
# 0.
#
# ### Slope and curvature {#derivatives}
#
# Move one $z_i$. The slope of $e^{z_i} - y_i z_i$ is $\mu_i - y_i$, prediction minus count, and by the chain rule
# $z_i$ moves $x_{ij}$ times as fast as $w_j$, and as fast as $b$:
#
# $$
# \nabla_w L = \tfrac1n X^\top (\mu - y), \quad \nabla_b L = \tfrac1n {\textstyle\sum_i} (\mu_i - y_i)
# $$ {#eq-poisson-gradient}
# : $X$ is $(n, p)$, so $\nabla_w L$ is $(p,)$.
#
# At the minimum both are zero. So the expected counts add up to the observed ones, over all rows and over each group
# that has a column of zeros and ones. That is why the toy met its means. Once more by $z_i$: the slope of
# $\mu_i - y_i$ is $\mu_i$, and the chain rule multiplies by $x_i$ twice. With $A$ for $X$ and a column of ones, the
# [Hessian](glossary:hessian) is
#
# $$
# H = \tfrac1n A^\top \operatorname{diag}(\mu)\, A
# $$ {#eq-poisson-hessian}
# : $A$ is $(n, p + 1)$; $\operatorname{diag}(\mu)$ is $(n, n)$ with $\mu$ on its diagonal, and is never made.
#
# %%
#| hide: true
import timeit

from mle.linear_model.poisson import poisson_derivatives

at_least = 10
wide = np.column_stack([eight, np.ones(len(eight))])
level = np.full(len(eight), reports.mean())
at_mean = np.append(np.zeros(8), np.log(reports.mean()))


def naive_hessian():
    return wide.T @ np.diag(level) @ wide / len(wide)


def library_pieces():
    return poisson_derivatives(eight, reports, at_mean, 0.0, np.ones(len(eight)))


assert np.allclose(naive_hessian(), library_pieces()[2])
slow, fast = (min(timeit.repeat(f, number=3, repeat=4)) for f in (naive_hessian, library_pieces))
assert slow > at_least * fast

# %% [markdown]
# In any direction $\delta$ the curvature $\delta^\top H \delta$ is $\frac1n \sum_i \mu_i (A \delta)_i^2$, never
# negative. The loss is [convex](glossary:convex): no second valley, and one minimum at most unless columns repeat each
# other. (It may lie at infinity: @sec-where-it-breaks.) All three in one pass:
#
# ```quote
# mle.linear_model.poisson.poisson_derivatives
# ```
#
# `v` holds $w$ and then $b$, if there is one:
#
# ```quote
# mle.linear_model.binomial.split
# ```
#
# The table passes in blocks of 2,048 rows, small enough to stay in the processor's cache while they are used; `share`
# holds the weights of rows, `order` says which derivatives are wanted. For the Hessian a newcomer would write
# `A.T @ np.diag(mu) @ A`. For our {{ len(reports):, }} applicants that makes a matrix of
# {{ len(reports) ** 2 * 8 / 1e6:.0f }} MB, all zeros but for its diagonal, and takes more than
# {{ at_least }} times as long. `B` is $A$ with row $i$ times $\sqrt{\mu_i}$, so `B.T @ B` is the same sum.
#
# Are they right? Central differences and the bare product of probabilities know nothing of our algebra:

# %%
from mle.linear_model.poisson import poisson_derivatives, poisson_deviance

# owner: 1 for applicants who own their home
X2 = np.column_stack([np.log2(accounts + 1), owner])[:300]
y2, ones = reports[:300], np.ones(300)
at = np.array([0.4, -0.5, -1.5])  # any two weights and intercept


def pieces(v):
    return poisson_derivatives(X2, y2, v, 0.0, ones)


def differences(part):
    moves = 1e-5 * np.eye(3)
    change = [pieces(at + h)[part] - pieces(at - h)[part] for h in moves]
    return np.array(change) / 2e-5


verify("poisson-gradient", pieces(at)[1], differences(0))
verify("poisson-hessian", pieces(at)[2], differences(1))

mu2 = np.exp(at[2]) * np.exp(at[0]) ** X2[:, 0] * np.exp(at[1]) ** X2[:, 1]
counts = y2.astype(np.int64)
log_likelihood = math.log(math.prod(chance(counts, mu2).tolist()))
by_hand = -(log_likelihood + log_factorial[counts].sum()) / 300
verify("poisson-loss", pieces(at)[0], by_hand)

# %% [markdown]
# ### A loss that can be zero {#deviance}
#
# The loss of those weights is {{ float(pieces(at)[0]):.2f }}, which tells nobody anything. Compare with the best that could be: a $\mu_i$ for
# each row, equal to its count. Twice the log-likelihood by which we fall short of that, per row, is the mean
# [deviance](glossary:deviance). The factorials cancel, and it is
#
# $$
# D(y, \mu) = \tfrac2n {\textstyle\sum_i} \bigl( y_i \log \tfrac{y_i}{\mu_i} - y_i + \mu_i \bigr)
# $$ {#eq-poisson-deviance}
# : Where $y_i = 0$, the term $y_i \log y_i$ is 0. $D$ is zero for $\mu = y$, and positive otherwise.
#
# ```quote
# mle.linear_model.poisson.poisson_deviance
# ```
#
# It is twice the loss plus a constant, so the same weights make it smallest. For a bell curve the same recipe gives
# squared residuals divided by $\sigma^2$: deviance is what takes the place of squares.

# %%
best_chance = np.exp(  # of each count, where mu is the count itself
    np.where(y2 > 0, y2 * np.log(np.maximum(y2, 1)), 0)
    - y2
    - log_factorial[counts]
)
short_by = np.log(best_chance) - np.log(chance(counts, mu2))
verify("poisson-deviance", poisson_deviance(y2, mu2), 2 * short_by.mean())

# %% [markdown]
# ## One family, one gradient {#family}
#
# "Prediction minus target, times the features." The [gradient](glossary:gradient) of a line says it
# (@eq-squared-loss-gradient, where $-r = \hat y - y$), that of logistic regression says it (@eq-log-loss-gradient),
# and now @eq-poisson-gradient. Look at the lines with `X.T` (the line's 2 comes from a loss without a half):
#
# ```quote
# mle.linear_model.ordinary.squared_loss_gradient
# ```
# ```quote
# mle.linear_model.logistic.gradient
# ```
#
# That is no accident. Many distributions can be written as
#
# $$
# \log P(y) = \frac{y\,\theta - \psi(\theta)}{\varphi} + \text{a term without } \theta
# $$
#
# with a parameter $\theta$ ("theta"), a function $\psi$ ("psi") and a number $\varphi$ ("phi"), the *dispersion*. They
# form the [exponential family](glossary:exponential-family). For Poisson's law,
# $\log P(k) = k \log \mu - \mu - \log k!$, so $\theta = \log \mu$ and $\psi(\theta) = \mu = e^\theta$.
#
# The function $\psi$ knows mean and variance. Probabilities add up to 1 for every $\theta$, so the derivative of their
# sum (for densities, their integral) is 0. The derivative of $P$ is $P$ times that of $\log P$, which is $(y - \psi') / \varphi$; so the mean of this
# is 0, and *the mean is* $\mu = \psi'(\theta)$. Differentiate once more, by the product rule: the mean of
# $(y - \psi')^2 / \varphi^2 - \psi'' / \varphi$ is 0 as well, and *the variance is* $\varphi\, \psi''(\theta)$.
#
# | part | Gaussian | Bernoulli | Poisson | Gamma |
# |:--|:--|:--|:--|:--|
# | $\theta$ | $\mu$ | $\log \frac{\mu}{1 - \mu}$ | $\log \mu$ | $-1/\mu$ |
# | $\psi(\theta)$ | $\theta^2/2$ | $\log(1 + e^\theta)$ | $e^\theta$ | $-\log(-\theta)$ |
# | mean $\psi'$ | $\theta$ | $\sigma(\theta)$ | $e^\theta$ | $-1/\theta$ |
# | variance $\varphi\,\psi''$ | $\varphi$ | $\mu(1 - \mu)$ | $\mu$ | $\varphi \mu^2$ |
# | for | amounts | yes or no | counts | waits, costs |
#
# : Four members. In the two between, $\varphi$ is 1: there the mean alone decides the variance. {#tbl-family}
#
# A [generalised linear model](glossary:generalised-linear-model) takes one member and a link [@nelder1972]. If the
# link makes $\theta$ itself the weighted sum, $\theta_i = z_i$, it is called *canonical*. Then minus the mean
# log-likelihood is $\frac1n \sum_i (\psi(z_i) - y_i z_i)$ but for $\varphi$ and a constant, its slope by $z_i$ is
# $\psi'(z_i) - y_i$, and for every member
#
# $$
# \nabla L = \tfrac1n A^\top (\mu - y), \quad H = \tfrac1n A^\top \operatorname{diag}(\psi'')\, A
# $$ {#eq-canonical-gradient}
# : $A$ is $(n, p + 1)$; $\mu = \psi'(z)$ and $\psi''(z)$ are $(n,)$. Both without $\varphi$.
#
# So one loop of Newton's method (@eq-newton-step) fits them all:

# %%
#| live: true
from mle.linear_model import (
    LinearRegression,
    LogisticRegression,
    PoissonRegressor,
    sigmoid,
)


def slope(A, y, v, mean):
    return A.T @ (mean(A @ v) - y) / len(y)  # eq: canonical-gradient


def fit_family(A, y, mean, variance, steps=12):
    """Newton's method for any canonical link, without a brake."""
    v = np.zeros(A.shape[1])
    for _ in range(steps):
        q = variance(mean(A @ v))  # (n,)
        H = A.T @ (q[:, None] * A) / len(y)
        v = v - np.linalg.solve(H, slope(A, y, v, mean))
    return v


X3 = np.column_stack([np.log2(accounts + 1), owner])
A3 = np.column_stack([X3, np.ones(len(X3))])
any_report = (reports > 0).astype(float)
members = {  # target, mean from z, variance from the mean
    "linear": (reports, lambda z: z, np.ones_like),
    "logistic": (any_report, sigmoid, lambda m: m * (1 - m)),
    "Poisson": (reports, np.exp, lambda m: m),
}
classes = {
    "linear": LinearRegression(),
    "logistic": LogisticRegression(C=np.inf),
    "Poisson": PoissonRegressor(alpha=0),
}
for name, (target, mean, variance) in members.items():
    v = fit_family(A3, target, mean, variance)
    model = classes[name].fit(X3, target)
    same = np.append(np.ravel(model.coef_), model.intercept_)
    print(f"{name:8} {v.round(4)}", np.allclose(v, same, atol=1e-8))

# %%
#| hide: true
psi = {
    "linear": lambda z: z**2 / 2,
    "logistic": lambda z: np.logaddexp(0, z),
    "Poisson": np.exp,
}
for name, (target, mean, variance) in members.items():
    spot = np.array([0.3, -0.4, -1.2])
    v, model = fit_family(A3, target, mean, variance), classes[name]
    assert np.abs(v - np.append(np.ravel(model.coef_), model.intercept_)).max() < 1e-8

    def mean_loss(v):
        return float(np.mean(psi[name](A3 @ v) - target * (A3 @ v)))

    central = [(mean_loss(spot + h) - mean_loss(spot - h)) / 2e-5 for h in 1e-5 * np.eye(3)]
    verify("canonical-gradient", slope(A3, target, spot, mean), central)

# %% [markdown]
# `True`: each ends where our class ends, whatever solver that used. Another link is allowed, too. A Gamma with a
# logarithm is popular, because $-1/\mu$ must stay negative and no weighted sum promises that; but then a factor remains
# in the gradient (@ex-gamma).
#
# ## Newton's method as least squares {#irls}
#
# ### The recipe of the toy
#
# Write Newton's full step for counts, with $v$ for $w$ and $b$, and multiply by $n H$:
# $A^\top \operatorname{diag}(\mu) A\, v_{\text{new}} = A^\top \operatorname{diag}(\mu) A\, v - A^\top (\mu - y)$. Pull
# $A^\top \operatorname{diag}(\mu)$ out on the right, where $A v = z$:
#
# $$
# \begin{aligned}
# A^\top \operatorname{diag}(\mu) A\, v_{\text{new}} &= A^\top \operatorname{diag}(\mu)\, u \\
# u_i &= z_i + (y_i - \mu_i) / \mu_i
# \end{aligned}
# $$ {#eq-irls-step}
# : $u$, the *working response*, is $(n,)$. The divisor is the slope of $\mu_i$ in $z_i$.
#
# These are the [normal equations](glossary:normal-equations) of a line through $u$ with the weights $\mu$ of rows. So
# Newton's method is a chain of weighted least squares, [IRLS](glossary:irls) [@mccullagh1989, section 2.5], here as in
# logistic regression. With two groups, $\mu$ is equal within each, so the line passes at both means of $u$: the recipe
# of the toy.

# %%
from mle.optimize import newton


def irls_step(A, y, v, offset=0.0):
    """Weighted least squares through the working response."""
    z = A @ v + offset
    mu = np.exp(z)
    u = z - offset + (y - mu) / mu
    B = np.sqrt(mu)[:, None] * np.column_stack([A, u])
    return np.linalg.lstsq(B[:, :-1], B[:, -1])[0]  # eq: irls-step


start = np.array([0.0, 0.0, np.log(y2.mean())])
A2, v, by_irls, by_newton = np.column_stack([X2, ones]), start, [], []
for steps in range(1, 6):
    v = irls_step(A2, y2, v)
    by_irls.append(v)
    found = newton(lambda v: pieces(v)[0], pieces, start, max_iter=steps)
    by_newton.append(found.x)
verify("irls-step", by_irls, by_newton)

# %% [markdown]
# ### Three roads, measured {#roads}
#
# Why does the library not run this bare? Take the intercept alone, on counts with the mean $\bar y$: the step is
# $\bar y / \mu - 1$. It is nearly right from close by. From far above, each step goes down by nearly 1. From far below it
# explodes:

# %%
#| live: true
mean = reports.mean()
b = np.log(mean) - 3  # expects a twentieth of what came
for step in range(1, 25):
    b = b + mean / np.exp(b) - 1
    if step in (1, 2, 10, 24):
        print(f"step {step:2}: expects {np.exp(b):.4g}, mean {mean:.4f}")

# %% [markdown]
# So the library starts from the logarithm of the mean, where that step is zero, and brakes (@eq-backtracking):
#
# ```quote
# mle.linear_model.poisson.solve_poisson
# ```
#
# The loop that it calls is that of [logistic regression](logistic-regression.py), with one economy:
#
# ```quote
# mle.optimize.second_order.newton
# ```
#
# A Hessian costs several times as much as a gradient. Given `slope`, which returns the loss and the gradient alone,
# one Hessian serves for three steps. The first is Newton's; the others have a new slope and an old curvature, and
# still lead downhill. `gain` is what a step promises, $\frac12 g^\top d$ with $d$ for the step. Newton's step leaves about its square
# to gain. One with an old Hessian leaves the part `shrunk` of it, by which the promises shrink, so it must prove more to be the last.
#
# The second road, [L-BFGS](glossary:l-bfgs), guesses the curvature from its last ten gradients. The naive one is
# [gradient descent](glossary:gradient-descent), and here it is worse off than before. The curvature of the log-loss has
# a ceiling, ¼, from which a safe rate followed. That of $e^z$ has none. We take one over the largest curvature at the
# start, and hope.

# %%
#| hide: true
from mle.optimize import gradient_descent, lbfgs
from mle.preprocessing import StandardScaler

with_account = accounts > 0
yes = {name: (form[name] == "yes").astype(float) for name in ("owner", "selfemp")}
names = [
    "accounts, doubled",
    "age, 10 years",
    "income, 10,000 $",
    "owns home",
    "self-employed",
    "one dependent",
    "10 years at address",
    "has a major card",
]
X = np.column_stack(
    [
        np.log2(np.maximum(accounts, 1)),
        form["age"] / 10,
        form["income"],
        yes["owner"],
        yes["selfemp"],
        form["dependents"],
        form["months"] / 120,
        form["majorcards"],
    ]
)[with_account]
y, n = reports[with_account], int(with_account.sum())


def roads(table, descent_steps=2000):
    """Passes over the data and loss left, by road."""
    passes = [0]

    def look(v, order):
        passes[0] += 1
        return poisson_derivatives(table, y, v, 0.0, np.ones(n), order=order)

    start = np.append(np.zeros(table.shape[1]), np.log(y.mean()))
    rate = 1 / np.linalg.eigvalsh(look(start, 2)[2])[-1]
    made = {}
    ways = {
        "Newton": lambda: newton(lambda v: look(v, 0)[0], lambda v: look(v, 2), start),
        "L-BFGS": lambda: lbfgs(lambda v: look(v, 1)[:2], start, tol=1e-8),
        "descent": lambda: gradient_descent(
            lambda v: look(v, 0)[0],
            lambda v: look(v, 1)[1],
            start,
            learning_rate=rate,
            max_iter=descent_steps,
            tol=1e-8,
        ),
    }
    for name, way in ways.items():
        passes[0] = 0
        found = way()
        made[name] = found, passes[0]
    return made, rate


raw = X.copy()
raw[:, 0], raw[:, 1], raw[:, 6] = accounts[with_account], 10 * X[:, 1], 120 * X[:, 6]
in_raw, raw_rate = roads(raw)
on_scale, _ = roads(StandardScaler().fit_transform(raw))
lowest = in_raw["Newton"][0].losses[-1]
assert abs(lowest - on_scale["Newton"][0].losses[-1]) < 1e-12
assert all(on_scale[name][0].converged for name in on_scale)
assert in_raw["Newton"][0].converged
assert in_raw["L-BFGS"][0].converged
assert not in_raw["descent"][0].converged
left_raw = float(in_raw["descent"][0].losses[-1] - lowest)
whole_way = float(in_raw["descent"][0].losses[0] - lowest)
faster = 2.5
fast_rate = faster * raw_rate
assert in_raw["Newton"][0].n_iter == on_scale["Newton"][0].n_iter, "the text says so"

# %% [markdown]
# | Road | own units: steps | passes | one scale: steps | passes |
# |:--|--:|--:|--:|--:|
# | Newton | {{ in_raw["Newton"][0].n_iter }} | {{ in_raw["Newton"][1] }} | {{ on_scale["Newton"][0].n_iter }} | {{ on_scale["Newton"][1] }} |
# | L-BFGS | {{ in_raw["L-BFGS"][0].n_iter }} | {{ in_raw["L-BFGS"][1] }} | {{ on_scale["L-BFGS"][0].n_iter }} | {{ on_scale["L-BFGS"][1] }} |
# | descent | {{ in_raw["descent"][0].n_iter:, }}, not there | {{ in_raw["descent"][1]:, }} | {{ on_scale["descent"][0].n_iter }} | {{ on_scale["descent"][1] }} |
#
# : Eight columns, {{ n:, }} applicants with an account. A pass reads the table once: Newton's, a Hessian each (without the economy), L-BFGS's for loss and gradient, those of descent for one of the two. The last two stop when no slope exceeds 10⁻⁸. {#tbl-roads-counts}
#
# Newton's method does not notice the units. Descent, in the form's own (months, years, accounts), still has
# {{ 100 * left_raw / whole_way:.0f }} % of the fall in loss before it after {{ in_raw["descent"][0].n_iter:, }} steps, and `fast_rate`,
# {{ faster }} times as large, does not help (`raw` is the table in those units):

# %%
#| raises: DivergenceError
from mle.optimize import gradient_descent

gradient_descent(
    lambda v: poisson_derivatives(raw, y, v, 0.0, np.ones(n))[0],
    lambda v: poisson_derivatives(raw, y, v, 0.0, np.ones(n))[1],
    np.append(np.zeros(8), np.log(y.mean())),
    learning_rate=fast_rate,
)

# %% [markdown]
# ## More accounts, more chances {#exposure}
#
# Not one of the {{ no_account }} applicants without an active account has a report. That seems natural: no debt,
# nothing to fall behind on. They are a story of their own (@sec-where-it-breaks tells it), so from here on $n$ is the
# {{ n:, }} with an account.
#
# Of those, who has ten accounts has more chances to fall behind than who has one. If each account brings reports at one
# rate $e^{z_i}$, then $a_i$ accounts are the [exposure](glossary:exposure): $\mu_i = a_i e^{z_i}$, or
# $\log \mu_i = \log a_i + z_i$. The first term, an *offset*, has no weight to be fitted. Our class has no argument for
# it and needs none: fit the *rates* $y_i / a_i$, and let row $i$ count $a_i$ times. For the two losses differ by a
# constant:
#
# $$
# \begin{aligned}
# & {\textstyle\sum_i} a_i \bigl( e^{z_i} - \tfrac{y_i}{a_i} z_i \bigr) \\
# &\quad = {\textstyle\sum_i} ( \mu_i - y_i \log \mu_i ) + {\textstyle\sum_i} y_i \log a_i
# \end{aligned}
# $$ {#eq-exposure}
# : $a$ is $(n,)$, positive; $\mu_i = a_i e^{z_i}$. The last sum holds no weight to be fitted.
#
# `X` holds eight columns: $\log_2$ of the accounts and the rest of the form, in units one can say. Here the first is left
# out:

# %%
a = accounts[with_account]  # with_account: of the n who have one
per_account = X[:, 1:], y / a
rates = PoissonRegressor(alpha=0).fit(*per_account, a)  # eq: exposure

A7 = np.column_stack([X[:, 1:], np.ones(n)])
v = np.append(np.zeros(7), np.log(y.sum() / a.sum()))
for _ in range(8):
    v = irls_step(A7, y, v, offset=np.log(a))  # counts, and an offset
verify("exposure", [*rates.coef_, rates.intercept_], v)

# %%
#| hide: true
assert np.abs(rates.predict(X[:, 1:]) @ a - y.sum()) < 1e-6
more_reports = int((y > a).sum())

# %% [markdown]
# Is the number of reports proportional to that of accounts? There is room for doubt: {{ more_reports }} applicants
# have more reports than active accounts; so one account can bring several, or a closed one leaves its own. An offset
# supposes proportion unasked. We can ask: keep $\log_2 a_i$ as a column among the others. Its weight is what one doubling of the accounts
# adds; proportional would be $\log 2$, a factor of 2.
#
# ## The applicants, read aloud {#read-aloud}
#
# Now with all eight columns. The class guards and remembers; the work is done by `solve_poisson`.
#
# ```quote
# mle.linear_model.poisson.PoissonRegressor._fit
# ```
#
# Its score is the deviance again, as a share: of what always answering the mean leaves unexplained, how much is gone?
# For least squares the same question gives $R^2$.
#
# ```quote
# mle.linear_model.poisson.PoissonRegressor.score
# ```

# %%
from mle.linear_model import PoissonRegressor

model = PoissonRegressor(alpha=0).fit(X, y)
mu = model.predict(X)
product = [
    math.exp(model.intercept_) * math.prod(np.exp(model.coef_) ** row)
    for row in X
]
verify("log-link", mu, product)

for name, weight in zip(names, model.coef_):  # names of the columns
    print(f"{name:20} times {np.exp(weight):.2f}")
print(f"share of deviance    {model.score(X, y):.3f}")

# %% [markdown]
# Read aloud: *among applicants who are alike in the other columns, twice the accounts go with
# {{ np.exp(model.coef_[0]):.2f }} times the reports, and owners of a home have {{ np.exp(model.coef_[3]):.2f }} times
# as many as tenants.* @Fig-factor shows what a factor means: the lower curve is the upper one, shrunk. Nobody was
# given a home here. These are comparisons, not effects, and who owns a home differs in much that no form asks. And how
# sure are they?

# %%
#| hide: true
shared = X.mean(axis=0)


def told_by_model(many, home):
    """Expected reports with so many accounts, other columns at their mean."""
    rows = np.repeat(shared[None], len(many), axis=0)
    rows[:, 0], rows[:, 3] = np.log2(many), home
    return model.predict(rows)


home_means = {}
for home in (0, 1):
    cells = []
    for low, high in ((1, 3), (4, 7), (8, 12), (13, 19), (20, 46)):
        rows = (low <= a) & (a <= high) & (X[:, 3] == home)
        cells.append((a[rows].mean(), y[rows].mean(), y[rows].std(ddof=1) / np.sqrt(rows.sum())))
    home_means[home] = np.array(cells).T
assert np.all(home_means[1][1] < home_means[0][1]), "the caption says so"

# %%
#| id: fig-factor
#| caption: Owners had fewer reports than tenants in each of five groups of accounts. Curves are the model, other columns
#|   at their means; dots are plain means of the groups, with one standard error.
#| alt: Expected reports against accounts from 1 to 30. A curve for tenants rises from 0.2 to about 2.2, one for owners
#|   from 0.1 to 0.9. Group means with error bars lie around each, those of tenants scattering more.
fig, ax = plt.subplots(figsize=(5.2, 3.3))
many = np.linspace(1, 30, 100)
for home, name, mark in ((0, "tenants", "o"), (1, "owners", "D")):
    curve = told_by_model(many, home)
    ax.plot(many, curve, color=plot.color("fit"))
    plot.note(ax, name, (30, curve[-1]), "fit", offset=(4, 0), ha="left", va="center")
    place, mean, error = home_means[home]
    ax.plot([place, place], [mean - error, mean + error], color=plot.color("data"), lw=1)
    ax.plot(place, mean, mark, color=plot.color("data"), ms=5)
ax.set(xlim=(0, 35), ylim=(0, 2.4), xticks=[1, 5, 10, 20, 30], xlabel="active credit accounts", ylabel="expected reports")
#
# %% [markdown]
# ### Three standard errors {#standard-errors}
#
# The gradient $g$ is zero at the fitted $v$. From the true weights $v^\ast$ to there it changes nearly along a straight
# line, so $0 \approx g(v^\ast) + H (v - v^\ast)$. With $g = -\frac1n A^\top (y - \mu)$,
#
# $$
# v - v^\ast \approx (nH)^{-1} A^\top (y - \mu)
# $$
#
# at the true $\mu$. If each count has the right mean, the right side is zero on average. *No variance was needed for
# that*: the weights are right in the long run even where the counts are not Poisson [@gourieroux1984]. The covariance
# does need it. For independent counts it is
#
# $$
# (nH)^{-1}\, A^\top \operatorname{diag}(\operatorname{Var} y_i)\, A\, (nH)^{-1}
# $$
#
# where $nH = A^\top \operatorname{diag}(\mu) A$. Three beliefs about $\operatorname{Var} y_i$ give three [standard
# errors](glossary:standard-error). *Poisson*: it is
# $\mu_i$, the middle cancels against one side, and $(nH)^{-1}$ is left. *[Quasi-Poisson](glossary:quasi-poisson)*: it
# is $\varphi \mu_i$, so the covariance is $\varphi$ times that [@wedderburn1974].
# *[Sandwich](glossary:sandwich-covariance)*: believe nothing about it and put $(y_i - \mu_i)^2$ in its place, as White did
# [@white1980]. For the second, measure the dispersion:
#
# $$
# \hat\varphi = \frac{1}{n - p - 1} \sum_{i=1}^{n} \frac{(y_i - \mu_i)^2}{\mu_i}
# $$ {#eq-dispersion}
# : One number; the sum is *Pearson's* $\chi^2$. Poisson counts give about 1.

# %%
def standard_errors(X, y, mu):
    """Dispersion; Poisson, quasi-Poisson and sandwich errors of w."""
    A = np.column_stack([X, np.ones(len(X))])
    inverse = np.linalg.inv((A * mu[:, None]).T @ A)
    squares = (y - mu) ** 2
    phi = np.sum(squares / mu) / (len(y) - A.shape[1])  # eq: dispersion
    middle = (A * squares[:, None]).T @ A
    poisson, robust = inverse, inverse @ middle @ inverse
    both = [np.sqrt(np.diag(c))[:-1] for c in (poisson, robust)]
    return phi, both[0], np.sqrt(phi) * both[0], both[1]


phi, poisson_error, quasi_error, robust_error = standard_errors(X, y, mu)
# At the fit the sum of mu is that of y, so chi² is also this:
verify("dispersion", phi, (np.sum(y**2 / mu) - y.sum()) / (n - 9))

rng = np.random.default_rng(0)
drawn = rng.integers(0, n, size=(400, n))
again = [PoissonRegressor(alpha=0).fit(X[i], y[i]).coef_ for i in drawn]
bootstrap_error = np.std(again, axis=0)

print(f"dispersion {phi:.2f}, its root {np.sqrt(phi):.2f}")
print("standard errors, as multiples of Poisson's:")
print("  sandwich ", (robust_error / poisson_error).round(2))
print("  bootstrap", (bootstrap_error / poisson_error).round(2))

# %%
#| hide: true
z_poisson = np.abs(model.coef_ / poisson_error)
z_quasi = np.abs(model.coef_ / quasi_error)
assert (z_poisson > 1.96).sum() == 5, "the text says so"
assert all((errors > quasi_error).sum() > 4 for errors in (robust_error, bootstrap_error)), "the text says so"
lost = [j for j in range(8) if z_poisson[j] > 1.96 > z_quasi[j]]
assert [names[j] for j in lost] == [
    "one dependent",
    "10 years at address",
    "has a major card",
]
assert all(np.abs(model.coef_ / errors)[lost].max() < 1.96 for errors in (robust_error, bootstrap_error))
assert [j for j in range(8) if z_quasi[j] > 1.96] == [0, 3], "the text says so"
assert all(np.abs(model.coef_ / errors)[[0, 3]].min() > 4 for errors in (robust_error, bootstrap_error))
low_two, high_two = (
    float(np.exp(model.coef_[0] + side * 1.96 * quasi_error[0])) for side in (-1, 1)
)
low_home, high_home = (
    float(np.exp(model.coef_[3] + side * 1.96 * quasi_error[3])) for side in (-1, 1)
)
assert high_two < 2, "the text says so"
assert np.exp(model.coef_[0] + 1.96 * bootstrap_error[0]) < 2
zeros_seen, zeros_expected = int((y == 0).sum()), float(np.exp(-mu).sum())

# The negative binomial, by its own likelihood at the fitted means.
lgamma = np.vectorize(math.lgamma)


def shortfall(c):
    k = 1 / c
    return -np.sum(lgamma(y + k) - lgamma(k) + k * np.log(k / (k + mu)) + y * np.log(mu / (k + mu)))


spreads = np.exp(np.linspace(0, 2.3, 231))
extra = float(spreads[np.argmin([shortfall(c) for c in spreads])])
zeros_binomial = float(np.sum((1 + extra * mu) ** (-1 / extra)))
assert abs(zeros_binomial - zeros_seen) < 15, "the text says so"

# How often do intervals catch a true weight, where counts are as spread as ours?
rng = np.random.default_rng(1)
catches, home_weights = [], []
tables = 300
for _ in range(tables):
    made = rng.poisson(mu * rng.gamma(1 / extra, extra, n)).astype(float)
    fitted = PoissonRegressor(alpha=0).fit(X, made)
    _, narrow, wide, _ = standard_errors(X, made, fitted.predict(X))
    home_weights.append(float(fitted.coef_[3]))
    gap = np.abs(fitted.coef_ - model.coef_)
    catches.append([np.mean(gap < 1.96 * narrow), np.mean(gap < 1.96 * wide)])
caught = 100 * np.mean(catches, axis=0)
caught_noise = 100 * np.std(catches, axis=0) / np.sqrt(tables)
assert caught[0] < 75
home_mean, home_noise = float(np.mean(home_weights)), float(np.std(home_weights) / np.sqrt(tables))
assert abs(home_mean - model.coef_[3]) < 3 * home_noise, "the text says so"
assert 88 < caught[1] < 95 - 2 * caught_noise[1], "the text says so"

# %% [markdown]
# The dispersion is not 1 but {{ phi:.1f }}: [overdispersion](glossary:overdispersion). Quasi-Poisson errors are
# $\sqrt{\hat\varphi}$ = {{ np.sqrt(phi):.2f }} times Poisson's. For most columns the sandwich and the
# [bootstrap](glossary:bootstrap), which refits rows drawn with replacement and knows no formula, ask for a little more.
# @Fig-intervals shows what that costs. Poisson's intervals would have us print five findings;
# with honest ones, three of them are gone.

# %%
#| id: fig-intervals
#| caption: Poisson's intervals (thick) exclude 1 for five columns, quasi-Poisson intervals (thin) for two. For
#|   dependents, years at the address and a major card there is no finding.
#| alt: Eight factors on a logarithmic axis from 0.25 to 2.5, each with a thick and a longer thin interval of 95 per cent.
#|   Accounts at 1.7 and home at 0.4 stay clear of 1; the thin intervals of all others cross it.
fig, ax = plt.subplots(figsize=(5.2, 3.5))
ax.axvline(1, color=plot.color("muted"), lw=0.8)
ax.axvline(2, color=plot.color("truth"), lw=1, ls="--")
for row, (weight, narrow, wide) in enumerate(zip(model.coef_, poisson_error, quasi_error)):
    for error, width in ((wide, 1.2), (narrow, 4)):
        ax.plot(np.exp([weight - 1.96 * error, weight + 1.96 * error]), [row, row], color=plot.color("error"), lw=width)
    ax.plot(np.exp(weight), row, "o", color=plot.color("fit"), ms=5)
plot.note(ax, "proportional", (2, 2.3), "truth", offset=(-4, 0))
ax.set(xscale="log", xlim=(0.25, 2.5), ylim=(7.6, -0.6), xlabel="factor on the expected count")
ax.set_xticks([0.25, 0.5, 1, 2], ["¼", "½", "1", "2"])
ax.set_xticks([], minor=True)
ax.set_yticks(range(8), names)
ax.grid(False, axis="y")

# %% [markdown]
# What holds: twice the accounts, {{ low_two:.2f }} to {{ high_two:.2f }} times the reports, more than none and *less*
# than proportional; an owned home, {{ low_home:.2f }} to {{ high_home:.2f }} times.
#
# Theory said two things, that the weights are right on average and that Poisson's intervals are not. To see both, we
# made {{ tables }} tables with these eight columns, known weights and counts as spread as ours. The weight of an owned
# home, in truth {{ minus(model.coef_[3], 3) }}, was {{ minus(home_mean, 3) }} ± {{ home_noise:.3f }} on average (one
# standard error): no clear bias. Poisson's 95 % intervals caught {{ caught[0]:.0f }} ± {{ caught_noise[0]:.0f }} % of the
# true weights, quasi-Poisson ones {{ caught[1]:.1f }} ± {{ caught_noise[1]:.1f }} %: far better, and a little short.
#
# ### Look at the counts {#rootogram}
#
# A rootogram compares how often each count came with how often the model expects it, $\sum_i P(k)$ with each row's own
# $\mu_i$ [@kleiber2016]. Bars hang from the expected curve, on a scale of square roots, on which the noise of counts is
# about the same everywhere. A bar that ends above zero is too short: too few came.

# %%
#| id: fig-rootogram
#| caption: Horse kicks look like Poisson's law; reports do not. {{ zeros_seen }} applicants have none where
#|   {{ zeros_expected:.0f }} were expected; too few have one or two, and far too many have four or more.
#| alt: Two hanging rootograms. Left, five bars hang from a falling curve and end close to zero. Right, the first bar
#|   reaches below zero, the second and third end well above it, and from four on bars stand below zero where the curve has nearly
#|   vanished.
fig, axes = plt.subplots(1, 2, figsize=(5.2, 3.2), width_ratios=[1, 2.4])
fig.subplots_adjust(wspace=0.2)
ks = np.arange(15)
expected_reports = np.array([chance(np.full(n, k), mu).sum() for k in ks])
counted = np.bincount(y.astype(np.intp), minlength=15)[:15]
kicks = corps.sum() * chance(np.arange(5), corps_mean)
for ax, expected, seen, title in (
    (axes[0], kicks, corps, "horse kicks"),
    (axes[1], expected_reports, counted, "reports"),
):
    place = np.arange(len(seen))
    ax.bar(place, -np.sqrt(seen), 0.7, np.sqrt(expected), color=plot.color("data"), alpha=0.55, lw=0)
    ax.plot(place, np.sqrt(expected), "o-", color=plot.color("fit"), ms=3.4, lw=1.4)
    ax.axhline(0, color=plot.color("ink"), lw=0.9)
    ax.set_title(title, loc="left")
    ax.set_xlabel("count")
    ax.grid(False, axis="x")
axes[0].set(xticks=range(5), ylim=(-2.2, 11.2), ylabel="square root of frequency")
axes[1].set(xticks=range(0, 15, 2), ylim=(-5.6, 27.6))
plot.note(axes[1], "expected", (1, math.sqrt(expected_reports[1])), "fit", offset=(8, 4))
plot.note(axes[1], "one and two: too few", (3.2, 9), "error", offset=(6, 0), ha="left")
plot.note(axes[1], "none, four and more: too many", (0.6, -4.4), "error", offset=(4, 0), ha="left")

# %% [markdown]
# Why? Two applicants with the same form differ in what no form asks. Suppose that $\mu_i$ is multiplied by a hidden
# factor with the mean 1 and the variance $c$. The mean stays. The variance is the mean of the variances, $\mu_i$, plus
# the variance of the means (the *law of total variance*): $\mu_i + c\,\mu_i^2$. If the factor follows a Gamma
# distribution, the counts are called *negative binomial* [@cameron2013, chapter 3]. At our means their likelihood is
# largest near $c$ = {{ extra:.1f }}, and they would expect {{ zeros_binomial:.0f }} applicants without a report, where
# there are {{ zeros_seen }} (@fig-spread). So the many zeros need no second kind of applicant who *cannot* have a
# report; models with such a kind exist, too [@lambert1992].

# %%
#| hide: true
order = np.argsort(mu, kind="stable")
sixths = [(float(mu[i].mean()), float(np.mean((y[i] - mu[i]) ** 2)), i) for i in np.array_split(order, 6)]
rng = np.random.default_rng(0)
sixth_error = [
    np.percentile([np.mean(((y - mu) ** 2)[rng.choice(i, len(i))]) for _ in range(300)], [16, 84]) for *_, i in sixths
]
assert all(low > m for (m, *_), (low, _) in zip(sixths[1:], sixth_error[1:])), "the caption says so"
fewest = y[sixths[0][2]]
lowest_mean, lowest_noise = float(fewest.mean()), float(fewest.std(ddof=1) / np.sqrt(len(fewest)))
assert sixths[0][0] - lowest_mean > 2 * lowest_noise, "the caption says so"

# %%
#| id: fig-spread
#| caption: In five of six groups the counts are wider spread than Poisson's law allows. Mean squared misses of about
#|   {{ len(sixths[0][2]) }} applicants each, by expected count, with two thirds of bootstrap draws, against three laws.
#|   In the lowest group the mean itself is off, {{ lowest_mean:.2f }} ± {{ lowest_noise:.2f }} reports where {{ sixths[0][0]:.2f }} are expected.
#| alt: Mean squared miss against mean expected count, both on logarithmic axes from 0.1 to 10. Six squares rise from 0.1 to
#|   5. The line of Poisson's law lies below all but the first; a parallel line three times higher and a curve that bends
#|   upwards pass among them.
fig, ax = plt.subplots(figsize=(5.2, 3.3))
at = np.geomspace(0.12, 1.7, 60)
for law, name, role, up in (
    (at, "μ, Poisson", "fit", -8),
    (phi * at, "φμ", "muted", -9),
    (at + extra * at**2, "μ + cμ²", "ink", 6),
):
    ax.plot(at, law, color=plot.color(role), lw=1.6)
    plot.note(ax, name, (at[-1], law[-1]), role, offset=(4, up), ha="left")
for (m, v, _), (low, high) in zip(sixths, sixth_error):
    ax.plot([m, m], [low, high], color=plot.color("data"), lw=1)
    ax.plot(m, v, "s", color=plot.color("data"), ms=6)
ax.set(xscale="log", yscale="log", xlim=(0.12, 3), ylim=(0.05, 14), xlabel="expected count", ylabel="mean squared miss")
ax.set_xticks([0.2, 0.5, 1, 2], ["0.2", "0.5", "1", "2"])
ax.set_xticks([], minor=True)
ax.set_yticks([0.1, 1, 10], ["0.1", "1", "10"])
ax.set_yticks([], minor=True)

# %% [markdown]
# ### Applicants it has not seen
#
# Ten [folds](glossary:fold); each is predicted by a fit of the other nine, and judged by its deviance
# (@eq-poisson-deviance). That needs positive predictions, and a line does not always oblige:

# %%
#| raises: ValueError
from mle.metrics import mean_poisson_deviance

straight = LinearRegression().fit(X, y)
mean_poisson_deviance(y, straight.predict(X))

# %%
from mle.model_selection import KFold

guess = {rule: np.empty(n) for rule in ("mean", "line", "Poisson")}
for train, test in KFold(10, shuffle=True, random_state=0).split(X):
    guess["mean"][test] = y[train].mean()
    line = LinearRegression().fit(X[train], y[train])
    guess["line"][test] = line.predict(X[test])
    fit = PoissonRegressor(alpha=0).fit(X[train], y[train])
    guess["Poisson"][test] = fit.predict(X[test])
mended = int(np.sum(guess["line"] <= 0.01))
guess["line"] = np.maximum(guess["line"], 0.01)  # what we did for it
scores = {rule: mean_poisson_deviance(y, m) for rule, m in guess.items()}

# %%
#| hide: true
from mle.metrics import mean_absolute_error, root_mean_squared_error


def binomial_chance(k, mu, c):
    """Negative binomial: variance mu + c mu². k is one number."""
    r = 1 / c
    ways = math.lgamma(k + r) - math.lgamma(r) - math.lgamma(k + 1)
    return np.exp(ways + r * np.log(r / (r + mu)) + k * np.log(mu / (r + mu)))


def unit_deviance(m):
    return 2 * (y * np.log(np.maximum(y, 1) / m) * (y > 0) - y + m)


def gain(worse, better):
    """Fall of the deviance per applicant, and its standard error."""
    fall = unit_deviance(guess[worse]) - unit_deviance(guess[better])
    return float(fall.mean()), float(fall.std(ddof=1) / np.sqrt(n))


assert abs(unit_deviance(guess["mean"]).mean() - scores["mean"]) < 1e-12
from_mean, from_line = gain("mean", "Poisson"), gain("line", "Poisson")
rmse = {rule: root_mean_squared_error(y, m) for rule, m in guess.items()}
assert from_mean[0] > 2 * from_mean[1]
assert abs(from_line[0]) < 1.96 * from_line[1], "the text says that they tie"
squares = (y - guess["line"]) ** 2 - (y - guess["Poisson"]) ** 2
assert abs(squares.mean()) < 1.96 * squares.std(ddof=1) / np.sqrt(n), "the text says that they tie"
nobody = mean_absolute_error(y, np.zeros(n))
absolute = mean_absolute_error(y, guess["Poisson"])
assert nobody < absolute

# %% [markdown]
# | Rule | Mean deviance | RMSE |
# |:--|--:|--:|
# | mean of all | {{ scores["mean"]:.3f }} | {{ rmse["mean"]:.3f }} |
# | line, {{ mended }} predictions raised to 0.01 | {{ scores["line"]:.3f }} | {{ rmse["line"]:.3f }} |
# | Poisson | {{ scores["Poisson"]:.3f }} | {{ rmse["Poisson"]:.3f }} |
#
# : Ten folds of unseen applicants. {#tbl-unseen}
#
# Poisson's deviance is {{ from_mean[0]:.2f }} ± {{ from_mean[1]:.2f }} lower than the mean's (± one standard error of
# the paired differences), but only {{ from_line[0]:.3f }} ± {{ from_line[1]:.3f }} lower than that of the mended line,
# which is a tie; so are the squared errors. What we gain over it is less accuracy than predictions
# that are always positive, and a spread that can be checked. Judged by absolute misses,
# "nobody has any" ({{ nobody:.2f }}) even beats the model ({{ absolute:.2f }}): that score asks for a
# [median](glossary:median), and the median is zero. A mean needs a score that asks for means.
#
# ### When the law matters {#quantiles}
#
# For the mean, the wrong law did no harm. But suppose that the bank asks for a count which 99 of 100 such applicants
# do not exceed, a [quantile](glossary:quantile). That is a question to the law. The score for it is the *pinball loss*
# [@koenker1978], which charges `alpha` for each report above the predicted quantile and `1 - alpha` for each below:
#
# ```quote
# mle.metrics.regression.mean_pinball_loss
# ```

# %%
from mle.metrics import mean_pinball_loss

# binomial_chance is for you to write (last exercise); extra is its c.
m = guess["Poisson"]  # the same means for both laws, of unseen applicants
laws = {
    "Poisson": [chance(np.full(n, k), m) for k in range(60)],
    "negative binomial": [binomial_chance(k, m, extra) for k in range(60)],
}
for name, law in laws.items():
    bound = np.sum(np.cumsum(law, axis=0) < 0.99, axis=0).astype(float)
    loss = mean_pinball_loss(y, bound, alpha=0.99)
    print(f"{name:17} covers {np.mean(y <= bound):.1%}, loss {loss:.3f}")

# %%
#| hide: true
bounds = {name: np.sum(np.cumsum(law, axis=0) < 0.99, axis=0) for name, law in laws.items()}
over = {name: 100 * float(np.mean(y > bound)) for name, bound in bounds.items()}
over_noise = {name: math.sqrt(share * (100 - share) / n) for name, share in over.items()}
rest = {name: y - bound for name, bound in bounds.items()}
cheaper = [np.where(r >= 0, 0.99 * r, -0.01 * r) for r in rest.values()]
cheaper = cheaper[0] - cheaper[1]
cheaper_noise = float(cheaper.std(ddof=1) / np.sqrt(n))
assert cheaper.mean() > 2 * cheaper_noise
assert over["Poisson"] > 3 * over["negative binomial"]
assert mean_pinball_loss(y, bounds["negative binomial"], alpha=0.99) < mean_pinball_loss(y, bounds["Poisson"], alpha=0.99)

# %% [markdown]
# Poisson's bound is exceeded by {{ over["Poisson"]:.1f }} ± {{ over_noise["Poisson"]:.1f }} % of the applicants where 1 %
# was promised, the negative binomial's by {{ over["negative binomial"]:.1f }} ± {{ over_noise["negative binomial"]:.1f }} %,
# at a loss lower by {{ float(cheaper.mean()):.3f }} ± {{ cheaper_noise:.3f }}. (Its $c$ was fitted to all of them.) Whoever sets reserves, or
# stocks shelves, by a quantile must get the law right; the mean alone will not do.
#
# ## Where it breaks {#where-it-breaks}
#
# Overdispersion we have seen; its sign is $\hat\varphi$ far above 1, and the cure is an honest error. Three more.
#
# ### A group without events

# %%
#| live: true
from mle.linear_model.poisson import solve_poisson

none = (accounts == 0).astype(float)[:, None]  # a column for the empty group
ones = np.ones(len(reports))
for solver in ("newton", "lbfgs"):
    for tol in (1e-12, 1e-16):
        empty = solve_poisson(
            none, reports, 0.0, ones, solver=solver, tol=tol, max_iter=1000
        )
        print(f"{solver:6} tol {tol:.0e}: weight {empty.x[0]:.1f}")

# %%
#| hide: true
empty = solve_poisson(none, reports, 0.0, ones)
_, empty_error, _, _ = standard_errors(none, reports, np.exp(none @ empty.x[:-1] + empty.x[-1]))
assert empty_error[0] > 1000

# %% [markdown]
# ^^^
# **The sign: an empty group.** A large negative weight that moves with solver or tolerance, and a standard error in the
# thousands.
# ^^^
#
# Give the applicants without an account a column of their own. The best $\mu$ for them is 0, and $\log 0$ lies
# infinitely far down: a relative of [separation](glossary:separation). The recipe of the toy shows the walk. With
# $y = 0$ the miss divided by $\mu$ is −1, so each full Newton step takes 1 off the weight, for ever, until the gain
# falls below the tolerance. The solver, `solve_poisson`, then stops *without a message*: predictions and other weights
# are fine. The weight is not a number to report, and its standard error is {{ float(empty_error[0]):,.0f }}. The class
# looks once more, and refuses: where the solver has stopped, Newton's step would still move the rows of the group by
# one, and no others.

# %%
#| live: true
#| raises: SeparationError
PoissonRegressor(alpha=0).fit(none, reports)

# %% [markdown]
# ### An exponential runs away {#runs-away}
#
# Put the number of accounts into the sum as it stands, and each account multiplies. @Fig-runaway fits all
# {{ len(reports):, }} applicants that way, and by $\log_2$ those who have an account.

# %%
#| hide: true
as_is = PoissonRegressor(alpha=0).fit(accounts[:, None], reports)
by_log = PoissonRegressor(alpha=0).fit(np.log2(a)[:, None], y)
groups = [(0, 0), (1, 3), (4, 7), (8, 12), (13, 19), (20, 29), (30, 50)]
means = []
for low, high in groups:
    rows = (low <= accounts) & (accounts <= high)
    error = reports[rows].std(ddof=1) / np.sqrt(rows.sum())
    means.append((accounts[rows].mean(), reports[rows].mean(), error))
last = int(np.sum(accounts >= 30))


def told(model, at):
    return float(model.predict([[at]])[0])


beyond, beyond_log = told(as_is, 100.0), told(by_log, math.log2(100.0))

# %%
#| id: fig-runaway
#| caption: What enters an exponent as it stands grows exponentially. Squares are mean reports by number of accounts,
#|   with one standard error; the last stands for {{ last }} applicants.
#| alt: Mean reports against accounts from 0 to 60. Squares rise from 0 to 0.76 at ten accounts, stay there to 23, and end at
#|   2. One curve lies too high at zero, too low at ten and shoots up beyond 30; the other follows all squares but the last.
fig, ax = plt.subplots(figsize=(5.2, 3.3))
at = np.linspace(0, 60, 121)
ax.plot(at, as_is.predict(at[:, None]), color=plot.color("error"), lw=1.6)
ax.plot(at[2:], by_log.predict(np.log2(at[2:])[:, None]), color=plot.color("fit"))
for place, mean, error in means:
    ax.plot([place, place], [mean - error, mean + error], color=plot.color("data"), lw=1)
    ax.plot(place, mean, "s", color=plot.color("data"), ms=5)
ax.axvline(accounts.max(), color=plot.color("rule"), lw=1)
plot.note(ax, "end of the data", (accounts.max(), 0.35), "muted", offset=(4, 0), ha="left")
plot.note(ax, "accounts as they stand", (43, told(as_is, 43.0)), "error", offset=(-8, 0), ha="right")
plot.note(ax, "logarithm of accounts", (59.5, told(by_log, math.log2(59.5))), "fit", offset=(0, 12), ha="right")
ax.set(xlim=(-1, 60), ylim=(0, 6), xlabel="active credit accounts", ylabel="mean reports")

# %% [markdown]
# ^^^
# **The sign: a bend.** Group means cross the curve twice, and predictions at the edge that no row resembles.
# ^^^
#
# For 100 accounts the first curve promises {{ beyond:,.0f }} reports, the second {{ beyond_log:.1f }}. Neither knows,
# but one of them is absurd. A log link turns sums into products: feed it logarithms of quantities that act as
# multiples.
#
# ### The log of the target {#log-target}
#
# Why not take the logarithm of the counts and draw a line? $\log 0$ is the first answer, and $\log(1 + y)$ the
# usual way out. The second answer is that the mean of logarithms is not the logarithm of the mean:

# %%
#| live: true
logs = LinearRegression().fit(X, np.log1p(y))
back = np.expm1(logs.predict(X))
print(f"reports there are         {y.sum():.0f}")
print(f"by the line through logs  {back.sum():.0f}")
print(f"by Poisson regression     {model.predict(X).sum():.0f}")

# %% [markdown]
# ^^^
# **The sign: a wrong total.** Predictions and targets do not add up to the same.
# ^^^
#
# The logarithm bends downwards, so the mean of $\log(1 + y)$ lies below $\log(1 + \mu)$ (Jensen's inequality), and
# turned back it is too small, here by {{ 100 * (1 - back.sum() / y.sum()):.0f }} %. The log link takes the logarithm
# of the *mean*, after averaging, and the total is right, as @eq-poisson-gradient demands.
#
# ## Another road to the same numbers {#another-road}
#
# statsmodels fits the model by IRLS, scikit-learn by L-BFGS or Newton's method.

# %%
try:
    from sklearn.linear_model import PoissonRegressor as TheirRegressor
    from statsmodels.genmod import families
    from statsmodels.genmod.generalized_linear_model import GLM
except ImportError:  # this chapter's notebook runs without them
    GLM = None

if GLM:
    A = np.column_stack([X, np.ones(n)])
    poisson = GLM(y, A, family=families.Poisson())
    theirs = poisson.fit(tol=1e-14)
    sandwich = poisson.fit(tol=1e-14, cov_type="HC0")
    gaps = {
        "weights": theirs.params[:-1] - model.coef_,
        "errors": theirs.bse[:-1] / poisson_error - 1,
        "sandwich": sandwich.bse[:-1] / robust_error - 1,
        "dispersion": theirs.pearson_chi2 / theirs.df_resid - phi,
        "deviance": theirs.deviance / n - poisson_deviance(y, mu),
    }
    settings = {"alpha": 0.1, "tol": 1e-10}
    tied = TheirRegressor(solver="newton-cholesky", **settings).fit(X, y)
    ours = PoissonRegressor(alpha=0.1, tol=1e-16).fit(X, y)
    gaps["scikit-learn"] = tied.coef_ - ours.coef_
    assert max(np.abs(gap).max() for gap in gaps.values()) < 1e-7

# %% [markdown]
# The weights agree with statsmodels to {{ np.abs(gaps["weights"]).max():.0e }}, deviance and $\hat\varphi$ to
# {{ max(abs(gaps["deviance"]), abs(gaps["dispersion"])):.0e }}, Poisson and sandwich errors to a relative
# {{ max(np.abs(gaps["errors"]).max(), np.abs(gaps["sandwich"]).max()):.0e }}. scikit-learn's `alpha` is ours: both
# minimise *half the mean deviance* (the weighted mean, if rows have weights) *plus* $\frac{\alpha}{2} w^\top w$, the
# intercept free. With $\alpha = 0.1$ the weights agree to {{ np.abs(gaps["scikit-learn"]).max():.0e }}. Mind the
# default, $\alpha = 1$, in both; and a mean, not a sum, stands in front: for the same strength on twice the rows keep
# $\alpha$, where $C$ of logistic regression would be halved.
#
# ## What production libraries do that we do not {#production}
#
# - **statsmodels** takes `offset` and `exposure`, any family and link, and reports the three errors
#   (`scale="X2"` is quasi-Poisson, `cov_type="HC0"` the sandwich) in `genmod/generalized_linear_model.py`; negative
#   binomial and zero-inflated counts are in `discrete/`.
# - **scikit-learn** has Gamma and Tweedie siblings, takes sparse tables, and offers the same loss for boosted trees
#   (`HistGradientBoostingRegressor(loss="poisson")`); no standard errors. Its model is in `linear_model/_glm/glm.py`;
#   exposure goes into `sample_weight`, as with us.
# - **R**'s `glm` is IRLS with QR. `family = quasipoisson` corrects the errors; `MASS::glm.nb` fits the negative binomial.
#
# ## Summary {#summary}
#
# - Independent rare events make Poisson counts, whose variance is their mean; a log link keeps the mean positive and
#   turns weights into factors.
# - With the canonical link every member of the family has the gradient $A^\top (\mu - y) / n$: one loop fits linear,
#   logistic and Poisson regression, and each of its steps is a weighted least squares.
# - Exposure goes into the weights of rates or into an offset; its logarithm as a column tests whether it is proportional.
# - Real counts are often overdispersed. The weights bear it, Poisson's standard errors do not: multiply by $\sqrt{\hat\varphi}$,
#   use the sandwich, or resample.
# - Look at the counts (rootogram), the total, the groups without events, and where the exponential leads beyond the data.
#
# ## Quiz
#
# ```quiz
# - question: "A Poisson regression has the weight 0.7 for a column of zeros and ones. Rows with a 1, other columns equal, have"
#   answers:
#     - text: 0.7 more expected events
#       why: "That would be a line. Here 0.7 is added to the logarithm."
#     - text: "{{ math.exp(0.7):.2f }} times the expected events"
#       right: true
#       why: "Adding 0.7 to the logarithm multiplies by its exponential, wherever one starts."
#     - text: 70 % more expected events
#       why: "Nearly so for small weights: 0.07 is 7 % more. At 0.7 the exponential has left the line behind."
# - question: "The dispersion of your fit is 4. What do you do to the weights, and to Poisson's standard errors?"
#   answers:
#     - text: halve the weights, keep the errors
#       why: "The weights need only the right mean. Nothing is wrong with them."
#     - text: keep the weights, double the errors
#       right: true
#       why: "Quasi-Poisson multiplies the variance by 4, so the errors by its root."
#     - text: keep both, since the likelihood is convex
#       why: "Convex means that there is no second valley. How far it moves from sample to sample depends on the variance of the counts."
# - question: "Clinic A counted 12 falls in 3 years, clinic B 12 falls in 6. A Poisson model of falls per year gets the rows (4, weight 3) and (2, weight 6). Why not weights of 1?"
#   answers:
#     - text: The weights would make no difference
#       why: "They make none if each clinic has a column of its own. As soon as they share a weight, six years must count for more than three."
#     - text: "Because a rate from six years is known better, and the weights make the loss that of the counts"
#       right: true
#       why: "That is the equation of exposure: weighted rates and counts with an offset have the same minimum."
#     - text: Because weights must add up to the number of falls
#       why: "They add up to the exposure, nine years."
# - question: "Why does gradient descent have a safe rate for logistic regression and none for Poisson regression?"
#   answers:
#     - text: Counts are larger than zeros and ones
#       why: "Even counts of 0 and 1 do not help; the target is not in the Hessian."
#     - text: "The curvature of the log-loss is at most ¼ in z, that of $e^z$ has no bound"
#       right: true
#       why: "A rate that is safe here may be too large where a step leads."
#     - text: The Poisson loss is not convex
#       why: "It is: its Hessian is a sum of squares with positive weights."
# ```
#
# ## Exercises
#
# The minutes above do not count these.
#
# ### Exercise: None at all {#ex-none level="warm-up"}
#
# Of a Poisson law you are told only the share $s$ of years without an event. Return the mean. What does it say of the
# horse kicks, and what of all {{ len(reports):, }} applicants?
#
# ??? hint "A hint"
#
#     What is @eq-poisson for $k = 0$?


# %%
#| exercise: stub
def mean_from_none(share):
    """Mean of a Poisson law, from the share of zeros."""
    return 1 - share  # right if there were never two

# %%
#| exercise: check
import math

for mean in (0.05, 0.61, 3.0):
    got = mean_from_none(math.exp(-mean))
    told = f"a share of {math.exp(-mean):.4f} belongs to the mean {mean}"
    assert abs(got - mean) < 1e-9, f"{told}, got {got:.4f}"


# %%
#| exercise: solution
#| note: "The horse kicks give {{ -math.log(corps[0] / 200):.2f }}, and their mean is {{ corps_mean:.2f }}. The applicants
#|   give {{ -math.log(how_often[0] / how_often.sum()):.2f }}, and their mean is {{ float(reports.mean()):.2f }}: two estimates of
#|   one number that differ by a factor of two. It takes no regression to see that one Poisson law will not do."
import math


def mean_from_none(share):
    return -math.log(share)

# %% [markdown]
# ### Exercise: Many rows, one row {#ex-collapse level="core"}
#
# Rows with the same features can be merged before the fit: one row, their *mean* count, and their number as its
# weight. Write it. Which of these change: the weights, the mean deviance, the dispersion?
#
# ??? hint "A hint"
#
#     `np.unique(X, axis=0, return_inverse=True)`, then `np.bincount` with and without `weights`. Flatten the inverse:
#     some versions of NumPy return it as a column.


# %%
#| exercise: stub
import numpy as np


def collapse(X, y):
    """Distinct rows (k, p), their mean counts (k,), how many (k,)."""
    rows = np.unique(X, axis=0)
    return rows, np.ones(len(rows)), np.ones(len(rows))  # your turn

# %%
#| exercise: check
import numpy as np

from mle.linear_model import PoissonRegressor

rng = np.random.default_rng(0)
big = rng.integers(0, 3, size=(400, 2)).astype(float)
y_big = rng.poisson(np.exp(0.5 * big[:, 0] - 0.3 * big[:, 1])).astype(float)
small, means, sizes = collapse(big, y_big)
assert np.shape(small) == (9, 2), f"9 distinct rows, got {np.shape(small)}"
assert np.sum(sizes) == 400, f"400 rows in all, got {np.sum(sizes)}"
one = PoissonRegressor(alpha=0).fit(big, y_big)
two = PoissonRegressor(alpha=0).fit(small, means, sample_weight=sizes)
gap = np.abs(one.coef_ - two.coef_).max()
assert gap < 1e-8, f"the weights differ by {gap:.2g}"


# %%
#| exercise: solution
#| note: "The weights stay: the loss is linear in the counts, so only their sum in each group matters. Deviance and
#|   dispersion change, because the scatter inside the groups is gone from the table. Computed from merged rows, the
#|   dispersion cannot see it any more."
import numpy as np


def collapse(X, y):
    rows, which = np.unique(X, axis=0, return_inverse=True)
    sizes = np.bincount(which.ravel()).astype(float)
    return rows, np.bincount(which.ravel(), weights=y) / sizes, sizes

# %% [markdown]
# ### Exercise: Waits and costs {#ex-gamma level="core"}
#
# A Gamma target (a wait, a cost) has a standard deviation in proportion to its mean. With a *logarithmic* link, which is not canonical, its
# loss is $\frac1n \sum_i (z_i + y_i / \mu_i)$ with $\mu_i = e^{z_i}$. Derive the gradient, for the last weight being
# $b$.
#
# ??? hint "A hint"
#
#     The slope of $y e^{-z}$ by $z$ is $-y e^{-z}$, that is $-y/\mu$.


# %%
#| exercise: stub
import numpy as np


def gamma_gradient(A, y, v):
    """Gradient (d,) of the Gamma loss; A has a column of ones."""
    mu = np.exp(A @ v)
    return A.T @ (mu - y) / len(y)  # Poisson's; what is missing?

# %%
#| exercise: check
import numpy as np

rng = np.random.default_rng(3)
table = np.column_stack([rng.normal(size=(50, 2)), np.ones(50)])
waits = rng.gamma(2.0, np.exp(table @ [0.5, -0.2, 1.0]) / 2)


def gamma_loss(v):
    z = table @ v
    return float(np.mean(z + waits * np.exp(-z)))


for v in ([0.0, 0.0, 0.0], [0.4, 0.1, 0.7]):
    steps = 1e-5 * np.eye(3)
    central = [gamma_loss(v + h) - gamma_loss(v - h) for h in steps]
    wanted = np.array(central) / 2e-5
    got = gamma_gradient(table, waits, np.array(v))
    assert np.abs(got - wanted).max() < 1e-7, (
        f"at {v}: got {np.round(got, 4)}, differences say {wanted.round(4)}"
    )


# %%
#| exercise: solution
#| note: "Prediction minus target, divided by the variance that the family gives it for one unit of dispersion
#|   ($\\mu^2$), times the slope of the mean ($\\mu$). With a canonical link these two cancel; here $1/\\mu$ stays: a
#|   miss of 10 % counts the same for a short and for a long wait."
import numpy as np


def gamma_gradient(A, y, v):
    mu = np.exp(A @ v)
    return A.T @ ((mu - y) / mu) / len(y)

# %%
#| hide: true
rng = np.random.default_rng(0)
most_drawn, redrawn = 0.0, 200
for _ in range(redrawn):
    made = rng.poisson(mu).astype(float)
    m = PoissonRegressor(alpha=0).fit(X, made).predict(X)
    most_drawn = max(most_drawn, float(np.sum((made - m) ** 2 / m) / (n - 9)))
assert most_drawn < 1.5 < phi


many_seen = int((y >= 4).sum())
many_poisson = n - float(sum(chance(np.full(n, k), mu).sum() for k in range(4)))
many_binomial = n - float(sum(binomial_chance(k, mu, extra).sum() for k in range(4)))
ahead = float(np.sum(mu - y * np.log(mu)) - shortfall(extra))

# %% [markdown]
# ### Exercise: An alarm for dispersion {#ex-alarm level="core"}
#
# How far from 1 must $\hat\varphi$ be before we worry? Let the model answer. Draw many tables of Poisson counts with
# the fitted means, *fit each again*, and compute its $\hat\varphi$. Return the share of them that is at least the one
# you saw.
#
# ??? hint "A hint"
#
#     `rng.poisson(mu)` draws one table. A share that is small says: Poisson counts hardly ever look like yours.


# %%
#| exercise: stub
import numpy as np

from mle.linear_model import PoissonRegressor


def alarm(X, y, draws, seed):
    """Share of Poisson tables at least as dispersed as (X, y)."""
    mu = PoissonRegressor(alpha=0).fit(X, y).predict(X)
    phi = np.sum((y - mu) ** 2 / mu) / (len(y) - X.shape[1] - 1)
    return float(phi < 1)  # no draws yet

# %%
#| exercise: check
import numpy as np

rng = np.random.default_rng(6)
shares = {"Poisson": [], "spread": []}
for _ in range(6):
    T = rng.normal(size=(40, 14)) / 3
    m = np.exp(T[:, 0] + 0.5)
    shares["Poisson"].append(alarm(T, rng.poisson(m) * 1.0, 25, seed=1))
    wide = rng.poisson(m * rng.gamma(0.7, 1 / 0.7, 40)) * 1.0
    shares["spread"].append(alarm(T, wide, 25, seed=1))
usual, rare = np.mean(shares["Poisson"]), np.mean(shares["spread"])
assert any(0 < share < 1 for share in shares["Poisson"]), (
    f"expected shares between 0 and 1, got {shares['Poisson']}"
)
assert 0.2 < usual < 0.8, (
    f"Poisson tables: about half, got {usual:.2f} (is each drawn table fitted?)"
)
assert rare < 0.1, f"dispersed tables: a small share, got {rare:.2f}"


# %%
#| exercise: solution
#| note: "For our applicants not one of {{ redrawn }} tables comes near: the largest dispersion drawn is {{ most_drawn:.2f }}, and we saw
#|   {{ phi:.2f }}. With small expected counts the usual table of $\\chi^2$ is a poor guide; drawing is safer."
import numpy as np

from mle.linear_model import PoissonRegressor


def dispersion(X, y):
    mu = PoissonRegressor(alpha=0).fit(X, y).predict(X)
    return np.sum((y - mu) ** 2 / mu) / (len(y) - X.shape[1] - 1), mu


def alarm(X, y, draws, seed):
    rng = np.random.default_rng(seed)
    seen, mu = dispersion(X, y)
    drawn = [dispersion(X, rng.poisson(mu) * 1.0)[0] for _ in range(draws)]
    return float(np.mean(np.array(drawn) >= seen))

# %% [markdown]
# ### Exercise: The hidden factor {#ex-negative-binomial level="small research"}
#
# Write the negative binomial: its probability of $k$ is the mean of Poisson's over a Gamma factor with the variance
# $c$. With $r = 1/c$ that integral is
# $\frac{\Gamma(k + r)}{\Gamma(r)\, k!} \bigl(\frac{r}{r + \mu}\bigr)^r \bigl(\frac{\mu}{r + \mu}\bigr)^k$, where $\Gamma$ is
# the factorial for numbers that need not be whole: $\Gamma(k + 1) = k!$, and $\Gamma(k + r) / \Gamma(r)$ is
# $r (r + 1) \cdots (r + k - 1)$. Check mean and variance with numbers, let $c$ shrink, and then hang a rootogram of the
# reports from it. Does it mend four and more?
#
# ??? hint "A hint"
#
#     Work with logarithms: `math.lgamma(k + r)` is $\log \Gamma(k + r)$.


# %%
#| exercise: stub
import math


def negative_binomial(k, mu, c):
    """Probability of k where mu are expected; variance mu + c mu²."""
    return math.exp(k * math.log(mu) - mu - math.lgamma(k + 1))  # Poisson's

# %%
#| exercise: check
import math

for mu, c in ((0.5, 3.8), (2.0, 0.5), (3.0, 1.0)):
    P = [negative_binomial(k, mu, c) for k in range(400)]
    total = sum(P)
    mean = sum(k * share for k, share in enumerate(P))
    variance = sum(k * k * share for k, share in enumerate(P)) - mean**2
    assert abs(total - 1) < 1e-6, f"probabilities add up to {total:.4f}"
    assert abs(mean - mu) < 1e-4, f"the mean is {mean:.4f}, not {mu}"
    wanted = mu + c * mu**2
    assert abs(variance - wanted) < 1e-2, (
        f"mu {mu}, c {c}: the variance is {variance:.3f}, not {wanted:.3f}"
    )
limit = math.exp(-2.0) * 2.0**3 / 6
assert abs(negative_binomial(3, 2.0, 1e-6) - limit) < 1e-5, (
    "for c near 0 it should be Poisson's law"
)


# %%
#| exercise: solution
#| note: "At $c$ = {{ extra:.1f }} and our means it expects {{ many_binomial:.0f }} applicants with four reports or more; Poisson's
#|   law expects {{ many_poisson:.0f }}, and there are {{ many_seen }}. Its log-likelihood is {{ ahead:.0f }} higher, for
#|   one more number."
import math


def negative_binomial(k, mu, c):
    r = 1 / c
    ways = math.lgamma(k + r) - math.lgamma(r) - math.lgamma(k + 1)
    stay = r * math.log(r / (r + mu))
    return math.exp(ways + stay + k * math.log(mu / (r + mu)))
