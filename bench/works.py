"""What is measured: each work fits the same model to the same data, ours and theirs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np

Fit = Callable[[np.ndarray, np.ndarray], np.ndarray]
OURS = "mle"
TOLERANCE = 1e-8  # of every iteration, ours and theirs


@dataclass(frozen=True)
class Work:
    """One model at several sizes; `fits` by library, ours first."""

    make: Callable[[int, int], tuple[np.ndarray, np.ndarray]]
    fits: dict[str, Callable[[], Any]]
    sizes: dict[str, tuple[tuple[int, int], ...]]

    def fit(self, library: str) -> Fit:
        """Fit the model of a library and give back its weights and intercept in one array."""
        build = self.fits[library]

        def fitted(X: np.ndarray, y: np.ndarray) -> np.ndarray:
            model = build().fit(X, y)
            return np.append(np.ravel(model.coef_), model.intercept_)

        return fitted


def amounts(n: int, p: int) -> tuple[np.ndarray, np.ndarray]:
    """Correlated columns of unlike scale, a target that half of them explain."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, p))
    X[:, 1:] += 0.5 * X[:, :-1]
    X *= rng.uniform(0.5, 2.0, p)
    w = rng.normal(size=p) * (np.arange(p) % 2)
    return X, X @ w + 3.0 + rng.normal(size=n)


def classes(n: int, p: int) -> tuple[np.ndarray, np.ndarray]:
    """Two classes that overlap: the sign of an amount with much noise."""
    X, y = amounts(n, p)
    return X, (y + 3.0 * np.random.default_rng(1).normal(size=n) > 3.0).astype(np.int64)


def linear(package: str, name: str, **settings: Any) -> Callable[[], Any]:
    """A model of `package.linear_model`, which only the process that fits it imports."""
    return lambda: getattr(import_module(f"{package}.linear_model"), name)(**settings)


SMALL, MIDDLE, LARGE = (10_000, 50), (100_000, 50), (1_000_000, 50)
GROWING = (SMALL, MIDDLE, LARGE)
ITERATED: dict[str, Any] = {"tol": TOLERANCE, "max_iter": 10_000}
NEWTON = "newton-cholesky"
WORKS = {
    "ordinary": Work(
        amounts,
        {OURS: linear("mle", "LinearRegression"), "scikit-learn": linear("sklearn", "LinearRegression")},
        {"scikit-learn": GROWING},
    ),
    "ridge": Work(
        amounts,
        {OURS: linear("mle", "Ridge"), "scikit-learn": linear("sklearn", "Ridge")},
        {"scikit-learn": GROWING},
    ),
    "lasso": Work(
        amounts,
        {
            OURS: linear("mle", "Lasso", alpha=0.1, **ITERATED),
            "scikit-learn": linear("sklearn", "Lasso", alpha=0.1, **ITERATED),
            "scikit-learn precompute": linear("sklearn", "Lasso", alpha=0.1, precompute=True, **ITERATED),
        },
        {"scikit-learn": GROWING, "scikit-learn precompute": (MIDDLE,)},
    ),
    "logistic": Work(
        classes,
        {
            OURS: linear("mle", "LogisticRegression", solver="newton", **ITERATED),
            "scikit-learn newton-cholesky": linear("sklearn", "LogisticRegression", solver=NEWTON, **ITERATED),
            "scikit-learn lbfgs": linear("sklearn", "LogisticRegression", solver="lbfgs", **ITERATED),
        },
        {"scikit-learn newton-cholesky": GROWING, "scikit-learn lbfgs": (MIDDLE,)},
    ),
}
