"""Run in a process of its own: reach, drag, room, catchments and siting on one city. Prints one JSON object."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from measure import best_ms

LIMIT_M = 500.0
NEED = 0.03  # of the elderly: only there to fill the facilities, no standard says so
KIND = "elderly_care"
FRAMES = 240


def main() -> None:
    """Measure one city; what takes long is measured once."""
    city = Path(sys.argv[1])
    ways, facts = _table(city, "network", ["kind", "grade"])
    spots, services = _table(city, "facilities", ["type", "capacity"])
    shapes, people = _table(city, "parcels", ["elderly"])
    found: dict[str, Any] = {"edges": len(ways), "parcels": len(shapes), "tables_mb": _memory_mb()}
    engine, seconds = _built(ways, shapes, facts, found)
    kinds = [spots[services["type"] == k] for k in np.unique(services["type"])]
    found["nearest_ms"] = best_ms(lambda: [engine.nearest(k) for k in kinds], 5)
    found["hundred_ms"] = best_ms(lambda: engine.within(spots[:100], LIMIT_M), 5)
    own = spots[services["type"] == KIND]
    found["kind_ms"] = best_ms(lambda: engine.within(own, LIMIT_M), 3)
    found["covered"] = {
        k: _covered(engine, spots[services["type"] == k]) for k in np.unique(services["type"])
    }
    room = services["capacity"][services["type"] == KIND].astype(float)
    old = people["elderly"].astype(float)
    found |= _drag(engine, seconds, own, room, old)
    del ways, shapes
    found["memory_mb"] = _memory_mb()
    found |= _catchments(engine, spots[:200], old) | _siting(engine, old) | _heat(engine)
    print(json.dumps(found))


def _memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _table(city: Path, layer: str, columns: list[str]) -> tuple[Any, dict[str, Any]]:
    import pyogrio.raw

    meta, _, shapes, data = pyogrio.raw.read(str(city / "city.gpkg"), layer=layer, columns=columns)
    return shapely.from_wkb(shapes), dict(zip(meta["fields"], data, strict=True))


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


def _drag(engine: Any, seconds: Any, spots: Any, room: Any, old: Any) -> dict[str, float]:
    """Drag facilities about, with and without room deciding, and slide one's room."""
    from renovate_gui.analysis.live import Surroundings
    from renovate_gui.analysis.live_kind import KindUnderHand, Others, Rules
    from renovate_gui.domain.facility import AgeBasis

    found: dict[str, float] = {}
    has_place = np.ones(len(old), dtype=bool)
    for name, need in (("drag", None), ("room", old * NEED)):
        rules = Rules(
            LIMIT_M,
            LIMIT_M,
            asks_person=True,
            need=need,
            people=old,
            groups={AgeBasis.AGE60: old},
            has_place=has_place,
        )
        times: list[float] = []
        sliding: list[float] = []
        for own in (3, 40, 77):
            start = time.perf_counter()
            around = Surroundings(engine.places, engine, seconds)
            hand = KindUnderHand(around, rules, Others(spots, room, own % len(spots)))
            found[f"{name}_prepare_ms"] = (time.perf_counter() - start) * 1000
            times += [_ms(lambda h=hand, p=p: h.frame(p)) for p in _path(spots[own % len(spots)])]
            if need is not None:
                spot = spots[own % len(spots)]
                sliding += [_ms(lambda h=hand, s=spot, c=c: h.frame(s, float(c))) for c in range(0, 120, 3)]
        found[f"{name}_median_ms"], found[f"{name}_p95_ms"] = np.percentile(times, (50, 95)).tolist()
        if sliding:
            found["slide_median_ms"], found["slide_p95_ms"] = np.percentile(sliding, (50, 95)).tolist()
    return found


def _path(start: Any) -> Iterator[Any]:
    """Yield the points of a hand that moves about 5 m a frame, never quite straight."""
    for i in range(FRAMES // 3):
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
