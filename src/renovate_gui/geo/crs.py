"""Coordinate systems: parsing, titles, the project's own system, transforms and true lengths and areas.

Axis order is always x = east, y = north (``always_xy``), whatever the authority says.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

from renovate_gui.assets import tr
from renovate_gui.domain.errors import DataError
from renovate_gui.domain.roles import Datum

if TYPE_CHECKING:
    from pyproj import CRS, Geod, Transformer

WGS84 = "EPSG:4326"
CGCS2000 = "EPSG:4490"

CHINA_LON = (73.5, 136.5)
"""Longitudes served by the CGCS2000 three-degree zones 25 to 45 (outer edges of the first and last zone)."""

_GK_ZONE_FIRST, _GK_CM_FIRST, _GK_FIRST_ZONE, _GK_LAST_ZONE = 4513, 4534, 25, 45


@lru_cache(maxsize=64)
def parse(text: str) -> CRS:
    """Return the coordinate system of a code or WKT; raise DataError with a sentence when PROJ does not know it."""
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        return CRS.from_user_input(text)
    except (CRSError, UnicodeEncodeError) as error:  # the latter: half of a surrogate pair
        raise DataError(
            tr("The coordinate system “{crs}” is not known; give a code such as EPSG:4545.", crs=text[:80])
        ) from error


@lru_cache(maxsize=64)
def normalise(text: str) -> str:
    """Return ``EPSG:n`` when the system is in the register, else the text itself."""
    crs = parse(text)
    if re.fullmatch(r"(?i)epsg:\d+", text.strip()):
        return text.strip().upper()  # looking a projected system up by its content takes PROJ a second
    epsg = crs.to_epsg()
    return f"EPSG:{epsg}" if epsg else text


def is_geographic(text: str) -> bool:
    """Return whether coordinates are degrees."""
    return bool(parse(text).is_geographic)


def datum_of(text: str) -> Datum:
    """Return the datum a coordinate system is built on (GCJ-02 and BD-09 can only be declared)."""
    crs = parse(text)
    geodetic = crs.geodetic_crs
    names = " ".join(str(part.name) for part in (crs, geodetic, crs.datum) if part is not None).lower()
    return _datum_named(names)


def _datum_named(names: str) -> Datum:
    """Return the datum that names in lower case speak of."""
    if "cgcs2000" in names or "china 2000" in names or "china geodetic coordinate system 2000" in names:
        return Datum.CGCS2000
    if "wgs 84" in names or "world geodetic system 1984" in names or "wgs_1984" in names or "wgs84" in names:
        return Datum.WGS84
    return Datum.OTHER


def zone_of(lon: float) -> int:
    """Return the number of the three-degree zone, central meridian 3 × zone."""
    return int(np.floor(lon / 3.0 + 0.5))


def gauss_kruger(zone: int, *, zone_prefix: bool = False) -> str:
    """Return the CGCS2000 three-degree code: eastings from 500 000, or with the zone number before them."""
    if not _GK_FIRST_ZONE <= zone <= _GK_LAST_ZONE:
        raise DataError(tr("Zone {zone} is not a three-degree zone of China (25 to 45).", zone=zone))
    return f"EPSG:{(_GK_ZONE_FIRST if zone_prefix else _GK_CM_FIRST) + zone - _GK_FIRST_ZONE}"


def project_crs(lon: float, lat: float) -> str:
    """Choose a project's metric system from a place: the CGCS2000 zone in China's longitudes, else the UTM zone."""
    if CHINA_LON[0] <= lon < CHINA_LON[1] and lat >= 0:
        return gauss_kruger(zone_of(lon))
    zone = min(60, max(1, int((lon + 180.0) // 6.0) + 1))
    return f"EPSG:{(32600 if lat >= 0 else 32700) + zone}"


@lru_cache(maxsize=64)
def transformer(source: str, target: str) -> Transformer:
    """Return the cached PROJ pipeline between two systems, x before y."""
    from pyproj import Transformer
    from pyproj.exceptions import ProjError

    try:
        return Transformer.from_crs(parse(source), parse(target), always_xy=True)
    except ProjError as error:
        raise DataError(
            tr(
                "There is no way from “{source}” to “{target}”; choose another coordinate system.",
                source=source[:60],
                target=target[:60],
            )
        ) from error


def transform_xy(
    x: NDArray[np.float64], y: NDArray[np.float64], source: str, target: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Transform coordinate arrays; a point that has no image becomes infinite."""
    if source == target:
        return np.array(x, dtype=np.float64), np.array(y, dtype=np.float64)
    new_x, new_y = transformer(source, target).transform(x, y)
    return np.asarray(new_x, dtype=np.float64), np.asarray(new_y, dtype=np.float64)


