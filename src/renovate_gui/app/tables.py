"""Tables of layers kept between actions: after an edit only the touched rows are read again."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from renovate_gui.domain.ids import LayerId
from renovate_gui.domain.layer import ChangeEvent, LayerTable, ObjectArray
from renovate_gui.domain.shapes import flat_of
from renovate_gui.store import readers

if TYPE_CHECKING:
    from renovate_gui.store.project import Project

_MOST_SINGLE_ROWS = 1000
"""So many touched rows are looked up one by one; more are as soon read with the whole table."""


class KeptTables:
    """The tables that were asked for, brought up to date when they are asked for again.

    What an edit did not change stays the very same array (geometry, each column), so that whatever was made of it
    can be kept too. What is read inside an open action is not kept, because the action may still be rolled back.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self._lock = threading.Lock()
        self._tables: dict[LayerId, LayerTable] = {}
        self._stale: dict[LayerId, frozenset[int]] = {}  # rows of kept tables that an action touched
        self._generation = 0

    def get(self, layer_id: LayerId) -> LayerTable:
        """Return a layer's features; raise RequestError when the layer is gone."""
        if self._project.is_acting:
            return self._project.table(layer_id)
        with self._lock:
            kept, stale = self._tables.get(layer_id), self._stale.get(layer_id, frozenset())
            generation = self._generation
        if kept is not None and not stale:
            return kept
        table = self._project.table(layer_id) if kept is None else self._up_to_date(layer_id, kept, stale)
        with self._lock:
            if (
                generation == self._generation
            ):  # else something was committed meanwhile: the next asking reads again
                self._tables[layer_id] = table
                self._stale.pop(layer_id, None)
        return table

    def _up_to_date(self, layer_id: LayerId, kept: LayerTable, stale: frozenset[int]) -> LayerTable:
        fresh = readers.features(self._project, layer_id, stale)
        updated = with_rows(kept, fresh, stale)
        return updated if updated is not None else self._project.table(layer_id)

    def holds(self, layer_id: LayerId) -> bool:
        """Return whether a table is at hand, so that asking for it costs next to nothing."""
        with self._lock:
            return layer_id in self._tables

    def follow(self, event: ChangeEvent) -> None:
        """Note what an action touched."""
        with self._lock:
            self._generation += 1
            for layer_id, touched in event.layers.items():
                kept = self._tables.get(layer_id)
                if kept is None:
                    continue
                stale = None if touched is None else self._stale.get(layer_id, frozenset()) | touched
                if stale is None or len(stale) > _MOST_SINGLE_ROWS:
                    del self._tables[layer_id]
                    self._stale.pop(layer_id, None)
                else:
                    self._stale[layer_id] = stale


def with_rows(kept: LayerTable, fresh: LayerTable, touched: frozenset[int]) -> LayerTable | None:
    """Return a table with some rows read anew; None when the two have other columns.

    Parameters
    ----------
    kept
        The table as it was, ids ascending.
    fresh
        Those of the touched rows that are there now, ids ascending.
    touched
        Ids of all rows that may have changed, come or gone.
    """
    if list(kept.columns) != list(fresh.columns) or any(
        kept.columns[name].dtype != fresh.columns[name].dtype for name in kept.columns
    ):
        return None
    gone = np.setdiff1d(np.fromiter(touched, np.int64, len(touched)), fresh.ids)
    table = _without(kept, gone)
    place = np.searchsorted(table.ids, fresh.ids)
    inside = np.minimum(place, max(len(table) - 1, 0))
    is_known = table.ids[inside] == fresh.ids if len(table) else np.zeros(len(fresh), dtype=bool)
    table = _changed(table, fresh, inside, is_known)
    return _frozen(_inserted(table, fresh, place, ~is_known))


def _without(table: LayerTable, gone: NDArray[np.int64]) -> LayerTable:
    is_gone = np.isin(table.ids, gone) if len(gone) else np.zeros(0, dtype=bool)
    if not is_gone.any():
        return table
    stays = ~is_gone
    columns = {name: values[stays] for name, values in table.columns.items()}
    return LayerTable(table.ids[stays], table.geometry[stays], columns)


def _changed(
    table: LayerTable, fresh: LayerTable, place: NDArray[np.intp], is_known: NDArray[np.bool_]
) -> LayerTable:
    """Return the table with the new values of rows it has; an array without a change stays the same object."""
    at = place[is_known]
    if len(at) == 0:
        return table
    columns = {
        name: _put(values, at, fresh.columns[name][is_known]) for name, values in table.columns.items()
    }
    return LayerTable(table.ids, _put_shapes(table.geometry, at, fresh.geometry[is_known]), columns)


def _put(values: NDArray[Any], at: NDArray[np.intp], new: NDArray[Any]) -> NDArray[Any]:
    old = values[at]
    if values.dtype.kind == "f":  # by their bits: NaN is as it was, and −0 is not 0
        old, new = old.view(np.int64), new.view(np.int64)
        is_same = np.array_equal(old, new)
        return values if is_same else _with(values, at, new.view(values.dtype))
    return values if bool(np.all(old == new)) else _with(values, at, new)


def _put_shapes(shapes: ObjectArray, at: NDArray[np.intp], new: ObjectArray) -> ObjectArray:
    import shapely

    old = shapely.to_wkb(shapes[at], flavor="iso")  # to the last bit, heights and empty ones too
    is_same = all(a == b for a, b in zip(old, shapely.to_wkb(new, flavor="iso"), strict=True))
    if is_same:
        return shapes
    flat = flat_of(shapes)
    return _with(shapes, at, new) if flat is None else flat.replaced(at, new).as_array()


def _with(values: NDArray[Any], at: NDArray[np.intp], new: NDArray[Any]) -> NDArray[Any]:
    copy = values.copy()
    copy[at] = new
    return copy


def _inserted(
    table: LayerTable, fresh: LayerTable, place: NDArray[np.intp], is_new: NDArray[np.bool_]
) -> LayerTable:
    if not is_new.any():
        return table
    at = place[is_new]

    def insert(values: NDArray[Any], new: NDArray[Any]) -> NDArray[Any]:
        return np.insert(values, at, new[is_new])

    columns = {name: insert(values, fresh.columns[name]) for name, values in table.columns.items()}
    flat = flat_of(table.geometry)
    new = fresh.geometry
    shapes = insert(table.geometry, new) if flat is None else flat.inserted(at, new[is_new]).as_array()
    return LayerTable(insert(table.ids, fresh.ids), shapes, columns)


def _frozen(table: LayerTable) -> LayerTable:
    for array in (table.ids, table.geometry, *table.columns.values()):
        array.setflags(write=False)  # views share them
    return table
