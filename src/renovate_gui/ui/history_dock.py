"""The history: every step in words, what it changed on the map and in text, and all ways back."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QMenu, QSplitter, QVBoxLayout, QWidget

from renovate_gui.app.timeline import HistoryStep, Timeline, later_steps
from renovate_gui.assets import tr
from renovate_gui.domain.difference import Difference, ObjectKey
from renovate_gui.domain.errors import RequestError
from renovate_gui.ui.canvas.change_paint import ChangeShapes
from renovate_gui.ui.canvas.changes import ChangesOverlay
from renovate_gui.ui.canvas.view import MapView
from renovate_gui.ui.history.deeds import deeds, no_undo
from renovate_gui.ui.history.journeys import Journeys
from renovate_gui.ui.history.keeping import Keeping
from renovate_gui.ui.history.menu import history_menu
from renovate_gui.ui.history.pane import Deed, DetailPane
from renovate_gui.ui.history.reading import DifferenceReader
from renovate_gui.ui.history.rows import Row, RowKind
from renovate_gui.ui.history.side import HistorySide
from renovate_gui.ui.history.words import sub_words
from renovate_gui.ui.jobs import Jobs, sentence
from renovate_gui.ui.workspace import Workspace

_LIST_PX, _PANE_PX, _LEAST_LIST_PX, _LEAST_PANE_PX = 290, 580, 180, 275
_NOTHING = ("", False, "")


class HistoryDock(QWidget):
    """The list on the left; what the chosen line changed on the right and on the map.

    Parameters
    ----------
    view
        The map on which differences are shown; nothing of it is painted again for that.
    """

    def __init__(self, workspace: Workspace, jobs: Jobs, view: MapView) -> None:
        super().__init__()
        self.workspace = workspace
        self._journeys = Journeys(workspace, jobs)
        self.overlay = ChangesOverlay(view)
        self.side, self.pane = HistorySide(), DetailPane(workspace)
        self.keeping = Keeping(self, workspace, jobs, lambda: self.chosen)
        self._reader = DifferenceReader(jobs, self._show, self._say_fault, self._say_wait)
        self._is_comparing = False
        self._shown: tuple[str, bool, str] = _NOTHING
        self._later: frozenset[str] = frozenset()
        self._assemble()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self.refresh)
        self._connect()
        self.retranslate()

    def _assemble(self) -> None:
        self.side.setMinimumWidth(_LEAST_LIST_PX)
        self.pane.setMinimumWidth(_LEAST_PANE_PX)
        across = QSplitter(Qt.Orientation.Horizontal)
        across.setHandleWidth(1)
        across.setChildrenCollapsible(False)
        across.addWidget(self.side)
        across.addWidget(self.pane)
        across.setStretchFactor(1, 1)
        across.setSizes([_LIST_PX, _PANE_PX])
        row = QVBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(across)

    def _connect(self) -> None:
        workspace, side, pane = self.workspace, self.side, self.pane
        workspace.session_changed.connect(self._on_session)
        workspace.changed.connect(self.refresh_soon)
        workspace.busy_changed.connect(self.refresh_soon)
        workspace.language_changed.connect(self.retranslate)
        workspace.theme_changed.connect(self.retranslate)
        side.chosen_changed.connect(self._on_chosen)
        side.refresh_asked.connect(self.refresh)
        side.menu_asked.connect(self._show_menu)
        side.line_menu_asked.connect(self._show_menu_of_line)
        side.list.go_asked.connect(lambda: self.do(DetailPane.GO))
        side.list.nothing_asked.connect(side.choose_nothing)
        pane.deed_asked.connect(self.do)
        pane.notice_asked.connect(self._show_later)
        pane.view.focus_changed.connect(self._on_focus)
        pane.view.zoom_asked.connect(self.overlay.zoom)
        pane.view.undo_object_asked.connect(lambda key: self.undo_one(frozenset({key})))
        self.overlay.closed.connect(side.choose_nothing)
        self.keeping.named.connect(self._on_named)
        self.keeping.tidied.connect(self.refresh)
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.activated.connect(self._find)

    # -- following ------------------------------------------------------------------------------------------------
    @property
    def timeline(self) -> Timeline | None:
        """Return the open project's timeline."""
        session = self.workspace.session
        return session.timeline if session is not None else None

    @property
    def chosen(self) -> Row | None:
        """Return the chosen line."""
        return self.side.chosen

    def _on_session(self) -> None:
        self._is_comparing, self._later, self._shown = False, frozenset(), _NOTHING
        self.side.forget()
        self.refresh_soon()

    def refresh_soon(self, *_ignored: object) -> None:
        """Read the history again when the present event is handled."""
        self._soon.start(0)

    def refresh(self) -> None:
        """Read the history again if somebody looks; what was chosen stays chosen."""
        if not self.isVisible():
            return
        self.side.read(self.timeline)
        self.side.model.mark(self._later)
        self._show_chosen()

    def _on_chosen(self) -> None:
        self._is_comparing = False
        self.pane.say("")
        self._show_chosen()

    # -- what the chosen line changed -----------------------------------------------------------------------------
    def _show_chosen(self) -> None:
        row, timeline = self.chosen, self.timeline
        if row is None or timeline is None:
            self._show_nothing()
            return
        self.pane.show_head(self._title(row), sub_words(row), self._deeds(row, timeline))
        is_step = row.kind is RowKind.STEP and not self._is_comparing
        self.pane.view.set_undo_reason(no_undo(self.workspace, row), is_offered=is_step)
        wanted = (row.key, self._is_comparing, timeline.state if self._is_comparing else "")
        if wanted != self._shown:
            self._shown = wanted
            self._read(row, timeline)

    def _show_nothing(self) -> None:
        self._reader.cancel()
        self._shown = _NOTHING
        self.pane.show_head("", "", ())
        self.pane.say("")
        words = tr("Choose a step: what it changed shows on the map, and here side by side.")
        self.pane.view.show_difference(None, words if self.side.model.rowCount() else "")
        self.overlay.show(None)

    def _read(self, row: Row, timeline: Timeline) -> None:
        if not self._reader.read(row, timeline, is_comparing=self._is_comparing):
            self.overlay.show(None)
            self.pane.view.show_difference(
                None, tr("Before this nothing was done: the project was empty, or the history begins here.")
            )

    def _say_wait(self) -> None:
        self.overlay.show(None)
        self.pane.view.show_difference(None, tr("Reading what changed …"))

    def _show(self, difference: Difference, shapes: ChangeShapes | None = None) -> None:
        if not self.isVisible() or self.chosen is None:
            return
        self.pane.view.show_difference(difference)
        self.overlay.show(difference, self._focus_key(), shapes=shapes)
        self._set_deeds()

    def _say_fault(self, error: Exception) -> None:
        self.overlay.show(None)
        self.pane.view.show_difference(None, sentence(error))

    def _focus_key(self) -> ObjectKey | None:
        view = self.pane.view
        many = view.difference is not None and len(view.difference.changes) > 1
        return None if view.focus is None or not many or not view.objects.hasFocus() else view.focus.key

    def _on_focus(self, key: ObjectKey | None) -> None:
        """Bring one object to the front on the map, once a person chooses among them."""
        difference = self.pane.view.difference
        if difference is not None and self.overlay.difference is difference and self.isVisible():
            self.overlay.show(difference, key)

    # -- deeds ----------------------------------------------------------------------------------------------------
    def _set_deeds(self) -> None:
        row, timeline = self.chosen, self.timeline
        if row is not None and timeline is not None:
            self.pane.show_head(self._title(row), sub_words(row), self._deeds(row, timeline))

    def _title(self, row: Row) -> str:
        if self._is_comparing:
            return tr("From “{what}” to now", what=row.words)
        return row.words

    def _deeds(self, row: Row, timeline: Timeline) -> tuple[Deed, ...]:
        has_place = self.overlay.difference is not None and self.overlay.extent() is not None
        return deeds(self.workspace, row, timeline, has_place=has_place, is_comparing=self._is_comparing)

    def do(self, name: str) -> None:
        """Do one of the deeds with the chosen line; one that cannot be done says why."""
        deed = self.pane.deed(name)
        if deed is None:
            return
        if deed.reason:
            self.workspace.message.emit(deed.reason, "info")
            return
        {
            DetailPane.GO: self.go_to_chosen,
            DetailPane.ZOOM: self.overlay.zoom,
            DetailPane.COMPARE: self.compare_with_now,
            DetailPane.UNDO: self.undo_one,
            DetailPane.NAME: self.keeping.ask_name,
            DetailPane.COPY: self.keeping.ask_copy,
            DetailPane.SEAL: self.keeping.check_seal,
        }[name]()

    def go_to_chosen(self) -> None:
        """Make the project as it was in the chosen state."""
        row, timeline = self.chosen, self.timeline
        if row is None or timeline is None:
            return
        words = tr(
            "The project is as it was after “{what}”. The later steps stay above “Now” in the history.",
            what=row.words,
        )
        self._journeys.start(
            lambda: timeline.is_long_way(row.state),
            lambda: timeline.prepare_go_to(row.state),
            lambda _count: self.workspace.message.emit(words, "good"),
        )

    def compare_with_now(self) -> None:
        """Show what is different now from the chosen state, or again what the line itself changed."""
        self._is_comparing = not self._is_comparing
        self.pane.say("")
        self._show_chosen()

    def undo_one(self, keys: frozenset[ObjectKey] | None = None) -> None:
        """Take back the chosen step alone, or only what it did to some objects; say what stands in the way."""
        row, timeline = self.chosen, self.timeline
        if row is None or row.step is None or timeline is None:
            return
        step = row.step
        self._journeys.start(
            lambda: timeline.is_long_taking_back(step),
            lambda: timeline.prepare_undo_one(step, keys),
            self._on_taken_back,
            self._on_refused,
        )

    def _on_taken_back(self, made: HistoryStep) -> None:
        self._later = frozenset()
        self.pane.say("")
        self.workspace.message.emit(made.what, "good")

    def _on_refused(self, error: Exception) -> None:
        if not isinstance(error, RequestError):
            self.workspace.message.emit(sentence(error), "error")
            return
        later = later_steps(error)
        self._later = frozenset(s.uuid for s in later)
        self.pane.say(str(error), tr("Show them in the list") if later else "")
        self.side.model.mark(self._later)

    def _show_later(self) -> None:
        """Let the steps that stand in the way be seen, the newest first."""
        self.side.search.clear()
        self.refresh()
        self.side.bring_into_view(self._later)

    def _on_named(self, version: str) -> None:
        self.refresh()
        self.side.choose(f"version:{version}")

    # -- menus and words ------------------------------------------------------------------------------------------
    def build_menu(self) -> QMenu:
        """Return what one can do with the history as a whole."""
        return history_menu(self, self.workspace, self.keeping, self.side)

    def _show_menu(self) -> None:
        menu = self.build_menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.side.more.mapToGlobal(self.side.more.rect().bottomLeft()))

    def _show_menu_of_line(self, at: QPoint) -> None:
        if self.chosen is not None:
            menu = self.pane.build_menu()
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(at)

    def retranslate(self) -> None:
        """Set words and colours again."""
        self.side.retranslate(is_dark=self.workspace.is_dark)
        self.pane.retranslate()
        self._shown = _NOTHING
        self.refresh_soon()

    def _find(self) -> None:
        self.side.search.setFocus()
        self.side.search.selectAll()

    # -- being seen -----------------------------------------------------------------------------------------------
    def showEvent(self, event: QShowEvent) -> None:
        """Prepare for being seen."""
        super().showEvent(event)
        self._shown = _NOTHING
        self.refresh_soon()

    def hideEvent(self, event: QHideEvent) -> None:
        """Leave the map clear."""
        super().hideEvent(event)
        self._reader.cancel()
        self.overlay.show(None)
