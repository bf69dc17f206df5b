"""Merging a colleague's copy: what comes in by itself."""

from __future__ import annotations

from pathlib import Path

from two_copies import RAMP, Pair, add_layer, change, ids, put, seal, value

from renovate_gui.domain.difference import ChangeKind, Choice, ObjectKind
from renovate_gui.domain.ids import Uuid, new_row_id, new_uuid
from renovate_gui.domain.proposal import Proposal
from renovate_gui.domain.reply import Answer, Reply
from renovate_gui.store.project import Project


# -- together -------------------------------------------------------------------------------------------------
def test_ones_title_and_the_others_text_of_one_proposal_go_together(pair: Pair) -> None:
    put(pair.a, title="Long ramp")
    put(pair.b, title="Ramp", description="with a rail")
    report = pair.a.merge(pair.snapshot(pair.b), {})
    assert report.conflicts == ()
    (found,) = pair.a.proposals()
    assert (found.title, found.description) == ("Long ramp", "with a rail")
    (step,) = [s for s in pair.a.history() if s.what.startswith("Merge")]
    assert report.who
    assert report.who[0] in step.what
    assert report.steps == ("put Ramp",)


def test_a_merge_is_one_step_that_undo_takes_back_whole(pair: Pair) -> None:
    layer = add_layer(pair.b)
    change(pair.b, layer, ids(pair.b, layer)[1], t="edited")
    put(pair.b, str(new_uuid()), "New")
    before, steps = seal(pair.a), len(pair.a.history())
    pair.a.merge(pair.snapshot(pair.b), {})
    after = seal(pair.a)
    assert after == seal(pair.b)
    assert len(pair.a.history()) == steps + 1
    pair.a.undo()
    assert seal(pair.a) == before
    pair.a.redo()
    assert seal(pair.a) == after


def test_an_undone_merge_can_be_merged_again(pair: Pair) -> None:
    layer = add_layer(pair.b)
    change(pair.b, layer, ids(pair.b, layer)[0], t="edited")
    stick = pair.snapshot(pair.b)
    pair.a.merge(stick, {})
    pair.a.undo()
    assert pair.a.merge_report(stick).incoming.changes
    pair.a.merge(stick, {})
    assert seal(pair.a) == seal(pair.b)


def test_the_report_says_who_did_what_and_writes_nothing(pair: Pair) -> None:
    put(pair.b, str(new_uuid()), "Bench")
    before, steps = seal(pair.a), pair.a.history()
    report = pair.a.merge_report(pair.snapshot(pair.b))
    assert (report.steps, len(report.who)) == (("put Bench",), 1)
    (added,) = report.incoming.changes
    assert (added.kind, added.what, added.title) == (ChangeKind.ADDED, ObjectKind.PROPOSAL, "2 · Bench")
    assert report.parted_at
    assert (seal(pair.a), pair.a.history()) == (before, steps)


def test_copies_that_go_back_and_forth_are_asked_nothing_twice(pair: Pair) -> None:
    """What I changed after taking it in from them is newer than theirs, not at odds with it."""
    put(pair.b, title="Theirs")
    pair.a.merge(pair.snapshot(pair.b), {})
    put(pair.a, title="Mine after theirs")
    report = pair.b.merge(pair.snapshot(pair.a), {})
    assert report.conflicts == ()
    assert pair.b.proposals()[0].title == "Mine after theirs"
    put(pair.b, title="And back")
    assert pair.a.merge(pair.snapshot(pair.b), {}).conflicts == ()
    assert pair.a.proposals()[0].title == "And back"
    assert seal(pair.a) == seal(pair.b)


def test_going_back_to_the_old_after_sticks_crossed_is_a_change(pair: Pair) -> None:
    put(pair.a, title="New")
    put(pair.b, description="d")
    stick_a, stick_b = pair.snapshot(pair.a), pair.snapshot(pair.b)
    pair.a.merge(stick_b, {})
    pair.b.merge(stick_a, {})
    assert seal(pair.a) == seal(pair.b)
    put(pair.b, title="Ramp", description="d")
    pair.a.merge(pair.snapshot(pair.b), {})
    assert pair.a.proposals()[0].title == "Ramp"


def test_what_a_coordinator_took_in_is_known_to_who_takes_in_the_coordinators_copy(tmp_path: Path) -> None:
    pair = Pair(tmp_path)
    c = Project.open(pair.snapshot(pair.b))
    put(pair.b, title="B was here")
    pair.a.merge(pair.snapshot(pair.b), {})
    c.merge(pair.snapshot(pair.a), {})
    put(c, title="C after B")
    report = c.merge(pair.snapshot(pair.b), {})
    assert (report.conflicts, report.incoming.changes) == ((), ())
    assert c.proposals()[0].title == "C after B"
    c.close()
    pair.close()


def test_edits_of_a_brought_layer_travel_later_both_ways(pair: Pair) -> None:
    layer = add_layer(pair.b)
    first, second, third, *_ = ids(pair.b, layer)
    change(pair.b, layer, first, t="b1")
    with pair.b.action("delete") as writer:
        writer.delete_features(layer.id, [third])
    pair.a.merge(pair.snapshot(pair.b), {})
    assert value(pair.a, layer, first) == "b1"
    assert third not in ids(pair.a, layer)
    change(pair.a, layer, second, t="a2")
    change(pair.b, layer, first, t="b1 again")
    assert pair.b.merge(pair.snapshot(pair.a), {}).conflicts == ()
    assert (value(pair.b, layer, first), value(pair.b, layer, second)) == ("b1 again", "a2")
    assert pair.a.merge(pair.snapshot(pair.b), {}).conflicts == ()
    assert seal(pair.a) == seal(pair.b)
    assert pair.a.layers()[0].feature_count == 4


