"""``check`` and ``repair`` as scripts see them."""

from __future__ import annotations

import json
from pathlib import Path

import apsw
import pytest

from renovate_gui.app.session import Session
from renovate_gui.bootstrap import run


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "甲.gpkg"
    with Session.create(path, title="甲", crs="EPSG:4545") as session:
        session.set_title("乙")
    return path


def test_a_healthy_project(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", str(path)]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert "“甲.gpkg” is healthy." in said.out
    assert "There is no backup yet." in said.out
    assert run(["check", str(path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["healthy"], told["findings"], told["history"]["steps"]) == (True, [], 1)


def test_what_is_no_project_is_called_what_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plain = tmp_path / "plain.gpkg"
    db = apsw.Connection(str(plain))
    db.execute("PRAGMA application_id=1196444487; CREATE TABLE gpkg_contents (a)")
    db.close()
    (tmp_path / "text.gpkg").write_text("words " * 99)
    (tmp_path / "empty.gpkg").touch()
    (tmp_path / "folder.gpkg").mkdir()
    for name, said in [
        ("plain.gpkg", "is a GeoPackage but not a project"),
        ("text.gpkg", "is not a project file"),
        ("empty.gpkg", "is empty"),
        ("folder.gpkg", "is a folder"),
        ("no.gpkg", "does not exist"),
        ("x" * 250 + ".gpkg", "is too long"),
    ]:
        assert run(["check", str(tmp_path / name)]) == 2
        assert said in capsys.readouterr().err


def test_a_damaged_project_is_reported_and_repaired(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = bytearray(path.read_bytes())
    data[4096 * 12 :] = data[4096 * 12 :][:-4096]
    path.write_bytes(data)
    assert run(["check", str(path), "--json"]) == 2
    said = capsys.readouterr()
    assert json.loads(said.out)["whole"] is False
    assert said.err.count("\n") == 1
    assert said.err.startswith("error: ")
    out = path.with_name("mended.gpkg")
    assert run(["repair", str(path), "--out", str(out), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["healthy"]
    assert Path(told["out"]) == out
    assert path.read_bytes() == data
    assert run(["--lang", "zh_CN", "check", str(out)]) == 0
    assert "状况良好" in capsys.readouterr().out
    assert run(["repair", str(path), "--out", str(out)]) == 2
    assert "已存在" in capsys.readouterr().err
