"""Stochastic gradient descent: a step after each row."""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from mle.linear_model.rows import check_flat
from mle.optimize.descent import Descent

Array = NDArray[np.floating]
RowLoss = Callable[[float, float], tuple[float, float]]


def learning_rate(
    schedule: str, eta0: float, power_t: float, alpha: float
) -> Callable[[int], float]:
    """Return the length of the step of each row, as a function of the number t = 1, 2, ... of rows seen.

    Parameters
    ----------
    schedule : {"constant", "invscaling", "optimal"}
        eta0, eta0 / t**power_t, or 1 / (alpha·(t₀ + t)) with Bottou's t₀, so that the first step is 1/alpha**(1/4).
    eta0, power_t, alpha : float

    Returns
    -------
    callable

    Source
    ------
    Bottou (2012), Stochastic gradient descent tricks, section 5.2.

    Examples
    --------
    >>> rate = learning_rate("invscaling", 1.0, 0.5, 0.0)
    >>> rate(1), rate(4)
    (1.0, 0.5)
    """
    if schedule == "constant":
        return lambda t: eta0
    if schedule == "invscaling":
        return lambda t: eta0 / t**power_t
    t0 = alpha**0.25 / alpha
    return lambda t: 1.0 / (alpha * (t0 + t - 1))


def charge(w: Array, paid: Array, owed: float) -> None:
    """Move each weight towards 0 by what it owes of the absolute penalty and has not paid; in place, never past 0.

    Parameters
    ----------
    w : ndarray, shape (p,)
    paid : ndarray, shape (p,)
        What each weight has been moved so far, with its sign.
    owed : float
        Penalty of all steps so far.

    Source
    ------
    Tsuruoka, Tsujii & Ananiadou (2009), Stochastic gradient descent training for L1-regularized log-linear models
    with cumulative penalty, figure 2.

    Examples
    --------
    >>> w, paid = np.array([0.5, -0.5, 0.1]), np.zeros(3)
    >>> charge(w, paid, 0.2)
    >>> w.tolist(), paid.round(6).tolist()
    ([0.3, -0.3, 0.0], [-0.2, 0.2, -0.1])
    """
    before = w.copy()
    up, down = before > 0, before < 0
    w[up] = np.maximum(0.0, before[up] - (owed + paid[up]))
    w[down] = np.minimum(0.0, before[down] + (owed - paid[down]))
    paid += w - before


@np.errstate(over="ignore", invalid="ignore")
def sgd(
    X: Array,
    y: Array,
    loss: RowLoss,
    rate: Callable[[int], float],
    *,
    alpha: float = 0.0,
    l1_ratio: float = 0.0,
    fit_intercept: bool = True,
    max_iter: int = 1000,
    tol: float | None = 1e-3,
    patience: int = 5,
    rng: np.random.Generator | None = None,
    row_weight: Array | None = None,
) -> Descent:
    """Minimise the mean of loss(y, Xw + b) + alpha·(l1_ratio·Σ|w| + ½(1 - l1_ratio)·Σw²), one row at a time.

    The squared penalty shrinks all weights at every step. Instead of p multiplications that is one: w = s·v, and only
    s shrinks. The absolute penalty is booked as a debt; see `charge`.

    Parameters
    ----------
    X : ndarray, shape (n, p)
    y : ndarray, shape (n,)
        Targets, or labels -1 and 1.
    loss : callable, (y, p) -> (loss, slope in p)
    rate : callable, t -> length of the step
        See `learning_rate`.
    alpha : float, not negative
    l1_ratio : float, 0 to 1
    fit_intercept : bool
    max_iter : int
        Most passes over the rows.
    tol : float, optional
        Stop after `patience` passes in a row without a mean objective that is lower than the best so far by `tol`; the
        objective is taken at each row before its step, its penalty before the last `charge`. Never, if absent.
    patience : int
    rng : Generator, optional
        Shuffles the rows before each pass; they keep their order if it is absent.
    row_weight : ndarray, shape (n,), optional
        Factor on the step of each row, but not on its part in the objective.

    Returns
    -------
    Descent
        Its `x` holds w, then b; `losses` are the mean objectives of the passes.

    Raises
    ------
    OverflowError
        If weights or objective leave the range of floating point.

    Source
    ------
    Bottou (2012), Stochastic gradient descent tricks, sections 5.1 and 5.2.

    Examples
    --------
    >>> X, y = np.array([[-2.0], [-1.0], [1.0], [2.0]]), np.array([-1.0, -1.0, 1.0, 1.0])
    >>> sgd(X, y, lambda y, p: ((p - y)**2 / 2, p - y), lambda t: 0.1, max_iter=1, tol=None).x.round(4).tolist()
    [0.432, -0.044]
    """
    check_flat(len(X), y=y, row_weight=row_weight)
    n, p = X.shape
    v, s, b, t = np.zeros(p), 1.0, 0.0, 1
    paid, owed, size, square = np.zeros(p), 0.0, 0.0, 0.0
    targets = y.tolist()
    shares = [1.0] * n if row_weight is None else row_weight.tolist()
    losses: list[float] = []
    best, stale, order = math.inf, 0, list(range(n))
    while len(losses) < max_iter and stale < patience:
        total = 0.0
        for i in order if rng is None else rng.permutation(n).tolist():
            x = X[i]
            score = s * float(x @ v)  # xᵀw
            cost, slope = loss(targets[i], score + b)
            price = l1_ratio * size + (1 - l1_ratio) / 2 * square
            total += cost + alpha * price
            eta = rate(t)
            # One wild row must not throw the weights to infinity.
            step = -eta * shares[i] * min(max(slope, -1e12), 1e12)
            keep = max(0.0, 1.0 - (1 - l1_ratio) * eta * alpha)
            s *= keep  # eta * alpha * w of the squared penalty
            if s < 1e-9 or l1_ratio > 0:
                v, s = s * v, 1.0
            size, square = keep * size, keep * keep * square
            if step != 0:
                v += (step / s) * x
                b += step * fit_intercept
                if alpha > 0:
                    size = s * float(np.abs(v).sum())
                    square = s * s * float(v @ v)
            if l1_ratio > 0:
                owed += l1_ratio * eta * alpha
                charge(v, paid, owed)
            t += 1
        losses.append(total / n)
        if not np.isfinite([losses[-1], b, *v]).all():
            raise OverflowError(
                f"weights or loss leave the range of floating point in pass {len(losses)}: scale the columns of X, or y, "
                "or make eta0 smaller"
            )
        better = tol is None or losses[-1] <= best - tol
        stale = 0 if better else stale + 1
        best = min(best, losses[-1])
    w = s * v
    return Descent(
        np.append(w, b), len(losses), stale >= patience, np.array(losses)
    )
