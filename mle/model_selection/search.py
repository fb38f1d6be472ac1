"""Search for parameters by cross-validation: on a grid, or among random draws."""

from __future__ import annotations

from typing import Any

import numpy as np

from mle.model_selection.candidates import ParameterGrid, ParameterSampler
from mle.model_selection.trial import Search


class GridSearchCV(Search):
    """Try every combination of listed parameters by cross-validation.

    Parameters
    ----------
    estimator : estimator of mle or of scikit-learn
        It is cloned, never fitted itself.
    param_grid : dict of name to list, or list of such dicts
        `step__name` is a parameter of a pipeline's step; a step itself may be tried too.
    scoring, cv
        As in `cross_validate`; all candidates see the same folds.
    refit : bool, str or callable, default True
        Whether to fit the best candidate to all rows; with several scores, the name of the one that decides; or a
        function that takes cv_results_ and returns the number of the candidate.
    verbose : int
        1 or more writes a line to standard error that says how far the search is.
    return_train_score : bool

    Attributes
    ----------
    cv_results_ : dict
        See `mle.model_selection.results.results_table`.
    best_index_, best_score_, best_params_, best_estimator_
        Best candidate: the first of those with the highest mean score; the mean itself is too good to be true, as it
        is the highest of many. Put the search inside `cross_val_score` for an honest one.
    n_splits_, scorer_, multimetric_, refit_time_

    Notes
    -----
    What an estimator raises is passed on; scikit-learn's default is a score of nan.

    Examples
    --------
    >>> from mle.linear_model import Ridge
    >>> X, y = [[0.0], [1.0], [2.0], [3.0]], [1.0, 3.0, 5.0, 7.0]
    >>> search = GridSearchCV(Ridge(), {"alpha": [0.0, 1.0]}, cv=2).fit(X, y)
    >>> search.best_params_, search.predict([[4.0]]).round(6).tolist()
    ({'alpha': 0.0}, [9.0])
    """

    def __init__(
        self,
        estimator: Any,
        param_grid: Any,
        *,
        scoring: Any = None,
        refit: Any = True,
        cv: Any = 5,
        verbose: int = 0,
        return_train_score: bool = False,
    ) -> None:
        self.estimator = estimator
        self.param_grid = param_grid
        self.scoring = scoring
        self.refit = refit
        self.cv = cv
        self.verbose = verbose
        self.return_train_score = return_train_score

    def candidates(self) -> ParameterGrid:
        """Return the grid."""
        return ParameterGrid(self.param_grid)


class RandomizedSearchCV(Search):
    """Try parameters drawn at random by cross-validation.

    With a few parameters that matter and some that do not, as many draws see more values of those that matter than a
    grid does.

    Parameters
    ----------
    estimator, scoring, refit, cv, verbose, return_train_score
        As in `GridSearchCV`; so are the attributes.
    param_distributions : dict of name to list or distribution, or list of such dicts
        See `ParameterSampler`.
    n_iter : int, default 10
        Number of draws.
    random_state : int, numpy Generator or None

    Source
    ------
    Bergstra & Bengio (2012), Random search for hyper-parameter optimization, JMLR 13.

    Examples
    --------
    >>> from mle.linear_model import Ridge
    >>> X, y = [[0.0], [1.0], [2.0], [3.0]], [1.0, 3.0, 5.0, 7.0]
    >>> search = RandomizedSearchCV(Ridge(), {"alpha": [0.0, 1.0, 2.0]}, n_iter=2, cv=2, random_state=0)
    >>> len(search.fit(X, y).cv_results_["params"])
    2
    """

    def __init__(
        self,
        estimator: Any,
        param_distributions: Any,
        *,
        n_iter: int = 10,
        scoring: Any = None,
        refit: Any = True,
        cv: Any = 5,
        verbose: int = 0,
        random_state: int | np.random.Generator | None = None,
        return_train_score: bool = False,
    ) -> None:
        self.estimator = estimator
        self.param_distributions = param_distributions
        self.n_iter = n_iter
        self.scoring = scoring
        self.refit = refit
        self.cv = cv
        self.verbose = verbose
        self.random_state = random_state
        self.return_train_score = return_train_score

    def candidates(self) -> ParameterSampler:
        """Return the draws."""
        return ParameterSampler(
            self.param_distributions,
            self.n_iter,
            random_state=self.random_state,
        )
