# ---
# title: Calibration
# lede: >-
#   A model says 0.8. Does it happen eight times in ten? A good order of the cases does not answer that, and a popular
#   recipe for rare classes ruins it. This chapter draws the diagram that tells, with its luck; takes the score apart
#   into honesty and knowledge; repairs dishonest numbers with two curves; and says when to leave them alone.
# minutes: 65
# needs: [regression/logistic-regression, judging/classification-metrics]
# paths: [scikit-learn]
# able:
#   - draw a reliability diagram, and say how much of it is chance
#   - tell calibration from sharpness and from ranking
#   - derive why the Brier score and log-loss reward honest chances, and take the first apart
#   - undo the weights of a balanced training set on paper
#   - fit Platt's sigmoid and an isotonic curve without leaking, and know when not to
# ---

# %% [markdown]
# ## Does 0.8 happen eight times in ten? {#question}
#
# A Portuguese bank offered a term deposit on the telephone. We have a random tenth of its calls, and what the bank knew
# before each.

# %%
#| live: true
import textwrap

import numpy as np

from mle.datasets import load_bank_marketing

calls = load_bank_marketing()
t = calls.columns
took = (calls.y == "yes").astype(int)
print(f"{len(took):,} calls, {took.sum()} deposits: {took.mean():.1%}")
for sentence in (calls.pitfalls[0], calls.pitfalls[4]):
    print(textwrap.fill(sentence, 42))

# %%
#| hide: true

import matplotlib.pyplot as plt

from mle import plot


def sigma(z):
    return np.exp(-np.logaddexp(0.0, -z))


# %% [markdown]
# So the length of the call is [leakage](glossary:leakage), and goes. Day and month go too; the month will come back to
# test us in @sec-where-it-breaks. The rest becomes numbers, and the calls are dealt once into three equal parts,
# [stratified](glossary:stratified): to fit, to calibrate, to judge.

# %%
from mle.linear_model import LogisticRegression, SGDClassifier
from mle.model_selection import train_test_split
from mle.preprocessing import StandardScaler

kinds = ["job", "marital", "education", "default", "housing", "loan",
         "contact", "poutcome"]
numbers = [t["age"], t["age"] ** 2, np.arcsinh(t["balance"]),
           np.log(t["campaign"]), np.log1p(t["previous"])]
X = np.column_stack(numbers + [t[kind] == value for kind in kinds
                               for value in np.unique(t[kind])[1:]])

rows = np.arange(len(took))
rest, test = train_test_split(
    rows, test_size=1 / 3, stratify=took, random_state=0)
train, spare = train_test_split(
    rest, test_size=1 / 2, stratify=took[rest], random_state=0)
Z = StandardScaler().fit(X[train]).transform(X)
y, y_spare = took[test], took[spare]
print(len(train), len(spare), len(test), "calls,", Z.shape[1], "columns")

# %% [markdown]
# One call in nine ends in a deposit. Much advice says that a model needs classes of equal size, so common sense weighs
# the deposits up until both classes weigh the same. Then the bank adds up the chances of the {{ len(test):, }} calls to be
# judged: so many deposits it expects. It could also have left the classes alone.

# %%
#| live: true
from mle.metrics import log_loss, roc_auc_score

share = took[train].mean()
up = (1 - share) / share  # weight of a deposit
plain = LogisticRegression().fit(Z[train], took[train])
balanced = LogisticRegression().fit(
    Z[train], took[train], np.where(took[train] == 1, up, 1.0))

print("          deposits    AUC  log-loss")
print(f"happened {y.sum():9}")
for name, model in (("balanced", balanced), ("plain", plain)):
    p = model.predict_proba(Z[test])[:, 1]
    print(f"{name:9}{p.sum():9.0f}{roc_auc_score(y, p):7.3f}"
          f"{log_loss(y, p):10.3f}")

# %%
#| hide: true
from mle.metrics import (
    accuracy_score,
    brier_score_loss,
    calibration_curve,
    expected_calibration_error,
)

few = train[:300]
models = {
    "balanced": balanced,
    "plain": plain,
    "few": LogisticRegression(C=1000).fit(Z[few], took[few]),
    "timid": LogisticRegression(C=0.001).fit(Z[train], took[train]),
    "margin": SGDClassifier(alpha=0.01, random_state=0).fit(Z[train], took[train]),
}
S = {name: model.decision_function(Z) for name, model in models.items()}
raw = {name: sigma(s[test]) for name, s in S.items()}
promised = {name: float(q.sum()) for name, q in raw.items()}
auc_plain, auc_balanced = (roc_auc_score(y, raw[name]) for name in ("plain", "balanced"))
high = raw["balanced"] >= 0.75
high_says, high_does = float(raw["balanced"][high].mean()), float(y[high].mean())
assert promised["balanced"] > 3 * y.sum(), "the text says so"
assert abs(promised["plain"] / y.sum() - 1) < 0.1, "the text says so"
assert abs(auc_plain - auc_balanced) < 0.01, "the text says so"
assert high_does < 0.7, "the text says so"

# %% [markdown]
# The balanced model promises {{ promised["balanced"] / y.sum():.1f }} times as many deposits as came. Where it says 0.75 or more,
# {{ high.sum() }} times and {{ high_says:.2f }} on average, {{ 100 * high_does:.0f }} in a hundred came true. @Fig-promise shows all of it. Its AUC is as good as
# that of the plain one, and would never have told.

# %%
#| id: fig-promise
#| caption: What the balanced model says, and what happened. Each dot is a tenth of the calls to be judged; dashed, where the dots
#|   of an honest model lie. These lie far below.
#| alt: Ten joined dots over the mean predicted chance, all far below the dashed diagonal. Up to 0.6 said, their share is near
#|   0.1; the last says about 0.8 and reaches about one third.
happened, said, _ = calibration_curve(y, raw["balanced"], n_bins=10, strategy="quantile")
fig, ax = plt.subplots(figsize=(5.2, 3.1))
ax.plot([0, 1], [0, 1], "--", color=plot.color("truth"), lw=1.2)
ax.plot(said, happened, "o-", color=plot.color("fit"), ms=5)
plot.note(ax, "as often as it says", (0.5, 0.5), "truth", offset=(-6, 6))
plot.note(ax, "balanced classes", (said[-1], happened[-1]), "fit", offset=(-6, 8))
ax.set(xlim=(0, 1), ylim=(0, 0.8), xlabel="the model says", ylabel="share of deposits")

# %% [markdown]
# A model is [calibrated](glossary:calibration) if, of all cases to which it gives the chance $p$, a share $p$ is positive.
# Whoever multiplies a chance by money, or tells it to a patient, needs that.
#
# ## Four forecasters, ten days {#by-hand}
#
# Four people forecast rain for ten days. It rained on one of the first five and on four of the last five. Ann says 0.2
# five times, then 0.8. Ben always says 0.5, the long-run share. Cleo is bold: 0, then 1. Dan is timid: 0.4, then 0.6. The
# [Brier score](glossary:brier-score) [@brier1950] is the mean squared difference of forecast and outcome. For Ann, eight
# days miss by 0.2 and two by 0.8: $(8 \cdot 0.04 + 2 \cdot 0.64) / 10 = 0.16$.
#
# ```pycon
# >>> round((8 * 0.2**2 + 2 * 0.8**2) / 10, 4)
# 0.16
# ```

# %%
#| live: true
from mle.metrics import brier_score_loss

rain = np.array([1, 0, 0, 0, 0, 1, 1, 1, 1, 0])
says = {"Ann": (0.2, 0.8), "Ben": (0.5, 0.5),
        "Cleo": (0.0, 1.0), "Dan": (0.4, 0.6)}
forecasts = {who: np.repeat(two, 5) for who, two in says.items()}
for who, p in forecasts.items():
    print(f"{who:5} Brier {brier_score_loss(rain, p):.2f}"
          f"  log-loss {log_loss(rain, p):5.2f}")

# %%
#| hide: true
toy = {}
for who, q in forecasts.items():
    shares = np.full(10, 0.5) if who == "Ben" else np.repeat([0.2, 0.8], 5)
    five = (
        brier_score_loss(rain, q),
        np.mean((q - shares) ** 2),
        np.var(shares),
        accuracy_score(rain, (q > 0.5).astype(int)),
        roc_auc_score(rain, q),
    )
    toy[who] = " | ".join(f"{v:.2f}" for v in five)
assert toy["Cleo"].split(" | ")[3:] == toy["Dan"].split(" | ")[3:] == toy["Ann"].split(" | ")[3:]

# %% [markdown]
# | Who | Brier | false | knows | right | AUC |
# |:--|--:|--:|--:|--:|--:|
# | Ann | {{ toy["Ann"] }} |
# | Ben | {{ toy["Ben"] }} |
# | Cleo | {{ toy["Cleo"] }} |
# | Dan | {{ toy["Dan"] }} |
#
# : Ann and Ben are calibrated. Ann, Cleo and Dan have the same order and, calling rain above one half, are right equally often. Only Ann has everything. {#tbl-forecasters}
#
# Three virtues, and none implies another. *Ranking*: rainy days get higher numbers. *Calibration*: the numbers mean what
# they say; Ben has that and knows nothing. [Sharpness](glossary:sharpness): they stay away from the long-run share, of which
# Cleo has too much. The aim is to be as sharp as honesty allows. The columns "false" and "knows" are
# the first two parts of @eq-brier-parts.
#
# ## The diagram, and its luck {#diagram}
#
# Real chances hardly ever repeat. So we put them into bins, and in each compare the mean chance with the share of
# positives: a [reliability diagram](glossary:reliability-diagram) [@niculescu2005]. By hand it is a loop:

# %%
#| live: true
from mle.metrics import calibration_curve

p = plain.predict_proba(Z[test])[:, 1]
print("bin     calls  says  happens")
for low in (0.0, 0.2, 0.4, 0.6, 0.8):
    inside = (p > low) & (p <= low + 0.2)
    print(f"to {low + 0.2:.1f}{inside.sum():7}{p[inside].mean():6.2f}"
          f" {y[inside].mean():8.2f}")
happened, said, count = calibration_curve(y, p, n_bins=5)
print(count.astype(int).tolist())
print(happened.round(2).tolist())

