"""What logistic regression minimises, as functions of one flat vector, and the solvers it may choose from."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from mle.linear_model.binomial import (
    binomial_derivatives,
    binomial_loss,
    binomial_slope,
)
from mle.linear_model.multinomial import (
    hold_sums,
    softmax_derivatives,
    softmax_loss,
    softmax_slope,
)
from mle.optimize.descent import Descent
from mle.optimize.quasi_newton import lbfgs
from mle.optimize.second_order import newton, proximal_newton

Array = NDArray[np.floating]
SOLVERS = ("auto", "newton", "lbfgs", "proximal")


@dataclass(frozen=True)
class LogLoss:
    """The penalised log-loss of a model with one row of parameters (two classes) or K rows, as flat vectors.

    Attributes
    ----------
    loss : callable, (m,) -> float
    slope : callable, (m,) -> (float, (m,))
        Loss and gradient.
    derivatives : callable, (m,) -> (float, (m,), (m, m))
        Loss, gradient and Hessian.
    shape : tuple of int
        (1 or K, d): the flat vector has m = K * d entries, d = p + 1 with an intercept and p without.
    on_weights : ndarray, shape (m,)
        1 for a weight, 0 for an intercept, which no penalty touches.
    tenth : LogLoss or None
        The same of every tenth row, ten times as heavy; None if those would be fewer than 20 for a parameter.

    Examples
    --------
    >>> X, index = np.array([[1.0], [2.0], [3.0]]), np.array([0, 1, 2])
    >>> round(log_loss_of(X, index, 3, 0.0, np.ones(3)).loss(np.zeros(6)), 6)
    1.098612
    """

    loss: Callable[[Array], float]
    slope: Callable[[Array], tuple[float, Array]]
    derivatives: Callable[[Array], tuple[float, Array, Array]]
    shape: tuple[int, int]
    on_weights: Array
    tenth: "LogLoss | None"


def log_loss_of(
    X: Array,
    index: NDArray[np.integer],
    K: int,
    penalty: float,
    sample_weight: Array,
    *,
    fit_intercept: bool = True,
) -> LogLoss:
    """Bind data and penalty to the log-loss of two classes or of K.

    Parameters
    ----------
    X : ndarray, shape (n, p)
    index : ndarray of integers, shape (n,)
        Class of each row, 0 to K - 1.
    K : int
        Number of classes, at least 2.
    penalty : float
        λ = 1/C on half the squared weights.
    sample_weight : ndarray, shape (n,)
    fit_intercept : bool

    Returns
    -------
    LogLoss

    Examples
    --------
    >>> log_loss_of(np.array([[1.0], [2.0]]), np.array([0, 1]), 2, 0.0, np.ones(2)).shape
    (1, 2)
    """
    d = X.shape[1] + int(fit_intercept)
    on_weights = np.ones((K, d))
    on_weights[:, X.shape[1] :] = 0.0
    few, tenth = 10 * sample_weight[::10], None
    if len(few) >= 20 * on_weights.size and few.any():
        tenth = log_loss_of(
            X[::10], index[::10], K, penalty, few, fit_intercept=fit_intercept
        )
    if K == 2:
        y = index.astype(np.float64)
        return LogLoss(
            lambda v: binomial_loss(X, y, v, penalty, sample_weight),
            lambda v: binomial_slope(X, y, v, penalty, sample_weight),
            lambda v: binomial_derivatives(X, y, v, penalty, sample_weight),
            (1, d),
            on_weights[0],
            tenth,
        )

    def loss(v: Array) -> float:
        V = v.reshape(K, d)
        return softmax_loss(X, index, V, penalty, sample_weight)

    def slope(v: Array) -> tuple[float, Array]:
        V = v.reshape(K, d)
        now, G = softmax_slope(X, index, V, penalty, sample_weight)
        return now, G.ravel()

    def derivatives(v: Array) -> tuple[float, Array, Array]:
        V = v.reshape(K, d)
        now, G, H = softmax_derivatives(X, index, V, penalty, sample_weight)
        return now, G.ravel(), H.reshape(K * d, K * d)

    return LogLoss(loss, slope, derivatives, (K, d), on_weights.ravel(), tenth)


def choose_solver(solver: str, l1_ratio: float, m: int) -> str:
    """Return the solver that "auto" stands for, given the number m of parameters, or refuse one that cannot do L1.

    Parameters
    ----------
    solver : {"auto", "newton", "lbfgs", "proximal"}
    l1_ratio : float
    m : int

    Returns
    -------
    str

    Examples
    --------
    >>> choose_solver("auto", 0.0, 100), choose_solver("auto", 0.0, 10_000), choose_solver("auto", 1.0, 100)
    ('newton', 'lbfgs', 'proximal')
    """
    if solver == "auto":
        return (
            "proximal" if l1_ratio > 0 else "newton" if m <= 1000 else "lbfgs"
        )
    if l1_ratio > 0 and solver != "proximal":
        raise ValueError(
            f"solver {solver!r} needs a smooth penalty, got l1_ratio={l1_ratio!r}: take solver='proximal'"
        )
    return solver


def minimise(
    objective: LogLoss,
    solver: str,
    l1: float = 0.0,
    *,
    tol: float = 1e-12,
    max_iter: int = 100,
    watch: Callable[..., None] | None = None,
) -> Descent:
    """Minimise a log-loss, plus l1 times the absolute weights for "proximal".

    The start is zero; for "newton", if there are many rows, what a tenth of them gives, and the curvature near it.

    Parameters
    ----------
    objective : LogLoss
    solver : {"newton", "lbfgs", "proximal"}
    l1 : float
        For "proximal"; on the weights, not on the intercepts.
    tol : float
        Loss still to be gained, in nats. "lbfgs" cannot know it and stops once no entry of the gradient exceeds √tol.
    max_iter : int
    watch : callable, optional
        See `mle.optimize.second_order.newton`; "lbfgs" knows no promises and passes `gain=0, before=inf`.

    Returns
    -------
    Descent

    Examples
    --------
    >>> X, index = np.array([[-1.0], [0.0], [1.0], [2.0]]), np.array([0, 1, 0, 1])
    >>> objective = log_loss_of(X, index, 2, 0.0, np.ones(4))
    >>> [minimise(objective, solver).x.round(5).tolist() for solver in ("newton", "lbfgs", "proximal")]
    [[0.90818, -0.45409], [0.90818, -0.45409], [0.90818, -0.45409]]
    """
    start: Array = np.zeros(len(objective.on_weights))
    if solver == "lbfgs":
        return lbfgs(
            objective.slope,
            start,
            tol=float(np.sqrt(tol)),
            max_iter=max_iter,
            watch=partial(watch, gain=0.0, before=np.inf) if watch else None,
        )
    if solver == "proximal":
        return proximal_newton(
            objective.loss,
            objective.derivatives,
            start,
            l1 * objective.on_weights,
            tol=tol,
            max_iter=max_iter,
        )
    hessian, tenth = None, objective.tenth
    if tenth and not watch:
        # From as near as a tenth of the rows can know, few steps are left.
        near = minimise(tenth, solver, tol=max(tol, 1e-3), max_iter=20)
        if near.converged:
            start, hessian = near.x, near.hessian
    return newton(
        objective.loss,
        _held(objective),
        start,
        slope=None if watch else objective.slope,
        hessian=hessian,
        tol=tol,
        max_iter=max_iter,
        watch=watch,
    )


def _held(objective: LogLoss) -> Callable[[Array], tuple[float, Array, Array]]:
    """Derivatives with a Hessian that can be inverted also for K classes."""
    if objective.shape[0] == 1:
        return objective.derivatives

    def derivatives(v: Array) -> tuple[float, Array, Array]:
        now, g, H = objective.derivatives(v)
        return now, g, hold_sums(H.reshape(objective.shape * 2))

    return derivatives
