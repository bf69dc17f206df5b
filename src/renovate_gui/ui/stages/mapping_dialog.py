"""What a layer is and which column means what, changed after the import."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QWidget

from renovate_gui.app.gap_inputs import text_of
from renovate_gui.app.terms import term
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RenovateError
from renovate_gui.domain.layer import LayerInfo, LayerTable
from renovate_gui.domain.roles import Role
from renovate_gui.ui.stages.controls import Dropdown
from renovate_gui.ui.stages.dialog import StageDialog
from renovate_gui.ui.stages.field_words import FieldMapBox
from renovate_gui.ui.stages.scrolled import scrolled
from renovate_gui.ui.stages.widgets import button, enable, row, text
from renovate_gui.ui.workspace import Workspace

_SAMPLES = 4
_LOOKED_AT = 400


def samples(table: LayerTable) -> dict[str, tuple[str, ...]]:
    """Return a few different values of each column as text."""
    found: dict[str, tuple[str, ...]] = {}
    for name, values in table.columns.items():
        seen: dict[str, None] = {}
        for value in values[:_LOOKED_AT].tolist():
            if value is None or value != value:  # NaN is missing too  # noqa: PLR0124
                continue
            seen[text_of(value)] = None
            if len(seen) == _SAMPLES:
                break
        found[name] = tuple(seen)
    return found


class MappingDialog(StageDialog):
    """Edits name, role and columns of a layer; each changed one is an undoable step."""

    def __init__(self, parent: QWidget | None, workspace: Workspace, info: LayerInfo) -> None:
        super().__init__(parent, workspace, tr("Columns of {name}", name=info.name), (640, 620))
        session = workspace.session
        assert session is not None  # the panel only opens it with a project
        self._session = session
        self._info = info
        self._table = session.layers.table(info.id)
        self._samples = samples(self._table)
        self.name = QLineEdit(info.name)
        self.name.setAccessibleName(tr("Name"))
        self.role = Dropdown(tr("What it is"), at_least=12)
        for one in Role:
            self.role.addItem(term(one), one.value)
        self.role.setCurrentIndex(self.role.findData(info.role.value))
        self.role.activated.connect(self._show_fields)
        self.column.addWidget(row(text(tr("Name"), "quiet", wrap=False), self.name, stretch_last=True))
        self.column.addWidget(row(text(tr("What it is"), "quiet", wrap=False), self.role))
        self.fields = FieldMapBox()
        self.column.addWidget(scrolled(self.fields), 1)
        apply = button(tr("Apply"), self.apply, "primary")
        reason = tr("The project is open for reading only.") if session.project.is_read_only else ""
        enable(apply, reason)
        self.add_foot(self.close_button(), apply)
        self._show_fields()

    def _show_fields(self) -> None:
        role = Role(self.role.currentData())
        self.fields.show_map(role, list(self._table.columns), self._samples, self._info.field_map)

    def apply(self) -> None:
        """Store what differs, and close."""
        role, fields, info = Role(self.role.currentData()), self.fields.field_map(), self._info
        layers = self._session.layers
        try:
            if self.name.text().strip() and self.name.text().strip() != info.name:
                layers.rename(info.id, self.name.text().strip())
            if role != info.role:
                layers.set_role(info.id, role)
            if fields != dict(info.field_map):
                layers.set_field_map(info.id, fields)
        except RenovateError as error:
            self.workspace.message.emit(str(error), "error")
            return
        self.accept()
