# ---
# title: Classification metrics
# lede: >-
#   A model gives every customer a chance of leaving. Whom should the company call, and how good is the model at telling
#   it? There are a dozen scores for that, and they disagree, because each answers a question of its own. This chapter
#   says which question, proves what can be proved, and puts a price on the rest.
# minutes: 70
# needs: [regression/logistic-regression]
# paths: [scikit-learn]
# able:
#   - compute precision, recall, $F_\beta$, specificity and MCC at every threshold by hand, and say what each ignores
#   - draw a ROC curve step by step, and prove that its area is a share of pairs
#   - say what moves when positives become rarer, and compute by how much
#   - derive the threshold from costs, and choose it without fooling yourself
#   - pick the score that answers your question, with its uncertainty
# ---

# %% [markdown]
# ## Whom should the company call?
#
# A telephone company knows what each customer pays for, and who left within the last month. It can call a customer
# and offer a rebate. Whom?

# %%
#| live: true
import textwrap

import numpy as np

from mle.datasets import load_telco_churn

customers = load_telco_churn()
t = customers.columns
left = (customers.y == "Yes").astype(int)
print(f"{len(left):,} customers, {left.sum()} left: {left.mean():.1%}")
for sentence in customers.pitfalls[:1] + customers.pitfalls[-1:]:
    print(textwrap.fill(sentence, 60))

# %%
#| hide: true
import time

import matplotlib.pyplot as plt

from mle import plot


def at(y, p, threshold):
    return (p >= threshold).astype(int)


# %% [markdown]
# So the data are a training ground: what we learn about customers will be worth nothing, what we learn about scores will
# hold. And one column is a trap. `tenure`, the months as a customer, stops when the customer leaves, so it is part of
# the outcome. We drop it, and `total_charges`, which is nearly tenure times the monthly charge: [leakage](glossary:leakage)
# is cheaper to avoid than to explain. We drop the customer's sex too; an offer should not depend on it. The rest becomes
# numbers, and the rows are dealt once into three parts, each with the same share of leavers
# ([stratified](glossary:stratified)): half to fit, a quarter to choose, a quarter to judge.

# %%
from mle.linear_model import LogisticRegression
from mle.model_selection import train_test_split
from mle.preprocessing import StandardScaler
from mle.testing import verify

numbers = ["senior_citizen", "partner", "dependents", "phone_service",
           "paperless_billing", "monthly_charges"]
services = ["multiple_lines", "online_security", "online_backup",
            "device_protection", "tech_support", "streaming_tv",
            "streaming_movies"]
kinds = [("internet_service", "DSL"), ("internet_service", "Fiber optic"),
         ("contract", "Month-to-month"), ("contract", "One year")]
kinds += [("payment_method", kind)
          for kind in np.unique(t["payment_method"])[:-1]]
X = np.column_stack([t[name] for name in numbers]
                    + [t[name] == "Yes" for name in services]
                    + [t[name] == kind for name, kind in kinds])

rows = np.arange(len(left))
rest, test = train_test_split(
    rows, test_size=0.25, stratify=left, random_state=0)
train, choose = train_test_split(
    rest, test_size=1 / 3, stratify=left[rest], random_state=0)


def chances(X):
    """Chance of leaving, for every customer (n,)."""
    scaler = StandardScaler().fit(X[train])
    Z = scaler.transform(X)
    model = LogisticRegression().fit(Z[train], left[train])
    return model.predict_proba(Z)[:, 1]


p = chances(X)
y_choose, p_choose = left[choose], p[choose]
y_test, p_test = left[test], p[test]

# %% [markdown]
# Now some money; the amounts are ours. A call and its rebate cost 20 dollars. A customer who leaves takes 400 dollars of
# future profit along, and one in four whom we call in time will stay. So to call a leaver gains $400/4 - 20 = 80$
# dollars on average, and to call somebody who would have stayed loses 20.
#
# Common sense says: call those who will probably leave, from a chance of one half up, and trust the model if it is
# right often enough. Its [accuracy](glossary:accuracy) is the share of customers it puts on the right side:

# %%
#| live: true
from mle.metrics import accuracy_score, binary_counts


def money(y, called):
    """Dollars gained per customer, compared with no calls."""
    hits, wasted, _, _ = binary_counts(y, called)
    return (80 * hits - 20 * wasted) / len(y)


def dollars(y, p, threshold):
    """The same, if those with chances p are called from a threshold up."""
    return money(y, (p >= threshold).astype(int))


rules = {"nobody": 2.0, "everybody": 0.0, "from 0.5": 0.5, "from 0.2": 0.2}
print("call         accuracy   $ per 1,000 customers")
for name, threshold in rules.items():
    called = (p_test >= threshold).astype(int)
    print(f"{name:12} {accuracy_score(y_test, called):8.3f}"
          f" {1000 * dollars(y_test, p_test, threshold):12,.0f}")

# %%
#| hide: true
accuracy_half = accuracy_score(y_test, at(y_test, p_test, 0.5))
accuracy_fifth = accuracy_score(y_test, at(y_test, p_test, 0.2))
accuracy_nobody = float(1 - y_test.mean())
money_half, money_fifth = (
    dollars(y_test, p_test, tau) for tau in (0.5, 0.2)
)
assert accuracy_fifth < accuracy_nobody < accuracy_half, "the text says so"
assert money_fifth > 1.2 * money_half > 0, "the text says so"
taus = np.linspace(0.01, 0.95, 95)
walk_accuracy = [
    accuracy_score(y_choose, at(y_choose, p_choose, u)) for u in taus
]
walk_money = [1000 * dollars(y_choose, p_choose, u) for u in taus]
best_accuracy = float(taus[np.argmax(walk_accuracy)])
best_money = float(taus[np.argmax(walk_money)])
assert best_accuracy > 0.4
assert best_money < 0.25

# %% [markdown]
# From one half up the model is right for {{ 100 * accuracy_half:.0f }} customers in a hundred. That sounds good, until
# we see that "nobody leaves" is right for {{ 100 * accuracy_nobody:.0f }} and earns nothing. And of these four the rule that earns
# most, {{ 100 * (money_fifth / money_half - 1):.0f }} % more than common sense, has a *lower* accuracy,
# {{ accuracy_fifth:.2f }}: worse than nobody. @Fig-two-goals shows that this is no accident of two numbers.

# %%
#| id: fig-two-goals
#| caption: The same model, the same customers, two goals. By accuracy the best rule calls from {{ best_accuracy:.2f }} up; by
#|   money, from {{ best_money:.2f }} up. Drawn for the {{ len(choose):, }} customers kept for choosing.
#| alt: Two panels over the threshold from 0 to 0.95. In the upper, accuracy rises from the share of leavers to its
#|   highest point near one half and then falls a little. In the lower, money rises steeply to its highest point near
#|   0.15 and then falls to zero.
fig, axes = plt.subplots(2, 1, figsize=(5.2, 3.6), sharex=True)
fig.subplots_adjust(hspace=0.18)
for ax, walk, best, label in (
    (axes[0], walk_accuracy, best_accuracy, "accuracy"),
    (axes[1], walk_money, best_money, "$ per 1,000 customers"),
):
    ax.plot(taus, walk, color=plot.color("fit"))
    ax.plot(best, max(walk), "o", color=plot.color("error"))
    ax.text(0.99, 0.94 if ax is axes[1] else 0.5, label, transform=ax.transAxes, ha="right", va="top", color=plot.color("fit_ink"))
    plot.note(ax, f"best from {best:.2f} up", (best, max(walk)), "error", offset=(4, -14))
axes[0].set(ylim=(0.2, 0.9))
axes[1].set(ylim=(0, 15500), xlim=(0, 0.95), xlabel="threshold: call from this chance up")
axes[1].set_yticks([0, 5000, 10000], ["0", "5,000", "10,000"])

# %% [markdown]
# A score is an answer. So first we need the questions. (Whom a call *persuades* is another question than who leaves;
# we take one in four for all of them. A real company would find out by calling some at random.)
#
# ## Ten customers by hand {#ten-customers}
#
# Ten customers in the order of their chances; 1 says that the customer left. From a [threshold](glossary:threshold)
# $\tau$ ("tau") up we call. Then there are four kinds of customers: leavers called, [TP](glossary:true-positive);
# stayers called, [FP](glossary:false-positive); leavers not called, [FN](glossary:false-negative); stayers left in peace,
# [TN](glossary:true-negative). The four in a table are the [confusion matrix](glossary:confusion-matrix).

# %%
#| live: true
gone = np.array([1, 0, 1, 1, 0, 0, 1, 0, 0, 0])
score = np.array([0.9, 0.8, 0.7, 0.6, 0.6, 0.4, 0.3, 0.2, 0.1, 0.1])

print("from   TP FP FN TN   precision  recall")
for tau in np.append(np.inf, np.unique(score)[::-1]):
    call = (score >= tau).astype(int)
    tp, fp, fn, tn = binary_counts(gone, call)
    precision = tp / (tp + fp) if tp + fp else np.nan
    print(f"{tau:4.1f}  {tp:3.0f}{fp:3.0f}{fn:3.0f}{tn:3.0f}"
          f"   {precision:7.2f}  {tp / (tp + fn):8.2f}")

# %% [markdown]
# ```quote
# mle.metrics.counts.binary_counts
# ```
#
# Four masks, four sums. With weights the sums are weights; we shall use that. Two customers share 0.6, so no threshold
# can part them: nine different rules for ten customers, eight scores and "nobody". Take the rule "from 0.4 up", with
# TP = 3, FP = 3, FN = 1, TN = 3, and ask; each question has its function:

