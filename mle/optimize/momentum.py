"""Gradient descent with momentum: a step remembers the steps before it."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mle.exceptions import DivergenceError
from mle.optimize.descent import Descent
from mle.validation.parameters import check_number

Array = NDArray[np.floating]


def heavy_ball(
    loss: Callable[[Array], float],
    gradient: Callable[[Array], Array],
    start: ArrayLike,
    *,
    learning_rate: float = 0.1,
    momentum: float = 0.9,
    max_iter: int = 1000,
    tol: float = 1e-8,
    keep_path: bool = False,
) -> Descent:
    """Minimise a smooth function by steps that keep a share of the step before: v = βv + ηg(x), x = x - v.

    Parameters
    ----------
    loss : callable, (p,) -> float
    gradient : callable, (p,) -> (p,)
    start : array_like, shape (p,)
    learning_rate : float, positive
        η, length of a step in units of the gradient.
    momentum : float, from 0 to below 1
        β, share of the last step; 0 is gradient descent.
    max_iter : int, at least 1
    tol : float, not negative
        Stop once no entry of the gradient exceeds it.
    keep_path : bool
        Keep every point, (n_iter + 1) * p numbers.

    Returns
    -------
    Descent
        Its losses need not fall at every step.

    Raises
    ------
    DivergenceError
        If the loss is no longer a number, has grown a million-fold, or ends above its start.
    OverflowError
        If the loss at the start is not finite.

    Source
    ------
    Polyak (1964), Some methods of speeding up the convergence of iteration methods.

    Examples
    --------
    >>> found = heavy_ball(lambda x: float((x - 3) @ (x - 3)), lambda x: 2 * (x - 3), [0.0])
    >>> round(float(found.x[0]), 6), found.converged
    (3.0, True)
    """
    return _follow(
        loss,
        gradient,
        start,
        0.0,
        (learning_rate, momentum, max_iter, tol),
        keep_path,
    )


def nesterov(
    loss: Callable[[Array], float],
    gradient: Callable[[Array], Array],
    start: ArrayLike,
    *,
    learning_rate: float = 0.1,
    momentum: float = 0.9,
    max_iter: int = 1000,
    tol: float = 1e-8,
    keep_path: bool = False,
) -> Descent:
    """Minimise a smooth function with momentum and foresight: v = βv + ηg(x - βv), x = x - v.

    The gradient is taken where the momentum alone would lead, which damps the swings of `heavy_ball`.

    Parameters
    ----------
    loss, gradient, start, learning_rate, momentum, max_iter, keep_path
        As in `heavy_ball`.
    tol : float, not negative
        Stop once no entry of the gradient at the point ahead exceeds it, and go there.

    Returns
    -------
    Descent

    Raises
    ------
    DivergenceError, OverflowError
        As in `heavy_ball`.

    Source
    ------
    Nesterov (1983), A method of solving a convex programming problem with convergence rate O(1/k²); in this form
    Sutskever, Martens, Dahl & Hinton (2013), On the importance of initialization and momentum in deep learning,
    equations 3 and 4.

    Examples
    --------
    >>> found = nesterov(lambda x: float((x - 3) @ (x - 3)), lambda x: 2 * (x - 3), [0.0])
    >>> round(float(found.x[0]), 6), found.converged
    (3.0, True)
    """
    return _follow(
        loss,
        gradient,
        start,
        1.0,
        (learning_rate, momentum, max_iter, tol),
        keep_path,
    )


def _follow(
    loss: Callable[[Array], float],
    gradient: Callable[[Array], Array],
    start: ArrayLike,
    ahead: float,
    settings: tuple[float, float, int, float],
    keep_path: bool,
) -> Descent:
    rate, momentum, max_iter, tol = settings
    _check(*settings)
    x: Array = np.array(start, dtype=np.float64)
    now = float(loss(x))
    if not np.isfinite(now):
        raise OverflowError(
            f"the loss at the start is {now}: begin elsewhere, or scale the data"
        )
    v, look, g = np.zeros_like(x), x, gradient(x)
    losses, path = [now], [x]
    while np.abs(g).max() > tol and len(losses) <= max_iter:
        with np.errstate(over="ignore", invalid="ignore"):
            v = momentum * v + rate * g  # eq: momentum-step
            x = x - v
            look = x - ahead * momentum * v
            losses.append(float(loss(x)))
            g = gradient(look)
        path += [x] if keep_path else []
        # Written so that nan, which is not below anything, is caught.
        if not losses[-1] <= 1e6 * max(1.0, abs(now)):
            raise _diverged(losses)
    converged = bool(np.abs(g).max() <= tol)
    if converged:
        x = path[-1] = look
        losses[-1] = float(loss(x))
    if losses[-1] > now:
        raise _diverged(losses)
    return Descent(
        x,
        len(losses) - 1,
        converged,
        np.array(losses),
        np.array(path) if keep_path else None,
    )


def _check(rate: float, momentum: float, max_iter: int, tol: float) -> None:
    check_number("learning_rate", rate, above=0)
    check_number("momentum", momentum, at_least=0)
    if momentum >= 1:
        raise ValueError(
            f"momentum must be a number from 0 to below 1, got {momentum!r}"
        )
    check_number("max_iter", max_iter, at_least=1, integer=True)
    check_number("tol", tol, at_least=0)


def _diverged(losses: list[float]) -> DivergenceError:
    return DivergenceError(
        f"descent with momentum diverges: after {len(losses) - 1} steps the loss went from {losses[0]:.3g} to "
        f"{losses[-1]:.3g}; make learning_rate or momentum smaller, or scale the columns"
    )
