"""Scalers by range and by quartiles, products of columns, intervals."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mle.preprocessing import KBinsDiscretizer, MinMaxScaler, PolynomialFeatures, RobustScaler, bin_codes, bin_edges

FIXED = settings(derandomize=True, deadline=None, max_examples=60)
MATRICES = hnp.arrays(
    float, st.tuples(st.integers(1, 12), st.integers(1, 4)), elements=st.integers(-40, 40).map(lambda i: i / 8)
)

# --- ranges ----------------------------------------------------------------------------------------------------------


@FIXED
@given(MATRICES, st.sampled_from([(0, 1), (-1, 1), (5, 8)]))
def test_columns_fill_the_range_and_come_back(X, ends):
    scaler = MinMaxScaler(ends)
    Z = scaler.fit_transform(X)
    np.testing.assert_allclose(Z.min(axis=0), ends[0], atol=1e-12)
    np.testing.assert_allclose(Z.max(axis=0), np.where(np.ptp(X, axis=0) > 0, ends[1], ends[0]), atol=1e-12)
    np.testing.assert_allclose(scaler.inverse_transform(Z), X, atol=1e-12)


@pytest.mark.parametrize("scaler", [MinMaxScaler(), MinMaxScaler((-2, 3)), RobustScaler()])
@pytest.mark.parametrize("unit", [1e-200, 1e-17, 1e-9, 1e9, 1e200])
def test_the_unit_of_a_column_does_not_matter(scaler, unit):
    X = np.array([[1.0], [2.0], [4.0], [9.0], [7.0]])
    expected = scaler.fit_transform(X)
    np.testing.assert_allclose(scaler.fit_transform(X * unit), expected, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(scaler.inverse_transform(expected) / unit, X, rtol=1e-12)


@pytest.mark.parametrize("scaler", [MinMaxScaler(), RobustScaler()])
@pytest.mark.parametrize("constant", [0.0, 5e-324, 1e-17, 0.3, -1e9, 1e300])
def test_a_column_of_rounding_error_counts_as_constant(scaler, constant):
    X = np.repeat([[constant], [np.nextafter(constant, 1.0) if abs(constant) < 1 else constant]], 5, axis=0)
    scaler.fit(X)
    assert scaler.scale_.tolist() == [1.0]
    assert np.abs(scaler.transform(X)).max() <= 4e-16 * abs(constant) + 1e-323


def test_clipping_keeps_later_values_inside():
    assert MinMaxScaler(clip=True).fit([[0], [2]]).transform([[-5], [1], [9]]).tolist() == [[0.0], [0.5], [1.0]]
    assert MinMaxScaler().fit([[0], [2]]).transform([[-4]]).tolist() == [[-2.0]]
    scaler = MinMaxScaler().fit([[10.0, 1.0], [30.0, 1.0]])
    assert (scaler.data_min_.tolist(), scaler.data_max_.tolist()) == ([10.0, 1.0], [30.0, 1.0])
    assert scaler.data_range_.tolist() == [20.0, 0.0]


@FIXED
@given(MATRICES)
def test_median_0_and_quartiles_1_apart(X):
    scaler = RobustScaler()
    Z = scaler.fit_transform(X)
    np.testing.assert_allclose(np.median(Z, axis=0), 0, atol=1e-12)
    spread = np.subtract(*np.percentile(X, [75, 25], axis=0))
    np.testing.assert_allclose(np.subtract(*np.percentile(Z, [75, 25], axis=0)), spread > 0, atol=1e-12)
    np.testing.assert_allclose(scaler.inverse_transform(Z), X, atol=1e-12)


def test_an_outlier_moves_the_robust_scale_little():
    x = np.arange(101.0)[:, None]
    spoilt = np.vstack([x, [[1e9]]])
    assert RobustScaler().fit(spoilt).scale_[0] == pytest.approx(RobustScaler().fit(x).scale_[0], rel=0.02)


def test_parts_can_be_left_out_and_a_normal_column_gets_variance_1():
    X = np.random.default_rng(0).normal(3.0, 7.0, size=(20000, 1))
    assert RobustScaler(unit_variance=True).fit_transform(X).std() == pytest.approx(1, abs=0.02)
    assert RobustScaler(with_centering=False, with_scaling=False).fit_transform(X).tolist() == X.tolist()
    assert RobustScaler(with_scaling=False).fit(X).scale_ is None
    assert RobustScaler(with_centering=False).fit(X).center_ is None


@pytest.mark.parametrize(
    ("use", "error", "message"),
    [
        (lambda: MinMaxScaler((1, 1)).fit([[1]]), ValueError, r"feature_range must be \(minimum, maximum\).*\(1, 1\)"),
        (lambda: MinMaxScaler(3).fit([[1]]), TypeError, r"feature_range must be \(minimum, maximum\).* got 3"),
        (lambda: MinMaxScaler((0, np.inf)).fit([[1]]), ValueError, "feature_range must be a number, got inf"),
        (lambda: MinMaxScaler(("a", "b")).fit([[1]]), TypeError, "feature_range must be a number, got 'a'"),
        (lambda: RobustScaler(quantile_range=5).fit([[1]]), TypeError, r"quantile_range must be \(low, high\).* got 5"),
        (
            lambda: RobustScaler(quantile_range=(1, "b")).fit([[1]]),
            TypeError,
            "quantile_range must be a number, got 'b'",
        ),
        (lambda: MinMaxScaler(clip="yes").fit([[1]]), TypeError, "clip must be True or False"),
        (lambda: MinMaxScaler().fit([[-1.7e308], [1.7e308]]), OverflowError, "range of column 0 .* floating point"),
        (lambda: RobustScaler().fit([[-1.7e308]] * 9 + [[1.7e308]] * 9), OverflowError, "range of column 0"),
        (lambda: RobustScaler(quantile_range=(75, 25)).fit([[1]]), ValueError, "quantile_range must be"),
        (
            lambda: RobustScaler(quantile_range=(0, 50), unit_variance=True).fit([[1]]),
            ValueError,
            "unit_variance needs",
        ),
        (lambda: MinMaxScaler().fit([[np.nan]]), ValueError, "X contains NaN"),
        (
            lambda: RobustScaler().fit([[1, 2]]).transform([[1]]),
            ValueError,
            "1 features, but RobustScaler is expecting 2",
        ),
        (lambda: MinMaxScaler().inverse_transform([[1]]), ValueError, "not fitted"),
    ],
)
def test_bad_ranges_are_named(use, error, message):
    with pytest.raises(error, match=message):
        use()


# --- products --------------------------------------------------------------------------------------------------------


@FIXED
@given(MATRICES, st.integers(0, 4), st.booleans())
def test_each_column_is_the_product_its_powers_say(X, degree, interaction_only):
    poly = PolynomialFeatures(degree, interaction_only=interaction_only)
    Z = poly.fit_transform(X)
    expected = (X[:, None, :] ** poly.powers_).prod(axis=2)
    np.testing.assert_allclose(Z, expected, rtol=1e-12, atol=1e-12)
    top = 1 if interaction_only else degree
    exponents = {e for e in product(range(top + 1), repeat=X.shape[1]) if sum(e) <= degree}
    assert {tuple(row) for row in poly.powers_.tolist()} == exponents
    assert len(exponents) == poly.n_output_features_


def test_degrees_from_to_and_names():
    poly = PolynomialFeatures((2, 3), include_bias=False, interaction_only=True).fit([[1, 2, 3]])
    assert poly.get_feature_names_out().tolist() == ["x0 x1", "x0 x2", "x1 x2", "x0 x1 x2"]
    assert PolynomialFeatures((2, 2)).fit_transform([[3.0]]).tolist() == [[1.0, 9.0]]
    assert PolynomialFeatures(3).fit_transform([[2.0]]).flags.c_contiguous


@pytest.mark.parametrize(
    ("use", "error", "message"),
    [
        (lambda: PolynomialFeatures(-1).fit([[1]]), ValueError, "degree must be a whole number of at least 0"),
        (lambda: PolynomialFeatures(2.5).fit([[1]]), TypeError, "degree must be a whole number"),
        (lambda: PolynomialFeatures((3, 2)).fit([[1]]), ValueError, "at least 3, got 2"),
        (lambda: PolynomialFeatures((1, 2, 3)).fit([[1]]), ValueError, r"an int or \(low, high\)"),
        (lambda: PolynomialFeatures(0, include_bias=False).fit([[1]]), ValueError, "leaves no columns"),
        (lambda: PolynomialFeatures(2).fit_transform([[1e200]]), OverflowError, "degree 2 is beyond floating point"),
    ],
)
def test_bad_products_are_named(use, error, message):
    with pytest.raises(error, match=message):
        use()


# --- intervals -------------------------------------------------------------------------------------------------------


@FIXED
@given(MATRICES, st.integers(2, 6), st.sampled_from(["uniform", "quantile"]))
@pytest.mark.filterwarnings("ignore:column")
def test_each_value_lies_in_its_interval(X, k, strategy):
    binner = KBinsDiscretizer(k, encode="ordinal", strategy=strategy).fit(X)
    codes = binner.transform(X).astype(int)
    for x, code, edges, n_bins in zip(X.T, codes.T, binner.bin_edges_, binner.n_bins_, strict=True):
        assert ((edges[code] <= x) & (x <= edges[code + 1])).all()
        assert len(edges) == n_bins + 1
        assert (np.diff(edges) > 0).all()
    dense = KBinsDiscretizer(k, strategy=strategy).fit_transform(X)
    assert (dense.sum(axis=1) == X.shape[1]).all()


def test_edges_do_not_depend_on_the_unit():
    x = np.random.default_rng(0).exponential(size=100)
    for strategy in ("uniform", "quantile"):
        np.testing.assert_allclose(bin_edges(x * 1e-12, 5, strategy), bin_edges(x, 5, strategy) * 1e-12, rtol=1e-12)
    assert bin_codes(np.array([np.inf, -np.inf]), np.array([0.0, 1.0, 2.0])).tolist() == [1, 0]


def test_the_way_back_leads_to_the_middle():
    binner = KBinsDiscretizer([2, 4], strategy="uniform").fit([[0.0, 0.0], [4.0, 8.0]])
    Z = binner.transform([[3.9, 5.0]])
    assert Z.tolist() == [[0, 1, 0, 0, 1, 0]]
    assert binner.inverse_transform(Z).tolist() == [[3.0, 5.0]]
    assert binner.get_feature_names_out(["a", "b"]).tolist() == ["a_0.0", "a_1.0", "b_0.0", "b_1.0", "b_2.0", "b_3.0"]


def test_equal_values_are_warned_of_at_the_caller():
    with pytest.warns(UserWarning, match="column 1 of X is constant: it becomes 0") as caught:
        binner = KBinsDiscretizer(2, encode="ordinal").fit([[1.0, 7.0], [2.0, 7.0]])
    assert caught[0].filename == __file__
    assert binner.transform([[1.0, 9.0]]).tolist() == [[0.0, 0.0]]
    with pytest.warns(UserWarning, match="column 0 of X has values too equal for 4 intervals: it gets 3"):
        KBinsDiscretizer(4).fit([[0.0]] * 3 + [[1.0]] * 2 + [[2.0]])


@pytest.mark.parametrize(
    ("use", "error", "message"),
    [
        (lambda: KBinsDiscretizer(1).fit([[1]]), ValueError, "n_bins must be a whole number of at least 2"),
        (lambda: KBinsDiscretizer([2, 2.5]).fit([[1, 2]]), TypeError, "n_bins must be a whole number"),
        (lambda: KBinsDiscretizer([2, 3]).fit([[1]]), ValueError, "one for each of the 1 columns of X"),
        (lambda: KBinsDiscretizer(encode="onehot").fit([[1]]), ValueError, "encode must be one of 'onehot-dense'"),
        (lambda: KBinsDiscretizer(strategy="kmeans").fit([[1]]), ValueError, "strategy must be one of"),
        (lambda: KBinsDiscretizer(strategy="uniform").fit([[-1.7e308], [1.7e308]]), OverflowError, "floating point"),
        (
            lambda: KBinsDiscretizer(2, encode="ordinal").fit([[1], [2]]).inverse_transform([[2]]),
            ValueError,
            "numbers of intervals, 0 to 1, got 2",
        ),
        (lambda: KBinsDiscretizer(2).fit([[1], [2]]).inverse_transform([[1]]), ValueError, "1 columns, expected 2"),
    ],
)
def test_bad_intervals_are_named(use, error, message):
    with pytest.raises(error, match=message):
        use()
