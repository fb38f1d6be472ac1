"""Least squares: the line that misses least, by four roads."""

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mle.base import Regressor
from mle.exceptions import ConvergenceWarning, like_sklearn
from mle.linalg import full_rank, gram, well_conditioned
from mle.linear_model.rows import (
    centred_gram,
    check_flat,
    means,
    rounding_noise,
)
from mle.optimize.descent import Descent, gradient_descent
from mle.validation.parameters import check_choice, check_flag, check_number

Array = NDArray[np.floating]


def squared_loss(
    X: Array, y: Array, w: Array, b: float, sample_weight: Array | None = None
) -> float:
    """Mean squared residual of the line Xw + b.

    Parameters
    ----------
    X : ndarray, shape (n, p)
    y : ndarray, shape (n,)
    w : ndarray, shape (p,)
    b : float
    sample_weight : ndarray, shape (n,), optional

    Returns
    -------
    float
        In the squared unit of y.

    Examples
    --------
    >>> squared_loss(np.array([[1.0], [2.0]]), np.array([2.0, 5.0]), np.array([2.0]), 0.0)
    0.5
    """
    check_flat(len(X), y=y, sample_weight=sample_weight)
    r = y - (X @ w + b)  # (n,)
    return float(np.average(r**2, weights=sample_weight))  # eq: squared-loss


def squared_loss_gradient(
    X: Array, y: Array, w: Array, b: float, sample_weight: Array | None = None
) -> tuple[Array, float]:
    """Gradient of `squared_loss` with respect to w and b.

    Parameters
    ----------
    X : ndarray, shape (n, p)
    y : ndarray, shape (n,)
    w : ndarray, shape (p,)
    b : float
    sample_weight : ndarray, shape (n,), optional

    Returns
    -------
    gradient_w : ndarray, shape (p,)
    gradient_b : float

    Examples
    --------
    >>> X, y = np.array([[1.0], [2.0]]), np.array([2.0, 5.0])
    >>> gradient_w, gradient_b = squared_loss_gradient(X, y, np.array([2.0]), 0.0)
    >>> gradient_w.tolist(), gradient_b
    ([-2.0], -1.0)
    """
    check_flat(len(X), y=y, sample_weight=sample_weight)
    share = _shares(len(y), sample_weight)  # 1/n each without weights
    r = share * (y - (X @ w + b))  # (n,)
    return -2 * X.T @ r, -2 * float(r.sum())  # eq: squared-loss-gradient


def normal_equations(
    X: Array,
    y: Array,
    sample_weight: Array | None = None,
    *,
    fit_intercept: bool = True,
) -> tuple[Array, float]:
    """Least squares from AᵀAw = Aᵀt, A and t being X and y less their means.

    The fastest road: one pass over X in blocks, no copy of it. It squares the condition number of A, so that half
    of the digits are at risk. The answer comes from `solve_svd` instead if A has as many columns as rows or more, if a
    column is constant, if AᵀA (columns scaled to length one) has a condition number above 1e8, or if it overflows.

    Parameters
    ----------
    X : ndarray, shape (n, p)
    y : ndarray, shape (n,)
    sample_weight : ndarray, shape (n,), optional
        Not negative; each squared residual counts so many times.
    fit_intercept : bool
        False takes b = 0 and leaves the means alone.

    Returns
    -------
    w : ndarray, shape (p,)
    b : float

    Source
    ------
    Legendre (1805), Nouvelles méthodes pour la détermination des orbites des comètes, appendix.

    Examples
    --------
    >>> w, b = normal_equations(np.array([[50.0], [70.0], [90.0], [110.0]]), np.array([110.0, 148.0, 190.0, 232.0]))
    >>> w.round(6).tolist(), round(b, 6)
    ([2.04], 6.8)
    """
    check_flat(len(X), y=y, sample_weight=sample_weight)
    # AᵀA (p, p) and Aᵀt (p,)
    G, c, mean_x, mean_y = centred_gram(X, y, sample_weight, fit_intercept)
    if len(X) <= len(c) or not well_conditioned(G):
        return solve_svd(X, y, sample_weight, fit_intercept=fit_intercept)
    w = np.linalg.solve(G, c)  # eq: normal-equations
    b = mean_y - w @ mean_x  # eq: intercept
    return w, float(b)


