"""Permutation importance and partial dependence: models whose answers are known, frames, grids, bad input."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mle.inspection import PermutationImportance, grid_of, partial_dependence, permutation_importance
from mle.inspection.grid import quantiles
from mle.linear_model import LinearRegression, LogisticRegression

LAW = settings(derandomize=True, deadline=None, max_examples=40)


class Known:
    """A fitted regressor with a formula."""

    def predict(self, X):
        X = np.asarray(X, dtype=float)
        return 2 * X[:, 0] + X[:, 1] * X[:, 2]

    def score(self, X, y, sample_weight=None):
        return -float(np.average(np.abs(np.asarray(y) - self.predict(X)), weights=sample_weight))


def data(n=60, seed=0):
    X = np.random.default_rng(seed).normal(size=(n, 4))
    return X, Known().predict(X)


# --- importance --------------------------------------------------------------------------------------------------


def test_a_column_without_use_has_importance_zero():
    X, y = data()
    found = permutation_importance(Known(), X, y, n_repeats=20, random_state=0)
    assert found.importances.shape == (4, 20)
    assert found.baseline_score == 0.0
    assert found.importances[3].tolist() == [0.0] * 20
    assert (found.importances_mean[:3] > 0.1).all()
    np.testing.assert_allclose(found.importances_mean, found.importances.mean(axis=1))
    np.testing.assert_allclose(found.importances_std, found.importances.std(axis=1))


def test_expected_loss_of_a_shuffled_column():
    """Shuffling x of a line wx costs 2w²·var(x) of the mean squared error, on average over all orders n/(n-1) less."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(500, 1))
    model = LinearRegression().fit(X, 3 * X[:, 0])
    found = permutation_importance(
        model, X, 3 * X[:, 0], scoring="neg_mean_squared_error", n_repeats=200, random_state=0
    )
    assert found.importances_mean[0] == pytest.approx(2 * 9 * X.var(), rel=0.01)


def test_same_seed_same_result_and_input_untouched():
    X, y = data()
    before = X.copy()
    a, b = (permutation_importance(Known(), X, y, random_state=3).importances for _ in range(2))
    np.testing.assert_array_equal(a, b)
    np.testing.assert_array_equal(X, before)
    other = permutation_importance(Known(), X, y, random_state=4).importances
    assert (a[0] != other[0]).any()


def test_any_scorer_and_weights():
    X, y = data()
    weight = np.zeros(60)
    weight[:2] = 1

    def last_weight(estimator, X, y, sample_weight=None):
        return -1.0 if sample_weight is None else float(np.sum(sample_weight))

    found = permutation_importance(Known(), X, y, scoring=last_weight, sample_weight=weight, random_state=0)
    assert (found.baseline_score, found.importances.any()) == (2.0, False)
    assert permutation_importance(Known(), X, y, scoring=last_weight).baseline_score == -1.0
    r2 = permutation_importance(Known(), X, y, scoring="r2", random_state=0)
    assert r2.baseline_score == 1.0
    assert PermutationImportance.of(1.0, np.array([[0.5, 1.0]])).importances.tolist() == [[0.5, 0.0]]


def test_importance_of_a_frames_columns():
    pandas = pytest.importorskip("pandas")
    X, y = data()
    frame = pandas.DataFrame(X, columns=list("abcd"), index=np.arange(60) * 7)
    frame["e"] = pandas.Categorical(["p", "q"] * 30)

    class OfFrame(Known):
        def predict(self, X):
            assert list(X.columns) == list("abcde")
            assert X["e"].dtype == "category"
            return super().predict(X[list("abcd")])

    found = permutation_importance(OfFrame(), frame, y, random_state=0)
    plain = permutation_importance(Known(), np.column_stack([X, X[:, 0]]), y, random_state=0)
    np.testing.assert_array_equal(found.importances[:4], plain.importances[:4])
    assert frame["a"].tolist() == X[:, 0].tolist()


# --- dependence --------------------------------------------------------------------------------------------------


def test_dependence_of_a_formula():
    X, _ = data()
    found = partial_dependence(Known(), X, 0, grid_resolution=7)
    x = found.grid_values[0]
    np.testing.assert_allclose(found.average, [2 * x + np.mean(X[:, 1] * X[:, 2])], atol=1e-12)
    assert found.individual is None
    rows = partial_dependence(Known(), X, [1], grid_resolution=7, kind="individual")
    np.testing.assert_allclose(rows.individual[0], 2 * X[:, :1] + X[:, 2:3] * rows.grid_values[0], atol=1e-12)
    assert rows.average is None


def test_dependence_on_two_features_and_with_weights():
    X, _ = data()
    w = np.random.default_rng(0).random(60)
    found = partial_dependence(Known(), X, [1, 2], grid_resolution=5, sample_weight=w, kind="both")
    b, c = found.grid_values
    by_hand = 2 * np.average(X[:, 0], weights=w) + np.outer(b, c)
    np.testing.assert_allclose(found.average, [by_hand], atol=1e-12)
    np.testing.assert_allclose(np.average(found.individual, axis=1, weights=w), found.average, atol=1e-12)
    assert found.individual.shape == (1, 60, 5, 5)


def test_dependence_of_a_classifier_is_that_of_the_second_class():
    X, y = data()
    model = LogisticRegression().fit(X, y > 0)
    row = partial_dependence(model, X[:1], 0, kind="individual")
    assert row.individual.ravel().tolist() == model.predict_proba(X[:1])[:, 1].tolist()
    odds = partial_dependence(model, X[:1], 0, response_method="decision_function", kind="individual")
    assert odds.individual.ravel().tolist() == model.decision_function(X[:1]).tolist()


