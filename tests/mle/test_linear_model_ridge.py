"""Ridge regression: two other roads to the same weights, laws, and data that are hard on it."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mle.linear_model import LinearRegression, Ridge, ridge_path, solve_ridge
from mle.linear_model.ridge import solve_ridge_dual
from mle.linear_model.rows import centred_gram

FIXED = settings(derandomize=True, deadline=None, max_examples=40)


def made(n=100, p=4, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, p)) @ rng.normal(size=(p, p)) + rng.normal(size=p)
    return X, X @ rng.normal(size=p) + rng.normal(size=n) + 5, rng.integers(0, 4, n).astype(float)


def stacked(X, y, alpha, v, fit_intercept=True):
    """Least squares on the rows of X with p more rows below them, intercept as a column: another road."""
    p = X.shape[1]
    A = np.column_stack([X, np.ones(len(X)) * fit_intercept]) * np.sqrt(v)[:, None]
    below = np.column_stack([np.sqrt(alpha) * np.eye(p), np.zeros(p)])
    return np.linalg.lstsq(np.vstack([A, below]), np.append(np.sqrt(v) * y, np.zeros(p)))[0]


@FIXED
@given(
    st.integers(0, 10_000),
    st.sampled_from([1e-3, 1.0, 1e3]),
    st.booleans(),
    st.sampled_from([(100, 4), (6, 9), (5, 5)]),
)
def test_all_roads_meet(seed, alpha, fit_intercept, shape):
    X, y, v = made(*shape, seed=seed)
    v[0] = 1.0
    expected = stacked(X, y, alpha, v, fit_intercept)
    scale = np.abs(expected).max()
    for solve in (solve_ridge, solve_ridge_dual):
        w, b = solve(X, y, alpha, v, fit_intercept=fit_intercept)
        np.testing.assert_allclose(np.append(w, b), expected, atol=1e-7 * scale)
    W, b = ridge_path(X, y, [alpha, 2 * alpha], v, fit_intercept=fit_intercept)
    np.testing.assert_allclose(np.append(W[0], b[0]), expected, atol=1e-7 * scale)
    np.testing.assert_allclose(W[1], solve_ridge(X, y, 2 * alpha, v, fit_intercept=fit_intercept)[0], atol=1e-7 * scale)


@FIXED
@given(st.integers(0, 10_000))
def test_weights_count_rows(seed):
    X, y, v = made(30, seed=seed)
    times = v.astype(int)
    a = Ridge().fit(X, y, v)
    b = Ridge().fit(np.repeat(X, times, axis=0), np.repeat(y, times))
    np.testing.assert_allclose(a.coef_, b.coef_, rtol=1e-9, atol=1e-12)


def test_penalty_shrinks_and_zero_is_least_squares():
    X, y, v = made()
    W, b = ridge_path(X, y, [1e-6, 1.0, 100.0, 1e12], v)
    assert (np.diff(np.linalg.norm(W, axis=1)) < 0).all()
    assert b[-1] == pytest.approx(np.average(y, weights=v), rel=1e-9)
    np.testing.assert_array_equal(Ridge(0.0).fit(X, y, v).coef_, LinearRegression().fit(X, y, v).coef_)


def test_constant_and_equal_columns():
    X, y, _ = made()
    alone = Ridge().fit(X, y)
    with_constant = Ridge().fit(np.column_stack([X, np.full(len(X), 0.1)]), y)
    np.testing.assert_allclose(with_constant.coef_, np.append(alone.coef_, 0.0), rtol=1e-12)
    assert with_constant.coef_[-1] == 0
    twice = Ridge(2.0).fit(np.column_stack([X, X]), y)
    np.testing.assert_allclose(twice.coef_[:4], twice.coef_[4:], rtol=1e-9)
    np.testing.assert_allclose(2 * twice.coef_[:4], alone.coef_, rtol=1e-9)


def test_a_column_of_rounding_error_counts_as_constant():
    X = np.column_stack([np.nextafter(1e8, 2e8 * (np.arange(10) % 2)), np.arange(10.0)])
    assert 0 < np.ptp(X[:, 0]) < 1e-7
    G, c, _, _ = centred_gram(X, np.arange(10.0) % 2, None, True)
    assert G[0].tolist() == G[:, 0].tolist() == [0.0, 0.0]
    assert c[0] == 0
    assert Ridge(1e-20).fit(X, np.arange(10.0) % 2).coef_[0] == 0


@pytest.mark.parametrize("offset", [0.0, 2.0, 3.0, 1e3, 1e6])
@pytest.mark.parametrize("weighted", [False, True])
def test_one_pass_is_as_good_as_two_near_zero_and_far_from_it(offset, weighted):
    X, y, v = made(n=3000, p=4)
    X = (X - X.mean(axis=0)) / X.std(axis=0) + offset
    X[1500:] += 1.0  # the first thousand rows do not speak for all
    v = np.where(np.arange(3000) % 3, v, 0.0) if weighted else np.ones(3000)
    A, t = X - np.average(X, axis=0, weights=v), y - np.average(y, weights=v)
    G, c, mean_x, mean_y = centred_gram(X, y, v, True)
    close = {"rtol": 1e-11, "atol": 1e-11 * 3000 * max(1.0, 1e-5 * offset)}
    np.testing.assert_allclose(G, A.T @ (v[:, None] * A), **close)
    np.testing.assert_allclose(c, A.T @ (v * t), **close)
    np.testing.assert_allclose(mean_x, np.average(X, axis=0, weights=v), rtol=1e-13, atol=1e-14)
    np.testing.assert_allclose(mean_y, np.average(y, weights=v), rtol=1e-13)


def test_nearly_equal_columns_keep_their_digits():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(50, 2))
    X[:, 1] = X[:, 0] + 1e-7 * X[:, 1]
    y = X[:, 0] + rng.normal(size=50)
    expected = stacked(X, y, 1e-13, np.ones(50))
    np.testing.assert_allclose(solve_ridge(X, y, 1e-13)[0], expected[:2], rtol=1e-4)


def test_huge_targets_and_columns():
    X, y, _ = made()
    np.testing.assert_allclose(Ridge().fit(X, y * 1e200).coef_, Ridge().fit(X, y).coef_ * 1e200, rtol=1e-12)
    with pytest.raises(OverflowError, match="scale the columns of X"):
        Ridge().fit(X * 1e200, y)
    with pytest.raises(OverflowError, match="scale the columns of X"):
        Ridge().fit(X[:3] * 1e200, y[:3])


def test_one_row():
    model = Ridge().fit([[1.0, 2.0]], [3.0])
    assert model.coef_.tolist() == [0.0, 0.0]
    assert model.intercept_ == 3.0


@pytest.mark.parametrize(
    ("settings_", "error", "message"),
    [
        ({"alpha": -1.0}, ValueError, "alpha must be a number of at least 0, got -1.0"),
        ({"alpha": "1"}, TypeError, "alpha must be a number of at least 0, got '1'"),
        ({"fit_intercept": 1}, TypeError, "fit_intercept must be True or False, got 1"),
    ],
)
def test_bad_parameters_are_named_by_fit(settings_, error, message):
    with pytest.raises(error, match=message):
        Ridge(**settings_).fit([[1.0], [2.0]], [1.0, 2.0])


def test_columns_of_y_are_refused_by_the_functions():
    X, y, _ = made()
    for function in (solve_ridge, ridge_path):
        with pytest.raises(ValueError, match=r"y must have shape \(100,\), got \(100, 1\)"):
            function(X, y[:, None], [1.0])
    for alphas in ([], 1.0):
        with pytest.raises(ValueError, match="alphas must be a flat list of one number or more"):
            ridge_path(X, y, alphas)
    with pytest.raises(ValueError, match="alphas must be a number above 0, got 0"):
        ridge_path(X, y, [0.0])


def test_no_copy_of_the_columns():
    X, y, v = made(60_000, p=40)
    tracemalloc.start()
    Ridge().fit(X, y, v)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < X.nbytes / 4
