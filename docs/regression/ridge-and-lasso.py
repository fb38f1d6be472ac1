# ---
# title: Ridge and lasso
# lede: >-
#   Ten measurements, most of them entangled, and an outcome a year later. Least squares gives one of them a large minus
#   sign, its neighbour a large plus sign, and both change their minds from sample to sample. This chapter puts a price on
#   weights: squared, which makes them steady, or absolute, which makes some of them exactly zero.
# minutes: 80
# needs: [regression/linear-regression]
# paths: [scikit-learn]
# able:
#   - see in the data, and in resamples of them, which weights cannot be told apart
#   - derive ridge regression in four ways, and fit a hundred penalties for the price of one
#   - derive the lasso's zeros, write its coordinate descent, and know by a gap how far it is from the minimum
#   - choose a penalty by cross-validation, and report an error that did not choose it
#   - say what "selected" means, and what it does not
# ---

# %% [markdown]
# ## Which measurement matters?
#
# Ten things were recorded of each of 442 people with diabetes, and one year later a number that says how far the
# disease had progressed, from 25 to 346 [@efron2004]. We fit a plane by [least squares](glossary:least-squares), to
# [standardised](glossary:standardisation) columns, so that a [weight](glossary:weight) says what goes with one standard
# deviation more.

# %%
#| live: true
import numpy as np

from mle.datasets import load_diabetes
from mle.linear_model import LinearRegression
from mle.preprocessing import StandardScaler

patients = load_diabetes()
X, y = patients.X, patients.y  # (442, 10), (442,)
Z = StandardScaler().fit_transform(X)  # in standard deviations
plane = LinearRegression().fit(Z, y)

for name, weight in zip(patients.feature_names, plane.coef_):
    print(f"{name:7} {weight:+6.1f}")

# %%
#| hide: true
import matplotlib.pyplot as plt
from matplotlib.patheffects import withStroke

from mle import plot

assert X.shape == (442, 10), "the text says so"
assert (y.min(), y.max()) == (25, 346), "the text says so"
short = ["age", "sex", "BMI", "pressure", "cholesterol", "LDL", "HDL", "ratio", "triglycerides", "glucose"]
n, p = Z.shape
t = y - y.mean()
r_plane = y - plane.predict(Z)
error_plane = np.sqrt(np.diag(np.linalg.inv(Z.T @ Z)) * (r_plane @ r_plane) / (n - p - 1))
assert np.abs(plane.coef_).argmax() == 4, "the text says that total cholesterol is the largest"
assert set(np.flatnonzero(np.abs(plane.coef_) > 1.96 * error_plane)) == {1, 2, 3, 8}, "the text lists them"


def halo(width=3):
    return [withStroke(linewidth=width, foreground=plot.color("ground"))]


def minus(number, digits=1):
    return f"{number:.{digits}f}".replace("-", "−")


def without(*columns):
    """Weights by least squares on the other columns, by their numbers in Z."""
    kept = [j for j in range(p) if j not in columns]
    fit = LinearRegression().fit(Z[:, kept], y)
    return dict(zip(kept, fit.coef_.tolist())), float(fit.score(Z[:, kept], y))


no_total, r2_no_total = without(4)
assert no_total[5] < 0 < plane.coef_[5], "the text says that the sign turns"
rng = np.random.default_rng(0)
resamples = [rng.integers(0, n, n) for _ in range(300)]
boot = np.array([LinearRegression().fit(Z[rows], y[rows]).coef_ for rows in resamples])  # (300, 10)
trade = float(np.corrcoef(boot[:, 4], boot[:, 5])[0, 1])
together = boot[:, 4] + boot[:, 5]
assert together.std() < boot[:, 5].std() / 2

# %% [markdown]
# Common sense has two rules.
#
# **The largest weight.** That is total cholesterol, `s1_tc`, with {{ minus(plane.coef_[4]) }}: one standard deviation
# more, {{ abs(plane.coef_[4]):.0f }} points *less* progression. LDL, the kind of cholesterol that doctors warn of,
# follows with {{ minus(plane.coef_[5]) }} the other way, though LDL is most of total cholesterol.
#
# **Drop what is not significant.** The [standard errors](glossary:standard-error) of the two are
# {{ error_plane[4]:.0f }} and {{ error_plane[5]:.0f }}; neither weight is 1.96 of its own from zero. But drop total
# cholesterol, and LDL turns from {{ minus(plane.coef_[5]) }} to {{ minus(no_total[5]) }}, while $R^2$ falls only from
# {{ plane.score(Z, y):.3f }} to {{ r2_no_total:.3f }}. Which columns "matter" depends on which others were dropped
# before.
#
# The [bootstrap](glossary:bootstrap) shows what happens: draw 442 patients with replacement, fit, repeat (@fig-trade).

# %%
#| id: fig-trade
#| caption: "{{ len(boot) }} resamples of the patients. The two weights trade: their correlation is {{ minus(trade, 2) }}. Each has a
#|   standard deviation of {{ boot[:, 4].std():.0f }} or {{ boot[:, 5].std():.0f }}, their sum one of {{ together.std():.0f }}. The data
#|   know the sum far better than the parts."
#| alt: Dots in a narrow band that falls from the upper left, cholesterol at minus 90 and LDL at plus 60, to the lower
#|   right, where cholesterol is positive and LDL negative. A large dot for all patients lies in the middle.
fig, ax = plt.subplots(figsize=(5.2, 3.4))
ax.plot(boot[:, 4], boot[:, 5], "o", color=plot.color("data"), ms=2.8, alpha=0.55, mew=0)
ax.axhline(0, color=plot.color("rule"), lw=0.8)
ax.axvline(0, color=plot.color("rule"), lw=0.8)
ax.plot(plane.coef_[4], plane.coef_[5], "o", color=plot.color("fit"), ms=8)
plot.note(ax, "all patients", (plane.coef_[4], plane.coef_[5]), "fit", offset=(9, 8), path_effects=halo())
ax.set(xlabel="weight of total cholesterol", ylabel="weight of LDL")

# %% [markdown]
# Why do they trade? Look at the columns before you believe the weights.

# %%
#| live: true
names = ("s1_tc", "s2_ldl", "s3_hdl", "s5_ltg")
total, ldl, hdl, log_tg = (patients.columns[name] for name in names)
computed = total - hdl - np.exp(log_tg) / 5

gap = np.abs(ldl - computed)  # in mg/dL; LDL goes from 42 to 242
print(f"LDL and the formula differ by at most {gap.max():.1f}")
print(f"by less than 0.05 in {np.sum(gap < 0.05)} of {len(gap)} patients")

# %%
#| hide: true
assert gap.max() < 0.5, "the text calls LDL computed"
assert (round(ldl.min()), round(ldl.max())) == (42, 242), "a comment says so"
ratio = patients.columns["s4_tch"]
near_ratio = int(np.sum(np.abs(total / hdl - ratio) <= 0.5))

# %% [markdown]
# LDL was not measured. It was computed from the other three by a formula that laboratories use to save a centrifuge
# [@friedewald1972]: total cholesterol less HDL less a fifth of the triglycerides. (So the formula also tells us what
# `s5_ltg`, of which the source says little, must be: the logarithm of the triglycerides.) And `s4_tch` is total divided
# by HDL, to within half a unit in {{ near_ratio }} of 442 rows. Three measurements fill five columns.
#
# A weight answers the question "what goes with one more, the others held fixed?" No LDL in this table can move while
# total, HDL and triglycerides stand still. But for the logarithm and some rounding the columns would be exactly
# [collinear](glossary:collinear), and least squares answers a question about patients who cannot exist. What can be had
# instead is an answer that is steady, and an answer that is short. You need
# [the chapter on least squares](linear-regression.py), in particular its singular value decomposition.
#
# ## Two laboratories, three patients {#by-hand}
#
# Two laboratories measure the same thing in three patients. Centred, the first reports −1, 0 and 1, the second −1, 0.1
# and 0.9. The outcome, centred too, is −2, 0.3 and 1.7. The weights −1 and 3 hit all three: 1 − 3 = −2, then
# 0 + 0.3 = 0.3, then −1 + 2.7 = 1.7. Now let the outcomes be −2, −0.3 and 2.3. The weights 5 and −3 hit these. A nudge
# of 0.6, and two equally good laboratories have swapped their signs.
#
# So charge for weights: to the squared misses add $w_1^2 + w_2^2$. The pair −1 and 3 would now cost 10; the pair
# 1 and 1 costs 2 and misses by 0.2 twice, which costs 0.08. The bottom, says the next section, solves the
# [normal equations](glossary:normal-equations) with 1 added on the diagonal. The squares and products of the columns
# are 2, 1.9 and 1.82, those with the outcome 3.7 and 3.56:
#
# $$
# \begin{aligned}
# (2 + 1)\, w_1 + 1.9\, w_2 &= 3.7 \\
# 1.9\, w_1 + (1.82 + 1)\, w_2 &= 3.56
# \end{aligned}
# $$
#
# The determinant is 3 · 2.82 − 1.9² = 4.85, so $w_1$ = (2.82 · 3.7 − 1.9 · 3.56) / 4.85 and
# $w_2$ = (3 · 3.56 − 1.9 · 3.7) / 4.85. After the nudge the right-hand sides are 4.3 and 4.04.
#
# ```pycon
# >>> import numpy as np
# >>> from mle.linear_model import LinearRegression, Ridge
# >>> labs = np.array([[-1.0, -1.0], [0.0, 0.1], [1.0, 0.9]])
# >>> before, after = np.array([-2.0, 0.3, 1.7]), np.array([-2.0, -0.3, 2.3])
# >>> for model in (LinearRegression(), Ridge(alpha=1.0)):
# ...     for outcome in (before, after):
# ...         print(model.fit(labs, outcome).coef_.round(2).tolist())
# [-1.0, 3.0]
# [5.0, -3.0]
# [0.76, 0.75]
# [0.92, 0.81]
# ```
#
# Both laboratories now get about the same, and the nudge moves neither by more than 0.17. The price: the outcomes are no
# longer hit, and the weights add up to 1.5 or 1.7 where they added up to 2. That is the bargain of this chapter, some
# [bias](glossary:bias) for much less [variance](glossary:variance), and it is called
# [regularisation](glossary:regularisation).
#
# ## Ridge: a price on squares
#
# ### Every step
#
# [Ridge regression](glossary:ridge-regression) [@hoerl1970] minimises the squared misses plus $\lambda$ ("lambda", not
# negative) times the squared length of the weights:
#
# $$
# \lVert y - Xw - b\mathbf{1} \rVert^2 + \lambda \lVert w \rVert^2
# $$
#
# The [intercept](glossary:intercept) $b$ is free of charge, for zero means something else in each unit of $y$. So for
# given weights $b$ still makes the mean residual zero, $b = \bar y - w^\top \bar x$ as in @eq-intercept: the new term
# does not contain it. Put it in, and with the centred $A$ and $t$ there remains
# $\lVert t - Aw \rVert^2 + \lambda\, w^\top w$. That is why centring is allowed, and it is allowed *because* $b$ is
# not penalised. The slopes are $-2A^\top(t - Aw) + 2\lambda w$. Where they vanish,
#
# $$
# (A^\top A + \lambda I)\, w = A^\top t
# $$ {#eq-ridge}
# : $A$ is $(n, p)$, $t$ is $(n,)$, the identity $I$ is $(p, p)$.
#
# For any $d$ that is not zero, $d^\top (A^\top A + \lambda I)\, d = \lVert Ad \rVert^2 + \lambda \lVert d \rVert^2 > 0$.
# So no direction is flat: whatever the columns, there is exactly one bottom.
#
# ```quote
# mle.linear_model.ridge.solve_ridge
# ```
#
# `centred_gram` is one pass over the rows. The line in the middle is @eq-ridge; `alpha` is our $\lambda$. The two other
# roads are for tables with more columns than rows and for a $\lambda$ so small that the equations lose their digits.
# The class around it does nothing else:
#
# ```quote
# mle.linear_model.ridge.Ridge._fit
# ```
#
# ### Rows that nobody measured
#
# The second of these roads needs no new theory. $\lambda w_j^2 = (0 - \sqrt\lambda\, w_j)^2$ is the squared miss of a
# row whose only entry is $\sqrt\lambda$, in column $j$, and whose outcome is 0. So ridge is least squares with $p$ more
# patients, each of whom says that one weight is zero. The loss is
#
# $$
# \left\lVert \begin{pmatrix} t \\ 0 \end{pmatrix} - \begin{pmatrix} A \\ \sqrt\lambda\, I \end{pmatrix} w \right\rVert^2
# $$ {#eq-ridge-rows}
# : The tall table is $(n + p, p)$.
#
# ```quote
# mle.linear_model.ridge._stacked
# ```

