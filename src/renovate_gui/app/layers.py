"""Layers of the open project: registry, order, styles, tables, identify."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shapely.geometry.base import BaseGeometry

from renovate_gui.domain.ids import LayerId
from renovate_gui.domain.layer import LayerInfo, LayerTable
from renovate_gui.domain.roles import Role
from renovate_gui.domain.style import Style

if TYPE_CHECKING:
    from renovate_gui.store.project import Project


@dataclass(frozen=True, slots=True)
class IdentifyHit:
    """A feature under the pointer: its layer, id, title and all its values as read."""

    layer: LayerInfo
    feature_id: int
    title: str
    values: Mapping[str, Any]


class Layers:
    """Read models and layer actions. Tables are cached until an action touches them."""

    def __init__(self, project: Project) -> None:
        self._project = project

    def all(self) -> tuple[LayerInfo, ...]:
        """Return the layers, top of the tree first (slot PROPOSALS … EXISTING, then position)."""
        raise NotImplementedError

    def get(self, layer_id: LayerId) -> LayerInfo:
        """Return one layer; raise RequestError when it is gone."""
        raise NotImplementedError

    def of_role(self, role: Role) -> tuple[LayerInfo, ...]:
        """Return the layers of a role, top first."""
        raise NotImplementedError

    def table(self, layer_id: LayerId) -> LayerTable:
        """Return the layer's features, cached."""
        raise NotImplementedError

    def field(self, layer_id: LayerId, name: str) -> Any:
        """Return the column mapped to a role field as an array, or None when the layer has no such column."""
        raise NotImplementedError

    def identify(self, x: float, y: float, tolerance_m: float) -> tuple[IdentifyHit, ...]:
        """Return visible features within ``tolerance_m`` of a point in metres, topmost first."""
        raise NotImplementedError

    def rename(self, layer_id: LayerId, name: str) -> None:
        """Rename (undoable)."""
        raise NotImplementedError

    def remove(self, layer_id: LayerId) -> None:
        """Remove the layer from the project (undoable; the table goes at the next compaction)."""
        raise NotImplementedError

    def set_visible(self, layer_id: LayerId, *, visible: bool) -> None:
        """Show or hide (undoable)."""
        raise NotImplementedError

    def move(self, layer_id: LayerId, position: int) -> None:
        """Move within its slot (undoable)."""
        raise NotImplementedError

    def set_style(self, layer_id: LayerId, style: Style) -> None:
        """Change the look (undoable)."""
        raise NotImplementedError

    def suggest_style(
        self, layer_id: LayerId, column: str | None = None, *, graduated: bool | None = None, classes: int = 5
    ) -> Style:
        """Return a style for the role, or for a column: categories for text, quantile classes for numbers."""
        raise NotImplementedError

    def set_field_map(self, layer_id: LayerId, field_map: Mapping[str, str]) -> None:
        """Change which column means what (undoable)."""
        raise NotImplementedError

    def set_role(self, layer_id: LayerId, role: Role) -> None:
        """Change what the layer is (undoable)."""
        raise NotImplementedError

    def set_values(self, layer_id: LayerId, feature_id: int, values: Mapping[str, Any]) -> None:
        """Change attributes of a feature (undoable)."""
        raise NotImplementedError

    def set_geometry(self, layer_id: LayerId, feature_id: int, geometry: BaseGeometry) -> None:
        """Change a feature's geometry (undoable)."""
        raise NotImplementedError

    def delete_features(self, layer_id: LayerId, feature_ids: Sequence[int]) -> None:
        """Delete features (undoable)."""
        raise NotImplementedError