# %%
from mle.metrics import (
    balanced_accuracy_score,
    f1_score,
    fbeta_score,
    matthews_corrcoef,
    precision_score,
    recall_score,
    roc_curve,
)

# %%
#| hide: true
best_f1, best_f2 = (
    float(taus[np.argmax([fbeta_score(y_choose, at(y_choose, p_choose, u), beta=beta) for u in taus])])
    for beta in (1, 2)
)
assert best_f1 > best_money
call = (score >= 0.4).astype(int)
assert binary_counts(gone, call) == (3, 3, 1, 3)
assert len(np.unique(score)) == 8


def b2(value):
    return f"{value:.2f}"

# %% [markdown]
# | Score | Its question | Here | It does not see |
# |:--|:--|--:|:--|
# | accuracy | how many of all are on the right side? | {{ b2(accuracy_score(gone, call)) }} | which side |
# | [precision](glossary:precision), TP / (TP + FP) | of those called, how many were leaving? | {{ b2(precision_score(gone, call)) }} | leavers missed |
# | [recall](glossary:recall), TP / (TP + FN) | of the leavers, how many did we call? | {{ b2(recall_score(gone, call)) }} | wasted calls |
# | [specificity](glossary:specificity), TN / (TN + FP) | of the stayers, how many were left in peace? | {{ b2(recall_score(gone, call, pos_label=0)) }} | leavers |
# | [balanced accuracy](glossary:balanced-accuracy) | the mean of the last two | {{ balanced_accuracy_score(gone, call):.3f }} | how common leaving is |
# | [$F_1$](glossary:f1) | are precision and recall both high? | {{ b2(f1_score(gone, call)) }} | stayers left in peace |
# | $F_2$ | the same, recall four times as heavy | {{ b2(fbeta_score(gone, call, beta=2)) }} | the same |
# | [MCC](glossary:mcc) | how strongly do call and truth go together? | {{ b2(matthews_corrcoef(gone, call)) }} | what an error costs |
#
# : Eight questions about one rule. None of them asks for dollars. {#tbl-questions}
#
# In code precision is one line in a frame, and recall, $F_1$ and the rest have the same frame:
#
# ```quote
# mle.metrics.classification.precision_score
# ```
#
# Specificity has no function of its own. It is the recall of the other class: `recall_score(y, called, pos_label=0)`.
# MCC is the [correlation](glossary:correlation) of two columns of zeros and ones [@matthews1975]:
# $\mathrm{TP} \cdot \mathrm{TN} - \mathrm{FP} \cdot \mathrm{FN}$, divided by the root of the product of all called, all
# not called, all leavers and all stayers. Here that is $(3 \cdot 3 - 3 \cdot 1) / \sqrt{6 \cdot 4 \cdot 4 \cdot 6}$;
# @eq-matthews derives it. $F_1$ (@eq-f1) has a general form, which we derive now.
#
# ### How many times is recall worth precision?
#
# A model that calls one sure case has precision 1 and recall near 0. To be high, a score of both has to punish the
# smaller, and the harmonic mean does. Give precision the weight 1 and recall the weight $\beta^2$ [@vanrijsbergen1979,
# ch. 7]. The weighted harmonic mean is the sum of the weights divided by the sum of weight over value. The values are
# $\mathrm{TP} / (\mathrm{TP} + \mathrm{FP})$ and $\mathrm{TP} / (\mathrm{TP} + \mathrm{FN})$, so
#
# $$
# \frac{1 + \beta^2}{\dfrac{\mathrm{TP} + \mathrm{FP}}{\mathrm{TP}} + \beta^2\, \dfrac{\mathrm{TP} + \mathrm{FN}}{\mathrm{TP}}},
# $$
#
# and with numerator and denominator multiplied by TP this is
#
# $$
# F_\beta = \frac{(1 + \beta^2)\, \mathrm{TP}}{(1 + \beta^2)\, \mathrm{TP} + \mathrm{FP} + \beta^2\, \mathrm{FN}}
# $$ {#eq-f-beta}
# : One number from 0 to 1. $\beta = 0$ gives precision, $\beta = 1$ gives $F_1$, a very large $\beta$ gives recall.
#
# ```quote
# mle.metrics.classification.fbeta_score
# ```
#
# A missed leaver weighs $\beta^2$ times as much as a wasted call. That sounds like our costs, 80 to 20, and $\beta = 2$.
# But [$F_\beta$](glossary:f-beta) is a ratio, and its denominator moves with the calls; dollars add up. On the customers kept
# for choosing, in steps of 0.01, $F_2$ is highest from {{ best_f2:.2f }} up, $F_1$ from {{ best_f1:.2f }}, and money, as we saw, from
# {{ best_money:.2f }}.
#
# ### Nothing divided by nothing
#
# Call nobody, and precision is 0/0: of no calls, all were right and all were wrong. Some rule is needed, and it should
# be one rule:
#
# ```quote
# mle.metrics.classification.ratio
# ```
#
# ```pycon
# >>> nobody = np.zeros(10, dtype=int)
# >>> precision_score(gone, nobody), matthews_corrcoef(gone, nobody)
# (0.0, 0.0)
# >>> precision_score(gone, nobody, zero_division=float("nan"))
# nan
# ```
#
# Zero suits a rule that did nothing useful. For an average over many small groups, where some have no case at all,
# "nan", *no answer*, is more honest, and it then stays out of the mean.

# %%
rng = np.random.default_rng(0)
sets = rng.random((200, 2, 40)) < 0.5
sets[:, :, 0] = True  # at least one hit
got, expected = [], []
for (truth, guess), beta in zip(sets, np.linspace(0.2, 5, 200)):
    right = truth & guess
    P, R = right.sum() / guess.sum(), right.sum() / truth.sum()
    weights = np.array([1.0, beta**2])
    expected.append(weights.sum() / (weights @ [1 / P, 1 / R]))
    got.append(fbeta_score(1 * truth, 1 * guess, beta=beta))
verify("f-beta", got, expected)

# %% [markdown]
# ## The ROC curve, one step at a time {#roc}
#
# All eight scores hang on one threshold. To see the model without it, walk through all thresholds from the top. Start
# with nobody called. At each step a score is passed, and whoever has it is called. A leaver takes us one step up, a
# quarter of the way as there are four; a stayer one step to the right, a sixth. The two at 0.6 come together: a slope.
# The height is recall, here named *true positive rate* (TPR). The way to the right is the share of stayers called, the
# *false positive rate* (FPR), one minus specificity. The path is the [ROC curve](glossary:roc-curve) [@fawcett2006].

# %%
#| id: fig-steps
#| caption: Ten customers, nine points. Each cell is a pair of one leaver (row) and one stayer (column); it is shaded
#|   where the leaver has the higher score, half where they tie. The shaded area is the share of pairs in the right order.
#| alt: A grid of four rows and six columns. A path climbs from the lower left to the upper right through nine points
#|   labelled with their thresholds, with one slanted piece up to 0.6. The 18 and a half cells below it are shaded.
fpr10, tpr10, from10 = roc_curve(gone, score, drop_intermediate=False)
fig, ax = plt.subplots(figsize=(5.2, 3.5))
ax.fill_between(fpr10, tpr10, color=plot.color("fit"), alpha=0.15, lw=0)
ax.vlines(np.arange(7) / 6, 0, 1, color=plot.color("rule"), lw=0.8)
ax.hlines(np.arange(5) / 4, 0, 1, color=plot.color("rule"), lw=0.8)
ax.plot(fpr10, tpr10, "o-", color=plot.color("fit"), ms=5, clip_on=False)
for x_, y_, u in zip(fpr10, tpr10, from10):
    name = "nobody" if np.isinf(u) else f"{u:.1f}"
    below, right = u in (0.8, 0.4, 0.2, 0.1), u == 0.9 or np.isinf(u)
    plot.note(ax, name, (x_, y_), "fit", offset=(5, -5) if below else (7, 4) if right else (-5, 4))
ax.grid(False)
ax.set(xlim=(0, 1.12), ylim=(0, 1.1), xlabel="stayers called (FPR), of 6", ylabel="leavers called (TPR), of 4",
       xticks=np.arange(7) / 6, xticklabels=range(7), yticks=np.arange(5) / 4, yticklabels=range(5))

