"""Council: the package goes out, the answers come back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QVBoxLayout, QWidget

from renovate_gui.app.council import ExportReport
from renovate_gui.app.gap_inputs import community_area
from renovate_gui.app.gaps import GapRequest
from renovate_gui.app.leaks import LeakError
from renovate_gui.app.session import Session
from renovate_gui.app.terms import term
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RenovateError
from renovate_gui.domain.layer import ChangeEvent
from renovate_gui.domain.proposal import ProposalStatus
from renovate_gui.ui.council.answers import AnswersPage
from renovate_gui.ui.council.forms_box import FormsBox
from renovate_gui.ui.council.layout_editor import LayoutEditor
from renovate_gui.ui.council.leaks_box import LeaksBox, leaks_box
from renovate_gui.ui.council.meetings import MeetingsPage
from renovate_gui.ui.council.officials_box import OfficialsBox
from renovate_gui.ui.council.page import CouncilPage
from renovate_gui.ui.council.votes import VotesPage
from renovate_gui.ui.jobs import Jobs, sentence
from renovate_gui.ui.stages.bar import Part, StackedBar
from renovate_gui.ui.stages.controls import Segments
from renovate_gui.ui.stages.export_form import ExportForm
from renovate_gui.ui.stages.gap_model import FEATURED, GapModel, title_of
from renovate_gui.ui.stages.panel import StagePanel
from renovate_gui.ui.stages.progress import ProgressRow
from renovate_gui.ui.stages.report_box import ReportBox
from renovate_gui.ui.stages.widgets import (
    Card,
    Elided,
    Stack,
    button,
    enable,
    headline,
    hint,
    row,
    rule,
    say,
    set_headline,
    text,
    tight,
)
from renovate_gui.ui.workspace import Stage, Workspace

_FILES_SHOWN = 12
_UNFINISHED_SHOWN = 6


class CouncilPanel(StagePanel):
    """The inspector of the Council stage."""

    stage = Stage.COUNCIL

    def __init__(self, workspace: Workspace, jobs: Jobs) -> None:
        self._report: ExportReport | None = None
        self.leaks: LeaksBox | None = None
        self._error = ""
        self._model = GapModel.of(workspace, jobs)
        self._seen_kinds: dict[str, None] = {}
        self._page = "out"
        super().__init__(workspace, jobs)
        self._model.picture_changed.connect(self._on_picture)

    def title(self) -> str:
        """Return the panel's title."""
        return tr("Residents' council")

    def on_session_changed(self) -> None:
        """Forget the other project's package."""
        self._report, self._error, self.leaks = None, "", None
        self._seen_kinds = {}
        super().on_session_changed()

    def concerns(self, event: ChangeEvent) -> bool:
        """Return whether proposals, replies or packages changed."""
        return bool(event.topics) or event.registry or event.settings

    # -- building -------------------------------------------------------------------------------------------------
    def build(self, column: QVBoxLayout, session: Session) -> None:
        """Lay out the pages; a leak report that was open stays as a sentence."""
        self.leaks = None
        self._pages: dict[str, QWidget] = {"out": self._build_out(session)}
        for name, page in (("answers", AnswersPage), ("votes", VotesPage), ("meetings", MeetingsPage)):
            self._pages[name] = page(self.workspace, self.jobs, self.look)
        answers = self._pages["answers"]
        assert isinstance(answers, AnswersPage)
        self.replies = answers.replies
        self._parts = Segments(_page_words(), self._page)
        self._parts.chosen.connect(self.show_page)
        column.addWidget(self._parts)
        for name, widget in self._pages.items():
            column.addWidget(widget)
            widget.setVisible(name == self._page)

    def show_page(self, name: str) -> None:
        """Bring a page in front: ``out``, ``answers``, ``votes`` or ``meetings``."""
        self._page = name
        self._parts.set_current(name)
        for other, widget in self._pages.items():
            widget.setVisible(other == name)
        self.refresh_soon()

    def _build_out(self, session: Session) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        self.headline = headline()
        self.sentence = text("")
        self.bar = StackedBar(self.look.line)
        column.addWidget(tight(self.headline, self.sentence))
        column.addWidget(self.bar)
        column.addWidget(text(tr("Package for the council"), "section"))
        self.export_form = ExportForm(session)
        column.addWidget(self.export_form)
        self.forms_box = FormsBox(self.workspace, self.jobs)
        column.addWidget(self.forms_box)
        self.officials_box = OfficialsBox(self.workspace, self.jobs)
        column.addWidget(self.officials_box)
        self.sheets_button = button(tr("Edit the sheets …"), self.edit_sheets)
        column.addWidget(row(self.sheets_button))
        self._study = text("", "small")
        column.addWidget(self._study)
        self._unfinished = Stack()
        column.addWidget(self._unfinished)
        self.export_button = button(tr("Export the package"), self.export, "primary")
        column.addWidget(self.export_button)
        self._why = text("", "warn")
        column.addWidget(self._why)
        self._progress = ProgressRow()
        column.addWidget(self._progress)
        self._result = Stack()
        column.addWidget(self._result)
        column.addWidget(rule())
        self.report_box = ReportBox(self.workspace, self.jobs, lambda s: self.study(s)[0])
        column.addWidget(self.report_box)
        return page

    # -- following ------------------------------------------------------------------------------------------------
    def refresh(self) -> None:
        """Show how many proposals are ready, the last result, and the replies."""
        session = self.session
        if session is None:
            return
        proposals = [p for p in session.proposals.of() if p.status != ProposalStatus.REJECTED]
        ready = sum(not session.proposals.missing(p) for p in proposals)
        set_headline(self.headline, str(ready), f" / {len(proposals)}")
        say(self.sentence, tr("proposals ready for the council"))
        parts = [Part(tr("ready"), float(ready), self.look.accent)]
        parts.append(Part(tr("incomplete"), float(len(proposals) - ready), self.look.unknown))
        self.bar.set_parts(parts)
        reason = session.council.why_not_export()
        enable(self.export_button, reason)
        say(self._why, reason)
        self._show_study()
        unfinished = session.council.incomplete()
        self._unfinished.show_widgets(_unfinished_cards(unfinished))
        self._show_result()
        self.report_box.follow(session)
        self.forms_box.follow(session)
        self.officials_box.follow(session)
        page = self._pages[self._page]
        if isinstance(page, CouncilPage):
            page.follow(session)

    def _on_picture(self) -> None:
        """Remember which kinds were looked at: the package shows them all."""
        picture = self._model.picture
        if picture is not None:
            self._seen_kinds[picture.choice.kind] = None
        if self.session is not None and hasattr(self, "_study"):
            self._show_study()

    def study(self, session: Session) -> tuple[GapRequest, tuple[str, ...]]:
        """Return what the Gaps stage shows as a request, and the further kinds that go into the package."""
        choice = self._model.choice
        request = choice.request()
        if choice.area != "all" and community_area(session.layers) is None:
            request = replace(request, area="all")
        codes = [k.code for k in session.gaps.kinds()]
        if codes and choice.kind not in codes:
            request = replace(request, kinds=(codes[0],), limit_m=None)
        return request, tuple(dict.fromkeys((*FEATURED, *self._seen_kinds)))

    def _show_study(self) -> None:
        session = self.session
        if session is None:
            return
        request, beside = self.study(session)
        kinds = tuple(dict.fromkeys((*request.kinds, *beside)))
        where = tr("the community only") if request.area == "community" else tr("everything on the map")
        words = tr(
            "As at Gaps: {kinds}; counted: {where}; {measure}.",
            kinds=tr(", ").join(title_of(session, k) for k in kinds),
            where=where,
            measure=term(request.measure),
        )
        if request.limit_m is not None:
            own = tr(
                "{kind}: {limit} m instead of the standard's distance.",
                kind=title_of(session, request.kinds[0]),
                limit=f"{request.limit_m:g}",
            )
            words = f"{words}\n{own}"
        say(self._study, words)

    def edit_sheets(self) -> LayoutEditor | None:
        """Open the editor of templates for printed sheets."""
        if self.session is None:
            return None
        editor = LayoutEditor(self.session, self.jobs, self.window())
        editor.show()
        return editor

    def export(self) -> None:
        """Write the package in the background; decisions on an open leak report go with it."""
        session = self.session
        if session is None:
            return
        decided, self.leaks = self.leaks, None
        self._report, self._error = None, ""
        try:
            asked = replace(
                self.export_form.request(*self.study(session)),
                forms=self.forms_box.request(),
                officials=self.officials_box.request(),
            )
            if decided is not None:
                asked = decided.decided(asked)
            task = session.council.prepare_export(asked)
        except RenovateError as error:
            self._fail(error)
            return
        self._progress.follow(self.jobs.start(task, self._done, self._fail, key="export"))
        self._show_result()

    def _done(self, report: ExportReport) -> None:
        self._report = report
        self.workspace.message.emit(tr("The package is written: {path}", path=report.path), "good")
        self._show_result()

    def _fail(self, error: Exception) -> None:
        self._error = sentence(error)
        if isinstance(error, LeakError):
            self.leaks = leaks_box(error.report, self.export)
        self._show_result()

    def _show_result(self) -> None:
        if self.leaks is not None:
            self._result.show_widgets([self.leaks])
        elif self._error:
            self._result.show_widgets([hint(self._error, kind="bad")])
        elif self._report is not None:
            self._result.show_widgets([self._report_card(self._report)])
        else:
            self._result.show_widgets([])

    def _report_card(self, report: ExportReport) -> Card:
        card = Card("hint").add(
            text(tr("The package is written"), "strong"), Elided(str(report.path), "small")
        )
        buttons = [button(tr("Open the folder"), lambda: _open(_folder(report.path)))]
        page = report.path / "review.html"
        if page.is_file():
            buttons.append(button(tr("Open the page"), lambda: _open(page)))
        card.add(row(*buttons, spacing=6))
        for name in report.files[:_FILES_SHOWN]:
            card.add(Elided(name, "quiet"))
        rest = len(report.files) - _FILES_SHOWN
        if rest > 0:
            card.add(text(tr("and {n} more files", n=rest), "small"))
        if report.notes:
            card.add(text(tr("What was hidden or is doubtful"), "section"))
        for note in report.notes:
            card.add(text(f"· {note}", "quiet"))
        if report.seal:
            card.add(Elided(tr("Seal {seal}", seal=report.seal), "small"))
        return card


def _page_words() -> tuple[tuple[str, str], ...]:
    return (
        ("out", tr("Send out")),
        ("answers", tr("Answers")),
        ("votes", tr("Votes")),
        ("meetings", tr("Meetings")),
    )


def _unfinished_cards(sentences: tuple[str, ...]) -> list[QWidget]:
    if not sentences:
        return []
    return [hint("\n".join(sentences[:_UNFINISHED_SHOWN] + _rest(sentences)), kind="warn")]


def _rest(sentences: tuple[str, ...]) -> tuple[str, ...]:
    rest = len(sentences) - _UNFINISHED_SHOWN
    return (tr("and {n} more", n=rest),) if rest > 0 else ()


def _folder(path: Path) -> Path:
    return path if path.is_dir() else path.parent


def _open(path: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
