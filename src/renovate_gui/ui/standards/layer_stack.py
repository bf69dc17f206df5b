"""The texts a standard is laid from, the project on top: what lies above covers what lies below, row by row."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from renovate_gui.app import standard_words as words
from renovate_gui.app.terms import term
from renovate_gui.assets import tr
from renovate_gui.domain.standard import Level, ProfileLayer, StandardProfile
from renovate_gui.ui.stages.widgets import Card, clear, text


class LayerStack(QWidget):
    """Cards below each other, the highest layer first."""

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)

    def show_layers(self, standard: StandardProfile) -> None:
        """Show the layers of a standard."""
        clear(self._column)
        for layer in reversed(standard.layers):
            self._column.addWidget(_card(standard, layer))


def _card(standard: StandardProfile, layer: ProfileLayer) -> Card:
    used = sum(r.origin == layer.id for r in standard.rows)
    is_project = layer.level is Level.PROJECT
    card = Card("hint" if is_project and used else "plain", margins=(10, 7, 10, 7))
    card.column.setSpacing(1)
    card.add(text(term(layer.level), "small"))
    if not is_project:
        card.add(text(words.layer_title(layer), "strong"))
    card.add(text(_count(layer, used, is_project=is_project), "small"))
    return card


def _count(layer: ProfileLayer, used: int, *, is_project: bool) -> str:
    if is_project:
        return tr("Rows changed here: {n}", n=used) if used else tr("nothing changed here")
    rows = tr("{used} of {n} rows count", used=used, n=layer.rows)
    return tr("{rows}, version {version} of {date}", rows=rows, version=layer.version, date=layer.date or "–")
