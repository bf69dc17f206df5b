"""Which part of a height raster a project needs: its own area and a margin, in the raster's coordinates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from renovate_gui.domain.roles import Datum, Role
from renovate_gui.geo import crs as systems

if TYPE_CHECKING:
    from renovate_gui.app.placing import Placement
    from renovate_gui.app.survey import SourceLayer
    from renovate_gui.store.project import Project

Bounds = tuple[float, float, float, float]

MARGIN_M = 300.0
_SHIFT_M = 1600.0  # GCJ-02 and BD-09 lie up to 1,525 m off
_OWN = (Role.BUILDINGS, Role.PARCELS, Role.WALK_NETWORK)
_FAR = frozenset({Role.HEIGHTS, Role.BASEMAP})


def is_raster(source: SourceLayer) -> bool:
    """Return whether a source layer is a raster, whose cells become points."""
    return source.geometry_type == "Raster"


def raster_clip(project: Project, place: Placement) -> Bounds | None:
    """Return the project's area with a margin in the raster's coordinates, or None when all of it is wanted."""
    own = project.meta("crs")
    area = _area(project) if own else None
    if area is None or place.swap_axes:
        return None
    margin = MARGIN_M + (_SHIFT_M if place.datum in {Datum.GCJ02, Datum.BD09} else 0.0)
    x0, y0, x1, y1 = area[0] - margin, area[1] - margin, area[2] + margin, area[3] + margin
    share = np.linspace(0.0, 1.0, 9)
    x = np.concatenate([x0 + share * (x1 - x0)] * 2 + [np.full(9, x0), np.full(9, x1)])
    y = np.concatenate([np.full(9, y0), np.full(9, y1)] + [y0 + share * (y1 - y0)] * 2)
    u, v = systems.transform_xy(x, y, own, place.crs)
    if not np.isfinite([u, v]).all():
        return None
    return float(u.min()), float(v.min()), float(u.max()), float(v.max())


def _area(project: Project) -> Bounds | None:
    """Return the extent of buildings, parcels and ways, else of all layers that are not made to reach farther."""
    layers = [info for info in project.layers() if info.feature_count > 0]
    wanted = [i for i in layers if i.role in _OWN] or [i for i in layers if i.role not in _FAR]
    boxes = [shapely.total_bounds(project.table(info.id).geometry) for info in wanted]
    boxes = [box for box in boxes if np.isfinite(box).all()]
    if not boxes:
        return None
    low, high = np.min(boxes, axis=0), np.max(boxes, axis=0)
    return float(low[0]), float(low[1]), float(high[2]), float(high[3])
