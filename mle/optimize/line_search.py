"""How far to go along a step that leads downhill."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]


def backtracking(
    loss: Callable[[Array], float],
    x: Array,
    step: Array,
    slope: float,
    *,
    now: float,
    halvings: int = 40,
) -> tuple[float, float]:
    """Halve a step from x until the loss falls by a fair share of what its slope promised.

    Parameters
    ----------
    loss : callable, (p,) -> float
    x : ndarray, shape (p,)
    step : ndarray, shape (p,)
        Subtracted from x, whole or in part.
    slope : float, not negative
        gᵀstep: the rate at which the loss falls at x.
    now : float
        loss(x).
    halvings : int
        Give up after so many.

    Returns
    -------
    t : float
        The part of the step to take: 1, 1/2, 1/4, ...; 0 if none lowers the loss.
    new : float
        loss(x - t * step).

    Source
    ------
    Nocedal & Wright (2006), Numerical Optimization, algorithm 3.1 with c = 1e-4.

    Examples
    --------
    >>> backtracking(lambda x: float(x @ x), np.array([1.0]), np.array([3.0]), slope=6.0, now=1.0)
    (0.5, 0.25)
    """
    t = 1.0
    # Near the minimum, losses differ by rounding error alone.
    rounding = 1e-15 * abs(now)
    for _ in range(halvings):
        new = loss(x - t * step)
        if new <= now - 1e-4 * t * slope + rounding:  # eq: backtracking
            return t, new
        t /= 2
    return 0.0, now
