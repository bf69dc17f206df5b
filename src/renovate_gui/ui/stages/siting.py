"""Find places: the page of the Proposals stage where sites are searched, compared and put on the map."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from renovate_gui.app.session import Session
from renovate_gui.app.siting import Hint
from renovate_gui.assets import tr
from renovate_gui.ui.jobs import Jobs
from renovate_gui.ui.stages.look import Look
from renovate_gui.ui.stages.progress import ProgressRow
from renovate_gui.ui.stages.siting_cards import PlanCard
from renovate_gui.ui.stages.siting_controls import SitingControls
from renovate_gui.ui.stages.siting_desk import SitingDesk
from renovate_gui.ui.stages.widgets import Stack, button, hint, row, text
from renovate_gui.ui.workspace import Workspace


class SitingPage(QWidget):
    """The page; it shows itself while the desk is open."""

    def __init__(self, workspace: Workspace, jobs: Jobs, look: Look, session: Session, reason: str) -> None:
        super().__init__()
        self._look, self._reason = look, reason
        self.desk = SitingDesk.of(workspace, jobs)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        self.back = button("← " + tr("All proposals"), lambda: self.desk.open(on=False), "link")
        self.controls = SitingControls(self.desk, session)
        self.run_button = button(tr("Find places"), self.desk.find, "primary")
        self.progress = ProgressRow()
        self._state, self._plans, self._after = Stack(), Stack(8), Stack(6)
        for widget in (
            self.back, text(tr("Find places"), "title"), self.controls, row(self.run_button), self.progress,
            self._state, self._plans, self._after,
        ):  # fmt: skip
            column.addWidget(widget)
        self.cards: list[PlanCard] = []
        self._shown: object = None
        self.desk.started.connect(self.progress.follow)
        self.desk.changed.connect(self.follow)
        self.follow()

    def follow(self) -> None:
        """Show what the desk has."""
        desk = self.desk
        self._state.show_widgets(self._states())
        result = desk.result
        key = (id(result), desk.chosen, desk.is_stale, desk.is_asked)
        if key == self._shown:
            return
        self._shown = key
        self.cards = []
        if result is None:
            self._plans.show_widgets([])
            self._after.show_widgets([])
            return
        is_old = desk.is_stale or not desk.is_asked
        reason = self._reason or (
            tr("The data or the question has changed: find places again.") if is_old else ""
        )
        for number, plan in enumerate(result.plans):
            is_chosen = number == desk.chosen
            card = PlanCard(number + 1, plan, result, self._look, is_chosen=is_chosen, reason=reason)
            card.hovered.connect(lambda on, n=number: desk.hover(n if on else None))
            card.taken.connect(lambda n=number: desk.choose(n))
            card.wanted.connect(lambda n=number: desk.put(n))
            card.setEnabled(not desk.is_stale)
            self.cards.append(card)
        self._plans.show_widgets(self.cards)
        self._after.show_widgets(self._hints(result.hints, is_old=is_old) + self._notes(result.notes))

    def _states(self) -> list[QWidget]:
        desk = self.desk
        if desk.problem:
            return [hint(desk.problem, kind="warn")]
        if desk.result is None:
            words = tr(
                "The first answer comes at once; the proven one follows, with its distance to the best possible."
            )
            return [text(words, "small")]
        if desk.is_stale:
            words = tr("The data has changed since; these plans are no longer current.")
            return [hint(words, tr("Find again"), desk.find, "warn")]
        if not desk.is_asked:
            return [text(tr("The question has changed; the plans below answer the earlier one."), "warn")]
        return []

    def _hints(self, hints: tuple[Hint, ...], *, is_old: bool) -> list[QWidget]:
        if is_old:
            return []
        found: list[QWidget] = []
        for own in hints:
            action = tr("Find it") if own.request is not None else tr("Put on the map")
            is_allowed = own.request is not None or not self._reason
            follow = (lambda o=own: self.desk.follow(o)) if is_allowed else None
            found.append(hint(own.words, action, follow))
        return found

    @staticmethod
    def _notes(notes: tuple[str, ...]) -> list[QWidget]:
        return [text("· " + note, "small") for note in notes]
