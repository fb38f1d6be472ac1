"""Imputers: what is filled in, what is left out, what counts as missing, and rows at equal distance."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import mle.impute.neighbours
from mle.impute import KNNImputer, MissingIndicator, SimpleImputer, most_frequent, nan_euclidean, nearest

FIXED = settings(derandomize=True, deadline=None, max_examples=60)
MATRICES = hnp.arrays(
    float,
    st.tuples(st.integers(1, 12), st.integers(1, 4)),
    elements=st.one_of(st.just(np.nan), st.integers(-40, 40).map(lambda i: i / 8)),
)
nan = np.nan
PEOPLE = [["f", 1.0], [None, 3.0], ["m", nan], ["f", 5.0], [nan, 3.0]]


def naive_distance(a, b):
    both = ~np.isnan(a) & ~np.isnan(b)
    return np.sqrt(len(a) / both.sum() * ((a - b)[both] ** 2).sum()) if both.any() else nan


def naive_knn(fit, X, k, weights):
    """The imputer by its words: one value at a time, rows sorted by distance, equal ones in their order."""
    Z = X.copy()
    for i, j in np.argwhere(np.isnan(X)):
        donors = [(naive_distance(X[i], row), n) for n, row in enumerate(fit) if not np.isnan(row[j])]
        near = sorted((round(d, 9), n) for d, n in donors if d == d)[:k]
        y = np.array([fit[n, j] for _, n in near])
        d = np.array([naive_distance(X[i], fit[n]) for _, n in near])
        if not near:
            Z[i, j] = np.nanmean(fit[:, j])
        elif weights == "uniform":
            Z[i, j] = y.mean()
        else:
            Z[i, j] = y[d == 0].mean() if (d == 0).any() else np.average(y, weights=1 / d)
    return Z


# --- one value for each column ---------------------------------------------------------------------------------------


@FIXED
@given(MATRICES, st.sampled_from(["mean", "median", "most_frequent"]))
@pytest.mark.filterwarnings("ignore:columns without any value")
def test_what_is_there_stays_and_nothing_is_missing_afterwards(X, strategy):
    Z = SimpleImputer(strategy=strategy, keep_empty_features=True).fit_transform(X)
    assert not np.isnan(Z).any()
    np.testing.assert_array_equal(Z[~np.isnan(X)], X[~np.isnan(X)])
    shorter = SimpleImputer(strategy=strategy).fit(X)
    assert shorter.transform(X).shape == (len(X), (~np.isnan(X).all(axis=0)).sum())
    assert len(shorter.get_feature_names_out()) == shorter.transform(X).shape[1]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"strategy": "mean"}, 3.0),
        ({"strategy": "median"}, 2.0),
        ({"strategy": "most_frequent"}, 2.0),
        ({"strategy": "constant"}, 0.0),
        ({"strategy": "constant", "fill_value": 7}, 7.0),
    ],
)
def test_strategies(settings, expected):
    imputer = SimpleImputer(**settings).fit([[2.0], [2.0], [nan], [5.0]])
    assert imputer.transform([[nan], [4.0]]).tolist() == [[expected], [4.0]]
    assert imputer.statistics_.tolist() == [expected]


def test_text_and_numbers_side_by_side():
    Z = SimpleImputer(strategy="most_frequent").fit_transform(PEOPLE)
    assert Z.tolist() == [["f", 1.0], ["f", 3.0], ["m", 3.0], ["f", 5.0], ["f", 3.0]]
    Z = SimpleImputer(strategy="constant").fit_transform(PEOPLE)
    assert Z[1:3].tolist() == [["missing_value", 3.0], ["m", 0.0]]
    blank = SimpleImputer(strategy="most_frequent", missing_values="").fit({"sex": ["", "m", "m", "f"]})
    assert blank.transform({"sex": ["f", ""]}).tolist() == [["f"], ["m"]]
    assert most_frequent(np.array([3, 1, 3, 1])) == 1


def test_other_marks_of_missing_values():
    assert SimpleImputer(missing_values=-1).fit_transform([[-1], [2], [4]]).tolist() == [[3.0], [2.0], [4.0]]
    assert SimpleImputer(missing_values=None).fit_transform([[None], [2.0]]).tolist() == [[2.0], [2.0]]
    assert KNNImputer(missing_values=-1).fit_transform([[-1, 1], [2, 1]]).tolist() == [[2.0, 1.0], [2.0, 1.0]]
    marks = MissingIndicator(missing_values=0, features="all").fit_transform([[0, 1], [2, 0]])
    assert marks.tolist() == [[True, False], [False, True]]


def test_empty_columns_are_warned_of_at_the_caller_or_kept():
    X = [[nan, 1.0], [nan, 2.0]]
    for imputer in (SimpleImputer(), KNNImputer(), SimpleImputer(strategy="constant", fill_value=9)):
        with pytest.warns(UserWarning, match="columns without any value are left out: .?0") as caught:
            imputer.fit(X)
        assert caught[0].filename == __file__
        assert imputer.transform([[5.0, 1.0]]).tolist() == [[1.0]]
        assert imputer.get_feature_names_out().tolist() == ["x1"]
        imputer.set_params(keep_empty_features=True)
        expected = 9.0 if isinstance(imputer, SimpleImputer) and imputer.fill_value else 0.0
        assert imputer.fit(X).transform([[nan, 1.0]]).tolist() == [[expected, 1.0]]


def test_indicator_columns_and_their_names():
    X = [[1.0, nan, 3.0], [2.0, 5.0, nan]]
    for imputer in (SimpleImputer(add_indicator=True), KNNImputer(add_indicator=True)):
        Z = imputer.fit_transform(X)
        assert Z[:, 3:].tolist() == [[1.0, 0.0], [0.0, 1.0]]
        assert imputer.get_feature_names_out()[3:].tolist() == ["missingindicator_x1", "missingindicator_x2"]
        assert imputer.transform([[nan, 1.0, 1.0]])[:, 3:].tolist() == [[0.0, 0.0]]
    marker = MissingIndicator().fit(X)
    assert marker.features_.tolist() == [1, 2]
    with pytest.raises(ValueError, match="column 0 has missing values but had none in fit"):
        marker.transform([[nan, 1.0, 1.0]])
    assert MissingIndicator(error_on_new=False).fit(X).transform([[nan, 1.0, nan]]).tolist() == [[False, True]]
    assert MissingIndicator().fit([[1.0]]).transform([[2.0]]).shape == (1, 0)


# --- the nearest rows ------------------------------------------------------------------------------------------------


@FIXED
@given(MATRICES, st.data())
def test_distances_by_their_formula(A, data):
    B = data.draw(hnp.arrays(float, (3, A.shape[1]), elements=st.one_of(st.just(nan), st.integers(-9, 9).map(float))))
    expected = [[naive_distance(a, b) for b in B] for a in A]
    np.testing.assert_allclose(nan_euclidean(A, B), expected, atol=1e-7)


@FIXED
@given(MATRICES, st.integers(1, 5), st.sampled_from(["uniform", "distance"]))
@pytest.mark.filterwarnings("ignore:columns without any value")
def test_as_the_naive_imputer(X, k, weights):
    there = ~np.isnan(X).all(axis=0)
    Z = KNNImputer(n_neighbors=k, weights=weights).fit_transform(X)
    np.testing.assert_allclose(Z, naive_knn(X[:, there], X[:, there], k, weights), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("weights", ["uniform", "distance"])
def test_far_from_the_origin_and_in_any_unit(weights):
    """Years have a large mean and a small spread: squares of the values themselves would drown the differences."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(60, 4))
    X[rng.random(X.shape) < 0.2] = nan
    near = KNNImputer(weights=weights).fit_transform(X)
    for unit, origin in ((1.0, 2.0**26), (2.0**-400, 0.0), (2.0**600, 0.0)):
        moved = KNNImputer(weights=weights).fit_transform((X + origin) * unit)
        np.testing.assert_allclose(moved / unit - origin, near, atol=1e-6)


