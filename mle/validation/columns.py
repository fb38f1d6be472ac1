"""Columns of categories: text or numbers, where a value may be missing."""

from __future__ import annotations

from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mle.validation.tables import as_table, check_dense, check_size


class Columns(list[NDArray[Any]]):
    """Columns of one length with what messages call them; `shape` is (n, p).

    >>> Columns([np.array([1.0, 2.0])], ["'age'"]).shape
    (2, 1)
    """

    def __init__(self, arrays: list[NDArray[Any]], labels: list[str]) -> None:
        super().__init__(arrays)
        self.labels = labels

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self[0]), len(self)


def check_columns(X: Any, *, name: str = "X") -> Columns:
    """Return each column of X as a flat array of numbers or of text, missing values as they are.

    Parameters
    ----------
    X : array_like, data frame, or dictionary of columns, shape (n, p)
        Each column holds text or numbers, not both. None and nan are missing values.
    name : str
        The argument's name, for messages.

    Returns
    -------
    Columns
        p arrays of shape (n,): integers, truth values or float64 for numbers, where missing is nan; object for text,
        where missing is None or the one nan `np.nan`.

    Raises
    ------
    TypeError
        For sparse matrices, values that are neither text nor numbers, and columns that mix the two.
    ValueError
        For infinity, complex numbers, dates, masked entries, wrong shapes and empty data.

    Examples
    --------
    >>> [column.tolist() for column in check_columns([["a", 1], [None, 2]])]
    [['a', None], [1, 2]]
    >>> check_columns([["a"], [3]])
    Traceback (most recent call last):
    TypeError: column 0 of X mixes text and numbers, such as 'a' and 3: make all its values of one kind
    """
    X = as_table(X)
    if hasattr(X, "columns"):
        names = list(X.columns)
        arrays = [
            np.asarray(X.iloc[:, j] if hasattr(X, "iloc") else X[c])
            for j, c in enumerate(names)
        ]
        shape = (len(X), len(names))
    else:
        matrix = check_matrix(X, name)
        names = list(range(matrix.shape[1]))
        arrays = list(matrix.T)
        shape = matrix.shape
    check_size(shape, name)
    labels = [repr(c) for c in names]
    return Columns(
        [
            clean_column(a, f"column {label} of {name}")
            for a, label in zip(arrays, labels)
        ],
        labels,
    )


def check_matrix(X: Any, name: str = "X") -> NDArray[Any]:
    """Return X as an array of rows and columns, whatever it holds; objects if a list holds text and numbers.

    >>> check_matrix([["a", 1.5]]).tolist()
    [['a', 1.5]]
    """
    check_dense(X, name)
    matrix = np.asarray(X)
    if matrix.dtype.kind in "US" and not hasattr(X, "dtype"):
        # NumPy made text of the numbers in a list that holds both.
        matrix = np.array(X, dtype=object)
    if matrix.ndim != 2:
        raise ValueError(
            f"Expected 2D array, got {matrix.ndim}D array instead: {name} has shape {matrix.shape}. Reshape your data "
            f"with {name}.reshape(-1, 1) if it is one feature, {name}.reshape(1, -1) if it is one sample"
        )
    return matrix


def clean_column(column: NDArray[Any], label: str) -> NDArray[Any]:
    """Return a column in one of the forms that `check_columns` promises.

    Parameters
    ----------
    column : ndarray, shape (n,)
    label : str
        What messages call it.

    Returns
    -------
    ndarray, shape (n,)

    Examples
    --------
    >>> clean_column(np.array([1, None], dtype=object), "column 0").tolist()
    [1.0, nan]
    """
    kind = column.dtype.kind
    if kind in "UT":
        return column.astype(object)
    if kind == "O":
        column = _clean_objects(column, label)
        kind = column.dtype.kind
    if kind == "f":
        column = column.astype(np.float64, copy=False)
        if np.isinf(column).any():
            raise ValueError(
                f"{label} contains infinity, the first at row {int(np.isinf(column).argmax())}"
            )
    elif kind == "c":
        raise ValueError(f"Complex data not supported: {label}")
    elif kind not in "biuO":
        raise ValueError(
            f"{label} must hold text or numbers, got dtype {column.dtype}"
        )
    return column


def is_missing(value: object) -> bool:
    """Whether a value stands for a missing one: None, nan, or pandas's NA and NaT.

    >>> [is_missing(value) for value in (None, float("nan"), "", 0.0)]
    [True, True, False, False]
    """
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(value, Real) and bool(value != value)


def stack_columns(columns: list[NDArray[Any]]) -> NDArray[Any]:
    """Put columns side by side, shape (n, p): numbers if all hold numbers, else objects.

    >>> stack_columns([np.array([1, 2]), np.array(["a", None], dtype=object)]).tolist()
    [[1, 'a'], [2, None]]
    """
    if all(column.dtype.kind != "O" for column in columns):
        return np.column_stack(columns)
    matrix = np.empty((len(columns[0]), len(columns)), dtype=object)
    for j, column in enumerate(columns):
        matrix[:, j] = column
    return matrix


def _clean_objects(column: NDArray[Any], label: str) -> NDArray[Any]:
    values = column.tolist()
    if set(map(type, values)) == {str}:
        return column
    values = [
        None if v is None else np.nan if is_missing(v) else v for v in values
    ]
    text = [v for v in values if isinstance(v, str)]
    numbers = [v for v in values if isinstance(v, Real) and v is not np.nan]
    for v in values:
        if not (v is None or isinstance(v, str | Real)):
            raise TypeError(
                f"{label}: argument must be a string or a number, got {type(v).__name__}"
            )
    if text and numbers:
        raise TypeError(
            f"{label} mixes text and numbers, such as {text[0]!r} and {numbers[0]!r}: make all its values of one kind"
        )
    if numbers:
        lacking = len(numbers) < len(values)
        return np.array(values, dtype=np.float64 if lacking else None)
    clean = np.empty(len(values), dtype=object)
    clean[:] = values
    return clean
