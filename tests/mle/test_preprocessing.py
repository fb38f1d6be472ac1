"""StandardScaler: what scaled columns look like, the way back, weights, constants, extremes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mle.exceptions import NotFittedError
from mle.preprocessing import StandardScaler

FIXED = settings(derandomize=True, deadline=None, max_examples=60)
MATRICES = hnp.arrays(
    float, st.tuples(st.integers(1, 12), st.integers(1, 4)), elements=st.integers(-40, 40).map(lambda i: i / 8)
)


@FIXED
@given(MATRICES)
def test_scaled_columns_have_mean_0_and_deviation_1_or_0(X):
    Z = StandardScaler().fit_transform(X)
    np.testing.assert_allclose(Z.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(Z.std(axis=0), np.ptp(X, axis=0) > 0, atol=1e-12)


@FIXED
@given(MATRICES, st.booleans(), st.booleans())
def test_inverse_is_the_way_back(X, with_mean, with_std):
    scaler = StandardScaler(with_mean=with_mean, with_std=with_std)
    np.testing.assert_allclose(scaler.inverse_transform(scaler.fit_transform(X)), X, atol=1e-12)


@FIXED
@given(MATRICES, st.sampled_from([1e-9, 3.0, 1e9]), st.floats(-10, 10))
def test_units_and_origin_do_not_matter(X, unit, origin):
    Z = StandardScaler().fit_transform(X)
    np.testing.assert_allclose(StandardScaler().fit_transform((X + origin) * unit), Z, atol=1e-9)


@FIXED
@given(MATRICES, st.data())
def test_weights_count_rows(X, data):
    v = data.draw(hnp.arrays(np.int64, len(X), elements=st.integers(0, 3)).filter(lambda v: v.any()))
    a, b = StandardScaler().fit(X, sample_weight=v), StandardScaler().fit(np.repeat(X, v, axis=0))
    np.testing.assert_allclose(a.mean_, b.mean_, atol=1e-12)
    np.testing.assert_allclose(a.scale_, b.scale_, atol=1e-12)


def test_by_hand():
    scaler = StandardScaler().fit([[1.0, 10.0], [3.0, 10.0], [8.0, 10.0]])
    assert scaler.mean_.tolist() == [4.0, 10.0]
    np.testing.assert_allclose(scaler.var_, [(9 + 1 + 16) / 3, 0])
    np.testing.assert_allclose(scaler.scale_, [np.sqrt(26 / 3), 1])
    assert scaler.transform([[4.0, 11.0]]).tolist() == [[0.0, 1.0]]


def test_each_half_can_be_left_out():
    X = np.array([[1.0], [3.0]])
    assert StandardScaler(with_mean=False).fit_transform(X).tolist() == [[1.0], [3.0]]
    assert StandardScaler(with_std=False).fit_transform(2 * X).tolist() == [[-2.0], [2.0]]


@pytest.mark.parametrize("value", [0.1, 1e300, -1e-300, 123456789.123])
@pytest.mark.parametrize("n", [3, 7, 10_000])
def test_constant_column_is_left_in_its_units(value, n):
    scaler = StandardScaler().fit(np.full((n, 1), value))
    assert (scaler.mean_[0], scaler.var_[0], scaler.scale_[0]) == (value, 0.0, 1.0)


def test_rounding_error_is_not_blown_up():
    X = np.array([[0.1 + 0.2], [0.3], [0.3]])
    assert np.ptp(X) > 0
    assert StandardScaler().fit(X).scale_.tolist() == [1.0]


def test_large_offset_costs_no_more_digits_than_the_data_lost():
    x = np.arange(5.0)[:, None]
    np.testing.assert_allclose(StandardScaler().fit_transform(x + 2.0**46), StandardScaler().fit_transform(x))


def test_beyond_floating_point_is_an_error():
    with pytest.raises(OverflowError, match="variance of column 1 of X is beyond floating point"):
        StandardScaler().fit([[1.0, 1e200], [2.0, -1e200]])
    # Nothing is divided by the deviation here.
    centred = StandardScaler(with_std=False).fit_transform([[1.0, 1e200], [3.0, -1e200]])
    assert centred.tolist() == [[-1.0, 1e200], [1.0, -1e200]]


@pytest.mark.parametrize(
    ("use", "error", "message"),
    [
        (lambda: StandardScaler().inverse_transform([[1.0]]), NotFittedError, "not fitted yet"),
        (lambda: StandardScaler().fit([[1, 2], [3, 5]]).inverse_transform([[1]]), ValueError, "X has 1 features.*2"),
        (lambda: StandardScaler(with_mean=0).fit([[1.0]]), TypeError, "with_mean must be True or False, got 0"),
        (lambda: StandardScaler(with_std="y").fit([[1.0]]), TypeError, "with_std must be True or False, got 'y'"),
        (lambda: StandardScaler().fit([[1.0]], sample_weight=[1, 2]), ValueError, r"must have shape \(1,"),
    ],
)
def test_bad_input_is_named(use, error, message):
    with pytest.raises(error, match=message):
        use()