# %%
from mle.linear_model import solve_ridge
from mle.linear_model.ridge import _stacked
from mle.testing import verify

n, p = Z.shape
t = y - y.mean()  # centred, as Z is
lam = 30.0
w_ridge, b_ridge = solve_ridge(Z, y, lam)
ones = np.append(np.ones(n), np.zeros(p))  # not penalised
tall = np.column_stack([np.vstack([Z, lam**0.5 * np.eye(p)]), ones])
by_rows = np.linalg.lstsq(tall, np.append(y, np.zeros(p)))[0]
verify("ridge", [*w_ridge, b_ridge], by_rows)
verify("ridge-rows", _stacked(Z, t, lam, None), w_ridge)

# %% [markdown]
# ### A belief
#
# Suppose that the misses are independent and follow a bell curve of variance $\sigma^2$, and that before seeing data we
# hold each weight to be a draw from a bell curve around 0, of variance $\tau^2$. The density of data and weights
# together is a product of terms $\exp(-r_i^2 / 2\sigma^2)$ and $\exp(-w_j^2 / 2\tau^2)$. Minus its logarithm, times
# $2\sigma^2$, is $\lVert r \rVert^2 + \frac{\sigma^2}{\tau^2} \lVert w \rVert^2$ plus a constant. So ridge with
# $\lambda = \sigma^2 / \tau^2$ finds the most probable weights: noisy data or small expected weights ask for a larger
# $\lambda$.
#
# ### What shrinks, and by how much {#shrinking}
#
# Write $A = U \Sigma V^\top$, with [singular values](glossary:singular-value) $s_k$. Then
# $A^\top A + \lambda I = V (\Sigma^2 + \lambda I) V^\top$, and as for @eq-svd-solution we undo one factor after the
# other:
#
# $$
# w = \sum_k \frac{s_k^2}{s_k^2 + \lambda} \cdot \frac{u_k^\top t}{s_k}\, v_k
# $$ {#eq-ridge-svd}
# : $u_k$ and $v_k$ are the columns of $U$ and $V$.
#
# Without the first fraction it is least squares. So ridge keeps a share $f_k = s_k^2 / (s_k^2 + \lambda)$ of what
# least squares finds in each direction: nearly all where the patients spread ($s_k^2$ far above $\lambda$), nearly
# nothing where they do not. Of our patients the largest $s_k^2$ is {{ float(np.linalg.svd(Z)[1][0] ** 2):,.0f }}, the
# smallest {{ float(np.linalg.svd(Z)[1][-1] ** 2):.1f }}. The latter is where total cholesterol and LDL trade.
#
# **A little always helps.** Let $y = Xw^\ast + b^\ast + e$, with true weights $w^\ast$ and independent errors of
# variance $\sigma^2$, and let $\gamma_k = v_k^\top w^\ast$. Along $v_k$ least squares finds
# $\gamma_k + u_k^\top e / s_k$, and ridge $f_k$ times that. It is off by $-(1 - f_k)\gamma_k$ on average, plus an error
# of variance $f_k^2 \sigma^2 / s_k^2$. Squared bias plus variance, over the common denominator, and its slope in
# $\lambda$ are
#
# $$
# \frac{\lambda^2 \gamma_k^2 + \sigma^2 s_k^2}{(s_k^2 + \lambda)^2} \quad\text{and}\quad
# \frac{2 s_k^2\, (\lambda \gamma_k^2 - \sigma^2)}{(s_k^2 + \lambda)^3} .
# $$
#
# At $\lambda = 0$ the slope is $-2\sigma^2 / s_k^4$, negative in every direction. So with full rank some positive
# $\lambda$ has a smaller expected squared error of the weights than least squares, whatever the truth [@hoerl1970].
# Direction $k$ would like $\sigma^2 / \gamma_k^2$ best: the belief of the last section with the true square in the
# place of the expected one. The theorem does not say how much is won, nor which $\lambda$ wins it.
#
# **How many weights is that?** Raise one outcome $y_i$ by 1. Its own prediction rises by the
# [leverage](glossary:leverage) $h_i = \frac1n + \sum_k f_k u_{ik}^2$, and since the columns of $U$ have length one, all
# leverages add up to $1 + \sum_k f_k$. For least squares that is $1 + p$, the number of parameters. So for ridge we
# call
#
# $$
# \operatorname{df}(\lambda) = \sum_k \frac{s_k^2}{s_k^2 + \lambda}
# $$ {#eq-effective-df}
# : One number from $p$ (for $\lambda = 0$ and full rank) down to 0.
#
# the [effective degrees of freedom](glossary:effective-degrees-of-freedom) [@hastie2009, equation 3.50]. They make
# penalties comparable: $\lambda = 30$ means little, "eight of ten weights" something.
#
# **Each patient left out, without refitting.** How well is patient $i$ predicted by the others? Replace $y_i$ by what
# the others predict for it. Now that row costs their fit nothing, so it is the best fit of all rows, too. Its own
# residual has become zero by lowering $y_i$ by some $u$; that lowered its prediction by $h_i u$; so
# $r_i - u + h_i u = 0$, and the miss $u$ is
#
# $$
# u_i = \frac{r_i}{1 - h_i}
# $$ {#eq-ridge-leave-one-out}
# : $r$ and $h$ are $(n,)$, residuals and leverages of one fit to all rows.
#
# The argument asks only that a row without a miss adds nothing to the loss, so the penalty may stand. One
# decomposition serves all rows and all $\lambda$ [@golub1979].


# %%
def kept_shares(A, penalty):
    U, s, _ = np.linalg.svd(A, full_matrices=False)
    return U, s**2 / (s**2 + penalty)  # (n, k), (k,)


def degrees_of_freedom(A, penalty):
    return float(kept_shares(A, penalty)[1].sum())  # eq: effective-df


def left_out(A, t, penalty):
    """What each row is missed by in the fit of all others, (n,)."""
    U, f = kept_shares(A, penalty)
    h = 1 / len(t) + U**2 @ f
    r = t - U @ (f * (U.T @ t))
    return r / (1 - h)  # eq: ridge-leave-one-out


# %%
def left_out_naively(X, y, penalty):
    misses = []
    for i in range(len(y)):
        rest = np.arange(len(y)) != i
        w, b = solve_ridge(X[rest], y[rest], penalty)
        misses.append(y[i] - (X[i] @ w + b))
    return np.array(misses)


one_by_one = left_out_naively(Z, y, lam)
verify("ridge-leave-one-out", left_out(Z, t, lam), one_by_one)

# %% [markdown]
# Turn $\lambda$ yourself (@fig-signs), and keep an eye on the line below the slider.

# %%
#| hide: true
rises = []
for i in range(n):
    w, b = solve_ridge(Z, y + np.eye(n)[i], lam)
    rises.append(Z[i] @ (w - w_ridge) + b - b_ridge)
verify("effective-df", degrees_of_freedom(Z, lam), np.sum(rises) - 1)

centred = [(Z[rows] - Z[rows].mean(axis=0), y[rows] - y[rows].mean()) for rows in resamples]
grams = np.array([A.T @ A for A, _ in centred])  # (300, 10, 10)
pulls = np.array([A.T @ b for A, b in centred])  # (300, 10)

# %%
#| id: fig-signs
#| live: true
#| play: {penalty: [0.0, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0]}
#| say: "λ = {{ penalty:g }}: {{ degrees_of_freedom(Z, penalty):.1f }} degrees of freedom, LDL {{ found[5]:+.1f }} ± {{ wobble[5]:.1f }}, error when left out {{ missed:.2f }}."
#| caption: "The ten weights, with one standard deviation over the resamples to both sides; hollow, least squares. As $\\lambda$ grows,
#|   the columns in the quarrel, cholesterol, LDL, HDL and triglycerides, settle long before BMI, pressure and sex move; LDL changes its sign."
#| alt: Ten rows, one for each measurement, with a dot at its weight and a horizontal bar. Without a penalty the bars of
#|   cholesterol, LDL and HDL are very wide. At a penalty of 30 all bars are short, and the dots of cholesterol and LDL both
#|   lie left of zero; at 1000 all dots are near zero.
penalty = 30.0
found = solve_ridge(Z, y, penalty)[0]
again = np.linalg.solve(grams + penalty * np.eye(p), pulls[:, :, None])
wobble = again[:, :, 0].std(axis=0)
missed = np.sqrt(np.mean(left_out(Z, t, penalty) ** 2))

