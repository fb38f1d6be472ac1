"""What transformers give back: names of columns, frames on demand, and clones that remember the choice."""

import subprocess
import sys

import numpy as np
import pytest

from mle.base import Regressor, Transformer, clone, estimator_kind
from mle.compose import ColumnTransformer
from mle.impute import KNNImputer, MissingIndicator, SimpleImputer
from mle.pipeline import make_pipeline
from mle.preprocessing import (
    KBinsDiscretizer,
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    PolynomialFeatures,
    RobustScaler,
    StandardScaler,
    TargetEncoder,
)

X = np.array([[0.0, 1.0], [1.0, 2.0], [2.0, 1.0], [3.0, 5.0], [1.0, 2.0], [2.0, 1.0]])
Y = np.array([0, 1, 0, 1, 1, 0])
TRANSFORMERS = [
    StandardScaler(),
    MinMaxScaler(),
    RobustScaler(),
    OneHotEncoder(),
    OrdinalEncoder(),
    TargetEncoder(cv=2),
    PolynomialFeatures(),
    KBinsDiscretizer(2),
    SimpleImputer(),
    MissingIndicator(features="all"),
    KNNImputer(),
    make_pipeline(StandardScaler(), PolynomialFeatures()),
    ColumnTransformer([("s", StandardScaler(), [0])], remainder="passthrough"),
]
each = pytest.mark.parametrize("transformer", TRANSFORMERS, ids=lambda t: type(t).__name__)


@each
def test_one_name_for_each_column_that_comes_out(transformer):
    Z = clone(transformer).fit(X, Y).transform(X)
    fitted = clone(transformer).fit(X, Y)
    names = fitted.get_feature_names_out()
    assert names.dtype == object
    assert len(set(names)) == len(names) == Z.shape[1]
    given = fitted.get_feature_names_out(["age", "time"])
    assert [n.replace("age", "x0").replace("time", "x1") for n in given] == names.tolist()


@each
def test_names_that_do_not_fit_are_refused(transformer):
    fitted = clone(transformer).fit(X, Y)
    with pytest.raises(ValueError, match="length equal to number of features, 2, got 1"):
        fitted.get_feature_names_out(["age"])


@each
def test_frames_on_demand(transformer):
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame(X, columns=["age", "time"], index=list("uvwxyz"))
    plain, framed = clone(transformer).fit(frame, Y), clone(transformer).set_output(transform="pandas").fit(frame, Y)
    got = framed.transform(frame)
    assert isinstance(plain.transform(frame), np.ndarray)
    assert got.columns.tolist() == plain.get_feature_names_out().tolist()
    assert got.index.tolist() == list("uvwxyz")
    np.testing.assert_array_equal(got.to_numpy(), plain.transform(frame))
    assert isinstance(clone(framed).fit(frame, Y).transform(frame), pd.DataFrame)
    assert isinstance(clone(framed).fit_transform(frame, Y), pd.DataFrame)
    assert isinstance(framed.set_output(transform=None).transform(frame), pd.DataFrame)
    again = clone(framed).set_output(transform="default").fit(frame, Y)
    assert isinstance(again.transform(frame), np.ndarray)
    with pytest.raises(ValueError, match="transform must be one of 'default', 'pandas', got 'polars'"):
        clone(transformer).set_output(transform="polars")


@each
def test_scikit_learns_clone_and_its_choice_for_all(transformer):
    sklearn = pytest.importorskip("sklearn")
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame(X, columns=["age", "time"])
    twin = sklearn.clone(clone(transformer).set_output(transform="pandas")).fit(frame, Y)
    assert isinstance(twin.transform(frame), pd.DataFrame)
    with sklearn.config_context(transform_output="pandas"):
        assert isinstance(clone(transformer).fit(frame, Y).transform(frame), pd.DataFrame)
        plain = clone(transformer).set_output(transform="default").fit(frame, Y)
        assert isinstance(plain.transform(frame), np.ndarray)


def test_pandas_is_not_imported_unless_asked_for():
    code = """
import sys
import numpy as np
from mle.compose import make_column_transformer
from mle.impute import KNNImputer
from mle.pipeline import make_pipeline
from mle.preprocessing import OneHotEncoder, StandardScaler, TargetEncoder
X = {"age": np.arange(9.0), "sex": ["f", "m", "m"] * 3}
prepare = make_column_transformer((StandardScaler(), ["age"]), (OneHotEncoder(), ["sex"]))
pipe = make_pipeline(prepare, KNNImputer()).fit(X)
assert pipe.transform(X).shape == (9, 3) and len(pipe.get_feature_names_out()) == 3
TargetEncoder(cv=2).fit_transform(X, np.arange(9.0))
sys.modules["sklearn"] = None  # as if it were not installed
from mle.linear_model import LogisticRegression
from mle.model_selection import cross_val_score
model = make_pipeline(StandardScaler(), LogisticRegression())
y = np.array([0, 0, 0, 0, 0, 0, 1, 1, 1])
counts = cross_val_score(model, X["age"][:, None], y, cv=3, scoring=lambda model, X, y: y.sum())
assert counts.tolist() == [1, 1, 1]  # stratified
del sys.modules["sklearn"]
assert not {"pandas", "sklearn"} & set(sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


# --- clone -----------------------------------------------------------------------------------------------------------


class Holder(Transformer):
    def __init__(self, parts=()):
        self.parts = parts


def test_clone_goes_into_lists_and_tuples():
    inner = StandardScaler().fit(X)
    twin = clone(Holder([("a", inner, [0, 1]), ("b", "drop", "x")]))
    copied = twin.parts[0][1]
    assert copied is not inner
    assert not hasattr(copied, "mean_")
    assert twin.parts[0][2] == [0, 1]
    assert twin.parts[1] == ("b", "drop", "x")
    assert clone(Holder((inner,))).parts[0] is not inner


def test_clone_takes_estimators_of_scikit_learn():
    linear = pytest.importorskip("sklearn.linear_model")
    frozen = pytest.importorskip("sklearn.frozen")
    fitted = linear.Ridge(alpha=3.0).fit(X, Y)
    assert clone(fitted).alpha == 3.0
    assert not hasattr(clone(Holder([fitted])).parts[0], "coef_")
    assert clone(Holder(frozen.FrozenEstimator(fitted))).parts.estimator is fitted


def test_kind_of_an_estimator():
    assert estimator_kind(Regressor()) == "regressor"
    assert estimator_kind(StandardScaler()) == "transformer"
    assert estimator_kind(object()) is None
    linear = pytest.importorskip("sklearn.linear_model")
    assert estimator_kind(linear.LogisticRegression()) == "classifier"
    assert estimator_kind(make_pipeline(StandardScaler(), linear.LogisticRegression())) == "classifier"
    assert estimator_kind(make_pipeline(StandardScaler(), "passthrough")) == "transformer"
