"""Names for scores of a fitted estimator, for cross-validation: higher is always better."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from numpy.typing import ArrayLike

from mle.metrics import (
    classification,
    precision_recall,
    probability,
    ranking,
    regression,
    reliability,
)
from mle.metrics.asking import Scorer


def get_scorer(scoring: str | Callable[..., float]) -> Callable[..., float]:
    """Turn a name into a function `score(estimator, X, y, sample_weight=None)`.

    Parameters
    ----------
    scoring : str or callable
        One of `list_scorers()`; the names are scikit-learn's, but for "neg_expected_calibration_error", which
        scikit-learn lacks. Losses carry the prefix `neg_` and a minus sign. A callable is returned as it is.

    Returns
    -------
    callable
        Takes a fitted estimator, X (n, p) and y (n,); returns a float.

    Raises
    ------
    ValueError
        For another name; the message suggests near ones.

    Examples
    --------
    >>> class AlwaysTwo:
    ...     def predict(self, X):
    ...         return [2.0 for row in X]
    >>> get_scorer("neg_mean_absolute_error")(AlwaysTwo(), [[0.0], [0.0]], [2.0, 5.0])
    -1.5
    >>> get_scorer("log_loss")
    Traceback (most recent call last):
    ValueError: scoring='log_loss' is unknown: did you mean 'neg_log_loss'? Expected one of accuracy, ...
    """
    if callable(scoring):
        return scoring
    if not isinstance(scoring, str) or scoring not in SCORERS:
        raise ValueError(_unknown(scoring))
    return SCORERS[scoring]


def check_scoring(
    estimator: Any, scoring: str | Callable[..., float] | None = None
) -> Callable[..., float]:
    """Return the scorer that `scoring` stands for; for None, the estimator's own `score`.

    Parameters
    ----------
    estimator : object
    scoring : str, callable or None

    Returns
    -------
    callable
        As `get_scorer`.

    Raises
    ------
    ValueError
        As `get_scorer`.
    TypeError
        For None, when the estimator has no `score`.

    Examples
    --------
    >>> from mle.linear_model import LinearRegression
    >>> model = LinearRegression().fit([[0.0], [1.0]], [0.0, 1.0])
    >>> round(check_scoring(model)(model, [[2.0], [3.0]], [2.0, 3.0]), 6)
    1.0
    """
    if scoring is not None:
        return get_scorer(scoring)
    if not hasattr(estimator, "score"):
        raise TypeError(
            f"{type(estimator).__name__} has no method score: pass scoring, one of {', '.join(list_scorers())}"
        )
    return own_score


def own_score(
    estimator: Any, X: Any, y: Any, sample_weight: ArrayLike | None = None
) -> float:
    """Return `estimator.score(X, y)`: accuracy for a classifier, R² for a regressor."""
    extra = {} if sample_weight is None else {"sample_weight": sample_weight}
    return float(estimator.score(X, y, **extra))


def list_scorers() -> list[str]:
    """Names that `get_scorer` knows, in alphabetical order.

    >>> "roc_auc" in list_scorers()
    True
    """
    return sorted(SCORERS)


def _unknown(name: Any) -> str:
    names = list_scorers()
    near = [SHORT[name]] if name in SHORT else []
    if not near and isinstance(name, str):
        near = [n for n in names if n.removeprefix("neg_") == name]
        near = near or difflib.get_close_matches(name, names, 3, 0.6)
    hint = f"did you mean {' or '.join(map(repr, near))}? " if near else ""
    return f"scoring={name!r} is unknown: {hint}Expected one of {', '.join(names)}"


SHORT = {
    "ap": "average_precision",
    "auc": "roc_auc",
    "brier": "neg_brier_score",
    "ece": "neg_expected_calibration_error",
    "logloss": "neg_log_loss",
    "mae": "neg_mean_absolute_error",
    "mcc": "matthews_corrcoef",
    "mse": "neg_mean_squared_error",
    "rmse": "neg_root_mean_squared_error",
}
PROBABILITY = ("predict_proba",)
ANY_SCORE = ("predict_proba", "decision_function")
POSITIVE, LABELS, EVERY = (
    ("pos_label",),
    ("labels",),
    ("pos_label", "labels"),
)
SCORERS: dict[str, Scorer] = {
    "accuracy": Scorer(classification.accuracy_score),
    "balanced_accuracy": Scorer(classification.balanced_accuracy_score),
    "matthews_corrcoef": Scorer(classification.matthews_corrcoef),
    "precision": Scorer(classification.precision_score),
    "recall": Scorer(classification.recall_score),
    "f1": Scorer(classification.f1_score),
    "roc_auc": Scorer(ranking.roc_auc_score, 1, ANY_SCORE, {}, POSITIVE),
    "average_precision": Scorer(
        precision_recall.average_precision_score, 1, ANY_SCORE, {}, POSITIVE
    ),
    "neg_log_loss": Scorer(probability.log_loss, -1, PROBABILITY, {}, LABELS),
    "neg_brier_score": Scorer(
        probability.brier_score_loss, -1, PROBABILITY, {}, EVERY
    ),
    "neg_expected_calibration_error": Scorer(
        reliability.expected_calibration_error, -1, PROBABILITY, {}, POSITIVE
    ),
    "r2": Scorer(regression.r2_score),
    "neg_mean_squared_error": Scorer(regression.mean_squared_error, -1),
    "neg_root_mean_squared_error": Scorer(
        regression.root_mean_squared_error, -1
    ),
    "neg_mean_absolute_error": Scorer(regression.mean_absolute_error, -1),
    "neg_mean_poisson_deviance": Scorer(regression.mean_poisson_deviance, -1),
}
for _name in ("precision", "recall", "f1"):
    for _average in ("macro", "micro", "weighted"):
        SCORERS[f"{_name}_{_average}"] = replace(
            SCORERS[_name], kwargs={"average": _average}
        )
for _name, _average in (("ovr", "macro"), ("ovr_weighted", "weighted")):
    SCORERS[f"roc_auc_{_name}"] = Scorer(
        ranking.roc_auc_score,
        1,
        PROBABILITY,
        {"multi_class": "ovr", "average": _average},
        EVERY,
    )
