"""The bottom table: one layer's rows, one selection with the map."""

from __future__ import annotations

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QPoint, Qt, QTimer
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from renovate_gui.assets import tr
from renovate_gui.domain.errors import RenovateError
from renovate_gui.domain.layer import ChangeEvent, LayerInfo
from renovate_gui.ui.actions import Actions
from renovate_gui.ui.canvas.selection import layer_key, layer_of_key
from renovate_gui.ui.table_model import TableModel, gap_columns, layer_columns
from renovate_gui.ui.theme import icon
from renovate_gui.ui.workspace import Workspace

_FILTER_MS = 200
_NARROWEST_PX, _WIDEST_PX = 72, 260
_MOST_SELECTED = 20_000


class TableDock(QWidget):
    """Table, filter and layer chooser; reads its layer only while it is seen."""

    def __init__(self, workspace: Workspace, actions: Actions) -> None:
        super().__init__()
        self.workspace = workspace
        self._actions = actions
        self._is_stale = True
        self._is_linking = False
        self._shown_titles: list[str] = []
        self.model = TableModel(self)
        self.layers, self.filter, self.count = QComboBox(), QLineEdit(), QLabel()
        self.zoom = QToolButton()
        self.table = QTableView()
        self._empty = QLabel()
        self._assemble()
        self._filter_timer = QTimer(self)
        self._filter_timer.setSingleShot(True)
        self._filter_timer.timeout.connect(self._apply_filter)
        self._connect()
        self.retranslate()

    def _assemble(self) -> None:
        self.count.setProperty("look", "muted")
        self._empty.setProperty("look", "muted")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.layers.setMinimumWidth(180)
        self.layers.setMaximumWidth(300)
        self.filter.setMaximumWidth(260)
        self.filter.setClearButtonEnabled(True)
        self.zoom.setProperty("look", "quiet")
        head = QHBoxLayout()
        head.setContentsMargins(12, 6, 12, 6)
        head.setSpacing(8)
        head.addWidget(self.layers)
        head.addWidget(self.filter)
        head.addWidget(self.zoom)
        head.addStretch(1)
        head.addWidget(self.count)
        table = self.table
        table.setModel(self.model)
        table.setFrameShape(QFrame.Shape.NoFrame)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setSortingEnabled(True)
        table.setShowGrid(False)
        table.setAlternatingRowColors(False)
        table.setWordWrap(False)
        table.verticalHeader().setDefaultSectionSize(30)
        table.verticalHeader().setMinimumSectionSize(30)
        table.verticalHeader().setVisible(False)
        table.horizontalHeader().setHighlightSections(False)
        table.horizontalHeader().setDefaultSectionSize(132)
        table.horizontalHeader().setMinimumSectionSize(64)
        table.horizontalHeader().setStretchLastSection(True)
        table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(table, 1)
        column.addWidget(self._empty, 1)

    def _connect(self) -> None:
        self.layers.currentIndexChanged.connect(self._on_layer)
        self.filter.textChanged.connect(lambda: self._filter_timer.start(_FILTER_MS))
        self.zoom.clicked.connect(self._actions["view.selection"].trigger)
        self.model.edited.connect(self._on_edited)
        self.table.selectionModel().selectionChanged.connect(self._on_rows)
        self.table.customContextMenuRequested.connect(self._show_menu)
        self.workspace.session_changed.connect(self._on_session)
        self.workspace.changed.connect(self._on_changed)
        self.workspace.selection_changed.connect(self._on_selection)
        self.workspace.overlay_changed.connect(self._mark_stale)
        self.workspace.language_changed.connect(self.retranslate)
        self.workspace.theme_changed.connect(self.retranslate)

    # -- words --------------------------------------------------------------------------------------------------
    def retranslate(self) -> None:
        """Set words and icons again."""
        self.filter.setPlaceholderText(tr("Filter rows …"))
        self.layers.setAccessibleName(tr("Layer"))
        self._empty.setText(tr("No layer is here yet: import one, and its rows appear."))
        self.zoom.setIcon(icon("mdi6.selection-search", self.workspace.is_dark))
        self.zoom.setToolTip(self._actions["view.selection"].toolTip())
        self.model.is_dark = self.workspace.is_dark
        self._mark_stale()

    # -- content ------------------------------------------------------------------------------------------------
    @property
    def layer(self) -> LayerInfo | None:
        """Return the layer shown."""
        session, layer_id = self.workspace.session, self.layers.currentData()
        if session is None or layer_id is None:
            return None
        try:
            return session.layers.get(layer_id)
        except RenovateError:
            return None

    def show_layer(self, key: str) -> None:
        """Show another layer's rows."""
        self._fill_layers()
        place = self.layers.findData(layer_of_key(key))
        if place >= 0:
            self.layers.setCurrentIndex(place)

    def refresh(self) -> None:
        """Read the layer again if anything changed and somebody looks."""
        if not self._is_stale or not self.isVisible():
            return
        self._is_stale = False
        self._fill_layers()
        session, info = self.workspace.session, self.layer
        self.table.setVisible(info is not None)
        self._empty.setVisible(info is None)
        if session is None or info is None:
            self.model.set_content(self.model.ids[:0], [])
            self._show_count()
            return
        table = session.layers.table(info.id)
        columns = layer_columns(table, is_editable=not session.project.is_read_only)
        called = [info.field_map.get("name", ""), info.field_map.get("code", "")]
        columns.sort(key=lambda c: called.index(c.title) if c.title in called else len(called))
        gap = self.workspace.scene_request().gap
        if gap is not None and gap.layer_id == info.id:
            columns = [*columns[:1], *gap_columns(gap, table.ids), *columns[1:]]
        self._is_linking = True
        self.model.set_content(table.ids, columns)
        self._is_linking = False
        self._set_widths([c.title for c in columns])
        self._on_selection(*self.workspace.selection)
        self._show_count()

    def _set_widths(self, titles: list[str]) -> None:
        """Give each column room for its header and its first rows; a person's own widths stay while columns do."""
        if titles == self._shown_titles:
            return
        self._shown_titles = titles
        metrics = self.table.fontMetrics()
        sample = range(min(40, self.model.rowCount()))
        for column, title in enumerate(titles):
            words = [str(self.model.data(self.model.index(row, column)) or "") for row in sample]
            widest = max(metrics.horizontalAdvance(w) for w in [title, *words])
            self.table.setColumnWidth(column, min(max(widest + 34, _NARROWEST_PX), _WIDEST_PX))

    def _fill_layers(self) -> None:
        session = self.workspace.session
        infos = [i for i in session.layers.all() if i.geometry_type] if session is not None else []
        wanted = self.layers.currentData()
        if wanted is None and self.workspace.gap is not None:
            wanted = self.workspace.gap.layer_id
        self.layers.blockSignals(True)
        self.layers.clear()
        for info in infos:
            self.layers.addItem(f"{info.name}  ({info.feature_count:,})", info.id)
        place = self.layers.findData(wanted)
        if place < 0:
            place = next((n for n, i in enumerate(infos) if i.role.value == "buildings"), 0 if infos else -1)
        self.layers.setCurrentIndex(place)
        self.layers.blockSignals(False)

    def _mark_stale(self, *_ignored: object) -> None:
        self._is_stale = True
        QTimer.singleShot(0, self, self.refresh)

    def _on_session(self) -> None:
        self.layers.clear()
        self.filter.clear()
        self._mark_stale()

    def _on_changed(self, event: ChangeEvent) -> None:
        info = self.layer
        if event.registry or info is None or info.id in event.layers:
            self._mark_stale()

    def _on_layer(self, _place: int) -> None:
        self.table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self._mark_stale()

    def _apply_filter(self) -> None:
        self._is_linking = True
        self.model.set_filter(self.filter.text())
        self._is_linking = False
        self._on_selection(*self.workspace.selection)
        self._show_count()

    def _show_count(self) -> None:
        shown, every = self.model.rowCount(), len(self.model.ids)
        rows = tr("1 row") if every == 1 else tr("{n} rows", n=f"{every:,}")
        if shown != every:
            rows = tr("{shown} of {n} rows", shown=f"{shown:,}", n=f"{every:,}")
        info = self.layer
        key, ids = self.workspace.selection
        chosen = len(ids) if info is not None and key == layer_key(info.id) else 0
        self.count.setText(f"{rows} · {tr('{n} selected', n=f'{chosen:,}')}" if chosen else rows)

    # -- one selection ------------------------------------------------------------------------------------------
    def _on_selection(self, key: str, ids: tuple[object, ...]) -> None:
        info = self.layer
        if self._is_linking or not self.isVisible():
            return
        if key.startswith("layer:") and ids and (info is None or key != layer_key(info.id)):
            self.show_layer(key)
            return
        self._is_linking = True
        rows = self.model.rows_of(ids) if info is not None and key == layer_key(info.id) else []
        selection = QItemSelection()
        last = max(0, self.model.columnCount() - 1)
        for first, end in _runs(sorted(rows[:_MOST_SELECTED])):
            selection.select(self.model.index(first, 0), self.model.index(end, last))
        self.table.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if rows:
            self.table.scrollTo(self.model.index(min(rows), 0), QAbstractItemView.ScrollHint.EnsureVisible)
        self._is_linking = False
        self._show_count()

    def _on_rows(self, *_ignored: object) -> None:
        info = self.layer
        if self._is_linking or info is None:
            return
        rows = self.table.selectionModel().selectedRows()
        self._is_linking = True
        self.workspace.select(layer_key(info.id), tuple(self.model.feature_id(r.row()) for r in rows))
        self._is_linking = False
        self._show_count()

    def _on_edited(self, feature_id: int, column: str, value: object) -> None:
        session, info = self.workspace.session, self.layer
        if session is None or info is None:
            return
        try:
            session.layers.set_values(info.id, feature_id, {column: value})
        except RenovateError as error:
            self.workspace.message.emit(str(error), "error")

    def _show_menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        for name in ("view.selection", "edit.deselect", "edit.delete"):
            menu.addAction(self._actions[name])
        copy = QAction(tr("Copy rows as text"), menu)
        copy.triggered.connect(self.copy_rows)
        menu.addAction(copy)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.table.viewport().mapToGlobal(at))

    def copy_rows(self) -> None:
        """Put the selected rows on the clipboard, tab-separated with a header."""
        from PySide6.QtWidgets import QApplication

        rows = sorted(r.row() for r in self.table.selectionModel().selectedRows())
        columns = range(self.model.columnCount())
        head = "\t".join(c.title for c in self.model.columns)
        body = ["\t".join(str(self.model.data(self.model.index(r, c)) or "") for c in columns) for r in rows]
        QApplication.clipboard().setText("\n".join([head, *body]))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Handle a key."""
        if event.key() == Qt.Key.Key_F and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.filter.setFocus()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: object) -> None:
        """Prepare for being seen."""
        super().showEvent(event)  # type: ignore[arg-type]
        self._mark_stale()


def _runs(rows: list[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for row in rows:
        if runs and row == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], row)
        else:
            runs.append((row, row))
    return runs
