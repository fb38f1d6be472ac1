"""Missing values filled with those of the nearest rows."""

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mle.base import Transformer
from mle.validation.arrays import check_X
from mle.validation.columns import is_missing
from mle.validation.parameters import check_choice, check_flag, check_number

Array = NDArray[np.floating]
Mask = NDArray[np.bool_]
# Distances held at once: 2 million are 16 MB.
BLOCK = 2_000_000


def nan_euclidean(A: Array, B: Array) -> Array:
    """Distance of each row of A from each row of B, by the columns that both have.

    Parameters
    ----------
    A : ndarray, shape (n, p)
    B : ndarray, shape (m, p)
        nan is missing.

    Returns
    -------
    ndarray, shape (n, m)
        √(p / q · Σ (a - b)²), the sum over the q columns that neither row lacks; nan where q is 0.

    Source
    ------
    Dixon (1979), Pattern recognition with partly missing data, IEEE Transactions on Systems, Man, and Cybernetics 9.

    Examples
    --------
    >>> nan = float("nan")
    >>> nan_euclidean(np.array([[0.0, nan, 3.0]]), np.array([[4.0, 1.0, nan], [0.0, 5.0, 3.0]])).tolist()
    [[6.928203230275509, 0.0]]
    """
    has_a, has_b = ~np.isnan(A), ~np.isnan(B)
    a, b = np.where(has_a, A, 0.0), np.where(has_b, B, 0.0)
    s, t = has_a.astype(np.float64), has_b.astype(np.float64)
    # Σ (a - b)² = Σ a² - 2 Σ ab + Σ b², over columns that both have.
    square = (a * a) @ t.T - 2 * (a @ b.T) + s @ (b * b).T  # (n, m)
    q = s @ t.T
    with np.errstate(divide="ignore", invalid="ignore"):
        D2 = A.shape[1] / q * np.maximum(square, 0.0)  # eq: shared-distance
    return np.sqrt(D2)


def nearest(D: Array, k: int) -> Mask:
    """Return which k columns of each row are smallest; of equal ones (up to rounding) the first, never nan.

    Parameters
    ----------
    D : ndarray, shape (n, m)
    k : int, at most m

    Returns
    -------
    ndarray of bool, shape (n, m)
        k True in each row, fewer if the row holds fewer numbers.

    Examples
    --------
    >>> nearest(np.array([[3.0, 1.0, np.nan, 1.0, 1.0]]), 2).tolist()
    [[False, True, False, True, False]]
    """
    S = D * D
    slack = 1e-13 * np.nanmax(S, initial=0.0)
    kth = np.partition(S, k - 1, axis=1)[:, [k - 1]]  # nan comes last
    kth = np.where(np.isnan(kth), np.inf, kth)
    below = kth - S > slack
    equal = (kth - S >= -slack) & ~below
    room = k - below.sum(axis=1, keepdims=True)
    return below | (equal & (equal.cumsum(axis=1) <= room))


