"""The log-loss of two classes and its derivatives in one pass over blocks of rows, each still in the cache when used."""

import numpy as np
from numpy.typing import NDArray

from mle.linalg import blocks

Array = NDArray[np.floating]


def binomial_loss(
    X: Array, y: Array, v: Array, penalty: float, sample_weight: Array
) -> float:
    """Mean log-loss at v; `mle.linear_model.logistic.log_loss`, without an array of n numbers.

    Parameters
    ----------
    X : ndarray, shape (n, p)
    y : ndarray, shape (n,)
        0.0 or 1.0.
    v : ndarray, shape (p + 1,) or (p,)
        w, then b if the model has an intercept.
    penalty : float
        λ = 1/C; on w alone.
    sample_weight : ndarray, shape (n,)

    Returns
    -------
    float

    Examples
    --------
    >>> round(binomial_loss(np.array([[1.0], [2.0]]), np.array([0.0, 1.0]), np.zeros(2), 0.0, np.ones(2)), 6)
    0.693147
    """
    n, w, b = sample_weight.sum(), *split(v, X.shape[1])
    loss = penalty / 2 * (w @ w)
    for rows in blocks(len(X), size=2048):
        z = X[rows] @ w + b  # (2048,)
        loss += sample_weight[rows] @ _surprise(z, y[rows])[0]
    return float(loss / n)


def binomial_slope(
    X: Array, y: Array, v: Array, penalty: float, sample_weight: Array
) -> tuple[float, Array]:
    """Mean log-loss and its gradient at v.

    Parameters
    ----------
    X, y, v, penalty, sample_weight
        As in `binomial_loss`.

    Returns
    -------
    loss : float
    g : ndarray, shape of v

    Examples
    --------
    >>> X, y = np.array([[1.0], [2.0]]), np.array([0.0, 1.0])
    >>> binomial_slope(X, y, np.zeros(2), 0.0, np.ones(2))[1].tolist()
    [-0.25, 0.0]
    """
    n, w, b = sample_weight.sum(), *split(v, X.shape[1])
    loss, g = penalty / 2 * (w @ w), np.zeros(len(v))
    g[: len(w)] = penalty * w
    for rows in blocks(len(X), size=2048):
        A, t, share = X[rows], y[rows], sample_weight[rows]
        surprise, e, above = _surprise(A @ w + b, t)
        miss = share * (np.where(above, 1.0, e) / (1.0 + e) - t)  # (2048,)
        loss += share @ surprise
        g[: len(w)] += A.T @ miss
        g[len(w) :] += miss.sum()
    return float(loss / n), g / n


def binomial_derivatives(
    X: Array, y: Array, v: Array, penalty: float, sample_weight: Array
) -> tuple[float, Array, Array]:
    """Mean log-loss, gradient and Hessian at v: what Newton's method needs, reading X once.

    Parameters
    ----------
    X, y, v, penalty, sample_weight
        As in `binomial_loss`.

    Returns
    -------
    loss : float
    g : ndarray, shape (d,)
        d is the length of v.
    H : ndarray, shape (d, d)

    Examples
    --------
    >>> X, y = np.array([[1.0], [2.0]]), np.array([0.0, 1.0])
    >>> binomial_derivatives(X, y, np.zeros(2), 0.0, np.ones(2))[2].tolist()
    [[0.625, 0.375], [0.375, 0.25]]
    """
    n, w, b = sample_weight.sum(), *split(v, X.shape[1])
    p, d = len(w), len(v)
    loss, g, H = penalty / 2 * (w @ w), np.zeros(d), np.zeros((d, d))
    g[:p], H[:p, :p] = penalty * w, penalty * np.eye(p)
    room = np.empty((min(len(X), 1024), p))
    for rows in blocks(len(X), size=1024):
        A, t, share = X[rows], y[rows], sample_weight[rows]
        surprise, e, above = _surprise(A @ w + b, t)
        miss = share * (np.where(above, 1.0, e) / (1.0 + e) - t)  # (1024,)
        root = np.sqrt(share * e) / (1.0 + e)  # of share * p(1 - p)
        loss += share @ surprise
        g[:p] += A.T @ miss
        g[p:] += miss.sum()
        # Whoever solves with H looks for infinities.
        with np.errstate(over="ignore", invalid="ignore"):
            B = np.multiply(A, root[:, None], out=room[: len(A)])
            H[:p, :p] += B.T @ B
            H[:p, p:] += (B.T @ root)[:, None]  # the intercept, if any
            H[p:, p:] += root @ root
    H[p:, :p] = H[:p, p:].T
    return float(loss / n), g / n, H / n


def split(v: Array, p: int) -> tuple[Array, float]:
    """Part v into w, its first p entries, and b, the one after them, or 0.

    >>> w, b = split(np.array([1.0, 2.0, 3.0]), 2)
    >>> w.tolist(), b
    ([1.0, 2.0], 3.0)
    """
    return v[:p], float(v[p]) if len(v) > p else 0.0


def _surprise(z: Array, t: Array) -> tuple[Array, Array, NDArray[np.bool_]]:
    """-log of the probability of the label t at log-odds z; exp(-|z|); and where z is not negative."""
    e, above = np.exp(-np.abs(z)), z >= 0
    wrong = np.maximum(z, 0.0) - t * z  # |z| on the wrong side, else 0
    return np.log1p(e) + wrong, e, above
