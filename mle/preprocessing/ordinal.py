"""Ordinal encoding: categories become the whole numbers 0, 1, ..."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mle.base import Transformer
from mle.preprocessing.categories import Categorical
from mle.validation.arrays import check_X
from mle.validation.columns import Columns, is_missing, stack_columns
from mle.validation.parameters import check_choice, check_number

Array = NDArray[np.floating]


class OrdinalEncoder(Categorical, Transformer):
    """Categories become the whole numbers 0, 1, ..., in order.

    Parameters
    ----------
    categories : "auto" or list of p array_like
        Categories of each column, in the order that means something: ["low", "middle", "high"].
    dtype : type
        Of the output.
    handle_unknown : "error" or "use_encoded_value"
        What `transform` does with a category not seen in `fit`: refuse it by name, or give it `unknown_value`.
    unknown_value : int or nan, optional
        Needed for "use_encoded_value"; none of the numbers that a category has.
    encoded_missing_value : int or nan
        The number of missing values, None and nan alike (scikit-learn numbers None as a category).

    Attributes
    ----------
    categories_ : list of p ndarray

    Examples
    --------
    >>> encoder = OrdinalEncoder(categories=[["low", "middle", "high"]])
    >>> encoder.fit_transform([["high"], ["low"], ["middle"]]).tolist()
    [[2.0], [0.0], [1.0]]
    """

    def __init__(
        self,
        *,
        categories: Any = "auto",
        dtype: Any = np.float64,
        handle_unknown: str = "error",
        unknown_value: float | None = None,
        encoded_missing_value: float = np.nan,
    ) -> None:
        self.categories = categories
        self.dtype = dtype
        self.handle_unknown = handle_unknown
        self.unknown_value = unknown_value
        self.encoded_missing_value = encoded_missing_value

    def inverse_transform(self, X: ArrayLike) -> NDArray[Any]:
        """Return the categories, shape (n, p); None for `unknown_value`."""
        self._check_fitted()
        Z = self._check_width(check_X(X, allow_nan=True))
        return stack_columns(
            [self._decode(j, Z[:, j]) for j in range(Z.shape[1])]
        )

    def _check_params(self) -> None:
        check_choice(
            "handle_unknown",
            self.handle_unknown,
            ("error", "use_encoded_value"),
        )
        lenient = self.handle_unknown != "error"
        if lenient != (self.unknown_value is not None):
            raise TypeError(
                "unknown_value must be an integer or nan with handle_unknown='use_encoded_value', and None without it, "
                f"got {self.unknown_value!r} with handle_unknown={self.handle_unknown!r}"
            )
        for name in ("unknown_value", "encoded_missing_value"):
            value = getattr(self, name)
            if not is_missing(value):
                check_number(name, value, integer=True)

    def _fit(self, X: Columns) -> None:
        self._learn(X, strict=self.handle_unknown == "error")
        whole = np.dtype(self.dtype).kind != "f"
        for j, label in enumerate(X.labels):
            missing = [is_missing(c) for c in self.categories_[j].tolist()]
            special = {"unknown_value": self.unknown_value}
            if any(missing):
                special["encoded_missing_value"] = self.encoded_missing_value
            for name, value in special.items():
                if value in np.flatnonzero(~np.array(missing)).tolist():
                    raise ValueError(
                        f"{name}={value} is already used for a known category of column {label}"
                    )
            if whole and np.isnan(self._values(j)).any():
                raise ValueError(
                    f"column {label} has values encoded as nan, which dtype {np.dtype(self.dtype)} cannot hold: "
                    "set encoded_missing_value or unknown_value to an integer"
                )

    def _values(self, j: int) -> Array:
        """Numbers of the categories of column j; last, if there is one, that of unknown ones."""
        values = np.array(
            [
                self.encoded_missing_value if is_missing(c) else place
                for place, c in enumerate(self.categories_[j].tolist())
            ],
            dtype=np.float64,
        )
        if self.unknown_value is None:
            return values
        return np.append(values, float(self.unknown_value))

    def _transform(self, X: Columns) -> NDArray[Any]:
        codes = self._codes(
            X,
            strict=self.handle_unknown == "error",
            remedy="; pass handle_unknown='use_encoded_value' to give them a number",
        )
        # A code of -1 is the last value, that of unknown categories.
        columns = [self._values(j)[codes[:, j]] for j in range(len(X))]
        return np.column_stack(columns).astype(self.dtype)

    def _decode(self, j: int, z: Array) -> NDArray[Any]:
        known, values = self.categories_[j], self._values(j)
        equal = (z[:, None] == values) | (
            np.isnan(z)[:, None] & np.isnan(values)
        )  # (n, k)
        if not equal.any(axis=1).all():
            bad = z[~equal.any(axis=1)][0]
            raise ValueError(
                f"{bad:g} in column {j} of X is the number of no category"
            )
        places = equal.argmax(axis=1)
        if (places < len(known)).all():
            return known[places]
        return np.append(known.astype(object), [None])[places]
