"""Three people with copies of one project: whatever they do, whoever merges whom, the copies come together."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import apsw
import numpy as np
import shapely
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from two_copies import seal

from renovate_gui.domain.difference import Choice, MergeReport, ObjectKey
from renovate_gui.domain.ids import LayerId, Uuid, new_uuid, row_id_of
from renovate_gui.domain.layer import LayerInfo, LayerTable
from renovate_gui.domain.proposal import Note, Photo, Proposal
from renovate_gui.domain.reply import Answer, Reply
from renovate_gui.domain.roles import Datum, Role, Slot
from renovate_gui.domain.scenario import Scenario
from renovate_gui.store.project import Project

OPPOSITE = {Choice.MINE: Choice.THEIRS, Choice.THEIRS: Choice.MINE}
REPLIES = ("r1", "r2", "r3")
people = st.integers(0, 2)
others = st.integers(1, 2)
"""How far somebody else is from somebody, going round."""


def seal_of_file(path: Path) -> str:
    project = Project.open(path, read_only=True)
    try:
        return seal(project)
    finally:
        project.close()


def check_whole(project: Project) -> None:
    with project.reading() as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        proposals = {r[0] for r in db.execute("SELECT uuid FROM proposals")}
        assert {r[0] for r in db.execute("SELECT proposal FROM rg_photos")} <= proposals
        scenarios = {r[0] for r in db.execute("SELECT uuid FROM rg_scenarios")}
        for scenario, proposal in db.execute("SELECT scenario, proposal FROM rg_scenario_members"):
            assert scenario in scenarios
            assert proposal in proposals
        replies = {r[0] for r in db.execute("SELECT uuid FROM rg_replies")}
        assert {r[0] for r in db.execute("SELECT reply FROM rg_answers")} <= replies
        listed = {r[0] for r in db.execute("SELECT table_name FROM gpkg_geometry_columns")}
        assert listed == {i.table for i in project.layers()} | {"proposals", "notes"}
        for info in project.layers():
            found = db.execute(f'SELECT count(*) FROM "{info.table}"').fetchall()
            assert found == [(info.feature_count,)]
        for table in ("proposals", "notes"):
            numbers = [r[0] for r in db.execute(f"SELECT number FROM {table}")]
            assert len(numbers) == len(set(numbers))


class Colleagues(RuleBasedStateMachine):
    folder: Path

    @initialize()
    def begin(self) -> None:
        self.count = 0
        self.paths = [self.folder / f"{new_uuid()}.gpkg" for _ in range(3)]
        first = Project.create(self.paths[0], title="t", crs="EPSG:4545", standard="s")
        self._import(first, 3)
        with first.action("draw") as writer:
            self.first = self._name()
            writer.put_proposal(Proposal(self.first, 0, shapely.Point(0, 0), "0", description="0"))
            writer.put_note(Note(self._name(), shapely.Point(0, 0), "0"))
        first.close()
        for path in self.paths[1:]:
            shutil.copy(self.paths[0], path)
        self.projects = [Project.open(p) for p in self.paths]

    def _key(self) -> int:
        """Return a row key that is the same when the same is tried again."""
        self.count += 1
        return row_id_of(str(self.count))

    def _name(self) -> Uuid:
        return Uuid(f"{self._key():x}")

    def _import(self, project: Project, count: int, position: int = 0) -> None:
        x = np.arange(count) * 3.0
        info = LayerInfo(
            LayerId(self._key()), self._name(), "层", "", Role.OTHER, Slot.EXISTING, position, True, "", 0, "", Datum.WGS84,
            field_map={"name": "t"},
        )  # fmt: skip
        table = LayerTable(
            np.arange(count), shapely.points(x, x), {"n": x, "t": x.astype(str).astype(object)}
        )
        with project.action("import") as writer:
            done = writer.add_layer(info, table)
            if count > 4:
                fid = int(writer.db.execute(f"SELECT min(fid) FROM {done.table}").fetchall()[0][0])
                writer.set_values(done.id, fid, {"t": "at once"})

    # -- what a person does -----------------------------------------------------------------------------------
    @rule(who=people, value=st.sampled_from("12"))
    def draw(self, who: int, value: str) -> None:
        with self.projects[who].action("draw") as writer:
            writer.put_proposal(Proposal(self._name(), 0, shapely.Point(1, 1), value))
            writer.put_note(Note(self._name(), None, value))

    @rule(who=people, data=st.data())
    def change(self, who: int, data: st.DataObject) -> None:
        found = self.projects[who].proposals()
        if found:
            self._change(who, data.draw(st.sampled_from(found)).uuid, data)

    def _change(self, who: int, uuid: str, data: st.DataObject) -> None:
        project, value = self.projects[who], data.draw(st.sampled_from("12"))
        old = next(p for p in project.proposals() if p.uuid == uuid)
        what = data.draw(st.sampled_from(["title", "description", "place", "photo", "caption", "delete"]))
        with project.action("change") as writer:
            shape = shapely.Point(int(value), 7) if what == "place" else old.geometry
            title = value if what == "title" else old.title
            text = value if what == "description" else old.description
            photos = project.photos(old.uuid)
            if what == "delete":
                writer.delete_proposal(old.uuid)
            elif what == "photo":
                writer.put_photo(Photo(self._key(), old.uuid, "p", "image/jpeg", value, b"1"))
            elif what == "caption" and photos:
                if value == "1":
                    writer.delete_photo(photos[0].id)
                else:
                    writer.set_photo_caption(photos[0].id, str(who))
            else:
                writer.put_proposal(Proposal(old.uuid, old.number, shape, title, description=text))

    @rule(who=people, value=st.sampled_from("12"))
    def make_scenario(self, who: int, value: str) -> None:
        project, uuid = self.projects[who], self._name()
        with project.action("scenario") as writer:
            writer.put_scenario(Scenario(uuid, value))
            writer.add_members(uuid, [p.uuid for p in project.proposals()])
            writer.set_meta("scenario", uuid)

    @rule(who=people, data=st.data())
    def change_scenario(self, who: int, data: st.DataObject) -> None:
        project = self.projects[who]
        there, drawn = project.scenarios(), project.proposals()
        if not there or not drawn:
            return
        scenario, proposal = data.draw(st.sampled_from(there)), data.draw(st.sampled_from(drawn)).uuid
        what = data.draw(st.sampled_from(["delete", "rename", "choose", "in", "out"]))
        with project.action("change the scenario") as writer:
            if what == "delete":
                writer.delete_scenario(scenario.uuid)
            elif what == "rename":
                writer.put_scenario(replace(scenario, name=str(who)))
            elif what == "choose":
                writer.set_meta("scenario", scenario.uuid)
            elif what == "in":
                writer.add_members(scenario.uuid, [proposal])
            else:
                writer.remove_members(scenario.uuid, [proposal])

    @rule(who=people, value=st.sampled_from("123"))
    def retitle(self, who: int, value: str) -> None:
        with self.projects[who].action("title") as writer:
            writer.set_meta("title", value)

    @rule(who=people, which=st.sampled_from(REPLIES))
    def take_in_reply(self, who: int, which: str) -> None:
        project = self.projects[who]
        if any(r.id == which for r in project.replies()):
            return
        about = (Answer(self.first, None, "x"), Answer(Uuid(which), None, "gone"))
        with project.action("reply") as writer:
            writer.put_reply(Reply(Uuid(which), Uuid("k"), 1, "2026-01-01", about), source=f"{who}.json")

    @rule(who=people, count=st.integers(0, 6))
    def bring_in(self, who: int, count: int) -> None:
        if len(self.projects[who].layers()) < 4:
            self._import(self.projects[who], count, count % 2)

    @rule(who=people, data=st.data())
    def edit_layer(self, who: int, data: st.DataObject) -> None:
        found = self.projects[who].layers()
        if found:
            self._edit_layer(who, data.draw(st.sampled_from(found)).id, data)

    def _edit_layer(self, who: int, layer: LayerId, data: st.DataObject) -> None:
        project = self.projects[who]
        info = next(i for i in project.layers() if i.id == layer)
        ids = [int(i) for i in project.table(info.id).ids]
        what = data.draw(
            st.sampled_from(["value", "value", "place", "delete", "drop", "name", "hide", "last"])
        )
        with project.action("layer") as writer:
            if what == "drop":
                writer.drop_layer(info.id)
            elif what == "name":
                writer.put_layer(replace(info, name=data.draw(st.sampled_from("甲乙"))))
            elif what == "hide":
                writer.put_layer(replace(info, is_visible=not info.is_visible))
            elif what == "last":
                writer.put_layer(replace(info, position=info.position + 1))
            elif ids:
                fid = ids[0] if data.draw(st.booleans()) else data.draw(st.sampled_from(ids))
                if what == "value":
                    writer.set_values(info.id, fid, {"t": data.draw(st.sampled_from("xy")), "n": who})
                elif what == "place":
                    writer.set_geometry(info.id, fid, shapely.Point(who, 0))
                else:
                    writer.delete_features(info.id, [fid])

    @rule(who=people, step=others, data=st.data())
    def collide(self, who: int, step: int, data: st.DataObject) -> None:
        """Two people work on the same thing."""
        both = (who, (who + step) % 3)
        proposals = [{p.uuid for p in self.projects[w].proposals()} for w in both]
        layers = [{i.id for i in self.projects[w].layers()} for w in both]
        shared: list[Any] = [*sorted(proposals[0] & proposals[1]), *sorted(layers[0] & layers[1])]
        if not shared:
            return
        thing = data.draw(st.sampled_from(shared))
        for w in both:
            if isinstance(thing, str):
                self._change(w, thing, data)
            else:
                self._edit_layer(w, thing, data)

    @rule(who=people)
    def undo(self, who: int) -> None:
        self.projects[who].undo()

    @rule(who=people)
    def redo(self, who: int) -> None:
        self.projects[who].redo()

    @rule(who=people, data=st.data())
    def go_to(self, who: int, data: st.DataObject) -> None:
        project = self.projects[who]
        states = [s.uuid for s in project.history(with_left=True)]
        if states:
            project.go_to(data.draw(st.sampled_from(states)))

    @rule(who=people)
    def name_version(self, who: int) -> None:
        project = self.projects[who]
        version = project.name_version(f"v{len(project.versions())}")
        assert project.is_as_sealed(version)

    @rule(who=people)
    def restart(self, who: int) -> None:
        self.projects[who].close()
        self.projects[who] = Project.open(self.paths[who])

    @rule(who=people)
    def tidy(self, who: int) -> None:
        before = seal(self.projects[who])
        self.projects[who].compact()
        assert seal(self.projects[who]) == before

    # -- what they do together --------------------------------------------------------------------------------
    def _copy(self, who: int) -> Path:
        place = self.folder / f"stick {new_uuid()}.gpkg"
        self.projects[who].save_copy(place)
        return place

    @rule(who=people, step=others, data=st.data())
    def take_in(self, who: int, step: int, data: st.DataObject) -> None:
        project, copy = self.projects[who], self._copy((who + step) % 3)
        before, untouched = seal(project), copy.read_bytes()
        report = project.merge_report(copy)
        assert seal(project) == before
        drawn = [(c, data.draw(st.sampled_from(list(Choice)))) for c in report.conflicts]
        choices = {c.key: choice if choice in c.choices else Choice.MINE for c, choice in drawn}
        done = project.merge(copy, choices)
        assert done.conflicts == report.conflicts
        after = seal(project)
        self._check_choices(project, report, choices)
        check_whole(project)
        again = project.merge(copy, {})
        assert (again.conflicts, again.incoming.changes) == ((), ())
        assert seal(project) == after
        assert copy.read_bytes() == untouched
        if before != after:
            project.undo()
            assert seal(project) == before
            project.redo()
            assert seal(project) == after
        copy.unlink()

    @staticmethod
    def _check_choices(project: Project, report: MergeReport, choices: Mapping[ObjectKey, Choice]) -> None:
        with project.reading() as db:
            for conflict in report.conflicts:
                side = conflict.theirs if choices[conflict.key] is Choice.THEIRS else conflict.mine
                row = read(db, conflict.key)
                assert (row is None) == (side.kind.value == "removed"), (conflict, row)
                for change in side.fields:
                    if row is not None and change.name in conflict.fields:
                        assert field_of(row, change.name, change.after), (conflict, row)

    @rule(one=people, step=others, data=st.data())
    def exchange(self, one: int, step: int, data: st.DataObject) -> None:
        """Two sticks cross on the way: each takes in the other's copy of before."""
        other = (one + step) % 3
        a, b = self.projects[one], self.projects[other]
        copy_a, copy_b = self._copy(one), self._copy(other)
        report_a, report_b = a.merge_report(copy_b), b.merge_report(copy_a)
        assert {c.key for c in report_a.conflicts} == {c.key for c in report_b.conflicts}
        choices = {c.key: data.draw(st.sampled_from(list(OPPOSITE))) for c in report_a.conflicts}
        a.merge(copy_b, choices)
        b.merge(copy_a, {key: OPPOSITE[choice] for key, choice in choices.items()})
        assert dump(a) == dump(b)
        assert seal(a) == seal(b)
        for project in (a, b):
            check_whole(project)
        for copy in (copy_a, copy_b):
            copy.unlink()

    def teardown(self) -> None:
        for project in getattr(self, "projects", ()):
            project.go_to("")
            for version in project.versions():
                assert project.is_as_sealed(version)
            project.close()


