"""Fixtures for tests of the commands: a row of homes to judge, and English to read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely

from renovate_gui.app.session import Session
from renovate_gui.domain.ids import LayerId, Uuid
from renovate_gui.domain.layer import LayerInfo, LayerTable
from renovate_gui.domain.roles import SLOT_OF_ROLE, Datum, Role


@pytest.fixture
def speaks_english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the program speak English."""
    monkeypatch.setenv("RENOVATE_LANG", "en")


@pytest.fixture
def homes_in_a_row(tmp_path: Path) -> Path:
    """Return a project with ten homes in a row and a day care proposed at one end."""
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
        session.proposals.add(shapely.Point(500_005, 2_999_990), title="a", kind="elderly_day_care")
    return path
