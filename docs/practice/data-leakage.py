# ---
# title: Data leakage
# lede: >-
#   A score of 0.99 deserves a question before applause. Perhaps the answer got into the questions: a column was
#   written after the event, or the test rows helped to build the model. This chapter finds such leaks in real tables,
#   measures what each was worth, and removes them.
# minutes: 70
# needs: [regression/logistic-regression, judging/train-validate-test]
# paths: [scikit-learn]
# able:
#   - name the two doors by which an answer gets into the questions
#   - screen the columns of a table, and ask of each when its value was written down
#   - say what a leak was worth, and what a leaky model does once it is in use
#   - derive how well the best of many noise columns does, and what copied rows add to a score
#   - put every step that learns inside the fold, and say which steps need it most
# ---

# %% [markdown]
# ## A bank's decision, foreseen {#question}
#
# A bank received 1,319 applications for a credit card [@greene2003]. We know what it knew of each applicant, and whether
# it gave the card. Can its decision be foreseen? We take all eleven columns and a
# [logistic regression](../regression/logistic-regression.py), and judge it on rows that it has not seen, by
# [cross-validation](glossary:cross-validation).

# %%
#| live: true
import numpy as np

from mle.datasets import load_credit_card
from mle.linear_model import LogisticRegression
from mle.metrics import accuracy_score, roc_auc_score
from mle.model_selection import StratifiedKFold, cross_val_predict
from mle.pipeline import make_pipeline
from mle.preprocessing import StandardScaler

cards = load_credit_card()
given = (cards.y == "yes").astype(np.int64)  # 1: got the card
known = {name: np.asarray(column == "yes", float)
         if column.dtype.kind == "U" else column
         for name, column in cards.columns.items() if name != "card"}
five = StratifiedKFold(5, shuffle=True, random_state=0)


def scaled_logistic():
    return make_pipeline(StandardScaler(), LogisticRegression())


def unseen_chances(names):
    """Chance of a card for each applicant, by a model without them."""
    X = np.column_stack([known[name] for name in names])
    return cross_val_predict(scaled_logistic(), X, given, cv=five,
                             method="predict_proba")[:, 1]


p_all = unseen_chances(known)
right = accuracy_score(given, (p_all >= 0.5).astype(np.int64))
print(f"right: {right:.1%}, AUC {roc_auc_score(given, p_all):.3f}")
print(f"always yes: {given.mean():.1%}")

# %%
#| hide: true
import math

import matplotlib.pyplot as plt
from matplotlib.patheffects import withStroke

from mle import plot
from mle.model_selection import bootstrap_interval

spent = known["expenditure"]
spenders = (spent > 0).astype(np.int64)
idle = int(np.sum((spent == 0) & (given == 1)))
assert spent[given == 0].max() == 0


def halo(width=3):
    return [withStroke(linewidth=width, foreground=plot.color("ground"))]


def said(interval, digits=3):
    return f"{interval.score:.{digits}f} ({interval.low:.{digits}f} to {interval.high:.{digits}f})"


def area_of(y, p, draws=400):
    return bootstrap_interval(roc_auc_score, y, p, method="percentile", n_resamples=draws, random_state=0)


def hits_of(y, p):
    called = (p >= 0.5).astype(np.int64)
    return bootstrap_interval(accuracy_score, y, called, method="percentile", n_resamples=400, random_state=0)


# %% [markdown]
# {{ 100 * right:.0f }} % right, where always saying yes gives {{ 100 * given.mean():.0f }} %. Common sense is delighted: the rows were
# held out, the code is correct, the model may be put to use. @Fig-spending shows one of its eleven columns.

# %%
#| id: fig-spending
#| caption: Nobody who was refused ever spent a dollar with the card. Of those who got it, all but {{ idle }} did.
#| alt: Two rows of dots over monthly spending from 0 to 3,000 dollars. The refused all stand in one heap at zero. The
#|   accepted spread from 1 to 3,000 dollars, with a small heap at zero.
wobble = np.random.default_rng(0).uniform(-0.28, 0.28, len(given))
fig, ax = plt.subplots(figsize=(5.2, 2.6))
side = np.random.default_rng(1).uniform(-0.07, 0.07, len(given))
place = np.log10(1 + spent) + np.where(spent == 0, side, 0)
ax.plot(place[given == 1], (1 + wobble)[given == 1], "o", color=plot.color("data"), ms=2.6, alpha=0.5, mew=0)
ax.plot(place[given == 0], wobble[given == 0], "D", color=plot.color("error"), ms=2.6, alpha=0.6, mew=0)
ticks = [0, 10, 100, 1000]
ax.set(yticks=[0, 1], yticklabels=["refused", "accepted"], ylim=(-0.6, 1.6), xlabel="spending with the card, dollars a month",
       xticks=np.log10(1 + np.array(ticks)), xticklabels=[f"{v:,}" for v in ticks])
ax.grid(False)
plot.note(ax, f"all {int(np.sum(given == 0))}", (0.1, 0), "error", offset=(5, 0))

# %% [markdown]
# The column `expenditure` was written down after the decision, and only those with a card had one to spend with. On the day
# a new application arrives, it does not exist. The model has not learnt whom the bank accepts. It has learnt that
# people with a card have a card. That is [leakage](glossary:leakage): the answer has got into the questions.
#
# ## Two small cases by hand {#by-hand}
#
# **A column.** Six applicants. Three got the card and spent 120, 40 and 0 dollars; three were refused and spent 0, 0 and 0.
# How well does this column alone tell them apart? Its [AUC](glossary:auc) is the share of pairs, one accepted and one refused,
# in which the accepted has the higher value; a tie counts one half. There are 9 pairs. The first two accepted win 3 each, the third ties 3
# times: $(6 + \frac32) / 9$.
#
# **A row.** Ten test questions, and four of them were in the exercise book, word for word. A pupil who remembers everything and
# understands little gets those four right, and half of the other six: 7 of 10. On new questions it would be 5.
#
# ```pycon
# >>> got_it = np.array([1, 1, 1, 0, 0, 0])
# >>> dollars = np.array([120.0, 40.0, 0.0, 0.0, 0.0, 0.0])
# >>> round(roc_auc_score(got_it, dollars), 4) == round(7.5 / 9, 4)
# True
# >>> seen, understood = 0.4, 0.5
# >>> round(seen + (1 - seen) * understood, 2)
# 0.7
# ```
#
# ## Two doors {#two-doors}
#
# A score is a promise about use. In use a row arrives, we know of it what is known *at that moment*, $x$, and the model
# $f$, fitted before, answers $f(x)$. A held-out score keeps the promise if both halves of the sentence hold for the test
# rows as well. There are two ways to break it (@fig-doors).

# %%
#| id: fig-doors
#| caption: Two doors. Left, a column holds what was written down after the answer was known. Right, test rows take
#|   part in building the model that is judged on them.
#| alt: Two grids of cells, rows of a table. In the left one a column beside the answer is coloured, with an arrow from the
#|   answer into it. In the right one the lowest rows are the test rows, and an arrow leads from them up to the training rows.
fig, axes = plt.subplots(1, 2, figsize=(5.2, 2.8))
fig.subplots_adjust(wspace=0.12)
arrow = {"arrowstyle": "-|>", "lw": 1.8, "color": plot.color("error"), "shrinkA": 0, "shrinkB": 0, "mutation_scale": 13}
for side, ax in enumerate(axes):
    ax.axis("off")
    ax.set(xlim=(-0.3, 6.6), ylim=(-1.5, 6.4))
    for i in range(5):
        for j in range(5):
            leaky = (side == 0 and j == 3) or (side == 1 and i == 0)
            role = "error" if leaky else "truth" if j == 4 else "data"
            ax.add_patch(plt.Rectangle((j + 0.06, i + 0.06), 0.88, 0.88, color=plot.color(role), alpha=0.75 if leaky else 0.25, lw=0))
axes[0].annotate("", (3.5, 5.1), (4.5, 5.1), arrowprops={**arrow, "connectionstyle": "arc3,rad=0.9"})
axes[1].annotate("", (5.1, 3.0), (5.1, 0.5), arrowprops={**arrow, "connectionstyle": "arc3,rad=0.9"})
plot.note(axes[0], "target leakage", (2.5, 6.15), "ink", offset=(0, 0), ha="center")
plot.note(axes[1], "contamination", (2.5, 6.15), "ink", offset=(0, 0), ha="center")
plot.note(axes[0], "known in time", (1.4, 0), "data", offset=(0, -4), ha="center")
plot.note(axes[0], "later", (3.5, -0.85), "error", offset=(0, -4), ha="center")
plot.note(axes[0], "answer", (4.0, 0), "truth", offset=(3, -4), ha="left")
plot.note(axes[1], "training rows", (2.5, 3), "data", offset=(0, 0), ha="center", path_effects=halo())
plot.note(axes[1], "test rows", (2.5, 0), "error", offset=(0, -4), ha="center")

