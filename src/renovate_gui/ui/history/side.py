"""The left half of the history dock: search, list, and how many steps there are."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from renovate_gui.app.timeline import Timeline
from renovate_gui.assets import tr
from renovate_gui.ui.history.lines import HistoryLines
from renovate_gui.ui.history.model import HistoryModel
from renovate_gui.ui.history.rows import Row, build_rows
from renovate_gui.ui.theme import icon

_SEARCH_MS = 150


class HistoryList(QListView):
    """The list; Enter asks to go to the chosen state, Escape to choose nothing."""

    go_asked = Signal()
    nothing_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setMouseTracking(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.doubleClicked.connect(lambda _index: self.go_asked.emit())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Handle Enter and Escape."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.go_asked.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.nothing_asked.emit()
        else:
            super().keyPressEvent(event)


class HistorySide(QWidget):
    """Shows the steps, newest first; what was chosen stays chosen when the history is read again.

    Signals
    -------
    chosen_changed
        Another line was chosen, or none.
    refresh_asked
        Other lines are wanted: read the history again.
    menu_asked, line_menu_asked
        A menu is wanted: of the history as a whole, or of the chosen line (global position).
    """

    chosen_changed = Signal()
    refresh_asked = Signal()
    menu_asked = Signal()
    line_menu_asked = Signal(QPoint)

    def __init__(self) -> None:
        super().__init__()
        self.model, self.list = HistoryModel(self), HistoryList()
        self.search, self.more = QLineEdit(), QToolButton()
        self.left_behind, self.count = QPushButton(), QLabel()
        self._lines = HistoryLines(self.list)
        self._key = ""
        self.shows_left = False
        self._assemble()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self.refresh_asked)
        self.search.textChanged.connect(lambda _text: self._soon.start(_SEARCH_MS))
        self.search.returnPressed.connect(self.list.setFocus)
        self.more.clicked.connect(self.menu_asked)
        self.left_behind.clicked.connect(lambda: self.show_left_behind(shown=not self.shows_left))
        self.list.selectionModel().currentChanged.connect(self._on_current)
        self.list.customContextMenuRequested.connect(
            lambda at: self.line_menu_asked.emit(self.list.viewport().mapToGlobal(at))
        )

    def _assemble(self) -> None:
        self.list.setModel(self.model)
        self.list.setItemDelegate(self._lines)
        self.search.setClearButtonEnabled(True)
        self.more.setProperty("look", "quiet")
        self.left_behind.setProperty("look", "link")
        self.left_behind.setCursor(Qt.CursorShape.PointingHandCursor)
        self.count.setProperty("look", "slot")
        head = QHBoxLayout()
        head.setContentsMargins(10, 6, 6, 4)
        head.setSpacing(4)
        head.addWidget(self.search, 1)
        head.addWidget(self.more)
        foot = QHBoxLayout()
        foot.setContentsMargins(14, 3, 10, 5)
        foot.addWidget(self.count, 1)
        foot.addWidget(self.left_behind)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.list, 1)
        column.addLayout(foot)

    # -- what is chosen -------------------------------------------------------------------------------------------
    @property
    def chosen(self) -> Row | None:
        """Return the chosen line."""
        place = self.model.place(self._key)
        return self.model.row(place) if place >= 0 else None

    def choose(self, key: str) -> None:
        """Choose a line by its key (``step:<uuid>``, ``version:<uuid>``, ``start``) and bring it into view."""
        index = self.model.index(self.model.place(key), 0)
        if index.isValid():
            self.list.setCurrentIndex(index)
            self.list.scrollTo(index)

    def choose_nothing(self) -> None:
        """Choose nothing."""
        self._key = ""
        self.list.selectionModel().clear()
        self.chosen_changed.emit()

    def _on_current(self, current: QModelIndex, _previous: QModelIndex) -> None:
        self._key = self.model.row(current.row()).key if current.isValid() else ""
        self.chosen_changed.emit()

    def bring_into_view(self, states: frozenset[str]) -> None:
        """Make the steps that led to these states stand out, and show the newest of them."""
        self.model.mark(states)
        places = [p for p in (self.model.place(f"step:{uuid}") for uuid in states) if p >= 0]
        if places:
            self.list.scrollTo(
                self.model.index(min(places), 0), QAbstractItemView.ScrollHint.PositionAtCenter
            )

    # -- content --------------------------------------------------------------------------------------------------
    def forget(self) -> None:
        """Begin anew with another project."""
        self._key = ""
        self.search.clear()

    def show_left_behind(self, *, shown: bool) -> None:
        """Show or hide the steps that were undone before something else was done instead."""
        self.shows_left = shown
        self.refresh_asked.emit()

    def read(self, timeline: Timeline | None) -> None:
        """Read the history again."""
        steps = timeline.steps(with_left=True) if timeline is not None else ()
        left = sum(s.is_left for s in steps)
        shown = [s for s in steps if self.shows_left or not s.is_left]
        rows: list[Row] = []
        if timeline is not None:
            rows = build_rows(shown, timeline.versions(), timeline.state, self.search.text())
        place = self.list.verticalScrollBar().value()
        chosen = self.list.selectionModel()
        chosen.blockSignals(True)
        self.model.set_rows(rows)
        index = self.model.index(self.model.place(self._key), 0)
        if index.isValid():
            self.list.setCurrentIndex(index)
        chosen.blockSignals(False)
        self.list.verticalScrollBar().setValue(place)
        self._say_counts(len(steps) - left, left, rows)

    def _say_counts(self, n: int, left: int, rows: list[Row]) -> None:
        if self.search.text().strip():
            words = tr("{n} found", n=f"{sum(r.can_be_chosen for r in rows):,}")
        elif n:
            words = tr("One step") if n == 1 else tr("{n} steps", n=f"{n:,}")
        else:
            words = tr("No step has been done yet.")
        self.count.setText(words)
        self.count.setToolTip(tr("Every step can be undone, also after a restart.") if n else "")
        self.left_behind.setVisible(bool(left))
        show, hide = tr("Show steps left behind ({n})", n=f"{left:,}"), tr("Hide steps left behind")
        self.left_behind.setText(hide if self.shows_left else show)
        self.left_behind.setToolTip(
            tr("Steps that were undone before something else was done instead; one can still go to them")
        )

    def retranslate(self, *, is_dark: bool) -> None:
        """Set words and colours again."""
        self._lines.is_dark = is_dark
        self.search.setPlaceholderText(tr("Search the history …"))
        self.search.setAccessibleName(tr("Search the history"))
        self.list.setAccessibleName(tr("Steps of the history, newest first"))
        self.more.setIcon(icon("mdi6.dots-horizontal", is_dark))
        self.more.setToolTip(tr("Versions, tidying up"))
        self.more.setAccessibleName(tr("More"))
