"""The form of one proposal: what, who runs it, how much, who answers; stored field by field, without a save button."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import Enum

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QComboBox, QLineEdit, QVBoxLayout, QWidget

from renovate_gui.app.measures import Effect, measure_type, measure_types
from renovate_gui.app.terms import term
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RenovateError, RequestError
from renovate_gui.domain.ids import Uuid
from renovate_gui.domain.proposal import (
    ActionCategory,
    Priority,
    Proposal,
    ProposalStatus,
    RenewalTier,
    places_from,
)
from renovate_gui.ui.scenarios.belonging import BelongingBox
from renovate_gui.ui.stages.answered import AnsweredBox
from renovate_gui.ui.stages.controls import Choice, Dropdown, Segments, disc
from renovate_gui.ui.stages.effect import EffectCard
from renovate_gui.ui.stages.funds_table import FundsTable
from renovate_gui.ui.stages.gap_model import GapModel
from renovate_gui.ui.stages.look import look_of
from renovate_gui.ui.stages.photos import PhotoStrip
from renovate_gui.ui.stages.widgets import (
    Card,
    Stack,
    TextArea,
    button,
    row,
    rule,
    text,
)
from renovate_gui.ui.workspace import Tool, Workspace

Change = Callable[[Proposal], Proposal]

_MOST_PLACES = 1e6


class ProposalForm(QWidget):
    """Edits one proposal. Every finished field is one undoable step; a field in use is never overwritten."""

    def __init__(self, workspace: Workspace, model: GapModel, uuid: Uuid) -> None:
        super().__init__()
        self.uuid = uuid
        self._workspace = workspace
        self._model = model
        self._look = look_of(is_dark=workspace.is_dark)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self.lines: dict[str, QLineEdit | TextArea] = {}
        self._is_editable = self._may_edit()
        self._build_head()
        self._build_what()
        self._build_governance()
        self._build_money()
        self._build_people()
        self._build_evidence()
        self._build_foot()
        self._set_editable()
        self.follow()

    # -- building -------------------------------------------------------------------------------------------------
    def _build_head(self) -> None:
        self._column.addWidget(button("← " + tr("All proposals"), self._go_back, "link"))
        self._number = disc("")
        self._status = Choice("", [(s.value, term(s)) for s in ProposalStatus], "")
        self._status.button.setAccessibleName(tr("Status"))
        self._status.chosen.connect(
            lambda code: self._commit(lambda p: replace(p, status=ProposalStatus(code)), tr("Status"))
        )
        self._column.addWidget(row(self._number, self._status, stretch_last=True))
        self._column.addWidget(EffectCard(self._model, self._look, self.uuid))
        self.belonging = BelongingBox(self._workspace, self.uuid)
        self._column.addWidget(self.belonging)
        self._missing = Stack()
        self._column.addWidget(self._missing)

    def _build_what(self) -> None:
        self._section(tr("What"))
        self._line("title", tr("Title"), lambda p, v: replace(p, title=v))
        self._kind = self._combo(tr("Measure type"), self._kind_options(), self._commit_kind)
        options = [(c.value, f"{c.value}  {term(c)}") for c in ActionCategory]
        self._category = self._combo(tr("Action category"), [("", "–"), *options], self._commit_category)
        tiers = [(t.value, term(t)) for t in RenewalTier]
        self._tier = Segments(tiers, "")
        self._tier.chosen.connect(
            lambda code: self._commit(lambda p: replace(p, tier=RenewalTier(code)), tr("Renewal tier"))
        )
        self._labelled(tr("Renewal tier"), self._tier)
        self._area("description", tr("Description"), lambda p, v: replace(p, description=v))

    def _build_governance(self) -> None:
        self._section(tr("Who runs it"))

        def field(name: str, words: str) -> None:
            self._line(name, words, lambda p, v: replace(p, governance=replace(p.governance, **{name: v})))

        field("operator", tr("Run by"))
        field("rule", tr("Rule of use"))
        field("fee", tr("Fee"))
        field("upkeep", tr("Upkeep"))

    def _build_money(self) -> None:
        self._section(tr("How much, and from whom"))
        self.funds = FundsTable(self._look, self._commit, self._workspace)
        self._column.addWidget(self.funds)

    def _build_people(self) -> None:
        self._section(tr("Who and how urgent"))
        priorities = [(p.value, term(p)) for p in Priority]
        self._priority = Segments(priorities, "")
        self._priority.chosen.connect(
            lambda code: self._commit(lambda p: replace(p, priority=Priority(code)), tr("Priority"))
        )
        self._labelled(tr("Priority"), self._priority)
        self._line("affected", tr("Who is affected"), _with_affected)
        self.lines["affected"].setPlaceholderText(tr("for instance: residents of stairs 3 to 5, shops below"))
        self._line("responsible", tr("Responsible professional"), lambda p, v: replace(p, responsible=v))
        self._line("capacity", tr("Capacity (places)"), _with_capacity)

    def _build_evidence(self) -> None:
        self._section(tr("Photos"))
        self.photos = PhotoStrip(self._workspace, self.uuid, self._look)
        self._column.addWidget(self.photos)
        self._section(tr("Demands it answers"))
        self.answered = AnsweredBox(self._workspace, self._commit)
        self._column.addWidget(self.answered)

    def _build_foot(self) -> None:
        self._column.addWidget(rule())
        self._foot = [
            button(tr("Reshape"), lambda: self._workspace.set_tool(Tool.EDIT_VERTICES)),
            button(tr("Duplicate"), self._duplicate),
            button(tr("Delete"), self._delete, "danger"),
        ]
        self._column.addWidget(row(*self._foot, spacing=6))
        self._column.addWidget(button(tr("Show on the map"), self._zoom, "link"))

    def _section(self, words: str) -> None:
        self._column.addSpacing(6)
        self._column.addWidget(text(words, "section"))

    def _labelled(self, words: str, widget: QWidget) -> None:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        label = text(words, "small")
        label.setBuddy(widget)
        column.addWidget(label)
        column.addWidget(widget)
        widget.setAccessibleName(words)
        self._column.addWidget(holder)

    def _line(self, name: str, words: str, put: Callable[[Proposal, str], Proposal]) -> None:
        made = QLineEdit()
        made.editingFinished.connect(lambda: self._commit_text(name, words, put))
        self.lines[name] = made
        self._labelled(words, made)

    def _area(self, name: str, words: str, put: Callable[[Proposal, str], Proposal]) -> None:
        made = TextArea(4)
        made.editing_finished.connect(lambda: self._commit_text(name, words, put))
        self.lines[name] = made
        self._labelled(words, made)

    def _combo(self, words: str, options: list[tuple[str, str]], commit: Callable[[str], None]) -> QComboBox:
        made = Dropdown(words, at_least=8)
        for code, label in options:
            made.addItem(label, code)
        made.activated.connect(lambda _=0: commit(str(made.currentData() or "")))
        self._labelled(words, made)
        return made

    def _kind_options(self) -> list[tuple[str, str]]:
        return [("", "–"), *((m.code, m.title) for m in measure_types())]

    def _may_edit(self) -> bool:
        """Return whether the project may be written and no locked scenario has the proposal."""
        session = self._workspace.session
        if session is None or session.project.is_read_only:
            return False
        return session.scenarios.lock_on(self.uuid) is None

    def _set_editable(self) -> None:
        for widget in self.lines.values():
            widget.setReadOnly(not self._is_editable)
        for part in (self._kind, self._category, self._tier, self._priority, self._status, *self._foot):
            part.setEnabled(self._is_editable)
        for box in (self.funds, self.photos, self.answered):
            box.setEnabled(self._is_editable)

    # -- following ------------------------------------------------------------------------------------------------
    def proposal(self) -> Proposal | None:
        """Return the stored proposal, or None when it is gone."""
        session = self._workspace.session
        found = session.proposals.all() if session is not None else ()
        return next((p for p in found if p.uuid == self.uuid), None)

    def follow(self) -> bool:
        """Show stored values except in the field being typed in; return whether the proposal still exists."""
        proposal = self.proposal()
        if proposal is None:
            return False
        self._number.setText(str(proposal.number))
        for name, words in _texts(proposal).items():
            self._show_text(self.lines[name], words)
        for combo, code in ((self._kind, proposal.kind), (self._category, _code(proposal.category))):
            self._show_code(combo, code)
        self._status.set_current(proposal.status.value)
        self._priority.set_current(proposal.priority.value)
        self._tier.set_current(_code(proposal.tier))
        self._show_capacity(proposal)
        self.funds.follow(proposal)
        self.photos.follow()
        self.answered.follow(proposal)
        self._show_missing(proposal)
        self.belonging.follow()
        if self._may_edit() != self._is_editable:
            self._is_editable = not self._is_editable
            self._set_editable()
        return True

    @staticmethod
    def _show_text(widget: QLineEdit | TextArea, words: str) -> None:
        if widget.hasFocus():
            return
        if isinstance(widget, QLineEdit):
            if widget.text() != words:
                widget.setText(words)
                widget.setCursorPosition(0)
        elif widget.toPlainText() != words:
            widget.setPlainText(words)

    @staticmethod
    def _show_code(combo: QComboBox, code: str) -> None:
        with QSignalBlocker(combo):
            index = combo.findData(code)
            if index < 0:  # another system's code stays as it is
                combo.addItem(code, code)
                index = combo.count() - 1
            combo.setCurrentIndex(index)

    def _show_capacity(self, proposal: Proposal) -> None:
        kind = measure_type(proposal.kind)
        has_places = kind is None or kind.effect == Effect.FACILITY or proposal.capacity is not None
        holder = self.lines["capacity"].parentWidget()
        if holder is not None:
            holder.setVisible(has_places)

    def _show_missing(self, proposal: Proposal) -> None:
        session = self._workspace.session
        missing = session.proposals.missing(proposal) if session is not None else ()
        if not missing:
            card = Card("hint").add(text(tr("Complete: it can go to the council."), "good"))
        else:
            card = Card("warn").add(text(tr("Before the council it still lacks:"), "warn"))
            card.add(text(tr(", ").join(missing)))
        self._missing.show_widgets([card])

    # -- storing --------------------------------------------------------------------------------------------------
    def commit_focused(self) -> None:
        """Store what was typed but not finished, before the form goes away."""
        for widget in self.lines.values():
            if isinstance(widget, QLineEdit):
                if widget.isModified():
                    widget.editingFinished.emit()
            elif widget.document().isModified():
                widget.editing_finished.emit()
        self.funds.commit_focused()

    def _commit(self, change: Change, what: str) -> bool:
        """Store a changed value as one step; return whether it was possible."""
        proposal, session = self.proposal(), self._workspace.session
        if proposal is None or session is None or not self._is_editable:
            return False
        changed = change(proposal)
        if changed == proposal:
            return True
        title = tr("Proposal {n}: {what}", n=proposal.number, what=what)
        try:
            session.proposals.update(changed, title=title)
        except RenovateError as error:
            self._workspace.message.emit(str(error), "error")
            return False
        return True

    def _commit_text(self, name: str, words: str, put: Callable[[Proposal, str], Proposal]) -> None:
        widget = self.lines[name]
        value = widget.text() if isinstance(widget, QLineEdit) else widget.toPlainText()
        if isinstance(widget, QLineEdit):
            widget.setModified(False)
        else:
            widget.document().setModified(False)
        try:
            self._commit(lambda p: put(p, value.strip()), words)
        except RequestError as error:
            self._workspace.message.emit(str(error), "warning")
        except ValueError:
            self._workspace.message.emit(
                tr("{field}: “{value}” is not a number.", field=words, value=value), "warning"
            )

    def _commit_kind(self, code: str) -> None:
        old = self.proposal()
        before = measure_type(old.kind) if old is not None else None
        after = measure_type(code)

        def change(p: Proposal) -> Proposal:
            is_default = not p.title or (before is not None and p.title == before.title)
            return replace(p, kind=code, title=after.title if is_default and after is not None else p.title)

        self._commit(change, tr("Measure type"))

    def _commit_category(self, code: str) -> None:
        category = ActionCategory(code) if code else None
        self._commit(lambda p: replace(p, category=category), tr("Action category"))

    # -- actions --------------------------------------------------------------------------------------------------
    def _go_back(self) -> None:
        self._workspace.select("", ())

    def _duplicate(self) -> None:
        session = self._workspace.session
        if session is None:
            return
        try:
            made = session.proposals.copy(self.uuid)
        except RenovateError as error:
            self._workspace.message.emit(str(error), "error")
            return
        self._workspace.select("proposals", (made.uuid,))

    def _delete(self) -> None:
        session = self._workspace.session
        if session is None:
            return
        self._workspace.select("", ())
        try:
            session.proposals.delete(self.uuid)
        except RenovateError as error:
            self._workspace.message.emit(str(error), "error")
            return
        self._workspace.message.emit(tr("Proposal deleted. Ctrl+Z brings it back."), "info")

    def _zoom(self) -> None:
        proposal = self.proposal()
        if proposal is None or proposal.geometry is None or proposal.geometry.is_empty:
            return
        x0, y0, x1, y1 = proposal.geometry.bounds
        margin = max(60.0, 0.5 * max(x1 - x0, y1 - y0))  # a point needs surroundings
        self._workspace.zoom_requested.emit((x0 - margin, y0 - margin, x1 + margin, y1 + margin))


def _code(value: Enum | None) -> str:
    return str(value.value) if value is not None else ""


def _texts(proposal: Proposal) -> dict[str, str]:
    governance, affected = proposal.governance, proposal.extra.get("affected", "")
    return {
        "title": proposal.title,
        "description": proposal.description,
        "operator": governance.operator,
        "rule": governance.rule,
        "fee": governance.fee,
        "upkeep": governance.upkeep,
        "responsible": proposal.responsible,
        "affected": affected if isinstance(affected, str) else "",
        "capacity": f"{proposal.capacity:g}" if proposal.capacity is not None else "",
    }


def _with_affected(proposal: Proposal, words: str) -> Proposal:
    """Return the proposal with the people it touches named; the printed sheet says them."""
    others = {k: v for k, v in proposal.extra.items() if k != "affected"}
    return replace(proposal, extra={**others, "affected": words} if words else others)


def _with_capacity(proposal: Proposal, words: str) -> Proposal:
    """Return the proposal with another capacity; raise RequestError when it is no number of places."""
    if not words:
        others = {k: v for k, v in proposal.extra.items() if k != "capacity"}
        return replace(proposal, capacity=None, extra=others)
    capacity = places_from(words)
    if capacity is None or capacity >= _MOST_PLACES:
        raise RequestError(
            tr("The capacity must be a number of places from 0 up, not “{value}”.", value=words[:40])
        )
    return replace(proposal, capacity=capacity)