# %% [markdown]
# - [Target leakage](glossary:target-leakage): a column of $x$ is not known at that moment, or would be different had the answer been
#   different. The leak is in the *table*: held-out rows have it as well, and their score is inflated like that of the training rows.
# - [Contamination](glossary:contamination): the test rows, or copies of them, have helped to make $f$. The leak is in the
#   *procedure*. The same table judged properly gives an honest score.
#
# Kaufman and his co-authors forbid the first under the name of a *time machine*, and for the second ask that learning and predicting be kept apart [@kaufman2012]. The two need different remedies:
# questions for the first, a pipeline for the second.
#
# ## A column that knew {#target}
#
# ### A screen
#
# The cheapest search looks at each column alone. A single column that ranks the answers nearly perfectly deserves a question.
# AUC is a good measure, because it needs no model, no unit and no threshold. The library finds it by ranks:
#
# ```quote
# mle.metrics.ranking.roc_auc_score
# ```
#
# (The first lines are for several classes.) An AUC below one half points the other way and is as telling, so we turn it round.

# %%
#| live: true
def single_areas(columns, y):
    """AUC of each column alone, turned to at least 0.5, sorted."""
    areas = {}
    for name, column in columns.items():
        a = roc_auc_score(y, column)
        areas[name] = max(a, 1 - a)
    return dict(sorted(areas.items(), key=lambda pair: -pair[1]))


alone = single_areas(known, given)
for name, a in list(alone.items())[:5]:
    print(f"{name:12} {a:.3f}")

# %%
#| hide: true
honest_names = [name for name in known if name not in ("expenditure", "share")]
p_no_spending = unseen_chances([name for name in known if name != "expenditure"])
p_honest = unseen_chances(honest_names)
p_careful = unseen_chances([name for name in honest_names if name != "active"])
hits = {k: hits_of(given, p) for k, p in (("all", p_all), ("one", p_no_spending), ("honest", p_honest), ("careful", p_careful))}
areas = {k: area_of(given, p) for k, p in (("all", p_all), ("one", p_no_spending), ("honest", p_honest), ("careful", p_careful))}
assert areas["all"].low > areas["honest"].high + 0.08
assert areas["one"].low > areas["honest"].high
assert list(alone)[:2] == ["expenditure", "share"] or list(alone)[:2] == ["share", "expenditure"]
bars = {name: area_of(given, known[name] if roc_auc_score(given, known[name]) >= 0.5 else -known[name], 200) for name in alone}
joined = known["share"][spent == 0] * known["income"][spent == 0]
assert np.ptp(joined) < 1e-9

# %%
#| id: fig-screen
#| caption: One column at a time. Two of eleven stand apart from all others; the honest strongest is the number of bad reports.
#|   Bars are 95 % intervals of the bootstrap.
#| alt: Horizontal dots with bars for eleven columns over AUC from 0.5 to 1. Expenditure and share stand at 0.99, reports at
#|   0.72, the others between 0.5 and 0.6.
fig, ax = plt.subplots(figsize=(5.2, 3.1))
for i, (name, found) in enumerate(reversed(bars.items())):
    role = "error" if name in ("expenditure", "share") else "data"
    ax.plot([max(found.low, 0.46), found.high], [i, i], color=plot.color(role), lw=1.6)
    ax.plot(found.score, i, "D" if role == "error" else "o", color=plot.color(role), ms=5)
ax.axvline(0.5, color=plot.color("muted"), ls=":", lw=1)
ax.set(yticks=range(len(bars)), yticklabels=list(reversed(bars)), xlim=(0.45, 1.01), xlabel="AUC of the column alone")
ax.grid(False, axis="y")
plot.note(ax, "written after the decision", (0.975, len(bars) - 1.5), "error", offset=(-8, 0))

# %% [markdown]
# `reports`, the number of unpaid debts and the like, is what a bank looks at. But 0.99, twice? `share` is spending divided by
# income. It is a leak in disguise: where nothing was spent it is not zero. Multiply it back by the income, which the table counts in units of
# 10,000 dollars, and there stands the same number, {{ float(joined[0]):g }}, for all {{ int(np.sum(spent == 0)) }} people without spending: twelve
# dollars a year, as if each had spent one a month. Why, we do not know.
#
# ### What a flag is worth
#
# Why 0.99, and not 1? Say that all refused have the lowest value of a column, and so has a share $q$ of the accepted; the
# other accepted lie higher. A pair of an accepted and a refused is a tie with probability $q$, worth one half, and else a win:
#
# $$
# \mathrm{AUC} = \tfrac12 q + (1 - q) = 1 - \tfrac12 q
# $$ {#eq-flag-auc}
# : $q$ is the share of positives that have the value of all negatives. One number, from ½ to 1.
#
# Here {{ idle }} of {{ int(given.sum()):, }} did not spend, and it does not matter how much the others spent. In the toy, $q = \frac13$.


# %%
from mle.testing import verify


def flag_area(q):
    return 1 - q / 2  # eq: flag-auc


# idle = 21, and spent is the column expenditure
verify("flag-auc", flag_area(idle / given.sum()),
       roc_auc_score(given, spent))
verify("flag-auc", flag_area(1 / 3), 7.5 / 9)

# %% [markdown]
# A perfect flag, $q = 0$, has one more consequence: it separates the classes, and without a penalty the weight of that column
# grows without limit ([separation](glossary:separation); see [Where it breaks](../regression/logistic-regression.py#where-it-breaks) in the chapter on
# logistic regression). An enormous weight, or a solver that complains, is a sign as well.
#
# ### The question to ask
#
# A number cannot say whether a column is a leak or a good column. A date can. Of each column ask: **on the day of the
# decision, was this value written down, and would it be the same had the decision been different?** `reports`, `age`,
# `income`: yes. `expenditure` and `share`: no, twice. `active`, the number of active accounts, is a doubtful case: if it was
# counted later, the new card is among them. The description does not say. Take the guilty out:
#
# | Columns | Accuracy | AUC |
# |:--|:--|:--|
# | all eleven | {{ said(hits["all"]) }} | {{ said(areas["all"]) }} |
# | without `expenditure` | {{ said(hits["one"]) }} | {{ said(areas["one"]) }} |
# | without `share` too | {{ said(hits["honest"]) }} | {{ said(areas["honest"]) }} |
# | without `active` too | {{ said(hits["careful"]) }} | {{ said(areas["careful"]) }} |
# | none: always yes | {{ given.mean():.3f }} | 0.500 |
#
# : One dealing into five folds; in brackets 95 % of the bootstrap over applicants. The models were not fitted anew to
#   each draw, so the intervals are somewhat narrow. {#tbl-cards}
#
# One leak out, and hardly anything changes: its twin does the work. Both out, and the AUC falls from
# {{ areas["all"].score:.2f }} to {{ areas["honest"].score:.2f }}. That is the honest answer, with a footnote: if `active` is a leak,
# it is {{ areas["careful"].score:.2f }}. When nobody can be asked, report both.
#
# ### What the leaky model does in use
#
# A leak does more than flatter. In each fold we fit the model with all columns, and then use it as the bank would:
# on the day of the application nothing has been spent, so both columns hold zero.

# %%
#| live: true
everything = np.column_stack(list(known.values()))  # (1319, 11)
today = everything.copy()
for name in ("expenditure", "share"):
    today[:, list(known).index(name)] = 0.0

in_use = np.empty(len(given))
for train, test in five.split(everything, given):
    leaky = scaled_logistic().fit(everything[train], given[train])
    in_use[test] = leaky.predict_proba(today[test])[:, 1]
accepted = (in_use >= 0.5).astype(np.int64)
print(f"promised {right:.1%}, delivered "
      f"{accuracy_score(given, accepted):.1%}")
print(f"accepts {accepted.mean():.0%}; the bank {given.mean():.0%}")

# %%
#| hide: true
delivered = hits_of(given, in_use)
assert delivered.high < given.mean(), "the text says worse than always yes"
today[:, list(known).index("share")] = joined[0] / known["income"]
as_stored = np.empty(len(given))
for train, test in five.split(everything, given):
    leaky = scaled_logistic().fit(everything[train], given[train])
    as_stored[test] = leaky.predict_proba(today[test])[:, 1]
stored = hits_of(given, as_stored)
assert stored.high < given.mean()
order_kept = area_of(given, in_use)
assert order_kept.high > areas["honest"].score > order_kept.low

# %% [markdown]
# {{ 100 * right:.0f }} % were promised and {{ 100 * delivered.score:.0f }} % ({{ 100 * delivered.low:.0f }} to {{ 100 * delivered.high:.0f }}) delivered. (With 0.0012 over the income as `share`, as the table has it, {{ 100 * stored.score:.0f }} %.) To say yes to everybody would
# have been better. "No spending" meant "no card" in the training rows, and in use it is true of everyone. The *order* of the applicants
# survives, AUC {{ said(order_kept, 2) }}, because two columns that are the same for all shift all log-odds alike. The chances are ruined, and every decision by a threshold.
#
# ### How a leak looks from inside the model
#
# [Permutation importance](glossary:permutation-importance) asks a fitted model what it relies on: shuffle one column of
# the test rows, so that each row gets somebody else's value, and see how far the score falls [@breiman2001].
#
# ```quote
# mle.inspection.columns.shuffle_column
# ```
#
# ```quote
# mle.inspection.importance.permutation_importance
# ```
#
# ```quote
# mle.inspection.importance.PermutationImportance.of
# ```
#
# The model is not fitted again, so this costs only predictions. We fit on half of the applicants and ask on the others.

