"""ColumnTransformer: who gets which columns, of arrays, lists, dictionaries, data sets and frames."""

import numpy as np
import pytest

from mle.base import Transformer, clone
from mle.compose import (
    ColumnTransformer,
    column_places,
    make_column_selector,
    make_column_transformer,
    take_columns,
)
from mle.datasets import load_penguins
from mle.exceptions import NotFittedError
from mle.impute import SimpleImputer
from mle.pipeline import make_pipeline
from mle.preprocessing import MinMaxScaler, OneHotEncoder, StandardScaler, TargetEncoder

PEOPLE = {"age": [30.0, 50.0, 40.0], "sex": ["f", "m", "f"], "id": [7, 8, 9], "time": [0.0, 4.0, 2.0]}
ROWS = [list(row) for row in zip(*PEOPLE.values(), strict=True)]
OBJECTS = np.array(ROWS, dtype=object)
EXPECTED = [[0.0, 1.0, 0.0], [1.0, 0.0, 1.0], [0.5, 1.0, 0.0]]


class Flat(Transformer):
    """Wants one flat column, gives a matrix; has no names."""

    get_feature_names_out = property()

    def fit(self, X, y=None):
        assert np.ndim(X) == 1
        return self

    def transform(self, X):
        return np.array([[len(str(v))] for v in X])


def prepare(age="age", sex="sex", **settings):
    return ColumnTransformer([("scale", MinMaxScaler(), [age]), ("code", OneHotEncoder(), [sex])], **settings)


# --- which columns ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("columns", "places"),
    [
        ("sex", [1]),
        (["time", "age"], [3, 0]),
        (2, [2]),
        ([-1, 0], [3, 0]),
        (slice(1, 3), [1, 2]),
        (slice(None), [0, 1, 2, 3]),
        (slice("sex", "id"), [1, 2]),
        (slice(None, "sex"), [0, 1]),
        ([True, False, False, True], [0, 3]),
        (np.array([True, False, False, True]), [0, 3]),
        (np.array([3, 1]), [3, 1]),
        (lambda X: ["id"], [2]),
        (make_column_selector(dtype_include="number"), [0, 2, 3]),
        (make_column_selector(dtype_include=object), [1]),
        (make_column_selector(dtype_exclude=["object", float]), [2]),
        (make_column_selector("i", dtype_include=np.number), [2, 3]),
        ([], []),
    ],
)
def test_columns_of_a_dictionary(columns, places):
    assert column_places(PEOPLE, columns).tolist() == places
    pd = pytest.importorskip("pandas")
    assert column_places(pd.DataFrame(PEOPLE), columns).tolist() == places


def test_some_columns_of_anything():
    for X in (ROWS, OBJECTS):
        assert take_columns(X, np.array([3, 0])).tolist() == [[0.0, 30.0], [4.0, 50.0], [2.0, 40.0]]
        assert take_columns(X, 1).tolist() == ["f", "m", "f"]
    assert take_columns(PEOPLE, np.array([3, 0])).columns == ["time", "age"]
    assert take_columns(PEOPLE, 1).tolist() == ["f", "m", "f"]
    pd = pytest.importorskip("pandas")
    assert take_columns(pd.DataFrame(PEOPLE), np.array([3, 0])).columns.tolist() == ["time", "age"]


@pytest.mark.parametrize(
    ("X", "columns", "error", "message"),
    [
        (PEOPLE, "height", ValueError, "no column 'height': X has 'age', 'sex', 'id', 'time'"),
        (PEOPLE, slice("height", None), ValueError, "no column 'height'"),
        (OBJECTS, "age", ValueError, "column 'age' is a name, but X is an array without names"),
        (OBJECTS, [4], IndexError, "no column 4: X has 4 columns"),
        (OBJECTS, [True, False], ValueError, "one truth value for each of the 4 columns of X, got 2"),
        (OBJECTS, 1.5, TypeError, "columns must be names, numbers, a mask, a slice or a callable, got 1.5"),
        (OBJECTS, None, TypeError, "got None"),
        (OBJECTS, make_column_selector("a"), ValueError, "can only be applied to tables"),
    ],
)
def test_columns_that_are_not_there(X, columns, error, message):
    with pytest.raises(error, match=message):
        column_places(X, columns)


# --- what comes out --------------------------------------------------------------------------------------------------


def test_the_same_from_every_kind_of_table():
    assert prepare().fit_transform(PEOPLE).tolist() == EXPECTED
    for X in (OBJECTS, ROWS):
        assert prepare(0, 1).fit_transform(X).tolist() == EXPECTED
        assert prepare(0, 1).fit(X).transform(X).tolist() == EXPECTED
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame(PEOPLE)
    assert prepare().fit_transform(frame).tolist() == prepare(0, 1).fit_transform(frame).tolist() == EXPECTED


