# ---
# title: Probability and statistics
# lede: >-
#   You arrive at the geyser Old Faithful, and nobody can tell you when it last erupted. How long will you wait, and how
#   sure can you be? On the way to an honest answer we meet the ideas that every later chapter leans on, each with a
#   number that you can check, and learn why the losses of this book are what they are.
# minutes: 75
# needs: [start/how-this-book-works]
# able:
#   - tell a probability from a density, and a standard deviation from a standard error
#   - say which loss asks for the mean, the median or a quantile, and which distribution stands behind each loss
#   - turn a conditional probability round by counting, and see what the base rate does
#   - give an estimate an interval, by formula and by bootstrap, and notice when both are wrong
#   - run a permutation test, say aloud what its p-value means, and not take a correlation for a cause
# ---

# %% [markdown]
# ## How long will you wait? {#how-long}
#
# Old Faithful, a geyser in Yellowstone National Park, erupts some twenty times a day. Each row of this record
# says how long an eruption lasted, and how long it took until the next one [@azzalini1990].

# %%
#| live: true
import numpy as np

from mle.datasets import load_faithful

geyser = load_faithful()
lasted = geyser.columns["eruptions"]  # minutes
wait = geyser.columns["waiting"]  # minutes until the next eruption

print(f"{len(wait)} waits from {wait.min():.0f} to {wait.max():.0f} minutes")
print(f"mean {wait.mean():.1f}, median {np.median(wait):.0f}")

# %%
#| hide: true
import itertools
import math

import matplotlib.pyplot as plt
from matplotlib.patheffects import withStroke

from mle import plot

n = len(wait)
near_mean = float(np.mean(np.abs(wait - wait.mean()) <= 5))
assert near_mean < 0.2
near_eighty = float(np.mean(np.abs(wait - 80) <= 5))


def bell(x, mean, deviation):
    z = (x - mean) / deviation
    return np.exp(-(z**2) / 2) / (deviation * np.sqrt(2 * np.pi))


# %% [markdown]
# You come at a random moment. Common sense takes the mean gap, {{ wait.mean():.0f }} minutes, and halves it, since people
# come early and late in a gap alike: about {{ wait.mean() / 2:.0f }} minutes, give or take. Three things are wrong with
# that. Hardly any gap is {{ wait.mean():.0f }} minutes long (@fig-gaps). Half the mean gap is too short. And "give or take" is
# not a number. We mend all three.

# %%
#| id: fig-gaps
#| caption: Two humps, and the mean in the valley between them. Only {{ 100 * near_mean:.0f }} % of the gaps lie within five
#|   minutes of the mean, {{ 100 * near_eighty:.0f }} % within five minutes of 80. The bell curve with the same mean and spread is
#|   highest where the geyser is rare.
#| alt: A histogram of gaps from 43 to 96 minutes with a low hump near 54 and a high one near 80. A vertical line at 71
#|   minutes stands in the valley, under the top of a dotted bell curve.
fig, ax = plt.subplots()
edges = np.arange(40.5, 100, 4)
heights = ax.hist(
    wait,
    edges,
    density=True,
    color=plot.color("data"),
    alpha=0.55,
    rwidth=0.94,
)[0]
x = np.linspace(38, 104, 200)
ax.plot(x, bell(x, wait.mean(), wait.std()), ":", color=plot.color("muted"))
ax.axvline(wait.mean(), color=plot.color("fit"))
plot.note(
    ax, f"mean {wait.mean():.1f}", (wait.mean(), 0.046), "fit", offset=(-6, 0)
)
plot.note(ax, "bell curve", (96, 0.0075), "muted", offset=(4, 4))
ax.set(
    xlim=(38, 106),
    xlabel="gap between eruptions, minutes",
    ylabel="density, per minute",
)

# %% [markdown]
# You need sums, logarithms and the slopes of curves.
#
# ## Two gaps by hand {#by-hand}
#
# A toy geyser alternates between gaps of 40 and of 80 minutes. Pick one of its gaps blindly. Its length $Y$ is a
# [random variable](glossary:random-variable): a number that chance decides. Its
# [distribution](glossary:distribution) says what can happen and with which probability: 40 or 80, with ½ each. Its
# [expectation](glossary:expectation) $\mathrm E[Y]$, also called $\mu$ ("mu"), adds up the values times their
# probabilities: 60, the mean of very many picks. Its [variance](glossary:variance) is the expected
# squared distance from there, ½ · 20² + ½ · 20² = 400, and the root of that is its [standard
# deviation](glossary:standard-deviation) $\sigma$: 20 minutes.
#
# Expectations of sums add up, $\mathrm E[aX + bY] = a\,\mathrm E[X] + b\,\mathrm E[Y]$, because the terms of a sum may
# be reordered. So a variance can be multiplied out:
#
# $$
# \begin{aligned}
# \operatorname{Var}(Y) &= \mathrm E[(Y - \mu)^2] \\
# &= \mathrm E[Y^2] - 2\mu\,\mathrm E[Y] + \mu^2 \\
# &= \mathrm E[Y^2] - \mu^2
# \end{aligned}
# $$
#
# Now *arrive* blindly. Of each 120 minutes 80 belong to the long gap, so you fall into it with probability ⅔, not ½. There
# you wait 40 minutes on average, in a short gap 20. Together: ⅓ · 20 + ⅔ · 40 = {{ 20 / 3 + 80 / 3:.1f }} minutes, not 30.
# Long gaps catch more visitors; this is the *inspection paradox* [@feller1971, section I.4].
#
# In general, gap $y_i$ is hit with probability $y_i / \sum_k y_k$ and then costs $y_i / 2$ on average. The sum of the products
# is $\sum_i y_i^2 / (2 \sum_k y_k)$. Divide above and below by the number of gaps: that is $\mathrm E[Y^2] / (2\mu)$, and we
# have seen that $\mathrm E[Y^2]$ is $\mu^2 + \sigma^2$.
#
# $$
# \mathrm E[\text{wait}] = \frac{\mu^2 + \sigma^2}{2 \mu} = \frac{\mu}{2} + \frac{\sigma^2}{2 \mu}
# $$ {#eq-random-arrival}
# : $\mu$ and $\sigma$ are the mean and the standard deviation of the gaps, in minutes; so is the result.
#
# To check it without any algebra, let one visitor arrive in the middle of every minute of the record:


# %%
#| live: true
from mle.testing import verify


def mean_wait(gaps):
    """Mean wait of those who arrive at random moments."""
    mu, variance = gaps.mean(), gaps.var()
    return float((mu**2 + variance) / (2 * mu))  # eq: random-arrival


clock = np.cumsum(wait)  # one eruption after the other
arrival = np.arange(clock[-1]) + 0.5
visitor = clock[np.searchsorted(clock, arrival)] - arrival
verify("random-arrival", mean_wait(wait), visitor.mean())

print(f"{len(visitor):,} visitors wait {visitor.mean():.1f} minutes")

# %% [markdown]
# ```pycon
# >>> round(mean_wait(np.array([40.0, 80.0])), 1)
# 33.3
# ```
#
# At Old Faithful the spread adds {{ wait.var() / wait.mean() / 2:.1f }} minutes to half the mean. Common sense got away
# with little, because $\sigma$ is only {{ 100 * (wait.std() / wait.mean()):.0f }} % of $\mu$. Where $\sigma = \mu$, as it is for
# buses that come wholly at random, you wait a whole mean gap.
#
# ## Probability, density, quantile {#density}
#
# How sure? A mean does not say. Ask with which probability the wait is over within $t$ minutes. For any random variable
# $Y$, the function $F(t) = P(Y \le t)$ is its [distribution function](glossary:distribution-function); @fig-sure draws two.
# Read from the other axis, it gives [quantiles](glossary:quantile): $q_\alpha$, "q alpha", is the smallest $t$ with
# $F(t) \ge \alpha$. The [median](glossary:median) is $q_{0.5}$.

# %%
#| hide: true
calm, patient = (float(np.quantile(visitor, a)) for a in (0.5, 0.95))
near_top = (wait > 76.5) & (wait <= 80.5)
height = float(near_top.mean() / 4)

# %%
#| id: fig-sure
#| caption: Half of all visitors wait at most {{ calm:.0f }} minutes; whoever wants to be 95 % sure needs patience for
#|   {{ patient:.0f }}.
#| alt: Two curves that rise from 0 to 1 over the minutes from 0 to 100. That of the visitors is nearly straight until
#|   50 minutes and then bends, with marks at 0.5 and 0.95. That of the gaps begins at 43 and has two steep parts.
fig, ax = plt.subplots()
share = (np.arange(n) + 1) / n
ax.step(np.sort(wait), share, where="post", color=plot.color("muted"), lw=1.2)
minutes = np.arange(0, 97)
ax.plot(
    minutes, [np.mean(visitor <= t) for t in minutes], color=plot.color("data")
)
for t, a in ((calm, 0.5), (patient, 0.95)):
    ax.plot([0, t, t], [a, a, 0], color=plot.color("fit"), lw=1)
    ax.plot(t, a, "o", color=plot.color("fit"))
    plot.note(ax, f"{t:.0f}", (t, 0.02), "fit", offset=(4, 2), weight="bold")
