# ---
# title: Comparing models
# lede: >-
#   Model B scores 0.687 and model A 0.679. Is B better, or was it lucky? The difference of two scores is a measurement, and
#   a measurement has an error. This chapter measures it: on one test set, over cross-validation, among many models, and
#   before the data are collected. It also says what to do when the answer is "we cannot tell", as it often is.
# minutes: 75
# needs: [foundations/probability-and-statistics, judging/classification-metrics, judging/cross-validation]
# paths: [scikit-learn]
# able:
#   - compare two models on the same rows, by an interval and by McNemar's test, and say what pairing gains
#   - tell why the paired t-test over folds raises false alarms, derive the correction and know its limits
#   - plan how many test rows a difference needs
#   - read the best of many comparisons without being fooled
#   - say "we cannot tell" with a number, and choose all the same
# ---

# %% [markdown]
# ## Better, or luckier? {#question}
#
# A bank calls customers and offers a deposit. Whom should it call first? Model A, a [logistic
# regression](../regression/logistic-regression.py), knows the customer, the month and what earlier calls led to. (It does
# not know the length of the call, `duration`: nobody knows that before calling. It is the [leak](glossary:leakage)
# of this table.)
# A colleague brings model B: the same, and ten columns more, so that age, balance and calls may act along a bend.

# %%
#| live: true
import numpy as np

from mle.datasets import load_bank_marketing
from mle.linear_model import LogisticRegression
from mle.metrics import accuracy_score, log_loss, roc_auc_score
from mle.model_selection import train_test_split
from mle.pipeline import make_pipeline
from mle.preprocessing import StandardScaler

calls = load_bank_marketing()
t = calls.columns
y = (calls.y == "yes").astype(int)


def dummies(*names):
    """A column of 0 and 1 for each category but the first."""
    return [t[n] == kind for n in names for kind in np.unique(t[n])[1:]]


plain = [t[n] for n in ("age", "balance", "campaign", "previous")]
plain += dummies("job", "marital", "education", "default", "housing",
                 "loan", "contact", "poutcome")
plain += [t["pdays"] >= 0]
months = dummies("month")
bends = [t["age"] > limit for limit in (25, 30, 35, 40, 50, 60)]
bends += [t["campaign"] >= 2, t["campaign"] >= 4,
          np.sign(t["balance"]) * np.log1p(np.abs(t["balance"])),
          np.log1p(np.maximum(t["pdays"], 0))]
X = {"A": np.column_stack(plain + months).astype(float),
     "B": np.column_stack(plain + months + bends).astype(float)}
model = make_pipeline(StandardScaler(), LogisticRegression())

train, test = train_test_split(
    np.arange(len(y)), test_size=1 / 3, stratify=y, random_state=0)
y_test, p = y[test], {}
print("  columns    AUC  log-loss  accuracy")
for name, table in X.items():
    model.fit(table[train], y[train])
    p[name] = model.predict_proba(table[test])[:, 1]
    right = accuracy_score(y_test, (p[name] >= 0.5).astype(int))
    print(f"{name} {table.shape[1]:7}"
          f" {roc_auc_score(y_test, p[name]):6.3f}"
          f" {log_loss(y_test, p[name]):9.4f} {right:9.3f}")

# %%
#| hide: true

import matplotlib.pyplot as plt

from mle import plot


def minus(text):
    return text.replace("-", "−")


def stacked(values, width):
    """Places of dots in a dot plot: centres of bins, and heights."""
    place = np.floor(values / width).astype(int)
    height = np.array([np.sum(place[:i] == k) for i, k in enumerate(place)])
    return (place + 0.5) * width, height


auc_a, auc_b = (roc_auc_score(y_test, p[name]) for name in "AB")
gap_seen = auc_b - auc_a
assert gap_seen > 0, "the lede and the text say so"
assert f"{auc_a:.3f} {auc_b:.3f}" == "0.679 0.687", "the lede says so"
assert log_loss(y_test, p["B"]) < log_loss(y_test, p["A"]), "the text says so"

# %% [markdown]
# On {{ len(y_test):, }} customers that neither has seen, B puts a buyer before a non-buyer more often
# ([AUC](glossary:auc)), and its [log-loss](glossary:log-loss) is lower. So common sense says: take B. Only
# [accuracy](glossary:accuracy) disagrees, and there the rule "nobody buys" has {{ float(1 - y_test.mean()):.3f }}. Before we vote, deal the
# customers anew, by [cross-validation](cross-validation.py): ten times into five parts, each part in turn the test set of
# models fitted to the rest. That gives fifty more gains of B over A.

# %%
from mle.model_selection import RepeatedStratifiedKFold, cross_validate

X["C"] = np.column_stack(plain).astype(float)  # no month: for later
dealt = RepeatedStratifiedKFold(n_splits=5, n_repeats=10, random_state=0)
folds = list(dealt.split(y, y))
kinds = ["roc_auc", "neg_log_loss", "accuracy"]
scores = {name: cross_validate(model, table, y, cv=folds, scoring=kinds)
          for name, table in X.items()}
d_auc = scores["B"]["test_roc_auc"] - scores["A"]["test_roc_auc"]

# %%
#| hide: true
assert 0.2 * len(d_auc) < np.sum(d_auc < 0) < 0.4 * len(d_auc), "the text says a third or so"

# %%
#| id: fig-deals
#| caption: "The same two recipes, fitted anew, on {{ len(d_auc) }} other test sets of about {{ len(folds[0][1]) }} customers. A wins on
#|   {{ int(np.sum(d_auc < 0)) }} of them: a single test set can point either way."
#| alt: A dot plot of fifty differences in AUC between about minus 0.015 and 0.02, most of them right of a dashed line at
#|   zero. A vertical line marks the first test set, at 0.008.
fig, ax = plt.subplots(figsize=(5.2, 2.3))
where, height = stacked(d_auc, 0.001)
ax.plot(where, height, "o", color=plot.color("data"), ms=5)
ax.axvline(0, color=plot.color("truth"), ls="--", lw=1.2)
ax.plot([gap_seen] * 2, [-0.6, height.max() + 1.2], color=plot.color("fit"))
plot.note(ax, "the first test set", (gap_seen, height.max() + 0.6), "fit", offset=(5, 0))
plot.note(ax, "A better", (0, height.max() + 0.6), "muted", offset=(-8, 0))
ax.set(yticks=[], ylim=(-0.7, height.max() + 1.4), xlabel="AUC of B minus AUC of A")
ax.grid(False)

# %% [markdown]
# So which is it? We need an error bar for a *difference*, and it is not what two error bars suggest.
#
# ## Six calls by hand {#by-hand}
#
# Two models guess how many minutes a call will last. Six calls, and by how many minutes each guess was wrong:
#
# | Call | 1 | 2 | 3 | 4 | 5 | 6 | Mean |
# |:--|--:|--:|--:|--:|--:|--:|--:|
# | A | 3 | 7 | 1 | 9 | 4 | 6 | 5 |
# | B | 2 | 6 | 1 | 8 | 3 | 4 | 4 |
# | A − B | 1 | 1 | 0 | 1 | 1 | 2 | 1 |
#
# : Misses in minutes. Long calls are hard for both. {#tbl-six}
#
# Take the first two lines alone. The misses of A spread from 1 to 9, so its mean of 5 is uncertain, and so is the 4 of
# B. By the rule that the variances of independent means add up, the difference of 1 has the [standard
# error](glossary:standard-error) $\sqrt{s_A^2/6 + s_B^2/6}$, with $s^2$ the variance, divisor 5. Now take the last
# line. It is a column of six numbers between 0 and 2, with a mean and a standard error of its own:
#
# ```pycon
# >>> a = np.array([3.0, 7.0, 1.0, 9.0, 4.0, 6.0])
# >>> b = np.array([2.0, 6.0, 1.0, 8.0, 3.0, 4.0])
# >>> round(float(np.sqrt(a.var(ddof=1) / 6 + b.var(ddof=1) / 6)), 2)
# 1.59
# >>> round(float(np.sqrt((a - b).var(ddof=1) / 6)), 2)
# 0.26
# ```
#
# One minute, give or take {{ np.sqrt(a.var(ddof=1) / 6 + b.var(ddof=1) / 6):.2f }}; or one minute, give or take {{ np.sqrt((a - b).var(ddof=1) / 6):.2f }}. Both use the same twelve numbers. The first belongs
# to another experiment, one in which A and B met *different* calls. There, a lucky draw of short calls for B would
# look like skill. On the same calls, what is hard is hard for both, and the subtraction removes it.
#
# ## Why the same rows {#pairing}
#
# Let $a_i$ and $b_i$ be the losses of the two models on row $i$, and $d_i = a_i - b_i$ the *gain* of B: how much less it
# loses. With bars for means, $d_i - \bar d = (a_i - \bar a) - (b_i - \bar b)$. Square and take the mean over rows: two
# squares, which are variances, and minus twice the product, which is the [covariance](glossary:covariance). Write the
# covariance as the [correlation](glossary:correlation) $\rho$ ("rho") times both standard deviations:
#
# $$
# \sigma_d^2 = \sigma_a^2 + \sigma_b^2 - 2 \rho\, \sigma_a \sigma_b
# $$ {#eq-paired-variance}
# : $\sigma_a$, $\sigma_b$, $\sigma_d$: standard deviations of $a_i$, $b_i$ and $d_i$ over the rows. The standard error of
#   $\bar d$ on $n$ independent rows is $\sigma_d / \sqrt n$ (@eq-standard-error).
#
# On different rows the losses would be independent, $\rho = 0$, and the last term is missing. If both models have the same
# $\sigma$, then $\sigma_d^2 = 2 \sigma^2 (1 - \rho)$. So [pairing](glossary:paired-comparison) shortens the interval
# by the factor $\sqrt{1 - \rho}$, as $1 / (1 - \rho)$ times as many rows would. Two models of the same data are mostly
# wrong about the same rows:

# %%
#| live: true
from mle.testing import verify


def paired_variance(a, b):
    rho, s_a, s_b = np.corrcoef(a, b)[0, 1], a.std(), b.std()
    return s_a**2 + s_b**2 - 2 * rho * s_a * s_b  # eq: paired-variance


def surprise(y, p):
    """Log-loss of each row, (n,)."""
    return -np.log(np.where(y == 1, p, 1 - p))


