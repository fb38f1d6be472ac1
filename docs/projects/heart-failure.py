# ---
# title: Heart failure
# lede: >-
#   Of some three hundred patients with heart failure, about a third died while they were being followed. Could that
#   have been foreseen from what was written down at the start? We build a model, measure it as honestly as so few
#   patients allow, and find two places where the data knew the answer before the model did.
# minutes: 50
# needs: [regression/logistic-regression]
# able:
#   - search a table for filled-in values, hidden order and leaks before fitting anything
#   - compute recall, precision, $F_1$, MCC and AUC by hand, and say what each of them ignores
#   - run a repeated cross-validation in which nothing is learnt from the test patients
#   - say how uncertain its result is, and why the spread of the folds is not a standard error
#   - recognise a leaking column, a borrowed threshold and a lucky choice
# ---

# %%
#| hide: true
import matplotlib.pyplot as plt
import numpy as np

from mle import plot
from mle.datasets import load_heart_failure
from mle.testing import verify

heart = load_heart_failure()
y = heart.y


def span(name):
    """Smallest and largest value of a column, or the share of ones."""
    column = heart.columns[name]
    if set(np.unique(column)) == {0.0, 1.0}:
        return f"1 in {100 * column.mean():.0f} %"
    return f"{column.min():,g} to {column.max():,g}"


def stacked(values, step):
    """Coordinates for a dot plot: the middle of each value's bin, and the value's height in the pile."""
    bins = np.floor(np.asarray(values) / step + 1e-9)
    height = np.zeros(len(bins))
    for b in np.unique(bins):
        height[bins == b] = np.arange(np.sum(bins == b)) + 0.5
    return (bins + 0.5) * step, height


# %% [markdown]
# ## The question
#
# A heart fails, in the language of medicine, when it can no longer pump as much blood as the body asks for. From April to
# December 2015, {{ len(heart) }} patients with heart failure were in the care of two hospitals in Faisalabad, Pakistan:
# {{ int(np.sum(heart.columns["sex"] == 0)) }} women and {{ int(np.sum(heart.columns["sex"] == 1)) }} men, none younger
# than {{ heart.columns["age"].min():.0f }}, all of them seriously ill [@ahmad2017]. Their records were published, and
# became one of the most used small data sets in medical machine learning after a second paper predicted from them who
# would survive [@chicco2020heart].
#
# Behind every row stands a person. We use the rows to learn how to measure a model, and nothing in this chapter is
# medical advice.
#
# The library keeps what is known about a data set next to its numbers:

# %%
#| live: true
from mle.datasets import load_heart_failure

heart = load_heart_failure()
heart

# %% [markdown]
# | Column | What it is | Unit | Values |
# |:--|:--|:--|--:|
# | `age` | age at the start | {{ heart.units["age"] }} | {{ span("age") }} |
# | `sex` | 1: man, 0: woman | | {{ span("sex") }} |
# | `anaemia` | too few red blood cells | | {{ span("anaemia") }} |
# | `diabetes` | | | {{ span("diabetes") }} |
# | `high_blood_pressure` | | | {{ span("high_blood_pressure") }} |
# | `smoking` | | | {{ span("smoking") }} |
# | `ejection_fraction` | share of the blood in the left ventricle that leaves it at a beat | {{ heart.units["ejection_fraction"] }} | {{ span("ejection_fraction") }} |
# | `serum_creatinine` | waste that healthy kidneys remove | {{ heart.units["serum_creatinine"] }} | {{ span("serum_creatinine") }} |
# | `serum_sodium` | salt in the blood | {{ heart.units["serum_sodium"] }} | {{ span("serum_sodium") }} |
# | `creatinine_phosphokinase` | enzyme set free when muscle is hurt | {{ heart.units["creatinine_phosphokinase"] }} | {{ span("creatinine_phosphokinase") }} |
# | `platelets` | cells that make blood clot | {{ heart.units["platelets"] }} | {{ span("platelets") }} |
# | `time` | length of the follow-up | {{ heart.units["time"] }} | {{ span("time") }} |
# | `DEATH_EVENT` | 1: died during the follow-up | | {{ span("DEATH_EVENT") }} |
#
# : The columns of the file. {#tbl-columns}
#
# The last row is our [target](glossary:target), and its share of ones,
# {{ 100 * y.mean():.0f }} %, is the [prevalence](glossary:prevalence). Read its definition twice. The
# [follow-up](glossary:follow-up) of a patient ended at death, or when the patient was last seen. So a 0 does not say
# "cured", and it does not even say "lived for a year". It says: alive when last seen, and that was between
# {{ heart.columns["time"][y == 0].min():.0f }} and {{ heart.columns["time"].max():.0f }} days after the start.
# Statisticians call such a patient [censored](glossary:censoring). {{ int(np.sum((y == 0) & (heart.columns["time"] < 90))) }}
# of the {{ int(np.sum(y == 0)) }} survivors were last seen before day 90. Some of them may have died on day 91, and the
# file would still say 0.
#
# From the table we take the columns that we ask for, by name:
#
# ```quote
# mle.datasets.dataset.Dataset.select
# ```
#
# ### Common sense, and its score
#
# The laziest prediction is "everyone survives". It serves as our [baseline](glossary:baseline):

