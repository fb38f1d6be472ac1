"""The Gram matrix of centred columns, from one pass, against long double in two."""

import numpy as np
import pytest

from mle.linear_model.rows import centred_gram

ROWS = 5000


def table(order, offset):
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(ROWS, 3)), rng.normal(size=ROWS)
    X[:, 1] += 0.5 * X[:, 0]
    at = {"as drawn": slice(None), "sorted": X[:, 0].argsort(), "one far": np.abs(X[:, 0]).argsort()}[order]
    X, y = X[at], y[at]
    if order == "one far":
        X[-1] = 1e3
    return X * [1.0, 1e-3, 1e3] + offset, y


def exactly(X, y, v):
    """Two passes, with more digits than a float64 has."""
    X, y, v = (a.astype(np.longdouble) for a in (X, y, v))
    mean_x, mean_y = v @ X / v.sum(), v @ y / v.sum()
    A, t = X - mean_x, y - mean_y
    return A.T @ (A * v[:, None]), A.T @ (v * t), mean_x, mean_y


@pytest.mark.parametrize("order", ["as drawn", "sorted", "one far"])
@pytest.mark.parametrize("weights", [None, "random", "late", "one"])
def test_one_pass_keeps_the_digits_of_two(order, weights):
    X, y = table(order, offset=7.0)
    v = np.ones(ROWS)
    if weights:
        v = np.random.default_rng(1).uniform(size=ROWS)
        v[: {"random": 0, "late": 4000, "one": ROWS - 3}[weights]] = 0
    G, c, mean_x, mean_y = centred_gram(X, y, None if weights is None else v, True)
    expected_G, expected_c, expected_x, expected_y = exactly(X, y, v)
    size = np.sqrt(np.diag(expected_G)).astype(float)
    assert np.abs((G - expected_G) / size / size[:, None]).max() < 1e-11
    assert np.abs((c - expected_c) / size).max() < 1e-11 * np.sqrt(float(v @ y**2))
    np.testing.assert_allclose(mean_x, expected_x.astype(float), rtol=1e-13)
    assert mean_y == pytest.approx(float(expected_y), abs=1e-13)


def test_a_large_offset_costs_no_more_than_it_must():
    X, y = table("sorted", offset=1e6)
    G = centred_gram(X, y, None, True)[0]
    expected = exactly(X, y, np.ones(ROWS))[0]
    size = np.sqrt(np.diag(expected)).astype(float)
    assert np.abs((G - expected) / size / size[:, None]).max() < 1e-6  # two rounded columns of spread 1e-3 at 1e6


@pytest.mark.parametrize("n", [2, 1023, 1024, 1025, 3000])
def test_constant_columns_give_exact_zeros(n):
    X = np.column_stack([np.full(n, 0.1), np.arange(n)])
    G, c, mean_x, _ = centred_gram(X, np.arange(n) ** 2.0, None, True)
    assert mean_x[0] == 0.1
    assert G[0].tolist() == G[:, 0].tolist() == [0.0, 0.0]
    assert c[0] == 0
    assert G[1, 1] == pytest.approx(n * (n**2 - 1) / 12, rel=1e-12)


def test_without_an_intercept_nothing_is_subtracted():
    X, y = table("as drawn", offset=7.0)
    G, c, mean_x, mean_y = centred_gram(X, y, None, False)
    np.testing.assert_allclose(G, X.T @ X, rtol=1e-12)
    np.testing.assert_allclose(c, X.T @ y, rtol=1e-9)
    assert (mean_x.tolist(), mean_y) == ([0, 0, 0], 0)
