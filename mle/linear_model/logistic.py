"""Logistic regression: the penalised log-loss of two classes, Newton's method, and the model for two classes or more."""

import warnings
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mle.base import Classifier
from mle.exceptions import ConvergenceWarning, SeparationError, like_sklearn
from mle.linalg import gram, solve_symmetric
from mle.linear_model.classes import class_weights
from mle.linear_model.logistic_solvers import (
    SOLVERS,
    choose_solver,
    log_loss_of,
    minimise,
)
from mle.linear_model.multinomial import softmax
from mle.linear_model.rows import check_flat, check_share
from mle.optimize.descent import Descent
from mle.optimize.line_search import backtracking
from mle.validation.parameters import check_choice, check_flag, check_number

Array = NDArray[np.floating]


def sigmoid(z: ArrayLike) -> Array:
    """Turn log-odds into a probability, 1 / (1 + exp(-z)), without overflow.

    Parameters
    ----------
    z : array_like, any shape
        Log-odds.

    Returns
    -------
    ndarray, shape of z
        Between 0 and 1. The exponential is taken of -|z|, so that it never exceeds 1.

    Examples
    --------
    >>> sigmoid([0.0, 1000.0, -1000.0]).tolist()
    [0.5, 1.0, 0.0]
    """
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1.0, e) / (1.0 + e)  # eq: sigmoid


def log_loss(
    X: Array,
    y: Array,
    w: Array,
    b: float,
    penalty: float = 0.0,
    sample_weight: Array | None = None,
) -> float:
    """Mean log-loss of the probabilities sigmoid(Xw + b), plus penalty / 2n times the squared length of w.

    scikit-learn minimises C·(sum of the losses) + ½|w|². With penalty = 1/C that is this function times C·n, n being
    the number of rows or the sum of their weights: both have the same minimum.

    Parameters
    ----------
    X : ndarray, shape (n, p)
    y : ndarray, shape (n,)
        0 or 1.
    w : ndarray, shape (p,)
    b : float
        Not penalised.
    penalty : float
        λ = 1/C.
    sample_weight : ndarray, shape (n,), optional

    Returns
    -------
    float
        In nats. A probability of 1/2 costs log 2 = 0.693.

    Examples
    --------
    >>> round(log_loss(np.array([[1.0], [2.0]]), np.array([0.0, 1.0]), np.array([0.0]), 0.0), 6)
    0.693147
    """
    check_flat(len(X), y=y, sample_weight=sample_weight)
    n = _total(len(y), sample_weight)
    z = X @ w + b  # (n,) log-odds
    surprise = np.logaddexp(0.0, np.where(y == 1, -z, z))  # -log p(y), (n,)
    mean = np.average(surprise, weights=sample_weight)
    return float(mean + penalty / (2 * n) * (w @ w))  # eq: log-loss


def gradient(
    X: Array,
    y: Array,
    w: Array,
    b: float,
    penalty: float = 0.0,
    sample_weight: Array | None = None,
) -> tuple[Array, float]:
    """Gradient of `log_loss` with respect to w and b.

    Parameters
    ----------
    X : ndarray, shape (n, p)
    y : ndarray, shape (n,)
    w : ndarray, shape (p,)
    b : float
    penalty : float
    sample_weight : ndarray, shape (n,), optional

    Returns
    -------
    gradient_w : ndarray, shape (p,)
    gradient_b : float

    Examples
    --------
    >>> gradient_w, gradient_b = gradient(np.array([[1.0], [2.0]]), np.array([0.0, 1.0]), np.array([0.0]), 0.0)
    >>> gradient_w.tolist(), gradient_b
    ([-0.25], 0.0)
    """
    check_flat(len(X), y=y, sample_weight=sample_weight)
    n = _total(len(y), sample_weight)
    miss = sigmoid(X @ w + b) - y  # (n,)
    miss = miss if sample_weight is None else sample_weight * miss
    gw = (X.T @ miss + penalty * w) / n  # eq: log-loss-gradient
    return gw, float(miss.sum()) / n


def hessian(
    X: Array,
    w: Array,
    b: float,
    penalty: float = 0.0,
    sample_weight: Array | None = None,
) -> Array:
    """Second derivatives of `log_loss` with respect to w and b; they do not depend on y.

    Parameters
    ----------
    X : ndarray, shape (n, p)
    w : ndarray, shape (p,)
    b : float
    penalty : float
    sample_weight : ndarray, shape (n,), optional

    Returns
    -------
    ndarray, shape (p + 1, p + 1)
        Last row and column belong to b.

    Examples
    --------
    >>> hessian(np.array([[1.0], [2.0]]), np.array([0.0]), 0.0).tolist()
    [[0.625, 0.375], [0.375, 0.25]]
    """
    n = _total(len(X), sample_weight)
    p = sigmoid(X @ w + b)  # (n,)
    q = p * (1 - p) if sample_weight is None else sample_weight * p * (1 - p)
    G, c = gram(X, np.ones(len(X)), q)  # XᵀQX (p, p) and Xᵀq (p,)
    G += penalty * np.eye(len(w))
    H = np.block([[G, c[:, None]], [c, q.sum()]]) / n  # eq: log-loss-hessian
    return H