a, b = surprise(y_test, p["A"]), surprise(y_test, p["B"])
verify("paired-variance", paired_variance(a, b), np.var(a - b))
rho = float(np.corrcoef(a, b)[0, 1])
n = len(y_test)
unpaired = 1.96 * np.sqrt((a.var() + b.var()) / n)
paired = 1.96 * np.sqrt(np.var(a - b) / n)
print(f"gain {np.mean(a - b):.4f}, correlation {rho:.3f}")
print(f"± {unpaired:.4f} on different rows")
print(f"± {paired:.4f} on the same rows")

# %%
#| hide: true
assert abs(np.mean(a) - log_loss(y_test, p["A"])) < 1e-12, "the text says so"

# %% [markdown]
# The mean of these surprises is the library's `log_loss`. Those of A and B have a correlation of {{ rho:.3f }}, so the interval
# on the same rows is {{ float(unpaired / paired):.0f }} times as narrow. Different rows would match that only if there were
# {{ float(unpaired / paired)**2:.0f }} times as many. That is the first rule: **same rows, and subtract row by row.** Two published scores with an error bar each do not allow it, and "their intervals
# overlap" says nothing about the difference on shared rows.
#
# ## One test set {#one-test-set}
#
# ### Draw the rows again {#bootstrap}
#
# Log-loss is a mean over rows, so a formula does. AUC is not. The [bootstrap](glossary:bootstrap) helps with any score:
# draw the {{ len(y_test):, }} test rows with replacement, compute *both* scores on the same draw, subtract, repeat.

# %%
#| live: true
from mle.model_selection import bootstrap_interval


def auc_gain(y, p_a, p_b):
    return roc_auc_score(y, p_b) - roc_auc_score(y, p_a)


def by_hand(metric, *columns, draws, seed=0):
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(draws):
        i = rng.integers(len(columns[0]), size=len(columns[0]))
        found.append(metric(*(column[i] for column in columns)))
    return np.array(found)


drawn = by_hand(auc_gain, y_test, p["A"], p["B"], draws=500)
low, high = np.quantile(drawn, [0.025, 0.975])
library = bootstrap_interval(
    auc_gain, y_test, p["A"], p["B"],
    n_resamples=500, method="percentile", random_state=0)
print(f"by hand  {low:.4f} to {high:.4f}")
print(f"library  {library.low:.4f} to {library.high:.4f}")

# %%
#| hide: true
assert np.allclose([library.low, library.high], [low, high], rtol=0, atol=1e-12), "the text says so"


def log_loss_gain(y, p_a, p_b):
    return float(np.mean(surprise(y, p_a) - surprise(y, p_b)))


def accuracy_gain(y, p_a, p_b):
    return float(np.mean((p_b >= 0.5) == y) - np.mean((p_a >= 0.5) == y))


gains = {"AUC": auc_gain, "log-loss": log_loss_gain, "accuracy": accuracy_gain}
draws = {"AUC": np.append(drawn, by_hand(auc_gain, y_test, p["A"], p["B"], draws=500, seed=1))}
for name in ("log-loss", "accuracy"):
    draws[name] = by_hand(gains[name], y_test, p["A"], p["B"], draws=1000)
alone = {
    name: by_hand(roc_auc_score, y_test, p[name], draws=500, seed=seed)
    for seed, name in enumerate("AB", start=5)
}
apart = np.random.default_rng(0).permutation(alone["B"]) - alone["A"]
sure = {name: (gains[name](y_test, p["A"], p["B"]), *np.quantile(d, [0.025, 0.975])) for name, d in draws.items()}
narrower = float(np.ptp(np.quantile(apart, [0.025, 0.975])) / np.ptp(sure["AUC"][1:]))
assert narrower > 5
for name in sure:
    assert sure[name][1] < 0 < sure[name][2], (name, sure[name], "the text says that none is clear of zero")
assert abs(np.ptp(sure["log-loss"][1:]) / (2 * paired) - 1) < 0.05, "the text says that the formula agrees"

from mle.model_selection.compare import bca_tails

everyone = np.arange(n)
without = np.array([auc_gain(*(v[everyone != i] for v in (y_test, p["A"], p["B"]))) for i in everyone])
tail_low, tail_high = bca_tails(gap_seen, draws["AUC"], without, np.array([0.025, 0.975]))
bca = np.quantile(draws["AUC"], [tail_low, tail_high])
rng = np.random.default_rng(0)
lows = np.array([np.quantile(rng.choice(draws["AUC"], len(draws["AUC"])), tail_low) for _ in range(300)])
low_error = 1.96 * float(lows.std())
assert sure["AUC"][1] < bca[0], "the text says so"
assert 0.05 < np.mean(lows > 0) < 0.95, "the text says either side of zero"


def row(values, digits=4):
    return " | ".join(minus(f"{v:+.{digits}f}") for v in values)

# %% [markdown]
# The same, as both draw the same rows. Around the loop, which stands [in an earlier
# chapter](../foundations/probability-and-statistics.py#bootstrap), the library has two guards. Arrays of unequal length are
# an error (equal length does not prove equal order; that stays with you). And a draw without a buyer, which has no AUC, is
# an error, too, and not a silent gap:
#
# ```quote
# mle.model_selection.compare.value_of
# ```
#
# | Gain of B over A | on the test set | from | to |
# |:--|--:|--:|--:|
# | AUC | {{ row(sure["AUC"]) }} |
# | log-loss (less is better, so A minus B) | {{ row(sure["log-loss"]) }} |
# | accuracy at ½ | {{ row(sure["accuracy"]) }} |
#
# : Bootstrap intervals, 95 %, 1,000 draws (for AUC the 500 above and 500 more) of {{ len(y_test):, }} rows. A gain is positive where B is better. {#tbl-one-test}

# %%
#| id: fig-pairing
#| caption: The gain in AUC, drawn again and again. With the same customers for both models the interval is {{ narrower:.0f }} times as
#|   narrow as with different ones, and it still reaches zero.
#| alt: Two histograms around 0.008. A very wide grey one from about minus 0.08 to 0.1 and, in its middle, a
#|   narrow, tall one from about 0 to 0.02 whose left edge touches a dashed line at zero.
fig, ax = plt.subplots(figsize=(5.2, 2.6))
ax.hist(apart, 30, density=True, color=plot.color("muted"), alpha=0.45, histtype="stepfilled")
ax.hist(draws["AUC"], 20, density=True, color=plot.color("fit"), histtype="stepfilled")
ax.axvline(0, color=plot.color("truth"), ls="--", lw=1.2)
ax.set(yticks=[], xlim=(-0.12, 0.135), xlabel="AUC of B minus AUC of A")
top = ax.get_ylim()[1]
plot.note(ax, "same customers", (0.018, 0.75 * top), "fit", offset=(6, 0))
plot.note(ax, "different\ncustomers", (-0.05, 0.22 * top), "muted", offset=(-6, 0), va="center")

# %% [markdown]
# Pairing made the interval {{ narrower:.0f }} times as narrow (and for log-loss it agrees with the formula). None of the three
# gains is clear of zero, AUC by a hair. Does another recipe see it? The library's default, BCa [@efron1987], does not take the
# quantiles of the draws at 2.5 and 97.5 % as they are. It moves them by $z_0$, for draws that lie off the score, and by $a$, for
# single rows that pull more to one side:
#
# ```quote
# mle.model_selection.compare.bca_tails
# ```
#
# It moves the lower end from {{ minus(f"{sure['AUC'][1]:.4f}") }} to {{ minus(f"{bca[0]:.5f}") }}. A thousand draws know that end to
# ± {{ low_error:.4f }}, so another thousand may put it on either side of zero; a verdict that hangs on the draws is none. And the
# [confidence interval](glossary:confidence-interval) says what the test set does *not* rule out: a gain of
# {{ sure["AUC"][2]:.3f }}. "Not clear of zero" is not "equal".
#
# ### Right or wrong: McNemar's test {#mcnemar}
#
# For two classifiers the score of a row is 1 or 0: right or wrong. [Accuracy](glossary:accuracy) is the mean of that:
#
# ```quote
# mle.metrics.classification.accuracy_score
# ```
#
# Where both are right, or both wrong, the row says nothing about which is better; it cancels. What counts are the
# *discordant* rows: $n_{10}$ where only A is right, $n_{01}$ where only B is. Suppose that A and B are equally good, and the rows independent. Then
# each discordant row is a fair coin: equal accuracy means that both kinds are equally likely, ½ each. With $m = n_{10} + n_{01}$ of them, the
# probability that exactly $i$ fall to B is the number of ways to choose $i$ of $m$ rows, divided by all $2^m$
# outcomes. How odd is what we saw? Add up the outcomes that are as lopsided or more so. With $k$ the smaller of the two
# counts, these are $0, \dots, k$ for one side, and by symmetry as many for the other:
#
# $$
# P = \min\Bigl(1,\; 2 \sum_{i=0}^{k} \binom{m}{i} 2^{-m}\Bigr)
# $$ {#eq-mcnemar}
# : $m$ and $k$ count rows; $\binom{m}{i}$, "m choose i". $P$ is a [p-value](glossary:p-value). The minimum matters when
#   $n_{10} = n_{01}$: there the middle is counted twice.
#
# This is the exact form of [McNemar's test](glossary:mcnemars-test) [@mcnemar1947]. To check it, list all 1,024
# outcomes of ten coins.

# %%
#| live: true
import math
from itertools import product
from statistics import NormalDist


def mcnemar(right_a, right_b):
    """Rows where only A, only B is right, and the exact p-value."""
    only_a = int(np.sum(right_a & ~right_b))
    only_b = int(np.sum(~right_a & right_b))
    m, k = only_a + only_b, min(only_a, only_b)
    ways = sum(math.comb(m, i) for i in range(k + 1))
    return only_a, only_b, min(1.0, 2 * ways / 2**m)  # eq: mcnemar


def two_shares(right_a, right_b):
    """p-value of the unpaired test of two shares."""
    both = (right_a.mean() + right_b.mean()) / 2
    error = math.sqrt(both * (1 - both) * 2 / len(right_a))
    z = abs(right_a.mean() - right_b.mean()) / error
    return 2 * NormalDist().cdf(-z)


heads = np.array([sum(coins) for coins in product([0, 1], repeat=10)])
for k in range(6):
    as_odd = np.mean(np.abs(heads - 5) >= abs(k - 5))
    to_a = np.arange(10) >= k
    verify("mcnemar", mcnemar(to_a, ~to_a)[2], as_odd)

