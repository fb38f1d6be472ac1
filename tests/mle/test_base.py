"""The guard of estimators: parameters, state, names of columns, messages. Models here are the smallest possible."""

import subprocess
import sys
import warnings

import numpy as np
import pytest

from mle.base import Classifier, Estimator, NotFittedError, Regressor, Transformer, clone
from mle.exceptions import ConvergenceWarning, DataConversionWarning, like_sklearn

X, Y = np.array([[0.0, 1.0], [1.0, 1.0], [2.0, 5.0]]), np.array([1.0, 2.0, 6.0])


class Mean(Regressor):
    def __init__(self, shift=0.0, inner=None):
        self.shift, self.inner = shift, inner

    def _check_params(self):
        if self.shift is None:
            raise ValueError("shift must be a number")

    def _fit(self, X, y, w):
        if np.ptp(y) == 0:
            raise ArithmeticError("cannot")
        self.mean_ = np.average(y, weights=w) + self.shift

    def _predict(self, X):
        return np.full(len(X), self.mean_)


class Majority(Classifier):
    def _fit(self, X, index, w):
        self.share_ = np.bincount(index, weights=w, minlength=len(self.classes_)) / w.sum()

    def _proba(self, X):
        return np.tile(self.share_, (len(X), 1))


class Double(Transformer):
    def _fit(self, X):
        pass

    def _transform(self, X):
        return 2 * X


class Frame:
    """The least that a data frame is: numbers and names of columns."""

    def __init__(self, values, columns):
        self.values, self.columns = np.asarray(values, dtype=float), columns

    def __array__(self, dtype=None, copy=None):
        return self.values


# --- parameters ------------------------------------------------------------------------------------------------------


def test_params_are_read_and_set_also_inside():
    model = Mean(2.0, inner=Mean(3.0))
    assert model.get_params(deep=False) == {"shift": 2.0, "inner": model.inner}
    assert model.get_params()["inner__shift"] == 3.0
    assert model.set_params(shift=5.0, inner__shift=7.0) is model
    assert (model.shift, model.inner.shift) == (5.0, 7.0)
    model.set_params(inner__shift=1.0, inner=Mean())  # the new one is set first, whatever the order
    assert model.inner.shift == 1.0


def test_unknown_parameter_is_named_and_nothing_is_set():
    model = Mean()
    with pytest.raises(
        ValueError, match=r"Invalid parameter 'shifts' for estimator Mean\(\)\. Valid.*'inner', 'shift'"
    ):
        model.set_params(shift=1.0, shifts=2.0)
    assert model.shift == 0.0


def test_repr_shows_what_differs_from_the_default():
    assert repr(Mean()) == repr(Mean(0.0)) == "Mean()"
    assert repr(Mean(shift=2, inner=Mean(1.5))) == "Mean(inner=Mean(shift=1.5), shift=2)"
    assert repr(Mean(shift=np.arange(2))) == "Mean(shift=array([0, 1]))"


def test_clone_shares_nothing_and_is_not_fitted():
    model = Mean([1, 2], inner=Mean(3.0).fit(X, Y))
    twin = clone(model)
    assert type(twin) is Mean
    assert twin.shift == [1, 2]
    assert twin.shift is not model.shift
    assert twin.inner is not model.inner
    assert not hasattr(twin.inner, "mean_")


def test_estimator_without_parameters():
    assert Majority().get_params() == {}
    assert repr(clone(Majority())) == "Majority()"


# --- state -----------------------------------------------------------------------------------------------------------


def test_fit_returns_the_estimator_and_does_not_change_its_input():
    before = X.copy(), Y.copy()
    X.setflags(write=False)
    model = Mean()
    assert model.fit(X, Y) is model
    X.setflags(write=True)
    np.testing.assert_array_equal(X, before[0])
    np.testing.assert_array_equal(Y, before[1])
    assert model.n_features_in_ == 2


@pytest.mark.parametrize(
    "use",
    [
        lambda: Mean().predict(X),
        lambda: Mean().score(X, Y),
        lambda: Majority().predict(X),
        lambda: Majority().predict_proba(X),
        lambda: Double().transform(X),
        lambda: Double().get_feature_names_out(),
    ],
)
def test_unfitted_use_is_refused(use):
    with pytest.raises(NotFittedError, match=r"instance is not fitted yet\. Call 'fit'"):
        use()


@pytest.mark.parametrize("spoil", [{"y": [1, 1, 1]}, {"X": X[:2]}, {"sample_weight": [0, 0, 0]}])
def test_a_fit_that_fails_leaves_the_estimator_unfitted(spoil):
    model = Mean().fit(X, Y)
    with pytest.raises((ValueError, ArithmeticError)):
        model.fit(**{"X": X, "y": Y, **spoil})
    with pytest.raises(NotFittedError):
        model.predict(X)


def test_parameters_are_checked_by_fit_not_before():
    model = Mean(shift=None)
    with pytest.raises(ValueError, match="shift must be"):
        model.fit(X, Y)


def test_weights_reach_fit_and_score():
    assert Mean().fit(X, Y, sample_weight=[1, 1, 0]).mean_ == 1.5
    model = Majority().fit(X, [0, 1, 1])
    assert model.score(X, [0, 1, 1]) == pytest.approx(2 / 3)
    assert model.score(X, [0, 1, 1], sample_weight=[4, 0, 1]) == pytest.approx(1 / 5)
    assert Mean().fit(X, Y).score(X, Y) == pytest.approx(0)
    assert Mean(1.0).fit(X, Y).score(X, Y, sample_weight=[1, 0, 1]) == pytest.approx(1 - (9 + 4) / 12.5)


