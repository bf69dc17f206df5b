"""Prepared proposals and callouts of the sample community, placed by the layout itself; all figures are invented."""

from __future__ import annotations

from typing import Any

import shapely
from sample_buildings import frame_at
from sample_places import Quarter
from shapely.geometry import LineString, Point
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring


def _way(quarter: Quarter, name: str) -> LineString:
    return max((w.line for w in quarter.streets.everything if w.name == name), key=lambda g: g.length)


def _flight(quarter: Quarter, name: str, number: int) -> LineString:
    return [w.line for w in quarter.streets.stairs if w.name == name][number]


def _on(line: LineString, share: float, aside: float = 0.0) -> Point:
    p, _t, n = frame_at(line, share * line.length)
    return Point(*(p + n * aside))


def _ramp(quarter: Quarter) -> LineString:
    """Return a zigzag ramp beside a stair flight between Rice Market Lane and Lower Street."""
    flight = _flight(quarter, "青崖大梯", -2)
    top, low = _way(quarter, "下街"), quarter.streets.stairs
    del low
    a, b = Point(flight.coords[0]), Point(flight.coords[-1])
    s = top.project(a)
    start = top.interpolate(s + 26)
    points = [start.coords[0]]
    for share, aside in ((0.28, -7.0), (0.42, -27.0), (0.62, -9.0), (0.78, -24.0)):
        x = a.x + (b.x - a.x) * share
        y = a.y + (b.y - a.y) * share
        d = (b.x - a.x, b.y - a.y)
        n = (d[0] ** 2 + d[1] ** 2) ** 0.5
        points.append((x + d[1] / n * aside, y - d[0] / n * aside))
    return LineString([*points, b.coords[0]])


def _vacant(quarter: Quarter, road: str) -> BaseGeometry:
    line = _way(quarter, road)
    plots = [p.shape for p in quarter.places if p.use == "vacant"]
    return min(plots, key=lambda g: g.distance(line))


