"""Rows of arrays and tables: counting them, taking some, numbering their classes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mle.metrics.arguments import label_vector
from mle.validation.tables import as_table

Indices = NDArray[np.int64]
Fold = tuple[Indices, Indices]


def count_rows(array: Any) -> int:
    """Return n, the number of rows of an array, list or table.

    >>> count_rows([[1.0, 2.0], [3.0, 4.0]])
    2
    >>> count_rows({"age": [30.0, 41.0, 52.0]})
    3
    """
    array = as_table(array)
    if hasattr(array, "toarray"):
        return int(array.shape[0])
    if hasattr(array, "__array__") and not hasattr(array, "__len__"):
        array = np.asarray(array)
    if (
        isinstance(array, str)
        or not hasattr(array, "__len__")
        or np.ndim(array) == 0
    ):
        raise ValueError(
            f"expected an array, a list or a table with rows, got {array!r}"
        )
    return len(array)


def check_lengths(*arrays: Any, names: Sequence[str] = ()) -> int:
    """Return n, the number of rows that all arrays have.

    Raises
    ------
    ValueError
        When they differ, or there is no array.

    Examples
    --------
    >>> check_lengths([1, 2], [3, 4])
    2
    >>> check_lengths([1, 2], [3], names=("X", "y"))
    Traceback (most recent call last):
    ValueError: X, y have 2, 1 rows: expected equally many
    """
    if not arrays:
        raise ValueError("expected at least one array")
    rows = [count_rows(array) for array in arrays]
    if len(set(rows)) > 1:
        who = ", ".join(names) if names else "the arrays"
        raise ValueError(
            f"{who} have {', '.join(map(str, rows))} rows: expected equally many"
        )
    return rows[0]


def take(array: Any, rows: NDArray[np.int64]) -> Any:
    """Rows of an array or list (as an array), of a pandas table (as a table), or of a dictionary of columns (as `Table`).

    >>> take([10, 20, 30], np.array([2, 0])).tolist()
    [30, 10]
    >>> take({"age": [30.0, 41.0]}, np.array([1])).data["age"].tolist()
    [41.0]
    """
    array = as_table(array)
    if hasattr(array, "toarray"):
        return array.tocsr()[rows]
    return (
        array.iloc[rows] if hasattr(array, "iloc") else np.asarray(array)[rows]
    )


def class_index(y: ArrayLike, name: str) -> NDArray[np.intp]:
    """Number the classes 0, 1, ... in the order in which they first occur, shape (n,).

    The type is numpy's own for indices, because `np.bincount` takes no other where indices have 32 bits.

    >>> class_index(["b", "a", "b"], "y").tolist()
    [0, 1, 0]
    """
    _, first, index = np.unique(
        label_vector(y, name), return_index=True, return_inverse=True
    )
    # Place of each sorted class in the order of occurrence.
    rank = np.argsort(np.argsort(first))  # (K,)
    return rank[index]


def leave_out(part_of: Indices, k: int) -> Iterator[Fold]:
    """Yield for each part 0 to k - 1 the rows outside it and the rows in it, both rising.

    >>> [(train.tolist(), test.tolist()) for train, test in leave_out(np.array([0, 1, 0]), 2)]
    [([1], [0, 2]), ([0, 2], [1])]
    """
    rows = np.arange(len(part_of), dtype=np.int64)
    for part in range(k):
        yield rows[part_of != part], rows[part_of == part]


def row_numbers(rows: Any, n: int, name: str) -> Indices:
    """Return the rows that a part of a splitter names, by number or by a mask of n truth values, as int64.

    Raises
    ------
    TypeError
        For what are neither whole numbers nor truth values.
    ValueError
        For a part that is empty or not flat, a mask of another length, and rows that X has not.

    Examples
    --------
    >>> row_numbers([2, 0], 3, "test part 1 of cv").tolist()
    [2, 0]
    >>> row_numbers([False, True, True], 3, "test part 1 of cv").tolist()
    [1, 2]
    >>> row_numbers([3], 3, "test part 1 of cv")
    Traceback (most recent call last):
    ValueError: test part 1 of cv holds row 3: expected rows from 0 to 2
    """
    array = np.asarray(rows)
    if array.ndim != 1:
        raise ValueError(
            f"{name} has shape {array.shape}: expected one dimension"
        )
    if array.dtype.kind == "b":
        if len(array) != n:
            raise ValueError(
                f"{name} is a mask of {len(array)} rows: expected {n}"
            )
        array = np.flatnonzero(array)
    if len(array) == 0:
        raise ValueError(f"{name} is empty: expected at least one row")
    if array.dtype.kind not in "iu":
        raise TypeError(
            f"{name} holds {array.dtype}: expected row numbers, or a mask of {n} truth values"
        )
    outside = (array < 0) | (array >= n)
    if outside.any():
        raise ValueError(
            f"{name} holds row {array[outside][0]}: expected rows from 0 to {n - 1}"
        )
    return array.astype(np.int64)


def refuse_split_groups(pairs: list[Fold], groups: Any, n: int) -> None:
    """Raise ValueError if rows of one group are to be learnt from and tested by.

    >>> refuse_split_groups([(np.array([0, 1]), np.array([2]))], ["ann", "bob", "bob"], 3)
    Traceback (most recent call last):
    ValueError: group 'bob' stands in training and in test part 1 of cv: take a splitter that keeps groups whole, ...
    """
    check_lengths(range(n), groups, names=("X", "groups"))
    labels = label_vector(groups, "groups")
    for i, (train, test) in enumerate(pairs, start=1):
        both = np.intersect1d(labels[train], labels[test])
        if len(both):
            raise ValueError(
                f"group {both.tolist()[0]!r} stands in training and in test part {i} of cv: take a splitter that keeps "
                "groups whole, such as GroupKFold, or leave out groups"
            )
