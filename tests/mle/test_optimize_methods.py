"""Momentum, L-BFGS, Newton and proximal steps, on functions whose minimum is known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mle.exceptions import DivergenceError
from mle.optimize import (
    gradient_descent,
    heavy_ball,
    lbfgs,
    nesterov,
    newton,
    proximal_gradient,
    proximal_newton,
    soft_threshold,
    wolfe,
)
from mle.optimize.quasi_newton import two_loops

FIXED = settings(derandomize=True, deadline=None, max_examples=50)


def bowl(p=4, seed=0, spread=1.0):
    """A quadratic ½xᵀAx - bᵀx with eigenvalues from 1 to 10**spread: loss, gradient, A, b."""
    rng = np.random.default_rng(seed)
    Q, _ = np.linalg.qr(rng.normal(size=(p, p)))
    A, b = Q @ np.diag(np.logspace(0, spread, p)) @ Q.T, rng.normal(size=p)
    return lambda x: float(x @ A @ x / 2 - b @ x), lambda x: A @ x - b, A, b


def valley(x):
    """Rosenbrock's banana."""
    u = x[1] - x[0] ** 2
    return float((1 - x[0]) ** 2 + 100 * u**2), np.array([2 * (x[0] - 1) - 400 * x[0] * u, 200 * u])


# --- momentum --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", [heavy_ball, nesterov])
def test_momentum_finds_the_minimum_sooner_than_descent(method):
    loss, gradient, A, b = bowl(spread=3)
    settings_ = {"learning_rate": 1e-3, "max_iter": 100_000, "tol": 1e-8}
    plain = gradient_descent(loss, gradient, np.zeros(4), **settings_)
    found = method(loss, gradient, np.zeros(4), momentum=0.9, keep_path=True, **settings_)
    assert found.converged
    assert found.n_iter < plain.n_iter / 4
    np.testing.assert_allclose(found.x, np.linalg.solve(A, b), atol=1e-7)
    assert found.path.shape == (found.n_iter + 1, 4)
    np.testing.assert_array_equal(found.path[-1], found.x)
    assert found.losses.tolist() == [loss(x) for x in found.path]


@pytest.mark.parametrize("method", [heavy_ball, nesterov])
def test_no_momentum_is_descent(method):
    loss, gradient, _, _ = bowl()
    plain = gradient_descent(loss, gradient, np.ones(4), learning_rate=0.05, max_iter=7, keep_path=True)
    found = method(loss, gradient, np.ones(4), learning_rate=0.05, max_iter=7, momentum=0.0, keep_path=True)
    np.testing.assert_allclose(found.path, plain.path, rtol=1e-14)
    assert not found.converged


def test_steps_by_hand():
    """f = x²/2 from 1 with rate ½ and momentum ½."""
    args = (lambda x: float(x @ x / 2)), (lambda x: x), [1.0]
    settings_ = {"learning_rate": 0.5, "momentum": 0.5, "max_iter": 3, "keep_path": True}
    assert heavy_ball(*args, **settings_).path.ravel().tolist() == [1.0, 0.5, 0.0]
    assert heavy_ball(*args, **{**settings_, "learning_rate": 0.25}).path.ravel().tolist() == [
        1.0,
        0.75,
        0.4375,
        0.171875,
    ]
    assert nesterov(*args, **settings_).path.ravel().tolist() == [1.0, 0.5, 0.125, -0.03125]


@pytest.mark.parametrize("method", [heavy_ball, nesterov])
def test_momentum_that_diverges_is_an_error(method):
    loss, gradient, _, _ = bowl()
    with pytest.raises(DivergenceError, match="make learning_rate or momentum smaller"):
        method(loss, gradient, np.ones(4), learning_rate=1.0)
    with pytest.raises(DivergenceError):
        method(loss, gradient, np.ones(4), learning_rate=1e200)
    with pytest.raises(OverflowError, match="begin elsewhere"):
        method(lambda x: np.inf, gradient, np.ones(4))
    for bad, message in (
        ({"momentum": 1.0}, "momentum must be a number from 0 to below 1, got 1.0"),
        ({"momentum": -0.1}, "momentum must be a number of at least 0, got -0.1"),
        ({"learning_rate": 0}, "learning_rate must be a number above 0, got 0"),
        ({"tol": -1}, "tol must be"),
        ({"max_iter": 0}, "max_iter must be"),
    ):
        with pytest.raises(ValueError, match=message):
            method(loss, gradient, np.ones(4), **bad)


