"""A fitted classifier with calibrated scores: one calibrator for two classes, or one for each of K."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mle.calibration.isotonic import IsotonicRegression
from mle.calibration.sigmoid import fit_sigmoid
from mle.metrics.asking import class_scores

Array = NDArray[np.floating]


class Calibrator(Protocol):
    """What turns scores into probabilities: a `Sigmoid`, or an `IsotonicRegression`.

    >>> from mle.calibration import Sigmoid
    >>> calibrator: Calibrator = Sigmoid(-1.0, 0.0)
    """

    def predict(self, scores: ArrayLike, /) -> Array:
        """Probability of the positive class for each score, shape (n,)."""


def fit_calibrators(
    scores: Array, index: NDArray[np.intp], w: Array, method: str
) -> list[Calibrator]:
    """One calibrator for two classes, or one for each of K against the rest.

    Parameters
    ----------
    scores : ndarray, shape (n,) for two classes, else (n, K)
    index : ndarray, shape (n,)
        Class of each row, 0 to K - 1.
    w : ndarray, shape (n,)
    method : {"sigmoid", "isotonic"}

    Returns
    -------
    list

    Examples
    --------
    >>> scores, index = np.array([-2.0, -1.0, 1.0, 2.0]), np.array([0, 0, 1, 1])
    >>> [isotonic] = fit_calibrators(scores, index, np.ones(4), "isotonic")
    >>> isotonic.predict([-1.5, 0.0, 3.0]).tolist()
    [0.0, 0.5, 1.0]
    """
    if not w.any():
        raise ValueError(
            "the rows to calibrate on have no weight: a test part of cv must have some"
        )
    two = scores.ndim == 1
    calibrators: list[Calibrator] = []
    for k, column in enumerate([scores] if two else scores.T):
        positive = index == (1 if two else k)  # (n,)
        if method == "sigmoid":
            fitted: Calibrator = fit_sigmoid(column, positive, w)
        else:
            fitted = IsotonicRegression(out_of_bounds="clip").fit(
                column, positive, w
            )
        calibrators.append(fitted)
    return calibrators


@dataclass(frozen=True)
class CalibratedModel:
    """A fitted classifier and the calibrators of its scores.

    Attributes
    ----------
    estimator : object
    calibrators : list
        See `fit_calibrators`.

    Examples
    --------
    >>> from mle.calibration import Sigmoid
    >>> from mle.linear_model import LogisticRegression
    >>> model = LogisticRegression().fit([[-1.0], [1.0]], [0, 1])
    >>> CalibratedModel(model, [Sigmoid(-1.0, 0.0)]).predict_proba([[0.0]]).round(6).tolist()
    [[0.5, 0.5]]
    """

    estimator: Any
    calibrators: Sequence[Calibrator]

    def predict_proba(self, X: Any) -> Array:
        """Return the probability of each class for each row of X, shape (n, K)."""
        scores = own_scores(self.estimator, X)
        if scores.ndim == 1:
            p = self.calibrators[0].predict(scores)
            return np.column_stack([1 - p, p])
        P = np.column_stack(
            [
                c.predict(column)
                for c, column in zip(self.calibrators, scores.T)
            ]
        )  # (n, K)
        total = P.sum(axis=1, keepdims=True)
        # Where every class got 0, all are equally likely.
        return np.where(total > 0, P, 1.0) / np.where(
            total > 0, total, P.shape[1]
        )


def own_scores(estimator: Any, X: Any) -> Array:
    """Scores to calibrate: the decision function, or else the probabilities; (n,) for two classes, else (n, K).

    >>> from mle.linear_model import LogisticRegression
    >>> model = LogisticRegression().fit([[-1.0], [1.0]], [0, 1])
    >>> own_scores(model, [[0.0]]).tolist() == model.decision_function([[0.0]]).tolist()
    True
    """
    return class_scores(estimator, X, ("decision_function", "predict_proba"))