def read(db: apsw.Connection, key: ObjectKey) -> dict[str, Any] | None:
    name = "id" if key.table.startswith("rg_") else "fid"
    cursor = db.execute(f"SELECT * FROM {key.table} WHERE {name}=?", (key.row,))
    found = cursor.fetchone()
    if found is None:
        return None
    names = [r[1] for r in db.execute(f"PRAGMA table_info({key.table})")]
    return dict(zip(names, found, strict=True))


def field_of(row: Mapping[str, Any], name: str, value: Any) -> bool:
    import json

    if name == "geometry":
        return True
    if name in row:
        return bool(row[name] == value)
    if "properties" in row:
        return bool(json.loads(row["properties"]).get(name) == value)
    return True


def dump(project: Project) -> dict[str, Any]:
    """Return the sealed content in a form that shows where two differ."""
    tables = [
        "rg_meta",
        "rg_photos",
        "rg_replies",
        "rg_answers",
        "rg_packages",
        "rg_scenarios",
        "rg_scenario_members",
        "proposals",
        "notes",
        "rg_layers",
    ]
    with project.reading() as db:
        tables += [i.table for i in project.layers()]
        return {t: sorted(db.execute(f'SELECT * FROM "{t}"').fetchall(), key=repr) for t in sorted(tables)}


def test_whatever_colleagues_do_their_copies_can_be_brought_together(tmp_path: Path) -> None:
    import os

    Colleagues.folder = tmp_path
    run_state_machine_as_test(
        Colleagues,
        settings=settings(
            max_examples=int(os.environ.get("MERGE_EXAMPLES", "8")),
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
