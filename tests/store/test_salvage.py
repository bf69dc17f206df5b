"""A repair never touches the project, loses nothing that stands in a sound page, and names what it lost."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import apsw
import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from renovate_gui.domain.errors import DataError, RequestError
from renovate_gui.domain.ids import LayerId, Uuid, new_row_id, new_uuid
from renovate_gui.domain.layer import LayerInfo, LayerTable
from renovate_gui.domain.proposal import Note, Photo, Proposal
from renovate_gui.domain.record import Record, RecordKind
from renovate_gui.domain.reply import Answer, Choice, Reply
from renovate_gui.domain.roles import Datum, Role, Slot
from renovate_gui.store.health import check
from renovate_gui.store.pages import PageFile
from renovate_gui.store.project import Project
from renovate_gui.store.salvage import RepairReport, repair

PAGE = 4096
Rows = dict[str, dict[int, tuple[tuple[object, ...], set[int]]]]


def add_layer(project: Project, name: str, role: Role, count: int) -> None:
    x = np.arange(count) % 10 * 20.0 + 500_000
    y = np.arange(count) // 10 * 20.0 + 3_000_000
    columns = {"名称": np.array([f"{name} {i} 号" * 3 for i in range(count)], dtype=object), "floors": x % 7}
    info = LayerInfo(
        id=LayerId(0), uuid=Uuid(""), name=name, table="", role=role, slot=Slot.EXISTING, position=0,
        is_visible=True, geometry_type="Polygon", feature_count=0, source_crs="EPSG:4545", datum=Datum.CGCS2000,
        field_map={"name": "名称"},
    )  # fmt: skip
    with project.action(f"Import {name}") as writer:
        writer.add_layer(info, LayerTable(np.arange(count), shapely.box(x, y, x + 12, y + 10), columns))


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with three layers, 30 proposals, photos, notes, replies and a history with something undone."""
    path = tmp_path_factory.mktemp("whole") / "试点.gpkg"
    project = Project.create(path, title="甲", crs="EPSG:4545", standard="cn-gb50180-2018")
    add_layer(project, "楼栋", Role.BUILDINGS, 120)
    add_layer(project, "地块", Role.PARCELS, 60)
    add_layer(project, "设施", Role.FACILITIES, 20)
    for i in range(30):
        place = shapely.Point(500_000 + i, 3_000_000)
        with project.action(f"Draw {i}") as writer:
            writer.put_proposal(
                Proposal(uuid=new_uuid(), number=0, geometry=place, title=f"方案 {i}", description="字" * 90)
            )
    first = project.proposals()[0].uuid
    with project.action("photo") as writer:
        writer.put_photo(Photo(new_row_id(), first, "a.jpg", "image/jpeg", "c", bytes(range(256)) * 40))
        writer.put_note(Note(uuid=new_uuid(), geometry=None, text="note"))
        writer.put_reply(
            Reply(new_uuid(), new_uuid(), 1, "2026", (Answer(first, Choice.AGREE, "", None),), "", ""),
            source="s",
        )
        writer.put_records(
            [
                Record(new_uuid(), RecordKind.COMMENT, "", "2026", "", {"text": f"意见 {i}"}, b"x" * 900)
                for i in range(9)
            ]
        )
    for title in ("later", "latest"):
        with project.action(title) as writer:
            writer.set_meta("title", title)
    for _ in range(2):
        project.undo()
    project.close()
    return path


def rows_by_page(data: bytes) -> Rows:
    """Return rows of every table with the pages each stands in, by our own reader (tested against SQLite elsewhere)."""
    pages = PageFile(data)
    found: Rows = {}
    for leaf in pages.tree(1).leaves:
        for row in leaf.rows:
            if row.values[0] == "table":
                tree = pages.tree(int(str(row.values[3])))
                found[str(row.values[1])] = {
                    r.rowid: (r.values, {entry.number, *r.overflow})
                    for entry in tree.leaves
                    for r in entry.rows
                }
    return found


COMPARED = (
    "proposals",
    "notes",
    "rg_photos",
    "rg_records",
    "rg_replies",
    "rg_packages",
    "rg_figures",
    "rg_scenario",
    "lyr_",
)
SKIPPED = ("sqlite_", "gpkg_", "rg_meta", "rg_layers", "rg_history", "rg_moves", "rg_versions", "rg_answers")


def assert_nothing_sound_is_lost(before: Rows, out: Path, is_hurt: Callable[[int], bool]) -> None:
    after = rows_by_page(out.read_bytes())
    layer_values = {v[0][1:] for t in after if t.startswith("lyr_") for v in after[t].values()}
    for table, wanted in before.items():
        assert table.startswith((*COMPARED, *SKIPPED)), table
        if table.startswith(SKIPPED):
            continue
        for rowid, (values, pages) in wanted.items():
            if any(map(is_hurt, pages)):
                continue
            if table in after and rowid in after[table]:
                assert after[table][rowid][0] == values
            else:  # a layer whose name is lost stands under another one
                assert table.startswith("lyr_"), (table, rowid)
                assert values[1:] in layer_values, (table, rowid, values)


