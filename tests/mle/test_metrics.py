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


# Three classes: "a" 2 of 3 found, "b" 1 of 2, "c" 1 of 1; called "a" 2 times, all rightly, "b" 2 times, "c" 2 times.
TRUE3 = ["a", "a", "a", "b", "b", "c"]
PRED3 = ["a", "a", "b", "b", "c", "c"]


def test_three_classes_by_hand():
    assert metrics.recall_score(TRUE3, PRED3, average=None).tolist() == pytest.approx([2 / 3, 1 / 2, 1])
    assert metrics.precision_score(TRUE3, PRED3, average=None).tolist() == pytest.approx([1, 1 / 2, 1 / 2])
    assert metrics.f1_score(TRUE3, PRED3, average=None).tolist() == pytest.approx([4 / 5, 1 / 2, 2 / 3])
    assert metrics.recall_score(TRUE3, PRED3, average="macro") == pytest.approx((2 / 3 + 1 / 2 + 1) / 3)
    assert metrics.recall_score(TRUE3, PRED3, average="weighted") == pytest.approx(4 / 6)
    assert metrics.precision_score(TRUE3, PRED3, average="micro") == pytest.approx(4 / 6)
    assert metrics.precision_score(TRUE3, PRED3, labels=["c", "a"], average=None).tolist() == [0.5, 1.0]
    assert type(metrics.f1_score(TRUE3, PRED3, average="macro")) is float
    tp, fp, fn = metrics.class_counts(TRUE3, PRED3, labels=["c", "z"])
    assert (tp.tolist(), fp.tolist(), fn.tolist()) == ([1, 0], [1, 0], [0, 0])


def test_f_beta_by_hand():
    """2 of 3 found, 2 of 4 calls right: at beta = 2, 5 * 2 / (5 * 2 + 2 + 4 * 1)."""
    true, pred = [1, 1, 1, 0, 0, 0], [1, 1, 0, 1, 1, 0]
    assert metrics.fbeta_score(true, pred, beta=2.0) == pytest.approx(10 / 16)
    assert metrics.fbeta_score(true, pred, beta=1.0) == metrics.f1_score(true, pred)
    assert metrics.fbeta_score(true, pred, beta=0.0) == metrics.precision_score(true, pred)
    assert metrics.fbeta_score(true, pred, beta=1e6) == pytest.approx(metrics.recall_score(true, pred))


def test_normalized_confusion_matrix_and_adjusted_accuracy():
    counts = np.array([[3, 1], [2, 4]])
    for of, divided in (
        ("true", counts / [[4], [6]]),
        ("pred", counts / [5, 5]),
        ("all", counts / 10),
    ):
        np.testing.assert_allclose(metrics.confusion_matrix(TRUE, PRED, normalize=of), divided)
    assert metrics.balanced_accuracy_score(TRUE, PRED, adjusted=True) == pytest.approx(4 / 6 + 3 / 4 - 1)
    assert metrics.accuracy_score(TRUE, PRED, normalize=False) == 7.0


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


def test_brier_of_three_classes_by_hand():
    three = [[0.7, 0.2, 0.1], [0.1, 0.6, 0.3]]
    per_row = [0.3**2 + 0.2**2 + 0.1**2, 0.1**2 + 0.6**2 + 0.7**2]
    assert metrics.brier_score_loss(["a", "c"], three, labels=["a", "b", "c"]) == pytest.approx(sum(per_row) / 2)
    two = [[0.2, 0.8], [0.6, 0.4]]
    assert metrics.brier_score_loss([1, 0], two) == pytest.approx((0.2**2 + 0.4**2) / 2)
    assert metrics.brier_score_loss([1, 0], two, scale_by_half=False) == pytest.approx(0.2**2 + 0.4**2)