@dataclass(frozen=True)
class Newton:
    """What Newton's method found.

    Attributes
    ----------
    w : ndarray, shape (p,)
    b : float
    n_iter : int
        Steps taken.
    converged : bool
    losses : ndarray, shape (n_iter + 1,)
        Loss at the start and after each step.

    Examples
    --------
    >>> newton(np.array([[0.0], [0.0], [0.0]]), np.array([0.0, 1.0, 1.0])).converged
    True
    """

    w: Array
    b: float
    n_iter: int
    converged: bool
    losses: Array


def newton(
    X: Array,
    y: Array,
    penalty: float = 0.0,
    sample_weight: Array | None = None,
    *,
    fit_intercept: bool = True,
    tol: float = 1e-12,
    max_iter: int = 100,
) -> Newton:
    """Minimise `log_loss` by Newton's method with a line search, from zero.

    Parameters
    ----------
    X : ndarray, shape (n, p)
    y : ndarray, shape (n,)
        0 or 1.
    penalty : float
        λ = 1/C; 0 for none.
    sample_weight : ndarray, shape (n,), optional
    fit_intercept : bool
        False keeps b = 0.
    tol : float
        Stop after a step that promised to lower the loss by no more than this: ½gᵀH⁻¹g, in nats. The promise does not
        depend on the units of the columns, and the error left after the step is about its square.
    max_iter : int

    Returns
    -------
    Newton
        Without a penalty, linearly dependent columns share their weight: w is one of many that fit equally well.

    Raises
    ------
    SeparationError
        Without a penalty, if a line separates the classes: the loss then falls for ever as w grows.

    Source
    ------
    Boyd & Vandenberghe (2004), Convex Optimization, algorithm 9.5.

    Examples
    --------
    >>> found = newton(np.array([[-1.0], [0.0], [1.0], [2.0]]), np.array([0.0, 1.0, 0.0, 1.0]))
    >>> round(float(found.w[0]), 6), round(found.b, 6)
    (0.908184, -0.454092)
    """

    def loss(v: Array) -> float:
        return log_loss(X, y, v[:-1], v[-1], penalty, sample_weight)

    v = np.zeros(X.shape[1] + 1)  # w and, last, b
    free = slice(None) if fit_intercept else slice(-1)  # else b stays 0
    losses, gain = [loss(v)], np.inf
    while len(losses) <= max_iter and gain > tol:
        g = np.append(*gradient(X, y, v[:-1], v[-1], penalty, sample_weight))
        H = hessian(X, v[:-1], v[-1], penalty, sample_weight)
        step = np.zeros_like(v)
        step[free] = solve_symmetric(H[free, free], g[free])  # eq: newton-step
        before, gain = gain, float(g @ step) / 2
        t, now = backtracking(loss, v, step, 2 * gain, now=losses[-1])
        if t == 0:
            break
        v = v - t * step
        losses.append(now)
        if penalty == 0:
            _refuse_separation(len(y), sample_weight, now, gain, before)
    steps, converged = len(losses) - 1, bool(gain <= tol)
    return Newton(v[:-1], float(v[-1]), steps, converged, np.array(losses))