def solve_qr(
    X: Array,
    y: Array,
    sample_weight: Array | None = None,
    *,
    fit_intercept: bool = True,
) -> tuple[Array, float]:
    """Least squares from A = QR, A being X less its means: Rw = Qᵀr.

    Loses half as many digits as `normal_equations`, for a copy of X and twice the work. If the columns of A are
    linearly dependent (a diagonal entry of R is rounding error), the answer comes from `solve_svd` instead.

    Parameters
    ----------
    X : ndarray, shape (n, p)
    y : ndarray, shape (n,)
    sample_weight : ndarray, shape (n,), optional
    fit_intercept : bool

    Returns
    -------
    w : ndarray, shape (p,)
    b : float

    Source
    ------
    Golub (1965), Numerical methods for solving linear least squares problems.

    Examples
    --------
    >>> w, b = solve_qr(np.array([[50.0], [70.0], [90.0], [110.0]]), np.array([110.0, 148.0, 190.0, 232.0]))
    >>> w.round(6).tolist(), round(b, 6)
    ([2.04], 6.8)
    """
    A, t, mean_x, mean_y = _centre(X, y, sample_weight, fit_intercept)
    Q, R = np.linalg.qr(A)  # (n, p), (p, p) triangular
    if not full_rank(
        R, len(A), noise=rounding_noise(mean_x, sample_weight, len(A))
    ):
        return solve_svd(X, y, sample_weight, fit_intercept=fit_intercept)
    w = np.linalg.solve(R, Q.T @ t)  # eq: qr-solution
    return w, float(mean_y - w @ mean_x)


def solve_svd(
    X: Array,
    y: Array,
    sample_weight: Array | None = None,
    *,
    fit_intercept: bool = True,
    rcond: float | None = None,
) -> tuple[Array, float]:
    """Least squares from A = UΣVᵀ, A being X less its means: w = VΣ⁻¹Uᵀr, the shortest w of all that fit best.

    The slowest road and the safest: it also answers when columns are linearly dependent or outnumber the rows.

    Parameters
    ----------
    X : ndarray, shape (n, p)
    y : ndarray, shape (n,)
    sample_weight : ndarray, shape (n,), optional
    fit_intercept : bool
    rcond : float, optional
        Singular values up to `rcond` times the largest count as zero; max(n, p) times the machine epsilon if absent.

    Returns
    -------
    w : ndarray, shape (p,)
    b : float

    Source
    ------
    Golub & Van Loan (2013), Matrix Computations, 4th edition, section 5.5.

    Examples
    --------
    >>> w, b = solve_svd(np.array([[1.0, 1.0], [2.0, 2.0]]), np.array([2.0, 4.0]))
    >>> w.round(6).tolist(), round(abs(b), 6)
    ([1.0, 1.0], 0.0)
    """
    A, t, mean_x, mean_y = _centre(X, y, sample_weight, fit_intercept)
    # (n, k), (k,), (k, p) with k = min(n, p)
    U, s, Vt = np.linalg.svd(A, full_matrices=False)
    if rcond is None:
        rcond = max(A.shape) * np.finfo(np.float64).eps
    keep = s > rcond * s[0]
    w = Vt[keep].T @ ((U.T @ t)[keep] / s[keep])  # eq: svd-solution
    return w, float(mean_y - w @ mean_x)


def solve_descent(
    X: Array,
    y: Array,
    sample_weight: Array | None = None,
    *,
    fit_intercept: bool = True,
    learning_rate: float | None = None,
    max_iter: int = 10_000,
    tol: float = 1e-8,
) -> Descent:
    """Least squares by gradient descent on w and b, from zero.

    Parameters
    ----------
    X : ndarray, shape (n, p)
    y : ndarray, shape (n,)
    sample_weight : ndarray, shape (n,), optional
    fit_intercept : bool
    learning_rate : float, optional
        1 divided by the largest curvature of the loss if absent: a step that never overshoots.
    max_iter : int
    tol : float
        Stop once no entry of the gradient exceeds it.

    Returns
    -------
    Descent
        Its `x` holds w, then b.

    Examples
    --------
    >>> found = solve_descent(np.array([[-1.0], [0.0], [1.0]]), np.array([1.0, 3.0, 5.0]))
    >>> found.x.round(6).tolist()
    [2.0, 3.0]
    """
    # Without an intercept b stays 0.
    free = np.append(np.ones(X.shape[1]), float(fit_intercept))
    if learning_rate is None:
        learning_rate = 1 / _largest_curvature(X, sample_weight, fit_intercept)

    def loss(v: Array) -> float:
        return squared_loss(X, y, v[:-1], v[-1], sample_weight)

    def gradient(v: Array) -> Array:
        g = squared_loss_gradient(X, y, v[:-1], v[-1], sample_weight)
        return free * np.append(*g)

    start = np.zeros(len(free))
    return gradient_descent(
        loss,
        gradient,
        start,
        learning_rate=learning_rate,
        max_iter=max_iter,
        tol=tol,
    )


