"""``site`` as scripts see it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from renovate_gui.app.session import Session
from renovate_gui.bootstrap import run
from renovate_gui.domain.ids import LayerId, Uuid
from renovate_gui.domain.layer import LayerInfo, LayerTable
from renovate_gui.domain.roles import SLOT_OF_ROLE, Datum, Role


def _put(session: Session, role: Role, shapes: Any, columns: dict[str, Any], fields: dict[str, str]) -> None:
    info = LayerInfo(
        LayerId(0), Uuid(""), role.value, "", role, SLOT_OF_ROLE[role], 0, True, "", 0, "EPSG:4545",
        Datum.CGCS2000, fields,
    )  # fmt: skip
    with session.project.action(role.value) as writer:
        writer.add_layer(info, LayerTable(np.arange(1, len(shapes) + 1), np.asarray(shapes), columns))


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a street of 2 km with a home of 10 old people every 100 m and two vacant rooms."""
    monkeypatch.setenv("RENOVATE_LANG", "en")
    path = tmp_path / "街.gpkg"
    x = 500_000 + np.arange(20) * 100.0
    with Session.create(path, title="街", crs="EPSG:4545") as session:
        homes = shapely.box(x - 5, 3_000_005.0, x + 5, 3_000_015.0)
        _put(session, Role.BUILDINGS, homes, {"old": np.full(20, 10.0)}, {"age60": "old"})
        street = [shapely.LineString([(x[0], 3_000_000.0), (x[-1], 3_000_000.0)])]
        _put(session, Role.WALK_NETWORK, street, {}, {})
        rooms = shapely.points([x[5], x[6]], [3_000_000.0, 3_000_000.0])
        columns = {
            "status": np.array(["vacant", "vacant"], dtype=object),
            "kind": np.array(["", ""], dtype=object),
        }
        _put(session, Role.FACILITIES, rooms, columns, {"status": "status", "kind": "kind"})
    return path


def call(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    assert run(["site", *map(str, arguments), "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def served(capsys: pytest.CaptureFixture[str], path: Path) -> float:
    assert run(["analyze", str(path), "--kind", "elderly_day_care", "--json"]) == 0
    return float(json.loads(capsys.readouterr().out)["results"][0]["people_served"])


def test_one_site_proven_and_put_on_the_map(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = call(capsys, path, "--kind", "elderly_day_care", "--add", 1, "--exact", "--robustness", 10)
    plan = found["plans"][0]
    # 300 m along the street less the way from a home's point to it: two homes to each side and the one beside
    assert (plan["newly_served"], plan["total"], plan["proven"], plan["gap"]) == (50, 200, True, 0.0)
    assert plan["cost_per_newly_served"] == "12000"
    assert 0 <= plan["near_best_in"] <= 10
    assert served(capsys, path) == 0
    done = call(capsys, path, "--kind", "elderly_day_care", "--add", 1, "--apply", 1)
    assert done["applied"] == [1]
    assert served(capsys, path) == plan["newly_served"]
    assert run(["undo", str(path)]) == 0
    capsys.readouterr()
    assert served(capsys, path) == 0


def test_words_say_plan_sites_and_gap(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["site", str(path), "--kind", "elderly_day_care", "--add", "1"]) == 0
    said = capsys.readouterr().out
    assert "Plan 1: 50 people newly served, then 25.0 % of 200" in said
    assert "below the best possible" in said or "proven best" in said
    assert "Assumed cost" in said


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--add", "3"], "only 2 candidate places"),
        (["--model", "budget", "--budget", "0"], "budget of 0"),
        (["--candidates", "land"], "no polygon layer"),
        (["--candidates", "layer:x"], "no layer “x”"),
        (["--model", "best"], "is none of"),
        (["--budget", "much"], "no sum of money"),
        (["--apply", "9"], "no plan 9"),
    ],
)
def test_what_is_wrong_is_one_line(
    path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert run(["site", str(path), "--kind", "elderly_day_care", *arguments]) == 2
    said = capsys.readouterr()
    assert said.err.splitlines()[-1].startswith("error: ")
    assert words.lower() in said.err.lower()
