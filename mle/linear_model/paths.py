"""Paths: the elastic net for many penalties, each fit starting from the one before."""

import warnings
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mle.exceptions import ConvergenceWarning, like_sklearn
from mle.linear_model.enet import Moments, minimise_enet, moments, unfinished
from mle.linear_model.rows import check_alphas, check_share
from mle.validation.arrays import check_X, check_y
from mle.validation.parameters import check_number

Array = NDArray[np.floating]


def alpha_grid(
    data: Moments, l1_ratio: float, eps: float = 1e-3, n_alphas: int = 100
) -> Array:
    """Penalties from the weakest that leaves no weight down to its `eps`-th part, evenly spaced on a logarithmic scale.

    Parameters
    ----------
    data : Moments
    l1_ratio : float, above 0 and up to 1
    eps : float, between 0 and 1
    n_alphas : int

    Returns
    -------
    ndarray, shape (n_alphas,)

    Source
    ------
    Friedman, Hastie & Tibshirani (2010), Regularization paths for generalized linear models via coordinate descent,
    section 2.5.

    Examples
    --------
    >>> alpha_grid(Moments(np.eye(2), np.array([2.0, -4.0]), 9.0), 0.5, eps=0.01, n_alphas=3).round(6).tolist()
    [8.0, 0.8, 0.08]
    """
    top = np.abs(data.c).max() / l1_ratio  # eq: lasso-top
    top = top if top > 0 else 1.0  # then every penalty leaves no weight
    return np.geomspace(top, top * eps, n_alphas)


def warm_path(
    data: Moments, alphas: Array, l1_ratio: float, **settings: Any
) -> tuple[Array, Array]:
    """Fit the elastic net for one penalty after the other, each from the weights of the one before.

    Parameters
    ----------
    data : Moments
    alphas : ndarray, shape (m,)
        Best from strong to weak.
    l1_ratio : float
    **settings
        `positive`, `tol`, `max_iter` of `minimise_enet`.

    Returns
    -------
    coefs : ndarray, shape (p, m)
    gaps : ndarray, shape (m,)

    Examples
    --------
    >>> warm_path(Moments(np.eye(2), np.array([2.0, 4.0]), 9.0), np.array([3.0, 1.0]), 1.0)[0].tolist()
    [[0.0, 1.0], [1.0, 3.0]]
    """
    w: Array = np.zeros(len(data.c))
    coefs, gaps = np.empty((len(w), len(alphas))), np.empty(len(alphas))
    for m, alpha in enumerate(alphas.tolist()):
        w, gaps[m], _ = minimise_enet(data, alpha, l1_ratio, w, **settings)
        coefs[:, m] = w
    return coefs, gaps


def enet_path(
    X: ArrayLike,
    y: ArrayLike,
    *,
    l1_ratio: float = 0.5,
    eps: float = 1e-3,
    n_alphas: int = 100,
    alphas: ArrayLike | None = None,
    positive: bool = False,
    tol: float = 1e-4,
    max_iter: int = 1000,
) -> tuple[Array, Array, Array]:
    """Weights of the elastic net for many penalties, the strongest first, each fit starting from the one before.

    There is no intercept, as in scikit-learn: centre the columns and y first.

    Parameters
    ----------
    X : array_like, shape (n, p)
    y : array_like, shape (n,)
    l1_ratio : float, above 0 and up to 1
    eps : float, between 0 and 1
        Weakest penalty as a share of the strongest, which is the weakest that leaves no weight.
    n_alphas : int
        Number of penalties, evenly spaced on a logarithmic scale.
    alphas : array_like, optional
        Penalties instead of those; sorted from strong to weak.
    positive : bool
        Whether weights may not be negative.
    tol, max_iter
        For each fit; see `minimise_enet`.

    Returns
    -------
    alphas : ndarray, shape (m,)
    coefs : ndarray, shape (p, m)
    gaps : ndarray, shape (m,)
        Duality gaps.

    Warns
    -----
    ConvergenceWarning
        If a gap exceeds `tol` times the mean square of y.

    Examples
    --------
    >>> alphas, coefs, gaps = enet_path(np.eye(2), np.array([4.0, 2.0]), l1_ratio=1.0, alphas=[1.0, 2.0, 0.5])
    >>> alphas.tolist(), coefs.tolist()
    ([2.0, 1.0, 0.5], [[0.0, 2.0, 3.0], [0.0, 0.0, 1.0]])
    """
    return _path(
        X, y, l1_ratio, eps, n_alphas, alphas, positive, tol, max_iter
    )


def lasso_path(
    X: ArrayLike,
    y: ArrayLike,
    *,
    eps: float = 1e-3,
    n_alphas: int = 100,
    alphas: ArrayLike | None = None,
    positive: bool = False,
    tol: float = 1e-4,
    max_iter: int = 1000,
) -> tuple[Array, Array, Array]:
    """Return `enet_path` for absolute weights alone, l1_ratio=1.

    Parameters
    ----------
    X : array_like, shape (n, p)
    y : array_like, shape (n,)
    eps, n_alphas, alphas, positive, tol, max_iter
        As in `enet_path`.

    Returns
    -------
    alphas : ndarray, shape (m,)
    coefs : ndarray, shape (p, m)
    gaps : ndarray, shape (m,)

    Examples
    --------
    >>> lasso_path(np.eye(2), np.array([4.0, 2.0]), alphas=[1.0])[1].tolist()
    [[2.0], [0.0]]
    """
    return _path(X, y, 1.0, eps, n_alphas, alphas, positive, tol, max_iter)


def _path(
    X: ArrayLike,
    y: ArrayLike,
    l1_ratio: float,
    eps: float,
    n_alphas: int,
    alphas: ArrayLike | None,
    positive: bool,
    tol: float,
    max_iter: int,
) -> tuple[Array, Array, Array]:
    check_share("l1_ratio", l1_ratio)
    check_number("l1_ratio", l1_ratio, above=0)
    check_share("eps", eps)
    check_number("eps", eps, above=0)
    check_number("n_alphas", n_alphas, at_least=1, integer=True)
    data = moments(check_X(X), check_y(y), fit_intercept=False)[0]
    if alphas is None:
        alphas = alpha_grid(data, l1_ratio, eps, n_alphas)
    grid = np.sort(check_alphas(alphas))[::-1]
    coefs, gaps = warm_path(
        data, grid, l1_ratio, positive=positive, tol=tol, max_iter=max_iter
    )
    if (gaps > tol * data.tt).any():
        message = unfinished(float(gaps.max()), tol * data.tt)
        warnings.warn(message, like_sklearn(ConvergenceWarning), stacklevel=3)
    return grid, coefs, gaps
