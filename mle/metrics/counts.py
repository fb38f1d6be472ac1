"""Right and wrong predictions, counted class by class, and scores averaged over classes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from mle.metrics.arguments import Floats, check_labels, class_vector

AVERAGES = ("binary", "macro", "micro", "weighted")


def binary_counts(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    pos_label: Any = 1,
    sample_weight: ArrayLike | None = None,
) -> tuple[float, float, float, float]:
    """True positives, false positives, false negatives, true negatives, in this order.

    Parameters
    ----------
    y_true, y_pred : array_like, shape (n,)
        At most two classes.
    pos_label : label, default 1
        The class that counts as positive.
    sample_weight : array_like, shape (n,), optional

    Returns
    -------
    tp, fp, fn, tn : float

    Raises
    ------
    ValueError
        For more than two classes, or when `pos_label` occurs in neither array. (Only 0, or only -1 or False, passes:
        there were no positives.)

    Examples
    --------
    >>> binary_counts([1, 0, 1, 1], [1, 0, 0, 1])
    (2.0, 0.0, 1.0, 1.0)
    >>> binary_counts(["dead", "alive"], ["alive", "alive"])
    Traceback (most recent call last):
    ValueError: the classes are ['alive', 'dead']: expected two of them, one being pos_label=1
    """
    y_true, y_pred, weight = check_labels(y_true, y_pred, sample_weight)
    classes = np.unique(np.concatenate([y_true, y_pred])).tolist()
    if len(classes) > 2 or (
        pos_label not in classes and classes not in ([0], [-1])
    ):
        raise ValueError(
            f"the classes are {classes}: expected two of them, one being pos_label={pos_label!r}"
        )
    true, found = y_true == pos_label, y_pred == pos_label
    tp, fp = weight[true & found].sum(), weight[~true & found].sum()
    fn, tn = weight[true & ~found].sum(), weight[~true & ~found].sum()
    return float(tp), float(fp), float(fn), float(tn)


def class_counts(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    labels: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
) -> tuple[Floats, Floats, Floats]:
    """True positives, false positives and false negatives of each class, taken as the positive one in turn.

    Parameters
    ----------
    y_true, y_pred, sample_weight : array_like, shape (n,)
        Classes of any number, and optional weights.
    labels : array_like, shape (K,), optional
        The classes to report, in this order; by default all that occur, sorted. A class that does not occur has counts
        of zero.

    Returns
    -------
    tp, fp, fn : ndarray, shape (K,)

    Raises
    ------
    ValueError
        As `accuracy_score`, or when `labels` repeat.

    Examples
    --------
    >>> tp, fp, fn = class_counts(["a", "b", "c", "c"], ["a", "c", "c", "b"])
    >>> tp.tolist(), fp.tolist(), fn.tolist()
    ([1.0, 0.0, 1.0], [0.0, 1.0, 1.0], [0.0, 1.0, 1.0])
    """
    y_true, y_pred, weight = check_labels(y_true, y_pred, sample_weight)
    every = np.concatenate([y_true, y_pred])  # (2n,)
    wanted = np.unique(every) if labels is None else labels
    wanted = class_vector(wanted, "labels")  # (K,)
    if len(np.unique(wanted)) < len(wanted):
        raise ValueError(f"labels are {wanted.tolist()}: expected each once")
    if (wanted.dtype.kind == "U") != (every.dtype.kind == "U"):
        raise ValueError(
            f"labels hold {wanted.tolist()[0]!r} and y_true holds {y_true.tolist()[0]!r}: expected both text or both "
            "numbers"
        )
    classes, index = np.unique(
        np.concatenate([every, wanted]), return_inverse=True
    )
    n, m = len(y_true), len(classes)
    true, pred, place = index[:n], index[n : 2 * n], index[2 * n :]
    hit = true == pred
    counts = (
        np.bincount(true[hit], weight[hit], m),  # (m,)
        np.bincount(pred[~hit], weight[~hit], m),
        np.bincount(true[~hit], weight[~hit], m),
    )
    tp, fp, fn = (count[place].astype(np.float64) for count in counts)
    return tp, fp, fn


def over_classes(
    score: Callable[[float, float, float], float],
    y_true: ArrayLike,
    y_pred: ArrayLike,
    labels: ArrayLike | None = None,
    pos_label: Any = 1,
    average: str | None = "binary",
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Score of the positive class, or of every class, or an average of these.

    Parameters
    ----------
    score : callable, (tp, fp, fn) -> float
    y_true, y_pred, sample_weight : array_like, shape (n,)
    labels, pos_label, average
        As in `precision_score`.

    Returns
    -------
    float, or ndarray of shape (K,) for average=None

    Raises
    ------
    ValueError
        For an unknown `average`, more than two classes with "binary", or bad labels or weights.

    Examples
    --------
    >>> def hits(tp, fp, fn):
    ...     return tp
    >>> over_classes(hits, [0, 1, 2, 2], [0, 1, 1, 2], average=None).tolist()
    [1.0, 1.0, 1.0]
    >>> over_classes(hits, [0, 1, 2, 2], [0, 1, 1, 2], average="micro")
    3.0
    """
    if average is not None and average not in AVERAGES:
        raise ValueError(
            f"average={average!r} is unknown: expected None or one of {', '.join(AVERAGES)}"
        )
    if average == "binary":
        _refuse_many_classes(y_true, y_pred)
        tp, fp, fn, _ = binary_counts(
            y_true, y_pred, pos_label=pos_label, sample_weight=sample_weight
        )
        return score(tp, fp, fn)
    counts = class_counts(
        y_true, y_pred, labels=labels, sample_weight=sample_weight
    )
    if average == "micro":
        tp, fp, fn = (float(count.sum()) for count in counts)
        return score(tp, fp, fn)
    scores = np.array([score(*map(float, one)) for one in zip(*counts)])
    if average is None:
        return scores  # (K,)
    size = counts[0] + counts[2]  # weight of each class in y_true, (K,)
    return mean_defined(scores, size if average == "weighted" else None)


def mean_defined(scores: Floats, weight: Floats | None = None) -> float:
    """Mean of the scores that are not nan; nan if all are. Weights that are all zero are not used.

    >>> mean_defined(np.array([1.0, np.nan, 0.0]), np.array([3.0, 5.0, 1.0]))
    0.75
    """
    defined = ~np.isnan(scores)
    if not defined.any():
        return float("nan")
    if weight is None or not weight[defined].any():
        return float(np.mean(scores[defined]))
    return float(np.average(scores[defined], weights=weight[defined]))


def _refuse_many_classes(y_true: ArrayLike, y_pred: ArrayLike) -> None:
    true, pred, _ = check_labels(y_true, y_pred)
    classes = np.unique(np.concatenate([true, pred])).tolist()
    if len(classes) > 2:
        raise ValueError(
            f"the classes are {classes}: expected two of them with average='binary'; for more, pass average='macro', "
            "'micro', 'weighted' or None"
        )
