"""The history in words; a click goes back or forward to any step."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from renovate_gui.assets import tr
from renovate_gui.domain.errors import RenovateError
from renovate_gui.ui.theme import icon, tokens
from renovate_gui.ui.workspace import Workspace

_NUMBER = Qt.ItemDataRole.UserRole


class HistoryDock(QWidget):
    """Lists the steps, newest first; undone ones are grey and stay until something new is done."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.workspace = workspace
        self.steps = QListWidget()
        self.steps.setFrameShape(QFrame.Shape.NoFrame)
        self.steps.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.steps.setUniformItemSizes(True)
        self.go = QPushButton()
        self._words = QLabel()
        self._words.setProperty("look", "muted")
        head = QHBoxLayout()
        head.setContentsMargins(12, 6, 12, 6)
        head.addWidget(self._words, 1)
        head.addWidget(self.go)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.steps, 1)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self.refresh)
        self.go.clicked.connect(self.go_to_current)
        self.steps.itemActivated.connect(lambda _item: self.go_to_current())
        self.steps.currentItemChanged.connect(self._show_button)
        for signal in (workspace.session_changed, workspace.language_changed, workspace.theme_changed):
            signal.connect(self._later)
        workspace.changed.connect(self._later)

    def _later(self, *_ignored: object) -> None:
        self._soon.start(0)

    def refresh(self) -> None:
        """Read the history again if somebody looks."""
        if not self.isVisible():
            return
        session = self.workspace.session
        self.steps.clear()
        t = tokens(self.workspace.is_dark)
        for step in reversed(session.history() if session is not None else ()):
            item = QListWidgetItem(f"{_local_time(step.at)}   {step.what}")
            item.setData(_NUMBER, (step.number, step.is_undone))
            item.setToolTip(tr("{who}, {time}", who=step.who, time=_local_time(step.at, with_date=True)))
            name = "mdi6.undo-variant" if step.is_undone else "mdi6.check"
            item.setIcon(icon(name, self.workspace.is_dark, colour=t.ink3 if step.is_undone else t.accent))
            if step.is_undone:
                item.setForeground(QBrush(QColor(t.ink3)))
                item.setText(tr("{step} (undone)", step=item.text()))
            self.steps.addItem(item)
        count = self.steps.count()
        many = tr("{n} steps; every one can be undone, also after a restart.", n=count)
        one = tr("One step; it can be undone, also after a restart.")
        self._words.setText(tr("No step has been done yet.") if not count else one if count == 1 else many)
        self._show_button()

    def _show_button(self, *_ignored: object) -> None:
        item = self.steps.currentItem()
        is_undone = bool(item is not None and item.data(_NUMBER)[1])
        self.go.setText(tr("Redo up to here") if is_undone else tr("Undo to here"))
        session = self.workspace.session
        reason = "" if item is not None else tr("Choose a step in the list first.")
        if session is not None and session.project.is_read_only:
            reason = tr("The project is open for reading only.")
        self.go.setEnabled(not reason)
        self.go.setToolTip(reason or tr("Make the chosen step the newest one that stands"))

    def go_to_current(self) -> None:
        """Make the chosen step the newest one that stands."""
        item, session = self.steps.currentItem(), self.workspace.session
        if item is None or session is None or session.project.is_read_only:
            return
        number, is_undone = item.data(_NUMBER)
        try:
            if is_undone:
                while (step := session.redo()) is not None and step.number != number:
                    pass
                return
            while any(s.number > number and not s.is_undone for s in session.history()):
                if session.undo() is None:
                    return
        except RenovateError as error:
            self.workspace.message.emit(str(error), "error")

    def showEvent(self, event: object) -> None:
        """Prepare for being seen."""
        super().showEvent(event)  # type: ignore[arg-type]
        self._later()


def _local_time(at: str, *, with_date: bool = False) -> str:
    try:
        moment = datetime.fromisoformat(at).astimezone()
    except ValueError:
        return at
    return moment.strftime("%Y-%m-%d %H:%M:%S" if with_date else "%m-%d %H:%M")
