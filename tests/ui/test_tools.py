from __future__ import annotations

import numpy as np
import pytest
import shapely
from PySide6.QtCore import QPoint, Qt

from renovate_gui.ui.tools.vertices import Grip, grips, with_vertex, without_vertex
from renovate_gui.ui.workspace import Tool

X, Y = 360_000.0, 3_270_000.0


@pytest.fixture
def view(window, qtbot):
    canvas = window.area.view
    canvas.set_scale(1000)
    canvas.look_at(canvas.port.centred(X + 60, Y + 40))
    return canvas


def px(view, x, y) -> QPoint:
    left, top = view.port.to_px(x, y)
    return QPoint(round(left), round(top))


def named(window) -> set[str]:
    """Return the names of the selected buildings."""
    key, ids = window.workspace.selection
    if not ids:
        return set()
    table = window.workspace.session.layers.table(int(key.split(":")[1]))
    return set(table.columns["name"][np.isin(table.ids, ids)])


def click(qtbot, view, x, y, **how):
    qtbot.mouseClick(view.viewport(), how.pop("button", Qt.MouseButton.LeftButton), pos=px(view, x, y), **how)


def test_click_selects_and_ctrl_adds_and_takes_away(window, view, qtbot):
    click(qtbot, view, X + 26, Y + 6)
    assert named(window) == {"House 5"}
    click(qtbot, view, X + 46, Y + 6, stateKey=Qt.KeyboardModifier.ControlModifier)
    assert named(window) == {"House 5", "House 10"}
    click(qtbot, view, X + 26, Y + 6, stateKey=Qt.KeyboardModifier.ControlModifier)
    assert named(window) == {"House 10"}
    click(qtbot, view, X - 15, Y + 6)
    assert window.workspace.selection[1] == ()


def test_a_click_shows_values_and_next_walks_through_what_lies_there(window, view, qtbot):
    window.workspace.set_tool(Tool.IDENTIFY)
    click(qtbot, view, X + 6, Y + 6)
    assert window.area.values.isVisible()
    assert window.area.values._title.text() == "House 0"


def test_a_box_selects_many(window, view, qtbot):
    start, end = px(view, X + 1, Y + 60), px(view, X + 70, Y + 30)
    qtbot.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(view.viewport(), pos=(start + end) / 2)
    send_move(view, end)
    qtbot.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=end)
    assert len(window.workspace.selection[1]) == 12  # four columns, three rows


def send_move(view, at: QPoint, buttons=Qt.MouseButton.LeftButton) -> None:
    from PySide6.QtCore import QEvent, QPointF
    from PySide6.QtGui import QMouseEvent
    from PySide6.QtWidgets import QApplication

    event = QMouseEvent(
        QEvent.Type.MouseMove, QPointF(at), QPointF(view.viewport().mapToGlobal(at)),
        Qt.MouseButton.NoButton, buttons, Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(view.viewport(), event)


def test_middle_button_pans(window, view, qtbot):
    before = view.port
    qtbot.mousePress(view.viewport(), Qt.MouseButton.MiddleButton, pos=QPoint(200, 200))
    send_move(view, QPoint(230, 180), Qt.MouseButton.MiddleButton)
    qtbot.mouseRelease(view.viewport(), Qt.MouseButton.MiddleButton, pos=QPoint(230, 180))
    assert view.port.cx == pytest.approx(before.cx - 30 * before.m_per_px)
    assert view.port.cy == pytest.approx(before.cy - 20 * before.m_per_px)


def draw(window, tool):
    drawn = []
    window.workspace.geometry_drawn.connect(lambda kind, shape: drawn.append((kind, shape)))
    window.workspace.set_tool(tool)
    return drawn


def test_a_polygon_is_drawn_snapped_and_finished_with_enter(window, view, qtbot):
    drawn = draw(window, Tool.DRAW_POLYGON)
    click(qtbot, view, X + 12.5, Y + 11.5)  # beside the corner of house 0
    click(qtbot, view, X + 16, Y + 15)
    click(qtbot, view, X + 90, Y + 90)
    qtbot.keyClick(view, Qt.Key.Key_Backspace)
    click(qtbot, view, X + 12, Y + 16)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    kind, shape = drawn[0]
    assert kind == Tool.DRAW_POLYGON
    assert shape.is_valid
    corners = shapely.get_coordinates(shape)
    assert len(corners) == 4
    assert tuple(corners[0]) == (X + 12, Y + 12)


def test_escape_cancels_and_too_few_corners_are_told(window, view, qtbot):
    drawn = draw(window, Tool.DRAW_LINE)
    click(qtbot, view, X + 15, Y + 15)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert "at least 2" in window.area.strip.text
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert window.workspace.tool == Tool.SELECT
    assert drawn == []


def test_a_crossing_outline_is_refused(window, view, qtbot):
    drawn = draw(window, Tool.DRAW_POLYGON)
    for x, y in ((14, 14), (18, 18), (18, 14), (14, 18)):
        view.tool.points.append((X + x, Y + y))
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert drawn == []
    assert "crosses itself" in window.area.strip.text


def test_right_click_finishes_a_line_and_measuring_is_ellipsoidal(window, view, qtbot):
    window.workspace.set_tool(Tool.MEASURE_LENGTH)
    tool = view.tool
    tool.points.extend([(X, Y), (X + 100, Y)])
    words = tool.reading()
    metres = float(words.split()[0])
    assert metres == pytest.approx(100, abs=0.2)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.RightButton, pos=px(view, X + 100, Y))
    assert "Measured" in window.area.strip.text


