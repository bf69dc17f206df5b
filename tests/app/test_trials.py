"""A tried place that is kept as a proposal brings what the trial showed: the old facility closes with the proposal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from shapely.geometry import Point, box
from town import put_layer

from renovate_gui.app.gaps import GapRequest
from renovate_gui.app.session import Session
from renovate_gui.app.trials import FacilityTrial, keep_facility
from renovate_gui.domain.proposal import Proposal
from renovate_gui.domain.roles import Role
from renovate_gui.domain.verdict import GapResult, Measure, Verdict

DAY_CARE = "elderly_day_care"


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """Ten houses in a row, a day care at the first; its layer says nothing of closed ones."""
    with Session.create(tmp_path / "a.gpkg", title="A", crs="EPSG:4545") as made:
        put_layer(made, Role.BUILDINGS, "楼栋", [box(100 * i, 5, 100 * i + 10, 15) for i in range(10)])
        put_layer(made, Role.FACILITIES, "设施", [Point(0, 0)], {"kind": [DAY_CARE]}, {"kind": "kind"})
        yield made


def kept(session: Session, *, closes_old: bool) -> Proposal:
    info = session.layers.of_role(Role.FACILITIES)[0]
    feature = int(session.layers.table(info.id).ids[0])
    return keep_facility(
        session,
        FacilityTrial((info.id, feature), DAY_CARE, "Old", Point(900, 0), None),
        closes_old=closes_old,
    )


def judged(session: Session, *, with_proposals: bool = True) -> GapResult:
    (result,) = session.gaps.prepare(
        GapRequest((DAY_CARE,), measure=Measure.CIRCLE, limit_m=220.0, with_proposals=with_proposals)
    ).run()
    return result


def test_the_old_place_closes_with_the_proposal_and_not_today(session: Session) -> None:
    before = judged(session).buildings(Verdict.SERVED)
    assert before == 3
    proposal = kept(session, closes_old=True)
    after = judged(session)
    assert after.buildings(Verdict.SERVED) == 3  # the last three, no longer the first three
    assert after.verdict[0] == Verdict.OUT_OF_REACH
    assert any(note.startswith("Closes with a proposal") for note in after.notes)
    assert not any("Not in service according to the data" in note for note in after.notes)
    assert judged(session, with_proposals=False).verdict[0] == Verdict.SERVED
    session.proposals.delete(proposal.uuid)
    assert judged(session).verdict[0] == Verdict.SERVED


def test_without_closing_both_places_serve(session: Session) -> None:
    kept(session, closes_old=False)
    assert judged(session).buildings(Verdict.SERVED) == 6


def test_a_mark_that_means_nothing_closes_nothing(session: Session) -> None:
    proposal = session.proposals.add(Point(900, 0), title="a", kind=DAY_CARE)
    from dataclasses import replace

    for odd in ("gone/1", "x", 7, "/3", "gone/²"):
        session.proposals.update(replace(session.proposals.get(proposal.uuid), extra={"replaces": odd}))
        assert judged(session).buildings(Verdict.SERVED) == 6
