"""From objects to what JSON can hold, with the arrays put aside."""

from __future__ import annotations

import dataclasses
import io
import math
from types import FunctionType
from typing import Any

import numpy as np

from mle._params import Parameters
from mle.persist.names import BUILTINS, GENERAL_TYPES, find, name_of


def encode(value: Any, arrays: list[bytes], where: str) -> Any:
    """Turn a value into what JSON can hold; arrays are appended to `arrays`.

    Parameters
    ----------
    value : object
    arrays : list of bytes
    where : str
        Where the value stands, for the message.

    Examples
    --------
    >>> encode((1, 2.5), [], "pair")
    {'type': 'tuple', 'value': [1, 2.5]}
    >>> encode(print, [], "Ridge.alpha")
    Traceback (most recent call last):
    TypeError: Ridge.alpha is <built-in function print>: only data and objects of mle can be saved
    """
    kind, inner = type(value), lambda v: encode(v, arrays, where)
    if value is None or kind in (bool, int, str):
        return value
    if kind is float:
        if math.isfinite(value):
            return value
        return {"type": "float", "value": repr(value)}
    if kind is list:
        return [
            encode(v, arrays, f"{where}[{i}]") for i, v in enumerate(value)
        ]
    if kind in (tuple, set, frozenset):
        parts = [
            encode(v, arrays, f"{where}[{i}]") for i, v in enumerate(value)
        ]
        return {"type": kind.__name__, "value": parts}
    if kind is dict:
        pairs = [
            [inner(k), encode(v, arrays, f"{where}[{k!r}]")]
            for k, v in value.items()
        ]
        return {"type": "dict", "value": pairs}
    if kind in (slice, range):
        ends = [inner(v) for v in (value.start, value.stop, value.step)]
        return {"type": kind.__name__, "value": ends}
    if kind is np.ma.MaskedArray:
        pair = [inner(value.data), inner(np.ma.getmaskarray(value))]
        return {"type": "masked", "value": pair}
    if kind is np.ndarray and value.dtype.kind == "O":
        flat = [inner(v) for v in value.flat]
        return {"type": "objects", "shape": list(value.shape), "value": flat}
    if kind is np.ndarray or isinstance(value, np.generic):
        return encode_array(value, arrays, where)
    if kind is np.random.Generator:
        return {"type": "generator", "value": inner(value.bit_generator.state)}
    if isinstance(value, np.dtype):
        return {"type": "dtype", "value": value.str}
    if isinstance(value, type) and issubclass(value, np.generic):
        general = value.__name__ in GENERAL_TYPES
        name = value.__name__ if general else np.dtype(value).name
        return {"type": "numpy type", "value": name}
    if isinstance(value, type) and value in BUILTINS.values():
        return {"type": "builtin", "value": value.__name__}
    if kind is FunctionType and value is find(name_of(value)):
        return {"type": "function", "value": name_of(value)}
    if find(name_of(kind)) is kind:
        return encode_object(value, arrays, where)
    raise TypeError(
        f"{where} is {value!r}: only data and objects of mle can be saved"
    )


def encode_array(value: Any, arrays: list[bytes], where: str) -> Any:
    """Append an array, or a number of NumPy's, to `arrays`, and return its place.

    >>> encode_array(np.array([1.0]), [], "weights")
    {'type': 'array', 'value': 0}
    """
    array = np.asarray(value)
    if array.dtype.kind not in "biufcSUmM":
        raise TypeError(f"{where} is an array of {array.dtype}: not saved")
    file = io.BytesIO()
    np.lib.format.write_array(file, array, allow_pickle=False)
    arrays.append(file.getvalue())
    kind = "array" if isinstance(value, np.ndarray) else "scalar"
    return {"type": kind, "value": len(arrays) - 1}


def encode_object(value: Any, arrays: list[bytes], where: str) -> Any:
    """Return the class of an object of mle, its parameters, and its other attributes.

    >>> from mle.linear_model import LinearRegression
    >>> encode_object(LinearRegression(), [], "")["class"]
    'mle.linear_model.ordinary:LinearRegression'
    """
    if isinstance(value, tuple):
        state = value._asdict()  # type: ignore[attr-defined]
    elif dataclasses.is_dataclass(value):
        names = [field.name for field in dataclasses.fields(value)]
        state = {name: getattr(value, name) for name in names}
    else:
        state = vars(value)
    coded = {
        name: encode(v, arrays, f"{where}.{name}") for name, v in state.items()
    }
    params = value._defaults() if isinstance(value, Parameters) else coded
    return {
        "type": "object",
        "class": name_of(type(value)),
        "params": {n: v for n, v in coded.items() if n in params},
        "learnt": {n: v for n, v in coded.items() if n not in params},
    }
