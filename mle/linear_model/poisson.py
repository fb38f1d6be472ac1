"""Poisson regression: counts whose expected value is exp(Xw + b)."""

import warnings

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mle.base import Regressor
from mle.exceptions import ConvergenceWarning, SeparationError, like_sklearn
from mle.linalg import blocks, gram, solve_symmetric
from mle.linear_model.binomial import split
from mle.optimize.descent import Descent
from mle.optimize.quasi_newton import lbfgs
from mle.optimize.second_order import newton
from mle.validation.arrays import check_sample_weight, check_y
from mle.validation.parameters import check_choice, check_flag, check_number

Array = NDArray[np.floating]


def poisson_deviance(
    y: Array, mu: Array, sample_weight: Array | None = None
) -> float:
    """Mean deviance of counts y from their expected values: 2(y log(y/mu) - y + mu).

    Parameters
    ----------
    y : ndarray, shape (n,)
        Not negative.
    mu : ndarray, shape (n,)
        Positive.
    sample_weight : ndarray, shape (n,), optional

    Returns
    -------
    float
        0 if mu = y.

    Source
    ------
    McCullagh & Nelder (1989), Generalized Linear Models, 2nd edition, table 2.1.

    Examples
    --------
    >>> round(poisson_deviance(np.array([0.0, 2.0]), np.array([1.0, 2.0])), 6)
    1.0
    """
    ratio = np.where(y > 0, y, mu) / mu
    unit = 2 * (y * np.log(ratio) - y + mu)  # eq: poisson-deviance
    return float(np.average(unit, weights=sample_weight))


def poisson_derivatives(
    X: Array,
    y: Array,
    v: Array,
    penalty: float,
    sample_weight: Array,
    *,
    order: int = 2,
) -> tuple[float, Array, Array]:
    """Mean of mu - y log(mu), mu = exp(Xw + b), plus half the penalty times |w|²; its gradient and its Hessian.

    That is half the mean deviance, but for a constant. X is read once, in blocks.

    Parameters
    ----------
    X : ndarray, shape (n, p)
    y : ndarray, shape (n,)
        Not negative.
    v : ndarray, shape (p + 1,) or (p,)
        w, then b if the model has an intercept.
    penalty : float
        On w alone.
    sample_weight : ndarray, shape (n,)
    order : int
        Derivatives wanted; those left out are zeros.

    Returns
    -------
    loss : float
    g : ndarray, shape (d,)
        d is the length of v.
    H : ndarray, shape (d, d)

    Examples
    --------
    >>> X, y = np.array([[1.0], [2.0]]), np.array([0.0, 3.0])
    >>> loss, g, H = poisson_derivatives(X, y, np.zeros(2), 0.0, np.ones(2))
    >>> loss, g.tolist(), H.tolist()
    (1.0, [-1.5, -0.5], [[2.5, 1.5], [1.5, 1.0]])
    """
    n, w, b = sample_weight.sum(), *split(v, X.shape[1])
    p, d = len(w), len(v)
    loss, g, H = n * penalty / 2 * (w @ w), np.zeros(d), np.zeros((d, d))
    g[:p], H[:p, :p] = n * penalty * w, n * penalty * np.eye(p)
    room = np.empty((min(len(X), 2048), d))
    # A step too long makes an infinite loss, and is shortened.
    with np.errstate(over="ignore", invalid="ignore"):
        for rows in blocks(len(X), size=2048):
            A, t, share = X[rows], y[rows], sample_weight[rows]
            z = A @ w + b
            mu = np.exp(z)  # (2048,)
            loss += share @ mu - share @ (t * z)  # eq: poisson-loss
            if order > 0:
                miss = share * (mu - t)
                g[:p] += A.T @ miss  # eq: poisson-gradient
                g[p:] += miss.sum()
            if order > 1:
                B, root = room[: len(A)], np.sqrt(share * mu)
                np.multiply(A, root[:, None], out=B[:, :p])
                B[:, p:] = root[:, None]
                H += B.T @ B  # eq: poisson-hessian
    return float(loss / n), g / n, H / n


