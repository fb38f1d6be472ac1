"""What every estimator shares: parameters, the guard before `fit` and `predict`, and scikit-learn's conventions.

The public methods check their input and then call `_fit`, `_predict`, `_proba` or `_transform`, which an algorithm
writes. So the file of an algorithm holds its mathematics and nothing else.
"""

import copy
import inspect
from typing import Any, ClassVar, Self, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mle.exceptions import NotFittedError as NotFittedError
from mle.exceptions import like_sklearn
from mle.validation.arrays import check_sample_weight, check_X, check_y
from mle.validation.names import check_names, column_names

Array = NDArray[np.floating]
AnyEstimator = TypeVar("AnyEstimator", bound="Estimator")


class Estimator:
    """Parameters, names of columns, and the state of being fitted.

    A subclass takes its parameters in `__init__`, stores them unchanged under their own names, and checks them
    in `_check_params`. What `_fit` learns goes into attributes whose names end in an underscore.

    >>> class Shift(Estimator):
    ...     def __init__(self, by=1.0):
    ...         self.by = by
    >>> Shift(by=2.0)
    Shift(by=2.0)
    >>> Shift().set_params(by=3.0).get_params()
    {'by': 3.0}
    """

    # Scikit-learn's name for the type of estimator, and its tags where they
    # differ from the type's, such as {"classifier_tags.multi_class": False}.
    _kind: ClassVar[str | None] = None
    _tags: ClassVar[dict[str, Any]] = {}
    n_features_in_: int
    feature_names_in_: NDArray[Any]

    @classmethod
    def _defaults(cls) -> dict[str, Any]:
        parameters = inspect.signature(cls).parameters.values()
        return {
            p.name: p.default for p in sorted(parameters, key=lambda p: p.name)
        }

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the parameters by name, those of nested estimators as `outer__inner` if `deep`."""
        params = {}
        for name in self._defaults():
            params[name] = value = getattr(self, name)
            if (
                deep
                and hasattr(value, "get_params")
                and not isinstance(value, type)
            ):
                params.update(
                    {
                        f"{name}__{inner}": v
                        for inner, v in value.get_params().items()
                    }
                )
        return params

    def set_params(self, **params: Any) -> Self:
        """Set parameters by name, `outer__inner` for those of a nested estimator, and return the estimator."""
        valid = list(self._defaults())
        for key in params:
            if key.partition("__")[0] not in valid:
                raise ValueError(
                    f"Invalid parameter {key!r} for estimator {self}. Valid parameters are: {valid}."
                )
        # An estimator is replaced before its parameters are set.
        for key in sorted(params, key=lambda key: "__" in key):
            name, _, inner = key.partition("__")
            if inner:
                getattr(self, name).set_params(**{inner: params[key]})
            else:
                setattr(self, name, params[key])
        return self

    def __repr__(self) -> str:
        defaults = self._defaults()
        changed = (
            f"{k}={v!r}"
            for k, v in self.get_params(deep=False).items()
            if repr(v) != repr(defaults[k])
        )
        return f"{type(self).__name__}({', '.join(changed)})"

    def __sklearn_tags__(self) -> Any:
        """Tell scikit-learn what the estimator is; only scikit-learn calls this."""
        from mle._sklearn import tags

        return tags(self._kind, hasattr(self, "transform"), self._tags)

    def _check_params(self) -> None:
        """Refuse parameters out of range; called by `fit`."""

    def _open(self, X: Any) -> Array:
        """Forget an earlier fit, check the parameters and X. Until `_close` the estimator is not fitted."""
        for name in [
            name
            for name in vars(self)
            if name.endswith("_") and not name.startswith("_")
        ]:
            delattr(self, name)
        self._check_params()
        return check_X(X)

    def _close(self, X: Any, p: int) -> Self:
        self.n_features_in_ = p
        if (names := column_names(X)) is not None:
            self.feature_names_in_ = names
        return self

    def _check(self, X: Any) -> Array:
        """Return X as a matrix that fits the columns seen in `fit`."""
        self._check_fitted()
        check_names(
            getattr(self, "feature_names_in_", None),
            column_names(X),
            type(self).__name__,
        )
        return self._check_width(check_X(X))

    def _check_width(self, array: Array) -> Array:
        if array.shape[1] != self.n_features_in_:
            raise ValueError(
                f"X has {array.shape[1]} features, but {type(self).__name__} is expecting "
                f"{self.n_features_in_} features as input"
            )
        return array

    def _require(self, y: object) -> None:
        if y is None:
            raise ValueError(
                f"{type(self).__name__} requires y to be passed, but the target y is None"
            )

    def _check_fitted(self) -> None:
        if not hasattr(self, "n_features_in_"):
            raise like_sklearn(NotFittedError)(
                f"This {type(self).__name__} instance is not fitted yet. Call 'fit' with training data first."
            )


class Regressor(Estimator):
    """An estimator of a quantity. Subclasses write `_fit(X, y, w)` and `_predict(X)`.

    >>> class Mean(Regressor):
    ...     def _fit(self, X, y, w):
    ...         self.mean_ = np.average(y, weights=w)
    ...     def _predict(self, X):
    ...         return np.full(len(X), self.mean_)
    >>> Mean().fit([[0], [0]], [1, 3]).predict([[0]]).tolist()
    [2.0]
    """

    _kind = "regressor"

    def fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        sample_weight: ArrayLike | None = None,
    ) -> Self:
        """Learn from X, shape (n, p), and y, shape (n,); a weight of 2 counts as a row given twice."""
        array = self._open(X)
        self._require(y)
        targets = check_y(y, len(array))
        self._fit(
            array, targets, check_sample_weight(sample_weight, len(array))
        )
        return self._close(X, array.shape[1])

    def predict(self, X: ArrayLike) -> Array:
        """Predict the quantity for each row of X, shape (n,)."""
        return self._predict(self._check(X))

    def score(
        self,
        X: ArrayLike,
        y: ArrayLike,
        sample_weight: ArrayLike | None = None,
    ) -> float:
        """Return R², the share of the variance of y that the predictions explain; 1 is perfect."""
        from mle.metrics.regression import r2_score

        return r2_score(y, self.predict(X), sample_weight=sample_weight)

    def _fit(self, X: Array, y: Array, w: Array) -> None:
        raise NotImplementedError

    def _predict(self, X: Array) -> Array:
        raise NotImplementedError


class Classifier(Estimator):
    """An estimator of a class. Subclasses write `_fit(X, index, w)`, index into `classes_`, and `_proba(X)`.

    >>> class Shares(Classifier):
    ...     def _fit(self, X, index, w):
    ...         self.share_ = np.bincount(index, weights=w) / w.sum()
    ...     def _proba(self, X):
    ...         return np.tile(self.share_, (len(X), 1))
    >>> Shares().fit([[0], [0], [0]], ["no", "yes", "yes"]).predict([[0]]).tolist()
    ['yes']
    """

    _kind = "classifier"
    classes_: NDArray[Any]

    def fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        sample_weight: ArrayLike | None = None,
    ) -> Self:
        """Learn from X, shape (n, p), and labels y, shape (n,); a weight of 2 counts as a row given twice."""
        array = self._open(X)
        self._require(y)
        labels = check_y(y, len(array), numeric=False)
        weights = check_sample_weight(sample_weight, len(array))
        self.classes_, index = np.unique(labels, return_inverse=True)
        self._check_classes(np.unique(index[weights > 0]))
        self._fit(array, index, weights)
        return self._close(X, array.shape[1])

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Predict the class of each row of X, shape (n,)."""
        array = self._check(X)
        return self.classes_[self._predict(array)]

    def predict_proba(self, X: ArrayLike) -> Array:
        """Return the probability of each class for each row of X, shape (n, K), in the order of `classes_`."""
        return self._proba(self._check(X))

    def score(
        self,
        X: ArrayLike,
        y: ArrayLike,
        sample_weight: ArrayLike | None = None,
    ) -> float:
        """Return the accuracy: the share of rows whose class is predicted."""
        from mle.metrics.classification import accuracy_score

        return accuracy_score(y, self.predict(X), sample_weight=sample_weight)

    def _check_classes(self, present: NDArray[Any]) -> None:
        """Refuse too few or too many classes; `present` indexes those that have weight."""
        if len(present) < 2:
            only = self.classes_[present].tolist()[0]
            raise ValueError(
                f"{type(self).__name__} needs samples of at least 2 classes in y, got 1 class: {only!r}"
            )

    def _fit(self, X: Array, index: NDArray[np.intp], w: Array) -> None:
        raise NotImplementedError

    def _predict(self, X: Array) -> NDArray[np.intp]:
        return self._proba(X).argmax(axis=1)

    def _proba(self, X: Array) -> Array:
        raise NotImplementedError


