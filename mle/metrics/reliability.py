"""Whether probabilities mean what they say: of all cases given 30 %, 30 % should come true."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from mle.metrics.arguments import (
    Floats,
    check_probabilities,
    check_scores,
    is_positive,
)
from mle.validation import check_choice, check_number


def calibration_curve(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    pos_label: Any = 1,
    n_bins: int = 5,
    strategy: str = "uniform",
    sample_weight: ArrayLike | None = None,
) -> tuple[Floats, Floats, Floats]:
    """Share of positives against mean probability, in bins of the probability.

    It is scikit-learn's `sklearn.calibration.calibration_curve`, with weights, and with a third result: how many
    samples a point stands for, without which its error cannot be judged.

    Parameters
    ----------
    y_true : array_like, shape (n,)
        Two classes.
    y_prob : array_like, shape (n,)
        Probability of `pos_label`.
    pos_label : label, default 1
    n_bins : int, default 5
        Most bins, m; empty ones are left out.
    strategy : {"uniform", "quantile"}
        Bins of equal width on 0 to 1, or with (nearly) equal numbers of samples.
    sample_weight : array_like, shape (n,), optional
        The edges of quantile bins do not depend on it.

    Returns
    -------
    prob_true, prob_pred, count : ndarray, shape (m,)
        For each bin the share of positives, the mean probability, and the number of samples or their weight. A
        probability on an edge belongs to the lower bin.

    Raises
    ------
    ValueError
        For probabilities outside 0 to 1, arrays of unequal length, or when `y_true` has not both classes.

    Source
    ------
    Niculescu-Mizil & Caruana (2005), Predicting good probabilities with supervised learning, ICML.

    Examples
    --------
    >>> prob_true, prob_pred, count = calibration_curve([0, 1, 1, 1], [0.25, 0.25, 0.75, 1.0], n_bins=2)
    >>> prob_true.tolist(), prob_pred.tolist(), count.tolist()
    ([0.5, 1.0], [0.25, 0.875], [2.0, 2.0])
    """
    check_number("n_bins", n_bins, at_least=1, integer=True)
    check_choice("strategy", strategy, ("uniform", "quantile"))
    truth, p, weight = check_scores(
        y_true, y_prob, sample_weight, name="y_prob"
    )
    check_probabilities(p, len(p), 2, name="y_prob")
    positive = is_positive(truth, pos_label)  # (n,)
    edges = np.linspace(0, 1, n_bins + 1)  # (m + 1,)
    if strategy == "quantile":
        edges = np.percentile(p, 100 * edges)
    bin_of = np.searchsorted(edges[1:-1], p)  # (n,)
    count = np.bincount(bin_of, weight, n_bins).astype(np.float64)  # (m,)
    filled = count > 0
    true = np.bincount(bin_of, weight * positive, n_bins)[filled]
    pred = np.bincount(bin_of, weight * p, n_bins)[filled]
    return true / count[filled], pred / count[filled], count[filled]


def expected_calibration_error(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    pos_label: Any = 1,
    n_bins: int = 10,
    strategy: str = "uniform",
    sample_weight: ArrayLike | None = None,
) -> float:
    """Mean gap between share of positives and mean probability over the bins, each weighted by its samples.

    The number depends on the bins: few of them hide gaps of opposite sign, and many make noise look like error, so
    that even perfect probabilities score above 0. Compare only values of the same bins and sample size.

    Parameters
    ----------
    y_true, y_prob, sample_weight : array_like, shape (n,)
    pos_label, n_bins, strategy
        As in `calibration_curve`, with its errors.

    Returns
    -------
    float
        Between 0 and 1; 0 is best.

    Source
    ------
    Naeini, Cooper & Hauskrecht (2015), Obtaining well calibrated probabilities using Bayesian binning, AAAI.

    Examples
    --------
    >>> expected_calibration_error([0, 1, 1, 1], [0.25, 0.25, 0.75, 1.0], n_bins=2)
    0.1875
    """
    prob_true, prob_pred, count = calibration_curve(
        y_true,
        y_prob,
        pos_label=pos_label,
        n_bins=n_bins,
        strategy=strategy,
        sample_weight=sample_weight,
    )
    gap = np.abs(prob_true - prob_pred)  # (m,)
    return float(np.average(gap, weights=count))  # eq: ece