def solve_poisson(
    X: Array,
    y: Array,
    penalty: float,
    sample_weight: Array,
    *,
    fit_intercept: bool = True,
    solver: str = "newton",
    tol: float = 1e-12,
    max_iter: int = 100,
) -> Descent:
    """Minimise the loss of `poisson_derivatives`, from w = 0 and, with an intercept, b = log of the mean of y.

    Newton's steps are those of iteratively reweighted least squares, with a line search.

    Parameters
    ----------
    X : ndarray, shape (n, p)
    y : ndarray, shape (n,)
        Not negative, not all 0.
    penalty : float
    sample_weight : ndarray, shape (n,)
    fit_intercept : bool
    solver : {"newton", "lbfgs"}
    tol : float
        Share of the mean of y: "newton" stops after a step that promised to lower the loss by no more; "lbfgs" once
        no entry of the gradient exceeds √tol times the mean of y.
    max_iter : int

    Returns
    -------
    Descent
        Its `x` holds w, then b. Without a penalty, there may be no minimum: see `refuse_empty_groups`.

    Source
    ------
    McCullagh & Nelder (1989), Generalized Linear Models, 2nd edition, section 2.5.

    Examples
    --------
    >>> X, y = np.array([[0.0], [0.0], [1.0], [1.0]]), np.array([1.0, 3.0, 5.0, 7.0])
    >>> np.exp(solve_poisson(X, y, 0.0, np.ones(4)).x).round(6).tolist()
    [3.0, 2.0]
    """
    mean = float(np.average(y, weights=sample_weight))
    start = np.zeros(X.shape[1] + fit_intercept)
    if fit_intercept:
        start[-1] = np.log(mean)

    def derivatives(v: Array, order: int = 2) -> tuple[float, Array, Array]:
        return poisson_derivatives(
            X, y, v, penalty, sample_weight, order=order
        )

    if solver == "newton":
        return newton(
            lambda v: derivatives(v, 0)[0],
            derivatives,
            start,
            slope=lambda v: derivatives(v, 1)[:2],
            tol=tol * mean,
            max_iter=max_iter,
        )
    return lbfgs(
        lambda v: derivatives(v, 1)[:2],
        start,
        tol=float(np.sqrt(tol)) * mean,
        max_iter=max_iter,
    )


def refuse_empty_groups(
    X: Array, y: Array, v: Array, sample_weight: Array
) -> None:
    """Raise if the loss without a penalty falls for ever as weights grow, so that no weights are best.

    So it is if some direction of the weights lowers the expected count of rows whose count is 0, raises none of
    these, and leaves the rows with counts above 0 as they are. The smallest case is a group, one column of 0 and 1,
    in which nothing was counted: its best weight is minus infinity. Solvers stop where little is left to gain; what
    gives such a place away is that Newton's step from there still moves these rows by a whole unit.

    Parameters
    ----------
    X : ndarray, shape (n, p)
    y : ndarray, shape (n,)
    v : ndarray, shape (p + 1,) or (p,)
        Where a solver has stopped.
    sample_weight : ndarray, shape (n,)

    Raises
    ------
    SeparationError
        Naming one of the rows.

    Source
    ------
    Correia, Guimarães & Zylkin (2019), Verifying the existence of maximum likelihood estimates for GLMs, section 2.

    Examples
    --------
    >>> X, y = np.array([[0.0], [0.0], [1.0]]), np.array([1.0, 3.0, 0.0])
    >>> refuse_empty_groups(X, y, np.array([-20.0, 0.7]), np.ones(3))
    Traceback (most recent call last):
    mle.exceptions.SeparationError: y is 0 in 1 row(s), such as row 2, whose ...
    """
    w, b = split(v, X.shape[1])
    z, mean = X @ w + b, np.average(y, weights=sample_weight)
    low = (y == 0) & (sample_weight > 0) & (z < np.log(mean / 100))
    if not low.any():
        return
    # The expected counts of these rows, all times one number, take the same
    # step; 1e-8 of the others keeps it clear of rounding.
    z[low] -= z[low].max()
    mu = sample_weight * np.exp(z)
    mu[low] *= 1e-8 * (sample_weight @ y) / mu[low].sum()
    H, c = gram(X, np.ones(len(X)), mu)  # (p, p), (p,)
    pull = np.where(low, mu, 0.0)  # (n,)
    g = pull @ X  # (p,)
    if len(v) > len(w):
        H, g = (
            np.block([[H, c[:, None]], [c, mu.sum()]]),
            np.append(g, pull.sum()),
        )
    w, b = split(solve_symmetric(H, g), len(w))
    fall = (X @ w + b)[sample_weight > 0]
    slack = 1e-6 * fall.max()
    stay = np.abs(fall[y[sample_weight > 0] > 0]).max() <= slack
    if fall.max() > 0.3 and fall.min() >= -slack and stay:
        rows = np.flatnonzero(sample_weight > 0)[fall > slack]
        raise SeparationError(
            f"y is 0 in {len(rows)} row(s), such as row {rows[0]}, whose expected counts fall towards 0 for ever as the "
            "weights grow without a penalty (a group without events, for example): take a positive alpha, or leave out "
            "these rows or columns"
        )


