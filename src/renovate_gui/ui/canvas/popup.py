"""The popup: values of what was pointed at; the explanation of a building's verdict has its own card."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from renovate_gui.assets import tr
from renovate_gui.ui.theme import add_shadow, icon
from renovate_gui.ui.workspace import Workspace

_WIDTH = 300


class ValueCard(QFrame):
    """Title, layer and all values of one feature; buttons lead to the other features below the pointer."""

    next_asked = Signal(int)

    def __init__(self, workspace: Workspace, parent: QWidget) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.setProperty("look", "float")
        self.setFixedWidth(_WIDTH)
        self._title, self._layer, self._place = QLabel(), QLabel(), QLabel()
        self._title.setProperty("look", "title")
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setWordWrap(True)
        self._layer.setProperty("look", "muted")
        self._layer.setTextFormat(Qt.TextFormat.PlainText)
        self._place.setProperty("look", "faint")
        self._back, self._forward, self._close = QToolButton(), QToolButton(), QToolButton()
        for button, step in ((self._back, -1), (self._forward, 1)):
            button.clicked.connect(lambda _checked=False, by=step: self.next_asked.emit(by))
        self._close.clicked.connect(self.hide)
        for button in (self._back, self._forward, self._close):
            button.setProperty("look", "quiet")
        self._grid_holder = QWidget()
        self._grid = QGridLayout(self._grid_holder)
        self._grid.setContentsMargins(0, 4, 4, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        self._area = QScrollArea()
        self._area.setWidget(self._grid_holder)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._assemble()
        add_shadow(self, workspace.is_dark)
        self.hide()

    def _assemble(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        second = QHBoxLayout()
        second.addWidget(self._layer, 1)
        second.addWidget(self._place)
        second.addWidget(self._back)
        second.addWidget(self._forward)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 10, 12)
        column.setSpacing(2)
        column.addLayout(head)
        column.addLayout(second)
        column.addWidget(self._area)

    def show_values(
        self, title: str, layer: str, values: Mapping[str, Any], *, place: int = 1, total: int = 1
    ) -> None:
        """Show one feature; ``place`` of ``total`` below the pointer."""
        while self._grid.count():
            item = self._grid.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._title.setText(title)
        self._layer.setText(layer)
        self._place.setText(f"{place}/{total}" if total > 1 else "")
        for button, name, words in (
            (self._back, "mdi6.chevron-left", tr("Previous feature here")),
            (self._forward, "mdi6.chevron-right", tr("Next feature here")),
            (self._close, "mdi6.close", tr("Close")),
        ):
            button.setIcon(icon(name, self._workspace.is_dark))
            button.setToolTip(words)
        self._back.setVisible(total > 1)
        self._forward.setVisible(total > 1)
        known = [(k, _words(v)) for k, v in values.items()]
        for row, (name, words) in enumerate((k, w) for k, w in known if w):
            self._grid.addWidget(_cell(name, "muted"), row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(_cell(words, ""), row, 1, Qt.AlignmentFlag.AlignTop)
        rows = self._grid.rowCount() if known else 0
        self._area.setVisible(any(w for _, w in known))
        self._area.setFixedHeight(min(260, max(24, min(rows, 1 + len(known)) * 23)))
        self.show()
        self.adjustSize()
        self.raise_()


def _cell(words: str, look: str) -> QLabel:
    label = QLabel(words)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("look", look)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def _words(value: Any) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float):
        # plain digits: a whole number may be a code or a year, which no comma may cut
        return f"{value:.0f}" if value == round(value) and abs(value) < 1e15 else f"{value:.3f}".rstrip("0")
    return str(value)
