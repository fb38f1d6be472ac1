"""Gradient descent and the line search, on functions whose minimum is known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mle.exceptions import DivergenceError
from mle.optimize import backtracking, gradient_descent

FIXED = settings(derandomize=True, deadline=None, max_examples=50)


def bowl(scale):
    """A quadratic with curvatures `scale` and minimum 1 at (1, 1, ...)."""
    scale = np.asarray(scale)
    return lambda x: float(1 + scale @ (x - 1) ** 2 / 2), lambda x: scale * (x - 1)


@FIXED
@given(st.lists(st.floats(0.1, 10), min_size=1, max_size=5), st.floats(0.05, 1.9))
def test_every_step_goes_down_while_rate_times_curvature_is_below_two(scale, share):
    found = gradient_descent(*bowl(scale), np.zeros(len(scale)), learning_rate=share / max(scale), max_iter=300)
    assert (np.diff(found.losses) <= 0).all()
    assert len(found.losses) == found.n_iter + 1


def test_minimum_is_found_and_the_path_kept():
    found = gradient_descent(*bowl([1.0, 4.0]), [5.0, -5.0], learning_rate=0.2, keep_path=True)
    assert found.converged
    np.testing.assert_allclose(found.x, 1, atol=1e-7)
    assert found.path.shape == (found.n_iter + 1, 2)
    np.testing.assert_array_equal(found.path[0], [5.0, -5.0])
    np.testing.assert_array_equal(found.path[-1], found.x)
    np.testing.assert_allclose(found.path[1], [5 - 0.2 * 4, -5 + 0.2 * 4 * 6])


def test_start_is_left_alone_and_may_be_the_minimum():
    start = np.ones(2)
    found = gradient_descent(*bowl([1.0, 1.0]), start)
    assert (found.n_iter, found.converged, found.path) == (0, True, None)
    assert start.tolist() == [1.0, 1.0]


def test_too_few_steps_say_so():
    found = gradient_descent(*bowl([1.0]), [0.0], learning_rate=0.01, max_iter=3)
    assert (found.n_iter, found.converged) == (3, False)


@pytest.mark.parametrize(("rate", "max_iter"), [(2.1, 5), (3.0, 10_000), (1e200, 10_000), (1e308, 10)])
def test_divergence_names_the_learning_rate(rate, max_iter):
    with pytest.raises(DivergenceError, match=r"diverges: after \d+ steps .*learning_rate smaller than"):
        gradient_descent(*bowl([1.0, 0.5]), [0.0, 0.0], learning_rate=rate, max_iter=max_iter)


def test_a_loss_that_is_no_number_is_not_silent():
    with pytest.raises(DivergenceError):
        gradient_descent(lambda x: np.nan if x[0] > 0 else 1.0, lambda x: np.array([-1.0]), [0.0])
    with pytest.raises(OverflowError, match="loss at the start is inf"):
        gradient_descent(lambda x: np.inf, lambda x: x, [1.0])


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("learning_rate", 0, ValueError),
        ("learning_rate", np.nan, ValueError),
        ("learning_rate", "fast", TypeError),
        ("max_iter", 0, ValueError),
        ("max_iter", 1.5, TypeError),
        ("tol", -1e-3, ValueError),
    ],
)
def test_bad_settings_are_named(name, value, error):
    with pytest.raises(error, match=f"^{name} must be"):
        gradient_descent(*bowl([1.0]), [0.0], **{name: value})


@FIXED
@given(st.floats(0.5, 1e6))
def test_line_search_lowers_the_loss_and_takes_the_longest_part_that_does(length):
    x = np.array([1.0])  # loss x², gradient 2
    t, new = backtracking(lambda x: float(x @ x), x, np.array([length]), slope=2 * length, now=1.0)
    assert new == (1 - t * length) ** 2 < 1
    assert np.log2(t) == int(np.log2(t)) <= 0
    assert t == 1 or (1 - 2 * t * length) ** 2 > 1 - 1e-4 * 2 * t * 2 * length


def test_line_search_gives_up_uphill():
    assert backtracking(lambda x: float(x @ x), np.array([1.0]), np.array([-1.0]), slope=2.0, now=1.0) == (0.0, 1.0)


def test_line_search_accepts_the_full_step_at_the_minimum():
    assert backtracking(lambda x: 1.0 + 2e-16, np.zeros(1), np.zeros(1), slope=1e-20, now=1.0)[0] == 1.0
