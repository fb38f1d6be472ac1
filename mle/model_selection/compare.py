"""How sure a score is, and whether one model is better than another."""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import NormalDist
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mle.model_selection.rows import check_lengths
from mle.validation import (
    check_choice,
    check_number,
    check_numbers,
    check_random_state,
)

Array = NDArray[np.float64]


class Interval(NamedTuple):
    """A score on all rows, and the interval that holds it with some confidence.

    >>> Interval(0.8, 0.7, 0.9).low
    0.7
    """

    score: float
    low: float
    high: float


def bootstrap_interval(
    metric: Callable[..., float],
    *arrays: ArrayLike,
    confidence: float = 0.95,
    n_resamples: int = 2000,
    method: str = "bca",
    random_state: int | np.random.Generator | None = None,
) -> Interval:
    """Interval for a metric of a fitted model, by drawing rows with replacement again and again.

    Parameters
    ----------
    metric : callable
        metric(*arrays) -> float, such as accuracy_score(y_true, y_pred).
    *arrays : array_like, n rows each
        Drawn together, row by row; rows must be independent of each other, and not those that the model learnt from.
    confidence : float between 0 and 1
    n_resamples : int
    method : {"bca", "percentile"}
        "percentile" takes quantiles of the draws; "bca" corrects them for bias and for a spread that changes with the
        score, at the price of n more evaluations.
    random_state : int, numpy Generator or None

    Returns
    -------
    Interval
        score, low, high.

    Raises
    ------
    ValueError
        When the metric is nan or infinite on the rows or a draw; a draw without a rare class may be the reason.

    Notes
    -----
    It says how much the score of this model depends on who is in the test set, not how it varies with training.

    Source
    ------
    Efron (1987), Better bootstrap confidence intervals, JASA 82.

    Examples
    --------
    >>> from mle.metrics import accuracy_score
    >>> y_true, y_pred = [0, 1] * 50, [0, 1] * 40 + [1, 0] * 10
    >>> found = bootstrap_interval(accuracy_score, y_true, y_pred, random_state=0)
    >>> found.score, 0.7 < found.low < 0.8 < found.high < 0.9
    (0.8, True)
    """
    check_choice("method", method, ("bca", "percentile"))
    check_number("n_resamples", n_resamples, at_least=1, integer=True)
    check_number("confidence", confidence, above=0)
    if confidence >= 1:
        raise ValueError(f"confidence must be below 1, got {confidence!r}")
    if (n := check_lengths(*arrays)) < 2:
        raise ValueError(f"expected at least 2 rows to draw from, got {n}")
    parts = [np.asarray(array) for array in arrays]
    rng = check_random_state(random_state)
    score = value_of(metric, parts)
    draws = np.array(
        [
            value_of(metric, [part[rows] for part in parts])
            for rows in (rng.integers(n, size=n) for _ in range(n_resamples))
        ]
    )
    tails = np.array([(1 - confidence) / 2, (1 + confidence) / 2])
    if method == "bca":
        others = np.arange(n)
        without = np.array(
            [
                value_of(metric, [part[others != i] for part in parts])
                for i in range(n)
            ]
        )
        tails = bca_tails(score, draws, without, tails)
    low, high = np.quantile(draws, tails)
    return Interval(score, float(low), float(high))


def bca_tails(
    score: float, draws: Array, without: Array, tails: Array
) -> Array:
    """Quantiles of the draws that stand for the tails, corrected for bias z0 and acceleration a.

    Parameters
    ----------
    score : float
    draws : ndarray, shape (B,)
        Scores of resamples.
    without : ndarray, shape (n,)
        Scores with one row left out.
    tails : ndarray, shape (2,)

    Returns
    -------
    ndarray, shape (2,)
        `tails` themselves, if all draws lie on one side of the score or leaving out rows changes nothing.

    Source
    ------
    Efron (1987), eqs. 6.6 and 6.8 for the quantiles.

    Examples
    --------
    >>> bca_tails(0.0, np.array([-1.0, 1.0]), np.array([-1.0, 1.0]), np.array([0.05, 0.95])).round(6).tolist()
    [0.05, 0.95]
    """
    normal = NormalDist()
    below = float(((draws < score).mean() + (draws <= score).mean()) / 2)
    u = without.mean() - without  # (n,)
    spread = float((u**2).sum())
    if not 0 < below < 1 or spread == 0:
        return tails
    a = float((u**3).sum()) / (6 * spread**1.5)
    z0 = normal.inv_cdf(below)
    z = [z0 + normal.inv_cdf(tail) for tail in tails.tolist()]
    return np.array([normal.cdf(z0 + v / (1 - a * v)) for v in z])


