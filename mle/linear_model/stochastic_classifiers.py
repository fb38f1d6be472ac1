"""Linear classifiers learnt row by row: support vector machine, logistic regression, perceptron."""

import warnings
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mle.base import Classifier
from mle.exceptions import ConvergenceWarning, like_sklearn
from mle.linear_model.classes import class_weights
from mle.linear_model.logistic import sigmoid
from mle.linear_model.row_losses import (
    hinge,
    logistic_loss,
    perceptron_loss,
)
from mle.linear_model.stochastic import check_settings, passes_of, run_sgd
from mle.validation.parameters import check_random_state

Array = NDArray[np.floating]
CLASSIFIER_LOSSES: dict[str, Any] = {
    "hinge": hinge,
    "log_loss": logistic_loss,
    "perceptron": perceptron_loss,
}


class SGDClassifier(Classifier):
    """Linear classifier learnt row by row; one against the rest for more than two classes.

    Minimises the mean loss of the rows plus alpha times the penalty, the defaults being a linear support vector
    machine. Scale the columns first. `fit` takes no row weights: a step of double length is not two steps.

    Parameters
    ----------
    loss : {"hinge", "log_loss", "perceptron"}
    penalty : {"l2", "l1", "elasticnet"} or None
    alpha : float, not negative
        Strength of the penalty; the "optimal" learning rate needs it positive.
    l1_ratio : float, 0 to 1
        Share of the absolute weights, for "elasticnet".
    fit_intercept : bool
    max_iter : int
        Most passes over the rows.
    tol : float or None
        Stop after `n_iter_no_change` passes in a row that lower the best mean objective by less; None never stops.
    shuffle : bool
        Whether the order of the rows is drawn anew for each pass.
    learning_rate : {"optimal", "constant", "invscaling"}
        See `mle.linear_model.sgd.learning_rate`.
    eta0, power_t : float
    n_iter_no_change : int
    class_weight : dict, "balanced" or None
        Factor on the steps of the rows of each class.
    random_state : int, numpy.random.Generator or None

    Attributes
    ----------
    classes_ : ndarray, shape (K,)
    coef_ : ndarray, shape (1, p) for two classes, (K, p) for more
    intercept_ : ndarray, shape (1,) or (K,)
    n_iter_ : int
        Passes made, the most of any class.

    Warns
    -----
    ConvergenceWarning
        By `fit`, if `max_iter` passes do not suffice; and with loss="log_loss" and no penalty, if the line that it finds
        separates the classes: the longer it went on, the larger the weights would be.

    Examples
    --------
    >>> model = SGDClassifier(random_state=0).fit([[-2], [-1], [1], [2]], ["no", "no", "yes", "yes"])
    >>> model.predict([[-3], [3]]).tolist()
    ['no', 'yes']
    """

    coef_: Array
    intercept_: Array
    n_iter_: int

    def __init__(
        self,
        loss: str = "hinge",
        *,
        penalty: str | None = "l2",
        alpha: float = 1e-4,
        l1_ratio: float = 0.15,
        fit_intercept: bool = True,
        max_iter: int = 1000,
        tol: float | None = 1e-3,
        shuffle: bool = True,
        learning_rate: str = "optimal",
        eta0: float = 0.01,
        power_t: float = 0.5,
        n_iter_no_change: int = 5,
        class_weight: dict[Any, float] | str | None = None,
        random_state: int | np.random.Generator | None = None,
    ) -> None:
        self.loss = loss
        self.penalty = penalty
        self.alpha = alpha
        self.l1_ratio = l1_ratio
        self.fit_intercept = fit_intercept
        self.max_iter = max_iter
        self.tol = tol
        self.shuffle = shuffle
        self.learning_rate = learning_rate
        self.eta0 = eta0
        self.power_t = power_t
        self.n_iter_no_change = n_iter_no_change
        self.class_weight = class_weight
        self.random_state = random_state

    def fit(self, X: ArrayLike, y: ArrayLike) -> Any:  # type: ignore[override]
        """Learn from X, shape (n, p), and labels y, shape (n,)."""
        return super().fit(X, y)

    @property
    def predict_proba(self) -> Any:  # type: ignore[override]
        """Probabilities of the classes, for loss="log_loss" alone; see `Classifier.predict_proba`."""
        if self.loss != "log_loss":
            raise AttributeError(
                f"predict_proba needs loss='log_loss', got loss={self.loss!r}"
            )
        return super().predict_proba

    def decision_function(self, X: ArrayLike) -> Array:
        """Return the score of the second of two classes, shape (n,), or of each against the rest, shape (n, K)."""
        return self._scores(self._check(X))

    def _check_params(self) -> None:
        check_settings(self, CLASSIFIER_LOSSES)

    def _fit(self, X: Array, index: NDArray[np.intp], w: Array) -> None:
        rng = check_random_state(self.random_state)
        factors = class_weights(self.class_weight, self.classes_, index, w)
        K = len(self.classes_)
        found = []
        for k in [1] if K == 2 else range(K):
            y = np.where(index == k, 1.0, -1.0)
            # Of more than two classes, the rest counts once.
            f = factors if K == 2 else np.where(y > 0, factors, 1.0)
            loss = CLASSIFIER_LOSSES[self.loss]
            found.append(run_sgd(self, X, y, loss, rng, f))
            if self.loss == "log_loss" and not (self.penalty and self.alpha):
                self._tell_of_separation(X, y, k, found[-1].x)
        V = np.array([one.x for one in found])  # (1 or K, p + 1)
        self.coef_, self.intercept_ = V[:, :-1], V[:, -1]
        self.n_iter_ = passes_of(self, found)

    def _tell_of_separation(
        self, X: Array, y: Array, k: int, v: Array
    ) -> None:
        if (y * (X @ v[:-1] + v[-1])).min() > 0:
            message = (
                f"a line separates {self.classes_.tolist()[k]!r} from the rest, so the log-loss without a penalty falls "
                "for ever as the weights grow, and theirs depend on max_iter and tol: take penalty='l2' with alpha > 0"
            )
            warnings.warn(
                message, like_sklearn(ConvergenceWarning), stacklevel=5
            )

    def _scores(self, X: Array) -> Array:
        Z = X @ self.coef_.T + self.intercept_  # (n, 1 or K)
        return Z[:, 0] if Z.shape[1] == 1 else Z

    def _predict(self, X: Array) -> NDArray[np.intp]:
        z = self._scores(X)
        return z.argmax(axis=1) if z.ndim > 1 else (z > 0).astype(np.intp)

    def _proba(self, X: Array) -> Array:
        z = self._scores(X)
        if z.ndim == 1:
            return np.column_stack([sigmoid(-z), sigmoid(z)])
        P = sigmoid(z)
        total = P.sum(axis=1, keepdims=True)
        P[total[:, 0] == 0] = 1.0
        return P / P.sum(axis=1, keepdims=True)


