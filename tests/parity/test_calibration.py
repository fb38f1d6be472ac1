"""Calibration against scikit-learn, SciPy and statsmodels."""

import warnings

import numpy as np
import pytest
import scipy.optimize
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.calibration import CalibratedClassifierCV as TheirCalibrated
from sklearn.datasets import make_classification
from sklearn.isotonic import IsotonicRegression as TheirIsotonic
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.model_selection import StratifiedKFold
from sklearn.naive_bayes import GaussianNB

from mle.calibration import (
    CalibratedClassifierCV,
    IsotonicRegression,
    isotonic_regression,
    platt_scaling,
    platt_targets,
)
from mle.datasets import load_heart_failure
from tests.parity.record import record

LAW = settings(derandomize=True, deadline=None, max_examples=80)
MODULE = "mle.calibration"
NUMBER = st.integers(-40, 40).map(lambda i: i / 7)


@st.composite
def columns(draw, *strategies, smallest=1):
    n = draw(st.integers(smallest, 30))
    drawn = [np.array(draw(st.lists(s, min_size=n, max_size=n))) for s in strategies]
    weight = draw(st.none() | st.lists(st.floats(0.1, 5), min_size=n, max_size=n))
    return *drawn, weight


def test_isotonic_regression_against_scipy():
    worst = 0.0

    @LAW
    @given(columns(NUMBER), st.booleans())
    def run(data, rising):
        nonlocal worst
        y, weight = data
        expected = scipy.optimize.isotonic_regression(y, weights=weight, increasing=rising).x
        got = isotonic_regression(y, sample_weight=weight, increasing=rising)
        worst = max(worst, float(np.abs(got - expected).max()))

    run()
    for n in (10_000, 200_000):
        rng = np.random.default_rng(n)
        y, w = np.linspace(0, 1, n) + rng.normal(size=n), rng.random(n) + 0.1
        expected = scipy.optimize.isotonic_regression(y, weights=w).x
        worst = max(worst, float(np.abs(isotonic_regression(y, sample_weight=w) - expected).max()))
    record(
        name="isotonic_regression",
        module=f"{MODULE}.pooling",
        against="SciPy",
        what="fitted values, rising and falling, weights",
        data="80 random draws of up to 30 values, and 200,000 noisy ones",
        gap=worst,
        tolerance=1e-12,
    )


def test_isotonic_predictions():
    worst = 0.0

    @LAW
    @given(columns(st.integers(0, 9), NUMBER, smallest=2), st.sampled_from([True, False, "auto"]), st.booleans())
    def run(data, increasing, bounded):
        nonlocal worst
        x, y, weight = data
        if increasing == "auto" and (len(set(x)) == 1 or len(set(y)) == 1):
            return  # no correlation: scikit-learn takes nan for falling
        choice = {"increasing": increasing, "out_of_bounds": "clip"} | (
            {"y_min": -1.0, "y_max": 2.0} if bounded else {}
        )
        at = np.linspace(-2, 12, 57)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            expected = TheirIsotonic(**choice).fit(x, y, sample_weight=weight).predict(at)
        got = IsotonicRegression(**choice).fit(x, y, sample_weight=weight).predict(at)
        worst = max(worst, float(np.abs(got - expected).max()))

    run()
    record(
        name="IsotonicRegression",
        module=f"{MODULE}.isotonic",
        against="scikit-learn",
        what="predictions between and beyond, ties, weights, bounds, rising, falling, auto",
        data="80 random draws of up to 30 rows",
        gap=worst,
        tolerance=1e-12,
    )


def test_platt_scaling_is_a_binomial_regression_on_smoothed_targets():
    worst = 0.0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        n = int(rng.integers(20, 300))
        score = rng.normal(size=n) * 3 + 1
        y = rng.random(n) < 1 / (1 + np.exp(-score))
        w = rng.integers(1, 4, n).astype(float)
        t = platt_targets(y, w)
        design = np.column_stack([score, np.ones(n)])
        with warnings.catch_warnings():  # statsmodels warns of targets between 0 and 1
            warnings.simplefilter("ignore")
            expected = sm.GLM(t, design, family=sm.families.Binomial(), freq_weights=w).fit(tol=1e-14, maxiter=200)
        got = platt_scaling(score, y, sample_weight=w)
        worst = max(worst, float(np.abs(np.array([got.a, got.b]) + expected.params).max()))
    record(
        name="platt_scaling",
        module=f"{MODULE}.sigmoid",
        against="statsmodels",
        what="a and b, weights",
        data="20 made sets of 20 to 300 scores",
        gap=worst,
        tolerance=1e-9,
    )


def heart():
    data = load_heart_failure()
    return data.select(["age", "ejection_fraction", "serum_creatinine"]), data.y


def made():
    return make_classification(400, 6, n_informative=4, n_classes=3, random_state=0)


@pytest.mark.parametrize("method", ["sigmoid", "isotonic"])
@pytest.mark.parametrize(("which", "get"), [("heart failure, 299 x 3", heart), ("three classes made, 400 x 6", made)])
def test_cross_fitted_probabilities(method, which, get):
    X, y = get()
    weight = np.random.default_rng(0).random(len(y)) + 0.5
    cv = StratifiedKFold(4, shuffle=True, random_state=0)
    worst = 0.0
    inner = [LogisticRegression(), GaussianNB(), RidgeClassifier()]
    for estimator in inner:
        for ensemble in (True, False):
            for w in (None, weight):
                choice = {"method": method, "cv": cv, "ensemble": ensemble}
                got = CalibratedClassifierCV(estimator, **choice).fit(X, y, sample_weight=w).predict_proba(X)
                expected = TheirCalibrated(estimator, **choice).fit(X, y, sample_weight=w).predict_proba(X)
                worst = max(worst, float(np.abs(got - expected).max()))
    record(
        name="CalibratedClassifierCV",
        module=f"{MODULE}.classifier",
        against="scikit-learn",
        what=f"probabilities, {method}, both kinds of ensemble, with and without weights, 3 estimators",
        data=which,
        gap=worst,
        # scikit-learn's search for the sigmoid stops at a gradient of 1e-6, ours at the last digits.
        tolerance=1e-6 if method == "sigmoid" else 1e-10,
    )
