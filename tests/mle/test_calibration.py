"""Calibration: Platt's sigmoid against its derivatives, isotonic steps against a slow oracle, bad input."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mle.base import clone
from mle.calibration import (
    CalibratedClassifierCV,
    CalibratedModel,
    IsotonicRegression,
    Sigmoid,
    isotonic_regression,
    platt_loss,
    platt_scaling,
    platt_targets,
    pool_adjacent_violators,
)
from mle.exceptions import NotFittedError
from mle.impute import SimpleImputer
from mle.linear_model import LogisticRegression
from mle.metrics import expected_calibration_error, log_loss
from mle.model_selection import StratifiedKFold
from mle.pipeline import make_pipeline

LAW = settings(derandomize=True, deadline=None, max_examples=60)
NUMBER = st.integers(-20, 20).map(lambda i: i / 4)
WEIGHT = st.integers(1, 5)


@st.composite
def columns(draw, *strategies, smallest=1):
    n = draw(st.integers(smallest, 25))
    return tuple(np.array(draw(st.lists(s, min_size=n, max_size=n))) for s in strategies)


# --- Platt -------------------------------------------------------------------------------------------------------


def test_targets_by_hand():
    y = np.array([True, True, True, False])
    assert platt_targets(y).tolist() == [0.8, 0.8, 0.8, 1 / 3]
    assert platt_targets(y, np.array([1.0, 1.0, 2.0, 2.0])).tolist() == [5 / 6] * 3 + [0.25]


@LAW
@given(columns(NUMBER, st.booleans(), WEIGHT, smallest=3))
def test_the_sigmoid_is_the_minimum(data):
    """The gradient of the loss, by finite differences, vanishes; so no step in a or b is better."""
    score, y, w = data
    if y.all() or not y.any():
        return
    found = platt_scaling(score, y, sample_weight=w)
    F, t = np.column_stack([score, np.ones(len(score))]), platt_targets(y, w.astype(float))

    def loss(a, b):
        return platt_loss(F, t, w.astype(float), np.array([a, b]))

    h = 1e-5
    for a, b in ((h, 0), (0, h)):
        slope = (loss(found.a + a, found.b + b) - loss(found.a - a, found.b - b)) / (2 * h)
        assert slope == pytest.approx(0, abs=1e-8)
    z = F @ [found.a, found.b]
    by_hand = -np.average(t * -np.log1p(np.exp(z)) + (1 - t) * (z - np.log1p(np.exp(z))), weights=w)
    assert loss(found.a, found.b) == pytest.approx(by_hand)


@LAW
@given(columns(NUMBER, st.booleans(), smallest=3), st.sampled_from([1e-9, 3.0, 1e9]), st.floats(-10, 10))
def test_units_of_the_score_do_not_matter(data, unit, origin):
    score, y = data
    if y.all() or not y.any():
        return
    here, there = platt_scaling(score, y), platt_scaling((score + origin) * unit, y)
    np.testing.assert_allclose(there.predict((score + origin) * unit), here.predict(score), atol=1e-6)


@LAW
@given(columns(NUMBER, st.booleans(), WEIGHT, smallest=3))
def test_weights_are_repetitions(data):
    score, y, w = data
    if y.all() or not y.any():
        return
    once, often = platt_scaling(score, y, sample_weight=w), platt_scaling(np.repeat(score, w), np.repeat(y, w))
    np.testing.assert_allclose(once.predict(score), often.predict(score), atol=1e-8)


def test_sigmoid_of_separable_constant_and_huge_scores():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        apart = platt_scaling([-1.0, -2.0, 1.0, 2.0], [0, 0, 1, 1])
        assert np.isfinite([apart.a, apart.b]).all()
        assert apart.predict([-50.0, 50.0]) == pytest.approx([0, 1], abs=1e-10)
        constant = platt_scaling([7.0, 7.0, 7.0], [0, 1, 1])
        targets = platt_targets(np.array([False, True, True]))
        assert constant.predict([7.0]) == pytest.approx([targets.mean()])
        huge = platt_scaling([-1e200, 1e200, 3e200], [0, 1, 1])
        assert huge.predict([-1e200, 3e200])[0] < 0.5 < huge.predict([-1e200, 3e200])[1]
        assert Sigmoid(-1.0, 0.0).predict([-1e5, 1e5]).tolist() == [0.0, 1.0]


# --- isotonic ----------------------------------------------------------------------------------------------------


def slow_isotonic(y, w):
    """The max-min formula: x_i is the largest over a <= i of the smallest over b >= i of the mean of y[a..b]."""
    n = len(y)
    mean = [[np.average(y[a : b + 1], weights=w[a : b + 1]) if b >= a else 0 for b in range(n)] for a in range(n)]
    return np.array([max(min(mean[a][b] for b in range(i, n)) for a in range(i + 1)) for i in range(n)])


@LAW
@given(columns(NUMBER, WEIGHT))
def test_pooling_against_the_max_min_formula(data):
    y, w = data[0], data[1].astype(float)
    x = pool_adjacent_violators(y, w)
    np.testing.assert_allclose(x, slow_isotonic(y, w), atol=1e-12)
    assert (np.diff(x) >= 0).all()
    assert x @ w == pytest.approx(y @ w)


@LAW
@given(columns(NUMBER, WEIGHT))
def test_falling_is_rising_upside_down(data):
    y, w = data
    falling = isotonic_regression(y, sample_weight=w, increasing=False)
    np.testing.assert_allclose(falling, -isotonic_regression(-y, sample_weight=w), atol=1e-12)


def test_pooling_long_runs():
    """Where the passes end early, the scan takes over: a far fall at the end pools all that rose before."""
    n = 3000
    y = np.append(np.arange(n, dtype=float), -10.0 * n * n)
    assert pool_adjacent_violators(y, np.ones(n + 1)).tolist() == pytest.approx([y.mean()] * (n + 1))
    step = np.append(np.arange(n, dtype=float), 0.5)
    x = pool_adjacent_violators(step, np.ones(n + 1))
    np.testing.assert_allclose(x, slow_tail(step))


def slow_tail(y):
    """Pool the last value with as many before it as are larger than the mean of the pool."""
    for k in range(len(y)):
        mean = y[len(y) - 1 - k :].mean()
        if k + 1 == len(y) or y[len(y) - 2 - k] < mean:
            return np.append(y[: len(y) - 1 - k], np.full(k + 1, mean))
    return y


@LAW
@given(columns(st.integers(0, 6), NUMBER, st.integers(0, 3)))
def test_equal_x_share_their_mean_and_zero_weight_is_no_row(data):
    x, y, w = data
    if not w.any():
        return
    model = IsotonicRegression(out_of_bounds="clip").fit(x, y, w)
    often = IsotonicRegression(out_of_bounds="clip").fit(np.repeat(x, w), np.repeat(y, w))
    at = np.linspace(-1, 7, 30)
    np.testing.assert_allclose(model.predict(at), often.predict(at), atol=1e-12)
    kept = np.unique(x[w > 0])
    means = np.array([np.average(y[x == k], weights=w[x == k]) for k in kept])
    sums = np.array([w[x == k].sum() for k in kept]).astype(float)
    np.testing.assert_allclose(model.predict(kept), slow_isotonic(means, sums), atol=1e-12)


def test_prediction_between_beyond_and_bounded():
    x, y = [1.0, 2.0, 3.0, 4.0], [1.0, 3.0, 2.0, 4.0]
    assert IsotonicRegression().fit(x, y).predict([1.5, 2.5, 3.5]).tolist() == [1.75, 2.5, 3.25]
    assert np.isnan(IsotonicRegression().fit(x, y).predict([0.0, 5.0])).all()
    clipped = IsotonicRegression(out_of_bounds="clip", y_min=1.5, y_max=3.5).fit(x, y)
    assert clipped.predict([0.0, 2.0, 9.0]).tolist() == [1.5, 2.5, 3.5]
    column = IsotonicRegression().fit(np.array(x)[:, None], y)
    assert column.predict([[1.5]]).tolist() == [1.75]
    assert column.X_thresholds_.tolist() == x
    assert IsotonicRegression().fit([1.0, 2.0, 3.0], [5.0, 5.0, 5.0]).X_thresholds_.tolist() == [1.0, 3.0]
    one = IsotonicRegression().fit([2.0], [7.0])
    assert one.predict([-9.0, 9.0]).tolist() == [7.0, 7.0]
    down = IsotonicRegression(increasing="auto").fit(x, [4.0, 3.0, 1.0, 2.0])
    assert (down.increasing_, down.predict([1.0, 4.0]).tolist()) == (False, [4.0, 1.5])
    assert IsotonicRegression(increasing="auto").fit([1.0, 1.0], [0.0, 2.0]).increasing_ is True
    huge = IsotonicRegression().fit([1.0, 2.0, 3.0], [1e200, 3e200, 2e200])
    assert huge.predict([3.0]) == pytest.approx([2.5e200])


# --- cross-fitting -----------------------------------------------------------------------------------------------


class Overconfident(LogisticRegression):
    """Log-odds that are three times too large."""

    def decision_function(self, X):
        return 3 * super().decision_function(X) + 1


class OnlyProbabilities:
    """Three classes from one column, by nearness; takes no weights."""

    def get_params(self, deep=True):
        return {}

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        self.centres_ = np.array([np.asarray(X)[y == c, 0].mean() for c in self.classes_])
        return self

    def predict_proba(self, X):
        nearness = np.exp(-((np.asarray(X)[:, :1] - self.centres_) ** 2))
        return nearness / nearness.sum(axis=1, keepdims=True)


def made(n=2000, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 2))
    p = 1 / (1 + np.exp(-(1.5 * X[:, 0] - X[:, 1])))
    return X, np.where(rng.random(n) < p, "yes", "no"), p


@pytest.mark.parametrize("method", ["sigmoid", "isotonic"])
@pytest.mark.parametrize("ensemble", [True, False])
def test_calibration_repairs_an_overconfident_model(method, ensemble):
    X, y, _ = made()
    X_new, y_new, p_new = made(seed=1)
    raw = Overconfident().fit(X, y)
    before = 1 / (1 + np.exp(-raw.decision_function(X_new)))
    model = CalibratedClassifierCV(Overconfident(), method=method, ensemble=ensemble).fit(X, y)
    after = model.predict_proba(X_new)[:, 1]
    errors = [expected_calibration_error(y_new, p, pos_label="yes") for p in (before, after)]
    assert errors[1] < 0.4 * errors[0]
    assert log_loss(y_new, after) < log_loss(y_new, before)
    assert np.abs(after - p_new).mean() < 0.05
    assert len(model.calibrated_classifiers_) == (5 if ensemble else 1)


def test_cross_fitting_by_hand():
    """One part: the model of the training rows, the sigmoid of the others."""
    X, y, _ = made(200)
    rows = np.arange(200)
    train, test = rows[:120], rows[120:]
    model = CalibratedClassifierCV(cv=[(train, test)]).fit(X, y)
    inner = LogisticRegression().fit(X[train], y[train])
    sigmoid = platt_scaling(inner.decision_function(X[test]), y[test], pos_label="yes")
    expected = sigmoid.predict(inner.decision_function(X))
    np.testing.assert_allclose(model.predict_proba(X)[:, 1], expected, atol=1e-14)
    assert isinstance(model.calibrated_classifiers_[0], CalibratedModel)
    assert model.predict(X).tolist() == np.where(expected > 0.5, "yes", "no").tolist()


def test_one_model_for_all_by_hand():
    """The scores of all test parts make one sigmoid; the model is fitted anew, to all rows."""
    X, y, _ = made(90)
    parts = [(np.arange(30, 90), np.arange(30)), (np.arange(60), np.arange(60, 90)), (np.arange(60), np.arange(30, 60))]
    parts = [parts[1], parts[0], parts[2]]  # not in the order of the rows
    model = CalibratedClassifierCV(cv=parts, ensemble=False).fit(X, y)
    scores = np.empty(90)
    for train, test in parts:
        scores[test] = LogisticRegression().fit(X[train], y[train]).decision_function(X[test])
    sigmoid = platt_scaling(scores, y, pos_label="yes")
    expected = sigmoid.predict(LogisticRegression().fit(X, y).decision_function(X))
    np.testing.assert_allclose(model.predict_proba(X)[:, 1], expected, atol=1e-12)


@pytest.mark.parametrize("method", ["sigmoid", "isotonic"])
def test_three_classes_one_against_the_rest(method):
    rng = np.random.default_rng(0)
    y = np.repeat(["a", "b", "c"], 60)
    X = np.repeat([0.0, 2.0, 4.0], 60)[:, None] + rng.normal(size=(180, 1))
    model = CalibratedClassifierCV(OnlyProbabilities(), method=method, cv=3).fit(X, y)
    P = model.predict_proba(np.linspace(-15, 15, 201)[:, None])
    np.testing.assert_allclose(P.sum(axis=1), 1, atol=1e-12)
    assert P.min() >= 0
    assert model.score(X, y) > 0.6
    assert model.predict([[-1.0], [2.0], [5.0]]).tolist() == ["a", "b", "c"]


def test_where_every_class_gets_nothing_all_are_alike():
    never = IsotonicRegression(out_of_bounds="clip").fit([0.0, 1.0], [0.0, 0.0])
    inner = OnlyProbabilities().fit(np.array([[0.0], [1.0], [2.0]]), np.array(["a", "b", "c"]))
    P = CalibratedModel(inner, [never] * 3).predict_proba(np.array([[0.0]]))
    assert P.tolist() == [[1 / 3] * 3]


def test_parameters_splitters_and_smallest_class():
    X, y, _ = made(60)
    folds = StratifiedKFold(3, shuffle=True, random_state=0)
    a = CalibratedClassifierCV(cv=folds).fit(X, y)
    b = CalibratedClassifierCV(cv=list(folds.split(X, y))).fit(X, y)
    np.testing.assert_array_equal(a.predict_proba(X), b.predict_proba(X))
    few = CalibratedClassifierCV().fit([[0.0], [1.0], [2.0], [3.0], [4.0]], [0, 1, 0, 1, 0])
    assert len(few.calibrated_classifiers_) == 2
    copy = clone(CalibratedClassifierCV(LogisticRegression(C=2.0), cv=3))
    assert copy.get_params()["estimator__C"] == 2.0
    ones = CalibratedClassifierCV(cv=folds).fit(X, y, np.ones(60))
    np.testing.assert_array_equal(ones.predict_proba(X), a.predict_proba(X))


def test_gaps_are_for_the_estimator_to_take_or_refuse():
    X = np.arange(40.0).reshape(20, 2)
    X[::7, 1] = np.nan
    y = np.arange(20) % 2
    inner = make_pipeline(SimpleImputer(strategy="median"), LogisticRegression())
    P = CalibratedClassifierCV(inner, cv=2).fit(X, y).predict_proba(X)
    assert np.isfinite(P).all()
    with pytest.raises(ValueError, match="NaN"):
        CalibratedClassifierCV(cv=2).fit(X, y)
    with pytest.raises(ValueError, match="infin"):
        CalibratedClassifierCV(inner, cv=2).fit(np.where(np.isnan(X), np.inf, X), y)


def test_a_data_frame_goes_through_to_a_pipeline():
    pandas = pytest.importorskip("pandas")
    from sklearn.compose import make_column_transformer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder

    frame = pandas.DataFrame({"kind": ["new", "old"] * 30, "size": np.arange(60.0)})
    y = np.where((frame["kind"] == "new") ^ (frame["size"] % 7 == 0), 1, 0)
    inner = make_pipeline(make_column_transformer((OneHotEncoder(), ["kind"])), LogisticRegression())
    model = CalibratedClassifierCV(inner, cv=3).fit(frame, y)
    assert model.feature_names_in_.tolist() == ["kind", "size"]
    assert model.predict(frame.iloc[:2]).tolist() == [1, 0]


def test_with_scikit_learn():
    """In its pipeline, its search, and as the inner estimator of its class."""
    from sklearn.calibration import CalibratedClassifierCV as Theirs
    from sklearn.model_selection import GridSearchCV, cross_validate
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import LinearSVC

    X, y, _ = made(150)
    model = make_pipeline(StandardScaler(), CalibratedClassifierCV(LinearSVC(), cv=3))
    search = GridSearchCV(model, {"calibratedclassifiercv__method": ["sigmoid", "isotonic"]}, scoring="neg_log_loss")
    assert search.fit(X, y).best_score_ > -0.7
    assert cross_validate(CalibratedClassifierCV(cv=3), X, y)["test_score"].min() > 0.5
    assert Theirs(CalibratedClassifierCV(cv=2), cv=2).fit(X, y).predict_proba(X).shape == (150, 2)
    line = make_pipeline(IsotonicRegression(out_of_bounds="clip")).fit(X[:, :1], X[:, 0])
    assert line.score(X[:, :1], X[:, 0]) == 1.0


def test_isotonic_passes_scikit_learns_checks():
    """Few of them apply: like scikit-learn's own class it takes one feature, and says so by its tags."""
    from sklearn.utils.estimator_checks import check_estimator

    for model in (IsotonicRegression(), IsotonicRegression(increasing="auto", out_of_bounds="clip")):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            assert [r for r in check_estimator(model, on_fail=None) if r["status"] == "failed"] == []


