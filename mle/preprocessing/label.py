"""Labels become the whole numbers 0, 1, ..."""

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mle._params import Parameters
from mle.exceptions import NotFittedError, like_sklearn
from mle.preprocessing.categories import category_codes
from mle.validation.arrays import check_y


class LabelEncoder(Parameters):
    """Number the classes of a target y. For columns of X there is `OrdinalEncoder`.

    The classifiers of `mle` do this by themselves.

    Attributes
    ----------
    classes_ : ndarray, shape (K,)
        Distinct labels, in order.

    Examples
    --------
    >>> encoder = LabelEncoder()
    >>> encoder.fit_transform(["no", "yes", "no"]).tolist()
    [0, 1, 0]
    >>> encoder.inverse_transform([1]).tolist()
    ['yes']
    """

    classes_: NDArray[Any]

    def fit(self, y: ArrayLike) -> Self:
        """Learn the classes of y, shape (n,)."""
        labels = _labels(y)
        if len(labels) == 0:
            raise ValueError("y is empty: expected at least one label")
        self.classes_ = np.unique(labels)
        return self

    def transform(self, y: ArrayLike) -> NDArray[np.int64]:
        """Return the number of each label, shape (n,)."""
        self._check_fitted()
        labels = _labels(y)
        codes = category_codes(labels, self.classes_).astype(np.int64)
        if (codes < 0).any():
            new = np.unique(labels[codes < 0]).tolist()
            raise ValueError(
                f"y contains previously unseen labels: {new}; the known ones are {self.classes_.tolist()}"
            )
        return codes

    def fit_transform(self, y: ArrayLike) -> NDArray[np.int64]:
        """Learn the classes and return their numbers."""
        return self.fit(y).transform(y)

    def inverse_transform(self, y: ArrayLike) -> NDArray[Any]:
        """Return the label of each number, shape (n,)."""
        self._check_fitted()
        codes, k = np.asarray(y), len(self.classes_)
        if codes.size and codes.dtype.kind not in "iu":
            raise TypeError(
                f"y must hold whole numbers from 0 to {k - 1}, got dtype {codes.dtype}"
            )
        wrong = (codes < 0) | (codes >= k)
        if wrong.any():
            raise ValueError(
                f"y must hold whole numbers from 0 to {k - 1}, got {np.unique(codes[wrong]).tolist()}"
            )
        return self.classes_[codes.astype(np.intp)]

    def _check_fitted(self) -> None:
        if not hasattr(self, "classes_"):
            raise like_sklearn(NotFittedError)(
                "This LabelEncoder instance is not fitted yet. Call 'fit' with labels first."
            )


def _labels(y: ArrayLike) -> NDArray[Any]:
    labels = check_y(y, numeric=False)
    return labels.astype(object) if labels.dtype.kind == "U" else labels
