"""Tables: dictionaries of columns, frames, lists with text and numbers, and what counts as missing."""

import numpy as np
import pytest

from mle.datasets import load_penguins
from mle.validation import (
    Table,
    as_table,
    check_columns,
    check_matrix,
    check_X,
    clean_column,
    column_names,
    is_missing,
)

PEOPLE = {"age": [30.0, 41.0, 50.0], "sex": ["f", "m", "f"]}


class Sparse(dict):
    """Some sparse matrices are dictionaries."""

    def toarray(self):
        return np.eye(2)


def test_table_has_what_a_frame_has():
    table = as_table(PEOPLE)
    assert (table.shape, len(table), table.columns) == ((3, 2), 3, ["age", "sex"])
    assert table["sex"].tolist() == ["f", "m", "f"]
    assert np.asarray(table).dtype == object
    assert np.asarray(Table({"a": [1, 2], "b": [True, False]})).tolist() == [[1.0, 1.0], [2.0, 0.0]]
    assert np.asarray(table.iloc[[2, 0]]).tolist() == [[50.0, "f"], [30.0, "f"]]
    assert table.iloc[:, [1]].columns == ["sex"]
    assert table.iloc[:, 1].tolist() == ["f", "m", "f"]
    assert table.iloc[1:, 0].tolist() == [41.0, 50.0]


def test_a_data_set_is_a_table_and_numbers_of_it_are_a_matrix():
    penguins = load_penguins()
    assert as_table(penguins).columns == list(penguins.columns)
    assert column_names(penguins).tolist() == list(penguins.columns)
    numbers = {name: penguins.columns[name] for name in penguins.feature_names}
    np.testing.assert_array_equal(check_X(numbers, allow_nan=True), penguins.X)
    assert as_table(Sparse()) is not None
    assert column_names(Sparse()) is None


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({}, "at least one column"),
        ({"a": [1], "b": [1, 2]}, r"must have one length, got \{'a': 1, 'b': 2\}"),
        ({"a": [[1]]}, r"column 'a' must be flat, got shape \(1, 1\)"),
        ({"a": np.ma.masked_equal([1, 2], 2)}, "column 'a' has masked entries"),
    ],
)
def test_bad_tables(columns, message):
    with pytest.raises(ValueError, match=message):
        Table(columns)


@pytest.mark.parametrize("made", [Sparse(), np.ma.masked_equal([[1.0], [2.0]], 2.0)])
def test_what_numpy_would_misread_is_refused_at_every_door(made):
    from mle.compose import ColumnTransformer
    from mle.preprocessing import StandardScaler

    for door in (check_X, check_columns, check_matrix, ColumnTransformer([("s", StandardScaler(), [0])]).fit):
        with pytest.raises((TypeError, ValueError), match=r"X (is sparse|has masked entries)"):
            door(made)


def test_columns_keep_numbers_text_and_what_is_missing():
    mixed = check_columns([["a", 1, 1.5], [None, 2, None], [np.nan, 3, np.nan]])
    assert [c.dtype.kind for c in mixed] == ["O", "i", "f"]
    assert mixed[0].tolist()[:2] == ["a", None]
    assert mixed[0][2] is np.nan
    np.testing.assert_array_equal(mixed[2], [1.5, np.nan, np.nan])
    assert mixed.shape == (3, 3)
    assert check_columns(PEOPLE).labels == ["'age'", "'sex'"]
    assert check_columns(np.array([["a"], ["b"]]))[0].tolist() == ["a", "b"]
    assert check_columns(np.array([[True], [False]]))[0].dtype == bool
    assert check_columns([[None], [np.nan]])[0].tolist() == [None, np.nan]


def test_pandas_columns_of_every_kind():
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame(
        {
            "text": ["a", None, "b"],
            "string": pd.array(["a", pd.NA, "b"], dtype="string"),
            "whole": pd.array([1, pd.NA, 3], dtype="Int64"),
            "kind": pd.Categorical(["u", "v", "u"]),
            "float": [0.5, np.nan, 1.0],
        }
    )
    columns = check_columns(frame)
    assert [c.dtype.kind for c in columns] == ["O", "O", "f", "O", "f"]
    assert [is_missing(c[1]) for c in columns] == [True, True, True, False, True]
    X = check_X(frame[["whole", "float"]], allow_nan=True)
    np.testing.assert_array_equal(X, [[1, 0.5], [np.nan, np.nan], [3, 1]])
    with pytest.raises((TypeError, ValueError), match="X"):
        check_X(frame[["whole"]])
    assert is_missing(pd.NaT)
    assert is_missing(pd.NA)


@pytest.mark.parametrize(
    ("X", "error", "message"),
    [
        ([["a"], [3]], TypeError, "column 0 of X mixes text and numbers, such as 'a' and 3"),
        ({"s": np.array(["a", 2.5], dtype=object)}, TypeError, "column 's' of X mixes text and numbers"),
        ([[{}]], TypeError, "column 0 of X: argument must be a string or a number, got dict"),
        ([[b"a"]], TypeError, "got bytes"),
        ([[1.0], [np.inf]], ValueError, "column 0 of X contains infinity, the first at row 1"),
        ([[1j]], ValueError, "Complex data not supported"),
        (np.array([["2020-01-01"]], dtype="M8[D]"), ValueError, "must hold text or numbers, got dtype datetime64"),
        ([1, 2], ValueError, "Expected 2D array, got 1D array instead"),
        (np.zeros((0, 2)), ValueError, r"X has 0 sample\(s\) \(shape=\(0, 2\)\) while a minimum of 1 is required"),
        (np.zeros((2, 0)), ValueError, r"X has 0 feature\(s\)"),
        (np.ma.masked_greater([[1.0, 2.0]], 1.5), ValueError, "X has masked entries"),
        (Sparse(), TypeError, r"X is sparse, but dense data is required: pass X\.toarray\(\)"),
    ],
)
def test_bad_columns_are_named(X, error, message):
    with pytest.raises(error, match=message):
        check_columns(X)


def test_missing_numbers_only_where_they_are_allowed():
    for X in ([[1.0, np.nan]], np.array([[1.0, None]], dtype=object)):
        np.testing.assert_array_equal(check_X(X, allow_nan=True), [[1.0, np.nan]])
        with pytest.raises(ValueError, match="X contains NaN: 1 of 2 values"):
            check_X(X)
    with pytest.raises(ValueError, match="X contains infinity: 1 of 2 values, the first at row 0, column 1"):
        check_X([[np.nan, np.inf]], allow_nan=True)
    with pytest.raises(ValueError, match="got text such as 'a'"):
        check_X([["a", None]], allow_nan=True)
    assert clean_column(np.array([1, 2], dtype=object), "x").dtype.kind == "i"
