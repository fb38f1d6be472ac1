# ---
# title: Missing values
# lede: >-
#   Every large table has empty cells. Some say "there is none", some say "nobody knows", and a model wants a number in
#   both. What does a filled number do to means, slopes and scores, when does it matter which one, and how do you find
#   out without fooling yourself?
# minutes: 70
# needs: [regression/ridge-and-lasso]
# paths: [scikit-learn]
# able:
#   - tell "not there" from "not known", and say which gaps can be mended from the data
#   - derive what a filled constant does to variance, slope and neighbour
#   - choose between dropping, filling and marking, and defend the choice with numbers
#   - fill from the nearest rows, fast, and know what the distance assumes
#   - keep the filling inside the fold, and see what happens when it is not
# ---

# %% [markdown]
# ## The garage that was never built
#
# From 2006 to 2010 the city of Ames, Iowa, wrote down what it knew of every home that was sold [@decock2011]. We want
# its price. A model multiplies numbers; so where is the difficulty?

# %%
#| live: true
import numpy as np

from mle.datasets import load_ames_housing
from mle.impute import missing_mask
from mle.validation.columns import check_columns

ames = load_ames_housing()
keep = ames.columns["area"] <= 4000  # see below
home = {name: column[keep] for name, column in ames.columns.items()}
home["Garage.Yr.Blt"][home["Garage.Yr.Blt"] == 2207] = 2007
price = home["price"]

table = ames.table(drop=["Order", "PID"])  # an empty text becomes None
empty = missing_mask(check_columns(table))[keep]  # (n, 79), True or False
print(f"{len(empty):,} homes, {empty.shape[1]} columns")
print(f"{empty.any(axis=0).sum()} columns have gaps")
print(f"{(~empty.any(axis=1)).sum()} homes have none")

# %%
#| hide: true
import time

import matplotlib.pyplot as plt

from mle import plot

gaps = dict(zip(table.columns, empty.sum(axis=0).tolist()))
no_garage = home["Garage.Type"] == ""
year_mean = float(np.nanmean(home["Garage.Yr.Blt"]))
assert not (~empty.any(axis=1)).any()
assert gaps["Total.Bsmt.SF"] == 1
assert gaps["Garage.Yr.Blt"] == no_garage.sum() + 2
assert gaps["Lot.Frontage"] == 490


def seconds(f, *args, repeats=3):
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        f(*args)
        times.append(time.perf_counter() - start)
    return min(times)


# %% [markdown]
# (The author of the data advises to leave out the five homes above 4,000 square feet; three of them were sold before
# they were finished. We follow him. And a garage built in 2207 we read as 2007.)
#
# Common sense has three answers, and this table refuses them all. **Drop the rows with gaps**: no row is left. **Drop
# the columns with gaps**: then the size of the basement goes, because *one* home in {{ len(price):, }} lacks it. **Fill in
# the mean**: then the {{ int(no_garage.sum()) }} homes that have no garage get one, built in {{ year_mean:.0f }}.
#
# Each has its place. To say where, we need to look, to ask why a cell is empty, and to work out
# what a filled number does. Filling is called [imputation](glossary:imputation). You need
# [variance](glossary:variance), [covariance](glossary:covariance) and the [least-squares](glossary:least-squares) line
# of [the chapter on it](../regression/linear-regression.py).
#
# ## Six lots by hand
#
# Six lots with the length of street in front of them, in metres, and their prices in thousand dollars. Two frontages
# were never measured.

# %%
#| hide: true
front6 = np.array([10.0, 14.0, 18.0, 22.0, np.nan, np.nan])
price6 = np.array([110.0, 150.0, 170.0, 210.0, 150.0, 170.0])
seen6 = ~np.isnan(front6)
filled6 = np.where(seen6, front6, front6[seen6].mean())


def four_numbers(x, y):
    dx, dy = x - x.mean(), y - y.mean()
    return x.mean(), np.mean(dx**2), np.mean(dx * dy), np.corrcoef(x, y)[0, 1]


m4, v4, c4, r4 = four_numbers(front6[seen6], price6[seen6])
m6, v6, c6, r6 = four_numbers(filled6, price6)
assert abs(c4 / v4 - c6 / v6) < 1e-12
assert abs(v6 / v4 - 4 / 6) < 1e-12

# %% [markdown]
# | Statistic | 4 known | 6, mean filled in |
# |:--|--:|--:|
# | mean frontage | {{ m4:.0f }} | {{ m6:.0f }} |
# | variance (divisor $n$) | {{ v4:.0f }} | {{ v6:.2f }} |
# | covariance with the price | {{ c4:.0f }} | {{ c6:.2f }} |
# | slope, covariance / variance | {{ c4 / v4:.0f }} | {{ c6 / v6:.0f }} |
# | correlation | {{ r4:.3f }} | {{ r6:.3f }} |
#
# : What the mean does to four numbers that were known. {#tbl-lots}
#
# ```pycon
# >>> known = np.array([10.0, 14.0, 18.0, 22.0])
# >>> filled = np.append(known, [known.mean(), known.mean()])
# >>> float(known.var()), round(float(filled.var()), 2)
# (20.0, 13.33)
# >>> dear = np.array([110.0, 150.0, 170.0, 210.0, 150.0, 170.0])
# >>> np.polyfit(known, dear[:4], 1).round(6).tolist()
# [8.0, 32.0]
# >>> np.polyfit(filled, dear, 1).round(6).tolist()
# [8.0, 32.0]
# ```
#
# The mean stays, as it was filled in. The variance is multiplied by 4/6, the share of lots that were
# measured, and so is the covariance. So the slope, which divides the two, does not move at all, while the correlation
# sinks. The filled column looks more certain than it is. These are laws, and we prove them in @sec-fillings.
#
# ## Look before you fill {#look}
#
# ### Not there, or not known
#
# {{ sum(n > 0 for n in gaps.values()) }} columns have gaps. Which go together? If a home lacks one of the five columns about its
# garage, it nearly always lacks the others ({{ gaps["Garage.Type"] }} of {{ gaps["Garage.Cond"] }}); so
# these gaps are one fact, told five times. @Fig-pattern counts such groups.

# %%
#| hide: true
groups = {
    "pool: quality": ["Pool.QC"],
    "something else": ["Misc.Feature"],
    "alley": ["Alley"],
    "fence": ["Fence"],
    "fireplace: quality": ["Fireplace.Qu"],
    "garage: 5 columns": ["Garage.Type", "Garage.Yr.Blt", "Garage.Finish", "Garage.Qual", "Garage.Cond"],
    "basement: 5 words": ["Bsmt.Qual", "Bsmt.Cond", "Bsmt.Exposure", "BsmtFin.Type.1", "BsmtFin.Type.2"],
    "lot frontage": ["Lot.Frontage"],
    "masonry: 2 columns": ["Mas.Vnr.Type", "Mas.Vnr.Area"],
    "basement: 6 numbers": ["BsmtFin.SF.1", "BsmtFin.SF.2", "Bsmt.Unf.SF", "Total.Bsmt.SF", "Bsmt.Full.Bath", "Bsmt.Half.Bath"],
    "garage: 2 numbers": ["Garage.Cars", "Garage.Area"],
    "electrical": ["Electrical"],
}
place = {name: j for j, name in enumerate(table.columns)}
counts = {
    group: (int(empty[:, [place[n] for n in names]].any(axis=1).sum()), int(empty[:, [place[n] for n in names]].all(axis=1).sum()))
    for group, names in groups.items()
}
assert sum(len(names) for names in groups.values()) == sum(n > 0 for n in gaps.values())
assert counts["garage: 5 columns"] == (159, 157)
absent = list(groups)[:7]
unknown = list(groups)[7:]

# %%
#| id: fig-pattern
#| caption: Homes with a gap, group by group, on a scale where each line is a factor of ten. Above, an empty cell says, but for a handful, that there is
#|   none of it; below, that nobody knows. The large numbers are of the first kind.
#| alt: Horizontal lines with dots for twelve groups of columns. Pools, other features, alleys and fences lead with more
#|   than two thousand homes each. Of the gaps that are unknown, lot frontage has 490, masonry 23, the others one or two.
fig, ax = plt.subplots(figsize=(5.2, 3.9))
fig.subplots_adjust(left=0.33)
for i, (group, (some, _)) in enumerate(counts.items()):
    row = -i - (0.6 if group in unknown else 0)
    role = "error" if group in unknown else "data"
    ax.plot([0.7, some], [row, row], color=plot.color(role), lw=1.2)
    ax.plot(some, row, "s" if group in unknown else "o", color=plot.color(role), ms=5)
    plot.note(ax, f"{some:,}", (some, row), role, offset=(6, 0), va="center")
    ax.text(0.6, row, group, ha="right", va="center", color=plot.color(role + "_ink"))
ax.text(8e3, -5.5, "there is none", ha="right", va="center", color=plot.color("data_ink"))
ax.text(8e3, -9.6, "nobody knows", ha="right", va="center", color=plot.color("error_ink"))
ax.set_xscale("log")
ax.grid(False, axis="y")
ax.set(xlim=(0.7, 1.5e4), yticks=[], ylim=(-12.6, 0.6), xlabel="homes with a gap", xticks=[1, 10, 100, 1000], xticklabels=["1", "10", "100", "1,000"])
ax.minorticks_off()

# %% [markdown]
# The numbers cannot tell the two kinds apart. The documentation can, and here it does:

# %%
#| live: true
for name in ("Pool.QC", "Garage.Yr.Blt", "Lot.Frontage"):
    what, _, rest = ames.descriptions[name].partition("; ")
    print(f"{name}: {what};\n    {rest}")