# %%
from mle.metrics import accuracy_score, balanced_accuracy_score, f1_score, matthews_corrcoef

y = heart.y
nobody = np.zeros(len(y), dtype=int)
for score in (accuracy_score, balanced_accuracy_score, f1_score, matthews_corrcoef):
    print(f"{score.__name__:24} {score(y, nobody):.3f}")

# %% [markdown]
# Right for {{ 100 * accuracy_score(y, nobody):.0f }} patients in a hundred, and no use to any of them.
# [Accuracy](glossary:accuracy) is the share of matches:
#
# ```quote
# mle.metrics.classification.accuracy_score
# ```
#
# Whoever is common counts most in that average, and here the common answer is the one nobody needed. The other three
# scores call the baseline what it is. We come to them after a look at the data.
#
# ## Look before you fit {#look}
#
# ### In which order do the rows stand?

# %%
#| live: true
time = heart.columns["time"]
print("the follow-up never gets shorter from row to row:", bool(np.all(np.diff(time) >= 0)))
fifths = np.array_split(y, 5)
print("share of deaths in each fifth of the file:", [round(float(part.mean()), 2) for part in fifths])

# %% [markdown]
# The file is sorted by `time`. Patients who died early stand at the top, patients who were followed longest at the
# bottom. Cut such a file without shuffling and you train on one kind of patient and test on another.
#
# ### Which values come too often?
#
# A laboratory measures platelets to the nearest thousand or so. In a few hundred patients the same count may occur three
# or four times.

# %%
#| live: true
def most_repeated(name):
    values, counts = np.unique(heart.columns[name], return_counts=True)
    top = np.argsort(-counts, kind="stable")[:3]
    return [(float(values[i]), int(counts[i])) for i in top]

for name in ("age", "serum_sodium", "creatinine_phosphokinase", "platelets"):
    print(f"{name:25}", most_repeated(name))

# %%
#| id: fig-repeats
#| caption: >-
#|   Every distinct value of two columns, and how many patients have it. One value towers over all others, in both
#|   columns: nobody measured it.
#| alt: >-
#|   Two plots of counts against values. For platelets all counts lie between 1 and 4 but one, which is 25. For creatinine
#|   phosphokinase, on a logarithmic axis, all lie between 1 and 4 but one, which is 47.
fig, axes = plt.subplots(1, 2, figsize=(5.2, 2.8), sharey=True)
fig.subplots_adjust(wspace=0.1)
for ax, name, label in zip(axes, ("platelets", "creatinine_phosphokinase"), ("platelets, thousands", "CPK, mcg/L")):
    values, counts = np.unique(heart.columns[name], return_counts=True)
    x = values / 1000 if name == "platelets" else values
    ax.vlines(x, 0, counts, color=plot.color("data"), linewidth=0.8)
    ax.plot(x, counts, "o", color=plot.color("data"), markersize=3)
    i = int(np.argmax(counts))
    ax.plot(x[i], counts[i], "o", color=plot.color("error"), markersize=6)
    plot.note(ax, f"{values[i]:,.2f}".rstrip("0").rstrip("."), (x[i], counts[i]), "error", offset=(7, 0))
    ax.set(xlabel=label, ylim=(0, 52))
