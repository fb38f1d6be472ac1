"""Coordinate descent: minimise a quadratic with an L1 penalty along one axis after the other."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mle.linalg import solve_symmetric

Array = NDArray[np.floating]


def soft_threshold(z: ArrayLike, penalty: ArrayLike) -> Array:
    """Shrink towards zero: the minimiser of ½(w - z)² + penalty·|w|.

    Parameters
    ----------
    z : array_like, any shape
        Minimiser without the penalty.
    penalty : float or array_like, not negative
        The interval [-penalty, penalty] becomes exactly 0.

    Returns
    -------
    ndarray, shape of z

    Source
    ------
    Friedman, Hastie & Tibshirani (2010), Regularization paths for generalized linear models via coordinate descent,
    equation 6.

    Examples
    --------
    >>> soft_threshold([-3.0, 0.5, 2.0], 1.0).tolist()
    [-2.0, 0.0, 1.0]
    """
    z = np.asarray(z)
    size = np.maximum(np.abs(z) - penalty, 0.0)
    return np.sign(z) * size  # eq: soft-threshold


def sweep(
    G: Array, r: Array, w: Array, l1: Array, l2: Array, *, positive: bool
) -> None:
    """Minimise ½wᵀGw - cᵀw + Σ l1_j|w_j| + ½ Σ l2_j w_j² along each axis once, changing w and r = c - Gw in place.

    An axis is left out if its weight is 0 and the penalty holds it there.

    Parameters
    ----------
    G : ndarray, shape (p, p)
        Symmetric, not negative definite. An axis without curvature keeps its weight.
    r : ndarray, shape (p,)
    w : ndarray, shape (p,)
    l1, l2 : ndarray, shape (p,)
        Not negative.
    positive : bool
        Whether weights may not be negative.

    Source
    ------
    Friedman, Hastie & Tibshirani (2010), section 2.2, "covariance updates".

    Examples
    --------
    >>> G, r, w = np.array([[2.0, 1.0], [1.0, 2.0]]), np.array([4.0, 1.0]), np.zeros(2)
    >>> sweep(G, r, w, np.ones(2), np.zeros(2), positive=False)
    >>> w.tolist(), r.tolist()
    ([1.5, 0.0], [1.0, -0.5])
    """
    pull = r if positive else np.abs(r)
    for j in np.flatnonzero((w != 0) | (pull > l1)).tolist():
        curve, old = float(G[j, j]), float(w[j])
        if curve + l2[j] == 0:
            continue
        z = float(r[j]) + curve * old
        size = max((z if positive else abs(z)) - float(l1[j]), 0.0)
        signed = size if z > 0 else -size
        new = signed / (curve + float(l2[j]))  # eq: coordinate-step
        if new != old:
            w[j] = new
            r -= (new - old) * G[j]


def face_step(G: Array, r: Array, w: Array, l1: Array, l2: Array) -> bool:
    """Move the weights that are not 0 to their joint minimum, or until the first of them gets to 0, in place.

    As long as no sign changes, the absolute penalty is a straight line, and the minimum solves linear equations. Where
    columns resemble each other, that saves thousands of sweeps.

    Parameters
    ----------
    G, r, w, l1, l2
        As in `sweep`.

    Returns
    -------
    bool
        Whether a weight got to 0; then there is another step to take.

    Examples
    --------
    >>> G, w = np.array([[2.0, 1.9], [1.9, 2.0]]), np.array([1.0, 0.5])
    >>> r = np.array([4.0, 4.0]) - G @ w
    >>> face_step(G, r, w, np.ones(2), np.zeros(2))
    False
    >>> w.round(6).tolist(), r.round(6).tolist()
    ([0.769231, 0.769231], [1.0, 1.0])
    """
    on = np.flatnonzero(w)
    if len(on) == 0:
        return False
    H = G[np.ix_(on, on)] + np.diag(l2[on])
    pull = r[on] - l1[on] * np.sign(w[on]) - l2[on] * w[on]
    d = solve_symmetric(H, pull)
    # A weight that changes sign gets to 0 after this share of the step.
    crossing = w[on] * (w[on] + d) < 0
    share = np.divide(w[on], -d, out=np.ones(len(on)), where=crossing)
    t = share.min(initial=1.0)
    w[on] = np.where(crossing & (share == t), 0.0, w[on] + t * d)
    r -= G[:, on] @ (t * d)
    return bool(crossing.any())


def coordinate_descent(
    G: Array,
    c: Array,
    l1: Array,
    l2: Array,
    start: Array,
    done: Callable[[Array, Array], bool] | None = None,
    *,
    positive: bool = False,
    tol: float = 1e-10,
    max_iter: int = 1000,
) -> tuple[Array, int, bool]:
    """Minimise ½wᵀGw - cᵀw + Σ l1_j|w_j| + ½ Σ l2_j w_j² by sweeps over the axes, and `face_step`s after every tenth.

    Parameters
    ----------
    G : ndarray, shape (p, p)
        Symmetric, not negative definite.
    c : ndarray, shape (p,)
    l1, l2 : ndarray, shape (p,)
        Not negative.
    start : ndarray, shape (p,)
    done : callable, (w, c - Gw) -> bool, optional
        Whether to stop, asked when a sweep has hardly changed anything. Without it that is enough.
    positive : bool
        Whether weights may not be negative.
    tol : float
        A sweep changes hardly anything if it lowers the function by no more than about `tol` times what wᵀGw
        has become.
    max_iter : int
        Most sweeps.

    Returns
    -------
    w : ndarray, shape (p,)
        With exact zeros.
    n_iter : int
        Sweeps made.
    converged : bool

    Examples
    --------
    >>> G, c = np.array([[2.0, 1.0], [1.0, 2.0]]), np.array([4.0, 1.0])
    >>> coordinate_descent(G, c, np.ones(2), np.zeros(2), np.zeros(2))
    (array([1.5, 0. ]), 2, True)
    """
    w = np.array(start, dtype=np.float64)
    r, curves = c - G @ w, np.diag(G) + l2
    for n_iter in range(1, max_iter + 1):
        before = w.copy()
        sweep(G, r, w, l1, l2, positive=positive)
        while n_iter % 10 == 0 and face_step(G, r, w, l1, l2):
            pass
        moved = float(curves @ (w - before) ** 2)
        if moved <= tol * float(curves @ w**2):
            r = c - G @ w  # without the rounding of many updates
            if done is None or done(w, r):
                return w, n_iter, True
    return w, max_iter, False
