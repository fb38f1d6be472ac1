"""Homes that were sold, and what was paid."""

from __future__ import annotations

from typing import Literal, overload

from mle.datasets.dataset import Dataset, Pair
from mle.datasets.store import load


@overload
def load_sacramento_housing(
    *, return_X_y: Literal[False] = False
) -> Dataset: ...
@overload
def load_sacramento_housing(*, return_X_y: Literal[True]) -> Pair: ...
def load_sacramento_housing(*, return_X_y: bool = False) -> Dataset | Pair:
    """932 homes sold around Sacramento in five days of 2008; the target is the price in US dollars.

    Parameters
    ----------
    return_X_y : bool, default False
        Return the pair (X, y) of arrays in place of the `Dataset`.

    Returns
    -------
    Dataset, or (X, y)
        X is (932, 5): beds, baths, sqft, latitude, longitude; y is (932,).

    Source
    ------
    Sacramento Bee and SpatialKey (2008), via the R package modeldata.

    Examples
    --------
    >>> homes = load_sacramento_housing()
    >>> homes.feature_names
    ('beds', 'baths', 'sqft', 'latitude', 'longitude')
    >>> homes.columns["city"][:2].tolist(), homes.y[:2].tolist()
    (['SACRAMENTO', 'SACRAMENTO'], [59222.0, 68212.0])
    """
    data = load("sacramento_housing")
    return (data.X, data.y) if return_X_y else data


@overload
def load_ames_housing(*, return_X_y: Literal[False] = False) -> Dataset: ...
@overload
def load_ames_housing(*, return_X_y: Literal[True]) -> Pair: ...
def load_ames_housing(*, return_X_y: bool = False) -> Dataset | Pair:
    """2930 homes sold in Ames, Iowa, from 2006 to 2010; the target is the price in US dollars.

    Most columns are text, and many cells are empty, for two reasons: see `pitfalls`, and take `table` for a model.

    Parameters
    ----------
    return_X_y : bool, default False
        Return the pair (X, y) of arrays in place of the `Dataset`.

    Returns
    -------
    Dataset, or (X, y)
        X is (2930, 35), the numbers alone, with nan where one is missing; y is (2930,).

    Source
    ------
    De Cock (2011), Journal of Statistics Education 19(3).

    Examples
    --------
    >>> homes = load_ames_housing()
    >>> homes.X.shape, len(homes.category_names)
    ((2930, 35), 46)
    >>> X = homes.table(drop=["Order", "PID"])
    >>> X.shape, X["Alley"][0], float(X["Lot.Frontage"][11])
    ((2930, 79), None, nan)
    """
    data = load("ames_housing")
    return (data.X, data.y) if return_X_y else data
