"""Layers of a project as the reading side sees them: frozen values and arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from renovate_gui.domain.ids import LayerId, Uuid
from renovate_gui.domain.passport import ImportPassport
from renovate_gui.domain.roles import Datum, Role, Slot
from renovate_gui.domain.shapes import ObjectArray as ObjectArray  # noqa: PLC0414  said again from here
from renovate_gui.domain.style import Style

IdArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class LayerInfo:
    """A layer's row in the registry.

    Attributes
    ----------
    table
        Name of the feature table in the project file.
    position
        Order within its slot, 0 is on top.
    geometry_type
        ``Point``, ``LineString``, ``Polygon`` (multi variants included), ``Mixed`` or ``None``.
    source_crs, datum
        What the source file was declared to be; stored geometry is always in the project's CRS.
    field_map
        From the role's field names (:data:`renovate_gui.domain.roles.FIELDS`) to columns of the table.
    """

    id: LayerId
    uuid: Uuid
    name: str
    table: str
    role: Role
    slot: Slot
    position: int
    is_visible: bool
    geometry_type: str
    feature_count: int
    source_crs: str
    datum: Datum
    field_map: Mapping[str, str] = field(default_factory=dict)
    style: Style = field(default_factory=Style)
    passport: ImportPassport | None = None
    attribution: str = ""


@dataclass(frozen=True, slots=True)
class LayerTable:
    """The features of a layer as parallel arrays, in a stable order (by feature id).

    Attributes
    ----------
    ids
        Feature ids, shape ``(n,)``.
    geometry
        Shapely geometries in the project's CRS (metres), ``None`` where missing, shape ``(n,)``. Those of a large layer
        are kept flat and made when they are asked for (:class:`renovate_gui.domain.shapes.Shapes`).
    columns
        Column name to array of shape ``(n,)``: ``float64`` for numbers (NaN missing), ``object`` for text (None missing).
    """

    ids: IdArray
    geometry: ObjectArray
    columns: Mapping[str, NDArray[Any]]

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class ChangeEvent:
    """Which rows an action touched; the only message to the views.

    ``layers`` maps a layer to touched feature ids (``None``: the whole layer). ``registry`` says that the layer list,
    names, styles, order or visibility changed; ``settings`` that analysis parameters or project settings changed.
    ``topics`` holds the other touched tables: ``proposals``, ``notes``, ``photos``, ``replies``, ``packages``.
    """

    layers: Mapping[LayerId, frozenset[int] | None] = field(default_factory=dict)
    topics: frozenset[str] = frozenset()
    registry: bool = False
    settings: bool = False
    title: str = ""
