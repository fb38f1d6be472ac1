"""Isotonic regression as an estimator: steps that rise with one feature, joined by straight lines."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mle.base import Regressor
from mle.calibration.pooling import check_bounds, isotonic_regression
from mle.validation import check_choice, check_flag

Array = NDArray[np.floating]


class IsotonicRegression(Regressor):
    """A quantity that rises (or falls) with one feature, in steps joined by straight lines.

    X may have the shape (n,) or (n, 1). scikit-learn's class has a method `transform` too, which is its `predict`.

    Parameters
    ----------
    y_min, y_max : float, optional
        Bounds of the predictions.
    increasing : bool or "auto", default True
        "auto": the sign of Spearman's rank correlation decides. (scikit-learn also warns where that sign is uncertain.)
    out_of_bounds : {"nan", "clip", "raise"}
        What to predict outside of the range seen in `fit`: nan, the nearest end, or an error.

    Attributes
    ----------
    X_min_, X_max_ : float
        Range seen in `fit`.
    X_thresholds_, y_thresholds_ : ndarray, shape (m,)
        Corners of the curve; between them it is straight. Equal x share one y, their weighted mean.
    increasing_ : bool

    Examples
    --------
    >>> model = IsotonicRegression(out_of_bounds="clip").fit([1, 2, 3, 4], [1.0, 3.0, 2.0, 4.0])
    >>> model.predict([0.0, 2.5, 3.5]).tolist()
    [1.0, 2.5, 3.25]
    """

    _tags = {"input_tags.one_d_array": True, "input_tags.two_d_array": False}
    X_min_: float
    X_max_: float
    X_thresholds_: Array
    y_thresholds_: Array
    increasing_: bool

    def __init__(
        self,
        *,
        y_min: float | None = None,
        y_max: float | None = None,
        increasing: bool | str = True,
        out_of_bounds: str = "nan",
    ) -> None:
        self.y_min = y_min
        self.y_max = y_max
        self.increasing = increasing
        self.out_of_bounds = out_of_bounds

    def fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        sample_weight: ArrayLike | None = None,
    ) -> Self:
        """Learn from X, shape (n,) or (n, 1), and y, shape (n,); a weight of 2 counts as a row given twice."""
        return super().fit(X, y, sample_weight)

    def predict(self, X: ArrayLike) -> Array:
        """Predict the quantity for each row of X, shape (n,) or (n, 1)."""
        return super().predict(X)

    def _check_params(self) -> None:
        check_bounds(self.y_min, self.y_max)
        if self.increasing != "auto":
            check_flag("increasing", self.increasing)
        choices = ("nan", "clip", "raise")
        check_choice("out_of_bounds", self.out_of_bounds, choices)

    def _open(self, X: Any) -> Array:
        return _one_column(super()._open(X))

    def _read(self, X: Any) -> Array:
        return super()._read(_as_column(X))

    def _fit(self, X: Array, y: Array, w: Array) -> None:
        x, y, w = X[w > 0, 0], y[w > 0], w[w > 0]
        x, index = np.unique(x, return_inverse=True)  # (m,), (n,)
        weight = np.bincount(index, w)
        mean = np.bincount(index, w * y) / weight  # (m,)
        rising = (
            rank_correlation(x[index], y) >= 0
            if self.increasing == "auto"
            else bool(self.increasing)
        )
        self.increasing_ = rising
        steps = isotonic_regression(
            mean,
            sample_weight=weight,
            y_min=self.y_min,
            y_max=self.y_max,
            increasing=rising,
        )
        # Inside a flat step no corner is needed.
        level = np.diff(steps) == 0
        keep = ~np.append(False, level) | ~np.append(level, False)
        self.X_min_, self.X_max_ = float(x[0]), float(x[-1])
        self.X_thresholds_, self.y_thresholds_ = x[keep], steps[keep]

    def _predict(self, X: Array) -> Array:
        x = X[:, 0]
        outside = (x < self.X_min_) | (x > self.X_max_)
        if len(self.X_thresholds_) == 1 or self.out_of_bounds == "clip":
            outside[:] = False
        if self.out_of_bounds == "raise" and outside.any():
            raise ValueError(
                f"X holds {float(x[outside][0])}: expected values from {self.X_min_} to {self.X_max_}, the range seen in "
                "fit; or pass out_of_bounds='clip'"
            )
        y = np.interp(x, self.X_thresholds_, self.y_thresholds_)
        return np.where(outside, np.nan, y)


def rank_correlation(x: Array, y: Array) -> float:
    """Spearman's correlation: that of the ranks, ties sharing their mean rank; 0.0 if one side is constant.

    >>> rank_correlation(np.array([1.0, 2.0, 3.0]), np.array([1.0, 10.0, 100.0]))
    1.0
    """
    ranks = []
    for values in (x, y):
        _, index, count = np.unique(
            values, return_inverse=True, return_counts=True
        )
        rank = (np.cumsum(count) - (count - 1) / 2)[index]  # (n,)
        ranks.append(rank - rank.mean())
    a, b = ranks
    length = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / length if length > 0 else 0.0


def _as_column(X: Any) -> Any:
    """Return what has one dimension as one column; all else as it is."""
    if hasattr(X, "columns") or hasattr(X, "toarray"):
        return X
    array = np.asarray(X)
    return array[:, None] if array.ndim == 1 else X


def _one_column(X: Array) -> Array:
    if X.shape[1] != 1:
        raise ValueError(
            f"IsotonicRegression takes one feature, shape (n,) or (n, 1), got X of shape {X.shape}"
        )
    return X
