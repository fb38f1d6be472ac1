"""Permutation importance and partial dependence against scikit-learn, number by number."""

import numpy as np
import sklearn.inspection as theirs
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression, Ridge

import mle.inspection as ours
from mle.datasets import load_heart_failure, load_sacramento_housing
from tests.parity.record import record

TOLERANCE = 1e-12


class Replay(np.random.Generator):
    """A generator whose permutations are those that scikit-learn's function draws for every column."""

    def __init__(self, seed, n_repeats):
        super().__init__(np.random.PCG64(0))
        first = np.random.RandomState(seed).randint(np.iinfo(np.int32).max + 1)
        self.seed, self.n_repeats, self.count = first, n_repeats, 0

    def permutation(self, n):
        if self.count % self.n_repeats == 0:
            self.state, self.order, self.place = np.random.RandomState(self.seed), np.arange(n), np.arange(n)
        self.count += 1
        self.state.shuffle(self.order)
        # scikit-learn shuffles the column it has shuffled before.
        self.place = self.place[self.order]
        return self.place


def heart():
    data = load_heart_failure()
    return data.select(["age", "ejection_fraction", "serum_creatinine"]), data.y


def homes():
    data = load_sacramento_housing()
    return data.select(["beds", "baths", "sqft"]) / [1, 1, 1000], data.y / 1000


def test_permutation_importance():
    worst = 0.0
    (X_heart, died), (X_home, y_home) = heart(), homes()
    logistic, forest = LogisticRegression().fit(X_heart, died), RandomForestClassifier(5, random_state=0)
    for model, X, y, scoring in (
        (logistic, X_heart, died, None),
        (logistic, X_heart, died, "roc_auc"),
        (forest.fit(X_heart[:200], died[:200]), X_heart[200:], died[200:], "neg_log_loss"),
        (Ridge().fit(X_home, y_home), X_home, y_home, "neg_mean_absolute_error"),
    ):
        for weight in (None, np.random.default_rng(0).random(len(y))):
            choice = {"scoring": scoring, "n_repeats": 4, "sample_weight": weight}
            got = ours.permutation_importance(model, X, y, random_state=Replay(7, 4), **choice)
            expected = theirs.permutation_importance(model, X, y, random_state=7, **choice)
            for name in ("importances", "importances_mean", "importances_std"):
                worst = max(worst, float(np.abs(getattr(got, name) - expected[name]).max()))
    record(
        name="permutation_importance",
        module="mle.inspection.importance",
        against="scikit-learn",
        what="every repeat, given the same permutations; 4 scores, weights",
        data="heart failure and Sacramento homes",
        gap=worst,
        tolerance=1e-11,
    )


def test_partial_dependence():
    worst = 0.0
    (X_heart, died), (X_home, y_home) = heart(), homes()
    thirds = np.digitize(y_home, np.quantile(y_home, [1 / 3, 2 / 3]))
    for model, X, features in (
        (LogisticRegression().fit(X_heart, died), X_heart, [0]),
        (RandomForestClassifier(5, random_state=0).fit(X_heart, died), X_heart, [2]),
        (LogisticRegression().fit(X_home, thirds), X_home, [2]),
        (Ridge().fit(X_home, y_home), X_home, [2]),
        (Ridge().fit(X_home, y_home), X_home, [0, 2]),
    ):
        for weight in (None, np.random.default_rng(0).random(len(X))):
            choice = {"grid_resolution": 11, "percentiles": (0.1, 0.8), "kind": "both", "sample_weight": weight}
            got = ours.partial_dependence(model, X, features, **choice)
            expected = theirs.partial_dependence(model, X, features, method="brute", **choice)
            for one, other in zip(got.grid_values, expected["grid_values"], strict=True):
                worst = max(worst, float(np.abs(one - other).max()))
            for name in ("average", "individual"):
                assert getattr(got, name).shape == expected[name].shape
                scale = max(1.0, float(np.abs(expected[name]).max()))
                worst = max(worst, float(np.abs(getattr(got, name) - expected[name]).max()) / scale)
    record(
        name="partial_dependence",
        module="mle.inspection.dependence",
        against="scikit-learn",
        what="grid, mean and every row; one and two features; two and three classes, a quantity; weights",
        data="heart failure and Sacramento homes",
        gap=worst,
        tolerance=TOLERANCE,
    )
