"""Every metric against scikit-learn's.

Data: 60 or more random draws each of labels, scores and quantities, with ties, weights and rare classes (Hypothesis,
derandomised), and the 299 patients of heart_failure. Tolerance 1e-12, relative or absolute, whichever allows more.
"""

import warnings

import numpy as np
import pytest
import sklearn.metrics as theirs
from hypothesis import given, settings
from hypothesis import strategies as st

import mle.metrics as ours
from mle.datasets import load_heart_failure

LAW = settings(derandomize=True, deadline=None, max_examples=60)
TOLERANCE = 1e-12


def close(got, expected):
    np.testing.assert_allclose(got, expected, rtol=TOLERANCE, atol=TOLERANCE)


@st.composite
def arrays(draw, *columns, smallest=2):
    """Columns of equal length, each from its strategy, and weights between 0.1 and 5 or None."""
    n = draw(st.integers(smallest, 30))
    drawn = [np.array(draw(st.lists(column, min_size=n, max_size=n))) for column in columns]
    weight = draw(st.none() | st.lists(st.floats(0.1, 5), min_size=n, max_size=n))
    return *drawn, weight


CLASS = st.integers(0, 3)
BIT = st.integers(0, 1)
SCORE = st.integers(-5, 5).map(lambda i: i / 8)
NUMBER = st.integers(-1000, 1000).map(lambda i: i / 7)
PROBABILITY = st.integers(0, 50).map(lambda i: i / 50)


def heart_scores():
    """Deaths, and a score that ranks patients by one laboratory value."""
    heart = load_heart_failure()
    return heart.y, heart.columns["serum_creatinine"]


# --- classes -----------------------------------------------------------------------------------------------------

MULTICLASS = ["accuracy_score", "matthews_corrcoef", "balanced_accuracy_score", "confusion_matrix"]
BINARY = ["precision_score", "recall_score", "f1_score"]


@pytest.mark.parametrize("name", MULTICLASS)
@LAW
@given(data=arrays(CLASS, CLASS, smallest=1))
def test_many_classes(name, data):
    y, y_pred, weight = data
    with warnings.catch_warnings():  # scikit-learn warns of classes that occur on one side alone
        warnings.simplefilter("ignore")
        expected = getattr(theirs, name)(y, y_pred, sample_weight=weight)
    close(getattr(ours, name)(y, y_pred, sample_weight=weight), expected)


@pytest.mark.parametrize("name", BINARY)
@LAW
@given(data=arrays(BIT, BIT, smallest=1), positive=BIT)
def test_two_classes(name, data, positive):
    y, y_pred, weight = data
    if positive not in y and positive not in y_pred and positive == 0:
        return  # all are 1 and 0 is asked for: we refuse, scikit-learn answers 0
    expected = getattr(theirs, name)(y, y_pred, pos_label=positive, sample_weight=weight, zero_division=0)
    close(getattr(ours, name)(y, y_pred, pos_label=positive, sample_weight=weight), expected)


@LAW
@given(arrays(CLASS, CLASS), st.permutations([0, 1, 2, 3]))
def test_confusion_matrix_in_a_given_order(data, order):
    y, y_pred, weight = data
    labels = [order[0], *[c for c in order[1:3] if c != y[0]], int(y[0])]
    labels = list(dict.fromkeys(labels))
    expected = theirs.confusion_matrix(y, y_pred, labels=labels, sample_weight=weight)
    close(ours.confusion_matrix(y, y_pred, labels=labels, sample_weight=weight), expected)


@pytest.mark.parametrize("name", [*MULTICLASS, *BINARY])
def test_classes_on_real_data(name):
    y, creatinine = heart_scores()
    y_pred = (creatinine > 1.5).astype(np.int64)
    close(getattr(ours, name)(y, y_pred), getattr(theirs, name)(y, y_pred))


# --- rankings ----------------------------------------------------------------------------------------------------


@settings(LAW, max_examples=200)
@given(arrays(BIT, SCORE), st.booleans())
def test_roc_curve_and_area(data, drop):
    y, score, weight = data
    if y.min() == y.max():
        return
    got = ours.roc_curve(y, score, sample_weight=weight, drop_intermediate=drop)
    expected = theirs.roc_curve(y, score, sample_weight=weight, drop_intermediate=drop)
    if drop and weight is not None:  # which points are dropped hangs on rounding: compare the curves, not the points
        grid = np.linspace(0, 1, 101)
        close(np.trapezoid(got[1], got[0]), np.trapezoid(expected[1], expected[0]))
        at = [np.interp(grid, curve[0] + np.arange(len(curve[0])) * 1e-13, curve[1]) for curve in (got, expected)]
        np.testing.assert_allclose(*at, atol=1e-6)
    else:
        for one, other in zip(got, expected, strict=True):
            close(one, other)
    close(
        ours.roc_auc_score(y, score, sample_weight=weight),
        theirs.roc_auc_score(y, score, sample_weight=weight),
    )


@pytest.mark.parametrize("drop", [True, False])
def test_rankings_on_real_data(drop):
    y, creatinine = heart_scores()
    for one, other in zip(
        ours.roc_curve(y, creatinine, drop_intermediate=drop),
        theirs.roc_curve(y, creatinine, drop_intermediate=drop),
        strict=True,
    ):
        close(one, other)
    close(ours.roc_auc_score(y, creatinine), theirs.roc_auc_score(y, creatinine))


# --- probabilities -----------------------------------------------------------------------------------------------


@LAW
@given(arrays(BIT, PROBABILITY))
def test_two_class_probabilities(data):
    y, p, weight = data
    close(
        ours.log_loss(y, p, sample_weight=weight, labels=[0, 1]),
        theirs.log_loss(y, p, sample_weight=weight, labels=[0, 1]),
    )
    if y.min() < y.max():
        close(ours.brier_score_loss(y, p, sample_weight=weight), theirs.brier_score_loss(y, p, sample_weight=weight))


@LAW
@given(arrays(st.sampled_from("abc"), *[st.integers(1, 20)] * 3))
def test_three_class_probabilities(data):
    y, *columns, weight = data
    p = np.column_stack(columns) / np.sum(columns, axis=0)[:, None]
    expected = theirs.log_loss(y, p, sample_weight=weight, labels=["a", "b", "c"])
    close(ours.log_loss(y, p, sample_weight=weight, labels=["a", "b", "c"]), expected)


# --- quantities --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["mean_squared_error", "mean_absolute_error", "r2_score"])
@LAW
@given(data=arrays(NUMBER, NUMBER))
def test_quantities(name, data):
    y, y_hat, weight = data
    if name == "r2_score" and np.ptp(y) < 1e-9 and weight is not None:
        return  # the spread of a constant is 0 or a rounding error, as the weights fall
    expected = getattr(theirs, name)(y, y_hat, sample_weight=weight)
    close(getattr(ours, name)(y, y_hat, sample_weight=weight), expected)


# --- scorers -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ours.list_scorers())
def test_scorers_carry_the_names_of_scikit_learn(name):
    from sklearn.linear_model import LogisticRegression

    heart = load_heart_failure()
    X = heart.select(["serum_creatinine", "ejection_fraction"])
    model = LogisticRegression().fit(X, heart.y)
    close(ours.get_scorer(name)(model, X, heart.y), theirs.get_scorer(name)(model, X, heart.y))
