"""Run in a process of its own: reach, drag, room, catchments and siting on one city. Prints one JSON object."""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import apsw
import numpy as np
import shapely
from measure import best_ms

from renovate_gui.domain.layer import LayerTable

LIMIT_M = 500.0
NEED = 0.03  # of the elderly: only there to fill the facilities, no standard says so
KIND = "elderly_care"
FRAMES = 80  # for each kind
SMALL = 20_000  # parcels; so many are also counted in the way of the reference
BESIDE_M = 8.0  # the reference counts a parcel as covered when a reached way comes this near


def main() -> None:
    """Measure one city; what takes long is measured once."""
    city = Path(sys.argv[1])
    tables = _tables(city)
    ways, shapes = tables["network"].geometry, tables["parcels"].geometry
    found: dict[str, Any] = {"edges": len(ways), "parcels": len(shapes), "tables_mb": _memory_mb()}
    found |= _asked(tables, found)
    found |= _opened_again(ways, shapes)
    found["end_mb"] = _memory_mb()
    print(json.dumps(found))


def _asked(tables: dict[str, LayerTable], found: dict[str, Any]) -> dict[str, Any]:
    """Measure what is asked of one network; it is let go of afterwards."""
    ways, facts = tables["network"].geometry, tables["network"].columns
    spots, services = tables["facilities"].geometry, tables["facilities"].columns
    shapes, old = tables["parcels"].geometry, tables["parcels"].columns["elderly"].astype(float)
    engine, seconds = _built(ways, shapes, facts, found)
    kinds = [spots[services["type"] == k] for k in np.unique(services["type"])]
    found["nearest_ms"] = best_ms(lambda: [engine.nearest(k) for k in kinds], 5)
    found["hundred_ms"] = best_ms(lambda: engine.within(spots[:100], LIMIT_M), 5)
    own = spots[services["type"] == KIND]
    found["kind_ms"] = best_ms(lambda: engine.within(own, LIMIT_M), 3)
    found["covered"] = {
        k: _covered(engine, spots[services["type"] == k]) for k in np.unique(services["type"])
    }
    found |= _drag(engine, seconds, spots, services, old)
    found["memory_mb"] = _memory_mb()
    if len(shapes) <= SMALL:
        found["beside"] = {k: _beside(engine, spots[services["type"] == k], shapes) for k in found["covered"]}
    for part in (
        lambda: _catchments(engine, spots[:200], old),
        lambda: _siting(engine, old),
        lambda: _heat(engine),
    ):
        found |= _if_there(part)
    return found


def _if_there(part: Callable[[], dict[str, float]]) -> dict[str, float]:
    """Measure what may be absent from this version."""
    try:
        return part()
    except ModuleNotFoundError:
        return {}


def _opened_again(ways: Any, shapes: Any) -> dict[str, float]:
    """Make network and joins as a project does at its second opening."""
    from renovate_gui.app.reach_cache import ReachCache

    with tempfile.TemporaryDirectory() as folder:
        cache = ReachCache(Path(folder), worth=1)

        def made() -> object:
            return cache.engine(cache.network(ways), shapes, None)

        made()
        return {"again_ms": best_ms(made)}


def _beside(engine: Any, spots: Any, shapes: Any) -> int:
    """Count parcels as the reference does: a way that is reached on foot comes near, access legs not counted."""
    from shapely.ops import substring

    from renovate_gui.analysis.reach import ReachEngine

    network = engine.network
    own = engine.join(spots)
    feet = shapely.line_interpolate_point(network.lines[own.edge], own.offset_m)
    nodes = ReachEngine(network, shapely.points(network.node_xy))
    left = LIMIT_M - nodes.nearest(feet).cost
    tail, head = left[network.tail], left[network.head]
    stretches = []
    for e in np.flatnonzero((tail > 0) | (head > 0)):
        length = network.length_m[e]
        stretches += [(e, 0.0, min(tail[e], length))] if tail[e] > 0 else []
        stretches += [(e, max(length - head[e], 0.0), length)] if head[e] > 0 else []
    for e, at in zip(own.edge, own.offset_m, strict=True):
        stretches.append((e, max(at - LIMIT_M, 0.0), min(at + LIMIT_M, network.length_m[e])))
    lines = network.lines[:]
    pieces = np.array([substring(lines[e], a, b) for e, a, b in stretches], dtype=object)
    return len(np.unique(shapely.STRtree(shapes).query(pieces, predicate="dwithin", distance=BESIDE_M)[1]))


