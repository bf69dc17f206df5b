"""The words of a callout."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QVBoxLayout, QWidget

from renovate_gui.assets import tr
from renovate_gui.domain.errors import RenovateError
from renovate_gui.domain.ids import Uuid
from renovate_gui.domain.proposal import Note
from renovate_gui.ui.stages.widgets import TextArea, button, row, text
from renovate_gui.ui.workspace import Tool, Workspace


class NoteForm(QWidget):
    """Edits one callout; words are stored when editing ends."""

    def __init__(self, workspace: Workspace, uuid: Uuid) -> None:
        super().__init__()
        self.uuid = uuid
        self._workspace = workspace
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(button("← " + tr("All proposals"), lambda: workspace.select("", ()), "link"))
        column.addWidget(text(tr("Callout"), "section"))
        self.words = TextArea(4)
        self.words.setAccessibleName(tr("Callout"))
        self.words.editing_finished.connect(self.commit_focused)
        column.addWidget(self.words)
        shape = button(tr("Move"), lambda: workspace.set_tool(Tool.EDIT_VERTICES))
        column.addWidget(row(shape, button(tr("Delete"), self._delete, "danger")))
        session = workspace.session
        is_fixed = session is None or session.project.is_read_only
        self.words.setReadOnly(is_fixed)
        shape.setDisabled(is_fixed)
        self.follow()

    def _note(self) -> Note | None:
        session = self._workspace.session
        notes = session.proposals.notes() if session is not None else ()
        return next((n for n in notes if n.uuid == self.uuid), None)

    def follow(self) -> bool:
        """Show stored words unless a person is typing; return whether the callout still exists."""
        note = self._note()
        if note is None:
            return False
        if not self.words.hasFocus() and self.words.toPlainText() != note.text:
            self.words.setPlainText(note.text)
        return True

    def commit_focused(self) -> None:
        """Store changed words."""
        note, session = self._note(), self._workspace.session
        if note is None or session is None or note.text == self.words.toPlainText():
            return
        try:
            session.proposals.update_note(replace(note, text=self.words.toPlainText()))
        except RenovateError as error:
            self._workspace.message.emit(str(error), "error")

    def _delete(self) -> None:
        session = self._workspace.session
        if session is None:
            return
        self._workspace.select("", ())
        try:
            session.proposals.delete_note(self.uuid)
        except RenovateError as error:
            self._workspace.message.emit(str(error), "error")