axes[0].set(ylabel="patients with that value", xlim=(0, 880))
axes[1].set(xscale="log", xticks=[30, 100, 1000, 8000], xticklabels=["30", "100", "1,000", "8,000"])
axes[1].minorticks_off()

# %%
#| hide: true
def without(name, filled):
    """Values of a column, the filled-in one left out."""
    return heart.columns[name][heart.columns[name] != filled]


platelets, cpk = without("platelets", 263358.03), without("creatinine_phosphokinase", 582.0)
filled_platelets = heart.columns["platelets"] == 263358.03
filled_cpk = heart.columns["creatinine_phosphokinase"] == 582.0

# %% [markdown]
# A count of platelets with two decimals gives itself away. Take the suspects out and average what is left: the mean of
# the other {{ len(platelets) }} platelet counts is {{ platelets.mean():.3f }}, which rounds to the number that
# {{ int(filled_platelets.sum()) }} patients share. The mean of the other {{ len(cpk) }} enzyme levels is
# {{ cpk.mean():.2f }}, which rounds to the 582 of {{ int(filled_cpk.sum()) }} patients. So these values were missing, and
# somebody wrote the column's mean in their place without a mark. It is the plainest form of
# [imputation](glossary:imputation), and it does three things to a model. It claims certainty where there is none. It
# narrows the column: the standard deviation falls from {{ cpk.std():,.0f }} to
# {{ heart.columns["creatinine_phosphokinase"].std():,.0f }}. And in a skewed column the mean is no typical value:
# {{ 100 * np.mean(cpk < 582):.0f }} % of the measured enzyme levels lie below 582, their median is
# {{ np.median(cpk):.0f }}, and the model is told that those patients were fairly ill. Besides, a mean over all patients
# has seen the ones we will test on.
#
# ### Which values have too many digits? {#digits}
#
# Creatinine is reported here to one decimal, so many repeats are natural and counting finds nothing. But 263,358.03 was
# betrayed by its digits, too. Which creatinine values have more than one decimal?

# %%
creatinine = heart.columns["serum_creatinine"]
for value in np.unique(creatinine):
    if abs(10 * value - round(10 * value)) > 1e-6:
        who = creatinine == value
        print(f"{value:.2f} mg/dL: {int(who.sum()):2} patients, of whom {int(y[who].sum())} died")

# %%
#| hide: true
flagged = (creatinine == 1.18) | (creatinine == 1.83)
mean_survived = float(creatinine[(y == 0) & ~flagged].mean())
mean_died = float(creatinine[(y == 1) & ~flagged].mean())
by_chance = float((1 - y.mean()) ** np.sum(creatinine == 1.18) * y.mean() ** np.sum(creatinine == 1.83))

# %% [markdown]
# Every patient with 1.18 survived. Every patient with 1.83 died. Now the means again, for each outcome by itself: the
# other survivors average {{ mean_survived:.3f }}, the other patients who died {{ mean_died:.3f }}. Cut off after two
# decimals, these are our two numbers.^[{{ int(np.sum(flagged & filled_platelets)) }} of these
# {{ int(flagged.sum()) }} patients also carry the filled-in platelet count, as if a whole blood test were missing. Their
# sodium is nearly always 137 (survived) or 134 (died). The first is the survivors' mean, rounded; for the second we have no
# explanation.]
#
# The file carries no note about this, so it remains an inference. But it is hard to read otherwise: the gaps in this
# column seem to have been filled with the mean *of the patients who had the same outcome*. If the value had nothing to do
# with the outcome, so clean a division of {{ int(flagged.sum()) }} patients would turn up about
# {{ 1e6 * by_chance:.0f }} times in a million. For these patients the creatinine column contains the answer. That is
# [leakage](glossary:leakage), and we measure what it is worth in @sec-leak.
#
# ## Ten patients by hand {#ten-patients}
#
# Before we score a model on {{ len(y) }} patients, we score one on ten. Four of them died (1), six survived (0), and some
# model gave each a score between 0 and 1. From a [threshold](glossary:threshold) of 0.5 up we call "died".

