"""Named versions: states that are kept for ever, each sealed with a hash of its content."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import apsw

import renovate_gui
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.ids import Uuid, new_row_id, new_uuid
from renovate_gui.store import history
from renovate_gui.store.backups import copy_verified
from renovate_gui.store.connection import connect, harden, roll_back, rows
from renovate_gui.store.owner import user_name
from renovate_gui.store.seal import content_seal
from renovate_gui.store.storable import storable


@dataclass(frozen=True, slots=True)
class NamedVersion:
    """A state with a name.

    Attributes
    ----------
    state
        Name of the state, see :mod:`renovate_gui.store.history`.
    seal
        Hash of the state's content when it was named.
    software
        Program and version that made the seal.
    """

    uuid: Uuid
    name: str
    at: str  # ISO 8601, UTC
    who: str
    why: str
    state: str
    seal: str
    software: str


def read_versions(db: apsw.Connection) -> tuple[NamedVersion, ...]:
    """Return the named versions, oldest first."""
    found = rows(
        db, "SELECT uuid, name, at, who, why, state, seal, software FROM rg_versions ORDER BY at, name, id"
    )
    return tuple(NamedVersion(Uuid(r[0]), *r[1:]) for r in found)


def add_version(db: apsw.Connection, name: str, why: str) -> NamedVersion:
    """Name the present state inside the open transaction; raise RequestError when the name is taken or empty."""
    clean = storable(" ".join(name.split()))
    if not clean:
        raise RequestError(tr("A version needs a name, such as “as shown to the council on 12 May”."))
    if any(v.name == clean for v in read_versions(db)):
        raise RequestError(tr("There is a version “{name}” already; choose another name.", name=clean))
    software = f"renovate-gui {renovate_gui.__version__}"
    version = NamedVersion(
        new_uuid(),
        clean,
        history.now(),
        user_name(),
        storable(why),
        history.head(db),
        content_seal(db),
        software,
    )
    write_version(db, version)
    return version


def write_version(db: apsw.Connection, version: NamedVersion) -> None:
    """Store a version (also one that a colleague's copy brings)."""
    db.execute(
        "INSERT INTO rg_versions (id, uuid, name, at, who, why, state, seal, software) VALUES (?,?,?,?,?,?,?,?,?)",
        (
            new_row_id(),
            version.uuid,
            version.name,
            version.at,
            version.who,
            version.why,
            version.state,
            version.seal,
            version.software,
        ),
    )


def copy_at(db: apsw.Connection, state: str, target: Path) -> str:
    """Write a checked copy of the project as it was in a state; return the seal of what the copy holds.

    The copy has the whole history, standing at that state, and can be merged like any other copy.
    """
    tree = history.Tree(db)
    way = tree.way(history.head(db), state)
    copy_verified(db, target)
    copy = connect(target)
    try:
        harden(copy)
        copy.pragma("journal_mode", "DELETE")
        copy.pragma("synchronous", "EXTRA")
        copy.execute("BEGIN IMMEDIATE")
        if way:
            history.go(copy, way)
            history.settle_at(copy, tree, state)
        seal = content_seal(copy)
        copy.execute("COMMIT")
    except BaseException:
        roll_back(copy)
        copy.close()
        target.unlink(missing_ok=True)
        raise
    copy.close()
    return seal


def is_as_sealed(db: apsw.Connection, version: NamedVersion) -> bool:
    """Return whether the state can still be reached and its content has the seal it was given."""
    with tempfile.TemporaryDirectory(prefix="renovate-gui-") as folder:
        return copy_at(db, version.state, Path(folder) / "version.gpkg") == version.seal
