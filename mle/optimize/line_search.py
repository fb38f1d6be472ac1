"""How far to go along a step that leads downhill."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from mle.exceptions import DivergenceError

Array = NDArray[np.floating]


def backtracking(
    loss: Callable[[Array], float],
    x: Array,
    step: Array,
    slope: float,
    *,
    now: float,
    full: float | None = None,
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
    full : float, optional
        loss(x - step), if it is known already.
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
        new = loss(x - t * step) if t < 1 or full is None else full
        if new <= now - 1e-4 * t * slope + rounding:  # eq: backtracking
            return t, new
        t /= 2
    return 0.0, now


def wolfe(
    function: Callable[[Array], tuple[float, Array]],
    x: Array,
    step: Array,
    *,
    now: float,
    slope: float,
    steepest: float = 0.9,
    tries: int = 40,
) -> tuple[float, float, Array]:
    """Lengthen, halve or bisect a step from x until the loss has fallen enough and no longer falls or rises steeply.

    These are the strong Wolfe conditions. A method that learns the curvature from the change of the gradient along
    the step needs the second of them.

    Parameters
    ----------
    function : callable, (p,) -> (float, (p,))
        Loss and gradient.
    x : ndarray, shape (p,)
    step : ndarray, shape (p,)
        Subtracted from x.
    now : float
        Loss at x.
    slope : float, not negative
        gᵀstep: the rate at which the loss falls at x.
    steepest : float, between 1e-4 and 1
        Share of `slope` that may be left.
    tries : int
        Give up after so many evaluations.

    Returns
    -------
    t : float
        The part of the step to take; 0 if none was found.
    new : float
        Loss at x - t * step.
    g : ndarray, shape (p,)
        Gradient there.

    Raises
    ------
    DivergenceError
        If the loss falls as steeply as before however long the step.

    Source
    ------
    Nocedal & Wright (2006), Numerical Optimization, equations 3.7, with c1 = 1e-4.

    Examples
    --------
    >>> def bowl(x):
    ...     return float(x @ x), 2 * x
    >>> t, new, g = wolfe(bowl, np.array([1.0]), np.array([0.1]), now=1.0, slope=0.2)
    >>> t, new < 1.0 - 1e-4 * t * 0.2, abs(float(g[0]) * 0.1) <= 0.9 * 0.2
    (1.0, True, True)
    """
    t, low, high = 1.0, 0.0, np.inf
    # So near to the minimum the slopes alone must tell.
    rounding = 1e-13 * abs(now)
    for _ in range(tries):
        new, g = function(x - t * step)
        left = g @ step  # the rate at which the loss still falls
        if not new <= now - 1e-4 * t * slope + rounding:
            high = t
        elif left > steepest * slope:  # eq: wolfe
            low = t
        elif left < -steepest * slope:
            high = t
        else:
            return t, new, g
        t = (low + high) / 2 if high < np.inf else 2 * t
    if high == np.inf:
        raise DivergenceError(
            f"the loss still falls after {t:g} steps: it has no minimum"
        )
    return 0.0, now, g