# %% [markdown]
# ```quote
# mle.metrics.reliability.calibration_curve
# ```
#
# `searchsorted` finds each chance's bin, `bincount` adds up. Bins of equal *width* leave the high chances to a
# handful of calls. Bins of equal *count* have equal luck, but crowd where the chances crowd. Look at both, and at the
# third result, the count.
#
# How sure is a share $\hat q$ of $n$ calls? A chance $p$ is credible if $\hat q$ is within $z = 1.96$
# [standard errors](glossary:standard-error) of it: $(\hat q - p)^2 \le z^2 p (1 - p) / n$. The error is that of $p$, not of
# $\hat q$: a bin without a deposit does not prove the chance zero. Sorted by powers of $p$, this is the quadratic
# $(1 + z^2/n)\, p^2 - (2 \hat q + z^2/n)\, p + \hat q^2 \le 0$. Between its roots lies the
# [Wilson interval](glossary:wilson-interval) [@wilson1927]:
#
# $$
# p = \frac{\hat q + \frac{z^2}{2n} \pm z \sqrt{\frac{\hat q (1 - \hat q)}{n} + \frac{z^2}{4 n^2}}}{1 + \frac{z^2}{n}}
# $$ {#eq-wilson}
# : $\hat q$ share of positives, $n$ cases in the bin, $z = 1.96$ for 95 %.


# %%
#| live: true
from mle.testing import verify


def wilson(q, n, z=1.96):
    middle = q + z**2 / (2 * n)
    half = z * np.sqrt(q * (1 - q) / n + z**2 / (4 * n**2))
    both = np.array([middle - half, middle + half])
    return both / (1 + z**2 / n)  # eq: wilson


def last_credible(q, n, outside, z=1.96):
    """The end of the interval towards `outside`, by bisection."""
    inside = q
    for _ in range(60):
        p = (inside + outside) / 2
        credible = (q - p) ** 2 <= z**2 * p * (1 - p) / n
        inside, outside = (p, outside) if credible else (inside, p)
    return inside


verify("wilson", wilson(happened, count),
       [[last_credible(q, n, end) for q, n in zip(happened, count)]
        for end in (0.0, 1.0)])
for a, b, q, n in zip(*wilson(happened, count), happened, count):
    print(f"{q * n:3.0f} of {n:4.0f}: {q:.2f}, from {a:.2f} to {b:.2f}")

# %% [markdown]
# And if the model *were* right, where would the dots fall? That we can play out. Draw each outcome with the model's own
# chance, again and again; the middle 95 % of each bin's shares are its [consistency band](glossary:consistency-band)
# [@brocker2007].

# %%
#| live: true
rng = np.random.default_rng(0)
p = plain.predict_proba(Z[test])[:, 1]
edges = np.quantile(p, np.linspace(0, 1, 11))
bin_of = np.searchsorted(edges[1:-1], p)
n_k = np.bincount(bin_of, minlength=10)


def bins_off(y):
    """How many of ten bins have their mean chance outside Wilson."""
    low, high = wilson(np.bincount(bin_of, y, 10) / n_k, n_k)
    said = np.bincount(bin_of, p, 10) / n_k
    return np.sum((said < low) | (said > high))


worlds = np.array([bins_off(rng.random(len(p)) < p)
                   for _ in range(1000)])
print(f"perfect model: {worlds.mean():.2f} of 10 bins off on average,")
print(f"at least one off in {np.mean(worlds > 0):.0%} of the worlds")
print(f"our model: {bins_off(y)} of 10 off")

# %%
#| hide: true
off_real, off_any = int(bins_off(y)), float(np.mean(worlds > 0))
off_this = float(np.mean(worlds >= off_real))
assert 0.25 < off_any < 0.55


def band(p, bin_of, m, draws=200):
    """Middle 95 % of the shares of each bin in worlds where p is right."""
    rng = np.random.default_rng(1)
    n = np.bincount(bin_of, minlength=m)
    shares = [np.bincount(bin_of, rng.random(len(p)) < p, m) / np.maximum(n, 1) for _ in range(draws)]
    low, high = np.quantile(shares, [0.025, 0.975], axis=0)
    return low[n > 0], high[n > 0]


two_ways = []
for strategy in ("uniform", "quantile"):
    cut = np.linspace(0, 1, 11) if strategy == "uniform" else np.percentile(raw["plain"], 10.0 * np.arange(11))
    where = np.searchsorted(cut[1:-1], raw["plain"])
    two_ways.append((strategy, *calibration_curve(y, raw["plain"], n_bins=10, strategy=strategy), *band(raw["plain"], where, 10)))
in_upper = int(np.sum(raw["plain"] > 0.5))
above_fifth = int(np.sum(two_ways[1][2] > 0.2))
assert in_upper < 0.1 * len(y), "the caption says a handful"
assert above_fifth <= 2, "the caption says so"
_, q_, s_, n_, _, _ = two_ways[1]
off_ = (wilson(q_, n_)[0] > s_).astype(int) - (wilson(q_, n_)[1] < s_)
assert (off_[:5].max(), off_[:5].min(), off_[-1]) == (1, 0, -1), "the text says too sure"

# %%
#| id: fig-reliability
#| caption: The plain model, with Wilson intervals; shaded, where the dots of a perfect model fall 19 times in 20. Bins of equal
#|   width (left) leave {{ in_upper }} of {{ len(y):, }} calls for the upper five; bins of equal count (right) crowd below 0.2.
#| alt: Two reliability diagrams. Left, dots from 0.05 to 0.9 with error bars that grow long to the right; several lie below the
#|   diagonal. Right, nine dots with short bars between 0 and 0.2 and one near 0.4, near the diagonal, the last below it.
fig, axes = plt.subplots(1, 2, figsize=(6.0, 3.3), gridspec_kw={"wspace": 0.28})
for ax, (strategy, q, s, n, low, high), top in zip(axes, two_ways, (1.0, 0.5)):
    ax.plot([0, 1], [0, 1], "--", color=plot.color("truth"), lw=1.2)
    ax.bar(s, high - low, 0.03 * top, low, color=plot.color("muted"), alpha=0.3, lw=0)
    a, b = wilson(q, n)
    ax.errorbar(s, q, [q - a, b - q], fmt="o", ms=4.5, color=plot.color("fit"), elinewidth=1.2)
    ax.set(xlim=(0, top), ylim=(0, top), xlabel="the model says", box_aspect=1)
    ax.set_xticks(np.array([0, 0.5, 1]) * top)
    ax.set_yticks(np.array([0, 0.5, 1]) * top)
    ax.text(0.05 * top, 0.95 * top, "equal width" if strategy == "uniform" else "equal count", color=plot.color("fit_ink"), va="top")
axes[0].set_ylabel("share of deposits")

# %% [markdown]
# A perfect model has a bin off in {{ 100 * off_any:.0f }} of a hundred worlds, so one dot beside the diagonal is no finding.
# Ours has {{ off_real }} of ten; a perfect one has that many or more in {{ 100 * off_this:.1f }} of a hundred. And they have an order:
# where the model says little, more come than it says; where it says most, fewer. So does a model that is too sure.
#
# ## Why honesty pays {#proper}
#
# A case has the true chance $\pi$, and a forecaster says $q$. She must expect $\pi$ times what $q$ costs if it happens,
# plus $1 - \pi$ times what it costs if not. Take the derivative in $q$.
#
# - *Brier*: $\pi (1 - q)^2 + (1 - \pi)\, q^2$ has the derivative $2 (q - \pi)$, below zero up to $q = \pi$, above it after.
# - *[Log-loss](glossary:log-loss)*: $-\pi \log q - (1 - \pi) \log (1 - q)$ has the derivative
#   $(q - \pi) / (q (1 - q))$, of the same sign.
#
# Both are cheapest at $q = \pi$ and nowhere else: whoever says anything but what they believe pays more. Such a score is
# [strictly proper](glossary:proper-score) [@gneiting2007]. The *absolute* difference, $\pi (1 - q) + (1 - \pi)\, q$, is not: its
# derivative is $1 - 2 \pi$ everywhere, so whoever believes 0.7 should shout 1. And
# [accuracy](glossary:accuracy) sees only the side of one half: it does not punish the truth, nor 0.99 in its place.

# %%
#| id: fig-proper
#| caption: A case with the true chance 0.7. Brier score and log-loss are cheapest for who says 0.7; the absolute
#|   difference pays for saying 1.
#| alt: Three curves of expected penalty over the chance said. Two are bowls with their lowest points, marked, at 0.7; the
#|   third is a falling straight line, lowest at 1.
q = np.linspace(0.01, 0.995, 400)
penalties = (
    ("log-loss", -0.7 * np.log(q) - 0.3 * np.log(1 - q), "error", 0.3, (6, 6)),
    ("absolute", 0.7 * (1 - q) + 0.3 * q, "data", 0.02, (2, 6)),
    ("Brier", 0.7 * (1 - q) ** 2 + 0.3 * q**2, "fit", 0.3, (-6, -8)),
)
fig, ax = plt.subplots(figsize=(5.2, 2.8))
ax.axvline(0.7, ls="--", color=plot.color("truth"), lw=1.2)
for name, curve, role, x_, offset in penalties:
    ax.plot(q, curve, color=plot.color(role), ls="-." if role == "data" else "-")
    ax.plot(q[curve.argmin()], curve.min(), "o", color=plot.color(role), ms=6)
    plot.note(ax, name, (x_, np.interp(x_, q, curve)), role, offset=offset)
ax.text(0.69, 1.36, "true chance", color=plot.color("truth_ink"), ha="right")
ax.set(xlim=(0, 1.02), ylim=(0, 1.5), xlabel="chance said, q", ylabel="expected penalty")

# %% [markdown]
# AUC is indifferent. A rising function of the chances keeps the order, so AUC stays to the last digit:

# %%
#| live: true
p = plain.predict_proba(Z[test])[:, 1]
print("          AUC   Brier  log-loss")
for name, bent in (("p", p), ("p³", p**3), ("√p", p**0.5)):
    print(f"{name:3}{roc_auc_score(y, bent):10.6f}"
          f"{brier_score_loss(y, bent):8.4f}{log_loss(y, bent):10.4f}")

