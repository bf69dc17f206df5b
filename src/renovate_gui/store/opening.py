"""Make and open project files: what is ours, newer, older, damaged, write-protected or open elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import apsw

import renovate_gui
from renovate_gui.assets import tr
from renovate_gui.assets.disk import sync_folder
from renovate_gui.assets.open_files import open_to_read
from renovate_gui.domain.errors import DataError, MapDataError, RequestError
from renovate_gui.domain.ids import new_uuid
from renovate_gui.domain.save_state import ReadOnlyCause
from renovate_gui.store import history, schema
from renovate_gui.store.connection import clear_leftovers, connect, harden, make_durable, rows
from renovate_gui.store.coordinate_systems import (
    INSERT_ROW,
    REQUIRED_ROWS,
    UNDEFINED_CARTESIAN,
    ensure_row,
    metric_system,
)
from renovate_gui.store.damage import damaged_error, was_project
from renovate_gui.store.faults import plain_errors
from renovate_gui.store.file_names import check_length, check_new_name
from renovate_gui.store.migrations import migrate, migrated_in_memory
from renovate_gui.store.newest import reading_copy
from renovate_gui.store.owner import Hold
from renovate_gui.store.readahead import read_ahead
from renovate_gui.store.rights import asked, held_here, newer, protected, refused, take, takeover_notice
from renovate_gui.store.settings import put_setting, setting
from renovate_gui.store.workplace import (
    Seat,
    has_unpublished_work,
    needs_desk,
    take_seat,
    throw_away,
)

_SQLITE_HEADER = b"SQLite format 3\x00"
_ZIP_HEADER = b"PK\x03\x04"
_START_BYTES = 1 << 20
_GEOPACKAGE_IDS = {
    schema.APPLICATION_ID,
    0x47503130,
    0x47503131,
}  # GPKG, and GP10 and GP11 of the first versions


@dataclass(frozen=True, slots=True)
class Opened:
    """An open file.

    Attributes
    ----------
    db
        The connection.
    file
        The file it works on: the project itself, or its working copy on this machine.
    cause
        Why it may only be read, None when it may be written.
    holds
        The owner files that name us.
    seat
        The working copy, None when the project is worked on in place.
    notices
        Sentences to be told once.
    """

    db: apsw.Connection
    file: Path
    cause: ReadOnlyCause | None = None
    holds: tuple[Hold, ...] = ()
    seat: Seat | None = None
    notices: tuple[str, ...] = ()


def create_file(path: Path, *, title: str, crs: str, standard: str) -> None:
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
        clear_leftovers(path)
        part.rename(path)
        sync_folder(path.parent)  # else a power cut takes the new project away
    except OSError as error:
        raise RequestError(
            tr("“{name}” cannot be written here; choose another folder.", name=path.name)
        ) from error
    finally:
        part.unlink(missing_ok=True)


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


def open_place(place: Path, *, read_only: bool, through_local_copy: bool | None = None) -> Opened:
    """Open a project where it lies, or through a local copy when it lies on a share or a removable drive."""
    if needs_desk(place, wish=through_local_copy) or _is_pulled_out(place):
        return _open_desk(place, read_only=read_only)
    return open_file(place, read_only=read_only)


def _is_pulled_out(place: Path) -> bool:
    """Return whether a project is not there while its desk still holds steps to be published."""
    return not _is_there(place) and has_unpublished_work(place)


def _is_there(place: Path) -> bool:
    try:
        return place.exists()
    except OSError:  # a name that no system takes
        return False


def open_file(path: Path, *, read_only: bool) -> Opened:
    """Open and check a project file in place; raise DataError with one sentence when it cannot be used."""
    look_at_header(path)
    with plain_errors(path):
        db = connect(path)
        try:
            version = checked_version(db, path)
            cause = asked() if read_only else newer(path, version) or protected(path) or refused(db, path)
            right = cause or take(path)
            return _begin(Opened(db, path), path, version, right)
        except BaseException:
            db.close()
            raise


def _open_desk(place: Path, *, read_only: bool) -> Opened:
    """Open the working copy of a project on a share; who may not write it gets a copy to read."""
    is_there = _is_there(place)
    if is_there or not has_unpublished_work(place):
        look_at_header(place)
    right: ReadOnlyCause | Hold | None = asked() if read_only else None
    if right is None and is_there:
        right = protected(place) or take(place)
    if isinstance(right, ReadOnlyCause):
        file, notice = reading_copy(place)
        return _open_copy(place, file, right, notices=(notice,) if notice else ())
    seat, inner = _sit_down(place, right)
    return _open_copy(place, seat.desk.file, right, inner, seat)


def _sit_down(place: Path, right: Hold | None) -> tuple[Seat, Hold]:
    """Take the desk of a project: also while the share is away, two programs must not work at one."""
    try:
        seat = take_seat(place)
        inner = take(seat.desk.file)
    except BaseException:
        if right is not None:
            right.release()
        raise
    if isinstance(inner, Hold):
        return seat, inner
    if right is not None:
        right.release()
    raise RequestError(held_here(place, inner))


def _open_copy(
    place: Path,
    file: Path,
    right: Hold | ReadOnlyCause | None,
    inner: Hold | None = None,
    seat: Seat | None = None,
    *,
    notices: tuple[str, ...] = (),
) -> Opened:
    db: apsw.Connection | None = None
    taken = [hold for hold in (right, inner) if isinstance(hold, Hold)]
    try:
        with plain_errors(place):
            db = connect(file)
            version = checked_version(db, place)
            holds = (inner,) if inner is not None else ()
            told = (*notices, *(seat.notices if seat else ()))
            opened = Opened(db, file, holds=holds, seat=seat, notices=told)
            opened = _begin(opened, place, version, newer(place, version) or right)
    except BaseException:
        if db is not None:
            db.close()
        _give_back(taken)
        throw_away(file)
        raise
    if opened.cause is not None:
        _give_back(taken)
    return opened


def _give_back(holds: Iterable[Hold]) -> None:
    for hold in holds:
        hold.release()


def _begin(opened: Opened, place: Path, version: int, right: Hold | ReadOnlyCause | None) -> Opened:
    """Make a checked file ready to be written, or only read."""
    db = opened.db
    if isinstance(right, ReadOnlyCause):
        db = migrated_in_memory(db, version) if version < schema.SCHEMA_VERSION else db
        db.pragma("query_only", 1)
        return replace(opened, db=db, cause=right, holds=())
    try:
        make_durable(db)
        if version < schema.SCHEMA_VERSION:
            migrate(db, place, version)
    except BaseException:
        if right is not None:
            right.release()
        raise
    if right is None:  # the share is away
        return opened
    last = right.taken_from
    notices = opened.notices if last is None else (*opened.notices, takeover_notice(place, last))
    return replace(opened, holds=(right, *opened.holds), notices=notices)


def look_at_header(path: Path) -> None:
    """Raise DataError when a file does not begin as a project does."""
    name = path.name
    check_length(path)
    if path.is_dir():
        raise DataError(tr("“{name}” is a folder, not a project file.", name=name))
    if path.exists() and not path.is_file():  # a pipe would be waited for without end
        raise _no_project(name)
    start = _start(path)
    if start.startswith(_SQLITE_HEADER):
        return
    if start.startswith(_ZIP_HEADER):  # before all else: it may hold a project as it is
        raise DataError(tr("“{name}” is a ZIP archive; unpack it and open the project inside.", name=name))
    has_zeros = len(start) >= len(_SQLITE_HEADER) and not any(start)
    if has_zeros or was_project(path, start):
        raise damaged_error(path)
    if not start:
        raise DataError(tr("“{name}” is empty, so it is not a project file.", name=name))
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
        raise DataError(tr("“{name}” may not be read; ask for the right to.", name=path.name)) from error


def _no_project(name: str) -> DataError:
    return DataError(
        tr("“{name}” is not a project file; if it is map data, import it into a project.", name=name)
    )


def checked_version(db: apsw.Connection, path: Path) -> int:
    """Check a file as a whole and return the version of its schema."""
    harden(db)
    _check_whole(db, path)
    check_ours(db, path)
    return _version(db, path)


def _check_whole(db: apsw.Connection, path: Path) -> None:
    read_ahead(Path(db.filename))
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


def check_ours(db: apsw.Connection, path: Path) -> None:
    """Raise DataError for a database that is no project, with the sentence for what it is."""
    if rows(db, "SELECT 1 FROM sqlite_master WHERE type='table' AND name='rg_meta'"):
        return
    if was_project(path, _start(path)):
        raise damaged_error(path)
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
