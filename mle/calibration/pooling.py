"""Isotonic regression: the rising steps that come closest to the data, by pooling adjacent violators."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mle.metrics.arguments import number_vector
from mle.validation import (
    check_flag,
    check_number,
    check_sample_weight,
)

Array = NDArray[np.floating]
Counts = NDArray[np.intp]


def pool_adjacent_violators(y: Array, w: Array) -> Array:
    """Rising sequence x that minimises Σ w (x - y)²: means of blocks, each block pooled because it fell.

    Whenever a block's mean is below that of the block before it, the two must share one value in the best answer, so
    they are pooled. Every sample enters a block once and every pooling removes a block, so the work is O(n).

    Parameters
    ----------
    y, w : ndarray, shape (n,)
        Values in order, and their weights, above 0.

    Returns
    -------
    ndarray, shape (n,)

    Source
    ------
    Ayer, Brunk, Ewing, Reid & Silverman (1955), Ann. Math. Statist. 26:641-647; Best & Chakravarti (1990), Math. Program.
    47:425-439.

    Examples
    --------
    >>> pool_adjacent_violators(np.array([1.0, 3.0, 2.0, 4.0]), np.ones(4)).tolist()
    [1.0, 2.5, 2.5, 4.0]
    """
    total, weight, count = pool_runs(w * y, w)
    if (np.diff(total / weight) > 0).all():
        return np.repeat(total / weight, count)
    blocks: list[tuple[float, float, int]] = []
    for t, v, m in zip(total.tolist(), weight.tolist(), count.tolist()):
        while blocks and blocks[-1][0] / blocks[-1][1] >= t / v:
            before = blocks.pop()
            t, v, m = t + before[0], v + before[1], m + before[2]
        blocks.append((t, v, m))
    means = [t / v for t, v, _ in blocks]  # eq: block-mean
    return np.repeat(means, [m for _, _, m in blocks])


def pool_runs(total: Array, weight: Array) -> tuple[Array, Array, Counts]:
    """Pool all runs of means that do not rise, many at a time: a start for the scan, in NumPy's loops.

    Parameters
    ----------
    total, weight : ndarray, shape (n,)
        Sums of w·y and of w, one for each block.

    Returns
    -------
    total, weight, count : ndarray, shape (m,)
        Of the blocks that are left: fewer blocks, the same regression. `count` says of how many samples each consists.
        Passes go on until nothing falls, or ten times n blocks have been looked at; the work stays O(n).

    Examples
    --------
    >>> total, weight, count = pool_runs(np.array([1.0, 3.0, 2.0, 4.0]), np.ones(4))
    >>> total.tolist(), count.tolist()
    ([1.0, 5.0, 4.0], [1, 2, 1])
    """
    count = np.ones(len(total), dtype=np.intp)
    work, most = 0, 10 * len(total)
    while work < most:
        mean = total / weight
        start = np.flatnonzero(np.append(True, mean[1:] > mean[:-1]))
        if len(start) == len(total):
            break
        work += len(total)
        total = np.add.reduceat(total, start)
        weight = np.add.reduceat(weight, start)
        count = np.add.reduceat(count, start)
    return total, weight, count


def isotonic_regression(
    y: ArrayLike,
    *,
    sample_weight: ArrayLike | None = None,
    y_min: float | None = None,
    y_max: float | None = None,
    increasing: bool = True,
) -> Array:
    """Rising (or falling) sequence nearest to y in weighted squared distance.

    Parameters
    ----------
    y : array_like, shape (n,)
        Values in the order of what they may rise with.
    sample_weight : array_like, shape (n,), optional
        Above 0.
    y_min, y_max : float, optional
        Bounds of the result.
    increasing : bool, default True
        False for a falling sequence.

    Returns
    -------
    ndarray, shape (n,)

    Raises
    ------
    ValueError
        For another shape, for values that are not finite, for a weight of 0 or less, or y_min above y_max.

    Source
    ------
    Barlow, Bartholomew, Bremner & Brunk (1972), Statistical Inference under Order Restrictions, ch. 1.

    Examples
    --------
    >>> isotonic_regression([5.0, 3.0, 1.0, 2.0, 10.0]).tolist()
    [2.75, 2.75, 2.75, 2.75, 10.0]
    """
    check_bounds(y_min, y_max)
    check_flag("increasing", increasing)
    values = number_vector(y, "y")
    weight = check_sample_weight(sample_weight, len(values))
    if weight.min() == 0:
        raise ValueError(
            f"sample_weight must be above 0, got 0.0 at row {weight.argmin()}: leave such rows out"
        )
    way = slice(None) if increasing else slice(None, None, -1)
    steps = pool_adjacent_violators(values[way], weight[way])[way]
    return np.clip(
        steps,
        -np.inf if y_min is None else y_min,
        np.inf if y_max is None else y_max,
    )


def check_bounds(y_min: float | None, y_max: float | None) -> None:
    """Refuse bounds that are no numbers, or leave no room between them.

    >>> check_bounds(1.0, 0.0)
    Traceback (most recent call last):
    ValueError: y_min must not be above y_max, got y_min=1.0, y_max=0.0
    """
    for name, bound in (("y_min", y_min), ("y_max", y_max)):
        if bound is not None:
            check_number(name, bound, infinite=True)
    if y_min is not None and y_max is not None and y_min > y_max:
        raise ValueError(
            f"y_min must not be above y_max, got y_min={y_min}, y_max={y_max}"
        )
