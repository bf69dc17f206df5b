"""“Standards”: the chosen profile as a stack of layers, its rows by tier, and the row in front to change or sign."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from renovate_gui.app import standard_words as words
from renovate_gui.app.session import Session
from renovate_gui.assets import current_language, tr
from renovate_gui.domain.errors import RenovateError
from renovate_gui.domain.standard import StandardProfile, StandardRow
from renovate_gui.ui import reasons
from renovate_gui.ui.jobs import sentence
from renovate_gui.ui.stages.controls import Dropdown
from renovate_gui.ui.stages.dialog import StageDialog
from renovate_gui.ui.stages.scrolled import ScrolledColumn
from renovate_gui.ui.stages.widgets import Stack, button, enable, say, text
from renovate_gui.ui.standards.layer_stack import LayerStack
from renovate_gui.ui.standards.row_card import RowActions, RowCard
from renovate_gui.ui.standards.row_forms import ChangeForm, SignForm
from renovate_gui.ui.standards.row_table import RowTable
from renovate_gui.ui.workspace import Workspace

_SIZE = (1320, 820)
_LEFT_PX = 242


class StandardsDialog(StageDialog):
    """The dialog."""

    def __init__(self, parent: QWidget | None, workspace: Workspace) -> None:
        super().__init__(parent, workspace, tr("Standards"), _SIZE)
        self.form: ChangeForm | SignForm | None = None
        self._build()
        workspace.changed.connect(self._on_changed)
        self.refresh()
        self.table.setFocus()

    # -- building -----------------------------------------------------------------------------------------------
    def _build(self) -> None:
        self.chooser = Dropdown(tr("Standard"), at_least=18)
        self.chooser.activated.connect(lambda _i: self.choose(str(self.chooser.currentData())))
        self.stack = LayerStack()
        self.unchecked = QCheckBox(tr("Only rows not checked"))
        self.unchecked.toggled.connect(lambda _on: self.refresh())
        self.counts = text("", "quiet")
        self.import_button = button(tr("Import a profile file …"), self.ask_file)
        self.table = RowTable(self.look)
        self.table.row_chosen.connect(lambda _key: self._show_card())
        self.table.change_asked.connect(self.change)
        self.below = Stack()
        body = QHBoxLayout()
        body.setSpacing(16)
        body.addWidget(self._left())
        right = QVBoxLayout()
        right.setSpacing(10)
        right.addWidget(self.table, 1)
        self.legend = text(words.legend_words(), "small")
        right.addWidget(self.legend)
        right.addWidget(self.below)
        body.addLayout(right, 1)
        self.column.addLayout(body, 1)
        self.add_foot(self.close_button(), left=self.counts)

    def _left(self) -> QWidget:
        left = ScrolledColumn()
        left.column.setSpacing(8)
        left.fill(
            text(tr("Standard"), "section"),
            self.chooser,
            text(tr("Layers: the upper covers the lower, row by row"), "small"),
            self.stack,
            self.unchecked,
            self.import_button,
        )
        left.setFixedWidth(_LEFT_PX)
        return left

    # -- following ----------------------------------------------------------------------------------------------
    @property
    def session(self) -> Session | None:
        """Return the open session."""
        return self.workspace.session

    def refresh(self) -> None:
        """Show what is there now."""
        session = self.session
        if session is None:
            return
        standard = session.standards.active()
        read_only = reasons.read_only(self.workspace)
        self._show_choices(session, standard)
        enable(self.chooser, read_only)
        enable(self.import_button, read_only)
        self.stack.show_layers(standard)
        open_rows = [r for r in standard.rows if not r.is_checked]
        say(
            self.counts,
            tr(
                "{checked} of {n} rows compared with the printed text",
                checked=len(standard.rows) - len(open_rows),
                n=len(standard.rows),
            ),
        )
        shown = open_rows if self.unchecked.isChecked() else list(standard.rows)
        self.table.show_rows(standard, shown, self.table.current_key())

    def _show_choices(self, session: Session, standard: StandardProfile) -> None:
        self.chooser.clear()
        for one in session.standards.profiles():
            name = one.zh if current_language() == "zh_CN" else one.en
            self.chooser.addItem(name, one.id)
            self.chooser.setItemData(self.chooser.count() - 1, name, Qt.ItemDataRole.ToolTipRole)
        self.chooser.setCurrentIndex(self.chooser.findData(standard.id))
        self.chooser.setToolTip(self.chooser.currentText())

    def current_row(self) -> StandardRow | None:
        """Return the row in front."""
        key = self.table.current_key()
        if self.session is None or not key:
            return None
        return self.session.standards.active().find(key)

    def _show_card(self) -> None:
        self.form = None
        session, row = self.session, self.current_row()
        if session is None or row is None:
            self.below.show_widgets([text(tr("No row to show."), "quiet")])
            return
        self.card = RowCard(
            session.standards.active(),
            row,
            RowActions(self.change, self.sign, self.reset),
            read_only=reasons.read_only(self.workspace),
        )
        self.below.show_widgets([self.card])

    # -- doing --------------------------------------------------------------------------------------------------
    def choose(self, profile_id: str) -> None:
        """Judge by another standard."""
        session = self.session
        if session is not None and profile_id != session.standards.active().id:
            self._try(lambda: session.standards.choose(profile_id))

    def change(self) -> None:
        """Open the form to change the row in front."""
        session, row = self.session, self.current_row()
        if session is None or row is None or reasons.read_only(self.workspace):
            return

        def store(changes: dict[str, Any], why: str) -> None:
            session.standards.edit_row(row.key, changes, why)

        self._open(form := ChangeForm(row, store, self.leave))
        form.distance.setFocus()
        form.distance.selectAll()

    def sign(self) -> None:
        """Open the form to sign the row in front."""
        session, row = self.session, self.current_row()
        if session is None or row is None:
            return

        def store(who: str, on: date, printed: str) -> None:
            session.standards.sign_row(row.key, who, on, printed)

        form = SignForm(row, suggested=session.standards.signer(), sign=store, on_done=self.leave)
        self._open(form)
        form.who.setFocus()

    def reset(self) -> None:
        """Take the row in front back to the layer below."""
        session, row = self.session, self.current_row()
        if session is not None and row is not None:
            self._try(lambda: session.standards.reset_row(row.key))

    def ask_file(self) -> None:
        """Ask for a profile file and take it into the project."""
        path, _ = QFileDialog.getOpenFileName(
            self, tr("Import a profile file"), "", tr("Standards files (*.toml)")
        )
        if path:
            self.import_file(Path(path))

    def import_file(self, path: Path) -> None:
        """Take a profile file into the project and judge by it."""
        session = self.session
        if session is not None:
            self._try(lambda: session.standards.import_profile(path, chooses=True))

    def leave(self) -> None:
        """Close the form."""
        self._show_card()
        self.table.setFocus()

    def _open(self, form: ChangeForm | SignForm) -> None:
        self.form = form
        self.below.show_widgets([form])

    def _try(self, call: Callable[[], object]) -> None:
        try:
            call()
        except RenovateError as error:
            self.workspace.message.emit(sentence(error), "error")
            self.refresh()
            say(self.counts, sentence(error), "bad")

    def _on_changed(self, _event: object) -> None:
        if self.form is None or self.form.store_button.hasFocus() or not self.form.isVisible():
            self.refresh()

    def done(self, result: int) -> None:
        """Leave."""
        self.workspace.changed.disconnect(self._on_changed)
        super().done(result)
