"""Names of columns: those of a data frame must be the same at `fit` and at `predict`."""

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mle.validation.tables import as_table


def column_names(X: Any) -> NDArray[Any] | None:
    """Return the names of the columns, shape (p,), or None if X has none or not all of them are text.

    X may be a data frame, a data set, or a dictionary of columns.

    >>> column_names([[1.0, 2.0]]) is None
    True
    >>> column_names({"age": [30.0], "sex": ["f"]}).tolist()
    ['age', 'sex']
    """
    columns = getattr(as_table(X), "columns", None)
    if columns is None:
        return None
    names = [name for name in columns if isinstance(name, str)]
    return (
        np.array(names, dtype=object)
        if names and len(names) == len(columns)
        else None
    )


def check_names(
    fitted: NDArray[Any] | None, given: NDArray[Any] | None, estimator: str
) -> None:
    """Compare the names seen in `fit` with those given now.

    Parameters
    ----------
    fitted, given : ndarray of str, shape (p,), or None
        None where the data had no names.
    estimator : str
        Its name, for messages.

    Raises
    ------
    ValueError
        If both have names, and these differ or stand in another order.

    Warns
    -----
    UserWarning
        If only one of them has names.

    Examples
    --------
    >>> check_names(np.array(["area", "age"]), np.array(["age", "area"]), "LinearRegression")
    Traceback (most recent call last):
    ValueError: The feature names should match those that were passed during fit.
    Feature names must be in the same order as they were in fit.
    """
    if fitted is None:
        if given is not None:
            message = f"X has feature names, but {estimator} was fitted without feature names"
            warnings.warn(message, stacklevel=4)
    elif given is None:
        message = f"X does not have valid feature names, but {estimator} was fitted with feature names"
        warnings.warn(message, stacklevel=4)
    elif fitted.tolist() != given.tolist():
        raise ValueError(_clash(fitted.tolist(), given.tolist()))


def _clash(fitted: list[str], given: list[str]) -> str:
    lines = [
        "The feature names should match those that were passed during fit."
    ]
    unseen, missing = (
        sorted(set(given) - set(fitted)),
        sorted(set(fitted) - set(given)),
    )
    for title, names in (
        ("unseen at fit time", unseen),
        ("seen at fit time, yet now missing", missing),
    ):
        if names:
            lines += [
                f"Feature names {title}:",
                *(f"- {name}" for name in names[:5]),
            ]
            lines += ["- ..."] if len(names) > 5 else []
    if not unseen and not missing:
        lines.append(
            "Feature names must be in the same order as they were in fit."
        )
    return "\n".join(lines) + "\n"
