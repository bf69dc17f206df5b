"""A project that opened for reading only: who has it or what protects it, and what a person can do about it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from renovate_gui.app.saving import can_get_free, read_only_title, who_has
from renovate_gui.app.tasks import Task
from renovate_gui.assets import tr
from renovate_gui.domain.save_state import ReadOnlyCause
from renovate_gui.ui.jobs import Jobs
from renovate_gui.ui.stages.widgets import say, text
from renovate_gui.ui.theme import icon, set_look, tokens

ASK_EVERY_MS = 4000
_WIDTH_PX = 560

WhoHas = Callable[[Path], ReadOnlyCause | None]


class OpenElsewhere(QDialog):
    """Open for reading, open a copy, or ask again; it asks by itself, too, and says when the project gets free.

    Signals
    -------
    copy_asked
        A copy shall be made at this path and opened.
    again_asked
        The project shall be opened again.
    """

    copy_asked = Signal(object)
    again_asked = Signal()

    def __init__(
        self,
        cause: ReadOnlyCause,
        place: Path,
        jobs: Jobs,
        *,
        suggested_copy: Path,
        is_dark: bool = False,
        who: WhoHas = who_has,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Open for reading only"))
        self.setFixedWidth(_WIDTH_PX)
        self._cause, self._place, self._jobs, self._who = cause, place, jobs, who
        self._copy, self._is_dark = suggested_copy, is_dark
        self._is_free = False
        self._sign, self._title, self._more, self._news = QLabel(), text(""), text(""), text("")
        self._again = QPushButton()
        self._reading = QPushButton(tr("Open for reading"))
        self._copying = QPushButton(tr("Open a copy"))
        self._elsewhere = QPushButton(tr("Open a copy elsewhere …"))
        self._assemble()
        self._bind()
        self._show_cause(cause)
        self._timer = QTimer(self)
        self._timer.setInterval(ASK_EVERY_MS)
        self._timer.timeout.connect(self._look)
        if can_get_free(cause):
            self._timer.start()

    def _assemble(self) -> None:
        self._title.setProperty("look", "title")
        self._more.setProperty("look", "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 22, 24, 22)
        column.setSpacing(18)
        head = QHBoxLayout()
        head.setSpacing(14)
        head.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self._title)
        words.addWidget(self._more)
        words.addStretch(1)
        head.addLayout(words, 1)
        column.addLayout(head)
        column.addLayout(self._lines())

    def _lines(self) -> QGridLayout:
        """Return the choices, each with what it means."""
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(10)
        grid.setColumnStretch(1, 1)
        if self._copy.parent == self._place.parent:
            copying = tr("Work on a copy beside: “{name}”. It can be merged later.", name=self._copy.name)
        else:
            copying = tr("Work on a copy: “{path}”. It can be merged later.", path=self._copy)
        lines = (
            (self._reading, text(tr("Look, measure and print; nothing is changed."))),
            (self._copying, text(copying)),
            (self._elsewhere, text(tr("Choose where the copy shall lie."))),
            (self._again, self._news),
        )
        for line, (button, said) in enumerate(lines):
            said.setProperty("look", "muted")
            grid.addWidget(button, line, 0)
            grid.addWidget(said, line, 1)
        return grid

    def _fit(self) -> None:
        """Take the height that the wrapped words need."""
        layout = self.layout()
        if layout is not None:
            layout.activate()
            self.setFixedHeight(layout.totalHeightForWidth(_WIDTH_PX))

    def _bind(self) -> None:
        self._reading.clicked.connect(self.reject)
        self._copying.clicked.connect(lambda: self._take_copy(self._copy))
        self._elsewhere.clicked.connect(self._ask_copy)
        self._again.clicked.connect(self._on_again)

    def _show_cause(self, cause: ReadOnlyCause) -> None:
        t = tokens(self._is_dark)
        is_waiting = can_get_free(cause)
        name = "mdi6.account-lock-outline" if is_waiting else "mdi6.folder-lock-outline"
        self._sign.setPixmap(icon(name, self._is_dark, colour=t.warn_ink).pixmap(34, 34))
        say(self._title, read_only_title(cause, self._place.name))
        say(self._more, tr("It is open here for reading only: {folder}", folder=self._place.parent))
        say(self._news, tr("Asking again every few seconds …") if is_waiting else "")
        self._again.setText(tr("Ask again"))
        self._again.setVisible(is_waiting)
        set_look(self._again, "")
        best = self._reading if is_waiting else self._copying
        set_look(best, "primary")
        best.setDefault(True)
        self._fit()

    # -- asking again -----------------------------------------------------------------------------------------
    def _look(self) -> None:
        """Look off the main thread: a share may take its time."""
        task = Task(tr("Asking who has the project"), lambda _progress, _stop: self._who(self._place))
        self._jobs.start(task, self._on_found, lambda _error: None, key="who has it")

    def _on_found(self, found: ReadOnlyCause | None) -> None:
        if found is not None:
            if (found.user, found.host, found.since) != (
                self._cause.user,
                self._cause.host,
                self._cause.since,
            ):
                self._cause = found
                self._show_cause(found)
            return
        if self._is_free:
            return
        self._is_free = True
        self._timer.stop()
        t = tokens(self._is_dark)
        self._sign.setPixmap(
            icon("mdi6.lock-open-check-outline", self._is_dark, colour=t.good).pixmap(34, 34)
        )
        say(self._title, tr("“{name}” is free now", name=self._place.name))
        say(self._news, tr("Nobody else has it open any more."))
        self._again.setText(tr("Open for editing"))
        set_look(self._reading, "")
        set_look(self._again, "primary")
        self._again.setDefault(True)
        self._again.setFocus()
        self._fit()

    def _on_again(self) -> None:
        self.again_asked.emit()
        self.accept()

    def _ask_copy(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self,
            tr("Save a copy elsewhere"),
            str(Path.home() / self._copy.name),
            tr("Projects (*.gpkg);;All files (*)"),
        )
        if name:
            self._take_copy(Path(name))

    def _take_copy(self, copy: Path) -> None:
        self.copy_asked.emit(copy)
        self.accept()

    def done(self, result: int) -> None:
        """Stop asking."""
        self._timer.stop()
        self._jobs.cancel("who has it")
        super().done(result)
