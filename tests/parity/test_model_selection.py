"""Splitters and cross-validation against scikit-learn's, and inside it.

Data: random class sizes (Hypothesis, derandomised), heart_failure and sacramento_housing. Splits without shuffling are
equal row for row, scores within 1e-12 (regressors: 1e-9). Shuffled splits come from another generator, so that only
their properties are compared.
"""

import numpy as np
import pytest
import sklearn.model_selection as theirs
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import mle.model_selection as ours
from mle.datasets import load_heart_failure, load_sacramento_housing
from mle.linear_model import LinearRegression
from mle.metrics import list_scorers
from tests.parity.record import record

LAW = settings(derandomize=True, deadline=None, max_examples=60)
OF_NUMBERS = ("r2", "neg_mean_poisson_deviance")
BINARY_SCORES = [name for name in list_scorers() if name not in OF_NUMBERS and "error" not in name]
QUANTITY_SCORES = ["r2", "neg_mean_squared_error", "neg_mean_absolute_error"]


def heart():
    data = load_heart_failure()
    return data.select(["age", "ejection_fraction", "serum_creatinine"]), data.y


def homes():
    data = load_sacramento_housing()
    return data.select(["beds", "baths", "sqft"]) / [1, 1, 1000], data.y / 1000


def equal_folds(got, expected):
    for one, other in zip(got, expected, strict=True):
        np.testing.assert_array_equal(one[0], other[0])
        np.testing.assert_array_equal(one[1], other[1])


@LAW
@given(st.integers(2, 60), st.integers(2, 12))
def test_kfold_is_the_same_row_for_row(n, k):
    k, X = min(n, k), np.zeros((n, 1))
    equal_folds(ours.KFold(k).split(X), theirs.KFold(k).split(X))


@LAW
@given(st.lists(st.integers(2, 9), min_size=2, max_size=4), st.integers(2, 5), st.integers(0, 99))
def test_stratified_is_the_same_row_for_row(counts, k, seed):
    k = min([k, *counts])
    y = np.random.default_rng(seed).permutation(np.repeat([3, 1, 4, 2][: len(counts)], counts))
    equal_folds(ours.StratifiedKFold(k).split(y, y), theirs.StratifiedKFold(k).split(y, y))


@LAW
@given(st.integers(4, 60), st.floats(0.05, 0.8), st.booleans(), st.integers(0, 99))
def test_train_test_split_has_the_same_sizes(n, share, stratify, seed):
    y = np.arange(n) % 2
    n_test = int(np.ceil(share * n))
    if not 2 <= n_test <= n - 2:
        return
    kwargs = {"test_size": share, "random_state": seed, "stratify": y if stratify else None}
    got, expected = ours.train_test_split(y, **kwargs), theirs.train_test_split(y, **kwargs)
    assert [len(part) for part in got] == [len(part) for part in expected]
    if stratify:
        assert [abs(int(a.sum()) - int(b.sum())) <= 1 for a, b in zip(got, expected)] == [True, True]


