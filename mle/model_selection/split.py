"""Ways to part samples into k parts, each of which is the test set once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from mle.model_selection.rows import (
    Fold,
    Indices,
    check_lengths,
    class_index,
    count_rows,
    leave_out,
)
from mle.validation import check_number, check_random_state


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
        yield from leave_out(self.assign(n, y), self.n_splits)

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


class RepeatedKFold:
    """Parts dealt anew several times: the spread of the scores shows how much luck is in one dealing.

    Parameters
    ----------
    n_splits : int, default 5
    n_repeats : int, default 10
    random_state : int, numpy Generator or None

    Examples
    --------
    >>> folds = list(RepeatedKFold(n_splits=3, n_repeats=4, random_state=0).split([0.0] * 6))
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
        """Yield n_splits * n_repeats pairs (train, test) of int64 row numbers; errors as `KFold.split`."""
        rng = check_random_state(self.random_state)
        for _ in range(self.n_repeats):
            yield from KFold(
                self.n_splits, shuffle=True, random_state=rng
            ).split(X, y)

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}(n_splits={self.n_splits}, n_repeats={self.n_repeats}, "
            f"random_state={self.random_state!r})"
        )


class RepeatedStratifiedKFold(RepeatedKFold):
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

    def split(
        self, X: Any, y: Any = None, groups: Any = None
    ) -> Iterator[Fold]:
        """Yield n_splits * n_repeats pairs (train, test) of int64 row numbers; errors as `StratifiedKFold.split`."""
        rng = check_random_state(self.random_state)
        for _ in range(self.n_repeats):
            yield from StratifiedKFold(
                self.n_splits, shuffle=True, random_state=rng
            ).split(X, y)
