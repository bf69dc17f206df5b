"""What a project holds, in a form that can be compared, and what must be true of it after any mishap."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import apsw

from renovate_gui.app.editing import apply_operation, dump
from renovate_gui.app.session import Session

_TIMES = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:?\d\d:?\d\d(?:\.\d+)?(?:Z|\+00:00)?")
_HASHES = re.compile(r"\b[0-9a-f]{64}\b")  # a seal covers times
OGRINFO = shutil.which("ogrinfo")

Contents = dict[str, str]


class Wrong(AssertionError):
    """Something that must hold does not."""


# -- what a project holds -------------------------------------------------------------------------------------
def contents(path: Path, *, with_history: bool = True) -> Contents:
    """Return table name → digest of its rows, times of the clock left out.

    Tables of layers that are not in the registry are left out: an import that was taken back leaves its table
    until the next compaction.
    """
    db = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
    try:
        names = [r[0] for r in db.execute("SELECT name FROM sqlite_master WHERE type='table'")]
        shown = {r[0] for r in db.execute("SELECT table_name FROM rg_layers")}
        wanted = [
            n for n in names if not n.startswith("sqlite_") and (not n.startswith("lyr_") or n in shown)
        ]
        found = {name: _rows(db, name) for name in wanted}
    finally:
        db.close()
    history = {n for n, (columns, _) in found.items() if _is_history(n, columns)}
    return {n: digest for n, (_, digest) in sorted(found.items()) if with_history or n not in history}


def _is_history(name: str, columns: list[str]) -> bool:
    return name.startswith("rg_") and (
        "changeset" in columns or any(word in name for word in ("history", "step", "move", "version"))
    )


def _rows(db: apsw.Connection, name: str) -> tuple[list[str], str]:
    columns = [r[1] for r in db.execute(f'PRAGMA table_info("{name}")')]
    rows = db.execute(f'SELECT * FROM "{name}"').fetchall()
    if _is_history(name, columns):  # a changeset holds times
        rows = [tuple("blob" if isinstance(v, bytes) else v for v in row) for row in rows]
    text = _HASHES.sub("#", _TIMES.sub("T", "\n".join(map(repr, rows))))
    lines = "\n".join(sorted(text.split("\n")))
    return columns, f"{len(rows)}:{hashlib.sha256(lines.encode()).hexdigest()[:20]}"


def drawn(path: Path) -> dict[str, Any]:
    """Return what ``dump`` says, by id."""
    with Session.open(path) as session:
        return {f["id"]: f for f in json.loads(json.dumps(dump(session)["features"]))}


# -- what must be true ----------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Expected:
    """The states a project may be in: ``states[low]`` to ``states[high]``."""

    kind: str  # "edit" or "session"
    states: list[Any]
    low: int
    high: int


def check(path: Path, expected: Expected, *, thorough: bool = False) -> int:
    """Open the project with the product and check it; return which state it is in, or raise :class:`Wrong`."""
    with Session.open(path) as session:
        if session.project.is_read_only:
            raise Wrong(f"it opens for reading only: {session.project.read_only_reason}")
        steps = session.history()
    journal = path.with_name(path.name + "-journal")
    if journal.exists() and journal.read_bytes()[:1] not in {
        b"",
        b"\x00",
    }:  # SQLite ignores one without a header
        raise Wrong("a journal that would be rolled back is left after opening and closing")
    found = drawn(path) if expected.kind == "edit" else contents(path)
    low, high = expected.low, min(expected.high, len(expected.states) - 1)
    state = next((j for j in range(low, high + 1) if expected.states[j] == found), None)
    if state is None:
        raise Wrong(_difference(found, expected, low, high))
    check_file(path)
    if thorough:
        check_undo(path, len([s for s in steps if not s.is_undone]))
        check_goes_on(path)
        check_ogrinfo(path)
    return state


def _difference(found: Any, expected: Expected, low: int, high: int) -> str:
    where = [j for j, state in enumerate(expected.states) if state == found]
    if where:
        return f"state {where} instead of {low}…{high}: " + (
            "acknowledged work is lost" if max(where) < low else "more than was acknowledged or sent"
        )
    nearest = expected.states[low]
    keys = sorted(k for k in {*found, *nearest} if found.get(k) != nearest.get(k))
    shown = {k: (found.get(k), nearest.get(k)) for k in keys[:3]}
    return f"no state at all; differs from {low} in {len(keys)} places: {str(shown)[:600]}"


def check_file(path: Path) -> None:
    """Let SQLite look at every page, row and foreign key."""
    db = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
    try:
        integrity = db.execute("PRAGMA integrity_check").fetchall()
        foreign = db.execute("PRAGMA foreign_key_check").fetchall()
        unlisted = db.execute(
            "SELECT table_name FROM rg_layers WHERE table_name NOT IN (SELECT name FROM sqlite_master)"
        ).fetchall()
    finally:
        db.close()
    if integrity != [("ok",)] or foreign or unlisted:
        raise Wrong(
            f"integrity {integrity[:3]}, foreign keys {foreign[:3]}, layers without a table {unlisted}"
        )


def check_undo(path: Path, standing: int) -> None:
    """Take everything back and do it again: the content must be what it was."""
    before = contents(path, with_history=False)
    with Session.open(path) as session:
        for _ in range(standing):
            if session.undo() is None:
                raise Wrong("fewer steps can be taken back than stand")
        if session.undo() is not None:
            raise Wrong("more steps can be taken back than stand")
        if dump(session)["features"] or session.layers.all():
            raise Wrong("something is left when everything has been taken back")
        for _ in range(standing):
            session.redo()
    after = contents(path, with_history=False)
    if before != after:
        names = [n for n in {*before, *after} if before.get(n) != after.get(n)]
        raise Wrong(f"doing everything again gives something else in {names}")


def check_goes_on(path: Path) -> None:
    """Do one more action."""
    op: dict[str, Any] = {
        "op": "add",
        "layer": "notes",
        "id": "afterwards",
        "geometry": None,
        "properties": {},
    }
    with Session.open(path) as session:
        apply_operation(session, op)
    if "afterwards" not in drawn(path):
        raise Wrong("an action after the mishap was not kept")


def check_ogrinfo(path: Path) -> None:
    """Let GDAL read everything; it must not complain."""
    if OGRINFO is None:
        return
    said = subprocess.run(
        [OGRINFO, "-ro", "-al", "-so", str(path)], capture_output=True, text=True, timeout=60, check=False
    )
    if said.returncode or said.stderr.strip() or "ERROR" in said.stdout or "Warning" in said.stdout:
        raise Wrong(f"ogrinfo: {(said.stderr or said.stdout)[:300]}")