fig, ax = plt.subplots(figsize=(5.2, 3.7))
rows = -np.arange(p)
ax.axvline(0, color=plot.color("rule"))
ax.hlines(rows, found - wobble, found + wobble, color=plot.color("error"), lw=2.5, alpha=0.6)
ax.plot(plane.coef_, rows, "o", mfc="none", mec=plot.color("muted"), ms=6)
ax.plot(found, rows, "o", color=plot.color("fit"), ms=6)
ax.set(xlim=(-60, 60), xlabel="weight, points for one standard deviation", yticks=rows, yticklabels=short)

# %%
#| hide: true
from mle.linear_model import Lasso, ridge_path


def loo_rmse(penalty):
    return float(np.sqrt(np.mean(left_out(Z, t, penalty) ** 2)))


assert set(np.argsort(np.abs(np.linalg.svd(Z)[2][-1]))[-2:]) == {4, 5}, "the text says where they trade"
assert round(degrees_of_freedom(Z, 30.0)) == 8, "the text says eight of ten"
ends = [solve_ridge(Z, y, value)[0] for value in (0.0, 50.0)]
assert all(abs(loo_rmse(0.0) - loo_rmse(value)) < 0.1 for value in range(1, 51)), "the text says within 0.1"

# %% [markdown]
# From 0 to 50 the weight of total cholesterol goes from {{ minus(ends[0][4]) }} to {{ minus(ends[1][4]) }} and LDL
# from {{ minus(ends[0][5]) }} to {{ minus(ends[1][5]) }}, and all the while the error on left-out patients stays
# within 0.1 of {{ loo_rmse(0.0):.1f }}. The predictions cannot tell these stories apart; only we care. And ridge does
# *not* predict better here: {{ n }} patients are enough for ten columns. Fewer are not. Draw some patients, choose
# $\lambda$ among a dozen values by @eq-ridge-leave-one-out, and predict the rest:

# %%
penalties = np.geomspace(1, 3000, 12)
scores = {}
for size in (30, 50, 100, 300):
    for seed in range(60):
        order = np.random.default_rng(seed).permutation(n)
        train, test = order[:size], order[size:]
        scaler = StandardScaler().fit(X[train])
        T, T_test = scaler.transform(X[train]), scaler.transform(X[test])
        miss = y[train] - y[train].mean()
        errors = [np.mean(left_out(T, miss, a) ** 2) for a in penalties]
        for a in (0.0, penalties[np.argmin(errors)]):
            w, b = solve_ridge(T, y[train], a)
            rmse = np.sqrt(np.mean((y[test] - T_test @ w - b) ** 2))
            scores.setdefault((size, a > 0), []).append(float(rmse))


# %%
#| hide: true
def told(size, ridge):
    return f"{np.mean(scores[size, ridge]):.1f} ± {np.std(scores[size, ridge]):.1f}"


def won(size):
    return int(np.sum(np.less(scores[size, True], scores[size, False])))


assert won(30) > 50
assert won(300) < 40
assert len(penalties) == 12, "the text says a dozen"

# %% [markdown]
# | Patients | Least squares | Ridge | Ridge better in |
# |--:|--:|--:|--:|
# | 30 | {{ told(30, False) }} | {{ told(30, True) }} | {{ won(30) }} of 60 |
# | 50 | {{ told(50, False) }} | {{ told(50, True) }} | {{ won(50) }} |
# | 100 | {{ told(100, False) }} | {{ told(100, True) }} | {{ won(100) }} |
# | 300 | {{ told(300, False) }} | {{ told(300, True) }} | {{ won(300) }} |
#
# : Root mean squared error on patients not drawn; ± is the standard deviation over {{ len(scores[30, True]) }} draws. {#tbl-few}
#
# ### A hundred penalties for the price of one
#
# The naive way to try many penalties calls `solve_ridge` for each, and each makes $A^\top A$ again: $np^2$ products,
# for a hundred penalties {{ 100 * n * p**2 / 1e6:.1f }} million. But $A^\top A$ does not change, and its eigenvectors
# are those of $A^\top A + \lambda I$ for every $\lambda$. One decomposition $A^\top A = Q \Lambda Q^\top$, the
# directions of @eq-ridge-svd again, and each penalty costs $p$ divisions and $p^2$ products,
# {{ 100 * p**2:, }} in all:
#
# ```quote
# mle.linear_model.ridge.ridge_path
# ```
#
# Directions whose eigenvalue is rounding error, as for a column given twice, get no part. (The decomposition of
# $A^\top A$ has the squared [condition number](glossary:condition-number), as the normal equations have.)

# %%
from mle.linear_model import ridge_path

hundred = np.geomspace(0.1, 1e4, 100)
W, _ = ridge_path(Z, y, hundred)
one_by_one = [solve_ridge(Z, y, a)[0] for a in hundred]
verify("ridge-svd", W, one_by_one)

# %% [markdown]
# **More columns than rows.** Multiply out, and $(A^\top A + \lambda I)\, A^\top = A^\top (A A^\top + \lambda I)$. Undo
# the two brackets, one from the left, one from the right:
# $A^\top (A A^\top + \lambda I)^{-1} = (A^\top A + \lambda I)^{-1} A^\top$. So
#
# $$
# (A A^\top + \lambda I)\, d = t, \quad w = A^\top d
# $$ {#eq-ridge-dual}
# : $A A^\top$ and $I$ are $(n, n)$; $d$ is $(n,)$.
#
# With 50 patients and 10,000 genes that is a system of 50 equations instead of 10,000 [@saunders1998], and
# `solve_ridge_dual` solves it.

# %%
from mle.linear_model.ridge import solve_ridge_dual

w_dual, b_dual = solve_ridge_dual(Z, y, lam)
verify("ridge-dual", [*w_dual, b_dual], [*w_ridge, b_ridge])

# %% [markdown]
# ## Lasso: a price with corners {#lasso}
#
# Ridge makes weights small and none of them zero: the slope of $\lambda w_j^2$ at zero is zero, so the last bit of a
# weight costs nothing. The [lasso](glossary:lasso) [@tibshirani1996] charges for absolute values, and the last bit
# costs as much as the first:
#
# $$
# J(w) = \frac{1}{2n} \lVert t - Aw \rVert^2 + \alpha \sum_j |w_j|
# $$ {#eq-lasso-objective}
# : $\alpha$ is in units of $y$ squared for one unit of weight. The intercept is free, as before.
#
# Here the misses are *averaged* and halved, as in the library, scikit-learn and many papers. So `alpha` means two
# things: `Ridge` sets it against the sum, `Lasso` against half the mean. @Tbl-alphas has the conversion.
#
# Why the corners matter: at the minimum no other $w$ of the same price has a smaller loss. So picture all $w$ of
# that price, a circle for squares, a diamond for absolute values, and let the ellipses of equal loss grow from the
# bottom until they touch (@fig-corners).

# %%
#| hide: true
from mle.linear_model.enet import duality_gap, minimise_enet, moments

pair = Z[:, [2, 3]]  # BMI and pressure
G2, c2 = pair.T @ pair / n, pair.T @ t / n
bottom2 = np.linalg.solve(G2, c2)
lasso2 = Lasso(30.0, tol=1e-12).fit(pair, y).coef_
ridge2 = min(
    (solve_ridge(pair, y, a)[0] for a in np.geomspace(10, 5000, 400)),
    key=lambda w: abs(np.linalg.norm(w) - np.abs(lasso2).sum()),
)
assert lasso2[1] == 0
assert lasso2[0] > 0

# %%
#| id: fig-corners
#| caption: "The growing ellipse touches a circle anywhere, a diamond often at a corner, where one weight is zero. The cross is
#|   least squares, for BMI and blood pressure alone: at this price the lasso sets pressure to zero, and ridge does not."
#| alt: Two maps of the same ellipses around a cross at the least-squares weights, BMI 38, pressure 19. On the left an ellipse touches
#|   a circle around the origin at a point with both weights positive. On the right an ellipse touches the right corner of a diamond on the horizontal axis.
fig, axes = plt.subplots(1, 2, figsize=(5.2, 2.9), sharey=True)
fig.subplots_adjust(wspace=0.08)
size = float(np.abs(lasso2).sum())
gx, gy = np.meshgrid(np.linspace(-24, 90, 90), np.linspace(-34, 70, 90))


def height2(w1, w2):
    d1, d2 = w1 - bottom2[0], w2 - bottom2[1]
    return G2[0, 0] * d1**2 + 2 * G2[0, 1] * d1 * d2 + G2[1, 1] * d2**2


for ax, touch, name in zip(axes, (ridge2, lasso2), ("ridge", "lasso")):
    turn = np.linspace(0, 2 * np.pi, 200)
    shape = (np.cos(turn), np.sin(turn)) if name == "ridge" else ([1, 0, -1, 0, 1], [0, 1, 0, -1, 0])
    ax.fill(size * np.array(shape[0]), size * np.array(shape[1]), fc=plot.color("error"), ec="none", alpha=0.22)
    level = float(height2(*touch))
    ax.contour(gx, gy, height2(gx, gy), [level * k for k in (0.1, 0.4, 1.0)], colors=plot.color("muted"), linewidths=0.9)
    ax.plot(*bottom2, "x", color=plot.color("ink"), ms=7, mew=2)
    ax.plot(*touch, "o", color=plot.color("fit"), ms=7)
    plot.note(ax, name, tuple(touch), "fit", offset=(-16, -30) if name == "ridge" else (0, -22), path_effects=halo())
    ax.axhline(0, color=plot.color("rule"), lw=0.8)
    ax.axvline(0, color=plot.color("rule"), lw=0.8)
    ax.set(xlim=(-22, 84), ylim=(-30, 66), aspect="equal", xlabel="weight of BMI", xticks=[0, 40, 80], yticks=[0, 40])
    ax.grid(False)
axes[0].set_ylabel("weight of pressure")

