"""Where the work lies: the extent that is shown first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from renovate_gui.domain.roles import Role

if TYPE_CHECKING:
    from renovate_gui.app.layers import Layers

Extent = tuple[float, float, float, float]

_FALL_BACK = (Role.GRIDS, Role.WALK_NETWORK)


def work_extent(layers: Layers) -> tuple[Extent | None, bool]:
    """Return the extent of the study area, else of what is counted, else of grids or ways, metres.

    Far-reaching point layers do not count. A study area that holds none of what is counted lies elsewhere, by mistake or
    by another system: then the extent is that of what is counted, and True stands beside it.
    """
    area = _box(layers, Role.STUDY_AREA)
    counted = next((r for r in (Role.BUILDINGS, Role.PARCELS) if _box(layers, r) is not None), None)
    if counted is None:
        return area or next((b for r in _FALL_BACK if (b := _box(layers, r)) is not None), None), False
    if area is not None and _holds_any(layers, area, counted):
        return area, False
    return _box(layers, counted), area is not None


def _box(layers: Layers, role: Role) -> Extent | None:
    boxes = [
        shapely.total_bounds(layers.table(i.id).geometry) for i in layers.of_role(role) if i.feature_count > 0
    ]
    good = np.array([b for b in boxes if np.isfinite(b).all()])
    if not len(good):
        return None
    low, high = good[:, :2].min(axis=0), good[:, 2:].max(axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def _holds_any(layers: Layers, area: Extent, role: Role) -> bool:
    """Return whether the box of any feature of a role meets an extent."""
    x0, y0, x1, y1 = area
    for info in layers.of_role(role):
        own = shapely.bounds(layers.table(info.id).geometry)
        if ((own[:, 0] <= x1) & (own[:, 2] >= x0) & (own[:, 1] <= y1) & (own[:, 3] >= y0)).any():
            return True
    return False
