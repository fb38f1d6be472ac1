"""Animals, plants and a geyser."""

from __future__ import annotations

from typing import Literal, overload

from mle.datasets.dataset import Dataset, Pair
from mle.datasets.store import load


@overload
def load_penguins(*, return_X_y: Literal[False] = False) -> Dataset: ...
@overload
def load_penguins(*, return_X_y: Literal[True]) -> Pair: ...
def load_penguins(*, return_X_y: bool = False) -> Dataset | Pair:
    """344 penguins of three species, with missing values; the target is the species.

    Parameters
    ----------
    return_X_y : bool, default False
        Return the pair (X, y) of arrays in place of the `Dataset`.

    Returns
    -------
    Dataset, or (X, y)
        X is (344, 5) with nan where a measure is missing, y is (344,) of str.

    Source
    ------
    Gorman, Williams & Fraser (2014), PLoS ONE 9(3): e90081.

    Examples
    --------
    >>> birds = load_penguins()
    >>> sorted(set(birds.y.tolist())), birds.units["body_mass_g"]
    (['Adelie', 'Chinstrap', 'Gentoo'], 'g')
    >>> birds.columns["sex"][:4].tolist()  # the fourth bird was not measured
    ['male', 'female', 'female', '']
    """
    data = load("penguins")
    return (data.X, data.y) if return_X_y else data


@overload
def load_faithful(*, return_X_y: Literal[False] = False) -> Dataset: ...
@overload
def load_faithful(*, return_X_y: Literal[True]) -> Pair: ...
def load_faithful(*, return_X_y: bool = False) -> Dataset | Pair:
    """272 eruptions of the geyser Old Faithful; the target is the wait until the next one, in minutes.

    Parameters
    ----------
    return_X_y : bool, default False
        Return the pair (X, y) of arrays in place of the `Dataset`.

    Returns
    -------
    Dataset, or (X, y)
        X is (272, 1): eruptions, the length in minutes; y is (272,).

    Source
    ------
    Azzalini & Bowman (1990), Applied Statistics 39:357-365.

    Examples
    --------
    >>> geyser = load_faithful()
    >>> geyser.X[:2].tolist(), geyser.y[:2].tolist()
    ([[3.6], [1.8]], [79.0, 54.0])
    """
    data = load("faithful")
    return (data.X, data.y) if return_X_y else data


@overload
def load_iris(*, return_X_y: Literal[False] = False) -> Dataset: ...
@overload
def load_iris(*, return_X_y: Literal[True]) -> Pair: ...
def load_iris(*, return_X_y: bool = False) -> Dataset | Pair:
    """150 iris flowers, four measures in cm; the target is the species, 0, 1 or 2.

    Parameters
    ----------
    return_X_y : bool, default False
        Return the pair (X, y) of arrays in place of the `Dataset`.

    Returns
    -------
    Dataset, or (X, y)
        X is (150, 4), y is (150,).

    Source
    ------
    Fisher (1936), Annals of Eugenics 7:179-188.

    Examples
    --------
    >>> X, y = load_iris(return_X_y=True)
    >>> X.shape, X[0].tolist(), int(y[0])
    ((150, 4), [5.1, 3.5, 1.4, 0.2], 0)
    """
    data = load("iris")
    return (data.X, data.y) if return_X_y else data


@overload
def load_wine(*, return_X_y: Literal[False] = False) -> Dataset: ...
@overload
def load_wine(*, return_X_y: Literal[True]) -> Pair: ...
def load_wine(*, return_X_y: bool = False) -> Dataset | Pair:
    """178 wines of three grapes, thirteen chemical measures; the target is the grape, 0, 1 or 2.

    Parameters
    ----------
    return_X_y : bool, default False
        Return the pair (X, y) of arrays in place of the `Dataset`.

    Returns
    -------
    Dataset, or (X, y)
        X is (178, 13), y is (178,).

    Source
    ------
    Aeberhard & Forina (1992), doi:10.24432/C5PC7J.

    Examples
    --------
    >>> import numpy as np
    >>> X, y = load_wine(return_X_y=True)
    >>> X.shape, np.bincount(y).tolist()
    ((178, 13), [59, 71, 48])
    """
    data = load("wine")
    return (data.X, data.y) if return_X_y else data
