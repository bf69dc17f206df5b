"""What the window's selection is on the map."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from renovate_gui.app.session import Session
from renovate_gui.domain.errors import RenovateError
from renovate_gui.domain.ids import LayerId
from renovate_gui.ui.canvas.hits import Hit, SceneIndex
from renovate_gui.ui.workspace import Workspace


def layer_key(layer_id: LayerId) -> str:
    """Return the selection key of a layer."""
    return f"layer:{layer_id}"


def layer_of_key(key: str) -> LayerId | None:
    """Return the layer of a selection key, or None for proposals, notes and nothing."""
    return LayerId(int(key[6:])) if key.startswith("layer:") and key[6:].isdigit() else None


def drawn_uuids(session: Session, key: str) -> dict[int, str]:
    """Return the uuids of proposals or notes by their id in the scene layer; rows do not tell: some things have two."""
    if key == "proposals":
        return {p.number: p.uuid for p in session.proposals.all()}
    return {place: note.uuid for place, note in enumerate(session.proposals.notes(), start=1)}


def selection_of_hits(
    workspace: Workspace, key: str, rows_or_ids: tuple[Hit, ...]
) -> tuple[str, tuple[object, ...]]:
    """Return the selection that hits of one scene layer mean: buildings for verdicts, uuids for proposals and notes."""
    if key in {"proposals", "notes"} and workspace.session is not None:
        uuids = drawn_uuids(workspace.session, key)
        found = (uuids[h.feature_id] for h in rows_or_ids if h.feature_id in uuids)
        return key, tuple(dict.fromkeys(found))
    if key.startswith("gap:") and workspace.judged_layer is not None:
        key = layer_key(workspace.judged_layer)
    return key, tuple(h.feature_id for h in rows_or_ids)


def selected_geometries(workspace: Workspace, index: SceneIndex) -> NDArray[np.object_]:
    """Return the geometries of the selection, shape ``(n,)``; empty when nothing is selected."""
    key, ids = workspace.selection
    session = workspace.session
    nothing = np.empty(0, dtype=object)
    if session is None or not ids:
        return nothing
    if key in {"proposals", "notes"}:
        things: Any = session.proposals.all() if key == "proposals" else session.proposals.notes()
        shapes = [t.geometry for t in things if t.uuid in ids and t.geometry is not None]
        return _objects(shapes)
    layer_id = layer_of_key(key)
    if layer_id is None:
        layer = index.layer(key)
        return nothing if layer is None else layer.geometry[np.isin(layer.ids, np.array(ids))]
    try:
        table = session.layers.table(layer_id)
    except RenovateError:
        return nothing
    chosen = table.geometry[np.isin(table.ids, np.array(ids, dtype=np.int64))]
    return _objects([g for g in chosen if g is not None])


def _objects(shapes: list[Any]) -> NDArray[np.object_]:
    result = np.empty(len(shapes), dtype=object)
    result[:] = shapes
    return result
