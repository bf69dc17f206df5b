"""The seal of a scenario: one hash over its proposals, one over the data they were drawn on.

Apart, so that a check can say which of the two has changed: somebody's edit of a locked proposal (by a merge, or another
program), or data that was brought up to date since.
"""

from __future__ import annotations

import hashlib
import json

import apsw
import shapely

from renovate_gui.domain.ids import Uuid
from renovate_gui.domain.scenario import Scenario, SealCheck
from renovate_gui.store import blobs, properties, schema
from renovate_gui.store.connection import rows
from renovate_gui.store.scenarios import find_scenario
from renovate_gui.store.seal import add_table
from renovate_gui.store.settings import CHOSEN_SCENARIO

SCHEME = "rgs1"
"""Which rule made a seal; a new rule gets a new name."""

_NOT_BASE = {"schema", "application", "title", "language", "parameters.heat", CHOSEN_SCENARIO}
_BASE_COLUMNS = ("uuid", "table_name", "role", "source_crs", "datum", "field_map")


def seal_of(db: apsw.Connection, uuid: Uuid) -> str:
    """Return ``rgs1:<proposals>:<base>``, two SHA-256 in hexadecimal.

    Of the proposals count place, properties and photos, not their numbers: a merge may have to give those anew. Of the
    base count settings, the layers' meaning and all their features, not their looks and order.
    """
    return f"{SCHEME}:{_proposals(db, find_scenario(db, uuid))}:{_base(db)}"


def check_seal(db: apsw.Connection, scenario: Scenario) -> SealCheck:
    """Return whether a locked scenario is as it was sealed; a seal of an unknown rule is not."""
    scheme, _, digests = scenario.seal.partition(":")
    proposals, _, base = digests.partition(":")
    if scheme != SCHEME:
        return SealCheck(is_as_sealed=False, is_base_as_sealed=False)
    return SealCheck(_proposals(db, scenario) == proposals, _base(db) == base)


def holds(db: apsw.Connection, scenario: Scenario) -> bool:
    """Return whether the proposals of a locked scenario are as sealed; leaves the base out, so it costs little."""
    scheme, _, digests = scenario.seal.partition(":")
    return scheme == SCHEME and _proposals(db, scenario) == digests.partition(":")[0]


def _proposals(db: apsw.Connection, scenario: Scenario) -> str:
    digest = hashlib.sha256(_json([scenario.uuid, scenario.name, scenario.note]))
    found = rows(
        db,
        f"SELECT p.uuid, p.properties, p.geojson, p.geom FROM {schema.PROPOSALS} p"  # noqa: S608  our own names
        f" JOIN {schema.MEMBERS} m ON m.proposal=p.uuid WHERE m.scenario=? ORDER BY p.uuid",
        (scenario.uuid,),
    )
    shapes = blobs.decode([r[3] for r in found])
    for (uuid, text, geojson, _), shape in zip(found, shapes, strict=True):
        # the header of the stored geometry names a coordinate system by a number that may differ from file to file
        place = "" if shape is None else shapely.to_wkb(shape, hex=True, byte_order=1)
        digest.update(_json([uuid, dict(properties.from_text(text)), geojson, place]))
        photos = "SELECT name, mime, caption, data FROM rg_photos WHERE proposal=? ORDER BY position, id"
        for name, mime, caption, data in rows(db, photos, (uuid,)):
            digest.update(_json([name, mime, caption, hashlib.sha256(data).hexdigest()]))
    return digest.hexdigest()


def _base(db: apsw.Connection) -> str:
    digest = hashlib.sha256()
    for key, value in rows(db, "SELECT key, value FROM rg_meta ORDER BY key"):
        if key not in _NOT_BASE:
            digest.update(_json([key, value]))
    names = ",".join(_BASE_COLUMNS)
    for row in rows(db, f"SELECT {names} FROM rg_layers ORDER BY uuid"):  # noqa: S608  our own names
        digest.update(_json(list(row)))
        add_table(digest, db, str(row[1]))
    return digest.hexdigest()


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode(
        "utf-8", "surrogatepass"
    )
