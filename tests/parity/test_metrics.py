"""Every metric against scikit-learn's.

Data: random draws of labels, scores and quantities, with ties, weights, rare and empty classes (Hypothesis,
derandomised), and the 299 patients of heart_failure. A gap is relative to the larger of 1 and the expected number.
"""

import inspect
import warnings
from functools import partial

import numpy as np
import pytest
import sklearn.calibration
import sklearn.metrics as theirs
from hypothesis import given, settings
from hypothesis import strategies as st

import mle.metrics as ours
from mle.datasets import load_heart_failure
from tests.parity.record import record

LAW = settings(derandomize=True, deadline=None, max_examples=60)
TOLERANCE = 1e-12
DRAWS = "60 random draws of up to 30 rows, with ties and weights"


def gap(got, expected):
    """Largest gap of two numbers or arrays, or of several; nan must meet nan."""
    if isinstance(expected, tuple):
        assert len(got) == len(expected)
        return max(map(gap, got, expected))
    got, expected = np.asarray(got, dtype=float), np.asarray(expected, dtype=float)
    assert got.shape == expected.shape
    np.testing.assert_array_equal(np.isnan(got), np.isnan(expected))
    same = (got == expected) | np.isnan(got)  # infinity meets infinity
    if same.all():
        return 0.0
    return float(np.max(np.abs(got - expected)[~same] / np.maximum(1, np.abs(expected[~same]))))


def close(got, expected):
    assert gap(got, expected) <= TOLERANCE


def compare(strategy, pair, *, law=LAW):
    """Largest gap between the two sides of `pair(*draw)` over many draws; None leaves a draw out."""
    worst = 0.0

    @law
    @given(strategy)
    def run(draw):
        nonlocal worst
        with warnings.catch_warnings():  # scikit-learn warns of 0 / 0, and of classes on one side alone
            warnings.simplefilter("ignore")
            sides = pair(*draw)
        if sides is not None:
            found = gap(*sides)
            assert found <= TOLERANCE
            worst = max(worst, found)

    run()
    return worst


def keep(metric, what, worst, data=DRAWS):
    function = getattr(ours, metric)
    record(
        name=metric,
        module=inspect.getmodule(function).__name__,
        against="scikit-learn",
        what=what,
        data=data,
        gap=worst,
        tolerance=TOLERANCE,
    )


@st.composite
def arrays(draw, *columns, smallest=2):
    """Columns of equal length, each from its strategy, and weights between 0.1 and 5 or None."""
    n = draw(st.integers(smallest, 30))
    drawn = [np.array(draw(st.lists(column, min_size=n, max_size=n))) for column in columns]
    weight = draw(st.none() | st.lists(st.floats(0.1, 5), min_size=n, max_size=n))
    return *drawn, weight


CLASS = st.integers(0, 3)
NAMED = st.sampled_from(["ant", "bee", "cat"])
BIT = st.integers(0, 1)
SCORE = st.integers(-5, 5).map(lambda i: i / 8)
NUMBER = st.integers(-1000, 1000).map(lambda i: i / 7)
PROBABILITY = st.integers(0, 50).map(lambda i: i / 50)
ZERO = st.sampled_from([0.0, 1.0, np.nan])


def both_classes(y):
    return y.min() < y.max()


# --- classes -----------------------------------------------------------------------------------------------------

MULTICLASS = {
    "accuracy_score": [{}, {"normalize": False}],
    "matthews_corrcoef": [{}],
    "balanced_accuracy_score": [{}, {"adjusted": True}],
    "confusion_matrix": [{}, {"normalize": "true"}, {"normalize": "pred"}, {"normalize": "all"}],
}
SCORES = {"precision_score": {}, "recall_score": {}, "f1_score": {}, "fbeta_score": {"beta": 2.0}}


@pytest.mark.parametrize("name", MULTICLASS)
def test_many_classes(name):
    def pair(choice, y, y_pred, weight):
        if choice.get("adjusted") and len(set(y)) == 1:
            return None  # 0 / 0: scikit-learn answers nan, we 0
        return [getattr(side, name)(y, y_pred, sample_weight=weight, **choice) for side in (ours, theirs)]

    worst = 0.0
    for choice in MULTICLASS[name]:
        for label in (CLASS, NAMED):
            worst = max(worst, compare(arrays(label, label, smallest=1), partial(pair, choice)))
    keep(name, "value, numbers and text as labels", worst)


@pytest.mark.parametrize("name", SCORES)
def test_two_classes(name):
    def pair(data, positive, zero):
        y, y_pred, weight = data
        if positive not in y and positive not in y_pred and positive == 0:
            return None  # all are 1 and 0 is asked for: we refuse, scikit-learn answers 0
        choice = {"pos_label": positive, "sample_weight": weight, "zero_division": zero, **SCORES[name]}
        return [getattr(side, name)(y, y_pred, **choice) for side in (ours, theirs)]

    worst = compare(st.tuples(arrays(BIT, BIT, smallest=1), BIT, ZERO), pair)
    keep(name, "two classes, 0/0 as 0, 1 or nan", worst)


