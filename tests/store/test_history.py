"""One action is one transaction, one changeset, one step; undo and redo restore every table, also after a restart."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path
from typing import Any

import apsw
import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from renovate_gui.domain.errors import DataError, ReadOnlyError, RequestError
from renovate_gui.domain.ids import LayerId, Uuid, new_row_id, new_uuid
from renovate_gui.domain.layer import ChangeEvent, LayerInfo, LayerTable
from renovate_gui.domain.proposal import Note, Photo, Proposal
from renovate_gui.domain.roles import Datum, Role, Slot
from renovate_gui.store import history
from renovate_gui.store.project import Project

Content = dict[str, list[tuple[Any, ...]]]
BOOKS = {"rg_history", "rg_moves", "rg_versions"}
"""Tables that tell how the content came about."""


def content(project: Project) -> Content:
    """Return every row of every table that a person's work is in (the history itself and orphans aside)."""
    names = [
        r[0] for r in project._db.execute("SELECT name FROM sqlite_master WHERE type='table'").fetchall()
    ]
    live = {i.table for i in project.layers()}
    kept = [n for n in names if n not in BOOKS and (not n.startswith("lyr_") or n in live)]
    return {n: sorted(project._db.execute(f'SELECT * FROM "{n}"').fetchall(), key=repr) for n in kept}


class Person(RuleBasedStateMachine):
    """Somebody who edits, undoes, redoes and reopens; a list of contents knows what must be there."""

    folder: Path

    @initialize()
    def begin(self) -> None:
        self.path = self.folder / f"{new_uuid()}.gpkg"
        self.project = Project.create(self.path, title="t", crs="EPSG:4545", standard="s")
        self.states = [content(self.project)]
        self.place = 0
        self.ever = {"": self.states[0]}
        self.named: dict[str, Content] = {}

    def acted(self) -> None:
        now = content(self.project)
        if now != self.states[self.place]:
            del self.states[self.place + 1 :]
            self.states.append(now)
            self.place += 1
            self.ever[self.project.state] = now

    @rule(number=st.integers(0, 3), text=st.text(max_size=5))
    def draw(self, number: int, text: str) -> None:
        text = text.encode("utf-8", "replace").decode()
        with self.project.action("draw") as writer:
            for i in range(number):
                writer.put_proposal(Proposal(new_uuid(), 0, shapely.Point(i, number), text))
            writer.put_note(Note(new_uuid(), shapely.LineString([(0, 0), (number, 1)]), text))
        self.acted()

    @precondition(lambda self: self.project.proposals())
    @rule(data=st.data())
    def change_or_delete(self, data: st.DataObject) -> None:
        chosen = data.draw(st.sampled_from(self.project.proposals()))
        with self.project.action("edit") as writer:
            if data.draw(st.booleans()):
                writer.put_photo(Photo(new_row_id(), chosen.uuid, "p", "image/jpeg", "", b"123"))
            if data.draw(st.booleans()):
                writer.delete_proposal(chosen.uuid)
            else:
                writer.put_proposal(Proposal(chosen.uuid, chosen.number, shapely.Point(9, 9), "new"))
        self.acted()

    @rule(count=st.integers(0, 6))
    def bring_in(self, count: int) -> None:
        x = np.arange(count) * 3.0
        info = LayerInfo(
            LayerId(0), Uuid(""), "层", "", Role.OTHER, Slot.EXISTING, 0, True, "", 0, "", Datum.WGS84
        )
        table = LayerTable(
            np.arange(count), shapely.points(x, x), {"n": x, "t": x.astype(str).astype(object)}
        )
        with self.project.action("import") as writer:
            writer.add_layer(info, table)
        self.acted()

    @precondition(lambda self: self.project.layers())
    @rule(data=st.data())
    def edit_layer(self, data: st.DataObject) -> None:
        info = data.draw(st.sampled_from(self.project.layers()))
        ids = [int(i) for i in self.project.table(info.id).ids]
        with self.project.action("layer") as writer:
            if ids:
                fid = data.draw(st.sampled_from(ids))
                writer.set_values(info.id, fid, {"n": data.draw(st.floats(-9, 9)), "t": "x"})
                if data.draw(st.booleans()):
                    writer.set_geometry(info.id, fid, shapely.box(0, 0, 1, 1))
                if data.draw(st.booleans()):
                    writer.delete_features(info.id, [fid])
            if data.draw(st.booleans()):
                writer.drop_layer(info.id)
        self.acted()

    @rule()
    def fail(self) -> None:
        before = self.project.history()
        with pytest.raises(ZeroDivisionError), self.project.action("fail") as writer:  # noqa: PT012
            writer.put_note(Note(new_uuid(), None, "gone"))
            writer.set_meta("title", "gone")
            raise ZeroDivisionError
        assert self.project.history() == before
        assert content(self.project) == self.states[self.place]

    @rule()
    def undo(self) -> None:
        step = self.project.undo()
        assert (step is None) == (self.place == 0)
        self.place = max(0, self.place - 1)
        assert content(self.project) == self.states[self.place]

    @rule()
    def redo(self) -> None:
        step = self.project.redo()
        assert (step is None) == (self.place == len(self.states) - 1)
        self.place = min(len(self.states) - 1, self.place + 1)
        assert content(self.project) == self.states[self.place]

    @rule(data=st.data())
    def go_to_any_state(self, data: st.DataObject) -> None:
        state = data.draw(st.sampled_from(list(self.ever)))
        self.project.go_to(state)
        assert self.project.state == state
        assert content(self.project) == self.ever[state]
        steps = self.project.history()
        self.states = [self.ever[""], *(self.ever[s.uuid] for s in steps)]
        self.place = sum(not s.is_undone for s in steps)

    @rule()
    def name_a_version(self) -> None:
        version = self.project.name_version(f"v{len(self.named)}")
        self.named[version.uuid] = self.states[self.place]
        assert self.project.is_as_sealed(version)

    @rule()
    def reopen_elsewhere(self) -> None:
        self.project.close()
        place = self.path.with_name(f"搬 家 {new_uuid()}?#%41.gpkg")
        shutil.move(self.path, place)
        self.path = place
        self.project = Project.open(place)
        assert content(self.project) == self.states[self.place]

    def teardown(self) -> None:
        if not hasattr(self, "project"):
            return
        for version in self.project.versions():
            assert self.project.is_as_sealed(version)
            self.project.go_to(version.state)
            assert content(self.project) == self.named[version.uuid]
        self.project.go_to("")
        self.place = 0
        assert content(self.project) == self.states[0]
        redone = self.project.history()
        while (step := self.project.redo()) is not None:
            self.place += 1
            assert content(self.project) == self.ever[step.uuid]
        assert self.place == len(redone)
        self.project.close()
        self.path.unlink()