def test_a_layer_removed_in_the_other_copy_goes_and_its_return_comes(tmp_path: Path) -> None:
    def two_layers(project: Project) -> None:
        add_layer(project, "甲")
        add_layer(project, "乙", position=1)

    pair = Pair(tmp_path, two_layers)
    layer = pair.b.layers()[0]
    with pair.b.action("drop") as writer:
        writer.drop_layer(layer.id)
    pair.a.merge(pair.snapshot(pair.b), {})
    assert [i.name for i in pair.a.layers()] == ["乙"]
    pair.b.undo()
    pair.a.merge(pair.snapshot(pair.b), {})
    assert [i.name for i in pair.a.layers()] == ["甲", "乙"]
    assert seal(pair.a) == seal(pair.b)
    pair.close()


def test_a_coordinate_system_chosen_meanwhile_is_taken_over(tmp_path: Path) -> None:
    pair = Pair(tmp_path, crs="")
    with pair.b.action("crs") as writer:
        writer.set_meta("crs", "EPSG:4545")
    add_layer(pair.b)
    put(pair.a, title="Drawn before")
    stick = pair.snapshot(pair.b)
    assert pair.a.merge_report(stick).conflicts == ()
    pair.a.merge(stick, {})
    assert pair.a.meta("crs") == "EPSG:4545"
    assert (pair.a.proposals()[0].title, len(pair.a.layers())) == ("Drawn before", 1)
    pair.b.merge(pair.snapshot(pair.a), {})
    assert seal(pair.a) == seal(pair.b)
    pair.close()


def test_numbers_given_twice_are_given_anew_but_not_those_on_paper(pair: Pair) -> None:
    first, second = Uuid("a" * 8), Uuid("b" * 8)
    put(pair.a, first, "First by name")
    put(pair.b, second, "Printed")
    with pair.b.action("package") as writer:
        writer.put_package(Uuid("k"), 1, {"key": "x", "proposals": [str(second)]})
    stick_a, stick_b = pair.snapshot(pair.a), pair.snapshot(pair.b)
    report = pair.a.merge(stick_b, {})
    pair.b.merge(stick_a, {})
    assert {p.title: p.number for p in pair.a.proposals()} == {"Ramp": 1, "Printed": 2, "First by name": 3}
    assert any("First by name" in note and "3" in note for note in report.notes)
    assert seal(pair.a) == seal(pair.b)


def test_a_reply_that_both_took_in_is_one_reply(pair: Pair) -> None:
    reply = Reply(new_uuid(), new_uuid(), 1, "2026-05-01", (Answer(RAMP, None, "x"),), "yes", "3")
    for name, project in (("a.json", pair.a), ("b.json", pair.b)):
        with project.action("reply") as writer:
            writer.put_reply(reply, source=name)
    stick_a, stick_b = pair.snapshot(pair.a), pair.snapshot(pair.b)
    assert pair.a.merge(stick_b, {}).conflicts == ()
    pair.b.merge(stick_a, {})
    assert pair.a.replies() == (reply,)
    assert seal(pair.a) == seal(pair.b)
    with pair.a.reading() as db:
        assert db.execute("SELECT source FROM rg_replies").fetchall() == [("a.json",)]


def test_rows_whose_keys_older_versions_gave_at_random_are_known_by_their_name(pair: Pair) -> None:
    reply = Reply(Uuid("r1"), new_uuid(), 1, "2026-05-01", (Answer(RAMP, None, "x"),))
    for project in (pair.a, pair.b):
        with project.action("old") as writer:
            writer.put_reply(reply, source="r.json")
            writer.put_proposal(Proposal(Uuid("p1"), 0, None, "By id"))
            for table, name in (("rg_replies", "id"), ("rg_answers", "id"), ("proposals", "fid")):
                where = "" if table != "proposals" else " WHERE uuid='p1'"
                writer.db.execute(f"UPDATE {table} SET {name}=?{where}", (new_row_id(),))
    put(pair.b, "p1", "By id, changed")
    report = pair.a.merge_report(pair.snapshot(pair.b))
    assert [c.fields for c in report.conflicts] == [("title",)]
    pair.a.merge(pair.snapshot(pair.b), {report.conflicts[0].key: Choice.THEIRS})
    assert [p.title for p in pair.a.proposals()] == ["Ramp", "By id, changed"]
    assert pair.a.replies() == (reply,)


def test_named_versions_come_along_where_their_state_is_here(pair: Pair) -> None:
    here = pair.b.name_version("as shown")
    pair.a.name_version("as shown", why="mine")
    put(pair.b, title="Later")
    pair.b.name_version("later")
    report = pair.a.merge(pair.snapshot(pair.b), {})
    found = {v.name: v for v in pair.a.versions()}
    assert set(found) == {"as shown", "as shown (2)"}
    assert found["as shown (2)"].uuid == here.uuid
    assert all(pair.a.is_as_sealed(v) for v in found.values())
    assert any("later" in note for note in report.notes)