class Perceptron(SGDClassifier):
    """Rosenblatt's perceptron: after each row on the wrong side, add it to the weights or subtract it.

    Parameters
    ----------
    penalty, alpha, l1_ratio, fit_intercept, max_iter, tol, shuffle, eta0, n_iter_no_change, class_weight, random_state
        As in `SGDClassifier`; the learning rate is `eta0`.

    Attributes
    ----------
    classes_, coef_, intercept_, n_iter_
        As in `SGDClassifier`.

    Source
    ------
    Rosenblatt (1958), The perceptron: a probabilistic model for information storage and organization in the brain.

    Examples
    --------
    >>> model = Perceptron().fit([[-2], [-1], [1], [2]], ["no", "no", "yes", "yes"])
    >>> model.predict([[-3], [3]]).tolist()
    ['no', 'yes']
    """

    loss = "perceptron"
    learning_rate = "constant"
    power_t = 0.5

    def __init__(
        self,
        *,
        penalty: str | None = None,
        alpha: float = 1e-4,
        l1_ratio: float = 0.15,
        fit_intercept: bool = True,
        max_iter: int = 1000,
        tol: float | None = 1e-3,
        shuffle: bool = True,
        eta0: float = 1.0,
        n_iter_no_change: int = 5,
        class_weight: dict[Any, float] | str | None = None,
        random_state: int | np.random.Generator | None = 0,
    ) -> None:
        self.penalty = penalty
        self.alpha = alpha
        self.l1_ratio = l1_ratio
        self.fit_intercept = fit_intercept
        self.max_iter = max_iter
        self.tol = tol
        self.shuffle = shuffle
        self.eta0 = eta0
        self.n_iter_no_change = n_iter_no_change
        self.class_weight = class_weight
        self.random_state = random_state
