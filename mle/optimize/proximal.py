"""Proximal gradient steps: descent for the smooth part of a function, an exact answer for the part with corners."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mle.optimize.descent import Descent
from mle.validation.parameters import check_flag, check_number

Array = NDArray[np.floating]


def proximal_gradient(
    loss: Callable[[Array], float],
    gradient: Callable[[Array], Array],
    penalty: Callable[[Array], float],
    prox: Callable[[Array, float], Array],
    start: ArrayLike,
    *,
    accelerate: bool = True,
    learning_rate: float = 1.0,
    max_iter: int = 1000,
    tol: float = 1e-8,
) -> Descent:
    """Minimise loss(x) + penalty(x): a gradient step on the loss, then the nearest good point for the penalty.

    Parameters
    ----------
    loss, gradient : callable
        Of the smooth, convex part.
    penalty : callable, (p,) -> float
        The convex rest.
    prox : callable, (p,), float -> (p,)
        prox(z, t) minimises ½|x - z|² + t·penalty(x). For penalty λ·Σ|x| that is `soft_threshold(z, t * λ)`.
    start : array_like, shape (p,)
    accelerate : bool
        True for FISTA, which adds momentum and drops it when it points uphill; False for ISTA.
    learning_rate : float, positive
        First step length; halved whenever the loss bends more than it allows.
    max_iter : int, at least 1
    tol : float, not negative
        Stop once a step divided by its length t has no entry above it; without a penalty that is the gradient.

    Returns
    -------
    Descent
        `losses` include the penalty. Those of ISTA never rise.

    Source
    ------
    Beck & Teboulle (2009), A fast iterative shrinkage-thresholding algorithm for linear inverse problems, section 4;
    the restart is O'Donoghue & Candès (2015), Adaptive restart for accelerated gradient schemes, section 3.2.

    Examples
    --------
    >>> from mle.optimize import soft_threshold
    >>> found = proximal_gradient(
    ...     lambda x: float((x - 3) @ (x - 3)) / 2, lambda x: x - 3,
    ...     lambda x: float(np.abs(x).sum()), lambda z, t: soft_threshold(z, t), [0.0])
    >>> found.x.tolist(), found.losses.tolist()
    ([2.0], [4.5, 2.5, 2.5])
    """
    check_flag("accelerate", accelerate)
    check_number("learning_rate", learning_rate, above=0)
    check_number("max_iter", max_iter, at_least=1, integer=True)
    check_number("tol", tol, at_least=0)
    x: Array = np.array(start, dtype=np.float64)
    losses = [loss(x) + penalty(x)]
    if not np.isfinite(losses[0]):
        raise OverflowError(
            f"the loss at the start is {losses[0]}: begin elsewhere, or scale the data"
        )
    z, s, t, converged = x, 1.0, learning_rate, False
    while not converged and len(losses) <= max_iter:
        new, t = shrink_step(loss, gradient(z), prox, z, t)
        converged = bool(np.abs(new - z).max() <= tol * t)
        if (z - new) @ (new - x) > 0:
            s = 1.0  # the momentum points uphill: drop it
        s_new = (1 + np.sqrt(1 + 4 * s**2)) / 2 if accelerate else s
        z = new + (s - 1) / s_new * (new - x)
        x, s = new, s_new
        losses.append(loss(x) + penalty(x))
    return Descent(x, len(losses) - 1, converged, np.array(losses))


def shrink_step(
    loss: Callable[[Array], float],
    g: Array,
    prox: Callable[[Array, float], Array],
    z: Array,
    t: float,
) -> tuple[Array, float]:
    """Take one proximal step from z, of half the length t until a parabola of curvature 1/t lies above the loss.

    Parameters
    ----------
    loss : callable, (p,) -> float
    g : ndarray, shape (p,)
        Gradient at z.
    prox : callable, (p,), float -> (p,)
    z : ndarray, shape (p,)
    t : float

    Returns
    -------
    new : ndarray, shape (p,)
    t : float
        The length that did.

    Source
    ------
    Beck & Teboulle (2009), "ISTA with backtracking".

    Examples
    --------
    >>> shrink_step(lambda x: float(2 * x @ x), np.array([4.0]), lambda z, t: z, np.array([1.0]), 1.0)
    (array([0.]), 0.25)
    """
    here = loss(z)
    for _ in range(60):
        new = prox(z - t * g, t)  # eq: proximal-step
        d = new - z
        bound = here + g @ d + d @ d / (2 * t)
        if loss(new) <= bound + 1e-15 * abs(here):
            break
        t /= 2
    return new, t