@pytest.mark.parametrize("name", SCORES)
def test_averages_over_classes(name):
    def pair(average, data, labels, zero):
        y, y_pred, weight = data
        choice = {"labels": labels, "average": average, "sample_weight": weight, "zero_division": zero}
        return [getattr(side, name)(y, y_pred, **choice, **SCORES[name]) for side in (ours, theirs)]

    labels = st.none() | st.lists(st.integers(0, 5), min_size=1, max_size=5, unique=True)
    draws = st.tuples(arrays(CLASS, CLASS, smallest=1), labels, ZERO)
    worst = max(compare(draws, partial(pair, average)) for average in (None, "macro", "micro", "weighted"))
    keep(name, "each class, macro, micro, weighted; labels; 0/0 as 0, 1 or nan", worst)


@LAW
@given(arrays(CLASS, CLASS), st.permutations([0, 1, 2, 3]))
def test_confusion_matrix_in_a_given_order(data, order):
    y, y_pred, weight = data
    labels = [order[0], *[c for c in order[1:3] if c != y[0]], int(y[0])]
    labels = list(dict.fromkeys(labels))
    expected = theirs.confusion_matrix(y, y_pred, labels=labels, sample_weight=weight)
    close(ours.confusion_matrix(y, y_pred, labels=labels, sample_weight=weight), expected)


@pytest.mark.parametrize("name", [*MULTICLASS, *SCORES])
def test_classes_on_real_data(name):
    heart = load_heart_failure()
    y_pred = (heart.columns["serum_creatinine"] > 1.5).astype(np.int64)
    got, expected = (getattr(side, name)(heart.y, y_pred, **SCORES.get(name, {})) for side in (ours, theirs))
    keep(name, "value", gap(got, expected), "heart failure, 299 patients")


# --- rankings ----------------------------------------------------------------------------------------------------

RANKINGS = {
    "roc_auc_score": [{}],
    "average_precision_score": [{}],
    "roc_curve": [{"drop_intermediate": False}, {"drop_intermediate": True}],
    "precision_recall_curve": [{"drop_intermediate": False}, {"drop_intermediate": True}],
}


@pytest.mark.parametrize("name", RANKINGS)
def test_rankings(name):
    def pair(choice, y, score, weight):
        # With weights, rounding decides which points are dropped.
        weight = None if choice.get("drop_intermediate") else weight
        if not both_classes(y):
            return None
        return [getattr(side, name)(y, score, sample_weight=weight, **choice) for side in (ours, theirs)]

    worst = max(compare(arrays(BIT, SCORE), partial(pair, choice)) for choice in RANKINGS[name])
    keep(name, "value; for curves every point", worst)


@pytest.mark.parametrize("name", RANKINGS)
def test_rankings_on_real_data(name):
    heart = load_heart_failure()
    creatinine = heart.columns["serum_creatinine"]
    got, expected = (getattr(side, name)(heart.y, creatinine) for side in (ours, theirs))
    keep(name, "value; for curves every point", gap(got, expected), "heart failure, 299 patients")


def test_a_thinned_roc_curve_with_weights_is_the_same_curve():
    @LAW
    @given(arrays(BIT, SCORE))
    def run(data):
        y, score, weight = data
        if both_classes(y):
            got = ours.roc_curve(y, score, sample_weight=weight)
            expected = theirs.roc_curve(y, score, sample_weight=weight)
            close(np.trapezoid(got[1], got[0]), np.trapezoid(expected[1], expected[0]))

    run()


@pytest.mark.parametrize("name", ["roc_auc_score", "average_precision_score"])
def test_rankings_one_versus_rest(name):
    def pair(average, y, *columns):
        *columns, weight = columns
        if len(set(y)) < 3:
            return None
        P = np.column_stack(columns) / np.sum(columns, axis=0)[:, None]
        choice = {"multi_class": "ovr"} if name == "roc_auc_score" else {}
        return [getattr(side, name)(y, P, average=average, sample_weight=weight, **choice) for side in (ours, theirs)]

    draws = arrays(NAMED, *[st.integers(1, 9)] * 3, smallest=5)
    worst = max(compare(draws, partial(pair, average)) for average in (None, "macro", "weighted"))
    keep(name, "three classes, one against the rest: each, macro, weighted", worst)


def test_area_under_any_curve():
    def pair(x, y, _):
        x = np.sort(x)
        return [side.auc(x, y) for side in (ours, theirs)]

    keep("auc", "value", compare(arrays(NUMBER, NUMBER), pair))


# --- probabilities -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["log_loss", "brier_score_loss"])
def test_two_class_probabilities(name):
    def pair(y, p, weight):
        choice = {"labels": [0, 1]} if name == "log_loss" else {}
        if name == "brier_score_loss" and not both_classes(y):
            return None
        return [getattr(side, name)(y, p, sample_weight=weight, **choice) for side in (ours, theirs)]

    keep(name, "two classes, probabilities of 0 and 1 too", compare(arrays(BIT, PROBABILITY), pair))


