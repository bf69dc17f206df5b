"""The walking network and the parcels of the sample community, cut from its ways."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from sample_buildings import frame_at, way_space
from sample_places import Quarter
from sample_streets import Streets, Way
from sample_terrain import _GULLIES, Hill, _smooth
from shapely.geometry import LineString, Point, Polygon
from shapely.ops import substring

RISER_M = 0.155
_WAY_OF_KIND = {
    "street": "street",
    "link": "street",
    "lane": "path",
    "stairs": "stairs",
    "path": "path",
    "yard": "path",
}


def add_paths(streets: Streets, quarter: Quarter) -> None:
    """Add footpaths in the park and to the school, and the closed yard: a little island of network."""
    gully = substring(_smooth(_GULLIES[0][0]), 60, 470)
    streets.paths.append(Way("path", "云梯沟步道", "Yunti Gully Path", gully, 2.2))
    top = next(w.line for w in streets.roads if w.name == "坪顶路")
    school = next(p.shape for p in quarter.places if p.name == "青崖坪小学").centroid
    door = top.interpolate(top.project(school))
    streets.paths.append(
        Way("path", "校园通道", "School Path", LineString([(door.x, door.y), (school.x, school.y)]), 3.0)
    )
    yard = next(p.shape for p in quarter.places if p.name == "原仓库大院")
    rect = np.array(yard.minimum_rotated_rectangle.exterior.coords)
    sides = sorted((LineString(rect[i : i + 2]) for i in range(4)), key=lambda g: g.length)
    a, b = (np.array(g.centroid.coords[0]) for g in sides[:2])
    line = LineString([a + (b - a) * 0.06, a + (b - a) * 0.5, a + (b - a) * 0.94])
    cross, tangent, normal = frame_at(line, line.length / 2)
    del tangent
    streets.paths.append(Way("yard", "仓库大院内路", "Warehouse Yard Way", line, 4.0))
    ends = [cross - normal * 10, cross + normal * 10]
    streets.paths.append(Way("yard", "仓库大院内路", "Warehouse Yard Way", LineString(ends), 4.0))


def walk_edges(hill: Hill, streets: Streets) -> list[dict[str, Any]]:
    """Cut all ways at their crossings; every edge carries z, length, grade, steps and width."""
    ways = streets.everything
    # snap rounding makes an end that lies on another line a true junction
    noded = shapely.union_all(np.array([w.line for w in ways]), grid_size=0.02)
    lines = np.array([w.line for w in ways])
    edges = []
    for part in sorted(shapely.get_parts(noded), key=lambda g: tuple(np.round(g.coords[0], 1))):
        middle = part.interpolate(0.5, normalized=True)
        way = ways[int(np.argmin(np.round(shapely.distance(lines, middle), 1)))]
        edges.append(_edge(hill, way, part))
    return _without_slivers(edges)


def _edge(hill: Hill, way: Way, part: LineString) -> dict[str, Any]:
    xy = np.round(shapely.get_coordinates(shapely.simplify(part, 0.08)), 2)
    z = np.round(hill.z(xy), 1)
    rise = float(z[-1] - z[0])
    length = round(float(part.length), 1)
    is_stairs = way.kind == "stairs"
    return {
        "geometry": LineString(np.column_stack([xy, z])),
        "name": way.name,
        "name_en": way.name_en,
        "way": _WAY_OF_KIND[way.kind],
        "kind_zh": {
            "street": "街道",
            "link": "坡路",
            "lane": "巷道",
            "stairs": "梯道",
            "path": "步道",
            "yard": "院内路",
        }[way.kind],
        "length_m": length,
        "grade": round(rise / length, 3) if length else 0.0,
        "steps": round(abs(rise) / RISER_M) if is_stairs else None,
        "handrail": int(way.has_handrail) if is_stairs else None,
        "width_m": way.width_m,
    }


def _without_slivers(edges: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Drop dead ends under two metres: they come from cutting, not from the street."""
    ends: dict[tuple[float, float], int] = {}
    for e in edges:
        for c in (e["geometry"].coords[0], e["geometry"].coords[-1]):
            ends[c[:2]] = ends.get(c[:2], 0) + 1

    def is_stub(e: dict[str, Any]) -> bool:
        line = e["geometry"]
        return line.length < 2.0 and min(ends[line.coords[0][:2]], ends[line.coords[-1][:2]]) == 1

    kept = [e for e in edges if not is_stub(e)]
    return [{"code": f"W{i:04d}", **e} for i, e in enumerate(kept, start=1)]


