"""How safe the newest step is: a pill in the status bar, its facts, and a band that stays until all is well again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from renovate_gui.app.saving import facts, headline, pill_words
from renovate_gui.app.session import Session
from renovate_gui.app.tasks import Task
from renovate_gui.assets import tr
from renovate_gui.domain.save_state import SaveKind, SaveState
from renovate_gui.ui.jobs import Jobs, sentence
from renovate_gui.ui.stages.widgets import text
from renovate_gui.ui.theme import icon, set_look, tokens
from renovate_gui.ui.workspace import Workspace

_RETRY_MS = 10_000
_CARD_PX = 480
_ICONS = {
    SaveKind.SAVED: "mdi6.check-circle-outline",
    SaveKind.READ_ONLY: "mdi6.eye-outline",
    SaveKind.PUBLISHED: "mdi6.cloud-check-outline",
    SaveKind.PUBLISHING: "mdi6.cloud-upload-outline",
    SaveKind.NOT_PUBLISHED: "mdi6.cloud-off-outline",
    SaveKind.CONFLICT: "mdi6.call-split",
    SaveKind.UNSAVED: "mdi6.content-save-alert-outline",
}
_LOOKS = {
    SaveKind.NOT_PUBLISHED: "save-warning",
    SaveKind.CONFLICT: "save-bad",
    SaveKind.UNSAVED: "save-bad",
}

Choice = tuple[str, Callable[[], None]]


class SaveWatch(QObject):
    """Follows the save state of the open project and does what a person asks about it.

    Signals
    -------
    changed
        The state is new, or another project is open; always in the main thread.
    go_on_asked
        A person wants to go on with this copy.
    merge_asked
        A person wants to merge with the file of this path.
    """

    changed = Signal()
    go_on_asked = Signal(object)
    merge_asked = Signal(object)
    _heard = Signal(object)

    def __init__(self, workspace: Workspace, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent or workspace)
        self._workspace, self._jobs = workspace, jobs
        self._stop: Callable[[], None] | None = None
        self._heard.connect(self._on_heard)  # a bound slot: states come from worker threads
        self._timer = QTimer(self)
        self._timer.setInterval(_RETRY_MS)
        self._timer.timeout.connect(self._try_by_itself)
        workspace.session_changed.connect(self._on_session)
        self._on_session()

    @property
    def session(self) -> Session | None:
        """The open session."""
        return self._workspace.session

    @property
    def state(self) -> SaveState | None:
        """The present state, None when no project is open."""
        session = self._workspace.session
        return None if session is None else session.project.saving.state

    @property
    def is_dark(self) -> bool:
        """Whether the window is dark."""
        return self._workspace.is_dark

    def _on_session(self) -> None:
        if self._stop is not None:
            self._stop()
        session = self._workspace.session
        self._stop = None if session is None else session.project.saving.watch(self._heard.emit)
        self._on_heard(None)

    @Slot(object)
    def _on_heard(self, _state: object) -> None:
        state = self.state
        is_unsaved = state is not None and state.kind is SaveKind.UNSAVED
        if is_unsaved and not self._timer.isActive():
            self._timer.start()
        elif not is_unsaved:
            self._timer.stop()
        QTimer.singleShot(0, self, self._tell_notices)  # the window clears the strip when a project opens
        self.changed.emit()

    def _tell_notices(self) -> None:
        session = self._workspace.session
        if session is None:
            return
        notices = session.project.saving.notices
        while notices:
            self._workspace.message.emit(notices.pop(0), "warning")

    # -- what a person can do ---------------------------------------------------------------------------------
    def choices(self) -> tuple[Choice, ...]:
        """Return what can be done about the present state, the best first."""
        state = self.state
        if state is None:
            return ()
        copy = (tr("Save a copy elsewhere …"), self.save_elsewhere)
        if state.kind is SaveKind.UNSAVED:
            return (copy, (tr("Try again"), self.try_again))
        if state.kind is SaveKind.CONFLICT:
            return (
                (tr("Merge …"), self._merge),
                (tr("Keep both files"), self.keep_both),
                copy,
            )
        if state.kind in {SaveKind.NOT_PUBLISHED, SaveKind.PUBLISHING}:
            return ((tr("Publish now"), self.publish), copy)
        return (copy,)

    def try_again(self) -> None:
        """Bring onto the disk what is only in memory; the strip says what came of it."""
        self._try(lambda e: self._workspace.message.emit(sentence(e), "error"))

    def _try_by_itself(self) -> None:
        session = self._workspace.session
        if session is not None and session.project.saving.has_room():
            self._try(lambda _error: None)

    def _try(self, on_error: Callable[[Exception], None]) -> None:
        session = self._workspace.session
        if session is None:
            return

        def done(_nothing: object) -> None:
            if session.project.saving.state.kind is SaveKind.SAVED:
                self._workspace.message.emit(tr("Everything is saved again."), "good")

        task = Task(tr("Saving"), lambda _progress, _stop: session.project.saving.try_again())
        self._jobs.start(task, done, on_error, key="save again")

    def publish(self) -> None:
        """Publish now; the pill says what came of it."""
        session = self._workspace.session
        if session is not None:
            task = Task(tr("Publishing"), lambda _progress, _stop: session.project.saving.publish())
            self._jobs.start(task, lambda _state: self.changed.emit(), key="publish")

    def keep_both(self) -> None:
        """Give the share's file another name and publish ours."""
        session = self._workspace.session
        if session is None:
            return

        def done(kept: Path | None) -> None:
            words = tr("Published; the other file is “{path}” now.", path=kept) if kept else tr("Published")
            self._workspace.message.emit(words, "good")

        task = Task(tr("Publishing"), lambda _progress, _stop: session.project.saving.keep_both())
        self._jobs.start(task, done, key="publish")

    def _merge(self) -> None:
        session = self._workspace.session
        if session is not None:
            task = Task(
                tr("Reading the other file"), lambda _progress, _stop: session.project.saving.their_copy()
            )
            self._jobs.start(task, self.merge_asked.emit, key="their copy")

    def save_elsewhere(self) -> None:
        """Ask for another place, write a checked copy there, and offer to go on with it."""
        session = self._workspace.session
        if session is None:
            return
        name, _ = QFileDialog.getSaveFileName(
            self._window(),
            tr("Save a copy elsewhere"),
            str(Path.home() / session.project.path.name),
            tr("Projects (*.gpkg);;All files (*)"),
        )
        if name:
            self.save_copy(Path(name))

    def save_copy(self, place: Path) -> None:
        """Write a checked copy, then offer to go on there."""
        session = self._workspace.session
        if session is None:
            return
        target = place if place.suffix else place.with_suffix(".gpkg")
        task = Task(tr("Saving a copy"), lambda _progress, _stop: session.save_copy(target))
        self._jobs.start(task, lambda _nothing: self._offer(session, target))

    def _offer(self, session: Session, copy: Path) -> None:
        if session is not self._workspace.session:
            return
        from renovate_gui.ui.save_questions import ask_go_on

        is_unsaved = session.project.saving.state.kind is SaveKind.UNSAVED
        ask_go_on(self._window(), copy, is_unsaved=is_unsaved, on_yes=lambda: self._go_on(session, copy))

    def _go_on(self, session: Session, copy: Path) -> None:
        session.project.saving.discard()  # the copy has it all
        self.go_on_asked.emit(copy)

    def _window(self) -> QWidget | None:
        found = self.parent()
        return found.window() if isinstance(found, QWidget) else None


