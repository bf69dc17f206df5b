"""``inspect`` and ``import``: what flags override, what questions are asked, what the JSON holds."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from renovate_gui import bootstrap

CSV = "编号,类别,权重,经度,纬度\n1,养老,2,106.86,29.90\n2,托育,1,106.861,29.901\n3,照明,3,,\n"


@pytest.fixture(autouse=True)
def _speak_english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the environment ask for English, and take back what ``--lang`` leaves in it."""
    monkeypatch.setenv("RENOVATE_LANG", "en")


@pytest.fixture
def folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """Return a folder with a project and a table."""
    assert bootstrap.run(["new", str(tmp_path / "p.gpkg"), "--crs", "EPSG:4545"]) == 0
    (tmp_path / "意见.csv").write_text(CSV, encoding="gb18030")
    capsys.readouterr()
    return tmp_path


def call(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    assert bootstrap.run([str(a) for a in arguments] + ["--json"]) == 0
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    found = json.loads(out)
    assert isinstance(found, dict)
    return found


def test_inspect_tells_layers_and_leaves_the_file_alone(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = folder / "意见.csv"
    before = (hashlib.sha256(file.read_bytes()).digest(), sorted(p.name for p in folder.iterdir()))
    found = call(capsys, "inspect", file)
    (layer,) = found["layers"]
    assert (layer["name"], layer["geometry_type"], layer["features"]) == ("意见", "Point", 3)
    assert layer["crs"] is None
    assert layer["encoding"] == "GB18030"
    assert layer["columns"][:3] == ["编号", "类别", "权重"]
    assert layer["role"] == "demand"
    assert "EPSG:4490" in [c["crs"] for c in layer["crs_candidates"]]
    assert isinstance(found["problems"], list)
    assert before == (hashlib.sha256(file.read_bytes()).digest(), sorted(p.name for p in folder.iterdir()))


def test_an_open_question_is_exit_2_and_its_answer_a_flag(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["import", str(folder / "p.gpkg"), str(folder / "意见.csv"), "--as", "demand"]
    assert bootstrap.run(words) == 2
    line = capsys.readouterr().err
    assert line.startswith("error: ")
    assert "coordinate system" in line
    assert "EPSG:4490" in line
    found = call(capsys, *words, "--crs", "EPSG:4490")
    assert (found["rows_read"], found["rows_shown"], found["rows_refused"]) == (3, 2, 1)
    assert found["refusals"][0]["row"] == 3  # as people count
    assert found["datum"] == "CGCS2000"
    assert found["project_crs"] == "EPSG:4545"


def test_a_declared_datum_is_believed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["import", folder / "p.gpkg", folder / "意见.csv", "--as", "demand"]
    assert call(capsys, *words, "--datum", "GCJ-02")["datum"] == "GCJ-02"
    assert call(capsys, *words, "--crs", "BD-09")["datum"] == "BD-09"


def test_columns_can_be_mapped_and_unmapped(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["import", folder / "p.gpkg", folder / "意见.csv", "--as", "demand", "--crs", "EPSG:4490"]
    found = call(capsys, *words, "--map", "text=编号", "--map", "weight=")
    assert found["map"]["text"] == "编号"
    assert "weight" not in found["map"]
    for wrong, says in (("floors=编号", "floors"), ("text=没有", "没有")):
        assert bootstrap.run([str(w) for w in words] + ["--map", wrong]) == 2
        assert says in capsys.readouterr().err


def test_a_file_of_several_layers_asks_which(
    sample: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["import", str(folder / "p.gpkg"), str(sample / "qingyaping_base.gpkg")]
    assert call(capsys, *words, "--as", "study_area")["layer"] == "study_area"  # the only one of that role
    assert bootstrap.run([*words, "--as", "demand"]) == 2
    assert "--layer" in capsys.readouterr().err
    assert bootstrap.run([*words, "--as", "demand", "--layer", "nope"]) == 2
    assert "buildings" in capsys.readouterr().err
    found = call(capsys, *words, "--as", "other", "--layer", "contours", "--name", "等高线")
    assert (found["layer"], found["role"]) == ("等高线", "other")


def test_a_doubted_datum_and_a_second_import_stay_in_the_notes(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = folder / "poi_gcj02.csv"
    file.write_text(CSV + "4,照明,1,0,0\n", encoding="utf-8")
    call_import = ("import", folder / "p.gpkg", file, "--as", "demand")
    first = call(capsys, *call_import, "--crs", "EPSG:4326", "--name", "意见点")
    assert any("GCJ-02" in note and "500 m" in note for note in first["notes"])
    assert any("coordinates 0, 0" in note for note in first["notes"]), first["notes"]
    assert not any("already" in note for note in first["notes"])
    second = call(capsys, *call_import, "--crs", "GCJ-02")
    assert second["datum"] == "GCJ-02"
    assert any("already" in note and "意见点" in note for note in second["notes"])
    assert not any("500 m" in note for note in second["notes"])


def test_a_name_that_says_gcj02_puts_it_first(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = folder / "poi_gcj02.csv"
    file.write_text(CSV, encoding="utf-8")
    (layer,) = call(capsys, "inspect", file)["layers"]
    assert layer["crs_candidates"][0]["crs"] == "GCJ-02"


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("edit", ('"op": "batch"', '"op": "undo"', "EPSG:4326")),
        ("import", ("walk_network", "Walking network", "age60")),
        ("analyze", ("cn-gb50180-2018", "Elderly day care")),
    ],
)
def test_help_tells_operations_roles_and_kinds(
    command: str, says: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert bootstrap.run([command, "--help"]) == 0
    out = capsys.readouterr().out
    assert all(words in out for words in says)


def test_a_folder_is_inspected_and_a_closed_one_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = folder / "zu"
    closed.mkdir()
    whole = Path.iterdir

    def refuse(path: Path) -> Any:
        if path == closed:
            raise PermissionError(13, "Permission denied", str(path))
        return whole(path)

    monkeypatch.setattr(Path, "iterdir", refuse)
    found = call(capsys, "inspect", folder)
    assert "意见" in [layer["name"] for layer in found["layers"]]
    assert any("zu" in problem for problem in found["problems"])
