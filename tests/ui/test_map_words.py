"""What the pointer picks and says, and what one types: proposals, callouts, tips, copies, dots of answers."""

from __future__ import annotations

import pytest
import shapely
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from renovate_gui.app.session import Session
from renovate_gui.ui.stages.heat_legend import limit_words
from renovate_gui.ui.workspace import Stage, Tool

X, Y = 360_000.0, 3_270_000.0


@pytest.fixture
def view(window):
    canvas = window.area.view
    canvas.set_scale(1000)
    canvas.look_at(canvas.port.centred(X + 60, Y + 40))
    return canvas


def px(view, x, y) -> QPoint:
    left, top = view.port.to_px(x, y)
    return QPoint(round(left), round(top))


def drawn(window, qtbot):
    """Draw an area, a line and a point: the first two stand in two rows of the scene each."""
    proposals = window.workspace.session.proposals
    made = [
        proposals.add(shapely.box(X + 60, Y - 15, X + 80, Y - 5), title="Park"),
        proposals.add(shapely.LineString([(X - 10, Y - 10), (X + 40, Y - 10)]), title="Ramp"),
        proposals.add(shapely.Point(X + 100, Y - 10), title="Centre"),
    ]
    index = window.area.view.index
    qtbot.waitUntil(lambda: (layer := index.layer("proposals")) is not None and len(layer.ids) == 5)
    return made


def test_a_click_picks_the_proposal_that_lies_there(window, view, qtbot):
    park, ramp, centre = drawn(window, qtbot)
    for wanted, x in ((park, X + 62), (ramp, X - 8), (centre, X + 100), (park, X + 70), (ramp, X + 15)):
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=px(view, x, Y - 10))
        assert window.workspace.selection == ("proposals", (wanted.uuid,))


def test_a_box_over_two_rows_of_one_proposal_picks_it_once(window, view, qtbot):
    park, _, _ = drawn(window, qtbot)
    start, end = px(view, X + 55, Y - 3), px(view, X + 85, Y - 18)
    qtbot.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=start)
    held = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(end),
        QPointF(end),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(view.viewport(), held)
    qtbot.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=end)
    assert window.workspace.selection == ("proposals", (park.uuid,))


def test_the_tip_names_what_the_pointer_rests_on(window, view, qtbot):
    drawn(window, qtbot)
    at = px(view, X + 100, Y - 10)
    assert "Centre" in window.area.tips.words_at(at.x(), at.y())
    at = px(view, X + 26, Y + 6)
    assert window.area.tips.words_at(at.x(), at.y()).splitlines() == ["House 5", "Houses"]
    at = px(view, X - 15, Y + 60)
    assert window.area.tips.words_at(at.x(), at.y()) == ""


def test_a_new_callout_is_typed_at_once(window, view, qtbot):
    window.activateWindow()
    window.workspace.set_stage(Stage.PROPOSALS)
    window.workspace.geometry_drawn.emit(Tool.DRAW_NOTE.value, shapely.Point(X + 20, Y - 20))
    panel = window._panels[Stage.PROPOSALS]
    qtbot.waitUntil(lambda: panel.form is not None)
    qtbot.waitUntil(panel.form.words.hasFocus, timeout=2000)
    qtbot.keyClicks(panel.form.words, "Mind the step")
    window.workspace.select("", ())
    assert [n.text for n in window.workspace.session.proposals.notes()] == ["Mind the step"]


def test_a_copy_holds_everything_and_leaves_what_is_there(window, qtbot, tmp_path):
    window.workspace.session.proposals.add(shapely.Point(X, Y), title="Centre")
    place = tmp_path / "copy.gpkg"
    window.projects.save_copy(place)
    qtbot.waitUntil(lambda: not window.jobs.running and place.exists())
    with Session.open(place) as copy:
        assert [p.title for p in copy.proposals.all()] == ["Centre"]
        copy.undo()
        assert not copy.proposals.all()
    window.projects.save_copy(place)
    assert "copy.gpkg" in window.area.strip.text


def test_answers_show_where_the_work_is_about_them(window):
    workspace = window.workspace
    assert workspace.scene_request().show_demand
    workspace.set_stage(Stage.COUNCIL)
    assert not workspace.scene_request().show_demand
    workspace.set_demand_shown(shown=True)
    assert workspace.scene_request().show_demand
    workspace.set_stage(Stage.EVALUATE)
    assert not workspace.scene_request().show_demand


def test_limits_of_a_density_read_alike():
    assert limit_words((5.0, 10.0, 20.0)) == ["5", "10", "20"]
    assert limit_words((0.5, 1.5)) == ["0.50", "1.5"]


def test_captions_and_people_affected_are_stored_and_undone(window, qtbot, tmp_path):
    from PIL import Image

    session = window.workspace.session
    proposal = session.proposals.add(shapely.Point(X, Y), title="Centre")
    Image.new("RGB", (40, 30), "teal").save(tmp_path / "door.png")
    photo = session.proposals.attach_photo(proposal.uuid, tmp_path / "door.png", "door")
    session.proposals.set_photo_caption(photo.id, "The door from the lane")
    assert session.proposals.photos(proposal.uuid)[0].caption == "The door from the lane"
    session.undo()
    assert session.proposals.photos(proposal.uuid)[0].caption == "door"
    window.workspace.set_stage(Stage.PROPOSALS)
    window.workspace.select("proposals", (proposal.uuid,))
    line = window._panels[Stage.PROPOSALS].form.lines["affected"]
    line.setText("Shops below")
    line.setModified(True)
    line.editingFinished.emit()
    assert session.proposals.get(proposal.uuid).extra["affected"] == "Shops below"


def test_a_large_scene_is_built_beside_the_window(window, qtbot, monkeypatch):
    import renovate_gui.app.scenes as scenes

    monkeypatch.setattr(scenes, "QUICK_FEATURES", 3)
    window.workspace.session.scenes._screen._kept.clear()
    before = window.area.scene
    window.area.rebuild()
    assert window.area.scene is before
    assert any(h.key == "scene" for h in window.jobs.running)
    qtbot.waitUntil(lambda: window.area.scene is not before)
    assert {i.title for i in window.area.scene.items} == {i.title for i in before.items}


def test_the_legend_takes_the_width_its_words_need_and_cuts_no_title(window, qtbot):
    from dataclasses import replace

    from renovate_gui.ui.canvas.legend import LegendCard

    layer = next(i for i in window.area.scene.items if i.key.startswith("layer:"))
    entry = replace(layer.legend[0], label="A class with quite a long name in words", count=1204)
    judged = replace(layer, key="gap:x", title="老年人日间照料中心 · 步行网络距离（含坡道）", legend=(entry,))
    card: LegendCard = window.area.legend
    window.resize(1700, 900)
    qtbot.waitUntil(lambda: window.area.width() > 1000)
    card.set_scene(replace(window.area.scene, items=(judged,)))
    assert card.width() > 248
    assert card._entries[0]._text.text() == entry.label
    title = card._title
    assert title.height() >= title.heightForWidth(title.width())
