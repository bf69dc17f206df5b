"""Make ``sample_maps/``: the invented hillside community 青崖坪 (Qingyaping).

    python tools/make_sample.py [--out DIR] [--preview PICTURE.png]

Everything is computed from one fixed seed: a hill above a river bend (``sample_terrain``), roads along its contours
and stairs down its slope (``sample_streets``), reserved places and buildings (``sample_places``, ``sample_buildings``),
the walking network, parcels and grids (``sample_network``), people, services and answers (``sample_people``), and
prepared proposals (``sample_proposals``). The same seed gives the same files.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

os.environ.setdefault("OGR_CURRENT_DATE", "2025-06-01T00:00:00.000Z")

import numpy as np
import shapely
from sample_buildings import number_houses
from sample_network import add_paths, islands, make_grids, make_parcels, walk_edges
from sample_people import ask, place_facilities, settle
from sample_pictures import draw_preview, draw_room, draw_stairs
from sample_places import Quarter, build_quarter
from sample_proposals import make_proposals
from sample_streets import make_streets
from sample_terrain import Hill, contour, contours, make_hill
from sample_write import write_all
from shapely.geometry import Polygon, box

SEED = 20240501


def make(out: Path, preview: Path | None) -> None:
    """Make all layers and write them."""
    rng = np.random.default_rng(SEED)
    hill = make_hill()
    streets = make_streets(hill, rng)
    quarter = build_quarter(streets, rng)
    quarter.buildings = number_houses(quarter.buildings, streets)
    add_paths(streets, quarter)
    layers: dict[str, Any] = {"buildings": settle(hill, quarter.buildings, rng)}
    layers["facilities"] = place_facilities(quarter)
    layers["walk_network"] = walk_edges(hill, streets)
    layers["parcels"] = _count(make_parcels(quarter), layers["buildings"])
    layers["grids"] = _grid_rows(
        _count(make_grids(layers["parcels"], streets.frame, streets), layers["buildings"])
    )
    layers["demand"] = ask(layers["buildings"], streets, hill, rng)
    x0, y0, x1, y1 = streets.frame.bounds
    sheet = box(x0 - 420, y0 - 400, x1 + 420, y1 + 330)
    layers["landuse"] = _landuse(hill, quarter, sheet)
    layers["contours"] = [
        {"geometry": part, "height_m": float(level)}
        for level in range(170, 280, 5) for line in contours(hill, level)
        for part in shapely.get_parts(shapely.simplify(line.intersection(sheet), 0.3)) if part.length > 30
    ]  # fmt: skip
    layers["study_area"] = [
        {
            "geometry": streets.frame,
            "name": "青崖坪社区",
            "name_en": "Qingyaping community",
            "role": "community",
        }
    ]
    layers["drawn"] = make_proposals(quarter, layers["facilities"])
    assert len(islands(layers["walk_network"])) == 2, islands(layers["walk_network"])
    write_all(out, hill, sheet, layers)
    draw_stairs(out / "photos" / "illustration_stairs.png")
    draw_room(out / "photos" / "illustration_day_care.png")
    if preview:
        draw_preview(preview, layers, sheet.bounds)
    print(json.dumps({k: len(v) for k, v in layers.items()}, ensure_ascii=False), file=sys.stderr)


def _count(areas: list[dict[str, Any]], buildings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add residents, households and those of 60 and more to areas, from the buildings in them."""
    tree = shapely.STRtree([a["geometry"] for a in areas])
    for a in areas:
        a.update(residents=0, households=0, age60=0)
    for b in buildings:
        hits = tree.query_nearest(b["geometry"].representative_point(), all_matches=False)
        for key in ("residents", "households", "age60"):
            areas[int(hits[0])][key] += b[key]
    return areas


_NUMBERS = "一二三四五六七八九十"


def _zh(number: int) -> str:
    return _NUMBERS[number - 1] if number <= 10 else "十" + _NUMBERS[number - 11]


def _grid_rows(cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "geometry": c["geometry"], "code": f"QY-G{c['number']:02d}", "name": f"第{_zh(c['number'])}网格", "name_en": f"Grid {c['number']}",
            "worker": f"专职网格员（第{_zh(c['number'])}格）", "residents": c["residents"], "households": c["households"], "age60": c["age60"],
        }
        for c in cells
    ]  # fmt: skip


def _landuse(hill: Hill, quarter: Quarter, sheet: Polygon) -> list[dict[str, Any]]:
    """Return the ground in drawing order: hill woods, the quarter, river, beach, outside roads, places."""
    bank = hill.bank
    river = Polygon([*bank.coords, (2600, -900), (-1500, -900)]).buffer(0).intersection(sheet)
    quay = contour(hill, 172.5)
    assert quay is not None
    shore = Polygon([*bank.coords, *list(quay.coords)[::-1]]).buffer(0).intersection(sheet)
    frame = quarter.streets.frame
    roads = shapely.union_all([
        line.buffer(w / 2, cap_style="flat")
        for level, w in ((178.5, 11.0), (213.0, 7.0), (262.0, 9.0)) if (line := contour(hill, level))
    ]).difference(frame.buffer(2)).intersection(sheet)  # fmt: skip
    woods = sheet.difference(shapely.union_all([river, shore, frame]))
    ground = [
        ("forest", "山林", "Wooded hill", woods.difference(roads)),
        (
            "quarter",
            "青崖坪",
            "Qingyaping",
            frame.difference(shapely.union_all([p.shape for p in quarter.places])),
        ),
        ("beach", "消落带", "Drawdown bank", shore.difference(frame)),
        ("water", "青江（虚构）", "Qing River (invented)", river),
        ("road", "", "", roads),
    ]
    rows = [{"geometry": g, "use": use, "name": name, "name_en": english} for use, name, english, g in ground]
    rows += [
        {"geometry": p.shape, "use": p.use, "name": p.name, "name_en": p.name_en}
        for p in quarter.places
        if p.use != "sports"
    ]
    rows += [
        {"geometry": p.shape, "use": p.use, "name": p.name, "name_en": p.name_en}
        for p in quarter.places
        if p.use == "sports"
    ]
    for row in rows:
        row["geometry"] = shapely.set_precision(shapely.simplify(row["geometry"], 0.15), 0.01)
    return [r for r in rows if not r["geometry"].is_empty]


def main() -> None:
    """Read the arguments and make the folder."""
    parser = argparse.ArgumentParser(description="Make the sample community")
    parser.add_argument("--out", type=Path, default=Path(__file__).resolve().parent.parent / "sample_maps")
    parser.add_argument("--preview", type=Path)
    arguments = parser.parse_args()
    make(arguments.out, arguments.preview)


if __name__ == "__main__":
    main()
