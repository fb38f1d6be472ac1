"""Which values are missing: often that alone says something."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mle.base import Transformer
from mle.validation.columns import Columns, check_columns, is_missing
from mle.validation.parameters import check_choice, check_flag

Mask = NDArray[np.bool_]


def missing_mask(columns: Columns, missing_values: Any = np.nan) -> Mask:
    """Return where values are missing, shape (n, p).

    Parameters
    ----------
    columns : Columns, n rows and p columns
        As `mle.validation.check_columns` returns them.
    missing_values : number, str, nan or None
        What stands for a missing value; nan and None both mean any of None, nan and pandas's NA.

    Examples
    --------
    >>> missing_mask(check_columns([["a", 1], [None, np.nan]])).tolist()
    [[False, False], [True, True]]
    >>> missing_mask(check_columns([["a", 1], ["", 2]]), "").tolist()
    [[False, False], [True, False]]
    """
    mask = np.zeros(columns.shape, dtype=bool)
    for j, column in enumerate(columns):
        values = column.tolist() if column.dtype.kind == "O" else []
        if not is_missing(missing_values):
            same = [v == missing_values for v in values]
            mask[:, j] = same or column == missing_values
        elif not values:
            mask[:, j] = np.isnan(column)
        elif {None, np.nan} & set(values):
            mask[:, j] = [v is None or v is np.nan for v in values]
    return mask


def refuse_other_missing(columns: Columns, missing_values: Any) -> None:
    """Refuse nan and None where something else stands for a missing value.

    >>> refuse_other_missing(check_columns([[1.0], [np.nan]]), -1)
    Traceback (most recent call last):
    ValueError: column 0 of X contains NaN, the first at row 1, though missing_values=-1
    """
    if is_missing(missing_values):
        return
    for label, missing in zip(columns.labels, missing_mask(columns).T):
        if missing.any():
            raise ValueError(
                f"column {label} of X contains NaN, the first at row {int(missing.argmax())}, "
                f"though missing_values={missing_values!r}"
            )


class MissingIndicator(Transformer):
    """One column of truth values for each column of X that has missing values.

    Parameters
    ----------
    missing_values : number, str, nan or None
        See `missing_mask`.
    features : {"missing-only", "all"}
        Columns that had missing values in `fit`, or all.
    error_on_new : bool
        Whether `transform` refuses missing values in a column that had none in `fit`; for "missing-only".

    Attributes
    ----------
    features_ : ndarray of int64
        Numbers of the columns that are marked.

    Examples
    --------
    >>> MissingIndicator().fit_transform([[1, np.nan], [2, 3]]).tolist()
    [[True], [False]]
    """

    _tags = {
        "input_tags.allow_nan": True,
        "input_tags.string": True,
        "transformer_tags.preserves_dtype": [],
    }
    features_: NDArray[np.int64]

    def __init__(
        self,
        *,
        missing_values: Any = np.nan,
        features: str = "missing-only",
        error_on_new: bool = True,
    ) -> None:
        self.missing_values = missing_values
        self.features = features
        self.error_on_new = error_on_new

    def _read(self, X: Any) -> Columns:
        columns = check_columns(X)
        refuse_other_missing(columns, self.missing_values)
        return columns

    def _check_params(self) -> None:
        check_choice("features", self.features, ("missing-only", "all"))
        check_flag("error_on_new", self.error_on_new)

    def _fit(self, X: Columns) -> None:
        mask = missing_mask(X, self.missing_values)
        marked = mask.any(axis=0) | (self.features == "all")
        self.features_ = np.flatnonzero(marked).astype(np.int64)

    def _transform(self, X: Columns) -> Mask:
        mask = missing_mask(X, self.missing_values)
        new = np.setdiff1d(np.flatnonzero(mask.any(axis=0)), self.features_)
        if self.error_on_new and len(new):
            raise ValueError(
                f"column {X.labels[new[0]]} has missing values but had none in fit"
            )
        return mask[:, self.features_]

    def _names_out(self, names: list[str]) -> list[str]:
        return [f"missingindicator_{names[j]}" for j in self.features_]
