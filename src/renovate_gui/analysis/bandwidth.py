"""A bandwidth from the data: how far a person is from the k-th nearest answer."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

_MOST = 50_000  # more points than this are sampled: the median of a sample is good to a per cent


def neighbour_bandwidth(xy: FloatArray, k: int) -> float:
    """Return the median distance to the k-th nearest other point, metres; ``inf`` with k points or fewer.

    One bandwidth for the whole surface, so that its unit and legend hold everywhere (Silverman 1986, section 5.2, gives
    the k-th neighbour its meaning as a local scale; the median of it is our choice).

    Parameters
    ----------
    xy
        Points in metres, shape ``(n, 2)``. Points at one spot are neighbours at distance 0.
    k
        Which neighbour, 1 the nearest.
    """
    from scipy.spatial import cKDTree

    if len(xy) <= k:
        return float("inf")
    tree = cKDTree(xy)
    asked = xy
    if len(xy) > _MOST:
        asked = xy[np.random.default_rng(0).choice(len(xy), _MOST, replace=False)]
    metres, _ = tree.query(asked, k=[k + 1])
    return float(np.median(metres))
