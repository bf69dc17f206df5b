"""Cost and where the money comes from; the sum is checked to the cent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLineEdit, QVBoxLayout, QWidget

from renovate_gui.app.terms import term
from renovate_gui.assets import tr
from renovate_gui.domain.proposal import COST_ASSUMED, FundShare, FundSource, Proposal
from renovate_gui.ui.stages.bar import Part, StackedBar
from renovate_gui.ui.stages.controls import Dropdown
from renovate_gui.ui.stages.look import Look, icon
from renovate_gui.ui.stages.numbers import money, parse_money
from renovate_gui.ui.stages.widgets import Stack, button, say, text
from renovate_gui.ui.workspace import Workspace

Commit = Callable[[Callable[[Proposal], Proposal], str], bool]

_SIDE_BY_SIDE_PX = 92
"""So wide may the longest source be beside its amount in the narrowest panel."""
FUND_COLOURS = (
    "#0E7C86", "#56B4E9", "#3B6FB6", "#A6761D", "#CC79A7",
    "#8C6BB1", "#4D6A8A", "#7A8594", "#B07B3E", "#A3B18A",
)  # fmt: skip


def fund_colour(source: FundSource) -> str:
    """Return the colour of a source, the same in every bar."""
    return FUND_COLOURS[list(FundSource).index(source) % len(FUND_COLOURS)]


def balance(cost: Decimal | None, funds: tuple[FundShare, ...]) -> tuple[str, str]:
    """Return face and sentence of the check of the shares against the cost."""
    total = sum((f.amount for f in funds), Decimal(0))
    if cost is None:
        return ("warn", tr("No cost yet.")) if not funds else ("warn", tr("Funds without a cost."))
    if not funds:
        return ("warn", tr("No source yet for {cost}.", cost=money(cost)))
    if total == cost:
        return ("good", tr("Sources add up to the cost."))
    if total < cost:
        return ("bad", tr("{rest} of {cost} have no source.", rest=money(cost - total), cost=money(cost)))
    return ("bad", tr("Sources exceed the cost by {rest}.", rest=money(total - cost)))


def _costing(proposal: Proposal, cost: Decimal | None, *, is_said: bool) -> Proposal:
    """Return a proposal with a cost; one that a person typed is no assumption, even when it is the same sum."""
    extra = {k: v for k, v in proposal.extra.items() if k != COST_ASSUMED} if is_said else proposal.extra
    return replace(proposal, cost=cost, extra=extra)


class FundsTable(QWidget):
    """The cost, one line per source, and the check."""

    def __init__(self, look: Look, commit: Commit, workspace: Workspace) -> None:
        super().__init__()
        self._look = look
        self._commit = commit
        self._workspace = workspace
        self._funds: tuple[FundShare, ...] | None = None
        self._edits: list[QLineEdit] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self.cost = QLineEdit()
        self.cost.setPlaceholderText(tr("for example 350,000 or 35万"))
        self.cost.setAccessibleName(tr("Cost in yuan"))
        self.cost.editingFinished.connect(self._commit_cost)
        self.cost.textEdited.connect(self._note_typed)
        self._is_typed = False
        self.assumed = text("", "small")
        self.bar = StackedBar(look.line, 8)
        self._lines = Stack(4)
        self.add_button = button(tr("Add a source"), self._add, "link")
        self.check = text("", "small")
        for widget in (
            text(tr("Cost in yuan"), "small"),
            self.cost,
            self.assumed,
            self.bar,
            self._lines,
            self.add_button,
            self.check,
        ):
            column.addWidget(widget)

    def follow(self, proposal: Proposal) -> None:
        """Show stored figures except where a person is typing."""
        if not self.cost.hasFocus():
            self.cost.setText(_plain(proposal.cost))
        is_assumed = proposal.is_cost_assumed
        say(
            self.assumed,
            tr("Assumed by “Find places”; type what it will cost here.") if is_assumed else "",
            "warn",
        )
        self._show_balance(proposal)
        if proposal.funds != self._funds and not any(e.hasFocus() for e in self._edits):
            self._show_funds(proposal.funds)

    def commit_focused(self) -> None:
        """Store the amount being typed."""
        for edit in (self.cost, *self._edits):
            if edit.isModified():
                edit.setModified(False)
                edit.editingFinished.emit()

    def _show_balance(self, proposal: Proposal) -> None:
        face, words = balance(proposal.cost, proposal.funds)
        say(self.check, words, face)
        parts = [Part(term(f.source), float(f.amount), fund_colour(f.source)) for f in proposal.funds]
        rest = (proposal.cost or Decimal(0)) - proposal.funded
        if rest > 0:
            parts.append(Part(tr("no source"), float(rest), self._look.line))
        self.bar.set_parts(parts)
        self.bar.setVisible(bool(proposal.funds))

    def _show_funds(self, funds: tuple[FundShare, ...]) -> None:
        self._funds = funds
        self._edits = []
        self._lines.show_widgets([self._line(i, share) for i, share in enumerate(funds)])

    def _line(self, index: int, share: FundShare) -> QWidget:
        source = Dropdown(tr("Source"))
        for one in FundSource:
            source.addItem(term(one), one.value)
        source.setCurrentIndex(source.findData(share.source.value))
        source.activated.connect(lambda _=0: self._put(index, source=FundSource(source.currentData())))
        amount = QLineEdit(_plain(share.amount))
        amount.setAlignment(Qt.AlignmentFlag.AlignRight)
        amount.setFixedWidth(104)
        amount.setAccessibleName(tr("Amount in yuan"))
        amount.editingFinished.connect(lambda: self._commit_amount(index, amount))
        self._edits.append(amount)
        remove = button("", lambda: self._remove(index), "flat", tr("Remove this source"))
        remove.setAccessibleName(tr("Remove this source"))
        remove.setIcon(icon("mdi6.close", self._look.ink2))
        return _placed(source, amount, remove)

    def _note_typed(self, _text: str) -> None:
        self._is_typed = True

    def _commit_cost(self) -> None:
        is_good, amount = self._parsed(self.cost)
        if is_good:
            is_typed, self._is_typed = self._is_typed, False
            self._commit(lambda p: _costing(p, amount, is_said=is_typed), tr("Cost"))

    def _commit_amount(self, index: int, edit: QLineEdit) -> None:
        is_good, amount = self._parsed(edit)
        if is_good:
            self._put(index, amount=amount or Decimal(0))

    def _parsed(self, edit: QLineEdit) -> tuple[bool, Decimal | None]:
        """Return whether an amount (or nothing) was typed, and the amount; otherwise say so."""
        try:
            return True, parse_money(edit.text())
        except ValueError:
            words = tr("“{value}” is not an amount in yuan; the old one stays.", value=edit.text())
            self._workspace.message.emit(words, "warning")
            return False, None

    def _put(self, index: int, *, source: FundSource | None = None, amount: Decimal | None = None) -> None:
        def change(p: Proposal) -> Proposal:
            if index >= len(p.funds):
                return p
            old = p.funds[index]
            new = FundShare(source or old.source, old.amount if amount is None else amount)
            return replace(p, funds=(*p.funds[:index], new, *p.funds[index + 1 :]))

        self._commit(change, tr("Funds"))

    def _add(self) -> None:
        def change(p: Proposal) -> Proposal:
            used = {f.source for f in p.funds}
            source = next((s for s in FundSource if s not in used), FundSource.DISTRICT)
            rest = max(Decimal(0), (p.cost or Decimal(0)) - p.funded)
            return replace(p, funds=(*p.funds, FundShare(source, rest)))

        self._commit(change, tr("Funds"))

    def _remove(self, index: int) -> None:
        self._commit(lambda p: replace(p, funds=(*p.funds[:index], *p.funds[index + 1 :])), tr("Funds"))


def _placed(source: Dropdown, amount: QLineEdit, remove: QWidget) -> QWidget:
    """Return source and amount side by side, or below each other in a language whose sources need the whole line."""
    source.ensurePolished()
    widest = max(source.fontMetrics().horizontalAdvance(source.itemText(i)) for i in range(source.count()))
    holder = QWidget()
    grid = QGridLayout(holder)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setSpacing(4)
    grid.setColumnStretch(0, 1)
    if widest <= _SIDE_BY_SIDE_PX:
        grid.addWidget(source, 0, 0)
        grid.addWidget(amount, 0, 1)
        grid.addWidget(remove, 0, 2)
    else:
        grid.addWidget(source, 0, 0, 1, 2)
        grid.addWidget(remove, 0, 2)
        grid.addWidget(amount, 1, 1)
        grid.setContentsMargins(0, 0, 0, 4)  # two lines belong together
    return holder


def _plain(amount: Decimal | None) -> str:
    return "" if amount is None else money(amount).removeprefix("¥")
