"""Pipeline: steps in turn, each fitted to what came before, as one estimator."""

import numpy as np
import pytest

from mle.base import Regressor, Transformer, clone
from mle.compose import make_column_transformer
from mle.exceptions import NotFittedError
from mle.impute import SimpleImputer
from mle.linear_model import LinearRegression, LogisticRegression
from mle.model_selection import cross_val_score
from mle.pipeline import Pipeline, make_pipeline
from mle.preprocessing import MinMaxScaler, OneHotEncoder, PolynomialFeatures, StandardScaler, TargetEncoder

rng = np.random.default_rng(0)
X = rng.normal(3.0, 2.0, size=(60, 3))
Y = X @ [1.0, -2.0, 0.5] + 1.0 + 0.1 * rng.normal(size=60)
LABELS = np.where(Y + rng.normal(size=60) > np.median(Y), "high", "low")


def line():
    return Pipeline([("scale", StandardScaler()), ("square", PolynomialFeatures(2)), ("line", LinearRegression())])


def test_the_same_as_the_steps_by_hand():
    pipe = line()
    assert pipe.fit(X, Y) is pipe
    Z = PolynomialFeatures(2).fit_transform(StandardScaler().fit_transform(X))
    model = LinearRegression().fit(Z, Y)
    np.testing.assert_array_equal(pipe.predict(X), model.predict(Z))
    assert pipe.score(X, Y) == model.score(Z, Y)
    weights = np.arange(60.0)
    assert pipe.score(X, Y, sample_weight=weights) == model.score(Z, Y, sample_weight=weights)
    np.testing.assert_array_equal(pipe[:-1].transform(X), Z)
    np.testing.assert_array_equal(pipe[:-1].fit_transform(X), Z)


def test_a_classifier_at_the_end():
    pipe = make_pipeline(StandardScaler(), LogisticRegression()).fit(X, LABELS)
    Z = StandardScaler().fit_transform(X)
    model = LogisticRegression().fit(Z, LABELS)
    assert pipe.classes_.tolist() == ["high", "low"]
    np.testing.assert_array_equal(pipe.predict_proba(X), model.predict_proba(Z))
    assert pipe.score(X, LABELS) == model.score(Z, LABELS)


def test_only_what_the_last_step_can_do_is_there():
    pipe = line()
    assert hasattr(pipe, "predict")
    for name in ("predict_proba", "transform", "fit_transform", "decision_function"):
        assert not hasattr(pipe, name)
    with pytest.raises(AttributeError, match="no attribute 'transform': its last step, LinearRegression, has none"):
        pipe.transform(X)
    scale = make_pipeline(StandardScaler(), "passthrough")
    assert hasattr(scale, "fit_transform")
    assert not hasattr(scale, "predict")
    assert "last step" in Pipeline.predict.__doc__


def test_steps_by_name_and_number_are_the_fitted_ones_and_those_passed_stay():
    pipe = line()
    assert pipe["scale"] is pipe[0] is pipe.steps[0][1]
    pipe.fit(X, Y)
    assert not hasattr(pipe.steps[0][1], "mean_")
    assert pipe["scale"] is pipe[0] is pipe.named_steps["scale"]
    np.testing.assert_allclose(pipe["scale"].mean_, X.mean(axis=0))
    assert pipe[-1].coef_.shape == (10,)
    assert len(pipe) == 3
    assert [name for name, _ in pipe[1:].steps] == ["square", "line"]
    assert pipe.n_features_in_ == 3
    assert not hasattr(pipe, "feature_names_in_")
    assert not hasattr(line(), "n_features_in_")


def test_parameters_of_steps():
    pipe = line()
    pipe.set_params(square__degree=3, scale="passthrough", line__fit_intercept=False)
    assert pipe.get_params()["square__degree"] == 3
    assert pipe.steps[0] == ("scale", "passthrough")
    assert pipe.fit(X, Y)[:-1].transform(X)[0, 1] == X[0, 0]
    pipe.set_params(steps=[("new", StandardScaler())], new__with_std=False)
    assert pipe.steps[0][1].with_std is False
    with pytest.raises(ValueError, match=r"Invalid parameter 'old__with_std'.*'steps', 'new'"):
        pipe.set_params(old__with_std=False)
    twin = clone(line().fit(X, Y))
    assert not hasattr(twin, "steps_")
    assert repr(make_pipeline(StandardScaler())) == "Pipeline(steps=[('standardscaler', StandardScaler())])"


def test_passthrough_and_none_do_nothing():
    pipe = Pipeline([("a", "passthrough"), ("b", StandardScaler()), ("c", None)]).fit(X)
    np.testing.assert_array_equal(pipe.transform(X), StandardScaler().fit_transform(X))
    np.testing.assert_allclose(pipe.inverse_transform(pipe.transform(X)), X, rtol=1e-14)
    assert pipe.get_feature_names_out().tolist() == ["x0", "x1", "x2"]
    idle = make_pipeline("passthrough").fit(X)
    assert idle.transform(X) is X
    assert idle.get_feature_names_out(["a"]).tolist() == ["a"]
    with pytest.raises(ValueError, match="pass input_features"):
        idle.get_feature_names_out()