class SavePill(QPushButton):
    """Icon and two or three words; a click shows the facts."""

    def __init__(self, watch: SaveWatch) -> None:
        super().__init__()
        self._watch = watch
        self._popover: SavePopover | None = None  # forgotten as soon as it closes
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setProperty("look", "save")
        self.clicked.connect(self.show_facts)
        watch.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Say the present state."""
        state = self._watch.state
        self.setVisible(state is not None)
        if state is None:
            return
        set_look(self, _LOOKS.get(state.kind, "save"))
        self.setText(pill_words(state))
        self.setIcon(
            icon(_ICONS[state.kind], self._watch.is_dark, colour=_colour(state, self._watch.is_dark))
        )
        self.setToolTip(headline(state))
        self.setAccessibleName(pill_words(state))
        self.setAccessibleDescription(headline(state))
        if self._popover is not None:
            self._popover.refresh()

    def show_facts(self) -> None:
        """Open the small card above the pill."""
        if self._watch.state is None:
            return
        self._popover = SavePopover(self._watch, self)
        self._popover.closed.connect(self._forget)
        self._popover.show_above(self)

    def _forget(self) -> None:
        self._popover = None


class SavePopover(QFrame):
    """What is where, and what can be done.

    Signals
    -------
    closed
        It goes away.
    """

    closed = Signal()

    def __init__(self, watch: SaveWatch, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setProperty("look", "float")
        self.setFixedWidth(_CARD_PX)
        self._watch = watch
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 14, 16, 14)
        self._column.setSpacing(10)
        self._body = QWidget()
        self._column.addWidget(self._body)
        self.refresh()

    def refresh(self) -> None:
        """Build the content anew."""
        session, state = self._watch.session, self._watch.state
        if session is None or state is None:
            self.close()
            return
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        title = text(pill_words(state))
        title.setProperty("look", "title")
        column.addWidget(title)
        column.addWidget(text(headline(state)))
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for row, fact in enumerate(facts(session.project.saving)):
            name, value = text(fact.name, wrap=False), text(_breakable(fact.value))
            name.setProperty("look", "muted")
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            value.setToolTip(fact.value)
            grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, row, 1)
        column.addLayout(grid)
        column.addLayout(self._buttons(state))
        self._column.replaceWidget(self._body, body)
        self._body.deleteLater()
        self._body = body
        self.setFixedHeight(self._column.totalHeightForWidth(_CARD_PX))

    def _buttons(self, state: SaveState) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addStretch(1)
        for number, (words, do) in enumerate(self._watch.choices()):
            button = QPushButton(words)
            if number == 0 and not state.is_solved:
                button.setProperty("look", "primary")
            button.clicked.connect(self.close)
            button.clicked.connect(do)
            row.addWidget(button)
        return row

    def show_above(self, widget: QWidget) -> None:
        """Show it with its lower right corner above a widget, inside the screen."""
        corner = widget.mapToGlobal(QPoint(widget.width(), 0))
        screen = widget.screen().availableGeometry()
        left = max(screen.left() + 8, min(corner.x() - self.width(), screen.right() - self.width() - 8))
        self.move(left, max(screen.top() + 8, corner.y() - self.height() - 8))
        self.show()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Tell that it goes away."""
        self.closed.emit()
        super().closeEvent(event)