# %% [markdown]
# "No pool" is not missing. It is a value, written as nothing, and it deserves a word of its own. Unknown
# frontages are missing. And the year of a garage that is not there is neither: no number is right.
# {{ gaps["Garage.Yr.Blt"] - int(no_garage.sum()) }} of these {{ gaps["Garage.Yr.Blt"] }} homes *have* a garage, whose year is unknown, so both
# kinds hide in one column. Ask of every gap: *if I could go there and measure, would there be something to measure?*
#
# How the library finds gaps, in numbers (`nan`) and in text (`None`):
#
# ```quote
# mle.impute.indicator.missing_mask
# ```
#
# `nan` equals nothing, not even itself, so a comparison never finds it; hence `isnan` and `is`. The first branch serves
# files that write something else for "not known", such as −1; the last looks into a column of text only if there is
# something to find.
#
# ### Who has no frontage?

# %%
#| hide: true
kinds = {"Inside": "inside a row", "FR2": "two streets", "Corner": "corner", "FR3": "three streets", "CulDSac": "cul-de-sac"}
frontage = home["Lot.Frontage"]
lacks = np.isnan(frontage)
by_kind = {
    kind: (int(np.sum(home["Lot.Config"] == kind)), float(lacks[home["Lot.Config"] == kind].mean()), float(np.nanmedian(frontage[home["Lot.Config"] == kind])))
    for kind in kinds
}
median_all = float(np.nanmedian(frontage))
assert max(by_kind, key=lambda kind: by_kind[kind][1]) == "CulDSac"
assert min(by_kind, key=lambda kind: by_kind[kind][2]) == "CulDSac"

# %% [markdown]
# Of the lots inside a row {{ 100 * by_kind["Inside"][1]:.0f }} % lack their frontage, of those at the end of a cul-de-sac
# {{ 100 * by_kind["CulDSac"][1]:.0f }} %. @Fig-frontage shows why that matters: where we know it, a cul-de-sac has a short
# front. So the overall median of {{ median_all:.0f }} feet is wrong for them, in a direction that we know.

# %%
#| id: fig-frontage
#| caption: Where the frontage is missing most often it is shortest. Each dot is a kind of lot, its area in proportion to the number of
#|   homes; the dashed line is the median of all that are known.
#| alt: Five dots over the share missing, from 13 % to 49 %, against the median frontage in feet. The lot inside a row lies at
#|   66 feet, corners at 80, and the cul-de-sac at the far right at 50.
fig, ax = plt.subplots(figsize=(5.2, 2.9))
ax.axhline(median_all, color=plot.color("muted"), ls="--", lw=1)
plot.note(ax, f"median of all, {median_all:.0f}", (53, median_all), "muted", offset=(0, 4), ha="right")
shift = {"Inside": (0, -22), "Corner": (11, 3), "FR2": (5, -13), "FR3": (6, -8), "CulDSac": (8, 4)}
for kind, (n_kind, share, middle) in by_kind.items():
    ax.plot(100 * share, middle, "o", color=plot.color("data"), ms=2 + 0.45 * n_kind**0.5)
    plot.note(ax, kinds[kind], (100 * share, middle), "data", offset=shift[kind], ha="center" if kind == "Inside" else "left")
ax.set(xlim=(8, 60), ylim=(42, 88), xlabel="frontage missing, %", ylabel="median of the known, feet")

# %% [markdown]
# ## Why is it missing? {#mechanisms}
#
# Rubin sorted reasons by one question: on what does the chance of a gap depend? [@rubin1976]
#
# - On nothing that matters: [missing completely at random](glossary:mcar). A page of the file got wet.
# - On what we *see*: [missing at random](glossary:mar), a name that misleads many. Large lots are measured less often,
#   and the size of each lot is known.
# - On the value itself, even among rows that look alike: [missing not at random](glossary:mnar). Owners of long fronts
#   pay a levy, and keep silent.
#
# What do the rows without a gap, the [complete cases](glossary:complete-case), then say of the mean? We make a world
# where the truth is known, 20 metres, and hide about half of the frontages in each of the three ways, a thousand times.

# %%
#| live: true
from mle.linear_model.logistic import sigmoid

dice = np.random.default_rng(0)
shape = (1000, 400)  # a thousand towns of 400 lots
size = dice.normal(size=shape)  # of the lot, standardised; always known
noise = dice.normal(size=shape)
front = 20 + 4 * (0.7 * size + np.sqrt(1 - 0.7**2) * noise)  # metres
chance = {"completely": 0.5, "at random": sigmoid(2 * size),
          "not at random": sigmoid((front - 20) / 2)}


def mean_of(v, seen):
    return (v * seen).sum(axis=1, keepdims=True) / seen.sum(
        axis=1, keepdims=True)


found = {}
for reason, p in chance.items():
    seen = dice.random(shape) >= p
    x_o, y_o = mean_of(size, seen), mean_of(front, seen)
    dx = seen * (size - x_o)
    w = (dx * front).sum(1) / (dx * size).sum(1)  # line through the seen
    filled = np.where(seen, front, y_o + w[:, None] * (size - x_o))
    found[reason] = y_o[:, 0], filled.mean(axis=1)
    print(f"{reason:14} seen {y_o.mean():5.2f}"
          f"   filled by a line {filled.mean():5.2f}")

# %%
#| hide: true
bias = {reason: [float(np.mean(e) - 20) for e in pair] for reason, pair in found.items()}
chance_error = max(float(np.std(e)) for pair in found.values() for e in pair) / 1000**0.5
assert abs(bias["completely"][0]) < 4 * chance_error
assert bias["at random"][0] < -1
assert abs(bias["at random"][1]) < 4 * chance_error
assert bias["not at random"][1] < -0.5

# %%
#| id: fig-mechanisms
#| caption: Three reasons, two estimates. Completely at random, the seen are right. At random, they are wrong and a line
#|   through size mends them. Not at random, the line mends a part, and nothing in the table says that it is only a
#|   part. Bars hold 95 % of a thousand towns; the truth is dashed.
#| alt: Three pairs of dots with bars against a dashed line at 20 metres. The first pair lies on the line. In the second
#|   the mean of the seen lies below 18.5 and the mended one on the line. In the third both lie below it.
fig, ax = plt.subplots(figsize=(5.2, 3.0))
ax.axvline(20, color=plot.color("truth"), ls="--", lw=1.4)
names3 = {"completely": "completely\nat random", "at random": "at random", "not at random": "not\nat random"}
for i, pair in enumerate(found.values()):
    for estimate, lift, role, label in zip(pair, (0.17, -0.17), ("data", "fit"), ("the seen", "filled by a line")):
        low, high = np.quantile(estimate, [0.025, 0.975])
        ax.plot([low, high], [-i + lift] * 2, color=plot.color(role), lw=2 if role == "fit" else 1.2)
        ax.plot(np.mean(estimate), -i + lift, "o", color=plot.color(role), ms=5)
        if i == 1:
            plot.note(ax, label, (high, -i + lift), role, offset=(7, 0), va="center")
plot.note(ax, "truth", (20, 0.62), "truth", offset=(5, -2))
ax.grid(False, axis="y")
ax.set(xlim=(16.8, 22.4), ylim=(-2.5, 0.75), yticks=[0, -1, -2], yticklabels=list(names3.values()), xlabel="estimated mean frontage, metres")

# %% [markdown]
# The seen miss the truth by {{ bias["completely"][0]:+.2f }}, {{ bias["at random"][0]:+.2f }} and
# {{ bias["not at random"][0]:+.2f }} metres, where chance alone would leave about {{ chance_error:.2f }}; the
# filled by {{ bias["completely"][1]:+.2f }}, {{ bias["at random"][1]:+.2f }} and {{ bias["not at random"][1]:+.2f }}.
#
# Could a better filling mend the third? Not from the data. Keep the seen cells and write into the gaps what you
# like: the table you were given does not change by a digit, so nothing in it can prefer one invention to another.
# For every model of the third kind there is one of the second that fits the seen just as well [@molenberghs2008]. What
# helps comes from outside: a visit to some of the gaps, or a sensitivity analysis, which asks how large the
# difference would have to be before the conclusion falls.^[A mean needs more than a slope. A regression on complete rows,
# if its form is right, stays right as long as the gaps do not depend on the *target*, given the features, whatever else they depend on
# [@little1992].]
#
# ## What a filling does {#fillings}
#
# ### One constant for all
#
# Let $f$ be the share of rows in which column $x$ is seen. Subscript $o$ ("observed") stands for these rows, $h$ for the
# hidden ones. Fill the gaps with any constant $c$ and call the result $\tilde x$, "x tilde". Its mean is
# $f \bar x_o + (1 - f)\, c$: it stays at $\bar x_o$ only for $c = \bar x_o$.
#
# Write $d = \bar x_o - c$. The new mean is $\bar x_o - (1 - f) d$. So a seen row lies
# $(x_i - \bar x_o) + (1 - f) d$ from it, and a filled row $c - \bar x_o + (1 - f) d = -f d$. Square and average. Over
# the seen, the mixed term vanishes, as deviations from their own mean add up to zero, and
# $\operatorname{Var}_o(x) + (1 - f)^2 d^2$ is left; over the hidden, $f^2 d^2$. Weigh with $f$ and $1 - f$;
# since $f (1 - f)^2 + (1 - f) f^2 = f (1 - f)$,
#
# $$
# \operatorname{Var}(\tilde x) = f \operatorname{Var}_o(x) + f (1 - f)\, d^2
# $$ {#eq-filled-variance}
# : $\operatorname{Var}_o$ is the variance among the seen rows, divisor their number.
#
# For the covariance with another column $y$, without gaps, multiply the same deviations by $y_i$ instead. Over the
# seen that averages to $\operatorname{Cov}_o(x, y) + (1 - f)\, d\, \bar y_o$, over the hidden to $-f d\, \bar y_h$, and so
#
# $$
# \begin{aligned}
# & \operatorname{Cov}(\tilde x, y) = f \operatorname{Cov}_o(x, y) \\
# & \qquad + f (1 - f)\, d\, (\bar y_o - \bar y_h)
# \end{aligned}
# $$ {#eq-filled-covariance}
# : $\bar y_o$ and $\bar y_h$ are the means of $y$ where $x$ is seen and where it is hidden.
#
# No assumption was made: it is algebra, whatever the reason for the gaps. With the mean, $d = 0$, and both lose the
# factor $f$. Three things follow. The **slope** of $y$ on $\tilde x$ is *exactly* that of the seen rows. The
# **correlation** is that of the seen, times $\sqrt f$ if $y$ has the same spread there. And the slope the other way, of
# $\tilde x$ on $y$, shrinks to about $f$ times: a target must never be filled so. With the **[median](glossary:median)**, $d$ is the gap between mean and
# median, and the slope moves a little too. With $c = 0$ and a column of years, $d$ is two
# thousand; we shall see that in @sec-where-it-breaks.

