"""Weights of classes, for classifiers that take `class_weight`."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mle.validation.parameters import check_number

Array = NDArray[np.floating]


def class_weights(
    class_weight: dict[Any, float] | str | None,
    classes: NDArray[Any],
    index: NDArray[np.integer],
    sample_weight: Array,
) -> Array:
    """Return the factor that the class of each row puts on its weight.

    Parameters
    ----------
    class_weight : dict of class: factor, "balanced" or None
        Classes that are not in the dict have the factor 1. "balanced" gives all classes the same total weight.
    classes : ndarray, shape (K,)
    index : ndarray of integers, shape (n,)
        Class of each row, as a place in `classes`.
    sample_weight : ndarray, shape (n,)

    Returns
    -------
    ndarray, shape (n,)

    Raises
    ------
    ValueError
        If the dict names a class that is not there, or a factor is negative, or fewer than two classes keep a weight above 0.

    Examples
    --------
    >>> class_weights("balanced", np.array(["no", "yes"]), np.array([0, 0, 0, 1]), np.ones(4)).round(3).tolist()
    [0.667, 0.667, 0.667, 2.0]
    >>> class_weights({"yes": 3.0}, np.array(["no", "yes"]), np.array([0, 1]), np.ones(2)).tolist()
    [1.0, 3.0]
    """
    if class_weight is None:
        return np.ones(len(index))
    if isinstance(class_weight, str) and class_weight == "balanced":
        totals = np.bincount(index, sample_weight, minlength=len(classes))
        factors = np.divide(
            sample_weight.sum() / np.count_nonzero(totals),
            totals,
            out=np.ones(len(classes)),
            where=totals > 0,
        )
        return factors[index]
    if not isinstance(class_weight, dict):
        raise ValueError(
            f"class_weight must be a dict, 'balanced' or None, got {class_weight!r}"
        )
    known = classes.tolist()
    if strange := [label for label in class_weight if label not in known]:
        raise ValueError(
            f"class_weight names the class {strange[0]!r}; y holds {', '.join(map(repr, known[:10]))}"
        )
    for label, factor in class_weight.items():
        check_number(f"class_weight of {label!r}", factor, at_least=0)
    factors = np.array([class_weight.get(label, 1.0) for label in known])
    totals = np.bincount(index, factors[index] * sample_weight)
    left = np.flatnonzero(totals)
    if len(left) == 0:
        raise ValueError("class_weight leaves no row a weight above 0")
    if len(left) == 1:
        raise ValueError(
            f"class_weight leaves weight to one class alone: {known[left[0]]!r}"
        )
    return factors[index]
