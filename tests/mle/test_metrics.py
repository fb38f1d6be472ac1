"""Metrics against hand-worked numbers, laws that must hold for any data, and a table of bad input."""

import math
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mle import metrics

LAW = settings(derandomize=True, deadline=None, max_examples=60)
BITS = st.integers(0, 1)


@st.composite
def labels(draw, classes=3):
    """Two arrays of classes 0 .. classes-1 and whole weights, not all zero."""
    n = draw(st.integers(1, 25))
    column = st.lists(st.integers(0, classes - 1), min_size=n, max_size=n)
    weight = draw(st.lists(st.integers(0, 4), min_size=n, max_size=n).filter(any))
    return np.array(draw(column)), np.array(draw(column)), np.array(weight)


@st.composite
def scored(draw):
    """Two-class truth with both classes, and scores with many ties."""
    y = draw(st.lists(BITS, min_size=2, max_size=25).filter(lambda y: 0 < sum(y) < len(y)))
    score = draw(st.lists(st.integers(-4, 4), min_size=len(y), max_size=len(y)))
    return np.array(y), np.array(score) / 4


@st.composite
def quantities(draw):
    n = draw(st.integers(2, 20))
    column = st.lists(st.floats(-1e3, 1e3), min_size=n, max_size=n)
    return np.array(draw(column)), np.array(draw(column))


OF_LABELS = [
    metrics.accuracy_score,
    metrics.balanced_accuracy_score,
    metrics.matthews_corrcoef,
]
OF_TWO_CLASSES = [metrics.precision_score, metrics.recall_score, metrics.f1_score]


# --- worked by hand ----------------------------------------------------------------------------------------------

# 4 true positives, 1 false positive, 2 false negatives, 3 true negatives
TRUE = [1, 1, 1, 1, 1, 1, 0, 0, 0, 0]
PRED = [1, 1, 1, 1, 0, 0, 1, 0, 0, 0]


@pytest.mark.parametrize(
    ("metric", "value"),
    [
        (metrics.accuracy_score, 7 / 10),
        (metrics.precision_score, 4 / 5),
        (metrics.recall_score, 4 / 6),
        (metrics.f1_score, 8 / 11),
        (metrics.balanced_accuracy_score, (4 / 6 + 3 / 4) / 2),
        (metrics.matthews_corrcoef, (4 * 3 - 1 * 2) / math.sqrt(5 * 6 * 4 * 5)),
    ],
)
def test_ten_cases_by_hand(metric, value):
    assert metric(TRUE, PRED) == pytest.approx(value, abs=1e-15)
    assert type(metric(TRUE, PRED)) is float


def test_counts_by_hand():
    assert metrics.binary_counts(TRUE, PRED) == (4, 1, 2, 3)
    assert metrics.binary_counts(TRUE, PRED, pos_label=0) == (3, 2, 1, 4)
    matrix = metrics.confusion_matrix(TRUE, PRED)
    assert matrix.tolist() == [[3, 1], [2, 4]]
    assert matrix.dtype == np.int64
    assert metrics.confusion_matrix(TRUE, PRED, labels=[1, 0]).tolist() == [[4, 2], [1, 3]]
    assert metrics.confusion_matrix(TRUE, PRED, labels=[1]).tolist() == [[4]]
    assert metrics.confusion_matrix(["b", "a"], ["a", "a"], sample_weight=[0.5, 2]).tolist() == [[2.0, 0.0], [0.5, 0.0]]


def test_text_labels_and_pos_label():
    true, pred = np.where(TRUE, "dead", "alive"), np.where(PRED, "dead", "alive").astype(object)
    assert metrics.f1_score(true, pred, pos_label="dead") == pytest.approx(8 / 11)
    assert metrics.matthews_corrcoef(true, pred) == metrics.matthews_corrcoef(TRUE, PRED)
    assert metrics.roc_auc_score(true, PRED, pos_label="dead") == metrics.roc_auc_score(TRUE, PRED)