# %%
#| live: true
died = np.array([1, 1, 1, 1, 0, 0, 0, 0, 0, 0])
score = np.array([0.90, 0.80, 0.60, 0.30, 0.70, 0.55, 0.30, 0.20, 0.20, 0.10])
called = (score >= 0.5).astype(int)
print("called:", called.tolist())

# %%
#| id: fig-ten
#| caption: >-
#|   Ten patients, two pictures. Left, one threshold decides who is called positive. Right, the threshold walks from top
#|   to bottom: a step up for each patient who died, a step right for each who survived, a slope where two share a score.
#| alt: >-
#|   Left, the scores of six survivors as hollow dots and of four patients who died as filled dots, with a dashed line at
#|   0.5: three filled and two hollow dots lie above it. Right, the ROC curve of these scores climbs in steps above the
#|   diagonal.
fig, (left, right) = plt.subplots(1, 2, figsize=(5.2, 2.9), gridspec_kw={"width_ratios": [1, 1.35]})
fig.subplots_adjust(wspace=0.42)
x = np.where(died == 1, 1.0, 0.0)
x[7], x[8] = -0.08, 0.08  # the two survivors at 0.2
left.plot(x[died == 0], score[died == 0], "o", markerfacecolor="none", markeredgecolor=plot.color("data"))
left.plot(x[died == 1], score[died == 1], "o", color=plot.color("error"))
left.axhline(0.5, color=plot.color("muted"), linestyle="--", linewidth=1)
left.set(xlim=(-0.6, 1.6), ylim=(0, 1), xticks=[0, 1], xticklabels=["survived", "died"], ylabel="score")
left.grid(False)
from mle.metrics import roc_auc_score, roc_curve
fpr, tpr, thresholds = roc_curve(died, score)
plot.roc(right, fpr, tpr)
right.fill_between(fpr, tpr, color=plot.color("fit"), alpha=0.12, linewidth=0)
right.set(xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])
plot.note(right, f"area {roc_auc_score(died, score):.3f}", (0.62, 0.45), "fit", offset=(0, 0), ha="center")

