"""Where on Earth are these numbers? Candidates for a missing coordinate system, and axes that are the wrong way round.

Nothing here decides: candidates carry a reason each, and a person chooses. A candidate's code is what an import plan's
``crs`` accepts: a code of the EPSG register, ``GCJ-02`` or ``BD-09`` (degrees on a shifted datum), with ``;swapped``
behind it when x holds the northing or latitude.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from renovate_gui.assets import tr
from renovate_gui.domain.roles import Datum
from renovate_gui.geo import crs as systems

Bounds = tuple[float, float, float, float]
Candidate = tuple[str, str]

SWAPPED = ";swapped"
_SHIFTED = {"GCJ-02": Datum.GCJ02, "GCJ02": Datum.GCJ02, "BD-09": Datum.BD09, "BD09": Datum.BD09}
_CHINA_LON, _CHINA_LAT = (73.0, 136.0), (3.0, 54.0)
_GK_NORTHING_M = (300_000.0, 6_000_000.0)  # China's latitudes 3° to 54°
_GK_EASTING_M = (100_000.0, 900_000.0)  # three-degree zones with false easting 500 km, neighbours included
_WORDS = {
    Datum.GCJ02: re.compile(r"gcj[-_ ]?0?2|火星|高德|amap|autonavi|腾讯", re.IGNORECASE),
    Datum.BD09: re.compile(r"bd[-_ ]?0?9|百度|baidu", re.IGNORECASE),
    Datum.CGCS2000: re.compile(r"cgcs[-_ ]?2000|国家2000|2000国家大地", re.IGNORECASE),
    Datum.WGS84: re.compile(r"wgs[-_ ]?(19)?84", re.IGNORECASE),
}


@dataclass(frozen=True, slots=True)
class Placement:
    """A coordinate reference taken apart: register code, datum, and whether the axes change places."""

    crs: str
    datum: Datum
    swap_axes: bool = False


def read_code(code: str) -> Placement:
    """Take a plan's ``crs`` apart; raise DataError when PROJ does not know it."""
    plain, swap = (code[: -len(SWAPPED)], True) if code.endswith(SWAPPED) else (code, False)
    shifted = _SHIFTED.get(plain.strip().upper())
    if shifted is not None:
        return Placement(systems.WGS84, shifted, swap)
    normal = systems.normalise(plain.strip())
    return Placement(normal, systems.datum_of(normal), swap)


def declared_datum(words: Sequence[str]) -> tuple[Datum, str] | None:
    """Return the datum that a file or column name literally says, with the name that says it."""
    for datum, pattern in _WORDS.items():
        for word in words:
            if pattern.search(word):
                return datum, word
    return None


def declared_by_columns(columns: Sequence[str]) -> Datum | None:
    """Return the datum that every coordinate column of a table literally carries in its name (``lon_wgs84``), else None.

    Such a heading is a statement about exactly these numbers; a word in a file's or another column's name is a hint.
    """
    said = [declared_datum([column]) for column in columns]
    datums = {found[0] for found in said if found is not None}
    return datums.pop() if said and None not in said and len(datums) == 1 else None


def looks_geographic(bounds: Bounds) -> bool:
    """Return whether the numbers can be degrees, in either order."""
    return max(abs(v) for v in bounds) <= 180.0


def are_degrees_as_metres(bounds: Bounds, crs: str) -> bool:
    """Return whether numbers that can be degrees are said to be metres of a system whose area lies elsewhere.

    A few metres around a site plan's own origin are possible too, so only systems with a known area of use are judged:
    read as metres the numbers lie outside it, or (systems of the whole world) where equator and zero meridian cross.
    """
    if systems.is_geographic(crs) or not looks_geographic(bounds):
        return False
    area = systems.parse(crs).area_of_use
    if area is None:
        return False
    lon, lat = systems.transform_point(
        (bounds[0] + bounds[2]) / 2.0, (bounds[1] + bounds[3]) / 2.0, crs, systems.WGS84
    )
    near = 1.0
    is_inside = area.west - near <= lon <= area.east + near and area.south - near <= lat <= area.north + near
    return not is_inside or max(abs(lon), abs(lat)) < 0.01


def is_swapped(bounds: Bounds, *, geographic: bool) -> bool:
    """Return whether x seems to hold latitudes or northings: as written the place is impossible or in the polar sea."""
    x_min, y_min, x_max, y_max = bounds
    if geographic:
        impossible = 90.0 < max(abs(y_min), abs(y_max)) <= 180.0 and max(abs(x_min), abs(x_max)) <= 90.0
        polar = (
            y_min > _CHINA_LON[0] and _within(x_min, x_max, _CHINA_LAT) and _within(y_min, y_max, _CHINA_LON)
        )
        return impossible or polar
    x_is_northing = _within(x_min, x_max, (1_800_000.0, _GK_NORTHING_M[1]))
    y_is_easting = _within(y_min, y_max, _GK_EASTING_M) or _within(y_min, y_max, (25e6, 46e6))
    return x_is_northing and y_is_easting