def test_a_proposal_is_dragged_reshaped_copied_and_deleted(window, view, qtbot):
    session = window.workspace.session
    shape = shapely.box(X + 60, Y - 15, X + 80, Y - 5)
    proposal = session.proposals.add(shape, title="Park")
    qtbot.waitUntil(lambda: window.area.view.index.layer("proposals") is not None)
    window.workspace.select("proposals", (proposal.uuid,))
    start, end = px(view, X + 70, Y - 10), px(view, X + 75, Y - 10)
    qtbot.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=start)
    send_move(view, end)
    qtbot.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=end)
    moved = session.proposals.get(proposal.uuid).geometry
    assert moved.centroid.x == pytest.approx(X + 75, abs=0.5)
    window.actions_["edit.duplicate"].trigger()
    assert len(session.proposals.all()) == 2
    window.actions_["edit.delete"].trigger()
    assert len(session.proposals.all()) == 1
    window.actions_["edit.undo"].trigger()
    assert len(session.proposals.all()) == 2


def test_a_vertex_is_dragged(window, view, qtbot):
    session = window.workspace.session
    proposal = session.proposals.add(shapely.LineString([(X - 14, Y - 14), (X + 30, Y - 14)]), title="Ramp")
    qtbot.waitUntil(lambda: window.area.view.index.layer("proposals") is not None)
    window.workspace.select("proposals", (proposal.uuid,))
    window.workspace.set_tool(Tool.EDIT_VERTICES)
    start, end = px(view, X + 30, Y - 14), px(view, X + 30, Y - 24)
    qtbot.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=start)
    send_move(view, end)
    qtbot.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=end)
    line = session.proposals.get(proposal.uuid).geometry
    assert shapely.get_coordinates(line)[1, 1] == pytest.approx(Y - 24, abs=0.5)


SQUARE = shapely.Polygon([(0, 0), (10, 0), (10, 10), (0, 10)], holes=[[(4, 4), (6, 4), (6, 6), (4, 6)]])


def test_grips_of_a_polygon_with_a_hole():
    found = grips(SQUARE)
    assert sum(g.is_vertex for g in found) == 8
    assert sum(not g.is_vertex for g in found) == 8


def test_moving_the_first_vertex_keeps_the_ring_closed():
    moved = with_vertex(SQUARE, Grip(0, 0, 0, 0, is_vertex=True), -5, -5)
    assert moved.is_valid
    assert moved.area == pytest.approx(SQUARE.area + 50)
    assert len(moved.interiors) == 1


def test_inserting_and_deleting_vertices():
    more = with_vertex(SQUARE, Grip(0, 1, 5, 0, is_vertex=False), 5, -5)
    assert len(more.exterior.coords) == 6
    fewer = without_vertex(more, Grip(0, 1, 5, -5, is_vertex=True))
    assert fewer.equals(SQUARE)
    triangle = shapely.Polygon([(0, 0), (1, 0), (0, 1)])
    assert without_vertex(triangle, Grip(0, 0, 0, 0, is_vertex=True)) is None
    first = without_vertex(SQUARE, Grip(0, 0, 0, 0, is_vertex=True))
    assert np.allclose(first.area, 46)


def test_multi_geometries_keep_their_kind():
    multi = shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(3, 3, 4, 4)])
    corner = next(g for g in grips(multi) if g.is_vertex and g.part == 1)
    moved = with_vertex(multi, corner, 5, 3)
    assert moved.geom_type == "MultiPolygon"
    assert moved.geoms[0].equals(multi.geoms[0])