def _memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _tables(city: Path) -> dict[str, LayerTable]:
    """Read the layers as a project's tables are read, all their columns too."""
    from renovate_gui.store.features import read_table

    db = apsw.Connection(str(city / "city.gpkg"), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        return {name: read_table(db, name) for name in ("network", "facilities", "parcels")}
    finally:
        db.close()


def _built(ways: Any, shapes: Any, facts: dict[str, Any], found: dict[str, Any]) -> tuple[Any, Any]:
    """Build network, snapping and the senior's seconds; imports are not what is measured."""
    from renovate_gui.analysis.costs import in_seconds
    from renovate_gui.analysis.reach import ReachEngine
    from renovate_gui.analysis.walkers import walker
    from renovate_gui.analysis.ways import way_facts
    from renovate_gui.geo.network import build_network
    from renovate_gui.geo.snapping import anchor_points

    ReachEngine(build_network(ways[:50]), anchor_points(shapes[:50]))
    parts: list[float] = []

    def build() -> Any:
        start = time.perf_counter()
        network = build_network(ways)
        parts.append((time.perf_counter() - start) * 1000)
        return ReachEngine(network, anchor_points(shapes))

    made: list[Any] = []
    runs = 3 if len(ways) < 200_000 else 1
    found["build_ms"] = best_ms(lambda: made.__setitem__(slice(None), [build()]), runs)
    found["network_ms"] = min(parts)
    (engine,) = made
    made.clear()
    senior = walker("senior")
    assert senior is not None
    start = time.perf_counter()
    known = way_facts(engine.network, list(facts["kind"]), grade=facts["grade"].astype(float))
    seconds = engine.under(in_seconds(engine.network, known, senior))
    found["seconds_ms"] = (time.perf_counter() - start) * 1000
    return engine, seconds


def _covered(engine: Any, spots: Any) -> int:
    return len(np.unique(engine.within(spots, LIMIT_M).place))


def _drag(engine: Any, seconds: Any, spots: Any, services: Any, old: Any) -> dict[str, float]:
    """Drag one facility of each kind about, with and without room deciding, and slide its room."""
    found: dict[str, float] = {}
    for name, need in (("drag", None), ("room", old * NEED)):
        times: list[float] = []
        sliding: list[float] = []
        prepared: list[float] = []
        for number, kind in zip((3, 20, 40, 77), np.unique(services["type"]), strict=False):
            is_kind = services["type"] == kind
            points, room = spots[is_kind], services["capacity"][is_kind].astype(float)
            own = number % len(points)
            start = time.perf_counter()
            hand = _in_hand(engine, seconds, (points, room, own), old, need)
            prepared.append((time.perf_counter() - start) * 1000)
            times += [_ms(lambda h=hand, p=p: h.frame(p)) for p in _path(points[own])]
            if need is not None:
                spot = points[own]
                sliding += [_ms(lambda h=hand, s=spot, c=c: h.frame(s, float(c))) for c in range(0, 120, 3)]
            del hand  # let go before the next is taken
        found[f"{name}_prepare_ms"] = max(prepared)
        found[f"{name}_median_ms"], found[f"{name}_p95_ms"] = np.percentile(times, (50, 95)).tolist()
        if sliding:
            found["slide_median_ms"], found["slide_p95_ms"] = np.percentile(sliding, (50, 95)).tolist()
    return found


def _in_hand(engine: Any, seconds: Any, own: tuple[Any, Any, int], old: Any, need: Any) -> Any:
    from renovate_gui.analysis.live import Surroundings
    from renovate_gui.analysis.live_kind import KindUnderHand, Others, Rules
    from renovate_gui.domain.facility import AgeBasis

    rules = Rules(
        LIMIT_M,
        LIMIT_M,
        asks_person=True,
        need=need,
        people=old,
        groups={AgeBasis.AGE60: old},
        has_place=np.ones(len(old), dtype=bool),
    )
    return KindUnderHand(Surroundings(engine.places, engine, seconds), rules, Others(*own))


def _path(start: Any) -> Iterator[Any]:
    """Yield the points of a hand that moves about 5 m a frame, never quite straight."""
    for i in range(FRAMES):
        yield shapely.Point(start.x + 4.0 * i, start.y + 3.0 * i + 10.0 * np.sin(i / 3.0))


def _ms(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def _catchments(engine: Any, spots: Any, old: Any) -> dict[str, float]:
    from renovate_gui.analysis.floating import access, usual
    from renovate_gui.domain.travel import CatchmentModel

    model = CatchmentModel.ENHANCED
    weight = usual(model, 1000.0)
    pairs = engine.within(spots, 1000.0)
    supply = np.full(len(spots), 50.0)
    shared = best_ms(lambda: access(pairs, old, supply, model=model, weight=weight))
    return {"share_ms": shared, "pairs_ms": best_ms(lambda: engine.within(spots, 1000.0))}


def _siting(engine: Any, old: Any) -> dict[str, float]:
    """Choose 5 of 500 spots for 10,000 places."""
    from renovate_gui.analysis.siting.cover import mclp, mclp_exact
    from renovate_gui.analysis.siting.model import Choice, CoverProblem, pairs_matrix

    rng = np.random.default_rng(3)
    count = min(10_000, len(old))
    middle = np.median(shapely.get_coordinates(engine.places), axis=0)
    gap = np.hypot(*(shapely.get_coordinates(engine.places) - middle).T)
    near = np.sort(np.argsort(gap)[:count])
    spots = engine.places[rng.choice(near, 500, replace=False)]
    pairs = engine.within(spots, LIMIT_M)
    inside = np.isin(pairs.place, near)
    matrix = pairs_matrix(pairs.facility[inside], np.searchsorted(near, pairs.place[inside]), (500, count))
    problem = CoverProblem(matrix, old[near], Choice.of_count(500, 5))
    first = best_ms(lambda: mclp(problem))
    start = time.perf_counter()
    proven = mclp_exact(problem, time_limit_s=60.0)
    return {
        "site_first_ms": first,
        "site_proven_s": time.perf_counter() - start if proven.is_proven else float("inf"),
    }


def _heat(engine: Any) -> dict[str, float]:
    from renovate_gui.analysis.heat_grid import density, heat_plan

    xy = shapely.get_coordinates(engine.places)
    low, high = xy.min(axis=0), np.minimum(xy.max(axis=0), xy.min(axis=0) + 4000.0)
    plan = heat_plan(shapely.box(*low, *high), 120.0)
    rng = np.random.default_rng(1)
    points = rng.uniform(low, high, (100_000, 2))
    weight = np.ones(len(points))
    return {"heat_ms": best_ms(lambda: density(plan, points, weight), 5)}


if __name__ == "__main__":
    main()
