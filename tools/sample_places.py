"""Places of the sample community that are planned first: parks, squares, school, market, guild hall, warehouses."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import shapely
from sample_buildings import (
    Building,
    Ground,
    court,
    frame_at,
    oriented,
    place_courts,
    place_houses,
    place_shops,
    place_slabs,
    place_towers,
    rows_of,
    way_space,
)
from sample_streets import Streets
from sample_terrain import _GULLIES, _smooth
from shapely.geometry import LineString, MultiPolygon, Polygon, box
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring


@dataclass(frozen=True)
class Place:
    """A piece of ground with a use: park, green, plaza, sports, school, vacant, beach, water, road."""

    shape: BaseGeometry
    use: str
    name: str = ""
    name_en: str = ""


@dataclass
class Quarter:
    """Everything built, before people move in."""

    streets: Streets
    places: list[Place] = field(default_factory=list)
    buildings: list[Building] = field(default_factory=list)


def _road(streets: Streets, name: str) -> LineString:
    return next(w.line for w in streets.roads if w.name == name)


def _site(
    streets: Streets, road: str, share: float, size: tuple[float, float], reach: float
) -> tuple[Polygon, np.ndarray, np.ndarray]:
    """Return a rectangle beside a road (``reach`` metres uphill of its axis to the rectangle's centre)."""
    line = _road(streets, road)
    p, t, n = frame_at(line, share * line.length)
    at = p + n * reach
    return oriented(box(-size[0] / 2, -size[1] / 2, size[0] / 2, size[1] / 2), at, t), at, t


def _free_site(
    streets: Streets, road: str, share: float, size: tuple[float, float], reach: float
) -> tuple[Polygon, np.ndarray, np.ndarray]:
    """Return the nearest such rectangle that no way crosses, sliding it along its road."""
    space = shapely.union_all([w.line.buffer(w.width_m / 2) for w in streets.everything])
    for step in range(80):
        for sign in (1, -1):
            found = _site(streets, road, share + sign * step * 0.004, size, reach)
            if not found[0].intersects(space) and not any(found[0].intersects(t) for t in _taken):
                _taken.append(found[0].buffer(3))
                return found
    raise ValueError(f"no room on {road}")


_taken: list[BaseGeometry] = []


def _strip(line: LineString, part: tuple[float, float], near: float, far: float) -> Polygon:
    piece = substring(line, *part, normalized=True)
    a = shapely.offset_curve(piece, near, join_style="round")
    b = shapely.offset_curve(piece, far, join_style="round")
    return Polygon([*a.coords, *list(b.coords)[::-1]]).buffer(0)


def plan_places(streets: Streets) -> tuple[list[Place], list[Building]]:
    """Return reserved places and the public buildings on them."""
    above = Polygon([*_road(streets, "滨江路").coords, (2400, 2600), (-1500, 2600)]).buffer(0)
    east_gully = substring(_smooth(_GULLIES[0][0]), 95, 470).buffer(23)
    west_gully = substring(_smooth(_GULLIES[1][0]), 150, 400).buffer(12)
    places = [
        Place(east_gully.intersection(above), "park", "云梯沟公园", "Yunti Gully Park"),
        Place(west_gully.intersection(above), "green", "西溪绿带", "West Brook Green"),
        Place(_strip(_road(streets, "崖畔路"), (0.30, 0.40), 9, 27), "green", "崖壁绿地", "Cliff Green"),
        Place(_strip(_road(streets, "崖畔路"), (0.66, 0.80), 8, 24), "green", "崖壁绿地", "Cliff Green"),
        Place(_strip(_road(streets, "上街"), (0.86, 0.97), -8, -24), "green", "崖壁绿地", "Cliff Green"),
        Place(_strip(_road(streets, "滨江路"), (0.0, 1.0), -8, -26), "green", "滨江绿带", "Riverside Green"),
        Place(_site(streets, "坪顶路", 0.415, (96, 62), -49)[0], "park", "坪顶公园", "Hilltop Park"),
        Place(
            _site(streets, "坪顶路", 0.80, (88, 58), -50)[0], "allotment", "坪顶菜地", "Hilltop Allotments"
        ),
        Place(_site(streets, "滨江路", 0.145, (52, 30), -22)[0], "plaza", "老码头广场", "Old Wharf Square"),
        Place(_site(streets, "滨江路", 0.62, (60, 22), -20)[0], "plaza", "临江舞台", "Riverside Stage"),
    ]
    buildings: list[Building] = []
    for place, built in _sites(streets):
        places.append(place)
        buildings += built
    return places, buildings


def _sites(streets: Streets) -> list[tuple[Place, list[Building]]]:
    school, at, t = _free_site(streets, "坪顶路", 0.17, (136, 84), 54)
    nrm = np.array([-t[1], t[0]])
    wing = oriented(court("U", 58, 46, 11, is_mirrored=False), at - t * 36, t)
    gym = oriented(box(-13, -9, 13, 9), at + t * 40 - nrm * 30, t)
    track = oriented(LineString([(-20, 0), (20, 0)]).buffer(22, quad_segs=12), at + t * 25 + nrm * 9, t)  # type: ignore[arg-type]
    kinder, k_at, k_t = _free_site(streets, "上街", 0.22, (46, 25), 19)
    market, m_at, m_t = _free_site(streets, "下街", 0.645, (58, 25), 19)
    hall, h_at, h_t = _free_site(streets, "中街", 0.43, (38, 27), 20)
    yard, y_at, y_t = _free_site(streets, "滨江路", 0.865, (96, 38), 28)
    y_n = np.array([-y_t[1], y_t[0]])
    office, o_at, o_t = _free_site(streets, "中街", 0.66, (34, 15), 13.5)
    clinic, c_at, c_t = _free_site(streets, "青崖路", 0.475, (32, 15), -14.5)
    guild = box(-17, -12, 17, 12).difference(box(-8, -5.5, 8, 4.5))
    sheds = [
        oriented(box(-22, -6.2, 22, 6.2), y_at + y_t * dx + y_n * dy, y_t)
        for dx, dy in ((-24, -10), (-24, 9), (25, -10), (23, 9))
    ]
    vacants = [
        ("中街", 0.19, (30, 17), -15.5),
        ("下街", 0.29, (26, 16), 14.5),
        ("上街", 0.57, (27, 15), 13.5),
        ("崖畔路", 0.88, (28, 15), -14.0),
    ]
    public = "public"
    return [
        (Place(school, "school", "青崖坪小学", "Qingyaping Primary School"), [
            Building(wing, public, 5, 1988, "education", "青崖坪小学教学楼", "Primary School, teaching block"),
            Building(gym, public, 2, 1996, "education", "青崖坪小学风雨操场", "Primary School, gym"),
        ]),
        (Place(track, "sports", "小学操场", "School ground"), []),
        (Place(kinder, "school", "青崖坪幼儿园", "Qingyaping Kindergarten"), [
            Building(oriented(court("L", 36, 18, 9, is_mirrored=True), k_at, k_t), public, 3, 1991, "education", "青崖坪幼儿园", "Qingyaping Kindergarten"),
        ]),
        (Place(market, "plaza", "下街菜市广场", "Lower Street Market Square"), [
            Building(oriented(box(-22, -9.5, 22, 9.5), m_at + np.array([-m_t[1], m_t[0]]) * 1.5, m_t), public, 2, 1994, "commercial", "下街菜市场", "Lower Street Market Hall"),
        ]),
        (Place(hall, "plaza", "会馆院坝", "Guild Hall Yard"), [
            Building(oriented(guild, h_at, h_t), public, 2, 1908, "culture", "盐商会馆", "Salt Merchants' Guild Hall"),
        ]),
        (Place(yard, "industrial", "原仓库大院", "Old Warehouse Yard"), [
            Building(s, public, 1, 1956 + 2 * i, "storage", f"原仓库{i + 1}号库", f"Old Warehouse {i + 1}") for i, s in enumerate(sheds)
        ]),
        (Place(office, "plaza", "社区院坝", "Community Yard"), [
            Building(oriented(box(-13, -5.6, 13, 5.6), o_at, o_t), public, 4, 2002, "office", "青崖坪社区居委会", "Community Office"),
        ]),
        (Place(clinic, "plaza", "", ""), [
            Building(oriented(box(-12, -5.6, 12, 5.6), c_at, c_t), public, 3, 1999, "medical", "青崖坪卫生服务站", "Community Health Station"),
        ]),
        *[(Place(_free_site(streets, *v)[0], "vacant", "边角空地", "Leftover plot"), []) for v in vacants],
    ]  # fmt: skip


def build_quarter(streets: Streets, rng: np.random.Generator, total: int = 900) -> Quarter:
    """Place everything: public buildings first, towers, shops, courts, slabs, then houses in the gaps."""
    places, public = plan_places(streets)
    school = next(p.shape for p in places if p.use == "school")
    streets.frame = streets.frame.union(school.buffer(9, join_style="mitre"))  # the school belongs to it
    space = way_space(streets.everything)
    places = [Place(_clean(p.shape.difference(space)), p.use, p.name, p.name_en) for p in places]
    ground = Ground(streets.frame, shapely.union_all([space, *(p.shape.buffer(1.0) for p in places)]))
    for built in public:
        clash = [w.name for w in streets.everything if w.line.buffer(w.width_m / 2).intersects(built.shape)]
        assert not clash, f"{built.name} stands on {clash}"
    ground.buildings += public
    roads = {w.name: w for w in streets.roads}
    place_towers(ground, roads["青崖路"].line, roads["坪顶路"].line, rng)
    for name, part in (
        ("滨江路", (0.04, 0.13)),
        ("滨江路", (0.20, 0.34)),
        ("下街", (0.44, 0.53)),
        ("下街", (0.68, 0.80)),
        ("中街", (0.30, 0.40)),
    ):
        place_shops(ground, roads[name].line, roads[name].width_m, part, rng)
    rows = rows_of(streets)
    place_courts(ground, rows, rng, 46)
    place_slabs(ground, rows, rng)
    place_houses(ground, streets, rng, total)
    return Quarter(streets, places, ground.buildings)


def _clean(shape: BaseGeometry) -> BaseGeometry:
    parts = [p for p in shapely.get_parts(shape.buffer(0)) if isinstance(p, Polygon) and p.area > 60]
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)
