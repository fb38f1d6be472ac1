"""Gradient descent: step against the gradient until it vanishes."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mle.exceptions import DivergenceError
from mle.validation.parameters import check_number

Array = NDArray[np.floating]


@dataclass(frozen=True)
class Descent:
    """What a descent found.

    Attributes
    ----------
    x : ndarray, shape (p,)
        Last point.
    n_iter : int
        Steps taken.
    converged : bool
        Whether the method's own test held; for gradient descent, no entry of the gradient at `x` exceeds `tol`.
    losses : ndarray, shape (n_iter + 1,)
        Loss at the start and after each step.
    path : ndarray, shape (n_iter + 1, p), or None
        The points themselves, if they were asked for.
    hessian : ndarray, shape (p, p), or None
        The Hessian of the last step, from methods that use one.

    Examples
    --------
    >>> gradient_descent(lambda x: float(x @ x), lambda x: 2 * x, [1.0], learning_rate=0.5).n_iter
    1
    """

    x: Array
    n_iter: int
    converged: bool
    losses: Array
    path: Array | None = None
    hessian: Array | None = None


def gradient_descent(
    loss: Callable[[Array], float],
    gradient: Callable[[Array], Array],
    start: ArrayLike,
    *,
    learning_rate: float = 0.1,
    max_iter: int = 1000,
    tol: float = 1e-8,
    keep_path: bool = False,
) -> Descent:
    """Minimise a smooth function by steps of fixed rate against its gradient.

    Parameters
    ----------
    loss : callable, (p,) -> float
    gradient : callable, (p,) -> (p,)
    start : array_like, shape (p,)
        First point; it is not changed.
    learning_rate : float, positive
        Length of a step in units of the gradient.
    max_iter : int, at least 1
        Most steps taken.
    tol : float, not negative
        Stop once no entry of the gradient exceeds it.
    keep_path : bool
        Keep every point, (n_iter + 1) * p numbers.

    Returns
    -------
    Descent

    Raises
    ------
    DivergenceError
        If the loss is no longer a number, has grown a million-fold, or ends above its start.
    OverflowError
        If the loss at the start is not finite.

    Source
    ------
    Cauchy (1847), Méthode générale pour la résolution des systèmes d'équations simultanées.

    Examples
    --------
    >>> found = gradient_descent(lambda x: float((x - 3) @ (x - 3)), lambda x: 2 * (x - 3), [0.0])
    >>> round(float(found.x[0]), 6), found.converged
    (3.0, True)
    """
    check_number("learning_rate", learning_rate, above=0)
    check_number("max_iter", max_iter, at_least=1, integer=True)
    check_number("tol", tol, at_least=0)
    x = np.array(start, dtype=np.float64)
    g, now = _evaluate(loss, gradient, x)
    if not np.isfinite(now):
        raise OverflowError(
            f"the loss at the start is {now}: begin elsewhere, or scale the data"
        )
    losses, path = [now], [x]
    while np.abs(g).max() > tol and len(losses) <= max_iter:
        x = x - learning_rate * g  # eq: gradient-step
        g, now = _evaluate(loss, gradient, x)
        losses.append(now)
        path += [x] if keep_path else []
        # Written so that nan, which is not below anything, is caught.
        if not now <= 1e6 * max(1.0, abs(losses[0])):
            raise _diverged(learning_rate, losses)
    if now > losses[0]:
        raise _diverged(learning_rate, losses)
    converged = bool(np.abs(g).max() <= tol)
    return Descent(
        x,
        len(losses) - 1,
        converged,
        np.array(losses),
        np.array(path) if keep_path else None,
    )


def _evaluate(
    loss: Callable[[Array], float],
    gradient: Callable[[Array], Array],
    x: Array,
) -> tuple[Array, float]:
    # A loss beyond floating point is answered by an error.
    with np.errstate(over="ignore", invalid="ignore"):
        return gradient(x), float(loss(x))


def _diverged(learning_rate: float, losses: list[float]) -> DivergenceError:
    return DivergenceError(
        f"gradient descent diverges: after {len(losses) - 1} steps the loss went from {losses[0]:.3g} to "
        f"{losses[-1]:.3g}; make learning_rate smaller than {learning_rate:g}, or scale the columns"
    )
