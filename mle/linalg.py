"""Sums over rows that linear models share, taken in blocks that fit into the processor's cache."""

from collections.abc import Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]


def blocks(n: int, size: int = 1024) -> Iterator[slice]:
    """Cut `range(n)` into slices of at most `size` rows.

    Parameters
    ----------
    n : int
        Number of rows.
    size : int
        Rows in a block. 1024 rows of 50 columns are 0.4 MB, which stays in the second-level cache.

    Yields
    ------
    slice

    Examples
    --------
    >>> list(blocks(5, size=2))
    [slice(0, 2, None), slice(2, 4, None), slice(4, 5, None)]
    """
    for start in range(0, n, size):
        yield slice(start, min(start + size, n))


def weighted_mean(X: Array, weights: Array | None = None) -> Array:
    """Mean of the rows; the mean of a constant column is that constant to the last bit.

    The rows are measured from one of them, so a constant column sums zeros, and a large common offset
    costs no digits.

    Parameters
    ----------
    X : ndarray, shape (n, p) or (n,)
    weights : ndarray, shape (n,), optional
        Not negative, not all zero; equal weights if absent.

    Returns
    -------
    ndarray, shape (p,) or ()

    Examples
    --------
    >>> weighted_mean(np.array([[0.1, 1.0], [0.1, 2.0], [0.1, 6.0]])).tolist()
    [0.1, 3.0]
    >>> weighted_mean(np.array([[1.0], [5.0]]), np.array([3.0, 1.0])).tolist()
    [2.0]
    """
    weights = np.ones(len(X)) if weights is None else weights
    origin = X[np.argmax(weights)].astype(np.float64)
    total = sum(weights[rows] @ (X[rows] - origin) for rows in blocks(len(X)))
    return origin + total / weights.sum()


def gram(
    X: Array,
    y: Array,
    weights: Array | None = None,
    mean_x: Array | float = 0.0,
    mean_y: Array | float = 0.0,
) -> tuple[Array, Array]:
    """Gram matrix AᵀVA and moments AᵀVt of A = X - mean_x and t = y - mean_y, V the diagonal of the weights.

    The rows pass through in blocks: no copy of X is made, and each block is still in the cache
    when it is multiplied.

    Parameters
    ----------
    X : ndarray, shape (n, p)
    y : ndarray, shape (n,) or (n, k)
    weights : ndarray, shape (n,), optional
        Not negative; 1 if absent.
    mean_x : ndarray, shape (p,), or 0
        Subtracted from every row of X.
    mean_y : ndarray, shape (k,), or float
        Subtracted from every row of y.

    Returns
    -------
    G : ndarray, shape (p, p)
    c : ndarray, shape (p,) or (p, k)

    Examples
    --------
    >>> G, c = gram(np.array([[1.0, 0.0], [2.0, 1.0]]), np.array([1.0, 3.0]))
    >>> G.tolist(), c.tolist()
    ([[5.0, 2.0], [2.0, 1.0]], [7.0, 3.0])
    """
    n, p = X.shape
    G, c = np.zeros((p, p)), np.zeros((p, *y.shape[1:]))
    room = np.empty((min(n, 1024), p))  # one for all blocks
    moved = np.any(mean_x)
    if weights is not None and (weights == 1).all():
        weights = None
    for rows in blocks(n, size=1024):
        A = np.asarray(X[rows], dtype=np.float64)  # (1024, p), not a copy
        if moved:
            A = np.subtract(A, mean_x, out=room[: len(A)])
        t = np.subtract(y[rows], mean_y, dtype=np.float64)  # (1024,)
        if weights is not None:
            root = np.sqrt(weights[rows])
            A = np.multiply(A, root[:, None], out=room[: len(A)])
            t *= root if t.ndim == 1 else root[:, None]
        # Whoever solves with G looks for infinities.
        with np.errstate(over="ignore", invalid="ignore"):
            add_square(G, A)
            c += A.T @ t
    return np.triu(G) + np.triu(G, 1).T, c


