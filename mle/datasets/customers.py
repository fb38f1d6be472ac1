"""What banks and shops know of people, and what these then did."""

from __future__ import annotations

from typing import Literal, overload

from mle.datasets.dataset import Dataset, Pair
from mle.datasets.store import load


@overload
def load_credit_card(*, return_X_y: Literal[False] = False) -> Dataset: ...
@overload
def load_credit_card(*, return_X_y: Literal[True]) -> Pair: ...
def load_credit_card(*, return_X_y: bool = False) -> Dataset | Pair:
    """1319 applications for a credit card; the target is "yes" where the bank gave the card.

    X holds all nine columns of numbers, also `expenditure` and `share`, which leak the answer: see `pitfalls`.

    Parameters
    ----------
    return_X_y : bool, default False
        Return the pair (X, y) of arrays in place of the `Dataset`.

    Returns
    -------
    Dataset, or (X, y)
        X is (1319, 9), y is (1319,) of "yes" and "no".

    Source
    ------
    Greene (2003), Econometric Analysis, 5th ed., Table F21.4.

    Examples
    --------
    >>> cards = load_credit_card()
    >>> int((cards.y == "yes").sum())
    1023
    >>> spent = cards.columns["expenditure"]
    >>> float(spent[cards.y == "no"].max())  # who has no card spends nothing with it
    0.0
    """
    data = load("credit_card")
    return (data.X, data.y) if return_X_y else data
