"""What a file may name: estimators, splitters, records and metrics of mle, and nothing else."""

from __future__ import annotations

import dataclasses
import importlib
import re
from types import FunctionType
from typing import Any

from mle._params import Parameters

BUILTINS = {kind.__name__: kind for kind in (bool, float, int, object, str)}
# Types of NumPy that no array has, but that stand for several.
GENERAL_TYPES = (
    *("generic", "number", "integer", "signedinteger", "unsignedinteger"),
    *("inexact", "floating", "complexfloating", "flexible", "character"),
)


class ModelFileError(ValueError):
    """A file is no saved model, or not one that can be trusted to be whole.

    >>> issubclass(ModelFileError, ValueError)
    True
    """


def name_of(thing: Any) -> str:
    """Module and name of a class or function.

    >>> from mle.linear_model import Ridge
    >>> name_of(Ridge)
    'mle.linear_model.ridge:Ridge'
    """
    return f"{thing.__module__}:{thing.__qualname__}"


def resolve(name: str) -> Any:
    """Return the class or metric of mle of that name, or refuse it.

    >>> resolve("os:system")
    Traceback (most recent call last):
    mle.persist.names.ModelFileError: names 'os:system', which is no class of this mle that may be loaded
    """
    if (found := find(name)) is None:
        raise ModelFileError(
            f"names {name!r}, which is no class of this mle that may be loaded"
        )
    return found


def find(name: str) -> Any:
    """Return what may be loaded under a name: estimators, splitters and records of mle, and its metrics; else None.

    >>> find("mle.metrics.regression:r2_score").__name__, find("mle.datasets.store:load")
    ('r2_score', None)
    """
    public = r"mle(\.[a-z][a-z0-9_]*)+:[A-Za-z][A-Za-z0-9_]*"
    if not isinstance(name, str) or not re.fullmatch(public, name):
        return None
    module, _, attribute = name.partition(":")
    if module.split(".")[1] in ("datasets", "exercises", "persist", "plot"):
        return None
    try:
        found = getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError):
        return None
    if getattr(found, "__module__", None) != module:
        return None
    if isinstance(found, FunctionType):
        return found if module.startswith("mle.metrics.") else None
    record = dataclasses.is_dataclass(found) or hasattr(found, "_fields")
    splitter = module.startswith("mle.model_selection.") and hasattr(
        found, "get_n_splits"
    )
    if isinstance(found, type) and (
        issubclass(found, Parameters) or record or splitter
    ):
        return found
    return None
