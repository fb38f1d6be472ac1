"""Least squares: laws that the best line obeys, four solvers that agree, a slow oracle, and bad input."""

import math
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mle.exceptions import ConvergenceWarning, DivergenceError
from mle.linear_model import (
    LinearRegression,
    normal_equations,
    ordinary,
    solve_qr,
    solve_svd,
    squared_loss,
    squared_loss_gradient,
)
from mle.testing import check_gradient

FIXED = settings(derandomize=True, deadline=None, max_examples=60)
SOLVERS = [normal_equations, solve_qr, solve_svd]
HOUSES = np.array([[50.0], [70.0], [90.0], [110.0]]), np.array([110.0, 148.0, 190.0, 232.0])


def made(n=60, p=4, seed=0):
    """Correlated columns with an offset, noisy targets, whole weights of which some are 0."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, p)) @ rng.normal(size=(p, p)) + 3 * rng.normal(size=p)
    return X, X @ rng.normal(size=p) + 2 + rng.normal(size=n), rng.integers(0, 4, n)


def oracle(X, y, weights=None, fit_intercept=True):
    """The definition: columns and a column of ones, rows scaled by the roots of the weights, shortest solution."""
    A = np.column_stack([X, np.ones(len(X))]) if fit_intercept else X
    root = np.sqrt(np.ones(len(X)) if weights is None else weights)
    v = np.linalg.lstsq(A * root[:, None], y * root, rcond=None)[0]
    return (v[:-1], v[-1]) if fit_intercept else (v, 0.0)


def solved(solve, *args, **kwargs):
    w, b = solve(*args, **kwargs)
    return np.append(w, b)


@st.composite
def tables(draw):
    """X (n, p) and y (n,) of moderate numbers on a grid, n well above p."""
    p = draw(st.integers(1, 3))
    n = draw(st.integers(p + 2, 12))
    grid = st.integers(-20, 20).map(lambda i: i / 4)
    return draw(hnp.arrays(float, (n, p), elements=grid)), draw(hnp.arrays(float, n, elements=grid))


# --- the functions ---------------------------------------------------------------------------------------------------


def test_four_houses_by_hand():
    X, y = HOUSES
    for solve in SOLVERS:
        np.testing.assert_allclose(solved(solve, X, y), [2.04, 6.8], rtol=1e-12)
    assert squared_loss(X, y, np.array([2.04]), 6.8) == pytest.approx((1.2**2 + 1.6**2 + 0.4**2 + 0.8**2) / 4)
    assert squared_loss(X, y, np.array([2.0]), 10.0, np.array([1.0, 0.0, 0.0, 3.0])) == pytest.approx((0 + 3 * 4) / 4)


@pytest.mark.parametrize("weights", [None, np.array([0.0, 1.0, 2.0] * 20)])
def test_gradient_by_central_differences(weights):
    X, y, _ = made()

    def loss(v):
        return squared_loss(X, y, v[:-1], v[-1], weights)

    def gradient(v):
        return np.append(*squared_loss_gradient(X, y, v[:-1], v[-1], weights))

    assert check_gradient(loss, gradient, np.array([0.3, -1.0, 2.0, 0.0, 5.0])) < 1e-8


@pytest.mark.parametrize("solve", SOLVERS)
@pytest.mark.parametrize("fit_intercept", [True, False])
@pytest.mark.parametrize("weighted", [True, False])
def test_solvers_meet_the_oracle(solve, fit_intercept, weighted):
    for seed in range(5):
        X, y, v = made(seed=seed)
        weights = v.astype(float) if weighted else None
        got = solved(solve, X, y, weights, fit_intercept=fit_intercept)
        np.testing.assert_allclose(got, np.append(*oracle(X, y, weights, fit_intercept)), rtol=1e-9, atol=1e-10)


@FIXED
@given(tables())
def test_residual_is_orthogonal_to_every_column_and_sums_to_zero(table):
    X, y = table
    for solve in SOLVERS:
        w, b = solve(X, y)
        r = y - (X @ w + b)
        scale = 1 + np.abs(X).max() * np.abs(y).max()
        assert np.abs(X.T @ r).max() < 1e-8 * scale * len(y)
        assert abs(r.sum()) < 1e-8 * scale


@FIXED
@given(tables())
def test_solvers_agree_even_where_columns_depend_on_each_other(table):
    X, y = table
    reference = solved(solve_svd, X, y)
    for solve in SOLVERS[:2]:
        np.testing.assert_allclose(solved(solve, X, y), reference, atol=1e-7 * (1 + np.abs(reference).max()))


@FIXED
@given(tables(), st.floats(0.1, 10), st.floats(-100, 100))
def test_shifting_and_scaling_the_target_does_the_same_to_the_line(table, scale, shift):
    X, y = table
    w, b = normal_equations(X, y)
    w2, b2 = normal_equations(X, scale * y + shift)
    np.testing.assert_allclose(w2, scale * w, atol=1e-8)
    assert b2 == pytest.approx(scale * b + shift, abs=1e-7)


@FIXED
@given(tables(), st.floats(-100, 100), st.sampled_from([1e-150, 1e-9, 1e9, 1e100]))
def test_predictions_do_not_depend_on_the_units_of_a_column(table, shift, unit):
    X, y = table
    x = X[:, :1]  # one column, so that the answer is unique even if it is constant
    w, b = normal_equations(x, y)
    u, c = normal_equations((x + shift) * unit, y)
    np.testing.assert_allclose((x + shift) * unit @ u + c, x @ w + b, atol=1e-8)


@FIXED
@given(tables(), st.data())
def test_weights_count_rows(table, data):
    X, y = table
    weights = data.draw(hnp.arrays(np.int64, len(y), elements=st.integers(0, 3)).filter(lambda v: v.any()))
    Xr, yr = np.repeat(X, weights, axis=0), np.repeat(y, weights)
    for solve in SOLVERS:
        np.testing.assert_allclose(solved(solve, X, y, weights.astype(float)), solved(solve, Xr, yr), atol=1e-7)


def test_rows_in_another_order_give_the_same_line():
    X, y, _ = made(n=5000)
    order = np.random.default_rng(1).permutation(len(y))
    for solve in SOLVERS:
        np.testing.assert_allclose(solved(solve, X[order], y[order]), solved(solve, X, y), rtol=1e-10)


# --- where it is hard ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("solve", SOLVERS)
def test_more_columns_than_rows_gives_the_shortest_exact_answer(solve):
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(5, 9)), rng.normal(size=5)
    w, b = solve(X, y)
    np.testing.assert_allclose(X @ w + b, y, atol=1e-12)
    A = X - X.mean(axis=0)
    np.testing.assert_allclose(w, np.linalg.pinv(A) @ (y - y.mean()), atol=1e-12)


@pytest.mark.parametrize("solve", SOLVERS)
@pytest.mark.parametrize("constant", [0.0, 0.1, 1e17, -3e-200])
def test_constant_column_gets_no_weight(solve, constant):
    X, y, v = made()
    X = np.column_stack([X, np.full(len(X), constant)])
    np.testing.assert_allclose(solve(X, y)[0], np.append(oracle(X[:, :-1], y)[0], 0.0), rtol=1e-8, atol=1e-300)
    X[v == 0, -1] = 7.0  # constant where there is weight
    np.testing.assert_allclose(solve(X, y, v * 1.0)[0][-1], 0.0, atol=1e-300)


@pytest.mark.parametrize("solve", SOLVERS)
def test_column_that_varies_by_rounding_alone_gets_no_say(solve):
    X, y, _ = made()
    noise = np.where(np.arange(len(y)) % 2, 0.1 + 0.2, 0.3)  # differ in the last bit
    w, _ = solve(np.column_stack([X, noise]), y)
    np.testing.assert_allclose(w[:-1], oracle(X, y)[0], rtol=1e-6)
    assert abs(w[-1]) < 1e3


@pytest.mark.parametrize("solve", SOLVERS)
def test_equal_columns_share_the_weight(solve):
    X, y, _ = made(p=2)
    w, _ = solve(np.column_stack([X, X[:, 0]]), y)
    reference = oracle(X, y)[0]
    np.testing.assert_allclose(w, [reference[0] / 2, reference[1], reference[0] / 2], rtol=1e-9)


def test_nearly_dependent_columns_do_not_cost_half_of_the_digits():
    t = np.linspace(0, 1, 200)
    X = np.column_stack([t**k for k in range(1, 9)])  # condition of AᵀA about 1e17
    truth = np.arange(1.0, 9.0)
    y = X @ truth
    squared = np.linalg.solve(X.T @ X, X.T @ y)
    w, _ = normal_equations(X, y)
    assert np.abs(w - truth).max() < 1e-6
    assert np.abs(w - truth).max() < 1e-2 * np.abs(squared - truth).max()


def test_large_offset_does_not_cost_digits():
    X, y, _ = made()
    reference = oracle(X, y)[0]
    for solve in SOLVERS:
        w, b = solve(X + 2.0**30, y)
        np.testing.assert_allclose(w, reference, rtol=1e-5)
        np.testing.assert_allclose((X + 2.0**30) @ w + b, X @ reference + oracle(X, y)[1], atol=1e-5)


@pytest.mark.parametrize("solver", ["normal", "qr", "svd"])
@pytest.mark.parametrize("size", [1e200, 1e-200, 1e300])
def test_extreme_units_give_the_right_answer(solver, size):
    X, y, _ = made()
    w, b = oracle(X, y)
    model = LinearRegression(solver)
    np.testing.assert_allclose(model.fit(X, y * size).coef_, w * size, rtol=1e-9)
    np.testing.assert_allclose(model.intercept_, b * size, rtol=1e-9)
    if size < 1e300:
        np.testing.assert_allclose(model.fit(X * size, y).coef_, w / size, rtol=1e-9)


def test_beyond_floating_point_is_an_error_and_not_infinity():
    x, y = np.array([[1e-200], [2e-200], [3e-200]]), np.array([1e200, 2e200, 4e200])
    for solver in ("normal", "qr", "svd"):
        with pytest.raises(OverflowError, match="leave the range of floating point"), np.errstate(all="ignore"):
            LinearRegression(solver).fit(x, y)
    with pytest.raises(OverflowError, match="the loss at the start is inf"):
        LinearRegression("gd").fit(x * 1e200, y)
    with pytest.raises(OverflowError, match="scale the columns"):
        LinearRegression("gd").fit(x * 1e200 * 1e200, y / 1e200)


# --- gradient descent ------------------------------------------------------------------------------------------------


def test_descent_reaches_the_closed_form():
    X, y, v = made()
    Z = (X - X.mean(axis=0)) / X.std(axis=0)
    for weights in (None, v * 1.0):
        for fit_intercept in (True, False):
            found = ordinary.solve_descent(Z, y, weights, fit_intercept=fit_intercept, max_iter=200_000)
            assert found.converged
            reference = np.append(*oracle(Z, y, weights, fit_intercept))
            np.testing.assert_allclose(found.x, reference, atol=1e-6)
    assert found.x[-1] == 0.0


def test_the_default_rate_never_overshoots():
    for seed in range(10):
        X, y, _ = made(seed=seed)
        found = ordinary.solve_descent(X, y, max_iter=500)
        assert (np.diff(found.losses) <= 0).all()


def test_descent_warns_when_it_runs_out_of_steps_and_raises_when_it_diverges():
    X, y = HOUSES
    with pytest.warns(ConvergenceWarning, match="not converged in 10 steps") as caught:
        model = LinearRegression("gd", max_iter=10).fit(X, y)
    assert model.n_iter_ == 10
    assert caught[0].filename == __file__
    with pytest.raises(DivergenceError, match=r"learning_rate smaller than 0\.1"):
        LinearRegression("gd", learning_rate=0.1).fit(X, y)


# --- the class -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("solver", ["normal", "qr", "svd", "gd"])
@pytest.mark.parametrize("fit_intercept", [True, False])
def test_class_wires_solver_weights_and_intercept(solver, fit_intercept):
    X, y, v = made(p=2)
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    model = LinearRegression(solver, fit_intercept=fit_intercept, max_iter=100_000).fit(X, y, v)
    w, b = oracle(X, y, v, fit_intercept)
    np.testing.assert_allclose(model.coef_, w, atol=1e-6)
    assert model.intercept_ == pytest.approx(b, abs=1e-6)
    assert isinstance(model.intercept_, float)
    assert (model.n_iter_ > 1) == (solver == "gd")
    np.testing.assert_allclose(model.predict(X[:3]), X[:3] @ model.coef_ + model.intercept_)


def test_one_row_gives_its_own_value():
    model = LinearRegression().fit([[3.0, 4.0]], [5.0])
    assert model.coef_.tolist() == [0.0, 0.0]
    assert model.predict([[0.0, 0.0]]).tolist() == [5.0]


@pytest.mark.parametrize(
    ("settings_", "error", "message"),
    [
        ({"solver": "newton"}, ValueError, "solver must be one of 'normal', 'qr', 'svd', 'gd', got 'newton'"),
        ({"solver": None}, ValueError, "solver must be one of"),
        ({"fit_intercept": 1}, TypeError, "fit_intercept must be True or False, got 1"),
        ({"learning_rate": 0.0}, ValueError, "learning_rate must be a number above 0, got 0.0"),
        ({"learning_rate": "auto"}, TypeError, "learning_rate must be a number above 0, got 'auto'"),
        ({"max_iter": 0}, ValueError, "max_iter must be a whole number of at least 1, got 0"),
        ({"max_iter": 1e3}, TypeError, "max_iter must be a whole number of at least 1, got 1000.0"),
        ({"tol": -1.0}, ValueError, "tol must be a number of at least 0, got -1.0"),
        ({"tol": math.nan}, ValueError, "tol must be a number of at least 0, got nan"),
    ],
)
def test_bad_parameters_are_named_by_fit(settings_, error, message):
    model = LinearRegression(**settings_)
    with pytest.raises(error, match=message):
        model.fit(*HOUSES)


def test_a_clean_fit_warns_of_nothing():
    X, y, v = made()
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        LinearRegression().fit(X, y, v).predict(X)
