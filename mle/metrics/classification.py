"""How well predicted classes agree with true ones."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mle.metrics.arguments import check_labels, label_vector


def accuracy_score(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    sample_weight: ArrayLike | None = None,
) -> float:
    """Share of the samples that got their true class.

    Parameters
    ----------
    y_true, y_pred : array_like, shape (n,)
        Classes, any labels.
    sample_weight : array_like, shape (n,), optional

    Returns
    -------
    float
        Between 0 and 1; 1 is best.

    Raises
    ------
    ValueError
        For arrays of unequal length, empty arrays, or weights that are negative or all zero.

    Examples
    --------
    >>> accuracy_score([1, 0, 1, 1], [1, 0, 0, 1])
    0.75
    """
    y_true, y_pred, weight = check_labels(y_true, y_pred, sample_weight)
    return float(np.average(y_true == y_pred, weights=weight))


def confusion_matrix(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    labels: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
) -> NDArray[Any]:
    """How often each true class (row) was given each predicted class (column).

    Parameters
    ----------
    y_true, y_pred : array_like, shape (n,)
        Classes, any labels.
    labels : array_like, shape (K,), optional
        Order of the classes; samples of other classes are not counted. By default all that occur, sorted.
    sample_weight : array_like, shape (n,), optional

    Returns
    -------
    ndarray, shape (K, K)
        int64 counts, or float64 sums of weights when there are weights.

    Raises
    ------
    ValueError
        As `accuracy_score`, or when `labels` repeat or none of them occurs in `y_true`.

    Examples
    --------
    >>> confusion_matrix([1, 0, 1, 1], [1, 0, 0, 1]).tolist()
    [[1, 0], [1, 2]]
    """
    y_true, y_pred, weight = check_labels(y_true, y_pred, sample_weight)
    classes = (
        np.unique(np.concatenate([y_true, y_pred]))
        if labels is None
        else label_vector(labels, "labels")
    )
    if len(np.unique(classes)) < len(classes):
        raise ValueError(f"labels are {classes.tolist()}: expected each once")
    if not np.isin(classes, y_true).any():
        raise ValueError(
            f"labels are {classes.tolist()}: expected at least one that occurs in y_true"
        )
    row = y_true == classes[:, None]  # (K, n)
    column = y_pred == classes[:, None]  # (K, n)
    matrix = (row * weight) @ column.T.astype(np.float64)  # (K, K)
    return matrix.astype(np.int64) if sample_weight is None else matrix


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


def precision_score(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    pos_label: Any = 1,
    sample_weight: ArrayLike | None = None,
) -> float:
    """Share of the positive predictions that are true: tp / (tp + fp).

    Parameters
    ----------
    y_true, y_pred : array_like, shape (n,)
        At most two classes.
    pos_label : label, default 1
        The class that counts as positive.
    sample_weight : array_like, shape (n,), optional

    Returns
    -------
    float
        Between 0 and 1; 0.0 when nothing was predicted positive (0 / 0).

    Raises
    ------
    ValueError
        As `binary_counts`.

    Examples
    --------
    >>> precision_score([1, 0, 1, 1], [1, 1, 0, 1])
    0.6666666666666666
    """
    tp, fp, _, _ = binary_counts(
        y_true, y_pred, pos_label=pos_label, sample_weight=sample_weight
    )
    return ratio(tp, tp + fp)


def recall_score(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    pos_label: Any = 1,
    sample_weight: ArrayLike | None = None,
) -> float:
    """Share of the true positives that were found: tp / (tp + fn). Also called sensitivity.

    Parameters
    ----------
    y_true, y_pred : array_like, shape (n,)
        At most two classes.
    pos_label : label, default 1
        The class that counts as positive.
    sample_weight : array_like, shape (n,), optional

    Returns
    -------
    float
        Between 0 and 1; 0.0 when there are no positives (0 / 0).

    Raises
    ------
    ValueError
        As `binary_counts`.

    Examples
    --------
    >>> recall_score([1, 0, 1, 1], [1, 1, 0, 0])
    0.3333333333333333
    """
    tp, _, fn, _ = binary_counts(
        y_true, y_pred, pos_label=pos_label, sample_weight=sample_weight
    )
    return ratio(tp, tp + fn)


def f1_score(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    pos_label: Any = 1,
    sample_weight: ArrayLike | None = None,
) -> float:
    """Harmonic mean of precision and recall.

    Parameters
    ----------
    y_true, y_pred : array_like, shape (n,)
        At most two classes.
    pos_label : label, default 1
        The class that counts as positive.
    sample_weight : array_like, shape (n,), optional

    Returns
    -------
    float
        Between 0 and 1; 0.0 when there are neither positives nor positive predictions (0 / 0).

    Raises
    ------
    ValueError
        As `binary_counts`.

    Source
    ------
    van Rijsbergen (1979), Information Retrieval, 2nd ed., ch. 7, with equal weight on both.

    Examples
    --------
    >>> f1_score([1, 0, 1, 1], [1, 1, 0, 1])
    0.6666666666666666
    """
    tp, fp, fn, _ = binary_counts(
        y_true, y_pred, pos_label=pos_label, sample_weight=sample_weight
    )
    return ratio(2 * tp, 2 * tp + fp + fn)  # eq: f1


def matthews_corrcoef(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    sample_weight: ArrayLike | None = None,
) -> float:
    """Correlation between true and predicted classes, for two classes or more.

    With two classes it is (tp tn - fp fn) / sqrt((tp + fp) (tp + fn) (tn + fp) (tn + fn)): high only if both classes
    are recognised, however rare one of them is.

    Parameters
    ----------
    y_true, y_pred : array_like, shape (n,)
        Classes, any labels.
    sample_weight : array_like, shape (n,), optional

    Returns
    -------
    float
        Between -1 and 1; 1 is best, 0 is no better than chance. 0.0 also when one array holds a single class (0 / 0).

    Raises
    ------
    ValueError
        As `accuracy_score`.

    Source
    ------
    Matthews (1975), Biochim. Biophys. Acta 405:442-451; for more classes Gorodkin (2004), Comput. Biol. Chem.
    28:367-374.

    Examples
    --------
    >>> matthews_corrcoef([1, 1, 0, 0], [1, 0, 0, 0])
    0.5773502691896258
    """
    counts = confusion_matrix(y_true, y_pred, sample_weight=sample_weight)
    C = counts.astype(np.float64)  # (K, K)
    actual, predicted, n = C.sum(axis=1), C.sum(axis=0), C.sum()  # (K,), (K,)
    together = np.trace(C) * n - actual @ predicted
    spread = (n**2 - actual @ actual) * (n**2 - predicted @ predicted)
    return ratio(together, np.sqrt(max(spread, 0.0)))  # eq: matthews


def balanced_accuracy_score(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    sample_weight: ArrayLike | None = None,
) -> float:
    """Mean over the true classes of the share of each that was recognised (its recall).

    Parameters
    ----------
    y_true, y_pred : array_like, shape (n,)
        Classes, any labels. A class that occurs only in `y_pred` has no recall and is not averaged.
    sample_weight : array_like, shape (n,), optional

    Returns
    -------
    float
        Between 0 and 1; 1 is best, 1/K is what a constant prediction gets.

    Raises
    ------
    ValueError
        As `accuracy_score`.

    Examples
    --------
    >>> balanced_accuracy_score([0, 0, 0, 1], [0, 0, 0, 0])
    0.5
    """
    C = confusion_matrix(y_true, y_pred, sample_weight=sample_weight)
    size = C.sum(axis=1)  # (K,)
    return float(np.mean(np.diagonal(C)[size > 0] / size[size > 0]))


def ratio(part: float, whole: float) -> float:
    """Quotient part / whole, or 0.0 when whole is 0: the library's one rule for 0 / 0 in a score.

    >>> ratio(1.0, 4.0), ratio(0.0, 0.0)
    (0.25, 0.0)
    """
    return float(part / whole) if whole > 0 else 0.0