def try_repair(data: bytes, folder: Path, original: Path, hurt: set[int]) -> RepairReport | None:
    path, out = folder / "hurt.gpkg", folder / "mended.gpkg"
    for old in folder.iterdir():
        old.unlink()
    path.write_bytes(data)
    report = None
    said = ""
    try:
        report = repair(path, out)
    except DataError as error:
        said = str(error)
    assert out.exists() == (report is not None)
    assert ("Nothing can be saved" in said) == (report is None)
    assert path.read_bytes() == data
    assert {p.name for p in folder.iterdir()} == {"hurt.gpkg"} | ({"mended.gpkg"} if report else set())
    if report is not None:
        assert check(out).is_healthy
        assert_nothing_sound_is_lost(rows_by_page(original.read_bytes()), out, hurt.__contains__)
        project = Project.open(out)
        assert not project.is_read_only
        project.proposals(), project.notes(), project.replies(), project.history()
        for layer in project.layers():
            assert len(project.table(layer.id)) == layer.feature_count
        if project.undo() is not None:
            project.redo()
        project.close()
    return report


PATIENT = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "f").mkdir()
    return tmp_path / "f"


def test_a_healthy_project_is_copied_with_its_history(original: Path, folder: Path) -> None:
    report = try_repair(original.read_bytes(), folder, original, set())
    assert report is not None
    assert report.was_whole
    assert (report.losses, report.repairs) == ((), {})
    before = check(original)
    assert before.is_healthy
    assert before.history == report.health.history
    assert before.history.steps >= 34


