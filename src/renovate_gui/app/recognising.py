"""Tell a project of ours from a GeoPackage with map data, without opening it as a database."""

from __future__ import annotations

from pathlib import Path

from renovate_gui.assets.open_files import open_to_read

_HEADER = b"SQLite format 3\x00"
_OUR_TABLE = b"CREATE TABLE rg_meta"
_READ = 1 << 20  # the schema stands in the first pages, written when the file was made


def is_project_file(path: Path) -> bool:
    """Return whether the file is one of our projects, or was one before it was damaged; False when it cannot be read."""
    try:
        with open_to_read(path) as file:
            start = file.read(_READ) or b""
    except OSError:
        return False
    if start.startswith(_HEADER) and _OUR_TABLE in start:
        return True
    from renovate_gui.store.damage import was_project
    from renovate_gui.store.owner import owner_path

    return was_project(path, start) or owner_path(path).exists()