def transform(geometries: NDArray[np.object_], source: str, target: str) -> NDArray[np.object_]:
    """Transform shapely geometries, missing ones stay missing; heights pass unchanged.

    Parameters
    ----------
    geometries
        Object array of shapely geometries or ``None``, shape ``(n,)``.
    """
    if source == target:
        return geometries.copy()

    def move(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(transform_xy(xy[:, 0], xy[:, 1], source, target))

    return move_xy(geometries, move)


def move_xy(geometries: NDArray[np.object_], move: Any) -> NDArray[np.object_]:
    """Apply ``move`` (``(k, 2)`` array to ``(k, 2)`` array) to all vertices at once, keeping heights."""
    out = geometries.copy()
    has_z = shapely.has_z(out)
    for with_z in (False, True):
        chosen = (has_z == with_z) & ~shapely.is_missing(out)
        if not chosen.any():
            continue
        part = out[chosen]
        coordinates = shapely.get_coordinates(part, include_z=with_z)
        if len(coordinates):
            coordinates[:, :2] = move(coordinates[:, :2])
        out[chosen] = shapely.set_coordinates(part, coordinates)
    return out


@lru_cache(maxsize=16)
def _geod(text: str) -> Geod:
    from pyproj import Geod

    geod = parse(text).get_geod()
    return geod if geod is not None else Geod(ellps="WGS84")


def geodesic_length_m(geometries: NDArray[np.object_], crs: str) -> NDArray[np.float64]:
    """Return lengths (perimeters of polygons) in metres on the ellipsoid: no projection's scale error enters."""
    return _measure(geometries, crs, want_area=False)


def geodesic_area_m2(geometries: NDArray[np.object_], crs: str) -> NDArray[np.float64]:
    """Return areas in square metres on the ellipsoid, holes taken off; 0 for points and lines."""
    return _measure(geometries, crs, want_area=True)


def _measure(geometries: NDArray[np.object_], crs: str, *, want_area: bool) -> NDArray[np.float64]:
    from shapely.geometry.polygon import orient

    geod = _geod(crs)
    degrees = transform(geometries, crs, _geographic(crs))
    out = np.zeros(len(degrees), dtype=np.float64)
    for row, geometry in enumerate(degrees):
        if geometry is None or geometry.is_empty:
            continue
        parts = shapely.get_parts(shapely.force_2d(geometry))
        if want_area:
            polygons = [orient(part) for part in parts if part.geom_type == "Polygon"]
            out[row] = sum(abs(geod.geometry_area_perimeter(part)[0]) for part in polygons)
        else:
            out[row] = sum(geod.geometry_length(part) for part in parts if part.geom_type != "Point")
    return out


@lru_cache(maxsize=16)
def _geographic(crs: str) -> str:
    geodetic = parse(crs).geodetic_crs
    return geodetic.to_wkt() if geodetic is not None else WGS84


def title(code: str) -> str:
    """Return a short human name: ``EPSG:4545 · CGCS2000 / 3-degree Gauss-Kruger CM 108E``."""
    if not code:
        return tr("coordinate system not known")
    known = normalise(code)
    return f"{known} · {parse(code).name}" if known.startswith("EPSG:") else str(parse(code).name)


def badge(code: str, datum: Datum) -> str:
    """Return the datum badge's words, such as ``CGCS2000`` or ``GCJ-02``."""
    if datum in {Datum.GCJ02, Datum.BD09}:
        return datum.value
    found = datum_of(code) if code else datum
    if found != Datum.OTHER or not code:
        return found.value
    geodetic = parse(code).geodetic_crs
    return str((geodetic if geodetic is not None else parse(code)).name)


def is_undefined(text: str) -> bool:
    """Return whether a system is only a placeholder, as GeoPackages carry one for "nobody said"."""
    return not text or str(parse(text).name).lower().startswith(("undefined", "unknown", "unnamed"))


def transform_point(x: float, y: float, source: str, target: str) -> tuple[float, float]:
    """Transform one point."""
    new_x, new_y = transform_xy(np.array([x]), np.array([y]), source, target)
    return float(new_x[0]), float(new_y[0])


def distance_m(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Return the distance of two places (longitude, latitude in degrees) on the WGS84 ellipsoid, metres."""
    if not np.isfinite([*a, *b]).all():
        return float("inf")
    _, _, metres = _geod(WGS84).inv(*a, *b)
    return float(metres)


def description(source: str, target: str) -> str:
    """Return in words what PROJ does between two systems, for the passport; names of projections are PROJ's own."""
    steps = str(transformer(source, target).description).split(" + ")
    words = [_step(step) for step in steps if not step.startswith("axis order change")]
    return " + ".join(words) or "PROJ"


_BALLPARK = re.compile(r"Ballpark geographic offset from (.+) to (.+)")


def _step(step: str) -> str:
    """Return one step in the reader's words."""
    bare = step.removeprefix("Inverse of ")
    found = _BALLPARK.fullmatch(bare)
    if found is None:
        return step if bare == step else tr("back from {projection}", projection=bare)
    one, other = found.groups() if bare == step else found.groups()[::-1]
    a, b = _datum_named(one.lower()), _datum_named(other.lower())
    if {a, b} == {Datum.WGS84, Datum.CGCS2000}:
        return tr(
            "{a} and {b} taken to be the same (usually less than 1 m apart; PROJ states no accuracy)",
            a=a.value,
            b=b.value,
        )
    return tr(
        "{a} and {b} taken to be the same (PROJ knows no shift between them: places may be many metres off)",
        a=one,
        b=other,
    )