# %% [markdown]
# ```quote
# mle.metrics.ranking.weight_at_each_score
# ```
#
# ```quote
# mle.metrics.ranking.roc_curve
# ```
#
# The first function counts leavers and stayers at every different score; the ties meet there. The second turns the
# counts round, so that the highest score comes first, and adds up. A second difference of zero marks a point on a
# straight piece, which a drawing does not need.
#
# ### Why the area is a share of pairs
#
# The area under the curve is the [AUC](glossary:auc). Number the steps $m = 1, 2, \dots$ from the top. At step $m$,
# $a_m$ leavers and $b_m$ stayers share a score; there are $n_1$ leavers and $n_0$ stayers in all. The curve moves
# right by $b_m / n_0$. Its height goes from $\sum_{l<m} a_l / n_1$ to that plus $a_m / n_1$, and its mean height on the
# way is the middle of both. So the strip below this step has the area
#
# $$
# \begin{aligned}
# & \frac{b_m}{n_0} \cdot \frac{1}{n_1} \Bigl( \sum_{l<m} a_l + \frac{a_m}{2} \Bigr) \\
# & \quad = \frac{1}{n_1 n_0} \Bigl( b_m \sum_{l<m} a_l + \tfrac12\, b_m a_m \Bigr).
# \end{aligned}
# $$
#
# In the bracket, each of the $b_m$ stayers meets every leaver with a higher score: pairs in the right order, counted
# once. And each meets the $a_m$ leavers of the same score: ties, counted half. Add up the strips, and every pair
# has been counted where its stayer stands:
#
# $$
# \begin{aligned}
# & \sum_m \Delta_m \cdot \tfrac12 (\mathrm{TPR}_m + \mathrm{TPR}_{m-1}) \\
# & \quad = P(S_1 > S_0) + \tfrac12 P(S_1 = S_0)
# \end{aligned}
# $$ {#eq-auc-pairs}
# : $\Delta_m = \mathrm{FPR}_m - \mathrm{FPR}_{m-1}$; $S_1$ is the score of a leaver and $S_0$ that of a stayer, both drawn at random from those we have.
#
# The second line is the statistic of Mann and Whitney [@mann1947] as a share of the pairs. Bamber saw it [@bamber1975];
# Hanley and McNeil made it known [@hanley1982]. No trust in the scores as chances was needed: AUC looks at their *order*
# alone. Half is what a coin gets.
#
# ```quote
# mle.metrics.ranking.auc
# ```
#
# Three roads to one number. The trapezoids under the curve; all pairs, counted by two loops; and the library's
# `roc_auc_score` (@eq-auc), which sorts.

# %%
#| live: true
from mle.metrics import auc, average_precision_score, roc_auc_score


def count_pairs(y, s):
    """Share of (leaver, stayer) in the right order, by two loops."""
    won, pairs = 0.0, 0
    for i in range(len(y)):
        for j in range(len(y)):
            if y[i] == 1 and y[j] == 0:
                won += 1.0 if s[i] > s[j] else 0.5 * (s[i] == s[j])
                pairs += 1
    return won / pairs


def trapezoids(y, s):
    return auc(*roc_curve(y, s)[:2])


some = np.arange(1200).reshape(20, 60)  # twenty groups of customers
areas = [trapezoids(y_test[i], p_test[i].round(1)) for i in some]
pairs = [count_pairs(y_test[i], p_test[i].round(1)) for i in some]
sorts = [roc_auc_score(y_test[i], p_test[i].round(1)) for i in some]
verify("auc-pairs", areas, pairs)
verify("auc-pairs", sorts, pairs)
print(f"ten customers: {count_pairs(gone, score):.4f}")

# %%
#| hide: true
assert count_pairs(gone, score) == 18.5 / 24


def seconds(function, k, repeats=3):
    y, s, best = np.array(y_test[:k]), np.array(p_test[:k]), np.inf
    if function is count_pairs:
        s = s.tolist()
    for _ in range(repeats):
        start = time.perf_counter()
        function(y, s)
        best = min(best, time.perf_counter() - start)
    return best


sizes = (300, 600, 1200)
assert seconds(count_pairs, 1200, repeats=1) > 10 * seconds(roc_auc_score, 1200), "the text says so"
auc_test = roc_auc_score(y_test, p_test)

# %% [markdown]
# | customers | steps of two loops | of a sort, about |
# |--:|--:|--:|
# | {{ sizes[0]:, }} | {{ sizes[0]**2:, }} | {{ sizes[0] * np.log2(sizes[0]):,.0f }} |
# | {{ sizes[1]:, }} | {{ sizes[1]**2:, }} | {{ sizes[1] * np.log2(sizes[1]):,.0f }} |
# | {{ sizes[2]:, }} | {{ sizes[2]**2:, }} | {{ sizes[2] * np.log2(sizes[2]):,.0f }} |
#
# : Twice the customers, four times the pairs: $n^2$ against $n \log_2 n$. {#tbl-pairs}
#
# For {{ sizes[2]:, }} customers `roc_auc_score` is more than ten times as fast as the loops. And the real model? A random leaver of the test
# set has a higher chance than a random stayer in {{ 100 * auc_test:.0f }} of a hundred pairs. In @fig-walk, walk
# along its curve for the customers kept for choosing, where the area is {{ roc_auc_score(y_choose, p_choose):.2f }}. What each
# point is worth, the curve does not say; the sentence below it does.

# %%
#| hide: true
fpr, tpr, _ = roc_curve(y_choose, p_choose)
assert np.histogram(p_choose[y_choose == 0], np.linspace(0, 0.8, 33))[0].max() < 320
assert p_choose.max() < 0.8, "the histogram holds everybody"

# %%
#| id: fig-walk
#| live: true
#| play: {tau: [0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]}
#| say: "Call from {{ tau }} up: {{ hits:.0f }} leavers and {{ wasted:.0f }} stayers called, {{ missed:.0f }} leavers missed, {{ quiet:.0f }} stayers left in peace. That is {{ 1000 * money(y_choose, called_now):,.0f }} dollars for every 1,000 customers."
#| caption: A lower threshold walks up the curve and never leaves it. Left, the chances of those who stayed (above the
#|   line) and left (below); in full colour, those called. Right, the same rule as a point of the ROC curve.
#| alt: Left, two histograms of the predicted chance, one upwards for stayers, who crowd at low chances, one downwards
#|   for leavers, spread over higher ones; a dashed vertical line is the threshold. Right, the ROC curve bends
#|   towards the upper left, with a dot that moves along it.
tau = 0.2
called_now = (p_choose >= tau).astype(int)
hits, wasted, missed, quiet = binary_counts(y_choose, called_now)
fig, (a, b) = plt.subplots(1, 2, figsize=(5.2, 2.7), gridspec_kw={"width_ratios": [1.1, 1]})
fig.subplots_adjust(wspace=0.4)
edges = np.linspace(0, 0.8, 33)
for y_is, sign, role, word in ((0, 1, "data", "stayed"), (1, -1, "error", "left")):
    counts = sign * np.histogram(p_choose[y_choose == y_is], edges)[0]
    on = edges[:-1] >= tau - 1e-9
    for part, alpha in ((on, 1.0), (~on, 0.35)):
        a.bar(edges[:-1][part], counts[part], 0.023, align="edge", color=plot.color(role), alpha=alpha)
    a.text(0.79, 48 * sign, word, color=plot.color(f"{role}_ink"), ha="right", va="bottom" if sign > 0 else "top")
a.axvline(tau, color=plot.color("muted"), ls="--", lw=1)
a.set(xlim=(0, 0.8), ylim=(-85, 320), xlabel="chance of leaving", ylabel="customers")
a.set_yticks([-50, 0, 100, 200, 300], ["50", "0", "100", "200", "300"])
plot.roc(b, fpr, tpr)
x_, y_ = wasted / (wasted + quiet), hits / (hits + missed)
b.plot(x_, y_, "o", color=plot.color("error"), ms=8)
b.set(xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])
b.text(0.97, 0.05, f"from {tau}", color=plot.color("error_ink"), ha="right")

# %% [markdown]
# ## Precision and recall {#precision-recall}
#
# A ROC curve asks the stayers how many of *them* were called. Who pays for calls asks the *calls* how many were wasted.
# Plot precision against recall, threshold by threshold: the [precision–recall curve](glossary:precision-recall-curve).
#
# ```quote
# mle.metrics.precision_recall.precision_recall_curve
# ```
#
# The last point, precision 1 at recall 0, is a convention: nobody called, 0/0. One number for the whole curve is
# its [average precision](glossary:average-precision), AP: take the precision at each threshold, weighted by how much
# recall that threshold adds.
#
# $$
# \mathrm{AP} = \sum_m (R_m - R_{m-1})\, P_m
# $$ {#eq-average-precision}
# : $P_m$ and $R_m$ are precision and recall at the $m$-th threshold from the top; $R_0 = 0$.
#
# ```quote
# mle.metrics.precision_recall.average_precision_score
# ```
#
# Recall rises only where leavers are, by $a_m / n_1$. So AP is a plain mean over the leavers: for each, the
# precision of the rule that calls down to exactly this one. By hand, for our ten:
# $(\tfrac11 + \tfrac23 + \tfrac35 + \tfrac47) / 4$, where the third leaver shares 0.6 with a stayer. The sum has steps,
# not trapezoids: between two points of this curve precision does not run along a straight line [@davis2006].

# %%
#| live: true
def mean_over_leavers(y, s):
    return np.mean([y[s >= mine].mean() for mine in s[y == 1]])


coarse = p_test.round(2)  # many ties
verify("average-precision",
       [average_precision_score(gone, score),
        average_precision_score(y_test, coarse)],
       [(1 + 2 / 3 + 3 / 5 + 4 / 7) / 4,
        mean_over_leavers(y_test, coarse)])

shuffled = np.random.default_rng(0).permutation(p_test)
for name, s in (("model", p_test), ("shuffled", shuffled)):
    print(f"{name:9} AP {average_precision_score(y_test, s):.3f}"
          f"   AUC {roc_auc_score(y_test, s):.3f}")

# %%
#| hide: true
ap_test = average_precision_score(y_test, p_test)
rng = np.random.default_rng(0)
ap_chance = [average_precision_score(y_test, rng.permutation(p_test)) for _ in range(50)]
assert abs(np.mean(ap_chance) - y_test.mean()) < 0.015

