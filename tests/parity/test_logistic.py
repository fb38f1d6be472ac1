"""Logistic regression of several classes and with absolute penalties next to scikit-learn."""

import warnings

import numpy as np
import pytest

from mle.datasets import load_heart_failure, load_penguins
from mle.linear_model import LogisticRegression
from mle.preprocessing import StandardScaler
from tests.parity.record import record

sklearn_linear = pytest.importorskip("sklearn.linear_model")
MODULE = "mle.linear_model.logistic"


def patients():
    """299 patients, 12 columns, 2 classes; rows weighted by 0, 1, 2, 3."""
    data = load_heart_failure()
    X, y = np.asarray(data.X, dtype=float), np.asarray(data.y)
    return StandardScaler().fit_transform(X), y, np.arange(len(y)) % 4.0


def penguins():
    """342 penguins, 4 columns, 3 species; rows weighted by 0, 1, 2, 3."""
    data = load_penguins()
    X = data.select(["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"])
    whole = np.isfinite(X).all(axis=1)
    X, y = X[whole], np.asarray(data.y)[whole]
    return StandardScaler().fit_transform(X), y, np.arange(len(y)) % 4.0


def theirs(X, y, weights, **settings):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of C=inf, and of line searches that end at rounding error
        model = sklearn_linear.LogisticRegression(max_iter=100_000, **settings)
        return model.fit(X, y, weights)


def gap_of(ours, other, X):
    return max(
        np.abs(ours.coef_ - other.coef_).max(),
        np.abs(ours.intercept_ - other.intercept_).max(),
        np.abs(ours.predict_proba(X) - other.predict_proba(X)).max(),
    )


@pytest.mark.parametrize("solver", ["newton", "lbfgs"])
@pytest.mark.parametrize("data", [patients, penguins])
def test_squared_penalty(data, solver):
    X, y, v = data()
    gaps = []
    for C in (0.01, 1.0, 100.0):
        for fit_intercept in (True, False):
            ours = LogisticRegression(C, solver=solver, fit_intercept=fit_intercept, tol=1e-22, max_iter=5000)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # L-BFGS at rounding error
                ours.fit(X, y, v)
            other = theirs(X, y, v, C=C, fit_intercept=fit_intercept, solver="newton-cholesky", tol=1e-12)
            gaps.append(gap_of(ours, other, X) / max(1.0, np.abs(other.coef_).max()))
    record(
        name=f"LogisticRegression, {solver}",
        module=MODULE,
        against="scikit-learn",
        what=f"coef_, intercept_, predict_proba; {len(np.unique(y))} classes, 3 penalties, with and without b, weights",
        data=f"{data.__name__}, {len(X)} x {X.shape[1]}",
        gap=float(max(gaps)),
        tolerance=1e-8 if solver == "newton" else 1e-6,
    )


@pytest.mark.parametrize("data", [patients, penguins])
def test_absolute_and_mixed_penalty(data):
    X, y, v = data()
    gaps = []
    for C in (0.05, 1.0):
        for l1_ratio in (0.5, 1.0):
            ours = LogisticRegression(C, l1_ratio=l1_ratio, tol=1e-18).fit(X, y, v)
            other = theirs(X, y, v, C=C, l1_ratio=l1_ratio, solver="saga", tol=1e-12, random_state=0)
            assert ((ours.coef_ == 0) == (other.coef_ == 0)).all()
            gaps.append(gap_of(ours, other, X))
    record(
        name="LogisticRegression, proximal",
        module=MODULE,
        against="scikit-learn",
        what=f"coef_, intercept_, predict_proba, {len(np.unique(y))} classes; l1_ratio 0.5 and 1, 2 strengths, weights",
        data=f"{data.__name__}, {len(X)} x {X.shape[1]}",
        gap=float(max(gaps)),
        tolerance=1e-7,
    )


@pytest.mark.parametrize("class_weight", ["balanced", {0: 3.0, 1: 0.5}])
def test_class_weight(class_weight):
    X, y, v = patients()
    ours = LogisticRegression(class_weight=class_weight).fit(X, y, v)
    other = theirs(X, y, v, class_weight=class_weight, solver="newton-cholesky", tol=1e-12)
    record(
        name="LogisticRegression, class_weight",
        module=MODULE,
        against="scikit-learn",
        what=f"coef_, intercept_, predict_proba, class_weight={class_weight!r}",
        data="patients, 299 x 12",
        gap=float(gap_of(ours, other, X)),
        tolerance=1e-8,
    )


def test_unpenalised_softmax_as_multinomial_logit():
    """Statsmodels measures each class from the first; differences of our rows are the same numbers."""
    sm = pytest.importorskip("statsmodels.api")
    X, _, _ = penguins()
    y = np.random.default_rng(0).integers(0, 3, len(X))
    ours = LogisticRegression(np.inf).fit(X, y)
    other = sm.MNLogit(y, np.column_stack([X, np.ones(len(X))])).fit(disp=0, method="newton", maxiter=100, tol=1e-14)
    V = np.column_stack([ours.coef_, ours.intercept_])
    record(
        name="LogisticRegression, no penalty",
        module=MODULE,
        against="statsmodels",
        what="coefficients of MNLogit, 3 classes",
        data="penguins with random classes, 342 x 4",
        gap=float(np.abs((V[1:] - V[0]).T - other.params).max()),
        tolerance=1e-8,
    )
