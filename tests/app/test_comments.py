"""Remarks: made from replies once, answered, and told in the next handout without naming anybody."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import shapely

from renovate_gui.app.comment_records import CommentSource, CommentState, from_record, to_record
from renovate_gui.app.plan_changes import digest
from renovate_gui.app.session import Session
from renovate_gui.app.you_said import names_somebody, quote, you_said
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.ids import Uuid, new_uuid
from renovate_gui.domain.reply import Answer, Channel, Choice, Mark, Reply, ReplyExtra

PACKAGE = Uuid("pack-1")


@pytest.fixture
def session(tmp_path: Path):
    with Session.create(tmp_path / "甲.gpkg", title="甲", crs="EPSG:4545") as made:
        made.proposals.add(shapely.Point(362000, 3271000), title="路灯")
        made.proposals.add(shapely.Point(362050, 3271000), title="扶手")
        held = {
            "key": "00" * 32,
            "proposals": [str(p.uuid) for p in made.proposals.all()],
            "created": "2026-05-01T00:00:00+00:00",
            "digest": digest(made.proposals.all()),
        }
        with made.project.action("package") as writer:
            writer.put_package(PACKAGE, 1, held)
        yield made


def say(
    session: Session, text: str, choice: Choice | None = Choice.AGREE, which: int = 0, **more: object
) -> Reply:
    extra = ReplyExtra(
        more.get("channel", Channel.PAGE), str(more.get("household", "")), marks=more.get("marks", ())
    )  # type: ignore[arg-type]
    answer = Answer(session.proposals.all()[which].uuid, choice, text)
    made = Reply(new_uuid(), PACKAGE, 1, "2026-05-02T10:00:00+00:00", (answer,), extra=extra)
    session.ledger.take([made], source="reply")
    return made


def test_a_remark_in_a_reply_is_there_once_and_keeps_its_name_when_worked_on(session: Session) -> None:
    say(session, "周六也请开放")
    (found,) = session.comments.all()
    assert (found.text, found.state, found.choice, found.source, found.is_kept) == (
        "周六也请开放", CommentState.NEW, "agree", CommentSource.REPLY, False,
    )  # fmt: skip
    session.comments.assign([found.uuid], "李工")
    (kept,) = session.comments.all()
    assert (kept.uuid, kept.owner, kept.state, kept.is_kept) == (
        found.uuid,
        "李工",
        CommentState.IN_WORK,
        True,
    )
    session.comments.answer(found.uuid, "改为每天开放")
    (done,) = session.comments.of_proposal(found.proposal)
    assert (done.state, done.answer) == (CommentState.ANSWERED, "改为每天开放")
    session.undo()
    assert session.comments.find(found.uuid).state is CommentState.IN_WORK


def test_closing_needs_an_answer_and_refusing_a_reason(session: Session) -> None:
    say(session, "不要路灯")
    (found,) = session.comments.all()
    with pytest.raises(RequestError, match="answer first"):
        session.comments.set_state(found.uuid, CommentState.ANSWERED)
    with pytest.raises(RequestError, match="reason"):
        session.comments.answer(found.uuid, " ", CommentState.NOT_FOLLOWED)
    session.comments.set_state(found.uuid, CommentState.IN_WORK)
    with pytest.raises(RequestError, match="no longer"):
        session.comments.find(new_uuid())


def test_a_typed_crop_is_kept_once_however_often_it_is_typed(session: Session) -> None:
    scan = new_uuid()
    for words in ("灯太案", "灯太暗"):
        session.comments.put(words, source=CommentSource.SCAN, source_id=scan, about="comment")
    (found,) = session.comments.all()
    assert (found.text, found.source) == ("灯太暗", CommentSource.SCAN)
    session.comments.put("another")
    session.comments.put("another")
    assert len(session.comments.all()) == 3


def test_a_place_on_the_map_has_a_thread_of_its_own(session: Session) -> None:
    mark = Mark(shapely.Point(106.0, 29.5), "#FF0000", "这里滑")
    say(session, "好", marks=(mark,))
    session.comments.put("waiting for the gardeners", building="3 栋")
    threads = session.comments.threads()
    assert [t.title for t in threads] == ["1  路灯", "3 栋", "A place on the map"]
    assert [t.open for t in threads] == [1, 1, 1]
    place = threads[2].comments[0].place
    assert place is not None
    assert 300_000 < place[0] < 700_000


def test_a_record_is_read_as_it_was_written(session: Session) -> None:
    say(session, "好")
    found = replace(
        session.comments.all()[0], place=(1.25, 2.5), building="3 栋", owner="o", answer="a", is_kept=True
    )
    assert from_record(to_record(found)) == found


def test_you_said_counts_no_fewer_than_five_and_gives_the_answer(session: Session) -> None:
    for i in range(7):
        say(session, "太暗" if i == 0 else "")
    say(session, "", Choice.OPPOSE)
    counted, waiting = you_said(session)
    assert counted.said == "Agree: 7 · Oppose: fewer than 5"
    assert counted.did == "The proposal stands as it was."
    assert (waiting.said, waiting.did) == ("A comment", "Not answered yet.")
    (comment,) = session.comments.all()
    session.comments.assign([comment.uuid], "李工 13812345678")
    assert "李工" not in str(you_said(session))
    session.comments.answer(comment.uuid, "加装六盏灯")
    row = you_said(session, PACKAGE)[1]
    assert (row.number, row.said, row.did, row.state) == (1, "“太暗”", "加装六盏灯", "Answered")
    first = session.proposals.all()[0]
    session.proposals.update(replace(first, title="路灯六盏"))
    assert you_said(session)[0].did == "The proposal was changed since then."
    assert you_said(session, new_uuid()) == ()


@pytest.mark.parametrize(
    "text",
    [
        "找王奶奶",
        "电话13812345678",
        "我家302室",
        "3-2-501 漏水",
        "我叫张三",
        "ask Mrs Brown",
        "Flat 12 leaks",
    ],
)
def test_a_remark_that_names_somebody_is_not_quoted(session: Session, text: str) -> None:
    assert names_somebody(text)
    assert quote(text) == ""
    say(session, text)
    (comment,) = session.comments.all()
    session.comments.answer(comment.uuid, "已回复")
    assert text not in str(you_said(session))


def test_a_long_remark_is_cut(session: Session) -> None:
    assert quote("灯" * 80) == "灯" * 59 + "…"
    assert quote("路灯太暗，老人夜里看不清") == "路灯太暗，老人夜里看不清"


def test_what_a_replaced_reply_said_is_not_asked_twice(session: Session) -> None:
    say(session, "first", household="H")
    later = say(session, "second", household="H")
    with session.project.action("later") as writer:
        writer.delete_reply(later.id)
        writer.put_reply(replace(later, created_at="2026-05-03T10:00:00+00:00"), source="x")
    assert [c.text for c in session.comments.all()] == ["second"]
