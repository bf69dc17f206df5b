"""True lengths and areas of drawn shapes, and the words for coordinate systems, for the window."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from renovate_gui.domain.roles import Datum


def length_m(geometry: BaseGeometry, crs: str) -> float:
    """Return a length (a polygon's perimeter) in metres on the ellipsoid; planar when the CRS is not known yet."""
    if not crs:
        return float(geometry.length)
    from renovate_gui.geo import crs as systems

    return float(systems.geodesic_length_m(_one(geometry), crs)[0])


def area_m2(geometry: BaseGeometry, crs: str) -> float:
    """Return an area in square metres on the ellipsoid; planar when the CRS is not known yet."""
    if not crs:
        return float(geometry.area)
    from renovate_gui.geo import crs as systems

    return float(systems.geodesic_area_m2(_one(geometry), crs)[0])


def crs_title(crs: str) -> str:
    """Return the name people know a coordinate system by."""
    from renovate_gui.geo import crs as systems

    return systems.title(crs)


def datum_of(crs: str) -> Datum:
    """Return the datum of a coordinate system."""
    from renovate_gui.geo import crs as systems

    return systems.datum_of(crs)


def datum_badge(crs: str, datum: Datum) -> str:
    """Return the words of the datum badge."""
    from renovate_gui.geo import crs as systems

    return systems.badge(crs, datum)


def _one(geometry: BaseGeometry) -> NDArray[np.object_]:
    result = np.empty(1, dtype=object)
    result[0] = geometry
    return result
