"""Streets of the sample community: roads along contours, lanes between them, ramps up the slope, stairs down it."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import shapely
from sample_terrain import Hill, calm, contour, fall_line, graded_line
from shapely.geometry import LineString, Point, Polygon
from shapely.ops import substring


@dataclass(frozen=True)
class Way:
    """A way before it is cut at crossings; ``kind``: street, lane, link, stairs, path, yard."""

    kind: str
    name: str
    name_en: str
    line: LineString
    width_m: float
    has_handrail: bool = False


@dataclass
class Streets:
    """All ways of the quarter, and the frame they lie in."""

    roads: list[Way] = field(default_factory=list)
    stairs: list[Way] = field(default_factory=list)
    paths: list[Way] = field(default_factory=list)
    frame: Polygon = field(default_factory=Polygon)

    @property
    def everything(self) -> list[Way]:
        """Return all ways."""
        return [*self.roads, *self.stairs, *self.paths]


# height of the road, Chinese and English name, width in metres
ROADS = (
    (178.5, "滨江路", "Riverside Road", 12.0),
    (196.0, "下街", "Lower Street", 9.0),
    (213.0, "中街", "Middle Street", 9.0),
    (230.0, "上街", "Upper Street", 8.0),
    (247.0, "崖畔路", "Cliffside Road", 8.0),
    (262.0, "青崖路", "Qingya Road", 11.0),
    (274.5, "坪顶路", "Hilltop Road", 9.0),
)
LANES = (
    (187.5, "米市巷", "Rice Market Lane", 3.6),
    (204.5, "水井巷", "Well Lane", 3.4),
    (221.5, "黄葛巷", "Banyan Lane", 3.6),
    (238.5, "石匠巷", "Mason Lane", 3.4),
    (254.5, "听江巷", "Riverview Lane", 3.2),
)
# where a stair leaves the top road (share of its length), first and last level it joins, names, handrail
STAIRS = (
    (0.09, 262.0, 178.5, "码头梯道", "Wharf Stairs", True),
    (0.185, 247.0, 196.0, "豆花梯", "Tofu Stairs", False),
    (0.27, 274.5, 178.5, "黄葛梯", "Banyan Stairs", True),
    (0.345, 230.0, 196.0, "棉花梯", "Cotton Stairs", False),
    (0.41, 262.0, 178.5, "十八弯梯", "Eighteen-turn Stairs", False),
    (0.475, 247.0, 213.0, "瓦房梯", "Tile-house Stairs", False),
    (0.545, 274.5, 178.5, "青崖大梯", "Great Qingya Stairs", True),
    (0.62, 262.0, 196.0, "磨坊梯", "Mill Stairs", False),
    (0.685, 230.0, 178.5, "盐船梯", "Salt-boat Stairs", True),
    (0.755, 262.0, 178.5, "望江梯", "Lookout Stairs", False),
    (0.83, 247.0, 196.0, "竹林梯", "Bamboo Stairs", False),
    (0.91, 274.5, 178.5, "三官梯", "Sanguan Stairs", True),
)
# start (share of the lower road), lower and upper level, direction, names
LINKS = (
    (0.30, 178.5, 196.0, -1, "一号坡路", "First Ramp Road"),
    (0.50, 196.0, 213.0, 1, "二号坡路", "Second Ramp Road"),
    (0.66, 213.0, 230.0, -1, "三号坡路", "Third Ramp Road"),
    (0.36, 230.0, 247.0, 1, "四号坡路", "Fourth Ramp Road"),
    (0.60, 247.0, 262.0, -1, "五号坡路", "Fifth Ramp Road"),
    (0.74, 262.0, 274.5, 1, "六号坡路", "Sixth Ramp Road"),
)


def make_frame(hill: Hill) -> Polygon:
    """Return the study area: between the bank and the hilltop, cut by two lines of fall."""
    top, quay = _road(hill, 278.0), _road(hill, 172.5)
    west = fall_line(calm(hill), (165.0, 640.0), 172.5)
    east = fall_line(calm(hill), (930.0, 905.0), 172.5)
    west_top, east_top = Point(west.coords[0]), Point(east.coords[0])
    upper = substring(top, top.project(west_top), top.project(east_top))
    lower = substring(quay, quay.project(Point(west.coords[-1])), quay.project(Point(east.coords[-1])))
    ring = [*upper.coords, *list(east.coords)[1:], *list(lower.coords)[::-1], *list(west.coords)[::-1]]
    return shapely.simplify(Polygon(ring).buffer(0), 0.6)


def _road(hill: Hill, level: float) -> LineString:
    found = contour(hill, level)
    assert found is not None
    return found


def make_streets(hill: Hill, rng: np.random.Generator) -> Streets:
    """Lay out all ways."""
    frame = make_frame(hill)
    streets = Streets(frame=frame)
    by_level: dict[float, LineString] = {}
    for kind, rows in (("street", ROADS), ("lane", LANES)):
        for level, name, english, width in rows:
            by_level[level] = _longest(
                _road(hill, level).intersection(frame.buffer(6 if kind == "street" else -9))
            )
            if kind == "street":
                streets.roads.append(Way(kind, name, english, by_level[level], width))
            else:
                streets.roads += [
                    Way(kind, name, english, part, width) for part in _sections(by_level[level], level)
                ]
    for share, low, high, turn, name, english in LINKS:
        start = by_level[low].interpolate(share, normalized=True)
        line = graded_line(hill, (start.x, start.y), high, 0.082, turn=turn)
        end = by_level[high].interpolate(by_level[high].project(Point(line.coords[-1])))
        streets.roads.append(Way("link", name, english, LineString([*line.coords[:-1], (end.x, end.y)]), 7.0))
    gentle = calm(hill)
    for share, high, low, name, english, rail in STAIRS:
        streets.stairs += _flights(
            gentle, by_level, share, (high, low), names=(name, english), rail=rail, rng=rng
        )
    return streets


def _longest(shape: object) -> LineString:
    parts = [p for p in shapely.get_parts(shapely.line_merge(shape)) if isinstance(p, LineString)]
    return max(parts, key=lambda p: p.length)


def _sections(lane: LineString, level: float) -> list[LineString]:
    """Return the parts of a lane that exist: old lanes break off at yards and walls."""
    cuts = {187.5: ((0.03, 0.33), (0.40, 0.98)), 204.5: ((0.0, 0.52), (0.60, 0.97)), 221.5: ((0.02, 0.98),),
            238.5: ((0.05, 0.36), (0.44, 1.0)), 254.5: ((0.0, 0.30), (0.36, 0.62), (0.70, 1.0))}  # fmt: skip
    return [substring(lane, a, b, normalized=True) for a, b in cuts[level]]


def _bowed(line: LineString, by_m: float) -> LineString:
    """Return a flight with landings that step aside in the middle, as old stairs do."""
    if line.length < 26:
        return line
    a, b = line.coords[0], line.coords[-1]
    d = np.array([b[0] - a[0], b[1] - a[1]]) / np.hypot(b[0] - a[0], b[1] - a[1])
    aside = np.array([-d[1], d[0]]) * by_m
    at = [np.array(line.interpolate(f, normalized=True).coords[0]) for f in (0.34, 0.42, 0.74, 0.82)]
    return LineString([a, at[0], at[1] + aside, at[2] + aside, at[3], b])


def _meet(line: LineString, road: LineString) -> Point:
    """Return where a line of fall first meets a road, else the road's nearest point to its end."""
    hits = [p for p in shapely.get_parts(line.intersection(road)) if isinstance(p, Point)]
    start = Point(line.coords[0])
    if hits:
        return min(hits, key=line.project)
    return road.interpolate(road.project(start))


