"""Settings of parameters to try: every combination of lists, or some drawn at random."""

from __future__ import annotations

import itertools
import math
import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from mle.validation import check_number, check_random_state


class ParameterGrid:
    """Every combination of the values listed for each parameter.

    Parameters
    ----------
    param_grid : dict of name to list, or list of such dicts
        Several dicts are gone through one after another.

    Raises
    ------
    TypeError
        When it is no dict, or a value is no list or flat array.
    ValueError
        When a list is empty.

    Examples
    --------
    >>> list(ParameterGrid({"b": [1, 2], "a": ["x"]}))
    [{'a': 'x', 'b': 1}, {'a': 'x', 'b': 2}]
    >>> len(ParameterGrid([{"a": [1, 2]}, {"b": [1, 2, 3]}]))
    5
    """

    def __init__(self, param_grid: Any) -> None:
        self.param_grid = as_dicts(param_grid, "param_grid")
        for grid in self.param_grid:
            for name, values in grid.items():
                check_values(name, values)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for grid in self.param_grid:
            names = sorted(grid)
            for values in itertools.product(*(grid[name] for name in names)):
                yield dict(zip(names, values))

    def __len__(self) -> int:
        return sum(
            math.prod(len(values) for values in grid.values())
            for grid in self.param_grid
        )

    def __getitem__(self, i: int) -> dict[str, Any]:
        """Return combination i, counted as they are gone through, without making those before it.

        >>> ParameterGrid({"a": [1, 2], "b": [3, 4]})[2]
        {'a': 2, 'b': 3}
        """
        if not 0 <= i < len(self):
            raise IndexError(f"combination {i} of {len(self)}")
        for grid in self.param_grid:
            size = math.prod(len(values) for values in grid.values())
            if i < size:
                break
            i -= size
        found = {}
        # The last name turns fastest, as the last digit of a number.
        for name in sorted(grid, reverse=True):
            i, place = divmod(i, len(grid[name]))
            found[name] = grid[name][place]
        return dict(sorted(found.items()))


class ParameterSampler:
    """Settings drawn at random: without repeats if all parameters have lists, else each draw by itself.

    Parameters
    ----------
    param_distributions : dict of name to list or distribution, or list of such dicts
        A distribution is an object with `rvs(random_state=generator)`, such as those of SciPy. Of several dicts, one is
        drawn first.
    n_iter : int
        Number of settings.
    random_state : int, numpy Generator or None

    Examples
    --------
    >>> drawn = list(ParameterSampler({"a": [1, 2, 3], "b": [4, 5]}, 4, random_state=0))
    >>> len(drawn), len({tuple(d.items()) for d in drawn})
    (4, 4)
    """

    def __init__(
        self,
        param_distributions: Any,
        n_iter: int,
        *,
        random_state: int | np.random.Generator | None = None,
    ) -> None:
        check_number("n_iter", n_iter, at_least=1, integer=True)
        self.n_iter, self.random_state = int(n_iter), random_state
        self.param_distributions = as_dicts(
            param_distributions, "param_distributions"
        )
        for each in self.param_distributions:
            for name, values in each.items():
                if not hasattr(values, "rvs"):
                    check_values(name, values)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        rng = check_random_state(self.random_state)
        if self._all_lists():
            grid = ParameterGrid(self.param_distributions)
            if len(grid) < self.n_iter:
                warnings.warn(
                    f"n_iter={self.n_iter} is more than the {len(grid)} settings there are: each is tried once",
                    UserWarning,
                    stacklevel=2,
                )
            for i in rng.permutation(len(grid))[: self.n_iter]:
                yield grid[int(i)]
            return
        for _ in range(self.n_iter):
            among = self.param_distributions
            yield draw(among[int(rng.integers(len(among)))], rng)

    def __len__(self) -> int:
        if self._all_lists():
            return min(
                self.n_iter, len(ParameterGrid(self.param_distributions))
            )
        return self.n_iter

    def _all_lists(self) -> bool:
        return not any(
            hasattr(values, "rvs")
            for each in self.param_distributions
            for values in each.values()
        )


def draw(
    distributions: Mapping[str, Any], rng: np.random.Generator
) -> dict[str, Any]:
    """Draw one value for each parameter, in the order of their names.

    >>> draw({"a": [7]}, np.random.default_rng(0))
    {'a': 7}
    """
    return {
        name: values.rvs(random_state=rng)
        if hasattr(values := distributions[name], "rvs")
        else values[int(rng.integers(len(values)))]
        for name in sorted(distributions)
    }


def as_dicts(grid: Any, name: str) -> list[Mapping[str, Any]]:
    """Return a list of dicts of one dict or several.

    >>> as_dicts({"a": [1]}, "param_grid")
    [{'a': [1]}]
    """
    dicts = [grid] if isinstance(grid, Mapping) else grid
    if isinstance(dicts, str) or not isinstance(dicts, Sequence):
        raise TypeError(
            f"{name} must be a dict of names to lists, or a list of such dicts, got {grid!r}"
        )
    if not dicts:
        raise ValueError(f"{name} is an empty list: expected at least a dict")
    for each in dicts:
        if not isinstance(each, Mapping):
            raise TypeError(
                f"{name} must be a dict of names to lists, or a list of such dicts, got {each!r} in it"
            )
    return list(dicts)


def check_values(name: str, values: Any) -> None:
    """Refuse what is no list of values to try.

    >>> check_values("alpha", 1.0)
    Traceback (most recent call last):
    TypeError: values of parameter 'alpha' must be a list or a flat array, got 1.0
    """
    flat = isinstance(values, Sequence) or np.ndim(values) == 1
    if isinstance(values, str) or not flat:
        raise TypeError(
            f"values of parameter {name!r} must be a list or a flat array, got {values!r}"
        )
    if len(values) == 0:
        raise ValueError(
            f"values of parameter {name!r} are empty: list at least one"
        )