SOLVERS: dict[str, Any] = {
    "normal": normal_equations,
    "qr": solve_qr,
    "svd": solve_svd,
    "gd": solve_descent,
}


class LinearRegression(Regressor):
    """Least squares with an intercept.

    Parameters
    ----------
    solver : {"normal", "qr", "svd", "gd"}
        `normal_equations`, `solve_qr`, `solve_svd` or `solve_descent`.
    fit_intercept : bool
        False forces the line through the origin.
    learning_rate, max_iter, tol
        For solver "gd" only; see `solve_descent`.

    Attributes
    ----------
    coef_ : ndarray, shape (p,)
        Change of the prediction for one unit of each column.
    intercept_ : float
        Prediction where every column is 0.
    n_iter_ : int
        Steps taken; 1 for the solvers that answer at once.

    Examples
    --------
    >>> model = LinearRegression().fit([[50], [70], [90], [110]], [110, 148, 190, 232])
    >>> model.coef_.round(6).tolist(), round(model.intercept_, 6)
    ([2.04], 6.8)
    >>> model.predict([[80]]).round(6).tolist()
    [170.0]
    """

    coef_: Array
    intercept_: float
    n_iter_: int

    def __init__(
        self,
        solver: str = "normal",
        *,
        fit_intercept: bool = True,
        learning_rate: float | None = None,
        max_iter: int = 10_000,
        tol: float = 1e-8,
    ) -> None:
        self.solver = solver
        self.fit_intercept = fit_intercept
        self.learning_rate = learning_rate
        self.max_iter = max_iter
        self.tol = tol

    def _check_params(self) -> None:
        check_choice("solver", self.solver, SOLVERS)
        check_flag("fit_intercept", self.fit_intercept)
        if self.learning_rate is not None:
            check_number("learning_rate", self.learning_rate, above=0)
        check_number("max_iter", self.max_iter, at_least=1, integer=True)
        check_number("tol", self.tol, at_least=0)

    def _fit(self, X: Array, y: Array, w: Array) -> None:
        if self.solver == "gd":
            self._descend(X, y, w)
        else:
            self.coef_, self.intercept_ = SOLVERS[self.solver](
                X, y, w, fit_intercept=self.fit_intercept
            )
            self.n_iter_ = 1
        if not (
            np.isfinite(self.coef_).all() and np.isfinite(self.intercept_)
        ):
            raise OverflowError(
                "the coefficients leave the range of floating point: scale the columns of X, or y"
            )

    def _descend(self, X: Array, y: Array, w: Array) -> None:
        names = ("fit_intercept", "learning_rate", "max_iter", "tol")
        found = solve_descent(
            X, y, w, **{name: getattr(self, name) for name in names}
        )
        self.coef_, self.intercept_ = found.x[:-1], float(found.x[-1])
        self.n_iter_ = found.n_iter
        if not found.converged:
            message = f"gradient descent has not converged in {found.n_iter} steps: scale the columns or raise max_iter"
            warnings.warn(
                message, like_sklearn(ConvergenceWarning), stacklevel=4
            )

    def _predict(self, X: Array) -> Array:
        return X @ self.coef_ + self.intercept_


def _largest_curvature(
    X: Array, sample_weight: Array | None, fit_intercept: bool
) -> float:
    """Largest eigenvalue of the second derivatives of `squared_loss`."""
    G, c = gram(X, np.ones(len(X)), _shares(len(X), sample_weight))
    H = 2 * np.block([[G, c[:, None]], [c, 1.0]]) if fit_intercept else 2 * G
    if not np.isfinite(H).all():
        raise OverflowError(
            "squares of X leave the range of floating point: scale the columns"
        )
    return max(float(np.linalg.eigvalsh(H)[-1]), np.finfo(np.float64).tiny)


def _shares(n: int, sample_weight: Array | None) -> Array:
    if sample_weight is None:
        return np.full(n, 1 / n)
    return sample_weight / sample_weight.sum()


def _centre(
    X: Array, y: Array, sample_weight: Array | None, fit_intercept: bool
) -> tuple[Array, Array, Array, Array | float]:
    """X and y less their means, rows scaled by the roots of the weights; and the means."""
    check_flat(len(X), y=y, sample_weight=sample_weight)
    mean_x, mean_y = means(X, y, sample_weight, fit_intercept)
    root = np.ones(len(X)) if sample_weight is None else np.sqrt(sample_weight)
    return (X - mean_x) * root[:, None], (y - mean_y) * root, mean_x, mean_y
