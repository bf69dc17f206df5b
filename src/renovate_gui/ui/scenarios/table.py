"""The comparison's table, and the list of buildings that gain or lose."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QFont

from renovate_gui.app.scenario_compare import Comparison, Shift
from renovate_gui.app.scenario_words import Row, people, table
from renovate_gui.app.shares import percent
from renovate_gui.assets import tr
from renovate_gui.ui.theme import tokens

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class ComparisonModel(QAbstractTableModel):
    """One line per figure, one column per side; the head of a section stands on a line of its own."""

    def __init__(self, parent: QObject, *, is_dark: bool) -> None:
        super().__init__(parent)
        self._is_dark = is_dark
        self._heads: tuple[str, ...] = ()
        self.lines: list[Row | str] = []

    def set_comparison(self, comparison: Comparison | None, *, is_dark: bool) -> None:
        """Show another comparison."""
        self.beginResetModel()
        self._is_dark = is_dark
        self.lines, self._heads = [], ()
        if comparison is not None:
            sides = (comparison.today, *comparison.scenarios)
            self._heads = tuple(
                tr("{name} (locked)", name=s.name)
                if s.scenario is not None and s.scenario.is_locked
                else s.name
                for s in sides
            )
            for section in table(comparison):
                self.lines += [section.title, *section.rows]
        self.endResetModel()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Return how many lines there are."""
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """Return how many columns there are."""
        return 0 if parent.isValid() else 1 + len(self._heads)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return a side's name."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.DisplayRole:
            return "" if section == 0 else self._heads[section - 1]
        return None

    def is_head(self, row: int) -> bool:
        """Return whether a line begins a section."""
        return isinstance(self.lines[row], str)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return words and looks of a cell."""
        line, column = self.lines[index.row()], index.column()
        is_best = isinstance(line, Row) and column - 1 in line.best
        if role == Qt.ItemDataRole.DisplayRole:
            return self._words(line, column)
        if role == Qt.ItemDataRole.ToolTipRole and isinstance(line, Row):
            return line.tip or (tr("Best of the scenarios") if is_best else None)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return self._look(role, column, is_head=isinstance(line, str), is_best=is_best)

    def _look(self, role: int, column: int, *, is_head: bool, is_best: bool) -> Any:
        look = tokens(self._is_dark)
        if role == Qt.ItemDataRole.FontRole and (is_best or is_head):
            font = QFont()
            font.setBold(True)
            return font
        if role == Qt.ItemDataRole.ForegroundRole:
            return QColor(look.soft_ink if is_best else look.ink if column else look.ink2)
        if role == Qt.ItemDataRole.BackgroundRole and is_head:
            return QColor(look.ground)
        return None

    @staticmethod
    def _words(line: Row | str, column: int) -> str:
        if isinstance(line, str):
            return line if column == 0 else ""
        if column == 0:
            return line.title
        words = line.values[column - 1]
        return f"▸ {words}" if column - 1 in line.best else words


class MoversModel(QAbstractTableModel):
    """Buildings that gain, then those that lose, most people first."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.shift: Shift | None = None
        self._names: dict[int, str] = {}
        self.rows: NDArray[np.int64] = np.zeros(0, dtype=np.int64)

    def set_shift(self, shift: Shift | None, names: dict[int, str]) -> None:
        """Show other buildings."""
        self.beginResetModel()
        self.shift, self._names = shift, names
        nothing = np.zeros(0, dtype=np.int64)
        self.rows = nothing if shift is None else np.concatenate([shift.winners, shift.losers])
        self.endResetModel()

    def ids(self) -> NDArray[np.int64]:
        """Return the features in the order of the lines."""
        return np.zeros(0, dtype=np.int64) if self.shift is None else self.shift.ids[self.rows]

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Return how many buildings there are."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """Return three: building, what happens, people."""
        return 0 if parent.isValid() else 3

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return a column's title."""
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (tr("Building"), tr("What happens"), tr("People"))[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return words of a cell."""
        shift = self.shift
        if shift is None:
            return None
        row = int(self.rows[index.row()])
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() == 2:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if index.column() == 0:
            return self._names.get(int(shift.ids[row]), str(shift.ids[row]))
        change = float(shift.change[row])
        if index.column() == 1:
            words = tr("gains it") if change > 0 else tr("loses it")
            part = "" if abs(change) > 0.995 else f" ({percent(abs(change))})"
            return ("▲ " if change > 0 else "▼ ") + words + part
        return people(float(shift.people[row]) * abs(change)) if shift.counts_people else ""