def _flights(
    hill: Hill,
    by_level: dict[float, LineString],
    share: float,
    span: tuple[float, float],
    *,
    names: tuple[str, str],
    rail: bool,
    rng: np.random.Generator,
) -> list[Way]:
    """Return one flight per band; each begins on a road, a few metres aside of where the last one ended."""
    high, low = span
    levels = sorted((v for v in by_level if low <= v <= high), reverse=True)
    ridge = by_level[262.0]
    start = ridge.interpolate(share, normalized=True)
    if high > 262.0:
        up = by_level[high]
        start = up.interpolate(up.project(start))
    elif high < 262.0:
        start = _meet(fall_line(hill, (start.x, start.y), 150.0), by_level[high])
    flights = []
    lanes = {row[0] for row in LANES}
    for upper, lower in pairwise(levels):
        road = by_level[upper]
        at = road.project(start) + (
            float(rng.choice([-1, 1]) * rng.uniform(5, 19)) if upper != levels[0] else 0.0
        )
        a = road.interpolate(min(max(at, 2.0), road.length - 2.0))
        line = fall_line(hill, (a.x, a.y), 150.0, step=3.0)
        b = _meet(line, by_level[lower])
        part = _bowed(shapely.simplify(substring(line, 0, line.project(b)), 0.5), float(rng.uniform(-5, 5)))
        # a lane may break off here: the sideways step then belongs to the stairs, or they would not connect
        lead = list(substring(road, road.project(start), road.project(a)).coords) if upper in lanes else []
        coords = [*lead[:-1], *list(part.coords)[:-1], (b.x, b.y)]
        flights.append(Way("stairs", *names, LineString(coords), 3.0, rail))
        start = b
    return flights
