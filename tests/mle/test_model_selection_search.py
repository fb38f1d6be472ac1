"""A search finds the best candidate of its table, refits it, and works inside pipelines and cross-validation."""

import warnings

import numpy as np
import pytest

from mle.datasets import load_heart_failure
from mle.exceptions import NotFittedError
from mle.linear_model import LogisticRegression, Ridge
from mle.model_selection import (
    GridSearchCV,
    GroupKFold,
    KFold,
    ParameterGrid,
    ParameterSampler,
    RandomizedSearchCV,
    cross_val_score,
)
from mle.pipeline import Pipeline, make_pipeline
from mle.preprocessing import MinMaxScaler, StandardScaler

RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 3))
Y = X @ [1.0, -2.0, 0.5] + RNG.normal(size=40)
C = np.where(Y > 0, "high", "low")


class Uniform:
    """A distribution as SciPy's: an object with rvs."""

    def rvs(self, random_state):
        return float(random_state.uniform())


def test_grid_by_number_is_grid_in_order():
    grid = ParameterGrid([{"b": [1, 2, 3], "a": ["xy", "z"]}, {}, {"c": np.array([0.5, 1.5])}])
    assert [grid[i] for i in range(len(grid))] == list(grid)
    assert len(grid) == len(list(grid)) == 9
    with pytest.raises(IndexError, match="combination 9 of 9"):
        grid[9]


def test_sampler_draws_without_repeats_from_lists_and_freely_from_distributions():
    drawn = list(ParameterSampler({"a": range(10), "b": range(10)}, 100, random_state=0))
    assert len({(d["a"], d["b"]) for d in drawn}) == 100
    free = list(ParameterSampler([{"a": Uniform()}, {"b": [1]}], 50, random_state=0))
    assert {tuple(d) for d in free} == {("a",), ("b",)}
    assert free == list(ParameterSampler([{"a": Uniform()}, {"b": [1]}], 50, random_state=0))
    with pytest.warns(UserWarning, match="n_iter=5 is more than the 2 settings"):
        assert len(list(ParameterSampler({"a": [1, 2]}, 5))) == 2


def test_the_table_agrees_with_cross_val_score():
    search = GridSearchCV(Ridge(), {"alpha": [0.1, 10.0, 1000.0]}, cv=4, return_train_score=True).fit(X, Y)
    table = search.cv_results_
    for i, alpha in enumerate(table["param_alpha"]):
        scores = cross_val_score(Ridge(alpha=alpha), X, Y, cv=4)
        assert [table[f"split{k}_test_score"][i] for k in range(4)] == scores.tolist()
        assert table["mean_test_score"][i] == pytest.approx(scores.mean(), rel=1e-14)
    assert table["mean_train_score"].shape == (3,)
    assert search.best_score_ == table["mean_test_score"].max()
    assert table["rank_test_score"][search.best_index_] == 1
    best = Ridge(**search.best_params_).fit(X, Y)
    np.testing.assert_array_equal(search.predict(X), best.predict(X))
    assert search.score(X, Y) == best.score(X, Y)
    assert (search.n_features_in_, search.n_splits_, search.multimetric_) == (3, 4, False)


def test_equal_scores_go_to_the_first():
    search = GridSearchCV(Ridge(), {"alpha": [1.0, 1.0, 2.0]}, cv=3, scoring=lambda model, X, y: 1.0).fit(X, Y)
    assert search.best_index_ == 0
    assert search.cv_results_["rank_test_score"].tolist() == [1, 1, 1]


def test_nan_ranks_last():
    search = GridSearchCV(
        Ridge(), {"alpha": [1.0, 2.0]}, cv=3, scoring=lambda m, X, y: np.nan if m.alpha == 1 else -9.0
    ).fit(X, Y)
    assert search.cv_results_["rank_test_score"].tolist() == [2, 1]


