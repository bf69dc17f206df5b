"""What scenarios ask: a name and what to begin with; who locks and why; why it is opened again."""

from __future__ import annotations

from PySide6.QtWidgets import QButtonGroup, QLineEdit, QRadioButton, QWidget

from renovate_gui.assets import tr
from renovate_gui.domain.errors import RenovateError
from renovate_gui.domain.ids import Uuid
from renovate_gui.domain.scenario import Scenario
from renovate_gui.ui.stages.dialog import StageDialog
from renovate_gui.ui.stages.widgets import Card, TextArea, button, say, text
from renovate_gui.ui.workspace import Workspace


class _Asking(StageDialog):
    """Labelled fields, a fault below them, and a button that stays open while they do not do."""

    def __init__(
        self, parent: QWidget, workspace: Workspace, title: str, accept: str, size: tuple[int, int]
    ) -> None:
        super().__init__(parent, workspace, title, size)
        self._fault = text("", "bad")
        self._accept_words = accept

    def labelled(self, words: str, field: QWidget) -> None:
        """Add a field below its words."""
        field.setAccessibleName(words)
        self.column.addWidget(text(words, "small"))
        self.column.addWidget(field)

    def finish(self) -> None:
        """Add fault and buttons."""
        self.column.addWidget(self._fault)
        say(self._fault, "")
        self.column.addStretch(1)
        accept = button(self._accept_words, self.take, "primary")
        accept.setDefault(True)
        self.add_foot(button(tr("Cancel"), self.reject), accept)

    def do(self) -> None:
        """Do what was asked."""
        raise NotImplementedError

    def take(self) -> None:
        """Do it, or say why it does not work."""
        try:
            self.do()
        except RenovateError as error:
            say(self._fault, str(error))
            return
        self.accept()


class NewScenarioDialog(_Asking):
    """Asks for name, remark and what the scenario begins with."""

    def __init__(self, parent: QWidget, workspace: Workspace) -> None:
        super().__init__(parent, workspace, tr("New scenario"), tr("Make the scenario"), (480, 430))
        self.name, self.note = QLineEdit(), TextArea(2)
        self.name.setPlaceholderText(tr("for instance: ramps first"))
        self.labelled(tr("Name"), self.name)
        self.labelled(tr("Remark"), self.note)
        self.column.addWidget(text(tr("It begins with"), "small"))
        self._group = QButtonGroup(self)
        self.options: dict[str, QRadioButton] = {}
        for code, words in self._beginnings(workspace):
            made = QRadioButton(words)
            self._group.addButton(made)
            self.options[code] = made
            self.column.addWidget(made)
        next(iter(self.options.values())).setChecked(True)
        self.column.addWidget(
            Card("hint").add(
                text(
                    tr(
                        "Nothing is copied: a proposal may belong to several scenarios. New proposals join the scenario"
                        " that is chosen; analyses, map and package are about it."
                    ),
                    "quiet",
                )
            )
        )
        self.finish()
        self.name.setFocus()

    @staticmethod
    def _beginnings(workspace: Workspace) -> list[tuple[str, str]]:
        session = workspace.session
        assert session is not None
        active, count = session.scenarios.active(), len(session.proposals.of())
        if active is None:
            first = tr("all present proposals ({n})", n=count)
        else:
            first = tr("the proposals of “{name}” ({n})", name=active.name, n=count)
        return [("present", first), ("empty", tr("no proposals"))]

    def do(self) -> None:
        """Make it."""
        if self.workspace.session is not None:
            self.workspace.session.scenarios.add(
                self.name.text(), is_empty=self.options["empty"].isChecked(), note=self.note.toPlainText()
            )


class RenameScenarioDialog(_Asking):
    """Asks for another name and remark."""

    def __init__(self, parent: QWidget, workspace: Workspace, scenario: Scenario) -> None:
        super().__init__(parent, workspace, tr("Rename scenario"), tr("Rename"), (440, 260))
        self._uuid = scenario.uuid
        self.name, self.note = QLineEdit(scenario.name), TextArea(2)
        self.note.setPlainText(scenario.note)
        self.labelled(tr("Name"), self.name)
        self.labelled(tr("Remark"), self.note)
        self.finish()
        self.name.selectAll()
        self.name.setFocus()

    def do(self) -> None:
        """Rename it."""
        if self.workspace.session is not None:
            self.workspace.session.scenarios.rename(self._uuid, self.name.text(), self.note.toPlainText())


class LockDialog(_Asking):
    """Asks who locks a scenario and why."""

    def __init__(self, parent: QWidget, workspace: Workspace, scenario: Scenario) -> None:
        title = tr("Lock “{name}”", name=scenario.name)
        super().__init__(parent, workspace, title, tr("Lock and seal"), (480, 380))
        self._uuid = scenario.uuid
        self.who, self.why = QLineEdit(), TextArea(2)
        self.who.setPlaceholderText(tr("empty: the user of this computer"))
        self.why.setPlaceholderText(tr("for instance: goes to the council on 12 May"))
        self.labelled(tr("Who locks it"), self.who)
        self.labelled(tr("Why"), self.why)
        self.column.addWidget(
            Card("hint").add(
                text(
                    tr(
                        "Its proposals, their photos and who belongs to it can then no longer be changed. The seal is a"
                        " hash of them and of the data they were drawn on; anybody can check it later."
                    ),
                    "quiet",
                )
            )
        )
        self.finish()
        self.who.setFocus()

    def do(self) -> None:
        """Lock it."""
        session = self.workspace.session
        if session is not None:
            session.scenarios.lock(self._uuid, who=self.who.text(), why=self.why.toPlainText())


class UnlockDialog(_Asking):
    """Asks why a locked scenario is opened again."""

    def __init__(self, parent: QWidget, workspace: Workspace, scenario: Scenario) -> None:
        title = tr("Unlock “{name}”", name=scenario.name)
        super().__init__(parent, workspace, title, tr("Unlock"), (460, 280))
        self._uuid = scenario.uuid
        self.why = TextArea(3)
        self.labelled(tr("Why it is unlocked"), self.why)
        words = tr(
            "Its seal goes. The history keeps who unlocked it, when and why; undo locks it again as it was."
        )
        self.column.addWidget(Card("hint").add(text(words, "quiet")))
        self.finish()
        self.why.setFocus()

    def do(self) -> None:
        """Unlock it."""
        if self.workspace.session is not None:
            self.workspace.session.scenarios.unlock(self._uuid, why=self.why.toPlainText())


def carry(workspace: Workspace, proposal: Uuid, to: Uuid, *, as_copy: bool) -> Uuid | None:
    """Take a proposal into a scenario, and say it; return the proposal that is there now, None when refused."""
    session = workspace.session
    if session is None:
        return None
    try:
        there = session.scenarios.carry(proposal, to, as_copy=as_copy)
    except RenovateError as error:
        workspace.message.emit(str(error), "warning")
        return None
    name = session.scenarios.get(to).name
    workspace.message.emit(
        tr("Proposal {number} is in the scenario “{name}” now.", number=there.number, name=name), "good"
    )
    return there.uuid
