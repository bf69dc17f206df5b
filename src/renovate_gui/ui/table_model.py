"""The attribute table's model: arrays in, sorted and filtered by our own index array; smooth at 100,000 rows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor

from renovate_gui.app.terms import term
from renovate_gui.assets import tr
from renovate_gui.domain.layer import LayerTable
from renovate_gui.domain.verdict import GapResult, Verdict

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()
_VERDICT_COLOURS = {Verdict.SERVED: "#00795A", Verdict.FULL: "#8A5A00", Verdict.OUT_OF_REACH: "#B84300", Verdict.NOT_FOR_THIS_PERSON: "#7E3F99"}  # fmt: skip
_VERDICT_COLOURS_DARK = {Verdict.SERVED: "#2BC79A", Verdict.FULL: "#F0C566", Verdict.OUT_OF_REACH: "#F29A66", Verdict.NOT_FOR_THIS_PERSON: "#C79BDA"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its header, its values (``float64`` or ``object``), whether a person may edit it."""

    title: str
    values: NDArray[Any]
    is_editable: bool = False
    is_verdict: bool = False

    @property
    def is_number(self) -> bool:
        """Return whether the values are numbers."""
        return self.values.dtype != object


def layer_columns(table: LayerTable, *, is_editable: bool) -> list[Column]:
    """Return a layer's own columns."""
    return [Column(name, values, is_editable) for name, values in table.columns.items()]


