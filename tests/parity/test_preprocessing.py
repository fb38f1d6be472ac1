"""Preparing columns next to scikit-learn: scalers, encoders, products, intervals."""

import numpy as np
import pytest

from mle.datasets import load_breast_cancer, load_heart_failure, load_penguins
from mle.preprocessing import (
    KBinsDiscretizer,
    LabelEncoder,
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    PolynomialFeatures,
    RobustScaler,
    StandardScaler,
    TargetEncoder,
)
from tests.parity.record import record

theirs = pytest.importorskip("sklearn.preprocessing")
rng = np.random.default_rng(0)


def gap(a, b):
    """Largest difference, relative to the largest value or 1."""
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    assert a.shape == b.shape
    np.testing.assert_array_equal(np.isnan(a), np.isnan(b))
    return float(np.nanmax(np.abs(a - b)) / max(1.0, np.nanmax(np.abs(b))))


def text_table(missing=True):
    """Penguins' categories, with missing values, and a number with few values."""
    columns = load_penguins().columns
    X = np.empty((344, 3), dtype=object)
    for j, name in enumerate(("species", "island", "sex")):
        X[:, j] = columns[name]
    X[:, 2] = [np.nan if v == "" and missing else v for v in X[:, 2]]
    return X


# --- scalers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("load", [load_heart_failure, load_breast_cancer])
@pytest.mark.parametrize("with_mean", [True, False])
@pytest.mark.parametrize("with_std", [True, False])
@pytest.mark.parametrize("weighted", [True, False])
def test_as_scikit_learn(load, with_mean, with_std, weighted):
    X = np.asarray(load().X, dtype=float)
    X = np.column_stack([X, np.full(len(X), 0.1)])  # and a constant
    weights = np.arange(len(X)) % 3.0 if weighted else None
    a = StandardScaler(with_mean=with_mean, with_std=with_std).fit(X, sample_weight=weights)
    b = theirs.StandardScaler(with_mean=with_mean, with_std=with_std).fit(X, sample_weight=weights)
    np.testing.assert_allclose(a.transform(X), b.transform(X), atol=1e-14 * np.abs(X).max())
    np.testing.assert_allclose(a.inverse_transform(X), b.inverse_transform(X), rtol=1e-12)
    np.testing.assert_allclose(a.mean_, np.average(X, axis=0, weights=weights), rtol=1e-12)
    if with_std:
        np.testing.assert_allclose(a.scale_, b.scale_, rtol=1e-12)
        np.testing.assert_allclose(a.var_, b.var_, rtol=1e-12, atol=1e-20)


def test_names_as_scikit_learn():
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({"age": [1.0, 2.0], "time": [3.0, 5.0]})
    names = [S().fit(frame).get_feature_names_out().tolist() for S in (StandardScaler, theirs.StandardScaler)]
    assert names[0] == names[1] == ["age", "time"]


SCALERS = [
    ("StandardScaler", "scale", StandardScaler, theirs.StandardScaler, [{}, {"with_mean": False}, {"with_std": False}]),
    (
        "MinMaxScaler",
        "ranges",
        MinMaxScaler,
        theirs.MinMaxScaler,
        [{}, {"feature_range": (-2, 5)}, {"clip": True}],
    ),
    (
        "RobustScaler",
        "ranges",
        RobustScaler,
        theirs.RobustScaler,
        [{}, {"quantile_range": (10, 95)}, {"unit_variance": True}, {"with_centering": False}, {"with_scaling": False}],
    ),
]


@pytest.mark.parametrize(("name", "module", "own", "their", "options"), SCALERS)
def test_scalers(name, module, own, their, options):
    X = load_breast_cancer().X
    X = np.column_stack([X, np.full(len(X), 0.1)])
    gaps = []
    for settings in options:
        a, b = own(**settings).fit(X[:400]), their(**settings).fit(X[:400])
        gaps += [gap(a.transform(X), b.transform(X)), gap(a.inverse_transform(X), b.inverse_transform(X))]
    what = f"transform and inverse_transform, {len(options)} settings"
    data = "breast cancer and a constant, 569 x 31"
    module = f"mle.preprocessing.{module}"
    record(name=name, module=module, against="scikit-learn", what=what, data=data, gap=max(gaps), tolerance=1e-13)


