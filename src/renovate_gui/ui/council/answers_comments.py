"""Remarks: a list by what they are about, and below it the chosen one with its owner, state and official answer."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QInputDialog,
    QLineEdit,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from renovate_gui.app.comment_records import Comment, CommentState
from renovate_gui.app.ledger_words import source_words, state_words
from renovate_gui.app.session import Session
from renovate_gui.app.terms import term
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RenovateError
from renovate_gui.domain.ids import Uuid
from renovate_gui.domain.reply import Choice
from renovate_gui.ui.council.page import NARROW_CELLS
from renovate_gui.ui.stages.controls import Dropdown, Segments
from renovate_gui.ui.stages.numbers import local_time
from renovate_gui.ui.stages.widgets import Card, TextArea, appear, button, flowing, say, text
from renovate_gui.ui.workspace import Workspace

_AROUND_M = 120.0
_MEASURED = 300
_SIGNS = {
    CommentState.NEW: "●",
    CommentState.IN_WORK: "◐",
    CommentState.ANSWERED: "✓",
    CommentState.NOT_FOLLOWED: "✕",
}


class CommentsBox(QWidget):
    """List and editor of remarks."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self._shown: tuple[tuple[Comment, str], ...] = ()
        self._which = "all"
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(8)
        self._title = text(tr("Comments"), "section")
        self.filter = Segments(
            (("all", tr("All of them")), ("open", tr("Waiting")), ("closed", tr("Answered"))), self._which
        )
        self.filter.chosen.connect(self._take_filter)
        self.table = self._make_table()
        self.editor = CommentEditor(workspace)
        self.add_button = button(tr("Add a comment …"), self._add, "link")
        for part in (self._title, self.filter, self.table, self.editor, self.add_button):
            column.addWidget(part)

    def _make_table(self) -> QTableWidget:
        table = QTableWidget(0, 4)
        table.setHorizontalHeaderLabels([tr("No."), tr("Answer"), tr("Comment"), ""])
        state_head = QTableWidgetItem("")
        state_head.setToolTip(tr("State"))
        table.setHorizontalHeaderItem(3, state_head)
        table.setStyleSheet(NARROW_CELLS)
        table.verticalHeader().hide()
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setWordWrap(True)
        table.horizontalHeader().setMinimumSectionSize(24)
        table.horizontalHeader().setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        table.setMinimumHeight(190)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        table.itemSelectionChanged.connect(self._select)
        return table

    # -- following ------------------------------------------------------------------------------------------------
    def follow(self, session: Session) -> None:
        """Show the remarks, thread by thread."""
        chosen = self.chosen()
        threads = session.comments.threads()
        every = [(c, t.title) for t in threads for c in t.comments]
        waiting = sum(t.open for t in threads)
        self._title.setText(tr("Comments ({n} waiting)", n=waiting) if waiting else tr("Comments"))
        self._shown = tuple(pair for pair in every if _passes(pair[0], self._which))
        for part in (self.filter, self.table):
            appear(part, on=bool(every))
        appear(self.add_button, on=not session.project.is_read_only)
        self._fill(session)
        ids = [c.uuid for c, _ in self._shown]
        with QSignalBlocker(self.table):
            if chosen in ids:
                self.table.selectRow(ids.index(chosen))
            else:
                self.table.clearSelection()
        self._show_chosen()

    def _fill(self, session: Session) -> None:
        numbers = {p.uuid: str(p.number) for p in session.proposals.all()}
        with QSignalBlocker(self.table):
            self.table.setRowCount(len(self._shown))
            for i, (comment, title) in enumerate(self._shown):
                choice = term(Choice(comment.choice)) if comment.choice else "–"
                sign = _SIGNS[comment.state]
                cells = (numbers.get(comment.proposal, "–"), choice, comment.text, sign)
                for j, words in enumerate(cells):
                    item = QTableWidgetItem(words)
                    state = state_words(comment.state)
                    item.setToolTip(f"{title}\n{comment.text}\n{local_time(comment.at)} · {state}")
                    if j == 3:
                        item.setData(Qt.ItemDataRole.AccessibleTextRole, state)
                    self.table.setItem(i, j, item)
            for column in (0, 1, 3):
                self.table.resizeColumnToContents(column)
        self._fit_rows()

    def _fit_rows(self) -> None:
        """Let each row be as high as its words need in the width there is; long lists are not measured, their rows stay single."""
        mode = QHeaderView.ResizeMode
        few = len(self._shown) <= _MEASURED
        self.table.verticalHeader().setSectionResizeMode(mode.ResizeToContents if few else mode.Interactive)

    def chosen(self) -> Uuid | None:
        """Return the chosen remark."""
        at = self.table.currentRow()
        has_one = bool(self.table.selectedItems()) and 0 <= at < len(self._shown)
        return self._shown[at][0].uuid if has_one else None

    def _show_chosen(self) -> None:
        uuid = self.chosen()
        self.editor.show_comment(next(((c, t) for c, t in self._shown if c.uuid == uuid), None))

    def _take_filter(self, which: str) -> None:
        self._which = which
        if self._workspace.session is not None:
            self.follow(self._workspace.session)

    def _select(self) -> None:
        """Show the chosen remark and, on the map, what it is about."""
        self._show_chosen()
        uuid, session = self.chosen(), self._workspace.session
        comment = next((c for c, _ in self._shown if c.uuid == uuid), None)
        if comment is None or session is None:
            return
        proposal = next((p for p in session.proposals.all() if p.uuid == comment.proposal), None)
        if proposal is not None:
            self._workspace.select("proposals", (proposal.uuid,))
        bounds = None
        if comment.place is not None:
            bounds = (*comment.place, *comment.place)
        elif proposal is not None and proposal.geometry is not None and not proposal.geometry.is_empty:
            bounds = proposal.geometry.bounds
        if bounds is not None:
            x0, y0, x1, y1 = bounds
            self._workspace.zoom_requested.emit(
                (x0 - _AROUND_M, y0 - _AROUND_M, x1 + _AROUND_M, y1 + _AROUND_M)
            )

    def _add(self) -> None:
        """Enter a remark of the office, on the selected proposal when there is one."""
        session = self._workspace.session
        if session is None:
            return
        key, ids = self._workspace.selection
        proposals = {p.uuid: p for p in session.proposals.all()}
        about = next((proposals[i] for i in ids if key == "proposals" and i in proposals), None)  # type: ignore[index]
        words = tr("On the renewal as a whole") if about is None else tr("On proposal {n}", n=about.number)
        said, is_sure = QInputDialog.getMultiLineText(self, tr("Add a comment"), words)
        if not is_sure:
            return
        try:
            if about is None:
                session.comments.put(said)
            else:
                session.comments.put(said, proposal=about.uuid)
        except RenovateError as error:
            self._workspace.message.emit(str(error), "error")


