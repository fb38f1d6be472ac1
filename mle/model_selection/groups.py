"""Parts that keep groups whole: all rows of a patient, a house or a day are learnt from together or tested together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mle.metrics.arguments import label_vector
from mle.model_selection.rows import (
    Fold,
    Indices,
    check_lengths,
    leave_out,
)
from mle.model_selection.split import KFold
from mle.validation import check_random_state


def group_index(groups: ArrayLike, n: int, k: int) -> NDArray[np.intp]:
    """Number the groups 0, 1, ... in sorted order, shape (n,).

    Raises
    ------
    ValueError
        When there are no groups, not n of them, or fewer different ones than k.

    Examples
    --------
    >>> group_index(["b", "a", "b"], 3, 2).tolist()
    [1, 0, 1]
    >>> group_index([7, 7, 7], 3, 2)
    Traceback (most recent call last):
    ValueError: groups holds 1 group, fewer than n_splits=2: take fewer parts
    """
    if groups is None:
        raise ValueError(
            "groups is None: expected the group of each row, as in split(X, y, groups)"
        )
    check_lengths(range(n), groups, names=("X", "groups"))
    _, index = np.unique(label_vector(groups, "groups"), return_inverse=True)
    if (found := int(index.max()) + 1) < k:
        raise ValueError(
            f"groups holds {found} group{'s' * (found > 1)}, fewer than n_splits={k}: take fewer parts"
        )
    return index


def balance_sizes(sizes: NDArray[np.integer], k: int) -> Indices:
    """Part of each group, shape (G,): the largest group first, each to the part with the fewest rows so far.

    >>> balance_sizes(np.array([3, 1, 2, 2]), 2).tolist()
    [0, 0, 1, 1]
    """
    part_of = np.empty(len(sizes), dtype=np.int64)  # (G,)
    filled = np.zeros(k, dtype=np.int64)
    for g in np.argsort(-sizes, kind="stable"):
        part_of[g] = filled.argmin()
        filled[part_of[g]] += sizes[g]
    return part_of


def balance_classes(counts: NDArray[np.integer], k: int) -> Indices:
    """Part of each group, shape (G,), such that the parts' shares of every class differ little.

    Groups with the most uneven classes go first, each to the part that leaves the shares most alike; of equally good
    parts, to the one with the fewest rows.

    Parameters
    ----------
    counts : ndarray, shape (G, K)
        Rows of each class in each group.
    k : int

    Returns
    -------
    ndarray of int64, shape (G,)

    Examples
    --------
    >>> balance_classes(np.array([[4, 0], [0, 2], [4, 0], [0, 2]]), 2).tolist()
    [0, 0, 1, 1]
    """
    part_of = np.empty(len(counts), dtype=np.int64)  # (G,)
    filled = np.zeros((k, counts.shape[1]), dtype=np.int64)  # (k, K)
    for g in np.argsort(-counts.std(axis=1), kind="stable"):
        best, least, fewest = -1, np.inf, np.inf
        for part in range(k):
            trial = filled.copy()
            trial[part] += counts[g]
            spread = (trial / counts.sum(axis=0)).std(axis=0).mean()
            rows = filled[part].sum()
            tie = np.isclose(spread, least) and rows < fewest
            if spread < least or tie:
                best, least, fewest = part, spread, rows
        part_of[g] = best
        filled[best] += counts[g]
    return part_of


class GroupKFold(KFold):
    """k parts of nearly equal size that no group is split across.

    Each group is given a part, and its rows follow; so a group cannot stand on both sides.

    Parameters
    ----------
    n_splits : int, default 5
        k, at least 2 and at most the number of groups.
    shuffle : bool, default False
        Deal the groups out at random, equally many to each part; otherwise the parts are balanced by rows.
    random_state : int, numpy Generator or None
        Only with `shuffle`.

    Examples
    --------
    >>> patients = ["ann", "bob", "ann", "cat", "bob"]
    >>> [test.tolist() for _, test in GroupKFold(2).split(patients, groups=patients)]
    [[0, 2, 3], [1, 4]]
    """

    def split(
        self, X: Any, y: Any = None, groups: Any = None
    ) -> Iterator[Fold]:
        """Yield k pairs (train, test) of int64 row numbers, each rising.

        Raises
        ------
        ValueError
            When lengths differ, or there are fewer groups than parts.

        Examples
        --------
        >>> [test.tolist() for _, test in GroupKFold(2).split([[0.0]] * 3, groups=[1, 2, 1])]
        [[0, 2], [1]]
        """
        n = check_lengths(X, *([] if y is None else [y]), names=("X", "y"))
        index = group_index(groups, n, self.n_splits)  # (n,)
        part_of = self.assign_groups(index, y)  # (G,)
        yield from leave_out(part_of[index], self.n_splits)

    def assign_groups(self, index: NDArray[np.intp], y: Any = None) -> Indices:
        """Part 0 to k - 1 of every group, shape (G,).

        >>> GroupKFold(2).assign_groups(np.array([0, 0, 1, 2])).tolist()
        [0, 1, 1]
        """
        if self.shuffle:
            return self.assign(int(index.max()) + 1)
        return balance_sizes(np.bincount(index), self.n_splits)


class StratifiedGroupKFold(GroupKFold):
    """k parts that no group is split across, with nearly the same share of every class where groups allow it.

    Parameters
    ----------
    n_splits : int, default 5
        k, at least 2 and at most the number of groups, and the members of the smallest class.
    shuffle : bool, default False
        Take equally uneven groups in random order.
    random_state : int, numpy Generator or None
        Only with `shuffle`.

    Notes
    -----
    A greedy rule: the shares are balanced as well as whole groups allow, not perfectly.

    Examples
    --------
    >>> y, groups = [0, 0, 1, 0, 0, 1], [1, 1, 2, 3, 3, 4]
    >>> [test.tolist() for _, test in StratifiedGroupKFold(2).split(y, y, groups)]
    [[0, 1, 2], [3, 4, 5]]
    """

    def assign_groups(self, index: NDArray[np.intp], y: Any = None) -> Indices:
        """Part 0 to k - 1 of every group, shape (G,).

        >>> StratifiedGroupKFold(2).assign_groups(np.array([0, 1, 2, 3]), [0, 0, 1, 1]).tolist()
        [0, 1, 0, 1]
        """
        if y is None:
            raise ValueError(
                "StratifiedGroupKFold needs y, the classes to balance"
            )
        _, classes = np.unique(label_vector(y, "y"), return_inverse=True)
        if (fewest := np.bincount(classes).min()) < self.n_splits:
            raise ValueError(
                f"the smallest class of y has {fewest} members, fewer than n_splits={self.n_splits}: take fewer parts "
                "(or GroupKFold, if y is a quantity)"
            )
        G, K = int(index.max()) + 1, int(classes.max()) + 1
        counts = np.zeros((G, K), dtype=np.int64)
        np.add.at(counts, (index, classes), 1)
        order = np.arange(G)
        if self.shuffle:
            order = check_random_state(self.random_state).permutation(G)
        part_of = np.empty(G, dtype=np.int64)
        part_of[order] = balance_classes(counts[order], self.n_splits)
        return part_of