def test_calibration_by_hand():
    """Five cases near 0.2 of which 1 comes true, five near 0.8 of which 3 do."""
    p = [0.2] * 5 + [0.8] * 5
    y = [1, 0, 0, 0, 0, 1, 1, 1, 0, 0]
    true, pred, count = metrics.calibration_curve(y, p)
    assert (true.tolist(), pred.tolist(), count.tolist()) == ([0.2, 0.6], pytest.approx([0.2, 0.8]), [5, 5])
    assert metrics.expected_calibration_error(y, p) == pytest.approx(0.1)
    on_the_edge = metrics.calibration_curve([0, 1, 1], [0.25, 0.5, 0.75], n_bins=2)
    assert on_the_edge[2].tolist() == [2, 1]  # 0.5 belongs to the lower bin
    weight = [1.0] * 5 + [3.0] * 5
    assert metrics.expected_calibration_error(y, p, sample_weight=weight) == pytest.approx(0.15)


def test_precision_recall_by_hand():
    """In falling order the truth is 1, 0, 1: precision 1, 1/2, 2/3 at recall 1/2, 1/2, 1."""
    precision, recall, thresholds = metrics.precision_recall_curve([1, 0, 1], [0.9, 0.5, 0.3])
    assert precision.tolist() == pytest.approx([2 / 3, 1 / 2, 1, 1])
    assert recall.tolist() == [1, 0.5, 0.5, 0]
    assert thresholds.tolist() == [0.3, 0.5, 0.9]
    assert metrics.average_precision_score([1, 0, 1], [0.9, 0.5, 0.3]) == pytest.approx(0.5 * 1 + 0.5 * 2 / 3)
    weighted = metrics.precision_recall_curve([1, 0, 1, 1], [0.9, 0.5, 0.3, 1.0], sample_weight=[1, 1, 1, 0])
    assert weighted[0].tolist() == pytest.approx([2 / 3, 1 / 2, 1, 1])


def test_quantities_by_hand():
    y, y_hat = [3.0, -0.5, 2.0, 7.0], [2.5, 0.0, 2.0, 8.0]
    assert metrics.mean_squared_error(y, y_hat) == 0.375
    assert metrics.mean_absolute_error(y, y_hat) == 0.5
    assert metrics.r2_score(y, y_hat) == pytest.approx(1 - 1.5 / 29.1875, abs=1e-15)
    assert metrics.mean_squared_error(y, y_hat, sample_weight=[0, 0, 0, 1]) == 1.0
    assert metrics.root_mean_squared_error(y, y_hat) == pytest.approx(math.sqrt(0.375), abs=1e-15)
    assert metrics.mean_pinball_loss(y, y_hat, alpha=0.9) == pytest.approx((0.45 + 0.05 + 0.0 + 0.1) / 4)
    expected = 2 * (3 * math.log(3 / 2) - 1 + 0 + 2) / 2
    assert metrics.mean_poisson_deviance([3, 0], [2.0, 2.0]) == pytest.approx(expected)


def test_targets_beyond_squares():
    far = [1e200, -1e200]
    assert metrics.mean_absolute_error(far, [0.0, 0.0]) == 1e200
    assert metrics.mean_pinball_loss(far, [0.0, 0.0]) == 5e199


@pytest.mark.parametrize("unit", [1e-320, 1e-200, 1e-165, 1.0, 1e140])
def test_r2_does_not_depend_on_the_unit(unit):
    y, y_hat = np.array([1.0, 2.0, 4.0]), np.array([4.0, 2.0, 1.0])
    assert metrics.r2_score(y * unit, y_hat * unit) == pytest.approx(metrics.r2_score(y, y_hat), rel=1e-3)
    assert metrics.r2_score(y * unit, y * unit) == 1.0