def test_a_data_set_with_missing_values():
    penguins = load_penguins()
    numbers = make_pipeline(SimpleImputer(), StandardScaler())
    blank = SimpleImputer(strategy="most_frequent", missing_values="")
    table = make_column_transformer(
        (numbers, ["bill_length_mm", "body_mass_g"]), (make_pipeline(blank, OneHotEncoder()), ["sex", "island"])
    )
    Z = table.fit_transform(penguins)
    assert Z.shape == (344, 7)
    assert np.isfinite(Z).all()
    np.testing.assert_allclose(Z[:, :2].mean(axis=0), 0, atol=1e-12)
    np.testing.assert_array_equal(table.fit(penguins.columns).transform(penguins.columns), Z)
    assert table.get_feature_names_out()[2:5].tolist() == [
        "pipeline-2__sex_female",
        "pipeline-2__sex_male",
        "pipeline-2__island_Biscoe",
    ]


@pytest.mark.parametrize(
    ("remainder", "names"),
    [
        ("drop", []),
        ("passthrough", ["remainder__id", "remainder__time"]),
        (MinMaxScaler(), ["remainder__id", "remainder__time"]),
    ],
)
def test_remainder(remainder, names):
    table = prepare(remainder=remainder).fit(PEOPLE)
    assert table.get_feature_names_out().tolist() == ["scale__age", "code__sex_f", "code__sex_m", *names]
    assert table.transform(PEOPLE)[:, :3].tolist() == EXPECTED
    assert table.transform(PEOPLE).shape == (3, 3 + len(names))
    assert table.output_indices_["code"] == slice(1, 3)
    short = clone(table).set_params(verbose_feature_names_out=False).fit(PEOPLE)
    assert short.get_feature_names_out()[:2].tolist() == ["age", "sex_f"]


def test_drop_passthrough_nothing_and_one_flat_column():
    table = ColumnTransformer(
        [
            ("text", "passthrough", "sex"),
            ("none", StandardScaler(), []),
            ("away", "drop", ["id"]),
            ("length", Flat(), "sex"),
            ("years", "passthrough", ["age"]),
        ]
    )
    Z = table.fit_transform(PEOPLE)
    assert Z.dtype == object
    assert Z.tolist() == [["f", 1, 30.0], ["m", 1, 50.0], ["f", 1, 40.0]]
    assert table.fit(PEOPLE).transform(PEOPLE).tolist() == Z.tolist()
    assert [name for name, _, _ in table.transformers_][:5] == ["text", "none", "away", "length", "years"]
    with pytest.raises(
        AttributeError, match=r"Transformer length \(type Flat\) does not provide get_feature_names_out"
    ):
        table.get_feature_names_out()
    nothing = ColumnTransformer([("a", "drop", [0])]).fit([[1.0]])
    assert nothing.transform([[2.0]]).shape == (1, 0)


def test_columns_are_found_by_name_in_any_order_and_others_ignored():
    for make in (dict, getattr(pytest.importorskip("pandas"), "DataFrame", dict)):
        table = prepare().fit(make(PEOPLE))
        turned = make({"new": [1, 2, 3], **dict(reversed(PEOPLE.items()))})
        assert table.transform(turned).tolist() == EXPECTED
        with pytest.raises(ValueError, match=r"columns are missing: \['age'\]; X has 'sex'"):
            table.transform(make({"sex": ["f"]}))
        without = make({k: v for k, v in PEOPLE.items() if k != "time"})
        assert table.transform(without).tolist() == EXPECTED


def test_names_lost_on_the_way_are_warned_of():
    table = prepare().fit(PEOPLE)
    with pytest.warns(UserWarning, match="X does not have valid feature names, but ColumnTransformer was fitted with"):
        assert table.transform(OBJECTS).tolist() == EXPECTED
    with pytest.raises(ValueError, match="X has 1 features, but ColumnTransformer is expecting 4 features"):
        prepare(0, 1).fit(OBJECTS).transform([["f"]])


def test_target_encoding_inside_is_cross_fitted():
    y = np.array([1.0, 2.0, 5.0, 3.0, 4.0, 9.0])
    X = {"k": list("aabbab"), "z": np.arange(6.0)}
    encoder = TargetEncoder(cv=3, shuffle=False)
    table = ColumnTransformer([("t", encoder, ["k"])], remainder="passthrough")
    inside = clone(encoder).fit_transform({"k": X["k"]}, y)
    np.testing.assert_array_equal(table.fit_transform(X, y)[:, :1], inside)
    assert not np.array_equal(table.transform(X)[:, :1], inside)


