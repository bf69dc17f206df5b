"""Scenarios: several alternatives over one base. A scenario is a set of proposals; nothing is copied.

While a project has no scenario all its proposals count. With scenarios one of them is active: new proposals join it, and
analyses, the map and the council's package are about it unless somebody asks for another. A locked scenario refuses
edits of its proposals and of who belongs to it, and its seal tells later whether it still is what was locked.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from renovate_gui.app.caches import Kept
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.ids import Uuid, new_row_id, new_uuid
from renovate_gui.domain.layer import ChangeEvent
from renovate_gui.domain.proposal import Proposal
from renovate_gui.domain.scenario import ACTIVE, Scenario, SealCheck
from renovate_gui.store.history import now
from renovate_gui.store.owner import user_name
from renovate_gui.store.scenarios import chosen_of
from renovate_gui.store.settings import CHOSEN_SCENARIO

if TYPE_CHECKING:
    from collections.abc import Mapping

    from renovate_gui.store.project import Project

_LEAST_OF_ID = 8  # characters of an id that name a scenario


class Scenarios:
    """Scenarios of the open project; every call that changes something is one undoable action."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._scenarios: Kept[str, tuple[Scenario, ...]] = Kept(project, lambda _key: project.scenarios())
        self._members: Kept[str, Mapping[Uuid, frozenset[Uuid]]] = Kept(
            project, lambda _key: project.scenario_members()
        )
        self._chosen: Kept[str, str] = Kept(project, lambda _key: project.meta(CHOSEN_SCENARIO))
        self._sealed: Kept[Uuid, bool] = Kept(project, self._is_as_sealed)
        self._looked_at: Uuid | None = None
        project.subscribe(self._follow)

    def _follow(self, event: ChangeEvent) -> None:
        if event.topics & {"scenarios", "proposals"}:
            self._scenarios.forget()
            self._members.forget()
            self._sealed.forget()
        if event.settings:
            self._chosen.forget()

    # -- looking ----------------------------------------------------------------------------------------------
    def all(self) -> tuple[Scenario, ...]:
        """Return the scenarios in their order."""
        return self._scenarios.get("")

    def get(self, uuid: Uuid) -> Scenario:
        """Return one scenario; raise RequestError when it is gone."""
        found = next((s for s in self.all() if s.uuid == uuid), None)
        if found is None:
            raise RequestError(tr("The scenario is no longer in the project."))
        return found

    def named(self, name: str) -> Scenario:
        """Return the scenario of a name, uuid or beginning of one; raise RequestError when there is none, or more than one."""
        found = [s for s in self.all() if name in {s.uuid, s.name}]
        if not found and len(name) >= _LEAST_OF_ID:
            found = [s for s in self.all() if s.uuid.startswith(name.lower())]
        if len(found) == 1:
            return found[0]
        if found:
            raise RequestError(
                tr(
                    "{n} scenarios are called “{name}”; name one by the beginning of its id ({ids}) and rename it.",
                    n=len(found),
                    name=name,
                    ids=tr(", ").join(s.uuid[:_LEAST_OF_ID] for s in found),
                )
            )
        known = tr(", ").join(tr("“{name}”", name=s.name) for s in self.all())
        if not known:
            raise RequestError(tr("The project has no scenarios yet; make one first."))
        raise RequestError(tr("There is no scenario “{name}”; there is {known}.", name=name, known=known))

    def active(self) -> Scenario | None:
        """Return the scenario that is worked on; None while the project has none."""
        return chosen_of(self.all(), self._looked_at or self._chosen.get(""))

    def members(self, uuid: Uuid = ACTIVE) -> frozenset[Uuid] | None:
        """Return the proposals of a scenario, without a name those of the active one; None: all proposals count."""
        scenario = self.get(uuid) if uuid else self.active()
        return None if scenario is None else self._members.get("").get(scenario.uuid, frozenset())

    def of(self, proposal: Uuid) -> tuple[Scenario, ...]:
        """Return the scenarios that a proposal belongs to."""
        members = self._members.get("")
        return tuple(s for s in self.all() if proposal in members.get(s.uuid, ()))

    def lock_on(self, proposal: Uuid) -> Scenario | None:
        """Return a locked scenario that a proposal belongs to, if any: the proposal may not be edited then."""
        return next((s for s in self.of(proposal) if s.is_locked), None)

    # -- making and choosing ----------------------------------------------------------------------------------
    def add(
        self, name: str, *, from_: Uuid | None = None, is_empty: bool = False, note: str = ""
    ) -> Scenario:
        """Make a scenario and work on it.

        Parameters
        ----------
        from_
            Whose proposals it begins with; None: those of the active scenario, all proposals when it is the first.
        is_empty
            Begin with no proposals.
        """
        clean = self._free_name(name)
        members = frozenset() if is_empty else self.members(from_ or ACTIVE)
        if members is None:
            members = frozenset(p.uuid for p in self._project.proposals())
        place = max((s.position for s in self.all()), default=-1) + 1
        scenario = Scenario(new_uuid(), clean, note.strip(), place, now(), user_name())
        with self._project.action(tr("Add the scenario “{name}”", name=clean)) as writer:
            writer.put_scenario(scenario)
            writer.add_members(scenario.uuid, sorted(members))
            writer.set_meta(CHOSEN_SCENARIO, scenario.uuid)
        return scenario

    def _free_name(self, name: str, but: Uuid | None = None) -> str:
        clean = " ".join(name.split())[:60]
        if not clean:
            raise RequestError(tr("A scenario needs a name, such as “Ramps first”."))
        if any(s.name == clean and s.uuid != but for s in self.all()):
            raise RequestError(tr("There is a scenario “{name}” already; choose another name.", name=clean))
        return clean

    def choose(self, uuid: Uuid) -> None:
        """Work on another scenario; in a project that may only be read it is looked at."""
        scenario, active = self.get(uuid), self.active()
        if self._project.is_read_only:
            self.look_at(uuid)
            return
        if active is not None and active.uuid == uuid:
            return
        with self._project.action(tr("Choose the scenario “{name}”", name=scenario.name)) as writer:
            writer.set_meta(CHOSEN_SCENARIO, uuid)

    def look_at(self, uuid: Uuid) -> None:
        """Take a scenario for the active one as long as the project is open here; nothing is written.

        For commands that are about another one, and where nothing may be written. What is drawn still joins the
        scenario that was chosen.
        """
        self._looked_at = self.get(uuid).uuid

    def rename(self, uuid: Uuid, name: str, note: str | None = None) -> None:
        """Give a scenario another name, and other words about it unless they are None."""
        known = self._open_one(uuid)
        clean = self._free_name(name, uuid)
        words = known.note if note is None else note.strip()
        title = tr("Rename the scenario “{old}” to “{name}”", old=known.name, name=clean)
        with self._project.action(title) as writer:
            writer.put_scenario(replace(known, name=clean, note=words))

    def delete(self, uuid: Uuid) -> None:
        """Delete a scenario; its proposals stay in the project, and another scenario becomes active."""
        known = self._open_one(uuid)
        with self._project.action(tr("Delete the scenario “{name}”", name=known.name)) as writer:
            writer.delete_scenario(uuid)

    def _open_one(self, uuid: Uuid) -> Scenario:
        known = self.get(uuid)
        if known.is_locked:
            raise RequestError(
                tr(
                    "The scenario “{name}” is locked; make a new one from it and change that, or unlock it.",
                    name=known.name,
                )
            )
        return known

    # -- who belongs ------------------------------------------------------------------------------------------
    def carry(self, proposal: Uuid, to: Uuid, *, as_copy: bool = False) -> Proposal:
        """Take a proposal into another scenario; return it, or the copy that stands for it there.

        A copy is a proposal of its own with a number of its own and the same photos. Where the other scenario has the
        original, the copy takes its place.
        """
        known = self._proposal(proposal)
        scenario = self.get(to)
        words = {"number": known.number, "name": scenario.name}
        if not as_copy:
            with self._project.action(
                tr("Take proposal {number} into the scenario “{name}”", **words)
            ) as writer:
                writer.add_members(to, [proposal])
            return known
        photos = self._project.photos(proposal)
        is_there = proposal in (self.members(to) or ())
        with self._project.action(
            tr("Take a copy of proposal {number} into the scenario “{name}”", **words)
        ) as writer:
            if is_there:
                writer.remove_members(to, [proposal])
            copy = replace(known, uuid=new_uuid(), number=writer.next_number("proposals"))
            writer.put_proposal(copy, scenario=to)
            for photo in photos:
                writer.put_photo(replace(photo, id=new_row_id(), proposal=copy.uuid))
        return copy

    def remove(self, proposal: Uuid, out_of: Uuid) -> None:
        """Take a proposal out of a scenario; it stays in the project and in the other scenarios."""
        known, scenario = self._proposal(proposal), self.get(out_of)
        title = tr(
            "Take proposal {number} out of the scenario “{name}”", number=known.number, name=scenario.name
        )
        with self._project.action(title) as writer:
            writer.remove_members(out_of, [proposal])

    def _proposal(self, uuid: Uuid) -> Proposal:
        found = next((p for p in self._project.proposals() if p.uuid == uuid), None)
        if found is None:
            raise RequestError(tr("The proposal is no longer in the project."))
        return found

    # -- locks ------------------------------------------------------------------------------------------------
    def lock(self, uuid: Uuid, *, who: str = "", why: str = "") -> str:
        """Lock a scenario and return its seal; ``who`` empty: who works on this machine."""
        known = self._open_one(uuid)
        with self._project.action(tr("Lock the scenario “{name}”", name=known.name), why=why) as writer:
            seal = writer.seal_of_scenario(uuid)
            locked = replace(
                known,
                locked_at=now(),
                locked_by=who.strip() or user_name(),
                locked_why=why.strip(),
                seal=seal,
            )
            writer.put_scenario(locked)
        return seal

    def unlock(self, uuid: Uuid, *, why: str) -> None:
        """Open a locked scenario again; its seal goes, the history keeps who did it and why."""
        known = self.get(uuid)
        if not known.is_locked:
            raise RequestError(tr("The scenario “{name}” is not locked.", name=known.name))
        if not why.strip():
            raise RequestError(tr("Say why the scenario is unlocked; it stands in the history."))
        opened = replace(known, locked_at="", locked_by="", locked_why="", seal="")
        with self._project.action(tr("Unlock the scenario “{name}”", name=known.name), why=why) as writer:
            writer.put_scenario(opened)

    def verify(self, uuid: Uuid) -> SealCheck:
        """Return whether a locked scenario, and the data it was drawn on, still are as sealed; may take a second."""
        known = self.get(uuid)
        if not known.is_locked:
            raise RequestError(
                tr("The scenario “{name}” is not locked, so it has no seal to check.", name=known.name)
            )
        return self._project.check_scenario(known)

    def is_seal_broken(self, uuid: Uuid) -> bool:
        """Return whether a scenario is locked and its proposals are no longer what was sealed; costs little."""
        return self.get(uuid).is_locked and not self._sealed.get(uuid)

    def _is_as_sealed(self, uuid: Uuid) -> bool:
        return self._project.is_scenario_as_sealed(self.get(uuid))


def seal_words(check: SealCheck, name: str) -> str:
    """Return what a check of a seal found, in one sentence."""
    if not check.is_as_sealed:
        return tr(
            "The scenario “{name}” is not what was locked: its proposals have changed since.", name=name
        )
    if not check.is_base_as_sealed:
        return tr(
            "The scenario “{name}” is as it was locked; the data or the standard it was drawn on has changed since, so figures may differ.",
            name=name,
        )
    return tr("The scenario “{name}” and the data it was drawn on are as they were locked.", name=name)