# %% [markdown]
# A coin has AUC one half. Its AP is the [prevalence](glossary:prevalence) $\pi$ ("pi"), the share of leavers. For when the
# order has nothing to do with the truth, any group of the called holds leavers as often as the whole does: precision is
# about $\pi$ all along. So an AP of {{ ap_test:.2f }} is read against {{ float(y_test.mean()):.2f }}, and APs of two populations cannot be compared.
#
# ## When leavers become rarer {#shift}
#
# Our model learnt from a month in which {{ 100 * left.mean():.0f }} % left. Next year 5 % may leave. Suppose that nothing
# else changes: leavers look as leavers looked, stayers as stayers. (This is called [label shift](glossary:label-shift),
# and it is an assumption.) TPR is a share of the leavers alone, FPR of the stayers alone. So neither moves, and with them
# the ROC curve, AUC, specificity and balanced accuracy stay. Precision mixes both. Of all customers, a share
# $\pi \cdot \mathrm{TPR}$ are leavers and called, and a share $(1 - \pi) \cdot \mathrm{FPR}$ are stayers and called.
# Bayes' rule, the first divided by the sum, says
#
# $$
# P = \frac{\pi\, \mathrm{TPR}}{\pi\, \mathrm{TPR} + (1 - \pi)\, \mathrm{FPR}}
# $$ {#eq-precision-shift}
# : $P$ is the precision; all are between 0 and 1. It is 0/0 when nobody is called.
#
# To check it we need a population with another prevalence. Weights make one: let each leaver count for
# $\pi$ divided by the present share of leavers, each stayer for $(1 - \pi)$ divided by that of stayers.


# %%
#| live: true
def precision_at(prevalence, tpr, fpr):
    called_leavers = prevalence * tpr
    called = called_leavers + (1 - prevalence) * fpr
    return called_leavers / called  # eq: precision-shift


def reweighted(y, prevalence):
    now = y.mean()
    return np.where(y == 1, prevalence / now, (1 - prevalence) / (1 - now))


called = (p_test >= 0.5).astype(int)
hit_rate = recall_score(y_test, called)
alarm_rate = 1 - recall_score(y_test, called, pos_label=0)
for prevalence in (y_test.mean(), 0.1, 0.05, 0.01):
    by_bayes = precision_at(prevalence, hit_rate, alarm_rate)
    v = reweighted(y_test, prevalence)
    verify("precision-shift", by_bayes,
           precision_score(y_test, called, sample_weight=v))
    area = roc_auc_score(y_test, p_test, sample_weight=v)
    print(f"prevalence {prevalence:6.1%}  precision {by_bayes:.2f}"
          f"  AUC {area:.3f}")

# %%
#| hide: true
from mle.metrics import precision_recall_curve

curves = {}
for prevalence in (float(y_test.mean()), 0.05):
    v = reweighted(y_test, prevalence)
    P, R, _ = precision_recall_curve(y_test, p_test, sample_weight=v)
    curves[prevalence] = P, R, average_precision_score(y_test, p_test, sample_weight=v)
aps = [ap for _, _, ap in curves.values()]
assert aps[0] > aps[1]
drop_from, drop_to = (precision_at(c, hit_rate, alarm_rate) for c in (float(y_test.mean()), 0.05))
assert 0.17 < drop_to < 0.23, "the text says that four calls of five are wasted"

# %%
#| id: fig-shift
#| caption: One model, two populations. The ROC curve stays where it is; the precision–recall curve sinks with the
#|   prevalence π. Dotted, what a coin gets.
#| alt: Left, a single ROC curve above the diagonal. Right, two precision–recall curves, one far under the
#|   other, for a prevalence of 27 and of 5 percent, each with a dotted level line at its prevalence.
fig, (a, b) = plt.subplots(1, 2, figsize=(5.2, 2.7))
fig.subplots_adjust(wspace=0.42)
plot.roc(a, *roc_curve(y_test, p_test)[:2])
a.set(xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])
plot.note(a, f"AUC {auc_test:.2f}\nfor each π", (0.95, 0.12), "fit", offset=(-1, 0), va="bottom")
for (prevalence, (P, R, ap)), (x_, y_) in zip(curves.items(), ((0.33, 0.78), (0.3, 0.33))):
    b.plot(R[:-1], P[:-1], color=plot.color("fit"), lw=1.6)
    b.axhline(prevalence, color=plot.color("muted"), ls=":", lw=1)
    plot.note(b, f"π {100 * prevalence:.0f} %, AP {ap:.2f}", (x_, y_), "fit", offset=(1, 1))
b.set(xlim=(0, 1), ylim=(0, 1), xticks=[0, 0.5, 1], yticks=[0, 0.5, 1], xlabel="recall", ylabel="precision", aspect="equal")

# %% [markdown]
# With the same rule, in a population of 5 % leavers, precision falls from {{ drop_from:.2f }} to {{ drop_to:.2f }}:
# four calls of five go to people who stay, and AUC has noticed nothing. That is why a rare disease or a rare fraud
# wants the precision–recall curve beside the ROC curve [@saito2015].
#
# ## What does a mistake cost? {#costs}
#
# ### The threshold, derived
#
# Take one customer with the chance $p$. Four things can happen, and each has a cost: $c_\mathrm{hit}$, $c_\mathrm{alarm}$,
# $c_\mathrm{miss}$, $c_\mathrm{quiet}$. Called, the customer costs $p\, c_\mathrm{hit} + (1 - p)\, c_\mathrm{alarm}$ on average; not
# called, $p\, c_\mathrm{miss} + (1 - p)\, c_\mathrm{quiet}$. Calling is no dearer where
#
# $$
# (1 - p)\, (c_\mathrm{alarm} - c_\mathrm{quiet}) \le p\, (c_\mathrm{miss} - c_\mathrm{hit}).
# $$
#
# The two brackets are what each error costs *more* than the right decision. We name them $c_\mathrm{fp}$ and
# $c_\mathrm{fn}$, and solve for $p$ [@elkan2001, eq. 2]:
#
# $$
# p \ge \tau^\ast = \frac{c_\mathrm{fp}}{c_\mathrm{fp} + c_\mathrm{fn}}
# $$ {#eq-cost-threshold}
# : $c_\mathrm{fp} > 0$ and $c_\mathrm{fn} > 0$ in one unit, any unit; $\tau^\ast$ ("tau star") is between 0 and 1.
#
# ```quote
# mle.metrics.threshold.cost_threshold
# ```
#
# One half is right only if both errors cost the same. In our company a stayer who is called costs 20 more than one
# left in peace. A leaver costs 400 if missed, and $20 + \tfrac34 \cdot 400 = 320$ if called: 80 less. So
# $\tau^\ast = 20 / 100$. To check the formula we let a bisection look for the chance at which both decisions cost the same.

# %%
#| live: true
from mle.metrics import cost_threshold


def indifferent(miss, false_alarm, hit, quiet):
    """Chance at which calling costs what not calling costs."""
    low, high = 0.0, 1.0
    for _ in range(50):
        p = (low + high) / 2
        dearer = (p * hit + (1 - p) * false_alarm
                  > p * miss + (1 - p) * quiet)
        low, high = (p, high) if dearer else (low, p)
    return low


rng = np.random.default_rng(0)
right, wrong = rng.random((100, 2)), 1 + 9 * rng.random((100, 2))
verify("cost-threshold",
       [cost_threshold(m, f, hit=h, quiet=q)
        for (m, f), (h, q) in zip(wrong, right)],
       [indifferent(m, f, h, q) for (m, f), (h, q) in zip(wrong, right)])
print(cost_threshold(miss=400, false_alarm=20, hit=320))

# %%
#| hide: true
from mle.metrics import expected_calibration_error

gap = expected_calibration_error(y_choose, p_choose)

# %% [markdown]
# The prevalence does not enter: the chance has accounted for it. But $p$ must be a chance, not any number between 0 and
# 1. Of the customers given 0.2, twenty in a hundred have to leave: [calibration](glossary:calibration). Logistic
# regression is often near it; on the customers kept for choosing, chance and frequency are {{ gap:.3f }} apart (weighted
# mean of ten bins).
#
# ### The threshold, chosen
#
# If the scores are no chances, try all thresholds on data and take the cheapest:
#
# ```quote
# mle.metrics.threshold.least_cost_threshold
# ```
#
# Two running sums, from "nobody" on down, then the smallest cost. For us:

# %%
from mle.metrics import least_cost_threshold

tau_chosen, _ = least_cost_threshold(
    y_choose, p_choose, miss=80, false_alarm=20)

# %%
#| hide: true
tau_hindsight, cost_hindsight = least_cost_threshold(y_test, p_test, miss=80, false_alarm=20)
money_chosen = dollars(y_test, p_test, tau_chosen)
money_hindsight = dollars(y_test, p_test, tau_hindsight)
assert abs(80 * y_test.mean() - cost_hindsight - money_hindsight) < 1e-9
assert money_hindsight >= max(money_chosen, money_fifth)

# %% [markdown]
# It finds {{ tau_chosen:.3f }}. On the test customers that rule earns {{ 1000 * money_chosen:,.0f }} dollars per 1,000, the derived
# 0.2 earns {{ 1000 * money_fifth:,.0f }}. Choose on the test customers themselves, and you may boast of
# {{ 1000 * money_hindsight:,.0f }}. How much of that is luck? Of the customers that the model has not
# learnt from we draw a few, choose on these, and judge on all the others.

# %%
spare = np.concatenate([choose, test])
worth = np.where(left == 1, 80.0, -20.0)  # of a call, in dollars


