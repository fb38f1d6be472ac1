"""Minimisers next to SciPy's and scikit-learn's."""

import numpy as np
import pytest

from mle.datasets import load_heart_failure
from mle.linear_model.logistic_solvers import log_loss_of
from mle.optimize import (
    gradient_descent,
    heavy_ball,
    lbfgs,
    nesterov,
    newton,
    proximal_gradient,
    proximal_newton,
    soft_threshold,
)
from mle.preprocessing import StandardScaler
from tests.parity.record import record

scipy_optimize = pytest.importorskip("scipy.optimize")


def patients(penalty):
    """Log-loss of 299 patients, 12 standardised columns and an intercept."""
    data = load_heart_failure()
    X = StandardScaler().fit_transform(np.asarray(data.X, dtype=float))
    return X, np.asarray(data.y), log_loss_of(X, np.asarray(data.y), 2, penalty, np.ones(len(X)))


@pytest.mark.parametrize("p", [2, 20])
def test_lbfgs_in_rosenbrocks_valley(p):
    start = np.tile([-1.2, 1.0], p // 2)
    ours = lbfgs(lambda x: (scipy_optimize.rosen(x), scipy_optimize.rosen_der(x)), start)
    theirs = scipy_optimize.minimize(
        scipy_optimize.rosen,
        start,
        jac=scipy_optimize.rosen_der,
        method="L-BFGS-B",
        options={"gtol": 1e-8, "ftol": 1e-30, "maxiter": 1000},
    )
    assert ours.converged
    assert ours.n_iter < 2 * theirs.nit
    record(
        name="lbfgs",
        module="mle.optimize.quasi_newton",
        against="SciPy",
        what="minimum of Rosenbrock's function",
        data=f"{p} variables",
        gap=float(np.abs(ours.x - theirs.x).max()),
        tolerance=1e-6,
    )


@pytest.mark.parametrize("name", ["lbfgs", "newton"])
def test_log_loss(name):
    _, _, objective = patients(1.0)
    start = np.zeros(13)
    if name == "lbfgs":
        ours = lbfgs(objective.slope, start, tol=1e-9)
    else:
        ours = newton(objective.loss, objective.derivatives, start)
    theirs = scipy_optimize.minimize(
        objective.loss,
        start,
        jac=lambda v: objective.slope(v)[1],
        hess=lambda v: objective.derivatives(v)[2],
        method="trust-exact",
        options={"gtol": 1e-12},
    )
    record(
        name=name,
        module="mle.optimize.quasi_newton" if name == "lbfgs" else "mle.optimize.second_order",
        against="SciPy",
        what="minimum of the penalised log-loss, trust-exact",
        data="patients, 299 x 12",
        gap=float(np.abs(ours.x - theirs.x).max()),
        tolerance=1e-7,
    )


@pytest.mark.parametrize("method", [gradient_descent, heavy_ball, nesterov])
def test_first_order_methods_end_where_scipy_does(method):
    _, _, objective = patients(1.0)
    start = np.zeros(13)
    ours = method(objective.loss, lambda v: objective.slope(v)[1], start, learning_rate=1.0, tol=1e-10, max_iter=20_000)
    theirs = scipy_optimize.minimize(
        objective.loss,
        start,
        jac=lambda v: objective.slope(v)[1],
        hess=lambda v: objective.derivatives(v)[2],
        method="trust-exact",
        options={"gtol": 1e-12},
    )
    assert ours.converged
    record(
        name=method.__name__,
        module=method.__module__,
        against="SciPy",
        what="minimum of the penalised log-loss, trust-exact",
        data="patients, 299 x 12",
        gap=float(np.abs(ours.x - theirs.x).max()),
        tolerance=1e-7,
    )


@pytest.mark.parametrize("name", ["ISTA", "FISTA", "proximal_newton"])
def test_absolute_penalty(name):
    sklearn_linear = pytest.importorskip("sklearn.linear_model")
    X, y, objective = patients(0.0)
    l1 = np.append(np.full(12, 5 / len(X)), 0.0)
    if name == "proximal_newton":
        ours = proximal_newton(objective.loss, objective.derivatives, np.zeros(13), l1, tol=1e-18)
    else:
        ours = proximal_gradient(
            objective.loss,
            lambda v: objective.slope(v)[1],
            lambda v: float(l1 @ np.abs(v)),
            lambda z, t: soft_threshold(z, t * l1),
            np.zeros(13),
            accelerate=name == "FISTA",
            max_iter=10_000,
            tol=1e-10,
        )
    assert ours.converged
    theirs = sklearn_linear.LogisticRegression(
        C=0.2, l1_ratio=1.0, solver="saga", tol=1e-12, max_iter=100_000, random_state=0
    ).fit(X, y)
    assert ((ours.x[:12] == 0) == (theirs.coef_[0] == 0)).all()
    record(
        name=f"proximal_gradient, {name}" if name != "proximal_newton" else name,
        module="mle.optimize.proximal" if name != "proximal_newton" else "mle.optimize.second_order",
        against="scikit-learn",
        what="minimum of the log-loss with absolute penalty, saga; same zeros",
        data="patients, 299 x 12",
        gap=float(np.abs(ours.x - np.append(theirs.coef_, theirs.intercept_)).max()),
        tolerance=1e-7,
    )
