"""The import passport: where a layer came from and what became of each of its rows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that was not taken: its number in the source (0-based feature id), why, and what to do."""

    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class Repair:
    """A geometry that was changed on the user's word: row, what was wrong, what changed (area before/after in m²)."""

    row: int
    problem: str
    change: str


@dataclass(frozen=True, slots=True)
class ImportPassport:
    """Everything an auditor asks about a layer. ``rows_read == rows_shown + rows_refused`` always."""

    source_name: str
    source_sha256: str
    source_layer: str
    source_modified: str  # ISO 8601, UTC
    imported_at: str  # ISO 8601, UTC
    driver: str
    encoding: str
    crs: str
    datum: str
    conversion: str  # words: "EPSG:4326 → EPSG:4549 by PROJ", "GCJ-02 → WGS84, 5 iterations, then …"
    rows_read: int
    rows_shown: int
    rows_refused: int
    refusals: tuple[Refusal, ...] = ()
    repairs: tuple[Repair, ...] = ()
    notes: tuple[str, ...] = ()
    software: str = ""  # program and version that read it; empty in projects made before this was noted
