"""Parts in order of time: learn from the past, be tested by what follows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from mle.model_selection.rows import Fold, check_lengths, count_rows
from mle.validation import check_number


class TimeSeriesSplit:
    """k runs of rows at the end, each tested by a model that has seen only rows before it.

    Rows must be in order of time. Unlike the parts of `KFold`, no row is tested by a model that knows its future, and
    the first rows are never tested.

    Parameters
    ----------
    n_splits : int, default 5
        k, at least 2.
    max_train_size : int, optional
        Most rows to learn from: the latest ones.
    test_size : int, optional
        Rows of each test set; by default n // (k + 1).
    gap : int, default 0
        Rows left out between the two, if what is predicted is known only so much later.

    Examples
    --------
    >>> for train, test in TimeSeriesSplit(3).split([1, 2, 3, 4]):
    ...     print(train.tolist(), test.tolist())
    [0] [1]
    [0, 1] [2]
    [0, 1, 2] [3]
    """

    def __init__(
        self,
        n_splits: int = 5,
        *,
        max_train_size: int | None = None,
        test_size: int | None = None,
        gap: int = 0,
    ) -> None:
        check_number("n_splits", n_splits, at_least=2, integer=True)
        check_number("gap", gap, at_least=0, integer=True)
        for name, size in (
            ("max_train_size", max_train_size),
            ("test_size", test_size),
        ):
            if size is not None:
                check_number(name, size, at_least=1, integer=True)
        self.n_splits, self.gap = int(n_splits), int(gap)
        self.max_train_size, self.test_size = max_train_size, test_size

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
            When X and y differ in length, or there are too few rows.

        Examples
        --------
        >>> splitter = TimeSeriesSplit(2, test_size=1, gap=1, max_train_size=2)
        >>> [(train.tolist(), test.tolist()) for train, test in splitter.split(range(6))]
        [([1, 2], [4]), ([2, 3], [5])]
        """
        n = (
            count_rows(X)
            if y is None
            else check_lengths(X, y, names=("X", "y"))
        )
        size = int(self.test_size or n // (self.n_splits + 1))
        if size < 1 or n - self.n_splits * size - self.gap < 1:
            raise ValueError(
                f"n_splits={self.n_splits} test sets of {max(size, 1)} rows and gap={self.gap} leave nothing to learn "
                f"from in {n} rows: take fewer or smaller ones"
            )
        rows = np.arange(n, dtype=np.int64)
        for start in range(n - self.n_splits * size, n, size):
            stop = start - self.gap
            first = max(0, stop - (self.max_train_size or stop))
            yield rows[first:stop], rows[start : start + size]

    def __repr__(self) -> str:
        return (
            f"TimeSeriesSplit({self.n_splits}, max_train_size={self.max_train_size}, test_size={self.test_size}, "
            f"gap={self.gap})"
        )
