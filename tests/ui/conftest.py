"""A small real project, and a window on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import shapely
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from renovate_gui.app.session import Session
from renovate_gui.domain.ids import LayerId, new_row_id, new_uuid
from renovate_gui.domain.layer import LayerInfo, LayerTable
from renovate_gui.domain.roles import SLOT_OF_ROLE, Datum, Role
from renovate_gui.domain.style import Style, StyleClass, Symbol
from renovate_gui.ui.theme import set_fonts

X, Y = 360_000.0, 3_270_000.0


def objects(shapes: list[object]) -> np.ndarray:
    made = np.empty(len(shapes), dtype=object)
    made[:] = shapes
    return made


def add(
    session: Session, title: str, role: Role, shapes: list[object], position: int, **columns: object
) -> None:
    info = LayerInfo(
        id=LayerId(new_row_id()), uuid=new_uuid(), name=title, table="", role=role, slot=SLOT_OF_ROLE[role],
        position=position, is_visible=True, geometry_type=shapes[0].geom_type, feature_count=len(shapes),
        source_crs="EPSG:4545", datum=Datum.CGCS2000, field_map={"name": "name"},
        style=Style(classes=(StyleClass("", Symbol()),)),
    )  # fmt: skip
    table = LayerTable(
        np.arange(1, len(shapes) + 1), objects(shapes), {k: np.asarray(v) for k, v in columns.items()}
    )
    with session.project.action(f"Add {title}") as writer:
        writer.add_layer(info, table)


def names(prefix: str, count: int) -> np.ndarray:
    return objects([f"{prefix} {i}" for i in range(count)])


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with 40 buildings in a grid, five facilities and a far point layer."""
    path = tmp_path / "project.gpkg"
    with Session.create(path, title="Grid", crs="EPSG:4545") as session:
        houses = [
            shapely.box(X + 20 * i, Y + 20 * j, X + 20 * i + 12, Y + 20 * j + 12)
            for i in range(8)
            for j in range(5)
        ]
        add(session, "Houses", Role.BUILDINGS, houses, 1, name=names("House", 40), levels=np.arange(40) % 7.0)
        add(
            session,
            "Shops",
            Role.FACILITIES,
            [shapely.Point(X + 40 * i + 16, Y + 16) for i in range(5)],
            0,
            name=names("Shop", 5),
        )
        add(
            session,
            "Far away",
            Role.OTHER,
            [shapely.Point(X + 90_000, Y), shapely.Point(X, Y)],
            2,
            name=names("Far", 2),
        )
    return path


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep remembered settings of tests apart from a person's own."""
    monkeypatch.setenv("RENOVATE_CONFIG", str(tmp_path / "config"))
    return tmp_path / "config"


@pytest.fixture
def empty_window(qtbot) -> Iterator[object]:
    from renovate_gui.ui.application import dress, make_application
    from renovate_gui.ui.window import MainWindow

    dress(make_application([]), is_dark=False)
    window = MainWindow(Session.open, Session.create)
    window.resize(1280, 760)
    window.show()
    yield window
    window.close()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def window(empty_window, project, qtbot):
    """A window on the project, its map painted."""
    empty_window.projects.open(project)
    qtbot.waitUntil(lambda: empty_window.area.scene is not None and bool(empty_window.area.scene.items))
    return empty_window


@pytest.fixture(autouse=True)
def as_the_program_dresses(qapp: QApplication) -> None:
    """Give tests the program's own font, as its start does: widths must not depend on the fonts of a machine."""
    set_fonts(qapp)
