"""Poisson regression: derivatives, laws of the minimum, exposure, and targets that are hard on it."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mle.exceptions import ConvergenceWarning, SeparationError
from mle.linear_model import PoissonRegressor
from mle.linear_model.poisson import poisson_derivatives, poisson_deviance, solve_poisson
from mle.testing import check_gradient

FIXED = settings(derandomize=True, deadline=None, max_examples=40)


def made(n=200, p=3, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, p)) @ rng.normal(size=(p, p)) / 2 + rng.normal(size=p)
    return X, rng.poisson(np.exp(np.clip(X @ rng.normal(size=p) / 2, -5, 5))).astype(float), rng.integers(0, 4, n) * 1.0


@pytest.mark.parametrize("penalty", [0.0, 0.7])
@pytest.mark.parametrize("d", [3, 4])
def test_derivatives_by_central_differences_and_by_the_formula(penalty, d):
    X, y, v = made(3000)
    u = np.random.default_rng(1).normal(size=d) / 3
    z = X @ u[:3] + (u[3] if d == 4 else 0.0)
    loss, _, H = poisson_derivatives(X, y, u, penalty, v)
    assert loss == pytest.approx(np.average(np.exp(z) - y * z, weights=v) + penalty / 2 * u[:3] @ u[:3], rel=1e-12)

    def slope(x):
        return poisson_derivatives(X, y, x, penalty, v)[1]

    assert check_gradient(lambda x: poisson_derivatives(X, y, x, penalty, v, order=0)[0], slope, u) < 1e-7
    for i in range(d):
        assert check_gradient(lambda x: float(slope(x)[i]), lambda x: H[i], u) < 1e-6
    assert not poisson_derivatives(X, y, u, penalty, v, order=1)[2][:3, :3].any() or penalty


def test_deviance_by_hand():
    y, mu = np.array([0.0, 2.0]), np.array([1.5, 1.0])
    assert poisson_deviance(y, mu) == pytest.approx((3.0 + 2 * (2 * np.log(2) - 1)) / 2)
    assert poisson_deviance(y, mu, np.array([1.0, 0.0])) == 3.0
    assert poisson_deviance(mu, mu) == 0.0


@FIXED
@given(st.integers(0, 10_000), st.sampled_from([0.0, 0.1, 10.0]), st.booleans())
def test_gradient_vanishes_and_solvers_agree(seed, penalty, fit_intercept):
    X, y, v = made(seed=seed)
    found = solve_poisson(X, y, penalty, v, fit_intercept=fit_intercept)
    assert found.converged
    assert np.abs(poisson_derivatives(X, y, found.x, penalty, v)[1]).max() < 1e-7 * max(1.0, y.mean())
    other = solve_poisson(X, y, penalty, v, fit_intercept=fit_intercept, solver="lbfgs", tol=1e-14, max_iter=1000)
    np.testing.assert_allclose(other.x, found.x, atol=1e-4)
    if fit_intercept:
        assert v @ np.exp(X @ found.x[:-1] + found.x[-1]) == pytest.approx(v @ y, rel=1e-7)


@FIXED
@given(st.integers(0, 10_000))
def test_weights_count_rows(seed):
    X, y, v = made(seed=seed)
    times = v.astype(int)
    a = PoissonRegressor(0.1).fit(X, y, v)
    b = PoissonRegressor(0.1).fit(np.repeat(X, times, axis=0), np.repeat(y, times))
    np.testing.assert_allclose(a.coef_, b.coef_, atol=1e-7)


def test_exposure_is_a_weight():
    """Two years with 7 deaths are two rows of one year with 3 and 4."""
    X, y, _ = made()
    X, y = np.repeat(X, 2, axis=0), np.append(y, y[::-1])
    whole = PoissonRegressor(0.0).fit(X[::2], (y[::2] + y[1::2]) / 2, np.full(200, 2.0))
    np.testing.assert_allclose(whole.coef_, PoissonRegressor(0.0).fit(X, y).coef_, rtol=1e-8)


def test_score_is_the_share_of_deviance():
    X, y, v = made()
    model = PoissonRegressor(0.0).fit(X, y, v)
    assert 0 < model.score(X, y, v) < 1
    flat = PoissonRegressor(1e9).fit(X, y, v)
    assert flat.score(X, y, v) == pytest.approx(0, abs=1e-6)
    assert flat.score(X[:3], [0.0, 0.0, 0.0]) == 0.0


def test_constant_and_equal_columns():
    X, y, _ = made()
    alone = PoissonRegressor().fit(X, y)
    more = PoissonRegressor().fit(np.column_stack([X, np.full(len(X), 3.0)]), y)
    np.testing.assert_allclose(more.coef_, np.append(alone.coef_, 0.0), atol=1e-7)
    twice = PoissonRegressor(0.0).fit(np.column_stack([X, X[:, 0]]), y)
    np.testing.assert_allclose(
        twice.predict(np.column_stack([X, X[:, 0]])), PoissonRegressor(0.0).fit(X, y).predict(X), rtol=1e-6
    )
    assert PoissonRegressor().fit([[1.0, 2.0]], [3.0]).predict([[1.0, 2.0]]) == pytest.approx(3.0)


def test_huge_targets_and_columns():
    X, y, _ = made()
    model = PoissonRegressor(0.0).fit(X, y * 1e200)
    np.testing.assert_allclose(model.coef_, PoissonRegressor(0.0).fit(X, y).coef_, rtol=1e-6)
    with pytest.raises(OverflowError, match="scale the columns"):
        PoissonRegressor().fit(X * 1e200, y)


def lonely():
    """Rows of three groups and a number, as one-hot columns; the third group has no event."""
    rng = np.random.default_rng(3)
    group, x = np.repeat([0, 1, 2], [200, 150, 50]), rng.normal(size=400)
    y = rng.poisson(np.exp(0.5 + 0.4 * x)) * (group < 2.0)
    return np.column_stack([group == 1, group == 2, x]).astype(float), y.astype(float)


@pytest.mark.parametrize("solver", ["newton", "lbfgs"])
@pytest.mark.parametrize("unit", [1e-6, 1.0, 1e6])
def test_an_empty_group_is_refused_without_a_penalty(solver, unit):
    X, y = lonely()
    model = PoissonRegressor(0.0, solver=solver)
    # L-BFGS does not see a column whose gradient its unit makes small.
    columns = X * [1, unit, 1] if solver == "newton" else X
    for table, scaled in ((X, unit), (columns, 1.0), (np.column_stack([X[:, :2].sum(axis=1) == 0, X]), 1.0)):
        with pytest.raises(SeparationError, match=r"y is 0 in 50 row\(s\), such as row 350, .* positive alpha"):
            model.fit(table, y * scaled)
    with pytest.raises(SeparationError, match=r"2 row\(s\), such as row 2,"):
        model.fit([[0.0], [0.0], [1.0], [1.0]], [2.0, 4.0, 0.0, 0.0])
    # Neither a group, nor a line through the origin: beyond x = 1 there is no event.
    far = np.array([[1.0], [1.0], [2.0], [3.0]])
    with pytest.raises(SeparationError, match=r"2 row\(s\), such as row 2,"):
        model.fit(far, [2.0, 4.0, 0.0, 0.0])
    # Without weight, events in the group are none.
    weights = np.ones(400)
    weights[399] = 0.0
    with pytest.raises(SeparationError, match="in 49 row"):
        model.fit(X, y + np.eye(400)[399], weights)
    assert PoissonRegressor(1e-6, solver=solver).fit(X, y).predict(X[350:]).max() < 0.01


@pytest.mark.parametrize("solver", ["newton", "lbfgs"])
@FIXED
@given(seed=st.integers(0, 10**6), rare=st.floats(1.0, 6.0))
def test_few_events_are_not_mistaken_for_none(solver, seed, rare):
    X, y = lonely()
    one = X[:, 1] > 0
    y[np.flatnonzero(one)[seed % one.sum()]] = 1.0
    model = PoissonRegressor(0.0, solver=solver).fit(X, y)
    assert model.predict(X)[one].sum() == pytest.approx(1.0, rel=1e-3)
    # A steep line has rows that expect next to nothing, and yet a best slope.
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(300, 1))
    counts = rng.poisson(np.exp(rare * x[:, 0] - 2))
    if np.count_nonzero(counts) > 1:
        model = PoissonRegressor(0.0, solver=solver).fit(x, counts)
        assert model.predict(x).sum() == pytest.approx(counts.sum(), rel=1e-4)


def test_refusals():
    X, y, _ = made(5)
    with pytest.raises(ValueError, match=r"y must not be negative, got -1.0 at row 2"):
        PoissonRegressor().fit(X, [0.0, 1.0, -1.0, 2.0, 3.0])
    with pytest.raises(ValueError, match=r"y must not be negative, got -1.0 at row 2"):
        PoissonRegressor().fit(X, y + 1).score(X, [0.0, 1.0, -1.0, 2.0, 3.0])
    with pytest.raises(ValueError, match="y is 0 in every row"):
        PoissonRegressor().fit(X, np.zeros(5))
    with pytest.raises(ValueError, match="y is 0 in every row"):
        PoissonRegressor().fit(X, [0.0, 1.0, 0.0, 0.0, 0.0], [1.0, 0.0, 1.0, 1.0, 1.0])
    for bad, message in (
        ({"alpha": -1.0}, "alpha must be a number of at least 0, got -1.0"),
        ({"solver": "magic"}, "solver must be one of 'newton', 'lbfgs', got 'magic'"),
        ({"max_iter": 0}, "max_iter must be a whole number of at least 1, got 0"),
        ({"tol": -1.0}, "tol must be"),
    ):
        with pytest.raises(ValueError, match=message):
            PoissonRegressor(**bad).fit(X, y + 1)
    with pytest.warns(ConvergenceWarning, match="not converged in 1 steps") as caught:
        PoissonRegressor(max_iter=1).fit(*made()[:2])
    assert caught[0].filename == __file__


def test_no_copy_of_the_columns():
    X, y, v = made(60_000, p=40)
    tracemalloc.start()
    PoissonRegressor(1.0, tol=1e-6).fit(X / 10, y, v)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak - X.nbytes < X.nbytes / 4  # X / 10 is one copy
