"""The scenario chooser in the top bar: which alternative is worked on, and everything one does with it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from renovate_gui.app.scenarios import seal_words
from renovate_gui.app.tasks import IsCancelled, Progress, Task
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RenovateError
from renovate_gui.domain.ids import Uuid
from renovate_gui.domain.scenario import Scenario, SealCheck
from renovate_gui.ui.actions import Actions
from renovate_gui.ui.jobs import Jobs, sentence
from renovate_gui.ui.reasons import no_edit
from renovate_gui.ui.stages.numbers import local_time
from renovate_gui.ui.theme import icon
from renovate_gui.ui.workspace import Workspace

_MOST_PX = 190


class ScenarioChooser(QToolButton):
    """A button with the active scenario's name; its menu is made anew each time it opens."""

    def __init__(self, workspace: Workspace, jobs: Jobs, actions: Actions) -> None:
        super().__init__()
        self._workspace, self._jobs, self._actions = workspace, jobs, actions
        self.setProperty("look", "chooser")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMaximumWidth(_MOST_PX)
        self._menu = QMenu(self)
        self._menu.setToolTipsVisible(True)
        self._menu.aboutToShow.connect(self.fill)
        self.setMenu(self._menu)
        for signal in (
            workspace.session_changed,
            workspace.changed,
            workspace.language_changed,
            workspace.theme_changed,
        ):
            signal.connect(self.retranslate)
        actions.on("scenario.new", self.ask_new)
        self.retranslate()

    def set_tight(self, *, is_tight: bool) -> None:
        """Show the icon alone, or name and icon."""
        style = (
            Qt.ToolButtonStyle.ToolButtonIconOnly if is_tight else Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        )
        if style != self.toolButtonStyle():
            self.setToolButtonStyle(style)

    # -- looks ----------------------------------------------------------------------------------------------------
    def retranslate(self, *_ignored: object) -> None:
        """Show the active scenario."""
        session = self._workspace.session
        self.setVisible(session is not None)
        if session is None:
            return
        active = session.scenarios.active()
        name = tr("All proposals") if active is None else self._name(active)
        words = self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, _MOST_PX - 70)
        self.setText(words + " ▾")
        is_locked = active is not None and active.is_locked
        self.setIcon(
            icon("mdi6.lock-outline" if is_locked else "mdi6.layers-triple-outline", self._workspace.is_dark)
        )
        self.setToolTip(self._tip(active))
        self.setAccessibleName(tr("Scenario: {name}", name=name))

    def _name(self, scenario: Scenario) -> str:
        """Return a scenario's name, marked where it is locked and its seal no longer holds."""
        return f"✗ {scenario.name}" if self._is_broken(scenario) else scenario.name

    def _is_broken(self, scenario: Scenario) -> bool:
        session = self._workspace.session
        return session is not None and session.scenarios.is_seal_broken(scenario.uuid)

    def _tip(self, active: Scenario | None) -> str:
        if active is None:
            return tr("There are no scenarios: all proposals count. Make one to keep alternatives apart.")
        lines = [tr("The scenario that is worked on: “{name}”", name=active.name), active.note]
        if active.is_locked:
            lines.append(tr("Locked {at} by {who}", at=local_time(active.locked_at), who=active.locked_by))
            broken = tr("Its proposals have changed since it was locked: the seal no longer holds.")
            lines += [active.locked_why, broken if self._is_broken(active) else active.seal[:21] + " …"]
        return "\n".join(line for line in lines if line)

    # -- the menu -------------------------------------------------------------------------------------------------
    def fill(self) -> None:
        """Make the menu as things stand."""
        menu, session = self._menu, self._workspace.session
        menu.clear()
        if session is None:
            return
        active = session.scenarios.active()
        for scenario in session.scenarios.all():
            line = self._line(self._name(scenario), partial(self.choose, scenario.uuid))
            line.setCheckable(True)
            line.setChecked(active is not None and scenario.uuid == active.uuid)
            if scenario.is_locked:
                line.setIcon(icon("mdi6.lock-outline", self._workspace.is_dark))
            line.setToolTip(self._tip(scenario))
        if active is not None:
            menu.addSeparator()
        menu.addAction(self._actions["scenario.new"])
        if active is not None:
            self._own_lines(active)
            menu.addSeparator()
            menu.addAction(self._actions["scenario.compare"])

    def _own_lines(self, active: Scenario) -> None:
        reason = no_edit(self._workspace)
        locked = reason or (tr("It is locked.") if active.is_locked else "")
        self._line(tr("Rename …"), lambda: self.ask_rename(active), locked)
        if active.is_locked:
            self._line(tr("Check the seal"), lambda: self.verify(active))
            self._line(tr("Unlock …"), lambda: self.ask_unlock(active), reason)
        else:
            self._line(tr("Lock …"), lambda: self.ask_lock(active), reason)
        self._line(tr("Delete scenario"), lambda: self.delete(active), locked)

    def _line(self, words: str, call: Callable[[], object], reason: str = "") -> QAction:
        line = self._menu.addAction(words.replace("&", "&&"))
        line.setEnabled(not reason)
        line.setToolTip(reason or words)
        line.triggered.connect(lambda _checked=False: call())
        return line

    # -- doing ----------------------------------------------------------------------------------------------------
    def choose(self, uuid: Uuid) -> None:
        """Work on another scenario."""
        session = self._workspace.session
        if session is not None:
            self._try(lambda: session.scenarios.choose(uuid))
            if session.project.is_read_only:  # nothing was written, so nobody was told
                self.retranslate()
                self._workspace.overlay_changed.emit()

    def delete(self, scenario: Scenario) -> None:
        """Delete a scenario; undo brings it back."""
        session = self._workspace.session
        if session is not None and self._try(lambda: session.scenarios.delete(scenario.uuid)):
            words = tr(
                "The scenario “{name}” is deleted; its proposals stay. Undo brings it back.",
                name=scenario.name,
            )
            self._workspace.message.emit(words, "info")

    def verify(self, scenario: Scenario) -> None:
        """Check a seal beside the window, and say what was found."""
        session = self._workspace.session
        if session is None:
            return

        def work(_progress: Progress, _is_cancelled: IsCancelled) -> SealCheck:
            return session.scenarios.verify(scenario.uuid)

        def told(check: SealCheck) -> None:
            is_good = check.is_as_sealed and check.is_base_as_sealed
            self._workspace.message.emit(seal_words(check, scenario.name), "good" if is_good else "warning")

        self._jobs.start(Task(tr("Checking the seal"), work), told, self._fail, key="scenario seal")

    def _fail(self, error: Exception) -> None:
        self._workspace.message.emit(sentence(error), "error")

    def _try(self, call: Callable[[], object]) -> bool:
        try:
            call()
        except RenovateError as error:
            self._workspace.message.emit(str(error), "warning")
            return False
        return True

    # -- asking ---------------------------------------------------------------------------------------------------
    def ask_new(self) -> None:
        """Ask for a new scenario."""
        from renovate_gui.ui.scenarios.dialogs import NewScenarioDialog

        NewScenarioDialog(self._parent(), self._workspace).open()

    def ask_rename(self, scenario: Scenario) -> None:
        """Ask for another name."""
        from renovate_gui.ui.scenarios.dialogs import RenameScenarioDialog

        RenameScenarioDialog(self._parent(), self._workspace, scenario).open()

    def ask_lock(self, scenario: Scenario) -> None:
        """Ask who locks it and why."""
        from renovate_gui.ui.scenarios.dialogs import LockDialog

        LockDialog(self._parent(), self._workspace, scenario).open()

    def ask_unlock(self, scenario: Scenario) -> None:
        """Ask why it is opened again."""
        from renovate_gui.ui.scenarios.dialogs import UnlockDialog

        UnlockDialog(self._parent(), self._workspace, scenario).open()

    def _parent(self) -> QWidget:
        return self.window()
