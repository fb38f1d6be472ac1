# ---
# title: Cross-validation
# lede: >-
#   One split wastes rows and depends on luck. Cross-validation lets every row be learnt from and be tested, by turns.
#   Everything depends on how the turns are dealt: by row, by class, by group or by time. This chapter deals them, says
#   how sure the score is, and how to choose by it without fooling yourself.
# minutes: 70
# needs: [judging/train-validate-test, regression/ridge-and-lasso]
# paths: [scikit-learn]
# able:
#   - pick the splitter that imitates how new data will come
#   - say what the number of folds does, and leave each row out without refitting
#   - report a cross-validated score with its uncertainty, and say why the usual one is too small
#   - choose a parameter by grid, at random or with the one-standard-error rule, and judge the choice by nesting
#   - know what pooled predictions are good for
# ---

# %% [markdown]
# ## How strong will a new mix be? {#question}
#
# A laboratory has crushed 1,030 samples of concrete [@yeh1998]. Somebody writes down a new recipe: so much cement, water, gravel,
# crushed at such an age. At what pressure will it break? Ask the samples most like it, and answer with their mean. That is the
# method of [nearest neighbours](glossary:nearest-neighbours); here it is, in the plainest form that fits the library's frame.

# %%
#| live: true
import numpy as np

from mle.base import Regressor
from mle.datasets import load_concrete


class Neighbours(Regressor):
    """Mean target of the k rows that are nearest, columns as they are."""

    def __init__(self, k=1):
        self.k = k

    def _fit(self, X, y, w):
        self.X_, self.y_ = X, y

    def _predict(self, X):
        square = np.sum(self.X_**2, axis=1)
        far = square - 2 * X @ self.X_.T  # plus a constant for each row
        near = np.argpartition(far, self.k - 1, axis=1)[:, : self.k]
        return self.y_[near].mean(axis=1)


concrete = load_concrete()
M, strength = concrete.X.copy(), concrete.y  # (1030, 8), in MPa
M[:, 7] = np.log(M[:, 7])  # the age in days
_, mix = np.unique(M[:, :7], axis=0, return_inverse=True)
mix = mix.ravel()  # the number of each sample's recipe
print(f"{len(M):,} samples, {mix.max() + 1} recipes")

# %%
#| hide: true
from mle.model_selection import KFold as Parts

kin_share = float(np.mean(np.bincount(mix)[mix] > 1))
scaled = (M - M.mean(axis=0)) / M.std(axis=0)
met = []
for a, b in Parts(5, shuffle=True, random_state=0).split(M):
    far = np.sum(scaled[a] ** 2, axis=1) - 2 * scaled[b] @ scaled[a].T
    nearest = np.argpartition(far, 1, axis=1)[:, :2]
    met.append(np.any(mix[a][nearest] == mix[b][:, None], axis=1))
same_recipe = float(np.mean(np.concatenate(met)))
assert 0.3 < same_recipe < 0.5

# %% [markdown]
# How many neighbours, and how good is the answer? Common sense shuffles the rows into five parts, holds out each in turn, and averages
# the five errors. But look at the numbers: {{ 100 * kin_share:.0f }} % of the samples are of a recipe that was crushed more than once, mostly at
# several ages. Shuffled, {{ 100 * same_recipe:.0f }} % of the held-out samples have *their own recipe* among the two nearest. A new recipe will have no such
# brother. So we also deal out whole recipes.

# %%
from mle.model_selection import GroupKFold, KFold, cross_val_score
from mle.pipeline import make_pipeline
from mle.preprocessing import StandardScaler


def mae(model, X, y, cv, groups=None):
    """Mean absolute error on each held-out part."""
    return -cross_val_score(model, X, y, cv=cv, groups=groups,
                            scoring="neg_mean_absolute_error")


sizes = [1, 2, 3, 5, 8, 12]
rows_dealt, mixes_dealt = (
    np.array([[mae(make_pipeline(StandardScaler(), Neighbours(k)), M, strength,
                   Splitter(5, shuffle=True, random_state=i), whole).mean()
               for i in range(3)] for k in sizes])  # (6, 3)
    for Splitter, whole in ((KFold, None), (GroupKFold, mix)))

# %%
#| hide: true
import matplotlib.pyplot as plt
from matplotlib.patheffects import withStroke

from mle import plot

by_row, by_mix = rows_dealt.mean(axis=1), mixes_dealt.mean(axis=1)
best_row = int(by_row.argmin())
assert mix.max() + 1 == 427
assert sizes[best_row] == 2, "the text says two neighbours"
assert (mixes_dealt.min(axis=1) > rows_dealt.max(axis=1)).all(), "the text says on every dealing"
assert (by_mix - by_row)[best_row] > 0.15 * by_row[best_row]
assert (by_mix - by_row)[best_row] > (by_mix - by_row)[-1]


def halo(width=3):
    return [withStroke(linewidth=width, foreground=plot.color("ground"))]


# %%
#| id: fig-mixes
#| caption: "The same model, the same samples, two ways of dealing. Shuffled rows promise {{ by_row[best_row]:.1f }} MPa with
#|   two neighbours; on recipes never seen it is {{ by_mix[best_row]:.1f }}. Dots are three dealings."
#| alt: Mean absolute error over 1 to 12 neighbours. The line for shuffled rows dips at 2 and then rises; the line for whole
#|   recipes lies above it everywhere and rises more gently, so that the gap shrinks.
fig, ax = plt.subplots(figsize=(5.2, 3.0))
for table, role, word, spot, offset in ((rows_dealt, "data", "shuffled rows", 2, (8, -14)), (mixes_dealt, "error", "whole recipes", 2, (-2, 14))):
    ax.plot(sizes, table.mean(axis=1), color=plot.color(role))
    for dealing in table.T:
        ax.plot(sizes, dealing, "o", color=plot.color(role), ms=3.5)
    plot.note(ax, word, (sizes[spot], table.mean(axis=1)[spot]), role, offset=offset)
ax.set(xlabel="neighbours asked", ylabel="mean absolute error, MPa", ylim=(3.5, 6.6), xticks=sizes)

# %% [markdown]
# Neither number is wrong. The first answers "how well do we fill in a further age of a recipe that we have crushed?", the second
# "how well do we do on a new recipe?". **A splitter is a statement about how new data will come.** Before we come back
# to groups, the machinery.
#
# ## Four numbers by hand {#by-hand}
#
# Four readings, 1, 2, 6 and 7, predicted by a mean. Two [folds](glossary:fold), dealt in order: the mean of 6 and 7 is 6.5 and
# misses 1 and 2 by 5.5 and 4.5; the mean of 1 and 2 misses 6 and 7 by 4.5 and 5.5. The mean absolute error is 5. Now deal 1 with 6 and 2
# with 7. The means are 4.5 and 3.5; the misses 3.5 and 1.5, 1.5 and 3.5: an error of 2.5, half of the first.