def test_those_passed_stay_unfitted_and_parameters_go_inside():
    scaler = MinMaxScaler()
    table = ColumnTransformer([("scale", scaler, ["age"])], remainder=StandardScaler())
    table.set_params(scale__clip=True, remainder__with_std=False)
    assert (scaler.clip, table.remainder.with_std) == (True, False)
    table.fit({"age": [1.0], "time": [2.0]})
    assert not hasattr(scaler, "min_")
    assert table.named_transformers_["scale"].data_min_.tolist() == [1.0]
    table.set_params(scale="passthrough")
    assert table.transformers == [("scale", "passthrough", ["age"])]
    assert set(prepare().get_params()) >= {"transformers", "scale", "scale__clip", "code__drop", "remainder"}
    twice = make_column_transformer(
        (MinMaxScaler(), [0]), (MinMaxScaler(), [1]), ("drop", [2]), remainder="passthrough"
    )
    assert [name for name, *_ in twice.transformers] == ["minmaxscaler-1", "minmaxscaler-2", "drop"]


def test_frames_keep_types_and_index():
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame(PEOPLE, index=list("uvw"))
    table = prepare(remainder="passthrough").set_output(transform="pandas")
    for Z in (table.fit_transform(frame), table.transform(frame)):
        assert Z.index.tolist() == list("uvw")
        assert Z.columns.tolist() == table.get_feature_names_out().tolist()
        assert Z["remainder__id"].dtype.kind == "i"
        assert Z.iloc[:, :3].to_numpy().tolist() == EXPECTED


# --- errors ----------------------------------------------------------------------------------------------------------


def test_an_error_inside_says_where():
    table = prepare(0, 1).fit(OBJECTS)
    with pytest.raises(ValueError, match=r"unknown categories \['d'\]") as error:
        table.transform([[30.0, "d", 1, 0.0]])
    assert error.value.__notes__ == ["in transformer 'code' of ColumnTransformer, which gets the columns [1] of X"]
    with pytest.raises(ValueError, match=r"unknown categories \['d'\] in column 'sex'") as error:
        prepare().fit(PEOPLE).transform({**PEOPLE, "sex": ["f", "d", "m"]})
    assert "['sex'] of X" in error.value.__notes__[0]
    with pytest.raises(ValueError, match="no column 'height'") as error:
        prepare("height").fit(PEOPLE)
    assert error.value.__notes__ == ["in transformer 'scale' of ColumnTransformer"]


@pytest.mark.parametrize(
    ("transformers", "settings", "error", "message"),
    [
        ([], {}, ValueError, "transformers of ColumnTransformer is empty"),
        ("scale", {}, TypeError, "transformers must be a list of tuples, got 'scale'"),
        ([("scale", MinMaxScaler())], {}, TypeError, "tuples of length 3"),
        ([("a", MinMaxScaler(), [0])] * 2, {}, ValueError, r"Names provided are not unique: \['a', 'a'\]"),
        ([("a__b", MinMaxScaler(), [0])], {}, ValueError, "text without '__'"),
        ([("remainder", MinMaxScaler(), [0])], {}, ValueError, "none of the parameters .*'remainder'"),
        ([("a", "scale", [0])], {}, ValueError, "transformer 'a' has no fit and transform; it must be one of 'drop'"),
        ([("a", MinMaxScaler(), [0])], {"remainder": "keep"}, ValueError, "remainder must be one of 'drop'"),
        (
            [("a", MinMaxScaler(), [0])],
            {"verbose_feature_names_out": 1},
            TypeError,
            "verbose_feature_names_out must be",
        ),
    ],
)
def test_bad_parameters_are_named(transformers, settings, error, message):
    with pytest.raises(error, match=message):
        ColumnTransformer(transformers, **settings).fit(np.eye(3))


def test_other_bad_use_is_named():
    with pytest.raises(NotFittedError):
        prepare().transform(PEOPLE)
    with pytest.raises(NotFittedError):
        prepare().get_feature_names_out()
    same = ColumnTransformer([("a", "passthrough", [0]), ("b", "passthrough", [0])], verbose_feature_names_out=False)
    with pytest.raises(ValueError, match=r"names \['x0'\] are not unique"):
        same.fit([[1.0]]).get_feature_names_out()
    with pytest.raises(
        ValueError, match=r"output of transformer 'f' must have 2 dimensions and 3 rows, got shape \(3,"
    ):
        (flat := ColumnTransformer([("f", FlatOut(), [0])])).fit(np.eye(3))
    with pytest.raises(NotFittedError):
        flat.transform(np.eye(3))
    table = prepare().fit(PEOPLE)
    with pytest.raises(ValueError, match="no column"):
        table.fit({"z": [1.0]})
    with pytest.raises(NotFittedError):
        table.transform(PEOPLE)
    pd = pytest.importorskip("pandas")
    with pytest.raises(ValueError, match=r"names of columns must be distinct, got \['a', 'a'\]"):
        prepare("a", "a").fit(pd.DataFrame(np.eye(2), columns=["a", "a"]))


class FlatOut(Transformer):
    def _fit(self, X):
        pass

    def _transform(self, X):
        return X[:, 0]
