"""One test set, held out from the start: at random, by classes, or the last rows."""

from __future__ import annotations

import math
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mle.model_selection.rows import (
    Fold,
    Indices,
    check_lengths,
    class_index,
    take,
)
from mle.validation import check_number, check_random_state


def train_test_split(
    *arrays: Any,
    test_size: float | int = 0.25,
    random_state: int | np.random.Generator | None = None,
    shuffle: bool = True,
    stratify: ArrayLike | None = None,
) -> list[Any]:
    """Part arrays of equal length into a training and a test set.

    Parameters
    ----------
    *arrays : array_like or DataFrame, n rows each
    test_size : float between 0 and 1, or int
        Share of the test set (its number of rows is rounded up), or its number of rows.
    random_state : int, numpy Generator or None
        The same int gives the same split on every platform.
    shuffle : bool, default True
        Without shuffling the test set is the last rows.
    stratify : array_like, shape (n,), optional
        Classes: each has nearly the same share in both sets.

    Returns
    -------
    list
        train, test of the first array, train, test of the second, and so on.

    Raises
    ------
    ValueError
        For arrays of unequal length, a test set that would leave either side empty, stratifying without shuffling, or
        a class with a single member.

    Examples
    --------
    >>> X, y = np.arange(8.0).reshape(8, 1), [0, 0, 0, 0, 1, 1, 1, 1]
    >>> X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.25, stratify=y, random_state=0)
    >>> X_train.shape, X_test.shape, sorted(y_test.tolist())
    ((6, 1), (2, 1), [0, 1])
    """
    n = check_lengths(*arrays)
    n_test = held_out(n, test_size)
    if stratify is not None:
        if not shuffle:
            raise ValueError(
                "stratify needs shuffle=True: classes cannot be balanced without moving rows"
            )
        check_lengths(arrays[0], stratify, names=("arrays", "stratify"))
        train, test = stratified_split(
            class_index(stratify, "stratify"),
            n_test,
            check_random_state(random_state),
        )
    else:
        rows = np.arange(n, dtype=np.int64)
        order = (
            check_random_state(random_state).permutation(rows)
            if shuffle
            else rows
        )
        train, test = order[:-n_test], order[-n_test:]
    return [
        part
        for array in arrays
        for part in (take(array, train), take(array, test))
    ]


def held_out(n: int, test_size: float | int) -> int:
    """Number of test rows, from 1 to n - 1: a share rounded up, or a count.

    >>> held_out(10, 0.25), held_out(10, 4)
    (3, 4)
    >>> held_out(10, 1.5)
    Traceback (most recent call last):
    ValueError: test_size=1.5: expected a share between 0 and 1, or a number of rows from 1 to 9
    """
    expected = f"test_size={test_size!r}: expected a share between 0 and 1, or a number of rows from 1 to {n - 1}"
    check_number("test_size", test_size)
    share = not isinstance(test_size, Integral)
    if share and not 0 < test_size < 1:
        raise ValueError(expected)
    rows = math.ceil(test_size * n) if share else int(test_size)
    if not 1 <= rows <= n - 1:
        raise ValueError(f"{expected}; with {n} rows it leaves one side empty")
    return rows


def stratified_split(
    index: NDArray[np.intp], n_test: int, rng: np.random.Generator
) -> Fold:
    """Draw from each class its share of the test set; both parts come out shuffled.

    Parameters
    ----------
    index : ndarray of intp, shape (n,)
        Class of each row, 0 to K - 1.
    n_test : int
    rng : numpy Generator

    Returns
    -------
    train, test : ndarray of int64

    Examples
    --------
    >>> train, test = stratified_split(np.array([0, 0, 0, 0, 1, 1]), 3, np.random.default_rng(0))
    >>> sorted(test.tolist())[-1] >= 4, len(train)
    (True, 3)
    """
    counts = np.bincount(index)
    n_train = len(index) - n_test
    if counts.min() < 2:
        raise ValueError(
            "stratify has a class with 1 member: expected at least 2, one for each side"
        )
    if min(n_test, n_train) < len(counts):
        raise ValueError(
            f"stratify has {len(counts)} classes and the sides have {n_train} and {n_test} rows: "
            "expected at least one row of each class on both"
        )
    test = [
        rng.permutation(np.flatnonzero(index == k))[:share]
        for k, share in enumerate(proportional(counts, n_test))
    ]
    chosen = rng.permutation(np.concatenate(test)).astype(np.int64)
    rest = np.setdiff1d(np.arange(len(index), dtype=np.int64), chosen)
    return rng.permutation(rest), chosen


def proportional(counts: NDArray[np.intp], total: int) -> Indices:
    """Whole numbers in proportion to `counts` that sum to `total`: largest remainders are rounded up.

    >>> proportional(np.array([7, 2, 1]), 5).tolist()
    [4, 1, 0]
    """
    exact = counts.astype(np.float64) * total / counts.sum()
    share = np.floor(exact).astype(np.int64)
    left = total - int(share.sum())
    share[np.argsort(share - exact, kind="stable")[:left]] += 1
    return share