# %% [markdown]
# ### The Brier score taken apart {#murphy}
#
# Let the forecasts take few values, like those of our four. The $n_k$ cases of bin $k$ were told $p_k$, and a share
# $\bar y_k$ of them came true. Write $p_k - y = (p_k - \bar y_k) + (\bar y_k - y)$ and square. Over the bin the cross term
# adds up to zero, as its $y$ have the mean $\bar y_k$. The mean of the last square is the variance of zeros and ones,
# $\bar y_k - \bar y_k^2$, because $y^2 = y$. So a case of the bin costs, on average,
# $(p_k - \bar y_k)^2 + \bar y_k (1 - \bar y_k)$.
#
# Average over the bins. The second term becomes the variance *within* bins. The variance of all outcomes,
# $\bar y (1 - \bar y)$, is that plus the variance *between* the bins' shares: the same split, with $\bar y$ in the place
# of $p_k$. So [@murphy1973]
#
# $$
# \begin{aligned}
# \text{Brier} ={} & \sum_k \tfrac{n_k}{n} (p_k - \bar y_k)^2 \\
# & - \sum_k \tfrac{n_k}{n} (\bar y_k - \bar y)^2 \\
# & + \bar y (1 - \bar y)
# \end{aligned}
# $$ {#eq-brier-parts}
# : Reliability, minus resolution, plus uncertainty. $n_k$ cases of $n$ in bin $k$; $\bar y$ the share of positives.
#
# *Reliability*, against its name, is the dishonesty: small is good. *Resolution* is what the forecaster knows.
# *Uncertainty* is the weather's own. Ann: $0 - 0.09 + 0.25$. Cleo knows as much, and pays 0.04 for boldness, as Dan does
# for timidity. Calibrating can remove the first term. It cannot add to the second.
#
# Bins of real data hold different $p$. Then the equation holds for forecasts replaced by their bin's mean $\bar p_k$, and the
# true score differs by the mean of $(p - \bar p_k)^2 - 2 (p - \bar p_k)(y - \bar y_k)$ [@stephenson2008]. (Square
# $(p - \bar p_k) + (\bar p_k - y)$. In the cross term $\bar p_k$ may be exchanged for $\bar y_k$, as the $p - \bar p_k$ of a bin
# add up to zero.)


# %%
def brier_parts(y, p, bin_of):
    n_k = np.bincount(bin_of)
    said = np.bincount(bin_of, p) / n_k
    happened = np.bincount(bin_of, y) / n_k
    reliability = n_k @ (said - happened) ** 2 / len(y)
    resolution = n_k @ (happened - y.mean()) ** 2 / len(y)
    return reliability, resolution, y.mean() * (1 - y.mean())


def brier_from_parts(y, p, bin_of):
    reliability, resolution, uncertainty = brier_parts(y, p, bin_of)
    return reliability - resolution + uncertainty  # eq: brier-parts


split = {}
print("         reliability resolution uncertainty")
for name, model in (("balanced", balanced), ("plain", plain)):
    p = model.predict_proba(Z[test])[:, 1]
    tenth = np.argsort(np.argsort(p)) * 10 // len(p)
    n_k = np.bincount(tenth)
    said = (np.bincount(tenth, p) / n_k)[tenth]  # (n,)
    came = (np.bincount(tenth, y) / n_k)[tenth]
    change = np.mean((p - said) ** 2 - 2 * (p - said) * (y - came))
    verify("brier-parts", brier_from_parts(y, p, tenth) + change,
           brier_score_loss(y, p))
    split[name] = brier_parts(y, p, tenth)
    print(name.ljust(9), *(f"{part:10.4f}" for part in split[name]))

# %%
#| hide: true
for q in forecasts.values():
    verify("brier-parts", brier_from_parts(rain, q, (np.arange(10) >= 5) * 1), brier_score_loss(rain, q))
assert split["balanced"][0] > 20 * split["plain"][0]
assert abs(split["balanced"][1] / split["plain"][1] - 1) < 0.3, split
p = raw["plain"]

# %%
#| hide: true
verify("ece", expected_calibration_error(rain, forecasts["Dan"], n_bins=5), 0.5 * abs(0.2 - 0.4) + 0.5 * abs(0.8 - 0.6))


def honest_ece(n, m, draws=30):
    """Mean ECE of perfect chances, simulated and by the formula."""
    rng, found = np.random.default_rng(0), []
    for _ in range(draws):
        p = rng.choice(raw["plain"], n)
        happens = (rng.random(n) < p).astype(int)
        found.append(expected_calibration_error(happens, p, n_bins=m, strategy="quantile"))
    held = np.array_split(np.sort(p), m)
    errors = [len(b) / n * np.sqrt(b.mean() * (1 - b.mean()) / len(b)) for b in held]
    return np.mean(found), np.sqrt(2 / np.pi) * sum(errors)


sizes, bins = (150, 500, 1500, 5000), (5, 10, 20, 40)
honest = {m: np.array([honest_ece(n, m) for n in sizes]) for m in bins}
assert all(np.all(np.diff(honest[m][:, 0]) < 0) for m in bins)
assert all(np.all(np.diff([honest[m][i, 0] for m in bins]) > 0) for i in range(4))
assert all(abs(honest[m][i, 0] / honest[m][i, 1] - 1) < 0.2 for m in (5, 10) for i in range(1, 4)), honest
rng = np.random.default_rng(0)
ece_perfect = np.array(
    [expected_calibration_error((rng.random(len(p)) < p).astype(int), p, strategy="quantile") for _ in range(500)]
)
ece_plain = expected_calibration_error(y, p, strategy="quantile")
ece_beaten = int(np.sum(ece_perfect >= ece_plain))
assert ece_beaten < 10

# %% [markdown]
# ```quote
# mle.metrics.probability.brier_score_loss
# ```
#
# Balancing left the knowledge much as it was, and raised the dishonesty from {{ split["plain"][0]:.4f }} to
# {{ split["balanced"][0]:.2f }}. Note how little is known: {{ split["plain"][1]:.3f }} of {{ split["plain"][2]:.3f }}.
#
# ### One number for the diagram, and its bias {#ece}
#
# The [expected calibration error](glossary:ece) [@naeini2015] is the mean distance of the dots from the diagonal:
#
# $$
# \mathrm{ECE} = \sum_k \tfrac{n_k}{n}\, \bigl| \bar y_k - \bar p_k \bigr|
# $$ {#eq-ece}
# : $\bar p_k$ is the mean chance in bin $k$. Between 0 and 1.
#
# ```quote
# mle.metrics.reliability.expected_calibration_error
# ```
#
# Absolute values do not cancel. An honest bin still misses by a standard error of $\sqrt{\bar p_k (1 - \bar p_k) / n_k}$, and the
# mean size of a normal miss is about 0.8 of that, the root of two over 3.14…. So honest chances have about
#
# $$
# \mathrm{ECE} \approx 0.8 \sum_k \tfrac{n_k}{n} \sqrt{\bar p_k (1 - \bar p_k) / n_k},
# $$
#
# which for $m$ equal bins grows like $\sqrt{m / n}$, with nothing wrong (@fig-ece). In bins of four cases, whose misses are not
# normal, it is {{ 100 * abs(honest[40][0, 0] / honest[40][0, 1] - 1):.0f }} % off.

# %%
#| id: fig-ece
#| caption: The expected calibration error of perfect chances. It should be zero, and falls only with the root of the number of
#|   cases. Dots are simulated, lines are the formula.
#| alt: Four falling lines over 150 to 5,000 cases on logarithmic axes, for 40, 20, 10 and 5 bins from the top down, from
#|   about 0.1 at the upper left to below 0.01 at the lower right, with dots close to the lines.
fig, ax = plt.subplots(figsize=(5.2, 2.9))
for m in bins:
    ax.plot(sizes, honest[m][:, 1], color=plot.color("fit"), lw=1.2)
    ax.plot(sizes, honest[m][:, 0], "o", color=plot.color("error"), ms=4)
    ax.text(5600, honest[m][-1, 1], f"{m} bins", color=plot.color("fit_ink"), va="center")
ax.set(xscale="log", yscale="log", xlim=(130, 11000), ylim=(0.006, 0.15), xlabel="cases", ylabel="ECE of honest chances")
ax.set_xticks(sizes, [f"{n:,}" for n in sizes])
ax.set_yticks([0.01, 0.03, 0.1], ["0.01", "0.03", "0.1"])
ax.minorticks_off()

# %% [markdown]
# So do not ask whether ECE is zero; ask what honest chances would have got. The plain model has {{ ece_plain:.3f }} in ten bins
# of equal count. Played out, its own chances get {{ ece_perfect.mean():.3f }} on average, and as much in
# {{ ece_beaten or "none" }} of {{ len(ece_perfect) }} worlds. To [compare two models](comparing-models.py#one-test-set) use a proper score, which needs no bins.
#
# ## Where dishonest numbers come from {#origins}
#
# ### Too sure, too timid {#slope}
#
# Multiply the [log-odds](glossary:log-odds) of honest chances by a factor, and every chance moves away from one half, or
# towards it. Data show by how much: fit a logistic regression whose only column is the model's log-odds. Its weight is the
# [calibration slope](glossary:calibration-slope) [@cox1958two]. Below one the model is too sure, above too timid.

# %%
#| hide: true
rng = np.random.default_rng(2)
z_true = rng.normal(0, 1.5, 10000)
y_drawn = (rng.random(10000) < sigma(z_true)).astype(int)


def slope_of(y, z):
    return float(LogisticRegression(C=np.inf).fit(z[:, None], y).coef_[0, 0])


def slope_error(y, z):
    """Half a 95 % interval, from the curvature of the likelihood at the fit."""
    F = np.column_stack([z, np.ones(len(y))])
    q = LogisticRegression(C=np.inf).fit(z[:, None], y).predict_proba(z[:, None])[:, 1]
    return 1.96 * float(np.linalg.inv((F.T * (q * (1 - q))) @ F)[0, 0] ** 0.5)


drawn_slope = slope_of(y_drawn, z_true)
slope_errors = {name: slope_error(y, s[test]) for name, s in S.items()}
slopes = {name: slope_of(y, s[test]) for name, s in S.items()}
assert slopes["few"] < 0.4, "the text says so"
assert slopes["plain"] < 0.85, "the text says so"
assert slopes["timid"] - slope_errors["timid"] > 1.5, "the text says so"
tried_losses = [log_loss(y_drawn, sigma(f * z_true)) for f in (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0)]
assert np.argmin(tried_losses) == 3

