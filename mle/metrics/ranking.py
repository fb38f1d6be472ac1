"""How well scores put the positives above the negatives."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from mle.metrics.arguments import (
    Floats,
    check_scores,
    is_positive,
    number_vector,
)
from mle.metrics.multiclass import (
    check_simplex,
    one_versus_rest,
    refuse_columns,
)
from mle.validation import check_choice


def roc_curve(
    y_true: ArrayLike,
    y_score: ArrayLike,
    *,
    pos_label: Any = 1,
    sample_weight: ArrayLike | None = None,
    drop_intermediate: bool = True,
) -> tuple[Floats, Floats, Floats]:
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
    average: str | None = "macro",
    pos_label: Any = 1,
    sample_weight: ArrayLike | None = None,
    multi_class: str = "raise",
    labels: ArrayLike | None = None,
) -> Any:
    """Chance that a random positive scores above a random negative; a tie counts one half.

    It is the area under the ROC curve, found by ranks and without drawing the curve.

    Parameters
    ----------
    y_true : array_like, shape (n,)
        Two classes, or K with multi_class="ovr".
    y_score : array_like, shape (n,), or (n, K) with multi_class="ovr"
        The higher, the more likely positive; for K classes their probabilities, in sorted order.
    average : {"macro", "weighted"} or None
        Read only with multi_class="ovr": the mean of the K areas, their mean weighted by the share of each class, or
        the areas themselves.
    pos_label : label, default 1
        Read only for two classes.
    sample_weight : array_like, shape (n,), optional
    multi_class : {"raise", "ovr"}
        "ovr", one versus rest: each class in turn is the positive one. More than two classes are refused without it.
    labels : array_like, shape (K,), optional
        Read only with multi_class="ovr": the classes. Each must occur in `y_true`, or its area has no value.

    Returns
    -------
    float, or ndarray of shape (K,)
        Between 0 and 1; 1 is best, 0.5 is chance.

    Raises
    ------
    ValueError
        As `roc_curve`; with multi_class="ovr" also for rows of `y_score` that are no probabilities.

    Source
    ------
    Hanley & McNeil (1982), Radiology 143:29-36; Mann & Whitney (1947), Ann. Math. Statist. 18:50-60.

    Examples
    --------
    >>> roc_auc_score([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    0.75
    >>> p = [[0.6, 0.2, 0.2], [0.3, 0.5, 0.2], [0.7, 0.2, 0.1], [0.1, 0.2, 0.7]]
    >>> roc_auc_score(["a", "b", "b", "c"], p, multi_class="ovr", average=None).round(3).tolist()
    [0.667, 0.75, 1.0]
    """
    check_choice("multi_class", multi_class, ("raise", "ovr"))
    if multi_class == "ovr" and np.ndim(y_score) == 2:
        check_simplex(y_true, y_score, labels)
        how = average, labels, sample_weight
        return one_versus_rest(roc_auc_score, y_true, y_score, *how)
    refuse_columns(y_score)
    _, positives, negatives = weight_at_each_score(
        y_true, y_score, pos_label, sample_weight
    )
    # Weight of the negatives with a lower score.
    below = np.cumsum(negatives) - negatives
    wins = positives @ (below + negatives / 2)
    return float(wins / (positives.sum() * negatives.sum()))  # eq: auc


def auc(x: ArrayLike, y: ArrayLike) -> float:
    """Area under a curve of straight pieces through the points (x, y), by trapezoids.

    Parameters
    ----------
    x : array_like, shape (m,), m >= 2
        Rising or falling throughout; equal neighbours are allowed.
    y : array_like, shape (m,)

    Returns
    -------
    float

    Raises
    ------
    ValueError
        When `x` rises and falls, or for fewer than two points.

    Examples
    --------
    >>> auc([0.0, 0.5, 1.0], [0.0, 1.0, 1.0])
    0.75
    """
    across, height = number_vector(x, "x"), number_vector(y, "y")
    if len(across) != len(height):
        raise ValueError(
            f"x has {len(across)} entries and y has {len(height)}: expected equally many"
        )
    if len(across) < 2:
        raise ValueError("x has 1 entry: expected at least two points")
    step = np.diff(across)
    if (step < 0).any() and (step > 0).any():
        raise ValueError(
            "x rises and falls: expected the points of a curve from left to right, or from right to left"
        )
    area = np.sum(step * (height[1:] + height[:-1]) / 2)  # eq: auc-pairs
    return float(-area if (step < 0).any() else area)


def weight_at_each_score(
    y_true: ArrayLike,
    y_score: ArrayLike,
    pos_label: Any = 1,
    sample_weight: ArrayLike | None = None,
) -> tuple[Floats, Floats, Floats]:
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
    # A row without weight is no row: its score is no threshold.
    counts = weight > 0
    score, positive, weight = score[counts], positive[counts], weight[counts]
    scores, index = np.unique(score, return_inverse=True)  # (m,), (n,)
    positives = np.bincount(index, weights=weight * positive)
    negatives = np.bincount(index, weights=weight * ~positive)
    return scores, positives.astype(np.float64), negatives.astype(np.float64)