# %% [markdown]
# ### Four counts
#
# Three of the four who died are called: three [true positives](glossary:true-positive). The fourth, at 0.30, is
# missed: a [false negative](glossary:false-negative). Two survivors are called: two
# [false positives](glossary:false-positive). Four are rightly left alone. These are all the ways to be right or wrong, and the
# [confusion matrix](glossary:confusion-matrix) is nothing but their table, truth in the rows, calls in the columns:
#
# ```pycon
# >>> from mle.metrics import confusion_matrix, precision_score, recall_score
# >>> confusion_matrix(died, called).tolist()
# [[4, 2], [1, 3]]
# ```
#
# ```quote
# mle.metrics.classification.confusion_matrix
# ```
#
# `row` says for each class which patients belong to it, `column` which were given it; the matrix product counts where
# both hold. For two classes the library also returns the four counts by name:
#
# ```quote
# mle.metrics.classification.binary_counts
# ```
#
# [Recall](glossary:recall) asks: of those who died, how many did we find? 3 of 4. [Precision](glossary:precision) asks:
# of those we called, how many died? 3 of 5.
#
# ```pycon
# >>> recall_score(died, called), precision_score(died, called)
# (0.75, 0.6)
# ```
#
# ```quote
# mle.metrics.classification.recall_score
# ```
#
# ```quote
# mle.metrics.classification.precision_score
# ```
#
# A model that calls nobody has the precision 0/0. The library has one rule for all such cases and says so in one place:
#
# ```quote
# mle.metrics.classification.ratio
# ```
#
# ### F1: both must be good
#
# Call everybody and recall is 1; call only the surest patient and precision is likely 1. A single score should reward neither
# trick. The mean of the two would give half marks for either. The *harmonic* mean stays close to the smaller of
# them [@vanrijsbergen1979, ch. 7]:
#
# $$
# F_1 = \frac{2 \cdot \text{precision} \cdot \text{recall}}{\text{precision} + \text{recall}}
#     = \frac{2\,\mathrm{TP}}{2\,\mathrm{TP} + \mathrm{FP} + \mathrm{FN}}
# $$ {#eq-f1}
# : All are numbers. The second form follows by cancelling, and needs no division by zero when only one of the two is 0/0.
#
# ```quote
# mle.metrics.classification.f1_score
# ```
#
# By hand: $2 \cdot 3 / (6 + 2 + 1) = 2/3$. Notice who is absent from @eq-f1: the true negatives. $F_1$ does not care how
# many survivors were rightly left alone, and it changes if we swap which class is called positive.
#
# ### MCC: a correlation
#
# Truth and call are two columns of zeros and ones. How strongly do they go together? The usual measure is their
# [correlation](glossary:correlation). For zeros and ones it becomes a formula in the four counts, which carries the name of
# the biochemist who used it to score predicted protein structures [@matthews1975]:
#
# $$
# \mathrm{MCC} = \frac{\mathrm{TP} \cdot \mathrm{TN} - \mathrm{FP} \cdot \mathrm{FN}}
#   {\sqrt{(\mathrm{TP} + \mathrm{FP})(\mathrm{TP} + \mathrm{FN})(\mathrm{TN} + \mathrm{FP})(\mathrm{TN} + \mathrm{FN})}}
# $$ {#eq-matthews}
# : A number from $-1$ to $1$; it is set to 0 when a row or a column of the confusion matrix is empty.
#
# By hand: $(3 \cdot 4 - 2 \cdot 1) / \sqrt{5 \cdot 4 \cdot 6 \cdot 5}$.
#
# ```pycon
# >>> round(matthews_corrcoef(died, called), 3), round(10 / 600**0.5, 3)
# (0.408, 0.408)
# ```
#
# The library's lines look different, because they serve any number of classes [@gorodkin2004]:
#
# ```quote
# mle.metrics.classification.matthews_corrcoef
# ```
#
# With two classes they are @eq-matthews: multiply `together` out, and
# $n(\mathrm{TP} + \mathrm{TN})$ minus the products of the margins leaves $2(\mathrm{TP} \cdot \mathrm{TN} - \mathrm{FP} \cdot \mathrm{FN})$;
# each bracket of `spread` is twice the product of two margins. The factors 2 cancel.
#
# The [MCC](glossary:mcc) is high only if both classes are recognised, and it treats them alike. Chicco and Jurman argue that it should be the
# first number to look at when classes are unequal [@chicco2020mcc], and it is the one by which they rank models on our
# patients. A plainer relative is [balanced accuracy](glossary:balanced-accuracy), the mean of the two recalls:
#
# ```quote
# mle.metrics.classification.balanced_accuracy_score
# ```
#
# ### AUC: a question of pairs
#
# All four counts hang on the threshold. To judge the scores themselves, draw one patient who died and one who survived,
# and ask whether the first has the higher score. The chance that it is so is the [AUC](glossary:auc)
# [@hanley1982]:
#
# $$
# \mathrm{AUC} = \frac{1}{n_1 n_0} \sum_{i:\, y_i = 1} \; \sum_{j:\, y_j = 0}
#   \Bigl( [\, s_i > s_j \,] + \tfrac12 [\, s_i = s_j \,] \Bigr)
# $$ {#eq-auc}
# : $s_i$ is the score of patient $i$; $n_1$ patients died, $n_0$ survived; a bracket is 1 if what it holds is true, else 0.
#
# There are 24 pairs to count. The patient at 0.90 wins against all six survivors, and so does the one at 0.80. The one at 0.60
# beats five. The one at 0.30 beats three and ties with one, which counts half.
#
# ```pycon
# >>> round((6 + 6 + 5 + 3.5) / 24, 3), round(roc_auc_score(died, score), 3)
# (0.854, 0.854)
# ```
#
# The name comes from a picture, the right half of @fig-ten. Lower the threshold step by step, and plot the share of deaths found
# against the share of survivors called: the [ROC curve](glossary:roc-curve) [@fawcett2006]. Each pair is a small rectangle of
# the unit square, and it lies below the curve when the pair is won. So the area *is* the share of pairs won.
#
# Counting all pairs takes $n_1 n_0$ comparisons: {{ int(y.sum() * (len(y) - y.sum())):,}} for our patients, billions for a
# hundred thousand. Sorting is enough. Once it is known how many patients of each outcome have each score, a running
# sum tells how many survivors stand below every score, and one product adds up the wins:
#
# ```quote
# mle.metrics.ranking.weight_at_each_score
# ```
#
# ```quote
# mle.metrics.ranking.roc_auc_score
# ```
#
# The curve comes from the same running sums, taken from the top:
#
# ```quote
# mle.metrics.ranking.roc_curve
# ```
#
# Now the checks. We draw 200 imaginary sets of 40 patients, with many tied scores, and take each number by a route that shares
# no line with the library: the harmonic mean of precision and recall, NumPy's correlation of two columns of zeros and
# ones, and all pairs one by one.