# %%
#| id: fig-slope
#| live: true
#| play: {stretch: [0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0]}
#| say: "Log-odds times {{ stretch:g }}: AUC {{ roc_auc_score(y_drawn, p_drawn):.3f }}, Brier {{ brier_score_loss(y_drawn, p_drawn):.3f }}, log-loss {{ log_loss(y_drawn, p_drawn):.3f }}, calibration slope {{ drawn_slope / stretch:.2f }}."
#| caption: Honest log-odds stretched. Above 1 the curve is flatter than the diagonal, too sure; below 1 steeper, too
#|   timid. The order never changes; both proper scores are best at 1. Below, how many cases get which chance.
#| alt: A reliability curve of dots against the dashed diagonal, and under it a histogram of the chances. The larger the
#|   stretch, the flatter the curve and the more chances stand near 0 and 1.
stretch = 2.0
p_drawn = sigma(stretch * z_true)
happened, said, count = calibration_curve(y_drawn, p_drawn, n_bins=12)
fig, (ax, under) = plt.subplots(2, 1, figsize=(4.6, 4.2), sharex=True, height_ratios=[3, 1])
fig.subplots_adjust(hspace=0.12)
ax.plot([0, 1], [0, 1], "--", color=plot.color("truth"), lw=1.2)
ax.plot(said, happened, "o-", color=plot.color("fit"), ms=5)
ax.set(xlim=(0, 1), ylim=(0, 1), ylabel="share that happened")
under.hist(p_drawn, np.linspace(0, 1, 25), color=plot.color("data"))
under.set(ylim=(0, 3500), yticks=[0, 2500], yticklabels=["0", "2,500"], xlabel="chance said", ylabel="cases")

# %% [markdown]
# To divide by the stretch is to set [a temperature](../regression/softmax-regression.py). In earnest it comes from too
# little or too much penalty. With {{ len(few) }} training calls, {{ Z.shape[1] }} columns and hardly any penalty, a model sees
# signs in noise: slope {{ slopes["few"]:.2f }} ± {{ slope_errors["few"]:.2f }} (95 %). Even the plain one has {{ slopes["plain"]:.2f }} ± {{ slope_errors["plain"]:.2f }}. With a thousand times the usual
# penalty all chances are drawn to the average: {{ slopes["timid"]:.2f }} ± {{ slope_errors["timid"]:.2f }}.

# %%
#| hide: true
four = (
    ("balanced", "balanced classes", 0.95),
    ("few", f"{len(few)} training calls", 0.95),
    ("timid", "too much penalty", 0.36),
    ("margin", "margins squashed", 0.5),
)
curves = {name: calibration_curve(y, raw[name], n_bins=6, strategy="quantile") for name, _, _ in four}

# %%
#| id: fig-sources
#| caption: Four ways to dishonest numbers, on the same {{ len(y):, }} calls. Too high, too sure, too timid, and never meant as
#|   chances. Sixths of the calls, with Wilson intervals.
#| alt: Four small reliability diagrams. Balanced classes, all dots far under the diagonal. Few training calls, a nearly flat
#|   row of dots that crosses the diagonal. Too much penalty, a row steeper than the diagonal. Margins squashed, dots
#|   under the diagonal.
fig, axes = plt.subplots(2, 2, figsize=(5.2, 4.4), gridspec_kw={"wspace": 0.3, "hspace": 0.4})
for ax, (name, title, top) in zip(axes.ravel(), four):
    happened, said, count = curves[name]
    low, high = wilson(happened, count)
    ax.plot([0, 1], [0, 1], "--", color=plot.color("truth"), lw=1.2)
    ax.errorbar(said, happened, [happened - low, high - happened], fmt="o-", lw=1, ms=4, color=plot.color("fit"), elinewidth=1.2)
    ax.set(xlim=(0, top), ylim=(0, top))
    ax.set_title(title, color=plot.color("fit_ink"), loc="left")
for ax in axes[:, 0]:
    ax.set_ylabel("share")
for ax in axes[1]:
    ax.set_xlabel("the model says")

# %% [markdown]
# ### Balanced classes, undone {#balanced}
#
# Take cases that are alike, with the chance $p$. In training each positive got the weight $v_1$ and each negative $v_0$, or they
# were repeated or thrown away at such rates. The model saw the share
# $p' = v_1 p / (v_1 p + v_0 (1 - p))$. Divide by $1 - p'$, which has the same denominator, and
# $p' / (1 - p') = (v_1 / v_0) \cdot p / (1 - p)$: the [odds](glossary:odds) were multiplied. So we divide [@elkan2001]:
#
# $$
# \frac{p}{1 - p} = \frac{v_0}{v_1} \cdot \frac{p'}{1 - p'}
# $$ {#eq-resampled-odds}
# : $p'$ is learnt under the weights, $p$ is meant. In a logistic regression: take $\log (v_1 / v_0)$ off the intercept.


# %%
#| live: true
def undo_weights(p, ratio):
    """Chances without the weights; ratio is v1 / v0."""
    odds = p / (1 - p) / ratio  # eq: resampled-odds
    return odds / (1 + odds)


groups, g = np.unique(t["poutcome"], return_inverse=True)
one_hot = np.eye(len(groups))
heavy = LogisticRegression(C=np.inf, fit_intercept=False).fit(
    one_hot[g], took, np.where(took == 1, up, 1.0))
learnt = heavy.predict_proba(one_hot)[:, 1]
truth = np.bincount(g, took) / np.bincount(g)
verify("resampled-odds", undo_weights(learnt, up), truth)
for row in zip(groups, learnt, truth):
    print("{:8} learnt {:.3f}, share {:.3f}".format(*row))

p_undone = undo_weights(balanced.predict_proba(Z[test])[:, 1], up)
print(f"promises {p_undone.sum():.0f}, came {y.sum()},"
      f" log-loss {log_loss(y, p_undone):.3f}")

# %%
#| hide: true
loss_undone, loss_balanced, loss_plain = (log_loss(y, v) for v in (p_undone, raw["balanced"], raw["plain"]))
assert abs(loss_undone - loss_plain) < 0.01 < loss_balanced - loss_plain

# %% [markdown]
# A column for each group gives the shares back to the last digit. On the real model one division takes the log-loss from
# {{ loss_balanced:.3f }} to {{ loss_undone:.3f }}; never to have balanced gives {{ loss_plain:.3f }}. The division mends
# the level, not the slope, which stays {{ slopes["balanced"]:.2f }}. If the balancing was for the
# decision's sake, [a threshold from costs](classification-metrics.py) serves better than a bent chance. In medicine the harm has been
# measured [@vandengoorbergh2022]. The same formula serves where the *population* changes its share (@ex-new-chances), if
# positives and negatives each look as before.
#
# ### Margins are no chances {#margins}
#
# A linear support vector machine or a [perceptron](glossary:perceptron) gives a [margin](glossary:margin) in units of its
# own. (`SGDClassifier`, with its default, the hinge loss, is the first of the two.) Put through $\sigma$ it lies between 0 and 1, and that is all (@fig-sources, last): the
# [hinge loss](glossary:hinge-loss) asked for sides, not for chances. We need a curve from scores to chances, learnt from data.
#
# ## Platt's sigmoid {#platt}
#
# Platt takes scores $f$ of cases that the model has not seen, and fits $p = 1 / (1 + e^{af + b})$ [@platt1999]. The factor
# $a$ is negative if high scores are positive. That is a logistic regression on one column, with one finesse.
#
# ```quote
# mle.calibration.sigmoid.Sigmoid.predict
# ```
#
# If some threshold separates the spare cases, put it at $af + b = 0$; then doubling $a$ and $b$ lowers the log-loss for
# ever, as targets of 0 and 1 are never reached. So Platt asks what a *new* case would bring. All of the $n_1$ positives were positive. Let $q$ be the
# chance that the next of their kind is, with all $q$ equally likely beforehand. To have seen $n_1$ of $n_1$ makes the
# [likelihood](glossary:likelihood) $q^{n_1}$, and the mean of $q$ under it is
# $\int_0^1 q^{n_1 + 1} dq \,/ \int_0^1 q^{n_1} dq$, that is $1 / (n_1 + 2)$ divided by $1 / (n_1 + 1)$. The negatives likewise:
#
# $$
# t_+ = \frac{n_1 + 1}{n_1 + 2}, \qquad t_- = \frac{1}{n_0 + 2}
# $$ {#eq-platt-targets}
# : Targets of the $n_1$ positives and of the $n_0$ negatives. Many cases bring them near 1 and 0.
#
# ```quote
# mle.calibration.sigmoid.platt_targets
# ```
#
# With $z = af + b$ we have $\log p = -\log (1 + e^z)$ and $\log (1 - p) = z - \log (1 + e^z)$. Put both into
# the log-loss $-t \log p - (1 - t) \log (1 - p)$, and
#
# $$
# \ell = \log (1 + e^z) - (1 - t)\, z
# $$ {#eq-platt-loss}
# : $t$ is $t_+$ or $t_-$; one $\ell$ for each case, in nats.
#
# Its slope in $z$ is $(1 - p) - (1 - t) = t - p$, its curvature $p (1 - p)$: those of
# [logistic regression](../regression/logistic-regression.py) with the sign turned. So Newton's method fits it in a few
# steps. Platt's own loop could stop early; Lin, Lin and Weng mended it and wrote the loss so that it does not
# overflow [@lin2007].
#
# ```quote
# mle.calibration.sigmoid.platt_loss
# ```
#
# ```quote
# mle.calibration.sigmoid.platt_newton
# ```
#
# `F` holds the scores and a column of ones. Before that the scores are brought to $-1$ to 1, so that their unit does not matter:
#
# ```quote
# mle.calibration.sigmoid.fit_sigmoid
# ```

# %%
#| live: true
from mle.calibration import platt_loss, platt_scaling, platt_targets

apart = platt_scaling([-2, -1, 1, 2], [0, 0, 1, 1])
print("separated:", apart.predict([-2, -1, 1, 2]).round(2).tolist())

margin = SGDClassifier(alpha=0.01, random_state=0).fit(
    Z[train], took[train])
f = margin.decision_function(Z)
platt = platt_scaling(f[spare], y_spare)
p = platt.predict(f[test])
print(f"a {platt.a:.2f}, b {platt.b:.2f};"
      f" promises {p.sum():.0f}, came {y.sum()}")

