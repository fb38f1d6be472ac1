"""How a model's answer moves with one column or several, the others being as they are: partial dependence."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mle.inspection.columns import (
    as_table,
    fill_column,
    find_column,
    read_column,
)
from mle.inspection.grid import grid_of
from mle.metrics.asking import class_scores
from mle.validation import (
    check_choice,
    check_sample_weight,
)

Array = NDArray[np.float64]


@dataclass(frozen=True)
class PartialDependence:
    """What `partial_dependence` found.

    Attributes
    ----------
    grid_values : list of ndarray, shapes (m1,), (m2,), ...
        The values tried of each feature.
    average : ndarray, shape (K, m1, m2, ...), or None
        Mean answer over the rows. K is 1 for a regression and for two classes (the second is meant), else the number of
        classes.
    individual : ndarray, shape (K, n, m1, m2, ...), or None
        The answer for each row.

    Examples
    --------
    >>> PartialDependence([np.array([0.0, 1.0])], np.zeros((1, 2))).average.shape
    (1, 2)
    """

    grid_values: list[NDArray[Any]]
    average: Array | None = None
    individual: Array | None = None


def partial_dependence(
    estimator: Any,
    X: Any,
    features: int | str | Sequence[int | str],
    *,
    sample_weight: ArrayLike | None = None,
    response_method: str = "auto",
    percentiles: tuple[float, float] = (0.05, 0.95),
    grid_resolution: int = 100,
    spacing: str = "even",
    kind: str = "average",
) -> PartialDependence:
    """Set a feature to one value in all rows, ask the model, and take the mean; then the next value.

    Where the feature depends on others, rows come about that cannot exist (a home of 30 m² with 6 bedrooms), and the
    model's answers to these are part of the mean.

    Parameters
    ----------
    estimator : object, fitted
        A regressor or a classifier (which has `classes_`), of mle or of scikit-learn.
    X : array_like or DataFrame, shape (n, p)
    features : int or str, or several of them
        Columns, by number or by name; of several, all combinations of their values are tried.
    sample_weight : array_like, shape (n,), optional
        For the mean over the rows.
    response_method : {"auto", "predict_proba", "decision_function"}
        What a classifier is asked for; "auto": the first of the two that it has. A regressor predicts.
    percentiles : (float, float), default (0.05, 0.95)
        Quantiles, from 0 to 1, at which the grid begins and ends.
    grid_resolution : int, default 100
        Values of each feature. A column of fewer different values gets these themselves, and so does one of text.
    spacing : {"even", "quantile"}
        Values equally far apart, as in scikit-learn, or at equally spaced quantiles, so that they lie where the data
        are.
    kind : {"average", "individual", "both"}

    Returns
    -------
    PartialDependence

    Raises
    ------
    ValueError
        For columns that X does not have, or a grid without extent. What the estimator raises is passed on.

    Source
    ------
    Friedman (2001), Greedy function approximation, Ann. Statist. 29:1189-1232, sec. 8.2; for single rows Goldstein,
    Kapelner, Bleich & Pitkin (2015), J. Comput. Graph. Stat. 24:44-65.

    Examples
    --------
    >>> from mle.linear_model import LinearRegression
    >>> X = np.array([[0.0, 1.0], [1.0, 0.0], [2.0, 5.0]])
    >>> model = LinearRegression().fit(X, 2 * X[:, 0] + X[:, 1])
    >>> found = partial_dependence(model, X, 0)
    >>> found.grid_values[0].tolist(), found.average.round(6).tolist()
    ([0.0, 1.0, 2.0], [[2.0, 4.0, 6.0]])
    """
    check_choice("kind", kind, ("average", "individual", "both"))
    choices = ("auto", "predict_proba", "decision_function")
    check_choice("response_method", response_method, choices)
    X = as_table(X)
    w = check_sample_weight(sample_weight, len(X))
    one = isinstance(features, (str, int, np.integer))
    if not one and (not hasattr(features, "__len__") or len(features) == 0):
        raise _no_features(features)
    wanted: Any = [features] if one else features
    columns = [find_column(X, feature) for feature in wanted]
    how = percentiles, grid_resolution, spacing
    grid = [grid_of(read_column(X, j), *how) for j in columns]
    answers = answers_on_grid(estimator, X, columns, grid, response_method)
    shape = tuple(len(values) for values in grid)
    K, n = answers.shape[:2]  # (K, n, m)
    average = np.average(answers, axis=1, weights=w).reshape(K, *shape)
    individual = answers.reshape(K, n, *shape)
    return PartialDependence(
        grid,
        None if kind == "individual" else average,
        None if kind == "average" else individual,
    )


def answers_on_grid(
    estimator: Any,
    X: Any,
    columns: Sequence[int],
    grid: Sequence[NDArray[Any]],
    response_method: str = "auto",
) -> Array:
    """Answers of the model for all rows, at each combination of the values of some columns.

    Parameters
    ----------
    estimator, X, response_method
        As in `partial_dependence`.
    columns : sequence of int
    grid : sequence of ndarray
        Values for each of the columns.

    Returns
    -------
    ndarray, shape (K, n, m)
        For m combinations, the last column's values changing fastest.

    Examples
    --------
    >>> from mle.linear_model import LinearRegression
    >>> model = LinearRegression().fit([[0.0], [1.0]], [0.0, 1.0])
    >>> answers_on_grid(model, np.zeros((2, 1)), [0], [np.array([3.0])]).round(6).tolist()
    [[[3.0], [3.0]]]
    """
    numeric = not hasattr(X, "iloc") and X.dtype.kind in "biuf"
    changed = X.astype(np.float64) if numeric else X.copy()
    answers = []
    for values in itertools.product(*grid):
        for j, value in zip(columns, values):
            fill_column(changed, j, value)
        answers.append(ask(estimator, changed, response_method))  # (n, K)
    return np.stack(answers, axis=-1).transpose(1, 0, 2)  # (K, n, m)


def ask(estimator: Any, X: Any, response_method: str = "auto") -> Array:
    """Answer of a model for each row: quantity, score of the second of two classes, or scores of K classes; (n, K).

    >>> from mle.linear_model import LinearRegression
    >>> ask(LinearRegression().fit([[0.0], [1.0]], [0.0, 1.0]), np.array([[2.0]])).round(6).tolist()
    [[2.0]]
    """
    if hasattr(estimator, "classes_"):
        asks = (
            ("predict_proba", "decision_function")
            if response_method == "auto"
            else (response_method,)
        )
        answer = class_scores(estimator, X, asks)
    else:
        answer = np.asarray(estimator.predict(X), dtype=np.float64)
    return answer[:, None] if answer.ndim == 1 else answer


def _no_features(features: Any) -> Exception:
    if hasattr(features, "__len__"):
        return ValueError("features is empty: expected at least one column")
    return TypeError(
        f"features must be the number or the name of a column, or a list of such, got {features!r}"
    )
