"""Names for scores of a fitted estimator, for cross-validation: higher is always better."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mle.metrics import classification, probability, ranking, regression

Scorer = Callable[[Any, Any, Any], float]

OF_PREDICTIONS: dict[str, Callable[[ArrayLike, ArrayLike], float]] = {
    "accuracy": classification.accuracy_score,
    "balanced_accuracy": classification.balanced_accuracy_score,
    "precision": classification.precision_score,
    "recall": classification.recall_score,
    "f1": classification.f1_score,
    "matthews_corrcoef": classification.matthews_corrcoef,
    "r2": regression.r2_score,
    "neg_mean_squared_error": lambda y, y_pred: (
        -regression.mean_squared_error(y, y_pred)
    ),
    "neg_mean_absolute_error": lambda y, y_pred: (
        -regression.mean_absolute_error(y, y_pred)
    ),
}


def get_scorer(name: str) -> Scorer:
    """Turn a name into a function `score(estimator, X, y)`.

    Parameters
    ----------
    name : str
        One of `list_scorers()`; the names are scikit-learn's. Losses carry the prefix `neg_` and a minus sign.

    Returns
    -------
    callable
        Takes a fitted estimator, X (n, p) and y (n,); returns a float.

    Raises
    ------
    ValueError
        For another name.

    Examples
    --------
    >>> class AlwaysTwo:
    ...     def predict(self, X):
    ...         return [2.0 for row in X]
    >>> get_scorer("neg_mean_absolute_error")(AlwaysTwo(), [[0.0], [0.0]], [2.0, 5.0])
    -1.5
    """
    if name in OF_PREDICTIONS:
        metric = OF_PREDICTIONS[name]
        return lambda estimator, X, y: metric(y, estimator.predict(X))
    if name in OF_PROBABILITIES:
        return OF_PROBABILITIES[name]
    raise ValueError(
        f"scoring={name!r} is unknown: expected one of {', '.join(list_scorers())}"
    )


def list_scorers() -> list[str]:
    """Names that `get_scorer` knows, in alphabetical order.

    >>> "roc_auc" in list_scorers()
    True
    """
    return sorted([*OF_PREDICTIONS, *OF_PROBABILITIES])


def positive_scores(estimator: Any, X: Any) -> NDArray[np.float64]:
    """Score of the second of two classes, shape (n,): its probability, or else the decision function.

    >>> class Coin:
    ...     classes_ = np.array(["heads", "tails"])
    ...     def predict_proba(self, X):
    ...         return np.full((len(X), 2), 0.5)
    >>> positive_scores(Coin(), [[0.0]]).tolist()
    [0.5]
    """
    if len(estimator.classes_) != 2:
        raise ValueError(
            f"the estimator knows {len(estimator.classes_)} classes: expected two for this score"
        )
    if hasattr(estimator, "predict_proba"):
        return np.asarray(estimator.predict_proba(X))[:, 1]
    return np.asarray(estimator.decision_function(X))


OF_PROBABILITIES: dict[str, Scorer] = {
    "roc_auc": lambda e, X, y: ranking.roc_auc_score(
        y, positive_scores(e, X), pos_label=e.classes_[1]
    ),
    "neg_brier_score": lambda e, X, y: (
        -probability.brier_score_loss(
            y, positive_scores(e, X), pos_label=e.classes_[1]
        )
    ),
    "neg_log_loss": lambda e, X, y: (
        -probability.log_loss(y, e.predict_proba(X), labels=e.classes_)
    ),
}