class KNNImputer(Transformer):
    """Fill a missing value with the mean of that column in the k nearest rows that have it.

    Rows are compared by `nan_euclidean`, so that columns should be on one scale. Of equally near rows the first are
    taken. Where no row can be compared, the mean of the column is filled in.

    Parameters
    ----------
    missing_values : number or nan
        What stands for a missing value; nan means None and pandas's NA too.
    n_neighbors : int
        k.
    weights : {"uniform", "distance"}
        All rows alike, or each by the inverse of its distance; rows at distance 0 then count alone.
    add_indicator : bool
        Whether to append a column of 0 and 1 for each column that had missing values in `fit`.
    keep_empty_features : bool
        Whether a column without any value is kept, filled with 0. Otherwise it is left out, with a warning.

    Source
    ------
    Troyanskaya et al. (2001), Missing value estimation methods for DNA microarrays, Bioinformatics 17.

    Examples
    --------
    >>> X = [[1.0, 10.0], [2.0, 20.0], [9.0, 90.0], [1.5, np.nan]]
    >>> KNNImputer(n_neighbors=2).fit_transform(X)[3].tolist()
    [1.5, 15.0]
    """

    _tags = {"input_tags.allow_nan": True}

    def __init__(
        self,
        *,
        missing_values: Any = np.nan,
        n_neighbors: int = 5,
        weights: str = "uniform",
        add_indicator: bool = False,
        keep_empty_features: bool = False,
    ) -> None:
        self.missing_values = missing_values
        self.n_neighbors = n_neighbors
        self.weights = weights
        self.add_indicator = add_indicator
        self.keep_empty_features = keep_empty_features

    def _read(self, X: Any) -> Array:
        if is_missing(self.missing_values):
            return check_X(X, allow_nan=True)
        array = check_X(X)
        return np.where(array == self.missing_values, np.nan, array)

    def _check_params(self) -> None:
        check_number("n_neighbors", self.n_neighbors, at_least=1, integer=True)
        check_choice("weights", self.weights, ("uniform", "distance"))
        check_flag("add_indicator", self.add_indicator)
        check_flag("keep_empty_features", self.keep_empty_features)

    def _fit(self, X: Array) -> None:
        lacking = np.isnan(X)
        empty = lacking.all(axis=0)
        if empty.any() and not self.keep_empty_features:
            warnings.warn(
                f"columns without any value are left out: {np.flatnonzero(empty).tolist()}",
                stacklevel=3,
            )
        self._empty = empty
        self._marked = np.flatnonzero(lacking.any(axis=0) & self.add_indicator)
        self._rows = X[:, ~empty].copy()
        n = (~np.isnan(self._rows)).sum(axis=0)
        self._means = np.nansum(self._rows / n, axis=0)
        # Distances lose fewest digits near the origin; a power of two keeps
        # their squares within floating point and changes nothing else.
        size = np.nanmax(np.abs(self._rows - self._means), initial=0.0)
        self._power = -int(np.frexp(size)[1])

    def _transform(self, X: Array) -> Array:
        Z = np.zeros(X.shape)
        Z[:, ~self._empty] = self._fill(X[:, ~self._empty].copy())
        kept = ~self._empty | self.keep_empty_features
        marks = np.isnan(X[:, self._marked]).astype(np.float64)
        return np.hstack([Z[:, kept], marks])

    def _fill(self, Z: Array) -> Array:
        """Fill the rows that lack something, a block at a time."""
        rows = np.flatnonzero(np.isnan(Z).any(axis=1))
        step = max(1, BLOCK // len(self._rows))
        B = self._centred(self._rows)
        for start in range(0, len(rows), step):
            block = rows[start : start + step]
            A = self._centred(Z[block])
            D = nan_euclidean(A, B)  # (block, n)
            for j in np.flatnonzero(np.isnan(A).any(axis=0)).tolist():
                lack = np.isnan(A[:, j])
                Z[block[lack], j] = self._value(j, D[lack], A[lack], B)
        return Z

    def _centred(self, X: Array) -> Array:
        return np.ldexp(X - self._means, self._power)

    def _value(self, j: int, D: Array, A: Array, B: Array) -> Array:
        """Mean of column j over the nearest rows that have it."""
        donors = np.flatnonzero(~np.isnan(self._rows[:, j]))
        k = min(self.n_neighbors, len(donors))
        chosen = nearest(D[:, donors], k)
        W: Array = chosen.astype(np.float64)
        if self.weights == "distance":
            W = inverse_distance(chosen, A, B[donors])
        total = W.sum(axis=1)
        y = self._rows[donors, j]
        mean = W @ y / np.where(total > 0, total, 1.0)  # eq: neighbour-fill
        return np.where(total > 0, mean, self._means[j])

    def _names_out(self, names: list[str]) -> list[str]:
        kept = ~self._empty | self.keep_empty_features
        return [names[j] for j in np.flatnonzero(kept)] + [
            f"missingindicator_{names[j]}" for j in self._marked
        ]


def inverse_distance(chosen: Mask, A: Array, B: Array) -> Array:
    """Weight 1/d of the chosen rows of B for each row of A, shape (n, m); if one is at distance 0, only such count.

    The distances are taken anew from differences: a distance of 0 is exactly 0 then.

    >>> chosen = np.array([[True, True, False]])
    >>> inverse_distance(chosen, np.array([[0.0]]), np.array([[2.0], [4.0], [0.0]])).tolist()
    [[0.5, 0.25, 0.0]]
    """
    i, m = np.nonzero(chosen)
    difference = A[i] - B[m]  # (pairs, p)
    q = (~np.isnan(difference)).sum(axis=1)
    d = np.sqrt(np.nansum(difference**2, axis=1) / q)
    W = np.zeros(chosen.shape)
    with np.errstate(divide="ignore"):
        W[i, m] = 1 / d
    exact = np.isinf(W)
    return np.where(exact.any(axis=1, keepdims=True), exact, W)
