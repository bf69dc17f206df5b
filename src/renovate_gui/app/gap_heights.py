"""Heights of the ground, frozen from the project's layers of heights; a network's own z comes before them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

from renovate_gui.domain.layer import LayerInfo
from renovate_gui.domain.roles import Role

if TYPE_CHECKING:
    from renovate_gui.app.gap_inputs import AnyLayers
    from renovate_gui.geo.heights import HeightModel

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ground:
    """Heights of the layers whose role they are: their names and the model; None without any."""

    layers: tuple[str, ...]
    model: HeightModel | None


def freeze_ground(layers: AnyLayers) -> Ground:
    """Return the heights of all layers of heights, the first one that knows a place deciding there."""
    from renovate_gui.geo.heights import HeightModel

    found = [(info.name, _points(layers, info)) for info in layers.of_role(Role.HEIGHTS)]
    found = [(name, points) for name, points in found if len(points)]
    if not found:
        return Ground((), None)
    models = [HeightModel.from_points(points) for _, points in found]
    return Ground(tuple(n for n, _ in found), HeightModel.first_of(models))


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
