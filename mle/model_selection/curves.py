"""Curves of scores: against the number of rows to learn from, and against a parameter."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mle.base import clone
from mle.model_selection.candidates import check_values
from mle.model_selection.rows import Indices, check_lengths
from mle.model_selection.scores import check_scorers, fit_and_score
from mle.model_selection.validate import folds
from mle.validation import check_flag, check_numbers, check_random_state

Array = NDArray[np.float64]


def learning_curve(
    estimator: Any,
    X: Any,
    y: Any,
    *,
    groups: Any = None,
    train_sizes: ArrayLike = (0.1, 0.325, 0.55, 0.775, 1.0),
    cv: Any = 5,
    scoring: Any = None,
    shuffle: bool = False,
    random_state: int | np.random.Generator | None = None,
) -> tuple[Indices, Array, Array]:
    """Scores of models that learnt from ever more rows, on these rows and on each test part.

    Curves that meet at a low score ask for a richer model or better columns; a gap between them asks for more rows.

    Parameters
    ----------
    estimator, X, y, groups, cv
        As in `cross_val_score`.
    train_sizes : array_like, shape (m,)
        Shares of the smallest training part, above 0 and at most 1, or numbers of rows.
    scoring : str, callable or None
    shuffle : bool
        Whether to take rows of the training part at random; otherwise its first. Classes that are sorted need it.
    random_state : int, numpy Generator or None
        Only with `shuffle`.

    Returns
    -------
    sizes : ndarray of int64, shape (m,)
        Rising and without repeats, so that there may be fewer than were asked for.
    train_scores, test_scores : ndarray, shape (m, k)

    Examples
    --------
    >>> from mle.linear_model import LinearRegression
    >>> X, y = np.arange(8.0)[:, None], 2 * np.arange(8.0)
    >>> sizes, train, test = learning_curve(LinearRegression(), X, y, cv=2, train_sizes=[0.5, 1.0])
    >>> sizes.tolist(), test.round(6).tolist()
    ([2, 4], [[1.0, 1.0], [1.0, 1.0]])
    """
    check_flag("shuffle", shuffle)
    check_lengths(X, y, names=("X", "y"))
    scorers = one_scorer(estimator, scoring)
    pairs = folds(estimator, X, y, cv, groups)
    sizes = rows_of(train_sizes, min(len(train) for train, _ in pairs))
    rng = check_random_state(random_state)
    found = []
    for train, test in pairs:
        rows = rng.permutation(train) if shuffle else train
        found.append(
            [
                fit_and_score(
                    estimator, X, y, rows[:size], test, scorers, True
                )[1]
                for size in sizes
            ]
        )
    return sizes, *table_of(found)


def validation_curve(
    estimator: Any,
    X: Any,
    y: Any,
    *,
    param_name: str,
    param_range: Any,
    groups: Any = None,
    cv: Any = 5,
    scoring: Any = None,
) -> tuple[Array, Array]:
    """Scores for each value of one parameter, on the rows learnt from and on each test part.

    Where both are low the model is too stiff; where only the scores of the test parts fall it is too free.

    Parameters
    ----------
    estimator, X, y, groups, cv, scoring
        As in `cross_val_score`; all values see the same folds.
    param_name : str
        `step__name` for a parameter of a pipeline's step.
    param_range : list or flat array of m values

    Returns
    -------
    train_scores, test_scores : ndarray, shape (m, k)

    Examples
    --------
    >>> from mle.linear_model import Ridge
    >>> X, y = np.arange(4.0)[:, None], 2 * np.arange(4.0)
    >>> train, test = validation_curve(Ridge(), X, y, param_name="alpha", param_range=[0.0, 9.0], cv=2)
    >>> (train[0] > train[1]).tolist(), test.shape
    ([True, True], (2, 2))
    """
    check_values(param_name, param_range)
    check_lengths(X, y, names=("X", "y"))
    scorers = one_scorer(estimator, scoring)
    found = []
    for train, test in folds(estimator, X, y, cv, groups):
        models = [
            clone(estimator).set_params(**{param_name: clone(value)})
            for value in param_range
        ]
        found.append(
            [
                fit_and_score(model, X, y, train, test, scorers, True)[1]
                for model in models
            ]
        )
    return table_of(found)


def rows_of(train_sizes: ArrayLike, most: int) -> Indices:
    """Numbers of rows that shares or numbers stand for, rising, shape (m,).

    >>> rows_of([1.0, 0.25, 0.5], 10).tolist(), rows_of([3, 7], 10).tolist()
    ([2, 5, 10], [3, 7])
    >>> rows_of([0.5, 1.5], 10)
    Traceback (most recent call last):
    ValueError: train_sizes: expected shares above 0 and at most 1, or whole numbers from 1 to 10, got [0.5, 1.5]
    """
    sizes = np.asarray(train_sizes)
    numbers = check_numbers(train_sizes, "train_sizes")
    shares = sizes.dtype.kind == "f"
    if shares:
        # The nudge keeps 0.29 of 100 rows from being 28.
        sizes = np.floor(numbers * most + 1e-9)
    whole = np.unique(sizes).astype(np.int64)
    bad = (numbers <= 0).any() or (numbers > (1 if shares else most)).any()
    if sizes.ndim != 1 or not sizes.size or bad:
        raise ValueError(
            f"train_sizes: expected shares above 0 and at most 1, or whole numbers from 1 to {most}, got "
            f"{numbers.tolist()}"
        )
    if whole[0] < 1:
        raise ValueError(
            f"train_sizes: {numbers.min():g} of {most} rows is less than one row"
        )
    return whole


def one_scorer(estimator: Any, scoring: Any) -> dict[str, Any]:
    """Return the scorer as `check_scorers` does, and refuse several.

    >>> list(one_scorer(None, "r2"))
    ['score']
    """
    scorers = check_scorers(estimator, scoring)
    if "score" not in scorers or len(scorers) > 1:
        raise TypeError(f"scoring={scoring!r}: expected a single score")
    return scorers


def table_of(found: list[list[dict[str, float]]]) -> tuple[Array, Array]:
    """Training and test scores of k folds with m entries each, shape (m, k).

    >>> train, test = table_of([[{"train_score": 1.0, "test_score": 0.5}]])
    >>> train.tolist(), test.tolist()
    ([[1.0]], [[0.5]])
    """
    train, test = (
        np.array([[each[name] for each in fold] for fold in found]).T
        for name in ("train_score", "test_score")
    )
    return train, test
