"""What scrolls up and down inside a dialog or a panel, without a frame of its own."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

_BAR_PX = 8  # between the widgets and the scroll bar


def scrolled(inner: QWidget) -> QScrollArea:
    """Return a widget in an area that scrolls up and down."""
    area = QScrollArea()
    _settle(area, inner)
    return area


class ScrolledColumn(QScrollArea):
    """A column of widgets that scrolls up and down."""

    def __init__(self) -> None:
        super().__init__()
        page = QWidget()
        page.setObjectName("column")
        self.column = QVBoxLayout(page)
        self.column.setContentsMargins(0, 0, _BAR_PX, 0)
        _settle(self, page)

    def fill(self, *widgets: QWidget) -> None:
        """Put widgets into the column from above; what room is left stays empty."""
        for widget in widgets:
            self.column.addWidget(widget)
        self.column.addStretch(1)


def _settle(area: QScrollArea, inner: QWidget) -> None:
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(inner)