plot.note(
    ax, "your wait", (22, np.mean(visitor <= 22)), "data", offset=(-6, 6)
)
plot.note(ax, "the gaps", (57, 0.27), "muted", offset=(-6, 6))
ax.set(
    xlim=(0, 100),
    ylim=(0, 1.02),
    yticks=[0, 0.5, 0.95],
    xlabel="t, minutes",
    ylabel="probability of at most t",
)

# %% [markdown]
# A stopwatch could split minutes without end, and then no exact length keeps a probability above zero. What remains is the
# [density](glossary:density): probability is *area* under it. Its height has a unit, and is no probability. Over the four
# minutes from 77 to 80 the histogram of @fig-gaps is {{ height:.4f }} high, per minute. That is {{ 60 * height:.1f }} per hour,
# and no probability is {{ 60 * height:.1f }}. The area is a probability, in whatever unit: {{ height:.4f }} · 4, or {{ 400 * height:.0f }} % of the gaps.
#
# One density we shall need again, the bell curve or [normal distribution](glossary:normal-distribution)
# with mean $\mu$ and standard deviation $\sigma$:
# $\frac{1}{\sigma\sqrt{2\pi}} \exp\bigl(-\frac{(y - \mu)^2}{2\sigma^2}\bigr)$. Its area within $1.96\,\sigma$ of $\mu$ is 95 %.
#
# ## The best single number {#best-number}
#
# You have seen an eruption. For when do you announce the next? Whatever $c$ you say, the geyser misses it by $Y - c$,
# and the [loss](glossary:loss) decides which $c$ is best.
#
# **Squares ask for the mean.** Write $Y - c$ as $(Y - \mu) + (\mu - c)$ and square. The middle term,
# $2(\mu - c)(Y - \mu)$, has expectation zero, and we are left with
#
# $$
# \mathrm E[(Y - c)^2] = \operatorname{Var}(Y) + (\mu - c)^2
# $$ {#eq-best-constant}
# : $Y$, $c$ and $\mu$ in minutes; each term is in squared minutes.
#
# The best constant is $\mu$, and what it cannot avoid is the variance. We shall need this line twice more.
#
# **Pinball asks for a quantile.** Let every minute that you wait cost $\alpha$ ("alpha"), and every minute that you come
# too late cost $1 - \alpha$ [@koenker1978]:
#
# $$
# \ell_\alpha(y, c) = \begin{cases} \alpha\,(y - c), & y \ge c \\ (1 - \alpha)\,(c - y), & y < c \end{cases}
# $$ {#eq-pinball-loss}
# : $y$ and $c$ in minutes, $0 < \alpha < 1$; the loss is at least 0.
#
# Move $c$ up a little, past no value of $Y$. Values above $c$ get cheaper at the rate $\alpha$, the others dearer at the
# rate $1 - \alpha$, so the expected loss has the slope $-\alpha\,(1 - F(c)) + (1 - \alpha)\,F(c) = F(c) - \alpha$. It falls
# as long as $F(c) < \alpha$ and rises as soon as $F(c) > \alpha$. So the bottom is the quantile $q_\alpha$.^[If $F(c) = \alpha$
# on a stretch, all of the stretch is the bottom.] With $\alpha = \frac12$ it is half the absolute loss:
# **absolute values ask for the median.** The library has all three; `check_quantities` turns its arguments into arrays
# of equal length.
#
# ```quote
# mle.metrics.regression.mean_squared_error
# ```
#
# ```quote
# mle.metrics.regression.mean_absolute_error
# ```
#
# ```quote
# mle.metrics.regression.mean_pinball_loss
# ```

# %%
#| live: true
from mle.metrics import (
    mean_absolute_error,
    mean_pinball_loss,
    mean_squared_error,
)


def expected_square(y, c):
    return y.var() + (y.mean() - c) ** 2  # eq: best-constant


said_80 = np.full(len(wait), 80.0)
got = expected_square(wait, 80.0)
verify("best-constant", got, mean_squared_error(wait, said_80))

by_hand = [0.9 * max(y - 80, 0) + 0.1 * max(80 - y, 0) for y in wait]
found = mean_pinball_loss(wait, said_80, alpha=0.9)
verify("pinball-loss", found, np.mean(by_hand))


def best(loss, **settings):
    """The whole tenth of a minute with the smallest mean loss."""
    guesses = np.arange(43, 96, 0.1)
    costs = [loss(wait, 0 * wait + c, **settings) for c in guesses]
    return float(guesses[np.argmin(costs)])


print(f"squares     {best(mean_squared_error):.1f}")
print(f"absolute    {best(mean_absolute_error):.1f}")
print(f"pinball 0.9 {best(mean_pinball_loss, alpha=0.9):.1f}")

# %%
#| hide: true

assert abs(best(mean_squared_error) - wait.mean()) < 0.051
assert abs(best(mean_absolute_error) - np.median(wait)) < 0.051
for a in (0.1, 0.9):
    assert abs(best(mean_pinball_loss, alpha=a) - np.quantile(wait, a)) < 0.051

# %% [markdown]
# Turn $\alpha$ in @fig-pinball. If waiting is cheap, say so with a small $\alpha$, and come early.

# %%
#| id: fig-pinball
#| live: true
#| play: {alpha: [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95]}
#| say: "Waiting costs {{ alpha:g }} a minute, being late {{ 1 - alpha:.2g }}: come back after {{ guess[bottom]:.0f }} minutes. {{ 100 * np.mean(wait <= guess[bottom]):.0f }} % of the gaps are at most that long."
#| caption: The mean pinball loss of every guess, and its bottom, which stands at the quantile of the gaps.
#| alt: A curve of loss over guesses from 43 to 96 minutes with one bottom. As alpha grows the bottom moves right, from
#|   48 minutes at 0.05 to 89 at 0.95.
alpha = 0.75
guess = np.arange(43.0, 97.0)
cost = [mean_pinball_loss(wait, 0 * wait + c, alpha=alpha) for c in guess]
bottom = int(np.argmin(cost))

fig, ax = plt.subplots(figsize=(5.2, 2.6))
ax.plot(guess, cost, color=plot.color("error"))
ax.plot(guess[bottom], cost[bottom], "o", color=plot.color("fit"), ms=7)
plot.note(
    ax,
    f"{guess[bottom]:.0f}",
    (guess[bottom], cost[bottom]),
    "fit",
    offset=(0, 9),
    weight="bold",
)
ax.set(
    xlim=(42, 97),
    ylim=(0, 14),
    xlabel="guess c, minutes",
    ylabel="mean pinball loss",
)

# %% [markdown]
# ## What you know changes the answer {#conditional}
#
# Did you see how long the last eruption was? @Fig-kinds shows what that is worth.

# %%
#| hide: true
long = lasted >= 3
kinds = {"short": ~long, "long": long}
middle = {k: float(wait[rows].mean()) for k, rows in kinds.items()}
inner = {k: float(wait[rows].std()) for k, rows in kinds.items()}
late, late_if_long = (
    float(np.mean(wait >= 70)),
    float(np.mean(wait[long] >= 70)),
)
within = float(
    np.average(
        [wait[r].var() for r in kinds.values()],
        weights=[r.sum() for r in kinds.values()],
    )
)
between = float(wait.var()) - within
inside = {
    k: float(np.corrcoef(lasted[r], wait[r])[0, 1]) for k, r in kinds.items()
}
overall = float(np.corrcoef(lasted, wait)[0, 1])
assert 0.2 < min(inside.values()) < max(inside.values()) < 0.4 < overall


def middle_90(values):
    return "{:.0f} to {:.0f}".format(
        *np.quantile(values, [0.05, 0.95], method="inverted_cdf")
    )


# %%
#| id: fig-kinds
#| caption: Two kinds of eruption explain the two humps. After a short one the gap is {{ middle["short"]:.0f }} minutes
#|   on average, after a long one {{ middle["long"]:.0f }}; within a kind the spread is {{ inner["short"]:.0f }} minutes, overall
#|   {{ wait.std():.0f }}. The bands hold nine in ten.
#| alt: Dots of gap against length of the last eruption in two clouds, one near 2 minutes and 54, one near 4.3 minutes
#|   and 80. A horizontal line marks the mean of each cloud, and a band 90 per cent of its dots.
fig, ax = plt.subplots()
ax.plot(lasted, wait, "o", color=plot.color("data"), ms=3, alpha=0.5, mew=0)
for kind, (left, right) in {"short": (1.5, 3), "long": (3, 5.2)}.items():
    band = np.quantile(
        wait[kinds[kind]], [0.05, 0.95], method="inverted_cdf"
    )
    ax.fill_between(
        [left, right], *band, color=plot.color("fit"), alpha=0.12, lw=0
    )
    ax.plot([left, right], [middle[kind]] * 2, color=plot.color("fit"))
plot.note(
    ax,
    f"{middle['short']:.0f} after a short one",
    (3, middle["short"]),
    "fit",
    offset=(6, 0),
)
plot.note(
    ax,
    f"{middle['long']:.0f} after a long one",
    (3, middle["long"]),
    "fit",
    offset=(-6, 0),
)
ax.set(
    xlim=(1.4, 5.3),
    ylim=(40, 100),
    xlabel="last eruption, minutes",
    ylabel="gap, minutes",
)

