"""Cross-validation: every row is predicted by a model that has not seen it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mle.base import clone, estimator_kind
from mle.metrics.scorer import get_scorer, own_score
from mle.model_selection.rows import (
    Fold,
    check_lengths,
    count_rows,
    refuse_split_groups,
    row_numbers,
    take,
)
from mle.model_selection.split import KFold, StratifiedKFold


def cross_val_score(
    estimator: Any,
    X: Any,
    y: Any,
    *,
    groups: Any = None,
    cv: Any = 5,
    scoring: str | Callable[[Any, Any, Any], float] | None = None,
) -> NDArray[np.float64]:
    """Score of a fresh copy of the estimator on each test part, after fitting it on the rest.

    Parameters
    ----------
    estimator : object with fit and score (or predict)
        Of mle or of scikit-learn; it is cloned, never fitted itself.
    X : array_like, DataFrame or dictionary of columns, shape (n, p)
    y : array_like, shape (n,)
    groups : array_like, shape (n,), optional
        Handed to a splitter that keeps groups whole; one that splits a group is refused.
    cv : int, splitter, or iterable of (train, test)
        An int k means `StratifiedKFold(k)` for a classifier, `KFold(k)` otherwise; neither shuffles.
    scoring : str, callable or None
        A name of `mle.metrics.list_scorers()`, a function (estimator, X, y) -> float, or None for `estimator.score`.

    Returns
    -------
    ndarray, shape (k,), float64

    Raises
    ------
    ValueError
        When X and y differ in length, or `cv` or `scoring` is not understood. What the estimator raises is passed on.

    Examples
    --------
    >>> from mle.linear_model import LinearRegression
    >>> X, y = [[0.0], [1.0], [2.0], [3.0]], [1.0, 3.0, 5.0, 7.0]
    >>> cross_val_score(LinearRegression(), X, y, cv=2).round(6).tolist()
    [1.0, 1.0]
    """
    check_lengths(X, y, names=("X", "y"))
    score = (
        scoring
        if callable(scoring)
        else get_scorer(scoring)
        if scoring is not None
        else own_score
    )
    scores = []
    for train, test in folds(estimator, X, y, cv, groups):
        model = clone(estimator).fit(take(X, train), take(y, train))
        scores.append(float(score(model, take(X, test), take(y, test))))
    return np.array(scores, dtype=np.float64)


def cross_val_predict(
    estimator: Any,
    X: Any,
    y: Any,
    *,
    groups: Any = None,
    cv: Any = 5,
    method: str = "predict",
) -> NDArray[Any]:
    """Prediction for every row, made by a copy of the estimator that was fitted without it.

    Parameters
    ----------
    estimator, X, y, groups, cv
        As in `cross_val_score`; the test parts must hold every row exactly once.
    method : str, default "predict"
        Method to call: "predict", "predict_proba", "decision_function", "transform".

    Returns
    -------
    ndarray, shape (n,) or (n, K)

    Raises
    ------
    ValueError
        When the test parts overlap or leave rows out, or the parts' predictions differ in width or in their classes (one
        was missing in training).

    Examples
    --------
    >>> from mle.linear_model import LinearRegression
    >>> X, y = [[0.0], [1.0], [2.0], [3.0]], [1.0, 3.0, 5.0, 7.0]
    >>> cross_val_predict(LinearRegression(), X, y, cv=2).round(6).tolist()
    [1.0, 3.0, 5.0, 7.0]
    """
    n = check_lengths(X, y, names=("X", "y"))
    pairs = folds(estimator, X, y, cv, groups)
    order = np.concatenate([test for _, test in pairs])
    if not np.array_equal(np.sort(order), np.arange(n)):
        raise ValueError(
            "the test parts of cv overlap or leave rows out: expected each row exactly once"
        )
    parts, known = [], set()
    for train, test in pairs:
        model = clone(estimator).fit(take(X, train), take(y, train))
        parts.append(np.asarray(getattr(model, method)(take(X, test))))
        if method != "predict":
            # What the columns are about; equally many are not the same ones.
            classes = np.asarray(getattr(model, "classes_", ()))
            known.add((*parts[-1].shape[1:], *classes.tolist()))
    if len(known) > 1:
        raise ValueError(
            f"{method} gave parts of unequal width, or of other classes: a class was missing in training, use "
            "StratifiedKFold"
        )
    return np.concatenate(parts)[np.argsort(order)]


def folds(
    estimator: Any, X: Any, y: Any, cv: Any, groups: Any = None
) -> list[Fold]:
    """List the pairs (train, test) that `cv` stands for.

    >>> len(folds(None, [[0.0], [1.0], [2.0]], [0.0, 1.0, 2.0], 3))
    3
    >>> folds(None, [[0.0], [1.0]], [0.0, 1.0], "five")
    Traceback (most recent call last):
    ValueError: cv='five': expected a number of parts, a splitter, or pairs (train, test)
    """
    if isinstance(cv, (int, np.integer)) and not isinstance(cv, bool):
        cv = (
            StratifiedKFold(int(cv))
            if is_classifier(estimator)
            else KFold(int(cv))
        )
    if hasattr(cv, "split") and not isinstance(cv, str):
        extra = () if groups is None else (groups,)
        pairs = list(cv.split(X, y, *extra))
    elif isinstance(cv, Iterable) and not isinstance(cv, (str, bytes)):
        pairs = list(cv)
    else:
        raise ValueError(
            f"cv={cv!r}: expected a number of parts, a splitter, or pairs (train, test)"
        )
    if not pairs:
        raise ValueError(
            "cv gives no parts: expected at least one pair (train, test)"
        )
    n = count_rows(X)
    pairs = [
        (
            row_numbers(train, n, f"training part {i} of cv"),
            row_numbers(test, n, f"test part {i} of cv"),
        )
        for i, (train, test) in enumerate(pairs, start=1)
    ]
    if groups is not None:
        refuse_split_groups(pairs, groups, n)
    return pairs


def is_classifier(estimator: Any) -> bool:
    """Whether an estimator of mle or of scikit-learn, or a pipeline that ends in one, predicts classes.

    >>> from mle.linear_model import LinearRegression
    >>> is_classifier(LinearRegression())
    False
    """
    return estimator_kind(estimator) == "classifier"