# %%
from mle.inspection import permutation_importance
from mle.model_selection import train_test_split

fit_rows, ask_rows = train_test_split(
    np.arange(len(given)), test_size=0.5, stratify=given,
    random_state=0)


def relied_on(names):
    X = np.column_stack([known[name] for name in names])
    model = scaled_logistic().fit(X[fit_rows], given[fit_rows])
    found = permutation_importance(
        model, X[ask_rows], given[ask_rows], scoring="roc_auc",
        n_repeats=10, random_state=0)
    return dict(zip(names, found.importances_mean.tolist()))


with_leaks = relied_on(list(known))
one_leak = relied_on([name for name in known if name != "share"])
without_leaks = relied_on(honest_names)  # honest_names has neither

# %%
#| hide: true
assert one_leak["expenditure"] > 1.5 * max(with_leaks["expenditure"], with_leaks["share"])
assert max(without_leaks, key=without_leaks.get) == "reports"
assert without_leaks["reports"] > 2 * with_leaks["reports"]

# %%
#| id: fig-importance
#| caption: Two leaks share the blame. Alone (middle) one bears it all; without any (right) the model turns to
#|   what the bank looks at.
#| alt: Three panels of horizontal bars for share, expenditure, reports and active. Left, with both leaks, share and
#|   expenditure have middling bars. In the middle, without share, expenditure has one long bar. Right, without both, reports has
#|   a long bar and active a short one.
shown = ["share", "expenditure", "reports", "active"]
fig, axes = plt.subplots(1, 3, figsize=(5.2, 2.3), sharey=True)
fig.subplots_adjust(wspace=0.12)
for ax, found, title in zip(axes, (with_leaks, one_leak, without_leaks), ("all columns", "no share", "neither")):
    for i, name in enumerate(reversed(shown)):
        role = "error" if name in ("share", "expenditure") else "data"
        if name in found:
            ax.barh(i, found[name], color=plot.color(role), height=0.6)
        else:
            plot.note(ax, "out", (0.01, i), "muted", offset=(0, 0), ha="left")
    ax.set(yticks=range(4), yticklabels=list(reversed(shown)), xlim=(0, 0.38), xticks=[0, 0.15, 0.3], title=title)
    ax.title.set_size(9)
    ax.grid(False, axis="y")
axes[1].set_xlabel("AUC lost when the column is shuffled")

# %% [markdown]
# With both leaks in, shuffling one costs {{ with_leaks["share"]:.2f }} or {{ with_leaks["expenditure"]:.2f }}, because the other stands in. Take `share` out, and `expenditure`
# alone costs {{ one_leak["expenditure"]:.2f }}; to take it out as well cost only {{ areas["one"].score - areas["honest"].score:.2f }} (@tbl-cards), for there the model was fitted again.
# So when a model looks too good, ask about the top column; if it is a leak, take it out and look again.
#
# ## Two more tables {#more-tables}

# %%
#| hide: true
from mle.compose import make_column_transformer
from mle.datasets import load_bank_marketing, load_heart_failure
from mle.preprocessing import OneHotEncoder

calls = load_bank_marketing()
took = (calls.y == "yes").astype(np.int64)
call_table = calls.table()


def caller(drop=()):
    numbers = [n for n in calls.feature_names if n not in drop]
    texts = [n for n in calls.category_names if n not in drop]
    columns = make_column_transformer((StandardScaler(), numbers), (OneHotEncoder(handle_unknown="ignore"), texts))
    return make_pipeline(columns, LogisticRegression())


p_long = cross_val_predict(caller(), call_table, took, cv=five, method="predict_proba")[:, 1]
p_short = cross_val_predict(caller(["duration"]), call_table, took, cv=five, method="predict_proba")[:, 1]
call_areas = [area_of(took, p) for p in (p_long, p_short, calls.columns["duration"])]
tenth = len(took) // 10
top = [100 * float(took[np.argsort(-p)[:tenth]].mean()) for p in (p_long, p_short)]
top_error = max(2 * math.sqrt(v * (100 - v) / tenth) for v in top)
assert call_areas[0].low > call_areas[1].high
minute = calls.columns["duration"] < 60

heart = load_heart_failure()
died = heart.y
eleven = [name for name in heart.feature_names if name != "time"]


def heart_chances(names):
    return cross_val_predict(scaled_logistic(), heart.select(names), died, cv=five, method="predict_proba")[:, 1]


heart_areas = [area_of(died, heart_chances(names)) for names in (list(heart.feature_names), eleven, ["time"])]
assert heart_areas[0].score > heart_areas[2].score > heart_areas[1].score
assert heart_areas[0].low > heart_areas[1].score

# %% [markdown]
# **Telephone calls.** A Portuguese bank called its customers and offered a deposit; of the {{ len(took):, }} in our table, a random tenth, {{ 100 * took.mean():.1f }} % took it [@moro2014].
# `duration` is the length of the call in seconds. Of the {{ int(minute.sum()) }} calls below a minute
# {{ int(took[minute].sum()) }} was a success: who says no, hangs up. But whom to call has to be decided before the call. So:
#
# | Table | Columns | AUC |
# |:--|:--|:--|
# | calls | all sixteen | {{ said(call_areas[0]) }} |
# | calls | without `duration` | {{ said(call_areas[1]) }} |
# | calls | `duration` alone | {{ said(call_areas[2]) }} |
# | patients | all twelve | {{ said(heart_areas[0]) }} |
# | patients | without `time` | {{ said(heart_areas[1]) }} |
# | patients | `time` alone | {{ said(heart_areas[2]) }} |
#
# : Inflated and honest. A single leaking column scores higher than all honest ones together (for the patients the intervals overlap); intervals as in @tbl-cards. {#tbl-more}
#
# In money: call the tenth of the customers with the highest chances. The leaky model promises that {{ top[0]:.0f }} % of them will say
# yes, the honest one finds {{ top[1]:.0f }} % (both ± {{ top_error:.0f }}), still {{ top[1] / (100 * took.mean()):.1f }} times as many as calling at random.
#
# These calls of three years, with a financial crisis among them, come without a year: we cannot learn from the
# early ones and test on the late ones, as use would.
#
# **Patients.** The third table is that of the chapter on [heart failure](../projects/heart-failure.py), still to come: `time`,
# the length of the follow-up, ends at death (@fig-time). Published models have used it. There is a better way than to drop the column:
# *change the question* to "died within ninety days", for which the follow-up decides who can be counted (@ex-ninety-days).
# The same table has a subtler leak, values filled in by outcome, to which we return in @sec-check-list.
#
# ## Rows that knew {#contamination}
#
# ### The best of many noise columns
#
# Now the other door. A hundred patients, half of them ill, and $p$ columns of measurements; $p$ is large, as with genes. We look for the ten
# columns that correlate best with the illness, and cross-validate a model on these ten. All columns are pure noise, drawn without
# looking at the illness. The right score is one half.

# %%
#| live: true
from mle.model_selection import cross_val_score

n = 100
ill = np.arange(n) % 2


def correlations(X, y):
    """Correlation of each column with y, shape (p,)."""
    A, t = X - X.mean(axis=0), y - y.mean()
    return A.T @ t / np.sqrt((A**2).sum(axis=0) * (t @ t))


rng = np.random.default_rng(1)
genes = rng.normal(size=(n, 1000))
ten = np.argsort(-np.abs(correlations(genes, ill)))[:10]
wrong = cross_val_score(LogisticRegression(), genes[:, ten], ill, cv=five)
print("accuracy in five folds:", wrong.round(2).tolist())
print("mean:", round(float(wrong.mean()), 2))

