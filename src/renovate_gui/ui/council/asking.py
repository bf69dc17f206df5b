"""The base of the small dialogs of votes and meetings: labelled fields, a fault below them, two buttons."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from renovate_gui.assets import tr
from renovate_gui.domain.errors import RenovateError
from renovate_gui.ui.stages.dialog import StageDialog
from renovate_gui.ui.stages.widgets import button, say, text
from renovate_gui.ui.workspace import Workspace


class Asking(StageDialog):
    """Subclasses add fields with :meth:`labelled`, call :meth:`finish`, and do what was asked in :meth:`do`."""

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
        """Do what was asked; a refusal is shown and the dialog stays."""
        raise NotImplementedError

    def take(self) -> None:
        """Do it, or say why it does not work."""
        try:
            self.do()
        except RenovateError as error:
            say(self._fault, str(error))
            return
        self.accept()
