"""Sums in blocks against the same sums in one piece."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mle import linalg
from mle.linalg import add_square, blocks, full_rank, gram, solve_symmetric, weighted_mean, well_conditioned

FIXED = settings(derandomize=True, deadline=None, max_examples=50)
RNG = np.random.default_rng(0)


@FIXED
@given(st.integers(0, 50), st.integers(1, 12))
def test_blocks_cover_every_row_once(n, size):
    rows = [i for part in blocks(n, size) for i in range(n)[part]]
    assert rows == list(range(n))
    assert all(part.stop - part.start <= size for part in blocks(n, size))


@pytest.mark.parametrize("n", [1, 2047, 2048, 2049, 5000])
def test_gram_in_blocks_is_gram_in_one_piece(n):
    X, y, v = RNG.normal(size=(n, 4)), RNG.normal(size=n), RNG.uniform(0, 2, n)
    G, c = gram(X, y, v, X.mean(axis=0), y.mean())
    A, r = X - X.mean(axis=0), y - y.mean()
    np.testing.assert_allclose(G, A.T @ np.diag(v) @ A, atol=1e-9) if n < 100 else None
    np.testing.assert_allclose(G, (A * v[:, None]).T @ A, rtol=1e-11, atol=1e-9)
    np.testing.assert_allclose(c, A.T @ (v * r), rtol=1e-11, atol=1e-9)
    np.testing.assert_array_equal(G, G.T)


@pytest.mark.parametrize("fast", [False, True])
@pytest.mark.parametrize("p", [1, 15, 16, 17, 50, 61, 62])
def test_gram_is_the_same_in_bands_and_at_once(p, fast, monkeypatch):
    monkeypatch.setattr(linalg, "_small_products_are_fast", lambda: fast)
    X, t = RNG.integers(-9, 9, size=(1500, p)).astype(float), RNG.integers(-9, 9, size=(1500, 2)).astype(float)
    G, c = gram(X, t)
    np.testing.assert_array_equal(G, X.T @ X)  # integers: no rounding
    np.testing.assert_array_equal(c, X.T @ t)
    upper = np.zeros((p, p))
    add_square(upper, X[:1024])
    bands = fast and p <= 61
    assert (np.count_nonzero(np.tril(upper, -16)) == 0) == (bands or p <= 16)


def test_gram_works_in_double_precision_whatever_comes_in():
    X = np.array([[30_000], [30_001]], dtype=np.int32)  # squares do not fit into 31 bits twice
    assert gram(X, np.ones(2))[0].tolist() == [[30_000.0**2 + 30_001.0**2]]
    X = np.array([[16_777_216.0], [1.0]], dtype=np.float32)
    G, c = gram(X, np.ones(2, dtype=np.float32))
    assert (G.tolist(), c.tolist()) == ([[2.0**48 + 1]], [16_777_217.0])


@FIXED
@given(st.floats(-1e300, 1e300), st.lists(st.floats(0.001, 1e3), min_size=1, max_size=40))
def test_mean_of_a_constant_is_the_constant(value, weights):
    assert weighted_mean(np.full((len(weights), 1), value), np.array(weights)).tolist() == [value]


def test_mean_keeps_its_digits_beside_a_large_offset():
    x = RNG.normal(size=5000)
    exact = (x * 2.0**-20).mean()
    assert weighted_mean(x * 2.0**-20 + 2.0**20) - 2.0**20 == pytest.approx(exact, abs=2.0**-30)


def test_weights_of_zero_hide_a_row():
    X, v = np.array([[1e300], [0.1], [0.1]]), np.array([0.0, 1.0, 2.0])
    assert weighted_mean(X, v).tolist() == [0.1]


def test_condition_does_not_depend_on_units():
    G = np.array([[2.0, 1.0], [1.0, 2.0]])
    for unit in (1e-100, 1.0, 1e100):
        D = np.diag([unit, 1.0])
        assert well_conditioned(D @ G @ D)
    assert not well_conditioned(np.array([[1.0, 1 - 1e-12], [1 - 1e-12, 1.0]]))
    assert not well_conditioned(np.array([[np.inf, 0.0], [0.0, 1.0]]))
    assert not well_conditioned(np.diag([1.0, 0.0]))
    assert not well_conditioned(np.diag([1.0, 1e-30]), noise=np.array([0.0, 1e-14]))


def test_solution_does_not_depend_on_units():
    H, g = np.array([[2.0, 1.0, 1.0], [1.0, 2.0, 2.0], [1.0, 2.0, 2.0]]), np.array([1.0, 3.0, 3.0])
    for unit in (1e-8, 1.0, 1e8):
        D = np.diag([unit, 1.0, 1.0])
        x = solve_symmetric(D @ H @ D, D @ g)
        np.testing.assert_allclose(D @ H @ D @ x, D @ g, rtol=1e-10)


def test_overflow_is_an_error():
    with pytest.raises(OverflowError, match="scale the columns"):
        solve_symmetric(np.array([[np.inf]]), np.array([1.0]))


def test_a_direction_without_curvature_gets_nothing():
    assert solve_symmetric(np.diag([2.0, 0.0]), np.array([1.0, 0.0])).tolist() == [0.5, 0.0]


def test_rank_of_wide_and_of_dependent_columns():
    A = RNG.normal(size=(50, 3))
    assert full_rank(np.linalg.qr(A)[1], 50)
    assert full_rank(np.linalg.qr(A * [1e-200, 1.0, 1e200])[1], 50)
    assert not full_rank(np.linalg.qr(np.column_stack([A, A.sum(axis=1)]))[1], 50)
    assert not full_rank(np.linalg.qr(A[:2])[1], 2)