# --- encoders --------------------------------------------------------------------------------------------------------


def test_one_hot():
    X, new = text_table(), np.array([["Adelie", "Moon", np.nan], ["Gentoo", "Dream", "male"]], dtype=object)
    gaps = []
    for settings in (
        {},
        {"drop": "first"},
        {"drop": "if_binary"},
        {"drop": ["Adelie", "Dream", "male"]},
        {"handle_unknown": "ignore"},
    ):
        a = OneHotEncoder(**settings).fit(X)
        b = theirs.OneHotEncoder(sparse_output=False, **settings).fit(X)
        gaps.append(gap(a.transform(X), b.transform(X)))
        names = ["kind", "island", "sex"]
        assert a.get_feature_names_out(names).tolist() == b.get_feature_names_out(names).tolist()
        for mine, other in zip(a.inverse_transform(a.transform(X)), b.inverse_transform(b.transform(X)), strict=True):
            assert [str(v) for v in mine] == [str(v) for v in other]
        if settings.get("handle_unknown"):
            gaps.append(gap(a.transform(new), b.transform(new)))
    record(
        name="OneHotEncoder",
        module="mle.preprocessing.onehot",
        against="scikit-learn",
        what="columns and names, 5 settings, missing and unseen categories",
        data="penguins' categories, 344 x 3",
        gap=max(gaps),
        tolerance=0.0,
    )


def test_one_hot_of_numbers():
    X = rng.integers(-3, 4, size=(200, 2)).astype(float)
    X[::9, 0] = np.nan
    a, b = OneHotEncoder().fit(X), theirs.OneHotEncoder(sparse_output=False).fit(X)
    np.testing.assert_array_equal(a.transform(X), b.transform(X))
    assert a.get_feature_names_out().tolist() == b.get_feature_names_out().tolist()
    for mine, other in zip(a.categories_, b.categories_, strict=True):
        np.testing.assert_array_equal(mine, other)


def test_ordinal():
    X, gaps = text_table(), []
    new = np.array([["Adelie", "Moon", np.nan], ["Yeti", "Dream", "male"]], dtype=object)
    order = [["Gentoo", "Adelie", "Chinstrap"], ["Torgersen", "Dream", "Biscoe"], ["male", "female", np.nan]]
    for settings in (
        {},
        {"encoded_missing_value": -5},
        {"categories": order},
        {"handle_unknown": "use_encoded_value", "unknown_value": -1},
        {"handle_unknown": "use_encoded_value", "unknown_value": np.nan, "encoded_missing_value": -2},
    ):
        a, b = OrdinalEncoder(**settings).fit(X), theirs.OrdinalEncoder(**settings).fit(X)
        gaps.append(gap(a.transform(X), b.transform(X)))
        if settings.get("handle_unknown"):
            gaps.append(gap(a.transform(new), b.transform(new)))
    record(
        name="OrdinalEncoder",
        module="mle.preprocessing.ordinal",
        against="scikit-learn",
        what="codes, 5 settings, missing and unseen categories",
        data="penguins' categories, 344 x 3",
        gap=max(gaps),
        tolerance=0.0,
    )


def test_labels():
    gaps = []
    for y in (load_penguins().columns["species"], rng.integers(-5, 5, 100), rng.integers(0, 2, 50).astype(bool)):
        a, b = LabelEncoder().fit(y), theirs.LabelEncoder().fit(y)
        assert a.classes_.tolist() == b.classes_.tolist()
        gaps.append(gap(a.transform(y), b.transform(y)))
    record(
        name="LabelEncoder",
        module="mle.preprocessing.label",
        against="scikit-learn",
        what="codes of text, numbers and truth values",
        data="penguins' species and random labels",
        gap=max(gaps),
        tolerance=0.0,
    )