# %% [markdown]
# ### One weight at a time
#
# With $G = \frac1n A^\top A$, $c = \frac1n A^\top t$ and the variance $v = \frac1n t^\top t$, multiplying out turns the
# squares of @eq-lasso-objective into $\frac12 v - c^\top w + \frac12 w^\top G w$. The rows are gone: $p^2 + p + 1$
# numbers say all, and the library's `moments` collects them in one pass; `tt` is $v$:
#
# ```quote
# mle.linear_model.enet.Moments
# ```
#
# Hold all weights but $w_j$. As a function of it, $J$ is $\frac12 G_{jj} w_j^2 - z_j w_j + \alpha |w_j|$ plus a
# constant, where $z_j = c_j - \sum_{k \ne j} G_{jk} w_k$. Right of zero its slope is $G_{jj} w_j - z_j + \alpha$. That
# vanishes at $w_j = (z_j - \alpha) / G_{jj}$, which is right of zero if $z_j > \alpha$. In the same way there is a
# bottom left of zero if $z_j < -\alpha$. If neither, $J$ rises to both sides of zero, and zero is the minimum. In one
# formula:
#
# $$
# w_j = \operatorname{sign}(z_j)\, \frac{\max(|z_j| - \alpha,\, 0)}{G_{jj}}
# $$ {#eq-lasso-update}
# : $z_j$, $G_{jj}$ and $w_j$ are numbers; for standardised columns $G_{jj} = 1$.
#
# The numerator with its sign is known as *soft thresholding*:
#
# ```quote
# mle.optimize.coordinate.soft_threshold
# ```

# %%
#| id: fig-shrink
#| caption: One standardised column alone. Ridge multiplies its weight by a number below one; the lasso subtracts a constant and
#|   stops at zero. So the lasso removes small weights, and large ones lose a smaller share.
#| alt: Weight after the penalty against weight before, from minus 4 to 4. A dotted diagonal, a flatter straight line
#|   through the origin for ridge, and for the lasso a line that is zero between minus 1 and 1 and parallel to the
#|   diagonal outside.
from mle.optimize.coordinate import soft_threshold

fig, ax = plt.subplots(figsize=(5.2, 2.9))
z = np.linspace(-4, 4, 161)
ax.plot(z, z, ":", color=plot.color("muted"), lw=1.2)
ax.plot(z, z / 2, color=plot.color("ink"), lw=1.4)
ax.plot(z, soft_threshold(z, 1.0), color=plot.color("fit"))
plot.note(ax, "least squares", (2.2, 2.2), "muted", offset=(-7, 4))
plot.note(ax, "ridge, λ = n", (3.3, 1.65), "ink", offset=(3, -9), va="top", ha="center")
plot.note(ax, "lasso, α = 1", (-2.6, -1.6), "fit", offset=(-8, 8))
ax.set(xlabel="weight by least squares", ylabel="weight with a penalty", xticks=range(-4, 5, 2), yticks=range(-4, 5, 2))

# %% [markdown]
# **Coordinate descent** takes the columns in turn, sets each weight by @eq-lasso-update, and begins again until nothing
# moves [@friedman2010]. Written plainly it carries the residual along, since
# $z_j = \frac1n a_j^\top r + G_{jj} w_j$ for column $a_j$:


# %%
def lasso_by_columns(A, t, alpha, sweeps):
    w, r = np.zeros(A.shape[1]), t.copy()
    curve = np.mean(A**2, axis=0)  # the diagonal of G
    for _ in range(sweeps):
        for j in range(len(w)):
            z = A[:, j] @ r / len(t) + curve[j] * w[j]
            size = max(abs(z) - alpha, 0.0)
            new = np.sign(z) * size / curve[j]  # eq: lasso-update
            r -= (new - w[j]) * A[:, j]
            w[j] = new
    return w

# %% [markdown]
# Each step reads a column twice, $2n$ products. The library's sweep never sees a row. It carries the *pulls*
# $g = c - Gw$ (in the code `r`), and a step costs $p$ products, if a weight changes, and none if it stays at zero:
#
# ```quote
# mle.optimize.coordinate.sweep
# ```
#
# `z` is @eq-lasso-update's; `l2` belongs to the elastic net, below, and `positive` forbids weights below zero. After
# every tenth sweep the library also solves for all weights that are not zero at once, as long as none changes its
# sign, which spares it the thousands of tiny steps that two columns in a quarrel would take. We check both by
# *proximal gradient descent*: a step against the gradient of the squares alone, then soft thresholding of all weights
# by $\alpha$ times the step.

# %%
from mle.linear_model import Lasso
from mle.linear_model.enet import moments
from mle.optimize import proximal_gradient
from mle.optimize.coordinate import soft_threshold, sweep


def loss(w):
    return float(np.sum((t - Z @ w) ** 2)) / (2 * n)


def objective(w, alpha):
    return loss(w) + alpha * float(np.abs(w).sum())  # eq: lasso-objective


alpha = 2.0
w_lasso = Lasso(alpha, tol=1e-14).fit(Z, y).coef_
other_road = proximal_gradient(
    loss,
    lambda w: Z.T @ (Z @ w - t) / n,
    lambda w: alpha * float(np.abs(w).sum()),
    lambda z, step: soft_threshold(z, step * alpha),
    np.zeros(p),
    max_iter=5000,
    tol=1e-12,
)
by_columns = lasso_by_columns(Z, t, alpha, 2000)
verify("lasso-update", by_columns, other_road.x)
verify("lasso-update", w_lasso, other_road.x)
data, _, _ = moments(Z, y)
in_moments = data.tt / 2 + w_lasso @ (data.G @ w_lasso / 2 - data.c)
in_moments += alpha * np.abs(w_lasso).sum()
verify("lasso-objective", objective(w_lasso, alpha), in_moments)

# %%
#| hide: true
large = np.random.default_rng(0).normal(size=(9_000, 40))
large -= large.mean(axis=0)
aim = large[:, :10].sum(axis=1) + np.random.default_rng(2).normal(size=len(large))
aim -= aim.mean()
large_data, _, _ = moments(large, aim)


def on_the_gram_matrix():
    w, r = np.zeros(40), large_data.c.copy()
    for _ in range(25):
        sweep(large_data.G, r, w, np.full(40, 0.1), np.zeros(40), positive=False)
    return w


def on_the_columns():
    return lasso_by_columns(large, aim, 0.1, 25)


assert np.allclose(on_the_gram_matrix(), on_the_columns())

# %% [markdown]
# For {{ len(large):, }} rows and {{ large.shape[1] }} columns a sweep on the columns takes {{ 2 * large.size:, }}
# products, one on the Gram matrix at most {{ large.shape[1] ** 2:, }}, however many the rows. Making $G$ costs
# $np^2$, once, as much as $p/2$ naive sweeps. So we lose where $p$ is large: with 100,000 columns $G$ has
# {{ 100_000**2 * 8 / 1e9:.0f }} GB, and one stays with columns.
#
# ### How to know that it is the minimum
#
# The pull of column $j$ on the residual is $g_j = \frac1n a_j^\top r$, and $z_j = g_j + G_{jj} w_j$. Put that into the
# three cases above. If $w_j > 0$, then $G_{jj} w_j = z_j - \alpha$, so the pull is $\alpha$; if $w_j < 0$ it is
# $-\alpha$; and at zero $|z_j| = |g_j|$ is at most $\alpha$:
#
# $$
# \begin{aligned}
# g &= c - Gw \\
# g_j &= \alpha \operatorname{sign}(w_j) && \text{if } w_j \ne 0 \\
# |g_j| &\le \alpha && \text{if } w_j = 0
# \end{aligned}
# $$ {#eq-lasso-pull}
# : $g$ and $c$ are $(p,)$, $G$ is $(p, p)$.
#
# Columns in the model all pull equally hard, the others no harder. This is not only necessary. In any direction the
# slope of $J$ is a sum over the axes, for the smooth part is linear in the direction and the penalty is a sum. If none
# of the axes leads down, no direction does, and $J$ is [convex](glossary:convex). So these (the Karush–Kuhn–Tucker
# conditions) *prove* a minimum, whoever found it. And they say when everything is zero: $w = 0$ has the pulls $c$, so
#
# $$
# \alpha_{\max} = \max_j |c_j|
# $$ {#eq-lasso-top}
# : From here up all weights are zero. With the elastic net below, divide by $\rho$.
#
# ```quote
# mle.linear_model.paths.alpha_grid
# ```

# %%
#| live: true
from mle.linear_model.paths import alpha_grid

g = Z.T @ (t - Z @ w_lasso) / n  # the pulls, at alpha = 2
for name, weight, pull in zip(patients.feature_names, w_lasso, g):
    print(f"{name:7} weight {weight + 0:+7.3f}  pull {pull:+.6f}")

# %%
on = w_lasso != 0
assert np.abs(g[~on]).max() < alpha
pulls_on = (data.c - data.G @ w_lasso)[on]
verify("lasso-pull", pulls_on, alpha * np.sign(w_lasso[on]))

# %% [markdown]
# Near the minimum the pulls are nearly equal. How near is near enough? Any vector $u$ of length $n$ on which no column
# pulls harder than $\alpha$, $|\frac1n a_j^\top u| \le \alpha$, gives a floor. Because $\lVert r - u \rVert^2 \ge 0$,
#
# $$
# \begin{aligned}
# \tfrac12 \lVert r \rVert^2 &\ge u^\top r - \tfrac12 \lVert u \rVert^2 \\
# &= u^\top t - u^\top A w - \tfrac12 \lVert u \rVert^2 \\
# &\ge u^\top t - n \alpha \textstyle\sum_j |w_j| - \tfrac12 \lVert u \rVert^2 .
# \end{aligned}
# $$
#
# Move the penalty to the left and divide by $n$: $J(w) \ge \frac1n (u^\top t - \frac12 \lVert u \rVert^2)$ for *every*
# $w$, the best one included. Take for $u$ our residual, shrunk by $s = \min(1, \alpha / \max_j |g_j|)$ until it is
# allowed. What $J(w)$ is above the floor is the [duality gap](glossary:duality-gap) [@kim2007]:
#
# $$
# \tfrac{1 + s^2}{2n}\, r^\top r + \alpha \textstyle\sum_j |w_j| - \tfrac{s}{n}\, r^\top t
# $$ {#eq-duality-gap}
# : One number, not negative; no $w$ whatever has a $J$ that is lower by more.
#
# ```quote
# mle.linear_model.enet.duality_gap
# ```
#
# All of it comes from the moments: $r^\top t / n = v - c^\top w$, and $r^\top r / n$ is that minus $g^\top w$. (The
# code calls $g$ `r`, and its branch for `l1 == 0` bounds a pure ridge.) `Lasso` stops when the gap is below `tol`
# times the variance of $y$, and warns if it never is.

# %%
from mle.linear_model.enet import duality_gap

rough = lasso_by_columns(Z, t, alpha, 3)  # three sweeps only
r = t - Z @ rough
u = r * min(1.0, alpha / np.abs(Z.T @ r / n).max())
floor = (u @ t - u @ u / 2) / n
gap = duality_gap(data, rough, alpha, 0.0)
verify("duality-gap", gap, objective(rough, alpha) - floor)
left = objective(rough, alpha) - objective(w_lasso, alpha)
print(f"after 3 sweeps: {left:.1f} to go, gap {gap:.1f}")
gap = duality_gap(data, w_lasso, alpha, 0.0)
print(f"at the end: gap {gap:.0e}")

