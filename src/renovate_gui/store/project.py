"""The project file: one GeoPackage, one transaction and one changeset per action."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from shapely.geometry.base import BaseGeometry

from renovate_gui.domain.ids import LayerId, Uuid
from renovate_gui.domain.layer import ChangeEvent, LayerInfo, LayerTable
from renovate_gui.domain.proposal import Note, Photo, Proposal
from renovate_gui.domain.reply import Reply


@dataclass(frozen=True, slots=True)
class HistoryStep:
    """One action in the history."""

    number: int
    at: str  # ISO 8601, UTC
    who: str
    what: str
    is_undone: bool


class Writer:
    """The open transaction of one action; get it from :meth:`Project.action`. Every method touches recorded tables."""

    def set_meta(self, key: str, value: str) -> None:
        """Set a project setting."""
        raise NotImplementedError

    def add_layer(
        self, info: LayerInfo, table: LayerTable, *, source_wkb: Sequence[bytes | None] | None = None
    ) -> LayerInfo:
        """Create the feature table, fill it outside the recording, register it; ``source_wkb`` keeps shifted originals."""
        raise NotImplementedError

    def put_layer(self, info: LayerInfo) -> None:
        """Store changed registry values of an existing layer (name, role, order, visibility, style, field map, passport)."""
        raise NotImplementedError

    def drop_layer(self, layer_id: LayerId) -> None:
        """Take the layer out of the registry."""
        raise NotImplementedError

    def set_values(self, layer_id: LayerId, feature_id: int, values: Mapping[str, Any]) -> None:
        """Change attributes."""
        raise NotImplementedError

    def set_geometry(self, layer_id: LayerId, feature_id: int, geometry: BaseGeometry | None) -> None:
        """Change a geometry."""
        raise NotImplementedError

    def delete_features(self, layer_id: LayerId, feature_ids: Sequence[int]) -> None:
        """Delete features."""
        raise NotImplementedError

    def put_proposal(self, proposal: Proposal) -> None:
        """Insert or replace a proposal by uuid."""
        raise NotImplementedError

    def delete_proposal(self, uuid: Uuid) -> None:
        """Delete a proposal and its photos."""
        raise NotImplementedError

    def put_photo(self, photo: Photo) -> None:
        """Insert a photo."""
        raise NotImplementedError

    def delete_photo(self, photo_id: int) -> None:
        """Delete a photo."""
        raise NotImplementedError

    def put_note(self, note: Note) -> None:
        """Insert or replace a note by uuid."""
        raise NotImplementedError

    def delete_note(self, uuid: Uuid) -> None:
        """Delete a note."""
        raise NotImplementedError

    def put_reply(self, reply: Reply, *, source: str) -> None:
        """Store a reply; a second one with the same id is a RequestError."""
        raise NotImplementedError

    def put_package(self, uuid: Uuid, version: int, values: Mapping[str, Any]) -> None:
        """Remember an exported package (its key for checking replies, its seal, its date)."""
        raise NotImplementedError


class Project:
    """An open project file. All methods may be called from any thread; a lock lets one in at a time."""

    path: Path
    is_read_only: bool

    @classmethod
    def create(cls, path: Path, *, title: str, crs: str, standard: str) -> Self:
        """Create a project file; raise RequestError when something is there already."""
        raise NotImplementedError

    @classmethod
    def open(cls, path: Path, *, read_only: bool = False) -> Self:
        """Open and check a project file."""
        raise NotImplementedError

    def close(self) -> None:
        """Close it and remove the owner file."""
        raise NotImplementedError

    @contextmanager
    def action(self, title: str, *, why: str = "") -> Iterator[Writer]:
        """Run one user action: one transaction, one changeset, one history step, then one event. Rolls back on error."""
        raise NotImplementedError

    def undo(self) -> HistoryStep | None:
        """Apply the inverse changeset of the newest standing step."""
        raise NotImplementedError

    def redo(self) -> HistoryStep | None:
        """Apply the changeset of the oldest undone step again."""
        raise NotImplementedError

    def history(self) -> tuple[HistoryStep, ...]:
        """Return all steps, oldest first."""
        raise NotImplementedError

    def subscribe(self, observer: Callable[[ChangeEvent], None]) -> Callable[[], None]:
        """Register an observer."""
        raise NotImplementedError

    def meta(self, key: str) -> str:
        """Return a project setting: uuid, title, crs, standard, language …; empty when absent."""
        raise NotImplementedError

    def layers(self) -> tuple[LayerInfo, ...]:
        """Return the registry, top first."""
        raise NotImplementedError

    def table(self, layer_id: LayerId) -> LayerTable:
        """Read a layer's features."""
        raise NotImplementedError

    def proposals(self) -> tuple[Proposal, ...]:
        """Return proposals by number."""
        raise NotImplementedError

    def photos(self, proposal: Uuid | None = None) -> tuple[Photo, ...]:
        """Return photos."""
        raise NotImplementedError

    def notes(self) -> tuple[Note, ...]:
        """Return notes."""
        raise NotImplementedError

    def replies(self) -> tuple[Reply, ...]:
        """Return replies."""
        raise NotImplementedError

    def packages(self) -> tuple[tuple[Uuid, int, Mapping[str, Any]], ...]:
        """Return remembered packages, oldest first."""
        raise NotImplementedError
