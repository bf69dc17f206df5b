"""Layers of the open project: registry, order, styles, tables, identify."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from renovate_gui.app.caches import Kept
from renovate_gui.app.field_words import field_title
from renovate_gui.app.gap_inputs import text_of
from renovate_gui.app.given_values import check_columns
from renovate_gui.app.tables import KeptTables
from renovate_gui.app.terms import term
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.ids import LayerId
from renovate_gui.domain.layer import ChangeEvent, LayerInfo, LayerTable, ObjectArray
from renovate_gui.domain.nearby import index_of
from renovate_gui.domain.roles import FIELDS, SLOT_OF_ROLE, Role
from renovate_gui.domain.style import Style

if TYPE_CHECKING:
    from renovate_gui.store.project import Project

_TITLE_FIELDS = ("name", "code", "category", "kind", "use", "role")


@dataclass(frozen=True, slots=True)
class IdentifyHit:
    """A feature under the pointer: its layer, id, title and all its values as read."""

    layer: LayerInfo
    feature_id: int
    title: str
    values: Mapping[str, Any]


class Layers:
    """Read models and layer actions. Tables are kept; an action makes only the rows it touched be read again."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._registry: Kept[str, tuple[LayerInfo, ...]] = Kept(project, lambda _key: project.layers())
        self._tables = KeptTables(project)
        self._trees: dict[LayerId, tuple[ObjectArray, Any]] = {}
        project.subscribe(self._follow)

    def _follow(self, event: ChangeEvent) -> None:
        if event.registry:
            self._registry.forget()
        self._tables.follow(event)
        for layer_id, touched in event.layers.items():
            if touched is None:
                self._trees.pop(layer_id, None)

    def _tree(self, layer_id: LayerId, geometry: ObjectArray) -> Any:
        """Return the index of exactly this geometry; it is kept as long as nothing of it changes."""
        kept = self._trees.get(layer_id)
        if kept is None or kept[0] is not geometry:
            kept = (geometry, index_of(geometry))
            if not self._project.is_acting:
                self._trees[layer_id] = kept
        return kept[1]

    def is_loaded(self, layer_id: LayerId) -> bool:
        """Return whether a layer's table is at hand, so that asking for it costs nothing."""
        return self._tables.holds(layer_id)

    # -- reading ----------------------------------------------------------------------------------------------
    def all(self) -> tuple[LayerInfo, ...]:
        """Return the layers, top of the tree first (slot PROPOSALS … EXISTING, then position)."""
        return self._registry.get("")

    def get(self, layer_id: LayerId) -> LayerInfo:
        """Return one layer; raise RequestError when it is gone."""
        found = next((info for info in self.all() if info.id == layer_id), None)
        if found is None:
            raise RequestError(tr("The layer is no longer in the project."))
        return found

    def of_role(self, role: Role) -> tuple[LayerInfo, ...]:
        """Return the layers of a role, top first."""
        return tuple(info for info in self.all() if info.role == role)

    def table(self, layer_id: LayerId) -> LayerTable:
        """Return the layer's features, cached; its arrays are read-only."""
        return self._tables.get(layer_id)

    def field(self, layer_id: LayerId, name: str) -> Any:
        """Return the column mapped to a role field as an array, or None when the layer has no such column."""
        column = self.get(layer_id).field_map.get(name)
        return None if column is None else self.table(layer_id).columns.get(column)

    def identify(self, x: float, y: float, tolerance_m: float) -> tuple[IdentifyHit, ...]:
        """Return visible features within ``tolerance_m`` of a point in metres, topmost first.

        Within a layer the nearest feature comes first, among equally near ones the smallest.
        """
        if not np.isfinite([x, y, tolerance_m]).all():
            return ()
        point = shapely.Point(x, y)
        hits: list[IdentifyHit] = []
        for info in self.all():
            if info.is_visible:
                table = self.table(info.id)
                tree = self._tree(info.id, table.geometry)
                found = tree.query(point, predicate="dwithin", distance=max(0.0, tolerance_m))
                near = table.geometry[found]
                order = np.lexsort((shapely.area(near), shapely.distance(near, point)))
                hits += [_hit(info, table, int(row)) for row in found[order]]
        return tuple(hits)

    # -- the registry -----------------------------------------------------------------------------------------
    def _change(self, info: LayerInfo, title: str) -> None:
        with self._project.action(title) as writer:
            writer.put_layer(info)

    def rename(self, layer_id: LayerId, name: str) -> None:
        """Rename (undoable)."""
        info = self.get(layer_id)
        new = name.strip()
        if not new:
            raise RequestError(tr("A layer needs a name."))
        self._change(
            replace(info, name=new), tr("Rename layer “{layer}” to “{name}”", layer=info.name, name=new)
        )

    def remove(self, layer_id: LayerId) -> None:
        """Remove the layer from the project (undoable; the table goes at the next compaction)."""
        info = self.get(layer_id)
        with self._project.action(tr("Remove layer “{layer}”", layer=info.name)) as writer:
            writer.drop_layer(layer_id)

    def set_visible(self, layer_id: LayerId, *, visible: bool) -> None:
        """Show or hide (undoable)."""
        info = self.get(layer_id)
        title = (
            tr("Show layer “{layer}”", layer=info.name)
            if visible
            else tr("Hide layer “{layer}”", layer=info.name)
        )
        self._change(replace(info, is_visible=visible), title)

    def move(self, layer_id: LayerId, position: int) -> None:
        """Move within its slot (undoable); ``position`` counts from the top, 0 first."""
        info = self.get(layer_id)
        mates = [i for i in self.all() if i.slot == info.slot and i.id != layer_id]
        mates.insert(max(0, min(position, len(mates))), info)
        with self._project.action(tr("Move layer “{layer}”", layer=info.name)) as writer:
            for place, mate in enumerate(mates):
                if mate.position != place:
                    writer.put_layer(replace(mate, position=place))

    def set_style(self, layer_id: LayerId, style: Style) -> None:
        """Change the look (undoable)."""
        info = self.get(layer_id)
        self._change(replace(info, style=style), tr("Style layer “{layer}”", layer=info.name))

    def suggest_style(
        self, layer_id: LayerId, column: str | None = None, *, graduated: bool | None = None, classes: int = 5
    ) -> Style:
        """Return a style for the role, or for a column: categories for text, quantile classes for numbers."""
        from renovate_gui.app.styling import suggest_style

        return suggest_style(
            self.get(layer_id), self.table(layer_id), column, graduated=graduated, classes=classes
        )

    def set_field_map(self, layer_id: LayerId, field_map: Mapping[str, str]) -> None:
        """Change which column means what (undoable)."""
        info = self.get(layer_id)
        columns = self.table(layer_id).columns
        known = {field.name for field in FIELDS[info.role]}
        for name, column in field_map.items():
            if name not in known:
                raise RequestError(tr("{role} has no field “{field}”.", role=term(info.role), field=name))
            if column not in columns:
                raise RequestError(tr("“{layer}” has no column “{column}”.", layer=info.name, column=column))
        self._change(
            replace(info, field_map=dict(field_map)),
            tr("Say what the columns of “{layer}” mean", layer=info.name),
        )

    def set_role(self, layer_id: LayerId, role: Role) -> None:
        """Change what the layer is (undoable).

        Columns keep the meanings the new role knows too; a look that was only the old role's becomes the new one's.
        """
        from renovate_gui.app.styling import suggest_style

        info = self.get(layer_id)
        known = {field.name for field in FIELDS[role]}
        slot = SLOT_OF_ROLE[role]
        new = replace(
            info,
            role=role,
            slot=slot,
            position=info.position if slot == info.slot else -1,
            field_map={name: column for name, column in info.field_map.items() if name in known},
        )
        table = self.table(layer_id)
        if info.style in (Style(), suggest_style(info, table)):
            new = replace(new, style=suggest_style(new, table))
        self._change(new, tr("Use layer “{layer}” as {role}", layer=info.name, role=term(role)))

    # -- features ---------------------------------------------------------------------------------------------
    def set_values(self, layer_id: LayerId, feature_id: int, values: Mapping[str, Any]) -> None:
        """Change attributes of a feature (undoable); raise RequestError when a column that means a number gets none."""
        info = self.get(layer_id)
        check_columns(info, values)
        meanings = {column: field_title(name) for name, column in info.field_map.items()}
        columns = tr(", ").join(meanings.get(column, str(column)) for column in values)
        title = tr("Edit {columns} in “{layer}”", columns=columns, layer=info.name)
        with self._project.action(title) as writer:
            writer.set_values(layer_id, feature_id, values)

    def set_geometry(self, layer_id: LayerId, feature_id: int, geometry: BaseGeometry) -> None:
        """Change a feature's geometry (undoable)."""
        title = tr("Move or reshape a feature of “{layer}”", layer=self.get(layer_id).name)
        with self._project.action(title) as writer:
            writer.set_geometry(layer_id, feature_id, geometry)

    def delete_features(self, layer_id: LayerId, feature_ids: Sequence[int]) -> None:
        """Delete features (undoable)."""
        count = len(set(feature_ids))
        title = tr("Delete features of “{layer}” ({count})", count=count, layer=self.get(layer_id).name)
        with self._project.action(title) as writer:
            writer.delete_features(layer_id, feature_ids)


def _hit(info: LayerInfo, table: LayerTable, row: int) -> IdentifyHit:
    values = {name: _plain(column[row]) for name, column in table.columns.items()}
    named = (values.get(info.field_map.get(field, "")) for field in _TITLE_FIELDS)
    title = next((words for words in map(text_of, named) if words), info.name)
    return IdentifyHit(info, int(table.ids[row]), title, values)


def _plain(value: Any) -> Any:
    """Return a Python value; a missing number is None."""
    if isinstance(value, float):  # numpy's float64 is one
        return None if np.isnan(value) else float(value)
    return value
