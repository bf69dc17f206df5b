"""The import passport of a layer: source, conversion, every refusal with row and reason."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFormLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from renovate_gui.assets import tr
from renovate_gui.domain.layer import LayerInfo
from renovate_gui.domain.passport import ImportPassport
from renovate_gui.ui.stages.bar import Part, StackedBar
from renovate_gui.ui.stages.dialog import StageDialog
from renovate_gui.ui.stages.numbers import local_time, whole
from renovate_gui.ui.stages.widgets import button, text
from renovate_gui.ui.workspace import Workspace


def facts(passport: ImportPassport) -> list[tuple[str, str]]:
    """Return label and value of everything an auditor asks."""
    return [
        (tr("Source file"), passport.source_name),
        (tr("Layer in the file"), passport.source_layer),
        (tr("File changed"), local_time(passport.source_modified)),
        (tr("Imported"), local_time(passport.imported_at)),
        (tr("Read by"), passport.driver),
        (tr("Encoding"), passport.encoding),
        (tr("Coordinate system"), passport.crs),
        (tr("Datum"), passport.datum),
        (tr("Conversion"), passport.conversion),
        ("SHA-256", passport.source_sha256),
        (tr("Software"), passport.software),
    ]


def as_text(name: str, passport: ImportPassport) -> str:
    """Return the passport as lines of text, for the clipboard."""
    lines = [name, *(f"{label}: {value}" for label, value in facts(passport)), rows_words(passport)]
    lines += [f"{r.row}\t{r.reason}" for r in passport.refusals]
    lines += [f"{r.row}\t{r.problem}\t{r.change}" for r in passport.repairs]
    return "\n".join([*lines, *passport.notes])


def rows_words(passport: ImportPassport) -> str:
    """Return the sum that always holds: read = shown + refused."""
    return tr(
        "{read} rows read = {shown} shown + {refused} refused",
        read=whole(passport.rows_read),
        shown=whole(passport.rows_shown),
        refused=whole(passport.rows_refused),
    )


class PassportDialog(StageDialog):
    """Shows a passport; everything in it can be copied."""

    def __init__(self, parent: QWidget | None, workspace: Workspace, info: LayerInfo) -> None:
        super().__init__(parent, workspace, tr("Import passport"), (720, 640))
        passport = info.passport
        if passport is None:
            self.column.addWidget(text(tr("This layer was not imported; it has no passport.")))
            self.add_foot(self.close_button())
            return
        self._passport = passport
        self._name = info.name
        self.column.addWidget(text(info.name, "title"))
        self.column.addWidget(text(rows_words(passport)))
        bar = StackedBar(self.look.line)
        shown = Part(tr("shown"), float(passport.rows_shown), self.look.served)
        bar.set_parts([shown, Part(tr("refused"), float(passport.rows_refused), self.look.out)])
        self.column.addWidget(bar)
        self.column.addWidget(self._facts())
        for note in passport.notes:
            self.column.addWidget(text(f"· {note}", "quiet"))
        rows = [(str(r.row), tr("refused"), r.reason) for r in passport.refusals]
        rows += [(str(r.row), tr("repaired"), f"{r.problem} {r.change}") for r in passport.repairs]
        if rows:
            self.column.addWidget(self._table(rows), 1)
        else:
            self.column.addWidget(text(tr("No row was refused and nothing was repaired."), "good"))
            self.column.addStretch(1)
        self.add_foot(button(tr("Copy all"), self.copy), self.close_button())

    def _facts(self) -> QWidget:
        holder = QWidget()
        form = QFormLayout(holder)
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(4)
        form.setHorizontalSpacing(18)
        for label, value in facts(self._passport):
            shown = text(value or "–")
            shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            form.addRow(text(label, "quiet", wrap=False), shown)
        return holder

    def _table(self, rows: list[tuple[str, str, str]]) -> QTableWidget:
        self.table = QTableWidget(len(rows), 3)
        self.table.setHorizontalHeaderLabels([tr("Row"), tr("What happened"), tr("Reason")])
        self.table.verticalHeader().hide()
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.horizontalHeader().setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        for i, cells in enumerate(rows):
            for j, words in enumerate(cells):
                item = QTableWidgetItem(words)
                item.setToolTip(words)
                self.table.setItem(i, j, item)
        return self.table

    def copy(self) -> None:
        """Put the whole passport on the clipboard."""
        QGuiApplication.clipboard().setText(as_text(self._name, self._passport))
        self.workspace.message.emit(tr("The passport is on the clipboard."), "info")
