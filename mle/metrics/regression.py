"""How far predicted quantities are from true ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mle.metrics.arguments import check_quantities


def mean_squared_error(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    sample_weight: ArrayLike | None = None,
) -> float:
    """Mean of the squared residuals.

    Parameters
    ----------
    y_true, y_pred : array_like, shape (n,)
    sample_weight : array_like, shape (n,), optional

    Returns
    -------
    float
        At least 0, in the squared unit of y.

    Raises
    ------
    ValueError
        For arrays of unequal length, empty arrays, entries that are no finite numbers, or bad weights.

    Examples
    --------
    >>> mean_squared_error([3.0, 5.0], [2.0, 5.0])
    0.5
    """
    residual, _, weight = residuals(y_true, y_pred, sample_weight)
    return float(np.average(residual**2, weights=weight))


def mean_absolute_error(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    sample_weight: ArrayLike | None = None,
) -> float:
    """Mean of the residuals' sizes.

    Parameters
    ----------
    y_true, y_pred : array_like, shape (n,)
    sample_weight : array_like, shape (n,), optional

    Returns
    -------
    float
        At least 0, in the unit of y.

    Raises
    ------
    ValueError
        As `mean_squared_error`.

    Examples
    --------
    >>> mean_absolute_error([3.0, 5.0], [2.0, 5.0])
    0.5
    """
    residual, _, weight = residuals(y_true, y_pred, sample_weight)
    return float(np.average(np.abs(residual), weights=weight))


def r2_score(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    sample_weight: ArrayLike | None = None,
) -> float:
    """Share of the spread of y that the predictions explain: 1 - (squared misses) / (squared misses of the mean).

    Parameters
    ----------
    y_true, y_pred : array_like, shape (n,), n >= 2
    sample_weight : array_like, shape (n,), optional

    Returns
    -------
    float
        At most 1; 1 is perfect, 0 is as good as the mean of `y_true`, below 0 is worse. When `y_true` does not vary the
        quotient has no value: the result is 1.0 for perfect predictions, else 0.0.

    Raises
    ------
    ValueError
        As `mean_squared_error`, or when there are fewer than two samples.

    Examples
    --------
    >>> r2_score([1.0, 2.0, 3.0], [1.0, 2.0, 2.0])
    0.5
    >>> r2_score([1.0, 2.0, 3.0], [2.0, 2.0, 2.0])
    0.0
    """
    residual, y, weight = residuals(y_true, y_pred, sample_weight)
    if len(y) < 2:
        raise ValueError(
            "r2_score got 1 sample: expected at least 2, since one value has no spread"
        )
    missed = weight @ residual**2
    spread = weight @ (y - np.average(y, weights=weight)) ** 2
    if spread == 0:
        return float(missed == 0)
    return float(1 - missed / spread)  # eq: r2


def residuals(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    sample_weight: ArrayLike | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Misses y_true - y_pred, with y_true and the weights, as float64 of shape (n,).

    >>> residuals([3.0, 5.0], [2.0, 5.0])[0].tolist()
    [1.0, 0.0]
    """
    y, y_hat, weight = check_quantities(y_true, y_pred, sample_weight)
    return y - y_hat, y, weight
