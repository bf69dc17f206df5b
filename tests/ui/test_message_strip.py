"""The message above the map: it leaves the words of a card alone."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from renovate_gui.ui.message_strip import MessageStrip
from renovate_gui.ui.workspace import Workspace


def test_a_message_goes_below_where_a_card_stands_at_the_top(qtbot) -> None:
    place = QWidget()
    qtbot.addWidget(place)
    place.resize(800, 600)
    strip, card = MessageStrip(Workspace(), place), QWidget(place)
    card.setGeometry(400, 10, 300, 200)
    card.hide()
    strip.clear_of = (card,)
    place.show()
    strip.say("Undone.", "good")
    assert strip.y() == 12
    card.show()
    strip.say("Undone again.", "good")
    assert not strip.geometry().intersects(card.geometry())
    assert strip.geometry().bottom() < place.height()
    card.setGeometry(0, 0, 800, 600)
    strip.say("Nowhere to go.", "good")
    assert strip.y() == 12
