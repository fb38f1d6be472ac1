"""Parameters: read from the signature of `__init__`, listed, set and shown, also those of nested estimators."""

import copy
import inspect
from typing import Any, ClassVar, Self


class Parameters:
    """An object whose parameters are the arguments of its `__init__`, stored unchanged under their own names."""

    # The parameter that lists nested estimators with names of their own,
    # as tuples that begin with (name, estimator).
    _list: ClassVar[str | None] = None

    @classmethod
    def _defaults(cls) -> dict[str, Any]:
        parameters = inspect.signature(cls).parameters.values()
        return {
            p.name: p.default for p in sorted(parameters, key=lambda p: p.name)
        }

    def _parts(self) -> dict[str, Any]:
        parts = getattr(self, self._list) if self._list else ()
        try:
            return {part[0]: part[1] for part in parts}
        except (TypeError, IndexError, KeyError):
            return {}  # `fit` says what is wrong with the list

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the parameters by name, those of nested estimators as `outer__inner` if `deep`."""
        params = {name: getattr(self, name) for name in self._defaults()}
        if deep:
            params |= self._parts()
            for outer, value in list(params.items()):
                if has_params(value):
                    params |= {
                        f"{outer}__{inner}": v
                        for inner, v in value.get_params().items()
                    }
        return params

    def set_params(self, **params: Any) -> Self:
        """Set parameters by name, `outer__inner` for those of a nested estimator, and return the estimator."""
        if self._list in params:
            setattr(self, self._list, params.pop(self._list))
        valid = [*self._defaults(), *self._parts()]
        for key in params:
            if key.partition("__")[0] not in valid:
                raise ValueError(
                    f"Invalid parameter {key!r} for estimator {self}. Valid parameters are: {valid}."
                )
        # An estimator is replaced before its parameters are set.
        for key in sorted(params, key=lambda key: "__" in key):
            name, _, inner = key.partition("__")
            if inner:
                outer: Any = self._parts().get(name, getattr(self, name, None))
                outer.set_params(**{inner: params[key]})
            elif name in self._defaults():
                setattr(self, name, params[key])
            else:
                self._replace_part(name, params[key])
        return self

    def _forget(self) -> None:
        """Delete what an earlier fit has learnt."""
        for name in list(vars(self)):
            if name.endswith("_") and not name.startswith("_"):
                delattr(self, name)

    def _replace_part(self, name: str, value: Any) -> None:
        parts = [
            (part[0], value, *part[2:]) if part[0] == name else part
            for part in getattr(self, str(self._list))
        ]
        setattr(self, str(self._list), parts)

    def __repr__(self) -> str:
        defaults = self._defaults()
        changed = (
            f"{k}={v!r}"
            for k, v in self.get_params(deep=False).items()
            if repr(v) != repr(defaults[k])
        )
        return f"{type(self).__name__}({', '.join(changed)})"


def has_params(value: Any) -> bool:
    """Whether a value is an estimator, of this library or another, and not a class."""
    return hasattr(value, "get_params") and not isinstance(value, type)


def copy_param(value: Any) -> Any:
    """Return an unfitted copy of an estimator, of each estimator in a list or tuple, or a copy of any other value."""
    if type(value) in (list, tuple):
        return type(value)(copy_param(v) for v in value)
    if not has_params(value):
        return copy.deepcopy(value)
    if hasattr(value, "__sklearn_clone__"):
        return value.__sklearn_clone__()
    params = value.get_params(deep=False)
    twin = type(value)(**{k: copy_param(v) for k, v in params.items()})
    # Where scikit-learn's own clone looks for it, and keeps it.
    if hasattr(value, "_sklearn_output_config"):
        twin._sklearn_output_config = dict(value._sklearn_output_config)
    return twin


def name_parts(parts: list[Any]) -> list[str]:
    """Names made of classes: standardscaler, or standardscaler-1, standardscaler-2 if there are several."""
    names = [
        p if isinstance(p, str) else type(p).__name__.lower() for p in parts
    ]
    return [
        name
        if names.count(name) == 1
        else f"{name}-{names[: i + 1].count(name)}"
        for i, name in enumerate(names)
    ]


def check_parts(owner: Parameters, length: int) -> None:
    """Refuse a list of named estimators that is none, or whose names will not do."""
    parameter = str(owner._list)
    parts = getattr(owner, parameter)
    if isinstance(parts, str) or not hasattr(parts, "__len__"):
        raise TypeError(f"{parameter} must be a list of tuples, got {parts!r}")
    if len(parts) == 0:
        raise ValueError(
            f"{parameter} of {type(owner).__name__} is empty: name at least one"
        )
    for part in parts:
        if not isinstance(part, tuple | list) or len(part) != length:
            raise TypeError(
                f"{parameter} must hold tuples of length {length} that begin with (name, estimator), got {part!r}"
            )
    names, taken = [part[0] for part in parts], list(owner._defaults())
    for name in names:
        if not isinstance(name, str) or "__" in name or name in taken:
            raise ValueError(
                f"Estimator names must be text without '__', and none of the parameters {taken}: got {name!r}"
            )
    if len(set(names)) < len(names):
        raise ValueError(f"Names provided are not unique: {names}")