# %%
#| live: true
from mle.testing import verify

rng = np.random.default_rng(1)
area = home["area"] * 0.3048**2  # m²
hidden = rng.random(len(area)) < 0.4
f, h = 1 - hidden.mean(), hidden
for c in (area[~h].mean(), np.median(area[~h]), 0.0):
    filled = np.where(h, c, area)
    d = area[~h].mean() - c
    var = f * area[~h].var() + f * (1 - f) * d**2  # eq: filled-variance
    within = np.cov(area[~h], price[~h], ddof=0)[0, 1]
    apart = price[~h].mean() - price[h].mean()
    cov = f * within + f * (1 - f) * d * apart  # eq: filled-covariance
    verify("filled-variance", var, filled.var())
    verify("filled-covariance", cov, np.cov(filled, price, ddof=0)[0, 1])
    print(f"filled with {c:5.1f}: deviation {var**0.5:4.1f} m²,"
          f" slope {cov / var:6.1f} $/m²")
print(f"the seen alone:    deviation {area[~h].std():4.1f} m²,"
      f" slope {within / area[~h].var():6.1f} $/m²")

# %% [markdown]
# Move the share in @fig-share, and watch the stripe take the place of the cloud.

# %%
#| id: fig-share
#| live: true
#| play: {hidden_share: [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]}
#| say: "deviation {{ filled.std():.0f }} m² = {{ few[seen].std():.0f }} · √{{ seen.mean():.2f }}; correlation {{ np.corrcoef(filled, dear)[0, 1]:.2f }}; slope {{ slope:.2f }}, that of the seen alone {{ slope_seen:.2f }}"
#| caption: 200 homes; a share of the areas, picked at random, is hidden and filled with the mean of the seen (the stripe of squares). Deviation and
#|   correlation shrink. The slope is always that of the seen rows, and rests on fewer of them.
#| alt: A cloud of area in square metres against price in thousand dollars with a rising line. As the share grows, more points move to
#|   a vertical stripe at the mean area, while the line turns little.
hidden_share = 0.4

rng = np.random.default_rng(3)
pick = rng.permutation(len(price))[:200]
few, dear = home["area"][pick] * 0.3048**2, price[pick] / 1000
seen = np.arange(200) >= round(200 * hidden_share)
filled = np.where(seen, few, few[seen].mean())
slope, start = np.polyfit(filled, dear, 1)
slope_seen = np.polyfit(few[seen], dear[seen], 1)[0]

fig, ax = plt.subplots(figsize=(5.2, 3.2))
ax.plot(few[seen], dear[seen], "o", color=plot.color("data"), ms=3, alpha=0.6, mew=0)
ax.plot(filled[~seen], dear[~seen], "s", color=plot.color("error"), ms=3, alpha=0.7, mew=0)
ends = np.array([50.0, 270.0])
ax.plot(ends, start + slope * ends, color=plot.color("fit"))
ax.set(xlim=(45, 275), ylim=(0, 480), xlabel="area, m²", ylabel="price, thousand $")

# %% [markdown]
# ### The neighbour collects
#
# So for one column the mean is harmless? Give it a neighbour. Let $x$ and $u$ be two columns with mean 0, variance 1 and
# [correlation](glossary:correlation) $\rho$ ("rho"), and let least squares on the complete table give the weights $w_x$ and $w_u$. Hide a share
# $1 - f$ of $x$, completely at random, and fill in the mean, 0. In a large table the covariances of
# $\tilde x$ are $f$ times those of $x$, those of $u$ stay, and the [normal equations](glossary:normal-equations) for the
# new weights $\tilde w$ become
#
# $$
# \begin{aligned}
# f \tilde w_x + f \rho\, \tilde w_u &= f (w_x + \rho\, w_u), \\
# f \rho\, \tilde w_x + \tilde w_u &= \rho\, w_x + w_u.
# \end{aligned}
# $$
#
# Divide the first by $f$: $\tilde w_x = w_x + \rho\, w_u - \rho\, \tilde w_u$. Put into the second, that is
# $(1 - f \rho^2)\, \tilde w_u = (1 - f \rho^2)\, w_u + (1 - f) \rho\, w_x$. So
#
# $$
# \begin{aligned}
# \tilde w_u &= w_u + \frac{(1 - f) \rho}{1 - f \rho^2}\, w_x \\
# \tilde w_x &= \frac{1 - \rho^2}{1 - f \rho^2}\, w_x
# \end{aligned}
# $$ {#eq-spill}
# : With $f = 1$ nothing changes; with $\rho = 0$ neither.
#
# What the filled column can no longer say, its neighbour says for it. To check that to the last digit, chance must be
# taken out: lay four copies of the table on top of each other, and hide the area in one, two or three of them.

# %%
from mle.linear_model import LinearRegression


def standard(column):
    return (column - column.mean()) / column.std()


def weights(*columns):
    X = np.column_stack(columns[:-1])
    return LinearRegression().fit(X, columns[-1]).coef_


x, u = standard(home["area"]), standard(home["TotRms.AbvGrd"])  # rooms
t = standard(np.log(price))
rho = float(np.mean(x * u))
w_x, w_u = weights(x, u, t)


def spill(f):
    share = (1 - f) * rho / (1 - f * rho**2)
    own = (1 - rho**2) / (1 - f * rho**2)
    return [own * w_x, w_u + share * w_x]  # eq: spill


for copies in (1, 2, 3):
    tilde = np.append(np.tile(x, copies), np.zeros((4 - copies) * len(x)))
    got = weights(tilde, np.tile(u, 4), np.tile(t, 4))
    verify("spill", got, spill(copies / 4))

# %%
#| hide: true
rng = np.random.default_rng(4)
shares = np.linspace(0, 0.9, 10)
drawn, marked = [], []
for share in shares:
    fits, with_mark = [], []
    for _ in range(12):
        m = rng.random(len(x)) < share
        xt = np.where(m, x[~m].mean(), x)
        fits.append(weights(xt, u, t))
        if m.any():
            with_mark.append(weights(xt, 1.0 * m, u, t)[[0, 2]])
    drawn.append(np.mean(fits, axis=0))
    marked.append(np.mean(with_mark, axis=0) if with_mark else fits[0])
drawn, marked = np.array(drawn), np.array(marked)
at_half = 5
flips = float(shares[np.argmax([spill(1 - s)[1] > 0 for s in shares])])
assert w_u < 0 < spill(0.5)[1]
assert np.abs(marked - drawn).max() < 0.05, "the mark does not mend it"

# %%
#| id: fig-spill
#| caption: With the area filled by its mean, the weight of the rooms rises and changes its sign. Lines are @eq-spill, dots twelve
#|   random draws each of {{ len(price):, }} homes; target and columns standardised.
#| alt: Two curves over the share of areas hidden. The weight of area falls from 0.93 at first slowly, then steeply. The
#|   weight of rooms climbs from below zero to about one half.
fig, ax = plt.subplots(figsize=(5.2, 3.0))
fine = np.linspace(0, 0.95, 100)
curve = np.array([spill(1 - s) for s in fine])
ax.axhline(0, color=plot.color("muted"), lw=0.8)
for j, (name, spot, off) in enumerate((("area", 30, (8, 8)), ("rooms", 45, (8, -16)))):
    ax.plot(100 * fine, curve[:, j], color=plot.color("fit"), lw=2 if j == 0 else 1.2)
    ax.plot(100 * shares, drawn[:, j], "o" if j == 0 else "s", color=plot.color("data"), ms=4)
    plot.note(ax, name, (100 * fine[spot], curve[spot, j]), "fit", offset=off)
ax.set(xlabel="areas hidden, %", ylabel="weight")

# %% [markdown]
# At the same area more rooms went with a *lower* price: {{ float(w_u):+.2f }} of its deviation for one of theirs. With half of the areas filled by the
# mean, the rooms have {{ spill(0.5)[1]:+.2f }} (@fig-spill). For the filled table these are the best weights there are; but
# whoever reads them aloud now reads the gaps.
#
# ### The code
#
# What fills a column? One number for each, from the rows that have it, remembered for other rows:
#
# ```quote
# mle.impute.simple.SimpleImputer._statistic
# ```
#
# ```quote
# mle.impute.simple.SimpleImputer._fit
# ```
#
# A column without any value has no median; its statistic is `nan`, and it is left out with a warning, or kept and filled
# with 0 if you ask. `_marked` are the columns that had gaps; we come to them. `statistics_` is the whole memory, so `transform` cannot learn from new rows: a missing value in row 7 of the test set
# gets the median of the *training* rows.
#
# ```quote
# mle.impute.simple.SimpleImputer._transform
# ```
#
# Each column is copied before it is filled, so that your table keeps its gaps. `_check_kind` refuses text where `fit`
# saw numbers, and the marks are appended at the right.
#
# ## A column that says so {#indicator}
#
# A filled number claims to be measured. We can confess: a second column $m$ with 1 where $x$ was filled, else 0, an
# [indicator](glossary:missing-indicator), here called the mark.
#
# ```quote
# mle.impute.indicator.MissingIndicator._fit
# ```
#
# ```quote
# mle.impute.indicator.MissingIndicator._transform
# ```
#
# `fit` remembers which columns had gaps, for the number of columns must not depend on who comes later.
#
# With the mark in a linear model, which constant do we fill in? Filled, the column is $\tilde x = x (1 - m) + c\, m$.
# Its part of the prediction, with weights $w$ and $v$, is
#
# $$
# \begin{aligned}
# & w \tilde x_i + v\, m_i \\
# & \quad = w\, x_i (1 - m_i) + (w c + v)\, m_i
# \end{aligned}
# $$ {#eq-any-constant}
# : All are numbers of row $i$. The constant appears in one place, next to $v$.
#
# Change $c$ to $c'$ and $v$ to $v + w (c - c')$, and no prediction changes. So the best predictions cannot depend on $c$:
# **least squares with a mark does not care what is filled in**. Mean, zero, −999, all the same.

