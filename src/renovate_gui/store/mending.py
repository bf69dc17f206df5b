"""Puts the rows of a whole database back into order: what belongs together, what is counted, what can be undone.

Works on a copy, inside one transaction that the caller holds, and says everything that it had to take away.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime

import apsw

import renovate_gui
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.ids import LayerId, new_row_id, new_uuid
from renovate_gui.domain.layer import LayerInfo
from renovate_gui.domain.roles import SLOT_OF_ROLE, Datum, Role
from renovate_gui.store import blobs, registry, schema
from renovate_gui.store.connection import rows
from renovate_gui.store.coordinate_systems import (
    INSERT_ROW,
    REQUIRED_ROWS,
    UNDEFINED_CARTESIAN,
    ensure_row,
    metric_system,
    project_srs_id,
)
from renovate_gui.store.extents import whole_extent, write_extent
from renovate_gui.store.health import column_names, unreadable_geometries
from renovate_gui.store.history_trial import cut_history
from renovate_gui.store.migrations import STEPS
from renovate_gui.store.odd_values import drop_odd_rows, mend_texts
from renovate_gui.store.scenarios import LOOSE_MEMBER
from renovate_gui.store.schema import quoted
from renovate_gui.store.settings import put_setting, setting


@dataclass(frozen=True, slots=True)
class Loss:
    """Something that could not be kept.

    Attributes
    ----------
    code
        ``rows`` (of a table), ``layer`` (no table is left of it), ``text`` (characters of it), ``geometry`` (the row is kept without), ``answer``
        (its reply is gone), ``history`` (steps that can no longer be undone), ``version``, ``setting``, ``index`` (a spatial index of another program).
    table
        The table's name.
    count
        At least how many.
    detail
        The layer's name, the newest step's title, the setting's key.
    """

    code: str
    table: str
    count: int
    detail: str = ""


@dataclass(slots=True)
class Mended:
    """What was done: ``losses`` tells what is gone, ``repairs`` how much was put right, by the findings' codes."""

    losses: list[Loss] = field(default_factory=list)
    repairs: dict[str, int] = field(default_factory=dict)

    def lose(self, code: str, table: str, count: int, detail: str = "") -> None:
        """Note a loss of at least one thing."""
        if count:
            self.losses.append(Loss(code, table, count, detail))

    def repair(self, code: str, count: int = 1) -> None:
        """Note something put right."""
        if count:
            self.repairs[code] = self.repairs.get(code, 0) + count


def mend(db: apsw.Connection, mended: Mended, *, title: str, found_layers: Collection[str] = ()) -> None:
    """Mend everything inside the open transaction.

    Parameters
    ----------
    title
        The title of a project that lost its own.
    found_layers
        Tables that are layers although neither the registry nor GeoPackage's list says so.
    """
    _values(db, mended)
    _bring_up_to_date(db)
    _own_tables(db, mended)
    _settings(db, mended, title)
    srs_id = _system(db)
    _layers_without_table(db, mended)
    _layers_without_row(db, mended, found_layers)
    _counts(db, mended)
    _geometries(db, mended)
    _properties(db, mended)
    _photos(db, mended)
    _answers(db, mended)
    _members(db, mended)
    _lists(db, mended, srs_id)
    cut_history(db, mended.lose)


def table_names(db: apsw.Connection) -> set[str]:
    """Return the names of all tables."""
    return {str(r[0]) for r in rows(db, "SELECT name FROM sqlite_master WHERE type='table'")}


def _bring_up_to_date(db: apsw.Connection) -> None:
    """Take the steps of :mod:`migrations` that an older file needs, so that one kind of file is mended."""
    version = setting(db, "schema")
    if not version.isdigit() or int(version) >= schema.SCHEMA_VERSION:
        return
    for number in range(int(version), schema.SCHEMA_VERSION):
        STEPS[number](db)
    put_setting(db, "schema", str(schema.SCHEMA_VERSION))


def _own_tables(db: apsw.Connection, mended: Mended) -> None:
    """Make what is missing of the tables every project has."""
    there = {str(r[0]) for r in rows(db, "SELECT name FROM sqlite_master")}
    for statement in schema.create_statements():
        name = statement.split("(")[0].split()[2]
        if name not in there:
            rows(db, statement)
            mended.repair("missing_table", int(statement.startswith("CREATE TABLE")))


def _values(db: apsw.Connection, mended: Mended) -> None:
    """Mark characters that cannot be read; take rows out that hold a value of a kind that its column never has."""
    for table in sorted(table_names(db)):
        mended.lose("text", table, mend_texts(db, table))
        mended.lose("rows", table, drop_odd_rows(db, table))


