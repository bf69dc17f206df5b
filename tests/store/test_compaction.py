"""Compaction: fewer steps, the same states that count, and whatever was named, merged or undone still is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from renovate_gui.domain.difference import ChangeKind
from renovate_gui.domain.ids import LayerId, Uuid, new_row_id, new_uuid
from renovate_gui.domain.layer import LayerInfo, LayerTable
from renovate_gui.domain.proposal import Note, Photo, Proposal
from renovate_gui.domain.roles import Datum, Role, Slot
from renovate_gui.store.backups import fault_of
from renovate_gui.store.project import Project

BOOKS = {"rg_history", "rg_moves", "rg_versions", "gpkg_contents"}


def content(project: Project) -> dict[str, Any]:
    """Return every row of every visible table but the books and the extents."""
    live = {i.table for i in project.layers()}
    names = [
        r[0] for r in project._db.execute("SELECT name FROM sqlite_master WHERE type='table'").fetchall()
    ]
    kept = [n for n in names if n not in BOOKS and (not n.startswith("lyr_") or n in live)]
    return {n: sorted(project._db.execute(f'SELECT * FROM "{n}"').fetchall(), key=repr) for n in kept}


def layer_tables(project: Project) -> set[str]:
    found = project._db.execute("SELECT name FROM sqlite_master WHERE name LIKE 'lyr_%'").fetchall()
    return {r[0] for r in found}


def draw(project: Project, title: str) -> Uuid:
    uuid = new_uuid()
    with project.action(title) as writer:
        writer.put_proposal(Proposal(uuid, 0, shapely.Point(1, 2), title))
    return uuid


def bring_in(project: Project, count: int) -> LayerInfo:
    x = np.arange(count) * 3.0
    info = LayerInfo(
        LayerId(0), Uuid(""), "层", "", Role.OTHER, Slot.EXISTING, 0, True, "", 0, "", Datum.WGS84
    )
    with project.action("import") as writer:
        return writer.add_layer(info, LayerTable(np.arange(count), shapely.points(x, x), {"n": x}))


def act(project: Project, data: st.DataObject) -> None:
    """Do one thing that a person might."""
    kinds = [
        "draw",
        "import",
        "undo",
        "undo",
        "redo",
        "go",
        "name",
        "edit",
        "edit",
        "layer",
        "layer",
        "layer",
    ]
    kind = data.draw(st.sampled_from(kinds))
    number = data.draw(st.integers(0, 4))
    if kind == "draw":
        with project.action("draw") as writer:
            writer.put_note(Note(new_uuid(), shapely.Point(number, 1), "said"))
            writer.put_proposal(Proposal(new_uuid(), 0, shapely.Point(number, 1), f"p{number}"))
    elif kind == "import":
        bring_in(project, number + 1)
    elif kind in {"undo", "redo"}:
        getattr(project, kind)()
    elif kind == "go":
        states = ["", *(s.uuid for s in project.history(with_left=True))]
        project.go_to(states[data.draw(st.integers(0, len(states) - 1))])
    elif kind == "name" and len(project.versions()) < 4:
        project.name_version(f"v{len(project.versions())}")
    elif kind == "edit" and project.proposals():
        chosen = project.proposals()[number % len(project.proposals())]
        with project.action("edit") as writer:
            if number == 0:
                writer.delete_proposal(chosen.uuid)
            else:
                writer.put_photo(Photo(new_row_id(), chosen.uuid, "p", "image/jpeg", "", b"12"))
                writer.put_proposal(replace(chosen, title=f"t{number}", geometry=shapely.Point(number, 9)))
    elif kind == "layer" and project.layers():
        edit_layer(project, number)


def edit_layer(project: Project, number: int) -> None:
    info = project.layers()[number % len(project.layers())]
    ids = [int(i) for i in project.table(info.id).ids]
    with project.action("layer") as writer:
        if number == 0 or not ids:
            writer.drop_layer(info.id)
        elif number == 1:
            writer.delete_features(info.id, ids[:1])
        elif number == 2:
            writer.set_geometry(info.id, ids[0], shapely.Point(50, 50))
        else:
            writer.set_values(info.id, ids[0], {"n": float(number)})


def undo_all(project: Project) -> dict[str, Any]:
    while project.undo() is not None:
        pass
    return content(project)


def redo_all(project: Project) -> dict[str, Any]:
    while project.redo() is not None:
        pass
    return content(project)


@given(data=st.data())
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_state_that_counts_is_still_there(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("compact")
    project = Project.create(folder / "a.gpkg", title="t", crs="EPSG:4545", standard="s")
    for _ in range(data.draw(st.integers(1, 20))):
        act(project, data)
    old = [s.uuid for s in project.history(with_left=True)]
    present, state = content(project), project.state
    first, last = undo_all(project), redo_all(project)
    end = project.state
    project.go_to(state)
    redo_end = [s.uuid for s in project.history()][-1:] or [""]
    assert redo_end == [end]
    project.compact()
    assert (content(project), project.state) == (present, state)
    assert [s.uuid for s in project.history(with_left=True)] == [u for u in old if u in _uuids(project)]
    for version in project.versions():
        assert project.is_as_sealed(version)
    assert undo_all(project) == first
    assert redo_all(project) == last
    assert project.state == end
    seen = set()
    for step in [*project.history(with_left=True), None]:
        project.go_to(step.uuid if step else "")
        seen |= {i.table for i in project.layers()}
    assert layer_tables(project) == seen
    project.compact()  # from another state, with all undone
    assert content(project) == first
    for version in project.versions():
        assert project.is_as_sealed(version)
    project.close()
    Project.open(folder / "a.gpkg").close()


def _uuids(project: Project) -> set[str]:
    return {s.uuid for s in project.history(with_left=True)}


def test_steps_between_versions_become_one_and_layers_nobody_can_see_again_go(project: Project) -> None:
    draw(project, "one")
    draw(project, "two")
    project.name_version("as shown")
    info = bring_in(project, 500)
    with project.action("edit") as writer:
        writer.set_values(info.id, int(project.table(info.id).ids[0]), {"n": 7.0})
    with project.action("drop") as writer:
        writer.drop_layer(info.id)
    kept = draw(project, "three")
    report = project.compact()
    assert (report.steps_before, report.steps_after, report.tables_dropped) == (6, 2, 1)
    assert report.bytes_after < report.bytes_before
    assert fault_of(report.backup) == ""
    assert layer_tables(project) == set()
    first, second = project.history()
    assert first.what.startswith("2 ")
    assert second.what.startswith("4 ")
    assert second.parent == first.uuid
    difference = project.difference_of_step(second.number)
    assert [(c.kind, c.title) for c in difference.changes] == [(ChangeKind.ADDED, "3 · three")]
    assert [p.uuid for p in project.proposals()][-1] == kept


def test_young_steps_and_their_branches_stay(project: Project) -> None:
    for title in ("a", "b", "c"):
        draw(project, title)
    project.undo()
    draw(project, "d")
    old = project.history(with_left=True)
    project._db.execute("UPDATE rg_history SET at='2020-01-01T00:00:00+00:00' WHERE seq<=2")
    project.compact("2021-01-01T00:00:00+00:00")
    steps = project.history(with_left=True)
    assert [s.what for s in steps][1:] == ["c", "d"]
    assert steps[1].is_left
    assert [s.uuid for s in steps] == [s.uuid for s in old[1:]]


def test_a_copy_that_parted_at_a_state_that_is_gone_is_merged_as_before(
    project: Project, tmp_path: Path
) -> None:
    uuid = draw(project, "one")
    draw(project, "two")
    project.save_copy(tmp_path / "copy.gpkg")
    copy = Project.open(tmp_path / "copy.gpkg")
    with copy.action("theirs") as writer:
        writer.put_proposal(replace(copy.proposals()[0], responsible="they"))
    copy.close()
    with project.action("mine") as writer:
        writer.put_proposal(replace(project.proposals()[0], title="renamed"))
    draw(project, "three")
    assert project.compact().steps_after == 1
    report = project.merge(tmp_path / "copy.gpkg", {})
    assert report.conflicts == ()
    found = next(p for p in project.proposals() if p.uuid == uuid)
    assert (found.title, found.responsible) == ("renamed", "they")
    assert len(project.proposals()) == 3


def test_extents_that_had_grown_fit_again_and_undo_still_works(project: Project) -> None:
    info = bring_in(project, 2100)  # more rows than are read after an edit
    far = int(project.table(info.id).ids[0])
    for x in (90_000.0, 1.0):
        with project.action("move") as writer:
            writer.set_geometry(info.id, far, shapely.Point(x, 1))
    project.name_version("v")
    with project.action("move") as writer:
        writer.set_geometry(info.id, far, shapely.Point(2, 1))
    project.undo()

    def extent() -> Any:
        sql = "SELECT max_x FROM gpkg_contents WHERE table_name=?"
        return project._db.execute(sql, (info.table,)).fetchall()[0][0]

    assert extent() == 90_000
    project.compact()
    assert extent() == 2099 * 3
    assert project.redo() is not None
    assert project.undo() is not None
    assert extent() == 2099 * 3
    assert project.undo() is not None
    assert project.layers() == ()
    assert project.redo() is not None
    assert project.is_as_sealed(project.versions()[0])


def test_a_full_disk_leaves_everything_as_it_was(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    from renovate_gui.store import compaction

    for title in "abc":
        draw(project, title)
    before, steps = content(project), project.history()

    def fail(*_: object) -> None:
        raise OSError(28, "no space")

    monkeypatch.setattr(compaction, "_drop_tables", fail)
    with pytest.raises(OSError, match="space"):
        project.compact()
    assert (content(project), project.history()) == (before, steps)


def test_lists_and_tables_agree_afterwards(project: Project) -> None:
    bring_in(project, 3)
    draw(project, "one")
    project.compact()
    db = project._db
    assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    listed = {r[0] for r in db.execute("SELECT table_name FROM gpkg_contents").fetchall()}
    there = {r[0] for r in db.execute("SELECT name FROM sqlite_master WHERE type='table'").fetchall()}
    assert listed <= there