# %% [markdown]
# Each fold was held out from the *fit*. It was not held out from the *choice*. How large does this get?
#
# Take one noise column. Its [correlation](glossary:correlation) $r$ with the target is about normal with mean 0 and
# [standard deviation](glossary:standard-deviation) $1/\sqrt n$, so $z = \sqrt n\, r$ is about standard normal. We want the expectation of $M$, the largest
# $|z_j|$ of $p$ columns. That is the largest of $2p$ numbers, the $z_j$ and the $-z_j$. For any $t > 0$,
#
# $$
# e^{t \,\mathrm E[M]} \;\le\; \mathrm E\bigl[e^{tM}\bigr] \;\le\; \sum_{j=1}^{p} \mathrm E\bigl[e^{t z_j} + e^{-t z_j}\bigr] \;=\; 2p\, e^{t^2/2}
# $$
#
# The first step holds because the exponential is [convex](glossary:convex): the mean of its values is at least its value at the mean. The second replaces
# the largest term by the sum of all, which are positive. The third is the mean of $e^{tz}$ for a standard normal $z$: complete the square,
# $tz - \frac12 z^2 = \frac12 t^2 - \frac12 (z - t)^2$. Take logarithms and divide by $t$: $\mathrm E[M] \le \frac1t \log(2p) + \frac12 t$. The right side
# has the slope $-\log(2p)/t^2 + \frac12$, so it is smallest at $t = \sqrt{2 \log(2p)}$, where both terms are equal. Back from $z$ to $r$:
#
# $$
# \mathrm E\Bigl[\max_j |r_j|\Bigr] \;\le\; \sqrt{\frac{2 \log(2p)}{n}}
# $$ {#eq-largest-noise}
# : $n$ rows, $p$ columns of noise; a correlation. Only about right, for the normal law of $r$ is an approximation.
#
# Nothing was said of the columns being [independent](glossary:independent); when they are, the bound is somewhat too high, as we shall see. It grows with $p$ as
# slowly as a root of a logarithm, but it never stops, and for small $n$ it begins high.
#
# What is such an $r$ worth? Code the two classes $y = \pm 1$, half each, and standardise the column. Least squares gives $x = r y$ plus a rest of variance $1 - r^2$.
# The classes have the means $r$ and $-r$; cut at 0. If the rest is normal, $xy = r + \sqrt{1 - r^2}\, u$ with a standard normal $u$, and a row is on its right side with probability
#
# $$
# P(xy > 0) = \Phi\Bigl(\frac{r}{\sqrt{1 - r^2}}\Bigr)
# $$ {#eq-picked-accuracy}
# : $\Phi$ is the [distribution function](glossary:distribution-function) of $u$. An accuracy; about $\frac12 + 0.4\, r$ for small $r$.
#
# Because the column was chosen on *all* rows, its correlation $r$ is there in every fold. We check both formulas: the first against a search over $t$,
# the second against 200 tables of 1,000 columns, where one column is chosen and cross-validated.


# %%
import math
from statistics import NormalDist


def largest_noise(p, n):
    return math.sqrt(2 * math.log(2 * p) / n)  # eq: largest-noise


def picked_accuracy(r):
    z = r / math.sqrt(1 - r**2)
    return NormalDist().cdf(z)  # eq: picked-accuracy


t = np.linspace(1, 6, 500_001)
verify("largest-noise", largest_noise(1000, n),
       np.min(math.log(2000) / t + t / 2) / math.sqrt(n))

rng, sign = np.random.default_rng(0), 2.0 * ill - 1
found_r, found_accuracy = [], []
for _ in range(200):
    X = rng.normal(size=(n, 1000))
    r = np.abs(correlations(X, ill))
    x, order, hit = X[:, r.argmax()], rng.permutation(n), []
    for test in np.array_split(order, 5):
        train = np.setdiff1d(order, test)
        high = x[train][ill[train] == 1].mean()
        low = x[train][ill[train] == 0].mean()
        says = np.sign(high - low) * np.sign(x[test] - (high + low) / 2)
        hit.append(np.mean(says == sign[test]))
    found_r.append(r.max())
    found_accuracy.append(np.mean(hit))
predicted = np.mean([picked_accuracy(r) for r in found_r])
verify("picked-accuracy", np.mean(found_accuracy), predicted, tol=0.01)
print(f"largest |r|: {np.mean(found_r):.3f}; "
      f"bound {largest_noise(1000, n):.3f}")
print(f"accuracy {np.mean(found_accuracy):.3f}, "
      f"predicted {predicted:.3f}")

# %% [markdown]
# (The margin shows the largest of the deviations; the second formula was compared with a simulation, whose own
# [standard error](glossary:standard-error) is {{ float(np.std(found_accuracy) / np.sqrt(200)):.3f }}.) One lucky column of a thousand gives {{ 100 * predicted:.0f }} %. Ten give more.
#
# ### The choice, inside the fold
#
# The remedy is to treat the choice as a part of the model. A transformer of our own keeps the best columns *of the rows that it is fitted to*:

# %%
#| live: true
from mle.base import Transformer


class KeepBest(Transformer):
    """Keep the k columns that correlate most with y."""

    def __init__(self, k=10):
        self.k = k

    def fit(self, X, y=None):
        r = correlations(np.asarray(X), np.asarray(y))
        self.kept_ = np.argsort(-np.abs(r))[: self.k]
        return self._close(X, len(r))

    def _transform(self, X):
        return X[:, self.kept_]


inside = make_pipeline(KeepBest(10), LogisticRegression())
fair = cross_val_score(inside, genes, ill, cv=five)
print("inside the fold:", fair.round(2).tolist())
print("mean:", round(float(fair.mean()), 2))

# %%
#| hide: true
choices = [10, 30, 100, 300, 1000, 3000]
noise_rng = np.random.default_rng(0)
luck, outside_score, inside_score = {}, {}, {}
for p in choices:
    pairs = []
    for run in range(10):
        X = noise_rng.normal(size=(n, p))
        deal = StratifiedKFold(5, shuffle=True, random_state=run)
        picked = KeepBest(10).fit(X, ill).transform(X)
        pairs.append((cross_val_score(LogisticRegression(), picked, ill, cv=deal).mean(), cross_val_score(inside, X, ill, cv=deal).mean()))
    luck[p] = np.abs(correlations(X, ill))
    outside_score[p], inside_score[p] = np.array(pairs).T
means_out = [float(outside_score[p].mean()) for p in choices]
means_in = [float(inside_score[p].mean()) for p in choices]
assert means_out[-1] > 0.75
assert means_out[-1] > means_out[2] > means_out[0]
assert max(abs(v - 0.5) for v in means_in) < 0.07
assert np.mean(found_r) < largest_noise(1000, n) < 1.25 * np.mean(found_r)

# %%
#| id: fig-noise
#| play: {p: [10, 30, 100, 300, 1000, 3000]}
#| say: "{{ p:, }} columns of noise: the largest |r| of this table is {{ luck[p].max():.2f }} (bound {{ largest_noise(p, n):.2f }}). Chosen on all rows, accuracy {{ outside_score[p].mean():.2f }}; chosen inside the fold, {{ inside_score[p].mean():.2f }}."
#| caption: More columns, more luck. Left, the correlations of all noise columns with the target, and the bound on the largest. Right, the accuracy
#|   of the best ten, chosen on all rows (diamonds) and inside the fold (dots), in ten tables each.
#| alt: Left, a histogram of absolute correlations that reaches out to near a vertical line. Right, accuracy over the number of columns; diamonds
#|   climb from one half to 0.8 while dots stay around one half.
p = 300
fig, (a, b) = plt.subplots(1, 2, figsize=(5.2, 2.9))
fig.subplots_adjust(wspace=0.34)
a.hist(luck[p], bins=np.linspace(0, 0.5, 26), weights=np.full(p, 100 / p), color=plot.color("data"), alpha=0.6)
a.axvline(largest_noise(p, n), color=plot.color("truth"), ls="--", lw=1.4)
a.plot(luck[p].max(), 0, "D", color=plot.color("error"), ms=6, clip_on=False, zorder=5)
plot.note(a, "bound", (largest_noise(p, n), 0.93), "truth", offset=(-4, 0), xycoords=a.get_xaxis_transform())
a.set(xlim=(0, 0.5), ylim=(0, 50), xlabel="|r| with the target", ylabel="% of the columns", title=f"{p:,} columns")
a.title.set_size(9)
spots = range(len(choices))
for i, q in enumerate(choices):
    strong = 1.0 if q == p else 0.3
    b.plot([i - 0.09] * 10, outside_score[q], "D", color=plot.color("error"), ms=3.6, alpha=strong, mew=0)
    b.plot([i + 0.09] * 10, inside_score[q], "o", color=plot.color("data"), ms=3.6, alpha=strong, mew=0)
b.plot(spots, means_out, color=plot.color("error"), lw=1)
b.plot(spots, means_in, color=plot.color("data"), lw=1)
b.axhline(0.5, color=plot.color("muted"), ls=":", lw=1)
b.set(xticks=list(spots), xticklabels=["10", "30", "100", "300", "1k", "3k"], xlabel="columns of noise", ylabel="accuracy", ylim=(0.3, 1.0))
plot.note(b, "chosen on all rows", (5.2, 0.93), "error", offset=(0, 0), ha="right")
plot.note(b, "inside the fold", (5.2, 0.335), "data", offset=(0, 0), ha="right")

