"""Small sets that everybody in the trade knows."""

from __future__ import annotations

from typing import Literal, overload

from mle.datasets.dataset import Dataset, Pair
from mle.datasets.store import load


def load_anscombe() -> Dataset:
    """Anscombe's quartet: four sets of 11 points, nearly the same in their statistics, unlike in their pictures.

    Returns
    -------
    Dataset
        Columns x1 to x4 and y1 to y4. There is no single target, so no `y`.

    Source
    ------
    Anscombe (1973), The American Statistician 27(1):17-21.

    Examples
    --------
    >>> quartet = load_anscombe()
    >>> [round(float(quartet.columns[f"y{i}"].mean()), 2) for i in (1, 2, 3, 4)]
    [7.5, 7.5, 7.5, 7.5]
    """
    return load("anscombe")


@overload
def load_digits(*, return_X_y: Literal[False] = False) -> Dataset: ...
@overload
def load_digits(*, return_X_y: Literal[True]) -> Pair: ...
def load_digits(*, return_X_y: bool = False) -> Dataset | Pair:
    """1797 handwritten digits, as pictures of 8 by 8 pixels; the target is the digit.

    Parameters
    ----------
    return_X_y : bool, default False
        Return the pair (X, y) of arrays in place of the `Dataset`.

    Returns
    -------
    Dataset, or (X, y)
        X is (1797, 64), counts from 0 to 16, row by row; y is (1797,) of the whole numbers 0 to 9.

    Source
    ------
    Alpaydin & Kaynak (1998), doi:10.24432/C50P49.

    Examples
    --------
    >>> X, y = load_digits(return_X_y=True)
    >>> X.shape, y[:5].tolist()
    ((1797, 64), [0, 1, 2, 3, 4])
    >>> X[0].reshape(8, 8)[0].tolist()
    [0.0, 0.0, 5.0, 13.0, 9.0, 1.0, 0.0, 0.0]
    """
    data = load("digits")
    return (data.X, data.y) if return_X_y else data
