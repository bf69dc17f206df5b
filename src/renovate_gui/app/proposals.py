"""Proposals and notes: draw, describe, move, copy, delete, picture; every call is one undoable action."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from shapely.geometry.base import BaseGeometry

from renovate_gui.domain.ids import Uuid
from renovate_gui.domain.proposal import Note, Photo, Proposal

if TYPE_CHECKING:
    from renovate_gui.store.project import Project


class Proposals:
    """Proposals of the open project, numbered 1, 2, 3 … in the order they were drawn."""

    def __init__(self, project: Project) -> None:
        self._project = project

    def all(self) -> tuple[Proposal, ...]:
        """Return all proposals by number, cached."""
        raise NotImplementedError

    def get(self, uuid: Uuid) -> Proposal:
        """Return one proposal; raise RequestError when it is gone."""
        raise NotImplementedError

    def add(self, geometry: BaseGeometry, *, title: str = "", kind: str = "") -> Proposal:
        """Draw a new one; geometry in metres (project CRS)."""
        raise NotImplementedError

    def update(self, proposal: Proposal, *, title: str | None = None) -> None:
        """Store changed values of a proposal with the same uuid; ``title`` names the step in the history."""
        raise NotImplementedError

    def set_geometry(self, uuid: Uuid, geometry: BaseGeometry) -> None:
        """Move or reshape."""
        raise NotImplementedError

    def copy(self, uuid: Uuid, dx_m: float = 10.0, dy_m: float = -10.0) -> Proposal:
        """Draw a copy beside the original."""
        raise NotImplementedError

    def delete(self, uuid: Uuid) -> None:
        """Delete, with its photos."""
        raise NotImplementedError

    def photos(self, uuid: Uuid) -> tuple[Photo, ...]:
        """Return the pictures of a proposal."""
        raise NotImplementedError

    def attach_photo(self, uuid: Uuid, path: Path, caption: str = "") -> Photo:
        """Store a picture without EXIF and GPS, at most 2,000 px wide; raise DataError when it is no picture."""
        raise NotImplementedError

    def remove_photo(self, photo_id: int) -> None:
        """Take a picture out."""
        raise NotImplementedError

    def missing(self, proposal: Proposal) -> tuple[str, ...]:
        """Return translated names of what is still missing before it can go to the council (governance half, funds …)."""
        raise NotImplementedError

    def notes(self) -> tuple[Note, ...]:
        """Return the callouts."""
        raise NotImplementedError

    def add_note(self, geometry: BaseGeometry, text: str) -> Note:
        """Place a callout."""
        raise NotImplementedError

    def update_note(self, note: Note) -> None:
        """Change a callout's words or place."""
        raise NotImplementedError

    def delete_note(self, uuid: Uuid) -> None:
        """Delete a callout."""
        raise NotImplementedError