def make_proposals(quarter: Quarter, facilities: list[dict[str, Any]]) -> dict[str, Any]:
    """Return proposals and notes; geometry in local metres under ``shape``."""
    room = {f["name"]: f["geometry"] for f in facilities}
    grain = room["原粮站办公楼底层（空置）"]
    coop = room["原供销社门面（空置）"]
    cliff = room["崖畔路闲置门面"]
    lift = _flight(quarter, "盐船梯", 0)
    rows = [
        _row(grain, "elderly_day_care", "II", "improved", "粮站日间照料中心", "Day-care centre in the old grain office",
             "利用原粮站办公楼底层空置用房约 420 平方米，设日间照料、助餐、康复三间。", "Use 420 m² of empty ground floor for day care, meals and rehabilitation.",
             ("街道委托的社会组织", "60 岁以上优先，周一至周六 8:00–18:00", "基本看护免费，助餐每餐 12 元", "运营方日常维护，社区每季度检查"),
             ("A social organisation chosen by the sub-district", "Aged 60+ first; Monday to Saturday, 8:00–18:00", "Basic care free, a meal 12 yuan", "The operator, checked by the community each quarter"),
             "860000", {"central": "350000", "district": "310000", "social": "200000"}, 36, "high", "discussed", "建筑师", "Architect"),
        _row(coop, "childcare", "II", "improved", "供销社托育室", "Childcare room in the former co-op shop",
             "原供销社门面改造为两个托班，配独立出入口和遮阳院坝。", "Turn the former co-op shop into two groups with their own entrance and a shaded yard.",
             ("普惠托育机构", "0–3 岁，本社区居民优先，每班不超过 15 人", "每月不高于 1,200 元", "托育机构负责，卫生服务站指导"),
             ("A childcare provider under the public scheme", "Ages 0–3, residents first, at most 15 a group", "At most 1,200 yuan a month", "The provider, guided by the health station"),
             "540000", {"central": "240000", "district": "180000", "social": "120000"}, 30, "high", "discussed", "建筑师", "Architect"),
        _row(_ramp(quarter), "ramp", "VIII", "basic", "青崖大梯无障碍坡道", "Step-free ramp beside the Great Qingya Stairs",
             "在下街与米市巷之间增设折返坡道，净宽 1.5 米，设双层扶手与休息平台。", "A zigzag ramp 1.5 m wide between Lower Street and Rice Market Lane, with double handrails and landings.",
             ("社区居委会", "轮椅、婴儿车优先，禁止电动车通行", "不收费", "街道市政所养护，居民志愿巡查"),
             ("The residents' committee", "Wheelchairs and prams first, no e-bikes", "None", "Sub-district works office, with volunteers walking it"),
             "420000", {"central": "220000", "municipal": "120000", "district": "80000"}, None, "high", "discussed", "规划师", "Planner"),
        _row(_vacant(quarter, "中街"), "pocket_park", "VII", "improved", "中街口袋公园", "Pocket park on Middle Street",
             "把堆放杂物的边角空地改为小游园，保留黄葛树，设座椅和儿童沙坑。", "Turn a cluttered leftover plot into a small garden; keep the banyan, add seats and a sand pit.",
             ("院坝自治小组", "6:00–22:00 开放，不停车、不堆物", "不收费", "社区基金每年 6,000 元，认养到户"),
             ("The yard's self-management group", "Open 6:00–22:00, no parking, no storage", "None", "6,000 yuan a year from the community fund; plots adopted by households"),
             "260000", {"district": "160000", "foundation": "60000", "residents": "40000"}, None, "medium", "discussed", "景观师", "Landscape architect"),
        _row(lift, "lift", "VIII", "enhanced", "盐船梯公共电梯", "Public lift beside the Salt-boat Stairs",
             "在上街与黄葛巷之间建一部垂直公共电梯与连桥，方便老人出行。", "A public lift with a footbridge between Upper Street and Banyan Lane.",
             ("街道国资公司", "6:00–23:00 运行，居民刷卡优先", "居民免费，访客每次 1 元", "专业维保单位，运行费列入街道预算"),
             ("The sub-district's public company", "Runs 6:00–23:00, residents first", "Free for residents, visitors 1 yuan a ride", "A licensed firm; running costs in the sub-district budget"),
             "1850000", {"bonds": "900000", "municipal": "500000", "district": "450000"}, None, "medium", "draft", "规划师", "Planner"),
        _row(substring(_merged(quarter, "黄葛梯"), 0.25, 0.62, normalized=True), "handrail", "VIII", "basic", "黄葛梯扶手与歇脚平台", "Handrails and resting places on Banyan Stairs",
             "两侧加装扶手，每两段设一处歇脚平台与座椅，更换松动盖板。", "Handrails on both sides, a resting place every second flight, loose drain covers replaced.",
             ("社区居委会", "平台不得摆摊、停车", "不收费", "网格员每月巡查，市政所维修"),
             ("The residents' committee", "No stalls or parking on landings", "None", "Checked monthly by grid workers, mended by the works office"),
             "180000", {"central": "120000", "district": "60000"}, None, "high", "agreed", "工程师", "Engineer"),
        _row(_on(_way(quarter, "石匠巷"), 0.5, 2.2), "lighting", "X", "basic", "石匠巷与梯道照明", "Lighting on Mason Lane and its stairs",
             "更换 46 盏暖色低眩光灯具，梯道转角加感应灯带，接入社区报修平台。", "46 warm low-glare lamps, sensor strips at stair corners, faults reported on the community platform.",
             ("供电所与社区居委会", "日落后亮灯，23:00 后半功率", "不收费", "供电所维修，48 小时内响应"),
             ("The power company and the residents' committee", "On at dusk, half power after 23:00", "None", "The power company, within 48 hours"),
             "150000", {"pipeline": "90000", "district": "60000"}, None, "medium", "agreed", "工程师", "Engineer"),
        _row(_on(_way(quarter, "水井巷"), 0.42, -3.0), "waste_sorting", "VII", "improved", "水井巷垃圾分类亭", "Waste sorting shelter on Well Lane",
             "设四分类投放亭一座，配洗手池、遮雨棚与除臭设备，缩短中部住户投放距离。", "One four-bin shelter with a sink, a roof and odour control, nearer to homes on the middle slope.",
             ("物业服务企业", "定时投放 7:00–9:00、18:00–21:00", "计入物业费", "物业每日清洗，志愿者值守"),
             ("The property service", "Open 7:00–9:00 and 18:00–21:00", "Within the property fee", "Washed daily by the service, watched by volunteers"),
             "95000", {"district": "60000", "residents": "35000"}, None, "low", "discussed", "工程师", "Engineer"),
        _row(next(b.shape.representative_point() for b in quarter.buildings if b.name == "盐商会馆"), "programme", "III", "enhanced", "会馆周末开放计划", "Open guild hall at weekends",
             "会馆周末开放：川剧坐唱、老照片展、儿童手工，每月一次院坝放映。", "Weekend opening: opera singing, old photographs, crafts for children, and a film in the yard once a month.",
             ("文化站与居民社团", "周六、周日 9:00–20:00，活动提前公示", "免费，材料自备", "文化站统筹，社区基金资助"),
             ("The culture station with residents' clubs", "Saturday and Sunday 9:00–20:00, announced beforehand", "Free; bring your own materials", "Run by the culture station, helped by the community fund"),
             "60000", {"foundation": "35000", "social": "25000"}, None, "low", "draft", "社区规划师", "Community planner"),
        _row(cliff, "canteen", "II", "improved", "崖畔长者食堂", "Elders' canteen on Cliffside Road",
             "闲置门面改为长者食堂助餐点，由中央厨房配送，可送餐上门。", "Turn the idle shopfront into a canteen served by a central kitchen, with home delivery.",
             ("餐饮企业与社区居委会", "60 岁以上优惠，11:00–13:00、17:00–18:30", "60 岁以上每餐 10 元，80 岁以上 7 元", "企业自负盈亏，街道按人次补贴"),
             ("A caterer with the residents' committee", "Reduced for 60+; 11:00–13:00 and 17:00–18:30", "10 yuan a meal for 60+, 7 yuan for 80+", "The caterer, with a subsidy per meal"),
             "210000", {"district": "130000", "social": "80000"}, 45, "medium", "draft", "建筑师", "Architect"),
    ]  # fmt: skip
    notes = [
        {
            "shape": _on(_way(quarter, "崖畔路"), 0.34, 16),
            "text": "崖壁需先做稳定性检测",
            "text_en": "Check the cliff's stability first",
        },
        {
            "shape": _on(_way(quarter, "滨江路"), 0.145, -18),
            "text": "老码头保留石阶与系缆桩",
            "text_en": "Keep the wharf's steps and mooring posts",
        },
    ]
    return {"proposals": rows, "notes": notes}


