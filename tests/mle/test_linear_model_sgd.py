"""Stochastic descent and the perceptron: slopes of the losses, steps by hand, minima found by other roads."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mle.exceptions import ConvergenceWarning
from mle.linear_model import LogisticRegression, Perceptron, Ridge, SGDClassifier, SGDRegressor
from mle.linear_model.row_losses import (
    epsilon_insensitive,
    hinge,
    huber,
    logistic_loss,
    perceptron_loss,
    squared_error,
)
from mle.linear_model.sgd import charge, learning_rate, sgd

FIXED = settings(derandomize=True, deadline=None, max_examples=60)
LABELS = {"hinge": hinge, "perceptron": perceptron_loss, "log": logistic_loss}
QUANTITIES = {
    "squared": squared_error,
    "huber": lambda y, p: huber(y, p, 0.5),
    "epsilon": lambda y, p: epsilon_insensitive(y, p, 0.5),
}
CORNERS = {"hinge": [1.0], "perceptron": [0.0], "epsilon": [-0.5, 0.5], "huber": [-0.5, 0.5]}


def made(n=200, p=4, K=2, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, p))
    return X, (X @ rng.normal(size=(p, K)) + rng.gumbel(size=(n, K))).argmax(axis=1)


# --- pieces ----------------------------------------------------------------------------------------------------------


@FIXED
@given(st.sampled_from(sorted(LABELS | QUANTITIES)), st.sampled_from([-1.0, 1.0]), st.floats(-20, 20))
def test_slopes_by_central_differences(name, y, p):
    loss, at = (LABELS | QUANTITIES)[name], y * p if name in LABELS else p - y
    if all(abs(at - corner) > 1e-4 for corner in CORNERS.get(name, [])):
        difference = (loss(y, p + 1e-5)[0] - loss(y, p - 1e-5)[0]) / 2e-5
        assert loss(y, p)[1] == pytest.approx(difference, abs=1e-6)
    assert loss(y, p)[0] >= 0


def test_log_loss_far_out():
    assert logistic_loss(1.0, 1e4) == (0.0, -0.0)
    assert logistic_loss(1.0, -1e4) == (1e4, -1.0)
    assert logistic_loss(-1.0, 700.0)[0] == 700.0
    assert logistic_loss(1.0, 30.0)[0] == pytest.approx(math.exp(-30), rel=1e-12)


def test_learning_rates():
    assert learning_rate("constant", 0.3, 0.5, 0.1)(99) == 0.3
    assert learning_rate("invscaling", 0.3, 0.25, 0.1)(16) == pytest.approx(0.15)
    optimal = learning_rate("optimal", 0.0, 0.5, 1e-4)
    assert optimal(1) == pytest.approx(10.0)
    assert 1 / optimal(1001) - 1 / optimal(1) == pytest.approx(1e-4 * 1000)


@FIXED
@given(st.integers(0, 10_000))
def test_debts_paid_late_are_debts_paid_at_once(seed):
    """One charge for ten steps is ten charges, unless a weight has been held at 0 in between."""
    rng = np.random.default_rng(seed)
    w, paid = rng.normal(size=5) * 10, np.zeros(5)
    v, booked = w.copy(), np.zeros(5)
    for m in range(1, 11):
        charge(w, paid, 0.1 * m)
    charge(v, booked, 1.0)
    np.testing.assert_allclose(w, v, atol=1e-12)
    np.testing.assert_allclose(w, np.sign(v) * np.abs(v), atol=1e-12)


def naive(X, y, loss, rate, alpha, l1_ratio, passes):
    """Squared penalty on all weights at every step, in so many words; the absolute one as in `charge`."""
    w, b, paid, owed, t = np.zeros(X.shape[1]), 0.0, np.zeros(X.shape[1]), 0.0, 1
    for _ in range(passes):
        for x, target in zip(X, y):
            slope, eta = loss(target, float(x @ w) + b)[1], rate(t)
            w = w - eta * slope * x - eta * alpha * (1 - l1_ratio) * w
            b -= eta * slope
            owed += l1_ratio * eta * alpha
            for j in range(len(w)):
                before = w[j]
                w[j] = max(0, before - owed - paid[j]) if before > 0 else min(0, before + owed - paid[j])
                paid[j] += w[j] - before
            t += 1
    return np.append(w, b)


@pytest.mark.parametrize("l1_ratio", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("alpha", [0.0, 0.01, 5.0])
def test_lazy_steps_are_the_naive_ones(alpha, l1_ratio):
    X, index = made(50)
    y, rate = 2.0 * index - 1, learning_rate("invscaling", 0.1, 0.25, alpha)
    for loss in (hinge, logistic_loss):
        found = sgd(X, y, loss, rate, alpha=alpha, l1_ratio=l1_ratio, max_iter=3, tol=None)
        np.testing.assert_allclose(found.x, naive(X, y, loss, rate, alpha, l1_ratio, 3), rtol=1e-9, atol=1e-12)
        assert found.n_iter == 3


def test_objective_is_the_mean_before_each_step():
    X, index = made(50)
    y, total = 2.0 * index - 1, 0.0
    rate = learning_rate("constant", 0.1, 0.25, 0.0)
    found = sgd(X, y, logistic_loss, rate, alpha=0.3, max_iter=1, tol=None)
    for i in range(50):
        w = sgd(X[:i], y[:i], logistic_loss, rate, alpha=0.3, max_iter=1, tol=None).x if i else np.zeros(5)
        total += logistic_loss(y[i], float(X[i] @ w[:-1] + w[-1]))[0] + 0.15 * w[:-1] @ w[:-1]
    assert found.losses[0] == pytest.approx(total / 50, rel=1e-10)


def test_perceptron_by_hand():
    """Four rows in turn; a row on the wrong side, or on the line, is added."""
    X, y = np.array([[2.0], [1.0], [-1.0], [-2.0]]), np.array([1.0, 1.0, -1.0, -1.0])
    found = sgd(X, y, perceptron_loss, lambda t: 1.0, max_iter=1, tol=None)
    assert found.x.tolist() == [2.0, 1.0]  # row 0 is added; row 2 gives -2 + 1 < 0, which is right
    found = sgd(X, y, perceptron_loss, lambda t: 1.0)
    assert found.converged
    assert (np.sign(X @ found.x[:-1] + found.x[-1]) == y).all()


# --- models ----------------------------------------------------------------------------------------------------------


def test_logistic_descent_comes_near_the_minimum():
    X, y = made(500)
    ours = SGDClassifier("log_loss", alpha=0.1, max_iter=300, tol=None, random_state=0).fit(X, y)
    exact = LogisticRegression(1 / (0.1 * 500)).fit(X, y)
    np.testing.assert_allclose(ours.coef_, exact.coef_, atol=0.02)
    np.testing.assert_allclose(ours.predict_proba(X), exact.predict_proba(X), atol=0.02)
    assert ours.predict_proba(X).sum(axis=1) == pytest.approx(1)


def test_squared_descent_comes_near_the_minimum():
    X, _ = made(500)
    y = X @ np.arange(4.0) + 3 + np.random.default_rng(0).normal(size=500)
    settings_ = {"alpha": 0.1, "max_iter": 300, "tol": None, "random_state": 0, "eta0": 0.05, "power_t": 0.5}
    ours = SGDRegressor(**settings_).fit(X, y)
    exact = Ridge(50.0).fit(X, y)
    np.testing.assert_allclose(ours.coef_, exact.coef_, atol=0.05)
    assert ours.intercept_ == pytest.approx(exact.intercept_, abs=0.05)


def test_robust_losses_ignore_what_is_far_out():
    X, _ = made(500)
    y = X @ np.arange(4.0) + 3
    y[::10] += 1000
    for loss in ("huber", "epsilon_insensitive"):
        model = SGDRegressor(loss, epsilon=0.5, max_iter=200, tol=None, eta0=0.1, random_state=0).fit(X, y)
        np.testing.assert_allclose(model.coef_, np.arange(4.0), atol=0.3)


def test_absolute_penalty_leaves_zeros():
    X, y = made(300, p=30)
    for penalty in ("l1", "elasticnet"):
        model = SGDClassifier("log_loss", penalty=penalty, l1_ratio=0.9, alpha=0.05, random_state=0).fit(X, y)
        assert 0 < (model.coef_ == 0).sum() < 30
    assert (SGDClassifier(penalty="l2", random_state=0).fit(X, y).coef_ != 0).all()
    a, b = (
        SGDClassifier(penalty=p, alpha=a, eta0=0.1, learning_rate="constant", random_state=0).fit(X, y)
        for p, a in ((None, 0.0), ("l2", 0.0))
    )
    np.testing.assert_array_equal(a.coef_, b.coef_)


def test_several_classes():
    X, y = made(300, K=3)
    labels = np.array(["a", "b", "c"])[y]
    for model in (SGDClassifier("log_loss", random_state=0), SGDClassifier(random_state=0), Perceptron()):
        model.fit(X, labels)
        assert model.coef_.shape == (3, 4)
        assert model.intercept_.shape == (3,)
        assert model.decision_function(X).shape == (300, 3)
        assert model.score(X, labels) > 0.5
    P = SGDClassifier("log_loss", random_state=0).fit(X, labels).predict_proba(X)
    np.testing.assert_allclose(P.sum(axis=1), 1)


def test_seed_decides():
    X, y = made()
    a, b, c = (SGDClassifier(random_state=seed).fit(X, y).coef_ for seed in (1, 1, 2))
    np.testing.assert_array_equal(a, b)
    assert (a != c).any()
    d, e = (SGDClassifier(random_state=seed, shuffle=False).fit(X, y).coef_ for seed in (1, 2))
    np.testing.assert_array_equal(d, e)
    np.testing.assert_array_equal(Perceptron().fit(X, y).coef_, Perceptron().fit(X, y).coef_)


def test_class_weights_move_the_line():
    X, y = made(500)
    even, more = (SGDClassifier("log_loss", class_weight=w, random_state=0).fit(X, y) for w in (None, {1: 10.0}))
    assert more.predict(X).sum() > even.predict(X).sum()


def test_separable_classes_and_hard_columns():
    X = np.arange(8.0)[:, None] - 3.5
    y = (X[:, 0] > 0).astype(int)
    for model in (Perceptron(), SGDClassifier(random_state=0), SGDClassifier("log_loss", random_state=0)):
        assert model.fit(X, y).score(X, y) == 1.0
        Z = np.column_stack([X, X, np.ones(8)])
        assert model.fit(Z, y).score(Z, y) == 1.0


def test_log_loss_without_penalty_tells_of_a_line_that_separates():
    X = np.arange(9.0)[:, None] - 4.0
    two, three = np.where(X[:, 0] > 0, "up", "down"), np.array(list("aaabcbcbc"))
    small = {"loss": "log_loss", "learning_rate": "constant", "eta0": 0.5, "random_state": 0}
    for free in (SGDClassifier(penalty=None, **small), SGDClassifier(alpha=0.0, **small)):
        with pytest.warns(ConvergenceWarning, match="a line separates 'up' from the rest") as caught:
            free.fit(X, two)
        assert caught[0].filename == __file__
        with pytest.warns(ConvergenceWarning, match="a line separates 'a' from the rest"):
            free.fit(X, three)
        assert np.isfinite(free.fit(X, np.where(np.arange(9) % 2, "odd", "even")).coef_).all()
    assert SGDClassifier(alpha=1e-3, **small).fit(X, two).score(X, two) == 1.0
    assert SGDClassifier(penalty=None, **(small | {"loss": "hinge"})).fit(X, two).score(X, two) == 1.0


def test_probabilities_only_of_log_loss():
    X, y = made()
    for model in (SGDClassifier(), Perceptron()):
        assert not hasattr(model, "predict_proba")
        with pytest.raises(AttributeError, match="predict_proba needs loss='log_loss', got loss="):
            model.fit(X, y).predict_proba(X)
    assert hasattr(SGDClassifier("log_loss"), "predict_proba")


def test_overflow_is_an_error():
    X, _ = made()
    y = X @ np.arange(4.0)
    with pytest.raises(OverflowError, match="scale the columns of X, or y"):
        SGDRegressor(random_state=0).fit(X, y * 1e200)
    with pytest.raises(OverflowError, match="make eta0 smaller"):
        SGDRegressor(eta0=1e10, random_state=0).fit(X * 1e150, y)


def test_too_few_passes_are_warned_of_at_the_caller():
    X, y = made()
    for model in (
        SGDClassifier(max_iter=2, random_state=0),
        SGDRegressor(max_iter=2, random_state=0),
        Perceptron(max_iter=2),
    ):
        with pytest.warns(ConvergenceWarning, match="not converged in 2 passes") as caught:
            model.fit(X, y)
        assert caught[0].filename == __file__
        assert model.n_iter_ == 2


@pytest.mark.parametrize(
    ("model", "error", "message"),
    [
        (SGDClassifier("magic"), ValueError, "loss must be one of 'hinge', 'log_loss', 'perceptron', got 'magic'"),
        (SGDClassifier(penalty="l3"), ValueError, "penalty must be one of 'l2', 'l1', 'elasticnet', got 'l3'"),
        (SGDClassifier(alpha=0.0), ValueError, "alpha must be a number above 0, got 0.0"),
        (SGDClassifier(learning_rate="fast"), ValueError, "learning_rate must be one of"),
        (SGDClassifier(learning_rate="constant", eta0=0.0), ValueError, "eta0 must be a number above 0, got 0.0"),
        (SGDClassifier(class_weight={9: 1.0}), ValueError, "class_weight names the class 9"),
        (SGDClassifier(random_state=-1), ValueError, "random_state must be a whole number of at least 0"),
        (SGDClassifier(shuffle=1), TypeError, "shuffle must be True or False, got 1"),
        (SGDClassifier(tol=-1.0), ValueError, "tol must be a number of at least 0, got -1.0"),
        (SGDRegressor("hinge"), ValueError, "loss must be one of 'squared_error', 'huber', 'epsilon_insensitive'"),
        (SGDRegressor(epsilon=-1.0), ValueError, "epsilon must be a number of at least 0, got -1.0"),
        (SGDRegressor(l1_ratio=2.0), ValueError, "l1_ratio must be a number from 0 to 1, got 2.0"),
        (Perceptron(n_iter_no_change=0), ValueError, "n_iter_no_change must be a whole number of at least 1, got 0"),
    ],
)
def test_bad_parameters_are_named_by_fit(model, error, message):
    X, y = made(20)
    with pytest.raises(error, match=message):
        model.fit(X, y)


def test_columns_of_y_are_refused_by_the_function():
    with pytest.raises(ValueError, match=r"y must have shape \(3,\), got \(3, 1\)"):
        sgd(np.ones((3, 1)), np.ones((3, 1)), hinge, lambda t: 1.0)
