"""The chooser which column holds each of the facts that a role can use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QWidget

from renovate_gui.app.field_words import field_title
from renovate_gui.assets import tr
from renovate_gui.domain.roles import FIELDS, Role
from renovate_gui.ui.stages.controls import Dropdown
from renovate_gui.ui.stages.widgets import Elided, clear, text


class FieldMapBox(QWidget):
    """One line per fact: its words, the column that holds it, a few of the column's values.

    Signals
    -------
    changed
        A person chose another column; :meth:`field_map` is new.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(4)
        self._grid.setHorizontalSpacing(10)
        self._grid.setColumnStretch(2, 1)
        self.combos: dict[str, QComboBox] = {}
        self._samples: dict[str, Elided] = {}
        self._values: Mapping[str, Sequence[str]] = {}

    def show_map(
        self,
        role: Role,
        columns: Sequence[str],
        values: Mapping[str, Sequence[str]],
        field_map: Mapping[str, str],
    ) -> None:
        """Offer the columns for each fact of a role."""
        clear(self._grid)
        self.combos, self._samples, self._values = {}, {}, values
        for line, field in enumerate(FIELDS[role]):
            combo = Dropdown(field_title(field.name), at_least=12)
            combo.addItem("–", "")
            for column in columns:
                combo.addItem(column, column)
            combo.setCurrentIndex(max(0, combo.findData(field_map.get(field.name, ""))))
            combo.activated.connect(lambda _=0, name=field.name: self._on_chosen(name))
            sample = Elided("", "small")
            words = field_title(field.name) + (" *" if field.required else "")
            label = text(words, "quiet", wrap=False)
            label.setToolTip(tr("needed by the stage that uses this layer") if field.required else field.name)
            for column_index, widget in enumerate((label, combo, sample)):
                self._grid.addWidget(widget, line, column_index)
            self.combos[field.name] = combo
            self._samples[field.name] = sample
            self._show_sample(field.name)

    def field_map(self) -> dict[str, str]:
        """Return the chosen columns."""
        return {name: str(c.currentData()) for name, c in self.combos.items() if c.currentData()}

    def _on_chosen(self, name: str) -> None:
        self._show_sample(name)
        self.changed.emit()

    def _show_sample(self, name: str) -> None:
        column = str(self.combos[name].currentData() or "")
        self._samples[name].setText(" · ".join(str(v) for v in self._values.get(column, ())[:4]))
