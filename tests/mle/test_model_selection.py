"""Splits are partitions with the right shares; cross-validation fits fresh copies on the right rows."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mle
from mle.base import Classifier, Regressor
from mle.datasets import load_heart_failure
from mle.linear_model import LinearRegression
from mle.model_selection import (
    KFold,
    RepeatedStratifiedKFold,
    StratifiedKFold,
    cross_val_predict,
    cross_val_score,
    train_test_split,
)

LAW = settings(derandomize=True, deadline=None, max_examples=60)
SEEDS = st.integers(0, 2**31 - 1)


class Mean(Regressor):
    """Predicts the mean of y, and counts how often any copy was fitted."""

    fits = 0

    def _fit(self, X, y, w):
        Mean.fits += 1
        self.mean_ = float(np.average(y, weights=w))
        self.rows_ = len(y)

    def _predict(self, X):
        return np.full(len(X), self.mean_)


class Shares(Classifier):
    """Predicts the share of each class in training."""

    def _fit(self, X, index, w):
        self.share_ = np.bincount(index, weights=w, minlength=len(self.classes_)) / w.sum()

    def _proba(self, X):
        return np.tile(self.share_, (len(X), 1))


def assert_partition(folds, n):
    """Every row is tested exactly once, and trained on in all other folds; row numbers are int64."""
    tested = np.concatenate([test for _, test in folds])
    assert sorted(tested.tolist()) == list(range(n))
    for train, test in folds:
        assert sorted([*train.tolist(), *test.tolist()]) == list(range(n))
        assert train.dtype == test.dtype == np.int64


# --- KFold -------------------------------------------------------------------------------------------------------


@LAW
@given(st.integers(2, 40), st.integers(2, 10), st.booleans(), SEEDS)
def test_kfold_is_a_partition_into_nearly_equal_parts(n, k, shuffle, seed):
    k = min(n, k)
    folds = list(KFold(k, shuffle=shuffle, random_state=seed if shuffle else None).split(np.zeros((n, 1))))
    assert len(folds) == k
    assert_partition(folds, n)
    sizes = [len(test) for _, test in folds]
    assert max(sizes) - min(sizes) <= 1


def test_kfold_without_shuffling_takes_neighbours():
    assert [test.tolist() for _, test in KFold(3).split(range(7))] == [[0, 1, 2], [3, 4], [5, 6]]


# --- StratifiedKFold ---------------------------------------------------------------------------------------------


@LAW
@given(st.lists(st.integers(2, 9), min_size=1, max_size=4), st.integers(2, 5), st.booleans(), SEEDS)
def test_stratified_parts_have_equal_shares(counts, k, shuffle, seed):
    k = min([k, *counts])
    y = np.random.default_rng(seed).permutation(np.repeat(np.arange(len(counts)), counts))
    folds = list(StratifiedKFold(k, shuffle=shuffle, random_state=seed if shuffle else None).split(y, y))
    assert_partition(folds, len(y))
    sizes = [len(test) for _, test in folds]
    assert max(sizes) - min(sizes) <= 1
    for c, count in enumerate(counts):
        members = [int((y[test] == c).sum()) for _, test in folds]
        assert sum(members) == count
        assert max(members) - min(members) <= 1


def test_stratified_takes_text_and_columns():
    y = np.array(["b", "a"] * 4)
    plain = [test.tolist() for _, test in StratifiedKFold(2).split(y, y)]
    assert plain == [[0, 1, 2, 3], [4, 5, 6, 7]]
    assert [t.tolist() for _, t in StratifiedKFold(2).split(y, y.astype(object)[:, None])] == plain


# --- repeats and seeds -------------------------------------------------------------------------------------------


def test_repeats_are_partitions_that_differ():
    y = load_heart_failure().y
    splitter = RepeatedStratifiedKFold(n_splits=4, n_repeats=3, random_state=0)
    folds = list(splitter.split(y, y))
    assert splitter.get_n_splits() == len(folds) == 12
    for start in (0, 4, 8):
        assert_partition(folds[start : start + 4], len(y))
    assert len({tuple(test.tolist()) for _, test in folds}) == 12


@pytest.mark.parametrize(
    "make",
    [
        lambda seed: KFold(3, shuffle=True, random_state=seed),
        lambda seed: StratifiedKFold(3, shuffle=True, random_state=seed),
        lambda seed: RepeatedStratifiedKFold(n_splits=3, n_repeats=2, random_state=seed),
    ],
)
def test_same_seed_same_split(make):
    y = np.arange(30) % 3

    def parts(splitter):
        return [test.tolist() for _, test in splitter.split(y, y)]

    one = make(1)
    assert parts(one) == parts(one) == parts(make(1))
    assert parts(make(1)) != parts(make(2))
    rng = np.random.default_rng(0)
    assert parts(make(rng)) != parts(make(rng))


def test_splits_are_the_same_on_every_platform():
    """Pinned: numpy's generators give the same stream everywhere, also where the default integer has 32 bits."""
    assert [t.tolist() for _, t in KFold(3, shuffle=True, random_state=0).split(range(7))] == [
        [0, 5, 6],
        [1, 2],
        [3, 4],
    ]
    assert train_test_split(np.arange(8), test_size=3, random_state=0)[1].tolist() == [0, 1, 7]


