"""How well scores put the positives above the negatives."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mle.metrics.arguments import check_scores, is_positive


def roc_curve(
    y_true: ArrayLike,
    y_score: ArrayLike,
    *,
    pos_label: Any = 1,
    sample_weight: ArrayLike | None = None,
    drop_intermediate: bool = True,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """False and true positive rate for every threshold on the score.

    Parameters
    ----------
    y_true : array_like, shape (n,)
        Two classes.
    y_score : array_like, shape (n,)
        The higher, the more likely positive; probabilities or any other numbers.
    pos_label : label, default 1
    sample_weight : array_like, shape (n,), optional
    drop_intermediate : bool, default True
        Leave out most of the points that lie on a straight piece of the curve; the curve stays the same.

    Returns
    -------
    fpr, tpr, thresholds : ndarray, shape (m + 1,)
        For m different scores; fewer if points are left out. The first point is (0, 0), for the threshold inf; the
        last is (1, 1). A sample counts as positive from the threshold up.

    Raises
    ------
    ValueError
        When `y_true` has not both classes, for arrays of unequal length, or for a score that is not finite.

    Examples
    --------
    >>> fpr, tpr, thresholds = roc_curve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    >>> fpr.tolist(), tpr.tolist()
    ([0.0, 0.0, 0.5, 0.5, 1.0], [0.0, 0.5, 0.5, 1.0, 1.0])
    >>> thresholds.tolist()
    [inf, 0.8, 0.4, 0.35, 0.1]
    """
    scores, positives, negatives = weight_at_each_score(
        y_true, y_score, pos_label, sample_weight
    )
    tp = np.cumsum(positives[::-1])  # (m,)
    fp = np.cumsum(negatives[::-1])  # (m,)
    thresholds = scores[::-1]  # (m,)
    if drop_intermediate and len(scores) > 2:
        # Is the point between two others a corner?
        bend = (np.diff(fp, 2) != 0) | (np.diff(tp, 2) != 0)  # (m - 2,)
        keep = np.concatenate([[True], bend, [True]])
        tp, fp, thresholds = tp[keep], fp[keep], thresholds[keep]
    fpr, tpr = np.insert(fp / fp[-1], 0, 0.0), np.insert(tp / tp[-1], 0, 0.0)
    return fpr, tpr, np.insert(thresholds, 0, np.inf)


def roc_auc_score(
    y_true: ArrayLike,
    y_score: ArrayLike,
    *,
    pos_label: Any = 1,
    sample_weight: ArrayLike | None = None,
) -> float:
    """Chance that a random positive scores above a random negative; a tie counts one half.

    It is the area under the ROC curve, found by ranks and without drawing the curve.

    Parameters
    ----------
    y_true : array_like, shape (n,)
        Two classes.
    y_score : array_like, shape (n,)
        The higher, the more likely positive.
    pos_label : label, default 1
    sample_weight : array_like, shape (n,), optional

    Returns
    -------
    float
        Between 0 and 1; 1 is best, 0.5 is chance.

    Raises
    ------
    ValueError
        As `roc_curve`.

    Source
    ------
    Hanley & McNeil (1982), Radiology 143:29-36; Mann & Whitney (1947), Ann. Math. Statist. 18:50-60.

    Examples
    --------
    >>> roc_auc_score([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    0.75
    """
    _, positives, negatives = weight_at_each_score(
        y_true, y_score, pos_label, sample_weight
    )
    # Weight of the negatives with a lower score.
    below = np.cumsum(negatives) - negatives
    wins = positives @ (below + negatives / 2)
    return float(wins / (positives.sum() * negatives.sum()))  # eq: auc


def weight_at_each_score(
    y_true: ArrayLike,
    y_score: ArrayLike,
    pos_label: Any = 1,
    sample_weight: ArrayLike | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Distinct scores in rising order, and the weight of positives and of negatives that have each.

    Returns
    -------
    scores, positives, negatives : ndarray, shape (m,)
        Ties share one entry.

    Examples
    --------
    >>> scores, positives, negatives = weight_at_each_score([1, 0, 1], [0.5, 0.5, 0.9])
    >>> scores.tolist(), positives.tolist(), negatives.tolist()
    ([0.5, 0.9], [1.0, 1.0], [1.0, 0.0])
    """
    truth, score, weight = check_scores(y_true, y_score, sample_weight)
    positive = is_positive(truth, pos_label)
    if not (weight[positive].any() and weight[~positive].any()):
        raise ValueError(
            "sample_weight is zero for a whole class of y_true: expected weight on both"
        )
    scores, index = np.unique(score, return_inverse=True)  # (m,), (n,)
    positives = np.bincount(index, weights=weight * positive)
    negatives = np.bincount(index, weights=weight * ~positive)
    return scores, positives.astype(np.float64), negatives.astype(np.float64)
