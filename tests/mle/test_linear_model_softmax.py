"""Logistic regression for several classes, its fast derivatives, and its solvers."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mle.exceptions import ConvergenceWarning, SeparationError
from mle.linear_model import LogisticRegression, newton
from mle.linear_model.binomial import binomial_derivatives, binomial_loss, binomial_slope
from mle.linear_model.logistic import gradient, hessian, log_loss
from mle.linear_model.multinomial import hold_sums, softmax, softmax_derivatives, softmax_loss, softmax_slope
from mle.testing import check_gradient

FIXED = settings(derandomize=True, deadline=None, max_examples=40)


def made(n=200, p=3, K=3, seed=0):
    """Correlated columns, K classes drawn from a true model, whole weights of which some are 0."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, p)) @ rng.normal(size=(p, p)) + rng.normal(size=p)
    Z = (X - X.mean(axis=0)) @ rng.normal(size=(p, K)) + rng.gumbel(size=(n, K))
    return X, Z.argmax(axis=1), rng.integers(0, 4, n).astype(float)


def naive(X, y, V, penalty, v):
    """The mean log-loss of K classes, one row after the other."""
    loss = penalty / 2 * sum(w * w for row in V for w in row[: X.shape[1]])
    for x, label, share in zip(X, y, v):
        scores = [np.exp(row[: len(x)] @ x + (row[len(x)] if len(row) > len(x) else 0.0)) for row in V]
        loss -= share * np.log(scores[label] / sum(scores))
    return loss / v.sum()


# --- fast derivatives against the plain ones -------------------------------------------------------------------------