def test_probabilities_by_hand():
    y, p = [1, 0, 1], [0.8, 0.4, 0.5]
    assert metrics.log_loss(y, p) == pytest.approx(-(math.log(0.8) + math.log(0.6) + math.log(0.5)) / 3, abs=1e-15)
    assert metrics.brier_score_loss(y, p) == pytest.approx((0.2**2 + 0.4**2 + 0.5**2) / 3, abs=1e-15)
    three = [[0.7, 0.2, 0.1], [0.1, 0.6, 0.3]]
    assert metrics.log_loss(["a", "c"], three, labels=["a", "b", "c"]) == pytest.approx(-math.log(0.7 * 0.3) / 2)
    assert metrics.log_loss([1, 0], [0.0, 0.0]) == pytest.approx(-math.log(2.0**-52) / 2)


def test_quantities_by_hand():
    y, y_hat = [3.0, -0.5, 2.0, 7.0], [2.5, 0.0, 2.0, 8.0]
    assert metrics.mean_squared_error(y, y_hat) == 0.375
    assert metrics.mean_absolute_error(y, y_hat) == 0.5
    assert metrics.r2_score(y, y_hat) == pytest.approx(1 - 1.5 / 29.1875, abs=1e-15)
    assert metrics.mean_squared_error(y, y_hat, sample_weight=[0, 0, 0, 1]) == 1.0


def test_nothing_to_divide_by():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert metrics.precision_score([1, 0], [0, 0]) == 0.0
        assert metrics.recall_score([0, 0], [1, 0]) == 0.0
        assert metrics.f1_score([0, 0], [0, 0]) == 0.0
        assert metrics.matthews_corrcoef([1, 1], [1, 1]) == 0.0
        assert metrics.matthews_corrcoef([1, 0], [1, 1]) == 0.0
        assert metrics.r2_score([2.0, 2.0], [2.0, 2.0]) == 1.0
        assert metrics.r2_score([2.0, 2.0], [2.0, 3.0]) == 0.0


def test_counts_too_large_for_64_bit_products():
    """(tp + fp)(tp + fn)(tn + fp)(tn + fn) is 1e20 here, more than int64 holds."""
    true = np.repeat(np.array([1, 0], dtype=np.int8), 100_000)
    assert metrics.matthews_corrcoef(true, true) == 1.0
    assert metrics.matthews_corrcoef(true, 1 - true) == -1.0


# --- laws --------------------------------------------------------------------------------------------------------


@LAW
@given(labels())
def test_confusion_matrix_counts_everything(data):
    true, pred, weight = data
    matrix = (
        metrics.confusion_matrix(true, pred, labels=[0, 1, 2]) if 0 in true else metrics.confusion_matrix(true, pred)
    )
    assert matrix.sum() == len(true)
    assert np.trace(matrix) == (true == pred).sum()
    weighted = metrics.confusion_matrix(true, pred, sample_weight=weight)
    assert weighted.sum() == weight.sum()
    np.testing.assert_array_equal(weighted.T, metrics.confusion_matrix(pred, true, sample_weight=weight))


@pytest.mark.parametrize("metric", [*OF_LABELS, *OF_TWO_CLASSES])
@LAW
@given(data=labels(classes=2))
def test_a_weight_is_a_repetition(metric, data):
    true, pred, weight = data
    expected = metric(np.repeat(true, weight), np.repeat(pred, weight))
    assert metric(true, pred, sample_weight=weight) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("metric", OF_LABELS)
@LAW
@given(data=labels())
def test_names_of_classes_do_not_matter(metric, data):
    true, pred, _ = data
    names = np.array(["zebra", "ant", "mole"])
    assert metric(names[true], names[pred]) == pytest.approx(metric(true, pred), abs=1e-12)


@LAW
@given(labels(classes=2))
def test_two_class_formulas(data):
    true, pred, weight = data
    tp, fp, fn, tn = metrics.binary_counts(true, pred, sample_weight=weight)
    below = math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn))
    expected = (tp * tn - fp * fn) / below if below else 0.0
    assert metrics.matthews_corrcoef(true, pred, sample_weight=weight) == pytest.approx(expected, abs=1e-12)
    precision = metrics.precision_score(true, pred, sample_weight=weight)
    recall = metrics.recall_score(true, pred, sample_weight=weight)
    harmonic = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    assert metrics.f1_score(true, pred, sample_weight=weight) == pytest.approx(harmonic, abs=1e-12)


