# ---
# title: An estimator's contract
# lede: >-
#   Cross-validation fits models that it has never heard of. So do pipelines, searches and calibration. How can code use a
#   model without knowing what it is? Because both sides keep a contract. This chapter writes the contract down, shows
#   the code that guards it, every line of two modules, and tests models of which it knows nothing but their promises.
# minutes: 75
# needs: [judging/cross-validation]
# paths: [scikit-learn]
# able:
#   - name ten promises of an estimator, and what breaks when each of them is broken
#   - explain a score that gets worse as the model gets better
#   - say of any input whether it is converted, warned of or refused, and why
#   - write an estimator that passes scikit-learn's checks, and search its parameters
#   - test a model through relations between its answers, without knowing the right answer
# ---

# %% [markdown]
# ## A better model with a worse score {#question}
#
# Somebody mixed concrete, crushed cylinders of it, and noted the pressure that broke each one [@yeh1998]. A colleague reads the
# table, keeps one fifth of the *mixes* for the test, and fits least squares twice: once to cement alone, once to cement, age,
# slag and water. The error is one line, written by hand.

# %%
#| live: true
import numpy as np

from mle.datasets import load_concrete
from mle.linear_model import LinearRegression
from mle.model_selection import GroupKFold

concrete = load_concrete()
X = concrete.X.copy()  # (n, p)
X[:, 7] = np.log(X[:, 7])  # strength grows with the log of age
strength = concrete.y[:, None]  # (n, 1)
_, mix = np.unique(X[:, :7], axis=0, return_inverse=True)
mix = mix.ravel()  # the number of each row's mix
train, test = next(GroupKFold(5).split(X, groups=mix))


def rmse(y, prediction):
    return float(np.sqrt(np.mean((y - prediction) ** 2)))


for columns in ([0], [0, 7, 1, 3]):
    model = LinearRegression()
    model.fit(X[train][:, columns], strength[train].ravel())
    prediction = model.predict(X[test][:, columns])  # (m,)
    error = rmse(strength[test], prediction)
    print(f"columns {columns}: RMSE {error:.1f} MPa")

# %%
#| hide: true
import ast
import sys
from pathlib import Path

import matplotlib.pyplot as plt
from matplotlib.colors import LinearSegmentedColormap

import mle
from mle import plot

y = strength.ravel()
n, p = X.shape
assert len(np.unique(mix)) == 427
ORDER = [0, 7, 1, 3, 2, 4, 5, 6]


def predict_with(k):
    if k == 0:
        return np.full(len(test), y[train].mean())
    cols = ORDER[:k]
    return LinearRegression().fit(X[train][:, cols], y[train]).predict(X[test][:, cols])


by_k = [predict_with(k) for k in range(9)]
right = [rmse(y[test], q) for q in by_k]
crossed = [rmse(strength[test], q) for q in by_k]
assert np.diff(right).max() < 0.02
assert np.diff(crossed).min() > -0.05


def code_lines(path):
    """Lines that are neither blank, comment, docstring nor import."""
    source = Path(mle.__file__).parent.joinpath(path).read_text(encoding="utf-8")
    skip = set()
    for node in ast.walk(ast.parse(source)):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
            skip |= set(range(body[0].lineno, body[0].end_lineno + 1))
        if isinstance(node, ast.Import | ast.ImportFrom):
            skip |= set(range(node.lineno, node.end_lineno + 1))
    rows = enumerate(source.split("\n"), 1)
    return sum(bool(t.strip()) and not t.lstrip().startswith("#") and i not in skip for i, t in rows)


guard = [f"validation/{name}.py" for name in ("arrays", "columns", "names", "numbers", "parameters", "tables")]
total_lines = sum(map(code_lines, ["base.py", *guard]))

# %% [markdown]
# Both numbers are plausible: they are of the size of the strengths' own spread, {{ y.std():.1f }} MPa. The second model, which knows more,
# looks worse. No error was raised, no warning given. The colleague drops three good columns.
#
# The columns were not at fault. The target had come from a table, as a column of shape $(m, 1)$; predictions have the shape $(m,)$.
# NumPy's [broadcasting](glossary:broadcasting) stretches the first along rows and the second along columns, and subtracts *every*
# prediction from *every* truth (@fig-crossed).

