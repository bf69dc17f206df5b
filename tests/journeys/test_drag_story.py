"""A planner drags: figures, legend and map follow the pointer, Escape puts back, undo brings back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtWidgets import QApplication

from renovate_gui.app.demo import fill_with_sample
from renovate_gui.app.session import Session
from renovate_gui.domain.roles import Role
from renovate_gui.domain.verdict import Verdict
from renovate_gui.ui.stages.gap_model import FEATURED, GapModel
from renovate_gui.ui.stages.live_model import LiveModel, Phase
from renovate_gui.ui.workspace import Stage, Tool

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
KIND = "elderly_day_care"
PATIENCE_MS = 60_000  # costs nothing when it is not needed
LOOKS = 3


@pytest.fixture(scope="module")
def community(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("drag") / "community.gpkg"
    with Session.create(path, title="Community") as session:
        fill_with_sample(session, lambda _share, _words: None)
    return path


class Map:
    """The window's map under the mouse."""

    def __init__(self, window: Any, qtbot: Any) -> None:
        self.window, self.view, self._qtbot = window, window.area.view, qtbot
        self.live, self.gaps = LiveModel.of(window.workspace), GapModel.of(window.workspace)

    def px(self, x: float, y: float) -> QPoint:
        left, top = self.view.port.to_px(x, y)
        return QPoint(round(left), round(top))

    def mouse(self, kind: QEvent.Type, at: QPoint, button: Qt.MouseButton = LEFT) -> None:
        target = self.view.viewport()
        held = NONE if kind == QEvent.Type.MouseButtonRelease else LEFT
        event = QMouseEvent(
            kind,
            QPointF(at),
            QPointF(target.mapToGlobal(at)),
            button,
            held,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(target, event)

    def drag(self, start: shapely.Point, *stations: tuple[float, float]) -> QPoint:
        """Press on a point and move by metres, from station to station; the button stays down."""
        self.mouse(QEvent.Type.MouseButtonPress, self.px(start.x, start.y))
        at = self.px(start.x, start.y)
        for dx, dy in stations:
            at = self.px(start.x + dx, start.y + dy)
            self.mouse(QEvent.Type.MouseMove, at, NONE)
        return at

    def wait(self, condition: Any) -> None:
        self._qtbot.waitUntil(condition, timeout=PATIENCE_MS)

    def rest(self) -> None:
        """Wait until nothing is worked out or painted any more.

        The map knows what it misses only when it was painted, and work is often begun by an event that still waits:
        so it is painted at each look, and must have been at rest at several looks, with events between them.
        """
        looks = 0

        def is_at_rest() -> bool:
            nonlocal looks
            self.picture()
            area = self.window.area
            is_waiting = self.window.jobs.running or self.gaps.is_running or area._rebuild.isActive()
            is_quiet = not is_waiting and self.view.tiles.is_complete and self.view.tiles.is_settled
            looks = looks + 1 if is_quiet else 0
            return looks >= LOOKS

        self.wait(is_at_rest)

    def picture(self) -> QImage:
        return self.view.grab().toImage()

    def centre_on(self, point: shapely.Point) -> None:
        self.view.set_scale(4000)
        self.view.look_at(self.view.port.centred(point.x, point.y))
        self.rest()


@pytest.fixture
def on_map(qtbot, community: Path, tmp_path: Path, monkeypatch) -> Iterator[Map]:
    from renovate_gui.bootstrap import create_session, open_session
    from renovate_gui.ui.application import dress, make_application
    from renovate_gui.ui.window import MainWindow

    monkeypatch.setenv("RENOVATE_CONFIG", str(tmp_path / "config"))
    project = Path(shutil.copy(community, tmp_path))
    dress(make_application([]), is_dark=False)
    window = MainWindow(open_session, create_session)
    window.resize(1440, 900)
    window.show()
    window.projects.open(project)
    made = Map(window, qtbot)
    window.workspace.set_stage(Stage.GAPS)
    made.gaps.choose(kind=KIND)
    made.wait(lambda: made.gaps.picture is not None and not made.gaps.is_running)
    made.rest()
    yield made
    window.close()
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def surveyed(on_map: Map) -> shapely.Point:
    """Return where a surveyed service of the kind stands."""
    key = next(k for k in on_map.gaps.picture.main.facility_keys if k.startswith("layer:"))
    _, layer, feature = key.split(":")
    table = on_map.window.workspace.session.layers.table(int(layer))
    return shapely.point_on_surface(table.geometry[np.flatnonzero(table.ids == int(feature))[0]])


def test_a_surveyed_service_is_tried_elsewhere_and_put_back(on_map: Map, qtbot) -> None:
    window, live = on_map.window, on_map.live
    home = surveyed(on_map)
    on_map.centre_on(home)
    window.workspace.set_tool(Tool.WHAT_IF)
    on_map.rest()
    before = on_map.picture()
    steps = len(window.workspace.session.history())
    on_map.drag(home, (20, 0), (120, 60))
    assert live.phase is Phase.PREPARING
    assert window.live.state.text() == "computing …"
    on_map.wait(lambda: live.phase is Phase.LIVE and not live.is_stale)
    assert window.live.state.text() == "live"
    frame = live.frame
    assert len(frame.changed)
    assert window.live.figures.figures.verdicts[0].now == pytest.approx(live.numbers().now.served)
    legend = window.area.legend._entries[0]
    assert legend._number.text().endswith("…") or live.is_at_rest
    on_map.wait(lambda: live.is_at_rest)
    assert legend._number.text() == f"{frame.buildings[Verdict.SERVED]:,}"
    during = on_map.picture()
    assert during != before
    _colours_agree(on_map, during)
    at = on_map.px(home.x + 120, home.y + 60)
    on_map.mouse(QEvent.Type.MouseButtonRelease, at)
    assert live.phase is Phase.ASKING
    assert window.area.live.card.isVisible()
    qtbot.keyClick(on_map.view, Qt.Key.Key_Escape)
    assert live.phase is Phase.IDLE
    assert window.area.live.card.isHidden()
    window.workspace.select("", ())
    on_map.rest()
    # what is worked out at rest may still come and go
    on_map.wait(lambda: on_map.picture() == before)
    assert len(window.workspace.session.history()) == steps


def _colours_agree(on_map: Map, picture: QImage) -> None:
    """Look at the map where a changed building stands: it has the colour of its verdict now."""
    from renovate_gui.app.scene_parts import VERDICT_FILLS
    from renovate_gui.ui.canvas.live_paint import mixed

    frame, base = on_map.live.frame, on_map.live.base
    table = on_map.window.workspace.session.layers.table(base.layer_id)
    ground = on_map.window.area.scene.ground
    looks = {v: mixed(fill, ground, 0.9) for v, fill in VERDICT_FILLS.items()}
    right = old = seen = 0
    for row, verdict in zip(frame.changed.tolist(), frame.verdict.tolist(), strict=True):
        shape = table.geometry[np.flatnonzero(table.ids == base.ids[row])[0]]
        point = shapely.point_on_surface(shape)
        at = on_map.px(point.x, point.y)
        if picture.rect().adjusted(60, 60, -60, -60).contains(at):
            seen += 1
            colour = picture.pixelColor(at).name()
            right += colour == looks[Verdict(verdict)]
            old += colour == looks[Verdict(base.verdict[row])]
    assert seen > 0
    assert old == 0
    assert right > 0.6 * seen, "answers, discs and words cover some"


def test_changed_places_are_as_faint_as_their_layer(on_map: Map) -> None:
    from renovate_gui.ui.canvas.live_paint import mixed

    overlay, scene = on_map.window.area.live.overlay, on_map.window.area.scene
    judged = next(i for i in scene.items if i.key == f"gap:{KIND}")
    faint = replace(judged, opacity=0.5)
    for symbol in faint.symbols:
        look = overlay._opaque(symbol, faint.opacity)
        assert look.opacity == 1.0, "the old colour must not shine through"
        assert look.fill == mixed(symbol.fill, scene.ground, 0.5 * symbol.opacity)


def test_a_trial_is_kept_as_a_proposal_and_undo_takes_it_back(on_map: Map) -> None:
    window, live = on_map.window, on_map.live
    session, home = window.workspace.session, surveyed(on_map)
    on_map.centre_on(home)
    window.workspace.set_tool(Tool.WHAT_IF)
    count = len(session.proposals.all())
    at = on_map.drag(home, (20, 0), (150, 0))
    on_map.wait(lambda: live.phase is Phase.LIVE)
    on_map.mouse(QEvent.Type.MouseButtonRelease, at)
    window.area.live.card.kept.emit(False)
    on_map.rest()
    assert live.phase is Phase.IDLE
    made = session.proposals.all()[-1]
    assert len(session.proposals.all()) == count + 1
    assert made.kind == KIND
    assert window.workspace.selection == ("proposals", (made.uuid,))
    session.undo()
    on_map.rest()
    assert len(session.proposals.all()) == count


def test_escape_ends_a_trial_from_the_slider_and_the_marker_stays_with_it(on_map: Map, qtbot) -> None:
    window, live = on_map.window, on_map.live
    home = surveyed(on_map)
    on_map.centre_on(home)
    window.activateWindow()
    window.workspace.set_tool(Tool.WHAT_IF)
    on_map.mouse(QEvent.Type.MouseButtonRelease, on_map.drag(home, (20, 0), (150, 0)))
    on_map.wait(lambda: live.phase is Phase.ASKING and not live.is_stale)
    window.live.slider.setFocus()
    window.live.slider.setValue(window.live.slider.value() + 3)
    on_map.wait(lambda: live.phase is Phase.ASKING and not live.is_stale)
    ghost = live.held.ghost(live.at)
    assert ghost.distance(shapely.Point(home.x + 150, home.y)) < 2
    # moved on from where it is tried, not from its home
    on_map.mouse(QEvent.Type.MouseButtonRelease, on_map.drag(ghost, (10, 0), (20, 30)))
    on_map.wait(lambda: live.phase is Phase.ASKING and not live.is_stale)
    assert live.held.ghost(live.at).distance(shapely.Point(home.x + 170, home.y + 30)) < 4
    window.live.slider.setFocus()
    qtbot.keyClick(window.live.slider, Qt.Key.Key_Escape)
    assert live.phase is Phase.IDLE
    on_map.rest()


def test_no_card_of_values_lies_on_what_is_tried_next(on_map: Map) -> None:
    window, home = on_map.window, surveyed(on_map)
    on_map.centre_on(home)
    for tool, has_card in ((Tool.SELECT, True), (Tool.WHAT_IF, False)):
        window.workspace.select("", ())
        window.workspace.set_tool(tool)
        on_map.rest()
        at = on_map.px(home.x, home.y)
        on_map.mouse(QEvent.Type.MouseButtonPress, at)
        on_map.mouse(QEvent.Type.MouseButtonRelease, at)
        assert window.area.values.isVisible() is has_card
    window.workspace.select("", ())


def test_the_arrow_tries_a_selected_service_and_leaves_one_that_is_not_selected(on_map: Map, qtbot) -> None:
    window, live = on_map.window, on_map.live
    home = surveyed(on_map)
    on_map.centre_on(home)
    window.workspace.set_tool(Tool.SELECT)
    window.workspace.select("", ())
    at = on_map.drag(home, (20, 0), (120, 60))
    assert live.phase is Phase.IDLE, "a box, nothing in hand"
    on_map.mouse(QEvent.Type.MouseButtonRelease, at)
    key = next(k for k in on_map.gaps.picture.main.facility_keys if k.startswith("layer:"))
    window.workspace.select(key.rsplit(":", 1)[0], (int(key.rsplit(":", 1)[1]),))
    steps = len(window.workspace.session.history())
    at = on_map.drag(home, (20, 0), (120, 60))
    on_map.wait(lambda: live.phase is Phase.LIVE and not live.is_stale)
    assert len(live.frame.changed)
    on_map.mouse(QEvent.Type.MouseButtonRelease, at)
    assert live.phase is Phase.ASKING, "the survey is only tried"
    qtbot.keyClick(on_map.view, Qt.Key.Key_Escape)
    assert live.phase is Phase.IDLE
    assert len(window.workspace.session.history()) == steps


def test_the_what_if_tool_selects_nothing_that_cannot_be_tried(on_map: Map) -> None:
    window = on_map.window
    session, index = window.workspace.session, on_map.view.index
    mine = {"proposals", "notes", f"layer:{on_map.gaps.picture.main.layer_id}"}
    mine |= {f"layer:{i.id}" for r in (Role.FACILITIES, Role.WALK_NETWORK) for i in session.layers.of_role(r)}
    for layer in index.layers():
        if layer.key in mine or not layer.key.startswith("layer:") or not len(layer.geometry):
            continue
        spot = shapely.point_on_surface(layer.geometry[0])
        on_map.centre_on(spot)
        if index.at(spot.x, spot.y, 6 * on_map.view.port.m_per_px)[:1] and (
            index.at(spot.x, spot.y, 6 * on_map.view.port.m_per_px)[0].key == layer.key
        ):
            break
    else:
        pytest.fail("the sample has no base map that lies free")
    at = on_map.px(spot.x, spot.y)
    for tool, is_selected in ((Tool.SELECT, True), (Tool.WHAT_IF, False)):
        window.workspace.select("", ())
        window.workspace.set_tool(tool)
        on_map.mouse(QEvent.Type.MouseButtonPress, at)
        on_map.mouse(QEvent.Type.MouseButtonRelease, at)
        assert (window.workspace.selection[0] == layer.key) == is_selected


def test_a_dragged_proposal_is_stored_as_it_was_judged_and_undo_brings_it_back(on_map: Map) -> None:
    window, live = on_map.window, on_map.live
    session, home = window.workspace.session, surveyed(on_map)
    made = session.proposals.add(shapely.Point(home.x + 300, home.y + 40), kind=KIND)
    on_map.rest()
    on_map.centre_on(made.geometry)
    before = on_map.gaps.picture.main.verdict.copy()
    window.workspace.select("proposals", (made.uuid,))
    on_map.rest()
    at = on_map.drag(made.geometry, (20, 0), (60, 90), (-120, 150))
    on_map.wait(lambda: live.phase is Phase.LIVE and not live.is_stale)
    under_hand = live.base.verdict.copy()
    under_hand[live.frame.changed] = live.frame.verdict
    on_map.mouse(QEvent.Type.MouseButtonRelease, at)
    assert live.phase is Phase.SETTLING
    on_map.rest()
    assert live.phase is Phase.IDLE
    assert (on_map.gaps.picture.main.verdict == under_hand).all()
    moved = session.proposals.get(made.uuid).geometry
    assert moved.distance(shapely.Point(home.x + 180, home.y + 190)) < 2 * on_map.view.port.m_per_px
    session.undo()
    on_map.rest()
    assert session.proposals.get(made.uuid).geometry.equals(made.geometry)
    assert (on_map.gaps.picture.main.verdict == before).all()


def test_arrow_keys_move_a_proposal_in_one_step(on_map: Map, qtbot) -> None:
    window, live = on_map.window, on_map.live
    session, home = window.workspace.session, surveyed(on_map)
    made = session.proposals.add(shapely.Point(home.x + 300, home.y + 40), kind=KIND)
    on_map.rest()
    on_map.centre_on(made.geometry)
    window.workspace.select("proposals", (made.uuid,))
    on_map.rest()
    steps, place = len(session.history()), on_map.view.port
    for _ in range(3):
        qtbot.keyClick(on_map.view, Qt.Key.Key_Right)
    qtbot.keyClick(on_map.view, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert live.is_held
    on_map.wait(lambda: live.phase is Phase.LIVE and not live.is_stale)
    on_map.wait(lambda: len(session.history()) == steps + 1)
    moved = session.proposals.get(made.uuid).geometry
    assert (moved.x - made.geometry.x, moved.y - made.geometry.y) == pytest.approx((3, 10))
    assert on_map.view.port == place, "the map stays"
    on_map.rest()
    qtbot.keyClick(on_map.view, Qt.Key.Key_Left)
    qtbot.keyClick(on_map.view, Qt.Key.Key_Escape)
    on_map.rest()
    assert session.proposals.get(made.uuid).geometry.equals(moved)
    assert len(session.history()) == steps + 1


def test_a_service_is_judged_before_it_is_placed(on_map: Map) -> None:
    window, live = on_map.window, on_map.live
    session, home = window.workspace.session, surveyed(on_map)
    on_map.centre_on(home)
    count = len(session.proposals.all())
    window.workspace.set_tool(Tool.DRAW_POINT)
    target = on_map.px(home.x + 260, home.y - 120)
    on_map.mouse(QEvent.Type.MouseMove, target, NONE)
    on_map.wait(lambda: live.phase is Phase.LIVE and not live.is_stale)
    served = live.numbers().now.served
    on_map.mouse(QEvent.Type.MouseButtonPress, target)
    on_map.mouse(QEvent.Type.MouseButtonRelease, target)
    assert len(session.proposals.all()) == count + 1
    on_map.rest()
    assert live.phase is Phase.IDLE
    assert on_map.gaps.picture.main.people_of(Verdict.SERVED) == pytest.approx(served)


def test_a_map_that_is_behind_the_figures_looks_old_until_its_colours_are_there(on_map: Map) -> None:
    area, workspace = on_map.window.area, on_map.window.workspace
    veil = area._stale
    on_map.picture()
    assert not veil.is_late
    other = next(k for k in FEATURED if k != KIND)
    area._rebuild.timeout.disconnect()  # as if the scene took its time
    sharp = on_map.picture()
    workspace.show_gap(replace(workspace.gap, kind=other))
    on_map.wait(lambda: veil.is_late)
    assert on_map.picture() != sharp
    area.rebuild()
    on_map.wait(lambda: not veil.is_late)  # the scene may be made beside, the tiles between events