# %%
#| live: true
garage_year = home["Garage.Yr.Blt"]
m = np.isnan(garage_year)
known = standard(home["Overall.Qual"])
fits = {}
for c in (1978.0, 0.0, -999.0):
    filled = np.where(m, c, garage_year)
    X = np.column_stack([filled, m, known])
    model = LinearRegression(solver="qr").fit(X, np.log(price))
    fits[c] = model.predict(X)
    w, v, _ = model.coef_
    print(f"filled with {c:6.0f}: w = {w:.5f}, v = {v:8.4f},"
          f" wc + v = {w * c + v:.4f}")  # eq: any-constant
verify("any-constant", fits[0.0], fits[1978.0])
verify("any-constant", fits[-999.0], fits[1978.0])

# %%
#| hide: true
from mle.linear_model import Ridge


def tied(c):
    T = np.column_stack([standard(np.where(m, c, garage_year)), standard(1.0 * m), known])
    return Ridge(alpha=10.0).fit(T, np.log(price)).predict(T)


tied_near, tied_far = (float(np.expm1(np.abs(tied(c) - tied(1978.0)).max())) for c in (1900.0, 0.0))
assert tied_near < 0.005
assert tied_far > 0.1

# %% [markdown]
# What does it cost? One weight more for each column with gaps, and error in it. With a [penalty](glossary:penalty) the
# proof fails, as the weights have to be paid for. A ridge with $\lambda = 10$ on standardised columns moves no predicted price by
# more than {{ 100 * tied_near:.1f }} % if we fill in 1900 in place of 1978. With 0 it moves some by {{ 100 * tied_far:.0f }} %:
# standardised, all true years lie so close together that telling them apart takes a weight too dear to buy. So fill in
# something from the middle, mark or no mark. A tree, which cuts columns at thresholds, sees the order
# alone: 0 and −999 are one to it, 1978 is not. Nor does the mark mend
# the neighbour: with half of the areas hidden, rooms get {{ float(marked[at_half][1]):+.2f }} with a mark and
# {{ float(drawn[at_half][1]):+.2f }} without. In the marked rows, too, $u$ has to speak for $x$, and one weight must do for
# both [@jones1996]. What the mark brings is a level of its own for the homes with a gap. That is worth most
# where the gap *means* something: no garage, or not missing at random.
#
# ## Ask the neighbours {#neighbours}
#
# A small lot has a short front. So fill a gap with the mean of the $k$ rows that look most like it, the
# [nearest neighbours](glossary:nearest-neighbours) [@troyanskaya2001]. But how far is a row from another, if both have
# gaps? Take the squares over the columns that both have, and scale the sum up as if all $p$ were there [@dixon1979]:
#
# $$
# D(a, b) = \sqrt{\frac{p}{|S|} \sum_{j \in S} (a_j - b_j)^2}
# $$ {#eq-shared-distance}
# : $S$ is the set of columns that both rows have, $|S|$ their number; $a$ and $b$ are $(p,)$.
#
# By hand, with three columns in standard deviations: frontage, lot size, year. The first lot lacks its frontage.
#
# ```pycon
# >>> from mle.impute import nan_euclidean, nearest, KNNImputer
# >>> nan = float("nan")
# >>> lots = np.array([[nan, 0.0, 1.0], [1.0, 0.5, nan],
# ...                  [2.0, 0.0, 0.0], [4.0, 3.0, 1.0]])
# >>> nan_euclidean(lots[:1], lots[1:]).round(2).tolist()
# [[0.87, 1.22, 3.67]]
# >>> KNNImputer(n_neighbors=2).fit_transform(lots)[0].tolist()
# [1.5, 0.0, 1.0]
# ```
#
# The second lot shares one column, the size: √(3/1 · 0.25) = 0.87. The third shares two: √(3/2 · 1) = 1.22. The two nearest have fronts of
# 1 and 2; their mean is 1.5. As rows without the value cannot give it, the neighbours are looked for among those that have it,
# the *donors*:
#
# $$
# \tilde x_{ij} = \frac{1}{k} \sum_{l \in N_k(i, j)} x_{lj}
# $$ {#eq-neighbour-fill}
# : $N_k(i, j)$ are the $k$ donors of column $j$ that are nearest to row $i$.
#
# ### Slow, then fast
#
# From the definitions, one pair after another:


# %%
#| live: true
def naive_distance(a, b):
    total, shared = 0.0, 0
    for a_j, b_j in zip(a, b):
        if not np.isnan(a_j) and not np.isnan(b_j):
            total, shared = total + (a_j - b_j) ** 2, shared + 1
    return (len(a) / shared * total) ** 0.5 if shared else np.nan


def naive_fill(X, k):
    filled = X.copy()
    for i, j in np.argwhere(np.isnan(X)):
        donors = np.flatnonzero(~np.isnan(X[:, j]))
        D = [naive_distance(X[i], X[donor]) for donor in donors]
        chosen = donors[np.argsort(D, kind="stable")[:k]]
        filled[i, j] = X[chosen, j].mean()
    return filled


from mle.impute import KNNImputer, nan_euclidean

columns = ["Lot.Frontage", "Lot.Area", "area", "Year.Built",
           "Garage.Yr.Blt", "Garage.Area", "Total.Bsmt.SF"]
some = np.column_stack([home[name] for name in columns])[:250]
some = (some - np.nanmean(some, axis=0)) / np.nanstd(some, axis=0)

slow = [[naive_distance(a, b) for b in some[:40]] for a in some[:40]]
quick = nan_euclidean(some[:40], some[:40])
verify("shared-distance", quick**2, np.square(slow))
fast = KNNImputer(n_neighbors=5).fit(some).transform(some)
verify("neighbour-fill", fast, naive_fill(some, 5))

# %% [markdown]
# The trick of the fast version: write 0 into the gaps and keep the masks apart. With masks $s$ and $t$ of zeros and ones,
# $\sum_{j \in S} (a_j - b_j)^2 = \sum_j a_j^2 t_j - 2 \sum_j a_j b_j + \sum_j s_j b_j^2$, and each
# sum, for all pairs at once, is a matrix product. So is $|S| = \sum_j s_j t_j$. (We compared squares, for the difference of
# sums leaves a rounding error where a row meets itself: nothing, until the root makes
# {{ float(np.diag(quick).max()):.0e }} of it.)
#
# ```quote
# mle.impute.neighbours.nan_euclidean
# ```
#
# The $k$ smallest of $n$ numbers need no sorting; `partition` finds the $k$-th without.
#
# ```quote
# mle.impute.neighbours.nearest
# ```
#
# The `slack` is there for ties. Two donors at the same distance may differ in the sixteenth digit, and rounding should not
# choose between them: within the slack they count as equal, and the first wins, as in the stable `argsort` of the slow
# version.
#
# ```quote
# mle.impute.neighbours.KNNImputer._fit
# ```
#
# What `fit` learns is the table itself, and the means of its columns, from which distances are taken: a difference of
# large squares loses digits, and near the origin they are small.
#
# ```quote
# mle.impute.neighbours.KNNImputer._value
# ```
#
# If no donor shares a column with the row, the column's mean is all that is left.

# %%
#| hide: true
timed = np.array(some)
slow_time = seconds(naive_fill, timed, 5, repeats=1)
fast_time = seconds(KNNImputer(n_neighbors=5).fit_transform, timed)
assert slow_time > 10 * fast_time
pairs = int(np.isnan(np.column_stack([home[name] for name in ames.feature_names])).any(axis=1).sum())

# %% [markdown]
# On {{ len(some) }} homes that is at least ten times faster than the loops. The price of `fit` is memory: the
# imputer must keep all training rows, where the median kept one number for each column. The price of `transform` is one
# distance for each pair of a row with a gap and a training row, here {{ pairs }} times {{ len(price):, }}, about
# {{ pairs * len(price) / 1e6:.0f }} million, each over {{ len(ames.feature_names) }} columns. It grows with the square of the
# number of rows.
#
# ### What is near? {#near}
#
# Is it any good? Where we know the frontage we can hide it, in the pattern of the real gaps (half of the cul-de-sacs, and
# so on), fill it, and compare. `X` holds all {{ len(ames.feature_names) }} columns of numbers.

# %%
X = np.column_stack([home[name] for name in ames.feature_names])
names = list(ames.feature_names)
F, lot = names.index("Lot.Frontage"), names.index("Lot.Area")

rng = np.random.default_rng(0)
kind = home["Lot.Config"]
lacks = np.isnan(home["Lot.Frontage"])
p_gap = np.array([np.mean(lacks[kind == word]) for word in kind])
hide = ~lacks & (rng.random(len(X)) < p_gap)
H = X.copy()
H[hide, F] = np.nan


def units(T):
    return (T - np.nanmean(T, axis=0)) / np.nanstd(T, axis=0)


def neighbours(others, scale, k=10):
    """Hidden frontages in feet, from rows near by the other columns."""
    T = np.column_stack([H[:, F], others])
    mu, s = np.nanmean(T, axis=0), np.nanstd(T, axis=0)
    if not scale:
        mu, s = np.zeros_like(mu), np.ones_like(s)
    filled = KNNImputer(n_neighbors=k).fit_transform((T - mu) / s)
    return filled[hide, 0] * s[0] + mu[0]


others = np.delete(H, F, axis=1)
acres = others.copy()
acres[:, lot - 1] /= 43_560  # square feet of an acre
three = np.column_stack([np.log(home["Lot.Area"]), home["area"],
                         home["Year.Built"]])