def test_dependence_of_a_frame_with_text():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"size": [1, 2, 3, 4], "kind": ["new", "old", "new", "old"]})

    class OfFrame:
        def predict(self, X):
            return X["size"].to_numpy() * np.where(X["kind"] == "new", 10.0, 1.0)

    found = partial_dependence(OfFrame(), frame, ["kind", "size"])
    assert [values.tolist() for values in found.grid_values] == [["new", "old"], [1, 2, 3, 4]]
    assert found.average.tolist() == [[[10, 20, 30, 40], [1, 2, 3, 4]]]
    assert frame["kind"].tolist() == ["new", "old", "new", "old"]
    assert partial_dependence(OfFrame(), frame, "kind").average.tolist() == [[25.0, 2.5]]


def test_whole_numbers_may_become_fractions():
    X = np.column_stack([np.arange(10), np.ones(10), np.ones(10)]).astype(np.int64)
    found = partial_dependence(Known(), X, 0, grid_resolution=3, percentiles=(0, 1))
    assert found.grid_values[0].tolist() == [0.0, 4.5, 9.0]
    assert found.average.tolist() == [[1.0, 10.0, 19.0]]


@LAW
@given(st.lists(st.floats(-100, 100), min_size=12, max_size=40, unique=True), st.sampled_from(["even", "quantile"]))
def test_grids_rise_inside_the_data(values, spacing):
    if np.ptp(values) < 1e-3:
        return
    try:
        grid = grid_of(np.array(values), (0.1, 0.9), 9, spacing)
    except ValueError as error:
        assert "further apart" in str(error)  # noqa: PT017
        return
    assert (np.diff(grid) > 0).all()
    assert min(values) <= grid[0]
    assert grid[-1] <= max(values)
    assert len(grid) == 9 or spacing == "quantile"


def test_quantiles_by_hand():
    """Of five values the first stands at 0.6/5.2, the second at 1.6/5.2; a quarter lies 0.7 of the way."""
    assert quantiles(np.arange(1.0, 6.0), [0.0, 0.25, 0.5, 1.0]).tolist() == pytest.approx([1.0, 1.7, 3.0, 5.0])


def test_quantile_grid_follows_the_data():
    x = np.concatenate([np.linspace(0, 1, 90), [10, 20, 30, 40, 50, 60, 70, 80, 90, 100]])
    assert np.sum(grid_of(x, (0, 1), 11, "quantile") <= 1) == 9
    assert np.sum(grid_of(x, (0, 1), 11, "even") <= 1) == 1


# --- bad input ---------------------------------------------------------------------------------------------------

X6 = np.arange(18.0).reshape(6, 3)
Y6 = np.arange(6.0)


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda: permutation_importance(Known(), X6, Y6[:5]), ValueError, "X has 6 rows and y has 5: expected equally"),
        (lambda: permutation_importance(Known(), Y6, Y6), ValueError, r"X has shape \(6,\): expected two dimensions"),
        (lambda: permutation_importance(Known(), X6[:0], []), ValueError, "X is empty: expected at least one row"),
        (lambda: permutation_importance(Known(), X6, Y6, scoring="mse"), ValueError, "did you mean 'neg_mean_squared"),
        (lambda: permutation_importance(Known(), X6, Y6, n_repeats=0), ValueError, "n_repeats must be a whole number"),
        (lambda: permutation_importance(Known(), X6, Y6, random_state=-1), ValueError, "random_state must be"),
        (
            lambda: permutation_importance(Known(), X6, Y6, sample_weight=[1]),
            ValueError,
            "sample_weight must have shape",
        ),
        (lambda: permutation_importance(object(), X6, Y6), TypeError, "object has no method score: pass scoring"),
        (
            lambda: partial_dependence(Known(), X6, 3),
            ValueError,
            "feature 3 is no column of X: expected a number from 0",
        ),
        (lambda: partial_dependence(Known(), X6, "age"), ValueError, "feature 'age' is a name, but X has no names"),
        (lambda: partial_dependence(Known(), X6, 1.5), TypeError, "features must be .*got 1.5"),
        (
            lambda: partial_dependence(Known(), X6, [0.5]),
            TypeError,
            "a feature must be the number or the name.*got 0.5",
        ),
        (lambda: partial_dependence(Known(), X6, []), ValueError, "features is empty"),
        (lambda: partial_dependence(Known(), X6, 0, kind="mean"), ValueError, "kind must be one of 'average'"),
        (lambda: partial_dependence(Known(), X6, 0, spacing="log"), ValueError, "spacing must be one of 'even'"),
        (
            lambda: partial_dependence(Known(), X6, 0, percentiles=(0.9, 0.1)),
            ValueError,
            "two rising numbers from 0 to 1",
        ),
        (lambda: partial_dependence(Known(), X6, 0, grid_resolution=1), ValueError, "grid_resolution must be a whole"),
        (lambda: partial_dependence(Known(), X6, 0, response_method="x"), ValueError, "response_method must be one of"),
        (lambda: grid_of([1.0, np.nan]), ValueError, "the feature's column of X contains NaN"),
        (lambda: grid_of([0.0] * 50 + [1.0], (0.1, 0.2), 2), ValueError, "0 at both percentiles.*further apart"),
    ],
)
def test_bad_input(call, kind, message):
    with pytest.raises(kind, match=message):
        call()


def test_a_name_that_a_frame_lacks():
    pandas = pytest.importorskip("pandas")
    with pytest.raises(ValueError, match=r"feature 'age' is no column of X: expected one of \['size'\]"):
        partial_dependence(Known(), pandas.DataFrame({"size": [1.0]}), "age")
