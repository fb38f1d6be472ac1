"""One transformer of several that stand side by side, and the columns that it gets."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mle.compose.select import names_of
from mle.validation.columns import check_matrix, stack_columns
from mle.validation.tables import Table


class Piece(NamedTuple):
    """One transformer and the columns that it gets: `places`, shape (k,), or a number for one flat column.

    >>> Piece("age", "passthrough", np.array([0])).name
    'age'
    """

    name: str
    transformer: Any
    places: Any


def fit_transform(transformer: Any, X: Any, y: Any) -> Any:
    """Fit a transformer and return X transformed, in one step if it has one.

    >>> from mle.preprocessing import StandardScaler
    >>> fit_transform(StandardScaler(), [[1.0], [3.0]], None).tolist()
    [[-1.0], [1.0]]
    """
    if hasattr(transformer, "fit_transform"):
        return transformer.fit_transform(X, y)
    return transformer.fit(X, y).transform(X)


def run(piece: Piece, X: Any, call: Callable[..., Any], *args: Any) -> Any:
    """Call a transformer with some arguments; a note on its error says which one it was, and of which columns of X.

    >>> run(Piece("total", None, np.array([0])), [[1, 2]], sum, [1, 2])
    3
    """
    try:
        return call(*args)
    except Exception as error:
        names = names_of(X)
        columns = [
            j if names is None else names[j]
            for j in np.atleast_1d(piece.places).tolist()
        ]
        error.add_note(
            f"in transformer {piece.name!r} of ColumnTransformer, which gets the columns {columns} of X"
        )
        raise


def as_block(piece: Piece, Z: Any, n: int) -> Any:
    """Return the result of a transformer as a dense matrix or frame of n rows.

    >>> as_block(Piece("age", "passthrough", 0), np.array([7.0, 8.0]), 2).tolist()
    [[7.0], [8.0]]
    """
    if hasattr(Z, "toarray"):
        Z = Z.toarray()
    elif not hasattr(Z, "shape"):
        Z = check_matrix(Z)
    if piece.transformer == "passthrough" and len(Z.shape) == 1:
        Z = Z.to_frame() if hasattr(Z, "to_frame") else Z[:, None]
    if len(Z.shape) != 2 or Z.shape[0] != n:
        raise ValueError(
            f"the output of transformer {piece.name!r} must have 2 dimensions and {n} rows, got shape {Z.shape}"
        )
    return Z


def names_out(piece: Piece, names: list[str]) -> Any:
    """Names that come out of a transformer for those that go in.

    >>> names_out(Piece("age", "passthrough", 0), ["age"])
    ['age']
    """
    if piece.transformer == "passthrough":
        return names
    if not hasattr(piece.transformer, "get_feature_names_out"):
        raise AttributeError(
            f"Transformer {piece.name} (type {type(piece.transformer).__name__}) does not provide get_feature_names_out."
        )
    return piece.transformer.get_feature_names_out(names)


def join_arrays(blocks: list[Any], n: int) -> NDArray[Any]:
    """Put blocks of n rows side by side: numbers if all hold numbers, else objects.

    >>> join_arrays([np.array([[1.0]]), np.array([["a"]])], 1).tolist()
    [[1.0, 'a']]
    """
    arrays = [np.asarray(block) for block in blocks]
    if any(a.dtype.kind in "OUST" for a in arrays):
        columns = [column for a in arrays for column in a.T]
        return stack_columns([c.astype(object) for c in columns])
    return np.hstack(arrays) if arrays else np.zeros((n, 0))


def join_frames(blocks: list[Any], X: Any, names: Any) -> Any:
    """Put blocks side by side in a pandas frame with the index of X and these names of columns."""
    import pandas  # type: ignore[import-untyped]

    index = pandas.RangeIndex(len(X))
    if hasattr(X, "iloc") and hasattr(X, "index"):
        index = X.index
    frames = [
        block.set_axis(range(block.shape[1]), axis=1).set_axis(index, axis=0)
        if hasattr(block, "set_axis")
        else pandas.DataFrame(_columns(block), index=index)
        for block in blocks
    ]
    if not frames:
        return pandas.DataFrame(index=index)
    return pandas.concat(frames, axis=1).set_axis(names, axis=1)


def _columns(block: Any) -> Any:
    return block.data if isinstance(block, Table) else np.asarray(block)
