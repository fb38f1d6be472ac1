"""Values at which to try a feature: evenly spaced, at quantiles, or those that it has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mle.validation import check_choice, check_number, check_numbers

Array = NDArray[np.float64]


def grid_of(
    column: ArrayLike,
    percentiles: tuple[float, float] = (0.05, 0.95),
    grid_resolution: int = 100,
    spacing: str = "even",
) -> NDArray[Any]:
    """Values at which to try a feature.

    Parameters
    ----------
    column : array_like, shape (n,)
        Numbers or text.
    percentiles, grid_resolution, spacing
        As in `partial_dependence`.

    Returns
    -------
    ndarray, shape (m,), m <= grid_resolution
        Rising.

    Raises
    ------
    ValueError
        For percentiles out of order, numbers that are not finite, or a range without extent.

    Examples
    --------
    >>> grid_of(np.arange(101.0), (0.0, 1.0), 5).tolist()
    [0.0, 25.0, 50.0, 75.0, 100.0]
    >>> grid_of(["b", "a", "b"]).tolist()
    ['a', 'b']
    """
    check_number("grid_resolution", grid_resolution, at_least=2, integer=True)
    check_choice("spacing", spacing, ("even", "quantile"))
    if len(percentiles) != 2 or not 0 <= percentiles[0] < percentiles[1] <= 1:
        raise ValueError(
            f"percentiles must be two rising numbers from 0 to 1, got {percentiles!r}"
        )
    values = np.asarray(column)
    if values.dtype.kind in "OU" and all(isinstance(v, str) for v in values):
        return np.unique(values)
    x = check_numbers(values, "the feature's column of X")
    different = np.unique(x)
    if len(different) < grid_resolution:
        return different
    low, high = quantiles(x, percentiles)
    if np.isclose(low, high):
        raise ValueError(
            f"the feature is {low:.6g} at both percentiles {percentiles}: pass percentiles further apart"
        )
    if spacing == "even":
        return np.linspace(low, high, grid_resolution)
    return np.unique(quantiles(x, np.linspace(*percentiles, grid_resolution)))


def quantiles(x: Array, q: Sequence[float] | Array) -> Array:
    """Quantiles of a sample, estimated as SciPy's `mquantiles` does: the i-th of n values stands at (i - 0.4) / (n + 0.2).

    Parameters
    ----------
    x : ndarray, shape (n,)
    q : array_like, shape (m,)
        From 0 to 1.

    Returns
    -------
    ndarray, shape (m,)

    Source
    ------
    Cunnane (1978), Unbiased plotting positions, J. Hydrol. 37:205-222.

    Examples
    --------
    >>> quantiles(np.array([1.0, 2.0, 3.0]), [0.0, 0.5, 1.0]).tolist()
    [1.0, 2.0, 3.0]
    """
    place = (np.arange(len(x)) + 0.6) / (len(x) + 0.2)  # (n,)
    return np.interp(q, place, np.sort(x))
