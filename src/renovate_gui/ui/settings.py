"""What the program remembers about this person between starts; a small JSON file, declared as data.

Nothing about a project is kept here but its path in the list of recent ones: a project carries everything itself.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

MAX_RECENT = 12


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that is remembered; unknown keys in the file are ignored, missing ones take these values."""

    language: str = ""  # empty: that of the environment
    is_dark: bool = False
    recent: tuple[str, ...] = ()
    last_folder: str = ""
    geometry: str = ""  # base64 of QWidget.saveGeometry
    splitters: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    bottom_tab: str = "table"
    is_bottom_open: bool = False
    is_legend_open: bool = True


def settings_path() -> Path:
    """Return where the file lies; ``RENOVATE_CONFIG`` names another folder (tests, portable installations)."""
    folder = os.environ.get("RENOVATE_CONFIG")
    if folder:
        return Path(folder) / "settings.json"
    import platformdirs

    return platformdirs.user_config_path("renovate-gui", appauthor=False) / "settings.json"


class SettingsFile:
    """The remembered settings; a file that cannot be read counts as empty, one that cannot be written is let be."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or settings_path()
        self.values = _read(self.path)

    def change(self, **changes: Any) -> None:
        """Remember new values."""
        self.values = replace(self.values, **changes)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            temporary = self.path.with_suffix(".tmp")
            temporary.write_text(
                json.dumps(asdict(self.values), ensure_ascii=False, indent=1), encoding="utf-8"
            )
            temporary.replace(self.path)
        except OSError:
            return  # a read-only home must not keep anybody from working

    def add_recent(self, path: Path) -> None:
        """Put a project on top of the recent ones."""
        text = str(path.resolve())
        others = [p for p in self.values.recent if p != text]
        self.change(recent=(text, *others)[:MAX_RECENT], last_folder=str(path.resolve().parent))

    def forget_recent(self, path: str) -> None:
        """Take a project that is gone off the list."""
        self.change(recent=tuple(p for p in self.values.recent if p != path))


def _read(path: Path) -> Settings:
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Settings()
    return Settings(**_known(raw)) if isinstance(raw, dict) else Settings()


def _known(raw: Mapping[str, Any]) -> dict[str, Any]:
    defaults = Settings()
    known: dict[str, Any] = {}
    for entry in fields(Settings):
        value, default = raw.get(entry.name), getattr(defaults, entry.name)
        if isinstance(default, tuple) and isinstance(value, list):
            known[entry.name] = tuple(str(v) for v in value)
        elif entry.name == "splitters" and isinstance(value, dict):
            known[entry.name] = {
                str(k): tuple(int(n) for n in v) for k, v in value.items() if isinstance(v, list)
            }
        elif value is not None and type(value) is type(default):
            known[entry.name] = value
    return known
