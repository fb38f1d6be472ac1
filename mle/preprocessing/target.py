"""Target encoding: a category becomes the mean target of its rows, drawn towards the mean of all."""

from collections.abc import Iterable
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mle.base import Transformer
from mle.preprocessing.categories import Categorical, Codes
from mle.validation.arrays import check_y
from mle.validation.columns import Columns
from mle.validation.parameters import (
    check_choice,
    check_flag,
    check_number,
    check_random_state,
)

Array = NDArray[np.floating]


def smoothed_means(
    codes: Codes, y: Array, k: int, smooth: float | str = "auto"
) -> Array:
    """Mean of y in each category, drawn towards the mean of all the more, the fewer rows a category has.

    Parameters
    ----------
    codes : ndarray, shape (n,), integers from 0 to k - 1
    y : ndarray, shape (n,)
    k : int
        Number of categories; one without rows gets the mean of all.
    smooth : float or "auto"
        How many rows with the mean target are added to each category. "auto": empirical Bayes; with the variances τ² of
        y and σ² of y within a category of n rows, the category's mean has the share nτ² / (nτ² + σ²).

    Returns
    -------
    ndarray, shape (k,), in the units of y

    Source
    ------
    Micci-Barreca (2001), A preprocessing scheme for high-cardinality categorical attributes, SIGKDD Explorations 3(1).

    Examples
    --------
    >>> codes, y = np.array([0, 0, 0, 1]), np.array([1.0, 1.0, 1.0, 5.0])
    >>> smoothed_means(codes, y, 3, smooth=1.0).tolist()
    [1.25, 3.5, 2.0]
    """
    mu = y.mean()
    n = np.bincount(codes, minlength=k)  # (k,)
    total = np.bincount(codes, weights=y, minlength=k)
    if smooth != "auto":
        m = float(smooth)
        rows = n + m
        divisor = np.where(rows > 0, rows, 1.0)
        means = (total + m * mu) / divisor  # eq: shrunken-mean
        return np.where(rows > 0, means, mu)
    mean = total / np.maximum(n, 1)
    within = np.bincount(codes, weights=(y - mean[codes]) ** 2, minlength=k)
    between = n * y.var()
    noise = between + within / np.maximum(n, 1)
    share = between / np.where(noise > 0, noise, 1.0)
    return share * mean + (1 - share) * mu  # eq: auto-share