def test_inside_and_outside_a_pipeline():
    pipe = Pipeline([("scale", StandardScaler()), ("model", LogisticRegression())])
    grid = {"scale": [StandardScaler(), MinMaxScaler(), "passthrough"], "model__C": [0.1, 10.0]}
    search = GridSearchCV(pipe, grid, cv=3, scoring="neg_log_loss").fit(X, C)
    assert len(search.cv_results_["params"]) == 6
    assert search.predict(X).shape == (40,)
    assert search.predict_proba(X).shape == (40, 2)
    assert search.classes_.tolist() == ["high", "low"]
    assert not hasattr(pipe, "steps_")
    assert not any(hasattr(s, "mean_") for s in grid["scale"])
    outer = make_pipeline(StandardScaler(), GridSearchCV(LogisticRegression(), {"C": [0.1, 1.0]}, cv=3))
    assert outer.fit(X, C).score(X, C) > 0.8


def test_nested():
    search = GridSearchCV(LogisticRegression(), {"C": [0.01, 1.0]}, cv=KFold(3, shuffle=True, random_state=0))
    scores = cross_val_score(search, X, C, cv=4)
    assert scores.shape == (4,)
    assert not hasattr(search, "best_params_")
    random = RandomizedSearchCV(LogisticRegression(), {"C": Uniform()}, n_iter=3, cv=3, random_state=1)
    np.testing.assert_array_equal(cross_val_score(random, X, C, cv=4), cross_val_score(random, X, C, cv=4))


def test_several_scores_and_ways_to_refit():
    by_name = GridSearchCV(
        Ridge(), {"alpha": [0.1, 100.0]}, scoring=["r2", "neg_mean_absolute_error"], refit="r2", cv=3
    )
    by_name.fit(X, Y)
    assert by_name.score(X, Y) == by_name.best_estimator_.score(X, Y)
    assert "mean_test_neg_mean_absolute_error" in by_name.cv_results_
    chosen = GridSearchCV(Ridge(), {"alpha": [0.1, 100.0]}, cv=3, refit=lambda table: 1).fit(X, Y)
    assert chosen.best_params_ == {"alpha": 100.0}
    assert not hasattr(chosen, "best_score_")
    alone = GridSearchCV(Ridge(), {"alpha": [0.1, 100.0]}, cv=3, refit=False).fit(X, Y)
    assert alone.best_params_ == {"alpha": 0.1}
    with pytest.raises(AttributeError, match="refit=False: predict is not available"):
        alone.predict(X)


