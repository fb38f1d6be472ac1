"""Scores of two classes, carried over to K: each class in turn against all others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from mle.metrics.arguments import (
    check_probabilities,
    class_labels,
    class_vector,
)
from mle.metrics.counts import mean_defined
from mle.validation import check_choice, check_numbers, check_sample_weight


def one_versus_rest(
    score: Callable[..., Any],
    y_true: ArrayLike,
    y_score: ArrayLike,
    average: str | None = "macro",
    labels: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Score of two classes, taken for each of K classes against all others.

    Parameters
    ----------
    score : callable, (y_true, y_score, sample_weight=) -> float
    y_true : array_like, shape (n,)
    y_score : array_like, shape (n, K)
        A column for each class, in sorted order.
    average, labels, sample_weight
        As in `roc_auc_score`.

    Returns
    -------
    float, or ndarray of shape (K,) for average=None

    Examples
    --------
    >>> from mle.metrics import roc_auc_score
    >>> one_versus_rest(roc_auc_score, [0, 1, 1], [[0.8, 0.2], [0.3, 0.7], [0.4, 0.6]])
    1.0
    """
    if average is not None:
        check_choice("average", average, ("macro", "weighted"))
    truth = class_vector(y_true, "y_true")
    classes = class_labels(truth, labels)  # (K,)
    columns = check_numbers(y_score, "y_score")
    if columns.shape != (len(truth), len(classes)):
        raise ValueError(
            f"y_score has shape {columns.shape}: expected {(len(truth), len(classes))}, a column for each class"
        )
    absent = np.setdiff1d(classes, truth)
    if len(absent):
        raise ValueError(
            f"class {absent.tolist()[0]!r} does not occur in y_true: nothing can be ranked above or below it"
        )
    weight = check_sample_weight(sample_weight, len(truth))
    scores = np.array(
        [
            score(truth == classes[k], columns[:, k], sample_weight=weight)
            for k in range(len(classes))
        ]
    )
    if average is None:
        return scores  # (K,)
    size = np.array([weight[truth == c].sum() for c in classes])  # (K,)
    return mean_defined(scores, size if average == "weighted" else None)


def refuse_columns(y_score: ArrayLike) -> None:
    """Refuse a matrix of scores where one score per sample is expected.

    >>> refuse_columns([[0.5, 0.5]])
    Traceback (most recent call last):
    ValueError: y_score has shape (1, 2): expected (n,), the score of the positive class; ...
    """
    if np.ndim(y_score) == 2:
        raise ValueError(
            f"y_score has shape {np.shape(y_score)}: expected (n,), the score of the positive class; "
            "for more than two classes pass multi_class='ovr'"
        )


def check_simplex(
    y_true: ArrayLike, y_score: ArrayLike, labels: ArrayLike | None
) -> None:
    """Refuse scores that are no probabilities of the classes: for others one class's scale says nothing of another's.

    >>> check_simplex([0, 1], [[0.5, 0.5], [0.9, 0.1]], None)
    """
    classes = class_labels(y_true, labels)
    check_probabilities(
        y_score, len(np.asarray(y_true)), len(classes), name="y_score"
    )
