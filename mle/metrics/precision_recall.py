"""Precision and recall for every threshold on the score, and the area under their curve."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from mle.metrics.arguments import Floats
from mle.metrics.multiclass import one_versus_rest
from mle.metrics.ranking import weight_at_each_score


def precision_recall_curve(
    y_true: ArrayLike,
    y_score: ArrayLike,
    *,
    pos_label: Any = 1,
    sample_weight: ArrayLike | None = None,
    drop_intermediate: bool = False,
) -> tuple[Floats, Floats, Floats]:
    """Precision and recall of the rule "positive from the threshold up", for every threshold on the score.

    Parameters
    ----------
    y_true, y_score, sample_weight : array_like, shape (n,)
    pos_label : label, default 1
        As in `roc_curve`, with its errors: both classes must occur.
    drop_intermediate : bool, default False
        Leave out thresholds that have the same recall as both their neighbours.

    Returns
    -------
    precision, recall : ndarray, shape (m + 1,)
        For m different scores. The last point is (1, 0) by convention and has no threshold.
    thresholds : ndarray, shape (m,)
        Rising.

    Source
    ------
    Davis & Goadrich (2006), The relationship between precision-recall and ROC curves, ICML. Do not join the points by
    straight lines: between two of them precision does not change linearly with recall (sec. 4).

    Examples
    --------
    >>> precision, recall, thresholds = precision_recall_curve([0, 1, 0, 1], [0.1, 0.4, 0.6, 0.8])
    >>> precision.round(2).tolist(), recall.tolist()
    ([0.5, 0.67, 0.5, 1.0, 1.0], [1.0, 1.0, 0.5, 0.5, 0.0])
    >>> thresholds.tolist()
    [0.1, 0.4, 0.6, 0.8]
    """
    scores, positives, negatives = weight_at_each_score(
        y_true, y_score, pos_label, sample_weight
    )
    tp = np.cumsum(positives[::-1])  # (m,), falling threshold
    fp = np.cumsum(negatives[::-1])
    precision = tp / (tp + fp)
    recall = tp / tp[-1]
    keep = np.ones(len(tp), dtype=bool)
    if drop_intermediate and len(tp) > 2:
        move = np.diff(tp) != 0  # (m - 1,)
        keep[1:-1] = move[:-1] | move[1:]
    precision, recall = precision[keep][::-1], recall[keep][::-1]
    thresholds = scores[::-1][keep][::-1]
    return np.append(precision, 1.0), np.append(recall, 0.0), thresholds


def average_precision_score(
    y_true: ArrayLike,
    y_score: ArrayLike,
    *,
    average: str | None = "macro",
    pos_label: Any = 1,
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Mean of the precision over the steps of the recall, falling threshold by falling threshold.

    A random order scores about the share of positives; so, unlike `roc_auc_score`, the number depends on how rare the
    positives are.

    Parameters
    ----------
    y_true : array_like, shape (n,)
        Two classes, or K.
    y_score : array_like, shape (n,), or (n, K)
        The higher, the more likely positive; for K classes a column for each, in sorted order.
    average : {"macro", "weighted"} or None
        Read only for K columns: see `roc_auc_score`.
    pos_label : label, default 1
        Read only for one score per sample.
    sample_weight : array_like, shape (n,), optional

    Returns
    -------
    float, or ndarray of shape (K,)
        Between 0 and 1; 1 is best.

    Raises
    ------
    ValueError
        As `roc_curve`.

    Source
    ------
    Zhu (2004), Recall, precision and average precision, working paper 2004-09, University of Waterloo.

    Examples
    --------
    >>> average_precision_score([0, 1, 0, 1], [0.1, 0.4, 0.6, 0.8])
    0.8333333333333333
    """
    if np.ndim(y_score) == 2:
        how = average, None, sample_weight
        return one_versus_rest(average_precision_score, y_true, y_score, *how)
    precision, recall, _ = precision_recall_curve(
        y_true, y_score, pos_label=pos_label, sample_weight=sample_weight
    )
    return float(-np.diff(recall) @ precision[:-1])  # eq: average-precision
