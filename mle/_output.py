"""What a transformer gives back: an array, or a pandas frame with names if it was asked for one."""

import sys
from collections.abc import Callable
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from mle.validation.parameters import check_choice


class Output:
    """Names of the columns that come out, and the choice of their container."""

    # The name under which scikit-learn's clone looks for it, and keeps it.
    _sklearn_output_config: dict[str, str]
    n_features_in_: int
    _check_fitted: Callable[[], None]

    def set_output(self, *, transform: str | None = None) -> Self:
        """Choose what `transform` returns, and return the estimator.

        Parameters
        ----------
        transform : {"default", "pandas"} or None
            An array; a pandas frame with `get_feature_names_out()` as columns and the index of X, for which pandas must
            be installed; or None: as chosen before.
        """
        if transform is not None:
            check_choice("transform", transform, ("default", "pandas"))
            self._sklearn_output_config = {"transform": transform}
        return self

    def _wants_frame(self) -> bool:
        chosen = getattr(self, "_sklearn_output_config", {}).get("transform")
        sklearn: Any = sys.modules.get("sklearn")
        if chosen is None and hasattr(sklearn, "get_config"):
            # What was chosen for all transformers of scikit-learn.
            chosen = sklearn.get_config()["transform_output"]
        return chosen == "pandas"

    def _wrap(self, X: Any, Z: Any) -> Any:
        """Return Z, the transformed X, in the container that was chosen."""
        if not self._wants_frame():
            return Z
        import pandas  # type: ignore[import-untyped]

        index = X.index if hasattr(X, "iloc") and hasattr(X, "index") else None
        names = self.get_feature_names_out()
        return pandas.DataFrame(Z, index=index, columns=names)

    def get_feature_names_out(
        self, input_features: Any = None
    ) -> NDArray[Any]:
        """Names of the columns that come out.

        Parameters
        ----------
        input_features : array_like of p str, optional
            Names of the columns that go in; by default those seen in `fit`, or x0, x1, ... if they had none.

        Returns
        -------
        ndarray of str
        """
        self._check_fitted()
        own = getattr(self, "feature_names_in_", None)
        names = input_names(self.n_features_in_, own, input_features)
        return np.array(self._names_out(names), dtype=object)

    def _names_out(self, names: list[str]) -> Any:
        """Names out of the names that go in; here, the same."""
        return names


def input_names(
    p: int, own: NDArray[Any] | None, given: Any = None
) -> list[str]:
    """Names of p columns: those given if they agree with `own`, else `own`, else x0, x1, ..."""
    if given is None:
        return [f"x{j}" for j in range(p)] if own is None else own.tolist()
    names = np.array(given, dtype=object).tolist()
    if len(names) != p:
        raise ValueError(
            f"input_features should have length equal to number of features, {p}, got {len(names)}"
        )
    if own is not None and own.tolist() != names:
        raise ValueError("input_features is not equal to feature_names_in_")
    return names
