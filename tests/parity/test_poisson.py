"""Poisson regression next to scikit-learn and statsmodels."""

import numpy as np
import pytest

from mle.linear_model import PoissonRegressor
from tests.parity.record import record

sklearn_linear = pytest.importorskip("sklearn.linear_model")


def counts():
    """500 counts from four columns of unlike sizes, over one to five years."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(500, 4)) * [1.0, 0.1, 2.0, 0.5] + [0.0, 1.0, 0.0, 3.0]
    years = rng.integers(1, 6, 500).astype(float)
    return X, rng.poisson(years * np.exp(X @ [0.5, 2.0, -0.3, 0.4] - 1)).astype(float), years


@pytest.mark.parametrize("solver", ["newton", "lbfgs"])
def test_as_scikit_learn(solver):
    X, y, years = counts()
    gaps = []
    for alpha in (0.0, 0.01, 1.0):
        for fit_intercept in (True, False):
            settings = {"alpha": alpha, "fit_intercept": fit_intercept}
            ours = PoissonRegressor(solver=solver, tol=1e-16, max_iter=500, **settings).fit(X, y / years, years)
            theirs = sklearn_linear.PoissonRegressor(solver="newton-cholesky", tol=1e-12, max_iter=500, **settings)
            theirs.fit(X, y / years, years)
            gaps.append(np.abs(ours.coef_ - theirs.coef_).max())
            gaps.append(abs(ours.intercept_ - theirs.intercept_))
            gaps.append(abs(ours.score(X, y / years, years) - theirs.score(X, y / years, years)))
    record(
        name=f"PoissonRegressor, {solver}",
        module="mle.linear_model.poisson",
        against="scikit-learn",
        what="coef_, intercept_, score, 3 penalties, with and without intercept, exposure as weights",
        data="counts, 500 x 4",
        gap=float(max(gaps)),
        tolerance=1e-7,
    )


def test_as_statsmodels():
    """Statsmodels takes counts and an offset log(exposure); rates weighted by the exposure have the same minimum."""
    sm = pytest.importorskip("statsmodels.api")
    X, y, years = counts()
    ours = PoissonRegressor(alpha=0.0).fit(X, y / years, years)
    design = np.column_stack([X, np.ones(len(X))])
    theirs = sm.GLM(y, design, family=sm.families.Poisson(), offset=np.log(years)).fit(tol=1e-14).params
    record(
        name="PoissonRegressor, no penalty",
        module="mle.linear_model.poisson",
        against="statsmodels",
        what="coefficients of a GLM with an offset",
        data="counts, 500 x 4",
        gap=float(np.abs(np.append(ours.coef_, ours.intercept_) - theirs).max()),
        tolerance=1e-9,
    )