# %% [markdown]
# A [conditional probability](glossary:conditional-probability) counts only the cases where the condition holds:
# $P(A \mid B) = P(A \text{ and } B) / P(B)$, said "A given B". A gap of at least 70 minutes has the probability {{ 100 * late:.0f }} %,
# and {{ 100 * late_if_long:.0f }} % given a long eruption. If $B$ changed nothing, $P(A \mid B) = P(A)$, the two would be
# [independent](glossary:independent), and the probability of both a product, $P(A)\,P(B)$.
#
# How much does knowing the kind help? Within a kind, the mean squared distance from the *overall* mean is, by
# @eq-best-constant with that mean for $c$, the variance inside the kind plus the squared distance of the two means. Averaged
# over the kinds: variance = variance within + variance between. Here {{ wait.var():.0f }} = {{ within:.0f }} + {{ between:.0f }}:
# the kind explains {{ 100 * (between / wait.var()):.0f }} %. So the answer depends on what you know (@tbl-answers).
#
# | You know | Expect, min | 90 in 100 |
# |:--|--:|--:|
# | nothing, and come at random | {{ visitor.mean():.0f }} | {{ middle_90(visitor) }} |
# | it has just erupted | {{ wait.mean():.0f }} | {{ middle_90(wait) }} |
# | that eruption was short | {{ middle["short"]:.0f }} | {{ middle_90(wait[~long]) }} |
# | that eruption was long | {{ middle["long"]:.0f }} | {{ middle_90(wait[long]) }} |
#
# : Minutes until the next eruption; the last column runs from the 5 % to the 95 % quantile of these {{ n }} rows. Other years may
#   differ. {#tbl-answers}
#
# ### Covariance and correlation
#
# The [covariance](glossary:covariance) is the expected product of two centred variables,
# $\operatorname{Cov}(X, Y) = \mathrm E[(X - \mu_X)(Y - \mu_Y)]$: positive if they rise together. It appears when a sum is
# squared: $\operatorname{Var}(X + Y) = \operatorname{Var}(X) + \operatorname{Var}(Y) + 2 \operatorname{Cov}(X, Y)$. For
# independent variables probabilities multiply, so expectations do, $\mathrm E[X - \mu_X]\,\mathrm E[Y - \mu_Y] = 0$, and
# their *variances add up*. Measured in standard deviations, without units, covariance is
# [correlation](glossary:correlation), from −1 to 1. The library's scaler measures so:
#
# ```quote
# mle.preprocessing.scale.StandardScaler._fit
# ```
#
# ```quote
# mle.preprocessing.scale.StandardScaler._transform
# ```
#
# (A column whose deviation is rounding error is constant, and divided by 1.) The mean product of two such columns is
# their correlation:

# %%
#| live: true
from mle.preprocessing import StandardScaler

table = np.column_stack([lasted, wait])  # (272, 2)
Z = StandardScaler().fit_transform(table)
assert np.isclose(np.mean(Z[:, 0] * Z[:, 1]), np.corrcoef(table.T)[0, 1])

bend = np.array([-1.0, 0.0, 1.0])
print(f"both kinds {np.corrcoef(lasted, wait)[0, 1]:.2f}")
for kind, rows in {"short": lasted < 3, "long": lasted >= 3}.items():
    print(f"{kind:10} {np.corrcoef(lasted[rows], wait[rows])[0, 1]:.2f}")
print(f"x and x²   {np.corrcoef(bend, bend**2)[0, 1]:.2f}")

# %% [markdown]
# One number for a cloud of points is easily over-read. Most of the {{ overall:.2f }} is the step from one cloud to the
# other; within a kind, the length of an eruption says little more. And a correlation of zero does not mean independent. On
# −1, 0 and 1, $x$ decides $x^2$ entirely, and correlation, which hears straight lines only, notices nothing.
#
# ## Turning a probability round {#bayes}
#
# Breast masses were examined in Wisconsin, under a microscope [@wolberg1993]. Call those suspicious whose largest cell
# nuclei have a perimeter above 105; we chose the number on these very rows, which flatters it a little. (In this table
# malignant is class 0.)

# %%
#| live: true
from mle.datasets import load_breast_cancer
from mle.metrics import precision_score

masses = load_breast_cancer()
malignant = masses.y == 0
suspicious = masses.columns["worst_perimeter"] > 105

sensitivity = float(suspicious[malignant].mean())
false_alarms = float(suspicious[~malignant].mean())
print(f"suspicious given malignant {100 * sensitivity:.0f} %")
print(f"suspicious given benign    {100 * false_alarms:.0f} %")
ill_if_sign = float(malignant[suspicious].mean())
print(f"malignant given suspicious {100 * ill_if_sign:.0f} %")

# %%
#| hide: true
counts = [
    int(np.sum(a & b))
    for a in (malignant, ~malignant)
    for b in (suspicious, ~suspicious)
]
women, ill = 10_000, 100
found_ill = round(sensitivity * ill)
alarmed = round(false_alarms * (women - ill))
assert 0.88 < sensitivity < 0.95, "nine in ten"
error_share = math.sqrt(sensitivity * (1 - sensitivity) / malignant.sum())

# %% [markdown]
# The first line is the test's; the last is what a patient asks. To get from one to the other, write
# $P(A \text{ and } B)$ both ways, $P(A \mid B)\,P(B) = P(B \mid A)\,P(A)$, and divide. That is [Bayes'
# rule](glossary:bayes-rule):
#
# $$
# P(\text{ill} \mid \text{sign}) = \frac{P(\text{sign} \mid \text{ill})\; P(\text{ill})}{P(\text{sign})}
# $$ {#eq-bayes}
# : Four probabilities; $P(\text{sign}) = P(\text{sign} \mid \text{ill})\,P(\text{ill}) + P(\text{sign} \mid \text{well})\,P(\text{well})$.


# %%
def bayes(sign_if_ill, sign_if_well, ill):
    sign = sign_if_ill * ill + sign_if_well * (1 - ill)
    return sign_if_ill * ill / sign  # eq: bayes


# precision: of those with the sign, the share that is ill
turned = bayes(sensitivity, false_alarms, malignant.mean())
verify("bayes", turned, precision_score(malignant, suspicious))

# %% [markdown]
# The factor $P(\text{ill})$, the base rate or [prevalence](glossary:prevalence), was {{ 100 * malignant.mean():.0f }} % here: these
# women had been sent to a clinic with a lump. Suppose now that one woman in a hundred is ill, and that the test is as good
# as before, which is generous. @Tbl-base-rate counts {{ women:, }} of them.
#
# | women | ill | well | ill, of those with the sign |
# |:--|--:|--:|--:|
# | Wisconsin, sign | {{ counts[0] }} | {{ counts[2] }} | {{ 100 * (counts[0] / (counts[0] + counts[2])):.0f }} % |
# | Wisconsin, no sign | {{ counts[1] }} | {{ counts[3] }} | |
# | {{ women:, }} women, sign | {{ found_ill }} | {{ alarmed }} | {{ 100 * (found_ill / (found_ill + alarmed)):.0f }} % |
# | {{ women:, }} women, no sign | {{ ill - found_ill }} | {{ women - ill - alarmed:, }} | |
#
# : The same test, two base rates. {#tbl-base-rate}
#
# Nine in ten malignant masses raise the alarm, and yet, where illness is rare, of those alarmed only
# {{ 100 * (found_ill / (found_ill + alarmed)):.0f }} % are ill: the few false alarms among very many healthy women outnumber
# the right ones. A classifier trained where a class is common and used where it is rare meets the same arithmetic.
#
# ## From a sample to the truth {#samples}
#
# Rows are mostly a [sample](glossary:sample): draws from something larger. What does their mean tell about its $\mu$?
# In this section our {{ n }} waits play the larger whole, from which we draw with replacement. So the draws are
# independent, and we know the truth. Chance comes from a generator with a seed:^[The notebook repeats what is drawn here with other seeds, and asserts
# what the text says of it.]
#
# ```quote
# mle.validation.parameters.check_random_state
# ```
#
# ### Why n − 1
#
# The mean of a sample, $\bar Y$, is the best constant for *that sample*, so the sample lies closer to it than to $\mu$.
# By how much, @eq-best-constant tells, with the sample as the distribution and $\mu$ for $c$:
# $\sum_i (Y_i - \mu)^2 = \sum_i (Y_i - \bar Y)^2 + n (\bar Y - \mu)^2$. Take expectations. On the left stands $n \sigma^2$.
# The last term is $n \operatorname{Var}(\bar Y)$, and a mean of $n$ independent draws has the variance
# $\frac{1}{n^2} \cdot n \sigma^2 = \sigma^2 / n$: variances add up, and a factor comes out squared. So
# $\mathrm E \sum_i (Y_i - \bar Y)^2 = n\sigma^2 - \sigma^2$, and the right divisor for an unknown $\sigma^2$ is $n - 1$:
#
# $$
# s^2 = \frac{1}{n - 1} \sum_{i=1}^{n} (y_i - \bar y)^2
# $$ {#eq-sample-variance}
# : $s^2$ is a number, in the squared unit of $y$; $\mathrm E[s^2] = \sigma^2$.
#
# Two checks: all {{ 4**3 }} samples of three from four numbers, which leaves nothing to chance, and {{ 20_000:, }} samples of five
# waits, whose last digit is luck.