# %%
rng = np.random.default_rng(0)
truths = (rng.random((200, 40)) < 0.3).astype(int)
marks = np.round(rng.random((200, 40)) + 0.3 * truths, 1)  # scores to one decimal: many ties
truths[:, :2], marks[:, :2] = [1, 0], [1.0, 0.0]           # both outcomes and both calls occur in every set
calls = (marks >= 0.6).astype(int)


def harmonic(t, c):
    p, r = c[t == 1].sum() / c.sum(), c[t == 1].mean()
    return 2 / (1 / p + 1 / r)


def all_pairs(t, s):
    a, b = s[t == 1][:, None], s[t == 0]
    return np.mean((a > b) + 0.5 * (a == b))


verify("f1", [f1_score(t, c) for t, c in zip(truths, calls)], [harmonic(t, c) for t, c in zip(truths, calls)])
verify("matthews", [matthews_corrcoef(t, c) for t, c in zip(truths, calls)],
       [np.corrcoef(t, c)[0, 1] for t, c in zip(truths, calls)])
verify("auc", [roc_auc_score(t, s) for t, s in zip(truths, marks)], [all_pairs(t, s) for t, s in zip(truths, marks)])

# %% [markdown]
# ## Splitting {#splitting}
#
# A model is judged by patients it has not seen. With {{ len(y) }} patients a single [test set](glossary:test-set) of
# sixty holds about {{ 60 * y.mean():.0f }} deaths, and which ones fall into it is luck. So we let every
# patient be tested once: [cross-validation](glossary:cross-validation) deals them into five
# [folds](glossary:fold), and each fold is predicted by a model fitted to the other four. How should they be dealt?

# %%
#| hide: true
from mle.model_selection import KFold, RepeatedStratifiedKFold, StratifiedKFold


def deaths(splitter):
    """Deaths in each fold, as text."""
    return " ".join(str(int(y[test].sum())) for _, test in splitter.split(y, y))


# %% [markdown]
# | How the folds are dealt | Deaths in each fold |
# |:--|:--|
# | as the file stands, `KFold(5)` | {{ deaths(KFold(5)) }} |
# | shuffled, `KFold(5, shuffle=True)` | {{ deaths(KFold(5, shuffle=True, random_state=0)) }} |
# | stratified, `StratifiedKFold(5, shuffle=True)` | {{ deaths(StratifiedKFold(5, shuffle=True, random_state=0)) }} |
#
# : The {{ int(y.sum()) }} deaths, dealt into five folds in three ways. {#tbl-folds}
#
# The first row is the sorted file: the last model would learn from a population in which two in five die, and be tested on one in which
# almost nobody does. Shuffling mends that. Being [stratified](glossary:stratified) removes the rest of the luck,
# because each outcome is dealt by itself, like cards of one suit [@kohavi1995]:
#
# ```quote
# mle.model_selection.split.StratifiedKFold.assign
# ```
#
# `deal` lays all patients out sorted by outcome, and card $i$ goes to fold $i$ mod $k$; only which patient of that outcome gets the card
# is left to chance. One dealing is still luck, so we deal twenty times and keep all hundred folds:
#
# ```quote
# mle.model_selection.split.RepeatedStratifiedKFold.split
# ```
#
# ## The model, fitted inside each fold {#model}
#
# We use [logistic regression](glossary:logistic-regression) as in @sec-log-loss... on eleven columns: all but `time`.
