"""The layer registry: rows of ``rg_layers`` as :class:`LayerInfo`, and their twins in GeoPackage's own lists."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Any, TypeVar

import apsw
import msgspec

from renovate_gui.domain.ids import LayerId, Uuid
from renovate_gui.domain.layer import LayerInfo
from renovate_gui.domain.passport import ImportPassport
from renovate_gui.domain.roles import Datum, Role, Slot
from renovate_gui.domain.style import Style
from renovate_gui.store.blobs import GEOMETRY_COLUMN
from renovate_gui.store.connection import rows
from renovate_gui.store.schema import LAYER_PREFIX

SOURCE_WKB = "source_wkb"
_COLUMNS = (
    "id",
    "uuid",
    "name",
    "table_name",
    "role",
    "slot",
    "position",
    "visible",
    "geometry_type",
    "feature_count",
    "source_crs",
    "datum",
    "field_map",
    "style",
    "passport",
    "attribution",
)
_SLOT_ORDER = (Slot.PROPOSALS, Slot.GAPS, Slot.NEEDS, Slot.EXISTING)  # top of the tree first
_TAKEN_COLUMNS = {"fid", GEOMETRY_COLUMN, SOURCE_WKB, "rowid", "oid", "_rowid_", "ogc_fid"}
E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")


def read_layers(db: apsw.Connection) -> tuple[LayerInfo, ...]:
    """Return all layers, top of the tree first."""
    found = rows(db, f"SELECT {','.join(_COLUMNS)} FROM rg_layers")  # noqa: S608  our own names
    infos = [_info(dict(zip(_COLUMNS, row, strict=True))) for row in found]
    return tuple(sorted(infos, key=lambda i: (_SLOT_ORDER.index(i.slot), i.position, i.name, i.id)))


def _info(row: dict[str, Any]) -> LayerInfo:
    return LayerInfo(
        id=LayerId(row["id"]),
        uuid=Uuid(row["uuid"]),
        name=row["name"],
        table=row["table_name"],
        role=_member(Role, row["role"], Role.OTHER),
        slot=_member(Slot, row["slot"], Slot.EXISTING),
        position=row["position"],
        is_visible=bool(row["visible"]),
        geometry_type=row["geometry_type"],
        feature_count=row["feature_count"],
        source_crs=row["source_crs"],
        datum=_member(Datum, row["datum"], Datum.OTHER),
        field_map=_value(row["field_map"], dict[str, str], {}),
        style=_value(row["style"], Style, Style()),
        passport=_value(row["passport"], ImportPassport, None),
        attribution=row["attribution"],
    )


def _member(kind: type[E], text: str, otherwise: E) -> E:
    """Return an enumeration's member; a word from a newer program must not keep the project shut."""
    return next((m for m in kind if m.value == text), otherwise)


def _value(text: str | None, kind: type[T], otherwise: Any) -> Any:
    """Return what a JSON text says; a text that another program spoiled costs the look, not the layer."""
    if text is None:
        return otherwise
    try:
        return msgspec.json.decode(text, type=kind)
    except (msgspec.MsgspecError, UnicodeError):
        return otherwise


def _row(info: LayerInfo) -> tuple[Any, ...]:
    return (
        info.id,
        info.uuid,
        info.name,
        info.table,
        info.role.value,
        info.slot.value,
        info.position,
        int(info.is_visible),
        info.geometry_type,
        info.feature_count,
        info.source_crs,
        info.datum.value,
        _json(dict(info.field_map)),
        _json(info.style),
        None if info.passport is None else _json(info.passport),
        info.attribution,
    )


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def insert_layer(db: apsw.Connection, info: LayerInfo) -> None:
    """Add a registry row."""
    marks = ",".join("?" * len(_COLUMNS))
    db.execute(f"INSERT INTO rg_layers ({','.join(_COLUMNS)}) VALUES ({marks})", _row(info))  # noqa: S608


def update_layer(db: apsw.Connection, info: LayerInfo) -> None:
    """Store changed values; uuid, table and count are not anybody's to change."""
    fixed = {"id", "uuid", "table_name", "feature_count"}
    pairs = [(c, v) for c, v in zip(_COLUMNS, _row(info), strict=True) if c not in fixed]
    assignments = ",".join(f"{c}=?" for c, _ in pairs)
    db.execute(f"UPDATE rg_layers SET {assignments} WHERE id=?", (*(v for _, v in pairs), info.id))  # noqa: S608
    db.execute(
        "UPDATE gpkg_contents SET identifier=? WHERE table_name=?",
        (free_identifier(db, info.name, info.table), info.table),
    )


def delete_layer(db: apsw.Connection, info: LayerInfo) -> None:
    """Take a layer out of our registry and GeoPackage's lists; its table stays until the next compaction."""
    db.execute("DELETE FROM gpkg_geometry_columns WHERE table_name=?", (info.table,))
    db.execute("DELETE FROM gpkg_contents WHERE table_name=?", (info.table,))
    db.execute("DELETE FROM rg_layers WHERE id=?", (info.id,))


def free_identifier(db: apsw.Connection, name: str, table: str) -> str:
    """Return the layer's name as GeoPackage's identifier, numbered when another layer has it."""
    taken = {r[0] for r in rows(db, "SELECT identifier FROM gpkg_contents WHERE table_name<>?", (table,))}
    return _numbered(name, taken)


def free_table(db: apsw.Connection, info: LayerInfo) -> str:
    """Return a name for a new feature table: what the layer is, and a part of its uuid."""
    stem = f"{LAYER_PREFIX}{info.role.value}_{re.sub('[^0-9a-z]', '', info.uuid.lower())[:8]}"
    taken = {r[0] for r in rows(db, "SELECT name FROM sqlite_master")}
    return _numbered(stem, taken, "_{}")


def safe_columns(names: Iterable[str]) -> dict[str, str]:
    """Return source column name → column name in the file: SQLite ignores case, and some names are taken."""
    taken = set(_TAKEN_COLUMNS)
    safe: dict[str, str] = {}
    for name in names:
        clean = "".join(c for c in str(name) if c.isprintable() and c != '"').strip() or "column"
        clean = clean.encode("utf-8", "replace").decode()
        found = _numbered(clean, taken, "_{}", fold=True)
        taken.add(found.casefold())
        safe[name] = found
    return safe


def _numbered(name: str, taken: set[str], pattern: str = " ({})", *, fold: bool = False) -> str:
    number, found = 1, name
    while (found.casefold() if fold else found) in taken:
        number += 1
        found = name + pattern.format(number)
    return found