def test_repr_can_be_read_back():
    for text in (
        "KFold(4, shuffle=True, random_state=1)",
        "StratifiedKFold(5, shuffle=False, random_state=None)",
        "RepeatedStratifiedKFold(n_splits=5, n_repeats=2, random_state=3)",
    ):
        assert repr(eval(text)) == text


# --- train_test_split --------------------------------------------------------------------------------------------


@LAW
@given(st.integers(2, 40), st.floats(0.05, 0.95), SEEDS)
def test_split_keeps_rows_together(n, share, seed):
    X = np.arange(2 * n).reshape(n, 2)
    y = X[:, 0] * 10
    n_test = int(np.ceil(share * n))
    if n_test == n:
        return
    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=share, random_state=seed)
    assert (len(X_test), len(X_train)) == (n_test, n - n_test)
    np.testing.assert_array_equal(X_train[:, 0] * 10, y_train)
    np.testing.assert_array_equal(X_test[:, 0] * 10, y_test)
    assert sorted([*y_train.tolist(), *y_test.tolist()]) == y.tolist()


@LAW
@given(st.lists(st.integers(2, 12), min_size=2, max_size=4), st.floats(0.1, 0.9), SEEDS)
def test_stratified_split_has_equal_shares(counts, share, seed):
    y = np.repeat(np.arange(len(counts)), counts)
    n_test = int(np.ceil(share * len(y)))
    if min(n_test, len(y) - n_test) < len(counts):
        return
    train, test = train_test_split(y, test_size=share, stratify=y, random_state=seed)
    assert len(test) == n_test
    for c, count in enumerate(counts):
        exact = n_test * count / len(y)
        assert abs((test == c).sum() - exact) < 1
        assert (test == c).sum() + (train == c).sum() == count


def test_split_without_shuffling_takes_the_end():
    train, test = train_test_split([1, 2, 3, 4, 5], test_size=2, shuffle=False)
    assert (train.tolist(), test.tolist()) == ([1, 2, 3], [4, 5])


def test_split_mixes_both_sides():
    train, test = train_test_split(np.arange(100), random_state=0)
    assert len(test) == 25
    assert train.tolist() != sorted(train.tolist())
    assert test.tolist() != sorted(test.tolist())
    y = np.arange(100) % 2
    train, test = train_test_split(np.arange(100), random_state=0, stratify=y)
    assert train.tolist() != sorted(train.tolist())
    assert (test % 2 == 0).any()
    assert np.any(np.diff(test % 2) < 0)


def test_split_keeps_tables_tables():
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame({"a": [1.0, 2.0, 3.0, 4.0], "b": list("wxyz")}, index=[10, 11, 12, 13])
    train, test, y_train, y_test = train_test_split(table, table["a"], test_size=1, random_state=0)
    assert list(train.columns) == ["a", "b"]
    assert test["a"].tolist() == y_test.tolist()
    assert set(train.index) | set(test.index) == {10, 11, 12, 13}
    assert set(train.index) == set(y_train.index)


# --- cross-validation --------------------------------------------------------------------------------------------