# %%
#| hide: true
low, high = 1.0, 100.0  # halve the interval that holds the switch
for _ in range(50):
    middle = (low + high) / 2
    empty = not Lasso(middle).fit(Z, y).coef_.any()
    low, high = (low, middle) if empty else (middle, high)
verify("lasso-top", alpha_grid(data, 1.0)[0], high)
assert left > 0
assert gap < 1e-6
from mle.linear_model import lasso_path
from mle.linear_model.paths import alpha_grid

grid40 = alpha_grid(data, 1.0, 1e-3, 60)
path = lasso_path(Z, t, alphas=grid40, tol=1e-8)[1]
order_in = [int(j) for j in np.argsort([np.argmax(path[j] != 0) for j in range(p)])]
fine = np.arange(0.4, 0.2, -0.0025)  # where LDL enters, to two decimals
ldl_path = lasso_path(Z, t, alphas=fine, tol=1e-12)[1][5]
ldl_enters = float(fine[np.argmax(ldl_path != 0)])
assert not ldl_path[fine > ldl_enters].any()
assert 13 < abs(data.c[5]) < 13.5, "the quiz says that LDL alone has no weight above 13"
assert order_in[:4] in ([2, 8, 3, 6], [8, 2, 3, 6])
cold, warm, w = 0, 0, np.zeros(p)
for value in grid40.tolist():
    w, _, sweeps = minimise_enet(data, value, 1.0, w, tol=1e-8)
    warm += sweeps
    cold += minimise_enet(data, value, 1.0, np.zeros(p), tol=1e-8)[2]
assert warm < cold

# %% [markdown]
# Far from the minimum the bound is loose; at the minimum it is exact.
#
# ### The path
#
# Neighbouring penalties have neighbouring answers. So begin at $\alpha_{\max}$, where the answer is known, go down in
# small steps, and start each fit from the one before:
#
# ```quote
# mle.linear_model.paths.warm_path
# ```
#
# For the {{ len(grid40) }} penalties of @fig-path that takes {{ warm }} sweeps; from zero each time it would take
# {{ cold }}.

# %%
#| id: fig-path
#| caption: The lasso path, read from right to left. BMI and triglycerides enter first, then blood pressure and HDL. LDL
#|   comes in below α = {{ ldl_enters:.2f }}, and there the quarrel begins.
#| alt: Ten curves of weight against the penalty on a logarithmic scale from 0.045 to 45. From the right, BMI and
#|   triglycerides rise first to about 25, pressure to 15, HDL falls to minus 10 and returns to zero at the left, sex falls to minus 11. At the far left
#|   cholesterol drops to minus 30 and LDL rises to 17.
fig, ax = plt.subplots(figsize=(5.2, 3.8))
strong = {2, 3, 4, 5, 6, 8, 1}
for j in range(p):
    role = "fit" if j in (4, 5) else "ink" if j in strong else "muted"
    ax.plot(np.log10(grid40), path[j], color=plot.color(role), lw=1.8 if j in strong else 1)
for j, text, at, shift in (
    (2, "BMI", 18, (0, 5)),
    (8, "triglycerides", 12, (8, -10)),
    (3, "pressure", 18, (4, -8)),
    (6, "HDL", 21, (6, -6)),
    (1, "sex", 32, (6, -10)),
    (4, "cholesterol", 52, (10, -4)),
    (5, "LDL", 55, (6, 4)),
):
    plot.note(ax, text, (np.log10(grid40[at]), path[j, at]), "fit" if j in (4, 5) else "ink", offset=shift, path_effects=halo())
ax.set(xlabel="penalty α", ylabel="weight", xticks=[-1, 0, 1], ylim=(-34, 39))
ax.set_xticklabels(["0.1", "1", "10"])

# %% [markdown]
# ## Twins, and a mixture {#elastic-net}
#
# Give the lasso the same column twice. Its objective depends on $w_1 + w_2$ alone, as long as neither is negative: the
# price does not care how they share. Which of the two is selected depends on which comes first. Squares do care; of all
# pairs with the same sum the even one has the smallest squares. So the [elastic net](glossary:elastic-net) charges both
# [@zou2005]:
#
# $$
# \tfrac{1}{2n} \lVert r \rVert^2 + \alpha \rho \textstyle\sum_j |w_j| + \tfrac{\alpha (1 - \rho)}{2} \lVert w \rVert^2
# $$
#
# with $\rho$ ("rho", `l1_ratio`) from 0 to 1. In @eq-lasso-update $\alpha$ becomes $\alpha\rho$, and the denominator
# $G_{jj} + \alpha(1 - \rho)$: the `l1` and `l2` of the library's `sweep`. `Lasso` is `ElasticNet` with $\rho = 1$.

# %%
#| live: true
from mle.linear_model import ElasticNet

twins = Z[:, [2, 2, 3]]  # BMI, BMI again, pressure
for name, model in (
    ("lasso", Lasso(5.0)),
    ("elastic net", ElasticNet(5.0, l1_ratio=0.9, tol=1e-9)),
):
    print(f"{name:11} {model.fit(twins, y).coef_.round(1).tolist()}")

# %% [markdown]
# Nearly equal columns get nearly equal weights [@zou2005, theorem 1], and enter together. The converse of the twin
# problem is that the lasso, of two columns that say the same, will drop one and let you believe that it does not
# matter.
#
# | Model | $\lambda$ | minimises |
# |:--|:--|:--|
# | `Ridge` | `alpha` | $\lVert r \rVert^2 + \lambda \lVert w \rVert^2$ |
# | `Lasso` | | $\frac{1}{2n} \lVert r \rVert^2 + \alpha \sum_j \lvert w_j \rvert$ |
# | `ElasticNet`, $\rho = 0$ | `n * alpha` | $\frac{1}{2n} \lVert r \rVert^2 + \frac{\alpha}{2} \lVert w \rVert^2$ |
# | `LogisticRegression` | `1 / C` | $C \sum_i \ell_i + \frac12 \lVert w \rVert^2$ |
#
# : What `alpha` and `C` mean, in mle and in scikit-learn alike; $\lambda$ is that of @eq-ridge. The last row is
#   [the next chapter's](logistic-regression.py), with a row's loss for half its squared residual. {#tbl-alphas}
#
# ## Choosing the penalty {#choosing}
#
# The training error cannot choose: it is smallest without a penalty. [Cross-validation](glossary:cross-validation) can.
# To give the penalty work we take all squares and products of the ten columns, {{ 10 * 11 // 2 - 1 }} more (`sex`, a
# code of two values, has no square of its own). And we scale *inside* each fold, with a [pipeline](../practice/pipelines.py), because the means and
# spreads of the held-out rows are not ours to know.

# %%
from mle.model_selection import GridSearchCV, KFold
from mle.pipeline import make_pipeline
from mle.preprocessing import PolynomialFeatures

squares = PolynomialFeatures(degree=2, include_bias=False)
products = squares.fit_transform(Z)
square = 10 + 10  # place of sex²: after the ten come the ten with age
X64 = np.delete(products, square, axis=1)  # (442, 64)

search = GridSearchCV(
    make_pipeline(StandardScaler(), Lasso()),
    {"lasso__alpha": np.geomspace(40, 0.4, 15).tolist()},
    scoring="neg_mean_squared_error",
    cv=KFold(10, shuffle=True, random_state=0),
    return_train_score=True,
).fit(X64, y)

# %%
#| hide: true
from mle.model_selection import cross_val_predict

assert np.allclose(products[:, square], Z[:, 1] ** 2)
table = search.cv_results_
alphas = np.array([row["lasso__alpha"] for row in table["params"]])
mse = -np.asarray(table["mean_test_score"])
mse_train = -np.asarray(table["mean_train_score"])
mse_error = np.asarray(table["std_test_score"]) / np.sqrt(9)
best = int(mse.argmin())
careful = int(np.argmax(mse <= mse[best] + mse_error[best]))
assert careful < best
assert max(mse[best - 1], mse[best + 1]) - mse[best] < mse_error[best] / 3, "the text says far smaller"
Z64 = StandardScaler().fit_transform(X64)
kept_best = int(np.sum(Lasso(float(alphas[best])).fit(Z64, y).coef_ != 0))
kept_careful = int(np.sum(Lasso(float(alphas[careful])).fit(Z64, y).coef_ != 0))

inside = []  # the same folds, with the products of columns that were scaled inside
for train, test in KFold(10, shuffle=True, random_state=0).split(X):
    scaler = StandardScaler().fit(X[train])
    T, T_test = (np.delete(squares.fit_transform(scaler.transform(X[rows])), square, axis=1) for rows in (train, test))
    scaler = StandardScaler().fit(T)
    W = lasso_path(scaler.transform(T), y[train] - y[train].mean(), alphas=alphas, tol=1e-4)[1]
    inside.append(np.mean((y[test][:, None] - y[train].mean() - scaler.transform(T_test) @ W) ** 2, axis=0))
inside = np.sqrt(np.mean(inside, axis=0))
assert np.abs(inside - np.sqrt(mse)).max() < 0.02, "the text says so"
assert inside.argmin() == best

# %% [markdown]
# The scores of the ten folds differ, and the standard deviation over folds, divided by $\sqrt{10}$, says roughly how
# sure their mean is (roughly, for the folds share training rows). The differences around the minimum are far smaller.
# (The products are of `Z`, whose means saw all rows. Scaled inside as well, no point of @fig-cv moves by as much as
# 0.02.) The [one-standard-error rule](glossary:one-standard-error-rule) takes the strongest penalty within one such
# error of the best [@breiman1984].

# %%
#| id: fig-cv
#| caption: "64 columns. On the fitted rows the error falls with every weakening of the penalty; on left-out folds it has a
#|   minimum at α = {{ alphas[best]:.1f }}, {{ kept_best }} columns. Within one standard error of it, the shaded band,
#|   α = {{ alphas[careful]:.1f }} does with {{ kept_careful }}."
#| alt: Root mean squared error against penalty. A curve with error bars has a shallow minimum near 3 and rises to both sides; a grey
#|   curve below it falls steadily to the left. A band as high as one error bar reaches from the minimum to about 6.
fig, ax = plt.subplots(figsize=(5.2, 3.3))
rmse, place = np.sqrt(mse), np.log10(alphas)
ax.axhspan(rmse[best], np.sqrt(mse[best] + mse_error[best]), color=plot.color("error"), alpha=0.15, lw=0)
ax.vlines(place, np.sqrt(mse - mse_error), np.sqrt(mse + mse_error), color=plot.color("error"), lw=1.2)
ax.plot(place, rmse, "o-", color=plot.color("error"), ms=4)
ax.plot(place, np.sqrt(mse_train), color=plot.color("muted"), lw=1.4)
for k, text, up in ((best, "best", -13), (careful, "one error", -15)):
    ax.plot(place[k], rmse[k], "o", color=plot.color("fit"), ms=8)
    plot.note(ax, text, (place[k], rmse[k]), "fit", offset=(0, up), path_effects=halo())