@LAW
@given(labels())
def test_matthews_is_symmetric_and_bounded(data):
    true, pred, _ = data
    value = metrics.matthews_corrcoef(true, pred)
    assert value == pytest.approx(metrics.matthews_corrcoef(pred, true), abs=1e-12)
    assert -1 - 1e-12 <= value <= 1 + 1e-12


@LAW
@given(scored())
def test_auc_three_ways(data):
    """By ranks, by trapezoids under the curve, and by trying every pair."""
    y, score = data
    fpr, tpr, _ = metrics.roc_curve(y, score)
    pairs = np.sign(score[y == 1][:, None] - score[y == 0][None, :])  # (n1, n0)
    auc = metrics.roc_auc_score(y, score)
    assert auc == pytest.approx(float(np.trapezoid(tpr, fpr)), abs=1e-12)
    assert auc == pytest.approx(float((pairs + 1).mean() / 2), abs=1e-12)
    assert auc == pytest.approx(1 - metrics.roc_auc_score(y, -score), abs=1e-12)
    assert auc == pytest.approx(metrics.roc_auc_score(y, np.exp(3 * score)), abs=1e-12)
    assert auc == pytest.approx(1 - metrics.roc_auc_score(y, score, pos_label=0), abs=1e-12)


@LAW
@given(scored(), st.data())
def test_ranking_weights_are_repetitions(data, draw):
    y, score = data
    weight = np.array(draw.draw(st.lists(st.integers(1, 3), min_size=len(y), max_size=len(y))))
    many_y, many_score = np.repeat(y, weight), np.repeat(score, weight)
    auc = metrics.roc_auc_score(y, score, sample_weight=weight)
    assert auc == pytest.approx(metrics.roc_auc_score(many_y, many_score), abs=1e-12)
    for one, other in zip(metrics.roc_curve(y, score, sample_weight=weight), metrics.roc_curve(many_y, many_score)):
        np.testing.assert_allclose(one, other, atol=1e-12)


@LAW
@given(scored())
def test_roc_curve_counts_at_each_threshold(data):
    y, score = data
    fpr, tpr, thresholds = metrics.roc_curve(y, score, drop_intermediate=False)
    assert thresholds.tolist() == [np.inf, *sorted(set(score.tolist()), reverse=True)]
    for f, t, threshold in zip(fpr, tpr, thresholds):
        assert f == pytest.approx(np.mean(score[y == 0] >= threshold))
        assert t == pytest.approx(np.mean(score[y == 1] >= threshold))
    short_fpr, short_tpr, short_thresholds = metrics.roc_curve(y, score)
    assert set(short_thresholds.tolist()) <= set(thresholds.tolist())
    assert np.trapezoid(short_tpr, short_fpr) == pytest.approx(np.trapezoid(tpr, fpr))
    assert (fpr[0], tpr[0], fpr[-1], tpr[-1]) == (0, 0, 1, 1)


@LAW
@given(st.lists(st.tuples(BITS, st.floats(0.01, 0.99)), min_size=2, max_size=20))
def test_probability_scores(pairs):
    y, p = np.array([a for a, _ in pairs]), np.array([b for _, b in pairs])
    expected = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
    two = np.column_stack([1 - p, p])
    assert metrics.log_loss(y, p, labels=[0, 1]) == pytest.approx(expected, abs=1e-12)
    assert metrics.log_loss(y, two, labels=[0, 1]) == pytest.approx(expected, abs=1e-12)
    if 0 < y.sum() < len(y):
        assert metrics.log_loss(y, p) == pytest.approx(expected, abs=1e-12)
        assert metrics.brier_score_loss(y, p) == pytest.approx(np.mean((y - p) ** 2), abs=1e-12)