# %%
#| live: true
def sample_variance(y):
    """Estimate of the variance behind each row of y, (..., n)."""
    squares = np.sum((y - y.mean(axis=-1, keepdims=True)) ** 2, axis=-1)
    return squares / (y.shape[-1] - 1)  # eq: sample-variance


four = np.array([40.0, 60.0, 65.0, 90.0])
every = np.stack(np.meshgrid(four, four, four), axis=-1).reshape(-1, 3)
verify("sample-variance", sample_variance(every).mean(), four.var())

rng = np.random.default_rng(0)
fives = rng.choice(wait, (20_000, 5))
print(f"truth         {wait.var():.0f}")
print(f"divisor n     {fives.var(axis=1).mean():.0f}")
print(f"divisor n - 1 {sample_variance(fives).mean():.0f}")

# %%
#| hide: true
for seed in range(5):
    fives_again = np.random.default_rng(seed).choice(wait, (20_000, 5))
    assert abs(sample_variance(fives_again).mean() / wait.var() - 1) < 0.02
    assert abs(fives_again.var(axis=1).mean() / wait.var() - 0.8) < 0.02

# %% [markdown]
# ### The mean settles, and it settles in a bell
#
# $\operatorname{Var}(\bar Y) = \sigma^2 / n$ is worth a label. Its root is the [standard error](glossary:standard-error),
# how far a mean is typically from the truth:
#
# $$
# \operatorname{SE}(\bar Y) = \frac{\sigma}{\sqrt n}
# $$ {#eq-standard-error}
# : In the unit of $y$. Four times the rows halve it.
#
# Choose any distance $\delta$ ("delta"). A mean that misses by $\delta$ or more adds at least $\delta^2$ times its probability
# to the variance, so $\delta^2\, P(|\bar Y - \mu| \ge \delta) \le \sigma^2 / n$. With growing $n$ the right side goes to zero,
# and the probability of such a miss with it: the [law of large numbers](glossary:law-of-large-numbers). The [central limit theorem](glossary:central-limit-theorem) says more: for
# large $n$ the mean is nearly *normal*, with this standard error, whatever the draws themselves look like, as long as
# they have a variance. We can watch it in @fig-bell, without drawing anything. Our waits are whole minutes. A sum of two is
# 120, say, in as many ways as two waits add up to 120, each with a product of two probabilities; `np.convolve` adds these
# products for every sum:


# %%
chance = np.bincount(wait.astype(int)) / len(wait)  # of 0, 1, ... min


def sum_of(n):
    """Probability of each total of n independent waits."""
    total = np.ones(1)
    for _ in range(n):
        total = np.convolve(total, chance)
    return total


def standard_error(sigma, n):
    return sigma / np.sqrt(n)  # eq: standard-error


ten = sum_of(10)
means = np.arange(len(ten)) / 10
exact = np.sqrt(ten @ (means - wait.mean()) ** 2)
verify("standard-error", standard_error(wait.std(), 10), exact)

# %%
#| id: fig-bell
#| live: true
#| play: {waits: [1, 2, 3, 5, 10, 30, 100]}
#| say: "Mean of {{ waits }}: standard error {{ spread:.1f }} minutes. The bell misses no probability of \"at most so many minutes\" by more than {{ 100 * gap:.1f }} points of 100."
#| caption: The exact distribution of the mean of several waits, and the bell of the central limit theorem. Two humps
#|   become three, then a bell that narrows.
#| alt: A filled curve over the minutes from 43 to 96 and a bell on top. For one wait the filled curve has two humps that
#|   the bell misses; for two it has three, for three a peak with shoulders; from about ten on the two agree and narrow.
waits = 3
total = sum_of(waits)
place = np.arange(len(total)) / waits
spread = standard_error(wait.std(), waits)
half_step = (place + 0.5 / waits - wait.mean()) / spread
normal = np.array([(1 + math.erf(z / 2**0.5)) / 2 for z in half_step])
gap = np.abs(np.cumsum(total) - normal).max()

fig, ax = plt.subplots(figsize=(5.2, 2.6))
ax.fill_between(
    place,
    total * waits,
    color=plot.color("data"),
    alpha=0.45,
    lw=0,
    step="mid",
)
x = np.linspace(40, 100, 400)
ax.plot(x, bell(x, wait.mean(), spread), color=plot.color("fit"))
ax.set(
    xlim=(40, 100),
    ylim=(0, None),
    yticks=[],
    xlabel="mean of the waits, minutes",
    ylabel="density",
)

# %% [markdown]
# ### How sure? Formula and bootstrap {#bootstrap}
#
# Now back to our {{ n }} rows as they are. The truth behind them is unknown, and so is its $\sigma$; put $s$ in its place. If the rows are independent, the mean
# wait is {{ wait.mean():.1f }} with a standard error of {{ wait.std(ddof=1) / n**0.5:.2f }} minutes, and plus and minus
# 1.96 of those is a 95 % [confidence interval](glossary:confidence-interval): a rule that covers the truth in about 95 of 100 samples.
# (Not a range that holds this truth with 95 %: a given interval covers it or does not.) A share is a mean of zeros and ones. There $Y^2 = Y$, so $\operatorname{Var}(Y) = p - p^2 = p(1 - p)$, and the sensitivity above
# is {{ 100 * sensitivity:.0f }} % plus and minus {{ 196 * error_share:.1f }} points.
#
# For a median there is no formula as plain. The [bootstrap](glossary:bootstrap) [@efron1979] needs none. If only we
# could draw new samples from the truth, their spread would tell all; the sample is our best picture of the truth; so draw from
# the sample.
#
# ```quote
# mle.model_selection.compare.bootstrap_interval
# ```
#
# Rows of all arrays are drawn together, with replacement; `value_of` computes the metric and refuses one that is not
# finite. Two quantiles of the draws make the interval: those at 2.5 % and 97.5 %, or two that stand in for them
# [@efron1987]:
#
# ```quote
# mle.model_selection.compare.bca_tails
# ```
#
# `z0` is zero if the draws lie evenly about the score, and `a` if leaving a row out moves it as far up as down; then the
# tails stay as they were. Otherwise both quantiles move: for the mean of a column with a long upper tail, upwards.

# %%
#| live: true
from mle.model_selection import bootstrap_interval

around = 1.96 * wait.std(ddof=1) / np.sqrt(len(wait))
low, high = wait.mean() - around, wait.mean() + around
print(f"mean, formula     {low:.1f} to {high:.1f}")
for name, statistic in {"mean": np.mean, "median": np.median}.items():
    found = bootstrap_interval(statistic, wait, random_state=0)
    print(f"{name + ', bootstrap':17} {found.low:.1f} to {found.high:.1f}")

# %%
#| hide: true


def explained_by_kind(lasted, wait):
    rows = lasted >= 3
    inner = rows.mean() * wait[rows].var()
    inner += (1 - rows.mean()) * wait[~rows].var()
    return 1 - inner / wait.var()


explained = bootstrap_interval(
    explained_by_kind, lasted, wait, n_resamples=1000, random_state=0
)
assert abs(explained.score - between / wait.var()) < 1e-9


def called():
    rng = np.random.default_rng(0)
    return [np.mean(wait[rng.integers(n, size=n)]) for _ in range(500)]


def at_once():
    rows = np.random.default_rng(0).integers(n, size=(500, n))
    return wait[rows].mean(axis=1)


assert np.allclose(called(), at_once())
for seed in range(3):
    again = bootstrap_interval(np.mean, wait, random_state=seed)
    assert max(abs(again.low - low), abs(again.high - high)) < 0.25, (
        "they agree"
    )

# %% [markdown]
# One function serves any statistic. That eruptions of two kinds explain {{ 100 * explained.score:.0f }} % of the variance: from
# {{ 100 * explained.low:.0f }} to {{ 100 * explained.high:.0f }} %. For a mean alone, one table of row numbers,
# `wait[rows].mean(axis=1)`, gives the same in one call in place of one for each draw. The library
# gives that up to take any metric of any arrays.
#
# For the mean, formula and bootstrap agree. Yet both are wrong for this geyser, as @sec-where-it-breaks shows.
#
# ## Where losses come from {#likelihood}
#
# So far you chose the loss. Often a picture of how the numbers arise chooses it for you. Suppose the rows are independent, with a
# probability or density $p(y \mid \theta)$ that has an unknown number $\theta$ ("theta") in it. The product over the rows, read as a
# function of $\theta$, is the [likelihood](glossary:likelihood), and [maximum likelihood](glossary:maximum-likelihood)
# takes the $\theta$ that makes it largest. Logarithms turn the product into a sum, a minus sign turns largest into smallest. So each row
# costs $-\log p(y \mid \theta)$:
#
# - **Normal**, around $m$: minus the logarithm of the bell curve is $\frac{(y - m)^2}{2\sigma^2} + \log(\sigma \sqrt{2\pi})$. With $\sigma$
#   fixed, only the squared loss depends on $m$.
# - **Laplace**, $\frac{1}{2s} e^{-|y - m| / s}$, a tent with longer tails: $\frac{|y - m|}{s} + \log 2s$, the absolute loss.
# - **Bernoulli**, 1 with probability $\hat p$ and else 0. In one formula that is $\hat p^{\,y} (1 - \hat p)^{1 - y}$, and it costs
#   $-y \log \hat p - (1 - y) \log(1 - \hat p)$: the [log-loss](glossary:log-loss). Three yes and one no have the likelihood
#   $\hat p^3 (1 - \hat p)$, which is {{ 0.75**3 * 0.25:.4f }} at $\hat p = 0.75$ and {{ 0.5**4:.4f }} at 0.5.
# - **Poisson**, for counts of what happens independently, such as calls in an hour, with mean $\mu$: $\mu^y e^{-\mu} / y!$ costs $\mu - y \log \mu + \log y!$. Its slope in $\mu$, $1 - y/\mu$,
#   is zero at $\mu = y$. Twice what a prediction costs beyond that is the [deviance](glossary:deviance):
#
# $$
# d(y, \mu) = 2 \Bigl( y \log \frac{y}{\mu} - y + \mu \Bigr)
# $$ {#eq-deviance-of-counts}
# : $y$ is a count, 0, 1, 2, …; $\mu > 0$; where $y = 0$, the first term is 0.
#
# ```quote
# mle.metrics.regression.mean_poisson_deviance
# ```
#
# | If you believe in | the loss is | the best constant |
# |:--|:--|:--|
# | normal errors | squared | mean |
# | Laplace errors | absolute | median |
# | a yes with chance $\hat p$ | log-loss | share of yes |
# | Poisson counts | deviance | mean |
#
# : Why the book's losses are what they are. {#tbl-losses}
#
# The last two constants follow from the slopes: $-\bar y / \hat p + (1 - \bar y)/(1 - \hat p)$ is zero at $\hat p = \bar y$,
# and $1 - \bar y / \mu$ at $\mu = \bar y$. We check the deviance against the probabilities themselves, on eruptions
# counted in stretches of four hours:

