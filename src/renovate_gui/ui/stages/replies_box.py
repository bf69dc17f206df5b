"""Answers: bring in what came back, see what became of each, count, see who is missing, read and answer remarks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from renovate_gui.app.reply_door import PATTERNS
from renovate_gui.app.session import Session
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RenovateError
from renovate_gui.domain.reply import ReplyOutcome
from renovate_gui.ui.council.answers_comments import CommentsBox
from renovate_gui.ui.council.answers_counts import CountsBox
from renovate_gui.ui.council.answers_missing import MissingBox
from renovate_gui.ui.council.answers_rows import RowsBox
from renovate_gui.ui.council.by_hand import ByHandDialog
from renovate_gui.ui.council.tray import TrayCard
from renovate_gui.ui.jobs import Jobs, sentence
from renovate_gui.ui.stages.look import Look
from renovate_gui.ui.stages.progress import ProgressRow
from renovate_gui.ui.stages.widgets import (
    Card,
    Elided,
    Stack,
    button,
    enable,
    flowing,
    hint,
    pair,
    repolish,
    text,
)
from renovate_gui.ui.workspace import Workspace

_OUTCOMES_SHOWN = 40


class DropCard(Card):
    """A place to drop files on."""

    def __init__(self, on_files: Callable[[Sequence[Path]], object]) -> None:
        super().__init__("drop")
        self._on_files = on_files
        self.setAcceptDrops(True)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Light up for files."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()
            self._set_hot("true")

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        """Go back to rest."""
        self._set_hot("false")

    def dropEvent(self, event: QDropEvent) -> None:
        """Hand the files over."""
        self._set_hot("false")
        paths = [Path(u.toLocalFile()) for u in event.mimeData().urls() if u.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self._on_files(paths)

    def _set_hot(self, value: str) -> None:
        self.setProperty("hot", value)
        repolish(self)


class RepliesBox(QWidget):
    """The door with its outcomes, and below it everything that is known of the answers."""

    def __init__(self, workspace: Workspace, jobs: Jobs, look: Look) -> None:
        super().__init__()
        self._workspace = workspace
        self._jobs = jobs
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self._count = text("", "small", wrap=False)
        column.addWidget(pair(text(tr("Answers"), "section"), self._count))
        column.addWidget(self._door())
        self._progress = ProgressRow()
        column.addWidget(self._progress)
        self._outcomes = Stack(4)
        column.addWidget(self._outcomes)
        self.tray = TrayCard(workspace)
        self.counts = CountsBox(workspace, look)
        self.missing = MissingBox(workspace, look)
        self.remarks = CommentsBox(workspace)
        self.rows = RowsBox(workspace)
        for part in (self.tray, self.counts, self.missing, self.remarks, self.rows):
            column.addWidget(part)
        self.comments = self.remarks.table

    def _door(self) -> DropCard:
        drop = DropCard(self.take)
        self.import_button = button(tr("Import …"), self._choose, "primary")
        self.paste_button = button(
            tr("Paste"), self.paste, "tool", tip=tr("Take in an answer that was copied from a chat message")
        )
        self.hand_button = button(
            tr("By hand …"),
            self.enter_by_hand,
            "tool",
            tip=tr("Enter what people said at a meeting or at the door"),
        )
        words = tr("Drop what came back: reply files, messages saved as text, scans and photos of forms")
        drop.add(text(words, "quiet"), flowing(self.import_button, self.paste_button, self.hand_button))
        return drop

    # -- importing ------------------------------------------------------------------------------------------------
    def take(self, paths: Sequence[Path]) -> None:
        """Read files of all kinds in the background."""
        session = self._workspace.session
        if session is None:
            return
        try:
            task = session.council.prepare_replies(paths)
        except RenovateError as error:
            self._fail(error)
            return
        self._progress.follow(self._jobs.start(task, self._done, self._fail, key="replies"))

    def paste(self) -> None:
        """Take in what the clipboard holds."""
        session = self._workspace.session
        if session is None:
            return
        copied = QGuiApplication.clipboard().text()
        if not copied.strip():
            self._outcomes.show_widgets(
                [hint(tr("The clipboard holds no text; copy the whole message first."), kind="warn")]
            )
            return
        try:
            self._done(session.council.paste(copied))
        except RenovateError as error:
            self._fail(error)

    def enter_by_hand(self) -> None:
        """Open the form for answers of people who were spoken to."""
        session = self._workspace.session
        if session is None:
            return
        if session.ledger.open_package() is None:
            self._outcomes.show_widgets(
                [hint(tr("There is no package to answer yet; export one first."), kind="warn")]
            )
            return
        ByHandDialog(self, self._workspace).open()

    def _choose(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(
            self,
            tr("Import answers"),
            "",
            tr("Answers, scans and photos ({patterns})", patterns=PATTERNS),
        )
        if names:
            self.take([Path(n) for n in names])

    def _fail(self, error: Exception) -> None:
        self._outcomes.show_widgets([hint(sentence(error), kind="bad")])

    def _done(self, outcomes: tuple[ReplyOutcome, ...]) -> None:
        accepted = sum(o.accepted for o in outcomes)
        waiting = sum(o.waits for o in outcomes)
        refused = len(outcomes) - accepted - waiting
        summary = tr("{n} accepted, {m} refused", n=accepted, m=refused)
        if waiting:
            summary = tr("{summary}, {n} wait in the tray", summary=summary, n=waiting)
        rows: list[QWidget] = [text(summary, "strong")]
        # the refused first: they ask for something to be done
        ordered = sorted(outcomes, key=lambda o: (o.accepted, o.waits))
        for outcome in ordered[:_OUTCOMES_SHOWN]:
            sign, face = (
                ("✓", "good") if outcome.accepted else ("?", "warn") if outcome.waits else ("✕", "bad")
            )
            rows.append(Elided(f"{sign} {outcome.file}", face))
            if outcome.reason:
                rows.append(text(outcome.reason, "small"))
        rest = len(ordered) - _OUTCOMES_SHOWN
        if rest > 0:
            rows.append(text(tr("and {n} more", n=rest), "small"))
        self._outcomes.show_widgets(rows)

    # -- following ------------------------------------------------------------------------------------------------
    def follow(self, session: Session) -> None:
        """Show what the ledger holds."""
        reason = tr("The project is open for reading only.") if session.project.is_read_only else ""
        for control in (self.import_button, self.paste_button, self.hand_button):
            enable(control, reason, control.toolTip() if not reason else "")
        self._count.setText(_count_words(len(session.ledger.rows())))
        self.tray.follow(session)
        self.counts.follow(session)
        self.missing.follow(session)
        self.remarks.follow(session)
        self.rows.follow(session)


def _count_words(count: int) -> str:
    if count == 1:
        return tr("1 reply")
    return tr("{n} replies", n=count) if count else tr("none yet")
