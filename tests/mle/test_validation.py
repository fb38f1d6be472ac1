"""The guards: what passes unchanged, and for everything else a message that names argument, value, expectation."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mle.exceptions import DataConversionWarning
from mle.validation import (
    check_choice,
    check_flag,
    check_number,
    check_random_state,
    check_sample_weight,
    check_X,
    check_y,
)

FIXED = settings(derandomize=True, deadline=None, max_examples=50)


class Sparse:
    def toarray(self):
        return np.eye(2)


# --- arrays ----------------------------------------------------------------------------------------------------------


@FIXED
@given(
    hnp.arrays(
        st.sampled_from([np.int8, np.uint64, np.float32, np.float64, np.bool_]),
        hnp.array_shapes(min_dims=2, max_dims=2),
        elements={"allow_nan": False, "allow_infinity": False},
    )
)
def test_numbers_pass_with_their_values(array):
    got = check_X(array)
    assert got.dtype == np.float64
    np.testing.assert_array_equal(got, array)


def test_float64_is_not_copied_and_large_numbers_are_no_infinity():
    X = np.full((3, 2), 1.7e308)
    assert check_X(X) is X
    assert check_X(np.array([[1.7e308, -1.7e308]])) is not None


def test_objects_that_are_numbers_pass():
    from fractions import Fraction

    assert check_X(np.array([[1, 2.5], [True, Fraction(1, 4)]], dtype=object)).tolist() == [[1.0, 2.5], [1.0, 0.25]]


@pytest.mark.parametrize(
    ("X", "error", "message"),
    [
        ([[1.0, np.nan]], ValueError, "X contains NaN: 1 of 2 values, the first at row 0, column 1"),
        ([[1.0], [-np.inf], [np.inf]], ValueError, "X contains infinity: 2 of 3 values, the first at row 1, column 0"),
        ([["a"]], ValueError, "X must hold numbers, got text such as 'a'"),
        ([["1.5"]], ValueError, "X must hold numbers, got text such as '1.5'"),
        ([[b"1"]], ValueError, "got text"),
        (np.array([[1, "1.5"]], dtype=object), ValueError, "X must hold numbers, got text such as '1.5'"),
        (np.array([[{}]], dtype=object), TypeError, "X must hold numbers; an argument must be .* real number.*dict"),
        (np.array([[None]], dtype=object), (TypeError, ValueError), "X (must hold numbers|contains NaN)"),
        (np.array([["2020-01-01"]], dtype="M8[D]"), ValueError, "X must hold numbers, got dates such as '2020-01-01'"),
        (np.array([[3]], dtype="m8[D]"), ValueError, "X must hold numbers, got durations"),
        (np.array([[1j]]), ValueError, "Complex data not supported: X has dtype complex128"),
        (Sparse(), TypeError, r"X is sparse, but dense data is required: pass X\.toarray\(\)"),
        (np.ma.masked_greater([[1.0, 2.0]], 1.5), ValueError, "X has masked entries"),
        ([1.0, 2.0], ValueError, r"Expected 2D array, got 1D array instead: X has shape \(2,\)\. Reshape your data"),
        (3.0, ValueError, r"got 0D array instead: X has shape \(\)"),
        (np.zeros((1, 1, 1)), ValueError, "got 3D array instead"),
        (np.zeros((0, 2)), ValueError, r"X has 0 sample\(s\) \(shape=\(0, 2\)\) while a minimum of 1 is required"),
        (np.zeros((2, 0)), ValueError, r"X has 0 feature\(s\) \(shape=\(2, 0\)\) while a minimum of 1 is required"),
    ],
)
def test_bad_X_is_named(X, error, message):
    with pytest.raises(error, match=message):
        check_X(X)


def test_ragged_rows_are_refused():
    ragged = np.array([[[1.0], [2.0, 3.0]]], dtype=object)
    with pytest.raises((TypeError, ValueError), match="X must"):
        check_X(ragged)


@pytest.mark.parametrize(
    ("y", "numeric", "error", "message"),
    [
        ([1.0, np.nan], True, ValueError, "y contains NaN: 1 of 2 values, the first at row 1"),
        (["1", "2"], True, ValueError, "y must hold numbers, got text such as '1'"),
        ([[1.0, 2.0], [3.0, 4.0]], True, ValueError, r"y should be a 1d array, got an array of shape \(2, 2\)"),
        ([1.0], True, ValueError, "inconsistent numbers of samples: X has 2, y has 1"),
        (Sparse(), False, TypeError, r"y is sparse.*pass y\.toarray\(\)"),
        ([1j, 2], False, ValueError, "Complex data not supported: y has dtype complex128"),
        ([1.0, np.inf], False, ValueError, "y contains infinity"),
        ([1.0, 2.5], False, ValueError, "Unknown label type: continuous"),
        (np.array([1, "a"], dtype=object), False, ValueError, "y mixes text and numbers"),
        (np.array(["a", np.nan], dtype=object), False, ValueError, "y contains NaN: a label is missing"),
        (np.array(["a", None], dtype=object), False, ValueError, "Unknown label type: y holds NoneType"),
        (np.array([1, None], dtype=object), False, ValueError, "y holds NoneType"),
        (np.array([1.0, np.nan], dtype=object), False, ValueError, "y contains NaN"),
        (np.array([(1, 2), (3, 4)], dtype="i,i"), True, ValueError, "y must hold numbers"),
        (np.ma.masked_greater([1, 2], 1), False, ValueError, "y has masked entries"),
    ],
)
def test_bad_y_is_named(y, numeric, error, message):
    with pytest.raises(error, match=message):
        check_y(y, 2, numeric=numeric)


def test_column_of_targets_is_flattened_with_a_warning():
    with pytest.warns(DataConversionWarning, match=r"shape \(2, 1\), use y\.ravel"):
        assert check_y([[1], [2]]).tolist() == [1.0, 2.0]


def test_labels_keep_their_kind():
    assert check_y(["a", "b"], numeric=False).dtype.kind == "U"
    assert check_y(np.array(["a", "b"], dtype=object), numeric=False).dtype.kind == "O"
    assert check_y(np.array([1, 2], dtype=object), numeric=False).dtype.kind == "i"
    assert check_y([True, False], numeric=False).dtype == np.bool_


@pytest.mark.parametrize(
    ("weight", "message"),
    [
        ([1.0], r"sample_weight must have shape \(2,\), one weight for each row of X, got \(1,\)"),
        (2.0, r"got \(\)"),
        ([[1.0], [1.0]], r"got \(2, 1\)"),
        ([1.0, -0.5], r"sample_weight must not be negative, got -0\.5 at row 1"),
        ([0, 0], "sample_weight cannot be all zero"),
        ([1.0, np.nan], "sample_weight contains NaN"),
        (["1", "2"], "sample_weight must hold numbers"),
    ],
)
def test_bad_weights_are_named(weight, message):
    with pytest.raises(ValueError, match=message):
        check_sample_weight(weight, 2)


def test_no_weights_are_ones():
    np.testing.assert_array_equal(check_sample_weight(None, 3), np.ones(3))
    np.testing.assert_array_equal(check_sample_weight([0, 2, 1], 3), [0.0, 2.0, 1.0])


# --- parameters ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [1, 2.5, np.float32(1), np.int64(3), 1e-300])
def test_numbers_above_zero_pass(value):
    check_number("C", value, above=0)


@pytest.mark.parametrize(
    ("value", "rules", "error", "message"),
    [
        (0, {"above": 0}, ValueError, "C must be a number above 0, got 0"),
        (-1e-9, {"at_least": 0}, ValueError, "C must be a number of at least 0, got -1e-09"),
        (np.nan, {}, ValueError, "C must be a number, got nan"),
        (np.inf, {"above": 0}, ValueError, "C must be a number above 0, got inf"),
        ("1", {"above": 0}, TypeError, "C must be a number above 0, got '1'"),
        (None, {}, TypeError, "C must be a number, got None"),
        (True, {}, TypeError, "C must be a number, got True"),
        (1 + 0j, {}, TypeError, "C must be a number"),
        (np.array([1.0]), {}, TypeError, "C must be a number"),
        (2.0, {"integer": True, "at_least": 1}, TypeError, "C must be a whole number of at least 1, got 2.0"),
        (0, {"integer": True, "at_least": 1}, ValueError, "C must be a whole number of at least 1, got 0"),
    ],
)
def test_bad_numbers_are_named(value, rules, error, message):
    with pytest.raises(error, match=message):
        check_number("C", value, **rules)


def test_infinity_passes_where_it_is_allowed():
    check_number("C", np.inf, above=0, infinite=True)
    with pytest.raises(ValueError, match="got -inf"):
        check_number("C", -np.inf, above=0, infinite=True)


def test_choices_and_flags():
    check_choice("solver", "qr", ["qr", "svd"])
    check_flag("fit_intercept", np.True_)
    for bad in ("QR", None, 1, ["qr"], np.array(["qr"])):
        with pytest.raises(ValueError, match="solver must be one of 'qr', 'svd', got"):
            check_choice("solver", bad, ["qr", "svd"])
    for bad in (1, "yes", None):
        with pytest.raises(TypeError, match="fit_intercept must be True or False, got"):
            check_flag("fit_intercept", bad)


def test_random_state():
    same = [check_random_state(7).random(3).tolist() for _ in range(2)]
    assert same[0] == same[1] != check_random_state(8).random(3).tolist()
    generator = np.random.default_rng(0)
    assert check_random_state(generator) is generator
    assert check_random_state(None).random() != check_random_state(None).random()
    for bad, error in (("7", TypeError), (1.5, TypeError), (-1, ValueError), (True, TypeError)):
        with pytest.raises(error, match="random_state must be a whole number of at least 0"):
            check_random_state(bad)
