"""Categories of a column: which there are, and the number of each."""

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from mle.validation.columns import Columns, check_columns, clean_column

Codes = NDArray[np.intp]


def find_categories(column: NDArray[Any]) -> NDArray[Any]:
    """Return the distinct values of a column in order, missing ones last.

    Parameters
    ----------
    column : ndarray, shape (n,)
        As `mle.validation.check_columns` returns it.

    Returns
    -------
    ndarray, shape (k,)
        Numbers by size, text by its characters; then None, then nan, where they occur.

    Examples
    --------
    >>> find_categories(np.array(["f", "m", None, "f"], dtype=object)).tolist()
    ['f', 'm', None]
    >>> find_categories(np.array([2.0, np.nan, 1.0])).tolist()
    [1.0, 2.0, nan]
    """
    if column.dtype.kind != "O":
        return np.unique(column)
    values = set(column.tolist())
    order: list[Any] = sorted(v for v in values if isinstance(v, str))
    order += [v for v in (None, np.nan) if v in values]
    return np.array(order, dtype=object)


def category_codes(column: NDArray[Any], categories: NDArray[Any]) -> Codes:
    """Return the place of each value among the categories, -1 for a value that is none of them.

    Parameters
    ----------
    column : ndarray, shape (n,)
        As `mle.validation.check_columns` returns it.
    categories : ndarray, shape (k,)
        The same, distinct, in any order; nan equals nan.

    Returns
    -------
    ndarray, shape (n,), integers of the platform's index type

    Examples
    --------
    >>> category_codes(np.array([5, 7, 6]), np.array([5, 6])).tolist()
    [0, -1, 1]
    """
    if "O" in (column.dtype.kind, categories.dtype.kind):
        place = {v: i for i, v in enumerate(_one_nan(categories))}
        listed = [place.get(v, -1) for v in _one_nan(column)]
        return np.array(listed, dtype=np.intp)
    order = np.argsort(categories)
    found = np.searchsorted(categories, column, sorter=order)
    codes = order[np.minimum(found, len(categories) - 1)]
    same = categories[codes] == column
    if categories.dtype.kind == "f" and column.dtype.kind == "f":
        same |= np.isnan(categories[codes]) & np.isnan(column)
    return np.where(same, codes, -1)


def one_hot(codes: Codes, k: int) -> NDArray[np.bool_]:
    """Return a matrix whose column j says where the code is j, shape (n, k); a code of -1 gives a row of False.

    >>> one_hot(np.array([1, -1, 0]), 2).astype(int).tolist()
    [[0, 1], [0, 0], [1, 0]]
    """
    return codes[:, None] == np.arange(k)  # (n, 1) against (k,)


class Categorical:
    """Mixin of transformers of categories: columns of text or numbers in, categories kept in `categories_`.

    The parameter `categories` is "auto", or one array of categories for each column.

    >>> from mle.preprocessing import OrdinalEncoder
    >>> isinstance(OrdinalEncoder(), Categorical)
    True
    """

    _tags: ClassVar[dict[str, Any]] = {
        "input_tags.categorical": True,
        "input_tags.allow_nan": True,
    }
    categories: Any
    categories_: list[NDArray[Any]]

    def _read(self, X: Any) -> Columns:
        return check_columns(X)

    def _learn(self, X: Columns, *, strict: bool = False) -> None:
        """Set `categories_`, from the parameter or from X; if `strict`, refuse values of X that are none of them."""
        if isinstance(self.categories, str):
            if self.categories != "auto":
                raise ValueError(
                    f"categories must be 'auto' or a list of arrays, got {self.categories!r}"
                )
            self.categories_ = [find_categories(column) for column in X]
            return
        if not hasattr(self.categories, "__len__"):
            raise TypeError(
                f"categories must be 'auto' or a list of arrays, got {self.categories!r}"
            )
        if len(self.categories) != len(X):
            raise ValueError(
                f"categories must list the categories of each of the {len(X)} columns of X, got {len(self.categories)}: "
                "Shape mismatch"
            )
        self.categories_ = [
            _given(values, f"categories of column {label}")
            for values, label in zip(self.categories, X.labels)
        ]
        if strict:
            self._codes(X, strict=True)

    def _codes(self, X: Columns, *, strict: bool, remedy: str = "") -> Codes:
        """Code each column, shape (n, p); a value that is no category gives -1, or an error if `strict`."""
        codes = np.empty(X.shape, dtype=np.intp)
        for j, (column, known) in enumerate(zip(X, self.categories_)):
            codes[:, j] = category_codes(column, known)
            if strict and (codes[:, j] < 0).any():
                raise ValueError(
                    _unseen(column, codes[:, j], known, X.labels[j]) + remedy
                )
        return codes


def _one_nan(values: NDArray[Any]) -> list[Any]:
    """Values as Python's own, where each nan is the same object, so that a dictionary finds it.

    Categories that come out of a file or of another process hold a nan of their own.
    """
    if values.dtype.kind not in ("f", "O"):
        return values.tolist()
    return [np.nan if v != v else v for v in values.tolist()]


def _given(values: Any, label: str) -> NDArray[Any]:
    raw = np.array(values, dtype=object)
    if raw.ndim != 1 or len(raw) == 0:
        raise ValueError(f"{label} must be a flat list, got {values!r}")
    clean = clean_column(raw, label)
    if len(find_categories(clean)) < len(clean):
        raise ValueError(f"{label} hold a value twice: {clean.tolist()}")
    return clean


def _unseen(
    column: NDArray[Any], codes: Codes, known: NDArray[Any], label: str
) -> str:
    new = find_categories(column[codes < 0]).tolist()
    first = int((codes < 0).argmax())
    return (
        f"Found unknown categories {_list(new)} in column {label}, the first at row {first}: "
        f"the known ones are {_list(known.tolist())}"
    )


def _list(values: list[Any]) -> str:
    shown = ", ".join(repr(v) for v in values[:8])
    return f"[{shown}, ...]" if len(values) > 8 else f"[{shown}]"
