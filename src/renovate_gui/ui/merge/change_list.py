"""The list of changes: a mark, a title and a place per line; smooth at 100,000 lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from renovate_gui.app.field_words import object_title
from renovate_gui.app.merge_words import place_words
from renovate_gui.assets import tr
from renovate_gui.domain.difference import ChangeKind, ObjectChange, ObjectKey, ObjectKind
from renovate_gui.ui.canvas.change_look import draw_mark, kind_words
from renovate_gui.ui.line_paint import paint_ground, write
from renovate_gui.ui.theme import tokens

Index = QModelIndex | QPersistentModelIndex
Group = tuple[ObjectKind, str]
"""What the list can be narrowed to: proposals, notes …, or the features of one layer (by name)."""
_NO_INDEX = QModelIndex()
_LINE_PX, _MARK_PX, _PAD_PX = 44, 20, 12


def group_of(change: ObjectChange) -> Group:
    """Return the group of a change."""
    return (change.what, change.layer_name if change.what is ObjectKind.FEATURE else "")


class ChangeModel(QAbstractListModel):
    """Changes, narrowed by kind, group and words."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: tuple[ObjectChange, ...] = ()
        self._titles: list[str] = []
        self._shown: list[int] = []

    def set_changes(self, changes: Sequence[ObjectChange]) -> None:
        """Show other changes, all of them."""
        self.beginResetModel()
        self._all = tuple(changes)
        self._titles = [f"{object_title(c)} {c.layer_name}".casefold() for c in self._all]
        self._shown = list(range(len(self._all)))
        self.endResetModel()

    def narrow(self, kinds: frozenset[ChangeKind], group: Group | None, words: str) -> None:
        """Show only changes of these kinds, of one group, with the words in title or layer."""
        wanted = words.casefold().strip()
        self.beginResetModel()
        self._shown = [
            place
            for place, change in enumerate(self._all)
            if change.kind in kinds
            and (group is None or group_of(change) == group)
            and (not wanted or wanted in self._titles[place])
        ]
        self.endResetModel()

    def change(self, row: int) -> ObjectChange:
        """Return the change of a line."""
        return self._all[self._shown[row]]

    @property
    def shown(self) -> tuple[ObjectChange, ...]:
        """Return the changes that are shown, in order."""
        return tuple(self._all[place] for place in self._shown)

    def row_of(self, key: ObjectKey) -> int:
        """Return the line of an object, −1 when it is not shown."""
        return next((row for row, place in enumerate(self._shown) if self._all[place].key == key), -1)

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """Return the number of lines."""
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a line's words, also for screen readers."""
        change = self.change(index.row())
        if role == Qt.ItemDataRole.UserRole:
            return change
        if role == Qt.ItemDataRole.DisplayRole:
            return object_title(change)
        if role in {Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole}:
            return tr(
                "{title}, {place}: {kind}",
                title=object_title(change),
                place=place_words(change),
                kind=kind_words(change.kind),
            )
        return None


class ChangeLines(QStyledItemDelegate):
    """Paints a line: a coloured mark with its sign, the title, below it small where it is."""

    def __init__(self, *, is_dark: bool, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._is_dark = is_dark

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """Return the height of a line; the list gives the width."""
        return QSize(80, _LINE_PX)

    def paint(self, painter: QPainter, option: Any, index: Index) -> None:
        """Paint a line."""
        change: ObjectChange = index.data(Qt.ItemDataRole.UserRole)
        t, box = tokens(self._is_dark), QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_ground(painter, box.adjusted(0, 1, 0, -1), option.state, t)
        centre = QPointF(box.left() + _PAD_PX - 4 + _MARK_PX / 2, box.center().y())
        draw_mark(painter, centre, change.kind, is_dark=self._is_dark, size=_MARK_PX)
        left = box.left() + _PAD_PX + _MARK_PX + 6
        width = box.right() - left - _PAD_PX
        write(painter, QRectF(left, box.top() + 4, width, 20), object_title(change), t.ink, 13)
        write(painter, QRectF(left, box.top() + 22, width, 18), place_words(change), t.ink3, 12)
        painter.restore()