def test_nothing_to_divide_by():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert metrics.precision_score([1, 0], [0, 0]) == 0.0
        assert metrics.recall_score([0, 0], [1, 0]) == 0.0
        assert metrics.f1_score([0, 0], [0, 0]) == 0.0
        assert metrics.f1_score([0, 0], [0, 0], zero_division=1.0) == 1.0
        assert math.isnan(metrics.precision_score([1, 0], [0, 0], zero_division=np.nan))
        assert metrics.recall_score([1, 1], [0, 1], average="macro", zero_division=np.nan) == 0.5
        assert metrics.balanced_accuracy_score([1, 1], [1, 0], adjusted=True) == 0.0
        assert metrics.confusion_matrix([0, 0], [1, 1], normalize="true").tolist() == [[0, 1], [0, 0]]
        assert metrics.matthews_corrcoef([1, 1], [1, 1]) == 0.0
        assert metrics.matthews_corrcoef([1, 0], [1, 1]) == 0.0
        assert metrics.r2_score([2.0, 2.0], [2.0, 2.0]) == 1.0
        assert metrics.r2_score([2.0, 2.0], [2.0, 3.0]) == 0.0


def test_rows_without_weight_leave_no_point_on_a_curve():
    y, score, weight = [0, 1, 1, 0, 1], [0.1, 0.2, 0.4, 0.6, 0.9], [1.0, 2.0, 0.0, 1.0, 0.0]
    kept = [0, 1, 3]
    for curve in (metrics.roc_curve, metrics.precision_recall_curve):
        for drop in (True, False):
            got = curve(y, score, sample_weight=weight, drop_intermediate=drop)
            rows = ([values[i] for i in kept] for values in (y, score, weight))
            truth, points, counts = rows
            expected = curve(truth, points, sample_weight=counts, drop_intermediate=drop)
            for one, other in zip(got, expected):
                np.testing.assert_array_equal(one, other)


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


@LAW
@given(labels())
def test_averages_are_averages_of_the_classes(data):
    true, pred, weight = data
    kept = np.unique(np.concatenate([true, pred]))
    size = np.array([weight[true == c].sum() for c in kept])
    for score in (metrics.precision_score, metrics.recall_score, metrics.f1_score):
        each = score(true, pred, average=None, sample_weight=weight)
        by_hand = [
            score(true == c, pred == c, pos_label=True, sample_weight=weight)
            if (true == c).any() or (pred == c).any()
            else 0.0
            for c in kept
        ]
        np.testing.assert_allclose(each, by_hand, atol=1e-12)
        assert score(true, pred, average="macro", sample_weight=weight) == pytest.approx(np.mean(each))
        mean = np.average(each, weights=size)
        assert score(true, pred, average="weighted", sample_weight=weight) == pytest.approx(mean)
        accuracy = metrics.accuracy_score(true, pred, sample_weight=weight)
        assert score(true, pred, average="micro", sample_weight=weight) == pytest.approx(accuracy)


@LAW
@given(scored(), st.data())
def test_average_precision_weights_are_repetitions(data, draw):
    y, score = data
    weight = np.array(draw.draw(st.lists(st.integers(1, 3), min_size=len(y), max_size=len(y))))
    expected = metrics.average_precision_score(np.repeat(y, weight), np.repeat(score, weight))
    assert metrics.average_precision_score(y, score, sample_weight=weight) == pytest.approx(expected, abs=1e-12)


@LAW
@given(scored())
def test_precision_recall_curve_counts_at_each_threshold(data):
    y, score = data
    precision, recall, thresholds = metrics.precision_recall_curve(y, score)
    assert thresholds.tolist() == sorted(set(score.tolist()))
    for p, r, threshold in zip(precision, recall, thresholds):
        called = score >= threshold
        assert p == pytest.approx(y[called].mean())
        assert r == pytest.approx(y[called].sum() / y.sum())


@LAW
@given(scored(), st.integers(1, 8), st.sampled_from(["uniform", "quantile"]))
def test_calibration_bins_hold_everybody(data, n_bins, strategy):
    y, score = data
    p = (score + 1) / 2
    true, pred, count = metrics.calibration_curve(y, p, n_bins=n_bins, strategy=strategy)
    assert len(count) <= n_bins
    assert (count.sum(), true @ count, pred @ count) == pytest.approx((len(y), y.sum(), p.sum()))
    error = metrics.expected_calibration_error(y, p, n_bins=n_bins, strategy=strategy)
    assert abs(y.mean() - p.mean()) - 1e-12 <= error <= 1


