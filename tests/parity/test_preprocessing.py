"""StandardScaler next to scikit-learn's: means, variances and scales to 1e-12, values to 1e-14 of the largest."""

import numpy as np
import pytest

from mle.datasets import load_breast_cancer, load_heart_failure
from mle.preprocessing import StandardScaler

theirs = pytest.importorskip("sklearn.preprocessing")


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