def per_1000(rows, threshold):
    return 1000 * np.mean(worth[rows] * (p[rows] >= threshold))


rng = np.random.default_rng(0)
small = (50, 100, 200, 400, 800)
trials = np.empty((len(small), 1000, 3))
for k, trial in zip(small, trials):
    for n in range(len(trial)):
        few, others = np.split(rng.permutation(spare), [k])
        chosen, _ = least_cost_threshold(
            left[few], p[few], miss=80, false_alarm=20)
        trial[n] = (per_1000(few, chosen), per_1000(others, chosen),
                    per_1000(others, 0.2))

# %%
#| hide: true
earned = dict(zip(("boasted", "kept", "derived"), trials.mean(axis=1).T.tolist()))
luck = trials[:, :, 0] - trials[:, :, 1]  # (5, 1000)
too_high = luck.mean(axis=1)
two_errors = 2 * luck.std(axis=1, ddof=1) / len(luck[0]) ** 0.5
assert (too_high > 2 * two_errors).all(), "the text says so"
assert all(x > z for x, z in zip(earned["boasted"], earned["kept"])), "the caption says so"
assert all(x > z for x, z in zip(earned["derived"][:3], earned["kept"][:3])), (earned, "the caption says so")
assert abs(earned["derived"][4] - earned["kept"][4]) < 150, (earned, "the caption says so")

# %%
#| id: fig-optimism
#| caption: A threshold chosen on few customers looks better on them than it is on others. The derived threshold needs
#|   no choosing; it takes hundreds of customers to draw level with it. Means of 1,000 draws for each size.
#| alt: Three lines over 50 to 800 customers. The money seen on the choosing set starts high and falls; the money kept on
#|   new customers starts low and rises towards it; the money of the derived threshold runs level between them.
fig, ax = plt.subplots(figsize=(5.2, 2.9))
for name, role, word, offset in (
    ("boasted", "error", "chosen, seen on the same customers", (2, 8)),
    ("derived", "truth", "derived, 0.2", (2, 6)),
    ("kept", "fit", "chosen, on new customers", (24, -14)),
):
    ax.plot(small, earned[name], "o--" if role == "truth" else "o-", color=plot.color(role), ms=4)
    plot.note(ax, word, (small[0], earned[name][0]), role, offset=offset)
ax.set(xscale="log", xlabel="customers to choose on", ylabel="$ per 1,000 customers")
ax.set_xticks(small, [str(k) for k in small])
ax.minorticks_off()
low, high = min(earned["kept"]), max(earned["boasted"])
ax.set_ylim(low - 0.25 * (high - low), high + 0.2 * (high - low))
ax.set_yticks([v for v in range(10000, 17000, 1000) if ax.get_ylim()[0] < v < ax.get_ylim()[1]])
ax.yaxis.set_major_formatter(lambda v, _: f"{v:,.0f}")

# %% [markdown]
# With {{ small[0] }} customers to choose on, the boast is {{ too_high[0]:,.0f }} ± {{ two_errors[0]:.0f }} dollars
# too high; with {{ small[-1] }}, {{ too_high[-1]:.0f }} ± {{ two_errors[-1]:.0f }} (two standard errors). Choosing is fitting, and what was
# fitted is [not judged on the same rows](../judging/train-validate-test.py): that is what the [validation set](glossary:validation-set) is for.
#
# ### Only a hundred calls
#
# Often there is no cost but a capacity: the call centre manages $k$ calls. Then the threshold is whatever score the
# $k$-th customer has, and the question is who stands at the top. *Precision at $k$* is the share of leavers
# among the $k$ called, and [lift](glossary:lift) is that divided by the prevalence, how many times better than
# calling at random.

# %%
#| live: true
order = np.argsort(-p_test, kind="stable")
print("calls  precision  lift  recall   $ in all")
for k in (50, 100, 200, 400, 800):
    reached = int(y_test[order[:k]].sum())
    print(f"{k:5} {reached / k:10.2f} {reached / k / y_test.mean():5.1f}"
          f" {reached / y_test.sum():7.2f}"
          f" {80 * reached - 20 * (k - reached):10,}")

# %% [markdown]
# Precision falls as $k$ grows, and the sum in dollars still rises, as long as each new call brings more than it costs.
# Where that ends, @eq-cost-threshold has told us. (Where scores tie at the $k$-th place, draw lots: @ex-lottery.)
#
# ## How sure are we? {#how-sure}
#
# All this was measured on {{ len(test):, }} customers. Others would have given other numbers. The
# [bootstrap](glossary:bootstrap) draws as many from them, with replacement, again and again, and looks how the score
# moves [@efron1979].
#
# ```quote
# mle.model_selection.compare.bootstrap_interval
# ```
#
# "percentile" is the middle 95 % of the draws; "bca" moves its ends against bias and skewness [@efron1987]. We take the
# first. Customers are drawn in rows, each with the truth and all its predictions. So two rules can be compared on the *same*
# draws, and what they share cancels.

# %%
from mle.model_selection import bootstrap_interval

p_tenure = chances(np.column_stack([X, t["tenure"]]))[test]


def gain(y, p):
    return 1000 * (dollars(y, p, 0.2) - dollars(y, p, 0.5))


def choice(y, p):
    return 1000 * (dollars(y, p, tau_chosen) - dollars(y, p, 0.2))


def auc_gain(y, p, q):
    return roc_auc_score(y, q) - roc_auc_score(y, p)


def interval(metric, *arrays):
    return bootstrap_interval(metric, y_test, *arrays, random_state=0,
                              n_resamples=500, method="percentile")


sure = {
    "AUC": interval(roc_auc_score, p_test),
    "AP": interval(average_precision_score, p_test),
    "$, from 0.2": interval(
        lambda y, p: 1000 * dollars(y, p, 0.2), p_test),
    "$, 0.2 against 0.5": interval(gain, p_test),
    "$, chosen against 0.2": interval(choice, p_test),
    "AUC, with tenure": interval(auc_gain, p_test, p_tenure),
}

# %%
#| hide: true
assert sure["$, 0.2 against 0.5"].low > 0, "the text says so"
assert sure["AUC, with tenure"].low > 0, "the text says so"
assert sure["$, chosen against 0.2"].low < 0 < sure["$, chosen against 0.2"].high, "the text says so"


def row(name, digits):
    s = sure[name]
    return " | ".join(f"{v:,.{digits}f}".replace("-", "−") for v in (s.score, s.low, s.high))

# %% [markdown]
# | On {{ len(test):, }} test customers | value | from | to |
# |:--|--:|--:|--:|
# | AUC | {{ row("AUC", 3) }} |
# | average precision | {{ row("AP", 3) }} |
# | dollars per 1,000, from 0.2 | {{ row("$, from 0.2", 0) }} |
# | dollars per 1,000, 0.2 minus 0.5 | {{ row("$, 0.2 against 0.5", 0) }} |
# | the same, {{ tau_chosen:.3f }} minus 0.2 | {{ row("$, chosen against 0.2", 0) }} |
# | AUC, with `tenure` minus without | {{ row("AUC, with tenure", 3) }} |
#
# : Bootstrap intervals, 95 %, 500 draws. {#tbl-sure}
#
# The gain of the derived threshold over common sense is clear of zero; which of the thresholds derived and chosen is
# better, these customers cannot tell. The gain of the leaking column is clear of zero too, and it looks like a better
# model: no interval finds a leak. Nor does it say how the model would differ after another training, or
# whether one in four really stays.
#
# ## More than two classes {#many}
#
# With $K$ classes each in turn is the positive one, and there are $K$ scores. Three ways to make them one: [macro](glossary:macro-average),
# their plain mean; *weighted*, each class by its share; [micro](glossary:micro-average), one score of the summed counts.
#
# ```quote
# mle.metrics.counts.over_classes
# ```
#
# In the micro average every wrong prediction is one FP, of the class given, and one FN, of the true class. So FP = FN
# in sum, and micro precision, recall and $F_1$ are all accuracy under other names. For AUC, each class is ranked against
# all others:
#
# ```quote
# mle.metrics.multiclass.one_versus_rest
# ```
#
# Penguins, told apart by the depth of the bill and the mass alone:

# %%
#| live: true
from mle.datasets import load_penguins

birds = load_penguins()
P3 = birds.select(["bill_depth_mm", "body_mass_g"])
full = ~np.isnan(P3).any(axis=1)
P3, species = StandardScaler().fit_transform(P3[full]), birds.y[full]
fit_on, judge_on = train_test_split(
    np.arange(len(species)), test_size=0.5, stratify=species,
    random_state=0)
zoo = LogisticRegression().fit(P3[fit_on], species[fit_on])
truth, named = species[judge_on], zoo.predict(P3[judge_on])
proba = zoo.predict_proba(P3[judge_on])

each = f1_score(truth, named, average=None)
print(dict(zip(zoo.classes_.tolist(), each.round(2).tolist())))
for how in ("macro", "weighted", "micro"):
    print(f"F1 {how:9} {f1_score(truth, named, average=how):.3f}")
print(f"accuracy     {accuracy_score(truth, named):.3f}")
print(f"AUC, one against rest"
      f" {roc_auc_score(truth, proba, multi_class='ovr'):.3f}")

# %%
#| hide: true
macro, weighted, micro = (f1_score(truth, named, average=how) for how in ("macro", "weighted", "micro"))
assert macro < weighted
assert abs(micro - accuracy_score(truth, named)) < 1e-12
chinstrap_auc = roc_auc_score((truth == "Chinstrap").astype(int), proba[:, 1])
rarest = zoo.classes_[int(np.argmin(each))]
assert rarest == "Chinstrap"
assert not np.any(named == "Chinstrap")
assert np.sum(truth == "Chinstrap") == min(np.sum(truth == c) for c in zoo.classes_)