right = {name: (p[name] >= 0.5) == y_test for name in "AB"}
right["nobody"] = y_test == 0
print("only A  only other       McNemar  unpaired")
for other in ("B", "nobody"):
    one, two, odd = mcnemar(right["A"], right[other])
    loose = two_shares(right["A"], right[other])
    print(f"{one:6} {two:4} {other:7}"
          f" {odd:14.2f} {loose:9.2f}")

# %%
#| hide: true
only_a, only_b, odd_ab = mcnemar(right["A"], right["B"])
alone_a, alone_no, odd_no = mcnemar(right["A"], right["nobody"])
loose_ab = two_shares(right["A"], right["B"])
assert odd_ab > 0.05
assert odd_no > 0.05, "the text says so"
assert loose_ab > 2 * odd_ab
assert np.quantile(alone["A"], 0.001) > 0.5, "the text says that A beats a coin"
ab_rate = (only_a + only_b) / len(y_test)

# %% [markdown]
# Of {{ len(y_test):, }} customers A and B part over {{ only_a + only_b }}: {{ only_a }} to {{ only_b }}. A fair coin does as
# badly in {{ 100 * odd_ab:.0f }} of a hundred tries. The unpaired test, which takes A's customers for strangers to B's, says
# {{ loose_ab:.2f }}: it hides what little there is to see. And the last line is a lesson in choosing the score. At one half, A's accuracy cannot
# be told from that of "nobody buys" ({{ alone_a }} to {{ alone_no }}). Yet A orders customers far better than a coin, and the bank
# wants the order.
#
# ## Cross-validation: the same rows again and again {#cross-validation}
#
# So far we compared two *fitted* models on {{ len(y_test):, }} rows. To choose between two *methods*, we want other training rows,
# too. [Cross-validation](glossary:cross-validation) fits anew and tests on every row; repeated, it deals anew and does it again
# ([the code of the splitter](cross-validation.py) stands in the last chapter). Both models must meet the same parts.
# We made the list of parts once and passed it to both; @fig-deals shows the $J = {{ len(d_auc) }}$ differences $d_j$ in AUC. Their mean is {{ d_auc.mean():.4f }}.
# Is that clear of zero? Every textbook has a test for paired numbers: with $s^2$ their variance, divisor $J - 1$, take
# $t = \bar d / \sqrt{s^2 / J}$ and ask Student's distribution with $J - 1$ [degrees of freedom](glossary:degrees-of-freedom):
# a bell curve with heavier tails, because $s^2$ is uncertain too.

# %%
from mle.model_selection.compare import student_two_sided


def naive_test(d):
    """p-value of the paired t-test, as if all were independent."""
    t = np.mean(d) / math.sqrt(np.var(d, ddof=1) / len(d))
    return student_two_sided(t, len(d) - 1)


for repeats in (1, 2, 5, 10):
    d = d_auc[:5 * repeats]
    print(f"dealt {repeats:2} times: mean gain {d.mean():.4f},"
          f" p {naive_test(d):.4f}")

# %%
#| hide: true
naive_once, naive_all = naive_test(d_auc[:5]), naive_test(d_auc)
assert naive_all < 0.005 < 0.2 < naive_once, "the text says so"

# %% [markdown]
# Dealt once, nothing; dealt ten times, a triumph: {{ naive_all:.4f }}. But no customer was added. If a computer can turn
# {{ naive_once:.2f }} into {{ naive_all:.4f }} by shuffling the same rows, the test must be wrong.
#
# ### A world where we know the answer {#known-truth}
#
# To convict it, build a world where two models are equally good. Ten independent columns with the same weight, and noise. Model A
# may use the first five, model B the last five. By symmetry neither is better, at any number of rows. Draw 60 rows, cross-validate
# both, and test at the level 0.05: a p-value below it counts as a finding. Here each finding is a
# [false alarm](glossary:false-alarm), and there should be 5 in a hundred.
# The code fits all parts of all dealings at once: the sums for a training part are those of all rows minus those of the
# test part ([why that works](../regression/linear-regression.py)).


# %%
#| live: true
def world(n, gain, rng):
    """Rows of a world where B's columns weigh 1 + gain times A's."""
    X = rng.normal(size=(n, 10))
    signal = X[:, :5].sum(axis=1) + (1 + gain) * X[:, 5:].sum(axis=1)
    return X, signal / math.sqrt(5) + rng.normal(size=n)


def deal(n, k, repeats, rng):
    """Rows of each part of each dealing, (repeats, k, n / k)."""
    order = np.tile(np.arange(n), (repeats, 1))
    return rng.permuted(order, axis=1).reshape(repeats, k, -1)


def cv_errors(X, y, parts):
    """Squared error of least squares on each part, (repeats, k)."""
    F, t = X[parts], y[parts][..., None]  # (repeats, k, n / k, p)
    G, c = F.swapaxes(2, 3) @ F, F.swapaxes(2, 3) @ t
    w = np.linalg.solve(G.sum(axis=1, keepdims=True) - G,
                        c.sum(axis=1, keepdims=True) - c)
    return np.mean((t - F @ w) ** 2, axis=(2, 3))


def trials(many, rng, n=60, k=5, repeats=10, gain=0.0):
    """Differences A - B in many such worlds, (many, repeats, k)."""
    found = []
    for _ in range(many):
        X, y = world(n, gain, rng)
        parts = deal(n, k, repeats, rng)  # the same for both
        found.append(cv_errors(X[:, :5], y, parts)
                     - cv_errors(X[:, 5:], y, parts))
    return np.array(found)


# %%
#| live: true
d = trials(200, np.random.default_rng(0))
for repeats in (1, 2, 5, 10):
    alarms = np.mean([naive_test(x[:repeats].ravel()) < 0.05 for x in d])
    print(f"dealt {repeats:2} times: false alarms {100 * alarms:.0f} %")

# %%
#| hide: true
import time

from mle.linear_model import LinearRegression
from mle.model_selection import corrected_paired_test


def loop_errors(X, y, parts):
    """As cv_errors, one fit after the other."""
    found = np.empty(parts.shape[:2])
    for r, dealing in enumerate(parts):
        for j, test_rows in enumerate(dealing):
            train_rows = np.delete(dealing, j, axis=0).ravel()
            fitted = LinearRegression(fit_intercept=False).fit(X[train_rows], y[train_rows])
            found[r, j] = np.mean((y[test_rows] - fitted.predict(X[test_rows])) ** 2)
    return found


Xw, yw = world(60, 0.0, np.random.default_rng(0))
dealt_once = deal(60, 5, 10, np.random.default_rng(1))
slow = fast = math.inf
for _ in range(5):
    begun = time.perf_counter()
    by_loop = loop_errors(Xw[:, :5], yw, dealt_once)
    between = time.perf_counter()
    at_once = cv_errors(Xw[:, :5], yw, dealt_once)
    slow, fast = min(slow, between - begun), min(fast, time.perf_counter() - between)
assert np.allclose(by_loop, at_once, rtol=0, atol=1e-12), "the text says so"
speed_floor = 10
assert slow > speed_floor * fast

many, dealings = 1500, (1, 2, 3, 5, 10, 20)
null = trials(many, np.random.default_rng(1), repeats=20)


def corrected_p(x, ratio):
    """p-values of the corrected test, for rows of x (many, J)."""
    J = x.shape[1]
    t = x.mean(axis=1) / np.sqrt((1 / J + ratio) * x.var(axis=1, ddof=1))
    return np.array([student_two_sided(v, J - 1) for v in t])


alarm = {"usual": [], "corrected": []}
for repeats in dealings:
    x = null[:, :repeats].reshape(many, -1)
    for name, ratio in (("usual", 0.0), ("corrected", 1 / 4)):
        alarm[name].append(float(np.mean(corrected_p(x, ratio) < 0.05)))
one = null[0, :2].ravel()
lib = corrected_paired_test(one, 0 * one, n_train=48, n_test=12)
assert abs(lib.pvalue - corrected_p(one[None], 1 / 4)[0]) < 1e-12
assert abs(naive_test(one) - corrected_p(one[None], 0.0)[0]) < 1e-12
assert all(low < high for low, high in zip(alarm["usual"], alarm["usual"][1:])), "the caption says that it grows"
assert alarm["usual"][-1] > 0.6
assert alarm["usual"][0] < 0.08, "the text says nearly honest"
assert 0.03 < alarm["corrected"][-1] < 0.09, alarm
assert 0.03 < alarm["corrected"][-2] < 0.09, alarm
assert alarm["corrected"][0] < 0.04, alarm
flat = null.reshape(many, -1)
measured = float(flat.mean(axis=1).var() / flat.var(axis=1, ddof=1).mean())
promised = 1 / flat.shape[1] + 1 / 4
assert 0.85 < measured / promised < 1.25, (measured, promised)

# %%
#| id: fig-alarm
#| caption: Two models that are equally good, {{ f"{many:,}" }} times. The usual test finds a difference in
#|   {{ 100 * alarm["usual"][0]:.0f }} % of the cases when the rows are dealt once, and in {{ 100 * alarm["usual"][-1]:.0f }} % when they are
#|   dealt {{ dealings[-1] }} times. The corrected one stays near the promised 5 % or below.
#| alt: Two lines over the number of dealings from 1 to 20. The upper rises steeply from about 6 percent to about 70.
#|   The lower rises from about 2 percent to a dashed line at 5.
fig, ax = plt.subplots(figsize=(5.2, 2.9))
ax.plot([0.95, 20.5], [5, 5], color=plot.color("truth"), ls="--", lw=1.2)
for name, role, offset in (("usual", "error", (-10, 6)), ("corrected", "fit", (-2, 9))):
    values = 100 * np.array(alarm[name])
    ax.plot(dealings, values, "o-", color=plot.color(role))
    word = "the usual paired t-test" if name == "usual" else "corrected"
    plot.note(ax, word, (dealings[-2], values[-2]), role, offset=offset)
plot.note(ax, "5 %", (20.5, 5), "truth", offset=(5, 0))
ax.set(xscale="log", ylim=(0, 85), xlabel="times the rows are dealt into five parts", ylabel="false alarms, %")
ax.set_xticks(dealings, [str(v) for v in dealings])
ax.minorticks_off()

