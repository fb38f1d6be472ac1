"""Missing values filled with one number or word for each column."""

import warnings
from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mle.base import Transformer
from mle.impute.indicator import missing_mask, refuse_other_missing
from mle.validation.arrays import check_X
from mle.validation.columns import (
    Columns,
    check_columns,
    is_missing,
    stack_columns,
)
from mle.validation.parameters import check_choice, check_flag, check_number


def most_frequent(x: NDArray[Any]) -> Any:
    """Return the value that occurs most often, the least of them if there are several.

    >>> most_frequent(np.array(["b", "a", "b", "a", "c"], dtype=object))
    'a'
    """
    if x.dtype.kind != "O":
        values, counts = np.unique(x, return_counts=True)
        return values[counts.argmax()]
    tally = Counter(x.tolist())
    return min(tally, key=lambda value: (-tally[value], value))


class SimpleImputer(Transformer):
    """Fill missing values with the mean, the median or the most frequent value of their column, or with a constant.

    Parameters
    ----------
    missing_values : number, str, nan or None
        What stands for a missing value; nan and None both mean any of None, nan and pandas's NA.
    strategy : {"mean", "median", "most_frequent", "constant"}
        The first two for numbers alone, the others for text too.
    fill_value : number or str, optional
        For "constant": 0 in columns of numbers, "missing_value" in columns of text, if not given.
    add_indicator : bool
        Whether to append the columns of `MissingIndicator`.
    keep_empty_features : bool
        Whether a column without any value is kept, filled with 0 or `fill_value`. Otherwise it is left out, with a
        warning.

    Attributes
    ----------
    statistics_ : ndarray, shape (p,)
        What each column is filled with, in its units; nan for a column that is left out.

    Examples
    --------
    >>> SimpleImputer().fit_transform([[1.0, 7.0], [np.nan, 9.0], [3.0, np.nan]]).tolist()
    [[1.0, 7.0], [2.0, 9.0], [3.0, 8.0]]
    >>> SimpleImputer(strategy="most_frequent").fit_transform([["a"], [None], ["a"], ["b"]]).ravel().tolist()
    ['a', 'a', 'a', 'b']
    """

    _tags = {"input_tags.allow_nan": True}
    statistics_: NDArray[Any]

    def __init__(
        self,
        *,
        missing_values: Any = np.nan,
        strategy: str = "mean",
        fill_value: Any = None,
        add_indicator: bool = False,
        keep_empty_features: bool = False,
    ) -> None:
        self.missing_values = missing_values
        self.strategy = strategy
        self.fill_value = fill_value
        self.add_indicator = add_indicator
        self.keep_empty_features = keep_empty_features

    def _read(self, X: Any) -> Columns:
        if self.strategy in ("mean", "median"):
            matrix = check_X(X, allow_nan=True)
            labels = [str(j) for j in range(matrix.shape[1])]
            columns = Columns(list(matrix.T), labels)
        else:
            columns = check_columns(X)
        refuse_other_missing(columns, self.missing_values)
        return columns

    def _check_params(self) -> None:
        check_choice(
            "strategy",
            self.strategy,
            ("mean", "median", "most_frequent", "constant"),
        )
        fill = self.fill_value
        if not (fill is None or isinstance(fill, str | bool)):
            # Nan would leave the column out, infinity would be a value.
            check_number("fill_value", fill)
        check_flag("add_indicator", self.add_indicator)
        check_flag("keep_empty_features", self.keep_empty_features)

    def _fit(self, X: Columns) -> None:
        mask = missing_mask(X, self.missing_values)
        values = [
            self._statistic(column, column[~mask[:, j]], X.labels[j])
            for j, column in enumerate(X)
        ]
        text = any(isinstance(value, str) for value in values)
        self.statistics_ = np.array(values, dtype=object if text else float)
        self._text = [column.dtype.kind == "O" for column in X]
        if self._left_out().any():
            empty = [X.labels[j] for j in np.flatnonzero(self._left_out())]
            warnings.warn(
                f"columns without any value are left out: {', '.join(empty)}",
                stacklevel=3,
            )
        self._marked = np.flatnonzero(mask.any(axis=0) & self.add_indicator)

    def _statistic(
        self, column: NDArray[Any], seen: NDArray[Any], label: str
    ) -> Any:
        """What fills a column; nan if nothing does."""
        text = column.dtype.kind == "O"
        if self.strategy == "constant":
            fill = self.fill_value
            if fill is None:
                fill = "missing_value" if text else 0.0
            if len(seen) and isinstance(fill, str) != text:
                raise ValueError(
                    f"fill_value={fill!r} does not fit column {label}, which holds {'text' if text else 'numbers'}"
                )
            return fill if len(seen) or self.keep_empty_features else np.nan
        if len(seen) == 0:
            return 0.0 if self.keep_empty_features else np.nan
        if self.strategy == "most_frequent":
            return most_frequent(seen)
        return seen.mean() if self.strategy == "mean" else np.median(seen)

    def _left_out(self) -> NDArray[np.bool_]:
        return np.array([is_missing(v) for v in self.statistics_])

    def _transform(self, X: Columns) -> NDArray[Any]:
        mask = missing_mask(X, self.missing_values)
        filled = []
        for j in np.flatnonzero(~self._left_out()).tolist():
            column, fill = X[j], self.statistics_[j]
            if not mask[:, j].all():
                self._check_kind(column, j, X.labels[j])
            if isinstance(fill, str) or column.dtype.kind == "O":
                column = column.astype(object)
            else:
                column = column.astype(np.float64)
            column[mask[:, j]] = fill
            filled.append(column)
        filled += list(mask[:, self._marked].T.astype(np.float64))
        if not filled:
            return np.empty((X.shape[0], 0))
        return stack_columns(filled)

    def _check_kind(self, column: NDArray[Any], j: int, label: str) -> None:
        text = column.dtype.kind == "O"
        if text != self._text[j]:
            kinds = ("text", "numbers") if text else ("numbers", "text")
            raise ValueError(
                f"column {label} of X holds {kinds[0]}, but held {kinds[1]} in fit"
            )

    def _names_out(self, names: list[str]) -> list[str]:
        kept = [names[j] for j in np.flatnonzero(~self._left_out())]
        return kept + [f"missingindicator_{names[j]}" for j in self._marked]
