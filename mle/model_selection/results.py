"""The table of a search: one row for each candidate, with its scores on each fold, their mean, and its rank."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def rank_scores(scores: Array) -> NDArray[np.int32]:
    """Rank 1 for the highest score; equal scores share the better rank, and nan ranks last.

    >>> rank_scores(np.array([0.5, 0.9, np.nan, 0.9])).tolist()
    [3, 1, 4, 1]
    """
    known = np.where(np.isnan(scores), -np.inf, scores)  # (c,)
    better = (known[:, None] < known).sum(axis=1)
    return (better + 1).astype(np.int32)


def results_table(
    candidates: list[dict[str, Any]], rounds: list[list[dict[str, float]]]
) -> dict[str, Any]:
    """Arrays by name, each with one entry for a candidate, as scikit-learn's `cv_results_`.

    Parameters
    ----------
    candidates : list of dict
        Parameters of each of c candidates.
    rounds : list of c lists of k dicts
        What `fit_and_score` found on each fold.

    Returns
    -------
    dict
        mean_fit_time, std_fit_time, mean_score_time, std_score_time, param_<name> (masked where a candidate does not
        set it), params, and for each score split<i>_<score>, mean_<score>, std_<score>, and rank_<score> of tests.

    Examples
    --------
    >>> rounds = [[{"fit_time": 0.0, "test_score": 1.0}], [{"fit_time": 0.0, "test_score": 2.0}]]
    >>> table = results_table([{"a": 1}, {"a": 2}], rounds)
    >>> table["rank_test_score"].tolist(), table["param_a"].tolist()
    ([2, 1], [1, 2])
    """
    names = list(rounds[0][0])
    table: dict[str, Any] = {}
    for name in (n for n in names if n.endswith("_time")):
        values = np.array([[f[name] for f in found] for found in rounds])
        table[f"mean_{name}"] = values.mean(axis=1)
        table[f"std_{name}"] = values.std(axis=1)
    for name in sorted({name for each in candidates for name in each}):
        table[f"param_{name}"] = column_of(name, candidates)
    table["params"] = candidates
    for name in (n for n in names if not n.endswith("_time")):
        values = np.array([[f[name] for f in found] for found in rounds])
        table |= {f"split{i}_{name}": v for i, v in enumerate(values.T)}
        table[f"mean_{name}"] = mean = values.mean(axis=1)  # (c,)
        table[f"std_{name}"] = values.std(axis=1)
        if name.startswith("test_"):
            table[f"rank_{name}"] = rank_scores(mean)
    return table


def column_of(name: str, candidates: list[dict[str, Any]]) -> Any:
    """One parameter of all candidates, a masked array of objects.

    >>> column_of("a", [{"a": 1}, {"b": 2}]).mask.tolist()
    [False, True]
    """
    column = np.ma.masked_all(len(candidates), dtype=object)
    for i, candidate in enumerate(candidates):
        if name in candidate:
            column.data[i] = candidate[name]
            column.mask[i] = False
    return column
