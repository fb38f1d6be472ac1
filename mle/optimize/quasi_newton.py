"""L-BFGS: Newton's method with a curvature guessed from the last few steps."""

from collections import deque
from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mle.optimize.descent import Descent
from mle.optimize.line_search import wolfe
from mle.validation.parameters import check_number

Array = NDArray[np.floating]
Pair = tuple[Array, Array]


def two_loops(g: Array, pairs: Iterable[Pair]) -> Array:
    """Multiply g by the inverse Hessian that steps s and changes of gradient r suggest, without forming a matrix.

    Parameters
    ----------
    g : ndarray, shape (p,)
    pairs : deque or list of (s, r), oldest first
        Steps taken and by how much the gradient changed along each; sᵀr > 0.

    Returns
    -------
    ndarray, shape (p,)
        g itself if there are no pairs.

    Source
    ------
    Nocedal & Wright (2006), Numerical Optimization, algorithm 7.4 and equation 7.20.

    Examples
    --------
    >>> two_loops(np.array([4.0]), [(np.array([1.0]), np.array([2.0]))]).tolist()
    [2.0]
    """
    pairs, d, kept = list(pairs), g.copy(), []
    for s, r in reversed(pairs):
        a = (s @ d) / (s @ r)
        d -= a * r
        kept.append(a)
    if pairs:
        s, r = pairs[-1]
        d *= (s @ r) / (r @ r)  # the scale of the newest curvature
    for (s, r), a in zip(pairs, reversed(kept)):
        d += (a - (r @ d) / (s @ r)) * s  # eq: two-loop
    return d


def lbfgs(
    function: Callable[[Array], tuple[float, Array]],
    start: ArrayLike,
    *,
    memory: int = 10,
    tol: float = 1e-8,
    max_iter: int = 1000,
    watch: Callable[[float], None] | None = None,
) -> Descent:
    """Minimise a smooth function by limited-memory BFGS with a line search that meets the strong Wolfe conditions.

    Parameters
    ----------
    function : callable, (p,) -> (float, (p,))
        Loss and gradient in one go.
    start : array_like, shape (p,)
    memory : int, at least 1
        Steps remembered; 2 * memory * p numbers.
    tol : float, not negative
        Stop once no entry of the gradient exceeds it.
    max_iter : int, at least 1
    watch : callable, optional
        Called with the loss after each step; it may raise.

    Returns
    -------
    Descent
        Not converged also if rounding error hides any further descent.

    Raises
    ------
    OverflowError
        If the loss at the start, or the length of its gradient, is not finite.
    DivergenceError
        If the loss falls without end along a step.

    Source
    ------
    Liu & Nocedal (1989), On the limited memory BFGS method for large scale optimization; Nocedal & Wright (2006),
    Numerical Optimization, algorithm 7.5.

    Examples
    --------
    >>> def valley(x):
    ...     return float((1 - x[0])**2 + 100 * (x[1] - x[0]**2)**2), np.array(
    ...         [2 * (x[0] - 1) - 400 * x[0] * (x[1] - x[0]**2), 200 * (x[1] - x[0]**2)])
    >>> lbfgs(valley, [-1.2, 1.0]).x.round(6).tolist()
    [1.0, 1.0]
    """
    check_number("memory", memory, at_least=1, integer=True)
    check_number("tol", tol, at_least=0)
    check_number("max_iter", max_iter, at_least=1, integer=True)
    x = np.array(start, dtype=np.float64)
    now, g = function(x)
    with np.errstate(over="ignore", invalid="ignore"):
        length = float(np.linalg.norm(g))
    if not np.isfinite(now + length):
        raise OverflowError(
            f"the loss at the start is {now}, its gradient of length {length}: begin elsewhere, or scale the data"
        )
    losses, pairs = [now], deque[Pair](maxlen=memory)
    while np.abs(g).max() > tol and len(losses) <= max_iter:
        step = two_loops(g, pairs)
        # The first step has no curvature to go by: at most length one.
        step /= 1 if pairs else max(1.0, float(np.linalg.norm(g)))
        t, now, g_new = wolfe(
            function, x, step, now=losses[-1], slope=float(g @ step)
        )
        if t == 0 and not pairs:
            break
        if t == 0:
            pairs.clear()  # the guess was bad: begin again from g
            continue
        if (g - g_new) @ step > 0:
            pairs.append((t * step, g - g_new))  # eq: secant
        x, g = x - t * step, g_new
        losses.append(now)
        if watch is not None:
            watch(now)
    converged = bool(np.abs(g).max() <= tol)
    return Descent(x, len(losses) - 1, converged, np.array(losses))