# %%
import math

from mle.metrics import mean_poisson_deviance

count = np.histogram(clock, np.arange(0, clock[-1] - 239, 240))[0]


def log_poisson(y, mu):
    return y * math.log(mu) - mu - math.lgamma(y + 1)


mu = float(count.mean())
short_of = [log_poisson(y, y) - log_poisson(y, mu) for y in count.tolist()]
deviance = mean_poisson_deviance(count, np.full(len(count), mu))
verify("deviance-of-counts", deviance, 2 * np.mean(short_of))
print(f"{len(count)} stretches: mean {mu:.2f}, variance {count.var():.2f}")

# %%
#| hide: true
assert count.min() > 0
assert count.var() < mu / 5

# %% [markdown]
# A Poisson count has a variance equal to its mean. Here it is a small part of that: eruptions are not independent of each
# other, for a geyser has to fill up first. The mean is estimated well even so; an interval that trusted the Poisson would
# be far too wide. A loss can serve where its distribution does not hold, but then look again at what it says of uncertainty.
#
# ### A belief beforehand is a penalty {#map}
#
# By Bayes' rule, the probability of $\theta$ given the data is the likelihood times what we believed before, the
# [prior](glossary:prior), divided by a number without $\theta$. The most probable $\theta$ is called
# [MAP](glossary:map), *maximum a posteriori*. Minus logarithms again: loss plus $-\log \text{prior}$. A normal prior around zero, with deviation
# $\sigma_0$, adds $\theta^2 / 2\sigma_0^2$, the penalty of [ridge regression](../regression/ridge-and-lasso.py); a Laplace prior adds a multiple of $|\theta|$, that of the lasso.
#
# You have noted $n$ waits with the mean $\bar y$, and the guidebook said $m_0$, give or take $\sigma_0$. The price of $m$ is
# $\sum_i (y_i - m)^2 / 2\sigma^2 + (m - m_0)^2 / 2\sigma_0^2$. Its slope, $n (m - \bar y) / \sigma^2 + (m - m_0) / \sigma_0^2$, is zero at
#
# $$
# m = \frac{\bar y\, n / \sigma^2 + m_0 / \sigma_0^2}{n / \sigma^2 + 1 / \sigma_0^2}
# $$ {#eq-map-mean}
# : A mean of $\bar y$ and $m_0$; each weighs as much as one over its squared uncertainty.


# %%
#| live: true
from mle.optimize import gradient_descent


def map_mean(y, sigma, m0, sigma0):
    data, belief = len(y) / sigma**2, 1 / sigma0**2
    return (y.mean() * data + m0 * belief) / (data + belief)  # eq: map-mean


first, sigma, m0, sigma0 = wait[:3], wait.std(), 60.0, 10.0


def price(m):
    misses = np.sum((first - m) ** 2) / sigma**2
    return float(misses + ((m - m0) ** 2).sum() / sigma0**2) / 2


def slope(m):
    return 3 * (m - first.mean()) / sigma**2 + (m - m0) / sigma0**2


# step against the slope until it vanishes
downhill = gradient_descent(price, slope, [0.0], learning_rate=20.0)
verify("map-mean", map_mean(first, sigma, m0, sigma0), downhill.x[0])
for n_seen in (1, 3, 30, 272):
    m = map_mean(wait[:n_seen], sigma, m0, sigma0)
    print(f"{n_seen:3} waits: mean {wait[:n_seen].mean():.1f}, MAP {m:.1f}")

# %% [markdown]
# Three waits lean on the guidebook; {{ n }} drown it. That is what a [penalty](glossary:penalty) does in later chapters: it
# holds a number back until enough rows speak for it.
#
# ## Surprise, in bits {#bits}
#
# Call $-\log_2 P$ the surprise of an event: 0 for what was certain, 1 [bit](glossary:bit) for a coin's fall. Independent
# probabilities multiply, so surprises add up: two coins make 2 bits. What surprise must you expect, if kind $k$ has the probability $p_k$? That is the [entropy](glossary:entropy) $H(p) = -\sum_k p_k \log p_k$ [@shannon1948]. If you
# believe $q_k$ instead, it is the [cross-entropy](glossary:cross-entropy) $H(p, q)$, and the excess is the [Kullback–Leibler
# divergence](glossary:kl-divergence) [@kullback1951]:
#
# $$
# -\sum_k p_k \log q_k = H(p) + \sum_k p_k \log \frac{p_k}{q_k}
# $$ {#eq-surprise}
# : $p$ and $q$ are $(K,)$, each adding up to 1; with $\log_2$ in bits, with the natural logarithm in nats.
#
# The excess is never negative. Since $\log x \le x - 1$, minus the excess is $\sum_k p_k \log (q_k / p_k) \le \sum_k (q_k - p_k) = 0$.
# If $p$ are the shares in the data, the left side is the mean of $-\log q$ over the rows. That is the log-loss: cross-entropy and maximum
# likelihood of a yes are one thing.
#
# ```quote
# mle.metrics.probability.log_loss
# ```
#
# A probability of zero for what happened would cost infinity; the clip makes it {{ -math.log(np.finfo(float).eps):.0f }}.
# How surprising is the kind of the next eruption, to those who believe in fifty-fifty, who know the shares, and who saw the last one?

# %%
#| live: true
from mle.metrics import log_loss

now, then = lasted[:-1] >= 3, lasted[1:] >= 3  # True is a long one
after = {kind: then[now == kind].mean() for kind in (False, True)}
beliefs = {
    "fifty-fifty": np.full(len(then), 0.5),
    "the shares": np.full(len(then), then.mean()),
    "saw the last": np.where(now, after[True], after[False]),
}
bits = {b: log_loss(then, q) / np.log(2) for b, q in beliefs.items()}
for belief, surprise in bits.items():
    print(f"{belief:12} {surprise:.2f} bits")

p = np.array([1 - then.mean(), then.mean()])
q = np.array([0.5, 0.5])
parts = -np.sum(p * np.log(p)) + np.sum(p * np.log(p / q))
verify("surprise", log_loss(then, beliefs["fifty-fifty"]), parts)

# %%
#| hide: true
fell = int(np.sum(~now)), int(np.sum(~now & then))
assert bits["saw the last"] + 0.15 < bits["the shares"] < bits["fifty-fifty"]

# %% [markdown]
# To know the shares saves {{ bits["fifty-fifty"] - bits["the shares"]:.2f }} bits, to have seen the last
# eruption another {{ bits["the shares"] - bits["saw the last"]:.2f }}: of {{ fell[0] }} short ones, {{ fell[1] }} were
# followed by a long one.
#
# ## Chance, or not? {#test}
#
# Short, long, short, long: can that be an accident of this record? Suppose the order of the rows meant nothing. Then every
# order was equally likely, so shuffle the waits and see what neighbours do: a [permutation
# test](glossary:permutation-test), drawn in @fig-shuffled.


# %%
#| live: true
def neighbours(y):
    """Correlation of each wait with the next, for each row of y."""
    return np.array([np.corrcoef(r[:-1], r[1:])[0, 1] for r in y])


def shuffled(y, repeats, seed):
    rng = np.random.default_rng(seed)
    return neighbours(rng.permuted(np.tile(y, (repeats, 1)), axis=1))


observed = neighbours([wait])[0]
by_chance = shuffled(wait, 2000, seed=0)
as_far = np.sum(np.abs(by_chance) >= abs(observed))
p_value = (1 + as_far) / (1 + len(by_chance))
print(f"neighbours {observed:.2f}, p-value {p_value:.4f}")

# %%
#| hide: true
for seed in range(1, 4):
    assert np.abs(shuffled(wait, 500, seed)).max() < abs(observed) / 1.5