class LogisticRegression(Classifier):
    """Probability of each class: sigmoid(Xw + b) for two classes, softmax(XWᵀ + b) for more.

    Minimises the mean log-loss plus 1/(Cn) times (l1_ratio · Σ|w| + (1 - l1_ratio)/2 · Σw²), n being the number of
    rows or the sum of their weights. Intercepts are not penalised.

    Parameters
    ----------
    C : float, positive
        Inverse of the penalty, 1/λ, as in scikit-learn; see `log_loss`. Infinity means no penalty: then `fit` raises
        `SeparationError` if it sees that a line separates the classes.
    l1_ratio : float, 0 to 1
        Share of the absolute weights in the penalty: 0 for squares alone, 1 for absolute weights alone, which makes
        some of them exactly 0.
    solver : {"auto", "newton", "lbfgs", "proximal"}
        Newton's method, L-BFGS, or proximal Newton steps (for l1_ratio above 0). Automatic: "proximal" if there are
        absolute weights, "newton" up to 1000 parameters, else "lbfgs".
    fit_intercept : bool
        False keeps b = 0.
    class_weight : dict, "balanced" or None
        Factor on the weights of the rows of each class, 1 if it is not in the dict; "balanced" gives all classes
        the same total.
    tol : float
        Loss still to be gained by the last step, in nats: see `newton`. "lbfgs" stops once no entry of the gradient
        exceeds its root.
    max_iter : int
        Most steps.

    Attributes
    ----------
    classes_ : ndarray, shape (K,)
        In sorted order; for two classes, log-odds are of the second.
    coef_ : ndarray, shape (1, p) for two classes, (K, p) for more
        Change of the log-odds, or of the score of each class, for one unit of each column.
    intercept_ : ndarray, shape (1,) or (K,)
    n_iter_ : int
        Steps taken.

    Examples
    --------
    >>> model = LogisticRegression().fit([[-1], [0], [1], [2]], ["no", "yes", "no", "yes"])
    >>> model.predict([[-5], [5]]).tolist()
    ['no', 'yes']
    >>> model.predict_proba([[0.5]]).round(6).tolist()
    [[0.5, 0.5]]
    """

    coef_: Array
    intercept_: Array
    n_iter_: int

    def __init__(
        self,
        C: float = 1.0,
        *,
        l1_ratio: float = 0.0,
        solver: str = "auto",
        fit_intercept: bool = True,
        class_weight: dict[Any, float] | str | None = None,
        tol: float = 1e-12,
        max_iter: int = 100,
    ) -> None:
        self.C = C
        self.l1_ratio = l1_ratio
        self.solver = solver
        self.fit_intercept = fit_intercept
        self.class_weight = class_weight
        self.tol = tol
        self.max_iter = max_iter

    def decision_function(self, X: ArrayLike) -> Array:
        """Return the log-odds of the second of two classes, shape (n,), or the scores of all, shape (n, K)."""
        return self._scores(self._check(X))

    def _check_params(self) -> None:
        check_number("C", self.C, above=0, infinite=True)
        check_share("l1_ratio", self.l1_ratio)
        check_choice("solver", self.solver, SOLVERS)
        check_flag("fit_intercept", self.fit_intercept)
        check_number("tol", self.tol, at_least=0)
        check_number("max_iter", self.max_iter, at_least=1, integer=True)

    def _fit(self, X: Array, index: NDArray[np.intp], w: Array) -> None:
        w = w * class_weights(self.class_weight, self.classes_, index, w)
        penalty = 1 / self.C
        mix = self.l1_ratio if penalty else 0.0
        objective = log_loss_of(
            X,
            index,
            len(self.classes_),
            (1 - mix) * penalty,
            w,
            fit_intercept=self.fit_intercept,
        )
        solver = choose_solver(self.solver, mix, len(objective.on_weights))
        if solver == "proximal" and not penalty:
            solver = "newton"  # the same steps, and it sees separation
        watch = partial(_refuse_separation, len(X), w) if not penalty else None
        # Where squares of X overflow the solvers raise; NumPy need not warn.
        with np.errstate(over="ignore", invalid="ignore"):
            found = minimise(
                objective,
                solver,
                mix * penalty / w.sum(),
                tol=self.tol,
                max_iter=self.max_iter,
                watch=watch,
            )
        self._keep(found, objective.shape, X.shape[1])

    def _keep(self, found: Descent, shape: tuple[int, int], p: int) -> None:
        V = found.x.reshape(shape)  # (1 or K, p + 1 or p)
        self.coef_ = V[:, :p]
        self.intercept_ = V[:, p:].sum(axis=1)
        self.intercept_ -= self.intercept_.mean() * (len(V) > 1)
        self.n_iter_ = found.n_iter
        if not found.converged:
            message = f"the solver has not converged in {found.n_iter} steps: raise max_iter or lower C"
            warnings.warn(
                message, like_sklearn(ConvergenceWarning), stacklevel=4
            )

    def _scores(self, X: Array) -> Array:
        Z = X @ self.coef_.T + self.intercept_  # (n, 1 or K)
        return Z[:, 0] if Z.shape[1] == 1 else Z

    def _predict(self, X: Array) -> NDArray[np.intp]:
        z = self._scores(X)  # (n,) or (n, K)
        return z.argmax(axis=1) if z.ndim > 1 else (z > 0).astype(np.intp)

    def _proba(self, X: Array) -> Array:
        z = self._scores(X)
        if z.ndim > 1:
            return softmax(z)
        return np.column_stack([sigmoid(-z), sigmoid(z)])


def _refuse_separation(
    n: int,
    sample_weight: Array | None,
    loss: float,
    gain: float,
    before: float,
) -> None:
    """Raise if the loss can fall for ever.

    A row on the wrong side costs at least log 2, so a mean loss below its share proves that no row is. If some rows lie
    on the line that separates the others, the loss does not vanish, but Newton's promises then shrink by a constant
    factor near 1/e instead of being squared.
    """
    share = (
        1 / n
        if sample_weight is None
        else sample_weight[sample_weight > 0].min() / sample_weight.sum()
    )
    creeping = gain > 0.1 * before and 1e-18 < gain < max(1e-6 / n, 1e-12)
    if loss < np.log(2) * share or creeping:
        raise SeparationError(
            "a line separates the classes, so the loss without a penalty falls for ever as the weights grow: "
            "take a finite C (a positive penalty), or leave out columns"
        )


def _total(n: int, sample_weight: Array | None) -> float:
    return float(n) if sample_weight is None else float(sample_weight.sum())
