"""Calibration by cross-fitting: a model's scores on rows it has not seen become probabilities."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mle.base import Classifier, clone
from mle.calibration.model import (
    CalibratedModel,
    fit_calibrators,
    own_scores,
)
from mle.model_selection import StratifiedKFold
from mle.validation import check_choice, check_flag, check_X

Array = NDArray[np.floating]
Rows = NDArray[np.int64]


class CalibratedClassifierCV(Classifier):
    """A classifier whose scores are turned into probabilities by rows that it was not fitted to.

    Parameters
    ----------
    estimator : classifier of mle or scikit-learn, optional
        It is cloned, never fitted itself. By default `mle.linear_model.LogisticRegression()`; scikit-learn takes its
        LinearSVC.
    method : {"sigmoid", "isotonic"}
        "sigmoid", Platt scaling, has two parameters and suits few rows; "isotonic" bends to any rising curve, and
        needs about a thousand rows or more not to overfit.
    cv : int, splitter, or iterable of (train, test), optional
        An int k means `StratifiedKFold(k)`; None means 5, or the members of the smallest class if these are fewer. Each
        training part must hold every class.
    ensemble : bool, default True
        True: k models, each calibrated on the part it has not seen, and the mean of their probabilities. False: one
        model fitted to all rows, and one calibration made from the cross-fitted scores.

    Attributes
    ----------
    classes_ : ndarray, shape (K,)
    calibrated_classifiers_ : list of CalibratedModel
        k of them, or one.

    Notes
    -----
    `decision_function` is calibrated if the estimator has it, else `predict_proba`. More than two classes are
    calibrated one against the rest and then scaled to sum to 1. A data frame is handed on as it is, so that a pipeline
    may select its columns by name; any other X must be numbers, or nan where the estimator takes it.

    Source
    ------
    Platt (1999), sec. 2.1, for cross-fitting; Zadrozny & Elkan (2002), Transforming classifier scores into accurate
    multiclass probability estimates, KDD, for isotonic regression and more classes.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(200, 1))
    >>> y = np.where(X[:, 0] + rng.normal(size=200) > 0, "yes", "no")
    >>> model = CalibratedClassifierCV(cv=4).fit(X, y)
    >>> len(model.calibrated_classifiers_), model.predict([[2.0], [-2.0]]).tolist()
    (4, ['yes', 'no'])
    """

    calibrated_classifiers_: list[CalibratedModel]

    def __init__(
        self,
        estimator: Any = None,
        *,
        method: str = "sigmoid",
        cv: Any = None,
        ensemble: bool = True,
    ) -> None:
        self.estimator = estimator
        self.method = method
        self.cv = cv
        self.ensemble = ensemble

    def __sklearn_tags__(self) -> Any:
        """Tell scikit-learn what the estimator is: as many classes as the inner one takes."""
        tags, inner = super().__sklearn_tags__(), self._inner()
        if hasattr(inner, "__sklearn_tags__"):
            theirs = inner.__sklearn_tags__()
            tags.input_tags.allow_nan = theirs.input_tags.allow_nan
            if theirs.classifier_tags is not None:
                tags.classifier_tags.multi_class = (
                    theirs.classifier_tags.multi_class
                )
        return tags

    def _inner(self) -> Any:
        if self.estimator is not None:
            return self.estimator
        from mle.linear_model import LogisticRegression

        return LogisticRegression()

    def _check_params(self) -> None:
        check_choice("method", self.method, ("sigmoid", "isotonic"))
        check_flag("ensemble", self.ensemble)

    def _read(self, X: Any) -> Any:
        # Whether a nan may stand is for the estimator to say.
        return X if hasattr(X, "iloc") else check_X(X, allow_nan=True)

    def _fit(self, X: Any, index: NDArray[np.intp], w: Array) -> None:
        parts = self._pairs(X, index)
        models = [self._fit_inner(X, index, w, train) for train, _ in parts]
        scores = [
            own_scores(model, _take(X, test))
            for model, (_, test) in zip(models, parts)
        ]
        rows = [test for _, test in parts]
        if not self.ensemble:
            everyone = np.arange(len(index), dtype=np.int64)
            models = [self._fit_inner(X, index, w, everyone)]
            scores, rows = [np.concatenate(scores)], [np.concatenate(rows)]
        self.calibrated_classifiers_ = [
            CalibratedModel(
                model, fit_calibrators(s, index[test], w[test], self.method)
            )
            for model, s, test in zip(models, scores, rows)
        ]

    def _fit_inner(
        self, X: Any, index: NDArray[np.intp], w: Array, rows: Rows
    ) -> Any:
        model = clone(self._inner())
        present = self.classes_[np.unique(index[rows])]
        if len(present) < len(self.classes_):
            lacking = np.setdiff1d(self.classes_, present).tolist()[0]
            raise ValueError(
                f"a training part of cv holds no sample of class {lacking!r}: use StratifiedKFold, or fewer parts"
            )
        kwargs = {}
        if (w != 1).any():
            if "sample_weight" not in inspect.signature(model.fit).parameters:
                raise TypeError(
                    f"{type(model).__name__} takes no sample_weight: fit without weights, or take another estimator"
                )
            kwargs["sample_weight"] = w[rows]
        return model.fit(_take(X, rows), self.classes_[index[rows]], **kwargs)

    def _pairs(
        self, X: Any, index: NDArray[np.intp]
    ) -> list[tuple[Rows, Rows]]:
        fewest = int(np.bincount(index).min())
        cv = min(5, max(2, fewest)) if self.cv is None else self.cv
        if isinstance(cv, (int, np.integer)) and not isinstance(cv, bool):
            cv = StratifiedKFold(int(cv))
        if hasattr(cv, "split") and not isinstance(cv, str):
            cv = cv.split(X, self.classes_[index])
        if not isinstance(cv, Iterable) or isinstance(cv, (str, bytes)):
            raise ValueError(
                f"cv={self.cv!r}: expected a number of parts, a splitter, or pairs (train, test)"
            )
        parts = [
            (np.asarray(a, dtype=np.int64), np.asarray(b, dtype=np.int64))
            for a, b in cv
        ]
        if not parts:
            raise ValueError(
                "cv gives no parts: expected at least one pair (train, test)"
            )
        return parts

    def _proba(self, X: Any) -> Array:
        each = [m.predict_proba(X) for m in self.calibrated_classifiers_]
        return np.mean(each, axis=0)


def _take(X: Any, rows: Rows) -> Any:
    return X.iloc[rows] if hasattr(X, "iloc") else X[rows]
