"""Cross-validation with several scores, times, and what else is of interest about each fold."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any

import numpy as np

from mle.base import clone
from mle.metrics.scorer import check_scoring, get_scorer
from mle.model_selection.rows import check_lengths, take
from mle.model_selection.validate import folds
from mle.validation import check_flag


def cross_validate(
    estimator: Any,
    X: Any,
    y: Any,
    *,
    groups: Any = None,
    cv: Any = 5,
    scoring: Any = None,
    return_train_score: bool = False,
    return_estimator: bool = False,
    return_indices: bool = False,
) -> dict[str, Any]:
    """Several scores of a fresh copy of the estimator on each test part, and the time that fitting and scoring took.

    Parameters
    ----------
    estimator, X, y, groups, cv
        As in `cross_val_score`.
    scoring : str, callable, list of str, dict of name to str or callable, or None
        As in `cross_val_score`, or several of them.
    return_train_score : bool
        Whether to score on the training parts too: a wide gap between the two is overfitting.
    return_estimator, return_indices : bool
        Whether to return the fitted copies, and the row numbers.

    Returns
    -------
    dict
        fit_time and score_time in seconds, test_score (or test_<name> for each of several scores), train_score,
        each an ndarray of shape (k,); estimator, a list of k; indices, a dict of two lists. What an estimator raises is
        passed on (scikit-learn's default is a score of nan).

    Examples
    --------
    >>> from mle.linear_model import LinearRegression
    >>> X, y = [[0.0], [1.0], [2.0], [3.0]], [1.0, 3.0, 5.0, 7.0]
    >>> found = cross_validate(LinearRegression(), X, y, cv=2, scoring=["r2", "neg_mean_absolute_error"])
    >>> sorted(found), found["test_r2"].round(6).tolist()
    (['fit_time', 'score_time', 'test_neg_mean_absolute_error', 'test_r2'], [1.0, 1.0])
    """
    for name, flag in (
        ("return_train_score", return_train_score),
        ("return_estimator", return_estimator),
        ("return_indices", return_indices),
    ):
        check_flag(name, flag)
    check_lengths(X, y, names=("X", "y"))
    scorers = check_scorers(estimator, scoring)
    pairs = folds(estimator, X, y, cv, groups)
    models, rounds = [], []
    for train, test in pairs:
        model, found = fit_and_score(
            estimator, X, y, train, test, scorers, return_train_score
        )
        models.append(model)
        rounds.append(found)
    result: dict[str, Any] = {
        name: np.array([found[name] for found in rounds], dtype=np.float64)
        for name in rounds[0]
    }
    if return_estimator:
        result["estimator"] = models
    if return_indices:
        train_rows, test_rows = zip(*pairs)
        result["indices"] = {
            "train": list(train_rows),
            "test": list(test_rows),
        }
    return result


def fit_and_score(
    estimator: Any,
    X: Any,
    y: Any,
    train: Any,
    test: Any,
    scorers: dict[str, Callable[..., float]],
    train_score: bool = False,
) -> tuple[Any, dict[str, float]]:
    """Fit a copy of the estimator to the rows `train` and score it on the rows `test`.

    Returns
    -------
    model : fitted copy
    found : dict
        fit_time and score_time in seconds, test_<name> for each scorer, and train_<name> if `train_score`.

    Examples
    --------
    >>> from mle.linear_model import LinearRegression
    >>> X, y = np.array([[0.0], [1.0], [2.0], [3.0]]), np.array([1.0, 3.0, 5.0, 7.0])
    >>> model, found = fit_and_score(LinearRegression(), X, y, [0, 1], [2, 3], check_scorers(LinearRegression(), "r2"))
    >>> round(found["test_score"], 6)
    1.0
    """
    started = perf_counter()
    model = clone(estimator).fit(take(X, train), take(y, train))
    fitted = perf_counter()
    X_test, y_test = take(X, test), take(y, test)
    found = {
        f"test_{name}": float(score(model, X_test, y_test))
        for name, score in scorers.items()
    }
    times = {
        "fit_time": fitted - started,
        "score_time": perf_counter() - fitted,
    }
    if train_score:
        X_train, y_train = take(X, train), take(y, train)
        found |= {
            f"train_{name}": float(score(model, X_train, y_train))
            for name, score in scorers.items()
        }
    return model, times | found


def check_scorers(
    estimator: Any, scoring: Any
) -> dict[str, Callable[..., float]]:
    """Return the scorers that `scoring` stands for, by name; a single one is called "score".

    >>> list(check_scorers(None, "r2")), list(check_scorers(None, ["r2", "accuracy"]))
    (['score'], ['r2', 'accuracy'])
    >>> check_scorers(None, [])
    Traceback (most recent call last):
    ValueError: scoring=[]: expected at least one score
    """
    if scoring is None or isinstance(scoring, str) or callable(scoring):
        return {"score": check_scoring(estimator, scoring)}
    if not isinstance(scoring, (dict, list, tuple, set)):
        raise TypeError(
            f"scoring={scoring!r}: expected a name, a function, a list of names, or a dictionary of them"
        )
    if not scoring:
        raise ValueError(f"scoring={scoring!r}: expected at least one score")
    if not isinstance(scoring, dict):
        if not all(isinstance(name, str) for name in scoring):
            raise TypeError(
                f"scoring={scoring!r}: a list must hold names; give functions names in a dictionary"
            )
        scoring = {name: name for name in scoring}
    return {name: get_scorer(score) for name, score in scoring.items()}