class PairedTest(NamedTuple):
    """Mean difference of two models' scores, its t statistic, and the two-sided p-value.

    >>> PairedTest(0.1, 2.0, 0.05).pvalue
    0.05
    """

    difference: float
    statistic: float
    pvalue: float


def corrected_paired_test(
    scores_a: ArrayLike, scores_b: ArrayLike, *, n_train: int, n_test: int
) -> PairedTest:
    """Test whether two models score alike on the same folds, allowing for the rows that the folds share.

    The usual paired t-test takes the J differences as independent. Training sets overlap, so that their variance is
    too small; the correction adds n_test / n_train to 1 / J.

    Parameters
    ----------
    scores_a, scores_b : array_like, shape (J,)
        Scores on the same folds, of repeated cross-validation at best.
    n_train, n_test : int
        Rows that each model learnt from, and was tested by.

    Returns
    -------
    PairedTest
        difference (a minus b), statistic, pvalue (two-sided, Student's t with J - 1 degrees of freedom).

    Source
    ------
    Nadeau & Bengio (2003), Inference for the generalization error, Machine Learning 52.

    Examples
    --------
    >>> found = corrected_paired_test([0.8, 0.9, 0.85], [0.7, 0.75, 0.8], n_train=80, n_test=40)
    >>> round(found.difference, 6), round(found.statistic, 6), round(found.pvalue, 6)
    (0.1, 2.19089, 0.159832)
    """
    check_number("n_train", n_train, at_least=1, integer=True)
    check_number("n_test", n_test, at_least=1, integer=True)
    a = check_numbers(scores_a, "scores_a")
    b = check_numbers(scores_b, "scores_b")
    if a.ndim != 1 or a.shape != b.shape or len(a) < 2:
        raise ValueError(
            f"expected scores of two models on the same folds, at least 2, got shapes {a.shape} and {b.shape}"
        )
    d = a - b  # (J,)
    J = len(d)
    spread = float(d.var(ddof=1))
    variance = (1 / J + n_test / n_train) * spread  # eq: corrected-variance
    mean = float(d.mean())
    if variance == 0:
        t = math.copysign(math.inf, mean) if mean else 0.0
    else:
        t = mean / math.sqrt(variance)
    return PairedTest(mean, t, student_two_sided(t, J - 1))


def student_two_sided(t: float, df: int) -> float:
    """Probability that Student's t with `df` degrees of freedom is farther from 0 than t, to 1e-13.

    Source
    ------
    Abramowitz & Stegun (1964), Handbook of mathematical functions, 26.7.3 and 26.7.4.

    Examples
    --------
    >>> round(student_two_sided(1.0, 1), 12), round(student_two_sided(2.0, 2), 6)
    (0.5, 0.183503)
    """
    theta = math.atan(abs(t) / math.sqrt(df))
    sine, cosine = math.sin(theta), math.cos(theta)
    term = cosine if df % 2 else 1.0
    total = term if df > 1 else 0.0
    for i in range(2 + df % 2, df - 1, 2):
        term *= (i - 1) / i * cosine**2
        total += term
    inside = total * sine
    if df % 2:
        inside = 2 / math.pi * (theta + inside)
    return max(0.0, 1 - inside)


def value_of(metric: Callable[..., float], parts: list[Any]) -> float:
    """Return the metric of some rows, and refuse nan and infinity.

    >>> value_of(lambda y: float(y.mean()), [np.array([1.0, 3.0])])
    2.0
    """
    value = float(metric(*parts))
    if not math.isfinite(value):
        raise ValueError(
            f"metric is {value} on a draw of rows: is a class too rare?"
        )
    return value
