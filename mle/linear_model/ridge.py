"""Ridge regression: least squares with a price on the squared length of the weights."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mle.base import Regressor
from mle.linalg import blocks, well_conditioned
from mle.linear_model.ordinary import normal_equations
from mle.linear_model.rows import (
    centred_gram,
    check_alphas,
    check_flat,
    check_range,
    means,
)
from mle.validation.parameters import check_flag, check_number

Array = NDArray[np.floating]


def solve_ridge(
    X: Array,
    y: Array,
    alpha: float,
    sample_weight: Array | None = None,
    *,
    fit_intercept: bool = True,
) -> tuple[Array, float]:
    """Minimise |y - Xw - b|² + alpha·|w|²: (AᵀA + alpha·I)w = Aᵀt, A and t being X and y less their means.

    One pass over X in blocks, no copy of it. With more columns than rows the answer comes from `solve_ridge_dual`; if
    AᵀA + alpha·I has a condition number above 1e12, from least squares on A and t with the rows √alpha·I and zeros
    below them, which squares nothing and copies X.

    Parameters
    ----------
    X : ndarray, shape (n, p)
    y : ndarray, shape (n,)
    alpha : float, not negative
        0 is least squares.
    sample_weight : ndarray, shape (n,), optional
        Each squared residual counts so many times.
    fit_intercept : bool
        False takes b = 0 and leaves the means alone.

    Returns
    -------
    w : ndarray, shape (p,)
    b : float

    Raises
    ------
    OverflowError
        If squares leave the range of floating point.

    Source
    ------
    Hoerl & Kennard (1970), Ridge regression: biased estimation for nonorthogonal problems.

    Examples
    --------
    >>> w, b = solve_ridge(np.array([[-1.0], [0.0], [1.0]]), np.array([1.0, 3.0, 5.0]), alpha=2.0)
    >>> w.tolist(), b
    ([1.0], 3.0)
    """
    check_flat(len(X), y=y, sample_weight=sample_weight)
    if alpha == 0:
        return normal_equations(
            X, y, sample_weight, fit_intercept=fit_intercept
        )
    if len(X) < X.shape[1]:
        return solve_ridge_dual(
            X, y, alpha, sample_weight, fit_intercept=fit_intercept
        )
    G, c, mean_x, mean_y = centred_gram(X, y, sample_weight, fit_intercept)
    check_range(G, c)
    K = G + alpha * np.eye(len(c))  # (p, p)
    if well_conditioned(K, limit=1e12):
        w = np.linalg.solve(K, c)  # eq: ridge
    else:
        w = _stacked(X - mean_x, y - mean_y, alpha, sample_weight)
    return w, float(mean_y - w @ mean_x)


def solve_ridge_dual(
    X: Array,
    y: Array,
    alpha: float,
    sample_weight: Array | None = None,
    *,
    fit_intercept: bool = True,
) -> tuple[Array, float]:
    """Ridge regression from n equations instead of p: w = Aᵀd, (AAᵀ + alpha·I)d = t.

    Parameters
    ----------
    X : ndarray, shape (n, p)
    y : ndarray, shape (n,)
    alpha : float, positive
    sample_weight : ndarray, shape (n,), optional
    fit_intercept : bool

    Returns
    -------
    w : ndarray, shape (p,)
    b : float

    Source
    ------
    Saunders, Gammerman & Vovk (1998), Ridge regression learning algorithm in dual variables.

    Examples
    --------
    >>> w, b = solve_ridge_dual(np.array([[1.0, 1.0], [3.0, 3.0]]), np.array([1.0, 3.0]), alpha=4.0)
    >>> w.round(6).tolist(), round(b, 6)
    ([0.25, 0.25], 1.0)
    """
    mean_x, mean_y = means(X, y, sample_weight, fit_intercept)
    root = np.ones(len(X)) if sample_weight is None else np.sqrt(sample_weight)
    K = alpha * np.eye(len(X))  # (n, n)
    with np.errstate(over="ignore", invalid="ignore"):
        for part in blocks(X.shape[1]):
            A = (X[:, part] - mean_x[part]) * root[:, None]  # (n, 1024)
            K += A @ A.T
    if not np.isfinite(K).all():
        raise OverflowError(
            "squares of X leave the range of floating point: scale the columns of X"
        )
    d = root * np.linalg.solve(K, root * (y - mean_y))  # eq: ridge-dual
    w = d @ X - d.sum() * mean_x
    return w, float(mean_y - w @ mean_x)


def ridge_path(
    X: Array,
    y: Array,
    alphas: ArrayLike,
    sample_weight: Array | None = None,
    *,
    fit_intercept: bool = True,
) -> tuple[Array, Array]:
    """Ridge regression for many penalties from one eigendecomposition AᵀA = QΛQᵀ: w = Q(Λ + alpha·I)⁻¹QᵀAᵀt.

    Parameters
    ----------
    X : ndarray, shape (n, p)
    y : ndarray, shape (n,)
    alphas : array_like of m positive numbers
    sample_weight : ndarray, shape (n,), optional
    fit_intercept : bool

    Returns
    -------
    W : ndarray, shape (m, p)
        The weights for each penalty. Directions whose eigenvalue is rounding error get no part of them.
    b : ndarray, shape (m,)

    Examples
    --------
    >>> W, b = ridge_path(np.array([[-1.0], [0.0], [1.0]]), np.array([1.0, 3.0, 5.0]), [2.0, 6.0])
    >>> W.tolist(), b.tolist()
    ([[1.0], [0.5]], [3.0, 3.0])
    """
    check_flat(len(X), y=y, sample_weight=sample_weight)
    alphas = check_alphas(alphas)
    G, c, mean_x, mean_y = centred_gram(X, y, sample_weight, fit_intercept)
    check_range(G, c)
    spectrum, Q = np.linalg.eigh(G)  # (p,) ascending, (p, p)
    real = spectrum > len(c) * np.finfo(np.float64).eps * spectrum[-1]
    pull = np.where(real, Q.T @ c, 0.0)
    shrunk = pull / (np.maximum(spectrum, 0.0) + alphas[:, None])  # (m, p)
    W = shrunk @ Q.T  # eq: ridge-svd
    return W, mean_y - W @ mean_x


class Ridge(Regressor):
    """Least squares with the penalty alpha·|w|².

    Parameters
    ----------
    alpha : float, not negative
        Price of a squared unit of weight, against the sum (not the mean) of squared residuals, as in scikit-learn.
    fit_intercept : bool
        False forces the plane through the origin. The intercept is not penalised.

    Attributes
    ----------
    coef_ : ndarray, shape (p,)
    intercept_ : float

    Examples
    --------
    >>> model = Ridge(alpha=2.0).fit([[-1], [0], [1]], [1, 3, 5])
    >>> model.coef_.tolist(), model.intercept_
    ([1.0], 3.0)
    """

    coef_: Array
    intercept_: float

    def __init__(
        self, alpha: float = 1.0, *, fit_intercept: bool = True
    ) -> None:
        self.alpha = alpha
        self.fit_intercept = fit_intercept

    def _check_params(self) -> None:
        check_number("alpha", self.alpha, at_least=0)
        check_flag("fit_intercept", self.fit_intercept)

    def _fit(self, X: Array, y: Array, w: Array) -> None:
        self.coef_, self.intercept_ = solve_ridge(
            X, y, self.alpha, w, fit_intercept=self.fit_intercept
        )

    def _predict(self, X: Array) -> Array:
        return X @ self.coef_ + self.intercept_


def _stacked(
    A: Array, t: Any, alpha: float, sample_weight: Array | None
) -> Array:
    root = np.ones(len(A)) if sample_weight is None else np.sqrt(sample_weight)
    p = A.shape[1]
    below = np.sqrt(alpha) * np.eye(p)
    tall = np.vstack([A * root[:, None], below])  # eq: ridge-rows
    return np.linalg.lstsq(tall, np.append(root * t, np.zeros(p)))[0]
