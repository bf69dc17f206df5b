"""A surveyed way tried as closed: nobody is better off by it, who stood on it is unknown, and nothing is stored."""

from __future__ import annotations

import shutil
from dataclasses import replace

import numpy as np
import pytest
from shapely.geometry import LineString, Point, box
from town import put_layer

from renovate_gui.app.gaps import GapRequest
from renovate_gui.app.live import Live, PlaceAt, Without
from renovate_gui.app.session import Session
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.roles import Role
from renovate_gui.domain.verdict import Verdict

KIND = "elderly_day_care"
ASKED = GapRequest(kinds=(KIND,), limit_m=220.0, need_share=0.5)


@pytest.fixture
def path(tmp_path):
    """Two terraces, joined by a stair and by a ramp farther on, and a proposed stair between them."""
    path = tmp_path / "terraces.gpkg"
    with Session.create(path, title="Terraces", crs="EPSG:4545") as session:
        houses = [box(x, y, x + 8, y + 8) for x in range(0, 900, 30) for y in (8, 130)]
        old = [float(i % 7) for i in range(len(houses))]
        put_layer(
            session, Role.BUILDINGS, "楼栋", houses,
            {"pop": [4 * o for o in old], "old": old}, {"residents": "pop", "age60": "old"},
        )  # fmt: skip
        lines = [
            [(-50, 0), (1000, 0)],
            [(-50, 120), (1000, 120)],
            [(450, 0), (450, 120)],
            [(600, 0), (600, 120)],
        ]
        put_layer(
            session, Role.WALK_NETWORK, "路", [LineString(line) for line in lines],
            {"highway": ["path", "path", "steps", "path"], "slope": [0.0, 0.0, 0.3, 0.05], "open": ["", "", "", "06:00-22:00"]},
            {"way": "highway", "grade": "slope", "hours": "open"},
        )  # fmt: skip
        put_layer(
            session, Role.FACILITIES, "设施", [Point(430, -5), Point(900, 125)],
            {"type": [KIND] * 2, "room": [30.0, 8.0]}, {"kind": "type", "capacity": "room"},
        )  # fmt: skip
        session.proposals.add(LineString([(200, 0), (200, 120)]), kind="stairs", title="梯道")
    return path


def way_of(session, number=3):
    """The key of a way; the third is the stair, the fourth the ramp."""
    info = session.layers.of_role(Role.WALK_NETWORK)[0]
    return f"layer:{info.id}:{session.layers.table(info.id).ids[number - 1]}"


def same(one, other) -> None:
    """Fail unless two results are the same throughout."""
    for name in ("ids", "verdict", "network_m", "nearest", "minutes", "people"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)
    np.testing.assert_array_equal(one.service.placed, other.service.placed)
    np.testing.assert_array_equal(one.service.taken, other.service.taken)
    assert one.notes == other.notes


RANK = {
    Verdict.UNKNOWN: 0,
    Verdict.OUT_OF_REACH: 0,
    Verdict.NOT_FOR_THIS_PERSON: 1,
    Verdict.FULL: 2,
    Verdict.SERVED: 3,
}


@pytest.mark.parametrize("walker", ["senior", "wheelchair", "paper"])
@pytest.mark.parametrize("feature", [1, 2, 3, 4])
@pytest.mark.parametrize("with_proposals", [True, False])
def test_closing_a_way_betters_nobody(path, walker, feature, with_proposals) -> None:
    asked = replace(ASKED, walker=walker, with_proposals=with_proposals)
    with Session.open(path) as session:
        before = session.gaps.prepare(asked).run()[0]
        steps = len(session.history())
        tried = session.gaps.prepare(replace(asked, closed=(way_of(session, feature),))).run()[0]
        for was, now in zip(before.verdict, tried.verdict, strict=True):
            assert RANK[Verdict(now)] <= RANK[Verdict(was)]
        assert tried.people_of(Verdict.SERVED) <= before.people_of(Verdict.SERVED) + 1e-9
        same(session.gaps.prepare(asked).run()[0], before)
        assert len(session.history()) == steps


def test_who_stood_on_the_closed_way_alone_is_unknown_and_counted(path) -> None:
    with Session.open(path) as session:
        asked = replace(ASKED, walker="paper", with_proposals=False)
        before = session.gaps.prepare(asked).run()[0]
        gap = Live.prepare(session, asked, way_of(session)).run()
        frame, now = gap.frame(Without()), gap.result()
        lost = np.flatnonzero((now.verdict == Verdict.UNKNOWN) & (before.verdict != Verdict.UNKNOWN))
        assert len(lost) == frame.apart > 0
        assert np.isnan(now.network_m[lost]).all()


def test_closing_differs_from_deleting_only_for_those_on_the_way(path, tmp_path) -> None:
    asked = replace(ASKED, walker="paper", with_proposals=False, counts_capacity=False)
    shutil.copy(path, tmp_path / "copy.gpkg")
    with Session.open(path) as session, Session.open(tmp_path / "copy.gpkg") as copy:
        _, layer_id, feature_id = way_of(copy).split(":")
        copy.layers.delete_features(int(layer_id), [int(feature_id)])
        deleted = copy.gaps.prepare(asked).run()[0]
        closed = session.gaps.prepare(replace(asked, closed=(way_of(session),))).run()[0]
        stands = ~np.isnan(closed.network_m)
        assert 0 < np.count_nonzero(~stands) < 4
        np.testing.assert_allclose(closed.network_m[stands], deleted.network_m[stands], rtol=0, atol=1e-9)
        np.testing.assert_array_equal(closed.verdict[stands], deleted.verdict[stands])


def test_the_gesture_tells_what_the_analysis_without_the_way_differs_in(path) -> None:
    with Session.open(path) as session:
        key = way_of(session)
        asked = replace(ASKED, with_proposals=False)
        before = session.gaps.prepare(asked).run()[0]
        now = session.gaps.prepare(replace(asked, closed=(key,))).run()[0]
        gap = Live.prepare(session, asked, key).run()
        frame = gap.frame(Without())
        assert len(frame.changed), "the stair is some houses' way"
        np.testing.assert_array_equal(frame.changed, np.flatnonzero(now.verdict != before.verdict))
        np.testing.assert_array_equal(frame.verdict, now.verdict[frame.changed])
        for verdict in Verdict:
            assert frame.buildings[verdict] == now.buildings(verdict)
            assert frame.people[verdict] == pytest.approx(now.people_of(verdict))
        assert sum(s.gain for s in frame.shifts.values()) == 0, "less ways bring nobody nearer"
        same(gap.result(), now)
        with pytest.raises(TypeError):
            gap.frame(PlaceAt(0, 0))


def test_a_trial_pushes_no_network_out_of_the_way(path) -> None:
    with Session.open(path) as session:
        engine = session.gaps.frozen(ASKED).metres
        for feature in (3, 4, 3):
            session.gaps.prepare(replace(ASKED, closed=(way_of(session, feature),))).run()
        assert session.gaps.frozen(ASKED).metres is engine


def test_a_way_that_is_gone_is_said_so(path) -> None:
    with Session.open(path) as session, pytest.raises(RequestError, match="not in the walking network"):
        session.gaps.prepare(replace(ASKED, closed=(way_of(session) + "99",))).run()


def test_a_kept_figure_keeps_what_was_closed(path) -> None:
    from renovate_gui.app.provenance import request_of

    with Session.open(path) as session:
        asked = replace(ASKED, closed=(way_of(session),))
        figures = session.provenance.keep_gaps(asked, "Without the stair").run()
        assert [request_of(f).closed for f in figures] == [asked.closed]