def test_classes_keep_their_kind():
    for labels in (["b", "a", "b"], [False, True, True], [7, 3, 7], np.array(["b", "a", "b"], dtype=object)):
        model = Majority().fit(X, labels)
        assert model.classes_.tolist() == sorted(set(np.asarray(labels).tolist()))
        assert model.predict(X).dtype == np.asarray(labels).dtype


def test_names_that_come_out_of_a_transformer():
    assert Double().fit(X).get_feature_names_out().tolist() == ["x0", "x1"]
    assert Double().fit(X).get_feature_names_out(["a", "b"]).tolist() == ["a", "b"]
    named = Double().fit(Frame(X, ["a", "b"]))
    assert named.get_feature_names_out().tolist() == ["a", "b"]
    with pytest.raises(ValueError, match="length equal to number of features, 2, got 1"):
        named.get_feature_names_out(["a"])
    with pytest.raises(ValueError, match="not equal to feature_names_in_"):
        named.get_feature_names_out(["b", "a"])


# --- bad input -------------------------------------------------------------------------------------------------------

MANY = Frame(np.zeros((1, 7)), list("abcdefg"))


@pytest.mark.parametrize(
    ("use", "error", "message"),
    [
        (lambda: Mean().fit(X, None), ValueError, "Mean requires y to be passed, but the target y is None"),
        (lambda: Majority().fit(X, None), ValueError, "Majority requires y to be passed"),
        (lambda: Mean().fit(X, Y[:2]), ValueError, "X has 3, y has 2"),
        (lambda: Mean().fit(X, Y, [1, 2]), ValueError, r"sample_weight must have shape \(3,\).*got \(2,\)"),
        (lambda: Mean().fit(X, Y).predict(X[:, :1]), ValueError, "X has 1 features, but Mean is expecting 2 features"),
        (lambda: Mean().fit(X, Y).predict(X[0]), ValueError, "Expected 2D array, got 1D array instead"),
        (lambda: Double().fit(X).transform([[np.nan, 1]]), ValueError, "X contains NaN: 1 of 2 values"),
        (lambda: Majority().fit(X, [1, 1, 1]), ValueError, "Majority needs samples of at least 2 classes.*1 class: 1"),
        (lambda: Majority().fit(X, ["a", "b", "a"], [1, 0, 1]), ValueError, "1 class: 'a'"),
        (lambda: Majority().fit(X, [0.5, 1, 2]), ValueError, "Unknown label type: continuous"),
        (lambda: Mean().fit(X, ["a", "b", "c"]), ValueError, "y must hold numbers, got text such as 'a'"),
        (
            lambda: Double().fit(Frame(X, ["a", "b"])).transform(Frame(X, ["b", "a"])),
            ValueError,
            "must be in the same order as they were in fit",
        ),
        (
            lambda: Double().fit(Frame(X, ["a", "b"])).transform(MANY),
            ValueError,
            "unseen at fit time:\n- c\n- d\n- e\n- f\n- g\n$",
        ),
        (
            lambda: Double().fit(MANY).transform(Frame(X, ["x", "b"])),
            ValueError,
            "unseen at fit time:\n- x\n.*yet now missing:\n- a\n- c\n- d\n- e\n- f\n- \\.\\.\\.\n$",
        ),
    ],
)
def test_bad_input_is_named(use, error, message):
    with pytest.raises(error, match=message):
        use()


@pytest.mark.parametrize(
    ("fitted", "given", "message"),
    [
        (Frame(X, ["a", "b"]), X, "X does not have valid feature names, but Double was fitted with feature names"),
        (X, Frame(X, ["a", "b"]), "X has feature names, but Double was fitted without feature names"),
    ],
)
def test_names_on_one_side_only_are_warned_of_at_the_caller(fitted, given, message):
    model = Double().fit(fitted)
    with pytest.warns(UserWarning, match=message) as caught:
        model.transform(given)
    assert caught[0].filename == __file__


def test_column_vector_is_warned_of_at_the_caller():
    for model in (Mean(), Majority()):
        with pytest.warns(DataConversionWarning, match=r"column-vector y .* shape \(3, 1\)") as caught:
            model.fit(X, Y.reshape(-1, 1))
        assert caught[0].filename == __file__


def test_columns_whose_names_are_numbers_have_no_names():
    model = Double().fit(Frame(X, [0, 1]))
    assert not hasattr(model, "feature_names_in_")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.transform(X)


def test_refit_forgets_names():
    model = Double().fit(Frame(X, ["a", "b"])).fit(X)
    assert not hasattr(model, "feature_names_in_")


def test_base_class_does_nothing_by_itself():
    with pytest.raises(NotImplementedError):
        Regressor().fit(X, Y)
    assert repr(Estimator()) == "Estimator()"


# --- scikit-learn's classes, only when it is there -------------------------------------------------------------------


def test_errors_are_ours_until_scikit_learn_is_loaded_and_both_after_that():
    pytest.importorskip("sklearn")
    code = """
import sys
from mle.base import NotFittedError
from mle.exceptions import ConvergenceWarning, SeparationError, like_sklearn
assert like_sklearn(NotFittedError) is NotFittedError
assert "sklearn" not in sys.modules
import sklearn.exceptions
both = like_sklearn(NotFittedError)
assert issubclass(both, NotFittedError) and issubclass(both, sklearn.exceptions.NotFittedError)
assert both is like_sklearn(NotFittedError) and both.__name__ == "NotFittedError"
assert issubclass(like_sklearn(ConvergenceWarning), sklearn.exceptions.ConvergenceWarning)
assert like_sklearn(SeparationError) is SeparationError
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_own_classes_are_kept_by_the_combined_ones():
    assert issubclass(like_sklearn(ConvergenceWarning), ConvergenceWarning)
    assert issubclass(like_sklearn(ConvergenceWarning), UserWarning)
