"""One-hot encoding: a column of 0 and 1 for each category."""

import warnings
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mle.base import Transformer
from mle.preprocessing.categories import (
    Categorical,
    Codes,
    category_codes,
)
from mle.validation.arrays import check_X
from mle.validation.columns import Columns, clean_column, stack_columns
from mle.validation.parameters import check_choice

Array = NDArray[np.floating]


class OneHotEncoder(Categorical, Transformer):
    """One column of 0 and 1 for each category.

    Parameters
    ----------
    categories : "auto" or list of p array_like
        Categories of each column; "auto" takes those seen in `fit`, in order, missing ones (None, nan) last.
    drop : None, "first", "if_binary" or array_like of p
        Which category of each column gets no column: none, the first, the first of columns that have two, or those
        named. Needed where the columns of a column must not add up to 1, as in a regression without penalty.
    sparse_output : False
        Here only False: dense arrays, unlike scikit-learn's default, because `mle` has no sparse matrices.
    dtype : type
        Of the output.
    handle_unknown : "error" or "ignore"
        What `transform` does with a category not seen in `fit`: refuse it by name, or give it a row of zeros.

    Attributes
    ----------
    categories_ : list of p ndarray
    drop_idx_ : ndarray of p int or None, or None
        Place of the dropped category in each column.

    Examples
    --------
    >>> encoder = OneHotEncoder().fit([["f", 1], ["m", 2], ["f", 3]])
    >>> encoder.get_feature_names_out(["sex", "class"]).tolist()
    ['sex_f', 'sex_m', 'class_1', 'class_2', 'class_3']
    >>> encoder.transform([["m", 3]]).tolist()
    [[0.0, 1.0, 0.0, 0.0, 1.0]]
    """

    drop_idx_: NDArray[Any] | None

    def __init__(
        self,
        *,
        categories: Any = "auto",
        drop: Any = None,
        sparse_output: bool = False,
        dtype: Any = np.float64,
        handle_unknown: str = "error",
    ) -> None:
        self.categories = categories
        self.drop = drop
        self.sparse_output = sparse_output
        self.dtype = dtype
        self.handle_unknown = handle_unknown

    def inverse_transform(self, X: ArrayLike) -> NDArray[Any]:
        """Return the categories, shape (n, p); None for a row of zeros that stands for none of them."""
        self._check_fitted()
        Z = check_X(X)
        widths = [len(places) for places in self._kept()]
        if Z.shape[1] != sum(widths):
            raise ValueError(
                f"X has {Z.shape[1]} columns, expected {sum(widths)}: one for each category"
            )
        blocks = np.split(Z, np.cumsum(widths)[:-1], axis=1)
        return stack_columns(
            [self._decode(j, block) for j, block in enumerate(blocks)]
        )

    def _decode(self, j: int, block: Array) -> NDArray[Any]:
        """Categories of column j from its columns of 0 and 1, shape (n,)."""
        places, dropped = self._kept()[j], self._dropped(j)
        empty = ~block.any(axis=1)
        best = np.zeros(len(block), dtype=np.intp)
        if len(places):
            best = places[block.argmax(axis=1)]
        if dropped is not None:
            best[empty] = dropped
            return self.categories_[j][best]
        column = self.categories_[j][best]
        if not empty.any():
            return column
        if self.handle_unknown == "error":
            raise ValueError(
                f"row {int(empty.argmax())} of X has no category in column {j}: all its columns are 0"
            )
        column = column.astype(object)
        column[empty] = None
        return column

    def _check_params(self) -> None:
        check_choice(
            "handle_unknown", self.handle_unknown, ("error", "ignore")
        )
        if self.sparse_output:
            raise ValueError(
                "sparse_output must be False: mle has no sparse matrices"
            )
        if isinstance(self.drop, str):
            check_choice("drop", self.drop, ("first", "if_binary"))

    def _fit(self, X: Columns) -> None:
        self._learn(X, strict=self.handle_unknown == "error")
        self.drop_idx_ = self._find_dropped(X)

    def _transform(self, X: Columns) -> NDArray[Any]:
        strict = self.handle_unknown == "error"
        codes = self._codes(
            X, strict=strict, remedy="; pass handle_unknown='ignore' for zeros"
        )
        if self.drop_idx_ is not None and (codes < 0).any():
            column = X.labels[int((codes < 0).any(axis=0).argmax())]
            warnings.warn(
                f"unknown categories in column {column} become zeros, as the dropped category does",
                stacklevel=3,
            )
        kept = self._kept()
        start = np.cumsum([0, *map(len, kept)])
        Z = np.zeros((len(codes), start[-1]), dtype=self.dtype)
        for j, places in enumerate(kept):
            # Column of each category; -1 for those without, and unknown ones.
            slot = np.full(len(self.categories_[j]) + 1, -1, dtype=np.intp)
            slot[places] = np.arange(start[j], start[j + 1])
            to = slot[codes[:, j]]
            rows = np.flatnonzero(to >= 0)
            Z[rows, to[rows]] = 1
        return Z

    def _names_out(self, names: list[str]) -> list[str]:
        return [
            f"{name}_{category}"
            for name, categories, places in zip(
                names, self.categories_, self._kept()
            )
            for category in categories[places].tolist()
        ]

    def _dropped(self, j: int) -> Any:
        return None if self.drop_idx_ is None else self.drop_idx_[j]

    def _kept(self) -> list[Codes]:
        """Places of the categories that get a column, for each column of X."""
        return [
            np.array(
                [i for i in range(len(c)) if i != self._dropped(j)], np.intp
            )
            for j, c in enumerate(self.categories_)
        ]

    def _find_dropped(self, X: Columns) -> NDArray[Any] | None:
        if self.drop is None:
            return None
        sizes = [len(c) for c in self.categories_]
        if isinstance(self.drop, str):
            first = self.drop == "first"
            dropped = [0 if first or size == 2 else None for size in sizes]
            return np.array(dropped, dtype=object)
        wanted = np.array(self.drop, dtype=object)
        if wanted.shape != (len(sizes),):
            raise ValueError(
                f"drop must name one category for each of the {len(sizes)} columns of X, got {self.drop!r}"
            )
        places = [
            category_codes(clean_column(wanted[j : j + 1], "drop"), known)[0]
            for j, known in enumerate(self.categories_)
        ]
        for j, place in enumerate(places):
            if place < 0:
                raise ValueError(
                    f"drop: {wanted[j]!r} is no category of column {X.labels[j]}, "
                    f"which has {self.categories_[j].tolist()}"
                )
        return np.array(places, dtype=object)