# %% [markdown]
# With {{ choices[-1]:, }} columns noise predicts noise with {{ 100 * means_out[-1]:.0f }} %, and with as many columns as are kept there is nothing to choose and no bias. (The {{ fair.mean():.2f }} of the one table above is luck: a hundred rows leave ± {{ 2 * math.sqrt(0.25 / n):.2f }}.)
# Published gene studies were found to have done it [@ambroise2002]; it is a textbook's example of *the wrong way* [@hastie2009, sec. 7.10.2].
#
# How does a [pipeline](pipelines.py#folds) prevent it? [Cross-validation](../judging/cross-validation.py) hands a fresh copy of the *whole* estimator the training rows and nothing else:
#
# ```quote
# mle.model_selection.validate.cross_val_score
# ```
#
# `clone` makes the copy, with the parameters and without anything learnt. In the pipeline's `fit` every step learns from what the steps before it made of those rows:
#
# ```quote
# mle.pipeline.Pipeline._fit
# ```
#
# ```quote
# mle._steps.fit_transform_step
# ```
#
# And to predict, test rows pass through `transform` alone. There is no call of `fit` on this way:
#
# ```quote
# mle.pipeline.Pipeline._before_last
# ```
#
# ### Steps that do not look at the answer
#
# Is it as bad to scale, or to [fill gaps](missing-values.py), before dealing? We erase a fifth of all honest entries of the credit table at random, ten times, and
# compare both orders.

# %%
from mle.impute import SimpleImputer

honest = np.column_stack([known[name] for name in honest_names])
both_orders = []
for seed in range(10):
    erase = np.random.default_rng(seed).random(honest.shape) < 0.2
    gaps = np.where(erase, np.nan, honest)
    deal = StratifiedKFold(5, shuffle=True, random_state=seed)
    prepare = make_pipeline(SimpleImputer(), StandardScaler())
    before = cross_val_score(
        LogisticRegression(), prepare.fit_transform(gaps), given,
        cv=deal, scoring="roc_auc")
    within = cross_val_score(
        make_pipeline(prepare, LogisticRegression()), gaps, given,
        cv=deal, scoring="roc_auc")
    both_orders.append([before.mean(), within.mean()])
early, late = np.mean(both_orders, axis=0)
extra = np.diff(both_orders, axis=1)[:, 0] * -1
print(f"AUC {early:.4f} before, {late:.4f} inside")

# %%
#| hide: true
extra_se = float(extra.std(ddof=1) / math.sqrt(len(extra)))
assert abs(extra.mean()) < 0.001, "the text says nothing that one can see"

# %% [markdown]
# The sin is worth {{ 10000 * extra.mean():+.1f }} ± {{ 20000 * extra_se:.1f }} ten-thousandths of AUC (two standard errors over the ten tables): nothing one can see. Means of a thousand
# rows hardly know a test row, and hold no answer. The chapter on [training, validation and test data](../judging/train-validate-test.py#where-it-breaks) found a
# thousandth of the error for scaling with 40 rows. The rule "inside the fold" costs nothing, so we keep it. But if you have an hour to look for
# leaks, look first at steps that *read the answer*: choosing columns, [choosing settings](../judging/cross-validation.py#nested), and [encoding a category](categorical-variables.py) by its mean target. For the last, a
# pipeline alone is not enough, since a training row would meet its own answer. The library encodes each row by the answers of others:
#
# ```quote
# mle.preprocessing.target.TargetEncoder.fit_transform
# ```
#
# ### Copies on both sides
#
# The same row in training and test is a question from the exercise book. Whoever remembers gains most, and nothing remembers better than the
# [nearest neighbour](glossary:nearest-neighbours) rule [@cover1967]: answer what the most similar training row answered. Let a share $d$ of the test rows be copies of training rows, and let $a$
# be the rule's accuracy on new rows. A copy has its own training row at distance zero, and is answered rightly, unless two equal rows have different answers. The expected score is
#
# $$
# s = d + (1 - d)\, a = a + d\,(1 - a)
# $$ {#eq-copies-score}
# : $s$, $d$ and $a$ are shares, between 0 and 1. The inflation is $d (1 - a)$: the weaker the rule, the more it gains.

# %%
ruler = StandardScaler().fit(honest)  # scaling is harmless, see above
Z = ruler.transform(honest)  # (1319, 9), no two rows alike


def nearest_answer(Z_train, y_train, Z_test):
    squares = np.sum(Z_train**2, axis=1)
    distance = squares - 2 * Z_test @ Z_train.T  # + |z|², the same for all
    return y_train[distance.argmin(axis=1)]


def copies_score(d, a):
    return d + (1 - d) * a  # eq: copies-score


order = np.random.default_rng(0).permutation(len(given))
book, fresh = order[:800], order[800:]
new_hit = nearest_answer(Z[book], given[book], Z[fresh]) == given[fresh]
old_hit = nearest_answer(Z[book], given[book], Z[book]) == given[book]
rng = np.random.default_rng(1)
for d in (0.1, 0.3, 0.8):
    draws = [np.concatenate([rng.choice(old_hit, round(200 * d)),
                             rng.choice(new_hit, round(200 * (1 - d)))])
             for _ in range(2000)]
    verify("copies-score", copies_score(d, new_hit.mean()),
           np.mean(draws), tol=0.005)

# %%
#| hide: true
assert old_hit.all()
levels = np.linspace(0, 1, 6)
remembers, draws_line = np.zeros((20, 6)), np.zeros((20, 6))
for run in range(20):
    order = np.random.default_rng(run).permutation(len(given))
    book, fresh = order[:800], order[800:]
    asked = np.concatenate([book[:200], fresh[:200]])
    near_hit = nearest_answer(Z[book], given[book], Z[asked]) == given[asked]
    line_hit = LogisticRegression().fit(Z[book], given[book]).predict(Z[asked]) == given[asked]
    for j, d in enumerate(levels):
        part = np.r_[: round(200 * d), 200 : 200 + round(200 * (1 - d))]
        remembers[run, j] = near_hit[part].mean()
        draws_line[run, j] = line_hit[part].mean()
a_new = float(remembers[:, 0].mean())
assert (np.abs(remembers.mean(axis=0) - copies_score(levels, a_new)) < 0.01).all()
assert np.ptp(draws_line.mean(axis=0)) < 0.02
crossing = (float(draws_line.mean()) - a_new) / (1 - a_new)

# %%
#| id: fig-copies
#| caption: Copies reward memory. The nearest neighbour's accuracy climbs along the line of the formula (dashed) from {{ a_new:.2f }} to 1; logistic
#|   regression, which cannot remember a row, stays. Beyond some {{ 10 * round(10 * crossing):.0f }} % of copies the worse rule looks better.
#| alt: Accuracy over the share of copied test rows. Dots with bars rise on a dashed straight line from about 0.79 to 1. A second row of dots
#|   stays level at about 0.85. The two cross near one third.
fig, ax = plt.subplots(figsize=(5.2, 2.9))
ax.plot([0, 1], [a_new, 1], color=plot.color("truth"), ls="--", lw=1.4)
for found, role, mark in ((remembers, "error", "D"), (draws_line, "fit", "o")):
    ax.errorbar(levels, found.mean(axis=0), found.std(axis=0), fmt=mark, color=plot.color(role), ms=5, lw=1.2)
plot.note(ax, "nearest neighbour", (0.62, copies_score(0.62, a_new)), "error", offset=(-8, 8))
plot.note(ax, "logistic regression", (0.7, float(draws_line.mean())), "fit", offset=(0, -22), ha="center")
ax.set(xlabel="share of test rows that are copies", ylabel="accuracy", ylim=(0.74, 1.03), xlim=(-0.04, 1.04))

# %%
#| hide: true
flags = [calls.columns[name] == "yes" for name in ("default", "housing", "loan")]
flags += [calls.columns["poutcome"] == "success", calls.columns["contact"] == "unknown"]
call_numbers = np.column_stack([calls.select([n for n in calls.feature_names if n != "duration"]), *flags]).astype(float)

# %% [markdown]
# Where do copies come from? From tables joined twice, from pictures collected twice: of two famous sets of test pictures, 3 % and 10 % have a near copy among the training pictures [@barz2020]. And from our own hands.
# To balance rare classes, many people repeat the rare rows, here each customer who said yes eight times, and *then* deal into training and test:

# %%
from mle.metrics import recall_score

# took: 1 where the customer said yes; call_numbers: numbers of the
# calls without duration, and five columns of 0 and 1


def repeat_yes(rows, times=8):
    return np.concatenate([rows[took[rows] == 0],
                           np.repeat(rows[took[rows] == 1], times)])


everyone, recalls = np.arange(len(took)), {}
quarter = {"test_size": 0.25, "random_state": 0}
wrong_rows = repeat_yes(everyone)
split = train_test_split(wrong_rows, stratify=took[wrong_rows], **quarter)
dealt = train_test_split(everyone, stratify=took, **quarter)
for name, (train, test) in {
        "repeated, then dealt": split,
        "dealt, then repeated": (repeat_yes(dealt[0]), dealt[1])}.items():
    scale = StandardScaler().fit(call_numbers[train])
    says = nearest_answer(scale.transform(call_numbers[train]),
                          took[train], scale.transform(call_numbers[test]))
    recalls[name] = recall_score(took[test], says)
    print(f"{name}: recall {recalls[name]:.3f}")

# %%
#| hide: true
inflated, fair_recall = recalls.values()
test_yes = int(took[dealt[1]].sum())
recall_se = math.sqrt(fair_recall * (1 - fair_recall) / test_yes)
assert inflated > 0.99
assert fair_recall < 0.4