middle = {word: np.nanmedian(H[kind == word, F]) for word in set(kind)}
of_kind = np.array([middle[word] for word in kind[hide]])
guesses = {
    "median of all": np.full(hide.sum(), np.nanmedian(H[:, F])),
    "median of its kind": of_kind,
    "neighbours, as they are": neighbours(others, scale=False),
    "the same, lot in acres": neighbours(acres, scale=False),
    "neighbours, all scaled": neighbours(others, scale=True),
    "neighbours, three scaled": neighbours(three, scale=True),
}

# %%
#| hide: true
off = {name: np.abs(guess - X[hide, F]) for name, guess in guesses.items()}


def off_by(name):
    miss = off[name]
    return f"{miss.mean():.1f} ± {miss.std() / len(miss) ** 0.5:.1f}"


def closer(a, b):
    gap = off[b] - off[a]
    return gap.mean() / (gap.std() / len(gap) ** 0.5)


def further(a, b):
    """How much further a is off than b, home by home."""
    gap = off[a] - off[b]
    return f"{gap.mean():.1f} ± {gap.std() / len(gap) ** 0.5:.1f}"


as_is, in_acres, all_scaled, three_scaled = list(off)[2:]
assert closer(as_is, all_scaled) > 2
assert closer(as_is, in_acres) > 2
assert closer(all_scaled, "median of all") > 3
assert closer(three_scaled, all_scaled) > 2
assert abs(closer(three_scaled, as_is)) < 2
off |= {k: np.abs(neighbours(others, True, k) - X[hide, F]) for k in (1, 100)}
assert min(closer(all_scaled, k) for k in (1, 100)) > 2

# %% [markdown]
# | Filled with | Off by, feet |
# |:--|--:|
# | median of all | {{ off_by("median of all") }} |
# | median of its kind of lot | {{ off_by("median of its kind") }} |
# | 10 neighbours, {{ X.shape[1] - 1 }} columns as they are | {{ off_by(as_is) }} |
# | the same, lot in acres | {{ off_by(in_acres) }} |
# | the same, all columns scaled | {{ off_by(all_scaled) }} |
# | log of the lot, area, year built, scaled | {{ off_by(three_scaled) }} |
#
# : {{ int(hide.sum()) }} hidden frontages; [mean absolute error](glossary:mae) ± its [standard error](glossary:standard-error). {#tbl-frontage}
#
# All guess the same cells, so we take differences cell by cell. "Scale before you measure distances" is the rule, and here
# scaling all columns makes it *worse*, by {{ further(all_scaled, as_is) }} feet. Why? In square feet the lot has by far the largest numbers, so the distance is the lot and hardly anything else, and the lot happens
# to be what a front depends on. That is luck: the same lots in acres lose it. Without scaling, the units decide
# which column counts; with it, all count alike, also those that have nothing to do with the matter. Scale, so that the
# answer does not hang on a unit, and then *choose*: with all columns you miss by {{ further(all_scaled, three_scaled) }} feet more than with
# three that belong to the question, which cannot be told from the lucky unit. And $k$? With all columns scaled, one neighbour misses by
# {{ further(1, all_scaled) }} feet more than ten, a hundred by {{ further(100, all_scaled) }}: few are noisy, many are nearly the median. It is a
# [setting](glossary:hyperparameter) to be chosen by [cross-validation](../judging/cross-validation.py), like any other.
#
# ## The lesson, done honestly {#lesson}
#
# Lessons on missing values like to end with a contest: drop the columns, fill, fill and mark; the smallest error wins. Here
# it is, with error bars.
#
# We want the price. The model stays the same throughout: [ridge regression](glossary:ridge-regression) of the logarithm of the price
# on standardised columns. What changes is a *way*, a function of training and test table that returns both without gaps.
# Its form says where it may learn: `fit` sees the training rows alone.


# %%
from mle.base import clone
from mle.impute import SimpleImputer
from mle.linear_model import Ridge
from mle.metrics import mean_absolute_error
from mle.model_selection import KFold, RepeatedKFold


def scaled(train, test):
    """Both in standard deviations of the training rows; gaps stay."""
    mu, s = np.nanmean(train, axis=0), np.nanstd(train, axis=0)
    s = np.where(s > 0, s, 1.0)
    return (train - mu) / s, (test - mu) / s


def fill(imputer):
    def way(train, test):
        fitted = clone(imputer).fit(train)
        return fitted.transform(train), fitted.transform(test)
    return way


def misses(way, X, y, folds):
    """Mean absolute error in dollars, fold by fold."""
    found = []
    for train, test in folds:
        A, B = scaled(*way(*scaled(X[train], X[test])))
        full = ~np.isnan(A).any(axis=1)  # a way may leave gaps in training
        model = Ridge(alpha=10.0).fit(A[full], np.log(y[train][full]))
        guess = np.exp(model.predict(B))
        found.append(mean_absolute_error(y[test], guess))
    return np.array(found)


median = fill(SimpleImputer(strategy="median"))
marked_median = fill(SimpleImputer(strategy="median", add_indicator=True))
near = fill(KNNImputer(n_neighbors=10))

# %% [markdown]
# Dropping rows needs a word. In training it can be done, if enough rows are left. At prediction it cannot: somebody asks
# what a house is worth, and "you forgot to measure your street" is no price. So that way trains on complete rows and fills
# the test rows with medians.

# %%
few_gaps = np.isnan(X).mean(axis=0) < 0.01
no_gaps = ~np.isnan(X).any(axis=0)
built, garage = names.index("Year.Built"), names.index("Garage.Yr.Blt")


X_year = X.copy()  # a garage without a year is as old as the house
undated = np.isnan(X[:, garage])
X_year[undated, garage] = X[undated, built]

ways = {
    "drop all 11 columns":
        lambda A, B: (A[:, no_gaps], B[:, no_gaps]),
    "drop the 2 emptiest":
        lambda A, B: median(A[:, few_gaps], B[:, few_gaps]),
    "drop rows in training": lambda A, B: (A, median(A, B)[1]),
    "mean": fill(SimpleImputer(strategy="mean")),
    "median": median,
    "median and marks": marked_median,
    "10 neighbours": near,
}
twice = RepeatedKFold(n_splits=5, n_repeats=2, random_state=0)
folds = list(twice.split(X))
errors = {name: misses(way, X, price, folds)
          for name, way in ways.items()}
errors["year of the house"] = misses(median, X_year, price, folds)

# %% [markdown]
# The same ten [folds](glossary:fold) for all, so that we may take differences fold by fold. Their training rows overlap, and the usual
# standard error of a mean would be too small; we take the [corrected one of Nadeau and Bengio](../judging/comparing-models.py#correction) [@nadeau2003], which the library
# has as `corrected_paired_test`. (`against(a, b, n_train)`, in the notebook, returns the mean difference and this error, with
# `n_train` training rows, here four, for each test row.)

# %%
#| hide: true
from mle.model_selection import corrected_paired_test
from mle.model_selection.compare import student_two_sided


def against(a, b, n_train=4):
    """Mean difference and its corrected standard error; n_train training rows for each test row."""
    told = corrected_paired_test(a, b, n_train=n_train, n_test=1)
    return told.difference, abs(told.difference / told.statistic) if told.statistic else 0.0


t_grid = np.linspace(2, 3, 1001)  # ten differences leave nine degrees of freedom
t95 = float(t_grid[np.argmin([abs(student_two_sided(v, 9) - 0.05) for v in t_grid])])


def plus_minus(pair):
    return f"{pair[0]:+,.0f} ± {pair[1]:,.0f}".replace("-", "−")


all_columns = next(iter(ways))
diff = {name: against(e, errors["median"]) for name, e in errors.items()}
base = float(errors["median"].mean())
assert np.isnan(X).any(axis=0).sum() == 11
assert (~few_gaps).sum() == 2
assert diff[all_columns][0] > 6 * diff[all_columns][1]
for name in ("mean", "median and marks", "10 neighbours", "year of the house", "drop rows in training", "drop the 2 emptiest"):
    assert abs(diff[name][0]) < t95 * diff[name][1], name
at_most = max(abs(diff[name][0]) + t95 * diff[name][1] for name in ("mean", "median and marks", "10 neighbours", "year of the house"))
assert at_most < 0.02 * base
empty_share = float(np.isnan(X).mean())

# %%
#| id: fig-lesson
#| caption: How much more a way misses than the median does, with 95 % intervals. Only one interval leaves zero out, that of the way that threw
#|   away eleven columns. The median misses by {{ base:,.0f }} dollars.
#| alt: Seven dots with horizontal bars around a line at zero. Dropping all columns with gaps lies far to the right, near
#|   2,500 dollars. All the others lie within 300 dollars of zero, and their bars cross it.
fig, ax = plt.subplots(figsize=(5.2, 3.0))
fig.subplots_adjust(left=0.32)
ax.axvline(0, color=plot.color("muted"), lw=0.8)
rest = [name for name in ways if name != "median"]
for i, name in enumerate(rest):
    d_, e_ = diff[name]
    ax.plot([d_ - t95 * e_, d_ + t95 * e_], [-i, -i], color=plot.color("error"), lw=1.4)
    ax.plot(d_, -i, "o", color=plot.color("error"), ms=5)
ax.grid(False, axis="y")
ax.set(yticks=-np.arange(len(rest)), yticklabels=rest, xlabel="$ more than with the median", ylim=(-len(rest) + 0.4, 0.6))
ax.set_xticks([0, 1000, 2000, 3000], ["0", "1,000", "2,000", "3,000"])