def _merged(quarter: Quarter, name: str) -> LineString:
    points: list[tuple[float, ...]] = []
    for way in quarter.streets.stairs:
        if way.name == name:
            points += list(way.line.coords)
    return LineString(points)


def _row(  # noqa: PLR0917  a table of texts reads best by position
    shape: BaseGeometry, kind: str, category: str, tier: str, title: str, title_en: str, description: str, description_en: str,
    governance: tuple[str, str, str, str], governance_en: tuple[str, str, str, str], cost: str, funds: dict[str, str],
    capacity: int | None, priority: str, status: str, responsible: str, responsible_en: str,
) -> dict[str, Any]:  # fmt: skip
    assert sum(int(v) for v in funds.values()) == int(cost), title
    parts = ("operator", "rule", "fee", "upkeep")
    return {
        "shape": shapely.set_precision(shape, 0.01), "kind": kind, "category": category, "tier": tier, "title": title, "title_en": title_en,
        "description": description, "description_en": description_en,
        "governance": dict(zip(parts, governance, strict=True)), "governance_en": dict(zip(parts, governance_en, strict=True)),
        "cost": cost, "funds": funds, "capacity": capacity, "priority": priority, "status": status,
        "responsible": responsible, "responsible_en": responsible_en,
    }  # fmt: skip
