"""Linear regression learnt row by row, and what it shares with the classifiers that learn so."""

import warnings
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mle.base import Regressor
from mle.exceptions import ConvergenceWarning, like_sklearn
from mle.linear_model.row_losses import (
    epsilon_insensitive,
    huber,
    squared_error,
)
from mle.linear_model.rows import check_share
from mle.linear_model.sgd import RowLoss, learning_rate, sgd
from mle.optimize.descent import Descent
from mle.validation.parameters import (
    check_choice,
    check_flag,
    check_number,
    check_random_state,
)

Array = NDArray[np.floating]
SCHEDULES = ("constant", "invscaling", "optimal")
REGRESSOR_LOSSES: dict[str, Any] = {
    "squared_error": squared_error,
    "huber": huber,
    "epsilon_insensitive": epsilon_insensitive,
}


def check_settings(model: Any, losses: dict[str, Any]) -> None:
    """Refuse settings of stochastic descent that are out of range.

    Parameters
    ----------
    model : SGDClassifier, Perceptron or SGDRegressor
    losses : dict
        Losses to choose from, by name.

    Examples
    --------
    >>> check_settings(SGDRegressor(alpha=-1.0), REGRESSOR_LOSSES)
    Traceback (most recent call last):
    ValueError: alpha must be a number of at least 0, got -1.0
    """
    check_choice("loss", model.loss, losses)
    if model.penalty is not None:
        check_choice("penalty", model.penalty, ("l2", "l1", "elasticnet"))
    check_number("alpha", model.alpha, at_least=0)
    check_share("l1_ratio", model.l1_ratio)
    for name in ("fit_intercept", "shuffle"):
        check_flag(name, getattr(model, name))
    for name in ("max_iter", "n_iter_no_change"):
        check_number(name, getattr(model, name), at_least=1, integer=True)
    if model.tol is not None:
        check_number("tol", model.tol, at_least=0)
    check_choice("learning_rate", model.learning_rate, SCHEDULES)
    if model.learning_rate == "optimal":
        check_number("alpha", model.alpha, above=0)
    else:
        check_number("eta0", model.eta0, above=0)
    check_number("power_t", model.power_t)


def run_sgd(
    model: Any,
    X: Array,
    y: Array,
    loss: RowLoss,
    rng: np.random.Generator,
    row_weight: Array | None = None,
) -> Descent:
    """Run `mle.linear_model.sgd.sgd` with the settings of a model.

    Parameters
    ----------
    model : SGDClassifier, Perceptron or SGDRegressor
    X : ndarray, shape (n, p)
    y : ndarray, shape (n,)
    loss : callable
    rng : Generator
    row_weight : ndarray, shape (n,), optional

    Returns
    -------
    Descent

    Examples
    --------
    >>> from mle.linear_model.row_losses import squared_error
    >>> model, rng = SGDRegressor(eta0=0.1, max_iter=2, tol=None), np.random.default_rng(0)
    >>> run_sgd(model, np.ones((3, 1)), np.ones(3), squared_error, rng).n_iter
    2
    """
    rate = learning_rate(
        model.learning_rate, model.eta0, model.power_t, model.alpha
    )
    shares = {None: 0.0, "l2": 0.0, "l1": 1.0, "elasticnet": model.l1_ratio}
    return sgd(
        X,
        y,
        loss,
        rate,
        alpha=0.0 if model.penalty is None else model.alpha,
        l1_ratio=shares[model.penalty],
        fit_intercept=model.fit_intercept,
        max_iter=model.max_iter,
        tol=model.tol,
        patience=model.n_iter_no_change,
        rng=rng if model.shuffle else None,
        row_weight=row_weight,
    )


def passes_of(model: Any, found: list[Descent]) -> int:
    """Return the most passes that a descent has made, and warn if one of them has not converged.

    Parameters
    ----------
    model : SGDClassifier, Perceptron or SGDRegressor
    found : list of Descent

    Returns
    -------
    int

    Warns
    -----
    ConvergenceWarning
        Unless the model's `tol` is None.

    Examples
    --------
    >>> passes_of(SGDRegressor(), [Descent(np.zeros(2), 7, True, np.ones(7))])
    7
    """
    n_iter = max(one.n_iter for one in found)
    if model.tol is not None and not all(one.converged for one in found):
        message = f"stochastic descent has not converged in {n_iter} passes: raise max_iter or scale the columns"
        warnings.warn(message, like_sklearn(ConvergenceWarning), stacklevel=5)
    return n_iter


class SGDRegressor(Regressor):
    """Linear regression learnt row by row.

    Minimises the mean loss of the rows plus alpha times the penalty. Scale the columns first, and y to a spread of
    about one. `fit` takes no row weights: a step of double length is not two steps.

    Parameters
    ----------
    loss : {"squared_error", "huber", "epsilon_insensitive"}
        The squared error is halved.
    epsilon : float, not negative
        Error beyond which "huber" is a straight line, or up to which "epsilon_insensitive" is 0.
    penalty, alpha, l1_ratio, fit_intercept, max_iter, tol, shuffle, n_iter_no_change, random_state
        As in `SGDClassifier`.
    learning_rate : {"invscaling", "constant", "optimal"}
    eta0, power_t : float

    Attributes
    ----------
    coef_ : ndarray, shape (p,)
    intercept_ : float
    n_iter_ : int
        Passes made.

    Examples
    --------
    >>> model = SGDRegressor(alpha=0.0, eta0=0.1, tol=1e-9, random_state=0).fit([[-1], [0], [1]], [1, 3, 5])
    >>> model.coef_.round(2).tolist(), round(model.intercept_, 2)
    ([2.0], 3.0)
    """

    coef_: Array
    intercept_: float
    n_iter_: int

    def __init__(
        self,
        loss: str = "squared_error",
        *,
        penalty: str | None = "l2",
        alpha: float = 1e-4,
        l1_ratio: float = 0.15,
        fit_intercept: bool = True,
        max_iter: int = 1000,
        tol: float | None = 1e-3,
        shuffle: bool = True,
        epsilon: float = 0.1,
        learning_rate: str = "invscaling",
        eta0: float = 0.01,
        power_t: float = 0.25,
        n_iter_no_change: int = 5,
        random_state: int | np.random.Generator | None = None,
    ) -> None:
        self.loss = loss
        self.penalty = penalty
        self.alpha = alpha
        self.l1_ratio = l1_ratio
        self.fit_intercept = fit_intercept
        self.max_iter = max_iter
        self.tol = tol
        self.shuffle = shuffle
        self.epsilon = epsilon
        self.learning_rate = learning_rate
        self.eta0 = eta0
        self.power_t = power_t
        self.n_iter_no_change = n_iter_no_change
        self.random_state = random_state

    def fit(self, X: ArrayLike, y: ArrayLike) -> Any:  # type: ignore[override]
        """Learn from X, shape (n, p), and y, shape (n,)."""
        return super().fit(X, y)

    def _check_params(self) -> None:
        check_settings(self, REGRESSOR_LOSSES)
        check_number("epsilon", self.epsilon, at_least=0)

    def _fit(self, X: Array, y: Array, w: Array) -> None:
        rng = check_random_state(self.random_state)
        loss = REGRESSOR_LOSSES[self.loss]
        if loss is not squared_error:
            loss = partial(loss, epsilon=self.epsilon)
        found = run_sgd(self, X, y, loss, rng)
        self.coef_, self.intercept_ = found.x[:-1], float(found.x[-1])
        self.n_iter_ = passes_of(self, [found])

    def _predict(self, X: Array) -> Array:
        return X @ self.coef_ + self.intercept_
