"""Newton's method: jump to the lowest point of the parabola that fits the function here."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mle.exceptions import DivergenceError
from mle.linalg import solve_symmetric
from mle.optimize.coordinate import coordinate_descent
from mle.optimize.descent import Descent
from mle.optimize.line_search import backtracking
from mle.validation.parameters import check_number

Array = NDArray[np.floating]
Derivatives = tuple[float, Array, Array]


def newton(
    loss: Callable[[Array], float],
    derivatives: Callable[[Array], Derivatives],
    start: ArrayLike,
    *,
    slope: Callable[[Array], tuple[float, Array]] | None = None,
    hessian: Array | None = None,
    tol: float = 1e-12,
    max_iter: int = 100,
    watch: Callable[[float, float, float], None] | None = None,
) -> Descent:
    """Minimise a smooth convex function by Newton's method with a line search.

    Given `slope`, a Hessian serves for three steps. Two of them are less than Newton's, but where a Hessian costs
    several times a gradient, the way is shorter.

    Parameters
    ----------
    loss : callable, (p,) -> float
    derivatives : callable, (p,) -> (float, (p,), (p, p))
        Loss, gradient and Hessian in one go. Every full step is tried with it, so that a step which is accepted,
        as nearly all are, costs one pass over the data; only shortened steps and the last one call `loss`.
    start : array_like, shape (p,)
    slope : callable, (p,) -> (float, (p,)), optional
        Loss and gradient in one go.
    hessian : ndarray, shape (p, p), optional
        One to begin with, if a guess is at hand; it serves as an old one does, for two steps. Needs `slope`.
    tol : float, not negative
        Stop after a step that promised to lower the loss by no more than this: ½gᵀH⁻¹g, in the unit of the loss. The
        error left is about its square. A step with an old Hessian leaves about its promise times the factor by which
        the promises shrink; that may be no more than 1e-8 of `tol`.
    max_iter : int, at least 1
    watch : callable, optional
        Called after each step with the loss, the promise of the step and the promise of the step before; it may raise.

    Returns
    -------
    Descent
        `converged` says whether the last step promised so little.

    Raises
    ------
    DivergenceError
        If the function is seen not to be convex: where an axis curves downwards, or at the end, if the last Hessian
        has a negative eigenvalue (a saddle, a hump, or a step that leads uphill). On the way nobody looks.

    Source
    ------
    Boyd & Vandenberghe (2004), Convex Optimization, algorithm 9.5. Hessians that serve more than once: Shamanskii
    (1967), A modification of Newton's method.

    Examples
    --------
    >>> def bowl(x):
    ...     return float(x @ x - 6 * x[0]), 2 * x - [6.0, 0.0], 2 * np.eye(2)
    >>> found = newton(lambda x: bowl(x)[0], bowl, [0.0, 5.0])
    >>> found.x.tolist(), found.n_iter, found.converged
    ([3.0, 0.0], 2, True)
    """
    check_number("tol", tol, at_least=0)
    check_number("max_iter", max_iter, at_least=1, integer=True)
    x: Array = np.array(start, dtype=np.float64)
    if slope and hessian is not None:
        (now, g), H, served = slope(x), hessian, 1
    else:
        (now, g, H), served = derivatives(x), 0
    losses, gain, done = [now], np.inf, False
    while len(losses) <= max_iter and not done:
        if (np.diag(H) < 0).any():
            raise _not_convex(x)
        step = solve_symmetric(H, g)
        before, gain = gain, float(g @ step) / 2
        served += 1
        # Newton's step squares the error; one with an old H shrinks it as much as the last.
        shrunk = abs(gain / before) if before < np.inf else 1.0
        done = gain <= tol if served == 1 else gain * shrunk <= 1e-8 * tol
        if done and not _curves_upwards(H):
            raise _not_convex(x)
        look = slope if slope and served < 3 else derivatives
        ahead: Any = None if done else look(x - step)
        full = ahead[0] if ahead else None
        t, now = backtracking(
            loss, x, step, 2 * gain, now=losses[-1], full=full
        )
        if t > 0:
            x = x - t * step
            losses.append(now)
        elif served == 1:
            break
        if watch is not None:
            watch(now, gain, before)
        if done:
            break
        if t < 1:
            ahead = derivatives(x)  # H was of little use
        g = ahead[1]
        if len(ahead) == 3:
            H, served = ahead[2], 0
    return Descent(x, len(losses) - 1, bool(done), np.array(losses), hessian=H)


def _curves_upwards(H: Array) -> bool:
    """Say whether H, scaled to a diagonal of ones, has no eigenvalue below -1e-8: what is above may be rounding."""
    diagonal = np.diag(H)
    length = np.sqrt(np.maximum(diagonal, 1e-12 * np.abs(H).max() + 1e-300))
    try:
        np.linalg.cholesky(
            H / length / length[:, None] + 1e-8 * np.eye(len(H))
        )
    except np.linalg.LinAlgError:
        return False
    return True


def _not_convex(x: Array) -> DivergenceError:
    place = np.array2string(x, precision=4, threshold=6)
    return DivergenceError(
        f"the function curves downwards near {place}, and Newton's step leads to a saddle or a hump: newton expects a "
        "convex function; begin elsewhere, or use lbfgs"
    )


def proximal_newton(
    loss: Callable[[Array], float],
    derivatives: Callable[[Array], Derivatives],
    start: ArrayLike,
    l1: Array,
    *,
    tol: float = 1e-12,
    max_iter: int = 100,
) -> Descent:
    """Minimise a smooth convex function plus Σ l1_j|x_j|: Newton's parabola, and coordinate descent to its lowest point.

    Parameters
    ----------
    loss, derivatives
        Of the smooth part; see `newton`.
    start : array_like, shape (p,)
    l1 : ndarray, shape (p,)
        Not negative; 0 leaves an entry free.
    tol : float, not negative
        Stop after a step that promised to lower the sum by no more than this.
    max_iter : int, at least 1

    Returns
    -------
    Descent
        `x` holds exact zeros; `losses` include the penalty.

    Source
    ------
    Lee, Sun & Saunders (2014), Proximal Newton-type methods for minimizing composite functions, algorithm 1.

    Examples
    --------
    >>> def bowl(x):
    ...     return float(x @ x - 6 * x[0] - x[1]), 2 * x - [6.0, 1.0], 2 * np.eye(2)
    >>> proximal_newton(lambda x: bowl(x)[0], bowl, [0.0, 5.0], np.full(2, 2.0)).x.tolist()
    [2.0, 0.0]
    """
    check_number("tol", tol, at_least=0)
    check_number("max_iter", max_iter, at_least=1, integer=True)
    x: Array = np.array(start, dtype=np.float64)

    def total(z: Array) -> float:
        return loss(z) + float(l1 @ np.abs(z))

    losses, gain = [total(x)], np.inf
    while len(losses) <= max_iter and gain > tol:
        _, g, H = derivatives(x)
        target = _lowest(H, H @ x - g, l1, x)
        step = x - target
        slope = float(g @ step + l1 @ (np.abs(x) - np.abs(target)))
        gain = slope - float(step @ H @ step) / 2
        t, now = backtracking(total, x, step, slope, now=losses[-1])
        if t == 0:
            break
        x = target if t == 1 else x - t * step
        losses.append(now)
    converged = bool(gain <= tol)
    return Descent(x, len(losses) - 1, converged, np.array(losses))


def _lowest(H: Array, c: Array, l1: Array, start: Array) -> Array:
    if not np.isfinite(H).all():
        raise OverflowError(
            "squares of X leave the range of floating point: scale the columns"
        )
    return coordinate_descent(
        H, c, l1, np.zeros_like(c), start, tol=1e-20, max_iter=10_000
    )[0]
