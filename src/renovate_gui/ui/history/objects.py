"""What a step changed: the short list of its objects, and one object's fields before and after."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QTableView

from renovate_gui.app.field_words import FieldWords
from renovate_gui.app.merge_words import place_words
from renovate_gui.assets import tr
from renovate_gui.domain.difference import ChangeKind, ObjectChange
from renovate_gui.domain.style import Symbol
from renovate_gui.ui.canvas.change_look import draw_mark, kind_words
from renovate_gui.ui.canvas.swatch import swatch
from renovate_gui.ui.line_paint import paint_ground, write
from renovate_gui.ui.theme import tokens

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()
CHANGE = Qt.ItemDataRole.UserRole
MOST_OBJECTS = 200
_LINE_PX = 28
_CELL_PX, _PICTURE_PX = 32, 22
"""What padding and a look's picture take of a cell's width."""
Symbols = Mapping[str, tuple[Symbol | None, Symbol | None]]


class ObjectModel(QAbstractListModel):
    """The first objects of a difference; a last line says how many more there are."""

    def __init__(self, title: Callable[[ObjectChange], str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._title = title
        self._changes: tuple[ObjectChange, ...] = ()
        self._rest = 0

    def set_changes(self, changes: Sequence[ObjectChange]) -> None:
        """Show other objects."""
        self.beginResetModel()
        self._changes = tuple(changes[:MOST_OBJECTS])
        self._rest = len(changes) - len(self._changes)
        self.endResetModel()

    def change(self, place: int) -> ObjectChange | None:
        """Return the object of a line, None for the line of the rest."""
        return self._changes[place] if 0 <= place < len(self._changes) else None

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """Return the number of lines."""
        return 0 if parent.isValid() else len(self._changes) + bool(self._rest)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return whether a line can be chosen."""
        if self.change(index.row()) is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return an object, what it is called, or what a screen reader says of it."""
        change = self.change(index.row())
        if change is None:
            more = tr("… and {n} more", n=f"{self._rest:,}")
            return more if role == Qt.ItemDataRole.DisplayRole else None
        if role == CHANGE:
            return change
        if role == Qt.ItemDataRole.DisplayRole:
            return self._title(change)
        if role in {Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole}:
            return f"{kind_words(change.kind)}: {self._title(change)} · {place_words(change)}"
        return None


class ObjectLines(QStyledItemDelegate):
    """Paints mark, title, and faintly what sort of thing it is."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.is_dark = False

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """Return the height of a line."""
        return QSize(80, _LINE_PX)

    def paint(self, painter: QPainter, option: Any, index: Index) -> None:
        """Paint a line."""
        change: ObjectChange | None = index.data(CHANGE)
        t, box = tokens(self.is_dark), QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if change is not None:
            paint_ground(painter, box.adjusted(4, 1, -4, -1), option.state, t)
        left = box.left() + 12
        if change is not None:
            draw_mark(
                painter, QPointF(left + 8, box.center().y()), change.kind, is_dark=self.is_dark, size=15
            )
            left += 24
        room = QRectF(left, box.top(), box.right() - left - 10, box.height())
        title = str(index.data(Qt.ItemDataRole.DisplayRole))
        taken = write(painter, room, title, t.ink if change is not None else t.ink3, 13)
        place = place_words(change) if change is not None else ""
        left_over = room.width() - taken - 8
        if place and painter.fontMetrics().horizontalAdvance(place) <= left_over:
            write(painter, room.adjusted(taken + 8, 0, 0, 0), place, t.ink3, 12)
        painter.restore()


class FieldModel(QAbstractTableModel):
    """Field, before, after; of what was added or removed only the side that there is."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[FieldWords, ...] = ()
        self._symbols: Symbols = {}
        self._kind = ChangeKind.CHANGED
        self.is_dark = False
        self.ratio = 1.0
        self._is_compact = False

    def set_lines(self, kind: ChangeKind, lines: Sequence[FieldWords], symbols: Symbols) -> None:
        """Show another object's fields."""
        self.beginResetModel()
        self._kind, self._lines, self._symbols = kind, tuple(lines), symbols
        self.endResetModel()

    def set_compact(self, *, is_compact: bool) -> None:
        """Write before and after below each other, where there is no room for them side by side."""
        if is_compact != self._is_compact:
            self.beginResetModel()
            self._is_compact = is_compact
            self.endResetModel()

    @property
    def _is_joined(self) -> bool:
        return self._is_compact and self._kind is ChangeKind.CHANGED

    @property
    def lines(self) -> tuple[FieldWords, ...]:
        """Return the fields that are shown."""
        return self._lines

    def _side(self, column: int) -> int:
        """Return which member of a line stands in a column: 0 label, 1 before, 2 after."""
        if column == 1 and self._is_joined:
            return 2
        return 2 if column == 1 and self._kind is ChangeKind.ADDED else column

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """Return the number of fields."""
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        """Return 3; 2 for an object that was added or removed, or where before and after share a column."""
        if parent.isValid():
            return 0
        return 3 if self._kind is ChangeKind.CHANGED and not self._is_compact else 2

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return a column's heading."""
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        if self._is_joined:
            return (tr("Field"), tr("Before → after"))[section]
        if self._kind is ChangeKind.CHANGED:
            return (tr("Field"), tr("Before"), tr("After"))[section]
        value = tr("New") if self._kind is ChangeKind.ADDED else tr("As it was")
        return (tr("Field"), value)[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a text, its colour, or a look's picture."""
        line, side = self._lines[index.row()], self._side(index.column())
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            return self._words(line, side)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{line.label}: {line[side] or tr('empty')}" if side else line.label
        return self._looks(line, side, role)

    def _words(self, line: FieldWords, side: int) -> str:
        if side and self._is_joined:
            return f"{line.before or '–'}\n→ {line.after or '–'}"
        return line[side] or ("–" if side else "")

    def _looks(self, line: FieldWords, side: int, role: int) -> Any:
        if role == Qt.ItemDataRole.ForegroundRole:
            t = tokens(self.is_dark)
            return QColor(
                t.ink if side == 2 or ((side and line[side]) and self._kind is ChangeKind.REMOVED) else t.ink2
            )
        if role == Qt.ItemDataRole.DecorationRole and side:
            symbol = self._symbols.get(line.label, (None, None))[side - 1]
            shape = "line" if symbol is not None and symbol.fill is None else "polygon"
            return None if symbol is None else swatch(symbol, shape, self.ratio)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft
        return None


class FieldLines(QStyledItemDelegate):
    """Gives every row the height that its words need at the columns' widths."""

    def __init__(self, table: QTableView) -> None:
        super().__init__(table)
        self._table = table

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the size of the wrapped words."""
        has_picture = index.data(Qt.ItemDataRole.DecorationRole) is not None
        width = self._table.columnWidth(index.column()) - _CELL_PX - (_PICTURE_PX if has_picture else 0)
        words = str(index.data(Qt.ItemDataRole.DisplayRole) or "")
        metrics: Any = option.fontMetrics
        box = metrics.boundingRect(0, 0, max(40, width), 10_000, int(Qt.TextFlag.TextWordWrap), words)
        return QSize(self._table.columnWidth(index.column()), box.height() + 10)