# %% [markdown]
# The shares in the figure are uncertain by at most {{ 196 * math.sqrt(0.25 / many):.1f }} points, those printed above, of {{ len(d) }} worlds,
# by {{ 196 * math.sqrt(0.25 / len(d)):.0f }}. (A loop over the parts with the library's
# `LinearRegression` gives the same errors, at least {{ speed_floor }} times as slowly.) Dealt once, the usual test is nearly honest
# in this world; in others it is not [@dietterich1998].
#
# ### What went wrong: the variance of a mean {#correction}
#
# The $d_j$ are not independent. Two training parts share most of their rows, and in two dealings the test parts share
# rows too. As [for one score](cross-validation.py#how-sure), suppose that all $d_j$ have the same variance $\sigma^2$, and all
# pairs the same correlation $\rho$, so the covariance $\rho \sigma^2$. The variance of their sum adds up $J$ variances and
# $J(J - 1)$ covariances; the mean divides that by $J^2$:
#
# $$
# \operatorname{Var}(\bar d) = \sigma^2 \Bigl( \frac1J + \frac{J - 1}{J}\, \rho \Bigr)
# $$ {#eq-fold-mean}
# : $J$ differences; $\rho$ is the correlation of any two of them. As $J$ grows, the bracket tends to $\rho$, not to 0.
#
# So repeating helps until the first term is small, and no further. Now the second half: what does $s^2$ estimate? Written
# out, $\sum_{ij} (d_i - d_j)^2 = 2J \sum_j d_j^2 - 2 \bigl(\sum_j d_j\bigr)^2 = 2J \sum_j (d_j - \bar d)^2$. So $s^2$ is half the
# mean squared difference of the $J(J - 1)$ pairs. With equal means, that square is $2\sigma^2 - 2\rho\sigma^2$ on average
# (@eq-paired-variance). Hence $\mathrm E[s^2]$ is only $(1 - \rho)\, \sigma^2$ and misses what all $d_j$ share. The bracket of @eq-fold-mean is $\frac{1 - \rho}{J} + \rho$; with $\sigma^2 = \mathrm E[s^2] / (1 - \rho)$,
#
# $$
# \operatorname{Var}(\bar d) = \Bigl( \frac1J + \frac{\rho}{1 - \rho} \Bigr)\, \mathrm E[s^2] .
# $$
#
# So we need $\rho$, and one cross-validation cannot tell it: no estimate of this variance is unbiased whatever the
# distribution [@bengio2004]. Nadeau and Bengio put in a guess [@nadeau2003]. Take a model so steady that its gain on a row
# hardly depends on which rows trained it. Then $d_j$ is a mean of fixed row gains, and two of them covary by the rows that
# their test parts share. Draw $n_\mathrm{test}$ of $n$ rows twice. A row of the first draw is in the second with probability
# $n_\mathrm{test} / n$, so they share $n_\mathrm{test}^2 / n$ rows on average. If the row gains are independent with the variance $v$, a mean
# of $n_\mathrm{test}$ has the variance $v / n_\mathrm{test}$, and two such means have the covariance $v$ times the shared rows over
# $n_\mathrm{test}^2$, that is $v / n$. The correlation is the second divided by the first, $n_\mathrm{test} / n$:
#
# $$
# \rho = \frac{n_\mathrm{test}}{n_\mathrm{test} + n_\mathrm{train}}
# $$ {#eq-overlap}
# : $n_\mathrm{test}$ test rows and $n_\mathrm{train}$ training rows, together $n$. With five parts, $\rho = 1/5$.
#
# Then $\rho / (1 - \rho) = n_\mathrm{test} / n_\mathrm{train}$, and
#
# $$
# \widehat{\operatorname{Var}}(\bar d) = \Bigl( \frac1J + \frac{n_\mathrm{test}}{n_\mathrm{train}} \Bigr) s^2
# $$ {#eq-corrected-variance}
# : $s^2$: variance of the $J$ differences, divisor $J - 1$. With five parts and many dealings the bracket is about ¼.
#
# ```quote
# mle.model_selection.compare.corrected_paired_test
# ```
#
# And the customers, who could be shuffled into a triumph?

# %%
from mle.model_selection import corrected_paired_test

n_train, n_test = len(folds[0][0]), len(folds[0][1])
for repeats in (1, 2, 5, 10):
    one, two = (scores[m]["test_roc_auc"][:5 * repeats] for m in "BA")
    fair = corrected_paired_test(one, two, n_train=n_train, n_test=n_test)
    print(f"dealt {repeats:2} times: usual p {naive_test(one - two):.4f},"
          f" corrected p {fair.pvalue:.2f}")

# %%
#| hide: true
assert 0.2 < fair.pvalue < 0.5, "the text says so"

# %% [markdown]
# From five dealings on, more of them change nothing, as it should be.
#
# The rest of the test is Student's distribution. For whole degrees of freedom its area is a finite sum of powers of a cosine
# [@abramowitz1964, eqs. 26.7.3 and 26.7.4], no table and no SciPy needed:
#
# ```quote
# mle.model_selection.compare.student_two_sided
# ```
#
# The three equations, each checked on another road: a matrix of covariances, all pairs of draws, and the expected $s^2$.

# %%
from itertools import combinations

J, sigma = 12, 0.7
draws_of_2 = list(combinations(range(5), 2))  # test 2 of 5 rows
shared = [len({*i} & {*j}) / 2 for i in draws_of_2 for j in draws_of_2]
rho_5 = 2 / (2 + 3)  # eq: overlap
verify("overlap", rho_5, np.mean(shared))

covariance = sigma**2 * ((1 - rho_5) * np.eye(J) + rho_5)
share = np.ones(J) / J
var_mean = sigma**2 * (1 / J + (J - 1) / J * rho_5)  # eq: fold-mean
verify("fold-mean", var_mean, share @ covariance @ share)

centre = np.eye(J) - 1 / J
expected_s2 = np.trace(centre @ covariance) / (J - 1)
sample = np.random.default_rng(0).normal(size=J)
sample *= math.sqrt(expected_s2 / sample.var(ddof=1))  # s² as expected
found = corrected_paired_test(1 + sample, 0 * sample, n_train=3, n_test=2)
verify("corrected-variance",
       (found.difference / found.statistic) ** 2, var_mean)

# %% [markdown]
# In the simulated world the truth is known, so we can ask how good the guess is. Over {{ dealings[-1] }} dealings the
# variance of the mean is {{ measured:.2f }} ± {{ 1.96 * measured * math.sqrt(2 / many):.2f }} times the average $s^2$. @Eq-corrected-variance promises
# {{ promised:.2f }}, the usual test {{ 1 / flat.shape[1]:.2f }}. Least squares with five columns is steady, so the guess suits it. It is too
# careful for a single dealing, where test parts share no row: {{ 100 * alarm["corrected"][0]:.0f }} % false alarms. And it can be too bold where the parts share
# the luck of their training rows; @ex-factor shows a model, with ten parts. (The guess was made for test sets drawn independently; Bouckaert and Frank carried it over to
# repeated cross-validation [@bouckaert2004].)
#
# ### And if B is better? {#power}
#
# A test that never speaks raises no false alarm. The share of real differences that it sees is its
# [power](glossary:power). Let B's columns weigh more, and count.

# %%
#| hide: true
levels = (0.0, 0.15, 0.3, 0.5, 0.75, 1.0)
seen = {"usual, 10 dealings": [], "corrected, 10": [], "corrected, 1": []}
better = []
for level in levels:
    x = trials(1000, np.random.default_rng(3), gain=level)
    truth = x.mean() if level else 0.0
    # A's error: noise, plus B's signal that it cannot use, plus what estimation costs.
    rng = np.random.default_rng(4)
    worlds = [world(60, level, rng) for _ in range(60)]
    base = np.mean([cv_errors(Xw[:, :5], yw, deal(60, 5, 1, rng)).mean() for Xw, yw in worlds])
    better.append(100 * float(truth / base))
    flat_x = x.reshape(len(x), -1)
    for name, values, ratio in (
        ("usual, 10 dealings", flat_x, 0.0),
        ("corrected, 10", flat_x, 0.25),
        ("corrected, 1", x[:, 0], 0.25),
    ):
        seen[name].append(100 * float(np.mean(corrected_p(values, ratio) < 0.05)))
assert all(u > v > w for u, v, w in zip(*seen.values())), seen

# %%
#| id: fig-power
#| caption: How often a real gain is seen, with 60 rows, in {{ f"{len(x):,}" }} worlds for each gain. The corrected test pays for its honesty with power. Ten dealings
#|   see more than one, and no honest test sees small gains on few rows.
#| alt: Three rising lines over the true gain of B from 0 to about 60 percent. The usual test begins at about 60 percent;
#|   the corrected one with ten dealings at about 5, with one dealing at about 2 percent, and both rise to the right.
fig, ax = plt.subplots(figsize=(5.2, 3.0))
ax.axhline(5, color=plot.color("truth"), ls="--", lw=1.2)
for (name, values), role, at, offset in zip(
    seen.items(), ("error", "fit", "data"), (2, 3, 4), ((-6, 7), (-6, 6), (6, -6))
):
    ax.plot(better, values, "o-" if role != "data" else "o:", color=plot.color(role), ms=4)
    plot.note(ax, name, (better[at], values[at]), role, offset=offset)
ax.set(ylim=(0, 109), xlim=(-3, 68), xlabel="true gain of B, % of A's squared error", ylabel="found, %")

# %% [markdown]
# The usual test is above the others everywhere, also at zero; that height is not power but false alarm. A gain of
# {{ better[3]:.0f }} % is found in {{ seen["corrected, 10"][3]:.0f }} of a hundred worlds by the corrected test over ten dealings, in
# {{ seen["corrected, 1"][3]:.0f }} over one. Repeating lowers the first term of @eq-corrected-variance. It does not replace rows.
#
# ## How many rows does a difference need? {#rows}
#
# Better to ask before than after. Take accuracy. The gain of a row is $+1$ where only B is right, with probability $p_{01}$;
# $-1$ where only A is, with $p_{10}$; else 0. Its mean is $\delta = p_{01} - p_{10}$ ("delta"), the difference in
# accuracy. Its square is 1 on every discordant row, so the mean square is $p_{01} + p_{10}$, and the variance of a row is
# $p_{01} + p_{10} - \delta^2$. The measured difference has the standard error $\sqrt{(p_{01} + p_{10} - \delta^2) / n}$.
#
# We call a difference seen if it is 1.96 standard errors from zero. The measured one scatters around $\delta$. To be seen
# in 80 of 100 test sets, $\delta$ must lie 0.84 standard errors beyond the line, because a bell curve has 80 % of its area
# above $-0.84$. So $\delta$ must be $1.96 + 0.84$ standard errors; square it and solve for $n$:
#
# $$
# n = (z_\alpha + z_\beta)^2\; \frac{p_{01} + p_{10} - \delta^2}{\delta^2}
# $$ {#eq-rows-needed}
# : $z_\alpha$, 1.96 for the level 0.05; $z_\beta$, 0.84 for a power of 0.8. $n$ test rows, the same for both models.
#
# (@Eq-rows-needed is as good as the bell curve, for which a few dozen discordant rows are enough. On different rows the numerator
# would be the sum of two variances, each an accuracy times one minus that accuracy, and *each* model would need $n$ rows.)

