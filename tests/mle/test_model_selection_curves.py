"""Curves show what they are asked for; intervals hold the truth as often as they say, and the test is not fooled."""

import numpy as np
import pytest

from mle.linear_model import LinearRegression, LogisticRegression, Ridge
from mle.metrics import accuracy_score, r2_score
from mle.model_selection import (
    GroupKFold,
    KFold,
    bootstrap_interval,
    corrected_paired_test,
    cross_val_score,
    learning_curve,
    validation_curve,
)
from mle.pipeline import make_pipeline
from mle.preprocessing import StandardScaler

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 3))
Y = X @ [1.0, -2.0, 0.5] + RNG.normal(size=60)


def test_the_end_of_a_learning_curve_is_cross_validation():
    sizes, train, test = learning_curve(LinearRegression(), X, Y, cv=4)
    assert sizes.tolist() == [4, 14, 24, 34, 45]
    assert sizes.dtype == np.int64
    assert train.shape == test.shape == (5, 4)
    np.testing.assert_array_equal(test[-1], cross_val_score(LinearRegression(), X, Y, cv=4))
    assert test[-1].mean() > test[0].mean()
    assert train[0].mean() > train[-1].mean()


def test_shuffling_helps_sorted_classes():
    y = np.repeat([0, 1], 30)
    with pytest.raises(ValueError, match="at least 2 classes"):
        learning_curve(LogisticRegression(), X, y, cv=KFold(3), train_sizes=[5])
    kwargs = {"cv": 3, "train_sizes": [15, 30], "shuffle": True}
    one, two, three = (learning_curve(LogisticRegression(), X, y, random_state=s, **kwargs)[2] for s in (0, 0, 1))
    np.testing.assert_array_equal(one, two)
    assert (one != three).any()


def test_a_column_of_a_validation_curve_is_cross_validation():
    pipe = make_pipeline(StandardScaler(), Ridge())
    cv = KFold(4, shuffle=True, random_state=0)
    train, test = validation_curve(pipe, X, Y, param_name="ridge__alpha", param_range=[0.1, 1e3], cv=cv)
    np.testing.assert_array_equal(test[1], cross_val_score(pipe.set_params(ridge__alpha=1e3), X, Y, cv=cv))
    assert (train[0] > train[1]).all()


def test_groups_reach_the_curves():
    groups = np.arange(60) // 6
    assert learning_curve(Ridge(), X, Y, groups=groups, cv=GroupKFold(5))[1].shape == (5, 5)
    kwargs = {"param_name": "alpha", "param_range": [1.0], "cv": GroupKFold(5)}
    assert validation_curve(Ridge(), X, Y, groups=groups, **kwargs)[0].shape == (1, 5)


@pytest.mark.parametrize("method", ["bca", "percentile"])
def test_intervals_hold_the_truth_as_often_as_they_say(method):
    rng, held = np.random.default_rng(0), 0
    for _ in range(200):
        right = rng.uniform(size=60) < 0.7
        found = bootstrap_interval(
            accuracy_score,
            np.ones(60, int),
            right.astype(int),
            confidence=0.9,
            n_resamples=200,
            method=method,
            random_state=rng,
        )
        held += found.low <= 0.7 <= found.high
    assert 0.84 <= held / 200 <= 0.95


def test_a_perfect_model_has_an_interval_of_no_width():
    assert bootstrap_interval(accuracy_score, [0, 1] * 10, [0, 1] * 10, n_resamples=50) == (1.0, 1.0, 1.0)


def test_draws_follow_the_seed():
    one, two, three = (bootstrap_interval(r2_score, Y, Y + X[:, 0], n_resamples=99, random_state=s) for s in (0, 0, 1))
    assert one == two != three


