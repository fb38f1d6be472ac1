"""TargetEncoder: smoothing by its formula, and no row that sees its own target."""

import numpy as np
import pytest

from mle.linear_model import LinearRegression
from mle.metrics import r2_score
from mle.model_selection import KFold
from mle.preprocessing import TargetEncoder, smoothed_means

X = np.array([["a"], ["a"], ["b"], ["b"], ["b"], ["c"]])
Y = np.array([1.0, 3.0, 5.0, 6.0, 7.0, 8.0])


def test_fixed_smoothing_adds_rows_with_the_mean():
    codes = np.array([0, 0, 1, 1, 1, 2])
    for m in (0.0, 1.0, 10.0):
        rows = [[1, 3], [5, 6, 7], [8], []]
        expected = [(sum(r) + m * 5.0) / (len(r) + m) if len(r) + m else 5.0 for r in rows]
        np.testing.assert_allclose(smoothed_means(codes, Y, 4, m), expected, rtol=1e-15)


def test_automatic_smoothing_is_the_ratio_of_variances():
    codes, between = np.array([0, 0, 1, 1, 1, 2]), Y.var()
    shares = [2 * between / (2 * between + 1.0), 3 * between / (3 * between + 2 / 3), 1.0]
    expected = [s * m + (1 - s) * 5.0 for s, m in zip(shares, [2.0, 6.0, 8.0], strict=True)]
    np.testing.assert_allclose(smoothed_means(codes, Y, 3), expected, rtol=1e-14)
    assert smoothed_means(codes, np.full(6, 4.0), 3).tolist() == [4.0, 4.0, 4.0]


def test_a_row_does_not_see_its_own_target():
    """Moving the target of one fold moves no encoding of that fold."""
    encoder = TargetEncoder(cv=3, shuffle=False)
    before = encoder.fit_transform(X, Y)
    moved = Y.copy()
    moved[:2] += 100.0  # the first fold
    after = encoder.fit_transform(X, moved)
    np.testing.assert_array_equal(after[:2], before[:2])
    assert after[-1] > before[-1] + 30


def test_noise_does_not_become_a_feature():
    """200 categories of pure noise: the naive encoding explains half of the noise, the cross-fitted one nothing."""
    rng = np.random.default_rng(0)
    X, y = rng.integers(0, 200, size=(400, 1)), rng.normal(size=400)
    scores = []
    for Z in (
        TargetEncoder(smooth=0).fit(X, y).transform(X),
        TargetEncoder(smooth=0, random_state=0).fit_transform(X, y),
    ):
        scores.append(r2_score(y, LinearRegression().fit(Z, y).predict(Z)))
    assert scores[0] > 0.4
    assert scores[1] < 0.02


def test_unseen_and_missing_categories():
    encoder = TargetEncoder(smooth=0.0).fit([["a"], ["b"], [None], [None]], [1.0, 2.0, 5.0, 7.0])
    assert encoder.transform([["new"], [None], ["b"]]).tolist() == [[3.75], [6.0], [2.0]]
    known = TargetEncoder(categories=[["a", "b"]], smooth=0.0, cv=2, shuffle=False)
    Z = known.fit_transform([["a"], ["c"], ["a"], ["b"]], [1.0, 2.0, 5.0, 7.0])
    assert Z.tolist() == [[5.0], [6.0], [1.0], [1.5]]  # c and the unseen b: the mean of the other fold
    numbers = TargetEncoder(smooth=0.0).fit([[1.0], [np.nan], [np.nan]], [3.0, 4.0, 8.0])
    assert numbers.transform([[np.nan], [9.0]]).tolist() == [[6.0], [5.0]]


@pytest.mark.parametrize("y", [["no", "yes", "yes", "no", "yes", "yes"], [0, 1, 1, 0, 1, 1], [False, True, True] * 2])
def test_binary_targets_become_shares(y):
    encoder = TargetEncoder(smooth=0.0, cv=2).fit(X, y)
    assert encoder.target_type_ == "binary"
    assert encoder.classes_.tolist() == sorted(set(y))
    index = np.array([sorted(set(y)).index(v) for v in y])
    assert encoder.transform([["a"]])[0, 0] == pytest.approx(index[:2].mean())
    assert encoder.target_mean_ == pytest.approx(index.mean())
    assert TargetEncoder(target_type="continuous").fit(X, [0, 1, 1, 0, 1, 1]).classes_ is None


def test_same_seed_same_folds_and_any_splitter():
    Z = TargetEncoder(cv=2, random_state=3).fit_transform(X, Y)
    np.testing.assert_array_equal(Z, TargetEncoder(cv=2, random_state=3).fit_transform(X, Y))
    np.testing.assert_array_equal(Z, TargetEncoder(cv=KFold(2, shuffle=True, random_state=3)).fit_transform(X, Y))
    pairs = list(KFold(2, shuffle=True, random_state=3).split(X, Y))
    np.testing.assert_array_equal(Z, TargetEncoder(cv=pairs).fit_transform(X, Y))


def test_huge_targets():
    small = TargetEncoder(cv=2, shuffle=False).fit_transform(X, Y)
    huge = TargetEncoder(cv=2, shuffle=False).fit_transform(X, Y * 2.0**670)  # 1e202
    np.testing.assert_allclose(huge, small * 2.0**670, rtol=1e-14)


@pytest.mark.parametrize(
    ("use", "error", "message"),
    [
        (lambda: TargetEncoder().fit(X), ValueError, "requires y to be passed"),
        (lambda: TargetEncoder().fit(X, Y[:3]), ValueError, "X has 6, y has 3"),
        (lambda: TargetEncoder().fit(X, list("abcabc")), ValueError, "two classes, got 3: .*'a', 'b', 'c'"),
        (lambda: TargetEncoder(target_type="binary").fit(X, [1] * 6), ValueError, "two classes, got 1"),
        (lambda: TargetEncoder(target_type="classes").fit(X, Y), ValueError, "target_type must be one of"),
        (lambda: TargetEncoder(smooth=-1).fit(X, Y), ValueError, "smooth must be a number of at least 0"),
        (lambda: TargetEncoder(smooth="much").fit(X, Y), TypeError, "smooth must be a number"),
        (lambda: TargetEncoder(cv=1).fit_transform(X, Y), ValueError, "cv must be a whole number of at least 2"),
        (lambda: TargetEncoder(cv=7).fit_transform(X, Y), ValueError, "7"),
        (lambda: TargetEncoder(cv=[([0, 1], [2, 3])]).fit_transform(X, Y), ValueError, "leave out row 0"),
        (lambda: TargetEncoder(cv=[([0], [1]), ([0], [1])]).fit_transform(X, Y), ValueError, "overlap"),
        (lambda: TargetEncoder().fit_transform(X, Y, sample_weight=Y), TypeError, r"got \['sample_weight'\]"),
        (lambda: TargetEncoder().fit(X, [np.nan, *Y[1:]]), ValueError, "y contains NaN"),
        (lambda: TargetEncoder().transform(X), ValueError, "not fitted"),
    ],
)
def test_bad_use_is_named(use, error, message):
    with pytest.raises(error, match=message):
        use()
