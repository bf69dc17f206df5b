"""A small real project and a workspace on it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from renovate_gui.app.session import Session
from renovate_gui.domain.layer import LayerInfo
from renovate_gui.domain.roles import Role
from renovate_gui.ui.jobs import Jobs
from renovate_gui.ui.workspace import Workspace

X0, Y0 = 106.5, 29.5
METRE_X, METRE_Y = 1 / 96_900, 1 / 110_850  # degrees a metre at 29.5° N, near enough for made-up streets
CATEGORIES = ("lift", "parking", "care")


def at(x_m: float, y_m: float) -> list[float]:
    return [X0 + x_m * METRE_X, Y0 + y_m * METRE_Y]


def collection(features: list[tuple[str, object, dict[str, object]]]) -> str:
    made = [
        {"type": "Feature", "geometry": {"type": kind, "coordinates": where}, "properties": values}
        for kind, where, values in features
    ]
    return json.dumps({"type": "FeatureCollection", "features": made})


def box(x: float, y: float, size: float = 12) -> list[list[list[float]]]:
    return [[at(x, y), at(x + size, y), at(x + size, y + size), at(x, y + size), at(x, y)]]


def write_sources(folder: Path) -> None:
    """Ten houses in a row along a street, one day-care centre at its beginning, thirty answers."""
    houses = [
        ("Polygon", box(100 * i, 10), {"name": f"House {i + 1}", "residents": 40, "age60": 10})
        for i in range(10)
    ]
    street = [("LineString", [at(0, 0), at(500, 0), at(1000, 0)], {"name": "Street", "highway": "footway"})]
    service = [("Point", at(0, -5), {"name": "Day care One", "kind": "elderly_day_care"})]
    answers = [
        ("Point", at(30 * i, 15), {"category": CATEGORIES[i % 3], "weight": 1, "text": "please"})
        for i in range(30)
    ]
    for name, features in (
        ("buildings", houses),
        ("walk_network", street),
        ("facilities", service),
        ("demand", answers),
    ):
        (folder / f"{name}.geojson").write_text(collection(features), encoding="utf-8")


@pytest.fixture(scope="session")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sources")
    write_sources(folder)
    return folder


@pytest.fixture(scope="session")
def template(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with the four layers, made once."""
    path = tmp_path_factory.mktemp("template") / "street.gpkg"
    with Session.create(path, title="Street") as session:
        for plan in session.survey.propose(session.survey.prepare_inspect([sources]).run()):
            session.survey.prepare_import(plan).run()
        assert {i.role for i in session.layers.all()} == {
            Role.BUILDINGS,
            Role.WALK_NETWORK,
            Role.FACILITIES,
            Role.DEMAND,
        }
    return path


@dataclass
class Desk:
    """A workspace with its jobs and what was said."""

    workspace: Workspace
    jobs: Jobs
    said: list[tuple[str, str]]
    wait: Callable[[], None]

    @property
    def session(self) -> Session:
        assert self.workspace.session is not None
        return self.workspace.session

    def layer(self, role: Role) -> LayerInfo:
        return self.session.layers.of_role(role)[0]


@pytest.fixture
def empty_desk(qtbot) -> Iterator[Desk]:
    workspace = Workspace()
    jobs = Jobs(workspace)
    said: list[tuple[str, str]] = []
    workspace.message.connect(lambda words, kind: said.append((words, kind)))

    def wait() -> None:
        qtbot.waitUntil(lambda: not jobs.running, timeout=20_000)

    yield Desk(workspace, jobs, said, wait)
    assert jobs.shut_down()
    workspace.set_session(None)
    workspace.deleteLater()
    # deferred deletions now, so that a widget that dies badly fails its own test
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def desk(empty_desk: Desk, template: Path, tmp_path: Path) -> Desk:
    path = tmp_path / "street.gpkg"
    shutil.copy(template, path)
    empty_desk.workspace.set_session(Session.open(path))
    return empty_desk


@pytest.fixture
def bare_desk(empty_desk: Desk, tmp_path: Path) -> Desk:
    """A project without layers."""
    empty_desk.workspace.set_session(Session.create(tmp_path / "bare.gpkg", title="Bare"))
    return empty_desk
