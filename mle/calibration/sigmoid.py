"""Platt scaling: the probability of the positive class as a sigmoid of the score, with two parameters."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mle.exceptions import ConvergenceWarning, like_sklearn
from mle.linalg import solve_symmetric
from mle.metrics.arguments import check_scores, is_positive, number_vector
from mle.optimize.line_search import backtracking

Array = NDArray[np.floating]


@dataclass(frozen=True)
class Sigmoid:
    """Probability 1 / (1 + exp(a·score + b)); Platt's signs, so that `a` is negative if high scores are positive.

    Attributes
    ----------
    a : float
        Per unit of the score.
    b : float

    Examples
    --------
    >>> Sigmoid(-2.0, 0.0).predict([0.0, 1000.0]).tolist()
    [0.5, 1.0]
    """

    a: float
    b: float

    def predict(self, scores: ArrayLike) -> Array:
        """Probability of the positive class for each score, shape (n,)."""
        z = self.a * number_vector(scores, "scores") + self.b
        return np.exp(-np.logaddexp(0.0, z))


def platt_targets(y: NDArray[np.bool_], w: Array | None = None) -> Array:
    """Targets a little inside 0 and 1, so that the fit stays finite even where a threshold separates the classes.

    Parameters
    ----------
    y : ndarray of bool, shape (n,)
        Which samples are positive.
    w : ndarray, shape (n,), optional
        Weights.

    Returns
    -------
    ndarray, shape (n,)
        (n1 + 1) / (n1 + 2) for the n1 positives and 1 / (n0 + 2) for the n0 negatives: Laplace's guess of the share of
        positives among new samples of each class.

    Source
    ------
    Platt (1999), Probabilistic outputs for support vector machines, in Advances in Large Margin Classifiers, sec. 2.2.

    Examples
    --------
    >>> platt_targets(np.array([True, True, False])).tolist()
    [0.75, 0.75, 0.3333333333333333]
    """
    w = np.ones(len(y)) if w is None else w
    n1, n0 = w[y].sum(), w[~y].sum()
    return np.where(y, (n1 + 1) / (n1 + 2), 1 / (n0 + 2))  # eq: platt-targets


def platt_loss(F: Array, t: Array, w: Array, v: Array) -> float:
    """Mean log-loss of the probabilities 1 / (1 + exp(Fv)) against targets t from 0 to 1.

    Parameters
    ----------
    F : ndarray, shape (n, 2)
        Scores, and a column of ones.
    t, w : ndarray, shape (n,)
        Targets and weights.
    v : ndarray, shape (2,)
        a and b.

    Returns
    -------
    float, in nats

    Examples
    --------
    >>> round(platt_loss(np.ones((1, 2)), np.array([0.5]), np.ones(1), np.zeros(2)), 6)
    0.693147
    """
    z = F @ v  # (n,)
    surprise = np.logaddexp(0.0, z) - (1 - t) * z  # (n,)  # eq: platt-loss
    return float(np.average(surprise, weights=w))


def platt_newton(
    F: Array, t: Array, w: Array, *, tol: float = 1e-12, max_iter: int = 100
) -> Array:
    """Minimise `platt_loss` by Newton's method with a line search, from the best constant.

    Parameters
    ----------
    F, t, w : ndarray, shapes (n, 2), (n,), (n,)
        As in `platt_loss`.
    tol : float
        Stop after a step that promised to lower the loss by no more than this.
    max_iter : int

    Returns
    -------
    ndarray, shape (2,)
        a and b.

    Source
    ------
    Lin, Lin & Weng (2007), A note on Platt's probabilistic outputs for support vector machines, Mach. Learn. 68:267-276,
    eq. 10 to 12 and algorithm 1: Platt's own method can stop early.

    Examples
    --------
    >>> F, t = np.array([[-1.0, 1.0], [1.0, 1.0]]), np.array([0.25, 0.75])
    >>> round(float(platt_newton(F, t, np.ones(2))[0]), 6)
    -1.098612
    """
    mean = np.average(t, weights=w)
    v = np.array([0.0, np.log((1 - mean) / mean)])
    now, gain, n = platt_loss(F, t, w, v), np.inf, w.sum()
    for _ in range(max_iter):
        p = np.exp(-np.logaddexp(0.0, F @ v))  # (n,)
        g = F.T @ (w * (t - p)) / n  # (2,)
        H = (F.T * (w * p * (1 - p))) @ F / n  # (2, 2)
        step = solve_symmetric(H, g)
        gain = float(g @ step) / 2
        part, now = backtracking(
            lambda v: platt_loss(F, t, w, v), v, step, 2 * gain, now=now
        )
        v = v - part * step
        if gain <= tol or part == 0:
            return v
    message = f"Platt scaling has not converged in {max_iter} Newton steps: the last promised {gain:.1e} nats"
    warnings.warn(message, like_sklearn(ConvergenceWarning), stacklevel=2)
    return v


def platt_scaling(
    scores: ArrayLike,
    y: ArrayLike,
    *,
    pos_label: object = 1,
    sample_weight: ArrayLike | None = None,
) -> Sigmoid:
    """Fit the sigmoid that turns scores into probabilities.

    Parameters
    ----------
    scores : array_like, shape (n,)
        Of samples that the model was not fitted to; else the sigmoid comes out too steep.
    y : array_like, shape (n,)
        Two classes.
    pos_label : label, default 1
    sample_weight : array_like, shape (n,), optional

    Returns
    -------
    Sigmoid

    Raises
    ------
    ValueError
        When `y` has not both classes, for arrays of unequal length, or for a score that is not finite.

    Examples
    --------
    >>> sigmoid = platt_scaling([-2.0, -1.0, 1.0, 2.0], [0, 0, 1, 1])
    >>> round(sigmoid.a, 6), sigmoid.predict([0.0, 1.0]).round(3).tolist()
    (-0.673996, [0.5, 0.662])
    """
    truth, score, w = check_scores(y, scores, sample_weight, name="scores")
    return fit_sigmoid(score, is_positive(truth, pos_label), w)


def fit_sigmoid(
    score: Array, positive: NDArray[np.bool_], w: Array
) -> Sigmoid:
    """Do what `platt_scaling` does, for arrays of shape (n,) that have been checked; one class alone will do here.

    >>> fit_sigmoid(np.array([-1.0, 1.0]), np.array([True, True]), np.ones(2)).predict([0.0]).tolist()
    [0.75]
    """
    t = platt_targets(positive, w)  # (n,)
    # Scores from -1 to 1, whatever their unit.
    middle = float(score.min() / 2 + score.max() / 2)
    reach = float(score.max() / 2 - score.min() / 2) or 1.0
    F = np.column_stack([(score - middle) / reach, np.ones(len(score))])
    a, b = platt_newton(F, t, w).tolist()
    return Sigmoid(a / reach, b - a / reach * middle)
