"""Tables: columns of numbers and of text side by side, each with its name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray


def check_dense(values: Any, name: str) -> None:
    """Refuse sparse matrices and masked entries, of which NumPy would make something else.

    Parameters
    ----------
    values : object
    name : str
        The argument's name, for messages.

    Examples
    --------
    >>> check_dense(np.ma.masked_greater([1.0, 9.0], 5.0), "X")
    Traceback (most recent call last):
    ValueError: X has masked entries: fill or drop them first
    """
    if hasattr(values, "toarray"):
        raise TypeError(
            f"{name} is sparse, but dense data is required: pass {name}.toarray()"
        )
    if np.ma.is_masked(values):
        raise ValueError(f"{name} has masked entries: fill or drop them first")


def check_size(shape: tuple[int, ...], name: str) -> None:
    """Refuse a table without rows or without columns.

    Parameters
    ----------
    shape : (n, p)
    name : str
        The argument's name, for messages.

    Examples
    --------
    >>> check_size((0, 3), "X")
    Traceback (most recent call last):
    ValueError: X has 0 sample(s) (shape=(0, 3)) while a minimum of 1 is required.
    """
    for size, what in zip(shape, ("sample", "feature")):
        if size < 1:
            raise ValueError(
                f"{name} has 0 {what}(s) (shape={shape}) while a minimum of 1 is required."
            )


class Table:
    """Columns by name, all of one length: the least of a data frame that estimators need.

    Parameters
    ----------
    columns : mapping of name to array_like, shape (n,)
        Such as `columns` of a data set.

    Attributes
    ----------
    data : dict of name to ndarray, shape (n,)
    columns : list of names
    shape : (n, p)

    Raises
    ------
    TypeError
        For a sparse column.
    ValueError
        When there are no columns, one is not flat or has masked entries, or they differ in length.

    Examples
    --------
    >>> table = Table({"age": [30.0, 41.0], "sex": ["f", "m"]})
    >>> table.shape, table.columns
    ((2, 2), ['age', 'sex'])
    >>> np.asarray(table).tolist()
    [[30.0, 'f'], [41.0, 'm']]
    """

    def __init__(self, columns: Mapping[Any, Any]) -> None:
        for name, column in columns.items():
            check_dense(column, f"column {name!r}")
        self.data = {name: np.asarray(v) for name, v in columns.items()}
        if not self.data:
            raise ValueError("a table needs at least one column, got none")
        for name, column in self.data.items():
            if column.ndim != 1:
                raise ValueError(
                    f"column {name!r} must be flat, got shape {column.shape}"
                )
        rows = {name: len(column) for name, column in self.data.items()}
        if len(set(rows.values())) > 1:
            raise ValueError(
                f"columns of a table must have one length, got {rows}"
            )

    @property
    def columns(self) -> list[Any]:
        """Names of the columns."""
        return list(self.data)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self), len(self.data)

    def __len__(self) -> int:
        return len(next(iter(self.data.values())))

    def __getitem__(self, name: Any) -> NDArray[Any]:
        return self.data[name]

    def __array__(
        self, dtype: Any = None, copy: bool | None = None
    ) -> NDArray[Any]:
        """All columns as a matrix, shape (n, p): float64 if all hold numbers, else objects."""
        numeric = all(c.dtype.kind in "biuf" for c in self.data.values())
        kind = dtype or (np.float64 if numeric else object)
        matrix = np.empty(self.shape, dtype=kind)
        for j, column in enumerate(self.data.values()):
            matrix[:, j] = column
        return matrix

    @property
    def iloc(self) -> _Places:
        """Rows, or rows and columns, by their numbers, as in a pandas frame."""
        return _Places(self)


class _Places:
    def __init__(self, table: Table) -> None:
        self.table = table

    def __getitem__(self, key: Any) -> Any:
        rows, columns = key if isinstance(key, tuple) else (key, slice(None))
        names = np.array(self.table.columns, dtype=object)[columns]
        if np.ndim(names) == 0:
            return self.table[names][rows]
        return Table({name: self.table[name][rows] for name in names})


def as_table(X: Any) -> Any:
    """Return a dictionary of columns, or a data set, as a `Table`, and anything else as it is.

    >>> as_table({"age": [30.0, 41.0]}).shape
    (2, 1)
    >>> as_table([[1.0]])
    [[1.0]]
    """
    # A sparse matrix may be a dictionary, of places to values.
    if isinstance(X, Mapping) and not hasattr(X, "toarray"):
        return Table(X)
    if isinstance(getattr(X, "columns", None), Mapping):
        return Table(X.columns)
    return X