# %% [markdown]
# ```pycon
# >>> y4 = np.array([1.0, 2.0, 6.0, 7.0])
# >>> def by_hand(y, part_of, k):
# ...     misses = np.zeros(len(y))
# ...     for part in range(k):
# ...         test = part_of == part
# ...         misses[test] = y[test] - y[~test].mean()  # fit, predict
# ...     return float(np.abs(misses).mean())
# >>> by_hand(y4, np.array([0, 0, 1, 1]), 2)
# 5.0
# >>> by_hand(y4, np.array([0, 1, 0, 1]), 2)
# 2.5
# ```
#
# That is all of k-fold [cross-validation](glossary:cross-validation): give each row a part, and let each part be the test set once. And
# it shows the first trap. Files are often sorted. Unshuffled parts of a sorted file ask the model about what it never saw.
#
# ## The code {#code}
#
# The library keeps the two steps apart. `assign` says which part each row belongs to:
#
# ```quote
# mle.model_selection.split.KFold.assign
# ```
#
# Row numbers modulo $k$ give parts whose sizes differ by one at most; sorted, they are runs of neighbours, permuted, a dealt pack.
# And one function turns parts into pairs:
#
# ```quote
# mle.model_selection.rows.leave_out
# ```
#
# Everything else that deals rows out into parts changes only `assign`. Whatever the dealing, the loop over the pairs is the same:
#
# ```quote
# mle.model_selection.validate.cross_val_score
# ```
#
# The model is cloned for each pair, so nothing learnt from one fold reaches the next. A whole [pipeline](../practice/pipelines.py#folds) goes in: means and
# scales are learnt inside as well.
#
# ### Every class in every part
#
# For classes, chance may leave a rare one out of a part. [Stratified](glossary:stratified) parts deal each class by itself:
#
# ```quote
# mle.model_selection.split.StratifiedKFold.assign
# ```
#
# Sort the pack by class and deal it out like cards, one to each part in turn; then each part has its share of each class,
# to within one card. The 150 irises are sorted by species, which makes the difference as large as it can be:

# %%
#| live: true
from mle.datasets import load_iris
from mle.linear_model import LogisticRegression
from mle.model_selection import StratifiedKFold

iris = load_iris()
for splitter in (KFold(3), KFold(3, shuffle=True, random_state=0),
                 StratifiedKFold(3)):
    found = cross_val_score(LogisticRegression(), iris.X, iris.y,
                            cv=splitter)
    print(f"{type(splitter).__name__:16}", found.round(2).tolist())

# %% [markdown]
# The first line is no bad model. Each part was one species, absent from training. (An integer `cv` stratifies for a classifier,
# and never shuffles.)
#
# ## Each row left out, without refitting {#left-out}
#
# With as many parts as rows, each test set is one row: [leave-one-out](glossary:leave-one-out). $n$ fits seem a high price. For least squares, plain or with a fixed quadratic penalty, we
# can have any dealing for the price of one fit. @Eq-ridge-leave-one-out had it for one row, by an argument; here is the algebra, for a whole part.
#
# Let $X$ carry a column of ones, and let $w$ minimise $\lVert y - Xw \rVert^2 + w^\top P w$; the matrix $P$ holds the penalties ($P = 0$ for least
# squares, $\lambda$ on the diagonal for ridge, with a 0 for the ones). With $G = X^\top X + P$ the minimum solves
# $G w = X^\top y$. Predictions are $\hat y = Hy$ with the [hat matrix](glossary:hat-matrix) $H = X G^{-1} X^\top$; residuals are $e = y - \hat y$.
#
# Leave out the rows of part $B$. Their products drop out of both sides, so the weights $w_-$ of the others solve
#
# $$
# (G - X_B^\top X_B)\, w_- = X^\top y - X_B^\top y_B .
# $$
#
# Multiply by $G^{-1}$ and bring the second term of the left to the right:
#
# $$
# w_- = w - G^{-1} X_B^\top (y_B - X_B w_-) .
# $$
#
# The bracket is what we look for, the misses of the left-out rows; call it $u$. Multiply by $X_B$ and subtract both sides from $y_B$. On the left stands $u$, on the right
# $e_B + X_B G^{-1} X_B^\top u = e_B + H_{BB}\, u$. So
#
# $$
# u = (I - H_{BB})^{-1} e_B
# $$ {#eq-left-out-block}
# : $u$ and $e_B$ have one entry for each row of $B$; $H_{BB}$ is the block of $H$ in the rows and columns of $B$.
#
# For a single row it is $e_i / (1 - h_i)$, with the [leverage](glossary:leverage) $h_i$. A row that pulls the fit towards
# itself has a flattering residual; the division takes the flattery back. Being linear in $y$ is not enough: two nearest neighbours, the row itself among them, have $h = 1/2$, but $2e$ is the miss by
# one neighbour, not by two. The check refits, part by part.


# %%
#| live: true
from mle.testing import verify


def left_out(H, y, parts):
    """Misses of each row when its part is left out, (n,)."""
    e = y - H @ y
    u = np.empty(len(y))
    for B in parts:
        I_H = np.eye(len(B)) - H[np.ix_(B, B)]
        u[B] = np.linalg.solve(I_H, e[B])  # eq: left-out-block
    return u


rng = np.random.default_rng(0)
X1 = np.column_stack([np.ones(24), rng.normal(size=(24, 4))])
y1 = X1 @ [3.0, 1, -1, 0, 2] + rng.normal(size=24)
P = np.diag([0.0, 2, 2, 2, 2])  # ridge
H = X1 @ np.linalg.solve(X1.T @ X1 + P, X1.T)
for n_parts in (24, 6, 3):
    parts = np.split(rng.permutation(24), n_parts)
    refitted = np.empty(24)
    for B in parts:
        A, t = np.delete(X1, B, axis=0), np.delete(y1, B)
        refitted[B] = y1[B] - X1[B] @ np.linalg.solve(A.T @ A + P, A.T @ t)
    verify("left-out-block", left_out(H, y1, parts), refitted)

# %% [markdown]
# The condition is that the whole recipe is fixed: columns chosen by $y$ break it, and so does, with a penalty, scaling learnt inside the fold.
#
# **Generalised cross-validation** puts the mean leverage in place of each. With $\operatorname{tr} H$ the sum of the diagonal,
#
# $$
# \mathrm{GCV} = \frac{\frac1n \lVert e \rVert^2}{\bigl(1 - \frac1n \operatorname{tr} H\bigr)^2}
# $$ {#eq-gcv}
# : One number; $\operatorname{tr} H$ is the number of fitted weights, for ridge the [effective](glossary:effective-degrees-of-freedom) one.
#
# No diagonal is needed, only its sum. Golub, Heath and Wahba derived it so [@golub1979]: least squares, plain or ridge, does not change when rows
# are rotated, $X \to RX$, $y \to Ry$ with orthogonal $R$, but leave-one-out does. So rotate until all leverages are equal, and leave
# one out there. For that, write $H = U D U^\top$ with the eigenvalues in $D$ and take $R = V U^\top$. The rotated hat matrix is
# $V D V^\top$, with diagonal $\sum_j V_{ij}^2 D_j$. If all entries of an orthogonal $V$ have the same size, $V_{ij}^2 = 1/n$, each is $\frac1n \operatorname{tr} H$, and
# $e_i / (1 - h_i)$ has the same divisor for all. For eight rows such a $V$ exists, made of plus and minus signs. The check refits on the
# rotated rows.


# %%
def gcv(e, trace):
    return np.mean(e**2) / (1 - trace / len(e)) ** 2  # eq: gcv


X8, y8, P8 = X1[:8], y1[:8], P
H8 = X8 @ np.linalg.solve(X8.T @ X8 + P8, X8.T)
signs = np.array([[1, 1], [1, -1]])
V = np.kron(np.kron(signs, signs), signs) / np.sqrt(8)
R = V @ np.linalg.eigh(H8)[1].T
XR, turned = R @ X8, R @ y8
misses8 = []
for i in range(8):
    A, t = np.delete(XR, i, axis=0), np.delete(turned, i)
    misses8.append(turned[i] - XR[i] @ np.linalg.solve(A.T @ A + P8, A.T @ t))
verify("gcv", gcv(y8 - H8 @ y8, np.trace(H8)), np.mean(np.square(misses8)))

# %% [markdown]
# ## What the number of folds does {#folds}
#
# More folds mean larger training sets, and more fits. To see what that buys we need the truth. We draw 40 rows with ten
# columns of normal numbers and a target of pure noise with variance 1, fit least squares, and know the expected squared miss on new rows: 1 plus the squared length of the fitted
# weights. Three thousand such data sets, each cross-validated with every $k$. @Eq-left-out-block does it without a loop over data sets.


