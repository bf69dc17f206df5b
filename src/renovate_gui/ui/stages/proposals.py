"""Proposals: the numbered list, the drawing buttons, and the form of the selected one."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from renovate_gui.app.measures import measure_title
from renovate_gui.app.session import Session
from renovate_gui.app.terms import term
from renovate_gui.assets import tr
from renovate_gui.domain.ids import Uuid
from renovate_gui.domain.layer import ChangeEvent
from renovate_gui.domain.proposal import Note, Proposal, ProposalStatus
from renovate_gui.ui.jobs import Jobs
from renovate_gui.ui.scenarios.others import OtherProposals
from renovate_gui.ui.stages.bar import Part, StackedBar
from renovate_gui.ui.stages.controls import disc
from renovate_gui.ui.stages.draw_tools import DrawTools
from renovate_gui.ui.stages.drawing import Drawing
from renovate_gui.ui.stages.effect import EffectCard
from renovate_gui.ui.stages.gap_model import GapModel
from renovate_gui.ui.stages.note_form import NoteForm
from renovate_gui.ui.stages.numbers import money
from renovate_gui.ui.stages.panel import StagePanel
from renovate_gui.ui.stages.proposal_form import ProposalForm
from renovate_gui.ui.stages.siting import SitingPage
from renovate_gui.ui.stages.siting_desk import SitingDesk
from renovate_gui.ui.stages.takeable import TakeableCard
from renovate_gui.ui.stages.widgets import (
    Elided,
    Stack,
    appear,
    button,
    headline,
    hint,
    pill,
    row,
    say,
    set_headline,
    text,
    tight,
)
from renovate_gui.ui.workspace import Stage, Workspace

STATUS_PILLS = {
    ProposalStatus.DRAFT: "plain",
    ProposalStatus.DISCUSSED: "warn",
    ProposalStatus.AGREED: "good",
    ProposalStatus.REJECTED: "bad",
    ProposalStatus.BUILT: "accent",
}


def proposal_title(proposal: Proposal) -> str:
    """Return a proposal's title, or its number in words."""
    return proposal.title or tr("Proposal {n}", n=proposal.number)


def _short_status(status: ProposalStatus) -> str:
    """Return a status in a word short enough for a list."""
    return tr("Discussed") if status is ProposalStatus.DISCUSSED else term(status)


