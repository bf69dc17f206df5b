"""Buildings of the sample community: slabs that follow the contours, courts, towers, shops, small houses."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import shapely
from numpy.typing import NDArray
from sample_streets import Streets, Way
from shapely import affinity
from shapely.geometry import LineString, Point, Polygon, box
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring


@dataclass(frozen=True)
class Building:
    """One building before its people: ``form`` is slab, court, tower, house, shop or public."""

    shape: Polygon
    form: str
    floors: int
    year: int
    use: str = "residential"
    name: str = ""
    name_en: str = ""


@dataclass
class Ground:
    """What is taken already: streets and reserved places (no building), buildings (keep a distance)."""

    frame: Polygon
    closed: BaseGeometry
    buildings: list[Building] = field(default_factory=list)
    _tree: shapely.STRtree | None = None
    _tree_size: int = 0

    def __post_init__(self) -> None:
        shapely.prepare(self.closed)
        self._inside = self.frame.buffer(-2)
        shapely.prepare(self._inside)

    def is_free(self, shape: Polygon, gap: float) -> bool:
        """Whether a building fits with a clear gap (metres) to its neighbours."""
        if not self._inside.contains(shape) or self.closed.intersects(shape):
            return False
        return not self._near(shape, gap)

    def _near(self, shape: Polygon, gap: float) -> bool:
        if self._tree is None or len(self.buildings) - self._tree_size > 40:
            self._tree = shapely.STRtree([b.shape for b in self.buildings])
            self._tree_size = len(self.buildings)
        if len(self._tree.query(shape, predicate="dwithin", distance=gap)):
            return True
        late = [b.shape for b in self.buildings[self._tree_size :]]
        return bool(late) and bool((shapely.distance(np.array(late), shape) < gap).any())

    def put(self, building: Building, gap: float) -> bool:
        """Place a building if it fits."""
        if not self.is_free(building.shape, gap):
            return False
        self.buildings.append(building)
        return True


def frame_at(
    line: LineString, s: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return the point, the unit tangent and the unit normal (uphill, left) at a distance along a line."""
    a, b = line.interpolate(max(s - 3, 0)), line.interpolate(min(s + 3, line.length))
    t = np.array([b.x - a.x, b.y - a.y])
    t /= np.hypot(*t)
    p = line.interpolate(s)
    return np.array([p.x, p.y]), t, np.array([-t[1], t[0]])


def oriented(shape: Polygon, at: NDArray[np.float64], tangent: NDArray[np.float64]) -> Polygon:
    """Turn and move a shape drawn round the origin (x along the street)."""
    c, s = tangent
    return affinity.affine_transform(shape, [c, -s, s, c, at[0], at[1]])


def slab(
    row: LineString, s: float, widths: list[float], depth: float, shifts: list[float], *, bumps: bool
) -> Polygon:
    """Return a walk-up slab: units along a row line, each turned with it, some shifted, stair towers at the back."""
    parts = []
    for width, shift in zip(widths, shifts, strict=True):
        p, t, n = frame_at(row, s + width / 2)
        unit: BaseGeometry = box(-width / 2 - 0.25, -depth / 2, width / 2 + 0.25, depth / 2)
        if bumps:
            unit = unit.union(box(-1.4, depth / 2 - 0.2, 1.4, depth / 2 + 1.3))
        parts.append(oriented(unit, p + n * shift, t))
        s += width
    merged = shapely.union_all(parts).buffer(0.45, join_style="mitre").buffer(-0.45, join_style="mitre")
    shape = max(shapely.get_parts(merged), key=lambda g: g.area)
    return Polygon(shapely.simplify(shape, 0.25).exterior)


def court(kind: str, width: float, depth: float, wing: float, *, is_mirrored: bool) -> Polygon:
    """Return an older court building round the origin: ``U`` (open to the valley) or ``L``."""
    outer = box(-width / 2, -depth / 2, width / 2, depth / 2)
    cut = (
        box(-width / 2 + wing, -depth / 2 - 1, width / 2 - wing, depth / 2 - wing)
        if kind == "U"
        else box(-width / 2 + wing, -depth / 2 - 1, width / 2 + 1, depth / 2 - wing)
    )
    shape = outer.difference(cut)
    return affinity.scale(shape, -1, 1, origin=(0, 0)) if is_mirrored else shape