# %%
#| hide: true
grid = np.linspace(0, 1, 200001)
got, expected = [], []
for n1_, n0_ in ((3, 1), (10, 40)):
    up_, down_ = grid**n1_, (1 - grid) ** n0_
    expected += [np.trapezoid(grid * up_, grid) / np.trapezoid(up_, grid)]
    expected += [np.trapezoid(grid * down_, grid) / np.trapezoid(down_, grid)]
    got += platt_targets(np.arange(n1_ + n0_) < n1_)[[0, -1]].tolist()
verify("platt-targets", got, expected)
F = np.column_stack([f[spare], np.ones(len(spare))])
t_spare = platt_targets(y_spare == 1)
ones = np.ones(len(spare))
chance = 1 / (1 + np.exp(F @ [platt.a, platt.b]))
verify(
    "platt-loss",
    platt_loss(F, t_spare, ones, np.array([platt.a, platt.b])),
    -np.mean(t_spare * np.log(chance) + (1 - t_spare) * np.log(1 - chance)),
)
assert np.abs(F.T @ (t_spare - chance)).max() < 1e-4 * len(spare), "the slope is zero at the fit"
p = raw["plain"]

# %% [markdown]
# ## Steps that only rise {#isotonic}
#
# Is the curve a sigmoid? We need not claim so. Sort the cases by score, with outcomes $y_1, y_2, \dots$, and ask for
# chances $x_1 \le x_2 \le \dots$ with the smallest $\sum_i v_i (x_i - y_i)^2$, where $v_i$ is a case's weight:
# [isotonic regression](glossary:isotonic-regression). By hand, eight cases of weight one:
#
# $$
# 0 \quad 1 \quad 0 \quad 0 \quad 1 \quad 1 \quad 0 \quad 1
# $$
#
# Go from left to right. After 1 comes 0: a fall. Pool the two, both ½. Then 0 falls again: pool, three times ⅓. Later 1, 1,
# 0: ⅔ each. Now everything rises: 0, ⅓, ⅓, ⅓, ⅔, ⅔, ⅔, 1. That is [pooling adjacent violators](glossary:pav) [@ayer1955].
#
# **Why pooling is right.** Given one value $u$, a block with the mean $\mu$ costs its weight times $(u - \mu)^2$, plus a constant: the
# nearer to $\mu$, the cheaper. Let block $A$ stand left of $B$, with means $\mu_A \ge \mu_B$, and suppose that the best answer gave them
# $u < v$. If $u < \mu_A$, raise $u$ a little: cheaper, and still below $v$. If not, then $v > u \ge \mu_A \ge \mu_B$, so
# lower $v$ a little: cheaper too. Either way the answer was not the best. Hence $u = v$, and the two are one block. Single cases
# are blocks; so by induction every pooled block has one value in the best answer. When no block falls any more, give each
# its mean,
#
# $$
# x_B = \frac{\sum_{i \in B} v_i y_i}{\sum_{i \in B} v_i}
# $$ {#eq-block-mean}
# : $B$ is a block of neighbouring cases; $v_i$ are their weights.
#
# which is cheapest for each block even without the others, and in order: no answer is better. ∎
#
# We used only that a block's penalty falls towards its mean. In @sec-proper that held for log-loss too. So
# the same steps are best by both scores.
#
# ```quote
# mle.calibration.pooling.pool_adjacent_violators
# ```
#
# `pool_runs` merges whole falling runs in NumPy's loops; the scan does the rest. Each case enters a block once and each
# pooling removes one: the cost is $O(n)$. Another formula has no algorithm in it [@barlow1972, ch. 1]:
#
# $$
# x_i = \max_{a \le i}\; \min_{b \ge i}\; \operatorname{mean}(y_a, \dots, y_b)
# $$ {#eq-max-min}
# : Over all stretches $a$ to $b$ around case $i$. For all $i$ together there are $n (n + 1) / 2$ such means.


# %%
#| live: true
from mle.calibration import pool_adjacent_violators


def max_min(y):
    """Isotonic regression from the means of all stretches, O(n²)."""
    i, sums = np.arange(len(y)), np.append(0.0, np.cumsum(y))
    length = i - i[:, None] + 1  # of the stretch a to b
    mean = (sums[1:] - sums[:-1, None]) / np.maximum(length, 1)
    mean[length < 1] = np.inf
    least = np.minimum.accumulate(mean[:, ::-1], axis=1)[:, ::-1]
    least[length < 1] = -np.inf  # a > i
    return least.max(axis=0)  # eq: max-min


eight = np.array([0.0, 1, 0, 0, 1, 1, 0, 1])
verify("block-mean", pool_adjacent_violators(eight, np.ones(8)),
       np.array([0, 1, 1, 1, 2, 2, 2, 3]) / 3)
in_order = y_spare[np.argsort(f[spare])][::2].astype(float)
steps = pool_adjacent_violators(in_order, np.ones(len(in_order)))
verify("max-min", max_min(in_order), steps)
print(len(np.unique(steps)), "steps for", len(in_order), "calls")

# %%
#| hide: true
from mle.calibration import IsotonicRegression

verify("max-min", max_min(eight), np.array([0, 1, 1, 1, 2, 2, 2, 3]) / 3)
assert len(np.unique(steps)) < 60

