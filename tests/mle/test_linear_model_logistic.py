"""Logistic regression: derivatives, laws of the minimum, a naive oracle, separation, and bad input."""

import math
import warnings
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mle.exceptions import ConvergenceWarning, SeparationError
from mle.linear_model import LogisticRegression, logistic, newton, sigmoid
from mle.linear_model.logistic import gradient, hessian, log_loss
from mle.linear_model.logistic_solvers import log_loss_of, minimise
from mle.testing import check_gradient

FIXED = settings(derandomize=True, deadline=None, max_examples=40)


def made(n=200, p=3, seed=0, strength=1.0):
    """Correlated columns, labels drawn from a true model, whole weights of which some are 0."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, p)) @ rng.normal(size=(p, p)) + rng.normal(size=p)
    z = strength * (X - X.mean(axis=0)) @ rng.normal(size=p)
    return X, (rng.random(n) < 1 / (1 + np.exp(-z))).astype(float), rng.integers(0, 4, n).astype(float)


def oracle(X, y, penalty=0.0, weights=None, fit_intercept=True):
    """Plain Newton on whole matrices, by the formulas as they are written; fifty steps, no line search."""
    n = len(X)
    v = np.ones(n) if weights is None else weights
    A = np.column_stack([X, np.ones(n)]) if fit_intercept else X
    L = penalty * np.eye(A.shape[1])
    if fit_intercept:
        L[-1, -1] = 0
    w = np.zeros(A.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-A @ w))
        w = w - np.linalg.solve(A.T @ np.diag(v * p * (1 - p)) @ A + L, A.T @ (v * (p - y)) + L @ w)
    return w if fit_intercept else np.append(w, 0.0)


def found(*args, **kwargs):
    result = newton(*args, **kwargs)
    assert result.converged
    return np.append(result.w, result.b)


# --- the functions ---------------------------------------------------------------------------------------------------


@FIXED
@given(st.floats(-1e308, 1e308))
def test_sigmoid_is_a_probability_and_never_overflows(z):
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        p, q = float(sigmoid(z)), float(sigmoid(-z))
    assert 0 <= p <= 1
    assert p + q == pytest.approx(1, abs=1e-15)
    if abs(z) < 30:
        assert math.log(p / q) == pytest.approx(z, rel=1e-9, abs=1e-12)


def test_sigmoid_keeps_its_digits_far_below_zero():
    assert float(sigmoid(-700.0)) == pytest.approx(math.exp(-700), rel=1e-12)
    assert sigmoid([[0, 1], [2, 3]]).shape == (2, 2)


def test_loss_by_hand():
    X, y, w = np.array([[1.0], [3.0]]), np.array([1.0, 0.0]), np.array([0.5])
    miss = [-math.log(1 / (1 + math.exp(-0.25))), -math.log(1 - 1 / (1 + math.exp(-1.25)))]
    assert log_loss(X, y, w, -0.25) == pytest.approx(sum(miss) / 2)
    assert log_loss(X, y, w, -0.25, penalty=3.0) == pytest.approx(sum(miss) / 2 + 3.0 * 0.25 / 4)
    weighted = log_loss(X, y, w, -0.25, 3.0, np.array([3.0, 1.0]))
    assert weighted == pytest.approx((3 * miss[0] + miss[1]) / 4 + 3.0 * 0.25 / 8)


def test_loss_is_finite_however_wrong():
    assert log_loss(np.array([[1.0]]), np.array([0.0]), np.array([1e6]), 0.0) == 1e6
    assert log_loss(np.array([[1.0]]), np.array([1.0]), np.array([1e6]), 0.0) == 0.0


def test_labels_may_be_of_any_kind_of_number():
    X, y, _ = made(20)
    expected = log_loss(X, y, np.ones(3), 0.5)
    for kind in (np.uint8, np.int64, np.bool_):
        assert log_loss(X, y.astype(kind), np.ones(3), 0.5) == expected
        np.testing.assert_array_equal(
            gradient(X, y.astype(kind), np.ones(3), 0.5)[0], gradient(X, y, np.ones(3), 0.5)[0]
        )


@pytest.mark.parametrize("penalty", [0.0, 2.5])
@pytest.mark.parametrize("weighted", [True, False])
def test_derivatives_by_central_differences(penalty, weighted):
    X, y, v = made(50)
    weights, point = v if weighted else None, np.array([0.3, -0.2, 0.5, -0.4])

    def loss(u):
        return log_loss(X, y, u[:-1], u[-1], penalty, weights)

    def slope(u):
        return np.append(*gradient(X, y, u[:-1], u[-1], penalty, weights))

    assert check_gradient(loss, slope, point) < 1e-8
    H = hessian(X, point[:-1], point[-1], penalty, weights)
    np.testing.assert_allclose(H, H.T, atol=1e-15)
    for i in range(4):
        assert (
            check_gradient(
                lambda u: float(slope(u)[i]), lambda u: hessian(X, u[:-1], u[-1], penalty, weights)[i], point
            )
            < 1e-8
        )


def test_hessian_is_the_formula_on_whole_matrices():
    X, _, v = made(5000)
    w, b = np.array([0.3, -0.2, 0.5]), 0.1
    A, p = np.column_stack([X, np.ones(len(X))]), sigmoid(X @ w + b)
    naive = (A * (v * p * (1 - p))[:, None]).T @ A + np.diag([2.0, 2.0, 2.0, 0.0])
    np.testing.assert_allclose(hessian(X, w, b, 2.0, v), naive / v.sum(), rtol=1e-11)


# --- Newton's method -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("penalty", [0.0, 0.1, 100.0])
@pytest.mark.parametrize("weighted", [True, False])
@pytest.mark.parametrize("fit_intercept", [True, False])
def test_newton_meets_the_oracle(penalty, weighted, fit_intercept):
    for seed in range(5):
        X, y, v = made(seed=seed)
        args = (X, y, penalty, v if weighted else None)
        np.testing.assert_allclose(
            found(*args, fit_intercept=fit_intercept), oracle(*args, fit_intercept), rtol=1e-8, atol=1e-9
        )


@FIXED
@given(st.integers(0, 10_000), st.sampled_from([0.0, 0.01, 1.0, 100.0]))
def test_gradient_vanishes_and_the_loss_only_falls(seed, penalty):
    X, y, v = made(80, seed=seed)
    result = newton(X, y, penalty, v)
    assert result.converged
    assert (np.diff(result.losses) <= 1e-14).all()
    assert len(result.losses) == result.n_iter + 1
    assert np.abs(np.append(*gradient(X, y, result.w, result.b, penalty, v))).max() < 1e-8


@FIXED
@given(st.integers(0, 10_000))
def test_with_an_intercept_the_probabilities_sum_to_the_successes(seed):
    X, y, v = made(80, seed=seed)
    result = newton(X, y, 1.0, v)
    assert v @ sigmoid(X @ result.w + result.b) == pytest.approx(v @ y, rel=1e-9)


@FIXED
@given(st.integers(0, 10_000), st.sampled_from([0.0, 1.0]))
def test_weights_count_rows(seed, penalty):
    X, y, v = made(80, seed=seed)
    times = v.astype(int)
    Xr, yr = np.repeat(X, times, axis=0), np.repeat(y, times)
    np.testing.assert_allclose(found(X, y, penalty, v), found(Xr, yr, penalty), atol=1e-9)


@FIXED
@given(st.integers(0, 10_000), st.sampled_from([1e-8, 1e8, 1e150]))
def test_units_of_a_column_do_not_matter_without_a_penalty(seed, unit):
    X, y, _ = made(seed=seed)
    D = np.array([unit, 1.0, 1.0])
    w, scaled = found(X, y)[:-1], found(X * D, y)
    np.testing.assert_allclose(scaled[:-1] * D, w, rtol=1e-7, atol=1e-9)


def test_swapping_the_classes_turns_the_signs():
    X, y, _ = made()
    np.testing.assert_allclose(found(X, 1 - y, 1.0), -found(X, y, 1.0), atol=1e-12)


def test_penalty_shrinks():
    X, y, _ = made(strength=3.0)
    lengths = [np.linalg.norm(newton(X, y, penalty).w) for penalty in (0.0, 0.1, 1.0, 10.0, 1e6)]
    assert lengths == sorted(lengths, reverse=True)
    assert lengths[-1] < 1e-3
    assert newton(X, y, 1e12).b == pytest.approx(math.log(y.mean() / (1 - y.mean())), rel=1e-6)


def test_line_search_is_needed_and_saves():
    X = np.array([[0.0, 0.0], [-443.0, -1.0], [0.0, -32.0], [0.0, 0.0], [-3318.0, 147.0]])
    y = np.array([1.0, 0.0, 0.0, 1.0, 0.0])
    result = newton(X, y, 1e-6, fit_intercept=False)
    assert result.converged
    assert (np.diff(result.losses) < 0).all()
    assert result.losses[-1] == log_loss(X, y, result.w, result.b, 1e-6)

    w, losses = np.zeros(2), []
    for _ in range(result.n_iter):  # the same in full steps
        losses.append(log_loss(X, y, w, 0.0, 1e-6))
        w = w - np.linalg.solve(hessian(X, w, 0.0, 1e-6)[:2, :2], gradient(X, y, w, 0.0, 1e-6)[0])
    assert np.diff(losses).max() > 0


@FIXED
@given(st.integers(0, 10_000), st.sampled_from([0.0, 1e-6, 1e-3, 10.0]))
def test_wild_columns_converge_or_are_separated(seed, penalty):
    rng = np.random.default_rng(seed)
    X, y = rng.standard_cauchy(size=(20, 2)) ** 3, np.arange(20) % 2.0
    try:
        result = newton(X, y, penalty)
    except SeparationError:
        assert penalty == 0
    else:
        assert result.converged


def test_dependent_columns_fit_as_well_as_independent_ones():
    X, y, _ = made()
    alone = newton(X, y)
    for extra in (X[:, 0], X.sum(axis=1), np.ones(len(X)), np.zeros(len(X)), 1e-8 * X[:, 1]):
        Z = np.column_stack([X, extra])
        both = newton(Z, y)
        assert both.converged
        np.testing.assert_allclose(Z @ both.w + both.b, X @ alone.w + alone.b, atol=1e-7)
        np.testing.assert_allclose(newton(Z, y, 1.0).converged, True)


# --- separation ------------------------------------------------------------------------------------------------------

LINE = np.arange(8.0)[:, None]
SEPARATED = {
    "complete": (LINE, [0, 0, 0, 0, 1, 1, 1, 1]),
    "complete, far from zero": (LINE * 1e6 + 1e9, [0, 0, 0, 0, 1, 1, 1, 1]),
    "complete, unequal": (LINE, [0, 1, 1, 1, 1, 1, 1, 1]),
    "but for a tie": (np.array([[0.0], [1], [2], [2], [3], [4]]), [0, 0, 0, 1, 1, 1]),
    "a dummy column": (np.column_stack([LINE % 3, LINE == 5]), [0, 1, 0, 1, 1, 1, 0, 0]),
    "more columns than rows": (np.random.default_rng(0).normal(size=(5, 9)), [0, 1, 0, 1, 1]),
}


@pytest.mark.parametrize("case", SEPARATED)
def test_separated_classes_without_a_penalty_are_refused(case):
    X, y = SEPARATED[case]
    with pytest.raises(SeparationError, match="take a finite C"):
        LogisticRegression(C=math.inf).fit(X, y)


def test_separation_by_a_line_through_zero():
    y = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    with pytest.raises(SeparationError):
        LogisticRegression(C=math.inf, fit_intercept=False).fit(LINE - 3.5, y)
    LogisticRegression(C=math.inf, fit_intercept=False).fit(LINE + 1, y)  # here only an intercept could separate


@pytest.mark.parametrize("case", SEPARATED)
def test_separated_classes_with_a_penalty_are_fitted(case):
    X, y = SEPARATED[case]
    model = LogisticRegression(C=100.0).fit(X, y)
    assert np.isfinite(model.coef_).all()


def test_separation_is_seen_early():
    X, y = np.vstack([LINE, [[7.0]]]), np.array([0.0, 0, 0, 0, 1, 1, 1, 1, 0])
    for args in ((LINE, y[:8]), (X, y, 0.0, np.array([1.0] * 8 + [0.0]))):
        with pytest.raises(SeparationError):
            newton(*args, max_iter=10)


def test_weightless_rows_do_not_hide_separation():
    X, y = np.vstack([LINE, [[7.0]]]), np.array([0, 0, 0, 0, 1, 1, 1, 1, 0])
    with pytest.raises(SeparationError):
        LogisticRegression(C=math.inf).fit(X, y, [1, 1, 1, 1, 1, 1, 1, 1, 0])
    assert LogisticRegression(C=math.inf).fit(X, y, [1, 1, 1, 1, 1, 1, 1, 1, 1e-3]).coef_ > 0


def test_nearly_separated_classes_are_not_mistaken_for_separated():
    rng = np.random.default_rng(0)
    for n in (20, 1000, 20_000):
        x = np.sort(rng.normal(size=n))
        y = (np.arange(n) > n / 2).astype(float)
        y[[0, -1]] = 1, 0  # two rows on the wrong side
        assert newton(x[:, None], y).converged
    x = np.append(rng.normal(size=100), 1e6)  # one row far out, with a label that fits
    y = np.append(rng.random(100) < 1 / (1 + np.exp(-x[:100])), True).astype(float)
    result = newton(x[:, None], y)
    assert result.converged
    assert result.w[0] * 1e6 > 100


# --- the class -------------------------------------------------------------------------------------------------------


def test_class_wires_penalty_weights_and_labels():
    X, y, v = made()
    for C, fit_intercept in ((0.5, True), (math.inf, False)):
        labels = np.where(y == 1, "yes", "no")
        model = LogisticRegression(C, fit_intercept=fit_intercept).fit(X, labels, v)
        u = oracle(X, y, 1 / C, v, fit_intercept)
        np.testing.assert_allclose(model.coef_, u[None, :-1], atol=1e-9)
        np.testing.assert_allclose(model.intercept_, u[-1:], atol=1e-9)
        assert model.classes_.tolist() == ["no", "yes"]
        z = X @ u[:-1] + u[-1]
        np.testing.assert_allclose(model.decision_function(X), z, atol=1e-8)
        np.testing.assert_allclose(model.predict_proba(X)[:, 1], 1 / (1 + np.exp(-z)), atol=1e-9)
        np.testing.assert_allclose(model.predict_proba(X).sum(axis=1), 1, rtol=1e-15)
        assert (model.predict(X) == np.where(z > 0, "yes", "no")).all()
        assert model.score(X, labels) == np.mean(model.predict(X) == labels)


def test_small_probabilities_keep_their_digits():
    model = LogisticRegression(fit_intercept=False).fit([[-1.0], [1.0]], [0, 1])
    far = model.predict_proba([[-100.0], [100.0]])
    assert 0 < far[0, 1] < 1e-10
    assert far[0, 1] == pytest.approx(far[1, 0], rel=1e-10, abs=0)


def test_too_few_steps_are_warned_of_at_the_caller():
    X, y, _ = made()
    with pytest.warns(ConvergenceWarning, match="not converged in 1 steps: raise max_iter") as caught:
        model = LogisticRegression(max_iter=1).fit(X, y)
    assert model.n_iter_ == 1
    assert caught[0].filename == __file__


@pytest.mark.parametrize("function", [log_loss, gradient])
def test_columns_are_refused_where_they_would_become_a_matrix(function):
    X, y, v = made(20)
    with pytest.raises(ValueError, match=r"y must have shape \(20,\), got \(20, 1\)"):
        function(X, y[:, None], np.zeros(3), 0.0)
    with pytest.raises(ValueError, match=r"sample_weight must have shape \(20,\), got \(20, 1\)"):
        function(X, y, np.zeros(3), 0.0, 0.0, v[:, None])
    with pytest.raises(ValueError, match=r"y must have shape \(20,\), got \(19,\)"):
        function(X, y[1:], np.zeros(3), 0.0)
    with pytest.raises(ValueError, match=r"y must have shape \(20,\)"):
        newton(X, y[:, None])


def test_overflow_is_an_error():
    X, y, _ = made()
    with pytest.raises(OverflowError, match="scale the columns"):
        LogisticRegression().fit(X * 1e200, y)


@pytest.mark.parametrize(
    ("settings_", "error", "message"),
    [
        ({"C": 0.0}, ValueError, "C must be a number above 0, got 0.0"),
        ({"C": -1}, ValueError, "C must be a number above 0, got -1"),
        ({"C": math.nan}, ValueError, "C must be a number above 0, got nan"),
        ({"C": "1"}, TypeError, "C must be a number above 0, got '1'"),
        ({"C": None}, TypeError, "C must be a number above 0, got None"),
        ({"fit_intercept": "no"}, TypeError, "fit_intercept must be True or False, got 'no'"),
        ({"tol": -1e-4}, ValueError, "tol must be a number of at least 0, got -0.0001"),
        ({"max_iter": 0}, ValueError, "max_iter must be a whole number of at least 1, got 0"),
        ({"l1_ratio": 1.5}, ValueError, "l1_ratio must be a number from 0 to 1, got 1.5"),
        ({"solver": "magic"}, ValueError, "solver must be one of 'auto', 'newton', 'lbfgs', 'proximal', got 'magic'"),
        ({"solver": "lbfgs", "l1_ratio": 0.5}, ValueError, "solver 'lbfgs' needs a smooth penalty"),
        ({"class_weight": "even"}, ValueError, "class_weight must be a dict, 'balanced' or None, got 'even'"),
        ({"class_weight": {7: 1.0}}, ValueError, "class_weight names the class 7; y holds 0, 1"),
        ({"class_weight": {1: -1.0}}, ValueError, "class_weight of 1 must be a number of at least 0, got -1.0"),
        ({"class_weight": {0: 0.0, 1: 0.0}}, ValueError, "class_weight leaves no row a weight above 0"),
        ({"class_weight": {0: 0.0}}, ValueError, "class_weight leaves weight to one class alone: 1"),
        ({"max_iter": True}, TypeError, "max_iter must be a whole number of at least 1, got True"),
    ],
)
def test_bad_parameters_are_named_by_fit(settings_, error, message):
    model = LogisticRegression(**settings_)
    with pytest.raises(error, match=message):
        model.fit(LINE, [0, 1] * 4)


def test_a_clean_fit_warns_of_nothing():
    X, y, v = made()
    with warnings.catch_warnings(), np.errstate(over="raise", invalid="raise", divide="raise"):
        warnings.simplefilter("error")
        LogisticRegression().fit(X, y, v).predict_proba(X)


def test_names_of_the_module():
    assert logistic.newton is newton


# --- from a tenth of the rows ----------------------------------------------------------------------------------------


def counting(objective, calls):
    """The same log-loss; `calls` gets a name for every pass over all rows."""

    def counted(name):
        def call(v):
            calls.append(name)
            return getattr(objective, name)(v)

        return call

    return replace(objective, **{name: counted(name) for name in ("loss", "slope", "derivatives")})


@pytest.mark.parametrize("K", [2, 3])
def test_a_tenth_of_the_rows_shortens_the_way(K):
    X, y, v = made(n=20_000)
    index = (y + (K - 2) * (X[:, 0] > X[:, 0].mean())).astype(int)
    objective = log_loss_of(X, index, K, 1.0, v)
    assert objective.tenth is not None
    near, far = [], []
    found = minimise(counting(objective, near), "newton")
    plain = minimise(counting(replace(objective, tenth=None), far), "newton")
    assert found.converged
    np.testing.assert_allclose(objective.slope(found.x)[1], 0, atol=1e-8)
    assert found.losses[-1] == pytest.approx(plain.losses[-1], rel=1e-12)
    assert near.count("derivatives") < far.count("derivatives")
    assert len(near) < len(far)


@pytest.mark.parametrize("odd", ["another class", "without weight", "far away"])
def test_a_tenth_unlike_the_rest_does_no_harm(odd):
    X, y, v = made(n=20_000)
    v = v + 1
    y[::10] = 1 if odd == "another class" else y[::10]
    v[::10] = 0 if odd == "without weight" else v[::10]
    X[::10] *= 30 if odd == "far away" else 1
    fit = LogisticRegression().fit(X, y, v)
    reference = newton(X, y, 1.0, v)
    np.testing.assert_allclose(fit.coef_[0], reference.w, rtol=1e-6)
    np.testing.assert_allclose(fit.intercept_[0], reference.b, rtol=1e-6)
