"""How far predicted quantities are from true ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from mle.metrics.arguments import Floats, check_quantities, check_squares
from mle.validation import check_number


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
        Finite numbers. Several targets, shape (n, k), are refused: score them one by one.
    sample_weight : array_like, shape (n,), optional
        Not negative, not all zero; a weight of 2 counts as the sample given twice.

    Returns
    -------
    float
        At least 0, in the squared unit of y.

    Raises
    ------
    ValueError
        For arrays of another shape (a column (n, 1) too), of unequal length or empty, for entries that are no finite
        numbers, and for weights that are negative or all zero.
    OverflowError
        For quantities beyond 1e150, whose squares floating point cannot hold.

    Examples
    --------
    >>> mean_squared_error([3.0, 5.0], [2.0, 5.0])
    0.5
    """
    residual, _, weight = residuals(y_true, y_pred, sample_weight)
    return float(np.average(residual**2, weights=weight))


def root_mean_squared_error(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    sample_weight: ArrayLike | None = None,
) -> float:
    """Root of `mean_squared_error`: the size of a typical residual, large ones counting most.

    Parameters
    ----------
    y_true, y_pred, sample_weight : array_like, shape (n,)
        As in `mean_squared_error`, with its errors.

    Returns
    -------
    float
        At least 0, in the unit of y.

    Examples
    --------
    >>> root_mean_squared_error([3.0, 5.0], [1.0, 7.0])
    2.0
    """
    mse = mean_squared_error(y_true, y_pred, sample_weight=sample_weight)
    return float(np.sqrt(mse))


def mean_absolute_error(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    sample_weight: ArrayLike | None = None,
) -> float:
    """Mean of the residuals' sizes.

    Parameters
    ----------
    y_true, y_pred, sample_weight : array_like, shape (n,)
        As in `mean_squared_error`, with its errors (but no limit to the size).

    Returns
    -------
    float
        At least 0, in the unit of y.

    Examples
    --------
    >>> mean_absolute_error([3.0, 5.0], [2.0, 5.0])
    0.5
    """
    y, y_hat, weight = check_quantities(y_true, y_pred, sample_weight)
    return float(np.average(np.abs(y - y_hat), weights=weight))


def r2_score(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    sample_weight: ArrayLike | None = None,
) -> float:
    """Share of the spread of y that the predictions explain: 1 - (squared misses) / (squared misses of the mean).

    Parameters
    ----------
    y_true, y_pred, sample_weight : array_like, shape (n,), n >= 2
        As in `mean_squared_error`, with its errors.

    Returns
    -------
    float
        At most 1; 1 is perfect, 0 is as good as the mean of `y_true`, below 0 is worse. When `y_true` does not vary the
        quotient has no value: the result is 1.0 for perfect predictions, else 0.0.

    Raises
    ------
    ValueError
        Also when there are fewer than two samples.

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
    # Squares of small quantities would vanish: measure in a power of two.
    power = -np.frexp(max(np.abs(y).max(), np.abs(residual).max()))[1]
    residual, y = np.ldexp(residual, power), np.ldexp(y, power)
    missed = weight @ residual**2
    spread = weight @ (y - np.average(y, weights=weight)) ** 2
    if spread == 0:
        return float(missed == 0)
    return float(1 - missed / spread)  # eq: r2


def mean_pinball_loss(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    sample_weight: ArrayLike | None = None,
    alpha: float = 0.5,
) -> float:
    """Mean loss of a predicted quantile: alpha per unit that y lies above it, 1 - alpha per unit below.

    No constant prediction has a lower loss than the alpha-quantile of y; that is what makes it a score for quantiles.

    Parameters
    ----------
    y_true, y_pred, sample_weight : array_like, shape (n,)
        As in `mean_absolute_error`, with its errors.
    alpha : float from 0 to 1, default 0.5
        Which quantile was predicted. At 0.5, the median, the loss is half the mean absolute error.

    Returns
    -------
    float
        At least 0, in the unit of y.

    Source
    ------
    Koenker & Bassett (1978), Regression quantiles, Econometrica 46:33-50.

    Examples
    --------
    >>> mean_pinball_loss([3.0, 5.0], [2.0, 6.0], alpha=0.75)
    0.5
    """
    check_number("alpha", alpha, at_least=0)
    if alpha > 1:
        raise ValueError(f"alpha must be a number from 0 to 1, got {alpha!r}")
    y, y_hat, weight = check_quantities(y_true, y_pred, sample_weight)
    r = y - y_hat  # (n,)
    loss = np.where(r >= 0, alpha * r, (alpha - 1) * r)  # eq: pinball-loss
    return float(np.average(loss, weights=weight))


def mean_poisson_deviance(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    sample_weight: ArrayLike | None = None,
) -> float:
    """Twice the mean log-likelihood that predicted counts lack against the counts themselves, for Poisson counts.

    A sample costs 2 (y log(y/μ) - y + μ); a miss by 2 costs more at μ = 1 than at μ = 100.

    Parameters
    ----------
    y_true, y_pred, sample_weight : array_like, shape (n,)
        As in `mean_absolute_error`, with its errors; `y_true` not negative, `y_pred` (μ) above 0.

    Returns
    -------
    float
        At least 0; 0 is best.

    Raises
    ------
    ValueError
        Also for a negative `y_true`, or a `y_pred` of 0 or less.

    Source
    ------
    McCullagh & Nelder (1989), Generalized Linear Models, 2nd ed., sec. 2.3.

    Examples
    --------
    >>> round(mean_poisson_deviance([0.0, 2.0], [1.0, 1.0]), 6)
    1.386294
    """
    y, mu, weight = check_quantities(y_true, y_pred, sample_weight)
    if y.min() < 0:
        raise ValueError(
            f"y_true holds {float(y.min())}: expected counts, at least 0"
        )
    if mu.min() <= 0:
        raise ValueError(
            f"y_pred holds {float(mu.min())}: expected means of counts, above 0"
        )
    # Where y is 0, y log y is 0.
    log_ratio = np.log(np.where(y > 0, y, 1)) - np.log(mu)  # (n,)
    deviance = 2 * (y * log_ratio - y + mu)  # eq: deviance-of-counts
    return float(np.average(deviance, weights=weight))


def residuals(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    sample_weight: ArrayLike | None = None,
) -> tuple[Floats, Floats, Floats]:
    """Misses y_true - y_pred, with y_true and the weights, as float64 of shape (n,), small enough to be squared.

    >>> residuals([3.0, 5.0], [2.0, 5.0])[0].tolist()
    [1.0, 0.0]
    """
    y, y_hat, weight = check_quantities(y_true, y_pred, sample_weight)
    check_squares(y, y_hat)
    return y - y_hat, y, weight
