"""Tables of the project file: a GeoPackage 1.2 whose own tables carry the prefix ``rg_``.

Three families of tables:

* ``gpkg_*`` as the GeoPackage standard (OGC 12-128r15) asks for, so that GDAL and QGIS open the file;
* ``rg_*`` for what only this program knows: settings, layer registry, photos, replies, packages, history;
* feature tables: ``lyr_*`` for imported layers, ``proposals`` and ``notes`` for what is drawn here.

Every recorded table has a primary key that two machines never give twice: the session extension needs one to
describe a row, and merging two people's files needs it to be theirs alone.
"""

from __future__ import annotations

from renovate_gui.store.blobs import GEOMETRY_COLUMN

APPLICATION_ID = 0x47504B47  # "GPKG"
USER_VERSION = 10200  # GeoPackage 1.2: GDAL 2.2 and later read it without a warning
SCHEMA_VERSION = 4  # of our own tables; a change adds a step to migrations.py

PROPOSALS = "proposals"
NOTES = "notes"
HISTORY = "rg_history"
MOVES = "rg_moves"
VERSIONS = "rg_versions"
SCENARIOS = "rg_scenarios"
MEMBERS = "rg_scenario_members"
RECORDS = "rg_records"
LAYER_PREFIX = "lyr_"

TOPIC_OF_TABLE = {
    PROPOSALS: "proposals",
    NOTES: "notes",
    "rg_photos": "photos",
    "rg_replies": "replies",
    "rg_answers": "replies",
    "rg_packages": "packages",
    "rg_figures": "figures",
    SCENARIOS: "scenarios",
    MEMBERS: "scenarios",
    RECORDS: "records",
}
"""Which topic of a :class:`~renovate_gui.domain.layer.ChangeEvent` a table's rows belong to."""

_RECORDED = frozenset(
    {
        *TOPIC_OF_TABLE,
        "rg_meta",
        "rg_layers",
        "gpkg_contents",
        "gpkg_geometry_columns",
        "gpkg_spatial_ref_sys",
    }
)

_GEOPACKAGE = (
    """CREATE TABLE gpkg_spatial_ref_sys (
        srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
        organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT)""",
    """CREATE TABLE gpkg_contents (
        table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
        description TEXT DEFAULT '',
        last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
        min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
        CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id))""",
    """CREATE TABLE gpkg_geometry_columns (
        table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
        srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
        CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
        CONSTRAINT uk_gc_table_name UNIQUE (table_name),
        CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
        CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id))""",
)

