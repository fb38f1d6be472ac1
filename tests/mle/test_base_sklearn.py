"""Ours inside scikit-learn's and theirs inside ours; and its checks for what is put together from parts.

`test_check_estimator` runs the checks for every estimator with its defaults; here are pipelines, tables of
transformers, and settings that take another road through the code.
"""

import json
import os
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

import mle
from mle.compose import ColumnTransformer
from mle.impute import KNNImputer, MissingIndicator, SimpleImputer
from mle.linear_model import LinearRegression, LogisticRegression
from mle.pipeline import Pipeline, make_pipeline
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

pytest.importorskip("sklearn")


def first(X):
    return [0]


CASES = [
    make_pipeline(StandardScaler(), LinearRegression()),
    make_pipeline(SimpleImputer(), StandardScaler(), LogisticRegression()),
    make_pipeline(StandardScaler(), PolynomialFeatures()),
    ColumnTransformer([("s", StandardScaler(), slice(None))]),
    ColumnTransformer([("s", StandardScaler(), first)], remainder=MinMaxScaler()),
    ColumnTransformer([("i", KNNImputer(), first), ("s", SimpleImputer(), first)], remainder="passthrough"),
    MinMaxScaler(clip=True),
    RobustScaler(unit_variance=True),
    RobustScaler(with_centering=False, with_scaling=False),
    OneHotEncoder(handle_unknown="ignore"),
    OneHotEncoder(drop="first"),
    OneHotEncoder(drop="if_binary"),
    OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1),
    TargetEncoder(cv=3),
    PolynomialFeatures(3, interaction_only=True),
    KBinsDiscretizer(encode="ordinal", strategy="uniform"),
    SimpleImputer(strategy="median"),
    SimpleImputer(strategy="most_frequent"),
    SimpleImputer(strategy="constant"),
    SimpleImputer(add_indicator=True, keep_empty_features=True),
    MissingIndicator(features="all"),
    KNNImputer(weights="distance", add_indicator=True),
]
# Checks of scikit-learn's own estimators that are not part of check_estimator.
EXTRA = ["check_n_features_in_after_fitting"]
EXTRA_TRANSFORMER = [
    "check_transformer_get_feature_names_out",
    "check_transformer_get_feature_names_out_pandas",
    "check_set_output_transform",
    "check_set_output_transform_pandas",
    "check_global_output_transform_pandas",
    "check_get_feature_names_out_error",
]


def run_checks():
    from sklearn.utils import estimator_checks

    report = {}
    for number, estimator in enumerate(CASES):
        done = estimator_checks.check_estimator(estimator, on_fail=None, on_skip=None)
        results = [[r["check_name"], r["status"], repr(r["exception"])] for r in done]
        for name in EXTRA + EXTRA_TRANSFORMER * hasattr(estimator, "transform"):
            try:
                getattr(estimator_checks, name)(type(estimator).__name__, estimator)
                results.append([name, "passed", ""])
            except Exception as error:
                results.append([name, "failed", repr(error)])
        report[str(number)] = results
    return report


@pytest.fixture(scope="module")
def report():
    env = {**os.environ, "SCIPY_ARRAY_API": "1", "PYTHONPATH": str(Path(mle.__file__).parents[1])}
    done = subprocess.run([sys.executable, "-W", "ignore", __file__], capture_output=True, text=True, env=env)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("number", range(len(CASES)), ids=[repr(case)[:60] for case in CASES])
def test_scikit_learn_finds_nothing(report, number):
    results = report[str(number)]
    assert len(results) > 40, "scikit-learn must have run its checks"
    assert [r for r in results if r[1] != "passed"] == []


# --- side by side ----------------------------------------------------------------------------------------------------

rng = np.random.default_rng(0)
N = 120
AGE, TIME = rng.normal(50, 10, size=N), rng.exponential(3.0, size=N)
SEX, PLACE = rng.choice(["f", "m"], size=N).astype(object), rng.choice(["a", "b", "c", "d"], size=N).astype(object)
Y = (AGE - 50) / 10 + (SEX == "m") + rng.normal(size=N) > 0.5
HOLES = AGE.copy()
HOLES[::7] = np.nan


@pytest.fixture
def frame():
    pd = pytest.importorskip("pandas")
    return pd.DataFrame({"age": HOLES, "sex": SEX, "place": PLACE, "time": TIME})


