"""Meetings: an agenda of what is open, minutes, actions; names and private notes stay with us."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import shapely

from renovate_gui.app.meetings import Attending, ItemKind, ItemOutcome, public_view
from renovate_gui.app.proposals import name_of
from renovate_gui.app.session import Session
from renovate_gui.domain.errors import RequestError


@pytest.fixture
def session(tmp_path: Path) -> Session:
    session = Session.create(tmp_path / "甲.gpkg", title="甲", crs="EPSG:4545")
    session.proposals.add(shapely.Point(500_005, 2_999_990), title="日间照料", kind="elderly_day_care")
    path = tmp_path / "r.csv"
    path.write_text("building,flat,area\n1,101,60\n1,102,70\n", encoding="utf-8")
    session.voting.prepare_register(path).run()
    session.voting.open("改不改？", "cc278_major")
    session.comments.put("台阶太陡")
    answered = session.comments.put("b")
    session.comments.answer(answered.uuid, "已加扶手")
    return session


def test_the_agenda_is_what_is_open(session: Session) -> None:
    meeting = session.meetings.plan("第一次议事会", "2026-12-01 19:00", place="居委会")
    assert [(i.kind, i.title) for i in meeting.agenda] == [
        (ItemKind.BALLOT, "改不改？"),
        (ItemKind.COMMENT, "台阶太陡"),
        (ItemKind.PROPOSAL, name_of(1, "日间照料")),
    ]
    assert session.meetings.get("第一次议事会").when == "2026-12-01 19:00"


def test_minutes_are_kept_and_a_refusal_needs_its_reason(session: Session) -> None:
    meeting = session.meetings.plan("a", "2026-12-01")
    key = meeting.agenda[1].key
    with pytest.raises(RequestError, match="write why"):
        session.meetings.minute(meeting, key, outcome=ItemOutcome.REJECTED)
    session.meetings.minute(
        meeting,
        key,
        outcome=ItemOutcome.REJECTED,
        why="坡度已达标",
        answered_by="设计院",
        next_date="2026/12/15",
        private="张某情绪激动",
    )
    kept = session.meetings.get("a").agenda[1]
    assert (kept.outcome, kept.why, kept.next_date) == (ItemOutcome.REJECTED, "坡度已达标", "2026-12-15")
    session.undo()
    assert session.meetings.get("a").agenda[1].outcome is ItemOutcome.OPEN


def test_names_and_private_notes_do_not_go_out(session: Session) -> None:
    meeting = session.meetings.plan("a", "2026-12-01")
    meeting = replace(meeting, names="张三、李四", attendance={Attending.DEPUTIES.value: 7, "residents": 12})
    session.meetings.put(meeting)
    meeting = session.meetings.minute(meeting, meeting.agenda[0].key, private="秘密")
    assert session.meetings.get("a").names == "张三、李四"
    assert session.meetings.get("a").present == 19
    shown = repr(public_view(session.meetings.get("a")))
    assert "张三" not in shown
    assert "秘密" not in shown


def test_new_issues_join_the_agenda_and_items_move(session: Session) -> None:
    meeting = session.meetings.plan("a", "2026-12-01")
    assert session.meetings.renew_agenda(meeting) == meeting
    session.proposals.add(shapely.Point(0, 0), title="b", kind="path")
    meeting = session.meetings.renew_agenda(meeting)
    meeting = session.meetings.add_item(meeting, "其他")
    assert len(meeting.agenda) == 5
    meeting = session.meetings.move_item(meeting, meeting.agenda[4].key, -1)
    assert meeting.agenda[3].title == "其他"
    meeting = session.meetings.drop_item(meeting, meeting.agenda[0].key)
    assert [i.kind for i in session.meetings.get("a").agenda] == [i.kind for i in meeting.agenda]


def test_actions_have_owner_and_day(session: Session) -> None:
    meeting = session.meetings.plan("a", "2026-12-01")
    with pytest.raises(RequestError, match="who does it"):
        session.meetings.add_action(meeting, "量坡度", "")
    meeting = session.meetings.add_action(meeting, "量坡度", "设计院", "2026-12-08")
    meeting = session.meetings.add_action(meeting, "公示", "街道", "2026-12-05")
    assert [a.what for _, a in session.meetings.open_actions()] == ["公示", "量坡度"]
    session.meetings.set_action_done(meeting, 1, is_done=True)
    assert [a.what for _, a in session.meetings.open_actions()] == ["量坡度"]


@pytest.mark.parametrize("when", ["", "morgen", "2026-13-01", "2026-12-01 25:00"])
def test_a_time_that_is_none_is_told(session: Session, when: str) -> None:
    with pytest.raises(RequestError, match="no time"):
        session.meetings.plan("a", when)