# --- L-BFGS ----------------------------------------------------------------------------------------------------------


@FIXED
@given(st.integers(0, 10_000), st.floats(1e-6, 1e6), st.sampled_from([0.1, 0.9]))
def test_wolfe_conditions_hold(seed, length, steepest):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=2) * 2
    now, g = valley(x)
    step = length * g
    t, new, g_new = wolfe(valley, x, step, now=now, slope=g @ step, steepest=steepest)
    assert t > 0
    assert new == valley(x - t * step)[0]
    assert new <= now - 1e-4 * t * g @ step + 1e-12 * now
    assert abs(g_new @ step) <= steepest * g @ step


def test_wolfe_without_a_floor():
    with pytest.raises(DivergenceError, match="it has no minimum"):
        wolfe(lambda x: (float(x[0]), np.ones(1)), np.zeros(1), np.ones(1), now=0.0, slope=1.0)


def test_wolfe_gives_up_on_a_step_that_leads_uphill():
    t, new, _ = wolfe(lambda x: (float(x @ x), 2 * x), np.ones(1), -np.ones(1), now=1.0, slope=0.1)
    assert (t, new) == (0.0, 1.0)


@FIXED
@given(st.integers(0, 10_000), st.integers(0, 5))
def test_two_loops_are_the_matrix_of_bfgs(seed, m):
    """Apply BFGS's updates of the inverse Hessian one after the other, as whole matrices."""
    rng = np.random.default_rng(seed)
    pairs = []
    for _ in range(m):
        s, r = rng.normal(size=(2, 4))
        pairs.append((s, r if s @ r > 0 else -r))
    H = np.eye(4) * (pairs[-1][0] @ pairs[-1][1] / (pairs[-1][1] @ pairs[-1][1]) if pairs else 1.0)
    for s, r in pairs:
        rho = 1 / (s @ r)
        V = np.eye(4) - rho * np.outer(r, s)
        H = V.T @ H @ V + rho * np.outer(s, s)
    g = rng.normal(size=4)
    np.testing.assert_allclose(two_loops(g, pairs), H @ g, rtol=1e-6, atol=1e-8 * np.abs(H).max())


@FIXED
@given(st.integers(0, 10_000), st.sampled_from([1, 3, 10]))
def test_lbfgs_finds_the_bottom(seed, memory):
    loss, gradient, A, b = bowl(6, seed, spread=2)
    found = lbfgs(lambda x: (loss(x), gradient(x)), np.zeros(6), memory=memory)
    assert found.converged
    assert (np.diff(found.losses) <= 1e-12).all()
    np.testing.assert_allclose(found.x, np.linalg.solve(A, b), atol=1e-7)


def test_lbfgs_in_the_valley():
    start = np.array([-1.2, 1.0])
    found = lbfgs(valley, start)
    assert found.converged
    assert found.n_iter < 60
    np.testing.assert_allclose(found.x, 1.0, atol=1e-8)
    assert start.tolist() == [-1.2, 1.0]
    assert len(found.losses) == found.n_iter + 1
    assert not lbfgs(valley, start, max_iter=3).converged
    assert lbfgs(valley, [1.0, 1.0]).n_iter == 0


def test_lbfgs_stops_at_rounding_error():
    loss, gradient, _, _ = bowl()
    found = lbfgs(lambda x: (loss(x), gradient(x)), np.ones(4), tol=0.0)
    assert not found.converged
    assert np.abs(gradient(found.x)).max() < 1e-7


def test_lbfgs_refusals():
    with pytest.raises(OverflowError, match="the loss at the start is nan"):
        lbfgs(lambda x: (np.nan, x), [1.0])
    with pytest.raises(OverflowError, match="scale the data"):
        lbfgs(lambda x: (1.0, np.full(2, 1e200)), [1.0, 1.0])
    with pytest.raises(DivergenceError, match="no minimum"):
        lbfgs(lambda x: (float(x[0]), np.ones(1)), [1.0])
    with pytest.raises(ValueError, match="memory must be a whole number of at least 1, got 0"):
        lbfgs(valley, [1.0, 2.0], memory=0)


