"""How good predicted probabilities are."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mle.metrics.arguments import check_scores, is_positive, label_vector
from mle.validation import check_numbers, check_sample_weight


def log_loss(
    y_true: ArrayLike,
    y_proba: ArrayLike,
    *,
    sample_weight: ArrayLike | None = None,
    labels: ArrayLike | None = None,
) -> float:
    """Mean of -log(probability given to the class that came true). Also called cross-entropy.

    Parameters
    ----------
    y_true : array_like, shape (n,)
        Classes.
    y_proba : array_like, shape (n,) or (n, K)
        Probability of the larger of two classes, or of each class in sorted order; rows sum to 1.
    sample_weight : array_like, shape (n,), optional
    labels : array_like, shape (K,), optional
        The classes, when not all of them occur in `y_true`.

    Returns
    -------
    float, in nats
        At least 0; 0 is best. A probability of 0 counts as 2.2e-16 (float64's epsilon), so the loss stays finite.

    Raises
    ------
    ValueError
        For probabilities outside 0 to 1, rows that do not sum to 1 (within 1e-6), fewer than two classes, or shapes
        that do not fit.

    Source
    ------
    Good (1952), Rational decisions, J. R. Statist. Soc. B 14:107-114.

    Examples
    --------
    >>> round(log_loss([1, 0], [0.9, 0.2]), 4)
    0.1643
    """
    truth = label_vector(y_true, "y_true")
    classes = class_labels(truth, labels)  # (K,)
    proba = check_probabilities(y_proba, len(truth), len(classes))  # (n, K)
    weight = check_sample_weight(sample_weight, len(truth))
    own = np.searchsorted(classes, truth)
    given = proba[np.arange(len(truth)), own]  # (n,)
    epsilon = np.finfo(np.float64).eps
    return float(
        np.average(
            -np.log(np.clip(given, epsilon, 1 - epsilon)), weights=weight
        )
    )


def brier_score_loss(
    y_true: ArrayLike,
    y_proba: ArrayLike,
    *,
    sample_weight: ArrayLike | None = None,
    pos_label: Any = 1,
) -> float:
    """Mean squared difference between the probability of the positive class and what happened (0 or 1).

    Parameters
    ----------
    y_true : array_like, shape (n,)
        Two classes.
    y_proba : array_like, shape (n,)
        Probability of `pos_label`.
    sample_weight : array_like, shape (n,), optional
    pos_label : label, default 1

    Returns
    -------
    float
        Between 0 and 1; 0 is best.

    Raises
    ------
    ValueError
        For probabilities outside 0 to 1, or when `y_true` has not both classes.

    Source
    ------
    Brier (1950), Monthly Weather Review 78:1-3.

    Examples
    --------
    >>> round(brier_score_loss([1, 0], [0.9, 0.2]), 4)
    0.025
    """
    truth, proba, weight = check_scores(
        y_true, y_proba, sample_weight, name="y_proba"
    )
    p = check_probabilities(proba, len(truth), 2)[:, 1]  # (n,)
    return float(
        np.average((p - is_positive(truth, pos_label)) ** 2, weights=weight)
    )


def class_labels(
    y_true: ArrayLike, labels: ArrayLike | None = None
) -> NDArray[Any]:
    """Classes in sorted order, shape (K,), K >= 2: those of `labels`, or those that occur.

    >>> class_labels(["b", "a"]).tolist()
    ['a', 'b']
    >>> class_labels([1, 1])
    Traceback (most recent call last):
    ValueError: there is one class, 1: expected two or more; pass labels to name all
    """
    truth = label_vector(y_true, "y_true")
    classes = np.unique(
        truth if labels is None else label_vector(labels, "labels")
    )
    if len(classes) < 2:
        raise ValueError(
            f"there is one class, {classes.tolist()[0]!r}: expected two or more; pass labels to name all"
        )
    strange = np.setdiff1d(truth, classes)
    if len(strange):
        raise ValueError(
            f"y_true holds {strange.tolist()[0]!r}: expected one of labels={classes.tolist()}"
        )
    return classes


def check_probabilities(
    y_proba: ArrayLike, n: int, n_classes: int
) -> NDArray[np.float64]:
    """Probabilities of every class, shape (n, K); a vector means the second of two classes.

    >>> check_probabilities([0.25], 1, 2).tolist()
    [[0.75, 0.25]]
    >>> check_probabilities([1.25], 1, 2)
    Traceback (most recent call last):
    ValueError: y_proba holds 1.25: expected probabilities from 0 to 1
    """
    proba = check_numbers(y_proba, "y_proba")
    outside = (proba < 0) | (proba > 1)
    if outside.any():
        raise ValueError(
            f"y_proba holds {float(proba[outside][0])}: expected probabilities from 0 to 1"
        )
    if n_classes == 2 and proba.shape in ((n,), (n, 1)):
        second = proba.reshape(n)
        return np.column_stack([1 - second, second])
    if proba.shape != (n, n_classes):
        raise ValueError(
            f"y_proba has shape {proba.shape}: expected {(n, n_classes)}, a column for each class"
        )
    worst = float(np.abs(proba.sum(axis=1) - 1).max())
    if worst > 1e-6:
        raise ValueError(
            f"y_proba has a row whose sum misses 1 by {worst:.3g}: expected rows that sum to 1"
        )
    return proba