# %%
#| live: true
below, quantile = NormalDist().cdf, NormalDist().inv_cdf


def rows_needed(delta, variance, power=0.8, level=0.05):
    z = quantile(1 - level / 2) + quantile(power)
    return z**2 * variance / delta**2  # eq: rows-needed


def power_of(n, delta, variance):
    return below(delta * math.sqrt(n / variance) - quantile(0.975))


print("points  discordant    same  different")
for delta in (0.01, 0.02):  # from an accuracy of 0.9
    alone = 0.9 * 0.1 + (0.9 + delta) * (0.1 - delta)
    for parted in (0.03, 0.1):
        same = rows_needed(delta, parted - delta**2)
        print(f"{100 * delta:6.0f} {100 * parted:9.0f} %"
              f" {same:7,.0f} {rows_needed(delta, alone):10,.0f}")

# %%
#| hide: true
low, high = 1.0, 1e6
for _ in range(80):  # bisection: the n at which the power is 0.8
    middle = (low + high) / 2
    low, high = (middle, high) if power_of(middle, 0.01, 0.04 - 1e-4) < 0.8 else (low, middle)
verify("rows-needed", rows_needed(0.01, 0.04 - 1e-4), middle)
n_planned = math.ceil(rows_needed(0.01, 0.04 - 1e-4))
rng = np.random.default_rng(0)
counts = rng.multinomial(n_planned, [0.025, 0.015, 0.96], size=4000)
only_bs, only_as = counts[:, 0] / n_planned, counts[:, 1] / n_planned
gap = only_bs - only_as
z = gap / np.sqrt((only_bs + only_as - gap**2) / n_planned)
found_share = float(np.mean(z > 1.96))
kinds_of, times = np.unique(counts[:, :2], axis=0, return_counts=True)
exact_p = [2 * sum(math.comb(b + a, i) for i in range(min(a, b) + 1)) / 2 ** (a + b) for b, a in kinds_of.tolist()]
exact_share = float(times[(np.array(exact_p) < 0.05) & (kinds_of[:, 0] > kinds_of[:, 1])].sum() / times.sum())
assert found_share - 0.05 < exact_share < found_share, "the text says a little more careful"
assert abs(found_share - 0.8) < 0.03
se_auc = float(draws["AUC"].std())
rows_auc = (2.8 * se_auc / d_auc.mean()) ** 2 * len(y_test)
rows_ab = rows_needed(sure["accuracy"][0], ab_rate - sure["accuracy"][0] ** 2)

# %% [markdown]
# Does the plan hold? For a difference of one point, with 4 % of the rows discordant, it asks for {{ f"{n_planned:,}" }} rows. In
# 4,000 simulated test sets of that size, {{ 100 * found_share:.0f }} % are 1.96 standard errors clear; McNemar's exact test, a little more careful,
# sees {{ 100 * exact_share:.0f }} %. (Only the third line of the table has few discordant rows, {{ rows_needed(0.02, 0.03 - 0.02**2) * 0.03:.0f }}: read it as a rough number.) In @fig-rows, turn the number of rows.

# %%
#| id: fig-rows
#| live: true
#| play: {n: [250, 500, 1000, 2000, 4000, 8000, 16000]}
#| say: "{{ n:, }} test rows: the standard error is {{ error:.2f }} points. A true difference of one point is seen in {{ 100 * below((1 - edge) / error):.0f }} of 100 test sets."
#| caption: What a test set would say if A and B were equal (dashed), and if B were better by one point (solid, shaded where
#|   it is seen), with 4 % of the rows discordant. More rows draw the two bells apart.
#| alt: Two bell curves over the measured difference in points, one around 0 and one around 1. To the right of a line at 1.96
#|   standard errors the second is shaded; with more rows both become narrower and the shaded part grows.
n = 1000
error = 100 * math.sqrt((0.04 - 0.01**2) / n)  # in points
edge = 1.96 * error
points = np.linspace(-3, 4.8, 700)
fig, ax = plt.subplots(figsize=(5.2, 2.7))
equal = np.exp(-((points / error) ** 2) / 2)
ahead = np.exp(-(((points - 1) / error) ** 2) / 2)
ax.plot(points, equal, "--", color=plot.color("truth"))
ax.plot(points, ahead, color=plot.color("fit"))
ax.fill_between(points, ahead, where=points > edge, color=plot.color("fit"), alpha=0.3, lw=0)
ax.axvline(edge, color=plot.color("muted"), lw=1)
plot.note(ax, "equal", (-0.6 * error, 0.84), "truth", offset=(-6, 0))
plot.note(ax, "B better by 1", (1 + 1.18 * error, 0.5), "fit", offset=(6, 0))
plot.note(ax, "seen from here on", (edge, 1.12), "muted", offset=(5, 0))
ax.set(yticks=[], xlim=(-3, 4.8), ylim=(0, 1.2), xlabel="measured difference in accuracy, points")
ax.grid(False)

# %% [markdown]
# For other scores, scale what you have: the standard error shrinks like $1 / \sqrt n$. The paired bootstrap says that B's
# gain in AUC has a standard error of {{ se_auc:.4f }} on {{ len(y_test):, }} customers. If the true gain is what cross-validation found,
# {{ d_auc.mean():.4f }}, then to see it in 80 of 100 test sets takes
# {{ len(y_test):, }} · (2.8 · {{ se_auc:.4f }} / {{ d_auc.mean():.4f }})², about {{ round(rows_auc, -3):,.0f }} test rows. The bank has
# {{ len(y):, }} in all. If B's gain is as small as that, the bank could not have seen it. (A plan for new rows, made from the difference found in old
# ones, adds nothing to the verdict on the old.)
#
# ## Many comparisons {#many}
#
# Forty colleagues each bring a model to the meeting. Each is A with three columns more. None of them says that
# the columns are random numbers. For a p-value we divide the best gain by its bootstrap standard error: if nothing were
# going on, the ratio would be nearly a bell curve of width 1.

# %%
rng = np.random.default_rng(0)
brought, p_noise = [], []
for _ in range(40):
    wide = np.column_stack([X["A"], rng.normal(size=(len(y), 3))])
    model.fit(wide[train], y[train])
    p_noise.append(model.predict_proba(wide[test])[:, 1])
    brought.append(auc_gain(y_test, p["A"], p_noise[-1]))
brought = np.array(brought)
best = int(np.argmax(brought))
drawn = by_hand(auc_gain, y_test, p["A"], p_noise[best], draws=500)
z = brought[best] / drawn.std()
alone_p = 2 * below(-z)
print(f"best of 40: gain {brought[best]:.4f}")
print(f"p-value {alone_p:.4f}, times 40: {40 * alone_p:.2f}")

# %%
#| hide: true
assert brought.max() > gap_seen, "the text says so"
assert alone_p < 0.01
assert 0.01 < 40 * alone_p < 0.05, "the text says that even the corrected test is fooled"
rng = np.random.default_rng(0)
for _ in range(best + 1):
    noise = rng.normal(size=(len(y), 3))
model.fit(np.column_stack([X["A"], noise])[train], y[train])
renewed = []
for _ in range(200):
    anew = np.column_stack([X["A"][test], rng.normal(size=(len(test), 3))])
    renewed.append(auc_gain(y_test, p["A"], model.predict_proba(anew)[:, 1]))
again = float(np.mean(renewed))
assert again < 0.1 * brought[best], (again, "the text says that nothing is left")

# %%
#| id: fig-best
#| caption: Forty models with random columns, by their gain in AUC on the test set. The best of them beats B. Nobody would
#|   have been shown the other thirty-nine.
#| alt: Forty dots on a line of gains between about minus 0.008 and 0.012, most near zero; the largest is marked, to the right
#|   of a line for model B at 0.008.
fig, ax = plt.subplots(figsize=(5.2, 2.2))
where, height = stacked(brought, 0.0007)
ax.plot(where, height, "o", color=plot.color("data"), ms=5)
ax.plot(where[best], height[best], "o", color=plot.color("error"), ms=8)
plot.note(ax, "the best\nof forty", (where[best], height[best]), "error", offset=(0, 9))
ax.axvline(gap_seen, color=plot.color("fit"))
plot.note(ax, "B", (gap_seen, height.max() + 0.3), "fit", offset=(-5, 0))
ax.axvline(0, color=plot.color("truth"), ls="--", lw=1.2)
ax.set(yticks=[], ylim=(-0.7, height.max() + 1), xlabel="AUC minus AUC of A", xticks=[-0.005, 0, 0.005, 0.01])
ax.grid(False)

# %% [markdown]
# The best gains {{ brought[best]:.4f }}, more than B, with a p-value of {{ alone_p:.4f }}. Draw its three columns anew for the same
# customers, 200 times, and the mean gain is {{ minus(f"{again:.4f}") }}. [The largest of many noisy
# numbers](train-validate-test.py#winner) is large because of the noise, and the more there are the larger it is. A search for
# the best settings picks in the same way: rank 1 always exists. There are two remedies. The good one costs rows: choose on some, and judge the one chosen model on
# others, which were not looked at. The other costs power: ask more of each test. Suppose that $m$ models are compared with A
# and that $m_0$ of them are in truth as good as A. The probability that any of these $m_0$ raises an alarm is at most the sum
# of their probabilities. So test each at the level $\alpha / m$, as [Bonferroni](glossary:bonferroni-correction) asks, and the sum
# is at most $m_0 \alpha / m \le \alpha$ whatever the models share.
#
# Holm saw that one can be less strict [@holm1979]. Sort the p-values. Compare the smallest with $\alpha / m$, the next with
# $\alpha / (m - 1)$, and so on; stop at the first that fails. Why is that still safe? Of the $m_0$ p-values take the one that
# comes first. Only real differences stand before it, at most $m - m_0$, so at its turn the bar is at most $\alpha / m_0$. If this
# p-value is above that, Holm stops here or before, and no false alarm is raised. The probability that any of the $m_0$ is
# at $\alpha / m_0$ or below is at most $m_0 \cdot \alpha / m_0 = \alpha$. Four models, by hand:
#
# | Model | p | Bonferroni | Bar | Holm |
# |:--|--:|:--|--:|:--|
# | first | 0.004 | finding | 0.0125 | finding |
# | second | 0.015 | no | 0.0167 | finding |
# | third | 0.030 | no | 0.0250 | no, stop |
# | fourth | 0.040 | no | – | no |
#
# : The usual bar is 0.05, and all four would be findings. Holm's bars are 0.05 divided by 4, 3 and 2; Bonferroni's is
#   always the first. {#tbl-holm}