def islands(edges: list[dict[str, Any]]) -> list[int]:
    """Return the number of edges in each connected part, largest first."""
    parent: dict[tuple[float, float], tuple[float, float]] = {}

    def find(n: tuple[float, float]) -> tuple[float, float]:
        parent.setdefault(n, n)
        while parent[n] != n:
            parent[n] = parent[parent[n]]
            n = parent[n]
        return n

    for e in edges:
        a, b = e["geometry"].coords[0][:2], e["geometry"].coords[-1][:2]
        parent[find(a)] = find(b)
    sizes: dict[tuple[float, float], int] = {}
    for e in edges:
        root = find(e["geometry"].coords[0][:2])
        sizes[root] = sizes.get(root, 0) + 1
    return sorted(sizes.values(), reverse=True)


def make_parcels(quarter: Quarter) -> list[dict[str, Any]]:
    """Return plots between the ways; reserved places are plots of their own."""
    streets = quarter.streets
    frame = streets.frame
    cuts = [w.line for w in streets.everything if w.kind != "yard"]
    faces = shapely.get_parts(
        shapely.polygonize([shapely.union_all(np.array([*cuts, frame.exterior]), grid_size=0.02)])
    )
    space = way_space([w for w in streets.everything if w.kind != "yard"])
    places = [p for p in quarter.places if p.use not in {"water", "beach", "sports"}]
    taken = shapely.union_all([p.shape for p in places])
    roads = [w for w in streets.roads if w.kind == "street"]
    lines = np.array([w.line for w in roads])
    parcels = [{"geometry": g, "use": p.use, "name": p.name, "name_en": p.name_en}
               for p in places for g in _pieces(p.shape.intersection(frame), 120)]  # fmt: skip
    counts: dict[str, int] = {}
    for face in sorted(faces, key=lambda f: (round(f.centroid.x), round(f.centroid.y))):
        for piece in _pieces(face.difference(space).difference(taken.buffer(0.05)), 160):
            road = roads[int(np.argmin(shapely.distance(lines, piece.centroid)))]
            counts[road.name] = n = counts.get(road.name, 0) + 1
            parcels.append(
                {
                    "geometry": piece,
                    "use": "residential",
                    "name": f"{road.name}{n}号院",
                    "name_en": f"{road.name_en} Yard {n}",
                }
            )
    return [{"code": f"P{i:03d}", **p} for i, p in enumerate(parcels, start=1)]


def _pieces(shape: object, least_m2: float) -> list[Polygon]:
    opened = shapely.buffer(shapely.buffer(shape, -1.2), 1.2, join_style="mitre").intersection(shape)
    return [
        shapely.simplify(p, 0.2)
        for p in shapely.get_parts(opened)
        if isinstance(p, Polygon) and p.area > least_m2
    ]


def make_grids(
    parcels: list[dict[str, Any]], frame: Polygon, streets: Streets, want: int = 12
) -> list[dict[str, Any]]:
    """Merge blocks between ways into ``want`` cells of about equal population."""
    cuts = np.array([*(w.line for w in streets.everything if w.kind != "yard"), frame.exterior])
    faces = list(shapely.get_parts(shapely.polygonize([shapely.union_all(cuts, grid_size=0.02)])))
    faces.sort(key=lambda f: (round(f.centroid.x), round(f.centroid.y)))
    centres = np.array([f.centroid.coords[0] for f in faces])
    tree = shapely.STRtree(faces)
    people = np.ones(len(faces))
    for p in parcels:
        hit = tree.query(Point(p["geometry"].representative_point()), predicate="within")
        if len(hit):
            people[hit[0]] += p["residents"]
    seeds = _balanced_seeds(centres, people, want)
    owner = np.argmin(((centres[:, None, :] - seeds[None]) ** 2).sum(axis=2), axis=1)
    cells = []
    order = np.argsort(-seeds[:, 1] + seeds[:, 0] * 0.15)
    for number, k in enumerate(order, start=1):
        shape = (
            shapely.union_all([f for f, o in zip(faces, owner, strict=True) if o == k])
            .buffer(0.3)
            .buffer(-0.3)
        )
        cells.append({"geometry": shapely.simplify(shape, 0.3), "number": number})
    return cells


def _balanced_seeds(centres: np.ndarray, people: np.ndarray, want: int) -> np.ndarray:
    start = np.linspace(0, len(centres) - 1, want).astype(int)
    seeds = centres[start].astype(float)
    for _ in range(60):
        owner = np.argmin(((centres[:, None, :] - seeds[None]) ** 2).sum(axis=2), axis=1)
        for k in range(want):
            mine = owner == k
            if mine.any():
                seeds[k] = np.average(centres[mine], axis=0, weights=people[mine])
    return seeds
