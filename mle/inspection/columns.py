"""Columns of arrays and of data frames alike: counting, finding, reading and replacing them."""

from __future__ import annotations

from typing import Any

import numpy as np


def as_table(X: Any, name: str = "X") -> Any:
    """Return a data frame as it is, and all else as an array of shape (n, p).

    Raises
    ------
    ValueError
        For another number of dimensions, or no rows.

    Examples
    --------
    >>> as_table([[1.0, 2.0]]).shape
    (1, 2)
    """
    table = X if hasattr(X, "iloc") else np.asarray(X)
    if table.ndim != 2:
        raise ValueError(
            f"{name} has shape {table.shape}: expected two dimensions, (n, p)"
        )
    if len(table) == 0:
        raise ValueError(f"{name} is empty: expected at least one row")
    return table


def find_column(X: Any, feature: int | str) -> int:
    """Number of a column, given by its number or by its name.

    >>> find_column(np.zeros((2, 3)), 2)
    2
    >>> find_column(np.zeros((2, 3)), "age")
    Traceback (most recent call last):
    ValueError: feature 'age' is a name, but X has no names of columns: pass its number
    """
    p = X.shape[1]
    if isinstance(feature, str):
        if not hasattr(X, "columns"):
            raise ValueError(
                f"feature {feature!r} is a name, but X has no names of columns: pass its number"
            )
        names = list(X.columns)
        if feature not in names:
            raise ValueError(
                f"feature {feature!r} is no column of X: expected one of {names}"
            )
        return names.index(feature)
    if isinstance(feature, bool) or not isinstance(feature, (int, np.integer)):
        raise TypeError(
            f"a feature must be the number or the name of a column, got {feature!r}"
        )
    if not 0 <= feature < p:
        raise ValueError(
            f"feature {feature} is no column of X: expected a number from 0 to {p - 1}"
        )
    return int(feature)


def read_column(X: Any, j: int) -> Any:
    """Values of column j as an array, shape (n,).

    >>> read_column(np.array([[1, 2], [3, 4]]), 1).tolist()
    [2, 4]
    """
    return X.iloc[:, j].to_numpy() if hasattr(X, "iloc") else X[:, j]


def shuffle_column(X: Any, j: int, order: Any) -> Any:
    """Copy of X in which column j has its values in another order.

    >>> shuffle_column(np.array([[1, 2], [3, 4]]), 1, np.array([1, 0])).tolist()
    [[1, 4], [3, 2]]
    """
    changed = X.copy()
    if hasattr(X, "iloc"):
        changed.isetitem(j, X.iloc[order, j].set_axis(X.index))
    else:
        changed[:, j] = X[order, j]
    return changed


def fill_column(X: Any, j: int, value: Any) -> None:
    """Give every row the same value in column j, in place.

    >>> X = np.zeros((2, 2))
    >>> fill_column(X, 0, 5.0)
    >>> X.tolist()
    [[5.0, 0.0], [5.0, 0.0]]
    """
    if hasattr(X, "iloc"):
        X.isetitem(j, value)
    else:
        X[:, j] = value