class PoissonRegressor(Regressor):
    """Expected counts exp(Xw + b), by half the mean deviance plus ½·alpha·|w|².

    For counts over unequal times or areas, fit rates: y = count / exposure with `sample_weight` = exposure.

    Parameters
    ----------
    alpha : float, not negative
        As in scikit-learn. Without a penalty, 0, `fit` raises `SeparationError` if it sees a group of rows without
        events whose expected count would fall towards 0 for ever: see `refuse_empty_groups`.
    fit_intercept : bool
        The intercept is not penalised.
    solver : {"newton", "lbfgs"}
    tol : float
        See `solve_poisson`.
    max_iter : int

    Attributes
    ----------
    coef_ : ndarray, shape (p,)
        Change of the logarithm of the expected count for one unit of each column.
    intercept_ : float
    n_iter_ : int
        Steps taken.

    Examples
    --------
    >>> model = PoissonRegressor(alpha=0.0).fit([[0], [0], [1], [1]], [1, 3, 5, 7])
    >>> model.predict([[0], [1]]).round(6).tolist()
    [2.0, 6.0]
    """

    _tags = {"target_tags.positive_only": True}
    coef_: Array
    intercept_: float
    n_iter_: int

    def __init__(
        self,
        alpha: float = 1.0,
        *,
        fit_intercept: bool = True,
        solver: str = "newton",
        tol: float = 1e-12,
        max_iter: int = 100,
    ) -> None:
        self.alpha = alpha
        self.fit_intercept = fit_intercept
        self.solver = solver
        self.tol = tol
        self.max_iter = max_iter

    def score(
        self,
        X: ArrayLike,
        y: ArrayLike,
        sample_weight: ArrayLike | None = None,
    ) -> float:
        """Return D², the share of the deviance from the mean that the model explains; 1 is perfect, 0 if there is none."""
        mu = self.predict(X)
        targets = check_y(y, len(mu))
        w = check_sample_weight(sample_weight, len(mu))
        self._refuse_negative(targets)
        mean = np.full(len(mu), np.average(targets, weights=w))
        whole = poisson_deviance(targets, mean, w) if mean[0] > 0 else 0.0
        left = poisson_deviance(targets, mu, w)
        return 1 - left / whole if whole > 0 else float(left == 0)

    def _check_params(self) -> None:
        check_number("alpha", self.alpha, at_least=0)
        check_flag("fit_intercept", self.fit_intercept)
        check_choice("solver", self.solver, ("newton", "lbfgs"))
        check_number("tol", self.tol, at_least=0)
        check_number("max_iter", self.max_iter, at_least=1, integer=True)

    def _fit(self, X: Array, y: Array, w: Array) -> None:
        self._refuse_negative(y)
        if not (w * y).any():
            raise ValueError(
                "y is 0 in every row of weight above 0: "
                "expected counts of 0 have no logarithm"
            )
        settings = {
            name: getattr(self, name)
            for name in ("fit_intercept", "solver", "tol", "max_iter")
        }
        found = solve_poisson(X, y, self.alpha, w, **settings)
        if self.alpha == 0:
            refuse_empty_groups(X, y, found.x, w)
        self.coef_, self.intercept_ = split(found.x, X.shape[1])
        self.n_iter_ = found.n_iter
        if not found.converged:
            message = (
                f"the solver has not converged in {found.n_iter} steps: "
                "raise max_iter, scale the columns, or raise alpha"
            )
            warnings.warn(
                message, like_sklearn(ConvergenceWarning), stacklevel=3
            )

    def _refuse_negative(self, y: Array) -> None:
        if y.min() < 0:
            raise ValueError(
                f"y must not be negative, got {y.min()} at row {y.argmin()}"
            )

    def _predict(self, X: Array) -> Array:
        return np.exp(X @ self.coef_ + self.intercept_)  # eq: log-link