@LAW
@given(scored(), st.floats(0.1, 10), st.floats(0.1, 10))
def test_least_cost_by_trying_every_threshold(data, miss, false_alarm):
    y, score = data

    def cost(threshold):
        called = score >= threshold
        return (miss * np.sum((y == 1) & ~called) + false_alarm * np.sum((y == 0) & called)) / len(y)

    threshold, least = metrics.least_cost_threshold(y, score, miss=miss, false_alarm=false_alarm)
    assert least == pytest.approx(min(cost(t) for t in [np.inf, *score]))
    assert cost(threshold) == pytest.approx(least)


@pytest.mark.parametrize(("miss", "false_alarm", "hit", "quiet"), [(9, 1, 0, 0), (1, 3, 0, 0), (10, 2, 4, 1)])
def test_cost_threshold_is_where_both_decisions_cost_the_same(miss, false_alarm, hit, quiet):
    p = metrics.cost_threshold(miss, false_alarm, hit=hit, quiet=quiet)
    assert p * hit + (1 - p) * false_alarm == pytest.approx(p * miss + (1 - p) * quiet)
    higher = p + 0.01
    assert higher * hit + (1 - higher) * false_alarm < higher * miss + (1 - higher) * quiet


def test_calibrated_probabilities_need_no_search():
    """On calibrated probabilities both thresholds tell the same."""
    rng = np.random.default_rng(0)
    p = rng.random(200_000)
    y = rng.random(200_000) < p
    found, _ = metrics.least_cost_threshold(y, p, miss=4.0, false_alarm=1.0)
    assert found == pytest.approx(metrics.cost_threshold(4.0, 1.0), abs=0.02)


@LAW
@given(st.lists(st.floats(-100, 100), min_size=1, max_size=30), st.floats(0.05, 0.95), st.floats(-100, 100))
def test_no_constant_beats_the_quantile_at_its_pinball_loss(y, alpha, other):
    quantile = np.quantile(y, alpha, method="inverted_cdf")
    best, tried = (metrics.mean_pinball_loss(y, np.full(len(y), c), alpha=alpha) for c in (quantile, other))
    assert best <= tried + 1e-9


@LAW
@given(st.integers(0, 9), st.data())
def test_scores_of_three_classes_one_against_the_rest(seed, draw):
    rng = np.random.default_rng(seed)
    y = np.append(rng.integers(0, 3, 20), [0, 1, 2])
    P = rng.dirichlet([1, 1, 1], len(y)).round(2)
    P[:, 2] = 1 - P[:, 0] - P[:, 1]
    P = P.clip(0)
    for score, choice in ((metrics.roc_auc_score, {"multi_class": "ovr"}), (metrics.average_precision_score, {})):
        each = [score(y == k, P[:, k]) for k in range(3)]
        np.testing.assert_allclose(score(y, P, average=None, **choice), each)
        assert score(y, P, average="weighted", **choice) == pytest.approx(np.average(each, weights=np.bincount(y)))


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
        "neg_expected_calibration_error": -metrics.expected_calibration_error(y, p),
        "average_precision": metrics.average_precision_score(y, p),
        "neg_root_mean_squared_error": -metrics.root_mean_squared_error(y, pred),
        "roc_auc_ovr": metrics.roc_auc_score(y, p),
        "roc_auc_ovr_weighted": metrics.roc_auc_score(y, p),
        **{
            f"{name}_{average}": getattr(metrics, f"{name}_score")(y, pred, average=average)
            for name in ("precision", "recall", "f1")
            for average in ("macro", "micro", "weighted")
        },
    }
    assert metrics.list_scorers() == sorted([*expected, "neg_mean_poisson_deviance"])
    for name, value in expected.items():
        assert metrics.get_scorer(name)(Fixed(), X, y) == pytest.approx(value), name
    assert metrics.get_scorer("roc_auc")(FixedMargin(), X, ["yes", "no", "no", "yes"]) == 0.25


