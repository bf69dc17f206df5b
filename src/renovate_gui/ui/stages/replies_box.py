"""Replies: bring the files in, see what became of each, count and read them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from renovate_gui.app.session import Session
from renovate_gui.app.terms import term
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RenovateError
from renovate_gui.domain.proposal import Proposal
from renovate_gui.domain.reply import Answer, Choice, Reply, ReplyOutcome, Tally
from renovate_gui.ui.jobs import Jobs, sentence
from renovate_gui.ui.stages.bar import Part, StackedBar
from renovate_gui.ui.stages.look import Look
from renovate_gui.ui.stages.numbers import local_time
from renovate_gui.ui.stages.progress import ProgressRow
from renovate_gui.ui.stages.widgets import Card, Elided, Stack, button, enable, hint, pair, repolish, text
from renovate_gui.ui.workspace import Workspace

_OUTCOMES_SHOWN = 40


class DropCard(Card):
    """A place to drop files on."""

    def __init__(self, on_files: object) -> None:
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
        if paths and callable(self._on_files):
            event.acceptProposedAction()
            self._on_files(paths)

    def _set_hot(self, value: str) -> None:
        self.setProperty("hot", value)
        repolish(self)


class RepliesBox(QWidget):
    """Import, outcomes, tallies, comments."""

    def __init__(self, workspace: Workspace, jobs: Jobs, look: Look) -> None:
        super().__init__()
        self._workspace = workspace
        self._jobs = jobs
        self._look = look
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self._count = text("", "small", wrap=False)
        column.addWidget(pair(text(tr("Answers"), "section"), self._count))
        drop = DropCard(self.take)
        self.import_button = button(tr("Import reply files …"), self._choose)
        drop.add(text(tr("Drop the reply files that residents sent back"), "quiet"), self.import_button)
        column.addWidget(drop)
        self._progress = ProgressRow()
        column.addWidget(self._progress)
        self._outcomes = Stack(4)
        column.addWidget(self._outcomes)
        self._tallies = Stack(8)
        column.addWidget(self._tallies)
        self._comments_title = text(tr("Comments"), "section")
        column.addWidget(self._comments_title)
        self.comments = self._make_table()
        column.addWidget(self.comments)

    def _make_table(self) -> QTableWidget:
        table = QTableWidget(0, 3)
        table.setHorizontalHeaderLabels([tr("No."), tr("Answer"), tr("Comment")])
        table.verticalHeader().hide()
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setWordWrap(True)
        table.horizontalHeader().setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        table.setMinimumHeight(170)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        table.itemSelectionChanged.connect(self._go_to_selected)
        return table

    # -- importing ------------------------------------------------------------------------------------------------
    def take(self, paths: Sequence[Path]) -> None:
        """Read reply files in the background."""
        session = self._workspace.session
        if session is None:
            return
        try:
            task = session.council.prepare_replies(paths)
        except RenovateError as error:
            self._fail(error)
            return
        self._progress.follow(self._jobs.start(task, self._done, self._fail, key="replies"))

    def _choose(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(
            self, tr("Import reply files"), "", tr("Reply files ({patterns})", patterns="*.json *.txt")
        )
        if names:
            self.take([Path(n) for n in names])

    def _fail(self, error: Exception) -> None:
        self._outcomes.show_widgets([hint(sentence(error), kind="bad")])

    def _done(self, outcomes: tuple[ReplyOutcome, ...]) -> None:
        accepted = sum(o.accepted for o in outcomes)
        refused = len(outcomes) - accepted
        summary = tr("{n} accepted, {m} refused", n=accepted, m=refused)
        rows: list[QWidget] = [text(summary, "strong")]
        # the refused first: they ask for something to be done
        for outcome in sorted(outcomes, key=lambda o: o.accepted)[:_OUTCOMES_SHOWN]:
            rows.append(
                Elided(
                    ("✓ " if outcome.accepted else "✕ ") + outcome.file, "good" if outcome.accepted else "bad"
                )
            )
            if outcome.reason:
                rows.append(text(outcome.reason, "small"))
        self._outcomes.show_widgets(rows)

    # -- following ------------------------------------------------------------------------------------------------
    def follow(self, session: Session) -> None:
        """Show stored replies."""
        reason = tr("The project is open for reading only.") if session.project.is_read_only else ""
        enable(self.import_button, reason)
        replies = session.council.replies()
        proposals = {p.uuid: p for p in session.proposals.all()}
        self._count.setText(_count_words(len(replies)))
        tallies = [t for t in session.council.tallies() if t.proposal in proposals]
        self._tallies.show_widgets([self._tally(proposals[t.proposal], t) for t in tallies if replies])
        self._show_comments(replies, {k: p.number for k, p in proposals.items()})

    def _tally(self, proposal: Proposal, tally: Tally) -> QWidget:
        bar = StackedBar(self._look.line, 8)
        counts = ((Choice.AGREE, tally.agree), (Choice.OPPOSE, tally.oppose), (Choice.UNSURE, tally.unsure))
        colours = {
            Choice.AGREE: self._look.accent,
            Choice.OPPOSE: self._look.out,
            Choice.UNSURE: self._look.unknown,
        }
        bar.set_parts([Part(term(c), float(n), colours[c]) for c, n in counts])
        words = "  ".join(f"{term(c)} {n}" for c, n in counts)
        name = proposal.title or tr("Proposal {n}", n=proposal.number)
        stack = Stack(3)
        stack.show_widgets([Elided(f"{proposal.number}  {name}", "strong"), bar, text(words, "small")])
        return stack

    def _show_comments(self, replies: Sequence[Reply], numbers: dict[str, int]) -> None:
        found: list[tuple[Reply, Answer]] = [
            (r, a) for r in replies for a in r.answers if a.comment and a.proposal in numbers
        ]
        self.comments.setVisible(bool(found))
        self._comments_title.setVisible(bool(found))
        self.comments.setRowCount(len(found))
        for i, (reply, answer) in enumerate(found):
            cells = (
                str(numbers[answer.proposal]),
                term(answer.choice) if answer.choice else "–",
                answer.comment,
            )
            for j, words in enumerate(cells):
                item = QTableWidgetItem(words)
                item.setData(Qt.ItemDataRole.UserRole, answer.proposal)
                item.setToolTip(f"{answer.comment}\n{local_time(reply.created_at)}")
                self.comments.setItem(i, j, item)
        self.comments.resizeColumnToContents(0)
        self.comments.resizeColumnToContents(1)
        self.comments.resizeRowsToContents()

    def _go_to_selected(self) -> None:
        items = self.comments.selectedItems()
        session = self._workspace.session
        if not items or session is None:
            return
        uuid = items[0].data(Qt.ItemDataRole.UserRole)
        self._workspace.select("proposals", (uuid,))
        proposal = next((p for p in session.proposals.all() if p.uuid == uuid), None)
        if proposal is not None and proposal.geometry is not None and not proposal.geometry.is_empty:
            x0, y0, x1, y1 = proposal.geometry.bounds
            self._workspace.zoom_requested.emit((x0 - 120, y0 - 120, x1 + 120, y1 + 120))


def _count_words(count: int) -> str:
    if count == 1:
        return tr("1 reply")
    return tr("{n} replies", n=count) if count else tr("none yet")
