"""Scenarios: several alternatives over one base; each is a set of proposals, nothing is copied."""

from __future__ import annotations

from dataclasses import dataclass

from renovate_gui.domain.ids import Uuid

ACTIVE = Uuid("")
"""In the place of a scenario's name: the one that is worked on; all proposals while there is none."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One alternative.

    Attributes
    ----------
    position
        Its place in lists, from 0; not unique after a merge, then the name decides.
    locked_at, locked_by, locked_why
        When, by whom and why it was locked (ISO 8601, UTC); empty while it is open.
    seal
        What it was locked with, see :mod:`renovate_gui.store.scenario_seal`; empty while it is open.
    """

    uuid: Uuid
    name: str
    note: str = ""
    position: int = 0
    made_at: str = ""
    made_by: str = ""
    locked_at: str = ""
    locked_by: str = ""
    locked_why: str = ""
    seal: str = ""

    @property
    def is_locked(self) -> bool:
        """Return whether its members and its membership may not change."""
        return bool(self.locked_at)


@dataclass(frozen=True, slots=True)
class SealCheck:
    """Whether a locked scenario still is what was locked.

    Attributes
    ----------
    is_as_sealed
        Its proposals, their photos and who belongs to it are as they were.
    is_base_as_sealed
        The data it was drawn on (layers, standard) is as it was; figures may differ where it is not.
    """

    is_as_sealed: bool
    is_base_as_sealed: bool