def test_groups_and_tables():
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame(X, columns=["a", "b", "c"])
    search = GridSearchCV(Ridge(), {"alpha": [0.1, 1.0]}, cv=GroupKFold(4))
    search.fit(table, pandas.Series(Y), groups=np.arange(40) // 5)
    assert search.feature_names_in_.tolist() == ["a", "b", "c"]


def test_progress_line(capsys):
    GridSearchCV(Ridge(), {"alpha": [0.1, 1.0]}, cv=3, verbose=1).fit(X, Y)
    printed = capsys.readouterr()
    assert not printed.out
    assert printed.err.count("\r") == 2
    assert "2 of 2 candidates" in printed.err
    GridSearchCV(Ridge(), {"alpha": [0.1, 1.0]}, cv=3).fit(X, Y)
    assert not capsys.readouterr().err


def test_parameters_and_methods_follow_the_estimator():
    search = GridSearchCV(Ridge(), {"alpha": [1.0]})
    assert search.get_params()["estimator__alpha"] == 1.0
    assert search.set_params(estimator__alpha=3.0).estimator.alpha == 3.0
    assert not hasattr(search, "predict_proba")
    assert not hasattr(search, "transform")
    assert not hasattr(search, "classes_")
    with pytest.raises(NotFittedError, match="GridSearchCV instance is not fitted yet"):
        search.predict(X)


def test_real_data():
    data = load_heart_failure()
    columns = data.select(["age", "ejection_fraction", "serum_creatinine"])
    pipe = make_pipeline(StandardScaler(), LogisticRegression())
    search = RandomizedSearchCV(
        pipe, {"logisticregression__C": [0.001, 0.01, 0.1, 1.0, 10.0]}, n_iter=4, scoring="roc_auc", random_state=0
    ).fit(columns, data.y)
    assert 0.7 < search.best_score_ < 0.9


@pytest.mark.parametrize("kind", ["grid", "random"])
def test_scikit_learn_checks(kind, monkeypatch):
    checks = pytest.importorskip("sklearn.utils.estimator_checks")
    model = (
        GridSearchCV(Ridge(), {"alpha": [0.1, 1.0]}, cv=2)
        if kind == "grid"
        else RandomizedSearchCV(LogisticRegression(), {"C": [0.1, 1.0]}, n_iter=2, cv=2, random_state=0)
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        report = checks.check_estimator(model, on_fail=None, on_skip=None)
    failed = [r["check_name"] for r in report if r["status"] not in ("passed", "skipped")]
    assert not failed
    assert len(report) > 40


R = Ridge()


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: ParameterGrid(3), TypeError, "param_grid must be a dict of names to lists"),
        (lambda: ParameterGrid([3]), TypeError, "got 3 in it"),
        (lambda: ParameterGrid([]), ValueError, "param_grid is an empty list"),
        (lambda: ParameterGrid({"a": "text"}), TypeError, "values of parameter 'a' must be a list or a flat array"),
        (lambda: ParameterGrid({"a": []}), ValueError, "values of parameter 'a' are empty"),
        (lambda: ParameterSampler({"a": [1]}, 0), ValueError, "n_iter must be a whole number of at least 1"),
        (lambda: ParameterSampler({"a": 1}, 2), TypeError, "values of parameter 'a' must be a list"),
        (lambda: GridSearchCV(R, {"beta": [1]}).fit(X, Y), ValueError, "Invalid parameter 'beta'"),
        (lambda: GridSearchCV(R, {"alpha": [-1.0]}).fit(X, Y), ValueError, "alpha must be"),
        (lambda: GridSearchCV("model", {"alpha": [1]}).fit(X, Y), TypeError, "estimator must be an estimator with fit"),
        (lambda: GridSearchCV(R, {"alpha": [1]}).fit(X), ValueError, "requires y to be passed"),
        (lambda: GridSearchCV(R, {"alpha": [1]}).fit(X, Y[:3]), ValueError, "X, y have 40, 3 rows"),
        (lambda: GridSearchCV(R, {"alpha": [1]}).fit(X[:1], Y[:1]), ValueError, "got 1 sample"),
        (lambda: GridSearchCV(R, {"alpha": [1]}, cv=50).fit(X, Y), ValueError, "n_splits=50 is more than the 40 rows"),
        (lambda: GridSearchCV(R, {"alpha": [1]}).fit(X, Y, weight=1), TypeError, "takes X, y and groups, got weight"),
        (
            lambda: GridSearchCV(R, {"alpha": [1]}, scoring=["r2"]).fit(X, Y),
            ValueError,
            "the one that decides",
        ),
        (lambda: GridSearchCV(R, {"alpha": [1]}, refit=1).fit(X, Y), TypeError, "refit must be True or False"),
        (
            lambda: GridSearchCV(R, {"alpha": [1]}, refit=lambda t: 7).fit(X, Y),
            IndexError,
            "chose candidate 7 of 1",
        ),
        (lambda: GridSearchCV(R, {"alpha": [1]}, verbose=-1).fit(X, Y), ValueError, "verbose must be a whole number"),
        (lambda: GridSearchCV(R, {"alpha": [1.0]}).fit(X * np.nan, Y), ValueError, "X contains NaN"),
    ],
)
def test_bad_input(call, error, message):
    with pytest.raises(error, match=message):
        call()