# %% [markdown]
# | Way | difference, $ |
# |:--|--:|
# | {{ all_columns }} | {{ plus_minus(diff[all_columns]) }} |
# | drop the 2 emptiest | {{ plus_minus(diff["drop the 2 emptiest"]) }} |
# | drop rows in training | {{ plus_minus(diff["drop rows in training"]) }} |
# | mean | {{ plus_minus(diff["mean"]) }} |
# | median and marks | {{ plus_minus(diff["median and marks"]) }} |
# | 10 neighbours | {{ plus_minus(diff["10 neighbours"]) }} |
# | year of the house | {{ plus_minus(diff["year of the house"]) }} |
#
# : Mean absolute error against the median's {{ base:,.0f }} dollars, ± one corrected standard error. {#tbl-ways}
#
# Read it plainly. **Dropping columns costs**, and not for the frontage: it threw out the size of basement and garage for a
# single gap each. With only the two emptiest dropped the difference is no longer clear. **No filling can be told from the
# median**: their 95 % intervals reach to {{ at_most:,.0f }} dollars at most, {{ 100 * at_most / base:.1f }} % of the error. No wonder: {{ 100 * empty_share:.1f }} % of the cells of `X` are empty. Whoever
# ranks ways on such a table, on one split, ranks chance.
#
# ### When it does matter
#
# So let us make it matter: in a random part of the homes we hide about 30 % of four strong columns (quality, year, area, basement), once
# completely at random, once so that *large* values hide more often.

# %%
rng = np.random.default_rng(0)
half = rng.permutation(len(X))[:1200]
X_half, y_half = X[half], price[half]
strong = [names.index(name) for name in
          ("Overall.Qual", "Year.Built", "area", "Total.Bsmt.SF")]
ten = list(KFold(n_splits=10, shuffle=True, random_state=0).split(X_half))


def with_gaps(depends):
    T = X_half.copy()
    for j in strong:
        z = np.nan_to_num(units(X_half)[:, j])
        p = 0.6 / (1 + np.exp(-2 * z)) if depends else 0.3
        T[rng.random(len(T)) < p, j] = np.nan
    return T


some_ways = {"median": median, "median and marks": marked_median,
             "neighbours": near}
tables = {"completely at random": with_gaps(False),
          "large values hide": with_gaps(True)}
hard = {
    reason: {name: misses(way, T, y_half, ten)
             for name, way in some_ways.items()}
    for reason, T in tables.items()
}
whole = misses(median, X_half, y_half, ten)

# %%
#| hide: true
gain = {reason: {name: against(e, scores["median"], 9) for name, e in scores.items()} for reason, scores in hard.items()}
at_random, by_value = gain.values()
assert abs(at_random["median and marks"][0]) < t95 * at_random["median and marks"][1]
assert by_value["median and marks"][0] < -t95 * by_value["median and marks"][1]
assert at_random["neighbours"][0] < -t95 * at_random["neighbours"][1]
assert by_value["neighbours"][0] < -t95 * by_value["neighbours"][1]

# %% [markdown]
# | Way | completely at random | large values hide |
# |:--|--:|--:|
# | median, $ | {{ hard["completely at random"]["median"].mean():,.0f }} | {{ hard["large values hide"]["median"].mean():,.0f }} |
# | median and marks | {{ plus_minus(at_random["median and marks"]) }} | {{ plus_minus(by_value["median and marks"]) }} |
# | 10 neighbours | {{ plus_minus(at_random["neighbours"]) }} | {{ plus_minus(by_value["neighbours"]) }} |
#
# : {{ len(X_half):, }} homes, ten folds. The first row is the error, the others are differences from it, ± one corrected standard error. That holds the folds, not the draw of the gaps: each column is one draw. With nothing hidden: {{ whole.mean():,.0f }}. {#tbl-hidden}
#
# Now the ways differ by more than their errors. In both draws neighbours help. Marks bring nothing that we could measure where the gaps mean nothing, and
# help where the gap itself tells that the value is large. For *prediction*, then, even the third of Rubin's reasons can be
# useful, as long as future gaps come about like the old ones. For the mean, it stays beyond repair.
#
# ### So what shall I do?
#
# | The gap says | Do |
# |:--|:--|
# | there is none, in words | give it [a word of its own](categorical-variables.py) |
# | there is none, in numbers | a constant from the middle, and a mark |
# | not known, in few rows | the median; do not tune it |
# | not known in many, and other columns speak of it | neighbours or a line, and a mark; measure |
# | not known, in the target | leave the row out |
# | nearly all are empty and mean nothing | drop the column; measure |
# | it may depend on the value itself | say so, and how far the result could move |
#
# : Seven answers. Each filling is fitted in the fold. {#tbl-choose}
#
# ## Where it breaks {#where-it-breaks}
#
# ### Filled before the split {#leak}
#
# The imputer is fitted to all rows, then the rows are split: [leakage](data-leakage.py). How much is it worth? We take
# the four strong columns alone, hide 30 % completely at random, and compare with the honest way. The last row
# puts the price among the columns by which neighbours are found, as careless code does that fills the whole file.

# %%
def leak(table, imputer, honest):
    Z = imputer.fit_transform(units(table))[:, :4]
    scores = misses(lambda A, B: (A, B), Z, y_half, ten)
    return scores, against(scores, honest, 9)


rng = np.random.default_rng(1)
T4 = X_half[:, strong].copy()
T4[rng.random(T4.shape) < 0.3] = np.nan
knn = KNNImputer(n_neighbors=10)
honest_median = misses(median, T4, y_half, ten)
honest_knn = misses(near, T4, y_half, ten)
_, leak_median = leak(T4, SimpleImputer(strategy="median"), honest_median)
_, leak_knn = leak(T4, knn, honest_knn)
with_price, fraud = leak(np.column_stack([T4, y_half]), knn, honest_knn)
nothing_hidden = misses(median, X_half[:, strong], y_half, ten)

# %%
#| hide: true
assert all(abs(d_) < t95 * e_ for d_, e_ in (leak_median, leak_knn))
assert fraud[0] < -4 * fraud[1]
assert with_price.mean() < nothing_hidden.mean()

# %%
#| hide: true
lost = [0.0, 0.3, 0.45, 0.6]  # the first two were measured above
fair, leaky = ([float(e.mean()) for e in (nothing_hidden, e_)] for e_ in (honest_knn, with_price))
for share in lost[2:]:
    rng = np.random.default_rng(2)
    T = X_half[:, strong].copy()
    T[rng.random(T.shape) < share] = np.nan
    fair.append(float(misses(near, T, y_half, ten).mean()))
    leaky.append(float(leak(np.column_stack([T, y_half]), knn, honest_knn)[0].mean()))
assert fair == sorted(fair)
assert leaky == sorted(leaky, reverse=True)

# %% [markdown]
# | Filled before the split | changes the error by, $ |
# |:--|--:|
# | median | {{ plus_minus(leak_median) }} |
# | 10 neighbours | {{ plus_minus(leak_knn) }} |
# | 10 neighbours, the price among the columns | {{ plus_minus(fraud) }} |
#
# : Against the same filling inside the fold, {{ honest_median.mean():,.0f }} dollars for the median and {{ honest_knn.mean():,.0f }} for neighbours; one draw of the gaps. {#tbl-leak}
#
# The first two leaks are lost in their error. A median of a thousand rows hardly moves when a ninth is added, and an imputer
# that never sees the target has little to tell. The third is a fraud: {{ with_price.mean():,.0f }} dollars, *better than with
# no value hidden at all*, {{ nothing_hidden.mean():,.0f }}. @Fig-leak hides more and more.

# %%
#| id: fig-leak
#| caption: The more is lost, the better it gets. Filled by neighbours that know the price, before the split, the test error
#|   *falls* with each value that is taken away. The same filling without the price, in the fold, pays for the loss.
#| alt: Two lines from one point at 19.5 thousand dollars with nothing hidden. The honest one climbs steadily as the share hidden grows to 60 %;
#|   the leaking one falls.
fig, ax = plt.subplots(figsize=(5.2, 2.9))
shares_lost = 100 * np.array(lost)
ax.plot(shares_lost, np.array(fair) / 1000, "o-", color=plot.color("fit"), ms=5)
ax.plot(shares_lost, np.array(leaky) / 1000, "s-", color=plot.color("error"), ms=5)
plot.note(ax, "neighbours, in the fold", (45, fair[2] / 1000), "fit", offset=(-8, 4))
plot.note(ax, "neighbours that know the price", (45, leaky[2] / 1000), "error", offset=(0, -16), ha="center")
ax.set(ylim=(0, 42), xlabel="of each column hidden, %", ylabel="error, thousand $")

# %% [markdown]
# ^^^
# **What gives it away.** A score that keeps improving, beyond its error, the more data are lost.
# ^^^
#
# So why bother about the median? Because one rule without exceptions is easier to keep than a list of leaks that happen to be
# small. A [pipeline](pipelines.py) keeps it for you, and gives the same numbers as our function:

# %%
from mle.model_selection import cross_val_score
from mle.pipeline import make_pipeline
from mle.preprocessing import StandardScaler

pipe = make_pipeline(SimpleImputer(strategy="median"), StandardScaler(),
                     Ridge(alpha=10.0))


def dollars(model, X, y):
    return mean_absolute_error(y, np.exp(model.predict(X)))


piped = [dollars(clone(pipe).fit(X[a], np.log(price[a])), X[b], price[b])
         for a, b in folds[:2]]
print("pipeline:", np.round(piped, 6).tolist())
print("by hand: ", errors["median"][:2].round(6).tolist())

# %%
#| hide: true
assert np.abs(piped - errors["median"][:2]).max() < 1e-6

# %% [markdown]
# ### A number that means nothing
#
# Some files write 0, −999 or 9999 for "not known", a [sentinel](glossary:sentinel). To a model it is a number. @Fig-sentinel
# fills the year of the garage with 0 in the {{ int(no_garage.sum()) }} homes that have none and the {{ int(m.sum() - no_garage.sum()) }} whose year is unknown. In @eq-filled-variance $d$ is then {{ year_mean:,.0f }} years and
# drowns everything else. With a mark beside it, @eq-any-constant makes it harmless to least
# squares; a ridge, we saw, minds.