# %% [markdown]
# Of the customers who will say yes, {{ 100 * inflated:.0f }} % found, or {{ 100 * fair_recall:.0f }} % ± {{ 200 * recall_se:.0f }}? Same customers, same rule, other order of two lines. (The columns are the customers' without `duration`.)
#
# Rows need not be equal to know each other. Samples of one patient, and hours of one day, are half copies. Hold out [whole groups](../judging/cross-validation.py#groups), and the latest [stretch of time](../judging/cross-validation.py#time).
#
# ## The naive screen and the fast one {#naive-and-fast}
#
# AUC as it was defined compares every positive with every negative: here {{ int(took.sum()) }} times {{ int((1 - took).sum()):, }} pairs for one column.


# %%
def area_by_pairs(y, score):
    wins = 0.0
    below = score[y == 0].tolist()
    for high in score[y == 1].tolist():
        for low in below:
            wins += 1.0 if high > low else 0.5 if high == low else 0.0
    return wins / (np.sum(y == 1) * np.sum(y == 0))


# %%
#| hide: true
import time


def seconds(f, *args, repeats):
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        f(*args)
        times.append(time.perf_counter() - start)
    return min(times)


long_call = calls.columns["duration"]
few = slice(0, 2000)
assert abs(area_by_pairs(took[few], long_call[few]) - roc_auc_score(took[few], long_call[few])) < 1e-12
slow = seconds(area_by_pairs, took, long_call, repeats=1)
assert slow > 10 * seconds(roc_auc_score, took, long_call, repeats=5)

# %% [markdown]
# The library sorts once. `weight_at_each_score` counts positives and negatives at each distinct value; a running sum then says how many negatives lie below.
#
# ```quote
# mle.metrics.ranking.weight_at_each_score
# ```
#
# The result is the same, at more than ten times the speed (measured on the lengths of the calls).
#
# ## Where it breaks {#where-it-breaks}
#
# ### The screen looks at one column at a time
#
# Suppose that the heart-failure table held two dates in place of `time`: the day of admission, spread over four years (that is our
# invention), and the day last seen. Neither is a follow-up. Their difference is.

# %%
#| live: true
from mle.datasets import load_heart_failure

heart = load_heart_failure()
admitted = np.random.default_rng(0).integers(0, 1460, len(heart))
dates = {"admitted": admitted * 1.0,
         "last seen": admitted + heart.columns["time"]}
dates["difference"] = dates["last seen"] - dates["admitted"]
for name, area in single_areas(dates, heart.y).items():
    print(f"{name:10} {area:.3f}")

# %%
#| hide: true
from mle.datasets import load_breast_cancer

pair = {name: dates[name] for name in ("admitted", "last seen")}
p_dates = cross_val_predict(scaled_logistic(), np.column_stack(list(pair.values())), died, cv=five, method="predict_proba")[:, 1]
dates_area = area_of(died, p_dates)
lone = single_areas(pair, died)
assert max(lone.values()) < 0.65
assert dates_area.low > 0.75
heart_alone = single_areas({name: heart.columns[name] for name in heart.feature_names}, died)
tumours = load_breast_cancer()
malignant = (tumours.columns["target_name"] == "malignant").astype(np.int64)
cells = single_areas({name: tumours.columns[name] for name in tumours.feature_names}, malignant)
best_cell = next(iter(cells))
assert cells[best_cell] > 0.95
creatinine = heart.columns["serum_creatinine"]
filled_by_outcome = (creatinine == 1.18) | (creatinine == 1.83)
without_filled = roc_auc_score(died[~filled_by_outcome], creatinine[~filled_by_outcome])
assert abs(without_filled - heart_alone["serum_creatinine"]) < 0.03
guilty = {"spending": alone["expenditure"], "follow-up": heart_alone["time"], "call length": call_areas[2].score, "creatinine": heart_alone["serum_creatinine"], "last seen": lone["last seen"]}
innocent = {best_cell.replace("_", " "): cells[best_cell], "reports": alone["reports"], "ejection fraction": heart_alone["ejection_fraction"], "income": alone["income"]}

# %% [markdown]
# A logistic regression on the two dates finds the difference by itself: AUC {{ said(dates_area, 2) }} from columns of {{ lone["admitted"]:.2f }} and {{ lone["last seen"]:.2f }}. The screen would have let both pass.
#
# ### A good column is not a guilty one
#
# In the breast-cancer table the column “{{ best_cell.replace('_', ' ') }}”, measured under the microscope before the diagnosis, has an AUC of {{ cells[best_cell]:.3f }}, and is honest. To throw it out would
# be a mistake of the other kind. @Fig-breaks puts leaks and honest columns on one scale.

# %%
#| id: fig-breaks
#| caption: No level of AUC divides leaks (diamonds) from honest columns (dots). The screen says where to ask; the answer is in how the table was made.
#| alt: Two rows of marks over AUC from 0.5 to 1. Leaks lie at about 0.57, 0.73, 0.82, 0.84 and 0.99. Honest columns lie at about 0.59,
#|   0.68, 0.72 and 0.98. The two rows overlap entirely.
fig, ax = plt.subplots(figsize=(5.2, 2.7))
for level, found, role, mark in ((1, guilty, "error", "D"), (0, innocent, "data", "o")):
    for k, (name, area) in enumerate(sorted(found.items(), key=lambda item: item[1])):
        up = 1 if k % 2 == 0 else -1
        ax.plot(area, level, mark, color=plot.color(role), ms=7)
        plot.note(ax, name, (area, level), role, offset=(0, 9 * up), ha="right" if area > 0.95 else "center")
ax.set(yticks=[0, 1], yticklabels=["honest", "leak"], ylim=(-0.55, 1.55), xlim=(0.5, 1.01), xlabel="AUC of the column alone")
ax.grid(False, axis="y")

# %% [markdown]
# ### A leak in a few rows
#
# Creatinine is an honest measurement, but where it was missing somebody seems to have filled in the mean of the patients *with the same outcome*
# ([heart failure](../projects/heart-failure.py#digits) has the evidence). {{ int(filled_by_outcome.sum()) }} rows of {{ len(died) }} hardly move an AUC: {{ heart_alone["serum_creatinine"]:.3f }} with them, {{ without_filled:.3f }} without. What gives them away is a
# single value that goes with a single outcome. A second look at each column should search for that.
#
# ^^^
# **What gives a leak away.** A score better than the experts'. One column that outdoes all others together. A value that comes with one outcome only. A drop from the first day of use.
# ^^^
#
# ## A check list, and a tool {#check-list}
#
# For each value of a column that occurs at least eight times, compare the share of positives among its rows with the share in the table, in standard errors, $z$. Which $z$ is luck? We have derived
# it: of $m$ such values of a column that has nothing to do with the answer, the largest $|z|$ is on average about $\sqrt{2 \log(2m)}$ at most (@eq-largest-noise without the $n$). Once it may well be
# above that, so we ask from one and a half times as much.


# %%
#| live: true
def oddest_value(column, y, least=8):
    """The value whose outcomes are least like the table's."""
    values, code, counts = np.unique(
        column, return_inverse=True, return_counts=True)
    share, base = np.bincount(code, weights=y) / counts, y.mean()
    z = np.abs(share - base) / np.sqrt(base * (1 - base) / counts)
    often = counts >= least
    j = int(np.argmax(np.where(often, z, -1)))
    luck = np.sqrt(2 * np.log(2 * max(often.sum(), 1)))
    surprise = float(z[j] / luck) if often.any() else 0.0
    return values[j], int(counts[j]), float(share[j]), surprise


def screen(columns, y, table):
    """One line for each column with something to ask about."""
    for name, column in columns.items():
        area = 0.5
        if column.dtype.kind == "f":
            area = roc_auc_score(y, column)
        value, count, share, luck = oddest_value(column, y)
        one_sided = share in (0.0, 1.0) and luck > 1.5
        if max(area, 1 - area) > 0.8 or one_sided or luck > 8:
            odd = f"{value!s:.9}: {count} rows, {share:.0%}"
            print(f"{table} {name:17} {max(area, 1 - area):.2f}"
                  f"  {odd if luck > 0 else 'none often'}")


print("            column           AUC   value, its rows, positive")
screen(known, given, "cards")
screen({k: heart.columns[k] for k in heart.feature_names}, heart.y,
       "heart")

# %%
#| hide: true
from mle.model_selection.compare import student_two_sided

by_bound = math.exp(40 * 0.5**2 / 2) / 2  # columns for 40 rows and r = 0.5


def beyond(r, n=40):
    """Chance that a noise column of n normal values has a larger |r|: r √((n - 2) / (1 - r²)) is Student's t."""
    return student_two_sided(r * math.sqrt((n - 2) / (1 - r**2)), n - 2)


