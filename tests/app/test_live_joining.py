"""What is said of a thing in hand that joins nothing, and of how steep a link is."""

from __future__ import annotations

import numpy as np
import pytest
from shapely.geometry import LineString, Point, box

from renovate_gui.app.gaps import GapRequest
from renovate_gui.app.live import LinkAs, Live, PlaceAt, Without
from renovate_gui.app.live_joining import gaps, loose_ends, open_end_words, sentences
from renovate_gui.app.session import Session
from renovate_gui.assets import set_language
from renovate_gui.domain.layer import LayerInfo, LayerTable
from renovate_gui.domain.roles import SLOT_OF_ROLE, Datum, Role
from renovate_gui.domain.verdict import Measure

KIND = "elderly_day_care"
ASKED = GapRequest(kinds=(KIND,), limit_m=220.0)


def put_layer(session, role, shapes, columns=None, field_map=None):
    array = np.empty(len(shapes), dtype=object)
    array[:] = shapes
    table = LayerTable(np.arange(1, len(shapes) + 1), array, columns or {})
    info = LayerInfo(
        id=0, uuid="", name=role.value, table="", role=role, slot=SLOT_OF_ROLE[role], position=0, is_visible=True,
        geometry_type="", feature_count=len(shapes), source_crs="EPSG:4545", datum=Datum.CGCS2000,
        field_map=field_map or {},
    )  # fmt: skip
    with session.project.action("Import") as writer:
        return writer.add_layer(info, table)


@pytest.fixture(scope="module", params=[True, False], ids=["heights", "flat"])
def terraces(request, tmp_path_factory):
    """Two streets 60 m apart, the upper one 6 m higher (or nobody knows), houses along the lower one."""
    path = tmp_path_factory.mktemp("joining") / "t.gpkg"
    with Session.create(path, title="Terraces", crs="EPSG:4545") as session:
        put_layer(session, Role.BUILDINGS, [box(x, 8, x + 8, 16) for x in range(0, 400, 30)])
        low, high = ((20.0,), (26.0,)) if request.param else ((), ())
        streets = [
            LineString([(x, 0.0, *low) for x in (0.0, 200.0, 400.0)]),
            LineString([(x, 60.0, *high) for x in (0.0, 200.0, 400.0)]),
            LineString([(0.0, 0.0, *low), (0.0, 60.0, *high)]),
        ]
        put_layer(session, Role.WALK_NETWORK, streets)
        kinds = {"kind": np.array([KIND], dtype=object)}
        put_layer(session, Role.FACILITIES, [Point(200, -3)], kinds, {"kind": "kind"})
        yield session, request.param


def frame_of(session, key, change, request=ASKED):
    gesture = Live.prepare(session, request, key).run()
    gesture.frame(change)
    return gesture


def facility(session):
    return session.gaps.prepare(ASKED).run()[0].facility_keys[0]


def test_a_facility_off_the_network_says_how_far_the_nearest_way_is(terraces):
    session, _ = terraces
    key = facility(session)
    gesture = frame_of(session, key, PlaceAt(200.0, -240.0))
    assert sentences(gesture) == ("240 m from the nearest path: it joins nothing.",)
    set_language("zh_CN")
    assert sentences(gesture) == ("距最近的路 240 米：未接入步行网络。",)
    set_language("en")
    for change in (PlaceAt(200.0, -99.0), Without()):
        gesture.frame(change)
        assert sentences(gesture) == ()
    circle = GapRequest(kinds=(KIND,), limit_m=220.0, measure=Measure.CIRCLE)
    assert sentences(frame_of(session, key, PlaceAt(200.0, -240.0), circle)) == ()


def test_a_drawn_link_says_which_end_is_loose_and_how_steep_it_is(terraces):
    session, has_heights = terraces
    gesture = frame_of(session, "new:ramp", LinkAs(LineString([(200, 0), (200, 60)]), "ramp"))
    steep = (
        "Rises 6.0 m over 60 m: 10.0 % (1 in 10)."
        if has_heights
        else "How steep it is is not known: no heights here."
    )
    assert sentences(gesture) == (steep,)
    gesture.frame(LinkAs(LineString([(200, 0), (200, 48)]), "stairs"))
    assert sentences(gesture)[0] == "Its end does not join: 12.0 m from the nearest path."
    gesture.frame(LinkAs(LineString([(200, 8.5), (200, 60)]), "stairs"))
    assert sentences(gesture)[0] == "Its start does not join: 8.5 m from the nearest path."
    gesture.frame(Without())
    assert sentences(gesture) == ()


def test_a_lift_only_rises(terraces):
    session, has_heights = terraces
    gesture = frame_of(session, "new:lift", LinkAs(LineString([(200, 1), (200, 59)]), "lift"))
    assert sentences(gesture) == (
        ("It rises 6.0 m.",) if has_heights else ("How steep it is is not known: no heights here.",)
    )


def test_two_metres_still_join_and_no_way_at_all_is_said():
    ways = np.array([LineString([(0, 0), (10, 0)])], dtype=object)
    assert open_end_words(gaps(LineString([(5, 2), (5, -2)]), ways)) == ""
    assert "Neither end" in open_end_words(gaps(LineString([(5, 2.1), (5, -2.1)]), ways))
    nothing = gaps(LineString([(5, 2), (5, -2)]), ways[:0])
    assert "no walking network" in open_end_words(nothing)


def test_a_drawn_way_says_which_end_hangs_in_the_air(terraces):
    session, _ = terraces
    set_language("en")
    loose = session.proposals.add(LineString([(100, 10), (100, 50)]), kind="ramp")
    firm = session.proposals.add(LineString([(300, 0), (300, 60)]), kind="ramp")
    chained = session.proposals.add(LineString([(300, 30), (320, 30)]), kind="ramp")
    room = session.proposals.add(Point(100, 10), kind=KIND)
    assert (
        loose_ends(session, loose.uuid) == "Neither end joins a path: 10.0 m at its start, 10.0 m at its end."
    )
    assert loose_ends(session, firm.uuid) == ""
    assert loose_ends(session, chained.uuid).startswith("Its end does not join"), "a proposed way is a way"
    assert loose_ends(session, room.uuid) == ""
    for made in (loose, firm, chained, room):
        session.proposals.delete(made.uuid)
