"""Why one building has its verdict: the facilities near it, the ways there, the room in them, the rule."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from renovate_gui.analysis.nearest import straight_line
from renovate_gui.analysis.routing import NO_ROUTE, Route
from renovate_gui.analysis.verdicts import SLACK
from renovate_gui.app import gap_words
from renovate_gui.app.gap_frozen import Frozen, FrozenKind
from renovate_gui.app.gap_profile import WayLook, look_of
from renovate_gui.app.gap_run import GapRun
from renovate_gui.app.gap_words import Walk
from renovate_gui.domain.travel import Direction
from renovate_gui.domain.verdict import (
    Explanation,
    FacilityWay,
    GapResult,
    Measure,
    Verdict,
    WalkerVerdict,
)

if TYPE_CHECKING:
    from renovate_gui.analysis.reach import ReachEngine
    from renovate_gui.analysis.walkers import Walker

FloatArray = NDArray[np.float64]
EngineOf = Callable[["Walker"], "ReachEngine | None"]
"""Reach in seconds of any walker, at the hour of the run."""

_SHOWN = 3  # facilities told of
_LOOKED_AT = 12  # facilities, the nearest in a straight line, that may be among them
_FARTHER = 3.0  # ways this much longer than the limit are still told
_SAME_WAY_M = 1.0  # a way longer than the shortest by less is told as the same


@dataclass(frozen=True, slots=True)
class _At:
    """One building of one result, and who walks from it."""

    frozen: Frozen
    one: FrozenKind
    result: GapResult
    row: int
    person: ReachEngine | None

    @property
    def verdict(self) -> Verdict:
        """Return the building's verdict."""
        return Verdict(self.result.verdict[self.row])


@dataclass(frozen=True, slots=True)
class _Near:
    """Facilities near one building: rows of its kind, metres, seconds there and back; ``inf`` no way."""

    rows: NDArray[np.int64]
    metres: FloatArray
    there: FloatArray
    back: FloatArray
    asked: FloatArray  # seconds in the asked direction
    most_m: float = math.inf  # no farther was looked


def explain_building(
    run: GapRun, result: GapResult, row: int, engine_of: EngineOf, *, with_walkers: bool = True
) -> Explanation:
    """Return the explanation of one counted place.

    Without the other walkers it needs no engine but the asked walker's, and says that they follow where there are any.
    """
    frozen = run.frozen
    one = frozen.of(result.kind)
    at = _At(frozen, one, result, row, engine_of(one.walker))
    near = _near(at)
    subject = _subject(at, near)
    route, paper = _routes(at, near, subject)
    look, short = _looked(at, route), _looked(at, paper)
    walk = _walk(at, near, subject, look, short or look)
    is_other = len(paper.xy) > 0
    plans = _uses_plan(frozen, route) or (subject >= 0 and one.keys[subject].startswith("proposal:"))
    return Explanation(
        feature_id=int(result.ids[row]),
        title=frozen.places.title(row),
        kind=result.kind,
        verdict=at.verdict,
        nearest_name=walk.name if walk else "",
        network_m=walk.network_m if walk else math.inf,
        circle_m=walk.circle_m if walk else math.inf,
        minutes=walk.minutes if walk else math.nan,
        stairs=look.stairs if look else 0,
        limit_m=result.limit_m,
        sentence=gap_words.sentence(result, row, walk, one.walker),
        doubt=gap_words.doubt(result, walk, counts_plans=plans),
        route_xy=_drawn(at, route),
        minutes_limit=result.minutes_limit,
        direction=result.direction,
        walker=gap_words.walker_title(one.walker) if one.asks_person else "",
        ways=_ways(at, near),
        walkers=_walkers(at, near, engine_of) if with_walkers else (),
        walkers_follow=not with_walkers and bool(_told(at, near).any()),
        profile=look.profile if look else None,
        room=gap_words.room(result, row),
        clause=gap_words.rule(result),
        confidence=result.row.confidence if result.row else None,
        is_checked=result.row.is_checked if result.row else False,
        heights=gap_words.heights(look.sources, frozen.ground.layers) if look else "",
        walked_m=route.length_m if is_other else math.nan,
        paper_xy=paper.xy,
        entrance=_entrance(at, subject, route.xy),
        ways_note=_ways_note(at, near),
    )


