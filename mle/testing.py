"""Checks that print nothing when they hold and say exactly what differs when they do not."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.floating]


class VerifyError(AssertionError):
    """A check did not hold; the message names the check, the error found and the tolerance.

    >>> issubclass(VerifyError, AssertionError)
    True
    """


@dataclass(frozen=True)
class Verified:
    """A check that held.

    >>> Verified("half", 0.0, 1e-8)
    Verified(label='half', error=0.0, tolerance=1e-08)
    """

    label: str
    error: float
    tolerance: float


# Every check that held in this process, in order.
VERIFIED: list[Verified] = []


def verify(
    label: str, got: ArrayLike, expected: ArrayLike, *, tol: float = 1e-8
) -> None:
    """Check that `got` equals `expected`, and keep a record of the error in `VERIFIED`.

    The error is max |got - expected| / max(1, max |expected|): absolute for small numbers, relative for large ones.

    Parameters
    ----------
    label : str
        Name of the check; in the book, the label of an equation.
    got, expected : array_like of numbers, equal shapes
        `expected` may be one number for an array of any shape.
    tol : float
        Largest error allowed.

    Raises
    ------
    VerifyError
        If the shapes differ, a value is nan or infinite, or the error exceeds `tol`.

    Examples
    --------
    >>> verify("half", [0.5, 0.25 + 0.25], 0.5)
    >>> verify("third", [1 / 3, 0.3], 1 / 3)
    Traceback (most recent call last):
    mle.testing.VerifyError: third: error 0.0333 exceeds the tolerance 1e-08 at (1,): got 0.3, expected 0.333333
    """
    a, b = (
        np.asarray(got, dtype=np.float64),
        np.asarray(expected, dtype=np.float64),
    )
    if a.shape != b.shape and b.ndim > 0:
        raise VerifyError(
            f"{label}: got shape {a.shape}, expected shape {b.shape}"
        )
    if a.size == 0:
        raise VerifyError(f"{label}: nothing to compare, shape {a.shape}")
    for name, values in (("got", a), ("expected", b)):
        if not np.isfinite(values).all():
            raise VerifyError(
                f"{label}: {name} holds {np.sum(~np.isfinite(values))} nan or infinite value(s)"
            )
    error, worst = _error(a, b)
    if not error <= tol:
        raise VerifyError(
            f"{label}: error {error:.3g} exceeds the tolerance {tol:g} at {worst}: "
            f"got {a[worst]:g}, expected {np.broadcast_to(b, a.shape)[worst]:g}"
        )
    VERIFIED.append(Verified(label, error, float(tol)))


def check_gradient(
    f: Callable[[Array], float],
    gradient: Callable[[Array], Any],
    x: ArrayLike,
    *,
    step: float = 6e-6,
    tol: float = 1e-6,
) -> float:
    """Compare a gradient with central differences of the function.

    Parameters
    ----------
    f : callable, (p,) -> float
    gradient : callable, (p,) -> (p,)
        The gradient of `f`, by formula.
    x : array_like, any shape
        Point at which to compare.
    step : float, positive
        Each entry of x moves by `step * max(1, |entry|)`. The default is the cube root of the machine epsilon,
        where the error of the difference and that of rounding balance.
    tol : float
        Largest error allowed, relative to the largest entry of the gradient (or to 1 if that is larger).

    Returns
    -------
    float
        Largest error found.

    Raises
    ------
    VerifyError
        Naming the entry that is most wrong.

    Source
    ------
    Nocedal & Wright (2006), Numerical Optimization, section 8.1.

    Examples
    --------
    >>> error = check_gradient(lambda x: float(x @ x), lambda x: 2 * x, [1.0, -2.0])
    >>> error < 1e-9
    True
    >>> check_gradient(lambda x: float(x @ x), lambda x: 3 * x, [1.0, -2.0])
    Traceback (most recent call last):
    mle.testing.VerifyError: gradient is wrong by 0.5 (tolerance 1e-06) at (1,): got -6, central difference -4
    """
    point = np.array(x, dtype=np.float64)
    got = np.asarray(gradient(point.copy()), dtype=np.float64)
    if got.shape != point.shape:
        raise VerifyError(
            f"gradient has shape {got.shape}, expected that of x, {point.shape}"
        )
    difference = np.empty_like(point)
    for i in np.ndindex(point.shape):
        h = np.zeros_like(point)
        h[i] = step * max(1.0, abs(float(point[i])))
        rise = f(point + h) - f(point - h)
        difference[i] = rise / (2 * h[i])  # eq: central-difference
    error, worst = _error(got, difference)
    if not error <= tol:
        raise VerifyError(
            f"gradient is wrong by {error:.3g} (tolerance {tol:g}) at {worst}: "
            f"got {got[worst]:g}, central difference {difference[worst]:g}"
        )
    return error


def _error(got: Array, expected: Array) -> tuple[float, tuple[int, ...]]:
    """Largest error, and the index where it is; nan counts as largest."""
    miss = np.abs(got - expected)
    worst = tuple(
        int(i) for i in np.unravel_index(np.argmax(miss), miss.shape)
    )
    return float(miss[worst] / max(1.0, np.abs(expected).max())), worst
