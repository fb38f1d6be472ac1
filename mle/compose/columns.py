"""ColumnTransformer: each transformer gets columns of its own, and the results stand side by side."""

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from mle._output import Output, input_names
from mle._params import Parameters, check_parts, has_params, name_parts
from mle.base import clone
from mle.compose.pieces import (
    Piece,
    as_block,
    fit_transform,
    join_arrays,
    join_frames,
    names_out,
    run,
)
from mle.compose.select import column_places, names_of, take_columns
from mle.exceptions import NotFittedError, like_sklearn
from mle.validation.columns import check_matrix
from mle.validation.names import check_names, column_names
from mle.validation.parameters import check_choice, check_flag
from mle.validation.tables import Table, as_table, check_size


class ColumnTransformer(Output, Parameters):
    """Apply transformers to columns, each to its own, and put the results side by side.

    X may be an array, also of objects, a list of rows, a pandas frame, a dictionary of columns, or a data set of
    `mle.datasets`. Steps may be transformers of `mle` or of scikit-learn; sparse results are made dense. They are
    cloned in `fit`: those passed stay as they are. At `transform`, columns are found by the names seen in `fit` if X
    has names, so that their order does not matter and further columns are left alone.

    Parameters
    ----------
    transformers : list of (name, transformer, columns)
        A transformer may be "drop" or "passthrough". Columns: see `mle.compose.select.column_places`; a single name or
        number, not in a list, gives the transformer a flat column.
    remainder : "drop", "passthrough" or transformer
        What becomes of the columns that no transformer gets.
    verbose_feature_names_out : bool
        Whether names that come out begin with the transformer's: "scale__age".

    Attributes
    ----------
    transformers_ : list of (name, fitted transformer, columns)
        With "remainder" at the end if any columns remain.
    output_indices_ : dict of str to slice
        Where the columns of each transformer stand.
    n_features_in_ : int
    feature_names_in_ : ndarray, shape (p,)
        If X has names.

    Examples
    --------
    >>> from mle.preprocessing import OneHotEncoder, StandardScaler
    >>> X = {"age": [30.0, 50.0], "sex": ["f", "m"], "id": [7, 8]}
    >>> prepare = ColumnTransformer([("scale", StandardScaler(), ["age"]), ("code", OneHotEncoder(), ["sex"])])
    >>> prepare.fit_transform(X).tolist()
    [[-1.0, 1.0, 0.0], [1.0, 0.0, 1.0]]
    >>> prepare.get_feature_names_out().tolist()
    ['scale__age', 'code__sex_f', 'code__sex_m']
    """

    _kind = "transformer"
    _list = "transformers"
    transformers_: list[tuple[str, Any, Any]]
    output_indices_: dict[str, slice]
    feature_names_in_: NDArray[Any]

    def __init__(
        self,
        transformers: Any,
        *,
        remainder: Any = "drop",
        verbose_feature_names_out: bool = True,
    ) -> None:
        self.transformers = transformers
        self.remainder = remainder
        self.verbose_feature_names_out = verbose_feature_names_out

    def fit(self, X: Any, y: Any = None) -> Self:
        """Fit each transformer to its columns of X, shape (n, p), and y."""
        self.fit_transform(X, y)
        return self

    def fit_transform(self, X: Any, y: Any = None) -> Any:
        """Fit, and return the columns that come out, side by side."""
        self._forget()
        self._check_params()
        X = self._read(X)
        p = X.shape[1]
        fitted, parts = [], []
        for piece in self._plan(X, p):
            part = take_columns(X, piece.places)
            transformer, Z = piece.transformer, part
            if has_params(transformer):
                transformer = clone(transformer)
                self._tell(transformer)
                Z = run(piece, X, fit_transform, transformer, part, y)
            fitted.append(piece._replace(transformer=transformer))
            parts.append(Z)
        self._pieces = fitted
        self.n_features_in_ = p
        if (names := column_names(X)) is not None:
            self.feature_names_in_ = names
        self.transformers_ = self._listed(X)
        try:
            return self._join(X, parts, learn=True)
        except Exception:
            self._forget()
            raise

    def transform(self, X: Any) -> Any:
        """Transform each transformer's columns, and put them side by side."""
        self._check_fitted()
        X = self._read(X)
        table = self._as_fitted(X)
        order = self._order(table)
        parts = []
        for piece in self._pieces:
            part = take_columns(table, order[piece.places])
            if has_params(piece.transformer):
                call = piece.transformer.transform
                part = run(piece, X, call, part)
            parts.append(part)
        return self._join(X, parts)

    def set_output(self, *, transform: str | None = None) -> Self:
        """Choose what `transform` returns, "default" or "pandas", here and in every transformer."""
        super().set_output(transform=transform)
        for piece in getattr(self, "_pieces", []):
            self._tell(piece.transformer)
        return self

    @property
    def named_transformers_(self) -> dict[str, Any]:
        """Fitted transformers by name."""
        self._check_fitted()
        return {name: fitted for name, fitted, _ in self.transformers_}

    def get_feature_names_out(
        self, input_features: Any = None
    ) -> NDArray[Any]:
        """Names of the columns that come out, with the transformer's name in front if verbose_feature_names_out."""
        self._check_fitted()
        own = getattr(self, "feature_names_in_", None)
        given = input_names(self.n_features_in_, own, input_features)
        names = []
        for piece in self._pieces:
            inner = [given[j] for j in np.atleast_1d(piece.places)]
            out = names_out(piece, inner)
            prefix = f"{piece.name}__" * self.verbose_feature_names_out
            names += [f"{prefix}{name}" for name in out]
        if len(set(names)) < len(names):
            twice = sorted({n for n in names if names.count(n) > 1})
            raise ValueError(
                f"Output feature names {twice} are not unique. Please set verbose_feature_names_out=True"
            )
        return np.array(names, dtype=object)

    def __sklearn_tags__(self) -> Any:
        """Tell scikit-learn what the estimator is; only scikit-learn calls this."""
        from sklearn.utils import get_tags

        from mle._sklearn import tags

        inner = [t for _, t, *_ in self.transformers] + [self.remainder]
        lenient = all(
            get_tags(t).input_tags.allow_nan for t in inner if has_params(t)
        )
        return tags(self._kind, True, {"input_tags.allow_nan": lenient})

    def _check_fitted(self) -> None:
        if not hasattr(self, "transformers_"):
            raise like_sklearn(NotFittedError)(
                "This ColumnTransformer instance is not fitted yet. Call 'fit' with training data first."
            )

    def _read(self, X: Any) -> Any:
        """X as a table with distinct names, or as an array."""
        X, names = as_table(X), names_of(X)
        if names is None:
            X = check_matrix(X)
        check_size(X.shape, "X")
        if names is None:
            return X
        if len(set(names)) < len(names):
            raise ValueError(f"names of columns must be distinct, got {names}")
        return X

    def _check_params(self) -> None:
        check_flag("verbose_feature_names_out", self.verbose_feature_names_out)
        if not has_params(self.remainder):
            check_choice("remainder", self.remainder, ("drop", "passthrough"))
        check_parts(self, 3)
        for name, transformer, _ in self.transformers:
            if not has_params(transformer) or not (
                hasattr(transformer, "transform")
                or hasattr(transformer, "fit_transform")
            ):
                check_choice(
                    f"transformer {name!r} has no fit and transform; it",
                    transformer,
                    ("drop", "passthrough"),
                )

    def _plan(self, X: Any, p: int) -> list[Piece]:
        """Who gets which columns; those without a column and those that drop theirs are left out."""
        plan, rest = [], np.ones(p, dtype=bool)
        for name, transformer, columns in self.transformers:
            try:
                places: Any = column_places(X, columns)
            except (ValueError, IndexError, TypeError) as error:
                error.add_note(f"in transformer {name!r} of ColumnTransformer")
                raise
            rest[places] = False
            if isinstance(columns, str | int | np.integer):
                places = int(places[0])
            plan.append(Piece(name, transformer, places))
        plan.append(Piece("remainder", self.remainder, np.flatnonzero(rest)))
        return [
            piece
            for piece in plan
            if np.size(piece.places) and piece.transformer != "drop"
        ]

    def _listed(self, X: Any) -> list[tuple[str, Any, Any]]:
        fitted = {piece.name: piece.transformer for piece in self._pieces}
        listed = [
            (name, fitted.get(name, transformer), columns(X))
            if callable(columns)
            else (name, fitted.get(name, transformer), columns)
            for name, transformer, columns in self.transformers
        ]
        last = self._pieces[-1] if self._pieces else None
        if last is not None and last.name == "remainder":
            listed.append(tuple(last))
        return listed

    def _as_fitted(self, X: Any) -> Any:
        """X with names if `fit` had names, without if not; which is warned of if it is a change."""
        known, given = getattr(self, "feature_names_in_", None), names_of(X)
        if known is not None and given is not None:
            return X
        check_names(known, column_names(X), type(self).__name__)
        if X.shape[1] != self.n_features_in_:
            raise ValueError(
                f"X has {X.shape[1]} features, but {type(self).__name__} is expecting {self.n_features_in_} features "
                "as input"
            )
        if known is not None:
            return Table(dict(zip(known, X.T)))
        return X if column_names(X) is None else np.asarray(X)

    def _order(self, X: Any) -> NDArray[np.intp]:
        """Where the columns seen in `fit` stand in X, shape (p,); -1 for one that is missing and not needed."""
        known, given = getattr(self, "feature_names_in_", None), names_of(X)
        if known is None or given is None:
            return np.arange(X.shape[1])
        place = {name: j for j, name in enumerate(given)}
        order = np.array([place.get(name, -1) for name in known])
        needed = [j for q in self._pieces for j in np.atleast_1d(q.places)]
        missing = sorted({known[j] for j in needed if order[j] < 0})
        if missing:
            raise ValueError(
                f"columns are missing: {missing}; X has {', '.join(map(repr, given))}"
            )
        return order

    def _tell(self, transformer: Any) -> None:
        config = getattr(self, "_sklearn_output_config", {})
        if config and hasattr(transformer, "set_output"):
            transformer.set_output(**config)

    def _join(self, X: Any, parts: list[Any], *, learn: bool = False) -> Any:
        blocks = [
            as_block(piece, part, len(X))
            for piece, part in zip(self._pieces, parts)
        ]
        if learn:
            ends = np.cumsum([0, *(b.shape[1] for b in blocks)]).tolist()
            self.output_indices_ = {
                piece.name: slice(a, b)
                for piece, a, b in zip(self._pieces, ends, ends[1:])
            }
        if self._wants_frame():
            return join_frames(blocks, X, self.get_feature_names_out())
        return join_arrays(blocks, len(X))


def make_column_transformer(
    *transformers: tuple[Any, Any],
    remainder: Any = "drop",
    verbose_feature_names_out: bool = True,
) -> ColumnTransformer:
    """Make a `ColumnTransformer` of pairs (transformer, columns), named by the transformers' classes.

    >>> from mle.preprocessing import StandardScaler
    >>> make_column_transformer((StandardScaler(), [0])).transformers
    [('standardscaler', StandardScaler(), [0])]
    """
    names = name_parts([transformer for transformer, _ in transformers])
    return ColumnTransformer(
        [(name, *pair) for name, pair in zip(names, transformers)],
        remainder=remainder,
        verbose_feature_names_out=verbose_feature_names_out,
    )
