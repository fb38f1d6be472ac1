"""Lasso and elastic net as models: least squares that leaves columns out."""

import warnings

import numpy as np
from numpy.typing import NDArray

from mle.base import Regressor
from mle.exceptions import ConvergenceWarning, like_sklearn
from mle.linear_model.enet import minimise_enet, moments, unfinished
from mle.linear_model.rows import check_share
from mle.validation.parameters import check_flag, check_number

Array = NDArray[np.floating]


class ElasticNet(Regressor):
    """Least squares with the penalty alpha·(l1_ratio·Σ|w| + ½(1 - l1_ratio)·Σw²).

    Minimises half the *mean* squared residual plus the penalty, as in scikit-learn. The Gram matrix of the columns is
    computed once, p² numbers, and the rows are not looked at again.

    Parameters
    ----------
    alpha : float, positive
        For no penalty take `LinearRegression`.
    l1_ratio : float, 0 to 1
        Share of the absolute weights.
    fit_intercept : bool
        False forces the plane through the origin. The intercept is not penalised.
    max_iter : int
        Most sweeps over the columns.
    tol : float
        Stop once the duality gap, an upper bound of what can still be gained, is at most `tol` times the variance of y.
    positive : bool
        Whether weights may not be negative.

    Attributes
    ----------
    coef_ : ndarray, shape (p,)
        With exact zeros.
    intercept_ : float
    dual_gap_ : float
    n_iter_ : int
        Sweeps made.

    Examples
    --------
    >>> model = ElasticNet(alpha=1.0).fit([[-3, 1], [0, -2], [3, 1]], [-6, 0, 6])
    >>> model.coef_.round(6).tolist()
    [1.769231, 0.0]
    """

    coef_: Array
    intercept_: float
    dual_gap_: float
    n_iter_: int

    def __init__(
        self,
        alpha: float = 1.0,
        *,
        l1_ratio: float = 0.5,
        fit_intercept: bool = True,
        max_iter: int = 1000,
        tol: float = 1e-4,
        positive: bool = False,
    ) -> None:
        self.alpha = alpha
        self.l1_ratio = l1_ratio
        self.fit_intercept = fit_intercept
        self.max_iter = max_iter
        self.tol = tol
        self.positive = positive

    def _check_params(self) -> None:
        check_number("alpha", self.alpha, above=0)
        check_share("l1_ratio", self.l1_ratio)
        check_flag("fit_intercept", self.fit_intercept)
        check_number("max_iter", self.max_iter, at_least=1, integer=True)
        check_number("tol", self.tol, at_least=0)
        check_flag("positive", self.positive)

    def _fit(self, X: Array, y: Array, w: Array) -> None:
        data, mean_x, mean_y = moments(
            X, y, w, fit_intercept=self.fit_intercept
        )
        self.coef_, self.dual_gap_, self.n_iter_ = minimise_enet(
            data,
            self.alpha,
            self.l1_ratio,
            np.zeros(X.shape[1]),
            positive=self.positive,
            tol=self.tol,
            max_iter=self.max_iter,
        )
        self.intercept_ = float(mean_y - self.coef_ @ mean_x)
        if self.dual_gap_ > self.tol * data.tt:
            message = unfinished(self.dual_gap_, self.tol * data.tt)
            warnings.warn(
                message, like_sklearn(ConvergenceWarning), stacklevel=3
            )

    def _predict(self, X: Array) -> Array:
        return X @ self.coef_ + self.intercept_


class Lasso(ElasticNet):
    """Least squares with the penalty alpha·Σ|w|, which makes weights exactly 0: `ElasticNet` with l1_ratio=1.

    Parameters
    ----------
    alpha, fit_intercept, max_iter, tol, positive
        As in `ElasticNet`.

    Attributes
    ----------
    coef_ : ndarray, shape (p,)
        With exact zeros.
    intercept_ : float
    dual_gap_ : float
    n_iter_ : int
        Sweeps made.

    Examples
    --------
    >>> model = Lasso(alpha=1.0).fit([[-3, 1], [0, -2], [3, 1]], [-6, 0, 6])
    >>> model.coef_.round(6).tolist()
    [1.833333, 0.0]
    """

    l1_ratio = 1.0

    def __init__(
        self,
        alpha: float = 1.0,
        *,
        fit_intercept: bool = True,
        max_iter: int = 1000,
        tol: float = 1e-4,
        positive: bool = False,
    ) -> None:
        self.alpha = alpha
        self.fit_intercept = fit_intercept
        self.max_iter = max_iter
        self.tol = tol
        self.positive = positive