def tower(kind: int, size: float) -> Polygon:
    """Return a tower plan round the origin: cross, butterfly or notched square."""
    arm = size / 3.1
    if kind == 0:
        return box(-size / 2, -arm / 1.6, size / 2, arm / 1.6).union(
            box(-arm / 1.6, -size / 2, arm / 1.6, size / 2)
        )
    if kind == 1:
        core = box(-arm / 2, -arm / 2, arm / 2, arm / 2)
        wings = [
            affinity.rotate(box(-arm * 0.55, 0, arm * 0.55, size * 0.56), a, origin=(0, 0))
            for a in (40, -40, 140, -140)
        ]
        return (
            shapely.union_all([core, *wings]).buffer(0.3, join_style="mitre").buffer(-0.3, join_style="mitre")
        )
    notch = size / 6
    shape = box(-size / 2, -size / 2.3, size / 2, size / 2.3)
    for x, y in ((-size / 2, 0), (size / 2, 0), (0, size / 2.3), (0, -size / 2.3)):
        shape = shape.difference(box(x - notch / 1.6, y - notch / 1.6, x + notch / 1.6, y + notch / 1.6))
    return shape


def rows_of(streets: Streets) -> list[tuple[Way, LineString, int, float]]:
    """Return every building row: its way, its line, its side (+1 uphill) and the depth to build."""
    rows = []
    for way in streets.roads:
        if way.kind == "link":
            continue
        setback = 3.2 if way.kind == "street" else 2.4
        for side in (1, -1):
            if way.name == "滨江路" and side < 0:
                continue
            for ring in range(_rings(way.name, side)):
                depth = 11.2
                offset = side * (way.width_m / 2 + setback + depth / 2 + ring * 27)
                line = shapely.offset_curve(way.line, offset, quad_segs=4, join_style="round")
                parts = [g for g in shapely.get_parts(line) if g.length > 30]
                rows += [(way, shapely.simplify(g, 0.3), side, depth) for g in parts]
    return rows


def _rings(name: str, side: int) -> int:
    """Return how many rows stand behind one another: the hilltop is wide, the slope is not."""
    return {("青崖路", 1): 2, ("坪顶路", 1): 2, ("坪顶路", -1): 2}.get((name, side), 1)


def place_towers(ground: Ground, ridge: LineString, top: LineString, rng: np.random.Generator) -> None:
    """Put towers in pairs between the ridge road and the hilltop road."""
    for i, share in enumerate((0.09, 0.155, 0.31, 0.365, 0.43, 0.56, 0.625, 0.69, 0.745, 0.885, 0.945)):
        p, t, n = frame_at(ridge, share * ridge.length)
        for step in range(12):
            shape = oriented(tower(i % 3, float(rng.uniform(27, 31))), p + n * (36 + 3 * step), t)
            year = int(rng.integers(2003, 2014))
            if ground.put(Building(shape, "tower", int(rng.integers(24, 33)), year), 13.0):
                break
    for i, share in enumerate((0.50, 0.60, 0.70)):
        p, t, n = frame_at(top, share * top.length)
        shape = oriented(tower((i + 1) % 3, 28.0), p + n * 26, t)
        ground.put(Building(shape, "tower", int(rng.integers(18, 28)), 2009 + i), 12.0)


def place_courts(
    ground: Ground, rows: list[tuple[Way, LineString, int, float]], rng: np.random.Generator, want: int
) -> None:
    """Put U and L courts where a street row has room behind it."""
    streets = [r for r in rows if r[0].kind == "street"]
    placed = 0
    for _ in range(want * 30):
        if placed >= want:
            return
        _way, line, side, depth = streets[int(rng.integers(len(streets)))]
        width, deep = float(rng.uniform(25, 36)), float(rng.uniform(21, 27))
        p, t, n = frame_at(line, float(rng.uniform(20, line.length - 20)))
        kind = "U" if rng.random() < 0.55 else "L"
        shape = court(kind, width, deep, float(rng.uniform(8.2, 9.6)), is_mirrored=bool(rng.random() < 0.5))
        if side < 0:
            shape = affinity.scale(shape, 1, -1, origin=(0, 0))
        shape = oriented(shape, p + n * side * (deep - depth) / 2, t)
        year = int(rng.integers(1954, 1979))
        placed += ground.put(Building(shape, "court", int(rng.integers(3, 6)), year), 5.0)


def place_shops(
    ground: Ground, street: LineString, width_m: float, part: tuple[float, float], rng: np.random.Generator
) -> None:
    """Line a stretch of a street's uphill side with narrow shop houses."""
    line = shapely.offset_curve(
        substring(street, *part, normalized=True), width_m / 2 + 1.6 + 4.2, join_style="round"
    )
    s = 3.0
    while s < line.length - 8:
        width = float(rng.uniform(6, 12))
        shape = slab(line, s, [width], float(rng.uniform(7.6, 8.6)), [0.0], bumps=False)
        use = "commercial" if rng.random() < 0.6 else "mixed"
        built = Building(shape, "shop", int(rng.integers(2, 4)), int(rng.integers(1958, 1992)), use)
        s += width + (float(rng.uniform(0.5, 0.9)) if ground.put(built, 0.3) else -width + 4)


