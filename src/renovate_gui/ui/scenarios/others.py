"""Proposals that the active scenario does not have: faint, below its own, each ready to be taken in."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QGraphicsOpacityEffect, QVBoxLayout, QWidget

from renovate_gui.assets import tr
from renovate_gui.domain.proposal import Proposal
from renovate_gui.domain.scenario import Scenario
from renovate_gui.ui.scenarios.dialogs import carry
from renovate_gui.ui.stages.controls import Chip, disc
from renovate_gui.ui.stages.widgets import Elided, appear, button, enable, pair, row, text
from renovate_gui.ui.workspace import Workspace

_FAINT = 0.55


class OtherProposals(QWidget):
    """A section of the list: a tick that hides them from map and list, and a line for each."""

    def __init__(self, workspace: Workspace, proposals: Sequence[Proposal]) -> None:
        super().__init__()
        self._workspace = workspace
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 10, 0, 0)
        column.setSpacing(4)
        is_shown = "others" not in workspace.hidden
        self.tick = Chip(tr("show"), is_on=is_shown)
        self.tick.setToolTip(tr("Show them faintly on the map and here"))
        self.tick.clicked.connect(self._toggle)
        head = text(tr("Not in this scenario ({n})", n=len(proposals)), "section", wrap=False)
        column.addWidget(pair(head, self.tick))
        self._lines = QWidget()
        lines = QVBoxLayout(self._lines)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(4)
        session = workspace.session
        active = session.scenarios.active() if session is not None else None
        for proposal in proposals if active is not None else ():
            lines.addWidget(self._line(proposal, active))
        column.addWidget(self._lines)
        appear(self._lines, on=is_shown)

    def _line(self, proposal: Proposal, active: Scenario | None) -> QWidget:
        title = proposal.title or tr("Proposal {n}", n=proposal.number)
        faint = row(disc(proposal.number), Elided(title), stretch_last=True)
        effect = QGraphicsOpacityEffect(faint)
        effect.setOpacity(_FAINT)
        faint.setGraphicsEffect(effect)
        take = button(tr("Take in"), lambda: self._take(proposal, active), "link")
        take.setAccessibleName(tr("Take “{title}” into the scenario", title=title))
        reason = tr("The scenario is locked.") if active is not None and active.is_locked else ""
        enable(take, reason, tr("It then belongs to this scenario too; nothing is copied."))
        return pair(faint, take)

    def _take(self, proposal: Proposal, active: Scenario | None) -> None:
        if active is not None:
            carry(self._workspace, proposal.uuid, active.uuid, as_copy=False)

    def _toggle(self, is_on: bool) -> None:
        self._lines.setVisible(is_on)
        self._workspace.set_hidden("others", hidden=not is_on)
