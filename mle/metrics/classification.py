"""How well predicted classes agree with true ones."""

from __future__ import annotations

from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mle.metrics.arguments import check_labels, class_vector
from mle.metrics.counts import over_classes
from mle.validation import check_choice, check_flag, check_number


def accuracy_score(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    normalize: bool = True,
    sample_weight: ArrayLike | None = None,
) -> float:
    """Share of the samples that got their true class.

    Parameters
    ----------
    y_true, y_pred : array_like, shape (n,)
        Classes, any labels: text, or whole numbers.
    normalize : bool, default True
        False for the number (the weight) of these samples in place of their share.
    sample_weight : array_like, shape (n,), optional
        Not negative, not all zero; a weight of 2 counts as the sample given twice.

    Returns
    -------
    float
        Between 0 and 1; 1 is best.

    Raises
    ------
    ValueError
        For arrays of another shape (a column (n, 1) too), of unequal length or empty, for labels that are text in one
        array and numbers in the other, and for weights that are negative or all zero.

    Examples
    --------
    >>> accuracy_score([1, 0, 1, 1], [1, 0, 0, 1])
    0.75
    """
    check_flag("normalize", normalize)
    y_true, y_pred, weight = check_labels(y_true, y_pred, sample_weight)
    right = y_true == y_pred  # (n,)
    if normalize:
        return float(np.average(right, weights=weight))
    return float(weight @ right)