plot.note(ax, "left-out folds", (place[2], rmse[2]), "error", offset=(-9, 4), path_effects=halo())
plot.note(ax, "fitted rows", (place[11], np.sqrt(mse_train[11])), "muted", offset=(6, -6))
ax.set(xlabel="penalty α", ylabel="RMSE", xticks=np.log10([0.5, 1, 2, 5, 10, 20]), ylim=(46, 76))
ax.set_xticklabels(["0.5", "1", "2", "5", "10", "20"])

# %% [markdown]
# The lowest point of this curve, {{ np.sqrt(mse[best]):.1f }}, was chosen *because* it is low, so it flatters. An
# honest error needs rows that took no part in the choice: a second cross-validation around the first, which repeats the
# whole search on each training part [@varma2006].

# %%
from mle.linear_model import Ridge
from mle.model_selection import cross_val_predict


def searched(model, name, strong, weak):
    return GridSearchCV(
        make_pipeline(StandardScaler(), model),
        {f"{name}__alpha": np.geomspace(strong, weak, 6).tolist()},
        scoring="neg_mean_squared_error",
        cv=KFold(5, shuffle=True, random_state=1),
    )


contest = {
    "least squares, 10": (LinearRegression(), X),
    "least squares, 64": (LinearRegression(), X64),
    "ridge, 64": (searched(Ridge(), "ridge", 1000, 10), X64),
    "lasso, 64": (searched(Lasso(), "lasso", 16, 1), X64),
}
outer = KFold(10, shuffle=True, random_state=2)
squared = {}  # squared miss of each patient, when left out
for name, (model, T) in contest.items():
    squared[name] = (y - cross_val_predict(model, T, y, cv=outer)) ** 2

# %%
#| hide: true
def honest(name):
    return f"{np.sqrt(squared[name].mean()):.1f}"


def saved(name, other="least squares, 64"):
    """Mean squared miss saved, with its standard error, patient by patient."""
    d = squared[other] - squared[name]
    return float(d.mean()), float(d.std(ddof=1) / np.sqrt(n))


def saved_text(name):
    mean, error = saved(name)
    return f"{mean:.0f} ± {error:.0f}"


scarce = np.random.default_rng(0).permutation(n)[:20]
scarce_scaled = StandardScaler().fit_transform(X64[scarce])
scarce_t = y[scarce] - y[scarce].mean()
most_kept = int((lasso_path(scarce_scaled, scarce_t, eps=1e-3, n_alphas=40, tol=1e-9, max_iter=20_000)[1][:, -1] != 0).sum())
assert most_kept < len(scarce)
lasso_or_ten = saved("lasso, 64", "least squares, 10")
assert abs(lasso_or_ten[0]) < lasso_or_ten[1], "the text says that it cannot be told"
assert all(saved(name)[0] > 1.96 * saved(name)[1] for name in squared if not name.startswith("least"))

# %% [markdown]
# | Model, columns | Honest RMSE | Squared miss saved |
# |:--|--:|--:|
# | least squares, 64 | {{ honest("least squares, 64") }} | |
# | ridge, 64 | {{ honest("ridge, 64") }} | {{ saved_text("ridge, 64") }} |
# | lasso, 64 | {{ honest("lasso, 64") }} | {{ saved_text("lasso, 64") }} |
# | least squares, 10 | {{ honest("least squares, 10") }} | {{ saved_text("least squares, 10") }} |
#
# : Ten folds, each predicted by a search that has not seen it. Saved against least squares on 64 columns, per patient,
#   ± one standard error over patients. {#tbl-honest}
#
# The penalties undo the harm that 54 superfluous columns do, and the lasso, to whom most columns are superfluous,
# does it best. What it saves over the plain plane of ten columns, {{ lasso_or_ten[0]:.0f }} ±
# {{ lasso_or_ten[1]:.0f }}, cannot be told from nothing: these data do not show that the products help.
#
# With more columns than patients least squares has no unique answer, and penalties are no luxury. There is always a
# lasso fit that keeps fewer columns than there are patients, as so many can hit every outcome: of {{ len(scarce) }}
# patients and 64 columns, {{ most_kept }} at a thousandth of $\alpha_{\max}$. Ridge and the elastic net know no such
# limit.
#
# ## The answer, read aloud {#read-aloud}
#
# So which measurement matters? We resample the patients and look which of the ten the lasso keeps, with $\alpha$ chosen
# by cross-validation once (@fig-kept).

# %%
#| hide: true
grid25 = np.geomspace(46, 0.1, 20)


def chosen(T, seed):
    """The best alpha by five-fold cross-validation, and the careful one, along warm paths."""
    misses = []
    for train, test in KFold(5, shuffle=True, random_state=seed).split(T):
        scaler = StandardScaler().fit(T[train])
        W = lasso_path(scaler.transform(T[train]), y[train] - y[train].mean(), alphas=grid25)[1]
        guess = y[train].mean() + scaler.transform(T[test]) @ W
        misses.append(np.mean((y[test][:, None] - guess) ** 2, axis=0))
    mean, error = np.mean(misses, axis=0), np.std(misses, axis=0, ddof=1) / 5**0.5
    low = int(mean.argmin())
    return float(grid25[low]), float(grid25[np.argmax(mean <= mean[low] + error[low])])


alpha_best, alpha_careful = chosen(X, 0)
kept_in = np.array([Lasso(alpha_best).fit(Z[rows], y[rows]).coef_ != 0 for rows in resamples])
share_kept = kept_in.mean(axis=0)
sets, times = np.unique(kept_in, axis=0, return_counts=True)
w_careful = Lasso(alpha_careful).fit(Z, y).coef_
few = np.flatnonzero(w_careful)
w_refit = LinearRegression().fit(Z[:, few], y).coef_
assert (np.abs(w_refit) > np.abs(w_careful[few])).all(), "the text says that the lasso's are shrunk"
assert set(few) >= {2, 3, 6, 8}, "the text names them"
assert (kept_in[:, [2, 3, 8]]).all(), "the text says every resample"
assert (share_kept > 0.95).sum() == 5, "the caption says five"
w_best = Lasso(alpha_best).fit(Z, y).coef_
assert w_best[0] == 0, "the text says so of age"
careful_weights = dict(zip(few.tolist(), w_careful[few].tolist()))
refit_weights = dict(zip(few.tolist(), w_refit.tolist()))

fake_best, fake_careful, real_careful = [], [], []
for seed in range(12):
    rng = np.random.default_rng(seed)
    shuffled = np.column_stack([rng.permutation(column) for column in X.T])
    T = np.column_stack([X, shuffled])
    T_scaled = StandardScaler().fit_transform(T)
    for value, fakes, reals in zip(chosen(T, seed), (fake_best, fake_careful), ([], real_careful)):
        kept = Lasso(value).fit(T_scaled, y).coef_ != 0
        fakes.append(int(kept[p:].sum()))
        reals.append(int(kept[:p].sum()))
assert np.mean(fake_best) > 2
assert np.mean(fake_careful) < 1

# %%
#| id: fig-kept
#| caption: "Share of {{ len(resamples) }} resamples in which the lasso, with α = {{ alpha_best:.1f }}, keeps a column. Five
#|   columns hardly ever leave; the others come and go: there are {{ len(sets) }} different sets, the commonest in
#|   {{ 100 * times.max() / len(resamples):.0f }} % of the resamples."
#| alt: Ten horizontal bars. BMI, pressure, triglycerides and sex are at 100 per cent, HDL a little below; total
#|   cholesterol, glucose, age and ratio between 90 and 50; LDL has 15.
fig, ax = plt.subplots(figsize=(5.2, 3.3))
rank = np.argsort(share_kept, kind="stable")
ax.barh(range(p), 100 * share_kept[rank], color=plot.color("fit"), height=0.62)
for k, j in enumerate(rank):
    plot.note(ax, f"{100 * share_kept[j]:.0f}", (100 * share_kept[j], k), "fit", offset=(4, 0))
ax.grid(False)
ax.set(yticks=range(p), yticklabels=[short[j] for j in rank], xlim=(0, 108), xticks=[0, 50, 100], xlabel="kept, % of resamples")

# %% [markdown]
# Aloud: *BMI, the logarithm of the triglycerides and blood pressure go with more progression, in every resample; a
# high HDL goes with less.* (`sex` stays too, but the source does not say which code is which.) With the *careful*
# penalty, that of the one-standard-error rule, {{ alpha_careful:.1f }}, the lasso needs {{ len(few) }} columns for a
# short answer. About total cholesterol and LDL these data cannot speak: that LDL is kept in only
# {{ 100 * share_kept[5]:.0f }} % does not say that it is harmless. It says that the other columns have said it
# already, and we know why.
#
# Three warnings about selected columns.
#
# **Selected is not proven.** Put a shuffled copy of each column beside the ten: pure noise. With the best $\alpha$ the
# lasso keeps {{ np.mean(fake_best):.1f }} of the ten copies (mean of {{ len(fake_best) }} shufflings); with the careful
# one {{ np.mean(fake_careful):.1f }} copies and {{ np.mean(real_careful):.1f }} real columns. Cross-validation wants
# predictions, and a small wrong weight hardly hurts them. And a column may stay for a single sample's sake: age has no
# weight in the fit to all patients, but is kept in {{ 100 * share_kept[0]:.0f }} % of the resamples.
#
# **The weights are too small.** The price draws every kept weight towards zero, needed or not. HDL has
# {{ minus(careful_weights[6]) }} in the careful model; least squares on the same {{ len(few) }} columns gives
# {{ minus(refit_weights[6]) }}. Such a refit, the extreme case of the *relaxed* lasso [@meinshausen2007], removes
# this bias and brings back variance.
#
# **Its standard errors are not the usual ones.** The formula of @tbl-weights takes the columns as given. These were
# chosen because they looked large in the same data, so its intervals are too short [@berk2013].
#
# ## Where it breaks {#where-it-breaks}
#
# ### Columns in their own units
#
# A penalty compares weights, and a weight has a unit. We skip the standardisation (@fig-units).

