"""Numbers of any kind become finite float64, or missing ones nan; everything else is refused."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mle.validation.columns import is_missing
from mle.validation.tables import as_table, check_dense

Array = NDArray[np.float64]


def check_numbers(values: Any, name: str, *, allow_nan: bool = False) -> Array:
    """Turn numbers of any kind into finite float64, and refuse everything else.

    Parameters
    ----------
    values : array_like, data frame, or dictionary of columns
        Integers, floats, booleans, or objects that are numbers. Text is refused, even if it spells a number.
    name : str
        The argument's name, for the message.
    allow_nan : bool
        Whether a value may be missing: nan, None or pandas's NA, which all become nan.

    Returns
    -------
    ndarray of float64, any shape
        The same memory if it was float64 already.

    Raises
    ------
    TypeError
        For sparse matrices, and for objects that are no numbers.
    ValueError
        For text, dates, complex numbers, masked entries, nan and infinity.

    Examples
    --------
    >>> check_numbers([1, True, 2.5], "X").tolist()
    [1.0, 1.0, 2.5]
    >>> check_numbers(["1", "2"], "X")
    Traceback (most recent call last):
    ValueError: X must hold numbers, got text such as '1'
    """
    check_dense(values, name)
    array = np.asarray(as_table(values))
    if array.dtype.kind == "c":
        raise ValueError(
            f"Complex data not supported: {name} has dtype {array.dtype}"
        )
    if array.dtype.kind not in "biufO":
        raise ValueError(f"{name} must hold numbers, got {_example(array)}")
    if array.dtype.kind == "O":
        array = _unbox(_fill(array) if allow_nan else array, name)
    array = array.astype(np.float64, copy=False)
    with np.errstate(over="ignore", invalid="ignore"):
        # One cheap pass over the data; a second only if it must be.
        suspect = not np.isfinite(array.sum())  # eq: one-pass
    if suspect:
        check_finite(array, name, allow_nan=allow_nan)
    return array


def check_finite(array: Array, name: str, *, allow_nan: bool = False) -> None:
    """Refuse nan and infinity, and say where the first one is.

    Parameters
    ----------
    array : ndarray of float64
    name : str
        The argument's name, for the message.
    allow_nan : bool
        Whether nan will do.

    Examples
    --------
    >>> check_finite(np.array([[1.0], [np.nan]]), "X")
    Traceback (most recent call last):
    ValueError: X contains NaN: 1 of 2 values, the first at row 1, column 0
    """
    bad = np.isinf(array) if allow_nan else ~np.isfinite(array)
    if bad.any():
        first = tuple(int(i) for i in np.argwhere(bad)[0])
        what = "NaN" if np.isnan(array[first]) else "infinity"
        where = ", ".join(
            f"{axis} {i}"
            for axis, i in zip(("row", "column"), first, strict=False)
        )
        raise ValueError(
            f"{name} contains {what}: {bad.sum()} of {bad.size} values, the first at {where}"
        )


def _fill(array: NDArray[Any]) -> NDArray[Any]:
    """Object array with nan for each missing value."""
    missing = np.array([is_missing(v) for v in array.flat], dtype=bool)
    return np.where(missing.reshape(array.shape), np.nan, array)


def _unbox(array: NDArray[Any], name: str) -> Array:
    """Numbers out of an object array: what float() takes, but not text."""
    text = next(
        (value for value in array.flat if isinstance(value, str | bytes)), None
    )
    if text is not None:
        raise ValueError(
            f"{name} must hold numbers, got text such as {text!r}"
        )
    try:
        return array.astype(np.float64)
    except TypeError as error:
        raise TypeError(
            f"{name} must hold numbers; an argument must be a string or a real number: {error}"
        ) from None
    except ValueError as error:
        raise ValueError(
            f"{name} must be a rectangular array of numbers: {error}"
        ) from None


def _example(array: NDArray[Any]) -> str:
    kind = {
        "U": "text",
        "S": "text",
        "T": "text",
        "M": "dates",
        "m": "durations",
    }.get(array.dtype.kind, "values")
    return f"{kind} such as {str(array.flat[0])!r}" if array.size else kind