# --- Newton ----------------------------------------------------------------------------------------------------------


def softplus(A, b):
    """Σ log(1 + exp(a·x)) - bᵀx, smooth and convex, with its derivatives."""

    def derivatives(x):
        q = 1 / (1 + np.exp(-A @ x))
        return float(np.logaddexp(0, A @ x).sum() - b @ x), A.T @ q - b, (A.T * (q * (1 - q))) @ A

    return lambda x: derivatives(x)[0], derivatives


def test_newton_solves_a_quadratic_in_one_step():
    loss, gradient, A, b = bowl(spread=6)
    found = newton(loss, lambda x: (loss(x), gradient(x), A), np.ones(4))
    assert found.converged
    assert found.n_iter <= 2
    np.testing.assert_allclose(found.x, np.linalg.solve(A, b), rtol=1e-9)


def test_newton_counts_passes_and_watches():
    rng = np.random.default_rng(0)
    A = rng.normal(size=(50, 3))
    loss, derivatives = softplus(A, A.T @ rng.random(50))
    calls, seen = [], []

    def counted(x):
        calls.append(x)
        return derivatives(x)

    found = newton(loss, counted, np.zeros(3), watch=lambda *told: seen.append(told))
    assert found.converged
    assert len(calls) == found.n_iter  # one for each step, none after the last
    assert [told[0] for told in seen] == found.losses[1:].tolist()
    assert [told[2] for told in seen[1:]] == [told[1] for told in seen[:-1]]
    assert np.abs(derivatives(found.x)[1]).max() < 1e-10
    assert not newton(loss, derivatives, np.zeros(3), max_iter=1).converged


def test_newton_lets_a_hessian_serve_three_steps():
    rng = np.random.default_rng(0)
    A = rng.normal(size=(50, 3)) * 3
    loss, derivatives = softplus(A, A.T @ rng.random(50))
    calls, slopes = [], []

    def counted(x):
        calls.append(x)
        return derivatives(x)

    def slope(x):
        slopes.append(x)
        return derivatives(x)[:2]

    plain, thrifty = newton(loss, derivatives, np.zeros(3)), newton(loss, counted, np.zeros(3), slope=slope)
    assert plain.converged
    assert thrifty.converged
    assert len(calls) < plain.n_iter
    assert len(slopes) > len(calls)
    np.testing.assert_allclose(thrifty.x, plain.x, atol=1e-7)
    assert (np.diff(thrifty.losses) <= 1e-14).all()


@pytest.mark.parametrize("thrifty", [False, True])
def test_newton_shortens_steps_that_lead_too_far(thrifty):
    """sqrt(1 + x²) from 3: a full step lands at -27."""

    def derivatives(x):
        r = np.sqrt(1 + x @ x)
        return float(r), x / r, np.array([[1 / r**3]])

    slope = (lambda x: derivatives(x)[:2]) if thrifty else None
    found = newton(lambda x: derivatives(x)[0], derivatives, [3.0], slope=slope)
    assert found.converged
    assert abs(found.x[0]) < 1e-6
    assert (np.diff(found.losses) <= 0).all()


def well(x):
    """x⁴ - x²: two minima and a hump at zero."""
    return float(x[0] ** 4 - x[0] ** 2), np.array([4 * x[0] ** 3 - 2 * x[0]]), np.array([[12 * x[0] ** 2 - 2]])


def product(x):
    """x₁x₂: a saddle that no entry of the diagonal gives away."""
    return float(x[0] * x[1]), x[::-1].copy(), np.array([[0.0, 1.0], [1.0, 0.0]])


def plateau(x):
    """1 - exp(-|x|²/2): flat far away, where it curves downwards."""
    e = np.exp(-x @ x / 2)
    return float(1 - e), e * x, e * (np.eye(len(x)) - np.outer(x, x))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("function", "start"),
    [(well, [0.1]), (well, [0.0]), (product, [1.0, 1.0]), (product, [1.0, -1.0]), (plateau, [3.0]), (plateau, [2, 1])],
)
def test_newton_refuses_what_curves_downwards(function, start):
    with pytest.raises(DivergenceError, match="expects a convex function"):
        newton(lambda x: function(x)[0], function, start)


