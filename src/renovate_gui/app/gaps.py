"""Gaps: who is within the standard's distance of a service, who is not, and why."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from renovate_gui.app import standards
from renovate_gui.app.gap_frozen import Frozen, Question, freeze
from renovate_gui.app.gap_inputs import (
    counted_layer,
    counting_proposals,
    has_network,
    has_places,
    layer_signature,
    planned_links,
)
from renovate_gui.app.gap_request import AUTO, PAPER, GapRequest, check, hour_of
from renovate_gui.app.gap_run import GapRun, run_gaps
from renovate_gui.app.gap_shelf import Asked, Shelf, drawn, wanted_area
from renovate_gui.app.gap_why import explain_building, others
from renovate_gui.app.people import SETTING as PEOPLE
from renovate_gui.app.people import read_totals
from renovate_gui.app.tasks import IsCancelled, Progress, Task
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.facility import FacilityKind
from renovate_gui.domain.proposal import Proposal
from renovate_gui.domain.roles import Role
from renovate_gui.domain.standard import StandardProfile
from renovate_gui.domain.verdict import Explanation, GapResult, Measure

if TYPE_CHECKING:
    from renovate_gui.analysis.reach import ReachEngine
    from renovate_gui.analysis.walkers import Walker
    from renovate_gui.app.layers import Layers
    from renovate_gui.app.people_estimate import Totals
    from renovate_gui.app.proposals import Proposals
    from renovate_gui.store.project import Project

_KEPT_RUNS = 4
"""Older results can still be explained; beyond this many they are forgotten."""

__all__ = ["AUTO", "PAPER", "GapRequest", "Gaps", "NetworkReport"]

_OUTDATED = ("outdated",)  # a stamp that never holds


@dataclass(frozen=True, slots=True)
class NetworkReport:
    """Health of the walking network, in words for the status bar and the data-readiness list."""

    edges: int
    islands: int
    off_network: (
        int  # buildings (or parcels) on an island without the main part or farther than the snapping limit
    )
    notes: tuple[str, ...] = ()
    counts_parcels: bool = False


class Gaps:
    """Gap analysis of the open project. Results are cached until an action touches their inputs."""

    def __init__(self, project: Project, layers: Layers, proposals: Proposals) -> None:
        self._project = project
        self._layers = layers
        self._proposals = proposals
        self._standards = standards.Standards(project)
        self._lock = threading.Lock()
        self._runs: list[tuple[GapRequest, tuple[object, ...], GapRun]] = []
        self._shelf = Shelf(layers)
        project.subscribe(self._shelf.count_edits)

    # -- standards --------------------------------------------------------------------------------------------
    def profiles(self) -> tuple[StandardProfile, ...]:
        """Return the shipped standards and those imported into the project."""
        return self._standards.profiles()

    def profile(self) -> StandardProfile:
        """Return the project's standard, with what the project changed in it."""
        return self._standards.active()

    def set_profile(self, profile_id: str) -> None:
        """Choose the standard (undoable)."""
        self._standards.choose(profile_id)

    def kinds(self) -> tuple[FacilityKind, ...]:
        """Return the facility kinds that the standard gives a distance for, in its order."""
        return standards.kinds_with_distance(self.profile())

    def walkers(self) -> tuple[Walker, ...]:
        """Return the walker profiles that a request may name."""
        from renovate_gui.analysis.walkers import walkers

        return walkers()

    # -- analysis ---------------------------------------------------------------------------------------------
    def prepare(self, request: GapRequest, *, remembers: bool = True) -> Task[tuple[GapResult, ...]]:
        """Prepare the analysis; one result per kind; raise RequestError when nothing can be counted.

        The registry and the proposals are those of this moment. Tables are read by the task; when an action touches one
        before it is read, the results count as outdated at once. Results that are not remembered are neither the
        :meth:`latest` nor can they be explained: they push none that a person looks at out of the way.
        """
        question, stamp = self.question(request), self.stamp(request)

        def work(progress: Progress, is_cancelled: IsCancelled) -> tuple[GapResult, ...]:
            progress(0.0, tr("Building the walking network"))
            run = run_gaps(freeze(self._shelf, question), progress=progress, is_cancelled=is_cancelled)
            is_true = self._shelf.edits() == question.asked.edits
            if not remembers:
                return run.results
            with self._lock:
                self._runs = [(request, stamp if is_true else _OUTDATED, run), *self._runs][:_KEPT_RUNS]
            return run.results

        return Task(tr("Gap analysis"), work)

    def frozen(self, request: GapRequest) -> Frozen:
        """Return what a run of this request would read; builds the network where that was not done before."""
        return self.freeze(self.question(request))

    def freeze(self, question: Question) -> Frozen:
        """Return what a run of a question would read; a question may be changed before, to try what is not drawn."""
        return freeze(self._shelf, question)

    def prepare_frozen(self, request: GapRequest) -> Task[Frozen]:
        """Prepare :meth:`frozen` for a thread of its own; registry and proposals are those of this moment."""
        question = self.question(request)
        return Task(
            tr("Building the walking network"), lambda _progress, _is_cancelled: freeze(self._shelf, question)
        )

    def question(self, request: GapRequest) -> Question:
        """Return a request with everything of this moment; raise RequestError when nothing can be counted."""
        limits = standards.limits(
            self.profile(), request.kinds, request.limit_m, own=dict(request.own_limits)
        )
        check(request)
        asked = self._ask(request)
        counted_layer(asked.layers)
        wanted_area(asked)
        if request.measure is Measure.NETWORK and not has_network(asked.layers):
            raise RequestError(
                tr(
                    "There is no walking network; import one and set its role, or measure in a straight line (on the command line: --measure circle)."
                )
            )
        return Question(request, asked, limits, self.profile())

    def latest(self) -> Sequence[GapResult]:
        """Return the newest finished results that still hold (their inputs are unchanged), possibly none."""
        with self._lock:
            newest = self._runs[0] if self._runs else None
        if newest is None or newest[1] != self.stamp(newest[0]):
            return ()
        return newest[2].results

    def explain(self, result: GapResult, feature_id: int, *, is_soon: bool = False) -> Explanation:
        """Return why a building has its verdict, with the route to the nearest facility.

        What other walkers need may take seconds to make once. When it is asked soon and they are not at hand, the rest is
        told and says so (:attr:`Explanation.walkers_follow`); :meth:`prepare_explanation` then gives the whole.
        """
        with self._lock:
            run = next((r for _, _, r in self._runs if any(x is result for x in r.results)), None)
        if run is None:
            raise RequestError(tr("This result is no longer at hand; run the gap analysis again."))
        rows = np.flatnonzero(result.ids == feature_id)
        if len(rows) == 0:
            raise RequestError(tr("Feature {id} was not counted in this analysis.", id=feature_id))
        asked, at = run.frozen.asked, hour_of(run.frozen.request.at)

        def engine_of(who: Walker) -> ReachEngine | None:
            # the run's own is not waited for while another thread makes one
            own = run.frozen.seconds.get(who.code)
            return own if own is not None else self._shelf.seconds(asked, who, at)

        def is_at_hand(who: Walker) -> bool:
            return who.code in run.frozen.seconds or self._shelf.has_seconds(asked, who, at)

        is_whole = not is_soon or all(is_at_hand(who) for who in others())
        return explain_building(run, result, int(rows[0]), engine_of, with_walkers=is_whole)

    def prepare_explanation(self, result: GapResult, feature_id: int) -> Task[Explanation]:
        """Prepare the whole of :meth:`explain` for a thread of its own."""
        return Task(
            tr("Other people living here"), lambda _progress, _is_cancelled: self.explain(result, feature_id)
        )

    def network_report(self) -> NetworkReport | None:
        """Return the walking network's health, or None without a network."""
        asked = self._ask(GapRequest(with_proposals=False))
        network = self._shelf.network(asked)
        if network is None:
            return None
        try:
            engine = self._shelf.engine(asked)
        except RequestError:  # nothing to count: the network alone
            engine = None
        if engine is None:
            return NetworkReport(len(network.lines), network.islands, 0, _island_notes(network.islands))
        off = int(np.count_nonzero(~engine.is_on_main(engine.joins)))
        counts_parcels = counted_layer(asked.layers)[0].role is Role.PARCELS
        notes = _island_notes(engine.network.islands)
        if off:
            notes += (_off_words(off, counts_parcels=counts_parcels),)
        return NetworkReport(len(engine.network.lines), engine.network.islands, off, notes, counts_parcels)

    def point_lifts(self) -> int:
        """Return how many lifts the data has as points alone, on no way that is a lift: nobody can ride them."""
        from renovate_gui.app.gap_lifts import point_lifts

        return point_lifts(self._layers, planned_links(self._planned(GapRequest())))

    def has_network_report(self) -> bool:
        """Return whether :meth:`network_report` can answer at once; else it nodes the network, which takes a while."""
        asked = self._ask(GapRequest(with_proposals=False))
        if not has_network(asked.layers) or self._shelf.has_engine(asked):
            return True
        return not has_places(asked.layers) and self._shelf.has_network(asked)

    def prepare_network_report(self) -> Task[NetworkReport | None]:
        """Prepare the walking network's health, for a thread of its own."""
        return Task(
            tr("Checking the walking network"), lambda _progress, _is_cancelled: self.network_report()
        )

    # -- inputs -----------------------------------------------------------------------------------------------
    def _planned(self, request: GapRequest) -> tuple[Proposal, ...]:
        if not request.with_proposals:
            return ()
        there = self._proposals.of(request.scenario)
        return tuple(p for p in counting_proposals(there) if p.uuid not in request.without)

    def _ask(self, request: GapRequest) -> Asked:
        return self._shelf.ask(self._planned(request), request.area, self._totals())

    def _totals(self) -> Totals | None:
        return read_totals(self._project.meta(PEOPLE))

    def stamp(self, request: GapRequest) -> tuple[object, ...]:
        """Return a value that changes whenever an action touches what the request reads."""
        return (
            self._shelf.edits(),
            self._standards.state(),
            layer_signature(self._layers),
            drawn(self._planned(request)),
            request.area,
            self._totals(),
            request.closed,
        )


def _off_words(off: int, *, counts_parcels: bool) -> str:
    n = f"{off:,}"
    if counts_parcels:
        return tr("Parcels not joined to the main part of the network: {n}.", n=n)
    return tr("Buildings not joined to the main part of the network: {n}.", n=n)


def _island_notes(islands: int) -> tuple[str, ...]:
    if islands == 0:
        return ()
    return (tr("Parts of the walking network cut off from the main part: {n}.", n=f"{islands:,}"),)
