"""Errors and warnings of `mle`.

`raise like_sklearn(NotFittedError)(...)` raises our own class; once scikit-learn is loaded it raises one that is
scikit-learn's class as well, so that either library's `except` catches it. Nothing here imports scikit-learn.
"""

import functools
import sys
from typing import Any


class NotFittedError(ValueError, AttributeError):
    """An estimator was asked to predict before it was fitted.

    >>> issubclass(NotFittedError, ValueError)
    True
    """


class DivergenceError(ArithmeticError):
    """An iteration moves away from the minimum instead of towards it.

    >>> issubclass(DivergenceError, ArithmeticError)
    True
    """


class SeparationError(ValueError):
    """A line separates the classes, or rows without events from those with some: the unpenalised loss has no minimum.

    >>> issubclass(SeparationError, ValueError)
    True
    """


class ConvergenceWarning(UserWarning):
    """An iteration ran out of steps before it reached its tolerance.

    >>> issubclass(ConvergenceWarning, UserWarning)
    True
    """


class DataConversionWarning(UserWarning):
    """Data had to change its form, such as a column vector that became a flat one.

    >>> issubclass(DataConversionWarning, UserWarning)
    True
    """


def like_sklearn(own: type) -> Any:
    """Return `own`, or a class that is both `own` and scikit-learn's class of that name when scikit-learn is loaded.

    Parameters
    ----------
    own : type
        Exception or warning class of this module.

    Returns
    -------
    type
        `own` or a subclass of it.

    Examples
    --------
    >>> issubclass(like_sklearn(NotFittedError), NotFittedError)
    True
    """
    theirs = getattr(sys.modules.get("sklearn.exceptions"), own.__name__, None)
    return own if theirs is None else _both(own, theirs)


@functools.cache
def _both(own: type, theirs: type) -> type:
    return type(
        own.__name__,
        (own, theirs),
        {"__module__": own.__module__, "__doc__": own.__doc__},
    )