# %%
#| hide: true
year_seen = garage_year[~m]
log_price = np.log(price)
zero = np.where(m, 0.0, garage_year)
line_seen = np.polyfit(year_seen - 1978, log_price[~m], 1)
slope_zero = np.cov(zero, log_price, ddof=0)[0, 1] / zero.var()
start_zero = log_price.mean() - slope_zero * zero.mean()
w_mark = float(LinearRegression(solver="qr").fit(np.column_stack([zero, m]), log_price).coef_[0])
assert abs(w_mark - line_seen[0]) < 1e-6
assert slope_zero < 0.1 * line_seen[0]

# %%
#| id: fig-sentinel
#| caption: The price against the year of the garage. {{ int(m.sum()) }} zeros, far outside the picture, turn the line of {{ len(m):, }}
#|   homes nearly level. With a mark beside it, the line is that of the homes whose year is known.
#| alt: A cloud of points over the years 1895 to 2010, prices on a logarithmic scale. A steep line follows the cloud; another
#|   is nearly horizontal.
fig, ax = plt.subplots(figsize=(5.2, 3.0))
some_rows = np.flatnonzero(~m)[::6]
ax.plot(garage_year[some_rows], price[some_rows] / 1000, "o", color=plot.color("data"), ms=2.6, alpha=0.5, mew=0)
ends = np.array([1900.0, 2010.0])
ax.plot(ends, np.exp(np.polyval(line_seen, ends - 1978)) / 1000, color=plot.color("fit"), lw=2)
ax.plot(ends, np.exp(start_zero + slope_zero * ends) / 1000, color=plot.color("error"), lw=2)
plot.note(ax, "0 and a mark", (1900, np.exp(np.polyval(line_seen, 1900 - 1978)) / 1000), "fit", offset=(2, -17))
plot.note(ax, "0, no mark", (1905, np.exp(start_zero + slope_zero * 1905) / 1000), "error", offset=(0, 6))
ax.set_yscale("log")
ax.set(xlim=(1893, 2013), ylim=(30, 700), xlabel="year of the garage", ylabel="price, thousand $", yticks=[50, 100, 200, 400], yticklabels=["50", "100", "200", "400"])
ax.minorticks_off()

# %% [markdown]
# ### A gap that training never saw
#
# One home in the table lacks the size of its garage. In four of five folds it sits in training; in the fifth, training
# has no gap in that column, and the test has.

# %%
#| raises: ValueError
from mle.impute import MissingIndicator

sizes = home["Garage.Area"][:, None]
lone = np.isnan(sizes[:, 0])
MissingIndicator().fit(sizes[~lone]).transform(sizes[lone])

# %% [markdown]
# An error is better than a surprise. `SimpleImputer` is milder: it learns a statistic of *every* column, so it fills the new
# gap, without a mark. Decide which you want before the model is in use.
#
# ### The commonest word
#
# For words, `most_frequent` is what the mean is for numbers:
#
# ```quote
# mle.impute.simple.most_frequent
# ```

# %%
#| hide: true
from mle.compose import make_column_transformer
from mle.preprocessing import OneHotEncoder
from mle.validation.tables import Table

fire = home["Fireplace.Qu"]
fire_median = {word: float(np.median(price[fire == word])) for word in ("", "Gd", "Po")}
wordy = [name for name in ames.category_names if name in gaps and gaps[name] > 23]
assert len(wordy) == 14
numbers = list(ames.feature_names)
mixed = Table({name: column[keep] for name, column in ames.table(numbers + wordy).data.items()})


def with_words(words):
    return make_pipeline(
        make_column_transformer(
            (make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), numbers),
            (make_pipeline(words, OneHotEncoder(handle_unknown="ignore")), wordy),
        ),
        Ridge(alpha=10.0),
    )


def words_error(words):
    def dollars(model, T, y):
        return mean_absolute_error(np.exp(y), np.exp(model.predict(T)))
    return cross_val_score(with_words(words), mixed, log_price, cv=folds[:5], scoring=dollars)


commonest = words_error(SimpleImputer(strategy="most_frequent"))
own_word = words_error(SimpleImputer(strategy="constant", fill_value="none"))
words_diff = against(commonest, own_word)
assert abs(words_diff[0]) < 2 * words_diff[1]
assert fire_median["Gd"] > 1.4 * fire_median[""]

# %% [markdown]
# The commonest quality of a fireplace is "Gd". So {{ gaps["Fireplace.Qu"]:, }} homes without a fireplace, median price
# {{ fire_median[""]:,.0f }} dollars, would join those with a good one, {{ fire_median["Gd"]:,.0f }}. A word of their own, "none",
# says what is the case: `SimpleImputer(strategy="constant", fill_value="none")`. Does it pay? With all {{ len(wordy) }} such
# columns beside the numbers, the commonest word changes the error by {{ plus_minus(words_diff) }} dollars against
# words of their own: no difference that we could defend, because the *number* of fireplaces and the size of the garage
# are columns too, and have already told the model. The word is still right: it costs a column and says no untruth.
#
# ### Numbers that look measured
#
# The worst gap is the one that somebody has filled before you. In a continuous column, no value should come up dozens of
# times, least of all one that is the mean of the others:

# %%
#| live: true
from mle.datasets import load_heart_failure

heart = load_heart_failure()
for name in heart.feature_names:
    column = heart.columns[name]
    values, times = np.unique(column, return_counts=True)
    if len(values) > 20:
        top = values[times.argmax()]
        rest_mean = column[column != top].mean()
        off_mean = abs(top - rest_mean) / column.std()
        sign = "  <- the mean of the others" if off_mean < 0.01 else ""
        print(f"{name:24} {top:>10,.2f} {times.max():3} times{sign}")

# %% [markdown]
# Platelets and CPK carry means without a mark. Two values of creatinine are worse: the means of those who survived and of
# those who died, as if the filling had known the answer. [The project on heart failure](../projects/heart-failure.py) follows these traces.
#
# ## Another road to the same numbers {#another-road}

# %%
from importlib.util import find_spec

if find_spec("sklearn"):  # the notebook runs without it
    from sklearn.impute import KNNImputer as TheirNeighbours
    from sklearn.impute import SimpleImputer as TheirSimple

    Z = units(X_half)
    options = {"strategy": "median", "add_indicator": True}
    roads = {
        "simple": (SimpleImputer(**options), TheirSimple(**options)),
        "neighbours": (KNNImputer(n_neighbors=5),
                       TheirNeighbours(n_neighbors=5)),
    }
    distances = {}
    for road, (ours, theirs) in roads.items():
        differ = ours.fit_transform(Z) - theirs.fit_transform(Z)
        distances[road] = float(np.abs(differ).max())
    assert distances["simple"] == 0
    assert distances["neighbours"] < 1e-10

# %% [markdown]
# On the {{ len(X_half):, }} homes drawn above scikit-learn [@pedregosa2011] gives exactly the same medians and marks, and the same means of
# neighbours to {{ distances["neighbours"]:.0e }}.
#
# ## What production libraries do that we do not {#production}
#
# - **scikit-learn** has an `IterativeImputer` (`sklearn/impute/_iterative.py`), which predicts each column from all others,
#   round after round; its `StandardScaler` lets `nan` pass, where ours refuses it; `HistGradientBoostingRegressor` needs no
#   filling, since each split learns to which side the gaps go. Distances are in `sklearn/metrics/pairwise.py`.
# - **R's mice** [@vanbuuren2011] fills several times with noise, fits each table, and adds the spread between the fits to the
#   standard errors: [multiple imputation](glossary:multiple-imputation) [@rubin1987]. If you report weights and not
#   predictions, that is the road to take, and the target belongs among the columns that fill; @ex-keeps-spread is its first step.
#
# ## Summary
#
# - Read the documentation first: "there is none" is a value, "not known" is a gap, and one column may hold both.
# - Completely at random costs rows, at random can be mended from what is seen, not at random cannot be mended from the data.
# - A filled mean multiplies variance and covariance by the share seen: the slope stays, the correlation sinks, the neighbour collects.
# - With a mark the constant does not matter to least squares; the mark pays where the gap itself tells something.
# - To predict, fit the filling in the fold, never with the target; and with few gaps, do not rank ways whose differences are below their error.
#
# ## Quiz
#
# ```quiz
# - question: "Half of a column, picked completely at random, is filled with the mean of the seen. The slope of $y$ on this column alone is"
#   answers:
#     - text: about half of what it was
#       why: "Covariance and variance both lose the factor one half, and the slope is their ratio."
#     - text: exactly the slope of the rows where it is seen
#       right: true
#       why: "With $d = 0$ both moments are $f$ times those of the seen. It rests on half the rows, so it is less certain."
#     - text: "exactly the slope that the full column would have"
#       why: "Nobody knows that one. The seen rows give an estimate of it, and the filling adds nothing to it."
# - question: "Which of these can you find out from the table alone?"
#   answers:
#     - text: that the gaps in a column go with the values of other columns
#       right: true
#       why: "Compare the share of gaps between groups, as with the cul-de-sacs."
#     - text: that the gaps do not depend on the missing values themselves
#       why: "Write anything into the gaps and the seen table stays as it is, so it cannot object."
#     - text: whether an empty cell means none or not known
#       why: "Sometimes another column hints at it, such as a garage of size 0. The meaning stands in the documentation."
# - question: "A neighbours' imputer is used on columns in their own units. Then"
#   answers:
#     - text: the column with the largest spread in numbers decides who is near
#       right: true
#       why: "Its squares dominate the sum. Another unit would make another column decide."
#     - text: the result is always worse than with scaled columns
#       why: "Here it was better, since the column with the large numbers was the one that mattered. That is luck, not a method."
#     - text: nothing changes, because distances are compared only with each other
#       why: "A common factor would cancel. Different factors for different columns do not."
# - question: "Before the split, a colleague filled all gaps with a neighbours' imputer, the target being one of the columns. How would you notice?"
#   answers:
#     - text: the score on the test rows is much worse than in training
#       why: "Both were filled with knowledge of the target, so both look good."
#     - text: the imputer raises an error
#       why: "It sees one more column of numbers and has no way to know what it means."
#     - text: hide more and more values, and the score keeps getting better
#       right: true
#       why: "Every hidden cell is replaced by one that knows the target. An honest score may gain by chance; it does not keep gaining, beyond its error."
# ```
#
# ## Exercises
#
# The minutes above do not count these.
#
# ### Exercise: Undo the shrinking {#ex-undo level="warm-up"}
#
# A report gives you a column whose gaps were filled with the mean, and which rows were filled. Return the
# [standard deviation](glossary:standard-deviation) (divisor $n$) of the seen rows and the correlation with `y` among them, from
# the *filled* column's moments, without selecting the seen values of `x`. (You may select those of `y`.)
#
# ??? hint "A hint"
#
#     Both equations of @sec-fillings, with $d = 0$, solved for the moments of the seen.


