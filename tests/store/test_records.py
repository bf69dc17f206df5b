"""Records: comments, votes, meetings, scans."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import shapely

from renovate_gui.domain.difference import ObjectKind
from renovate_gui.domain.ids import Uuid, new_uuid
from renovate_gui.domain.record import Record, RecordKind
from renovate_gui.domain.reply import Answer, Channel, Choice, Mark, Reply, ReplyExtra
from renovate_gui.store.project import Project


@pytest.fixture
def project(tmp_path: Path):
    made = Project.create(tmp_path / "议事.gpkg", title="甲", crs="EPSG:4545", standard="cn-gb50180-2018")
    yield made
    made.close()


def comment(text: str, **more: object) -> Record:
    return Record(
        new_uuid(), RecordKind.COMMENT, "", "2026-05-01T00:00:00+00:00", "me", {"text": text, **more}
    )


def put(project: Project, *found: Record, title: str = "put", with_data: bool = True) -> None:
    with project.action(title) as writer:
        writer.put_records(found, with_data=with_data)


def test_a_record_is_read_as_it_was_written(project: Project) -> None:
    made = replace(comment("路灯坏了", area="66783.97", state="open"), data=b"\x00png")
    put(project, made)
    assert project.records(RecordKind.COMMENT) == (replace(made, data=b""),)
    assert project.record_data(made.uuid) == b"\x00png"
    assert project.find_record(made.uuid) == replace(made, data=b"")
    assert project.records(RecordKind.BALLOT) == ()
    assert project.find_record(new_uuid()) is None


def test_bytes_stay_when_only_the_words_change(project: Project) -> None:
    made = replace(comment("a"), data=b"picture")
    put(project, made)
    put(project, replace(made, properties={"text": "b"}, data=b""), with_data=False)
    assert project.records(RecordKind.COMMENT)[0].properties == {"text": "b"}
    assert project.record_data(made.uuid) == b"picture"


def test_what_belongs_to_a_record_goes_with_it_and_comes_back_with_undo(project: Project) -> None:
    ballot = replace(comment("B"), kind=RecordKind.BALLOT)
    votes = [replace(comment(f"v{i}"), kind=RecordKind.VOTE, parent=ballot.uuid) for i in range(3)]
    put(project, ballot, *votes)
    assert len(project.records(RecordKind.VOTE, parent=ballot.uuid)) == 3
    with project.action("delete") as writer:
        writer.delete_records([ballot.uuid])
    assert project.records(RecordKind.VOTE) == project.records(RecordKind.BALLOT) == ()
    project.undo()
    assert len(project.records(RecordKind.VOTE, parent=ballot.uuid)) == 3


def test_the_history_tells_what_changed(project: Project) -> None:
    made = comment("灯")
    put(project, made)
    put(project, replace(made, properties={"text": "灯", "state": "answered"}), title="answer")
    (change,) = project.difference_of_step(project.history()[-1].number).changes
    assert change.what is ObjectKind.RECORD
    assert [(f.name, f.after) for f in change.fields] == [("state", "answered")]


def test_a_reply_keeps_what_it_says_beside_its_answers(project: Project) -> None:
    proposal = new_uuid()
    extra = ReplyExtra(
        Channel.PAPER, "H0123", "2 单元", ("roof", "green"), ("meals",), "self", {proposal: 30},
        (Mark(shapely.Point(106.5, 29.5), "#FF0000", "这里滑", proposal),), (new_uuid(),),
        is_late=True, entered_by="王",
    )  # fmt: skip
    plain = Reply(new_uuid(), Uuid("p"), 1, "2026-05-01", (Answer(proposal, Choice.AGREE),), "yes", "3")
    full = replace(plain, id=new_uuid(), extra=extra)
    with project.action("replies") as writer:
        writer.put_reply(plain, source="a")
        writer.put_reply(full, source="b")
    found = {r.id: r for r in project.replies()}
    assert found == {plain.id: plain, full.id: full}