# %% [markdown]
# The chinstraps, the rarest species, are never named: their $F_1$ is {{ float(each.min()):.0f }}, their precision 0/0. Accuracy hardly
# shows it, and AUC cannot: it ranks, and names nobody (the chinstraps' own is {{ chinstrap_auc:.2f }}). Macro lets each species count a third and is lowest; weighted and micro let the
# common ones cover. Decide whether a rare class matters as much as a common one, and you have chosen.
#
# ## Where it breaks {#where-it-breaks}
#
# ### AUC sees neither chances nor the region you need

# %%
#| hide: true
from statistics import NormalDist

bent = p_test**3
assert abs(roc_auc_score(y_test, bent) - auc_test) < 1e-12
bent_money = dollars(y_test, bent, 0.2)
assert bent_money < money_fifth
quantile = NormalDist().inv_cdf
cdf = NormalDist().cdf
grid = np.concatenate([np.linspace(1e-6, 0.02, 60), np.linspace(0.02, 0.999999, 200)])


def binormal(mean, width):
    """TPR at each FPR of the grid; leavers N(mean, width), stayers N(0, 1)."""
    return np.array([1 - cdf((quantile(1 - x) - mean) / width) for x in grid])


same = 1.4 / 2**0.5  # AUC is cdf(mean / sqrt(1 + width²))
top = binormal(same * (1 + 2.2**2) ** 0.5, 2.2)
bottom = binormal(same * (1 + 0.5**2) ** 0.5, 0.5)
same_auc = cdf(same)
assert abs(np.trapezoid(top, grid) - same_auc) < 2e-3
assert abs(np.trapezoid(bottom, grid) - same_auc) < 2e-3
at5 = [float(np.interp(0.05, grid, curve)) for curve in (top, bottom)]

# %% [markdown]
# Cube all chances: {{ 0.5:.1f }} becomes {{ 0.5**3:.3f }}. The order stays, and AUC with it, to the last digit. But the
# rule "from 0.2 up" now earns {{ 1000 * bent_money:,.0f }} dollars in place of {{ 1000 * money_fifth:,.0f }}. And AUC counts all
# pairs alike, also those among customers whom nobody would ever call. @Fig-crossing shows two models with one AUC.

# %%
#| id: fig-crossing
#| caption: Equal areas, unequal use. Both curves have an AUC of {{ same_auc:.2f }}. If you can afford to bother 5 % of the
#|   stayers, one model reaches {{ 100 * at5[0]:.0f }} % of the leavers, the other {{ 100 * at5[1]:.0f }} %. Right, the left end enlarged.
#| alt: Left, two ROC curves that cross. One rises steeply at the very left and then flattens, the other starts slowly and
#|   reaches the top first. Right, the same for false positive rates up to 0.1, with two dots on a dotted line at 0.05, one
#|   far above the other.
fig, (a, b) = plt.subplots(1, 2, figsize=(5.2, 2.7))
fig.subplots_adjust(wspace=0.3)
for curve, role in ((top, "fit"), (bottom, "data")):
    plot.roc(a, np.append(0, grid), np.append(0, curve), role)
    b.plot(np.append(0, grid), np.append(0, curve), color=plot.color(role))
a.axvspan(0, 0.1, color=plot.color("muted"), alpha=0.2, lw=0)
b.axvline(0.05, color=plot.color("muted"), ls=":", lw=1)
b.plot([0.05, 0.05], at5, "o", color=plot.color("error"), ms=6)
plot.note(b, "sure of\na few leavers", (0.05, at5[0]), "fit", offset=(3, -8))
plot.note(b, "sure of\nthe stayers", (0, 0.16), "data", offset=(4, 2))
a.set(xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])
b.set(xlim=(0, 0.1), ylim=(0, 1), xticks=[0, 0.05, 0.1], yticks=[0, 0.5, 1], box_aspect=1, xlabel="false positive rate")

# %% [markdown]
# ^^^
# **What gives it away.** Two curves that cross; a better AUC and less money. Look at the curve where you will work.
# ^^^
#
# ### F1 and MCC move with the prevalence
#
# Call everybody, and recall is 1, precision $\pi$, and $F_1 = 2\pi / (1 + \pi)$: where nine in ten are positive,
# {{ 2 * 0.9 / 1.9:.2f }} for knowing nothing. MCC is not deceived by that, and is recommended for unequal classes
# [@chicco2020mcc]. Yet it is no property of the model alone, as @fig-prevalence shows.

# %%
#| hide: true
pis = np.linspace(0.001, 0.999, 400)
hit80, alarm20 = 0.8, 0.2
tp_, fn_ = pis * hit80, pis * (1 - hit80)
fp_, tn_ = (1 - pis) * alarm20, (1 - pis) * (1 - alarm20)
f1_walk = 2 * tp_ / (2 * tp_ + fp_ + fn_)
mcc_walk = (tp_ * tn_ - fp_ * fn_) / np.sqrt((tp_ + fp_) * (tp_ + fn_) * (tn_ + fp_) * (tn_ + fn_))


def walk_at(walk, value):
    return float(np.interp(value, pis, walk))


lone_truth = np.array([1] + [0] * 999)
lone_call = np.array([1, 1] + [0] * 998)
lone = [matthews_corrcoef(lone_truth, c) for c in (0 * lone_call, lone_call, lone_call[::-1])]
assert lone[0] == 0
assert lone[1] > 0.7
assert abs(lone[2]) < 0.01

# %%
#| id: fig-prevalence
#| caption: One rule with TPR 0.8 and FPR 0.2, in populations of every prevalence. Of the three only balanced accuracy
#|   stays (accuracy would too, but only because here TPR is 1 − FPR). MCC is highest in the middle and falls towards both
#|   ends; $F_1$ climbs.
#| alt: Three curves over the prevalence from 0 to 1. Balanced accuracy is level at 0.8. F1 climbs from 0 to 0.89. MCC is an
#|   arch with its top of 0.6 at one half, falling to zero at both ends.
fig, ax = plt.subplots(figsize=(5.2, 2.9))
for walk, role, style in ((f1_walk, "fit", "-"), (mcc_walk, "error", "-"), (0 * pis + 0.8, "truth", "--")):
    ax.plot(pis, walk, style, color=plot.color(role))
plot.note(ax, "F1", (0.2, walk_at(f1_walk, 0.2)), "fit", offset=(-4, 4))
plot.note(ax, "MCC", (0.75, walk_at(mcc_walk, 0.75)), "error", offset=(4, -8))
plot.note(ax, "balanced accuracy", (0.02, 0.8), "truth", offset=(2, 4))
ax.set(xlim=(0, 1), ylim=(0, 1), xlabel="prevalence", ylabel="score", xticks=[0, 0.25, 0.5, 0.75, 1])

# %% [markdown]
# From a prevalence of 0.5 to 0.05 the same rule falls from an MCC of {{ walk_at(mcc_walk, 0.5):.2f }} to
# {{ walk_at(mcc_walk, 0.05):.2f }}. And at the extremes it hangs on single cases: one leaver among
# {{ len(lone_truth):, }} customers, nobody called, MCC is 0/0 and set to {{ lone[0]:.0f }}; call two, the leaver among
# them, and it is {{ lone[1]:.2f }}; two others, {{ lone[2]:.3f }}.
#
# ^^^
# **What gives it away.** Scores from two populations in one table, without their prevalences and without a baseline.
# ^^^
#
# ### Averages over folds

# %%
#| hide: true
rng = np.random.default_rng(0)
stay, leave = test[y_test == 0], test[y_test == 1]
rare = np.concatenate([stay[:950], leave[:50]])  # 5 % leavers
pooled_f1, folded_f1, empty = [], [], []
for _ in range(100):
    deal = rng.permutation(rare).reshape(50, 20)
    y_deal, call_deal = left[deal], (p[deal] >= 0.5).astype(int)
    pooled_f1.append(f1_score(y_deal.ravel(), call_deal.ravel()))
    each_fold = [f1_score(a_, b_) for a_, b_ in zip(y_deal, call_deal)]
    folded_f1.append(np.mean(each_fold))
    empty.append(np.mean(y_deal.sum(axis=1) == 0))
pooled_mean, folded_mean = float(np.mean(pooled_f1)), float(np.mean(folded_f1))
assert abs(pooled_mean - folded_mean) > 0.02, "the text says that they differ"