# --- bad input ---------------------------------------------------------------------------------------------------

X4, Y4 = [[0.0], [1.0], [2.0], [3.0]], [0, 1, 0, 1]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: platt_scaling([1.0, 2.0], [1, 1]), r"y_true holds the classes \[1\]"),
        (lambda: platt_scaling([1.0], [0, 1]), "y_true has 2 entries and scores has 1"),
        (lambda: platt_scaling([1.0, np.nan], [0, 1]), "scores contains NaN"),
        (lambda: platt_scaling([[1.0], [2.0]], [0, 1]), r"scores has shape \(2, 1\): expected one dimension"),
        (lambda: Sigmoid(1.0, 0.0).predict(["a"]), "scores must hold numbers, got text such as 'a'"),
        (lambda: isotonic_regression([]), "y is empty: expected at least one entry"),
        (lambda: isotonic_regression([[1.0]]), r"y has shape \(1, 1\): expected one dimension"),
        (lambda: isotonic_regression([1.0, np.inf]), "y contains infinity"),
        (
            lambda: isotonic_regression([1.0, 2.0], sample_weight=[1, 0]),
            "sample_weight must be above 0, got 0.0 at row 1",
        ),
        (lambda: isotonic_regression([1.0], y_min=2.0, y_max=1.0), "y_min must not be above y_max"),
        (
            lambda: IsotonicRegression().fit([[1.0, 2.0]], [1.0]),
            r"takes one feature, shape \(n,\) or \(n, 1\), got X of",
        ),
        (lambda: IsotonicRegression().fit([1.0, 2.0], [1.0]), "inconsistent numbers of samples: X has 2, y has 1"),
        (lambda: IsotonicRegression().fit([], []), "X has 0 sample"),
        (lambda: IsotonicRegression().fit([1.0, np.nan], [1.0, 2.0]), "X contains NaN"),
        (lambda: IsotonicRegression().fit(["a", "b"], [1.0, 2.0]), "X must hold numbers, got text such as 'a'"),
        (lambda: IsotonicRegression(out_of_bounds="zero").fit([1.0], [1.0]), "out_of_bounds must be one of"),
        (lambda: IsotonicRegression().predict([1.0]), "This IsotonicRegression instance is not fitted yet"),
        (
            lambda: IsotonicRegression(out_of_bounds="raise").fit([1.0, 2.0], [1.0, 2.0]).predict([3.0]),
            "X holds 3.0: expected values from 1.0 to 2.0",
        ),
        (lambda: IsotonicRegression().fit([1.0, 2.0], [1.0, 2.0]).predict([[1.0, 2.0]]), "X has 2 features"),
        (lambda: CalibratedClassifierCV(method="beta").fit(X4, Y4), "method must be one of 'sigmoid', 'isotonic'"),
        (
            lambda: CalibratedClassifierCV(cv=3).fit(X4, Y4),
            "the smallest class of y has 2 members, fewer than n_splits=3",
        ),
        (lambda: CalibratedClassifierCV(cv="five").fit(X4, Y4), "cv='five': expected a number of parts, a splitter"),
        (lambda: CalibratedClassifierCV(cv=[]).fit(X4, Y4), "cv gives no parts"),
        (lambda: CalibratedClassifierCV(cv=[([0, 2], [1, 3])]).fit(X4, Y4), "part of cv holds no sample of class 1"),
        (
            lambda: CalibratedClassifierCV(cv=[([0, 1], [2, 3])]).fit(X4, Y4, [1, 1, 0, 0]),
            "the rows to calibrate on have no weight",
        ),
        (
            lambda: CalibratedClassifierCV().fit(X4, [1, 1, 1, 1]),
            "needs samples of at least 2 classes in y, got 1 class",
        ),
        (lambda: CalibratedClassifierCV().fit([[np.nan], *X4[1:]], Y4), "X contains NaN"),
        (lambda: CalibratedClassifierCV().fit([["a"], *X4[1:]], Y4), "X must hold numbers"),
        (lambda: CalibratedClassifierCV().fit(X4, Y4[:3]), "inconsistent numbers of samples"),
        (lambda: CalibratedClassifierCV().fit([[1.0]], [1]), "1 class"),
        (lambda: CalibratedClassifierCV().fit(X4, Y4).predict([[1.0, 2.0]]), "X has 2 features"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_other_kinds_of_bad_input():
    with pytest.raises(NotFittedError, match="This CalibratedClassifierCV instance is not fitted yet"):
        CalibratedClassifierCV().predict(X4)
    with pytest.raises(TypeError, match="OnlyProbabilities takes no sample_weight: fit without weights"):
        CalibratedClassifierCV(OnlyProbabilities(), cv=2).fit(X4, Y4, [1, 2, 1, 2])
    with pytest.raises(TypeError, match="ensemble must be True or False, got 'auto'"):
        CalibratedClassifierCV(ensemble="auto").fit(X4, Y4)
    with pytest.raises(TypeError, match="increasing must be True or False, got 'up'"):
        IsotonicRegression(increasing="up").fit([1.0], [1.0])
    with pytest.raises(AttributeError, match="has none of the methods decision_function, predict_proba"):
        CalibratedClassifierCV(NoScores(), cv=2).fit(X4, Y4)


class NoScores(OnlyProbabilities):
    predict_proba = property()
