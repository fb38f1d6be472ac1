"""Columns by name, by number, by a mask, by a slice, or by what they hold."""

import re
from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mle.validation.columns import check_matrix
from mle.validation.tables import as_table


def names_of(X: Any) -> list[Any] | None:
    """Return the names of a table's columns, None for an array.

    >>> names_of({"age": [30.0], "sex": ["f"]})
    ['age', 'sex']
    """
    columns = getattr(as_table(X), "columns", None)
    return None if columns is None else list(columns)


def column_places(X: Any, columns: Any) -> NDArray[np.intp]:
    """Return the numbers of the columns that are meant, shape (k,).

    Parameters
    ----------
    X : array_like, data frame, or dictionary of columns, shape (n, p)
    columns : str, int, list of either, mask of p bool, slice of numbers or names, or callable
        A slice of names includes its end. A callable is given X and returns one of the others.

    Raises
    ------
    ValueError
        For a name that is no column, or a name where X has none.
    IndexError
        For a number beyond the columns.
    TypeError
        For anything else.

    Examples
    --------
    >>> X = {"age": [30.0], "sex": ["f"], "time": [4.0]}
    >>> column_places(X, ["time", "age"]).tolist()
    [2, 0]
    >>> column_places(X, slice("sex", None)).tolist()
    [1, 2]
    >>> column_places(X, ["height"])
    Traceback (most recent call last):
    ValueError: no column 'height': X has 'age', 'sex', 'time'
    """
    if callable(columns):
        columns = columns(X)
    names = names_of(X)
    p = check_matrix(X).shape[1] if names is None else len(names)
    if isinstance(columns, slice):
        ends = [columns.start, columns.stop]
        if any(isinstance(end, str) for end in ends):
            low, high = (
                _place(end, names) if isinstance(end, str) else end
                for end in ends
            )
            columns = slice(low, high if high is None else high + 1)
        return np.arange(p, dtype=np.intp)[columns]
    wanted = [columns] if np.ndim(columns) == 0 else list(columns)
    if all(isinstance(c, bool | np.bool_) for c in wanted) and wanted:
        if len(wanted) != p:
            raise ValueError(
                f"a mask of columns needs one truth value for each of the {p} columns of X, got {len(wanted)}"
            )
        return np.flatnonzero(wanted)
    places = [_number(c, names, p) for c in wanted]
    return np.array(places, dtype=np.intp)


def take_columns(X: Any, places: Any) -> Any:
    """Return some columns: a table of a table, an array of an array; one flat column if `places` is a number.

    >>> take_columns([[1, 2, 3], [4, 5, 6]], np.array([2, 0])).tolist()
    [[3, 1], [6, 4]]
    """
    X = as_table(X)
    if hasattr(X, "iloc"):
        return X.iloc[:, places]
    names = names_of(X)
    if names is None:
        return check_matrix(X)[:, places]
    flat = np.ndim(places) == 0
    return X[names[places]] if flat else X[[names[j] for j in places]]


@dataclass(frozen=True)
class make_column_selector:  # noqa: N801  (scikit-learn's name)
    """Lists the columns of a table by name or by what they hold: a callable, for `ColumnTransformer`.

    Parameters
    ----------
    pattern : str, optional
        Regular expression, found anywhere in the name.
    dtype_include, dtype_exclude : type, str, or list of them, optional
        Kinds of columns to take or to leave: a NumPy type such as np.float64 or bool, "number", "object" (which is text
        too), or, of a pandas frame, "category".

    Examples
    --------
    >>> X = {"age": [30.0], "sex": ["f"], "time": [4.0]}
    >>> make_column_selector(dtype_include="number")(X)
    ['age', 'time']
    >>> make_column_selector("^s")(X)
    ['sex']
    """

    pattern: str | None = None
    _: KW_ONLY
    dtype_include: Any = None
    dtype_exclude: Any = None

    def __call__(self, X: Any) -> list[Any]:
        """Return the names of those columns of X, in its order."""
        table, names = as_table(X), names_of(X)
        if names is None:
            raise ValueError(
                "make_column_selector can only be applied to tables: an array has no names"
            )
        return [
            name
            for name in names
            if (not self.pattern or re.search(self.pattern, str(name)))
            and _holds(table[name], self.dtype_include, True)
            and not _holds(table[name], self.dtype_exclude, False)
        ]


def _holds(column: Any, kinds: Any, default: bool) -> bool:
    if kinds is None:
        return default
    listed = kinds if isinstance(kinds, list | tuple) else [kinds]
    return any(_is_kind(column.dtype, kind) for kind in listed)


def _is_kind(dtype: Any, kind: Any) -> bool:
    category = str(dtype) == "category"
    if category or kind == "category":
        return category and kind == "category"
    # Pandas wraps NumPy's types of numbers, and has its own for text.
    dtype = getattr(dtype, "numpy_dtype", dtype)
    if not isinstance(dtype, np.dtype):
        dtype = np.dtype(object)
    if kind in ("object", "str", object, str):
        return dtype.kind in "OUT"
    if kind in ("number", np.number):
        return dtype.kind in "iuf"
    return np.issubdtype(dtype, kind)


def _number(column: Any, names: Sequence[Any] | None, p: int) -> int:
    if isinstance(column, str):
        return _place(column, names)
    if not isinstance(column, int | np.integer) or isinstance(column, bool):
        raise TypeError(
            f"columns must be names, numbers, a mask, a slice or a callable, got {column!r}"
        )
    if not -p <= column < p:
        raise IndexError(f"no column {column}: X has {p} columns")
    return int(column) % p


def _place(name: str, names: Sequence[Any] | None) -> int:
    if names is None:
        raise ValueError(
            f"column {name!r} is a name, but X is an array without names: pass a data frame or a dictionary of columns"
        )
    if name not in names:
        raise ValueError(
            f"no column {name!r}: X has {', '.join(map(repr, names))}"
        )
    return list(names).index(name)
