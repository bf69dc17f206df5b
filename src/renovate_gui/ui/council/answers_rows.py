"""Every answer that came, with its standing; a person can restore, take as in time, or lay aside."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QInputDialog,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from renovate_gui.app.ledger_judging import Entry, Standing, Verdict
from renovate_gui.app.ledger_words import channel_words, standing_words, why
from renovate_gui.app.session import Session
from renovate_gui.app.terms import term
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RenovateError
from renovate_gui.domain.ids import Uuid
from renovate_gui.domain.reply import Channel
from renovate_gui.ui.council.page import NARROW_CELLS
from renovate_gui.ui.stages.fold import Fold
from renovate_gui.ui.stages.numbers import local_time
from renovate_gui.ui.stages.widgets import Stack, appear, button, flowing, text
from renovate_gui.ui.workspace import Workspace

_SHOWN = 500


class RowsBox(QWidget):
    """The list of answers, folded away until somebody wants it."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self._rows: tuple[Entry, ...] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(6)
        self.fold = Fold(tr("All answers one by one"))
        self.table = self._make_table()
        self._detail = Stack(6)
        self.fold.add(self.table, self._detail)
        column.addWidget(self.fold)

    def _make_table(self) -> QTableWidget:
        table = QTableWidget(0, 3)
        table.setHorizontalHeaderLabels([tr("Given"), tr("Way and place"), tr("Standing")])
        table.setStyleSheet(NARROW_CELLS)
        table.verticalHeader().hide()
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.horizontalHeader().setMinimumSectionSize(24)
        table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        table.setMinimumHeight(200)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        table.itemSelectionChanged.connect(self._show_detail)
        return table

    def follow(self, session: Session) -> None:
        """Show the answers, the newest first; those that do not count stand out by their word."""
        chosen = self._chosen()
        self._rows = tuple(reversed(session.ledger.rows()))[:_SHOWN]
        appear(self, on=bool(self._rows))
        odd = sum(e.standing is not Standing.COUNTED for e in self._rows)
        self.fold.set_note(tr("{n} not simply counted", n=odd) if odd else "")
        self.table.blockSignals(True)
        self.table.setRowCount(len(self._rows))
        for row, entry in enumerate(self._rows):
            for column, words in enumerate(_cells(entry)):
                item = QTableWidgetItem(words)
                when = local_time(entry.reply.created_at)
                item.setToolTip("\n".join(w for w in (when, *_cells(entry)[1:], why(entry)) if w))
                self.table.setItem(row, column, item)
        self.table.resizeColumnToContents(0)
        self.table.resizeColumnToContents(2)
        ids = [e.reply.id for e in self._rows]
        if chosen in ids:
            self.table.selectRow(ids.index(chosen))
        else:
            self.table.clearSelection()
        self.table.blockSignals(False)
        self._show_detail()

    def _chosen(self) -> Uuid | None:
        row = self.table.currentRow()
        has_one = bool(self.table.selectedItems()) and 0 <= row < len(self._rows)
        return self._rows[row].reply.id if has_one else None

    # -- one answer -----------------------------------------------------------------------------------------------
    def _show_detail(self) -> None:
        session, chosen = self._workspace.session, self._chosen()
        entry = next((e for e in self._rows if e.reply.id == chosen), None)
        if session is None or entry is None:
            self._detail.show_widgets([])
            return
        numbers = {p.uuid: p.number for p in session.proposals.all()}
        said = [
            f"{numbers[a.proposal]} {term(a.choice)}"
            for a in entry.reply.answers
            if a.choice is not None and a.proposal in numbers
        ]
        version = tr("answers version v{n}", n=entry.reply.version)
        rows: list[QWidget] = [text(" · ".join([version, *said]), "small")]
        rows += [text(w, "quiet") for w in (why(entry),) if w]
        if not session.project.is_read_only:
            rows.append(flowing(*self._buttons(entry)))
        self._detail.show_widgets(rows)

    def _buttons(self, entry: Entry) -> list[QWidget]:
        uuid, made = entry.reply.id, []
        if entry.standing is Standing.REPLACED:
            made.append(button(tr("Let this one count"), self._rule(uuid, Verdict.STANDS)))
        if entry.standing is Standing.LATE:
            made.append(button(tr("It came in time"), self._rule(uuid, Verdict.IN_TIME)))
            if entry.reply.extra.channel is Channel.PAPER:
                words = tr("All late paper forms came in time")
                made.append(button(words, self._act(lambda s: s.ledger.take_paper_in_time())))
        if entry.ruling is not None:
            made.append(button(tr("Take the decision back"), self._act(lambda s: s.ledger.withdraw(uuid))))
        if entry.standing is not Standing.ASIDE:
            made.append(button(tr("Lay aside …"), lambda: self._lay_aside(uuid), "danger"))
        return list(made)

    def _rule(self, uuid: Uuid, verdict: Verdict, reason: str = "") -> Callable[[], None]:
        return self._act(lambda s: s.ledger.rule(uuid, verdict, reason))

    def _act(self, do: Callable[[Session], object]) -> Callable[[], None]:
        def act() -> None:
            session = self._workspace.session
            if session is None:
                return
            try:
                do(session)
            except RenovateError as error:
                self._workspace.message.emit(str(error), "error")

        return act

    def _lay_aside(self, uuid: Uuid) -> None:
        reason, is_sure = QInputDialog.getText(
            self, tr("Lay aside"), tr("Why does this answer not count? It stays in the list.")
        )
        if is_sure:
            self._rule(uuid, Verdict.ASIDE, reason)()


def _cells(entry: Entry) -> tuple[str, str, str]:
    reply = entry.reply
    place = " ".join(p for p in (reply.building, reply.extra.stairwell) if p)
    way = channel_words(reply.extra.channel)
    return (
        local_time(reply.created_at)[5:16],
        f"{way} · {place}" if place else way,
        standing_words(entry.standing),
    )