rng = np.random.default_rng(0)
many = {n: rng.normal(size=n) + np.arange(n) / n for n in (250, 500, 1000)}
means_taken = [n * (n + 1) // 2 for n in many]  # of all stretches
poolings = [n - len(np.unique(pool_adjacent_violators(v, np.ones(n)))) for n, v in many.items()]

# %% [markdown]
# For {{ len(many[250]) }}, {{ len(many[500]) }} and {{ len(many[1000]):, }} slowly rising numbers the formula takes {{ means_taken[0]:, }},
# {{ means_taken[1]:, }} and {{ means_taken[2]:, }} means. The scan pools {{ poolings[0] }}, {{ poolings[1] }} and {{ poolings[2] }} times.
#
# New scores fall between old ones. There the estimator draws straight lines; equal scores share one value:
#
# ```quote
# mle.calibration.isotonic.IsotonicRegression._fit
# ```
#
# ```quote
# mle.calibration.isotonic.IsotonicRegression._predict
# ```
#
# @Fig-fits has both curves for the model of {{ len(few) }} calls. Its log-odds mean little until they come near zero. Such a
# bend no sigmoid can follow.

# %%
#| hide: true
s_few = S["few"]
iso_few_curve = IsotonicRegression(out_of_bounds="clip").fit(s_few[spare], y_spare)
platt_few = platt_scaling(s_few[spare], y_spare)
twelfth = np.argsort(np.argsort(s_few[spare])) * 12 // len(spare)
n_k = np.bincount(twelfth)
at_score = np.bincount(twelfth, s_few[spare]) / n_k
at_share = np.bincount(twelfth, y_spare) / n_k
ends = wilson(at_share, n_k)

# %%
#| id: fig-fits
#| caption: Two curves from the log-odds of the overfitted model to chances, fitted to {{ len(spare):, }} spare calls. Platt's has two
#|   numbers; the isotonic one has {{ len(iso_few_curve.X_thresholds_) }} corners, and a plateau that holds most calls. Dots are
#|   twelfths of the calls; dotted, the model's own chances.
#| alt: Chance against log-odds from minus 9 to 3. A nearly straight line rises gently from 0.05 to 0.2; a staircase climbs around
#|   it, with long level stretches and a steep end. Twelve dots with error bars lie around the staircase, the leftmost well above it. A dotted S-curve
#|   rises far above both from zero on.
line = np.linspace(-9, 3, 600)
fig, ax = plt.subplots(figsize=(5.2, 3.1))
ax.plot(line, sigma(line), ":", color=plot.color("muted"), lw=1.4)
ax.errorbar(at_score, at_share, [at_share - ends[0], ends[1] - at_share], fmt="o", ms=4, color=plot.color("data"), elinewidth=1)
ax.plot(line, platt_few.predict(line), color=plot.color("fit"))
ax.plot(line, iso_few_curve.predict(line), color=plot.color("error"), lw=1.4)
ax.text(2.9, 0.11, "sigmoid", color=plot.color("fit_ink"), ha="right")
ax.text(1.2, 0.45, "isotonic", color=plot.color("error_ink"))
ax.text(0.0, 0.57, "the model's own", color=plot.color("muted"), ha="right")
ax.set(xlim=(-9, 3), ylim=(0, 0.7), xlabel="log-odds", ylabel="chance of a deposit")

# %% [markdown]
# ## Never on the rows that taught {#cross-fitting}

# %%
#| hide: true
slope_train = slope_of(took[few], s_few[few])
assert 0.95 < slope_train < 1.1, "the text says 1"

# %% [markdown]
#
# On its own training rows a maximum-likelihood fit looks honest, whatever it is elsewhere. To stretch all log-odds is to
# multiply $w$ and $b$ by a number; the fit has tried that too, and found no gain. So its calibration slope *there* is 1:
# {{ slope_train:.2f }} for our overfitted model, and {{ slopes["few"]:.2f }} on new calls. A curve fitted there learns nothing. With
# {{ len(few) }} calls and no spare ones, deal them into five parts, and score each part by a model that has not seen it.
#
# ```quote
# mle.calibration.classifier.CalibratedClassifierCV._fit
# ```
#
# ```quote
# mle.calibration.classifier.CalibratedClassifierCV._proba
# ```
#
# With `ensemble=True` there are five models, each with the curve of its own part, and the mean of their chances. With
# `False` one curve is made from all cross-fitted scores, for one model fitted to all rows: cheaper to keep, but the curve then
# belongs to models of four fifths. The scores are log-odds or margins, if the model has them:
#
# ```quote
# mle.calibration.model.own_scores
# ```

# %%
#| live: true
from mle.calibration import CalibratedClassifierCV

few = train[:300]
loose = LogisticRegression(C=1000)
seen = loose.fit(Z[few], took[few])
own = platt_scaling(seen.decision_function(Z[few]), took[few])
crossed = {
    "five models": CalibratedClassifierCV(loose),
    "one model": CalibratedClassifierCV(loose, ensemble=False)}
found = {"raw": seen.predict_proba(Z[test])[:, 1],
         "on its own rows": own.predict(seen.decision_function(Z[test]))}
for name, model in crossed.items():
    model.fit(Z[few], took[few])
    found[name] = model.predict_proba(Z[test])[:, 1]
for name, p in found.items():
    print(f"{name:16} log-loss {log_loss(y, p):.3f}"
          f"  AUC {roc_auc_score(y, p):.3f}")
print(f"{'share of all':16} log-loss"
      f" {log_loss(y, np.full(len(y), share)):.3f}")

# %%
#| hide: true
losses = {name: log_loss(y, q) for name, q in found.items()}
auc_raw, auc_five = (roc_auc_score(y, found[name]) for name in ("raw", "five models"))
losses_share = log_loss(y, np.full(len(y), share))
assert losses["one model"] < losses["on its own rows"] - 0.05, "the text says so"
assert losses["five models"] < losses["on its own rows"] - 0.05, "the text says so"
assert 0 < losses_share - losses["five models"] < 0.02 < losses["on its own rows"] - losses_share, "the text says so"
own_slope = slope_of(y, np.log(found["on its own rows"] / (1 - found["on its own rows"])))
p = raw["plain"]

# %% [markdown]
# Fitted to the very same {{ len(few) }} calls, the sigmoid hardly helps: slope {{ own_slope:.2f }}. Cross-fitting brings the
# log-loss from {{ losses["raw"]:.3f }} to {{ losses["five models"]:.3f }}. But look at the last line: to tell everybody the share of
# deposits costs {{ losses_share:.3f }}. The dishonesty is gone, and there was little knowledge to keep.
#
# ## Which curve, and how many cases? {#which}

# %%
#| hide: true
from mle.model_selection import bootstrap_interval


def curve_of(method, s, where):
    if method == "sigmoid":
        return platt_scaling(s[where], took[where])
    return IsotonicRegression(out_of_bounds="clip").fit(s[where], took[where])


def each_loss(p):
    own = np.clip(np.where(y == 1, p, 1 - p), np.finfo(float).eps, None)
    return -np.log(own)


repaired = {
    (name, method): curve_of(method, s, spare).predict(s[test])
    for name, s in S.items()
    for method in ("sigmoid", "isotonic")
}


def cells(name):
    three = raw[name], repaired[name, "sigmoid"], repaired[name, "isotonic"]
    return " | ".join(f"{log_loss(y, q):.3f}" for q in three)


def gap(losses):
    return bootstrap_interval(lambda d: float(d.mean()), losses, n_resamples=500, method="percentile", random_state=0)


gain_plain = gap(each_loss(raw["plain"]) - each_loss(repaired["plain", "sigmoid"]))
iso_few = gap((repaired["few", "sigmoid"] - y) ** 2 - (repaired["few", "isotonic"] - y) ** 2)
iso_balanced = gap((repaired["balanced", "isotonic"] - y) ** 2 - (repaired["balanced", "sigmoid"] - y) ** 2)
few_iso = repaired["few", "isotonic"]
zeros = few_iso == 0
zero_came = int(y[zeros].sum())
clipped = log_loss(y, np.clip(few_iso, 1 / (len(spare) + 2), None))
rng = np.random.default_rng(0)
sizes_few = (50, 100, 200, 400, 800, 1500)
learnt_by = {key: [] for key in ("sigmoid", "isotonic")}
for n in sizes_few:
    runs = {key: [] for key in learnt_by}
    for _ in range(30):
        draw = rng.permutation(spare)[:n]
        for key, all_runs in runs.items():
            q = curve_of(key, S["few"], draw).predict(S["few"][test])
            all_runs.append((log_loss(y, q), brier_score_loss(y, q)))
    for key, all_runs in runs.items():
        learnt_by[key].append(np.mean(all_runs, axis=0))
learnt_by = {key: np.array(values) for key, values in learnt_by.items()}
lead = learnt_by["isotonic"][:, 1] < learnt_by["sigmoid"][:, 1]
ahead = list(sizes_few[np.flatnonzero(~lead).max() + 1 :])
assert np.all(learnt_by["isotonic"][:, 0] > learnt_by["sigmoid"][:, 0]), "the caption says never"
assert 1 <= len(ahead) < 5, "the text says from there on"
assert gain_plain.low > 0
q_after = repaired["plain", "sigmoid"]
z_after = np.log(q_after / (1 - q_after))
slope_after = slope_of(y, z_after)
slope_after_error = slope_error(y, z_after)
assert abs(slope_after - 1) < slope_after_error, "the text says that 1 is credible"
assert slopes["plain"] + slope_after_error < 1
in_top = np.argsort(np.argsort(q_after)) >= len(y) - len(y) // 10
top_says, top_does = float(q_after[in_top].mean()), float(y[in_top].mean())
top_low, top_high = (float(v) for v in wilson(top_does, in_top.sum()))
assert top_low < top_says < top_high, "the text reads it as honest"
assert iso_few.low < 0 < iso_few.score
assert iso_balanced.low < 0 < iso_balanced.high
few_loss_gap = log_loss(y, few_iso) - log_loss(y, repaired["few", "sigmoid"])


def one_deal(seed):
    """Log-loss of the plain model raw, with Platt's curve, and fitted to the spare calls as well."""
    both, judge = train_test_split(rows, test_size=1 / 3, stratify=took, random_state=seed)
    fit, curve = train_test_split(both, test_size=1 / 2, stratify=took[both], random_state=seed)
    scaled = StandardScaler().fit(X[both]).transform(X)
    half = LogisticRegression().fit(scaled[fit], took[fit])
    z = half.decision_function(scaled)
    bent = platt_scaling(z[curve], took[curve]).predict(z[judge])
    whole = LogisticRegression().fit(scaled[both], took[both]).predict_proba(scaled[judge])[:, 1]
    return [log_loss(took[judge], q) for q in (sigma(z[judge]), bent, whole)]


deals = np.array([one_deal(seed) for seed in range(20)])
gain_curve, gain_whole = (deals[:, :1] - deals[:, 1:]).mean(axis=0)
whole_wins = int(np.sum(deals[:, 2] < deals[:, 1]))
assert 0 < gain_curve < gain_whole, "the text says that fitting is the better use"
assert whole_wins > 10, "the text says that fitting wins most deals"


def sign(value):
    return f"{value:.4f}".replace("-", "−")


# %% [markdown]
# | Model | raw | sigmoid | isotonic |
# |:--|--:|--:|--:|
# | balanced | {{ cells("balanced") }} |
# | plain | {{ cells("plain") }} |
# | few calls | {{ cells("few") }} |
# | timid | {{ cells("timid") }} |
# | margin | {{ cells("margin") }} |
#
# : Log-loss on {{ len(y):, }} calls, before and after; the curves come from {{ len(spare):, }} others. {#tbl-repaired}
#
# In this deal Platt's curve helps even the plain model: {{ gain_plain.score:.3f }} nats a call, 95 % interval {{ gain_plain.low:.3f }} to
# {{ gain_plain.high:.3f }} ([bootstrap](glossary:bootstrap) over the calls). Its slope was {{ slopes["plain"]:.2f }} and is
# {{ slope_after:.2f }} ± {{ slope_after_error:.2f }}, so 1 is credible now. Read aloud: to the tenth of customers with the highest chances it promises
# {{ 100 * top_says:.0f }} %, and {{ 100 * top_does:.0f }} % came, {{ 100 * top_low:.0f }} to {{ 100 * top_high:.0f }}.
# But the deal was lucky. Dealt {{ len(deals) }} times anew, the curve gains {{ gain_curve:.4f }} on average; to *fit* on the spare calls as well
# gains {{ gain_whole:.4f }}, and wins {{ whole_wins }} times. A curve has a price: the rows it needs.
#
# For the balanced model the two curves differ by less than {{ max(-iso_balanced.low, iso_balanced.high) + 0.00005:.4f }} of Brier score. For the model of few calls
# the staircase wins {{ iso_few.score:.4f }} of it, from {{ sign(iso_few.low) }} to {{ iso_few.high:.4f }}: not clear of zero. By
# log-loss it loses {{ few_loss_gap:.2f }}; @sec-where-it-breaks shows by what. How many spare calls does each curve need?
# By Brier score the staircase is ahead from {{ ahead[0] }} on, by log-loss never (@fig-learning).

# %%
#| id: fig-learning
#| caption: The overfitted model's chances repaired with few or many spare calls; means of 30 draws. Platt's curve needs few.
#|   The isotonic one overtakes it by Brier score only, and never by log-loss.
#| alt: Two panels over 50 to 1,500 spare calls. Left, for the log-loss, the sigmoid's is level near 0.36, the isotonic one falls from
#|   about 1 to 0.48. Right, for the Brier score, both fall; the isotonic one starts higher and crosses below at some hundred calls.
fig, axes = plt.subplots(1, 2, figsize=(5.2, 2.8), gridspec_kw={"wspace": 0.42})
for k, (ax, title) in enumerate(zip(axes, ("log-loss", "Brier score"))):
    for key, role in (("sigmoid", "fit"), ("isotonic", "error")):
        ax.plot(sizes_few, learnt_by[key][:, k], "o-", ms=4, color=plot.color(role))
    ax.set(xscale="log", xlabel="spare calls", title=title)
    ax.set_xticks([50, 200, 800], ["50", "200", "800"])
    ax.minorticks_off()
axes[0].set_ylim(0.2, 1.15)
plot.note(axes[0], "isotonic", (100, learnt_by["isotonic"][1, 0]), "error", offset=(6, 2))
plot.note(axes[0], "sigmoid", (100, learnt_by["sigmoid"][1, 0]), "fit", offset=(4, -10))

# %%
#| hide: true
from mle.datasets import load_heart_failure

n_heart = len(load_heart_failure())

# %% [markdown]
# ### Heart failure, with few patients {#heart}
#
# Now {{ n_heart }} patients, without the [follow-up](glossary:follow-up) time, which ends at death. Ten folds, dealt three times;
# within each training part the calibration deals again.

# %%
from mle.datasets import load_heart_failure
from mle.model_selection import StratifiedKFold, cross_val_predict
from mle.pipeline import make_pipeline

heart = load_heart_failure()
X_heart = heart.select([name for name in heart.feature_names
                        if name != "time"])
model = make_pipeline(StandardScaler(), LogisticRegression())
ways = {"raw": model, "sigmoid": CalibratedClassifierCV(model),
        "isotonic": CalibratedClassifierCV(model, method="isotonic")}
squares, sure_and_wrong = {}, {}
for name, way in ways.items():
    dealt = np.array([cross_val_predict(
        way, X_heart, heart.y, method="predict_proba",
        cv=StratifiedKFold(10, shuffle=True, random_state=seed))[:, 1]
        for seed in range(3)])
    squares[name] = ((dealt - heart.y) ** 2).mean(axis=0)  # (n,)
    sure_and_wrong[name] = np.sum(np.abs(dealt - heart.y) == 1)
for name in ("sigmoid", "isotonic"):
    gain = squares["raw"] - squares[name]
    print(f"Brier: raw {squares['raw'].mean():.3f}, {name} gains"
          f" {gain.mean():+.4f}"
          f" ± {1.96 * gain.std() / len(gain)**0.5:.4f}")

# %%
#| hide: true
for name in ("sigmoid", "isotonic"):
    gain = squares["raw"] - squares[name]
    assert abs(gain.mean()) < 1.96 * gain.std() / len(gain) ** 0.5, "the text says that neither is clear of zero"
assert all(np.mean(squares["raw"] - squares[name]) < 0 for name in ("sigmoid", "isotonic"))
assert sure_and_wrong["isotonic"] > 0 == sure_and_wrong["raw"] == sure_and_wrong["sigmoid"]

# %% [markdown]
# Neither helps; neither harm is clear of zero. A penalised logistic regression with eleven columns was nearly honest before, and a repair
# has its own error. And in {{ sure_and_wrong["isotonic"] }} of {{ 3 * n_heart }} forecasts the isotonic curve said 0 or 1 and was
# wrong. With so few patients, leave it.
#
# ## Where it breaks {#where-it-breaks}
#
# ### Another population

# %%
#| hide: true
rare = np.isin(t["month"], ["mar", "sep", "oct", "dec"])
busy = rows[~rare]
fit_busy, spare_busy = train_test_split(busy, test_size=0.4, stratify=took[busy], random_state=0)
Z_busy = StandardScaler().fit(X[fit_busy]).transform(X)
s_busy = LogisticRegression().fit(Z_busy[fit_busy], took[fit_busy]).decision_function(Z_busy)
p_rare = platt_scaling(s_busy[spare_busy], took[spare_busy]).predict(s_busy[rare])
old_share, new_share = float(took[busy].mean()), float(took[rare].mean())
ratio_rare = (old_share / (1 - old_share)) / (new_share / (1 - new_share))
p_moved = undo_weights(p_rare, ratio_rare)
rare_low, rare_high = (float(v) for v in wilson(new_share, rare.sum()))
assert p_rare.mean() < rare_low, "the text says so"
assert p_moved.mean() > rare_high, "the text says that the correction overshoots"
auc_steps = roc_auc_score(y, repaired["few", "isotonic"]) - roc_auc_score(y, raw["few"])
levels = {name: len(np.unique(repaired[name, "isotonic"])) for name in S}
auc_moves = {name: roc_auc_score(y, repaired[name, "isotonic"]) - roc_auc_score(y, raw[name]) for name in S}
assert min(auc_moves.values()) < 0 < max(auc_moves.values()), "the text says that it moves both ways"
same_auc = max(abs(roc_auc_score(y, repaired[name, "sigmoid"]) - roc_auc_score(y, raw[name])) for name in S)
assert same_auc < 1e-12
largest_tie = {name: float(np.unique(repaired[name, "isotonic"], return_counts=True)[1].max() / len(y)) for name in S}

# %% [markdown]
# In March, September, October and December the bank called only {{ rare.sum() }} customers, and {{ 100 * new_share:.0f }} % took the
# deposit (95 % interval {{ 100 * rare_low:.0f }} to {{ 100 * rare_high:.0f }}). We fit and calibrate on the other months, with the share
# {{ 100 * old_share:.0f }} %, and judge on these: the curve promises {{ 100 * p_rare.mean():.0f }} %. Multiply its odds by the ratio of the
# new share's odds to the old one's (@eq-resampled-odds), and it promises {{ 100 * p_moved.mean():.0f }} %, too much. For it is not only the share that moved; other customers
# were called. A curve holds where its rows came from.
#
# ^^^
# **The sign.** Promised and counted totals part company by month, by branch, by age. Add both up, again and again.
# ^^^
#
# ### A zero that comes true
#
# The isotonic curve of the overfitted model says 0 to {{ zeros.sum() }} calls, the left end of its staircase. {{ zero_came }} of these took
# the deposit. Each costs {{ -np.log(np.finfo(float).eps):.0f }} nats, and only because the library cuts log-loss at the
# [machine epsilon](glossary:machine-epsilon); honestly, infinitely many.
# With the curve cut at $1 / (n + 2)$ in the spirit of @eq-platt-targets, log-loss falls from {{ log_loss(y, few_iso):.3f }} to
# {{ clipped:.3f }}; `y_min` and `y_max` of `IsotonicRegression` do that.
#
# ^^^
# **The sign.** A fair Brier score beside a terrible log-loss.
# ^^^
#
# ### Plateaus are ties
#
# A sigmoid keeps the order, and AUC to the last digit. A plateau turns pairs into ties, which count half:
# from {{ auc_moves[min(auc_moves, key=auc_moves.get)]:+.3f }} to {{ auc_moves[max(auc_moves, key=auc_moves.get)]:+.3f }} on our five models. And "call
# the better half" has no answer where one step holds {{ 100 * max(largest_tie.values()):.0f }} % of the calls. Rank by the
# score, price by the curve.
#
# ### When not to
#
# Leave the numbers alone if only the order is used; if the model was fitted by a proper score, with few columns and a sensible
# penalty, and a diagram on fresh rows looks honest; if spare rows are few and better used to fit; if the classes were reweighted (divide the
# odds instead). And a calibrated model may be useless: Ben was.
#
# ## Another road to the same number {#another-road}
#
# Platt's soft target is a case split in two: with the weight $t$ it is a positive, with $1 - t$ a negative. So our own logistic regression,
# given every case twice, must find the same curve. And scikit-learn [@pedregosa2011] has all of it.

# %%
twice = np.concatenate([f[spare], f[spare]])[:, None]
sides = np.repeat([1, 0], len(spare))
soft = platt_targets(y_spare == 1)
doubled = LogisticRegression(C=np.inf, tol=1e-12).fit(
    twice, sides, np.concatenate([soft, 1 - soft]))
found = -doubled.coef_[0, 0], -doubled.intercept_[0]
print(f"a apart by {abs(found[0] - platt.a):.0e}, b by"
      f" {abs(found[1] - platt.b):.0e}")

# %%
#| hide: true
from importlib.util import find_spec

assert np.abs(np.subtract(found, (platt.a, platt.b))).max() < 1e-6
parts5 = list(StratifiedKFold(5).split(Z[train], took[train]))
ours = {
    method: CalibratedClassifierCV(method=method, cv=parts5).fit(Z[train], took[train]).predict_proba(Z[test])[:, 1]
    for method in ("sigmoid", "isotonic")
}
apart5 = dict.fromkeys(ours, 0.0)
apart_pool = 0.0
if find_spec("sklearn"):  # the notebook runs without it
    from sklearn.calibration import CalibratedClassifierCV as Theirs
    from sklearn.isotonic import isotonic_regression as their_pooling
    from sklearn.linear_model import LogisticRegression as TheirRegression

    for method, q in ours.items():
        there = Theirs(TheirRegression(tol=1e-10, max_iter=1000), method=method, cv=parts5)
        there = there.fit(Z[train], took[train]).predict_proba(Z[test])[:, 1]
        apart5[method] = float(np.abs(there - q).max())
    apart_pool = float(np.abs(their_pooling(many[1000]) - pool_adjacent_violators(many[1000], np.ones(1000))).max())
assert apart5["sigmoid"] < 1e-3, apart5
assert apart5["isotonic"] < 1e-3, apart5
assert apart_pool < 1e-10
month_z, contact_z = {}, {}
for found_gaps, column in ((month_z, "month"), (contact_z, "contact")):
    q_plain = repaired["plain", "sigmoid"]
    for name in np.unique(t[column]).tolist():
        inside = t[column][test] == name
        error = np.sum(q_plain[inside] * (1 - q_plain[inside])) ** 0.5
        found_gaps[name] = float((y[inside].sum() - q_plain[inside].sum()) / error)
ends_of = sorted(month_z, key=month_z.get)
month_gaps = f"from {month_z[ends_of[0]]:.1f} in {ends_of[0].title()}".replace("-", "−") + f" to {month_z[ends_of[-1]]:+.1f} in {ends_of[-1].title()}"
contact_most = max(abs(v) for v in contact_z.values())
assert contact_most < 2 < month_z["oct"]
corp = {name: brier_score_loss(y, q) - brier_score_loss(y, IsotonicRegression().fit(q, y).predict(q)) for name, q in raw.items()}
corp_text = ", ".join(f"{name} {value:.4f}" for name, value in corp.items())
tenth_plain = np.argsort(np.argsort(raw["plain"])) * 10 // len(y)
share_tenth = np.bincount(tenth_plain, y) / np.bincount(tenth_plain)
luck_plain = float(np.mean(share_tenth * (1 - share_tenth) / (np.bincount(tenth_plain) - 1)))


def size(error):
    return "less than 10⁻¹²" if error < 1e-12 else f"at most {error:.0e}"

# %% [markdown]
# With the same five parts, scikit-learn's `CalibratedClassifierCV` gives chances that differ from ours by
# {{ size(apart5["sigmoid"]) }} (sigmoid) and {{ size(apart5["isotonic"]) }} (isotonic); its pooling differs by
# {{ size(apart_pool) }}.
#
# ## What production libraries do that we do not {#production}
#
# scikit-learn draws the diagram (`CalibrationDisplay`), calibrates a model that is fitted already (`FrozenEstimator`), and since
# version 1.8 has `method="temperature"`, one number for all classes [@guo2017]; ours fits each class against the rest and scales
# the sum to 1. Where to look: `sklearn/calibration.py`; the scan is compiled in `sklearn/_isotonic.pyx`. Curves between two numbers and a
# staircase, such as splines, are left to others; so are intervals.
#
# ## Summary
#
# - Calibration is not ranking and not sharpness: AUC and accuracy cannot see it, proper scores can.
# - Brier = dishonesty − knowledge + the weather. Calibrating removes the first and adds nothing to the second.
# - A diagram has luck: intervals, bands, and never an ECE without that of honest chances.
# - Reweighted classes multiply the odds: divide. Platt's two numbers need few spare rows, isotonic steps many.
# - Calibrate on rows the model has not seen, and watch the totals: a curve holds for its population.
#
# ## Quiz
#
# ```quiz
# - question: "All chances of a calibrated model are replaced by the share of positives. What happens?"
#   answers:
#     - text: "It is no longer calibrated."
#       why: "All cases are told the share, and that share of them is positive."
#     - text: "It stays calibrated, and the resolution becomes 0."
#       right: true
#       why: "Ben the forecaster: nothing dishonest, nothing known. The Brier score is the uncertainty alone."
#     - text: "The Brier score stays, as reliability is 0 before and after."
#       why: "Resolution is lost, so the score rises by as much."
# - question: "A diagram with twenty bins has one dot outside its 95 % band. That shows"
#   answers:
#     - text: "that the model is too sure in that bin"
#       why: "One of twenty is what a perfect model has on average."
#     - text: "that twenty bins were too many"
#       why: "With five bins more than one in five diagrams of a perfect model has such a dot, too."
#     - text: "next to nothing"
#       right: true
#       why: "A perfect model expects one. An order among the dots, or several of them, would be a finding."
# - question: "The negatives were thinned out: one in ten was kept. The model says 0.5. Meant is about"
#   answers:
#     - text: "0.09"
#       right: true
#       why: "Odds of 1 were ten times too high: odds 0.1, a chance of 1/11."
#     - text: "0.05"
#       why: "That divides the chance by ten. It is the odds that were multiplied."
#     - text: "0.5, because AUC has not changed"
#       why: "The order has not changed. The odds of every case have."
# - question: "Why fit the calibration on rows the model was not fitted to?"
#   answers:
#     - text: "On its own rows the scores look better than they are, so the curve comes out too steep."
#       right: true
#       why: "There the calibration slope of a maximum-likelihood fit is 1, whatever it is elsewhere. The curve learns nothing, and stays too sure."
#     - text: "Otherwise the sigmoid's Newton steps do not converge."
#       why: "They do; Platt's targets see to that. The curve they find is wrong."
#     - text: "Because isotonic regression needs scores without ties."
#       why: "Equal scores share one value, on any rows."
# ```
#
# ## Exercises
#
# The minutes above do not count these.
#
# ### Exercise: How many silent calls? {#ex-silent level="warm-up"}
#
# In a bin nobody took the deposit. From how many calls on is the chance $p$ no longer credible at $z = 1.96$? Return the
# smallest whole number.
#
# ??? hint "A hint"
#
#     Put $\hat q = 0$ into the inequality above @eq-wilson, and solve for $n$.


# %%
#| exercise: stub
def silent_calls(p):
    """Fewest calls without a deposit that make the chance p incredible."""
    return ...

# %%
#| exercise: check
for p_ in (0.5, 0.1, 0.03, 0.01):
    n_ = silent_calls(p_)
    assert n_ is not ..., "replace the dots"
    assert n_ == int(n_), f"{p_}: expected a whole number, got {n_}"
    assert wilson(0.0, float(n_))[1] < p_, f"{p_}: still credible after {n_} calls"
    assert wilson(0.0, float(n_ - 1))[1] >= p_, f"{p_}: {n_ - 1} calls would do"


# %%
#| exercise: solution
#| note: "With no deposit the condition is p ≤ z²(1 − p) / n. A chance of 0.1 needs {{ int(1.96**2 * 9) + 1 }} silent calls, 0.01 needs {{ int(1.96**2 * 99) + 1 }}."
def silent_calls(p):
    return int(np.floor(1.96**2 * (1 - p) / p)) + 1

# %% [markdown]
# ### Exercise: Negatives thrown away {#ex-thrown level="warm-up"}
#
# To save time, only a share `keep` of the calls without a deposit was used for training. Turn the model's chances into those
# meant.
#
# ??? hint "A hint"
#
#     What are $v_1$ and $v_0$?


# %%
#| exercise: stub
def meant(p, keep):
    """Chances (n,) as if all negatives had been used."""
    return p * keep

# %%
#| exercise: check
assert np.allclose(meant(np.array([0.2, 0.9]), 1.0), [0.2, 0.9]), "all kept: nothing to undo"
assert np.allclose(meant(np.array([0.5]), 0.1), 1 / 11), "odds 1 become odds 1/10"
kept_ = np.concatenate([train[took[train] == 1], train[took[train] == 0][::4]])
thin_ = LogisticRegression(C=np.inf, fit_intercept=False).fit(one_hot[g][kept_], took[kept_]).predict_proba(one_hot)[:, 1]
yes_, no_ = np.bincount(g[kept_], took[kept_]), np.bincount(g[kept_], 1 - took[kept_])
assert np.allclose(meant(thin_, 0.25), yes_ / (yes_ + 4 * no_)), "every fourth kept: each stands for four"


# %%
#| exercise: solution
#| note: "The weights are v1 = 1 and v0 = keep."
def meant(p, keep):
    odds = keep * p / (1 - p)
    return odds / (1 + odds)

# %% [markdown]
# ### Exercise: Luck taken off {#ex-luck level="core"}
#
# The reliability of @eq-brier-parts is too large by luck: even an honest bin has an expected $(\bar y_k - \bar p_k)^2$ of
# its variance over $n_k$. Estimate that by $\bar y_k (1 - \bar y_k) / (n_k - 1)$ and take it off [@ferro2012].
#
# ??? hint "A hint"
#
#     The result may be negative; honest chances must come out at zero *on average*.


# %%
#| exercise: stub
def fair_reliability(y, p, bin_of):
    """Reliability without the part that is luck."""
    return brier_parts(y, p, bin_of)[0]

# %%
#| exercise: check
rng_ = np.random.default_rng(5)
q_ = rng_.random(400)
bin_ = (q_ * 10).astype(np.intp)
mean_ = np.mean([fair_reliability((rng_.random(400) < q_).astype(int), q_, bin_) for _ in range(400)])
assert abs(mean_) < 5e-4, f"honest chances should have 0 on average, yours {mean_:.4f}"
found_ = fair_reliability(np.array([1, 0, 0, 0, 1, 1]), np.repeat([0.5, 0.5], 3), np.repeat([0, 1], 3))
assert abs(found_ + 1 / 12) < 1e-9, f"two bins of three: expected 1/36 - 1/9, got {found_:.4f}"


# %%
#| exercise: solution
#| note: "For the balanced model luck is nothing beside the dishonesty. Of the plain model's {{ split['plain'][0]:.4f }} about {{ luck_plain:.4f }} is luck."
def fair_reliability(y, p, bin_of):
    n_k = np.bincount(bin_of)
    said = np.bincount(bin_of, p) / n_k
    happened = np.bincount(bin_of, y) / n_k
    luck = happened * (1 - happened) / (n_k - 1)
    return n_k @ ((happened - said) ** 2 - luck) / len(y)

# %% [markdown]
# ### Exercise: Honest to whom? {#ex-groups level="core"}
#
# A model can be honest on average and not to a group. For each group return what came minus what was promised, in standard
# errors of the sum of its outcomes if the chances were right.
#
# ??? hint "A hint"
#
#     Outcomes are independent, each with the variance $p (1 - p)$; variances add up.


# %%
#| exercise: stub
def group_gaps(y, p, group):
    """Dictionary: group -> (came - promised) in standard errors."""
    return dict.fromkeys(np.unique(group).tolist(), 0.0)

# %%
#| exercise: check
found_ = group_gaps(np.array([1, 1, 0, 0]), np.full(4, 0.5), np.array(["a", "a", "b", "b"]))
assert np.isclose(found_["a"], 2**0.5), f"two came, one promised, error √½: expected 1.414, got {found_['a']:.3f}"
assert np.isclose(found_["b"], -(2**0.5)), "nobody came, one promised"
rng_ = np.random.default_rng(3)
p_ = rng_.uniform(0.05, 0.9, 20000)
g_ = np.arange(20000) % 200
z_ = np.array(list(group_gaps((rng_.random(20000) < p_).astype(int), p_, g_).values()))
assert 0.85 < z_.std() < 1.15, f"honest chances: a spread of about 1, got {z_.std():.2f}"


# %%
#| exercise: solution
#| note: "The plain model with Platt's curve, by month: {{ month_gaps }}, the two ends of twelve. By `contact`, a column it was fitted with, no gap is beyond {{ contact_most:.1f }}."
def group_gaps(y, p, group):
    gaps = {}
    for name in np.unique(group).tolist():
        inside = group == name
        miss = y[inside].sum() - p[inside].sum()
        gaps[name] = miss / np.sqrt(np.sum(p[inside] * (1 - p[inside])))
    return gaps

# %% [markdown]
# ### Exercise: A diagram without bins {#ex-corp level="small research"}
#
# Pooling makes its own bins [@dimitriadis2021]. Fit the outcomes isotonically to the *chances* and call the result $c$. Then *miscalibration* is the
# Brier score of $p$ minus that of $c$, *discrimination* that of the constant $\bar y$ minus that of $c$. Return both. What do
# they say of the five models?
#
# ??? hint "A hint"
#
#     `IsotonicRegression().fit(p, y).predict(p)` takes care of equal chances.


# %%
#| exercise: stub
def without_bins(y, p):
    """Miscalibration and discrimination."""
    return brier_score_loss(y, p), 0.0

# %%
#| exercise: check
for who_, expected_ in (("Ann", (0, 0.09)), ("Ben", (0, 0)), ("Cleo", (0.04, 0.09)), ("Dan", (0.04, 0.09))):
    found_ = without_bins(rain, forecasts[who_])
    assert np.allclose(found_, expected_, atol=1e-9), f"{who_}: expected {expected_}, got {found_}"
p_ = np.linspace(0.02, 0.6, 300)
y_ = (np.random.default_rng(1).random(300) < p_).astype(int)
assert np.isclose(without_bins(y_, p_)[1], without_bins(y_, p_**3)[1]), "a rising function must not change the discrimination"
assert 0 < without_bins(y_, p_)[0] < without_bins(y_, p_**3)[0], "the cubes are less honest"


# %%
#| exercise: solution
#| note: "Miscalibration of our five on the calls to be judged: {{ corp_text }}. Even honest chances score above zero here, as the steps fit luck too; play it out as for ECE."
def without_bins(y, p):
    c = IsotonicRegression().fit(p, y).predict(p)
    fitted = brier_score_loss(y, c)
    constant = y.mean() * (1 - y.mean())
    return brier_score_loss(y, p) - fitted, constant - fitted