def _settings(db: apsw.Connection, mended: Mended, title: str) -> None:
    facts = {
        "schema": str(schema.SCHEMA_VERSION),
        "uuid": str(new_uuid()),
        "title": title,
        "created_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "application": f"renovate-gui {renovate_gui.__version__}",
        "crs": _crs_of_layers(db),
        "standard": "cn-gb50180-2018",
    }
    there = {str(r[0]) for r in rows(db, "SELECT key FROM rg_meta")}
    for key, value in facts.items():
        if key not in there:
            put_setting(db, key, value)
            mended.lose("setting", "rg_meta", 1, key)


def _crs_of_layers(db: apsw.Connection) -> str:
    sql = (
        "SELECT s.organization, s.organization_coordsys_id FROM gpkg_geometry_columns AS g"
        " JOIN gpkg_spatial_ref_sys AS s USING (srs_id) WHERE srs_id>0 LIMIT 1"
    )
    found = rows(db, sql)
    if found:
        return f"{found[0][0]}:{found[0][1]}"
    numbers = rows(db, "SELECT srs_id FROM gpkg_geometry_columns WHERE srs_id BETWEEN 1 AND 99999 LIMIT 1")
    return f"EPSG:{numbers[0][0]}" if numbers else ""  # the list of systems is lost; the numbers are EPSG's


def _system(db: apsw.Connection) -> int:
    """Make the rows of coordinate systems that must be there; return the number of the project's own."""
    for row in REQUIRED_ROWS:
        if not rows(db, "SELECT 1 FROM gpkg_spatial_ref_sys WHERE srs_id=?", (row[1],)):
            db.execute(INSERT_ROW, row)
    try:
        return ensure_row(db, metric_system(setting(db, "crs")))
    except RequestError:  # none was chosen yet
        number = project_srs_id(db)
        return number if _is_system(db, number) else UNDEFINED_CARTESIAN


# -- layers ---------------------------------------------------------------------------------------------------
def _layers_without_table(db: apsw.Connection, mended: Mended) -> None:
    there = table_names(db)
    for layer, name, table, count in rows(db, "SELECT id, name, table_name, feature_count FROM rg_layers"):
        if table not in there:
            db.execute("DELETE FROM rg_layers WHERE id=?", (layer,))
            mended.lose("layer", table, max(1, count), name)


def _layers_without_row(db: apsw.Connection, mended: Mended, found_layers: Collection[str]) -> None:
    known = {str(r[0]) for r in rows(db, "SELECT table_name FROM rg_layers")}
    listed = dict(rows(db, "SELECT table_name, identifier FROM gpkg_contents"))
    for table in sorted(table_names(db) - known):
        is_layer = table.startswith(schema.LAYER_PREFIX) and blobs.GEOMETRY_COLUMN in column_names(db, table)
        if is_layer and (table in listed or table in found_layers):
            registry.insert_layer(db, _found_layer(db, table, str(listed.get(table) or table)))
            mended.repair("layer")


def _found_layer(db: apsw.Connection, table: str, name: str) -> LayerInfo:
    """Return a registry row for a table whose own is lost: what its name and its geometries tell."""
    word = table.removeprefix(schema.LAYER_PREFIX).rpartition("_")[0]
    role = next((r for r in Role if r.value == word), Role.OTHER)
    found = rows(db, f"SELECT {blobs.GEOMETRY_COLUMN} FROM {quoted(table)} LIMIT 100")  # noqa: S608
    kind = blobs.type_name(blobs.decode(r[0] for r in found)).removeprefix("MULTI")
    shape = {"POINT": "Point", "LINESTRING": "LineString", "POLYGON": "Polygon"}.get(kind, "Mixed")
    return LayerInfo(
        id=LayerId(new_row_id()), uuid=new_uuid(), name=name, table=table, role=role, slot=SLOT_OF_ROLE[role],
        position=0, is_visible=True, geometry_type=shape, feature_count=0, source_crs=setting(db, "crs"),
        datum=Datum.OTHER,
    )  # fmt: skip


def _counts(db: apsw.Connection, mended: Mended) -> None:
    for layer, table, count in rows(db, "SELECT id, table_name, feature_count FROM rg_layers"):
        found = rows(db, f"SELECT count(*) FROM {quoted(table)}")[0][0]  # noqa: S608
        if found != count:
            db.execute("UPDATE rg_layers SET feature_count=? WHERE id=?", (found, layer))
            mended.repair("count")


def _feature_tables(db: apsw.Connection) -> list[str]:
    layers = [str(r[0]) for r in rows(db, "SELECT table_name FROM rg_layers ORDER BY name")]
    return [*layers, *schema.drawn_tables()]


def _geometries(db: apsw.Connection, mended: Mended) -> None:
    for table in _feature_tables(db):
        broken = [fid for chunk in unreadable_geometries(db, table) for fid in chunk]
        for fid in broken:
            db.execute(f"UPDATE {quoted(table)} SET {blobs.GEOMETRY_COLUMN}=NULL WHERE fid=?", (fid,))  # noqa: S608
        mended.lose("geometry", table, len(broken), _layer_name(db, table))