@FIXED
@given(st.integers(0, 10_000), st.sampled_from([0.0, 2.5]), st.sampled_from([1.0, 50.0]))
def test_fused_pass_is_the_plain_functions(seed, penalty, scale):
    X, y, v = made(5000, K=2, seed=seed)
    u = scale * np.random.default_rng(seed).normal(size=4)
    args = X, y.astype(float), u, penalty, v
    loss, g, H = binomial_derivatives(*args)
    plain = X, y.astype(float), u[:-1], u[-1], penalty, v
    assert loss == pytest.approx(log_loss(*plain), rel=1e-12)
    assert binomial_loss(*args) == pytest.approx(loss, rel=1e-14)
    np.testing.assert_allclose(g, np.append(*gradient(*plain)), rtol=1e-9, atol=1e-13)
    np.testing.assert_allclose(binomial_slope(*args)[1], g, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(H, hessian(X, u[:-1], u[-1], penalty, v), rtol=1e-9, atol=1e-14)


def test_fused_pass_without_an_intercept():
    X, y, v = made(K=2)
    u = np.array([0.3, -0.2, 0.5])
    _, g, H = binomial_derivatives(X, y.astype(float), u, 2.0, v)
    np.testing.assert_allclose(g, gradient(X, y, u, 0.0, 2.0, v)[0], rtol=1e-10)
    np.testing.assert_allclose(H, hessian(X, u, 0.0, 2.0, v)[:3, :3], rtol=1e-10)


def test_certain_rows_overflow_nowhere():
    X, y = np.array([[1.0], [1.0], [-1.0]]), np.array([1.0, 0.0, 0.0])
    with np.errstate(all="raise", under="ignore"):
        loss, g, H = binomial_derivatives(X, y, np.array([1e6]), 0.0, np.ones(3))
    assert loss == pytest.approx(1e6 / 3)
    assert np.isfinite(g).all()
    assert np.isfinite(H).all()


# --- softmax ---------------------------------------------------------------------------------------------------------


def test_softmax_is_a_distribution_and_never_overflows():
    Z = np.random.default_rng(0).normal(size=(50, 4)) * 1e4
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        P = softmax(Z)
    np.testing.assert_allclose(P.sum(axis=1), 1, rtol=1e-14)
    np.testing.assert_allclose(softmax(Z + 17.0), P, atol=1e-10)
    assert softmax([1.0, 1.0]).tolist() == [0.5, 0.5]


@pytest.mark.parametrize("d", [3, 4])
@pytest.mark.parametrize("penalty", [0.0, 2.5])
def test_softmax_loss_and_derivatives(d, penalty):
    X, y, v = made(60)
    V = np.random.default_rng(1).normal(size=(3, d))
    assert softmax_loss(X, y, V, penalty, v) == pytest.approx(naive(X, y, V, penalty, v), rel=1e-12)
    loss, G, H = softmax_derivatives(X, y, V, penalty, v)
    assert loss == pytest.approx(softmax_loss(X, y, V, penalty, v), rel=1e-14)
    np.testing.assert_allclose(softmax_slope(X, y, V, penalty, v)[1], G, rtol=1e-12)

    def slope(u):
        return softmax_slope(X, y, u.reshape(V.shape), penalty, v)[1].ravel()

    assert check_gradient(lambda u: softmax_loss(X, y, u.reshape(V.shape), penalty, v), slope, V.ravel()) < 1e-8
    rows = H.reshape(V.size, V.size)
    np.testing.assert_allclose(rows, rows.T, atol=1e-15)
    for i in range(V.size):
        assert check_gradient(lambda u: float(slope(u)[i]), lambda u: rows[i], V.ravel()) < 1e-8


def test_two_classes_of_softmax_are_the_sigmoid():
    X, y, v = made(5000, K=2)
    u = np.array([0.3, -0.2, 0.5, 0.1])
    V = np.array([-u / 2, u / 2])
    loss, G, H = softmax_derivatives(X, y, V, 0.0, v)
    expected = binomial_derivatives(X, y.astype(float), u, 0.0, v)
    assert loss == pytest.approx(expected[0], rel=1e-13)
    np.testing.assert_allclose(G, [-expected[1], expected[1]], rtol=1e-10)
    np.testing.assert_allclose(H[0, :, 0], expected[2], rtol=1e-12)


def test_held_sums_change_no_step():
    X, y, v = made()
    _, G, H = softmax_derivatives(X, y, np.zeros((3, 4)), 0.0, v)
    flat = H.reshape(12, 12)
    assert np.linalg.matrix_rank(flat, tol=1e-10) == 8
    step = np.linalg.solve(hold_sums(H), G.ravel())
    np.testing.assert_allclose(step, np.linalg.lstsq(flat, G.ravel(), rcond=1e-12)[0], atol=1e-10)


# --- solvers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("K", [2, 4])
@pytest.mark.parametrize("C", [0.1, np.inf])
@pytest.mark.parametrize("fit_intercept", [True, False])
def test_solvers_agree(K, C, fit_intercept):
    X, y, v = made(K=K, seed=3)
    fits = [
        LogisticRegression(C, solver=s, fit_intercept=fit_intercept, tol=1e-18, max_iter=500).fit(X, y, v)
        for s in ("newton", "lbfgs", "proximal")
    ]
    for other in fits[1:]:
        np.testing.assert_allclose(other.coef_ - other.coef_.mean(0) * (K > 2), fits[0].coef_, atol=1e-6)
        np.testing.assert_allclose(other.predict_proba(X), fits[0].predict_proba(X), atol=1e-6)
    assert fits[0].coef_.shape == ((1, 3) if K == 2 else (K, 3))
    assert fits[0].intercept_.shape == ((1,) if K == 2 else (K,))
    if K > 2:
        np.testing.assert_allclose(fits[0].coef_.sum(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(fits[0].predict_proba(X).sum(axis=1), 1, rtol=1e-14)
    assert (fits[0].predict(X) == fits[0].predict_proba(X).argmax(axis=1)).all()


@pytest.mark.parametrize("K", [2, 3])
@pytest.mark.parametrize("l1_ratio", [0.5, 1.0])
def test_absolute_penalty_meets_its_conditions(K, l1_ratio):
    """At the minimum |gradient of the rest| = λ on weights that are not 0, and at most λ on those that are."""
    X, y, v = made(K=K, p=6)
    C = 0.02
    model = LogisticRegression(C, l1_ratio=l1_ratio).fit(X, y, v)
    V = np.column_stack([model.coef_, model.intercept_])
    if K == 2:
        _, G = binomial_slope(X, y.astype(float), V[0], (1 - l1_ratio) / C, v)
        G = G[None]
    else:
        _, G = softmax_slope(X, y, V, (1 - l1_ratio) / C, v)
    W, G, bound = model.coef_, G[:, :6], l1_ratio / C / v.sum()
    assert 0 < (W == 0).sum() < W.size
    np.testing.assert_allclose(G[W != 0], -bound * np.sign(W[W != 0]), rtol=1e-6)
    assert (np.abs(G[W == 0]) <= bound * (1 + 1e-9)).all()


def test_a_huge_absolute_penalty_leaves_the_shares():
    X, y, v = made(K=4)
    model = LogisticRegression(1e-6, l1_ratio=1.0).fit(X, y, v)
    assert (model.coef_ == 0).all()
    np.testing.assert_allclose(model.predict_proba(X[:1])[0], np.bincount(y, v) / v.sum(), atol=1e-8)


@pytest.mark.parametrize("solver", ["newton", "lbfgs", "proximal"])
@pytest.mark.parametrize("K", [2, 3])
def test_separated_classes_are_refused_by_every_solver(solver, K):
    X = np.arange(9.0)[:, None]
    with pytest.raises(SeparationError, match="a line separates the classes"):
        LogisticRegression(np.inf, solver=solver).fit(X, X[:, 0] // (9 // K + 1))
    model = LogisticRegression(100.0, solver=solver, max_iter=1000).fit(X, X[:, 0] // (9 // K + 1))
    assert np.isfinite(model.coef_).all()
    with pytest.raises(SeparationError):
        LogisticRegression(np.inf, l1_ratio=1.0).fit(X, X[:, 0] // (9 // K + 1))


@pytest.mark.parametrize("K", [2, 3])
@pytest.mark.parametrize("solver", ["newton", "lbfgs", "proximal"])
def test_overflow_is_an_error(K, solver):
    X, y, _ = made(K=K)
    with pytest.raises(OverflowError, match="scale the"):
        LogisticRegression(solver=solver).fit(X * 1e305, y)
    rows = np.random.default_rng(0).normal(size=(50, 3)) * 1e200
    settings_ = {"solver": solver, "l1_ratio": 1.0 if solver == "proximal" else 0.0}
    with pytest.raises(OverflowError, match="scale the"):
        LogisticRegression(**settings_).fit(rows, np.arange(50) % K)


def test_constant_and_dependent_columns():
    X, y, v = made(K=3)
    alone = LogisticRegression().fit(X, y, v)
    Z = np.column_stack([X, np.full(len(X), 7.0), np.zeros(len(X))])
    more = LogisticRegression().fit(Z, y, v)
    np.testing.assert_allclose(more.coef_, np.column_stack([alone.coef_, np.zeros((3, 2))]), atol=1e-6)
    twice = LogisticRegression(np.inf).fit(np.column_stack([X, X[:, 0]]), y, v)
    np.testing.assert_allclose(
        twice.predict_proba(Z[:, [0, 1, 2, 0]]), LogisticRegression(np.inf).fit(X, y, v).predict_proba(X), atol=1e-7
    )


@pytest.mark.parametrize("K", [2, 3])
def test_class_weights_are_row_weights(K):
    X, y, v = made(K=K)
    labels = np.array(["a", "b", "c"])[y]
    factors = {"a": 3.0, "b": 0.5}
    rows = v * np.array([3.0, 0.5, 1.0])[y]
    ours = LogisticRegression(class_weight=factors).fit(X, labels, v)
    np.testing.assert_allclose(ours.coef_, LogisticRegression().fit(X, labels, rows).coef_, rtol=1e-12)
    even = v * (v.sum() / K / np.bincount(y, v))[y]
    ours = LogisticRegression(class_weight="balanced").fit(X, labels, v)
    np.testing.assert_allclose(ours.coef_, LogisticRegression().fit(X, labels, even).coef_, rtol=1e-9)


@pytest.mark.parametrize("solver", ["newton", "lbfgs", "proximal"])
def test_too_few_steps_are_warned_of_at_the_caller(solver):
    X, y, _ = made()
    with pytest.warns(ConvergenceWarning, match="not converged in 1 steps: raise max_iter") as caught:
        LogisticRegression(solver=solver, max_iter=1).fit(X, y)
    assert caught[0].filename == __file__


def test_the_class_is_the_plain_newton():
    X, y, v = made(5000, K=2)
    ours, plain = LogisticRegression(0.5).fit(X, y, v), newton(X, y.astype(float), 2.0, v)
    np.testing.assert_allclose(np.append(ours.coef_, ours.intercept_), np.append(plain.w, plain.b), rtol=1e-10)


@pytest.mark.parametrize("K", [2, 3])
@pytest.mark.parametrize("solver", ["newton", "lbfgs"])
def test_no_copy_of_the_columns(K, solver):
    X, y, v = made(60_000, p=40, K=K)
    tracemalloc.start()
    LogisticRegression(0.01, solver=solver, tol=1e-4).fit(X, y, v)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < X.nbytes / 3
