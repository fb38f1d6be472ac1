"""Ridge, lasso and elastic net next to scikit-learn."""

import numpy as np
import pytest

from mle.datasets import load_sacramento_housing
from mle.linear_model import ElasticNet, Lasso, Ridge, enet_path, lasso_path, ridge_path
from mle.preprocessing import StandardScaler
from tests.parity.record import record

sklearn_linear = pytest.importorskip("sklearn.linear_model")


def houses():
    """932 houses, 5 standardised columns, prices in thousands of dollars; rows weighted by 0, 1, 2, 3."""
    data = load_sacramento_housing()
    y = np.asarray(data.y, dtype=float) / 1000
    return StandardScaler().fit_transform(np.asarray(data.X, dtype=float)), y, np.arange(len(y)) % 4.0


def wide():
    """40 rows, 120 columns of noise, the first five of which matter."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(40, 120))
    return X, X[:, :5] @ [3.0, -2.0, 1.0, 1.0, 4.0] + rng.normal(size=40), rng.integers(0, 4, 40).astype(float)


def gap_of(ours, theirs):
    scale = max(1.0, np.abs(theirs.coef_).max())
    return max(np.abs(ours.coef_ - theirs.coef_).max(), abs(ours.intercept_ - theirs.intercept_)) / scale


@pytest.mark.parametrize("data", [houses, wide])
def test_ridge(data):
    X, y, v = data()
    gaps, alphas = [], [1e-3, 0.1, 1.0, 10.0, 1000.0]
    for alpha in alphas:
        for fit_intercept in (True, False):
            ours = Ridge(alpha, fit_intercept=fit_intercept).fit(X, y, v)
            theirs = sklearn_linear.Ridge(alpha, fit_intercept=fit_intercept, solver="svd").fit(X, y, v)
            gaps.append(gap_of(ours, theirs))
    what, where = (
        "coef_, intercept_, 5 penalties, with and without intercept, weights",
        f"{data.__name__}, {X.shape[0]} x {X.shape[1]}",
    )
    record(
        name="Ridge",
        module="mle.linear_model.ridge",
        against="scikit-learn",
        what=what,
        data=where,
        gap=float(max(gaps)),
        tolerance=1e-9,
    )
    W, b = ridge_path(X, y, alphas, v)
    gaps = []
    for w, intercept, alpha in zip(W, b, alphas):
        theirs = sklearn_linear.Ridge(alpha, solver="svd").fit(X, y, v)
        gaps.append(
            max(np.abs(w - theirs.coef_).max(), abs(intercept - theirs.intercept_)) / np.abs(theirs.coef_).max()
        )
    record(
        name="ridge_path",
        module="mle.linear_model.ridge",
        against="scikit-learn",
        what="weights and intercepts of 5 penalties from one eigendecomposition, weights",
        data=where,
        gap=float(max(gaps)),
        tolerance=1e-8,
    )


@pytest.mark.parametrize("data", [houses, wide])
@pytest.mark.parametrize("positive", [False, True])
def test_elastic_net_and_lasso(data, positive):
    X, y, v = data()
    tight = {"tol": 1e-13, "max_iter": 100_000, "positive": positive}
    gaps = []
    for alpha in (0.1, 1.0):
        for l1_ratio in (0.5, 0.9):
            ours = ElasticNet(alpha, l1_ratio=l1_ratio, **tight).fit(X, y, v)
            theirs = sklearn_linear.ElasticNet(alpha, l1_ratio=l1_ratio, **tight).fit(X, y, v)
            assert ((ours.coef_ == 0) == (theirs.coef_ == 0)).all()
            gaps.append(gap_of(ours, theirs))
    what, where = (
        f"coef_, intercept_, same zeros, positive={positive}, weights",
        f"{data.__name__}, {X.shape[0]} x {X.shape[1]}",
    )
    common = {"module": "mle.linear_model.elastic_net", "against": "scikit-learn", "what": what, "data": where}
    record(name="ElasticNet", gap=float(max(gaps)), tolerance=1e-9, **common)
    gaps = []
    for alpha in (0.1, 1.0):
        ours, theirs = (cls(alpha, **tight).fit(X, y, v) for cls in (Lasso, sklearn_linear.Lasso))
        assert ((ours.coef_ == 0) == (theirs.coef_ == 0)).all()
        gaps.append(gap_of(ours, theirs))
    record(name="Lasso", gap=float(max(gaps)), tolerance=1e-9, **common)


@pytest.mark.parametrize(("ours", "settings"), [(lasso_path, {}), (enet_path, {"l1_ratio": 0.6})])
def test_paths(ours, settings):
    X, y, _ = houses()
    y = y - y.mean()
    theirs = getattr(sklearn_linear, ours.__name__)
    a, b = (path(X, y, tol=1e-12, max_iter=100_000, **settings) for path in (ours, theirs))
    np.testing.assert_allclose(a[0], b[0], rtol=1e-12)
    record(
        name=ours.__name__,
        module="mle.linear_model.paths",
        against="scikit-learn",
        what="weights along 100 penalties",
        data="houses, 932 x 5",
        gap=float(np.abs(a[1] - b[1]).max() / np.abs(b[1]).max()),
        tolerance=1e-8,
    )
