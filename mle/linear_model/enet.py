"""Least squares with absolute weights in the penalty: coordinate descent on the Gram matrix."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mle.linear_model.rows import centred_gram, check_flat, check_range
from mle.optimize.coordinate import coordinate_descent

Array = NDArray[np.floating]


@dataclass(frozen=True)
class Moments:
    """What the elastic net needs to know of the data: means of products of centred columns.

    Attributes
    ----------
    G : ndarray, shape (p, p)
        AᵀA/n, A being X less its means.
    c : ndarray, shape (p,)
        Aᵀt/n, t being y less its mean.
    tt : float
        tᵀt/n, the variance of y.

    Examples
    --------
    >>> Moments(np.eye(2), np.array([1.0, 0.0]), 2.0).tt
    2.0
    """

    G: Array
    c: Array
    tt: float


def moments(
    X: Array,
    y: Array,
    sample_weight: Array | None = None,
    *,
    fit_intercept: bool = True,
) -> tuple[Moments, Array, Array | float]:
    """Means of products of the columns of X and y, less their means, from one pass over X in blocks.

    Parameters
    ----------
    X : ndarray, shape (n, p)
    y : ndarray, shape (n,)
    sample_weight : ndarray, shape (n,), optional
    fit_intercept : bool
        False subtracts nothing.

    Returns
    -------
    data : Moments
    mean_x : ndarray, shape (p,)
    mean_y : float

    Examples
    --------
    >>> data, mean_x, mean_y = moments(np.array([[1.0], [3.0]]), np.array([2.0, 6.0]))
    >>> data.G.tolist(), data.c.tolist(), data.tt
    ([[1.0]], [2.0], 4.0)
    """
    check_flat(len(X), y=y, sample_weight=sample_weight)
    G, c, mean_x, mean_y = centred_gram(X, y, sample_weight, fit_intercept)
    check_range(G, c)
    with np.errstate(over="ignore"):
        tt = float(np.average((y - mean_y) ** 2, weights=sample_weight))
    if not np.isfinite(tt):
        raise OverflowError(
            "squares of y leave the range of floating point: scale y"
        )
    n = len(X) if sample_weight is None else sample_weight.sum()
    return Moments(G / n, c / n, tt), mean_x, mean_y


def duality_gap(
    data: Moments,
    w: Array,
    l1: float,
    l2: float,
    *,
    positive: bool = False,
) -> float:
    """Upper bound of what ½(tt - 2cᵀw + wᵀGw) + l1·Σ|w| + ½·l2·Σw² can still fall from here.

    The residual t - Aw, shrunk until no column pulls on it harder than l1, is a point of the dual problem, and the
    value there is below the minimum.

    Parameters
    ----------
    data : Moments
    w : ndarray, shape (p,)
    l1, l2 : float
        Not both 0.
    positive : bool
        Whether weights may not be negative: then a pull to below zero counts for nothing.

    Returns
    -------
    float
        0 at the minimum, up to rounding.

    Source
    ------
    Kim, Koh, Lustig, Boyd & Gorinevsky (2007), An interior-point method for large-scale l1-regularized least squares,
    section III.

    Examples
    --------
    >>> data = Moments(np.array([[1.0]]), np.array([2.0]), 5.0)
    >>> duality_gap(data, np.array([1.0]), 1.0, 0.0), duality_gap(data, np.array([0.0]), 1.0, 0.0) > 0
    (0.0, True)
    """
    r = data.c - data.G @ w  # eq: lasso-pull
    rt = data.tt - data.c @ w  # (residual)ᵀt
    rr = rt - r @ w  # |residual|²
    size, square = np.abs(w).sum(), w @ w
    if l1 == 0:
        pull = np.maximum(r, 0.0) if positive else r
        return float(rr - rt + l2 / 2 * square + pull @ pull / (2 * l2))
    pull = r - l2 * w
    pull = pull.max() if positive else np.abs(pull).max()
    s = min(1.0, l1 / pull) if pull > 0 else 1.0
    squares = (1 + s**2) / 2 * (rr + l2 * square)
    gap = squares + l1 * size - s * rt  # eq: duality-gap
    return float(gap)


def minimise_enet(
    data: Moments,
    alpha: float,
    l1_ratio: float,
    start: Array,
    *,
    positive: bool = False,
    tol: float = 1e-4,
    max_iter: int = 1000,
) -> tuple[Array, float, int]:
    """Minimise ½·mean squared residual + alpha·l1_ratio·Σ|w| + ½·alpha·(1 - l1_ratio)·Σw².

    Parameters
    ----------
    data : Moments
    alpha : float, positive
    l1_ratio : float, 0 to 1
    start : ndarray, shape (p,)
    positive : bool
        Whether weights may not be negative.
    tol : float
        Stop once the duality gap is at most `tol` times the variance of y.
    max_iter : int
        Most sweeps over the columns.

    Returns
    -------
    w : ndarray, shape (p,)
        With exact zeros.
    gap : float
        Duality gap at w.
    n_iter : int
        Sweeps made.

    Source
    ------
    Friedman, Hastie & Tibshirani (2010), Regularization paths for generalized linear models via coordinate descent,
    section 2.

    Examples
    --------
    >>> data = Moments(np.eye(2), np.array([2.0, 0.3]), 5.0)
    >>> minimise_enet(data, 0.5, 1.0, np.zeros(2))[0].tolist()
    [1.5, 0.0]
    """
    l1, l2 = alpha * l1_ratio, alpha * (1 - l1_ratio)

    def gap(w: Array) -> float:
        return duality_gap(data, w, l1, l2, positive=positive)

    w, n_iter, _ = coordinate_descent(
        data.G,
        data.c,
        np.full(len(data.c), l1),
        np.full(len(data.c), l2),
        start,
        lambda w, r: gap(w) <= tol * data.tt,
        positive=positive,
        tol=tol,
        max_iter=max_iter,
    )
    return w, gap(w), n_iter


def unfinished(gap: float, bound: float) -> str:
    """Return the warning for a duality gap above its bound.

    >>> unfinished(2.0, 0.5)
    'coordinate descent has not converged: a duality gap of 2 is above 0.5; raise max_iter or alpha'
    """
    return (
        f"coordinate descent has not converged: a duality gap of {gap:.3g} is above {bound:.3g}; "
        "raise max_iter or alpha"
    )