@LAW
@given(quantities())
def test_regression_laws(data):
    y, y_hat = data
    mse, mae = metrics.mean_squared_error(y, y_hat), metrics.mean_absolute_error(y, y_hat)
    assert mae**2 <= mse * (1 + 1e-9) + 1e-9
    assert metrics.mean_squared_error(y_hat, y) == pytest.approx(mse)
    if np.var(y) > 1e-6:
        assert metrics.r2_score(y, y_hat) == pytest.approx(1 - mse / np.var(y), rel=1e-9)
        assert metrics.r2_score(y, np.full(len(y), y.mean())) == pytest.approx(0, abs=1e-9)
        assert metrics.r2_score(3 * y - 5, 3 * y_hat - 5) == pytest.approx(metrics.r2_score(y, y_hat), rel=1e-6)


@pytest.mark.parametrize("metric", [metrics.mean_squared_error, metrics.mean_absolute_error, metrics.r2_score])
@LAW
@given(data=quantities(), draw=st.data())
def test_regression_weights_are_repetitions(metric, data, draw):
    y, y_hat = np.round(data[0]), np.round(data[1])
    weight = np.array(draw.draw(st.lists(st.integers(1, 3), min_size=len(y), max_size=len(y))))
    expected = metric(np.repeat(y, weight), np.repeat(y_hat, weight))
    assert metric(y, y_hat, sample_weight=weight) == pytest.approx(expected, rel=1e-9, abs=1e-9)


# --- scorers -----------------------------------------------------------------------------------------------------


class Fixed:
    """A fitted classifier with known answers: p = 0.9 where x is above 0, else 0.2."""

    classes_ = np.array([0, 1])

    def predict_proba(self, X):
        p = np.where(np.asarray(X)[:, 0] > 0, 0.9, 0.2)
        return np.column_stack([1 - p, p])

    def predict(self, X):
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


class FixedMargin:
    classes_ = np.array(["no", "yes"])

    def decision_function(self, X):
        return np.asarray(X)[:, 0]


def test_scorers_call_their_metric():
    X, y = [[1.0], [2.0], [-1.0], [-2.0]], [1, 0, 0, 1]
    p, pred = [0.9, 0.9, 0.2, 0.2], [1, 1, 0, 0]
    expected = {
        "accuracy": metrics.accuracy_score(y, pred),
        "balanced_accuracy": metrics.balanced_accuracy_score(y, pred),
        "precision": metrics.precision_score(y, pred),
        "recall": metrics.recall_score(y, pred),
        "f1": metrics.f1_score(y, pred),
        "matthews_corrcoef": metrics.matthews_corrcoef(y, pred),
        "r2": metrics.r2_score(y, pred),
        "neg_mean_squared_error": -metrics.mean_squared_error(y, pred),
        "neg_mean_absolute_error": -metrics.mean_absolute_error(y, pred),
        "roc_auc": metrics.roc_auc_score(y, p),
        "neg_brier_score": -metrics.brier_score_loss(y, p),
        "neg_log_loss": -metrics.log_loss(y, p),
    }
    assert metrics.list_scorers() == sorted(expected)
    for name, value in expected.items():
        assert metrics.get_scorer(name)(Fixed(), X, y) == pytest.approx(value), name
    assert metrics.get_scorer("roc_auc")(FixedMargin(), X, ["yes", "no", "no", "yes"]) == 0.25


