"""``people`` as scripts see it."""

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


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project with ten homes in a row."""
    monkeypatch.setenv("RENOVATE_LANG", "en")
    path = tmp_path / "甲.gpkg"
    x = 500_000 + np.arange(10) * 60.0
    homes = shapely.box(x, 3_000_000.0, x + 10, 3_000_010.0)
    with Session.create(path, title="甲", crs="EPSG:4545") as session:
        info = LayerInfo(
            LayerId(0), Uuid(""), "homes", "", Role.BUILDINGS, SLOT_OF_ROLE[Role.BUILDINGS], 0, True, "", 0,
            "EPSG:4545", Datum.CGCS2000,
        )  # fmt: skip
        with session.project.action("homes") as writer:
            writer.add_layer(info, LayerTable(np.arange(1, 11), homes, {}))
    return path


def call(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    assert run([str(a) for a in (*arguments, "--json")]) == 0
    found = json.loads(capsys.readouterr().out)
    assert isinstance(found, dict)
    return found


def test_set_show_and_end(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(capsys, "people", path) == {"estimated": None}
    made = call(capsys, "people", path, "--total", 1000, "--age60", "200")
    group = made["estimated"]["groups"]["age60"]
    assert (group["total"], round(group["shared_out"], 6), group["without_home"]) == (200.0, 200.0, 0.0)
    assert made["estimated"]["homes"] == made["estimated"]["unsaid"] == 10
    assert 0.3 < group["error_of_one_building"] < 1.0
    assert call(capsys, "people", path) == made
    assert call(capsys, "people", path, "--clear") == {"estimated": None}
    assert run(["undo", str(path)]) == 0
    capsys.readouterr()
    assert call(capsys, "people", path) == made


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--total", "100", "--clear"], "not both"),
        (["--total", "100", "--from", "grid"], "not both"),
        (["--from", "grid"], "no layer whose areas hold totals"),
        (["--total", "many"], "no number of people"),
        (["--total", "10", "--age80", "20"], "cannot be more"),
    ],
)
def test_what_cannot_be(
    path: Path, arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["people", str(path), *arguments]) == 2
    assert words in capsys.readouterr().err
