"""One function per data set, so that an editor can complete the name."""

from __future__ import annotations

from typing import Any, Literal, overload

from numpy.typing import NDArray

from mle.datasets.dataset import Dataset
from mle.datasets.store import load

Pair = tuple[NDArray[Any], NDArray[Any]]


@overload
def load_heart_failure(*, return_X_y: Literal[False] = False) -> Dataset: ...
@overload
def load_heart_failure(*, return_X_y: Literal[True]) -> Pair: ...
def load_heart_failure(*, return_X_y: bool = False) -> Dataset | Pair:
    """299 patients with heart failure; the target is death during the follow-up (96 of them).

    X holds all twelve columns, also `time`, which leaks the answer: see `pitfalls`, and leave it out with `select`.

    Parameters
    ----------
    return_X_y : bool, default False
        Return the pair (X, y) of arrays in place of the `Dataset`.

    Returns
    -------
    Dataset, or (X, y)
        X is (299, 12), y is (299,) of 0 and 1.

    Source
    ------
    Ahmad et al. (2017), PLoS ONE 12(7): e0181001; Chicco & Jurman (2020), BMC Med. Inform. Decis. Mak. 20:16.

    Examples
    --------
    >>> X, y = load_heart_failure(return_X_y=True)
    >>> X.shape, int(y.sum())
    ((299, 12), 96)
    >>> heart = load_heart_failure()
    >>> heart.select([name for name in heart.feature_names if name != "time"]).shape
    (299, 11)
    """
    data = load("heart_failure")
    return (data.X, data.y) if return_X_y else data


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
def load_breast_cancer(*, return_X_y: Literal[False] = False) -> Dataset: ...
@overload
def load_breast_cancer(*, return_X_y: Literal[True]) -> Pair: ...
def load_breast_cancer(*, return_X_y: bool = False) -> Dataset | Pair:
    """569 breast masses, 30 measures of their cell nuclei; the target is 0 for malignant, 1 for benign.

    Parameters
    ----------
    return_X_y : bool, default False
        Return the pair (X, y) of arrays in place of the `Dataset`.

    Returns
    -------
    Dataset, or (X, y)
        X is (569, 30), y is (569,) of 0 and 1.

    Source
    ------
    Wolberg, Mangasarian & Street (1993), doi:10.24432/C5DW2B.

    Examples
    --------
    >>> X, y = load_breast_cancer(return_X_y=True)
    >>> X.shape, int((y == 0).sum())
    ((569, 30), 212)
    """
    data = load("breast_cancer")
    return (data.X, data.y) if return_X_y else data


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