def test_scores_come_from_models_that_have_not_seen_the_rows():
    X, y = np.zeros((6, 1)), np.array([0.0, 0.0, 3.0, 3.0, 6.0, 6.0])
    scores = cross_val_score(Mean(), X, y, cv=3, scoring="neg_mean_absolute_error")
    assert scores.tolist() == [-4.5, 0.0, -4.5]
    assert scores.dtype == np.float64
    assert cross_val_predict(Mean(), X, y, cv=3).tolist() == [4.5, 4.5, 3.0, 3.0, 1.5, 1.5]


def test_the_estimator_itself_stays_unfitted():
    model, before = Mean(), Mean.fits
    cross_val_score(model, np.zeros((6, 1)), np.arange(6.0), cv=KFold(3))
    assert Mean.fits == before + 3
    assert not hasattr(model, "mean_")


def test_int_means_stratified_for_classifiers_only():
    X, y = np.zeros((6, 1)), np.array([0, 0, 0, 1, 1, 1])
    assert cross_val_predict(Shares(), X, y, cv=3, method="predict_proba").tolist() == [[0.5, 0.5]] * 6
    assert cross_val_predict(Mean(), X, y, cv=2).tolist() == [1, 1, 1, 0, 0, 0]
    assert cross_val_score(Shares(), X, y, cv=np.int64(3)).tolist() == [0.5, 0.5, 0.5]


def test_scoring_by_default_by_name_and_by_function():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(40, 2))
    y = X @ [1.0, -2.0] + rng.normal(size=40)
    by_default = cross_val_score(LinearRegression(), X, y)
    by_function = cross_val_score(LinearRegression(), X, y, scoring=lambda model, X, y: model.score(X, y))
    assert by_default.shape == (5,)
    np.testing.assert_array_equal(by_default, cross_val_score(LinearRegression(), X, y, scoring="r2"))
    np.testing.assert_array_equal(by_default, by_function)


def test_cv_may_be_pairs_in_any_order():
    X, y = np.zeros((4, 1)), np.arange(4.0)
    pairs = [([0, 1], [2, 3]), ([2, 3], [1, 0])]
    assert cross_val_predict(Mean(), X, y, cv=pairs).tolist() == [2.5, 2.5, 0.5, 0.5]
    assert len(cross_val_score(Mean(), X, y, cv=iter(pairs), scoring="neg_mean_squared_error")) == 2


def test_tables_keep_their_names():
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame({"a": np.arange(6.0), "b": np.arange(6.0) ** 2})
    assert len(cross_val_score(LinearRegression(), table, table["a"], cv=3)) == 3