sizes = np.linspace(0, 1, 1001)[:-1]
typical = float(np.trapezoid([1 - (1 - beyond(r)) ** by_bound for r in sizes], sizes))
even_odds = math.log(0.5) / math.log(1 - beyond(0.5))
odd = oddest_value(heart.columns["serum_creatinine"], died)
assert odd[:3] == (1.83, 8, 1.0), odd
twice, lots = np.repeat(np.arange(len(given)), 2), np.random.default_rng(0)
deck = lots.permutation(len(twice))
learn, ask = twice[deck[: len(given)]], twice[deck[len(given) :]]
apart = lots.integers(0, 2, (2, len(given)))  # each copy its own answer
assert np.mean(nearest_answer(Z[learn], given[learn], Z[ask]) == given[ask]) > 0.85
assert abs(np.mean(nearest_answer(Z[learn], apart[0], Z[ask]) == apart[1]) - 0.5) < 0.05
back = oddest_value(calls.columns["pdays"], took)
assert back[0] == 92

# %% [markdown]
# It names the three leaks we know, and the filled-in creatinine: all {{ odd[1] }} patients with {{ odd[0] }} died. The limits, 0.8 and so on, are ours; lower them, and it asks more questions. In
# the table of calls it would ask about `pdays`: of {{ back[1] }} customers called
# {{ back[0]:.0f }} days after an earlier campaign, {{ 100 * back[2]:.0f }} % said yes. Whether that is a leak, a rule of the bank's or chance among many values, we do not know.
#
# | Ask of each column | If not |
# |:--|:--|
# | Was the value written down before the decision, in every row? | drop it, or change the question |
# | Would it be the same had the outcome been different? | drop it, and what is computed from it |
# | Will it be filled in use, and in time? | leave it out |
# | Are gaps, digits and codes alike for both outcomes? | mark or refill them inside the fold |
# | Is it more than a name, a number of a row, a date of closing? | drop it |
#
# : Against target leakage. {#tbl-columns-asked}
#
# | Ask of each step | If not |
# |:--|:--|
# | Were test rows set aside before anything was learnt? | deal again, start anew |
# | Does it learn from training rows alone, in each fold? | move it into the pipeline |
# | If it reads the answer, is it inside *for certain*? | a test on noise: shuffle $y$, expect chance |
# | Has no test row a copy, a brother, a later hour in training? | remove copies; hold out groups or the latest |
# | Is the score what the test rows gave once? | report how often you looked |
#
# : Against contamination. {#tbl-steps-asked}
#
# The test on noise asks all steps at once: **shuffle the answers and run everything again.** A procedure without contamination falls to chance.
# (It finds no target leakage, for the leaking column loses its answer too; and no copies that were in the table, for their answers are shuffled apart.)
#
# ## Another road to the same number {#another-road}
#
# Scikit-learn [@pedregosa2011] has `SelectKBest`, which ranks columns by the $F$ statistic of the two classes. $F = (n - 2)\, r^2 / (1 - r^2)$ grows with $|r|$, so it must choose our columns, and give our scores on our folds.

# %%
from importlib.util import find_spec

gaps = []
if find_spec("sklearn"):  # the notebook runs without it
    from sklearn import feature_selection, pipeline
    from sklearn import linear_model as theirs
    from sklearn import model_selection as their_selection

    best = feature_selection.SelectKBest(feature_selection.f_classif, k=10)
    line = theirs.LogisticRegression(solver="newton-cholesky", tol=1e-8)
    folds = list(five.split(genes, ill))
    columns = best.fit(genes, ill).get_support(indices=True)
    for estimator, table, ours in (
            (line, genes[:, columns], wrong),
            (pipeline.make_pipeline(best, line), genes, fair)):
        score = their_selection.cross_val_score(
            estimator, table, ill, cv=folds)
        gaps.append(float(np.abs(score - ours).max()))
    assert max(gaps) == 0

# %% [markdown]
# Both roads, wrong and right, give the same accuracies in all folds: {{ wrong.mean():.2f }} and {{ fair.mean():.2f }}. No library can tell which of the two you meant.
#
# ## What production practice does that we do not {#production}
#
# - **scikit-learn**: `Pipeline` as here, with a cache (`memory`) for slow steps, in `sklearn/pipeline.py`; `SelectKBest` and its kin in `sklearn/feature_selection`; "Common pitfalls" in its user guide.
# - **Feature stores** such as Feast keep with each value the time when it became known, and join tables *as of* the decision. It is the first question of @tbl-columns-asked, asked by a machine.
# - **Near copies** are found by hashing or by distances between learnt features [@barz2020]; we looked for equal rows only.
# - **Time-stamped evaluation**: a model runs silently beside the old one for some weeks, and is scored on what happened after. It catches leaks that nobody thought of.
# - A survey counts 294 papers with leakage in 17 fields, and sorts it into eight kinds [@kapoor2023]; our two doors are the coarse version of their list.
#
# ## Summary
#
# - Target leakage is in the table: a column written after the answer. Held-out rows have it too; a screen and a question about time find it.
# - Contamination is in the procedure: test rows helped to build the model. A pipeline inside the folds prevents most of it.
# - The best of $p$ noise columns correlates with the target up to about $\sqrt{2 \log(2p)/n}$; chosen on all rows, it predicts.
# - A share $d$ of copies lifts a nearest neighbour from $a$ to $d + (1 - d)\,a$. Scaling and filling too early is often worth next to nothing; whatever reads the answer too early is not.
# - A leaky model is not only overrated: in use its decisions can be worse than always saying yes.
#
# ## Quiz
#
# ```quiz
# - question: "A model predicts whether a patient has a sinus infection. Which column is a target leak?"
#   answers:
#     - text: the patient's temperature at admission
#       why: "Measured before the diagnosis, whatever that will be. It may be a strong column, and it is honest."
#     - text: "whether antibiotics were taken within the following week"
#       right: true
#       why: "They are taken because of the diagnosis. On the day of the prediction the value does not exist, and it would differ had the diagnosis been different."
#     - text: the number of earlier infections
#       why: "Known at admission. That it correlates with the answer is what columns are for."
# - question: "All refused applicants have a zero in some column, and so have 10 % of the accepted. Its AUC is"
#   answers:
#     - text: "0.95"
#       right: true
#       why: "$1 - q/2$ with $q = 0.1$: a tenth of the pairs are ties, and count one half."
#     - text: "0.90"
#       why: "That counts ties as lost. AUC gives one half for a tie."
#     - text: "1, because no refused applicant lies above an accepted one"
#       why: "It would be 1 if all accepted lay above. A tenth are level."
# - question: "You shuffle the answers, run the whole procedure again, and get an accuracy of 0.70 with two equal classes. What follows?"
#   answers:
#     - text: some column leaks the target
#       why: "After shuffling, no column has anything to do with the answers, leaks included."
#     - text: the model is too simple
#       why: "No model can be better than chance on answers that were shuffled, if it is judged properly."
#     - text: test rows help to build the model somewhere
#       right: true
#       why: "There is nothing to be learnt, so what looks like learning is contamination: a choice made on all rows, or rows that the procedure repeats before dealing."
# - question: "Which of these is worth most attention, if it was done before the split?"
#   answers:
#     - text: standardising the columns
#       why: "Means and deviations of many rows hardly depend on the test rows, and hold no answers. Do it inside; expect no change."
#     - text: choosing 20 of 5,000 columns by their correlation with the answer
#       right: true
#       why: "It reads the answers of the test rows, and there are 5,000 chances to be lucky."
#     - text: filling gaps with the median
#       why: "Like scaling, it does not read the answer."
# ```
#
# ## Exercises
#
# The minutes above do not count these.
#
# ### Exercise: Any flag {#ex-any-flag level="warm-up"}
#
# A column of zeros and ones is 1 for a share `tpr` of the positives and a share `fpr` of the negatives. What is its AUC? (@Eq-flag-auc is the case `fpr` = 0.)
#
# ??? hint "A hint"
#
#     A win has the probability `tpr * (1 - fpr)`. When is it a tie?


# %%
#| exercise: stub
def any_flag(tpr, fpr):
    """AUC of a flag, between 0 and 1."""
    return tpr  # too simple


# %%
#| exercise: check
truth = np.repeat([1, 0], [10, 20])
for ones, others in ((10, 0), (7, 2), (3, 20), (0, 5)):
    flag = np.concatenate([np.arange(10) < ones, np.arange(20) < others])
    expected = roc_auc_score(truth, flag.astype(float))
    got = any_flag(ones / 10, others / 20)
    assert abs(got - expected) < 1e-12, (
        f"tpr {ones / 10}, fpr {others / 20}: got {got}, expected {expected}"
    )


# %%
#| exercise: solution
#| note: "Wins $t(1 - f)$, ties $tf + (1 - t)(1 - f)$; with half of the ties this is $\\frac12 (1 + t - f)$, the mean of the two shares told rightly:
#|   the balanced accuracy."
def any_flag(tpr, fpr):
    return (1 + tpr - fpr) / 2