def add_square(G: Array, A: Array) -> None:
    """Add AᵀA to G, on the diagonal and above it; what stands below is left to symmetry.

    Parameters
    ----------
    G : ndarray, shape (p, p)
    A : ndarray, shape (n, p)

    Examples
    --------
    >>> G = np.zeros((2, 2))
    >>> add_square(G, np.array([[1.0, 2.0], [0.0, 1.0]]))
    >>> np.triu(G).tolist()
    [[1.0, 2.0], [0.0, 5.0]]
    """
    p = A.shape[1]
    small = 16 * A.size <= 1_000_000
    band = 16 if small and _small_products_are_fast() else p
    for i in range(0, p, band):  # rows of G, from the diagonal on
        G[i : i + band, i:] += A[:, i : i + band].T @ A[:, i:]


@cache
def _small_products_are_fast() -> bool:
    """Say whether products of up to a million terms are best left small.

    On processors with AVX-512, OpenBLAS multiplies such matrices as they stand; larger ones it rearranges first.
    """
    simd = np.show_config(mode="dicts").get("SIMD Extensions", {})  # type: ignore[union-attr]
    return not {"X86_V4", "AVX512_SKX"}.isdisjoint(simd.get("found", []))


def well_conditioned(
    G: Array, limit: float = 1e8, noise: Array | float = 0.0
) -> bool:
    """Say whether a Gram matrix can be inverted with digits to spare.

    Each column is first scaled to length one, so that the units of a column play no part.

    Parameters
    ----------
    G : ndarray, shape (p, p)
        Symmetric, not negative definite.
    limit : float
        Largest condition number allowed. Solving with G loses about log10(condition) of 16 digits.

    noise : ndarray, shape (p,), or float
        Length at which a column is rounding error and nothing else.

    Returns
    -------
    bool
        False also if G has overflowed, or a column is no longer than `noise`.

    Examples
    --------
    >>> well_conditioned(np.array([[1e12, 0.0], [0.0, 1.0]]))
    True
    >>> well_conditioned(np.array([[1.0, 1.0], [1.0, 1.0]]))
    False
    """
    length = np.sqrt(np.diag(G))
    if not np.isfinite(G).all() or (length <= noise).any():
        return False
    spectrum = np.linalg.eigvalsh(G / length / length[:, None])  # ascending
    return bool(spectrum[-1] < limit * spectrum[0])


def solve_symmetric(H: Array, g: Array) -> Array:
    """Solve Hx = g for a symmetric H without negative eigenvalues; one of the solutions where H is singular.

    If the condition number of H, scaled to a diagonal of ones, exceeds 1e12, then directions in which the scaled H is
    1e-12 of its largest eigenvalue or less get no part of x.

    Parameters
    ----------
    H : ndarray, shape (p, p)
    g : ndarray, shape (p,)

    Returns
    -------
    ndarray, shape (p,)

    Raises
    ------
    OverflowError
        If H has overflowed.

    Examples
    --------
    >>> solve_symmetric(np.array([[2.0, 0.0], [0.0, 4.0]]), np.array([2.0, 2.0])).tolist()
    [1.0, 0.5]
    >>> solve_symmetric(np.ones((2, 2)), np.array([2.0, 2.0])).round(12).tolist()
    [1.0, 1.0]
    """
    if well_conditioned(H, limit=1e12):
        return np.linalg.solve(H, g)
    if not np.isfinite(H).all():
        raise OverflowError(
            "squares of X leave the range of floating point: scale the columns"
        )
    length = np.sqrt(np.diag(H))
    length[length == 0] = 1.0
    return (
        np.linalg.lstsq(H / length / length[:, None], g / length, rcond=1e-12)[
            0
        ]
        / length
    )


def full_rank(R: Array, n: int, noise: Array | float = 0.0) -> bool:
    """Say whether the columns of A = QR are linearly independent, beyond rounding error.

    Parameters
    ----------
    R : ndarray, shape (min(n, p), p)
        Upper triangular. The entry on its diagonal is what a column adds to those before it.
    n : int
        Rows of A.
    noise : ndarray, shape (p,), or float
        Length at which a column of A is rounding error and nothing else.

    Returns
    -------
    bool

    Examples
    --------
    >>> full_rank(np.array([[1.0, 1.0], [0.0, 1e-6]]), n=10)
    True
    >>> full_rank(np.array([[1.0, 1.0], [0.0, 1e-16]]), n=10)
    False
    """
    floor = np.maximum(
        noise, n * np.finfo(np.float64).eps * np.abs(R).max(axis=0)
    )
    return len(R) == R.shape[1] and bool((np.abs(np.diag(R)) > floor).all())