def test_blocks_do_not_matter(monkeypatch):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(40, 3))
    X[rng.random(X.shape) < 0.3] = nan
    whole = KNNImputer().fit(X).transform(X)
    monkeypatch.setattr(mle.impute.neighbours, "BLOCK", 90)
    np.testing.assert_allclose(KNNImputer().fit(X).transform(X), whole, rtol=1e-14)


def test_equal_distances_take_the_first_rows():
    D = np.array([[2.0, 1.0, 1.0 + 1e-15, 1.0, nan]])
    assert nearest(D, 2).tolist() == [[False, True, True, False, False]]
    assert nearest(np.full((1, 3), nan), 2).sum() == 0
    assert nearest(D, 5).tolist() == [[True, True, True, True, False]]


def test_a_row_at_distance_0_counts_alone_and_one_without_values_gets_means():
    X = [[1.0, 10.0], [1.0, 20.0], [2.0, 90.0], [1.0, nan], [nan, nan]]
    Z = KNNImputer(n_neighbors=3, weights="distance").fit_transform(X)
    assert Z[3].tolist() == [1.0, 15.0]
    assert Z[4].tolist() == [1.25, 40.0]


@pytest.mark.parametrize(
    ("use", "error", "message"),
    [
        (lambda: SimpleImputer(strategy="mode").fit([[1]]), ValueError, "strategy must be one of 'mean'"),
        (lambda: SimpleImputer().fit([["a"], [None]]), ValueError, "got text such as 'a'"),
        (
            lambda: SimpleImputer(strategy="constant", fill_value="x").fit([["a", 1.0]]),
            ValueError,
            "fill_value='x' does not fit column 1, which holds numbers",
        ),
        (
            lambda: SimpleImputer(strategy="constant", fill_value=0).fit({"sex": ["a"]}),
            ValueError,
            "fill_value=0 does not fit column 'sex', which holds text",
        ),
        (
            lambda: SimpleImputer(strategy="most_frequent").fit([["a"]]).transform([[1.0]]),
            ValueError,
            "column 0 of X holds numbers, but held text in fit",
        ),
        (lambda: SimpleImputer(missing_values=-1).fit([[nan]]), ValueError, "column 0 of X contains NaN.*values=-1"),
        (
            lambda: SimpleImputer(strategy="constant", fill_value=nan).fit([[1]]),
            ValueError,
            "fill_value must be .* got nan",
        ),
        (
            lambda: SimpleImputer(strategy="constant", fill_value=np.inf).fit([[1]]),
            ValueError,
            "fill_value must .* got inf",
        ),
        (
            lambda: SimpleImputer(strategy="constant", fill_value=[0]).fit([[1]]),
            TypeError,
            r"fill_value must .* got \[0\]",
        ),
        (lambda: SimpleImputer(add_indicator=1).fit([[1]]), TypeError, "add_indicator must be True or False"),
        (lambda: SimpleImputer().fit([[np.inf]]), ValueError, "X contains infinity"),
        (lambda: SimpleImputer().transform([[1]]), ValueError, "not fitted"),
        (lambda: KNNImputer(n_neighbors=0).fit([[1]]), ValueError, "n_neighbors must be a whole number of at least 1"),
        (lambda: KNNImputer(weights="near").fit([[1]]), ValueError, "weights must be one of"),
        (lambda: KNNImputer().fit([["a"]]), ValueError, "got text such as 'a'"),
        (lambda: KNNImputer().fit([[1, 2]]).transform([[1]]), ValueError, "1 features, but KNNImputer is expecting 2"),
        (lambda: KNNImputer(missing_values=-1).fit([[nan]]), ValueError, "X contains NaN"),
        (lambda: MissingIndicator(features="some").fit([[1]]), ValueError, "features must be one of"),
    ],
)
def test_bad_use_is_named(use, error, message):
    with pytest.raises(error, match=message):
        use()
