"""Splitters and cross-validation against scikit-learn's, and inside it.

Data: random class sizes (Hypothesis, derandomised), heart_failure and sacramento_housing. Splits without shuffling are
equal row for row, scores within 1e-12 (regressors: 1e-9). Shuffled splits come from another generator, so that only
their properties are compared.
"""

import numpy as np
import pytest
import sklearn.model_selection as theirs
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import mle.model_selection as ours
from mle.datasets import load_heart_failure, load_sacramento_housing
from mle.linear_model import LinearRegression
from mle.metrics import list_scorers

LAW = settings(derandomize=True, deadline=None, max_examples=60)
OF_NUMBERS = ("r2", "neg_mean_poisson_deviance")
BINARY_SCORES = [name for name in list_scorers() if name not in OF_NUMBERS and "error" not in name]
QUANTITY_SCORES = ["r2", "neg_mean_squared_error", "neg_mean_absolute_error"]


def heart():
    data = load_heart_failure()
    return data.select(["age", "ejection_fraction", "serum_creatinine"]), data.y


def homes():
    data = load_sacramento_housing()
    return data.select(["beds", "baths", "sqft"]) / [1, 1, 1000], data.y / 1000


def equal_folds(got, expected):
    for one, other in zip(got, expected, strict=True):
        np.testing.assert_array_equal(one[0], other[0])
        np.testing.assert_array_equal(one[1], other[1])


@LAW
@given(st.integers(2, 60), st.integers(2, 12))
def test_kfold_is_the_same_row_for_row(n, k):
    k, X = min(n, k), np.zeros((n, 1))
    equal_folds(ours.KFold(k).split(X), theirs.KFold(k).split(X))


@LAW
@given(st.lists(st.integers(2, 9), min_size=2, max_size=4), st.integers(2, 5), st.integers(0, 99))
def test_stratified_is_the_same_row_for_row(counts, k, seed):
    k = min([k, *counts])
    y = np.random.default_rng(seed).permutation(np.repeat([3, 1, 4, 2][: len(counts)], counts))
    equal_folds(ours.StratifiedKFold(k).split(y, y), theirs.StratifiedKFold(k).split(y, y))


@LAW
@given(st.integers(4, 60), st.floats(0.05, 0.8), st.booleans(), st.integers(0, 99))
def test_train_test_split_has_the_same_sizes(n, share, stratify, seed):
    y = np.arange(n) % 2
    n_test = int(np.ceil(share * n))
    if not 2 <= n_test <= n - 2:
        return
    kwargs = {"test_size": share, "random_state": seed, "stratify": y if stratify else None}
    got, expected = ours.train_test_split(y, **kwargs), theirs.train_test_split(y, **kwargs)
    assert [len(part) for part in got] == [len(part) for part in expected]
    if stratify:
        assert [abs(int(a.sum()) - int(b.sum())) <= 1 for a, b in zip(got, expected)] == [True, True]


def test_train_test_split_without_shuffling_is_the_same():
    X, y = homes()
    got = ours.train_test_split(X, y, test_size=100, shuffle=False)
    for one, other in zip(got, theirs.train_test_split(X, y, test_size=100, shuffle=False), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(
    "cv",
    [
        ours.KFold(4),
        ours.KFold(4, shuffle=True, random_state=0),
        ours.StratifiedKFold(4),
        ours.StratifiedKFold(4, shuffle=True, random_state=0),
        ours.RepeatedStratifiedKFold(n_splits=4, n_repeats=2, random_state=0),
    ],
    ids=repr,
)
def test_our_splitters_work_inside_scikit_learn(cv):
    X, y = heart()
    model = make_pipeline(StandardScaler(), LogisticRegression())
    scores = theirs.cross_val_score(model, X, y, cv=cv)
    assert len(scores) == cv.get_n_splits(X, y)
    np.testing.assert_allclose(ours.cross_val_score(model, X, y, cv=cv), scores, rtol=1e-12)
    search = theirs.GridSearchCV(model, {"logisticregression__C": [0.1, 1.0]}, cv=cv).fit(X, y)
    assert search.n_splits_ == len(scores)


@pytest.mark.parametrize("scoring", [None, *BINARY_SCORES])
def test_scores_of_a_classifier(scoring):
    X, y = heart()
    model = make_pipeline(StandardScaler(), LogisticRegression())
    got = ours.cross_val_score(model, X, y, cv=5, scoring=scoring)
    np.testing.assert_allclose(got, theirs.cross_val_score(model, X, y, cv=5, scoring=scoring), rtol=1e-12)


@pytest.mark.parametrize("model", [Ridge(alpha=0.5), LinearRegression()], ids=["scikit-learn's", "ours"])
@pytest.mark.parametrize("scoring", [None, *QUANTITY_SCORES])
def test_scores_of_a_regressor(model, scoring):
    X, y = homes()
    got = ours.cross_val_score(model, X, y, cv=5, scoring=scoring)
    np.testing.assert_allclose(got, theirs.cross_val_score(model, X, y, cv=5, scoring=scoring), rtol=1e-9)


@pytest.mark.parametrize("method", ["predict", "predict_proba", "decision_function"])
def test_predictions_of_a_classifier(method):
    X, y = heart()
    model = make_pipeline(StandardScaler(), LogisticRegression())
    got = ours.cross_val_predict(model, X, y, cv=5, method=method)
    np.testing.assert_allclose(got, theirs.cross_val_predict(model, X, y, cv=5, method=method), rtol=1e-12)


def test_predictions_of_a_regressor_in_shuffled_parts():
    X, y = homes()
    cv = ours.KFold(6, shuffle=True, random_state=3)
    got = ours.cross_val_predict(LinearRegression(), X, y, cv=cv)
    np.testing.assert_allclose(got, theirs.cross_val_predict(LinearRegression(), X, y, cv=cv), rtol=1e-9)
