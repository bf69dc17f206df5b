"""Heights of the ground, frozen from the project's layers of heights; a network's own z comes before them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

from renovate_gui.domain.layer import LayerInfo, ObjectArray
from renovate_gui.domain.roles import Role
from renovate_gui.domain.shapes import flat_of

if TYPE_CHECKING:
    from renovate_gui.app.gap_inputs import AnyLayers
    from renovate_gui.geo.heights import HeightModel

FloatArray = NDArray[np.float64]

COARSE_M = 10.0
"""Heights farther apart than this do not see the slope of a ramp or of a short way: a planning default of ours."""
_FEWEST, _ASKED = 4, 400

LOWEST_M, HIGHEST_M = -500.0, 9000.0
"""No ground where people live is lower or higher; what says so is another unit or no height."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Heights of the layers whose role they are: their names and the model; None without any.

    ``coarse`` names layers of points that stand farther apart than :data:`COARSE_M`, and how far apart, metres.
    """

    layers: tuple[str, ...]
    model: HeightModel | None
    left_out: tuple[tuple[str, int], ...] = ()  # layers with heights that are none on land, and how many
    coarse: tuple[tuple[str, float], ...] = ()


def freeze_ground(layers: AnyLayers) -> Ground:
    """Return the heights of all layers of heights, the first one that knows a place deciding there."""
    from renovate_gui.geo.heights import HeightModel

    every = [(info.name, _points(layers, info)) for info in layers.of_role(Role.HEIGHTS)]
    bad = tuple((name, int(np.count_nonzero(~is_height(p[:, 2])))) for name, p in every)
    bad = tuple((name, count) for name, count in bad if count)
    found = [(name, points[is_height(points[:, 2])]) for name, points in every]
    found = [(name, points) for name, points in found if len(points)]
    if not found:
        return Ground((), None, bad)
    models = [HeightModel.from_points(points) for _, points in found]
    apart = tuple((i.name, _spacing(layers, i)) for i in layers.of_role(Role.HEIGHTS))
    coarse = tuple((name, metres) for name, metres in apart if metres > COARSE_M)
    return Ground(tuple(n for n, _ in found), HeightModel.first_of(models), bad, coarse)


def _spacing(layers: AnyLayers, info: LayerInfo) -> float:
    """Return how far heights given at points stand apart, metres: the median distance to the next; NaN for lines."""
    shapes = layers.table(info.id).geometry
    points = shapes[shapely.get_type_id(shapes) == shapely.GeometryType.POINT]
    if len(points) < _FEWEST or len(points) < len(shapes) / 2:
        return float("nan")
    from scipy.spatial import KDTree

    xy = shapely.get_coordinates(points)
    asked = xy[:: max(1, len(xy) // _ASKED)]
    near, _ = KDTree(xy).query(asked, k=[2])
    return float(np.median(near))


def is_height(z: FloatArray) -> NDArray[np.bool_]:
    """Return which heights can be meant, metres above sea level."""
    return np.asarray((z >= LOWEST_M) & (z <= HIGHEST_M))


def _points(layers: AnyLayers, info: LayerInfo) -> FloatArray:
    """Return all heights of a layer: its column for points and contours, else the z of its vertices."""
    shapes = layers.table(info.id).geometry
    values = layers.field(info.id, "height_m")
    xyz, row = shapely.get_coordinates(shapes, include_z=True, return_index=True)
    if values is not None:
        own = _numbers(values)[row]
        xyz[:, 2] = np.where(np.isfinite(own), own, xyz[:, 2])
    return np.asarray(xyz[np.isfinite(xyz).all(axis=1)], dtype=np.float64)


def _numbers(values: NDArray[Any]) -> FloatArray:
    if values.dtype.kind in "biuf":
        return values.astype(np.float64)
    return np.array([_number(v) for v in values], dtype=np.float64)


def _number(value: object) -> float:
    try:
        return float(str(value).replace("−", "-"))
    except ValueError:
        return float("nan")


def without_odd_heights(lines: ObjectArray) -> tuple[ObjectArray, int]:
    """Return lines without z values that cannot be heights, and how many these are; nothing is copied without any."""
    flat = flat_of(lines)
    if flat is not None:
        found, count = flat.with_heights(lambda z: np.where(is_height(z), z, np.nan))
        return found.as_array(), count
    xyz = shapely.get_coordinates(lines, include_z=True)
    is_odd = np.isfinite(xyz[:, 2]) & ~is_height(xyz[:, 2])
    if not is_odd.any():
        return lines, 0
    xyz[is_odd, 2] = np.nan
    return np.asarray(shapely.set_coordinates(lines.copy(), xyz), dtype=object), int(is_odd.sum())
