"""Controls of the inspector: scrolling past them changes nothing."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QScrollArea, QVBoxLayout, QWidget

from renovate_gui.ui.stages.controls import CalmSpin, Choice, Dropdown, Segments, ValueSlider


@pytest.fixture
def panel(qtbot):
    """A panel higher than its window, with every control one can turn."""
    inner = QWidget()
    column = QVBoxLayout(inner)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.slider = ValueSlider("Distance", 100, 1500, 10)
    area.slider.set_value(300)
    area.combo = Dropdown("Kind")
    area.combo.addItems(["a", "b", "c"])
    area.combo.setCurrentIndex(1)
    area.spin = CalmSpin()
    area.spin.setValue(5)
    area.choice = Choice("Who", [("a", "A"), ("b", "B")], "a")
    for one in (area.slider, area.combo, area.spin, area.choice):
        column.addWidget(one)
    filler = QWidget()
    filler.setMinimumHeight(2000)
    column.addWidget(filler)
    area.setWidget(inner)
    area.resize(320, 300)
    qtbot.addWidget(area)
    area.show()
    qtbot.waitExposed(area)
    area.setFocus()
    return area


def turn_wheel(widget: QWidget) -> None:
    """Turn the wheel over a widget; what it leaves goes up to its parents, as with a real wheel."""
    at: QWidget | None = widget
    is_taken = False
    while at is not None and not is_taken:
        middle = QPointF(at.rect().center())
        event = QWheelEvent(
            middle, QPointF(at.mapToGlobal(middle.toPoint())), QPoint(0, 0), QPoint(0, -120),
            Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(at, event)
        is_taken = event.isAccepted()
        at = at.parentWidget()


def values(panel) -> tuple[int, int, int, str]:
    return (
        panel.slider.value(),
        panel.combo.currentIndex(),
        panel.spin.value(),
        panel.choice.button.text(),
    )


@pytest.mark.parametrize("name", ["slider", "combo", "spin", "choice"])
def test_the_wheel_scrolls_the_panel_and_changes_nothing(panel, name):
    target = {"slider": panel.slider._slider, "choice": panel.choice.button}.get(name)
    before = values(panel)
    turn_wheel(target or getattr(panel, name))
    assert values(panel) == before
    assert panel.verticalScrollBar().value() > 0


def test_a_control_with_the_keyboard_takes_the_wheel(qtbot, panel):
    panel.activateWindow()
    qtbot.waitUntil(panel.isActiveWindow)
    for target, value in (
        (panel.slider._slider, panel.slider.value),
        (panel.combo, panel.combo.currentIndex),
        (panel.spin, panel.spin.value),
    ):
        target.setFocus()
        before = value()
        turn_wheel(target)
        assert value() != before


def test_the_last_segment_has_room_for_its_words(qtbot):
    chooser = Segments(
        [("a", "Elderly care"), ("b", "Toddlers")], "a", more=[("c", "Public toilets")], more_words="More"
    )
    place = QWidget()
    qtbot.addWidget(place)
    place.resize(300, 60)
    chooser.setParent(place)
    chooser.setGeometry(0, 0, 260, 36)
    place.show()
    for code in ("a", "c"):
        chooser.set_current(code)
        chooser.layout().activate()
        button = chooser.more_button
        assert button.width() >= button.fontMetrics().horizontalAdvance(button.text())