_OWN = {
    # the key is a hash of the setting's name, so that two machines give the same row the same key
    "rg_meta": "id INTEGER PRIMARY KEY NOT NULL, key TEXT NOT NULL UNIQUE, value TEXT NOT NULL",
    "rg_layers": """id INTEGER PRIMARY KEY NOT NULL, uuid TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
        table_name TEXT NOT NULL UNIQUE, role TEXT NOT NULL, slot TEXT NOT NULL, position INTEGER NOT NULL,
        visible INTEGER NOT NULL, geometry_type TEXT NOT NULL, feature_count INTEGER NOT NULL,
        source_crs TEXT NOT NULL, datum TEXT NOT NULL, field_map TEXT NOT NULL, style TEXT NOT NULL,
        passport TEXT, attribution TEXT NOT NULL""",
    "rg_photos": """id INTEGER PRIMARY KEY NOT NULL, proposal TEXT NOT NULL, position INTEGER NOT NULL,
        name TEXT NOT NULL, mime TEXT NOT NULL, caption TEXT NOT NULL, data BLOB NOT NULL""",
    "rg_replies": """id INTEGER PRIMARY KEY NOT NULL, uuid TEXT NOT NULL UNIQUE, package TEXT NOT NULL,
        version INTEGER NOT NULL, created_at TEXT NOT NULL, received_at TEXT NOT NULL, wish TEXT NOT NULL,
        building TEXT NOT NULL, source TEXT NOT NULL""",
    "rg_answers": """id INTEGER PRIMARY KEY NOT NULL, reply TEXT NOT NULL, position INTEGER NOT NULL,
        proposal TEXT NOT NULL, choice TEXT, comment TEXT NOT NULL, lon REAL, lat REAL""",
    "rg_packages": """id INTEGER PRIMARY KEY NOT NULL, uuid TEXT NOT NULL UNIQUE, version INTEGER NOT NULL,
        stored_at TEXT NOT NULL, properties TEXT NOT NULL""",
    # a figure that somebody relies on, with all it was computed from; the four texts are JSON objects
    "rg_figures": """id INTEGER PRIMARY KEY NOT NULL, uuid TEXT NOT NULL UNIQUE, subject TEXT NOT NULL,
        title TEXT NOT NULL, at TEXT NOT NULL, who TEXT NOT NULL, state TEXT NOT NULL, parameters TEXT NOT NULL,
        inputs TEXT NOT NULL, software TEXT NOT NULL, numbers TEXT NOT NULL""",
    # alternatives over one base; empty ``locked_at``: open
    SCENARIOS: """id INTEGER PRIMARY KEY NOT NULL, uuid TEXT NOT NULL UNIQUE, name TEXT NOT NULL, note TEXT NOT NULL,
        position INTEGER NOT NULL, made_at TEXT NOT NULL, made_by TEXT NOT NULL, locked_at TEXT NOT NULL,
        locked_by TEXT NOT NULL, locked_why TEXT NOT NULL, seal TEXT NOT NULL""",
    # the key is a hash of both names, so that two people who put a proposal into a scenario write the same row
    MEMBERS: "id INTEGER PRIMARY KEY NOT NULL, scenario TEXT NOT NULL, proposal TEXT NOT NULL",
    # what the council loop keeps: ``kind`` says what ``properties`` (a JSON object) hold; the large column stands last
    RECORDS: """id INTEGER PRIMARY KEY NOT NULL, uuid TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, parent TEXT NOT NULL,
        at TEXT NOT NULL, who TEXT NOT NULL, properties TEXT NOT NULL, data BLOB NOT NULL""",
    # ``parent`` makes the steps a tree whose root is ''; ``undone``: 0 stands, 1 can be redone, 2 was left behind by a
    # newer action. The large column stands last: SQLite then answers the rest without walking through it
    HISTORY: """seq INTEGER PRIMARY KEY NOT NULL, uuid TEXT NOT NULL UNIQUE, parent TEXT NOT NULL, at TEXT NOT NULL,
        who TEXT NOT NULL, what TEXT NOT NULL, why TEXT NOT NULL, undone INTEGER NOT NULL DEFAULT 0,
        changeset BLOB NOT NULL""",
    # every step from state to state, undo and redo too: where two copies of a project parted is the last row both have;
    # ``seen`` names the last row of another copy that was merged by this move
    MOVES: """seq INTEGER PRIMARY KEY NOT NULL, id TEXT NOT NULL UNIQUE, at TEXT NOT NULL, head TEXT NOT NULL,
        seen TEXT NOT NULL DEFAULT ''""",
    VERSIONS: """id INTEGER PRIMARY KEY NOT NULL, uuid TEXT NOT NULL UNIQUE, name TEXT NOT NULL, at TEXT NOT NULL,
        who TEXT NOT NULL, why TEXT NOT NULL, state TEXT NOT NULL, seal TEXT NOT NULL, software TEXT NOT NULL""",
}

# ``properties`` is what counts; the columns beside it let QGIS label and sort. ``geojson`` keeps a given geometry
# word for word where the binary form cannot (a fourth coordinate, an open ring).
_DRAWN = {
    PROPOSALS: """uuid TEXT NOT NULL UNIQUE, number INTEGER NOT NULL, title TEXT, category TEXT, tier TEXT, kind TEXT,
        status TEXT, priority TEXT, cost TEXT, responsible TEXT, properties TEXT NOT NULL, geojson TEXT""",
    NOTES: """uuid TEXT NOT NULL UNIQUE, number INTEGER NOT NULL, text TEXT, properties TEXT NOT NULL,
        geojson TEXT""",
}

_INDEXES = (
    "CREATE INDEX rg_photos_proposal ON rg_photos (proposal)",
    "CREATE INDEX rg_answers_reply ON rg_answers (reply)",
    f"CREATE INDEX rg_scenario_members_proposal ON {MEMBERS} (proposal)",
    f"CREATE INDEX rg_records_kind ON {RECORDS} (kind, parent)",
    f"CREATE INDEX rg_history_undone ON {HISTORY} (undone, seq)",
)


def is_recorded(table: str) -> bool:
    """Return whether changes of the table belong to the changeset of an action."""
    return table in _RECORDED or table.startswith(LAYER_PREFIX)


def create_statements() -> tuple[str, ...]:
    """Return the statements that make an empty project's tables, one statement each."""
    own = tuple(f"CREATE TABLE {name} ({columns})" for name, columns in _OWN.items())
    drawn = tuple(
        f"CREATE TABLE {name} (fid INTEGER PRIMARY KEY NOT NULL, {GEOMETRY_COLUMN} GEOMETRY, {columns})"
        for name, columns in _DRAWN.items()
    )
    return _GEOPACKAGE + own + drawn + _INDEXES


def create_own(name: str) -> str:
    """Return the statement that makes one of our tables as this version has it."""
    return f"CREATE TABLE {name} ({_OWN[name]})"


def own_tables() -> tuple[str, ...]:
    """Return our tables without geometry, which GeoPackage calls ``attributes``."""
    return tuple(_OWN)


def drawn_tables() -> tuple[str, ...]:
    """Return the feature tables every project has."""
    return tuple(_DRAWN)


def quoted(name: str) -> str:
    """Return an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