def test_the_correction_keeps_chance_from_looking_like_skill():
    """Two models that are equally good: on shared rows the uncorrected test cries wolf far more often."""
    rng, wolf = np.random.default_rng(0), np.zeros(2)
    for _ in range(150):
        X, noise = rng.normal(size=(40, 1)), rng.normal(size=(40, 2))
        y = X[:, 0] + rng.normal(size=40)
        cv = [(p[:20], p[20:]) for p in (rng.permutation(40) for _ in range(15))]
        a, b = (cross_val_score(LinearRegression(), np.c_[X, noise[:, j]], y, cv=cv) for j in (0, 1))
        wolf[0] += corrected_paired_test(a, b, n_train=20, n_test=20).pvalue < 0.05
        wolf[1] += corrected_paired_test(a, b, n_train=10**9, n_test=1).pvalue < 0.05
    assert wolf[0] / 150 <= 0.05
    assert wolf[1] / 150 > 0.12


def test_equal_scores_are_no_evidence():
    assert corrected_paired_test([0.5, 0.6], [0.5, 0.6], n_train=8, n_test=2) == (0.0, 0.0, 1.0)
    assert corrected_paired_test([0.5, 0.75], [0.25, 0.5], n_train=8, n_test=2).pvalue == 0.0


ONE = np.ones(4)
R = Ridge()


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: learning_curve(R, X, Y, train_sizes=[0.0]), ValueError, "train_sizes: expected shares above 0"),
        (lambda: learning_curve(R, X, Y, train_sizes=[1.1]), ValueError, "train_sizes: expected shares above 0"),
        (lambda: learning_curve(R, X, Y, train_sizes=[49]), ValueError, "whole numbers from 1 to 48"),
        (lambda: learning_curve(R, X, Y, train_sizes=[0.001]), ValueError, "is less than one row"),
        (lambda: learning_curve(R, X, Y, train_sizes=[]), ValueError, "train_sizes: expected"),
        (lambda: learning_curve(R, X, Y, train_sizes=["all"]), ValueError, "train_sizes must hold numbers"),
        (lambda: learning_curve(R, X, Y, scoring=["r2"]), TypeError, "expected a single score"),
        (lambda: learning_curve(R, X, Y, shuffle=1), TypeError, "shuffle must be True or False"),
        (lambda: learning_curve(R, X, Y[:3]), ValueError, "X, y have 60, 3 rows"),
        (
            lambda: validation_curve(R, X, Y, param_name="alpha", param_range=1.0),
            TypeError,
            "parameter 'alpha' must be",
        ),
        (lambda: validation_curve(R, X, Y, param_name="beta", param_range=[1]), ValueError, "Invalid parameter 'beta'"),
        (
            lambda: bootstrap_interval(r2_score, Y, Y, method="t"),
            ValueError,
            "method must be one of 'bca', 'percentile'",
        ),
        (lambda: bootstrap_interval(r2_score, Y, Y, confidence=1.0), ValueError, "confidence must be below 1"),
        (lambda: bootstrap_interval(r2_score, Y, Y, confidence=0.0), ValueError, "confidence must be a number above 0"),
        (lambda: bootstrap_interval(r2_score, Y, Y, n_resamples=0), ValueError, "n_resamples must be a whole number"),
        (lambda: bootstrap_interval(r2_score, Y, Y[:3]), ValueError, "the arrays have 60, 3 rows"),
        (lambda: bootstrap_interval(r2_score), ValueError, "expected at least one array"),
        (
            lambda: bootstrap_interval(accuracy_score, [1], [1]),
            ValueError,
            "expected at least 2 rows to draw from, got 1",
        ),
        (lambda: bootstrap_interval(lambda y: np.nan, Y), ValueError, "metric is nan on a draw of rows"),
        (lambda: corrected_paired_test([1.0], [1.0], n_train=1, n_test=1), ValueError, "same folds, at least 2"),
        (lambda: corrected_paired_test(ONE, ONE[:3], n_train=1, n_test=1), ValueError, r"got shapes \(4,\) and \(3,\)"),
        (lambda: corrected_paired_test(ONE, ONE, n_train=0, n_test=1), ValueError, "n_train must be a whole number"),
        (lambda: corrected_paired_test(ONE, ONE, n_train=1, n_test=0.5), TypeError, "n_test must be a whole number"),
        (lambda: corrected_paired_test(ONE * np.nan, ONE, n_train=1, n_test=1), ValueError, "scores_a contains NaN"),
    ],
)
def test_bad_input(call, error, message):
    with pytest.raises(error, match=message):
        call()