@pytest.mark.parametrize("name", ["log_loss", "brier_score_loss"])
def test_three_class_probabilities(name):
    def pair(extra, y, *columns):
        *columns, weight = columns
        p = np.column_stack(columns) / np.sum(columns, axis=0)[:, None]
        choice = {"labels": ["ant", "bee", "cat"], "sample_weight": weight, **extra}
        return [getattr(side, name)(y, p, **choice) for side in (ours, theirs)]

    extras = [{"normalize": False}, {}] if name == "log_loss" else [{"scale_by_half": True}, {}]
    worst = max(compare(arrays(NAMED, *[st.integers(1, 20)] * 3), partial(pair, extra)) for extra in extras)
    keep(name, "three classes", worst)


@pytest.mark.parametrize("strategy", ["uniform", "quantile"])
def test_calibration_curve(strategy):
    def pair(data, n_bins):
        y, p, _ = data
        if not both_classes(y):
            return None
        expected = sklearn.calibration.calibration_curve(y, p, n_bins=n_bins, strategy=strategy)
        return ours.calibration_curve(y, p, n_bins=n_bins, strategy=strategy)[:2], expected

    worst = compare(st.tuples(arrays(BIT, PROBABILITY), st.integers(1, 12)), pair)
    keep("calibration_curve", f"{strategy} bins", worst, "60 random draws of up to 30 rows, with ties")


# --- quantities --------------------------------------------------------------------------------------------------

QUANTITIES = {
    "mean_squared_error": [{}],
    "root_mean_squared_error": [{}],
    "mean_absolute_error": [{}],
    "r2_score": [{}],
    "mean_pinball_loss": [{}, {"alpha": 0.1}, {"alpha": 1.0}],
}


@pytest.mark.parametrize("name", QUANTITIES)
def test_quantities(name):
    def pair(choice, y, y_hat, weight):
        if name == "r2_score" and np.ptp(y) < 1e-9 and weight is not None:
            return None  # the spread of a constant is 0 or a rounding error, as the weights fall
        return [getattr(side, name)(y, y_hat, sample_weight=weight, **choice) for side in (ours, theirs)]

    keep(name, "value", max(compare(arrays(NUMBER, NUMBER), partial(pair, choice)) for choice in QUANTITIES[name]))


def test_counts():
    def pair(y, mu, weight):
        return [side.mean_poisson_deviance(y, mu, sample_weight=weight) for side in (ours, theirs)]

    counts, means = st.integers(0, 20), st.integers(1, 99).map(lambda i: i / 7)
    keep("mean_poisson_deviance", "value, counts of 0 too", compare(arrays(counts, means), pair))


# --- scorers -----------------------------------------------------------------------------------------------------

OWN = {"neg_expected_calibration_error"}
OF_QUANTITIES = {name for name in ours.list_scorers() if name == "r2" or ("error" in name or "deviance" in name)} - OWN
OF_TWO_CLASSES = {"precision", "recall", "f1", "roc_auc", "average_precision"}


def scored(names, model, X, y, weight):
    """Largest gap between the scorers of the two libraries, with and without weights."""
    worst = 0.0
    for name in sorted(names):
        for extra in ({}, {"sample_weight": weight}):
            got, expected = (side.get_scorer(name)(model, X, y, **extra) for side in (ours, theirs))
            assert gap(got, expected) <= TOLERANCE, name
            worst = max(worst, gap(got, expected))
    return worst


def test_scorers_carry_the_names_of_scikit_learn():
    from sklearn.datasets import make_classification
    from sklearn.linear_model import LogisticRegression, PoissonRegressor
    from sklearn.svm import LinearSVC

    keep_scorers = partial(keep, "get_scorer")
    rng = np.random.default_rng(0)
    heart = load_heart_failure()
    X = heart.select(["serum_creatinine", "ejection_fraction"])
    weight = rng.random(len(X))
    of_classes = set(ours.list_scorers()) - OF_QUANTITIES - OWN
    two = scored(of_classes, LogisticRegression().fit(X, heart.y), X, heart.y, weight)
    margin = scored({"roc_auc", "average_precision", "f1"}, LinearSVC().fit(X, heart.y), X, heart.y, weight)
    keep_scorers("every name, two classes", max(two, margin), "heart failure, 299 patients")

    X, y = make_classification(300, 6, n_informative=4, n_classes=3, random_state=0)
    names = of_classes - OF_TWO_CLASSES
    three = scored(names, LogisticRegression().fit(X, y), X, y, rng.random(300))
    keep_scorers("every name, three classes", three, "made, 300 x 6")

    counts = rng.poisson(np.exp(X[:, 0] / 2))
    many = scored(OF_QUANTITIES, PoissonRegressor().fit(X, counts), X, counts, rng.random(300))
    keep_scorers("every name, quantities", many, "made, 300 x 6")