# --- bad input ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: metrics.accuracy_score([1, 0], [1]), "y_true has 2 entries and y_pred has 1: expected equally many"),
        (lambda: metrics.accuracy_score([], []), "y_true is empty"),
        (lambda: metrics.accuracy_score([[1, 0]], [[1, 0]]), r"y_true has shape \(1, 2\): expected one dimension"),
        (lambda: metrics.accuracy_score(["a"], [1]), "y_true holds 'a' and y_pred holds 1: expected both text or both"),
        (lambda: metrics.accuracy_score([1, 0], [0.9, 0.1]), "y_pred holds 0.9: expected class labels, not prob"),
        (lambda: metrics.accuracy_score([1, np.nan], [1, 0]), "y_true contains NaN"),
        (lambda: metrics.accuracy_score([1, 0], [1, 0], sample_weight=[1]), "sample_weight must have shape"),
        (lambda: metrics.accuracy_score([1, 0], [1, 0], sample_weight=[1, -1]), "sample_weight must not be negative"),
        (lambda: metrics.accuracy_score([1, 0], [1, 0], sample_weight=[0, 0]), "sample_weight cannot be all zero"),
        (lambda: metrics.confusion_matrix([1, 0], [1, 0], labels=[1, 1]), r"labels are \[1, 1\]: expected each once"),
        (lambda: metrics.confusion_matrix([1, 0], [1, 0], labels=[7]), r"labels are \[7\]: expected at least one that"),
        (lambda: metrics.f1_score([1, 0, 2], [1, 0, 2]), r"the classes are \[0, 1, 2\]: expected two of them"),
        (lambda: metrics.f1_score(["a", "b"], ["a", "b"]), r"the classes are \['a', 'b'\].*pos_label=1"),
        (lambda: metrics.recall_score([2, 2], [2, 2]), r"the classes are \[2\]"),
        (lambda: metrics.precision_score([0, 1], [0, 1], pos_label=3), "pos_label=3"),
        (lambda: metrics.roc_auc_score([1, 1], [0.2, 0.3]), r"y_true holds the classes \[1\]: expected two of them"),
        (lambda: metrics.roc_auc_score([0, 1, 2], [0.2, 0.3, 0.4]), r"y_true holds the classes \[0, 1, 2\]"),
        (lambda: metrics.roc_auc_score([0, 1], [0.2, np.nan]), "y_score contains NaN"),
        (lambda: metrics.roc_auc_score([0, 1], ["low", "high"]), "y_score must hold numbers, got text such as 'low'"),
        (lambda: metrics.roc_auc_score([0, 1], [0.2, 0.3], sample_weight=[1, 0]), "sample_weight is zero for a whole"),
        (lambda: metrics.roc_curve([0, 1], [0.2, 0.3], pos_label="yes"), "pos_label='yes'"),
        (lambda: metrics.log_loss([1, 1], [0.2, 0.3]), "there is one class, 1: expected two or more; pass labels"),
        (lambda: metrics.log_loss([0, 1], [0.2, 1.3]), "y_proba holds 1.3: expected probabilities from 0 to 1"),
        (lambda: metrics.log_loss([0, 1], [0.2, -0.1]), "y_proba holds -0.1"),
        (lambda: metrics.log_loss([0, 1], [0.2]), r"y_proba has shape \(1,\): expected \(2, 2\)"),
        (lambda: metrics.log_loss([0, 1], [[0.2, 0.2], [0.5, 0.5]]), "y_proba has a row whose sum misses 1 by 0.6"),
        (lambda: metrics.log_loss([0, 5], [0.2, 0.3], labels=[0, 1]), "y_true holds 5: expected one of labels"),
        (lambda: metrics.brier_score_loss([0, 1], [0.2, 7.0]), "y_proba holds 7.0"),
        (lambda: metrics.brier_score_loss([0, 0], [0.2, 0.3]), r"y_true holds the classes \[0\]"),
        (lambda: metrics.mean_squared_error([1.0], ["one"]), "y_pred must hold numbers, got text such as 'one'"),
        (lambda: metrics.mean_absolute_error([1.0, np.inf], [1.0, 2.0]), "y_true contains infinity"),
        (lambda: metrics.r2_score([1.0], [1.0]), "r2_score got 1 sample: expected at least 2"),
        (lambda: metrics.r2_score([1.0, 2.0], [1.0, 2.0, 3.0]), "y_true has 2 entries and y_pred has 3"),
        (lambda: metrics.get_scorer("auc"), "scoring='auc' is unknown: expected one of accuracy, balanced_accuracy"),
        (
            lambda: metrics.get_scorer("roc_auc")(type("Three", (), {"classes_": [0, 1, 2]}), [[0.0]], [0]),
            "the estimator knows 3 classes: expected two",
        ),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()
