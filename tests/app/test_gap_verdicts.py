"""The five verdicts end to end: minutes of a walker, direction, hour, room; what is missing is said; why."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, Point, box
from town import put_layer

from renovate_gui.analysis.capacity import allocate
from renovate_gui.app import gap_words
from renovate_gui.app.gap_inputs import places_in
from renovate_gui.app.gap_request import PAPER
from renovate_gui.app.gaps import GapRequest
from renovate_gui.app.scene_parts import route_part
from renovate_gui.app.session import Session
from renovate_gui.assets import set_language
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.facility import AgeBasis
from renovate_gui.domain.roles import Role
from renovate_gui.domain.travel import Direction
from renovate_gui.domain.verdict import Measure, Verdict
from renovate_gui.store.project import DrawnFeature

CHILDCARE = GapRequest(kinds=("childcare",), walker="adult", need_share=0.5)


@pytest.fixture
def hill(tmp_path):
    """A street with four homes of 20 toddlers; one more home 50 m up a flight of stairs that rises 20 m.

    The nursery stands at the street's western end and has 30 places. A lift beside the stairs runs by day.
    """
    session = Session.create(tmp_path / "h.gpkg", title="Hill", crs="EPSG:4545")
    homes = [box(x - 5, 5, x + 5, 15) for x in (0, 100, 200, 280)] + [box(95, 64, 105, 74)]
    put_layer(
        session, Role.BUILDINGS, "楼栋", homes,
        {"kids": [20.0] * 5, "all": [100.0] * 5, "no": [f"{i}栋" for i in range(5)]},
        {"age0_2": "kids", "residents": "all", "code": "no"},
    )  # fmt: skip
    put_layer(
        session, Role.WALK_NETWORK, "路",
        [
            LineString([(-50, 0, 100), (100, 0, 100), (350, 0, 100)]),
            LineString([(100, 0, 100), (100, 60, 120)]),
            LineString([(100, 60, 120), (110, 60, 120)]),
        ],
        {"highway": ["footway", "steps", "footway"], "open": [None, None, None]},
        {"way": "highway", "hours": "open"},
    )  # fmt: skip
    put_layer(
        session, Role.FACILITIES, "设施", [Point(0, -5)],
        {"type": ["childcare"], "label": ["West Nursery"], "n": [30.0]},
        {"kind": "type", "name": "label", "capacity": "n"},
    )  # fmt: skip
    yield session
    session.close()


def run(session, request):
    return session.gaps.prepare(request).run()[0]


def names(result):
    return [Verdict(v).name for v in result.verdict]


def test_nearest_first_and_who_finds_room_counts_as_served(hill):
    result = run(hill, CHILDCARE)
    # by metres: 15, 115, 179 (up the stairs), 215, 295; each home has 10 in need, three homes fill 30 places
    assert names(result) == ["SERVED", "SERVED", "FULL", "FULL", "SERVED"]
    assert result.service.taken.tolist() == [30.0]
    np.testing.assert_allclose(result.service.placed, [10, 10, 0, 0, 10])
    assert result.people_of(Verdict.SERVED) == 60.0
    assert result.people_of(Verdict.FULL) == 40.0
    assert sum(result.people_of(v) for v in Verdict) == result.people_total
    part = run(hill, replace(CHILDCARE, need_share=0.6))
    assert names(part) == ["SERVED", "SERVED", "FULL", "FULL", "FULL"]
    assert part.people_of(Verdict.SERVED) == pytest.approx(
        20 + 20 + 20 * 6 / 12
    )  # half the terrace finds room


def test_the_allocation_is_the_one_of_the_pairs(hill):
    frozen = hill.gaps.frozen(CHILDCARE)
    one = frozen.of("childcare")
    near = frozen.metres.within(one.points, one.limit_m)
    quick = frozen.seconds["adult"].within(one.points, one.seconds_limit)
    both = np.isin(near.place, quick.place)
    pairs = type(near)(near.place[both], near.facility[both], near.cost[both])
    expected = allocate(pairs, one.need, one.capacity)
    np.testing.assert_array_equal(run(hill, CHILDCARE).service.placed, expected.placed)


def test_access_times_need_is_the_supply_that_is_reached(hill):
    service = run(hill, CHILDCARE).service
    assert float(np.nansum(service.access * service.need)) == pytest.approx(30.0)


def test_a_pram_cannot_take_stairs_and_paper_says_otherwise(hill):
    request = replace(CHILDCARE, walker="stroller", counts_capacity=False)
    pram = run(hill, request)
    assert names(pram)[4] == "NOT_FOR_THIS_PERSON"
    assert np.isinf(pram.minutes[4])
    assert pram.minutes_limit == 5.0
    assert run(hill, replace(request, walker="auto")).walker == "stroller"
    assert names(run(hill, replace(request, walker=PAPER))) == ["SERVED"] * 5
    assert names(run(hill, replace(request, measure=Measure.CIRCLE))) == ["SERVED"] * 5


def test_stairs_slow_by_their_slope_and_round_trips_add_up(hill):
    there = run(hill, replace(CHILDCARE, counts_capacity=False))
    back = run(hill, replace(CHILDCARE, counts_capacity=False, direction=Direction.BACK))
    both = run(hill, replace(CHILDCARE, counts_capacity=False, direction=Direction.ROUND_TRIP))
    stairs = np.hypot(60.0, 20.0) / 0.50
    assert there.minutes[4] * 60 == pytest.approx(stairs + (100 + 5 + 9) / 1.3)
    np.testing.assert_allclose(both.minutes, there.minutes + back.minutes)
    assert both.minutes_limit == 2 * there.minutes_limit == 10.0


def test_a_lift_that_is_closed_at_night_serves_by_day_only(hill):
    put_layer(
        hill, Role.WALK_NETWORK, "梯", [LineString([(110, 0), (110, 60)])],
        {"kind": ["lift"], "open": ["06:00-22:00"]}, {"way": "kind", "hours": "open"},
    )  # fmt: skip
    request = replace(CHILDCARE, walker="stroller", counts_capacity=False)
    assert names(run(hill, replace(request, at="09:00")))[4] == "SERVED"
    assert names(run(hill, replace(request, at="23:00")))[4] == "NOT_FOR_THIS_PERSON"
    assert names(run(hill, request))[4] == "SERVED"  # without an hour everything is open


def test_what_the_data_lacks_is_said(hill):
    rest = replace(CHILDCARE, need_share=None)
    assert run(hill, rest).service.share == pytest.approx(0.0045)  # 4.5 places for 1,000 residents
    none = run(hill, GapRequest(kinds=("shops",), walker="adult"))
    assert none.notes[0].startswith("The data has no facility of this kind")
    night = run(hill, replace(CHILDCARE, at="23:00"))
    assert any("no opening hours of ways" in n for n in night.notes)
    put_layer(
        hill, Role.FACILITIES, "远", [Point(2000, 2000)], {"t": ["childcare"], "l": ["Far Nursery"]},
        {"kind": "t", "name": "l"},
    )  # fmt: skip
    result = run(hill, CHILDCARE)
    far = np.hypot(2000 - 350, 2000)
    assert any(f"“Far Nursery”; up to {far:,.0f} m from the nearest path" in n for n in result.notes)
    assert any("1 of 2 facilities" in n for n in result.notes)
    assert result.counts["without_capacity"] == 1


def test_flat_ways_say_flat_and_islands_say_how_many_people(hill):
    ways = hill.layers.of_role(Role.WALK_NETWORK)[0]
    table = hill.layers.table(ways.id)
    for i, shape in zip(table.ids.tolist(), table.geometry, strict=True):
        flat = LineString([c[:2] for c in shape.coords])
        hill.layers.set_geometry(ways.id, i, flat)
    hill.layers.set_geometry(ways.id, int(table.ids[1]), LineString([(100, 20), (100, 60)]))
    result = run(hill, CHILDCARE)
    assert any(n.startswith("No heights in the data") for n in result.notes)
    assert any("lead to no such facility: 1 (100 residents)" in n for n in result.notes)


def test_nobody_says_how_many_need_a_bus_stop(hill):
    put_layer(
        hill, Role.FACILITIES, "站", [Point(20, 0)], {"t": ["bus_stop"], "n": [5.0]},
        {"kind": "t", "capacity": "n"},
    )  # fmt: skip
    result = run(hill, GapRequest(kinds=("bus_stop",), walker="adult"))
    assert any("capacity does not decide" in n for n in result.notes)
    assert len(result.service.need) == 0
    assert names(run(hill, GapRequest(kinds=("bus_stop",), walker="adult", need_share=1.0))).count("FULL") > 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"at": "half past"}, "no hour of day"),
        ({"need_share": 0.0}, "above 0"),
        ({"need_share": 1.5}, "at most 1"),
        ({"walker": "snail"}, "no walker"),
    ],
)
def test_requests_that_cannot_be_met(hill, change, words):
    with pytest.raises(RequestError, match=words):
        hill.gaps.prepare(replace(CHILDCARE, **change))


def test_groups_are_all_that_the_data_has(hill):
    groups = run(hill, CHILDCARE).groups
    assert set(groups) == {AgeBasis.AGE0_2, AgeBasis.RESIDENTS}
    assert groups[AgeBasis.RESIDENTS].sum() == 500.0


@settings(max_examples=12, deadline=None)
@given(capacity=st.floats(0, 60), share=st.floats(0.05, 1.0))
def test_people_are_never_lost_and_room_never_harms(hill_results, capacity, share):
    result, more = hill_results(capacity, share)
    assert sum(result.people_of(v) for v in Verdict) == pytest.approx(result.people_total)
    assert more.people_of(Verdict.SERVED) >= result.people_of(Verdict.SERVED) - 1e-9


@pytest.fixture(scope="module")
def hill_results(tmp_path_factory):
    """Return a judge of the same small street for any capacity and share, and with ten places more."""
    from renovate_gui.analysis.verdicts import Room, judge
    from renovate_gui.domain.verdict import people_of

    places = np.array([Point(x, 0) for x in (0.0, 80.0, 160.0, 400.0)], dtype=object)
    facilities = np.array([Point(0, 10), Point(200, 10)], dtype=object)
    people = np.array([20.0, 35.0, 8.0, 50.0])

    class Result:
        def __init__(self, capacity, share):
            room = Room(people * share, np.array([capacity, 5.0]))
            found = judge(places, facilities, limit_m=300.0, measure=Measure.CIRCLE, engine=None, room=room)
            self.found, self.room, self.people_total = found, room, people.sum()

        def people_of(self, verdict):
            return people_of(verdict, self.found.verdict, people, self.room.need, self.found.placed)

    return lambda capacity, share: (Result(capacity, share), Result(capacity + 10.0, share))


# -- why ------------------------------------------------------------------------------------------------------
def test_why_tells_ways_other_people_room_and_profile(hill):
    result = run(hill, CHILDCARE)
    why = hill.gaps.explain(result, int(result.ids[4]))
    (way,) = why.ways
    assert (way.name, way.passes, way.stairs) == ("West Nursery", True, 1)
    assert way.steps == round(20 / 0.15)
    assert (way.up_m, way.down_m) == (0.0, 20.0)
    assert way.metres == pytest.approx(174.0)
    assert way.minutes_there == pytest.approx(result.minutes[4])
    assert (way.capacity, way.taken) == (30.0, 30.0)
    passes = {w.code: w.passes for w in why.walkers}
    assert passes == {
        "adult": True,
        "senior": True,
        "senior80": False,
        "stroller": False,
        "wheelchair": False,
    }
    assert why.profile.has_heights
    assert why.profile.height_m[0] == pytest.approx(120.0)
    assert why.profile.height_m[-1] == pytest.approx(100.0)
    assert why.profile.is_stairs.sum() == 1
    assert why.profile.steepest is None  # level but for the stairs
    assert why.heights == "Heights: from the ways themselves."
    assert why.room.endswith("places for 100 children who need one")
    assert why.clause.startswith("National: GB 50180-2018")
    assert "Steps are reckoned from the height" in why.doubt


def test_who_asks_soon_is_told_at_once_and_the_other_walkers_follow(hill):
    result = run(hill, CHILDCARE)
    feature = int(result.ids[4])
    soon = hill.gaps.explain(result, feature, is_soon=True)
    assert soon.walkers_follow
    assert not soon.walkers
    whole = hill.gaps.prepare_explanation(result, feature).run()
    assert len(whole.walkers) == 5
    assert not whole.walkers_follow
    assert (soon.sentence, soon.ways, soon.minutes) == (whole.sentence, whole.ways, whole.minutes)
    again = hill.gaps.explain(result, int(result.ids[3]), is_soon=True)
    assert again.walkers, "made once"
    assert not again.walkers_follow


def test_nobody_follows_where_minutes_do_not_decide(hill):
    result = run(hill, replace(CHILDCARE, measure=Measure.CIRCLE))
    assert not hill.gaps.explain(result, int(result.ids[4]), is_soon=True).walkers_follow


def test_why_a_home_is_full_and_why_a_way_is_none(hill):
    result = run(hill, CHILDCARE)
    full = hill.gaps.explain(result, int(result.ids[3]))
    assert "of 10 people here who need one, 0 find room" in full.sentence
    pram = run(hill, replace(CHILDCARE, walker="stroller"))
    why = hill.gaps.explain(pram, int(pram.ids[4]))
    assert "On paper that is within 300 m, but there is no way for: With a pram." in why.sentence
    assert "On the shortest way: 1 flight of stairs with about 133 steps." in why.sentence
    assert LineString(why.route_xy).length == pytest.approx(174.0)  # the way on paper is drawn
    set_language("zh_CN")
    zh = run(hill, replace(CHILDCARE, walker="stroller"))
    assert "图上在 300 米之内，但推婴儿车无路可走。" in hill.gaps.explain(zh, int(zh.ids[4])).sentence


def test_what_why_says_of_each_walker_is_the_verdict(hill):
    for walker in ("adult", "senior", "senior80", "stroller", "wheelchair"):
        result = run(hill, replace(CHILDCARE, walker=walker, counts_capacity=False))
        for row, verdict in enumerate(result.verdict):
            why = hill.gaps.explain(result, int(result.ids[row]))
            own = next((w for w in why.walkers if w.code == walker), None)
            assert (own is not None and own.passes) == (verdict == Verdict.SERVED)
            assert any(w.passes for w in why.ways) == (verdict == Verdict.SERVED)


@pytest.mark.parametrize("stated", [-5, True, "many", "-5"])
def test_old_data_with_a_capacity_that_is_none_counts_as_unknown_and_is_named(hill, stated):
    with hill.project.action("old") as writer:
        writer.put_drawn(
            "proposals",
            DrawnFeature(
                "old", 1, Point(200, -5), {"title": "East", "kind": "childcare", "capacity": stated}, None
            ),
        )
    result = run(hill, CHILDCARE)
    assert np.isnan(result.service.capacity).sum() == 1
    assert any("no number of places" in n and "East" in n for n in result.notes)


def test_a_facility_whose_places_are_text_is_read_and_a_negative_one_is_named():
    values = np.array(["30", "-3", None, "", 1.0, "乱", True], dtype=object)
    assert np.array_equal(places_in(values), [30, np.nan, np.nan, np.nan, 1, np.nan, np.nan], equal_nan=True)


def test_served_says_that_room_is_found_where_capacity_decides(hill):
    result = run(hill, CHILDCARE)
    assert gap_words.room_words(result) == ", and find room"
    assert gap_words.verdict_words(Verdict.SERVED, result) == "Served (within 300 m and 5 minutes)"
    assert gap_words.room_words(run(hill, replace(CHILDCARE, counts_capacity=False))) == ""
    circle = run(hill, replace(CHILDCARE, measure=Measure.CIRCLE))
    assert gap_words.verdict_words(Verdict.SERVED, circle) == "Served (within 300 m in a straight line)"
    assert gap_words.verdict_words(Verdict.FULL, circle) == "In reach but full"
    set_language("zh_CN")
    assert gap_words.verdict_words(Verdict.SERVED, circle) == "有服务（直线 300 米内）"
    assert gap_words.verdict_words(Verdict.NOT_FOR_THIS_PERSON, result) == "图上可达、实际难达"


def test_minutes_read_one_way_and_limits_have_one_decimal_at_most():
    assert [gap_words.minutes_words(m) for m in (0.4, 1.85, 8.7, 19.94, 19.96, 31.6)] == [
        "0.4", "1.9", "8.7", "19.9", "20", "32",
    ]  # fmt: skip
    assert gap_words.minutes_words(5.008, 5.0) == "5.01"  # not "5.0, more than 5"
    assert gap_words.minutes_words(5.0, 5.0) == "5.0"
    assert [gap_words.most_minutes(m) for m in (5.0, 20 / 3, 50 / 3)] == ["5", "6.7", "16.7"]


def test_why_tells_the_walked_way_apart_from_the_paper_way(hill):
    put_layer(
        hill, Role.WALK_NETWORK, "坡道", [LineString([(0, 0, 100), (0, 120, 120), (105, 120, 120), (105, 60, 120)])],
        {"highway": ["footway"]}, {"way": "highway"},
    )  # fmt: skip
    pram = run(hill, replace(CHILDCARE, walker="stroller", counts_capacity=False, limit_m=500.0))
    why = hill.gaps.explain(pram, int(pram.ids[4]))
    assert why.network_m == pytest.approx(184.0)
    assert LineString(why.paper_xy).length == pytest.approx(184.0)
    assert why.walked_m == pytest.approx(LineString(why.route_xy).length)
    assert why.walked_m > 280
    assert why.stairs == 0  # of the walked way; the paper way has a flight
    assert why.profile.along_m[-1] == pytest.approx(why.walked_m)
    adult = run(hill, replace(CHILDCARE, walker="adult", counts_capacity=False, limit_m=500.0))
    same = hill.gaps.explain(adult, int(adult.ids[4]))
    assert np.isnan(same.walked_m)
    assert len(same.paper_xy) == 0
    keys = route_part(why, version=1, is_dark=False)
    assert [e.label for e in keys.legend][:2] == ["Shortest way, on paper", "Way walked"]


def test_who_else_is_told_of_homes_out_of_reach_and_why_the_list_is_short(hill):
    put_layer(
        hill, Role.FACILITIES, "远", [Point(9000, 0)], {"t": ["childcare"], "l": ["Far Nursery"]},
        {"kind": "t", "name": "l"},
    )  # fmt: skip
    result = run(hill, replace(CHILDCARE, limit_m=100.0))
    assert names(result)[3] == "OUT_OF_REACH"
    why = hill.gaps.explain(result, int(result.ids[3]))
    assert {w.code for w in why.walkers} >= {"adult", "stroller"}
    assert not any(w.passes for w in why.walkers)
    assert [w.name for w in why.ways] == ["West Nursery"]
    assert why.ways_note == "All others are more than 300 m away on foot, or no way leads there."
    assert result.counts["unreachable"] == 1


def test_no_heights_is_said_once(hill):
    put_layer(
        hill, Role.WALK_NETWORK, "平路", [LineString([(-50, -200), (350, -200)])],
    )  # fmt: skip
    result = run(hill, CHILDCARE)
    why = hill.gaps.explain(result, int(result.ids[0]))
    assert "No heights in the data" not in why.doubt


def test_parcels_are_called_parcels(tmp_path):
    with closing(Session.create(tmp_path / "p.gpkg", title="P", crs="EPSG:4545")) as session:
        put_layer(session, Role.PARCELS, "地块", [box(0, 0, 10, 10), box(500, 0, 510, 10)])
        put_layer(session, Role.FACILITIES, "设施", [Point(5, 20)], {"t": ["childcare"]}, {"kind": "t"})
        result = run(session, replace(CHILDCARE, measure=Measure.CIRCLE))
        assert result.counts_parcels
        assert gap_words.unit_words(result) == "parcels"
        assert session.gaps.explain(result, int(result.ids[0])).title == f"Parcel (no. {result.ids[0]})"


def test_notes_on_parcels_do_not_speak_of_buildings(tmp_path):
    with closing(Session.create(tmp_path / "p.gpkg", title="P", crs="EPSG:4545")) as session:
        put_layer(session, Role.PARCELS, "地块", [box(0, 0, 10, 10), box(5000, 0, 5010, 10)])
        put_layer(session, Role.WALK_NETWORK, "路", [LineString([(-50, -5), (350, -5)])])
        put_layer(session, Role.FACILITIES, "设施", [Point(5, 20)], {"t": ["clinic"]}, {"kind": "t"})
        result = run(session, CHILDCARE)
        put_layer(session, Role.FACILITIES, "托儿所", [Point(50, 0)], {"t": ["childcare"]}, {"kind": "t"})
        notes = " ".join((*result.notes, *run(session, CHILDCARE).notes))
        assert "every parcel counts as out of reach" in notes
        assert "only parcels are counted" in notes
        assert "Parcels more than 100 m from the walking network: 1." in notes
        assert "uilding" not in notes
        assert gap_words.places_words(result, 1) == "1 parcel"
        report = session.gaps.network_report()
        assert report.counts_parcels
        assert "Parcels not joined to the main part of the network: 1." in report.notes
