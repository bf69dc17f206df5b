"""Merge a colleague's copy: what it brings, what needs a decision, and one undoable step.

Nothing is changed before a person presses “Merge”. The panel may be closed and opened again: what was decided stays
until another file is taken, the project is closed, or the merge is done.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from renovate_gui.app.merging import Kin
from renovate_gui.assets import tr
from renovate_gui.domain.difference import MergeReport
from renovate_gui.domain.errors import Cancelled, MapDataError, RenovateError
from renovate_gui.ui.jobs import Jobs, sentence
from renovate_gui.ui.merge.file_panel import FilePanel
from renovate_gui.ui.merge.joining_map import JoiningMap
from renovate_gui.ui.merge.merge_pages import DonePage, TroublePage
from renovate_gui.ui.merge.report_page import ReportPage
from renovate_gui.ui.merge.state import MergeState, Page
from renovate_gui.ui.workspace import Workspace

_JOB = "merge"


class MergePanel(FilePanel):
    """The panel.

    Signals
    -------
    compare_asked, import_asked, open_asked
        What else can be done with a file that cannot be merged.
    """

    compare_asked = Signal(object)
    import_asked = Signal(object)
    open_asked = Signal(object)

    def __init__(self, workspace: Workspace, jobs: Jobs, on_map: JoiningMap) -> None:
        super().__init__(workspace, jobs, on_map, _JOB)

    def begin_anew(self) -> None:
        """Know of no other copy."""
        self.state = MergeState()
        self._is_merging = False
        self._state_before = ""
        self.page: QWidget | None = None

    def title(self) -> str:
        """Return the panel's title."""
        return tr("Merge a colleague's copy")

    def close_words(self) -> str:
        """Return what closing does."""
        is_deciding = self.state.page is Page.REPORT and bool(self.state.decisions.choices)
        return (
            tr("Close; your decisions are kept until the project is closed")
            if is_deciding
            else tr("Close the panel")
        )

    # -- building -----------------------------------------------------------------------------------------------
    def build(self, body: QVBoxLayout, foot: QVBoxLayout) -> None:
        """Fill the panel for the present page."""
        self.page = None
        builders = {
            Page.CHOOSE: self._build_choose,
            Page.WORKING: self._build_working,
            Page.TROUBLE: self._build_trouble,
            Page.REPORT: self._build_report,
            Page.DONE: self._build_done,
        }
        builders[self.state.page](body, foot)

    def _build_choose(self, body: QVBoxLayout, _foot: QVBoxLayout) -> None:
        words = tr(
            "A colleague worked on a copy of this project, from a USB stick or by mail. Bring it in here: first you see "
            "what it would change, and nothing is changed before you press “Merge”."
        )
        hint = tr("The project file, ending in .gpkg")
        self._add_invitation(body, words, tr("Drop the colleague's copy here"), hint)

    def _build_working(self, body: QVBoxLayout, _foot: QVBoxLayout) -> None:
        self._add_progress(
            body, can_stop=not self._is_merging
        )  # what is being written is taken back by “Undo”

    def _build_trouble(self, body: QVBoxLayout, _foot: QVBoxLayout) -> None:
        page = TroublePage(self.state)
        page.compare_asked.connect(lambda: self.compare_asked.emit(self.state.path))
        page.import_asked.connect(lambda: self.import_asked.emit(self.state.path))
        page.open_asked.connect(lambda: self.open_asked.emit(self.state.path))
        page.file_asked.connect(self.ask_file)
        page.again_asked.connect(self._again_now)
        self.page = page
        body.addWidget(page, 1)

    def _build_report(self, body: QVBoxLayout, foot: QVBoxLayout) -> None:
        session = self.workspace.session
        if session is None or self.state.report is None:
            return
        page = ReportPage(self.state, session, self._map, self.look, is_dark=self.workspace.is_dark)
        page.file_asked.connect(self.ask_file)
        page.merge_asked.connect(self.merge)
        self.page = page
        body.addWidget(page, 1)
        foot.addWidget(page.foot)
        page.refresh(goes_there=False)
        if not self.isVisible():
            self._map.clear()

    def _build_done(self, body: QVBoxLayout, _foot: QVBoxLayout) -> None:
        if self.state.report is None:
            return
        page = DonePage(self.state)
        page.undo_asked.connect(self.undo)
        page.file_asked.connect(self.ask_file)
        page.close_asked.connect(self.close_asked)
        self.page = page
        body.addWidget(page, 1)

    def _go(self, page: Page) -> None:
        self.state.page = page
        self.rebuild()

    # -- the other copy -----------------------------------------------------------------------------------------
    def ask_file(self) -> None:
        """Ask for the colleague's copy."""
        path = self._ask_path(tr("The colleague's copy"), self.state.path)
        if path is not None:
            self.take_file(path)

    def take_file(self, path: Path) -> None:
        """Make the report on another copy."""
        if path != self.state.path:
            self.state = MergeState(path=path)
        self.state.path = path
        self._make_report()

    def _again_now(self) -> None:
        if self.state.path is not None:
            self.take_file(self.state.path)

    def _make_report(self) -> None:
        session, path = self.workspace.session, self.state.path
        if session is None or path is None:
            return
        self._start_job(session.merging.report(path), self._on_report, self._on_trouble)
        if self.state.report is None or self.state.page is not Page.REPORT:
            self._go(Page.WORKING)

    def _on_job(self) -> None:
        handle = self._handle
        if handle is None or handle.is_running or self.state.page is not Page.WORKING:
            return
        if handle.was_cancelled:  # a job that failed or is done goes its own way
            self._say_when_written()
            self._is_merging = False
            self._go(Page.REPORT if self.state.report is not None else Page.CHOOSE)

    def _say_when_written(self) -> None:
        """Tell a person who stopped the merge in the task list that it was too late."""
        session = self.workspace.session
        if self._is_merging and session is not None and session.project.state != self._state_before:
            words = tr("The merge was written before it could be stopped; “Undo” takes it back.")
            self.workspace.message.emit(words, "warning")

    def _on_report(self, report: MergeReport) -> None:
        state = self.state
        is_first = state.report is None
        dropped = state.decisions.renew(report.conflicts)
        state.report = report
        state.remark = ""
        if dropped:
            state.remark = tr("The project has changed; decided again must be: {n}.", n=dropped)
        if is_first or (state.tab == "conflicts" and not report.conflicts):
            state.tab = "conflicts" if report.conflicts else "incoming"
            state.at = 0
        state.at = min(state.at, max(0, len(report.conflicts) - 1))
        self._go(Page.REPORT)
        if is_first and isinstance(self.page, ReportPage) and self.isVisible():
            self.page.refresh(goes_there=True)
            self.page.setFocus()

    def _on_trouble(self, error: Exception) -> None:
        if isinstance(error, Cancelled):
            self._go(Page.CHOOSE)
            return
        self.state.trouble = sentence(error)
        self.state.kin = self._kin()
        # the sentence on a file that is no project says to import it, if it is map data
        self.state.is_map_data = isinstance(error, MapDataError) or self.state.kin is Kin.NO_PROJECT
        self._go(Page.TROUBLE)

    def _kin(self) -> Kin | None:
        session, path = self.workspace.session, self.state.path
        if session is None or path is None:
            return None
        try:
            return session.merging.kin(path)
        except (RenovateError, OSError):
            return None

    # -- following the project ----------------------------------------------------------------------------------
    def _follow_project(self) -> None:
        session = self.workspace.session
        if session is None or self.state.path is None:
            return
        if self.state.page is Page.REPORT or (self.state.page is Page.WORKING and not self._is_merging):
            self._make_report()
        elif self.state.page is Page.DONE and not self._still_stands():
            self.state.report = None
            self._make_report()

    def _still_stands(self) -> bool:
        session = self.workspace.session
        if session is None:
            return False
        return any(s.uuid == self.state.merged_state and not s.is_undone for s in session.history())

    # -- merging ------------------------------------------------------------------------------------------------
    def merge(self) -> None:
        """Do it, as one step."""
        session, state = self.workspace.session, self.state
        if (
            session is None
            or state.path is None
            or not isinstance(self.page, ReportPage)
            or self.page.why_not()
        ):
            return
        self._is_merging = True
        self._state_before = session.project.state
        task = session.merging.merge(state.path, state.decisions.choices)
        self._start_job(task, self._on_merged, self._on_not_merged)
        self._go(Page.WORKING)

    def _on_merged(self, report: MergeReport) -> None:
        self._is_merging = False
        session = self.workspace.session
        if session is None:
            return
        self.state.report = report
        self.state.merged_state = session.project.state
        self._map.show_difference(report.incoming, goes_there=True)
        self._go(Page.DONE)

    def _on_not_merged(self, error: Exception) -> None:
        self._is_merging = False
        self.state.remark = sentence(error)
        self._go(Page.REPORT)
        self.workspace.message.emit(sentence(error), "error")
        self._make_report()

    def undo(self) -> None:
        """Take the merge back; the report comes again with the decisions as they were."""
        session = self.workspace.session
        if session is None:
            return
        try:
            step = session.undo()
        except RenovateError as error:
            self.workspace.message.emit(sentence(error), "error")
            return
        if step is not None:
            self.workspace.message.emit(tr("Undone: {what}", what=step.what), "info")

    # -- keys and eyes ------------------------------------------------------------------------------------------
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Decide with 1, 2, 3; go with the arrows."""
        if isinstance(self.page, ReportPage) and self.page.take_key(event.text(), event.key()):
            event.accept()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Show the map's part again."""
        super().showEvent(event)
        if isinstance(self.page, ReportPage):
            self.page.refresh(goes_there=False)
