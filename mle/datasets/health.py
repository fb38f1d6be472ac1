"""Patients: their measures, and how they fared."""

from __future__ import annotations

from typing import Literal, overload

from mle.datasets.dataset import Dataset, Pair
from mle.datasets.store import load


@overload
def load_heart_failure(*, return_X_y: Literal[False] = False) -> Dataset: ...
@overload
def load_heart_failure(*, return_X_y: Literal[True]) -> Pair: ...
def load_heart_failure(*, return_X_y: bool = False) -> Dataset | Pair:
    """299 patients with heart failure; the target is death during the follow-up (96 of them).

    X holds all twelve columns, also `time`, which leaks the answer: see `pitfalls`, and leave it out with `select`.

    Parameters
    ----------
    return_X_y : bool, default False
        Return the pair (X, y) of arrays in place of the `Dataset`.

    Returns
    -------
    Dataset, or (X, y)
        X is (299, 12), y is (299,) of 0 and 1.

    Source
    ------
    Ahmad et al. (2017), PLoS ONE 12(7): e0181001; Chicco & Jurman (2020), BMC Med. Inform. Decis. Mak. 20:16.

    Examples
    --------
    >>> X, y = load_heart_failure(return_X_y=True)
    >>> X.shape, int(y.sum())
    ((299, 12), 96)
    >>> heart = load_heart_failure()
    >>> heart.select([name for name in heart.feature_names if name != "time"]).shape
    (299, 11)
    """
    data = load("heart_failure")
    return (data.X, data.y) if return_X_y else data


@overload
def load_breast_cancer(*, return_X_y: Literal[False] = False) -> Dataset: ...
@overload
def load_breast_cancer(*, return_X_y: Literal[True]) -> Pair: ...
def load_breast_cancer(*, return_X_y: bool = False) -> Dataset | Pair:
    """569 breast masses, 30 measures of their cell nuclei; the target is 0 for malignant, 1 for benign.

    Parameters
    ----------
    return_X_y : bool, default False
        Return the pair (X, y) of arrays in place of the `Dataset`.

    Returns
    -------
    Dataset, or (X, y)
        X is (569, 30), y is (569,) of 0 and 1.

    Source
    ------
    Wolberg, Mangasarian & Street (1993), doi:10.24432/C5DW2B.

    Examples
    --------
    >>> X, y = load_breast_cancer(return_X_y=True)
    >>> X.shape, int((y == 0).sum())
    ((569, 30), 212)
    """
    data = load("breast_cancer")
    return (data.X, data.y) if return_X_y else data


@overload
def load_diabetes(*, return_X_y: Literal[False] = False) -> Dataset: ...
@overload
def load_diabetes(*, return_X_y: Literal[True]) -> Pair: ...
def load_diabetes(*, return_X_y: bool = False) -> Dataset | Pair:
    """442 patients with diabetes; the target is how far the disease had progressed after one year.

    The columns hold what was measured. scikit-learn's `load_diabetes` scales them unless told not to.

    Parameters
    ----------
    return_X_y : bool, default False
        Return the pair (X, y) of arrays in place of the `Dataset`.

    Returns
    -------
    Dataset, or (X, y)
        X is (442, 10), y is (442,).

    Source
    ------
    Efron, Hastie, Johnstone & Tibshirani (2004), Ann. Statist. 32(2):407-499.

    Examples
    --------
    >>> sick = load_diabetes()
    >>> sick.feature_names[:5]
    ('age', 'sex', 'bmi', 'bp', 's1_tc')
    >>> sick.X[0, :4].tolist(), float(sick.y[0])
    ([59.0, 2.0, 32.1, 101.0], 151.0)
    """
    data = load("diabetes")
    return (data.X, data.y) if return_X_y else data