def _entrance(at: _At, facility: int, way: FloatArray) -> str:
    """Return by which entrance a way leads into a facility, in words; empty where none is known."""
    if facility < 0:
        return ""
    return at.frozen.facility_doors.words(at.one.spots[facility], at.one.points[facility], way)


def _looked(at: _At, route: Route) -> WayLook | None:
    facts = at.frozen.facts
    return look_of(route, facts, at.one.walker) if facts is not None and len(route.xy) else None


def _near(at: _At) -> _Near:
    """Return the facilities near a building, the nearest by their ways first."""
    frozen, one, result, row, person = at.frozen, at.one, at.result, at.row, at.person
    none = np.zeros(0)
    anchor = frozen.anchors[row]
    if frozen.metres is None or len(one.points) == 0 or anchor is None:
        return _Near(np.zeros(0, dtype=np.int64), none, none, none, none)
    straight = np.asarray(shapely.distance(one.spots, anchor))
    rows = np.argsort(straight, kind="stable")
    within = int(np.count_nonzero(straight <= one.limit_m + SLACK))
    rows = rows[: max(_LOOKED_AT, within)]
    known = float(result.network_m[row])
    if result.measure is Measure.NETWORK and result.nearest[row] >= 0:
        rows = np.union1d(rows, result.nearest[row : row + 1])
    points = one.spots[rows]
    most_m = max(_FARTHER * one.limit_m, known + 1.0 if math.isfinite(known) else 0.0)
    metres = _costs(frozen.metres, row, points, most_m, Direction.THERE)
    slow = most_m / min(one.walker.speed_mps, one.walker.stairs_mps or one.walker.speed_mps)
    there, back = (_costs(person, row, points, slow, d) for d in (Direction.THERE, Direction.BACK))
    asked = {Direction.THERE: there, Direction.BACK: back, Direction.ROUND_TRIP: there + back}[
        result.direction
    ]
    order = np.lexsort((straight[rows], metres))
    return _Near(rows[order], metres[order], there[order], back[order], asked[order], most_m)


def _costs(
    engine: ReachEngine | None, row: int, points: NDArray[np.object_], limit: float, direction: Direction
) -> FloatArray:
    """Return the cost between one place and each facility, ``inf`` beyond the limit."""
    found = np.full(len(points), np.inf)
    if engine is not None:
        pairs = engine.within(points, limit, direction)
        own = pairs.place == row
        found[pairs.facility[own]] = pairs.cost[own]
    return found


def _passes(near: _Near, one: FrozenKind) -> NDArray[np.bool_]:
    """Return which facilities are within the distance and within the walker's minutes."""
    passes = near.metres <= one.limit_m + SLACK
    if one.asks_person:
        passes &= near.asked <= one.seconds_limit + SLACK
    return passes


def _subject(at: _At, near: _Near) -> int:
    """Return the facility that the sentences are about: the nearest that serves, else the nearest, −1 none."""
    result, row, one = at.result, at.row, at.one
    if at.verdict in {Verdict.SERVED, Verdict.FULL} and result.measure is Measure.NETWORK:
        served = near.rows[_passes(near, one)]
        if len(served):
            return int(served[0])
    return int(result.nearest[row])


def _known(near: _Near, costs: FloatArray, facility: int) -> float:
    """Return how far a way to a facility need be looked for: a known cost and one more, ``inf`` when none is known."""
    own = np.flatnonzero(near.rows == facility)
    return float(costs[own[0]]) + 1.0 if len(own) else math.inf


def _routes(at: _At, near: _Near, subject: int) -> tuple[Route, Route]:
    """Return the way to draw and, where it is another, the shortest.

    Drawn is the walker's own way; where there is none the shortest, which shows what is in the way.
    """
    frozen, one, row = at.frozen, at.one, at.row
    if frozen.metres is None or len(one.points) == 0 or frozen.anchors[row] is None:
        return NO_ROUTE, NO_ROUTE
    if subject < 0:  # no way leads to any
        return NO_ROUTE, NO_ROUTE
    paper = frozen.metres.route(row, one.spots[subject], limit=_known(near, near.metres, subject))
    own = _own_route(at, near, subject)
    if not len(own.xy):
        return paper, NO_ROUTE
    is_same = own.length_m <= paper.length_m + _SAME_WAY_M
    return (own, NO_ROUTE) if is_same or at.result.measure is Measure.CIRCLE else (own, paper)


