"""What the history asks: a version's name, and how far it may tidy up."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QLineEdit, QSpinBox, QWidget

from renovate_gui.assets import tr
from renovate_gui.domain.errors import RenovateError
from renovate_gui.ui.stages.dialog import StageDialog
from renovate_gui.ui.stages.widgets import Card, TextArea, button, row, say, text
from renovate_gui.ui.workspace import Workspace

_USUAL_DAYS, _MOST_DAYS = 30, 3650


class NameDialog(StageDialog):
    """Asks for the name of the present state and why it is kept; stays open while the name does not do.

    Parameters
    ----------
    keep
        Called with name and reason; raises RenovateError when the name is taken or empty.
    """

    def __init__(self, parent: QWidget, workspace: Workspace, keep: Callable[[str, str], object]) -> None:
        super().__init__(parent, workspace, tr("Name this version"), (480, 350))
        self._keep = keep
        self.name, self.why, self._fault = QLineEdit(), TextArea(3), text("", "bad")
        self.name.setPlaceholderText(tr("for instance: as shown to the council on 12 May"))
        self.name.setAccessibleName(tr("Name"))
        self.why.setAccessibleName(tr("Why it is kept"))
        self.why.setPlaceholderText(tr("for instance: the council decides on this state"))
        note = Card("hint")
        note.add(
            text(
                tr(
                    "The present state is kept for ever under this name, whatever is tidied up later. It is sealed with a"
                    " hash of its content, so that anybody can check that nothing in it was changed."
                ),
                "quiet",
            )
        )
        for widget in (
            text(tr("Name"), "small"),
            self.name,
            text(tr("Why it is kept"), "small"),
            self.why,
            self._fault,
            note,
        ):
            self.column.addWidget(widget)
        say(self._fault, "")
        self.column.addStretch(1)
        accept = button(tr("Keep it under this name"), self.take, "primary")
        accept.setDefault(True)
        self.add_foot(button(tr("Cancel"), self.reject), accept)
        self.name.returnPressed.connect(self.take)
        self.name.setFocus()

    def take(self) -> None:
        """Keep the state, or say why the name does not do."""
        try:
            self._keep(self.name.text(), self.why.toPlainText().strip())
        except RenovateError as error:
            say(self._fault, str(error))
            self.name.setFocus()
            return
        self.accept()


class TidyDialog(StageDialog):
    """Explains what tidying up does and asks how many days stay as they are.

    Parameters
    ----------
    count_older
        Returns how many steps are older than so many days.
    start
        Called with the number of days.
    """

    def __init__(
        self,
        parent: QWidget,
        workspace: Workspace,
        count_older: Callable[[int], int],
        start: Callable[[int], object],
    ) -> None:
        super().__init__(parent, workspace, tr("Tidy up the history"), (500, 320))
        self._count_older, self._start = count_older, start
        self.days = QSpinBox()
        self.days.setRange(0, _MOST_DAYS)
        self.days.setValue(_USUAL_DAYS)
        self.days.setSuffix(" " + tr("days"))
        self.days.setAccessibleName(tr("Keep every step of the last"))
        self._said = text("", "strong")
        self.column.addWidget(
            text(
                tr(
                    "Older steps are joined into one from named version to named version, and steps left behind before"
                    " that are dropped. The file gets smaller; single old steps can then no longer be looked at or taken back."
                )
            )
        )
        self.column.addWidget(row(text(tr("Keep every step of the last"), wrap=False), self.days))
        self.column.addWidget(self._said)
        note = Card("hint")
        note.add(
            text(
                tr(
                    "Nothing of the present state changes, and every named version stays as it was sealed. A backup of the"
                    " whole project, with its whole history, is made first."
                ),
                "quiet",
            )
        )
        self.column.addWidget(note)
        self.column.addStretch(1)
        self.go = button(tr("Back up and tidy up"), self.take, "primary")
        self.add_foot(button(tr("Cancel"), self.reject), self.go)
        self.days.valueChanged.connect(lambda _value: self._show())
        self._show()

    def _show(self) -> None:
        n = self._count_older(self.days.value())
        self._said.setText(
            tr("{n} steps are older than that.", n=f"{n:,}")
            if n
            else tr("No step is older than that: there is nothing to tidy up.")
        )
        self.go.setEnabled(bool(n))
        self.go.setToolTip("" if n else self._said.text())

    def take(self) -> None:
        """Begin."""
        self._start(self.days.value())
        self.accept()
