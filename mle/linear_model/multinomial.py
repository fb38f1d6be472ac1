"""Logistic regression for K classes: softmax, its log-loss, and the derivatives in one pass over blocks of rows."""

from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mle.linalg import blocks

Array = NDArray[np.floating]


def softmax(Z: ArrayLike) -> Array:
    """Turn scores into probabilities that sum to one: exp(z_k) / Σ exp(z_l) along the last axis, without overflow.

    Parameters
    ----------
    Z : array_like, shape (..., K)
        Scores; a constant added to all K changes nothing.

    Returns
    -------
    ndarray, shape of Z

    Examples
    --------
    >>> softmax([[0.0, 0.0], [1000.0, 0.0]]).tolist()
    [[0.5, 0.5], [1.0, 0.0]]
    """
    Z = np.asarray(Z)
    E = np.exp(Z - Z.max(axis=-1, keepdims=True))
    return E / E.sum(axis=-1, keepdims=True)  # eq: softmax


def softmax_loss(
    X: Array,
    y: NDArray[np.integer],
    V: Array,
    penalty: float,
    sample_weight: Array,
) -> float:
    """Mean log-loss of K classes, plus penalty / 2n times the sum of the squared weights.

    Parameters
    ----------
    X : ndarray, shape (n, p)
    y : ndarray of integers, shape (n,)
        0 to K - 1.
    V : ndarray, shape (K, p + 1) or (K, p)
        A row for each class: its weights, then its intercept if the model has one.
    penalty : float
        λ = 1/C; on the weights alone.
    sample_weight : ndarray, shape (n,)

    Returns
    -------
    float
        In nats. Equal probabilities cost log K.

    Examples
    --------
    >>> round(softmax_loss(np.array([[1.0], [2.0]]), np.array([0, 2]), np.zeros((3, 2)), 0.0, np.ones(2)), 6)
    1.098612
    """
    p, n = X.shape[1], sample_weight.sum()
    loss = penalty / 2 * float(np.sum(V[:, :p] ** 2))
    for rows in blocks(len(X)):
        loss += float(sample_weight[rows] @ _pass(X[rows], y[rows], V)[0])
    return float(loss / n)  # eq: cross-entropy


def softmax_slope(
    X: Array,
    y: NDArray[np.integer],
    V: Array,
    penalty: float,
    sample_weight: Array,
) -> tuple[float, Array]:
    """Mean log-loss of K classes and its gradient.

    Parameters
    ----------
    X, y, V, penalty, sample_weight
        As in `softmax_loss`.

    Returns
    -------
    loss : float
    G : ndarray, shape of V
        Each column sums to zero over the classes if the columns of V do.

    Examples
    --------
    >>> loss, G = softmax_slope(np.array([[1.0], [2.0]]), np.array([0, 1]), np.zeros((2, 2)), 0.0, np.ones(2))
    >>> G.tolist()
    [[0.25, 0.0], [-0.25, 0.0]]
    """
    p, n = X.shape[1], sample_weight.sum()
    loss, G = penalty / 2 * float(np.sum(V[:, :p] ** 2)), np.zeros(V.shape)
    G[:, :p] = penalty * V[:, :p]
    for rows in blocks(len(X)):
        A, share = X[rows], sample_weight[rows]
        surprise, P = _pass(A, y[rows], V)  # (1024,), (K, 1024)
        loss += float(share @ surprise)
        P[y[rows], np.arange(len(A))] -= 1.0
        P *= share
        G[:, :p] += P @ A  # eq: softmax-gradient
        G[:, p:] += P.sum(axis=1, keepdims=True)
    return float(loss / n), G / n


def softmax_derivatives(
    X: Array,
    y: NDArray[np.integer],
    V: Array,
    penalty: float,
    sample_weight: Array,
) -> tuple[float, Array, Array]:
    """Mean log-loss of K classes, gradient and Hessian, reading X once.

    Parameters
    ----------
    X, y, V, penalty, sample_weight
        As in `softmax_loss`; V has d columns.

    Returns
    -------
    loss : float
    G : ndarray, shape (K, d)
    H : ndarray, shape (K, d, K, d)
        The block of classes k and l is the mean of p_k(δ_kl - p_l)aaᵀ. So the blocks of a row sum to zero, and
        only those above the diagonal are computed.

    Examples
    --------
    >>> loss, G, H = softmax_derivatives(np.array([[1.0], [2.0]]), np.array([0, 1]), np.zeros((2, 1)), 0.0, np.ones(2))
    >>> H.reshape(2, 2).tolist()
    [[0.625, -0.625], [-0.625, 0.625]]
    """
    (K, d), p, n = V.shape, X.shape[1], sample_weight.sum()
    loss, G, H = 0.0, np.zeros((K, d)), np.zeros((K, d, K, d))
    room = np.empty((min(len(X), 2048), d))
    for rows in blocks(len(X), size=2048):
        A, share = X[rows], sample_weight[rows]
        surprise, P = _pass(A, y[rows], V)  # (2048,), (K, 2048)
        loss += float(share @ surprise)
        B = room[: len(A)]
        for k, m in combinations(range(K), 2):
            root = np.sqrt(share * P[k] * P[m])
            np.multiply(A, root[:, None], out=B[:, :p])
            B[:, p:] = root[:, None]
            with np.errstate(over="ignore", invalid="ignore"):
                S = B.T @ B  # (d, d)
                H[k, :, m] -= S  # eq: softmax-hessian
                H[m, :, k] -= S
                H[k, :, k] += S
                H[m, :, m] += S
        P[y[rows], np.arange(len(A))] -= 1.0
        P *= share
        G[:, :p] += P @ A
        G[:, p:] += P.sum(axis=1, keepdims=True)
    for k in range(K):
        H[k, range(p), k, range(p)] += penalty
    G[:, :p] += penalty * V[:, :p]
    loss += penalty / 2 * float(np.sum(V[:, :p] ** 2))
    return float(loss / n), G / n, H / n


def hold_sums(H: Array) -> Array:
    """Give curvature to the directions in which all classes move together, so that H can be inverted.

    The loss does not change when a constant is added to one column of V, so H is singular there. The gradient has
    no part in those directions, hence neither has Newton's step, whatever the curvature: the step stays the same.

    Parameters
    ----------
    H : ndarray, shape (K, d, K, d)

    Returns
    -------
    ndarray, shape (K * d, K * d)

    Examples
    --------
    >>> H = np.array([[1.0, -1.0], [-1.0, 1.0]]).reshape(2, 1, 2, 1)
    >>> hold_sums(H).tolist()
    [[1.5, -0.5], [-0.5, 1.5]]
    """
    K, d = H.shape[:2]
    held = H.copy()
    for j in range(d):
        held[:, j, :, j] += np.trace(H[:, j, :, j]) / K**2
    return held.reshape(K * d, K * d)


def _pass(A: Array, y: NDArray[np.integer], V: Array) -> tuple[Array, Array]:
    """-log of the probability of each row's class, shape (m,), and all probabilities, shape (K, m)."""
    p = A.shape[1]
    Z = V[:, :p] @ A.T + V[:, p:].sum(axis=1, keepdims=True)  # (K, m)
    Z -= Z.max(axis=0)
    own = Z[y, np.arange(len(A))].copy()
    E = np.exp(Z, out=Z)
    total = E.sum(axis=0)
    return np.log(total) - own, E / total
