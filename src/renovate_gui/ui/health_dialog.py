"""The health of the project as a calm page of facts, and what a repair did."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from renovate_gui.app import health
from renovate_gui.assets import tr
from renovate_gui.ui.calm_dialog import CalmDialog
from renovate_gui.ui.stages.dialog import StageDialog
from renovate_gui.ui.stages.scrolled import scrolled
from renovate_gui.ui.stages.widgets import button, pill, text
from renovate_gui.ui.workspace import Workspace

_BAR_PX = 120


class HealthDialog(StageDialog):
    """Shows a check.

    Signals
    -------
    repair_asked
        A mended copy shall be made.
    """

    repair_asked = Signal()

    def __init__(self, parent: QWidget | None, workspace: Workspace, report: health.HealthReport) -> None:
        super().__init__(parent, workspace, tr("Health of the project"), (640, 600))
        self._report = report
        self.column.addLayout(self._verdict())
        page = QWidget()
        self._page = QVBoxLayout(page)
        self._page.setContentsMargins(0, 0, 8, 0)
        self._page.setSpacing(12)
        self._add_findings()
        self._add_parts()
        self._add_history()
        self._add_backups()
        self._page.addStretch(1)
        self.column.addWidget(scrolled(page), 1)
        self.repair = button(tr("Repair a copy …"), self._repair)
        close = button(tr("Close"), self.reject, "" if not report.is_healthy else "primary")
        if not report.is_healthy:
            self.repair = button(tr("Repair a copy …"), self._repair, "primary")
            self.add_foot(close, self.repair)
        else:
            self.add_foot(self.repair, close)

    def _repair(self) -> None:
        self.repair_asked.emit()
        self.accept()

    def _verdict(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(text(health.verdict_words(self._report), "title"), 1)
        is_good = self._report.is_healthy
        row.addWidget(pill(tr("healthy") if is_good else tr("needs care"), "good" if is_good else "warn"))
        return row

    def _add_findings(self) -> None:
        harmful = [f for f in self._report.findings if f.is_harm]
        if harmful:
            frame = QFrame()
            frame.setProperty("look", "strip-warning")
            inside = QVBoxLayout(frame)
            inside.setContentsMargins(12, 10, 12, 10)
            inside.setSpacing(6)
            for finding in harmful:
                inside.addWidget(text(health.finding_words(finding)))
            self._page.addWidget(frame)
        for finding in self._report.findings:
            if not finding.is_harm:
                self._page.addWidget(text(health.finding_words(finding), "quiet"))

    def _add_parts(self) -> None:
        parts = [p for p in self._report.parts if p.bytes]
        self._heading(tr("What takes the room"), health.size_words(self._report.bytes))
        if not parts:
            self._page.addWidget(text(tr("A damaged file cannot be measured."), "quiet"))
            return
        most = max(p.bytes for p in parts)
        rows = [
            (
                health.part_words(p.name),
                p.bytes / most,
                health.size_words(p.bytes),
                tr("rows: {n}", n=f"{p.rows:,}") if p.name != "free" else "",
            )
            for p in parts
        ]
        self._page.addLayout(self._bars(rows))

    def _bars(self, rows: Sequence[tuple[str, float, str, str]]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(0, 1)
        for line, (name, share, size, count) in enumerate(rows):
            holder = QWidget()
            holder.setFixedSize(_BAR_PX, 8)
            bar = QFrame(holder)
            bar.setStyleSheet(f"background: {self.look.served}; border: 0; border-radius: 3px;")
            bar.setGeometry(0, 1, max(3, round(share * _BAR_PX)), 6)
            grid.addWidget(text(name, wrap=False), line, 0)
            grid.addWidget(holder, line, 1)
            for column, words in ((2, size), (3, count)):
                label = text(words, "quiet", wrap=False)
                label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                grid.addWidget(label, line, column)
        return grid

    def _add_history(self) -> None:
        self._heading(tr("History"), health.history_words(self._report))

    def _add_backups(self) -> None:
        backups = self._report.backups
        self._heading(tr("Backups"), "" if backups else tr("There is no backup yet."))
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(0, 1)
        for line, backup in enumerate(backups):
            grid.addWidget(text(health.time_words(backup.at), wrap=False), line, 0)
            grid.addWidget(text(health.size_words(backup.bytes), "quiet", wrap=False), line, 1)
            words = tr("damaged") if backup.fault else tr("whole")
            grid.addWidget(pill(words, "warn" if backup.fault else "good", backup.fault), line, 2)
        self._page.addLayout(grid)

    def _heading(self, words: str, more: str) -> None:
        row = QHBoxLayout()
        row.addWidget(text(words, "strong", wrap=False))
        row.addStretch(1)
        row.addWidget(text(more, "quiet", wrap=False))
        self._page.addSpacing(4)
        self._page.addLayout(row)


class RepairedDialog(CalmDialog):
    """Says what a repair wrote and what is lost.

    Signals
    -------
    open_asked
        The mended copy shall be opened.
    """

    open_asked = Signal()

    def __init__(
        self, report: health.RepairReport, *, is_dark: bool = False, parent: QWidget | None = None
    ) -> None:
        title = tr("A mended copy is ready") if not report.losses else tr("A mended copy is ready, with gaps")
        super().__init__(title, "mdi6.file-check-outline", is_dark=is_dark, parent=parent)
        for line in health.repair_lines(report):
            self.add_words(line)
        close = QPushButton(tr("Close"))
        close.clicked.connect(self.reject)
        self.opening = QPushButton(tr("Open the copy"))
        self.opening.clicked.connect(self._open)
        self.add_foot(close, self.opening)

    def _open(self) -> None:
        self.accept()
        self.open_asked.emit()
