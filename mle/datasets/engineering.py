"""Machines, materials and power: concrete, crashes, electricity."""

from __future__ import annotations

from typing import Literal, overload

from mle.datasets.dataset import Dataset, Pair
from mle.datasets.store import load


@overload
def load_concrete(*, return_X_y: Literal[False] = False) -> Dataset: ...
@overload
def load_concrete(*, return_X_y: Literal[True]) -> Pair: ...
def load_concrete(*, return_X_y: bool = False) -> Dataset | Pair:
    """1030 samples of concrete; the target is the pressure at which each broke, in MPa.

    The rows are 427 mixes, each tested at one age or at several: split them by mix, which is the first seven columns.

    Parameters
    ----------
    return_X_y : bool, default False
        Return the pair (X, y) of arrays in place of the `Dataset`.

    Returns
    -------
    Dataset, or (X, y)
        X is (1030, 8): seven ingredients in kg/m3 and the age in days; y is (1030,).

    Source
    ------
    Yeh (1998), Cement and Concrete Research 28(12):1797-1808.

    Examples
    --------
    >>> import numpy as np
    >>> X, y = load_concrete(return_X_y=True)
    >>> mixes, mix = np.unique(X[:, :7], axis=0, return_inverse=True)
    >>> X.shape, mixes.shape
    ((1030, 8), (427, 7))
    """
    data = load("concrete")
    return (data.X, data.y) if return_X_y else data


@overload
def load_mcycle(*, return_X_y: Literal[False] = False) -> Dataset: ...
@overload
def load_mcycle(*, return_X_y: Literal[True]) -> Pair: ...
def load_mcycle(*, return_X_y: bool = False) -> Dataset | Pair:
    """133 readings of the acceleration of a head in simulated motorcycle crashes, in g.

    Parameters
    ----------
    return_X_y : bool, default False
        Return the pair (X, y) of arrays in place of the `Dataset`.

    Returns
    -------
    Dataset, or (X, y)
        X is (133, 1): the time after the impact in ms; y is (133,).

    Source
    ------
    Silverman (1985), J. R. Statist. Soc. B 47(1):1-52.

    Examples
    --------
    >>> X, y = load_mcycle(return_X_y=True)
    >>> X[:3, 0].tolist(), y[:3].tolist()
    ([2.4, 2.6, 3.2], [0.0, -1.3, -2.7])
    """
    data = load("mcycle")
    return (data.X, data.y) if return_X_y else data


@overload
def load_elecdemand(*, return_X_y: Literal[False] = False) -> Dataset: ...
@overload
def load_elecdemand(*, return_X_y: Literal[True]) -> Pair: ...
def load_elecdemand(*, return_X_y: bool = False) -> Dataset | Pair:
    """The demand for electricity in Victoria at each half hour of 2014, in GW, with the temperature.

    The column `time` holds text such as 2014-01-01T00:30, which `np.datetime64` understands.

    Parameters
    ----------
    return_X_y : bool, default False
        Return the pair (X, y) of arrays in place of the `Dataset`.

    Returns
    -------
    Dataset, or (X, y)
        X is (17520, 2): work day and temperature in degrees Celsius; y is (17520,).

    Source
    ------
    Hyndman & Athanasopoulos (2018), Forecasting: Principles and Practice, 2nd ed.

    Examples
    --------
    >>> import numpy as np
    >>> power = load_elecdemand()
    >>> hour = power.columns["time"].astype("datetime64[h]")
    >>> str(hour[int(np.argmax(power.y))]), round(float(power.y.max()), 2)
    ('2014-01-16T16', 9.35)
    """
    data = load("elecdemand")
    return (data.X, data.y) if return_X_y else data