class SaveBanner(QFrame):
    """A band across the window while something must be done; it stays until that is done."""

    def __init__(self, watch: SaveWatch) -> None:
        super().__init__()
        self._watch = watch
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(14, 6, 14, 6)
        self._row.setSpacing(10)
        self._sign = text("", wrap=False)
        self._words = text("")
        self._row.addWidget(self._sign)
        self._row.addWidget(self._words, 1)
        self._made: list[QPushButton] = []
        self._shown: tuple[str, ...] = ()
        watch.changed.connect(self.refresh)
        self.refresh()

    @property
    def words(self) -> str:
        """The sentence shown, empty while all is well."""
        return "" if self.isHidden() else self._words.text()

    def refresh(self) -> None:
        """Show or hide it."""
        state = self._watch.state
        is_needed = state is not None and not state.is_solved
        if state is None or not is_needed:
            self._shown = ()
            self.hide()
            return
        choices = self._watch.choices()
        dark = self._watch.is_dark
        shown = (headline(state), str(dark), *(words for words, _do in choices))
        if shown == self._shown:
            return
        self._shown = shown
        set_look(self, "banner-error")
        self._sign.setPixmap(icon(_ICONS[state.kind], dark, colour=_colour(state, dark)).pixmap(20, 20))
        self._words.setText(f"{pill_words(state)} · {headline(state)}")
        self.setAccessibleName(self._words.text())
        for old in self._made:
            old.deleteLater()
        self._made = [self._button(number, *choice) for number, choice in enumerate(choices)]
        self.show()

    def _button(self, number: int, words: str, do: Callable[[], None]) -> QPushButton:
        button = QPushButton(words)
        if number == 0:
            button.setProperty("look", "primary")
        button.clicked.connect(do)
        self._row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        return button


def _colour(state: SaveState, is_dark: bool) -> str:
    t = tokens(is_dark)
    if state.kind in {SaveKind.CONFLICT, SaveKind.UNSAVED}:
        return t.bad_ink
    if state.kind is SaveKind.NOT_PUBLISHED:
        return t.warn_ink
    return t.good if state.kind in {SaveKind.SAVED, SaveKind.PUBLISHED} else t.ink2


def _breakable(words: str) -> str:
    """Return a path that may be broken after its separators, so that a long one stays inside the card."""
    for sign in "/\\-":
        words = words.replace(sign, f"{sign}\u200b")
    return words