def confusion_matrix(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    labels: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
    normalize: str | None = None,
) -> NDArray[Any]:
    """How often each true class (row) was given each predicted class (column).

    Parameters
    ----------
    y_true, y_pred, sample_weight : array_like, shape (n,)
        As in `accuracy_score`.
    labels : array_like, shape (K,), optional
        Order of the classes; samples of other classes are not counted. By default all that occur, sorted.
    normalize : {"true", "pred", "all"}, optional
        Divide by the sum of each row, of each column, or of the matrix, so that these are 1 (or 0, if empty).

    Returns
    -------
    ndarray, shape (K, K)
        int64 counts, or float64 sums of weights when there are weights, or float64 shares.

    Raises
    ------
    ValueError
        As `accuracy_score`, or when `labels` repeat or none of them occurs in `y_true`.

    Examples
    --------
    >>> confusion_matrix([1, 0, 1, 1], [1, 0, 0, 1]).tolist()
    [[1, 0], [1, 2]]
    >>> confusion_matrix([1, 0, 1, 1, 1], [1, 0, 0, 1, 1], normalize="true").tolist()
    [[1.0, 0.0], [0.25, 0.75]]
    """
    y_true, y_pred, weight = check_labels(y_true, y_pred, sample_weight)
    classes = (
        np.unique(np.concatenate([y_true, y_pred]))
        if labels is None
        else class_vector(labels, "labels")
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
    if normalize is not None:
        return shares(matrix, normalize)
    return matrix.astype(np.int64) if sample_weight is None else matrix


def shares(matrix: NDArray[np.float64], of: str) -> NDArray[np.float64]:
    """Divide a confusion matrix by the sums of its rows ("true"), of its columns ("pred"), or by its sum ("all").

    >>> shares(np.array([[1.0, 3.0], [0.0, 0.0]]), "true").tolist()
    [[0.25, 0.75], [0.0, 0.0]]
    """
    check_choice("normalize", of, ("true", "pred", "all"))
    axis = {"true": 1, "pred": 0, "all": None}[of]
    total = matrix.sum(axis=axis, keepdims=True)
    return matrix / np.where(total > 0, total, 1.0)


def precision_score(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    labels: ArrayLike | None = None,
    pos_label: Any = 1,
    average: str | None = "binary",
    sample_weight: ArrayLike | None = None,
    zero_division: float = 0.0,
) -> Any:
    """Share of the positive predictions that are true: tp / (tp + fp).

    Parameters
    ----------
    y_true, y_pred, sample_weight : array_like, shape (n,)
        As in `accuracy_score`; at most two classes if `average` is "binary".
    labels : array_like, shape (K,), optional
        Classes to score, and their order; by default all that occur, sorted. Not read if `average` is "binary".
    pos_label : label, default 1
        The class that counts as positive; read only if `average` is "binary".
    average : {"binary", "macro", "micro", "weighted"} or None
        "binary": the score of `pos_label`. None: each class in turn is the positive one, and all K scores are returned.
        "macro": their mean. "weighted": their mean, each class weighted by its share of `y_true`. "micro": one score,
        of the counts summed over the classes.
    zero_division : float, default 0.0
        The score when nothing was predicted positive (0 / 0). With nan, such a class is left out of the mean.
        scikit-learn also warns; here the rule is part of the contract, and nothing is said.

    Returns
    -------
    float, or ndarray of shape (K,) for average=None
        Between 0 and 1; 1 is best.

    Raises
    ------
    ValueError
        As `accuracy_score`; for more than two classes, or no `pos_label` among them, if `average` is "binary"; for
        another `average`; for repeated `labels`.

    Examples
    --------
    >>> precision_score([1, 0, 1, 1], [1, 1, 0, 1])
    0.6666666666666666
    >>> precision_score(["a", "b", "c", "c"], ["a", "c", "c", "b"], average=None).tolist()
    [1.0, 0.0, 0.5]
    """
    check_zero_division(zero_division)

    def precision(tp: float, fp: float, fn: float) -> float:
        return ratio(tp, tp + fp, zero_division)

    how = labels, pos_label, average, sample_weight
    return over_classes(precision, y_true, y_pred, *how)


def recall_score(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    labels: ArrayLike | None = None,
    pos_label: Any = 1,
    average: str | None = "binary",
    sample_weight: ArrayLike | None = None,
    zero_division: float = 0.0,
) -> Any:
    """Share of the true positives that were found: tp / (tp + fn). Also called sensitivity.

    Parameters
    ----------
    y_true, y_pred, sample_weight : array_like, shape (n,)
    labels, pos_label, average, zero_division
        As in `precision_score`, which also lists the errors. Here 0 / 0 arises where there are no positives.

    Returns
    -------
    float, or ndarray of shape (K,) for average=None
        Between 0 and 1; 1 is best.

    Examples
    --------
    >>> recall_score([1, 0, 1, 1], [1, 1, 0, 0])
    0.3333333333333333
    """
    check_zero_division(zero_division)

    def recall(tp: float, fp: float, fn: float) -> float:
        return ratio(tp, tp + fn, zero_division)

    how = labels, pos_label, average, sample_weight
    return over_classes(recall, y_true, y_pred, *how)


def f1_score(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    labels: ArrayLike | None = None,
    pos_label: Any = 1,
    average: str | None = "binary",
    sample_weight: ArrayLike | None = None,
    zero_division: float = 0.0,
) -> Any:
    """Harmonic mean of precision and recall.

    Parameters
    ----------
    y_true, y_pred, sample_weight : array_like, shape (n,)
    labels, pos_label, average, zero_division
        As in `precision_score`, which also lists the errors. Here 0 / 0 arises where there are neither positives nor
        positive predictions.

    Returns
    -------
    float, or ndarray of shape (K,) for average=None
        Between 0 and 1; 1 is best.

    Source
    ------
    van Rijsbergen (1979), Information Retrieval, 2nd ed., ch. 7, with equal weight on both.

    Examples
    --------
    >>> f1_score([1, 0, 1, 1], [1, 1, 0, 1])
    0.6666666666666666
    """
    check_zero_division(zero_division)

    def f1(tp: float, fp: float, fn: float) -> float:
        return ratio(2 * tp, 2 * tp + fp + fn, zero_division)  # eq: f1

    how = labels, pos_label, average, sample_weight
    return over_classes(f1, y_true, y_pred, *how)


def fbeta_score(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    beta: float,
    labels: ArrayLike | None = None,
    pos_label: Any = 1,
    average: str | None = "binary",
    sample_weight: ArrayLike | None = None,
    zero_division: float = 0.0,
) -> Any:
    """Harmonic mean of precision and recall in which recall has beta² times the weight of precision.

    Parameters
    ----------
    y_true, y_pred, sample_weight : array_like, shape (n,)
    beta : float, not negative
        0 gives precision, 1 gives F1, and the larger it is, the nearer the score is to recall.
    labels, pos_label, average, zero_division
        As in `precision_score`, which also lists the errors.

    Returns
    -------
    float, or ndarray of shape (K,) for average=None
        Between 0 and 1; 1 is best.

    Source
    ------
    van Rijsbergen (1979), Information Retrieval, 2nd ed., ch. 7.

    Examples
    --------
    >>> round(fbeta_score([1, 0, 1, 1], [1, 1, 0, 0], beta=2.0), 6)
    0.357143
    """
    check_zero_division(zero_division)
    check_number("beta", beta, at_least=0)

    def f_beta(tp: float, fp: float, fn: float) -> float:
        hits = (1 + beta**2) * tp
        whole = hits + fp + beta**2 * fn
        return ratio(hits, whole, zero_division)  # eq: f-beta

    how = labels, pos_label, average, sample_weight
    return over_classes(f_beta, y_true, y_pred, *how)


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
    y_true, y_pred, sample_weight : array_like, shape (n,)
        As in `accuracy_score`, with its errors.

    Returns
    -------
    float
        Between -1 and 1; 1 is best, 0 is no better than chance. 0.0 also when one array holds a single class (0 / 0).

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
    adjusted: bool = False,
) -> float:
    """Mean over the true classes of the share of each that was recognised (its recall).

    Parameters
    ----------
    y_true, y_pred, sample_weight : array_like, shape (n,)
        As in `accuracy_score`, with its errors. A class that occurs only in `y_pred` has no recall and is not averaged.
    adjusted : bool, default False
        Shift and stretch the score so that a constant prediction gets 0 and a perfect one 1; with a single true class
        the result is 0.0 (0 / 0).

    Returns
    -------
    float
        Between 0 and 1; 1 is best, 1/K is what a constant prediction gets.

    Examples
    --------
    >>> balanced_accuracy_score([0, 0, 0, 1], [0, 0, 0, 0])
    0.5
    """
    check_flag("adjusted", adjusted)
    C = confusion_matrix(y_true, y_pred, sample_weight=sample_weight)
    size = C.sum(axis=1)  # (K,)
    recalls = np.diagonal(C)[size > 0] / size[size > 0]
    mean, chance = float(np.mean(recalls)), 1 / len(recalls)
    return ratio(mean - chance, 1 - chance) if adjusted else mean


def ratio(part: float, whole: float, zero_division: float = 0.0) -> float:
    """Quotient part / whole, or `zero_division` when whole is 0: the library's one rule for 0 / 0 in a score.

    >>> ratio(1.0, 4.0), ratio(0.0, 0.0)
    (0.25, 0.0)
    """
    return float(part / whole) if whole > 0 else float(zero_division)


def check_zero_division(zero_division: Any) -> None:
    """Refuse a value for 0 / 0 that is neither a number from 0 to 1 nor nan.

    >>> check_zero_division("warn")
    Traceback (most recent call last):
    TypeError: zero_division must be a number from 0 to 1, or nan, got 'warn'
    """
    message = f"zero_division must be a number from 0 to 1, or nan, got {zero_division!r}"
    if isinstance(zero_division, bool) or not isinstance(zero_division, Real):
        raise TypeError(message)
    if float(zero_division) < 0 or float(zero_division) > 1:
        raise ValueError(message)