# %%
def draw_losses(n, p, sets, ks, seed=0):
    """True error of each fit, and its squared held-out misses."""
    rng = np.random.default_rng(seed)
    X = np.concatenate(
        [np.ones((sets, n, 1)), rng.normal(size=(sets, n, p))], axis=2)
    e = rng.normal(size=(sets, n, 1))
    Q, R = np.linalg.qr(X)
    c = Q.transpose(0, 2, 1) @ e
    w, r = np.linalg.solve(R, c), e - Q @ c
    losses = {}
    for k in ks:
        B = Q.reshape(sets, k, n // k, p + 1)
        I_H = np.eye(n // k) - B @ B.transpose(0, 1, 3, 2)
        u = np.linalg.solve(I_H, r.reshape(sets, k, n // k, 1))
        losses[k] = u[..., 0] ** 2  # (sets, k, n / k)
    return 1 + np.sum(w**2, axis=(1, 2)), losses


ks = (2, 4, 5, 10, 20, 40)
true_error, losses = draw_losses(40, 10, 3000, ks)
centre = np.array([losses[k].mean() for k in ks])
wobble = np.array([losses[k].mean(axis=(1, 2)).std() for k in ks])

# %%
#| hide: true
truth = float(true_error.mean())
exact = (1 + 1 / 40) * (1 + 10 / (40 - 10 - 2))
assert abs(truth / exact - 1) < 0.02
assert (np.diff(centre) < 0).all()
assert (np.diff(wobble) < 0).all(), "the text says that the spread falls too"
tied = float(np.corrcoef(true_error, losses[10].mean(axis=(1, 2)))[0, 1])
assert abs(tied) < 0.08
at = {k: i for i, k in enumerate(ks)}

# %%
#| id: fig-folds
#| caption: "More folds, less pessimism: with two, models learn from half of the rows and look worse than they will be. Points are means of
#|   3,000 estimates, bars one standard deviation of a single estimate."
#| alt: Estimated error against 2, 4, 5, 10, 20 and 40 folds. Points fall from 2.4 to just above the dashed line of the truth at
#|   1.4, and the bars become shorter, most of all from 2 folds to 4.
fig, ax = plt.subplots(figsize=(5.2, 2.9))
place = np.arange(len(ks))
ax.axhline(truth, color=plot.color("truth"), ls="--", lw=1.4)
ax.errorbar(place, centre, wobble, fmt="o", color=plot.color("fit"), ms=6, capsize=3)
plot.note(ax, "truth", (0.5, truth), "truth", offset=(0, -12), ha="center")
ax.set(xticks=place, xticklabels=ks, xlabel="folds", ylabel="estimated squared error", ylim=(0.5, 3.6))

# %% [markdown]
# The truth is {{ truth:.2f }}. Two folds say {{ centre[0]:.2f }} on average, five {{ centre[at[5]]:.2f }}, ten {{ centre[at[10]]:.2f }} and leave-one-out
# {{ centre[-1]:.2f }}. That is [bias](glossary:bias), and it has one reason: a model of 20 rows is worse than one of 40. How steep
# the learning curve is at your $n$ decides how much it matters.
#
# And the [variance](glossary:variance)? One often reads that leave-one-out varies most, because its training sets are all alike. Here it varies *least*:
# {{ wobble[-1]:.2f }}, against {{ wobble[at[10]]:.2f }} with ten folds and {{ wobble[0]:.2f }} with two. For unstable models the saying may hold; for this
# steady one it does not. Five or ten folds are a habit from cost and experiments [@kohavi1995], not from a theorem.
#
# A surprise is hidden here. The correlation of the ten-fold score with the true error of *the very model fitted to these rows* is {{ tied:.2f }}.
# Cross-validation estimates how well the *method* does on samples of this size, averaged over samples; whether yours was a lucky one, it hardly knows [@bates2024].
#
# ## How sure is the score? {#how-sure}
#
# Common sense takes the $k$ fold scores, their standard deviation $s$, and reports $s / \sqrt k$ as the [standard error](glossary:standard-error). That would be right if the
# folds were independent. They are not. Two training sets of ten folds share eight ninths of their rows, and the test rows of one fold
# teach the others.
#
# Let $M$ be the mean of the $k$ fold scores. No fold is special, so all have the same variance $v$, and all pairs have the same covariance $\gamma$ ("gamma"). The square of a
# sum has $k$ squares and $k (k - 1)$ mixed products, so
#
# $$
# \operatorname{Var}(M) = \frac{1}{k^2} \bigl( k v + k (k - 1) \gamma \bigr) = \frac{v}{k} + \frac{k - 1}{k} \gamma .
# $$
#
# The spread $s^2$ of the folds sees only what they do *not* share. Two folds differ by an expected square of $2v - 2\gamma$, and $s^2$ is half the mean
# squared difference over all pairs, so $\mathrm E[s^2] = v - \gamma$. Divide by $k$ and subtract:
#
# $$
# \operatorname{Var}(M) - \mathrm E\Bigl[\frac{s^2}{k}\Bigr] = \gamma
# $$ {#eq-fold-covariance}
# : All three are numbers; $\gamma$ is the covariance of the scores of two folds, over samples.
#
# What is missing is exactly $\gamma$, however many the folds. Can it be estimated? From one sample, no: Bengio and Grandvalet proved that no unbiased estimator of the variance of $M$
# exists that holds whatever the distribution [@bengio2004]. All rows together give one draw of what the folds have in common, and one draw has no spread. We have 3,000 draws.

# %%
F = losses[10].mean(axis=2)  # (sets, 10), fold scores
D = F - F.mean()
score = F.mean(axis=1)
v = np.mean(D**2)
gamma = (np.mean(D.sum(axis=1) ** 2) / 10 - v) / 9  # mean of all pairs
short = np.mean(F.var(axis=1, ddof=1)) / 10
missing = score.var() - short  # eq: fold-covariance
verify("fold-covariance", missing, gamma)
naive = F.std(axis=1, ddof=1) / np.sqrt(10)
covered = np.abs(score - F.mean()) < 2.262 * naive  # Student, 9 df

# %%
#| hide: true
assert gamma > 0
true_sd, naive_sd = float(score.std()), float(np.sqrt(short))
cover = 100 * float(covered.mean())
assert cover < 88, cover

# %% [markdown]
# The true standard deviation of the ten-fold score is {{ true_sd:.2f }}; the naive one is {{ naive_sd:.2f }}, as a root of its mean square. The
# 95 % interval made of it holds the score's own expectation in {{ cover:.0f }} % of the samples. So: report the naive error, *say that it is a lower guess*, and be
# slow to call a small difference real. [Corrections](comparing-models.py#correction) exist that are better, though not right [@nadeau2003].
#
# ### Repeating
#
# Other dealings give other scores. Repeating averages that luck away:
#
# ```quote
# mle.model_selection.split.RepeatedStratifiedKFold.split
# ```
#
# One generator goes through all repeats, so that each is dealt anew. `cross_validate` takes several scores at once:
#
# ```quote
# mle.model_selection.scores.cross_validate
# ```

# %%
from mle.datasets import load_breast_cancer
from mle.model_selection import RepeatedStratifiedKFold, cross_validate

tumours = load_breast_cancer()
two = tumours.X[:, :2]  # mean radius and texture: a modest model
found = cross_validate(
    make_pipeline(StandardScaler(), LogisticRegression()), two, tumours.y,
    cv=RepeatedStratifiedKFold(n_splits=5, n_repeats=12, random_state=0),
    scoring=["accuracy", "roc_auc"])
accuracy = found["test_accuracy"].reshape(12, 5)
dealt = accuracy.mean(axis=1).std(ddof=1)  # luck of a dealing
one_dealing = np.mean(accuracy.std(axis=1, ddof=1)) / np.sqrt(5)
too_small = accuracy.std(ddof=1) / np.sqrt(60)

# %%
#| hide: true
mean_accuracy = float(accuracy.mean())
binomial = float(np.sqrt(mean_accuracy * (1 - mean_accuracy) / len(two)))
assert dealt < binomial / 2
assert too_small < binomial / 2

# %% [markdown]
# The accuracy is {{ mean_accuracy:.3f }}. From one dealing to the next it varies by {{ dealt:.4f }}. Twelve dealings average most of that luck away. But the patients are the same {{ len(two) }}, and by
# @eq-accuracy-error so many rows leave an error of {{ binomial:.3f }}; one dealing's folds say {{ one_dealing:.3f }}. The standard deviation of all 60 scores over $\sqrt{60}$ would be {{ too_small:.4f }}: a
# precision that no repeating can earn. Repeat to steady a choice between models. Do not count repeats as data.
#
# ## Whole groups {#groups}
#
# Back to concrete. Why did the error rise when whole recipes were held out? If brothers are the reason, the
# samples without one should not care.

# %%
from mle.model_selection import cross_val_predict

pair = make_pipeline(StandardScaler(), Neighbours(2))
miss = {}
for Splitter, whole in ((KFold, None), (GroupKFold, mix)):
    held_out = [cross_val_predict(
        pair, M, strength, groups=whole,
        cv=Splitter(5, shuffle=True, random_state=i)) for i in range(3)]
    miss[Splitter] = np.abs(strength - held_out).mean(axis=0)  # (1030,)
alone = np.bincount(mix)[mix] == 1

# %%
#| hide: true
lone = [float(miss[s][alone].mean()) for s in (KFold, GroupKFold)]
kin = [float(miss[s][~alone].mean()) for s in (KFold, GroupKFold)]
worse = np.bincount(mix, miss[GroupKFold] - miss[KFold])  # one sum for each recipe
rise = float(worse.sum() / len(mix))
rise_se = float(np.sqrt(len(worse)) * worse.std(ddof=1) / len(mix))
assert abs(lone[1] - lone[0]) < 0.5
assert kin[1] - kin[0] > 1
assert rise > 3 * rise_se

# %% [markdown]
# | Mean absolute error, MPa | samples | shuffled rows | whole recipes |
# |:--|--:|--:|--:|
# | recipe crushed once | {{ alone.sum() }} | {{ lone[0]:.2f }} | {{ lone[1]:.2f }} |
# | recipe crushed more often | {{ (~alone).sum() }} | {{ kin[0]:.2f }} | {{ kin[1]:.2f }} |
#
# : Two neighbours, three dealings of five folds. {#tbl-kin}
#
# They hardly do, and the others pay for it all. Over all samples the rise is {{ rise:.2f }} ± {{ rise_se:.2f }} MPa (the error counts recipes, not samples). A brother is the same mix to the gram, and may share
# what no column says: the cement's brand, the laboratory, the day. Shuffled rows praise a model for finding it.
#
# Without shuffling, groups are given out the largest first, each to the part with the fewest rows:
#
# ```quote
# mle.model_selection.groups.balance_sizes
# ```
#
# ### What cannot be met at once
#
# With classes *and* groups we want three things: whole groups, parts of equal size, equal shares of each class. The library keeps
# the first without exception and is greedy about the rest:
#
# ```quote
# mle.model_selection.groups.balance_classes
# ```

# %%
#| live: true
from mle.model_selection import StratifiedGroupKFold

patient = np.repeat([0, 1, 2, 3, 4, 5], [6, 4, 1, 1, 1, 1])
ill = np.repeat([1, 0, 0, 1, 0, 0], [6, 4, 1, 1, 1, 1])
for splitter in (KFold(2), GroupKFold(2), StratifiedKFold(2),
                 StratifiedGroupKFold(2)):
    tests = [test for _, test in splitter.split(ill, ill, patient)]
    both = np.intersect1d(*(patient[test] for test in tests))
    print(f"{type(splitter).__name__:21} rows", [len(t) for t in tests],
          " ill", [int(ill[t].sum()) for t in tests],
          f" patients in both: {len(both)}")

# %%
#| hide: true
toy = [[len(t), int(ill[t].sum())] for _, t in StratifiedGroupKFold(2).split(ill, ill, patient)]
assert sorted(c for _, c in toy) == [1, 6]

# %% [markdown]
# One patient has six of the seven ill rows. Wherever that patient goes, the ill go. No splitter can mend that; the last evens the healthy rows, 3 and 4, and pays in size. So print the parts before you trust their mean, and when one group is a large
# part of a class, what you need is more groups, not more folds.
#
# ## In time {#time}
#
# Every two hours of 2014 we know the demand for electricity in the state of Victoria. How much will the *next 24 hours*
# take, on average? The model is again neighbours, with two columns: the time in days, and the share of the next 24 hours that lies in working days, times 3: a holiday is as far as three days.

# %%
from mle.datasets import load_elecdemand
from mle.model_selection import TimeSeriesSplit

year = load_elecdemand().columns
demand, working = year["Demand"][::4], year["WorkDay"][::4]  # (4380,)


def next_day(column):
    """Mean of the 12 readings after each, (n - 12,)."""
    return np.convolve(column[1:], np.ones(12) / 12, "valid")


ahead = next_day(demand)  # gigawatts
clock = np.column_stack([np.arange(len(ahead)) / 12,
                         3 * next_day(working)])
strict = TimeSeriesSplit(5, gap=11)
shuffled = KFold(5, shuffle=True, random_state=0)
error = {name: mae(Neighbours(2), clock, ahead, cv) for name, cv in
         (("shuffled", shuffled), ("blocks", KFold(5)), ("time", strict))}

# %%
#| hide: true
told = {name: float(found.mean()) for name, found in error.items()}
assert told["time"] > 5 * told["shuffled"]
assert told["blocks"] > 3 * told["shuffled"]

# %% [markdown]
# Shuffled rows promise {{ told["shuffled"]:.3f }} GW. Tested on what came later, the model misses by {{ told["time"]:.2f }}, from
# {{ error["time"].min():.2f }} to {{ error["time"].max():.2f }} over the five stretches. Two neighbouring rows share eleven of their twelve readings,
# so shuffled training rows hold the answer. Unshuffled runs say {{ told["blocks"]:.2f }}, still with the future in training. In time, rows are learnt from only if they are before:
#
# ```quote
# mle.model_selection.times.TimeSeriesSplit.split
# ```
#
# @Fig-strips shows how all these splitters cut the same 24 rows.

# %%
#| id: fig-strips
#| caption: "Four ways to cut 24 rows; one strip for each of four folds. Filled, tested; pale, learnt from; blank, not used. Rows of one
#|   group stand between two bars. Only the last never learns from the future."
#| alt: Four panels of four strips of 24 cells. KFold has test runs of six cells, shuffled KFold scattered ones, GroupKFold
#|   whole groups, TimeSeriesSplit test runs that move to the right, each after a blank gap and with training cells only before it.
groups24 = np.repeat(np.arange(8), [5, 1, 3, 4, 2, 6, 1, 2])
shows = [("KFold", KFold(4)), ("KFold, shuffled", KFold(4, shuffle=True, random_state=1)),
         ("GroupKFold", GroupKFold(4)), ("TimeSeriesSplit, gap=2", TimeSeriesSplit(4, gap=2))]
fig, axes = plt.subplots(4, 1, figsize=(5.2, 4.6), sharex=True)
fig.subplots_adjust(hspace=0.5)
edges = np.append(np.flatnonzero(np.diff(groups24, prepend=-1)), 24)
for ax, (word, splitter) in zip(axes, shows):
    for i, (train, test) in enumerate(splitter.split(groups24, groups24, groups24)):
        ax.bar(train, 0.8, width=0.92, bottom=i, align="edge", color=plot.color("data"), alpha=0.22, lw=0)
        ax.bar(test, 0.8, width=0.92, bottom=i, align="edge", color=plot.color("error"), lw=0)
    ax.set(xlim=(0, 24), ylim=(4, -0.15), yticks=[0.4, 3.4], yticklabels=["fold 1", "fold 4"], xticks=[])
    if "Group" in word:
        ax.vlines(edges, -0.15, 4, color=plot.color("ink"), lw=1.2)
    ax.set_title(word, loc="left", color=plot.color("ink"), fontsize=9, pad=2)
    ax.grid(False)
    for side in ("left", "bottom"):
        ax.spines[side].set_visible(False)
axes[-1].set_xlabel("row, in the order of the file")

# %% [markdown]
# ### The gap
#
# Why `gap=11`? The target of a row is complete only 24 hours later. Today at noon, the row of ten o'clock this morning has a target that
# reaches to ten o'clock tomorrow. A model cannot have learnt from it yet. The last complete row is 12 steps back, so the 11 between must be left out:
# an *embargo*. To see what each step of it is worth, test the last 60 days row by row, with the model refitted each time.

# %%
gaps = [0, 2, 4, 6, 8, 11, 14, 18, 24]
paid = []
for gap in gaps:
    hourly = TimeSeriesSplit(720, test_size=1, gap=gap, max_train_size=100)
    missed = [ahead[test] - Neighbours(2).fit(clock[train], ahead[train])
              .predict(clock[test]) for train, test in hourly.split(clock)]
    paid.append(float(np.mean(np.abs(missed))))

# %%
#| hide: true
honest = paid[gaps.index(11)]
assert (np.diff(paid[: gaps.index(11) + 1]) > 0).all(), paid
assert honest > 3 * paid[0]

# %%
#| id: fig-gap
#| play: {gap: [0, 2, 4, 6, 8, 11, 14, 18, 24]}
#| say: "Gap of {{ gap }} rows: {{ max(0, 11 - gap) }} training targets reach into the future; the error is {{ paid[gaps.index(gap)]:.2f }} GW."
#| caption: "Without a gap, targets that are not complete yet lend the model their future. The error is honest from 11 rows on. Above, which rows are
#|   learnt from (pale) to answer the filled one."
#| alt: Above, a strip of 40 rows, training cells on the left, then a blank gap, then one test cell. Below, mean absolute error
#|   against the gap in rows, rising steeply up to a vertical line at 11, and more slowly after it.
gap = 11
fig, (a, b) = plt.subplots(2, 1, figsize=(5.2, 3.5), gridspec_kw={"height_ratios": [1, 5]})
fig.subplots_adjust(hspace=0.55)
past = np.arange(-39, -gap)
a.bar(past, 1, width=0.9, color=plot.color("data"), alpha=0.25, lw=0)
early = past[past > -12]
a.bar(early, 1, width=0.9, color=plot.color("fit"), lw=0)
a.bar(0, 1, width=0.9, color=plot.color("error"), lw=0)
a.set(xlim=(-40, 1), ylim=(0, 1), yticks=[], xticks=[-36, -24, -12, 0])
a.set_title("target incomplete: orange" if len(early) else "all targets complete", loc="right", fontsize=9, color=plot.color("fit_ink" if len(early) else "muted"), pad=3)
a.grid(False)
b.plot(gaps, paid, "o-", color=plot.color("error"), ms=3.5)
b.plot(gap, paid[gaps.index(gap)], "o", color=plot.color("error"), ms=8)
b.axvline(11, color=plot.color("truth"), ls="--", lw=1.4)
plot.note(b, "honest from here", (11, 0.06), "truth", offset=(6, 0))
b.set(xlabel="gap, rows of two hours", ylabel="mean absolute error, GW", ylim=(0, 1.1 * max(paid)))

# %% [markdown]
# With no gap the error would be {{ paid[0]:.2f }} GW, with the due one {{ honest:.2f }}. A longer gap costs real knowledge, and the error goes on rising. So the gap is not a knob to
# tune. It is the time until a target is known.
#
# ## Choosing {#choosing}
#
# Grid search tries every combination of listed values on the same folds:
#
# ```quote
# mle.model_selection.trial.Search.fit
# ```
#
# A grid and a random search differ in nothing but the list of candidates:
#
# ```quote
# mle.model_selection.search.GridSearchCV.candidates
# ```
#
# ```quote
# mle.model_selection.search.RandomizedSearchCV.candidates
# ```
#
# ```quote
# mle.model_selection.candidates.draw
# ```
#
# Which is better? Let the best setting lie anywhere in a square, with 25 trials. A grid has five values on each
# axis; 25 draws have 25. We measure how far the nearest trial is from the best, on the axes that matter.

# %%
rng = np.random.default_rng(0)
best = rng.random((40_000, 1, 2))
axis = (np.arange(5) + 0.5) / 5
grid = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(1, 25, 2)
draws = rng.random((40_000, 25, 2))
distance = {}
for matter in (1, 2):
    distance[matter] = [float(np.mean(np.sqrt(
        np.sum((trials - best)[:, :, :matter] ** 2, axis=2)).min(axis=1)))
        for trials in (grid, draws)]
    print(f"{matter} of 2 matter: grid {distance[matter][0]:.3f},"
          f" random {distance[matter][1]:.3f}")

# %%
#| hide: true
assert distance[1][1] < 0.6 * distance[1][0]
assert distance[2][1] > 1.1 * distance[2][0]

# %% [markdown]
# If one parameter matters, random search comes {{ distance[1][0] / distance[1][1]:.1f }} times nearer; if both do, the grid is nearer by a factor of
# {{ distance[2][1] / distance[2][0]:.1f }}. With many parameters it is rare that all matter alike, which is the case for drawing [@bergstra2012]. And a random search can be stopped at any time.
#
# ### The one-standard-error rule
#
# The curve of scores is flat near its best, and its lowest point is luck. The [one-standard-error rule](glossary:one-standard-error-rule) takes the plainest setting whose error is within one standard error of
# the least [@breiman1984]. `refit` may be a function that chooses so. The rows are the 442 diabetes patients [@efron2004] with 65 columns: ten, their squares and products.

# %%
from mle.datasets import load_diabetes
from mle.linear_model import Ridge
from mle.model_selection import GridSearchCV
from mle.preprocessing import PolynomialFeatures

patients = load_diabetes()
X, y = patients.X, patients.y
Z = PolynomialFeatures(2, include_bias=False).fit_transform(
    (X - X.mean(axis=0)) / X.std(axis=0))  # (442, 65), does not see y
alphas = [float(a) for a in np.geomspace(1, 3000, 8)]


def plainest(table):
    """Number of the strongest penalty within one standard error."""
    mean = table["mean_test_score"]
    k = sum(name.startswith("split") for name in table)
    top = int(mean.argmax())
    one_se = table["std_test_score"][top] / np.sqrt(k - 1)  # std over k
    return int(np.flatnonzero(mean >= mean[top] - one_se)[-1])


def search(cv, refit=True):
    return GridSearchCV(
        make_pipeline(StandardScaler(), Ridge()),
        {"ridge__alpha": alphas}, cv=cv, refit=refit,
        scoring="neg_mean_absolute_error")


ten = KFold(10, shuffle=True, random_state=0)
rule = search(ten, refit=plainest).fit(Z, y)

# %%
#| hide: true
table = rule.cv_results_
mean_error = -table["mean_test_score"]
error_se = table["std_test_score"] / 3
lowest, chosen = int(mean_error.argmin()), rule.best_index_
assert chosen > lowest, "the text says that the rule chooses a stronger penalty"
assert mean_error[chosen] - mean_error[lowest] < error_se[lowest]
assert mean_error[0] < mean_error[lowest] + error_se[lowest], "the caption says from weak"
by_fold = np.array([table[f"split{i}_test_score"] for i in range(10)])
paired = by_fold[:, lowest] - by_fold[:, chosen]
paired_se = float(paired.std(ddof=1) / np.sqrt(10))
assert paired_se < error_se[lowest] / 2, "the text says sharper"

# %%
#| id: fig-one-se
#| caption: "The curve is flat: penalties from {{ alphas[0]:.0f }} to {{ alphas[chosen]:,.0f }} are within one standard error of the best. The rule takes
#|   the strongest of them."
#| alt: Mean absolute error against the penalty on a logarithmic axis, with long error bars, nearly level and rising at the right end. A dashed
#|   level line lies one standard error above the lowest point, and the last point below it is marked.
fig, ax = plt.subplots(figsize=(5.2, 3.0))
ax.errorbar(alphas, mean_error, error_se, fmt="o-", color=plot.color("fit"), ms=4, capsize=2, lw=1.4)
ax.axhline(mean_error[lowest] + error_se[lowest], color=plot.color("muted"), ls="--", lw=1)
ax.plot(alphas[lowest], mean_error[lowest], "o", color=plot.color("data"), ms=8)
ax.plot(alphas[chosen], mean_error[chosen], "o", color=plot.color("error"), ms=8)
plot.note(ax, "lowest", (alphas[lowest], mean_error[lowest]), "data", offset=(-6, -24), ha="right")
plot.note(ax, "the rule's", (alphas[chosen], mean_error[chosen]), "error", offset=(8, -24))
ax.set(xscale="log", xlabel="penalty", ylabel="mean absolute error", ylim=(38, 61))

# %% [markdown]
# The lowest is at a penalty of {{ alphas[lowest]:.0f }}, the rule takes {{ alphas[chosen]:,.0f }}, at a price of {{ mean_error[chosen] - mean_error[lowest]:.2f }} points of error. It is a taste for plainness, not a theorem: the standard error in it is the
# naive one, {{ error_se[lowest]:.1f }} here, while fold by fold the *difference* of the two penalties has one of {{ paired_se:.1f }}, as both meet the same patients.
#
# ## The score of the chosen {#nested}
#
# ### The classic mistake
#
# Fifty patients, a thousand genes, all noise, and labels by coin, half and half. Somebody first picks the ten genes that differ most between
# the classes, and *then* cross-validates a classifier on these ten. Each patient goes to the class whose mean is nearer.


# %%
#| live: true
def pick(A, t, k=10):
    """The k columns whose class means differ most."""
    gap = np.abs(A[t == 1].mean(axis=0) - A[t == 0].mean(axis=0))
    return np.argsort(-gap)[:k]


def hits(A, t, train, test, columns):
    B = A[:, columns]
    far = [np.sum((B[test] - B[train][t[train] == c].mean(axis=0)) ** 2,
                  axis=1) for c in (0, 1)]
    return np.sum((far[1] < far[0]) == t[test])


rng = np.random.default_rng(0)
coins = np.repeat([0, 1], 25)
outside, inside = [], []
for _ in range(50):
    genes = rng.normal(size=(50, 1000))
    five = StratifiedKFold(5, shuffle=True, random_state=rng)
    pairs = list(five.split(genes, coins))
    early = pick(genes, coins)  # has seen every label
    outside.append(sum(hits(genes, coins, a, b, early)
                       for a, b in pairs) / 50)
    inside.append(sum(hits(genes, coins, a, b, pick(genes[a], coins[a]))
                      for a, b in pairs) / 50)
print(f"outside {np.mean(outside):.2f}, inside {np.mean(inside):.2f}")

# %%
#| hide: true
outside, inside = np.array(outside), np.array(inside)
assert outside.mean() > 0.8
assert abs(inside.mean() - 0.5) < 3 * inside.std() / np.sqrt(50)
inside_se = float(inside.std(ddof=1) / np.sqrt(50))

# %%
#| id: fig-noise
#| caption: "Pure noise. With the columns picked before the folds were cut, the accuracy is {{ 100 * outside.mean():.0f }} %; picked inside each fold,
#|   {{ 100 * inside.mean():.0f }} %. Fifty data sets."
#| alt: Two rows of dots over accuracy from 0.2 to 1. The upper, columns picked inside the folds, spreads around one half; the lower, columns
#|   picked before, lies between 0.76 and 0.98.
fig, ax = plt.subplots(figsize=(5.2, 2.4))
for level, values, role, word in ((1, inside, "truth", "picked inside"), (0, outside, "error", "picked before")):
    spread = np.random.default_rng(0).uniform(-0.18, 0.18, len(values))
    ax.plot(values, level + spread, "o", color=plot.color(role), ms=4, alpha=0.7)
    plot.note(ax, word, (values.min() - 0.02, level + 0.22), role, offset=(0, 3))
ax.axvline(0.5, color=plot.color("muted"), ls="--", lw=1)
ax.set(xlim=(0.2, 1.02), ylim=(-0.4, 1.6), yticks=[], xlabel="cross-validated accuracy")

# %% [markdown]
# Inside it is {{ inside.mean():.2f }} ± {{ inside_se:.2f }}, one half. The folds were cut faultlessly in both; but the held-out labels had already chosen the columns. **Everything that looks at $y$ belongs inside the
# fold**: picking columns, [encoding categories by their targets](../practice/categorical-variables.py), choosing a penalty. (Putting such a step into a pipeline does it; other doors are in [Data leakage](../practice/data-leakage.py).)
#
# ### Nested cross-validation
#
# Choosing a parameter looks at $y$ too. `best_score_` is the best of several, so it flatters. The remedy treats the search as part of the
# model: an inner cross-validation chooses, an outer one judges the chooser [@varma2006]. In code, a search goes where a model goes.

# %%
flat, nest = [], []
for i in range(6):
    outer = KFold(5, shuffle=True, random_state=i)
    flat.append(-search(outer).fit(Z, y).best_score_)
    inner = search(KFold(4, shuffle=True, random_state=100 + i))
    nest.append(mae(inner, Z, y, outer).mean())
extra = np.subtract(nest, flat)

# %%
#| hide: true
extra_mean = float(extra.mean())
assert 0 < extra_mean < 0.03 * np.mean(flat), extra
row_error = float(np.mean(error_se[lowest]))
assert extra_mean < row_error

# %% [markdown]
# On the patients, over six dealings, the best score says {{ np.mean(flat):.2f }} and the nested one {{ np.mean(nest):.2f }}: {{ extra_mean:.2f }} more (from {{ extra.min():.2f }} to
# {{ extra.max():.2f }}), or {{ 100 * extra_mean / np.mean(flat):.1f }} %. One standard error of the score itself is {{ row_error:.1f }}. So for eight values of *one* penalty on a flat curve,
# nesting changes little, and it costs {{ len(alphas) * 4 + 1 }} fits where one stood. It becomes indispensable when many candidates meet few rows, as with the genes.
# And note what it judges: the procedure, whose folds may choose different penalties. The model you ship is the search, fitted to all rows.
#
# ## Predictions of all rows {#predictions}
#
# `cross_val_predict` returns one prediction for each row, made without it. It is good for looking: residuals, a confusion
# matrix, which groups pay (as in @tbl-kin), or as input of a second model. Its last lines put the parts back in order:
#
# ```quote
# mle.model_selection.validate.cross_val_predict
# ```
#
# It is not made for every score. A mean over rows, such as the absolute error, may be pooled. [AUC](glossary:auc) compares *pairs*, and pooled, it compares predictions of different models, whose levels need not agree
# [@forman2010]. The extreme case: a model that knows nothing and predicts the share of positives in its training rows.

# %%
#| live: true
from mle.metrics import roc_auc_score

ill40 = np.repeat([1, 0], [12, 28])
nothing = np.zeros((40, 1))  # a column without information
for k in (40, 10, 5):
    chance = cross_val_predict(
        LogisticRegression(), nothing, ill40, method="predict_proba",
        cv=KFold(k, shuffle=True, random_state=0))[:, 1]
    print(f"{k:2} folds: pooled AUC {roc_auc_score(ill40, chance):.2f}")

# %%
#| hide: true
loo_auc = roc_auc_score(ill40, cross_val_predict(LogisticRegression(), nothing, ill40, method="predict_proba", cv=KFold(40))[:, 1])
assert loo_auc == 0
assert roc_auc_score(ill40, chance) < 0.45
dealt_even = StratifiedKFold(5, shuffle=True, random_state=0)
modest = make_pipeline(StandardScaler(), LogisticRegression())
mean_auc = float(cross_val_score(modest, two, tumours.y, cv=dealt_even, scoring="roc_auc").mean())
pooled_auc = float(roc_auc_score(tumours.y, cross_val_predict(modest, two, tumours.y, cv=dealt_even, method="predict_proba")[:, 1]))
assert abs(mean_auc - pooled_auc) < 0.01, "the text says hardly"

# %% [markdown]
# Knowing nothing deserves one half. Leave-one-out gives 0, the worst there is: without a positive row the share of positives is a little lower, so
# each positive is ranked below every negative. Take the mean of the folds' AUCs, with stratified parts, or leave out *pairs*.
# With many rows in even parts the models hardly differ: for the tumours above, one dealing gives a mean of {{ mean_auc:.3f }} and a pooled {{ pooled_auc:.3f }}.
#
# ## Where it breaks {#where-it-breaks}
#
# - **Brothers on both sides.** Sign: few neighbours do best, and the error leaps with `GroupKFold` (@fig-mixes).
# - **The future in training.** Sign: shuffled scores far better than the last stretch, neighbours in the file alike (@fig-gap).
# - **Labels seen before the cut.** Sign: a score too good for so few rows; permute $y$ *before the first step*, and see whether it stays (@fig-noise).
# - **Sorted files.** Sign: some folds far below the others, as for the irises. Shuffle, if rows are exchangeable.
# - **A world that moves.** No dealing of the past can show it. A later test set can.
#
# ## Another road to the same number {#another-road}
#
# scikit-learn's splitters [@pedregosa2011] on 97 rows with random classes and groups, and its score of our own model:

# %%
from importlib.util import find_spec

same, distance_score = {}, None
if find_spec("sklearn"):  # the notebook runs without it
    from sklearn import model_selection as theirs

    import mle.model_selection as ours

    rng = np.random.default_rng(0)
    classes97 = rng.integers(0, 3, 97)
    groups97 = rng.permutation(np.repeat(np.arange(13), np.arange(1, 14)))
    groups97 = np.append(groups97, np.full(6, 12))  # 1, 2, ..., 12, 19
    for name in ("KFold", "StratifiedKFold", "GroupKFold",
                 "StratifiedGroupKFold", "TimeSeriesSplit"):
        group = groups97 if "Group" in name else None
        a, b = (list(getattr(lib, name)(4).split(classes97, classes97, group))
                for lib in (ours, theirs))
        same[name] = all(np.array_equal(one, two) for left, right in
                         zip(a, b) for one, two in zip(left, right))
    five = KFold(5, shuffle=True, random_state=0)
    there = theirs.cross_val_score(Ridge(10.0), Z, y, cv=list(five.split(Z)))
    distance_score = np.abs(
        there - cross_val_score(Ridge(10.0), Z, y, cv=five)).max()
    assert all(same.values()), same
    assert distance_score < 1e-10

# %%
#| hide: true
if same:
    tied97 = np.arange(97) % 13  # groups of seven and eight
    tied = [list(lib.GroupKFold(4).split(tied97, groups=tied97)) for lib in (ours, theirs)]
    assert any(not np.array_equal(a[1], b[1]) for a, b in zip(*tied)), "the text says another order"
    assert len({tuple(sorted(len(test) for _, test in pairs)) for pairs in tied}) == 1

# %% [markdown]
# All {{ len(same) }} cut row for row the same. Where groups tie in size, `GroupKFold` may give out equal groups in another order, in parts of
# the same sizes; and shuffled parts differ, as the generators do. Given the same pairs, the scores agree to ten digits.
#
# ## What production libraries do that we do not {#production}
#
# - **scikit-learn**: `_search.py` and `_validation.py` in `sklearn/model_selection` share out fits over processors and put a score of nan where a fit fails (`error_score`); `HalvingGridSearchCV` drops
#   poor candidates early, on few rows. `_split.py` has leave-p-groups-out and more.
# - **glmnet** [@friedman2010] fits one warm path of penalties per fold and reports both the lowest and the one-standard-error penalty.
# - **Optuna** and its like propose the next candidate from the results so far, and stop hopeless ones.
#
# ## Summary
#
# - Choose the dealing that imitates use: new rows, new groups, or later rows after a gap as long as the target takes.
# - Few folds are pessimistic, many are costly; for least squares and ridge every dealing costs one fit, by $(I - H_{BB})^{-1} e_B$.
# - The naive standard error misses the covariance of the folds, which one sample cannot show; repeats are not data.
# - All that looks at $y$ goes inside the fold. The score that chose is not the score to report: nest, or keep a test set.
# - Random search wins when few parameters matter; where the curve is flat, take the plainer model.
#
# ## Quiz
#
# ```quiz
# - question: A hospital wants to predict relapse for patients it has never seen. The table has several visits of each patient. Which splitter?
#   answers:
#     - text: StratifiedKFold on the visits, since relapses are rare
#       why: "It balances the classes but puts visits of one patient on both sides: the model may recognise her."
#     - text: StratifiedGroupKFold with the patient as group
#       right: true
#       why: "Whole patients are held out, as in use, and relapses are shared out as far as patients allow."
#     - text: RepeatedStratifiedKFold, to average the luck away
#       why: "Repeating averages luck, not leakage."
# - question: A row has the residual 2 and the leverage 0.75 in a least-squares fit. By how much would the fit of all other rows miss it?
#   answers:
#     - text: "8"
#       right: true
#       why: "$e / (1 - h) = 2 / 0.25$."
#     - text: "2.67"
#       why: "That is $2 / 0.75$; the divisor is one minus the leverage."
#     - text: "it cannot be known without refitting"
#       why: "For least squares @eq-left-out-block knows it."
# - question: You repeat 5-fold cross-validation 100 times and divide the deviation of all 500 scores by $\sqrt{500}$. What have you got?
#   answers:
#     - text: the standard error of the score
#       why: "The 500 scores rest on the same rows; they are far from independent."
#     - text: a number that can be made as small as you like and says little about new rows
#       right: true
#       why: "Repeats shrink it to zero, while the uncertainty from having $n$ rows stays."
#     - text: the standard error times five
#       why: "There is no such factor; it is too small, and by more the more you repeat."
# - question: The target is the rain of the next seven days, a row is a day. Which gap does TimeSeriesSplit need, at least?
#   answers:
#     - text: "0: its training rows are before its test rows anyway"
#       why: "The rows are, their targets are not: yesterday's is complete only in six days."
#     - text: "the gap with the lowest error"
#       why: "A gap too short has the lowest error, because it cheats."
#     - text: "6"
#       right: true
#       why: "The row of seven days ago is complete today; the six between are not. With 12 readings ahead it was 11."
# ```
#
# ## Exercises
#
# ### Exercise: Fold sizes {#ex-sizes level="warm-up"}
#
# Without making any folds: how many rows has each of $k$ parts of $n$ rows, in the library's order?
#
# ??? hint "A hint"
#
#     `divmod(n, k)`: the first parts get one more.


# %%
#| exercise: stub
def fold_sizes(n, k):
    """List of k whole numbers that add up to n."""
    return [n // k] * k  # forgets the rest

# %%
#| exercise: check
for n, k in ((10, 3), (1030, 5), (442, 10), (7, 7)):
    wanted = np.unique(KFold(k).assign(n), return_counts=True)[1].tolist()
    got = fold_sizes(n, k)
    assert list(got) == wanted, f"{n} rows, {k} parts: got {got}, not {wanted}"


# %%
#| exercise: solution
#| note: "A mean of fold scores gives each *fold* the same weight, so rows of smaller folds count a little more."
def fold_sizes(n, k):
    size, rest = divmod(n, k)
    return [size + 1] * rest + [size] * (k - rest)

# %% [markdown]
# ### Exercise: Who stands on both sides? {#ex-leaks level="warm-up"}
#
# Write an alarm: for pairs (train, test) and the group of each row, the share of test rows, over all pairs, that have a brother in training.
#
# ??? hint "A hint"
#
#     `np.isin(groups[test], groups[train])`.


# %%
#| exercise: stub
def shared(pairs, groups):
    """Share of all test rows whose group is in training too."""
    return 0.0  # never alarmed

# %%
#| exercise: check
kfold = list(KFold(5, shuffle=True, random_state=0).split(M))
by_group = list(GroupKFold(5).split(M, groups=mix))
assert shared(by_group, mix) == 0, "whole groups share nothing"
wanted = np.mean(np.concatenate(
    [[g in set(mix[a]) for g in mix[b]] for a, b in kfold]))
got = shared(kfold, mix)
assert abs(got - wanted) < 1e-12, f"got {got:.3f}, expected {wanted:.3f}"


# %%
#| exercise: solution
#| note: "Run it on any table with names, addresses or dates before you believe a score."
def shared(pairs, groups):
    found = [np.isin(groups[b], groups[a]) for a, b in pairs]
    return float(np.mean(np.concatenate(found)))

# %% [markdown]
# ### Exercise: Leave-one-out in one line more {#ex-loo level="core"}
#
# Mean squared leave-one-out miss of least squares with an intercept, from one QR decomposition.
#
# ??? hint "A hint"
#
#     The leverages are the row sums of $Q^2$, if $Q$ spans the ones and the columns.


# %%
#| exercise: stub
def loo_error(X, y):
    """Mean squared miss of each row by the fit of all others."""
    Q = np.linalg.qr(np.column_stack([np.ones(len(y)), X]))[0]
    e = y - Q @ (Q.T @ y)
    return float(np.mean(e**2))  # the training error

# %%
#| exercise: check
from mle.linear_model import LinearRegression

X60, y60 = X[:60], y[:60]
wanted = -cross_val_score(LinearRegression(), X60, y60, cv=KFold(60),
                          scoring="neg_mean_squared_error").mean()
got = loo_error(X60, y60)
assert abs(got / wanted - 1) < 1e-8, f"got {got:.1f}, expected {wanted:.1f}"


# %%
#| exercise: solution
#| note: "Sixty fits for the price of one. Where a leverage is 1 the division fails, and rightly: the others cannot predict that row."
def loo_error(X, y):
    Q = np.linalg.qr(np.column_stack([np.ones(len(y)), X]))[0]
    e = y - Q @ (Q.T @ y)
    return float(np.mean((e / (1 - np.sum(Q**2, axis=1))) ** 2))

# %% [markdown]
# ### Exercise: Purge {#ex-purge level="core"}
#
# In finance and in hospitals, targets take different times. Row $i$ is known from `start[i]` and its target from `end[i]`. Given test rows, return
# the training rows whose target was complete by the time the *first* test row starts.
#
# ??? hint "A hint"
#
#     `end <= start[test].min()`; the test rows drop out by themselves only if their targets take time.


# %%
#| exercise: stub
def purged(start, end, test):
    """Numbers of the rows that may be learnt from, rising."""
    return np.flatnonzero(start < start[test].min())  # target ignored

# %%
#| exercise: check
begin = np.arange(30)
for takes in (np.full(30, 5), np.random.default_rng(0).integers(1, 9, 30)):
    done = begin + takes
    got = np.asarray(purged(begin, done, np.arange(20, 25)))
    wanted = [i for i in range(20) if done[i] <= 20]
    assert got.tolist() == wanted, f"got {got.tolist()}, expected {wanted}"


# %%
#| exercise: solution
#| note: "If all targets take $h$ steps this is `gap=h - 1`."
def purged(start, end, test):
    first = start[test].min()
    return np.flatnonzero((end <= first) & (start < first))

# %%
#| hide: true
eight_out = list(KFold(4, shuffle=True, random_state=3).split(Z))
eight = cross_validate(
    GridSearchCV(Ridge(), {"alpha": alphas}, cv=KFold(4, shuffle=True, random_state=4), scoring="neg_mean_absolute_error"),
    Z, y, cv=eight_out, scoring="neg_mean_absolute_error", return_estimator=True)
eight_chosen = [model.best_params_["alpha"] for model in eight["estimator"]]
odd = int(np.argmax(eight_chosen))
assert np.count_nonzero(eight_chosen == np.max(eight_chosen)) == 1
assert len(set(eight_chosen)) == 2
eight_error = float(-eight["test_score"][odd])
other_error = float(mae(Ridge(min(eight_chosen)), Z, y, eight_out)[odd])
assert abs(eight_error - other_error) < 1

# %% [markdown]
# ### Exercise: Nested, by hand {#ex-nested level="small research"}
#
# Write nested cross-validation for ridge: on each outer training set choose the penalty by an inner search, then score on the outer test set. Return the
# outer errors and the penalties chosen. Then count, with the eight `alphas`: how often do the folds disagree on the penalty, and does the error care?
#
# ??? hint "A hint"
#
#     Two loops over `split`; the inner one sees `Z[train]` only.


# %%
#| exercise: stub
def nested(Z, y, alphas, outer, inner):
    """Errors (MAE) and penalties, one for each outer fold."""
    tried = [mae(Ridge(a), Z, y, outer) for a in alphas]
    best = np.argmin(tried, axis=0)  # the test rows have chosen
    return list(np.min(tried, axis=0)), [alphas[i] for i in best]

# %%
#| exercise: check
out, into = (KFold(4, shuffle=True, random_state=i) for i in (3, 4))
wide = [1.0, 30.0, 300.0]
machine = GridSearchCV(Ridge(), {"alpha": wide}, cv=into,
                       scoring="neg_mean_absolute_error")
wanted = mae(machine, Z, y, out)
got, penalties = nested(Z, y, wide, out, into)
assert len(penalties) == 4, "one penalty for each outer fold"
assert np.allclose(got, wanted), (
    f"got {np.round(got, 2)}, the search inside gives {wanted.round(2)}"
)
chosen = [m.best_params_["alpha"] for m in cross_validate(
    machine, Z, y, cv=out, return_estimator=True)["estimator"]]
assert np.allclose(penalties, chosen), (
    f"got penalties {penalties}, the search inside chooses {chosen}"
)


# %%
#| exercise: solution
#| note: "With the three penalties of the check all folds agree. With the eight `alphas` one of four takes {{ f'{max(eight_chosen):.0f}' }} where the others take {{ f'{min(eight_chosen):.0f}' }}, and its error is {{ f'{eight_error:.1f}' }} where it would be {{ f'{other_error:.1f}' }} with theirs: the curve is flat, and the choice nearly a matter of taste."
def nested(Z, y, alphas, outer, inner):
    errors, penalties = [], []
    for train, test in outer.split(Z):
        A, t = Z[train], y[train]
        tried = [mae(Ridge(a), A, t, inner).mean() for a in alphas]
        penalties.append(alphas[int(np.argmin(tried))])
        model = Ridge(penalties[-1]).fit(A, t)
        errors.append(np.abs(y[test] - model.predict(Z[test])).mean())
    return errors, penalties