def test_arguments_of_fit_go_to_their_step():
    weights = np.arange(60.0)
    pipe = line().fit(X, Y, line__sample_weight=weights, scale__sample_weight=weights)
    Z = StandardScaler().fit(X, sample_weight=weights).transform(X)
    model = LinearRegression().fit(PolynomialFeatures(2).fit_transform(Z), Y, sample_weight=weights)
    np.testing.assert_allclose(pipe["line"].coef_, model.coef_, rtol=1e-12)
    with pytest.raises(ValueError, match=r"does not accept the sample_weight parameter.*line__sample_weight"):
        line().fit(X, Y, sample_weight=weights)


def test_names_through_all_steps():
    table = {"age": X[:, 0], "sex": ["f", "m"] * 30, "time": X[:, 2]}
    prepare = make_column_transformer((OneHotEncoder(drop="first"), ["sex"]), remainder=StandardScaler())
    pipe = make_pipeline(prepare, PolynomialFeatures(2, interaction_only=True, include_bias=False)).fit(table)
    assert pipe.get_feature_names_out()[[0, -1]].tolist() == ["onehotencoder__sex_m", "remainder__age remainder__time"]
    assert pipe.feature_names_in_.tolist() == ["age", "sex", "time"]
    assert make_pipeline(prepare, LinearRegression()).fit(table, Y)[:-1].get_feature_names_out().shape == (3,)
    with pytest.raises(AttributeError, match=r"linearregression does not provide get_feature_names_out\. .*\[:-1\]"):
        make_pipeline(StandardScaler(), LinearRegression()).fit(X, Y).get_feature_names_out()


def test_frames_between_the_steps():
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame(X, columns=["a", "b", "c"])
    pipe = line().set_output(transform="pandas").fit(frame, Y)
    assert pipe["line"].feature_names_in_.tolist()[-1] == "c^2"
    assert pipe[:-1].transform(frame).columns.tolist() == pipe["line"].feature_names_in_.tolist()


def test_each_fold_prepares_anew():
    """The target encoder and the scaler of a fold have not seen its test rows: pure noise stays noise."""
    noise = np.random.default_rng(1)
    table, y = noise.integers(0, 100, size=(300, 1)), noise.normal(size=300)
    scores = cross_val_score(make_pipeline(TargetEncoder(smooth=0.0), LinearRegression()), table, y)
    assert scores.mean() < 0.05
    assert len(cross_val_score(make_pipeline(StandardScaler(), LogisticRegression()), X, LABELS)) == 5


def test_a_step_without_fit_transform():
    class Old:
        def get_params(self, deep=True):
            return {}

        def fit(self, X, y=None):
            return self

        def transform(self, X):
            return 2 * X

    np.testing.assert_array_equal(Pipeline([("old", Old())]).fit_transform(X), 2 * X)
    np.testing.assert_array_equal(make_pipeline(Old(), StandardScaler()).fit(X).transform(X)[0, 0] < 9, True)


# --- errors ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("steps", "error", "message"),
    [
        ([], ValueError, "steps of Pipeline is empty"),
        (None, TypeError, "steps must be a list of tuples, got None"),
        ([StandardScaler()], TypeError, "steps must hold tuples of length 2"),
        ([("a", StandardScaler()), ("a", StandardScaler())], ValueError, r"not unique: \['a', 'a'\]"),
        ([("a__b", StandardScaler())], ValueError, "text without '__'.*got 'a__b'"),
        ([("steps", StandardScaler())], ValueError, r"none of the parameters \['steps'\]: got 'steps'"),
        ([(1, StandardScaler())], ValueError, "got 1"),
        (
            [("a", LinearRegression()), ("b", StandardScaler())],
            TypeError,
            "Each step but the last .*step 'a' is Linear",
        ),
        ([("a", StandardScaler()), ("b", 3)], TypeError, "The last step must be an estimator with fit.*'b' is 3"),
        ([("a", StandardScaler)], TypeError, "step 'a' is <class"),
    ],
)
def test_bad_steps_are_named(steps, error, message):
    with pytest.raises(error, match=message):
        Pipeline(steps).fit(X, Y)


def test_an_error_inside_says_in_which_step():
    with pytest.raises(ValueError, match="X contains NaN") as error:
        line().fit([[np.nan]], [1.0])
    assert error.value.__notes__ == ["in step 'scale' of Pipeline"]
    pipe = make_pipeline(SimpleImputer(), MinMaxScaler(), "passthrough").fit([[1.0, 2.0]])
    with pytest.raises(ValueError, match="1 features, but SimpleImputer") as error:
        pipe.transform([[1.0]])
    assert error.value.__notes__ == ["in step 'simpleimputer' of Pipeline"]


def test_unfitted_use_also_after_a_fit_that_failed():
    pipe = line()
    for use in (pipe.predict, pipe[:-1].transform, lambda X: pipe.get_feature_names_out()):
        with pytest.raises(NotFittedError, match="This Pipeline instance is not fitted yet"):
            use(X)
    pipe.fit(X, Y)
    with pytest.raises(ValueError, match="X has 60, y has 1"):
        pipe.fit(X, [1.0])
    with pytest.raises(NotFittedError):
        pipe.predict(X)


def test_base_classes_are_what_the_tests_need():
    assert issubclass(LinearRegression, Regressor)
    assert issubclass(StandardScaler, Transformer)
