"""Which scenarios a proposal belongs to, in its form: take it in, take it out, change a copy of a locked one."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from renovate_gui.assets import tr
from renovate_gui.domain.errors import RenovateError
from renovate_gui.domain.ids import Uuid
from renovate_gui.domain.scenario import Scenario
from renovate_gui.ui.scenarios.dialogs import carry
from renovate_gui.ui.stages.widgets import Card, Elided, appear, button, clear, pair, text
from renovate_gui.ui.workspace import Workspace


class BelongingBox(QWidget):
    """One line with a menu; above it a card when the proposal is locked. Empty while there are no scenarios."""

    def __init__(self, workspace: Workspace, uuid: Uuid) -> None:
        super().__init__()
        self._workspace, self._uuid = workspace, uuid
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self.follow()

    def follow(self) -> None:
        """Show where it belongs now."""
        clear(self._column)
        session = self._workspace.session
        there = session.scenarios.all() if session is not None else ()
        appear(self, on=bool(there))
        if session is None or not there:
            return
        own = session.scenarios.of(self._uuid)
        lock = session.scenarios.lock_on(self._uuid)
        if lock is not None:
            self._column.addWidget(self._lock_card(lock, session.scenarios.active()))
        names = tr(", ").join(s.name for s in own) or tr("no scenario")
        self.menu_button = button(tr("Scenarios"), lambda: None)
        self.menu_button.setMenu(self._menu(there, own))
        self.menu_button.setEnabled(not session.project.is_read_only)
        self._column.addWidget(pair(Elided(tr("In: {names}", names=names), "small"), self.menu_button))

    def _lock_card(self, lock: Scenario, active: Scenario | None) -> QWidget:
        card = Card("warn").add(
            text(tr("It belongs to the locked scenario “{name}” and cannot be changed.", name=lock.name))
        )
        if active is not None and not active.is_locked:
            words = tr("Change a copy in “{name}”", name=active.name)
            self.copy_button = button(words, partial(self._carry, active.uuid, as_copy=True))
            card.add(self.copy_button)
        else:
            card.add(text(tr("Choose or make an open scenario to change a copy there."), "small"))
        return card

    def _menu(self, there: tuple[Scenario, ...], own: tuple[Scenario, ...]) -> QMenu:
        menu = QMenu(self)
        for scenario in there:
            name = scenario.name
            if scenario in own:
                line = menu.addAction(tr("Take out of “{name}”", name=name))
                line.triggered.connect(partial(self._remove, scenario.uuid))
            else:
                line = menu.addAction(tr("Take into “{name}”", name=name))
                line.triggered.connect(partial(self._carry, scenario.uuid, as_copy=False))
            line.setEnabled(not scenario.is_locked)
        menu.addSeparator()
        for scenario in there:
            line = menu.addAction(tr("As a copy of its own into “{name}”", name=scenario.name))
            line.setEnabled(not scenario.is_locked)
            line.triggered.connect(partial(self._carry, scenario.uuid, as_copy=True))
        return menu

    def _carry(self, to: Uuid, *_checked: object, as_copy: bool) -> None:
        there = carry(self._workspace, self._uuid, to, as_copy=as_copy)
        if as_copy and there is not None:
            self._workspace.select("proposals", (there,))

    def _remove(self, out_of: Uuid, *_checked: object) -> None:
        session = self._workspace.session
        if session is None:
            return
        try:
            session.scenarios.remove(self._uuid, out_of)
        except RenovateError as error:
            self._workspace.message.emit(str(error), "warning")
