"""Least squares and logistic regression next to scikit-learn, statsmodels and certified values.

Tolerances: 1e-8 relative unless a test says otherwise.
"""

import warnings

import numpy as np
import pytest

from mle.datasets import load_breast_cancer, load_heart_failure, load_sacramento_housing
from mle.linear_model import LinearRegression, LogisticRegression, normal_equations, solve_qr, solve_svd
from mle.preprocessing import StandardScaler
from tests.parity.record import record

sklearn_linear = pytest.importorskip("sklearn.linear_model")
sm = pytest.importorskip("statsmodels.api")

# NIST Statistical Reference Datasets, Longley: certified intercept and coefficients.
LONGLEY = (
    -3482258.63459582,
    [15.0618722713733, -0.035819179292591, -2.02022980381683, -1.03322686717359, -0.0511041056535807, 1829.15146461355],
)


def standardised(X):
    return StandardScaler().fit_transform(X)


def houses():
    data = load_sacramento_housing()
    return np.asarray(data.X, dtype=float), np.asarray(data.y, dtype=float)


def patients():
    """Heart failure: 299 patients, 12 columns of very different units."""
    data = load_heart_failure()
    return np.asarray(data.X, dtype=float), np.asarray(data.y)


def tumours():
    """Breast cancer: 569 tumours, 30 columns, some nearly dependent, classes that 30 columns separate."""
    data = load_breast_cancer()
    return np.asarray(data.X, dtype=float), np.asarray(data.y)


# --- least squares ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("solve", [normal_equations, solve_qr, solve_svd])
def test_longley_certified(solve):
    """16 years, 6 columns, condition number 5e9 in raw units: 1e-7 of 16 digits are left."""
    data = sm.datasets.longley.load()
    w, b = solve(data.exog.to_numpy(dtype=float), data.endog.to_numpy(dtype=float))
    np.testing.assert_allclose(w, LONGLEY[1], rtol=1e-7)
    np.testing.assert_allclose(b, LONGLEY[0], rtol=1e-7)


@pytest.mark.parametrize("solver", ["normal", "qr", "svd"])
@pytest.mark.parametrize("fit_intercept", [True, False])
def test_houses_as_scikit_learn_and_statsmodels(solver, fit_intercept):
    """932 houses, 5 raw columns; rows weighted by 0, 1, 2, 3."""
    X, y = houses()
    weights = np.arange(len(y)) % 4.0
    ours = LinearRegression(solver, fit_intercept=fit_intercept).fit(X, y, weights)
    theirs = sklearn_linear.LinearRegression(fit_intercept=fit_intercept).fit(X, y, weights)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=1e-8)
    np.testing.assert_allclose(ours.intercept_, theirs.intercept_, rtol=1e-8)
    np.testing.assert_allclose(ours.predict(X), theirs.predict(X), rtol=1e-8)
    assert ours.score(X, y, weights) == pytest.approx(theirs.score(X, y, weights), abs=1e-10)
    record(
        name=f"LinearRegression, {solver}",
        module="mle.linear_model.ordinary",
        against="scikit-learn",
        what=f"coef_ relative to the largest, weights, fit_intercept={fit_intercept}",
        data="houses, 932 x 5",
        gap=float(np.abs(ours.coef_ - theirs.coef_).max() / np.abs(theirs.coef_).max()),
        tolerance=1e-8,
    )

    design = np.column_stack([X, np.ones(len(X))]) if fit_intercept else X
    other = sm.WLS(y, design, weights=weights).fit().params
    np.testing.assert_allclose(np.append(ours.coef_, ours.intercept_)[: len(other)], other, rtol=1e-6)


def test_descent_on_scaled_houses_as_scikit_learn():
    """Gradient descent until no entry of the gradient exceeds 1e-5 dollars squared: coefficients to 1e-8."""
    X, y = houses()
    Z = standardised(X)
    ours = LinearRegression("gd", tol=1e-5, max_iter=100_000).fit(Z, y)
    theirs = sklearn_linear.LinearRegression().fit(Z, y)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=1e-8)
    record(
        name="LinearRegression, gd",
        module="mle.linear_model.ordinary",
        against="scikit-learn",
        what="coef_ relative to the largest",
        data="houses, standardised, 932 x 5",
        gap=float(np.abs(ours.coef_ - theirs.coef_).max() / np.abs(theirs.coef_).max()),
        tolerance=1e-8,
    )


def test_more_columns_than_rows_as_scikit_learn():
    """20 tumours, 30 columns: of the many exact answers both take the shortest."""
    X, y = tumours()
    Z = standardised(X)[:20]
    ours = LinearRegression().fit(Z, y[:20])
    theirs = sklearn_linear.LinearRegression().fit(Z, y[:20])
    np.testing.assert_allclose(ours.coef_, theirs.coef_, atol=1e-10)


# --- logistic regression ---------------------------------------------------------------------------------------------


def sklearn_logistic(X, y, weights=None, **settings):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of C=inf, and of line searches that end at rounding error
        model = sklearn_linear.LogisticRegression(solver="newton-cholesky", tol=1e-12, max_iter=1000, **settings)
        return model.fit(X, y, weights)