# %% [markdown]
# ### Exercise: How many columns until luck? {#ex-how-many level="warm-up"}
#
# Somebody shows you a gene that correlates with an illness at $r = 0.5$, found among $p$ genes of $n = 40$ patients. How many noise columns does it take until @eq-largest-noise reaches $r$? Write it for any $n$
# and $r$.
#
# ??? hint "A hint"
#
#     Square both sides, and undo the logarithm.


# %%
#| exercise: stub
def columns_for(n, r):
    """Number of noise columns (a float) at which the bound is r."""
    return n * r  # your turn


# %%
#| exercise: check
for rows, r in ((40, 0.5), (100, 0.3), (1000, 0.1)):
    got = columns_for(rows, r)
    assert got > 0.5, f"expected more than half a column, got {got}"
    bound = largest_noise(got, rows)
    assert abs(bound - r) < 1e-9, (
        f"n = {rows}: at p = {got:.1f} the bound is {bound:.3f}, not {r}"
    )


# %%
#| exercise: solution
#| note: "For 40 patients and $r = 0.5$: {{ by_bound:.0f }} columns. The bound is cautious: of {{ by_bound:.0f }} columns the largest is {{ typical:.2f }} on average, and it takes {{ even_odds:.0f }} until one of them reaches 0.5 in every second table. A gene chip has thousands. With 1,000 patients it would take {{ math.exp(1000 * 0.5**2 / 2) / 2:.0e }}."
def columns_for(n, r):
    return math.exp(n * r**2 / 2) / 2

# %% [markdown]
# ### Exercise: Who has been seen before? {#ex-seen level="core"}
#
# Write the share of test rows that also stand in the training table, entry by entry.
#
# ??? hint "A hint"
#
#     `set(map(tuple, rows.tolist()))`, or `np.unique` with `axis=0` on both tables stacked.


# %%
#| exercise: stub
def seen_share(X_train, X_test):
    """Share of rows of X_test that equal a row of X_train."""
    return float(np.isin(X_test, X_train).mean())  # entries, not rows


# %%
#| exercise: check
small = np.array([[0.0, 1.0], [1.0, 0.0], [2.0, 2.0]])
probe = np.array([[1.0, 0.0], [0.0, 0.0], [2.0, 2.0], [2.0, 2.0]])
assert seen_share(small, probe) == 0.75, (
    f"three of four rows are known: got {seen_share(small, probe)}"
)
got = seen_share(probe, small)
assert abs(got - 2 / 3) < 1e-12, f"two of three the other way: got {got}"
train, test = split
got = seen_share(call_numbers[train], call_numbers[test])
assert got > 0.45, f"repeated, then dealt: most positives are known, got {got}"
train, test = dealt
assert seen_share(call_numbers[train], call_numbers[test]) < 0.01


# %%
#| exercise: solution
def seen_share(X_train, X_test):
    known_rows = set(map(tuple, X_train.tolist()))
    return float(np.mean([tuple(r) in known_rows for r in X_test.tolist()]))

# %% [markdown]
# ### Exercise: Every row c times {#ex-c-times level="core"}
#
# By mistake a table holds every row $c$ times. All rows are shuffled, and each goes to training with probability $q$, else to test. What score do you expect of the nearest neighbour, if it is right with probability
# $a$ on new rows?
#
# ??? hint "A hint"
#
#     A test row is new if all its $c - 1$ copies are in the test set too.


# %%
#| exercise: stub
def repeated_score(c, q, a):
    """Expected accuracy of the nearest neighbour."""
    return q + (1 - q) * a  # right for c = 2


# %%
#| exercise: check
rng = np.random.default_rng(0)
for c, q, a in ((1, 0.8, 0.6), (2, 0.5, 0.7), (4, 0.3, 0.5), (8, 0.75, 0.2)):
    side = rng.random((40_000, c)) < q  # True: training
    tests = ~side
    seen = side.any(axis=1)[:, None] & tests
    simulated = (seen.sum() + a * (tests & ~seen).sum()) / tests.sum()
    got = repeated_score(c, q, a)
    assert abs(got - simulated) < 0.01, (
        f"c = {c}, q = {q}, a = {a}: got {got:.3f}, simulated {simulated:.3f}"
    )


# %%
#| exercise: solution
#| note: "Each of the $c - 1$ copies is in the test set with probability $1 - q$. For $c = 8$ and $q = \\frac34$, as in our repeated customers, $d$ = {{ 1 - 0.25**7:.5f }}: a recall of one, as we found."
def repeated_score(c, q, a):
    d = 1 - (1 - q) ** (c - 1)
    return d + (1 - d) * a

# %% [markdown]
# ### Exercise: Two innocent dates {#ex-pairs level="core"}
#
# Extend the screen to pairs: for every two columns, the AUC of their difference, turned to at least one half. Return the pair with the largest, and that AUC.
#
# ??? hint "A hint"
#
#     `itertools.combinations` of the names.


# %%
#| exercise: stub
def best_difference(columns, y):
    """Names of two columns, and the AUC of their difference."""
    a, b = list(columns)[:2]  # the first two only
    area = roc_auc_score(y, columns[a] - columns[b])
    return (a, b), max(area, 1 - area)


# %%
#| exercise: check
suspects = {name: heart.columns[name]
            for name in ("age", "serum_sodium", "ejection_fraction")}
suspects |= {name: dates[name] for name in ("admitted", "last seen")}
pair_found, area = best_difference(suspects, heart.y)
assert set(pair_found) == {"admitted", "last seen"}, f"got {pair_found}"
expected = single_areas({"time": heart.columns["time"]}, heart.y)["time"]
assert abs(area - expected) < 1e-12, f"got {area:.3f}, expected {expected:.3f}"


# %%
#| exercise: solution
#| note: "Pairs of columns in one unit are worth the search: dates, balances, counters before and after. With $p$ columns there are $p(p - 1)/2$ of them, so luck has more chances; see @eq-largest-noise."
from itertools import combinations


def best_difference(columns, y):
    found = {}
    for a, b in combinations(columns, 2):
        area = roc_auc_score(y, columns[a] - columns[b])
        found[a, b] = max(area, 1 - area)
    best = max(found, key=found.get)
    return best, found[best]

# %% [markdown]
# ### Exercise: A name that predicts {#ex-name level="small research"}
#
# 600 customers, each with one of 300 advisers, an answer that has nothing to do with the adviser, and one honest column. Encode the adviser by the mean answer of his or her customers, and judge a logistic regression on code and honest column by half of the rows. Compare three ways: means of *all* rows; means of training rows given
# to the same training rows; and `TargetEncoder.fit_transform` on the training rows. Write the three AUCs on the test rows. Which way flatters, which one hurts, and why? Try other numbers of advisers.
#
# ??? hint "A hint"
#
#     `TargetEncoder(smooth=0)` has `fit`, `transform` and `fit_transform`. For the first way, fit it on all rows.


# %%
#| exercise: stub
from mle.preprocessing import TargetEncoder


def three_ways(adviser, clue, y, train, test):
    """AUC on the test rows: all rows, training rows, other folds."""
    encoder = TargetEncoder(smooth=0).fit(adviser, y)
    X = np.column_stack([encoder.transform(adviser), clue])
    model = LogisticRegression().fit(X[train], y[train])
    area = roc_auc_score(y[test], model.decision_function(X[test]))
    return area, area, area  # all three are the first way


# %%
#| exercise: check
rng = np.random.default_rng(0)
adviser = rng.integers(0, 300, 600).astype(float)[:, None]
answer = rng.integers(0, 2, 600)
clue = answer + rng.normal(size=600)
train, test = np.arange(300), np.arange(300, 600)
every, same, others = three_ways(adviser, clue, answer, train, test)
plain = roc_auc_score(answer[test], clue[test])
assert every > plain + 0.1, f"all rows flatter {plain:.2f}: got {every:.2f}"
assert same < plain - 0.04, f"training means hurt {plain:.2f}: got {same:.2f}"
assert abs(others - plain) < 0.04, (
    f"other folds: expected about {plain:.2f}, got {others:.2f}"
)


# %%
#| exercise: solution
#| note: "The clue alone has 0.72. The first way flatters: half of an adviser's mean is the test row's own answer. The second hurts: a training row's code knew its answer, so the model leans on the code and
#|   turns from the clue. Its test score is honest, and low. The third learns that the code is worthless. That is why `fit_transform` differs from `fit` and `transform`."
from mle.preprocessing import TargetEncoder


def three_ways(adviser, clue, y, train, test):
    areas = []
    for way in ("all", "same", "others"):
        rows = slice(None) if way == "all" else train
        encoder = TargetEncoder(smooth=0, random_state=0)
        encoder.fit(adviser[rows], y[rows])
        learnt = encoder.transform(adviser[train])
        if way == "others":
            learnt = encoder.fit_transform(adviser[train], y[train])
        model = LogisticRegression().fit(
            np.column_stack([learnt, clue[train]]), y[train])
        code = encoder.transform(adviser[test])
        X_test = np.column_stack([code, clue[test]])
        areas.append(roc_auc_score(y[test], model.decision_function(X_test)))
    return tuple(areas)