# %%
#| live: true
def holm(p_values, level=0.05):
    """Which p-values (m,) are findings, by Holm's steps."""
    p_values, m = np.asarray(p_values), len(p_values)
    found = np.zeros(m, dtype=bool)
    for step, i in enumerate(np.argsort(p_values)):
        if p_values[i] > level / (m - step):
            break
        found[i] = True
    return found


four = [0.004, 0.015, 0.030, 0.040]
by_steps = holm(four)
print(by_steps)

rng = np.random.default_rng(0)
shift = np.repeat([3.0, 0.0], [5, 15])  # 5 real differences, 15 not
z = rng.normal(size=(1000, 20)) + shift
p_values = np.array([[2 * below(-abs(v)) for v in row_] for row_ in z])
rules = {"usual": p_values < 0.05, "Bonferroni": p_values < 0.05 / 20,
         "Holm": np.array([holm(row_) for row_ in p_values])}
print("           any false alarm    real, found")
for name, findings in rules.items():
    false = np.mean(findings[:, 5:].any(axis=1))
    print(f"{name:10} {100 * false:13.0f} %"
          f" {100 * findings[:, :5].mean():12.0f} %")

# %%
#| hide: true
assert by_steps.tolist() == [True, True, False, False]
any_false = {name: float(f[:, 5:].any(axis=1).mean()) for name, f in rules.items()}
real_found = {name: float(f[:, :5].mean()) for name, f in rules.items()}
assert any_false["usual"] > 0.4
assert any_false["Bonferroni"] <= any_false["Holm"] < 0.07
assert real_found["Bonferroni"] < real_found["Holm"] < real_found["usual"]

# %% [markdown]
# With twenty models, five of them truly better, the usual level raises at least one false alarm in
# {{ 100 * any_false["usual"]:.0f }} % of the rounds. Holm keeps its promise, and finds a little more than Bonferroni. Both need an
# honest $m$: also the models that were tried and dropped.
#
# And our forty? Forty times the best p-value is {{ 40 * alone_p:.2f }}: corrected, it is *still* a finding, and we know that it is
# false. The promise is at most 5 wrong meetings in a hundred, not none, and this is one of them. (The seed is 0.
# To look for a kinder one would be the very mistake of this section.) That is why new rows are the better remedy.
#
# ## The bank's answer, read aloud {#answer}
#
# Now the whole evidence: B, and a model C that does *without* the month, each against A, by the corrected test over the same
# {{ len(folds) }} parts.

# %%
answers = {}
for name, (one, two) in {"B minus A": "BA", "C minus A": "CA"}.items():
    for kind in kinds:
        answers[name, kind] = corrected_paired_test(
            scores[one][f"test_{kind}"], scores[two][f"test_{kind}"],
            n_train=n_train, n_test=n_test)

# %%
#| hide: true
def t_quantile(df):
    """Student's quantile for 95 %, by bisection."""
    low, high = 1.9, 13.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if student_two_sided(middle, df) > 0.05 else (low, middle)
    return middle


t_95 = t_quantile(len(folds) - 1)


def span(found):
    half = t_95 * abs(found.difference / found.statistic)
    return found.difference, found.difference - half, found.difference + half


def answer(name, kind):
    found = answers[name, kind]
    usual = naive_test(scores[name[0]]["test_" + kind] - scores["A"]["test_" + kind])
    return f"{row(span(found), 3)} | {found.pvalue:.3f} | " + (f"{usual:.3f}" if usual >= 1e-3 else "<\u00a00.001")


ba, ca = answers["B minus A", "roc_auc"], answers["C minus A", "roc_auc"]
assert all(answers["B minus A", kind].pvalue > 0.1 for kind in kinds), "the text says so"
assert ca.pvalue < 0.01, "the text says so"
assert answers["C minus A", "neg_log_loss"].pvalue < 0.05
assert answers["C minus A", "accuracy"].pvalue > 0.1
assert 6 * ca.pvalue < 0.05 < 5 * answers["C minus A", "neg_log_loss"].pvalue, "the text says so"
p_c = model.fit(X["C"][train], y[train]).predict_proba(X["C"][test])[:, 1]
c_low, c_high = np.quantile(by_hand(auc_gain, y_test, p["A"], p_c, draws=300), [0.025, 0.975])
c_gain = auc_gain(y_test, p["A"], p_c)
assert c_low < 0 < c_high, "the text says that one test set could not show it"

# %% [markdown]
# | Gain over A | mean | from | to | p | usual p |
# |:--|--:|--:|--:|--:|--:|
# | B: AUC | {{ answer("B minus A", "roc_auc") }} |
# | log-loss | {{ answer("B minus A", "neg_log_loss") }} |
# | accuracy | {{ answer("B minus A", "accuracy") }} |
# | C: AUC | {{ answer("C minus A", "roc_auc") }} |
# | log-loss | {{ answer("C minus A", "neg_log_loss") }} |
# | accuracy | {{ answer("C minus A", "accuracy") }} |
#
# : Five parts, dealt ten times. p, and 95 % intervals: the mean ± {{ t_95:.2f }} times the root of @eq-corrected-variance, where {{ t_95:.2f }} is
#   Student's bound for {{ len(folds) - 1 }} degrees of freedom. Positive: better than A, also for log-loss. {#tbl-answer}
#
# **B or A?** *We cannot tell.* The usual test would have printed {{ naive_all:.4f }} for AUC and {{ naive_test(scores["B"]["test_accuracy"] - scores["A"]["test_accuracy"]):.2f }} for
# accuracy: two findings, one for B and one against it. Corrected, the gain in AUC lies between {{ minus(f"{span(ba)[1]:.3f}") }} and
# {{ span(ba)[2]:.3f }}. What then? Take the one that costs less: A has ten columns fewer to compute, to explain and to break. "We cannot tell" is no
# reason to do nothing; it is a reason to let other grounds decide.
#
# **Is the month worth its columns?** Yes, for the order of the customers: without it the AUC falls by {{ -ca.difference:.3f }}
# ({{ -span(ca)[2]:.3f }} to {{ -span(ca)[1]:.3f }}). The one test set of {{ len(y_test):, }} could not show that
# ({{ c_gain:.3f }}, from {{ c_low:.3f }} to {{ c_high:.3f }}). Accuracy at ½ shows
# nothing. And as six comparisons stand in the table, by Holm: times six, the p-value for AUC is {{ 6 * ca.pvalue:.2f }}; the next,
# for log-loss, times five {{ 5 * answers["C minus A", "neg_log_loss"].pvalue:.2f }}. The claim rests on the first, and on these
# customers: the bank chose whom to call in which month, and the next year may choose otherwise.
#
# **Significant or relevant?** A small p-value says that a difference is not zero. With enough rows everything is different from zero. Say
# *beforehand* what would matter, for the bank perhaps 0.01 in AUC, and compare the interval with that *region of practical
# equivalence*, −0.01 to 0.01. All inside: equivalent, take the cheaper. All outside: relevant. Across an edge: we cannot
# tell [@benavoli2017]. B's interval ends {{ "inside" if -0.01 < span(ba)[1] and span(ba)[2] < 0.01 else "outside" }} the region; C's crosses
# its edge: the month helps, by how much is open.
#
# ## Where it breaks {#where-it-breaks}
#
# ### Luck that no interval contains {#luck}
#
# The bootstrap holds the models fixed and draws test rows. Had other customers been in the *training* set, both models
# would differ. And some models have luck of their own: stochastic gradient descent visits the rows in a random order, and a
# neural network starts at random. @Fig-luck shows both.

# %%
#| hide: true
from mle.linear_model import SGDClassifier

rng = np.random.default_rng(2)
retrained = []
for _ in range(20):
    again = rng.choice(train, len(train))
    both = []
    for name in "AB":
        model.fit(X[name][again], y[again])
        both.append(model.predict_proba(X[name][test])[:, 1])
    retrained.append(auc_gain(y_test, *both))
retrained = np.array(retrained)
scaler = StandardScaler().fit(X["A"][train])
Z_train, Z_test = scaler.transform(X["A"][train]), scaler.transform(X["A"][test])
seeds = np.array([
    roc_auc_score(
        y_test,
        SGDClassifier("log_loss", alpha=1e-3, learning_rate="constant", eta0=0.01, max_iter=3, tol=None, random_state=seed)
        .fit(Z_train, y[train]).decision_function(Z_test),
    )
    for seed in range(10)
]) - auc_a
assert np.ptp(seeds) > 2 * gap_seen, "the text says so"
assert retrained.min() < 0 < retrained.max(), "the text says so"

# %%
#| id: fig-luck
#| caption: Three kinds of luck, on one axis. The interval of the test set (bar) knows nothing of the other two. From seed to
#|   seed, the same model differs by more than B from A.
#| alt: Three rows over the difference in AUC. A bar from 0 to 0.018 for the test rows, twenty dots from about minus 0.005 to
#|   0.017 for other training rows, and ten dots for seeds spread from about minus 0.03 to 0.02.
fig, ax = plt.subplots(figsize=(5.2, 2.5))
ax.axvline(0, color=plot.color("truth"), ls="--", lw=1.2)
ax.plot(sure["AUC"][1:], [2, 2], color=plot.color("fit"), lw=3)
ax.plot(sure["AUC"][0], 2, "o", color=plot.color("fit"), ms=7)
ax.plot(retrained, np.full(20, 1), "o", color=plot.color("data"), ms=5, alpha=0.6)
ax.plot(seeds, np.full(10, 0), "o", color=plot.color("error"), ms=5, alpha=0.6)
edge_left = min(seeds.min(), retrained.min()) - 0.002
for height_, role, word in ((2, "fit", "B − A, other test rows"), (1, "data", "B − A, other training rows"), (0, "error", "A by SGD − A, other seeds")):
    plot.note(ax, word, (edge_left, height_ + 0.2), role, offset=(0, 3), ha="left")
