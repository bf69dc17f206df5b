"""A frame under the hand equals the whole analysis, exactly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from renovate_gui.analysis.capacity import allocate
from renovate_gui.analysis.costs import CostUnit, EdgeCost
from renovate_gui.analysis.live import Surroundings
from renovate_gui.analysis.live_kind import KindUnderHand, Others, Rules
from renovate_gui.analysis.live_room import RoomAround
from renovate_gui.analysis.local import LocalSearch, NearPlaces
from renovate_gui.analysis.nearest import straight_line
from renovate_gui.analysis.pairs import Pairs
from renovate_gui.analysis.reach import ReachEngine
from renovate_gui.analysis.verdicts import SLACK, decide
from renovate_gui.domain.facility import AgeBasis
from renovate_gui.domain.travel import Direction
from renovate_gui.domain.verdict import Verdict, people_of
from renovate_gui.geo.network import build_network
from renovate_gui.geo.snapping import anchor_points

EVERYWHERE = 3000.0


def town(seed: int, side: int = 7, step: float = 90.0) -> np.ndarray:
    """A bent street grid with gaps, a doubled street, a ring, and an island to the east."""
    rng = np.random.default_rng(seed)
    xy = np.stack(np.meshgrid(np.arange(side), np.arange(side)), axis=-1).reshape(-1, 2) * step
    xy = xy + rng.uniform(-step / 4, step / 4, xy.shape)
    ways = []
    for i in range(side * side):
        if i % side < side - 1 and rng.random() < 0.85:
            ways.append([xy[i], xy[i + 1]])
        if i + side < side * side and rng.random() < 0.85:
            ways.append([xy[i], xy[i + side]])
    ways.append([xy[0], (xy[0] + xy[1]) / 2 + (0.0, 20.0), xy[1]])
    ways.append([xy[3], xy[3] + (20.0, 15.0), xy[3] + (-5.0, 30.0), xy[3]])
    far = side * step
    ways.append([(far, 0.0), (far, 200.0)])
    return np.array([shapely.LineString(w) for w in ways], dtype=object)


def points(xy: np.ndarray) -> np.ndarray:
    made = np.empty(len(xy), dtype=object)
    made[:] = [shapely.Point(p) for p in xy]
    return made


def seconds_of(engine: ReachEngine, seed: int) -> ReachEngine:
    rng = np.random.default_rng(seed + 1)
    edges = len(engine.network.length_m)
    shut = rng.random(edges) < 0.1
    forward = np.where(shut, np.inf, engine.network.length_m * rng.uniform(0.8, 2.5, edges))
    backward = np.where(
        rng.random(edges) < 0.1, np.inf, engine.network.length_m * rng.uniform(0.8, 2.5, edges)
    )
    return engine.under(EdgeCost(forward, backward, 1.0, CostUnit.SECONDS))


@dataclass(frozen=True)
class Case:
    places: np.ndarray
    metres: ReachEngine | None
    seconds: ReachEngine | None
    direction: Direction
    rules: Rules
    facilities: np.ndarray
    capacity: np.ndarray
    doors: np.ndarray | None = None

    def reached_by(self, spots: np.ndarray) -> np.ndarray:
        """Entrances of the facilities that stand where they stood, the points of the others."""
        if self.doors is None:
            return spots
        found = spots.copy()
        for i, (at, home) in enumerate(zip(spots, self.facilities, strict=True)):
            if at is not None and at.equals(home):
                found[i] = self.doors[i]
        return found

    def whole(self, spots: np.ndarray, capacity: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
        """The verdicts of the whole analysis, without anything of the live one."""
        rules, count = self.rules, len(self.places)
        standing = np.flatnonzero([p is not None for p in spots])
        if len(standing) == 0:
            return np.full(count, Verdict.OUT_OF_REACH), None if rules.need is None else self._placed(
                [], [], capacity
            )
        circle = straight_line(self.places, spots).cost
        if self.metres is None:
            near = [
                (i, f, m)
                for f in standing
                for i, m in enumerate(straight_line(self.places, spots[[f]]).cost)
                if m <= rules.limit_m + SLACK
            ]
            paper, apart, pass_pairs = circle, np.full(count, np.inf), near
        else:
            doors = self.reached_by(spots)[standing]
            paper = self.metres.nearest(doors).cost
            apart = self.metres.nearest_unconnected(doors, spots[standing]).cost
            found = self.metres.within(doors, rules.limit_m + SLACK)
            near = list(
                zip(found.place.tolist(), standing[found.facility].tolist(), found.cost.tolist(), strict=True)
            )
            pass_pairs = near
            if self.seconds is not None:
                own = self.seconds.within(doors, rules.seconds_limit + SLACK, self.direction)
                fit = set(zip(own.place.tolist(), standing[own.facility].tolist(), strict=True))
                pass_pairs = [pair for pair in near if pair[:2] in fit]
        passes = np.zeros(count, dtype=bool)
        passes[[p[0] for p in pass_pairs]] = True
        placed = None if rules.need is None else self._placed(pass_pairs, standing, capacity)
        verdict = decide(
            paper, apart, ~np.isnan(circle), limit_m=rules.limit_m,
            passes=passes if rules.asks_person else None, need=rules.need, placed=placed,
        )  # fmt: skip
        return verdict, placed

    def _placed(self, pairs: list, _standing: object, capacity: np.ndarray) -> np.ndarray:
        columns = list(zip(*pairs, strict=True)) or [(), (), ()]
        table = Pairs(
            np.array(columns[0], dtype=np.int64),
            np.array(columns[1], dtype=np.int64),
            np.array(columns[2], dtype=float),
        )
        return allocate(table, self.rules.need, capacity).placed

    def live(self, own: int) -> KindUnderHand:
        around = Surroundings(self.places, self.metres, self.seconds, self.direction)
        return KindUnderHand(around, self.rules, Others(self.facilities, self.capacity, own, self.doors))


def case(
    seed: int,
    direction: Direction,
    *,
    walks: bool = True,
    asks: bool = True,
    room: bool = True,
    alone: bool = False,
    doors: bool = False,
) -> Case:
    rng = np.random.default_rng(seed + 2)
    engine_of = build_network(town(seed))
    count = 160
    places = points(rng.uniform(-60.0, 720.0, (count, 2)))
    places[5] = None
    metres = ReachEngine(engine_of, places) if walks else None
    seconds = seconds_of(metres, seed) if metres is not None and asks else None
    people = rng.integers(0, 40, count).astype(float)
    people[7] = np.nan
    need = np.where(rng.random(count) < 0.05, np.nan, people * 0.25) if room else None
    limit = float(rng.uniform(120.0, 400.0))
    rules = Rules(
        limit_m=limit,
        seconds_limit=limit * 1.5 * (2.0 if direction is Direction.ROUND_TRIP else 1.0)
        if seconds is not None
        else np.nan,
        asks_person=seconds is not None,
        need=need,
        people=people,
        groups={AgeBasis.RESIDENTS: people},
        has_place=np.array([p is not None for p in places]),
    )
    facilities = points(rng.uniform(0.0, 700.0, (1 if alone else 5, 2)))
    capacity = rng.uniform(5.0, 80.0, len(facilities))
    capacity[-1] = np.nan
    entered = None
    if doors:
        entered = facilities.copy()
        for i in range(0, len(facilities), 2):
            around = shapely.get_coordinates(facilities[i]) + rng.uniform(-90.0, 90.0, (3, 2))
            entered[i] = shapely.MultiPoint(around)
    return Case(places, metres, seconds, direction, rules, facilities, capacity, entered)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=st.integers(0, 10_000),
    direction=st.sampled_from(Direction),
    walks=st.booleans(),
    asks=st.booleans(),
    room=st.booleans(),
    alone=st.booleans(),
    doors=st.booleans(),
    spots=st.lists(st.tuples(st.floats(-150, 950), st.floats(-150, 800)), min_size=1, max_size=4),
    room_now=st.one_of(st.none(), st.floats(0, 60)),
)  # fmt: skip
def test_a_frame_is_the_whole_analysis(
    seed, direction, walks, asks, room, alone, doors, spots, room_now
) -> None:
    given_case = case(seed, direction, walks=walks, asks=asks, room=room, alone=alone, doors=doors)
    own = 0
    live = given_case.live(own)
    start, start_placed = given_case.whole(given_case.facilities, given_case.capacity)
    need = given_case.rules.need if given_case.rules.need is not None else np.zeros(0)
    home = given_case.facilities[own].coords[0]  # put back where it was
    for number, spot in enumerate([*spots, None, home], start=1):
        moved = given_case.facilities.copy()
        moved[own] = None if spot is None else shapely.Point(spot)
        capacity = given_case.capacity.copy()
        if room_now is not None:
            capacity[own] = room_now
        verdict, placed = given_case.whole(moved, capacity)
        frame = live.frame(moved[own], room_now)
        assert frame.number == number
        np.testing.assert_array_equal(frame.changed, np.flatnonzero(verdict != start))
        np.testing.assert_array_equal(frame.verdict, verdict[frame.changed])
        np.testing.assert_array_equal(live.verdicts(moved[own], room_now), verdict)
        if placed is not None:
            np.testing.assert_array_equal(live.placed(moved[own], room_now), placed)
        kept = np.zeros(0) if placed is None else placed
        for v in Verdict:
            assert frame.buildings[v] == np.count_nonzero(verdict == v)
            assert frame.people[v] == pytest.approx(
                people_of(v, verdict, given_case.rules.people, need, kept), abs=1e-8
            )
    assert start_placed is None or len(start_placed) == len(given_case.places)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    limit=st.floats(0.0, 900.0),
    spot=st.tuples(st.floats(-80, 760), st.floats(-80, 700)),
)
def test_a_local_search_finds_the_bits_of_the_whole_one(seed, limit, spot) -> None:
    rng = np.random.default_rng(seed)
    metres = ReachEngine(build_network(town(seed)), points(rng.uniform(-60.0, 720.0, (120, 2))))
    for engine in (metres, seconds_of(metres, seed)):
        search = LocalSearch(NearPlaces(engine.network, engine.joins), engine.cost)
        place, cost = search.ball(*spot, engine.join(points(np.array([spot]))), limit)
        found = engine.within(points(np.array([spot])), limit)
        order = np.argsort(found.place)
        np.testing.assert_array_equal(place, found.place[order])
        np.testing.assert_array_equal(cost, found.cost[order])


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    direction=st.sampled_from(Direction),
    spot=st.tuples(st.floats(0, 700), st.floats(0, 700)),
)
def test_another_facility_takes_nobody_s_reach_away(seed, direction, spot) -> None:
    given_case = case(seed, direction, room=False)
    more = np.append(given_case.facilities, points(np.array([spot])))
    made = Case(
        given_case.places,
        given_case.metres,
        given_case.seconds,
        direction,
        given_case.rules,
        more,
        np.full(6, np.nan),
    )
    live = made.live(5)
    before, after = live.verdicts(None), live.verdicts(more[5])
    served = before == Verdict.SERVED
    assert (after[served] == Verdict.SERVED).all()
    on_paper = served | (before == Verdict.NOT_FOR_THIS_PERSON)
    assert np.isin(after[on_paper], (Verdict.SERVED, Verdict.NOT_FOR_THIS_PERSON)).all()


def test_who_gains_and_who_loses_is_counted_by_group() -> None:
    line = np.array([shapely.LineString([(0, 0), (1000, 0)])], dtype=object)
    places = points(np.array([[100.0, 0.0], [900.0, 0.0]]))
    engine = ReachEngine(build_network(line), places)
    people = np.array([10.0, 4.0])
    rules = Rules(200.0, np.nan, False, None, people, {AgeBasis.AGE65: people}, np.ones(2, bool))
    at = points(np.array([[100.0, 0.0]]))
    live = KindUnderHand(Surroundings(places, engine, None), rules, Others(at, np.array([np.nan]), 0))
    frame = live.frame(shapely.Point(900.0, 0.0))
    assert frame.changed.tolist() == [0, 1]
    assert frame.verdict.tolist() == [Verdict.OUT_OF_REACH, Verdict.SERVED]
    assert (frame.shifts[AgeBasis.AGE65].gain, frame.shifts[AgeBasis.AGE65].lose) == (4.0, 10.0)
    assert frame.people[Verdict.SERVED] == 4.0


def test_a_frame_allocates_among_the_facilities_of_its_part_alone() -> None:
    count, own = 300, 150
    rows = np.arange(count)
    others = rows != own
    pairs = Pairs(rows[others], rows[others], np.full(count - 1, 50.0))
    need, capacity = np.full(count, 4.0), np.full(count, 3.0)
    room = RoomAround(pairs, need, capacity, own)
    reached, metres = np.array([149, own, 151]), np.array([60.0, 10.0, 40.0])
    changed, placed = room.placed(reached, metres, 3.0)
    assert len(room._kept.allocator._room) == 3, "149, 150 and 151: a city's others would cost at every frame"
    whole = Pairs(
        np.append(pairs.place, reached), np.append(pairs.facility, [own] * 3), np.append(pairs.cost, metres)
    )
    found = room.without.copy()
    found[changed] = placed
    assert (found == allocate(whole, need, capacity).placed).all()
    assert changed.tolist() == [own]


@pytest.mark.shared
def test_around_any_spot_of_las_palmas(shared) -> None:
    import pyogrio

    file = shared / "data" / "laspalmas-riscos" / "laspalmas-riscos.gpkg"
    ways, homes = (
        pyogrio.read_dataframe(file, layer=n).to_crs(32628).geometry for n in ("walk_edges", "buildings")
    )
    engine = ReachEngine(build_network(ways.to_numpy()), anchor_points(homes.to_numpy()))
    rng = np.random.default_rng(8)
    spots = engine.places[rng.choice(len(engine.places), 12, replace=False)]
    for asked in (engine, seconds_of(engine, 8)):
        for direction in Direction:
            for spot in spots:
                ball = asked.ball(spot, 600.0, direction)
                whole = asked.within(points(shapely.get_coordinates(spot)), 600.0, direction)
                order = np.argsort(whole.place)
                np.testing.assert_array_equal(ball.place, whole.place[order])
                np.testing.assert_array_equal(ball.cost, whole.cost[order])
