"""Guards at the door: what comes in is checked once, and a refusal names the argument, what came, what was expected."""

import warnings
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mle.exceptions import DataConversionWarning, like_sklearn
from mle.validation.columns import check_matrix
from mle.validation.numbers import Array as Array
from mle.validation.numbers import check_finite as check_finite
from mle.validation.numbers import check_numbers as check_numbers
from mle.validation.tables import check_dense, check_size


def check_X(X: Any, *, name: str = "X", allow_nan: bool = False) -> Array:
    """Return X as a finite float64 matrix, or say what is wrong with it.

    Parameters
    ----------
    X : array_like, data frame, or dictionary of columns, shape (n, p)
    name : str
        The argument's name, for messages.
    allow_nan : bool
        Whether values may be missing; they are nan then.

    Returns
    -------
    ndarray, shape (n, p), float64

    Examples
    --------
    >>> check_X([[1, 2], [3, 4]]).shape
    (2, 2)
    >>> check_X([1, 2])
    Traceback (most recent call last):
    ValueError: Expected 2D array, got 1D array instead: X has shape (2,). Reshape your data ...
    """
    array = check_numbers(X, name, allow_nan=allow_nan)
    check_size(check_matrix(array, name).shape, name)
    return array


def check_y(
    y: Any, n: int | None = None, *, numeric: bool = True
) -> NDArray[Any]:
    """Return y as a flat array of n values: finite float64, or labels.

    Parameters
    ----------
    y : array_like, shape (n,)
        A column, shape (n, 1), is flattened with a warning.
    n : int, optional
        Rows of X; any number if absent.
    numeric : bool
        True for targets of a regression; False for class labels, which may be text but not nan or fractions.

    Returns
    -------
    ndarray, shape (n,)

    Examples
    --------
    >>> check_y([1, 2]).tolist()
    [1.0, 2.0]
    >>> check_y(["yes", "no"], numeric=False).tolist()
    ['yes', 'no']
    >>> check_y([1, 2], 3)
    Traceback (most recent call last):
    ValueError: inconsistent numbers of samples: X has 3, y has 2
    """
    array = check_numbers(y, "y") if numeric else _check_labels(y)
    if array.ndim == 2 and array.shape[1] == 1:
        message = f"A column-vector y was passed when a 1d array was expected: shape {array.shape}, use y.ravel()"
        warnings.warn(
            message, like_sklearn(DataConversionWarning), stacklevel=3
        )
        array = array.ravel()
    if array.ndim != 1:
        raise ValueError(
            f"y should be a 1d array, got an array of shape {array.shape} instead"
        )
    if n is not None and len(array) != n:
        raise ValueError(
            f"inconsistent numbers of samples: X has {n}, y has {len(array)}"
        )
    return array


def check_sample_weight(sample_weight: ArrayLike | None, n: int) -> Array:
    """Return the weights of n rows; ones if none were given.

    Parameters
    ----------
    sample_weight : array_like, shape (n,), or None
        Not negative, not all zero. A weight of 2 counts as the row twice, a weight of 0 as no row.
    n : int
        Rows of X.

    Returns
    -------
    ndarray, shape (n,), float64

    Examples
    --------
    >>> check_sample_weight(None, 2).tolist()
    [1.0, 1.0]
    >>> check_sample_weight([1, -1], 2)
    Traceback (most recent call last):
    ValueError: sample_weight must not be negative, got -1.0 at row 1
    """
    if sample_weight is None:
        return np.ones(n)
    weights = check_numbers(sample_weight, "sample_weight")
    if weights.shape != (n,):
        raise ValueError(
            f"sample_weight must have shape ({n},), one weight for each row of X, got {weights.shape}"
        )
    if weights.min() < 0:
        raise ValueError(
            f"sample_weight must not be negative, got {weights.min()} at row {weights.argmin()}"
        )
    if not weights.any():
        raise ValueError("sample_weight cannot be all zero")
    return weights


def _check_labels(y: Any) -> NDArray[Any]:
    check_dense(y, "y")
    labels = np.asarray(y)
    if labels.dtype.kind == "O":
        labels = _unbox_labels(labels)
    if labels.dtype.kind == "c":
        raise ValueError(
            f"Complex data not supported: y has dtype {labels.dtype}"
        )
    if labels.dtype.kind == "f":
        check_finite(labels.astype(np.float64), "y")
        if (labels != np.floor(labels)).any():
            raise ValueError(
                "Unknown label type: continuous. y holds fractions; a classifier needs class labels"
            )
    return labels


def _unbox_labels(labels: NDArray[Any]) -> NDArray[Any]:
    """Labels out of an object array: all text, or all numbers."""
    known = {str: "text", Real: "numbers"}
    kinds = {
        next(
            (k for t, k in known.items() if isinstance(v, t)), type(v).__name__
        )
        for v in labels.flat
    }
    if other := sorted(kinds - {"text", "numbers"}):
        raise ValueError(
            f"Unknown label type: y holds {other[0]}; a class label is text or a whole number"
        )
    if len(kinds) > 1:
        if any(v != v for v in labels.flat):
            raise ValueError("y contains NaN: a label is missing")
        raise ValueError(
            "y mixes text and numbers: make all labels of one kind"
        )
    return np.array(labels.tolist()) if kinds == {"numbers"} else labels
