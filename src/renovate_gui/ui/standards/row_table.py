"""The rows of a standard by tier: distance, minutes, size, obligation, clause, who checked it, from which layer."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem

from renovate_gui.app import standard_words as words
from renovate_gui.app.terms import term
from renovate_gui.assets import tr
from renovate_gui.domain.standard import StandardProfile, StandardRow
from renovate_gui.ui.stages.look import Look

_KEY = Qt.ItemDataRole.UserRole
_NAME, _DISTANCE, _MINUTES, _SIZE, _WORD, _CLAUSE, _CHECKED, _LAYER = range(8)
_WIDTHS = {_DISTANCE: 92, _MINUTES: 76, _WORD: 78, _CLAUSE: 118, _CHECKED: 134, _LAYER: 88}
_ROW_PX = 28
_PADDING_PX, _MOST_NAME_PX = 26, 264
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class RowTable(QTreeWidget):
    """The table; a tier is a heading, a row below it can be chosen, Return asks to change it.

    Signals
    -------
    row_chosen
        The key of the row in front, empty for none.
    change_asked
        Return, F2 or a double click on a row.
    """

    row_chosen = Signal(str)
    change_asked = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.setColumnCount(8)
        self.setHeaderLabels(
            [
                tr("Facility"), tr("Distance"), tr("Minutes"), tr("Quantity and size"), tr("Word"), tr("Clause"),
                tr("Checked"), tr("From layer"),
            ]
        )  # fmt: skip
        self.setStyleSheet("QTreeView::item { padding: 2px 11px; border-radius: 0; }")
        self.setIndentation(0)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setItemsExpandable(False)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(tr("Rows of the standard"))
        header = self.header()
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(48)
        self.headerItem().setToolTip(_CHECKED, words.legend_words())
        for column in (_DISTANCE, _MINUTES):
            self.headerItem().setTextAlignment(column, _RIGHT)
        for column, width in _WIDTHS.items():
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
            self.setColumnWidth(column, width)
        header.setSectionResizeMode(_NAME, QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(_SIZE, QHeaderView.ResizeMode.Stretch)
        self.currentItemChanged.connect(lambda now, _before: self.row_chosen.emit(_key_of(now)))
        self.itemDoubleClicked.connect(lambda item, _column: self._ask(item))

    def current_key(self) -> str:
        """Return the key of the row in front."""
        return _key_of(self.currentItem())

    def show_rows(self, standard: StandardProfile, rows: list[StandardRow], key: str) -> None:
        """Show rows under their tiers, smallest circle first, those of no tier last; ``key`` stays in front."""
        self.blockSignals(True)
        self.clear()
        wanted: QTreeWidgetItem | None = None
        codes = [t.code for t in standard.tiers] + [""]
        for code in codes:
            own = [r for r in rows if r.tier == code]
            if not own:
                continue
            self.addTopLevelItem(self._heading(words.tier_title(standard.tier(code)), len(own)))
            for row in own:
                item = self._item(standard, row)
                self.addTopLevelItem(item)
                if row.key == key or (wanted is None and not key):
                    wanted = item
        self._fit_names([words.row_title(r) for r in rows])
        for i in range(self.topLevelItemCount()):
            if not _key_of(self.topLevelItem(i)):
                self.setFirstColumnSpanned(i, self.rootIndex(), True)
        front = wanted or self._first()
        if front is not None:
            self.setCurrentItem(front)
        self.blockSignals(False)
        self.row_chosen.emit(self.current_key())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return and F2 ask to change the row in front."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2):
            self._ask(self.currentItem())
            return
        super().keyPressEvent(event)

    # -- inside -----------------------------------------------------------------------------------------------
    def _ask(self, item: QTreeWidgetItem | None) -> None:
        if _key_of(item):
            self.change_asked.emit()

    def _first(self) -> QTreeWidgetItem | None:
        items = (self.topLevelItem(i) for i in range(self.topLevelItemCount()))
        return next((item for item in items if _key_of(item)), None)

    def _fit_names(self, names: list[str]) -> None:
        """Give the names the width they need, as far as the other columns leave it; tooltips have the longest."""
        widest = max(map(self.fontMetrics().horizontalAdvance, names), default=0)
        self.setColumnWidth(_NAME, min(widest + _PADDING_PX, _MOST_NAME_PX))

    def _heading(self, title: str, count: int) -> QTreeWidgetItem:
        item = QTreeWidgetItem([f"{title}  ·  {count}"])
        item.setFlags(Qt.ItemFlag.ItemIsEnabled)
        face = QFont(self.font())
        face.setBold(True)
        item.setFont(0, face)
        item.setForeground(0, QColor(self._look.ink2))
        item.setSizeHint(0, QSize(0, _ROW_PX + 6))
        return item

    def _item(self, standard: StandardProfile, row: StandardRow) -> QTreeWidgetItem:
        layer = standard.layer(row.origin)
        cells = [
            words.row_title(row),
            words.distance_words(row) or "–",
            _minutes(standard, row),
            words.size_words(row),
            term(row.obligation),
            row.clause or "–",
            row.verified_by if row.is_checked else tr("not checked · {mark}", mark=row.confidence.value),
            term(row.level),
        ]
        item = QTreeWidgetItem(cells)
        item.setData(0, _KEY, row.key)
        item.setSizeHint(0, QSize(0, _ROW_PX))
        for column in (_DISTANCE, _MINUTES):
            item.setTextAlignment(column, _RIGHT)
        item.setForeground(_CHECKED, QColor(self._look.good_ink if row.is_checked else self._look.warn_ink))
        if row.changed:
            item.setForeground(_LAYER, QColor(self._look.accent))
        item.setToolTip(_NAME, "\n".join(w for w in (cells[_NAME], row.note) if w))
        for column in (_DISTANCE, _SIZE, _WORD, _CLAUSE):
            item.setToolTip(column, cells[column])
        item.setToolTip(
            _CHECKED, "\n".join(w for w in (words.checked_words(row), words.mark_words(row)) if w)
        )
        item.setToolTip(_LAYER, words.layer_title(layer) if layer is not None else "")
        return item


def _key_of(item: QTreeWidgetItem | None) -> str:
    return "" if item is None else str(item.data(0, _KEY) or "")


def _minutes(standard: StandardProfile, row: StandardRow) -> str:
    if row.radius_m is None:
        return "–"
    minutes = standard.minutes_of(row, row.radius_m)
    return f"{minutes:.1f}".rstrip("0").rstrip(".")
