"""Scenarios in the project file: who belongs where, what a lock refuses, what its seal tells, undo and merging."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import shapely
from two_copies import RAMP, Pair, put

from renovate_gui.domain.difference import Choice, ObjectKind
from renovate_gui.domain.errors import DependsError, RequestError
from renovate_gui.domain.ids import Uuid, new_row_id, new_uuid
from renovate_gui.domain.layer import LayerInfo
from renovate_gui.domain.proposal import Photo, Proposal
from renovate_gui.domain.scenario import Scenario, SealCheck
from renovate_gui.store.health import check
from renovate_gui.store.project import Project

A, B = Uuid("aaaaaaaa-0000-4000-8000-000000000001"), Uuid("bbbbbbbb-0000-4000-8000-000000000002")
P, Q = RAMP, Uuid("22222222-0000-4000-8000-000000000002")


def make(project: Project, uuid: Uuid = A, name: str = "A", *members: Uuid, chosen: bool = True) -> None:
    with project.action(f"make {name}") as writer:
        writer.put_scenario(Scenario(uuid, name))
        writer.add_members(uuid, members)
        if chosen:
            writer.set_meta("scenario", uuid)


def lock(project: Project, uuid: Uuid = A) -> Scenario:
    scenario = next(s for s in project.scenarios() if s.uuid == uuid)
    with project.action("lock") as writer:
        locked = replace(scenario, locked_at="2026-01-01", locked_by="w", seal=writer.seal_of_scenario(uuid))
        writer.put_scenario(locked)
    return locked


def members(project: Project, uuid: Uuid = A) -> set[Uuid]:
    return set(project.scenario_members().get(uuid, ()))


def delete(project: Project, uuid: Uuid = P) -> None:
    with project.action("delete") as writer:
        writer.delete_proposal(uuid)


# -- belonging ------------------------------------------------------------------------------------------------
def test_a_new_proposal_joins_the_chosen_scenario_and_leaves_all_when_it_goes(project: Project) -> None:
    make(project, A, "A", chosen=False)
    make(project, B, "B")
    put(project)
    assert (members(project, A), members(project, B)) == (set(), {P})
    with project.action("carry") as writer:
        writer.add_members(A, [P])
    delete(project)
    assert project.scenario_members() == {}
    project.undo()
    assert (members(project, A), members(project, B)) == ({P}, {P})


def test_without_scenarios_nothing_is_written_about_them(project: Project) -> None:
    put(project)
    with project.reading() as db:
        assert db.execute("SELECT count(*) FROM rg_scenario_members").fetchall() == [(0,)]


def test_taking_back_a_scenario_is_refused_while_something_was_put_into_it(project: Project) -> None:
    put(project)
    make(project)
    step = project.history()[-1].number
    with project.action("carry") as writer:
        writer.add_members(A, [P])
    with pytest.raises(DependsError, match="carry"):
        project.undo_one(step)
    project.undo()
    project.undo_one(step)
    assert project.scenarios() == ()


# -- locks ----------------------------------------------------------------------------------------------------
def test_a_locked_scenario_refuses_every_edit_of_its_members_with_what_to_do(project: Project) -> None:
    put(project)
    put(project, Q, "Outside")
    photo = Photo(new_row_id(), P, "p.jpg", "image/jpeg", "", b"x")
    with project.action("photo") as writer:
        writer.put_photo(photo)
    make(project, A, "甲", P)
    lock(project)
    edits = [
        lambda w: w.put_proposal(replace(project.proposals()[0], title="Other")),
        lambda w: w.delete_proposal(P),
        lambda w: w.put_photo(replace(photo, id=new_row_id())),
        lambda w: w.set_photo_caption(photo.id, "new"),
        lambda w: w.delete_photo(photo.id),
        lambda w: w.remove_members(A, [P]),
        lambda w: w.add_members(A, [Q]),
        lambda w: w.delete_scenario(A),
        lambda w: w.put_proposal(Proposal(new_uuid(), 0, shapely.Point(0, 0), "new")),
    ]
    before = project.history()
    for edit in edits:
        with (
            pytest.raises(RequestError, match=r"甲.*(carry|new one|choose)"),
            project.action("edit") as writer,
        ):
            edit(writer)
    assert project.history() == before
    put(project, Q, "Still free")
    assert [p.title for p in project.proposals()] == ["Ramp", "Still free"]


def test_the_seal_tells_changed_proposals_from_a_changed_base(project: Project, layer: LayerInfo) -> None:
    put(project)
    make(project, A, "A", P)
    locked = lock(project)
    assert project.check_scenario(locked) == SealCheck(is_as_sealed=True, is_base_as_sealed=True)
    make(project, B, "B")
    with project.action("look") as writer:
        writer.put_layer(replace(layer, is_visible=False, name="other name"))
    put(project, Q, "Outside")
    assert project.check_scenario(locked) == SealCheck(is_as_sealed=True, is_base_as_sealed=True)
    with project.action("values") as writer:
        writer.set_values(layer.id, int(project.table(layer.id).ids[0]), {"floors": 99})
    assert project.check_scenario(locked) == SealCheck(is_as_sealed=True, is_base_as_sealed=False)
    with project.action("another program") as writer:
        writer.db.execute('UPDATE proposals SET properties=\'{"title": "Else"}\' WHERE uuid=?', (P,))
    assert project.check_scenario(locked) == SealCheck(is_as_sealed=False, is_base_as_sealed=False)
    assert project.check_scenario(replace(locked, seal="rgs9:x:y")).is_as_sealed is False


def test_a_named_version_seals_scenarios_too(project: Project) -> None:
    put(project)
    empty = project.name_version("before")
    make(project, A, "A", P)
    full = project.name_version("after")
    assert empty.seal != full.seal
    assert project.is_as_sealed(empty)
    assert project.is_as_sealed(full)


# -- what is told ---------------------------------------------------------------------------------------------
def test_the_change_report_tells_scenarios_with_who_came_and_went(project: Project) -> None:
    put(project)
    make(project, A, "A", P)
    step = project.history()[-1].number
    (told,) = project.difference_of_step(step).changes
    assert (told.what, told.title) == (ObjectKind.SCENARIO, "A")
    assert {f.name: (f.before, f.after) for f in told.fields} == {
        "name": (None, "A"),
        "members": (None, ["1 · Ramp"]),
    }
    with project.action("out") as writer:
        writer.remove_members(A, [P])
    (told,) = project.difference_of_step(project.history()[-1].number).changes
    assert told.title == "A"
    assert [(f.name, f.before, f.after) for f in told.fields] == [("members", ["1 · Ramp"], None)]


def test_entries_of_what_is_gone_are_found_and_not_read(project: Project) -> None:
    make(project)
    with project.action("another program") as writer:
        writer.db.execute("INSERT INTO rg_scenario_members VALUES (1, ?, 'nobody')", (A,))
    assert members(project) == set()
    assert [f.code for f in check(project.path).findings] == ["member"]


# -- two copies -----------------------------------------------------------------------------------------------
@pytest.fixture
def two(tmp_path: Path) -> Iterator[Pair]:
    """Return two copies of a project with one proposal in one scenario."""
    made = Pair(tmp_path, lambda project: make(project, A, "A", P))
    yield made
    made.close()


def meet(two: Pair) -> None:
    """Bring both copies together, each from the other as it was before; nobody is asked anything."""
    sticks = [two.snapshot(two.b), two.snapshot(two.a)]
    for project, stick in zip((two.a, two.b), sticks, strict=True):
        assert project.merge_report(stick).conflicts == ()
        project.merge(stick, {})


def content(project: Project) -> object:
    with project.reading() as db:
        tables = ("rg_scenarios", "rg_scenario_members", "proposals", "rg_meta")
        return [sorted(db.execute(f"SELECT * FROM {t}").fetchall(), key=repr) for t in tables]


def test_copies_that_each_made_a_scenario_have_both_and_nobody_is_asked_what_to_look_at(two: Pair) -> None:
    make(two.a, B, "B", P)
    make(two.b, Uuid("cccccccc"), "C")
    put(two.b, Q, "In C")
    meet(two)
    assert content(two.a) == content(two.b)
    assert [s.name for s in two.a.scenarios()] == ["A", "B", "C"]
    assert [members(two.a, u) for u in (A, B, Uuid("cccccccc"))] == [{P}, {P}, {Q}]


def test_the_same_entry_made_twice_is_one(two: Pair) -> None:
    for project in (two.a, two.b):
        make(project, B, "B", P)
    meet(two)
    assert content(two.a) == content(two.b)
    assert members(two.a, B) == {P}


def test_a_proposal_that_went_leaves_no_entry_behind(two: Pair) -> None:
    put(two.a, Q, "Second")
    meet(two)
    delete(two.a, P)
    meet(two)
    assert content(two.a) == content(two.b)
    assert members(two.b) == {Q}
    assert check(two.b.path).is_healthy


@pytest.mark.parametrize("choice", [Choice.MINE, Choice.THEIRS])
def test_a_scenario_removed_here_and_filled_there_is_asked_about_and_kept_or_gone_whole(
    two: Pair, choice: Choice
) -> None:
    with two.a.action("remove") as writer:
        writer.delete_scenario(A)
    put(two.b, Q, "In A")
    stick = two.snapshot(two.b)
    (conflict,) = two.a.merge_report(stick).conflicts
    assert (conflict.mine.what, conflict.mine.title) == (ObjectKind.SCENARIO, "A")
    two.a.merge(stick, {conflict.key: choice})
    is_kept = choice is Choice.THEIRS
    assert bool(two.a.scenarios()) == is_kept
    assert members(two.a) == ({P, Q} if is_kept else set())
    assert {p.uuid for p in two.a.proposals()} == {P, Q}
    assert check(two.a.path).is_healthy


def test_a_locked_member_that_a_merge_changed_breaks_the_seal(two: Pair) -> None:
    locked = lock(two.a)
    put(two.b, P, "Changed by a colleague")
    stick = two.snapshot(two.b)
    warned = [n for n in two.a.merge_report(stick).notes if "“A” is locked" in n]
    assert len(warned) == 1
    assert "no longer holds" in warned[0]
    meet(two)
    assert two.a.check_scenario(locked).is_as_sealed is False
    assert two.a.is_scenario_as_sealed(locked) is False


def test_the_warning_comes_whoever_locked_and_for_members_that_came(two: Pair) -> None:
    lock(two.b)
    put(two.a, Q, "Joins the scenario that they locked")
    assert any("no longer holds" in n for n in two.a.merge_report(two.snapshot(two.b)).notes)


def test_what_has_nothing_to_do_with_a_locked_scenario_breaks_no_seal(two: Pair) -> None:
    locked = lock(two.a)
    make(two.b, B, "B")
    put(two.b, Q, "In B")
    assert not any("seal" in n for n in two.a.merge_report(two.snapshot(two.b)).notes)
    meet(two)
    assert two.a.is_scenario_as_sealed(locked)
    assert not any("seal" in n for n in two.b.merge_report(two.snapshot(two.a)).notes)


def test_scenarios_called_alike_are_told_apart(two: Pair) -> None:
    make(two.a, B, "X")
    make(two.b, Uuid("cccccccc-0000-4000-8000-000000000003"), "X")
    assert any("“X (2)”" in n for n in two.a.merge_report(two.snapshot(two.b)).notes)
    meet(two)
    assert content(two.a) == content(two.b)
    assert sorted(s.name for s in two.a.scenarios()) == ["A", "X", "X (2)"]


def test_a_locked_scenario_keeps_its_name_and_seal_beside_one_called_alike(two: Pair) -> None:
    other = Uuid("00000000-0000-4000-8000-000000000003")
    make(two.a, B, "X", P)
    locked = lock(two.a, B)
    make(two.b, other, "X")
    meet(two)
    assert content(two.a) == content(two.b)
    assert {s.uuid: s.name for s in two.b.scenarios()} == {A: "A", B: "X", other: "X (2)"}
    assert two.b.is_scenario_as_sealed(locked)