def _own_route(at: _At, near: _Near, subject: int) -> Route:
    """Return the walker's quickest way to a facility, none where nobody in particular walks or cannot get there."""
    own = np.flatnonzero(near.rows == subject)
    if at.person is None or not at.one.asks_person or not len(own):
        return NO_ROUTE
    direction = Direction.BACK if at.result.direction is Direction.BACK else Direction.THERE
    seconds = near.back if direction is Direction.BACK else near.there
    if not math.isfinite(seconds[own[0]]):
        return NO_ROUTE
    target = at.one.spots[subject]
    return at.person.route(at.row, target, direction, limit=_known(near, seconds, subject))


def _walk(at: _At, near: _Near, subject: int, look: WayLook | None, short: WayLook | None) -> Walk | None:
    """Return what the sentences tell of the way drawn and of the shortest, None without any facility or place."""
    frozen, one, result, row = at.frozen, at.one, at.result, at.row
    anchor = frozen.anchors[row]
    if len(one.points) == 0 or anchor is None:
        return None
    direct = straight_line(frozen.anchors[row : row + 1], one.points)
    nearest = int(direct.which[0])
    target = subject if subject >= 0 else nearest
    own = np.flatnonzero(near.rows == target)
    metres = float(near.metres[own[0]]) if len(own) else math.inf
    if result.measure is Measure.NETWORK and target == result.nearest[row]:
        metres = float(result.network_m[row])
    seconds = float(near.asked[own[0]]) if len(own) else math.inf
    walked = _walked_m(at, near, target) if len(own) and math.isfinite(near.there[own[0]]) else math.nan
    apart_name, apart_m = _apart(at)
    is_other = nearest != target and one.names[nearest] != one.names[target]
    return Walk(
        name=one.names[target],
        network_m=metres,
        circle_m=float(shapely.distance(anchor, one.points[target])),
        minutes=seconds / 60.0 if math.isfinite(metres) else math.nan,
        stairs=short.stairs if short else 0,
        walked_m=walked,
        steps=short.steps if short else None,
        steepest=short.steepest if short else math.nan,
        own_stairs=look.stairs if look else 0,
        own_steps=look.steps if look else None,
        nearer_name=one.names[nearest] if is_other else "",
        nearer_m=float(direct.cost[0]) if is_other else math.nan,
        apart_name=apart_name,
        apart_m=apart_m,
    )


def _walked_m(at: _At, near: _Near, facility: int) -> float:
    """Return the metres of the walker's own way, NaN when nobody in particular walks."""
    if at.person is None or not at.one.asks_person:
        return math.nan
    limit = _known(near, near.there, facility)
    return at.person.route(at.row, at.one.spots[facility], limit=limit).length_m


def _apart(at: _At) -> tuple[str, float]:
    """Return the facility for whose sake a place with a way cannot be judged, with its straight distance."""
    frozen, one, result, row = at.frozen, at.one, at.result, at.row
    is_unknown = at.verdict is Verdict.UNKNOWN
    if frozen.metres is None or not is_unknown or not math.isfinite(result.network_m[row]):
        return "", math.nan
    found = frozen.metres.nearest_unconnected(one.spots, one.points)
    return one.names[int(found.which[row])], float(found.cost[row])


def _ways(at: _At, near: _Near) -> tuple[FacilityWay, ...]:
    """Return the nearest facilities with the ways there: those that serve first, then by metres."""
    one, result = at.one, at.result
    passes = _passes(near, one)
    order = np.lexsort((near.metres, ~passes))
    taken = result.service.taken
    found = []
    for i in order[:_SHOWN]:
        if not math.isfinite(near.metres[i]):
            continue
        facility = int(near.rows[i])
        look = _look(at, near, facility, can_walk=math.isfinite(near.there[i]))
        found.append(
            FacilityWay(
                name=one.names[facility],
                key=one.keys[facility],
                metres=float(near.metres[i]),
                minutes_there=float(near.there[i]) / 60.0,
                minutes_back=float(near.back[i]) / 60.0,
                walked_m=float(look.profile.along_m[-1]) if look and np.isfinite(near.there[i]) else math.nan,
                stairs=look.stairs if look else 0,
                steps=look.steps if look else None,
                steepest=look.steepest if look else math.nan,
                up_m=look.up_m if look else math.nan,
                down_m=look.down_m if look else math.nan,
                rests=look.rests if look else 0,
                capacity=float(one.capacity[facility]),
                taken=float(taken[facility]) if len(taken) else math.nan,
                passes=bool(passes[i]),
                entrance=_entrance(at, facility, look.profile.xy) if look else "",
            )
        )
    return tuple(found)


