"""Which building an entrance belongs to."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from renovate_gui.domain.layer import ObjectArray

ENTRANCE_NEAR_M = 5.0
"""An entrance farther than this from every building belongs to none (a planning default, see docs/methods.md)."""


def owners_of(
    entrances: ObjectArray, buildings: ObjectArray, *, limit_m: float = ENTRANCE_NEAR_M
) -> NDArray[np.int64]:
    """Return the row of the building that each entrance stands on, else of the nearest within the limit, else −1.

    Parameters
    ----------
    entrances
        Points in metres, None where missing, shape ``(n,)``.
    buildings
        Their shapes in the same system, None where missing. Of equally near ones (a door where two houses meet) the
        first counts.
    limit_m
        Farthest distance to a building's outline, inclusive.
    """
    owner = np.full(len(entrances), -1, dtype=np.int64)
    known = np.flatnonzero(~(shapely.is_missing(entrances) | shapely.is_empty(entrances)))
    tree = shapely.STRtree(buildings)
    if len(known) == 0 or len(tree.geometries) == 0:
        return owner
    entrance, building = tree.query_nearest(entrances[known], max_distance=limit_m, all_matches=True)
    order = np.lexsort((building, entrance))
    entrance, building = entrance[order], building[order]
    is_first = np.r_[True, entrance[1:] != entrance[:-1]][: len(entrance)]
    owner[known[entrance[is_first]]] = building[is_first]
    return owner
