"""The comparison's table as it is seen: heads across, and columns as wide as their words."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from renovate_gui.app.scenario_compare import Comparison
from renovate_gui.assets import tr
from renovate_gui.ui.scenarios.table import ComparisonModel

_PAD_PX = 28


class ComparisonTable(QTableView):
    """One line per figure, one column per side."""

    def __init__(self) -> None:
        super().__init__()
        self.lines = ComparisonModel(self, is_dark=False)
        self.setModel(self.lines)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)

    def show_comparison(self, comparison: Comparison | None, *, is_dark: bool) -> None:
        """Show other figures, or none."""
        self.setAccessibleName(tr("Scenarios side by side"))
        self.lines.set_comparison(comparison, is_dark=is_dark)
        self.clearSpans()
        for place, line in enumerate(self.lines.lines):
            if isinstance(line, str):
                self.setSpan(place, 0, 1, self.lines.columnCount())
        head = self.horizontalHeader()
        for column in range(self.lines.columnCount()):
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
            head.resizeSection(column, self._width_of(column))

    def _width_of(self, column: int) -> int:
        """Return the room a column needs; the view's own reckoning is led astray by heads that span the table."""
        bold = self.font()
        bold.setBold(True)
        metrics = QFontMetrics(bold)
        lines = [place for place in range(self.lines.rowCount()) if not self.lines.is_head(place)]
        words = [str(self.lines.index(place, column).data() or "") for place in lines]
        words.append(str(self.lines.headerData(column, Qt.Orientation.Horizontal) or ""))
        return max(metrics.horizontalAdvance(w) for w in words) + _PAD_PX
