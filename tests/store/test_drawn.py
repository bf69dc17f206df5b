"""Proposals, notes, photos, replies and packages come back as they were stored."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.ids import new_row_id, new_uuid
from renovate_gui.domain.proposal import (
    ActionCategory,
    FundShare,
    FundSource,
    Governance,
    Note,
    Photo,
    Priority,
    Proposal,
    ProposalStatus,
    RenewalTier,
)
from renovate_gui.domain.reply import Answer, Choice, Reply
from renovate_gui.store import properties
from renovate_gui.store.project import Project


def full_proposal() -> Proposal:
    return Proposal(
        uuid=new_uuid(),
        number=4,
        geometry=shapely.Polygon([(0, 0, 1), (4, 0, 1), (4, 4, 2), (0, 0, 1)]),
        title="日间照料中心",
        category=ActionCategory.WELFARE,
        tier=RenewalTier.IMPROVED,
        kind="elderly_day_care",
        description="一层空房\n改造",
        governance=Governance("社区", "全体老人", "免费", "物业"),
        cost=Decimal("120000.10"),
        funds=(
            FundShare(FundSource.DISTRICT, Decimal("100000.00")),
            FundShare(FundSource.RESIDENTS, Decimal("0.1")),
        ),
        capacity=30.0,
        priority=Priority.HIGH,
        status=ProposalStatus.AGREED,
        responsible="王工",
        answers=("u/1", "u/2"),
        extra={"foreign": [1, 1.5, None, {"a": "b"}]},
    )


def test_a_proposal_comes_back_whole(project: Project) -> None:
    proposal = full_proposal()
    with project.action("add") as writer:
        writer.put_proposal(proposal)
    (read,) = project.proposals()
    assert read == proposal
    assert str(read.cost) == "120000.10"
    assert read.geometry is not None
    assert read.geometry.has_z


def test_the_readable_columns_follow(project: Project) -> None:
    with project.action("add") as writer:
        writer.put_proposal(full_proposal())
    sql = "SELECT number, title, category, tier, kind, status, priority, cost, responsible FROM proposals"
    row = project._db.execute(sql).fetchall()[0]
    assert row == (
        4,
        "日间照料中心",
        "VIII",
        "improved",
        "elderly_day_care",
        "agreed",
        "high",
        "120000.10",
        "王工",
    )


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
keys = st.sampled_from([*properties._PROPOSAL, "text", "operator"]) | st.text(max_size=5)
likely = json_values | st.sampled_from(
    ["I", "high", "draft", "12.50", 12.5, 12, "", [], {}, {"operator": "x"}, {"operator": "x", "more": 1},
     [{"source": "residents", "amount": "5.0"}], [{"source": "residents", "amount": 5}], ["u/1"]]
)  # fmt: skip


@given(st.dictionaries(keys, likely, max_size=6))
def test_no_property_is_lost_by_reading_and_writing(given_properties: dict[str, Any]) -> None:
    proposal = properties.read_proposal("u", 1, None, given_properties)
    written = properties.proposal_properties(proposal)
    # what says nothing ("title": "") may go; everything else must be there, bit for bit
    for key, value in given_properties.items():
        if key in written:
            assert properties.is_same_json(written[key], value)
        else:
            assert properties._PROPOSAL[key].read(value) == properties._PROPOSAL[key].unset
    assert set(written) <= set(given_properties)
    assert properties.is_same_json(
        properties.from_text(properties.to_text(given_properties)), given_properties
    )
    properties.readable_columns("proposals", given_properties)


def test_a_changed_field_wins_over_a_raw_value_and_an_unchanged_one_keeps_it() -> None:
    proposal = properties.read_proposal("u", 1, None, {"cost": 3.5, "title": 7})
    assert proposal.cost == Decimal("3.5")
    assert properties.proposal_properties(proposal) == {"cost": 3.5, "title": 7}
    from dataclasses import replace

    changed = properties.proposal_properties(replace(proposal, cost=Decimal("4.00"), title="x"))
    assert changed == {"cost": "4.00", "title": "x"}


def test_photos_go_with_their_proposal_and_come_back_with_it(project: Project) -> None:
    proposal = full_proposal()
    photos = [Photo(new_row_id(), proposal.uuid, f"{i}.jpg", "image/jpeg", "", bytes([i])) for i in range(3)]
    with project.action("add") as writer:
        writer.put_proposal(proposal)
        for photo in photos:
            writer.put_photo(photo)
    assert list(project.photos(proposal.uuid)) == photos == list(project.photos())
    with project.action("delete") as writer:
        writer.delete_proposal(proposal.uuid)
    assert project.photos() == () == project.proposals()
    project.undo()
    assert list(project.photos(proposal.uuid)) == photos
    with project.action("one") as writer:
        writer.delete_photo(photos[1].id)
    assert [p.id for p in project.photos()] == [photos[0].id, photos[2].id]


def test_notes_keep_their_order(project: Project) -> None:
    notes = [Note(new_uuid(), shapely.Point(i, 0), f"注 {i}", {"k": i}) for i in range(3)]
    for note in notes:
        with project.action("add") as writer:
            writer.put_note(note)
    changed = Note(notes[0].uuid, None, "改")
    with project.action("change") as writer:
        writer.put_note(changed)
    assert project.notes() == (changed, notes[1], notes[2])


def test_replies_come_back_and_a_second_copy_is_refused(project: Project) -> None:
    answers = (Answer(new_uuid(), Choice.AGREE, "好", (106.5, 29.5)), Answer(new_uuid(), None, ""))
    reply = Reply(new_uuid(), new_uuid(), 2, "2026-01-01", answers, "yes", "3 号楼")
    with project.action("replies") as writer:
        writer.put_reply(reply, source="a.json")
    assert project.replies() == (reply,)
    with pytest.raises(RequestError, match=r"b\.json"), project.action("again") as writer:
        writer.put_reply(reply, source="b.json")
    project.undo()
    assert project.replies() == ()


def test_packages_are_remembered_oldest_first(project: Project) -> None:
    ids = [new_uuid() for _ in range(3)]
    for version, uuid in enumerate(ids, 1):
        with project.action("export") as writer:
            writer.put_package(uuid, version, {"key": "é", "n": version})
    assert project.packages() == tuple((u, i, {"key": "é", "n": i}) for i, u in enumerate(ids, 1))


def test_what_was_drawn_before_the_project_had_a_system_gets_it(tmp_path) -> None:
    project = Project.create(tmp_path / "n.gpkg", title="", crs="", standard="")
    point = shapely.Point(5, 6)
    with project.action("add") as writer:
        writer.put_note(Note(new_uuid(), point, "n"))
    with project.action("crs") as writer:
        writer.set_meta("crs", "EPSG:4545")
    header = project._db.execute("SELECT substr(geom, 5, 4) FROM notes").fetchall()[0][0]
    assert int.from_bytes(header, "little") == 4545
    assert project.notes()[0].geometry == point
    project.undo()
    header = project._db.execute("SELECT substr(geom, 5, 4) FROM notes").fetchall()[0][0]
    assert int.from_bytes(header, "little", signed=True) == -1
    project.close()