# %% [markdown]
# Take {{ len(rare):, }} test customers of whom 5 % left, and deal them at random into 50 folds of 20. The calls stay the
# same. All together they have an $F_1$ of {{ pooled_mean:.2f }}; the mean over folds is {{ folded_mean:.2f }}, as
# {{ 100 * np.mean(empty):.0f }} % of the folds hold no leaver and score 0 whatever the model does. The mean of ratios is not the
# ratio of sums. Forman and Scholz advise to add up the counts of the folds and compute $F_1$ once [@forman2010]. With AUC it
# is the other way round: each fold has a model of its own, whose scores need not share a scale, so average the areas. Where
# a fold has no leaver, it has no pair and no AUC: stratify, or take fewer folds.
#
# ^^^
# **What gives it away.** Folds without positives; warnings of 0/0; a score that changes with the number of folds.
# ^^^
#
# ## Which score for which question? {#which}
#
# | Your question | Ask for | And report |
# |:--|:--|:--|
# | Errors have a price each | money at $\tau^\ast$ (@eq-cost-threshold) | calibration |
# | We can call $k$ of them | precision at $k$, lift | prevalence |
# | Which model orders better, threshold open? | AUC | the curve, where you will work |
# | Positives are rare, and calls are dear | precision–recall curve, AP | prevalence |
# | At most so many false alarms | recall at that FPR | specificity reached |
# | No positive may be missed | precision at that recall | the misses |
# | Two classes of equal worth | balanced accuracy, MCC | the confusion matrix |
# | One number for retrieval, by custom | $F_\beta$, $\beta$ chosen before | $F$ of calling everybody |
# | Many classes, rare ones matter | macro average | each class's score |
# | Are the chances true? | log-loss, Brier score | a [reliability curve](../judging/calibration.py) |
#
# : Ask first, then score. {#tbl-which}
#
# In a [cross-validation](glossary:cross-validation) the score must also put its question to the model in the right
# form: AUC wants chances, $F_1$ wants classes. Give AUC the calls, and the curve has one corner: it becomes balanced
# accuracy. So the library joins a metric with what it asks:
#
# ```quote
# mle.metrics.asking.class_scores
# ```
#
# ```quote
# mle.metrics.asking.Scorer.__call__
# ```

# %%
#| live: true
from mle.metrics import get_scorer

for name in ("roc_auc", "f1"):
    print(name, "asks for", " or ".join(get_scorer(name).asks))
calls = (p_test >= 0.2).astype(int)
print(f"AUC of chances {roc_auc_score(y_test, p_test):.3f}")
print(f"AUC of calls   {roc_auc_score(y_test, calls):.3f},"
      f" balanced accuracy {balanced_accuracy_score(y_test, calls):.3f}")

# %% [markdown]
# ## Another road to the same number {#another-road}
#
# Wilcoxon [@wilcoxon1945] never drew a curve. He ranked all scores from the lowest, 1, to the highest, $n$, ties sharing the mean
# of their places, and added up the ranks of one group. A leaver at rank $r_i$ stands above $r_i - 1$ others. Summed over
# the leavers, $\tfrac12 n_1 (n_1 - 1)$ of these are leavers among themselves. The rest are pairs won:
# $\mathrm{AUC} = \bigl(\sum_{i: y_i = 1} r_i - \tfrac12 n_1 (n_1 + 1)\bigr) / (n_1 n_0)$.


# %%
def auc_by_ranks(y, s):
    _, place, times = np.unique(
        s, return_inverse=True, return_counts=True)
    rank = (np.cumsum(times) - (times - 1) / 2)[place]  # (n,)
    n1 = float(np.sum(y == 1))
    return (rank[y == 1].sum() - n1 * (n1 + 1) / 2) / (n1 * (len(y) - n1))


ours = [roc_auc_score(y_test, coarse),
        average_precision_score(y_test, coarse),
        f1_score(y_test, calls),
        matthews_corrcoef(y_test, calls)]
try:
    from sklearn import metrics
except ImportError:
    metrics = None
theirs = ours if metrics is None else [
    metrics.roc_auc_score(y_test, coarse),
    metrics.average_precision_score(y_test, coarse),
    metrics.f1_score(y_test, calls),
    metrics.matthews_corrcoef(y_test, calls)]
ranked = auc_by_ranks(y_test, coarse)
verify("auc-pairs", ranked, ours[0])

# %%
#| hide: true
apart = max(abs(float(x) - float(z)) for x, z in zip(ours, theirs))
assert apart < 1e-12


def tenths(error):
    return "less than 10⁻¹⁵" if error < 1e-15 else f"at most {error:.0e}"


def up_to(most):
    """Area of the model's ROC curve up to a false positive rate, as a share."""
    x, h, _ = roc_curve(y_test, p_test)
    cut = np.append(x[x <= most], most)
    return auc(cut, np.append(h[x <= most], np.interp(most, x, h))) / most


def in_rare(p):
    """Dollars per 1,000 customers of whom 5 % leave, called from 0.2 up."""
    v = reweighted(y_test, 0.05)
    hits, wasted, _, _ = binary_counts(y_test, at(y_test, p, 0.2), sample_weight=v)
    return 1000 * (80 * hits - 20 * wasted) / v.sum()


old_odds = float(left[train].mean() / (1 - left[train].mean()))
odds_rare = p_test / (1 - p_test) / old_odds * 0.05 / 0.95
p_rare = odds_rare / (1 + odds_rare)
assert in_rare(p_rare) > in_rare(p_test), "the solution says so"
won = (p_test[y_test == 1][:, None] > p_test[y_test == 0]) + 0.5 * (p_test[y_test == 1][:, None] == p_test[y_test == 0])
delong = float((np.var(won.mean(axis=1), ddof=1) / len(won) + np.var(won.mean(axis=0), ddof=1) / len(won[0])) ** 0.5)
naive_error = float((auc_test * (1 - auc_test) / won.size) ** 0.5)
boot_width = sure["AUC"].high - sure["AUC"].low
assert naive_error < delong / 5

# %% [markdown]
# By ranks, with the ties of chances rounded to two digits, AUC is {{ ranked:.6f }}; by sorting, {{ ours[0]:.6f }}.
# AUC, AP, $F_1$ and MCC of scikit-learn [@pedregosa2011] differ from ours by {{ tenths(apart) }}.
#
# ## What production libraries do that we do not {#production}
#
# scikit-learn warns at 0/0, where we keep to a rule. Its `roc_auc_score` can stop at a false positive rate (`max_fpr`) and
# compare classes pair by pair (`multi_class="ovo"`). Since version 1.5
# `TunedThresholdClassifierCV` chooses a threshold for any score by [cross-validation](../judging/cross-validation.py) and keeps it in the model. Where to
# look: `sklearn/metrics/_ranking.py` has the sorting and running sums of this chapter, with one sort for both
# curves; `sklearn/metrics/_classification.py` has the counts. Confidence intervals it leaves to you; R's `pROC` has
# DeLong's for AUC [@delong1988], the subject of @ex-delong.
#
# ## Summary
#
# - A score answers a question. Write yours down, with who pays, before you choose one.
# - AUC is the share of (positive, negative) pairs in the right order: it sees neither chances nor costs nor prevalence.
# - Precision, AP, $F_1$ and MCC move with the prevalence; report it, and what knowing nothing would get.
# - With calibrated chances the threshold is $c_\mathrm{fp} / (c_\mathrm{fp} + c_\mathrm{fn})$; otherwise choose it, but not on
#   the rows that judge.
# - A score on real data has an interval; compare two rules on the same draws.
#
# ## Quiz
#
# ```quiz
# - question: "All chances of a model are replaced by their square roots. What can change?"
#   answers:
#     - text: "the AUC"
#       why: "The root keeps the order, ties included, and AUC looks at nothing else."
#     - text: "the precision at the 100 highest"
#       why: "The same 100 customers stand at the top."
#     - text: "the money earned by calling from 0.2 up"
#       right: true
#       why: "0.04 becomes 0.2, so the rule now calls everybody from an old 0.04 up."
# - question: "A test for a disease has TPR 0.9 and FPR 0.1. One person in a hundred is ill. Of those it calls ill, the share that is ill is about"
#   answers:
#     - text: "90 %"
#       why: "That is the recall: of the ill, how many are found."
#     - text: "8 %"
#       right: true
#       why: "0.01 × 0.9 against 0.99 × 0.1: nine ill among 108 called, of a thousand."
#     - text: "50 %"
#       why: "That would be so at a prevalence of 10 %."
# - question: "To miss a leaver costs 9 dollars more than to call one; to call a stayer costs 1 dollar more than to leave one in peace. Chances are calibrated. Call from"
#   answers:
#     - text: "0.5, the likelier answer"
#       why: "That is right only if both errors cost the same."
#     - text: "0.9, because misses are nine times as dear"
#       why: "Dear misses are a reason to call more people, not fewer."
#     - text: "0.1"
#       right: true
#       why: "1 / (1 + 9): at a chance of 0.1 nine wasted dollars stand against nine saved."
# - question: "Two hospitals report average precisions of 0.6 and 0.3 for the same score. What do you ask first?"
#   answers:
#     - text: "how common the disease is in each"
#       right: true
#       why: "The baseline of AP is the prevalence. The same curve of TPR and FPR gives other APs in other populations."
#     - text: "whether the second made an error in sorting"
#       why: "It may have, but a lower prevalence lowers AP without any error."
#     - text: "nothing, the first hospital's patients are easier"
#       why: "Perhaps they are only iller. AP alone cannot tell."
# ```
#
# ## Exercises
#
# The minutes above do not count these.
#
# ### Exercise: Four counts {#ex-four-counts level="warm-up"}
#
# Without the library: return TP, FP, FN, TN of the rule "from `tau` up" as four ints. Then say which of them stay when
# `tau` moves from 0.55 to 0.6 for the ten customers.
#
# ??? hint "A hint"
#
#     `np.sum((y == 1) & (s >= tau))` is the first.


# %%
#| exercise: stub
def four_counts(y, s, tau):
    """TP, FP, FN, TN as ints."""
    return ...

# %%
#| exercise: check
for tau_ in (0.0, 0.1, 0.4, 0.6, 0.75, 2.0):
    expected = tuple(int(v) for v in binary_counts(gone, (score >= tau_).astype(int)))
    found = four_counts(gone, score, tau_)
    assert found is not ..., "replace the dots"
    assert tuple(found) == expected, f"from {tau_} up: got {found}, expected {expected}"