# %%
#| hide: true
def first_with(columns, T):
    """The strongest penalty of a path that keeps so many columns: weights for one standard deviation, and R squared."""
    _, W, _ = lasso_path(T - T.mean(axis=0), t, n_alphas=120, tol=1e-6)
    w = W[:, np.argmax((W != 0).sum(axis=0) == columns)]
    left = t - (T - T.mean(axis=0)) @ w
    return w * T.std(axis=0), float(1 - left @ left / (t @ t))


own_units, r2_own = first_with(5, X)
one_scale, r2_one = first_with(5, Z)
assert own_units[8] == 0 < one_scale[8], "the caption says so"
assert r2_own < r2_one

# %%
#| id: fig-units
#| caption: "The strongest penalty that keeps five columns. In their own units the lasso has no room for the
#|   triglycerides, the second best column, because a logarithm varies by {{ X[:, 8].std():.1f }} and cholesterol by {{ X[:, 4].std():.0f }}. R² on the fitted rows:
#|   {{ r2_one:.2f }} and {{ r2_own:.2f }}."
#| alt: Two panels with ten rows. Left, standardised columns, dots at BMI, triglycerides, pressure, HDL and one more near zero. Right, own
#|   units, dots at pressure, HDL, cholesterol, BMI and glucose; triglycerides stand at zero, hollow.
fig, axes = plt.subplots(1, 2, figsize=(5.2, 3.3), sharey=True, sharex=True)
fig.subplots_adjust(wspace=0.1)
for ax, w, name in zip(axes, (one_scale, own_units), ("standardised", "own units")):
    rows = -np.arange(p)
    ax.axvline(0, color=plot.color("rule"))
    ax.hlines(rows, 0, w, color=plot.color("fit"), lw=1.4)
    ax.plot(w[w == 0], rows[w == 0], "o", mfc=plot.color("ground"), mec=plot.color("muted"), ms=5)
    ax.plot(w[w != 0], rows[w != 0], "o", color=plot.color("fit"), ms=6)
    ax.set_title(name, loc="left", color=plot.color("ink"))
    ax.set(yticks=rows, yticklabels=short, xlabel="weight for one s.d.", xlim=(-28, 30))

# %% [markdown]
# ^^^
# **What gives it away.** The selection changes with a unit. In scikit-learn and here nothing is scaled for you; put a
# scaler into the pipeline.
# ^^^
#
# Standardising is a convention, too: it says that one standard deviation of age and one of LDL are equally good bets.
# It also makes the effect of a rare event cheap: a column with few ones has a small deviation, and so needs a small
# weight.
#
# ### A price on the intercept
#
# Add a column of ones to the table and let the penalty have it. For centred columns @eq-ridge then says
# $b = n \bar y / (n + \lambda)$: all predictions sink.

# %%
#| live: true
with_ones = np.column_stack([Z, np.ones(n)])
for lam in (10.0, 30.0, 100.0):
    w, _ = solve_ridge(with_ones, y, lam, fit_intercept=False)
    off = float(np.mean(with_ones @ w - y))
    print(f"lambda {lam:3.0f}: off by {off:+.1f} on average")

# %%
#| hide: true
for value in (30.0, 100.0):
    w, _ = solve_ridge(np.column_stack([Z, np.ones(n)]), y, value, fit_intercept=False)
    assert abs(w[-1] - n * y.mean() / (n + value)) < 1e-8

# %% [markdown]
# ^^^
# **What gives it away.** Residuals that do not average zero on the rows that were fitted.
# ^^^
#
# ### Choosing with the answers in view
#
# A hundred patients, a thousand columns of random numbers, and outcomes that have nothing to do with them. Pick the ten
# columns with the largest correlations, then cross-validate least squares on those ten.

# %%
#| live: true
from mle.metrics import r2_score
from mle.model_selection import KFold, cross_val_predict

rng = np.random.default_rng(0)
noise, outcome = rng.normal(size=(100, 1000)), rng.normal(size=100)


def ten_best(T, y):
    pulls = np.abs((T - T.mean(axis=0)).T @ (y - y.mean()))
    return np.argsort(pulls)[-10:]


seen = noise[:, ten_best(noise, outcome)]  # chosen with all rows
peeking = cross_val_predict(LinearRegression(), seen, outcome, cv=10)

honest_guess = np.empty(100)
for train, test in KFold(10).split(noise):
    ten = ten_best(noise[train], outcome[train])  # chosen inside
    fit = LinearRegression().fit(noise[train][:, ten], outcome[train])
    honest_guess[test] = fit.predict(noise[test][:, ten])

print(f"chosen before: R² {r2_score(outcome, peeking):+.2f}")
print(f"chosen inside: R² {r2_score(outcome, honest_guess):+.2f}")

# %%
#| hide: true
assert r2_score(outcome, peeking) > 0.2
assert r2_score(outcome, honest_guess) < 0.0

# %% [markdown]
# ^^^
# **What gives it away.** Nothing in the numbers. Ask what was chosen, and with which rows.
# ^^^
#
# The folds were honest; the columns had seen all of them. Choosing columns, scales or $\lambda$ is part of the fit
# and belongs inside [@hastie2009, section 7.10.2]. Choosing only a penalty had less room to cheat here: the search in
# @fig-cv said {{ np.sqrt(mse[best]):.1f }}, the honest error of the lasso is {{ honest("lasso, 64") }}.
#
# ## Another road to the same numbers {#another-road}
#
# Ridge has come by four roads, the lasso by coordinates and by proximal steps. scikit-learn [@pedregosa2011] agrees with
# all three models; the argument `alpha` may be copied as it stands.

# %%
from importlib.util import find_spec

differences = {}
if find_spec("sklearn"):  # the notebook runs without it
    from sklearn import linear_model as theirs

    for name, settings in (
        ("Ridge", {"alpha": 30.0}),
        ("Lasso", {"alpha": 2.0, "tol": 1e-12}),
        ("ElasticNet", {"alpha": 0.5, "l1_ratio": 0.3, "tol": 1e-12}),
    ):
        ours = {"Ridge": Ridge, "Lasso": Lasso, "ElasticNet": ElasticNet}
        fit = ours[name](**settings).fit(Z, y)
        other = getattr(theirs, name)(**settings).fit(Z, y)
        distance = np.abs(fit.coef_ - other.coef_).max()
        differences[name] = float(distance)
        assert distance < 1e-7, f"{name}: {distance}"

# %% [markdown]
# The largest difference in a weight is {{ differences["Ridge"]:.0e }} for ridge, {{ differences["Lasso"]:.0e }} for the
# lasso and {{ differences["ElasticNet"]:.0e }} for the elastic net, of weights up to {{ np.abs(w_lasso).max():.0f }}.
#
# ## What production libraries add {#production}
#
# - **scikit-learn**: `_ridge.py` in `sklearn/linear_model` has six more solvers, for sparse and for huge tables; `RidgeCV`
#   chooses by @eq-ridge-leave-one-out. `_cd_fast.pyx` holds the lasso's loops, compiled, on columns or on a Gram matrix
#   (`precompute`). *Screening* drops columns that provably stay at zero, by the gap. `LassoCV` runs one warm path per fold.
# - **glmnet** [@friedman2010], in R, standardises the columns itself unless told not to.
# - **LARS** [@efron2004], the article from which our data come, follows the path exactly: it is straight between the points where a column
#   enters or leaves.
# - **statsmodels** [@seabold2010]: `OLS.fit_regularized` has the same objective. The intercept is a column there, and a single
#   `alpha` penalises it too.
#
# ## Summary
#
# - Columns that say nearly the same trade weights at no cost; look for the reason in the data before you read a weight.
# - Ridge shrinks each singular direction by $s^2 / (s^2 + \lambda)$: it steadies the directions in which the cases hardly differ.
# - The lasso charges for absolute values: some weights become zero, the others are drawn towards it; pulls prove its
#   minimum and a gap measures the way to it.
# - Standardise inside the folds, leave the intercept free, choose $\lambda$ by cross-validation, and take the error from rows that did not choose.
# - "Selected" means useful for prediction next to the others, in this sample. It is not a test, nor a cause.
#
# ## Quiz
#
# ```quiz
# - question: "From $\\lambda = 0$ to $50$ the left-out error hardly moves, while LDL changes its sign. What follows?"
#   answers:
#     - text: "The best $\\lambda$ lies between, and its sign of LDL is the right one"
#       why: "The error does not distinguish these fits, so it cannot vouch for the sign of one of them."
#     - text: "These data do not determine the weight of LDL next to the other columns"
#       right: true
#       why: "Very different weights predict equally well. The reason stands in the data: LDL was computed from other columns."
#     - text: "Ridge is useless for these data"
#       why: "It does not predict better with 442 patients. It does give weights that change less from sample to sample."
# - question: "The lasso gives a column the weight zero. That means that"
#   answers:
#     - text: "the column has nothing to do with the outcome"
#       why: "LDL has a correlation with the outcome. Alone it would get a weight, at any α up to 13."
#     - text: "its pull on the residual of the others is at most $\\alpha$"
#       right: true
#       why: "That is @eq-lasso-pull and nothing more. What it has to say may have been said by others already."
#     - text: "its 95 % interval contains zero"
#       why: "No interval was computed. The lasso keeps noise columns, too, if that helps the prediction a little."
# - question: "You have `Ridge(alpha=3)` on 1,000 rows. Which elastic net without absolute values is the same model?"
#   answers:
#     - text: "`alpha = 3`"
#       why: "Ridge adds the squared misses up, the elastic net averages and halves them."
#     - text: "`alpha = 0.003`"
#       right: true
#       why: "By @tbl-alphas $\\lambda = n$ times `alpha`, and 1,000 times 0.003 is 3."
#     - text: "`alpha = 3000`"
#       why: "The mean is the sum divided by $n$, so the penalty has to be divided, too, not multiplied."
# - question: "Why is the intercept not penalised?"
#   answers:
#     - text: "Because it is never large"
#       why: "It is the mean outcome here, 152, larger than any weight. Its size depends on where zero lies."
#     - text: "Because the normal equations would have no solution"
#       why: "They would have one, even more safely. It would depend on the zero of the scale of y."
#     - text: "So that adding a constant to all outcomes adds it to all predictions and changes nothing else"
#       right: true
#       why: "A price on b would pull predictions towards 0, which is an accident of the unit. In °F it lies elsewhere than in °C."
# ```
#
# ## Exercises
#
# ### Exercise: One column, two penalties {#ex-one-column level="warm-up"}
#
# For a single centred column `x` and centred outcomes `t`, return the weight of ridge with $\lambda$ = `penalty` and
# that of the lasso with $\alpha$ = `penalty`. No library, two formulas. Mind what is a sum and what a mean.


