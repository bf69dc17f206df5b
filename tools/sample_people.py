"""People and services of the sample community: residents by building, facilities, answers. All invented."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import shapely
from sample_buildings import Building
from sample_places import Quarter
from sample_streets import Streets
from sample_terrain import Hill
from shapely.geometry import Point

# floor area per resident by form (m²), share of 60+, of 0–2, of 3–5, of 6–11
_FORM = {
    "slab": (31.0, 0.29, 0.017, 0.021, 0.047),
    "court": (29.0, 0.36, 0.012, 0.016, 0.038),
    "house": (36.0, 0.40, 0.010, 0.014, 0.032),
    "shop": (80.0, 0.30, 0.014, 0.018, 0.040),
    "tower": (38.0, 0.15, 0.034, 0.036, 0.066),
}
USE_ZH = {
    "residential": "住宅", "mixed": "商住混合", "commercial": "商业", "education": "教育", "culture": "文化",
    "storage": "仓储", "office": "办公", "medical": "医疗",
}  # fmt: skip
FORM_ZH = {
    "slab": "条式楼",
    "court": "院落式",
    "house": "自建房",
    "shop": "店宅",
    "tower": "塔楼",
    "public": "公共建筑",
}


def settle(
    hill: Hill, buildings: list[Building], rng: np.random.Generator, total: int = 20_000
) -> list[dict[str, Any]]:
    """Give every building its people; they sum to ``total``."""
    weight = np.array([_capacity(b) * rng.uniform(0.8, 1.2) for b in buildings])
    exact = weight / weight.sum() * total
    people = np.floor(exact).astype(int)
    for i in np.argsort(people - exact, kind="stable")[: total - int(people.sum())]:
        people[i] += 1
    ground = hill.z(np.array([b.shape.centroid.coords[0] for b in buildings]))
    return [
        _row(i, b, int(n), float(z), rng)
        for i, (b, n, z) in enumerate(zip(buildings, people, ground, strict=True), start=1)
    ]


def _capacity(b: Building) -> float:
    if b.form == "public" or b.use == "commercial":
        return 0.0
    return b.shape.area * (b.floors - (1 if b.use == "mixed" else 0)) * 0.86 / _FORM[b.form][0]


def _row(number: int, b: Building, people: int, z: float, rng: np.random.Generator) -> dict[str, Any]:
    _m2, old, tiny, small, child = _FORM.get(b.form, _FORM["slab"])
    old = float(np.clip(old + rng.normal(0, 0.04), 0.05, 0.6))
    bands = rng.multinomial(people, [tiny, small, child, old, 1.0 - tiny - small - child - old])
    age60 = int(bands[3])
    age65 = int(rng.binomial(age60, 0.68))
    households = 0 if people == 0 else max(1, round(people / float(rng.uniform(2.1, 2.6))))
    area = b.shape.area * b.floors
    return {
        "geometry": b.shape,
        "code": f"QY{number:04d}",
        "name": b.name,
        "name_en": b.name_en,
        "use": b.use,
        "use_zh": USE_ZH[b.use],
        "form": b.form,
        "form_zh": FORM_ZH[b.form],
        "floors": b.floors,
        "floor_area_m2": round(float(area)),
        "year": b.year,
        "lift": int(b.form == "tower"),
        "ground_m": round(z, 1),
        "residents": people,
        "age0_2": int(bands[0]),
        "age3_5": int(bands[1]),
        "age6_11": int(bands[2]),
        "age60": age60,
        "age65": age65,
        "age80": int(rng.binomial(age65, 0.21)),
        "households": households,
        "dwellings": 0 if people == 0 else round(households * float(rng.uniform(1.0, 1.12))),
    }


# kind, Chinese and English name, (way, share along it), capacity, status, floor area m²
FACILITIES: tuple[tuple[str, str, str, tuple[str, float], float | None, str, float | None], ...] = (
    ("elderly_day_care", "听江日间照料站", "Riverview Day Care", ("中街", 0.31), 24, "open", 260),
    ("elderly_day_care", "坪顶长者驿站", "Hilltop Elders' House", ("坪顶路", 0.66), 16, "open", 180),
    ("childcare", "青苗托育点", "Seedling Childcare", ("青崖路", 0.62), 30, "open", 320),
    ("kindergarten", "青崖坪幼儿园", "Qingyaping Kindergarten", ("", 0.0), 180, "open", 1700),
    ("kindergarten", "坪顶实验幼儿园", "Hilltop Kindergarten", ("坪顶路", 0.58), 210, "open", 2100),
    ("primary_school", "青崖坪小学", "Qingyaping Primary School", ("", 0.0), 900, "open", 6200),
    ("health_station", "青崖坪卫生服务站", "Qingyaping Health Station", ("", 0.0), None, "open", 380),
    ("pharmacy", "下街药房", "Lower Street Pharmacy", ("下街", 0.50), None, "open", 90),
    ("pharmacy", "坪顶药房", "Hilltop Pharmacy", ("坪顶路", 0.72), None, "open", 110),
    ("pharmacy", "滨江药房", "Riverside Pharmacy", ("滨江路", 0.28), None, "open", 80),
    ("market", "下街菜市场", "Lower Street Market", ("", 0.0), 96, "open", 1670),
    ("supermarket", "青崖生鲜超市", "Qingya Fresh Supermarket", ("青崖路", 0.70), None, "open", 620),
    ("shops", "中街便民店", "Middle Street Shop", ("中街", 0.36), None, "open", 60),
    ("shops", "上街便民店", "Upper Street Shop", ("上街", 0.36), None, "open", 55),
    ("shops", "码头小卖部", "Wharf Shop", ("滨江路", 0.10), None, "open", 35),
    ("shops", "望江便民店", "Lookout Shop", ("下街", 0.78), None, "open", 48),
    ("shops", "崖畔杂货店", "Cliffside Grocery", ("崖畔路", 0.52), None, "open", 52),
    ("culture_station", "会馆文化站", "Guild Hall Culture Station", ("", 0.0), 120, "open", 720),
    ("community_station", "青崖坪社区服务站", "Qingyaping Community Station", ("", 0.0), None, "open", 580),
    ("canteen", "中街社区食堂", "Middle Street Canteen", ("中街", 0.62), 60, "open", 180),
    ("fitness_outdoor", "临江健身场", "Riverside Fitness Ground", ("滨江路", 0.60), None, "open", 420),
    ("fitness_outdoor", "坪顶健身角", "Hilltop Fitness Corner", ("坪顶路", 0.43), None, "open", 260),
    ("kids_elders_ground", "黄葛树院坝", "Banyan Yard", ("黄葛巷", 0.36), None, "open", 240),
    ("sports_small", "坪顶小球场", "Hilltop Small Court", ("坪顶路", 0.47), None, "open", 640),
    ("park", "云梯沟公园", "Yunti Gully Park", ("", 0.0), None, "open", None),
    ("park", "坪顶公园", "Hilltop Park", ("", 0.0), None, "open", None),
    ("waste_station", "滨江垃圾收集站", "Riverside Waste Station", ("滨江路", 0.47), None, "open", 140),
    ("waste_station", "坪顶垃圾收集站", "Hilltop Waste Station", ("坪顶路", 0.90), None, "open", 120),
    *[("public_toilet", f"{w}公厕", f"{e} Toilet", (w, s), None, "open", a) for w, e, s, a in (
        ("滨江路", "Riverside", 0.13, 60), ("滨江路", "Riverside", 0.66, 55), ("下街", "Lower Street", 0.61, 70),
        ("中街", "Middle Street", 0.17, 40), ("崖畔路", "Cliffside", 0.70, 45), ("坪顶路", "Hilltop", 0.35, 50))],
    *[("bus_stop", f"{n}站", f"{e} stop", (w, s), None, "open", None) for n, e, w, s in (
        ("老码头", "Old Wharf", "滨江路", 0.15), ("临江舞台", "Riverside Stage", "滨江路", 0.45), ("仓库口", "Warehouse", "滨江路", 0.84),
        ("菜市场", "Market", "下街", 0.58), ("中街口", "Middle Street", "中街", 0.08), ("青崖路西", "Qingya Road West", "青崖路", 0.12),
        ("青崖路", "Qingya Road", "青崖路", 0.52), ("青崖路东", "Qingya Road East", "青崖路", 0.93), ("坪顶", "Hilltop", "坪顶路", 0.55))],
    *[("waste_point", f"{w}垃圾投放点{i + 1}", f"Waste point {i + 1}, {e}", (w, s), None, "open", None) for w, e, shares in (
        ("滨江路", "Riverside Road", (0.2, 0.75)), ("下街", "Lower Street", (0.12, 0.4, 0.88)), ("中街", "Middle Street", (0.22, 0.52, 0.8)),
        ("上街", "Upper Street", (0.15, 0.46, 0.74)), ("崖畔路", "Cliffside Road", (0.2, 0.6)), ("青崖路", "Qingya Road", (0.25, 0.8))) for i, s in enumerate(shares)],
    *[("express_locker", f"{n}快递柜", f"Parcel lockers, {e}", (w, s), c, "open", None) for n, e, w, s, c in (
        ("滨江", "Riverside", "滨江路", 0.33, 80), ("下街", "Lower Street", "下街", 0.66, 60), ("上街", "Upper Street", "上街", 0.55, 60),
        ("青崖", "Qingya", "青崖路", 0.34, 120), ("坪顶", "Hilltop", "坪顶路", 0.7, 120))],
    ("vacant_room", "原供销社门面（空置）", "Former co-op shop (vacant)", ("下街", 0.865), None, "vacant", 310),
    ("vacant_room", "原粮站办公楼底层（空置）", "Former grain office, ground floor (vacant)", ("米市巷", 0.46), None, "vacant", 420),
    ("vacant_room", "崖畔路闲置门面", "Idle shopfront, Cliffside Road", ("崖畔路", 0.22), None, "vacant", 150),
)  # fmt: skip
_OPEN_AIR = {
    "bus_stop",
    "waste_point",
    "fitness_outdoor",
    "kids_elders_ground",
    "sports_small",
    "park",
    "express_locker",
}


def place_facilities(quarter: Quarter) -> list[dict[str, Any]]:
    """Put services into the nearest free building (or beside the way, in the open air)."""
    shapes = np.array([b.shape for b in quarter.buildings])
    used: set[int] = set()
    rows = []
    for number, (kind, name, english, where, capacity, status, area) in enumerate(FACILITIES, start=1):
        at = _named_place(quarter, name) if not where[0] else _beside(quarter, kind, where, shapes, used)
        rows.append({
            "geometry": at, "code": f"F{number:03d}", "name": name, "name_en": english, "kind": kind,
            "capacity": capacity, "status": status, "area_m2": area, **_stated_area(kind, area),
        })  # fmt: skip
    return rows


_GROUNDS = {"fitness_outdoor", "kids_elders_ground", "sports_small", "park"}


def _stated_area(kind: str, area: float | None) -> dict[str, float | None]:
    """Return an area under the name of what it measures: grounds have a site, rooms have floors."""
    is_ground = kind in _GROUNDS
    return {"floor_area_m2": None if is_ground else area, "site_area_m2": area if is_ground else None}


def _named_place(quarter: Quarter, name: str) -> Point:
    alias = {
        "会馆文化站": "盐商会馆",
        "青崖坪社区服务站": "青崖坪社区居委会",
        "青崖坪小学": "青崖坪小学教学楼",
    }.get(name, name)
    built = next((b.shape for b in quarter.buildings if b.name == alias), None)
    shape = built if built is not None else next(p.shape for p in quarter.places if p.name == alias)
    return shape.representative_point()


def _beside(
    quarter: Quarter, kind: str, where: tuple[str, float], shapes: np.ndarray, used: set[int]
) -> Point:
    way = max((w for w in quarter.streets.everything if w.name == where[0]), key=lambda w: w.line.length)
    at = way.line.interpolate(where[1], normalized=True)
    if kind in _OPEN_AIR:
        side = shapely.offset_curve(way.line, way.width_m / 2 + 2.0).interpolate(where[1], normalized=True)
        return Point(side.x, side.y)
    forms = {"slab", "shop", "tower", "court"}
    for i in np.argsort(shapely.distance(shapes, at), kind="stable").tolist():
        if i not in used and quarter.buildings[i].form in forms:
            used.add(i)
            return shapes[i].representative_point()
    raise ValueError(kind)


# category, English, share of 600 answers, where it gathers, texts
_WISHES: tuple[tuple[str, str, int, str, tuple[str, ...]], ...] = (
    ("养老照护", "Elderly care", 118, "old", ("父母白天没人照看，希望{place}附近有日间照料。", "老人下不了坡，助餐能不能送到{place}？", "希望有护理员定期上门，{place}独居老人多。", "日间照料站太远，走到{place}要歇好几次。", "盼着有个能喝茶、量血压的老年活动室。")),
    ("梯道与坡道", "Stairs and ramps", 104, "stairs", ("{place}梯坎破损，雨天很滑。", "{place}没有扶手，老人上下害怕。", "推婴儿车、轮椅过不去{place}，希望有坡道。", "{place}太长，希望中间有歇脚平台。", "梯坎边的排水沟盖板松动。")),
    ("托育服务", "Childcare", 62, "young", ("双职工家庭，{place}一带没有托育点。", "只有一家托育，排队要半年。", "希望{place}有两岁以下的托班。", "价格能不能普惠一点。")),
    ("加装电梯", "Lifts", 58, "old", ("八楼没有电梯，{place}老人几个月不下楼。", "愿意出钱加装电梯，希望社区牵头协商。", "一楼邻居担心采光，请设计师上门讲一讲。", "{place}能不能做一部连接上下街的公共电梯？")),
    ("公共空间", "Open space", 56, "any", ("{place}有块边角空地，做成小游园吧。", "孩子没有地方玩，只能在路边。", "希望{place}多几把椅子、有遮阴。", "黄葛树下的院坝别停车。")),
    ("环境卫生", "Waste and hygiene", 52, "any", ("{place}垃圾桶夏天味道大。", "分类投放点离家太远，要下三段梯坎。", "{place}常有人乱扔大件垃圾。", "希望有洗手的地方和遮雨棚。")),
    ("停车", "Parking", 46, "road", ("{place}晚上停满车，消防车进不来。", "希望划定车位，规范收费。", "摩托车停在梯道口，挡路。")),
    ("照明", "Lighting", 44, "stairs", ("{place}晚上没有灯，看不见梯坎。", "路灯坏了几个月没人修。", "{place}转角太暗，女儿下晚自习害怕。")),
    ("排水管网", "Drainage", 34, "low", ("{place}下大雨积水倒灌。", "污水管老化，{place}有异味。", "化粪池每年都要堵几次。")),
    ("文化活动", "Culture and activities", 26, "any", ("会馆能不能周末开放？", "希望{place}办坝坝舞和放露天电影。", "想学书法、川剧，缺场地。")),
)  # fmt: skip
_CHANNELS = ("网格走访", "微信小程序", "院坝会", "热线")


def ask(
    buildings: list[dict[str, Any]], streets: Streets, hill: Hill, rng: np.random.Generator
) -> list[dict[str, Any]]:
    """Return 600 answers. Each stands on a way near a home, moved along it: never on a home."""
    rows: list[dict[str, Any]] = []
    centres = [b["geometry"].centroid for b in buildings]
    homes = shapely.STRtree([b["geometry"] for b in buildings])
    for category, english, count, where, texts in _WISHES:
        ways = _ways_for(streets, where)
        lines = np.array([w.line for w in ways])
        chance = _chance(buildings, centres, lines, where)
        for i in rng.choice(len(buildings), size=count, p=chance).tolist():
            k = int(np.argmin(shapely.distance(lines, centres[i])))
            s = lines[k].project(centres[i]) + float(rng.normal(0, 14))
            at = lines[k].interpolate(float(np.clip(s, 1, lines[k].length - 1)))
            near = Point(at.x + float(rng.normal(0, 2.2)), at.y + float(rng.normal(0, 2.2)))
            if len(homes.query(near, predicate="dwithin", distance=0.5)):
                near = at
            text = str(rng.choice(texts)).format(place=ways[k].name)
            rows.append({
                "x": near.x, "y": near.y, "category": category, "category_en": english,
                "weight": int(rng.choice([1, 2, 3, 4, 5], p=[0.12, 0.22, 0.34, 0.2, 0.12])),
                "date": (date(2025, 3, 3) + timedelta(days=int(rng.integers(0, 75)))).isoformat(),
                "channel": str(rng.choice(_CHANNELS, p=[0.42, 0.3, 0.2, 0.08])), "text": text,
            })  # fmt: skip
    del hill
    order = rng.permutation(len(rows))
    return [{"code": f"D{n:03d}", **rows[i]} for n, i in enumerate(order.tolist(), start=1)]


def _ways_for(streets: Streets, where: str) -> list[Any]:
    if where == "stairs":
        return streets.stairs
    if where == "road":
        return [w for w in streets.roads if w.kind in {"street", "link"}]
    return [w for w in streets.everything if w.kind in {"street", "lane", "stairs"}]


def _chance(
    buildings: list[dict[str, Any]], centres: list[Point], lines: np.ndarray, where: str
) -> np.ndarray:
    """Return how likely an answer comes from near each building: people, and a few hot spots per theme."""
    key = {"old": "age60", "young": "age0_2"}.get(where, "residents")
    weight = np.array([float(b[key]) ** 0.8 for b in buildings])
    xy = np.array([c.coords[0] for c in centres])
    spots = {
        "old": ((300, 420), (980, 560), (620, 330)), "young": ((980, 690), (330, 640), (700, 600)),
        "stairs": ((455, 380), (705, 300), (1130, 560), (240, 560)), "road": ((600, 250), (880, 780), (330, 690)),
        "low": ((380, 210), (900, 330)), "any": ((500, 300), (900, 480), (300, 300)),
    }[where]  # fmt: skip
    boost = sum(np.exp(-((xy - np.array(s)) ** 2).sum(axis=1) / (2 * 75.0**2)) for s in spots)
    if where == "stairs":
        near = np.array([float(shapely.distance(lines, c).min()) for c in centres])
        weight = weight * np.exp(-near / 40)
    weight = weight * (0.18 + 1.9 * boost)
    return weight / weight.sum()