def _passes(comment: Comment, which: str) -> bool:
    return which == "all" or comment.state.is_closed == (which == "closed")


class CommentEditor(Card):
    """One remark: its words, who looks after it, how far it is, what is answered."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__("plain")
        self._workspace = workspace
        self._comment: Comment | None = None
        self._about = text("", "strong")
        self._words = text("")
        self._from = text("", "small")
        self.owner = QLineEdit()
        self.owner.setPlaceholderText(tr("Who looks after it"))
        self.owner.setAccessibleName(tr("Who looks after it"))
        self.owner.editingFinished.connect(self._assign)
        self.state = Dropdown(tr("State"))
        for state in CommentState:
            self.state.addItem(state_words(state), state.value)
        self.answer = TextArea(3)
        self.answer.setPlaceholderText(tr("The official answer, as it will be printed"))
        self.answer.setAccessibleName(tr("Official answer"))
        self.save = button(tr("Keep the answer"), self._answer, "primary")
        self.refuse = button(tr("Not followed, for this reason"), self._refuse)
        self._by = text("", "small")
        self._problem = text("", "bad")
        self.add(
            self._about,
            self._words,
            self._from,
            self.owner,
            self.state,
            self.answer,
            flowing(self.save, self.refuse),
            self._by,
            self._problem,
        )
        self.state.activated.connect(lambda _index: self._set_state())
        self.hide()

    def show_comment(self, found: tuple[Comment, str] | None) -> None:
        """Show a remark, or nothing; what is being typed for the same one stays."""
        before, self._comment = self._comment, found[0] if found else None
        appear(self, on=found is not None)
        if found is None:
            return
        comment, title = found
        is_same = before is not None and before.uuid == comment.uuid and before.answer == comment.answer
        say(self._about, title)
        say(self._words, f"“{comment.text}”")
        place = tr("building {name}", name=comment.building) if comment.building else ""
        parts = [source_words(comment.source), place, local_time(comment.at)]
        say(self._from, " · ".join(p for p in parts if p))
        with QSignalBlocker(self.owner), QSignalBlocker(self.state):
            if not self.owner.hasFocus():
                self.owner.setText(comment.owner)
            self.state.setCurrentIndex(self.state.findData(comment.state.value))
        if not is_same:
            self.answer.setPlainText(comment.answer)
        by = tr("answered by {name}, {time}", name=comment.answered_by, time=local_time(comment.answered_at))
        say(self._by, by if comment.answered_at else "")
        say(self._problem, "")
        session = self._workspace.session
        may = session is not None and not session.project.is_read_only
        for control in (self.owner, self.state, self.answer, self.save, self.refuse):
            control.setEnabled(may)

    # -- what a person does ---------------------------------------------------------------------------------------
    def _assign(self) -> None:
        comment = self._comment
        if comment is not None and self.owner.text().strip() != comment.owner:
            self._act(lambda s: s.comments.assign([comment.uuid], self.owner.text()))

    def _set_state(self) -> None:
        comment, state = self._comment, CommentState(self.state.currentData())
        if comment is None or state is comment.state:
            return
        if state.is_closed:
            self._close(state)
        else:
            self._act(lambda s: s.comments.set_state(comment.uuid, state))

    def _answer(self) -> None:
        self._close(CommentState.ANSWERED)

    def _refuse(self) -> None:
        self._close(CommentState.NOT_FOLLOWED)

    def _close(self, state: CommentState) -> None:
        comment = self._comment
        if comment is not None:
            self._act(lambda s: s.comments.answer(comment.uuid, self.answer.toPlainText(), state))

    def _act(self, do: Callable[[Session], object]) -> None:
        session = self._workspace.session
        if session is None:
            return
        try:
            do(session)
        except RenovateError as error:
            say(self._problem, str(error))
            comment = self._comment
            if comment is not None:
                self.state.setCurrentIndex(self.state.findData(comment.state.value))
