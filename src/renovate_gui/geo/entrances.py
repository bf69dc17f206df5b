"""Which building an entrance belongs to, and which facility."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from renovate_gui.domain.layer import ObjectArray
from renovate_gui.geo.snapping import anchor_points

ENTRANCE_NEAR_M = 5.0
"""An entrance farther than this from every building belongs to none (a planning default, see docs/methods.md)."""

_SAME_M = 0.1  # outlines of one house drawn twice differ by less than this


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


def doors_of_facilities(
    entrances: ObjectArray,
    facilities: ObjectArray,
    buildings: ObjectArray,
    *,
    limit_m: float = ENTRANCE_NEAR_M,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return which entrances lead into which facilities, as parallel rows, by facility and then by entrance.

    A facility drawn as an area has the entrances that stand on it or within the limit of it and not nearer to a building or
    to another such facility; of these only those at its outline where there are any: who comes from outside must pass the
    gate. Any other facility has the entrances of the building that its point stands in.

    Parameters
    ----------
    entrances, buildings
        As for :func:`owners_of`.
    facilities
        Shapes in metres, None where missing, shape ``(f,)``. An entrance may lead into several of them: a clinic in a
        community centre.
    """
    home = owners_of(entrances, buildings, limit_m=limit_m)
    facility, door = _by_outline(entrances, facilities, buildings, home, limit_m)
    left = np.setdiff1d(np.arange(len(facilities)), facility)
    own, inside = _by_building(home, anchor_points(facilities[left]), buildings)
    facility, door = np.concatenate([facility, left[own]]), np.concatenate([door, inside])
    order = np.lexsort((door, facility))
    return facility[order], door[order]


def _by_outline(
    entrances: ObjectArray,
    facilities: ObjectArray,
    buildings: ObjectArray,
    home: NDArray[np.int64],
    limit_m: float,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    areas = np.flatnonzero(shapely.area(facilities) > 0)
    none = np.zeros(0, dtype=np.int64)
    if len(areas) == 0 or len(entrances) == 0:
        return none, none
    found = shapely.STRtree(facilities[areas]).query(entrances, predicate="dwithin", distance=limit_m)
    door, facility = found[0], areas[found[1]]
    gap = shapely.distance(entrances[door], facilities[facility])
    nearest = np.full(len(entrances), np.inf)
    at_home = np.flatnonzero(home >= 0)
    nearest[at_home] = shapely.distance(entrances[at_home], buildings[home[at_home]])
    np.minimum.at(nearest, door, gap)
    own = gap <= nearest[door] + _SAME_M
    door, facility = door[own], facility[own]
    is_gate = shapely.distance(entrances[door], shapely.boundary(facilities[facility])) <= limit_m
    has_gate = np.isin(facility, facility[is_gate])
    return facility[is_gate | ~has_gate], door[is_gate | ~has_gate]


def _by_building(
    home: NDArray[np.int64], points: ObjectArray, buildings: ObjectArray
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return rows of points and of the entrances of the building that each stands in, of several the first."""
    point, building = shapely.STRtree(buildings).query(points, predicate="intersects")
    order = np.lexsort((building, point))
    point, building = point[order], building[order]
    is_first = np.r_[True, np.diff(point) != 0][: len(point)]
    point, building = point[is_first], building[is_first]
    known = np.flatnonzero(home >= 0)
    by_home = known[np.argsort(home[known], kind="stable")]
    first = np.searchsorted(home[by_home], building, side="left")
    count = np.searchsorted(home[by_home], building, side="right") - first
    rank = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    return np.repeat(point, count), by_home[np.repeat(first, count) + rank]
