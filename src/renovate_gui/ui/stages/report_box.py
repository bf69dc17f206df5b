"""The report in the window: statements, and indicators whose numbers show on the map what they count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from renovate_gui.app.gap_request import GapRequest
from renovate_gui.app.report_out import number_words
from renovate_gui.app.session import Session
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RenovateError
from renovate_gui.domain.report import Indicator, IndicatorItem, Report, Statement
from renovate_gui.ui.jobs import Jobs, sentence
from renovate_gui.ui.stages.progress import ProgressRow
from renovate_gui.ui.stages.widgets import Card, Stack, button, enable, hint, pair, row, say, text
from renovate_gui.ui.workspace import Workspace

_SHOWN = 12


class ReportBox(QWidget):
    """Compute the report, look at it, write it to a file.

    ``asked`` says how gaps are judged on their own stage; distances are the standard's, and proposals do not count.
    """

    def __init__(
        self, workspace: Workspace, jobs: Jobs, asked: Callable[[Session], GapRequest] | None = None
    ) -> None:
        super().__init__()
        self._workspace, self._jobs = workspace, jobs
        self._asked = asked or (lambda _session: GapRequest())
        self.report: Report | None = None
        self.open_code = ""
        self._state = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(text(tr("Report and indicators"), "section"))
        self.compute_button = button(tr("Compute the indicators"), self.compute)
        self.save_button = button(tr("Save as …"), self.ask_file)
        column.addWidget(row(self.compute_button, self.save_button, spacing=6))
        self._progress = ProgressRow()
        column.addWidget(self._progress)
        self._stale = text("", "warn")
        column.addWidget(self._stale)
        self._body = Stack(8)
        column.addWidget(self._body)
        self._show()

    def follow(self, session: Session) -> None:
        """Say when the project has changed since the report was made."""
        is_old = self.report is not None and session.project.state != self._state
        words = tr("The project has changed since; compute the indicators again.") if is_old else ""
        say(self._stale, words)

    # -- doing --------------------------------------------------------------------------------------------------
    def compute(self) -> None:
        """Make the report in the background, of today and without proposals."""
        session = self._workspace.session
        if session is None:
            return
        try:
            asked = replace(self._asked(session), with_proposals=False, limit_m=None)
            task = session.reporting.prepare(asked)
        except RenovateError as error:
            self._fail(error)
            return
        self._state = session.project.state
        self._progress.follow(self._jobs.start(task, self.show_report, self._fail, key="report"))

    def show_report(self, report: Report) -> None:
        """Show a finished report."""
        self.report = report
        self._show()
        if self._workspace.session is not None:
            self.follow(self._workspace.session)

    def choose(self, code: str) -> None:
        """Open or close the list behind a number; opening selects it on the map."""
        self.open_code = "" if code == self.open_code else code
        self._show()
        if self.report is not None and self.open_code:
            self._select(self.report.indicator(code).items)

    def _select(self, items: tuple[IndicatorItem, ...]) -> None:
        """Select what is on the map; of several layers the one that holds most."""
        keys = Counter(i.key for i in items if i.key and i.feature >= 0)
        if keys:
            key = keys.most_common(1)[0][0]
            self._workspace.select(key, tuple(i.feature for i in items if i.key == key))

    def ask_file(self) -> None:
        """Ask where the report goes, and write it."""
        kinds = tr("PDF (*.pdf);;Spreadsheet (*.xlsx);;JSON (*.json)")
        path, _ = QFileDialog.getSaveFileName(self, tr("Save the report"), tr("report") + ".pdf", kinds)
        if path:
            self.save(Path(path))

    def save(self, path: Path) -> None:
        """Write the report in the background."""
        session = self._workspace.session
        if session is None or self.report is None:
            return
        try:
            task = session.reporting.prepare_file(self.report, path)
        except RenovateError as error:
            self._fail(error)
            return
        self._progress.follow(self._jobs.start(task, self._saved, self._fail, key="report-file"))

    def _saved(self, path: Path) -> None:
        self._workspace.message.emit(tr("The report is written: {path}", path=path), "good")

    def _fail(self, error: Exception) -> None:
        self._body.show_widgets([hint(sentence(error), kind="bad")])

    # -- showing ------------------------------------------------------------------------------------------------
    def _show(self) -> None:
        report = self.report
        enable(self.save_button, "" if report is not None else tr("Compute the indicators first."))
        if report is None:
            words = tr(
                "Statements for the council and the indicators of the community check-up, each with the list behind it."
            )
            self._body.show_widgets([text(words, "quiet")])
            return
        rows: list[QWidget] = [text(report.stand, "quiet")]
        rows += [text(remark, "warn") for remark in report.remarks]
        rows += [self._statement(s) for s in report.statements]
        rows += [self._indicator(i) for i in report.indicators]
        self._body.show_widgets(rows)

    @staticmethod
    def _statement(one: Statement) -> QWidget:
        card = Card("plain").add(text(one.sentence))
        card.add(text(" · ".join(w for w in (one.ground.clause, one.ground.measure) if w), "small"))
        if one.ground.is_checked is False:
            card.add(text(one.ground.checked, "small"))
        return card

    def _indicator(self, one: Indicator) -> QWidget:
        card = Card("plain", margins=(10, 6, 10, 6))
        name = text(f"{one.code}  {one.title}", "")
        if one.missing:
            card.add(name, text(one.missing, "quiet"))
            return card
        number = button(number_words(one), lambda: self.choose(one.code), "link", tr("Show what it counts"))
        number.setAccessibleName(f"{one.code} {one.title}: {number_words(one)}")
        number.setEnabled(bool(one.items))
        card.add(pair(name, number))
        if one.counts:
            card.add(text(one.counts, "small"))
        if one.doubt:
            card.add(text(one.doubt, "warn"))
        if one.code == self.open_code:
            self._unfold(card, one)
        return card

    @staticmethod
    def _unfold(card: Card, one: Indicator) -> None:
        for item in one.items[:_SHOWN]:
            words = tr("{title}: {words}", title=item.title, words=item.words)
            card.add(text(f"· {words}", "quiet" if item.is_sure else "small"))
        if len(one.items) > _SHOWN:
            card.add(text(tr("and {n} more", n=len(one.items) - _SHOWN), "small"))
        for words in (one.remark, one.definition, one.ground.clause, one.ground.checked, one.ground.sources):
            if words:
                card.add(text(words, "small"))
