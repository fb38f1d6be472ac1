"""Ways to part samples into those a model learns from and those it is judged by."""

from __future__ import annotations

import math
from collections.abc import Iterator
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mle.model_selection.rows import (
    check_lengths,
    class_index,
    count_rows,
    take,
)
from mle.validation import check_number, check_random_state

Indices = NDArray[np.int64]
Fold = tuple[Indices, Indices]


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


class KFold:
    """k parts of nearly equal size; each is the test set once.

    Parameters
    ----------
    n_splits : int, default 5
        k, at least 2.
    shuffle : bool, default False
        Deal the rows out at random; otherwise each part is a run of neighbouring rows.
    random_state : int, numpy Generator or None
        Only with `shuffle`.

    Examples
    --------
    >>> for train, test in KFold(3).split([10, 20, 30, 40]):
    ...     print(train.tolist(), test.tolist())
    [2, 3] [0, 1]
    [0, 1, 3] [2]
    [0, 1, 2] [3]
    """

    def __init__(
        self,
        n_splits: int = 5,
        *,
        shuffle: bool = False,
        random_state: int | np.random.Generator | None = None,
    ) -> None:
        check_number("n_splits", n_splits, at_least=2, integer=True)
        if random_state is not None and not shuffle:
            raise ValueError(
                f"random_state={random_state!r} has no effect without shuffle=True: pass both or neither"
            )
        self.n_splits, self.shuffle, self.random_state = (
            int(n_splits),
            bool(shuffle),
            random_state,
        )

    def get_n_splits(
        self, X: Any = None, y: Any = None, groups: Any = None
    ) -> int:
        """Return k; the arguments are there for scikit-learn and are not read."""
        return self.n_splits

    def split(
        self, X: Any, y: Any = None, groups: Any = None
    ) -> Iterator[Fold]:
        """Yield k pairs (train, test) of int64 row numbers, each rising.

        Raises
        ------
        ValueError
            When X and y differ in length, or there are fewer rows than parts.

        Examples
        --------
        >>> [test.tolist() for _, test in KFold(2).split([[1.0], [2.0], [3.0]])]
        [[0, 1], [2]]
        """
        n = (
            count_rows(X)
            if y is None
            else check_lengths(X, y, names=("X", "y"))
        )
        fold_of = self.assign(n, y)  # (n,)
        rows = np.arange(n, dtype=np.int64)
        for k in range(self.n_splits):
            yield rows[fold_of != k], rows[fold_of == k]

    def assign(self, n: int, y: Any = None) -> Indices:
        """Part 0 to k - 1 of every row, shape (n,).

        >>> KFold(2).assign(5).tolist()
        [0, 0, 0, 1, 1]
        """
        if n < self.n_splits:
            raise ValueError(
                f"n_splits={self.n_splits} is more than the {n} rows: expected at most one part per row"
            )
        folds = np.sort(np.arange(n, dtype=np.int64) % self.n_splits)
        return (
            check_random_state(self.random_state).permutation(folds)
            if self.shuffle
            else folds
        )

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.n_splits}, shuffle={self.shuffle}, random_state={self.random_state!r})"


class StratifiedKFold(KFold):
    """k parts in which every class has nearly the same share as in the whole.

    Parameters
    ----------
    n_splits : int, default 5
        k, at least 2 and at most the members of the smallest class.
    shuffle : bool, default False
        Deal the rows of each class out at random.
    random_state : int, numpy Generator or None
        Only with `shuffle`.

    Examples
    --------
    >>> y = [0, 0, 0, 0, 1, 1]
    >>> [test.tolist() for _, test in StratifiedKFold(2).split(y, y)]
    [[0, 1, 4], [2, 3, 5]]
    """

    def assign(self, n: int, y: Any = None) -> Indices:
        """Part 0 to k - 1 of every row, shape (n,), dealt out class by class.

        >>> StratifiedKFold(2).assign(4, ["a", "b", "a", "b"]).tolist()
        [0, 0, 1, 1]
        """
        if y is None:
            raise ValueError("StratifiedKFold needs y, the classes to balance")
        index = class_index(y, "y")  # (n,)
        counts = np.bincount(index)
        if counts.min() < self.n_splits:
            raise ValueError(
                f"the smallest class of y has {counts.min()} members, fewer than n_splits={self.n_splits}: "
                "take fewer parts (or KFold, if y is a quantity)"
            )
        # Card i of the sorted pack goes to part i mod k.
        deal = np.sort(index)  # (n,)
        rng = check_random_state(self.random_state) if self.shuffle else None
        folds = np.empty(n, dtype=np.int64)
        for c in range(len(counts)):
            parts = np.sort(np.flatnonzero(deal == c) % self.n_splits)
            folds[index == c] = (
                rng.permutation(parts) if rng is not None else parts
            )
        return folds


class RepeatedStratifiedKFold:
    """Stratified parts, dealt anew several times: the spread of the scores shows how much luck is in one dealing.

    Parameters
    ----------
    n_splits : int, default 5
    n_repeats : int, default 10
    random_state : int, numpy Generator or None

    Examples
    --------
    >>> y = [0, 0, 0, 1, 1, 1]
    >>> folds = list(RepeatedStratifiedKFold(n_splits=3, n_repeats=4, random_state=0).split(y, y))
    >>> len(folds), [len(test) for _, test in folds[:3]]
    (12, [2, 2, 2])
    """

    def __init__(
        self,
        *,
        n_splits: int = 5,
        n_repeats: int = 10,
        random_state: int | np.random.Generator | None = None,
    ) -> None:
        check_number("n_splits", n_splits, at_least=2, integer=True)
        check_number("n_repeats", n_repeats, at_least=1, integer=True)
        self.n_splits, self.n_repeats, self.random_state = (
            int(n_splits),
            int(n_repeats),
            random_state,
        )

    def get_n_splits(
        self, X: Any = None, y: Any = None, groups: Any = None
    ) -> int:
        """Return n_splits times n_repeats; the arguments are not read."""
        return self.n_splits * self.n_repeats

    def split(
        self, X: Any, y: Any = None, groups: Any = None
    ) -> Iterator[Fold]:
        """Yield n_splits * n_repeats pairs (train, test) of int64 row numbers; errors as `StratifiedKFold.split`."""
        rng = check_random_state(self.random_state)
        for _ in range(self.n_repeats):
            yield from StratifiedKFold(
                self.n_splits, shuffle=True, random_state=rng
            ).split(X, y)

    def __repr__(self) -> str:
        return (
            f"RepeatedStratifiedKFold(n_splits={self.n_splits}, n_repeats={self.n_repeats}, "
            f"random_state={self.random_state!r})"
        )
