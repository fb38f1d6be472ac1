"""Products of columns: a linear model of them is a polynomial."""

from collections.abc import Iterable
from itertools import chain, combinations, combinations_with_replacement

import numpy as np
from numpy.typing import NDArray

from mle.base import Transformer
from mle.validation.parameters import check_flag, check_number

Array = NDArray[np.floating]
Monomial = tuple[int, ...]


def monomials(
    p: int, low: int, high: int, *, interaction_only: bool = False
) -> list[Monomial]:
    """Products of p columns with low to high factors, each as the columns that it multiplies.

    Parameters
    ----------
    p : int
    low, high : int
        Least and largest degree.
    interaction_only : bool
        Whether no column may occur twice in a product.

    Returns
    -------
    list of tuple
        By degree, then by columns; () is the constant 1.

    Examples
    --------
    >>> monomials(2, 0, 2)
    [(), (0,), (1,), (0, 0), (0, 1), (1, 1)]
    """
    choose = (
        combinations if interaction_only else combinations_with_replacement
    )
    return list(
        chain.from_iterable(choose(range(p), d) for d in range(low, high + 1))
    )


def evaluate(X: Array, terms: Iterable[Monomial]) -> Array:
    """Value of each product for each row of X, shape (n, number of terms).

    A product is the product without its last factor, times that factor: one multiplication for each.

    >>> evaluate(np.array([[2.0, 3.0]]), [(), (0,), (0, 0), (0, 1)]).tolist()
    [[1.0, 2.0, 4.0, 6.0]]
    """
    terms = list(terms)
    Z = np.empty((len(X), len(terms)), order="F")
    done: dict[Monomial, Array] = {(): np.ones(len(X))}
    for column, term in zip(Z.T, terms):
        if term[:-1] in done and term:
            np.multiply(done[term[:-1]], X[:, term[-1]], out=column)
        else:
            np.prod(X[:, list(term)], axis=1, out=column)
        done[term] = column
    return np.ascontiguousarray(Z)


class PolynomialFeatures(Transformer):
    """All products of columns up to a degree.

    Parameters
    ----------
    degree : int, or tuple (low, high)
        Largest degree; with a tuple also the least one above the constant.
    interaction_only : bool
        Whether products of distinct columns alone are made: x0·x1, but not x0².
    include_bias : bool
        Whether the first column is the constant 1.

    Attributes
    ----------
    powers_ : ndarray, shape (n_output_features_, p), int64
        Exponent of each column in each product.
    n_output_features_ : int

    Raises
    ------
    OverflowError
        In `transform`, when a product is beyond floating point.

    Examples
    --------
    >>> poly = PolynomialFeatures(2)
    >>> poly.fit_transform([[2, 3]]).tolist()
    [[1.0, 2.0, 3.0, 4.0, 6.0, 9.0]]
    >>> poly.get_feature_names_out(["a", "b"]).tolist()
    ['1', 'a', 'b', 'a^2', 'a b', 'b^2']
    """

    n_output_features_: int

    def __init__(
        self,
        degree: int | tuple[int, int] = 2,
        *,
        interaction_only: bool = False,
        include_bias: bool = True,
    ) -> None:
        self.degree = degree
        self.interaction_only = interaction_only
        self.include_bias = include_bias

    @property
    def powers_(self) -> NDArray[np.int64]:
        """Exponents, shape (n_output_features_, p)."""
        self._check_fitted()
        powers = np.zeros(
            (self.n_output_features_, self.n_features_in_), dtype=np.int64
        )
        for row, term in zip(powers, self._terms):
            np.add.at(row, list(term), 1)
        return powers

    def _check_params(self) -> None:
        check_flag("interaction_only", self.interaction_only)
        check_flag("include_bias", self.include_bias)
        low, high = self._degrees()
        check_number("degree", low, at_least=0, integer=True)
        check_number("degree", high, at_least=low, integer=True)
        if high == 0 and not self.include_bias:
            raise ValueError(
                "degree=0 without include_bias leaves no columns: set either"
            )

    def _degrees(self) -> tuple[int, int]:
        if isinstance(self.degree, tuple):
            if len(self.degree) != 2:
                raise ValueError(
                    f"degree must be an int or (low, high), got {self.degree!r}"
                )
            return self.degree
        return 0, self.degree

    def _fit(self, X: Array) -> None:
        low, high = self._degrees()
        self._terms = [()] * self.include_bias + monomials(
            X.shape[1],
            max(low, 1),
            high,
            interaction_only=self.interaction_only,
        )
        self.n_output_features_ = len(self._terms)

    def _transform(self, X: Array) -> Array:
        with np.errstate(over="ignore", invalid="ignore"):
            Z = evaluate(X, self._terms)
        if not np.isfinite(Z).all():
            raise OverflowError(
                f"a product of degree {self._degrees()[1]} is beyond floating point: scale X before"
            )
        return Z

    def _names_out(self, names: list[str]) -> list[str]:
        return [
            " ".join(
                names[j] if k == 1 else f"{names[j]}^{k}"
                for j, k in enumerate(row)
                if k
            )
            or "1"
            for row in self.powers_.tolist()
        ]
