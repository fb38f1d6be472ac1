"""A table of real data with everything one should know before using it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mle.datasets._repr import told
from mle.validation.tables import Table

Pair = tuple[NDArray[Any], NDArray[Any]]  # (X, y)


class DatasetError(ValueError):
    """A data set that is unknown, missing, altered, or asked for something it does not hold.

    >>> from mle.datasets import load
    >>> try:
    ...     load("titanic")
    ... except DatasetError as error:
    ...     print(str(error).partition(";")[0])
    no data set 'titanic'
    """


@dataclass(frozen=True, repr=False, eq=False)
class Dataset:
    """One data set: columns by name, and X and y made from them.

    Attributes
    ----------
    name : str
    columns : dict of str to ndarray, shape (n,)
        In the order of the file. float64 for numbers, 0/1 columns and codes, str for categories; missing is nan or "".
    units : dict of str to str
        Unit of each column, as its source states it; "" for categories.
    descriptions : dict of str to str
        What each column means.
    feature_names : tuple of str
        The columns of X: every numeric column but the target. None is left out because it might leak; see `pitfalls`.
    target_name : str or None
        The column y; None where the set has no single target.
    target_kind : str or None
        "number", "binary", "code" (a whole number that names a class) or "category".
    description, licence, citation : str
    pitfalls : tuple of str
        What goes wrong with these data, one sentence each.

    Examples
    --------
    >>> from mle.datasets import load_heart_failure
    >>> heart = load_heart_failure()
    >>> heart.X.shape, heart.target_name, heart.units["serum_sodium"]
    ((299, 12), 'DEATH_EVENT', 'mEq/L')
    >>> heart.pitfalls[0].partition(":")[0]
    'time leaks the answer'
    """

    name: str
    columns: dict[str, NDArray[Any]]
    units: dict[str, str]
    descriptions: dict[str, str]
    feature_names: tuple[str, ...]
    target_name: str | None
    target_kind: str | None
    description: str
    licence: str
    citation: str
    pitfalls: tuple[str, ...]

    def __len__(self) -> int:
        """Return n, the number of rows."""
        return len(next(iter(self.columns.values())))

    @property
    def X(self) -> NDArray[np.float64]:
        """Features as a new array, shape (n, p), in the order of `feature_names`.

        >>> from mle.datasets import load_penguins
        >>> load_penguins().X[0].tolist()
        [39.1, 18.7, 181.0, 3750.0, 2007.0]
        """
        return self.select(self.feature_names)

    @property
    def y(self) -> NDArray[Any]:
        """Target as a new array, shape (n,): float64 for a number, int64 for 0/1 and codes, str for a category.

        Raises
        ------
        DatasetError
            When the set has no single target.

        Examples
        --------
        >>> from mle.datasets import load_heart_failure
        >>> load_heart_failure().y[:3].tolist()
        [1, 1, 1]
        """
        if self.target_name is None:
            raise DatasetError(
                f"{self.name} has no single target: take what you need from its columns"
            )
        y = self.columns[self.target_name].copy()
        names = self.target_kind in ("binary", "code")
        return y.astype(np.int64) if names else y

    @property
    def category_names(self) -> tuple[str, ...]:
        """Names of the columns of text but the target, in the order of the file: what X leaves out.

        >>> from mle.datasets import load_penguins
        >>> load_penguins().category_names
        ('island', 'sex')
        """
        return tuple(
            name
            for name in self.columns
            if name not in (*self.feature_names, self.target_name)
        )

    def table(
        self, names: Iterable[str] | None = None, *, drop: Iterable[str] = ()
    ) -> Table:
        """Columns of numbers and of text by name, as pipelines take them, with None where a text is missing.

        Parameters
        ----------
        names : iterable of k str, optional
            All columns but the target, if not given. None is left out because it might leak; see `pitfalls`.
        drop : iterable of str
            Columns to leave out.

        Returns
        -------
        Table, shape (n, k)
            New arrays: float64 with nan where a number is missing, str, or object where a text is missing.

        Raises
        ------
        DatasetError
            When a name is no column, or none is left.

        Examples
        --------
        >>> from mle.datasets import load_penguins
        >>> birds = load_penguins().table(drop=["year"])
        >>> birds.columns
        ['island', 'bill_length_mm', 'bill_depth_mm', 'flipper_length_mm', 'body_mass_g', 'sex']
        >>> birds["sex"][2:4].tolist(), birds["body_mass_g"][2:4].tolist()
        (['female', None], [3250.0, nan])
        """
        features = [name for name in self.columns if name != self.target_name]
        wanted = self._known(features if names is None else names)
        without = self._known(drop)
        columns = {
            name: with_none(self.columns[name])
            for name in wanted
            if name not in without
        }
        if not columns:
            raise DatasetError("table needs at least one column name")
        return Table(columns)

    def select(self, names: Iterable[str]) -> NDArray[np.float64]:
        """Some numeric columns, side by side, in the order asked for.

        Parameters
        ----------
        names : iterable of k str

        Returns
        -------
        ndarray, shape (n, k), float64
            A new array.

        Raises
        ------
        DatasetError
            When a name is no column, or is a category.

        Examples
        --------
        >>> from mle.datasets import load_heart_failure
        >>> load_heart_failure().select(["ejection_fraction", "serum_creatinine"])[:2].tolist()
        [[20.0, 1.9], [38.0, 1.1]]
        """
        wanted = self._known(names)
        if not wanted:
            raise DatasetError("select needs at least one column name")
        for name in wanted:
            if self.columns[name].dtype.kind == "U":
                raise DatasetError(
                    f"{self.name}: column {name!r} is a category, not numbers; read columns[{name!r}]"
                )
        return np.column_stack([self.columns[name] for name in wanted])

    def to_frame(self) -> Any:
        """All columns as a pandas DataFrame, missing values as NaN. Needs pandas, which mle itself does not.

        >>> from mle.datasets import load_penguins
        >>> load_penguins().to_frame().shape  # doctest: +SKIP
        (344, 8)
        """
        import pandas  # type: ignore[import-untyped]

        frame = pandas.DataFrame(self.columns)
        return frame.mask(frame == "")

    def _known(self, names: Iterable[str]) -> list[str]:
        """Names as a list, if all are columns."""
        wanted = [names] if isinstance(names, str) else list(names)
        for name in wanted:
            if name not in self.columns:
                raise DatasetError(
                    f"{self.name} has no column {name!r}; it has {', '.join(self.columns)}"
                )
        return wanted

    def __repr__(self) -> str:
        return told(self)


def with_none(column: NDArray[Any]) -> NDArray[Any]:
    """Copy a column, with None in place of "", the mark for a missing text; imputers and encoders know None.

    >>> with_none(np.array(["Pave", ""])).tolist()
    ['Pave', None]
    """
    gaps = column == "" if column.dtype.kind == "U" else np.zeros(0, bool)
    if not gaps.any():
        return column.copy()
    filled = column.astype(object)
    filled[gaps] = None
    return filled
