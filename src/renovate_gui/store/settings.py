"""Project settings: one row of text per key."""

from __future__ import annotations

import hashlib

import apsw

from renovate_gui.store.connection import rows

CHOSEN_SCENARIO = "scenario"
"""Key of the scenario that is worked on: its uuid."""


def setting(db: apsw.Connection, key: str) -> str:
    """Return a setting, empty when absent."""
    found = rows(db, "SELECT value FROM rg_meta WHERE key=?", (key,))
    return str(found[0][0]) if found else ""


def settings_with(db: apsw.Connection, prefix: str) -> dict[str, str]:
    """Return the settings whose keys begin with a prefix, in the order of their keys; empty ones are left out."""
    found = rows(
        db, "SELECT key, value FROM rg_meta WHERE substr(key, 1, ?)=? ORDER BY key", (len(prefix), prefix)
    )
    return {str(key): str(value) for key, value in found if value}


def setting_row(key: str) -> int:
    """Return the row key of a setting."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") >> 12


def put_setting(db: apsw.Connection, key: str, value: str) -> None:
    """Store a setting; its row key is made of its name, so two machines agree on it."""
    db.execute(
        "INSERT INTO rg_meta (id, key, value) VALUES (?,?,?) ON CONFLICT (key) DO UPDATE SET value=excluded.value",
        (setting_row(key), key, value),
    )
