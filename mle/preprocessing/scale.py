"""Columns on one scale: mean 0, standard deviation 1."""

from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mle.base import Transformer
from mle.linalg import weighted_mean
from mle.validation.arrays import check_sample_weight, check_X
from mle.validation.parameters import check_flag

Array = NDArray[np.floating]


class StandardScaler(Transformer):
    """Subtract each column's mean μ and divide by its standard deviation s.

    Parameters
    ----------
    with_mean : bool
        Whether to subtract the mean.
    with_std : bool
        Whether to divide by the standard deviation.

    Attributes
    ----------
    mean_ : ndarray, shape (p,)
        Means seen in `fit`, in the units of the columns.
    var_ : ndarray, shape (p,)
        Variances, with divisor n.
    scale_ : ndarray, shape (p,)
        What is divided by: the root of `var_`; 1 for a constant column, and for all without `with_std`.

    Examples
    --------
    >>> scaler = StandardScaler()
    >>> scaler.fit_transform([[1, 7], [3, 7]]).tolist()
    [[-1.0, 0.0], [1.0, 0.0]]
    >>> scaler.transform([[5, 8]]).tolist()
    [[3.0, 1.0]]
    """

    mean_: Array
    var_: Array
    scale_: Array

    def __init__(
        self, *, with_mean: bool = True, with_std: bool = True
    ) -> None:
        self.with_mean = with_mean
        self.with_std = with_std

    def fit(
        self,
        X: ArrayLike,
        y: object = None,
        sample_weight: ArrayLike | None = None,
    ) -> Self:
        """Learn means and deviations from X, shape (n, p); y is not used; a weight of 2 counts as a row given twice."""
        array = self._open(X)
        self._fit(array, check_sample_weight(sample_weight, len(array)))
        return self._close(X, array.shape[1])

    def inverse_transform(self, X: ArrayLike) -> Array:
        """Return scaled rows to their own units."""
        self._check_fitted()
        Z = self._check_width(check_X(X))
        return Z * self.scale_ + self.mean_ * self.with_mean

    def _check_params(self) -> None:
        check_flag("with_mean", self.with_mean)
        check_flag("with_std", self.with_std)

    def _fit(self, X: Array, w: Array | None = None) -> None:
        mu = weighted_mean(X, w)
        with np.errstate(over="ignore", invalid="ignore"):
            self.mean_, self.var_ = mu, weighted_mean((X - mu) ** 2, w)
        if self.with_std and not np.isfinite(self.var_).all():
            raise OverflowError(
                f"the variance of column {np.argmax(self.var_)} of X is beyond floating point"
            )
        s = np.sqrt(self.var_)
        rounding = 10 * np.finfo(np.float64).eps * np.abs(mu)
        self.scale_ = np.where(self.with_std & (s > rounding), s, 1.0)

    def _transform(self, X: Array) -> Array:
        mu, s = self.mean_ * self.with_mean, self.scale_
        return (X - mu) / s  # eq: standardise
