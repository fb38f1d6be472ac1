"""Numbers become intervals."""

import warnings
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mle.base import Transformer
from mle.preprocessing.categories import Codes, one_hot
from mle.validation.arrays import check_X
from mle.validation.parameters import check_choice, check_number

Array = NDArray[np.floating]


def bin_edges(x: Array, k: int, strategy: str = "quantile") -> Array:
    """Edges of k intervals that hold all of x, shape (k + 1,), fewer if values are equal.

    Parameters
    ----------
    x : ndarray, shape (n,)
    k : int
    strategy : {"quantile", "uniform"}
        Intervals of equally many values, or of equal width.

    Returns
    -------
    ndarray
        Increasing, in the units of x. Of equal edges one is kept (scikit-learn: of edges up to 1e-8 apart, whatever
        the unit).

    Raises
    ------
    OverflowError
        When the range of x is beyond floating point.

    Examples
    --------
    >>> bin_edges(np.array([0.0, 1.0, 2.0, 10.0]), 2, "uniform").tolist()
    [0.0, 5.0, 10.0]
    >>> bin_edges(np.array([0.0, 1.0, 2.0, 10.0]), 2).tolist()
    [0.0, 1.5, 10.0]
    """
    if strategy == "uniform":
        with np.errstate(over="ignore", invalid="ignore"):
            edges = np.linspace(x.min(), x.max(), k + 1)
        if not np.isfinite(edges).all():
            raise OverflowError("the range of x is beyond floating point")
    else:
        q = np.linspace(0, 100, k + 1)
        edges = np.percentile(x, q, method="averaged_inverted_cdf")
    return np.unique(edges)


def bin_codes(x: Array, edges: Array) -> Codes:
    """Return the number of the interval that holds each value; the outer ones reach to infinity.

    A value on an edge belongs to the interval on its right.

    >>> bin_codes(np.array([-3.0, 5.0, 7.0, 99.0]), np.array([0.0, 5.0, 10.0])).tolist()
    [0, 1, 1, 1]
    """
    return np.searchsorted(edges[1:-1], x, side="right")


class KBinsDiscretizer(Transformer):
    """Replace each number by the interval that holds it.

    Parameters
    ----------
    n_bins : int or array_like of p int
        Intervals for each column, at least 2.
    encode : {"onehot-dense", "ordinal"}
        One column of 0 and 1 for each interval, or the interval's number. Scikit-learn's default, "onehot", is sparse,
        and `mle` has no sparse matrices.
    strategy : {"quantile", "uniform"}
        Intervals of equally many values, or of equal width. All rows are used.

    Attributes
    ----------
    bin_edges_ : ndarray of p ndarray
    n_bins_ : ndarray, shape (p,), int64
        Fewer than asked for where values are equal; then `fit` warns.

    Examples
    --------
    >>> binner = KBinsDiscretizer(2, encode="ordinal", strategy="uniform")
    >>> binner.fit_transform([[0], [1], [6], [10]]).tolist()
    [[0.0], [0.0], [1.0], [1.0]]
    """

    bin_edges_: NDArray[Any]
    n_bins_: NDArray[np.int64]

    def __init__(
        self,
        n_bins: Any = 5,
        *,
        encode: str = "onehot-dense",
        strategy: str = "quantile",
    ) -> None:
        self.n_bins = n_bins
        self.encode = encode
        self.strategy = strategy

    def inverse_transform(self, X: ArrayLike) -> Array:
        """Return the middle of each interval, shape (n, p)."""
        self._check_fitted()
        Z, k = check_X(X), self.n_bins_
        width = len(k) if self.encode == "ordinal" else k.sum()
        if Z.shape[1] != width:
            raise ValueError(f"X has {Z.shape[1]} columns, expected {width}")
        if self.encode != "ordinal":
            blocks = np.split(Z, np.cumsum(k)[:-1], axis=1)
            Z = np.column_stack([block.argmax(axis=1) for block in blocks])
        middles = []
        for edges, z in zip(self.bin_edges_, Z.T):
            if not np.isin(z, np.arange(len(edges) - 1)).all():
                raise ValueError(
                    f"X must hold numbers of intervals, 0 to {len(edges) - 2}, got {z.min():g} to {z.max():g}"
                )
            middle = (edges[1:] + edges[:-1]) / 2
            middles.append(middle[z.astype(np.intp)])
        return np.column_stack(middles)

    def _check_params(self) -> None:
        check_choice("encode", self.encode, ("onehot-dense", "ordinal"))
        check_choice("strategy", self.strategy, ("quantile", "uniform"))
        for k in np.ravel(np.array(self.n_bins, dtype=object)):
            check_number("n_bins", k, at_least=2, integer=True)

    def _fit(self, X: Array) -> None:
        p = X.shape[1]
        if np.ndim(self.n_bins) and np.shape(self.n_bins) != (p,):
            raise ValueError(
                f"n_bins must be a number, or one for each of the {p} columns of X, got shape {np.shape(self.n_bins)}"
            )
        wanted = np.broadcast_to(np.asarray(self.n_bins, dtype=np.int64), p)
        self.bin_edges_ = np.empty(p, dtype=object)
        for j, k in enumerate(wanted.tolist()):
            edges = bin_edges(X[:, j], k, self.strategy)
            if len(edges) == 1:
                warnings.warn(
                    f"column {j} of X is constant: it becomes 0", stacklevel=3
                )
                edges = np.array([-np.inf, np.inf])
            elif len(edges) <= k:
                warnings.warn(
                    f"column {j} of X has values too equal for {k} intervals: it gets {len(edges) - 1}",
                    stacklevel=3,
                )
            self.bin_edges_[j] = edges
        self.n_bins_ = np.array(
            [len(edges) - 1 for edges in self.bin_edges_], dtype=np.int64
        )

    def _transform(self, X: Array) -> Array:
        codes = [bin_codes(x, e) for x, e in zip(X.T, self.bin_edges_)]
        if self.encode == "ordinal":
            return np.column_stack(codes).astype(np.float64)
        blocks = [one_hot(c, k) for c, k in zip(codes, self.n_bins_)]
        return np.hstack(blocks).astype(np.float64)

    def _names_out(self, names: list[str]) -> list[str]:
        if self.encode == "ordinal":
            return names
        return [
            f"{name}_{float(i)}"
            for name, k in zip(names, self.n_bins_.tolist())
            for i in range(k)
        ]