@pytest.mark.parametrize("C", [0.01, 1.0, 100.0])
@pytest.mark.parametrize("fit_intercept", [True, False])
@pytest.mark.parametrize("data", [patients, tumours])
def test_logistic_as_scikit_learn(data, C, fit_intercept):
    """Standardised columns, rows weighted by 0, 1, 2, 3: coefficients to 1e-8 of the largest, probabilities to 1e-9."""
    X, y = data()
    Z, weights = standardised(X), np.arange(len(y)) % 4.0
    ours = LogisticRegression(C, fit_intercept=fit_intercept).fit(Z, y, weights)
    theirs = sklearn_logistic(Z, y, weights, C=C, fit_intercept=fit_intercept)
    assert ours.coef_.shape == theirs.coef_.shape
    assert ours.intercept_.shape == np.shape(np.atleast_1d(theirs.intercept_))
    np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=0, atol=1e-8 * np.abs(theirs.coef_).max())
    np.testing.assert_allclose(ours.intercept_, theirs.intercept_, rtol=0, atol=1e-8 * np.abs(theirs.coef_).max())
    np.testing.assert_allclose(ours.predict_proba(Z), theirs.predict_proba(Z), atol=1e-9)
    np.testing.assert_array_equal(ours.predict(Z), theirs.predict(Z))
    assert ours.score(Z, y, weights) == theirs.score(Z, y, weights)


def test_unpenalised_as_logit():
    """Heart failure in raw units (platelets in hundreds of thousands): 1e-7, the tolerance of the reference."""
    X, y = patients()
    ours = LogisticRegression(C=np.inf).fit(X, y)
    theirs = sm.Logit(y, np.column_stack([X, np.ones(len(X))])).fit(disp=0, method="newton", maxiter=100, tol=1e-14)
    np.testing.assert_allclose(np.append(ours.coef_, ours.intercept_), theirs.params, rtol=1e-7)


def test_unpenalised_and_weighted_as_glm():
    """Binomial GLM with frequency weights on Spector's 32 students."""
    data = sm.datasets.spector.load()
    X, y = data.exog.to_numpy(dtype=float), data.endog.to_numpy(dtype=float)
    weights = 1.0 + np.arange(len(y)) % 3
    ours = LogisticRegression(C=np.inf).fit(X, y, weights)
    design = np.column_stack([X, np.ones(len(X))])
    theirs = sm.GLM(y, design, family=sm.families.Binomial(), freq_weights=weights).fit(tol=1e-14)
    np.testing.assert_allclose(np.append(ours.coef_, ours.intercept_), theirs.params, rtol=1e-8)


def test_separated_tumours_are_refused_where_statsmodels_gives_up():
    """30 columns separate the tumours, so without a penalty there is nothing to find."""
    X, y = tumours()
    Z = standardised(X)
    with pytest.raises(ValueError, match="a line separates the classes"):
        LogisticRegression(C=np.inf).fit(Z, y)


# --- together --------------------------------------------------------------------------------------------------------


def test_models_work_inside_scikit_learn():
    """Pipeline, grid search, cross-validated probabilities, stacking."""
    from sklearn.ensemble import StackingClassifier
    from sklearn.model_selection import GridSearchCV, cross_val_predict
    from sklearn.pipeline import make_pipeline

    X, y = patients()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*BaseEstimator.*")
        ours = make_pipeline(StandardScaler(), LogisticRegression())
        theirs = make_pipeline(StandardScaler(), sklearn_linear.LogisticRegression(solver="newton-cholesky", tol=1e-12))
        p, q = (cross_val_predict(model, X, y, cv=5, method="predict_proba") for model in (ours, theirs))
        np.testing.assert_allclose(p, q, atol=1e-8)
        grid = {"logisticregression__C": [1e-4, 1e-3, 1e-2, 1.0]}
        a, b = (GridSearchCV(model, grid, scoring="neg_log_loss", cv=5).fit(X, y) for model in (ours, theirs))
        assert a.best_params_ == b.best_params_
        assert a.best_score_ == pytest.approx(b.best_score_, abs=1e-9)
        stack = StackingClassifier([("a", ours)], final_estimator=LogisticRegression()).fit(X, y)
        assert stack.score(X, y) > 0.8


def test_data_frames_are_understood():
    pd = pytest.importorskip("pandas")
    X, y = houses()
    frame = pd.DataFrame(X, columns=["beds", "baths", "sqft", "latitude", "longitude"])
    model = LinearRegression().fit(frame, pd.Series(y), pd.Series(np.ones(len(y))))
    assert model.feature_names_in_.tolist() == list(frame.columns)
    np.testing.assert_allclose(model.coef_, LinearRegression().fit(X, y).coef_, rtol=1e-12)
    with pytest.raises(ValueError, match="same order"):
        model.predict(frame[frame.columns[::-1]])
    with pytest.raises(ValueError, match="X must hold numbers, got text such as 'big'"):
        LinearRegression().fit(frame.assign(kind="big"), y)
    with pytest.raises((TypeError, ValueError), match="X"):
        LinearRegression().fit(frame.assign(beds=pd.array([1, None] * (len(y) // 2), dtype="Int64")), y)
