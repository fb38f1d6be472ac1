"""What searches share: try candidates on the same folds, keep the best, fit it to all rows."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from time import perf_counter
from types import MethodType
from typing import Any, Self

from numpy.typing import NDArray

from mle._params import Parameters, has_params
from mle.base import clone, estimator_kind
from mle.exceptions import NotFittedError, like_sklearn
from mle.model_selection.results import results_table
from mle.model_selection.rows import check_lengths
from mle.model_selection.scores import check_scorers, fit_and_score
from mle.model_selection.validate import folds
from mle.validation import check_flag, check_number, check_y


class if_best_has:  # noqa: N801  (a decorator)
    """Method of a search that exists only if the estimator has one of that name.

    >>> from mle.linear_model import Ridge
    >>> from mle.model_selection import GridSearchCV
    >>> hasattr(GridSearchCV(Ridge(), {"alpha": [1.0]}), "predict_proba")
    False
    """

    def __init__(self, method: Any) -> None:
        self.method, self.__doc__ = method, method.__doc__

    def __get__(self, search: Any, owner: Any = None) -> Any:
        """Return the method bound to the search."""
        if search is None:
            return self.method
        inner = getattr(search, "best_estimator_", search.estimator)
        name = self.method.__name__
        if not hasattr(inner, name):
            raise AttributeError(
                f"{type(search).__name__} has no attribute {name!r}: its estimator, {type(inner).__name__}, has none"
            )
        return MethodType(self.method, search)


class Search(Parameters):
    """What searches share: `candidates()` says what to try, `fit` tries it.

    Use `GridSearchCV` or `RandomizedSearchCV`; a search of your own writes `candidates`.

    >>> from mle.model_selection import GridSearchCV
    >>> issubclass(GridSearchCV, Search)
    True
    """

    estimator: Any
    scoring: Any
    refit: Any
    cv: Any
    verbose: int
    return_train_score: bool

    def candidates(self) -> Iterable[dict[str, Any]]:
        """Return the settings to try."""
        raise NotImplementedError

    def fit(
        self, X: Any, y: Any = None, *, groups: Any = None, **fit_params: Any
    ) -> Self:
        """Try every candidate on the same folds of X, n rows, and y, and refit the best one to all rows.

        `groups` go to a splitter that keeps groups whole; other arguments to the `fit` of the last model alone would
        judge one model and keep another, so that there are none.
        """
        self._forget()
        self._check_params(fit_params)
        if y is None:
            raise ValueError(
                f"{type(self).__name__} requires y to be passed, but the target y is None"
            )
        if (n := check_lengths(X, y, names=("X", "y"))) < 2:
            raise ValueError(
                f"{type(self).__name__} got {n} sample: expected at least 2, one to learn from and one to test by"
            )
        if self._kind in ("classifier", "regressor"):
            y = check_y(y, n, numeric=self._kind == "regressor")
        scorers = check_scorers(self.estimator, self.scoring)
        self._check_refit(list(scorers))
        settings = list(self.candidates())
        pairs = folds(self.estimator, X, y, self.cv, groups)
        rounds, started = [], perf_counter()
        for setting in settings:
            model = clone(self.estimator).set_params(
                **{name: clone(value) for name, value in setting.items()}
            )
            rounds.append(
                [
                    fit_and_score(
                        model, X, y, *pair, scorers, self.return_train_score
                    )[1]
                    for pair in pairs
                ]
            )
            self._tell(len(rounds), len(settings), perf_counter() - started)
        self.cv_results_ = results_table(settings, rounds)
        self.n_splits_, self.multimetric_ = len(pairs), "score" not in scorers
        self.scorer_ = scorers if self.multimetric_ else scorers["score"]
        self._choose(X, y)
        return self

    def _choose(self, X: Any, y: Any) -> None:
        """Find the best candidate and fit it to all rows."""
        table = self.cv_results_
        if self.refit is False and self.multimetric_:
            return
        name = self.refit if self.multimetric_ else "score"
        if callable(self.refit):
            self.best_index_ = int(self.refit(table))
            if not 0 <= self.best_index_ < len(table["params"]):
                raise IndexError(
                    f"refit chose candidate {self.best_index_} of {len(table['params'])}"
                )
        else:
            self.best_index_ = int(table[f"rank_test_{name}"].argmin())
            self.best_score_ = float(
                table[f"mean_test_{name}"][self.best_index_]
            )
        self.best_params_ = table["params"][self.best_index_]
        if self.refit is False:
            return
        best = clone(self.estimator).set_params(
            **{name: clone(v) for name, v in self.best_params_.items()}
        )
        started = perf_counter()
        self.best_estimator_ = best.fit(X, y)
        self.refit_time_ = perf_counter() - started

    @if_best_has
    def predict(self, X: Any) -> Any:
        """Predict with the best estimator."""
        return self._best("predict").predict(X)

    @if_best_has
    def predict_proba(self, X: Any) -> Any:
        """Return the best estimator's probability of each class, shape (n, K)."""
        return self._best("predict_proba").predict_proba(X)

    @if_best_has
    def predict_log_proba(self, X: Any) -> Any:
        """Return the logarithm of the best estimator's probabilities, shape (n, K)."""
        return self._best("predict_log_proba").predict_log_proba(X)

    @if_best_has
    def decision_function(self, X: Any) -> Any:
        """Return the score by which the best estimator decides."""
        return self._best("decision_function").decision_function(X)

    @if_best_has
    def transform(self, X: Any) -> Any:
        """Transform with the best estimator."""
        return self._best("transform").transform(X)

    @if_best_has
    def inverse_transform(self, X: Any) -> Any:
        """Undo the best estimator's transform."""
        return self._best("inverse_transform").inverse_transform(X)

    def score(self, X: Any, y: Any = None) -> float:
        """Return the score that the search maximised, of the best estimator on X and y."""
        best = self._best("score")
        if callable(self.refit) and self.multimetric_:
            return float(best.score(X, y))
        scorer: Any = self.scorer_
        if self.multimetric_:
            scorer = scorer[self.refit]
        return float(scorer(best, X, y))

    @property
    def classes_(self) -> NDArray[Any]:
        """Classes that the best estimator has seen."""
        return self._learnt("classes_")

    @property
    def n_features_in_(self) -> int:
        """Columns that the best estimator has seen."""
        return self._learnt("n_features_in_")

    @property
    def feature_names_in_(self) -> NDArray[Any]:
        """Names of the columns that the best estimator has seen."""
        return self._learnt("feature_names_in_")

    # --- what the methods share

    @property
    def _kind(self) -> str | None:
        return estimator_kind(self.estimator)

    def _learnt(self, name: str) -> Any:
        if not hasattr(self, "best_estimator_"):
            raise AttributeError(
                f"{type(self).__name__} has no attribute {name!r} before it is fitted"
            )
        return getattr(self.best_estimator_, name)

    def _best(self, method: str) -> Any:
        if hasattr(self, "best_estimator_"):
            return self.best_estimator_
        if self.refit is False and hasattr(self, "cv_results_"):
            raise AttributeError(
                f"refit=False: {method} is not available; fit an estimator with the best parameters"
            )
        raise like_sklearn(NotFittedError)(
            f"This {type(self).__name__} instance is not fitted yet. Call 'fit' with training data first."
        )

    def _check_params(self, fit_params: dict[str, Any]) -> None:
        if fit_params:
            raise TypeError(
                f"fit of {type(self).__name__} takes X, y and groups, got {', '.join(fit_params)}"
            )
        if not has_params(self.estimator) or not hasattr(
            self.estimator, "fit"
        ):
            raise TypeError(
                f"estimator must be an estimator with fit, got {self.estimator!r}"
            )
        check_flag("return_train_score", self.return_train_score)
        check_number("verbose", self.verbose, at_least=0, integer=True)

    def _check_refit(self, names: list[str]) -> None:
        if callable(self.refit) or self.refit is False:
            return
        if names != ["score"] and self.refit not in names:
            raise ValueError(
                f"refit={self.refit!r}: with several scores, expected the one that decides, {' or '.join(map(repr, names))}"
                ", a function of cv_results_, or False"
            )
        if names == ["score"] and not isinstance(self.refit, str):
            check_flag("refit", self.refit)

    def _tell(self, done: int, total: int, seconds: float) -> None:
        """Say how far the search is: one line, written over itself."""
        if self.verbose:
            end = "\n" if done == total else ""
            sys.stderr.write(
                f"\r{done} of {total} candidates, {seconds:.1f} s{end}"
            )
            sys.stderr.flush()

    def __sklearn_tags__(self) -> Any:
        """Tell scikit-learn what the estimator inside is; only scikit-learn calls this."""
        from sklearn.utils import get_tags

        return get_tags(self.estimator)
