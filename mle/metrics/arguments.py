"""What every metric asks of its arguments, said once: labels, quantities, scores, and weights that fit them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mle.validation import check_numbers, check_sample_weight

Labels = NDArray[Any]
Floats = NDArray[np.float64]


def check_labels(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    sample_weight: ArrayLike | None = None,
) -> tuple[Labels, Labels, Floats]:
    """Two arrays of classes, both text or both numbers, and their weights; each of shape (n,), n >= 1.

    Raises
    ------
    ValueError
        Naming the argument, what came and what was expected.

    Examples
    --------
    >>> check_labels([1, 0], [1, 1])[2].tolist()
    [1.0, 1.0]
    >>> check_labels(["a", "b"], [0, 1])
    Traceback (most recent call last):
    ValueError: y_true holds 'a' and y_pred holds 0: expected both text or both numbers
    """
    true, pred = label_vector(y_true, "y_true"), label_vector(y_pred, "y_pred")
    check_same_length(true, pred, "y_pred")
    if (true.dtype.kind == "U") != (pred.dtype.kind == "U"):
        first, second = true.tolist()[0], pred.tolist()[0]
        raise ValueError(
            f"y_true holds {first!r} and y_pred holds {second!r}: expected both text or both numbers"
        )
    return true, pred, check_sample_weight(sample_weight, len(true))


def check_scores(
    y_true: ArrayLike,
    y_score: ArrayLike,
    sample_weight: ArrayLike | None = None,
    *,
    name: str = "y_score",
) -> tuple[Labels, Floats, Floats]:
    """Classes, a number for each, and their weights; each of shape (n,), n >= 1.

    >>> check_scores([1, 0], [0.9])
    Traceback (most recent call last):
    ValueError: y_true has 2 entries and y_score has 1: expected equally many
    """
    true, score = label_vector(y_true, "y_true"), number_vector(y_score, name)
    check_same_length(true, score, name)
    return true, score, check_sample_weight(sample_weight, len(true))


def check_quantities(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    sample_weight: ArrayLike | None = None,
) -> tuple[Floats, Floats, Floats]:
    """Two arrays of finite numbers and their weights; each of shape (n,), n >= 1, float64.

    >>> check_quantities([1, 2], [[1], [3]])[1].tolist()
    [1.0, 3.0]
    """
    true, pred = (
        number_vector(y_true, "y_true"),
        number_vector(y_pred, "y_pred"),
    )
    check_same_length(true, pred, "y_pred")
    return true, pred, check_sample_weight(sample_weight, len(true))


def label_vector(values: ArrayLike, name: str) -> Labels:
    """Classes as an array of shape (n,): text, or whole numbers of any type. A column (n, 1) is flattened.

    >>> label_vector(np.array(["yes", "no"], dtype=object), "y_true").tolist()
    ['yes', 'no']
    >>> label_vector([0.25, 1.0], "y_pred")
    Traceback (most recent call last):
    ValueError: y_pred holds 0.25: expected class labels, not probabilities or quantities
    """
    array = np.asarray(values)
    if array.dtype.kind == "O" and all(
        isinstance(value, str) for value in array.flat
    ):
        array = array.astype(np.str_)
    if array.dtype.kind not in "Ubiu":
        array = check_numbers(array, name)
        fraction = array != np.floor(array)
        if fraction.any():
            raise ValueError(
                f"{name} holds {float(array[fraction][0])}: expected class labels, not probabilities or quantities"
            )
    return flat(array, name)


def number_vector(values: ArrayLike, name: str) -> Floats:
    """Finite numbers as float64 of shape (n,). A column (n, 1) is flattened.

    >>> number_vector([], "y_true")
    Traceback (most recent call last):
    ValueError: y_true is empty: expected at least one entry
    """
    return flat(check_numbers(values, name), name)


def flat(array: NDArray[Any], name: str) -> NDArray[Any]:
    """Array of shape (n,), n >= 1, from one of shape (n,) or (n, 1).

    >>> flat(np.zeros((3, 2)), "y_pred")
    Traceback (most recent call last):
    ValueError: y_pred has shape (3, 2): expected one dimension, (n,)
    """
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim != 1:
        raise ValueError(
            f"{name} has shape {array.shape}: expected one dimension, (n,)"
        )
    if len(array) == 0:
        raise ValueError(f"{name} is empty: expected at least one entry")
    return array


def check_same_length(
    y_true: NDArray[Any], other: NDArray[Any], name: str
) -> None:
    """Raise ValueError when two arrays have not equally many entries.

    >>> check_same_length(np.zeros(2), np.zeros(2), "y_pred")
    """
    if len(y_true) != len(other):
        raise ValueError(
            f"y_true has {len(y_true)} entries and {name} has {len(other)}: expected equally many"
        )


def is_positive(y_true: Labels, pos_label: Any = 1) -> NDArray[np.bool_]:
    """Where a target of two classes holds the positive one, shape (n,).

    Raises
    ------
    ValueError
        When `y_true` has more or fewer than two classes, or `pos_label` is none of them.

    Examples
    --------
    >>> is_positive(np.array(["alive", "dead"]), "dead").tolist()
    [False, True]
    >>> is_positive(np.array([1, 1]))
    Traceback (most recent call last):
    ValueError: y_true holds the classes [1]: expected two of them, one being pos_label=1
    """
    classes = np.unique(y_true).tolist()
    if len(classes) != 2 or pos_label not in classes:
        raise ValueError(
            f"y_true holds the classes {classes}: expected two of them, one being pos_label={pos_label!r}"
        )
    return np.asarray(y_true == pos_label)
