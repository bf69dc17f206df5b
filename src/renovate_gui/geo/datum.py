"""WGS84 ↔ GCJ-02 ↔ BD-09 on arrays of coordinates.

GCJ-02 was meant to be secret; what everybody uses is the public approximation documented by PRCoords
(https://github.com/Artoria2e5/PRCoords) and by the wiki page "Restrictions on geographic data in China": a polynomial
with sine terms on the Krasovsky 1940 ellipsoid. BD-09 is a second, polar shift on top of it. The inverse has no closed
form; the forward formula is iterated five times, which leaves less than 1e-8 m (one subtraction alone leaves 4.9 m).

Nothing is shifted outside the box the formula was made for. The box is larger than China, so a neighbouring country's
data declared as GCJ-02 would be shifted too: a datum is declared, never assumed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from renovate_gui.domain.roles import Datum

Coordinates = tuple[NDArray[np.float64], NDArray[np.float64]]

CHINA_BOX = (72.004, 0.8293, 137.8347, 55.8271)
"""West, south, east, north (degrees) of the area in which the formula shifts."""

_SEMI_MAJOR_M = 6378245.0  # Krasovsky 1940
_ECCENTRICITY_SQ = 0.00669342162296594323
_BAIDU_PI = np.pi * 3000.0 / 180.0
ITERATIONS = 5


def in_china_box(lon: ArrayLike, lat: ArrayLike) -> NDArray[np.bool_]:
    """Return where the public GCJ-02 formula applies."""
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    west, south, east, north = CHINA_BOX
    return (x >= west) & (x <= east) & (y >= south) & (y <= north)


def _waves(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return (20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)) * 2.0 / 3.0


def _gcj_shift(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> Coordinates:
    """Return the shift WGS84 → GCJ-02 in degrees, wherever it is asked."""
    x, y = lon - 105.0, lat - 35.0
    root, pi = np.sqrt(np.abs(x)), np.pi
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + _waves(x)
    north += (20.0 * np.sin(y * pi) + 40.0 * np.sin(y / 3.0 * pi)) * 2.0 / 3.0
    north += (160.0 * np.sin(y / 12.0 * pi) + 320.0 * np.sin(y * pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + _waves(x)
    east += (20.0 * np.sin(x * pi) + 40.0 * np.sin(x / 3.0 * pi)) * 2.0 / 3.0
    east += (150.0 * np.sin(x / 12.0 * pi) + 300.0 * np.sin(x / 30.0 * pi)) * 2.0 / 3.0
    phi = np.radians(lat)
    magic = 1.0 - _ECCENTRICITY_SQ * np.sin(phi) ** 2
    meridian_m = _SEMI_MAJOR_M * (1.0 - _ECCENTRICITY_SQ) / (magic * np.sqrt(magic))
    parallel_m = _SEMI_MAJOR_M / np.sqrt(magic) * np.cos(phi)
    return np.degrees(east / parallel_m), np.degrees(north / meridian_m)


def wgs84_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> Coordinates:
    """Shift WGS84 degrees to GCJ-02 degrees; unchanged outside :data:`CHINA_BOX`."""
    x, y = np.array(lon, dtype=np.float64), np.array(lat, dtype=np.float64)
    inside = in_china_box(x, y)
    dx, dy = _gcj_shift(np.where(inside, x, 105.0), np.where(inside, y, 35.0))
    return np.where(inside, x + dx, x), np.where(inside, y + dy, y)


def gcj02_to_wgs84(lon: ArrayLike, lat: ArrayLike) -> Coordinates:
    """Undo :func:`wgs84_to_gcj02` by five fixed-point iterations (error below 1e-8 m)."""
    x, y = np.array(lon, dtype=np.float64), np.array(lat, dtype=np.float64)
    inside = in_china_box(x, y)
    goal_x, goal_y = np.where(inside, x, 105.0), np.where(inside, y, 35.0)
    guess_x, guess_y = goal_x, goal_y
    for _ in range(ITERATIONS):
        dx, dy = _gcj_shift(guess_x, guess_y)
        guess_x, guess_y = goal_x - dx, goal_y - dy
    return np.where(inside, guess_x, x), np.where(inside, guess_y, y)


def _baidu_forward(x: NDArray[np.float64], y: NDArray[np.float64]) -> Coordinates:
    radius = np.hypot(x, y) + 0.00002 * np.sin(y * _BAIDU_PI)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * _BAIDU_PI)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def gcj02_to_bd09(lon: ArrayLike, lat: ArrayLike) -> Coordinates:
    """Shift GCJ-02 degrees to BD-09 degrees (Baidu); unchanged outside :data:`CHINA_BOX`."""
    x, y = np.array(lon, dtype=np.float64), np.array(lat, dtype=np.float64)
    inside = in_china_box(x, y)
    new_x, new_y = _baidu_forward(x, y)
    return np.where(inside, new_x, x), np.where(inside, new_y, y)


def bd09_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> Coordinates:
    """Undo :func:`gcj02_to_bd09` by five fixed-point iterations."""
    x, y = np.array(lon, dtype=np.float64), np.array(lat, dtype=np.float64)
    inside = in_china_box(x, y)
    guess_x, guess_y = x - 0.0065, y - 0.006
    for _ in range(ITERATIONS):
        there_x, there_y = _baidu_forward(guess_x, guess_y)
        guess_x, guess_y = guess_x - (there_x - x), guess_y - (there_y - y)
    return np.where(inside, guess_x, x), np.where(inside, guess_y, y)


def to_wgs84(lon: ArrayLike, lat: ArrayLike, datum: Datum) -> Coordinates:
    """Bring declared coordinates to WGS84; WGS84, CGCS2000 and other datums pass unchanged (PROJ knows those)."""
    if datum == Datum.GCJ02:
        return gcj02_to_wgs84(lon, lat)
    if datum == Datum.BD09:
        return gcj02_to_wgs84(*bd09_to_gcj02(lon, lat))
    return np.array(lon, dtype=np.float64), np.array(lat, dtype=np.float64)


def from_wgs84(lon: ArrayLike, lat: ArrayLike, datum: Datum) -> Coordinates:
    """Bring WGS84 to a shifted datum; WGS84, CGCS2000 and other datums pass unchanged."""
    if datum == Datum.GCJ02:
        return wgs84_to_gcj02(lon, lat)
    if datum == Datum.BD09:
        return gcj02_to_bd09(*wgs84_to_gcj02(lon, lat))
    return np.array(lon, dtype=np.float64), np.array(lat, dtype=np.float64)
