"""Make and open project files: what is ours, newer, older, damaged, write-protected or open elsewhere."""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import apsw

import renovate_gui
from renovate_gui.assets import tr
from renovate_gui.assets.open_files import open_to_read
from renovate_gui.domain.errors import DataError, MapDataError, RequestError
from renovate_gui.domain.ids import new_uuid
from renovate_gui.store import history, owner, schema
from renovate_gui.store.backups import backups_of
from renovate_gui.store.connection import connect, harden, make_durable, roll_back, rows
from renovate_gui.store.coordinate_systems import (
    INSERT_ROW,
    REQUIRED_ROWS,
    UNDEFINED_CARTESIAN,
    ensure_row,
    metric_system,
)
from renovate_gui.store.damage import damaged_error
from renovate_gui.store.faults import plain_errors
from renovate_gui.store.file_names import check_new_name, too_long
from renovate_gui.store.migrations import migrate, migrated_in_memory
from renovate_gui.store.settings import put_setting, setting

_SQLITE_HEADER = b"SQLite format 3\x00"
_ZIP_HEADER = b"PK\x03\x04"
_START_BYTES = 1 << 19
_GEOPACKAGE_IDS = {
    schema.APPLICATION_ID,
    0x47503130,
    0x47503131,
}  # GPKG, and GP10 and GP11 of the first versions


@dataclass(frozen=True, slots=True)
class Opened:
    """An open file; ``reason`` says why it may only be read, and is empty when it may be written."""

    db: apsw.Connection
    reason: str
    is_owner: bool


def create_file(path: Path, *, title: str, crs: str, standard: str) -> Opened:
    """Make a project file whole or not at all."""
    system = metric_system(crs) if crs else None
    check_new_name(path)
    if path.exists():
        raise RequestError(tr("“{name}” is there already; choose another name.", name=path.name))
    if not path.parent.is_dir():
        raise RequestError(tr("The folder “{folder}” does not exist; make it first.", folder=path.parent))
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    try:
        with plain_errors(path):
            db = connect(part, create=True)
            try:
                _fill(
                    db,
                    {"title": title or path.stem, "crs": system.text if system else "", "standard": standard},
                )
                if system is not None:
                    set_coordinate_system(db, ensure_row(db, system))
            finally:
                db.close()
        part.rename(path)
    except OSError as error:
        raise RequestError(
            tr("“{name}” cannot be written here; choose another folder.", name=path.name)
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return open_file(path, read_only=False)


def _fill(db: apsw.Connection, settings: dict[str, str]) -> None:
    db.pragma("page_size", 4096)
    db.pragma("application_id", schema.APPLICATION_ID)
    db.pragma("user_version", schema.USER_VERSION)
    make_durable(db)
    db.execute("BEGIN IMMEDIATE")
    for statement in schema.create_statements():
        rows(db, statement)
    db.executemany(INSERT_ROW, REQUIRED_ROWS)
    for name in schema.own_tables():
        db.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) VALUES (?,'attributes',?,0)",
            (name, name),
        )
    for name in schema.drawn_tables():
        db.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) VALUES (?,'features',?,?)",
            (name, name, UNDEFINED_CARTESIAN),
        )
        db.execute(
            "INSERT INTO gpkg_geometry_columns VALUES (?,'geom','GEOMETRY',?,2,0)",
            (name, UNDEFINED_CARTESIAN),
        )
    now = datetime.now(UTC).isoformat(timespec="seconds")
    facts = {
        "schema": str(schema.SCHEMA_VERSION),
        "uuid": str(new_uuid()),
        "created_at": now,
        "application": f"renovate-gui {renovate_gui.__version__}",
    }
    for key, value in (facts | settings).items():
        put_setting(db, key, value)
    history.add_move(db, history.START)
    db.execute("COMMIT")


def set_coordinate_system(db: apsw.Connection, srs_id: int) -> None:
    """Say in which system the drawn tables are; their numbers stay as they are."""
    marks = ",".join("?" * len(schema.drawn_tables()))
    for table in ("gpkg_contents", "gpkg_geometry_columns"):
        db.execute(
            f"UPDATE {table} SET srs_id=? WHERE table_name IN ({marks})",  # noqa: S608  our own names
            (srs_id, *schema.drawn_tables()),
        )


def open_file(path: Path, *, read_only: bool) -> Opened:
    """Open and check a project file; raise DataError with one sentence when it cannot be used."""
    _look_at_header(path)
    with plain_errors(path):
        db = connect(path)
        try:
            return _check(db, path, read_only=read_only)
        except BaseException:
            db.close()
            raise


def _look_at_header(path: Path) -> None:
    name = path.name
    if path.is_dir():
        raise DataError(tr("“{name}” is a folder, not a project file.", name=name))
    if path.exists() and not path.is_file():  # a pipe would be waited for without end
        raise _no_project(name)
    start = _start(path)
    if start.startswith(_SQLITE_HEADER):
        return
    if _was_project(path, start):
        raise damaged_error(path)
    if not start:
        raise DataError(tr("“{name}” is empty, so it is not a project file.", name=name))
    if start.startswith(_ZIP_HEADER):
        raise DataError(tr("“{name}” is a ZIP archive; unpack it and open the project inside.", name=name))
    raise _no_project(name)


