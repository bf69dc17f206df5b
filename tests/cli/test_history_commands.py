"""The history from the command line: list, undo, go, name, compare, compact."""

from __future__ import annotations

import io
import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from renovate_gui import bootstrap
from renovate_gui.store import backups

OPERATIONS = """\
{"op": "add", "layer": "proposals", "id": "p1", "geometry": {"type": "Point", "coordinates": [389900.5, 3309800.25]}, "properties": {"title": "Day nursery"}}
{"op": "add", "layer": "notes", "id": "n1", "geometry": null, "properties": {"text": "Steep here"}}
{"op": "update", "id": "p1", "properties": {"cost": "120000"}}
"""


class _Input:
    def __init__(self, text: str) -> None:
        self.buffer = io.BytesIO(text.encode())


@pytest.fixture(autouse=True)
def _speak_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RENOVATE_LANG", "en")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """Return a project of three steps."""
    path = tmp_path / "p.gpkg"
    assert bootstrap.run(["new", str(path), "--crs", "EPSG:4545"]) == 0
    monkeypatch.setattr(sys, "stdin", _Input(OPERATIONS))
    assert bootstrap.run(["edit", str(path)]) == 0
    capsys.readouterr()
    return path


def call(capsys: pytest.CaptureFixture[str], *arguments: object, code: int = 0) -> dict[str, Any]:
    assert bootstrap.run([str(a) for a in arguments] + ["--json"]) == code
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    found = json.loads(out)
    assert isinstance(found, dict)
    return found


def fails(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert bootstrap.run([str(a) for a in arguments]) == 2
    line = capsys.readouterr().err
    assert line.startswith("error: ")
    assert line.count("\n") == 1
    return line


def says(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert bootstrap.run([str(a) for a in arguments]) == 0
    return capsys.readouterr().out


def test_steps_and_what_they_changed(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = call(capsys, "history", place)
    assert [s["number"] for s in found["steps"]] == [1, 2, 3]
    assert found["state"] == found["steps"][2]["uuid"]
    lines = says(capsys, "history", place).splitlines()
    assert len(lines) == 3
    assert lines[2].startswith("→     3")
    step = call(capsys, "history", place, "--step", 3)
    assert step["counts"] == {"added": 0, "changed": 1, "removed": 0}
    assert step["changes"][0]["fields"] == [{"name": "cost", "before": None, "after": "120000"}]
    assert "120,000" in says(capsys, "history", place, "--step", 3)
    assert "no step 9" in fails(capsys, "history", place, "--step", 9)


def test_undo_the_newest_or_one_from_the_middle(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "builds on it" in fails(capsys, "undo", place, "--step", 1)
    done = call(capsys, "undo", place, "--step", 2)
    assert done["step"]["number"] == 4
    assert [f["id"] for f in json.loads(says(capsys, "dump", place))["features"]] == ["p1"]
    assert "Undone" in says(capsys, "undo", place)
    identity = call(capsys, "history", place, "--step", 3)["changes"][0]["id"]
    assert "did not change" in fails(capsys, "undo", place, "--step", 2, "--object", identity)
    assert "--step" in fails(capsys, "undo", place, "--object", identity)
    call(capsys, "undo", place, "--step", 3, "--object", identity)
    (feature,) = [f for f in json.loads(says(capsys, "dump", place))["features"] if f["id"] == "p1"]
    assert "cost" not in feature["properties"]
    call(capsys, "goto", place, "--start")
    assert "nothing to undo" in fails(capsys, "undo", place)


def test_versions_states_and_differences(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "no version has a name" in fails(capsys, "goto", place, "--version", "x")
    named = call(capsys, "version", place, "--name", "as shown", "--why", "council")
    assert named["seal"].startswith("rg1:")
    assert "already" in fails(capsys, "version", place, "--name", "as shown")
    assert call(capsys, "goto", place, "--step", 1)["steps"] == 2
    assert "“as shown”" in fails(capsys, "goto", place, "--version", "x")
    found = call(capsys, "compare", place, "--from", "as shown")
    assert found["counts"] == {"added": 0, "changed": 1, "removed": 1}
    assert call(capsys, "compare", place, "--from", "start", "--to", "1")["counts"]["added"] == 1
    assert call(capsys, "goto", place, "--version", "as shown")["state"] == named["state"]
    checked = call(capsys, "versions", place, "--check")["versions"]
    assert [(v["name"], v["whole"]) for v in checked] == [("as shown", True)]
    assert "as sealed" in says(capsys, "versions", place, "--check")
    assert "compare with" in fails(capsys, "compare", place)
    assert "compare with" in fails(capsys, "compare", place, place, "--from", "start")


def test_a_version_that_somebody_tampered_with_is_named(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from renovate_gui.store.project import Project

    call(capsys, "version", place, "--name", "as shown")
    with Project.open(place).reading() as db:
        db.execute("UPDATE rg_versions SET seal='rg1:0'")
    assert bootstrap.run(["versions", str(place), "--check"]) == 2
    assert "as shown" in capsys.readouterr().err


def test_two_files(place: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    other = tmp_path / "other.gpkg"
    other.write_bytes(place.read_bytes())
    assert "Nothing is different" in says(capsys, "compare", place, other)
    call(capsys, "undo", place)
    found = call(capsys, "compare", place, other)
    assert [c["kind"] for c in found["changes"]] == ["changed"]
    assert "~ " in says(capsys, "compare", place, other)
    (tmp_path / "no.gpkg").write_bytes(b"no")
    assert "no.gpkg" in fails(capsys, "compare", place, tmp_path / "no.gpkg")


def test_compact(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(capsys, "compact", place, "--keep-days", 2)["steps_after"] == 3
    report = call(capsys, "compact", place)
    assert (report["steps_before"], report["steps_after"]) == (3, 1)
    assert Path(report["backup"]).is_file()
    assert "Steps: 1 → 1" in says(capsys, "compact", place)
    assert "0 or more" in fails(capsys, "compact", place, "--keep-days", -1)


# -- the backup of the day -------------------------------------------------------------------------------------
def test_a_command_that_writes_makes_the_backup_of_the_day_first(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for old in backups.backups_of(place):
        old.unlink()
    call(capsys, "history", place)
    assert backups.backups_of(place) == ()  # looking makes none
    call(capsys, "undo", place)
    call(capsys, "undo", place)
    (made,) = backups.backups_of(place)
    assert len(call(capsys, "history", made)["steps"]) == len(call(capsys, "history", place)["steps"])
    assert not any(s["undone"] for s in call(capsys, "history", made)["steps"])  # from before the command


def test_a_backup_that_cannot_be_written_stops_no_command(
    place: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    shutil.rmtree(backups.backup_folder(place))
    backups.backup_folder(place).write_text("in the way")
    call(capsys, "undo", place)
    assert "backup of the day" in caplog.text
