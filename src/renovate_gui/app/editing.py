"""The ``edit`` and ``dump`` protocol: operations as values, for scripts and tests, over the same session as the window.

An operation is one of::

    {"op": "add", "layer": "proposals" | "notes", "id": ID, "geometry": GeoJSON | null, "properties": {…}}
    {"op": "update", "id": ID, "properties": {…}, "geometry": GeoJSON | null}     both members optional
    {"op": "delete", "id": ID}
    {"op": "batch", "ops": [add, update and delete operations]}                   all or nothing, one history step
    {"op": "undo"}        {"op": "redo"}

**Coordinates** are numbers of the project's own coordinate system, and come back from ``dump`` exactly as they were
given; while the project has none they are stored as they are. An operation with ``"crs": "EPSG:4326"`` gives its
geometry in that system (x before y); it is converted when stored, and ``dump`` returns the converted numbers.

**Properties** are any JSON object. ``update`` merges: given keys replace, others stay, ``null`` is a value like any
other. What the program knows (:mod:`renovate_gui.app.given_values`) is refused when it is of another kind: a capacity of
``"lots"``, a title that is a list. An **id** is any text that is not empty, unique over both layers.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from shapely.geometry.base import BaseGeometry

from renovate_gui.app.given_geometry import read_geojson, write_geojson
from renovate_gui.app.given_values import check_properties
from renovate_gui.app.proposals import add_title, change_title, delete_title
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.ids import Uuid
from renovate_gui.store.project import DrawnFeature, Project, Writer

if TYPE_CHECKING:
    from renovate_gui.app.session import Session

LAYERS = ("proposals", "notes")


def apply_operation(session: Session, op: Mapping[str, Any]) -> None:
    """Do one operation; raise RequestError with one sentence when it cannot be done, and then nothing has changed."""
    name = _member(op, "op", str)
    project = session.project
    if name == "undo":
        if session.undo() is None:
            raise RequestError(tr("There is nothing to undo."))
    elif name == "redo":
        if session.redo() is None:
            raise RequestError(tr("There is nothing to redo."))
    elif name == "batch":
        ops = _member(op, "ops", list)
        with project.action(tr("Several changes at once ({count})", count=len(ops))) as writer:
            for part in ops:
                _write(project, writer, part)
    else:
        with project.action("") as writer:
            writer.title = _write(project, writer, op)


def dump(session: Session) -> dict[str, Any]:
    """Return everything drawn: ``{"features": [{"id", "layer", "geometry", "properties"}, …]}``."""
    return {
        "features": [
            {
                "id": f.uuid,
                "layer": layer,
                "geometry": write_geojson(f.geometry, f.geojson),
                "properties": dict(f.properties),
            }
            for layer in LAYERS
            for f in session.project.drawn(layer)
        ]
    }


# -- writing --------------------------------------------------------------------------------------------------
def _write(project: Project, writer: Writer, op: object) -> str:
    """Do an add, update or delete inside an open action; return its words for the history."""
    kinds: dict[str, Callable[[Project, Writer, Mapping[str, Any]], str]] = {
        "add": _add,
        "update": _update,
        "delete": _delete,
    }
    if not isinstance(op, Mapping):
        raise RequestError(tr("An operation must be a JSON object."))
    name = _member(op, "op", str)
    if name not in kinds:
        raise RequestError(tr("“{op}” is not an operation that can be done here.", op=name[:80]))
    return kinds[name](project, writer, op)


def _add(project: Project, writer: Writer, op: Mapping[str, Any]) -> str:
    layer, uuid = _member(op, "layer", str), _id(op)
    if layer not in LAYERS:
        raise RequestError(tr("“{layer}” takes no drawn features; use proposals or notes.", layer=layer[:80]))
    if any(project.find_drawn(name, uuid) is not None for name in LAYERS):
        raise RequestError(tr("There is a feature “{id}” already.", id=uuid))
    geometry, given = _geometry(project, op)
    feature = DrawnFeature(uuid, writer.next_number(layer), geometry, _properties(op, layer), given)
    writer.put_drawn(layer, feature)
    return add_title(feature.number, _title(feature)) if layer == "proposals" else tr("Add a callout")


def _update(project: Project, writer: Writer, op: Mapping[str, Any]) -> str:
    layer, feature = _find(project, op)
    feature = replace(feature, properties={**feature.properties, **_properties(op, layer)})
    if "geometry" in op:
        geometry, given = _geometry(project, op)
        feature = replace(feature, geometry=geometry, geojson=given)
    writer.put_drawn(layer, feature)
    return change_title(feature.number, _title(feature)) if layer == "proposals" else tr("Change a callout")


def _delete(project: Project, writer: Writer, op: Mapping[str, Any]) -> str:
    layer, feature = _find(project, op)
    if layer == "proposals":
        writer.delete_proposal(Uuid(feature.uuid))
        return delete_title(feature.number, _title(feature))
    writer.delete_note(Uuid(feature.uuid))
    return tr("Delete a callout")


def _find(project: Project, op: Mapping[str, Any]) -> tuple[str, DrawnFeature]:
    uuid = _id(op)
    for layer in LAYERS:
        feature = project.find_drawn(layer, uuid)
        if feature is not None:
            return layer, feature
    raise RequestError(tr("There is no feature “{id}”.", id=uuid))


def _title(feature: DrawnFeature) -> str:
    title = feature.properties.get("title")
    return title if isinstance(title, str) else ""


# -- members of an operation ----------------------------------------------------------------------------------
def _member(op: Mapping[str, Any], key: str, kind: type[Any]) -> Any:
    value = op.get(key)
    if not isinstance(value, kind):
        raise RequestError(tr("The operation's “{key}” is missing or of the wrong kind.", key=key))
    return value


def _id(op: Mapping[str, Any]) -> str:
    uuid: str = _member(op, "id", str)
    if not uuid or not _is_storable(uuid):
        raise RequestError(tr("The operation's “{key}” is missing or of the wrong kind.", key="id"))
    return uuid


def _is_storable(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:  # half of a surrogate pair
        return False
    return "\x00" not in text


def _properties(op: Mapping[str, Any], layer: str) -> dict[str, Any]:
    value = op.get("properties", {})
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise RequestError(tr("The operation's “{key}” is missing or of the wrong kind.", key="properties"))
    try:
        json.dumps(dict(value), allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise RequestError(
            tr("The properties hold something JSON does not know, such as NaN or a million levels.")
        ) from error
    check_properties(str(op["op"]), layer, value)
    return dict(value)


def _geometry(project: Project, op: Mapping[str, Any]) -> tuple[BaseGeometry | None, str | None]:
    crs = op.get("crs")
    return read_geojson(
        op.get("geometry"), project.meta("crs"), None if crs is None else _member(op, "crs", str)
    )
