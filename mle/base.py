"""What every estimator shares: parameters, the guard before `fit` and `predict`, and scikit-learn's conventions.

The public methods check their input and then call `_fit`, `_predict`, `_proba` or `_transform`, which an algorithm
writes. So the file of an algorithm holds its mathematics and nothing else.
"""

from typing import Any, ClassVar, Self, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mle._output import Output
from mle._params import Parameters, copy_param
from mle.exceptions import NotFittedError as NotFittedError
from mle.exceptions import like_sklearn
from mle.validation.arrays import check_sample_weight, check_X, check_y
from mle.validation.names import check_names, column_names

Array = NDArray[np.floating]
AnyEstimator = TypeVar("AnyEstimator")


class Estimator(Parameters):
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

    def __sklearn_tags__(self) -> Any:
        """Tell scikit-learn what the estimator is; only scikit-learn calls this."""
        from mle._sklearn import tags

        return tags(self._kind, hasattr(self, "transform"), self._tags)

    def _check_params(self) -> None:
        """Refuse parameters out of range; called by `fit`."""

    def _open(self, X: Any) -> Any:
        """Forget an earlier fit, check the parameters and X. Until `_close` the estimator is not fitted."""
        self._forget()
        self._check_params()
        return self._read(X)

    def _read(self, X: Any) -> Any:
        """Return X as the algorithm wants it: here, a matrix of finite numbers."""
        return check_X(X)

    def _close(self, X: Any, p: int) -> Self:
        self.n_features_in_ = p
        if (names := column_names(X)) is not None:
            self.feature_names_in_ = names
        return self

    def _check(self, X: Any) -> Any:
        """Return X as a matrix that fits the columns seen in `fit`."""
        self._check_fitted()
        check_names(
            getattr(self, "feature_names_in_", None),
            column_names(X),
            type(self).__name__,
        )
        return self._check_width(self._read(X))

    def _check_width(self, array: Any) -> Any:
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
        self._check_classes(np.flatnonzero(np.bincount(index, weights)))
        self._fit(array, index, weights)
        return self._close(X, array.shape[1])

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Predict the class of each row of X, shape (n,)."""
        array = self._check(X)
        return self.classes_[self._predict(array)]  # eq: class-index

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


class Transformer(Output, Estimator):
    """An estimator that turns columns into other columns. Subclasses write `_fit(X)` and `_transform(X)`.

    If other columns come out than go in, they write `_names_out(names)` too.

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

    def transform(self, X: ArrayLike) -> Any:
        """Return the transformed rows of X, an array, or a frame after `set_output(transform="pandas")`."""
        return self._wrap(X, self._transform(self._check(X)))

    def fit_transform(
        self, X: ArrayLike, y: object = None, **fit_params: Any
    ) -> Any:
        """Fit to X and return it transformed."""
        return self.fit(X, y, **fit_params).transform(X)

    def _fit(self, X: Any) -> None:
        raise NotImplementedError

    def _transform(self, X: Any) -> Any:
        raise NotImplementedError


def clone(estimator: AnyEstimator) -> AnyEstimator:
    """Return an unfitted estimator of the same class with equal parameters; those that are estimators are cloned too.

    >>> class Shift(Estimator):
    ...     def __init__(self, by=1.0):
    ...         self.by = by
    >>> clone(Shift(by=2.0))
    Shift(by=2.0)
    """
    return copy_param(estimator)


def estimator_kind(estimator: Any) -> str | None:
    """Return what an estimator is: "classifier", "regressor", "transformer" ..., or None if it does not say.

    Our own are asked without scikit-learn; others are asked for scikit-learn's tags.

    >>> estimator_kind(Regressor())
    'regressor'
    """
    if isinstance(estimator, Parameters):
        return getattr(estimator, "_kind", None)
    tags = getattr(estimator, "__sklearn_tags__", lambda: None)()
    return getattr(tags, "estimator_type", None)