def test_scorers_hand_on_weights():
    X, y, weight = [[1.0], [2.0], [-1.0], [-2.0]], [1, 0, 0, 1], [1, 2, 3, 4]
    got = metrics.get_scorer("neg_log_loss")(Fixed(), X, y, sample_weight=weight)
    assert got == -metrics.log_loss(y, [0.9, 0.9, 0.2, 0.2], sample_weight=weight)


def test_made_scorers():
    X, y = [[1.0], [2.0], [-1.0], [-2.0]], [1, 0, 0, 1]
    f2 = metrics.make_scorer(metrics.fbeta_score, beta=2)
    assert f2(Fixed(), X, y) == metrics.fbeta_score(y, [1, 1, 0, 0], beta=2)
    brier = metrics.make_scorer(metrics.brier_score_loss, response_method="predict_proba", greater_is_better=False)
    assert brier(Fixed(), X, y) == -metrics.brier_score_loss(y, [0.9, 0.9, 0.2, 0.2])
    assert metrics.get_scorer(f2) is f2
    assert metrics.check_scoring(Fixed(), "f1") is metrics.get_scorer("f1")


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("auc", "'roc_auc'"),
        ("log_loss", "'neg_log_loss'"),
        ("rmse", "'neg_root_mean_squared_error'"),
        ("balanced_acc", "'balanced_accuracy'"),
        ("f1_micr", "'f1_micro'"),
    ],
)
def test_unknown_names_get_suggestions(name, hint):
    with pytest.raises(ValueError, match=f"scoring='{name}' is unknown: did you mean .*{hint}.*Expected one of acc"):
        metrics.get_scorer(name)


