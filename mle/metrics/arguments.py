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
    true, pred = class_vector(y_true, "y_true"), class_vector(y_pred, "y_pred")
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
    true, score = class_vector(y_true, "y_true"), number_vector(y_score, name)
    check_same_length(true, score, name)
    return true, score, check_sample_weight(sample_weight, len(true))


def check_quantities(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    sample_weight: ArrayLike | None = None,
) -> tuple[Floats, Floats, Floats]:
    """Two arrays of finite numbers and their weights; each of shape (n,), n >= 1, float64.

    >>> check_quantities([1, 2], [1, 3])[1].tolist()
    [1.0, 3.0]
    >>> check_quantities([1, 2], [[1], [3]])
    Traceback (most recent call last):
    ValueError: y_pred has shape (2, 1): expected one dimension, (n,); if it is one column, pass y_pred.ravel()
    """
    true, pred = (
        number_vector(y_true, "y_true"),
        number_vector(y_pred, "y_pred"),
    )
    check_same_length(true, pred, "y_pred")
    return true, pred, check_sample_weight(sample_weight, len(true))


def label_vector(values: ArrayLike, name: str) -> Labels:
    """Do what `class_vector` does, but take a column (n, 1) too: for splitters, which read nothing beside it.

    >>> label_vector([["yes"], ["no"]], "y").tolist()
    ['yes', 'no']
    """
    array = np.asarray(values)
    column = array.ndim == 2 and array.shape[1] == 1
    return class_vector(array[:, 0] if column else array, name)


def class_vector(values: ArrayLike, name: str) -> Labels:
    """Classes as an array of shape (n,): text, or whole numbers of any type.

    >>> class_vector(np.array(["yes", "no"], dtype=object), "y_true").tolist()
    ['yes', 'no']
    >>> class_vector([0.25, 1.0], "y_pred")
    Traceback (most recent call last):
    ValueError: y_pred holds 0.25: expected class labels, not probabilities or quantities
    """
    array = np.asarray(values)
    if array.dtype.kind == "O" and all(
        isinstance(value, str) for value in array.flat
    ):
        array = array.astype(np.str_)
    if array.dtype.kind == "O":
        refuse_mixture(array, name)
    if array.dtype.kind not in "Ubiu":
        array = check_numbers(array, name)
        fraction = array != np.floor(array)
        if fraction.any():
            raise ValueError(
                f"{name} holds {float(array[fraction][0])}: expected class labels, not probabilities or quantities"
            )
    return flat(array, name)


def refuse_mixture(array: Labels, name: str) -> None:
    """Raise ValueError if an array of objects holds text and something else, such as None.

    >>> refuse_mixture(np.array(["a", None], dtype=object), "y_true")
    Traceback (most recent call last):
    ValueError: y_true mixes text and NoneType, such as 'a' and None: expected classes of one kind, none missing
    """
    text = [value for value in array.flat if isinstance(value, str)]
    other = [value for value in array.flat if not isinstance(value, str)]
    if text and other:
        raise ValueError(
            f"{name} mixes text and {type(other[0]).__name__}, such as {text[0]!r} and {other[0]!r}: expected classes of "
            "one kind, none missing"
        )


def number_vector(values: ArrayLike, name: str) -> Floats:
    """Finite numbers as float64 of shape (n,).

    >>> number_vector([], "y_true")
    Traceback (most recent call last):
    ValueError: y_true is empty: expected at least one entry
    """
    return flat(check_numbers(values, name), name)


def flat(array: NDArray[Any], name: str) -> NDArray[Any]:
    """Return the array if its shape is (n,), n >= 1; refuse all others, since NumPy would spread a column over a row.

    >>> flat(np.zeros((3, 2)), "y_pred")
    Traceback (most recent call last):
    ValueError: y_pred has shape (3, 2): expected one dimension, (n,)
    """
    if array.ndim != 1:
        column = array.ndim == 2 and 1 in array.shape
        raise ValueError(
            f"{name} has shape {array.shape}: expected one dimension, (n,)"
            + (f"; if it is one column, pass {name}.ravel()" if column else "")
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


def class_labels(y_true: ArrayLike, labels: ArrayLike | None = None) -> Labels:
    """Classes in sorted order, shape (K,), K >= 2: those of `labels`, or those that occur.

    >>> class_labels(["b", "a"]).tolist()
    ['a', 'b']
    >>> class_labels([1, 1])
    Traceback (most recent call last):
    ValueError: there is one class, 1: expected two or more; pass labels to name all
    """
    truth = class_vector(y_true, "y_true")
    classes = np.unique(
        truth if labels is None else class_vector(labels, "labels")
    )
    if len(classes) < 2:
        raise ValueError(
            f"there is one class, {classes.tolist()[0]!r}: expected two or more; pass labels to name all"
        )
    strange = np.setdiff1d(truth, classes)
    if len(strange):
        raise ValueError(
            f"y_true holds {strange.tolist()[0]!r}: expected one of labels={classes.tolist()}"
        )
    return classes


def check_probabilities(
    y_proba: ArrayLike, n: int, n_classes: int, *, name: str = "y_proba"
) -> Floats:
    """Probabilities of every class, shape (n, K); a vector means the second of two classes.

    >>> check_probabilities([0.25], 1, 2).tolist()
    [[0.75, 0.25]]
    >>> check_probabilities([1.25], 1, 2)
    Traceback (most recent call last):
    ValueError: y_proba holds 1.25: expected probabilities from 0 to 1
    """
    proba = check_numbers(y_proba, name)
    outside = (proba < 0) | (proba > 1)
    if outside.any():
        raise ValueError(
            f"{name} holds {float(proba[outside][0])}: expected probabilities from 0 to 1"
        )
    if n_classes == 2 and proba.shape == (n,):
        return np.column_stack([1 - proba, proba])
    if proba.shape != (n, n_classes):
        wanted = f"{(n, n_classes)}, a column for each class" + (
            f", or ({n},)" if n_classes == 2 else ""
        )
        raise ValueError(f"{name} has shape {proba.shape}: expected {wanted}")
    worst = float(np.abs(proba.sum(axis=1) - 1).max())
    if worst > 1e-6:
        raise ValueError(
            f"{name} has a row whose sum misses 1 by {worst:.3g}: expected rows that sum to 1"
        )
    return proba


def check_squares(*arrays: Floats) -> None:
    """Refuse quantities whose squares, summed, would leave the range of floating point.

    >>> check_squares(np.array([1e200]))
    Traceback (most recent call last):
    OverflowError: the quantities reach 1e+200, and the square of that is beyond floating point: ...
    """
    largest = max(float(np.abs(array).max()) for array in arrays)
    if largest > 1e150:
        raise OverflowError(
            f"the quantities reach {largest:.3g}, and the square of that is beyond floating point: divide y_true and "
            "y_pred by a larger unit"
        )
