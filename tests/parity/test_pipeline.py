"""Pipelines and tables of transformers: scikit-learn's and ours, each made of its own parts, give the same."""

import numpy as np
import pytest

from mle import compose, impute, pipeline, preprocessing
from mle.datasets import load_penguins
from mle.linear_model import LinearRegression
from tests.parity.record import record

pytest.importorskip("sklearn")
pd = pytest.importorskip("pandas")

NUMBERS, WORDS = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm"], ["island", "sex"]


def table(make, remainder):
    numbers = make.pipeline.make_pipeline(
        make.impute.KNNImputer(n_neighbors=3),
        make.preprocessing.StandardScaler(),
        make.preprocessing.PolynomialFeatures(2),
    )
    words = make.pipeline.make_pipeline(
        make.impute.SimpleImputer(strategy="most_frequent"),
        make.preprocessing.OneHotEncoder(sparse_output=False, drop="first"),
    )
    return make.compose.ColumnTransformer(
        [("numbers", numbers, NUMBERS), ("words", words, WORDS), ("year", "passthrough", ["year"])],
        remainder=remainder,
    )


class Ours:
    compose, impute, pipeline, preprocessing = compose, impute, pipeline, preprocessing


class Theirs:
    from sklearn import compose, impute, pipeline, preprocessing


def test_a_whole_preparation():
    frame = load_penguins().to_frame()
    frame = frame[frame["body_mass_g"].notna()]
    X = frame[[*NUMBERS, *WORDS, "year", "species"]]
    train, gaps = np.arange(len(X)) % 3 != 0, []
    for remainder in ("drop", "passthrough"):
        a, b = table(Ours, remainder).fit(X[train]), table(Theirs, remainder).fit(X[train])
        got, expected = a.transform(X), b.transform(X)
        assert a.get_feature_names_out().tolist() == b.get_feature_names_out().tolist()
        assert a.output_indices_ == {k: v for k, v in b.output_indices_.items() if k in a.output_indices_}
        if remainder == "passthrough":
            assert got[:, -1].tolist() == expected[:, -1].tolist()
            got, expected = got[:, :-1].astype(float), expected[:, :-1].astype(float)
        gaps.append(float(np.abs(got - expected).max()))
    record(
        name="ColumnTransformer",
        module="mle.compose.columns",
        against="scikit-learn",
        what="all columns and names of a preparation of numbers and text, each of its own parts",
        data="penguins with missing values, 342 x 7",
        gap=max(gaps),
        tolerance=1e-11,
    )


def test_a_whole_model():
    from sklearn.linear_model import LinearRegression as TheirLine

    frame = load_penguins().to_frame()
    frame = frame[frame["body_mass_g"].notna()]
    y = frame["body_mass_g"].to_numpy() / 1000
    a = pipeline.make_pipeline(table(Ours, "drop"), LinearRegression()).fit(frame, y)
    b = Theirs.pipeline.make_pipeline(table(Theirs, "drop"), TheirLine()).fit(frame, y)
    record(
        name="Pipeline",
        module="mle.pipeline",
        against="scikit-learn",
        what="predictions and score of preparation and line, each of its own parts",
        data="penguins with missing values, 342 x 6",
        gap=max(float(np.abs(a.predict(frame) - b.predict(frame)).max()), abs(a.score(frame, y) - b.score(frame, y))),
        tolerance=1e-10,
    )