def test_a_loss_without_its_prefix_gets_one_suggestion():
    with pytest.raises(ValueError, match=r"did you mean 'neg_mean_squared_error'\? Expected"):
        metrics.get_scorer("mean_squared_error")


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
        (
            lambda: metrics.accuracy_score(["a", None], ["a", "b"]),
            "y_true mixes text and NoneType, such as 'a' and None",
        ),
        (
            lambda: metrics.f1_score(["a", "b"], np.array(["a", 3], object)),
            "y_pred mixes text and int, such as 'a' and 3",
        ),
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
        (lambda: metrics.get_scorer("zzz"), "scoring='zzz' is unknown: Expected one of accuracy, average_precision"),
        (lambda: metrics.get_scorer(3), "scoring=3 is unknown"),
        (lambda: metrics.make_scorer(max, response_method="guess"), "response_method='guess': expected one or more"),
        (lambda: metrics.accuracy_score([[1], [0]], [1, 0]), r"y_true has shape \(2, 1\).*pass y_true.ravel\(\)"),
        (lambda: metrics.r2_score([1.0, 2.0], [[1.0], [2.0]]), r"y_pred has shape \(2, 1\): expected one dimension"),
        (lambda: metrics.roc_auc_score([1, 0], [[0.2], [0.3]]), r"y_score has shape \(2, 1\): expected \(n,\)"),
        (lambda: metrics.log_loss([1, 0], [[0.2], [0.3]]), r"y_proba has shape \(2, 1\): expected \(2, 2\).*or \(2,\)"),
        (lambda: metrics.mean_squared_error(np.ones((3, 2)), np.ones((3, 2))), r"y_true has shape \(3, 2\)"),
        (lambda: metrics.f1_score(TRUE3, PRED3), "pass average='macro', 'micro', 'weighted' or None"),
        (lambda: metrics.f1_score(TRUE3, PRED3, average="mean"), "average='mean' is unknown: expected None or one of"),
        (lambda: metrics.f1_score(TRUE3, PRED3, average=None, labels=["a", "a"]), "expected each once"),
        (lambda: metrics.f1_score(TRUE3, PRED3, average=None, labels=[1]), "labels hold 1 and y_true holds 'a'"),
        (lambda: metrics.f1_score([1, 0], [1, 0], zero_division=2.0), "zero_division must be a number from 0 to 1"),
        (lambda: metrics.fbeta_score([1, 0], [1, 0], beta=-1), "beta must be a number of at least 0, got -1"),
        (lambda: metrics.confusion_matrix([1, 0], [1, 0], normalize="rows"), "normalize must be one of 'true', 'pred'"),
        (lambda: metrics.roc_auc_score([0, 1, 2], np.full((3, 3), 1 / 3)), "pass multi_class='ovr'"),
        (
            lambda: metrics.roc_auc_score([0, 1, 1], np.full((3, 3), 1 / 3), multi_class="ovr", labels=[0, 1, 2]),
            "class 2 does not occur in y_true",
        ),
        (lambda: metrics.roc_auc_score([0, 1, 2], np.ones((3, 3)), multi_class="ovr"), "y_score has a row whose sum"),
        (lambda: metrics.average_precision_score([0, 1, 2], np.ones((3, 2))), r"expected \(3, 3\), a column for each"),
        (lambda: metrics.auc([0.0, 1.0, 0.5], [0.0, 1.0, 1.0]), "x rises and falls"),
        (lambda: metrics.auc([0.0], [0.0]), "x has 1 entry: expected at least two points"),
        (lambda: metrics.calibration_curve([0, 1], [0.2, 1.5]), "y_prob holds 1.5: expected probabilities"),
        (
            lambda: metrics.calibration_curve([0, 1], [0.2, 0.5], n_bins=0),
            "n_bins must be a whole number of at least 1",
        ),
        (lambda: metrics.calibration_curve([0, 1], [0.2, 0.5], strategy="equal"), "strategy must be one of"),
        (lambda: metrics.expected_calibration_error([1, 1], [0.2, 0.5]), r"y_true holds the classes \[1\]"),
        (lambda: metrics.mean_pinball_loss([1.0], [1.0], alpha=1.5), "alpha must be a number from 0 to 1, got 1.5"),
        (lambda: metrics.mean_poisson_deviance([-1.0], [1.0]), "y_true holds -1.0: expected counts, at least 0"),
        (lambda: metrics.mean_poisson_deviance([1.0], [0.0]), "y_pred holds 0.0: expected means of counts, above 0"),
        (lambda: metrics.cost_threshold(1.0, 0.0), "a right decision must cost less than a wrong one"),
        (lambda: metrics.cost_threshold(1.0, np.inf), "false_alarm must be a number, got inf"),
        (
            lambda: metrics.least_cost_threshold([0, 1], [0.1, 0.2], miss=-1, false_alarm=1),
            "miss must be a number of at least 0, got -1",
        ),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_other_kinds_of_bad_input():
    for metric in (metrics.mean_squared_error, metrics.root_mean_squared_error, metrics.r2_score):
        with pytest.raises(
            OverflowError, match=r"the quantities reach 1e\+200.*divide y_true and y_pred by a larger unit"
        ):
            metric([1e200, 0.0], [0.0, 0.0])
    with pytest.raises(TypeError, match="zero_division must be a number from 0 to 1, or nan, got 'warn'"):
        metrics.f1_score([1, 0], [1, 0], zero_division="warn")
    with pytest.raises(TypeError, match="Three has no method score: pass scoring, one of accuracy"):
        metrics.check_scoring(type("Three", (), {})())
    with pytest.raises(AttributeError, match="FixedMargin has none of the methods predict_proba"):
        metrics.get_scorer("neg_log_loss")(FixedMargin(), [[1.0]], ["no"])