@PATIENT
@given(data=st.data())
def test_single_bytes(data: st.DataObject, original: Path, folder: Path) -> None:
    content = bytearray(original.read_bytes())
    at = data.draw(st.one_of(st.integers(0, 2 * PAGE), st.integers(0, len(content) - 1)))
    content[at] ^= data.draw(st.integers(1, 255))
    report = try_repair(bytes(content), folder, original, {at // PAGE + 1})
    assert report is not None


@PATIENT
@given(data=st.data())
def test_zeroed_pages(data: st.DataObject, original: Path, folder: Path) -> None:
    content = bytearray(original.read_bytes())
    count = len(content) // PAGE
    hurt = data.draw(st.sets(st.integers(1, count), min_size=1, max_size=3))
    for number in hurt:
        content[(number - 1) * PAGE : number * PAGE] = bytes(PAGE)
    report = try_repair(bytes(content), folder, original, hurt)
    assert report is not None


@PATIENT
@given(data=st.data())
def test_cut_files(data: st.DataObject, original: Path, folder: Path) -> None:
    content = original.read_bytes()
    size = data.draw(st.integers(0, len(content)))
    try_repair(content[:size], folder, original, set(range(size // PAGE + 1, len(content) // PAGE + 1)))


def test_every_page_in_turn(original: Path, folder: Path) -> None:
    content = original.read_bytes()
    for number in range(1, len(content) // PAGE + 1):
        hurt = bytearray(content)
        hurt[(number - 1) * PAGE : number * PAGE] = bytes([number % 3 * 85]) * PAGE
        assert try_repair(bytes(hurt), folder, original, {number}) is not None, number


def test_nothing_left_is_said_in_one_sentence(folder: Path, original: Path) -> None:
    for data in (b"", bytes(PAGE * 9), b"SQLite format 3\x00" + bytes(5000), b"words " * 999):
        assert try_repair(data, folder, original, set(range(1, 999))) is None


def test_a_plain_geopackage_is_no_project_to_repair(folder: Path) -> None:
    plain, out = folder / "plain.gpkg", folder / "out.gpkg"
    change(
        plain,
        "PRAGMA application_id=1196444487",
        "CREATE TABLE gpkg_contents (a)",
        "CREATE TABLE streets (fid INTEGER PRIMARY KEY, geom BLOB)",
        "CREATE VIRTUAL TABLE rtree_streets_geom USING rtree(id, minx, maxx, miny, maxy)",
    )
    with pytest.raises(DataError, match="GeoPackage but not a project"):
        repair(plain, out)
    (folder / "a.gpkg").mkdir()
    with pytest.raises(DataError, match="is a folder"):
        repair(folder / "a.gpkg", out)
    assert not out.exists()


def test_a_spatial_index_of_another_program_hinders_no_repair(original: Path, folder: Path) -> None:
    path, out = folder / "indexed.gpkg", folder / "out.gpkg"
    shutil.copy(original, path)
    change(
        path,
        "CREATE TABLE gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT, definition TEXT, scope TEXT)",
        "INSERT INTO gpkg_extensions VALUES ('proposals', 'geom', 'gpkg_rtree_index', 'd', 'write-only')",
        "CREATE VIRTUAL TABLE rtree_proposals_geom USING rtree(id, minx, maxx, miny, maxy)",
        "INSERT INTO rtree_proposals_geom SELECT fid, 1, 2, 3, 4 FROM proposals",
        "CREATE TRIGGER rtree_proposals_geom_insert AFTER INSERT ON proposals WHEN NOT ST_IsEmpty(NEW.geom)"
        " BEGIN INSERT INTO rtree_proposals_geom VALUES (NEW.fid, ST_MinX(NEW.geom), 1, 1, 1); END",
    )
    data = bytearray(path.read_bytes())
    pages = len(data) // PAGE
    db = apsw.Connection(str(path))
    hurt = db.execute("SELECT max(pageno) FROM dbstat WHERE name='rtree_proposals_geom_node'").fetchall()[0][
        0
    ]
    db.close()
    assert 1 < hurt <= pages
    data[(hurt - 1) * PAGE : hurt * PAGE] = bytes([85]) * PAGE
    path.write_bytes(data)
    report = repair(path, out)
    assert report.health.is_healthy
    assert ("index", "rtree_proposals_geom") in {(x.code, x.table) for x in report.losses}
    assert report.rows["proposals"] == 30
    assert not [name for name in report.rows if name.startswith("rtree_")]
    assert report.rows["gpkg_extensions"] == 0
    project = Project.open(out)
    with project.action("x") as writer:
        writer.put_proposal(Proposal(uuid=new_uuid(), number=0, geometry=shapely.Point(1, 2), title="n"))
    project.close()


def test_nothing_is_overwritten(original: Path, folder: Path) -> None:
    out = folder / "there.gpkg"
    out.write_text("mine")
    with pytest.raises(RequestError, match="there already"):
        repair(original, out)
    assert out.read_text() == "mine"
    with pytest.raises(DataError, match="does not exist"):
        repair(folder / "no.gpkg", folder / "out.gpkg")
    with pytest.raises(RequestError, match="another folder"):
        repair(original, folder / "no" / "out.gpkg")


def change(path: Path, *statements: str) -> None:
    db = apsw.Connection(str(path))
    db.pragma("foreign_keys", 0)
    for sql in statements:
        db.execute(sql).fetchall()
    db.close()


def test_what_belongs_to_nothing_is_mended_and_named(original: Path, folder: Path) -> None:
    path = folder / "a.gpkg"
    shutil.copyfile(original, path)
    db = apsw.Connection(str(path))
    table = db.execute("SELECT table_name FROM rg_layers WHERE name='地块'").get
    db.close()
    change(
        path,
        "DELETE FROM proposals WHERE number=1",
        "DELETE FROM rg_replies",
        f"DROP TABLE {table}",
        "UPDATE rg_layers SET feature_count=7 WHERE name='楼栋'",
        "DELETE FROM gpkg_geometry_columns WHERE table_name='notes'",
        "UPDATE proposals SET geom=x'4750000100000000ff' WHERE number=2",
    )
    found = check(path)
    codes = {f.code for f in found.findings if f.is_harm}
    assert codes >= {"photo", "layer", "count", "columns", "contents", "geometry"}
    report = repair(path, folder / "b.gpkg")
    assert report.was_whole
    lost = {(loss.code, loss.count) for loss in report.losses}
    assert {("layer", 60), ("geometry", 1)} <= lost
    assert any(loss.code == "history" for loss in report.losses)
    project = Project.open(report.out)
    assert {layer.name for layer in project.layers()} == {"楼栋", "设施"}
    assert project.photos()[0].proposal in {p.uuid for p in project.proposals()}
    project.close()


def test_a_step_that_does_not_apply_is_taken_away_with_those_before_it(original: Path, folder: Path) -> None:
    path = folder / "a.gpkg"
    shutil.copyfile(original, path)
    db = apsw.Connection(str(path))
    number = db.execute("SELECT seq FROM rg_history WHERE what='Draw 11'").get
    db.close()
    change(path, f"UPDATE rg_history SET changeset=x'54ff' WHERE seq={number}")
    found = check(path)
    assert found.history.unreadable == (number,)
    assert not found.is_healthy
    report = repair(path, folder / "b.gpkg")
    (loss,) = [x for x in report.losses if x.code == "history"]
    assert loss.detail == "Draw 11"
    project = Project.open(report.out)
    steps = [s.what for s in project.history()]
    assert steps[0] == "Draw 12"
    assert len(project.proposals()) == 30
    for _ in range(19):
        project.undo()
    assert len(project.proposals()) == 12
    project.close()
