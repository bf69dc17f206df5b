"""Proposals and notes: draw, describe, move, copy, delete, picture; every call is one undoable action."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from shapely.affinity import translate
from shapely.geometry.base import BaseGeometry

from renovate_gui.app.caches import Kept
from renovate_gui.app.scenarios import Scenarios
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.ids import Uuid, new_row_id, new_uuid
from renovate_gui.domain.layer import ChangeEvent
from renovate_gui.domain.proposal import Note, Photo, Proposal, ProposalStatus
from renovate_gui.domain.scenario import ACTIVE

if TYPE_CHECKING:
    from renovate_gui.store.project import Project


class Proposals:
    """Proposals of the open project, numbered 1, 2, 3 … in the order they were drawn."""

    def __init__(self, project: Project, scenarios: Scenarios | None = None) -> None:
        self._project = project
        self._scenarios = scenarios or Scenarios(project)
        self._proposals: Kept[str, tuple[Proposal, ...]] = Kept(project, lambda _key: project.proposals())
        self._notes: Kept[str, tuple[Note, ...]] = Kept(project, lambda _key: project.notes())
        project.subscribe(self._follow)

    def _follow(self, event: ChangeEvent) -> None:
        if "proposals" in event.topics:
            self._proposals.forget()
        if "notes" in event.topics:
            self._notes.forget()

    # -- proposals --------------------------------------------------------------------------------------------
    def all(self) -> tuple[Proposal, ...]:
        """Return all proposals by number, cached."""
        return self._proposals.get("")

    def of(self, scenario: Uuid = ACTIVE) -> tuple[Proposal, ...]:
        """Return the proposals of a scenario by number, without a name those of the active one; all without scenarios."""
        members = self._scenarios.members(scenario)
        return self.all() if members is None else tuple(p for p in self.all() if p.uuid in members)

    def get(self, uuid: Uuid) -> Proposal:
        """Return one proposal; raise RequestError when it is gone."""
        found = next((p for p in self.all() if p.uuid == uuid), None)
        if found is None:
            raise RequestError(tr("The proposal is no longer in the project."))
        return found

    def add(self, geometry: BaseGeometry, *, title: str = "", kind: str = "") -> Proposal:
        """Draw a new one; geometry in metres (project CRS)."""
        return self._insert(Proposal(new_uuid(), 0, geometry, title, kind=kind))

    def _insert(self, proposal: Proposal) -> Proposal:
        with self._project.action("") as writer:
            numbered = replace(proposal, number=writer.next_number("proposals"))
            writer.title = add_title(numbered.number, numbered.title)
            writer.put_proposal(numbered)
        return numbered

    def update(self, proposal: Proposal, *, title: str | None = None) -> None:
        """Store changed values of a proposal with the same uuid; ``title`` names the step in the history."""
        known = self.get(proposal.uuid)
        with self._project.action(title or change_title(known.number, proposal.title)) as writer:
            writer.put_proposal(replace(proposal, number=known.number))

    def set_geometry(self, uuid: Uuid, geometry: BaseGeometry) -> None:
        """Move or reshape."""
        known = self.get(uuid)
        title = tr("Move or reshape proposal {name}", name=name_of(known.number, known.title))
        with self._project.action(title) as writer:
            writer.put_proposal(replace(known, geometry=geometry))

    def copy(self, uuid: Uuid, dx_m: float = 10.0, dy_m: float = -10.0) -> Proposal:
        """Draw a copy beside the original, as a draft and without its photos, which show the original's place."""
        known = self.get(uuid)
        moved = known.geometry
        if moved is not None:
            moved = translate(moved, dx_m, dy_m)  # keeps heights
        return self._insert(replace(known, uuid=new_uuid(), geometry=moved, status=ProposalStatus.DRAFT))

    def delete(self, uuid: Uuid) -> None:
        """Delete, with its photos."""
        known = self.get(uuid)
        with self._project.action(delete_title(known.number, known.title)) as writer:
            writer.delete_proposal(uuid)

    def missing(self, proposal: Proposal) -> tuple[str, ...]:
        """Return translated names of what is still missing before it can go to the council (governance half, funds …)."""
        rule = proposal.governance
        wanted = (
            (proposal.geometry is not None and not proposal.geometry.is_empty, tr("the place on the map")),
            (bool(proposal.title.strip()), tr("the title")),
            (proposal.category is not None, tr("the action category")),
            (proposal.tier is not None, tr("the renewal tier")),
            (bool(proposal.kind), tr("the measure type")),
            (bool(proposal.description.strip()), tr("the description")),
            (bool(rule.operator.strip()), tr("who runs it")),
            (bool(rule.rule.strip()), tr("the rule of use")),
            (bool(rule.fee.strip()), tr("the fee (say “free” if there is none)")),
            (bool(rule.upkeep.strip()), tr("the upkeep")),
            (proposal.cost is not None, tr("the cost")),
            (bool(proposal.funds) or proposal.cost == 0, tr("the fund sources")),
            (
                not proposal.funds or proposal.cost is None or proposal.funded >= proposal.cost,
                tr("funds for the whole cost"),
            ),
            (bool(proposal.responsible.strip()), tr("the responsible professional")),
        )
        return tuple(words for is_there, words in wanted if not is_there)

    # -- photos -----------------------------------------------------------------------------------------------
    def photos(self, uuid: Uuid) -> tuple[Photo, ...]:
        """Return the pictures of a proposal."""
        return self._project.photos(uuid)

    def attach_photo(self, uuid: Uuid, path: Path, caption: str = "") -> Photo:
        """Store a picture without EXIF and GPS, at most 2,000 px wide; raise DataError when it is no picture."""
        from renovate_gui.app.photos import clean_photo

        known = self.get(uuid)
        photo = Photo(new_row_id(), uuid, path.stem + ".jpg", "image/jpeg", caption, clean_photo(path))
        title = tr("Add a photo to proposal {name}", name=name_of(known.number, known.title))
        with self._project.action(title) as writer:
            writer.put_photo(photo)
        return photo

    def set_photo_caption(self, photo_id: int, caption: str) -> None:
        """Give a picture other words."""
        with self._project.action(tr("Caption a photo “{words}”", words=_short(caption))) as writer:
            writer.set_photo_caption(photo_id, caption.strip())

    def remove_photo(self, photo_id: int) -> None:
        """Take a picture out."""
        with self._project.action(tr("Remove a photo")) as writer:
            writer.delete_photo(photo_id)

    # -- notes ------------------------------------------------------------------------------------------------
    def notes(self) -> tuple[Note, ...]:
        """Return the callouts."""
        return self._notes.get("")

    def add_note(self, geometry: BaseGeometry, text: str) -> Note:
        """Place a callout."""
        note = Note(new_uuid(), geometry, text)
        with self._project.action(_note_title(tr("Add a callout"), text)) as writer:
            writer.put_note(note)
        return note

    def update_note(self, note: Note) -> None:
        """Change a callout's words or place."""
        if all(known.uuid != note.uuid for known in self.notes()):
            raise RequestError(tr("The note is no longer in the project."))
        with self._project.action(_note_title(tr("Change a callout"), note.text)) as writer:
            writer.put_note(note)

    def delete_note(self, uuid: Uuid) -> None:
        """Delete a callout."""
        text = next((note.text for note in self.notes() if note.uuid == uuid), "")
        with self._project.action(_note_title(tr("Delete a callout"), text)) as writer:
            writer.delete_note(uuid)


def name_of(number: int, title: str) -> str:
    """Return how the history calls a proposal: its number, and its title when it has one."""
    return tr("{number}: {title}", number=number, title=_short(title)) if title else str(number)


def add_title(number: int, title: str) -> str:
    """Return the history's words for a new proposal."""
    return tr("Add proposal {name}", name=name_of(number, title))


def change_title(number: int, title: str) -> str:
    """Return the history's words for a changed proposal."""
    return tr("Change proposal {name}", name=name_of(number, title))


def delete_title(number: int, title: str) -> str:
    """Return the history's words for a deleted proposal."""
    return tr("Delete proposal {name}", name=name_of(number, title))


def _note_title(what: str, text: str) -> str:
    """Return the history's words for a callout: what was done, and its first words when it has any."""
    return tr("{what}: “{words}”", what=what, words=_short(text)) if text.strip() else what


def _short(text: str) -> str:
    """Return one line of at most 40 characters."""
    line = " ".join(text.split())
    return line if len(line) <= 40 else line[:39] + "…"