@pytest.mark.parametrize(("function", "start"), [(well, [2.0]), (well, [-0.5]), (plateau, [0.5, 0.3])])
def test_newton_still_finds_a_minimum_of_a_function_that_is_convex_where_it_looks(function, start):
    found = newton(lambda x: function(x)[0], function, start)
    assert found.converged
    assert np.linalg.eigvalsh(function(found.x)[2])[0] > 0.5
    assert np.abs(function(found.x)[1]).max() < 1e-6


@pytest.mark.parametrize(
    "H",
    [
        np.ones((2, 2)),
        np.zeros((2, 2)),
        np.diag([1.0, 0.0]),
        np.array([[1.0, 1e-8], [1e-8, 1e-16]]),
        np.array([[1.0, -1e-17], [-1e-17, 0.0]]),  # a zero that underflowed
    ],
)
def test_newton_takes_a_singular_hessian_for_convex(H):
    found = newton(lambda x: float(x @ H @ x / 2), lambda x: (float(x @ H @ x / 2), H @ x, H), np.ones(2))
    assert found.converged


# --- corners ---------------------------------------------------------------------------------------------------------


def corner(penalty):
    return lambda x: float(penalty * np.abs(x).sum()), lambda z, t: soft_threshold(z, t * penalty)


@FIXED
@given(st.integers(0, 10_000), st.sampled_from([0.0, 0.3, 100.0]), st.booleans())
def test_proximal_gradient_meets_the_conditions(seed, penalty, accelerate):
    loss, gradient, _, _ = bowl(5, seed)
    h, prox = corner(penalty)
    found = proximal_gradient(loss, gradient, h, prox, np.ones(5), accelerate=accelerate, max_iter=5000, tol=1e-9)
    assert found.converged
    g, on = gradient(found.x), found.x != 0
    np.testing.assert_allclose(g[on], -penalty * np.sign(found.x[on]), atol=1e-7)
    assert (np.abs(g[~on]) <= penalty + 1e-7).all()
    assert found.losses[-1] == loss(found.x) + h(found.x)
    if not accelerate:
        assert (np.diff(found.losses) <= 1e-14 * np.abs(found.losses[:-1]) + 1e-14).all()


def test_acceleration_helps():
    loss, gradient, _, _ = bowl(20, spread=4)
    h, prox = corner(0.01)
    slow, fast = (
        proximal_gradient(loss, gradient, h, prox, np.ones(20), accelerate=a, max_iter=100_000, tol=1e-7)
        for a in (False, True)
    )
    assert fast.converged
    assert fast.n_iter < slow.n_iter / 5
    np.testing.assert_allclose(fast.x, slow.x, atol=1e-4)


def test_momentum_that_points_uphill_is_dropped():
    """A bowl of curvatures 1 to 1000: without the restart FISTA swings and takes seven times as long."""
    loss, gradient, _, _ = bowl(20, spread=3)
    h, prox = corner(0.0)
    found = proximal_gradient(loss, gradient, h, prox, np.ones(20), max_iter=100_000, tol=1e-9)
    assert found.n_iter < 1000


@FIXED
@given(st.integers(0, 10_000), st.sampled_from([0.01, 1.0]))
def test_proximal_newton_is_proximal_gradient(seed, penalty):
    rng = np.random.default_rng(seed)
    A = rng.normal(size=(30, 3))
    loss, derivatives = softplus(A, A.T @ rng.random(30))
    h, prox = corner(penalty)
    slow = proximal_gradient(loss, lambda x: derivatives(x)[1], h, prox, np.zeros(3), max_iter=5000, tol=1e-10)
    fast = proximal_newton(loss, derivatives, np.zeros(3), np.full(3, penalty), tol=1e-15)
    assert fast.converged
    assert fast.n_iter < 20
    np.testing.assert_allclose(fast.x, slow.x, atol=1e-7)
    assert ((fast.x == 0) == (slow.x == 0)).all()


def test_proximal_refusals():
    loss, gradient, _, _ = bowl()
    h, prox = corner(1.0)
    with pytest.raises(OverflowError, match="begin elsewhere"):
        proximal_gradient(lambda x: np.inf, gradient, h, prox, np.ones(4))
    with pytest.raises(TypeError, match="accelerate must be True or False, got 1"):
        proximal_gradient(loss, gradient, h, prox, np.ones(4), accelerate=1)