def parts(compose, pipeline, impute, preprocessing, model):
    numbers = pipeline.make_pipeline(impute.SimpleImputer(), preprocessing.StandardScaler())
    table = compose.ColumnTransformer(
        [
            ("numbers", numbers, ["age", "time"]),
            ("sex", preprocessing.OneHotEncoder(drop="first"), ["sex"]),
            ("place", preprocessing.TargetEncoder(), ["place"]),
        ]
    )
    return pipeline.Pipeline([("table", table), ("model", model)])


def ours():
    from types import SimpleNamespace

    from mle import compose, impute, pipeline, preprocessing

    return SimpleNamespace(compose=compose, pipeline=pipeline, impute=impute, preprocessing=preprocessing)


def theirs():
    from types import SimpleNamespace

    from sklearn import compose, impute, pipeline, preprocessing

    return SimpleNamespace(compose=compose, pipeline=pipeline, impute=impute, preprocessing=preprocessing)


@pytest.mark.parametrize("outer", [ours, theirs])
@pytest.mark.parametrize("inner", [ours, theirs])
@pytest.mark.parametrize("container", ["default", "pandas"])
def test_every_mixture_is_searched_and_gives_one_result(frame, outer, inner, container):
    from sklearn.model_selection import GridSearchCV

    kit, pieces = outer(), inner()
    encoder = pieces.preprocessing.OneHotEncoder(sparse_output=False, drop="first")
    table = kit.compose.ColumnTransformer(
        [
            ("numbers", kit.pipeline.make_pipeline(pieces.impute.SimpleImputer(), StandardScaler()), ["age", "time"]),
            ("sex", encoder, ["sex"]),
            ("place", pieces.preprocessing.OrdinalEncoder(), ["place"]),
        ]
    ).set_output(transform=container)
    pipe = kit.pipeline.Pipeline([("table", table), ("model", LogisticRegression())])
    strategies = {"table__numbers__simpleimputer__strategy": ["mean", "median"], "model__C": [0.1, 10.0]}
    search = GridSearchCV(pipe, strategies, cv=3).fit(frame, Y)
    reference = GridSearchCV(Pipeline(pipe.steps), strategies, cv=3).fit(frame, Y)
    np.testing.assert_allclose(
        search.cv_results_["mean_test_score"], reference.cv_results_["mean_test_score"], rtol=1e-12
    )
    np.testing.assert_allclose(search.predict_proba(frame), reference.predict_proba(frame), rtol=1e-9)
    names = search.best_estimator_[:-1].get_feature_names_out().tolist()
    assert names == ["numbers__age", "numbers__time", "sex__sex_m", "place__place"]


def test_sparse_results_of_theirs_are_made_dense(frame):
    from sklearn.preprocessing import OneHotEncoder as Theirs

    table = ColumnTransformer([("sex", Theirs(), ["sex"]), ("place", OneHotEncoder(), ["place"])])
    Z = table.fit_transform(frame)
    assert isinstance(Z, np.ndarray)
    assert (Z.sum(axis=1) == 2).all()


def test_a_pipeline_of_ours_is_cross_validated_and_calibrated_by_theirs(frame):
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.inspection import permutation_importance
    from sklearn.model_selection import cross_validate

    pipe = parts(**vars(ours()), model=LogisticRegression())
    scores = cross_validate(pipe, frame, Y, cv=4, scoring=["accuracy", "neg_log_loss", "roc_auc"])
    assert scores["test_roc_auc"].mean() > 0.7
    proba = CalibratedClassifierCV(pipe, cv=3).fit(frame, Y).predict_proba(frame)
    assert proba.shape == (N, 2)
    importance = permutation_importance(pipe.fit(frame, Y), frame, Y, n_repeats=2, random_state=0)
    assert importance.importances_mean.argmax() == 0


def test_dictionaries_of_columns_reach_theirs_as_arrays():
    from sklearn import preprocessing

    X = {"age": AGE, "sex": SEX, "time": TIME}
    made = [
        ColumnTransformer(
            [("n", kit.StandardScaler(), ["age", "time"]), ("k", kit.OneHotEncoder(sparse_output=False), ["sex"])]
        ).fit(X)
        for kit in (preprocessing, ours().preprocessing)
    ]
    np.testing.assert_allclose(made[0].transform(X), made[1].transform(X), rtol=1e-12)
    assert made[0].get_feature_names_out().tolist() == made[1].get_feature_names_out().tolist()


def test_selectors_of_theirs_work_in_ours(frame):
    from sklearn.compose import make_column_selector

    table = ColumnTransformer([("numbers", SimpleImputer(), make_column_selector(dtype_include=np.number))])
    assert table.fit(frame).get_feature_names_out().tolist() == ["numbers__age", "numbers__time"]


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    print(json.dumps(run_checks()))  # noqa: T201
