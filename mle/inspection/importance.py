"""How much a model needs each column: what its score loses when the column is shuffled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mle.inspection.columns import as_table, shuffle_column
from mle.metrics.scorer import check_scoring
from mle.validation import (
    check_number,
    check_random_state,
    check_sample_weight,
)

Array = NDArray[np.float64]


@dataclass(frozen=True)
class PermutationImportance:
    """What `permutation_importance` found, in the unit of the score.

    Attributes
    ----------
    importances_mean, importances_std : ndarray, shape (p,)
        Over the repeats. The deviation (divisor n_repeats) tells of the shuffling only, not of the choice of the rows.
    importances : ndarray, shape (p, n_repeats)
        Score of the data as they are, minus the score with the column shuffled.
    baseline_score : float
        Score of the data as they are.

    Examples
    --------
    >>> PermutationImportance.of(0.75, np.array([[0.25, 0.75]])).importances_mean.tolist()
    [0.25]
    """

    importances_mean: Array
    importances_std: Array
    importances: Array
    baseline_score: float

    @classmethod
    def of(cls, baseline: float, shuffled: Array) -> PermutationImportance:
        """Make it from the score of the data and the scores of the shuffled data, shape (p, n_repeats)."""
        lost = baseline - shuffled
        return cls(lost.mean(axis=1), lost.std(axis=1), lost, baseline)


def permutation_importance(
    estimator: Any,
    X: Any,
    y: ArrayLike,
    *,
    scoring: str | Callable[..., float] | None = None,
    n_repeats: int = 5,
    random_state: int | np.random.Generator | None = None,
    sample_weight: ArrayLike | None = None,
) -> PermutationImportance:
    """Shuffle one column at a time, and see by how much the score falls.

    Use rows that the model has not been fitted to: on its own rows, a column it has merely memorised looks important.
    Of two columns that tell the same, each can stand in for the other, and both look unimportant.

    Parameters
    ----------
    estimator : object, fitted
        Of mle or of scikit-learn.
    X : array_like or DataFrame, shape (n, p)
    y : array_like, shape (n,)
    scoring : str, callable or None
        A name of `mle.metrics.list_scorers()`, a function (estimator, X, y) -> float, or None for `estimator.score`.
        Higher must be better.
    n_repeats : int, default 5
        Times each column is shuffled.
    random_state : int, numpy Generator or None
    sample_weight : array_like, shape (n,), optional
        Handed to the scorer; the shuffling does not depend on it.

    Returns
    -------
    PermutationImportance

    Raises
    ------
    ValueError
        When X and y differ in length, X is no table, or `scoring` is not known. What the estimator raises is passed on.

    Source
    ------
    Breiman (2001), Random forests, Mach. Learn. 45:5-32, sec. 10; for any model Fisher, Rudin & Dominici (2019), J. Mach.
    Learn. Res. 20(177).

    Examples
    --------
    >>> from mle.linear_model import LinearRegression
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(200, 2))
    >>> model = LinearRegression().fit(X, X[:, 0])
    >>> found = permutation_importance(model, X, X[:, 0], random_state=0)
    >>> round(float(found.importances_mean[0]), 1), abs(round(float(found.importances_mean[1]), 1))
    (2.0, 0.0)
    """
    check_number("n_repeats", n_repeats, at_least=1, integer=True)
    score = check_scoring(estimator, scoring)
    X = as_table(X)
    n, p = X.shape
    if len(np.asarray(y)) != n:
        raise ValueError(
            f"X has {n} rows and y has {len(np.asarray(y))}: expected equally many"
        )
    weights: dict[str, Any] = {}
    if sample_weight is not None:
        weights["sample_weight"] = check_sample_weight(sample_weight, n)
    rng = check_random_state(random_state)
    baseline = float(score(estimator, X, y, **weights))
    shuffled = np.empty((p, n_repeats))
    for j in range(p):
        for r in range(n_repeats):
            other = shuffle_column(X, j, rng.permutation(n))
            shuffled[j, r] = score(estimator, other, y, **weights)
    return PermutationImportance.of(baseline, shuffled)
