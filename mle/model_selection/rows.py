"""Rows of arrays and tables: counting them, taking some, numbering their classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mle.metrics.arguments import label_vector


def count_rows(array: Any) -> int:
    """Return n, the number of rows of an array, list or table.

    >>> count_rows([[1.0, 2.0], [3.0, 4.0]])
    2
    """
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
    """Rows of an array or list (as an array), or of a pandas table (as a table).

    >>> take([10, 20, 30], np.array([2, 0])).tolist()
    [30, 10]
    """
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