# %%
#| id: fig-crossed
#| caption: Differences, sign apart, between the truths of 30 samples (down, sorted) and their predictions (across); the stronger the colour, the larger. The
#|   error that we want squares the framed diagonal. A column of targets squares everything.
#| alt: A square grid of 30 by 30 cells. Along the diagonal, framed, cells are faint; towards the two other corners the colour becomes strong.
few = test[:: len(test) // 30][:30]
few = few[np.argsort(y[few])]
q = LinearRegression().fit(X[train], y[train]).predict(X[few])
fig, ax = plt.subplots(figsize=(5.2, 3.2))
shades = LinearSegmentedColormap.from_list("squares", [plot.color("ground"), plot.color("error")])
ax.imshow(np.abs(y[few][:, None] - q), cmap=shades)
for i in range(30):
    ax.add_patch(plt.Rectangle((i - 0.5, i - 0.5), 1, 1, fc="none", ec=plot.color("truth"), lw=1.2))
ax.annotate("what we want", (29.5, 29), (33, 27), color=plot.color("truth_ink"), annotation_clip=False)
ax.annotate("what we get:\nall of it", (29.5, 5), (33, 6), color=plot.color("error_ink"), annotation_clip=False)
ax.set(xticks=[], yticks=[], xlabel="30 predictions", ylabel="30 truths")

# %% [markdown]
# This chapter is about the agreement that makes such accidents loud. It has {{ total_lines }} lines of code, in `mle.base` and
# `mle.validation`, and we shall see all of them.^[A test of the project compares the quotes of this page with the two modules, line by line.
# A new line that no quote shows makes it fail.] You need classes in Python and [cross-validation](../judging/cross-validation.py).
#
# ## Three samples by hand
#
# The truths are 1, 2 and 3, and a perfect model predicts 1, 2 and 3. A lazy one always says 2.
#
# ```pycon
# >>> truth = np.array([[1.0], [2.0], [3.0]])  # a column
# >>> (truth - np.array([1.0, 2.0, 3.0])).tolist()
# [[0.0, -1.0, -2.0], [1.0, 0.0, -1.0], [2.0, 1.0, 0.0]]
# >>> round(float(np.mean((truth - np.array([1.0, 2.0, 3.0])) ** 2)), 3)
# 1.333
# >>> round(float(np.mean((truth - np.array([2.0, 2.0, 2.0])) ** 2)), 3)
# 0.667
# ```
#
# Perfection scores 12/9, laziness 6/9. Is it always so? Call the crossed error $E$ and multiply the square out. The mean of $y_i \hat y_j$ over all pairs is the product
# of the means, so with bars for means
#
# $$
# E = \frac{1}{n^2} \sum_{i,j} (y_i - \hat y_j)^2 = \overline{y^2} - 2\, \bar y\, \bar{\hat y} + \overline{\hat y^2}
# $$
#
# The error that was meant, the MSE, has $\overline{y \hat y}$ in place of $\bar y\, \bar{\hat y}$. The two differ by twice a [covariance](glossary:covariance),
# $\overline{y \hat y} - \bar y\, \bar{\hat y}$:
#
# $$
# E = \mathrm{MSE} + 2 \operatorname{Cov}(y, \hat y)
# $$ {#eq-crossed-mse}
# : $E$ is what comes of $y$, $(n, 1)$, less $\hat y$, $(n,)$; Cov has the divisor $n$.
#
# The better a model follows the truth, the larger the fine. For least squares on its own training rows the covariance is
# $R^2 \operatorname{Var}(y)$, so the honest error is $(1 - R^2) \operatorname{Var}(y)$ and the crossed one $(1 + R^2) \operatorname{Var}(y)$:
# a mirror. Whoever chooses among such fits by it chooses the worst (@fig-mirror). In general nothing in $E$ pairs a truth with
# its own prediction: shuffle the predictions, and it stays. It rewards those that hardly vary.

# %%
from mle.testing import verify

prediction = by_k[8]  # by_k: with 0 to 8 columns
meant = np.mean((y[test] - prediction) ** 2)
covariance = np.cov(y[test], prediction, ddof=0)[0, 1]
misses = strength[test] - prediction  # a square
crossed_mse = np.mean(misses**2)  # eq: crossed-mse
verify("crossed-mse", crossed_mse, meant + 2 * covariance)

# %%
#| id: fig-mirror
#| play: {k: [0, 1, 2, 3, 4, 5, 6, 7, 8]}
#| say: "With {{ k }} columns the RMSE on the {{ len(test) }} test samples is {{ right[k]:.1f }} MPa; the crossed one is {{ crossed[k]:.1f }}."
#| caption: One fault of shape turns the ranking of models upside down. Columns are added in the order cement, age, slag, water, ash, plasticiser,
#|   gravel, sand. With none, the prediction is the mean, and both errors agree.
#| alt: Two curves over 0 to 8 columns begin together at 18 megapascals. One falls to 8; the other rises to 23.
k = 4
fig, ax = plt.subplots(figsize=(5.2, 3.0))
ax.plot(range(9), right, color=plot.color("fit"))
ax.plot(range(9), crossed, color=plot.color("error"))
ax.vlines(k, right[k], crossed[k], color=plot.color("muted"), lw=1)
ax.plot([k], [right[k]], "o", color=plot.color("fit"))
ax.plot([k], [crossed[k]], "o", color=plot.color("error"))
ax.text(8.1, right[8], "meant", color=plot.color("fit_ink"), va="center")
ax.text(8.1, crossed[8], "crossed", color=plot.color("error_ink"), va="center")
ax.set(xlim=(-0.2, 9.3), ylim=(0, 26), xticks=range(9), xlabel="columns of the model", ylabel="RMSE, MPa")

# %% [markdown]
# ## Twelve lines, eight faults
#
# Here is a model as many of us write our first: predict the mean of nearby samples, near ones with more weight. Read it, and count what
# may go wrong.

# %%
class Careless:
    def __init__(self, width=1.0, history=[]):
        self.sharpness = 1 / (2 * width**2)
        self.history = history

    def fit(self, X, y):
        X -= X.mean(axis=0)
        self.X, self.y = X, y
        self.history.append(len(X))

    def predict(self, X):
        d2 = ((X[:, None] - self.X) ** 2).sum(axis=2)
        share = np.exp(-self.sharpness * d2)
        return share @ self.y / share.sum(axis=1)


# %%
#| live: true
table, target = X[:100, :3].copy(), y[:100]
first, second = Careless(), Careless()
print("fit returns", first.fit(table, target))
print("the caller's means:", table.mean(axis=0).round(6).tolist())
print("the other model's history:", second.history)

first.width = 0.01
print("sharpness after width = 0.01:", first.sharpness)
column = Careless()
column.fit(table, target[:, None])
print("5 predictions:", column.predict(table[:5]).shape)
holed = table.copy()
holed[0, 0] = np.nan
first.fit(holed, target)
lost = np.isnan(first.predict(table)).sum()
print("one hole, predictions lost:", int(lost))
gravel = (10 * X[:, 5:6]).astype(np.int16)  # in 0.1 kg/m³
squares = (gravel[:, None] - gravel) ** 2
print("smallest squared distance:", int(squares.min()))

# %%
#| hide: true
assert second.history is first.history
assert column.predict(table[:5]).shape == (5, 5)
assert np.isnan(first.predict(table)).all()
assert squares.min() < 0
even = (X[:, :3] - X[:, :3].mean(axis=0)) / X[:, :3].std(axis=0)
blind = Careless()
blind.fit(even[:900].copy(), y[:900])
swapped = blind.predict(even[900:, [1, 0, 2]])
assert np.isfinite(swapped).all()
assert rmse(swapped, blind.predict(even[900:])) > 1
assert "width" not in vars(Careless())

# %% [markdown]
# `fit` returns nothing, so `fit(X, y).predict(X)` is impossible. It changed the caller's table, and `predict` does not take the same
# means off. The default list is made once and shared by all models. The constructor computed, so a new width has no effect. A column of
# targets makes predictions a square. One empty cell out of {{ holed.size }} made every prediction nan. Its line for distances, given integers of 16 bits,
# overflows: a squared distance is negative. (Here and below `y` is the flat `strength`.) And the eighth, which prints nothing: exchange two columns before `predict`, and it answers as calmly
# as before.
#
# Only the first stops a program. The rest give numbers. (A table of integers would stop it at `X -=`, by luck: the result does not fit into their places.)
#
# ## What a stranger needs
#
# The stranger is code like this:
#
# ```quote
# mle.model_selection.validate.cross_val_score
# ```
#
# Read its last lines as a list of demands. It copies the [estimator](glossary:estimator), so a copy must be possible and unfitted. It chains
# `fit`, so `fit` returns the model. It takes rows of X five times; these are copies, but whoever calls `fit(X, y)` and goes on with X counts on it that nobody
# altered it. It asks which kind it is, to deal out classes
# evenly. It compares predictions with truths, so these must have one shape. @Tbl-promises collects what such strangers need.
#
# | No. | Promise | Needed by | Kept by |
# |--:|:--|:--|:--|
# | 1 | the constructor stores its arguments, unchanged, and does nothing else | clone, search, saving | you |
# | 2 | what `fit` learns has a name with a trailing underscore; parameters have none | clone, saving, readers | you |
# | 3 | `fit` returns the model, leaves its inputs alone, forgets an earlier fit | cross-validation, whoever uses X again | `_open`, `_close`, you |
# | 4 | before `fit`, and after one that failed, there are no predictions | everybody | `_close`, `_check` |
# | 5 | later tables have the columns of the first, in the same order | pipelines, services | `_check` |
# | 6 | inside, X is a finite float64 table $(n, p)$ and $y$ a flat $(n,)$ | the formulas | `check_X`, `check_y` |
# | 7 | a weight of 2 is the row twice, 0 is no row | calibration, surveys | you |
# | 8 | predictions are labels as they came; columns of chances follow `classes_` | metrics, calibration | `Classifier` |
# | 9 | one seed, one result | whoever repeats it | you |
# | 10 | it says what it is | splitters, scikit-learn | `_kind`, `_tags` |
#
# : The contract, promise by promise. {#tbl-promises}
#
# Where it says "you", no guard can make sure of it, and tests must do (@sec-relations). Here is the model again, with the contract. The base class guards; what
# remains is mathematics.

# %%
#| live: true
from mle.base import Regressor, clone
from mle.validation import check_number


class LocalMean(Regressor):
    def __init__(self, width=1.0):
        self.width = width

    def _check_params(self):
        check_number("width", self.width, above=0)

    def _fit(self, X, y, w):
        kept = w > 0
        self.X_, self.y_, self.weight_ = X[kept], y[kept], w[kept]

    def _predict(self, X):
        d2 = ((X[:, None] - self.X_) ** 2).sum(axis=2)  # (m, n)
        d2 -= d2.min(axis=1, keepdims=True)  # 0 for the nearest
        v = self.weight_ * np.exp(-d2 / (2 * self.width**2))
        return v @ self.y_ / v.sum(axis=1)  # eq: local-mean


model = LocalMean(width=3.0).fit([[0.0], [4.0]], [10, 20])
print(model.predict([[1], [2]]).round(2).tolist())

# %% [markdown]
# It is a weighted mean whose weights fall with the distance, a method of Nadaraya and Watson [@nadaraya1964; @watson1964]:
#
# $$
# \hat y(x) = \frac{\sum_i v_i\, e^{-\lVert x - x_i \rVert^2 / 2h^2}\, y_i}{\sum_i v_i\, e^{-\lVert x - x_i \rVert^2 / 2h^2}}
# $$ {#eq-local-mean}
# : $h$ is the width, $v_i$ the weight of row $i$, and $\lVert x - x_i \rVert$ its distance from $x$.
#
# Taking the smallest squared distance off all of them multiplies numerator and denominator by the same factor. Without it, far from all rows every
# exponential rounds to zero, and 0/0 is nan. For the same reason `_fit` drops rows of weight 0: were the nearest row one of them, all others could round to zero.

# %%
def by_loop(x, rows, targets, weights, h):
    top = bottom = 0.0
    for row, t, v in zip(rows, targets, weights):
        d2 = sum((a - b) ** 2 for a, b in zip(x, row))
        share = v * np.exp(-d2 / (2 * h**2))
        top, bottom = top + share * t, bottom + share
    return top / bottom


Z = (X - X.mean(axis=0)) / X.std(axis=0)
v = np.random.default_rng(0).integers(0, 4, 200)
smooth = LocalMean(0.7).fit(Z[:200], y[:200], sample_weight=v)
got = smooth.predict(Z[200:230])
expected = [by_loop(x, Z[:200], y[:200], v, 0.7) for x in Z[200:230]]
verify("local-mean", got, expected)

# %% [markdown]
# ## The guard
#
# This is the class that all others inherit from.
#
# ```quote
# mle.base.Estimator
# ```
#
# Five methods stand at the doors. `_open` begins every `fit`: forget the last one, check the parameters, which is cheap, then read X.
# `_close` ends it: here alone `n_features_in_` appears, and the names of the columns, if they have any. `_check_fitted` looks for that very name. So a fit that fails on the way leaves a
# model that refuses to predict (promises 3 and 4), without a flag that somebody must remember to set. `_check` opens every `predict`:
# fitted? same names? readable? same width? `_require` is for those that cannot learn without $y$.
#
# Two are there to be replaced: `_check_params` does nothing until a subclass writes it, and `_read` asks for numbers, which encoders
# replace by columns of text. Of the four names at the top two say what the class is (@sec-kinds). The other two only
# announce attributes and create nothing, or a model would have them before any fit.

# %%
#| live: true
import textwrap


def told(call):
    """Print what a call says when it fails."""
    try:
        call()
    except Exception as error:
        text = f"{type(error).__name__}: {error}"
        print(textwrap.fill(text, 42, subsequent_indent="    "))


small = LocalMean().fit([[0.0, 1.0], [2.0, 3.0]], [1.0, 2.0])
told(lambda: LocalMean().predict([[0.0]]))
told(lambda: LocalMean(width=-1).fit([[0.0]], [1.0]))
told(lambda: LocalMean().fit([[0.0]], None))
told(lambda: small.predict([[0.0]]))
told(lambda: small.fit([[np.nan, 0.0]], [1.0]))
told(lambda: small.predict([[0.0, 1.0]]))

# %% [markdown]
# The last line is promise 4: the model had been fitted, but its second fit failed. Each message names the argument, what came, and what was
# expected. `width=-1` was refused by `fit`, not by the constructor: a search sets parameters one by one, and a pair may be wrong in between.
#
# ### The constructor stores
#
# `GridSearchCV` is given one object, and needs one unfitted model for each setting and fold. From the object it can learn the class. If the
# class keeps promise 1, it can learn the rest: the names of the arguments from the signature, here in alphabetical order, and their values from the attributes. This is the work
# of `Parameters`, from which `Estimator` inherits.
#
# ```quote
# mle._params.Parameters._defaults
# ```
#
# ```quote
# mle._params.Parameters.get_params
# ```
#
# ```quote
# mle._params.copy_param
# ```
#
# `has_params` asks for a method `get_params`, so scikit-learn's models count too. `_parts` lists the steps of a pipeline; with `deep`, estimators inside are entered, and
# `model__width` is the width of the step `model`. The copy goes into lists and tuples of estimators, and copies everything else deeply. A class that writes `__sklearn_clone__` is asked
# to clone itself, and a choice made by `set_output` is kept, because it is no parameter. [`clone`][mle.base.clone] is the public name:
#
# ```quote
# mle.base.clone
# ```
#
# When is a clone right? Let $C(\theta)$ be the object made with arguments $\theta$ ("theta"), and $g$ be `get_params`. Promise 1 says $g(C(\theta)) = \theta$ for
# all $\theta$. A model $m$ has some parameters $\theta = g(m)$, however they were set. Its clone is $C(g(m))$, and $g(C(g(m))) = g(m)$: equal parameters,
# nothing learnt. `Careless` breaks the premise: it has neither `get_params` nor an attribute `width` to read, so `clone` can only copy it
# deeply, with all that it has learnt. Neither may a constructor *tidy*: had it rounded the
# width or made a list of a tuple, then $g(C(\theta)) \neq \theta$, and scikit-learn's clone, which asks for the very object it gave, refuses as soon as tidying makes a new one.
#
# Setting is the way back.
#
# ```quote
# mle._params.Parameters.set_params
# ```
#
# A list of steps, if given, comes first, since it decides which names are valid. Then the names up to `__` are checked, so one misspelt there sets nothing more. In sorted order those
# without `__` come first: a step is replaced before its inside is set. What follows `__` is checked by the step itself, when its turn comes. And `fit` forgets by the trailing underscore alone (promise 2):
#
# ```quote
# mle._params.Parameters._forget
# ```
#
# ```pycon
# >>> model = LocalMean(width=0.5).fit([[0.0], [1.0]], [1.0, 2.0])
# >>> sorted(vars(model))
# ['X_', 'n_features_in_', 'weight_', 'width', 'y_']
# >>> sorted(vars(clone(model)))
# ['width']
# >>> clone(model).set_params(width=2.0)
# LocalMean(width=2.0)
# >>> model.set_params(widths=2.0)
# Traceback (most recent call last):
# ValueError: Invalid parameter 'widths' for estimator LocalMean(width=0.5). Valid parameters are: ['width'].
# ```
#
# ### Three kinds {#kinds}
#
# A regressor checks, lets the algorithm learn, and closes.
#
# ```quote
# mle.base.Regressor
# ```
#
# The public methods are written once, here. `_fit` gets three clean arrays and returns nothing. `score` imports its metric when it is called, since metrics
# need the guards of this module. The two stubs at the end fail loudly if a subclass forgets them.
#
# ```quote
# mle.base.Classifier
# ```
#
# Labels may be text, and formulas want numbers. One call of `np.unique` gives the sorted classes $c_1, \dots, c_K$ and for each row the place $k(i)$ of its class. It sorts, about $n \log n$ comparisons, once at the door:
#
# $$
# y_i = c_{k(i)}
# $$ {#eq-class-index}
# : $c$ is `classes_`, $(K,)$, sorted; $k(i)$ is the entry $i$ of `index`, $(n,)$, counted from 0 in code.
#
# The algorithm sees only the numbers; `predict` goes back, number in, class out, so a model taught with "yes" says "yes" (promise 8). Column
# $k$ of `predict_proba` belongs to class $k$: a calibrator may rely on it. `_predict` takes the likeliest class unless a subclass knows a shorter way. `_check_classes`
# refuses one class alone, counted among the rows that have weight; a subclass may be stricter.

# %%
#| live: true
from mle.base import Classifier


class Shares(Classifier):
    """The share of each class, whatever X says."""

    def _fit(self, X, index, w):
        self.index_ = index  # kept to look at it
        self.share_ = np.bincount(index, weights=w) / w.sum()

    def _proba(self, X):
        return np.tile(self.share_, (len(X), 1))


four = [[0.0]] * 4
shares = Shares().fit(four, ["no", "yes", "yes", "maybe"])
print(shares.classes_, shares.index_, shares.predict([[0.0]]))
told(lambda: Shares().fit(four, ["no"] * 4))
told(lambda: Shares().fit(four, [0.5, 1, 2, 3]))

# %%
#| hide: true
codes = np.array([30, 10, 20, 10])
by_dictionary = [sorted(set(codes.tolist())).index(c) for c in codes.tolist()]
taught = Shares().fit(four, codes)
verify("class-index", taught.index_, by_dictionary)


class Echo(Classifier):
    """Says of each row the class that it had in training."""

    def _fit(self, X, index, w):
        self.index_ = index

    def _predict(self, X):
        return self.index_


verify("class-index", Echo().fit(four, codes).predict(four), codes)

# %% [markdown]
# A transformer has no target of its own.
#
# ```quote
# mle.base.Transformer
# ```
#
# `fit` takes a $y$ all the same and ignores it, because a pipeline hands one to every step. `fit_transform` is the two in a row, and subclasses that must not let a row see its own target
# replace it ([target encoding](categorical-variables.py)). `_wrap` puts the result into the container that was asked for:
#
# ```quote
# mle._output.Output._wrap
# ```
#
# After `set_output(transform="pandas")` that is a frame with the index of X and the names of `get_feature_names_out()`; pandas is imported on that day only.
#
# What is it? (promise 10) A splitter asks one function; our own estimators are read directly, others are asked for their tags.
#
# ```quote
# mle.base.estimator_kind
# ```
#
# `mle` needs NumPy and nothing else, and yet works inside scikit-learn. `__sklearn_tags__` is called by scikit-learn alone, so by then it is installed, and the import stands
# inside the function. It fills in theirs: the kind, whether $y$ is needed, whether it transforms. Where a class differs, `_tags` says so by a dotted name, and the loop walks along the dots:
#
# ```quote
# mle._sklearn.tags
# ```
#
# ```quote
# mle.exceptions.like_sklearn
# ```
#
# This one looks among the modules *loaded already*. If scikit-learn's exceptions are there, `_both` makes a class that is ours and theirs, and either `except` catches it.
#
# ## At the door: numbers
#
# Now the guards. Everything that becomes X passes here.
#
# ```quote
# mle.validation.arrays.check_X
# ```
#
# ```quote
# mle.validation.columns.check_matrix
# ```
#
# ```quote
# mle.validation.tables.check_size
# ```
#
# A list of numbers, $(n,)$, is refused: it may be one feature of $n$ rows or one row of $n$ features, and guessing is how the square of @fig-crossed came about. In
# `check_matrix`, a list with text and numbers, as encoders take it, would become text throughout, so it is read again as objects. The middle of `check_X` is one conversion:
#
# ```quote
# mle.validation.numbers.check_numbers
# ```
#
# Kinds of NumPy are one letter: `b`, `i`, `u`, `f` are truth values, integers and floats, `c` complex, `O` objects. Complex numbers and text are refused, not rounded or parsed: `"1.5"`
# might be a postal code. Integers become float64, so nothing overflows as in `Careless`, at the price of exactness above $2^{53}$.
# Float64 passes as it is, without a copy, which is why `_fit` must not write into X. The sum in the last lines has a section of its own (@sec-one-pass); `errstate` keeps NumPy from warning of
# what we are about to look at.
#
# ```quote
# mle.validation.tables.check_dense
# ```
#
# NumPy would wrap a sparse matrix as *one* object, and drop the mask of a masked array with its holes unfilled. Both must be refused before conversion.
#
# ```quote
# mle.validation.numbers._unbox
# ```
#
# Objects are numbers in boxes, as in a column of a data frame. `float` would take text too, so text is looked for first. What remains is not a number (`TypeError`) or has rows of
# unequal length (`ValueError`); `from None` hides NumPy's error behind ours.
#
# ??? note "Three helpers: holes in objects, what is missing, an example for the message"
#
#     With `allow_nan`, which imputers use, None and pandas's NA become nan first:
#
#     ```quote
#     mle.validation.numbers._fill
#     ```
#
#     ```quote
#     mle.validation.columns.is_missing
#     ```
#
#     Only nan differs from itself. `bool(...)` is for NumPy's own truth values. An empty text is a value.
#
#     ```quote
#     mle.validation.numbers._example
#     ```
#
# ### One pass, and a proof {#one-pass}
#
# Is every value finite? We could ask each. The code adds them up instead and looks at one number. Let $f(a)$ be 1 if $a$ is finite and 0 if it is infinite or nan. Then
#
# $$
# f\Bigl( \sum_{i,j} x_{ij} \Bigr) = \prod_{i,j} f(x_{ij})
# $$ {#eq-one-pass}
# : if $np$ times the largest finite $|x_{ij}|$ is below $M/2$, where $M \approx 1.8 \cdot 10^{308}$ is the largest float64.
#
# In floating point, nan plus anything is nan. Infinity plus a finite number is infinity, and plus its opposite nan. So one bad value spoils every sum that it enters, in any order of adding: the
# left side is 0 when the right is. If all values are finite, no partial sum exceeds $np$ times the largest (the ½ leaves room for rounding), so the sum is finite: both are 1.
#
# Where the condition fails, the sum can overflow though all values are finite. Then `suspect` is a false alarm, and the second look acquits:
#
# ```quote
# mle.validation.numbers.check_finite
# ```
#
# It asks each value, only for infinity if nan is allowed, and says where the first bad one is: row and column in a table, the row alone in $y$, where `zip` ends early. An alarm may be false, an all-clear never is.

# %%
from itertools import product

from mle.validation.numbers import check_numbers


def passes(values):
    try:
        check_numbers(values, "X")
    except ValueError:
        return 0.0
    return 1.0


kinds = (1.5, -2.0, np.nan, np.inf, -np.inf)
tables = [np.array(values) for values in product(kinds, repeat=4)]
expected = [float(np.prod(np.isfinite(t))) for t in tables]
with np.errstate(invalid="ignore"):
    by_sum = [float(np.isfinite(t.sum())) for t in tables]
verify("one-pass", by_sum, expected)
verify("one-pass", [passes(t) for t in tables], expected)
assert passes([1.7e308, 1.7e308])  # a false alarm, acquitted

# %%
#| hide: true
import tracemalloc

from mle.validation import check_X

big = np.random.default_rng(0).normal(size=(100_000, 10))
as_list = big.tolist()


def extra_mb(call):
    """What a call takes beside its data, at its peak, in megabytes."""
    tracemalloc.start()
    call()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


each_mb = extra_mb(lambda: np.isfinite(big).all())
list_mb = extra_mb(lambda: check_X(as_list))
assert extra_mb(lambda: check_X(big)) < 0.1, "the text says that nothing is copied"
boxed = sys.getsizeof(1.5) + 8  # a number and the list's pointer to it

# %% [markdown]
# What does it cost? For {{ len(big):, }} rows of ten columns, {{ big.nbytes / 1e6:.0f }} MB, `np.isfinite(X).all()` makes a table of {{ each_mb:.0f }} MB of truth values, while the sum makes
# one number. In all, float64 costs one pass over X, $np$ additions, and no copy. Least squares then multiplies every number by {{ big.shape[1] }} others. A Python list is another matter: it keeps {{ boxed }} bytes
# for a number of 8, and `check_X` has to visit every one to make an array of {{ big.nbytes / 1e6:.0f }} MB, with {{ list_mb:.0f }} MB in use at the peak. Who fits often should convert once.

# %% [markdown]
# ## The target, and the weights
#
# ```quote
# mle.validation.arrays.check_y
# ```
#
# Here half of the accident of the first page ends. A column $(n, 1)$ can mean only one thing, so it is flattened, and a warning tells; any other second axis is refused, and so is
# another length than that of X. So no model is taught a column, and predictions are flat. The other half is the error: those of `mle.metrics`, and `score`, refuse a column of truths; a line of NumPy written by hand
# refuses nothing (@ex-ask-first). For a regressor $y$ must be numbers. For a classifier it goes another way:
#
# ```quote
# mle.validation.arrays._check_labels
# ```
#
# ```quote
# mle.validation.arrays._unbox_labels
# ```
#
# Labels stay as they came. Fractions are refused, since they are almost surely the target of a regression; whole floats such as 1.0 pass. An object array must be all text or all numbers: sorting "10" and 9 has no
# answer. Nan, which alone differs from itself, counts as a number; among text it is a label that is missing, and the message says so. And None is not a class. The set comprehension collects the kinds of all labels, text, numbers, or the name of another type, which the message repeats. Numbers leave their boxes by way of a list, from which
# NumPy chooses integers or floats itself.
#
# ```quote
# mle.validation.arrays.check_sample_weight
# ```
#
# No weights are weights of one, so `_fit` needs no second branch. Promise 7 says what a [weight](glossary:sample-weight) means; @sec-relations tests it. A table of weights, a negative row, or no row at all mean nothing.
# The guards still read every row, and a class whose rows all weigh 0 keeps its column of chances; only the formulas leave them out.
#
# ## Names and tables
#
# A formula knows columns by place, people by name. @Fig-crossed has a cousin here: fit on (area, age), predict on (age, area).
#
# ```quote
# mle.validation.names.column_names
# ```
#
# ```quote
# mle.validation.names.check_names
# ```
#
# Names exist if *all* are text; a frame numbered 0, 1, 2 has none. If both tables have names, these must agree, and in order: we do not reorder for you, because a table in
# another order is usually another table. If only one has names, somebody lost them on the way: a warning. `stacklevel` makes it point at the line that called `predict`, not at ours.

# %%
#| live: true
two = {"cement": [300.0, 400.0], "age": [3.0, 28.0]}
fitted = LocalMean().fit(two, [20, 40])
print(fitted.feature_names_in_.tolist())
told(lambda: fitted.predict({"age": [28.0], "cement": [400.0]}))
told(lambda: fitted.predict({"cement": [400.0], "Age": [28.0]}))
for bad in ([["300", "3"]], [[300, 3 + 1j]], [300, 3], [[[300]]], []):
    told(lambda: small.fit(bad, [1.0]))

# %% [markdown]
# ??? note "How the message about names is put together"
#
#     Names that are new, names that are gone, at most five of each; if there are neither, the order differs.
#
#     ```quote
#     mle.validation.names._clash
#     ```
#
# The table above was a plain dictionary. `mle` does not need pandas; the least of a data frame is a class of its own. Dictionaries become such tables, and so do our data sets, whose `columns` is a dictionary; frames pass.
#
# ```quote
# mle.validation.tables.as_table
# ```
#
# ```quote
# mle.validation.tables.Table
# ```
#
# The constructor insists on at least one column, all of them dense, flat, and of one length. `columns`, `shape`, `len` and brackets are what guards ask a frame for; `__array__` is what NumPy calls when it wants a matrix: of the type that
# it asks for, else floats if all columns are numbers, else objects. `iloc`, by a second small class, takes rows and columns by number, so cross-validation cuts a dictionary as it cuts a frame.
#
# ??? note "Rows and columns by number"
#
#     `iloc[rows]` means all columns. A single column number gives a flat array, anything else a table; `np.ndim(names) == 0` tells the two apart.
#
#     ```quote
#     mle.validation.tables._Places
#     ```
#
# Encoders and imputers take columns of text. For them `_read` calls another guard, with the same manners:
#
# ```quote
# mle.validation.columns.check_columns
# ```
#
# Frames and our tables are read by place, since two columns of a frame may share a name; a frame without `iloc` is read by name. Arrays are cut along their second axis, with numbers for names. The labels are what messages call the columns. Each is then brought into one of few forms:
#
# ```quote
# mle.validation.columns.clean_column
# ```
#
# Text of NumPy's two kinds (`U`, `T`) becomes objects, floats become float64 without infinity; truth values and integers pass; complex numbers, dates and the rest do not. Missing values stay, because what they mean is the estimator's to say
# ([Missing values](missing-values.py)).
#
# ??? note "Mixed objects, the container of columns, and back to a matrix"
#
#     All text is the common case and leaves at once. Otherwise every missing value gets one of two forms, None or the one `np.nan`; a column must then be text or numbers, not both, and each value one of the two. Integers stay integers if nothing is missing. The last lines fill an empty array, because
#     `np.array(values)` would look inside the values.
#
#     ```quote
#     mle.validation.columns._clean_objects
#     ```
#
#     A list of columns with `shape`, so that `_check_width` can ask it what it asks a matrix, and labels for messages:
#
#     ```quote
#     mle.validation.columns.Columns
#     ```
#
#     Side by side again, as numbers if all are:
#
#     ```quote
#     mle.validation.columns.stack_columns
#     ```
#
# ## Parameters, and chance
#
# `_check_params` of a subclass is a list of calls of these.
#
# ```quote
# mle.validation.parameters.check_number
# ```
#
# The message is made first, since two kinds of refusal share it: the wrong *type* is a `TypeError`, the wrong *value* a `ValueError`. True is an integer to Python, and not here. Nan is never allowed;
# infinity only where it has a meaning, such as `C=np.inf` for no penalty. The two bounds differ by the bound itself.
#
# ```quote
# mle.validation.parameters.check_choice
# ```
#
# ```quote
# mle.validation.parameters.check_flag
# ```
#
# A choice must be text before it is looked up, since `in` would compare an array entry by entry. A flag may be Python's truth value or NumPy's; 1 and "yes" are neither.
#
# ```quote
# mle.validation.parameters.check_random_state
# ```
#
# Three ways to be random. A seed makes a new generator at each call: one seed, one result (promise 9). None takes a seed from the system. A generator is used as it is, and *advances*: passed twice, it gives two different
# results (@fig-seeds), though the whole program, run again, repeats itself.

# %%
#| id: fig-seeds
#| caption: Which 5 of 20 rows does `train_test_split` hold out, called three times? With a seed the same each time. With one generator, others each time.
#| alt: Six rows of twenty dots, five of them filled in each row. The three rows for a seed are equal; the three for a generator differ.
from mle.model_selection import train_test_split

fig, ax = plt.subplots(figsize=(5.2, 2.4))
drawn = {"random_state=0": [], "one generator": []}
stream = np.random.default_rng(0)
for _ in range(3):
    for name, state in (("random_state=0", 0), ("one generator", stream)):
        drawn[name].append(np.sort(train_test_split(np.arange(20), test_size=5, random_state=state)[1]))
for g, (name, held) in enumerate(drawn.items()):
    for call, rows in enumerate(held):
        height = -(4 * g + call)
        ax.plot(np.arange(20), np.full(20, height), "o", mfc="none", mec=plot.color("muted"), ms=6)
        ax.plot(rows, np.full(5, height), "o", color=plot.color("fit"), ms=6)
    ax.text(-1, -(4 * g + 1), name, ha="right", va="center", color=plot.color("ink"))
ax.set(xlim=(-8.5, 20), ylim=(-6.7, 0.7), yticks=[], xticks=[0, 19], xlabel="row")
ax.spines["left"].set_visible(False)

# %%
#| hide: true
assert all(np.array_equal(drawn["random_state=0"][0], r) for r in drawn["random_state=0"])
assert not np.array_equal(drawn["one generator"][0], drawn["one generator"][1])
gen = np.random.default_rng(5)


class Draws(Regressor):
    def __init__(self, random_state=None):
        self.random_state = random_state


two = [clone(Draws(gen)).random_state.integers(1000, size=4).tolist() for _ in range(2)]
assert two[0] == two[1]

# %% [markdown]
# One trap is left: `clone` copies a generator with its state. Two clones of a model that holds a generator draw the *same* numbers; the original has not moved.
#
# ??? note "Three names for types"
#
#     They do nothing at run time, and let a type checker say that `clone` returns what it was given.
#
#     ```quote
#     mle.base.AnyEstimator
#     ```
#
#     ```quote
#     mle.base.Array
#     ```
#
#     ```quote
#     mle.validation.numbers.Array
#     ```
#
#     The one line of `mle/validation/__init__.py` is the same in each package: it imports a name when it is first asked for.
#
# ## Tests that need no answer {#relations}
#
# How do you test a model that you do not know? You have no right answer to compare with. But some *changes of the question* have a known effect on the answer. Such
# tests are called [metamorphic](glossary:metamorphic-test) [@chen1998]. The contract yields two of them.
#
# **A second fit** equals a first, whatever the model was fitted to before (promise 3), if its randomness comes from a seed.
#
# **A weight is a count** (promise 7). Let the model minimise $\sum_i v_i\, \ell_i$, perhaps plus a penalty, where $\ell_i$ is any loss of row $i$ under the model. A row with $v_i = 2$ enters as $\ell_i + \ell_i$, and so it does if it stands there twice. Row by row,
#
# $$
# \sum_{i=1}^{n} v_i\, \ell_i = \sum_{i=1}^{n} \sum_{c=1}^{v_i} \ell_i
# $$ {#eq-weights-repeat}
# : $v_i$ is a whole number, 0 or more; the right side has one term for each row of the repeated table.
#
# Both sides are the same function of the model, so they have the same minimum. For @eq-local-mean read numerator and denominator in place of the sum.
#
# Two more belong to many models, though not to the contract, and each needs a reason. **Rows in another order** change nothing if the model is a function of sums over rows, since addition does not care for order.
# **Other units of the target**: with $a y + c$ in place of $y$, predictions become $a \hat y + c$.
#
# $$
# \hat y_{\,a y + c}(x) = a\, \hat y_{\,y}(x) + c
# $$ {#eq-equivariance}
# : $\hat y_{\,y}(x)$ is the prediction at $x$ of a model that was taught $y$; $a > 0$.
#
# A local mean has shares that add up to one: $\sum_i s_i (a y_i + c) = a \sum_i s_i y_i + c$. Least squares with weights $(w, b)$ on $y$ has residuals $a r_i$ with $(a w, a b + c)$ on $a y + c$; every loss
# is multiplied by $a^2$, so the minimum moves along. Ridge's penalty $\lambda \lVert w \rVert^2$ is multiplied by $a^2$ too, and $b$ is not penalised: it holds. The lasso's $\sum_j |w_j|$ grows by $a$ only.
# In other units the same `alpha` is another penalty: it must fail. So must a model of counts, whose predictions are exponentials.

# %%
#| live: true
def relations(model, X, y, T, seed=0):
    """Largest change that should be zero, for each relation."""
    rng = np.random.default_rng(seed)
    order, half = rng.permutation(len(y)), len(y) // 2
    v = rng.integers(0, 4, len(y), dtype=np.intp)

    def taught(*data, **more):
        return clone(model).fit(*data, **more).predict(T)

    plain = taught(X, y)
    again = clone(model).fit(X[:half] + 1, 3 * y[:half]).fit(X, y)
    pairs = {
        "rows": (taught(X[order], y[order]), plain),
        "weights": (
            taught(X, y, sample_weight=v),
            taught(np.repeat(X, v, axis=0), np.repeat(y, v)),
        ),
        "refit": (again.predict(T), plain),
        "units": (taught(X, 2 * y + 5), 2 * plain + 5),
    }
    spread = np.std(plain)
    return {name: np.abs(one - two).max() / spread
            for name, (one, two) in pairs.items()}


sample = np.random.default_rng(1).permutation(n)[:300]
A, t, T = Z[sample[:200]], y[sample[:200]], Z[sample[200:]]
for name, change in relations(LocalMean(), A, t, T).items():
    print(f"{name:8} {'holds' if change < 1e-9 else 'fails'}")

# %%
#| hide: true
from mle.linear_model import Lasso, PoissonRegressor, Ridge, SGDRegressor

black_boxes = [LinearRegression(), Ridge(), LocalMean(), Lasso(alpha=0.5), PoissonRegressor(), SGDRegressor(max_iter=20, tol=None, random_state=0)]
changes = {}
for model in black_boxes:
    try:
        changes[type(model).__name__] = relations(model, A, t, T)
    except TypeError:  # it takes no weights
        plain = clone(model).fit(A, t).predict(T)
        order = np.random.default_rng(0).permutation(len(t))
        changed = clone(model).fit(A[order], t[order]).predict(T) - plain
        again = clone(model).fit(A[:100] + 1, 3 * t[:100]).fit(A, t).predict(T) - plain
        unit = clone(model).fit(A, 2 * t + 5).predict(T) - (2 * plain + 5)
        spread = np.std(plain)
        changes[type(model).__name__] = {
            "rows": np.abs(changed).max() / spread,
            "weights": np.nan,
            "refit": np.abs(again).max() / spread,
            "units": np.abs(unit).max() / spread,
        }
holds = {(m, r): e < 1e-8 for m, row in changes.items() for r, e in row.items()}
assert all(holds[m, r] for m in ("LinearRegression", "Ridge", "LocalMean") for r in ("rows", "weights", "refit", "units"))
assert not holds["Lasso", "units"]
assert not holds["PoissonRegressor", "units"]
assert all(holds[m, r] for m in ("Lasso", "PoissonRegressor") for r in ("rows", "weights", "refit"))
assert holds["SGDRegressor", "refit"]
assert not holds["SGDRegressor", "rows"]
v3 = np.random.default_rng(3).integers(0, 4, 200, dtype=np.intp)
loss = (t - LocalMean().fit(A, t).predict(A)) ** 2
counted = v3 @ loss  # eq: weights-repeat
verify("weights-repeat", counted, sum(one for one, times in zip(loss, v3) for _ in range(times)))
for model in (Ridge(), Lasso(alpha=0.5), LocalMean()):
    once = clone(model).fit(A, t, sample_weight=v3).predict(T)
    twin = clone(model).fit(np.repeat(A, v3, axis=0), np.repeat(t, v3)).predict(T)
    verify("weights-repeat", once, twin)
for model in (LinearRegression(), Ridge(), LocalMean()):
    plain = clone(model).fit(A, t).predict(T)
    for a, c in ((2.0, 5.0), (0.001, -3.0), (145.038, 0.0)):
        moved = clone(model).fit(A, a * t + c).predict(T)
        expected = a * plain + c  # eq: equivariance
        verify("equivariance", moved, expected)

# %%
#| id: fig-relations
#| caption: Four relations on six models. Filled, the relation holds up to rounding; the number is the power of ten of the largest change, relative to
#|   the spread of the predictions (*equal*, not one bit). Hollow, it does not hold, and the change is given in percent. `SGDRegressor` takes no weights.
#| alt: A grid of six models by four relations with numbers such as minus 14 in filled squares. Hollow squares stand for the lasso and the Poisson model under units, and for stochastic descent under rows and units.
fig, ax = plt.subplots(figsize=(5.2, 3.1))
for i, row in enumerate(changes.values()):
    for j, change in enumerate(row.values()):
        if np.isnan(change):
            ax.text(j, i, "none", ha="center", va="center", color=plot.color("muted"))
            continue
        ok = change < 1e-8
        ink = plot.color("fit") if ok else plot.color("error")
        ax.add_patch(plt.Rectangle((j - 0.42, i - 0.38), 0.84, 0.76, fc=ink if ok else "none", ec=ink, lw=1.5))
        label = f"{np.log10(max(change, 1e-99)):.0f}".replace("-", "−") if ok else f"{100 * change:.2g} %"
        label = "equal" if change == 0 else label
        ax.text(j, i, label, ha="center", va="center", color=plot.color("ground") if ok else plot.color("error_ink"))
ax.set(xlim=(-0.6, 3.6), ylim=(5.6, -0.6), xticks=range(4), yticks=range(6))
ax.set_xticklabels(["rows", "weights", "refit", "units"])
ax.set_yticklabels(list(changes))
ax.tick_params(length=0)
ax.grid(False)
for side in ax.spines.values():
    side.set_visible(False)

# %% [markdown]
# `relations` never looked inside a model, and it found what we derived (@fig-relations). It also found that stochastic descent keeps only the refit: it visits rows one by one, so their order matters, and it
# stops before it arrives, so a shift of the target is not quite made up.
# A relation that fails need not be a bug. It is a fact that users should know.
#
# ## The stranger arrives
#
# Now the tools of this library meet `LocalMean`, of which they have never heard. Width is searched inside a [pipeline](pipelines.py) that scales the columns, on five parts that keep each mix whole.

# %%
#| live: true
from mle.model_selection import GridSearchCV
from mle.pipeline import Pipeline
from mle.preprocessing import StandardScaler

steps = [("scale", StandardScaler()), ("model", LocalMean())]
pipe = Pipeline(steps)
widths = [0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0]
grid = {"model__width": widths}
search = GridSearchCV(pipe, grid, cv=GroupKFold(5))
search.fit(X, y, groups=mix)
print(search.best_params_, f"R² {search.best_score_:.3f}")

# %%
#| hide: true
from mle.model_selection import cross_val_score
from mle.pipeline import make_pipeline

parts = list(GroupKFold(5).split(X, groups=mix))
local = cross_val_score(make_pipeline(StandardScaler(), LocalMean(0.5)), X, y, cv=parts)
linear = cross_val_score(make_pipeline(StandardScaler(), LinearRegression()), X, y, cv=parts)
gain = local - linear
gain_se = gain.std(ddof=1) / np.sqrt(5)
mean_r2 = search.cv_results_["mean_test_score"]
se_r2 = search.cv_results_["std_test_score"] / np.sqrt(4)  # std has the divisor 5


def crossed_score(model, X, y):
    return -rmse(y[:, None], model.predict(X))


fooled = GridSearchCV(pipe, {"model__width": widths}, cv=parts, scoring=crossed_score, refit=False).fit(X, y)
fooled_width = fooled.best_params_["model__width"]
assert search.best_params_["model__width"] == 0.5
assert fooled_width == 2.0
assert 0 < gain.mean() < 3 * gain_se

# %%
#| id: fig-search
#| caption: "R² of the local mean on held-out mixes, for eight widths, with one standard error. Scored as it should be, the search takes 0.5; scored by the crossed
#|   error, it takes the widest and flattest."
#| alt: A curve of R squared against width on a logarithmic axis rises from 0.80 to 0.83 at 0.5 and falls to 0.33 at 2. A note marks 0.5 as the choice and 2 as the choice of the crossed error.
fig, ax = plt.subplots(figsize=(5.2, 3.0))
ax.errorbar(widths, mean_r2, se_r2, color=plot.color("fit"), marker="o", ms=4)
ax.set(xscale="log", ylim=(0.2, 0.95), xlim=(0.085, 2.6), xlabel="width, standard deviations", ylabel="R² on held-out mixes")
ax.set_xticks(widths, [f"{w:g}" for w in widths])
ax.minorticks_off()
plot.note(ax, "chosen", (0.5, mean_r2[3]), "fit", offset=(0, 12), ha="center")
plot.note(ax, "chosen by the\ncrossed error", (2.0, mean_r2[-1]), "error", offset=(-12, 0), ha="right", va="center")

# %% [markdown]
# The best width reaches an $R^2$ of {{ mean_r2.max():.3f }} ± {{ se_r2[mean_r2.argmax()]:.3f }} (one standard error over five parts), least squares {{ linear.mean():.3f }}. Part by part the gain is {{ gain.mean():.3f }} ±
# {{ gain_se:.3f }}: a hint, not a proof, and the width was chosen on the same parts. The point is another: we wrote a dozen lines of mathematics, and search, pipeline, folds and scaling came with the contract.
#
# ## Where it breaks {#where-it-breaks}
#
# A contract is about form. Three things it cannot see:

# %%
#| live: true
ready = clone(pipe).set_params(model__width=0.5)
ready.fit(X[train], y[train])
pounds = X[test].copy()
pounds[:, :7] *= 2.2046  # somebody wrote pounds, not kilograms
wrong = ready.predict(pounds)
print(f"from {wrong.min():.1f} to {wrong.max():.1f} MPa,"
      f" R² {ready.score(pounds, y[test]):.2f},"
      f" before {ready.score(X[test], y[test]):.2f}")

# %%
#| hide: true
r2_pounds, r2_kilos = ready.score(pounds, y[test]), ready.score(X[test], y[test])
assert y.min() <= wrong.min() < wrong.max() <= y.max()
assert r2_pounds < 0.3 < r2_kilos

# %% [markdown]
# - **Meaning.** Pounds instead of kilograms are finite, have two axes and as many columns. A mean lies between the smallest and the largest target, so predictions even look sensible; $R^2$ fell from {{ r2_kilos:.2f }} to
#   {{ r2_pounds:.2f }}. The sign: means of columns far from those of training. A guard for it needs ranges, and somebody who knows them.
# - **Quality.** A model that predicts the mean of all keeps every promise.
# - **Honesty of rows.** Fit the scaler before the split, and each `fit` keeps its contract while the whole leaks ([Data leakage](data-leakage.py)).
#
# And three that it could see and does not. A `_fit` that writes into X is caught by tests, not at run time. Promises hold for one thread: whoever predicts while another calls `fit` may get a mix of both. And saving needs more than promises 1 and 2: the reader
# must find the class again, so `mle.persist.save` takes classes of `mle` alone, and refuses our `LocalMean`.
#
# ## Another road to the same promises {#another-road}
#
# scikit-learn [@pedregosa2011], whose contract this is [@buitinck2013], has a stranger of its own: `check_estimator` tries an estimator with lists, frames, odd types, single rows, weights and clones.

# %%
import warnings
from importlib.util import find_spec

results = []
if find_spec("sklearn"):  # the notebook runs without it
    from sklearn.utils.estimator_checks import check_estimator

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = check_estimator(
            LocalMean(), on_fail=None, on_skip=None)

# %%
#| hide: true
in_module = getattr(sys.modules.get(LocalMean.__module__), "LocalMean", None) is LocalMean
status = {"passed": 0, "failed": 0, "skipped": 0}
for result in results:
    # A class that stands in no module cannot be pickled.
    if in_module or result["check_name"] != "check_estimators_pickle":
        status[result["status"]] += 1
assert status["failed"] == 0, status

# %% [markdown]
# `LocalMean` passes {{ status["passed"] }} checks and fails {{ status["failed"] }}.
# One more check, of other kinds of arrays, runs only if it is switched on. Every estimator of `mle` has the same examination in the project's tests. So each of ours can stand in a pipeline of theirs, and theirs in ours.
#
# ## What production libraries add {#production}
#
# - **scikit-learn**: `sklearn/base.py` has the mix-ins, `utils/validation.py` our guards with many more cases: sparse formats, float32 kept as it is, arrays on other devices. Its constraints on parameters are data, `_parameter_constraints`, from which messages are made.
#   Weights travel through pipelines by *metadata routing*.
# - **pandera** and **Great Expectations** check meaning: ranges, units, shares of missing values, column by column.
# - **MLflow** stores a *signature* with each model, names and types of what goes in and out, and enforces it when the model is served.
#
# What none of them adds is a test that your model is right.
#
# ## Summary
#
# - Code can use a model that it does not know because both keep ten promises about form.
# - A constructor stores, `fit` learns and forgets, a trailing underscore tells the two apart; that is what makes clones and searches possible.
# - Validate once, at the door, with messages that say what came and what was expected; inside, write mathematics.
# - The costly faults raise no error: a crossed shape fines a model by twice its covariance with the truth.
# - Without a right answer, test relations: order, weights, refits, units.
#
# ## Quiz
#
# ```quiz
# - question: "`y` has the shape (n, 1) and predictions (n,). What is `np.mean((y - prediction) ** 2)`?"
#   answers:
#     - text: an error message, because the shapes differ
#       why: "NumPy stretches both to (n, n). That is why it is dangerous."
#     - text: the mean squared error, since the same numbers are in it
#       why: "Only n of the n² differences are those that were meant."
#     - text: the mean squared error plus twice the covariance of truth and prediction
#       right: true
#       why: "So among least-squares fits the better one gets the worse number."
# - question: "Why may a constructor not store only `self.sharpness = 1 / (2 * width**2)`, without `width`?"
#   answers:
#     - text: "`get_params` finds no `width`, and setting one later has no effect"
#       right: true
#       why: "A search sets parameters on a clone. It would try the same model again and again."
#     - text: because computing takes time, and constructors should be quick
#       why: "It takes nanoseconds. The matter is what can be read back."
#     - text: because `fit` would delete `sharpness`
#       why: "`_forget` deletes names with a trailing underscore only."
# - question: The sum of all values of a table is infinite. What do we know?
#   answers:
#     - text: Some value is infinite.
#       why: "Two finite values of 1.7e308 have an infinite sum, too."
#     - text: Not yet whether a value is bad; each must be looked at.
#       right: true
#       why: "An alarm may be false. Only the all-clear, a finite sum, is a proof."
#     - text: Some value is nan.
#       why: "Then the sum would be nan."
# - question: "A model passes all of `check_estimator` and all four relations. Then it"
#   answers:
#     - text: predicts well
#       why: "A model that ignores X can pass the four relations. Quality is another examination."
#     - text: can be used by code that does not know it
#       right: true
#       why: "That is what a contract is for, and all that it is for."
#     - text: has no bugs
#       why: "A wrong formula, applied in the same way every time, keeps all promises of form."
# ```
#
# ## Exercises
#
# ### Exercise: An error that asks first {#ex-ask-first level="warm-up"}
#
# Write the error of the first page so that it cannot be crossed. Truth and prediction may be lists. If the shapes of truth and prediction differ, raise a `ValueError` whose message holds both shapes.


# %%
#| exercise: stub
def mean_squared(y, prediction):
    return float(np.mean((np.asarray(y) - np.asarray(prediction)) ** 2))

# %%
#| exercise: check
assert mean_squared([1.0, 2.0], [1.0, 4.0]) == 2.0, "the mean of 0 and 4 is 2"
for one, two in (([[1.0], [2.0]], [1.0, 2.0]), ([1.0, 2.0], 1.0)):
    try:
        mean_squared(one, two)
    except ValueError as error:
        said = str(error)
    else:
        raise AssertionError(
            f"{np.shape(one)} against {np.shape(two)} should be refused"
        )
    for shape in (np.shape(one), np.shape(two)):
        assert str(shape) in said, f"the message should hold {shape}: {said}"


# %%
#| exercise: solution
def mean_squared(y, prediction):
    y, prediction = np.asarray(y), np.asarray(prediction)
    if y.shape != prediction.shape:
        raise ValueError(
            f"y has shape {y.shape}, the prediction {prediction.shape}"
        )
    return float(np.mean((y - prediction) ** 2))

# %% [markdown]
# ### Exercise: Repair a careless model {#ex-repair level="core"}
#
# `Scale` should take the mean off each column and divide it by its standard deviation over `unit`. Below it has most of the faults of `Careless`. Repair it *without* inheriting from `mle`, so that all checks pass. You may use `check_X` of `mle.validation`.
#
# ??? hint "A hint"
#
#     Go through @tbl-promises from 1 to 6. What is learnt needs other names than the parameters.


# %%
#| exercise: stub
class Scale:
    def __init__(self, unit=1.0, names=[]):
        self.unit = float(unit)
        self.names = names

    def get_params(self, deep=True):
        return {"unit": self.unit, "names": self.names}

    def fit(self, X, y=None):
        X -= X.mean(axis=0)
        self.spread = X.std(axis=0) / self.unit

    def transform(self, X):
        return X / self.spread


# %%
#| exercise: check
def complaint(call):
    try:
        call()
    except ValueError as error:
        return str(error)
    except Exception as error:
        raise AssertionError(
            f"a ValueError was expected, not {type(error).__name__}: {error}"
        ) from error
    return ""


assert set(vars(Scale())) == {"unit", "names"}, (
    "1: the constructor should store its arguments, and nothing else"
)
assert type(Scale(unit=3).unit) is int, (
    "1: the constructor should store its argument unchanged"
)
assert clone(Scale(unit=2)).get_params()["unit"] == 2, (
    "1: a clone should have equal parameters"
)
assert not isinstance(Scale().names, list), (
    "1: a default that can be changed is shared: use None or ()"
)
before = np.array([[0.0, 1.0], [4.0, 3.0]])
given = before.copy()
scale = Scale(unit=2.0)
assert scale.fit(given) is scale, "3: fit should return the model"
assert np.array_equal(given, before), "3: fit altered its input"
learnt = sorted(set(vars(scale)) - {"unit", "names"})
assert {name[-1] for name in learnt} == {"_"}, (
    f"2: learnt names should end in an underscore: {learnt}"
)
got = scale.transform(before).tolist()
assert got == [[-2, -2], [2, 2]], f"expected -2 and 2, got {got}"
got = scale.transform(before[:1]).tolist()
assert got == [[-2, -2]], f"a row alone: expected -2, got {got}"
assert complaint(lambda: Scale().transform(before)), (
    "4: not fitted, so transform should raise a ValueError"
)
assert complaint(lambda: scale.transform([[1.0]])), (
    "5: one column instead of two should be refused"
)
assert "nan" in complaint(lambda: scale.fit([[np.nan]])).lower(), (
    "6: nan should be refused, and named"
)
assert complaint(lambda: scale.transform(before)), (
    "4: after a fit that failed there should be no model"
)


# %%
#| exercise: solution
#| note: "`NotFittedError` is a `ValueError`, and an `AttributeError` as well. Forgetting comes first in `fit`, so that a fit that fails leaves nothing. Then look at `StandardScaler`: the base class does all this, and two lines are left."
from mle.base import NotFittedError
from mle.validation import check_X


class Scale:
    def __init__(self, unit=1.0, names=None):
        self.unit = unit
        self.names = names

    def get_params(self, deep=True):
        return {"unit": self.unit, "names": self.names}

    def fit(self, X, y=None):
        for name in [name for name in vars(self) if name.endswith("_")]:
            delattr(self, name)
        array = check_X(X)
        self.mean_ = array.mean(axis=0)
        self.spread_ = array.std(axis=0) / self.unit
        return self

    def transform(self, X):
        if not hasattr(self, "spread_"):
            raise NotFittedError("call fit first")
        array = check_X(X)
        if array.shape[1] != len(self.mean_):
            raise ValueError(
                f"X has {array.shape[1]} columns, not {len(self.mean_)}"
            )
        return (array - self.mean_) / self.spread_

# %% [markdown]
# ### Exercise: Local shares {#ex-local-shares level="core"}
#
# Make a classifier of @eq-local-mean: the chance of class $k$ is the local mean of an indicator that is 1 where a row has class $k$. Write `_fit` and `_proba`; rows of weight 0 must not count.
#
# ??? hint "A hint"
#
#     `np.eye(K)[index]` is the $(n, K)$ table of indicators.


# %%
#| exercise: stub
class LocalShares(Classifier):
    def __init__(self, width=1.0):
        self.width = width

    def _fit(self, X, index, w):
        self.share_ = np.bincount(index, weights=w) / w.sum()

    def _proba(self, X):
        return np.tile(self.share_, (len(X), 1))


# %%
#| exercise: check
from mle.datasets import load_penguins

birds = load_penguins()
whole = np.isfinite(birds.X).all(axis=1)
B, kind = StandardScaler().fit_transform(birds.X[whole]), birds.y[whole]
model = LocalShares(width=0.5).fit(B[::2], kind[::2])
chance = model.predict_proba(B[1::2])
assert np.allclose(chance.sum(axis=1), 1), (
    "the chances of a row should add up to 1"
)
for k, name in enumerate(model.classes_):
    local_mean = LocalMean(0.5).fit(B[::2], kind[::2] == name)
    assert np.allclose(chance[:, k], local_mean.predict(B[1::2])), (
        f"column {k} should be the local mean of the indicator of {name}"
    )
far = model.predict_proba(np.full((1, B.shape[1]), 1e3))
assert np.isfinite(far).all(), (
    "far from all rows the chances should be finite"
)
weights = np.arange(len(kind)) % 2 == 0  # 1, 0, 1, 0, ...
again = LocalShares(0.5).fit(B, kind, weights).predict_proba(B[1::2])
assert np.allclose(again, chance), "rows of weight 0 should not count"
narrow = LocalShares(0.003).fit(B, kind, weights).predict_proba(B[1::2])
assert np.isfinite(narrow).all(), (
    "a row of weight 0 may be the nearest; the chances should be finite"
)
counts = np.arange(len(kind)) % 3
again = LocalShares(0.5).fit(B, kind, counts).predict_proba(B)
twice = np.repeat(B, counts, axis=0), np.repeat(kind, counts)
assert np.allclose(again, LocalShares(0.5).fit(*twice).predict_proba(B)), (
    "a weight of 2 should count as the row twice"
)


# %%
#| exercise: solution
class LocalShares(Classifier):
    def __init__(self, width=1.0):
        self.width = width

    def _check_params(self):
        check_number("width", self.width, above=0)

    def _fit(self, X, index, w):
        kept = w > 0
        self.X_, self.weight_ = X[kept], w[kept]
        self.Y_ = np.eye(len(self.classes_))[index[kept]]

    def _proba(self, X):
        d2 = ((X[:, None] - self.X_) ** 2).sum(axis=2)
        d2 -= d2.min(axis=1, keepdims=True)
        v = self.weight_ * np.exp(-d2 / (2 * self.width**2))
        return v @ self.Y_ / v.sum(axis=1, keepdims=True)

# %% [markdown]
# ### Exercise: Obedient and useless {#ex-useless level="core"}
#
# Write the best regressor that ignores X and keeps all four relations of `relations`, weights included. Then remember what a contract is worth.


# %%
#| exercise: stub
class Same(Regressor):
    def _fit(self, X, y, w):
        self.value_ = y[0]

    def _predict(self, X):
        return np.full(len(X), self.value_)


# %%
#| exercise: check
v = np.random.default_rng(2).integers(0, 4, 200, dtype=np.intp)
for targets in (t, np.arange(200.0) ** 2, np.sin(np.arange(200.0))):
    fits = Same().fit(A, targets)
    plain = fits.predict(T)
    assert np.allclose(
        Same().fit(A[::-1], targets[::-1]).predict(T), plain
    ), "rows: another order, another prediction"
    repeated = Same().fit(np.repeat(A, v, axis=0), np.repeat(targets, v))
    assert np.allclose(
        Same().fit(A, targets, v).predict(T), repeated.predict(T)
    ), "weights: a weight of 2 should count as the row twice"
    assert np.allclose(
        Same().fit(A, 2 * targets + 5).predict(T), 2 * plain + 5
    ), "units: 2 y + 5 should give twice the prediction plus 5"
    assert abs(fits.score(A, targets)) < 1e-9, (
        f"the best constant has R² 0, got {fits.score(A, targets):.3f}"
    )


# %%
#| exercise: solution
#| note: "The weighted median keeps the relations as well, but its R² is below zero unless it equals the mean."
class Same(Regressor):
    def _fit(self, X, y, w):
        self.value_ = np.average(y, weights=w)

    def _predict(self, X):
        return np.full(len(X), self.value_)

# %% [markdown]
# ### Exercise: Other units of X {#ex-units-of-x level="small research"}
#
# A fifth relation: measure the columns of X in other units, $a_j x_{ij} + c_j$ in training and in prediction alike. Which models keep their predictions? Decide with a pencil for least squares, ridge, a local mean, and the last two behind a `StandardScaler`. Then write the test, and see.
#
# ??? hint "A hint"
#
#     Least squares can undo the change in $w$ and $b$. Ridge pays for it. What does a scaler do to $a_j x_{ij} + c_j$?


# %%
#| exercise: stub
def units_of_x(model, X, y, T, a, c):
    """Largest change of predictions, divided by their spread."""
    plain = clone(model).fit(X, y).predict(T)
    moved = clone(model).fit(X, y).predict(T)  # not moved yet
    return float(np.abs(moved - plain).max() / np.std(plain))

# %%
#| exercise: check
scales, shifts = np.geomspace(0.1, 10, p), np.linspace(-5, 5, p)
cases = [
    (LinearRegression(), True),
    (Ridge(10.0), False),
    (LocalMean(), False),
    (make_pipeline(StandardScaler(), Ridge(10.0)), True),
    (make_pipeline(StandardScaler(), LocalMean()), True),
]
for model, keeps in cases:
    change = units_of_x(model, A, t, T, scales, shifts)
    assert (change < 1e-8) == keeps, (
        f"{model}: change {change:.1g}, expected {'none' if keeps else 'some'}"
    )


# %%
#| exercise: solution
#| note: "The scaler turns $a_j x_{ij} + c_j$ into $(a_j x_{ij} + c_j - a_j \\bar x_j - c_j) / (|a_j| s_j)$: for positive $a_j$ the units cancel; for negative ones a sign turns, which neither a penalty nor a distance sees. That is a reason for scaling before any penalty or distance, and it can be tested without knowing the model."
def units_of_x(model, X, y, T, a, c):
    plain = clone(model).fit(X, y).predict(T)
    moved = clone(model).fit(a * X + c, y).predict(a * T + c)
    return float(np.abs(moved - plain).max() / np.std(plain))
