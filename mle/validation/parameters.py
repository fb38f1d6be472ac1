"""Guards of an estimator's parameters, called when it is fitted."""

from collections.abc import Collection
from numbers import Integral, Real

import numpy as np


def check_choice(name: str, value: object, choices: Collection[str]) -> None:
    """Refuse a parameter that is none of the choices.

    Parameters
    ----------
    name : str
    value : object
    choices : collection

    Examples
    --------
    >>> check_choice("solver", "magic", ["qr", "svd"])
    Traceback (most recent call last):
    ValueError: solver must be one of 'qr', 'svd', got 'magic'
    """
    if not isinstance(value, str) or value not in choices:
        raise ValueError(
            f"{name} must be one of {', '.join(map(repr, choices))}, got {value!r}"
        )


def check_flag(name: str, value: object) -> None:
    """Refuse a parameter that is neither True nor False.

    Parameters
    ----------
    name : str
    value : object

    Examples
    --------
    >>> check_flag("fit_intercept", "yes")
    Traceback (most recent call last):
    TypeError: fit_intercept must be True or False, got 'yes'
    """
    if not isinstance(value, bool | np.bool_):
        raise TypeError(f"{name} must be True or False, got {value!r}")


def check_number(
    name: str,
    value: object,
    *,
    above: float | None = None,
    at_least: float | None = None,
    integer: bool = False,
    infinite: bool = False,
) -> None:
    """Refuse a parameter that is no number, or lies outside its range.

    Parameters
    ----------
    name : str
    value : object
        A truth value is no number here, nor is nan.
    above, at_least : float, optional
        Lower bounds, without and with the bound itself.
    integer : bool
        Whether only whole numbers will do.
    infinite : bool
        Whether infinity will do.

    Raises
    ------
    TypeError
        If `value` is of the wrong kind.
    ValueError
        If it is out of range.

    Examples
    --------
    >>> check_number("C", -1.0, above=0)
    Traceback (most recent call last):
    ValueError: C must be a number above 0, got -1.0
    >>> check_number("max_iter", 2.5, at_least=1, integer=True)
    Traceback (most recent call last):
    TypeError: max_iter must be a whole number of at least 1, got 2.5
    """
    kind = "a whole number" if integer else "a number"
    bound = (
        f" above {above:g}"
        if above is not None
        else f" of at least {at_least:g}"
        if at_least is not None
        else ""
    )
    message = f"{name} must be {kind}{bound}, got {value!r}"
    if isinstance(value, bool | np.bool_) or not isinstance(
        value, Integral if integer else Real
    ):
        raise TypeError(message)
    number = float(value)
    if np.isnan(number) or (np.isinf(number) and not infinite):
        raise ValueError(message)
    if (above is not None and not number > above) or (
        at_least is not None and not number >= at_least
    ):
        raise ValueError(message)


def check_random_state(
    random_state: int | np.random.Generator | None,
) -> np.random.Generator:
    """Return the generator that a `random_state` stands for.

    Parameters
    ----------
    random_state : int, numpy.random.Generator or None
        A seed gives the same stream on every platform; a generator is used as it is and advances;
        None takes a new seed from the system.

    Returns
    -------
    numpy.random.Generator

    Examples
    --------
    >>> check_random_state(0).integers(100, size=3).tolist()
    [85, 63, 51]
    """
    if isinstance(random_state, np.random.Generator):
        return random_state
    if random_state is not None:
        check_number("random_state", random_state, at_least=0, integer=True)
    return np.random.default_rng(random_state)
