"""Columns on one scale by their extremes, or by their quartiles, which outliers do not move."""

from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mle.base import Transformer
from mle.validation.arrays import check_X
from mle.validation.parameters import check_flag, check_number

Array = NDArray[np.floating]


def line_through(low: Array, high: Array, a: float, b: float) -> Array:
    """Slope and intercept of the line that takes low to a and high to b, shape (2, p).

    A constant column, low = high, keeps its unit: it is moved to a.

    Raises
    ------
    OverflowError
        When a range is beyond floating point.

    Examples
    --------
    >>> line_through(np.array([10.0]), np.array([30.0]), 0.0, 1.0).tolist()
    [[0.05], [-0.5]]
    """
    size = np.maximum(np.abs(low), np.abs(high))
    slope = (b - a) / without_zeros(spread(low, high), size)
    return np.array([slope, a - low * slope])


def spread(low: Array, high: Array) -> Array:
    """Return high - low for each column, refusing what floating point cannot hold.

    >>> spread(np.array([1.0]), np.array([3.0])).tolist()
    [2.0]
    """
    with np.errstate(over="ignore"):
        width = high - low
    if np.isinf(width).any():
        raise OverflowError(
            f"the range of column {int(np.isinf(width).argmax())} of X is beyond floating point"
        )
    return width


def without_zeros(scale: Array, size: Array) -> Array:
    """Return a scale to divide by: 1 where it is 0 up to rounding, because the column is constant.

    Parameters
    ----------
    scale : ndarray, shape (p,)
    size : ndarray, shape (p,)
        How large the values are: what is rounding depends on it. (Scikit-learn takes every scale below 2e-15 for 0,
        also that of a column in small units.)

    Returns
    -------
    ndarray, shape (p,)

    Examples
    --------
    >>> without_zeros(np.array([0.0, 2.0, 1e-17]), np.array([3.0, 3.0, 1e-17])).tolist()
    [1.0, 2.0, 1e-17]
    """
    # Below 1e-290 the reciprocal would leave the range of floating point.
    noise = np.maximum(10 * np.finfo(np.float64).eps * size, 1e-290)
    return np.where(scale < noise, 1.0, scale)


def check_pair(name: str, pair: Any, wanted: str) -> tuple[float, float]:
    """Return the two numbers of a parameter, or refuse what is no pair of finite numbers.

    >>> check_pair("feature_range", 3, "(minimum, maximum)")
    Traceback (most recent call last):
    TypeError: feature_range must be (minimum, maximum), two numbers, got 3
    """
    if not isinstance(pair, tuple | list | np.ndarray) or len(pair) != 2:
        raise TypeError(f"{name} must be {wanted}, two numbers, got {pair!r}")
    for number in pair:
        check_number(name, number)
    return pair[0], pair[1]


class MinMaxScaler(Transformer):
    """Map each column to the range from a to b by a straight line.

    Parameters
    ----------
    feature_range : tuple (a, b)
        Where the smallest and the largest value seen in `fit` go.
    clip : bool
        Whether `transform` keeps later values inside the range.

    Attributes
    ----------
    data_min_, data_max_, data_range_ : ndarray, shape (p,)
        In the units of the columns.
    scale_, min_ : ndarray, shape (p,)
        Slope and intercept of the line.

    Examples
    --------
    >>> scaler = MinMaxScaler().fit([[10], [30]])
    >>> scaler.transform([[10], [25], [40]]).tolist()
    [[0.0], [0.75], [1.5]]
    """

    scale_: Array
    min_: Array

    def __init__(
        self,
        feature_range: tuple[float, float] = (0, 1),
        *,
        clip: bool = False,
    ) -> None:
        self.feature_range = feature_range
        self.clip = clip

    def inverse_transform(self, X: ArrayLike) -> Array:
        """Return scaled rows to their own units."""
        self._check_fitted()
        return (self._check_width(check_X(X)) - self.min_) / self.scale_

    def _check_params(self) -> None:
        check_flag("clip", self.clip)
        a, b = check_pair(
            "feature_range", self.feature_range, "(minimum, maximum)"
        )
        if not a < b:
            raise ValueError(
                f"feature_range must be (minimum, maximum) with minimum < maximum, got {self.feature_range!r}"
            )

    def _fit(self, X: Array) -> None:
        low, high = X.min(axis=0), X.max(axis=0)
        self.scale_, self.min_ = line_through(low, high, *self.feature_range)
        self.data_min_, self.data_max_ = low, high
        self.data_range_ = high - low

    def _transform(self, X: Array) -> Array:
        Z = X * self.scale_
        Z += self.min_
        return np.clip(Z, *self.feature_range) if self.clip else Z


class RobustScaler(Transformer):
    """Subtract each column's median and divide by the distance between two of its percentiles.

    Parameters
    ----------
    with_centering : bool
        Whether to subtract the median.
    with_scaling : bool
        Whether to divide by the distance.
    quantile_range : tuple (low, high)
        The percentiles, 0 <= low < high <= 100; the quartiles by default.
    unit_variance : bool
        Whether a normally distributed column shall come out with variance 1: the distance is measured in that between
        the percentiles of the standard normal distribution.

    Attributes
    ----------
    center_, scale_ : ndarray, shape (p,), or None
        What is subtracted and what is divided by, in the units of the columns.

    Examples
    --------
    >>> RobustScaler().fit_transform([[0], [1], [2], [3], [100]]).tolist()
    [[-1.0], [-0.5], [0.0], [0.5], [49.0]]
    """

    center_: Array | None
    scale_: Array | None

    def __init__(
        self,
        *,
        with_centering: bool = True,
        with_scaling: bool = True,
        quantile_range: tuple[float, float] = (25.0, 75.0),
        unit_variance: bool = False,
    ) -> None:
        self.with_centering = with_centering
        self.with_scaling = with_scaling
        self.quantile_range = quantile_range
        self.unit_variance = unit_variance

    def inverse_transform(self, X: ArrayLike) -> Array:
        """Return scaled rows to their own units."""
        self._check_fitted()
        Z = self._check_width(check_X(X))
        center, scale = self._line()
        return Z * scale + center

    def _check_params(self) -> None:
        for name in ("with_centering", "with_scaling", "unit_variance"):
            check_flag(name, getattr(self, name))
        low, high = check_pair(
            "quantile_range", self.quantile_range, "(low, high)"
        )
        if not 0 <= low < high <= 100:
            raise ValueError(
                f"quantile_range must be (low, high) with 0 <= low < high <= 100, got {self.quantile_range!r}"
            )
        if self.unit_variance and not 0 < low < high < 100:
            raise ValueError(
                "unit_variance needs a quantile_range inside (0, 100): the normal distribution has no ends, got "
                f"{self.quantile_range!r}"
            )

    def _fit(self, X: Array) -> None:
        self.center_ = self.scale_ = None
        if self.with_centering:
            self.center_ = np.median(X, axis=0)
        if self.with_scaling:
            low, high = np.percentile(X, self.quantile_range, axis=0)
            size = np.maximum(np.abs(low), np.abs(high))
            scale = without_zeros(spread(low, high), size)
            if self.unit_variance:
                a, b = (q / 100 for q in self.quantile_range)
                z = NormalDist().inv_cdf
                scale = scale / (z(b) - z(a))
            self.scale_ = scale

    def _transform(self, X: Array) -> Array:
        center, scale = self._line()
        return (X - center) / scale

    def _line(self) -> tuple[Array, Array]:
        center = np.zeros(1) if self.center_ is None else self.center_
        return center, np.ones(1) if self.scale_ is None else self.scale_
