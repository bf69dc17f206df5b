"""The hill of the sample community: a height field above a river bend, its contours and its lines of fall.

Everything is in local metres, x to the east, y to the north, origin at the lower left corner of the sheet.
The field is analytic (no noise tables), so the same seedless hill comes out on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline
from scipy.ndimage import gaussian_filter
from shapely.geometry import LineString, MultiLineString, Point

WIDTH_M, HEIGHT_M = 1360.0, 1010.0
CELL_M = 4.0

# the foot of the hill: the river comes from the west, bends round the nose and leaves to the north-east
_BANK_XY = (
    (-260, 330),
    (-40, 232),
    (180, 168),
    (400, 128),
    (620, 128),
    (820, 176),
    (990, 266),
    (1130, 392),
    (1260, 560),
    (1420, 800),
)
# two gullies (their line, width and depth in metres of bank distance) bend the contours uphill, one spur pushes them out
_GULLIES = (
    (((905, 190), (842, 330), (742, 470), (640, 640), (560, 800)), 46.0, 58.0),
    (((300, 120), (330, 260), (322, 420), (270, 560)), 40.0, 36.0),
)
_SPURS = (
    (((560, 110), (575, 300), (500, 520)), 90.0, 30.0),
    (((1130, 380), (1010, 520), (860, 700)), 90.0, 22.0),
)
# height over effective bank distance: quay, slope with two steeper belts, ridge
_PROFILE = (
    (-400, 150),
    (-60, 158),
    (0, 165),
    (14, 171),
    (34, 177),
    (70, 181.5),
    (150, 196),
    (240, 212.5),
    (330, 231),
    (420, 248),
    (500, 262),
    (560, 269.5),
    (640, 274),
    (760, 279),
    (900, 281),
    (1400, 283),
)


def bank_line() -> LineString:
    """Return the river bank as a smooth line from west to north-east, going straight on beyond the sheet."""
    pts = np.array(_BANK_XY, dtype=float)
    t = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(pts, axis=0).T))])
    fine = np.linspace(0, t[-1], 400)
    line = np.column_stack([CubicSpline(t, pts[:, 0])(fine), CubicSpline(t, pts[:, 1])(fine)])
    west = line[0] + (line[0] - line[6]) * 30
    east = line[-1] + (line[-1] - line[-7]) * 30
    return LineString([west, *line, east])


def _smooth(points: tuple[tuple[float, float], ...]) -> LineString:
    pts = np.array(points, dtype=float)
    t = np.linspace(0, 1, len(pts))
    fine = np.linspace(0, 1, 80)
    return LineString(np.column_stack([CubicSpline(t, pts[:, 0])(fine), CubicSpline(t, pts[:, 1])(fine)]))


@dataclass(frozen=True)
class Hill:
    """Heights on a regular raster, row 0 in the south; ``z(x, y)`` interpolates."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    height: NDArray[np.float64]
    bank: LineString

    def z(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return heights in metres at points ``(n, 2)`` by bilinear interpolation."""
        i = np.clip((xy[:, 1] - self.y[0]) / CELL_M, 0, len(self.y) - 1.001)
        j = np.clip((xy[:, 0] - self.x[0]) / CELL_M, 0, len(self.x) - 1.001)
        i0, j0 = i.astype(int), j.astype(int)
        u, v = i - i0, j - j0
        h = self.height
        south = h[i0, j0] * (1 - v) + h[i0, j0 + 1] * v
        north = h[i0 + 1, j0] * (1 - v) + h[i0 + 1, j0 + 1] * v
        return np.asarray(south * (1 - u) + north * u)

    def gradient(self, xy: tuple[float, float]) -> NDArray[np.float64]:
        """Return the upward gradient (metres per metre) at a point."""
        x, y = xy
        e = 3.0
        z = self.z(np.array([[x + e, y], [x - e, y], [x, y + e], [x, y - e]]))
        return np.array([z[0] - z[1], z[2] - z[3]]) / (2 * e)


def make_hill() -> Hill:
    """Build the height field."""
    pad = 520.0
    x = np.arange(-pad, WIDTH_M + pad + 1, CELL_M)
    y = np.arange(-pad, HEIGHT_M + pad + 1, CELL_M)
    gx, gy = np.meshgrid(x, y)
    points = shapely.points(gx.ravel(), gy.ravel())
    bank = bank_line()
    inland = shapely.geometry.Polygon([*bank.coords, (2400, 2600), (-1500, 2600)])
    d = shapely.distance(points, bank)
    d = np.where(shapely.contains(inland, points), d, -d)
    for line, width, depth in _GULLIES:
        g = shapely.distance(points, _smooth(line))
        d = d - depth * np.exp(-((g / width) ** 2)) * np.clip((d - 25) / 120, 0, 1) * np.clip(
            (640 - d) / 160, 0, 1
        )
    for line, width, push in _SPURS:
        g = shapely.distance(points, _smooth(line))
        d = d + push * np.exp(-((g / width) ** 2)) * np.clip((d - 45) / 120, 0, 1)
    wave = 9 * np.sin(gx.ravel() / 83 + gy.ravel() / 131) + 7 * np.sin(
        gx.ravel() / 47 - gy.ravel() / 71 + 1.7
    )
    d = d + wave * np.clip((d - 30) / 80, 0, 1)
    h = np.interp(d, [p[0] for p in _PROFILE], [p[1] for p in _PROFILE])
    return Hill(x, y, gaussian_filter(h.reshape(gx.shape), 3.0), bank)


def contour(hill: Hill, level: float) -> LineString | None:
    """Return the longest contour line of a level, smoothed, running west to east, or None."""
    lines = contours(hill, level)
    if not lines:
        return None
    best = max(lines, key=lambda g: g.length)
    return best if best.coords[0][0] < best.coords[-1][0] else LineString(list(best.coords)[::-1])


def contours(hill: Hill, level: float) -> list[LineString]:
    """Return all contour lines of a level by marching squares (linear interpolation on cell edges)."""
    h = hill.height - level
    h = np.where(np.abs(h) < 1e-9, 1e-9, h)
    segments = []
    rows, cols = np.nonzero(_crossed(h))
    for i, j in zip(rows.tolist(), cols.tolist(), strict=True):
        pts = _cell_crossings(hill, h, i, j)
        segments += [LineString(pts[k : k + 2]) for k in range(0, len(pts) - 1, 2)]
    merged = shapely.line_merge(MultiLineString(segments)) if segments else None
    if merged is None or merged.is_empty:
        return []
    parts = shapely.get_parts(merged)
    return [smooth_line(p) for p in parts if p.length > 60]


def _crossed(h: NDArray[np.float64]) -> NDArray[np.bool_]:
    s = h > 0
    total = s[:-1, :-1].astype(int) + s[1:, :-1] + s[:-1, 1:] + s[1:, 1:]
    return (total > 0) & (total < 4)


def _cell_crossings(hill: Hill, h: NDArray[np.float64], i: int, j: int) -> list[tuple[float, float]]:
    corners = [(i, j), (i, j + 1), (i + 1, j + 1), (i + 1, j)]
    found = []
    for a, b in zip(corners, corners[1:] + corners[:1], strict=True):
        ha, hb = h[a], h[b]
        if (ha > 0) != (hb > 0):
            t = ha / (ha - hb)
            # rounding makes the shared crossing of two cells the same point
            found.append(
                (
                    round(float(hill.x[a[1]] + t * (hill.x[b[1]] - hill.x[a[1]])), 6),
                    round(float(hill.y[a[0]] + t * (hill.y[b[0]] - hill.y[a[0]])), 6),
                )
            )
    return found


def smooth_line(line: LineString, spacing: float = 6.0, rounds: int = 3) -> LineString:
    """Resample a line evenly and average neighbours, ends kept."""
    n = max(4, int(line.length / spacing))
    pts = shapely.get_coordinates(shapely.line_interpolate_point(line, np.linspace(0, line.length, n)))
    for _ in range(rounds):
        pts[1:-1] = 0.25 * pts[:-2] + 0.5 * pts[1:-1] + 0.25 * pts[2:]
    return LineString(pts)


def calm(hill: Hill) -> Hill:
    """Return the hill without its gullies' small forms: lines of fall on it do not all gather in the gullies."""
    return Hill(hill.x, hill.y, gaussian_filter(hill.height, 11.0), hill.bank)


def fall_line(hill: Hill, start: tuple[float, float], down_to: float, step: float = 4.0) -> LineString:
    """Walk straight down from a point until the height is ``down_to``; stairs follow such lines."""
    pts = [start]
    for _ in range(600):
        g = hill.gradient(pts[-1])
        n = float(np.hypot(*g))
        if n < 1e-4 or hill.z(np.array([pts[-1]]))[0] <= down_to:
            break
        pts.append((pts[-1][0] - step * g[0] / n, pts[-1][1] - step * g[1] / n))
    return LineString(pts) if len(pts) > 1 else LineString([start, (start[0], start[1] - 1)])


def graded_line(
    hill: Hill, start: tuple[float, float], up_to: float, grade: float, *, turn: int
) -> LineString:
    """Walk uphill at an even grade (metres per metre) until ``up_to``; ``turn`` +1 keeps the slope on the left."""
    pts = [start]
    step = 5.0
    for _ in range(800):
        g = hill.gradient(pts[-1])
        n = float(np.hypot(*g))
        if hill.z(np.array([pts[-1]]))[0] >= up_to or n < 1e-3:
            break
        up = g / n
        along = np.array([up[1], -up[0]]) * turn
        sin = min(grade / n, 0.95)
        move = up * sin + along * np.sqrt(1 - sin**2)
        pts.append((pts[-1][0] + step * move[0], pts[-1][1] + step * move[1]))
    return smooth_line(LineString(pts)) if len(pts) > 4 else LineString([start, (start[0] + 1, start[1])])


def on_sheet(line: LineString) -> bool:
    """Whether the line's middle lies on the sheet."""
    p = Point(line.interpolate(0.5, normalized=True))
    return 0 <= p.x <= WIDTH_M and 0 <= p.y <= HEIGHT_M
