"""Making a covering model smaller without changing its answer."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from renovate_gui.analysis.siting.model import CoverProblem, FloatArray, IndexArray

AnyArray = NDArray[Any]

_SEED = 20_231


def merged(problem: CoverProblem) -> CoverProblem:
    """Return the problem with demand that the very same options reach as one row; unreached demand is left out."""
    columns = problem.cover.tocsc()
    count = np.diff(columns.indptr)
    keep = np.flatnonzero((count > 0) & (problem.weight > 0))
    if len(keep) == 0:
        return CoverProblem(problem.cover[:, keep], problem.weight[keep], problem.choice)
    mark = _marks(columns.indices, columns.indptr, problem.cover.shape[0])[keep]
    _, first, which = np.unique(mark, return_index=True, return_inverse=True)
    weight: FloatArray = np.bincount(which, problem.weight[keep]).astype(np.float64)
    cover = columns[:, keep[first]].tocsr()
    return CoverProblem(cover, weight, problem.choice)


def _marks(indices: AnyArray, indptr: AnyArray, options: int) -> AnyArray:
    """Return one number per column that is the same for the same rows: sums of two random 62-bit marks.

    Two different sets agree in both 62-bit sums with a chance of about 2⁻¹²⁴ a pair.
    """
    rng = np.random.default_rng(_SEED)
    mark = rng.integers(1, 2**62, size=(2, options), dtype=np.uint64)
    found = []
    for own in mark:
        total = np.concatenate([np.zeros(1, np.uint64), np.cumsum(own[indices], dtype=np.uint64)])
        found.append(total[indptr[1:]] - total[indptr[:-1]])
    pair = np.empty(len(indptr) - 1, dtype=[("a", np.uint64), ("b", np.uint64)])
    pair["a"], pair["b"] = found
    return pair


def without_dominated(problem: CoverProblem) -> IndexArray:
    """Return the options that no other one beats: reaching at least as much for no more money, in no group.

    Of options that are equal the first stays. Counted in demand that has weight.
    """
    small = merged(problem)
    options = small.cover.shape[0]
    size = np.diff(small.cover.indptr)
    shared = (small.cover @ small.cover.T).tocoo()
    cost, group = problem.choice.cost, problem.choice.group
    a, b = shared.coords  # b holds everything that a holds
    inside = (shared.data >= size[a]) & (a != b) & (cost[b] <= cost[a]) & (group[a] < 0) & (group[b] < 0)
    is_equal = (size[a] == size[b]) & (cost[a] == cost[b])
    beaten = inside & (~is_equal | (b < a))
    is_kept = size > 0
    is_kept[a[beaten]] = False
    return np.flatnonzero(is_kept[:options])
