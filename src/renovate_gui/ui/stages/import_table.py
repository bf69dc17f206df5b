"""The table of all source layers: take it or not, what it is, in which coordinates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
)

from renovate_gui.app.planning import with_crs
from renovate_gui.app.survey import ImportPlan
from renovate_gui.app.terms import term
from renovate_gui.assets import tr
from renovate_gui.domain.roles import Datum, Role
from renovate_gui.ui.stages.controls import Dropdown
from renovate_gui.ui.stages.look import Look, icon
from renovate_gui.ui.stages.numbers import whole

ENCODINGS = ("UTF-8", "GB18030", "GBK", "Big5", "ISO-8859-1")
_TAKE, _NAME, _COUNT, _ROLE, _CRS, _DATUM, _ENCODING, _STATE = range(8)
_EPSG = re.compile(r"^\s*(?:epsg)?\s*:?\s*(\d{4,6})\s*$", re.IGNORECASE)


def open_questions(plan: ImportPlan) -> tuple[str, ...]:
    """Return what a person must still answer; a chosen coordinate system answers the question for it."""
    if not plan.crs or not plan.encoding:
        return plan.questions or (tr("Which coordinate system is it in?"),)
    return ()


def typed_crs(words: str) -> str:
    """Return ``EPSG:n`` for what a person typed or chose; empty when it is no such code."""
    found = _EPSG.match(words)
    return f"EPSG:{found.group(1)}" if found else ""


class ImportTable(QTableWidget):
    """One row per source layer.

    Signals
    -------
    plan_selected
        Another row is current (its index).
    plans_changed
        Something was ticked or chosen; :attr:`plans` are new.
    """

    plan_selected = Signal(int)
    plans_changed = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(0, 8)
        self._look = look
        self.plans: list[ImportPlan] = []
        self.setHorizontalHeaderLabels(
            [
                "",
                tr("File and layer"),
                tr("Features"),
                tr("What it is"),
                tr("Coordinate system"),
                tr("Datum"),
                tr("Encoding"),
                "",
            ]
        )
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(38)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(_NAME, QHeaderView.ResizeMode.Stretch)
        for column, width in (
            (_TAKE, 44),
            (_COUNT, 84),
            (_ROLE, 146),
            (_CRS, 204),
            (_DATUM, 146),
            (_ENCODING, 118),
        ):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            self.setColumnWidth(column, width)
        header.setSectionResizeMode(_STATE, QHeaderView.ResizeMode.Fixed)
        self.setColumnWidth(_STATE, 44)
        self.currentCellChanged.connect(self._on_current)
        self.itemChanged.connect(self._on_item)

    def current_index(self) -> int:
        """Return the current row, −1 for none."""
        return self.currentRow()

    def show_plans(self, plans: Sequence[ImportPlan]) -> None:
        """Show proposals."""
        self.plans = list(plans)
        with QSignalBlocker(self):
            self.setRowCount(len(plans))
            for index in range(len(plans)):
                self._fill(index)
        asking = next((i for i, p in enumerate(plans) if open_questions(p)), 0)
        self.setCurrentCell(asking, _NAME)
        self.plans_changed.emit()

    def put_plan(self, index: int, plan: ImportPlan) -> None:
        """Take a changed plan from the detail below."""
        self._change(index, plan)

    # -- rows -----------------------------------------------------------------------------------------------------
    def _fill(self, index: int) -> None:
        plan = self.plans[index]
        take = QTableWidgetItem()
        take.setFlags(
            Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        )
        take.setCheckState(Qt.CheckState.Checked if plan.is_wanted else Qt.CheckState.Unchecked)
        self.setItem(index, _TAKE, take)
        source = plan.source
        words = (
            source.path.name
            if source.name in {"", source.path.stem}
            else f"{source.path.name} › {source.name}"
        )
        self._put(index, _NAME, words, f"{source.path}\n{source.geometry_type}, {source.driver}")
        self._put(index, _COUNT, whole(source.features), source.geometry_type)
        self.setCellWidget(index, _ROLE, self._role_box(index, plan))
        self.setCellWidget(index, _CRS, self._crs_box(index, plan))
        self.setCellWidget(index, _DATUM, self._datum_box(index, plan))
        self.setCellWidget(index, _ENCODING, self._encoding_box(index, plan))
        self._show_state(index)

    def _put(self, row: int, column: int, words: str, tip: str) -> None:
        item = QTableWidgetItem(words)
        item.setToolTip(tip)
        if column == _COUNT:
            item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setItem(row, column, item)

    def _box(self, index: int, name: str) -> QComboBox:
        return Dropdown(f"{name}, {self.plans[index].name}", at_least=4)

    def _role_box(self, index: int, plan: ImportPlan) -> QComboBox:
        box = self._box(index, tr("What it is"))
        for role in Role:
            box.addItem(term(role), role.value)
        box.setCurrentIndex(box.findData(plan.role.value))
        box.activated.connect(lambda _=0: self._set(index, role=Role(box.currentData())))
        return box

    def _crs_box(self, index: int, plan: ImportPlan) -> QComboBox:
        box = self._box(index, tr("Coordinate system"))
        box.setEditable(True)
        box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        for code, reason in _candidates(plan):
            box.addItem(code, code)
            box.setItemData(box.count() - 1, reason, Qt.ItemDataRole.ToolTipRole)
        line = box.lineEdit()
        if line is not None:
            line.setPlaceholderText(tr("unknown: choose or type EPSG"))
            line.editingFinished.connect(lambda: self._set_crs(index, box))
        box.setCurrentText(_short_crs(plan.crs))
        box.activated.connect(lambda _=0: self._set_crs(index, box))
        return box

    def _datum_box(self, index: int, plan: ImportPlan) -> QComboBox:
        box = self._box(index, tr("Datum"))
        for datum in Datum:
            box.addItem(term(datum), datum.value)
        box.setCurrentIndex(box.findData(plan.datum.value))
        box.activated.connect(lambda _=0: self._set(index, datum=Datum(box.currentData())))
        return box

    def _encoding_box(self, index: int, plan: ImportPlan) -> QComboBox:
        box = self._box(index, tr("Encoding"))
        for name in dict.fromkeys((plan.encoding, *(code for code, _ in plan.source.encodings), *ENCODINGS)):
            box.addItem(name, name)
        box.activated.connect(lambda _=0: self._set(index, encoding=str(box.currentData())))
        return box

    def _show_state(self, index: int) -> None:
        plan = self.plans[index]
        questions = open_questions(plan)
        item = QTableWidgetItem()
        if questions:
            item.setIcon(icon("mdi6.help-circle", self._look.out))
        elif plan.source.problems:
            item.setIcon(icon("mdi6.alert-outline", self._look.full))
        else:
            item.setIcon(icon("mdi6.check", self._look.served))
        said = "\n".join((*questions, *plan.source.problems)) or tr("ready")
        item.setToolTip(said)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, said)
        with QSignalBlocker(self):
            self.setItem(index, _STATE, item)
            ink = QColor(self._look.ink if plan.is_wanted else self._look.ink3)
            for column in (_NAME, _COUNT):
                cell = self.item(index, column)
                if cell is not None:
                    cell.setForeground(ink)

    # -- changes --------------------------------------------------------------------------------------------------
    def _set(self, index: int, **values: object) -> None:
        self._change(index, replace(self.plans[index], **values))  # type: ignore[arg-type]

    def _set_crs(self, index: int, box: QComboBox) -> None:
        words = box.currentText().strip()
        plan = self.plans[index]
        code = words if words in dict(plan.crs_candidates) else typed_crs(words)  # GCJ-02, EPSG:4326;swapped
        if words == _short_crs(plan.crs):
            return
        if code or not words:
            self._change(index, with_crs(plan, code))
        else:
            box.setCurrentText(_short_crs(plan.crs))

    def _follow(self, index: int) -> None:
        """Show in the row's boxes what was chosen elsewhere."""
        plan = self.plans[index]
        for column, words, value in (
            (_CRS, _short_crs(plan.crs), None),
            (_DATUM, "", plan.datum.value),
            (_ENCODING, "", plan.encoding),
        ):
            box = self.cellWidget(index, column)
            if isinstance(box, QComboBox):
                with QSignalBlocker(box):
                    box.setCurrentText(words) if value is None else box.setCurrentIndex(box.findData(value))

    def _change(self, index: int, plan: ImportPlan) -> None:
        if plan == self.plans[index]:
            return
        self.plans[index] = plan
        self._follow(index)
        self._show_state(index)
        if index != self.currentRow():
            self.setCurrentCell(index, _NAME)
        self.plans_changed.emit()

    def _on_item(self, item: QTableWidgetItem) -> None:
        if item.column() == _TAKE:
            self._set(item.row(), is_wanted=item.checkState() == Qt.CheckState.Checked)

    def _on_current(self, row: int) -> None:
        if row >= 0:
            self.plan_selected.emit(row)


def _candidates(plan: ImportPlan) -> list[tuple[str, str]]:
    found = dict(plan.crs_candidates)
    if typed_crs(plan.crs):
        found.setdefault(plan.crs, tr("as the file says"))
    return list(found.items())


def _short_crs(crs: str) -> str:
    """Return a code as it is, and the name inside a long definition."""
    if len(crs) <= 24:
        return crs
    named = re.search(r'"([^"]+)"', crs)
    return named.group(1) if named else crs[:24]