# %%
#| exercise: stub
def unshrunk(filled, was_filled, y):
    """Deviation and correlation of the seen rows."""
    r = np.corrcoef(filled, y)[0, 1]
    return float(filled.std()), float(r)  # both too small

# %%
#| exercise: check
for seed, share in ((0, 0.3), (1, 0.6)):
    gone = np.random.default_rng(seed).random(len(area)) < share
    mean_filled = np.where(gone, area[~gone].mean(), area)
    got = unshrunk(mean_filled, gone, price)
    wanted = area[~gone].std(), np.corrcoef(area[~gone], price[~gone])[0, 1]
    assert np.allclose(got, wanted, atol=1e-9), (
        f"{100 * share:.0f} % filled: got {got[0]:.3f} and {got[1]:.4f}, "
        f"the seen have {wanted[0]:.3f} and {wanted[1]:.4f}"
    )


# %%
#| exercise: solution
#| note: "Divide the variance and the covariance by $f$. The mean of the filled column is that of the seen, so its deviations are zero
#|   in the filled rows. Only the deviation of $y$ must be taken from the seen rows."
def unshrunk(filled, was_filled, y):
    f = 1 - was_filled.mean()
    deviation = filled.std() / f**0.5
    cov = np.cov(filled, y, ddof=0)[0, 1] / f
    return float(deviation), float(cov / (deviation * y[~was_filled].std()))

# %% [markdown]
# ### Exercise: The median of its kind {#ex-its-kind level="core"}
#
# Fill a column of the test rows with the median of the *training* rows of the same kind. A kind may be new, or have no value in
# training: then the median of all training rows serves.
#
# ??? hint "A hint"
#
#     A dictionary of medians, and `get` with a default. Mind a kind that training has with `nan` alone.


# %%
#| exercise: stub
def fill_by_kind(x_train, kind_train, x_test, kind_test):
    """Test column (n,) without gaps."""
    return np.where(np.isnan(x_test), np.nanmedian(x_train), x_test)

# %%
#| exercise: check
toy_x = np.array([1.0, 3.0, np.nan, 10.0, np.nan])
toy_kind = np.array(["a", "a", "a", "b", "c"])
new_x = np.array([np.nan, np.nan, 7.0, np.nan, np.nan])
new_kind = np.array(["a", "b", "a", "c", "d"])
got = np.asarray(fill_by_kind(toy_x, toy_kind, new_x, new_kind)).tolist()
assert got == [2.0, 10.0, 7.0, 3.0, 3.0], (
    f"a, b, a (known), c (never measured), d (new): got {got}"
)
even = np.arange(len(frontage)) % 2 == 0
lot_kind = home["Lot.Config"]
got = np.asarray(
    fill_by_kind(frontage[even], lot_kind[even], frontage[~even], lot_kind[~even])
)
sacs = lacks[~even] & (lot_kind[~even] == "CulDSac")
wanted = np.nanmedian(frontage[even & (lot_kind == "CulDSac")])
assert np.all(got[sacs] == wanted), (
    f"cul-de-sacs should get the training median {wanted}, got {set(got[sacs])}"
)


# %%
#| exercise: solution
#| note: "The medians are the memory of a small imputer, learnt from the training rows alone. The library's class would hold them in an
#|   attribute that ends in an underscore."
def fill_by_kind(x_train, kind_train, x_test, kind_test):
    seen = ~np.isnan(x_train)
    overall = np.median(x_train[seen])
    medians = {
        word: np.median(x_train[seen & (kind_train == word)])
        for word in set(kind_train[seen])
    }
    guess = np.array([medians.get(word, overall) for word in kind_test])
    return np.where(np.isnan(x_test), guess, x_test)

# %% [markdown]
# ### Exercise: Find the disguise {#ex-disguise level="core"}
#
# Return every value of a column that occurs at least `times` times and that, rounded to `decimals`, equals the mean of the
# other rows rounded likewise.
#
# ??? hint "A hint"
#
#     `np.unique` with counts; then for each frequent value the mean of `column[column != value]`.


# %%
#| exercise: stub
def disguised_means(column, times, decimals):
    """Sorted list of suspicious values."""
    values, counts = np.unique(column, return_counts=True)
    return values[counts >= times].tolist()  # frequent is not enough

# %%
#| exercise: check
cases = (("platelets", 20, 2, [263358.03]),
         ("creatinine_phosphokinase", 20, 0, [582.0]),
         ("ejection_fraction", 20, 0, [38.0]),
         ("age", 5, 0, []))
for name, times_, decimals, wanted in cases:
    got = disguised_means(heart.columns[name], times_, decimals)
    assert list(got) == wanted, f"{name}: got {got}, expected {wanted}"


# %%
#| exercise: solution
#| note: "The third find is the ejection fraction: nearly all others are multiples of five. A check like this belongs at the start of
#|   every analysis. It cannot see a mean taken by group, as in creatinine."
def disguised_means(column, times, decimals):
    values, counts = np.unique(column, return_counts=True)
    return [
        float(value)
        for value in values[counts >= times]
        if round(value, decimals)
        == round(column[column != value].mean(), decimals)
    ]

# %% [markdown]
# ### Exercise: Nearer counts more {#ex-nearer level="core"}
#
# Fill one gap with the mean of the $k$ nearest donors, each weighted by the inverse of its distance. If some of them are at
# distance 0, these alone count.
#
# ??? hint "A hint"
#
#     `nan_euclidean` for the distances; a stable `argsort`; then two cases.


# %%
#| exercise: stub
def weighted_fill(row, donors, j, k):
    """Value for row[j], which is nan; no donor lacks column j."""
    D = nan_euclidean(row[None], donors)[0]
    return float(donors[np.argsort(D, kind="stable")[:k], j].mean())

# %%
#| exercise: check
reference = KNNImputer(n_neighbors=4, weights="distance")
have = some[~np.isnan(some[:, 0])]
cases = np.flatnonzero(np.isnan(some[:, 0]))[:8]
wanted = reference.fit(have).transform(some[cases])[:, 0]
got = [weighted_fill(some[i], have, 0, 4) for i in cases]
assert np.allclose(got, wanted), f"got {np.round(got, 4)}, expected {wanted.round(4)}"
twin = np.array([[5.0, 1.0], [7.0, 1.0], [100.0, 2.0]])
got = weighted_fill(np.array([np.nan, 1.0]), twin, 0, 3)
assert abs(got - 6.0) < 1e-6, f"two donors at distance 0 have 5 and 7; got {got}"


# %%
#| exercise: solution
#| note: "The library does the same for all rows at once, in `inverse_distance`, where the distances are taken anew from differences:
#|   the fast formula subtracts large numbers, and a zero would come out as rounding error."
def weighted_fill(row, donors, j, k):
    D = nan_euclidean(row[None], donors)[0]
    chosen = np.argsort(D, kind="stable")[:k]
    d, values = D[chosen], donors[chosen, j]
    weight = 1.0 * (d == 0) if np.any(d == 0) else 1 / d
    return float(weight @ values / weight.sum())

# %% [markdown]
# ### Exercise: A filling that keeps the spread {#ex-keeps-spread level="small research"}
#
# The line of @sec-mechanisms mends the mean, but all its guesses lie *on* the line: the spread is too small, the correlation too
# large. Add to each guess a residual drawn from those of the seen rows, scaled so that their mean square has the divisor
# "number seen minus 2". Then think: if you fill ten times so, how much do ten means differ, and what does that tell you that
# one filling hides?
#
# ??? hint "A hint"
#
#     `rng.choice(residuals, size=...)` draws with replacement.


# %%
#| exercise: stub
def noisy_line(x, y, rng):
    """Column y (n,) with its gaps filled from x (n,)."""
    seen = ~np.isnan(y)
    w, b = np.polyfit(x[seen], y[seen], 1)
    return np.where(seen, y, w * x + b)  # too good to be true

# %%
#| exercise: check
rng = np.random.default_rng(8)
spread, going = [], []
for town in range(60):
    gap = rng.random(400) < sigmoid(2 * size[town])
    y_gap = np.where(gap, np.nan, front[town])
    out = noisy_line(size[town], y_gap, rng)
    assert np.all(out[~gap] == front[town][~gap]), "a seen value was changed"
    spread.append(out.std())
    going.append(np.corrcoef(size[town], out)[0, 1])
assert abs(np.mean(spread) - 4) < 0.1, (
    f"true deviation 4.0 metres, filled columns have {np.mean(spread):.2f}"
)
assert abs(np.mean(going) - 0.7) < 0.03, (
    f"true correlation 0.70, filled columns have {np.mean(going):.2f}"
)


# %%
#| exercise: solution
#| note: "Filled once, the column has the right mean, spread and correlation. But no filling knows more than the seen rows. Ten fillings
#|   give ten means; the variance between them, times 1 + 1/10, has to be added to the usual variance within, and the line itself has to be
#|   drawn anew each time, from its uncertainty. That is multiple imputation."
def noisy_line(x, y, rng):
    seen = ~np.isnan(y)
    w, b = np.polyfit(x[seen], y[seen], 1)
    r = y[seen] - (w * x[seen] + b)
    r = r * (len(r) / (len(r) - 2)) ** 0.5
    guess = w * x + b + rng.choice(r, size=len(x))
    return np.where(seen, y, guess)