# %%
#| exercise: stub
def two_weights(x, t, penalty):
    """Weights (ridge, lasso) of one centred column."""
    w = float(x @ t / (x @ x))  # without a penalty
    return w, w

# %%
#| exercise: check
for j, strength in ((2, 30.0), (0, 5.0), (6, 20.0)):
    want = (
        Ridge(strength).fit(Z[:, [j]], y).coef_[0],
        Lasso(strength, tol=1e-12).fit(Z[:, [j]], y).coef_[0],
    )
    got = two_weights(Z[:, j], t, strength)
    for name, yours, ours in zip(("ridge", "lasso"), got, want):
        assert abs(yours - ours) < 1e-6, (
            f"column {j}, {name} {strength}: {ours:.4f}, yours {yours:.4f}"
        )


# %%
#| exercise: solution
#| note: "For the lasso divide both the product and the square by $n$ first, or multiply the penalty by $n$."
def two_weights(x, t, penalty):
    ridge = x @ t / (x @ x + penalty)
    z, curve = x @ t / len(t), x @ x / len(t)
    lasso = np.sign(z) * max(abs(z) - penalty, 0.0) / curve
    return float(ridge), float(lasso)

# %% [markdown]
# ### Exercise: Another belief {#ex-belief level="core"}
#
# An earlier study has found the weights `w0`. Shrink towards those instead of towards zero: minimise
# $\lVert y - Xw - b \rVert^2 + \lambda \lVert w - w_0 \rVert^2$. You may use `solve_ridge`.
#
# ??? hint "A hint"
#
#     Write $w = w_0 + d$. Which problem is left for $d$?


# %%
#| exercise: stub
def ridge_towards(X, y, penalty, w0):
    """Weights, shape (p,)."""
    w, _ = solve_ridge(X, y, penalty)
    return w  # towards zero

# %%
#| exercise: check
for seed, strength in ((0, 10.0), (1, 3000.0)):
    earlier = np.random.default_rng(seed).normal(0, 20, 10)
    below = np.column_stack([strength**0.5 * np.eye(10), np.zeros(10)])
    stacked = np.vstack([np.column_stack([Z, np.ones(len(Z))]), below])
    target = np.append(y, strength**0.5 * earlier)
    want = np.linalg.lstsq(stacked, target, rcond=None)[0][:10]
    off = np.abs(ridge_towards(Z, y, strength, earlier) - want).max()
    assert off < 1e-6, (
        f"penalty {strength}: {off:.3g} away from the fit with more rows"
    )


# %%
#| exercise: solution
#| note: "In the picture of the added rows, each of the ten extra patients now says that a weight is that of the earlier study."
def ridge_towards(X, y, penalty, w0):
    d, _ = solve_ridge(X, y - X @ w0, penalty)
    return w0 + d


# %%
#| hide: true
def found_exactly(columns, sigma, repeats=100):
    """Best share, over the path, of outcomes in which the lasso keeps exactly these columns."""
    truth = np.zeros(p)
    truth[list(columns)] = [25.0, -15.0, 25.0][: len(columns)]
    rng = np.random.default_rng(0)
    hits = np.zeros(12)
    for _ in range(repeats):
        outcome = Z @ truth + sigma * rng.normal(size=n)
        W = lasso_path(Z, outcome - outcome.mean(), alphas=np.geomspace(30, 1, 12))[1]
        hits += (np.sign(W) == np.sign(truth)[:, None]).all(axis=0)
    return float(hits.max() / repeats)


with_hdl, with_total = found_exactly((2, 6, 8), 54.0), found_exactly((2, 4, 8), 54.0)

# %% [markdown]
# ### Exercise: Are we there yet? {#ex-there-yet level="core"}
#
# Somebody hands you weights and says that they are the elastic net's. Return by how much @eq-lasso-pull, with the
# changes for $\rho < 1$, is violated at worst: 0 at the minimum. The intercept is the best one for these weights.
#
# ??? hint "A hint"
#
#     With squares in the price the slope of the smooth part is $-g_j + \alpha(1 - \rho) w_j$.


# %%
#| exercise: stub
def violation(X, y, w, alpha, l1_ratio):
    """Largest violation of the conditions for a minimum, a number."""
    A, t = X - X.mean(axis=0), y - y.mean()
    g = A.T @ (t - A @ w) / len(t)
    return float(np.abs(g).max())

# %%
#| exercise: check
bmi = np.arange(10) == 2
for strength, share in ((2.0, 1.0), (0.5, 0.3)):
    net = ElasticNet(strength, l1_ratio=share, tol=1e-14)
    minimum = net.fit(Z, y).coef_
    told = f"alpha {strength}, l1_ratio {share}"
    got = violation(Z + 1.0, y, minimum, strength, share)
    assert got < 1e-5, f"{told}: 0 at the minimum, yours {got:.4g}"
    top = float(np.abs(Z.T @ t).max() / len(t)) - strength * share
    got = violation(Z, y, np.zeros(10), strength, share)
    assert abs(got - top) < 1e-8, (
        f"{told}, all weights 0: {top:.4f}, yours {got:.4f}"
    )
    step = np.corrcoef(Z.T)[2] + strength * (1 - share) * bmi
    step = 0.01 * np.abs(step[minimum != 0]).max()
    got = violation(Z, y, minimum + 0.01 * bmi, strength, share)
    assert abs(got - step) < 1e-4, (
        f"{told}, BMI 0.01 too large: {step:.5f}, yours {got:.5f}"
    )


# %%
#| exercise: solution
def violation(X, y, w, alpha, l1_ratio):
    A, t = X - X.mean(axis=0), y - y.mean()
    g = A.T @ (t - A @ w) / len(t) - alpha * (1 - l1_ratio) * w
    wrong = np.where(
        w != 0,
        np.abs(g - alpha * l1_ratio * np.sign(w)),
        np.maximum(np.abs(g) - alpha * l1_ratio, 0.0),
    )
    return float(wrong.max())

# %% [markdown]
# ### Exercise: A lasso in disguise {#ex-disguise level="core"}
#
# The elastic net is a lasso on a table with more rows. Which rows, and with which `alpha`? Columns and outcomes are
# centred, so switch the intercept off.
#
# ??? hint "A hint"
#
#     `Lasso` divides by the number of rows it is given, and that is now $n + p$.


# %%
#| exercise: stub
def net_by_lasso(A, t, alpha, l1_ratio):
    """Weights of the elastic net, shape (p,), from a Lasso."""
    model = Lasso(alpha * l1_ratio, fit_intercept=False, tol=1e-13)
    return model.fit(A, t).coef_  # rows are missing

# %%
#| exercise: check
for rows, strength, share in ((442, 1.0, 0.5), (60, 3.0, 0.1)):
    T = Z[:rows] - Z[:rows].mean(axis=0)
    outcomes = y[:rows] - y[:rows].mean()
    net = ElasticNet(strength, l1_ratio=share, tol=1e-13)
    want = net.fit(T, outcomes).coef_
    got = net_by_lasso(T, outcomes, strength, share)
    off = np.abs(got - want).max()
    assert off < 1e-4, (
        f"{rows} rows, alpha {strength}, l1_ratio {share}: off by {off:.3g}"
    )


# %%
#| exercise: solution
#| note: "It is how its authors fitted the first elastic nets [@zou2005]."
def net_by_lasso(A, t, alpha, l1_ratio):
    n, p = A.shape
    extra = np.sqrt(n * alpha * (1 - l1_ratio)) * np.eye(p)
    price = alpha * l1_ratio * n / (n + p)
    model = Lasso(price, fit_intercept=False, tol=1e-13)
    model.fit(np.vstack([A, extra]), np.append(t, np.zeros(p)))
    return model.coef_

# %% [markdown]
# ### Exercise: Does it find the truth? {#ex-truth level="small research"}
#
# Make outcomes from known weights, `A @ truth` plus normal noise, and count in which share of them the lasso finds
# exactly the right columns with the right signs. For columns at right angles of each other there is a formula, and your
# function is checked with it. Then ask about the patients: let the truth be BMI, triglycerides (25 each) and either HDL
# or total cholesterol (−15), with noise of 54. Which truth is found, at the best of all $\alpha$?


# %%
#| exercise: stub
def share_found(A, truth, sigma, alpha, repeats, seed):
    """Share of simulated outcomes in which all signs come out right."""
    rng = np.random.default_rng(seed)
    hits = 0
    for _ in range(repeats):
        outcome = A @ truth + sigma * rng.normal(size=len(A))
        w = Lasso(alpha).fit(A, outcome).coef_
        hits += np.sign(w[0]) == np.sign(truth[0])  # all, not one
    return float(hits / repeats)

# %%
#| exercise: check
from math import erf, sqrt

rng_check = np.random.default_rng(3)
raw = rng_check.normal(size=(80, 5))
A_check = np.linalg.qr(raw - raw.mean(axis=0))[0] * sqrt(80)  # G = I
truth_check = np.array([2.0, -1.5, 0.0, 0.0, 0.0])
for strength in (0.3, 0.8, 1.3):
    unit = sqrt(80) / 4.0 / sqrt(2)
    want = erf(strength * unit) ** 3  # three zeros stay zero
    for size in (2.0, 1.5):  # and two weights keep their signs
        want *= 0.5 + erf((size - strength) * unit) / 2
    got = share_found(A_check, truth_check, 4.0, strength, 400, 0)
    assert abs(got - want) < 0.1, (
        f"alpha {strength}: formula {want:.2f}, you found {got:.2f}"
    )
want = 0.5 + erf(0.1 * unit) / 2  # a weak weight often has the wrong sign
got = share_found(A_check[:, :1], np.array([0.2]), 4.0, 0.1, 400, 0)
assert abs(got - want) < 0.1, (
    f"one weight, 0.2: formula {want:.2f}, you found {got:.2f}"
)


# %%
#| exercise: solution
#| note: "A truth with HDL is found in {{ 100 * with_hdl:.0f }} % of the outcomes at the best penalty, one with total cholesterol in {{ 100 * with_total:.0f }} %.
#|   Where a wrong column can be imitated by the right ones, no penalty and no number of patients helps; the exact condition is in [@zhao2006]."
def share_found(A, truth, sigma, alpha, repeats, seed):
    rng = np.random.default_rng(seed)
    hits = 0
    for _ in range(repeats):
        outcome = A @ truth + sigma * rng.normal(size=len(A))
        w = Lasso(alpha).fit(A, outcome).coef_
        hits += bool((np.sign(w) == np.sign(truth)).all())
    return hits / repeats