ax.set(yticks=[], ylim=(-0.4, 2.8), xlim=(edge_left - 0.001, None), xlabel="difference in AUC")
ax.grid(False)

# %% [markdown]
# Fitted to other draws of the same training rows, B's gain runs from {{ minus(f"{retrained.min():.3f}") }} to {{ retrained.max():.3f }}. Model A, fitted in three
# hasty passes of stochastic gradient descent, spans {{ float(np.ptp(seeds)):.3f }} of AUC over ten seeds. A fixed seed makes that repeatable, and hides it:
#
# ```quote
# mle.validation.parameters.check_random_state
# ```
#
# Given a number, each fresh copy starts the same stream, fold after fold. So a comparison of two such *methods* needs several
# seeds of each, on the same parts, and reports all of them [@bouthillier2021]. Cross-validation includes some of the training
# luck. No interval here contains next year's customers or another bank.
#
# ### Peeking {#peeking}

# %%
#| hide: true
rng = np.random.default_rng(0)
steps = rng.normal(size=(20_000, 20)).cumsum(axis=1)
look = np.abs(steps) / np.sqrt(np.arange(1, 21)) > 1.96
peeked = [float(look[:, :k].any(axis=1).mean()) for k in (1, 5, 20)]
assert peeked[0] < 0.06 < 0.12 < peeked[1] < peeked[2]

d_same = scores["B"]["test_roc_auc"] - scores["A"]["test_roc_auc"]
d_other = np.roll(scores["B"]["test_roc_auc"], 5) - scores["A"]["test_roc_auc"]
assert d_other.std() > 2 * d_same.std(), "the text says so"

# %% [markdown]
# Test after each hundred rows, and stop when the p-value is below 0.05. With equal models, five looks raise {{ 100 * peeked[1]:.0f }} % false
# alarms and twenty looks {{ 100 * peeked[2]:.0f }} %, in {{ len(steps):, }} simulated tests (one look: {{ 100 * peeked[0]:.0f }} %). Fix the number of rows before; @eq-rows-needed says how many.
#
# ### Unequal terms {#unequal}
#
# - *Different folds.* Let B meet other dealings than A, and the standard deviation of the fifty differences in AUC is {{ d_other.std(ddof=1):.3f }} in place
#   of {{ d_same.std(ddof=1):.3f }}.
# - *Tuned against untuned.* A new model with forty settings tried, against a baseline with its defaults: that is the best of forty
#   against one. Give both the same budget, inside the folds [@varma2006].
# - *Rows that know each other.* Several calls to one customer, samples of one mix of concrete, patients of one hospital: draw and deal
#   the groups, not the rows ([what happens otherwise](../foundations/probability-and-statistics.py#where-it-breaks)).
#
# ^^^
# **What gives it away.** A p-value that falls with more dealings of the same rows; a test whose $n$ nobody fixed; a
# winner without a list of losers; a baseline that nobody tuned.
# ^^^
#
# ## Another road to the same numbers {#another-road}
#
# SciPy [@virtanen2020] has Student's and the binomial distribution, statsmodels [@seabold2010] McNemar, Holm and the planning of rows.

# %%
from importlib.util import find_spec

only_a, only_b, odd_ab = mcnemar(right["A"], right["B"])
fair = answers["B minus A", "roc_auc"]
gaps = []
if find_spec("scipy"):  # the notebook runs without it
    from scipy import stats

    t = stats.ttest_rel(scores["B"]["test_roc_auc"],
                        scores["A"]["test_roc_auc"])
    gaps += [
        t.pvalue - naive_test(d_auc),
        stats.binomtest(only_b, only_a + only_b).pvalue - odd_ab,
        2 * stats.t.sf(abs(fair.statistic), len(folds) - 1) - fair.pvalue,
    ]
if find_spec("statsmodels"):
    from statsmodels.stats import contingency_tables, multitest, power

    square = [[0, only_a], [only_b, 0]]
    exact = contingency_tables.mcnemar(square, exact=True)
    theirs = multitest.multipletests(four, method="holm")[0]
    plan = power.normal_sample_size_one_tail(
        0.01, 0.8, 0.025, std_null=math.sqrt(0.04 - 1e-4))
    gaps += [exact.pvalue - odd_ab, float(np.sum(theirs != by_steps)),
             plan / rows_needed(0.01, 0.04 - 1e-4) - 1]
assert all(abs(gap_) < 1e-9 for gap_ in gaps)

# %%
#| hide: true
def small(value):
    return next(f"less than $10^{{{-k}}}$" for k in range(15, 8, -1) if value < 10.0**-k)


worst_gap = max((abs(float(v)) for v in gaps), default=0.0)

# %% [markdown]
# The p-values and the plan differ by {{ small(worst_gap) }}. No formula at all is needed for another road to McNemar: turn the sign of each row's gain
# by a coin and see how often the sum comes out as far from zero. That is @ex-signs, and with many rows it works for any mean of row losses.
#
# ## What production libraries do that we do not {#production}
#
# - **scikit-learn** has no test for two models in its API. Its example "Statistical comparison of models using grid search" has the corrected
#   test in a dozen lines, and a Bayesian version with a region of practical equivalence.
# - **statsmodels**, `stats/power.py`: power and sample size for many tests; `stats/multitest.py`: Holm and some ten others.
# - **mlxtend**, `mlxtend/evaluate`: McNemar, Dietterich's 5×2 test, which halves the data five times so that
#   training sets overlap less [@dietterich1998], and Cochran's Q for several classifiers.
# - **R**, `pROC`: DeLong's test for two AUCs on the same rows [@delong1988], without drawing.
#
# Comparing over many *data sets* is another question, with one number for each data set: see Demšar [@demsar2006].
#
# ## Summary
#
# - Same rows, subtract row by row: the interval of a difference shrinks by $\sqrt{1 - \rho}$, here {{ float(unpaired / paired):.0f }} times for log-loss.
# - On one test set: the paired bootstrap for any score, McNemar's coin for right and wrong.
# - Over folds the usual paired t-test calls equal models different, the more often the more often you deal. Put $1/J + n_\mathrm{test}/n_\mathrm{train}$ for $1/J$.
# - Plan: rows grow with $1/\delta^2$. Count all comparisons, and correct for them, or judge on new rows.
# - "We cannot tell" is an answer. Then take the simpler, and say what difference would have mattered.
#
# ## Quiz
#
# ```quiz
# - question: "Two models are tested on the same rows. Their 95 % intervals for accuracy overlap by half. It follows that"
#   answers:
#     - text: "their difference is not significant"
#       why: "The two intervals ignore that both met the same rows. With a correlation of 0.98 the interval of the difference may be seven times as narrow."
#     - text: "nothing about the difference: look at its own interval"
#       right: true
#       why: "It needs the rows on which only one of them is right, and the two intervals do not tell how many there are."
#     - text: "they are equally good"
#       why: "No interval shows that. At best one lies inside a region that was agreed to be irrelevant."
# - question: "Of 2,000 test rows, model A alone is right on 12, B alone on 4. What decides McNemar's test?"
#   answers:
#     - text: "12 and 4"
#       right: true
#       why: "A fair coin thrown 16 times: the other 1,984 rows cancel."
#     - text: "12, 4 and 2,000"
#       why: "The number of rows cancels. It matters for how large the difference is, not for whether it is there."
#     - text: "the two accuracies"
#       why: "The same accuracies may come from 12 against 4 or from 212 against 204. The second says next to nothing."
# - question: "You repeat five-fold cross-validation 1,000 times instead of 10. The corrected standard error of the mean difference"
#   answers:
#     - text: "becomes ten times as small"
#       why: "So says the usual formula. The term n_test/n_train does not shrink."
#     - text: "stays exactly as it is"
#       why: "1/J falls from 0.02 to 0.0002."
#     - text: "shrinks by a few percent"
#       right: true
#       why: "From a variance of 0.02 + 0.25 to 0.0002 + 0.25 times s²: the rows are the limit."
# - question: "Half the difference in accuracy is to be seen with the same power, and discordant rows stay as common. You need about"
#   answers:
#     - text: "four times as many test rows"
#       right: true
#       why: "The difference enters squared, in the denominator."
#     - text: "twice as many"
#       why: "The standard error falls with the root of n."
#     - text: "as many, if the folds are repeated twice"
#       why: "Repeating adds no row."
# ```
#
# ## Exercises
#
# The minutes above do not count these.
#
# ### Exercise: Four answers {#ex-four-answers level="warm-up"}
#
# An interval for the gain of B, from `low` to `high`, and a region from `-edge` to `edge` that would not matter. Say "B",
# "A", "equivalent" or "cannot tell". B is the answer only if its whole interval is beyond the region.
#
# ??? hint "A hint"
#
#     Four cases, three comparisons: is all of it above `edge`, all below `-edge`, all between?


# %%
#| exercise: stub
def verdict(low, high, edge):
    """What an interval for the gain of B says."""
    return "B" if low > 0 else "cannot tell"  # forgets the region

# %%
#| exercise: check
for (low_, high_), expected in (
    ((0.02, 0.05), "B"), ((-0.05, -0.02), "A"), ((-0.004, 0.009), "equivalent"),
    ((0.002, 0.008), "equivalent"), ((0.004, 0.02), "cannot tell"), ((-0.03, 0.03), "cannot tell"),
):
    got = verdict(low_, high_, 0.01)
    assert got == expected, f"from {low_} to {high_}, edge 0.01: expected {expected!r}, got {got!r}"


# %%
#| exercise: solution
#| note: "From 0.002 to 0.008 is significant and irrelevant. From 0.004 to 0.02 is significant, and perhaps relevant."
def verdict(low, high, edge):
    if low > edge:
        return "B"
    if high < -edge:
        return "A"
    return "equivalent" if -edge <= low and high <= edge else "cannot tell"

