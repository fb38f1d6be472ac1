"""Steps of a pipeline: whether one is passed through, and methods that exist only if the last step has them."""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import MethodType
from typing import Any


class if_last_has:  # noqa: N801  (a decorator)
    """Method of a pipeline that exists only if the last step has one of that name, or is passed through.

    >>> from mle.pipeline import Pipeline
    >>> hasattr(Pipeline([("nothing", "passthrough")]), "predict")
    False
    """

    def __init__(self, method: Callable[..., Any]) -> None:
        self.method = method
        functools.update_wrapper(self, method)  # type: ignore[arg-type]

    def __get__(self, pipe: Any, owner: Any = None) -> Any:
        """Return the method bound to the pipeline."""
        if pipe is None:
            return self.method
        name, last = self.method.__name__, pipe._last
        wanted = {"fit_transform": "transform"}.get(name, name)
        idle = last is None and wanted in ("transform", "inverse_transform")
        if not (idle or hasattr(last, name) or hasattr(last, wanted)):
            raise AttributeError(
                f"This 'Pipeline' has no attribute {name!r}: its last step, {type(last).__name__}, has none"
            )
        return MethodType(self.method, pipe)


def passes(step: Any) -> bool:
    """Whether a step does nothing."""
    return step is None or (isinstance(step, str) and step == "passthrough")


def fit_step(step: Any, X: Any, y: Any, arguments: dict[str, Any]) -> Any:
    """Fit a step."""
    return step.fit(X, y, **arguments)


def fit_transform_step(
    step: Any, X: Any, y: Any, arguments: dict[str, Any]
) -> Any:
    """Fit a step and return X transformed, in one call if it has one."""
    if hasattr(step, "fit_transform"):
        return step.fit_transform(X, y, **arguments)
    return step.fit(X, y, **arguments).transform(X)