def _layer_name(db: apsw.Connection, table: str) -> str:
    found = rows(db, "SELECT name FROM rg_layers WHERE table_name=?", (table,))
    return str(found[0][0]) if found else ""


def _properties(db: apsw.Connection, mended: Mended) -> None:
    """Keep properties that are no JSON any more as one text, as :func:`properties.from_text` reads them."""
    for table in schema.drawn_tables():
        db.execute(
            f"UPDATE {table} SET properties=json_object('properties', properties) WHERE NOT json_valid(properties)"  # noqa: S608
        )
        mended.repair("properties", db.changes())


# -- what belongs to something --------------------------------------------------------------------------------
def _photos(db: apsw.Connection, mended: Mended) -> None:
    """Give photos whose proposal is gone a proposal without a place, so that somebody can see them."""
    sql = "SELECT DISTINCT proposal FROM rg_photos WHERE proposal NOT IN (SELECT uuid FROM proposals)"
    for (uuid,) in rows(db, sql):
        title = tr("Photos of a lost proposal")
        db.execute(
            "INSERT INTO proposals (fid, uuid, number, title, properties) VALUES (?,?,"
            "(SELECT coalesce(max(number), 0) + 1 FROM proposals),?,json_object('title', ?))",
            (new_row_id(), uuid, title, title),
        )
        mended.repair("photo")


def _answers(db: apsw.Connection, mended: Mended) -> None:
    db.execute("DELETE FROM rg_answers WHERE reply NOT IN (SELECT uuid FROM rg_replies)")
    mended.lose("answer", "rg_answers", db.changes())


def _members(db: apsw.Connection, mended: Mended) -> None:
    """Take out memberships of scenarios or proposals that are gone; they say nothing any more."""
    db.execute(f"DELETE FROM {schema.MEMBERS} WHERE {LOOSE_MEMBER}")  # noqa: S608  our own words
    mended.repair("member", db.changes())


# -- GeoPackage's lists ---------------------------------------------------------------------------------------
def _lists(db: apsw.Connection, mended: Mended, srs_id: int) -> None:
    """Write the rows that are missing or wrong; right ones stay, the history knows them as they are."""
    there, features = table_names(db), _feature_tables(db)
    for table in ("gpkg_geometry_columns", "gpkg_contents"):
        for (name,) in rows(db, f"SELECT table_name FROM {table}"):  # noqa: S608
            is_alien = name not in there or (name.startswith(schema.LAYER_PREFIX) and name not in features)
            if is_alien:
                db.execute(f"DELETE FROM {table} WHERE table_name=?", (name,))  # noqa: S608
                mended.repair("contents")
    for table in features:
        _list_features(db, table, srs_id, mended)
    for table in (t for t in schema.own_tables() if t in there):
        if not rows(db, "SELECT 1 FROM gpkg_contents WHERE table_name=?", (table,)):
            db.execute(
                "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) VALUES (?,'attributes',?,0)",
                (table, registry.free_identifier(db, table, table)),
            )
            mended.repair("contents")


def _list_features(db: apsw.Connection, table: str, srs_id: int, mended: Mended) -> None:
    found = rows(db, "SELECT data_type, srs_id FROM gpkg_contents WHERE table_name=?", (table,))
    if not found or found[0][0] != "features" or not _is_system(db, found[0][1]):
        db.execute("DELETE FROM gpkg_geometry_columns WHERE table_name=?", (table,))
        db.execute("DELETE FROM gpkg_contents WHERE table_name=?", (table,))
        name = registry.free_identifier(db, _layer_name(db, table) or table, table)
        db.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) VALUES (?,'features',?,?)",
            (table, name, srs_id),
        )
        write_extent(db, table, whole_extent(db, table))
        mended.repair("contents")
    sql = "SELECT column_name, srs_id FROM gpkg_geometry_columns WHERE table_name=?"
    found = rows(db, sql, (table,))
    if not found or found[0][0] != blobs.GEOMETRY_COLUMN or not _is_system(db, found[0][1]):
        db.execute("DELETE FROM gpkg_geometry_columns WHERE table_name=?", (table,))
        db.execute(
            "INSERT INTO gpkg_geometry_columns VALUES (?,?,'GEOMETRY',?,2,0)",
            (table, blobs.GEOMETRY_COLUMN, srs_id),
        )
        mended.repair("columns")


def _is_system(db: apsw.Connection, srs_id: object) -> bool:
    return bool(rows(db, "SELECT 1 FROM gpkg_spatial_ref_sys WHERE srs_id=?", (srs_id,)))