def _start(path: Path) -> bytes:
    """Return the first pages of a file, where a project's header and tables stand."""
    try:
        with open_to_read(path) as file:
            return file.read(_START_BYTES) or b""
    except (FileNotFoundError, NotADirectoryError) as error:
        archive = next((p for p in path.parents if p.is_file()), None)
        if archive is not None:
            words = tr("“{name}” lies inside “{file}”; unpack that first.", name=path.name, file=archive.name)
        else:
            words = tr("“{name}” does not exist.", name=path.name)
        raise DataError(words) from error
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            raise too_long(path) from error
        raise DataError(tr("“{name}” may not be read; ask for the right to.", name=path.name)) from error


def _was_project(path: Path, start: bytes) -> bool:
    """Return whether a file without SQLite's header was a project: it has backups, or our tables, or only zeros."""
    has_zeros = len(start) >= len(_SQLITE_HEADER) and not any(start)
    return has_zeros or b"CREATE TABLE rg_" in start or bool(backups_of(path))


def _no_project(name: str) -> MapDataError:
    return MapDataError(
        tr("“{name}” is not a project file; if it is map data, import it into a project.", name=name)
    )


def _check(db: apsw.Connection, path: Path, *, read_only: bool) -> Opened:
    harden(db)
    _check_whole(db, path)
    _check_ours(db, path)
    version = _version(db, path)
    reason = tr("It was opened for reading only.") if read_only else _why_not_write(db, path, version)
    is_owner = False
    if not reason:
        other = owner.claim(path)
        is_owner = other is None
        if other is not None:
            reason = tr(
                "{user} has “{name}” open on {host} since {time}; it can only be read here.",
                user=other.user,
                name=path.name,
                host=other.host,
                time=_local(other.time),
            )
    try:
        if reason:
            db = migrated_in_memory(db, version) if version < schema.SCHEMA_VERSION else db
            db.pragma("query_only", 1)
        else:
            make_durable(db)
            if version < schema.SCHEMA_VERSION:
                migrate(db, path, version)
    except BaseException:
        if is_owner:
            owner.release(path)
        raise
    return Opened(db, reason, is_owner)


def _check_whole(db: apsw.Connection, path: Path) -> None:
    try:
        verdict = rows(db, "PRAGMA quick_check(1)")
    except (apsw.CorruptError, apsw.NotADBError):
        verdict = [("damaged",)]
    except (
        apsw.ReadOnlyError,
        apsw.CantOpenError,
    ) as error:  # a crash left a journal that may not be rolled back
        raise DataError(
            tr(
                "“{name}” was left unfinished by a crash; copy it with its journal to where you may write.",
                name=path.name,
            )
        ) from error
    if verdict != [("ok",)]:
        raise damaged_error(path)


def _check_ours(db: apsw.Connection, path: Path) -> None:
    if rows(db, "SELECT 1 FROM sqlite_master WHERE type='table' AND name='rg_meta'"):
        return
    if db.pragma("application_id") in _GEOPACKAGE_IDS:
        raise MapDataError(
            tr("“{name}” is a GeoPackage but not a project; import it as a layer instead.", name=path.name)
        )
    raise DataError(tr("“{name}” is a database but not a project file.", name=path.name))


def _version(db: apsw.Connection, path: Path) -> int:
    try:
        return int(setting(db, "schema"))
    except ValueError as error:
        raise DataError(
            tr(
                "“{name}” does not say which version of project file it is; it was not touched.",
                name=path.name,
            )
        ) from error


def _why_not_write(db: apsw.Connection, path: Path, version: int) -> str:
    if version > schema.SCHEMA_VERSION:
        return tr(
            "“{name}” was made by a newer version of this program; update the program to change it.",
            name=path.name,
        )
    if db.readonly("main") or not os.access(path, os.W_OK):
        return tr("“{name}” is write-protected; save a copy elsewhere to change it.", name=path.name)
    if not os.access(path.parent, os.W_OK):
        return tr(
            "The folder of “{name}” is write-protected; copy the project elsewhere to change it.",
            name=path.name,
        )
    try:
        db.execute("BEGIN IMMEDIATE")
        roll_back(db)
        is_ours = (
            db.pragma("journal_mode", "DELETE") == "delete"
        )  # refused while another has it in another mode
    except apsw.BusyError:
        is_ours = False
    if is_ours:
        return ""
    return tr("Another program is using “{name}”; it can only be read now.", name=path.name)


def _local(time: str) -> str:
    """Return a time of the owner file as this place's clocks show it."""
    try:
        return f"{datetime.fromisoformat(time).astimezone():%Y-%m-%d %H:%M}"
    except ValueError:
        return time