def _within(low: float, high: float, span: tuple[float, float]) -> bool:
    return span[0] <= low and high <= span[1]


def candidates(
    bounds: Bounds | None, near: tuple[float, float] | None, project_crs: str
) -> tuple[Candidate, ...]:
    """Propose systems for numbers without one, best first.

    Parameters
    ----------
    bounds
        Extent of the numbers as read.
    near
        Longitude and latitude (degrees) of what the project shows already, or None.
    project_crs
        Code of the project's system, or empty.
    """
    if bounds is None:
        return ()
    geographic = looks_geographic(bounds)
    swapped = is_swapped(bounds, geographic=geographic)
    if swapped:
        bounds = (bounds[1], bounds[0], bounds[3], bounds[2])
    found = _degrees(bounds) if geographic else _metres(bounds, near, project_crs)
    if not swapped:
        return found
    note = tr("x and y change places")
    return tuple((code + SWAPPED, tr("{reason}; {note}", reason=reason, note=note)) for code, reason in found)


def _degrees(bounds: Bounds) -> tuple[Candidate, ...]:
    in_china = _within(bounds[0], bounds[2], _CHINA_LON) and _within(bounds[1], bounds[3], _CHINA_LAT)
    found = [(systems.WGS84, tr("the numbers are degrees; GPS, OpenStreetMap and most open data use WGS84"))]
    if in_china:
        found += [
            (
                systems.CGCS2000,
                tr("the numbers are degrees in China; surveys and government data use CGCS2000"),
            ),
            (
                "GCJ-02",
                tr("the numbers are degrees in China; Amap (高德) and Tencent use GCJ-02, off by some 500 m"),
            ),
            ("BD-09", tr("the numbers are degrees in China; Baidu (百度) uses BD-09, off by about 1 km")),
        ]
    return tuple(found)


def _metres(bounds: Bounds, near: tuple[float, float] | None, project_crs: str) -> tuple[Candidate, ...]:
    x_min, y_min, x_max, y_max = bounds
    zone = int(x_min // 1e6)
    if zone == int(x_max // 1e6) and 25 <= zone <= 45 and _within(y_min, y_max, _GK_NORTHING_M):
        reason = tr(
            "8-digit eastings that begin with the zone number {zone} (central meridian {lon}°E)",
            zone=zone,
            lon=3 * zone,
        )
        return ((systems.gauss_kruger(zone, zone_prefix=True), reason),)
    if zone == int(x_max // 1e6) and 13 <= zone <= 23 and _within(y_min, y_max, _GK_NORTHING_M):
        reason = tr(
            "8-digit eastings that begin with the six-degree zone {zone} (central meridian {lon}°E)",
            zone=zone,
            lon=6 * zone - 3,
        )
        return ((f"EPSG:{4491 + zone - 13}", reason),)
    if not (_within(x_min, x_max, _GK_EASTING_M) and _within(y_min, y_max, _GK_NORTHING_M)):
        return _like_the_project(project_crs)
    return _six_digits(bounds, near, project_crs)


def _like_the_project(project_crs: str) -> tuple[Candidate, ...]:
    return (
        ((project_crs, tr("the project's own system; compare the place on the map")),) if project_crs else ()
    )


def _six_digits(bounds: Bounds, near: tuple[float, float] | None, project_crs: str) -> tuple[Candidate, ...]:
    """Rank the zones by how near their reading of the numbers lies to what the project shows already."""
    middle = ((bounds[0] + bounds[2]) / 2.0, (bounds[1] + bounds[3]) / 2.0)
    if near is None:
        if project_crs:
            return _like_the_project(project_crs)
        return tuple((systems.gauss_kruger(zone), _one_of_several(zone)) for zone in range(34, 42))
    # the zones differ in their meridian only: one zone's reading, turned about the axis, is every zone's reading
    first = 25
    lon, lat = systems.transform_point(*middle, systems.gauss_kruger(first), systems.CGCS2000)
    ranked: list[tuple[float, str, int]] = []
    for zone in range(first, 46):
        place = (lon + 3.0 * (zone - first), lat)
        ranked.append((systems.distance_m(place, near), systems.gauss_kruger(zone), zone))
    ranked.sort()
    return tuple(
        (
            code,
            tr(
                "6-digit eastings; with central meridian {lon}°E they lie {km} km from what the project shows",
                lon=3 * zone,
                km=round(distance / 1000.0, 1),
            ),
        )
        for distance, code, zone in ranked[:3]
    )


def _one_of_several(zone: int) -> str:
    return tr(
        "6-digit eastings without a zone number; central meridian {lon}°E is one of several that fit",
        lon=3 * zone,
    )