@pytest.mark.parametrize("target", ["continuous", "binary"])
def test_target_encoder(target):
    from sklearn.model_selection import KFold, StratifiedKFold

    X = text_table()
    weight = load_penguins().columns["body_mass_g"]
    seen = ~np.isnan(weight)
    X, y = X[seen], weight[seen]
    if target == "binary":
        y = np.where(y > 4000, "heavy", "light")
    folds = KFold(5) if target == "continuous" else StratifiedKFold(5)
    new = np.array([["Yeti", "Dream", np.nan]], dtype=object)
    gaps = []
    for smooth in ("auto", 0.0, 10.0):
        a = TargetEncoder(target_type=target, smooth=smooth, shuffle=False)
        b = theirs.TargetEncoder(target_type=target, smooth=smooth, cv=folds)
        gaps.append(gap(a.fit_transform(X, y), b.fit_transform(X, y)))
        gaps += [gap(a.transform(X), b.transform(X)), gap(a.transform(new), b.transform(new))]
        gaps += [gap(e, f) for e, f in zip(a.encodings_, b.encodings_, strict=True)]
        assert a.target_mean_ == pytest.approx(b.target_mean_, rel=1e-14)
    record(
        name="TargetEncoder",
        module="mle.preprocessing.target",
        against="scikit-learn",
        what=f"cross-fitted and plain encodings of a {target} target, 3 kinds of smoothing",
        data="penguins' categories and body mass, 342 x 3",
        gap=max(gaps),
        tolerance=1e-13,
    )


# --- products and intervals ------------------------------------------------------------------------------------------


def test_polynomial_features():
    X, gaps = rng.normal(size=(100, 5)), []
    for settings in (
        {"degree": 2},
        {"degree": 4},
        {"degree": (2, 3), "include_bias": False},
        {"degree": 3, "interaction_only": True},
        {"degree": 0},
    ):
        a, b = PolynomialFeatures(**settings).fit(X), theirs.PolynomialFeatures(**settings).fit(X)
        gaps.append(gap(a.transform(X), b.transform(X)))
        np.testing.assert_array_equal(a.powers_, b.powers_)
        assert a.get_feature_names_out().tolist() == b.get_feature_names_out().tolist()
    record(
        name="PolynomialFeatures",
        module="mle.preprocessing.polynomial",
        against="scikit-learn",
        what="products, exponents and names, 5 settings",
        data="random, 100 x 5",
        gap=max(gaps),
        tolerance=1e-14,
    )


@pytest.mark.filterwarnings("ignore")
def test_intervals():
    X, gaps = load_breast_cancer().X, []
    X = np.column_stack([X, np.round(X[:, 0]), np.full(len(X), 3.0)])
    for strategy in ("uniform", "quantile"):
        for k in (2, 5, 13):
            for encode in ("ordinal", "onehot-dense"):
                a = KBinsDiscretizer(k, encode=encode, strategy=strategy).fit(X[:400])
                b = theirs.KBinsDiscretizer(k, encode=encode, strategy=strategy).fit(X[:400])
                assert a.n_bins_.tolist() == b.n_bins_.tolist()
                gaps.append(gap(a.transform(X), b.transform(X)))
                finite = zip(a.bin_edges_[:-1], b.bin_edges_[:-1], strict=True)
                gaps += [gap(e, f) for e, f in finite]
                assert a.get_feature_names_out().tolist() == b.get_feature_names_out().tolist()
    record(
        name="KBinsDiscretizer",
        module="mle.preprocessing.bins",
        against="scikit-learn",
        what="edges and codes, 12 settings, ties and a constant",
        data="breast cancer and two columns, 569 x 32",
        gap=max(gaps),
        tolerance=1e-14,
    )
