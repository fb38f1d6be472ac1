"""No part ever splits a group or looks into the future; several scores and times come out of one cross-validation."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mle.compose import ColumnTransformer
from mle.linear_model import LinearRegression, LogisticRegression, Ridge
from mle.model_selection import (
    GridSearchCV,
    GroupKFold,
    KFold,
    RepeatedKFold,
    StratifiedGroupKFold,
    TimeSeriesSplit,
    cross_val_predict,
    cross_val_score,
    cross_validate,
    learning_curve,
    train_test_split,
)
from mle.model_selection.validate import is_classifier
from mle.pipeline import make_pipeline
from mle.preprocessing import OneHotEncoder, StandardScaler

LAW = settings(derandomize=True, deadline=None, max_examples=60)
SEEDS = st.integers(0, 2**31 - 1)
MAYBE = st.none() | st.integers(1, 9)
X6, Y6 = np.arange(6.0)[:, None], np.array([0, 1, 0, 1, 0, 1])


@LAW
@given(st.integers(2, 60), st.integers(2, 6), st.booleans(), st.booleans(), SEEDS)
def test_no_group_stands_on_both_sides(n, k, shuffle, stratify, seed):
    rng = np.random.default_rng(seed)
    groups = rng.integers(0, max(2, n // 3), size=n)
    y = np.arange(n) % 2
    k = min(k, len(set(groups.tolist())), n // 2)
    if k < 2:
        return
    cls = StratifiedGroupKFold if stratify else GroupKFold
    splitter = cls(k, shuffle=shuffle, random_state=seed if shuffle else None)
    folds = list(splitter.split(np.zeros((n, 1)), y, groups))
    assert len(folds) == k
    assert sorted(np.concatenate([test for _, test in folds]).tolist()) == list(range(n))
    for train, test in folds:
        assert not set(groups[train]) & set(groups[test])
        assert sorted([*train, *test]) == list(range(n))
        assert train.dtype == test.dtype == np.int64


def test_group_parts_are_balanced():
    groups = np.repeat(np.arange(12), 5)
    assert [len(test) for _, test in GroupKFold(4).split(groups, groups=groups)] == [15] * 4
    y = np.repeat(np.arange(12) % 3 == 0, 5).astype(int)
    for shuffle in (False, True):
        splitter = StratifiedGroupKFold(4, shuffle=shuffle, random_state=0 if shuffle else None)
        assert [int(y[test].sum()) for _, test in splitter.split(y, y, groups)] == [5] * 4


def test_shuffled_groups_follow_the_seed():
    groups = np.repeat(np.arange(20), 2)

    def parts(seed):
        return [t.tolist() for _, t in GroupKFold(4, shuffle=True, random_state=seed).split(groups, groups=groups)]

    assert parts(1) == parts(1) != parts(2)


@LAW
@given(
    st.integers(2, 50),
    st.integers(2, 6),
    st.integers(0, 4),
    st.none() | st.integers(1, 5),
    st.none() | st.integers(1, 9),
)
def test_time_never_runs_backwards(n, k, gap, size, most):
    splitter = TimeSeriesSplit(k, gap=gap, test_size=size, max_train_size=most)
    if n - gap - k * (size or n // (k + 1)) < 1 or n < k + 1:
        with pytest.raises(ValueError, match="leave nothing to learn from"):
            list(splitter.split(np.zeros(n)))
        return
    folds = list(splitter.split(np.zeros(n)))
    assert len(folds) == k
    assert folds[-1][1][-1] == n - 1
    for train, test in folds:
        assert train[-1] + gap + 1 == test[0]
        assert len(train) <= (most or n)
        assert np.array_equal(test, np.arange(test[0], test[0] + len(test)))


def test_repeats_differ():
    folds = list(RepeatedKFold(n_splits=3, n_repeats=2, random_state=0).split(range(30)))
    assert len(folds) == 6
    for start in (0, 3):
        assert sorted(np.concatenate([t for _, t in folds[start : start + 3]]).tolist()) == list(range(30))
    assert folds[0][1].tolist() != folds[3][1].tolist()
    assert repr(RepeatedKFold(n_repeats=2)) == "RepeatedKFold(n_splits=5, n_repeats=2, random_state=None)"


def test_groups_reach_the_splitter():
    groups = [0, 0, 1, 1, 2, 2]
    for call in (cross_val_score, cross_val_predict, cross_validate):
        call(LinearRegression(), X6, Y6, groups=groups, cv=GroupKFold(3))
        with pytest.raises(ValueError, match="groups is None"):
            call(LinearRegression(), X6, Y6, cv=GroupKFold(3))


@pytest.mark.parametrize("cv", [3, KFold(3), TimeSeriesSplit(2), [([0, 1, 2], [3, 4, 5])]])
def test_a_group_split_across_folds_is_refused(cv):
    groups = ["ann", "ann", "bob", "bob", "bob", "cat"]
    calls = [cross_validate, cross_val_score, learning_curve]
    if isinstance(cv, (int, KFold)):
        calls.append(cross_val_predict)
    for call in calls:
        with pytest.raises(ValueError, match=r"group 'bob' stands in training and in test part [12] .* GroupKFold"):
            call(LinearRegression(), X6, Y6, groups=groups, cv=cv)
    search = GridSearchCV(Ridge(), {"alpha": [0.1, 1.0]}, cv=cv)
    with pytest.raises(ValueError, match="group 'bob' stands in training and in test"):
        search.fit(X6, Y6, groups=groups)
    with pytest.raises(ValueError, match="X, groups have 6, 2 rows"):
        search.fit(X6, Y6, groups=groups[:2])
    cross_val_score(LinearRegression(), X6, Y6, groups=["ann", "ann", "bob", "bob", "cat", "cat"], cv=KFold(3))


def test_masks_are_rows_and_what_are_none_is_said():
    first = np.arange(6) < 3
    masks, rows = [(first, ~first), (~first, first)], [([0, 1, 2], [3, 4, 5]), ([3, 4, 5], [0, 1, 2])]
    for call in (cross_val_score, cross_val_predict):
        np.testing.assert_array_equal(
            call(LinearRegression(), X6, Y6, cv=masks), call(LinearRegression(), X6, Y6, cv=rows)
        )
    for train, test, error, message in (
        ([0, 1], [6], ValueError, "test part 1 of cv holds row 6: expected rows from 0 to 5"),
        ([0, -1], [3], ValueError, "training part 1 of cv holds row -1: expected rows from 0 to 5"),
        ([0, 1], [], ValueError, "test part 1 of cv is empty"),
        ([0.5, 1.5], [3], TypeError, "training part 1 of cv holds float64: expected row numbers, or a mask of 6"),
        ([0, 1], [True, False], ValueError, "test part 1 of cv is a mask of 2 rows: expected 6"),
        ([[0, 1]], [3], ValueError, r"training part 1 of cv has shape \(1, 2\): expected one dimension"),
    ):
        with pytest.raises(error, match=message):
            cross_val_score(LinearRegression(), X6, Y6, cv=[(train, test)])


def test_parts_that_know_other_classes_are_not_put_below_each_other():
    X, y = np.arange(12.0)[:, None], np.repeat(["a", "b", "c"], 4)
    model = LogisticRegression()
    for method in ("predict_proba", "decision_function"):
        # Each training part lacks another class: all have two columns, of which none is the same.
        with pytest.raises(ValueError, match=f"{method} gave .* a class was missing in training, use StratifiedKFold"):
            cross_val_predict(model, X, y, cv=KFold(3), method=method)
    assert cross_val_predict(model, X, y, cv=KFold(3)).shape == (12,)
    assert cross_val_predict(model, X, y, cv=2, method="predict_proba").shape == (12, 3)


def test_a_pipeline_is_what_its_last_step_is():
    assert is_classifier(make_pipeline(StandardScaler(), LogisticRegression()))
    assert not is_classifier(make_pipeline(StandardScaler(), LinearRegression()))
    y = np.array([0] * 8 + [1] * 4)  # without stratification a training part would hold one class
    pipe = make_pipeline(StandardScaler(), LogisticRegression())
    assert len(cross_val_score(pipe, np.arange(12.0)[:, None], y, cv=4)) == 4


def test_dictionaries_of_columns():
    X = {"age": np.arange(12.0), "sex": list("fmfmfmfmfmfm")}
    y = np.arange(12.0)
    train, test = train_test_split(X, test_size=4, random_state=0)
    assert (train.shape, test.shape) == ((8, 2), (4, 2))
    prepare = ColumnTransformer([("scale", StandardScaler(), ["age"]), ("code", OneHotEncoder(drop="first"), ["sex"])])
    scores = cross_val_score(make_pipeline(prepare, LinearRegression()), X, y, cv=3)
    np.testing.assert_allclose(scores, 1.0)


def test_cross_validate_returns_what_is_asked_for():
    found = cross_validate(LinearRegression(), X6, Y6, cv=3)
    assert sorted(found) == ["fit_time", "score_time", "test_score"]
    assert (found["fit_time"] >= 0).all()
    np.testing.assert_array_equal(found["test_score"], cross_val_score(LinearRegression(), X6, Y6, cv=3))
    found = cross_validate(
        LinearRegression(),
        X6,
        X6[:, 0],
        cv=3,
        scoring={"fit": "r2", "own": lambda model, X, y: len(X)},
        return_train_score=True,
        return_estimator=True,
        return_indices=True,
    )
    assert found["test_own"].tolist() == [2, 2, 2]
    assert found["train_own"].tolist() == [4, 4, 4]
    np.testing.assert_allclose(found["train_fit"], 1.0)
    assert [model.coef_.round(6).tolist() for model in found["estimator"]] == [[1.0]] * 3
    assert [rows.tolist() for rows in found["indices"]["test"]] == [[0, 1], [2, 3], [4, 5]]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: list(GroupKFold(2).split(X6)), ValueError, "groups is None: expected the group of each row"),
        (
            lambda: list(GroupKFold(3).split(X6, groups=[1, 1, 1, 2, 2, 2])),
            ValueError,
            "holds 2 groups, fewer",
        ),
        (lambda: list(GroupKFold(2).split(X6, groups=[1, 2])), ValueError, "X, groups have 6, 2 rows"),
        (lambda: list(GroupKFold(2).split(X6, Y6[:2], [1, 2])), ValueError, "X, y have 6, 2 rows"),
        (lambda: list(StratifiedGroupKFold(2).split(X6, None, Y6)), ValueError, "needs y, the classes to balance"),
        (
            lambda: list(StratifiedGroupKFold(2).split(X6, [0, 0, 0, 0, 0, 1], range(6))),
            ValueError,
            "has 1 members",
        ),
        (lambda: GroupKFold(1), ValueError, "n_splits must be a whole number of at least 2"),
        (lambda: GroupKFold(2, random_state=0), ValueError, "no effect without shuffle=True"),
        (lambda: TimeSeriesSplit(1), ValueError, "n_splits must be a whole number of at least 2"),
        (lambda: TimeSeriesSplit(gap=-1), ValueError, "gap must be a whole number of at least 0"),
        (lambda: TimeSeriesSplit(test_size=0), ValueError, "test_size must be a whole number of at least 1"),
        (lambda: TimeSeriesSplit(max_train_size=1.5), TypeError, "max_train_size must be a whole number"),
        (lambda: list(TimeSeriesSplit(6).split(X6)), ValueError, "6 test sets of 1 rows and gap=0 leave nothing"),
        (lambda: RepeatedKFold(n_repeats=0), ValueError, "n_repeats must be a whole number of at least 1"),
        (
            lambda: cross_validate(LinearRegression(), X6, Y6, scoring=3),
            TypeError,
            "scoring=3: expected a name",
        ),
        (lambda: cross_validate(LinearRegression(), X6, Y6, scoring=[len]), TypeError, "a list must hold names"),
        (
            lambda: cross_validate(LinearRegression(), X6, Y6, scoring={"a": "r3"}),
            ValueError,
            "'r3' is unknown",
        ),
        (lambda: cross_validate(LinearRegression(), X6, Y6, return_estimator=1), TypeError, "return_estimator must be"),
        (
            lambda: cross_validate(LinearRegression(), X6, Y6, cv=True),
            ValueError,
            "cv=True: expected a number",
        ),
        (
            lambda: cross_val_score(LinearRegression(), {"a": [1.0], "b": [1, 2]}, Y6),
            ValueError,
            "have one length",
        ),
    ],
)
def test_bad_input(call, error, message):
    with pytest.raises(error, match=message):
        call()
