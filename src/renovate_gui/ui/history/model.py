"""The history list as a model: thousands of steps cost nothing but their drawing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from renovate_gui.assets import tr
from renovate_gui.ui.history.rows import Row, RowKind, moment_words

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()
ROW = Qt.ItemDataRole.UserRole
MARKED = Qt.ItemDataRole.UserRole + 1


class HistoryModel(QAbstractListModel):
    """The lines of the list; days and the line of the present cannot be chosen."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Row] = []
        self._place: dict[str, int] = {}
        self._marked: frozenset[str] = frozenset()

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show other lines."""
        self.beginResetModel()
        self._rows = list(rows)
        self._place = {row.key: place for place, row in enumerate(self._rows)}
        self.endResetModel()

    def mark(self, states: frozenset[str]) -> None:
        """Make the steps that led to these states stand out."""
        self._marked = states
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, 0), [MARKED])

    def row(self, place: int) -> Row:
        """Return a line."""
        return self._rows[place]

    def place(self, key: str) -> int:
        """Return where a line stands, −1 when it is not shown."""
        return self._place.get(key, -1)

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """Return the number of lines."""
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return whether a line can be chosen."""
        if not index.isValid() or not self._rows[index.row()].can_be_chosen:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a line, its words, or what a screen reader says of it."""
        row = self._rows[index.row()]
        if role == ROW:
            return row
        if role == MARKED:
            return row.kind is RowKind.STEP and row.state in self._marked
        if role == Qt.ItemDataRole.DisplayRole:
            return row.words
        if role in {Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole}:
            return said(row)
        return None


def said(row: Row) -> str:
    """Return a line in one sentence."""
    if row.kind is RowKind.STEP and row.step is not None:
        parts = [row.words, moment_words(row.step.at), row.who, row.why]
        parts.append(_standing(row))
        return " · ".join(p for p in parts if p)
    if row.kind is RowKind.VERSION and row.version is not None:
        parts = [tr("Named version “{name}”", name=row.words), moment_words(row.version.at), row.who, row.why]
        return " · ".join(p for p in parts if p)
    if row.kind is RowKind.NOW:
        return tr("The present state: what is above has been undone")
    return row.words


def _standing(row: Row) -> str:
    if row.step is None or not row.is_faint:
        return ""
    return tr("left behind") if row.step.is_left else tr("undone")