class ProposalsPanel(StagePanel):
    """The inspector of the Proposals stage."""

    stage = Stage.PROPOSALS

    def __init__(self, workspace: Workspace, jobs: Jobs) -> None:
        self._model = GapModel.of(workspace, jobs)
        self._drawing = Drawing.of(workspace)
        self.form: ProposalForm | NoteForm | None = None
        self._draw: DrawTools | None = None
        self._siting: SitingPage | None = None
        super().__init__(workspace, jobs)
        SitingDesk.of(workspace, jobs).changed.connect(self._show_siting)
        workspace.selection_changed.connect(self._on_selection)
        workspace.tool_changed.connect(self._show_tool)
        workspace.typing_wanted.connect(self._take_keyboard)

    def title(self) -> str:
        """Return the panel's title."""
        return tr("Renovation proposals")

    def concerns(self, event: ChangeEvent) -> bool:
        """Return whether proposals, notes, photos or what they refer to changed."""
        return (
            bool(event.topics & {"proposals", "notes", "photos", "scenarios"})
            or event.registry
            or event.settings
        )

    # -- building -------------------------------------------------------------------------------------------------
    def build(self, column: QVBoxLayout, session: Session) -> None:
        """Lay out the list page; the form page takes its place while something is selected."""
        self.form = None
        self._list_page = QWidget()
        page = QVBoxLayout(self._list_page)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(10)
        self.headline = headline()
        self.sentence = text("")
        self.doubt = text("", "small")
        self.bar = StackedBar(self.look.line)
        page.addWidget(tight(self.headline, self.sentence, self.doubt))
        page.addWidget(self.bar)
        page.addWidget(text(tr("Draw on the map"), "section"))
        self._draw = DrawTools(self.workspace, self._drawing, self.look, self.read_only_reason())
        page.addWidget(self._draw)
        self._siting = SitingPage(self.workspace, self.jobs, self.look, session, self.read_only_reason())
        page.addWidget(button(tr("Find places…"), lambda: SitingDesk.of(self.workspace).open(on=True)))
        self._effect = EffectCard(self._model, self.look)
        page.addWidget(self._effect)
        self._list = Stack(0)
        self._rows: list[ListRow] = []
        page.addWidget(self._list)
        column.addWidget(self._list_page)
        self._form_page = Stack()
        column.addWidget(self._form_page)
        column.addWidget(self._siting)

    def _show_tool(self) -> None:
        if self._draw is not None:
            self._draw.show_state()

    def rebuild(self) -> None:
        """Forget the old buttons before making new ones."""
        self._draw, self._siting = None, None
        super().rebuild()

    def hideEvent(self, event: QHideEvent) -> None:
        """Store what was typed when another stage or the end of the program hides the form."""
        if self.form is not None and self.session is not None:
            self.form.commit_focused()
        super().hideEvent(event)

    # -- following ------------------------------------------------------------------------------------------------
    def refresh(self) -> None:
        """Show the list, or the form of what is selected."""
        session = self.session
        if session is None:
            return
        self._model.update_if_stale()
        self._show_tool()  # a point is drawn as the service looked at last
        proposals, notes = session.proposals.of(), session.proposals.notes()
        own = {p.uuid for p in proposals}
        others = tuple(p for p in session.proposals.all() if p.uuid not in own)
        self._show_figures(session, proposals)
        self._show_list(proposals, notes, others)
        self._show_page(session)

    def _show_figures(self, session: Session, proposals: tuple[Proposal, ...]) -> None:
        costs = [p.cost for p in proposals if p.cost is not None]
        set_headline(self.headline, str(len(proposals)))
        together = tr("proposals, together {cost}", cost=money(sum(costs, Decimal(0))))
        say(self.sentence, together if costs or not proposals else tr("proposals; none says its cost"))
        without = len(proposals) - len(costs)
        ready = sum(not session.proposals.missing(p) for p in proposals)
        words = [tr("{n} ready for the council", n=ready)] if proposals else []
        if without and costs:
            words.append(tr("{n} without a cost", n=without))
        assumed = sum(p.is_cost_assumed for p in proposals)
        if assumed:
            words.append(tr("{n} with an assumed cost", n=assumed))
        say(self.doubt, " · ".join(words))
        parts = []
        for status in ProposalStatus:
            count = sum(p.status == status for p in proposals)
            parts.append(Part(term(status), float(count), self._status_colour(status)))
        self.bar.set_parts(parts)

    def _status_colour(self, status: ProposalStatus) -> str:
        return {
            ProposalStatus.DRAFT: self.look.unknown,
            ProposalStatus.DISCUSSED: self.look.soft_line,
            ProposalStatus.AGREED: self.look.accent,
            ProposalStatus.REJECTED: self.look.ink3,
            ProposalStatus.BUILT: self.look.ink,
        }[status]

    def _show_list(
        self, proposals: tuple[Proposal, ...], notes: tuple[Note, ...], others: tuple[Proposal, ...]
    ) -> None:
        if not proposals and not notes and not others:
            words = tr("Nothing is drawn yet. Choose what it is, then click its place on the map.")
            self._list.show_widgets([hint(words)])
            self._rows = []
            return
        rows: list[QWidget] = [self._proposal_row(p) for p in proposals]
        if others:
            self._others = OtherProposals(self.workspace, others)
            rows.append(self._others)
        if notes:
            rows.append(text(tr("Callouts"), "section"))
        rows += [self._note_row(note) for note in notes]
        focused = QApplication.focusWidget()
        held = focused.key if isinstance(focused, ListRow) and self.isAncestorOf(focused) else ""
        self._list.show_widgets(rows)
        self._rows = [r for r in rows if isinstance(r, ListRow)]
        if held:
            self._focus_row(held)

    def _focus_row(self, key: str) -> None:
        """Give the keyboard to a row of the list; when it is gone, to the first one or the first tool."""
        rows = self._rows
        target: QWidget | None = next((r for r in rows if r.key == key), rows[0] if rows else None)
        if target is None and self._draw is not None:
            target = self._draw.first
        if target is not None:
            target.setFocus(Qt.FocusReason.OtherFocusReason)

    def _proposal_row(self, proposal: Proposal) -> ListRow:
        line = ListRow(str(proposal.uuid))
        words = measure_title(proposal.kind) if proposal.kind else tr("no measure type yet")
        status = pill(_short_status(proposal.status), STATUS_PILLS[proposal.status], term(proposal.status))
        cost = money(proposal.cost)
        if proposal.is_cost_assumed:
            cost = tr("{cost} (assumed)", cost=cost)
        line.fill(disc(proposal.number), proposal_title(proposal), words, cost, status)
        line.taken.connect(lambda: self.workspace.select("proposals", (proposal.uuid,)))
        return line

    def _note_row(self, note: Note) -> ListRow:
        line = ListRow(str(note.uuid))
        line.fill(disc("…"), note.text or tr("(empty callout)"), "", "")
        line.taken.connect(lambda: self.workspace.select("notes", (note.uuid,)))
        return line

    def _on_selection(self) -> None:
        if self.session is not None and self.is_current:
            self._show_page(self.session)

    def _show_page(self, session: Session) -> None:
        """Keep the form when it already shows the selected one: a person may be typing in it."""
        key, ids = self.workspace.selection
        if key not in {"", "proposals", "notes"} and self.form is not None and self.form.follow():
            return  # demands or buildings are being picked beside the form
        uuid = Uuid(str(ids[0])) if key in {"proposals", "notes"} and len(ids) == 1 else None
        if uuid is not None and self.form is not None and self.form.uuid == uuid and self.form.follow():
            return
        focused, left = QApplication.focusWidget(), self.form.uuid if self.form is not None else ""
        has_keyboard = self.form is not None and focused is not None and self.form.isAncestorOf(focused)
        if self.form is not None:
            self.form.commit_focused()
        self.form = self._make_form(session, key, uuid) if uuid is not None else None
        if uuid is None:
            self._model.look_at(None)
        self._form_page.show_widgets([self.form] if self.form is not None else [])
        self._show_siting()
        if self.form is not None:
            self.verticalScrollBar().setValue(0)
        elif has_keyboard:  # else it would fall to the first button of the window
            self._focus_row(str(left))

    def _show_siting(self) -> None:
        """Show the search for places instead of the list while it is open; the form of a proposal hides both."""
        if self._siting is None:
            return
        is_open = self._siting.desk.is_open
        appear(self._list_page, on=self.form is None and not is_open)
        appear(self._siting, on=self.form is None and is_open)

    def _take_keyboard(self, key: str) -> None:
        """Let a person type a new callout's words at once, over the ones that stand in for them."""
        if key == "notes" and isinstance(self.form, NoteForm):
            self.form.words.setFocus()
            self.form.words.selectAll()

    def _make_form(self, session: Session, key: str, uuid: Uuid) -> ProposalForm | NoteForm | None:
        proposal = next((p for p in session.proposals.all() if p.uuid == uuid), None)
        if key == "proposals" and proposal is not None:
            self._judge_its_kind(session, proposal)
            return ProposalForm(self.workspace, self._model, uuid)
        if key == "notes" and any(n.uuid == uuid for n in session.proposals.notes()):
            return NoteForm(self.workspace, uuid)
        return None

    def _judge_its_kind(self, session: Session, proposal: Proposal) -> None:
        """Let the verdicts on the map be about the facility that is being placed."""
        if proposal.kind != self._model.choice.kind and proposal.kind in {
            k.code for k in session.gaps.kinds()
        }:
            self._model.choose(kind=proposal.kind)
            words = tr(
                "Map and figures are now about {kind}, as this proposal is.",
                kind=measure_title(proposal.kind),
            )
            self.workspace.message.emit(words, "info")


class ListRow(TakeableCard):
    """One line of a list that can be clicked or taken with Enter."""

    def __init__(self, key: str) -> None:
        super().__init__("row", margins=(0, 7, 0, 7))
        self.key = key
        self.head = QHBoxLayout()
        self.head.setSpacing(8)
        self.column.addLayout(self.head)
        self.column.setSpacing(2)

    def fill(self, mark: QWidget, title: str, left: str, right: str, status: QWidget | None = None) -> None:
        """Set a mark with a title over the full width; below it two quiet words and a status."""
        self.setAccessibleName(title)
        self.head.addWidget(mark)
        self.head.addWidget(Elided(title, "strong"), 1)
        if left or right:
            spacer = QWidget()
            spacer.setFixedWidth(22)
            amount = text(right, "small", wrap=False)
            below = [amount, status] if status is not None else [amount]
            self.column.addWidget(row(spacer, _stretched(left, *below), stretch_last=True))


def _stretched(left: str, *right: QWidget) -> QWidget:
    holder = QWidget()
    layout = QHBoxLayout(holder)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(Elided(left, "small"), 1)
    for widget in right:
        layout.addWidget(widget)
    return holder