# %%
#| exercise: solution
#| note: "All four stay: nobody has a score between 0.55 and 0.6, and the two at 0.6 are called by both rules."
def four_counts(y, s, tau):
    called = s >= tau
    return (int(np.sum((y == 1) & called)), int(np.sum((y == 0) & called)),
            int(np.sum((y == 1) & ~called)), int(np.sum((y == 0) & ~called)))

# %% [markdown]
# ### Exercise: How many must stay? {#ex-how-many level="core"}
#
# One in four was our guess. Write the threshold as a function of the share $s$ of called leavers who stay, with a call
# of 20 dollars and 400 at stake. Return infinity where no call can pay.
#
# ??? hint "A hint"
#
#     A leaver costs 400 if missed, $20 + (1 - s) \cdot 400$ if called. What if the second is not below the first?


# %%
#| exercise: stub
def threshold_if(s):
    """Threshold if a share s of called leavers stays."""
    return cost_threshold(miss=400, false_alarm=20, hit=320)

# %%
#| exercise: check
assert abs(threshold_if(0.25) - 0.2) < 1e-12, "one in four: 0.2"
assert abs(threshold_if(0.5) - 0.1) < 1e-12, "one in two: a call gains 180, so 20 / 200"
assert abs(threshold_if(0.1) - 0.5) < 1e-12, "one in ten: 20 / 40"
assert threshold_if(0.04) == np.inf, "400 · 0.04 is less than a call: never call"


# %%
#| exercise: solution
#| note: "The threshold is 20 / (400 s): common sense's 0.5 is right if one in ten stays. Below one in twenty no call pays at any chance."
def threshold_if(s):
    hit = 20 + (1 - s) * 400
    return np.inf if hit >= 400 else cost_threshold(miss=400, false_alarm=20, hit=hit)

# %% [markdown]
# ### Exercise: A fair lottery {#ex-lottery level="core"}
#
# There are $k$ calls, and several customers share the score at the $k$-th place. Who of them is called is drawn by lot.
# How many leavers do we expect to reach? Return the mean over all draws, without drawing.
#
# ??? hint "A hint"
#
#     Those above the tie are called for sure. The seats left go to the tied, among whom leavers have some share.


# %%
#| exercise: stub
def expected_leavers(y, s, k):
    """Mean number of leavers among k called, ties by lot."""
    return float(y[np.argsort(-s)[:k]].sum())

# %%
#| exercise: check
for k_, expected in ((1, 1), (3, 2), (4, 2.5), (5, 3), (9, 4), (10, 4)):
    found = expected_leavers(gone, score, k_)
    assert abs(found - expected) < 1e-9, f"{k_} calls: got {found}, expected {expected}"
found = expected_leavers(y_test, np.zeros(len(y_test)), 100)
assert abs(found - 100 * y_test.mean()) < 1e-9, "all tied: a hundred calls at random"


# %%
#| exercise: solution
#| note: "An order that sorts the tied rows by luck gives a number that nobody can repeat. One that leaves them in their places gives a number that changes with the order of the file; if the file is sorted by outcome, it is wrong on average."
def expected_leavers(y, s, k):
    last = np.sort(s)[-k]  # the score at the k-th place
    above, tied = s > last, s == last
    return float(y[above].sum() + (k - above.sum()) * y[tied].mean())

# %% [markdown]
# ### Exercise: Part of the area {#ex-partial level="core"}
#
# If at most a share `most` of the stayers may be bothered, only the left part of the ROC curve counts. Compute its area,
# divided by `most`, so that a perfect model gets 1.
#
# ??? hint "A hint"
#
#     Cut the curve at `most` with `np.interp`, append that point, and use `auc`.


# %%
#| exercise: stub
def partial_area(y, s, most):
    """Area up to FPR = most, divided by most."""
    return roc_auc_score(y, s)

# %%
#| exercise: check
assert abs(partial_area(y_test, p_test, 1.0) - roc_auc_score(y_test, p_test)) < 1e-12, "the whole area"
assert abs(partial_area(gone, gone.astype(float), 0.1) - 1) < 1e-12, "a perfect order"
assert abs(partial_area(gone, score, 1 / 6) - 0.25) < 1e-12, "up to the first stayer the ten have reached a quarter"
flat = partial_area(gone, np.zeros(10), 0.5)
assert abs(flat - 0.25) < 1e-12, f"one big tie is the diagonal: expected 0.25, got {flat}"


# %%
#| exercise: solution
#| note: "Up to 5 % of the stayers our model has {{ up_to(0.05):.2f }}; a coin has 0.025."
def partial_area(y, s, most):
    fpr, tpr, _ = roc_curve(y, s)
    inside = fpr <= most
    x = np.append(fpr[inside], most)
    h = np.append(tpr[inside], np.interp(most, fpr, tpr))
    return auc(x, h) / most

# %% [markdown]
# ### Exercise: Chances for another prevalence {#ex-new-chances level="core"}
#
# Next year 5 % leave, and leavers look as before. The old chances are now too high. Bayes: the [odds](glossary:odds)
# $p / (1 - p)$ are prior odds times a ratio that does not change. Write the new chance, and see what calling from 0.2
# up earns with old and with new chances.
#
# ??? hint "A hint"
#
#     Divide the odds by the old prior odds, $\pi / (1 - \pi)$, and multiply by the new ones. For the dollars,
#     `reweighted(y_test, 0.05)` gives each customer a weight, and `binary_counts` takes them.


# %%
#| exercise: stub
def new_chance(p, old, new):
    """Chances (n,) moved from one prevalence to another."""
    return p * new / old

# %%
#| exercise: check
assert np.allclose(new_chance(p_test, 0.3, 0.3), p_test), "the same prevalence: nothing changes"
assert np.allclose(new_chance(np.array([0.3]), 0.3, 0.05), 0.05), "who was average is average"
assert np.allclose(new_chance(np.array([0.9]), 0.5, 0.1), 0.5), "odds 9, prior odds from 1 to 1/9: odds 1"
back = new_chance(new_chance(p_test, 0.3, 0.05), 0.05, 0.3)
assert np.allclose(back, p_test), "there and back again"


# %%
#| exercise: solution
#| note: "Weighted to 5 % leavers, the old chances from 0.2 up bring {{ in_rare(p_test):,.0f }} dollars per 1,000, the new ones {{ in_rare(p_rare):,.0f }}. The order is the same; the threshold is not."
def new_chance(p, old, new):
    odds = p / (1 - p) * (1 - old) / old * new / (1 - new)
    return odds / (1 + odds)


def per_thousand(p, v):
    hits, wasted, _, _ = binary_counts(
        y_test, (p >= 0.2).astype(int), sample_weight=v)
    return 1000 * (80 * hits - 20 * wasted) / v.sum()


v, fresh = reweighted(y_test, 0.05), new_chance(p_test, left[train].mean(), 0.05)
earned = [per_thousand(p_test, v), per_thousand(fresh, v)]

# %% [markdown]
# ### Exercise: The error of an area {#ex-delong level="small research"}
#
# AUC is a mean over pairs, and pairs share customers, so their number says little about the error. DeLong and others
# [@delong1988] give each leaver $i$ the share $u_i$ of stayers below (ties half), each stayer $j$ the share $v_j$ of leavers above.
# The variance of AUC is then about $\operatorname{var}(u) / n_1 + \operatorname{var}(v) / n_0$, with divisors $n_1 - 1$ and
# $n_0 - 1$. Write the standard error, and compare with the bootstrap.
#
# ??? hint "A hint"
#
#     `a[:, None] > b` is a table of all pairs; its row means and column means are what you need.


# %%
#| exercise: stub
def auc_error(y, s):
    """Standard error of the AUC."""
    area = roc_auc_score(y, s)
    return np.sqrt(area * (1 - area) / (np.sum(y == 1) * np.sum(y == 0)))

# %%
#| exercise: check
u_ten, v_ten = [1, 5 / 6, 4.5 / 6, 0.5], [0.25, 0.625, 0.75, 1, 1, 1]
by_hand = (np.var(u_ten, ddof=1) / 4 + np.var(v_ten, ddof=1) / 6) ** 0.5
found = float(auc_error(gone, score))
assert abs(found - by_hand) < 1e-9, f"ten customers: got {found:.4f}, expected {by_hand:.4f}"
drawn = interval(roc_auc_score, p_test)
width = drawn.high - drawn.low
ratio_of_both = 2 * 1.96 * float(auc_error(y_test, p_test)) / width
assert 0.8 < ratio_of_both < 1.25, f"the bootstrap's interval is {width:.4f} wide; yours {ratio_of_both:.2f} times that"


# %%
#| exercise: solution
#| note: "For the test customers it is {{ delong:.4f }}, and 1.96 of these to both sides make an interval {{ 3.92 * delong:.3f }} wide; the bootstrap's is {{ boot_width:.3f }} wide. Had all pairs been independent, the error would be {{ naive_error:.4f }}: the stub is far too sure."
def auc_error(y, s):
    a, b = s[y == 1], s[y == 0]
    won = (a[:, None] > b) + 0.5 * (a[:, None] == b)  # (n1, n0)
    u, v = won.mean(axis=1), won.mean(axis=0)
    return np.sqrt(np.var(u, ddof=1) / len(a) + np.var(v, ddof=1) / len(b))
