"""A check changes not a byte and sees what does not belong."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import apsw
import pytest

from renovate_gui.domain.errors import DataError
from renovate_gui.domain.ids import LayerId
from renovate_gui.domain.layer import LayerInfo
from renovate_gui.store.health import check
from renovate_gui.store.project import Project


def codes(path: Path) -> set[tuple[str, bool]]:
    return {(f.code, f.is_harm) for f in check(path).findings}


def everything(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir()}


def test_a_project_at_work_is_healthy_and_untouched(
    project: Project, layer: LayerInfo, tmp_path: Path
) -> None:
    before = everything(tmp_path)
    report = check(project.path)
    assert report.is_healthy
    assert report.findings == ()
    assert everything(tmp_path) == before
    sizes = {p.name: p for p in report.parts}
    assert sizes["layers"].rows == layer.feature_count
    assert sum(p.bytes for p in report.parts) == report.bytes == project.path.stat().st_size
    assert (report.history.steps, report.history.undone) == (1, 0)


def test_a_check_during_an_action_sees_the_last_state_and_keeps_the_lock(
    project: Project, layer: LayerInfo
) -> None:
    with project.action("t") as writer:
        writer.drop_layer(layer.id)
        report = check(project.path)
        assert report.is_healthy
        assert report.history.steps == 1
    assert check(project.path).history.steps == 2


def test_a_removed_layer_is_kept_for_the_history_and_an_undone_import_too(
    project: Project, layer: LayerInfo
) -> None:
    with project.action("drop") as writer:
        writer.drop_layer(layer.id)
    assert codes(project.path) == {("kept_for_history", False)}
    project.undo()
    project.undo()
    assert codes(project.path) == {("kept_for_history", False)}


def change(path: Path, *statements: str) -> None:
    db = apsw.Connection(str(path))
    db.pragma("foreign_keys", 0)
    for sql in statements:
        db.execute(sql).fetchall()
    db.close()


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("CREATE TABLE lyr_other_left (fid INTEGER PRIMARY KEY, geom)", ("leftover", False)),
        ("UPDATE rg_layers SET feature_count=feature_count+3", ("count", True)),
        ("UPDATE {table} SET geom=x'00' WHERE fid=(SELECT min(fid) FROM {table})", ("geometry", True)),
        ("DROP TABLE {table}", ("layer", True)),
        ("DELETE FROM gpkg_geometry_columns WHERE table_name='{table}'", ("columns", True)),
        ("DELETE FROM gpkg_contents WHERE table_name='{table}'", ("contents", True)),
        ("UPDATE gpkg_contents SET srs_id=77777 WHERE table_name='{table}'", ("foreign_key", True)),
        ("INSERT INTO gpkg_contents (table_name, data_type) VALUES ('gone', 'features')", ("contents", True)),
        ("INSERT INTO rg_photos VALUES (1, 'no', 1, 'n', 'm', 'c', x'00')", ("photo", True)),
        ("INSERT INTO rg_answers VALUES (1, 'no', 1, 'p', 'agree', '', 0, 0)", ("answer", True)),
        ("UPDATE rg_history SET changeset=x'54'", ("history", True)),
        (
            "INSERT INTO notes (fid, uuid, number, properties) VALUES (1, 'u', 1, 'nonsense')",
            ("properties", True),
        ),
        ("UPDATE rg_layers SET name=CAST(x'E4B8' AS TEXT)", ("text", True)),
        ("UPDATE rg_layers SET position='first'", ("value", True)),
        ("DROP TABLE rg_packages", ("missing_table", True)),
    ],
)
def test_each_fault_is_found(project: Project, layer: LayerInfo, sql: str, found: tuple[str, bool]) -> None:
    project.close()
    change(project.path, sql.format(table=layer.table))
    before = project.path.read_bytes()
    assert found in codes(project.path)
    assert check(project.path).is_healthy == (not found[1])
    assert project.path.read_bytes() == before


def test_what_a_crash_left_open_is_settled_in_the_copy_only(
    project: Project, layer: LayerInfo, tmp_path: Path
) -> None:
    project.close()
    code = (
        "import apsw, os, sys; db = apsw.Connection(sys.argv[1]); db.pragma('cache_size', 2); db.execute('BEGIN');"
        f"db.execute('DELETE FROM {layer.table}'); db.execute('UPDATE rg_meta SET value=hex(zeroblob(30000))');"
        "os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", code, str(project.path)], check=True, timeout=60)
    before = everything(tmp_path)
    assert any(name.endswith("-journal") for name in before)
    report = check(project.path)
    assert report.is_healthy, report.findings
    assert everything(tmp_path) == before


def test_no_project_is_no_report(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="does not exist"):
        check(tmp_path / "no.gpkg")
    (tmp_path / "words.gpkg").write_text("words")
    with pytest.raises(DataError, match="not a project file"):
        check(tmp_path / "words.gpkg")
    change(tmp_path / "other.gpkg", "CREATE TABLE t (a)")
    with pytest.raises(DataError, match="database but not a project"):
        check(tmp_path / "other.gpkg")
    assert LayerId(1)
