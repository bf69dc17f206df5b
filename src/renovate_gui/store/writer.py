"""The open transaction of one action: everything an action may write."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import apsw
from shapely.geometry.base import BaseGeometry

from renovate_gui.assets import tr
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.figure import Figure
from renovate_gui.domain.ids import LayerId, Uuid, new_row_id, new_uuid, row_id_of
from renovate_gui.domain.layer import LayerInfo, LayerTable
from renovate_gui.domain.proposal import Note, Photo, Proposal
from renovate_gui.domain.record import Record, RecordKind
from renovate_gui.domain.reply import Reply
from renovate_gui.domain.scenario import Scenario
from renovate_gui.domain.style import Style
from renovate_gui.store import (
    blobs,
    drawn,
    features,
    figures,
    properties,
    records,
    registry,
    scenarios,
    schema,
)
from renovate_gui.store.connection import rows
from renovate_gui.store.coordinate_systems import ensure_row, metric_system, project_srs_id
from renovate_gui.store.extents import TouchedTables, whole_extent, write_extent
from renovate_gui.store.opening import set_coordinate_system
from renovate_gui.store.reply_extras import put_extra
from renovate_gui.store.rowwrite import RowWriter
from renovate_gui.store.scenario_seal import seal_of
from renovate_gui.store.settings import put_setting, setting


class Writer:
    """The open transaction of one action; get it from :meth:`Project.action`. Every method touches recorded tables.

    Attributes
    ----------
    title
        What the history will call the action; may be set anew while it is open, when a number is known only then.
    why
        The reason, for the history; what the action was opened with goes first.
    seen
        The last move of another copy that this action merges, see :mod:`renovate_gui.store.history`.
    db, rows
        The connection with the open transaction, and single rows of any table, for this floor's own rooms only.
    """

    def __init__(self, db: apsw.Connection, recording: apsw.Session, title: str) -> None:
        self.title = title
        self.why = ""
        self.seen = ""
        self.db = self._db = db
        self._recording = recording
        self._touched = TouchedTables(db)
        self.rows = RowWriter(db, self._touched)

    def settle(self) -> None:
        """Bring GeoPackage's lists up to date; called once at the end of the action."""
        self._touched.settle()

    # -- settings ---------------------------------------------------------------------------------------------
    def set_meta(self, key: str, value: str) -> None:
        """Set a project setting. ``crs`` must be in metres and can change only while there are no layers."""
        if key == "crs":
            self._set_crs(value)
        else:
            put_setting(self._db, key, value)

    def _set_crs(self, crs: str) -> None:
        system = metric_system(crs)
        if setting(self._db, "crs") == system.text:
            return
        if rows(self._db, "SELECT 1 FROM rg_layers LIMIT 1"):
            raise RequestError(
                tr("The project's coordinate system cannot change while there are layers; remove them first.")
            )
        put_setting(self._db, "crs", system.text)
        srs_id = ensure_row(self._db, system)
        set_coordinate_system(self._db, srs_id)
        for table in schema.drawn_tables():
            drawn.write_srs_into_headers(self._db, table, srs_id)

    # -- imported layers --------------------------------------------------------------------------------------
    def add_layer(
        self, info: LayerInfo, table: LayerTable, *, source_wkb: Sequence[bytes | None] | None = None
    ) -> LayerInfo:
        """Create the feature table, fill it outside the recording, register it; ``source_wkb`` keeps shifted originals.

        The returned registry value counts: its id, table name, feature count and geometry type are set here (a zero
        id and an empty uuid ask for new ones), columns whose name is taken are renamed (field map and style
        follow), and the features get fresh ids in the order of the given rows (``table.ids`` is not stored). The
        layers at and below its position in the slot move down by one.
        """
        columns = registry.safe_columns(table.columns)
        if not info.uuid:
            info = replace(info, uuid=new_uuid())
        info = replace(
            info,
            id=info.id or LayerId(new_row_id()),
            table=registry.free_table(self._db, info),
            feature_count=len(table),
            geometry_type=info.geometry_type or _shape(blobs.type_name(table.geometry)),
            field_map={name: columns.get(column, column) for name, column in info.field_map.items()},
            style=_renamed(info.style, columns),
            position=self._make_room(info),
        )
        srs_id = project_srs_id(self._db)
        with self.unrecorded():
            features.create_table(
                self._db, info.table, table, columns, keeps_source=source_wkb is not None, shown=info.name
            )
            features.fill_table(self._db, info.table, table, srs_id, source_wkb)
        registry.insert_layer(self._db, info)
        self._db.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id)"
            " VALUES (?,'features',?,?,?)",
            (info.table, registry.free_identifier(self._db, info.name, info.table), info.attribution, srs_id),
        )
        self._db.execute(
            "INSERT INTO gpkg_geometry_columns VALUES (?,?,?,?,?,0)",
            (
                info.table,
                blobs.GEOMETRY_COLUMN,
                blobs.type_name(table.geometry),
                srs_id,
                blobs.z_flag(table.geometry),
            ),
        )
        write_extent(self._db, info.table, whole_extent(self._db, info.table))
        return info

    @contextmanager
    def unrecorded(self) -> Iterator[None]:
        """Write inside the block what undo shall not take back, such as the features of an import."""
        self._recording.enabled = False
        try:
            yield
        finally:
            self._recording.enabled = True

    def _make_room(self, info: LayerInfo) -> int:
        neighbours = [n for n in registry.read_layers(self._db) if n.slot == info.slot]
        wanted = sum(n.position < info.position for n in neighbours)
        for i, neighbour in enumerate(neighbours):
            place = i + (i >= wanted)
            if neighbour.position != place:
                self._db.execute("UPDATE rg_layers SET position=? WHERE id=?", (place, neighbour.id))
        return wanted

    def _layer(self, layer_id: LayerId) -> LayerInfo:
        found = next((i for i in registry.read_layers(self._db) if i.id == layer_id), None)
        if found is None:
            raise RequestError(tr("The layer is no longer in the project."))
        return found

    def put_layer(self, info: LayerInfo) -> None:
        """Store changed registry values of an existing layer (name, role, order, visibility, style, field map, passport)."""
        self._layer(info.id)
        registry.update_layer(self._db, info)

    def drop_layer(self, layer_id: LayerId) -> None:
        """Take the layer out of the registry."""
        registry.delete_layer(self._db, self._layer(layer_id))

    def set_values(self, layer_id: LayerId, feature_id: int, values: Mapping[str, Any]) -> None:
        """Change attributes."""
        info = self._layer(layer_id)
        types = features.column_types(self._db, info.table)
        unknown = next((c for c in values if c not in types), None)
        if unknown is not None:
            raise RequestError(tr("“{layer}” has no column “{column}”.", layer=info.name, column=unknown))
        stored = [features.sql_value(info, c, v, is_number=types[c]) for c, v in values.items()]
        self._change(info, feature_id, tuple(values), stored)

    def set_geometry(self, layer_id: LayerId, feature_id: int, geometry: BaseGeometry | None) -> None:
        """Change a geometry."""
        info = self._layer(layer_id)
        self._touched.leave(info.table, features.feature_box(self._db, info.table, [feature_id]))
        self._touched.come(info.table, [geometry])
        blob = blobs.encode([geometry], project_srs_id(self._db))[0]
        self._change(info, feature_id, (blobs.GEOMETRY_COLUMN,), [blob])

    def _change(
        self, info: LayerInfo, feature_id: int, columns: Sequence[str], values: Sequence[object]
    ) -> None:
        if not columns:
            return
        assignments = ",".join(f"{schema.quoted(c)}=?" for c in columns)
        self._db.execute(
            f"UPDATE {schema.quoted(info.table)} SET {assignments} WHERE fid=?",  # noqa: S608
            (*values, int(feature_id)),
        )
        if self._db.changes() == 0:
            raise _gone(info, feature_id)
        self._touched.touch(info.table)

    def delete_features(self, layer_id: LayerId, feature_ids: Sequence[int]) -> None:
        """Delete features."""
        info = self._layer(layer_id)
        ids = [int(i) for i in dict.fromkeys(feature_ids)]
        self._touched.leave(info.table, features.feature_box(self._db, info.table, ids))
        for feature_id in ids:
            self._db.execute(f"DELETE FROM {schema.quoted(info.table)} WHERE fid=?", (feature_id,))  # noqa: S608
            if self._db.changes() == 0:
                raise _gone(info, feature_id)
        self._db.execute("UPDATE rg_layers SET feature_count=feature_count-? WHERE id=?", (len(ids), info.id))

    # -- proposals and notes ----------------------------------------------------------------------------------
    def put_drawn(self, table: str, feature: drawn.DrawnFeature, scenario: Uuid | None = None) -> None:
        """Insert or replace a proposal or note given as raw properties.

        A new proposal joins a scenario: the one that is named, else the chosen one, if there is any.
        """
        home: Uuid | None = None
        if table == schema.PROPOSALS:
            if drawn.find_drawn(self._db, table, feature.uuid) is None:
                home = scenarios.home_of_new(self._db, scenario)
            else:
                scenarios.refuse_locked_proposal(self._db, feature.uuid)
        drawn.put_drawn(self._db, table, feature, self._touched)
        if home is not None:
            scenarios.add_members(self._db, home, (Uuid(feature.uuid),))

    def next_number(self, table: str) -> int:
        """Return the number the next proposal or note gets."""
        return drawn.next_number(self._db, table)

    def _given_geometry(self, table: str, uuid: str, geometry: BaseGeometry | None) -> str | None:
        """Return the given GeoJSON of a row, as long as its geometry has not changed since."""
        old = drawn.find_drawn(self._db, table, uuid)
        return old.geojson if old is not None and drawn.is_same_geometry(old.geometry, geometry) else None

    def put_proposal(self, proposal: Proposal, *, scenario: Uuid | None = None) -> None:
        """Insert or replace a proposal by uuid; one without a positive number gets the next.

        A new one joins the scenario that is named, else the chosen one.
        """
        given = self._given_geometry(schema.PROPOSALS, proposal.uuid, proposal.geometry)
        number = proposal.number if proposal.number > 0 else self.next_number(schema.PROPOSALS)
        values = properties.proposal_properties(proposal)
        self.put_drawn(
            schema.PROPOSALS,
            drawn.DrawnFeature(proposal.uuid, number, proposal.geometry, values, given),
            scenario,
        )

    def delete_proposal(self, uuid: Uuid) -> None:
        """Delete a proposal and its photos, from all scenarios."""
        scenarios.refuse_locked_proposal(self._db, uuid)
        scenarios.forget_proposal(self._db, uuid)
        if not drawn.delete_drawn(self._db, schema.PROPOSALS, uuid, self._touched):
            raise RequestError(tr("The proposal is no longer in the project."))
        self._db.execute("DELETE FROM rg_photos WHERE proposal=?", (uuid,))

    def put_photo(self, photo: Photo) -> None:
        """Insert a photo."""
        scenarios.refuse_locked_proposal(self._db, photo.proposal)
        self._db.execute(
            "INSERT INTO rg_photos (id, proposal, position, name, mime, caption, data) VALUES (?,?,"
            "(SELECT coalesce(max(position), 0) + 1 FROM rg_photos WHERE proposal=?),?,?,?,?)",
            (photo.id, photo.proposal, photo.proposal, photo.name, photo.mime, photo.caption, photo.data),
        )

    def set_photo_caption(self, photo_id: int, caption: str) -> None:
        """Give a photo other words."""
        scenarios.refuse_locked_photo(self._db, photo_id)
        self._db.execute("UPDATE rg_photos SET caption=? WHERE id=?", (caption, photo_id))
        if not self._db.changes():
            raise RequestError(tr("The photo is no longer in the project."))

    def delete_photo(self, photo_id: int) -> None:
        """Delete a photo."""
        scenarios.refuse_locked_photo(self._db, photo_id)
        self._db.execute("DELETE FROM rg_photos WHERE id=?", (photo_id,))
        if self._db.changes() == 0:
            raise RequestError(tr("The photo is no longer in the project."))

    def put_note(self, note: Note) -> None:
        """Insert or replace a note by uuid."""
        old = drawn.find_drawn(self._db, schema.NOTES, note.uuid)
        number = old.number if old is not None else self.next_number(schema.NOTES)
        given = self._given_geometry(schema.NOTES, note.uuid, note.geometry)
        values = properties.note_properties(note)
        self.put_drawn(schema.NOTES, drawn.DrawnFeature(note.uuid, number, note.geometry, values, given))

    def delete_note(self, uuid: Uuid) -> None:
        """Delete a note."""
        if not drawn.delete_drawn(self._db, schema.NOTES, uuid, self._touched):
            raise RequestError(tr("The note is no longer in the project."))

    # -- council ----------------------------------------------------------------------------------------------
    def put_reply(self, reply: Reply, *, source: str) -> None:
        """Store a reply; a second one with the same id is a RequestError.

        Two people who take in the same reply give its rows the same keys, so that their copies can be merged.
        """
        if rows(self._db, "SELECT 1 FROM rg_replies WHERE uuid=?", (reply.id,)):
            raise RequestError(tr("The reply in “{source}” was taken in before.", source=source))
        self._db.execute(
            "INSERT INTO rg_replies (id, uuid, package, version, created_at, received_at, wish, building, source)"
            " VALUES (?,?,?,?,?,?,?,?,?)",
            (
                row_id_of(reply.id),
                reply.id,
                reply.package,
                reply.version,
                reply.created_at,
                _now(),
                reply.wish,
                reply.building,
                source,
            ),
        )
        for position, answer in enumerate(reply.answers):
            lon, lat = answer.mark_lonlat or (None, None)
            choice = None if answer.choice is None else answer.choice.value
            self._db.execute(
                "INSERT INTO rg_answers (id, reply, position, proposal, choice, comment, lon, lat)"
                " VALUES (?,?,?,?,?,?,?,?)",
                (
                    row_id_of(reply.id, str(position)),
                    reply.id,
                    position,
                    answer.proposal,
                    choice,
                    answer.comment,
                    lon,
                    lat,
                ),
            )
        put_extra(self._db, reply, at=_now())

    def delete_reply(self, uuid: Uuid) -> None:
        """Delete a reply with its answers and what it says beside them; one that is gone is passed over."""
        self._db.execute("DELETE FROM rg_answers WHERE reply=?", (uuid,))
        self._db.execute("DELETE FROM rg_replies WHERE uuid=?", (uuid,))
        self._db.execute(
            f"DELETE FROM {schema.RECORDS} WHERE parent=? AND kind=?",  # noqa: S608  our own name
            (uuid, RecordKind.REPLY.value),
        )

    def put_package(self, uuid: Uuid, version: int, values: Mapping[str, Any]) -> None:
        """Remember an exported package (its key for checking replies, its seal, its date); values are JSON values."""
        self._db.execute(
            "INSERT INTO rg_packages (id, uuid, version, stored_at, properties) VALUES (?,?,?,?,?)"
            " ON CONFLICT (uuid) DO UPDATE SET version=excluded.version, properties=excluded.properties",
            (row_id_of(uuid), uuid, version, _now(), json.dumps(dict(values), ensure_ascii=False)),
        )

    # -- figures ----------------------------------------------------------------------------------------------
    def put_figure(self, figure: Figure) -> None:
        """Keep a figure with all it was computed from."""
        figures.put_figure(self._db, figure)

    def delete_figure(self, uuid: Uuid) -> None:
        """Stop keeping a figure."""
        if not figures.delete_figure(self._db, uuid):
            raise RequestError(tr("The figure is no longer in the project."))

    # -- records ----------------------------------------------------------------------------------------------
    def put_records(self, found: Sequence[Record], *, with_data: bool = True) -> None:
        """Insert or replace records by uuid; without ``with_data`` the bytes that are there stay."""
        records.put_records(self._db, found, with_data=with_data)

    def delete_records(self, uuids: Sequence[Uuid]) -> None:
        """Delete records and those that belong to them."""
        records.delete_records(self._db, uuids)

    # -- scenarios --------------------------------------------------------------------------------------------
    def put_scenario(self, scenario: Scenario) -> None:
        """Insert or replace a scenario by uuid."""
        scenarios.put_scenario(self._db, scenario)

    def delete_scenario(self, uuid: Uuid) -> None:
        """Delete a scenario; its proposals stay."""
        scenarios.delete_scenario(self._db, uuid)

    def add_members(self, uuid: Uuid, proposals: Sequence[Uuid]) -> None:
        """Take proposals into a scenario."""
        scenarios.add_members(self._db, uuid, proposals)

    def remove_members(self, uuid: Uuid, proposals: Sequence[Uuid]) -> None:
        """Take proposals out of a scenario."""
        scenarios.remove_members(self._db, uuid, proposals)

    def seal_of_scenario(self, uuid: Uuid) -> str:
        """Return the seal of a scenario as it is now, inside the open action."""
        return seal_of(self._db, uuid)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")


def _gone(info: LayerInfo, feature_id: int) -> RequestError:
    return RequestError(tr("Feature {id} is no longer in “{layer}”.", id=feature_id, layer=info.name))


def _shape(type_name: str) -> str:
    names = {"POINT": "Point", "LINESTRING": "LineString", "POLYGON": "Polygon"}
    return names.get(type_name.removeprefix("MULTI"), "Mixed")


def _renamed(style: Style, columns: Mapping[str, str]) -> Style:
    """Return the style with the names its columns got in the file."""
    label = style.label
    return replace(
        style,
        column=None if style.column is None else columns.get(style.column, style.column),
        label=None if label is None else replace(label, column=columns.get(label.column, label.column)),
    )
