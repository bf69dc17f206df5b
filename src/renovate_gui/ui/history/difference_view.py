"""A difference in text: its objects on the left, the chosen one's fields on the right."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QListView,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from renovate_gui.app.merge_words import place_words
from renovate_gui.app.timeline import Timeline
from renovate_gui.assets import tr
from renovate_gui.domain.difference import ChangeKind, Difference, ObjectChange, ObjectKey
from renovate_gui.ui.canvas.change_look import kind_words
from renovate_gui.ui.history.objects import FieldLines, FieldModel, ObjectLines, ObjectModel
from renovate_gui.ui.stages.widgets import Elided
from renovate_gui.ui.workspace import Workspace

_LIST_SHARE, _LEAST_LIST_PX, _MOST_LIST_PX, _NARROW_PX = 0.36, 150, 270, 430
_FIELD_SHARE = 0.26


class DifferenceView(QWidget):
    """Shows a difference; one object is in front.

    Signals
    -------
    focus_changed
        Another object is in front (its :class:`ObjectKey`, None for none).
    undo_object_asked, zoom_asked
        A person wants only this object's change taken back, or to see it on the map.
    """

    focus_changed = Signal(object)
    undo_object_asked = Signal(object)
    zoom_asked = Signal(object)

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self.difference: Difference | None = None
        self._offers_undo = True
        self.objects = QListView()
        self.chooser = QComboBox()
        self.table = QTableView()
        self._counts, self._caption, self._place = QLabel(), Elided("", ""), QLabel()
        self.undo_object, self.zoom_object = _link(), _link()
        self.object_model = ObjectModel(self._title_of, self)
        self.field_model = FieldModel(self)
        self._lines = ObjectLines(self.objects)
        self._empty = QLabel()
        self._assemble()
        self.objects.selectionModel().currentChanged.connect(
            lambda *_: self._on_chosen(self.objects.currentIndex().row())
        )
        self.chooser.activated.connect(self.choose)
        self.undo_object.clicked.connect(lambda: self._ask(self.undo_object_asked.emit))
        self.zoom_object.clicked.connect(lambda: self._ask(self.zoom_asked.emit))

    def _assemble(self) -> None:
        for view in (self.objects, self.table):
            view.setFrameShape(QFrame.Shape.NoFrame)
            view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.objects.setModel(self.object_model)
        self.objects.setItemDelegate(self._lines)
        self.objects.setUniformItemSizes(True)
        self.chooser.setModel(self.object_model)
        table = self.table
        table.setModel(self.field_model)
        table.setItemDelegate(FieldLines(table))
        table.setShowGrid(False)
        table.setWordWrap(True)
        table.setTextElideMode(Qt.TextElideMode.ElideNone)
        table.verticalHeader().setVisible(False)
        table.verticalHeader().setMinimumSectionSize(24)
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        table.horizontalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        table.horizontalHeader().setHighlightSections(False)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._caption.setProperty("look", "strong")
        self._place.setProperty("look", "muted")
        self._empty.setProperty("look", "muted")
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._empty.setContentsMargins(16, 12, 16, 12)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._left())
        row.addWidget(self._right(), 1)
        row.addWidget(self._empty, 1)

    def _left(self) -> QWidget:
        self._side = QFrame()
        column = QVBoxLayout(self._side)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(2)
        self._counts.setProperty("look", "slot")
        self._counts.setContentsMargins(14, 2, 8, 2)
        column.addWidget(self._counts)
        column.addWidget(self.objects, 1)
        return self._side

    def _right(self) -> QWidget:
        self._body = QWidget()
        column = QVBoxLayout(self._body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        head = QHBoxLayout()
        head.setContentsMargins(14, 6, 12, 0)
        head.setSpacing(10)
        head.addWidget(self._caption, 40)
        head.addWidget(self._place)
        head.addStretch(1)
        head.addWidget(self.zoom_object)
        head.addWidget(self.undo_object)
        chooser = QHBoxLayout()
        chooser.setContentsMargins(12, 4, 12, 0)
        chooser.addWidget(self.chooser, 1)
        column.addLayout(chooser)
        column.addLayout(head)
        column.addWidget(self.table, 1)
        return self._body

    # -- content --------------------------------------------------------------------------------------------------
    @property
    def timeline(self) -> Timeline | None:
        """Return the open project's timeline."""
        session = self._workspace.session
        return session.timeline if session is not None else None

    @property
    def focus(self) -> ObjectChange | None:
        """Return the object in front."""
        return self.object_model.change(self.objects.currentIndex().row())

    def show_difference(self, difference: Difference | None, words: str = "") -> None:
        """Show a difference, its first object in front; None shows only the words."""
        self.difference = difference
        changes = difference.changes if difference is not None else ()
        with QSignalBlocker(self.objects.selectionModel()):
            self.object_model.set_changes(changes)
        has_changes = bool(changes)
        self._body.setVisible(has_changes)
        self._empty.setVisible(not has_changes)
        self._empty.setText(words or (tr("Nothing is different.") if difference is not None else ""))
        self._show_counts()
        self._place_parts()
        if has_changes:
            self.choose(0)
        else:
            self.field_model.set_lines(ChangeKind.CHANGED, (), {})
            self.focus_changed.emit(None)

    def choose(self, place: int) -> None:
        """Bring an object to the front."""
        if self.object_model.change(place) is None:
            return
        index = self.object_model.index(place, 0)
        if self.objects.currentIndex() == index:
            self._on_chosen(place)
        else:
            self.objects.setCurrentIndex(index)

    def set_undo_reason(self, reason: str, *, is_offered: bool = True) -> None:
        """Allow to take back a single object, or say why not; where it makes no sense it is not offered at all."""
        self._offers_undo = is_offered
        self.undo_object.setVisible(is_offered and self._has_many())
        self.undo_object.setEnabled(not reason)
        self.undo_object.setToolTip(
            reason or tr("Take back what this step did to this object; the rest of the step stays")
        )

    def _on_chosen(self, place: int) -> None:
        change, timeline = self.object_model.change(place), self.timeline
        if change is None or timeline is None:
            return
        with QSignalBlocker(self.chooser):
            self.chooser.setCurrentIndex(place)
        self._caption.setText(self._title_of(change))
        self._place.setText(place_words(change))
        has_place = change.before is not None or change.after is not None
        self.zoom_object.setVisible(has_place)
        self.undo_object.setVisible(self._has_many() and self._offers_undo)
        self.field_model.is_dark = self._workspace.is_dark
        self.field_model.ratio = self.devicePixelRatioF()
        self.field_model.set_lines(change.kind, timeline.field_words(change), timeline.symbols(change))
        self._fit_columns()
        self.focus_changed.emit(change.key if self._has_many() else None)

    def _has_many(self) -> bool:
        return self.difference is not None and len(self.difference.changes) > 1

    def _title_of(self, change: ObjectChange) -> str:
        timeline = self.timeline
        return timeline.title(change) if timeline is not None else change.title

    def _show_counts(self) -> None:
        counts = self.difference.counts() if self.difference is not None else {}
        self._counts.setText("   ".join(f"{kind_words(k)} {n:,}" for k, n in counts.items() if n))

    def _ask(self, emit: Callable[[ObjectKey], object]) -> None:
        change = self.focus
        if change is not None:
            emit(change.key)

    # -- looks ----------------------------------------------------------------------------------------------------
    def retranslate(self) -> None:
        """Set words and colours again."""
        self._lines.is_dark = self.field_model.is_dark = self._workspace.is_dark
        self.objects.setAccessibleName(tr("Changed objects"))
        self.chooser.setAccessibleName(tr("Changed objects"))
        self.table.setAccessibleName(tr("Before and after"))
        self.undo_object.setText(tr("Undo only this object"))
        self.zoom_object.setText(tr("Zoom to"))
        self._show_counts()
        if self.difference is not None and self.difference.changes:
            self._on_chosen(self.objects.currentIndex().row())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the objects into a drop-down list where there is no room beside the table."""
        super().resizeEvent(event)
        self._place_parts()
        self._fit_columns()

    def _place_parts(self) -> None:
        is_narrow = self.width() < _NARROW_PX
        self._side.setFixedWidth(round(min(max(self.width() * _LIST_SHARE, _LEAST_LIST_PX), _MOST_LIST_PX)))
        self._side.setVisible(self._has_many() and not is_narrow)
        self.chooser.setVisible(self._has_many() and is_narrow)
        self._caption.setVisible(not self._has_many())
        self.field_model.set_compact(is_compact=is_narrow)

    def _fit_columns(self) -> None:
        columns, width = self.field_model.columnCount(), self.table.viewport().width()
        first = round(width * _FIELD_SHARE)
        self.table.setColumnWidth(0, first)
        for column in range(1, columns):
            self.table.setColumnWidth(column, (width - first) // (columns - 1))
        for row in range(self.field_model.rowCount()):  # the hidden header would ask for taller rows
            self.table.setRowHeight(row, self.table.sizeHintForRow(row))


def _link() -> QPushButton:
    made = QPushButton()
    made.setProperty("look", "link")
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    return made