def place_slabs(
    ground: Ground, rows: list[tuple[Way, LineString, int, float]], rng: np.random.Generator
) -> None:
    """Fill every row with walk-up slabs of one to four units."""
    for way, line, _side, depth0 in rows:
        is_top = way.name in {"青崖路", "坪顶路"}
        s = float(rng.uniform(2, 9))
        while s < line.length - 12:
            count = int(
                rng.choice(
                    [1, 2, 3, 4],
                    p=[0.16, 0.38, 0.34, 0.12] if way.kind == "street" else [0.3, 0.45, 0.22, 0.03],
                )
            )
            moved = False
            for units in range(count, 0, -1):
                unit = float(rng.uniform(11.0, 14.5))
                if s + units * unit > line.length - 2:
                    continue
                depth = depth0 - float(rng.uniform(0.0, 1.6))
                stagger = rng.random() < 0.38
                shifts = [float(rng.uniform(-1.3, 1.3)) if stagger else 0.0 for _ in range(units)]
                shape = slab(line, s, [unit] * units, depth, shifts, bumps=bool(rng.random() < 0.55))
                year = int(rng.integers(1992, 2004)) if is_top else int(rng.triangular(1972, 1987, 2001))
                floors = int(rng.integers(7, 9)) if year > 1984 else int(rng.integers(5, 8))
                use = "mixed" if way.kind == "street" and rng.random() < 0.22 else "residential"
                if ground.put(Building(shape, "slab", floors, year, use), 4.6):
                    s += units * unit + float(rng.uniform(5.0, 8.5))
                    moved = True
                    break
            s += 0 if moved else 4.0


def place_houses(ground: Ground, streets: Streets, rng: np.random.Generator, total: int) -> None:
    """Fill gaps beside stairs and lanes, then anywhere in the rows, with small old houses until ``total`` stand."""
    ways = [w for w in streets.everything if w.kind in {"stairs", "lane"}] + [
        w for w in streets.roads if w.kind == "link"
    ]
    lengths = np.array([w.line.length * (2.2 if w.kind == "stairs" else 1.0) for w in ways])
    chance = lengths / lengths.sum()
    for attempt in range(60000):
        if len(ground.buildings) >= total:
            return
        way = ways[int(rng.choice(len(ways), p=chance))]
        width, depth = float(rng.uniform(6.2, 11.5)), float(rng.uniform(6.0, 9.0))
        s = float(rng.uniform(0, way.line.length))
        p, t, n = frame_at(way.line, s)
        side = 1 if rng.random() < 0.5 else -1
        reach = way.width_m / 2 + depth / 2 + float(rng.uniform(1.0, 4.0 if attempt < 20000 else 30.0))
        turn = float(rng.normal(0, 4))
        shape = affinity.rotate(oriented(_house(width, depth, rng), p + n * side * reach, t), turn)
        floors, year = int(rng.integers(2, 5)), int(rng.triangular(1936, 1962, 1990))
        ground.put(
            Building(shape, "house", floors, year, "mixed" if rng.random() < 0.12 else "residential"), 1.3
        )


def _house(width: float, depth: float, rng: np.random.Generator) -> Polygon:
    shape: BaseGeometry = box(-width / 2, -depth / 2, width / 2, depth / 2)
    kind = rng.random()
    if kind < 0.35:  # an annex
        shape = shape.union(box(width / 2 - 3.5, -depth / 2 - 2.4, width / 2, -depth / 2 + 0.5))
    elif kind < 0.5:  # a cut corner
        shape = shape.difference(box(width / 2 - 2.5, depth / 2 - 2.5, width / 2 + 1, depth / 2 + 1))
    return Polygon(shape.exterior)  # type: ignore[attr-defined]


def number_houses(buildings: list[Building], streets: Streets) -> list[Building]:
    """Name every unnamed building after its nearest way, numbered along it."""
    ways = [w for w in streets.everything if w.kind != "link"]
    lines = np.array([w.line for w in ways])
    by_name: dict[str, list[tuple[float, int]]] = {}
    english: dict[str, str] = {}
    for i, b in enumerate(buildings):
        centre = b.shape.representative_point()
        near = ways[int(np.argmin(shapely.distance(lines, centre)))]
        by_name.setdefault(near.name, []).append((centre.x, i))
        english[near.name] = near.name_en
    named = list(buildings)
    for name, members in by_name.items():
        for number, (_x, i) in enumerate(sorted(members), start=1):
            if not named[i].name:
                named[i] = replace(named[i], name=f"{name}{number}号", name_en=f"{number} {english[name]}")
    return named


def way_space(ways: list[Way]) -> BaseGeometry:
    """Return the ground that ways take, with a kerb."""
    return shapely.union_all(
        [w.line.buffer(w.width_m / 2 + (0.8 if w.kind == "stairs" else 1.2), cap_style="flat") for w in ways]
    )


def nearest_on(line: LineString, point: Point) -> Point:
    """Return the nearest point of a line."""
    return line.interpolate(line.project(point))
