"""``scenario`` as scripts see it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from renovate_gui.app.parameters import GapParameters
from renovate_gui.app.session import Session
from renovate_gui.bootstrap import run
from renovate_gui.domain.ids import LayerId, Uuid
from renovate_gui.domain.layer import LayerInfo, LayerTable
from renovate_gui.domain.roles import SLOT_OF_ROLE, Datum, Role
from renovate_gui.domain.verdict import Measure


@pytest.fixture(autouse=True)
def _speak_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RENOVATE_LANG", "en")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "甲.gpkg"
    x = 500_000 + np.arange(10) * 60.0
    with Session.create(path, title="甲", crs="EPSG:4545") as session:
        info = LayerInfo(
            LayerId(0), Uuid(""), "homes", "", Role.BUILDINGS, SLOT_OF_ROLE[Role.BUILDINGS], 0, True, "", 0,
            "EPSG:4545", Datum.CGCS2000,
        )  # fmt: skip
        homes = shapely.box(x, 3_000_000.0, x + 10, 3_000_010.0)
        with session.project.action("homes") as writer:
            writer.add_layer(info, LayerTable(np.arange(1, 11), homes, {}))
        session.proposals.add(shapely.Point(500_005, 2_999_990), title="a", kind="elderly_day_care")
    return path


def call(capsys: pytest.CaptureFixture[str], *arguments: object, code: int = 0) -> dict[str, Any]:
    assert run([str(a) for a in (*arguments, "--json")]) == code
    found = json.loads(capsys.readouterr().out)
    assert isinstance(found, dict)
    return found


def test_make_carry_and_remove(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(capsys, "scenario", path, "list") == {"scenarios": []}
    assert [p["number"] for p in call(capsys, "scenario", path, "add", "A")["proposals"]] == [1]
    assert call(capsys, "scenario", path, "add", "B", "--empty")["active"] is True
    assert call(capsys, "scenario", path, "carry", "B", "1")["number"] == 1
    assert call(capsys, "scenario", path, "carry", "B", "1", "--as-copy")["number"] == 2
    found = {s["name"]: s for s in call(capsys, "scenario", path, "list")["scenarios"]}
    assert {n: [p["number"] for p in s["proposals"]] for n, s in found.items()} == {"A": [1], "B": [2]}
    call(capsys, "scenario", path, "remove", "B", "2")
    assert call(capsys, "scenario", path, "choose", "A")["active"] is True
    assert call(capsys, "scenario", path, "remove", "B")["name"] == "B"
    assert run(["scenario", str(path), "carry", "A", "7"]) == 2
    assert "There is no proposal 7" in capsys.readouterr().err


def test_lock_verify_and_what_a_lock_refuses(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["scenario", str(path), "verify"]) == 2
    assert "no seal to check" in capsys.readouterr().err
    call(capsys, "scenario", path, "add", "A")
    locked = call(capsys, "scenario", path, "lock", "A", "--who", "Li", "--why", "council")
    assert (locked["locked_by"], locked["seal"][:5]) == ("Li", "rgs1:")
    assert call(capsys, "scenario", path, "verify")["ok"] is True
    assert run(["scenario", str(path), "remove", "A", "1"]) == 2
    assert "locked" in capsys.readouterr().err
    assert call(capsys, "scenario", path, "lock", "A", "--open", "--why", "again")["locked"] is False


def test_a_broken_seal_is_exit_code_2(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call(capsys, "scenario", path, "add", "A")
    call(capsys, "scenario", path, "lock", "A")
    with Session.open(path) as session, session.project.action("another program") as writer:
        writer.db.execute("UPDATE proposals SET properties='{}'")
    assert call(capsys, "scenario", path, "verify", code=2)["scenarios"][0]["as_sealed"] is False


def test_compare_and_analyses_about_another_scenario(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Session.open(path) as session:
        session.parameters.set_gaps(GapParameters(Measure.CIRCLE, walker="senior"))
    call(capsys, "scenario", path, "add", "A")
    call(capsys, "scenario", path, "add", "B", "--empty")
    found = call(capsys, "scenario", path, "compare", "B", "A")
    assert [s["name"] for s in found["sides"]] == ["Today", "B", "A"]
    served = [s["kinds"]["elderly_day_care"]["served"] for s in found["sides"]]
    assert served[:2] == [0, 0]
    assert served[2] > 0
    assert run(["scenario", str(path), "compare"]) == 0
    assert "Served (buildings)" in capsys.readouterr().out
    counts = {
        name: call(
            capsys, "analyze", path, "--kind", "elderly_day_care", "--measure", "circle", "--scenario", name
        )["results"][0]["served"]
        for name in ("A", "B")
    }
    assert counts == {"A": served[2], "B": 0}
    assert run(["analyze", str(path), "--scenario", "C"]) == 2
    assert "There is no scenario “C”" in capsys.readouterr().err


def test_a_picture_shows_the_named_scenario_alone(path: Path, tmp_path: Path, qapp: object) -> None:
    assert run(["scenario", str(path), "add", "A"]) == 0
    assert run(["scenario", str(path), "add", "B", "--empty"]) == 0
    for name in "AB":
        out = str(tmp_path / f"{name}.png")
        assert run(["render", str(path), "--out", out, "--size", "400x300", "--scenario", name]) == 0
    assert (tmp_path / "A.png").read_bytes() != (tmp_path / "B.png").read_bytes()


def test_a_picture_of_who_gains_against_today(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], qapp: object
) -> None:
    with Session.open(path) as session:
        session.parameters.set_gaps(GapParameters(Measure.CIRCLE, walker="senior"))
        session.scenarios.add("A")
    out = tmp_path / "d.png"
    ask = ["render", str(path), "--out", str(out), "--size", "400x300", "--against", "today"]
    assert run(ask) == 2
    assert "--kind" in capsys.readouterr().err
    assert run([*ask, "--kind", "elderly_day_care"]) == 0
    assert "From “Today” to “A”, Elderly day care: buildings that gain 5" in capsys.readouterr().out
    assert out.stat().st_size > 1000


def test_a_scenario_is_renamed_and_named_by_the_beginning_of_its_id(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Session.open(path) as session:
        made = session.scenarios.add("X")
    assert run(["scenario", str(path), "rename", made.uuid[:8], "Y", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["name"] == "Y"
    assert run(["scenario", str(path), "rename", "X", "Z"]) != 0


def test_the_list_shows_a_broken_seal(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Session.open(path) as session:
        made = session.scenarios.add("X")
        sealed = session.scenarios.lock(made.uuid, who="w", why="")
        assert not session.scenarios.is_seal_broken(made.uuid)
        with session.project.action("another program") as writer:
            writer.db.execute('UPDATE proposals SET properties=\'{"title": "Else"}\'')
    assert run(["scenario", str(path), "list"]) == 0
    told = capsys.readouterr().out
    assert "✗" in told
    assert str(sealed) not in told
    assert run(["scenario", str(path), "list", "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["scenarios"]
    assert found["as_sealed"] is False


def test_carrying_says_what_was_there_before(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call(capsys, "scenario", path, "add", "A")
    call(capsys, "scenario", path, "add", "B", "--empty")
    assert run(["scenario", str(path), "carry", "B", "1"]) == 0
    assert capsys.readouterr().out == "Proposal 1 was taken into the scenario “B”.\n"
    assert run(["scenario", str(path), "carry", "B", "1"]) == 0
    assert "already; nothing has changed" in capsys.readouterr().out


def test_an_error_speaks_the_language_of_the_session(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--lang", "zh_CN", "scenario", str(path), "carry", "没有", "7"]) == 2
    assert capsys.readouterr().err.startswith("error: 项目中还没有情景")
    assert run(["--lang", "en", "scenario", str(path), "carry", "none", "7"]) == 2
    assert capsys.readouterr().err.startswith("error: ")