# %% [markdown]
# ### Exercise: Turn the signs {#ex-signs level="core"}
#
# If A and B are interchangeable on every row, swapping their names on some rows changes nothing. (That asks for more than equal
# means: with rare large losses and few rows this test alarms too often.) So flip the sign of each gain $d_i$
# by a coin, many times, and return the share of flips whose sum is at least as far from 0 as the true one. Count the true one
# too: (1 + as far) / (1 + flips).
#
# ??? hint "A hint"
#
#     `rng.choice([-1.0, 1.0], size=(flips, len(d)))` times `d`, then sums of rows. Rounding: allow a little less than as far.


# %%
#| exercise: stub
def flip_test(d, flips=4000, seed=0):
    """p-value of the mean of d (n,) by random signs."""
    rng = np.random.default_rng(seed)
    sums = rng.choice([-1.0, 1.0], size=flips) * np.sum(d)  # all at once
    far = np.abs(sums) >= abs(np.sum(d)) - 1e-9
    return float((1 + far.sum()) / (1 + flips))

# %%
#| exercise: check
coin = np.repeat([1.0, -1.0, 0.0], [4, 10, 100])
got, exact_ = flip_test(coin), mcnemar(coin < 0, coin > 0)[2]
assert abs(got - exact_) < 0.03, f"4 against 10 rows: McNemar says {exact_:.3f}, got {got:.3f}"
six = np.array([1.0, 1.0, 0.0, 1.0, 1.0, 2.0])
got = flip_test(six)
assert abs(got - 2 / 2**5) < 0.015, f"the six calls: 2 of 32 sign patterns are as far, got {got:.3f}"


# %%
#| exercise: solution
#| note: "With gains of 1, 0 and −1 this is McNemar's test. For the six calls at the start the smallest possible p-value is 1/16:
#|   five rows that differ cannot say more."
def flip_test(d, flips=4000, seed=0):
    rng = np.random.default_rng(seed)
    sums = rng.choice([-1.0, 1.0], size=(flips, len(d))) @ d
    far = np.abs(sums) >= abs(np.sum(d)) - 1e-9
    return float((1 + far.sum()) / (1 + flips))

# %% [markdown]
# ### Exercise: The smallest difference you can see {#ex-smallest level="core"}
#
# The test set is given: $n$ rows, and a share `parted` of discordant rows. Turn @eq-rows-needed round: which difference is seen
# with the given power? Mind that $\delta$ stands in the variance, too.
#
# ??? hint "A hint"
#
#     With $z = z_\alpha + z_\beta$: $n \delta^2 = z^2 (p - \delta^2)$, $p$ the share. Collect $\delta^2$.


# %%
#| exercise: stub
def smallest_seen(n, parted, power=0.8):
    """Difference in accuracy seen with this power, level 0.05."""
    return 1.96 * math.sqrt(parted / n)  # a power of one half

# %%
#| exercise: check
for n_, parted_, power_ in ((1000, 0.04, 0.8), (5000, 0.1, 0.9), (200, 0.3, 0.5)):
    got = smallest_seen(n_, parted_, power_)
    needs = rows_needed(got, parted_ - got**2, power_)
    assert abs(needs / n_ - 1) < 2e-3, (
        f"{n_} rows, {parted_}, power {power_}: {got:.5f} would need {needs:,.0f} rows"
    )


# %%
#| exercise: solution
#| note: "Only the share of discordant rows and n decide. On the bank's {{ len(y_test):, }} test customers, with {{ 100 * ab_rate:.1f }} % discordant, it is
#|   {{ 100 * 2.8016 * math.sqrt(ab_rate / (len(y_test) + 2.8016**2)):.2f }} points."
def smallest_seen(n, parted, power=0.8):
    z = quantile(0.975) + quantile(power)
    return math.sqrt(z**2 * parted / (n + z**2))

# %% [markdown]
# ### Exercise: Holm as p-values {#ex-holm level="core"}
#
# Tables often print *adjusted* p-values, to be compared with 0.05 itself. For Holm, the p-value in place $i$ of the sorted list
# ($i$ from 1) is multiplied by $m - i + 1$; then none may be smaller than one before it, and none above 1. Return them in the order in
# which the p-values came.
#
# ??? hint "A hint"
#
#     `np.maximum.accumulate` on the sorted products; then put them back with `adjusted[order] = ...`.


# %%
#| exercise: stub
def holm_adjusted(p_values):
    """Adjusted p-values (m,), in the given order."""
    p_values = np.asarray(p_values)
    return np.minimum(1, p_values * len(p_values))  # Bonferroni

# %%
#| exercise: check
got = holm_adjusted([0.040, 0.004, 0.030, 0.015])
assert np.allclose(got, [0.06, 0.016, 0.06, 0.045]), f"expected 0.06, 0.016, 0.06, 0.045, got {got}"
for seed_ in range(20):
    some_p = np.random.default_rng(seed_).random(6) ** 3
    got = np.asarray(holm_adjusted(some_p))
    assert np.array_equal(got <= 0.05, holm(some_p)), f"{some_p.round(4)}: not the findings of holm"
    assert got.max() <= 1, "a p-value is at most 1"


# %%
#| exercise: solution
#| note: "The running maximum is the word 'stop': after a p-value that failed, none can succeed."
def holm_adjusted(p_values):
    p_values = np.asarray(p_values)
    order = np.argsort(p_values)
    grown = p_values[order] * np.arange(len(order), 0, -1)
    adjusted = np.empty(len(order))
    adjusted[order] = np.minimum(1, np.maximum.accumulate(grown))
    return adjusted

# %% [markdown]
# ### Exercise: How good is the guess? {#ex-factor level="small research"}
#
# @Eq-corrected-variance rests on a guess of $\rho$. In a world with known truth it can be measured: the variance of $\bar d$ over many
# worlds, divided by the mean of $s^2$. Write that for differences of shape (worlds, J). Then compare it with
# $1/J + n_\mathrm{test}/n_\mathrm{train}$ for five and for ten parts, for `trials` and for `jumpy_trials`: there each model keeps, in
# every training part anew, the one of fifty random columns that goes best with $y$. When does the guess fail, and in which direction?
#
# ??? hint "A hint"
#
#     Variance over axis 0 of the means over axis 1; mean over axis 0 of the variances (divisor $J - 1$) over axis 1.


# %%
def kept_columns(F, t):
    """Column that goes best with t outside each part, and its weight."""
    c, g = np.sum(F * t, axis=2), np.sum(F**2, axis=2)
    c = c.sum(axis=1, keepdims=True) - c  # (repeats, k, p)
    g = g.sum(axis=1, keepdims=True) - g
    kept = np.argmax(c**2 / g, axis=2)[:, :, None]
    return kept, np.take_along_axis(c / g, kept, axis=2)


def jumpy_errors(X, y, parts):
    """As cv_errors, of a model that keeps one column."""
    F, t = X[parts], y[parts][..., None]
    kept, w = kept_columns(F, t)
    column = np.take_along_axis(F, kept[:, :, None], axis=3)[..., 0]
    return np.mean((t[..., 0] - w * column) ** 2, axis=2)


def jumpy_trials(many, rng, k=5, repeats=5):
    """As trials, with models that each keep one of 50 columns."""
    found = []
    for _ in range(many):
        X, y = rng.normal(size=(60, 100)), rng.normal(size=60)
        parts = deal(60, k, repeats, rng)
        found.append(jumpy_errors(X[:, :50], y, parts)
                     - jumpy_errors(X[:, 50:], y, parts))
    return np.array(found)


# %%
#| hide: true
def factor_of(x):
    x = x.reshape(len(x), -1)
    return float(x.mean(axis=1).var() / x.var(axis=1, ddof=1).mean())


# %%
#| hide: true
guess = {k: 1 / (5 * k) + 1 / (k - 1) for k in (5, 10)}
steady = {k: factor_of(trials(400, np.random.default_rng(7), k=k, repeats=5)) for k in (5, 10)}
jumpy = {k: factor_of(jumpy_trials(300, np.random.default_rng(7), k=k)) for k in (5, 10)}
assert all(abs(steady[k] / guess[k] - 1) < 0.25 for k in steady), (steady, guess)
assert jumpy[5] < guess[5], (jumpy, guess)
assert jumpy[10] > 1.15 * guess[10], (jumpy, guess)
rng, agreed = np.random.default_rng(7), []
for _ in range(300):
    Xj, yj = rng.normal(size=(60, 50)), rng.normal(size=60)
    ten = deal(60, 10, 1, rng)
    column, _ = kept_columns(Xj[ten], yj[ten][..., None])
    agreed.append(np.bincount(column.ravel()).max() / 10)
agree = float(np.mean(agreed))
assert 0.5 < agree < 0.75, "the text says often"


# %%
#| exercise: stub
def true_factor(d):
    """Var of the mean over worlds, as a multiple of the mean s²."""
    return 1 / d.shape[1]  # as if independent

# %%
#| exercise: check
rng = np.random.default_rng(0)
common = rng.normal(size=(20_000, 1))
made = math.sqrt(0.3) * common + math.sqrt(0.7) * rng.normal(size=(20_000, 8))
got, expected = true_factor(made), 1 / 8 + 0.3 / 0.7
assert abs(got - expected) < 0.03, f"8 differences with correlation 0.3: expected {expected:.3f}, got {got:.3f}"
got = true_factor(trials(300, np.random.default_rng(5), repeats=4).reshape(300, -1))
assert 0.2 < got < 0.45, f"60 rows, dealt four times: expected about 0.3, got {got:.3f}"
jumpy_d = jumpy_trials(100, np.random.default_rng(6), k=10, repeats=4)
got = true_factor(jumpy_d.reshape(100, -1))
assert 0.1 < got < 0.35, f"jumpy models, ten parts: expected about 0.2, got {got:.3f}"


# %%
#| exercise: solution
#| note: "Dealt five times, least squares has {{ steady[5]:.2f }} with five parts (guess {{ guess[5]:.2f }}) and {{ steady[10]:.2f }} with ten
#|   ({{ guess[10]:.2f }}). The jumpy model has {{ jumpy[5]:.2f }} and {{ jumpy[10]:.2f }}: with five parts the guess is too careful, with ten too bold. Two of ten training
#|   parts share eight rows in nine, and often their luck: {{ 100 * agree:.0f }} % of the folds of a dealing keep the same column. That is a correlation
#|   through training rows, and n_test/n_train counts test rows only."
def true_factor(d):
    return float(d.mean(axis=1).var() / d.var(axis=1, ddof=1).mean())
