"""What tests of app build their small towns from."""

from __future__ import annotations

import numpy as np

from renovate_gui.domain.layer import LayerInfo, LayerTable
from renovate_gui.domain.roles import SLOT_OF_ROLE, Datum


def put_layer(session, role, name, geometry, columns=None, field_map=None, geometry_type=""):
    """Store a layer as the import does."""
    shapes = np.empty(len(geometry), dtype=object)
    shapes[:] = geometry
    columns = {
        k: np.array(v, dtype=object if isinstance(v[0], str | None) else float)
        for k, v in (columns or {}).items()
    }
    table = LayerTable(np.arange(1, len(shapes) + 1), shapes, columns)
    info = LayerInfo(
        id=0, uuid="", name=name, table="", role=role, slot=SLOT_OF_ROLE[role], position=0, is_visible=True,
        geometry_type=geometry_type, feature_count=len(shapes), source_crs="EPSG:4545", datum=Datum.CGCS2000,
        field_map=field_map or {},
    )  # fmt: skip
    with session.project.action(f"Import {name}") as writer:
        return writer.add_layer(info, table)
