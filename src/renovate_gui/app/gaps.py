"""Gaps: who is within the standard's distance of a service, who is not, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from renovate_gui.app.tasks import Task
from renovate_gui.domain.facility import FacilityKind
from renovate_gui.domain.standard import StandardProfile
from renovate_gui.domain.verdict import Explanation, GapResult, Measure

if TYPE_CHECKING:
    from renovate_gui.app.layers import Layers
    from renovate_gui.app.proposals import Proposals
    from renovate_gui.store.project import Project


@dataclass(frozen=True, slots=True)
class GapRequest:
    """What to judge. ``limit_m`` None: the standard's distance. ``with_proposals``: planned facilities and links count."""

    kinds: tuple[str, ...] = ("elderly_day_care", "childcare")
    measure: Measure = Measure.NETWORK
    limit_m: float | None = None
    walker: str = "senior"
    with_proposals: bool = True


@dataclass(frozen=True, slots=True)
class NetworkReport:
    """Health of the walking network, in words for the status bar and the data-readiness list."""

    edges: int
    islands: int
    off_network: int  # buildings on an island without the main part or farther than the snapping limit
    notes: tuple[str, ...] = ()


class Gaps:
    """Gap analysis of the open project. Results are cached until an action touches their inputs."""

    def __init__(self, project: Project, layers: Layers, proposals: Proposals) -> None:
        self._project = project
        self._layers = layers
        self._proposals = proposals

    def profiles(self) -> tuple[StandardProfile, ...]:
        """Return the shipped standards."""
        raise NotImplementedError

    def profile(self) -> StandardProfile:
        """Return the project's standard."""
        raise NotImplementedError

    def set_profile(self, profile_id: str) -> None:
        """Choose the standard (undoable)."""
        raise NotImplementedError

    def kinds(self) -> tuple[FacilityKind, ...]:
        """Return the facility kinds that the standard gives a distance for, in its order."""
        raise NotImplementedError

    def prepare(self, request: GapRequest) -> Task[tuple[GapResult, ...]]:
        """Prepare the analysis from frozen inputs; one result per kind; raise RequestError when nothing can be counted."""
        raise NotImplementedError

    def latest(self) -> Sequence[GapResult]:
        """Return the newest finished results that still hold (their inputs are unchanged), possibly none."""
        raise NotImplementedError

    def explain(self, result: GapResult, feature_id: int) -> Explanation:
        """Return why a building has its verdict, with the route to the nearest facility."""
        raise NotImplementedError

    def network_report(self) -> NetworkReport | None:
        """Return the walking network's health, or None without a network."""
        raise NotImplementedError
