"""From JSON and arrays back to objects, without running anything that the file says."""

from __future__ import annotations

import dataclasses
import io
from typing import Any

import numpy as np

from mle._params import Parameters
from mle.persist.names import (
    BUILTINS,
    GENERAL_TYPES,
    ModelFileError,
    resolve,
)

GENERATORS = ("MT19937", "PCG64", "PCG64DXSM", "Philox", "SFC64")


def decode(coded: Any, arrays: list[bytes]) -> Any:
    """Turn what `encode` has made back into the value.

    >>> decode({"type": "tuple", "value": [1, 2.5]}, [])
    (1, 2.5)
    """
    if isinstance(coded, list):
        return [decode(v, arrays) for v in coded]
    if not isinstance(coded, dict):
        return coded
    kind = coded["type"]
    if kind == "object":
        return decode_object(coded, arrays)
    if kind in ("array", "scalar"):
        file = io.BytesIO(arrays[coded["value"]])
        array = np.lib.format.read_array(file, allow_pickle=False)
        return array if kind == "array" else array[()]
    if kind == "float":
        number = float(coded["value"])
        # Missing values of columns are the one nan of NumPy.
        return np.nan if number != number else number
    if kind == "dtype":
        return np.dtype(str(coded["value"]))
    if kind == "numpy type":
        if coded["value"] in GENERAL_TYPES:
            return getattr(np, coded["value"])
        return np.dtype(str(coded["value"])).type
    if kind == "builtin":
        return BUILTINS[coded["value"]]
    if kind == "function":
        return resolve(coded["value"])
    value = decode(coded["value"], arrays)
    if kind == "generator":
        if value["bit_generator"] not in GENERATORS:
            raise ModelFileError("has an unknown random generator")
        bits = getattr(np.random, value["bit_generator"])(0)
        bits.state = value
        return np.random.Generator(bits)
    if kind == "objects":
        objects = np.empty(len(value), dtype=object)
        for i, each in enumerate(value):
            objects[i] = each
        return objects.reshape(coded["shape"])
    if kind == "masked":
        return np.ma.MaskedArray(value[0], mask=value[1])
    if kind in ("slice", "range"):
        return slice(*value) if kind == "slice" else range(*value)
    makers = {"tuple": tuple, "set": set, "frozenset": frozenset, "dict": dict}
    return makers[kind](value)


def decode_object(coded: dict[str, Any], arrays: list[bytes]) -> Any:
    """Make an object of mle without calling its `__init__`, and give it its attributes.

    >>> from mle.linear_model import Ridge
    >>> from mle.persist.encode import encode_object
    >>> decode_object(encode_object(Ridge(alpha=2.0), [], ""), [])
    Ridge(alpha=2.0)
    """
    cls = resolve(coded["class"])
    if not isinstance(cls, type):
        raise ModelFileError(f"{coded['class']} is no class")
    state = {
        name: decode(v, arrays)
        for name, v in (coded["params"] | coded["learnt"]).items()
    }
    if issubclass(cls, tuple):
        return cls(**state)
    if dataclasses.is_dataclass(cls) and set(state) != {
        field.name for field in dataclasses.fields(cls)
    }:
        raise ModelFileError(f"attributes of {coded['class']} do not fit")
    if issubclass(cls, Parameters):
        check_params(cls, coded["params"])
    value = cls.__new__(cls)
    for name, attribute in state.items():
        if not name.isidentifier() or name.startswith("__"):
            raise ModelFileError(f"{name!r} is no attribute of a model")
        object.__setattr__(value, name, attribute)
    return value


def check_params(cls: type[Parameters], params: dict[str, Any]) -> None:
    """Refuse parameters that are not those of the class in this version of mle.

    >>> from mle.linear_model import Ridge
    >>> check_params(Ridge, {"alpha": 1.0, "fit_intercept": True})
    """
    known = sorted(cls._defaults())
    if sorted(params) != known:
        raise ModelFileError(
            f"parameters of {cls.__name__} are {sorted(params)}, expected {known}: written by another version of mle"
        )