def test_own_regressors_need_no_scikit_learn():
    """A user's own class, outside mle, must not pull scikit-learn in."""
    code = (
        "import sys, numpy as np\n"
        "sys.modules['sklearn'] = None\n"
        "from mle.base import Regressor\n"
        "from mle.model_selection import cross_val_score\n"
        "class Zero(Regressor):\n"
        "    def _fit(self, X, y, w): self.zero_ = 0.0\n"
        "    def _predict(self, X): return np.zeros(len(X))\n"
        "print(cross_val_score(Zero(), np.zeros((4, 1)), [1.0, 2.0, 3.0, 4.0], cv=2).tolist())\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(mle.__file__).parents[1])}
    result = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[-9.0, -49.0]"


# --- bad input ---------------------------------------------------------------------------------------------------

X4, Y4 = np.zeros((4, 1)), np.array([0, 0, 1, 1])


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: KFold(1), ValueError, "n_splits must be a whole number of at least 2, got 1"),
        (lambda: KFold(2.5), TypeError, "n_splits must be a whole number of at least 2, got 2.5"),
        (lambda: StratifiedKFold(True), TypeError, "n_splits must be a whole number"),
        (lambda: RepeatedStratifiedKFold(n_repeats=0), ValueError, "n_repeats must be a whole number of at least 1"),
        (lambda: KFold(3, random_state=1), ValueError, "random_state=1 has no effect without shuffle=True"),
        (lambda: list(KFold(5).split(X4)), ValueError, "n_splits=5 is more than the 4 rows"),
        (lambda: list(KFold(2).split(X4, Y4[:3])), ValueError, "X, y have 4, 3 rows: expected equally many"),
        (lambda: list(KFold(2).split(7)), ValueError, "expected an array, a list or a table with rows, got 7"),
        (lambda: list(KFold(2).split("text")), ValueError, "with rows, got 'text'"),
        (lambda: list(StratifiedKFold(2).split(X4)), ValueError, "StratifiedKFold needs y"),
        (
            lambda: list(StratifiedKFold(3).split(X4, Y4)),
            ValueError,
            "smallest class of y has 2 members, fewer than n_sp",
        ),
        (lambda: list(StratifiedKFold(2).split(X4, [0.1, 0.2, 0.3, 0.4])), ValueError, "y holds 0.1: expected class"),
        (lambda: list(StratifiedKFold(2).split(X4, np.zeros((4, 2)))), ValueError, r"y has shape \(4, 2\)"),
        (lambda: train_test_split(), ValueError, "expected at least one array"),
        (lambda: train_test_split(X4, Y4[:3]), ValueError, "the arrays have 4, 3 rows: expected equally many"),
        (lambda: train_test_split(X4, test_size=0.0), ValueError, r"test_size=0\.0: expected a share between 0 and 1"),
        (lambda: train_test_split(X4, test_size=1.0), ValueError, r"test_size=1\.0: expected a share"),
        (
            lambda: train_test_split(X4, test_size=4),
            ValueError,
            "test_size=4: .* from 1 to 3; with 4 rows it leaves one",
        ),
        (lambda: train_test_split(X4, test_size=0.9), ValueError, "with 4 rows it leaves one side empty"),
        (lambda: train_test_split(X4, test_size=np.nan), ValueError, "test_size must be a.* number, got nan"),
        (lambda: train_test_split(X4, test_size="half"), TypeError, "test_size must be a.* number, got 'half'"),
        (lambda: train_test_split(X4, test_size=True), TypeError, "test_size must be a.* number, got True"),
        (lambda: train_test_split(X4, stratify=Y4, shuffle=False), ValueError, "stratify needs shuffle=True"),
        (lambda: train_test_split(X4, stratify=Y4[:3]), ValueError, "arrays, stratify have 4, 3 rows"),
        (lambda: train_test_split(X4, stratify=[0, 0, 0, 1]), ValueError, "stratify has a class with 1 member"),
        (
            lambda: train_test_split(X4, stratify=Y4, test_size=1),
            ValueError,
            "2 classes and the sides have 3 and 1 rows",
        ),
        (lambda: train_test_split(X4, random_state="x"), TypeError, "random_state must be a whole number"),
        (lambda: cross_val_score(Mean(), X4, Y4[:3]), ValueError, "X, y have 4, 3 rows"),
        (lambda: cross_val_score(Mean(), X4, Y4, cv=1), ValueError, "n_splits must be a whole number of at least 2"),
        (lambda: cross_val_score(Mean(), X4, Y4, cv="five"), ValueError, "cv='five': expected a number of parts"),
        (lambda: cross_val_score(Mean(), X4, Y4, cv=2.0), ValueError, r"cv=2\.0: expected a number of parts"),
        (lambda: cross_val_score(Mean(), X4, Y4, cv=[]), ValueError, "cv gives no parts"),
        (lambda: cross_val_score(Mean(), X4, Y4, cv=2, scoring="r3"), ValueError, "scoring='r3' is unknown"),
        (lambda: cross_val_predict(Mean(), X4, Y4, cv=[([0], [1, 2, 3])]), ValueError, "overlap or leave rows out"),
        (
            lambda: cross_val_predict(Mean(), X4, Y4, cv=[([0], [1, 2]), ([3], [2, 3, 0])]),
            ValueError,
            "overlap or leave rows out",
        ),
        (
            lambda: cross_val_predict(
                Shares(), np.zeros((6, 1)), [0, 1, 0, 1, 2, 0], cv=KFold(3), method="predict_proba"
            ),
            ValueError,
            "predict_proba gave parts of unequal width",
        ),
    ],
)
def test_bad_input(call, error, message):
    with pytest.raises(error, match=message):
        call()
