"""Gaps: who is within the standard's distance of a service, who is not, and why."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from renovate_gui.analysis.links import link_ways
from renovate_gui.app import standards
from renovate_gui.app.gap_inputs import (
    Places,
    Services,
    Ways,
    community_area,
    counting_proposals,
    freeze_places,
    freeze_services,
    freeze_ways,
    layer_signature,
    touched_roles,
)
from renovate_gui.app.gap_run import GapRun, run_gaps
from renovate_gui.app.gap_why import explain_building
from renovate_gui.app.tasks import IsCancelled, Progress, Task
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.facility import FacilityKind
from renovate_gui.domain.layer import ChangeEvent
from renovate_gui.domain.proposal import Proposal
from renovate_gui.domain.standard import StandardProfile
from renovate_gui.domain.verdict import Explanation, GapResult, Measure

if TYPE_CHECKING:
    from renovate_gui.analysis.reach import ReachEngine
    from renovate_gui.analysis.walkers import Walker
    from renovate_gui.app.layers import Layers
    from renovate_gui.app.proposals import Proposals
    from renovate_gui.store.project import Project

_KEPT_RUNS = 4
"""Older results can still be explained; beyond this many they are forgotten."""


@dataclass(frozen=True, slots=True)
class GapRequest:
    """What to judge.

    ``limit_m`` None: the standard's distance. ``with_proposals``: planned facilities and links count. ``area``:
    ``all`` counts every building, ``community`` those inside study-area features whose role is the community.
    """

    kinds: tuple[str, ...] = ("elderly_day_care", "childcare")
    measure: Measure = Measure.NETWORK
    limit_m: float | None = None
    walker: str = "senior"
    with_proposals: bool = True
    area: str = "all"


@dataclass(frozen=True, slots=True)
class NetworkReport:
    """Health of the walking network, in words for the status bar and the data-readiness list."""

    edges: int
    islands: int
    off_network: int  # buildings on an island without the main part or farther than the snapping limit
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Frozen:
    """Everything a run needs, taken on the calling thread.

    ``stamp`` tells whether the results still hold, ``ways_stamp`` whether network and counted places do: a facility
    placed or moved leaves those alone, so reach follows it at once.
    """

    places: Places
    services: Services
    ways: Ways | None
    stamp: tuple[object, ...]
    ways_stamp: tuple[object, ...]


class Gaps:
    """Gap analysis of the open project. Results are cached until an action touches their inputs."""

    def __init__(self, project: Project, layers: Layers, proposals: Proposals) -> None:
        self._project = project
        self._layers = layers
        self._proposals = proposals
        self._lock = threading.Lock()
        self._edits = 0
        self._runs: list[tuple[GapRequest, tuple[object, ...], GapRun]] = []
        self._engine: tuple[tuple[object, ...], ReachEngine] | None = None
        project.subscribe(self._on_change)

    # -- standards --------------------------------------------------------------------------------------------
    def profiles(self) -> tuple[StandardProfile, ...]:
        """Return the shipped standards."""
        return standards.profiles()

    def profile(self) -> StandardProfile:
        """Return the project's standard."""
        return standards.profile(self._project.meta("standard"))

    def set_profile(self, profile_id: str) -> None:
        """Choose the standard (undoable)."""
        wanted = standards.profile(profile_id)
        with self._project.action(tr("Choose the standard {id}", id=wanted.id)) as writer:
            writer.set_meta("standard", wanted.id)

    def kinds(self) -> tuple[FacilityKind, ...]:
        """Return the facility kinds that the standard gives a distance for, in its order."""
        return standards.kinds_with_distance(self.profile())

    def walkers(self) -> tuple[Walker, ...]:
        """Return the walker profiles that a request may name."""
        from renovate_gui.analysis.walkers import walkers

        return walkers()

    # -- analysis ---------------------------------------------------------------------------------------------
    def prepare(self, request: GapRequest) -> Task[tuple[GapResult, ...]]:
        """Prepare the analysis from frozen inputs; one result per kind; raise RequestError when nothing can be counted."""
        limits = standards.limits(self.profile(), request.kinds, request.limit_m)
        walker = standards.walker_named(request.walker)
        frozen = self._freeze(request)
        if frozen.ways is None and request.measure is Measure.NETWORK:
            raise RequestError(
                tr("There is no walking network; import one and set its role, or measure in a straight line.")
            )

        def work(progress: Progress, is_cancelled: IsCancelled) -> tuple[GapResult, ...]:
            progress(0.0, tr("Building the walking network"))
            engine = self._engine_for(frozen)
            run = run_gaps(
                frozen.places,
                frozen.services,
                frozen.ways,
                engine,
                limits=limits,
                measure=request.measure,
                walker=walker,
                progress=progress,
                is_cancelled=is_cancelled,
            )
            with self._lock:
                self._runs = [(request, frozen.stamp, run), *self._runs][:_KEPT_RUNS]
            return run.results

        return Task(tr("Gap analysis"), work)

    def latest(self) -> Sequence[GapResult]:
        """Return the newest finished results that still hold (their inputs are unchanged), possibly none."""
        with self._lock:
            newest = self._runs[0] if self._runs else None
        if newest is None or newest[1] != self._stamp(newest[0]):
            return ()
        return newest[2].results

    def explain(self, result: GapResult, feature_id: int) -> Explanation:
        """Return why a building has its verdict, with the route to the nearest facility."""
        with self._lock:
            run = next((r for _, _, r in self._runs if any(x is result for x in r.results)), None)
        if run is None:
            raise RequestError(tr("This result is no longer at hand; run the gap analysis again."))
        rows = np.flatnonzero(result.ids == feature_id)
        if len(rows) == 0:
            raise RequestError(tr("Feature {id} was not counted in this analysis.", id=feature_id))
        return explain_building(run, result, int(rows[0]))

    def network_report(self) -> NetworkReport | None:
        """Return the walking network's health, or None without a network."""
        ways = freeze_ways(self._layers, ())
        if ways is None:
            return None
        try:
            frozen = self._freeze(GapRequest(with_proposals=False))
        except RequestError:
            from renovate_gui.geo.network import build_network

            alone = build_network(ways.geometry)
            return NetworkReport(len(alone.lines), alone.islands, 0, _island_notes(alone.islands))
        engine = self._engine_for(frozen)
        if engine is None:
            return None
        joined = engine.snap.is_joined
        island = np.zeros(len(joined), dtype=np.int64)
        island[joined] = engine.network.island_of_edge()[engine.snap.edge[joined]]
        off = int(np.count_nonzero(~joined | (island > 0)))
        notes = _island_notes(engine.network.islands)
        if off:
            notes += (tr("Buildings not joined to the main part of the network: {n}.", n=f"{off:,}"),)
        return NetworkReport(len(engine.network.lines), engine.network.islands, off, notes)

    # -- inputs -----------------------------------------------------------------------------------------------
    def _freeze(self, request: GapRequest) -> _Frozen:
        planned = counting_proposals(self._proposals.all()) if request.with_proposals else ()
        places = self._inside(freeze_places(self._layers), request.area)
        services = freeze_services(self._layers, planned)
        links = tuple(p for p in planned if p.kind in link_ways())
        return _Frozen(
            places,
            services,
            freeze_ways(self._layers, planned),
            self._stamp(request),
            (self._edits, layer_signature(self._layers), _drawn(links), request.area),
        )

    def _inside(self, places: Places, area: str) -> Places:
        """Return the places inside the wanted area."""
        import shapely

        from renovate_gui.geo.snapping import anchor_points

        if area == "all":
            return places
        if area != "community":
            raise RequestError(tr("“{area}” is no area; choose “all” or “community”.", area=area))
        shape = community_area(self._layers)
        if shape is None:
            raise RequestError(
                tr("No study-area feature has the role “community”; count all buildings instead.")
            )
        shapely.prepare(shape)
        return places.only(np.asarray(shapely.intersects(anchor_points(places.geometry), shape)))

    def _stamp(self, request: GapRequest) -> tuple[object, ...]:
        """Return a value that changes whenever an action touches what the request reads."""
        planned = counting_proposals(self._proposals.all()) if request.with_proposals else ()
        return (
            self._edits,
            self._project.meta("standard"),
            layer_signature(self._layers),
            _drawn(planned),
            request.area,
        )

    def _engine_for(self, frozen: _Frozen) -> ReachEngine | None:
        """Return the reach engine of the inputs, built once per state of the project."""
        from renovate_gui.analysis.reach import ReachEngine
        from renovate_gui.geo.network import build_network
        from renovate_gui.geo.snapping import anchor_points

        if frozen.ways is None:
            return None
        with self._lock:
            if self._engine is not None and self._engine[0] == frozen.ways_stamp:
                return self._engine[1]
        network = build_network(frozen.ways.geometry, is_loose=frozen.ways.is_loose)
        engine = ReachEngine(network, anchor_points(frozen.places.geometry))
        with self._lock:
            self._engine = (frozen.ways_stamp, engine)
        return engine

    def _on_change(self, event: ChangeEvent) -> None:
        """Count edits of features that the analysis reads; registry and settings show in the stamp by themselves."""
        roles = {info.id: info.role for info in self._layers.all()} if event.layers else {}
        # a layer that is gone, or new, has no role to look up: count it as touched
        if any(roles.get(layer) is None or roles[layer] in touched_roles() for layer in event.layers):
            self._edits += 1


def _drawn(proposals: tuple[Proposal, ...]) -> tuple[object, ...]:
    """Return what a run reads of proposals; their description, money and status beyond 'rejected' do not matter."""
    return tuple(
        (p.uuid, p.kind, p.number, p.title, p.geometry.wkb if p.geometry else b"") for p in proposals
    )


def _island_notes(islands: int) -> tuple[str, ...]:
    if islands == 0:
        return ()
    return (tr("Parts of the walking network cut off from the main part: {n}.", n=f"{islands:,}"),)
