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


@overload
def load_bank_marketing(*, return_X_y: Literal[False] = False) -> Dataset: ...
@overload
def load_bank_marketing(*, return_X_y: Literal[True]) -> Pair: ...
def load_bank_marketing(*, return_X_y: bool = False) -> Dataset | Pair:
    """4521 phone calls of a bank; the target is "yes" where the customer took what was offered.

    X holds all seven columns of numbers, also `duration`, which leaks the answer: see `pitfalls`.

    Parameters
    ----------
    return_X_y : bool, default False
        Return the pair (X, y) of arrays in place of the `Dataset`.

    Returns
    -------
    Dataset, or (X, y)
        X is (4521, 7), y is (4521,) of "yes" and "no".

    Source
    ------
    Moro, Cortez & Rita (2014), Decision Support Systems 62:22-31.

    Examples
    --------
    >>> calls = load_bank_marketing()
    >>> int((calls.y == "yes").sum())
    521
    >>> before_the_call = calls.table(drop=["duration"])
    >>> before_the_call.shape
    (4521, 15)
    """
    data = load("bank_marketing")
    return (data.X, data.y) if return_X_y else data


@overload
def load_telco_churn(*, return_X_y: Literal[False] = False) -> Dataset: ...
@overload
def load_telco_churn(*, return_X_y: Literal[True]) -> Pair: ...
def load_telco_churn(*, return_X_y: bool = False) -> Dataset | Pair:
    """7043 invented customers of a telephone company; the target is "Yes" where one left.

    Parameters
    ----------
    return_X_y : bool, default False
        Return the pair (X, y) of arrays in place of the `Dataset`.

    Returns
    -------
    Dataset, or (X, y)
        X is (7043, 9), the numbers alone, with nan where one is missing; y is (7043,) of "Yes" and "No".

    Source
    ------
    IBM Watson Analytics, sample data; via the R package modeldata.

    Examples
    --------
    >>> customers = load_telco_churn()
    >>> int((customers.y == "Yes").sum()), len(customers.category_names)
    (1869, 10)
    """
    data = load("telco_churn")
    return (data.X, data.y) if return_X_y else data