def gap_columns(gap: GapResult, ids: NDArray[np.int64]) -> list[Column]:
    """Return verdict, distances and nearest facility in the row order of ``ids``; missing rows stay empty."""
    order = np.argsort(gap.ids)
    place = np.clip(np.searchsorted(gap.ids[order], ids), 0, max(0, len(order) - 1))
    if len(order) == 0:
        return []
    rows = order[place]
    is_known = gap.ids[rows] == ids
    verdict = np.where(is_known, gap.verdict[rows].astype(np.float64), np.nan)
    names = np.array([*gap.facility_names, None], dtype=object)
    nearest = names[np.where(is_known & (gap.nearest[rows] >= 0), gap.nearest[rows], len(names) - 1)]

    def known(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.where(is_known, values[rows], np.nan)

    return [
        Column(tr("Verdict"), verdict, is_verdict=True),
        Column(tr("Walking distance, m"), np.round(known(gap.network_m))),
        Column(tr("Straight line, m"), np.round(known(gap.circle_m))),
        Column(tr("Nearest facility"), nearest),
        Column(term(gap.basis), known(gap.people)),
    ]


class TableModel(QAbstractTableModel):
    """Shows columns of equal length.

    Signals
    -------
    edited
        A person changed a cell: ``(feature id, column title, new value)``; whoever owns the data stores it.
    """

    edited = Signal(object, str, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.ids: NDArray[np.int64] = np.empty(0, dtype=np.int64)
        self.columns: list[Column] = []
        self.is_dark = False
        self._order: NDArray[np.intp] = np.empty(0, dtype=np.intp)
        self._filter = ""
        self._sorted_by: tuple[str, Qt.SortOrder] | None = None
        self._place_of: dict[int, int] | None = None

    # -- content ------------------------------------------------------------------------------------------------
    def set_content(self, ids: NDArray[np.int64], columns: list[Column]) -> None:
        """Show other arrays; sorting and filter stay as far as the columns still exist."""
        self.beginResetModel()
        self.ids, self.columns = ids, columns
        self._arrange()
        self.endResetModel()

    def set_filter(self, text: str) -> None:
        """Show only rows that contain the text in any column, whatever the case."""
        if text != self._filter:
            self.beginResetModel()
            self._filter = text
            self._arrange()
            self.endResetModel()

    def feature_id(self, row: int) -> int:
        """Return the feature of a shown row."""
        return int(self.ids[self._order[row]])

    def rows_of(self, ids: tuple[object, ...]) -> list[int]:
        """Return the shown rows of features."""
        if self._place_of is None:
            shown = self.ids[self._order]
            self._place_of = dict(zip(shown.tolist(), range(len(shown)), strict=True))
        return [self._place_of[i] for i in ids if isinstance(i, int) and i in self._place_of]

    def _arrange(self) -> None:
        self._place_of = None
        order = np.arange(len(self.ids))
        if self._filter and len(self.ids):
            order = np.flatnonzero(self._matches(self._filter.casefold()))
        if self._sorted_by is not None:
            name, direction = self._sorted_by
            column = next((c for c in self.columns if c.title == name), None)
            if column is not None:
                order = order[
                    sort_order(column.values[order], is_descending=direction == Qt.SortOrder.DescendingOrder)
                ]
        self._order = order

    def _matches(self, wanted: str) -> NDArray[np.bool_]:
        found = np.zeros(len(self.ids), dtype=bool)
        for column in self.columns:
            if column.is_verdict:
                hits = [v for v in Verdict if wanted in term(v).casefold()]
                found |= np.isin(column.values, [float(v) for v in hits])
            elif column.is_number:
                texts = np.char.mod("%g", np.asarray(column.values, dtype=np.float64))
                found |= np.char.find(texts, wanted) >= 0
            else:
                found |= np.fromiter(
                    (v is not None and wanted in str(v).casefold() for v in column.values),
                    dtype=bool,
                    count=len(found),
                )
        return found

    # -- Qt -----------------------------------------------------------------------------------------------------
    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self._order)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows."""
        column = self.columns[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole and column.is_number and not column.is_verdict:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role not in {
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.EditRole,
            Qt.ItemDataRole.ForegroundRole,
        }:
            return None
        value = column.values[self._order[index.row()]]
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._colour(column, value)
        return cell_words(value, is_verdict=column.is_verdict)

    def _colour(self, column: Column, value: Any) -> QColor | None:
        if not column.is_verdict or not math.isfinite(value):
            return None
        colours = _VERDICT_COLOURS_DARK if self.is_dark else _VERDICT_COLOURS
        found = colours.get(Verdict(int(value)))
        return QColor(found) if found else None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return what a header shows."""
        if orientation == Qt.Orientation.Vertical:
            return f"{section + 1:,}" if role == Qt.ItemDataRole.DisplayRole else None
        column = self.columns[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = (
                Qt.AlignmentFlag.AlignRight
                if column.is_number and not column.is_verdict
                else Qt.AlignmentFlag.AlignLeft
            )
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.ToolTipRole:
            return column.title
        return column.title if role == Qt.ItemDataRole.DisplayRole else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return what can be done with a cell."""
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        is_editable = index.isValid() and self.columns[index.column()].is_editable
        return flags | Qt.ItemFlag.ItemIsEditable if is_editable else flags

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Store an edited cell."""
        column = self.columns[index.column()]
        if role != Qt.ItemDataRole.EditRole or not column.is_editable:
            return False
        try:
            new = parse_cell(str(value), is_number=column.is_number)
        except ValueError:
            return False
        old = column.values[self._order[index.row()]]
        if cell_words(old) != cell_words(new):
            self.edited.emit(self.feature_id(index.row()), column.title, new)
        return True

    def sort(self, section: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort the rows."""
        if not 0 <= section < len(self.columns):
            return
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        chosen = [(self.feature_id(i.row()), i.column()) for i in before]
        self._sorted_by = (self.columns[section].title, order)
        self._arrange()
        places = {i: (self.rows_of((i,)) or [-1])[0] for i, _ in chosen}
        after = [self.index(places[i], c) if places[i] >= 0 else QModelIndex() for i, c in chosen]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()


def sort_order(values: NDArray[Any], *, is_descending: bool) -> NDArray[np.intp]:
    """Return the stable order of values; missing ones come last in either direction."""
    if values.dtype == object:
        is_missing = np.fromiter((v is None for v in values), dtype=bool, count=len(values))
        texts = np.array(["" if v is None else str(v).casefold() for v in values], dtype=np.str_)
        _, keys = np.unique(texts, return_inverse=True)
        numbers = keys.astype(np.float64)
    else:
        numbers = np.asarray(values, dtype=np.float64)
        is_missing = np.isnan(numbers)
    numbers = np.where(is_missing, 0.0, -numbers if is_descending else numbers)
    return np.lexsort((numbers, is_missing))


def cell_words(value: Any, *, is_verdict: bool = False) -> str:
    """Return a cell's text; missing values are empty, whole numbers have no decimals."""
    if value is None:
        return ""
    if isinstance(value, (float, np.floating)):
        number = float(value)
        if math.isnan(number):
            return ""
        if is_verdict:
            return term(Verdict(int(number)))
        if math.isinf(number):
            return "∞"
        return f"{number:.0f}" if number == round(number) and abs(number) < 1e15 else f"{number:.6g}"
    return str(value)


def parse_cell(text: str, *, is_number: bool) -> float | str | None:
    """Return the value a person typed; raise ValueError when a number is wanted and this is none."""
    clean = text.strip()
    if not clean:
        return None
    if not is_number:
        return clean
    value = float(clean.replace(",", ""))
    if not math.isfinite(value):
        raise ValueError(clean)
    return value
