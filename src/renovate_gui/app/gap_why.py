"""Why one building has its verdict: four numbers, one text, one route."""

from __future__ import annotations

import math

import numpy as np
import shapely

from renovate_gui.analysis.reach import straight_line
from renovate_gui.analysis.routing import NO_ROUTE, Route
from renovate_gui.app import gap_words
from renovate_gui.app.gap_run import GapRun
from renovate_gui.app.gap_words import Walk
from renovate_gui.domain.verdict import Explanation, GapResult, Measure, Verdict


def explain_building(run: GapRun, result: GapResult, row: int) -> Explanation:
    """Return the explanation of one counted place."""
    route, walk = _walk(run, result, row)
    used = run.ways is not None and len(route.edges) > 0 and _uses_plan(run, route)
    planned = walk is not None and _key(result, row).startswith("proposal:")
    return Explanation(
        feature_id=int(result.ids[row]),
        title=run.places.title(row),
        kind=result.kind,
        verdict=Verdict(result.verdict[row]),
        nearest_name=walk.name if walk else "",
        network_m=walk.network_m if walk else math.inf,
        circle_m=walk.circle_m if walk else math.inf,
        minutes=walk.minutes if walk else math.nan,
        stairs=walk.stairs if walk else 0,
        limit_m=result.limit_m,
        sentence=gap_words.sentence(result, row, walk, run.walker),
        doubt=gap_words.doubt(result, walk, counts_plans=used or planned),
        route_xy=_drawn(run, result, row, route),
    )


def _key(result: GapResult, row: int) -> str:
    which = int(result.nearest[row])
    return result.facility_keys[which] if which >= 0 else ""


def _walk(run: GapRun, result: GapResult, row: int) -> tuple[Route, Walk | None]:
    """Return the way to the nearest facility by the chosen measure, or the straight line where no way is known."""
    points = run.points[result.kind]
    anchor = run.anchors[row]
    if len(points) == 0 or anchor is None:
        return NO_ROUTE, None
    direct = straight_line(run.anchors[row : row + 1], points)
    nearest = int(direct.which[0])
    which = int(result.nearest[row])
    target = which if which >= 0 else nearest
    apart_name, apart_m = _apart(run, result, row)
    route = run.engine.route(row, points[target]) if run.engine is not None else NO_ROUTE
    length = float(result.network_m[row]) if result.measure is Measure.NETWORK else route.length_m
    is_other = nearest != target and result.facility_names[nearest] != result.facility_names[target]
    return route, Walk(
        name=result.facility_names[target],
        network_m=length,
        circle_m=float(shapely.distance(anchor, points[target])),
        minutes=length / run.walker.speed_mps / 60.0 if math.isfinite(length) else math.nan,
        stairs=_stairs(run, route),
        nearer_name=result.facility_names[nearest] if is_other else "",
        nearer_m=float(direct.cost[0]) if is_other else math.nan,
        apart_name=apart_name,
        apart_m=apart_m,
    )


def _apart(run: GapRun, result: GapResult, row: int) -> tuple[str, float]:
    """Return the facility for whose sake a place with a way cannot be judged, with its straight distance."""
    if (
        run.engine is None
        or result.verdict[row] != Verdict.UNKNOWN
        or not math.isfinite(result.network_m[row])
    ):
        return "", math.nan
    found = run.engine.nearest_unconnected(run.points[result.kind])
    return result.facility_names[int(found.which[row])], float(found.cost[row])


def _stairs(run: GapRun, route: Route) -> int:
    """Return how many edges of the route are stairs."""
    if run.ways is None or run.engine is None or len(route.edges) == 0:
        return 0
    return int(np.count_nonzero(run.ways.is_stairs(run.engine.network.source[route.edges])))


def _uses_plan(run: GapRun, route: Route) -> bool:
    if run.ways is None or run.engine is None:
        return False
    return bool((run.engine.network.source[route.edges] >= len(run.ways.existing)).any())


def _drawn(run: GapRun, result: GapResult, row: int, route: Route) -> np.ndarray:
    """Return what to draw: the route, or the straight line where that is the measure."""
    which = int(result.nearest[row])
    if result.measure is Measure.CIRCLE and which >= 0:
        ends = np.array([run.anchors[row], run.points[result.kind][which]], dtype=object)
        return np.asarray(shapely.get_coordinates(ends))
    return route.xy