# %%
#| id: fig-shuffled
#| caption: Correlation of each wait with the next, in {{ len(by_chance):, }} shuffled orders and in the true one. None of the
#|   shuffles comes near.
#| alt: A narrow histogram around zero, from about minus 0.2 to 0.2, and far to its left a vertical line at minus 0.54.
fig, ax = plt.subplots(figsize=(5.2, 2.4))
ax.hist(by_chance, 30, color=plot.color("muted"), alpha=0.6)
ax.axvline(observed, color=plot.color("data"), lw=2)
plot.note(
    ax,
    f"the true order, −{-observed:.2f}",
    (observed, 170),
    "data",
    offset=(6, 0),
)
plot.note(ax, "shuffled", (0.13, 120), "muted", offset=(6, 0))
ax.set(
    xlim=(-0.62, 0.4),
    yticks=[],
    xlabel="correlation of neighbours",
    ylabel="shuffles",
)

# %% [markdown]
# The share of orders at least as extreme as the true one is the [p-value](glossary:p-value). (The true order is one of
# them, so no p-value is zero [@phipson2010].) *If the order meant nothing*, a correlation this far from zero
# would come up about once in {{ 1 / p_value:,.0f }} orders, or more rarely. It is not the probability that the order means nothing;
# for that one would need a prior. Nor does it say how large the effect is [@wasserstein2016]. The correlation says
# that: {{ f"{observed:.2f}".replace("-", "−") }}. (All this takes the rows as consecutive.)
#
# ## Where it breaks {#where-it-breaks}
#
# ### Rows that know each other
#
# So our rows are not independent, and the formula and the bootstrap of @sec-bootstrap, which took them one by one, were
# both wrong. The variance of a sum has covariances in it. Here those of neighbours are negative: long and short waits make up for
# each other, and the mean is *surer* than claimed. Draw blocks of rows instead, so that neighbours stay together
# [@kunsch1989]:


# %%
def block_error(y, length, repeats=2000, seed=0):
    """Standard error of the mean from blocks of neighbours."""
    rng = np.random.default_rng(seed)
    many = -(-len(y) // length)  # rounded up
    start = rng.integers(0, len(y) - length + 1, (repeats, many, 1))
    rows = (start + np.arange(length)).reshape(repeats, -1)[:, : len(y)]
    return float(y[rows].mean(axis=1).std())


for length in (1, 4, 8, 16):
    print(f"blocks of {length:2}: {block_error(wait, length):.2f} minutes")

# %%
#| hide: true
blocks_of = {length: block_error(wait, length) for length in (1, 4, 8, 16)}
for seed in range(1, 4):
    for length in (4, 8, 16):
        ratio = block_error(wait, length, seed=seed) / blocks_of[1]
        assert 0.42 < ratio < 0.7, "about half"

# %% [markdown]
# Whole blocks give about half the error, and the longer they are, the fewer there are to draw. More often neighbours are
# alike, as homes in one street or hours of one day, and the mistake goes the other way: intervals too narrow.
#
# ^^^
# **What gives it away.** Rows with an order in time or space, or several of one person; neighbours that correlate.
# ^^^
#
# Nor can a bootstrap invent what it never saw. The row with the longest gap is in {{ 100 * (1 - (1 - 1 / n) ** n):.0f }} % of all resamples, and
# none has a longer one: no interval for the maximum will come of it.

# %%
#| hide: true
from mle.datasets import load_heart_failure

enzyme = load_heart_failure().columns["creatinine_phosphokinase"]
plain, moved = (
    bootstrap_interval(np.mean, enzyme, method=method, random_state=0)
    for method in ("percentile", "bca")
)
assert moved.low > plain.low
assert moved.high > plain.high

# %% [markdown]
# ### A long tail and few rows
#
# The theorem says "for large $n$". How large depends on the tail. An enzyme in the blood of heart-failure patients [@ahmad2017]
# has a mean of {{ enzyme.mean():.0f }}, a median of {{ np.median(enzyme):.0f }}
# and a maximum of {{ enzyme.max():,.0f }}. Take the column for the whole truth, draw samples, and count how often
# $\bar y \pm 1.96\, s / \sqrt n$ covers its mean (@fig-coverage).
#
# ^^^
# **What gives it away.** A mean far above the median; a few rows that make up much of the sum.
# ^^^

# %%
#| hide: true
sizes = [5, 10, 20, 40, 80, 160]


def coverage(truth, size, seed, repeats=20_000):
    drawn = np.random.default_rng(seed).choice(truth, (repeats, size))
    error = drawn.std(axis=1, ddof=1) / np.sqrt(size)
    return float(
        np.mean(np.abs(drawn.mean(axis=1) - truth.mean()) <= 1.96 * error)
    )


covered = {
    name: [coverage(truth, size, 0) for size in sizes]
    for name, truth in (("geyser", wait), ("enzyme", enzyme))
}
for seed in range(1, 4):
    assert abs(coverage(enzyme, 20, seed) - covered["enzyme"][2]) < 0.03
    assert abs(coverage(wait, 20, seed) - covered["geyser"][2]) < 0.03
assert covered["enzyme"][2] < 0.85 < 0.9 < covered["geyser"][2]

# %%
#| id: fig-coverage
#| caption: What "95 %" is worth. With 20 rows, intervals for the geyser's mean cover it in {{ 100 * covered["geyser"][2]:.0f }} % of the
#|   samples, those for the long-tailed enzyme in {{ 100 * covered["enzyme"][2]:.0f }} %.
#| alt: Share of intervals that cover the mean against the number of rows from 5 to 160. The curve of the geyser starts
#|   near 0.85 and soon reaches a dashed line at 0.95; that of the enzyme starts near 0.65 and is still below at 160.
fig, ax = plt.subplots(figsize=(5.2, 2.6))
ax.axhline(0.95, color=plot.color("truth"), ls="--", lw=1.2)
for name, role in (("geyser", "data"), ("enzyme", "error")):
    ax.semilogx(sizes, covered[name], "o-", color=plot.color(role))
plot.note(ax, "promised", (5, 0.95), "truth", offset=(0, 4), ha="left")
plot.note(ax, "geyser", (10, covered["geyser"][1]), "data", offset=(6, -8))
plot.note(
    ax,
    "enzyme, long tail",
    (20, covered["enzyme"][2]),
    "error",
    offset=(8, -6),
)
ax.set(
    ylim=(0.6, 1),
    yticks=[0.6, 0.7, 0.8, 0.9, 1.0],
    xlabel="rows in the sample",
    ylabel="share that covers",
)
ax.set_xticks(sizes, [str(size) for size in sizes])
ax.minorticks_off()

# %% [markdown]
# ### Many looks find something
#
# Many call a result a finding if its p-value is at most 0.05, the *level*. Toss a coin for every row, and ask whether waits
# differ between heads and tails. Nothing is going on, and one such test in twenty makes a finding all the same. Ask
# twenty coins:

# %%
rng = np.random.default_rng(0)


def coins(many, rng):
    """Distance of the mean waits of heads and tails, many times."""
    heads = rng.integers(0, 2, (many, len(wait))).astype(float)
    mean_heads = heads @ wait / heads.sum(axis=1)
    mean_tails = (1 - heads) @ wait / (1 - heads).sum(axis=1)
    return np.abs(mean_heads - mean_tails)


limit = np.quantile(coins(4000, rng), 0.95)  # p-value 0.05
looks = coins(400 * 20, rng).reshape(400, 20)
fooled = float(np.mean(looks.max(axis=1) > limit))
print(f"at least one of twenty: {100 * fooled:.0f} % of 400 rounds")

# %%
#| hide: true
assert abs(fooled - (1 - 0.95**20)) < 0.09
for seed in range(1, 4):
    rng_again = np.random.default_rng(seed)
    limit_again = np.quantile(coins(4000, rng_again), 0.95)
    again = np.mean(
        coins(8000, rng_again).reshape(400, 20).max(axis=1) > limit_again
    )
    assert abs(again - (1 - 0.95**20)) < 0.09

# %% [markdown]
# ^^^
# **What gives it away.** A finding without a count of what else was tried.
# ^^^
#
# On paper it is $1 - 0.95^{20}$, {{ 100 * (1 - 0.95**20):.0f }} %. A p-value holds for one question asked before looking. If there
# were more, divide the level by their number (Bonferroni): then the chance of any false finding is at most the level. Choosing the best of many models is many looks, too: its score flatters.
#
# ### Correlation is not cause {#cause}
#
# Do penguins with longer bills have flatter ones? Over all birds, bill depth falls with length. Within each species it rises
# (@fig-species, @tbl-bills).

# %%
#| hide: true
from mle.datasets import load_penguins

birds = load_penguins().columns
measured = ~np.isnan(birds["bill_length_mm"])
bill, depth = (
    birds["bill_length_mm"][measured],
    birds["bill_depth_mm"][measured],
)
species = birds["species"][measured]
names = ("Adelie", "Chinstrap", "Gentoo")


def correlation(x, y):
    return float(np.corrcoef(x, y)[0, 1])


ties = {
    name: bootstrap_interval(
        correlation, bill[rows], depth[rows], random_state=0, n_resamples=4000
    )
    for name, rows in [
        ("all", np.full(len(bill), True)),
        *((k, species == k) for k in names),
    ]
}
assert ties["all"].high < 0 < min(ties[name].low for name in names)


def tie(name):
    score, low, high = ties[name]
    told = f"{score:+.2f} | {low:+.2f} to {high:+.2f}"
    return told.replace("-", "−")


# %%
#| id: fig-species
#| caption: One falling line through all {{ len(bill) }} birds, three rising ones through the species. Species stands
#|   behind both length and depth.
#| alt: Bill depth against bill length. A dotted line over all birds falls. Three clouds with solid rising lines, Adelie
#|   at the left, Chinstrap at the upper right, Gentoo at the lower right.
halo = [withStroke(linewidth=3, foreground=plot.color("ground"))]
fig, ax = plt.subplots()
at = np.array([33.0, 59.0])
ax.plot(
    at,
    np.polyval(np.polyfit(bill, depth, 1), at),
    ":",
    color=plot.color("muted"),
)
for name, place in zip(names, ((32, 20.2), (54.5, 20.4), (55.5, 13.8))):
    rows = species == name
    ax.plot(
        bill[rows],
        depth[rows],
        "o",
        color=plot.color("data"),
        ms=3,
        alpha=0.45,
        mew=0,
    )
    ends = np.quantile(bill[rows], [0.01, 0.99])
    ax.plot(
        ends,
        np.polyval(np.polyfit(bill[rows], depth[rows], 1), ends),
        color=plot.color("fit"),
    )
    plot.note(ax, name, place, "fit", offset=(0, 6), path_effects=halo)
plot.note(ax, "all birds", (59, 15.9), "muted", offset=(0, -6))
ax.set(
    xlim=(31, 61),
    ylim=(12.8, 22),
    xlabel="bill length, mm",
    ylabel="bill depth, mm",
)

# %% [markdown]
# | birds | correlation | 95 % interval |
# |:--|--:|--:|
# | all birds | {{ tie("all") }} |
# | Adelie | {{ tie("Adelie") }} |
# | Chinstrap | {{ tie("Chinstrap") }} |
# | Gentoo | {{ tie("Gentoo") }} |
#
# : The sign turns, and no interval holds zero. {#tbl-bills}
#
# ^^^
# **What gives it away.** A sign that turns when a third column is held fixed. Nothing does if that column is missing.
# ^^^
#
# This is Simpson's paradox [@simpson1951]. Species is a [confounder](glossary:confounder): it acts on both. Here we
# measured it, so we can hold it fixed. What nobody measured cannot be held fixed, and to hold fixed what lies on the way
# from cause to effect would hide the effect. The numbers do not say which is which; knowledge of how they arose does, or an
# experiment in which a coin decides who gets what, so that nothing else can stand behind it.
#
# ## Another road, other libraries {#production}
#
# scikit-learn [@pedregosa2011], and SciPy under it, must give the same numbers:

# %%
from importlib.util import find_spec

saw = beliefs["saw the last"]
ours = bootstrap_interval(np.mean, wait, random_state=0)
if find_spec("sklearn"):  # the notebook runs without it
    from scipy import stats
    from sklearn import metrics

    error = wait.std(ddof=1) / np.sqrt(len(wait))
    pinball = metrics.mean_pinball_loss(wait, said_80, alpha=0.9)
    for theirs, mine in (
        (pinball, mean_pinball_loss(wait, said_80, alpha=0.9)),
        (metrics.log_loss(then, saw), log_loss(then, saw)),
        (stats.entropy(p), log_loss(then, beliefs["the shares"])),
        (stats.sem(wait), error),
    ):
        assert np.isclose(theirs, mine, rtol=1e-12)

    drawn = stats.bootstrap((wait,), np.mean, rng=0)
    scipy_low, scipy_high = drawn.confidence_interval
    assert abs(scipy_low - ours.low) + abs(scipy_high - ours.high) < 0.3

# %% [markdown]
# They do, to twelve digits. Bootstrap intervals for the mean differ by the luck of the draws: SciPy has {{ scipy_low:.2f }} to
# {{ scipy_high:.2f }}, we have {{ ours.low:.2f }} to {{ ours.high:.2f }}. What they have and we have not:
#
# - **SciPy**, `scipy/stats/_resampling.py`: `bootstrap` and `permutation_test` in batches, for several samples, exact where all orders
#   can be listed; some hundred distributions with `fit`.
# - **statsmodels**, `statsmodels/stats/multitest.py`: `multipletests` corrects for many looks in many ways, most of them less strict than division.
# - **scikit-learn**, `sklearn/_loss/loss.py`: the losses of @tbl-losses with slopes and curvatures, compiled, on the scale of the
#   score rather than of the prediction.
#
# None of them asks whether your rows are independent.
#
# ## Summary
#
# - Say how long *and* how sure. Whoever comes at random waits {{ visitor.mean():.0f }} minutes on average and, to be 95 % sure,
#   needs patience for {{ patient:.0f }}; whoever saw a long eruption comes back after {{ np.quantile(wait[long], 0.05):.0f }} and is late at most
#   one time in twenty.
# - Squares ask for the mean, absolute values for the median, pinball for a quantile; behind each loss stands a
#   distribution, behind each penalty a prior.
# - A mean of $n$ independent rows has the standard error $\sigma / \sqrt n$; the bootstrap gives the same, and more, under
#   the same condition.
# - Turn probabilities round with the base rate. Log-loss is surprise; what exceeds the entropy is the price of
#   wrong beliefs.
# - A p-value answers "how odd, if nothing were going on?", once; a correlation answers no question about causes.
#
# ## Quiz
#
# ```quiz
# - question: "A density is 2.5 at some point. That is"
#   answers:
#     - text: an error, since probabilities end at 1
#       why: "A density is no probability. Only areas under it are, and all of them together are 1."
#     - text: possible, on a narrow stretch
#       right: true
#       why: "2.5 per hour over a stretch of a tenth of an hour is an area of 0.25."
#     - text: the probability of that point, in per cent
#       why: "A single point has no area, and so the probability zero."
# - question: "We observe four times as many eruptions of the same geyser, in independent draws. What halves?"
#   answers:
#     - text: the standard deviation of the waits
#       why: "It belongs to the geyser, and does not shrink by watching. We know it better, that is all."
#     - text: the standard error of their mean
#       right: true
#       why: "It is $\\sigma / \\sqrt n$, and the root of four is two."
#     - text: the pinball loss of the best guess
#       why: "That is what remains with the best constant. It belongs to the geyser as well."
# - question: "A test of a new drug gives p = 0.03. So"
#   answers:
#     - text: the drug works with a probability of 97 %
#       why: "For that one needs Bayes' rule, and a base rate: how many of such drugs work?"
#     - text: if the drug did nothing, so large a difference, or a larger one, would be seen in 3 of 100 such trials
#       right: true
#       why: "That is the definition: a probability of data, given that nothing is going on."
#     - text: the effect is large
#       why: "With rows enough, the smallest effect gets a small p-value. Size is told by the estimate and its interval."
# - question: "Prices have a few enormous values. You announce one number, and want to be wrong by few dollars in the sum of the absolute misses. You say"
#   answers:
#     - text: the mean
#       why: "It minimises squares, and runs after the enormous ones."
#     - text: the median
#       right: true
#       why: "The slope of the absolute loss counts how many lie above and below, not how far."
#     - text: it depends on whether the prices are normal
#       why: "For normal prices both coincide; the median is best for the absolute loss whatever the distribution."
# ```
#
# ## Exercises
#
# The minutes above do not count these.
#
# ### Exercise: Twice suspicious {#ex-twice level="warm-up"}
#
# One woman in a hundred is ill. A test finds 92 of 100 ill and alarms 9 of 100 who are well. After one alarm, and after
# two alarms of tests that are independent of each other given her state, how probable is illness? Write the
# probability after any number of alarms.
#
# ??? hint "A hint"
#
#     What is known after the first alarm is the base rate of the second.


# %%
#| exercise: stub
def after_alarms(alarms, ill=0.01, if_ill=0.92, if_well=0.09):
    """Probability of illness after this many alarms."""
    return bayes(if_ill, if_well, ill)  # after one


# %%
#| exercise: check
for alarms in (0, 1, 2, 5):
    expected = 0.01 * 0.92**alarms
    expected /= expected + 0.99 * 0.09**alarms
    got = after_alarms(alarms)
    assert abs(got - expected) < 1e-12, (
        f"{alarms} alarms: got {got:.4f}, by counting {expected:.4f}"
    )


# %%
#| exercise: solution
#| note: "After one alarm {{ 100 * bayes(0.92, 0.09, 0.01):.0f }} %, after two {{ 100 * (bayes(0.92, 0.09, bayes(0.92, 0.09, 0.01))):.0f }} %.
#|   Real tests of one person are seldom independent: what fooled the first may fool the second."
def after_alarms(alarms, ill=0.01, if_ill=0.92, if_well=0.09):
    for _ in range(alarms):
        ill = bayes(if_ill, if_well, ill)
    return ill


# %% [markdown]
# ### Exercise: Patience {#ex-patience level="core"}
#
# You arrive at a random moment and can stay for $t$ minutes. With which probability will you see an eruption? Write it
# for any list of gaps, without drawing and without a loop over visitors.
#
# ??? hint "A hint"
#
#     In a gap of length $y$, the lucky ones are those who come in its last $t$ minutes, or at any time if $y \le t$.


# %%
#| exercise: stub
def seen_within(t, gaps):
    """Probability that a visitor at a random moment waits at most t."""
    return float(np.mean(gaps <= t))  # of gaps, not of visitors


# %%
#| exercise: check
toy = np.array([40.0, 80.0])
for t, expected in ((0.0, 0.0), (30.0, 0.5), (60.0, 100 / 120), (80.0, 1.0)):
    got = seen_within(t, toy)
    assert abs(got - expected) < 1e-12, (
        f"gaps 40, 80 and t = {t:.0f}: got {got:.4f}, expected {expected:.4f}"
    )
for t in (10.0, 36.0, 76.0):
    got, expected = seen_within(t, wait), np.mean(visitor <= t)
    assert abs(got - expected) < 1e-3, (
        f"{t:.0f} minutes: got {got:.4f}, the visitors say {expected:.4f}"
    )


# %%
#| exercise: solution
#| note: "A tour that stops for half an hour sees Old Faithful with probability
#|   {{ 100 * (np.minimum(wait, 30).sum() / wait.sum()):.0f }} %."
def seen_within(t, gaps):
    return float(np.minimum(gaps, t).sum() / gaps.sum())


# %% [markdown]
# ### Exercise: Every order {#ex-every-order level="core"}
#
# With few rows nobody has to shuffle: list all ways to say which rows form the first group. Write the p-value of
# the distance between the means of two small groups: the share of ways in which it is at least as large as the one
# observed, whichever group is ahead.
#
# ??? hint "A hint"
#
#     `itertools.combinations(range(n), k)` lists the ways. Compare with a little slack, 1e-12, for rounding.


# %%
#| exercise: stub
def exact_p_value(a, b):
    """Two-sided permutation p-value of mean(a) - mean(b)."""
    together = np.concatenate([a, b])
    far = [
        together[list(rows)].mean()
        for rows in itertools.combinations(range(len(together)), len(a))
    ]
    return float(np.mean(np.array(far) >= np.mean(a)))  # one side only


# %%
#| exercise: check
a, b = np.array([1.0, 2.0, 3.0]), np.array([4.0, 5.0, 6.0])
for first_group, second_group, expected in (
    (a, b, 0.1),
    (b, a, 0.1),
    (a, a, 1.0),
    (np.array([1.0, 2.0]), np.array([9.0, 3.0, 5.0]), 0.2),
    (np.array([9.0, 5.0]), a, 0.1),  # not twice one side
):
    got = exact_p_value(first_group, second_group)
    assert abs(got - expected) < 1e-9, (
        f"{first_group}, {second_group}: got {got:.3f}, not {expected:.3f}"
    )


# %%
#| exercise: solution
#| note: "Three against three has 20 orders, so no p-value below 2 in 20: with so few rows, nothing can be shown at the
#|   level 0.05 on both sides, however far apart the groups are."
def exact_p_value(a, b):
    together = np.concatenate([a, b])
    total, k, m = together.sum(), len(a), len(b)
    sums = np.array(
        [
            together[list(rows)].sum()
            for rows in itertools.combinations(range(k + m), k)
        ]
    )
    distance = np.abs(sums / k - (total - sums) / m)
    return float(np.mean(distance >= abs(np.mean(a) - np.mean(b)) - 1e-12))


# %%
#| hide: true
one_bell = float(
    np.mean(
        (wait - wait.mean()) ** 2 / (2 * wait.var())
        + np.log(wait.std() * np.sqrt(2 * np.pi))
    )
)
two_bells = float(
    -np.mean(
        np.log(
            sum(
                kinds[k].mean() * bell(wait, middle[k], inner[k])
                for k in kinds
            )
        )
    )
)
assert two_bells < one_bell

# %% [markdown]
# ### Exercise: Two bells {#ex-two-bells level="core"}
#
# One bell fits the gaps badly. Let chance first choose a kind, with probabilities $\pi_k$, and then draw from the bell of
# that kind. Write the mean surprise of such a mixture, $-\log$ of its density, in nats. How many bits a row does the second bell
# save?
#
# ??? hint "A hint"
#
#     Densities of the kinds are weighted and added first; the logarithm comes last.


# %%
#| exercise: stub
def mixture_surprise(y, shares, means, deviations):
    """Mean of -log density under a mixture of bells, in nats."""
    mean, deviation = np.dot(shares, means), np.dot(shares, deviations)
    z = (y - mean) / deviation
    return float(np.mean(z**2 / 2 + np.log(deviation * np.sqrt(2 * np.pi))))


# %%
#| exercise: check
got = mixture_surprise(wait, [1.0], [wait.mean()], [wait.std()])
expected = 0.5 + np.log(wait.std() * np.sqrt(2 * np.pi))
assert abs(got - expected) < 1e-9, (
    f"one bell: got {got:.4f}, expected {expected:.4f}"
)
fine = np.linspace(-40, 80, 120_001)
settings = [0.3, 0.7], [10.0, 25.0], [2.0, 5.0]
density = np.array(
    [
        np.exp(-mixture_surprise(fine[i : i + 1], *settings))
        for i in range(0, len(fine), 100)
    ]
)
area = float(density.sum() * 0.1)
assert abs(area - 1) < 1e-6, (
    f"the area under the density should be 1, got {area:.4f}"
)
got = mixture_surprise(np.array([10.0]), *settings)
expected = -np.log(
    0.3 / (2 * np.sqrt(2 * np.pi))
    + 0.7 * np.exp(-4.5) / (5 * np.sqrt(2 * np.pi))
)
assert abs(got - expected) < 1e-9, (
    f"at 10: got {got:.4f}, expected {expected:.4f}"
)


# %%
#| exercise: solution
#| note: "With shares, means and deviations of the two kinds: {{ one_bell:.2f }} nats with one bell, {{ two_bells:.2f }}
#|   with two, so {{ (one_bell - two_bells) / math.log(2):.2f }} bits a row. On the rows that chose them, two bells cannot do
#|   much worse; on new rows they have to prove it."
def mixture_surprise(y, shares, means, deviations):
    density = 0.0
    for share, mean, deviation in zip(shares, means, deviations):
        z = (y - mean) / deviation
        density = density + share * np.exp(-(z**2) / 2) / (
            deviation * np.sqrt(2 * np.pi)
        )
    return float(-np.mean(np.log(density)))


# %%
#| hide: true
around_mean = wait - wait.mean()


def tapered(limit):
    total = around_mean @ around_mean
    for k in range(1, limit + 1):
        total += (
            2
            * (1 - k / (limit + 1))
            * (around_mean[k:] @ around_mean[: n - k])
        )
    return float(np.sqrt(total) / n)


assert abs(tapered(7) - blocks_of[8]) < 0.04
assert max(tapered(k) for k in (3, 7, 20)) < 0.7 * tapered(0)

# %% [markdown]
# ### Exercise: The sum behind the blocks {#ex-neighbours level="small research"}
#
# Blocks were one way to give neighbours their due. Here is another. Multiplied out, the variance of a mean is
# $\frac{1}{n^2}$ times the sum of all covariances of two rows. Estimate those at distance $k$ together, by the sum of the products of centred rows
# so far apart; give it the weight $1 - k / (L + 1)$, which ends at the limit $L$ [@newey1987], and return the standard error. What does it say of
# the mean wait, and how much does the limit matter? Which limit belongs to blocks of eight rows?
#
# ??? hint "A hint"
#
#     With `c` the centred series, `c[k:] @ c[: len(c) - k]` adds up its products at distance `k`. Each distance occurs
#     twice, before and behind.


# %%
#| exercise: stub
def dependent_error(y, limit):
    """Standard error of the mean, with covariances up to a distance."""
    return float(y.std() / np.sqrt(len(y)))  # as if independent


# %%
#| exercise: check
got = dependent_error(np.array([1.0, 2.0, 4.0, 5.0]), 1)
expected = np.sqrt(10 + 3) / 4
assert abs(got - expected) < 1e-9, (
    f"1, 2, 4, 5, limit 1: got {got:.4f}, expected {expected:.4f}"
)
for factor in (-0.6, 0.6):
    drawn = np.random.default_rng(1).normal(size=20_001)
    series = drawn[1:] + factor * drawn[:-1]  # neighbours share a draw
    expected = (1 + factor) / np.sqrt(len(series))
    got = dependent_error(series, 60)
    assert abs(got / expected - 1) < 0.15, (
        f"neighbours share {factor:+.1f}: got {got:.5f}, not {expected:.5f}"
    )


# %%
#| exercise: solution
#| note: "For the mean wait it is {{ tapered(0):.2f }} minutes with limit 0, {{ tapered(3):.2f }} with 3, {{ tapered(7):.2f }} with 7
#|   and {{ tapered(20):.2f }} with 20. Limit 7 and blocks of 8 say nearly the same: within a block, rows at distance k meet in a share
#|   1 - k/8 of the places. That it is about half the formula's is sure; the second digit is not."
def dependent_error(y, limit):
    n, c = len(y), y - y.mean()
    total = c @ c
    for k in range(1, limit + 1):
        total += 2 * (1 - k / (limit + 1)) * (c[k:] @ c[: n - k])
    return float(np.sqrt(total) / n)
