"""Encoders: categories and their order, missing and unseen ones, the way back, what is refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mle.preprocessing import LabelEncoder, OneHotEncoder, OrdinalEncoder, category_codes, find_categories, one_hot

FIXED = settings(derandomize=True, deadline=None, max_examples=60)
VALUES = st.one_of(
    st.lists(st.one_of(st.none(), st.just(np.nan), st.text("abÄ ", max_size=2)), min_size=1, max_size=12),
    st.lists(st.one_of(st.just(np.nan), st.integers(-3, 3)), min_size=1, max_size=12),
)
X = [["f", 3], ["m", 1], ["f", 2]]


def column(values):
    array = np.empty((len(values), 1), dtype=object)
    array[:, 0] = values
    return array


def same(a, b):
    return [[v if v == v else "nan" for v in row] for row in a] == [[v if v == v else "nan" for v in row] for row in b]


@FIXED
@given(VALUES)
def test_codes_lead_back_to_the_values(values):
    for encoder in (OneHotEncoder(), OrdinalEncoder(encoded_missing_value=-1)):
        if isinstance(encoder, OrdinalEncoder) and None in values and any(v != v for v in values):
            continue  # None and nan share one number
        got = encoder.inverse_transform(encoder.fit_transform(column(values)))
        numbers = all(v is None or not isinstance(v, str) for v in values) and any(isinstance(v, int) for v in values)
        expected = [np.nan if v is None and numbers else v for v in values]
        assert same(got.tolist(), [[v] for v in expected])


@FIXED
@given(VALUES)
def test_each_row_has_one_1_in_each_block(values):
    Z = OneHotEncoder().fit_transform(column(values))
    assert (Z.sum(axis=1) == 1).all()
    assert (Z.sum(axis=0) > 0).all()


def test_categories_are_in_order_and_missing_ones_last():
    encoder = OneHotEncoder().fit([["b"], [None], ["a"], [np.nan], ["B"]])
    assert encoder.get_feature_names_out(["k"]).tolist() == ["k_B", "k_a", "k_b", "k_None", "k_nan"]
    numbers = OrdinalEncoder().fit([[3.0], [np.nan], [-1.0]])
    np.testing.assert_array_equal(numbers.categories_[0], [-1.0, 3.0, np.nan])
    np.testing.assert_array_equal(numbers.transform([[np.nan], [3.0]]), [[np.nan], [1.0]])


def test_the_small_functions():
    assert find_categories(np.array([3, 1, 3])).tolist() == [1, 3]
    text = np.array(["x", None, np.nan], dtype=object)
    assert category_codes(text, text[::-1].copy()).tolist() == [2, 1, 0]
    assert category_codes(np.array([np.nan]), text).tolist() == [2]
    assert category_codes(np.array([2.0, 7.0]), np.array([7, 2])).tolist() == [1, 0]
    assert category_codes(text[:1], np.array([1.0])).tolist() == [-1]
    assert one_hot(np.array([2, 0, -1]), 3).sum() == 2


def test_given_categories_keep_their_order():
    sizes = [["small", "large", "huge"]]
    assert OrdinalEncoder(categories=sizes).fit_transform([["huge"], ["small"]]).tolist() == [[2.0], [0.0]]
    assert OneHotEncoder(categories=sizes).fit_transform([["huge"], ["small"]]).tolist() == [[0, 0, 1], [1, 0, 0]]
    assert OrdinalEncoder(categories=[[9, 5, 7]]).fit_transform([[5], [9]]).tolist() == [[1.0], [0.0]]


@pytest.mark.parametrize(
    ("drop", "names", "dropped"),
    [
        (None, ["x0_f", "x0_m", "x1_1", "x1_2", "x1_3"], None),
        ("first", ["x0_m", "x1_2", "x1_3"], [0, 0]),
        ("if_binary", ["x0_m", "x1_1", "x1_2", "x1_3"], [0, None]),
        (["m", 2], ["x0_f", "x1_1", "x1_3"], [1, 1]),
    ],
)
def test_dropped_categories(drop, names, dropped):
    encoder = OneHotEncoder(drop=drop).fit(X)
    assert encoder.get_feature_names_out().tolist() == names
    assert (None if encoder.drop_idx_ is None else encoder.drop_idx_.tolist()) == dropped
    assert encoder.inverse_transform(encoder.transform(X)).tolist() == X


def test_a_column_of_one_category_may_drop_out_whole():
    encoder = OneHotEncoder(drop="first").fit([["a", "u"], ["a", "v"]])
    assert encoder.transform([["a", "v"]]).tolist() == [[1.0]]
    assert encoder.inverse_transform([[1.0]]).tolist() == [["a", "v"]]


def test_unseen_category_is_named_or_becomes_what_was_asked_for():
    people = {"age": [1, 2], "sex": ["f", "m"]}
    for encoder in (OneHotEncoder(), OrdinalEncoder()):
        encoder.fit(people)
        with pytest.raises(
            ValueError, match=r"unknown categories \['d'\] in column 'sex', the first at row 1: .* \['f', 'm'\]; pass"
        ):
            encoder.transform({"age": [1, 2], "sex": ["f", "d"]})
        with pytest.raises(ValueError, match=r"\[None\] in column 'sex'"):
            encoder.transform({"age": [1, 2], "sex": [None, "m"]})
    ignoring = OneHotEncoder(handle_unknown="ignore").fit(X)
    Z = ignoring.transform([["d", 2], [None, 9]])
    assert Z.tolist() == [[0, 0, 0, 1, 0], [0, 0, 0, 0, 0]]
    assert ignoring.inverse_transform(Z).tolist() == [[None, 2], [None, None]]
    lenient = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1).fit(X)
    assert lenient.transform([["d", 2]]).tolist() == [[-1.0, 1.0]]
    assert lenient.inverse_transform([[-1, 1]]).tolist() == [[None, 2]]
    with pytest.warns(UserWarning, match="unknown categories in column 0 become zeros") as caught:
        OneHotEncoder(handle_unknown="ignore", drop="first").fit(X).transform([["d", 2]])
    assert caught[0].filename == __file__


def test_none_and_nan_share_one_number():
    encoder = OrdinalEncoder(encoded_missing_value=-1).fit([["a"], [None], [np.nan]])
    assert encoder.transform([[np.nan], ["a"], [None]]).tolist() == [[-1.0], [0.0], [-1.0]]
    assert encoder.inverse_transform([[-1], [0]]).tolist() == [[None], ["a"]]
    same = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=-1)
    assert same.fit([["a"], [None]]).transform([[None], ["b"]]).tolist() == [[-1.0], [-1.0]]


def test_types_that_come_out():
    assert OneHotEncoder().fit_transform(X).dtype == np.float64
    assert OneHotEncoder(dtype=np.int64).fit_transform(X).dtype == np.int64
    assert OrdinalEncoder(dtype=np.int32).fit_transform(X).dtype == np.int32


@pytest.mark.parametrize(
    ("use", "error", "message"),
    [
        (
            lambda: OneHotEncoder(sparse_output=True).fit(X),
            ValueError,
            "sparse_output must be False: mle has no sparse",
        ),
        (lambda: OneHotEncoder(handle_unknown="warn").fit(X), ValueError, "handle_unknown must be one of"),
        (lambda: OneHotEncoder(drop="last").fit(X), ValueError, "drop must be one of 'first', 'if_binary', got 'last'"),
        (lambda: OneHotEncoder(drop=["f"]).fit(X), ValueError, r"one category for each of the 2 columns.*\['f'\]"),
        (lambda: OneHotEncoder(drop=["f", 7]).fit(X), ValueError, r"drop: 7 is no category of column 1.*\[1, 2, 3\]"),
        (lambda: OneHotEncoder(categories="all").fit(X), ValueError, "categories must be 'auto' or a list"),
        (lambda: OneHotEncoder(categories=[["f"]]).fit(X), ValueError, "each of the 2 columns of X, got 1"),
        (lambda: OneHotEncoder(categories=[["f", "f"], [1]]).fit(X), ValueError, "column 0 hold a value twice"),
        (lambda: OneHotEncoder(categories=[[], [1]]).fit(X), ValueError, "column 0 must be a flat list"),
        (lambda: OneHotEncoder(categories=[["f"], [1, 2, 3]]).fit(X), ValueError, r"\['m'\] in column 0"),
        (lambda: OrdinalEncoder(categories=[["f"], [1, 2, 3]]).fit(X), ValueError, r"\['m'\] in column 0"),
        (lambda: OneHotEncoder().fit(X).inverse_transform([[0, 0, 1, 0, 0]]), ValueError, "row 0 .* in column 0"),
        (lambda: OneHotEncoder().fit(X).inverse_transform([[1, 0]]), ValueError, "2 columns, expected 5"),
        (lambda: OneHotEncoder().fit(X).transform([["f"]]), ValueError, "1 features, but OneHotEncoder is expecting 2"),
        (lambda: OneHotEncoder().transform(X), ValueError, "not fitted"),
        (lambda: OneHotEncoder(categories=5).fit(X), TypeError, "categories must be 'auto' or a list of arrays, got 5"),
        (lambda: OrdinalEncoder(categories=None).fit(X), TypeError, "categories must be .* got None"),
        (lambda: OneHotEncoder().fit([]), ValueError, "Expected 2D array"),
        (lambda: OneHotEncoder().fit([["a"], [1]]), TypeError, "column 0 of X mixes text and numbers"),
        (lambda: OrdinalEncoder(unknown_value=-1).fit(X), TypeError, "unknown_value must be an integer or nan with"),
        (lambda: OrdinalEncoder(handle_unknown="use_encoded_value").fit(X), TypeError, "unknown_value must be"),
        (
            lambda: OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=1).fit(X),
            ValueError,
            "unknown_value=1 is already used for a known category of column 0",
        ),
        (
            lambda: OrdinalEncoder(encoded_missing_value=0).fit([["a"], [None]]),
            ValueError,
            "encoded_missing_value=0 is already used for a known category of column 0",
        ),
        (
            lambda: OrdinalEncoder(dtype=np.int64).fit([["a"], [None]]),
            ValueError,
            "column 0 has values encoded as nan, which dtype int64 cannot hold",
        ),
        (lambda: OrdinalEncoder().fit(X).inverse_transform([[7, 0]]), ValueError, "7 in column 0 .* no category"),
        (lambda: OrdinalEncoder(encoded_missing_value=0.5).fit(X), TypeError, "must be a whole number"),
    ],
)
def test_bad_use_is_named(use, error, message):
    with pytest.raises(error, match=message):
        use()


# --- labels ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("y", [["b", "a", "b"], [5, 2, 5], [True, False], [2.0, 1.0], np.array(["x", "y"], object)])
def test_labels_and_back(y):
    encoder = LabelEncoder()
    codes = encoder.fit_transform(y)
    assert codes.dtype == np.int64
    assert encoder.classes_.tolist() == sorted(set(np.asarray(y).tolist()))
    assert encoder.inverse_transform(codes).tolist() == np.asarray(y).tolist()
    assert encoder.inverse_transform([]).tolist() == []


@pytest.mark.parametrize(
    ("use", "error", "message"),
    [
        (
            lambda e: e.transform(["c"]),
            ValueError,
            r"previously unseen labels: \['c'\]; the known ones are \['a', 'b'\]",
        ),
        (lambda e: e.transform([1]), ValueError, r"previously unseen labels: \[1\]"),
        (lambda e: e.inverse_transform([0, 2]), ValueError, r"whole numbers from 0 to 1, got \[2\]"),
        (lambda e: e.inverse_transform([-1]), ValueError, "whole numbers from 0 to 1"),
        (lambda e: e.inverse_transform([0.5]), TypeError, "got dtype float64"),
        (lambda e: LabelEncoder().transform(["a"]), ValueError, "not fitted"),
        (lambda e: LabelEncoder().fit(["a", None]), ValueError, "Unknown label type"),
        (lambda e: LabelEncoder().fit([[1, 2]]), ValueError, "1d array"),
        (lambda e: LabelEncoder().fit([]), ValueError, "y is empty: expected at least one label"),
    ],
)
def test_bad_labels_are_named(use, error, message):
    with pytest.raises(error, match=message):
        use(LabelEncoder().fit(["b", "a"]))