class Transformer(Estimator):
    """An estimator that turns columns into other columns. Subclasses write `_fit(X)` and `_transform(X)`.

    >>> class Double(Transformer):
    ...     def _fit(self, X):
    ...         pass
    ...     def _transform(self, X):
    ...         return 2 * X
    >>> Double().fit_transform([[1], [2]]).tolist()
    [[2.0], [4.0]]
    """

    _kind = "transformer"

    def fit(self, X: ArrayLike, y: object = None) -> Self:
        """Learn from X, shape (n, p); y is not used."""
        array = self._open(X)
        self._fit(array)
        return self._close(X, array.shape[1])

    def transform(self, X: ArrayLike) -> Array:
        """Return the transformed rows of X."""
        return self._transform(self._check(X))

    def fit_transform(
        self, X: ArrayLike, y: object = None, **fit_params: Any
    ) -> Array:
        """Fit to X and return it transformed."""
        return self.fit(X, y, **fit_params).transform(X)

    def get_feature_names_out(
        self, input_features: Any = None
    ) -> NDArray[Any]:
        """Names of the columns that come out; here, those that go in (x0, x1, ... if they have none)."""
        self._check_fitted()
        p, own = self.n_features_in_, getattr(self, "feature_names_in_", None)
        if input_features is None:
            return (
                np.array([f"x{j}" for j in range(p)], dtype=object)
                if own is None
                else own.copy()
            )
        given = np.array(input_features, dtype=object)
        if len(given) != p:
            raise ValueError(
                f"input_features should have length equal to number of features, {p}, got {len(given)}"
            )
        if own is not None and own.tolist() != given.tolist():
            raise ValueError(
                "input_features is not equal to feature_names_in_"
            )
        return given

    def _fit(self, X: Array) -> None:
        raise NotImplementedError

    def _transform(self, X: Array) -> Array:
        raise NotImplementedError


def clone(estimator: AnyEstimator) -> AnyEstimator:
    """Return an unfitted estimator of the same class with equal parameters.

    >>> class Shift(Estimator):
    ...     def __init__(self, by=1.0):
    ...         self.by = by
    >>> clone(Shift(by=2.0))
    Shift(by=2.0)
    """
    params = estimator.get_params(deep=False)
    return type(estimator)(
        **{
            k: clone(v) if isinstance(v, Estimator) else copy.deepcopy(v)
            for k, v in params.items()
        }
    )
