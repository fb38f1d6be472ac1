"""Lasso and elastic net: the conditions of the minimum, paths, and data that are hard on them."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mle.exceptions import ConvergenceWarning
from mle.linear_model import ElasticNet, Lasso, Ridge, enet_path, lasso_path
from mle.linear_model.enet import duality_gap, minimise_enet, moments
from mle.optimize import coordinate_descent, soft_threshold
from mle.optimize.coordinate import face_step

FIXED = settings(derandomize=True, deadline=None, max_examples=40)


def made(n=100, p=6, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, p)) @ rng.normal(size=(p, p)) + rng.normal(size=p)
    w = rng.normal(size=p) * (rng.random(p) < 0.5)
    return X, X @ w + rng.normal(size=n) + 5, rng.integers(0, 4, n).astype(float)


def objective(X, y, v, model, alpha, l1_ratio):
    w = model.coef_
    miss = np.average((y - model.predict(X)) ** 2, weights=v)
    return miss / 2 + alpha * (l1_ratio * np.abs(w).sum() + (1 - l1_ratio) / 2 * w @ w)


@FIXED
@given(st.floats(-5, 5), st.floats(0, 3))
def test_soft_threshold_is_the_minimiser(z, penalty):
    w = float(soft_threshold(z, penalty))
    grid = np.append(np.linspace(-6, 6, 2001), w)
    value = (grid - z) ** 2 / 2 + penalty * np.abs(grid)
    assert value[-1] <= value.min() + 1e-12


@FIXED
@given(st.integers(0, 10_000), st.sampled_from([0.0, 0.3, 1.0]), st.sampled_from([0.01, 0.3]), st.booleans())
def test_conditions_of_the_minimum(seed, l1_ratio, alpha, fit_intercept):
    """|gradient of the rest| = l1 on weights that are not 0, and at most l1 on those that are."""
    X, y, v = made(seed=seed)
    model = ElasticNet(alpha, l1_ratio=l1_ratio, fit_intercept=fit_intercept, tol=1e-13, max_iter=100_000).fit(X, y, v)
    r = v * (y - model.predict(X)) / v.sum()
    pull = X.T @ r - alpha * (1 - l1_ratio) * model.coef_
    on, l1 = model.coef_ != 0, alpha * l1_ratio
    np.testing.assert_allclose(pull[on], l1 * np.sign(model.coef_[on]), atol=1e-4)
    assert (np.abs(pull[~on]) <= l1 + 1e-6).all()
    if fit_intercept:
        assert r.sum() == pytest.approx(0, abs=1e-9)


@FIXED
@given(st.integers(0, 10_000), st.sampled_from([0.0, 0.3, 1.0]), st.booleans())
def test_duality_gap_is_an_upper_bound(seed, l1_ratio, positive):
    X, y, v = made(seed=seed)
    alpha, rng = 0.1, np.random.default_rng(seed)
    model = ElasticNet(alpha, l1_ratio=l1_ratio, positive=positive, tol=1e-12, max_iter=100_000).fit(X, y, v)
    best = objective(X, y, v, model, alpha, l1_ratio)
    data = moments(X, y, v)[0]
    for size in (1.0, 1e-2, 1e-4):
        w = model.coef_ + size * rng.normal(size=6)
        w = np.abs(w) if positive else w
        here = (data.tt - 2 * data.c @ w + w @ data.G @ w) / 2
        here += alpha * (l1_ratio * np.abs(w).sum() + (1 - l1_ratio) / 2 * w @ w)
        gap = duality_gap(data, w, alpha * l1_ratio, alpha * (1 - l1_ratio), positive=positive)
        assert gap >= here - best - 1e-9
    assert abs(model.dual_gap_) <= 1e-11 * data.tt


def test_no_absolute_weights_is_ridge():
    X, y, v = made()
    ours = ElasticNet(0.1, l1_ratio=0.0, tol=1e-14, max_iter=10_000).fit(X, y, v)
    np.testing.assert_allclose(ours.coef_, Ridge(0.1 * v.sum()).fit(X, y, v).coef_, atol=1e-6)


def test_lasso_is_the_elastic_net_of_ratio_one():
    X, y, v = made()
    a, b = Lasso(0.1).fit(X, y, v), ElasticNet(0.1, l1_ratio=1.0).fit(X, y, v)
    np.testing.assert_array_equal(a.coef_, b.coef_)
    assert Lasso(0.1).get_params() == {
        "alpha": 0.1,
        "fit_intercept": True,
        "max_iter": 1000,
        "positive": False,
        "tol": 1e-4,
    }


def test_positive_weights():
    X, y, v = made(seed=1)
    free = Lasso(0.01, tol=1e-12, max_iter=100_000).fit(X, y, v)
    held = Lasso(0.01, tol=1e-12, positive=True, max_iter=100_000).fit(X, y, v)
    assert (free.coef_ < 0).any()
    assert (held.coef_ >= 0).all()
    assert (held.coef_ == 0).any()
    assert (held.coef_ > 0).any()


def test_path_begins_where_nothing_is_left_and_is_what_single_fits_give():
    X, y, _ = made()
    A, t = X - X.mean(axis=0), y - y.mean()
    alphas, coefs, gaps = enet_path(A, t, l1_ratio=0.7, n_alphas=20, tol=1e-12, max_iter=100_000)
    assert (coefs[:, 0] == 0).all()
    assert (coefs[:, 1] != 0).any()
    assert alphas[-1] == pytest.approx(1e-3 * alphas[0])
    assert (gaps <= 1e-12 * np.mean(t**2)).all()
    for m in (5, 19):
        alone = ElasticNet(alphas[m], l1_ratio=0.7, tol=1e-12, max_iter=100_000).fit(X, y)
        np.testing.assert_allclose(coefs[:, m], alone.coef_, atol=1e-5)
    np.testing.assert_array_equal(lasso_path(A, t, n_alphas=5)[1], enet_path(A, t, l1_ratio=1.0, n_alphas=5)[1])
    assert (enet_path(A, t, positive=True)[1] >= 0).all()


def test_constant_and_equal_columns():
    X, y, _ = made()
    Z = np.column_stack([X, np.full(len(X), 0.1), X[:, 0]])
    alone = Lasso(0.05, tol=1e-10, max_iter=10_000).fit(X, y)
    more = Lasso(0.05, tol=1e-10, max_iter=10_000).fit(Z, y)
    assert more.coef_[6] == 0
    np.testing.assert_allclose(more.predict(Z), alone.predict(X), atol=1e-4)
    np.testing.assert_array_equal(Lasso(1.0).fit(np.ones((5, 2)), np.arange(5.0)).coef_, [0.0, 0.0])
    assert Lasso(1.0).fit([[1.0, 2.0]], [3.0]).intercept_ == 3.0
    assert Lasso(1.0).fit(np.arange(4.0)[:, None], np.full(4, 0.1)).coef_[0] == 0


def test_zero_targets():
    alphas, coefs, _ = lasso_path(np.eye(3), np.zeros(3), n_alphas=4)
    assert np.isfinite(alphas).all()
    assert (coefs == 0).all()


def test_overflow_is_an_error():
    X, y, _ = made()
    with pytest.raises(OverflowError, match="scale y"):
        Lasso().fit(X, y * 1e200)
    with pytest.raises(OverflowError, match="scale the columns of X"):
        Lasso().fit(X * 1e200, y)
    np.testing.assert_allclose(Lasso(1e100).fit(X, y * 1e100).coef_, Lasso().fit(X, y).coef_ * 1e100, rtol=1e-9)


def test_too_few_sweeps_are_warned_of_at_the_caller():
    X, y, _ = made()
    with pytest.warns(ConvergenceWarning, match="raise max_iter or alpha") as caught:
        model = Lasso(1e-3, max_iter=1).fit(X, y)
    assert caught[0].filename == __file__
    assert model.n_iter_ == 1
    for path in (lasso_path, enet_path):
        with pytest.warns(ConvergenceWarning, match="duality gap") as caught:
            path(X, y, max_iter=1)
        assert caught[0].filename == __file__


@pytest.mark.parametrize(
    ("settings_", "error", "message"),
    [
        ({"alpha": 0.0}, ValueError, "alpha must be a number above 0, got 0.0"),
        ({"l1_ratio": -0.1}, ValueError, "l1_ratio must be a number of at least 0, got -0.1"),
        ({"l1_ratio": 1.1}, ValueError, "l1_ratio must be a number from 0 to 1, got 1.1"),
        ({"max_iter": 0}, ValueError, "max_iter must be a whole number of at least 1, got 0"),
        ({"tol": "small"}, TypeError, "tol must be a number of at least 0, got 'small'"),
        ({"positive": 1}, TypeError, "positive must be True or False, got 1"),
    ],
)
def test_bad_parameters_are_named_by_fit(settings_, error, message):
    with pytest.raises(error, match=message):
        ElasticNet(**settings_).fit([[1.0], [2.0]], [1.0, 2.0])


def test_bad_parameters_of_paths():
    X, y, _ = made()
    for settings_, message in (
        ({"l1_ratio": 0.0}, "l1_ratio must be a number above 0, got 0.0"),
        ({"eps": 2.0}, "eps must be a number from 0 to 1, got 2.0"),
        ({"n_alphas": 0}, "n_alphas must be a whole number of at least 1, got 0"),
        ({"alphas": [1.0, -1.0]}, "alphas must be a number above 0, got -1.0"),
        ({"alphas": []}, r"alphas must be a flat list of one number or more, got shape \(0,\)"),
        ({"alphas": 1.0}, r"alphas must be a flat list of one number or more, got shape \(\)"),
    ):
        with pytest.raises(ValueError, match=message):
            enet_path(X, y, **settings_)
    with pytest.raises(ValueError, match=r"y must have shape \(100,\), got \(100, 1\)"):
        moments(X, y[:, None])


@FIXED
@given(st.integers(0, 10_000))
def test_steps_on_a_face_go_down_and_keep_the_residual(seed):
    rng = np.random.default_rng(seed)
    A = rng.normal(size=(6, 4))
    G, c, w = A.T @ A, 3 * rng.normal(size=4), rng.normal(size=4) * [1, 1, 1, 0]
    l1, l2 = rng.random(4), rng.random(4)

    def value(w):
        return w @ G @ w / 2 - c @ w + l1 @ np.abs(w) + l2 @ w**2 / 2

    moved, r = w.copy(), c - G @ w
    again = face_step(G, r, moved, l1, l2)
    assert value(moved) <= value(w) + 1e-12
    assert moved[3] == 0
    assert (moved * w >= 0).all()
    np.testing.assert_allclose(r, c - G @ moved, atol=1e-9)
    assert again == (moved[:3] == 0).any()
    if not again:
        np.testing.assert_allclose((r - l2 * moved)[:3], (l1 * np.sign(w))[:3], atol=1e-7)
    else:
        assert (moved[:3] == 0).sum() == 1


def test_columns_that_resemble_each_other_need_few_sweeps():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, 1)) + 1e-3 * rng.normal(size=(200, 20))
    y = X @ rng.normal(size=20) * 100 + rng.normal(size=200)
    model = Lasso(1e-4, tol=1e-10).fit(X, y)  # no warning
    assert model.n_iter_ < 100


def test_updates_do_not_drift():
    """After many sweeps r is still c - Gw to rounding, and the minimum is the solution of the normal equations."""
    X = np.random.default_rng(0).normal(size=(100, 20))
    y = X @ np.arange(20.0)
    data = moments(X, y)[0]
    w, _, converged = coordinate_descent(
        data.G, data.c, np.zeros(20), np.zeros(20), np.zeros(20), tol=1e-26, max_iter=200_000
    )
    assert converged
    np.testing.assert_allclose(w, np.arange(20.0), atol=1e-10)


def test_start_is_not_changed_and_used():
    X, y, _ = made()
    data = moments(X, y)[0]
    w, _, _ = minimise_enet(data, 0.1, 1.0, np.zeros(6), tol=1e-10)
    start = w.copy()
    _, _, again = minimise_enet(data, 0.1, 1.0, start, tol=1e-10)
    assert again == 1
    np.testing.assert_array_equal(start, w)


def test_no_copy_of_the_columns():
    X, y, v = made(60_000, p=40)
    tracemalloc.start()
    Lasso(1.0).fit(X, y, v)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < X.nbytes / 4