class TargetEncoder(Categorical, Transformer):
    """Each category becomes the smoothed mean of the target in its rows.

    `fit_transform` encodes each row by the targets of other rows: it fits on all folds but the row's own. Otherwise
    a rare category would hand its own target to the model. So `fit_transform(X, y)` is not `fit(X, y).transform(X)`:
    use the first on training data, `transform` on new rows. A category not seen in `fit` gets the mean of all; a
    missing value is a category of its own.

    Parameters
    ----------
    categories : "auto" or list of p array_like
        Categories of each column.
    target_type : {"auto", "continuous", "binary"}
        "auto": binary if y holds two distinct values, or text; else continuous. (Scikit-learn takes whole numbers of
        more than two values for classes; here they are numbers. More than two classes of text are refused.)
    smooth : float or "auto"
        See `smoothed_means`.
    cv : int, splitter, or iterable of (train, test)
        Folds of `fit_transform`; an int k means k folds, stratified if the target is binary.
    shuffle : bool
        Whether rows are shuffled before they are dealt into k folds.
    random_state : int, numpy.random.Generator or None
        Of the shuffling.

    Attributes
    ----------
    encodings_ : list of p ndarray
        The number of each category, learnt from all rows.
    categories_ : list of p ndarray
    target_type_ : str
    target_mean_ : float
    classes_ : ndarray, shape (2,), or None
        The two labels of a binary target; the second counts as 1.

    Examples
    --------
    >>> X, y = [["a"], ["a"], ["b"], ["b"]], [1.0, 2.0, 5.0, 6.0]
    >>> encoder = TargetEncoder(smooth=2.0).fit(X, y)
    >>> encoder.transform([["a"], ["b"], ["new"]]).tolist()
    [[2.5], [4.5], [3.5]]
    >>> TargetEncoder(smooth=0, cv=2, shuffle=False).fit_transform(X, y).tolist()
    [[5.5], [5.5], [1.5], [1.5]]
    """

    _tags = {**Categorical._tags, "target_tags.required": True}
    encodings_: list[Array]
    target_mean_: float
    classes_: NDArray[Any] | None

    def __init__(
        self,
        categories: Any = "auto",
        target_type: str = "auto",
        smooth: float | str = "auto",
        cv: Any = 5,
        shuffle: bool = True,
        random_state: int | np.random.Generator | None = None,
    ) -> None:
        self.categories = categories
        self.target_type = target_type
        self.smooth = smooth
        self.cv = cv
        self.shuffle = shuffle
        self.random_state = random_state

    def fit(self, X: ArrayLike, y: Any = None) -> Self:
        """Learn from X, shape (n, p), and y, shape (n,). To transform the same rows use `fit_transform`."""
        self._learn_all(X, y)
        return self

    def fit_transform(
        self, X: ArrayLike, y: Any = None, **fit_params: Any
    ) -> Any:
        """Fit, and encode each row by the targets of the other folds, shape (n, p)."""
        if fit_params:
            raise TypeError(
                f"fit_transform takes X and y alone, got {sorted(fit_params)}"
            )
        codes, targets = self._learn_all(X, y)
        Z = np.full(codes.shape, np.nan)
        for train, test in self._folds(codes, targets):
            if not np.isnan(Z[test]).all():
                raise ValueError("the test parts of cv overlap")
            means = self._encode(codes[train], targets[train])
            mu = float(targets[train].mean())
            Z[test] = _look_up(means, codes[test], mu)
        if np.isnan(Z).any():
            raise ValueError(
                f"the test parts of cv leave out row {int(np.isnan(Z).any(axis=1).argmax())}: each row must be in one"
            )
        return self._wrap(X, Z)

    def _check_params(self) -> None:
        check_choice(
            "target_type", self.target_type, ("auto", "continuous", "binary")
        )
        check_flag("shuffle", self.shuffle)
        if self.smooth != "auto":
            check_number("smooth", self.smooth, at_least=0)

    def _learn_all(self, X: Any, y: Any) -> tuple[Codes, Array]:
        columns = self._open(X)
        self._require(y)
        targets = self._read_target(y, columns.shape[0])
        self._learn(columns)
        codes = self._codes(columns, strict=False)
        self.target_mean_ = float(targets.mean())
        self.encodings_ = self._encode(codes, targets)
        self._close(X, len(columns))
        return codes, targets

    def _read_target(self, y: Any, n: int) -> Array:
        """Set `target_type_` and `classes_`, and return y as numbers."""
        self.classes_ = None
        kind = np.asarray(y).dtype.kind
        text = kind in "UO" and any(isinstance(v, str) for v in np.ravel(y))
        if self.target_type == "continuous" or (
            not text and self.target_type == "auto" and not _two_values(y)
        ):
            self.target_type_ = "continuous"
            return check_y(y, n)
        labels = check_y(y, n, numeric=False)
        self.classes_, index = np.unique(labels, return_inverse=True)
        if len(self.classes_) != 2:
            raise ValueError(
                f"a binary target needs two classes, got {len(self.classes_)}: {self.classes_.tolist()[:5]}"
            )
        self.target_type_ = "binary"
        return index.astype(np.float64)

    def _encode(self, codes: Codes, y: Array) -> list[Array]:
        # Squares of targets such as 1e200 are beyond floating point:
        # measure in a power of two, which loses nothing.
        power = np.frexp(np.abs(y).max())[1]
        y = np.ldexp(y, -power)
        means = []
        for j, categories in enumerate(self.categories_):
            known = codes[:, j] >= 0
            # Values that are no category count only for the mean of all.
            places = np.where(known, codes[:, j], len(categories))
            k = len(categories) + 1
            mean = smoothed_means(places, y, k, self.smooth)[:-1]
            means.append(np.ldexp(mean, power))
        return means

    def _folds(self, codes: Codes, y: Array) -> Iterable[Any]:
        from mle.model_selection.split import KFold, StratifiedKFold

        if hasattr(self.cv, "split"):
            return self.cv.split(codes, y)
        if not isinstance(self.cv, int | np.integer):
            return self.cv
        check_number("cv", self.cv, at_least=2, integer=True)
        split = KFold if self.target_type_ == "continuous" else StratifiedKFold
        seed = check_random_state(self.random_state) if self.shuffle else None
        folds = split(int(self.cv), shuffle=self.shuffle, random_state=seed)
        return folds.split(codes, y)

    def _transform(self, X: Columns) -> Array:
        codes = self._codes(X, strict=False)
        return _look_up(self.encodings_, codes, self.target_mean_)


def _look_up(means: list[Array], codes: Codes, mu: float) -> Array:
    """Mean of each category, and mu for a code of -1, shape (n, p)."""
    columns = [np.append(m, mu)[codes[:, j]] for j, m in enumerate(means)]
    return np.column_stack(columns)


def _two_values(y: Any) -> bool:
    values = np.asarray(y)
    if values.dtype.kind == "O":
        values = np.array(values.tolist())
    return len(np.unique(values)) == 2