def _ways_note(at: _At, near: _Near) -> str:
    """Return why fewer facilities are listed than usual; empty when there are no others, or none to list."""
    listed = min(int(np.count_nonzero(np.isfinite(near.metres))), _SHOWN)
    if not listed or listed == _SHOWN or listed == len(at.one.points):
        return ""
    return gap_words.farther(near.most_m)


def _look(at: _At, near: _Near, facility: int, *, can_walk: bool) -> WayLook | None:
    walks = can_walk and at.person is not None
    engine = at.person if walks else at.frozen.metres
    if engine is None or at.frozen.facts is None:
        return None
    limit = _known(near, near.there if walks else near.metres, facility)
    route = engine.route(at.row, at.one.spots[facility], limit=limit)
    return look_of(route, at.frozen.facts, at.one.walker) if len(route.xy) else None


def _walkers(at: _At, near: _Near, engine_of: EngineOf) -> tuple[WalkerVerdict, ...]:
    """Return what each kind of walker living here would get; empty when minutes do not decide.

    Where no facility is within the distance, the minutes to the nearest one are told; nobody passes then.
    """
    one, told = at.one, _told(at, near)
    if not told.any():
        return ()
    is_any = bool((near.metres <= one.limit_m + SLACK).any())
    points = one.spots[near.rows[told]][: None if is_any else 1]
    found = []
    for walker in others():
        least = 0.0 if is_any else float(near.metres[told][0]) / walker.speed_mps
        most = _FARTHER * max(one.seconds_limit, least)
        seconds = _costs(engine_of(walker), at.row, points, most, at.frozen.request.direction).min()
        passes = is_any and bool(seconds <= one.seconds_limit + SLACK)
        title, minutes = gap_words.walker_title(walker), float(seconds) / 60.0
        reason = "" if passes else _reason(at, near, walker, minutes)
        found.append(WalkerVerdict(walker.code, title, minutes, passes, reason))
    return tuple(found)


def _reason(at: _At, near: _Near, walker: Walker, minutes: float) -> str:
    """Return why the way is none for a walker: the distance comes first, as the standard judges it first."""
    nearest = float(near.metres[_told(at, near)][0])
    if nearest > at.one.limit_m + SLACK:
        return gap_words.too_far(nearest, at.one.limit_m)
    if math.isfinite(minutes):
        return gap_words.too_long(minutes, at.one.minutes_limit)
    look = _look(at, near, int(near.rows[_told(at, near)][0]), can_walk=False)
    return gap_words.barred(walker, look.stairs, look.steepest) if look is not None else ""


def others() -> tuple[Walker, ...]:
    """Return the walkers that an explanation tells of; the nominal walker is nobody who lives here."""
    from renovate_gui.analysis.walkers import walkers

    return tuple(w for w in walkers() if not w.ignores_slope)


def _told(at: _At, near: _Near) -> NDArray[np.bool_]:
    """Return by which facilities the other walkers are judged; none when minutes do not decide."""
    if not at.one.asks_person:
        return np.zeros(len(near.rows), dtype=bool)
    is_near = near.metres <= at.one.limit_m + SLACK
    return is_near if is_near.any() else np.isfinite(near.metres)


def _uses_plan(frozen: Frozen, route: Route) -> bool:
    if frozen.ways is None or frozen.metres is None or len(route.edges) == 0:
        return False
    return bool((frozen.metres.network.source[route.edges] >= len(frozen.ways.existing)).any())


def _drawn(at: _At, route: Route) -> FloatArray:
    """Return what to draw: the route, or the straight line where that is the measure."""
    one, result, row = at.one, at.result, at.row
    which = int(result.nearest[row])
    if result.measure is Measure.CIRCLE and which >= 0:
        ends = np.array([at.frozen.anchors[row], one.points[which]], dtype=object)
        return np.asarray(shapely.get_coordinates(ends))
    return route.xy
