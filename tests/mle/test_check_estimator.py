"""Every public estimator passes scikit-learn's own checks, all of them, with none skipped.

The checks run in one process of their own, because scikit-learn reads SCIPY_ARRAY_API when it is imported and skips
a check without it. New estimators are found by walking the package.
"""

import importlib
import inspect
import json
import os
import pkgutil
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

import mle
from mle.base import Estimator

# Settings that take another road through the code than the default, by class.
ONE_COLUMN = "IsotonicRegression"  # takes one column, for which scikit-learn runs hardly any of its checks
VARIANTS = {
    "CalibratedClassifierCV": [{"method": "isotonic"}, {"ensemble": False}],
    "LinearRegression": [{"solver": "qr"}, {"solver": "svd"}, {"solver": "gd"}, {"fit_intercept": False}],
    "LogisticRegression": [{"C": 100.0}, {"solver": "lbfgs"}],
    "StandardScaler": [{"with_mean": False}, {"with_std": False}],
}
# Checks of scikit-learn's own estimators that are not part of check_estimator.
EXTRA = ["check_dataframe_column_names_consistency", "check_n_features_in_after_fitting"]
EXTRA_TRANSFORMER = ["check_transformer_get_feature_names_out", "check_transformer_get_feature_names_out_pandas"]


def public_estimators():
    """Return the estimator classes of mle that a user may construct."""
    for module in pkgutil.walk_packages(mle.__path__, "mle."):
        if not any(part.startswith("_") for part in module.name.split(".")):
            importlib.import_module(module.name)
    found, pending = [], [Estimator]
    while pending:
        pending += (subclasses := pending.pop().__subclasses__())
        found += [c for c in subclasses if c.__module__.startswith("mle.") and c.__module__ != "mle.base"]
    return sorted((c for c in found if not c.__name__.startswith("_") and not inspect.isabstract(c)), key=str)


def cases():
    return [cls(**settings) for cls in public_estimators() for settings in [{}, *VARIANTS.get(cls.__name__, [])]]


def run_checks():
    """Return {estimator: [[check, status, message], ...]} for every case."""
    from sklearn.utils import estimator_checks

    report = {}
    for estimator in cases():
        results = [
            [r["check_name"], r["status"], f"{type(r['exception']).__name__}: {r['exception']}"]
            for r in estimator_checks.check_estimator(estimator, on_fail=None, on_skip=None)
        ]
        for name in EXTRA + EXTRA_TRANSFORMER * hasattr(estimator, "transform"):
            try:
                getattr(estimator_checks, name)(type(estimator).__name__, estimator)
                results.append([name, "passed", ""])
            except Exception as error:
                results.append([name, "failed", repr(error)])
        report[repr(estimator)] = results
    return report


@pytest.fixture(scope="module")
def report():
    pytest.importorskip("sklearn")
    env = {**os.environ, "SCIPY_ARRAY_API": "1", "PYTHONPATH": str(Path(mle.__file__).parents[1])}
    done = subprocess.run([sys.executable, "-W", "ignore", __file__], capture_output=True, text=True, env=env)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("estimator", [repr(case) for case in cases()])
def test_scikit_learn_finds_nothing(report, estimator):
    results = report[estimator]
    few = 2 if estimator.startswith(ONE_COLUMN) else 40
    assert len(results) > few, "scikit-learn must have run its checks"
    assert [r for r in results if r[1] != "passed"] == []


def test_the_models_are_found():
    assert {"LinearRegression", "LogisticRegression", "StandardScaler"} <= {c.__name__ for c in public_estimators()}


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    print(json.dumps(run_checks()))  # noqa: T201
