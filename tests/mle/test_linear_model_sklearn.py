"""Linear models inside scikit-learn: its checks on settings that take another road than the default, and its tools."""

import warnings

import numpy as np
import pytest

from mle.linear_model import (
    ElasticNet,
    Lasso,
    LogisticRegression,
    Perceptron,
    PoissonRegressor,
    Ridge,
    SGDClassifier,
    SGDRegressor,
)
from mle.preprocessing import StandardScaler

checks = pytest.importorskip("sklearn.utils.estimator_checks")

VARIANTS = [
    LogisticRegression(solver="lbfgs", max_iter=1000),
    LogisticRegression(l1_ratio=1.0),
    LogisticRegression(C=10.0, l1_ratio=0.5),
    LogisticRegression(class_weight="balanced"),
    Ridge(fit_intercept=False),
    ElasticNet(l1_ratio=0.0),
    Lasso(positive=True),
    PoissonRegressor(solver="lbfgs"),
    PoissonRegressor(alpha=0.0),
    SGDClassifier("log_loss", penalty="elasticnet", max_iter=100),
    SGDClassifier(learning_rate="constant", penalty=None, class_weight="balanced"),
    SGDRegressor("huber", epsilon=2.0, penalty="l1", max_iter=100),
    Perceptron(penalty="l2"),
]
CLASSIFIERS = [
    LogisticRegression(),
    SGDClassifier("log_loss", random_state=0),
    SGDClassifier(random_state=0),
    Perceptron(),
]
REGRESSORS = [Ridge(), Lasso(0.1), ElasticNet(0.1), PoissonRegressor(), SGDRegressor(random_state=0)]


@pytest.mark.parametrize("estimator", VARIANTS, ids=repr)
@pytest.mark.filterwarnings("ignore")
def test_scikit_learn_finds_nothing(estimator):
    results = checks.check_estimator(estimator, on_fail=None, on_skip=None)
    assert len(results) > 40
    assert [(r["check_name"], repr(r["exception"])) for r in results if r["status"] not in ("passed", "skipped")] == []


def made(classes):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(120, 3))
    z = X @ [1.0, -1.0, 0.5] + rng.normal(size=120) / 2
    return X, np.digitize(z, [-0.5, 0.5]) if classes else np.exp(z / 3)


@pytest.mark.parametrize("model", CLASSIFIERS + REGRESSORS, ids=repr)
@pytest.mark.filterwarnings("ignore:.*BaseEstimator.*")
def test_tools_of_scikit_learn(model):
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.model_selection import GridSearchCV, cross_validate
    from sklearn.pipeline import make_pipeline

    X, y = made(hasattr(model, "decision_function"))
    whole = make_pipeline(StandardScaler(), model)
    assert cross_validate(whole, X, y, cv=3)["test_score"].mean() > 0.1
    name, grid = whole.steps[-1][0], [0.1, 1.0]
    strength = "C" if hasattr(model, "C") else "alpha"
    search = GridSearchCV(whole, {f"{name}__{strength}": grid}, cv=3).fit(X, y)
    assert search.best_params_[f"{name}__{strength}"] in grid
    if hasattr(model, "decision_function"):
        assert CalibratedClassifierCV(model, cv=3).fit(X, y).predict_proba(X).shape == (120, 3)


@pytest.mark.parametrize("model", CLASSIFIERS + REGRESSORS, ids=repr)
def test_data_frames_are_understood(model):
    pd = pytest.importorskip("pandas")
    X, y = made(hasattr(model, "decision_function"))
    frame = pd.DataFrame(X, columns=["a", "b", "c"])
    model.fit(frame, pd.Series(y))
    assert model.feature_names_in_.tolist() == ["a", "b", "c"]
    plain = type(model)(**model.get_params()).fit(X, y)
    np.testing.assert_allclose(model.coef_, plain.coef_, rtol=1e-8, atol=1e-12)
    assert model.predict(frame).shape == (120,)
    with pytest.raises(ValueError, match="same order"):
        model.predict(frame[["b", "a", "c"]])


@pytest.mark.parametrize("model", CLASSIFIERS + REGRESSORS, ids=repr)
def test_bad_data_are_named(model):
    model = type(model)(**model.get_params())
    X, y = made(hasattr(model, "decision_function"))
    with pytest.raises(ValueError, match="not fitted yet"):
        model.predict(X)
    with pytest.raises(ValueError, match="X contains NaN: 1 of 360 values, the first at row 5, column 1"):
        model.fit(np.where(np.arange(360).reshape(120, 3) == 16, np.nan, X), y)
    with pytest.raises(ValueError, match="X contains infinity"):
        model.fit(np.where(np.arange(360).reshape(120, 3) == 16, np.inf, X), y)
    with pytest.raises(ValueError, match="X must hold numbers, got text"):
        model.fit(X.astype(str), y)
    with pytest.raises(ValueError, match="inconsistent numbers of samples: X has 120, y has 119"):
        model.fit(X, y[1:])
    with pytest.raises(ValueError, match="minimum of 1 is required"):
        model.fit(X[:0], y[:0])
    if hasattr(model, "decision_function"):
        with pytest.raises(ValueError, match="1 class"):
            model.fit(X, np.zeros(120))
    with pytest.raises(ValueError, match="X has 2 features, but"):
        model.fit(X, y).predict(X[:, :2])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.fit(X, y)
