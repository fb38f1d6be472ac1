"""Imputers next to scikit-learn's."""

import numpy as np
import pytest

from mle.datasets import load_breast_cancer, load_penguins
from mle.impute import KNNImputer, MissingIndicator, SimpleImputer, nan_euclidean
from mle.preprocessing import StandardScaler
from tests.parity.record import record

theirs = pytest.importorskip("sklearn.impute")


def holes(share=0.15):
    """Standardised columns with values missing at random, a row without any, and a column without any."""
    rng = np.random.default_rng(0)
    X = StandardScaler().fit_transform(load_breast_cancer().X)
    X[rng.random(X.shape) < share] = np.nan
    X[17] = np.nan
    X[:, 4] = np.nan
    return X


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ["SimpleImputer", "KNNImputer"])
def test_imputers(name):
    X = holes()
    simple = [{"strategy": s} for s in ("mean", "median", "most_frequent", "constant")]
    near = [{"n_neighbors": k, "weights": w} for k in (1, 5, 40) for w in ("uniform", "distance")]
    extra = [{}, {"add_indicator": True}, {"keep_empty_features": True}]
    settings = [{**s, **e} for s in (simple if name == "SimpleImputer" else near) for e in extra]
    own, their = {"SimpleImputer": SimpleImputer, "KNNImputer": KNNImputer}[name], getattr(theirs, name)
    gaps = []
    for options in settings:
        a, b = own(**options).fit(X[:400]), their(**options).fit(X[:400])
        gaps.append(float(np.abs(a.transform(X) - b.transform(X)).max()))
        assert len(a.get_feature_names_out()) == b.transform(X).shape[1]
        if not options.get("keep_empty_features"):  # scikit-learn's KNNImputer then leaves out the names it keeps
            assert a.get_feature_names_out().tolist() == b.get_feature_names_out().tolist()
    record(
        name=name,
        module="mle.impute.simple" if name == "SimpleImputer" else "mle.impute.neighbours",
        against="scikit-learn",
        what=f"filled values, {len(settings)} settings, a row and a column without values",
        data="breast cancer with holes, 569 x 30",
        gap=max(gaps),
        tolerance=1e-11,
    )


def test_distances():
    from sklearn.metrics.pairwise import nan_euclidean_distances

    X = holes(0.4)
    a, b = nan_euclidean(X[:50], X[50:]), nan_euclidean_distances(X[:50], X[50:])
    np.testing.assert_array_equal(np.isnan(a), np.isnan(b))
    record(
        name="nan_euclidean",
        module="mle.impute.neighbours",
        against="scikit-learn",
        what="distances of rows with missing values",
        data="breast cancer with holes, 50 x 519 pairs",
        gap=float(np.nanmax(np.abs(a - b))),
        tolerance=1e-12,
    )


def test_text():
    X = np.array(load_penguins().columns["sex"], dtype=object)[:, None]
    for strategy in ("most_frequent", "constant"):
        a = SimpleImputer(strategy=strategy, missing_values="").fit_transform(X)
        b = theirs.SimpleImputer(strategy=strategy, missing_values="").fit_transform(X)
        assert a.tolist() == b.tolist()


def test_indicator():
    X, gaps = holes(0.02), []
    for features in ("missing-only", "all"):
        a, b = MissingIndicator(features=features).fit(X), theirs.MissingIndicator(features=features).fit(X)
        assert a.transform(X).dtype == b.transform(X).dtype == bool
        gaps.append(float(np.sum(a.transform(X) != b.transform(X))))
        assert a.get_feature_names_out().tolist() == b.get_feature_names_out().tolist()
    record(
        name="MissingIndicator",
        module="mle.impute.indicator",
        against="scikit-learn",
        what="marks that differ, 2 settings",
        data="breast cancer with holes, 569 x 30",
        gap=max(gaps),
        tolerance=0.0,
    )
