"""Stochastic descent next to scikit-learn, row by row in the same order."""

import warnings

import numpy as np
import pytest

from mle.datasets import load_penguins
from mle.linear_model import Perceptron, SGDClassifier, SGDRegressor
from mle.preprocessing import StandardScaler
from tests.parity.record import record

sklearn_linear = pytest.importorskip("sklearn.linear_model")


def penguins():
    """342 penguins, 4 standardised columns, 3 species, in a fixed mixed order."""
    data = load_penguins()
    X = data.select(["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"])
    whole = np.flatnonzero(np.isfinite(X).all(axis=1))
    order = np.random.default_rng(0).permutation(whole)
    return StandardScaler().fit_transform(X[order]), np.asarray(data.y)[order]


def both(ours, settings, X, y):
    theirs = getattr(sklearn_linear, ours.__name__)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of passes that run out, on either side
        a, b = (cls(shuffle=False, **settings).fit(X, y) for cls in (ours, theirs))
    assert a.n_iter_ == b.n_iter_
    scale = max(1.0, np.abs(b.coef_).max())
    return max(np.abs(a.coef_ - b.coef_).max(), np.abs(a.intercept_ - b.intercept_).max()) / scale


COMMON = {"against": "scikit-learn", "data": "penguins, 342 x 4"}


@pytest.mark.parametrize("loss", ["hinge", "log_loss", "perceptron"])
@pytest.mark.parametrize("tol", [None, 1e-3])
def test_classifier(loss, tol):
    X, y = penguins()
    gaps = []
    for species in (y, y == "Gentoo"):
        for penalty in ("l2", "l1", "elasticnet", None):
            for rate in ("optimal", "constant", "invscaling"):
                settings = {"loss": loss, "penalty": penalty, "learning_rate": rate, "eta0": 0.1, "alpha": 1e-3}
                settings |= {"tol": tol, "max_iter": 8 if tol is None else 500}
                gaps.append(both(SGDClassifier, settings, X, species))
    record(
        name=f"SGDClassifier, {loss}",
        module="mle.linear_model.stochastic_classifiers",
        what=f"coef_, intercept_, n_iter_; 2 and 3 classes, 4 penalties, 3 learning rates, tol={tol}",
        gap=float(max(gaps)),
        tolerance=1e-10,
        **COMMON,
    )


@pytest.mark.parametrize("loss", ["squared_error", "huber", "epsilon_insensitive"])
def test_regressor(loss):
    X, _ = penguins()
    gaps = []
    for penalty in ("l2", "l1", "elasticnet", None):
        for rate in ("optimal", "constant", "invscaling"):
            settings = {"loss": loss, "penalty": penalty, "learning_rate": rate, "eta0": 0.01, "alpha": 1e-2}
            gaps.append(both(SGDRegressor, settings, X[:, :3], X[:, 3]))
    record(
        name=f"SGDRegressor, {loss}",
        module="mle.linear_model.stochastic",
        what="coef_, intercept_, n_iter_; 4 penalties, 3 learning rates",
        gap=float(max(gaps)),
        tolerance=1e-10,
        **COMMON,
    )


def test_perceptron():
    X, y = penguins()
    gaps = [
        both(Perceptron, {"penalty": penalty, "alpha": 1e-3, "class_weight": weight}, X, species)
        for penalty in ("l2", "l1", None)
        for species in (y, np.where(y == "Gentoo", "yes", "no"))
        for weight in (None, "balanced")
    ]
    record(
        name="Perceptron",
        module="mle.linear_model.stochastic_classifiers",
        what="coef_, intercept_, n_iter_; 2 and 3 classes, 3 penalties, class_weight",
        gap=float(max(gaps)),
        tolerance=1e-10,
        **COMMON,
    )