def test_whatever_a_person_does_can_be_undone_and_redone(tmp_path: Path) -> None:
    from hypothesis.stateful import run_state_machine_as_test

    Person.folder = tmp_path
    run_state_machine_as_test(
        Person,
        settings=settings(
            max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def test_a_new_action_ends_what_could_be_redone(project: Project) -> None:
    for title in "abc":
        with project.action(title) as writer:
            writer.set_meta("title", title)
    assert [s.what for s in (project.undo(), project.undo()) if s] == ["c", "b"]
    assert [s.is_undone for s in project.history()] == [False, True, True]
    with project.action("d") as writer:
        writer.set_meta("title", "d")
    assert [s.what for s in project.history()] == ["a", "d"]
    assert project.redo() is None
    assert project.meta("title") == "d"


def test_an_action_that_changes_nothing_leaves_no_step(project: Project, layer: LayerInfo) -> None:
    events: list[ChangeEvent] = []
    project.subscribe(events.append)
    fid = int(project.table(layer.id).ids[0])
    with project.action("nothing") as writer:
        writer.set_meta("title", project.meta("title"))
        writer.set_values(layer.id, fid, {"名称": "0 号楼"})
    assert len(project.history()) == 1
    assert events == []


def test_a_step_says_who_did_what_when(project: Project) -> None:
    with project.action("改名", why="听证会") as writer:
        writer.set_meta("title", "x")
        writer.title = "改了名"
    (step,) = project.history()
    assert (step.number, step.what, step.is_undone) == (1, "改了名", False)
    assert step.who
    assert step.at.endswith("+00:00")
    assert project._db.execute("SELECT why FROM rg_history").fetchall() == [("听证会",)]


def test_observers_learn_which_rows_changed(project: Project, layer: LayerInfo) -> None:
    events: list[ChangeEvent] = []
    stop = project.subscribe(events.append)
    ids = [int(i) for i in project.table(layer.id).ids]
    with project.action("values") as writer:
        writer.set_values(layer.id, ids[2], {"floors": 9})
        writer.set_values(layer.id, ids[4], {"floors": 9})
    assert events.pop() == ChangeEvent({layer.id: frozenset({ids[2], ids[4]})}, title="values")
    with project.action("draw") as writer:
        writer.put_proposal(Proposal(new_uuid(), 0, None))
        writer.set_meta("title", "x")
    assert events.pop() == ChangeEvent(topics=frozenset({"proposals"}), settings=True, title="draw")
    with project.action("drop") as writer:
        writer.drop_layer(layer.id)
    assert events.pop() == ChangeEvent({layer.id: None}, registry=True, title="drop")
    project.undo()
    assert events.pop() == ChangeEvent({layer.id: None}, registry=True, title="Undone: drop")
    from dataclasses import replace

    with project.action("hide") as writer:
        writer.put_layer(replace(layer, is_visible=False))
    assert events.pop() == ChangeEvent(registry=True, title="hide")
    with project.action("meaning") as writer:
        writer.put_layer(replace(layer, field_map={}))
    assert events.pop() == ChangeEvent({layer.id: None}, registry=True, title="meaning")
    stop()
    project.undo()
    assert events == []


def test_a_failing_observer_undoes_nothing_and_silences_nobody(
    project: Project, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[str] = []

    def broken(_event: ChangeEvent) -> None:
        raise ValueError("observer")

    project.subscribe(broken)
    project.subscribe(lambda event: heard.append(event.title))
    with caplog.at_level(logging.ERROR), project.action("t") as writer:
        writer.set_meta("title", "kept")
    assert heard == ["t"]
    assert project.meta("title") == "kept"
    assert "observer" in caplog.text


def test_rows_that_another_program_changed_stop_the_undo_and_nothing_is_lost(
    project: Project, layer: LayerInfo
) -> None:
    fid = int(project.table(layer.id).ids[0])
    with project.action("edit") as writer:
        writer.set_values(layer.id, fid, {"floors": 9})
        writer.set_meta("title", "new")
    project._db.execute(f"UPDATE {layer.table} SET floors=4 WHERE fid=?", (fid,))
    before = content(project)
    with pytest.raises(DataError, match="edit"):
        project.undo()
    assert content(project) == before
    assert [s.is_undone for s in project.history()] == [False, False]


def test_an_undo_does_not_pass_over_a_table_that_is_gone(project: Project, layer: LayerInfo) -> None:
    fid = int(project.table(layer.id).ids[0])
    with project.action("edit") as writer:
        writer.set_values(layer.id, fid, {"floors": 9})
    with project.action("drop") as writer:
        writer.drop_layer(layer.id)
    project._db.execute(f"DROP TABLE {layer.table}")
    with project.action("title") as writer:
        writer.set_meta("title", "x")
    project.undo()
    project.undo()
    with pytest.raises(DataError):
        project.undo()


def test_a_full_disk_takes_the_action_back(project: Project) -> None:
    pages = project._db.pragma("page_count")
    project._db.pragma("max_page_count", pages + 5)
    with pytest.raises(RequestError, match="full"), project.action("photo") as writer:
        writer.put_photo(Photo(1, new_uuid(), "p", "image/jpeg", "", bytes(1_000_000)))
    assert project.photos() == ()
    assert project.history() == ()
    project._db.pragma("max_page_count", 2**30)
    with project.action("title") as writer:
        writer.set_meta("title", "still works")
    assert project.meta("title") == "still works"


def test_actions_do_not_nest(project: Project) -> None:
    with pytest.raises(RuntimeError, match="nest"), project.action("a"), project.action("b"):
        pass
    assert project.meta("title") == "甲"


def test_reading_only_refuses_actions(project: Project) -> None:
    project.close()
    reader = Project.open(project.path, read_only=True)
    assert reader.is_read_only
    assert reader.read_only_reason
    for act in (reader.undo, reader.redo):
        with pytest.raises(ReadOnlyError):
            act()
    with pytest.raises(ReadOnlyError), reader.action("x") as writer:
        writer.set_meta("title", "x")
    reader.close()


def test_many_threads_work_on_one_project(project: Project, layer: LayerInfo) -> None:
    from concurrent.futures import ThreadPoolExecutor

    ids = [int(i) for i in project.table(layer.id).ids]

    def work(fid: int) -> int:
        with project.action(str(fid)) as writer:
            writer.set_values(layer.id, fid, {"floors": 50})
        return len(project.table(layer.id))

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(work, ids)) == {len(ids)}
    assert len(project.history()) == len(ids) + 1
    assert (project.table(layer.id).columns["floors"] == 50).all()


def test_undoing_an_import_leaves_its_table_and_redo_finds_it(project: Project, layer: LayerInfo) -> None:
    step = project.undo()
    assert step is not None
    assert project.layers() == ()
    with pytest.raises(RequestError):
        project.table(layer.id)
    project.redo()
    assert project.layers() == (layer,)
    assert len(project.table(layer.id)) == 12


def test_a_layer_with_more_columns_than_sqlite_can_name_is_a_sentence() -> None:
    db = apsw.Connection(":memory:")
    columns = ",".join(f"c{i}" for i in range(1500))
    db.execute(f"CREATE TABLE wide (fid INTEGER PRIMARY KEY NOT NULL, {columns})")
    db.execute("INSERT INTO wide (fid) VALUES (1)")
    session = apsw.Session(db, "main")
    session.attach("wide")
    db.execute("UPDATE wide SET " + ",".join(f"c{i}=1" for i in range(1500)))
    with pytest.raises(DataError, match="too many columns"):
        history.apply_whole(db, session.changeset(), "Import")
    assert db.execute("SELECT c0, c1499 FROM wide").get == (1, 1)
