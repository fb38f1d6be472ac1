"""How good predicted probabilities are."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from mle.metrics.arguments import (
    check_probabilities,
    check_scores,
    class_labels,
    class_vector,
    is_positive,
)
from mle.validation import check_flag, check_sample_weight


def log_loss(
    y_true: ArrayLike,
    y_proba: ArrayLike,
    *,
    normalize: bool = True,
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
    normalize : bool, default True
        False for the sum in place of the mean.
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
    check_flag("normalize", normalize)
    truth = class_vector(y_true, "y_true")
    classes = class_labels(truth, labels)  # (K,)
    proba = check_probabilities(y_proba, len(truth), len(classes))  # (n, K)
    weight = check_sample_weight(sample_weight, len(truth))
    own = np.searchsorted(classes, truth)
    given = proba[np.arange(len(truth)), own]  # (n,)
    epsilon = np.finfo(np.float64).eps
    surprise = -np.log(np.clip(given, epsilon, 1 - epsilon))
    if normalize:
        return float(np.average(surprise, weights=weight))  # eq: surprise
    return float(weight @ surprise)


def brier_score_loss(
    y_true: ArrayLike,
    y_proba: ArrayLike,
    *,
    sample_weight: ArrayLike | None = None,
    pos_label: Any = 1,
    labels: ArrayLike | None = None,
    scale_by_half: bool | str = "auto",
) -> float:
    """Mean squared difference between the probabilities and what happened (0 or 1).

    Parameters
    ----------
    y_true : array_like, shape (n,)
        Classes: two of them with a vector of probabilities.
    y_proba : array_like, shape (n,) or (n, K)
        Probability of `pos_label`, or of each class in sorted order; rows sum to 1.
    sample_weight : array_like, shape (n,), optional
    pos_label : label, default 1
        Read only with a vector of probabilities.
    labels : array_like, shape (K,), optional
        The classes, when not all of them occur in `y_true`. Read only with a matrix of probabilities.
    scale_by_half : bool or "auto"
        Half the sum over the classes, or all of it. "auto": half of it for two classes, whose differences are equal,
        so that each is counted once; all of it for more, as Brier did.

    Returns
    -------
    float
        At least 0; 0 is best. At most 1 if halved, else 2.

    Raises
    ------
    ValueError
        For probabilities outside 0 to 1, rows that do not sum to 1 (within 1e-6), or when `y_true` has not both classes
        (a vector), or fewer than two and no `labels` (a matrix).

    Source
    ------
    Brier (1950), Monthly Weather Review 78:1-3.

    Examples
    --------
    >>> round(brier_score_loss([1, 0], [0.9, 0.2]), 4)
    0.025
    >>> round(brier_score_loss(["a", "c"], [[0.8, 0.1, 0.1], [0.2, 0.2, 0.6]], labels=["a", "b", "c"]), 4)
    0.15
    """
    if scale_by_half != "auto":
        check_flag("scale_by_half", scale_by_half)
    if np.ndim(y_proba) < 2:
        truth, p, weight = check_scores(
            y_true, y_proba, sample_weight, name="y_proba"
        )
        proba = check_probabilities(p, len(truth), 2)  # (n, 2)
        own = is_positive(truth, pos_label).astype(np.intp)  # (n,)
    else:
        truth = class_vector(y_true, "y_true")
        classes = class_labels(truth, labels)  # (K,)
        proba = check_probabilities(y_proba, len(truth), len(classes))
        weight = check_sample_weight(sample_weight, len(truth))
        own = np.searchsorted(classes, truth)
    happened = np.eye(proba.shape[1])[own]  # (n, K)
    squared = ((proba - happened) ** 2).sum(axis=1)  # (n,)
    half = proba.shape[1] == 2 if scale_by_half == "auto" else scale_by_half
    return float(np.average(squared, weights=weight) / (2 if half else 1))
