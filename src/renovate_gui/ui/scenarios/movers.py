"""The list of buildings that gain or lose; it and the map select each other."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import QItemSelectionModel, QSignalBlocker
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from renovate_gui.app.scenario_compare import Shift
from renovate_gui.app.session import Session
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RenovateError
from renovate_gui.domain.ids import LayerId
from renovate_gui.ui.scenarios.table import MoversModel
from renovate_gui.ui.workspace import Workspace

_MOST_SELECTED = 500
_LEAST_PX, _AROUND_M = 78, 60.0


class MoversView(QTableView):
    """A line per building, most people first; a double click shows it on the map."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self.movers = MoversModel(self)
        self.setModel(self.movers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.horizontalHeader().setMinimumSectionSize(_LEAST_PX)
        self.selectionModel().selectionChanged.connect(self._take_rows)
        self.doubleClicked.connect(lambda _index: self._zoom())
        workspace.selection_changed.connect(self._on_selection)

    def show_shift(self, shift: Shift | None, names: Mapping[int, str]) -> None:
        """Show other buildings."""
        self.setAccessibleName(tr("Buildings that gain or lose"))
        self.movers.set_shift(shift, dict(names))
        for column in range(3):
            fits = QHeaderView.ResizeMode.Stretch if column == 0 else QHeaderView.ResizeMode.ResizeToContents
            self.horizontalHeader().setSectionResizeMode(column, fits)

    def _layer_key(self) -> str:
        shift = self.movers.shift
        return "" if shift is None else f"layer:{shift.layer_id}"

    def _take_rows(self, *_ignored: object) -> None:
        rows = [i.row() for i in self.selectionModel().selectedRows()]
        if rows and self._layer_key():
            ids = self.movers.ids()[rows]
            self._workspace.select(self._layer_key(), tuple(int(i) for i in ids))

    def _on_selection(self, key: str, ids: tuple[object, ...]) -> None:
        """Mark what was selected on the map."""
        if not self.isVisible() or key != self._layer_key() or len(ids) > _MOST_SELECTED:
            return
        wanted = np.flatnonzero(np.isin(self.movers.ids(), np.array(ids, dtype=np.int64)))
        chosen = self.selectionModel()
        with QSignalBlocker(chosen):
            chosen.clearSelection()
            flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
            for place in wanted:
                chosen.select(self.movers.index(int(place), 0), flags)
        if len(wanted):
            self.scrollTo(self.movers.index(int(wanted[0]), 0))
        self.viewport().update()

    def _zoom(self) -> None:
        session, (key, ids) = self._workspace.session, self._workspace.selection
        if session is None or not ids or not key.startswith("layer:"):
            return
        table = session.layers.table(LayerId(int(key[6:])))
        shapes = table.geometry[np.isin(table.ids, np.array(ids, dtype=np.int64))]
        boxes = np.array([g.bounds for g in shapes if g is not None])
        if len(boxes):
            low, high = boxes[:, :2].min(axis=0) - _AROUND_M, boxes[:, 2:].max(axis=0) + _AROUND_M
            self._workspace.zoom_requested.emit((*map(float, low), *map(float, high)))


def names_of(session: Session, shift: Shift) -> dict[int, str]:
    """Return what the buildings that gain or lose are called: name, else code, else layer and id."""
    wanted = shift.ids[np.concatenate([shift.winners, shift.losers])]
    try:
        table = session.layers.table(shift.layer_id)
        columns = [session.layers.field(shift.layer_id, f) for f in ("name", "code")]
    except RenovateError:
        return {}
    layer = next((i.name for i in session.layers.all() if i.id == shift.layer_id), "")
    at = {int(i): place for place, i in enumerate(table.ids)}
    found: dict[int, str] = {}
    for fid in (int(i) for i in wanted):
        place = at.get(fid)
        words = [str(c[place]).strip() for c in columns if c is not None and place is not None and c[place]]
        found[fid] = words[0] if words else f"{layer} {fid}"
    return found