def test_train_test_split_without_shuffling_is_the_same():
    X, y = homes()
    got = ours.train_test_split(X, y, test_size=100, shuffle=False)
    for one, other in zip(got, theirs.train_test_split(X, y, test_size=100, shuffle=False), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(
    "cv",
    [
        ours.KFold(4),
        ours.KFold(4, shuffle=True, random_state=0),
        ours.StratifiedKFold(4),
        ours.StratifiedKFold(4, shuffle=True, random_state=0),
        ours.RepeatedStratifiedKFold(n_splits=4, n_repeats=2, random_state=0),
    ],
    ids=repr,
)
def test_our_splitters_work_inside_scikit_learn(cv):
    X, y = heart()
    model = make_pipeline(StandardScaler(), LogisticRegression())
    scores = theirs.cross_val_score(model, X, y, cv=cv)
    assert len(scores) == cv.get_n_splits(X, y)
    np.testing.assert_allclose(ours.cross_val_score(model, X, y, cv=cv), scores, rtol=1e-12)
    search = theirs.GridSearchCV(model, {"logisticregression__C": [0.1, 1.0]}, cv=cv).fit(X, y)
    assert search.n_splits_ == len(scores)


@pytest.mark.parametrize("scoring", [None, *BINARY_SCORES])
def test_scores_of_a_classifier(scoring):
    X, y = heart()
    model = make_pipeline(StandardScaler(), LogisticRegression())
    got = ours.cross_val_score(model, X, y, cv=5, scoring=scoring)
    np.testing.assert_allclose(got, theirs.cross_val_score(model, X, y, cv=5, scoring=scoring), rtol=1e-12)


@pytest.mark.parametrize("model", [Ridge(alpha=0.5), LinearRegression()], ids=["scikit-learn's", "ours"])
@pytest.mark.parametrize("scoring", [None, *QUANTITY_SCORES])
def test_scores_of_a_regressor(model, scoring):
    X, y = homes()
    got = ours.cross_val_score(model, X, y, cv=5, scoring=scoring)
    np.testing.assert_allclose(got, theirs.cross_val_score(model, X, y, cv=5, scoring=scoring), rtol=1e-9)


@pytest.mark.parametrize("method", ["predict", "predict_proba", "decision_function"])
def test_predictions_of_a_classifier(method):
    X, y = heart()
    model = make_pipeline(StandardScaler(), LogisticRegression())
    got = ours.cross_val_predict(model, X, y, cv=5, method=method)
    np.testing.assert_allclose(got, theirs.cross_val_predict(model, X, y, cv=5, method=method), rtol=1e-12)


def test_predictions_of_a_regressor_in_shuffled_parts():
    X, y = homes()
    cv = ours.KFold(6, shuffle=True, random_state=3)
    got = ours.cross_val_predict(LinearRegression(), X, y, cv=cv)
    np.testing.assert_allclose(got, theirs.cross_val_predict(LinearRegression(), X, y, cv=cv), rtol=1e-9)


# --- recorded for the page of comparisons ---------------------------------------------------------------------------


def rows_that_differ(ours_, theirs_, *args):
    """Count rows that stand on another side in any fold."""
    pairs = zip(ours_.split(*args), theirs_.split(*args), strict=True)
    return float(sum(len(set(a) ^ set(b)) for one, other in pairs for a, b in zip(one, other)))


@pytest.mark.parametrize("name", ["KFold", "StratifiedKFold", "GroupKFold", "StratifiedGroupKFold", "TimeSeriesSplit"])
def test_splits_are_recorded(name):
    gap = 0.0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        sizes = rng.permutation(np.arange(3, 15))  # all different: equally large groups may go in any order
        groups = rng.permutation(np.repeat(np.arange(12), sizes))
        y = rng.permutation(np.arange(len(groups)) % 3)
        k = int(rng.integers(2, 8))
        extra = {"gap": seed % 4, "max_train_size": 20} if name == "TimeSeriesSplit" else {}
        one, other = getattr(ours, name)(k, **extra), getattr(theirs, name)(k, **extra)
        gap += rows_that_differ(one, other, np.zeros((len(y), 1)), y, *([groups] * ("Group" in name)))
    record(
        name=name,
        module=f"mle.model_selection.{getattr(ours, name).__module__.rpartition('.')[2]}",
        against="scikit-learn",
        what="rows on another side, 40 splits without shuffling",
        data="random groups and classes, 102 rows",
        gap=gap,
        tolerance=0.0,
    )


def test_groups_of_equal_size_give_parts_of_the_same_sizes():
    groups = np.repeat(np.arange(30), 3)
    got, expected = (
        [len(test) for _, test in lib.GroupKFold(7).split(groups, groups=groups)] for lib in (ours, theirs)
    )
    assert sorted(got) == sorted(expected)


def test_repeated_splits_are_recorded():
    gap = 0
    for seed in range(20):
        y = np.random.default_rng(seed).permutation(np.repeat([0, 1, 2], [40, 25, 9]))
        settings_ = {"n_splits": 4, "n_repeats": 3, "random_state": seed}
        one, other = (list(lib.RepeatedStratifiedKFold(**settings_).split(y, y)) for lib in (ours, theirs))
        assert len(one) == len(other) == 12
        for (train, test), (_, expected) in zip(one, other):
            gap += np.abs(np.bincount(y[test]) - np.bincount(y[expected])).sum()
            gap += abs(len(np.union1d(train, test)) - len(y))
    record(
        name="RepeatedStratifiedKFold",
        module="mle.model_selection.split",
        against="scikit-learn",
        what="rows of each class in each part, 20 shuffled splits (the rows come from other generators)",
        data="random classes, 74 rows",
        gap=float(gap),
        tolerance=0.0,
    )


def test_randomized_search_is_recorded():
    X, y = heart()
    model = make_pipeline(StandardScaler(), LogisticRegression())
    choices = {"logisticregression__C": [0.01, 0.1, 1.0], "logisticregression__fit_intercept": [True, False]}
    kwargs = {"n_iter": 6, "scoring": "roc_auc", "cv": 5, "random_state": 0}
    tables = []
    for lib in (ours, theirs):
        found = lib.RandomizedSearchCV(model, choices, **kwargs).fit(X, y)
        order = sorted(range(6), key=lambda i: sorted(found.cv_results_["params"][i].items()))
        tables.append(
            [found.cv_results_["mean_test_score"][order], found.best_score_, sorted(found.best_params_.items())]
        )
    assert tables[0][2] == tables[1][2]
    record(
        name="RandomizedSearchCV",
        module="mle.model_selection.search",
        against="scikit-learn",
        what="scores of 6 draws without repetition from 6 settings, in one order, and the best",
        data="heart_failure, 299 x 3",
        gap=float(max(np.abs(tables[0][0] - tables[1][0]).max(), abs(tables[0][1] - tables[1][1]))),
        tolerance=1e-12,
    )


def test_cross_val_predict_is_recorded():
    X, y = heart()
    model = make_pipeline(StandardScaler(), LogisticRegression())
    got, expected = (lib.cross_val_predict(model, X, y, cv=7, method="predict_proba") for lib in (ours, theirs))
    record(
        name="cross_val_predict",
        module="mle.model_selection.validate",
        against="scikit-learn",
        what="probabilities of both classes, 7 folds",
        data="heart_failure, 299 x 3",
        gap=float(np.abs(got - expected).max()),
        tolerance=1e-12,
    )


def test_grid_search_is_recorded():
    X, y = heart()
    model = make_pipeline(StandardScaler(), LogisticRegression())
    grid = [{"logisticregression__C": [0.01, 0.1, 1.0]}, {"logisticregression__fit_intercept": [False]}]
    kwargs = {"scoring": ["roc_auc", "neg_log_loss"], "refit": "roc_auc", "cv": 5, "return_train_score": True}
    got, expected = (lib.GridSearchCV(model, grid, **kwargs).fit(X, y) for lib in (ours, theirs))
    assert set(got.cv_results_) == set(expected.cv_results_)
    assert got.best_params_ == expected.best_params_
    assert got.cv_results_["params"] == expected.cv_results_["params"]
    names = [n for n in got.cv_results_ if "_test_" in n or "_train_" in n]
    gap = max(float(np.abs(got.cv_results_[n] - expected.cv_results_[n]).max()) for n in names)
    record(
        name="GridSearchCV",
        module="mle.model_selection.search",
        against="scikit-learn",
        what="all scores and ranks of cv_results_, two scores",
        data="heart_failure, 299 x 3",
        gap=gap,
        tolerance=1e-12,
    )
    np.testing.assert_allclose(got.predict_proba(X), expected.predict_proba(X), rtol=1e-12)


def test_cross_validate_is_recorded():
    X, y = homes()
    kwargs = {"scoring": QUANTITY_SCORES, "cv": 5, "return_train_score": True}
    got, expected = (lib.cross_validate(Ridge(alpha=0.5), X, y, **kwargs) for lib in (ours, theirs))
    assert set(got) == set(expected)
    names = [n for n in got if not n.endswith("_time")]
    record(
        name="cross_validate",
        module="mle.model_selection.scores",
        against="scikit-learn",
        what="three scores on 5 folds, training and test, relative",
        data="sacramento_housing, 3 columns",
        gap=max(float(np.abs(got[n] / expected[n] - 1).max()) for n in names),
        tolerance=1e-9,
    )


def test_our_searches_work_inside_scikit_learn():
    X, y = heart()
    search = ours.RandomizedSearchCV(
        LogisticRegression(), {"C": stats.uniform(0.1, 1.0)}, n_iter=3, cv=3, random_state=0
    )
    pipe = make_pipeline(StandardScaler(), search)
    np.testing.assert_array_equal(theirs.cross_val_score(pipe, X, y, cv=3), ours.cross_val_score(pipe, X, y, cv=3))


@pytest.mark.parametrize("name", ["learning_curve", "validation_curve"])
def test_curves_are_recorded(name):
    X, y = homes()
    kwargs = {"cv": 5, "scoring": "neg_mean_absolute_error"}
    if name == "learning_curve":
        kwargs |= {"train_sizes": [0.1, 0.3, 1.0, 0.29]}
    else:
        kwargs |= {"param_name": "alpha", "param_range": [0.1, 10.0, 1000.0]}
    got, expected = (getattr(lib, name)(Ridge(), X, y, **kwargs) for lib in (ours, theirs))
    assert [part.shape for part in got] == [part.shape for part in expected]
    record(
        name=name,
        module="mle.model_selection.curves",
        against="scikit-learn",
        what="training and test scores on 5 folds, relative",
        data="sacramento_housing, 3 columns",
        gap=max(float(np.abs(a / b - 1).max()) for a, b in zip(got, expected)),
        tolerance=1e-12,
    )


@pytest.mark.parametrize("method", ["bca", "percentile"])
def test_intervals_are_recorded(method):
    rng = np.random.default_rng(1)
    y_true = rng.exponential(size=80)
    y_pred = y_true + rng.normal(size=80) * y_true

    def metric(a, b):
        return float(np.mean((a - b) ** 2))

    low_high = []
    for confidence in (0.8, 0.95):
        got = ours.bootstrap_interval(
            metric, y_true, y_pred, confidence=confidence, n_resamples=500, method=method, random_state=0
        )
        expected = stats.bootstrap(
            (y_true, y_pred),
            metric,
            paired=True,
            vectorized=False,
            confidence_level=confidence,
            n_resamples=500,
            method=method,
            rng=np.random.default_rng(0),
        ).confidence_interval
        low_high += [got.low / expected.low - 1, got.high / expected.high - 1]
    record(
        name="bootstrap_interval",
        module="mle.model_selection.compare",
        against="SciPy",
        what=f"both ends, method {method}, the same 500 draws, relative",
        data="random pairs, 80 rows",
        gap=float(np.abs(low_high).max()),
        tolerance=1e-12,
    )


def test_student_is_recorded():
    # Not nearer to 0: at t = 1e-8 and one degree of freedom SciPy itself is 3e-9 from 1 - 2t/π.
    ts, dfs = [0.0, 1e-3, 0.3, 1.0, 2.5, 7.0, 40.0, -1.5], [1, 2, 3, 4, 9, 10, 49, 99, 1000]
    gaps = [abs(ours.compare.student_two_sided(t, df) - 2 * stats.t.sf(abs(t), df)) for t in ts for df in dfs]
    record(
        name="corrected_paired_test",
        module="mle.model_selection.compare",
        against="SciPy",
        what="two-sided p-value of Student's t",
        data="8 values, 1 to 1000 degrees of freedom",
        gap=float(max(gaps)),
        tolerance=1e-13,
    )


def test_without_correction_it_is_the_paired_t_test():
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=10), rng.normal(size=10)
    got, expected = ours.corrected_paired_test(a, b, n_train=10**15, n_test=1), stats.ttest_rel(a, b)
    np.testing.assert_allclose([got.statistic, got.pvalue], [expected.statistic, expected.pvalue], rtol=1e-9)
