"""A metric made into a score of a fitted estimator: what to ask it for, and with which sign."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class Scorer:
    """A metric together with the question it puts to the estimator and its sign; made by `make_scorer`.

    Attributes
    ----------
    metric : callable, (y_true, y_pred, ...) -> float
    sign : int
        1, or -1 for a loss, so that higher is better.
    asks : tuple of str
        The first of these methods that the estimator has is called: "predict", "predict_proba", "decision_function".
    kwargs : dict
        Further arguments of the metric.
    names_classes : tuple of str
        Arguments of the metric that are told the estimator's classes: "pos_label" and "labels".

    Examples
    --------
    >>> class AlwaysTwo:
    ...     def predict(self, X):
    ...         return [2.0 for row in X]
    >>> from mle.metrics import mean_absolute_error
    >>> Scorer(mean_absolute_error, -1)(AlwaysTwo(), [[0.0], [0.0]], [2.0, 5.0])
    -1.5
    """

    metric: Callable[..., Any]
    sign: int = 1
    asks: tuple[str, ...] = ("predict",)
    kwargs: dict[str, Any] = field(default_factory=dict)
    names_classes: tuple[str, ...] = ()

    def __call__(
        self,
        estimator: Any,
        X: Any,
        y: Any,
        sample_weight: ArrayLike | None = None,
    ) -> float:
        """Score a fitted estimator on X, shape (n, p), and y, shape (n,)."""
        extra = dict(self.kwargs)
        if self.asks == ("predict",):
            answer = estimator.predict(X)
        else:
            answer = class_scores(estimator, X, self.asks)
            if np.ndim(answer) == 1 and "pos_label" in self.names_classes:
                extra["pos_label"] = estimator.classes_[1]
            elif "labels" in self.names_classes:
                extra["labels"] = estimator.classes_
        if sample_weight is not None:
            extra["sample_weight"] = sample_weight
        return float(self.sign * self.metric(y, answer, **extra))


def make_scorer(
    score_func: Callable[..., Any],
    *,
    response_method: str | Sequence[str] = "predict",
    greater_is_better: bool = True,
    **kwargs: Any,
) -> Scorer:
    """Turn a metric into a function `score(estimator, X, y, sample_weight=None)`.

    Parameters
    ----------
    score_func : callable, (y_true, y_pred, ...) -> float
        It gets the keyword `sample_weight` only if the scorer is given weights.
    response_method : {"predict", "predict_proba", "decision_function"}, or several of them
        What the estimator is asked for; of several, the first that it has. For two classes, scores and probabilities
        are those of the second, shape (n,).
    greater_is_better : bool, default True
        False for a loss: its sign is turned.
    **kwargs
        Further arguments of `score_func`.

    Returns
    -------
    Scorer

    Raises
    ------
    ValueError
        For another `response_method`.

    Examples
    --------
    >>> from mle.linear_model import LinearRegression
    >>> from mle.metrics import mean_pinball_loss
    >>> score = make_scorer(mean_pinball_loss, alpha=0.9, greater_is_better=False)
    >>> round(score(LinearRegression().fit([[0.0], [1.0]], [0.0, 1.0]), [[2.0]], [3.0]), 6)
    -0.9
    """
    asks = (
        (response_method,)
        if isinstance(response_method, str)
        else tuple(response_method)
    )
    known = ("predict", "predict_proba", "decision_function")
    if not asks or any(ask not in known for ask in asks):
        raise ValueError(
            f"response_method={response_method!r}: expected one or more of {', '.join(known)}"
        )
    return Scorer(score_func, 1 if greater_is_better else -1, asks, kwargs)


def class_scores(
    estimator: Any, X: Any, asks: Sequence[str] = ("predict_proba",)
) -> NDArray[np.float64]:
    """Scores of the second of two classes, shape (n,), or of each of more than two, shape (n, K).

    >>> class Coin:
    ...     classes_ = np.array(["heads", "tails"])
    ...     def predict_proba(self, X):
    ...         return np.full((len(X), 2), 0.5)
    >>> class_scores(Coin(), [[0.0]]).tolist()
    [0.5]
    """
    method = next((ask for ask in asks if hasattr(estimator, ask)), None)
    if method is None:
        raise AttributeError(
            f"{type(estimator).__name__} has none of the methods {', '.join(asks)}, which this score needs"
        )
    answer = np.asarray(getattr(estimator, method)(X))
    two = len(getattr(estimator, "classes_", ())) == 2
    return answer[:, 1] if two and answer.ndim == 2 else answer
