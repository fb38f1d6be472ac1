"""Pipeline: transformers one after another and a model at the end, fitted and used as one estimator."""

from __future__ import annotations

import copy
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from mle._params import Parameters, check_parts, has_params, name_parts
from mle._steps import fit_step, fit_transform_step, if_last_has, passes
from mle.base import clone, estimator_kind
from mle.exceptions import NotFittedError, like_sklearn


class Pipeline(Parameters):
    """Transformers one after another, and at the end a transformer or a model.

    `fit` fits each step to what the steps before make of X; `predict` sends X through all of them. So whatever is learnt
    from data, also means to fill in and scales, is learnt from the rows of `fit` alone, in each fold of a
    cross-validation anew. The steps are clones: those passed stay unfitted (scikit-learn fits them themselves);
    `pipe["name"]`, `pipe[0]` and `named_steps` give the fitted ones.

    Parameters
    ----------
    steps : list of (name, estimator)
        Of `mle` or of scikit-learn; "passthrough" or None does nothing. All but the last must be transformers.

    Attributes
    ----------
    steps_ : list of (name, fitted estimator)
    n_features_in_, feature_names_in_, classes_
        Those of the first step; classes those of the last.

    Examples
    --------
    >>> from mle.linear_model import LinearRegression
    >>> from mle.preprocessing import StandardScaler
    >>> pipe = Pipeline([("scale", StandardScaler()), ("line", LinearRegression())])
    >>> pipe.fit([[0.0], [2.0]], [1.0, 5.0]).predict([[3.0]]).tolist()
    [7.0]
    >>> pipe["scale"].mean_.tolist(), pipe["line"].coef_.tolist()
    ([1.0], [2.0])
    >>> pipe.set_params(scale__with_std=False).get_params()["scale__with_std"]
    False
    """

    _list = "steps"
    steps_: list[tuple[str, Any]]

    def __init__(self, steps: Any) -> None:
        self.steps = steps

    def fit(self, X: Any, y: Any = None, **params: Any) -> Self:
        """Fit each step in turn to X, shape (n, p), and y; `step__name` passes an argument to the `fit` of a step."""
        self._fit(X, y, params, fit_step)
        return self

    @if_last_has
    def fit_transform(self, X: Any, y: Any = None, **params: Any) -> Any:
        """Fit, and return X transformed by all steps."""
        return self._fit(X, y, params, fit_transform_step)

    @if_last_has
    def transform(self, X: Any) -> Any:
        """Return X transformed by all steps."""
        Z, last = self._before_last(X)
        return Z if last is None else last.transform(Z)

    @if_last_has
    def inverse_transform(self, X: Any) -> Any:
        """Return rows that all steps have transformed to what they were."""
        for _, step in reversed(self._fitted()):
            if not passes(step):
                X = step.inverse_transform(X)
        return X

    @if_last_has
    def predict(self, X: Any, **params: Any) -> Any:
        """Predict with the last step; arguments by name are passed on to it, here and below."""
        Z, last = self._before_last(X)
        return last.predict(Z, **params)

    @if_last_has
    def predict_proba(self, X: Any, **params: Any) -> Any:
        """Return the probability of each class, shape (n, K)."""
        Z, last = self._before_last(X)
        return last.predict_proba(Z, **params)

    @if_last_has
    def predict_log_proba(self, X: Any, **params: Any) -> Any:
        """Return the logarithm of the probability of each class, shape (n, K)."""
        Z, last = self._before_last(X)
        return last.predict_log_proba(Z, **params)

    @if_last_has
    def decision_function(self, X: Any, **params: Any) -> Any:
        """Return the score by which the last step decides."""
        Z, last = self._before_last(X)
        return last.decision_function(Z, **params)

    @if_last_has
    def score(self, X: Any, y: Any = None, sample_weight: Any = None) -> float:
        """Return the score of the last step: R², accuracy, or whatever it calls so."""
        Z, last = self._before_last(X)
        if sample_weight is None:
            return last.score(Z, y)
        return last.score(Z, y, sample_weight=sample_weight)

    def set_output(self, *, transform: str | None = None) -> Self:
        """Choose what the steps' `transform` returns, "default" or "pandas", and return the pipeline."""
        for _, step in [*self.steps, *getattr(self, "steps_", [])]:
            if not passes(step) and hasattr(step, "transform"):
                step.set_output(transform=transform)
        return self

    def get_feature_names_out(
        self, input_features: Any = None
    ) -> NDArray[Any]:
        """Names of the columns that come out of the last step, of those that go in."""
        names = input_features
        for name, step in self._fitted():
            if not passes(step):
                if not hasattr(step, "get_feature_names_out"):
                    raise AttributeError(
                        f"Estimator {name} does not provide get_feature_names_out. Did you mean to call pipeline[:-1]"
                        ".get_feature_names_out()?"
                    )
                names = step.get_feature_names_out(names)
        if names is None:
            raise ValueError(
                "no step knows the names: pass input_features to get_feature_names_out"
            )
        return np.array(names, dtype=object)

    @property
    def named_steps(self) -> dict[str, Any]:
        """Steps by name: the fitted ones after `fit`."""
        return dict(getattr(self, "steps_", self.steps))

    @property
    def n_features_in_(self) -> int:
        """Columns that the first step has seen in `fit`."""
        return self._first().n_features_in_

    @property
    def feature_names_in_(self) -> NDArray[Any]:
        """Names of the columns that the first step has seen in `fit`."""
        return self._first().feature_names_in_

    @property
    def classes_(self) -> NDArray[Any]:
        """Classes of the last step."""
        return self._last.classes_

    def __len__(self) -> int:
        return len(self.steps)

    def __getitem__(self, which: Any) -> Any:
        """Return the step of that name or number, or for a slice a pipeline of some steps, fitted if this one is."""
        if not isinstance(which, slice):
            steps = self.named_steps
            return steps[
                which if isinstance(which, str) else list(steps)[which]
            ]
        part = Pipeline(self.steps[which])
        if hasattr(self, "steps_"):
            part.steps_ = self.steps_[which]
        return part

    # --- what the methods share

    @property
    def _kind(self) -> str | None:
        last = self._last
        return "transformer" if last is None else estimator_kind(last)

    @property
    def _last(self) -> Any:
        """The last step, fitted if there is a fitted one; None if it is passed through."""
        try:
            step = getattr(self, "steps_", self.steps)[-1][1]
        except (IndexError, TypeError):
            return None
        return None if passes(step) else step

    def _first(self) -> Any:
        for _, step in getattr(self, "steps_", ()):
            if not passes(step):
                return step
        raise AttributeError("no step of this Pipeline has seen data")

    def _fit(
        self, X: Any, y: Any, params: dict[str, Any], finish: Callable
    ) -> Any:
        """Fit clones of the steps, the last by `finish`, and return what that returns."""
        self._forget()
        self._check_steps()
        arguments = self._sort_out(params)
        fitted = []
        for i, (name, step) in enumerate(self.steps):
            if not passes(step):
                step = clone(step)
                act = (
                    finish if i == len(self.steps) - 1 else fit_transform_step
                )
                try:
                    X = act(step, X, y, arguments[name])  # eq: pipeline-fit
                except Exception as error:
                    error.add_note(f"in step {name!r} of Pipeline")
                    raise
            fitted.append((name, step))
        self.steps_ = fitted
        return X

    def _fitted(self) -> list[tuple[str, Any]]:
        if not hasattr(self, "steps_"):
            raise like_sklearn(NotFittedError)(
                "This Pipeline instance is not fitted yet. Call 'fit' with training data first."
            )
        return self.steps_

    def _before_last(self, X: Any) -> tuple[Any, Any]:
        """X as the last step gets it, and that step."""
        for name, step in self._fitted()[:-1]:
            if not passes(step):
                try:
                    X = step.transform(X)  # eq: pipeline-predict
                except Exception as error:
                    error.add_note(f"in step {name!r} of Pipeline")
                    raise
        return X, self._last

    def _check_steps(self) -> None:
        check_parts(self, 2)
        for i, (name, step) in enumerate(self.steps):
            last = i == len(self.steps) - 1
            needed = ["fit"] if last else ["fit", "transform"]
            lacking = [m for m in needed if not hasattr(step, m)]
            if not passes(step) and (lacking or not has_params(step)):
                raise TypeError(
                    f"{'The last step' if last else 'Each step but the last'} must be an estimator with "
                    f"{' and '.join(needed)}, or 'passthrough': step {name!r} is {step!r}"
                )

    def _sort_out(self, params: dict[str, Any]) -> dict[str, dict[str, Any]]:
        """Arguments of `fit` for each step."""
        arguments: dict[str, dict[str, Any]] = {n: {} for n, _ in self.steps}
        for key, value in params.items():
            name, _, inner = key.partition("__")
            if name not in arguments or not inner:
                raise ValueError(
                    f"Pipeline.fit does not accept the {key} parameter: say which step it is for, as in "
                    f"{self.steps[-1][0]}__{key}"
                )
            arguments[name][inner] = value
        return arguments

    def __sklearn_tags__(self) -> Any:
        """Tell scikit-learn what the last step is, and what the first takes; without scikit-learn, only the former."""
        try:
            from sklearn.utils import get_tags
        except ImportError:
            return SimpleNamespace(estimator_type=self._kind)
        from mle._sklearn import tags

        last = self._last
        if last is None:
            return tags("transformer", True, {})
        result = copy.deepcopy(get_tags(last))
        first, *others = [s for _, s in self.steps if not passes(s)]
        result.input_tags = copy.deepcopy(get_tags(first).input_tags)
        for step in others:
            result.input_tags.sparse &= get_tags(step).input_tags.sparse
        result.array_api_support = False
        return result


def make_pipeline(*steps: Any) -> Pipeline:
    """Make a `Pipeline` of estimators, named by their classes.

    >>> from mle.preprocessing import StandardScaler
    >>> make_pipeline(StandardScaler(), "passthrough")
    Pipeline(steps=[('standardscaler', StandardScaler()), ('passthrough', 'passthrough')])
    """
    return Pipeline(list(zip(name_parts(list(steps)), steps)))
